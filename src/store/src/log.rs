//! Events going in: own ones, those pulled from the hub, and the snapshot of a whole log. Every batch is
//! one durable transaction, and a batch that does not continue its chains is refused as a whole.

use rusqlite::{OptionalExtension, Transaction, params};
use sync::wire::Vouched;
use sync::{Chains, Event, Hash, Head, Incarnation, Position, Snapshot};

use crate::error::{Rejection, StoreError};
use crate::foreign;
use crate::journal;
use crate::open::{Hardware, Store};
use crate::row::{self, Bytes, Number};
use print::JournalRow;

/// Most events of one append, far above the people of one coach.
pub const MAX_BATCH_EVENTS: usize = 10_000;

/// Most events of a snapshot: a meeting has some 10,000.
pub const MAX_SNAPSHOT_EVENTS: usize = 1_000_000;

impl Store {
    /// Commits own events and the print jobs that belong to them, all or none.
    ///
    /// # Errors
    /// `OtherHardware`, `Rejected` (nothing written, the store goes on), or a fault of the disk: then
    /// nothing may be acknowledged and the store has to be opened again.
    pub fn append(&mut self, events: &[Event], jobs: &[JournalRow]) -> Result<(), StoreError> {
        let chains = self.check_own(events)?;
        self.write(|transaction, path| {
            let sqlite = |error| StoreError::from_sqlite(path, error);
            for event in events {
                insert(transaction, event, None).map_err(sqlite)?;
            }
            journal::upsert(transaction, jobs).map_err(sqlite)
        })?;
        self.chains = chains;
        Ok(())
    }

    /// Commits a run of the hub's order that ends at `cursor`, and the print jobs that it asks for. Own
    /// events come back this way and are confirmed by it. Returns what the hub's order contradicts: it was never confirmed, is set aside
    /// as evidence and no longer part of the log.
    ///
    /// # Errors
    /// `Rejected` (nothing written), or a fault of the disk.
    pub fn append_pulled(
        &mut self,
        incarnation: Incarnation,
        cursor: u64,
        events: &[(u64, Event)],
        jobs: &[JournalRow],
    ) -> Result<Vec<Event>, StoreError> {
        self.append_vouched(incarnation, cursor, events, None, jobs)
    }

    /// The same, with the hub's word for the chains in it, so that another life of the hub will take them back from here.
    ///
    /// # Errors
    /// As [`Store::append_pulled`].
    pub fn append_vouched(
        &mut self,
        incarnation: Incarnation,
        cursor: u64,
        events: &[(u64, Event)],
        vouched: Option<&Vouched>,
        jobs: &[JournalRow],
    ) -> Result<Vec<Event>, StoreError> {
        limit("batch of events", events.len(), MAX_BATCH_EVENTS)?;
        let (mut chains, mut confirmed) = (self.chains.clone(), self.confirmed.clone());
        let aside = self.write(|transaction, path| {
            let sqlite = |error| StoreError::from_sqlite(path, error);
            let (known, before) = position(transaction).map_err(sqlite)?;
            if known.is_some_and(|known| known != incarnation) {
                return Err(Rejection::OtherIncarnation.into());
            }
            check_cursors(before, cursor, events)?;
            let aside = confirm(transaction, &mut chains, &mut confirmed, events, path)?;
            set_position(transaction, incarnation, cursor).map_err(sqlite)?;
            foreign::keep(transaction, vouched).map_err(sqlite)?;
            journal::upsert(transaction, jobs).map_err(sqlite)?;
            Ok(aside)
        })?;
        (self.chains, self.confirmed) = (chains, confirmed);
        Ok(aside)
    }

