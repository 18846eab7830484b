//! What this disk holds of others that the present life of the hub has not: raw events in their earlier order, and the
//! hub's word for their chains. It judges no signature; the hub that they are offered to does.

use std::collections::BTreeMap;
use std::path::Path;

use rusqlite::{Connection, Transaction, params};
use sync::wire::Vouched;
use sync::{Event, Hash};

use crate::error::StoreError;
use crate::open::Store;
use crate::row::Number;
use crate::verify::{COLUMNS, StoredEvent};

/// Events of other devices without a place in the present order, and who vouches for them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Foreign {
    /// As the earlier life of the hub had them in order.
    pub events: Vec<Event>,
    /// Oldest first; empty while there is no such event.
    pub vouched: Vec<Vouched>,
}

const NOT_IN_ORDER: &str = "cursor IS NULL AND epoch NOT IN (SELECT epoch FROM epoch)";

impl Store {
    /// What the present life of the hub lacks of others, to be offered to it.
    ///
    /// # Errors
    /// `Corrupt`, or a fault of the disk.
    pub fn foreign(&self) -> Result<Foreign, StoreError> {
        let path = self.path.as_path();
        let sqlite = |error| StoreError::from_sqlite(path, error);
        let mut statement = self
            .connection
            .prepare(&format!("SELECT {COLUMNS} FROM event WHERE {NOT_IN_ORDER} ORDER BY device, epoch, seq"))
            .map_err(sqlite)?;
        let mut rows = statement.query([]).map_err(sqlite)?;
        let mut events = Vec::new();
        let mut chains = self.confirmed.clone();
        while let Some(row) = rows.next().map_err(sqlite)? {
            let stored = StoredEvent::read(row).map_err(sqlite)?;
            let event = stored.open(&mut chains);
            events.push(event.map_err(|damage| StoreError::corrupt(path, damage.position, damage.what))?);
        }
        with_vouchers(&self.connection, path, events)
    }
}

/// Puts the events into their earlier order, with the vouchers if there is an event.
pub(crate) fn with_vouchers(
    connection: &Connection,
    path: &Path,
    mut events: Vec<Event>,
) -> Result<Foreign, StoreError> {
    if events.is_empty() {
        return Ok(Foreign::default());
    }
    let sqlite = |error| StoreError::from_sqlite(path, error);
    let places = earlier_places(connection).map_err(sqlite)?;
    events.sort_by_key(|event| places.get(&event.hash()).copied());
    Ok(Foreign { events, vouched: vouchers(connection, path)? })
}

/// The present order ends: every place in it becomes an earlier one, behind those of lives before that the hub still
/// lacks.
pub(crate) fn begin_life(transaction: &Transaction<'_>) -> rusqlite::Result<()> {
    let before: Option<Number> =
        transaction.query_row("SELECT max(earlier_cursor) FROM event WHERE cursor IS NULL", [], |row| row.get(0))?;
    transaction.execute(
        "UPDATE event SET earlier_cursor = cursor + ?1, cursor = NULL WHERE cursor IS NOT NULL",
        [before.unwrap_or(Number(0))],
    )?;
    transaction.execute("UPDATE position SET acked_seq = NULL, acked_hash = NULL", [])?;
    Ok(())
}

/// A life of the hub that has everything brings its own vouchers.
pub(crate) fn forget_needless(transaction: &Transaction<'_>) -> rusqlite::Result<()> {
    let needed: bool =
        transaction
            .query_row(&format!("SELECT EXISTS (SELECT 1 FROM event WHERE {NOT_IN_ORDER})"), [], |row| row.get(0))?;
    if !needed {
        transaction.execute("DELETE FROM voucher", [])?;
    }
    Ok(())
}

/// Keeps the hub's word for a page or snapshot that is being stored.
pub(crate) fn keep(transaction: &Transaction<'_>, vouched: Option<&Vouched>) -> rusqlite::Result<()> {
    let Some(vouched) = vouched else { return Ok(()) };
    let words = serde_json::to_vec(vouched).expect("a voucher has text keys only, so JSON cannot fail");
    transaction.prepare_cached("INSERT INTO voucher (words) VALUES (?1)")?.execute(params![words]).map(|_| ())
}

fn earlier_places(connection: &Connection) -> rusqlite::Result<BTreeMap<Hash, Number>> {
    let sql = format!("SELECT hash, coalesce(earlier_cursor, 0) FROM event WHERE {NOT_IN_ORDER}");
    let mut statement = connection.prepare(&sql)?;
    let rows = statement.query_map([], |row| Ok((Hash(crate::row::bytes(row, 0)?), row.get(1)?)))?;
    rows.collect()
}

fn vouchers(connection: &Connection, path: &Path) -> Result<Vec<Vouched>, StoreError> {
    let sqlite = |error| StoreError::from_sqlite(path, error);
    let mut statement = connection.prepare("SELECT words FROM voucher ORDER BY number").map_err(sqlite)?;
    let mut rows = statement.query([]).map_err(sqlite)?;
    let mut vouched = Vec::new();
    while let Some(row) = rows.next().map_err(sqlite)? {
        let words: Vec<u8> = row.get(0).map_err(sqlite)?;
        let voucher = serde_json::from_slice(&words);
        vouched.push(voucher.map_err(|error| StoreError::corrupt(path, None, format!("a voucher: {error}")))?);
    }
    Ok(vouched)
}
