//! Halls of every size for the map of the desk: tables, people and what they cost.

use super::guests::Words;
use slint::{ComponentHandle, ModelRc, SharedString, VecModel};
use ui::{
    Block, CardState, Desk, DeskScreen, DeskWindow, Elsewhere, FloorArea, FloorKind, FoundLine, HallMap, MapPanel,
    MapQuestion, MapRule, PartyLine, PlanLine, PlanRule, RefusedWhy, ReplanFault, RuleSum, SeatStage, TableCell,
    TableFacts, Tone,
};

fn model<T: Clone + 'static>(values: Vec<T>) -> ModelRc<T> {
    ModelRc::new(VecModel::from(values))
}

fn text(words: impl ToString) -> SharedString {
    words.to_string().as_str().into()
}

fn area(kind: FloorKind, x: f32, y: f32, width: f32, depth: f32, label: &str) -> FloorArea {
    FloorArea { kind, x, y, width, depth, label: label.into() }
}

/// A hall of so many tables in so many columns, with stage, doors, pillars and two parts.
fn floor(window: &DeskWindow, words: &Words, tables: usize, columns: usize) {
    const PITCH: f32 = 260.0;
    let map = window.global::<HallMap>();
    let rows = tables.div_ceil(columns);
    let half = columns / 2;
    // A way between both halves.
    let x_of = |column: usize| 250.0 + column as f32 * PITCH + if column >= half { 120.0 } else { 0.0 };
    let y_of = |row: usize| 700.0 + row as f32 * PITCH;
    let (width, depth) = (x_of(columns - 1) + 250.0, y_of(rows - 1) + 420.0);
    map.set_width(width);
    map.set_depth(depth);
    map.set_table_size(PITCH * 0.78);
    let labels = (1..).filter(|number: &u32| number % 10 != 4 && *number != 13);
    let cells = labels.take(tables).enumerate().map(|(place, label)| {
        let heads = [10, 8, 10, 6, 9, 10, 0, 7][place % 8].min(10);
        let (present, told) = ([4, 0, 10, 2][place % 4].min(heads), [2, 3, 0, 1][place % 4]);
        let over = place == 11;
        TableCell {
            id: text(format!("t{label}")),
            label: text(label),
            x: x_of(place % columns),
            y: y_of(place / columns),
            note: text(format!("{}/10", if over { 12 } else { heads })),
            tone: if over {
                Tone::Stop
            } else if heads == 10 {
                Tone::Good
            } else {
                Tone::Neutral
            },
            present: present as f32 / 10.0,
            told: (present + told).min(heads) as f32 / 10.0,
            planned: heads as f32 / 10.0,
        }
    });
    map.set_tables(model(cells.collect()));
    let middle = width / 2.0;
    let zone = |left: usize, right: usize, label: &str| {
        let reach = 130.0;
        let (x, y) = (x_of(left) - reach, y_of(0) - reach);
        area(FloorKind::Zone, x, y, x_of(right) + reach - x, y_of(rows - 1) + reach - y, label)
    };
    map.set_areas(model(vec![
        area(FloorKind::Wall, 60.0, 60.0, width - 120.0, depth - 210.0, ""),
        zone(0, half - 1, words.zone),
        zone(half, columns - 1, "B"),
        area(FloorKind::Aisle, x_of(half) - 245.0, y_of(0) - 120.0, 100.0, y_of(rows - 1) - y_of(0) + 240.0, ""),
        area(FloorKind::Stage, middle - 700.0, 90.0, 1400.0, 320.0, ""),
        area(FloorKind::Obstacle, x_of(half) - 230.0, y_of(rows / 2) - 150.0, 70.0, 70.0, ""),
        area(FloorKind::Entrance, middle, depth - 150.0, 0.0, 0.0, "A"),
        area(FloorKind::Kiosk, middle - 520.0, depth - 150.0, 0.0, 0.0, "K1"),
    ]));
}

fn sums(points: [i32; 7]) -> ModelRc<RuleSum> {
    let rules = [
        PlanRule::Conflict,
        PlanRule::Spread,
        PlanRule::VipRow,
        PlanRule::VipView,
        PlanRule::NoKeyCustomer,
        PlanRule::LooksEmpty,
        PlanRule::ToldAgain,
    ];
    model(rules.into_iter().zip(points).map(|(rule, points)| RuleSum { rule, points, change: 0 }).collect())
}

fn line(rule: PlanRule, who: &str, other: &str, table: &str, count: i32, many: i32, points: i32) -> PlanLine {
    let (who, other, table) = (who.into(), other.into(), table.into());
    PlanLine { rule, who, other, table, count, many, points, id: "t3".into() }
}

