//! Telling the other processes what was written, beside the writer: whoever pushed does not wait for it,
//! and of several commits in a row only the newest is told. A note that is lost costs the others the
//! time of a slow poll.

use std::collections::BTreeMap;
use std::sync::{Arc, Condvar, Mutex, PoisonError, Weak};
use std::time::Duration;

use sync::MeetingId;

use super::database::Shared;
use super::listen::{CHANNEL, message};

/// Least pause between two: each has every process ask the database, and nobody sees 20 ms on a screen.
const PAUSE: Duration = Duration::from_millis(20);

/// What still has to be told.
#[derive(Default)]
pub(super) struct Notes {
    waiting: Mutex<Waiting>,
    written: Condvar,
}

#[derive(Default)]
struct Waiting {
    cursors: BTreeMap<MeetingId, u64>,
    over: bool,
}

impl Notes {
    /// The meeting's newest cursor is this one from here on.
    pub(super) fn write(&self, meeting: MeetingId, cursor: u64) {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).cursors.insert(meeting, cursor);
        self.written.notify_one();
    }

    /// Nothing more comes: ends the thread.
    pub(super) fn end(&self) {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).over = true;
        self.written.notify_one();
    }

    /// Waits for something to tell; none when nothing more comes.
    fn take(&self) -> Option<BTreeMap<MeetingId, u64>> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        while waiting.cursors.is_empty() && !waiting.over {
            waiting = self.written.wait(waiting).unwrap_or_else(PoisonError::into_inner);
        }
        (!waiting.cursors.is_empty()).then(|| std::mem::take(&mut waiting.cursors))
    }
}

/// Starts the thread; it ends with the last handle to the database.
pub(super) fn start(notes: &Arc<Notes>, shared: &Arc<Shared>) {
    let (notes, shared) = (notes.clone(), Arc::downgrade(shared));
    std::thread::Builder::new()
        .name("hub-notes".to_owned())
        .spawn(move || run(&notes, &shared))
        .expect("the system starts one more thread");
}

fn run(notes: &Notes, shared: &Weak<Shared>) {
    while let Some(cursors) = notes.take() {
        let Some(shared) = shared.upgrade() else { return };
        let Ok(mut lease) = shared.take() else { continue };
        if lease.session().client().batch_execute(&statements(&cursors)).is_ok() {
            lease.give_back();
        }
        drop(shared);
        std::thread::sleep(PAUSE);
    }
}

/// In a transaction of its own: NOTIFY in that of the events would let the commits of all meetings wait
/// for one another. It asks for no flush: what it tells is durable, itself it need not be.
fn statements(cursors: &BTreeMap<MeetingId, u64>) -> String {
    let mut sql = "BEGIN; SET LOCAL synchronous_commit = off;".to_owned();
    for (meeting, cursor) in cursors {
        // Hex digits and a number.
        sql += &format!(" NOTIFY {CHANNEL}, '{}';", message(*meeting, *cursor));
    }
    sql + " COMMIT"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_several_commits_only_the_newest_is_told() {
        let notes = Notes::default();
        let (first, second) = (MeetingId([1; 16]), MeetingId([2; 16]));
        for (meeting, cursor) in [(first, 1), (second, 7), (first, 2), (first, 3)] {
            notes.write(meeting, cursor);
        }
        let told = notes.take().unwrap();
        assert_eq!(told, BTreeMap::from([(first, 3), (second, 7)]));
        assert_eq!(statements(&told).matches("NOTIFY").count(), 2);
        notes.end();
        assert_eq!(notes.take(), None);
    }
}
