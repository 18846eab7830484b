//! What jobs hand out and take in: steps for the journal, I/O for the printers, outcomes for the log, wishes for copies.

use print::{Fault, JobId, JournalRow};
use serde::{Deserialize, Serialize};

/// A change of the journal that waits for its commit, and what may follow it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Step {
    pub rows: Vec<JournalRow>,
    pub outcomes: Vec<Outcome>,
    pub io: Vec<Io>,
}

/// What everybody shall know about a copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Outcome {
    pub badge: String,
    pub copy: u32,
    pub end: End,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum End {
    Printed,
    PrintedUnconfirmed,
    /// The fault, or none when the process or the journal was lost.
    Doubtful(Option<Fault>),
    /// Another printer takes it over: its address, and how many had it before.
    Moved {
        to: String,
        hop: u32,
    },
}

/// What the log says about a copy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LogWord {
    Out,
    Void,
    Doubtful,
}

/// What a printer shall do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Io {
    Preflight { printer: String },
    Print { printer: String, job: JobId, attempt: u64 },
}

/// A copy that somebody asked for.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub badge: String,
    pub copy: u32,
    /// How many printers had it before.
    pub hop: u32,
    pub printer: String,
}

/// What a row's payload holds beside its columns.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Payload {
    #[serde(default)]
    pub hop: u32,
}

/// Whose copy comes first at a printer; within a turn in the order in which they were asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Turn {
    GreenChannel,
    Usual,
}
