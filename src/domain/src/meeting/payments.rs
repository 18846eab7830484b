//! Payments as folded: what counts, what is under review as a suspected duplicate, what opens the green channel.
//! Takes no money and prints no receipt.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::paper::Papers;
use super::two_people::are_two;
use super::{Meeting, Stamp};
use crate::event::{Event, Receipt};
use crate::ids::{DealerId, HouseholdId, PaymentId};
use crate::time::UnixMillis;

/// How far a payment is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PaymentStatus {
    /// Shown, such as by a screenshot.
    Claimed,
    /// Taken at a counter.
    Received,
    /// Finance saw the money: it counts.
    Confirmed,
    /// Looks like one that the hub had before: it does not count until released.
    UnderReview,
    /// Taken back.
    Reversed,
}

/// One receipt of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payment {
    /// What was taken.
    pub receipt: Arc<Receipt>,
    /// When, where, by whom.
    pub stamp: Stamp,
    /// Payments before it in the hub's order that look the same.
    pub resembles: Vec<PaymentId>,
    received: bool,
    words: Words,
}

/// What finance said about a receipt.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Words {
    /// With the green threshold in force then.
    confirmed: Option<(Stamp, Option<i64>)>,
    released: Option<Stamp>,
    reversed: Option<Stamp>,
    /// The highest number of a print that came out.
    printed: u32,
}

impl Payment {
    /// How far it is.
    pub fn status(&self) -> PaymentStatus {
        if self.words.reversed.is_some() {
            PaymentStatus::Reversed
        } else if self.is_suspected() {
            PaymentStatus::UnderReview
        } else if self.words.confirmed.is_some() {
            PaymentStatus::Confirmed
        } else if self.received {
            PaymentStatus::Received
        } else {
            PaymentStatus::Claimed
        }
    }

    /// Whether finance saw the money; a review does not take that back.
    pub fn is_confirmed(&self) -> bool {
        self.words.confirmed.is_some() && self.words.reversed.is_none()
    }

    /// When it was taken back, if it was.
    pub fn reversed(&self) -> Option<&Stamp> {
        self.words.reversed.as_ref()
    }

    /// The number of the last print that came out; 0 while none did.
    pub fn prints(&self) -> u32 {
        self.words.printed
    }

    pub(super) fn is_suspected(&self) -> bool {
        !self.resembles.is_empty() && self.words.released.is_none() && self.words.reversed.is_none()
    }

