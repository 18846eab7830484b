//! The life of one copy as a state machine: one method per transition, every other combination is refused.
//! It does no I/O and never resends: a state change is committed by the caller before the I/O it announces.

use serde::{Deserialize, Serialize};

use crate::fault::Fault;

/// Number of a job in one node's journal; never reused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct JobId(pub u64);

impl std::fmt::Display for JobId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// Whose word says that the paper came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConfirmedBy {
    Printer,
    Staff,
}

/// Where a copy is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JobState {
    /// Waits for its printer; nothing was sent.
    Queued,
    /// The printer is asked about line, paper and cover; nothing was sent.
    Preflight,
    /// Bytes leave. `epoch` counts the openings of the printer's connection, `offset` the bytes it took so far.
    Sending { epoch: u64, offset: u64 },
    /// All bytes are accepted; `id` is what the printer shall answer when the paper is out.
    Sent { id: u32 },
    /// The paper is out. Terminal.
    Confirmed { by: ConfirmedBy },
    /// All bytes accepted and the status stayed clean, but this printer cannot say more. Terminal.
    PrintedUnconfirmed,
    /// A fault before the first byte; goes back to the queue alone when the fault is gone.
    Blocked { fault: Fault },
    /// Nobody knows whether the paper came out. Staff are asked once.
    Doubtful,
    /// This copy will never be valid: staff said that it did not come out, or it was cancelled unprinted. Terminal.
    Void,
    /// Another printer has it; no byte of it left here. Terminal for this row; the copy may come back as a new one.
    Moved,
}

/// What happened to a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JobInput {
    /// The printer is free and turns to this job.
    Start,
    /// Preflight found line, paper and cover in order.
    Ready { epoch: u64 },
    /// The printer took bytes up to `offset`.
    Progress { offset: u64 },
    /// The printer took the last byte.
    AllSent { id: u32 },
    /// The printer itself answered that the paper is out.
    PrinterConfirmed { id: u32 },
    /// The printer cannot answer; its status stayed clean for the time that the paper needs.
    StatusStayedClean,
    /// A fault; `bytes_accepted` of the job's bytes were taken before it.
    Failed { fault: Fault, bytes_accepted: u64 },
    /// The fault of a blocked job is gone.
    FaultGone,
    /// The process started anew and found this row.
    Restarted,
    /// Staff: the badge came out.
    StaffSaysPrinted,
    /// Staff: it did not, or it is unreadable.
    StaffSaysMissing,
    /// Nobody wants this copy any more.
    Cancel,
    /// Another printer takes it over.
    Move,
}

/// The input does not belong to the state; the state stays as it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a job in {state:?} does not take {input:?}")]
pub struct WrongTransition {
    pub state: JobState,
    pub input: JobInput,
}

impl JobState {
    /// The state after `input`, or a refusal that leaves the state as it was.
    pub fn next(self, input: JobInput) -> Result<JobState, WrongTransition> {
        let after = match input {
            JobInput::Start => self.start(),
            JobInput::Ready { epoch } => self.ready(epoch),
            JobInput::Progress { offset } => self.progress(offset),
            JobInput::AllSent { id } => self.all_sent(id),
            JobInput::PrinterConfirmed { id } => self.printer_confirmed(id),
            JobInput::StatusStayedClean => self.status_stayed_clean(),
            JobInput::Failed { fault, bytes_accepted } => self.failed(fault, bytes_accepted),
            JobInput::FaultGone => self.fault_gone(),
            JobInput::Restarted => self.restarted(),
            JobInput::StaffSaysPrinted => self.staff_says_printed(),
            JobInput::StaffSaysMissing => self.staff_says_missing(),
            JobInput::Cancel => self.leave(JobState::Void),
            JobInput::Move => self.leave(JobState::Moved),
        };
        after.ok_or(WrongTransition { state: self, input })
    }

    /// No input changes a terminal state.
    pub fn is_terminal(self) -> bool {
        match self {
            JobState::Confirmed { .. } | JobState::PrintedUnconfirmed | JobState::Void | JobState::Moved => true,
            JobState::Queued
            | JobState::Preflight
            | JobState::Sending { .. }
            | JobState::Sent { .. }
            | JobState::Blocked { .. }
            | JobState::Doubtful => false,
        }
    }

