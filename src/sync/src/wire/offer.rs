//! Offer: events of chains that need not be one's own, with the hub's word for them. Nodes give back
//! what another life of the hub has forgotten, and a hub relays its order to the one above.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::fault::{NetFault, WireError, body_of, to_json};
use super::frame::{self, Limits};
use super::vouch::{ChainHead, Vouched};
use super::{MAX_OFFER_BODY_BYTES, MAX_OFFER_REPLY_BYTES, MAX_PUSH_BYTES, MAX_PUSH_EVENTS};
use crate::chain::Head;
use crate::envelope::Event;
use crate::ids::{DeviceId, Incarnation, LogEpoch, MeetingId, Position};

/// Events that a hub vouched for. Without events it is the question "how far are you in the chains
/// that this voucher names?".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    pub meeting: MeetingId,
    /// The run of each chain here ends at a vouched place.
    pub vouched: Vouched,
    /// Set by a hub that relays its order: the events are to be taken exactly so.
    pub order: Option<Order>,
    /// ≤ 200 events and ≤ 256 KiB; the events of one chain rise by one.
    pub events: Vec<Event>,
}

/// Where in an ordering hub's log the offered events stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// The life of the ordering hub.
    pub incarnation: Incarnation,
    /// Lives of the ordering hub up to this one, counted by the epochs of its own log.
    pub life: u64,
    /// The cursor before the first event here, 0 for the beginning.
    pub after: u64,
}

/// What the hub has after an offer, after COMMIT.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfferReply {
    pub incarnation: Incarnation,
    /// The hub's newest cursor.
    pub cursor: u64,
    /// The hub's wall clock, Unix milliseconds.
    pub now_ms: u64,
    /// The hub's heads of the chains that the voucher names; a chain that it has not is missing.
    pub heads: Vec<ChainHead>,
    /// The hub has another event at this place; nothing of this chain was taken from there on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fork: Option<Position>,
    /// The life of the ordering hub whose order this hub follows; none when it orders itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub follows: Option<Incarnation>,
}

#[derive(Serialize, Deserialize)]
struct OfferHead {
    meeting: MeetingId,
    vouched: Vouched,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    order: Option<Order>,
}

const LIMITS: Limits = Limits { body_bytes: MAX_OFFER_BODY_BYTES, events: MAX_PUSH_EVENTS };

impl Offer {
    /// An offer of as many of `events` as the limits allow and the voucher covers. Give the events
    /// that the hub lacks (with or without some that it has), in the order in which the earlier hub
    /// had them. Chains go in whole runs up to a vouched place. None when nothing can be offered.
    pub fn gather(meeting: MeetingId, vouched: &Vouched, events: impl IntoIterator<Item = Event>) -> Option<Offer> {
        let mut offer = Offer { meeting, vouched: vouched.clone(), order: None, events: Vec::new() };
        let mut room = MAX_PUSH_BYTES;
        let mut full = BTreeSet::new();
        for run in runs(vouched, events) {
            let bytes: usize = run.iter().map(|event| event.bytes().len()).sum();
            let chain = (run[0].device_id, run[0].log_epoch);
            let fits = bytes <= room && offer.events.len() + run.len() <= MAX_PUSH_EVENTS;
            if !fits || full.contains(&chain) {
                // What comes later of this chain would leave a gap.
                full.insert(chain);
                continue;
            }
            room -= bytes;
            offer.events.extend(run);
        }
        (!offer.events.is_empty()).then_some(offer)
    }

    /// The HTTP body.
    pub fn encode(&self) -> Vec<u8> {
        let head = OfferHead { meeting: self.meeting, vouched: self.vouched.clone(), order: self.order };
        frame::encode(&head, self.events.iter())
    }

    /// Reads an HTTP body.
    ///
    /// # Errors
    /// When it is over a limit, cut or damaged.
    pub fn decode(body: &[u8]) -> Result<Offer, WireError> {
        let (head, events): (OfferHead, _) = frame::decode(body, LIMITS)?;
        Ok(Offer { meeting: head.meeting, vouched: head.vouched.check()?, order: head.order, events })
    }
}

impl OfferReply {
    /// The hub's head of a chain that was named.
    pub fn head(&self, device: DeviceId, epoch: LogEpoch) -> Option<Head> {
        self.heads.iter().find(|place| (place.device, place.epoch) == (device, epoch)).map(|place| place.head)
    }

    /// The HTTP body.
    pub fn encode(&self) -> Vec<u8> {
        to_json(self)
    }

    /// Reads an HTTP body.
    ///
    /// # Errors
    /// When it is no reply to an offer.
    pub fn decode(body: &[u8]) -> Result<OfferReply, WireError> {
        if body.len() > MAX_OFFER_REPLY_BYTES {
            return Err(WireError::TooLong { limit: MAX_OFFER_REPLY_BYTES });
        }
        serde_json::from_slice(body).map_err(|error| WireError::Head { reason: error.to_string() })
    }

    /// Reads an HTTP answer.
    ///
    /// # Errors
    /// The fault that status and body tell.
    pub fn from_http(status: u16, body: &[u8]) -> Result<OfferReply, NetFault> {
        Ok(OfferReply::decode(body_of(status, body)?)?)
    }
}

/// The events as runs of one chain that end at a vouched place, in the order in which they begin.
fn runs(vouched: &Vouched, events: impl IntoIterator<Item = Event>) -> Vec<Vec<Event>> {
    let mut runs: Vec<Vec<Event>> = Vec::new();
    let mut open: BTreeMap<(DeviceId, LogEpoch), usize> = BTreeMap::new();
    for event in events {
        let chain = (event.device_id, event.log_epoch);
        let ends = vouched.names(&event);
        let run = *open.entry(chain).or_insert_with(|| {
            runs.push(Vec::new());
            runs.len() - 1
        });
        runs[run].push(event);
        if ends {
            open.remove(&chain);
        }
    }
    let unfinished: BTreeSet<usize> = open.into_values().collect();
    let finished = runs.into_iter().enumerate().filter(|(index, _)| !unfinished.contains(index));
    finished.map(|(_, run)| run).collect()
}
