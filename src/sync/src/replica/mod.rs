//! Replication of one node as a state machine: what to push, from where to pull, when to try again.
//! It owns positions, never events, and does no I/O: the node carries its effects out.

mod channel;
#[cfg(test)]
mod tests;

use self::channel::Channel;
use crate::chain::{Head, next_seq};
use crate::envelope::Event;
use crate::ids::{DeviceId, Incarnation, LogEpoch, MeetingId};
use crate::wire::{NetFault, PullReply, PullRequest, PushReply, Snapshot, Vouched, WireError};

/// How long a pull may wait at the hub; the HTTP client's own limit has to be longer.
pub const PULL_WAIT_MS: u32 = 25_000;

/// A node that has nothing to push asks the hub so often how far it is: it tells the clocks' difference, and that the
/// node is known.
pub const ASK_MS: u64 = 60_000;

/// What the store knew when the node started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resume {
    pub meeting: MeetingId,
    pub device: DeviceId,
    pub epoch: LogEpoch,
    /// The hub's incarnation of which `cursor` counts; none before the first snapshot.
    pub incarnation: Option<Incarnation>,
    /// The last pulled cursor that is stored.
    pub cursor: u64,
    /// Head of the own log.
    pub own_head: Option<Head>,
    /// The last own seq that was pulled back: acknowledged once. Only for the badge; pushing starts
    /// where the hub says.
    pub confirmed_seq: Option<u64>,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReplicaInput {
    /// Own events were committed; this is the head now.
    OwnCommitted(Head),
    /// Exactly one answer for each `SyncEffect::Push`.
    PushAnswered(Result<PushReply, NetFault>),
    /// Exactly one answer for each `SyncEffect::Pull`.
    PullAnswered(Result<PullReply, NetFault>),
    /// Exactly one answer for each `SyncEffect::FetchSnapshot`.
    SnapshotAnswered(Result<Snapshot, NetFault>),
    /// `SyncEffect::StorePulled` or `InstallSnapshot` was committed up to this cursor.
    Stored { cursor: u64 },
    /// It was not.
    StoreFailed,
    /// So many events of others, for which the hub gave its word, are missing in its present life.
    Lacking(u64),
    /// Exactly one answer for each `SyncEffect::Offer`: the hub's life, and how many events it lacks now.
    OfferAnswered { result: Result<Incarnation, NetFault>, lacking: u64 },
    /// Time passed.
    Tick,
}

/// What to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SyncEffect {
    /// Push own events `from..`, as many as `PushRequest::gather` takes; a question goes without any
    /// and asks how far the hub is.
    Push { from: u64, question: bool },
    /// Ask for what is new.
    Pull(PullRequest),
    /// Ask for everything.
    FetchSnapshot,
    /// Append these in one transaction, then report `Stored`.
    StorePulled { incarnation: Incarnation, cursor: u64, vouched: Option<Vouched>, events: Vec<(u64, Event)> },
    /// Replace everything pulled before in one transaction, then report `Stored`. Own events that
    /// are not in it stay and are pending again.
    InstallSnapshot(Snapshot),
    /// Offer some of what the hub lacks. It never holds pushes and pulls up.
    Offer,
    /// Nothing more will be pushed or pulled under this epoch: the log is evidence now.
    Stopped(StopReason),
}

/// Why replication stopped for good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StopReason {
    /// The hub has another event at this seq: this log was cloned, or went back in time.
    Fork { at: u64, hub_head: Option<Head> },
    /// The hub has more of this log than this disk.
    BehindHub { own_next: u64, hub_head: Head },
    /// The hub took this device out of the meeting.
    Revoked,
}

/// For the sync badge and the technician's page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyncState {
    /// Own events that the hub has not acknowledged.
    pub waiting: u64,
    /// Since when events wait, Unix milliseconds.
    pub waiting_since_ms: Option<u64>,
    /// The hub answered and nothing failed since.
    pub connected: bool,
    /// Since when `connected` is what it is.
    pub since_ms: u64,
    /// Hub clock minus the clock that `handle` is given, at the last answer; means something only when
    /// that is the wall clock.
    pub clock_offset_ms: Option<i64>,
    /// What failed last, while it fails.
    pub fault: Option<NetFault>,
    /// Set once replication stopped.
    pub stopped: Option<StopReason>,
    /// Events of others that the hub lost and this node gives back to it.
    pub lacking: u64,
}

#[derive(Debug, Clone, Copy)]
struct Storing {
    incarnation: Incarnation,
    cursor: u64,
    /// It replaces everything pulled before.
    whole: bool,
}

