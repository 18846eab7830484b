//! Rules for corrections of the list on site: walk-ins, added and corrected people, classes, consents; and their fold.

use std::sync::Arc;

use super::authority::{ANY_STAFF, RECEPTION};
use super::{Consent, Meeting, Stamp};
use crate::actor::Ctx;
use crate::config::{Disclosure, NoticeKind};
use crate::event::*;
use crate::ids::{DealerId, GuestId, NoticeId};
use crate::refusal::Refusal;
use crate::roster::{ClassCriterion, CustomerClass, Dealer, Guest, Household};

/// People of one walk-in party at most.
const MOST_WALK_IN: u16 = 60;

impl Meeting {
    pub(super) fn register_walk_in(
        &self,
        household: Option<&Household>,
        dealers: &[Dealer],
        guests: &[Guest],
        note: &str,
        ctx: &Ctx,
    ) -> Result<Vec<Event>, Refusal> {
        self.need(ctx, ANY_STAFF)?;
        if guests.is_empty() || guests.iter().any(|guest| guest.name.trim().is_empty()) {
            return Err(Refusal::NameMissing);
        }
        if guests.len() + dealers.len() > usize::from(MOST_WALK_IN) {
            return Err(Refusal::TooMany { most: MOST_WALK_IN });
        }
        let id = household.map(|household| household.id);
        let lead = household.is_none_or(|household| dealers.iter().any(|dealer| dealer.id == household.lead));
        let fits = guests.iter().all(|guest| guest.household == id && guest.guest_no.is_none());
        let firms = dealers.iter().all(|dealer| Some(dealer.household) == id && !dealer.firm.trim().is_empty());
        if !(lead && fits && firms) {
            return Err(Refusal::RecordBroken);
        }
        let known = id.is_some_and(|id| self.roster.households.contains(&id))
            || dealers.iter().any(|dealer| self.roster.dealers.contains(&dealer.id))
            || guests.iter().any(|guest| self.roster.guests.contains(&guest.id));
        if known {
            return Err(Refusal::AlreadyThere);
        }
        let event = WalkInRegistered {
            household: household.cloned().map(|household| self.with_draw_id(household, ctx)),
            dealers: dealers.to_vec(),
            guests: guests.to_vec(),
            note: note.to_owned(),
        };
        Ok(vec![event.into()])
    }

    pub(super) fn add_guest(&self, guest: &Guest, was_unlisted: bool, ctx: &Ctx) -> Result<Vec<Event>, Refusal> {
        self.need(ctx, ANY_STAFF)?;
        if guest.name.trim().is_empty() {
            return Err(Refusal::NameMissing);
        }
        if self.roster.guests.contains(&guest.id) {
            return Err(Refusal::AlreadyThere);
        }
        let household = guest.household.ok_or(Refusal::RecordBroken)?;
        if !self.roster.households.contains(&self.roster.resolve(household)) {
            return Err(Refusal::UnknownHousehold);
        }
        if guest.guest_no.is_some() {
            return Err(Refusal::RecordBroken);
        }
        Ok(vec![GuestAdded { guest: guest.clone(), was_unlisted }.into()])
    }

    pub(super) fn correct_guest(&self, event: &GuestCorrected, ctx: &Ctx) -> Result<Vec<Event>, Refusal> {
        self.need(ctx, ANY_STAFF)?;
        self.known_guest(event.guest)?;
        if event.name.as_ref().is_some_and(|name| name.trim().is_empty()) {
            return Err(Refusal::NameMissing);
        }
        if event.decides.is_some() {
            self.need(ctx, RECEPTION)?;
        }
        Ok(vec![event.clone().into()])
    }

    pub(super) fn correct_dealer(&self, event: &DealerCorrected, ctx: &Ctx) -> Result<Vec<Event>, Refusal> {
        self.need(ctx, ANY_STAFF)?;
        self.known_dealer(event.dealer)?;
        if event.firm.as_ref().is_some_and(|firm| firm.trim().is_empty()) {
            return Err(Refusal::NameMissing);
        }
        if event.salesperson.as_ref().is_some_and(|salesperson| self.salesperson(salesperson).is_none()) {
            return Err(Refusal::UnknownSalesperson);
        }
        Ok(vec![event.clone().into()])
    }

    pub(super) fn regrade(
        &self,
        dealer: DealerId,
        class: CustomerClass,
        criteria: &[ClassCriterion],
        note: &str,
        ctx: &Ctx,
    ) -> Result<Vec<Event>, Refusal> {
        let known = self.known_dealer(dealer)?;
        match &known.salesperson {
            Some(salesperson) => self.need_salesperson(ctx, salesperson)?,
            None => self.need(ctx, ANY_STAFF)?,
        }
        let (criteria, note) = (criteria.to_vec(), note.to_owned());
        Ok(vec![DealerRegraded { dealer, class, criteria, vip: None, note }.into()])
    }

    pub(super) fn set_disclosure(&self, dealer: DealerId, may_disclose: Disclosure) -> Result<Vec<Event>, Refusal> {
        let known = self.known_dealer(dealer)?;
        let same = known.may_disclose == may_disclose;
        Ok(if same { Vec::new() } else { vec![DisclosureSet { dealer, may_disclose }.into()] })
    }

