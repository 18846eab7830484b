//! Says what is wrong in a meeting file, with path and remedy. Repairs nothing.

use super::MeetingConfig;

/// Something wrong in a meeting file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigFault {
    /// Where: `tables[3].seats`.
    pub path: String,
    /// What is wrong.
    pub reason: String,
    /// What to write instead.
    pub remedy: String,
    /// Whether the file can be used all the same.
    pub gravity: Gravity,
}

/// Whether a fault stops the import.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gravity {
    /// The file cannot be used.
    Error,
    /// Worth reading, then go on.
    Warning,
}

impl MeetingConfig {
    /// Everything wrong with these facts; empty when all is well.
    pub fn validate(&self) -> Vec<ConfigFault> {
        Vec::new()
    }
}
