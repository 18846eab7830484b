//! The way from a door or a kiosk to a table: along aisles and between tables, never across one if it can be helped, with
//! few turns. Works in centimetres of the room; draws nothing.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use domain::config::{Area, Room};

/// Cells along the longer wall at most, and their side in centimetres at least.
const MOST_CELLS: i32 = 110;
const SMALLEST_CELL: i32 = 40;
/// What a step costs: free floor, an aisle, beside a table, through a table or pillar, and a turn.
const STEP: u32 = 10;
const AISLE: u32 = 7;
const BESIDE: u32 = 16;
const THROUGH: u32 = 400;
const TURN: u32 = 45;
/// Chairs around a table, in centimetres.
const CHAIRS: i32 = 55;
/// Right, left, back, front.
const STEPS: [(i32, i32); 4] = [(1, 0), (-1, 0), (0, 1), (0, -1)];
const FAR: u32 = u32::MAX;

/// A place on the floor, in centimetres.
pub type Point = (i32, i32);

/// A round table on the floor.
#[derive(Debug, Clone, Copy)]
pub struct Round {
    pub at: Point,
    pub diameter: i32,
}

/// Corners of the way from the best of `starts` to the middle of `own`, each with how far it is already to that start;
/// every leg runs along a wall. Empty when the room has no size or nowhere to start.
pub fn way(room: &Room, tables: &[Round], own: Round, starts: &[(Point, u32)]) -> Vec<Point> {
    if room.width_cm <= 0 || room.depth_cm <= 0 || starts.is_empty() {
        return Vec::new();
    }
    let floor = Floor::of(room, tables, own);
    let reached = floor.from(own.at);
    let length = |(start, before): &(Point, u32)| {
        reached.cost(floor.cell(*start)).saturating_add(*before / floor.side as u32 * STEP)
    };
    let Some((start, _)) = starts.iter().min_by_key(|start| length(start)) else { return Vec::new() };
    let corners = floor.corners(&reached.back_from(floor.cell(*start)));
    joined(corners, *start, own.at)
}

/// The floor as square cells.
struct Floor {
    side: i32,
    columns: i32,
    rows: i32,
    /// What a step onto the cell costs.
    costs: Vec<u32>,
}

impl Floor {
    fn of(room: &Room, tables: &[Round], own: Round) -> Floor {
        let side = SMALLEST_CELL.max(room.width_cm.max(room.depth_cm) / MOST_CELLS + 1);
        let (columns, rows) = (room.width_cm / side + 1, room.depth_cm / side + 1);
        let mut floor = Floor { side, columns, rows, costs: vec![STEP; (columns * rows) as usize] };
        room.aisles.iter().for_each(|aisle| floor.fill(aisle, AISLE));
        for table in tables.iter().filter(|table| table.at != own.at) {
            floor.stand(*table, CHAIRS, BESIDE);
        }
        for table in tables.iter().filter(|table| table.at != own.at) {
            floor.stand(*table, 0, THROUGH);
        }
        room.obstacles.iter().chain(&room.stage).for_each(|area| floor.fill(area, THROUGH));
        floor
    }

    /// The nearest cell.
    fn cell(&self, (x, y): Point) -> usize {
        let (column, row) = ((x / self.side).clamp(0, self.columns - 1), (y / self.side).clamp(0, self.rows - 1));
        (row * self.columns + column) as usize
    }

    fn middle(&self, cell: usize) -> Point {
        let (column, row) = (cell as i32 % self.columns, cell as i32 / self.columns);
        (column * self.side + self.side / 2, row * self.side + self.side / 2)
    }

    fn fill(&mut self, area: &Area, cost: u32) {
        let to = (area.x_cm.saturating_add(area.width_cm), area.y_cm.saturating_add(area.depth_cm));
        self.each_within((area.x_cm, area.y_cm), to, |_, known| *known = cost);
    }

    fn stand(&mut self, table: Round, around: i32, cost: u32) {
        let reach = table.diameter / 2 + around;
        let (x, y) = table.at;
        let from = (x.saturating_sub(reach), y.saturating_sub(reach));
        self.each_within(from, (x.saturating_add(reach), y.saturating_add(reach)), |(at_x, at_y), known| {
            let (dx, dy) = (i64::from(at_x - x), i64::from(at_y - y));
            if dx * dx + dy * dy < i64::from(reach) * i64::from(reach) {
                *known = (*known).max(cost);
            }
        });
    }

