//! Rules of the gift desk: handed over once against a badge, taken back, the shelf counted; materials issued and returned.

use super::authority::{ANY_STAFF, reason_given};
use super::{BadgeWorth, Meeting};
use crate::actor::Ctx;
use crate::event::*;
use crate::ids::{BadgeId, GiftId, HandoverId};
use crate::refusal::Refusal;

/// Letters of a material's name at most.
const MOST_ITEM: usize = 60;

impl Meeting {
    /// One gift to the party of a scanned badge.
    pub(super) fn hand_over_gift(&self, badge: BadgeId, gift: &GiftId, ctx: &mut Ctx) -> Result<Vec<Event>, Refusal> {
        self.need(ctx, ANY_STAFF)?;
        match self.badge_worth(badge).ok_or(Refusal::UnknownBadge)? {
            BadgeWorth::Good => {}
            BadgeWorth::Old { newest } => return Err(Refusal::OldBadge { newest }),
            BadgeWorth::Void => return Err(Refusal::VoidedBadge),
        }
        let guest = self.badges.get(badge).ok_or(Refusal::UnknownBadge)?.guest;
        let Party::Household(household) = self.party_of(guest) else { return Err(Refusal::NotEntitled) };
        let stock = self.gift_stock(gift).ok_or_else(|| Refusal::UnknownGift { gift: gift.clone() })?;
        let right = self.gift_rights(household).remove(gift).unwrap_or_default();
        if right.left() == 0 {
            let first = self.out_to(household).find(|handover| handover.gift.gift == *gift);
            return Err(first.map_or(Refusal::NotEntitled, |first| Refusal::AlreadyHandedOver {
                at: first.stamp.at,
                device: first.stamp.device,
            }));
        }
        if stock <= 0 {
            return Err(Refusal::OutOfStock);
        }
        let handed = GiftHandedOver {
            handover: HandoverId(ctx.uuid()),
            gift: gift.clone(),
            quantity: 1,
            household,
            badge: Some(badge),
            slip: right.slips.get(right.handed_over as usize).copied(),
            payment: right.payments.first().copied(),
        };
        Ok(vec![handed.into()])
    }

    pub(super) fn return_gift(&self, handover: HandoverId, reason: &str, ctx: &Ctx) -> Result<Vec<Event>, Refusal> {
        self.need(ctx, ANY_STAFF)?;
        let known = self.handover(handover).ok_or(Refusal::UnknownHandover)?;
        if known.state.give_back().is_none() {
            return Ok(Vec::new());
        }
        reason_given(reason)?;
        Ok(vec![GiftReturned { handover, reason: reason.to_owned() }.into()])
    }

    pub(super) fn count_gifts(&self, gift: &GiftId, stock: u32, ctx: &Ctx) -> Result<Vec<Event>, Refusal> {
        self.need(ctx, ANY_STAFF)?;
        self.gift_stock(gift).ok_or_else(|| Refusal::UnknownGift { gift: gift.clone() })?;
        Ok(vec![GiftStockCounted { gift: gift.clone(), stock }.into()])
    }

    pub(super) fn issue_material(
        &self,
        item: &str,
        quantity: u32,
        to: &Crew,
        ctx: &mut Ctx,
    ) -> Result<Vec<Event>, Refusal> {
        self.need(ctx, ANY_STAFF)?;
        let item = item.trim();
        if item.is_empty() || item.chars().count() > MOST_ITEM {
            return Err(Refusal::NameMissing);
        }
        if quantity == 0 {
            return Err(Refusal::NoQuantity { line: 1 });
        }
        match to {
            Crew::Staff(id) => self.staff(id).map(|_| ()).ok_or(Refusal::UnknownStaff)?,
            Crew::Sales(id) => self.salesperson(id).map(|_| ()).ok_or(Refusal::UnknownSalesperson)?,
        }
        let issue = HandoverId(ctx.uuid());
        Ok(vec![MaterialIssued { issue, item: item.to_owned(), quantity, to: to.clone() }.into()])
    }

    /// All of it or a part; never more than is out.
    pub(super) fn return_material(&self, issue: HandoverId, quantity: u32, ctx: &Ctx) -> Result<Vec<Event>, Refusal> {
        self.need(ctx, ANY_STAFF)?;
        let out = self.material(issue).ok_or(Refusal::UnknownHandover)?.out();
        if quantity == 0 || quantity > out {
            return Err(Refusal::TooMany { most: u16::try_from(out).unwrap_or(u16::MAX) });
        }
        Ok(vec![MaterialReturned { issue, quantity }.into()])
    }
}