/// One node's replication.
#[derive(Debug, Clone)]
pub struct Replica {
    meeting: MeetingId,
    incarnation: Option<Incarnation>,
    cursor: u64,
    own_head: Option<Head>,
    /// What the hub said since this start, and in which of its lives.
    answered: Option<(Incarnation, Option<Head>)>,
    confirmed_seq: Option<u64>,
    waiting_since_ms: Option<u64>,
    connected: bool,
    since_ms: u64,
    clock_offset_ms: Option<i64>,
    push: Channel,
    /// When the last push was answered.
    push_answered_ms: Option<u64>,
    /// The first seq that the push under way would bring, none for a question.
    pushing: Option<u64>,
    pull: Channel,
    /// A snapshot is needed: there is none yet, or the hub lives anew.
    renew: bool,
    /// The hub was asked to hold its answer, at this time.
    long_poll_ms: Option<u64>,
    storing: Option<Storing>,
    offer: Channel,
    /// Events of others that the hub lacks.
    lacking: u64,
    /// The hub's newest cursor as it said last.
    hub_cursor: u64,
    stopped: Option<StopReason>,
}

impl Replica {
    /// Starts where the store left off. The first `handle` asks the hub.
    pub fn new(resume: Resume, now_ms: u64) -> Replica {
        let mut replica = Replica {
            meeting: resume.meeting,
            incarnation: resume.incarnation,
            cursor: resume.cursor,
            own_head: resume.own_head,
            answered: None,
            confirmed_seq: resume.confirmed_seq,
            waiting_since_ms: None,
            connected: false,
            since_ms: now_ms,
            clock_offset_ms: None,
            push: Channel::new(resume.device),
            push_answered_ms: None,
            pushing: None,
            pull: Channel::new(resume.device),
            renew: resume.incarnation.is_none(),
            long_poll_ms: None,
            storing: None,
            offer: Channel::new(resume.device),
            lacking: 0,
            hub_cursor: u64::MAX,
            stopped: None,
        };
        replica.note_waiting(now_ms);
        replica
    }

    /// Takes one input and says what to do. An answer that nobody asked for is ignored.
    pub fn handle(&mut self, input: ReplicaInput, now_ms: u64) -> Vec<SyncEffect> {
        if self.stopped.is_some() {
            return Vec::new();
        }
        let mut effects = Vec::new();
        match input {
            ReplicaInput::PushAnswered(Err(NetFault::Revoked))
            | ReplicaInput::PullAnswered(Err(NetFault::Revoked))
            | ReplicaInput::SnapshotAnswered(Err(NetFault::Revoked)) => {
                self.stopped = Some(StopReason::Revoked);
                effects.push(SyncEffect::Stopped(StopReason::Revoked));
            }
            ReplicaInput::PushAnswered(_) if !self.push.busy() => {}
            ReplicaInput::PullAnswered(_) | ReplicaInput::SnapshotAnswered(_) if !self.expects_pull() => {}
            ReplicaInput::OfferAnswered { .. } if !self.offer.busy() => {}
            ReplicaInput::OwnCommitted(head) => self.own_committed(head),
            ReplicaInput::PushAnswered(Ok(reply)) => effects.extend(self.pushed(&reply, now_ms)),
            ReplicaInput::PushAnswered(Err(fault)) => self.push.fail(Some(fault), now_ms),
            ReplicaInput::PullAnswered(Ok(reply)) => effects.extend(self.pulled(reply, now_ms)),
            ReplicaInput::SnapshotAnswered(Ok(snapshot)) => effects.extend(self.fetched(snapshot, now_ms)),
            ReplicaInput::PullAnswered(Err(fault)) | ReplicaInput::SnapshotAnswered(Err(fault)) => {
                self.pull.fail(Some(fault), now_ms);
            }
            ReplicaInput::Stored { cursor } => self.stored(cursor),
            ReplicaInput::StoreFailed => self.store_failed(now_ms),
            ReplicaInput::Lacking(count) => self.lack(count, now_ms),
            ReplicaInput::OfferAnswered { result, lacking } => self.offered(result, lacking, now_ms),
            ReplicaInput::Tick => {}
        }
        self.note_connection(now_ms);
        self.note_waiting(now_ms);
        if self.stopped.is_none() {
            effects.extend(self.next_push(now_ms));
            effects.extend(self.next_pull(now_ms));
            effects.extend(self.next_offer(now_ms));
        }
        effects
    }

    /// When to call with `Tick` at the latest, Unix milliseconds.
    pub fn poll_timeout(&self) -> Option<u64> {
        if self.stopped.is_some() {
            return None;
        }
        let offer = self.offer.wake_at_ms().filter(|_| self.may_offer());
        let push = self.push.wake_at_ms().or(self.ask_at_ms());
        [push, self.pull.wake_at_ms(), offer].into_iter().flatten().min()
    }

