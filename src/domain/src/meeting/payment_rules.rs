//! Rules of payments as far as conflicts need them: who takes, confirms, releases and reverses. The desk comes later.

use super::authority::reason_given;
use super::two_people::{FINANCE, TwoPersonAct};
use super::{Meeting, Payment};
use crate::actor::Ctx;
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
        let sum = new.tenders.iter().try_fold(0_i64, |sum, tender| sum.checked_add(tender.amount_minor));
        if new.tenders.iter().any(|tender| tender.amount_minor <= 0) || sum.is_none_or(|sum| sum <= 0) {
            return Err(Refusal::RecordBroken);
        }
        if new.slips.iter().any(|(slip, _)| self.slip(*slip).is_none()) {
            return Err(Refusal::UnknownSlip);
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
