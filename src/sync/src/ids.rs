//! Ids of 16 bytes and hashes of 32, written as lower-case hex everywhere outside the envelope.
//! Nothing here makes an id: fresh bytes come from the caller.

use std::fmt;
use std::str::FromStr;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest, Sha256};

/// A text that is not the hex form of an id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected {expected} lower-case hexadecimal digits")]
pub struct IdError {
    /// Digits that would have been right.
    pub expected: usize,
}

macro_rules! hex_bytes {
    ($(#[$doc:meta])* $name:ident, $len:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub [u8; $len]);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({self})", stringify!($name))
            }
        }

        impl FromStr for $name {
            type Err = IdError;
            fn from_str(text: &str) -> Result<Self, IdError> {
                from_hex::<$len>(text).map($name)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                text.parse().map_err(D::Error::custom)
            }
        }
    };
}

hex_bytes!(
    /// One act, minted with it (UUIDv7); effects fold by it.
    EventId,
    16
);
hex_bytes!(
    /// One order meeting.
    MeetingId,
    16
);
hex_bytes!(
    /// One machine, or the hub's own author.
    DeviceId,
    16
);
hex_bytes!(
    /// One life of a device's log: new when the file is created, restored or found on other hardware.
    LogEpoch,
    16
);
hex_bytes!(
    /// One start of a machine, so that clock offsets can be judged per boot.
    BootId,
    16
);
hex_bytes!(
    /// One life of the hub's log; another one means that its cursors start anew.
    Incarnation,
    16
);
hex_bytes!(
    /// SHA-256.
    Hash,
    32
);
hex_bytes!(
    /// An Ed25519 public key, or another key of 32 bytes.
    Key,
    32
);
hex_bytes!(
    /// An Ed25519 signature.
    Signature,
    64
);

impl Hash {
    /// What the first event of a chain names as its predecessor.
    pub const ZERO: Hash = Hash([0; 32]);
}

impl DeviceId {
    /// The id of the device that owns this public key: the same key is the same device, also for a
    /// hub that was restored from a backup.
    pub fn of_key(public_key: &Key) -> DeviceId {
        let digest = Sha256::new().chain_update(b"usher/device/1\n").chain_update(public_key.0).finalize();
        let mut id = [0; 16];
        id.copy_from_slice(&digest[..16]);
        DeviceId(id)
    }
}

/// The place of an event: one event at most, for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Position {
    /// Whose log.
    pub device: DeviceId,
    /// Which life of that log.
    pub epoch: LogEpoch,
    /// 0, 1, 2 … without a gap.
    pub seq: u64,
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.device, self.epoch, self.seq)
    }
}

fn from_hex<const N: usize>(text: &str) -> Result<[u8; N], IdError> {
    let error = IdError { expected: N * 2 };
    if text.len() != N * 2 {
        return Err(error);
    }
    let mut out = [0; N];
    for (target, pair) in out.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        let (Some(high), Some(low)) = (digit(pair[0]), digit(pair[1])) else {
            return Err(error);
        };
        *target = high << 4 | low;
    }
    Ok(out)
}

fn digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hex_text_of_an_id_reads_back() {
        let id = DeviceId([0xa5; 16]);
        assert_eq!(id.to_string(), "a5".repeat(16));
        assert_eq!(id.to_string().parse(), Ok(id));
        let json = serde_json::to_string(&id).unwrap();
        assert_eq!(serde_json::from_str::<DeviceId>(&json).unwrap(), id);
    }

    #[test]
    fn wrong_text_is_refused() {
        for text in ["", "a5", &"A5".repeat(16), &"zz".repeat(16), &"é".repeat(16)] {
            assert_eq!(text.parse::<DeviceId>(), Err(IdError { expected: 32 }));
        }
    }

    #[test]
    fn one_key_is_one_device() {
        assert_eq!(DeviceId::of_key(&Key([1; 32])), DeviceId::of_key(&Key([1; 32])));
        assert_ne!(DeviceId::of_key(&Key([1; 32])), DeviceId::of_key(&Key([2; 32])));
    }
}
