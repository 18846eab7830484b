//! Opening the hub's file: the checks at the start, each with its own message, and its tables.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, OptionalExtension, TransactionBehavior, params};
use sync::{DeviceId, MeetingId};

use super::backup;
use super::schema::{APPLICATION_ID, MIGRATIONS, VERSION};
use crate::error::HubError;
use crate::folder::{self, Folder};
use crate::store::{HubOptions, random};

pub(super) const DATABASE: &str = "hub.db";

/// 3.51.3: older ones can lose a commit when the write-ahead log is reset (sqlite.org/wal.html).
const OLDEST_SQLITE: i32 = 3_051_003;

/// A reader that another program opened may hold a checkpoint up; longer is a fault.
const BUSY: Duration = Duration::from_secs(1);

const PAGE_BYTES: u64 = 4096;

/// Takes the folder and names the file in it, which only its owner reads.
pub(super) fn hold(folder: &Path) -> Result<(Folder, PathBuf), HubError> {
    check_sqlite(rusqlite::version_number())?;
    let folder = Folder::hold(folder)?;
    backup::finish_restore(&folder)?;
    let path = folder.file(DATABASE);
    folder::private_file(&path)?;
    Ok((folder, path))
}

fn check_sqlite(found: i32) -> Result<(), HubError> {
    if found >= OLDEST_SQLITE {
        return Ok(());
    }
    Err(HubError::SqliteTooOld { found: dotted(found), needed: dotted(OLDEST_SQLITE) })
}

/// Opens the file with its checks and brings its tables up to date.
pub(super) fn connect(path: &Path, options: &HubOptions) -> Result<Connection, HubError> {
    let sqlite = |error: rusqlite::Error| HubError::from_sqlite(path, &error);
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(path, flags).map_err(sqlite)?;
    connection.busy_timeout(BUSY).map_err(sqlite)?;
    check_format(&connection, path)?;
    if !has_write_ahead_log(&connection).map_err(sqlite)? {
        return Err(HubError::Io { path: path.to_owned(), what: "the disk cannot keep a write-ahead log".into() });
    }
    connection.pragma_update(None, "synchronous", options.durability.word()).map_err(sqlite)?;
    let pages = (options.max_bytes / PAGE_BYTES).max(256);
    let pages = i64::try_from(pages).unwrap_or(i64::from(u32::MAX - 1)).min(i64::from(u32::MAX - 1));
    connection.query_row(&format!("PRAGMA max_page_count = {pages}"), [], |_| Ok(())).map_err(sqlite)?;
    migrate(&mut connection).map_err(sqlite)?;
    check_content(&connection, path)?;
    folder::sync_entries_beside(path)?;
    Ok(connection)
}

/// The pragma answers before its commit, and whoever stops at the answer does not hear that the commit failed: the
/// session would go on with a rollback journal, whose last commit a power cut takes back.
fn has_write_ahead_log(connection: &Connection) -> rusqlite::Result<bool> {
    let mut statement = connection.prepare("PRAGMA journal_mode = WAL")?;
    let mut rows = statement.query([])?;
    while rows.next()?.is_some() {}
    connection.query_row("PRAGMA journal_mode", [], |row| Ok(row.get::<_, String>(0)? == "wal"))
}

pub(super) fn check_format(connection: &Connection, path: &Path) -> Result<(), HubError> {
    let sqlite = |error: rusqlite::Error| HubError::from_sqlite(path, &error);
    let number = |name: &str| connection.query_row(&format!("PRAGMA {name}"), [], |row| row.get::<_, i64>(0));
    let application = number("application_id").map_err(sqlite)?;
    let version = number("user_version").map_err(sqlite)?;
    let tables: i64 =
        connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0)).map_err(sqlite)?;
    match (application, tables) {
        (APPLICATION_ID, _) if version > VERSION => {
            Err(HubError::NewerSchema { path: path.to_owned(), found: version, known: VERSION })
        }
        (APPLICATION_ID, _) | (0, 0) => Ok(()),
        _ => Err(HubError::NotUsher { path: path.to_owned() }),
    }
}

fn check_content(connection: &Connection, path: &Path) -> Result<(), HubError> {
    let verdict: String = connection
        .query_row("PRAGMA quick_check(1)", [], |row| row.get(0))
        .map_err(|error| HubError::from_sqlite(path, &error))?;
    if verdict == "ok" { Ok(()) } else { Err(HubError::corrupt(path, None, verdict)) }
}

fn migrate(connection: &mut Connection) -> Result<(), rusqlite::Error> {
    let version: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    let missing = MIGRATIONS.get(usize::try_from(version).unwrap_or(usize::MAX)..).unwrap_or_default();
    if missing.is_empty() {
        return Ok(());
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for migration in missing {
        transaction.execute_batch(migration)?;
    }
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    transaction.pragma_update(None, "user_version", VERSION)?;
    transaction.commit()
}

/// The file's one meeting, made when there is none.
pub(super) fn meeting(connection: &mut Connection, path: &Path, options: &HubOptions) -> Result<MeetingId, HubError> {
    let sqlite = |error| HubError::from_sqlite(path, &error);
    let device = options.secrets.device_id();
    let found = connection
        .query_row("SELECT meeting, device FROM meetings LIMIT 1", [], |row| {
            Ok((MeetingId(row.get(0)?), DeviceId(row.get(1)?)))
        })
        .optional()
        .map_err(sqlite)?;
    let Some((found, owner)) = found else {
        if connection.query_row("SELECT EXISTS (SELECT 1 FROM events)", [], |row| row.get(0)).map_err(sqlite)? {
            return Err(HubError::corrupt(path, None, "it names no meeting"));
        }
        let meeting = options.meeting.unwrap_or_else(|| MeetingId(random()));
        let row = params![meeting.0, random::<16>(), device.0, random::<16>()];
        connection
            .execute("INSERT INTO meetings (meeting, incarnation, device, epoch) VALUES (?1, ?2, ?3, ?4)", row)
            .map_err(sqlite)?;
        return Ok(meeting);
    };
    if options.meeting.is_some_and(|meeting| meeting != found) {
        return Err(HubError::OtherMeeting { path: path.to_owned(), found });
    }
    if device != owner {
        return Err(HubError::OtherKeys { path: path.to_owned() });
    }
    Ok(found)
}

fn dotted(version: i32) -> String {
    format!("{}.{}.{}", version / 1_000_000, version / 1000 % 1000, version % 1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sqlite_older_than_the_mended_one_is_refused() {
        assert!(check_sqlite(3_051_003).is_ok());
        let error = check_sqlite(3_051_002).unwrap_err();
        assert_eq!(error.to_string(), "SQLite 3.51.2 is older than 3.51.3");
    }
}
