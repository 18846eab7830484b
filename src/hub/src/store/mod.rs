//! The hub's log on SQLite: one writer, one transaction for many requests, nothing answered before
//! COMMIT. Decides nothing: that is `core`'s. Every key starts with the meeting.

mod batch;
mod open;
mod reader;
mod schema;

use std::path::{Path, PathBuf};

use rusqlite::{Connection, TransactionBehavior, params};
use sync::{Incarnation, LogEpoch, MeetingId};

pub(crate) use self::batch::Batch;
pub(crate) use self::reader::Readers;
use crate::core::{Authored, Ledger, Numbered};
use crate::error::HubError;
use crate::folder::Folder;
use crate::secrets::HubSecrets;

/// What a commit waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Durability {
    /// The disk has it (`synchronous=FULL`). Nothing else is ever used in an installation.
    #[default]
    Full,
    /// The kernel has it (`synchronous=NORMAL`): a power cut loses what was acknowledged. Only there for
    /// the suite of power cuts, which has to notice; no command line and no file leads here.
    #[doc(hidden)]
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
    /// Largest size of the database in bytes; more is `DiskFull`. At least 1 MiB.
    pub max_bytes: u64,
    pub durability: Durability,
}

impl HubOptions {
    /// Some million events.
    pub const MAX_BYTES: u64 = 16 << 30;

    /// For whatever meeting the folder holds.
    pub fn new(secrets: HubSecrets) -> HubOptions {
        HubOptions { meeting: None, secrets, max_bytes: HubOptions::MAX_BYTES, durability: Durability::Full }
    }
}

/// The hub's disk. One thread owns it; every method that returns `Ok` has its data on the disk.
pub struct HubStore {
    connection: Connection,
    path: PathBuf,
    options: HubOptions,
    ledger: Ledger,
    /// After an I/O error nobody knows what is on the disk until it was opened again.
    in_doubt: bool,
    /// Dropped last: the next process may come only after the connection is closed.
    _folder: Folder,
}

impl HubStore {
    /// Opens the log in `folder`, or makes a new one; checks every stored event. Waits for nobody.
    ///
    /// # Errors
    /// Every `HubError` but `Author`, `Busy` and `Stopping`.
    pub fn open(folder: &Path, options: HubOptions) -> Result<HubStore, HubError> {
        open::open(folder, options)
    }

    /// The state of the meeting's log.
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// The database file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes events of the hub's own, all or none, and returns the newest cursor.
    ///
    /// # Errors
    /// `Author` names an event that is too long; the others say what the disk did.
    pub fn author(&mut self, events: Vec<Authored>) -> Result<u64, HubError> {
        let ledger = self.group(|batch| Ok(batch.author(events)?.map(|()| batch.cursor())))?;
        Ok(ledger?)
    }

    /// Begins a new life of the hub, as after a restore from a backup: nodes take a snapshot and push
    /// again what is missing. The hub's own log gets a new epoch. Returns the new incarnation.
    ///
    /// # Errors
    /// What the disk did.
    pub fn begin_incarnation(&mut self) -> Result<Incarnation, HubError> {
        let incarnation = Incarnation(open::random());
        let epoch = LogEpoch(open::random());
        let meeting = self.ledger.identity().meeting;
        let sqlite = |error| HubError::from_sqlite(&self.path, &error);
        self.connection
            .execute(
                "UPDATE meetings SET incarnation = ?2, epoch = ?3 WHERE meeting = ?1",
                params![meeting.0, incarnation.0, epoch.0],
            )
            .map_err(sqlite)?;
        self.reload()?;
        self.enrol_self()?;
        Ok(incarnation)
    }

    /// All events up to now in the hub's order.
    ///
    /// # Errors
    /// What the disk did, or where it is damaged.
    pub fn events(&self) -> Result<Numbered, HubError> {
        reader::events(&self.connection, &self.path, self.ledger.identity().meeting, 0, usize::MAX, usize::MAX)
    }

    pub(crate) fn options(&self) -> &HubOptions {
        &self.options
    }

    /// Runs `work` in one durable transaction. When anything fails, nothing of it happened.
    pub(crate) fn group<R>(
        &mut self,
        work: impl FnOnce(&mut Batch<'_>) -> Result<R, rusqlite::Error>,
    ) -> Result<R, HubError> {
        if self.in_doubt {
            self.reopen()?;
        }
        match self.try_group(work) {
            Ok(done) => Ok(done),
            Err(error) => {
                let error = HubError::from_sqlite(&self.path, &error);
                self.in_doubt = true;
                tracing::error!(%error, remedy = error.remedy(), "nothing of this group was stored");
                Err(error)
            }
        }
    }

    fn try_group<R>(
        &mut self,
        work: impl FnOnce(&mut Batch<'_>) -> Result<R, rusqlite::Error>,
    ) -> Result<R, rusqlite::Error> {
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut batch = Batch::new(&transaction, &mut self.ledger);
        let done = work(&mut batch)?;
        transaction.commit()?;
        Ok(done)
    }

    fn enrol_self(&mut self) -> Result<(), HubError> {
        let key = self.options.secrets.public_key();
        self.group(|batch| batch.enrol_self(key))
    }

    fn reopen(&mut self) -> Result<(), HubError> {
        // The old connection goes first, with all that it believes about the file.
        self.connection = Connection::open_in_memory().map_err(|error| HubError::from_sqlite(&self.path, &error))?;
        self.connection = open::connect(&self.path, &self.options)?;
        self.reload()?;
        self.in_doubt = false;
        Ok(())
    }

    fn reload(&mut self) -> Result<(), HubError> {
        self.ledger = open::load(&self.connection, &self.path, &self.options)?;
        Ok(())
    }
}
