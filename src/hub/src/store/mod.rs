//! The hub's log on one of two engines: SQLite for a venue, PostgreSQL for a central service. An
//! engine keeps and finds; what is kept is `core`'s decision, and how a transaction goes is `log`'s,
//! the same for both. Every key starts with the meeting.

mod batch;
mod log;
mod postgres;
mod sqlite;

use std::path::Path;
use std::sync::Arc;

use sync::wire::ChainHead;
use sync::{DeviceId, Event, Hash, Incarnation, LogEpoch, MeetingId, Position};

pub(crate) use self::batch::Batch;
pub use self::log::HubLog;
pub use self::postgres::Database;
pub use self::sqlite::backup;
use crate::core::{Numbered, UNFED};
use crate::error::HubError;
use crate::pairing::SharedWindow;
use crate::roots::SealedRoot;
use crate::secrets::HubSecrets;

/// Evidence kept of one forked chain: a clone that goes on pushing must neither fill the disk nor leave no
/// room for the evidence of others. Chains are at most as many as a meeting has epochs.
const MAX_FORKS_OF_A_CHAIN: i64 = 16;

/// What a commit waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Durability {
    /// The disk has it (`synchronous=FULL`). Nothing else is ever used in an installation.
    #[default]
    Full,
    /// The kernel has it (`synchronous=NORMAL`): a power cut loses what was acknowledged. Only there for
    /// the suite of power cuts, which has to notice; no command line and no file leads here.
    Normal,
}

impl Durability {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Durability::Full => "FULL",
            Durability::Normal => "NORMAL",
        }
    }
}

/// What the caller decides before the hub's log is opened.
#[derive(Debug, Clone)]
pub struct HubOptions {
    /// The meeting of a new log, random when none; of an existing log it has to be the same.
    pub meeting: Option<MeetingId>,
    pub secrets: HubSecrets,
    /// Largest size of a SQLite database in bytes; more is `DiskFull`. At least 1 MiB.
    pub max_bytes: u64,
    /// Of SQLite; a database has to be durable by itself.
    pub durability: Durability,
    /// A new log follows another hub's order from its first event on. An existing log stays what it is.
    pub follow: bool,
}

impl HubOptions {
    /// Some million events.
    pub const MAX_BYTES: u64 = 16 << 30;

    /// For whatever meeting the folder holds.
    pub fn new(secrets: HubSecrets) -> HubOptions {
        HubOptions {
            meeting: None,
            secrets,
            max_bytes: HubOptions::MAX_BYTES,
            durability: Durability::Full,
            follow: false,
        }
    }

    /// For a hub that follows: a standby, or the hub above a venue's.
    pub fn following(meeting: MeetingId, secrets: HubSecrets) -> HubOptions {
        HubOptions { meeting: Some(meeting), follow: true, ..HubOptions::new(secrets) }
    }
}

/// Which life of the hub the log is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Life {
    pub incarnation: Incarnation,
    /// Epoch of the hub's own log.
    pub epoch: LogEpoch,
    /// The ordering hub's life whose order this one follows; none when it orders itself.
    pub follows: Option<Incarnation>,
}

impl Life {
    /// What a hub follows before anybody fed it.
    pub const UNFED: Incarnation = UNFED;

    /// A life that nobody had before.
    pub(crate) fn fresh(follows: Option<Incarnation>) -> Life {
        Life { incarnation: Incarnation(random()), epoch: LogEpoch(random()), follows }
    }
}

/// The meeting's row: the truth, of which every ledger in memory is a copy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    pub life: Life,
    /// The newest cursor.
    pub cursor: u64,
    /// Evidence of forks kept so far.
    pub forks: u64,
}

/// What a transaction is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// One moment of the log, in nobody's way.
    Read,
    /// Alone with this meeting until it ends.
    Write,
    /// As `Write`; but another process may have the meeting next while this one still waits for the disk.
    Append,
}

/// Takes one event with its cursor; false ends the run.
pub type Each<'a> = dyn FnMut(u64, Event) -> Result<bool, HubError> + 'a;

/// One event that another process took, as far as a ledger needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    pub cursor: u64,
    pub place: ChainHead,
    /// Only of the author that was asked for.
    pub event: Option<Event>,
}

