//! The hub's word for chains: which events it took, so that whoever copied them can show them to
//! another life of the hub, or to the hub above. Signing and checking of signatures is the caller's.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::fault::WireError;
use crate::chain::Head;
use crate::envelope::Event;
use crate::ids::{DeviceId, LogEpoch, MeetingId, Signature};

/// Most places of one voucher, far above a snapshot of 100,000 events.
pub const MAX_VOUCHED_HEADS: usize = 8_192;

/// After so many events of a chain comes a place that is vouched for.
const SEGMENT_EVENTS: usize = 50;
/// No more event bytes of a chain than this lie between two places that are vouched for, so that
/// the events from one place to the next always fit into one offer.
const SEGMENT_BYTES: usize = 128 * 1024;

/// A place in a chain and the event there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ChainHead {
    pub device: DeviceId,
    pub epoch: LogEpoch,
    pub head: Head,
}

/// Places in chains, signed by the hub that took the events up to them. As each event names the hash
/// of the one before, a run that ends at such a place is vouched for as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vouched {
    /// Strictly rising. Of each chain the last one is its head; a long chain has earlier places too.
    pub heads: Vec<ChainHead>,
    /// Of `signed_bytes()` by the hub's key (`Grant::hub_key`).
    pub signature: Signature,
}

impl ChainHead {
    /// Where `event` stands.
    pub fn of(event: &Event) -> ChainHead {
        ChainHead { device: event.device_id, epoch: event.log_epoch, head: Head::of(event) }
    }

    fn chain(&self) -> (DeviceId, LogEpoch) {
        (self.device, self.epoch)
    }
}

impl Vouched {
    /// The places to vouch for in a run of the hub's order: the last event of every chain, and in long
    /// chains so many before that the events between two places fit into one offer.
    pub fn places<'a>(events: impl IntoIterator<Item = &'a Event>) -> Vec<ChainHead> {
        let mut places = Places::default();
        events.into_iter().for_each(|event| places.add(event));
        places.finish()
    }

    /// What the hub's key signs for these places of a meeting.
    pub fn bytes_to_sign(meeting: MeetingId, heads: &[ChainHead]) -> Vec<u8> {
        let mut bytes = b"usher/heads/1\n".to_vec();
        bytes.extend_from_slice(&meeting.0);
        for ChainHead { device, epoch, head } in heads {
            bytes.extend_from_slice(&device.0);
            bytes.extend_from_slice(&epoch.0);
            bytes.extend_from_slice(&head.seq.to_be_bytes());
            bytes.extend_from_slice(&head.hash.0);
        }
        bytes
    }

    /// What the signature has to be over.
    pub fn signed_bytes(&self, meeting: MeetingId) -> Vec<u8> {
        Vouched::bytes_to_sign(meeting, &self.heads)
    }

    /// Whether the event itself stands at a vouched place.
    pub fn names(&self, event: &Event) -> bool {
        self.heads.binary_search(&ChainHead::of(event)).is_ok()
    }

    /// The last vouched place of a chain.
    pub fn head(&self, device: DeviceId, epoch: LogEpoch) -> Option<Head> {
        let after = self.heads.partition_point(|place| place.chain() <= (device, epoch));
        let place = self.heads.get(after.checked_sub(1)?)?;
        (place.chain() == (device, epoch)).then_some(place.head)
    }

    /// The chains with a vouched place, each once.
    pub fn chains(&self) -> impl Iterator<Item = (DeviceId, LogEpoch)> + '_ {
        let mut before = None;
        self.heads.iter().map(ChainHead::chain).filter(move |chain| before.replace(*chain) != Some(*chain))
    }

    /// A voucher from outside keeps to its limit and order.
    pub(super) fn check(self) -> Result<Vouched, WireError> {
        if self.heads.len() > MAX_VOUCHED_HEADS {
            return Err(WireError::TooMany { limit: MAX_VOUCHED_HEADS });
        }
        let rises = |pair: &[ChainHead]| (pair[0].chain(), pair[0].head.seq) < (pair[1].chain(), pair[1].head.seq);
        if !self.heads.windows(2).all(rises) {
            return Err(WireError::Head { reason: "its vouched places do not rise".into() });
        }
        Ok(self)
    }
}

/// Gathers the places to vouch for, event by event in the hub's order.
#[derive(Debug, Clone, Default)]
pub(super) struct Places {
    places: Vec<ChainHead>,
    open: BTreeMap<(DeviceId, LogEpoch), Segment>,
}

impl Places {
    pub(super) fn add(&mut self, event: &Event) {
        let place = ChainHead::of(event);
        let bytes = event.bytes().len();
        let segment = self.open.entry(place.chain()).or_insert(Segment { events: 0, bytes: 0, last: place });
        if segment.events == SEGMENT_EVENTS || segment.bytes + bytes > SEGMENT_BYTES && segment.events > 0 {
            self.places.push(segment.last);
            *segment = Segment { events: 0, bytes: 0, last: place };
        }
        *segment = Segment { events: segment.events + 1, bytes: segment.bytes + bytes, last: place };
    }

    pub(super) fn finish(mut self) -> Vec<ChainHead> {
        self.places.extend(self.open.values().map(|segment| segment.last));
        self.places.sort_unstable();
        self.places
    }
}

#[derive(Debug, Clone, Copy)]
struct Segment {
    events: usize,
    bytes: usize,
    last: ChainHead,
}
