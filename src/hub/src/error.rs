//! Everything that can be wrong with the hub's disk, as a closed list: each entry names the thing and
//! has a remedy.

use std::io;
use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;
use sync::MeetingId;
use sync::wire::{Problem, ProblemCode};

use crate::core::AuthorError;
use crate::folder;

/// Why the hub cannot start, or did not keep what it was asked to keep.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HubError {
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
    /// `cursor` is missing when the damage is not inside one event.
    #[error("{} is damaged{}: {what}", path.display(), at(*cursor))]
    Corrupt { path: PathBuf, cursor: Option<u64>, what: String },
    #[error("{} has format {found}, this Usher knows up to {known}", path.display())]
    NewerSchema { path: PathBuf, found: i64, known: i64 },
    #[error("{} is not a hub's log", path.display())]
    NotUsher { path: PathBuf },
    #[error("{} holds the meeting {found}", path.display())]
    OtherMeeting { path: PathBuf, found: MeetingId },
    #[error("the keys do not belong to {}", path.display())]
    OtherKeys { path: PathBuf },
    #[error("no address of a database: {what}")]
    NoDatabase { what: String },
    /// Not connected, or the connection broke; whether an open commit happened is unknown.
    #[error("{} cannot be reached: {what}", path.display())]
    Unreachable { path: PathBuf, what: String },
    #[error("{} may lose what it confirmed: {what}", path.display())]
    NotDurable { path: PathBuf, what: String },
    /// The database answered with an error that has no entry of its own.
    #[error("{}: {what}", path.display())]
    Database { path: PathBuf, what: String },
    /// Nothing was written and the hub still works.
    #[error("refused to write: {0}")]
    Author(#[from] AuthorError),
    #[error("the hub has more to do than it can queue")]
    Busy,
    #[error("the hub is stopping")]
    Stopping,
    /// Nothing was written and the hub still works.
    #[error("this hub only follows another one and writes nothing of its own")]
    Follows,
    #[error("{} is there already", path.display())]
    Exists { path: PathBuf },
    #[error("{} is the log of a hub that orders its meeting itself", path.display())]
    Orders { path: PathBuf },
    #[error("{}: {what}", path.display())]
    Io { path: PathBuf, what: String },
}

impl HubError {
    /// What a technician should do, one sentence.
    pub fn remedy(&self) -> String {
        match self {
            HubError::DiskFull { path } => format!("free some space on the disk of {}", path.display()),
            HubError::ReadOnly { path } => {
                format!("check the disk (dmesg) and mount it writable, or give another folder than {}", path.display())
            }
            HubError::Permissions { command, .. } => format!("run: {command}"),
            HubError::Locked { pid: Some(pid), .. } => {
                format!("stop process {pid} first, or give this one its own --data folder")
            }
            HubError::Locked { pid: None, .. } => {
                "close the other program that has the file open (a backup, the sqlite3 shell)".to_owned()
            }
            HubError::SqliteTooOld { .. } => "use the released binary, it brings its own SQLite".to_owned(),
            HubError::Corrupt { path, .. } => {
                format!("copy {} away as evidence, then restore a backup (usher restore)", path.display())
            }
            HubError::NewerSchema { .. } => {
                "start the newer Usher that wrote it, or restore the backup made before the update".to_owned()
            }
            HubError::NotUsher { path } => format!("move {} away or give another --data folder", path.display()),
            HubError::OtherMeeting { .. } => "give each meeting its own --data folder".to_owned(),
            HubError::OtherKeys { path } => {
                format!("put the key files back that were made with {}", path.display())
            }
            HubError::NoDatabase { .. } => "write it as postgres://user@host/name".to_owned(),
            HubError::Unreachable { .. } => {
                "start PostgreSQL, or put address, user and password of --database right".to_owned()
            }
            HubError::NotDurable { .. } => "put it right in postgresql.conf and restart PostgreSQL".to_owned(),
            HubError::Database { .. } => "look into PostgreSQL's own log".to_owned(),
            HubError::Author(_) => "nothing was written; make the entry shorter".to_owned(),
            HubError::Busy => "try again in a moment".to_owned(),
            HubError::Stopping => "start the hub again".to_owned(),
            HubError::Follows => "do it at the venue's hub, or promote this one in its place".to_owned(),
            HubError::Exists { .. } => "name a file that does not exist yet".to_owned(),
            HubError::Orders { .. } => {
                "it needs no promotion; give a hub that follows another a data folder of its own".to_owned()
            }
            HubError::Io { .. } => "check cable and health of the disk (dmesg, smartctl)".to_owned(),
        }
    }

