//! What the page of payments shows, as plain values.

use super::deeds::{Ask, Deed};
use super::{Cashier, FIELDS, KINDS, Problem, Venue, owed_minor, payments_of};
use crate::screens::money::amount;
use domain::config::Language;
use domain::event::{Tender, TenderKind};
use domain::meeting::{Payment, PaymentStatus};
use ui::{PayAsk, PayField as Field, PayState, TenderCode};

#[derive(Debug, Clone, PartialEq)]
pub struct CashierPage {
    pub firm: String,
    pub currency: String,
    pub green: bool,
    /// What opens the green channel; empty: none.
    pub threshold: String,
    pub kind: TenderCode,
    pub kinds: Vec<TenderCode>,
    pub entries: Vec<EntryRow>,
    pub tenders: Vec<TenderRow>,
    pub sum: String,
    /// The slip that is paid; empty: on account.
    pub slip: String,
    pub owed: String,
    pub payments: Vec<PaymentRow>,
    pub turn: i32,
    pub deeds: Vec<Deed>,
    pub asking: PayAsk,
    /// What the question names: an amount.
    pub asked: String,
    pub pin_wrong: bool,
    pub problem: Option<Problem>,
    pub busy: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub struct EntryRow {
    pub field: Field,
    pub text: String,
    pub current: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub struct TenderRow {
    pub kind: TenderCode,
    pub amount: String,
    /// Reference, bag, due day.
    pub about: String,
}

#[derive(Debug, Clone, PartialEq)]
pub struct PaymentRow {
    pub number: String,
    pub at: String,
    pub state: PayState,
    pub amount: String,
    pub kinds: Vec<TenderCode>,
    pub slips: String,
    /// The receipts that it looks like.
    pub resembles: String,
    pub chosen: bool,
}

impl Cashier {
    /// The page as it is now; none when the party is not in the list any more.
    pub fn page(&self, venue: &Venue, language: Language, busy: bool) -> Option<CashierPage> {
        let meeting = venue.meeting;
        let currency = meeting.config().meeting.currency;
        let money = |minor| amount(minor, currency, language);
        let green = meeting.config().rules.green_threshold_minor;
        let slip = self.slip.and_then(|slip| meeting.slip(slip));
        let entry = |field: &Field| EntryRow {
            field: *field,
            text: self
                .typed
                .iter()
                .find(|(known, _)| known == field)
                .map(|(_, words)| words.clone())
                .unwrap_or_default(),
            current: self.field == *field && self.ask.is_none(),
        };
        Some(CashierPage {
            firm: meeting.dealer(self.dealer)?.firm.clone(),
            currency: currency.code().to_owned(),
            green: meeting.has_green_channel(self.household),
            threshold: green.map(money).unwrap_or_default(),
            kind: code(self.kind),
            kinds: KINDS.map(code).to_vec(),
            entries: FIELDS.iter().filter(|field| self.wants(**field)).map(entry).collect(),
            tenders: self.tenders.iter().map(|tender| tender_row(tender, &money)).collect(),
            sum: money(self.sum_minor()),
            slip: slip.map(|slip| slip.number.clone()).unwrap_or_default(),
            owed: slip.map(|slip| money(owed_minor(meeting, slip.id))).unwrap_or_default(),
            payments: payments_of(meeting, self.household)
                .iter()
                .map(|payment| self.payment(payment, venue, &money))
                .collect(),
            turn: self.turn,
            deeds: self.deeds(venue),
            asking: self.asking(),
            asked: self.asked(venue, &money),
            pin_wrong: self.pin_wrong,
            problem: self.problem.clone(),
            busy,
        })
    }

    fn asking(&self) -> PayAsk {
        match &self.ask {
            None => PayAsk::Nothing,
            Some(Ask::CashPin(_)) => PayAsk::CashPin,
            Some(Ask::Large(_)) => PayAsk::Large,
            Some(Ask::ReverseWhy(_)) => PayAsk::ReverseWhy,
            Some(Ask::ReversePin(..)) => PayAsk::ReversePin,
            Some(Ask::Counted) => PayAsk::Counted,
            Some(Ask::CountedWhy(_)) => PayAsk::CountedWhy,
            Some(Ask::CountedPin(..)) => PayAsk::CountedPin,
        }
    }

    fn asked(&self, venue: &Venue, money: &impl Fn(i64) -> String) -> String {
        match &self.ask {
            Some(Ask::Large(new) | Ask::CashPin(new)) => {
                money(new.tenders.iter().fold(0, |sum, tender| sum.saturating_add(tender.amount_minor)))
            }
            Some(Ask::Counted | Ask::CountedWhy(_)) => {
                money(venue.own.map_or(0, |own| venue.meeting.cash_at(own).expected_minor))
            }
            Some(Ask::CountedPin(counted, _)) => money(*counted),
            Some(Ask::ReverseWhy(_) | Ask::ReversePin(..)) | None => String::new(),
        }
    }

    fn payment(&self, payment: &Payment, venue: &Venue, money: &impl Fn(i64) -> String) -> PaymentRow {
        let meeting = venue.meeting;
        let receipt = &payment.receipt;
        let mut kinds: Vec<TenderCode> = receipt.tenders.iter().map(|tender| code(tender.kind)).collect();
        kinds.dedup();
        let slips = receipt.slips.iter().filter_map(|(slip, _)| meeting.slip(*slip)).map(|slip| slip.number.clone());
        let alike = payment.resembles.iter().filter_map(|other| meeting.payment(*other));
        PaymentRow {
            number: receipt.number.clone(),
            at: venue.time.clock(payment.stamp.at.0),
            state: match payment.status() {
                PaymentStatus::Claimed => PayState::Claimed,
                PaymentStatus::Received => PayState::Received,
                PaymentStatus::Confirmed => PayState::Confirmed,
                PaymentStatus::UnderReview => PayState::UnderReview,
                PaymentStatus::Reversed => PayState::Reversed,
            },
            amount: money(receipt.total_minor()),
            kinds,
            slips: slips.collect::<Vec<_>>().join(", "),
            resembles: alike.map(|other| other.receipt.number.clone()).collect::<Vec<_>>().join(", "),
            chosen: self.chosen == Some(receipt.payment),
        }
    }
}

fn tender_row(tender: &Tender, money: &impl Fn(i64) -> String) -> TenderRow {
    let due = tender.due_on.as_ref().map(|due| due.as_str().to_owned()).unwrap_or_default();
    let about = [&tender.reference, &tender.bag, &due].into_iter().filter(|part| !part.is_empty());
    let about = about.cloned().collect::<Vec<_>>().join(" · ");
    TenderRow { kind: code(tender.kind), amount: money(tender.amount_minor), about }
}

pub fn code(kind: TenderKind) -> TenderCode {
    match kind {
        TenderKind::Cash => TenderCode::Cash,
        TenderKind::Transfer => TenderCode::Transfer,
        TenderKind::Card => TenderCode::Card,
        TenderKind::WechatPay => TenderCode::WechatPay,
        TenderKind::Alipay => TenderCode::Alipay,
        TenderKind::AcceptanceBill => TenderCode::AcceptanceBill,
        TenderKind::Rebate => TenderCode::Rebate,
        TenderKind::Credit => TenderCode::Credit,
    }
}
