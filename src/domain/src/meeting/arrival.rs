//! Who is here: check-ins of each guest with their undoing, witness, leaving, sessions, and people without names. Derives, decides nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::seats::Told;
use super::sharded::Sharded;
use super::{Meeting, Stamp};
use crate::event::{Assurance, ConsentBy, Event, GuestCheckedIn, PhoneSkip, Via};
use crate::ids::{EventId, GuestId, HouseholdId, NoticeId, SessionId, TableId};
use crate::roster::Guest;
use crate::time::UnixMillis;

/// One check-in of a guest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckInRecord {
    /// When and where.
    pub stamp: Stamp,
    /// How.
    pub via: Via,
    /// On whose word.
    pub assurance: Assurance,
    /// The table told.
    pub table: Option<TableId>,
}

/// What a guest said to a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consent {
    /// Revision of the text.
    pub rev: u32,
    /// Given, or refused.
    pub given: bool,
    /// Where it was asked.
    pub by: ConsentBy,
    /// When, at which machine.
    pub stamp: Stamp,
}

/// What came of the phone check.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PhoneState {
    /// Not asked yet.
    #[default]
    Unchecked,
    /// "Still my number."
    Confirmed,
    /// A new number.
    Corrected,
    /// Not asked, or not answered.
    Skipped(PhoneSkip),
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Arrival {
    /// By fold order; those in `undone` do not count.
    check_ins: Vec<CheckInRecord>,
    undone: BTreeSet<EventId>,
    /// Reception's word on the decider: seen, or somebody else.
    pub witnessed: Option<bool>,
    pub left: Option<UnixMillis>,
    pub phone: PhoneState,
    sessions: BTreeMap<SessionId, Vec<Stamp>>,
    pub notices_shown: BTreeMap<NoticeId, u32>,
    pub consents: BTreeMap<NoticeId, Consent>,
}

impl Arrival {
    pub fn check_in(&mut self, stamp: Stamp, event: &GuestCheckedIn) {
        let GuestCheckedIn { guest: _, household: _, table, via, assurance } = event;
        self.check_ins.push(CheckInRecord { stamp, via: *via, assurance: *assurance, table: table.clone() });
    }

    pub fn undo(&mut self, events: &[EventId]) {
        self.undone.extend(events);
        if !self.is_present() {
            (self.witnessed, self.left) = (None, None);
        }
    }

    /// Check-ins that stand.
    pub fn standing(&self) -> impl Iterator<Item = &CheckInRecord> {
        self.check_ins.iter().filter(|check_in| self.stands(check_in.stamp.event))
    }

    pub fn stands(&self, event: EventId) -> bool {
        !self.undone.contains(&event)
    }

    /// The check-in that counts: of several, the earliest by time.
    pub fn first(&self) -> Option<&CheckInRecord> {
        self.standing().min_by_key(|check_in| (check_in.stamp.at, check_in.stamp.event))
    }

    pub fn is_present(&self) -> bool {
        self.standing().next().is_some()
    }

    pub fn is_in_the_hall(&self) -> bool {
        self.is_present() && self.left.is_none()
    }

    pub fn is_witnessed(&self) -> bool {
        self.witnessed.unwrap_or_else(|| self.standing().any(|check_in| check_in.assurance == Assurance::Witnessed))
    }

    pub fn enter_session(&mut self, session: &SessionId, stamp: Stamp) {
        self.sessions.entry(session.clone()).or_default().push(stamp);
    }

    /// Entries to a session that stand.
    pub fn session_entries(&self, session: &SessionId) -> impl Iterator<Item = &Stamp> {
        self.sessions.get(session).into_iter().flatten().filter(|stamp| self.stands(stamp.event))
    }
}

/// People of a household without names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Visit {
    pub adults: u8,
    pub children: u8,
    pub sessions: BTreeMap<SessionId, (u8, u8)>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Arrivals {
    pub guests: Sharded<GuestId, Arc<Arrival>>,
    pub visits: Sharded<HouseholdId, Arc<Visit>>,
}

impl Arrivals {
    /// A named person takes the place of an unlisted one.
    pub fn name_one(&mut self, household: HouseholdId) {
        let visit = self.visits.edit(household);
        visit.adults = visit.adults.saturating_sub(1);
    }

    pub fn join(&mut self, into: HouseholdId, joined: HouseholdId) {
        let Some(gone) = self.visits.remove(&joined) else { return };
        let visit = self.visits.edit(into);
        visit.adults = visit.adults.saturating_add(gone.adults);
        visit.children = visit.children.saturating_add(gone.children);
        for (session, (adults, children)) in &gone.sessions {
            let heads = visit.sessions.entry(session.clone()).or_default();
            *heads = (heads.0.saturating_add(*adults), heads.1.saturating_add(*children));
        }
    }
}

