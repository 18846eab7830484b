//! What was learnt about each unit by asking it, to be kept by the caller: a failed probe costs seconds.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// By unit: the transport's identity.
pub type Memories = BTreeMap<String, UnitMemory>;

/// What one unit answers; `None`: it was never asked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct UnitMemory {
    /// `GS ( H` function 48.
    pub process_id: Option<bool>,
    /// `GS r 1`.
    pub fence: Option<bool>,
    /// ZPL: `odometer.total_label_count`.
    pub odometer: Option<bool>,
    /// Brother: tells by itself what happens while it prints.
    pub pushes: Option<bool>,
}
