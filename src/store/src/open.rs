//! Opening a store: the checks at the start, each with its own message, and the one way to write.

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior, params};
use sync::{Chains, Hash, LogEpoch};

use crate::error::{Rejection, StoreError};
use crate::folder::{self, Folder};
use crate::machine::Fingerprint;
use crate::row::{self, Bytes};
use crate::{backup, load, schema};

pub(crate) const DATABASE: &str = "usher.db";

/// 3.51.3: older ones can lose a commit when the write-ahead log is reset (sqlite.org/wal.html).
const OLDEST_SQLITE: i32 = 3_051_003;

/// A reader that another program opened may hold a checkpoint up; longer is a fault.
const BUSY: Duration = Duration::from_secs(1);

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

/// What the caller decides before a store is opened.
#[derive(Debug, Clone)]
pub struct Options {
    /// Usually [`Fingerprint::of_machine`].
    pub fingerprint: Fingerprint,
    /// Fresh random bytes; used when the file is created or restored, else dropped.
    pub new_epoch: LogEpoch,
    /// Largest size of the database in bytes; more is `DiskFull`. At least 1 MiB.
    pub max_bytes: u64,
    pub durability: Durability,
}

impl Options {
    /// The largest database unless told: some million check-ins.
    pub const MAX_BYTES: u64 = 4 << 30;

    /// For this machine.
    pub fn new(new_epoch: LogEpoch) -> Options {
        Options {
            fingerprint: Fingerprint::of_machine(),
            new_epoch,
            max_bytes: Options::MAX_BYTES,
            durability: Durability::Full,
        }
    }
}

/// Why a life of the own log began.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EpochReason {
    Created,
    Restored,
    OtherHardware,
    Forked,
}

/// One life of the own log. Every one needs a grant of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Epoch {
    pub epoch: LogEpoch,
    pub reason: EpochReason,
}

/// Whether the machine is the one that wrote here last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hardware {
    Same,
    /// Own events are refused until [`Store::begin_epoch`].
    Other,
}

/// A node's disk. One thread owns it; every method that returns `Ok` has its data on the disk.
pub struct Store {
    pub(crate) connection: Connection,
    pub(crate) path: PathBuf,
    /// Heads of all chains stored here, and of those parts that the hub confirmed.
    pub(crate) chains: Chains,
    pub(crate) confirmed: Chains,
    pub(crate) epoch: Epoch,
    hardware: Hardware,
    fingerprint: Fingerprint,
    poisoned: Option<&'static str>,
    /// Dropped last: the next process may come only after the connection is closed.
    folder: Folder,
}

impl Store {
    /// Opens the store in `folder`, or makes a new one. Waits for nobody.
    ///
    /// # Errors
    /// Every [`StoreError`] but `Rejected`, `OtherHardware` and `Poisoned`.
    pub fn open(folder: &Path, options: &Options) -> Result<Store, StoreError> {
        check_sqlite(rusqlite::version_number())?;
        let folder = Folder::hold(folder)?;
        Store::open_held(folder, options)
    }

    pub(crate) fn open_held(folder: Folder, options: &Options) -> Result<Store, StoreError> {
        backup::finish_restore(&folder)?;
        let path = folder.file(DATABASE);
        for name in [DATABASE.to_owned(), format!("{DATABASE}-wal")] {
            let file = folder.file(&name);
            if name == DATABASE || file.exists() {
                folder::private_file(&file)?;
            }
        }
        let connection = connect(&path, options)?;
        folder::sync_folder(folder.path())?;
        let sqlite = |error| StoreError::from_sqlite(&path, error);
        let (epoch, fingerprint) = match last_epoch(&connection).map_err(sqlite)? {
            Some(found) => found,
            None => create_epoch(&connection, options).map_err(sqlite)?,
        };
        let hardware = if fingerprint.fits(options.fingerprint) { Hardware::Same } else { Hardware::Other };
        let (chains, confirmed) = load::heads(&connection).map_err(sqlite)?;
        Ok(Store {
            connection,
            path,
            chains,
            confirmed,
            epoch,
            hardware,
            fingerprint: options.fingerprint,
            poisoned: None,
            folder,
        })
    }

    /// The current life of the own log.
    pub fn epoch(&self) -> Epoch {
        self.epoch
    }

    /// Whether this is the machine that the file belongs to.
    pub fn hardware(&self) -> Hardware {
        self.hardware
    }

