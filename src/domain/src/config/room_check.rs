//! What contradicts itself in a hall: tables on one spot, outside, on the stage, with one number. Moves nothing.

use std::collections::BTreeMap;

use super::validate::Gravity;
use super::{Area, Room, Table};

/// Mistakes told at most; a file with more has one cause.
const MOST_MISTAKES: usize = 200;

/// Something wrong about tables of a hall.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoomMistake {
    /// Which tables, by their place in the list; the one to change first.
    pub tables: Vec<usize>,
    /// The key to change.
    pub key: &'static str,
    /// What is wrong, with the tables' numbers.
    pub reason: String,
    /// What to do.
    pub remedy: String,
    /// Whether a file with it can be used.
    pub gravity: Gravity,
}

/// Everything wrong with where these tables stand and what they are called, in the order of the tables.
pub fn room_mistakes(room: &Room, tables: &[Table]) -> Vec<RoomMistake> {
    let mut found = Found { tables, mistakes: Vec::new() };
    found.names(room);
    // Without a size of the room nothing is drawn, and no place can be wrong.
    if room.width_cm > 0 && room.depth_cm > 0 {
        found.places(room);
        found.neighbours();
    }
    found.mistakes.sort_by_key(|mistake| mistake.tables.first().copied());
    found.mistakes.truncate(MOST_MISTAKES);
    found.mistakes
}

struct Found<'a> {
    tables: &'a [Table],
    mistakes: Vec<RoomMistake>,
}

impl Found<'_> {
    fn note(&mut self, gravity: Gravity, tables: &[usize], key: &'static str, reason: String, remedy: &str) {
        self.mistakes.push(RoomMistake { tables: tables.to_vec(), key, reason, remedy: remedy.into(), gravity });
    }

    fn names(&mut self, room: &Room) {
        let mut labels: BTreeMap<&str, usize> = BTreeMap::new();
        for (at, table) in self.tables.iter().enumerate() {
            let label = table.label.trim();
            if let Some(first) = labels.get(label).copied() {
                let reason = format!("{label:?} stands twice: on {} and on {}", self.tables[first].id, table.id);
                self.note(Gravity::Error, &[at, first], "label", reason, "give each table its own");
            }
            labels.entry(label).or_insert(at);
            if table.row == 0 {
                let reason = format!("the row of table {label} is 0");
                self.note(Gravity::Error, &[at], "row", reason, "count rows from the stage, from 1");
            }
            if !room.zones.is_empty() && !room.zones.contains(&table.zone) {
                let reason = format!("table {label} is in zone {:?}, which the room does not have", table.zone);
                let remedy = format!("use one of room.zones: {}", room.zones.join(", "));
                self.note(Gravity::Error, &[at], "zone", reason, &remedy);
            }
        }
    }

    fn places(&mut self, room: &Room) {
        let any_placed = self.tables.iter().any(Table::is_placed);
        for (at, table) in self.tables.iter().enumerate() {
            let (label, radius) = (table.label.trim(), table.diameter_cm() / 2);
            if !table.is_placed() {
                if any_placed {
                    let reason = format!("table {label} has no place: no map shows it");
                    self.note(Gravity::Warning, &[at], "x_cm", reason, "write x_cm and y_cm");
                }
                continue;
            }
            let (wide, deep) = (0..=room.width_cm, 0..=room.depth_cm);
            let key = if wide.contains(&table.x_cm) { "y_cm" } else { "x_cm" };
            if !wide.contains(&table.x_cm) || !deep.contains(&table.y_cm) {
                let reason = format!(
                    "the table stands outside the room: table {label} at x {} cm, y {} cm",
                    table.x_cm, table.y_cm
                );
                let remedy =
                    format!("measure from the left front corner; the room is {} × {} cm", room.width_cm, room.depth_cm);
                self.note(Gravity::Error, &[at], key, reason, &remedy);
                continue;
            }
            let to_wall = [table.x_cm, room.width_cm - table.x_cm, table.y_cm, room.depth_cm - table.y_cm];
            if to_wall.into_iter().any(|gap| gap < radius) {
                let key = if to_wall[..2].iter().any(|gap| *gap < radius) { "x_cm" } else { "y_cm" };
                let reason = format!("table {label}, {} cm across, stands in the wall", table.diameter_cm());
                self.note(Gravity::Warning, &[at], key, reason, "move it, or correct the size of the room");
            }
            let stage = room.stage.iter().map(|area| (area, "on the stage"));
            let obstacles = room.obstacles.iter().map(|area| (area, "in a pillar"));
            let aisles = room.aisles.iter().map(|area| (area, "in an aisle"));
            for (area, what) in stage.chain(obstacles).chain(aisles) {
                if meets(area, table, radius) {
                    let reason = format!("table {label} stands {what}");
                    self.note(Gravity::Warning, &[at], "x_cm", reason, "move one of them");
                }
            }
        }
    }

    /// Only tables that are near each other from left to right are compared.
    fn neighbours(&mut self) {
        let mut order: Vec<usize> = (0..self.tables.len()).filter(|at| self.tables[*at].is_placed()).collect();
        order.sort_by_key(|at| self.tables[*at].x_cm);
        let widest = self.tables.iter().map(Table::diameter_cm).max().unwrap_or(0);
        for (place, at) in order.iter().enumerate() {
            let one = &self.tables[*at];
            let near = order[place + 1..]
                .iter()
                .take_while(|other| i64::from(self.tables[**other].x_cm) - i64::from(one.x_cm) < i64::from(widest));
            for other in near.copied().collect::<Vec<_>>() {
                if self.mistakes.len() < 2 * MOST_MISTAKES {
                    self.pair(*at.max(&other), *at.min(&other));
                }
            }
        }
    }

    fn pair(&mut self, later: usize, earlier: usize) {
        let (one, other) = (&self.tables[later], &self.tables[earlier]);
        let (dx, dy) = (i64::from(one.x_cm) - i64::from(other.x_cm), i64::from(one.y_cm) - i64::from(other.y_cm));
        let needed = i64::from(one.diameter_cm() + other.diameter_cm()) / 2;
        let (dx, dy) = (dx.unsigned_abs(), dy.unsigned_abs());
        if dx.max(dy) >= needed.unsigned_abs() {
            return;
        }
        let apart = (dx * dx + dy * dy).isqrt();
        let (a, b) = (other.label.trim(), one.label.trim());
        if apart == 0 {
            let reason = format!("tables {a} and {b} stand on one spot (x {} cm, y {} cm)", one.x_cm, one.y_cm);
            self.note(Gravity::Error, &[later, earlier], "x_cm", reason, "give each table its own x_cm and y_cm");
        } else if apart < needed.unsigned_abs() {
            let reason = format!("tables {a} and {b} overlap by {} cm", needed.unsigned_abs() - apart);
            let remedy = "move one of them, or write the tables' diameter_cm";
            self.note(Gravity::Warning, &[later, earlier], "x_cm", reason, remedy);
        }
    }
}

/// Whether a round table and a rectangle of the floor share a spot.
fn meets(area: &Area, table: &Table, radius: i32) -> bool {
    let gap = |at: i32, from: i32, length: i32| {
        let (from, to) = (i64::from(from), i64::from(from) + i64::from(length.max(0)));
        let at = i64::from(at);
        (from - at).max(at - to).max(0).unsigned_abs()
    };
    let (dx, dy) = (gap(table.x_cm, area.x_cm, area.width_cm), gap(table.y_cm, area.y_cm, area.depth_cm));
    let radius = u64::from(radius.unsigned_abs());
    dx.max(dy) < radius && dx * dx + dy * dy < radius * radius
}
