//! Reports as plain values: money by desk and tender, proofs that are missing, the queues' history. Writes no file.

use std::collections::BTreeMap;

use super::{Meeting, Payment, PaymentStatus, Ticket, TicketState};
use crate::event::{Tender, TenderKind};
use crate::ids::{DeviceId, PaymentId, QueueId};
use crate::time::UnixMillis;

/// Money of one kind of tender at one desk, in minor units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TenderTotal {
    /// Tenders, reversed ones too.
    pub tenders: u32,
    /// Confirmed: it counts.
    pub confirmed_minor: i64,
    /// Claimed, received or under review.
    pub open_minor: i64,
    /// Taken back.
    pub reversed_minor: i64,
}

/// What a receipt lacks as evidence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum MissingProof {
    /// Only shown: nobody took or confirmed it.
    Claimed,
    /// Finance has not seen the money.
    Unconfirmed,
    /// A tender through a bank or wallet without its reference.
    Reference {
        /// Which means.
        kind: TenderKind,
    },
    /// Cash without a sealed bag.
    Bag,
}

/// A ticket from taken to settled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TicketRow {
    /// As printed.
    pub number: String,
    /// Where it was last.
    pub queue: QueueId,
    /// Priority when taken.
    pub green: bool,
    /// When it was taken.
    pub taken: UnixMillis,
    /// How far it is.
    pub state: TicketState,
    /// Milliseconds to the first call in that queue.
    pub waited_ms: Option<u64>,
    /// Milliseconds from the last call to served.
    pub served_ms: Option<u64>,
}

impl Meeting {
    /// Money by desk and kind of tender. The confirmed sums add up to [`Meeting::paid_minor`].
    pub fn tender_totals(&self) -> BTreeMap<(DeviceId, TenderKind), TenderTotal> {
        let mut totals: BTreeMap<(DeviceId, TenderKind), TenderTotal> = BTreeMap::new();
        for payment in self.payments() {
            for tender in &payment.receipt.tenders {
                let total = totals.entry((payment.stamp.device, tender.kind)).or_default();
                total.tenders = total.tenders.saturating_add(1);
                let sum = match payment.status() {
                    PaymentStatus::Confirmed => &mut total.confirmed_minor,
                    PaymentStatus::Claimed | PaymentStatus::Received | PaymentStatus::UnderReview => {
                        &mut total.open_minor
                    }
                    PaymentStatus::Reversed => &mut total.reversed_minor,
                };
                *sum = sum.saturating_add(tender.amount_minor);
            }
        }
        totals
    }

    /// Receipts that lack evidence and were not taken back, the oldest first.
    pub fn missing_proofs(&self) -> Vec<(PaymentId, Vec<MissingProof>)> {
        let mut standing: Vec<&Payment> = self.payments().collect();
        standing.retain(|payment| payment.status() != PaymentStatus::Reversed);
        standing.sort_by_key(|payment| payment.stamp.order);
        let lacking = standing.into_iter().map(|payment| (payment.receipt.payment, lacks(payment)));
        lacking.filter(|(_, proofs)| !proofs.is_empty()).collect()
    }

    /// Receipts taken back since then, the newest first.
    pub fn reversals(&self, since: UnixMillis) -> Vec<&Payment> {
        let at = |payment: &&Payment| payment.reversed().map(|stamp| stamp.at);
        let mut reversed: Vec<&Payment> =
            self.payments().filter(|payment| at(payment).is_some_and(|at| at >= since)).collect();
        reversed.sort_by_key(|payment| std::cmp::Reverse(at(payment)));
        reversed
    }

    /// Every ticket with its waits, by the time it was taken.
    pub fn queue_history(&self) -> Vec<TicketRow> {
        let mut tickets: Vec<&Ticket> = self.tickets().collect();
        tickets.sort_by_key(|ticket| (ticket.taken.at, ticket.id));
        let row = |ticket: &Ticket| TicketRow {
            number: ticket.number.clone(),
            queue: ticket.queue.clone(),
            green: ticket.green,
            taken: ticket.taken.at,
            state: ticket.state.clone(),
            waited_ms: ticket.first_called.as_ref().map(|called| called.at.since(ticket.taken.at)),
            served_ms: match (&ticket.state, &ticket.called, &ticket.settled) {
                (TicketState::Served, Some(called), Some(settled)) => Some(settled.at.since(called.at)),
                _ => None,
            },
        };
        tickets.into_iter().map(row).collect()
    }
}

fn lacks(payment: &Payment) -> Vec<MissingProof> {
    let of_receipt = match payment.status() {
        PaymentStatus::Claimed => Some(MissingProof::Claimed),
        PaymentStatus::Received | PaymentStatus::UnderReview if !payment.is_confirmed() => {
            Some(MissingProof::Unconfirmed)
        }
        PaymentStatus::Received | PaymentStatus::UnderReview | PaymentStatus::Confirmed | PaymentStatus::Reversed => {
            None
        }
    };
    let of_tenders = payment.receipt.tenders.iter().filter_map(tender_lacks);
    let mut lacks: Vec<MissingProof> = of_receipt.into_iter().chain(of_tenders).collect();
    lacks.dedup();
    lacks
}

fn tender_lacks(tender: &Tender) -> Option<MissingProof> {
    let reference = tender.reference.trim().is_empty().then_some(MissingProof::Reference { kind: tender.kind });
    match tender.kind {
        TenderKind::Cash => tender.bag.trim().is_empty().then_some(MissingProof::Bag),
        TenderKind::Transfer
        | TenderKind::Card
        | TenderKind::WechatPay
        | TenderKind::Alipay
        | TenderKind::AcceptanceBill => reference,
        TenderKind::Rebate | TenderKind::Credit => None,
    }
}
