//! What people decided about derived tasks. The tasks themselves are never events.

use serde::{Deserialize, Serialize};

use crate::ids::{StaffId, TaskId};

/// A person closed a task.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskDecided {
    /// Which.
    pub task: TaskId,
    /// How.
    pub decision: Decision,
    /// In words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

/// How a task was closed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Copy, PartialOrd, Ord)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// Done as proposed.
    Accepted,
    /// Looked at; it stays as it is.
    LeftAsIs,
    /// Solved another way, as the note says.
    SolvedOtherwise,
    /// Two people: a companion.
    Companion,
    /// One person, twice by mistake.
    Mistake,
    /// Somebody used another's invitation.
    Impostor,
}

/// Someone takes care of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskTaken {
    /// Which.
    pub task: TaskId,
    /// Who.
    pub by: StaffId,
}

/// It is open again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskReopened {
    /// Which.
    pub task: TaskId,
    /// Why.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
}
