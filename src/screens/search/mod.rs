//! Search as you type: over names, firms, ends of phone numbers, tables, badges and slips. Reads the meeting, keeps nothing.

pub mod letters;
#[cfg(test)]
mod tests;

use domain::event::Party;
use domain::meeting::Slip;
use domain::roster::Guest;
use domain::{GuestId, HouseholdId, Meeting, SlipId, TableId};
use letters::{found_at, plain};

/// Letters that are looked at.
const MOST_TYPED: usize = 60;
/// Figures of a phone number's end, at least.
const LEAST_PHONE_END: usize = 3;
/// Figures that may be a whole phone number.
const LEAST_PHONE: usize = 7;
/// Letters of a badge's or a slip's number, at least.
const LEAST_NUMBER: usize = 3;

/// By what somebody was found; the better first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum By {
    Phone,
    Badge,
    Slip,
    Table,
    NameBegins,
    FirmBegins,
    Name,
    Firm,
}

/// A party that fits, once, with the best of what fits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    pub party: Party,
    /// The person who was found, when it was one.
    pub guest: Option<GuestId>,
    /// The slip whose number was typed.
    pub slip: Option<SlipId>,
    pub by: By,
}

/// What was found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hits {
    /// The best of them first.
    pub best: Vec<Hit>,
    /// How many parties fit in all.
    pub count: usize,
}

/// One word of what was typed, in the forms in which it is compared.
struct Word {
    plain: Vec<char>,
    /// Upper case as typed, for numbers.
    number: String,
    figures: Option<String>,
    /// The hash of a whole phone number.
    phone: Option<String>,
    /// Whose slip's number it is part of.
    slips: Vec<(HouseholdId, SlipId)>,
}

/// Finds the parties that fit every word of what was typed, at most so many of them. `hash_phone` gives the meeting's
/// hash of a whole phone number.
pub fn search(meeting: &Meeting, typed: &str, most: usize, hash_phone: impl Fn(&str) -> Option<String>) -> Hits {
    let typed: String = typed.chars().take(MOST_TYPED).collect();
    let words: Vec<Word> = typed.split_whitespace().filter_map(|word| Word::of(word, meeting, &hash_phone)).collect();
    if words.is_empty() {
        return Hits::default();
    }
    let alone = meeting.guests().filter(|guest| guest.household.is_none()).map(|guest| Party::Guest(guest.id));
    let parties = meeting.households().map(|household| Party::Household(household.id)).chain(alone);
    let mut found: Vec<(Hit, String)> = parties.filter_map(|party| fits(meeting, party, &words)).collect();
    let count = found.len();
    found.sort_by(|(one, name), (other, named)| (one.by, name).cmp(&(other.by, named)));
    Hits { best: found.into_iter().take(most).map(|(hit, _)| hit).collect(), count }
}

impl Word {
    fn of(typed: &str, meeting: &Meeting, hash_phone: impl Fn(&str) -> Option<String>) -> Option<Word> {
        let plain = plain(typed);
        if plain.is_empty() {
            return None;
        }
        let digits: String = typed.chars().filter(char::is_ascii_digit).collect();
        let is_number = typed.chars().all(|letter| letter.is_ascii_digit() || "+-()".contains(letter));
        let figures = is_number.then_some(digits);
        let whole = figures.as_ref().filter(|figures| figures.len() >= LEAST_PHONE);
        let phone = whole.and_then(|_| hash_phone(typed));
        let number = typed.to_uppercase();
        let slips = slips(meeting, &number);
        Some(Word { plain, number, figures, phone, slips })
    }
}

