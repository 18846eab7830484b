//! Pull and snapshot: everybody's events in the hub's order.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::fault::{NetFault, WireError, body_of};
use super::frame::{self, Limits};
use super::vouch::{ChainHead, Places, Vouched};
use super::{MAX_PULL_BODY_BYTES, MAX_PULL_EVENTS, MAX_SNAPSHOT_BYTES, MAX_WAIT_MS};
use crate::envelope::Event;
use crate::ids::{Incarnation, MeetingId, Signature};

/// "What comes after this cursor?"
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PullRequest {
    /// The last cursor that is stored here; 0 for none.
    pub cursor: u64,
    /// The life of the hub that this cursor belongs to.
    pub incarnation: Incarnation,
    /// How long the hub may hold the answer while there is nothing new, ≤ 30,000 ms.
    pub wait_ms: u32,
}

/// A run of the hub's order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PullReply {
    pub incarnation: Incarnation,
    /// The cursor asked about.
    pub from: u64,
    /// The cursor to ask about next: that of the last event here, or `from`.
    pub cursor: u64,
    /// The hub's newest cursor.
    pub hub_cursor: u64,
    /// The hub's wall clock, Unix milliseconds.
    pub now_ms: u64,
    /// The hub's word for the chains here; none without events, and from an older hub.
    pub vouched: Option<Vouched>,
    /// Cursors strictly rise; none when the incarnation is another one.
    pub events: Vec<(u64, Event)>,
}

/// All raw events up to a cursor; whoever takes it folds them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    pub meeting: MeetingId,
    pub incarnation: Incarnation,
    /// Everything up to and with this cursor is here.
    pub cursor: u64,
    /// The hub's wall clock, Unix milliseconds.
    pub now_ms: u64,
    /// Of `signed_bytes()` by the hub's key (`Grant::hub_key`).
    pub signature: Option<Signature>,
    /// The hub's word for the chains here; none without events, and from an older hub.
    pub vouched: Option<Vouched>,
    /// Cursors strictly rise.
    pub events: Vec<(u64, Event)>,
}

#[derive(Serialize, Deserialize)]
struct PullHead {
    incarnation: Incarnation,
    from: u64,
    cursor: u64,
    hub_cursor: u64,
    now_ms: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    vouched: Option<Vouched>,
    cursors: Vec<u64>,
}

#[derive(Serialize, Deserialize)]
struct SnapshotHead {
    meeting: MeetingId,
    incarnation: Incarnation,
    cursor: u64,
    now_ms: u64,
    signature: Option<Signature>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    vouched: Option<Vouched>,
    cursors: Vec<u64>,
}

const PULL_LIMITS: Limits = Limits { body_bytes: MAX_PULL_BODY_BYTES, events: MAX_PULL_EVENTS };
const SNAPSHOT_LIMITS: Limits = Limits { body_bytes: MAX_SNAPSHOT_BYTES, events: usize::MAX };

impl PullRequest {
    /// The query of the URL, without the question mark.
    pub fn encode(&self) -> String {
        format!("cursor={}&incarnation={}&wait_ms={}", self.cursor, self.incarnation, self.wait_ms)
    }

    /// Reads the query of a URL; an unknown name is an error, a longer wait is cut to the limit.
    ///
    /// # Errors
    /// Names the part that is missing or wrong.
    pub fn decode(query: &str) -> Result<PullRequest, WireError> {
        let (mut cursor, mut incarnation, mut wait_ms) = (None, None, Some(0));
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            match pair.split_once('=') {
                Some(("cursor", value)) => cursor = value.parse().ok(),
                Some(("incarnation", value)) => incarnation = value.parse().ok(),
                Some(("wait_ms", value)) => wait_ms = value.parse::<u32>().ok(),
                _ => return Err(bad_query(pair)),
            }
        }
        Ok(PullRequest {
            cursor: cursor.ok_or_else(|| bad_query("cursor"))?,
            incarnation: incarnation.ok_or_else(|| bad_query("incarnation"))?,
            wait_ms: wait_ms.ok_or_else(|| bad_query("wait_ms"))?.min(MAX_WAIT_MS),
        })
    }
}

impl PullReply {
    /// The HTTP body.
    pub fn encode(&self) -> Vec<u8> {
        let head = PullHead {
            incarnation: self.incarnation,
            from: self.from,
            cursor: self.cursor,
            hub_cursor: self.hub_cursor,
            now_ms: self.now_ms,
            vouched: self.vouched.clone(),
            cursors: cursors_of(&self.events),
        };
        frame::encode(&head, self.events.iter().map(|(_, event)| event))
    }

    /// Reads an HTTP body.
    ///
    /// # Errors
    /// When it is over a limit, cut, damaged, or its cursors do not rise from `from` to `cursor`.
    pub fn decode(body: &[u8]) -> Result<PullReply, WireError> {
        let (head, events): (PullHead, _) = frame::decode(body, PULL_LIMITS)?;
        Ok(PullReply {
            incarnation: head.incarnation,
            from: head.from,
            cursor: head.cursor,
            hub_cursor: head.hub_cursor,
            now_ms: head.now_ms,
            vouched: head.vouched.map(Vouched::check).transpose()?,
            events: ordered(head.from, head.cursors, head.cursor, events)?,
        })
    }

    /// Reads an HTTP answer.
    ///
    /// # Errors
    /// The fault that status and body tell.
    pub fn from_http(status: u16, body: &[u8]) -> Result<PullReply, NetFault> {
        Ok(PullReply::decode(body_of(status, body)?)?)
    }
}

