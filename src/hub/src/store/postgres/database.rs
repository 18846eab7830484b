//! A database that many meetings share: a bounded number of connections, and the meetings whose news
//! are waited for.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use postgres::{Client, Config};
use sync::MeetingId;

use super::listen;
use super::notes::{self, Notes};
use super::schema::migrate;
use super::session::{self, Session, told};
use crate::error::HubError;
use crate::store::News;

/// Connections of one process, beside the one that listens.
const MAX_SESSIONS: usize = 16;
/// Longest wait for a free one.
const PATIENCE: Duration = Duration::from_secs(10);
/// Pause after a connection failed; it doubles up to the longest.
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

/// A PostgreSQL database for the logs of any number of meetings; clones are handles to the same one.
#[derive(Clone)]
pub struct Database {
    pub(super) shared: Arc<Shared>,
}

impl Database {
    /// Connects to `postgres://user:password@host/name`, checks that a commit there is durable, brings
    /// the tables up to date, and begins to listen for what other processes write. Blocks.
    ///
    /// # Errors
    /// `NoDatabase`, `Unreachable`, `NotDurable`, `NewerSchema`, or what the database did.
    pub fn connect(url: &str) -> Result<Database, HubError> {
        let config = session::config(url)?;
        let place = PathBuf::from(session::place(&config));
        let watched = Mutex::default();
        let (pool, freed, notes) = (Mutex::default(), Condvar::new(), Arc::new(Notes::default()));
        let shared = Arc::new(Shared { config, place, pool, freed, watched, notes });
        let mut lease = shared.take()?;
        migrate(lease.session().client(), &shared.place)?;
        lease.give_back();
        listen::start(&shared);
        notes::start(&shared.notes, &shared);
        Ok(Database { shared })
    }

    /// All meetings of this database, in the order of their ids.
    ///
    /// # Errors
    /// What the database did.
    pub fn meetings(&self) -> Result<Vec<MeetingId>, HubError> {
        let mut lease = self.shared.take()?;
        let rows = lease.session().query("SELECT meeting FROM usher.meetings ORDER BY meeting", &[]);
        let rows = rows.map_err(|error| told(&self.shared.place, &error))?;
        lease.give_back();
        rows.iter().map(|row| Ok(MeetingId(id(row.get(0), &self.shared.place)?))).collect()
    }

    /// Deletes everything of a meeting; a process that still serves it fails from then on. What the database keeps of
    /// deleted rows goes with its next `VACUUM`, what it copied elsewhere is its operator's matter.
    ///
    /// # Errors
    /// What the database did; then nothing was deleted.
    pub fn forget(&self, meeting: MeetingId) -> Result<(), HubError> {
        let mut lease = self.shared.take()?;
        let done = delete(lease.session().client(), meeting).map_err(|error| told(&self.shared.place, &error));
        if done.is_ok() {
            lease.give_back();
        }
        done
    }
}

fn delete(client: &mut Client, meeting: MeetingId) -> Result<(), postgres::Error> {
    let mut transaction = client.transaction()?;
    for table in ["meetings", "events", "forks", "aside", "roots", "windows", "durable"] {
        transaction.execute(&format!("DELETE FROM usher.{table} WHERE meeting = $1"), &[&meeting.0.as_slice()])?;
    }
    transaction.commit()
}

/// 16 or 32 bytes that a column has to hold.
pub(super) fn id<const N: usize>(bytes: &[u8], place: &Path) -> Result<[u8; N], HubError> {
    bytes.try_into().map_err(|_| HubError::corrupt(place, None, "an id has another length"))
}

pub(super) struct Shared {
    config: Config,
    pub(super) place: PathBuf,
    pool: Mutex<Pool>,
    freed: Condvar,
    pub(super) watched: Mutex<BTreeMap<MeetingId, News>>,
    pub(super) notes: Arc<Notes>,
}

impl Drop for Shared {
    fn drop(&mut self) {
        self.notes.end();
    }
}

#[derive(Default)]
struct Pool {
    idle: Vec<Session>,
    /// Idle and lent.
    open: usize,
    down: Option<Down>,
}

/// The last try to connect failed: until its pause is over nobody tries again.
struct Down {
    until: Instant,
    pause: Duration,
    error: HubError,
}

impl Shared {
    /// A connection that was good when it was last used, or a new one.
    pub(super) fn take(self: &Arc<Self>) -> Result<Lease, HubError> {
        let deadline = Instant::now() + PATIENCE;
        let mut pool = self.pool();
        loop {
            if let Some(session) = pool.idle.pop() {
                return Ok(Lease { session: Some(session), shared: self.clone() });
            }
            if pool.open < MAX_SESSIONS {
                break;
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(HubError::Busy);
            }
            pool = self.freed.wait_timeout(pool, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        if let Some(down) = pool.down.as_ref().filter(|down| Instant::now() < down.until) {
            return Err(down.error.clone());
        }
        pool.open += 1;
        drop(pool);
        // Counts down again when connecting fails.
        let mut lease = Lease { session: None, shared: self.clone() };
        lease.session = Some(self.connect()?);
        Ok(lease)
    }

    /// A connection outside of the pool's count.
    pub(super) fn connect(&self) -> Result<Session, HubError> {
        let connected = Session::connect(&self.config, &self.place);
        let mut pool = self.pool();
        pool.down = match &connected {
            Ok(_) => None,
            Err(error) => {
                let before = pool.down.take().map_or(Duration::ZERO, |down| down.pause);
                let pause = (before * 2).clamp(FIRST_PAUSE, LONGEST_PAUSE);
                Some(Down { until: Instant::now() + pause, pause, error: error.clone() })
            }
        };
        connected
    }

    fn pool(&self) -> MutexGuard<'_, Pool> {
        self.pool.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A lent connection. Dropped without `give_back` it is closed: after an error nobody trusts it.
pub(super) struct Lease {
    session: Option<Session>,
    shared: Arc<Shared>,
}

impl Lease {
    pub(super) fn session(&mut self) -> &mut Session {
        self.session.as_mut().expect("a lease has its session until it ends")
    }

    pub(super) fn give_back(mut self) {
        let session = self.session.take();
        let mut pool = self.shared.pool();
        pool.idle.extend(session);
        // Drop counts it as closed.
        pool.open += 1;
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        let broken = self.session.take();
        let mut pool = self.shared.pool();
        pool.open -= 1;
        // What broke this one, a restart of the server, broke those that waited too.
        let idle = if broken.is_some() { std::mem::take(&mut pool.idle) } else { Vec::new() };
        pool.open -= idle.len();
        drop(pool);
        self.shared.freed.notify_all();
    }
}
