//! The node: takes inputs, keeps state, hands out effects. Deciding is the meeting's, positions are the replica's, copies
//! are the jobs'; here they are put in order around the one writer.

mod hub_link;
mod offers;
mod own_acts;
mod writer;

use std::collections::{BTreeSet, VecDeque};

use domain::meeting::BadgeStatus;
use domain::{Actor, Command, Meeting};
use sync::{Event, EventId, Hash, Hlc, Replica, ReplicaInput, Resume};

use crate::author::Author;
use crate::badge::BadgeFacts;
use crate::effect::{Denied, Effect, JobView, PrinterView};
use crate::fold::Fold;
use crate::follow;
use crate::input::Input;
use crate::jobs::{Io, Jobs, LogWord, Turn};
use crate::loaded::{Identity, Loaded, SyncState};
use crate::steady::{Now, SteadyClock};
use hub_link::Calls;
use offers::Offers;
use own_acts::OwnActs;
use writer::{Lane, Pulled, Writing};

/// Acts that may wait for the disk; one more is refused with [`Denied::Busy`].
pub const MAX_WAITING_ACTS: usize = 64;

#[derive(Debug)]
struct Act {
    /// None: nobody waits for the outcome.
    tag: Option<u64>,
    command: Command,
    actor: Actor,
    entropy: [u8; 32],
}

/// A whole node. See [`Input`] and [`Effect`].
#[derive(Debug)]
pub struct Node {
    fold: Fold,
    author: Author,
    replica: Replica,
    jobs: Jobs,
    /// Own events of the present epoch; the index is the seq.
    own: Vec<Event>,
    clock: SteadyClock,
    acts: VecDeque<Act>,
    pulled: Option<Pulled>,
    /// The disk may have forgotten prints: requests that come are history until the hub's newest event is here.
    catching_up: bool,
    /// Own events outside the present epoch's log: of earlier epochs, or contradicted by the hub's order.
    others: Others,
    /// Those of `others` that the hub does not have: they go into the present log under their old ids.
    orphans: VecDeque<Event>,
    /// What the hub lost of others.
    offers: Offers,
    own_acts: OwnActs,
    writing: Option<Writing>,
    last_lane: Lane,
    calls: Calls,
    next_batch: u64,
    /// How many decisions the program made by itself, for their entropy.
    decided: u64,
    fault: Option<String>,
    woken: Option<u64>,
    told: Option<SyncState>,
    changed: bool,
    /// The meeting changed since the jobs looked at it.
    folded: bool,
    /// Whether the jobs looked at it while it was all that node and hub know.
    settled: bool,
}

impl Node {
    /// Builds the node from its disk. Call [`Node::handle`] with [`Input::Tick`] next: it starts sync and printing.
    pub fn restore(loaded: Loaded, identity: Identity, now_ms: u64) -> Node {
        let clock = SteadyClock::starting(now_ms);
        Node::assemble(loaded, identity, clock, Carried::default())
    }

    fn assemble(mut loaded: Loaded, identity: Identity, clock: SteadyClock, carried: Carried) -> Node {
        let now = clock.now();
        // Evidence against another node is not ours to do again.
        loaded.pending.retain(|event| event.device_id == identity.device);
        let own = own_events(&loaded, &identity);
        let others = Others::of(&loaded, &identity, &own);
        let fold = Fold::of(loaded.confirmed.iter().map(|(_, event)| event), loaded.pending.iter());
        let replica = Replica::new(resume(&loaded, &identity, &own), now.steady);
        let everything = || loaded.confirmed.iter().map(|(_, event)| event).chain(&loaded.pending);
        let last = everything().filter(|event| event.device_id == identity.device).map(|event| event.hlc).max();
        let orphans = orphans(&others, &own, &fold);
        // Acts to be done again tell of a disk that went back unseen: its journal is older than the paper, too.
        let distrust = loaded.reborn && own.is_empty() || !orphans.is_empty();
        let mut jobs = Jobs::restore(&identity.printers, loaded.journal.clone(), distrust, carried.attempt, now);
        for request in follow::lost(everything(), &identity, &jobs) {
            jobs.doubt_lost(request, now);
        }
        let head = own.last().map(sync::Head::of);
        let mut author = Author::new(identity, head, last.unwrap_or(Hlc(0)), carried.offset_ms);
        for event in everything() {
            author.observe(event, now);
        }
        Node {
            fold,
            author,
            replica,
            jobs,
            own,
            clock,
            acts: VecDeque::new(),
            pulled: None,
            catching_up: loaded.incarnation.is_none() || distrust,
            others,
            orphans,
            offers: Offers::of(std::mem::take(&mut loaded.foreign)),
            own_acts: OwnActs::default(),
            writing: None,
            // Doubts of a journal that is not trusted are written first: with any own event on the disk it would be.
            last_lane: Lane::Acts,
            calls: Calls::after(carried.call),
            next_batch: carried.batch,
            decided: carried.decided,
            fault: None,
            woken: None,
            told: None,
            changed: true,
            folded: true,
            settled: false,
        }
    }

