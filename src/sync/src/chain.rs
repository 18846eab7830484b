//! Checks that the events of each author follow one another: no gap, no fork. Knows heads only and
//! keeps no event.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::envelope::Event;
use crate::ids::{DeviceId, Hash, LogEpoch};

/// The last event of a chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Head {
    pub seq: u64,
    pub hash: Hash,
}

impl Head {
    /// The head that a chain has after this event.
    pub fn of(event: &Event) -> Head {
        Head { seq: event.seq, hash: event.hash() }
    }
}

/// Why an event does not continue its chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ChainFault {
    #[error("seq {found} follows where {expected} should")]
    Gap { expected: u64, found: u64 },
    #[error("the event with seq {seq} does not name the hash of the one before")]
    Broken { seq: u64 },
}

/// Whether `event` is the one that comes after `head` (none: the first of its chain).
///
/// # Errors
/// Names the gap or the break.
pub fn follows(head: Option<Head>, event: &Event) -> Result<(), ChainFault> {
    let expected = next_seq(head);
    if event.seq != expected {
        return Err(ChainFault::Gap { expected, found: event.seq });
    }
    let prev_hash = head.map_or(Hash::ZERO, |head| head.hash);
    if event.prev_hash != prev_hash {
        return Err(ChainFault::Broken { seq: event.seq });
    }
    Ok(())
}

/// The seq of the event that would come after `head`.
pub fn next_seq(head: Option<Head>) -> u64 {
    head.map_or(0, |head| head.seq.saturating_add(1))
}

/// The heads of all chains of a log.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Chains {
    heads: BTreeMap<(DeviceId, LogEpoch), Head>,
}

impl Chains {
    /// No chain yet.
    pub fn new() -> Chains {
        Chains::default()
    }

    /// The head of one chain, if it has an event.
    pub fn head(&self, device: DeviceId, epoch: LogEpoch) -> Option<Head> {
        self.heads.get(&(device, epoch)).copied()
    }

    /// All heads, by device and epoch.
    pub fn heads(&self) -> impl Iterator<Item = (DeviceId, LogEpoch, Head)> + '_ {
        self.heads.iter().map(|((device, epoch), head)| (*device, *epoch, *head))
    }

    /// Takes over a head without a check, as when it was read from a trusted table.
    pub fn set(&mut self, device: DeviceId, epoch: LogEpoch, head: Head) {
        self.heads.insert((device, epoch), head);
    }

    /// Appends the event to its chain.
    ///
    /// # Errors
    /// When it does not follow; the chain is then as before.
    pub fn append(&mut self, event: &Event) -> Result<(), ChainFault> {
        follows(self.head(event.device_id, event.log_epoch), event)?;
        self.set(event.device_id, event.log_epoch, Head::of(event));
        Ok(())
    }
}
