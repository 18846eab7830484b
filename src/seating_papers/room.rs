//! The room as a picture, with what is wrong in it.

use anyhow::Result;
use documents::{Fonts, Mark, Place, PlanTable, RoomPlan};
use domain::config::{Area, Language, MeetingConfig, Room, RoomMistake, Table};

/// Sentences under a picture at most.
const MOST_NOTES: usize = 40;
/// Around the tables of a room whose size is not written, in centimetres.
const AROUND: i32 = 250;

/// What a picture says about its meeting.
#[derive(Debug, Clone)]
pub struct RoomFacts {
    title: String,
    language: Language,
}

impl RoomFacts {
    /// Hall and meeting in the meeting's first language.
    pub fn of(config: &MeetingConfig) -> RoomFacts {
        let language = config.meeting.language();
        let names = [config.venue.hall.get(language), config.meeting.name.get(language)];
        let title = names.into_iter().filter(|name| !name.is_empty()).collect::<Vec<_>>().join(" · ");
        RoomFacts { title, language }
    }
}

/// The room to scale as a PNG; tables that a mistake is about are marked with its number.
///
/// # Errors
/// Missing fonts, with the package that has them.
pub fn room_picture(facts: RoomFacts, room: &Room, tables: &[Table], mistakes: &[RoomMistake]) -> Result<Vec<u8>> {
    let reach = |place: fn(&Table) -> i32| tables.iter().map(place).max().unwrap_or(0).saturating_add(AROUND);
    let (mut width, mut depth) = (room.width_cm, room.depth_cm);
    if width <= 0 || depth <= 0 {
        (width, depth) = (reach(|table| table.x_cm), reach(|table| table.y_cm));
    }
    let notes_of = |at: usize| {
        let about = mistakes.iter().take(MOST_NOTES).enumerate().filter(|(_, mistake)| mistake.tables.contains(&at));
        about.map(|(note, _)| note + 1).collect()
    };
    let drawn = tables.iter().enumerate().filter(|(_, table)| table.is_placed());
    let mut notes: Vec<String> =
        mistakes.iter().take(MOST_NOTES).map(|mistake| format!("{}; {}", mistake.reason, mistake.remedy)).collect();
    if mistakes.len() > MOST_NOTES {
        notes.push(format!("and {} more", mistakes.len() - MOST_NOTES));
    }
    let plan = RoomPlan {
        title: facts.title,
        language: facts.language.code().to_owned(),
        width: width.max(1),
        depth: depth.max(1),
        stage: room.stage.as_ref().map(place),
        entrances: room.entrances.iter().map(|door| mark(&door.label, door.x_cm, door.y_cm)).collect(),
        aisles: room.aisles.iter().map(place).collect(),
        obstacles: room.obstacles.iter().map(place).collect(),
        kiosks: room.kiosks.iter().map(|kiosk| mark(&kiosk.name, kiosk.x_cm, kiosk.y_cm)).collect(),
        tables: drawn.map(|(at, table)| plan_table(table, notes_of(at))).collect(),
        notes,
    };
    Ok(plan.png(&Fonts::find()?)?)
}

fn place(area: &Area) -> Place {
    Place { x: area.x_cm, y: area.y_cm, width: area.width_cm.max(0), depth: area.depth_cm.max(0) }
}

fn mark(label: &str, x: i32, y: i32) -> Mark {
    Mark { label: label.to_owned(), x, y }
}

fn plan_table(table: &Table, notes: Vec<usize>) -> PlanTable {
    PlanTable {
        number: table.label.clone(),
        zone: table.zone.clone(),
        row: table.row,
        x: table.x_cm,
        y: table.y_cm,
        diameter: table.diameter_cm(),
        wheelchairs: table.wheelchair_spaces,
        blocked: table.view == domain::config::View::Blocked,
        notes,
    }
}