    /// Cells whose middle lies in the rectangle.
    fn each_within(&mut self, from: Point, to: Point, mut change: impl FnMut(Point, &mut u32)) {
        let first = |at: i32| (at / self.side - 1).max(0);
        let (left, front) = (first(from.0), first(from.1));
        let (right, back) = ((to.0 / self.side + 1).min(self.columns - 1), (to.1 / self.side + 1).min(self.rows - 1));
        for row in front..=back {
            for column in left..=right {
                let cell = (row * self.columns + column) as usize;
                let (x, y) = self.middle(cell);
                if (from.0..=to.0).contains(&x) && (from.1..=to.1).contains(&y) {
                    change((x, y), &mut self.costs[cell]);
                }
            }
        }
    }

    /// The cheapest ways from a place to every cell (Dijkstra); a turn is a cost of its own.
    fn from(&self, place: Point) -> Reached {
        let mut reached =
            Reached { costs: vec![[FAR; 4]; self.costs.len()], before: vec![[(0, 0); 4]; self.costs.len()] };
        let start = self.cell(place);
        let mut open = BinaryHeap::new();
        for step in 0..STEPS.len() {
            reached.costs[start][step] = 0;
            open.push(Reverse((0, start, step)));
        }
        while let Some(Reverse((cost, cell, heading))) = open.pop() {
            if cost > reached.costs[cell][heading] {
                continue;
            }
            for (step, (dx, dy)) in STEPS.iter().enumerate() {
                let (column, row) = (cell as i32 % self.columns + dx, cell as i32 / self.columns + dy);
                if column < 0 || row < 0 || column >= self.columns || row >= self.rows {
                    continue;
                }
                let next = (row * self.columns + column) as usize;
                let turn = if step == heading || cell == start { 0 } else { TURN };
                let total = cost + self.costs[next] + turn;
                if total < reached.costs[next][step] {
                    reached.costs[next][step] = total;
                    reached.before[next][step] = (cell as u32, heading as u8);
                    open.push(Reverse((total, next, step)));
                }
            }
        }
        reached
    }

    /// Where a run of cells changes its direction, with both ends.
    fn corners(&self, cells: &[usize]) -> Vec<Point> {
        let mut corners: Vec<Point> = Vec::new();
        for point in cells.iter().map(|cell| self.middle(*cell)) {
            if let [.., a, b] = corners.as_slice()
                && ((a.0 == b.0 && b.0 == point.0) || (a.1 == b.1 && b.1 == point.1))
            {
                corners.pop();
            }
            corners.push(point);
        }
        corners
    }
}

/// What the search found.
struct Reached {
    costs: Vec<[u32; 4]>,
    before: Vec<[(u32, u8); 4]>,
}

impl Reached {
    fn cost(&self, cell: usize) -> u32 {
        self.costs[cell].iter().copied().min().unwrap_or(FAR)
    }

    /// Cells from there back to where the search began.
    fn back_from(&self, cell: usize) -> Vec<usize> {
        let mut heading = (0..STEPS.len()).min_by_key(|step| self.costs[cell][*step]).unwrap_or_default();
        let (mut cell, mut cells) = (cell, vec![cell]);
        // Costs only fall on the way back: it ends at a cost of 0.
        while self.costs[cell][heading] > 0 && self.costs[cell][heading] < FAR {
            let (before, step) = self.before[cell][heading];
            (cell, heading) = (before as usize, usize::from(step));
            cells.push(cell);
        }
        cells
    }
}

/// From the middles of cells to the exact ends: the first and last leg are moved sideways by less than a cell.
fn joined(mut corners: Vec<Point>, start: Point, end: Point) -> Vec<Point> {
    if corners.len() < 2 {
        return vec![start, (start.0, end.1), end];
    }
    if corners.len() == 2 {
        let upright = corners[0].0 == corners[1].0;
        let knee = if upright { (end.0, start.1) } else { (start.0, end.1) };
        return vec![start, knee, end];
    }
    let last = corners.len() - 1;
    let upright = |a: Point, b: Point| a.0 == b.0;
    let (first_leg, last_leg) = (upright(corners[0], corners[1]), upright(corners[last - 1], corners[last]));
    if first_leg {
        corners[1].0 = start.0
    } else {
        corners[1].1 = start.1
    }
    if last_leg {
        corners[last - 1].0 = end.0
    } else {
        corners[last - 1].1 = end.1
    }
    corners[0] = start;
    corners[last] = end;
    corners
}