/// The desk at its map, with a plan of this size.
pub fn plan(window: &DeskWindow, words: &Words, tables: usize, columns: usize) {
    let desk = window.global::<Desk>();
    desk.set_screen(DeskScreen::Map);
    desk.set_person(words.salesperson.into());
    desk.set_open_tasks(7);
    floor(window, words, tables, columns);
    let map = window.global::<HallMap>();
    map.set_rule(MapRule::Occupancy);
    map.set_panel(MapPanel::Plan);
    map.set_has_plan(true);
    map.set_chairs(tables as i32 * 10);
    map.set_heads(tables as i32 * 8);
    map.set_present(tables as i32 * 4);
    map.set_told(tables as i32);
    map.set_without_table(3);
    map.set_points(612);
    map.set_sums(sums([180, 140, 96, 8, 100, 88, 0]));
    map.set_may_weigh(true);
    map.set_may_replan(true);
    map.set_may_lock(true);
    map.set_may_print(true);
    map.set_lines(model(vec![
        line(PlanRule::Overfull, "", "", "15", 12, 10, 0),
        line(PlanRule::Conflict, words.firm, words.long_firm, "7", 0, 0, 120),
        line(PlanRule::Spread, words.salesperson, "22", "", 4, 3, 20),
        line(PlanRule::VipRow, words.firm, "", "21", 3, 0, 32),
        line(PlanRule::NoKeyCustomer, "", "", "12", 8, 10, 25),
        line(PlanRule::LooksEmpty, "", "", "30", 5, 10, 6),
    ]));
    map.set_more_lines(31);
}

/// Nobody has a table yet.
pub fn empty(window: &DeskWindow, words: &Words) {
    plan(window, words, 32, 8);
    let map = window.global::<HallMap>();
    map.set_has_plan(false);
    map.set_heads(0);
    map.set_present(0);
    map.set_told(0);
    map.set_without_table(128);
    map.set_points(0);
    map.set_sums(sums([0; 7]));
    map.set_lines(model(Vec::new()));
    map.set_more_lines(0);
    map.set_tidy(true);
    let bare = |cell: TableCell| TableCell {
        note: "0/10".into(),
        tone: Tone::Neutral,
        present: 0.0,
        told: 0.0,
        planned: 0.0,
        ..cell
    };
    let tables: Vec<TableCell> = slint::Model::iter(&map.get_tables()).map(bare).collect();
    map.set_tables(model(tables));
}

fn choose(map: &HallMap, place: usize) {
    let cell = slint::Model::row_data(&map.get_tables(), place).expect("there are so many");
    map.set_has_chosen(true);
    map.set_chosen_x(cell.x);
    map.set_chosen_y(cell.y);
}

fn aim(map: &HallMap, place: usize) {
    let cell = slint::Model::row_data(&map.get_tables(), place).expect("there are so many");
    map.set_has_aim(true);
    map.set_aim_x(cell.x);
    map.set_aim_y(cell.y);
}

fn party(words: &Words, who: &str, stage: SeatStage, vip: bool) -> PartyLine {
    PartyLine {
        id: "h1".into(),
        who: who.into(),
        people: text(format!("{} · {} · {}", words.people[0].0, words.people[1].0, words.people[2].0)),
        salesperson: words.salesperson.into(),
        heads: 3,
        stage,
        vip,
        key_customer: vip,
        wheelchair: false,
        locked: vip,
        table: "9".into(),
    }
}

/// A table's people, one with a very long name.
/// The same, and what became of its card.
pub fn card(window: &DeskWindow, words: &Words, state: CardState) {
    table(window, words);
    let map = window.global::<HallMap>();
    map.set_card(state);
    map.set_card_table("9".into());
    map.set_card_words("media-empty-error, cover-open".into());
}

pub fn table(window: &DeskWindow, words: &Words) {
    plan(window, words, 75, 15);
    let map = window.global::<HallMap>();
    choose(&map, 7);
    map.set_panel(MapPanel::Table);
    map.set_table(TableFacts {
        id: "t9".into(),
        label: "9".into(),
        zone: words.zone.into(),
        row: 1,
        seats: 10,
        present: 2,
        told: 3,
        planned: 3,
        blocked_view: true,
        step_free: true,
        wheelchair_spaces: 2,
    });
    map.set_parties(model(vec![
        party(words, words.firm, SeatStage::Present, true),
        party(words, words.long_firm, SeatStage::Told, false),
        party(words, words.people[1].0, SeatStage::Planned, false),
    ]));
    map.set_may_undo(true);
    map.set_undo_line(PlanLine { who: words.long_firm.into(), table: "12".into(), ..PlanLine::default() });
}

fn other(table: &str, points: i32, first: (PlanRule, i32), second: (PlanRule, i32)) -> Elsewhere {
    Elsewhere {
        id: text(format!("t{table}")),
        table: table.into(),
        points,
        block: Block::None,
        missing: 0,
        who: "".into(),
        first: first.0,
        first_points: first.1,
        second: second.0,
        second_points: second.1,
    }
}

