//! Gifts as folded: what left the desk and came back, the shelf, and to what a party is entitled.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Meeting, PaymentStatus, Stamp};
use crate::event::{Event, GiftHandedOver};
use crate::ids::{GiftId, HandoverId, HouseholdId, PaymentId, SlipId};

/// How far a handed over gift is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GiftState {
    /// With the guest.
    Out,
    /// On the shelf again.
    Returned,
}

impl GiftState {
    /// It comes back, once.
    pub fn give_back(self) -> Option<GiftState> {
        match self {
            GiftState::Out => Some(GiftState::Returned),
            GiftState::Returned => None,
        }
    }
}

/// One handing over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handover {
    /// What left, to whom, for what.
    pub gift: Arc<GiftHandedOver>,
    /// When, at which desk, by whom.
    pub stamp: Stamp,
    /// How far it is.
    pub state: GiftState,
    /// When it came back.
    pub returned: Option<Stamp>,
}

/// To what a party is entitled of one gift.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GiftRight {
    /// How many it has earned.
    pub earned: u32,
    /// How many are out.
    pub handed_over: u32,
    /// Signed slips with a confirmed deposit whose policy tier gives it.
    pub slips: Vec<SlipId>,
    /// Confirmed receipts that reach its deposit.
    pub payments: Vec<PaymentId>,
}

