//! The meeting as a question to the seating: its parties, tables, conflicts and weights by number, and the answers back.
//! Decides nothing.

use std::collections::BTreeMap;

use super::Meeting;
use super::seats::SeatBy;
use crate::event::Party;
use crate::ids::{HouseholdId, SalespersonId, TableId};
use crate::roster::{Conflict, ConflictKind, CustomerClass, VipTier};
use crate::seating::{
    ConflictSpec, HouseholdSpec, Level, NOWHERE, Plan, Question, Room, RoomFault, TableSpec, Weights,
};

/// People of a party at most, as the seating counts them.
const MOST_HEADS: u16 = 1_000;
/// Severity of a conflict at most.
const MOST_SEVERITY: u16 = 100;
/// Points of a weight at most.
const MOST_WEIGHT: u32 = 10_000;

/// A meeting's hall as the seating sees it.
#[derive(Clone, Debug)]
pub struct Hall {
    /// Parties by number.
    pub parties: Vec<Party>,
    /// Tables by number.
    pub tables: Vec<TableId>,
    /// Salespeople by number.
    pub salespeople: Vec<SalespersonId>,
    /// What is asked.
    pub question: Question,
    /// Where everybody is planned, told or seated now.
    pub plan: Plan,
    /// Whether a party knows its table.
    pub known: Vec<bool>,
    /// Whether staff hold a party at its table.
    pub locked: Vec<bool>,
}

impl Hall {
    /// The question, checked and laid out.
    ///
    /// # Errors
    /// A bound of the seating is passed.
    pub fn room(&self) -> Result<Room, RoomFault> {
        Room::new(&self.question)
    }

    /// The number of a party.
    pub fn number_of(&self, party: Party) -> Option<u16> {
        self.parties.iter().position(|one| *one == party).map(|at| at as u16)
    }

    /// The number of a table.
    pub fn table_number(&self, table: &TableId) -> Option<u16> {
        self.tables.iter().position(|one| one == table).map(|at| at as u16)
    }

    /// The households of a plan with their tables.
    pub fn households<'a>(&'a self, plan: &'a [u16]) -> impl Iterator<Item = (HouseholdId, &'a TableId)> {
        self.parties.iter().zip(plan).filter_map(|(party, table)| match party {
            Party::Household(household) => Some((*household, self.tables.get(usize::from(*table))?)),
            Party::Guest(_) => None,
        })
    }
}

impl Meeting {
    /// The hall with everybody who is expected: who knows a table stays there, or is held there by staff, and so do
    /// guests without a dealer who have one on the list (those without one are seated when they come).
    pub fn hall(&self) -> Hall {
        let places = self.tables.iter().filter(|now| now.is_open()).map(|now| (now.table.id.clone(), now.places()));
        self.hall_of_all(places.collect())
    }

    /// The same for a plan of the hub: whom people or arrivals put elsewhere than the plan of before stays there too,
    /// because a plan does not undo what happened on site.
    pub fn hall_to_plan(&self) -> Hall {
        let mut hall = self.hall();
        for (number, household) in hall.question.households.iter_mut().enumerate() {
            let given = self.seat_of(hall.parties[number]).is_some_and(|(_, by)| !matches!(by, SeatBy::Plan(_)));
            let table = Some(hall.plan[number]).filter(|table| *table != NOWHERE && given);
            household.seated = household.seated.or(table);
        }
        hall
    }

    /// The hall with everybody who is expected, and so many places at each table.
    pub(super) fn hall_of_all(&self, places: BTreeMap<TableId, u16>) -> Hall {
        let households = self.households().map(|household| Party::Household(household.id));
        let alone = self.roster.alone.iter().map(|guest| Party::Guest(*guest));
        let alone = alone.filter(|party| self.usable_table(*party).is_some());
        let parties = households.chain(alone).filter(|party| self.places_kept(*party) > 0).collect();
        let mut hall = self.hall_of(parties, places);
        for (number, household) in hall.question.households.iter_mut().enumerate() {
            let table = hall.plan[number];
            let stays = hall.known[number] || hall.locked[number] || matches!(hall.parties[number], Party::Guest(_));
            household.seated = Some(table).filter(|table| *table != NOWHERE && stays);
        }
        hall
    }

    /// The hall with these parties, and so many places at each table.
    pub(super) fn hall_of(&self, parties: Vec<Party>, places: BTreeMap<TableId, u16>) -> Hall {
        let tables: Vec<TableId> = places.keys().cloned().collect();
        let numbers: BTreeMap<&TableId, u16> = tables.iter().zip(0..).collect();
        let mut salespeople: BTreeMap<SalespersonId, u16> = BTreeMap::new();
        let mut names = Vec::new();
        let mut households = Vec::with_capacity(parties.len());
        let (mut plan, mut known) = (Vec::with_capacity(parties.len()), Vec::with_capacity(parties.len()));
        let mut locked = Vec::with_capacity(parties.len());
        for party in &parties {
            let group = self.group_of(*party).map(|salesperson| {
                *salespeople.entry(salesperson.clone()).or_insert_with(|| {
                    names.push(salesperson);
                    names.len() as u16 - 1
                })
            });
            households.push(HouseholdSpec { group, ..self.as_household(*party) });
            let at = self.seat_of(*party).and_then(|(table, _)| numbers.get(&table).copied());
            plan.push(at.unwrap_or(NOWHERE));
            known.push(self.is_told(*party));
            locked.push(self.is_seat_locked(*party));
        }
        let specs = places.iter().map(|(table, places)| self.as_table(table, *places)).collect();
        let conflicts = self.conflicts_of(&parties);
        let question = Question { tables: specs, households, conflicts, weights: self.weights() };
        Hall { parties, tables, salespeople: names, question, plan, known, locked }
    }