/// Every word has to fit; the party stands in the list by its best word.
fn fits(meeting: &Meeting, party: Party, words: &[Word]) -> Option<(Hit, String)> {
    let guests: Vec<_> = meeting.guests_of(party).into_iter().filter_map(|guest| meeting.guest(guest)).collect();
    let mut best: Option<Hit> = None;
    for word in words {
        let hit = fit(meeting, party, &guests, word)?;
        let guest = best.as_ref().and_then(|best| best.guest).or(hit.guest);
        let slip = best.as_ref().and_then(|best| best.slip).or(hit.slip);
        let by = best.as_ref().map_or(hit.by, |best| best.by.min(hit.by));
        best = Some(Hit { party, guest, slip, by });
    }
    let name = match party {
        Party::Household(household) => meeting.household(household)?.name.clone(),
        Party::Guest(guest) => meeting.guest(guest)?.name.clone(),
    };
    best.map(|hit| (hit, name))
}

fn fit(meeting: &Meeting, party: Party, guests: &[&std::sync::Arc<Guest>], word: &Word) -> Option<Hit> {
    let hit = |by, guest| Hit { party, guest, slip: None, by };
    let mut found: Vec<Hit> = Vec::new();
    for guest in guests {
        if has_phone(guest, word) {
            found.push(hit(By::Phone, Some(guest.id)));
        }
        if has_badge(meeting, guest.id, word) {
            found.push(hit(By::Badge, Some(guest.id)));
        }
        let place = found_at(&plain(&guest.name), &word.plain);
        let by = place.map(|at| if at == 0 { By::NameBegins } else { By::Name });
        found.extend(by.map(|by| hit(by, Some(guest.id))));
        if guest.household.is_none() {
            found.extend(firm(&guest.organisation, word).map(|by| hit(by, None)));
        }
    }
    if let Party::Household(household) = party {
        for dealer in meeting.dealers(household) {
            found.extend(firm(&dealer.firm, word).map(|by| hit(by, None)));
            found.extend(firm(&dealer.county, word).map(|_| hit(By::Firm, None)));
        }
        let slip = word.slips.iter().find(|(of, _)| *of == household);
        found.extend(slip.map(|(_, slip)| Hit { slip: Some(*slip), ..hit(By::Slip, None) }));
    }
    if sits_at(meeting, party, word) {
        found.push(hit(By::Table, None));
    }
    found.into_iter().min_by_key(|hit| hit.by)
}

/// One letter inside of a firm's name would find everybody.
fn firm(name: &str, word: &Word) -> Option<By> {
    match found_at(&plain(name), &word.plain)? {
        0 => Some(By::FirmBegins),
        _ => (word.plain.len() > 1 || !word.plain[0].is_ascii()).then_some(By::Firm),
    }
}

fn has_phone(guest: &Guest, word: &Word) -> bool {
    let Some(phone) = &guest.phone else { return false };
    let end = word.figures.as_ref().filter(|figures| (LEAST_PHONE_END..=4).contains(&figures.len()));
    word.phone.as_ref() == Some(&phone.phone_hash) || end.is_some_and(|end| phone.phone_mask.ends_with(end.as_str()))
}

fn has_badge(meeting: &Meeting, guest: GuestId, word: &Word) -> bool {
    word.number.len() >= LEAST_NUMBER
        && word.number.is_ascii()
        && meeting.badges_of(guest).iter().any(|badge| badge.id.to_string().starts_with(&word.number))
}

fn slips(meeting: &Meeting, number: &str) -> Vec<(HouseholdId, SlipId)> {
    if number.len() < LEAST_NUMBER || !number.is_ascii() {
        return Vec::new();
    }
    let slips = meeting.slips().filter(|slip| slip.number.to_uppercase().contains(number));
    let of = |slip: &Slip| meeting.household(slip.version().content.household).map(|household| (household.id, slip.id));
    slips.filter_map(of).collect()
}

fn sits_at(meeting: &Meeting, party: Party, word: &Word) -> bool {
    let table: Option<TableId> = meeting.table_spot(party).map(|spot| spot.id);
    let label = table.and_then(|table| meeting.table(&table)).map(|now| plain(&now.table.label));
    label.is_some_and(|label| label == word.plain)
}
