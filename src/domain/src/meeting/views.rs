//! Whole views for one screen: a party with its people, and the way to its table. Plain values without sentences.

use std::sync::Arc;

use super::{Badge, Meeting, PhoneState};
use crate::config::View;
use crate::event::Party;
use crate::ids::{HouseholdId, RegionId, SalespersonId, TableId};
use crate::roster::{Dealer, Guest, Household, VipTier};
use crate::time::UnixMillis;

/// A party as a screen shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HouseholdView {
    /// Its record.
    pub household: Arc<Household>,
    /// Its firms.
    pub dealers: Vec<Arc<Dealer>>,
    /// Its people by number.
    pub people: Vec<Person>,
    /// Adults here without a name.
    pub unlisted_adults: u8,
    /// Children here.
    pub children: u8,
    /// A decider is here.
    pub valid: bool,
    /// A decider is here on reception's word.
    pub witnessed: bool,
    /// When the first of them came.
    pub arrived_at: Option<UnixMillis>,
    /// Its table; none = "no table yet", said honestly.
    pub table: Option<TableSpot>,
    /// Who looks after it.
    pub salesperson: Option<SalespersonId>,
    /// That person's name.
    pub salesperson_name: String,
    /// Its sales area.
    pub region: Option<RegionId>,
    /// The highest tier among its firms.
    pub vip: Option<VipTier>,
    /// Was not invited.
    pub walk_in: bool,
}

/// A person of a party as a screen shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The record, corrections applied.
    pub guest: Arc<Guest>,
    /// Checked in.
    pub present: bool,
    /// When, by the earliest check-in.
    pub since: Option<UnixMillis>,
    /// Left early.
    pub left: bool,
    /// Cancelled in the list.
    pub cancelled: bool,
    /// Reception saw them.
    pub witnessed: bool,
    /// What came of the phone check.
    pub phone: PhoneState,
    /// The badge that counts.
    pub badge: Option<Badge>,
}

/// Where a party sits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableSpot {
    /// Which table.
    pub id: TableId,
    /// What stands on it.
    pub label: String,
    /// Part of the hall.
    pub zone: String,
    /// Row from the stage, from 1.
    pub row: u16,
    /// Centre, from the left.
    pub x_cm: i32,
    /// Centre, from the stage's wall.
    pub y_cm: i32,
    /// What is seen of the stage.
    pub view: View,
    /// Reached without steps.
    pub step_free: bool,
    /// Whether the party was told.
    pub told: bool,
}

impl Meeting {
    /// Everything about a party; `None` when it is not in the list here.
    pub fn household_view(&self, id: HouseholdId) -> Option<HouseholdView> {
        let household = Arc::clone(self.household(id)?);
        let id = household.id;
        let salesperson = self.salesperson_of(id);
        let name = salesperson.as_ref().and_then(|id| self.salesperson(id)).map(|person| person.name.clone());
        let (unlisted_adults, children) = self.unlisted(id);
        Some(HouseholdView {
            dealers: self.dealers(id).cloned().collect(),
            people: self.people(id).map(|guest| self.person(guest)).collect(),
            unlisted_adults,
            children,
            valid: self.people(id).any(|guest| self.makes_valid(guest)),
            witnessed: self.people(id).any(|guest| self.makes_witnessed(guest)),
            arrived_at: self.arrived_at(id),
            table: self.table_spot(Party::Household(id)),
            salesperson,
            salesperson_name: name.unwrap_or_default(),
            region: self.region_of(id),
            vip: self.dealers(id).filter_map(|dealer| dealer.vip).min(),
            walk_in: self.roster.walk_ins.contains(&id),
            household,
        })
    }

    /// One person as a screen shows it.
    pub fn person(&self, guest: &Arc<Guest>) -> Person {
        let arrival = self.arrival(guest.id);
        Person {
            present: self.is_present(guest.id),
            since: arrival.and_then(|arrival| arrival.first()).map(|check_in| check_in.stamp.at),
            left: arrival.is_some_and(|arrival| arrival.is_present() && arrival.left.is_some()),
            cancelled: self.roster.is_cancelled(guest),
            witnessed: arrival.is_some_and(|arrival| arrival.is_present() && arrival.is_witnessed()),
            phone: self.phone_state(guest.id),
            badge: self.standing_badge(guest.id),
            guest: Arc::clone(guest),
        }
    }

    /// Where a party sits, as long as the hotel has that table.
    pub fn table_spot(&self, party: Party) -> Option<TableSpot> {
        let party = self.resolve_party(party);
        let now = self.tables.get(&self.usable_table(party)?)?;
        Some(TableSpot {
            id: now.table.id.clone(),
            label: now.table.label.clone(),
            zone: now.table.zone.clone(),
            row: now.table.row,
            x_cm: now.table.x_cm,
            y_cm: now.table.y_cm,
            view: now.table.view,
            step_free: now.table.step_free,
            told: self.is_told(party),
        })
    }
}
