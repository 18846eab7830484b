//! The room from above, to scale, as a picture that shows what is wrong in it. Finds no fault itself: the caller says them.

use serde::Serialize;
use typst_layout::PagedDocument;

use crate::text::known_language;
use crate::typesetter::{self, DocumentError, Fonts};

const TEMPLATE: &str = include_str!("../../../assets/room-plan.typ");
/// Pixels per point: the plan is 1000 points wide at most, so its picture about 2,400 pixels.
const PNG_SCALE: f64 = 2.4;

/// A rectangle of the floor, in centimetres from the left wall and the stage's wall.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Place {
    /// Left edge.
    pub x: i32,
    /// Edge towards the stage's wall.
    pub y: i32,
    /// To the right.
    pub width: i32,
    /// To the back.
    pub depth: i32,
}

/// A named point of the floor, in centimetres.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Mark {
    /// What is written beside it.
    pub label: String,
    /// From the left wall.
    pub x: i32,
    /// From the stage's wall.
    pub y: i32,
}

/// A table of the plan.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct PlanTable {
    /// What stands on it.
    pub number: String,
    /// Part of the hall.
    pub zone: String,
    /// Row counted from the stage.
    pub row: u16,
    /// Centre, in centimetres from the left wall.
    pub x: i32,
    /// Centre, in centimetres from the stage's wall.
    pub y: i32,
    /// Across, in centimetres.
    pub diameter: i32,
    /// Places for wheelchairs.
    pub wheelchairs: u8,
    /// The stage is not seen from there.
    pub blocked: bool,
    /// Numbers of the notes that are about it, from 1; empty when nothing is wrong.
    pub notes: Vec<usize>,
}

/// The room with its tables.
#[derive(Debug, Clone, Default, Serialize)]
pub struct RoomPlan {
    /// Above the plan.
    pub title: String,
    /// `zh`, `ko` or `en`: of the words in the plan.
    pub language: String,
    /// From left to right, in centimetres; at least 1.
    pub width: i32,
    /// From the stage's wall to the back, in centimetres; at least 1.
    pub depth: i32,
    /// The stage.
    pub stage: Option<Place>,
    /// Doors.
    pub entrances: Vec<Mark>,
    /// Ways between the tables.
    pub aisles: Vec<Place>,
    /// Pillars and other obstacles.
    pub obstacles: Vec<Place>,
    /// Where the kiosks stand.
    pub kiosks: Vec<Mark>,
    /// The tables.
    pub tables: Vec<PlanTable>,
    /// What is wrong, a sentence each; printed under the plan with their numbers.
    pub notes: Vec<String>,
}

impl RoomPlan {
    /// One picture.
    ///
    /// # Errors
    /// An unknown language.
    pub fn png(&self, fonts: &Fonts) -> Result<Vec<u8>, DocumentError> {
        let pictures = typesetter::pngs(&self.set(fonts)?, PNG_SCALE)?;
        pictures.into_iter().next().ok_or_else(|| DocumentError::Template("the room has no page".into()))
    }

    fn set(&self, fonts: &Fonts) -> Result<PagedDocument, DocumentError> {
        known_language(&self.language, "room")?;
        let data = serde_json::to_vec(self).map_err(|fault| DocumentError::Template(fault.to_string()))?;
        typesetter::set(fonts, TEMPLATE, data)
    }
}

#[cfg(test)]
mod tests;
