//! The hall: tables, stage, entrances, aisles and where each kiosk stands. Lengths in centimetres; seats nobody.

use serde::{Deserialize, Serialize};

use crate::ids::TableId;

/// A table of the hall.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    /// Stable code.
    pub id: TableId,
    /// What stands on the table; may skip 4 and 13 and may be renumbered.
    pub label: String,
    /// Chairs, the host's among them.
    pub seats: u16,
    /// Whether one chair is kept for a staff host.
    #[serde(default = "yes")]
    pub host_seat: bool,
    /// Part of the hall, `A`.
    #[serde(default)]
    pub zone: String,
    /// Row counted from the stage, from 1.
    #[serde(default = "first")]
    pub row: u16,
    /// Centre of the table, from the left of the room.
    #[serde(default)]
    pub x_cm: i32,
    /// Centre of the table, from the stage's wall.
    #[serde(default)]
    pub y_cm: i32,
    /// Across, where it does not follow from the chairs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub diameter_cm: Option<u16>,
    /// Whether the stage is seen.
    #[serde(default)]
    pub view: View,
    /// Reached without steps.
    #[serde(default)]
    pub step_free: bool,
    /// Places for wheelchairs.
    #[serde(default)]
    pub wheelchair_spaces: u8,
}

impl Table {
    /// Places for guests: chairs without the host's.
    pub fn places(&self) -> u16 {
        self.seats.saturating_sub(u16::from(self.host_seat))
    }

    /// How wide it is: as the file says, else as round tables with so many chairs usually are (10 chairs: 1.7 m).
    pub fn diameter_cm(&self) -> i32 {
        let usual = || 20 + 15 * i32::from(self.seats);
        self.diameter_cm.map_or_else(usual, i32::from).clamp(40, 1_000)
    }

    /// Whether the file says where it stands.
    pub fn is_placed(&self) -> bool {
        (self.x_cm, self.y_cm) != (0, 0)
    }
}

fn yes() -> bool {
    true
}

fn first() -> u16 {
    1
}

/// What is seen of the stage.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum View {
    /// All of it.
    #[default]
    Clear,
    /// A pillar or screen is in the way.
    Blocked,
}

/// The hall around the tables.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Room {
    /// From left to right, seen with the stage at the top.
    pub width_cm: i32,
    /// From the stage's wall to the back.
    pub depth_cm: i32,
    /// The stage.
    pub stage: Option<Area>,
    /// Doors.
    pub entrances: Vec<Point>,
    /// Ways between the tables.
    pub aisles: Vec<Area>,
    /// Pillars and other obstacles.
    pub obstacles: Vec<Area>,
    /// Where the kiosks stand: "you are here".
    pub kiosks: Vec<KioskSpot>,
    /// Parts of the hall; when they are named, tables are in no other.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub zones: Vec<String>,
}

/// A named place.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Point {
    /// From the left.
    pub x_cm: i32,
    /// From the stage's wall.
    pub y_cm: i32,
    /// Shown beside it.
    pub label: String,
}

/// A rectangle of the floor.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Area {
    /// Left edge.
    pub x_cm: i32,
    /// Edge towards the stage's wall.
    pub y_cm: i32,
    /// To the right.
    pub width_cm: i32,
    /// To the back.
    pub depth_cm: i32,
}

/// Where a kiosk stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KioskSpot {
    /// The device's name or number prefix, `K1`.
    pub name: String,
    /// From the left; may lie outside the hall.
    pub x_cm: i32,
    /// From the stage's wall.
    pub y_cm: i32,
    /// Looked at from the kiosk, clockwise degrees from the stage's direction.
    #[serde(default)]
    pub facing_degrees: u16,
}
