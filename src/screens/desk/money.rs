//! The desk's pages of order slips, of payments, and of the counter.

use super::cashier::{self, Cashier};
use super::counter::{self, Counter};
use super::guest::Guest;
use super::slip::{self, Slip};
use super::{Action, Desk, Venue};
use domain::event::Party;
use domain::{Command, HouseholdId, SlipId};
use ui::RefusedWhy;

/// What comes of a touch on a page of slips, money or the counter.
#[derive(Debug, PartialEq)]
pub enum Outcome {
    Nothing,
    Submit(Box<Command>),
    /// Counts as one on the lock of the desk.
    WrongPin,
    /// What the party paid, and what is paid for this slip.
    Pay,
    /// The page is left.
    Leave,
}

impl Desk {
    pub(super) fn begin_slip(&mut self, slip: Option<SlipId>, venue: &Venue) {
        match (slip, &self.guest) {
            (Some(slip), _) => self.open_slip(slip, venue),
            (None, Some(Guest { party: Party::Household(household), .. })) => {
                self.slip = Slip::begin(venue.meeting, *household);
            }
            (None, _) => {}
        }
    }

    pub(super) fn open_slip(&mut self, slip: SlipId, venue: &Venue) {
        (self.on_map, self.asking, self.refused) = (false, None, RefusedWhy::None);
        (self.cashier, self.counter) = (None, None);
        self.slip = Slip::open(venue.meeting, slip);
    }

    pub(super) fn open_slip_at(&mut self, at: usize, venue: &Venue) {
        let Some(Guest { party: Party::Household(household), .. }) = self.guest else { return };
        let slips = slip::view::of_party(household, venue.meeting, self.language_of(venue.meeting));
        if let Some(row) = slips.get(at) {
            self.open_slip(row.id, venue);
        }
    }

    pub(super) fn touch_slip(&mut self, touch: slip::Touch, venue: &Venue) -> Vec<Action> {
        let locked = self.locked_ms(venue) > 0;
        let (Some(slip), Some(who), None) = (&mut self.slip, &self.who, self.waiting_for) else { return Vec::new() };
        if matches!(touch, slip::Touch::Typed(_)) && slip.asks_pin() && locked {
            return Vec::new();
        }
        let household = slip.household;
        let outcome = slip.touch(touch, who, venue);
        self.follow_money(outcome, venue, |desk| desk.leave_slip(household, venue))
    }

    /// What comes of a touch on a page of slips, money or the counter.
    fn follow_money(&mut self, outcome: Outcome, venue: &Venue, leave: impl FnOnce(&mut Desk)) -> Vec<Action> {
        match outcome {
            Outcome::Nothing => {}
            Outcome::Submit(command) => return self.submit(*command),
            Outcome::WrongPin => return self.wrong_pin(venue),
            Outcome::Pay => self.open_payments(venue),
            Outcome::Leave => leave(self),
        }
        Vec::new()
    }

    pub(super) fn open_payments(&mut self, venue: &Venue) {
        let of_guest = self.guest.as_ref().and_then(|guest| match guest.party {
            Party::Household(household) => Some(household),
            Party::Guest(_) => None,
        });
        let household = self.slip.as_ref().map(|slip| slip.household).or(of_guest);
        let slip = self.slip.as_ref().and_then(Slip::id);
        self.refused = RefusedWhy::None;
        self.cashier = household.and_then(|household| Cashier::open(venue.meeting, household, slip));
    }

    pub(super) fn touch_cashier(&mut self, touch: cashier::Touch, venue: &Venue) -> Vec<Action> {
        let locked = self.locked_ms(venue) > 0;
        let (Some(cashier), Some(who), None) = (&mut self.cashier, &self.who, self.waiting_for) else {
            return Vec::new();
        };
        if matches!(touch, cashier::Touch::Typed(_)) && cashier.asks_pin() && locked {
            return Vec::new();
        }
        let outcome = cashier.touch(touch, who, venue);
        self.follow_money(outcome, venue, |desk| desk.cashier = None)
    }

    /// The queues and the gifts; a party whose page is open stands there.
    pub(super) fn open_counter(&mut self, venue: &Venue) {
        let household = self.guest.as_ref().and_then(|guest| match guest.party {
            Party::Household(household) => Some(household),
            Party::Guest(_) => None,
        });
        self.finder.clear();
        (self.on_map, self.asking, self.refused) = (false, None, RefusedWhy::None);
        self.counter = Counter::open(venue.meeting, household);
    }

    pub(super) fn touch_counter(&mut self, touch: counter::Touch, venue: &Venue) -> Vec<Action> {
        let (Some(counter), None) = (&mut self.counter, self.waiting_for) else { return Vec::new() };
        let outcome = counter.touch(touch, venue);
        self.follow_money(outcome, venue, |desk| desk.counter = None)
    }

    /// No slip, no payments and no counter is open any more.
    pub(super) fn close_money(&mut self) {
        (self.slip, self.cashier, self.counter) = (None, None, None);
    }

    /// Back to the page of its party.
    pub(super) fn leave_slip(&mut self, household: HouseholdId, venue: &Venue) {
        self.slip = None;
        let same = self.guest.as_ref().is_some_and(|guest| guest.party == Party::Household(household));
        if !same {
            self.open(Party::Household(household), None, venue);
        }
    }
}
