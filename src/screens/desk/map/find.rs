//! The search field of the map: tables by their number, people and firms by name and initials. Jumps to what is chosen.

use super::reasons::{Names, party_id, party_of};
use super::{Map, Question, Side};
use crate::screens::desk::Venue;
use crate::screens::search::letters::plain;
use crate::screens::search::{By, Hit, search};
use domain::{Meeting, TableId};

/// Lines of what is found.
const MOST_FOUND: usize = 8;
/// Letters of what is looked for.
const MOST_LETTERS: usize = 40;

/// What is looked for, and what answers it.
#[derive(Debug, Clone)]
pub struct Finding {
    pub words: String,
    pub found: Vec<ui::FoundLine>,
    pub at: usize,
}

impl Map {
    pub(super) fn find(&mut self, words: &str, venue: &Venue) {
        if words.trim().is_empty() {
            self.finding = None;
            return;
        }
        let words: String = words.chars().take(MOST_LETTERS).collect();
        let mut found = tables(venue.meeting, &words);
        if let Some(seats) = self.seats() {
            let names = Names { meeting: venue.meeting, seats };
            let hash = |figures: &str| venue.secrets.phone_hash(figures, venue.meeting);
            // A table is a line of its own.
            let people =
                search(venue.meeting, &words, 2 * MOST_FOUND, hash).best.into_iter().filter(|hit| hit.by != By::Table);
            let room = MOST_FOUND.saturating_sub(found.len());
            found.extend(people.take(room).map(|hit| self.line(&names, &hit)));
        }
        self.finding = Some(Finding { words, found, at: 0 });
    }

    fn line(&self, names: &Names, hit: &Hit) -> ui::FoundLine {
        let table = self.table_of(hit.party).map(|table| names.table(&table)).unwrap_or_default();
        let firm = names.party(hit.party);
        let person = hit.guest.and_then(|guest| names.meeting.guest(guest)).map(|guest| guest.name.clone());
        let (who, firm) = match person {
            Some(person) if person != firm => (person, firm),
            Some(_) | None => (firm, String::new()),
        };
        ui::FoundLine {
            id: party_id(hit.party).into(),
            who: who.into(),
            firm: firm.into(),
            table: table.into(),
            is_table: false,
        }
    }

    pub(super) fn find_step(&mut self, by: i8) {
        if let Some(finding) = &mut self.finding {
            let last = finding.found.len().saturating_sub(1);
            finding.at = finding.at.saturating_add_signed(by.into()).min(last);
        }
    }

    /// Jumps there: to the table, or to the party; who is carried is held over that table.
    pub(super) fn found(&mut self, id: Option<&str>) {
        let Some(finding) = &self.finding else { return };
        let marked = || finding.found.get(finding.at).map(|line| line.id.to_string());
        let Some(id) = id.map(str::to_owned).or_else(marked) else { return };
        self.finding = None;
        let table = id.strip_prefix('t').map(TableId::new);
        match (table, party_of(&id)) {
            (Some(table), _) if self.carry.is_some() => {
                self.aim(Some(table));
                self.reveal += 1;
            }
            (Some(_), _) if matches!(self.question, Some(Question::Merge { .. })) => {}
            (Some(table), _) => self.show(Side::Table(table)),
            (None, Some(party)) if self.carry.is_some() => {
                self.aim(self.table_of(party));
                self.reveal += 1;
            }
            (None, Some(party)) => self.show_party(party),
            (None, None) => {}
        }
    }
}

/// The table of that number first, then those that begin with it.
fn tables(meeting: &Meeting, wanted: &str) -> Vec<ui::FoundLine> {
    let wanted: String = plain(wanted).into_iter().collect();
    if wanted.is_empty() {
        return Vec::new();
    }
    let open = meeting.tables().filter(|now| now.is_open());
    let mut answers: Vec<(bool, String, String)> = open
        .filter_map(|now| {
            let label: String = plain(&now.table.label).into_iter().collect();
            label.starts_with(&wanted).then(|| (label != wanted, now.table.label.clone(), format!("t{}", now.table.id)))
        })
        .collect();
    answers.sort_by_key(|(longer, label, _)| (*longer, label.len(), label.clone()));
    let line = |(_, label, id): (bool, String, String)| ui::FoundLine {
        id: id.into(),
        table: label.into(),
        is_table: true,
        ..ui::FoundLine::default()
    };
    answers.into_iter().take(MOST_FOUND / 2).map(line).collect()
}
