//! Events of the guest list: the organiser's file and list from the hub, and corrections made on site.

use serde::{Deserialize, Serialize};

use super::Party;
use crate::config::MeetingConfig;
use crate::ids::{DealerId, GuestId, HouseholdId, NoticeId, SalespersonId, TableId};
use crate::roster::{
    ClassCriterion, Conflict, Contact, CustomerClass, Dealer, Gender, Guest, GuestRole, Household, Needs, SealedText,
    VipTier,
};
use crate::{config::Disclosure, config::Language};

/// The meeting file was read; replaces all earlier facts. Holds no secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeetingConfigured {
    /// 1, 2, 3 …
    pub rev: u32,
    /// All facts.
    pub config: Box<MeetingConfig>,
}

/// Part of a changed guest list: whole records to add or replace. The parts of a revision are applied as they come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct RosterChanged {
    /// Revision of the list, 1, 2, 3 …
    pub rev: u32,
    /// This part, from 1.
    pub part: u16,
    /// Parts of the revision.
    pub parts: u16,
    /// Parties.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub households: Vec<Household>,
    /// Firms.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dealers: Vec<Dealer>,
    /// People.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub guests: Vec<Guest>,
    /// People who do not come any more.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cancelled_guests: Vec<GuestId>,
    /// Firms that do not come any more.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cancelled_dealers: Vec<DealerId>,
    /// Parties that do not come any more.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cancelled_households: Vec<HouseholdId>,
}

/// Part of a seating plan. A household that no later plan names keeps its earlier planned table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct SeatsPlanned {
    /// Revision of the plan, 1, 2, 3 …
    pub rev: u32,
    /// Planned tables.
    pub seats: Vec<(HouseholdId, TableId)>,
    /// Households that have no planned table any more.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unplanned: Vec<HouseholdId>,
}

/// A key that signs invitations; nodes check tokens with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvitationKeyPublished {
    /// Number inside tokens.
    pub key: u8,
    /// Ed25519 public key, 64 hex digits.
    pub public_hex: String,
}

/// The key to which contact data are sealed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactKeyPublished {
    /// X25519 public key, 64 hex digits.
    pub public_hex: String,
}

/// A firm that was not invited came; the party is whole in here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WalkInRegistered {
    /// The party; none for a guest without a dealer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub household: Option<Household>,
    /// Its firms.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dealers: Vec<Dealer>,
    /// Its people.
    pub guests: Vec<Guest>,
    /// Who let them in and why.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

/// An unlisted person of a listed party got a name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GuestAdded {
    /// The person.
    pub guest: Guest,
    /// Whether this person was counted among the unlisted adults before.
    #[serde(default)]
    pub was_unlisted: bool,
}

/// Facts of a person corrected on site; a later import does not undo them. Missing = unchanged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GuestCorrected {
    /// Who.
    pub guest: GuestId,
    /// Name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Form of address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Role in the party.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<GuestRole>,
    /// Decides the order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decides: Option<bool>,
    /// Gender.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gender: Option<Gender>,
    /// Language.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
    /// Needs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub needs: Option<Needs>,
    /// Phone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<Contact>,
    /// Why.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
}

/// Facts of a firm corrected on site; a later import does not undo them. Missing = unchanged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DealerCorrected {
    /// Which firm.
    pub dealer: DealerId,
    /// Its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub firm: Option<String>,
    /// County or district.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub county: Option<String>,
    /// Who looks after it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub salesperson: Option<SalespersonId>,
    /// Delivery address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<SealedText>,
    /// Why.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
}

/// Two parties turned out to be of one owner: counted once from now on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HouseholdsJoined {
    /// Stays.
    pub into: HouseholdId,
    /// Goes up in it, with its firms and people.
    pub joined: HouseholdId,
    /// Why.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
}

/// A dealer's class was judged anew on site.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DealerRegraded {
    /// Which firm.
    pub dealer: DealerId,
    /// Its class now.
    pub class: CustomerClass,
    /// By which criteria.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub criteria: Vec<ClassCriterion>,
    /// Guest of honour from now on; missing = unchanged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vip: Option<VipTier>,
    /// What was seen or heard.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

/// Staff wrote something down about a party.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoteWritten {
    /// About whom.
    pub party: Party,
    /// In words.
    pub text: String,
}

/// A conflict of interest became known on site.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConflictDeclared {
    /// Who must not sit there.
    pub dealer: DealerId,
    /// With whom and how firmly.
    pub conflict: Conflict,
    /// As told.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
}

/// A legal notice was shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeShown {
    /// To whom.
    pub guest: GuestId,
    /// Which notice.
    pub notice: NoticeId,
    /// Its revision.
    pub rev: u32,
}

/// A consent was given or refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsentRecorded {
    /// By whom.
    pub guest: GuestId,
    /// To which text.
    pub notice: NoticeId,
    /// Its revision.
    pub rev: u32,
    /// Given, or refused.
    pub given: bool,
    /// Where it was asked.
    pub by: ConsentBy,
}

/// Where a consent was asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Copy)]
#[serde(rename_all = "snake_case")]
pub enum ConsentBy {
    /// With the invitation.
    Invitation,
    /// At a kiosk.
    Kiosk,
    /// At a desk.
    Desk,
}

/// What a dealer allows to be shown, as said on site.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DisclosureSet {
    /// Which firm.
    pub dealer: DealerId,
    /// What may be shown.
    pub may_disclose: Disclosure,
}
