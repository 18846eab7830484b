//! Seals the node's own events: sequence, chain, clock. It stores nothing and undoes nothing: after a failed commit the
//! node starts from its disk again.

use sync::chain::next_seq;
use sync::{BootId, Draft, EncodeError, Event, EventId, Hash, Head, Hlc, HlcClock};

use crate::Identity;
use crate::clock_guard::{ClockGuard, HubClock, difference};
use crate::steady::Now;

/// What an event says, before it has a place in the log.
#[derive(Debug, Clone)]
pub(crate) struct Words {
    pub event_id: EventId,
    pub actor: String,
    pub kind: String,
    pub kind_version: u16,
    pub payload: Vec<u8>,
    /// When it was done, by the hub's clock as far as known, unix milliseconds.
    pub at_ms: u64,
}

/// The pen of one epoch.
#[derive(Debug)]
pub(crate) struct Author {
    identity: Identity,
    head: Option<Head>,
    clock: HlcClock,
    hub_clock: HubClock,
}

impl Author {
    /// Continues after `head`; `last` is the device's highest stamp in the stored log, `offset_ms` as last known.
    pub(crate) fn new(identity: Identity, head: Option<Head>, last: Hlc, offset_ms: i64) -> Author {
        Author { identity, head, clock: HlcClock::after(last), hub_clock: HubClock::known(offset_ms) }
    }

    pub(crate) fn identity(&self) -> &Identity {
        &self.identity
    }

    pub(crate) fn boot(&self) -> BootId {
        self.identity.boot
    }

    /// Hub clock minus own wall clock as far as known, in milliseconds.
    pub(crate) fn offset_ms(&self) -> i64 {
        self.hub_clock.offset_ms()
    }

    /// The hub's clock as heard.
    pub(crate) fn hub_clock(&mut self) -> &mut HubClock {
        &mut self.hub_clock
    }

    /// What the machine's clock deserves.
    pub(crate) fn clock_guard(&self) -> ClockGuard {
        self.hub_clock.guard()
    }

    /// The same with the difference that speaks for it; none before an answer since the start.
    pub(crate) fn heard_clock(&self) -> Option<(ClockGuard, i64)> {
        self.hub_clock.heard()
    }

    /// The hub gave back events of this very log that the disk had lost: continue after them.
    pub(crate) fn adopt(&mut self, event: &Event) {
        self.head = Some(Head::of(event));
        self.clock = HlcClock::after(self.clock.last().max(event.hlc));
    }

    /// Follows the stamp of an event of another node.
    pub(crate) fn observe(&mut self, event: &Event, now: Now) {
        self.clock.observe(event.hlc, now.wall);
    }

    /// The time of an act done now: the hub's as far as known, else the own wall clock's.
    pub(crate) fn act_time(&self, now: Now) -> u64 {
        now.wall.saturating_add_signed(self.offset_ms())
    }

    /// Seals a run of events made at one moment. The head moves with it.
    pub(crate) fn seal(&mut self, words: Vec<Words>, roster_rev: u32, now: Now) -> Result<Vec<Event>, EncodeError> {
        let before = (self.head, self.clock.clone());
        let sealed: Result<Vec<Event>, EncodeError> =
            words.into_iter().map(|words| self.seal_one(words, roster_rev, now)).collect();
        if sealed.is_err() {
            (self.head, self.clock) = before;
        }
        sealed
    }

    fn seal_one(&mut self, words: Words, roster_rev: u32, now: Now) -> Result<Event, EncodeError> {
        let hlc = self.clock.tick(now.wall);
        let draft = Draft {
            event_id: words.event_id,
            meeting_id: self.identity.meeting,
            device_id: self.identity.device,
            log_epoch: self.identity.epoch,
            seq: next_seq(self.head),
            hlc,
            boot_id: self.boot(),
            // Relative to the stamp, which may have followed another node or survived a step back of the wall clock:
            // stamp + offset is the act's time everywhere.
            clock_offset_ms: difference(words.at_ms, hlc.millis()),
            actor: words.actor,
            kind: words.kind,
            kind_version: words.kind_version,
            roster_rev,
            payload: words.payload,
            prev_hash: self.head.map_or(Hash::ZERO, |head| head.hash),
        };
        let event = draft.seal()?;
        self.head = Some(Head::of(&event));
        Ok(event)
    }
}

/// When the event's act was done, unix milliseconds of the hub as far as its author knew them.
pub(crate) fn time_of(event: &Event) -> u64 {
    event.hlc.millis().saturating_add_signed(event.clock_offset_ms)
}
