//! Events of counters, gifts and materials. Whom to call next is derived.

use serde::{Deserialize, Serialize};

use super::Crew;
use crate::ids::{BadgeId, GiftId, HandoverId, HouseholdId, PaymentId, QueueId, SlipId, TicketId};
use crate::roster::is_false;

/// A queue ticket was printed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketTaken {
    /// The ticket.
    pub ticket: TicketId,
    /// Printed number, `G012`.
    pub number: String,
    /// Which queue.
    pub queue: QueueId,
    /// Whose, when a badge was scanned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub household: Option<HouseholdId>,
    /// Green channel when taken.
    #[serde(default, skip_serializing_if = "is_false")]
    pub green: bool,
}

/// It was called.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketCalled {
    /// Which.
    pub ticket: TicketId,
    /// To which counter.
    pub counter: String,
    /// 1 for the first call.
    pub call: u8,
    /// Had priority when called.
    #[serde(default, skip_serializing_if = "is_false")]
    pub green: bool,
}

/// It waits in another queue, with the time at which it was taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketTransferred {
    /// Which.
    pub ticket: TicketId,
    /// Where.
    pub to: QueueId,
}

/// It was served.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketServed {
    /// Which.
    pub ticket: TicketId,
}

/// Nobody came, or they went.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketDropped {
    /// Which.
    pub ticket: TicketId,
    /// As seen.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// Called, and nobody came: may be called again.
    #[serde(default, skip_serializing_if = "is_false")]
    pub no_show: bool,
}

/// A gift left the desk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GiftHandedOver {
    /// This handing over.
    pub handover: HandoverId,
    /// What.
    pub gift: GiftId,
    /// How many.
    pub quantity: u32,
    /// To whom.
    pub household: HouseholdId,
    /// The badge scanned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub badge: Option<BadgeId>,
    /// The slip that earned it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slip: Option<SlipId>,
    /// The payment that earned it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment: Option<PaymentId>,
}

/// It came back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GiftReturned {
    /// Which handing over.
    pub handover: HandoverId,
    /// Why.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
}

/// The shelf was counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GiftStockCounted {
    /// What.
    pub gift: GiftId,
    /// How many are there.
    pub stock: u32,
}

/// Material left the store, to be returned after the meeting.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MaterialIssued {
    /// This issue.
    pub issue: HandoverId,
    /// What: a banner, samples, a tablet.
    pub item: String,
    /// How many.
    pub quantity: u32,
    /// Who answers for it.
    pub to: Crew,
}

/// Some of it came back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MaterialReturned {
    /// Which issue.
    pub issue: HandoverId,
    /// How many.
    pub quantity: u32,
}
