//! What a node wants done. The runtime does these in the order given and decides nothing itself.

use domain::{Meta, Refusal};
use print::{Fault, JobId, JobState, JournalRow};
use sync::wire::{Offer, PullRequest, PushRequest, Snapshot, Vouched};
use sync::{Event, Incarnation, StopReason};

use crate::BadgeFacts;

/// One thing to do.
#[derive(Debug, Clone)]
pub enum Effect {
    /// Append the node's own events and put the journal rows (insert or replace by job) in ONE durable transaction, then
    /// answer [`crate::Input::Committed`] or [`crate::Input::CommitFailed`]. At most one batch is out at a time.
    Commit { batch: u64, events: Vec<Event>, journal: Vec<JournalRow> },
    /// Store what the hub gave, in hub order, with its word for it, the cursor and the rows, in ONE durable transaction; then
    /// answer as above.
    StorePulled {
        batch: u64,
        incarnation: Incarnation,
        cursor: u64,
        vouched: Option<Vouched>,
        events: Vec<(u64, Event)>,
        journal: Vec<JournalRow>,
    },
    /// Replace all confirmed events by the snapshot, with the rows (the node's own events stay, and so do those of others that
    /// the snapshot lacks); then answer [`crate::Input::Installed`] or [`crate::Input::CommitFailed`].
    InstallSnapshot { batch: u64, snapshot: Box<Snapshot>, journal: Vec<JournalRow> },
    /// The outcome of the act `tag`: what it changed is durable.
    Answer { tag: u64, result: Result<Answer, Denied> },
    /// Send to the hub, answer with [`crate::Input::PushAnswered`].
    Push { call: u64, request: PushRequest },
    /// Ask the hub (long poll), answer with [`crate::Input::PullAnswered`].
    Pull { call: u64, request: PullRequest },
    /// Ask the hub for everything, answer with [`crate::Input::SnapshotAnswered`].
    FetchSnapshot { call: u64 },
    /// Send to the hub what it lost of other machines, answer with [`crate::Input::OfferAnswered`]. At most one is out.
    Offer { call: u64, offer: Box<Offer> },
    /// The hub does not know this node (any more): enrol the present epoch again, with the device's key, and go on under
    /// the new token. When the grant brings another prefix, start the node anew with it. Asked for again after 30 s while
    /// it stays so; when the hub refuses the enrolment, staff have to pair the machine.
    NeedsEnrolment,
    /// This epoch's log and the hub's copy of it contradict each other, so it is evidence now and nothing is written or
    /// pushed under it any more. Begin a new epoch on the same disk, enrol it, and start the node anew from the disk with
    /// [`crate::Loaded::reborn`]: it does the acts that the hub lacks again under their old ids. Asked for once; until then
    /// acts are [`Denied::LogFrozen`].
    NeedsNewEpoch { reason: StopReason },
    /// Ask the printer about line, paper and cover; answer with `Ready` or `Unwell`.
    Preflight { printer: String },
    /// Print one copy; its intent is durable. Report with the same `job` and `attempt`.
    Print { printer: String, job: JobId, attempt: u64, badge: Box<BadgeFacts> },
    /// What the screens show may be different now (meeting, jobs or sync state).
    Changed,
    /// The store failed: close it, open it, load, send [`crate::Input::Reopened`]. Screens say "call staff".
    Reopen { reason: String },
    /// Send [`crate::Input::Tick`] in `ms` milliseconds at the latest. A newer one replaces an older one.
    WakeIn { ms: u64 },
}

/// An act that stands: its events are durable on this node.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Answer {
    /// The events of the act, in order. Empty when the act changed nothing.
    pub events: Vec<(Meta, domain::Event)>,
    /// The print jobs of this node that the act made.
    pub jobs: Vec<JobId>,
}

/// An act that does not stand.
#[derive(Debug, Clone, PartialEq)]
pub enum Denied {
    /// A rule said no.
    Rule(Refusal),
    /// Too many acts wait for the disk; try again.
    Busy,
    /// The store failed; nothing is recorded until staff and technician have looked at it.
    Storage,
    /// Hub and log contradict each other ([`crate::SyncState`]): what is recorded here could never reach the hub.
    LogFrozen,
    /// The act's record would be longer than the log takes.
    TooLarge,
}

/// A printer of this node as the screens show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrinterView {
    /// Name in the node's settings.
    pub name: String,
    /// What is wrong, if anything; [`Fault::is_warning`] prints on. `None` before the first report too.
    pub fault: Option<Fault>,
    /// False until the printer reported for the first time.
    pub seen: bool,
    /// Copies that wait for it, the one in flight included.
    pub waiting: usize,
}

/// An open copy as the screens show it: its state is durable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JobView<'a> {
    /// The row's number.
    pub job: JobId,
    /// The badge's ten characters.
    pub badge: &'a str,
    /// Copy number from 1.
    pub copy: u32,
    /// The node's name of the printer.
    pub printer: &'a str,
    /// Where it is.
    pub state: JobState,
}
