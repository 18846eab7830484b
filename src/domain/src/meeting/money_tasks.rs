//! Tasks of the desks: two versions of a slip, prices that wait, a payment that may be recorded twice, a gift given twice.

use super::task_kinds::{Task, TaskKind};
use super::{Discount, GivenTwice, Meeting, Payment, Slip, SlipStatus, Stamp};
use crate::ids::{DiscountId, HandoverId};

impl Meeting {
    pub(super) fn money_tasks(&self) -> Vec<Task> {
        let slips = self.slips().filter_map(|slip| self.two_versions(slip));
        let payments = self.payments().filter_map(|payment| self.suspected(payment));
        let prices = self.open_discounts().into_iter().map(|discount| self.price_task(discount, false));
        let outdated = self.outdated_approvals().into_iter().map(|discount| self.price_task(discount, true));
        let gifts = self.gifts_given_twice().into_iter().map(|twice| self.gift_task(twice));
        slips.chain(payments).chain(prices).chain(outdated).chain(gifts).collect()
    }

    /// The open question about a price, if it is one.
    pub(super) fn price_wanted(&self, discount: DiscountId) -> Option<Task> {
        let open = self.open_discounts().into_iter().find(|open| open.request.discount == discount);
        open.map(|open| self.price_task(open, false))
    }

    fn price_task(&self, discount: &Discount, outdated: bool) -> Task {
        let request = &discount.request;
        let number = self.slip(request.slip).map(|slip| slip.number.clone()).unwrap_or_default();
        let (discount_id, slip, line, device) =
            (request.discount, request.slip, request.line, discount.requested.device);
        let mut stamps = vec![&discount.requested];
        let kind = if outdated {
            stamps.extend(&discount.answered);
            TaskKind::ApprovalOutdated { discount: discount_id, slip, number, line, device }
        } else {
            TaskKind::PriceWanted { discount: discount_id, slip, number, line, device }
        };
        self.task_of(kind, &discount_id.to_string(), &stamps)
    }

    /// The task about a gift that was handed over here among others.
    pub(super) fn gift_twice(&self, handover: HandoverId) -> Option<Task> {
        let twice = self.gifts_given_twice().into_iter().find(|twice| twice.handovers.contains(&handover));
        twice.map(|twice| self.gift_task(twice))
    }

    fn gift_task(&self, twice: GivenTwice) -> Task {
        let stamps: Vec<&Stamp> =
            twice.handovers.iter().filter_map(|id| self.handover(*id)).map(|handover| &handover.stamp).collect();
        let devices = stamps.iter().map(|stamp| stamp.device).collect();
        let subject = format!("{} {}", twice.household, twice.gift);
        let GivenTwice { household, gift, handovers } = twice;
        self.task_of(TaskKind::GiftTwice { household, gift, handovers, devices }, &subject, &stamps)
    }

    pub(super) fn two_versions(&self, slip: &Slip) -> Option<Task> {
        if !slip.wants_choice() {
            return None;
        }
        let stamps: Vec<&Stamp> = slip.versions().map(|version| &version.stamp).collect();
        let kind = TaskKind::SlipTwoVersions {
            slip: slip.id,
            number: slip.number.clone(),
            versions: stamps.iter().map(|stamp| stamp.event).collect(),
            devices: stamps.iter().map(|stamp| stamp.device).collect(),
            signed: slip.status() == SlipStatus::Signed,
        };
        Some(self.task_of(kind, &slip.id.to_string(), &stamps))
    }

    pub(super) fn suspected(&self, payment: &Payment) -> Option<Task> {
        if !payment.is_suspected() {
            return None;
        }
        let id = payment.receipt.payment;
        let others = payment.resembles.iter().filter_map(|other| self.payment(*other)).map(|other| &other.stamp);
        let stamps: Vec<&Stamp> = std::iter::once(&payment.stamp).chain(others).collect();
        let resembles = payment.resembles.clone();
        let kind = TaskKind::PaymentSuspected { payment: id, resembles, device: payment.stamp.device };
        Some(self.task_of(kind, &id.to_string(), &stamps))
    }
}
