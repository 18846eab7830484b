//! The hub's log in one file of SQLite: one process, one writing connection, readers beside it.

mod backup;
mod open;
mod reader;
mod schema;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension, Row, params};
use sync::wire::ChainHead;
use sync::{DeviceId, Event, Hash, Incarnation, LogEpoch, MeetingId, Position};

pub use self::backup::backup;
use self::reader::SqliteReader;
use super::{
    Access, Each, EventReader, HubOptions, HubStore, Life, MAX_FORKS_OF_A_CHAIN, News, Standing, Step, signed,
};
use crate::error::HubError;
use crate::folder::Folder;
use crate::now_ms;
use crate::pairing::SharedWindow;
use crate::roots::SealedRoot;

/// One meeting's log in a folder that this process holds.
pub(super) struct SqliteStore {
    /// None when something failed: nobody knows what is on the disk until it was opened again.
    connection: Option<Connection>,
    path: PathBuf,
    meeting: MeetingId,
    options: HubOptions,
    /// Dropped last: the next process may come only after the connection is closed.
    _folder: Folder,
}

impl SqliteStore {
    /// Opens the log in `folder`, or makes a new one.
    pub(super) fn open(folder: &Path, options: &HubOptions) -> Result<(SqliteStore, MeetingId), HubError> {
        let (folder, path) = open::hold(folder)?;
        let mut connection = open::connect(&path, options)?;
        let meeting = open::meeting(&mut connection, &path, options)?;
        let options = options.clone();
        let store = SqliteStore { connection: Some(connection), path, meeting, options, _folder: folder };
        Ok((store, meeting))
    }

    /// Puts a backup in the place of what is in `folder`.
    pub(super) fn restore(folder: &Path, backup: &Path) -> Result<(), HubError> {
        backup::restore(&Folder::hold(folder)?, backup)
    }

    /// Runs `work` on the connection of the transaction.
    fn on<R>(&self, work: impl FnOnce(&Connection) -> Result<R, rusqlite::Error>) -> Result<R, HubError> {
        let Some(connection) = &self.connection else {
            return Err(HubError::Io { path: self.path.clone(), what: "it was closed after a fault".to_owned() });
        };
        work(connection).map_err(|error| HubError::from_sqlite(&self.path, &error))
    }
}

impl HubStore for SqliteStore {
    fn place(&self) -> &Path {
        &self.path
    }

    fn begin(&mut self, access: Access) -> Result<Standing, HubError> {
        if self.connection.is_none() {
            self.connection = Some(open::connect(&self.path, &self.options)?);
        }
        let begin = match access {
            Access::Read => "BEGIN",
            Access::Write | Access::Append => "BEGIN IMMEDIATE",
        };
        let meeting = self.meeting.0;
        let found = self.on(|connection| {
            connection.execute_batch(begin)?;
            let mut statement = connection.prepare_cached(
                "SELECT incarnation, epoch, follows,
                        (SELECT coalesce(max(cursor), 0) FROM events WHERE meeting = ?1),
                        (SELECT count(*) FROM forks WHERE meeting = ?1)
                 FROM meetings WHERE meeting = ?1",
            )?;
            statement.query_row(params![meeting], standing).optional()
        })?;
        found.ok_or_else(|| HubError::corrupt(&self.path, None, "it names no meeting"))
    }

    fn commit(&mut self) -> Result<(), HubError> {
        self.on(|connection| connection.execute_batch("COMMIT"))
    }

    fn abandon(&mut self) {
        self.connection = None;
    }

