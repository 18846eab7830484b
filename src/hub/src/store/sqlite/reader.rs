//! Reading the hub's order, beside the writer. What is read was committed; every event is checked.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, params};
use sync::{Event, Incarnation, MeetingId};

use crate::error::HubError;
use crate::store::{Each, EventReader, Gather, Run, signed};

/// Idle connections kept open.
const MAX_IDLE: usize = 4;

/// Read-only connections to the hub's log.
pub(super) struct SqliteReader {
    path: PathBuf,
    meeting: MeetingId,
    idle: Mutex<Vec<Connection>>,
}

impl SqliteReader {
    pub(super) fn new(path: &Path, meeting: MeetingId) -> SqliteReader {
        SqliteReader { path: path.to_owned(), meeting, idle: Mutex::new(Vec::new()) }
    }

    fn take(&self) -> Result<Connection, HubError> {
        if let Some(connection) = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop() {
            return Ok(connection);
        }
        let sqlite = |error: rusqlite::Error| HubError::from_sqlite(&self.path, &error);
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(&self.path, flags).map_err(sqlite)?;
        connection.busy_timeout(Duration::from_secs(1)).map_err(sqlite)?;
        Ok(connection)
    }
}

impl EventReader for SqliteReader {
    fn read(&self, after: u64, count: usize, bytes: usize) -> Result<Run, HubError> {
        let connection = self.take()?;
        let mut gather = Gather::new(count, bytes);
        let (incarnation, cursor) =
            for_each(
                &connection,
                &self.path,
                self.meeting,
                after,
                &mut |cursor, event| Ok(gather.take(cursor, event)),
            )?;
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < MAX_IDLE {
            idle.push(connection);
        }
        Ok(Run { incarnation, cursor, events: gather.events })
    }
}

/// Calls `each` for the events after a cursor until it says false; tells the life they were read in
/// and the newest cursor.
pub(super) fn for_each(
    connection: &Connection,
    path: &Path,
    meeting: MeetingId,
    after: u64,
    each: &mut Each<'_>,
) -> Result<(Incarnation, u64), HubError> {
    let sqlite = |error: rusqlite::Error| HubError::from_sqlite(path, &error);
    // One statement sees one moment; the join names the life also where there is no event.
    let mut statement = connection
        .prepare_cached(
            "SELECT meetings.incarnation,
                    (SELECT coalesce(max(cursor), 0) FROM events WHERE meeting = ?1), events.cursor, events.event
             FROM meetings LEFT JOIN events ON events.meeting = meetings.meeting AND events.cursor > ?2
             WHERE meetings.meeting = ?1 ORDER BY events.cursor",
        )
        .map_err(sqlite)?;
    let mut rows = statement.query(params![meeting.0, signed(after)]).map_err(sqlite)?;
    let mut found = None;
    while let Some(row) = rows.next().map_err(sqlite)? {
        let newest: i64 = row.get(1).map_err(sqlite)?;
        found = Some((Incarnation(row.get(0).map_err(sqlite)?), newest.unsigned_abs()));
        let Some(cursor) = row.get::<_, Option<i64>>(2).map_err(sqlite)? else { break };
        let cursor = cursor.unsigned_abs();
        let bytes = row.get_ref(3).and_then(|value| Ok(value.as_blob()?)).map_err(sqlite)?;
        let event = Event::decode(bytes).map_err(|error| HubError::corrupt(path, Some(cursor), error))?;
        if !each(cursor, event)? {
            break;
        }
    }
    found.ok_or_else(|| HubError::corrupt(path, None, "it names no meeting"))
}
