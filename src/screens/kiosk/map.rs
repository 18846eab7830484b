//! The room as the kiosk and the badge draw it: shares of a frame, the way from the door, and which tables carry a number.

use std::cell::RefCell;
use std::sync::Arc;

use domain::Meeting;
use domain::config::{Area, Room};
use domain::meeting::TableSpot;

use super::view::{Patch, RoomMap, Spot};
use super::way::{Point, Round, way};

/// How far outside its walls the room is drawn at most, and free floor beside who stands there, in hundredths of its size.
const OUTSIDE: i32 = 12;
const BESIDE: i32 = 5;
/// Tables nearer to each other than this, in per mille, stand in one row or column.
const ONE_LINE: i32 = 15;
/// Per mille that the lit table and a number need: numbers of neighbours begin beyond.
const LIT: (i32, i32) = (95, 130);

/// How far ahead on one side, and how far aside, a table at this distance stands; none: not on that side.
type Beside = fn(i32, i32) -> Option<(i32, i32)>;

/// The last map: a visit redraws its screen for every word of the printer, the room stays.
#[derive(Default)]
pub struct Maps {
    last: RefCell<Option<(Question, Arc<RoomMap>)>>,
}

/// What a map is made from.
#[derive(PartialEq)]
struct Question {
    config_rev: u32,
    own: TableSpot,
    kiosk: String,
    /// Label, place and size of the open tables.
    tables: Vec<(String, Point, i32)>,
}

impl Maps {
    /// The way to that table from a kiosk, or from the door when the room does not have that kiosk. Empty for a room
    /// without size or places.
    pub fn map(&self, meeting: &Meeting, own: &TableSpot, kiosk: &str) -> Arc<RoomMap> {
        let open = meeting.tables().filter(|now| now.is_open() && now.table.is_placed());
        let tables =
            open.map(|now| (now.table.label.clone(), (now.table.x_cm, now.table.y_cm), now.table.diameter_cm()));
        let config_rev = meeting.config_rev();
        let asked = Question { config_rev, own: own.clone(), kiosk: kiosk.to_owned(), tables: tables.collect() };
        let mut last = self.last.borrow_mut();
        if let Some((_, map)) = last.as_ref().filter(|(known, _)| *known == asked) {
            return Arc::clone(map);
        }
        let spot = meeting.kiosk_spot(kiosk).map(|spot| (spot.x_cm, spot.y_cm));
        let map = Arc::new(draw(meeting.room(), &asked, spot));
        *last = Some((asked, Arc::clone(&map)));
        map
    }
}

fn draw(room: &Room, asked: &Question, kiosk: Option<Point>) -> RoomMap {
    let own_place = (asked.own.x_cm, asked.own.y_cm);
    let Some((_, _, diameter)) = asked.tables.iter().find(|(_, at, _)| *at == own_place) else {
        return RoomMap::default();
    };
    if room.width_cm <= 0 || room.depth_cm <= 0 {
        return RoomMap::default();
    }
    let rounds: Vec<Round> =
        asked.tables.iter().map(|(_, at, diameter)| Round { at: *at, diameter: *diameter }).collect();
    let here = kiosk.map(|spot| within(room, spot, OUTSIDE));
    let walked = walk(room, &rounds, Round { at: own_place, diameter: *diameter }, here);
    let start = walked.first().copied().or(here).unwrap_or((room.width_cm / 2, room.depth_cm));
    let frame = Frame::around(room, start);
    let spots = asked.tables.iter().map(|(label, at, _)| frame.spot(label, *at));
    let mut tables: Vec<Spot> = spots.collect();
    let own = frame.spot(&asked.own.label, own_place);
    let spacing = spacing(&tables);
    mark_neighbours(&mut tables, &own);
    RoomMap {
        own,
        here: frame.spot("", start),
        here_is_door: here.is_none(),
        way: walked.into_iter().map(|point| frame.share(point)).collect(),
        walls: frame.patch(&Area { x_cm: 0, y_cm: 0, width_cm: room.width_cm, depth_cm: room.depth_cm }),
        stage: room.stage.as_ref().map(|area| frame.patch(area)),
        pillars: room.obstacles.iter().map(|area| frame.patch(area)).collect(),
        spacing,
        tables,
    }
}

