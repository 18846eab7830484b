//! A machine's place in the meeting, the same for every role: its disk, its way to the hub, its grant and, once it has
//! one, its core. It shows nothing and knows no device.

use crate::app::clock;
use crate::app::core::{Core, Disk, Told};
use crate::app::link::{Link, LinkAnswer, MAX_ADDRESSES, Route};
use crate::app::secrets::Secrets;
use anyhow::Result;
use data_encoding::HEXLOWER;
use domain::event::DeviceRole;
use domain::{Actor, Command, Meeting, PrinterId};
use node::{Denied, Input as NodeInput, Node};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};
use sync::pairing::{PairingCode, PairingTicket, TicketError};
use sync::wire::{ProblemCode, StepRequest};
use sync::{Grant, NetFault, Role};

/// How often a machine without a grant asks the hub again.
const ENROL_EVERY: Duration = Duration::from_secs(1);
/// Tags of acts that no screen waits for.
const OWN_TAGS: u64 = 1 << 62;

/// The setting that keeps the hub's addresses and key.
const ROUTE: &str = "hub";

/// What a machine is started with.
pub struct StationParts {
    pub role: Role,
    /// Name of this machine, as staff call it.
    pub name: String,
    pub disk: Disk,
    /// The node's names of its printers.
    pub printers: Vec<String>,
    /// Those of them that are really there.
    pub attached: Vec<PrinterId>,
    pub way: Way,
    /// Where the hub's answers go: into the queue of the thread that calls [`Station::hear`].
    pub on_answer: Box<dyn Fn(LinkAnswer) + Send + Sync>,
}

/// What the command line says about the way to the hub.
#[derive(Debug, Clone, Default)]
pub struct Way {
    /// Addresses of the hub, instead of those that were kept.
    pub hubs: Vec<String>,
    /// A ticket's text, or a typed code for the first of `hubs`.
    pub pair: Option<String>,
}

/// Whether this machine takes part, and what keeps it from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    AtWork,
    /// No code was shown yet.
    Wanted,
    /// The disk comes from another machine: nothing is written before it was paired here.
    OtherMachine,
    Asking,
    Unreachable,
    Ticket(TicketError),
    /// The hub does not take the code.
    Refused,
    /// Another key answers than the ticket's.
    OtherHub,
    Revoked,
    WrongRole,
}

/// One machine of the venue.
pub struct Station {
    role: Role,
    name: String,
    printers: Vec<String>,
    attached: Vec<PrinterId>,
    /// Until the hub has granted an id.
    disk: Option<Disk>,
    /// Until the core takes it over.
    link: Option<Link>,
    core: Option<Core>,
    standing: Standing,
    code: Option<PairingCode>,
    /// A code was shown since the last grant.
    showed_code: bool,
    enrol_at: Instant,
    /// A request to be let in is on its way.
    asking: bool,
    last_own_tag: u64,
    secrets: Secrets,
    /// The grant could not be kept.
    storage_failed: bool,
    /// The hub has forgotten this machine and wants a code of it.
    refused: bool,
    empty: Meeting,
}

