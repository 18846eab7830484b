//! The hub's log on PostgreSQL: several processes may serve one meeting. The meeting's row, locked in
//! the transaction that appends, is what gives cursors: a sequence would let a higher one become
//! visible before a lower.

mod database;
mod durable;
mod listen;
mod notes;
mod schema;
mod session;
mod window;

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError};

use postgres::fallible_iterator::FallibleIterator;
use postgres::types::ToSql;
use postgres::{Row, RowIter};
use sync::wire::ChainHead;
use sync::{DeviceId, Event, Hash, Head, Incarnation, LogEpoch, MeetingId, Position};

pub use self::database::Database;
use self::database::{Lease, Shared, id};
use self::durable::flushed;
use self::schema::LOCK;
use self::session::told;
use self::window::PostgresWindow;
use super::{
    Access, Each, EventReader, Gather, HubOptions, HubStore, Life, MAX_FORKS_OF_A_CHAIN, News, Run, Standing, Step,
};
use super::{random, signed};
use crate::error::HubError;
use crate::now_ms;
use crate::pairing::SharedWindow;
use crate::roots::SealedRoot;

/// Waits until this process has the meeting; what the one before it committed is seen then, flushed or not.
const ALONE: &str =
    "SELECT incarnation, epoch, follows, cursor, forks FROM usher.meetings WHERE meeting = $1 FOR UPDATE";

/// One meeting's log in a shared database.
pub(super) struct PostgresStore {
    shared: Arc<Shared>,
    meeting: MeetingId,
    place: PathBuf,
    /// The connection of the open transaction.
    lease: Option<Lease>,
    open: Open,
    process: [u8; 16],
    /// What is known to be flushed, of which life.
    flushed: (Incarnation, u64),
}

/// What the open transaction came to so far.
#[derive(Debug, Clone, Copy)]
struct Open {
    access: Access,
    life: Incarnation,
    cursor: u64,
    /// It appended.
    moved: bool,
    /// It kept or changed something else.
    wrote: bool,
}

impl Open {
    const NONE: Open = Open { access: Access::Read, life: Incarnation([0; 16]), cursor: 0, moved: false, wrote: false };
}

impl PostgresStore {
    /// Finds the meeting that was asked for, else the one of these keys, or makes a new one.
    pub(super) fn open(database: &Database, options: &HubOptions) -> Result<(PostgresStore, MeetingId), HubError> {
        let shared = database.shared.clone();
        let meeting = meeting(&shared, options)?;
        let place = shared.place.clone();
        let store = PostgresStore {
            shared,
            meeting,
            place,
            lease: None,
            open: Open::NONE,
            process: random(),
            flushed: (Incarnation([0; 16]), 0),
        };
        Ok((store, meeting))
    }

    fn begin_with(&mut self, begin: &str) -> Result<(), HubError> {
        self.lease = None;
        self.lease = Some(self.shared.take()?);
        let begun = self.lease()?.session().client().batch_execute(begin);
        begun.map_err(|error| told(&self.place, &error))
    }

    fn lease(&mut self) -> Result<&mut Lease, HubError> {
        let what = "the connection was given up".to_owned();
        self.lease.as_mut().ok_or_else(|| HubError::Unreachable { path: self.place.clone(), what })
    }

    fn execute(&mut self, sql: &'static str, params: &[&(dyn ToSql + Sync)]) -> Result<u64, HubError> {
        let done = self.lease()?.session().execute(sql, params);
        done.map_err(|error| told(&self.place, &error))
    }

    fn query(&mut self, sql: &'static str, params: &[&(dyn ToSql + Sync)]) -> Result<Vec<Row>, HubError> {
        let rows = self.lease()?.session().query(sql, params);
        rows.map_err(|error| told(&self.place, &error))
    }

    /// Notes what the open transaction comes to as flushed.
    fn note(&mut self) -> Result<(), HubError> {
        let (meeting, process, Open { life, cursor, .. }) = (self.meeting, self.process, self.open);
        let noted = durable::note(self.lease()?.session(), meeting, life, (&process, cursor));
        noted.map_err(|error| told(&self.place, &error))
    }

