//! Reading events back with every check there is: hash, columns, chain. A flipped byte anywhere in a
//! stored event is found. Repairs nothing.

use std::path::Path;

use rusqlite::{Connection, Row};
use sync::{Chains, Event, EventId, Hash, Position};

use crate::error::StoreError;
use crate::open::Store;
use crate::row;

/// Most damages that are listed one by one.
const MAX_DAMAGES: usize = 100;

/// What a full check found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    pub events: u64,
    /// Chains, one per device and epoch.
    pub chains: u64,
    /// Empty when all is well; at most 100.
    pub damages: Vec<Damage>,
}

/// One thing that is not as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Damage {
    /// None: not inside one event.
    pub position: Option<Position>,
    pub what: String,
}

/// A row as its columns tell it.
pub(crate) struct StoredEvent {
    pub(crate) position: Position,
    pub(crate) cursor: Option<u64>,
    event_id: EventId,
    hash: Hash,
    bytes: Vec<u8>,
}

/// The columns that [`StoredEvent::read`] expects.
pub(crate) const COLUMNS: &str = "device, epoch, seq, cursor, event_id, hash, bytes";

impl StoredEvent {
    pub(crate) fn read(row: &Row<'_>) -> rusqlite::Result<StoredEvent> {
        let cursor: Option<row::Number> = row.get(3)?;
        Ok(StoredEvent {
            position: Position {
                device: sync::DeviceId(row::bytes(row, 0)?),
                epoch: sync::LogEpoch(row::bytes(row, 1)?),
                seq: row::number(row, 2)?,
            },
            cursor: cursor.map(|cursor| cursor.0),
            event_id: EventId(row::bytes(row, 4)?),
            hash: Hash(row::bytes(row, 5)?),
            bytes: row.get(6)?,
        })
    }

    /// The event, if its hash, its columns and its place in the chain are right.
    pub(crate) fn open(&self, chains: &mut Chains) -> Result<Event, Damage> {
        let damage = |what: String| Damage { position: Some(self.position), what };
        let event = Event::decode(&self.bytes).map_err(|error| damage(error.to_string()))?;
        if event.position() != self.position {
            return Err(damage(format!("the event says it is {}", event.position())));
        }
        if event.hash() != self.hash || event.event_id != self.event_id {
            return Err(damage("hash or id beside the event are not the event's".into()));
        }
        chains.append(&event).map_err(|fault| damage(fault.to_string()))?;
        Ok(event)
    }
}

impl Store {
    /// Checks the whole file: SQLite's structure, every event, every chain. Takes a second per some
    /// 100,000 events.
    ///
    /// # Errors
    /// Only when the file cannot be read; damage is in the answer.
    pub fn verify(&self) -> Result<Verified, StoreError> {
        verify(&self.connection).map_err(|error| StoreError::from_sqlite(&self.path, error))
    }
}

/// The same for a file that is no store in use.
pub(crate) fn verify(connection: &Connection) -> rusqlite::Result<Verified> {
    let mut verified = Verified { events: 0, chains: 0, damages: structure(connection)? };
    let mut chains = Chains::new();
    let mut statement = connection.prepare(&format!("SELECT {COLUMNS} FROM event ORDER BY device, epoch, seq"))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        verified.events += 1;
        let stored = StoredEvent::read(row)?;
        if let Err(damage) = stored.open(&mut chains) {
            verified.push(damage);
            // Go on behind the damage, so that one flipped byte is one entry.
            let Position { device, epoch, seq } = stored.position;
            let hash = stored.hash;
            chains.set(device, epoch, sync::Head { seq, hash });
        }
    }
    verified.chains = chains.heads().count() as u64;
    check_set_aside(connection, &mut verified)?;
    check_cursor(connection, &mut verified)?;
    Ok(verified)
}

/// The first damage as an error, for files that must be whole.
pub(crate) fn demand_whole(connection: &Connection, path: &Path) -> Result<(), StoreError> {
    let verified = verify(connection).map_err(|error| StoreError::from_sqlite(path, error))?;
    match verified.damages.into_iter().next() {
        None => Ok(()),
        Some(damage) => Err(StoreError::corrupt(path, damage.position, damage.what)),
    }
}

impl Verified {
    fn push(&mut self, damage: Damage) {
        if self.damages.len() < MAX_DAMAGES {
            self.damages.push(damage);
        }
    }
}

fn structure(connection: &Connection) -> rusqlite::Result<Vec<Damage>> {
    let lines: Vec<String> = connection
        .prepare(&format!("PRAGMA integrity_check({MAX_DAMAGES})"))?
        .query_map([], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    Ok(lines.into_iter().filter(|line| line != "ok").map(|what| Damage { position: None, what }).collect())
}

fn check_set_aside(connection: &Connection, verified: &mut Verified) -> rusqlite::Result<()> {
    let mut statement = connection.prepare("SELECT hash, bytes FROM set_aside")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let hash = Hash(row::bytes(row, 0)?);
        let bytes: Vec<u8> = row.get(1)?;
        if Event::decode(&bytes).map(|event| event.hash()) != Ok(hash) {
            let what = format!("the event {hash} that was set aside is damaged");
            verified.push(Damage { position: None, what });
        }
    }
    Ok(())
}

/// No event may have a place in the hub's order behind the place that is known to be pulled.
fn check_cursor(connection: &Connection, verified: &mut Verified) -> rusqlite::Result<()> {
    let behind: u64 =
        connection.query_row("SELECT count(*) FROM event WHERE cursor > (SELECT cursor FROM position)", [], |row| {
            row::number(row, 0)
        })?;
    if behind > 0 {
        verified
            .push(Damage { position: None, what: format!("{behind} events have a cursor behind the last one pulled") });
    }
    Ok(())
}
