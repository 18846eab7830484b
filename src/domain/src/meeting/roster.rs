//! The guest list as folded: records, what was corrected on site on top of them, and indexes. Knows no arrivals.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::Stamp;
use super::sharded::Sharded;
use crate::config::{Disclosure, Language};
use crate::event::{
    ConflictDeclared, DealerCorrected, DealerRegraded, GuestCorrected, HouseholdsJoined, RosterChanged,
    WalkInRegistered,
};
use crate::ids::{DealerId, GuestId, GuestNo, HouseholdId, SalespersonId};
use crate::roster::{
    ClassCriterion, Conflict, Contact, CustomerClass, Dealer, Gender, Guest, GuestRole, Household, Needs, SealedText,
    VipTier,
};

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Roster {
    pub rev: u32,
    pub households: Sharded<HouseholdId, Arc<Household>>,
    pub dealers: Sharded<DealerId, Arc<Dealer>>,
    pub guests: Sharded<GuestId, Arc<Guest>>,
    pub by_no: Sharded<GuestNo, GuestId>,
    pub by_phone: Sharded<String, Arc<BTreeSet<GuestId>>>,
    pub members: Sharded<HouseholdId, Arc<Members>>,
    pub by_salesperson: Arc<BTreeMap<SalespersonId, BTreeSet<DealerId>>>,
    /// Guests without a household.
    pub alone: Arc<BTreeSet<GuestId>>,
    pub walk_ins: Arc<BTreeSet<HouseholdId>>,
    pub cancelled_guests: Sharded<GuestId, Stamp>,
    pub cancelled_dealers: Sharded<DealerId, Stamp>,
    pub cancelled_households: Sharded<HouseholdId, Stamp>,
    guests_on_site: Sharded<GuestId, Arc<GuestOnSite>>,
    dealers_on_site: Sharded<DealerId, Arc<DealerOnSite>>,
    joined: Arc<BTreeMap<HouseholdId, HouseholdId>>,
}

/// Who belongs to a household, people in the order of their numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Members {
    pub dealers: BTreeSet<DealerId>,
    pub guests: BTreeSet<(GuestNo, GuestId)>,
}

/// What was corrected about a guest on site; survives every import.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct GuestOnSite {
    name: Option<String>,
    title: Option<String>,
    role: Option<GuestRole>,
    decides: Option<bool>,
    gender: Option<Gender>,
    language: Option<Language>,
    needs: Option<Needs>,
    phone: Option<Contact>,
}

/// What was learnt about a dealer on site; survives every import.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct DealerOnSite {
    firm: Option<String>,
    county: Option<String>,
    salesperson: Option<SalespersonId>,
    address: Option<SealedText>,
    class: Option<(CustomerClass, Vec<ClassCriterion>)>,
    vip: Option<VipTier>,
    may_disclose: Option<Disclosure>,
    conflicts: Vec<Conflict>,
}

impl Roster {
    pub fn change(&mut self, stamp: &Stamp, change: &RosterChanged) {
        self.rev = self.rev.max(change.rev);
        change.households.iter().for_each(|household| self.put_household(household));
        change.dealers.iter().for_each(|dealer| self.put_dealer(dealer));
        for guest in &change.guests {
            self.put_guest(guest);
            guest.household.iter().for_each(|id| drop(self.cancelled_households.remove(id)));
        }
        for id in &change.cancelled_guests {
            self.cancelled_guests.insert(*id, stamp.clone());
        }
        for id in &change.cancelled_dealers {
            self.cancelled_dealers.insert(*id, stamp.clone());
        }
        for id in &change.cancelled_households {
            self.cancelled_households.insert(*id, stamp.clone());
        }
    }

    pub fn walk_in(&mut self, event: &WalkInRegistered) {
        if let Some(household) = &event.household {
            self.put_household(household);
            Arc::make_mut(&mut self.walk_ins).insert(household.id);
        }
        event.dealers.iter().for_each(|dealer| self.put_dealer(dealer));
        event.guests.iter().for_each(|guest| self.put_guest(guest));
    }

    fn put_household(&mut self, household: &Household) {
        self.cancelled_households.remove(&household.id);
        self.households.insert(household.id, Arc::new(household.clone()));
        self.members.or_default(household.id);
    }

    fn put_dealer(&mut self, record: &Dealer) {
        let mut dealer = record.clone();
        dealer.household = self.resolve(dealer.household);
        if let Some(on_site) = self.dealers_on_site.get(&dealer.id) {
            on_site.correct(&mut dealer);
        }
        self.replace_dealer(dealer);
        self.cancelled_dealers.remove(&record.id);
    }

    fn replace_dealer(&mut self, dealer: Dealer) {
        if let Some(old) = self.dealers.get(&dealer.id).cloned() {
            self.unlist_dealer(&old);
        }
        if let Some(salesperson) = &dealer.salesperson {
            let index = Arc::make_mut(&mut self.by_salesperson);
            index.entry(salesperson.clone()).or_default().insert(dealer.id);
        }
        self.members.edit(dealer.household).dealers.insert(dealer.id);
        self.dealers.insert(dealer.id, Arc::new(dealer));
    }