/// The point, or the nearest to it that lies no further outside than so many hundredths of the room.
fn within(room: &Room, (x, y): Point, outside: i32) -> Point {
    let (dx, dy) = (room.width_cm / 100 * outside, room.depth_cm / 100 * outside);
    (x.clamp(-dx, room.width_cm + dx), y.clamp(-dy, room.depth_cm + dy))
}

/// From where the reader stands through the best door; without a kiosk from the door itself.
fn walk(room: &Room, tables: &[Round], own: Round, here: Option<Point>) -> Vec<Point> {
    let doors: Vec<Point> = room.entrances.iter().map(|door| within(room, (door.x_cm, door.y_cm), 0)).collect();
    let Some(here) = here else {
        let starts: Vec<(Point, u32)> = doors.into_iter().map(|door| (door, 0)).collect();
        return way(room, tables, own, &starts);
    };
    let inside = within(room, here, 0);
    if inside == here || doors.is_empty() {
        return way(room, tables, own, &[(inside, 0)]);
    }
    let far = |door: &Point| door.0.abs_diff(here.0).saturating_add(door.1.abs_diff(here.1));
    let starts: Vec<(Point, u32)> = doors.iter().map(|door| (*door, far(door))).collect();
    let mut walked = way(room, tables, own, &starts);
    if let Some(door) = walked.first().copied().filter(|door| *door != here) {
        // Along the wall first, then through it.
        let across = here.1 < 0 || here.1 > room.depth_cm;
        let knee = if across { (door.0, here.1) } else { (here.0, door.1) };
        walked.splice(0..1, if knee == here || knee == door { vec![here, door] } else { vec![here, knee, door] });
    }
    walked
}

/// What is drawn: the room, and a strip of what is outside where the reader stands there.
struct Frame {
    left: i32,
    front: i32,
    width: i32,
    depth: i32,
}

impl Frame {
    fn around(room: &Room, start: Point) -> Frame {
        let beside = (room.width_cm / 100 * BESIDE, room.depth_cm / 100 * BESIDE);
        let reach = |at: i32, length: i32, beside: i32| {
            let low = if at < beside { at.min(0) - beside } else { 0 };
            let high = if at > length - beside { at.max(length) + beside } else { length };
            (low, high - low)
        };
        let ((left, width), (front, depth)) =
            (reach(start.0, room.width_cm, beside.0), reach(start.1, room.depth_cm, beside.1));
        Frame { left, front, width: width.max(1), depth: depth.max(1) }
    }

    fn share(&self, (x, y): Point) -> (i32, i32) {
        let per_mille = |part: i32, whole: i32| i64::from(part) * 1_000 / i64::from(whole);
        let (x, y) = (per_mille(x - self.left, self.width), per_mille(y - self.front, self.depth));
        (x.clamp(-1_000, 2_000) as i32, y.clamp(-1_000, 2_000) as i32)
    }

    fn spot(&self, label: &str, at: Point) -> Spot {
        let (x, y) = self.share(at);
        Spot { label: label.to_owned(), x, y, near: false }
    }

    fn patch(&self, area: &Area) -> Patch {
        let (x, y) = self.share((area.x_cm, area.y_cm));
        let (right, back) =
            self.share((area.x_cm.saturating_add(area.width_cm), area.y_cm.saturating_add(area.depth_cm)));
        Patch { x, y, width: right - x, depth: back - y }
    }
}

/// The least distance of two tables side by side, and of two behind each other.
fn spacing(tables: &[Spot]) -> (i32, i32) {
    let (mut across, mut along) = (1_000, 1_000);
    for (number, one) in tables.iter().enumerate() {
        for other in &tables[number + 1..] {
            let (dx, dy) = ((one.x - other.x).abs(), (one.y - other.y).abs());
            if dy <= ONE_LINE {
                across = across.min(dx);
            }
            if dx <= ONE_LINE {
                along = along.min(dy);
            }
        }
    }
    (across.max(1), along.max(1))
}

