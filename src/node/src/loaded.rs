//! What a node starts from (its disk and its grant) and what it tells about sync. No storage format here.

use crate::clock_guard::ClockGuard;
use print::JournalRow;
use sync::wire::Vouched;
use sync::{BootId, DeviceId, Event, Grant, Incarnation, LogEpoch, MeetingId, NetFault, StopReason};

/// Everything durable that a node folds, as the store read it.
#[derive(Debug, Clone, Default)]
pub struct Loaded {
    /// The hub's incarnation that `confirmed` comes from; `None` before the first contact.
    pub incarnation: Option<Incarnation>,
    /// The hub's cursor up to which `confirmed` reaches; 0 before the first contact.
    pub cursor: u64,
    /// Everybody's events in hub order, with their cursors.
    pub confirmed: Vec<(u64, Event)>,
    /// Own events of all epochs that are not in `confirmed`, by epoch and seq, then those that the hub's order contradicted
    /// and the store took out of the log as evidence. What does not continue the present epoch's chain is done again in it
    /// under its old id.
    pub pending: Vec<Event>,
    /// What the hub lost of others; it is offered to it.
    pub foreign: Foreign,
    /// The printer journal, in order of job.
    pub journal: Vec<JournalRow>,
    /// True when the present epoch is not the first life of this disk (restored, copied, other hardware): copies that the
    /// journal calls unprinted may have been printed since.
    pub reborn: bool,
}

/// What the disk holds of other machines that the present life of the hub lacks.
#[derive(Debug, Clone, Default)]
pub struct Foreign {
    /// As the hub's earlier life had them in order.
    pub events: Vec<Event>,
    /// The hub's word for them, oldest first.
    pub vouched: Vec<Vouched>,
}

/// Who the node is: the hub's grant, and facts of this start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The meeting.
    pub meeting: MeetingId,
    /// The hub's name for this device.
    pub device: DeviceId,
    /// The epoch that this node's events carry.
    pub epoch: LogEpoch,
    /// Prefix of numbers made here, as `K1` or `K1B`.
    pub prefix: String,
    /// Random per start of the process; ids of events that no act caused are made of it.
    pub boot: BootId,
    /// The node's printers by name (letters, digits, `-`, `_`, `.`); the first takes what names no printer. May be empty.
    pub printers: Vec<String>,
}

impl Identity {
    /// The identity that a grant gives, with the facts of this start.
    pub fn new(grant: &Grant, boot: BootId, printers: Vec<String>) -> Identity {
        Identity {
            meeting: grant.meeting_id,
            device: grant.device_id,
            epoch: grant.epoch,
            prefix: grant.prefix.clone(),
            boot,
            printers,
        }
    }

    /// The prefix of the device's first epoch (`K1` of `K1B`): names the machine.
    pub fn station(&self) -> &str {
        station(&self.prefix)
    }

    /// How other nodes name a printer of this one in a request: `K1.badge`.
    pub fn printer_address(&self, printer: &str) -> String {
        format!("{}.{printer}", self.station())
    }
}

fn station(prefix: &str) -> &str {
    let after_letter = prefix.len().min(1);
    let digits = prefix.bytes().skip(after_letter).take_while(u8::is_ascii_digit).count();
    prefix.get(..after_letter + digits).unwrap_or(prefix)
}

/// How far the node and the hub agree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyncState {
    /// Own events that the hub has not acknowledged.
    pub waiting: u64,
    /// When the oldest of these was made, unix milliseconds of this node.
    pub since: Option<u64>,
    /// The hub answered and nothing failed since.
    pub connected: bool,
    /// Own events that the hub has not given back yet: shown, but pending.
    pub pending: usize,
    /// The hub's cursor up to which the confirmed state reaches.
    pub cursor: u64,
    /// Hub clock minus own wall clock as far as known, in milliseconds.
    pub clock_offset_ms: i64,
    /// What the machine's clock deserves, beyond what the network may have delayed.
    pub clock: ClockGuard,
    /// What failed last, while it fails.
    pub fault: Option<NetFault>,
    /// Set once the logs of hub and node contradict each other: no act is taken until the machine is enrolled anew.
    pub stopped: Option<StopReason>,
    /// Events of others that the hub lost and this node is giving back.
    pub lacking: u64,
}

#[cfg(test)]
mod tests {
    use super::station;

    #[test]
    fn station_is_the_prefix_of_the_first_epoch() {
        for (prefix, expected) in [("K1", "K1"), ("K1B", "K1"), ("K12AB", "K12"), ("D", "D"), ("", "")] {
            assert_eq!(station(prefix), expected);
        }
    }
}
