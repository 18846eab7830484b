//! What travels between nodes and the hub: the frozen envelope of an event, the hybrid clock, the
//! chain check, the wire messages, and replication as a state machine. Payloads are opaque bytes
//! here; there is no clock, no randomness and no I/O.

mod bytes;
pub mod chain;
pub mod envelope;
pub mod hlc;
pub mod ids;
pub mod pairing;
pub mod replica;
pub mod wire;

pub use chain::{ChainFault, Chains, Head};
pub use envelope::{DecodeError, Draft, EncodeError, Event, MAX_EVENT_BYTES};
pub use hlc::{Hlc, HlcClock};
pub use ids::{BootId, DeviceId, EventId, Hash, IdError, Incarnation, LogEpoch, MeetingId, Position};
pub use pairing::{KeyHash, PairingCode, PairingTicket};
pub use replica::{Replica, ReplicaInput, Resume, StopReason, SyncEffect, SyncState};
pub use wire::{
    ChainHead, EnrolRequest, Grant, NetFault, Offer, OfferReply, PullReply, PullRequest, PushReply, PushRequest, Role,
    Snapshot, Status, Vouched,
};