/// Told that somebody else may have written up to this cursor; false when nobody listens any more.
pub type News = Box<dyn Fn(u64) -> bool + Send>;

/// One meeting's log on an engine, for one thread. Whatever is not `begin`, `reader` or `watch` belongs
/// into a transaction. After any error the caller abandons the transaction.
pub trait HubStore: Send {
    /// For messages: the file, or the database without its password.
    fn place(&self) -> &Path;

    /// Begins a transaction, on a fresh connection after `abandon`.
    fn begin(&mut self, access: Access) -> Result<Standing, HubError>;

    /// Returns when everything is durable. After an error nobody knows whether it is.
    fn commit(&mut self) -> Result<(), HubError>;

    /// Ends the transaction, and with it the connection and all that it believed.
    fn abandon(&mut self);

    /// Keeps events, whose cursors continue the row's, and moves the row.
    fn append(&mut self, events: &[(u64, Event)]) -> Result<(), HubError>;

    /// Calls `each` for the events after a cursor, checked and in order.
    fn for_each(&mut self, after: u64, each: &mut Each<'_>) -> Result<(), HubError>;

    /// Where the events after a cursor stand, in order, with those of this author whole.
    fn news(&mut self, after: u64, author: DeviceId) -> Result<Vec<Step>, HubError>;

    /// The hashes of the events of one chain between two seqs, both included, as far as they are there.
    fn hashes(&mut self, device: DeviceId, epoch: LogEpoch, seqs: (u64, u64)) -> Result<Vec<(u64, Hash)>, HubError>;

    /// Keeps an event that cannot stand beside the stored one; not more than
    /// `MAX_FORKS_OF_A_CHAIN`.
    fn keep_evidence(&mut self, event: &Event) -> Result<(), HubError>;

    /// Where chains were seen to fork.
    fn forks(&mut self) -> Result<Vec<Position>, HubError>;

    fn set_life(&mut self, life: &Life) -> Result<(), HubError>;

    /// Takes what comes after a cursor out of the order and puts it aside.
    fn rewind(&mut self, to: u64) -> Result<(), HubError>;

    /// What was put aside, chain by chain.
    fn aside(&mut self) -> Result<Vec<Event>, HubError>;

    /// Forgets an event that was put aside.
    fn drop_aside(&mut self, position: Position) -> Result<(), HubError>;

    /// Keeps a root of the lottery; one that is there stays.
    fn keep_root(&mut self, root: &SealedRoot) -> Result<(), HubError>;

    /// Every root that is kept.
    fn roots(&mut self) -> Result<Vec<SealedRoot>, HubError>;

    /// Reads committed events from any thread.
    fn reader(&self) -> Arc<dyn EventReader>;

    /// The pairing window, where other processes serve the meeting too.
    fn window(&self) -> Option<Arc<dyn SharedWindow>>;

    /// Has `news` called whenever another process may have written.
    fn watch(&self, news: News);
}

/// Reads what is committed, beside the writer.
pub trait EventReader: Send + Sync {
    /// Events after a cursor, until `count` are there or more than `bytes` bytes.
    fn read(&self, after: u64, count: usize, bytes: usize) -> Result<Run, HubError>;
}

/// A run of the order, and the life it was read in: one moment of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    pub incarnation: Incarnation,
    /// The newest cursor at that moment, also of events that are not in this run.
    pub cursor: u64,
    pub events: Numbered,
}

/// Collects a run within its limits.
struct Gather {
    events: Numbered,
    count: usize,
    room: usize,
}

impl Gather {
    fn new(count: usize, bytes: usize) -> Gather {
        Gather { events: Numbered::new(), count, room: bytes }
    }

    /// Whether there is room for more.
    fn take(&mut self, cursor: u64, event: Event) -> bool {
        let len = event.bytes().len();
        self.events.push((cursor, event));
        let more = self.events.len() < self.count && len <= self.room;
        self.room = self.room.saturating_sub(len);
        more
    }
}

/// Cursors and stored seqs count events, which are far fewer than 2^63.
fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

pub(crate) fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
    bytes
}
