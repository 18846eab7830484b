//! A machine's place in the meeting, the same for every role: its disk, its way to the hub, its grant and, once it has
//! one, its core. It shows nothing and knows no device.

use crate::app::clock;
use crate::app::core::{Core, Disk, Told};
use crate::app::link::{Link, LinkAnswer};
use crate::app::secrets::Secrets;
use anyhow::Result;
use domain::event::DeviceRole;
use domain::{Actor, Command, Meeting, PrinterId};
use ed25519_dalek::SigningKey;
use node::{Denied, Input as NodeInput, Node};
use std::time::{Duration, Instant};
use sync::{EnrolRequest, Grant, Role};

/// How often a machine without a grant asks the hub again.
const ENROL_EVERY: Duration = Duration::from_secs(1);
/// Tags of acts that no screen waits for.
const OWN_TAGS: u64 = 1 << 62;

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
    pub hub_url: String,
    /// Where the hub's answers go: into the queue of the thread that calls [`Station::hear`].
    pub on_answer: Box<dyn Fn(LinkAnswer) + Send + Sync>,
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
    enrol_at: Instant,
    last_own_tag: u64,
    secrets: Secrets,
    /// The grant could not be kept.
    storage_failed: bool,
    empty: Meeting,
}

impl Station {
    /// Begins at once where the disk has a grant; else asks the hub for one, again and again.
    ///
    /// # Errors
    /// A wrong address of the hub, or what the disk did.
    pub fn start(parts: StationParts) -> Result<(Station, Vec<Told>)> {
        let mut disk = parts.disk;
        let grant = disk.grant()?;
        let token = grant.as_ref().map(|grant| grant.token.clone());
        let link = Link::start(&parts.hub_url, token, parts.on_answer)?;
        let mut station = Station {
            role: parts.role,
            name: parts.name,
            printers: parts.printers,
            attached: parts.attached,
            disk: Some(disk),
            link: Some(link),
            core: None,
            enrol_at: Instant::now(),
            last_own_tag: OWN_TAGS,
            secrets: Secrets::none(),
            storage_failed: false,
            empty: Meeting::new(),
        };
        let told = match grant {
            Some(grant) => station.begin(&grant)?,
            None => Vec::new(),
        };
        Ok((station, told))
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

    /// Takes the network away and gives it back.
    pub fn cut_network(&self, cut: bool) {
        if let Some(link) = self.core.as_ref().map(Core::link).or(self.link.as_ref()) {
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
            return self.without_own(told);
        }
        if self.enrol_at <= Instant::now() {
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
        let input = match answer {
            LinkAnswer::Enrolled { result: Ok(grant) } => return self.granted(&grant),
            LinkAnswer::Enrolled { result: Err(fault) } => {
                tracing::info!("no grant from the hub yet: {fault}");
                return Ok(Vec::new());
            }
            LinkAnswer::Pushed { call, result } => NodeInput::PushAnswered { call, result },
            LinkAnswer::Pulled { call, result } => NodeInput::PullAnswered { call, result },
            LinkAnswer::Snapshot { call, result } => NodeInput::SnapshotAnswered { call, result },
        };
        Ok(self.feed(input))
    }

    /// Hands an input to the node, if there is one.
    pub fn feed(&mut self, input: NodeInput) -> Vec<Told> {
        let told = self.core.as_mut().map(|core| core.feed(input)).unwrap_or_default();
        self.without_own(told)
    }

    /// Hands a command in; its answer comes as [`Told::Answer`] with the same tag, at once or later.
    pub fn act(&mut self, tag: u64, command: Command, actor: Actor) -> Vec<Told> {
        let Some(core) = &mut self.core else {
            return vec![Told::Answer { tag, result: Err(Denied::Storage) }];
        };
        let told = core.act(tag, command, actor);
        self.without_own(told)
    }

    /// What the machine itself has to tell; nobody waits for the outcome.
    pub fn report(&mut self, command: Command) -> Vec<Told> {
        self.last_own_tag += 1;
        let tag = self.last_own_tag;
        let told = self.core.as_mut().map(|core| core.act(tag, command, Actor::System)).unwrap_or_default();
        self.without_own(told)
    }

    fn without_own(&self, mut told: Vec<Told>) -> Vec<Told> {
        told.retain(|told| !matches!(told, Told::Answer { tag, .. } if *tag > OWN_TAGS));
        told
    }

    fn ask_for_grant(&mut self) -> Result<()> {
        let (Some(disk), Some(link)) = (&mut self.disk, &self.link) else { return Ok(()) };
        let key = device_key(disk)?;
        let public_key = sync::ids::Key(key.verifying_key().to_bytes());
        let epoch = disk.store.epoch().epoch;
        link.enrol(EnrolRequest { public_key, epoch, role: self.role, name: self.name.clone() });
        Ok(())
    }

    fn granted(&mut self, grant: &Grant) -> Result<Vec<Told>> {
        let Some(disk) = &mut self.disk else { return Ok(Vec::new()) };
        if let Err(error) = disk.store.set_grant(grant) {
            tracing::error!("the hub's grant could not be kept: {error}; {}", error.remedy());
            self.storage_failed = true;
            return Ok(Vec::new());
        }
        self.begin(grant)
    }

    /// The node has an identity: fold the log and sync.
    fn begin(&mut self, grant: &Grant) -> Result<Vec<Told>> {
        let (Some(disk), Some(link)) = (self.disk.take(), self.link.take()) else { return Ok(Vec::new()) };
        self.secrets = Secrets::of(grant);
        let clean = disk.mark_running();
        let (core, mut told) = Core::start(disk, grant, self.printers.clone(), link)?;
        tracing::info!(prefix = grant.prefix, "at work");
        self.core = Some(core);
        let version = env!("CARGO_PKG_VERSION").to_string();
        let role = device_role(self.role);
        told.extend(self.report(Command::ReportStart { version, role, clean, printers: self.attached.clone() }));
        Ok(told)
    }
}

fn device_role(role: Role) -> DeviceRole {
    match role {
        Role::Kiosk => DeviceRole::Kiosk,
        Role::Desk => DeviceRole::Desk,
        Role::Stage => DeviceRole::Stage,
    }
}

/// The device's own key, made once.
fn device_key(disk: &mut Disk) -> Result<SigningKey> {
    const NAME: &str = "device";
    if let Some(bytes) = disk.store.key(NAME)? {
        let bytes: [u8; 32] = bytes.as_slice().try_into().map_err(|_| anyhow::anyhow!("the device key is damaged"))?;
        return Ok(SigningKey::from_bytes(&bytes));
    }
    let bytes = clock::entropy()?;
    disk.store.set_key(NAME, &bytes)?;
    Ok(SigningKey::from_bytes(&bytes))
}
