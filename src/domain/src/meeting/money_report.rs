//! The money, the queues, the gifts and the materials of a meeting as one plain value with integers only: what `usher
//! report` shows and what a recount of the raw log has to give as well. Judges nothing, writes no file.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{DiscountState, GiftState, Meeting, MissingProof, Payment, PaymentStatus, Slip, SlipStatus, TicketState};
use crate::event::{Crew, SlipCopy, TenderKind};
use crate::ids::*;
use crate::money::Currency;

/// Everything in figures. Amounts are minor units of the currency, times Unix milliseconds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MoneyReport {
    /// Of every amount.
    pub currency: Currency,
    /// Receipts.
    pub payments: PaymentsReport,
    /// Slips by status.
    pub slip_totals: BTreeMap<&'static str, SlipSums>,
    /// Every slip, by id.
    pub slips: Vec<SlipRow>,
    /// Price requests, by id.
    pub prices: Vec<PriceRow>,
    /// Every ticket, by the time it was taken.
    pub queues: Vec<QueueRow>,
    /// What should be on the shelf, by gift.
    pub gift_stock: BTreeMap<GiftId, i64>,
    /// Every handing over, in the hub's order.
    pub gifts: Vec<GiftRow>,
    /// Every issue, in the hub's order.
    pub materials: Vec<MaterialRow>,
    /// Cash that left desks, in the hub's order.
    pub cash_handovers: Vec<CashRow>,
    /// Cash that should lie at a desk since its last hand-over.
    pub cash_at_desks: BTreeMap<DeviceId, i64>,
    /// Signed copies that are not back.
    pub missing_copies: Vec<(SlipId, &'static str)>,
    /// Receipts that lack evidence, in the hub's order.
    pub missing_proof: Vec<(PaymentId, Vec<String>)>,
}

/// Receipts and their sums.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PaymentsReport {
    /// Sum of what counts.
    pub paid_minor: i64,
    /// By status.
    pub by_status: BTreeMap<&'static str, Sum>,
    /// By kind of tender.
    pub by_tender: BTreeMap<TenderKind, TenderSums>,
    /// By desk and kind of tender.
    pub by_desk: BTreeMap<DeviceId, BTreeMap<TenderKind, TenderSums>>,
    /// By dealer and status.
    pub by_dealer: BTreeMap<DealerId, BTreeMap<&'static str, Sum>>,
    /// Every receipt, in the hub's order.
    pub receipts: Vec<ReceiptRow>,
}

/// How many, how much.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Sum {
    /// Receipts.
    pub receipts: u32,
    /// Their sum.
    pub minor: i64,
}

/// Tenders of one kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct TenderSums {
    /// Tenders, reversed ones too.
    pub tenders: u32,
    /// It counts.
    pub confirmed_minor: i64,
    /// Claimed, received or under review.
    pub open_minor: i64,
    /// Taken back.
    pub reversed_minor: i64,
}

/// One receipt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct ReceiptRow {
    pub payment: PaymentId,
    pub number: String,
    pub dealer: DealerId,
    pub desk: DeviceId,
    pub at_ms: u64,
    pub status: &'static str,
    pub total_minor: i64,
    pub resembles: Vec<PaymentId>,
}

/// Slips of one status.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct SlipSums {
    pub slips: u32,
    pub total_minor: i64,
    pub deposit_minor: i64,
    pub balance_minor: i64,
}

/// One slip: its standing version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct SlipRow {
    pub slip: SlipId,
    pub number: String,
    pub dealer: DealerId,
    pub status: &'static str,
    pub revision: u32,
    /// To choose from; 1 = nothing to choose.
    pub versions: usize,
    pub total_minor: i64,
    pub deposit_minor: i64,
    pub balance_minor: i64,
    pub superseded_by: Option<SlipId>,
    pub returned: Vec<&'static str>,
}

/// One price request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct PriceRow {
    pub discount: DiscountId,
    pub slip: SlipId,
    pub revision: u32,
    pub line: u16,
    pub unit_price_minor: i64,
    pub state: &'static str,
    pub by: Option<StaffId>,
}

/// One queue ticket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct QueueRow {
    pub number: String,
    pub queue: QueueId,
    pub green: bool,
    pub taken_ms: u64,
    pub state: &'static str,
    pub waited_ms: Option<u64>,
    pub served_ms: Option<u64>,
}

/// One gift that left the desk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct GiftRow {
    pub handover: HandoverId,
    pub gift: GiftId,
    pub quantity: u32,
    pub household: HouseholdId,
    pub desk: DeviceId,
    pub at_ms: u64,
    pub returned_ms: Option<u64>,
}

