//! From the form to the commands: who is registered, what they come with, and who checks them in. Judges nothing.

use super::form::{Firm, Form, Looks};
use crate::app::clock;
use crate::screens::desk::Venue;
use domain::config::Role;
use domain::event::{Assurance, Party, SeatReason, Via};
use domain::roster::{Needs, Rsvp};
use domain::{
    Actor, Command, Ctx, Dealer, DealerId, DeviceId, Guest, GuestId, Household, HouseholdId, PhoneCheck, StaffId,
    UnixMillis,
};
use std::collections::BTreeMap;

/// Who comes of a form: the party and its person.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Newcomer {
    pub party: Party,
    pub guest: GuestId,
}

/// The command that brings them onto the list; none when this machine has no fresh randomness for their ids.
pub fn register(form: &Form, venue: &Venue) -> Option<(Newcomer, Command)> {
    let mut ids = Ctx::new(
        UnixMillis(venue.now_ms),
        Actor::System,
        venue.own.unwrap_or(DeviceId::from_bytes([0; 16])),
        "",
        clock::entropy().ok()?,
    );
    let id = GuestId::from_bytes(*ids.uuid().as_bytes());
    let guest = person(form, id, venue);
    if !form.of_firm {
        let guest = Guest { organisation: form.firm_words.trim().into(), ..guest };
        let command = Command::RegisterWalkIn {
            household: None,
            dealers: Vec::new(),
            guests: vec![guest],
            note: form.note.trim().into(),
        };
        return Some((Newcomer { party: Party::Guest(id), guest: id }, command));
    }
    if let Firm::Known(dealer) = form.firm {
        let household = venue.meeting.dealer(dealer)?.household;
        let guest = Guest { household: Some(household), dealer: Some(dealer), ..guest };
        let command = Command::AddGuest { guest: Box::new(guest), was_unlisted: false };
        let household = venue.meeting.household(household)?.id;
        return Some((Newcomer { party: Party::Household(household), guest: id }, command));
    }
    let household = HouseholdId::from_bytes(*ids.uuid().as_bytes());
    let dealer = firm(form, DealerId::from_bytes(*ids.uuid().as_bytes()), household, venue);
    let (adults, children) = form.unlisted()?;
    let party = Household {
        id: household,
        name: dealer.firm.clone(),
        lead: dealer.id,
        expected_heads: 1 + u16::from(adults) + u16::from(children),
        draw_id: None,
    };
    let guest = Guest { household: Some(household), dealer: Some(dealer.id), ..guest };
    let command = Command::RegisterWalkIn {
        household: Some(party),
        dealers: vec![dealer],
        guests: vec![guest],
        note: form.note.trim().into(),
    };
    Some((Newcomer { party: Party::Household(household), guest: id }, command))
}

fn person(form: &Form, id: GuestId, venue: &Venue) -> Guest {
    Guest {
        id,
        guest_no: None,
        invitation_serial: 0,
        list_id: None,
        household: None,
        dealer: None,
        organisation: String::new(),
        name: form.name.trim().into(),
        title: form.title.trim().into(),
        role: form.role,
        decides: form.decides && form.of_firm,
        gender: None,
        phone: venue.secrets.seal_phone(form.phone.trim(), venue.meeting),
        language: None,
        needs: Needs::default(),
        vip: false,
        table: None,
        columns: BTreeMap::new(),
    }
}

fn firm(form: &Form, id: DealerId, household: HouseholdId, venue: &Venue) -> Dealer {
    let salesperson = match &form.looks {
        Looks::By(salesperson) => Some(salesperson.clone()),
        Looks::Open | Looks::Nobody => None,
    };
    let region = salesperson.as_ref().and_then(|id| venue.meeting.salesperson(id)).map(|person| person.region.clone());
    Dealer {
        id,
        household,
        firm: form.firm_words.trim().into(),
        list_id: None,
        region,
        county: String::new(),
        salesperson,
        class: form.class,
        criteria: form.criteria.iter().copied().collect(),
        annual_sales_minor: None,
        top_five: false,
        valid_customer: None,
        address: None,
        prepaid_minor: 0,
        vip: None,
        conflicts: Vec::new(),
        conflict_groups: Vec::new(),
        brands: Vec::new(),
        expected_heads: None,
        rsvp: Rsvp::Open,
        expected_order_minor: None,
        expected_lines: Vec::new(),
        stock_heard: String::new(),
        funds_heard: String::new(),
        may_disclose: Default::default(),
        supplied_by: None,
        paid_to: None,
        consents: BTreeMap::new(),
        columns: BTreeMap::new(),
    }
}

/// A table for them; none where their party has one.
pub fn seat(newcomer: Newcomer, venue: &Venue) -> Option<Command> {
    let has_one = venue.meeting.table_spot(newcomer.party).is_some();
    let (party, table, reason) = (newcomer.party, None, SeatReason::WalkIn);
    (!has_one).then_some(Command::SeatParty { party, table, reason })
}

/// They are here, with those who came along.
pub fn check_in(newcomer: Newcomer, form: &Form, who: &StaffId, venue: &Venue) -> Command {
    let (via, phone) = (Via::Desk, if form.has_phone(venue) { PhoneCheck::Confirmed } else { PhoneCheck::Skipped });
    let assurance = assurance(who, venue);
    let guest = newcomer.guest;
    let Party::Household(household) = newcomer.party else {
        return Command::CheckInAlone { guest, via, phone, assurance, printer: None };
    };
    let (adults, children) = form.unlisted().unwrap_or_default();
    let known = venue.meeting.household_view(household);
    let known = known.map_or((0, 0), |view| (view.unlisted_adults, view.children));
    Command::CheckIn {
        household,
        scanned: Some(guest),
        present: vec![guest],
        unlisted_adults: known.0.saturating_add(adults),
        children: known.1.saturating_add(children),
        via,
        phone,
        assurance,
        printer: None,
    }
}

/// Reception sees whom it checks in; others at a desk take their word.
pub fn assurance(who: &StaffId, venue: &Venue) -> Assurance {
    let sees = [Role::Reception, Role::DeputyCommander, Role::Commander];
    let staff = venue.meeting.staff(who);
    let sees = staff.is_some_and(|staff| sees.iter().any(|role| staff.is(*role)));
    if sees { Assurance::Witnessed } else { Assurance::Declared }
}
