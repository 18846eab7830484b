//! The door: a table for a party that comes late or with more people than its table holds, told by the same check-in;
//! and the seats of those who did not come. Moves nobody who was told.

use super::Meeting;
use super::authority::HALL;
use crate::actor::{Actor, Ctx};
use crate::event::*;
use crate::ids::{GuestId, TableId};
use crate::refusal::Refusal;
use crate::time::UnixMillis;

/// Seats released by one command at most; the next one goes on.
const MOST_RELEASED: usize = 500;

impl Meeting {
    /// What a check-in of so many people says of their table, before it: a new one for a party that lost its seat as a
    /// no-show or does not fit at the planned one. Nothing where the plan holds, and for those who have none.
    pub(super) fn seat_on_arrival(&self, party: Party, heads: u16, ctx: &Ctx) -> Option<Event> {
        if self.is_told(party) || self.is_seat_locked(party) {
            return None;
        }
        let late = self.seats.get(party).is_some_and(|seat| seat.released.is_some());
        let reason = if late { SeatReason::Late } else { SeatReason::HeadsChanged };
        if !late && !self.is_too_many(party, heads, ctx) {
            return None;
        }
        // Whoever is still to come sits with them.
        let heads = heads.max(self.places_kept(party));
        match self.find_seat(party, heads, &self.rooms(party, ctx), ctx.hub.connected) {
            Ok(found) => Some(found.assigned(party, heads, reason)),
            Err(why) if late => self.seat_refused(party, heads, why).pop(),
            // They stay where they are planned; the table is overfull, and a person decides.
            Err(_) => None,
        }
    }

    /// Whether more people came than the planned table has places for.
    fn is_too_many(&self, party: Party, heads: u16, ctx: &Ctx) -> bool {
        let Some(table) = self.usable_table(party) else { return false };
        let kept = self.places_kept(party);
        heads > kept && self.free_places(&table, ctx.now) < i32::from(heads - kept)
    }

    /// The table that a party had before its seat was released, as long as the hotel has it.
    pub(super) fn released_table(&self, party: Party) -> Option<TableId> {
        let seat = self.seats.get(party).filter(|seat| seat.released.is_some())?;
        let table = self.tables.resolve(&seat.planned.as_ref()?.0);
        self.open_table(&table).is_ok().then_some(table)
    }

    pub(super) fn release_no_shows(&self, given_before: Option<UnixMillis>, ctx: &Ctx) -> Result<Vec<Event>, Refusal> {
        if ctx.actor != Actor::System {
            self.need(ctx, HALL)?;
        }
        let released = |(party, table)| SeatReleased { party, table, reason: ReleaseReason::NoShow }.into();
        Ok(self.no_shows(given_before).take(MOST_RELEASED).map(released).collect())
    }

    /// Parties of which nobody is here, with the places that are still kept for them; of those that were given a place
    /// before an instant, where one is named. Locked ones are waited for.
    pub fn no_shows(&self, given_before: Option<UnixMillis>) -> impl Iterator<Item = (Party, TableId)> {
        let absent = |party: Party| !self.is_told(party) && self.heads_of(party) == 0 && !self.is_seat_locked(party);
        self.seats.iter().filter_map(move |(party, _)| {
            let (table, by) = self.seat_of(*party)?;
            let in_time = given_before.is_none_or(|before| by.stamp().at < before);
            (in_time && absent(*party)).then_some((*party, table))
        })
    }
}

/// The check-ins and badges of an arrival with another table than planned, of these guests.
pub(super) fn at_table(events: &mut [Event], table: &TableId, of: impl Fn(GuestId) -> bool) {
    for event in events {
        match event {
            Event::GuestCheckedIn(it) if of(it.guest) => it.table = Some(table.clone()),
            Event::BadgeRequested(it) if of(it.guest) => it.table = Some(table.clone()),
            _ => {}
        }
    }
}