    /// The folder that holds everything of this node.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The code of the fault after which nothing is written any more: close and open again.
    pub fn poisoned(&self) -> Option<&'static str> {
        self.poisoned
    }

    /// Begins a new life of the own log on this machine, as after pairing it anew.
    ///
    /// # Errors
    /// `Rejected(EpochReused)`, or a fault of the disk.
    pub fn begin_epoch(&mut self, epoch: LogEpoch, reason: EpochReason) -> Result<(), StoreError> {
        let fingerprint = self.fingerprint;
        let next = Epoch { epoch, reason };
        self.write(|transaction, path| {
            let used: bool = transaction
                .query_row(
                    "SELECT EXISTS (SELECT 1 FROM epoch WHERE epoch = ?1)
                         OR EXISTS (SELECT 1 FROM event WHERE epoch = ?1)",
                    [Bytes(epoch.0)],
                    |row| row.get(0),
                )
                .map_err(|error| StoreError::from_sqlite(path, error))?;
            if used {
                return Err(Rejection::EpochReused.into());
            }
            insert_epoch(transaction, next, fingerprint).map_err(|error| StoreError::from_sqlite(path, error))
        })?;
        self.epoch = next;
        self.hardware = Hardware::Same;
        Ok(())
    }

    /// Runs `work` in one transaction and commits it durably. A fault of the disk poisons the store.
    pub(crate) fn write<T>(
        &mut self,
        work: impl FnOnce(&Transaction<'_>, &Path) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        if let Some(first) = self.poisoned {
            return Err(StoreError::Poisoned { first });
        }
        let done = write(&mut self.connection, &self.path, work);
        self.poison_on(done)
    }

    /// Passes a result on; a fault of the disk poisons the store.
    pub(crate) fn poison_on<T>(&mut self, done: Result<T, StoreError>) -> Result<T, StoreError> {
        if let Err(error) = &done
            && error.poisons()
            && self.poisoned.is_none()
        {
            tracing::error!(code = error.code(), %error, "the store takes nothing more");
            self.poisoned = Some(error.code());
        }
        done
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store").field("path", &self.path).field("poisoned", &self.poisoned).finish_non_exhaustive()
    }
}

/// Opens the file, makes it durable by its settings and brings it to the newest format.
pub(crate) fn connect(path: &Path, options: &Options) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let sqlite = |error| StoreError::from_sqlite(path, error);
    let mut connection = Connection::open_with_flags(path, flags).map_err(sqlite)?;
    connection.busy_timeout(BUSY).map_err(sqlite)?;
    schema::check(&connection, path)?;
    configure(&connection, path, options)?;
    schema::migrate(&mut connection, path, schema::STEPS)?;
    Ok(connection)
}

pub(crate) fn insert_epoch(connection: &Connection, epoch: Epoch, fingerprint: Fingerprint) -> rusqlite::Result<()> {
    connection.execute(
        "INSERT INTO epoch (epoch, reason, fingerprint) VALUES (?1, ?2, ?3)",
        params![Bytes(epoch.epoch.0), epoch.reason.word(), Bytes(fingerprint.0.0)],
    )?;
    // What was acknowledged was the former life's.
    connection.execute("UPDATE position SET acked_seq = NULL, acked_hash = NULL", [])?;
    Ok(())
}

impl EpochReason {
    fn word(self) -> &'static str {
        match self {
            EpochReason::Created => "created",
            EpochReason::Restored => "restored",
            EpochReason::OtherHardware => "other_hardware",
            EpochReason::Forked => "forked",
        }
    }

    fn from_word(word: &str) -> Option<EpochReason> {
        [EpochReason::Created, EpochReason::Restored, EpochReason::OtherHardware, EpochReason::Forked]
            .into_iter()
            .find(|reason| reason.word() == word)
    }
}

