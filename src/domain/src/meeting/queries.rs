//! Questions that screens ask: who is this, whose number is it, where is everything. Changes nothing.

use std::collections::BTreeMap;
use std::sync::Arc;

use ed25519_dalek::VerifyingKey;

use super::{Meeting, PhoneState, Stamp, TableNow};
use crate::config::{KioskSpot, MeetingConfig, PhoneCheckRule, Room};
use crate::event::{Party, ScanFault};
use crate::ids::{DealerId, GuestId, GuestNo, HouseholdId, RegionId, SalespersonId, TableId};
use crate::invitation::Token;
use crate::roster::{Dealer, Guest, Household};
use crate::time::UnixMillis;

/// Whose a phone number is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PhoneMatch {
    /// Nobody's.
    Nobody,
    /// One party's; the guests who have it.
    One {
        /// The party.
        party: Party,
        /// By number.
        guests: Vec<GuestId>,
    },
    /// Several parties': the desk decides.
    Several,
}

/// What a kiosk asks about the phone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PhoneQuestion {
    /// Nothing.
    None,
    /// "138****1234, still your number?"
    Confirm {
        /// What may be shown.
        mask: String,
    },
    /// The guest types it.
    Type,
}

impl Meeting {
    /// The facts of the meeting.
    pub fn config(&self) -> &MeetingConfig {
        &self.config
    }

    /// Revision of the facts; 0 = none yet.
    pub fn config_rev(&self) -> u32 {
        self.config_rev
    }

    /// Revision of the guest list; 0 = none yet.
    pub fn roster_rev(&self) -> u32 {
        self.roster.rev
    }

    /// Revision of the seating plan; 0 = none yet.
    pub fn plan_rev(&self) -> u32 {
        self.plan_rev
    }

    /// Keys that sign invitations, by number.
    pub fn invitation_keys(&self) -> &BTreeMap<u8, VerifyingKey> {
        &self.invitation_keys
    }

    /// The X25519 key to which contact data are sealed.
    pub fn contact_key(&self) -> Option<[u8; 32]> {
        self.contact_key
    }

    /// Whose invitation a scanned text is; `today` in days since 2020-01-01.
    ///
    /// # Errors
    /// What is wrong with it; a true invitation of somebody unknown here is `UnknownGuest`.
    pub fn read_invitation(&self, text: &str, today: u16) -> Result<Arc<Guest>, ScanFault> {
        let token = Token::read(text, &self.invitation_keys, self.config.meeting.token_number, today)?;
        let guest = self.guest_by_no(token.guest).ok_or(ScanFault::UnknownGuest)?;
        if token.serial < guest.invitation_serial {
            return Err(ScanFault::Expired);
        }
        Ok(Arc::clone(guest))
    }

    /// A person.
    pub fn guest(&self, id: GuestId) -> Option<&Arc<Guest>> {
        self.roster.guests.get(&id)
    }

    /// A person by the number inside the invitation.
    pub fn guest_by_no(&self, number: GuestNo) -> Option<&Arc<Guest>> {
        self.roster.by_no.get(&number).and_then(|id| self.roster.guests.get(id))
    }

    /// Every person of the list and every walk-in.
    pub fn guests(&self) -> impl Iterator<Item = &Arc<Guest>> {
        self.roster.guests.values()
    }

    /// How many people there are in the list, walk-ins among them.
    pub fn guest_count(&self) -> usize {
        self.roster.guests.len()
    }

    /// A firm.
    pub fn dealer(&self, id: DealerId) -> Option<&Arc<Dealer>> {
        self.roster.dealers.get(&id)
    }

    /// Every firm.
    pub fn all_dealers(&self) -> impl Iterator<Item = &Arc<Dealer>> {
        self.roster.dealers.values()
    }

    /// A party; one that went up in another is found as that one.
    pub fn household(&self, id: HouseholdId) -> Option<&Arc<Household>> {
        self.roster.households.get(&self.roster.resolve(id))
    }

    /// Every party that counts.
    pub fn households(&self) -> impl Iterator<Item = &Arc<Household>> {
        self.roster.standing_households()
    }

    /// Firms of a party.
    pub fn dealers(&self, household: HouseholdId) -> impl Iterator<Item = &Arc<Dealer>> {
        let members = self.roster.members.get(&self.roster.resolve(household));
        let ids = members.into_iter().flat_map(|members| &members.dealers);
        ids.filter_map(|id| self.roster.dealers.get(id))
    }

    /// People of a party by number.
    pub fn guests_of(&self, party: Party) -> Vec<GuestId> {
        match party {
            Party::Household(household) => self.people(self.roster.resolve(household)).map(|guest| guest.id).collect(),
            Party::Guest(guest) => vec![guest],
        }
    }

    /// Whether the list or its party cancelled this person.
    pub fn is_cancelled(&self, guest: GuestId) -> bool {
        self.roster.guests.get(&guest).is_some_and(|guest| self.roster.is_cancelled(guest))
    }

    /// Whose number this is, by its keyed hash; cancelled people count only where nobody else has it.
    pub fn by_phone(&self, phone_hash: &str) -> PhoneMatch {
        let ids = self.roster.by_phone.get(&phone_hash.to_owned());
        let mut guests: Vec<&Arc<Guest>> =
            ids.into_iter().flat_map(|ids| ids.iter()).filter_map(|id| self.roster.guests.get(id)).collect();
        if guests.iter().any(|guest| !self.roster.is_cancelled(guest)) {
            guests.retain(|guest| !self.roster.is_cancelled(guest));
        }
        let Some(first) = guests.first() else { return PhoneMatch::Nobody };
        let party = self.party_of(first.id);
        if guests.iter().any(|guest| self.party_of(guest.id) != party) {
            return PhoneMatch::Several;
        }
        guests.sort_by_key(|guest| (guest.guest_no.is_none(), guest.guest_no, guest.id));
        PhoneMatch::One { party, guests: guests.iter().map(|guest| guest.id).collect() }
    }

