//! Every message between a node and the hub, its bytes, its limits and its place in HTTP. Decoding
//! is total; who may send what is the hub's concern, and opening connections is the caller's.

mod draw;
mod enrol;
mod fault;
mod frame;
mod offer;
mod pull;
mod push;
mod status;
mod vouch;

pub use draw::{MAX_STEP_BYTES, RootsReply, StepReply, StepRequest, WireRoot};
pub use enrol::{EnrolReply, EnrolRequest, Enrolment, Grant, MAX_ENROL_BYTES, MAX_NAME_CHARS, Role};
pub use fault::{NetFault, Problem, ProblemCode, WireError};
pub use offer::{Offer, OfferReply, Order};
pub use pull::{PullReply, PullRequest, Snapshot, SnapshotPlan};
pub use push::{PushReply, PushRequest};
pub use status::{LinkStatus, LinkTask, NodeStatus, StandbyStatus, Status};
pub use vouch::{ChainHead, MAX_VOUCHED_HEADS, Vouched};

/// Most events of one push.
pub const MAX_PUSH_EVENTS: usize = 200;
/// Most event bytes of one push.
pub const MAX_PUSH_BYTES: usize = 256 * 1024;
/// Most bytes of the body of a push: events, their lengths and the head.
pub const MAX_PUSH_BODY_BYTES: usize = MAX_PUSH_BYTES + 16 * 1024;
/// Most bytes of the body of an offer: the events of a push and a voucher of the largest size.
pub const MAX_OFFER_BODY_BYTES: usize = MAX_PUSH_BYTES + 2 * 1024 * 1024;
/// Most bytes of the reply to an offer: a head for every chain that a voucher can name.
pub const MAX_OFFER_REPLY_BYTES: usize = 2 * 1024 * 1024;
/// Most events of one pull reply.
pub const MAX_PULL_EVENTS: usize = 500;
/// Event bytes after which a pull reply takes no further event.
pub const MAX_PULL_BYTES: usize = 1024 * 1024;
/// Most bytes of the body of a pull reply.
pub const MAX_PULL_BODY_BYTES: usize = MAX_PULL_BYTES + 256 * 1024;
/// Most bytes of a snapshot, far above a meeting of 100,000 events.
pub const MAX_SNAPSHOT_BYTES: usize = 256 * 1024 * 1024;
/// Most bytes of a message that is JSON only.
pub const MAX_JSON_BYTES: usize = 256 * 1024;
/// Longest time that a pull may wait at the hub.
pub const MAX_WAIT_MS: u32 = 30_000;

/// Anybody may ask: is it there?
pub const PATH_HEALTH: &str = "/health";
/// Figures for Prometheus; for the operator.
pub const PATH_METRICS: &str = "/metrics";
/// A load balancer may ask: does its storage work?
pub const PATH_READY: &str = "/ready";
/// `Enrolment` → `EnrolReply`.
pub const PATH_ENROL: &str = "/v1/enrol";
/// `PushRequest` → `PushReply`; 409 is a fork.
pub const PATH_PUSH: &str = "/v1/push";
/// `Offer` → `OfferReply`.
pub const PATH_OFFER: &str = "/v1/offer";
/// `PullRequest` as the query → `PullReply`.
pub const PATH_PULL: &str = "/v1/pull";
/// → `Snapshot`.
pub const PATH_SNAPSHOT: &str = "/v1/snapshot";
/// `StepRequest` → `StepReply`: a step of the lottery; for stages and desks.
pub const PATH_DRAW: &str = "/v1/draw";
/// → `RootsReply`; for the other hubs of the meeting.
pub const PATH_ROOTS: &str = "/v1/roots";
/// → `Status`.
pub const PATH_STATUS: &str = "/v1/status";
/// Content type of push, offer, pull and snapshot bodies.
pub const CONTENT_TYPE_EVENTS: &str = "application/vnd.usher.events";
