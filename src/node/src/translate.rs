//! Between the envelope's opaque fields and the meeting's words. It never fails: what cannot be read folds as nothing.

use domain::{Actor, Meta, UnixMillis};
use sync::{Event, EventId};

use crate::author::{Words, time_of};

/// An event as the meeting takes it.
#[derive(Debug, Clone)]
pub(crate) enum Folded {
    Known(Meta, Box<domain::Event>),
    /// A kind, version or actor that this version does not know.
    Unknown(Meta, String),
}

/// The event as the meeting takes it.
pub(crate) fn fold(event: &Event) -> Folded {
    let words = domain::Event::from_payload(&event.kind, event.kind_version, &event.payload);
    match (words, event.actor.parse()) {
        (Ok(words), Ok(actor)) => Folded::Known(meta(event, actor), Box::new(words)),
        (_, actor) => Folded::Unknown(meta(event, actor.unwrap_or(Actor::System)), event.kind.clone()),
    }
}

/// The event in the meeting's words, if this version knows them.
pub(crate) fn known(event: &Event) -> Option<(Meta, domain::Event)> {
    match fold(event) {
        Folded::Known(meta, words) => Some((meta, *words)),
        Folded::Unknown(..) => None,
    }
}

fn meta(event: &Event, actor: Actor) -> Meta {
    Meta {
        event_id: domain::EventId::from_bytes(event.event_id.0),
        device: domain::DeviceId::from_bytes(event.device_id.0),
        at: UnixMillis(time_of(event)),
        actor,
    }
}

/// A new event before it has its place in the log; `actor` as [`domain::Meeting::actor_text`] writes it.
pub(crate) fn words(event: &domain::Event, event_id: [u8; 16], actor: &str, at: UnixMillis) -> Words {
    Words {
        event_id: EventId(event_id),
        actor: actor.to_owned(),
        kind: event.kind().to_owned(),
        kind_version: event.version(),
        payload: event.to_payload(),
        at_ms: at.0,
    }
}

/// A stored event once more, for another place in the log: the same act with the same id.
pub(crate) fn again(event: &Event) -> Words {
    Words {
        event_id: event.event_id,
        actor: event.actor.clone(),
        kind: event.kind.clone(),
        kind_version: event.kind_version,
        payload: event.payload.clone(),
        at_ms: time_of(event),
    }
}
