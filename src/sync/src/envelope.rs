//! The envelope of an event, frozen for ever: its author makes the bytes once and everybody copies
//! them verbatim. What the payload means is not known here.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use crate::bytes::{Reader, Short};
use crate::hlc::Hlc;
use crate::ids::{BootId, DeviceId, EventId, Hash, LogEpoch, MeetingId, Position};

/// Longest envelope in bytes, hash included.
pub const MAX_EVENT_BYTES: usize = 128 * 1024;

const HASH_PREFIX: &[u8] = b"usher/event/1\n";
const HASH_BYTES: usize = 32;

/// The fields of an event before it is sealed. The order of the fields is the order of the bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// Minted with the act (UUIDv7); effects fold by it.
    pub event_id: EventId,
    pub meeting_id: MeetingId,
    /// The author.
    pub device_id: DeviceId,
    pub log_epoch: LogEpoch,
    /// 0, 1, 2 … within `(device_id, log_epoch)`, without a gap.
    pub seq: u64,
    pub hlc: Hlc,
    pub boot_id: BootId,
    /// The act's time by the hub's clock, as far as its author knew it, minus `hlc.millis()`, in
    /// milliseconds: stamp plus offset is the act's time also when the stamp had to run ahead.
    pub clock_offset_ms: i64,
    /// "guest", "staff:r1", "sales:S07", "system", "organiser"; up to 65,535 bytes.
    pub actor: String,
    /// Name of the event; up to 65,535 bytes.
    pub kind: String,
    pub kind_version: u16,
    /// Revision of the roster that the author saw.
    pub roster_rev: u32,
    /// JSON without floats.
    pub payload: Vec<u8>,
    /// Hash of the event with the seq before, zeros for seq 0.
    pub prev_hash: Hash,
}

/// Why a draft cannot become an event.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EncodeError {
    #[error("an event of {bytes} bytes is longer than {MAX_EVENT_BYTES}")]
    TooLong { bytes: usize },
    #[error("the field {field} is longer than 65535 bytes")]
    TextTooLong { field: &'static str },
}

/// Why bytes are no event.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    #[error("an event of {bytes} bytes is longer than {MAX_EVENT_BYTES}")]
    TooLong { bytes: usize },
    #[error("the event ends before its last field")]
    Truncated,
    #[error("{bytes} bytes follow the event")]
    Trailing { bytes: usize },
    #[error("the field {field} is not UTF-8")]
    NotText { field: &'static str },
    #[error("the hash does not fit the content")]
    HashMismatch,
}

impl From<Short> for DecodeError {
    fn from(_: Short) -> Self {
        DecodeError::Truncated
    }
}

/// A sealed event: its fields, its bytes and its hash, which always fit each other. Cloning is cheap.
#[derive(Clone, PartialEq, Eq)]
pub struct Event {
    inner: Arc<Sealed>,
}

#[derive(PartialEq, Eq)]
struct Sealed {
    draft: Draft,
    hash: Hash,
    bytes: Vec<u8>,
}

impl Draft {
    /// Makes the bytes and the hash.
    ///
    /// # Errors
    /// When the whole or a text is longer than the format allows.
    pub fn seal(self) -> Result<Event, EncodeError> {
        let mut bytes = Vec::with_capacity(256 + self.payload.len());
        bytes.extend_from_slice(&self.event_id.0);
        bytes.extend_from_slice(&self.meeting_id.0);
        bytes.extend_from_slice(&self.device_id.0);
        bytes.extend_from_slice(&self.log_epoch.0);
        bytes.extend_from_slice(&self.seq.to_be_bytes());
        bytes.extend_from_slice(&self.hlc.0.to_be_bytes());
        bytes.extend_from_slice(&self.boot_id.0);
        bytes.extend_from_slice(&self.clock_offset_ms.to_be_bytes());
        put_text(&mut bytes, "actor", &self.actor)?;
        put_text(&mut bytes, "kind", &self.kind)?;
        bytes.extend_from_slice(&self.kind_version.to_be_bytes());
        bytes.extend_from_slice(&self.roster_rev.to_be_bytes());
        let payload_len = u32::try_from(self.payload.len()).unwrap_or(u32::MAX);
        bytes.extend_from_slice(&payload_len.to_be_bytes());
        bytes.extend_from_slice(&self.payload);
        bytes.extend_from_slice(&self.prev_hash.0);
        if bytes.len() + HASH_BYTES > MAX_EVENT_BYTES {
            return Err(EncodeError::TooLong { bytes: bytes.len() + HASH_BYTES });
        }
        let hash = hash_of(&bytes);
        bytes.extend_from_slice(&hash.0);
        Ok(Event { inner: Arc::new(Sealed { draft: self, hash, bytes }) })
    }
}

