//! A body with events: u32 length and JSON head, then each event as u32 length and its bytes, all
//! big-endian.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::fault::{WireError, to_json};
use crate::bytes::{Reader, Short};
use crate::envelope::Event;

/// What a body may hold at most.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    pub(super) body_bytes: usize,
    pub(super) events: usize,
}

impl From<Short> for WireError {
    fn from(_: Short) -> Self {
        WireError::Truncated
    }
}

pub(super) fn encode<'a, H: Serialize>(head: &H, events: impl Iterator<Item = &'a Event>) -> Vec<u8> {
    let mut body = Vec::new();
    put(&mut body, &to_json(head));
    for event in events {
        put(&mut body, event.bytes());
    }
    body
}

pub(super) fn decode<H: DeserializeOwned>(body: &[u8], limits: Limits) -> Result<(H, Vec<Event>), WireError> {
    if body.len() > limits.body_bytes {
        return Err(WireError::TooLong { limit: limits.body_bytes });
    }
    let mut reader = Reader::new(body);
    let head =
        serde_json::from_slice(part(&mut reader)?).map_err(|error| WireError::Head { reason: error.to_string() })?;
    let mut events = Vec::new();
    while reader.remaining() > 0 {
        let index = events.len();
        if index == limits.events {
            return Err(WireError::TooMany { limit: limits.events });
        }
        let event = Event::decode(part(&mut reader)?);
        events.push(event.map_err(|source| WireError::Event { index, source })?);
    }
    Ok((head, events))
}

fn part<'a>(reader: &mut Reader<'a>) -> Result<&'a [u8], WireError> {
    let len = usize::try_from(reader.u32()?).map_err(|_| WireError::Truncated)?;
    Ok(reader.take(len)?)
}

pub(super) fn put(body: &mut Vec<u8>, part: &[u8]) {
    let len = u32::try_from(part.len()).expect("heads and events are far below 4 GiB");
    body.extend_from_slice(&len.to_be_bytes());
    body.extend_from_slice(part);
}