    fn append(&mut self, events: &[(u64, Event)]) -> Result<(), HubError> {
        self.on(|connection| {
            let mut statement = connection.prepare_cached(
                "INSERT INTO events (meeting, cursor, device, epoch, seq, hash, event)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            )?;
            for (cursor, event) in events {
                statement.execute(params![
                    event.meeting_id.0,
                    signed(*cursor),
                    event.device_id.0,
                    event.log_epoch.0,
                    signed(event.seq),
                    event.hash().0,
                    event.bytes(),
                ])?;
            }
            Ok(())
        })
    }

    fn for_each(&mut self, after: u64, each: &mut Each<'_>) -> Result<(), HubError> {
        let Some(connection) = &self.connection else { return Ok(()) };
        reader::for_each(connection, &self.path, self.meeting, after, each).map(drop)
    }

    /// Nobody else writes into the folder, so that this is asked only by the suites.
    fn news(&mut self, after: u64, author: DeviceId) -> Result<Vec<Step>, HubError> {
        let mut steps = Vec::new();
        self.for_each(after, &mut |cursor, event| {
            let place = ChainHead::of(&event);
            steps.push(Step { cursor, place, event: (event.device_id == author).then_some(event) });
            Ok(true)
        })?;
        Ok(steps)
    }

    fn hashes(
        &mut self,
        device: DeviceId,
        epoch: LogEpoch,
        (first, last): (u64, u64),
    ) -> Result<Vec<(u64, Hash)>, HubError> {
        self.on(|connection| {
            let mut statement = connection.prepare_cached(
                "SELECT seq, hash FROM events
                 WHERE meeting = ?1 AND device = ?2 AND epoch = ?3 AND seq BETWEEN ?4 AND ?5",
            )?;
            let run = params![self.meeting.0, device.0, epoch.0, signed(first), signed(last)];
            let found = |row: &Row<'_>| Ok((row.get::<_, i64>(0)?.unsigned_abs(), Hash(row.get(1)?)));
            statement.query_map(run, found)?.collect()
        })
    }

    fn keep_evidence(&mut self, event: &Event) -> Result<(), HubError> {
        self.on(|connection| {
            connection.execute(
                "INSERT OR IGNORE INTO forks (meeting, device, epoch, seq, hash, event, seen_ms)
                 SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7
                 WHERE (SELECT count(*) FROM forks WHERE meeting = ?1 AND device = ?2 AND epoch = ?3) < ?8",
                params![
                    event.meeting_id.0,
                    event.device_id.0,
                    event.log_epoch.0,
                    signed(event.seq),
                    event.hash().0,
                    event.bytes(),
                    signed(now_ms()),
                    MAX_FORKS_OF_A_CHAIN,
                ],
            )
        })?;
        Ok(())
    }

    fn forks(&mut self) -> Result<Vec<Position>, HubError> {
        self.on(|connection| {
            let mut statement = connection.prepare_cached("SELECT device, epoch, seq FROM forks WHERE meeting = ?1")?;
            statement.query_map(params![self.meeting.0], position)?.collect()
        })
    }

    fn set_life(&mut self, life: &Life) -> Result<(), HubError> {
        self.on(|connection| {
            connection.execute(
                "UPDATE meetings SET incarnation = ?2, epoch = ?3, follows = ?4 WHERE meeting = ?1",
                params![self.meeting.0, life.incarnation.0, life.epoch.0, life.follows.map(|follows| follows.0)],
            )
        })?;
        Ok(())
    }

    fn rewind(&mut self, to: u64) -> Result<(), HubError> {
        self.on(|connection| {
            let after = params![self.meeting.0, signed(to)];
            connection.execute(
                "INSERT OR IGNORE INTO aside (meeting, device, epoch, seq, hash, event)
                 SELECT meeting, device, epoch, seq, hash, event FROM events WHERE meeting = ?1 AND cursor > ?2",
                after,
            )?;
            connection.execute("DELETE FROM events WHERE meeting = ?1 AND cursor > ?2", after)
        })?;
        Ok(())
    }

    fn aside(&mut self) -> Result<Vec<Event>, HubError> {
        let rows: Vec<Vec<u8>> = self.on(|connection| {
            let mut statement =
                connection.prepare("SELECT event FROM aside WHERE meeting = ?1 ORDER BY device, epoch, seq")?;
            statement.query_map(params![self.meeting.0], |row| row.get(0))?.collect()
        })?;
        let event = |bytes: Vec<u8>| Event::decode(&bytes).map_err(|error| HubError::corrupt(&self.path, None, error));
        rows.into_iter().map(event).collect()
    }

    fn drop_aside(&mut self, position: Position) -> Result<(), HubError> {
        let Position { device, epoch, seq } = position;
        self.on(|connection| {
            connection.execute(
                "DELETE FROM aside WHERE meeting = ?1 AND device = ?2 AND epoch = ?3 AND seq = ?4",
                params![self.meeting.0, device.0, epoch.0, signed(seq)],
            )
        })?;
        Ok(())
    }

    fn keep_root(&mut self, root: &SealedRoot) -> Result<(), HubError> {
        self.on(|connection| {
            connection.execute(
                "INSERT OR IGNORE INTO roots (meeting, commitment, sealed) VALUES (?1, ?2, ?3)",
                params![self.meeting.0, root.commitment, root.sealed],
            )
        })?;
        Ok(())
    }

    fn roots(&mut self) -> Result<Vec<SealedRoot>, HubError> {
        self.on(|connection| {
            let mut statement = connection.prepare("SELECT commitment, sealed FROM roots WHERE meeting = ?1")?;
            let root = |row: &Row<'_>| Ok(SealedRoot { commitment: row.get(0)?, sealed: row.get(1)? });
            statement.query_map(params![self.meeting.0], root)?.collect()
        })
    }

    fn reader(&self) -> Arc<dyn EventReader> {
        Arc::new(SqliteReader::new(&self.path, self.meeting))
    }

    fn window(&self) -> Option<Arc<dyn SharedWindow>> {
        None
    }

    /// The folder's lock keeps every other process out.
    fn watch(&self, _news: News) {}
}

fn standing(row: &Row<'_>) -> Result<Standing, rusqlite::Error> {
    let (cursor, forks): (i64, i64) = (row.get(3)?, row.get(4)?);
    let life = Life {
        incarnation: Incarnation(row.get(0)?),
        epoch: LogEpoch(row.get(1)?),
        follows: row.get::<_, Option<[u8; 16]>>(2)?.map(Incarnation),
    };
    Ok(Standing { life, cursor: cursor.unsigned_abs(), forks: forks.unsigned_abs() })
}

fn position(row: &Row<'_>) -> Result<Position, rusqlite::Error> {
    let seq: i64 = row.get(2)?;
    Ok(Position { device: DeviceId(row.get(0)?), epoch: LogEpoch(row.get(1)?), seq: seq.unsigned_abs() })
}
