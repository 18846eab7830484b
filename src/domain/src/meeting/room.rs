//! Room at the tables: what parties keep, what is leased, what is free; and a table for one party. Whole plans are made
//! elsewhere.

use std::collections::BTreeMap;

use super::authority::{ANY_STAFF, HALL};
use super::task_kinds::{Task, TaskKind};
use super::{Lease, Meeting};
use crate::actor::{Actor, Ctx};
use crate::event::*;
use crate::ids::TableId;
use crate::refusal::Refusal;
use crate::roster::ConflictKind;
use crate::seating::{NoSeat, Seating, seat_one};
use crate::time::UnixMillis;

/// Chairs signed for at once at most.
const MOST_CHAIRS: u16 = 10;

/// Places of one table that may be given away.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Room {
    /// Neither kept for a party nor leased.
    free: i32,
    /// Leased by the node that decides, and usable now.
    own: u16,
}

/// A seat that was found.
pub(super) struct Found {
    table: TableId,
    /// Leased places at it.
    own: u16,
    displaced: Vec<(Party, TableId)>,
}

impl Found {
    pub(super) fn assigned(self, party: Party, heads: u16, reason: SeatReason) -> Event {
        let Found { table, own, displaced } = self;
        SeatAssigned { party, table, reason, displaced, leased: heads.min(own) }.into()
    }
}

impl Room {
    fn total(self) -> i32 {
        self.free.max(0) + i32::from(self.own)
    }
}

impl Meeting {
    /// Places that a party keeps at its table: who is here or is expected, whichever is more.
    pub(super) fn places_kept(&self, party: Party) -> u16 {
        let here = self.heads_of(party);
        here.max(self.expected_heads(party))
    }

    fn expected_heads(&self, party: Party) -> u16 {
        let listed = self.guests_of(party).into_iter().filter(|guest| !self.is_cancelled(*guest)).count();
        let listed = u16::try_from(listed).unwrap_or(u16::MAX);
        let Party::Household(id) = party else { return listed };
        let expected = self.household(id).map_or(0, |household| household.expected_heads);
        if listed == 0 { 0 } else { expected.max(listed) }
    }

    /// Places of a table that are neither kept for a party nor leased at that time; below 0 when it is overfull.
    pub fn free_places(&self, table: &TableId, at: UnixMillis) -> i32 {
        let places = self.tables.get(table).filter(|now| now.is_open()).map_or(0, |now| now.places());
        let kept: i32 = self.parties_at(table).into_iter().map(|party| i32::from(self.places_kept(party))).sum();
        i32::from(places) - kept - i32::from(self.leases.places_of(table, at, &self.machines))
    }

    /// The same of every open table at once.
    pub(super) fn free_by_table(&self, at: UnixMillis) -> BTreeMap<TableId, i32> {
        let open = self.tables.iter().filter(|now| now.is_open());
        let leased = |table: &TableId| i32::from(self.leases.places_of(table, at, &self.machines));
        let mut free: BTreeMap<TableId, i32> =
            open.map(|now| (now.table.id.clone(), i32::from(now.places()) - leased(&now.table.id))).collect();
        for (party, _) in self.seats.iter() {
            let Some((table, _)) = self.seat_of(*party) else { continue };
            if let Some(free) = free.get_mut(&table) {
                *free -= i32::from(self.places_kept(*party));
            }
        }
        free
    }

    pub(super) fn is_planned_at(&self, party: Party, table: &TableId) -> bool {
        let seat = self.seats.get(party).filter(|seat| seat.released.is_none());
        let planned = seat.and_then(|seat| seat.planned.as_ref());
        planned.is_some_and(|(planned, _)| self.tables.resolve(planned) == *table)
    }