    pub(super) fn show_notice(&self, guest: GuestId, notice: &NoticeId) -> Result<Vec<Event>, Refusal> {
        self.known_guest(guest)?;
        let rev = self.notice_rev(notice)?;
        let shown = self.arrival(guest).and_then(|arrival| arrival.notices_shown.get(notice));
        if shown == Some(&rev) {
            return Ok(Vec::new());
        }
        Ok(vec![NoticeShown { guest, notice: notice.clone(), rev }.into()])
    }

    pub(super) fn record_consent(
        &self,
        guest: GuestId,
        notice: &NoticeId,
        given: bool,
        by: ConsentBy,
    ) -> Result<Vec<Event>, Refusal> {
        self.known_guest(guest)?;
        let rev = self.notice_rev(notice)?;
        let known = self.arrival(guest).and_then(|arrival| arrival.consents.get(notice));
        if known.is_some_and(|known| (known.rev, known.given) == (rev, given)) {
            return Ok(Vec::new());
        }
        Ok(vec![ConsentRecorded { guest, notice: notice.clone(), rev, given, by }.into()])
    }

    /// What a guest said to the notice of a kind: given, refused, or not asked in its present text.
    /// An answer with the invitation counts until the guest is asked here.
    pub fn consent(&self, guest: GuestId, kind: NoticeKind) -> Option<bool> {
        let notice = self.config.notices.iter().find(|notice| notice.kind == kind)?;
        let here = self.arrival(guest).and_then(|arrival| arrival.consents.get(&notice.id));
        if let Some(here) = here {
            return (here.rev == notice.rev).then_some(here.given);
        }
        let dealer = self.roster.guests.get(&guest)?.dealer?;
        self.roster.dealers.get(&dealer)?.consents.get(&notice.id).copied()
    }

    /// What a guest said here to each text: the last word, with its time and place.
    pub fn consents(&self, guest: GuestId) -> Vec<(NoticeId, &Consent)> {
        let consents = self.arrival(guest).into_iter().flat_map(|arrival| &arrival.consents);
        consents.map(|(notice, consent)| (notice.clone(), consent)).collect()
    }

    /// Which texts a guest was shown here, in which revision.
    pub fn notices_shown(&self, guest: GuestId) -> impl Iterator<Item = (&NoticeId, u32)> {
        let shown = self.arrival(guest).into_iter().flat_map(|arrival| &arrival.notices_shown);
        shown.map(|(notice, rev)| (notice, *rev))
    }

    /// What may be shown of a dealer: as the meeting's setting AND the dealer allow.
    pub fn may_disclose(&self, dealer: DealerId) -> Disclosure {
        let allowed = self.roster.dealers.get(&dealer).map(|dealer| dealer.may_disclose);
        self.config.rules.disclosure.and(allowed.unwrap_or_default())
    }

    fn notice_rev(&self, id: &NoticeId) -> Result<u32, Refusal> {
        let notice = self.config.notices.iter().find(|notice| notice.id == *id);
        notice.map(|notice| notice.rev).ok_or(Refusal::UnknownNotice)
    }

    fn known_dealer(&self, id: DealerId) -> Result<&Dealer, Refusal> {
        self.roster.dealers.get(&id).map(|dealer| &**dealer).ok_or(Refusal::UnknownDealer)
    }

    pub(super) fn fold_roster(&mut self, stamp: &Stamp, event: &Event) {
        match event {
            Event::RosterChanged(change) => {
                self.roster.change(stamp, change);
                self.plan_alone(stamp, &change.guests);
            }
            Event::WalkInRegistered(walk_in) => {
                self.roster.walk_in(walk_in);
                self.plan_alone(stamp, &walk_in.guests);
            }
            Event::GuestAdded(added) => {
                self.roster.put_guest(&added.guest);
                if let Some(household) = added.guest.household.filter(|_| added.was_unlisted) {
                    self.arrivals.name_one(self.roster.resolve(household));
                }
            }
            Event::GuestCorrected(corrected) => self.roster.correct_guest(corrected),
            Event::DealerCorrected(corrected) => self.roster.correct_dealer(corrected),
            Event::HouseholdsJoined(joined) => {
                if let Some((into, gone)) = self.roster.join(joined) {
                    self.arrivals.join(into, gone);
                    self.seats.join(into, gone);
                    Arc::make_mut(&mut self.party_notes).join(into, gone);
                    Arc::make_mut(&mut self.notices).join(into, gone);
                }
            }
            Event::DealerRegraded(regraded) => self.roster.regrade(regraded),
            Event::ConflictDeclared(declared) => self.roster.declare_conflict(declared),
            Event::DisclosureSet(set) => self.roster.disclose(set.dealer, set.may_disclose),
            _ => {}
        }
    }

    /// Guests without a household bring their planned table in their record.
    fn plan_alone(&mut self, stamp: &Stamp, guests: &[Guest]) {
        for guest in guests.iter().filter(|guest| guest.household.is_none()) {
            let known = self.seats.get(Party::Guest(guest.id)).is_some();
            if known || guest.table.is_some() {
                self.seats.plan(Party::Guest(guest.id), guest.table.as_ref(), stamp);
            }
        }
    }
}
