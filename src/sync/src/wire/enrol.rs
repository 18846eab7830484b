//! Enrolment: a device shows its key and the epoch of its log, the hub grants id, number prefix and
//! what the meeting's nodes share.

use serde::{Deserialize, Serialize};

use super::fault::{NetFault, WireError, body_of, from_json, to_json};
use crate::ids::{DeviceId, Incarnation, Key, LogEpoch, MeetingId};

/// Longest name of a node.
pub const MAX_NAME_CHARS: usize = 64;

/// What a node is for; its letter begins its numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Kiosk,
    Desk,
    Stage,
}

impl Role {
    /// `K`, `D` or `S`.
    pub fn letter(self) -> char {
        match self {
            Role::Kiosk => 'K',
            Role::Desk => 'D',
            Role::Stage => 'S',
        }
    }
}

/// "This is my key, this log begins." Asking again with the same key and epoch brings the same
/// grant; the same key with another epoch brings a new prefix.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnrolRequest {
    /// The device's Ed25519 public key.
    pub public_key: Key,
    /// The log's epoch, minted by the node with its file.
    pub epoch: LogEpoch,
    pub role: Role,
    /// What staff call the machine, 1 to 64 characters.
    pub name: String,
}

/// What a node needs to take part. Kept in its key table, never in an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    pub device_id: DeviceId,
    pub epoch: LogEpoch,
    /// `K1`; `K1B` for the second epoch of the same device. Never given twice.
    pub prefix: String,
    pub meeting_id: MeetingId,
    /// Shown with every request (`Authorization: Bearer …`).
    pub token: String,
    pub incarnation: Incarnation,
    /// Keys the hash of phone numbers.
    pub phone_key: Key,
    /// Joins every PIN before it is hashed.
    pub pin_pepper: Key,
    /// The hub's Ed25519 public key, for what it signs.
    pub hub_key: Key,
}

impl EnrolRequest {
    /// The HTTP body.
    pub fn encode(&self) -> Vec<u8> {
        to_json(self)
    }

    /// Reads an HTTP body.
    ///
    /// # Errors
    /// When it is no request or its name is empty, too long or has control characters.
    pub fn decode(body: &[u8]) -> Result<EnrolRequest, WireError> {
        let request: EnrolRequest = from_json(body)?;
        let chars = request.name.chars().count();
        if chars == 0 || chars > MAX_NAME_CHARS || request.name.chars().any(char::is_control) {
            return Err(WireError::Head { reason: format!("a name has 1 to {MAX_NAME_CHARS} printable characters") });
        }
        Ok(request)
    }
}

impl Grant {
    /// The HTTP body.
    pub fn encode(&self) -> Vec<u8> {
        to_json(self)
    }

    /// Reads an HTTP body.
    ///
    /// # Errors
    /// When it is no grant.
    pub fn decode(body: &[u8]) -> Result<Grant, WireError> {
        from_json(body)
    }

    /// Reads an HTTP answer.
    ///
    /// # Errors
    /// The fault that status and body tell.
    pub fn from_http(status: u16, body: &[u8]) -> Result<Grant, NetFault> {
        Ok(Grant::decode(body_of(status, body)?)?)
    }
}