/// Material that left the store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct MaterialRow {
    pub issue: HandoverId,
    pub item: String,
    pub to: Crew,
    pub issued: u32,
    pub returned: u32,
}

/// Cash that left a desk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct CashRow {
    pub number: String,
    pub desk: DeviceId,
    pub at_ms: u64,
    pub receipts: usize,
    pub expected_minor: i64,
    pub counted_minor: i64,
}

impl PaymentStatus {
    /// Every status.
    pub const ALL: [PaymentStatus; 5] = [
        PaymentStatus::Claimed,
        PaymentStatus::Received,
        PaymentStatus::Confirmed,
        PaymentStatus::UnderReview,
        PaymentStatus::Reversed,
    ];

    /// The code, as in reports.
    pub fn code(self) -> &'static str {
        match self {
            PaymentStatus::Claimed => "claimed",
            PaymentStatus::Received => "received",
            PaymentStatus::Confirmed => "confirmed",
            PaymentStatus::UnderReview => "under_review",
            PaymentStatus::Reversed => "reversed",
        }
    }
}

impl SlipStatus {
    /// The codes of all, as in reports.
    pub const CODES: [&'static str; 5] = ["draft", "two_versions", "signed", "superseded", "void"];

    /// The code, as in reports.
    pub fn code(self) -> &'static str {
        match self {
            SlipStatus::Draft => "draft",
            SlipStatus::TwoVersions => "two_versions",
            SlipStatus::Signed => "signed",
            SlipStatus::Superseded { .. } => "superseded",
            SlipStatus::Void => "void",
        }
    }
}

impl SlipCopy {
    /// The code, as in the log.
    pub fn code(self) -> &'static str {
        match self {
            SlipCopy::Stub => "stub",
            SlipCopy::Customer => "customer",
            SlipCopy::Finance => "finance",
        }
    }
}

impl Meeting {
    /// The money of the meeting as its log tells it.
    pub fn money_report(&self) -> MoneyReport {
        let slips: Vec<SlipRow> = self.slips().map(slip_row).collect();
        let mut slip_totals: BTreeMap<_, SlipSums> = SlipStatus::CODES.map(|code| (code, SlipSums::default())).into();
        for slip in &slips {
            let sums = slip_totals.entry(slip.status).or_default();
            sums.slips = sums.slips.saturating_add(1);
            sums.total_minor = sums.total_minor.saturating_add(slip.total_minor);
            sums.deposit_minor = sums.deposit_minor.saturating_add(slip.deposit_minor);
            sums.balance_minor = sums.balance_minor.saturating_add(slip.balance_minor);
        }
        let proof = |(payment, lacks): (PaymentId, Vec<MissingProof>)| (payment, lacks.iter().map(lack).collect());
        MoneyReport {
            currency: self.config.meeting.currency,
            payments: self.payments_report(),
            slip_totals,
            slips,
            prices: self.price_rows(),
            queues: self.queue_rows(),
            gift_stock: self.shelves(),
            gifts: self.gift_rows(),
            materials: self.material_rows(),
            cash_handovers: self.cash_rows(),
            cash_at_desks: self.cash_at_desks(),
            missing_copies: self.missing_copies().into_iter().map(|(slip, copy)| (slip, copy.code())).collect(),
            missing_proof: self.missing_proofs().into_iter().map(proof).collect(),
        }
    }

    fn payments_report(&self) -> PaymentsReport {
        let mut payments: Vec<&Payment> = self.payments().collect();
        payments.sort_by_key(|payment| payment.stamp.order);
        let mut by_status: BTreeMap<_, Sum> = PaymentStatus::ALL.map(|status| (status.code(), Sum::default())).into();
        let mut by_dealer: BTreeMap<DealerId, BTreeMap<&'static str, Sum>> = BTreeMap::new();
        for payment in &payments {
            let status = payment.status().code();
            let of_dealer = by_dealer.entry(payment.receipt.dealer).or_default().entry(status).or_default();
            for sum in [of_dealer, by_status.entry(status).or_default()] {
                sum.receipts = sum.receipts.saturating_add(1);
                sum.minor = sum.minor.saturating_add(payment.receipt.total_minor());
            }
        }
        let mut by_tender: BTreeMap<TenderKind, TenderSums> = BTreeMap::new();
        let mut by_desk: BTreeMap<DeviceId, BTreeMap<TenderKind, TenderSums>> = BTreeMap::new();
        for ((desk, kind), total) in self.tender_totals() {
            let of_desk = by_desk.entry(desk).or_default().entry(kind).or_default();
            for sums in [of_desk, by_tender.entry(kind).or_default()] {
                sums.tenders = sums.tenders.saturating_add(total.tenders);
                sums.confirmed_minor = sums.confirmed_minor.saturating_add(total.confirmed_minor);
                sums.open_minor = sums.open_minor.saturating_add(total.open_minor);
                sums.reversed_minor = sums.reversed_minor.saturating_add(total.reversed_minor);
            }
        }
        let receipts = payments.into_iter().map(receipt_row).collect();
        PaymentsReport { paid_minor: self.paid_minor(), by_status, by_tender, by_desk, by_dealer, receipts }
    }