    fn unlist_dealer(&mut self, old: &Dealer) {
        if let Some(salesperson) = &old.salesperson
            && let Some(dealers) = Arc::make_mut(&mut self.by_salesperson).get_mut(salesperson)
        {
            dealers.remove(&old.id);
        }
        self.members.edit(old.household).dealers.remove(&old.id);
    }

    pub fn put_guest(&mut self, record: &Guest) {
        let mut guest = record.clone();
        guest.household = guest.household.map(|id| self.resolve(id));
        if let Some(on_site) = self.guests_on_site.get(&guest.id) {
            on_site.correct(&mut guest);
        }
        self.replace_guest(guest);
        self.cancelled_guests.remove(&record.id);
    }

    fn replace_guest(&mut self, guest: Guest) {
        if let Some(old) = self.guests.get(&guest.id).cloned() {
            self.unlist_guest(&old);
        }
        if let Some(number) = guest.guest_no {
            self.by_no.insert(number, guest.id);
        }
        if let Some(phone) = &guest.phone {
            self.by_phone.edit(phone.phone_hash.clone()).insert(guest.id);
        }
        match guest.household {
            Some(household) => {
                self.members.edit(household).guests.insert(rank(&guest));
            }
            None => {
                Arc::make_mut(&mut self.alone).insert(guest.id);
            }
        }
        self.guests.insert(guest.id, Arc::new(guest));
    }

    fn unlist_guest(&mut self, old: &Guest) {
        if let Some(number) = old.guest_no.filter(|number| self.by_no.get(number) == Some(&old.id)) {
            self.by_no.remove(&number);
        }
        if let Some(phone) = &old.phone {
            self.by_phone.edit(phone.phone_hash.clone()).remove(&old.id);
        }
        match old.household {
            Some(household) => {
                self.members.edit(household).guests.remove(&rank(old));
            }
            None => {
                Arc::make_mut(&mut self.alone).remove(&old.id);
            }
        }
    }

    pub fn correct_guest(&mut self, event: &GuestCorrected) {
        self.guests_on_site.edit(event.guest).learn(event);
        self.refresh_guest(event.guest);
    }

    pub fn correct_phone(&mut self, guest: GuestId, contact: &Contact) {
        self.guests_on_site.edit(guest).phone = Some(contact.clone());
        self.refresh_guest(guest);
    }

    fn refresh_guest(&mut self, id: GuestId) {
        let (Some(guest), Some(on_site)) = (self.guests.get(&id), self.guests_on_site.get(&id)) else { return };
        let mut guest = (**guest).clone();
        on_site.correct(&mut guest);
        self.replace_guest(guest);
    }

    pub fn regrade(&mut self, event: &DealerRegraded) {
        self.learn_of_dealer(event.dealer, |on_site| {
            on_site.class = Some((event.class, event.criteria.clone()));
            on_site.vip = event.vip.or(on_site.vip);
        });
    }

    pub fn correct_dealer(&mut self, event: &DealerCorrected) {
        let DealerCorrected { dealer: _, firm, county, salesperson, address, reason: _ } = event.clone();
        self.learn_of_dealer(event.dealer, |on_site| {
            on_site.firm = firm.or(on_site.firm.take());
            on_site.county = county.or(on_site.county.take());
            on_site.salesperson = salesperson.or(on_site.salesperson.take());
            on_site.address = address.or(on_site.address.take());
        });
    }

    pub fn disclose(&mut self, dealer: DealerId, may_disclose: Disclosure) {
        self.learn_of_dealer(dealer, |on_site| on_site.may_disclose = Some(may_disclose));
    }

    pub fn declare_conflict(&mut self, event: &ConflictDeclared) {
        self.learn_of_dealer(event.dealer, |on_site| {
            if !on_site.conflicts.contains(&event.conflict) {
                on_site.conflicts.push(event.conflict.clone());
            }
        });
    }

    fn learn_of_dealer(&mut self, id: DealerId, learn: impl FnOnce(&mut DealerOnSite)) {
        let on_site = self.dealers_on_site.edit(id);
        learn(on_site);
        let Some(dealer) = self.dealers.get(&id) else { return };
        let mut dealer = (**dealer).clone();
        on_site.correct(&mut dealer);
        self.replace_dealer(dealer);
    }

