//! PINs, and what staff do at a kiosk: reprint, settle a doubtful badge, test print, shut down.

use super::state::{State, Then};
use super::{Action, Kiosk, Touch, Venue, look};
use crate::screens::lock::LOCK_OUT_MINUTES;
use domain::event::{BadgeReason, Crew, SignInPurpose};
use domain::{Actor, BadgeId, Command, GuestId};

/// Figures of a PIN.
pub const PIN_FIGURES: usize = 4;

impl Kiosk {
    pub(super) fn touch_staff(&mut self, touch: Touch, venue: &Venue) -> Vec<Action> {
        match touch {
            Touch::StaffGesture if matches!(self.state, State::Waiting { .. }) => Vec::new(),
            Touch::StaffGesture => {
                self.state = State::StaffPin { who: None, pin: String::new(), wrong: false, to_shut_down: false };
                Vec::new()
            }
            Touch::PinDigit(digit) => self.pin_digit(digit, venue),
            Touch::PinErase => {
                if let State::StaffPin { pin, .. } | State::GroupPin { pin, .. } = &mut self.state {
                    pin.pop();
                }
                Vec::new()
            }
            Touch::ReprintLast | Touch::SettleDoubtful(_) | Touch::TestPrint | Touch::OpenTasks | Touch::ShutDown => {
                let State::StaffMenu { who } = &self.state else { return Vec::new() };
                self.menu(touch, who.clone(), venue)
            }
            _ => Vec::new(),
        }
    }

    fn menu(&mut self, touch: Touch, who: Crew, venue: &Venue) -> Vec<Action> {
        let actor = Kiosk::actor(&who);
        let back = Then::Back(Box::new(State::StaffMenu { who: who.clone() }));
        match touch {
            Touch::ReprintLast => {
                let Some((_, guest)) = self.last_badge(venue) else { return Vec::new() };
                self.act(Command::ReprintBadge { guest, reason: BadgeReason::Damaged, printer: None }, actor, back)
            }
            Touch::SettleDoubtful(came_out) => {
                let Some(badge) = venue.devices.doubtful else { return Vec::new() };
                self.act(Command::SettleDoubt { badge, came_out, printer: None }, actor, back)
            }
            Touch::TestPrint => vec![Action::TestPrint],
            Touch::OpenTasks => {
                self.state = State::StaffTasks { who };
                Vec::new()
            }
            Touch::ShutDown => {
                self.state = State::StaffPin { who: Some(who), pin: String::new(), wrong: false, to_shut_down: true };
                Vec::new()
            }
            _ => Vec::new(),
        }
    }

    /// The newest badge of this kiosk that "reprint" would copy.
    pub(super) fn last_badge(&self, venue: &Venue) -> Option<(BadgeId, GuestId)> {
        self.last_badge.filter(|(_, guest)| venue.meeting.is_present(*guest))
    }

    fn pin_digit(&mut self, digit: u8, venue: &Venue) -> Vec<Action> {
        if self.locked_ms(venue) > 0 {
            return Vec::new();
        }
        let (State::StaffPin { pin, wrong, .. } | State::GroupPin { pin, wrong, .. }) = &mut self.state else {
            return Vec::new();
        };
        *wrong = false;
        pin.push(char::from(b'0' + digit));
        if pin.len() < PIN_FIGURES {
            return Vec::new();
        }
        match self.state.clone() {
            State::GroupPin { salesperson, pin, .. } => {
                let who = Crew::Sales(salesperson.clone());
                if self.is_right(&who, &pin, venue) {
                    self.open_group(salesperson, venue)
                } else {
                    self.wrong_pin(Some(who), venue)
                }
            }
            State::StaffPin { who: Some(who), pin, to_shut_down, .. } => {
                if !self.is_right(&who, &pin, venue) {
                    return self.wrong_pin(Some(who), venue);
                }
                if to_shut_down { vec![Action::ShutDown] } else { self.open_menu(who) }
            }
            State::StaffPin { who: None, pin, .. } => {
                let mut staff = look::menu_staff(venue.meeting);
                match staff.find(|who| venue.secrets.is_pin_of(who, &pin, venue.meeting)) {
                    Some(who) => {
                        self.lock.right();
                        self.open_menu(who)
                    }
                    None => self.wrong_pin(None, venue),
                }
            }
            _ => Vec::new(),
        }
    }

    fn is_right(&mut self, who: &Crew, pin: &str, venue: &Venue) -> bool {
        let right = venue.secrets.is_pin_of(who, pin, venue.meeting);
        if right {
            self.lock.right();
        }
        right
    }

    fn open_menu(&mut self, who: Crew) -> Vec<Action> {
        let actor = Kiosk::actor(&who);
        let menu = Then::Enter(Box::new(State::StaffMenu { who: who.clone() }));
        self.act(Command::SignIn { who, purpose: SignInPurpose::StaffMenu }, actor, menu)
    }

    fn wrong_pin(&mut self, who: Option<Crew>, venue: &Venue) -> Vec<Action> {
        if let State::StaffPin { pin, wrong, .. } | State::GroupPin { pin, wrong, .. } = &mut self.state {
            pin.clear();
            *wrong = true;
        }
        let Some(tries) = self.lock.wrong(venue.steady_ms) else { return Vec::new() };
        let tag = self.next_tag();
        self.lock.told(tag);
        let command = Box::new(Command::LockOut { who, tries, minutes: LOCK_OUT_MINUTES });
        vec![Action::Act { tag, command, actor: Actor::System }]
    }

    /// Milliseconds until PINs are taken again; 0 when they are.
    pub(super) fn locked_ms(&self, venue: &Venue) -> u64 {
        self.lock.left_ms(venue.meeting, venue.own, venue.now_ms, venue.steady_ms)
    }
}
