//! The search line of a desk: what is typed, what fits, and which of it is under the keys.

use super::Venue;
use crate::screens::search::{self, By, Hit, Hits};
use domain::event::Party;

/// Lines that are shown; who is not among them is found by typing more.
const MOST_LINES: usize = 50;

/// What a person does with it.
#[derive(Debug, Clone, PartialEq)]
pub enum Touch {
    Typed(String),
    Step(i8),
    Open(usize),
    Leave,
}

/// The search, while something is typed.
#[derive(Debug, Default)]
pub struct Finder {
    typed: String,
    at: usize,
    hits: Hits,
    /// The log that the hits were made from.
    folded: u64,
}

/// What the search shows.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FinderView {
    pub typed: String,
    pub found: Vec<HitLine>,
    pub count: usize,
    pub chosen: Option<usize>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct HitLine {
    pub title: String,
    /// The party, when the title is a person's.
    pub firm: String,
    pub table: String,
    pub by: By,
    pub here: bool,
}

impl Finder {
    pub fn is_open(&self) -> bool {
        !self.typed.is_empty()
    }

    pub fn typed(&self) -> &str {
        &self.typed
    }

    pub fn clear(&mut self) {
        *self = Finder::default();
    }

    /// Takes a touch; answers with whom to open.
    pub fn touch(&mut self, touch: Touch, venue: &Venue) -> Option<Hit> {
        match touch {
            Touch::Typed(words) => (self.typed, self.at, self.folded) = (words, 0, u64::MAX),
            Touch::Step(by) => self.at = self.at.saturating_add_signed(isize::from(by)),
            Touch::Leave => self.clear(),
            Touch::Open(index) => {
                let hit = self.hits.best.get(index).cloned();
                if hit.is_some() {
                    self.clear();
                }
                return hit;
            }
        }
        self.look(venue);
        None
    }

    /// Searches again when the meeting has changed since.
    pub fn look(&mut self, venue: &Venue) {
        let folded = venue.meeting.folded();
        if !self.is_open() || self.folded == folded {
            return;
        }
        let hash = |figures: &str| venue.secrets.phone_hash(figures, venue.meeting);
        self.hits = search::search(venue.meeting, &self.typed, MOST_LINES, hash);
        self.at = self.at.min(self.hits.best.len().saturating_sub(1));
        self.folded = folded;
    }

    pub fn view(&self, venue: &Venue) -> FinderView {
        let found: Vec<HitLine> = self.hits.best.iter().filter_map(|hit| line(hit, venue)).collect();
        let chosen = Some(self.at).filter(|at| *at < found.len());
        FinderView { typed: self.typed.clone(), found, count: self.hits.count, chosen }
    }
}

fn line(hit: &Hit, venue: &Venue) -> Option<HitLine> {
    let meeting = venue.meeting;
    let guest = hit.guest.and_then(|guest| meeting.guest(guest));
    let name = match hit.party {
        Party::Household(household) => meeting.household(household)?.name.clone(),
        Party::Guest(guest) => meeting.guest(guest)?.organisation.clone(),
    };
    let here = match guest {
        Some(guest) => meeting.is_present(guest.id),
        None => meeting.guests_of(hit.party).into_iter().any(|guest| meeting.is_present(guest)),
    };
    let table = meeting.table_spot(hit.party).map(|spot| spot.label).unwrap_or_default();
    let (title, firm) = match guest {
        Some(guest) => (guest.name.clone(), name),
        None => (name, String::new()),
    };
    Some(HitLine { title, firm, table, by: hit.by, here })
}