impl Station {
    /// Begins at once where the disk has a grant; else it has to be paired with a hub.
    ///
    /// # Errors
    /// A wrong address or code, or what the disk did.
    pub fn start(parts: StationParts) -> Result<(Station, Vec<Told>)> {
        let mut disk = parts.disk;
        let grant = disk.grant()?;
        let (route, code) = way_to_hub(&disk, &parts.way, grant.is_some())?;
        let key = disk.device_key()?.to_bytes();
        let token = grant.as_ref().map(|grant| grant.token.clone());
        let known = route.as_ref().is_some_and(|route| route.pin.is_some());
        let link = Link::start(key, route, token, parts.on_answer)?;
        let standing = match (disk.is_of_this_machine(), known || code.is_some()) {
            (false, _) if code.is_none() => Standing::OtherMachine,
            (_, true) => Standing::Asking,
            (_, false) => Standing::Wanted,
        };
        let mut station = Station {
            role: parts.role,
            name: parts.name,
            printers: parts.printers,
            attached: parts.attached,
            disk: Some(disk),
            link: Some(link),
            core: None,
            standing,
            showed_code: code.is_some(),
            code,
            enrol_at: Instant::now(),
            asking: false,
            last_own_tag: OWN_TAGS,
            secrets: Secrets::none(),
            storage_failed: false,
            refused: false,
            empty: Meeting::new(),
        };
        let told = match grant {
            Some(grant) => station.begin(&grant)?,
            None => Vec::new(),
        };
        Ok((station, told))
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn standing(&self) -> Standing {
        self.standing
    }

    /// The hub's address as people read it; empty when there is none.
    pub fn hub_name(&self) -> String {
        let route = self.link().map(Link::route);
        let url = route.and_then(|route| route.urls.first().cloned()).unwrap_or_default();
        url.trim_start_matches("https://").trim_start_matches("http://").trim_end_matches('/').to_owned()
    }

    /// A code was scanned that may be a hub's ticket; true when it is one, or when nothing else is waited for. At a
    /// machine that takes part, the ticket of its own hub says where that is now.
    pub fn scan(&mut self, text: &str) -> bool {
        let ticket = PairingTicket::parse(text);
        if self.core.is_some() && self.standing == Standing::AtWork {
            return ticket.is_ok_and(|ticket| self.follow(&ticket));
        }
        match (self.standing, ticket) {
            (Standing::Revoked | Standing::WrongRole, _) => {}
            // A guest's code before a machine that is getting in.
            (Standing::Asking | Standing::Unreachable, Err(_)) => {}
            (_, Err(error)) => self.standing = Standing::Ticket(error),
            (_, Ok(ticket)) => self.pair(&ticket),
        }
        true
    }

    fn pair(&mut self, ticket: &PairingTicket) {
        let Some(link) = self.link() else { return };
        let route = Route { urls: vec![ticket.url.clone()], pin: Some(ticket.pin) };
        match link.go_to(route) {
            Ok(()) => {
                (self.code, self.showed_code) = (Some(ticket.code), true);
                self.standing = Standing::Asking;
                self.enrol_at = Instant::now();
            }
            Err(error) => {
                tracing::warn!("{error}");
                self.standing = Standing::Ticket(TicketError::Damaged);
            }
        }
    }

    /// The own hub's new address comes first from here on; another hub's ticket means nothing here. Its code lets a
    /// machine in again that the hub has forgotten.
    fn follow(&mut self, ticket: &PairingTicket) -> bool {
        let Some(mut route) = self.link().map(Link::route).filter(|route| route.pin == Some(ticket.pin)) else {
            return false;
        };
        route.urls.retain(|url| *url != ticket.url);
        route.urls.insert(0, ticket.url.clone());
        route.urls.truncate(MAX_ADDRESSES);
        let moved = self.link().is_some_and(|link| link.go_to(route.clone()).is_ok());
        if moved && let Some(core) = &mut self.core {
            core.keep_setting(ROUTE, &words_of(&route));
            if self.refused {
                self.enrol_again(Some(ticket.code));
            }
        }
        moved
    }

    fn link(&self) -> Option<&Link> {
        self.core.as_ref().map(Core::link).or(self.link.as_ref())
    }

    /// The program ends properly.
    pub fn close(&self) {
        if let Some(core) = &self.core {
            core.close();
        }
    }

    /// The node, once the hub has granted an id.
    pub fn node(&self) -> Option<&Node> {
        self.core.as_ref().map(Core::node)
    }

    /// What is known of the meeting; an empty one before the hub was met.
    pub fn meeting(&self) -> &Meeting {
        self.node().map_or(&self.empty, Node::meeting)
    }

    pub fn secrets(&self) -> &Secrets {
        &self.secrets
    }

    /// Nothing can be recorded.
    pub fn storage_failed(&self) -> bool {
        self.storage_failed || self.node().is_some_and(|node| node.storage_fault().is_some())
    }

    /// How this machine is, for whoever helps from afar: nothing that names or describes a person.
    pub fn health(&self) -> Value {
        let mut health = json!({
            "name": self.name,
            "role": self.role,
            "version": env!("CARGO_PKG_VERSION"),
            "standing": format!("{:?}", self.standing),
            "hub": self.link().map(Link::route).map(|route| route.urls),
            "storage_failed": self.storage_failed(),
        });
        let Some(node) = self.node() else { return health };
        let sync = node.sync_state();
        let mut jobs: BTreeMap<String, usize> = BTreeMap::new();
        for job in node.jobs() {
            // The state's name without its figures.
            let state = format!("{:?}", job.state);
            *jobs.entry(state.split([' ', '{', '(']).next().unwrap_or_default().to_owned()).or_default() += 1;
        }
        let mut tasks: BTreeMap<&str, usize> = BTreeMap::new();
        for task in node.meeting().tasks() {
            *tasks.entry(task.kind.code()).or_default() += 1;
        }
        let printers = node.printers();
        health["node"] = json!({
            "number": node.identity().prefix,
            "device": node.identity().device.to_string(),
            "meeting": node.identity().meeting.to_string(),
            "cursor": sync.cursor,
            "waiting": sync.waiting,
            "pending": sync.pending,
            "connected": sync.connected,
            "fault": sync.fault.map(|fault| fault.to_string()),
            "stopped": sync.stopped.map(|reason| format!("{reason:?}")),
            "clock": format!("{:?}", sync.clock),
            "clock_offset_ms": sync.clock_offset_ms,
            "unknown_events": node.unknown_events(),
            "jobs": jobs,
            "tasks": tasks,
            "printers": printers.iter().map(|printer| format!("{printer:?}")).collect::<Vec<_>>(),
        });
        health
    }

    /// The hub's time as far as this machine knows it, in milliseconds since 1970: what the log's times are told by.
    pub fn now_ms(&self) -> u64 {
        let offset_ms = self.node().map_or(0, |node| node.sync_state().clock_offset_ms);
        clock::now_ms().saturating_add_signed(offset_ms)
    }

    /// Takes the network away and gives it back.
    pub fn cut_network(&self, cut: bool) {
        if let Some(link) = self.link() {
            link.cut().set(cut);
        }
    }

    /// How long [`Station::tick`] has nothing to do.
    pub fn wake_in_ms(&self) -> u64 {
        let until_enrol = || self.enrol_at.saturating_duration_since(Instant::now()).as_millis();
        self.core.as_ref().map_or_else(|| u64::try_from(until_enrol()).unwrap_or(u64::MAX), Core::wake_in_ms)
    }

    /// Does what is due.
    pub fn tick(&mut self) -> Vec<Told> {
        if let Some(core) = &mut self.core {
            let told = core.tick();
            let mut told = self.digest(told);
            told.extend(self.purge_if_due());
            return told;
        }
        let asks = matches!(self.standing, Standing::Asking | Standing::Unreachable);
        if asks && !self.asking && self.enrol_at <= Instant::now() {
            self.enrol_at = Instant::now() + ENROL_EVERY;
            if let Err(error) = self.ask_for_grant() {
                tracing::error!("{error:#}");
            }
        }
        Vec::new()
    }

    /// Takes an answer of the hub.
    ///
    /// # Errors
    /// Nothing can be mended from inside: whoever watches the service starts it anew.
    pub fn hear(&mut self, answer: LinkAnswer) -> Result<Vec<Told>> {
        self.note_revoked(&answer);
        self.asking &= !matches!(answer, LinkAnswer::Enrolled { .. });
        let input = match answer {
            LinkAnswer::Enrolled { result: Ok(grant), route } => return self.granted(&grant, route.as_ref()),
            LinkAnswer::Enrolled { result: Err(fault), .. } => {
                self.not_granted(&fault);
                return Ok(Vec::new());
            }
            LinkAnswer::Pushed { call, result } => NodeInput::PushAnswered { call, result },
            LinkAnswer::Pulled { call, result } => NodeInput::PullAnswered { call, result },
            LinkAnswer::Snapshot { call, result } => NodeInput::SnapshotAnswered { call, result },
            LinkAnswer::Offered { call, result } => NodeInput::OfferAnswered { call, result },
            // Whoever asked hears of them before the station does.
            LinkAnswer::Stepped { .. } | LinkAnswer::Status { .. } => return Ok(Vec::new()),
        };
        Ok(self.feed(input))
    }

    fn note_revoked(&mut self, answer: &LinkAnswer) {
        let revoked = matches!(
            answer,
            LinkAnswer::Pushed { result: Err(NetFault::Revoked), .. }
                | LinkAnswer::Pulled { result: Err(NetFault::Revoked), .. }
                | LinkAnswer::Snapshot { result: Err(NetFault::Revoked), .. }
        );
        if revoked && self.standing != Standing::Revoked {
            tracing::error!("{}", NetFault::Revoked);
            self.standing = Standing::Revoked;
        }
    }

    fn not_granted(&mut self, fault: &NetFault) {
        if self.core.is_some() {
            // It goes on serving: what it does waits, and its screen says how much and since when.
            tracing::error!("the hub does not let this machine in again: {fault}");
            self.refused = matches!(fault, NetFault::Refused(_) | NetFault::Denied);
            return;
        }
        tracing::info!("no grant from the hub yet: {fault}");
        let known_hub = self.link().is_some_and(|link| link.route().pin.is_some());
        if self.code.is_some() && known_hub && is_spent_code(fault) {
            // The answer to the first try may have been lost: a machine that the hub knows needs no code.
            (self.code, self.enrol_at) = (None, Instant::now());
            return;
        }
        self.standing = match fault {
            NetFault::Unreachable | NetFault::TimedOut | NetFault::HubFailed { .. } => Standing::Unreachable,
            NetFault::Garbled(_) | NetFault::ForeignHub => Standing::OtherHub,
            NetFault::Revoked => Standing::Revoked,
            NetFault::Denied => Standing::Wanted,
            NetFault::Refused(problem) => match problem.code {
                ProblemCode::WrongRole => Standing::WrongRole,
                ProblemCode::Busy | ProblemCode::Storage | ProblemCode::Follows => Standing::Unreachable,
                // A code that was shown and not taken, against none shown to a hub that wants one.
                _ if self.showed_code => Standing::Refused,
                _ => Standing::Wanted,
            },
        };
        if !matches!(self.standing, Standing::Unreachable) {
            self.code = None;
        }
    }

    /// Hands an input to the node, if there is one.
    pub fn feed(&mut self, input: NodeInput) -> Vec<Told> {
        let told = self.core.as_mut().map(|core| core.feed(input)).unwrap_or_default();
        self.digest(told)
    }

    /// Hands a command in; its answer comes as [`Told::Answer`] with the same tag, at once or later.
    pub fn act(&mut self, tag: u64, command: Command, actor: Actor) -> Vec<Told> {
        let Some(core) = &mut self.core else {
            return vec![Told::Answer { tag, result: Err(Denied::Storage) }];
        };
        let told = core.act(tag, command, actor);
        self.digest(told)
    }

    /// Asks the hub for a step of the lottery; [`LinkAnswer::Stepped`] answers with the same tag. False before the hub was met.
    pub fn ask_step(&self, tag: u64, ask: &domain::DrawAsk, actor: &Actor) -> bool {
        let Some((core, incarnation)) = self.core.as_ref().and_then(|core| Some((core, core.incarnation()?))) else {
            return false;
        };
        let step = serde_json::to_string(ask).expect("a step is plain text");
        let (actor, stored) = (core.node().meeting().actor_text(actor), core.node().confirmed().folded());
        core.link().step(tag, StepRequest { actor, step, incarnation, stored });
        true
    }

    /// Asks how the hub sees every machine; [`LinkAnswer::Status`] answers.
    pub fn ask_status(&self) {
        if let Some(core) = &self.core {
            core.link().status();
        }
    }

    /// What the machine itself has to tell; nobody waits for the outcome.
    pub fn report(&mut self, command: Command) -> Vec<Told> {
        self.last_own_tag += 1;
        let tag = self.last_own_tag;
        let told = self.core.as_mut().map(|core| core.act(tag, command, Actor::System)).unwrap_or_default();
        self.digest(told)
    }

    /// What the node wants of its machine is done here; nobody else hears of it, nor of the machine's own acts.
    fn digest(&mut self, told: Vec<Told>) -> Vec<Told> {
        let mut rest = Vec::with_capacity(told.len());
        for told in told {
            match told {
                Told::Answer { tag, .. } if tag > OWN_TAGS => {}
                Told::NeedsEnrolment => self.enrol_again(None),
                Told::NeedsNewEpoch { reason } => {
                    rest.push(match self.begin_new_log(&reason) {
                        Ok(()) => Told::Changed,
                        Err(error) => Told::Broken(error),
                    });
                }
                told => rest.push(told),
            }
        }
        rest
    }

    /// The hub does not know this machine any more: a restored one, mostly. Its old token lets it in again.
    fn enrol_again(&mut self, code: Option<PairingCode>) {
        let Some(core) = &mut self.core else { return };
        if self.asking && code.is_none() {
            return;
        }
        match core.enrolment(self.role, &self.name) {
            Ok(request) => {
                core.link().enrol(request, code);
                self.asking = true;
            }
            Err(error) => tracing::error!("{error:#}"),
        }
    }

    /// The hub's copy of this log and the log itself contradict each other. The log stays as evidence; what the hub lacks
    /// of it is done again in a new one.
    fn begin_new_log(&mut self, reason: &str) -> Result<()> {
        let Some(core) = self.core.take() else { return Ok(()) };
        tracing::error!(reason, "this log is frozen, a new one begins");
        let (mut disk, link) = core.into_parts()?;
        disk.begin_epoch()?;
        (self.disk, self.link) = (Some(disk), Some(link));
        self.standing = Standing::Asking;
        self.enrol_at = Instant::now();
        Ok(())
    }

    fn ask_for_grant(&mut self) -> Result<()> {
        let (Some(disk), Some(link)) = (&mut self.disk, &self.link) else { return Ok(()) };
        disk.be_of_this_machine()?;
        link.enrol(disk.enrolment(self.role, &self.name)?, self.code);
        self.asking = true;
        Ok(())
    }

    fn granted(&mut self, grant: &Grant, route: Option<&Route>) -> Result<Vec<Told>> {
        self.refused = false;
        if self.core.is_some() {
            return self.granted_again(grant);
        }
        let Some(disk) = &mut self.disk else { return Ok(Vec::new()) };
        let route = route.cloned().or_else(|| self.link.as_ref().map(Link::route));
        let kept = match route {
            Some(route) => disk.store.set_setting(ROUTE, &words_of(&route)),
            None => Ok(()),
        };
        if let Err(error) = kept.and_then(|()| disk.store.set_grant(grant)) {
            tracing::error!("the hub's grant could not be kept: {error}; {}", error.remedy());
            self.storage_failed = true;
            return Ok(Vec::new());
        }
        (self.code, self.showed_code, self.storage_failed) = (None, false, false);
        self.begin(grant)
    }

    /// A machine at work was let in again: under another number it starts anew.
    fn granted_again(&mut self, grant: &Grant) -> Result<Vec<Told>> {
        let Some(core) = &mut self.core else { return Ok(Vec::new()) };
        core.keep_grant(grant)?;
        if core.node().identity().prefix == grant.prefix {
            return Ok(Vec::new());
        }
        let Some(core) = self.core.take() else { return Ok(Vec::new()) };
        let (disk, link) = core.into_parts()?;
        (self.disk, self.link) = (Some(disk), Some(link));
        self.begin(grant)
    }

    /// The organiser wants this machine's data gone: it says that it is done, and when the hub has that, they go.
    fn purge_if_due(&mut self) -> Vec<Told> {
        let Some(node) = self.node() else { return Vec::new() };
        let Some((not_before, _)) = node.meeting().purge_ordered() else { return Vec::new() };
        if self.now_ms() < not_before.0 {
            return Vec::new();
        }
        let own = domain::DeviceId::from_bytes(node.identity().device.0);
        let sync = node.sync_state();
        let report = domain::meeting::purge_report(node.confirmed());
        if !report.finished.contains(&own) {
            if sync.pending > 0 || !sync.connected {
                return Vec::new();
            }
            let records = report.goes.values().sum();
            return self.report(Command::FinishPurge { records, report_hash: hash_of(&report) });
        }
        let Some(core) = self.core.take() else { return Vec::new() };
        match core.destroy() {
            Ok(()) => tracing::warn!("the meeting's data on this machine are destroyed, as the organiser ordered"),
            Err(error) => tracing::error!("{error:#}"),
        }
        vec![Told::Purged]
    }

    /// The node has an identity: fold the log and sync.
    fn begin(&mut self, grant: &Grant) -> Result<Vec<Told>> {
        let (Some(disk), Some(link)) = (self.disk.take(), self.link.take()) else { return Ok(Vec::new()) };
        self.secrets = Secrets::of(grant);
        let clean = disk.mark_running();
        let (core, mut told) = Core::start(disk, grant, self.printers.clone(), link)?;
        tracing::info!(prefix = grant.prefix, "at work");
        self.core = Some(core);
        self.standing = Standing::AtWork;
        let version = env!("CARGO_PKG_VERSION").to_string();
        let role = device_role(self.role);
        told.extend(self.report(Command::ReportStart { version, role, clean, printers: self.attached.clone() }));
        Ok(told)
    }
}

/// One-time codes that were taken once, and wrong ones.
fn is_spent_code(fault: &NetFault) -> bool {
    let code = match fault {
        NetFault::Refused(problem) => problem.code,
        _ => return false,
    };
    matches!(code, ProblemCode::PairingClosed | ProblemCode::WrongCode)
}

fn device_role(role: Role) -> DeviceRole {
    match role {
        Role::Kiosk => DeviceRole::Kiosk,
        Role::Desk => DeviceRole::Desk,
        Role::Stage => DeviceRole::Stage,
    }
}

/// Where the hub is by all that is known, and the code that was shown to get in.
fn way_to_hub(disk: &Disk, way: &Way, granted: bool) -> Result<(Option<Route>, Option<PairingCode>)> {
    let kept: Option<Route> = disk.store.setting(ROUTE)?.and_then(|words| serde_json::from_str(&words).ok());
    let kept_pin = kept.as_ref().and_then(|route| route.pin);
    let told = |pin| Route { urls: way.hubs.clone(), pin };
    let Some(text) = way.pair.as_deref() else {
        let route = if way.hubs.is_empty() { kept } else { Some(told(kept_pin)) };
        return Ok((route, None));
    };
    if let Ok(ticket) = PairingTicket::parse(text) {
        // One that takes part already goes on where it is, unless that is its own hub elsewhere.
        if granted && kept_pin != Some(ticket.pin) {
            anyhow::bail!("this machine takes part in a meeting of another hub; give this one its own --data folder");
        }
        let urls = [vec![ticket.url], way.hubs.clone()].concat();
        return Ok((Some(Route { urls, pin: Some(ticket.pin) }), (!granted).then_some(ticket.code)));
    }
    let code: PairingCode = text.parse()?;
    anyhow::ensure!(!way.hubs.is_empty(), "a typed code needs the hub's address too: --hub https://192.168.1.20:7400");
    Ok((Some(told(kept_pin)), (!granted).then_some(code)))
}

fn words_of(route: &Route) -> String {
    serde_json::to_string(route).expect("a route is plain text")
}

/// SHA-256 of what the report counts, in hex.
fn hash_of(report: &domain::meeting::PurgeReport) -> String {
    let mut hash = Sha256::new();
    for (code, count) in report.goes.iter().chain(&report.stays) {
        hash.update(format!("{code} {count}\n"));
    }
    HEXLOWER.encode(&hash.finalize())
}
