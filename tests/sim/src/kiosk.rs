//! A kiosk: the real node, its disk, its printer, its clock. Carries the node's effects out as the runtime does, and may
//! die before any of them.

use std::collections::{BTreeMap, BTreeSet};

use domain::event::DeviceRole;
use domain::{Actor, Command, PrinterId};
use node::{Completion, Effect, Identity, Input, Node};
use print::Fault;
use sync::ids::Key;
use sync::wire::{EnrolRequest, Grant, Role};
use sync::{BootId, DeviceId, Event, LogEpoch, StopReason};

use crate::disk::{Disk, Image, Write};
use crate::hub_model::{Caller, HubModel, Request};
use crate::paper::PrinterMoment;
use crate::people::Visit;
use crate::plant::Plant;
use crate::printer::Printer;
use crate::rng::Rng;
use crate::world::{Happening, World};

/// The one printer of a kiosk.
pub const PRINTER: &str = "badge";
/// Tag of what the program tells by itself.
const OWN_TAG: u64 = u64::MAX;

/// One kiosk.
pub struct Kiosk {
    /// `K1`.
    pub name: String,
    key: Key,
    pub(crate) grant: Grant,
    pub(crate) disk: Disk,
    pub(crate) node: Option<Node>,
    /// Counts the starts of the process; what belongs to an earlier one is void.
    pub(crate) life: u64,
    /// Own clock minus true time.
    pub(crate) skew_ms: i64,
    pub(crate) printer: Printer,
    pub(crate) linked: bool,
    /// Calls without an answer.
    pub(crate) calls: BTreeSet<u64>,
    pub(crate) visits: BTreeMap<u64, Visit>,
    /// The next commit fails; `true`: although it is written.
    pub(crate) next_commit_fails: Option<bool>,
    /// An older copy of the disk, for the fault that brings it back.
    pub(crate) old_copy: Option<Image>,
    /// Its disk went back in time: its log may fork, and is then reported.
    pub(crate) went_back: bool,
    /// For a planted mistake: the seq after the last one sent.
    pub(crate) sent: u64,
    wake_number: u64,
    /// The printer's fault that the meeting was told last.
    pub(crate) printer_reported: Option<Fault>,
}

impl Kiosk {
    pub(crate) fn new(number: u64, key: Key, hub: &mut HubModel, now: u64, rng: &mut Rng) -> Kiosk {
        let epoch = LogEpoch(rng.bytes());
        let grant = hub.enrol(&enrolment(key, epoch, number), now);
        let completion = if rng.chance(700) { Completion::Printer } else { Completion::Unconfirmed };
        Kiosk {
            name: grant.prefix.clone(),
            key,
            disk: Disk::new(Image::new(DeviceId::of_key(&key), epoch)),
            grant,
            node: None,
            life: 0,
            skew_ms: 0,
            printer: Printer::new(completion),
            linked: true,
            calls: BTreeSet::new(),
            visits: BTreeMap::new(),
            next_commit_fails: None,
            old_copy: None,
            went_back: false,
            sent: 0,
            wake_number: 0,
            printer_reported: None,
        }
    }

    pub(crate) fn wall(&self, now: u64) -> u64 {
        now.saturating_add_signed(self.skew_ms)
    }

    pub(crate) fn identity(&self, boot: BootId) -> Identity {
        Identity::new(&self.grant, boot, vec![PRINTER.to_owned()])
    }

    pub(crate) fn enrolment(&self) -> EnrolRequest {
        enrolment(self.key, self.disk.durable().epoch, 0)
    }
}

fn enrolment(key: Key, epoch: LogEpoch, number: u64) -> EnrolRequest {
    EnrolRequest { public_key: key, epoch, role: Role::Kiosk, name: format!("kiosk {number}") }
}

