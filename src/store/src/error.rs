//! Everything that can be wrong with a store, as a closed list. Each entry has a code for screens,
//! a message that names the thing, and a remedy. Nothing is translated here.

use std::io;
use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;
use sync::{ChainFault, Position};

use crate::folder;

/// Why the store cannot be opened, or did not keep what it was asked to keep.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("the disk is full: {}", path.display())]
    DiskFull { path: PathBuf },
    #[error("cannot be written, the disk or folder is read-only: {}", path.display())]
    ReadOnly { path: PathBuf },
    #[error("wrong permissions on {}: {what}", path.display())]
    Permissions {
        path: PathBuf,
        what: String,
        /// The command that puts it right.
        command: String,
    },
    /// `pid` is missing when something else than Usher holds the file.
    #[error("{} is in use by {}", path.display(), process(*pid))]
    Locked { path: PathBuf, pid: Option<u32> },
    #[error("SQLite {found} is older than {needed}")]
    SqliteTooOld { found: String, needed: String },
    /// `position` is missing when the damage is not inside one event.
    #[error("{} is damaged{}: {what}", path.display(), at(*position))]
    Corrupt { path: PathBuf, position: Option<Position>, what: String },
    #[error("{} has format {found}, this Usher knows up to {known}", path.display())]
    NewerSchema { path: PathBuf, found: i64, known: i64 },
    #[error("{} is not a store of Usher", path.display())]
    NotUsher { path: PathBuf },
    #[error("{} belongs to another machine", path.display())]
    OtherHardware { path: PathBuf },
    /// Nothing was written and the store still works: the batch itself is wrong.
    #[error("refused to store: {0}")]
    Rejected(#[from] Rejection),
    #[error("the store takes nothing more after an earlier fault ({first})")]
    Poisoned {
        /// The code of the fault.
        first: &'static str,
    },
    #[error("{}: {source}", path.display())]
    Io { path: PathBuf, source: io::Error },
}

/// Why a batch is refused as a whole. Comes from a mistake of the caller or of the hub, never from the disk.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    #[error("event {position} does not continue its chain: {fault}")]
    Chain { position: Position, fault: ChainFault },
    #[error("event {position} is not of the current log epoch")]
    NotOwnEpoch { position: Position },
    #[error("cursor {found} does not follow {after}")]
    CursorOrder { after: u64, found: u64 },
    #[error("the hub's log began anew, a snapshot is needed")]
    OtherIncarnation,
    #[error("a {what} of {found} is over the limit of {limit}")]
    TooMuch { what: &'static str, found: u64, limit: u64 },
    #[error("the grant is for another log epoch")]
    WrongGrant,
    #[error("the log epoch was used before")]
    EpochReused,
    #[error("{} exists already", path.display())]
    Exists { path: PathBuf },
}

impl StoreError {
    /// A stable word for screens and logs.
    pub fn code(&self) -> &'static str {
        match self {
            StoreError::DiskFull { .. } => "DiskFull",
            StoreError::ReadOnly { .. } => "ReadOnly",
            StoreError::Permissions { .. } => "Permissions",
            StoreError::Locked { .. } => "Locked",
            StoreError::SqliteTooOld { .. } => "SqliteTooOld",
            StoreError::Corrupt { .. } => "Corrupt",
            StoreError::NewerSchema { .. } => "NewerSchema",
            StoreError::NotUsher { .. } => "NotUsher",
            StoreError::OtherHardware { .. } => "OtherHardware",
            StoreError::Rejected(_) => "Rejected",
            StoreError::Poisoned { .. } => "Poisoned",
            StoreError::Io { .. } => "Io",
        }
    }

    /// What a technician should do, one sentence.
    pub fn remedy(&self) -> String {
        match self {
            StoreError::DiskFull { path } => {
                format!("free some space on the disk of {} and start again", path.display())
            }
            StoreError::ReadOnly { path } => {
                format!("check the disk (dmesg) and mount it writable, or give another folder than {}", path.display())
            }
            StoreError::Permissions { command, .. } => format!("run: {command}"),
            StoreError::Locked { pid: Some(pid), .. } => {
                format!("stop process {pid} first, or give this one its own --data folder")
            }
            StoreError::Locked { pid: None, .. } => {
                "close the other program that has the file open (a backup, the sqlite3 shell)".into()
            }
            StoreError::SqliteTooOld { .. } => "use the released binary, it brings its own SQLite".into(),
            StoreError::Corrupt { path, .. } => format!(
                "copy {} away as evidence, then restore a backup (usher restore) or start an empty folder: \
                 what the hub acknowledged comes back from it",
                path.display()
            ),
            StoreError::NewerSchema { .. } => {
                "start the newer Usher that wrote it, or restore the backup made before the update".into()
            }
            StoreError::NotUsher { path } => {
                format!("move {} away or give another --data folder", path.display())
            }
            StoreError::OtherHardware { .. } => {
                "pair this machine with the hub again, then it writes under a new number prefix".into()
            }
            StoreError::Rejected(_) => "nothing was lost; report this message, it is a mistake of the program".into(),
            StoreError::Poisoned { .. } => "start the program again after the first fault is mended".into(),
            StoreError::Io { .. } => "check cable and health of the disk (dmesg, smartctl)".into(),
        }
    }

    /// After such an error nobody knows what is on the disk until the store was closed and opened again.
    pub(crate) fn poisons(&self) -> bool {
        match self {
            StoreError::DiskFull { .. }
            | StoreError::ReadOnly { .. }
            | StoreError::Permissions { .. }
            | StoreError::Locked { .. }
            | StoreError::Corrupt { .. }
            | StoreError::Io { .. } => true,
            StoreError::SqliteTooOld { .. }
            | StoreError::NewerSchema { .. }
            | StoreError::NotUsher { .. }
            | StoreError::OtherHardware { .. }
            | StoreError::Rejected(_)
            | StoreError::Poisoned { .. } => false,
        }
    }

    pub(crate) fn corrupt(path: &Path, position: Option<Position>, what: impl ToString) -> Self {
        StoreError::Corrupt { path: path.to_owned(), position, what: what.to_string() }
    }

    /// The entry for an error of the file system.
    pub(crate) fn from_io(path: &Path, source: io::Error) -> Self {
        let path = path.to_owned();
        match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => StoreError::DiskFull { path },
            io::ErrorKind::ReadOnlyFilesystem => StoreError::ReadOnly { path },
            io::ErrorKind::PermissionDenied => StoreError::Permissions {
                command: format!("sudo chown -R \"$(id -u):$(id -g)\" '{}'", path.display()),
                what: "the user of this process has no access".into(),
                path,
            },
            _ => StoreError::Io { path, source },
        }
    }

    /// The entry for an error of SQLite on the file `path`.
    pub(crate) fn from_sqlite(path: &Path, error: rusqlite::Error) -> Self {
        let path = path.to_owned();
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => StoreError::DiskFull { path },
            Some(ErrorCode::ReadOnly) => StoreError::ReadOnly { path },
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StoreError::Locked { path, pid: None },
            Some(ErrorCode::NotADatabase) => StoreError::NotUsher { path },
            Some(ErrorCode::DatabaseCorrupt) => StoreError::Corrupt { path, position: None, what: error.to_string() },
            Some(ErrorCode::PermissionDenied) => StoreError::from_io(&path, io::ErrorKind::PermissionDenied.into()),
            _ if is_shared_memory(&error) => match folder::try_disk_of(&path) {
                Err(full @ StoreError::DiskFull { .. }) => full,
                _ => StoreError::Io { path, source: io::Error::other(error) },
            },
            _ => StoreError::Io { path, source: io::Error::other(error) },
        }
    }
}