/// The nearest table on each side of the lit one that it does not cover: they carry numbers in the fullest room.
fn mark_neighbours(tables: &mut [Spot], own: &Spot) {
    let sides: [Beside; 4] = [
        |dx, dy| (dx >= LIT.0 && dy.abs() <= LIT.1 / 2).then_some((dx, dy)),
        |dx, dy| (-dx >= LIT.0 && dy.abs() <= LIT.1 / 2).then_some((-dx, dy)),
        |dx, dy| (dy >= LIT.1 && dx.abs() <= LIT.0 / 2).then_some((dy, dx)),
        |dx, dy| (-dy >= LIT.1 && dx.abs() <= LIT.0 / 2).then_some((-dy, dx)),
    ];
    for side in sides {
        let away = |spot: &Spot| side(spot.x - own.x, spot.y - own.y).map(|(far, aside)| far + 3 * aside.abs());
        let nearest = (0..tables.len()).filter_map(|at| Some((away(&tables[at])?, at))).min();
        if let Some((_, at)) = nearest {
            tables[at].near = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::config::{KioskSpot, Point as Door};

    use super::*;

    fn room(kiosk: Option<Point>) -> (Room, Option<Point>) {
        let kiosks = kiosk.map(|(x_cm, y_cm)| KioskSpot { name: "K1".into(), x_cm, y_cm, facing_degrees: 0 });
        let door = |x_cm, y_cm| Door { x_cm, y_cm, label: String::new() };
        let room = Room {
            width_cm: 3_000,
            depth_cm: 2_000,
            entrances: vec![door(700, 2_000), door(2_300, 2_000)],
            kiosks: kiosks.into_iter().collect(),
            ..Room::default()
        };
        (room, kiosk)
    }

    fn question(columns: i32, rows: i32, own: usize) -> Question {
        let at = |number: i32| (300 + 2_400 / columns * (number % columns), 400 + 1_300 / rows * (number / columns));
        let tables: Vec<_> = (0..columns * rows).map(|number| ((number + 1).to_string(), at(number), 120)).collect();
        let (label, (x_cm, y_cm), _) = tables[own].clone();
        let own = TableSpot {
            id: label.as_str().into(),
            label,
            zone: String::new(),
            row: 1,
            x_cm,
            y_cm,
            view: domain::config::View::Clear,
            step_free: false,
            told: false,
        };
        Question { config_rev: 1, own, kiosk: "K1".into(), tables }
    }

    fn check(kiosk: Option<Point>, begins: (i32, i32), door: bool) {
        let (room, kiosk) = room(kiosk);
        let map = draw(&room, &question(6, 4, 8), kiosk);
        assert_eq!((map.here.x, map.here.y), begins, "{kiosk:?}");
        assert_eq!(map.way.first(), Some(&begins));
        assert_eq!(map.way.last(), Some(&(map.own.x, map.own.y)));
        assert_eq!(map.here_is_door, door);
        assert!(map.way.windows(2).all(|leg| leg[0].0 == leg[1].0 || leg[0].1 == leg[1].1), "{:?}", map.way);
    }

    #[test]
    fn way_begins_at_the_kiosk_or_at_the_nearest_door() {
        check(Some((700, 2_200)), (233, 956), false);
        check(Some((1_500, 1_900)), (500, 950), false);
        check(None, (233, 952), true);
        // Far away in the foyer: shown at the edge.
        check(Some((700, 20_000)), (233, 957), false);
    }

    #[test]
    fn neighbours_of_a_full_room_are_those_beside_the_lit_table() {
        let (room, kiosk) = room(Some((700, 2_200)));
        let map = draw(&room, &question(30, 20, 315), kiosk);
        let near: Vec<&str> = map.tables.iter().filter(|spot| spot.near).map(|spot| spot.label.as_str()).collect();
        assert_eq!(near.len(), 4, "{near:?}");
        let lit = map.tables.iter().find(|spot| spot.label == "316").expect("it is there");
        assert!(!lit.near && map.spacing.0 < 40, "{:?}", map.spacing);
    }

    #[test]
    fn room_without_size_or_places_gives_no_map() {
        let (mut room, kiosk) = room(None);
        assert_eq!(draw(&room, &Question { tables: Vec::new(), ..question(6, 4, 8) }, kiosk), RoomMap::default());
        room.depth_cm = 0;
        assert_eq!(draw(&room, &question(6, 4, 8), kiosk), RoomMap::default());
    }
}