impl World {
    pub(crate) fn start_kiosk(&mut self, index: usize) {
        let boot = BootId(self.rng.bytes());
        let forgets = self.options.plant == Some(Plant::ForgetsSending);
        let new_ids = self.options.plant == Some(Plant::NewIdsForOldActs);
        let now = self.now;
        let kiosk = &mut self.kiosks[index];
        if kiosk.node.is_some() {
            return;
        }
        if forgets {
            kiosk.disk.durable_mut().forget_sending();
        }
        kiosk.life += 1;
        let (life, wall) = (kiosk.life, kiosk.wall(now));
        let mut loaded = kiosk.disk.durable().load();
        if new_ids {
            give_new_ids(&mut loaded.pending, kiosk.disk.durable().epoch);
        }
        kiosk.node = Some(Node::restore(loaded, kiosk.identity(boot), wall));
        self.say(|| format!("{} starts (life {life})", self.kiosks[index].name));
        self.input(index, Input::Tick);
        let printers = vec![PrinterId::new(PRINTER)];
        self.say_of_itself(
            index,
            Command::ReportStart { version: "sim".into(), role: DeviceRole::Kiosk, clean: false, printers },
        );
    }

    /// What the program itself tells the meeting; nobody waits for the answer.
    pub(crate) fn say_of_itself(&mut self, index: usize, command: Command) {
        let entropy = self.rng.bytes();
        self.input(index, Input::Act { tag: OWN_TAG, command, actor: Actor::System, entropy });
    }

    /// Gives the node an input and carries out what it wants.
    pub(crate) fn input(&mut self, index: usize, input: Input) {
        let now = self.now;
        let kiosk = &mut self.kiosks[index];
        let wall = kiosk.wall(now);
        let Some(node) = kiosk.node.as_mut() else { return };
        let life = kiosk.life;
        let effects = node.handle(input, wall);
        for effect in effects {
            let crashes = self.crashes;
            if !self.calm && self.rng.chance(crashes) {
                self.judge.faults += 1;
                self.say(|| format!("{} dies before {}", self.kiosks[index].name, brief(&effect)));
                self.crash_kiosk(index);
                let down = self.rng.between(300, 12_000);
                self.after(down, Happening::Starts { kiosk: index });
                return;
            }
            self.perform(index, life, effect);
            if self.kiosks[index].life != life {
                return;
            }
        }
    }

    fn log_froze(&mut self, index: usize, life: u64, reason: &StopReason) {
        let (name, went_back) = (self.kiosks[index].name.clone(), self.kiosks[index].went_back);
        if !went_back {
            self.judge.accuse(format!("I3 {name}: log froze although its disk is whole: {reason:?}"));
        }
        let delay = self.rng.between(2_000, 10_000);
        self.after(delay, Happening::EnrolsAnew { kiosk: index, life });
    }

    fn perform(&mut self, index: usize, life: u64, effect: Effect) {
        self.say(|| format!("{} {}", self.kiosks[index].name, brief(&effect)));
        match effect {
            Effect::Commit { batch, events, journal } => {
                let only_sending = events.is_empty() && journal.iter().any(|row| row.state.is_in_flight());
                let early = match self.options.plant {
                    Some(Plant::DiskAcksEarly) => true,
                    Some(Plant::JournalAfterBytes) => only_sending,
                    _ => false,
                };
                self.write(index, batch, Write::Own { events, journal }, early);
            }
            Effect::StorePulled { batch, incarnation, cursor, vouched, events, journal } => {
                self.judge.pulled(&self.kiosks[index].name, incarnation, &events);
                self.write(index, batch, Write::Pulled { incarnation, cursor, vouched, events, journal }, false);
            }
            Effect::InstallSnapshot { batch, snapshot, journal } => {
                self.judge.pulled(&self.kiosks[index].name, snapshot.incarnation, &snapshot.events);
                self.write(index, batch, Write::Snapshot { snapshot, journal }, false);
            }
            Effect::Answer { tag: OWN_TAG, .. } => {}
            Effect::Answer { tag, result } => self.visit_answered(index, tag, result),
            Effect::Push { call, request } => self.send(Caller { kiosk: index, life, call }, Request::Push(request)),
            Effect::Pull { call, request } => self.send(Caller { kiosk: index, life, call }, Request::Pull(request)),
            Effect::FetchSnapshot { call } => self.send(Caller { kiosk: index, life, call }, Request::Snapshot),
            Effect::Offer { call, offer } => self.send(Caller { kiosk: index, life, call }, Request::Offer(*offer)),
            Effect::NeedsEnrolment => {
                let delay = self.rng.between(100, 2_000);
                self.after(delay, Happening::EnrolsAgain { kiosk: index, life });
            }
            Effect::NeedsNewEpoch { reason } => self.log_froze(index, life, &reason),
            Effect::Preflight { printer: _ } => {
                let delay = self.rng.between(3, 40);
                self.after(delay, Happening::Printer { kiosk: index, moment: PrinterMoment::Asked { life } });
            }
            Effect::Print { printer: _, job, attempt, badge } => {
                let durable = self.kiosks[index].disk.durable();
                self.judge.print_begins(&self.kiosks[index].name, durable, &badge);
                let (badge, copy) = (badge.badge.to_string(), badge.copy);
                let delay = self.rng.between(3, 60);
                let moment = PrinterMoment::Begins { life, job, attempt, badge, copy };
                self.after(delay, Happening::Printer { kiosk: index, moment });
            }
            Effect::Changed => self.say(|| {
                let state = self.kiosks[index].node.as_ref().map(Node::sync_state);
                let state = state.map(|state| (state.waiting, state.pending, state.cursor));
                format!("{} waiting, pending, cursor: {state:?}", self.kiosks[index].name)
            }),
            Effect::Reopen { .. } => {
                let delay = self.rng.between(50, 2_000);
                self.after(delay, Happening::Reopened { kiosk: index, life });
            }
            Effect::WakeIn { ms } => {
                let kiosk = &mut self.kiosks[index];
                kiosk.wake_number += 1;
                let number = kiosk.wake_number;
                self.after(ms, Happening::Wake { kiosk: index, life, number });
            }
        }
    }