    /// What a node is told.
    pub fn problem(&self) -> Problem {
        let code = match self {
            HubError::Busy | HubError::Stopping => ProblemCode::Busy,
            HubError::Author(_) => ProblemCode::Malformed,
            HubError::Follows => ProblemCode::Follows,
            _ => ProblemCode::Storage,
        };
        Problem { code, message: format!("The hub: {self}."), remedy: format!("On the hub: {}.", self.remedy()) }
    }

    /// Whether any transaction that succeeds shows that this is over.
    pub(crate) fn ends_with_an_answer(&self) -> bool {
        matches!(self, HubError::Locked { .. } | HubError::Unreachable { .. } | HubError::Database { .. })
    }

    pub(crate) fn corrupt(path: &Path, cursor: Option<u64>, what: impl ToString) -> HubError {
        HubError::Corrupt { path: path.to_owned(), cursor, what: what.to_string() }
    }

    pub(crate) fn from_io(path: &Path, error: io::Error) -> HubError {
        let path = path.to_owned();
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => HubError::DiskFull { path },
            io::ErrorKind::ReadOnlyFilesystem => HubError::ReadOnly { path },
            io::ErrorKind::PermissionDenied => HubError::Permissions {
                command: format!("sudo chown -R \"$(id -u):$(id -g)\" '{}'", path.display()),
                what: "the user of this process has no access".to_owned(),
                path,
            },
            _ => HubError::Io { path, what: error.to_string() },
        }
    }

    pub(crate) fn from_sqlite(path: &Path, error: &rusqlite::Error) -> HubError {
        let owned = path.to_owned();
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => HubError::DiskFull { path: owned },
            Some(ErrorCode::ReadOnly) => HubError::ReadOnly { path: owned },
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => HubError::Locked { path: owned, pid: None },
            Some(ErrorCode::NotADatabase) => HubError::NotUsher { path: owned },
            Some(ErrorCode::DatabaseCorrupt) => HubError::corrupt(path, None, error),
            Some(ErrorCode::PermissionDenied) => HubError::from_io(path, io::ErrorKind::PermissionDenied.into()),
            _ if is_shared_memory(error) => match folder::try_disk_of(path) {
                Err(full @ HubError::DiskFull { .. }) => full,
                _ => HubError::Io { path: owned, what: error.to_string() },
            },
            _ => HubError::Io { path: owned, what: error.to_string() },
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

fn at(cursor: Option<u64>) -> String {
    cursor.map_or_else(String::new, |cursor| format!(" at cursor {cursor}"))
}

#[cfg(test)]
mod tests {
    use rusqlite::ffi;

    use super::*;

    fn check_sqlite(extended_code: i32, message: &str) {
        let error = rusqlite::Error::SqliteFailure(ffi::Error::new(extended_code), None);
        let found = HubError::from_sqlite(Path::new("/data/hub.db"), &error);
        assert!(found.to_string().contains(message), "{extended_code}: {found}");
        assert!(!found.remedy().is_empty());
    }

    #[test]
    fn errors_of_sqlite_get_their_own_message() {
        check_sqlite(ffi::SQLITE_FULL, "the disk is full");
        check_sqlite(ffi::SQLITE_READONLY_DIRECTORY, "read-only");
        check_sqlite(ffi::SQLITE_BUSY, "in use by another program");
        check_sqlite(ffi::SQLITE_NOTADB, "is not a hub's log");
        check_sqlite(ffi::SQLITE_CORRUPT_INDEX, "is damaged");
        check_sqlite(ffi::SQLITE_PERM, "wrong permissions");
        check_sqlite(ffi::SQLITE_IOERR_FSYNC, "/data/hub.db: ");
    }

    fn check_io(kind: io::ErrorKind, message: &str) {
        let found = HubError::from_io(Path::new("/data"), kind.into());
        assert!(found.to_string().contains(message), "{kind}: {found}");
    }

    #[test]
    fn errors_of_the_file_system_get_their_own_message() {
        check_io(io::ErrorKind::StorageFull, "the disk is full");
        check_io(io::ErrorKind::QuotaExceeded, "the disk is full");
        check_io(io::ErrorKind::ReadOnlyFilesystem, "read-only");
        check_io(io::ErrorKind::PermissionDenied, "wrong permissions");
        check_io(io::ErrorKind::Other, "/data: ");
    }

    #[test]
    fn node_is_told_what_to_do_at_the_hub() {
        let problem = HubError::DiskFull { path: "/data".into() }.problem();
        assert_eq!(problem.code, ProblemCode::Storage);
        assert_eq!(problem.remedy, "On the hub: free some space on the disk of /data.");
    }
}
