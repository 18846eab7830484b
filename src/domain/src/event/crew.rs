//! Events between guests and staff: help, arrival notices, PINs. Holds no PIN and no hash of one.

use serde::{Deserialize, Serialize};

use crate::ids::{DeviceId, GuestId, HouseholdId, SalespersonId, StaffId, TaskId};
use crate::roster::is_zero;

/// A guest needs a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HelpRequested {
    /// Why.
    pub reason: HelpReason,
    /// Who, when known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guest: Option<GuestId>,
    /// The party, when known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub household: Option<HouseholdId>,
}

/// Why a guest needs a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Copy, PartialOrd, Ord)]
#[serde(rename_all = "snake_case")]
pub enum HelpReason {
    /// "That is not me."
    NotMe,
    /// The phone number belongs to several parties.
    PhoneInSeveral,
    /// Nobody has this phone number.
    PhoneUnknown,
    /// The code was refused.
    CodeRefused,
    /// Already checked in and wants something else.
    AlreadyIn,
    /// No badge came.
    NoBadge,
    /// The button was touched.
    Asked,
}

/// A person came and helped.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HelpGiven {
    /// The task that the request raised.
    pub task: TaskId,
}

/// The salesperson was told of an arrival.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArrivalNoticeSent {
    /// To whom.
    pub salesperson: SalespersonId,
    /// Of whom.
    pub household: HouseholdId,
    /// How.
    pub by: NoticeWay,
}

/// How a salesperson is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Copy, PartialOrd, Ord)]
#[serde(rename_all = "snake_case")]
pub enum NoticeWay {
    /// The phone page.
    Page,
    /// A text message.
    Message,
    /// A person at the desk.
    Desk,
}

/// The salesperson has seen it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArrivalNoticeSeen {
    /// By whom.
    pub salesperson: SalespersonId,
    /// Of whom.
    pub household: HouseholdId,
}

/// Someone with a PIN.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, PartialOrd, Ord)]
#[serde(rename_all = "snake_case")]
pub enum Crew {
    /// A member of staff.
    Staff(StaffId),
    /// A salesperson.
    Sales(SalespersonId),
}

/// A PIN was right.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaffSignedIn {
    /// Whose.
    pub who: Crew,
    /// What for.
    pub purpose: SignInPurpose,
}

/// What a PIN was typed for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Copy, PartialOrd, Ord)]
#[serde(rename_all = "snake_case")]
pub enum SignInPurpose {
    /// Staff menu of a kiosk.
    StaffMenu,
    /// List of a group.
    Group,
    /// A desk.
    Desk,
    /// The stage.
    Stage,
    /// One act that needs a second look.
    Approval,
}

/// Signed out, by hand or by time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaffSignedOut {
    /// Who.
    pub who: Crew,
    /// True when nobody touched the machine for too long.
    #[serde(default)]
    pub timed_out: bool,
}

/// Too many wrong PINs on one device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaffLockedOut {
    /// For whom the last try was, when a name was chosen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub who: Option<Crew>,
    /// Wrong tries in a row.
    pub tries: u8,
    /// For how long no PIN is taken; 0 = until staff unlock.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub minutes: u16,
}

/// PINs are taken again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaffUnlocked {
    /// Who unlocked it.
    pub by: StaffId,
    /// On which machine; none = the event's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<DeviceId>,
}
