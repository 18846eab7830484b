//! What the store lent to the crew: banners, samples, tablets; what is still out stands first.

use super::{Counter, Venue};
use crate::screens::search::letters::{found_at, plain};
use domain::Meeting;
use domain::event::Crew;
use domain::meeting::Material;

/// Things that are shown.
const MOST_SHOWN: usize = 200;

#[derive(Debug, Clone, PartialEq)]
pub struct MaterialRow {
    pub item: String,
    pub quantity: u32,
    /// How many are not back.
    pub out: u32,
    /// Who answers for it.
    pub to: String,
    pub since: String,
    pub chosen: bool,
}

/// What is out, then what is back; the newest first.
pub(super) fn lent(meeting: &Meeting) -> Vec<&Material> {
    let mut lent = meeting.materials();
    lent.sort_by_key(|material| (material.out() == 0, std::cmp::Reverse(material.stamp.order)));
    lent.truncate(MOST_SHOWN);
    lent
}

/// Whoever of the crew fits best what is typed: name, initials or id.
pub(super) fn person(typed: &str, meeting: &Meeting) -> Option<Crew> {
    let config = meeting.config();
    let staff = config.staff.iter().map(|staff| (Crew::Staff(staff.id.clone()), &staff.name, staff.id.as_str()));
    let sales = config.salespeople.iter().map(|one| (Crew::Sales(one.id.clone()), &one.name, one.id.as_str()));
    let typed = plain(typed);
    let place = |name: &str, id: &str| found_at(&plain(name), &typed).or_else(|| found_at(&plain(id), &typed));
    let fitting = staff.chain(sales).filter_map(|(crew, name, id)| Some((place(name, id)?, name, crew)));
    fitting.min_by_key(|(place, name, _)| (*place, name.chars().count(), (*name).clone())).map(|(_, _, crew)| crew)
}

pub(super) fn name_of(crew: &Crew, meeting: &Meeting) -> String {
    match crew {
        Crew::Staff(id) => meeting.staff(id).map_or_else(|| id.to_string(), |staff| staff.name.clone()),
        Crew::Sales(id) => meeting.salesperson(id).map_or_else(|| id.to_string(), |one| one.name.clone()),
    }
}

impl Counter {
    pub(super) fn material_rows(&self, venue: &Venue) -> Vec<MaterialRow> {
        let row = |material: &&Material| MaterialRow {
            item: material.issued.item.clone(),
            quantity: material.issued.quantity,
            out: material.out(),
            to: name_of(&material.issued.to, venue.meeting),
            since: venue.time.clock(material.stamp.at.0),
            chosen: self.issue == Some(material.issued.issue),
        };
        if self.on_store { lent(venue.meeting).iter().map(row).collect() } else { Vec::new() }
    }

    /// The thing under the keys, as far as it is not back.
    pub(super) fn lent_thing<'a>(&self, meeting: &'a Meeting) -> Option<&'a Material> {
        self.issue.and_then(|issue| meeting.material(issue)).filter(|material| material.out() > 0)
    }
}