fn write<T>(
    connection: &mut Connection,
    path: &Path,
    work: impl FnOnce(&Transaction<'_>, &Path) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    let sqlite = |error| StoreError::from_sqlite(path, error);
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(sqlite)?;
    let done = work(&transaction, path)?;
    transaction.commit().map_err(sqlite)?;
    Ok(done)
}

fn configure(connection: &Connection, path: &Path, options: &Options) -> Result<(), StoreError> {
    let sqlite = |error| StoreError::from_sqlite(path, error);
    if !has_write_ahead_log(connection).map_err(sqlite)? {
        let error = std::io::Error::other("the file system has no write-ahead log");
        return Err(StoreError::from_io(path, error));
    }
    let page_bytes: u64 =
        connection.pragma_query_value(None, "page_size", |row| row::number(row, 0)).map_err(sqlite)?;
    let pages = i64::try_from(options.max_bytes.max(1 << 20) / page_bytes).unwrap_or(i64::MAX);
    connection
        .execute_batch(&format!(
            "PRAGMA synchronous = {};
             PRAGMA foreign_keys = ON;
             PRAGMA trusted_schema = OFF;
             PRAGMA cell_size_check = ON;
             PRAGMA max_page_count = {pages};",
            options.durability.word()
        ))
        .map_err(sqlite)?;
    if empty_log(connection).map_err(sqlite)? {
        return Ok(());
    }
    Err(StoreError::Locked { path: path.to_owned(), pid: None })
}

/// The pragma answers before its commit, and whoever stops at the answer does not hear that the commit failed: the
/// session would go on with a rollback journal, whose last commit a power cut takes back.
fn has_write_ahead_log(connection: &Connection) -> rusqlite::Result<bool> {
    let mut statement = connection.prepare("PRAGMA journal_mode = WAL")?;
    let mut rows = statement.query([])?;
    while rows.next()?.is_some() {}
    connection.pragma_query_value(None, "journal_mode", |row| Ok(row.get::<_, String>(0)? == "wal"))
}

/// A failed fsync may have left pages that only look written. Copying the whole write-ahead log into
/// the database and syncing that is the way to know what is there. False: a reader was in the way.
fn empty_log(connection: &Connection) -> rusqlite::Result<bool> {
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| Ok(row.get::<_, i64>(0)? == 0))
}

fn last_epoch(connection: &Connection) -> rusqlite::Result<Option<(Epoch, Fingerprint)>> {
    let mut statement =
        connection.prepare("SELECT epoch, reason, fingerprint FROM epoch ORDER BY number DESC LIMIT 1")?;
    let mut rows = statement.query([])?;
    let Some(row) = rows.next()? else {
        return Ok(None);
    };
    let word: String = row.get(1)?;
    let epoch = Epoch {
        epoch: LogEpoch(row::bytes(row, 0)?),
        // A word of a later release: the reason only informs.
        reason: EpochReason::from_word(&word).unwrap_or(EpochReason::Restored),
    };
    Ok(Some((epoch, Fingerprint(Hash(row::bytes(row, 2)?)))))
}

fn create_epoch(connection: &Connection, options: &Options) -> rusqlite::Result<(Epoch, Fingerprint)> {
    let epoch = Epoch { epoch: options.new_epoch, reason: EpochReason::Created };
    insert_epoch(connection, epoch, options.fingerprint)?;
    Ok((epoch, options.fingerprint))
}

fn check_sqlite(found: i32) -> Result<(), StoreError> {
    if found >= OLDEST_SQLITE {
        return Ok(());
    }
    Err(StoreError::SqliteTooOld { found: version_text(found), needed: version_text(OLDEST_SQLITE) })
}

fn version_text(version: i32) -> String {
    format!("{}.{}.{}", version / 1_000_000, version / 1000 % 1000, version % 1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bundled_sqlite_is_new_enough() {
        assert!(check_sqlite(rusqlite::version_number()).is_ok());
    }

    /// 2 is FULL: NORMAL lost acknowledged rows in 76 of 120 simulated power cuts.
    #[test]
    fn connection_is_durable() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(DATABASE);
        folder::private_file(&path).unwrap();
        let connection = connect(&path, &Options::new(LogEpoch([1; 16]))).unwrap();
        let number = |name| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0)).unwrap();
        assert_eq!((number("synchronous"), number("foreign_keys"), number("trusted_schema")), (2, 1, 0));
        let mode: String = connection.pragma_query_value(None, "journal_mode", |row| row.get(0)).unwrap();
        assert_eq!(mode, "wal");
    }

    #[test]
    fn older_sqlite_is_refused_by_name() {
        let error = check_sqlite(3_051_002).unwrap_err();
        assert_eq!(error.code(), "SqliteTooOld");
        assert_eq!(error.to_string(), "SQLite 3.51.2 is older than 3.51.3");
    }

    #[test]
    fn words_of_reasons_read_back() {
        for reason in [EpochReason::Created, EpochReason::OtherHardware] {
            assert_eq!(EpochReason::from_word(reason.word()), Some(reason));
        }
        assert_eq!(EpochReason::from_word("later"), None);
    }
}
