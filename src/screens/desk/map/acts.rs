//! What is done with tables and with the weights of the plan, what is asked first, and how the last act is taken back.

use super::{Last, MOST_SEATS, MOST_TYPED, Map, MapAct, Outcome, Question, Side, TAKEN_BACK};
use crate::screens::desk::Venue;
use domain::config::{SeatingPreset, Table};
use domain::{Command, Meeting, StaffId, TableId};
use std::collections::BTreeSet;

impl Map {
    pub(super) fn act(&mut self, act: MapAct, who: &StaffId, venue: &Venue) -> Outcome {
        if self.carry.is_some() || self.question.is_some() {
            return Outcome::Nothing;
        }
        match act {
            MapAct::Swap => return self.swap(venue),
            MapAct::Lock => return self.lock(venue.meeting),
            MapAct::Undo => return self.undo(who, venue.meeting),
            MapAct::Replan => self.begin_replan(venue),
            MapAct::Close => self.ask(Question::Close),
            MapAct::Merge => self.ask(|table| {
                let seats = chairs_together(&table, &BTreeSet::new(), venue.meeting);
                Question::Merge { into: table, with: BTreeSet::new(), seats }
            }),
            MapAct::Renumber => self.ask(Question::Renumber),
            MapAct::Add => self.ask(Question::Add),
            MapAct::Print => {
                if let Side::Table(table) = &self.side {
                    return Outcome::Print(table.clone());
                }
            }
        }
        Outcome::Nothing
    }

    pub(super) fn ask(&mut self, question: impl FnOnce(TableId) -> Question) {
        if let Side::Table(table) = &self.side {
            self.question = Some(question(table.clone()));
        }
    }

    pub(super) fn seats_by(&mut self, by: i8) {
        if let Some(Question::Merge { seats, .. }) = &mut self.question {
            *seats = seats.saturating_add_signed(by.into()).clamp(1, MOST_SEATS);
        }
    }

    pub(super) fn typed(&mut self, words: &str, venue: &Venue) -> Outcome {
        let words: String = words.trim().chars().filter(|letter| !letter.is_control()).take(MOST_TYPED).collect();
        if words.is_empty() {
            return Outcome::Nothing;
        }
        match &self.question {
            Some(Question::WhyMoved { party, to, with }) => {
                let (party, to, with) = (*party, to.clone(), *with);
                self.move_to(party, to, with, words)
            }
            Some(Question::Renumber(table)) => {
                let command = Command::RenumberTable { table: table.clone(), label: words };
                let before = venue.meeting.table(table).map(|now| now.table.label.clone());
                self.next_last = before.map(|label| Last::Renumber(table.clone(), label));
                self.then = Some(self.side.clone());
                Outcome::Do(Box::new(command))
            }
            Some(Question::Add(beside)) => {
                let Some(table) = self.another(beside, words, venue.meeting) else { return Outcome::Nothing };
                self.then = Some(Side::Table(table.id.clone()));
                self.next_last = Some(Last::Add(table.id.clone()));
                Outcome::Do(Box::new(Command::AddTable { table }))
            }
            Some(_) | None => Outcome::Nothing,
        }
    }

    pub(super) fn yes(&mut self) -> Outcome {
        match &self.question {
            Some(Question::Close(table)) => {
                (self.then, self.next_last) = (Some(Side::Plan), Some(Last::Close(table.clone())));
                Outcome::Do(Box::new(Command::CloseTable { table: table.clone() }))
            }
            Some(Question::Merge { into, with, seats }) if !with.is_empty() => {
                (self.then, self.next_last) = (Some(Side::Table(into.clone())), Some(Last::Merge(into.clone())));
                let merged = with.iter().cloned().collect();
                Outcome::Do(Box::new(Command::MergeTables { into: into.clone(), merged, seats: *seats }))
            }
            Some(Question::Replan(_)) => self.adopt(),
            Some(Question::ReplanFailed(_)) => {
                self.question = None;
                Outcome::Nothing
            }
            Some(_) | None => Outcome::Nothing,
        }
    }

    pub(super) fn weigh(&mut self, preset: SeatingPreset) -> Outcome {
        if self.question.is_some() {
            Outcome::Nothing
        } else {
            Outcome::Do(Box::new(Command::ChooseWeights { preset }))
        }
    }

    /// The command that takes the last act back; none when there is none, or it was overtaken.
    pub(super) fn undo_of(&self, who: &StaffId, meeting: &Meeting) -> Option<Command> {
        match &self.last {
            Some(Last::Close(table)) => {
                let closed = meeting.table(table).is_some_and(|now| now.closed.is_some());
                closed.then(|| Command::ReopenTable { table: table.clone() })
            }
            Some(Last::Renumber(table, label)) => {
                let open = meeting.table(table).is_some_and(|now| now.is_open() && now.table.label != *label);
                open.then(|| Command::RenumberTable { table: table.clone(), label: label.clone() })
            }
            Some(Last::Merge(into)) => {
                let together =
                    meeting.table(into).is_some_and(|now| now.is_open()) && !meeting.put_together(into).is_empty();
                together.then(|| Command::PartTables { from: into.clone() })
            }
            // Nobody sits at it yet.
            Some(Last::Add(table)) => {
                let empty =
                    meeting.table(table).is_some_and(|now| now.is_open()) && meeting.parties_at(table).is_empty();
                empty.then(|| Command::CloseTable { table: table.clone() })
            }
            Some(Last::Move) | None => meeting.undo_of_last_move(who, TAKEN_BACK),
        }
    }

    pub(super) fn undo(&mut self, who: &StaffId, meeting: &Meeting) -> Outcome {
        let Some(command) = self.undo_of(who, meeting) else { return Outcome::Nothing };
        let then = match (&command, &self.last) {
            (Command::MoveParties { moves, .. }, _) => moves.first().map(|one| Side::Party(one.party)),
            (_, Some(Last::Close(table) | Last::Renumber(table, _) | Last::Merge(table))) => {
                Some(Side::Table(table.clone()))
            }
            (_, Some(Last::Move | Last::Add(_)) | None) => None,
        };
        (self.then, self.next_last) = (then.or(Some(Side::Plan)), None);
        Outcome::Do(Box::new(command))
    }

    /// A table like its neighbour, beside it. Its code is its number, so that two desks do not add it twice.
    fn another(&self, beside: &TableId, label: String, meeting: &Meeting) -> Option<Table> {
        let like = &meeting.table(beside)?.table;
        let step = self.seats().map_or(0, |seats| (seats.floor.table * 1.1) as i32);
        let placed = (like.x_cm, like.y_cm) != (0, 0);
        let (x_cm, y_cm) = if placed { (like.x_cm + step, like.y_cm) } else { (0, 0) };
        Some(Table { id: TableId::new(&format!("added-{label}")), label, x_cm, y_cm, ..like.clone() })
    }
}

/// Chairs when these are pushed together.
pub(super) fn chairs_together(into: &TableId, with: &BTreeSet<TableId>, meeting: &Meeting) -> u16 {
    let all = std::iter::once(into).chain(with);
    let chairs = all.filter_map(|table| meeting.table(table)).map(|now| now.table.seats).sum::<u16>();
    chairs.clamp(1, MOST_SEATS)
}
