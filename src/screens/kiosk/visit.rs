//! A recognised guest: the household's ticks, and the check-in itself.

use super::state::{State, Then, Visit};
use super::{Action, Kiosk, Touch, Venue, look};
use domain::event::{Assurance, Via};
use domain::meeting::PhoneQuestion;
use domain::{Actor, Command, GuestId, PhoneCheck};

/// Unlisted adults or children that one party can count at a kiosk; more is a typing slip, the desk takes it.
const MOST_UNLISTED: u8 = 9;

impl Kiosk {
    /// The screen speaks the guest's language unless this guest chose one by touch; what the one before chose is gone.
    pub(super) fn welcome(&mut self, guest: GuestId, venue: &Venue) {
        let own_choice =
            matches!(self.state, State::Attract | State::PhoneEntry { .. } | State::PhoneNotFound | State::Refused(_));
        if !own_choice {
            self.language = None;
        }
        if self.language.is_none() {
            self.language = look::language(venue.meeting, guest);
        }
    }

    pub(super) fn recognised(&mut self, guest: GuestId, via: Via, venue: &Venue) -> Vec<Action> {
        // Another member of the party on the screen scans: one more tick, not a new visit.
        if let State::Household(visit) = &mut self.state
            && let Some(person) = visit.people.iter_mut().find(|(of, _)| *of == guest)
        {
            person.1 = true;
            return Vec::new();
        }
        self.welcome(guest, venue);
        if venue.meeting.is_present(guest) {
            self.state = State::Already { guest, badges: Vec::new() };
            return Vec::new();
        }
        let visit = visit(guest, via, venue);
        match venue.meeting.phone_question(guest) {
            // The number was typed whole on the phone path: asking again would be a second question.
            _ if via == Via::Phone => self.ask_household(visit),
            PhoneQuestion::None => self.ask_household(visit),
            PhoneQuestion::Confirm { .. } => {
                self.state = State::PhoneCheck(visit);
                Vec::new()
            }
            PhoneQuestion::Type => {
                self.state = State::PhoneType { visit, figures: String::new(), mismatch: false };
                Vec::new()
            }
        }
    }

    /// Who came along? A guest without a dealer is checked in at once.
    pub(super) fn ask_household(&mut self, visit: Visit) -> Vec<Action> {
        if visit.household.is_none() {
            return self.check_in(visit);
        }
        self.state = State::Household(visit);
        Vec::new()
    }

    pub(super) fn touch_household(&mut self, touch: Touch, venue: &Venue) -> Vec<Action> {
        if let (Touch::AddOthers, State::Already { guest, .. }) = (touch, &self.state) {
            let mut visit = visit(*guest, Via::Scan, venue);
            visit.phone = PhoneCheck::Skipped;
            return self.ask_household(visit);
        }
        let State::Household(visit) = &mut self.state else { return Vec::new() };
        match touch {
            Touch::Person(index) => {
                if let Some((guest, here)) = visit.people.get_mut(index)
                    && !venue.meeting.is_present(*guest)
                {
                    *here = !*here;
                }
            }
            Touch::Adults(step) => visit.adults = stepped(visit.adults, step),
            Touch::Children(step) => visit.children = stepped(visit.children, step),
            Touch::HouseholdConfirmed => {
                let visit = visit.clone();
                if visit.people.iter().any(|(_, here)| *here) {
                    return self.check_in(visit);
                }
            }
            _ => {}
        }
        Vec::new()
    }

    fn check_in(&mut self, visit: Visit) -> Vec<Action> {
        let guest = visit.guest;
        let assurance = Assurance::Declared;
        let command = match visit.household {
            None => Command::CheckInAlone { guest, via: visit.via, phone: visit.phone, assurance, printer: None },
            Some(household) => Command::CheckIn {
                household,
                scanned: Some(guest),
                present: visit.people.iter().filter(|(_, here)| *here).map(|(guest, _)| *guest).collect(),
                unlisted_adults: visit.adults,
                children: visit.children,
                via: visit.via,
                phone: visit.phone,
                assurance,
                printer: None,
            },
        };
        self.act(command, Actor::Guest, Then::Done { guest })
    }
}

/// A fresh visit: the guest's own name is ticked, and those who are here already.
fn visit(guest: GuestId, via: Via, venue: &Venue) -> Visit {
    let household = look::household_of(venue.meeting, guest);
    let (adults, children) = household.map_or((0, 0), |household| look::unlisted(venue.meeting, household));
    let people = household.map_or_else(Vec::new, |household| look::people(venue.meeting, household));
    let people = people.into_iter().map(|of| (of, of == guest || venue.meeting.is_present(of))).collect();
    let phone = if via == Via::Phone { PhoneCheck::Confirmed } else { PhoneCheck::Skipped };
    Visit { guest, household, via, phone, people, adults, children }
}

fn stepped(count: u8, step: i8) -> u8 {
    // A desk may have counted more than a kiosk would.
    count.saturating_add_signed(step.signum()).min(MOST_UNLISTED.max(count))
}
