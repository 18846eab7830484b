//! News from other processes: a notification after each commit wakes at once, a slow poll finds what a
//! notification missed.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, Weak};
use std::time::{Duration, Instant};

use postgres::fallible_iterator::FallibleIterator;
use sync::{Incarnation, MeetingId};

use super::database::{Shared, id};
use super::durable::{self, ANYBODY, flushed};
use super::session::{Session, told};
use crate::error::HubError;

/// The channel; a message is the meeting and its newest cursor.
pub(super) const CHANNEL: &str = "usher";

/// A commit that nobody told about is found after this time.
const SLOW_POLL: Duration = Duration::from_secs(1);

/// Cursor of news that no ledger can have yet.
const ANYTHING: u64 = u64::MAX;

/// Starts the thread; it ends soon after the last handle to the database.
pub(super) fn start(shared: &Arc<Shared>) {
    let shared = Arc::downgrade(shared);
    std::thread::Builder::new()
        .name("hub-listener".to_owned())
        .spawn(move || run(&shared))
        .expect("the system starts one more thread");
}

fn run(shared: &Weak<Shared>) {
    let mut seen = Seen::new();
    while let Some(strong) = shared.upgrade() {
        let connected = strong.connect();
        drop(strong);
        let ended = connected.and_then(|mut session| listen(&mut session, shared, &mut seen));
        if let Err(error) = ended {
            tracing::warn!(%error, "not listening for other processes, trying again");
            std::thread::sleep(SLOW_POLL);
        }
    }
}

/// What the last slow poll found of each meeting, beside its cursor.
type Seen = BTreeMap<MeetingId, (Incarnation, i64)>;

/// Returns without an error when the database is not used any more.
fn listen(session: &mut Session, shared: &Weak<Shared>, seen: &mut Seen) -> Result<(), HubError> {
    let mut polled: Option<Instant> = None;
    loop {
        let Some(strong) = shared.upgrade() else { return Ok(()) };
        let database = |error| told(&strong.place, &error);
        if polled.is_none() {
            session.client().batch_execute(&format!("LISTEN {CHANNEL}")).map_err(database)?;
        }
        if polled.is_none_or(|polled| polled.elapsed() >= SLOW_POLL) {
            poll(session, &strong, seen)?;
            polled = Some(Instant::now());
        }
        let place = strong.place.clone();
        // Not kept alive by the wait.
        drop(strong);
        let heard = hear(session).map_err(|error| told(&place, &error))?;
        let Some(strong) = shared.upgrade() else { return Ok(()) };
        heard.into_iter().for_each(|(meeting, cursor)| tell(&strong, meeting, cursor));
    }
}

/// Waits for a message and takes all that have come with it, the newest of each meeting.
fn hear(session: &mut Session) -> Result<BTreeMap<MeetingId, u64>, postgres::Error> {
    let mut heard = BTreeMap::new();
    let mut notifications = session.client().notifications();
    let mut next = notifications.timeout_iter(SLOW_POLL).next()?;
    while let Some(note) = next {
        heard.extend(parse(note.payload()));
        next = notifications.iter().next()?;
    }
    Ok(heard)
}

fn poll(session: &mut Session, shared: &Shared, seen: &mut Seen) -> Result<(), HubError> {
    let rows =
        session.query(concat!("SELECT meeting, incarnation, forks, cursor, ", flushed!(), " FROM usher.meetings"), &[]);
    for row in rows.map_err(|error| told(&shared.place, &error))? {
        let meeting = MeetingId(id(row.get(0), &shared.place)?);
        let life = Incarnation(id(row.get(1), &shared.place)?);
        let (newest, flushed) = (row.get::<_, i64>(3).unsigned_abs(), row.get::<_, i64>(4).unsigned_abs());
        if flushed < newest {
            // Whoever wrote it may have ended before it could note it.
            let noted = durable::note(session, meeting, life, (ANYBODY, newest));
            noted.map_err(|error| told(&shared.place, &error))?;
        }
        let rest = (life, row.get::<_, i64>(2));
        let before = seen.insert(meeting, rest);
        tell(shared, meeting, if before == Some(rest) { newest } else { ANYTHING });
    }
    Ok(())
}

fn tell(shared: &Shared, meeting: MeetingId, cursor: u64) {
    let mut watched = shared.watched.lock().unwrap_or_else(PoisonError::into_inner);
    if watched.get(&meeting).is_some_and(|news| !news(cursor)) {
        watched.remove(&meeting);
    }
}

/// The message of a commit.
pub(super) fn message(meeting: MeetingId, cursor: u64) -> String {
    format!("{meeting} {cursor}")
}

/// Whoever else uses the channel is not understood and not heard.
fn parse(message: &str) -> Option<(MeetingId, u64)> {
    let (meeting, cursor) = message.split_once(' ')?;
    Some((meeting.parse().ok()?, cursor.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn message_reads_back_and_a_strange_one_is_not_heard() {
        let meeting = MeetingId([7; 16]);
        assert_eq!(parse(&message(meeting, 12)), Some((meeting, 12)));
        for strange in ["", " ", "12", "x 12", &format!("{meeting} -1"), &format!("{meeting}")] {
            assert_eq!(parse(strange), None, "{strange}");
        }
    }
}