    /// Replaces the confirmed order by the hub's whole log, with print jobs, in one transaction. Events that the new hub
    /// does not have stay, unconfirmed; what it contradicts is set aside and returned.
    ///
    /// One transaction, not a second file that is renamed over this one: the file also holds own events
    /// not yet pushed, the journal and the keys, and SQLite's commit is atomic, whereas between copying
    /// those and the rename another commit could be lost.
    ///
    /// # Errors
    /// `Rejected` (nothing written), or a fault of the disk.
    pub fn install_snapshot(&mut self, snapshot: &Snapshot, jobs: &[JournalRow]) -> Result<Vec<Event>, StoreError> {
        limit("snapshot", snapshot.events.len(), MAX_SNAPSHOT_EVENTS)?;
        check_cursors(0, snapshot.cursor, &snapshot.events)?;
        let (mut chains, mut confirmed) = (self.chains.clone(), Chains::new());
        let aside = self.write(|transaction, path| {
            let sqlite = |error| StoreError::from_sqlite(path, error);
            foreign::begin_life(transaction).map_err(sqlite)?;
            let events = &snapshot.events;
            let aside = confirm(transaction, &mut chains, &mut confirmed, events, path)?;
            set_position(transaction, snapshot.incarnation, snapshot.cursor).map_err(sqlite)?;
            foreign::forget_needless(transaction).map_err(sqlite)?;
            foreign::keep(transaction, snapshot.vouched.as_ref()).map_err(sqlite)?;
            journal::upsert(transaction, jobs).map_err(sqlite)?;
            Ok(aside)
        })?;
        (self.chains, self.confirmed) = (chains, confirmed);
        Ok(aside)
    }

    /// Remembers how far the hub has the current epoch's log.
    ///
    /// # Errors
    /// A fault of the disk.
    pub fn set_acked(&mut self, head: Head) -> Result<(), StoreError> {
        self.write(|transaction, path| {
            transaction
                .execute(
                    "UPDATE position SET acked_seq = ?1, acked_hash = ?2",
                    params![Number(head.seq), Bytes(head.hash.0)],
                )
                .map(|_| ())
                .map_err(|error| StoreError::from_sqlite(path, error))
        })
    }

    fn check_own(&self, events: &[Event]) -> Result<Chains, StoreError> {
        limit("batch of events", events.len(), MAX_BATCH_EVENTS)?;
        if self.hardware() == Hardware::Other && !events.is_empty() {
            return Err(StoreError::OtherHardware { path: self.path.clone() });
        }
        let mut chains = self.chains.clone();
        for event in events {
            let position = event.position();
            if event.log_epoch != self.epoch().epoch {
                return Err(Rejection::NotOwnEpoch { position }.into());
            }
            chains.append(event).map_err(|fault| Rejection::Chain { position, fault })?;
        }
        Ok(chains)
    }
}

fn limit(what: &'static str, found: usize, limit: usize) -> Result<(), Rejection> {
    if found <= limit {
        return Ok(());
    }
    let (found, limit) = (found as u64, limit as u64);
    Err(Rejection::TooMuch { what, found, limit })
}

fn check_cursors(before: u64, last: u64, events: &[(u64, Event)]) -> Result<(), Rejection> {
    let mut after = before;
    for (cursor, _) in events {
        if *cursor <= after {
            let found = *cursor;
            return Err(Rejection::CursorOrder { after, found });
        }
        after = *cursor;
    }
    if last < after {
        return Err(Rejection::CursorOrder { after, found: last });
    }
    Ok(())
}

/// Gives each event its place in the hub's order, storing those that are new here.
fn confirm(
    transaction: &Transaction<'_>,
    chains: &mut Chains,
    confirmed: &mut Chains,
    events: &[(u64, Event)],
    path: &std::path::Path,
) -> Result<Vec<Event>, StoreError> {
    let sqlite = |error| StoreError::from_sqlite(path, error);
    let mut aside = Vec::new();
    for (cursor, event) in events {
        let position = event.position();
        confirmed.append(event).map_err(|fault| Rejection::Chain { position, fault })?;
        let head = chains.head(event.device_id, event.log_epoch);
        let is_here = head.is_some_and(|head| event.seq <= head.seq);
        if is_here {
            if stored_hash(transaction, position).map_err(sqlite)? == Some(event.hash()) {
                set_cursor(transaction, position, *cursor).map_err(sqlite)?;
                continue;
            }
            aside.extend(set_aside(transaction, position, path)?);
        }
        insert(transaction, event, Some(*cursor)).map_err(sqlite)?;
        chains.set(event.device_id, event.log_epoch, Head::of(event));
    }
    Ok(aside)
}

