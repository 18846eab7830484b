//! Who sits where, as folded: the plan, what people moved, what was told. Finds no seat for anybody.

use std::sync::Arc;

use super::sharded::Sharded;
use super::{Meeting, Stamp};
use crate::event::{Event, Party};
use crate::ids::{EventId, GuestId, HouseholdId, TableId};

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Seat {
    pub planned: Option<(TableId, Stamp)>,
    /// Given by the live seating or moved by a person.
    pub given: Option<(TableId, Stamp)>,
    pub told: Vec<Told>,
    pub seated: Option<(TableId, Stamp)>,
    pub released: Option<Stamp>,
    pub refused: Option<(crate::event::NoSeatReason, Stamp)>,
    /// Held there by staff; holds nobody who is elsewhere.
    pub locked: Option<TableId>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Told {
    pub table: TableId,
    pub stamp: Stamp,
    /// The check-in that told it, which may be undone.
    pub check_in: Option<(GuestId, EventId)>,
}

/// Why a party is at its table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SeatBy<'a> {
    Plan(&'a Stamp),
    Given(&'a Stamp),
    Told(&'a Stamp),
}

impl SeatBy<'_> {
    pub fn stamp(&self) -> &Stamp {
        match self {
            SeatBy::Plan(stamp) | SeatBy::Given(stamp) | SeatBy::Told(stamp) => stamp,
        }
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Seats {
    parties: Sharded<Party, Arc<Seat>>,
}

impl Seats {
    pub fn get(&self, party: Party) -> Option<&Seat> {
        self.parties.get(&party).map(|seat| &**seat)
    }

    pub fn iter(&self) -> impl Iterator<Item = (&Party, &Arc<Seat>)> {
        self.parties.iter()
    }

    pub fn tell(&mut self, party: Party, told: Told) {
        self.parties.edit(party).told.push(told);
    }

    pub fn plan(&mut self, party: Party, table: Option<&TableId>, stamp: &Stamp) {
        let seat = self.parties.edit(party);
        let known = seat.planned.as_ref().map(|(known, _)| known);
        if known != table || seat.released.is_some() {
            seat.planned = table.map(|table| (table.clone(), stamp.clone()));
            seat.released = None;
        }
    }

    pub fn give(&mut self, party: Party, table: &TableId, stamp: &Stamp) {
        let seat = self.parties.edit(party);
        seat.given = Some((table.clone(), stamp.clone()));
        seat.released = None;
    }

    /// Events that name parties, resolved by the caller.
    pub fn apply(&mut self, stamp: &Stamp, party: Party, event: &Event) {
        match event {
            Event::SeatAssigned(assigned) => self.give(party, &assigned.table, stamp),
            Event::SeatMoved(moved) => self.give(party, &moved.to, stamp),
            Event::SeatReleased(_) => {
                let seat = self.parties.edit(party);
                (seat.given, seat.told, seat.seated, seat.locked) = (None, Vec::new(), None, None);
                seat.released = Some(stamp.clone());
            }
            Event::SeatRefused(refused) => {
                self.parties.edit(party).refused = Some((refused.reason, stamp.clone()));
            }
            Event::TableTold(told) => {
                let told = Told { table: told.table.clone(), stamp: stamp.clone(), check_in: None };
                self.tell(party, told);
            }
            Event::SeatLocked(locked) => self.parties.edit(party).locked = Some(locked.table.clone()),
            Event::SeatUnlocked(_) => self.parties.edit(party).locked = None,
            Event::HouseholdSeated(seated) => {
                self.parties.edit(party).seated = Some((seated.table.clone(), stamp.clone()));
            }
            _ => {}
        }
    }

    pub fn join(&mut self, into: HouseholdId, joined: HouseholdId) {
        let Some(gone) = self.parties.remove(&Party::Household(joined)) else { return };
        let seat = self.parties.edit(Party::Household(into));
        let gone = Arc::unwrap_or_clone(gone);
        seat.told.extend(gone.told);
        seat.told.sort_by_key(|told| told.stamp.order);
        seat.planned = seat.planned.take().or(gone.planned);
        seat.given = seat.given.take().or(gone.given);
        seat.seated = seat.seated.take().or(gone.seated);
        seat.locked = seat.locked.take().or(gone.locked);
    }
}

/// A party at its table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartySeat {
    /// Who.
    pub party: Party,
    /// Where; closed ones too.
    pub table: TableId,
    /// What it rests on.
    pub how: SeatHow,
    /// Held there by staff.
    pub locked: bool,
    /// Places that are kept for them: who is here or expected, whichever is more.
    pub heads: u16,
}

/// What a party's table rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SeatHow {
    /// The plan.
    Planned,
    /// Given by a person or on arrival of others; they do not know it yet.
    Given,
    /// They were told a table.
    Told,
    /// Somebody saw them sit.
    Seated,
}

impl Meeting {
    /// The party of a guest.
    pub fn party_of(&self, guest: GuestId) -> Party {
        let household = self.roster.guests.get(&guest).and_then(|guest| guest.household);
        household.map_or(Party::Guest(guest), Party::Household)
    }

    pub(super) fn told_in_force<'a>(&'a self, seat: &'a Seat) -> Option<&'a Told> {
        let stands = |told: &&Told| {
            let Some((guest, event)) = told.check_in else { return true };
            self.arrival(guest).is_some_and(|arrival| arrival.stands(event))
        };
        seat.told.iter().filter(stands).max_by_key(|told| told.stamp.order)
    }

    /// The table of a party, tables that went up in another followed: the last that was told or given, else the plan's.
    pub(super) fn seat_of(&self, party: Party) -> Option<(TableId, SeatBy<'_>)> {
        let seat = self.seats.get(party)?;
        let told = self.told_in_force(seat).map(|told| (&told.table, SeatBy::Told(&told.stamp)));
        let given = seat.given.as_ref().map(|(table, stamp)| (table, SeatBy::Given(stamp)));
        let seated = seat.seated.as_ref().map(|(table, stamp)| (table, SeatBy::Told(stamp)));
        let last = told.into_iter().chain(given).chain(seated).max_by_key(|(_, by)| by.stamp().order);
        let planned = seat.planned.as_ref().filter(|_| seat.released.is_none());
        let planned = planned.map(|(table, stamp)| (table, SeatBy::Plan(stamp)));
        last.or(planned).map(|(table, by)| (self.tables.resolve(table), by))
    }

    /// The table of a party as long as the hotel has it.
    pub(super) fn usable_table(&self, party: Party) -> Option<TableId> {
        let (table, _) = self.seat_of(party)?;
        self.tables.get(&table).is_some_and(|table| table.is_open()).then_some(table)
    }

    /// Whether somebody of the party was told a table, so that the program moves it no more.
    pub fn is_told(&self, party: Party) -> bool {
        let seat = self.seats.get(party);
        seat.is_some_and(|seat| self.told_in_force(seat).is_some() || seat.seated.is_some())
    }

    /// Whether staff hold the party at its table: neither a plan nor the program moves it, and its place is kept.
    pub fn is_seat_locked(&self, party: Party) -> bool {
        let locked = self.seats.get(party).and_then(|seat| seat.locked.as_ref());
        locked.is_some_and(|table| self.usable_table(party) == Some(self.tables.resolve(table)))
    }

    /// Every party with a table, told or planned, those of tables that the hotel closed among them.
    pub fn seats_now(&self) -> Vec<PartySeat> {
        let seat = |party: Party| {
            let (table, by) = self.seat_of(party)?;
            let how = match by {
                SeatBy::Plan(_) => SeatHow::Planned,
                SeatBy::Given(_) if !self.is_told(party) => SeatHow::Given,
                SeatBy::Given(_) | SeatBy::Told(_) => SeatHow::Told,
            };
            let seated = self.seats.get(party).is_some_and(|seat| seat.seated.is_some());
            let how = if seated { SeatHow::Seated } else { how };
            Some(PartySeat { party, table, how, locked: self.is_seat_locked(party), heads: self.places_kept(party) })
        };
        self.seats.iter().filter_map(|(party, _)| seat(*party)).collect()
    }
}
