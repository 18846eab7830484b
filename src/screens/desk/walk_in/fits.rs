//! Known firms and salespeople that fit what was typed. Reads the meeting, chooses nothing.

use crate::screens::desk::Venue;
use crate::screens::search::letters::{found_at, plain};
use domain::{DealerId, SalespersonId};

/// Lines that are shown; who is not among them is found by typing more.
const MOST: usize = 7;

/// The known firms that fit, the likeliest first.
pub fn firms(typed: &str, venue: &Venue) -> Vec<DealerId> {
    let known = venue.meeting.all_dealers().map(|dealer| (dealer.firm.as_str(), dealer.id));
    best(typed, known)
}

/// The salespeople who fit, by name or by code; nothing typed fits everybody.
pub fn salespeople(typed: &str, venue: &Venue) -> Vec<SalespersonId> {
    let all = &venue.meeting.config().salespeople;
    if plain(typed).is_empty() {
        return all.iter().take(MOST).map(|person| person.id.clone()).collect();
    }
    let by_name = best(typed, all.iter().map(|person| (person.name.as_str(), person.id.clone())));
    let by_code = all.iter().filter(|person| person.id.as_str().eq_ignore_ascii_case(typed.trim()));
    let mut found: Vec<SalespersonId> = by_code.map(|person| person.id.clone()).collect();
    found.extend(by_name.into_iter().filter(|id| !found.contains(id)).collect::<Vec<_>>());
    found.truncate(MOST);
    found
}

fn best<'a, T: Ord>(typed: &str, known: impl Iterator<Item = (&'a str, T)>) -> Vec<T> {
    let typed = plain(typed);
    let fitting = known.filter_map(|(name, id)| {
        let name = plain(name);
        Some((found_at(&name, &typed)?, name, id))
    });
    let mut fitting: Vec<_> = fitting.collect();
    fitting.sort();
    fitting.into_iter().take(MOST).map(|(_, _, id)| id).collect()
}
