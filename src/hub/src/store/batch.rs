//! One transaction of the hub: core decides, this writes down. Whoever runs it answers nobody before
//! COMMIT.

use std::cell::RefCell;

use rusqlite::{Error, OptionalExtension, Transaction, params};
use sync::ids::Key;
use sync::wire::{EnrolRequest, Problem, PushReply, PushRequest};
use sync::{Event, Hash, MeetingId, Position};

use super::open::random;
use crate::core::{AuthorError, Authored, Enrolled, Ledger, Numbered};
use crate::now_ms;

/// Evidence kept of forks in all; a clone that goes on pushing must not fill the disk.
const MAX_FORKS: i64 = 1_000;

pub(crate) struct Batch<'a> {
    transaction: &'a Transaction<'a>,
    ledger: &'a mut Ledger,
}

impl<'a> Batch<'a> {
    pub(super) fn new(transaction: &'a Transaction<'a>, ledger: &'a mut Ledger) -> Batch<'a> {
        Batch { transaction, ledger }
    }

    pub(crate) fn cursor(&self) -> u64 {
        self.ledger.cursor()
    }

    pub(crate) fn push(&mut self, request: &PushRequest) -> Result<Result<PushReply, Problem>, Error> {
        let (transaction, meeting) = (self.transaction, self.ledger.identity().meeting);
        let failed = RefCell::new(None);
        let stored = |position| {
            stored_hash(transaction, meeting, position).unwrap_or_else(|error| {
                failed.replace(Some(error));
                None
            })
        };
        let judged = self.ledger.push(request, stored, now_ms());
        if let Some(error) = failed.into_inner() {
            return Err(error);
        }
        let pushed = match judged {
            Ok(pushed) => pushed,
            Err(problem) => return Ok(Err(problem)),
        };
        self.insert(&pushed.append)?;
        if let Some(evidence) = &pushed.evidence {
            self.keep_evidence(evidence)?;
        }
        Ok(Ok(pushed.reply))
    }

    pub(crate) fn enrol(&mut self, request: &EnrolRequest) -> Result<Result<Enrolled, Problem>, Error> {
        match self.ledger.enrol(request, &mut random, now_ms()) {
            Ok((enrolled, append)) => {
                self.insert(&append)?;
                Ok(Ok(enrolled))
            }
            Err(problem) => Ok(Err(problem)),
        }
    }

    pub(crate) fn author(&mut self, events: Vec<Authored>) -> Result<Result<(), AuthorError>, Error> {
        match self.ledger.author(events, &mut random, now_ms()) {
            Ok(append) => self.insert(&append).map(Ok),
            Err(error) => Ok(Err(error)),
        }
    }

    pub(super) fn enrol_self(&mut self, key: Key) -> Result<(), Error> {
        let append = self.ledger.enrol_self(key, &mut random, now_ms());
        self.insert(&append.expect("the hub's own enrolment is short"))
    }

    fn insert(&self, append: &Numbered) -> Result<(), Error> {
        let mut statement = self.transaction.prepare_cached(
            "INSERT INTO events (meeting, cursor, device, epoch, seq, hash, event) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?;
        for (cursor, event) in append {
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
    }

    fn keep_evidence(&self, event: &Event) -> Result<(), Error> {
        tracing::warn!(position = %event.position(), hash = %event.hash(), "a chain has forked: two machines write one log");
        self.transaction.execute(
            "INSERT OR IGNORE INTO forks (meeting, device, epoch, seq, hash, event, seen_ms)
             SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7 WHERE (SELECT count(*) FROM forks WHERE meeting = ?1) < ?8",
            params![
                event.meeting_id.0,
                event.device_id.0,
                event.log_epoch.0,
                signed(event.seq),
                event.hash().0,
                event.bytes(),
                signed(now_ms()),
                MAX_FORKS,
            ],
        )?;
        Ok(())
    }
}

fn stored_hash(transaction: &Transaction<'_>, meeting: MeetingId, position: Position) -> Result<Option<Hash>, Error> {
    let mut statement = transaction
        .prepare_cached("SELECT hash FROM events WHERE meeting = ?1 AND device = ?2 AND epoch = ?3 AND seq = ?4")?;
    let found = statement
        .query_row(params![meeting.0, position.device.0, position.epoch.0, signed(position.seq)], |row| row.get(0))
        .optional()?;
    Ok(found.map(Hash))
}

/// Cursors and stored seqs count events, which are far fewer than 2^63.
fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