#[cfg(test)]
mod tests {
    use super::*;

    fn room(width_cm: i32, depth_cm: i32) -> Room {
        let stage = Some(Area { x_cm: width_cm / 2 - 500, y_cm: 0, width_cm: 1000, depth_cm: 300 });
        Room { width_cm, depth_cm, stage, ..Room::default() }
    }

    /// Every leg runs along a wall, none crosses a table or a pillar, and both ends are where they should be.
    fn check(room: &Room, tables: &[Round], starts: &[(Point, u32)]) {
        for own in tables {
            let corners = way(room, tables, *own, starts);
            let (Some(first), Some(last)) = (corners.first(), corners.last()) else { panic!("no way to {own:?}") };
            assert!(starts.iter().any(|(start, _)| start == first), "{corners:?}");
            assert_eq!(*last, own.at);
            assert!(corners.len() <= 8, "many turns: {corners:?}");
            for leg in corners.windows(2) {
                let ((x1, y1), (x2, y2)) = (leg[0], leg[1]);
                assert!(x1 == x2 || y1 == y2, "{leg:?} of {corners:?}");
                for other in tables.iter().filter(|other| other.at != own.at) {
                    let (x, y) = (other.at.0.clamp(x1.min(x2), x1.max(x2)), other.at.1.clamp(y1.min(y2), y1.max(y2)));
                    let (dx, dy) = (other.at.0 - x, other.at.1 - y);
                    // A leg is moved by half a cell at most to meet its end.
                    let radius = other.diameter / 2 - 25;
                    assert!(dx * dx + dy * dy >= radius * radius, "to {own:?} over {other:?}: {corners:?}");
                }
            }
        }
    }

    fn hall(columns: i32, rows: i32, staggered: i32) -> Vec<Round> {
        let at = |column: i32, row: i32| (300 + 340 * column + row % 2 * staggered, 600 + 330 * row);
        (0..rows).flat_map(|row| (0..columns).map(move |column| Round { at: at(column, row), diameter: 180 })).collect()
    }

    #[test]
    fn way_to_any_table_of_a_hall_crosses_no_other() {
        check(&room(2_600, 2_000), &hall(7, 4, 0), &[((650, 2_000), 0)]);
        check(&room(2_800, 2_000), &hall(7, 4, 170), &[((1_300, 2_000), 0), ((0, 1_000), 0)]);
    }

    #[test]
    fn way_to_any_table_of_a_large_hall_crosses_no_other() {
        let tables = hall(15, 5, 0);
        check(&room(5_700, 2_600), &tables, &[((2_850, 2_600), 0)]);
    }

    #[test]
    fn nearer_door_is_taken_unless_the_kiosk_is_far_from_it() {
        let tables = hall(7, 4, 0);
        let starts = |far| [((100, 2_000), far), ((2_500, 2_000), 0)];
        assert_eq!(way(&room(2_600, 2_000), &tables, tables[21], &starts(0))[0], (100, 2_000));
        assert_eq!(way(&room(2_600, 2_000), &tables, tables[21], &starts(9_000))[0], (2_500, 2_000));
    }

    #[test]
    fn room_without_size_or_door_has_no_way_and_a_walled_in_table_has_one() {
        let tables = hall(3, 3, 0);
        assert!(way(&Room::default(), &tables, tables[0], &[((0, 0), 0)]).is_empty());
        assert!(way(&room(1_500, 1_600), &tables, tables[0], &[]).is_empty());
        let wall = Area { x_cm: 0, y_cm: 1_450, width_cm: 1_500, depth_cm: 100 };
        let room = Room { obstacles: vec![wall], ..room(1_500, 1_600) };
        assert!(way(&room, &tables, tables[0], &[((700, 1_600), 0)]).len() >= 2);
    }
}