    /// One receipt at the threshold of its confirmation. A suspicion takes nothing away, only a reversal does.
    fn opens_green_channel(&self) -> bool {
        let threshold = self.words.confirmed.as_ref().and_then(|(_, threshold)| *threshold);
        self.words.reversed.is_none() && threshold.is_some_and(|threshold| self.receipt.total_minor() >= threshold)
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Payments {
    payments: BTreeMap<PaymentId, Arc<Payment>>,
    /// In the order of the fold.
    by_dealer: BTreeMap<DealerId, Vec<PaymentId>>,
    by_reference: BTreeMap<String, Vec<PaymentId>>,
    /// A hub that began anew may hear of the word before it hears of the receipt: it counts all the same.
    early: BTreeMap<PaymentId, Words>,
}

impl Payments {
    pub fn get(&self, payment: PaymentId) -> Option<&Payment> {
        self.payments.get(&payment).map(|payment| &**payment)
    }

    pub fn iter(&self) -> impl Iterator<Item = &Payment> {
        self.payments.values().map(|payment| &**payment)
    }

    /// Receipts with a note.
    pub fn noted(&self) -> usize {
        self.iter().filter(|payment| !payment.receipt.note.is_empty()).count()
    }

    /// After the purge: the money stays, the words about it go.
    pub fn forget_notes(&mut self) {
        for payment in self.payments.values_mut().filter(|payment| !payment.receipt.note.is_empty()) {
            Arc::make_mut(&mut Arc::make_mut(payment).receipt).note.clear();
        }
    }

    /// `alike_ms`: how near in time equal amounts of a dealer on two nodes are suspicious.
    pub fn apply(&mut self, stamp: &Stamp, event: &Event, alike_ms: u64, papers: &mut Papers) {
        match event {
            Event::PaymentClaimed(claimed) => self.take(stamp, &claimed.receipt, false, alike_ms, papers),
            Event::PaymentReceived(received) => self.take(stamp, &received.receipt, true, alike_ms, papers),
            Event::PaymentConfirmed(confirmed) => self.edit(confirmed.payment, |words| {
                words.confirmed.get_or_insert_with(|| (stamp.clone(), confirmed.green_threshold_minor));
            }),
            Event::PaymentReversed(reversed) => self.edit(reversed.payment, |words| {
                if are_two(&stamp.actor, reversed.second.as_ref()) {
                    words.reversed.get_or_insert_with(|| stamp.clone());
                }
            }),
            Event::ReceiptPrinted(told) => {
                self.edit(told.payment, |words| words.printed = words.printed.max(told.print))
            }
            Event::PaymentReleased(released) => self.edit(released.payment, |words| {
                words.released.get_or_insert_with(|| stamp.clone());
            }),
            _ => {}
        }
    }

    fn edit(&mut self, payment: PaymentId, edit: impl FnOnce(&mut Words)) {
        match self.payments.get_mut(&payment) {
            Some(payment) => edit(&mut Arc::make_mut(payment).words),
            None => edit(self.early.entry(payment).or_default()),
        }
    }

    fn take(&mut self, stamp: &Stamp, receipt: &Receipt, received: bool, alike_ms: u64, papers: &mut Papers) {
        papers.see(&receipt.number);
        if let Some(known) = self.payments.get_mut(&receipt.payment) {
            // What was claimed is taken at a counter now; a repetition changes nothing.
            if received && !known.received {
                Arc::make_mut(known).received = true;
            }
            return;
        }
        let payment = Payment {
            receipt: Arc::new(receipt.clone()),
            stamp: stamp.clone(),
            resembles: self.resembling(stamp, receipt, alike_ms),
            received,
            words: self.early.remove(&receipt.payment).unwrap_or_default(),
        };
        self.payments.insert(receipt.payment, Arc::new(payment));
        self.by_dealer.entry(receipt.dealer).or_default().push(receipt.payment);
        for reference in references(receipt) {
            self.by_reference.entry(reference).or_default().push(receipt.payment);
        }
    }

    fn resembling(&self, stamp: &Stamp, receipt: &Receipt, alike_ms: u64) -> Vec<PaymentId> {
        let same_reference = references(receipt).into_iter().flat_map(|reference| self.by_reference.get(&reference));
        let of_dealer = self.by_dealer.get(&receipt.dealer).into_iter().flatten();
        let same_amount = of_dealer.filter(|id| {
            self.get(**id).is_some_and(|other| {
                other.stamp.device != stamp.device
                    && other.receipt.total_minor() == receipt.total_minor()
                    && other.stamp.at.0.abs_diff(stamp.at.0) <= alike_ms
            })
        });
        let mut alike: Vec<PaymentId> = same_reference.flatten().chain(same_amount).copied().collect();
        alike.retain(|id| self.get(*id).is_some_and(|other| other.words.reversed.is_none()));
        alike.sort_by_key(|id| (self.get(*id).map(|other| other.stamp.order), *id));
        alike.dedup();
        alike
    }
}

/// Bank, wallet and bill references, each once, as they compare: without spaces, in capitals.
fn references(receipt: &Receipt) -> Vec<String> {
    let plain = |text: &str| text.chars().filter(|letter| !letter.is_whitespace()).collect::<String>().to_uppercase();
    let mut references: Vec<String> = receipt.tenders.iter().map(|tender| plain(&tender.reference)).collect();
    references.retain(|reference| !reference.is_empty());
    references.sort();
    references.dedup();
    references
}

impl Meeting {
    /// A payment.
    pub fn payment(&self, id: PaymentId) -> Option<&Payment> {
        self.payments.get(id)
    }

    /// Every payment.
    pub fn payments(&self) -> impl Iterator<Item = &Payment> {
        self.payments.iter()
    }

    /// Sum of the payments that count, in minor units; stops at the 64-bit limit.
    pub fn paid_minor(&self) -> i64 {
        let counting = self.payments.iter().filter(|payment| payment.status() == PaymentStatus::Confirmed);
        counting.fold(0, |sum, payment| sum.saturating_add(payment.receipt.total_minor()))
    }

    /// Since when a party has the green channel by a receipt: the time on the receipt that opened it first.
    pub fn green_since(&self, household: HouseholdId) -> Option<UnixMillis> {
        let of_dealers = self.dealers(household).filter_map(|dealer| self.payments.by_dealer.get(&dealer.id));
        let payments = of_dealers.flatten().filter_map(|id| self.payments.get(*id));
        payments.filter(|payment| payment.opens_green_channel()).map(|payment| payment.stamp.at).min()
    }
}