    fn standing(&self, row: &Row) -> Result<Standing, HubError> {
        let follows = row.get::<_, Option<&[u8]>>(2).map(|follows| id(follows, &self.place)).transpose()?;
        let life = Life {
            incarnation: Incarnation(id(row.get(0), &self.place)?),
            epoch: LogEpoch(id(row.get(1), &self.place)?),
            follows: follows.map(Incarnation),
        };
        let (cursor, forks): (i64, i64) = (row.get(3), row.get(4));
        Ok(Standing { life, cursor: cursor.unsigned_abs(), forks: forks.unsigned_abs() })
    }
}

impl HubStore for PostgresStore {
    fn place(&self) -> &Path {
        &self.place
    }

    fn begin(&mut self, access: Access) -> Result<Standing, HubError> {
        // A writer has to see, after it got the row, what the one before it committed.
        let (begin, row) = match access {
            Access::Read => (
                "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
                concat!(
                    "SELECT incarnation, epoch, follows, ",
                    flushed!(),
                    ", forks FROM usher.meetings WHERE meeting = $1"
                ),
            ),
            Access::Write => ("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE", ALONE),
            Access::Append => {
                ("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; SET LOCAL synchronous_commit = off", ALONE)
            }
        };
        if self.begin_with(begin).is_err() {
            // It was idle and broke in the meantime: nothing has happened yet.
            self.begin_with(begin)?;
        }
        let meeting = self.meeting.0;
        let rows = self.query(row, &[&meeting.as_slice()])?;
        let row = rows.first().ok_or_else(|| HubError::corrupt(&self.place, None, "the meeting is gone"))?;
        let standing = self.standing(row)?;
        let (life, cursor) = (standing.life.incarnation, standing.cursor);
        self.open = Open { access, life, cursor, moved: false, wrote: false };
        Ok(standing)
    }

    fn commit(&mut self) -> Result<(), HubError> {
        let Open { access, life, cursor, moved, wrote } = self.open;
        // Another process may have taken what this one answers for and not flushed it yet.
        let doubt = access != Access::Read && (moved || wrote || self.flushed != (life, cursor));
        if doubt && access == Access::Write {
            self.note()?;
        }
        let committed = self.lease()?.session().client().batch_execute("COMMIT");
        committed.map_err(|error| told(&self.place, &error))?;
        if doubt && access == Access::Append {
            self.note()?;
        }
        if doubt {
            self.flushed = (life, cursor);
        }
        if moved {
            self.shared.notes.write(self.meeting, cursor);
        }
        if let Some(lease) = self.lease.take() {
            lease.give_back();
        }
        Ok(())
    }

    fn abandon(&mut self) {
        self.lease = None;
    }

    fn append(&mut self, events: &[(u64, Event)]) -> Result<(), HubError> {
        let Some((newest, _)) = events.last() else { return Ok(()) };
        let cursors: Vec<i64> = events.iter().map(|(cursor, _)| signed(*cursor)).collect();
        let seqs: Vec<i64> = events.iter().map(|(_, event)| signed(event.seq)).collect();
        let devices: Vec<&[u8]> = events.iter().map(|(_, event)| event.device_id.0.as_slice()).collect();
        let epochs: Vec<&[u8]> = events.iter().map(|(_, event)| event.log_epoch.0.as_slice()).collect();
        let hashes: Vec<[u8; 32]> = events.iter().map(|(_, event)| event.hash().0).collect();
        let hashes: Vec<&[u8]> = hashes.iter().map(<[u8; 32]>::as_slice).collect();
        let bytes: Vec<&[u8]> = events.iter().map(|(_, event)| event.bytes()).collect();
        let meeting = self.meeting.0;
        self.execute(
            "WITH moved AS (UPDATE usher.meetings SET cursor = $8 WHERE meeting = $1)
             INSERT INTO usher.events (meeting, cursor, device, epoch, seq, hash, event)
             SELECT $1, new.* FROM unnest(
                 $2::bigint[], $3::bytea[], $4::bytea[], $5::bigint[], $6::bytea[], $7::bytea[]) AS new",
            &[&meeting.as_slice(), &cursors, &devices, &epochs, &seqs, &hashes, &bytes, &signed(*newest)],
        )?;
        (self.open.cursor, self.open.moved) = (*newest, true);
        Ok(())
    }

