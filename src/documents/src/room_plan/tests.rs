use std::sync::LazyLock;

use super::*;
use crate::golden;

static FONTS: LazyLock<Fonts> = LazyLock::new(|| Fonts::find().expect("fonts-noto-cjk is installed"));

fn place(x: i32, y: i32, width: i32, depth: i32) -> Place {
    Place { x, y, width, depth }
}

fn mark(label: &str, x: i32, y: i32) -> Mark {
    Mark { label: label.into(), x, y }
}

/// A hall with `columns` × `rows` tables of two metres, zones by thirds.
fn hall(language: &str, columns: i32, rows: i32) -> RoomPlan {
    let width = columns * 400 + 400;
    let tables = (0..columns * rows).map(|number| PlanTable {
        number: (number + 1).to_string(),
        zone: ["A", "B", "C"][(number % columns * 3 / columns) as usize].into(),
        row: (number / columns + 1) as u16,
        x: number % columns * 400 + 400,
        y: number / columns * 360 + 700,
        diameter: 200,
        wheelchairs: u8::from(number % columns == 0),
        blocked: number % 17 == 11,
        notes: Vec::new(),
    });
    RoomPlan {
        title: "Grand Ballroom".into(),
        language: language.into(),
        width,
        depth: rows * 360 + 900,
        stage: Some(place(width / 2 - 600, 0, 1200, 350)),
        entrances: vec![mark("A", width / 3, rows * 360 + 900), mark("", width, 900)],
        aisles: vec![place(width / 2 - 50, 450, 100, rows * 360)],
        obstacles: vec![place(580, 900, 60, 60)],
        kiosks: vec![mark("K1", width / 3, rows * 360 + 1050)],
        tables: tables.collect(),
        notes: Vec::new(),
    }
}

#[test]
fn halls_of_every_size_look_as_approved() {
    for (name, language, columns, rows) in [("16", "zh", 4, 4), ("75", "ko", 15, 5), ("600", "en", 30, 20)] {
        golden::check(&format!("room-{name}"), &shrunk(&hall(language, columns, rows)));
    }
}

#[test]
fn mistakes_are_marked_at_their_tables_and_said_in_words() {
    let mut room = hall("en", 4, 3);
    room.tables[1].x = room.tables[0].x + 120;
    room.tables[0].notes = vec![1];
    room.tables[1].notes = vec![1];
    room.tables[7].x = room.width + 300;
    room.tables[7].notes = vec![2, 3];
    room.notes = vec![
        "tables 1 and 2 overlap by 80 cm".into(),
        "table 8 stands outside the room (20.0 m from the left, 10.6 m from the stage's wall)".into(),
        "table 8 has row 0".into(),
    ];
    golden::check("room-mistakes", &shrunk(&room));
}

/// As the command draws it, with fewer pixels.
fn shrunk(room: &RoomPlan) -> Vec<u8> {
    let pictures = typesetter::pngs(&room.set(&FONTS).expect("the room can be set"), 0.8).expect("a picture");
    pictures.into_iter().next().expect("one page")
}

#[test]
fn far_slip_of_the_pen_does_not_shrink_the_room() {
    let mut room = hall("en", 4, 3);
    room.tables[3].x = 4_000_000;
    let png = room.png(&FONTS).expect("the room can be set");
    assert!(png.len() > 10_000, "{} bytes", png.len());
}