    /// For the sync badge.
    pub fn state(&self) -> SyncState {
        SyncState {
            waiting: self.waiting(),
            waiting_since_ms: self.waiting_since_ms,
            connected: self.connected,
            since_ms: self.since_ms,
            clock_offset_ms: self.clock_offset_ms,
            fault: self.push.fault().or(self.pull.fault()).cloned(),
            stopped: self.stopped.clone(),
            lacking: self.lacking,
        }
    }

    /// The last pulled cursor that is stored.
    pub fn cursor(&self) -> u64 {
        self.cursor
    }

    /// The hub's life that the pulled events belong to.
    pub fn incarnation(&self) -> Option<Incarnation> {
        self.incarnation
    }

    /// The hub's head of the own log as it said last; none before its first answer.
    pub fn acked(&self) -> Option<Head> {
        self.answered.and_then(|(_, head)| head)
    }

    fn expects_pull(&self) -> bool {
        self.pull.busy() && self.storing.is_none()
    }

    fn own_committed(&mut self, head: Head) {
        if self.own_head.is_none_or(|own| own.seq < head.seq) {
            self.own_head = Some(head);
        }
    }

    fn pushed(&mut self, reply: &PushReply, now_ms: u64) -> Option<SyncEffect> {
        let first_new = self.pushing.take();
        self.push_answered_ms = Some(now_ms);
        if let Some(reason) = self.contradiction(reply) {
            self.stopped = Some(reason.clone());
            return Some(SyncEffect::Stopped(reason));
        }
        self.answered = Some((reply.incarnation, reply.acked));
        if self.incarnation.is_some_and(|known| known != reply.incarnation) {
            self.renew = true;
        }
        if first_new.is_some_and(|first| next_seq(reply.acked) <= first) {
            // Answered but not taken: pushing again at once would spin.
            self.push.fail(None, now_ms);
        } else if self.push.succeed() {
            self.pull.hurry(now_ms);
        }
        self.note_hub_clock(reply.now_ms, now_ms);
        None
    }

    fn contradiction(&self, reply: &PushReply) -> Option<StopReason> {
        if let Some(at) = reply.fork_at {
            return Some(StopReason::Fork { at, hub_head: reply.acked });
        }
        let hub = reply.acked?;
        let own_next = next_seq(self.own_head);
        if hub.seq >= own_next {
            return Some(StopReason::BehindHub { own_next, hub_head: hub });
        }
        let same_place = self.own_head.filter(|own| own.seq == hub.seq)?;
        (same_place.hash != hub.hash).then_some(StopReason::Fork { at: hub.seq, hub_head: reply.acked })
    }

    fn pulled(&mut self, reply: PullReply, now_ms: u64) -> Option<SyncEffect> {
        let asked_long = self.long_poll_ms.take();
        // A hub that knows less than it told is another hub, whatever it calls itself.
        if Some(reply.incarnation) != self.incarnation || reply.hub_cursor < self.cursor {
            self.renew = true;
            self.pull_succeeded(reply.now_ms, now_ms);
            return None;
        }
        if reply.from != self.cursor || !self.all_ours(&reply.events) {
            self.pull.fail(Some(not_asked_for()), now_ms);
            return None;
        }
        self.hub_cursor = reply.hub_cursor;
        self.pull_succeeded(reply.now_ms, now_ms);
        if reply.events.is_empty() {
            // A hub that would not wait, as when it shuts down; or it was not asked to, since pushes fail.
            let at_once = |asked: u64| now_ms < asked.saturating_add(channel::MIN_PAUSE_MS);
            if asked_long.map_or(self.push.failing(), at_once) {
                self.pull.rest(now_ms);
            }
            return None;
        }
        self.pull.begin();
        self.storing = Some(Storing { incarnation: reply.incarnation, cursor: reply.cursor, whole: false });
        let PullReply { incarnation, cursor, vouched, events, .. } = reply;
        Some(SyncEffect::StorePulled { incarnation, cursor, vouched, events })
    }

    fn fetched(&mut self, snapshot: Snapshot, now_ms: u64) -> Option<SyncEffect> {
        if snapshot.meeting != self.meeting || !self.all_ours(&snapshot.events) {
            self.pull.fail(Some(not_asked_for()), now_ms);
            return None;
        }
        self.hub_cursor = snapshot.cursor;
        self.pull_succeeded(snapshot.now_ms, now_ms);
        self.pull.begin();
        self.storing = Some(Storing { incarnation: snapshot.incarnation, cursor: snapshot.cursor, whole: true });
        Some(SyncEffect::InstallSnapshot(snapshot))
    }

    fn stored(&mut self, cursor: u64) {
        let Some(stored) = self.storing.take_if(|storing| storing.cursor == cursor) else { return };
        self.pull.succeed();
        self.cursor = stored.cursor;
        self.incarnation = Some(stored.incarnation);
        if stored.whole {
            self.renew = false;
            // An acknowledgement of another life of the hub is worth nothing now: ask again.
            self.answered = self.answered.filter(|(answered, _)| *answered == stored.incarnation);
        }
    }

