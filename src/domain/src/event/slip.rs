//! Events of order slips and price requests. Computes no price and no total.

use serde::{Deserialize, Serialize};

use crate::config::DepositKind;
use crate::ids::{DealerId, DiscountId, EventId, GiftId, HouseholdId, SalespersonId, Sku, SlipId, StaffId};
use crate::money::Currency;
use crate::roster::{Contact, SealedText, is_zero};
use crate::time::LocalDate;

/// A draft came to be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlipDrafted {
    /// The slip.
    pub slip: SlipId,
    /// Printed number, `D2-0042`.
    pub number: String,
    /// What it says.
    pub content: SlipContent,
}

/// A draft changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlipRevised {
    /// The slip.
    pub slip: SlipId,
    /// The revision that was changed.
    pub base_rev: u32,
    /// What it says now.
    pub content: SlipContent,
    /// The event that made the revision that was changed: two desks count alike, but these differ.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base: Option<EventId>,
}

/// What a slip says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlipContent {
    /// Who orders.
    pub dealer: DealerId,
    /// The party.
    pub household: HouseholdId,
    /// Who sold it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub salesperson: Option<SalespersonId>,
    /// What is ordered.
    pub lines: Vec<SlipLine>,
    /// Revision of the meeting file whose policy applies.
    pub policy_rev: u32,
    /// Sum of the lines.
    pub total_minor: i64,
    /// Of every amount.
    pub currency: Currency,
    /// What the deposit means.
    pub deposit_kind: DepositKind,
    /// Deposit.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub deposit_minor: i64,
    /// Day by which the balance is paid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_on: Option<LocalDate>,
    /// Where the goods go.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<SealedText>,
    /// Who is called about delivery.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<Contact>,
    /// Through whom it is bought.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub supplied_by: Option<DealerId>,
    /// To whom it is paid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paid_to: Option<DealerId>,
    /// Queue ticket taken before orders closed, which keeps the policy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket: Option<crate::ids::TicketId>,
    /// Anything else on the paper.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

impl SlipContent {
    /// What is left to pay after the deposit, in minor units; never negative.
    pub fn balance_minor(&self) -> i64 {
        self.total_minor.saturating_sub(self.deposit_minor).max(0)
    }

    /// The part of a forfeit deposit (定金) above 20 % of the total, in minor units: by article 586 of the Civil Code of China
    /// it has no forfeit effect, so the paper must not promise one. 0 for any other deposit.
    pub fn beyond_forfeit_minor(&self) -> i64 {
        match self.deposit_kind {
            DepositKind::Refundable => 0,
            DepositKind::Forfeit => self.deposit_minor.saturating_sub(self.total_minor / 5).max(0),
        }
    }
}

/// One line of a slip.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlipLine {
    /// Stable within the slip, from 1.
    pub line: u16,
    /// Product.
    pub sku: Sku,
    /// Units.
    pub quantity: u32,
    /// Price of one unit before the policy.
    pub unit_price_minor: i64,
    /// Off by policy, hundredths of a percent.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub policy_basis_points: u16,
    /// Sum of the line.
    pub amount_minor: i64,
    /// Goods added free.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub free_goods: Vec<(Sku, u32)>,
    /// Gift earned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gift: Option<GiftId>,
    /// The approval that allows this price.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub discount: Option<DiscountId>,
}

/// Two desks changed one draft; a person chose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlipBranchChosen {
    /// The slip.
    pub slip: SlipId,
    /// The change that stands.
    pub kept: EventId,
    /// The changes that do not.
    pub dropped: Vec<EventId>,
}

/// One part of the triplicate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Copy, PartialOrd, Ord)]
#[serde(rename_all = "snake_case")]
pub enum SlipCopy {
    /// 存根联: stays with the organiser.
    Stub,
    /// 客户联: goes with the dealer.
    Customer,
    /// 财务联: goes to finance.
    Finance,
}

/// Paper is wanted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlipPrintRequested {
    /// The slip.
    pub slip: SlipId,
    /// Its revision.
    pub revision: u32,
    /// Which parts.
    pub copies: Vec<SlipCopy>,
    /// 1 for the first print of the revision.
    pub print: u32,
}

/// Paper came out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlipPrinted {
    /// The slip.
    pub slip: SlipId,
    /// Its revision.
    pub revision: u32,
    /// Which part.
    pub copy: SlipCopy,
    /// Which print of it.
    pub print: u32,
    /// Who says so.
    pub by: super::PrintWord,
}

/// Signed and sealed: never changes again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlipSigned {
    /// The slip.
    pub slip: SlipId,
    /// The revision on the paper.
    pub revision: u32,
    /// What was signed, for whoever missed the draft.
    pub content: SlipContent,
    /// Name of the signer.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub signer: String,
    /// Whether the firm's seal is on it.
    #[serde(default)]
    pub sealed: bool,
}

/// A new slip took the place of a signed one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlipSuperseded {
    /// The old slip.
    pub slip: SlipId,
    /// The new slip.
    pub by: SlipId,
    /// Why.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
}

/// A slip is void.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlipVoided {
    /// The slip.
    pub slip: SlipId,
    /// Why.
    pub reason: String,
    /// The second person, where two are asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub second: Option<StaffId>,
}

/// A paper copy is back in the organiser's hands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlipCopyReturned {
    /// The slip.
    pub slip: SlipId,
    /// Which part.
    pub copy: SlipCopy,
}

/// A price below the salesperson's authority is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DiscountRequested {
    /// The request.
    pub discount: DiscountId,
    /// For which slip.
    pub slip: SlipId,
    /// In which revision.
    pub revision: u32,
    /// For which line.
    pub line: u16,
    /// The product of that line.
    pub sku: Sku,
    /// The units of that line.
    pub quantity: u32,
    /// The price of one unit.
    pub unit_price_minor: i64,
    /// Why.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// The event that wrote the line so: revisions count alike at two desks, but these differ.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub written: Option<EventId>,
}

/// A deputy commander approved it with a PIN; any change of the line voids it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DiscountApproved {
    /// The request.
    pub discount: DiscountId,
    /// For which slip.
    pub slip: SlipId,
    /// In which revision.
    pub revision: u32,
    /// For which line.
    pub line: u16,
    /// The price of one unit.
    pub unit_price_minor: i64,
    /// Who approved; the name is printed.
    pub approver: StaffId,
}

/// It was refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DiscountRefused {
    /// The request.
    pub discount: DiscountId,
    /// Who refused.
    pub by: StaffId,
    /// Why.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
}

/// Orders are closed: later slips stay drafts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrdersClosed {
    /// In words, for the screens.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

/// Orders are open again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrdersReopened {
    /// In words, for the screens.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}
