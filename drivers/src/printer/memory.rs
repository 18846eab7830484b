//! What was learnt about each unit by asking it, to be kept by the caller: a failed probe costs seconds.

use std::collections::BTreeMap;

use print::escpos::Fence;
use serde::{Deserialize, Serialize};

/// By unit: the transport's identity.
pub type Memories = BTreeMap<String, UnitMemory>;

/// What one unit answers; `None`: it was never asked. Only units that answer `DLE EOT` are remembered: silence may
/// also mean that another computer holds the connection, and that must not be remembered as a fact about the unit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct UnitMemory {
    /// `GS ( H` function 48.
    pub process_id: Option<bool>,
    /// `GS r 1`.
    pub fence: Option<bool>,
}

/// What is known about the unit at the end of the present connection.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Session {
    /// `DLE EOT`; asked anew with every connection.
    pub real_time: Option<bool>,
    pub can: UnitMemory,
}

impl Session {
    /// The best question that this unit answers at the end of job `number`.
    pub(super) fn fence(&self, number: u32) -> Fence {
        match (self.can.process_id, self.can.fence) {
            (Some(true), _) => Fence::Process(number),
            (_, Some(true)) => Fence::PaperSensor,
            _ => Fence::None,
        }
    }
}
