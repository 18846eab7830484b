//! Identities: UUIDs for what is made, short codes for what the meeting file names. Makes none itself: new ids come from `Ctx`.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use uuid::Uuid;

/// A text that is not the id it should be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is not {expected}")]
pub struct BadId {
    /// What was given, cut to 40 characters.
    pub text: String,
    /// What it should have been.
    pub expected: &'static str,
}

impl BadId {
    pub(crate) fn new(text: &str, expected: &'static str) -> BadId {
        BadId { text: text.chars().take(40).collect(), expected }
    }
}

macro_rules! uuid_ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub Uuid);

        impl $name {
            /// From the 16 bytes of an envelope.
            pub const fn from_bytes(bytes: [u8; 16]) -> $name {
                $name(Uuid::from_bytes(bytes))
            }
            /// The 16 bytes, as in an envelope.
            pub const fn bytes(&self) -> [u8; 16] {
                *self.0.as_bytes()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}", self.0.simple())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0.simple())
            }
        }

        impl FromStr for $name {
            type Err = BadId;
            fn from_str(text: &str) -> Result<$name, BadId> {
                Uuid::try_parse(text).map($name).map_err(|_| BadId::new(text, "a UUID"))
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.collect_str(&self.0.simple())
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<$name, D::Error> {
                String::deserialize(from)?.parse().map_err(de::Error::custom)
            }
        }
    )*};
}

uuid_ids! {
    /// An event of the log.
    EventId,
    /// A node: kiosk, desk, stage or hub.
    DeviceId,
    /// One life of a device's log.
    LogEpoch,
    /// A customer firm.
    DealerId,
    /// One owner's party.
    HouseholdId,
    /// One person.
    GuestId,
    /// An order slip, through all its revisions.
    SlipId,
    /// A receipt of one payment visit.
    PaymentId,
    /// A queue ticket.
    TicketId,
    /// One handing over of a gift.
    HandoverId,
    /// A stage bulletin.
    BulletinId,
    /// A price request.
    DiscountId,
}

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Arc<str>);

        impl $name {
            /// Wraps the code as the meeting file writes it.
            pub fn new(code: &str) -> $name {
                $name(Arc::from(code))
            }
            /// The code itself.
            pub fn as_str(&self) -> &str {
                &self.0
            }
            /// A usable code has 1 to 40 bytes of letters, digits, `-`, `_` or `.`.
            pub fn is_well_formed(&self) -> bool {
                well_formed_code(&self.0)
            }
        }

        impl From<&str> for $name {
            fn from(code: &str) -> $name {
                $name::new(code)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({:?})"), &*self.0)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.serialize_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<$name, D::Error> {
                String::deserialize(from).map(|code| $name(Arc::from(code)))
            }
        }
    )*};
}

codes! {
    /// A sales area.
    RegionId,
    /// A salesperson.
    SalespersonId,
    /// A member of staff.
    StaffId,
    /// A session of the meeting.
    SessionId,
    /// A table; stable while its label may change.
    TableId,
    /// A product.
    Sku,
    /// A gift of the policy.
    GiftId,
    /// A prize of the lottery.
    PrizeId,
    /// A round of the lottery.
    RoundId,
    /// A queue: cashier, gift desk, order desk.
    QueueId,
    /// A printer as a node names it.
    PrinterId,
    /// A consent or notice text of the meeting file.
    NoticeId,
}

fn well_formed_code(code: &str) -> bool {
    (1..=40).contains(&code.len()) && code.chars().all(|c| c.is_alphanumeric() || "-_.".contains(c))
}

/// Number of an invited guest within the meeting; never reused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct GuestNo(pub u32);

impl fmt::Display for GuestNo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// Opaque id on a badge's code: ten characters of Crockford's Base32 (50 random bits).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BadgeId([u8; 10]);

const CROCKFORD: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

impl BadgeId {
    /// The id that holds the lowest 50 bits of `bits`.
    pub fn from_bits(bits: u64) -> BadgeId {
        let mut text = [b'0'; 10];
        for (place, letter) in text.iter_mut().enumerate() {
            *letter = CROCKFORD[(bits >> (45 - 5 * place)) as usize & 31];
        }
        BadgeId(text)
    }

    /// The ten characters.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).expect("only letters of the alphabet get in")
    }
}

impl FromStr for BadgeId {
    type Err = BadId;
    /// Accepts what people type: small letters, `O` for 0, `I` and `L` for 1.
    fn from_str(text: &str) -> Result<BadgeId, BadId> {
        let wrong = || BadId::new(text, "a badge number of ten characters");
        let bytes: &[u8; 10] = text.as_bytes().try_into().map_err(|_| wrong())?;
        let mut id = [0; 10];
        for (to, from) in id.iter_mut().zip(bytes) {
            let letter = match from.to_ascii_uppercase() {
                b'O' => b'0',
                b'I' | b'L' => b'1',
                other => other,
            };
            if !CROCKFORD.contains(&letter) {
                return Err(wrong());
            }
            *to = letter;
        }
        Ok(BadgeId(id))
    }
}

impl fmt::Display for BadgeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for BadgeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BadgeId({})", self.as_str())
    }
}

impl Serialize for BadgeId {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for BadgeId {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<BadgeId, D::Error> {
        String::deserialize(from)?.parse().map_err(de::Error::custom)
    }
}

/// A derived task: the first 16 bytes of a hash of its kind and the events that raised it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TaskId(pub [u8; 16]);

impl fmt::Display for TaskId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&data_encoding::HEXLOWER.encode(&self.0))
    }
}

impl fmt::Debug for TaskId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TaskId({self})")
    }
}

impl FromStr for TaskId {
    type Err = BadId;
    fn from_str(text: &str) -> Result<TaskId, BadId> {
        let bytes = data_encoding::HEXLOWER.decode(text.as_bytes()).ok();
        let bytes = bytes.and_then(|bytes| bytes.try_into().ok());
        bytes.map(TaskId).ok_or_else(|| BadId::new(text, "a task number of 32 hex digits"))
    }
}

impl Serialize for TaskId {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for TaskId {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<TaskId, D::Error> {
        String::deserialize(from)?.parse().map_err(de::Error::custom)
    }
}