fn blocked(table: &str, block: Block, missing: i32, who: &str) -> Elsewhere {
    let none = (PlanRule::Conflict, 0);
    Elsewhere { block, missing, who: who.into(), ..other(table, 0, none, none) }
}

/// Why a party with a very long name sits where it sits.
pub fn why(window: &DeskWindow, words: &Words) {
    plan(window, words, 75, 15);
    let map = window.global::<HallMap>();
    choose(&map, 7);
    map.set_panel(MapPanel::Party);
    map.set_party(party(words, words.long_firm, SeatStage::Planned, true));
    map.set_reasons(model(vec![
        line(PlanRule::Conflict, words.long_firm, words.firm, "9", 0, 0, 60),
        line(PlanRule::Spread, words.long_salesperson, "22", "", 4, 3, 20),
        line(PlanRule::VipView, words.long_firm, "", "9", 1, 0, 8),
    ]));
    let none = (PlanRule::Conflict, 0);
    map.set_elsewhere(model(vec![
        other("12", -68, (PlanRule::Conflict, -60), (PlanRule::VipView, -8)),
        other("7", -8, (PlanRule::VipView, -8), none),
        other("21", 0, none, none),
        other("108", 45, (PlanRule::VipRow, 32), (PlanRule::NoKeyCustomer, 25)),
        blocked("3", Block::Places, 2, ""),
        blocked("5", Block::Rival, 0, words.long_firm),
        blocked("6", Block::Wheelchair, 1, ""),
    ]));
    map.set_blocked(58);
    map.set_has_swap(true);
    map.set_swap(Elsewhere { who: words.firm.into(), ..other("12", -72, none, none) });
}

/// That party is dragged over another table.
pub fn carry(window: &DeskWindow, words: &Words, over: Block) {
    why(window, words);
    let map = window.global::<HallMap>();
    let tones =
        [("+45", Tone::Attention), ("×", Tone::Neutral), ("0", Tone::Good), ("−8", Tone::Good), ("×", Tone::Neutral)];
    let priced = |(place, cell): (usize, TableCell)| {
        let (note, tone) = if place == 7 { ("·", Tone::Neutral) } else { tones[place % tones.len()] };
        TableCell { note: note.into(), tone, ..cell }
    };
    let tables: Vec<TableCell> = slint::Model::iter(&map.get_tables()).enumerate().map(priced).collect();
    map.set_tables(model(tables));
    aim(&map, 30);
    map.set_carrying(true);
    map.set_carried(party(words, words.long_firm, SeatStage::Told, true));
    map.set_has_cost(true);
    map.set_aim(match over {
        Block::None => other("36", 45, (PlanRule::VipRow, 32), (PlanRule::NoKeyCustomer, 25)),
        block => blocked("36", block, 2, words.firm),
    });
    map.set_dragging(over == Block::None);
    let size = window.window().size();
    map.set_drag_x(size.width as f32 * 0.07);
    map.set_drag_y(size.height as f32 * 0.53);
}

/// Tables are found by number and people by name.
pub fn found(window: &DeskWindow, words: &Words) {
    plan(window, words, 75, 15);
    let map = window.global::<HallMap>();
    map.set_finding(true);
    let person = |who: &str, firm: &str, table: &str| FoundLine {
        id: "h1".into(),
        who: who.into(),
        firm: firm.into(),
        table: table.into(),
        is_table: false,
    };
    map.set_found(model(vec![
        FoundLine { id: "t7".into(), table: "7".into(), is_table: true, ..FoundLine::default() },
        person(words.people[0].0, words.firm, "9"),
        person(words.long_name, words.long_firm, ""),
    ]));
}

/// A question before something is done.
pub fn question(window: &DeskWindow, words: &Words, question: MapQuestion) {
    carry(window, words, Block::Places);
    let map = window.global::<HallMap>();
    if question != MapQuestion::WhyMoved {
        table(window, words);
        map.set_carrying(false);
        map.set_has_aim(false);
    }
    map.set_merged(if question == MapQuestion::Merge { "10 · 11" } else { "36" }.into());
    map.set_seats(28);
    map.set_moves(12);
    map.set_before(612);
    map.set_after(498);
    let change = |rule, change| RuleSum { rule, points: 0, change };
    map.set_changes(model(vec![
        change(PlanRule::LooksEmpty, 6),
        change(PlanRule::Spread, -60),
        change(PlanRule::Conflict, -60),
    ]));
    map.set_replan_fault(ReplanFault::Impossible);
    map.set_question(question);
    map.set_may_undo(false);
}

pub fn refused(window: &DeskWindow, words: &Words, why: RefusedWhy) {
    table(window, words);
    window.global::<HallMap>().set_refused(why);
}