    fn for_each(&mut self, after: u64, each: &mut Each<'_>) -> Result<(), HubError> {
        let (meeting, place, upto) = (self.meeting, self.place.clone(), self.open.cursor);
        run(self.lease()?, &place, meeting, (after, Some(upto), usize::MAX), each).map(drop)
    }

    fn news(&mut self, after: u64, author: DeviceId) -> Result<Vec<Step>, HubError> {
        let meeting = self.meeting.0;
        // The bytes of the others' events stay where they are: the meeting's row is locked meanwhile.
        let rows = self.query(
            "SELECT cursor, device, epoch, seq, hash, CASE WHEN device = $3 THEN event END
             FROM usher.events WHERE meeting = $1 AND cursor > $2 AND cursor <= $4 ORDER BY cursor",
            &[&meeting.as_slice(), &signed(after), &author.0.as_slice(), &signed(self.open.cursor)],
        )?;
        rows.iter().map(|row| step(row, &self.place)).collect()
    }

    fn hashes(
        &mut self,
        device: DeviceId,
        epoch: LogEpoch,
        (first, last): (u64, u64),
    ) -> Result<Vec<(u64, Hash)>, HubError> {
        let meeting = self.meeting.0;
        let rows = self.query(
            "SELECT seq, hash FROM usher.events
             WHERE meeting = $1 AND device = $2 AND epoch = $3 AND seq BETWEEN $4 AND $5",
            &[&meeting.as_slice(), &device.0.as_slice(), &epoch.0.as_slice(), &signed(first), &signed(last)],
        )?;
        let found = |row: &Row| Ok((row.get::<_, i64>(0).unsigned_abs(), Hash(id(row.get(1), &self.place)?)));
        rows.iter().map(found).collect()
    }

