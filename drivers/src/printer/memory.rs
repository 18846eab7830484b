//! What was learnt about each unit by asking it, to be kept by the caller: a failed probe costs seconds.

use std::collections::BTreeMap;

use print::escpos::Fence;
use serde::{Deserialize, Serialize};

/// By unit: the transport's identity.
pub type Memories = BTreeMap<String, UnitMemory>;

/// What one unit answers; `None`: it was never asked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitMemory {
    /// `DLE EOT`; asked anew with every connection.
    #[serde(skip)]
    pub real_time: Option<bool>,
    /// `GS ( H` function 48.
    #[serde(default)]
    pub process_id: Option<bool>,
    /// `GS r 1`.
    #[serde(default)]
    pub fence: Option<bool>,
}

impl UnitMemory {
    /// The best question that this unit answers at the end of job `number`.
    pub(super) fn fence(&self, number: u32) -> Fence {
        match (self.process_id, self.fence) {
            (Some(true), _) => Fence::Process(number),
            (_, Some(true)) => Fence::PaperSensor,
            _ => Fence::None,
        }
    }
}
