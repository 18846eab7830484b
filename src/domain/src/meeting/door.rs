//! The door: a table for a party that comes late or with more people than its table holds, told by the same check-in;
//! and the seats of those who did not come. Moves nobody who was told.

use super::Meeting;
use super::authority::HALL;
use crate::actor::{Actor, Ctx};
use crate::event::*;
use crate::ids::TableId;
use crate::refusal::Refusal;

/// Seats released by one command at most; the next one goes on.
const MOST_RELEASED: usize = 500;

impl Meeting {
    /// What a check-in of so many people says of their table, before it: a new one for a party that lost its seat as a
    /// no-show or does not fit at the planned one. Nothing where the plan holds, and for those who have none.
    pub(super) fn seat_on_arrival(&self, party: Party, heads: u16, ctx: &Ctx) -> Option<Event> {
        if self.is_told(party) {
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

    pub(super) fn release_no_shows(&self, ctx: &Ctx) -> Result<Vec<Event>, Refusal> {
        if ctx.actor != Actor::System {
            self.need(ctx, HALL)?;
        }
        let absent = |party: &Party| !self.is_told(*party) && self.heads_of(*party) == 0;
        let parties = self.seats.iter().map(|(party, _)| *party).filter(absent);
        let seats = parties.filter_map(|party| Some((party, self.seat_of(party)?.0)));
        let released = seats.map(|(party, table)| SeatReleased { party, table, reason: ReleaseReason::NoShow }.into());
        Ok(released.take(MOST_RELEASED).collect())
    }
}

/// The check-ins and badges of an arrival with another table than planned.
pub(super) fn at_table(events: &mut [Event], table: &TableId) {
    for event in events {
        match event {
            Event::GuestCheckedIn(checked_in) => checked_in.table = Some(table.clone()),
            Event::BadgeRequested(badge) => badge.table = Some(table.clone()),
            _ => {}
        }
    }
}
