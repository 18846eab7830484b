//! Arrival: the rules of check-in, undo, phone check and witness, and their fold. Prints nothing; asks only for badges.

use super::authority::{ANY_STAFF, RECEPTION, reason_given};
use super::door::at_table;
use super::{Meeting, PhoneState};
use crate::actor::{Actor, Ctx};
use crate::command::{PhoneCheck, Unlisted};
use crate::config::PhoneCheckRule;
use crate::event::*;
use crate::ids::{GuestId, HouseholdId, PrinterId, SalespersonId};
use crate::refusal::Refusal;
use crate::roster::{Contact, Guest};

/// Unlisted adults or children of one party at most.
pub const MOST_UNLISTED: u8 = 30;
/// Guests of one command at most.
const MOST_GUESTS: u16 = 300;

/// How a check-in came about, the same for everyone in it.
struct Arriving<'a> {
    via: Via,
    assurance: Assurance,
    printer: &'a Option<PrinterId>,
}

/// The fields of `Command::CheckIn`.
pub(super) struct PartyArrives<'a> {
    pub household: HouseholdId,
    pub scanned: Option<GuestId>,
    pub present: &'a [GuestId],
    pub unlisted: Unlisted,
    pub via: Via,
    pub phone: &'a PhoneCheck,
    pub assurance: Assurance,
    pub printer: &'a Option<PrinterId>,
}

impl Meeting {
    pub(super) fn check_in(&self, arrives: &PartyArrives, ctx: &mut Ctx) -> Result<Vec<Event>, Refusal> {
        let household = self.roster.resolve(arrives.household);
        if !self.roster.households.contains(&household) {
            return Err(Refusal::UnknownHousehold);
        }
        self.may_check_in(ctx, arrives.via, arrives.assurance)?;
        let ticked = self.ticked(arrives.present)?;
        let scanned = arrives.scanned.map(|id| self.known_guest(id)).transpose()?;
        for guest in ticked.iter().copied().chain(scanned) {
            if guest.household != Some(household) {
                return Err(Refusal::NotOfHousehold { guest: guest.id });
            }
        }
        self.none_cancelled(ctx, &ticked)?;
        if ticked.is_empty() && !self.people(household).any(|guest| self.is_present(guest.id)) {
            return Err(Refusal::NobodyTicked);
        }
        let how = Arriving { via: arrives.via, assurance: arrives.assurance, printer: arrives.printer };
        let mut events = self.arrivals_of_guests(&ticked, &how, ctx);
        events.extend(self.table_told_again(Party::Household(household), &events));
        events.extend(self.unlisted_counted(&arrives.unlisted)?);
        let heads = self.heads_arriving(household, &ticked, &arrives.unlisted);
        if let Some(seat) = self.seat_on_arrival(Party::Household(household), heads, ctx) {
            if let Event::SeatAssigned(assigned) = &seat {
                at_table(&mut events, &assigned.table, |_| true);
            }
            events.insert(0, seat);
        }
        if let Some(scanned) = scanned {
            events.extend(self.phone_checked(scanned, arrives.phone));
        }
        Ok(events)
    }

    /// People of a household that are here after a check-in.
    fn heads_arriving(&self, household: HouseholdId, ticked: &[&Guest], unlisted: &Unlisted) -> u16 {
        let here = self.people(household).filter(|guest| self.is_present(guest.id));
        let comes = ticked.iter().filter(|guest| !self.is_present(guest.id)).count();
        let listed = u16::try_from(here.count() + comes).unwrap_or(u16::MAX);
        listed.saturating_add(unlisted.adults.into()).saturating_add(unlisted.children.into())
    }

    pub(super) fn check_in_alone(
        &self,
        guest: GuestId,
        (via, assurance): (Via, Assurance),
        phone: &PhoneCheck,
        printer: &Option<PrinterId>,
        ctx: &mut Ctx,
    ) -> Result<Vec<Event>, Refusal> {
        let guest = self.known_guest(guest)?;
        if guest.household.is_some() {
            return Err(Refusal::HasHousehold);
        }
        self.may_check_in(ctx, via, assurance)?;
        self.none_cancelled(ctx, &[guest])?;
        let how = Arriving { via, assurance, printer };
        let mut events = self.arrivals_of_guests(&[guest], &how, ctx);
        events.extend(self.table_told_again(Party::Guest(guest.id), &events));
        events.extend(self.phone_checked(guest, phone));
        Ok(events)
    }

