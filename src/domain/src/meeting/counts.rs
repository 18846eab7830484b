//! Attendance figures as exact integers, counted afresh from the state each time. Reports and rankings are elsewhere.

use std::collections::BTreeMap;

use super::Meeting;
use crate::event::Party;
use crate::ids::{HouseholdId, RegionId, SalespersonId};
use crate::roster::Dealer;

/// Attendance of the meeting, a region or a salesperson. Households count once each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Households in the list: neither cancelled nor walk-ins.
    pub households_invited: u32,
    /// Households with a guest checked in.
    pub households_present: u32,
    /// Households with a decider here, on whoever's word.
    pub households_valid: u32,
    /// Households with a decider here on reception's word.
    pub households_witnessed: u32,
    /// Invited households of top-five or VIP dealers.
    pub core_invited: u32,
    /// Those of them, and such walk-ins, that are present.
    pub core_present: u32,
    /// Valid customers among the households of the list, and present ones beside it.
    pub valid_customers: u32,
    /// Valid customers that are valid households.
    pub valid_customers_valid: u32,
    /// People in the list, guests without a dealer not among them.
    pub guests_invited: u32,
    /// Named people checked in, guests without a dealer not among them.
    pub guests_present: u32,
    /// Adults present without a name.
    pub unlisted_adults: u32,
    /// Children present.
    pub children: u32,
    /// Guests without a dealer who are here: never counted elsewhere.
    pub alone_present: u32,
    /// Named people who left early.
    pub guests_left: u32,
}

impl Counts {
    /// The rate against the target, in hundredths of a percent, rounded down; `None` without valid customers.
    pub fn rate_basis_points(&self) -> Option<u32> {
        let customers = u64::from(self.valid_customers);
        let valid = u64::from(self.valid_customers_valid);
        (valid * 10_000).checked_div(customers).and_then(|rate| u32::try_from(rate).ok())
    }

    /// Whether the rate reaches `percent`, compared exactly.
    pub fn reaches(&self, percent: u8) -> bool {
        let (valid, customers) = (u64::from(self.valid_customers_valid), u64::from(self.valid_customers));
        customers > 0 && valid * 100 >= customers * u64::from(percent)
    }

    /// Everybody of households who is here: named, unlisted and children.
    pub fn heads_present(&self) -> u32 {
        self.guests_present + self.unlisted_adults + self.children
    }

    fn add(&mut self, one: &Counts) {
        self.households_invited += one.households_invited;
        self.households_present += one.households_present;
        self.households_valid += one.households_valid;
        self.households_witnessed += one.households_witnessed;
        self.core_invited += one.core_invited;
        self.core_present += one.core_present;
        self.valid_customers += one.valid_customers;
        self.valid_customers_valid += one.valid_customers_valid;
        self.guests_invited += one.guests_invited;
        self.guests_present += one.guests_present;
        self.unlisted_adults += one.unlisted_adults;
        self.children += one.children;
        self.alone_present += one.alone_present;
        self.guests_left += one.guests_left;
    }
}

/// Sum and number of the annual sales of each region's dealers.
type Averages = BTreeMap<Option<RegionId>, (i128, i128)>;

impl Meeting {
    /// The whole meeting.
    pub fn counts(&self) -> Counts {
        let mut total = Counts::default();
        let averages = self.averages();
        self.roster.standing_households().for_each(|household| total.add(&self.counts_of(household.id, &averages)));
        let alone = self.roster.alone.iter().filter(|guest| self.is_present(**guest)).count();
        total.alone_present = u32::try_from(alone).unwrap_or(u32::MAX);
        total
    }

    /// By the region of each household's lead dealer; `None` holds those without one.
    pub fn counts_by_region(&self) -> BTreeMap<Option<RegionId>, Counts> {
        let mut by_region: BTreeMap<_, Counts> =
            self.config.regions.iter().map(|region| (Some(region.id.clone()), Counts::default())).collect();
        let averages = self.averages();
        for household in self.roster.standing_households() {
            let counts = self.counts_of(household.id, &averages);
            by_region.entry(self.region_of(household.id)).or_default().add(&counts);
        }
        by_region
    }