    /// After the purge: firms and counts stay, people have no name, no number and no needs.
    pub fn forget_people(&mut self) {
        let known = |guest: &&Arc<Guest>| !(guest.name.is_empty() && guest.phone.is_none());
        let guests: Vec<Arc<Guest>> = self.guests.values().filter(known).cloned().collect();
        for guest in guests {
            let mut nobody = (*guest).clone();
            (nobody.name, nobody.title, nobody.phone) = (String::new(), String::new(), None);
            (nobody.organisation, nobody.gender, nobody.language) = (String::new(), None, None);
            nobody.needs = Needs::default();
            nobody.columns.clear();
            self.replace_guest(nobody);
        }
        let dealers: Vec<Arc<Dealer>> = self.dealers.values().cloned().collect();
        for dealer in dealers {
            let mut firm = (*dealer).clone();
            firm.address = None;
            firm.columns.clear();
            firm.stock_heard.clear();
            firm.funds_heard.clear();
            if firm != *dealer {
                self.replace_dealer(firm);
            }
        }
        self.by_phone = Sharded::default();
        self.guests_on_site = Sharded::default();
        self.dealers_on_site = Sharded::default();
    }

    /// Where a household went that was joined to another.
    pub fn resolve(&self, household: HouseholdId) -> HouseholdId {
        self.joined.get(&household).copied().unwrap_or(household)
    }

    /// Returns the two households that became one, resolved; `None` when they were one already.
    pub fn join(&mut self, event: &HouseholdsJoined) -> Option<(HouseholdId, HouseholdId)> {
        let (into, joined) = (self.resolve(event.into), self.resolve(event.joined));
        if into == joined {
            return None;
        }
        let table = Arc::make_mut(&mut self.joined);
        table.values_mut().filter(|target| **target == joined).for_each(|target| *target = into);
        table.insert(joined, into);
        let members = self.members.get(&joined).cloned().unwrap_or_default();
        for id in &members.dealers {
            let Some(dealer) = self.dealers.get(id) else { continue };
            let dealer = Dealer { household: into, ..(**dealer).clone() };
            self.replace_dealer(dealer);
        }
        for (_, id) in &members.guests {
            let Some(guest) = self.guests.get(id) else { continue };
            let guest = Guest { household: Some(into), ..(**guest).clone() };
            self.replace_guest(guest);
        }
        Some((into, joined))
    }

    /// Households that count: those not gone up in another.
    pub fn standing_households(&self) -> impl Iterator<Item = &Arc<Household>> {
        self.households.values().filter(|household| !self.joined.contains_key(&household.id))
    }

    pub fn is_cancelled(&self, guest: &Guest) -> bool {
        self.cancellation(guest).is_some()
    }

    pub fn cancellation(&self, guest: &Guest) -> Option<&Stamp> {
        let household = || guest.household.and_then(|id| self.cancelled_households.get(&id));
        self.cancelled_guests.get(&guest.id).or_else(household)
    }
}

/// People without a number come after those with one.
fn rank(guest: &Guest) -> (GuestNo, GuestId) {
    (guest.guest_no.unwrap_or(GuestNo(u32::MAX)), guest.id)
}

impl GuestOnSite {
    fn learn(&mut self, event: &GuestCorrected) {
        let GuestCorrected { guest: _, name, title, role, decides, gender, language, needs, phone, reason: _ } =
            event.clone();
        self.name = name.or(self.name.take());
        self.title = title.or(self.title.take());
        self.role = role.or(self.role);
        self.decides = decides.or(self.decides);
        self.gender = gender.or(self.gender);
        self.language = language.or(self.language);
        self.needs = needs.or(self.needs.take());
        self.phone = phone.or(self.phone.take());
    }

    fn correct(&self, guest: &mut Guest) {
        let on_site = self.clone();
        guest.name = on_site.name.unwrap_or_else(|| std::mem::take(&mut guest.name));
        guest.title = on_site.title.unwrap_or_else(|| std::mem::take(&mut guest.title));
        guest.role = on_site.role.unwrap_or(guest.role);
        guest.decides = on_site.decides.unwrap_or(guest.decides);
        guest.gender = on_site.gender.or(guest.gender);
        guest.language = on_site.language.or(guest.language);
        guest.needs = on_site.needs.unwrap_or_else(|| std::mem::take(&mut guest.needs));
        guest.phone = on_site.phone.or(guest.phone.take());
    }
}

impl DealerOnSite {
    fn correct(&self, dealer: &mut Dealer) {
        let on_site = self.clone();
        dealer.firm = on_site.firm.unwrap_or_else(|| std::mem::take(&mut dealer.firm));
        dealer.county = on_site.county.unwrap_or_else(|| std::mem::take(&mut dealer.county));
        dealer.salesperson = on_site.salesperson.or(dealer.salesperson.take());
        dealer.address = on_site.address.or(dealer.address.take());
        if let Some((class, criteria)) = &self.class {
            dealer.class = Some(*class);
            dealer.criteria.clone_from(criteria);
        }
        dealer.vip = self.vip.or(dealer.vip);
        dealer.may_disclose = self.may_disclose.unwrap_or(dealer.may_disclose);
        for conflict in &self.conflicts {
            if !dealer.conflicts.contains(conflict) {
                dealer.conflicts.push(conflict.clone());
            }
        }
    }
}
