//! The phone path and the phone check: it asks and corrects, and never blocks anyone.

use super::state::{State, Visit};
use super::{Action, Kiosk, Touch, Venue, look};
use domain::PhoneCheck;
use domain::event::{HelpReason, Via};
use domain::meeting::PhoneMatch;

/// Figures of a mobile number in China and in Korea.
pub const PHONE_FIGURES: usize = 11;

impl Kiosk {
    pub(super) fn touch_phone(&mut self, touch: Touch, venue: &Venue) -> Vec<Action> {
        match (touch, &self.state) {
            (
                Touch::PhonePath,
                State::Attract
                | State::Refused(_)
                | State::PhoneNotFound
                | State::PhoneSeveral
                | State::PhoneEntry { .. },
            ) => {
                self.gate.forget();
                self.state = State::PhoneEntry { figures: String::new() };
                Vec::new()
            }
            (Touch::NotMe, State::PhoneCheck(_) | State::PhoneType { .. } | State::NewPhone { .. }) => {
                self.gate.forget();
                self.call_staff(HelpReason::NotMe, venue)
            }
            (Touch::StillMine, State::PhoneCheck(visit)) => {
                let visit = Visit { phone: PhoneCheck::Confirmed, ..visit.clone() };
                self.ask_household(visit)
            }
            (Touch::Changed, State::PhoneCheck(visit) | State::PhoneType { visit, .. }) => {
                let visit = visit.clone();
                self.state = State::NewPhone { visit, figures: String::new(), first: None, mismatch: false };
                Vec::new()
            }
            (
                Touch::SkipPhone,
                State::PhoneCheck(visit) | State::PhoneType { visit, .. } | State::NewPhone { visit, .. },
            ) => {
                let visit = Visit { phone: PhoneCheck::Skipped, ..visit.clone() };
                self.ask_household(visit)
            }
            (Touch::Digit(_) | Touch::Erase | Touch::Clear, _) => {
                self.type_figure(touch);
                Vec::new()
            }
            (Touch::PhoneConfirmed, _) => self.number_typed(venue),
            _ => Vec::new(),
        }
    }

    fn type_figure(&mut self, touch: Touch) {
        let figures = match &mut self.state {
            State::PhoneEntry { figures } => figures,
            State::PhoneType { figures, mismatch, .. } | State::NewPhone { figures, mismatch, .. } => {
                *mismatch = false;
                figures
            }
            _ => return,
        };
        match touch {
            Touch::Digit(digit) if figures.len() < PHONE_FIGURES => figures.push(char::from(b'0' + digit)),
            Touch::Erase => {
                figures.pop();
            }
            Touch::Clear => figures.clear(),
            _ => {}
        }
    }

    fn number_typed(&mut self, venue: &Venue) -> Vec<Action> {
        match self.state.clone() {
            State::PhoneEntry { figures } if whole(&figures) => self.look_up(&figures, venue),
            State::PhoneType { visit, figures, .. } if whole(&figures) => self.compare(visit, &figures, venue),
            State::NewPhone { visit, figures, first, .. } if whole(&figures) => match first {
                None => {
                    let first = Some(figures);
                    self.state = State::NewPhone { visit, figures: String::new(), first, mismatch: false };
                    Vec::new()
                }
                Some(first) if first == figures => self.correct(visit, &figures, venue),
                Some(_) => {
                    self.state = State::NewPhone { visit, figures: String::new(), first: None, mismatch: true };
                    Vec::new()
                }
            },
            _ => Vec::new(),
        }
    }

    fn look_up(&mut self, figures: &str, venue: &Venue) -> Vec<Action> {
        let hash = venue.secrets.phone_hash(figures, venue.meeting);
        let found = hash.map_or(PhoneMatch::Nobody, |hash| venue.meeting.by_phone(&hash));
        match found {
            PhoneMatch::Nobody => {
                self.state = State::PhoneNotFound;
                Vec::new()
            }
            PhoneMatch::Several => {
                self.state = State::PhoneSeveral;
                Vec::new()
            }
            PhoneMatch::One { guests, .. } => match guests.first() {
                Some(guest) if !venue.meeting.is_cancelled(*guest) => self.recognised(*guest, Via::Phone, venue),
                _ => {
                    self.state = State::PhoneNotFound;
                    Vec::new()
                }
            },
        }
    }

    /// The meeting wants the number typed: it is the invited one, or a new one to be typed again.
    fn compare(&mut self, visit: Visit, figures: &str, venue: &Venue) -> Vec<Action> {
        let typed = venue.secrets.phone_hash(figures, venue.meeting);
        if typed.is_some() && typed == look::phone_hash(venue.meeting, visit.guest) {
            return self.ask_household(Visit { phone: PhoneCheck::Confirmed, ..visit });
        }
        self.state = State::PhoneType { visit, figures: String::new(), mismatch: true };
        Vec::new()
    }

    fn correct(&mut self, mut visit: Visit, figures: &str, venue: &Venue) -> Vec<Action> {
        match venue.secrets.seal_phone(figures, venue.meeting) {
            Some(contact) => visit.correct_phone(contact),
            // Not a number of this country's plan: the desk can take it later, the guest goes in.
            None => visit.phone = PhoneCheck::Skipped,
        }
        self.ask_household(visit)
    }
}

/// As many figures as a number has.
pub fn whole(figures: &str) -> bool {
    figures.len() == PHONE_FIGURES
}
