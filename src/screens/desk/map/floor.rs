//! Where tables, stage, doors and pillars lie: from the meeting file, or in tidy rows where it places none. Knows no guests.

use domain::config::{Area, Table};
use domain::{Meeting, TableId};
use std::collections::{BTreeMap, BTreeSet};

/// From the middle of one table to the next where the file places none.
const PITCH_CM: i32 = 260;
/// A table is drawn no smaller and no larger.
const SMALLEST_CM: f32 = 60.0;
const LARGEST_CM: f32 = 240.0;
/// How much of the way to its neighbour a table takes.
const SHARE: f32 = 0.78;
/// Around everything.
const MARGIN_CM: i32 = 90;

/// The floor, seen with the stage at the top; lengths in centimetres from its left upper corner.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Floor {
    pub width: f32,
    pub depth: f32,
    /// Across one table.
    pub table: f32,
    /// The file places no table.
    pub tidy: bool,
    pub places: BTreeMap<TableId, (f32, f32)>,
    pub areas: Vec<ui::FloorArea>,
}

/// A way on the floor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    Left,
    Right,
    Up,
    Down,
}

impl Floor {
    pub fn of(meeting: &Meeting) -> Floor {
        let tables: Vec<&Table> = meeting.tables().filter(|now| now.is_open()).map(|now| &now.table).collect();
        let (placed, tidy) = placed(&tables, meeting.room().depth_cm);
        // From the ground up.
        let mut shapes: Vec<Shape> = wall(meeting).into_iter().chain(zones(&tables, &placed)).collect();
        shapes.extend(things(meeting));
        let frame = Frame::around(&placed, &shapes);
        let moved = |(x, y): &(i32, i32)| ((x - frame.left) as f32, (y - frame.top) as f32);
        Floor {
            width: (frame.right - frame.left).max(1) as f32,
            depth: (frame.bottom - frame.top).max(1) as f32,
            table: size(&placed),
            tidy,
            places: placed.iter().map(|(table, place)| (table.clone(), moved(place))).collect(),
            areas: shapes.into_iter().map(|shape| shape.seen_from(&frame)).collect(),
        }
    }

    pub fn place(&self, table: &TableId) -> Option<(f32, f32)> {
        self.places.get(table).copied()
    }

    /// The next table that way; the first one when none is chosen.
    pub fn next(&self, from: Option<&TableId>, way: Way) -> Option<TableId> {
        let Some((x, y)) = from.and_then(|table| self.place(table)) else {
            return self
                .places
                .iter()
                .min_by(|one, two| in_reading_order(one.1, two.1))
                .map(|(table, _)| table.clone());
        };
        let far = |place: &(f32, f32)| {
            let (right, down) = (place.0 - x, place.1 - y);
            let (ahead, aside) = match way {
                Way::Left => (-right, down),
                Way::Right => (right, down),
                Way::Up => (-down, right),
                Way::Down => (down, right),
            };
            // Straight ahead before aside.
            (ahead > 1.0 && aside.abs() <= 2.0 * ahead).then(|| ahead + 2.0 * aside.abs())
        };
        let ahead = self.places.iter().filter_map(|(table, place)| Some((far(place)?, table)));
        ahead.min_by(|one, two| one.0.total_cmp(&two.0)).map(|(_, table)| table.clone())
    }
}

fn in_reading_order(one: &(f32, f32), two: &(f32, f32)) -> std::cmp::Ordering {
    one.1.total_cmp(&two.1).then(one.0.total_cmp(&two.0))
}

/// Every table's middle, and whether the file says none. Two at one place, or none at all, stand in rows at the back.
fn placed(tables: &[&Table], depth_cm: i32) -> (BTreeMap<TableId, (i32, i32)>, bool) {
    let mut taken = BTreeSet::new();
    let (known, unknown): (Vec<&&Table>, Vec<&&Table>) = tables.iter().partition(|table| {
        let place = (table.x_cm, table.y_cm);
        place != (0, 0) && taken.insert(place)
    });
    let mut places: BTreeMap<TableId, (i32, i32)> =
        known.iter().map(|table| (table.id.clone(), (table.x_cm, table.y_cm))).collect();
    let behind = known.iter().map(|table| table.y_cm).max().map_or(0, |last| last.max(depth_cm));
    places.extend(in_rows(unknown.into_iter().copied().collect(), behind));
    (places, known.is_empty() && !tables.is_empty())
}

/// Rows as the file numbers them, broken where they get longer than the room is deep.
fn in_rows(mut tables: Vec<&Table>, behind: i32) -> Vec<(TableId, (i32, i32))> {
    tables.sort_by_key(|table| (table.row, number_of(&table.label), table.label.clone()));
    let columns = ((tables.len() as f32 * 1.5).sqrt().ceil() as usize).max(1);
    let lines: Vec<&[&Table]> =
        tables.chunk_by(|one, two| one.row == two.row).flat_map(|row| row.chunks(columns)).collect();
    let widest = lines.iter().map(|line| line.len()).max().unwrap_or(0);
    let mut places = Vec::with_capacity(tables.len());
    for (down, line) in (1..).zip(lines) {
        let indent = (widest - line.len()) as i32 * PITCH_CM / 2;
        for (right, table) in (0..).zip(line) {
            places.push((table.id.clone(), (indent + right * PITCH_CM + PITCH_CM / 2, behind + down * PITCH_CM)));
        }
    }
    places
}

fn number_of(label: &str) -> u32 {
    let figures: String = label.chars().filter(char::is_ascii_digit).take(9).collect();
    figures.parse().unwrap_or(u32::MAX)
}