impl Event {
    /// Reads an event and checks its hash, so that a flipped byte anywhere is found. Never panics.
    ///
    /// # Errors
    /// Says what is wrong with the bytes.
    pub fn decode(bytes: &[u8]) -> Result<Event, DecodeError> {
        if bytes.len() > MAX_EVENT_BYTES {
            return Err(DecodeError::TooLong { bytes: bytes.len() });
        }
        let mut reader = Reader::new(bytes);
        let draft = read_draft(&mut reader)?;
        let hash = Hash(reader.array()?);
        if reader.remaining() > 0 {
            return Err(DecodeError::Trailing { bytes: reader.remaining() });
        }
        if hash_of(&bytes[..bytes.len() - HASH_BYTES]) != hash {
            return Err(DecodeError::HashMismatch);
        }
        Ok(Event { inner: Arc::new(Sealed { draft, hash, bytes: bytes.to_vec() }) })
    }

    /// The bytes as their author made them.
    pub fn bytes(&self) -> &[u8] {
        &self.inner.bytes
    }

    /// SHA-256 of all bytes before the hash.
    pub fn hash(&self) -> Hash {
        self.inner.hash
    }

    /// The fields.
    pub fn draft(&self) -> &Draft {
        &self.inner.draft
    }

    /// The place in its author's log.
    pub fn position(&self) -> Position {
        Position { device: self.device_id, epoch: self.log_epoch, seq: self.seq }
    }
}

impl Deref for Event {
    type Target = Draft;
    fn deref(&self) -> &Draft {
        &self.inner.draft
    }
}

impl fmt::Debug for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Event({} {} {})", self.kind, self.position(), self.hash())
    }
}

fn read_draft(reader: &mut Reader<'_>) -> Result<Draft, DecodeError> {
    Ok(Draft {
        event_id: EventId(reader.array()?),
        meeting_id: MeetingId(reader.array()?),
        device_id: DeviceId(reader.array()?),
        log_epoch: LogEpoch(reader.array()?),
        seq: reader.u64()?,
        hlc: Hlc(reader.u64()?),
        boot_id: BootId(reader.array()?),
        clock_offset_ms: reader.i64()?,
        actor: read_text(reader, "actor")?,
        kind: read_text(reader, "kind")?,
        kind_version: reader.u16()?,
        roster_rev: reader.u32()?,
        payload: read_payload(reader)?,
        prev_hash: Hash(reader.array()?),
    })
}

fn read_text(reader: &mut Reader<'_>, field: &'static str) -> Result<String, DecodeError> {
    let len = usize::from(reader.u16()?);
    let text = str::from_utf8(reader.take(len)?).map_err(|_| DecodeError::NotText { field })?;
    Ok(text.to_owned())
}

fn read_payload(reader: &mut Reader<'_>) -> Result<Vec<u8>, DecodeError> {
    let len = usize::try_from(reader.u32()?).map_err(|_| DecodeError::Truncated)?;
    Ok(reader.take(len)?.to_vec())
}

fn put_text(bytes: &mut Vec<u8>, field: &'static str, text: &str) -> Result<(), EncodeError> {
    let len = u16::try_from(text.len()).map_err(|_| EncodeError::TextTooLong { field })?;
    bytes.extend_from_slice(&len.to_be_bytes());
    bytes.extend_from_slice(text.as_bytes());
    Ok(())
}

fn hash_of(bytes: &[u8]) -> Hash {
    let digest = Sha256::new().chain_update(HASH_PREFIX).chain_update(bytes).finalize();
    Hash(digest.into())
}
