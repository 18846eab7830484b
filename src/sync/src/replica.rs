//! Replication of one node as a state machine: what to push, from where to pull, when to try again.
//! It owns positions, never events, and does no I/O: the node answers its effects.

use crate::chain::Head;
use crate::envelope::Event;
use crate::ids::{DeviceId, Incarnation, LogEpoch, MeetingId};
use crate::wire::{NetFault, PullReply, PullRequest, PushReply, Snapshot};

/// What the store knew when the node started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resume {
    pub meeting: MeetingId,
    pub device: DeviceId,
    pub epoch: LogEpoch,
    /// The hub's incarnation of which `cursor` counts; none before the first snapshot.
    pub incarnation: Option<Incarnation>,
    /// The last pulled cursor that is stored.
    pub cursor: u64,
    /// Head of the own log.
    pub own_head: Option<Head>,
    /// The last own seq that was pulled back: surely acknowledged once.
    pub confirmed_seq: Option<u64>,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReplicaInput {
    /// Own events were committed; this is the head now.
    OwnCommitted(Head),
    /// Answers to `SyncEffect::Push`, `Pull`, `FetchSnapshot`: exactly one each.
    PushAnswered(Result<PushReply, NetFault>),
    PullAnswered(Result<PullReply, NetFault>),
    SnapshotAnswered(Result<Snapshot, NetFault>),
    /// `SyncEffect::StorePulled` or `InstallSnapshot` was committed up to this cursor.
    Stored {
        cursor: u64,
    },
    /// It was not.
    StoreFailed,
    /// Time passed.
    Tick,
}

/// What to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SyncEffect {
    /// Push own events `from..`, as many as `PushRequest::gather` takes; with none it is a question.
    Push { from: u64, question: bool },
    /// Ask for what is new.
    Pull(PullRequest),
    /// Ask for everything.
    FetchSnapshot,
    /// Append these in one transaction, then report `Stored`.
    StorePulled { incarnation: Incarnation, cursor: u64, events: Vec<(u64, Event)> },
    /// Replace everything pulled before in one transaction, then report `Stored`.
    InstallSnapshot(Snapshot),
    /// Nothing more will be pushed or pulled: staff have to decide.
    Stopped(StopReason),
}

/// Why replication stopped for good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StopReason {
    /// The hub has another event at this seq: this log was cloned, or went back in time.
    Fork { at: u64, hub_head: Option<Head> },
    /// The hub has more of this log than this disk.
    BehindHub { own_next: u64, hub_head: Head },
}

/// For the sync badge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyncState {
    /// Own events that the hub has not acknowledged.
    pub waiting: u64,
    /// Since when events wait, Unix milliseconds.
    pub waiting_since_ms: Option<u64>,
    /// The hub answered last time.
    pub connected: bool,
    /// Since when it is so.
    pub since_ms: u64,
}

/// One node's replication.
#[derive(Debug, Clone)]
pub struct Replica {
    resume: Resume,
}

impl Replica {
    /// Starts where the store left off.
    pub fn new(resume: Resume, _now_ms: u64) -> Replica {
        Replica { resume }
    }

    /// Takes one input.
    pub fn handle(&mut self, _input: ReplicaInput, _now_ms: u64) -> Vec<SyncEffect> {
        let _ = &self.resume;
        Vec::new()
    }

    /// When to call with `Tick` at the latest, Unix milliseconds.
    pub fn poll_timeout(&self) -> Option<u64> {
        None
    }
}
