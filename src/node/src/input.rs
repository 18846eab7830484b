//! What the outside world tells a node. Nothing here decides.

use domain::{Actor, Command};
use print::Fault;
use sync::wire::{NetFault, OfferReply, PullReply, PushReply, Snapshot};

use crate::{Foreign, Loaded};

/// One thing that happened outside.
#[derive(Debug, Clone)]
pub enum Input {
    /// A person or a screen wants something. `tag` comes back in the [`crate::Effect::Answer`]; `entropy` must be fresh
    /// random bytes: every id of the act is made of them.
    Act { tag: u64, command: Command, actor: Actor, entropy: [u8; 32] },
    /// The store made batch `batch` durable.
    Committed { batch: u64 },
    /// The store made batch `batch`, an [`crate::Effect::InstallSnapshot`], durable; this is what the disk holds beside it.
    Installed { batch: u64, foreign: Foreign },
    /// The store could not, or does not know. The runtime closes and reopens the store, then sends [`Input::Reopened`].
    CommitFailed { batch: u64, reason: String },
    /// The store is open again; this is what the disk holds.
    Reopened(Box<Loaded>),
    /// Answer to [`crate::Effect::Push`] of the same `call`.
    PushAnswered { call: u64, result: Result<PushReply, NetFault> },
    /// Answer to [`crate::Effect::Pull`] of the same `call`.
    PullAnswered { call: u64, result: Result<PullReply, NetFault> },
    /// Answer to [`crate::Effect::FetchSnapshot`] of the same `call`.
    SnapshotAnswered { call: u64, result: Result<Snapshot, NetFault> },
    /// Answer to [`crate::Effect::Offer`] of the same `call`.
    OfferAnswered { call: u64, result: Result<OfferReply, NetFault> },
    /// A printer's thread reports.
    Printer { printer: String, report: PrinterReport },
    /// Time passed: the wake-up asked for by [`crate::Effect::WakeIn`], or any other moment.
    Tick,
}

/// What the thread of one printer reports. `job` and `attempt` are those of the [`crate::Effect::Print`]; a report of
/// another attempt is late and dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PrinterReport {
    /// Answer to [`crate::Effect::Preflight`], or told by itself: line, paper and cover are in order. `epoch` counts the
    /// openings of the printer's connection.
    Ready { epoch: u64 },
    /// Answer to [`crate::Effect::Preflight`], or told by itself: it cannot print (or, [`Fault::is_warning`], soon).
    Unwell { fault: Fault },
    /// The printer took the job's bytes up to `bytes_accepted`. Optional, for the screens.
    Progress { job: print::JobId, attempt: u64, bytes_accepted: u64 },
    /// The printer took the last byte; `id` is what it shall answer when the paper is out (0 when it cannot).
    Sent { job: print::JobId, attempt: u64, id: u32 },
    /// The job ended well.
    Done { job: print::JobId, attempt: u64, completion: Completion },
    /// Of a job of before the restart: the printer was not switched off since, and says that the paper came out.
    Remembered { job: print::JobId },
    /// The job ended with a fault; `bytes_accepted` of its bytes had been taken before. When that is not known, say 1.
    Failed { job: print::JobId, attempt: u64, fault: Fault, bytes_accepted: u64 },
}

/// How a job ended well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Completion {
    /// The printer itself said that the paper is out.
    Printer,
    /// It cannot say so; its status stayed clean for the time that the paper needs.
    Unconfirmed,
}
