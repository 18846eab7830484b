//! What the hub knows and never writes into an event: the meeting's keys, and the tokens made from
//! them. Files and permissions of the keys are the caller's.

use std::fmt;

use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use sync::ids::{self, Hash, Key};
use sync::{DeviceId, LogEpoch, MeetingId};

const OPERATOR: &str = "operator.";
const RELAY: &str = "relay.";
/// Digits of an id of 16 bytes.
const ID_DIGITS: usize = 32;

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
    /// Whoever has the hub's keys and wants to read.
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
    pub(crate) fn token(&self, meeting: MeetingId, device: DeviceId, epoch: LogEpoch) -> String {
        let mac = text_of(self.node_mac(meeting, device, epoch));
        format!("{meeting}{device}{epoch}{mac}")
    }

    /// Who shows this token at the hub of `meeting`, if it was given there.
    pub(crate) fn caller(&self, meeting: MeetingId, token: &str) -> Option<Caller> {
        let (kind, token) = split_kind(token);
        let (named, rest) = token.split_at_checked(ID_DIGITS)?;
        if named.parse() != Ok(meeting) {
            return None;
        }
        let (caller, mac, shown) = match kind {
            OPERATOR => (Caller::Operator, self.operator_mac(meeting), rest),
            RELAY => (Caller::Relay, self.relay_mac(meeting), rest),
            _ => {
                let (device, rest) = rest.split_at_checked(ID_DIGITS)?;
                let (epoch, shown) = rest.split_at_checked(ID_DIGITS)?;
                let (device, epoch) = (device.parse().ok()?, epoch.parse().ok()?);
                (Caller::Node { device, epoch }, self.node_mac(meeting, device, epoch), shown)
            }
        };
        mac.verify_slice(&shown.parse::<Hash>().ok()?.0).ok()?;
        Some(caller)
    }

    /// The key under which a root of the lottery is kept.
    pub(crate) fn root_key(&self, meeting: MeetingId, commitment: &str) -> [u8; 32] {
        let mac = self.mac(b"usher/root/1\n", meeting).chain_update(commitment);
        mac.finalize().into_bytes().into()
    }

    fn node_mac(&self, meeting: MeetingId, device: DeviceId, epoch: LogEpoch) -> Hmac<Sha256> {
        self.mac(b"usher/token/2\n", meeting).chain_update(device.0).chain_update(epoch.0)
    }

    fn operator_mac(&self, meeting: MeetingId) -> Hmac<Sha256> {
        self.mac(b"usher/operator/2\n", meeting)
    }

    fn relay_mac(&self, meeting: MeetingId) -> Hmac<Sha256> {
        self.mac(b"usher/relay/1\n", meeting)
    }

    fn mac(&self, label: &[u8], meeting: MeetingId) -> Hmac<Sha256> {
        let mac = Hmac::<Sha256>::new_from_slice(&self.signing_seed).expect("HMAC takes keys of any length");
        mac.chain_update(label).chain_update(meeting.0)
    }
}

impl fmt::Debug for HubSecrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HubSecrets({})", self.public_key())
    }
}

/// The token for `GET /v1/status` and everything that only reads, for whoever has the hub's keys.
/// Over TLS it is good only together with the hub's key.
pub fn operator_token(secrets: &HubSecrets, meeting: MeetingId) -> String {
    format!("{OPERATOR}{meeting}{}", text_of(secrets.operator_mac(meeting)))
}

/// The token of a hub that feeds, or follows, another hub with the same keys. Over TLS it is good only
/// together with the hub's key.
pub fn relay_token(secrets: &HubSecrets, meeting: MeetingId) -> String {
    format!("{RELAY}{meeting}{}", text_of(secrets.relay_mac(meeting)))
}

/// The meeting that a token names; whether it is good is not said.
pub(crate) fn meeting_of(token: &str) -> Option<MeetingId> {
    split_kind(token).1.get(..ID_DIGITS)?.parse().ok()
}

fn split_kind(token: &str) -> (&str, &str) {
    let kind = [OPERATOR, RELAY].into_iter().find(|kind| token.starts_with(kind)).unwrap_or_default();
    token.split_at(kind.len())
}

fn text_of(mac: Hmac<Sha256>) -> Hash {
    Hash(mac.finalize().into_bytes().into())
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
    const MEETING: MeetingId = MeetingId([7; 16]);

    fn tokens() -> [(String, Caller); 3] {
        [
            (SECRETS.token(MEETING, DEVICE, EPOCH), Caller::Node { device: DEVICE, epoch: EPOCH }),
            (operator_token(&SECRETS, MEETING), Caller::Operator),
            (relay_token(&SECRETS, MEETING), Caller::Relay),
        ]
    }

    #[test]
    fn token_names_its_owner_and_its_meeting() {
        for (token, caller) in tokens() {
            assert_eq!((meeting_of(&token), SECRETS.caller(MEETING, &token)), (Some(MEETING), Some(caller)));
            assert_eq!(SECRETS.caller(MeetingId([8; 16]), &token), None);
        }
    }

    #[test]
    fn token_with_any_other_digit_is_nobodys() {
        for (token, _) in tokens() {
            for at in 0..token.len() {
                let mut bytes = token.clone().into_bytes();
                bytes[at] = if bytes[at] == b'0' { b'1' } else { b'0' };
                assert_eq!(SECRETS.caller(MEETING, &String::from_utf8(bytes).unwrap()), None);
            }
        }
        let other = HubSecrets { signing_seed: [6; 32], ..SECRETS };
        assert_eq!(other.caller(MEETING, &tokens()[0].0), None);
        let named = MEETING.to_string();
        for garbage in
            ["", "operator.", "relay.", &named, "é".repeat(32).as_str(), &"a".repeat(160), &format!("{named}é")]
        {
            assert_eq!(SECRETS.caller(MEETING, garbage), None);
        }
    }

    #[test]
    fn debug_text_shows_no_secret() {
        let text = format!("{SECRETS:?}");
        assert!(!text.contains("0303") && !text.contains("0101") && !text.contains("0202"));
    }
}