    /// Bytes of this job may be in the printer: it must have no second job beside it.
    pub fn is_in_flight(self) -> bool {
        match self {
            JobState::Preflight | JobState::Sending { .. } | JobState::Sent { .. } => true,
            JobState::Queued
            | JobState::Confirmed { .. }
            | JobState::PrintedUnconfirmed
            | JobState::Blocked { .. }
            | JobState::Doubtful
            | JobState::Void
            | JobState::Moved => false,
        }
    }

    /// Certainly no dot of it is on paper: printing it (again) cannot make a second badge.
    pub fn is_certainly_unprinted(self) -> bool {
        match self {
            JobState::Queued | JobState::Preflight | JobState::Blocked { .. } => true,
            JobState::Sending { .. }
            | JobState::Sent { .. }
            | JobState::Confirmed { .. }
            | JobState::PrintedUnconfirmed
            | JobState::Doubtful
            | JobState::Void
            | JobState::Moved => false,
        }
    }

    fn start(self) -> Option<JobState> {
        (self == JobState::Queued).then_some(JobState::Preflight)
    }

    fn ready(self, epoch: u64) -> Option<JobState> {
        (self == JobState::Preflight).then_some(JobState::Sending { epoch, offset: 0 })
    }

    /// The offset only grows; an older report changes nothing.
    fn progress(self, offset: u64) -> Option<JobState> {
        let JobState::Sending { epoch, offset: before } = self else {
            return None;
        };
        Some(JobState::Sending { epoch, offset: before.max(offset) })
    }

    fn all_sent(self, id: u32) -> Option<JobState> {
        matches!(self, JobState::Sending { .. }).then_some(JobState::Sent { id })
    }

    /// Also settles a doubt: a printer that still knows the id was not switched off since.
    fn printer_confirmed(self, id: u32) -> Option<JobState> {
        let by = ConfirmedBy::Printer;
        match self {
            JobState::Sent { id: expected } => (id == expected).then_some(JobState::Confirmed { by }),
            JobState::Doubtful => Some(JobState::Confirmed { by }),
            JobState::Queued
            | JobState::Preflight
            | JobState::Sending { .. }
            | JobState::Confirmed { .. }
            | JobState::PrintedUnconfirmed
            | JobState::Blocked { .. }
            | JobState::Void
            | JobState::Moved => None,
        }
    }

    fn status_stayed_clean(self) -> Option<JobState> {
        matches!(self, JobState::Sent { .. }).then_some(JobState::PrintedUnconfirmed)
    }

    /// Before the first byte a fault blocks, after it there is doubt.
    fn failed(self, fault: Fault, bytes_accepted: u64) -> Option<JobState> {
        match self {
            JobState::Queued | JobState::Preflight | JobState::Blocked { .. } => Some(JobState::Blocked { fault }),
            JobState::Sending { offset: 0, .. } if bytes_accepted == 0 => Some(JobState::Blocked { fault }),
            JobState::Sending { .. } | JobState::Sent { .. } | JobState::Doubtful => Some(JobState::Doubtful),
            JobState::Confirmed { .. } | JobState::PrintedUnconfirmed | JobState::Void | JobState::Moved => None,
        }
    }

    fn fault_gone(self) -> Option<JobState> {
        matches!(self, JobState::Blocked { .. }).then_some(JobState::Queued)
    }

    /// `Sending` is committed before its first byte leaves, so even offset 0 is in doubt after a crash.
    fn restarted(self) -> Option<JobState> {
        match self {
            JobState::Queued | JobState::Preflight | JobState::Blocked { .. } => Some(JobState::Queued),
            JobState::Sending { .. } | JobState::Sent { .. } | JobState::Doubtful => Some(JobState::Doubtful),
            JobState::Confirmed { .. } | JobState::PrintedUnconfirmed | JobState::Void | JobState::Moved => Some(self),
        }
    }

    fn staff_says_printed(self) -> Option<JobState> {
        (self == JobState::Doubtful).then_some(JobState::Confirmed { by: ConfirmedBy::Staff })
    }

    fn staff_says_missing(self) -> Option<JobState> {
        (self == JobState::Doubtful).then_some(JobState::Void)
    }

    /// Only a copy of which no byte can have left, and whose printer is not just being asked.
    fn leave(self, to: JobState) -> Option<JobState> {
        (self.is_certainly_unprinted() && self != JobState::Preflight).then_some(to)
    }
}

#[cfg(test)]
mod tests;
