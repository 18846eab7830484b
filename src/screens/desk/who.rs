//! Who works at the desk: PINs, their lock, signing in and out.

use super::{Action, Chosen, Desk, PIN_FIGURES, Venue};
use crate::screens::lock;
use domain::event::{Crew, SignInPurpose};
use domain::{Actor, Command, StaffId};
use ui::RefusedWhy;

impl Desk {
    pub(super) fn pin_digit(&mut self, digit: u8, venue: &Venue) -> Vec<Action> {
        if self.who.is_some() || self.entering.is_some() || self.locked_ms(venue) > 0 {
            return Vec::new();
        }
        self.wrong = false;
        self.pin.push(char::from(b'0' + digit));
        if self.pin.len() < PIN_FIGURES {
            return Vec::new();
        }
        let pin = std::mem::take(&mut self.pin);
        let mut staff = venue.meeting.config().staff.iter().map(|person| Crew::Staff(person.id.clone()));
        match staff.find(|who| venue.secrets.is_pin_of(who, &pin, venue.meeting)) {
            Some(Crew::Staff(id)) => self.enter(id),
            Some(Crew::Sales(_)) | None => self.wrong_pin(venue),
        }
    }

    /// Nobody works here before the sign-in stands.
    pub(super) fn enter(&mut self, id: StaffId) -> Vec<Action> {
        self.lock.right();
        let command = Command::SignIn { who: Crew::Staff(id.clone()), purpose: SignInPurpose::Desk };
        let action = self.report(command, Actor::Staff { id: id.clone() });
        self.entering = Some((action.tag, id));
        vec![action]
    }

    pub(super) fn wrong_pin(&mut self, venue: &Venue) -> Vec<Action> {
        self.wrong = true;
        let Some(tries) = self.lock.wrong(venue.steady_ms) else { return Vec::new() };
        let command = Command::LockOut { who: None, tries, minutes: lock::LOCK_OUT_MINUTES };
        let action = self.report(command, Actor::System);
        self.lock.told(action.tag);
        vec![action]
    }

    pub(super) fn locked_ms(&self, venue: &Venue) -> u64 {
        self.lock.left_ms(venue.meeting, venue.own, venue.now_ms, venue.steady_ms)
    }

    pub(super) fn leave(&mut self, timed_out: bool) -> Vec<Action> {
        let Some(id) = self.who.take() else { return Vec::new() };
        (self.chosen, self.asking, self.refused) = (Chosen::Nothing, None, RefusedWhy::None);
        self.on_map = false;
        self.map.leave();
        self.finder.clear();
        (self.guest, self.on_walk_in, self.group) = (None, false, None);
        self.close_money();
        let who = Crew::Staff(id.clone());
        vec![self.report(Command::SignOut { who, timed_out }, Actor::Staff { id })]
    }
}
