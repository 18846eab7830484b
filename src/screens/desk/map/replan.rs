//! A better plan for those who are not here yet: looked for on a thread of its own, shown with what it changes, adopted on a
//! word. What the meeting has overtaken meanwhile is dropped.

use super::reasons::changes;
use super::view::Asked;
use super::{Map, Outcome, Question, Side};
use crate::screens::desk::Venue;
use crate::screens::rows::int;
use domain::event::PartyMove;
use domain::meeting::{Replan, Replanned};
use domain::seating::{CHAINS, Cost, check};
use domain::{Command, Meeting, UnixMillis};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Written down with the moves.
const REPLANNED: &str = "re-planned on the map";

/// A search to be made elsewhere; its answer comes back with its number.
pub struct Job {
    pub number: u64,
    replan: Box<Replan>,
    cancelled: Arc<AtomicBool>,
}

impl Job {
    /// The answer; none when it is not wanted any more. Takes seconds.
    pub fn work(&self) -> Option<Replanned> {
        let search = self.replan.usual_search();
        let mut chains = Vec::new();
        for number in 0..CHAINS {
            if self.cancelled.load(Ordering::Relaxed) {
                return None;
            }
            chains.push(self.replan.chain(&search, number));
        }
        Some(self.replan.best(chains))
    }
}

/// A search that goes on; it ends when nobody waits for it any more.
#[derive(Debug)]
pub struct Running {
    number: u64,
    cancelled: Arc<AtomicBool>,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }
}

/// A plan that may be adopted.
#[derive(Debug)]
pub struct Offer {
    moves: Vec<PartyMove>,
    before: Cost,
    after: Cost,
}

impl Map {
    /// Begins the search.
    pub(super) fn begin_replan(&mut self, venue: &Venue) {
        if self.carry.is_some() || self.question.is_some() {
            return;
        }
        let Ok(replan) = venue.meeting.replan(UnixMillis(venue.now_ms)) else {
            self.question = Some(Question::ReplanFailed(ui::ReplanFault::TooLarge));
            return;
        };
        let cancelled = Arc::new(AtomicBool::new(false));
        self.jobs += 1;
        let number = self.jobs;
        self.job = Some(Job { number, replan: Box::new(replan), cancelled: Arc::clone(&cancelled) });
        self.question = Some(Question::ReplanRunning(Running { number, cancelled }));
    }

    /// The search that shall begin, once.
    pub fn take_job(&mut self) -> Option<Job> {
        self.job.take()
    }

    /// The answer of a search; one that nobody waits for any more is dropped.
    pub fn replanned(&mut self, number: u64, answer: Option<Replanned>, meeting: &Meeting) {
        let awaited = matches!(&self.question, Some(Question::ReplanRunning(running)) if running.number == number);
        if !awaited {
            return;
        }
        self.look(meeting);
        self.question = match answer {
            None => None,
            Some(answer) if answer.moves.is_empty() && answer.broken_after > 0 => {
                Some(Question::ReplanFailed(ui::ReplanFault::Impossible))
            }
            Some(answer) if answer.moves.is_empty() => Some(Question::ReplanFailed(ui::ReplanFault::NoGain)),
            Some(answer) => Some(self.offer(answer.moves, meeting)),
        };
    }

    /// The plan as it stands against the hall of this moment.
    fn offer(&self, moves: Vec<PartyMove>, meeting: &Meeting) -> Question {
        let changed = Question::ReplanFailed(ui::ReplanFault::Changed);
        let Some(seats) = self.seats() else { return changed };
        let hall = &seats.hall;
        let mut plan = hall.plan.clone();
        for one in &moves {
            let (Some(party), Some(table)) = (hall.number_of(one.party), hall.table_number(&one.to)) else {
                return changed;
            };
            let free = !hall.known[usize::from(party)] && !meeting.is_seat_locked(one.party);
            if !free || seats.table_of(party) != one.from.as_ref() {
                return changed;
            }
            plan[usize::from(party)] = table;
        }
        let after = seats.room.as_ref().map(|room| check(room, &plan));
        match after {
            Some((after, breaks)) if (breaks.len(), after.total()) < (seats.breaks.len(), seats.cost.total()) => {
                Question::Replan(Offer { moves, before: seats.cost, after })
            }
            Some(_) | None => changed,
        }
    }

    /// What the meeting has become meanwhile may make an offer void.
    pub(super) fn refresh_offer(&mut self, meeting: &Meeting) {
        if let Some(Question::Replan(offer)) = &self.question {
            self.question = Some(self.offer(offer.moves.clone(), meeting));
        }
    }

    pub(super) fn adopt(&mut self) -> Outcome {
        let Some(Question::Replan(offer)) = &self.question else { return Outcome::Nothing };
        let (moves, reason) = (offer.moves.clone(), REPLANNED.to_owned());
        self.then = Some(Side::Plan);
        Outcome::Do(Box::new(Command::MoveParties { moves, told_too: false, reason, undoes: None }))
    }
}

impl Offer {
    pub fn asked(&self) -> Asked {
        Asked::Replan {
            moves: int(self.moves.len()),
            before: int(self.before.total()),
            after: int(self.after.total()),
            changes: changes(&(self.after - self.before)),
        }
    }
}
