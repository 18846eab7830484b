//! Events of seats and tables as a live hall knows them. The plan itself comes by `SeatsPlanned`.

use serde::{Deserialize, Serialize};

use crate::config::{SeatingPreset, SeatingWeights, Table};
use crate::ids::{DeviceId, EventId, GuestId, HouseholdId, StaffId, TableId};
use crate::roster::{is_false, is_zero};
use crate::time::UnixMillis;

/// Who has a seat: a party, or a guest without a dealer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Copy, PartialOrd, Ord)]
#[serde(rename_all = "snake_case")]
pub enum Party {
    /// A party.
    Household(HouseholdId),
    /// A guest without a dealer.
    Guest(GuestId),
}

/// A table was found for someone who had none or needed another; moves nobody who was told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeatAssigned {
    /// Who.
    pub party: Party,
    /// Where.
    pub table: TableId,
    /// Why now.
    pub reason: SeatReason,
    /// Who made room: not told, not seated.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub displaced: Vec<(Party, TableId)>,
    /// Places taken from the lease of the event's device at that table.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub leased: u16,
}

/// Why a table is given now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Copy, PartialOrd, Ord)]
#[serde(rename_all = "snake_case")]
pub enum SeatReason {
    /// Not invited, came.
    WalkIn,
    /// More or fewer people than planned.
    HeadsChanged,
    /// Came after the seats were released.
    Late,
    /// Had no planned table.
    Unplanned,
    /// The hotel took the table away.
    TableGone,
    /// As staff saw fit.
    Staff,
}

/// A person moved a party that may have been told already.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeatMoved {
    /// Who.
    pub party: Party,
    /// From where, when there was a table.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<TableId>,
    /// Where to.
    pub to: TableId,
    /// In words; the desk asks for it.
    pub reason: String,
}

/// A party goes from one table to another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartyMove {
    /// Who.
    pub party: Party,
    /// The table that was on the screen; none when there was no table. From another table nobody is moved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<TableId>,
    /// Where to.
    pub to: TableId,
}

/// A person moved several parties in one act: a swap, or a new plan for those who are not here yet. Who is elsewhere
/// by now, or locked, stays.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartiesMoved {
    /// Who and where to.
    pub moves: Vec<PartyMove>,
    /// Whether parties go that were told their table; else they stay.
    #[serde(default, skip_serializing_if = "is_false")]
    pub told_too: bool,
    /// In words, where the desk asked for it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// The act that this one takes back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undoes: Option<EventId>,
    /// From 1 on: goes on with the act of the event before.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub part: u16,
}

/// Staff hold a party at its table: no plan and no walk-in makes it go elsewhere, and its place is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeatLocked {
    /// Who.
    pub party: Party,
    /// Where; from another table the lock has no effect.
    pub table: TableId,
}

/// The party may go elsewhere again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeatUnlocked {
    /// Who.
    pub party: Party,
}

/// What counts how much in the seating from now on; the last word holds until the meeting file says otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WeightsChosen {
    /// By which name.
    pub preset: SeatingPreset,
    /// The points of then; none: those of the meeting file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weights: Option<SeatingWeights>,
}

/// The place is free again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeatReleased {
    /// Whose.
    pub party: Party,
    /// Which.
    pub table: TableId,
    /// Why.
    pub reason: ReleaseReason,
}

/// Why a place is free again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Copy, PartialOrd, Ord)]
#[serde(rename_all = "snake_case")]
pub enum ReleaseReason {
    /// Did not come by the time the host set.
    NoShow,
    /// Left early.
    LeftEarly,
    /// Does not come any more.
    Cancelled,
    /// As staff saw fit.
    Staff,
}

/// No table could be found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeatRefused {
    /// For whom.
    pub party: Party,
    /// How many people.
    pub heads: u16,
    /// What stood in the way.
    pub reason: NoSeatReason,
}

/// What stood in the way of a seat.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Copy, PartialOrd, Ord)]
#[serde(rename_all = "snake_case")]
pub enum NoSeatReason {
    /// The plan has no table for them.
    NotPlanned,
    /// No table has so many places left.
    NoRoom,
    /// Only tables with a hard conflict are left.
    Conflict,
    /// No step-free place is left.
    Wheelchair,
    /// This node has no leased places and does not reach the hub.
    NoLease,
}

/// A table was told by mouth or on a screen, outside a check-in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableTold {
    /// To whom.
    pub party: Party,
    /// Which.
    pub table: TableId,
}

/// An usher saw them sit down.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HouseholdSeated {
    /// Who.
    pub party: Party,
    /// Where.
    pub table: TableId,
}

/// Places that a node may give away while it does not reach the hub. In the hub's order the first has them: of what is
/// asked for, only as much is granted as is free then. It takes the place of the node's lease at that table of before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlacesLeased {
    /// To which node.
    pub device: DeviceId,
    /// Of which table.
    pub table: TableId,
    /// How many in all; 0 gives them back.
    pub places: u16,
    /// When it ends by itself; none = with the meeting.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<UnixMillis>,
}

/// The host signed for chairs beyond the table's places.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExtraChairSigned {
    /// Which table.
    pub table: TableId,
    /// How many.
    pub chairs: u16,
    /// Who signed.
    pub by: StaffId,
}

/// The hotel added a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableAdded {
    /// The table.
    pub table: Table,
}

/// The hotel took a table away.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableClosed {
    /// Which.
    pub table: TableId,
    /// Whose table it was.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub affected: Vec<Party>,
}

/// The hotel brought a closed table back; whoever had it has it again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableReopened {
    /// Which.
    pub table: TableId,
}

/// The hotel put tables together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TablesMerged {
    /// Stays, with all its places.
    pub into: TableId,
    /// Go up in it.
    pub merged: Vec<TableId>,
    /// Chairs at the new table, the host's among them.
    pub seats: u16,
    /// Whose tables they were.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub affected: Vec<Party>,
}

/// Tables that were put together stand apart again; whoever had one of them has it again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TablesParted {
    /// They went up in this one.
    pub from: TableId,
    /// Stand on their own again.
    pub parted: Vec<TableId>,
    /// Chairs that it had before, the host's among them.
    pub seats: u16,
}

/// Another number stands on the table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableRenumbered {
    /// Which table.
    pub table: TableId,
    /// What stands on it now.
    pub label: String,
    /// Who was told the old number.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub affected: Vec<Party>,
    /// Row from the stage, when it changed; 0 = unchanged.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub row: u16,
}