    /// What to ask about the phone at check-in; never of guests of honour, and nothing that was answered before.
    pub fn phone_question(&self, guest: GuestId) -> PhoneQuestion {
        let Some(record) = self.roster.guests.get(&guest) else { return PhoneQuestion::None };
        let answered = matches!(self.phone_state(guest), PhoneState::Confirmed | PhoneState::Corrected);
        let Some(phone) = record.phone.as_ref().filter(|_| !answered && !self.is_vip(record)) else {
            return PhoneQuestion::None;
        };
        match self.config.rules.phone_check {
            PhoneCheckRule::Off => PhoneQuestion::None,
            PhoneCheckRule::Confirm => PhoneQuestion::Confirm { mask: phone.phone_mask.clone() },
            PhoneCheckRule::Type => PhoneQuestion::Type,
        }
    }

    /// What came of the phone check.
    pub fn phone_state(&self, guest: GuestId) -> PhoneState {
        self.arrival(guest).map(|arrival| arrival.phone).unwrap_or_default()
    }

    /// Guest of honour, by themself or by one of the party's firms.
    pub fn is_vip(&self, guest: &Guest) -> bool {
        guest.vip || guest.household.is_some_and(|household| self.dealers(household).any(|dealer| dealer.vip.is_some()))
    }

    /// A party of a top-five or VIP dealer.
    pub fn is_core(&self, household: HouseholdId) -> bool {
        self.dealers(household).any(|dealer| dealer.top_five || dealer.vip.is_some())
    }

    /// The firm whose region and salesperson count for a party.
    pub fn lead(&self, household: HouseholdId) -> Option<&Arc<Dealer>> {
        let record = self.household(household)?;
        self.roster.dealers.get(&record.lead).or_else(|| self.dealers(record.id).next())
    }

    /// Sales area of a party.
    pub fn region_of(&self, household: HouseholdId) -> Option<RegionId> {
        self.lead(household)?.region.clone()
    }

    /// Who looks after a party.
    pub fn salesperson_of(&self, household: HouseholdId) -> Option<SalespersonId> {
        self.lead(household)?.salesperson.clone()
    }

    /// Parties with a firm of this salesperson, by their first guest number.
    pub fn households_of(&self, salesperson: &SalespersonId) -> Vec<HouseholdId> {
        let dealers = self.roster.by_salesperson.get(salesperson).into_iter().flatten();
        let of_dealer = |id: &DealerId| self.roster.dealers.get(id).map(|dealer| dealer.household);
        let mut households: Vec<HouseholdId> = dealers.filter_map(of_dealer).collect();
        let first_no = |id: &HouseholdId| self.people(*id).next().and_then(|guest| guest.guest_no);
        households.sort_by_key(|id| (first_no(id).map_or(u32::MAX, |number| number.0), *id));
        households.dedup();
        households
    }

    pub(super) fn looks_after(&self, salesperson: &SalespersonId, household: HouseholdId) -> bool {
        self.dealers(household).any(|dealer| dealer.salesperson.as_ref() == Some(salesperson))
    }

    /// When the first of a party checked in, by the earliest clock.
    pub fn arrived_at(&self, household: HouseholdId) -> Option<UnixMillis> {
        let people = self.people(self.roster.resolve(household));
        people.filter_map(|guest| Some(self.arrival(guest.id)?.first()?.stamp.at)).min()
    }

    /// The first check-in of a party's people who are still here.
    pub(super) fn first_in_the_hall(&self, party: Party) -> Option<&Stamp> {
        let here = self.guests_of(party).into_iter().filter(|guest| self.is_in_the_hall(*guest));
        here.filter_map(|guest| self.arrival(guest)?.first())
            .map(|check_in| &check_in.stamp)
            .min_by_key(|stamp| stamp.at)
    }

    /// Parties that are here with the time of their arrival, the newest first: the welcome wall.
    pub fn arrivals(&self) -> Vec<(UnixMillis, HouseholdId)> {
        let at = |household: &Arc<Household>| Some((self.arrived_at(household.id)?, household.id));
        let mut arrivals: Vec<_> = self.roster.standing_households().filter_map(at).collect();
        arrivals.sort_by(|a, b| b.cmp(a));
        arrivals
    }

    /// A table as it stands now.
    pub fn table(&self, id: &TableId) -> Option<&TableNow> {
        self.tables.get(id)
    }

    /// Every table, closed ones too.
    pub fn tables(&self) -> impl Iterator<Item = &TableNow> {
        self.tables.iter()
    }

    /// Stage, doors, aisles, kiosks.
    pub fn room(&self) -> &Room {
        &self.config.room
    }

    /// Where a kiosk stands, by its name or number prefix without regard to a later log's letters (`K1B` is `K1`).
    pub fn kiosk_spot(&self, name: &str) -> Option<&KioskSpot> {
        let device = name.trim_end_matches(|letter: char| letter.is_ascii_uppercase());
        let device = if device.is_empty() { name } else { device };
        let spots = &self.config.room.kiosks;
        spots.iter().find(|spot| spot.name == name).or_else(|| spots.iter().find(|spot| spot.name == device))
    }
}
