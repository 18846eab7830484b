//! Events of money received. Whether one opens the green channel is derived, never written.

use serde::{Deserialize, Serialize};

use crate::ids::{DealerId, EventId, HandoverId, HouseholdId, PaymentId, SalespersonId, SlipId, StaffId};
use crate::money::Currency;
use crate::roster::is_false;
use crate::time::LocalDate;

/// One receipt: one visit, any number of tenders.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// Its id.
    pub payment: PaymentId,
    /// Printed number, `D2-R0007`.
    pub number: String,
    /// Who pays.
    pub dealer: DealerId,
    /// The party.
    pub household: HouseholdId,
    /// Of every tender.
    pub currency: Currency,
    /// What was given.
    pub tenders: Vec<Tender>,
    /// For which slips, with amounts; the rest is on account.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub slips: Vec<(SlipId, i64)>,
    /// Paid before the meeting.
    #[serde(default, skip_serializing_if = "is_false")]
    pub prepaid: bool,
    /// Anything else on the paper.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

impl Receipt {
    /// Sum of the tenders in minor units; stops at the 64-bit limit.
    pub fn total_minor(&self) -> i64 {
        self.tenders.iter().fold(0, |sum, tender| sum.saturating_add(tender.amount_minor))
    }
}

/// One means of payment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tender {
    /// What it is.
    pub kind: TenderKind,
    /// How much.
    pub amount_minor: i64,
    /// Bank, wallet or bill reference.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reference: String,
    /// Number of the sealed bag, for cash.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub bag: String,
    /// Who counted a second time, for cash.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub second_counter: Option<StaffId>,
    /// When a bill falls due.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_on: Option<LocalDate>,
}

/// Means of payment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Copy, PartialOrd, Ord)]
#[serde(rename_all = "snake_case")]
pub enum TenderKind {
    /// Counted twice, in a sealed bag.
    Cash,
    /// Bank transfer.
    Transfer,
    /// Card.
    Card,
    /// WeChat Pay.
    WechatPay,
    /// Alipay.
    Alipay,
    /// Bank acceptance bill.
    AcceptanceBill,
    /// Offset against a rebate.
    Rebate,
    /// On credit.
    Credit,
}

impl TenderKind {
    /// The code, as in the log.
    pub fn code(self) -> &'static str {
        match self {
            TenderKind::Cash => "cash",
            TenderKind::Transfer => "transfer",
            TenderKind::Card => "card",
            TenderKind::WechatPay => "wechat_pay",
            TenderKind::Alipay => "alipay",
            TenderKind::AcceptanceBill => "acceptance_bill",
            TenderKind::Rebate => "rebate",
            TenderKind::Credit => "credit",
        }
    }
}

/// A payment was shown, such as by a screenshot; nothing is earned by it yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentClaimed {
    /// What is claimed.
    pub receipt: Receipt,
}

/// A payment was taken at a counter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentReceived {
    /// What was taken.
    pub receipt: Receipt,
}

/// Finance confirmed it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentConfirmed {
    /// Which.
    pub payment: PaymentId,
    /// Threshold in force, so that the green channel can be decided later exactly so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub green_threshold_minor: Option<i64>,
}

/// It was taken back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentReversed {
    /// Which.
    pub payment: PaymentId,
    /// Why.
    pub reason: String,
    /// The second person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub second: Option<StaffId>,
}

/// A suspected duplicate is none: it counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentReleased {
    /// Which.
    pub payment: PaymentId,
    /// The events that looked alike.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub compared: Vec<EventId>,
}

/// Cash of a desk was counted by two and left it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CashHandedOver {
    /// This handing over.
    pub handover: HandoverId,
    /// Printed number, `D2-H0003`.
    pub number: String,
    /// Receipts whose cash it is.
    pub payments: Vec<PaymentId>,
    /// What those receipts say.
    pub expected_minor: i64,
    /// What was there.
    pub counted_minor: i64,
    /// Numbers of the sealed bags.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bags: Vec<String>,
    /// Who took it and counted too.
    pub second: StaffId,
    /// About a difference.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

/// The receipt's paper came out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceiptPrinted {
    /// Which.
    pub payment: PaymentId,
    /// 1 for the first.
    pub print: u32,
    /// Who says so.
    pub by: super::PrintWord,
}

/// An incentive was paid on the spot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IncentiveSettled {
    /// To whom.
    pub salesperson: SalespersonId,
    /// For what.
    pub text: String,
    /// How much; negative when it was lost.
    pub amount_minor: i64,
    /// Of the amount.
    pub currency: Currency,
}
