//! Enrolment: a device shows its key and the epoch of its log, the hub grants id, number prefix and
//! what the meeting's nodes share.

use serde::{Deserialize, Serialize};

use super::fault::{NetFault, WireError, body_of, from_json, to_json};
use crate::ids::{DeviceId, Hash, Incarnation, Key, LogEpoch, MeetingId, Signature};

/// Longest name of a node.
pub const MAX_NAME_CHARS: usize = 64;

/// Most bytes of an enrolment.
pub const MAX_ENROL_BYTES: usize = 4 * 1024;

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

/// An enrolment as it travels: who asks, that it has its key, and for a new device that it was given
/// the code of this hub.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enrolment {
    #[serde(flatten)]
    pub request: EnrolRequest,
    /// Keyed hash of the code, the hub's key and the request; only a device that is new needs it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pairing: Option<Hash>,
    /// Of `signed_bytes()` by the device's key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proof: Option<Signature>,
}

/// The grant, and for a new device that the hub knows the code too.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnrolReply {
    #[serde(flatten)]
    pub grant: Grant,
    /// Keyed hash of the code and the hub's key, when the request came with a code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirm: Option<Hash>,
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

    /// What a device says about itself, for signatures and keyed hashes.
    pub fn bytes(&self) -> Vec<u8> {
        let mut bytes = self.public_key.0.to_vec();
        bytes.extend_from_slice(&self.epoch.0);
        bytes.push(self.role.letter() as u8);
        bytes.extend_from_slice(self.name.as_bytes());
        bytes
    }

    /// Reads an HTTP body.
    ///
    /// # Errors
    /// When it is no request or its name is empty, too long or has control characters.
    pub fn decode(body: &[u8]) -> Result<EnrolRequest, WireError> {
        Enrolment::decode(body).map(|enrolment| enrolment.request)
    }
}

impl Enrolment {
    /// What the device's key signs: the whole request.
    pub fn signed_bytes(&self) -> Vec<u8> {
        let mut bytes = b"usher/enrol/1\n".to_vec();
        bytes.extend_from_slice(&self.pairing.unwrap_or(Hash::ZERO).0);
        bytes.extend_from_slice(&self.request.bytes());
        bytes
    }

    /// The HTTP body.
    pub fn encode(&self) -> Vec<u8> {
        to_json(self)
    }

    /// Reads an HTTP body.
    ///
    /// # Errors
    /// When it is over 4 KiB, no request, or its name is empty, too long or has control characters.
    pub fn decode(body: &[u8]) -> Result<Enrolment, WireError> {
        if body.len() > MAX_ENROL_BYTES {
            return Err(WireError::TooLong { limit: MAX_ENROL_BYTES });
        }
        let enrolment: Enrolment = from_json(body)?;
        let request = &enrolment.request;
        let chars = request.name.chars().count();
        if chars == 0 || chars > MAX_NAME_CHARS || request.name.chars().any(char::is_control) {
            return Err(WireError::Head { reason: format!("a name has 1 to {MAX_NAME_CHARS} printable characters") });
        }
        Ok(enrolment)
    }
}

impl EnrolReply {
    /// The HTTP body.
    pub fn encode(&self) -> Vec<u8> {
        to_json(self)
    }

    /// Reads an HTTP body.
    ///
    /// # Errors
    /// When it holds no grant.
    pub fn decode(body: &[u8]) -> Result<EnrolReply, WireError> {
        from_json(body)
    }

    /// Reads an HTTP answer.
    ///
    /// # Errors
    /// The fault that status and body tell.
    pub fn from_http(status: u16, body: &[u8]) -> Result<EnrolReply, NetFault> {
        Ok(EnrolReply::decode(body_of(status, body)?)?)
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