    /// A table for a party that was not told one. Cut off from the hub, only leased places are given away, so that two
    /// nodes never give the same; a person may override by moving the party.
    pub(super) fn seat_party(
        &self,
        party: Party,
        table: Option<&TableId>,
        reason: SeatReason,
        ctx: &Ctx,
    ) -> Result<Vec<Event>, Refusal> {
        if ctx.actor != Actor::System {
            self.need(ctx, ANY_STAFF)?;
        }
        let party = self.known_party(party)?;
        if self.is_told(party) && self.usable_table(party).is_some() {
            return Ok(Vec::new());
        }
        if self.is_seat_locked(party) {
            let stays = table.is_none_or(|table| self.usable_table(party).as_ref() == Some(table));
            return if stays { Ok(Vec::new()) } else { Err(Refusal::SeatLocked { party }) };
        }
        let heads = self.places_kept(party).max(1);
        let rooms = self.rooms(party, ctx);
        let found = match table {
            Some(table) => {
                self.open_table(table)?;
                let room = rooms.get(table).filter(|room| room.total() >= i32::from(heads));
                room.map(|room| Found { table: table.clone(), own: room.own, displaced: Vec::new() })
            }
            None => match self.find_seat(party, heads, &rooms, ctx.hub.connected) {
                Ok(found) => Some(found),
                Err(reason) => return Ok(self.seat_refused(party, heads, reason)),
            },
        };
        match found {
            Some(found) => Ok(vec![found.assigned(party, heads, reason)]),
            None if ctx.hub.connected => Err(Refusal::NoRoom),
            None => Err(Refusal::NoLease),
        }
    }

    pub(super) fn seat_refused(&self, party: Party, heads: u16, reason: NoSeatReason) -> Vec<Event> {
        let known = self.seats.get(party).and_then(|seat| seat.refused.as_ref());
        let same = known.is_some_and(|(known, _)| *known == reason);
        if same { Vec::new() } else { vec![SeatRefused { party, heads, reason }.into()] }
    }

    /// The table of before if it has room, else leased places before free ones, each time where it costs the plan
    /// least; with the hub's word also where a party makes room that was told nothing.
    pub(super) fn find_seat(
        &self,
        party: Party,
        heads: u16,
        rooms: &BTreeMap<TableId, Room>,
        connected: bool,
    ) -> Result<Found, NoSeatReason> {
        let before = self.usable_table(party).or_else(|| self.released_table(party));
        let any = self.seat_in((party, heads), rooms, Room::total, before.as_ref(), connected);
        let own = |room: Room| if room.own >= heads { i32::from(room.own) } else { 0 };
        let goes_back = matches!(&any, Ok(found) if Some(&found.table) == before.as_ref());
        if !goes_back && let Ok(found) = self.seat_in((party, heads), rooms, own, None, false) {
            return Ok(found);
        }
        any.map_err(|reason| match reason {
            NoSeatReason::NoRoom if !connected => NoSeatReason::NoLease,
            reason => reason,
        })
    }

    /// A seat when each table has so much room for the party as `room_at` says.
    fn seat_in(
        &self,
        (party, heads): (Party, u16),
        rooms: &BTreeMap<TableId, Room>,
        room_at: impl Fn(Room) -> i32,
        prefer: Option<&TableId>,
        may_displace: bool,
    ) -> Result<Found, NoSeatReason> {
        let mut parties: Vec<Party> = self.seats.iter().map(|(other, _)| *other).collect();
        parties.retain(|other| *other != party && self.places_kept(*other) > 0);
        parties.push(party);
        parties.sort();
        let mut taken: BTreeMap<TableId, i32> = BTreeMap::new();
        for other in parties.iter().filter(|other| **other != party) {
            if let Some((table, _)) = self.seat_of(*other) {
                *taken.entry(table).or_default() += i32::from(self.places_kept(*other));
            }
        }
        let places = rooms.iter().map(|(table, room)| {
            let taken = taken.get(table).copied().unwrap_or(0);
            (table.clone(), u16::try_from(taken + room_at(*room)).unwrap_or(u16::MAX))
        });
        let mut hall = self.hall_of(parties, places.collect());
        let who = hall.number_of(party).expect("the party was added to the list");
        hall.question.households[usize::from(who)].heads = heads.max(1);
        // A hall beyond the bounds of the seating has no live seating either: staff choose.
        let room = hall.room().map_err(|_| NoSeatReason::NoRoom)?;
        let prefer = prefer.and_then(|table| hall.table_number(table));
        let stays = |other: usize| hall.known[other] || hall.locked[other];
        let known = |other: u16| !may_displace || stays(usize::from(other));
        let table_at = |number: u16| hall.tables[usize::from(number)].clone();
        let found = |table: u16, displaced| {
            let table = table_at(table);
            Found { own: rooms.get(&table).map_or(0, |room| room.own), table, displaced }
        };
        match seat_one(&room, &hall.plan, who, prefer, known) {
            Seating::Direct { table, .. } => Ok(found(table, Vec::new())),
            Seating::Displacing { table, household, to, .. } => {
                Ok(found(table, vec![(hall.parties[usize::from(household)], table_at(to))]))
            }
            Seating::NoSeat(NoSeat::TooLarge | NoSeat::NoRoom) => Err(NoSeatReason::NoRoom),
            Seating::NoSeat(NoSeat::Wheelchair) => Err(NoSeatReason::Wheelchair),
            Seating::NoSeat(NoSeat::Conflict) => Err(NoSeatReason::Conflict),
        }
    }

