//! A device as the hub sees it: a key, a chain, signed pushes.

use ed25519_dalek::{Signer, SigningKey};
use sync::ids::{Key, Signature};
use sync::wire::{EnrolRequest, PushRequest, Role};
use sync::{DeviceId, Event, LogEpoch, MeetingId};

use super::script::Chain;

/// A node that pushes.
#[derive(Debug)]
pub struct Device {
    pub number: u8,
    pub chain: Chain,
    key: SigningKey,
}

impl Device {
    /// The same device for the same number.
    pub fn new(number: u8, meeting: MeetingId) -> Device {
        let key = SigningKey::from_bytes(&[number; 32]);
        let device = DeviceId::of_key(&Key(key.verifying_key().to_bytes()));
        let epoch = LogEpoch([number; 16]);
        Device { number, chain: Chain { device, epoch, meeting, head: None }, key }
    }

    /// "This is my key."
    pub fn enrol_request(&self) -> EnrolRequest {
        EnrolRequest {
            public_key: Key(self.key.verifying_key().to_bytes()),
            epoch: self.chain.epoch,
            role: Role::Kiosk,
            name: format!("kiosk {}", self.number),
        }
    }

    /// A signed push of these events.
    pub fn push_request(&self, events: Vec<Event>) -> PushRequest {
        let mut request = PushRequest { device: self.chain.device, epoch: self.chain.epoch, signature: None, events };
        request.signature = Some(Signature(self.key.sign(&request.signed_bytes()).to_bytes()));
        request
    }
}
