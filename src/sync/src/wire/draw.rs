//! Steps of the lottery that a stage asks of the hub, and the roots that one hub gives to another. What a step is, is the
//! domain's: here it is opaque text.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::fault::{NetFault, WireError, body_of, from_json, to_json};
use crate::ids::Incarnation;

/// Most bytes of a request: the rules of a draw go with it.
pub const MAX_STEP_BYTES: usize = 128 * 1024;

/// "Take this step."
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepRequest {
    /// Who asks, as in an event.
    pub actor: String,
    /// The step, the domain's JSON.
    pub step: String,
    /// The life of the hub whose order the asking machine has.
    pub incarnation: Incarnation,
    /// Events of that order that it has stored, each once.
    pub stored: u64,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepReply {
    /// Written; the hub's cursor after it.
    Done { cursor: u64 },
    /// Nothing changed.
    Refused {
        /// A word for programs, which screens translate.
        code: String,
        /// One English sentence.
        message: String,
    },
}

/// Roots of the lottery, from one hub of the meeting to another. Its debug form shows none.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RootsReply {
    pub roots: Vec<WireRoot>,
}

/// One root.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WireRoot {
    /// 64 hex digits, secret.
    pub secret_hex: String,
    /// Links of its chain.
    pub links: u32,
}

impl StepRequest {
    /// The HTTP body.
    pub fn encode(&self) -> Vec<u8> {
        to_json(self)
    }

    /// Reads an HTTP body.
    ///
    /// # Errors
    /// When it is no request, or too long.
    pub fn decode(body: &[u8]) -> Result<StepRequest, WireError> {
        if body.len() > MAX_STEP_BYTES {
            return Err(WireError::TooLong { limit: MAX_STEP_BYTES });
        }
        from_json(body)
    }
}

impl StepReply {
    /// The HTTP body.
    pub fn encode(&self) -> Vec<u8> {
        to_json(self)
    }

    /// Reads an HTTP answer.
    ///
    /// # Errors
    /// The fault that status and body tell.
    pub fn from_http(status: u16, body: &[u8]) -> Result<StepReply, NetFault> {
        Ok(from_json(body_of(status, body)?)?)
    }
}

impl RootsReply {
    /// The HTTP body.
    pub fn encode(&self) -> Vec<u8> {
        to_json(self)
    }

    /// Reads an HTTP answer.
    ///
    /// # Errors
    /// The fault that status and body tell.
    pub fn from_http(status: u16, body: &[u8]) -> Result<RootsReply, NetFault> {
        Ok(from_json(body_of(status, body)?)?)
    }
}

impl fmt::Debug for RootsReply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RootsReply({})", self.roots.len())
    }
}

impl fmt::Debug for WireRoot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "WireRoot(…, {} links)", self.links)
    }
}
