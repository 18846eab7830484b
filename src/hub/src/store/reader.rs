//! Reading the hub's order, beside the writer. What is read was committed; every event is checked.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, params};
use sync::{Event, MeetingId};

use crate::core::Numbered;
use crate::error::HubError;

/// Idle connections kept open.
const MAX_IDLE: usize = 4;

/// Read-only connections to the hub's log.
pub(crate) struct Readers {
    path: PathBuf,
    idle: Mutex<Vec<Connection>>,
}

impl Readers {
    pub(crate) fn new(path: &Path) -> Readers {
        Readers { path: path.to_owned(), idle: Mutex::new(Vec::new()) }
    }

    /// Events after `cursor`, until `count` events or more than `bytes` bytes are there.
    pub(crate) fn events(
        &self,
        meeting: MeetingId,
        cursor: u64,
        count: usize,
        bytes: usize,
    ) -> Result<Numbered, HubError> {
        let connection = self.take()?;
        let events = events(&connection, &self.path, meeting, cursor, count, bytes)?;
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < MAX_IDLE {
            idle.push(connection);
        }
        Ok(events)
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

pub(super) fn events(
    connection: &Connection,
    path: &Path,
    meeting: MeetingId,
    cursor: u64,
    count: usize,
    bytes: usize,
) -> Result<Numbered, HubError> {
    let mut found = Numbered::new();
    let mut room = bytes;
    for_each(connection, path, meeting, cursor, |cursor, event| {
        let len = event.bytes().len();
        found.push((cursor, event));
        let more = found.len() < count && len <= room;
        room = room.saturating_sub(len);
        Ok(more)
    })?;
    Ok(found)
}

/// Calls `each` for the events after `cursor` until it says false.
pub(super) fn for_each(
    connection: &Connection,
    path: &Path,
    meeting: MeetingId,
    cursor: u64,
    mut each: impl FnMut(u64, Event) -> Result<bool, HubError>,
) -> Result<(), HubError> {
    let sqlite = |error: rusqlite::Error| HubError::from_sqlite(path, &error);
    let mut statement = connection
        .prepare_cached("SELECT cursor, event FROM events WHERE meeting = ?1 AND cursor > ?2 ORDER BY cursor")
        .map_err(sqlite)?;
    let after = i64::try_from(cursor).unwrap_or(i64::MAX);
    let mut rows = statement.query(params![meeting.0, after]).map_err(sqlite)?;
    while let Some(row) = rows.next().map_err(sqlite)? {
        let cursor: i64 = row.get(0).map_err(sqlite)?;
        let cursor = cursor.unsigned_abs();
        let bytes = row.get_ref(1).and_then(|value| Ok(value.as_blob()?)).map_err(sqlite)?;
        let event = Event::decode(bytes).map_err(|error| HubError::corrupt(path, Some(cursor), error))?;
        if !each(cursor, event)? {
            break;
        }
    }
    Ok(())
}
