//! Seals the node's own events: sequence, chain, clock. It stores nothing and undoes nothing: after a failed commit the
//! node starts from its disk again.

use sync::chain::next_seq;
use sync::{BootId, Draft, EncodeError, Event, EventId, Hash, Head, Hlc, HlcClock};

use crate::Identity;
use crate::steady::Now;

/// A hub's clock is believed when its answer came back within this time.
const MAX_ROUND_TRIP_MS: u64 = 1_000;
/// Smaller differences than this are the network's, not the clock's.
const OFFSET_NOISE_MS: u64 = 250;

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
    offset_ms: i64,
}

impl Author {
    /// Continues after `head`; `last` is the device's highest stamp in the stored log, `offset_ms` as last known.
    pub(crate) fn new(identity: Identity, head: Option<Head>, last: Hlc, offset_ms: i64) -> Author {
        Author { identity, head, clock: HlcClock::after(last), offset_ms }
    }

    pub(crate) fn identity(&self) -> &Identity {
        &self.identity
    }

    pub(crate) fn boot(&self) -> BootId {
        self.identity.boot
    }

    /// Hub clock minus own wall clock as far as known, in milliseconds.
    pub(crate) fn offset_ms(&self) -> i64 {
        self.offset_ms
    }

    /// The hub said `hub_now` in an answer that took `round_trip_ms`.
    pub(crate) fn hear_hub_clock(&mut self, hub_now: u64, round_trip_ms: u64, now: Now) {
        if round_trip_ms > MAX_ROUND_TRIP_MS {
            return;
        }
        let here = now.wall.saturating_sub(round_trip_ms / 2);
        let offset_ms = difference(hub_now, here);
        if offset_ms.abs_diff(self.offset_ms) >= OFFSET_NOISE_MS {
            self.offset_ms = offset_ms;
        }
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
        now.wall.saturating_add_signed(self.offset_ms)
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

fn difference(left: u64, right: u64) -> i64 {
    let size = i64::try_from(left.abs_diff(right)).unwrap_or(i64::MAX);
    if left < right { -size } else { size }
}