    fn store_failed(&mut self, now_ms: u64) {
        if self.storing.take().is_some() {
            self.pull.fail(None, now_ms);
        }
    }

    fn next_push(&mut self, now_ms: u64) -> Option<SyncEffect> {
        if !self.push.ready(now_ms) {
            return None;
        }
        let own_next = next_seq(self.own_head);
        let effect = match self.answered {
            None => SyncEffect::Push { from: own_next, question: true },
            Some((_, acked)) if next_seq(acked) < own_next => {
                self.pushing = Some(next_seq(acked));
                SyncEffect::Push { from: acked.map_or(0, |head| head.seq), question: false }
            }
            Some(_) if self.ask_at_ms().is_some_and(|at| at <= now_ms) => {
                SyncEffect::Push { from: own_next, question: true }
            }
            Some(_) => return None,
        };
        self.push.begin();
        Some(effect)
    }

    fn ask_at_ms(&self) -> Option<u64> {
        self.push_answered_ms.filter(|_| !self.push.busy()).map(|at| at.saturating_add(ASK_MS))
    }

    fn next_pull(&mut self, now_ms: u64) -> Option<SyncEffect> {
        if !self.pull.ready(now_ms) {
            return None;
        }
        let known = self.incarnation.filter(|_| !self.renew);
        // While not connected an answer at once tells more than a long wait.
        let wait_ms = if self.connected { PULL_WAIT_MS } else { 0 };
        let effect = match known {
            None => SyncEffect::FetchSnapshot,
            Some(incarnation) => {
                self.long_poll_ms = (wait_ms > 0).then_some(now_ms);
                SyncEffect::Pull(PullRequest { cursor: self.cursor, incarnation, wait_ms })
            }
        };
        self.pull.begin();
        Some(effect)
    }

    /// What others offer too comes back by pulls: only who has pulled everything knows what is missing.
    fn may_offer(&self) -> bool {
        self.lacking > 0 && self.connected && !self.renew && self.storing.is_none() && self.cursor >= self.hub_cursor
    }

    fn next_offer(&mut self, now_ms: u64) -> Option<SyncEffect> {
        if !self.may_offer() || !self.offer.ready(now_ms) {
            return None;
        }
        self.offer.begin();
        Some(SyncEffect::Offer)
    }

    fn lack(&mut self, count: u64, now_ms: u64) {
        if self.lacking == 0 && count > 0 {
            self.offer.stand_in_line(now_ms);
        }
        self.lacking = count;
    }

    fn offered(&mut self, result: Result<Incarnation, NetFault>, lacking: u64, now_ms: u64) {
        match result {
            Ok(incarnation) if self.incarnation == Some(incarnation) && lacking < self.lacking => {
                self.offer.succeed();
            }
            // Answered but not taken, or by another life of the hub: the pull will tell.
            Ok(_) => self.offer.fail(None, now_ms),
            Err(fault) => self.offer.fail(Some(fault), now_ms),
        }
        self.lacking = lacking;
    }

    fn pull_succeeded(&mut self, hub_now_ms: u64, now_ms: u64) {
        self.note_hub_clock(hub_now_ms, now_ms);
        if self.pull.succeed() {
            self.push.hurry(now_ms);
        }
    }

    fn all_ours(&self, events: &[(u64, Event)]) -> bool {
        events.iter().all(|(_, event)| event.meeting_id == self.meeting)
    }

    fn note_hub_clock(&mut self, hub_now_ms: u64, now_ms: u64) {
        let difference = i128::from(hub_now_ms) - i128::from(now_ms);
        self.clock_offset_ms = i64::try_from(difference).ok();
    }

    fn note_connection(&mut self, now_ms: u64) {
        let heard = self.clock_offset_ms.is_some();
        let connected = heard && !self.push.failing() && !self.pull.failing();
        if connected != self.connected {
            self.connected = connected;
            self.since_ms = now_ms;
        }
    }

    fn waiting(&self) -> u64 {
        let acked_next = match self.answered {
            Some((_, acked)) => next_seq(acked),
            None => self.confirmed_seq.map_or(0, |seq| seq.saturating_add(1)),
        };
        next_seq(self.own_head).saturating_sub(acked_next)
    }

    fn note_waiting(&mut self, now_ms: u64) {
        self.waiting_since_ms = match self.waiting() {
            0 => None,
            _ => self.waiting_since_ms.or(Some(now_ms)),
        };
    }
}

fn not_asked_for() -> NetFault {
    NetFault::Garbled(WireError::Head { reason: "it answers another question".to_owned() })
}