impl Snapshot {
    /// What the hub's key signs: the place in its order and every event there.
    pub fn signed_bytes(&self) -> Vec<u8> {
        let mut hasher = Sha256::new();
        self.events.iter().for_each(|(cursor, event)| count_in(&mut hasher, *cursor, event));
        bytes_to_sign(self.meeting, self.incarnation, self.cursor, hasher)
    }

    /// The HTTP body.
    pub fn encode(&self) -> Vec<u8> {
        let head = SnapshotHead {
            meeting: self.meeting,
            incarnation: self.incarnation,
            cursor: self.cursor,
            now_ms: self.now_ms,
            signature: self.signature,
            vouched: self.vouched.clone(),
            cursors: cursors_of(&self.events),
        };
        frame::encode(&head, self.events.iter().map(|(_, event)| event))
    }

    /// Reads an HTTP body.
    ///
    /// # Errors
    /// When it is over a limit, cut, damaged, or its cursors do not rise up to `cursor`.
    pub fn decode(body: &[u8]) -> Result<Snapshot, WireError> {
        let (head, events): (SnapshotHead, _) = frame::decode(body, SNAPSHOT_LIMITS)?;
        Ok(Snapshot {
            meeting: head.meeting,
            incarnation: head.incarnation,
            cursor: head.cursor,
            now_ms: head.now_ms,
            signature: head.signature,
            vouched: head.vouched.map(Vouched::check).transpose()?,
            events: ordered(0, head.cursors, head.cursor, events)?,
        })
    }

    /// Reads an HTTP answer.
    ///
    /// # Errors
    /// The fault that status and body tell.
    pub fn from_http(status: u16, body: &[u8]) -> Result<Snapshot, NetFault> {
        Ok(Snapshot::decode(body_of(status, body)?)?)
    }
}

/// A snapshot that is not held in memory: the events are walked through once for its head, and once
/// more to be sent.
#[derive(Debug, Clone)]
pub struct SnapshotPlan {
    meeting: MeetingId,
    incarnation: Incarnation,
    now_ms: u64,
    cursors: Vec<u64>,
    hasher: Sha256,
    places: Places,
    event_bytes: u64,
}

impl SnapshotPlan {
    /// Of no event yet. `now_ms` is the hub's wall clock, Unix milliseconds.
    pub fn new(meeting: MeetingId, incarnation: Incarnation, now_ms: u64) -> SnapshotPlan {
        let (cursors, hasher, places) = (Vec::new(), Sha256::new(), Places::default());
        SnapshotPlan { meeting, incarnation, now_ms, cursors, hasher, places, event_bytes: 0 }
    }

    /// The next event of the hub's order.
    pub fn add(&mut self, cursor: u64, event: &Event) {
        self.cursors.push(cursor);
        count_in(&mut self.hasher, cursor, event);
        self.places.add(event);
        self.event_bytes += 4 + event.bytes().len() as u64;
    }

    /// The cursor of the last event.
    pub fn cursor(&self) -> u64 {
        self.cursors.last().copied().unwrap_or(0)
    }

    /// As `Snapshot::signed_bytes`.
    pub fn signed_bytes(&self) -> Vec<u8> {
        bytes_to_sign(self.meeting, self.incarnation, self.cursor(), self.hasher.clone())
    }

    /// The places to vouch for in its events, as `Vouched::places`.
    pub fn places(&self) -> Vec<ChainHead> {
        self.places.clone().finish()
    }

    /// The beginning of the HTTP body, and the length of the whole body in bytes. The same events follow, each by
    /// `put_event`: together the bytes are those of `Snapshot::encode`.
    pub fn begin(self, signature: Option<Signature>, vouched: Option<Vouched>) -> (Vec<u8>, u64) {
        let (cursor, SnapshotPlan { meeting, incarnation, now_ms, cursors, event_bytes, .. }) = (self.cursor(), self);
        let head = SnapshotHead { meeting, incarnation, cursor, now_ms, signature, vouched, cursors };
        let head = frame::encode(&head, std::iter::empty());
        let length = head.len() as u64 + event_bytes;
        (head, length)
    }

    /// Adds an event to a part of the body.
    pub fn put_event(body: &mut Vec<u8>, event: &Event) {
        frame::put(body, event.bytes());
    }
}

fn count_in(hasher: &mut Sha256, cursor: u64, event: &Event) {
    hasher.update(cursor.to_be_bytes());
    hasher.update(event.hash().0);
}

fn bytes_to_sign(meeting: MeetingId, incarnation: Incarnation, cursor: u64, events: Sha256) -> Vec<u8> {
    let mut bytes = b"usher/snapshot/1\n".to_vec();
    bytes.extend_from_slice(&meeting.0);
    bytes.extend_from_slice(&incarnation.0);
    bytes.extend_from_slice(&cursor.to_be_bytes());
    bytes.extend_from_slice(&events.finalize());
    bytes
}

fn cursors_of(events: &[(u64, Event)]) -> Vec<u64> {
    events.iter().map(|(cursor, _)| *cursor).collect()
}

fn ordered(from: u64, cursors: Vec<u64>, last: u64, events: Vec<Event>) -> Result<Vec<(u64, Event)>, WireError> {
    let wrong = |reason: &str| WireError::Head { reason: reason.to_owned() };
    if cursors.len() != events.len() {
        return Err(wrong("it has not one cursor per event"));
    }
    let mut before = from;
    for cursor in &cursors {
        if *cursor <= before {
            return Err(wrong("its cursors do not rise"));
        }
        before = *cursor;
    }
    if before != last {
        return Err(wrong("its cursor is not that of its last event"));
    }
    Ok(cursors.into_iter().zip(events).collect())
}

fn bad_query(part: &str) -> WireError {
    let part: String = part.chars().take(60).collect();
    WireError::Head { reason: format!("the query's {part} is missing or wrong") }
}
