//! Events of machines: enrolment, epochs, faults, clocks, purge. Written by the hub or about the event's own device.

use serde::{Deserialize, Serialize};

use crate::ids::{DeviceId, LogEpoch, PrinterId};
use crate::time::UnixMillis;

/// What a machine is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Copy, PartialOrd, Ord)]
#[serde(rename_all = "snake_case")]
pub enum DeviceRole {
    /// Entrance.
    Kiosk,
    /// Reception and orders.
    Desk,
    /// Stage.
    Stage,
    /// The hub itself.
    Hub,
}

/// The hub took a machine in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceEnrolled {
    /// Which.
    pub device: DeviceId,
    /// Its role.
    pub role: DeviceRole,
    /// What people call it.
    pub name: String,
    /// First log.
    pub epoch: LogEpoch,
    /// Number prefix of that log, never reused.
    pub prefix: String,
    /// Ed25519 public key, 64 hex digits.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub public_hex: String,
}

/// A known machine began a new log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EpochOpened {
    /// Which.
    pub device: DeviceId,
    /// The new log.
    pub epoch: LogEpoch,
    /// Its number prefix, never reused.
    pub prefix: String,
}

/// Nothing of this machine is accepted any more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceRevoked {
    /// Which.
    pub device: DeviceId,
    /// The last hub cursor that stands.
    pub after_cursor: u64,
    /// Why.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
}

/// Something at the event's device failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceFaulted {
    /// What.
    pub part: DevicePart,
    /// Its name, when there are several.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Code for staff: `PA` paper, `CO` cover, `CU` cutter, `HO` hot, `PR` printer, [`PAPER_LOW`], `SC` scanner, `MU` muted,
    /// `CA` camera, `DB` storage.
    pub code: String,
}

/// Code of a printer whose paper is nearly out: it prints on.
pub const PAPER_LOW: &str = "PL";

/// Part of a machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Copy, PartialOrd, Ord)]
#[serde(rename_all = "snake_case")]
pub enum DevicePart {
    /// Prints.
    Printer,
    /// Reads codes.
    Scanner,
    /// Sees codes.
    Camera,
    /// Keeps the log.
    Storage,
    /// Reaches the hub.
    Network,
}

/// It works again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceRecovered {
    /// What.
    pub part: DevicePart,
    /// Its name, when there are several.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
}

/// The program started on the event's device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NodeStarted {
    /// Its version.
    pub version: String,
    /// Its role.
    pub role: DeviceRole,
    /// Whether the log was closed properly before.
    pub clean: bool,
    /// Its printers as it names them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub printers: Vec<PrinterId>,
}

/// Two machines write one log: the hub was shown another event at a place that it has. What it has stays.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceForked {
    /// Whose log.
    pub device: DeviceId,
    /// Which log of it.
    pub epoch: LogEpoch,
    /// The first place at which the two differ.
    pub seq: u64,
    /// SHA-256 of the event that the hub has there, 64 hex digits.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub kept_hex: String,
    /// SHA-256 of the other event, kept as evidence, 64 hex digits.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub other_hex: String,
}

/// Staff read the number on the last paper of a machine whose log is gone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastPaperReported {
    /// As printed: `K2-B0820`, `D2-0042`, `D2-R0007`.
    pub number: String,
}

/// A clock is off against the hub's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockSuspected {
    /// Whose.
    pub device: DeviceId,
    /// Milliseconds ahead of the hub; negative behind.
    pub offset_ms: i64,
}

/// The organiser ordered contact data and logs to be destroyed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PurgeOrdered {
    /// From when on.
    pub not_before: UnixMillis,
    /// Whether the draw's files stay, as the law wants.
    pub keep_draw: bool,
}

/// The event's device destroyed its part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PurgeFinished {
    /// Records destroyed.
    pub records: u64,
    /// SHA-256 of the report, hex.
    pub report_hash: String,
}
