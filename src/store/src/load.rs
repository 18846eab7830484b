//! Everything that a node needs at its start, read and checked in one go. Folds nothing.

use std::path::Path;

use print::JournalRow;
use rusqlite::Connection;
use sync::{Chains, DeviceId, Event, Grant, Hash, Head, Incarnation, LogEpoch, Resume};

use crate::error::StoreError;
use crate::foreign::{self, Foreign};
use crate::journal;
use crate::open::{Epoch, Store};
use crate::row::{self, Bytes, Number};
use crate::verify::{COLUMNS, StoredEvent};

/// What is on the disk.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// The current life of the own log.
    pub epoch: Epoch,
    /// The hub's grant for it, none before enrolment.
    pub grant: Option<Grant>,
    /// Everybody's events in the hub's order, with their cursors.
    pub confirmed: Vec<(u64, Event)>,
    /// Own events that were not pulled back yet, by epoch and seq.
    pub pending: Vec<Event>,
    /// What an earlier life of the hub had of others and the present one has not: to be offered to it.
    pub foreign: Foreign,
    pub progress: Progress,
    /// Every print job, oldest first.
    pub journal: Vec<JournalRow>,
    /// What the hub's order contradicted: evidence, no longer part of the log.
    pub set_aside: Vec<Event>,
}

/// How far the node is with the hub.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Progress {
    /// The life of the hub's log that the cursor belongs to; none before the first answer.
    pub incarnation: Option<Incarnation>,
    /// The last cursor that is stored; 0 for none.
    pub cursor: u64,
    /// What the hub acknowledged of the current epoch.
    pub acked: Option<Head>,
    /// The end of the current epoch's log.
    pub own_head: Option<Head>,
    /// The last own seq of the current epoch that was pulled back.
    pub confirmed_seq: Option<u64>,
}

impl Loaded {
    /// What replication goes on from, none before enrolment.
    pub fn resume(&self) -> Option<Resume> {
        let grant = self.grant.as_ref()?;
        Some(Resume {
            meeting: grant.meeting_id,
            device: grant.device_id,
            epoch: self.epoch.epoch,
            incarnation: self.progress.incarnation,
            cursor: self.progress.cursor,
            own_head: self.progress.own_head,
            confirmed_seq: self.progress.confirmed_seq,
        })
    }
}

impl Store {
    /// Reads everything and checks each hash and chain: 10,000 events take some 50 ms.
    ///
    /// # Errors
    /// `Corrupt` with the place of the first damage, or a fault of the disk.
    pub fn load(&self) -> Result<Loaded, StoreError> {
        let path = self.path.as_path();
        let sqlite = |error| StoreError::from_sqlite(path, error);
        let own_epochs = own_epochs(&self.connection).map_err(sqlite)?;
        let (confirmed, unconfirmed) = events(&self.connection, path)?;
        let (pending, foreign) = unconfirmed.into_iter().partition(|event| own_epochs.contains(&event.log_epoch));
        Ok(Loaded {
            epoch: self.epoch(),
            grant: self.grant()?,
            confirmed,
            pending,
            foreign: foreign::with_vouchers(&self.connection, path, foreign)?,
            progress: self.progress()?,
            set_aside: set_aside(&self.connection, path)?,
            journal: journal::read_all(&self.connection).map_err(sqlite)?,
        })
    }

    /// How far the node is with the hub.
    ///
    /// # Errors
    /// A fault of the disk.
    pub fn progress(&self) -> Result<Progress, StoreError> {
        let epoch = self.epoch().epoch;
        let head_in = |chains: &Chains| {
            let mut heads = chains.heads();
            heads.find_map(|(_, of, head)| (of == epoch).then_some(head))
        };
        let (own_head, confirmed_seq) = (head_in(&self.chains), head_in(&self.confirmed).map(|head| head.seq));
        self.connection
            .query_row("SELECT incarnation, cursor, acked_seq, acked_hash FROM position", [], |row| {
                let incarnation: Option<Bytes<16>> = row.get(0)?;
                let acked_seq: Option<Number> = row.get(2)?;
                let acked_hash: Option<Bytes<32>> = row.get(3)?;
                Ok(Progress {
                    incarnation: incarnation.map(|bytes| Incarnation(bytes.0)),
                    cursor: row::number(row, 1)?,
                    acked: acked_seq.zip(acked_hash).map(|(seq, hash)| Head { seq: seq.0, hash: Hash(hash.0) }),
                    own_head,
                    confirmed_seq,
                })
            })
            .map_err(|error| StoreError::from_sqlite(&self.path, error))
    }
}

/// Heads of all chains, and of their confirmed parts.
pub(crate) fn heads(connection: &Connection) -> rusqlite::Result<(Chains, Chains)> {
    let all = heads_where(connection, "true")?;
    Ok((all, heads_where(connection, "cursor IS NOT NULL")?))
}

fn heads_where(connection: &Connection, condition: &str) -> rusqlite::Result<Chains> {
    let mut chains = Chains::new();
    // With max() SQLite takes the other columns from the row of the maximum.
    let mut statement = connection.prepare(&format!(
        "SELECT device, epoch, max(seq), hash FROM event WHERE {condition} GROUP BY device, epoch"
    ))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let head = Head { seq: row::number(row, 2)?, hash: Hash(row::bytes(row, 3)?) };
        chains.set(DeviceId(row::bytes(row, 0)?), LogEpoch(row::bytes(row, 1)?), head);
    }
    Ok(chains)
}

type Confirmed = Vec<(u64, Event)>;

/// Confirmed events in the hub's order, then the rest by chain: so every chain is met in its own order.
fn events(connection: &Connection, path: &Path) -> Result<(Confirmed, Vec<Event>), StoreError> {
    let sqlite = |error| StoreError::from_sqlite(path, error);
    let (mut confirmed, mut unconfirmed) = (Vec::new(), Vec::new());
    let mut chains = Chains::new();
    for tail in ["WHERE cursor IS NOT NULL ORDER BY cursor", "WHERE cursor IS NULL ORDER BY device, epoch, seq"] {
        let mut statement = connection.prepare(&format!("SELECT {COLUMNS} FROM event {tail}")).map_err(sqlite)?;
        let mut rows = statement.query([]).map_err(sqlite)?;
        while let Some(row) = rows.next().map_err(sqlite)? {
            let stored = StoredEvent::read(row).map_err(sqlite)?;
            let event =
                stored.open(&mut chains).map_err(|damage| StoreError::corrupt(path, damage.position, damage.what))?;
            match stored.cursor {
                Some(cursor) => confirmed.push((cursor, event)),
                None => unconfirmed.push(event),
            }
        }
    }
    Ok((confirmed, unconfirmed))
}

fn set_aside(connection: &Connection, path: &Path) -> Result<Vec<Event>, StoreError> {
    let sqlite = |error| StoreError::from_sqlite(path, error);
    let mut statement = connection.prepare("SELECT bytes FROM set_aside ORDER BY hash").map_err(sqlite)?;
    let mut rows = statement.query([]).map_err(sqlite)?;
    let mut events = Vec::new();
    while let Some(row) = rows.next().map_err(sqlite)? {
        let bytes: Vec<u8> = row.get(0).map_err(sqlite)?;
        events.push(Event::decode(&bytes).map_err(|error| StoreError::corrupt(path, None, error))?);
    }
    Ok(events)
}

fn own_epochs(connection: &Connection) -> rusqlite::Result<Vec<LogEpoch>> {
    connection
        .prepare("SELECT epoch FROM epoch ORDER BY number")?
        .query_map([], |row| Ok(LogEpoch(row::bytes(row, 0)?)))?
        .collect()
}