    pub(super) fn check_in_group(
        &self,
        salesperson: &SalespersonId,
        present: &[GuestId],
        unlisted: &[Unlisted],
        printer: &Option<PrinterId>,
        ctx: &mut Ctx,
    ) -> Result<Vec<Event>, Refusal> {
        if self.salesperson(salesperson).is_none() {
            return Err(Refusal::UnknownSalesperson);
        }
        self.need_salesperson(ctx, salesperson)?;
        let ticked = self.ticked(present)?;
        let own = |household: HouseholdId| self.looks_after(salesperson, household);
        if let Some(other) = ticked.iter().find(|guest| !guest.household.is_some_and(own)) {
            return Err(Refusal::NotOfSalesperson { guest: other.id });
        }
        if let Some(other) = unlisted.iter().find(|unlisted| !own(self.roster.resolve(unlisted.household))) {
            let known = self.roster.households.contains(&self.roster.resolve(other.household));
            let guest = self.people(other.household).next().map(|guest| guest.id).filter(|_| known);
            return Err(guest.map_or(Refusal::UnknownHousehold, |guest| Refusal::NotOfSalesperson { guest }));
        }
        self.none_cancelled(ctx, &ticked)?;
        if ticked.is_empty() && unlisted.is_empty() {
            return Err(Refusal::NobodyTicked);
        }
        let how = Arriving { via: Via::Group, assurance: Assurance::Declared, printer };
        let mut events = self.arrivals_of_guests(&ticked, &how, ctx);
        for unlisted in unlisted {
            events.extend(self.unlisted_counted(unlisted)?);
        }
        let seats = self.seats_of_group(&ticked, unlisted, &mut events, ctx);
        Ok(seats.into_iter().chain(events).collect())
    }

    /// Tables for the parties of a coach that come late or with more people than their table holds; each knows who of the
    /// coach came before it. The events of their arrival tell these tables then.
    fn seats_of_group(
        &self,
        ticked: &[&Guest],
        unlisted: &[Unlisted],
        events: &mut [Event],
        ctx: &mut Ctx,
    ) -> Vec<Event> {
        let of_guests = ticked.iter().filter_map(|guest| guest.household);
        let of_counts = unlisted.iter().map(|unlisted| unlisted.household);
        let mut households: Vec<HouseholdId> = Vec::new();
        for household in of_guests.chain(of_counts).map(|household| self.roster.resolve(household)) {
            if !households.contains(&household) {
                households.push(household);
            }
        }
        let (mut now, mut seats) = (self.clone(), Vec::new());
        for household in households {
            let party = Party::Household(household);
            let ticked: Vec<&Guest> = ticked.iter().filter(|guest| self.party_of(guest.id) == party).copied().collect();
            let heads = self.heads_arriving(household, &ticked, &self.counted(household, unlisted));
            if let Some(seat) = now.seat_on_arrival(party, heads, ctx) {
                if let Event::SeatAssigned(assigned) = &seat {
                    at_table(events, &assigned.table, |guest| self.party_of(guest) == party);
                }
                now.imagine(std::slice::from_ref(&seat), ctx);
                seats.push(seat);
            }
            let own = |event: &&Event| match event {
                Event::GuestCheckedIn(it) => self.party_of(it.guest) == party,
                Event::UnlistedCounted(it) => it.household == household,
                _ => false,
            };
            let arrived: Vec<Event> = events.iter().filter(own).cloned().collect();
            now.imagine(&arrived, ctx);
        }
        seats
    }

    /// People without names of a party as this list says, else as they were.
    fn counted(&self, household: HouseholdId, unlisted: &[Unlisted]) -> Unlisted {
        let named = unlisted.iter().rev().find(|one| self.roster.resolve(one.household) == household);
        let visit = self.arrivals.visits.get(&household);
        let (adults, children) = match named {
            Some(named) => (named.adults, named.children),
            None => visit.map_or((0, 0), |visit| (visit.adults, visit.children)),
        };
        Unlisted { household, adults, children }
    }

