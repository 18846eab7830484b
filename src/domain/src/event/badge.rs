//! Events of badges: the wish for a copy, its outcome, doubt, and who has it in hand.

use serde::{Deserialize, Serialize};

use crate::ids::{BadgeId, GuestId, PrinterId, TableId};
use crate::roster::is_false;

/// A copy is to be printed: the durable intent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BadgeRequested {
    /// Id on the code of this copy.
    pub badge: BadgeId,
    /// For whom.
    pub guest: GuestId,
    /// 1 for the first copy of the guest.
    pub copy: u32,
    /// Where, when chosen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub printer: Option<PrinterId>,
    /// Table on the paper.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub table: Option<TableId>,
    /// Why.
    pub reason: BadgeReason,
    /// Printed before the guest arrives: tells nobody anything.
    #[serde(default, skip_serializing_if = "is_false")]
    pub ahead: bool,
    /// Running number of the log that asked for it, printed small: `K2-B0820`. Shows what is missing when a disk dies.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub number: String,
}

/// Why a badge is printed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Copy, PartialOrd, Ord)]
#[serde(rename_all = "snake_case")]
pub enum BadgeReason {
    /// First badge of the guest.
    First,
    /// Lost.
    Lost,
    /// Torn or smeared.
    Damaged,
    /// Name, firm or title was wrong.
    WrongText,
    /// The table changed.
    NewTable,
    /// Never came out.
    NotPrinted,
    /// As staff saw fit.
    Other,
}

impl BadgeReason {
    /// Whether DUPLICATE is printed across it.
    pub fn is_duplicate(self) -> bool {
        self != BadgeReason::First
    }
}

/// Another printer takes over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BadgePrinterChanged {
    /// Which copy.
    pub badge: BadgeId,
    /// Where now.
    pub printer: PrinterId,
    /// Its number; 0 in events of before it was told, which no printer follows.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub copy: u32,
    /// How many printers had it before: a printer that gave it away takes it back by a higher number only, however often
    /// and in whatever order it hears of that.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub hop: u32,
}

fn is_zero(number: &u32) -> bool {
    *number == 0
}

/// A copy came out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BadgePrinted {
    /// Which copy.
    pub badge: BadgeId,
    /// Its number.
    pub copy: u32,
    /// Who says so.
    pub by: PrintWord,
}

/// Whose word it is that paper came out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Copy, PartialOrd, Ord)]
#[serde(rename_all = "snake_case")]
pub enum PrintWord {
    /// The printer's.
    Printer,
    /// A person's.
    Staff,
    /// Nobody's: all bytes went out and no fault was reported.
    Unconfirmed,
}

/// Nobody knows whether the copy came out; staff are asked once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BadgeDoubtful {
    /// Which copy.
    pub badge: BadgeId,
    /// Its number.
    pub copy: u32,
    /// The fault's code.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub fault: String,
}

/// Staff answered whether it came out. No = the copy is void; a new one is requested on its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DoubtSettled {
    /// Which copy.
    pub badge: BadgeId,
    /// Its number.
    pub copy: u32,
    /// Whether it came out.
    pub came_out: bool,
}

/// A copy counts no more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BadgeVoided {
    /// Which copy.
    pub badge: BadgeId,
    /// Why.
    pub reason: VoidReason,
}

/// Why a copy counts no more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Copy, PartialOrd, Ord)]
#[serde(rename_all = "snake_case")]
pub enum VoidReason {
    /// The check-in was undone.
    CheckInUndone,
    /// Did not come out.
    NotPrinted,
    /// A newer copy took its place.
    Replaced,
    /// Two copies were out; this one was chosen to go.
    TwoOut,
    /// As staff saw fit.
    Other,
}

/// A badge printed beforehand is in the guest's hand: its table is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BadgeHandedOver {
    /// Which copy.
    pub badge: BadgeId,
}
