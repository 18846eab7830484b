//! Paper of the receipts taken and the cash handed over at this desk: it follows from the event, once. What stood before this
//! start is not printed again by itself; whoever wants a receipt once more says so on its page.

use super::Runner;
use crate::app::clock;
use crate::app::pages::Page;
use crate::order_papers::{VoucherWanted, handover_paper, receipt_paper};
use documents::{SlipForm, VoucherPaper};
use domain::event::{PrintWord, ReceiptPrinted};
use domain::meeting::PaymentStatus;
use domain::{Command, DeskCommand, HandoverId, PaymentId};
use drivers::PageReport;
use std::collections::{BTreeMap, BTreeSet};

/// The vouchers of this desk.
pub(super) struct VoucherPapers {
    /// When this desk started, by its clock: what stood before is left alone.
    since_ms: u64,
    receipts: BTreeSet<PaymentId>,
    handovers: BTreeSet<HandoverId>,
    /// Receipts on their way, by the order's tag, with the number of the print.
    out: BTreeMap<u64, (PaymentId, u32)>,
}

impl VoucherPapers {
    pub fn since_now() -> VoucherPapers {
        let (receipts, handovers, out) = (BTreeSet::new(), BTreeSet::new(), BTreeMap::new());
        VoucherPapers { since_ms: clock::now_ms(), receipts, handovers, out }
    }
}

impl Runner {
    /// Orders the paper of what this desk took and handed over since the last look.
    pub(super) fn order_vouchers(&mut self) {
        let Some(own) = self.own_device().filter(|_| self.has_voucher_queue()) else { return };
        let since_ms = self.voucher_papers.since_ms;
        let is_own = |stamp: &domain::meeting::Stamp| stamp.device == own && stamp.at.0 >= since_ms;
        let meeting = self.station.meeting();
        let is_taken = |payment: &&domain::meeting::Payment| payment.status() != PaymentStatus::Claimed;
        let taken = meeting.payments().filter(|payment| is_own(&payment.stamp)).filter(is_taken);
        let mut taken: Vec<PaymentId> = taken.map(|payment| payment.receipt.payment).collect();
        let gone = meeting.cash_handovers().filter(|gone| is_own(&gone.stamp)).map(|gone| gone.cash.handover);
        let mut gone: Vec<HandoverId> = gone.collect();
        let papers = &mut self.voucher_papers;
        taken.retain(|id| papers.receipts.insert(*id));
        gone.retain(|id| papers.handovers.insert(*id));
        taken.into_iter().for_each(|payment| self.print_receipt(payment));
        for handover in gone {
            let paper = handover_paper(self.station.meeting(), handover, &self.voucher_wanted(1), &self.time);
            paper.and_then(|paper| self.order_voucher(paper));
        }
    }

    /// One more print of a receipt; from the second on it says so.
    pub(super) fn print_receipt(&mut self, payment: PaymentId) {
        let Some(known) = self.station.meeting().payment(payment) else { return };
        let waits = self.voucher_papers.out.values().filter(|(of, _)| *of == payment).map(|(_, print)| *print).max();
        let print = known.prints().max(waits.unwrap_or(0)).saturating_add(1);
        let paper = receipt_paper(self.station.meeting(), payment, &self.voucher_wanted(print), &self.time);
        if let Some(tag) = paper.and_then(|paper| self.order_voucher(paper)) {
            self.voucher_papers.out.insert(tag, (payment, print));
        }
    }

    fn voucher_wanted(&self, print: u32) -> VoucherWanted {
        let language = self.station.meeting().config().meeting.language();
        VoucherWanted { language, print, desk: self.station.name().to_owned() }
    }

    fn has_voucher_queue(&self) -> bool {
        if self.slip_form == SlipForm::Roll { self.has_slip_queue() } else { self.pages.has_queue() }
    }

    fn order_voucher(&mut self, paper: VoucherPaper) -> Option<u64> {
        let (number, paper) = (paper.number.clone(), Box::new(paper));
        // Forms of several parts are for slips alone.
        let ordered = match self.slip_form {
            SlipForm::Roll => self.slip_pages().order(&number, Page::VoucherRoll(paper)),
            SlipForm::A4 | SlipForm::CarbonlessThird | SlipForm::CarbonlessHalf => {
                self.pages.order(&number, Page::Voucher(paper))
            }
        };
        ordered.inspect_err(|report| tracing::warn!("{}", report.words())).ok()
    }

    /// The end of an order goes into the log: by the printer's word, or by nobody's.
    pub(super) fn voucher_told(&mut self, tag: u64, report: &PageReport) {
        if !report.is_last() {
            return;
        }
        let Some((payment, print)) = self.voucher_papers.out.remove(&tag) else { return };
        let PageReport::Completed { by_printer, .. } = report else { return };
        let by = if *by_printer { PrintWord::Printer } else { PrintWord::Unconfirmed };
        let told = ReceiptPrinted { payment, print, by };
        let told = self.station.report(Command::Desk(DeskCommand::ReportReceiptPrinted(told)));
        self.told(told);
    }
}