    fn write(&mut self, index: usize, batch: u64, write: Write, early: bool) {
        self.kiosks[index].disk.append(write);
        let life = self.kiosks[index].life;
        let slow = if self.rng.chance(20) { 800 } else { 25 };
        let delay = self.rng.between(1, slow);
        if early {
            self.after(delay, Happening::DiskAnswersEarly { kiosk: index, life, batch });
            let later = self.rng.between(1_000, 6_000);
            self.after(later, Happening::DiskSynced { kiosk: index, life, batch, answers: false });
        } else {
            self.after(delay, Happening::DiskSynced { kiosk: index, life, batch, answers: true });
        }
    }

    pub(crate) fn disk_synced(&mut self, index: usize, life: u64, batch: u64, answers: bool) {
        let kiosk = &mut self.kiosks[index];
        if kiosk.life != life {
            return;
        }
        let whole = kiosk.disk.holds_snapshot();
        let fails = kiosk.next_commit_fails.take_if(|_| answers);
        if fails == Some(false) {
            kiosk.disk.forget_cached();
        }
        let synced = kiosk.disk.sync();
        let name = kiosk.name.clone();
        match synced {
            Ok(events) => self.judge.disk_events(&name, &events),
            Err(rejected) => return self.judge.accuse(format!("{name}: the store refuses a batch: {}", rejected.0)),
        }
        if fails.is_some() {
            self.judge.faults += 1;
            self.input(index, Input::CommitFailed { batch, reason: "simulated I/O error".to_owned() });
        } else if answers && whole {
            let foreign = self.kiosks[index].disk.durable().foreign();
            self.input(index, Input::Installed { batch, foreign });
        } else if answers {
            self.input(index, Input::Committed { batch });
        }
    }

    pub(crate) fn disk_answers(&mut self, index: usize, life: u64, batch: u64) {
        if self.kiosks[index].life == life {
            self.input(index, Input::Committed { batch });
        }
    }

    pub(crate) fn reopened(&mut self, index: usize, life: u64) {
        let kiosk = &self.kiosks[index];
        if kiosk.life == life {
            let loaded = Box::new(kiosk.disk.durable().load());
            self.say(|| format!("{} store is open again", self.kiosks[index].name));
            self.input(index, Input::Reopened(loaded));
        }
    }

    pub(crate) fn wake(&mut self, index: usize, life: u64, number: u64) {
        let kiosk = &self.kiosks[index];
        if kiosk.life == life && kiosk.wake_number == number {
            self.input(index, Input::Tick);
        }
    }

