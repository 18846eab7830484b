//! Admission of a push against the chain that the hub has: the one decision that keeps a position
//! from ever holding two events.

use sync::chain::{Head, follows, next_seq};
use sync::{Event, Hash};

/// What a push brings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admission {
    /// The events from this index on are new and continue the chain.
    Append { first: usize },
    /// Nothing new; what overlaps is the same.
    Duplicate,
    /// It begins after the next seq: something is missing in between.
    Gap,
    /// The hub has another event at this seq.
    Fork { at: u64 },
}

/// Judges `events`, which have to follow one another, against the hub's `head` of their chain.
/// `stored` tells the hash that the hub has at a seq up to the head.
pub fn admit(head: Option<Head>, events: &[Event], stored: impl Fn(u64) -> Option<Hash>) -> Admission {
    let Some(first) = events.first() else { return Admission::Duplicate };
    let expected = next_seq(head);
    if first.seq > expected {
        return Admission::Gap;
    }
    let hash_at = |seq| match head {
        Some(head) if head.seq == seq => Some(head.hash),
        _ => stored(seq),
    };
    let known = events.iter().take_while(|event| event.seq < expected).count();
    for event in &events[..known] {
        if hash_at(event.seq) != Some(event.hash()) {
            return Admission::Fork { at: event.seq };
        }
    }
    match events.get(known) {
        None => Admission::Duplicate,
        // The chain before differs although its last event was not sent along.
        Some(next) if follows(head, next).is_err() => Admission::Fork { at: next.seq.saturating_sub(1) },
        Some(_) => Admission::Append { first: known },
    }
}