    fn price_rows(&self) -> Vec<PriceRow> {
        let row = |discount: &super::Discount| {
            let request = &discount.request;
            let (state, by) = match &discount.state {
                DiscountState::Requested => ("requested", None),
                DiscountState::Approved { by } => ("approved", Some(by.clone())),
                DiscountState::Refused { by, .. } => ("refused", Some(by.clone())),
            };
            let (discount, slip, revision, line) = (request.discount, request.slip, request.revision, request.line);
            PriceRow { discount, slip, revision, line, unit_price_minor: request.unit_price_minor, state, by }
        };
        self.discounts.iter().map(row).collect()
    }

    fn queue_rows(&self) -> Vec<QueueRow> {
        let row = |ticket: super::TicketRow| QueueRow {
            number: ticket.number,
            queue: ticket.queue,
            green: ticket.green,
            taken_ms: ticket.taken.0,
            state: match ticket.state {
                TicketState::Waiting => "waiting",
                TicketState::Called { .. } => "called",
                TicketState::Served => "served",
                TicketState::NoShow => "no_show",
                TicketState::Left => "left",
            },
            waited_ms: ticket.waited_ms,
            served_ms: ticket.served_ms,
        };
        self.queue_history().into_iter().map(row).collect()
    }

    fn shelves(&self) -> BTreeMap<GiftId, i64> {
        let configured = self.config.gifts.iter().map(|gift| &gift.id);
        let gifts = configured.chain(self.gifts.counted());
        gifts.filter_map(|gift| Some((gift.clone(), self.gift_stock(gift)?))).collect()
    }

    fn gift_rows(&self) -> Vec<GiftRow> {
        let row = |handover: &super::Handover| GiftRow {
            handover: handover.gift.handover,
            gift: handover.gift.gift.clone(),
            quantity: handover.gift.quantity,
            household: handover.gift.household,
            desk: handover.stamp.device,
            at_ms: handover.stamp.at.0,
            returned_ms: match handover.state {
                GiftState::Out => None,
                GiftState::Returned => handover.returned.as_ref().map(|stamp| stamp.at.0),
            },
        };
        self.handovers().into_iter().map(row).collect()
    }

    fn material_rows(&self) -> Vec<MaterialRow> {
        let row = |material: &super::Material| MaterialRow {
            issue: material.issued.issue,
            item: material.issued.item.clone(),
            to: material.issued.to.clone(),
            issued: material.issued.quantity,
            returned: material.returned,
        };
        self.materials().into_iter().map(row).collect()
    }

    fn cash_rows(&self) -> Vec<CashRow> {
        let row = |handover: &super::CashHandover| CashRow {
            number: handover.cash.number.clone(),
            desk: handover.stamp.device,
            at_ms: handover.stamp.at.0,
            receipts: handover.cash.payments.len(),
            expected_minor: handover.cash.expected_minor,
            counted_minor: handover.cash.counted_minor,
        };
        self.cash_handovers().map(row).collect()
    }
}

fn slip_row(slip: &Slip) -> SlipRow {
    let (status, head) = (slip.status(), slip.version());
    SlipRow {
        slip: slip.id,
        number: slip.number.clone(),
        dealer: head.content.dealer,
        status: status.code(),
        revision: head.revision,
        versions: slip.versions().count(),
        total_minor: head.content.total_minor,
        deposit_minor: head.content.deposit_minor,
        balance_minor: head.content.balance_minor(),
        superseded_by: if let SlipStatus::Superseded { by } = status { Some(by) } else { None },
        returned: slip.returned().iter().map(|copy| copy.code()).collect(),
    }
}

fn receipt_row(payment: &Payment) -> ReceiptRow {
    ReceiptRow {
        payment: payment.receipt.payment,
        number: payment.receipt.number.clone(),
        dealer: payment.receipt.dealer,
        desk: payment.stamp.device,
        at_ms: payment.stamp.at.0,
        status: payment.status().code(),
        total_minor: payment.receipt.total_minor(),
        resembles: payment.resembles.clone(),
    }
}

fn lack(lack: &MissingProof) -> String {
    match lack {
        MissingProof::Claimed => "claimed".to_owned(),
        MissingProof::Unconfirmed => "unconfirmed".to_owned(),
        MissingProof::Reference { kind } => format!("reference {}", kind.code()),
        MissingProof::Bag => "bag".to_owned(),
    }
}
