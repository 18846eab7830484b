//! Records of the guest list: dealers, households, guests. The import makes them; what happens on site lives in `meeting`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::config::{Disclosure, Language};
use crate::ids::{DealerId, GuestId, GuestNo, HouseholdId, NoticeId, RegionId, SalespersonId, Sku, TableId};

/// A phone number or address that only desks and the hub can read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// Base64 of a sealed box to the meeting's contact key.
    pub sealed: String,
    /// Hex HMAC-SHA-256 of the country-normalised digits under the meeting's phone key.
    pub phone_hash: String,
    /// `138****1234`.
    pub phone_mask: String,
}

/// A postal address, sealed likewise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealedText {
    /// Base64 of a sealed box to the meeting's contact key.
    pub sealed: String,
}

/// A product that a firm will probably order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExpectedLine {
    /// Its code.
    pub sku: Sku,
    /// Units, at least 1.
    pub quantity: u32,
}

/// A customer firm.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dealer {
    /// Its id.
    pub id: DealerId,
    /// The party it belongs to; several firms of one owner share it.
    pub household: HouseholdId,
    /// Name of the firm.
    pub firm: String,
    /// Id column of the organiser's list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub list_id: Option<String>,
    /// Sales area.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<RegionId>,
    /// County or district.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub county: String,
    /// Who looks after it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub salesperson: Option<SalespersonId>,
    /// A, B or C.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<CustomerClass>,
    /// By which criteria.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub criteria: Vec<ClassCriterion>,
    /// Sales of the last year.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub annual_sales_minor: Option<i64>,
    /// One of the region's five largest.
    #[serde(default, skip_serializing_if = "is_false")]
    pub top_five: bool,
    /// Stated by the organiser; else annual sales above the region's average decide.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_customer: Option<bool>,
    /// Delivery address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<SealedText>,
    /// Paid before the meeting.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub prepaid_minor: i64,
    /// Guest of honour.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vip: Option<VipTier>,
    /// With whom it should not share a table.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conflicts: Vec<Conflict>,
    /// Rival groups: members of one group avoid each other.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conflict_groups: Vec<String>,
    /// Brands it sells.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub brands: Vec<String>,
    /// People expected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected_heads: Option<u16>,
    /// Its answer to the invitation.
    #[serde(default)]
    pub rsvp: Rsvp,
    /// Order hoped for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected_order_minor: Option<i64>,
    /// What it will probably order, as the list says: its first slip begins with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub expected_lines: Vec<ExpectedLine>,
    /// Stock as heard.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub stock_heard: String,
    /// Funds as heard.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub funds_heard: String,
    /// What the dealer allows to be shown.
    #[serde(default)]
    pub may_disclose: Disclosure,
    /// Buys through this firm.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub supplied_by: Option<DealerId>,
    /// Pays to this firm.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paid_to: Option<DealerId>,
    /// Consents given with the answer.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub consents: BTreeMap<NoticeId, bool>,
    /// Free columns: lodging, return trip, garment size, diet.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub columns: BTreeMap<String, String>,
}

/// One owner's party: counted once, one table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Household {
    /// Its id.
    pub id: HouseholdId,
    /// Shown name: the lead dealer's firm.
    pub name: String,
    /// The firm whose region and salesperson count.
    pub lead: DealerId,
    /// People expected, unlisted ones and children among them.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub expected_heads: u16,
    /// Id in the lottery, printed on slips only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub draw_id: Option<String>,
}

/// One person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Guest {
    /// Its id.
    pub id: GuestId,
    /// Number inside the invitation; walk-ins have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guest_no: Option<GuestNo>,
    /// Raised when an invitation is replaced: lower serials are expired.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub invitation_serial: u16,
    /// Id column of the organiser's list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub list_id: Option<String>,
    /// The party; press, experts and company staff have none and are never counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub household: Option<HouseholdId>,
    /// The firm within the household.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dealer: Option<DealerId>,
    /// Firm or paper of a guest without a dealer, for the badge.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub organisation: String,
    /// Name.
    pub name: String,
    /// Form of address, `王总`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// What this person is in the party.
    pub role: GuestRole,
    /// Decides the order.
    #[serde(default, skip_serializing_if = "is_false")]
    pub decides: bool,
    /// When known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gender: Option<Gender>,
    /// Phone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<Contact>,
    /// Language of screen and paper.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
    /// Wheelchair, diet and the like.
    #[serde(default, skip_serializing_if = "Needs::is_none")]
    pub needs: Needs,
    /// Guest of honour without a dealer.
    #[serde(default, skip_serializing_if = "is_false")]
    pub vip: bool,
    /// Planned table of a guest without a household.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub table: Option<TableId>,
    /// Free columns.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub columns: BTreeMap<String, String>,
}

impl Guest {
    /// How this person is addressed: the title, else the name.
    pub fn address(&self) -> &str {
        if self.title.trim().is_empty() { &self.name } else { &self.title }
    }

    /// Name and form of address for paper: `王建国 王总`; once when they are the same.
    pub fn name_with_title(&self) -> String {
        let title = self.title.trim();
        if title.is_empty() || title == self.name || self.name.ends_with(title) {
            self.name.clone()
        } else {
            format!("{} {title}", self.name)
        }
    }
}

/// What someone needs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Needs {
    /// Comes in a wheelchair.
    pub wheelchair: bool,
    /// Cannot take steps.
    pub step_free: bool,
    /// Anything else, such as diet.
    pub note: String,
}

impl Needs {
    /// Nothing special.
    pub fn is_none(&self) -> bool {
        *self == Needs::default()
    }
}

/// What a person is in the party.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GuestRole {
    /// Owns the firm.
    Owner,
    /// Partner of the owner.
    Partner,
    /// Works there.
    Staff,
    /// Belongs to the family.
    Family,
    /// Writes or films.
    Press,
    /// Speaks or advises.
    Expert,
    /// Works for the organiser.
    Company,
}

/// When known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Gender {
    /// Female.
    Female,
    /// Male.
    Male,
}

/// Meeting any one criterion puts a dealer in the class.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum CustomerClass {
    /// Key customer.
    A,
    /// Good customer.
    B,
    /// The rest.
    C,
}

/// What put a dealer in its class.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClassCriterion {
    /// Its market.
    Market,
    /// Its strength.
    Strength,
    /// Its willingness.
    Willingness,
}

/// Tier of a guest of honour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VipTier {
    /// First.
    Gold,
    /// Second.
    Silver,
    /// Third.
    Bronze,
}

/// Conflict of interest with another firm.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conflict {
    /// The other firm.
    pub with: DealerId,
    /// Hard or soft.
    pub kind: ConflictKind,
    /// 1 to 3.
    #[serde(default = "mild")]
    pub severity: u8,
}

fn mild() -> u8 {
    1
}

/// Hard or soft.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConflictKind {
    /// Never at one table.
    Never,
    /// Not at one table where it can be avoided.
    Avoid,
}

/// Answer to the invitation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rsvp {
    /// None yet.
    #[default]
    Open,
    /// Comes.
    Yes,
    /// Perhaps.
    Maybe,
    /// Does not come.
    No,
}

pub(crate) fn is_false(value: &bool) -> bool {
    !value
}

pub(crate) fn is_zero<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}