impl Meeting {
    pub(super) fn arrival(&self, guest: GuestId) -> Option<&Arrival> {
        self.arrivals.guests.get(&guest).map(|arrival| &**arrival)
    }

    /// Whether the guest has checked in, also when they left since.
    pub fn is_present(&self, guest: GuestId) -> bool {
        self.arrival(guest).is_some_and(Arrival::is_present)
    }

    pub(super) fn is_in_the_hall(&self, guest: GuestId) -> bool {
        self.arrival(guest).is_some_and(Arrival::is_in_the_hall)
    }

    /// Whether a decider of the household is here on somebody's word.
    pub(super) fn makes_valid(&self, guest: &Guest) -> bool {
        guest.decides
            && self.arrival(guest.id).is_some_and(|arrival| arrival.is_present() && arrival.witnessed != Some(false))
    }

    /// The same with reception as the witness.
    pub(super) fn makes_witnessed(&self, guest: &Guest) -> bool {
        self.makes_valid(guest) && self.arrival(guest.id).is_some_and(Arrival::is_witnessed)
    }

    /// People of a household by number; cancelled ones too.
    pub(super) fn people(&self, household: HouseholdId) -> impl Iterator<Item = &Arc<Guest>> {
        let members = self.roster.members.get(&household);
        let ids = members.into_iter().flat_map(|members| &members.guests);
        ids.filter_map(|(_, id)| self.roster.guests.get(id))
    }

    /// Adults and children without names, of a household that is here.
    pub(super) fn unlisted(&self, household: HouseholdId) -> (u8, u8) {
        let here = self.people(household).any(|guest| self.is_present(guest.id));
        let visit = self.arrivals.visits.get(&household).filter(|_| here);
        visit.map_or((0, 0), |visit| (visit.adults, visit.children))
    }

    pub(super) fn fold_arrival(&mut self, stamp: Stamp, event: &Event) {
        match event {
            Event::GuestCheckedIn(event) => {
                let party = self.party_checked_in(event.guest, event.household);
                if let Some(table) = event.table.clone() {
                    let check_in = Some((event.guest, stamp.event));
                    self.seats.tell(party, Told { table, stamp: stamp.clone(), check_in });
                }
                self.arrivals.guests.edit(event.guest).check_in(stamp, event);
            }
            Event::CheckInUndone(event) => self.arrivals.guests.edit(event.guest).undo(&event.check_ins),
            Event::SessionCheckInUndone(event) => self.arrivals.guests.edit(event.guest).undo(&event.check_ins),
            Event::UnlistedCounted(event) => {
                let visit = self.arrivals.visits.edit(self.roster.resolve(event.household));
                (visit.adults, visit.children) = (event.adults, event.children);
            }
            Event::PhoneConfirmed(event) => self.arrivals.guests.edit(event.guest).phone = PhoneState::Confirmed,
            Event::PhoneCorrected(event) => {
                self.arrivals.guests.edit(event.guest).phone = PhoneState::Corrected;
                self.roster.correct_phone(event.guest, &event.contact);
            }
            Event::PhoneSkipped(event) => {
                let arrival = self.arrivals.guests.edit(event.guest);
                if arrival.phone == PhoneState::Unchecked {
                    arrival.phone = PhoneState::Skipped(event.reason);
                }
            }
            Event::DeciderWitnessed(event) => self.arrivals.guests.edit(event.guest).witnessed = Some(true),
            Event::DeciderDenied(event) => self.arrivals.guests.edit(event.guest).witnessed = Some(false),
            Event::GuestLeftEarly(event) => self.arrivals.guests.edit(event.guest).left = Some(stamp.at),
            Event::GuestCameBack(event) => self.arrivals.guests.edit(event.guest).left = None,
            Event::SessionCheckedIn(event) => {
                self.arrivals.guests.edit(event.guest).enter_session(&event.session, stamp);
            }
            Event::SessionUnlistedCounted(event) => {
                let visit = self.arrivals.visits.edit(self.roster.resolve(event.household));
                visit.sessions.insert(event.session.clone(), (event.adults, event.children));
            }
            Event::NoticeShown(event) => {
                let arrival = self.arrivals.guests.edit(event.guest);
                arrival.notices_shown.insert(event.notice.clone(), event.rev);
            }
            Event::ConsentRecorded(event) => {
                let arrival = self.arrivals.guests.edit(event.guest);
                let consent = Consent { rev: event.rev, given: event.given, by: event.by, stamp };
                arrival.consents.insert(event.notice.clone(), consent);
            }
            _ => {}
        }
    }
}
