//! Events: everything that happened, with payloads that never change once written. Decides nothing; the fold is `Meeting::apply`.

mod badge;
mod checkin;
mod crew;
mod device;
mod draw;
mod list;
mod payment;
mod queue;
mod roster;
mod seat;
mod slip;
mod stage;
mod task;

use serde::de::DeserializeOwned;

pub use badge::*;
pub use checkin::*;
pub use crew::*;
pub use device::*;
pub use draw::*;
pub use list::Event;
pub use payment::*;
pub use queue::*;
pub use roster::*;
pub use seat::*;
pub use slip::*;
pub use stage::*;
pub use task::*;

/// An event that this version cannot read: kept and forwarded raw, folded as nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnknownEvent {
    /// Written by a newer version.
    #[error("event kind {kind:?} is not known to this version")]
    Kind {
        /// The kind, cut to 60 characters.
        kind: String,
    },
    /// A known kind in a newer form.
    #[error("event kind {kind} has version {version}; this program reads up to {known}")]
    Version {
        /// The kind.
        kind: &'static str,
        /// As written.
        version: u16,
        /// As read here.
        known: u16,
    },
    /// Not what the kind promises.
    #[error("payload of {kind} cannot be read: {reason}")]
    Payload {
        /// The kind.
        kind: &'static str,
        /// What the reader said.
        reason: String,
    },
}

fn read<T: DeserializeOwned>(kind: &'static str, payload: &[u8]) -> Result<T, UnknownEvent> {
    serde_json::from_slice(payload).map_err(|fault| UnknownEvent::Payload { kind, reason: fault.to_string() })
}