    /// What this node may give away at each table, to this party.
    pub(super) fn rooms(&self, party: Party, ctx: &Ctx) -> BTreeMap<TableId, Room> {
        let mut rooms: BTreeMap<TableId, Room> = BTreeMap::new();
        if ctx.hub.connected {
            let own_seat = self.seat_of(party).map(|(table, _)| table);
            for (table, free) in self.free_by_table(ctx.now) {
                let kept = if own_seat.as_ref() == Some(&table) { i32::from(self.places_kept(party)) } else { 0 };
                rooms.insert(table, Room { free: free + kept, own: 0 });
            }
        }
        for Lease { table, places, .. } in self.usable_leases(ctx) {
            if self.open_table(&table).is_ok() {
                rooms.entry(table).or_default().own = places;
            }
        }
        rooms
    }

    /// For the list of tasks: the table of before if it has room, else leased places before free ones, near the stage
    /// first.
    fn best_room<'a>(
        &self,
        party: Party,
        heads: u16,
        rooms: &'a BTreeMap<TableId, Room>,
    ) -> Option<(&'a TableId, &'a Room)> {
        let before = self.usable_table(party);
        let fitting = rooms
            .iter()
            .filter(|(table, room)| room.total() >= i32::from(heads) && !self.would_meet_a_rival(party, table));
        fitting.min_by_key(|(table, room)| {
            let row = self.tables.get(table).map_or(u16::MAX, |now| now.table.row);
            (Some(*table) != before.as_ref(), room.own < heads, row, (*table).clone())
        })
    }

    /// Whether somebody sits there whom this party shall never share a table with.
    fn would_meet_a_rival(&self, party: Party, table: &TableId) -> bool {
        let Party::Household(household) = party else { return false };
        let others = self.parties_at(table).into_iter().filter(|other| *other != party);
        let households = others.filter_map(|other| match other {
            Party::Household(id) => Some(id),
            Party::Guest(_) => None,
        });
        let never = |from: &crate::roster::Dealer, to: &crate::roster::Dealer| {
            from.conflicts.iter().any(|conflict| conflict.with == to.id && conflict.kind == ConflictKind::Never)
        };
        households.into_iter().any(|other| {
            self.dealers(household).any(|own| self.dealers(other).any(|their| never(own, their) || never(their, own)))
        })
    }

    /// Puts a table into every task that wants one, so that two tasks are not offered the same places.
    pub(super) fn propose_tables(&self, tasks: &mut [Task]) {
        let wanting = |task: &Task| match &task.kind {
            TaskKind::NoTable { party, .. } | TaskKind::TableGone { party, .. } => Some((*party, None)),
            TaskKind::TableOverfull { party, table, .. } => Some((*party, Some(table.clone()))),
            _ => None,
        };
        if !tasks.iter().any(|task| wanting(task).is_some()) {
            return;
        }
        let free = self.free_by_table(UnixMillis(0));
        let mut rooms: BTreeMap<TableId, Room> =
            free.into_iter().map(|(table, free)| (table, Room { free, own: 0 })).collect();
        for task in tasks {
            let Some((party, not_there)) = wanting(task) else { continue };
            let heads = self.places_kept(party).max(1);
            let held = not_there.and_then(|table| rooms.remove_entry(&table));
            let table = self.best_room(party, heads, &rooms).map(|(table, _)| table.clone());
            rooms.extend(held);
            if let Some(room) = table.as_ref().and_then(|table| rooms.get_mut(table)) {
                room.free -= i32::from(heads);
            }
            task.proposed_table = table;
        }
    }

    pub(super) fn sign_chairs(&self, table: &TableId, chairs: u16, ctx: &Ctx) -> Result<Vec<Event>, Refusal> {
        self.need(ctx, HALL)?;
        self.open_table(table)?;
        if !(1..=MOST_CHAIRS).contains(&chairs) {
            return Err(Refusal::TooMany { most: MOST_CHAIRS });
        }
        let Actor::Staff { id } = &ctx.actor else { return Err(Refusal::NameMissing) };
        Ok(vec![ExtraChairSigned { table: table.clone(), chairs, by: id.clone() }.into()])
    }
}