/// From the distances between neighbours, so that none overlap; a few that stand too near are left out of it.
fn size(places: &BTreeMap<TableId, (i32, i32)>) -> f32 {
    let all: Vec<(f32, f32)> = places.values().map(|(x, y)| (*x as f32, *y as f32)).collect();
    let nearest = |one: usize| {
        let others = all.iter().enumerate().filter(|(two, _)| *two != one);
        others.map(|(_, place)| (place.0 - all[one].0).hypot(place.1 - all[one].1)).min_by(f32::total_cmp)
    };
    let mut distances: Vec<f32> = (0..all.len()).filter_map(nearest).collect();
    distances.sort_by(f32::total_cmp);
    let usual = distances.get(distances.len() / 10).copied().unwrap_or(LARGEST_CM);
    (usual * SHARE).clamp(SMALLEST_CM, LARGEST_CM)
}

struct Shape {
    kind: ui::FloorKind,
    area: Area,
    label: String,
}

impl Shape {
    fn seen_from(self, frame: &Frame) -> ui::FloorArea {
        ui::FloorArea {
            kind: self.kind,
            x: (self.area.x_cm - frame.left) as f32,
            y: (self.area.y_cm - frame.top) as f32,
            width: self.area.width_cm as f32,
            depth: self.area.depth_cm as f32,
            label: self.label.as_str().into(),
        }
    }
}

fn wall(meeting: &Meeting) -> Option<Shape> {
    let room = meeting.room();
    let area = Area { x_cm: 0, y_cm: 0, width_cm: room.width_cm, depth_cm: room.depth_cm };
    let known = room.width_cm > 0 && room.depth_cm > 0;
    known.then(|| Shape { kind: ui::FloorKind::Wall, area, label: String::new() })
}

fn things(meeting: &Meeting) -> Vec<Shape> {
    let room = meeting.room();
    let plain = |kind, area: &Area| Shape { kind, area: *area, label: String::new() };
    let spot = |kind, x_cm, y_cm, label: &str| Shape {
        kind,
        area: Area { x_cm, y_cm, ..Area::default() },
        label: label.to_owned(),
    };
    let aisles = room.aisles.iter().map(|area| plain(ui::FloorKind::Aisle, area));
    let stage = room.stage.iter().map(|area| plain(ui::FloorKind::Stage, area));
    let obstacles = room.obstacles.iter().map(|area| plain(ui::FloorKind::Obstacle, area));
    let doors = room.entrances.iter().map(|door| spot(ui::FloorKind::Entrance, door.x_cm, door.y_cm, &door.label));
    let kiosks = room.kiosks.iter().map(|kiosk| spot(ui::FloorKind::Kiosk, kiosk.x_cm, kiosk.y_cm, &kiosk.name));
    aisles.chain(stage).chain(obstacles).chain(doors).chain(kiosks).collect()
}

/// Where the hall has several parts, each as far as its tables reach.
fn zones(tables: &[&Table], places: &BTreeMap<TableId, (i32, i32)>) -> Vec<Shape> {
    let mut zones: BTreeMap<&str, Vec<(i32, i32)>> = BTreeMap::new();
    for table in tables.iter().filter(|table| !table.zone.trim().is_empty()) {
        zones.entry(table.zone.trim()).or_default().extend(places.get(&table.id));
    }
    if zones.len() < 2 {
        return Vec::new();
    }
    let reach = size(places) as i32 / 2 + 30;
    let around = |(zone, places): (&str, Vec<(i32, i32)>)| {
        let (left, right) = bounds(places.iter().map(|place| place.0))?;
        let (top, bottom) = bounds(places.iter().map(|place| place.1))?;
        let area = Area {
            x_cm: left - reach,
            y_cm: top - reach,
            width_cm: right - left + 2 * reach,
            depth_cm: bottom - top + 2 * reach,
        };
        Some(Shape { kind: ui::FloorKind::Zone, area, label: zone.to_owned() })
    };
    zones.into_iter().filter_map(around).collect()
}

fn bounds(values: impl Iterator<Item = i32> + Clone) -> Option<(i32, i32)> {
    Some((values.clone().min()?, values.max()?))
}

/// What is seen of the floor.
struct Frame {
    left: i32,
    top: i32,
    right: i32,
    bottom: i32,
}

impl Frame {
    fn around(places: &BTreeMap<TableId, (i32, i32)>, shapes: &[Shape]) -> Frame {
        let half = size(places) as i32 / 2;
        let tables = places.values().flat_map(|(x, y)| [(x - half, y - half), (x + half, y + half)]);
        let areas = shapes.iter().map(|shape| &shape.area);
        let corners = areas.flat_map(|area| {
            [(area.x_cm, area.y_cm), (area.x_cm.saturating_add(area.width_cm), area.y_cm.saturating_add(area.depth_cm))]
        });
        let all: Vec<(i32, i32)> = tables.chain(corners).collect();
        let (left, right) = bounds(all.iter().map(|corner| corner.0)).unwrap_or((0, PITCH_CM));
        let (top, bottom) = bounds(all.iter().map(|corner| corner.1)).unwrap_or((0, PITCH_CM));
        let out = |edge: i32, by: i32| edge.saturating_add(by);
        Frame {
            left: out(left, -MARGIN_CM),
            top: out(top, -MARGIN_CM),
            right: out(right, MARGIN_CM),
            bottom: out(bottom, MARGIN_CM),
        }
    }
}