    /// The process dies, or the machine loses power.
    pub(crate) fn crash_kiosk(&mut self, index: usize) {
        let mut rng = self.rng.fork();
        let kiosk = &mut self.kiosks[index];
        if kiosk.node.take().is_none() {
            return;
        }
        kiosk.life += 1;
        kiosk.calls.clear();
        let name = kiosk.name.clone();
        match kiosk.disk.power_cut(&mut rng) {
            Ok((lost, events)) => {
                self.judge.disk_events(&name, &events);
                self.say(|| format!("{name} is down, {lost} batches lost"));
            }
            Err(rejected) => self.judge.accuse(format!("{name}: the store refuses a batch: {}", rejected.0)),
        }
        self.process_gone(index);
        let visits = std::mem::take(&mut self.kiosks[index].visits);
        for visit in visits.into_values() {
            self.try_again(visit);
        }
    }

    /// The hub forgot the machine: it shows its key once more.
    pub(crate) fn enrol_again(&mut self, index: usize, life: u64) {
        let kiosk = &self.kiosks[index];
        if kiosk.life != life || !self.hub.up || !kiosk.linked {
            return;
        }
        let grant = self.hub.enrol(&kiosk.enrolment(), self.now);
        self.judge.hub_log(&self.hub);
        let renamed = grant.prefix != kiosk.grant.prefix;
        self.kiosks[index].grant = grant;
        if renamed {
            self.crash_kiosk(index);
            self.start_kiosk(index);
        }
    }

    /// A machine whose log contradicts the hub's goes on with a new one.
    pub(crate) fn enrol_anew(&mut self, index: usize, life: u64) {
        if self.kiosks[index].life != life {
            return;
        }
        if !self.hub.up || !self.kiosks[index].linked {
            self.after(2_000, Happening::EnrolsAnew { kiosk: index, life });
            return;
        }
        self.crash_kiosk(index);
        let epoch = LogEpoch(self.rng.bytes());
        let now = self.now;
        let kiosk = &mut self.kiosks[index];
        let image = kiosk.disk.durable_mut();
        (image.epoch, image.reborn) = (epoch, true);
        kiosk.grant = self.hub.enrol(&kiosk.enrolment(), now);
        kiosk.sent = 0;
        self.judge.hub_log(&self.hub);
        self.say(|| format!("{} is enrolled anew as {}", self.kiosks[index].name, self.kiosks[index].grant.prefix));
        self.start_kiosk(index);
    }
}

/// A planted mistake: what an earlier epoch left behind comes under other ids, the same ones at every start.
fn give_new_ids(pending: &mut [Event], epoch: LogEpoch) {
    for event in pending.iter_mut().filter(|event| event.log_epoch != epoch) {
        let mut draft = event.draft().clone();
        draft.event_id.0[15] ^= 0xff;
        *event = draft.seal().expect("it was sealed before with an id of the same length");
    }
}

fn brief(effect: &Effect) -> String {
    match effect {
        Effect::Commit { batch, events, journal } => {
            let kinds: Vec<&str> = events.iter().map(|event| event.kind.as_str()).collect();
            let rows: Vec<String> = journal.iter().map(|row| format!("{} {:?}", row.badge, row.state)).collect();
            format!("commit {batch}: {kinds:?} {rows:?}")
        }
        Effect::StorePulled { batch, cursor, events, journal, .. } => {
            format!("store {batch}: {} events to cursor {cursor}, {} rows", events.len(), journal.len())
        }
        Effect::InstallSnapshot { batch, snapshot, journal } => {
            format!("install {batch}: {} events, {} rows", snapshot.events.len(), journal.len())
        }
        Effect::Answer { tag, result: Ok(answer) } => format!("answers {tag}: {} events", answer.events.len()),
        Effect::Answer { tag, result: Err(denied) } => format!("answers {tag}: {denied:?}"),
        Effect::Push { call, request } => format!("push {call}: {:?}", request.events),
        Effect::Pull { call, request } => format!("pull {call}: after {}", request.cursor),
        Effect::Print { job, attempt, badge, .. } => {
            format!("print job {job} attempt {attempt}: {} copy {}", badge.badge, badge.copy)
        }
        Effect::Offer { call, offer } => format!("offer {call}: {:?}", offer.events),
        Effect::FetchSnapshot { .. }
        | Effect::NeedsEnrolment
        | Effect::NeedsNewEpoch { .. }
        | Effect::Preflight { .. }
        | Effect::Changed
        | Effect::Reopen { .. }
        | Effect::WakeIn { .. } => format!("{effect:?}"),
    }
}