    pub(super) fn known_guest(&self, id: GuestId) -> Result<&Guest, Refusal> {
        self.roster.guests.get(&id).map(|guest| &**guest).ok_or(Refusal::UnknownGuest)
    }

    /// The records of those ticked, each once, in the order of the ticks.
    fn ticked(&self, ids: &[GuestId]) -> Result<Vec<&Guest>, Refusal> {
        if ids.len() > usize::from(MOST_GUESTS) {
            return Err(Refusal::TooMany { most: MOST_GUESTS });
        }
        let mut ticked: Vec<&Guest> = Vec::new();
        for id in ids {
            let guest = self.known_guest(*id)?;
            if !ticked.iter().any(|other| other.id == *id) {
                ticked.push(guest);
            }
        }
        Ok(ticked)
    }

    fn may_check_in(&self, ctx: &Ctx, via: Via, assurance: Assurance) -> Result<(), Refusal> {
        if via == Via::Desk {
            self.need(ctx, ANY_STAFF)?;
        }
        if assurance == Assurance::Witnessed {
            self.need(ctx, RECEPTION)?;
        }
        Ok(())
    }

    /// At a kiosk a cancelled guest is sent to the desk; a person may let them in.
    fn none_cancelled(&self, ctx: &Ctx, guests: &[&Guest]) -> Result<(), Refusal> {
        let cancelled = guests.iter().find(|guest| !self.is_present(guest.id) && self.roster.is_cancelled(guest));
        match cancelled.filter(|_| ctx.actor == Actor::Guest) {
            Some(guest) => Err(Refusal::Cancelled { guest: guest.id }),
            None => Ok(()),
        }
    }

    fn arrivals_of_guests(&self, guests: &[&Guest], how: &Arriving, ctx: &mut Ctx) -> Vec<Event> {
        let mut events = Vec::new();
        for guest in guests {
            match self.arrival(guest.id).filter(|arrival| arrival.is_present()) {
                Some(arrival) if arrival.left.is_some() => events.push(GuestCameBack { guest: guest.id }.into()),
                Some(_) => {}
                None => events.extend(self.arrival_of_guest(guest, how, ctx)),
            }
        }
        events
    }

    fn arrival_of_guest(&self, guest: &Guest, how: &Arriving, ctx: &mut Ctx) -> Vec<Event> {
        let table = self.usable_table(self.party_of(guest.id));
        let checked_in = GuestCheckedIn {
            guest: guest.id,
            household: guest.household,
            table,
            via: how.via,
            assurance: how.assurance,
        };
        let badge = self.first_badge(guest, how.printer, ctx);
        std::iter::once(checked_in.into()).chain(badge).collect()
    }

    /// A later scan tells a table that was not known, or was another, when the first told.
    fn table_told_again(&self, party: Party, events: &[Event]) -> Option<Event> {
        let told_now = events.iter().any(|event| matches!(event, Event::GuestCheckedIn(_)));
        let table = self.usable_table(party)?;
        let told = self.seats.get(party).and_then(|seat| self.told_in_force(seat));
        let same = told.is_some_and(|told| self.tables.resolve(&told.table) == table);
        (!told_now && !same).then(|| TableTold { party, table }.into())
    }

    pub(super) fn unlisted_counted(&self, unlisted: &Unlisted) -> Result<Option<Event>, Refusal> {
        let Unlisted { household, adults, children } = *unlisted;
        let household = self.roster.resolve(household);
        if !self.roster.households.contains(&household) {
            return Err(Refusal::UnknownHousehold);
        }
        if adults > MOST_UNLISTED || children > MOST_UNLISTED {
            return Err(Refusal::TooMany { most: u16::from(MOST_UNLISTED) });
        }
        let visit = self.arrivals.visits.get(&household);
        let known = visit.map_or((0, 0), |visit| (visit.adults, visit.children));
        Ok((known != (adults, children)).then(|| UnlistedCounted { household, adults, children }.into()))
    }