    /// Looks anew for own acts that have to be done again.
    fn find_orphans(&mut self) {
        self.orphans = orphans(&self.others, &self.own, &self.fold);
    }

    /// Takes one input. `now_ms` is the machine's wall clock in unix milliseconds; it may jump.
    pub fn handle(&mut self, input: Input, now_ms: u64) -> Vec<Effect> {
        let now = self.clock.advance(now_ms);
        let mut effects = Vec::new();
        match input {
            Input::Act { tag, command, actor, entropy } => {
                self.take_act(Act { tag: Some(tag), command, actor, entropy }, &mut effects);
            }
            Input::Installed { batch, foreign } => self.installed(batch, foreign, now, &mut effects),
            Input::OfferAnswered { call, result } => self.offer_answered(call, result, now, &mut effects),
            Input::Committed { batch } => self.committed(batch, now, &mut effects),
            Input::CommitFailed { batch, reason } => self.commit_failed(batch, reason, &mut effects),
            Input::Reopened(loaded) => self.reopened(*loaded, now, &mut effects),
            Input::PushAnswered { call, result } => self.push_answered(call, result, now, &mut effects),
            Input::PullAnswered { call, result } => self.pull_answered(call, result, now, &mut effects),
            Input::SnapshotAnswered { call, result } => self.snapshot_answered(call, result, now, &mut effects),
            Input::Printer { printer, report } => {
                self.jobs.report(&printer, report, now);
                self.changed = true;
            }
            Input::Tick => self.woken = None,
        }
        self.go_on(now, &mut effects);
        effects
    }

    fn take_act(&mut self, act: Act, effects: &mut Vec<Effect>) {
        let denied = if self.fault.is_some() {
            Denied::Storage
        } else if self.replica.state().stopped.is_some() {
            Denied::LogFrozen
        } else if self.acts.len() >= MAX_WAITING_ACTS {
            Denied::Busy
        } else {
            self.acts.push_back(act);
            return;
        };
        effects.extend(act.tag.map(|tag| Effect::Answer { tag, result: Err(denied) }));
    }

    /// All that follows from the present state by itself.
    fn go_on(&mut self, now: Now, effects: &mut Vec<Effect>) {
        if self.fault.is_none() {
            self.sync_step(ReplicaInput::Lacking(self.offers.count()), now, effects);
            let settled = self.knows_all();
            let (jobs, meeting) = (&mut self.jobs, self.fold.shown());
            let folded = std::mem::take(&mut self.folded);
            if folded {
                jobs.reconcile(&|badge| log_word(meeting, badge), now);
            }
            if settled && (folded || !self.settled) {
                let identity = self.author.identity();
                jobs.doubt_forgotten(&|jobs, badge, copy| follow::wish(meeting, badge, copy, identity, jobs), now);
            }
            if settled {
                jobs.doubt_nameless(&|badge| is_nameless(meeting, badge), now);
            }
            self.settled = settled;
            hand_over_stranded(jobs, meeting, &self.author, self.replica.state().connected, now);
            for io in jobs.advance(now, &|badge| turn(meeting, badge)) {
                self.printer_io(io, now, effects);
            }
            self.see_to_own_acts(now);
            self.write_next(now, effects);
            self.wake(now, effects);
        }
        let state = self.sync_state();
        if self.changed || self.told.as_ref() != Some(&state) {
            self.changed = false;
            self.told = Some(state);
            effects.push(Effect::Changed);
        }
    }