    /// By the salesperson of each household's lead dealer; `None` holds those without one.
    pub fn counts_by_salesperson(&self) -> BTreeMap<Option<SalespersonId>, Counts> {
        let people = self.config.salespeople.iter();
        let mut by_salesperson: BTreeMap<_, Counts> =
            people.map(|salesperson| (Some(salesperson.id.clone()), Counts::default())).collect();
        let averages = self.averages();
        for household in self.roster.standing_households() {
            let counts = self.counts_of(household.id, &averages);
            by_salesperson.entry(self.salesperson_of(household.id)).or_default().add(&counts);
        }
        by_salesperson
    }

    /// Whether a household is a valid customer: stated, or annual sales above the region's average.
    pub fn is_valid_customer(&self, household: HouseholdId) -> bool {
        self.is_valid_customer_by(household, &self.averages())
    }

    fn counts_of(&self, household: HouseholdId, averages: &Averages) -> Counts {
        let mut counts = Counts::default();
        let cancelled = self.roster.cancelled_households.contains(&household);
        let invited = !cancelled && !self.roster.walk_ins.contains(&household);
        let (mut valid, mut witnessed) = (false, false);
        for guest in self.people(household) {
            let present = self.is_present(guest.id);
            counts.guests_invited += u32::from(invited && guest.guest_no.is_some() && !self.roster.is_cancelled(guest));
            counts.guests_present += u32::from(present);
            counts.guests_left += u32::from(present && !self.is_in_the_hall(guest.id));
            valid |= self.makes_valid(guest);
            witnessed |= self.makes_witnessed(guest);
        }
        let present = counts.guests_present > 0;
        let (adults, children) = self.unlisted(household);
        let core = self.is_core(household);
        let customer = (invited || present) && self.is_valid_customer_by(household, averages);
        counts.unlisted_adults = u32::from(adults);
        counts.children = u32::from(children);
        counts.households_invited = u32::from(invited);
        counts.households_present = u32::from(present);
        counts.households_valid = u32::from(valid);
        counts.households_witnessed = u32::from(witnessed);
        counts.core_invited = u32::from(core && invited);
        counts.core_present = u32::from(core && present);
        counts.valid_customers = u32::from(customer);
        counts.valid_customers_valid = u32::from(customer && valid);
        counts
    }

    /// Over the dealers whose annual sales are known, cancelled ones left out.
    fn averages(&self) -> Averages {
        let mut averages = Averages::new();
        for dealer in self.roster.dealers.values() {
            let Some(sales) = dealer.annual_sales_minor else { continue };
            if !self.roster.cancelled_dealers.contains(&dealer.id) {
                let region = averages.entry(dealer.region.clone()).or_default();
                *region = (region.0 + i128::from(sales), region.1 + 1);
            }
        }
        averages
    }

    fn is_valid_customer_by(&self, household: HouseholdId, averages: &Averages) -> bool {
        let above = |dealer: &Dealer| {
            let Some(sales) = dealer.annual_sales_minor else { return false };
            averages.get(&dealer.region).is_some_and(|(sum, number)| i128::from(sales) * number > *sum)
        };
        self.dealers(household).any(|dealer| dealer.valid_customer.unwrap_or_else(|| above(dealer)))
    }

    /// People here for a party's table: named ones who did not leave, unlisted ones and children.
    pub fn heads_of(&self, party: Party) -> u16 {
        let named = self.guests_of(party).into_iter().filter(|guest| self.is_in_the_hall(*guest)).count();
        let Party::Household(household) = party else { return u16::try_from(named).unwrap_or(u16::MAX) };
        if named == 0 {
            return 0;
        }
        let (adults, children) = self.unlisted(household);
        u16::try_from(named + usize::from(adults) + usize::from(children)).unwrap_or(u16::MAX)
    }
}