fn insert(transaction: &Transaction<'_>, event: &Event, cursor: Option<u64>) -> rusqlite::Result<()> {
    transaction
        .prepare_cached(
            "INSERT INTO event (device, epoch, seq, event_id, cursor, hash, bytes)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute(params![
            Bytes(event.device_id.0),
            Bytes(event.log_epoch.0),
            Number(event.seq),
            Bytes(event.event_id.0),
            cursor.map(Number),
            Bytes(event.hash().0),
            event.bytes(),
        ])
        .map(|_| ())
}

fn stored_hash(transaction: &Transaction<'_>, position: Position) -> rusqlite::Result<Option<Hash>> {
    transaction
        .prepare_cached("SELECT hash FROM event WHERE device = ?1 AND epoch = ?2 AND seq = ?3")?
        .query_row(place(position), |row| Ok(Hash(row::bytes(row, 0)?)))
        .optional()
}

fn set_cursor(transaction: &Transaction<'_>, position: Position, cursor: u64) -> rusqlite::Result<()> {
    let (device, epoch, seq) = place(position);
    transaction
        .prepare_cached("UPDATE event SET cursor = ?4 WHERE device = ?1 AND epoch = ?2 AND seq = ?3")?
        .execute(params![device, epoch, seq, Number(cursor)])
        .map(|_| ())
}

/// Takes an event and all that follow it in its chain out of the log. None of them is confirmed: the
/// confirmed part of a chain ends before `position`.
fn set_aside(
    transaction: &Transaction<'_>,
    position: Position,
    path: &std::path::Path,
) -> Result<Vec<Event>, StoreError> {
    const FROM: &str = "FROM event WHERE device = ?1 AND epoch = ?2 AND seq >= ?3";
    let sqlite = |error| StoreError::from_sqlite(path, error);
    let mut statement = transaction.prepare(&format!("SELECT bytes {FROM} ORDER BY seq")).map_err(sqlite)?;
    let mut rows = statement.query(place(position)).map_err(sqlite)?;
    let mut events = Vec::new();
    while let Some(row) = rows.next().map_err(sqlite)? {
        let bytes: Vec<u8> = row.get(0).map_err(sqlite)?;
        let event = Event::decode(&bytes).map_err(|error| StoreError::corrupt(path, Some(position), error))?;
        transaction
            .execute(
                "INSERT OR IGNORE INTO set_aside (hash, bytes) VALUES (?1, ?2)",
                params![Bytes(event.hash().0), event.bytes()],
            )
            .map_err(sqlite)?;
        events.push(event);
    }
    transaction.execute(&format!("DELETE {FROM}"), place(position)).map_err(sqlite)?;
    Ok(events)
}

fn place(position: Position) -> (Bytes<16>, Bytes<16>, Number) {
    (Bytes(position.device.0), Bytes(position.epoch.0), Number(position.seq))
}

fn position(transaction: &Transaction<'_>) -> rusqlite::Result<(Option<Incarnation>, u64)> {
    transaction.query_row("SELECT incarnation, cursor FROM position", [], |row| {
        let incarnation: Option<Bytes<16>> = row.get(0)?;
        Ok((incarnation.map(|bytes| Incarnation(bytes.0)), row::number(row, 1)?))
    })
}

fn set_position(transaction: &Transaction<'_>, incarnation: Incarnation, cursor: u64) -> rusqlite::Result<()> {
    transaction
        .execute("UPDATE position SET incarnation = ?1, cursor = ?2", params![Bytes(incarnation.0), Number(cursor)])
        .map(|_| ())
}