    fn keep_evidence(&mut self, event: &Event) -> Result<(), HubError> {
        let meeting = self.meeting.0;
        self.open.wrote = true;
        self.execute(
            "WITH kept AS (
                 INSERT INTO usher.forks (meeting, device, epoch, seq, hash, event, seen_ms)
                 SELECT $1, $2, $3, $4, $5, $6, $7
                 WHERE (SELECT count(*) FROM usher.forks WHERE meeting = $1 AND device = $2 AND epoch = $3) < $8
                 ON CONFLICT DO NOTHING RETURNING 1)
             UPDATE usher.meetings SET forks = forks + (SELECT count(*) FROM kept) WHERE meeting = $1",
            &[
                &meeting.as_slice(),
                &event.device_id.0.as_slice(),
                &event.log_epoch.0.as_slice(),
                &signed(event.seq),
                &event.hash().0.as_slice(),
                &event.bytes(),
                &signed(now_ms()),
                &MAX_FORKS_OF_A_CHAIN,
            ],
        )?;
        Ok(())
    }

    fn forks(&mut self) -> Result<Vec<Position>, HubError> {
        let meeting = self.meeting.0;
        let rows =
            self.query("SELECT device, epoch, seq FROM usher.forks WHERE meeting = $1", &[&meeting.as_slice()])?;
        rows.iter().map(|row| position(row, &self.place)).collect()
    }

    fn set_life(&mut self, life: &Life) -> Result<(), HubError> {
        (self.open.life, self.open.wrote) = (life.incarnation, true);
        let (meeting, follows) = (self.meeting.0, life.follows.map(|follows| follows.0));
        self.execute(
            "UPDATE usher.meetings SET incarnation = $2, epoch = $3, follows = $4 WHERE meeting = $1",
            &[
                &meeting.as_slice(),
                &life.incarnation.0.as_slice(),
                &life.epoch.0.as_slice(),
                &follows.as_ref().map(<[u8; 16]>::as_slice),
            ],
        )?;
        Ok(())
    }

    fn rewind(&mut self, to: u64) -> Result<(), HubError> {
        (self.open.cursor, self.open.wrote) = (self.open.cursor.min(to), true);
        let meeting = self.meeting.0;
        self.execute(
            "WITH gone AS (DELETE FROM usher.events WHERE meeting = $1 AND cursor > $2 RETURNING *),
                  moved AS (UPDATE usher.meetings SET cursor = least(cursor, $2) WHERE meeting = $1)
             INSERT INTO usher.aside (meeting, device, epoch, seq, hash, event)
             SELECT meeting, device, epoch, seq, hash, event FROM gone ON CONFLICT DO NOTHING",
            &[&meeting.as_slice(), &signed(to)],
        )?;
        Ok(())
    }

    fn aside(&mut self) -> Result<Vec<Event>, HubError> {
        let meeting = self.meeting.0;
        let rows = self.query(
            "SELECT event FROM usher.aside WHERE meeting = $1 ORDER BY device, epoch, seq",
            &[&meeting.as_slice()],
        )?;
        let event = |row: &Row| Event::decode(row.get(0)).map_err(|error| HubError::corrupt(&self.place, None, error));
        rows.iter().map(event).collect()
    }

    fn drop_aside(&mut self, position: Position) -> Result<(), HubError> {
        let Position { device, epoch, seq } = position;
        let meeting = self.meeting.0;
        self.execute(
            "DELETE FROM usher.aside WHERE meeting = $1 AND device = $2 AND epoch = $3 AND seq = $4",
            &[&meeting.as_slice(), &device.0.as_slice(), &epoch.0.as_slice(), &signed(seq)],
        )?;
        Ok(())
    }

    fn keep_root(&mut self, root: &SealedRoot) -> Result<(), HubError> {
        self.open.wrote = true;
        let meeting = self.meeting.0;
        self.execute(
            "INSERT INTO usher.roots (meeting, commitment, sealed) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
            &[&meeting.as_slice(), &root.commitment, &root.sealed],
        )?;
        Ok(())
    }

    fn roots(&mut self) -> Result<Vec<SealedRoot>, HubError> {
        let meeting = self.meeting.0;
        let rows =
            self.query("SELECT commitment, sealed FROM usher.roots WHERE meeting = $1", &[&meeting.as_slice()])?;
        Ok(rows.iter().map(|row| SealedRoot { commitment: row.get(0), sealed: row.get(1) }).collect())
    }

    fn reader(&self) -> Arc<dyn EventReader> {
        Arc::new(PostgresReader { shared: self.shared.clone(), meeting: self.meeting })
    }

    fn window(&self) -> Option<Arc<dyn SharedWindow>> {
        Some(Arc::new(PostgresWindow { shared: self.shared.clone(), meeting: self.meeting }))
    }

    fn watch(&self, news: News) {
        self.shared.watched.lock().unwrap_or_else(PoisonError::into_inner).insert(self.meeting, news);
    }
}

/// Reads over the database's connections.
struct PostgresReader {
    shared: Arc<Shared>,
    meeting: MeetingId,
}

impl EventReader for PostgresReader {
    fn read(&self, after: u64, count: usize, bytes: usize) -> Result<Run, HubError> {
        match self.try_read(after, count, bytes) {
            // The connection was idle and broke in the meantime.
            Err(HubError::Unreachable { .. }) => self.try_read(after, count, bytes),
            read => read,
        }
    }
}

impl PostgresReader {
    fn try_read(&self, after: u64, count: usize, bytes: usize) -> Result<Run, HubError> {
        let mut lease = self.shared.take()?;
        let mut gather = Gather::new(count, bytes);
        let (incarnation, cursor) =
            run(&mut lease, &self.shared.place, self.meeting, (after, None, count), &mut |cursor, event| {
                Ok(gather.take(cursor, event))
            })?;
        lease.give_back();
        Ok(Run { incarnation, cursor, events: gather.events })
    }
}

