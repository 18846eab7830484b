//! Tickets by amount, in whole minor units. Which amounts count is the meeting's rule.

use crate::config::DrawRules;

/// Steps to which tickets by unit are lowered, so that the public list does not tell orders.
pub const UNIT_BANDS: [u32; 7] = [1, 2, 3, 5, 8, 12, 20];

/// Tickets of a household that ordered for so many minor units: by the rules' bands; without bands by the unit, lowered to
/// [`UNIT_BANDS`] unless the rules want them exact; without either, one. 0 = does not enter.
pub fn tickets(amount_minor: i64, rules: &DrawRules) -> u32 {
    let by_amount = if !rules.bands.is_empty() {
        let reached = rules.bands.iter().filter(|band| band.from_minor <= amount_minor);
        reached.map(|band| band.tickets).max().unwrap_or(0)
    } else if let Some(unit) = rules.ticket_unit_minor.filter(|unit| *unit > 0) {
        let whole = u32::try_from((amount_minor / unit).max(0)).unwrap_or(u32::MAX).min(rules.cap);
        if rules.exact_tickets { whole } else { lowered(whole) }
    } else {
        u32::from(amount_minor > 0)
    };
    by_amount.min(rules.cap)
}

fn lowered(whole: u32) -> u32 {
    UNIT_BANDS.into_iter().filter(|band| *band <= whole).max().unwrap_or(0)
}