impl GiftRight {
    /// How many may still leave the desk.
    pub fn left(&self) -> u32 {
        self.earned.saturating_sub(self.handed_over)
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Gifts {
    handovers: BTreeMap<HandoverId, Arc<Handover>>,
    /// By gift: the last count of the shelf, and how many left since; none = the meeting file's number.
    shelf: BTreeMap<GiftId, (Option<u32>, i64)>,
    /// A hub that began anew may hear that a gift is back before it hears that it left.
    back_early: BTreeMap<HandoverId, Stamp>,
}

impl Gifts {
    pub fn apply(&mut self, stamp: &Stamp, event: &Event) {
        match event {
            Event::GiftHandedOver(gift) if !self.handovers.contains_key(&gift.handover) => {
                let gift = Arc::new(gift.clone());
                self.take(&gift.gift, i64::from(gift.quantity));
                let id = gift.handover;
                let handover = Handover { gift, stamp: stamp.clone(), state: GiftState::Out, returned: None };
                self.handovers.insert(id, Arc::new(handover));
                if let Some(back) = self.back_early.remove(&id) {
                    self.give_back(id, &back);
                }
            }
            Event::GiftReturned(back) => self.give_back(back.handover, stamp),
            Event::GiftStockCounted(counted) => {
                self.shelf.insert(counted.gift.clone(), (Some(counted.stock), 0));
            }
            _ => {}
        }
    }

    fn give_back(&mut self, handover: HandoverId, stamp: &Stamp) {
        let Some(known) = self.handovers.get_mut(&handover) else {
            self.back_early.entry(handover).or_insert_with(|| stamp.clone());
            return;
        };
        let Some(state) = known.state.give_back() else { return };
        let known = Arc::make_mut(known);
        (known.state, known.returned) = (state, Some(stamp.clone()));
        let gift = Arc::clone(&known.gift);
        self.take(&gift.gift, -i64::from(gift.quantity));
    }

    /// Gifts whose shelf was counted.
    pub fn counted(&self) -> impl Iterator<Item = &GiftId> {
        self.shelf.iter().filter(|(_, (counted, _))| counted.is_some()).map(|(gift, _)| gift)
    }

    fn take(&mut self, gift: &GiftId, quantity: i64) {
        let (_, left) = self.shelf.entry(gift.clone()).or_default();
        *left = left.saturating_add(quantity);
    }
}

impl Meeting {
    /// One handing over.
    pub fn handover(&self, id: HandoverId) -> Option<&Handover> {
        self.gifts.handovers.get(&id).map(|handover| &**handover)
    }

    /// Every handing over in the order of the fold: the gift ledger.
    pub fn handovers(&self) -> Vec<&Handover> {
        let mut all: Vec<&Handover> = self.gifts.handovers.values().map(|handover| &**handover).collect();
        all.sort_by_key(|handover| handover.stamp.order);
        all
    }

    /// Gifts of a kind that should be on the shelf; negative when more left than there were. None = unknown gift.
    pub fn gift_stock(&self, gift: &GiftId) -> Option<i64> {
        let (counted, gone) = self.gifts.shelf.get(gift).copied().unwrap_or_default();
        let stock = counted.or_else(|| self.config.gifts.iter().find(|it| it.id == *gift).map(|it| it.stock))?;
        Some(i64::from(stock).saturating_sub(gone))
    }

    /// What a party has earned and got, by gift.
    pub fn gift_rights(&self, household: HouseholdId) -> BTreeMap<GiftId, GiftRight> {
        let household = self.roster.resolve(household);
        let mut rights: BTreeMap<GiftId, GiftRight> = BTreeMap::new();
        for slip in self.slips_with_deposit(household) {
            for gift in slip.version().content.lines.iter().filter_map(|line| line.gift.as_ref()) {
                let right = rights.entry(gift.clone()).or_default();
                right.earned = right.earned.saturating_add(1);
                right.slips.push(slip.id);
            }
        }
        for gift in &self.config.gifts {
            let Some(deposit) = gift.deposit_minor else { continue };
            let reaching = self.confirmed_of(household).filter(|(_, total)| *total >= deposit);
            let payments: Vec<PaymentId> = reaching.map(|(payment, _)| payment).collect();
            if !payments.is_empty() {
                let right = rights.entry(gift.id.clone()).or_default();
                right.earned = right.earned.saturating_add(1);
                right.payments = payments;
            }
        }
        for handover in self.out_to(household) {
            let right = rights.entry(handover.gift.gift.clone()).or_default();
            right.handed_over = right.handed_over.saturating_add(handover.gift.quantity);
        }
        rights
    }

    /// Gifts that a party has, the first one first.
    pub(super) fn out_to(&self, household: HouseholdId) -> impl Iterator<Item = &Handover> {
        let out = self.handovers().into_iter().filter(|handover| handover.state == GiftState::Out);
        out.filter(move |handover| self.roster.resolve(handover.gift.household) == household)
    }

    /// Confirmed receipts of a party with their totals.
    fn confirmed_of(&self, household: HouseholdId) -> impl Iterator<Item = (PaymentId, i64)> {
        let counting = self.payments().filter(|payment| payment.status() == PaymentStatus::Confirmed);
        let own = counting.filter(move |payment| self.roster.resolve(payment.receipt.household) == household);
        own.map(|payment| (payment.receipt.payment, payment.receipt.total_minor()))
    }
}

/// One gift that left at several desks for one right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GivenTwice {
    /// Who has them.
    pub household: HouseholdId,
    /// Which gift.
    pub gift: GiftId,
    /// The handings over, the first in the hub's order first.
    pub handovers: Vec<HandoverId>,
}

impl Meeting {
    /// Gifts of which a party has several and more than it earned. One that a reversal took the ground from stands: what
    /// was served stands.
    pub fn gifts_given_twice(&self) -> Vec<GivenTwice> {
        let mut out: BTreeMap<(HouseholdId, GiftId), Vec<&Handover>> = BTreeMap::new();
        for handover in self.handovers().into_iter().filter(|handover| handover.state == GiftState::Out) {
            let household = self.roster.resolve(handover.gift.household);
            out.entry((household, handover.gift.gift.clone())).or_default().push(handover);
        }
        out.retain(|_, handovers| handovers.len() > 1);
        let several = out.into_iter().filter(|((household, gift), handovers)| {
            let earned = self.gift_rights(*household).get(gift).map_or(0, |right| right.earned);
            handovers.len() > earned.max(1) as usize
        });
        let told = |((household, gift), handovers): ((HouseholdId, GiftId), Vec<&Handover>)| GivenTwice {
            household,
            gift,
            handovers: handovers.iter().map(|handover| handover.gift.handover).collect(),
        };
        several.map(told).collect()
    }
}
