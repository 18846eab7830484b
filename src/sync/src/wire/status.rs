//! What the hub tells about itself and its nodes, for `usher hub status` and for tests.

use serde::{Deserialize, Serialize};

use super::Role;
use super::fault::{NetFault, WireError, body_of, from_json, to_json};
use crate::ids::{DeviceId, Incarnation, LogEpoch, MeetingId};

/// The hub at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    pub meeting: MeetingId,
    pub incarnation: Incarnation,
    /// The newest cursor, which is the number of events.
    pub cursor: u64,
    /// The hub's wall clock, Unix milliseconds.
    pub now_ms: u64,
    /// The hub's own author.
    pub hub_device: DeviceId,
    /// Events in the hub's own log.
    pub hub_events: u64,
    /// Pulls that wait at this moment.
    pub waiting_pulls: u32,
    /// One entry per epoch, in the order of enrolment.
    pub nodes: Vec<NodeStatus>,
    /// The life of the ordering hub whose order this hub follows; none when it orders itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub follows: Option<Incarnation>,
    /// Relaying to the hub above, or standing by for another one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<LinkStatus>,
    /// Epochs of the hub's own log, one for each of its lives that it knows; the present one's comes
    /// first. None from an older hub.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lives: Vec<LogEpoch>,
    /// The hub that may have taken this one's place, while this one orders.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub standby: Option<StandbyStatus>,
}

/// What an ordering hub knows of the hub that stands by for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StandbyStatus {
    /// Where it is.
    pub url: String,
    /// When it last said that it follows, Unix milliseconds; none since the hub started.
    pub answered_ms: Option<u64>,
    /// Why nobody knows whether it took over, one English sentence.
    pub fault: Option<String>,
}

/// What a link to another hub is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkTask {
    /// This hub feeds the other one.
    Relay,
    /// This hub is fed by the other one, to take its place.
    Standby,
}

/// A link to another hub of the meeting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkStatus {
    pub task: LinkTask,
    /// Where the other hub is.
    pub url: String,
    /// Events that one hub has and the other has not yet, as of the last time that it worked.
    pub lag: u64,
    /// Why it stands still, one English sentence.
    pub fault: Option<String>,
    /// When it last worked, Unix milliseconds; none since the hub started.
    pub worked_ms: Option<u64>,
}

/// One epoch of one device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NodeStatus {
    pub name: String,
    pub role: Role,
    pub prefix: String,
    pub device: DeviceId,
    pub epoch: LogEpoch,
    /// Last seq that the hub has, none before the first event.
    pub acked_seq: Option<u64>,
    /// When it last asked or pushed, Unix milliseconds; none since the hub started.
    pub last_seen_ms: Option<u64>,
    /// The cursor it last asked about, since the hub started.
    pub pull_cursor: Option<u64>,
    /// Events of the hub that it has not asked beyond yet.
    pub lag: u64,
    /// Its chain forked at this seq: two machines wrote one log.
    #[serde(default)]
    pub fork_at: Option<u64>,
}

impl Status {
    /// The HTTP body.
    pub fn encode(&self) -> Vec<u8> {
        to_json(self)
    }

    /// Reads an HTTP body.
    ///
    /// # Errors
    /// When it is no status.
    pub fn decode(body: &[u8]) -> Result<Status, WireError> {
        from_json(body)
    }

    /// Reads an HTTP answer.
    ///
    /// # Errors
    /// The fault that status and body tell.
    pub fn from_http(status: u16, body: &[u8]) -> Result<Status, NetFault> {
        Ok(Status::decode(body_of(status, body)?)?)
    }
}