/// Calls `each` for the first so many events after a cursor until it says false, up to another one or up to
/// what is flushed; tells the life and that cursor, at the same moment.
fn run(
    lease: &mut Lease,
    place: &Path,
    meeting: MeetingId,
    (after, upto, count): (u64, Option<u64>, usize),
    each: &mut Each<'_>,
) -> Result<(Incarnation, u64), HubError> {
    let database = |error| told(place, &error);
    let count = i64::try_from(count).unwrap_or(i64::MAX);
    let session = lease.session();
    let statement = session.prepared(concat!(
        "SELECT meetings.incarnation, bound.cursor, run.cursor, run.event
             FROM usher.meetings CROSS JOIN LATERAL (SELECT coalesce($4, ",
        flushed!(),
        ") AS cursor) AS bound LEFT JOIN LATERAL (
                 SELECT cursor, event FROM usher.events
                 WHERE meeting = $1 AND cursor > $2 AND cursor <= bound.cursor ORDER BY cursor LIMIT $3
             ) AS run ON true
             WHERE meetings.meeting = $1 ORDER BY run.cursor"
    ));
    let statement = statement.map_err(database)?;
    let upto = upto.map(signed);
    let params: [&(dyn ToSql + Sync); 4] = [&meeting.0.as_slice(), &signed(after), &count, &upto];
    let mut rows: RowIter<'_> = session.client().query_raw(&statement, params).map_err(database)?;
    let mut found = None;
    while let Some(row) = rows.next().map_err(database)? {
        found = Some((Incarnation(id(row.get(0), place)?), row.get::<_, i64>(1).unsigned_abs()));
        let Some(cursor) = row.get::<_, Option<i64>>(2).map(i64::unsigned_abs) else { break };
        let event = Event::decode(row.get(3)).map_err(|error| HubError::corrupt(place, Some(cursor), error))?;
        if !each(cursor, event)? {
            break;
        }
    }
    found.ok_or_else(|| HubError::corrupt(place, None, "the meeting is gone"))
}

fn meeting(shared: &Arc<Shared>, options: &HubOptions) -> Result<MeetingId, HubError> {
    let database = |error| told(&shared.place, &error);
    let device = options.secrets.device_id();
    let mut lease = shared.take()?;
    let mut transaction = lease.session().client().transaction().map_err(database)?;
    // Two processes that start together make one meeting.
    transaction.execute("SELECT pg_advisory_xact_lock($1)", &[&LOCK]).map_err(database)?;
    let wanted = options.meeting.map(|meeting| meeting.0);
    let rows = transaction
        .query(
            "SELECT meeting, device FROM usher.meetings WHERE meeting = $1 OR ($1 IS NULL AND device = $2)",
            &[&wanted.as_ref().map(<[u8; 16]>::as_slice), &device.0.as_slice()],
        )
        .map_err(database)?;
    let mut found = Vec::new();
    for row in &rows {
        found.push((MeetingId(id(row.get(0), &shared.place)?), DeviceId(id(row.get(1), &shared.place)?)));
    }
    let meeting = match found[..] {
        [] => {
            let meeting = options.meeting.unwrap_or_else(|| MeetingId(random()));
            let (incarnation, epoch) = (random::<16>(), random::<16>());
            transaction
                .execute(
                    "INSERT INTO usher.meetings (meeting, incarnation, device, epoch) VALUES ($1, $2, $3, $4)",
                    &[&meeting.0.as_slice(), &incarnation.as_slice(), &device.0.as_slice(), &epoch.as_slice()],
                )
                .map_err(database)?;
            meeting
        }
        [(_, owner)] if owner != device => return Err(HubError::OtherKeys { path: shared.place.clone() }),
        [(meeting, _)] => meeting,
        // Several meetings of one pair of keys: the caller has to say which.
        [(found, _), ..] => return Err(HubError::OtherMeeting { path: shared.place.clone(), found }),
    };
    transaction.commit().map_err(database)?;
    lease.give_back();
    Ok(meeting)
}

fn step(row: &Row, place: &Path) -> Result<Step, HubError> {
    let cursor = row.get::<_, i64>(0).unsigned_abs();
    let head = Head { seq: row.get::<_, i64>(3).unsigned_abs(), hash: Hash(id(row.get(4), place)?) };
    let at = ChainHead { device: DeviceId(id(row.get(1), place)?), epoch: LogEpoch(id(row.get(2), place)?), head };
    let event = row.get::<_, Option<&[u8]>>(5).map(Event::decode).transpose();
    let event = event.map_err(|error| HubError::corrupt(place, Some(cursor), error))?;
    Ok(Step { cursor, place: at, event })
}

fn position(row: &Row, place: &Path) -> Result<Position, HubError> {
    let seq: i64 = row.get(2);
    Ok(Position {
        device: DeviceId(id(row.get(0), place)?),
        epoch: LogEpoch(id(row.get(1), place)?),
        seq: seq.unsigned_abs(),
    })
}