    /// Whether all that the hub has is here, and all that is known here of others is at the hub.
    fn knows_all(&self) -> bool {
        let up_to_date = self.replica.cursor() >= self.calls.hub_cursor && !self.catching_up;
        up_to_date && self.replica.state().connected && self.offers.count() == 0
    }

    fn wake(&mut self, now: Now, effects: &mut Vec<Effect>) {
        let next = [self.jobs.deadline(), self.replica.poll_timeout(), self.own_acts_at()].into_iter().flatten().min();
        if next != self.woken {
            self.woken = next;
            let Some(at) = next else { return };
            effects.push(Effect::WakeIn { ms: at.saturating_sub(now.steady).max(1) });
        }
    }

    fn printer_io(&mut self, io: Io, now: Now, effects: &mut Vec<Effect>) {
        if !self.jobs.wants(&io) {
            return;
        }
        match io {
            Io::Preflight { printer } => effects.push(Effect::Preflight { printer }),
            Io::Print { printer, job, attempt } => {
                match self.jobs.badge_of(job).and_then(|badge| BadgeFacts::of(self.fold.shown(), badge)) {
                    Some(badge) => effects.push(Effect::Print { printer, job, attempt, badge: Box::new(badge) }),
                    // A new life of the hub does not have the request yet: nothing was sent, the copy waits.
                    None => self.jobs.withdraw(job, now),
                }
            }
        }
    }

    /// What the screens show: confirmed events and own pending ones on top.
    pub fn meeting(&self) -> &Meeting {
        self.fold.shown()
    }

    /// Only what the hub has given back.
    pub fn confirmed(&self) -> &Meeting {
        self.fold.confirmed()
    }

    /// Whether the hub has given this event back; what is shown of any other is pending.
    pub fn is_confirmed(&self, event_id: EventId) -> bool {
        self.fold.is_confirmed(event_id)
    }

    /// Who this node is.
    pub fn identity(&self) -> &Identity {
        self.author.identity()
    }

    /// How far node and hub agree.
    pub fn sync_state(&self) -> SyncState {
        let state = self.replica.state();
        let acked = self.own.len().saturating_sub(usize::try_from(state.waiting).unwrap_or(usize::MAX));
        let since = self.own.get(acked).map(|event| event.hlc.millis());
        SyncState {
            waiting: state.waiting,
            since: since.filter(|_| state.waiting > 0),
            connected: state.connected,
            pending: self.fold.pending(),
            cursor: self.replica.cursor(),
            clock_offset_ms: self.author.offset_ms(),
            clock: self.author.clock_guard(),
            fault: state.fault,
            stopped: state.stopped,
            lacking: self.offers.count(),
        }
    }

    /// Why nothing can be recorded, while that is so.
    pub fn storage_fault(&self) -> Option<&str> {
        self.fault.as_deref()
    }

    /// The printers, in the order of the identity.
    pub fn printers(&self) -> Vec<PrinterView> {
        self.jobs.printer_views()
    }

    /// The copies that are not settled yet, doubtful ones included, oldest first.
    pub fn jobs(&self) -> impl Iterator<Item = JobView<'_>> {
        self.jobs.views()
    }

    /// Confirmed events of kinds that this version does not know: kept and forwarded, not shown.
    pub fn unknown_events(&self) -> u64 {
        self.fold.unknown()
    }
}

fn log_word(meeting: &Meeting, badge: &str) -> Option<LogWord> {
    match meeting.badge(badge.parse().ok()?)?.status {
        BadgeStatus::Waiting => None,
        BadgeStatus::Printed(_) => Some(LogWord::Out),
        BadgeStatus::Doubtful => Some(LogWord::Doubtful),
        BadgeStatus::NotOut | BadgeStatus::Voided(_) => Some(LogWord::Void),
    }
}

/// Its request is known, and whom it is for is not: the word that took them in is lost.
fn is_nameless(meeting: &Meeting, badge: &str) -> bool {
    let badge = badge.parse().ok().and_then(|badge| meeting.badge(badge));
    badge.is_some_and(|badge| badge.is_standing() && meeting.guest(badge.guest).is_none())
}

