//! The desk's pages of parties: the one that is open, somebody who was not invited, a group.

use super::group::{self, Group};
use super::guest::{self, Guest, Outcome};
use super::walk_in::{self, WalkIn};
use super::{Action, Desk, Venue};
use domain::SalespersonId;
use domain::event::Party;
use ui::RefusedWhy;

impl Desk {
    pub(super) fn open(&mut self, party: Party, guest: Option<domain::GuestId>, venue: &Venue) {
        self.finder.clear();
        (self.on_map, self.on_walk_in, self.group) = (false, false, None);
        (self.asking, self.refused) = (None, RefusedWhy::None);
        self.close_money();
        self.guest = Some(Guest::open(venue.meeting, party, guest));
    }

    pub(super) fn touch_guest(&mut self, touch: guest::Touch, venue: &Venue) -> Vec<Action> {
        let (Some(guest), Some(who), None) = (&mut self.guest, &self.who, self.waiting_for) else { return Vec::new() };
        if matches!(touch, guest::Touch::Typed(_))
            && self.lock.left_ms(venue.meeting, venue.own, venue.now_ms, venue.steady_ms) > 0
        {
            return Vec::new();
        }
        self.refused = RefusedWhy::None;
        match guest.touch(touch, who, venue) {
            Outcome::Nothing => Vec::new(),
            Outcome::Submit(command) => self.submit(*command),
            Outcome::WrongPin => self.wrong_pin(venue),
            Outcome::Slip(slip) => {
                self.begin_slip(slip, venue);
                Vec::new()
            }
            Outcome::Payments => {
                self.open_payments(venue);
                Vec::new()
            }
            Outcome::Leave => {
                self.guest = None;
                Vec::new()
            }
        }
    }

    /// A new form, or the one that waits for whoever works here.
    pub(super) fn open_walk_in(&mut self) {
        let Some(who) = self.who.clone() else { return };
        let searched = self.finder.typed().to_owned();
        self.finder.clear();
        match self.walk_in.as_mut().filter(|form| form.by == who) {
            Some(form) => form.begin_with(&searched),
            None => self.walk_in = Some(WalkIn::open(who, &searched)),
        }
        (self.guest, self.on_map, self.on_walk_in, self.group) = (None, false, true, None);
        self.close_money();
        (self.asking, self.refused) = (None, RefusedWhy::None);
    }

    pub(super) fn touch_walk_in(&mut self, touch: walk_in::Touch, venue: &Venue) -> Vec<Action> {
        let (Some(form), true, None) = (&mut self.walk_in, self.on_walk_in, self.waiting_for) else {
            return Vec::new();
        };
        self.refused = RefusedWhy::None;
        let outcome = form.touch(touch, venue);
        self.follow_walk_in(outcome, venue)
    }

    pub(super) fn walk_in_answered(&mut self, stands: bool, venue: &Venue) -> Vec<Action> {
        let Some(form) = &mut self.walk_in else { return Vec::new() };
        let Some(who) = &self.who else {
            // Whoever typed it is gone: what is on the list already is not registered twice.
            if form.left_alone(stands) {
                self.walk_in = None;
            }
            return Vec::new();
        };
        let registered = form.is_registered();
        let outcome = form.answered(stands, who, venue);
        if registered && matches!(outcome, walk_in::Outcome::Open(..)) {
            self.walk_in = None;
        }
        let refused = self.refused;
        let actions = self.follow_walk_in(outcome, venue);
        if actions.is_empty() {
            self.refused = refused;
        }
        actions
    }

    pub(super) fn follow_walk_in(&mut self, outcome: walk_in::Outcome, venue: &Venue) -> Vec<Action> {
        match outcome {
            walk_in::Outcome::Nothing => {}
            walk_in::Outcome::Submit(command) => return self.submit(*command),
            walk_in::Outcome::Leave => self.on_walk_in = false,
            walk_in::Outcome::Open(party, guest, said) => {
                self.open(party, Some(guest), venue);
                if let Some(page) = &mut self.guest {
                    page.said = said;
                }
            }
        }
        Vec::new()
    }

    pub(super) fn open_group(&mut self, salesperson: Option<SalespersonId>) {
        self.finder.clear();
        (self.guest, self.on_map, self.on_walk_in) = (None, false, false);
        self.close_money();
        (self.asking, self.refused) = (None, RefusedWhy::None);
        self.group = Some(Group::open(salesperson));
    }

    pub(super) fn touch_group(&mut self, touch: group::Touch, venue: &Venue) -> Vec<Action> {
        let (Some(group), None) = (&mut self.group, self.waiting_for) else { return Vec::new() };
        self.refused = RefusedWhy::None;
        match group.touch(touch, venue) {
            group::Outcome::Nothing => Vec::new(),
            group::Outcome::Submit(command) => self.submit(*command),
            group::Outcome::Leave => {
                self.group = None;
                Vec::new()
            }
        }
    }
}
