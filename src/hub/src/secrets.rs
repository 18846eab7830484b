//! What the hub knows and never writes into an event: the meeting's keys, and the tokens made from
//! them. Files and permissions of the keys are the caller's.

use std::fmt;

use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use sync::ids::{self, Hash, Key};
use sync::{DeviceId, LogEpoch};

const OPERATOR: &str = "operator.";
const RELAY: &str = "relay.";

/// The keys of a meeting, each 32 random bytes, made once.
#[derive(Clone, PartialEq, Eq)]
pub struct HubSecrets {
    /// Keys the hash of phone numbers.
    pub phone_key: [u8; 32],
    /// Joins every PIN before it is hashed.
    pub pin_pepper: [u8; 32],
    /// Seed of the hub's Ed25519 key; the hub's device id and all tokens follow from it.
    pub signing_seed: [u8; 32],
}

/// Whose token was shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Caller {
    Node {
        device: DeviceId,
        epoch: LogEpoch,
    },
    Operator,
    /// Another hub of the meeting, which has its keys.
    Relay,
}

impl HubSecrets {
    /// The hub's public key.
    pub fn public_key(&self) -> Key {
        Key(SigningKey::from_bytes(&self.signing_seed).verifying_key().to_bytes())
    }

    /// The hub as an author of events.
    pub fn device_id(&self) -> DeviceId {
        DeviceId::of_key(&self.public_key())
    }

    pub(crate) fn sign(&self, bytes: &[u8]) -> ids::Signature {
        ids::Signature(SigningKey::from_bytes(&self.signing_seed).sign(bytes).to_bytes())
    }

    /// The token of an enrolled epoch: always the same, so that enrolling again brings the same grant.
    pub(crate) fn token(&self, device: DeviceId, epoch: LogEpoch) -> String {
        let mac = Hash(self.node_mac(device, epoch).finalize().into_bytes().into());
        format!("{device}{epoch}{mac}")
    }

    /// Who shows this token, if the hub gave it.
    pub(crate) fn caller(&self, token: &str) -> Option<Caller> {
        if let Some(mac) = token.strip_prefix(OPERATOR) {
            self.mac(b"usher/operator/1\n").verify_slice(&mac.parse::<Hash>().ok()?.0).ok()?;
            return Some(Caller::Operator);
        }
        if let Some(mac) = token.strip_prefix(RELAY) {
            self.mac(b"usher/relay/1\n").verify_slice(&mac.parse::<Hash>().ok()?.0).ok()?;
            return Some(Caller::Relay);
        }
        let (device, rest) = token.split_at_checked(32)?;
        let (epoch, mac) = rest.split_at_checked(32)?;
        let (device, epoch) = (device.parse().ok()?, epoch.parse().ok()?);
        self.node_mac(device, epoch).verify_slice(&mac.parse::<Hash>().ok()?.0).ok()?;
        Some(Caller::Node { device, epoch })
    }

    fn node_mac(&self, device: DeviceId, epoch: LogEpoch) -> Hmac<Sha256> {
        self.mac(b"usher/token/1\n").chain_update(device.0).chain_update(epoch.0)
    }

    fn mac(&self, label: &[u8]) -> Hmac<Sha256> {
        Hmac::<Sha256>::new_from_slice(&self.signing_seed).expect("HMAC takes keys of any length").chain_update(label)
    }
}

impl fmt::Debug for HubSecrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HubSecrets({})", self.public_key())
    }
}

/// The token for `GET /v1/status` and everything that only reads, for whoever has the hub's keys.
pub fn operator_token(secrets: &HubSecrets) -> String {
    let mac = Hash(secrets.mac(b"usher/operator/1\n").finalize().into_bytes().into());
    format!("{OPERATOR}{mac}")
}

/// The token with which a hub of the meeting relays its order to another, and follows another.
pub fn relay_token(secrets: &HubSecrets) -> String {
    let mac = Hash(secrets.mac(b"usher/relay/1\n").finalize().into_bytes().into());
    format!("{RELAY}{mac}")
}

/// Whether `signature` is that of the key over the bytes.
pub(crate) fn verify(key: &Key, bytes: &[u8], signature: &ids::Signature) -> bool {
    let Ok(key) = VerifyingKey::from_bytes(&key.0) else { return false };
    key.verify_strict(bytes, &Signature::from_bytes(&signature.0)).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRETS: HubSecrets = HubSecrets { phone_key: [1; 32], pin_pepper: [2; 32], signing_seed: [3; 32] };
    const DEVICE: DeviceId = DeviceId([4; 16]);
    const EPOCH: LogEpoch = LogEpoch([5; 16]);

    #[test]
    fn token_names_its_owner() {
        let token = SECRETS.token(DEVICE, EPOCH);
        assert_eq!(SECRETS.caller(&token), Some(Caller::Node { device: DEVICE, epoch: EPOCH }));
        assert_eq!(SECRETS.caller(&operator_token(&SECRETS)), Some(Caller::Operator));
        assert_eq!(SECRETS.caller(&relay_token(&SECRETS)), Some(Caller::Relay));
    }

    #[test]
    fn token_with_any_other_digit_is_nobodys() {
        for token in [SECRETS.token(DEVICE, EPOCH), operator_token(&SECRETS), relay_token(&SECRETS)] {
            for at in 0..token.len() {
                let mut bytes = token.clone().into_bytes();
                bytes[at] = if bytes[at] == b'0' { b'1' } else { b'0' };
                assert_eq!(SECRETS.caller(&String::from_utf8(bytes).unwrap()), None);
            }
        }
        let other = HubSecrets { signing_seed: [6; 32], ..SECRETS };
        assert_eq!(other.caller(&SECRETS.token(DEVICE, EPOCH)), None);
        for garbage in ["", "operator.", "é".repeat(32).as_str(), &"a".repeat(128)] {
            assert_eq!(SECRETS.caller(garbage), None);
        }
    }

    #[test]
    fn debug_text_shows_no_secret() {
        let text = format!("{SECRETS:?}");
        assert!(!text.contains("0303") && !text.contains("0101") && !text.contains("0202"));
    }
}
