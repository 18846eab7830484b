//! Puts the page of the map together from what was computed. Decides nothing.

use super::reasons::{MOST_ELSEWHERE, MOST_LINES, Names, changes, elsewhere, of_party, party_line, sums, swap};
use super::seats::Seats;
use super::view::{Asked, Carried, MapPage, May, PartySide, PlanSide, Side};
use super::{Carry, Map, Question};
use crate::screens::rows::int;
use domain::config::{SeatingPreset, View};
use domain::event::Party;
use domain::seating::{Cost, Explanation};
use domain::{Command, Meeting, StaffId, TableId};
use std::sync::Arc;

impl Map {
    /// The page as `prepare` left it.
    pub fn page(&self, meeting: &Meeting, who: &StaffId, refused: ui::RefusedWhy, busy: bool) -> MapPage {
        let Some(seats) = self.seats() else { return MapPage::default() };
        let names = Names { meeting, seats };
        let place = |table: Option<TableId>| table.and_then(|table| seats.floor.place(&table));
        let finding = self.finding.as_ref();
        MapPage {
            rule: self.rule,
            tables: Arc::clone(&self.cells),
            areas: Arc::clone(&self.areas),
            width: seats.floor.width,
            depth: seats.floor.depth,
            table_size: seats.floor.table,
            tidy: seats.floor.tidy,
            chosen: place(self.chosen()),
            aim: place(self.carry.as_ref().and_then(|carry| carry.aim.clone())),
            reveal: self.reveal,
            finding: finding.is_some(),
            wanted: finding.map(|finding| finding.words.clone()).unwrap_or_default(),
            found: finding.map(|finding| finding.found.clone()).unwrap_or_default(),
            found_chosen: finding.map_or(0, |finding| finding.at),
            plan: self.plan(meeting, seats),
            side: self.side_page(&names),
            carried: self.carry.as_ref().and_then(|carry| self.carried(&names, carry)),
            asked: self.asked(&names),
            card: self.card.clone(),
            may: self.may(&names, who),
            refused,
            busy,
        }
    }

    fn may(&self, names: &Names, who: &StaffId) -> May {
        let undo = self.undo_of(who, names.meeting).map(|command| match &command {
            Command::MoveParties { moves, .. } if moves.len() <= 2 => {
                let first = moves.first();
                let who = first.map(|one| names.party(one.party)).unwrap_or_default();
                let table = first.map(|one| names.table(&one.to)).unwrap_or_default();
                ui::PlanLine { who: who.into(), table: table.into(), ..ui::PlanLine::default() }
            }
            _ => ui::PlanLine::default(),
        });
        May { weigh: true, replan: true, lock: true, print: true, undo }
    }

    fn side_page(&self, names: &Names) -> Side {
        match &self.side {
            super::Side::Plan => Side::Plan,
            super::Side::Table(table) => self.table_side(names, table),
            super::Side::Unseated => {
                let unseated = names.seats.unseated().map(|party| party_line(names, party));
                Side::Unseated { parties: unseated.collect() }
            }
            super::Side::Party(party) => Side::Party(Box::new(self.party_side(names, *party))),
        }
    }

    fn plan(&self, meeting: &Meeting, seats: &Seats) -> PlanSide {
        let shown: Vec<ui::PlanLine> = self.lines.iter().take(MOST_LINES).cloned().collect();
        let heads = |of: fn(&super::seats::TableSum) -> u16| {
            int(seats.tables.iter().map(|sum| u64::from(of(sum))).sum::<u64>())
        };
        PlanSide {
            chairs: int(seats.hall.question.tables.iter().map(|table| u64::from(table.places)).sum::<u64>()),
            heads: heads(super::seats::TableSum::heads),
            present: heads(|sum| sum.present),
            told: heads(|sum| sum.told),
            without_table: int(seats.unseated().count()),
            free_tables: int(seats.tables.iter().filter(|sum| sum.parties.is_empty()).count()),
            has_plan: seats.tables.iter().any(|sum| !sum.parties.is_empty()),
            unpriced: seats.room.is_none(),
            points: int(seats.cost.total()),
            sums: sums(&seats.cost, &Cost::default()),
            more_lines: int(self.lines.len().saturating_sub(shown.len())),
            lines: Arc::new(shown),
            preset: match meeting.seating_preset() {
                SeatingPreset::AsInFile => ui::MapPreset::AsInFile,
                SeatingPreset::RivalsFirst => ui::MapPreset::RivalsFirst,
                SeatingPreset::SalespeopleFirst => ui::MapPreset::SalespeopleFirst,
                SeatingPreset::HonourFirst => ui::MapPreset::HonourFirst,
            },
        }
    }

