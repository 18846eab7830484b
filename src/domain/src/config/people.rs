//! Regions, salespeople and staff of the meeting file. Holds PINs only as hashes; checks none.

use serde::{Deserialize, Serialize};

use super::text::{FileSecret, Language, Text};
use crate::ids::{RegionId, SalespersonId, StaffId};
use crate::roster::Contact;
use crate::time::LocalTime;

/// What should be reached; 0 = no target. Amounts in minor units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Targets {
    /// Households present.
    pub households: u32,
    /// Sales of the season.
    pub sales_minor: i64,
    /// Sales signed at the meeting.
    pub on_site_sales_minor: i64,
}

/// A sales area.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Region {
    /// Code.
    pub id: RegionId,
    /// Name per language.
    pub name: Text,
    /// What it should reach.
    #[serde(default)]
    pub targets: Targets,
    /// Sales of a usual month, to warn of a target below two to three of them.
    #[serde(default)]
    pub reference_monthly_sales_minor: i64,
}

/// Looks after dealers; belongs to a region.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Salesperson {
    /// Code.
    pub id: SalespersonId,
    /// Name as printed on badges.
    pub name: String,
    /// Sales area.
    pub region: RegionId,
    /// Only in the organiser's file.
    #[serde(default, skip_serializing)]
    pub phone: Option<FileSecret>,
    /// The phone, sealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<Contact>,
    /// Only in the organiser's file.
    #[serde(default, skip_serializing)]
    pub pin: Option<FileSecret>,
    /// argon2id of the PIN with the meeting's pepper, PHC text form.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pin_hash: Option<String>,
    /// What this person should reach.
    #[serde(default)]
    pub targets: Targets,
    /// Won or lost by results.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub incentives: Vec<Incentive>,
}

/// An incentive: settled on the spot, never on stage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Incentive {
    /// For what, and what.
    pub text: String,
    /// The amount, when it is money; negative when it is lost.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount_minor: Option<i64>,
}

/// Someone who works at the meeting.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Staff {
    /// Code.
    pub id: StaffId,
    /// Name as printed on badges and approvals.
    pub name: String,
    /// What they may do.
    pub roles: Vec<Role>,
    /// Only in the organiser's file.
    #[serde(default, skip_serializing)]
    pub pin: Option<FileSecret>,
    /// argon2id of the PIN with the meeting's pepper, PHC text form.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pin_hash: Option<String>,
    /// Discount from the list price that this deputy commander may approve, in hundredths of a percent: missing = any price,
    /// by the role; 0 = none. Nobody else approves any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub discount_basis_points: Option<u16>,
    /// Where to be when.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub duties: Vec<Duty>,
    /// Language of their screens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
}

impl Staff {
    /// Whether this person has the role.
    pub fn is(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }
}

/// A duty with its time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Duty {
    /// What to do and where.
    pub text: String,
    /// From when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starts: Option<LocalTime>,
    /// Until when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends: Option<LocalTime>,
}

impl Role {
    /// The code, as in the meeting file.
    pub fn code(self) -> &'static str {
        match self {
            Role::Reception => "reception",
            Role::OrderDesk => "order_desk",
            Role::Finance => "finance",
            Role::Host => "host",
            Role::DeputyCommander => "deputy_commander",
            Role::Commander => "commander",
            Role::Technician => "technician",
        }
    }
}

/// What staff may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Entrance, check-in, badges, seats.
    Reception,
    /// Order slips.
    OrderDesk,
    /// Payments.
    Finance,
    /// Stage.
    Host,
    /// Exceptional discounts.
    DeputyCommander,
    /// The whole meeting.
    Commander,
    /// Machines.
    Technician,
}
