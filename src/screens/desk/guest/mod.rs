//! A party's page: who of it is here, where it sits, its badges, and what may be done about whoever is ticked.
//! Decides no rule and draws nothing.

mod about;
pub mod adapter;
pub mod deeds;
#[cfg(test)]
mod tests;
pub mod view;

use super::Venue;
use super::walk_in::Said;
use deeds::{Next, Step};
use domain::event::Party;
use domain::{Command, GuestId, Meeting, StaffId, Unlisted};
use std::collections::BTreeSet;

/// Letters of a note.
const MOST_TYPED: usize = 200;

/// What a person does on the page.
#[derive(Debug, Clone, PartialEq)]
pub enum Touch {
    /// The line under the keys, up or down.
    Step(i8),
    /// Ticks a line, or takes its tick away.
    Tick(usize),
    TickHere,
    /// The deed as it was shown.
    Do(deeds::Deed),
    Typed(String),
    /// One more or one less who came without a name.
    Adults(i8),
    Children(i8),
    Back,
}

/// What comes of a touch.
#[derive(Debug, PartialEq)]
pub enum Outcome {
    Nothing,
    Submit(Box<Command>),
    /// A slip is opened, or a new one begun.
    Slip(Option<domain::SlipId>),
    /// What the party paid.
    Payments,
    /// Counts as one on the lock of the desk.
    WrongPin,
    /// The page is left.
    Leave,
}

/// The page of one party.
#[derive(Debug, Clone, PartialEq)]
pub struct Guest {
    pub party: Party,
    /// The person under the keys.
    at: Option<GuestId>,
    ticked: BTreeSet<GuestId>,
    /// What a deed still wants to know.
    next: Option<Next>,
    /// What is told first, until something is done.
    pub said: Option<Said>,
}

impl Guest {
    /// The page of a party; a person who was found is under the keys at once, and ticked when they are not here yet.
    pub fn open(meeting: &Meeting, party: Party, found: Option<GuestId>) -> Guest {
        let party = match party {
            Party::Household(household) => {
                Party::Household(meeting.household(household).map_or(household, |known| known.id))
            }
            Party::Guest(_) => party,
        };
        let people = meeting.guests_of(party);
        let at = found.filter(|guest| people.contains(guest)).or(people.first().copied());
        Guest { party, at, ticked: BTreeSet::new(), next: None, said: None }
    }

    pub fn touch(&mut self, touch: Touch, who: &StaffId, venue: &Venue) -> Outcome {
        match touch {
            Touch::Step(by) => self.step(by, venue.meeting),
            Touch::Tick(line) => {
                let people = venue.meeting.guests_of(self.party);
                people.get(line).iter().for_each(|guest| self.tick(**guest, venue.meeting));
            }
            Touch::TickHere => drop(self.at.map(|guest| self.tick(guest, venue.meeting))),
            Touch::Do(deed) => return self.act(&deed, who, venue),
            Touch::Typed(words) => return self.typed(&words, who, venue),
            Touch::Adults(by) => return self.count(by, 0, venue.meeting),
            Touch::Children(by) => return self.count(0, by, venue.meeting),
            Touch::Back if self.next.take().is_some() => {}
            Touch::Back if !self.ticked.is_empty() => self.ticked.clear(),
            Touch::Back => return Outcome::Leave,
        }
        Outcome::Nothing
    }

    /// What was done stands: nobody is ticked any more.
    pub fn done(&mut self) {
        self.ticked.clear();
        (self.next, self.said) = (None, None);
    }

    fn step(&mut self, by: i8, meeting: &Meeting) {
        let people = meeting.guests_of(self.party);
        let at = self.at.and_then(|guest| people.iter().position(|one| *one == guest)).unwrap_or(0);
        let at = at.saturating_add_signed(isize::from(by)).min(people.len().saturating_sub(1));
        self.at = people.get(at).copied();
        self.next = None;
    }

    fn tick(&mut self, guest: GuestId, meeting: &Meeting) {
        self.next = None;
        if meeting.is_cancelled(guest) || !meeting.guests_of(self.party).contains(&guest) {
            return;
        }
        self.at = Some(guest);
        if !self.ticked.remove(&guest) {
            self.ticked.insert(guest);
        }
    }

    /// Whom the deeds are about: whoever is ticked, else whoever is under the keys.
    fn about(&self, meeting: &Meeting) -> Vec<GuestId> {
        let people = meeting.guests_of(self.party).into_iter();
        match self.ticked.is_empty() {
            true => people.filter(|guest| Some(*guest) == self.at).collect(),
            false => people.filter(|guest| self.ticked.contains(guest)).collect(),
        }
    }

    fn act(&mut self, shown: &deeds::Deed, who: &StaffId, venue: &Venue) -> Outcome {
        let known = self.deeds(venue).into_iter().any(|deed| deed == *shown);
        if !known {
            return Outcome::Nothing;
        }
        deeds::step(shown.code, self, who, venue).map_or(Outcome::Nothing, |step| self.follow(step))
    }

    fn typed(&mut self, words: &str, who: &StaffId, venue: &Venue) -> Outcome {
        let words: String = words.trim().chars().filter(|letter| !letter.is_control()).take(MOST_TYPED).collect();
        let Some(next) = self.next.clone() else { return Outcome::Nothing };
        if words.is_empty() {
            return Outcome::Nothing;
        }
        deeds::answered(&next, words, self.party, who, venue).map_or(Outcome::Nothing, |step| self.follow(step))
    }

    fn follow(&mut self, step: Step) -> Outcome {
        match step {
            Step::Ask(next) => {
                let wrong = matches!(next, Next::Pin { wrong: true, .. });
                self.next = Some(next);
                if wrong { Outcome::WrongPin } else { Outcome::Nothing }
            }
            Step::Slip(slip) => Outcome::Slip(slip),
            Step::Payments => Outcome::Payments,
            Step::Do(command) => {
                self.next = None;
                Outcome::Submit(Box::new(command))
            }
        }
    }

    /// One more or one less who came without a name.
    fn count(&self, adults: i8, children: i8, meeting: &Meeting) -> Outcome {
        let Party::Household(household) = self.party else { return Outcome::Nothing };
        let Some(view) = meeting.household_view(household) else { return Outcome::Nothing };
        let adults = view.unlisted_adults.saturating_add_signed(adults);
        let children = view.children.saturating_add_signed(children);
        let unlisted = Unlisted { household, adults, children };
        Outcome::Submit(Box::new(Command::CountUnlisted(unlisted)))
    }
}
