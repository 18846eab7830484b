//! The row that a node keeps for every copy it was asked to print. Where rows are stored is not decided here.

use serde::{Deserialize, Serialize};

use crate::job::{JobId, JobState};

/// One copy of one badge (or other paper) on its way through one printer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JournalRow {
    pub job: JobId,
    /// The badge's id, as on the paper's QR code.
    pub badge: String,
    /// Copy number on the paper, from 1.
    pub copy: u32,
    /// Name of the printer in the node's settings.
    pub printer: String,
    pub state: JobState,
    /// When `state` was entered, unix milliseconds of this node.
    pub at_ms: u64,
    /// What the paper says, opaque here: enough to draw the same picture again.
    pub payload: Vec<u8>,
}
