//! One salesperson's dealers come together: who of them is here is ticked, and their badges come out in one batch at a chosen
//! printer. Decides no rule and draws nothing.

pub mod adapter;
#[cfg(test)]
mod tests;
pub mod view;

use super::Venue;
use crate::screens::search::letters::{found_at, plain};
use domain::meeting::{Badge, PrinterAt};
use domain::{Command, GuestId, Meeting, PrinterId, SalespersonId};
use std::collections::BTreeSet;

/// Letters of a search.
const MOST_TYPED: usize = 40;

/// What a person does.
#[derive(Debug, Clone, PartialEq)]
pub enum Touch {
    Typed(String),
    /// The line under the keys, up or down.
    Step(i8),
    /// The line of a salesperson is opened, or a guest is ticked; none: the one under the keys.
    Pick(Option<usize>),
    /// Ticks whoever is not here yet, or nobody.
    All(bool),
    /// The next of the printers that can.
    NextPrinter,
    CheckIn,
    Back,
}

/// What comes of a touch.
#[derive(Debug, PartialEq)]
pub enum Outcome {
    Nothing,
    Submit(Box<Command>),
    Leave,
}

/// A group that is looked for, ticked, or printed.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Group {
    typed: String,
    at: usize,
    salesperson: Option<SalespersonId>,
    ticked: BTreeSet<GuestId>,
    /// Among the printers that can; the first at the beginning.
    printer: Option<PrinterId>,
    /// Those of the last batch, while they come out.
    batch: Vec<GuestId>,
    waiting: Option<Vec<GuestId>>,
    /// Grows when the keys are to go to the search line, or away from it.
    wanted: u32,
}

impl Group {
    /// A salesperson is chosen by name; one whose code was scanned is open at once.
    pub fn open(salesperson: Option<SalespersonId>) -> Group {
        Group { salesperson, wanted: 1, ..Group::default() }
    }

    pub fn touch(&mut self, touch: Touch, venue: &Venue) -> Outcome {
        match touch {
            Touch::Typed(words) => {
                (self.typed, self.at) =
                    (words.chars().filter(|letter| !letter.is_control()).take(MOST_TYPED).collect(), 0);
            }
            Touch::Step(by) => {
                let most = self.lines(venue).saturating_sub(1);
                self.at = self.at.saturating_add_signed(by.into()).min(most);
            }
            Touch::Pick(line) => self.pick(line.unwrap_or(self.at), venue.meeting),
            Touch::All(all) => {
                let open = self.people(venue.meeting).into_iter().filter(|guest| can_come(*guest, venue.meeting));
                self.ticked = if all { open.collect() } else { BTreeSet::new() };
            }
            Touch::NextPrinter => self.next_printer(venue),
            Touch::CheckIn => return self.check_in(venue),
            Touch::Back if self.salesperson.is_none() => return Outcome::Leave,
            Touch::Back => *self = Group { wanted: self.wanted + 1, printer: self.printer.take(), ..Group::default() },
        }
        Outcome::Nothing
    }

    fn lines(&self, venue: &Venue) -> usize {
        match self.salesperson {
            None => self.salespeople(venue.meeting).len(),
            Some(_) => self.people(venue.meeting).len(),
        }
    }

    fn pick(&mut self, line: usize, meeting: &Meeting) {
        self.at = line;
        match self.salesperson {
            None => {
                let Some(salesperson) = self.salespeople(meeting).into_iter().nth(line) else { return };
                let printer = self.printer.take();
                *self = Group { salesperson: Some(salesperson), wanted: self.wanted + 1, printer, ..Group::default() };
            }
            Some(_) => {
                let guest = self.people(meeting).get(line).copied().filter(|guest| can_come(*guest, meeting));
                if let Some(guest) = guest.filter(|guest| !self.ticked.remove(guest)) {
                    self.ticked.insert(guest);
                }
            }
        }
    }

    /// Those whose name or code fits, who look after somebody.
    fn salespeople(&self, meeting: &Meeting) -> Vec<SalespersonId> {
        let typed = plain(&self.typed);
        let fits = |person: &&domain::config::Salesperson| {
            typed.is_empty()
                || found_at(&plain(&person.name), &typed).is_some()
                || person.id.as_str().eq_ignore_ascii_case(self.typed.trim())
        };
        meeting.config().salespeople.iter().filter(fits).map(|person| person.id.clone()).collect()
    }

    /// Everybody of the salesperson's parties, a party together.
    fn people(&self, meeting: &Meeting) -> Vec<GuestId> {
        let Some(salesperson) = &self.salesperson else { return Vec::new() };
        let parties = meeting.households_of(salesperson).into_iter();
        parties.flat_map(|household| meeting.guests_of(domain::event::Party::Household(household))).collect()
    }

    /// The printer that was chosen, as long as it can; else the first that can.
    fn printer(&self, venue: &Venue) -> Option<PrinterAt> {
        let able = venue.own.map(|own| venue.meeting.printers_from(own)).unwrap_or_default();
        let chosen = able.iter().find(|printer| Some(&printer.printer) == self.printer.as_ref()).cloned();
        chosen.or(able.into_iter().next())
    }

    fn next_printer(&mut self, venue: &Venue) {
        let able = venue.own.map(|own| venue.meeting.printers_from(own)).unwrap_or_default();
        let now = self.printer(venue).map(|printer| printer.printer);
        let at = able.iter().position(|printer| Some(&printer.printer) == now.as_ref()).unwrap_or(0);
        self.printer = (!able.is_empty()).then(|| able[(at + 1) % able.len()].printer.clone());
    }

    fn check_in(&mut self, venue: &Venue) -> Outcome {
        let Some(salesperson) = self.salesperson.clone() else { return Outcome::Nothing };
        let people = self.people(venue.meeting).into_iter();
        let present: Vec<GuestId> =
            people.filter(|guest| self.ticked.contains(guest) && can_come(*guest, venue.meeting)).collect();
        if present.is_empty() {
            return Outcome::Nothing;
        }
        self.waiting = Some(present.clone());
        let printer = self.printer(venue).map(|printer| printer.printer);
        Outcome::Submit(Box::new(Command::CheckInGroup { salesperson, present, unlisted: Vec::new(), printer }))
    }

    /// The answer to the last command.
    pub fn answered(&mut self, stands: bool) {
        if let Some(present) = self.waiting.take().filter(|_| stands) {
            self.batch = present;
            self.ticked.clear();
        }
    }

    /// The newest copy of each of the last batch.
    fn badges(&self, meeting: &Meeting) -> Vec<Badge> {
        let newest = |guest: &GuestId| meeting.badges_of(*guest).into_iter().max_by_key(|badge| badge.copy);
        self.batch.iter().filter_map(newest).collect()
    }
}

/// Neither here nor cancelled.
fn can_come(guest: GuestId, meeting: &Meeting) -> bool {
    !meeting.is_present(guest) && !meeting.is_cancelled(guest)
}
