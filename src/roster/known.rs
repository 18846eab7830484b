//! The list as the hub's log tells it: what the next import is compared with. Folds list events only; what happened on site is not undone by a list.

use std::collections::{BTreeMap, BTreeSet};

use domain::config::MeetingConfig;
use domain::event::Event;
use domain::ids::{DealerId, GuestId, GuestNo, HouseholdId, TableId};
use domain::roster::{Dealer, Guest, Household};

/// What earlier imports have told the nodes.
#[derive(Debug, Clone, Default)]
pub struct KnownList {
    /// The meeting file as last imported.
    pub config: Option<MeetingConfig>,
    /// Its revision; 0 before the first.
    pub config_rev: u32,
    /// Revision of the list; 0 before the first.
    pub roster_rev: u32,
    /// Revision of the planned seats; 0 before the first.
    pub seats_rev: u32,
    /// Parties, cancelled ones too.
    pub households: BTreeMap<HouseholdId, Household>,
    /// Firms, cancelled ones too.
    pub dealers: BTreeMap<DealerId, Dealer>,
    /// People, cancelled ones too.
    pub guests: BTreeMap<GuestId, Guest>,
    /// People who do not come any more.
    pub cancelled_guests: BTreeSet<GuestId>,
    /// Firms that do not come any more.
    pub cancelled_dealers: BTreeSet<DealerId>,
    /// Parties that do not come any more.
    pub cancelled_households: BTreeSet<HouseholdId>,
    /// Planned tables.
    pub seats: BTreeMap<HouseholdId, TableId>,
    /// Invitation keys that nodes know.
    pub invitation_keys: BTreeMap<u8, String>,
    /// The contact key that nodes know.
    pub contact_key: Option<String>,
}

impl KnownList {
    /// What `events` of the hub's log say, in their order.
    pub fn fold<'a>(events: impl IntoIterator<Item = &'a Event>) -> KnownList {
        let mut known = KnownList::default();
        known.apply_all(events);
        known
    }

    /// Takes over what `events` say.
    pub fn apply_all<'a>(&mut self, events: impl IntoIterator<Item = &'a Event>) {
        for event in events {
            self.apply(event);
        }
    }

    fn apply(&mut self, event: &Event) {
        match event {
            Event::MeetingConfigured(configured) => {
                self.config_rev = configured.rev;
                self.config = Some((*configured.config).clone());
            }
            Event::RosterChanged(changed) => self.apply_list(changed),
            Event::SeatsPlanned(planned) => {
                self.seats_rev = planned.rev;
                self.seats.extend(planned.seats.iter().cloned());
                self.seats.retain(|household, _| !planned.unplanned.contains(household));
            }
            Event::InvitationKeyPublished(key) => {
                self.invitation_keys.insert(key.key, key.public_hex.clone());
            }
            Event::ContactKeyPublished(key) => self.contact_key = Some(key.public_hex.clone()),
            Event::WalkInRegistered(walk_in) => {
                self.households.extend(walk_in.household.iter().map(|household| (household.id, household.clone())));
                self.dealers.extend(walk_in.dealers.iter().map(|dealer| (dealer.id, dealer.clone())));
                self.guests.extend(walk_in.guests.iter().map(|guest| (guest.id, guest.clone())));
            }
            _ => {}
        }
    }

    fn apply_list(&mut self, changed: &domain::event::RosterChanged) {
        self.roster_rev = changed.rev;
        for household in &changed.households {
            self.cancelled_households.remove(&household.id);
            self.households.insert(household.id, household.clone());
        }
        for dealer in &changed.dealers {
            self.cancelled_dealers.remove(&dealer.id);
            self.dealers.insert(dealer.id, dealer.clone());
        }
        for guest in &changed.guests {
            self.cancelled_guests.remove(&guest.id);
            self.guests.insert(guest.id, guest.clone());
        }
        self.cancelled_guests.extend(&changed.cancelled_guests);
        self.cancelled_dealers.extend(&changed.cancelled_dealers);
        self.cancelled_households.extend(&changed.cancelled_households);
    }

    /// The number of the next new guest: one above every number that was ever given.
    pub fn next_guest_no(&self) -> GuestNo {
        GuestNo(self.guests.values().filter_map(|guest| guest.guest_no).map(|number| number.0).max().unwrap_or(0) + 1)
    }

    /// Invited people who still come.
    pub fn invited(&self) -> impl Iterator<Item = &Guest> {
        self.guests.values().filter(|guest| guest.guest_no.is_some() && !self.cancelled_guests.contains(&guest.id))
    }
}
