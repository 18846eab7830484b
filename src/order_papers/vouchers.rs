//! What a receipt and the hand-over of a desk's cash say, read off the meeting.

use crate::app::clock::VenueTime;
use documents::{NumberedAmount, TenderRow, VoucherKind, VoucherPaper};
use domain::config::Language;
use domain::event::Tender;
use domain::meeting::{CashHandover, PaymentStatus};
use domain::{Currency, HandoverId, Meeting, Money, PaymentId, StaffId, in_words};

/// How the paper is wanted.
#[derive(Debug, Clone)]
pub struct VoucherWanted {
    pub language: Language,
    /// Which print, from 1; from the second on it is a reprint.
    pub print: u32,
    /// The desk, as staff call it.
    pub desk: String,
}

/// The paper of a receipt; none when it is not known.
pub fn receipt_paper(
    meeting: &Meeting,
    payment: PaymentId,
    wanted: &VoucherWanted,
    time: &VenueTime,
) -> Option<VoucherPaper> {
    let payment = meeting.payment(payment)?;
    let receipt = &*payment.receipt;
    let total = receipt.total_minor();
    let number = |slip| meeting.slip(slip).map(|slip| slip.number.clone()).unwrap_or_default();
    let slips: Vec<NumberedAmount> = receipt.slips.iter().map(|(slip, minor)| part(number(*slip), *minor)).collect();
    let of_slips = slips.iter().fold(0, |sum: i64, slip| sum.saturating_add(slip.amount_minor));
    Some(VoucherPaper {
        kind: VoucherKind::Receipt,
        number: receipt.number.clone(),
        void: payment.status() == PaymentStatus::Reversed,
        claimed: payment.status() == PaymentStatus::Claimed,
        at: time.minute(payment.stamp.at.0).replace('T', " "),
        firm: meeting.dealer(receipt.dealer).map(|dealer| dealer.firm.clone()).unwrap_or_default(),
        tenders: receipt.tenders.iter().map(|tender| row(meeting, tender)).collect(),
        slips,
        account_minor: total.saturating_sub(of_slips).max(0),
        total_minor: total,
        note: receipt.note.clone(),
        ..blank(meeting, receipt.currency, total, wanted)
    })
}

/// The paper of cash that left a desk; none when it is not known.
pub fn handover_paper(
    meeting: &Meeting,
    handover: HandoverId,
    wanted: &VoucherWanted,
    time: &VenueTime,
) -> Option<VoucherPaper> {
    let CashHandover { cash, stamp } = meeting.cash_handovers().find(|known| known.cash.handover == handover)?;
    let receipt = |id: &PaymentId| {
        let receipt = &meeting.payment(*id)?.receipt;
        let cash = receipt.tenders.iter().filter(|tender| tender.kind == domain::event::TenderKind::Cash);
        Some(part(receipt.number.clone(), cash.fold(0, |sum: i64, tender| sum.saturating_add(tender.amount_minor))))
    };
    Some(VoucherPaper {
        kind: VoucherKind::CashHandover,
        number: cash.number.clone(),
        at: time.minute(stamp.at.0).replace('T', " "),
        receipts: cash.payments.iter().filter_map(receipt).collect(),
        bags: cash.bags.clone(),
        expected_minor: cash.expected_minor,
        total_minor: cash.counted_minor,
        note: cash.note.clone(),
        ..blank(meeting, meeting.config().meeting.currency, cash.counted_minor, wanted)
    })
}

/// What stands on every voucher.
fn blank(meeting: &Meeting, currency: Currency, total_minor: i64, wanted: &VoucherWanted) -> VoucherPaper {
    let (facts, language) = (&meeting.config().meeting, wanted.language);
    VoucherPaper {
        language: language.code().to_owned(),
        currency: currency.code().to_owned(),
        decimals: currency.decimals(),
        organiser: facts.organiser.get(language).to_owned(),
        meeting: facts.name.get(language).to_owned(),
        print: wanted.print,
        desk: wanted.desk.clone(),
        total_words: in_words(Money { minor: total_minor, currency }, language).unwrap_or_default(),
        ..VoucherPaper::default()
    }
}

fn row(meeting: &Meeting, tender: &Tender) -> TenderRow {
    let name = |id: &StaffId| meeting.staff(id).map_or_else(|| id.as_str().to_owned(), |staff| staff.name.clone());
    TenderRow {
        means: tender.kind.code().to_owned(),
        amount_minor: tender.amount_minor,
        reference: tender.reference.clone(),
        bag: tender.bag.clone(),
        second_counter: tender.second_counter.as_ref().map(name).unwrap_or_default(),
        due_on: tender.due_on.as_ref().map(|due| due.as_str().to_owned()).unwrap_or_default(),
    }
}

fn part(number: String, amount_minor: i64) -> NumberedAmount {
    NumberedAmount { number, amount_minor }
}
