//! From one table to another: who is picked up, what is aimed at, and the command when it is let go. A swap, and a lock.

use super::{Carry, Last, MOVED_ON_THE_MAP, Map, Outcome, Question, Side, Why};
use crate::screens::desk::Venue;
use domain::event::{Party, PartyMove};
use domain::{Command, Meeting, TableId};

impl Map {
    pub(super) fn pick_up(&mut self, party: Option<Party>, busy: bool) {
        let chosen = match &self.side {
            Side::Party(party) => Some(*party),
            Side::Plan | Side::Table(_) | Side::Unseated => None,
        };
        let Some(party) = party.or(chosen) else { return };
        let known = self.seats().is_some_and(|seats| seats.hall.number_of(party).is_some());
        if known && !busy && self.question.is_none() {
            (self.carry, self.finding) = (Some(Carry { party, aim: None }), None);
        }
    }

    pub(super) fn aim(&mut self, table: Option<TableId>) {
        let seats = self.seats.as_ref();
        let table = table.filter(|table| seats.is_some_and(|seats| seats.floor.place(table).is_some()));
        if let Some(carry) = &mut self.carry {
            carry.aim = table;
        }
    }

    /// Who knows a table is moved with a reason only, and so is who breaks a rule there.
    pub(super) fn put_down(&mut self, venue: &Venue, busy: bool) -> Outcome {
        let Some(Carry { party, aim: Some(to) }) = self.carry.clone() else { return Outcome::Nothing };
        if busy || self.question.is_some() {
            return Outcome::Nothing;
        }
        if self.table_of(party).as_ref() == Some(&to) {
            self.carry = None;
            return Outcome::Nothing;
        }
        if venue.meeting.is_told(party) || !self.is_free(party, &to) {
            self.question = Some(Question::WhyMoved { party, to, with: None });
            return Outcome::Nothing;
        }
        self.move_to(party, to, None, MOVED_ON_THE_MAP.to_owned())
    }

    pub(super) fn is_free(&self, party: Party, to: &TableId) -> bool {
        let Some(Why { party: of, answer: Some(why) }) = &self.why else { return false };
        let number = self.seats().and_then(|seats| seats.hall.table_number(to));
        *of == party && why.elsewhere.iter().any(|one| Some(one.table) == number && one.is_possible())
    }

    /// To another table, or to and fro with somebody who sits there. Where a rule is broken on a person's word, that rule
    /// is not asked.
    pub(super) fn move_to(&mut self, party: Party, to: TableId, with: Option<Party>, reason: String) -> Outcome {
        let from = self.table_of(party);
        (self.then, self.next_last) = (Some(Side::Party(party)), Some(Last::Move));
        if with.is_none() && !self.is_free(party, &to) {
            return Outcome::Do(Box::new(Command::MoveSeat { party, to, reason }));
        }
        let back = with.zip(from.clone()).map(|(party, from)| PartyMove { party, from: Some(to.clone()), to: from });
        let moves = std::iter::once(PartyMove { party, from, to }).chain(back).collect();
        Outcome::Do(Box::new(Command::MoveParties { moves, told_too: true, reason, undoes: None }))
    }

    pub(super) fn swap(&mut self, venue: &Venue) -> Outcome {
        let Side::Party(party) = self.side else { return Outcome::Nothing };
        let why = self.why.as_ref().filter(|why| why.party == party).and_then(|why| why.answer.as_ref());
        let Some(swap) = why.and_then(|why| why.best_swap.as_ref()) else { return Outcome::Nothing };
        let seats = self.seats();
        let other = seats.and_then(|seats| Some((seats.party(swap.with)?, seats.table_id(swap.table)?.clone())));
        let Some((with, to)) = other else { return Outcome::Nothing };
        if venue.meeting.is_told(party) || venue.meeting.is_told(with) {
            self.question = Some(Question::WhyMoved { party, to, with: Some(with) });
            return Outcome::Nothing;
        }
        self.move_to(party, to, Some(with), MOVED_ON_THE_MAP.to_owned())
    }

    pub(super) fn lock(&mut self, meeting: &Meeting) -> Outcome {
        let Side::Party(party) = self.side else { return Outcome::Nothing };
        if self.table_of(party).is_none() {
            return Outcome::Nothing;
        }
        Outcome::Do(Box::new(Command::LockSeat { party, locked: !meeting.is_seat_locked(party) }))
    }
}
