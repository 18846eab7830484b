//! I5, read off the hub's log alone: nobody who knows a table, or is held there by staff, goes elsewhere but on a person's
//! word; no table is overfull and nobody without a table but with a task for staff.

use std::collections::BTreeMap;

use domain::event::{Event as Happened, Party, ReleaseReason};
use domain::meeting::{Task, TaskKind};
use domain::{Actor, Meeting, Meta, TableId};

use crate::judge::words_of;
use crate::world::World;

/// How a party sits.
#[derive(Clone, PartialEq, Eq)]
struct Sits {
    table: Option<TableId>,
    told: bool,
    locked: bool,
}

impl World {
    /// Folds the hub's log without any node, and looks at every event that changes a seat.
    pub(crate) fn replay_watching_seats(&mut self) -> Meeting {
        let mut meeting = Meeting::new();
        let mut sits: BTreeMap<Party, Sits> = BTreeMap::new();
        let parties: Vec<Party> = self.venue.parties.iter().map(|party| Party::Household(party.household)).collect();
        for (_, event) in self.hub.log() {
            let Some((meta, words)) = words_of(event) else { continue };
            match &words {
                Ok(words) => meeting.apply(&meta, words),
                Err(_) => meeting.apply_unknown(&meta, &event.kind),
            }
            let Ok(words) = words else { continue };
            if !touches_seats(&event.kind) {
                continue;
            }
            for party in &parties {
                let now = seat_of(&meeting, *party);
                let before = sits.insert(*party, now.clone());
                let Some(before) = before.filter(|before| before.told || before.locked) else { continue };
                if before.table != now.table
                    && before.table.is_some()
                    && !may_move(&meeting, &words, &meta, *party, &before)
                {
                    self.judge.violations.push(format!(
                        "I5 {party:?} goes from {:?} to {:?} by {} of {}",
                        before.table, now.table, event.kind, meta.actor
                    ));
                }
            }
        }
        meeting
    }

    /// No table has more people than places, or staff have an open task about it.
    pub(crate) fn nobody_lacks_a_chair_unseen(&mut self, meeting: &Meeting) {
        let tasks = meeting.tasks();
        for now in meeting.tables().filter(|now| now.is_open()) {
            let here = self.venue.parties.iter().map(|party| Party::Household(party.household));
            let here = here.filter(|party| meeting.table_spot(*party).is_some_and(|spot| spot.id == now.table.id));
            let heads: u16 = here.map(|party| meeting.heads_of(party)).sum();
            let known =
                |task: &Task| matches!(&task.kind, TaskKind::TableOverfull { table, .. } if *table == now.table.id);
            if heads > now.places() && !tasks.iter().any(known) {
                let table = &now.table.id;
                self.judge.accuse(format!("I5 {heads} people have {} places at {table}", now.places()));
            }
        }
    }

    /// Whoever is here has one table, or staff have an open task about it.
    pub(crate) fn nobody_is_forgotten(&mut self, meeting: &Meeting) {
        let tasks = meeting.tasks();
        for party in self.venue.parties.iter().map(|party| Party::Household(party.household)) {
            let at = meeting.tables().filter(|now| meeting.parties_at(&now.table.id).contains(&party)).count();
            if at > 1 {
                self.judge.accuse(format!("I5 {party:?} is at {at} tables"));
            }
            let is_theirs = |task: &Task| {
                matches!(&task.kind, TaskKind::NoTable { party: it, .. } | TaskKind::TableGone { party: it, .. }
                    if *it == party)
            };
            let here = meeting.heads_of(party) > 0;
            if here && meeting.table_spot(party).is_none() && !tasks.iter().any(is_theirs) {
                self.judge.accuse(format!("I5 {party:?} is here without a table, and nobody is told"));
            }
        }
    }
}

fn touches_seats(kind: &str) -> bool {
    const OTHERS: [&str; 6] =
        ["GuestCheckedIn", "CheckInUndone", "BadgeHandedOver", "PartiesMoved", "HouseholdSeated", "MeetingConfigured"];
    kind.starts_with("Seat") || kind.starts_with("Table") || OTHERS.contains(&kind)
}

fn seat_of(meeting: &Meeting, party: Party) -> Sits {
    Sits {
        table: meeting.table_spot(party).map(|spot| spot.id),
        told: meeting.is_told(party),
        locked: meeting.is_seat_locked(party),
    }
}

/// Whether this event may send a party elsewhere that knows its table or is held there: a person's word about it, or
/// another node that told it another table.
fn may_move(meeting: &Meeting, event: &Happened, meta: &Meta, party: Party, before: &Sits) -> bool {
    let person = matches!(meta.actor, Actor::Staff { .. });
    match event {
        Happened::PartiesMoved(moved) => person && !before.locked && (moved.told_too || !before.told),
        Happened::SeatReleased(released) => person && released.reason != ReleaseReason::NoShow,
        Happened::SeatMoved(_)
        | Happened::CheckInUndone(_)
        | Happened::TableClosed(_)
        | Happened::TableReopened(_)
        | Happened::TablesParted(_)
        | Happened::TablesMerged(_) => person,
        Happened::SeatAssigned(assigned) => assigned.party == party,
        // Somebody whose registration the log lost came with the household that the kiosk wrote down.
        Happened::GuestCheckedIn(it) if meeting.guest(it.guest).is_none() => {
            it.household.map(Party::Household) == Some(party)
        }
        Happened::GuestCheckedIn(it) => meeting.party_of(it.guest) == party,
        Happened::HouseholdSeated(seated) => seated.party == party,
        Happened::TableTold(told) => told.party == party,
        _ => false,
    }
}