    fn phone_checked(&self, guest: &Guest, phone: &PhoneCheck) -> Option<Event> {
        let state = self.arrival(guest.id).map(|arrival| arrival.phone).unwrap_or_default();
        let id = guest.id;
        match phone {
            PhoneCheck::Confirmed if matches!(state, PhoneState::Confirmed | PhoneState::Corrected) => None,
            PhoneCheck::Confirmed => Some(PhoneConfirmed { guest: id }.into()),
            PhoneCheck::Corrected { contact } if is_number_of(guest, contact) => {
                self.phone_checked(guest, &PhoneCheck::Confirmed)
            }
            PhoneCheck::Corrected { contact } => Some(PhoneCorrected { guest: id, contact: contact.clone() }.into()),
            PhoneCheck::Skipped if state != PhoneState::Unchecked => None,
            PhoneCheck::Skipped if self.config.rules.phone_check == PhoneCheckRule::Off => None,
            PhoneCheck::Skipped => Some(PhoneSkipped { guest: id, reason: self.phone_skip(guest) }.into()),
        }
    }

    fn phone_skip(&self, guest: &Guest) -> PhoneSkip {
        match &guest.phone {
            _ if self.is_vip(guest) => PhoneSkip::Vip,
            None => PhoneSkip::NoNumber,
            Some(_) => PhoneSkip::Declined,
        }
    }

    pub(super) fn check_phone(&self, guest: GuestId, phone: &PhoneCheck) -> Result<Vec<Event>, Refusal> {
        let guest = self.known_guest(guest)?;
        Ok(self.phone_checked(guest, phone).into_iter().collect())
    }

    pub(super) fn undo_check_in(
        &self,
        guest: GuestId,
        reason: UndoReason,
        note: &str,
        ctx: &Ctx,
    ) -> Result<Vec<Event>, Refusal> {
        self.need(ctx, RECEPTION)?;
        if reason == UndoReason::Other {
            reason_given(note)?;
        }
        let arrival = self.arrival(guest).filter(|arrival| arrival.is_present());
        let arrival = arrival.ok_or(Refusal::NotCheckedIn { guest })?;
        let check_ins = arrival.standing().map(|check_in| check_in.stamp.event).collect();
        let mut events = vec![CheckInUndone { guest, check_ins, reason, note: note.to_owned() }.into()];
        let standing = self.badges.of(guest).filter(|badge| badge.is_standing());
        events.extend(standing.map(|badge| BadgeVoided { badge: badge.id, reason: VoidReason::CheckInUndone }.into()));
        if let Party::Household(household) = self.party_of(guest) {
            let others = self.people(household).any(|other| other.id != guest && self.is_present(other.id));
            if !others {
                events.extend(self.unlisted_counted(&Unlisted { household, adults: 0, children: 0 })?);
            }
        }
        Ok(events)
    }

    pub(super) fn witness(&self, guest: GuestId, ctx: &Ctx) -> Result<Vec<Event>, Refusal> {
        let record = self.decider_here(guest, ctx)?;
        let known = self.makes_witnessed(record);
        Ok(if known { Vec::new() } else { vec![DeciderWitnessed { guest }.into()] })
    }

    pub(super) fn deny_decider(&self, guest: GuestId, reason: &str, ctx: &Ctx) -> Result<Vec<Event>, Refusal> {
        self.decider_here(guest, ctx)?;
        reason_given(reason)?;
        Ok(vec![DeciderDenied { guest, reason: reason.to_owned() }.into()])
    }

    fn decider_here(&self, guest: GuestId, ctx: &Ctx) -> Result<&Guest, Refusal> {
        self.need(ctx, RECEPTION)?;
        let record = self.known_guest(guest)?;
        if !record.decides {
            return Err(Refusal::NotDecider { guest });
        }
        if !self.is_present(guest) {
            return Err(Refusal::NotCheckedIn { guest });
        }
        Ok(record)
    }
}

/// The same number, though sealed anew.
fn is_number_of(guest: &Guest, contact: &Contact) -> bool {
    guest.phone.as_ref().is_some_and(|known| known.phone_hash == contact.phone_hash)
}
