//! The print journal: one row per copy, whose state is committed before the I/O that it announces.
//! Which transitions are right is decided in `print`.

use print::{JobId, JobState, JournalRow};
use rusqlite::{Connection, Row, params};

use crate::error::StoreError;
use crate::open::Store;
use crate::row::{self, Number};

impl Store {
    /// Commits new or changed rows, all or none.
    ///
    /// # Errors
    /// A fault of the disk: the I/O that the rows announce must not happen then.
    pub fn set_journal(&mut self, rows: &[JournalRow]) -> Result<(), StoreError> {
        self.write(|transaction, path| upsert(transaction, rows).map_err(|error| StoreError::from_sqlite(path, error)))
    }
}

pub(crate) fn upsert(connection: &Connection, rows: &[JournalRow]) -> rusqlite::Result<()> {
    let mut statement = connection.prepare_cached(
        "INSERT INTO journal (job, badge, copy, printer, state, at_ms, payload)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
         ON CONFLICT (job) DO UPDATE SET badge = excluded.badge, copy = excluded.copy,
            printer = excluded.printer, state = excluded.state, at_ms = excluded.at_ms,
            payload = excluded.payload",
    )?;
    for row in rows {
        statement.execute(params![
            Number(row.job.0),
            row.badge,
            row.copy,
            row.printer,
            state_text(&row.state)?,
            Number(row.at_ms),
            row.payload,
        ])?;
    }
    Ok(())
}

/// All rows, oldest job first.
pub(crate) fn read_all(connection: &Connection) -> rusqlite::Result<Vec<JournalRow>> {
    connection
        .prepare("SELECT job, badge, copy, printer, state, at_ms, payload FROM journal ORDER BY job")?
        .query_map([], read)?
        .collect()
}

/// The journal of a backup is older than the paper: nobody knows what was printed since.
pub(crate) fn doubt_unsettled(connection: &Connection) -> rusqlite::Result<()> {
    let mut unsettled: Vec<JournalRow> =
        read_all(connection)?.into_iter().filter(|row| !row.state.is_terminal()).collect();
    for row in &mut unsettled {
        row.state = JobState::Doubtful;
    }
    upsert(connection, &unsettled)
}

fn read(row: &Row<'_>) -> rusqlite::Result<JournalRow> {
    let state: String = row.get(4)?;
    let state = serde_json::from_str(&state)
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(4, rusqlite::types::Type::Text, error.into()))?;
    Ok(JournalRow {
        job: JobId(row::number(row, 0)?),
        badge: row.get(1)?,
        copy: row.get(2)?,
        printer: row.get(3)?,
        state,
        at_ms: row::number(row, 5)?,
        payload: row.get(6)?,
    })
}

fn state_text(state: &JobState) -> rusqlite::Result<String> {
    serde_json::to_string(state).map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))
}
