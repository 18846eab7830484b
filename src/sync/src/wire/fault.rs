//! What can go wrong between a node and the hub, in words that both sides share.

use serde::{Deserialize, Serialize};

use super::MAX_JSON_BYTES;
use crate::envelope::DecodeError;

/// Why bytes are no message.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WireError {
    #[error("the message is longer than {limit} bytes")]
    TooLong { limit: usize },
    #[error("the message carries more than {limit} events")]
    TooMany { limit: usize },
    #[error("the message ends early")]
    Truncated,
    #[error("the head of the message is not what it should be: {reason}")]
    Head { reason: String },
    #[error("event {index} of the message: {source}")]
    Event { index: usize, source: DecodeError },
}

/// Why a request brought no answer. Each one is retried with growing pauses, except where the hub
/// has to be told something first.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NetFault {
    #[error("the hub cannot be reached")]
    Unreachable,
    #[error("the hub did not answer in time")]
    TimedOut,
    #[error("the hub's answer cannot be read: {0}")]
    Garbled(#[from] WireError),
    #[error("the hub does not know this node: enrol it again")]
    Denied,
    #[error("the hub took this machine out of the meeting: ask its operator why")]
    Revoked,
    #[error("another machine answers in the place of the hub: call the technician, then pair this node again")]
    ForeignHub,
    #[error("the hub refused the request: {0}")]
    Refused(Problem),
    #[error("the hub has a fault of its own (status {status})")]
    HubFailed { status: u16 },
}

/// What the hub says instead of an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{message} {remedy}")]
pub struct Problem {
    pub code: ProblemCode,
    /// What happened, one English sentence.
    pub message: String,
    /// What to do, one English sentence.
    pub remedy: String,
}

/// The closed list of problems.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProblemCode {
    /// The bytes are no message.
    Malformed,
    /// The body is over its limit.
    TooLarge,
    /// No token, or one of nobody.
    Denied,
    /// The device was taken out of the meeting.
    Revoked,
    /// A new device, and no window is open for one.
    PairingClosed,
    /// The pairing code is wrong, or was said to another hub than this one.
    WrongCode,
    /// The token belongs to another device or epoch than the message.
    WrongDevice,
    /// The device is enrolled in another role.
    WrongRole,
    /// Events of another meeting.
    WrongMeeting,
    /// The signature does not fit.
    BadSignature,
    /// Too many requests wait already, or came in the last seconds.
    Busy,
    /// The request did not arrive in time.
    Slow,
    /// The hub cannot write.
    Storage,
    /// The hub only follows another one, or was asked to follow and does not.
    Follows,
    /// A request that the hub does not know.
    #[serde(other)]
    Other,
}

impl Problem {
    /// The JSON body.
    pub fn encode(&self) -> Vec<u8> {
        to_json(self)
    }
}

/// The body of an HTTP answer, or the fault that the status tells.
pub(super) fn body_of(status: u16, body: &[u8]) -> Result<&[u8], NetFault> {
    match status {
        200 => Ok(body),
        401 | 403 => Err(denied(body)),
        400..=499 => match from_json(body) {
            Ok(problem) => Err(NetFault::Refused(problem)),
            Err(_) => Err(NetFault::HubFailed { status }),
        },
        _ => Err(NetFault::HubFailed { status }),
    }
}

fn denied(body: &[u8]) -> NetFault {
    let Ok(problem) = from_json::<Problem>(body) else { return NetFault::Denied };
    match problem.code {
        ProblemCode::Revoked => NetFault::Revoked,
        ProblemCode::PairingClosed | ProblemCode::WrongCode => NetFault::Refused(problem),
        _ => NetFault::Denied,
    }
}

pub(super) fn to_json<T: Serialize>(message: &T) -> Vec<u8> {
    serde_json::to_vec(message).expect("wire messages have text keys only, so JSON cannot fail")
}

pub(super) fn from_json<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Result<T, WireError> {
    if bytes.len() > MAX_JSON_BYTES {
        return Err(WireError::TooLong { limit: MAX_JSON_BYTES });
    }
    serde_json::from_slice(bytes).map_err(|error| WireError::Head { reason: error.to_string() })
}