/// SQLite has one word for every reason why the file of its shared memory does not grow; a full disk is the usual one.
fn is_shared_memory(error: &rusqlite::Error) -> bool {
    let code = rusqlite::ffi::SQLITE_IOERR_SHMSIZE;
    matches!(error, rusqlite::Error::SqliteFailure(error, _) if error.extended_code == code)
}

fn process(pid: Option<u32>) -> String {
    pid.map_or_else(|| "another program".to_owned(), |pid| format!("process {pid}"))
}

fn at(position: Option<Position>) -> String {
    position.map_or_else(String::new, |position| format!(" at event {position}"))
}

#[cfg(test)]
mod tests {
    use rusqlite::ffi;

    use super::*;

    fn check_sqlite(extended_code: i32, code: &str) {
        let error = rusqlite::Error::SqliteFailure(ffi::Error::new(extended_code), None);
        let found = StoreError::from_sqlite(Path::new("/data/usher.db"), error);
        assert_eq!(found.code(), code, "{extended_code}");
        assert!(!found.remedy().is_empty());
    }

    #[test]
    fn errors_of_sqlite_get_their_own_code() {
        check_sqlite(ffi::SQLITE_FULL, "DiskFull");
        check_sqlite(ffi::SQLITE_READONLY, "ReadOnly");
        check_sqlite(ffi::SQLITE_READONLY_DIRECTORY, "ReadOnly");
        check_sqlite(ffi::SQLITE_BUSY, "Locked");
        check_sqlite(ffi::SQLITE_BUSY_SNAPSHOT, "Locked");
        check_sqlite(ffi::SQLITE_NOTADB, "NotUsher");
        check_sqlite(ffi::SQLITE_CORRUPT, "Corrupt");
        check_sqlite(ffi::SQLITE_CORRUPT_INDEX, "Corrupt");
        check_sqlite(ffi::SQLITE_PERM, "Permissions");
        check_sqlite(ffi::SQLITE_IOERR_FSYNC, "Io");
        check_sqlite(ffi::SQLITE_IOERR_WRITE, "Io");
        check_sqlite(ffi::SQLITE_CANTOPEN, "Io");
    }

    fn check_io(kind: io::ErrorKind, code: &str) {
        let found = StoreError::from_io(Path::new("/data"), kind.into());
        assert_eq!(found.code(), code, "{kind}");
    }

    #[test]
    fn errors_of_the_file_system_get_their_own_code() {
        check_io(io::ErrorKind::StorageFull, "DiskFull");
        check_io(io::ErrorKind::QuotaExceeded, "DiskFull");
        check_io(io::ErrorKind::ReadOnlyFilesystem, "ReadOnly");
        check_io(io::ErrorKind::PermissionDenied, "Permissions");
        check_io(io::ErrorKind::Other, "Io");
    }
}
