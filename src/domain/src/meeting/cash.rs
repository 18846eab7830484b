//! Cash of a desk: what lies there since the last hand-over, and the hand-overs themselves. Two people count.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::authority::reason_given;
use super::two_people::TwoPersonAct;
use super::{Meeting, Payment, PaymentStatus, Stamp};
use crate::actor::Ctx;
use crate::event::{CashHandedOver, Event, Tender, TenderKind};
use crate::ids::{DeviceId, HandoverId, PaymentId, StaffId};
use crate::refusal::Refusal;

/// Receipts of one hand-over at most; the rest goes with the next.
const MOST_RECEIPTS: usize = 1_000;

/// Cash that left a desk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CashHandover {
    /// What was counted.
    pub cash: Arc<CashHandedOver>,
    /// When, at which desk, by whom.
    pub stamp: Stamp,
}

/// Cash that should lie at a desk.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CashAtDesk {
    /// In minor units.
    pub expected_minor: i64,
    /// Its receipts.
    pub payments: Vec<PaymentId>,
    /// Numbers of its sealed bags.
    pub bags: Vec<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Cash {
    handovers: Vec<Arc<CashHandover>>,
    gone: BTreeSet<PaymentId>,
}

impl Cash {
    pub fn apply(&mut self, stamp: &Stamp, event: &Event) {
        let Event::CashHandedOver(cash) = event else { return };
        if self.handovers.iter().all(|known| known.cash.handover != cash.handover) {
            self.gone.extend(&cash.payments);
            self.handovers.push(Arc::new(CashHandover { cash: Arc::new(cash.clone()), stamp: stamp.clone() }));
        }
    }
}

impl Cash {
    /// Hand-overs with a note.
    pub fn noted(&self) -> usize {
        self.handovers.iter().filter(|handover| !handover.cash.note.is_empty()).count()
    }

    /// After the purge: the counts stay, the words about a difference go.
    pub fn forget_notes(&mut self) {
        for handover in self.handovers.iter_mut().filter(|handover| !handover.cash.note.is_empty()) {
            Arc::make_mut(&mut Arc::make_mut(handover).cash).note.clear();
        }
    }
}

fn cash_of(payment: &Payment) -> impl Iterator<Item = &Tender> {
    payment.receipt.tenders.iter().filter(|tender| tender.kind == TenderKind::Cash)
}

impl Meeting {
    /// Receipts whose cash is still where it was taken.
    fn cash_lying(&self) -> impl Iterator<Item = &Payment> {
        let here = |payment: &&Payment| {
            let there = !matches!(payment.status(), PaymentStatus::Claimed | PaymentStatus::Reversed);
            there && !self.cash.gone.contains(&payment.receipt.payment) && cash_of(payment).next().is_some()
        };
        self.payments().filter(here)
    }

    /// What should lie at every desk in minor units, also where it is more than one hand-over takes.
    pub fn cash_at_desks(&self) -> BTreeMap<DeviceId, i64> {
        let mut desks: BTreeMap<DeviceId, i64> = BTreeMap::new();
        for payment in self.cash_lying() {
            let sum = desks.entry(payment.stamp.device).or_default();
            *sum = cash_of(payment).fold(*sum, |sum, tender| sum.saturating_add(tender.amount_minor));
        }
        desks
    }

    /// What should lie at a desk since its last hand-over; claimed and reversed money is not there.
    pub fn cash_at(&self, desk: DeviceId) -> CashAtDesk {
        let mut payments: Vec<&Payment> = self.cash_lying().filter(|payment| payment.stamp.device == desk).collect();
        payments.sort_by_key(|payment| payment.stamp.order);
        payments.truncate(MOST_RECEIPTS);
        let tenders = || payments.iter().flat_map(|payment| cash_of(payment));
        let bags: BTreeSet<&String> = tenders().map(|tender| &tender.bag).filter(|bag| !bag.is_empty()).collect();
        CashAtDesk {
            expected_minor: tenders().fold(0, |sum, tender| sum.saturating_add(tender.amount_minor)),
            payments: payments.iter().map(|payment| payment.receipt.payment).collect(),
            bags: bags.into_iter().cloned().collect(),
        }
    }

    /// Cash that left desks, in the order of the fold.
    pub fn cash_handovers(&self) -> impl Iterator<Item = &CashHandover> {
        self.cash.handovers.iter().map(|handover| &**handover)
    }

    /// This desk's cash is counted by two and handed over; a difference wants words.
    pub(super) fn hand_over_cash(
        &self,
        counted_minor: i64,
        second: &StaffId,
        note: &str,
        ctx: &mut Ctx,
    ) -> Result<Vec<Event>, Refusal> {
        self.need_second(TwoPersonAct::CountCash, Some(second), ctx)?;
        if !(0..=super::MOST_AMOUNT_MINOR).contains(&counted_minor) {
            return Err(super::policy::AMOUNT_OUT_OF_RANGE);
        }
        let CashAtDesk { expected_minor, payments, bags } = self.cash_at(ctx.device);
        if payments.is_empty() && counted_minor == 0 {
            return Ok(Vec::new());
        }
        if counted_minor != expected_minor {
            reason_given(note)?;
        }
        let cash = CashHandedOver {
            handover: HandoverId(ctx.uuid()),
            number: self.next_number("H", ctx),
            payments,
            expected_minor,
            counted_minor,
            bags,
            second: second.clone(),
            note: note.to_owned(),
        };
        Ok(vec![cash.into()])
    }
}