/// `None`: it cannot be printed (yet), or shall not be any more.
fn turn(meeting: &Meeting, badge: &str) -> Option<Turn> {
    let facts = BadgeFacts::of(meeting, badge)?;
    let green = facts.household.is_some_and(|household| meeting.has_green_channel(household));
    Some(if green { Turn::GreenChannel } else { Turn::Usual })
}

/// Copies whose printer has failed for too long go to a neighbour. Only while the hub is heard: it has to tell the other.
fn hand_over_stranded(jobs: &mut Jobs, meeting: &Meeting, author: &Author, connected: bool, now: Now) {
    let after_ms = u64::from(meeting.config().rules.printing.take_over_after_s) * 1_000;
    let stranded = if connected { jobs.stranded(after_ms, now) } else { Vec::new() };
    if stranded.is_empty() {
        return;
    }
    let own = domain::DeviceId::from_bytes(author.identity().device.0);
    let Some(printer) = meeting.printer_that_takes_over(own) else { return };
    for job in stranded {
        jobs.hand_over(job, printer.as_str(), now);
    }
}

/// What goes on over a reopened store, so that late answers of before are told apart.
#[derive(Debug, Clone, Copy)]
struct Carried {
    batch: u64,
    call: u64,
    attempt: u64,
    decided: u64,
    offset_ms: i64,
}

impl Default for Carried {
    fn default() -> Carried {
        Carried { batch: 1, call: 1, attempt: 1, decided: 0, offset_ms: 0 }
    }
}

/// The own events of the present epoch, as far as they are one chain: what the hub has, then what continues it.
fn own_events(loaded: &Loaded, identity: &Identity) -> Vec<Event> {
    let mut own: Vec<Event> = Vec::new();
    for event in loaded.confirmed.iter().map(|(_, event)| event).chain(&loaded.pending) {
        let is_own = event.device_id == identity.device && event.log_epoch == identity.epoch;
        if is_own && sync::chain::follows(own.last().map(sync::Head::of), event).is_ok() {
            own.push(event.clone());
        }
    }
    own
}

fn resume(loaded: &Loaded, identity: &Identity, own: &[Event]) -> Resume {
    let of_epoch = |event: &&Event| event.device_id == identity.device && event.log_epoch == identity.epoch;
    let confirmed = loaded.confirmed.iter().map(|(_, event)| event).filter(of_epoch);
    Resume {
        meeting: identity.meeting,
        device: identity.device,
        epoch: identity.epoch,
        incarnation: loaded.incarnation,
        cursor: loaded.cursor,
        own_head: own.last().map(sync::Head::of),
        confirmed_seq: confirmed.map(|event| event.seq).max(),
    }
}

/// Own events that are not in the present epoch's log, each once: of earlier epochs, or set aside.
#[derive(Debug)]
struct Others {
    events: Vec<Event>,
    /// Hashes of these and of those that never belong here.
    known: BTreeSet<Hash>,
}

/// Own acts that neither the hub nor the present log has: they go into the present log.
fn orphans(others: &Others, own: &[Event], fold: &Fold) -> VecDeque<Event> {
    let mut here: BTreeSet<EventId> = own.iter().map(|event| event.event_id).collect();
    let unknown = others.events().filter(|event| !fold.is_confirmed(event.event_id));
    unknown.filter(|event| here.insert(event.event_id)).cloned().collect()
}

impl Others {
    fn of(loaded: &Loaded, identity: &Identity, own: &[Event]) -> Others {
        let mut others = Others { events: Vec::new(), known: own.iter().map(Event::hash).collect() };
        for event in loaded.confirmed.iter().map(|(_, event)| event).chain(&loaded.pending) {
            if event.device_id == identity.device {
                others.add(event);
            }
        }
        // A device's stamps rise over all its epochs: acts are done again in the order in which they were done.
        others.events.sort_by_key(|event| event.hlc);
        others
    }

    fn add(&mut self, event: &Event) {
        if self.known.insert(event.hash()) {
            self.events.push(event.clone());
        }
    }

    fn events(&self) -> impl Iterator<Item = &Event> {
        self.events.iter()
    }
}
