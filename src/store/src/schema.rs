//! The tables, as a list of steps from one format to the next. A step that was released is never edited:
//! `tests/fixtures` holds a store of every format and the tests open each of them.

use std::path::Path;

use rusqlite::{Connection, TransactionBehavior};

use crate::error::StoreError;

/// "USHR": tells our files from other SQLite databases.
pub(crate) const APPLICATION_ID: i64 = 0x5553_4852;

/// Step `n` (from 0) leads from format `n` to format `n + 1`.
pub(crate) const STEPS: &[&str] = &[
    // Format 1: issue of 2026-11.
    "CREATE TABLE event (
        device   BLOB NOT NULL CHECK (length(device) = 16),
        epoch    BLOB NOT NULL CHECK (length(epoch) = 16),
        seq      INTEGER NOT NULL CHECK (seq >= 0),
        event_id BLOB NOT NULL CHECK (length(event_id) = 16),
        cursor   INTEGER CHECK (cursor >= 0),   -- place in the hub's order; NULL until pulled back
        hash     BLOB NOT NULL CHECK (length(hash) = 32),
        bytes    BLOB NOT NULL,
        PRIMARY KEY (device, epoch, seq)
    ) STRICT;
    CREATE UNIQUE INDEX event_by_cursor ON event (cursor) WHERE cursor IS NOT NULL;
    -- Events that the hub's order contradicts; kept, never folded.
    CREATE TABLE set_aside (
        number INTEGER PRIMARY KEY,
        hash   BLOB NOT NULL UNIQUE CHECK (length(hash) = 32),
        bytes  BLOB NOT NULL
    ) STRICT;
    -- The lives of this node's own log; the last one is the current.
    CREATE TABLE epoch (
        number      INTEGER PRIMARY KEY,
        epoch       BLOB NOT NULL UNIQUE CHECK (length(epoch) = 16),
        reason      TEXT NOT NULL,
        fingerprint BLOB NOT NULL CHECK (length(fingerprint) = 32)
    ) STRICT;
    CREATE TABLE position (
        only_row    INTEGER PRIMARY KEY CHECK (only_row = 1),
        incarnation BLOB CHECK (incarnation IS NULL OR length(incarnation) = 16),
        cursor      INTEGER NOT NULL CHECK (cursor >= 0),
        acked_seq   INTEGER CHECK (acked_seq >= 0),
        acked_hash  BLOB CHECK (acked_hash IS NULL OR length(acked_hash) = 32),
        CHECK ((acked_seq IS NULL) = (acked_hash IS NULL))
    ) STRICT;
    INSERT INTO position (only_row, cursor) VALUES (1, 0);
    CREATE TABLE journal (
        job     INTEGER PRIMARY KEY CHECK (job >= 0),
        badge   TEXT NOT NULL,
        copy    INTEGER NOT NULL,
        printer TEXT NOT NULL,
        state   TEXT NOT NULL,                  -- JSON of print::JobState
        at_ms   INTEGER NOT NULL,
        payload BLOB NOT NULL
    ) STRICT;
    CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
    CREATE TABLE secret_key (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT;",
    // Format 2: what an earlier life of the hub had is given back to the present one.
    "-- Place in the order of an earlier life of the hub; means something only while cursor is NULL.
    ALTER TABLE event ADD COLUMN earlier_cursor INTEGER CHECK (earlier_cursor >= 0);
    -- The hub's word for chains, as it came with pages and snapshots; JSON of sync::wire::Vouched.
    CREATE TABLE voucher (
        number INTEGER PRIMARY KEY,
        words  BLOB NOT NULL
    ) STRICT;",
];

/// The format that this program writes.
pub(crate) fn newest() -> i64 {
    i64::try_from(STEPS.len()).expect("a list of steps is short")
}

/// Refuses files of other programs and of a newer Usher. Returns the file's format, 0 for a new file.
pub(crate) fn check(connection: &Connection, path: &Path) -> Result<i64, StoreError> {
    let sqlite = |error| StoreError::from_sqlite(path, error);
    let application_id = pragma(connection, "application_id").map_err(sqlite)?;
    let found = pragma(connection, "user_version").map_err(sqlite)?;
    let tables: i64 =
        connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0)).map_err(sqlite)?;
    let is_new = application_id == 0 && found == 0 && tables == 0;
    if !is_new && application_id != APPLICATION_ID {
        return Err(StoreError::NotUsher { path: path.to_owned() });
    }
    if found > newest() {
        return Err(StoreError::NewerSchema { path: path.to_owned(), found, known: newest() });
    }
    Ok(found)
}

/// Brings the file to the newest format, each step in a transaction of its own.
pub(crate) fn migrate(connection: &mut Connection, path: &Path, steps: &[&str]) -> Result<(), StoreError> {
    let found = check(connection, path)?;
    for (format, step) in (1_i64..).zip(steps).filter(|(format, _)| *format > found) {
        run_step(connection, format, step).map_err(|error| StoreError::from_sqlite(path, error))?;
    }
    Ok(())
}

fn run_step(connection: &mut Connection, format: i64, step: &str) -> rusqlite::Result<()> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    transaction.execute_batch(step)?;
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    transaction.pragma_update(None, "user_version", format)?;
    transaction.commit()
}

fn pragma(connection: &Connection, name: &str) -> rusqlite::Result<i64> {
    connection.pragma_query_value(None, name, |row| row.get(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATH: &str = "test.db";

    fn format_of(connection: &Connection) -> i64 {
        pragma(connection, "user_version").unwrap()
    }

    #[test]
    fn new_file_gets_every_step_once() {
        let mut connection = Connection::open_in_memory().unwrap();
        migrate(&mut connection, Path::new(PATH), STEPS).unwrap();
        migrate(&mut connection, Path::new(PATH), STEPS).unwrap();
        assert_eq!(format_of(&connection), newest());
    }

    #[test]
    fn failing_step_leaves_the_format_before_it() {
        let mut connection = Connection::open_in_memory().unwrap();
        let steps = ["CREATE TABLE a (x)", "CREATE TABLE b (x); CREATE TABLE a (y)"];
        assert!(migrate(&mut connection, Path::new(PATH), &steps).is_err());
        assert_eq!(format_of(&connection), 1);
        let tables: Vec<String> = connection
            .prepare("SELECT name FROM sqlite_schema")
            .unwrap()
            .query_map([], |row| row.get(0))
            .unwrap()
            .map(Result::unwrap)
            .collect();
        assert_eq!(tables, ["a"]);
    }

    #[test]
    fn foreign_database_is_refused() {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch("CREATE TABLE theirs (x)").unwrap();
        let error = check(&connection, Path::new(PATH)).unwrap_err();
        assert_eq!(error.code(), "NotUsher");
    }

    #[test]
    fn newer_format_is_refused() {
        let mut connection = Connection::open_in_memory().unwrap();
        migrate(&mut connection, Path::new(PATH), STEPS).unwrap();
        connection.pragma_update(None, "user_version", newest() + 1).unwrap();
        let error = check(&connection, Path::new(PATH)).unwrap_err();
        assert_eq!(error.code(), "NewerSchema");
        assert!(error.to_string().contains(&format!("format {}", newest() + 1)));
    }
}
