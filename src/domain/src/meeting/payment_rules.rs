//! Rules of payments: what a receipt must say; who takes, confirms, releases and reverses.

use super::authority::{ANY_STAFF, reason_given};
use super::policy::{AMOUNT_OUT_OF_RANGE, MOST_AMOUNT_MINOR};
use super::two_people::{FINANCE, TwoPersonAct};
use super::{Meeting, Payment, SlipStatus};
use crate::actor::{Actor, Ctx};
use crate::command::NewPayment;
use crate::event::*;
use crate::ids::{PaymentId, StaffId};
use crate::refusal::Refusal;

/// Tenders of one receipt at most.
const MOST_TENDERS: u16 = 20;

impl Meeting {
    pub(super) fn receive_payment(&self, new: &NewPayment, ctx: &mut Ctx) -> Result<Vec<Event>, Refusal> {
        self.need(ctx, FINANCE)?;
        let dealer = self.dealer(new.dealer).ok_or(Refusal::UnknownDealer)?;
        if new.tenders.len() > usize::from(MOST_TENDERS) {
            return Err(Refusal::TooMany { most: MOST_TENDERS });
        }
        if new.tenders.is_empty() {
            return Err(Refusal::RecordBroken);
        }
        self.adds_up(new)?;
        let past = |tender: &Tender| tender.due_on.as_ref().is_some_and(|due| *due < ctx.earliest_today());
        if new.tenders.iter().any(past) {
            return Err(Refusal::DueInThePast);
        }
        for cash in new.tenders.iter().filter(|tender| tender.kind == TenderKind::Cash && !new.claimed) {
            self.need_second(TwoPersonAct::CountCash, cash.second_counter.as_ref(), ctx)?;
        }
        let receipt = Receipt {
            payment: PaymentId(ctx.uuid()),
            number: self.next_number("R", ctx),
            dealer: new.dealer,
            household: dealer.household,
            currency: self.config.meeting.currency,
            tenders: new.tenders.clone(),
            slips: new.slips.clone(),
            prepaid: new.prepaid,
            note: new.note.clone(),
        };
        Ok(vec![if new.claimed { PaymentClaimed { receipt }.into() } else { PaymentReceived { receipt }.into() }])
    }

    /// Every amount is one, the tenders come to what was typed, the slips to no more, and a huge receipt was looked at twice.
    fn adds_up(&self, new: &NewPayment) -> Result<(), Refusal> {
        let range = 1..=MOST_AMOUNT_MINOR;
        let mut amounts = new.tenders.iter().map(|tender| tender.amount_minor);
        let sum_minor = amounts.try_fold(0_i64, |sum, amount| range.contains(&amount).then(|| sum + amount));
        let sum_minor = sum_minor.filter(|sum| range.contains(sum)).ok_or(AMOUNT_OUT_OF_RANGE)?;
        if let Some(total_minor) = new.total_minor.filter(|total| *total != sum_minor) {
            return Err(Refusal::TendersDoNotAddUp { sum_minor, total_minor });
        }
        let mut named = 0_i64;
        for (slip, amount) in &new.slips {
            let slip = self.slip(*slip).ok_or(Refusal::UnknownSlip)?;
            if slip.status() == SlipStatus::Void {
                return Err(Refusal::SlipVoid);
            }
            named = Some(*amount)
                .filter(|amount| range.contains(amount))
                .map(|it| named.saturating_add(it))
                .ok_or(AMOUNT_OUT_OF_RANGE)?;
        }
        if named > sum_minor {
            return Err(Refusal::TendersDoNotAddUp { sum_minor: named, total_minor: sum_minor });
        }
        let usual_minor = self.config.rules.large_payment_minor;
        if sum_minor > usual_minor && !new.large_is_right {
            return Err(Refusal::LargePayment { usual_minor });
        }
        Ok(())
    }

    pub(super) fn confirm_payment(&self, payment: PaymentId, ctx: &Ctx) -> Result<Vec<Event>, Refusal> {
        self.need(ctx, FINANCE)?;
        self.may_finalise()?;
        let known = self.payment_standing(payment)?;
        if known.is_confirmed() {
            return Ok(Vec::new());
        }
        if known.is_suspected() {
            return Err(Refusal::UnderReview);
        }
        let green_threshold_minor = self.config.rules.green_threshold_minor;
        Ok(vec![PaymentConfirmed { payment, green_threshold_minor }.into()])
    }

    pub(super) fn release_payment(&self, payment: PaymentId, ctx: &Ctx) -> Result<Vec<Event>, Refusal> {
        self.need(ctx, FINANCE)?;
        self.may_finalise()?;
        let known = self.payment_standing(payment)?;
        if !known.is_suspected() {
            return Ok(Vec::new());
        }
        let compared = known.resembles.iter().filter_map(|other| self.payment(*other)).map(|other| other.stamp.event);
        Ok(vec![PaymentReleased { payment, compared: compared.collect() }.into()])
    }

    pub(super) fn reverse_payment(
        &self,
        payment: PaymentId,
        reason: &str,
        second: Option<&StaffId>,
        ctx: &Ctx,
    ) -> Result<Vec<Event>, Refusal> {
        self.need(ctx, FINANCE)?;
        self.may_finalise()?;
        self.payment_standing(payment)?;
        reason_given(reason)?;
        self.need_second(TwoPersonAct::ReversePayment, second, ctx)?;
        Ok(vec![PaymentReversed { payment, reason: reason.to_owned(), second: second.cloned() }.into()])
    }

    /// Paper of a receipt came out: the program's word or that of staff.
    pub(super) fn receipt_printed(&self, told: &ReceiptPrinted, ctx: &Ctx) -> Result<Vec<Event>, Refusal> {
        if !matches!(ctx.actor, Actor::System) {
            self.need(ctx, ANY_STAFF)?;
        }
        let known = self.payment(told.payment).ok_or(Refusal::UnknownPayment)?;
        Ok(if told.print <= known.prints() { Vec::new() } else { vec![told.clone().into()] })
    }

    fn payment_standing(&self, payment: PaymentId) -> Result<&Payment, Refusal> {
        let known = self.payment(payment).ok_or(Refusal::UnknownPayment)?;
        if known.status() == super::PaymentStatus::Reversed { Err(Refusal::PaymentReversed) } else { Ok(known) }
    }

    /// Money and draws are settled only by a program that can read all that happened.
    pub(super) fn may_finalise(&self) -> Result<(), Refusal> {
        let events = self.unknown.values().sum();
        if events == 0 { Ok(()) } else { Err(Refusal::NewerEvents { events }) }
    }
}
