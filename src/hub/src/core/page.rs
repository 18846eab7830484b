//! The answer to a pull: a run of the hub's order within the limits of the wire.

use sync::wire::{MAX_PULL_BYTES, MAX_PULL_EVENTS, PullReply, PullRequest};
use sync::{Event, Incarnation};

/// Answers `request` from `events`, which come after its cursor in the hub's order; takes no more
/// of them than one answer may hold, and one at least. Another incarnation gets none.
pub fn page(
    request: &PullRequest,
    incarnation: Incarnation,
    hub_cursor: u64,
    now_ms: u64,
    events: impl IntoIterator<Item = (u64, Event)>,
) -> PullReply {
    let mut reply = PullReply {
        incarnation,
        from: request.cursor,
        cursor: request.cursor,
        hub_cursor,
        now_ms,
        vouched: None,
        events: Vec::new(),
    };
    if request.incarnation != incarnation {
        return reply;
    }
    let mut bytes = 0;
    for (cursor, event) in events.into_iter().take(MAX_PULL_EVENTS) {
        bytes += event.bytes().len();
        if bytes > MAX_PULL_BYTES && !reply.events.is_empty() {
            break;
        }
        reply.cursor = cursor;
        reply.events.push((cursor, event));
    }
    reply
}
