//! Push: a node's own events, from the hub's acknowledgement on.

use serde::{Deserialize, Serialize};

use super::fault::{NetFault, WireError, body_of, from_json, to_json};
use super::frame::{self, Limits};
use super::{MAX_PUSH_BODY_BYTES, MAX_PUSH_BYTES, MAX_PUSH_EVENTS};
use crate::chain::Head;
use crate::envelope::Event;
use crate::ids::{DeviceId, Incarnation, LogEpoch, Signature};

/// A run of one chain without a gap. Without events it is the question "how far are you?".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PushRequest {
    pub device: DeviceId,
    pub epoch: LogEpoch,
    /// Of `signed_bytes()` by the device's key; the place is there, loopback goes without.
    pub signature: Option<Signature>,
    /// Rising by one, ≤ 200 events and ≤ 256 KiB.
    pub events: Vec<Event>,
}

/// Where the hub's copy of the chain ends, after COMMIT.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PushReply {
    pub incarnation: Incarnation,
    /// The hub's head of this chain, none while it has no event of it.
    pub acked: Option<Head>,
    /// The hub has another event at this seq: the chain has forked and nothing was taken.
    pub fork_at: Option<u64>,
    /// The hub's cursor after this push.
    pub cursor: u64,
    /// The hub's wall clock, Unix milliseconds.
    pub now_ms: u64,
}

#[derive(Serialize, Deserialize)]
struct PushHead {
    device: DeviceId,
    epoch: LogEpoch,
    head: Option<Head>,
    signature: Option<Signature>,
}

const LIMITS: Limits = Limits { body_bytes: MAX_PUSH_BODY_BYTES, events: MAX_PUSH_EVENTS };

impl PushRequest {
    /// A push of as many of `events` as the limits allow, without a signature.
    pub fn gather(device: DeviceId, epoch: LogEpoch, events: impl IntoIterator<Item = Event>) -> PushRequest {
        let mut room = MAX_PUSH_BYTES;
        let events = events
            .into_iter()
            .take(MAX_PUSH_EVENTS)
            .take_while(|event| {
                let fits = event.bytes().len() <= room;
                room = room.saturating_sub(event.bytes().len());
                fits
            })
            .collect();
        PushRequest { device, epoch, signature: None, events }
    }

    /// The chain's head after this push.
    pub fn head(&self) -> Option<Head> {
        self.events.last().map(Head::of)
    }

    /// What the device's key signs: who pushes and the head of the chain.
    pub fn signed_bytes(&self) -> Vec<u8> {
        let mut bytes = b"usher/push/1\n".to_vec();
        bytes.extend_from_slice(&self.device.0);
        bytes.extend_from_slice(&self.epoch.0);
        if let Some(head) = self.head() {
            bytes.extend_from_slice(&head.seq.to_be_bytes());
            bytes.extend_from_slice(&head.hash.0);
        }
        bytes
    }

    /// The HTTP body.
    pub fn encode(&self) -> Vec<u8> {
        let head = PushHead { device: self.device, epoch: self.epoch, head: self.head(), signature: self.signature };
        frame::encode(&head, self.events.iter())
    }

    /// Reads an HTTP body.
    ///
    /// # Errors
    /// When it is over a limit, cut, damaged, or its head names another event than its last.
    pub fn decode(body: &[u8]) -> Result<PushRequest, WireError> {
        let (head, events): (PushHead, _) = frame::decode(body, LIMITS)?;
        let request = PushRequest { device: head.device, epoch: head.epoch, signature: head.signature, events };
        if request.head() != head.head {
            return Err(WireError::Head { reason: "its chain head is not its last event".into() });
        }
        Ok(request)
    }
}

impl PushReply {
    /// The HTTP status that goes with it.
    pub fn http_status(&self) -> u16 {
        if self.fork_at.is_some() { 409 } else { 200 }
    }

    /// The HTTP body.
    pub fn encode(&self) -> Vec<u8> {
        to_json(self)
    }

    /// Reads an HTTP body.
    ///
    /// # Errors
    /// When it is no push reply.
    pub fn decode(body: &[u8]) -> Result<PushReply, WireError> {
        from_json(body)
    }

    /// Reads an HTTP answer.
    ///
    /// # Errors
    /// The fault that status and body tell.
    pub fn from_http(status: u16, body: &[u8]) -> Result<PushReply, NetFault> {
        let status = if status == 409 { 200 } else { status };
        Ok(PushReply::decode(body_of(status, body)?)?)
    }
}