    fn table_side(&self, names: &Names, table: &TableId) -> Side {
        let (Some(now), Some(sum)) = (names.meeting.table(table), names.seats.table(table)) else {
            return Side::default();
        };
        let facts = ui::TableFacts {
            id: table.as_str().into(),
            label: now.table.label.as_str().into(),
            zone: now.table.zone.as_str().into(),
            row: int(now.table.row),
            seats: int(now.places()),
            present: int(sum.present),
            told: int(sum.told),
            planned: int(sum.planned),
            blocked_view: now.table.view == View::Blocked,
            step_free: now.table.step_free,
            wheelchair_spaces: int(now.table.wheelchair_spaces),
        };
        Side::Table { facts, parties: sum.parties.iter().map(|party| party_line(names, *party)).collect() }
    }

    fn party_side(&self, names: &Names, party: Party) -> PartySide {
        let Some(number) = names.seats.hall.number_of(party) else { return PartySide::default() };
        let mut side =
            PartySide { party: party_line(names, number), reasons: of_party(names, number), ..PartySide::default() };
        if let Some(why) = self.explanation(party) {
            side.elsewhere = why.elsewhere.iter().take(MOST_ELSEWHERE).map(|one| elsewhere(names, one)).collect();
            side.blocked = int(why.elsewhere.iter().filter(|one| !one.is_possible()).count());
            side.swap = swap(names, why);
        }
        side
    }

    fn explanation(&self, party: Party) -> Option<&Explanation> {
        self.why.as_ref().filter(|why| why.party == party)?.answer.as_ref()
    }

    fn carried(&self, names: &Names, carry: &Carry) -> Option<Carried> {
        let number = names.seats.hall.number_of(carry.party)?;
        let aim = carry.aim.as_ref().map(|table| {
            let why = self.explanation(carry.party);
            let at = names.seats.hall.table_number(table);
            match why.and_then(|why| why.elsewhere.iter().find(|one| Some(one.table) == at)) {
                Some(one) => (elsewhere(names, one), changes(&one.change)),
                // Where they are already.
                None => {
                    let line = ui::Elsewhere {
                        id: table.as_str().into(),
                        table: names.table(table).into(),
                        ..ui::Elsewhere::default()
                    };
                    (line, Vec::new())
                }
            }
        });
        Some(Carried { party: party_line(names, number), aim })
    }

    fn asked(&self, names: &Names) -> Asked {
        match &self.question {
            None => Asked::Nothing,
            Some(Question::WhyMoved { party, to, .. }) => {
                let number = names.seats.hall.number_of(*party);
                let who = number.map(|number| party_line(names, number)).unwrap_or_default();
                Asked::WhyMoved { who: Box::new(who), table: names.table(to) }
            }
            Some(Question::Close(_)) => Asked::Close,
            Some(Question::Merge { with, seats, .. }) => {
                let with: Vec<String> = with.iter().map(|table| names.table(table)).collect();
                Asked::Merge { with: with.join(" · "), seats: *seats }
            }
            Some(Question::Renumber(_)) => Asked::Renumber,
            Some(Question::Add(_)) => Asked::Add,
            Some(Question::ReplanRunning(_)) => Asked::ReplanRunning,
            Some(Question::Replan(offer)) => offer.asked(),
            Some(Question::ReplanFailed(fault)) => Asked::ReplanFailed(*fault),
        }
    }
}
