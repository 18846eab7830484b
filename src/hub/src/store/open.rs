//! Opening the hub's log: the checks at the start, each with its own message, and a look at every
//! stored event.

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, OptionalExtension, TransactionBehavior, params};
use sync::{BootId, DeviceId, Incarnation, LogEpoch, MeetingId, Position};

use super::schema::{APPLICATION_ID, TABLES, VERSION};
use super::{HubOptions, HubStore, reader};
use crate::core::{Identity, Ledger};
use crate::error::HubError;
use crate::folder::{self, Folder};

const DATABASE: &str = "hub.db";

/// 3.51.3: older ones can lose a commit when the write-ahead log is reset (sqlite.org/wal.html).
const OLDEST_SQLITE: i32 = 3_051_003;

/// A reader that another program opened may hold a checkpoint up; longer is a fault.
const BUSY: Duration = Duration::from_secs(1);

const PAGE_BYTES: u64 = 4096;

pub(super) fn open(folder: &Path, options: HubOptions) -> Result<HubStore, HubError> {
    check_sqlite(rusqlite::version_number())?;
    let folder = Folder::hold(folder)?;
    let path = folder.file(DATABASE);
    folder::private_file(&path)?;
    let connection = connect(&path, &options)?;
    let ledger = load(&connection, &path, &options)?;
    let mut store = HubStore { connection, path, options, ledger, in_doubt: false, _folder: folder };
    if store.ledger.own_head().is_none() {
        store.enrol_self()?;
    }
    Ok(store)
}

fn check_sqlite(found: i32) -> Result<(), HubError> {
    if found >= OLDEST_SQLITE {
        return Ok(());
    }
    Err(HubError::SqliteTooOld { found: dotted(found), needed: dotted(OLDEST_SQLITE) })
}

pub(super) fn connect(path: &Path, options: &HubOptions) -> Result<Connection, HubError> {
    let sqlite = |error: rusqlite::Error| HubError::from_sqlite(path, &error);
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(path, flags).map_err(sqlite)?;
    connection.busy_timeout(BUSY).map_err(sqlite)?;
    check_format(&connection, path)?;
    let mode: String = connection.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0)).map_err(sqlite)?;
    if mode != "wal" {
        return Err(HubError::Io { path: path.to_owned(), what: "the disk cannot keep a write-ahead log".into() });
    }
    connection.pragma_update(None, "synchronous", options.durability.word()).map_err(sqlite)?;
    let pages = (options.max_bytes / PAGE_BYTES).max(256);
    let pages = i64::try_from(pages).unwrap_or(i64::from(u32::MAX - 1)).min(i64::from(u32::MAX - 1));
    connection.query_row(&format!("PRAGMA max_page_count = {pages}"), [], |_| Ok(())).map_err(sqlite)?;
    create(&mut connection, options).map_err(sqlite)?;
    check_content(&connection, path)?;
    Ok(connection)
}

fn check_format(connection: &Connection, path: &Path) -> Result<(), HubError> {
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

fn create(connection: &mut Connection, options: &HubOptions) -> Result<(), rusqlite::Error> {
    let version: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    if version == VERSION {
        return Ok(());
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    transaction.execute_batch(TABLES)?;
    transaction.execute(
        "INSERT INTO meetings (meeting, incarnation, device, epoch) VALUES (?1, ?2, ?3, ?4)",
        params![
            options.meeting.map_or_else(random, |meeting| meeting.0),
            random::<16>(),
            options.secrets.device_id().0,
            random::<16>(),
        ],
    )?;
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    transaction.pragma_update(None, "user_version", VERSION)?;
    transaction.commit()
}

/// Reads every event: its hash, its chain, its cursor.
pub(super) fn load(connection: &Connection, path: &Path, options: &HubOptions) -> Result<Ledger, HubError> {
    let identity = identity(connection, path, options)?;
    let mut ledger = Ledger::new(identity);
    reader::for_each(connection, path, identity.meeting, 0, |cursor, event| {
        if cursor != ledger.cursor() + 1 {
            return Err(HubError::corrupt(path, Some(cursor), "the cursor before is missing"));
        }
        ledger.restore(cursor, &event).map_err(|fault| HubError::corrupt(path, Some(cursor), fault))?;
        Ok(true)
    })?;
    for position in forks(connection, identity.meeting).map_err(|error| HubError::from_sqlite(path, &error))? {
        ledger.restore_fork(position);
    }
    Ok(ledger)
}

fn identity(connection: &Connection, path: &Path, options: &HubOptions) -> Result<Identity, HubError> {
    let found = connection
        .query_row("SELECT meeting, incarnation, device, epoch FROM meetings LIMIT 1", [], |row| {
            Ok(Identity {
                meeting: MeetingId(row.get(0)?),
                incarnation: Incarnation(row.get(1)?),
                device: DeviceId(row.get(2)?),
                epoch: LogEpoch(row.get(3)?),
                boot: BootId(random()),
            })
        })
        .optional()
        .map_err(|error| HubError::from_sqlite(path, &error))?;
    let Some(identity) = found else {
        return Err(HubError::corrupt(path, None, "it names no meeting"));
    };
    if options.meeting.is_some_and(|meeting| meeting != identity.meeting) {
        return Err(HubError::OtherMeeting { path: path.to_owned(), found: identity.meeting });
    }
    if options.secrets.device_id() != identity.device {
        return Err(HubError::OtherKeys { path: path.to_owned() });
    }
    Ok(identity)
}

fn forks(connection: &Connection, meeting: MeetingId) -> Result<Vec<Position>, rusqlite::Error> {
    let mut statement = connection.prepare("SELECT device, epoch, seq FROM forks WHERE meeting = ?1")?;
    let rows = statement.query_map(params![meeting.0], |row| {
        let seq: i64 = row.get(2)?;
        Ok(Position { device: DeviceId(row.get(0)?), epoch: LogEpoch(row.get(1)?), seq: seq.unsigned_abs() })
    })?;
    rows.collect()
}

pub(crate) fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
    bytes
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