    fn group_of(&self, party: Party) -> Option<SalespersonId> {
        match party {
            Party::Household(household) => self.salesperson_of(household),
            Party::Guest(_) => None,
        }
    }

    fn as_table(&self, table: &TableId, places: u16) -> TableSpec {
        let now = self.tables.get(table);
        let (row, spaces) = now.map_or((1, 0), |now| {
            (now.table.row, if now.table.step_free { now.table.wheelchair_spaces.into() } else { 0 })
        });
        let blocked_view = now.is_some_and(|now| now.table.view == crate::config::View::Blocked);
        TableSpec { places: places.min(MOST_HEADS), row: row.clamp(1, 1_000), wheelchair_spaces: spaces, blocked_view }
    }

    fn as_household(&self, party: Party) -> HouseholdSpec {
        let guests = self.guests_of(party).into_iter().filter(|guest| !self.is_cancelled(*guest));
        let guests: Vec<_> = guests.filter_map(|guest| self.guest(guest)).collect();
        let wheelchairs = guests.iter().filter(|guest| guest.needs.wheelchair).count() as u16;
        let of_firms = |household: HouseholdId| self.dealers(household).filter_map(|dealer| dealer.vip).min();
        let (vip, green, key_customer) = match party {
            Party::Household(id) => {
                let key_customer = self.dealers(id).any(|dealer| dealer.class == Some(CustomerClass::A));
                (of_firms(id), self.has_green_channel(id), key_customer)
            }
            Party::Guest(_) => (None, false, false),
        };
        let honoured = green || guests.iter().any(|guest| guest.vip);
        let tier = match vip {
            Some(VipTier::Gold) => Some(0),
            Some(VipTier::Silver) => Some(1),
            Some(VipTier::Bronze) => Some(2),
            None => honoured.then_some(2),
        };
        HouseholdSpec {
            heads: self.places_kept(party).clamp(1, MOST_HEADS),
            wheelchairs: wheelchairs.min(MOST_HEADS),
            tier,
            key_customer,
            ..HouseholdSpec::default()
        }
    }

    fn weights(&self) -> Weights {
        let weights = self.seating_weights();
        let bounded = |points: u32| points.min(MOST_WEIGHT);
        Weights {
            conflict: bounded(weights.conflict),
            spread: bounded(weights.salesperson_spread),
            vip_row: weights.vip_row.iter().map(|points| bounded(*points)).collect(),
            vip_view: bounded(weights.vip_blocked_view),
            no_key_customer: bounded(weights.no_key_customer),
            looks_empty: bounded(weights.looks_empty),
            told_again: bounded(weights.told_again),
        }
    }

    /// Conflicts between these parties, each pair once with its strongest word; members of a rival group avoid each other.
    fn conflicts_of(&self, parties: &[Party]) -> Vec<ConflictSpec> {
        let numbers: BTreeMap<HouseholdId, u16> = parties
            .iter()
            .zip(0..)
            .filter_map(|(party, number)| match party {
                Party::Household(household) => Some((*household, number)),
                Party::Guest(_) => None,
            })
            .collect();
        let mut pairs: BTreeMap<(u16, u16), Level> = BTreeMap::new();
        let mut groups: BTreeMap<&str, Vec<u16>> = BTreeMap::new();
        for (household, number) in &numbers {
            for dealer in self.dealers(*household) {
                let rival = |conflict: &Conflict| numbers.get(&self.dealer(conflict.with)?.household).copied();
                for (conflict, other) in dealer.conflicts.iter().filter_map(|one| Some((one, rival(one)?))) {
                    add(&mut pairs, *number, other, level(conflict));
                }
                for group in &dealer.conflict_groups {
                    groups.entry(group).or_default().push(*number);
                }
            }
        }
        for members in groups.values() {
            for (place, one) in members.iter().enumerate() {
                members[..place].iter().for_each(|other| add(&mut pairs, *one, *other, Level::Avoid { severity: 1 }));
            }
        }
        pairs.into_iter().map(|((a, b), level)| ConflictSpec { a, b, level }).collect()
    }
}

fn level(conflict: &Conflict) -> Level {
    match conflict.kind {
        ConflictKind::Never => Level::Never,
        ConflictKind::Avoid => Level::Avoid { severity: u16::from(conflict.severity).clamp(1, MOST_SEVERITY) },
    }
}

fn add(pairs: &mut BTreeMap<(u16, u16), Level>, one: u16, two: u16, level: Level) {
    if one == two {
        return;
    }
    let known = pairs.entry((one.min(two), one.max(two))).or_insert(level);
    *known = match (*known, level) {
        (Level::Never, _) | (_, Level::Never) => Level::Never,
        (Level::Avoid { severity: one }, Level::Avoid { severity: two }) => Level::Avoid { severity: one.max(two) },
    };
}
