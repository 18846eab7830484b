//! Copies the page of the map into Slint's properties and hands its touches back. Decides nothing, keeps nothing.

use super::floor::Way;
use super::view::{Asked, MapPage, PlanSide, Side};
use super::{MapAct, MapTouch, party_of};
use crate::screens::rows::{changed, int, text};
use domain::TableId;
use domain::config::SeatingPreset;
use slint::platform::Key;
use slint::{ComponentHandle, Model, SharedString};
use ui::{DeskWindow, HallMap, MapPanel};

/// A touch beside a table reaches it from so far, as a share of its size.
const NEAR: f32 = 0.85;

/// Shows `page`.
pub fn show(window: &DeskWindow, page: &MapPage) {
    let map = window.global::<HallMap>();
    map.set_rule(page.rule);
    map.set_width(page.width);
    map.set_depth(page.depth);
    map.set_table_size(page.table_size);
    map.set_tidy(page.tidy);
    if let Some(tables) = changed(&map.get_tables(), page.tables.to_vec()) {
        map.set_tables(tables);
    }
    if let Some(areas) = changed(&map.get_areas(), page.areas.to_vec()) {
        map.set_areas(areas);
    }
    if let Some((x, y)) = page.chosen {
        map.set_chosen_x(x);
        map.set_chosen_y(y);
    }
    map.set_has_chosen(page.chosen.is_some());
    if let Some((x, y)) = page.aim {
        map.set_aim_x(x);
        map.set_aim_y(y);
    }
    map.set_has_aim(page.aim.is_some());
    map.set_finding(page.finding);
    if let Some(found) = changed(&map.get_found(), page.found.clone()) {
        map.set_found(found);
    }
    map.set_found_chosen(int(page.found_chosen));
    show_plan(&map, &page.plan);
    show_side(&map, &page.side);
    show_carried(&map, page);
    show_asked(&map, &page.asked);
    map.set_may_weigh(page.may.weigh);
    map.set_may_replan(page.may.replan);
    map.set_may_lock(page.may.lock);
    map.set_may_print(page.may.print);
    map.set_card_table(text(&page.card.table));
    map.set_card_words(text(&page.card.words));
    map.set_card(page.card.state);
    map.set_may_undo(page.may.undo.is_some());
    map.set_undo_line(page.may.undo.clone().unwrap_or_default());
    map.set_refused(page.refused);
    map.set_busy(page.busy);
    // Last: it moves what is seen to what is chosen.
    map.set_reveal(page.reveal);
}

fn show_side(map: &HallMap, side: &Side) {
    match side {
        Side::Plan => map.set_panel(MapPanel::Plan),
        Side::Table { facts, parties } => {
            map.set_table(facts.clone());
            show_parties(map, parties);
            map.set_panel(MapPanel::Table);
        }
        Side::Unseated { parties } => {
            show_parties(map, parties);
            map.set_panel(MapPanel::Unseated);
        }
        Side::Party(side) => {
            map.set_party(side.party.clone());
            if let Some(reasons) = changed(&map.get_reasons(), side.reasons.clone()) {
                map.set_reasons(reasons);
            }
            if let Some(elsewhere) = changed(&map.get_elsewhere(), side.elsewhere.clone()) {
                map.set_elsewhere(elsewhere);
            }
            map.set_blocked(side.blocked);
            map.set_swap(side.swap.clone().unwrap_or_default());
            map.set_has_swap(side.swap.is_some());
            map.set_panel(MapPanel::Party);
        }
    }
}

fn show_plan(map: &HallMap, plan: &PlanSide) {
    map.set_chairs(plan.chairs);
    map.set_heads(plan.heads);
    map.set_present(plan.present);
    map.set_told(plan.told);
    map.set_without_table(plan.without_table);
    map.set_free_tables(plan.free_tables);
    map.set_has_plan(plan.has_plan);
    map.set_unpriced(plan.unpriced);
    map.set_points(plan.points);
    if let Some(sums) = changed(&map.get_sums(), plan.sums.clone()) {
        map.set_sums(sums);
    }
    if let Some(lines) = changed(&map.get_lines(), plan.lines.to_vec()) {
        map.set_lines(lines);
    }
    map.set_more_lines(plan.more_lines);
    map.set_preset(plan.preset);
}

fn show_parties(map: &HallMap, parties: &[ui::PartyLine]) {
    if let Some(parties) = changed(&map.get_parties(), parties.to_vec()) {
        map.set_parties(parties);
    }
}

fn show_carried(map: &HallMap, page: &MapPage) {
    let aim = page.carried.as_ref().and_then(|carried| carried.aim.as_ref());
    if let Some(carried) = &page.carried {
        map.set_carried(carried.party.clone());
    }
    if let Some((aim, rules)) = aim {
        map.set_aim(aim.clone());
        if let Some(rules) = changed(&map.get_aim_sums(), rules.clone()) {
            map.set_aim_sums(rules);
        }
    }
    map.set_has_cost(aim.is_some());
    map.set_carrying(page.carried.is_some());
    if page.carried.is_none() {
        map.set_dragging(false);
    }
}

fn show_asked(map: &HallMap, asked: &Asked) {
    match asked {
        Asked::WhyMoved { who, table } => {
            map.set_carried((**who).clone());
            map.set_merged(text(table));
        }
        Asked::Merge { with, seats } => {
            map.set_merged(text(with));
            map.set_seats(int(*seats));
        }
        Asked::Replan { moves, before, after, changes } => {
            map.set_moves(*moves);
            map.set_before(*before);
            map.set_after(*after);
            if let Some(changes) = changed(&map.get_changes(), changes.clone()) {
                map.set_changes(changes);
            }
        }
        Asked::ReplanFailed(fault) => map.set_replan_fault(*fault),
        Asked::Nothing | Asked::Close | Asked::Renumber | Asked::Add | Asked::ReplanRunning => {}
    }
    map.set_question(asked.code());
}

/// Calls `touched` for every touch on the map.
pub fn listen(window: &DeskWindow, touched: impl Fn(MapTouch) + Clone + 'static) {
    let map = window.global::<HallMap>();
    macro_rules! with {
        ($($callback:ident($($value:ident)?) => $touch:expr),* $(,)?) => {$({
            let touched = touched.clone();
            map.$callback(move |$($value)?| {
                if let Some(touch) = $touch {
                    touched(touch);
                }
            });
        })*};
    }
    let table = |id: SharedString| (!id.is_empty()).then(|| TableId::new(&id));
    with! {
        on_rule_chosen(rule) => Some(MapTouch::Rule(rule)),
        on_tap(id) => table(id).map(MapTouch::Tap),
        on_step(way) => way_of(&way).map(MapTouch::Step),
        on_find(words) => Some(MapTouch::Find(words.to_string())),
        on_find_key(key) => find_key(&key),
        on_find_done() => Some(MapTouch::Found(None)),
        on_pick_found(id) => Some(MapTouch::Found(Some(id.to_string()))),
        on_show_plan() => Some(MapTouch::ShowPlan),
        on_show_unseated() => Some(MapTouch::ShowUnseated),
        on_show_party(id) => party_of(&id).map(MapTouch::ShowParty),
        on_pick_up(id) => Some(MapTouch::PickUp(party_of(&id))),
        on_aim_at(id) => Some(MapTouch::Aim(table(id))),
        on_drop() => Some(MapTouch::Drop),
        on_put_back() => Some(MapTouch::Back),
        on_act(name) => act(&name),
        on_seats_by(by) => i8::try_from(by).ok().map(MapTouch::SeatsBy),
        on_words(words) => Some(MapTouch::Typed(words.to_string())),
        on_preset_chosen(preset) => Some(MapTouch::Preset(preset_of(preset))),
        on_yes() => Some(MapTouch::Yes),
        on_no() => Some(MapTouch::Back),
    }
    let weak = window.as_weak();
    map.on_table_at(move |x, y| {
        weak.upgrade().map(|window| table_at(&window.global::<HallMap>(), x, y)).unwrap_or_default()
    });
}

/// The nearest table, if it is near enough.
fn table_at(map: &HallMap, x: f32, y: f32) -> SharedString {
    let reach = map.get_table_size() * NEAR;
    let far = |cell: &ui::TableCell| (cell.x - x).hypot(cell.y - y);
    let tables = map.get_tables();
    let near = tables.iter().filter(|cell| far(cell) <= reach);
    near.min_by(|one, two| far(one).total_cmp(&far(two))).map(|cell| cell.id).unwrap_or_default()
}

/// A deed by the name that its button has.
pub fn act(name: &str) -> Option<MapTouch> {
    match name {
        "pick-up" => Some(MapTouch::PickUp(None)),
        _ => MapAct::of(name).map(MapTouch::Act),
    }
}

/// A rule by the place of its button.
pub fn rule_at(place: usize) -> Option<ui::MapRule> {
    super::RULES.get(place).copied()
}

fn preset_of(preset: ui::MapPreset) -> SeatingPreset {
    match preset {
        ui::MapPreset::AsInFile => SeatingPreset::AsInFile,
        ui::MapPreset::RivalsFirst => SeatingPreset::RivalsFirst,
        ui::MapPreset::SalespeopleFirst => SeatingPreset::SalespeopleFirst,
        ui::MapPreset::HonourFirst => SeatingPreset::HonourFirst,
    }
}

pub fn way_of(name: &str) -> Option<Way> {
    match name {
        "left" => Some(Way::Left),
        "right" => Some(Way::Right),
        "up" => Some(Way::Up),
        "down" => Some(Way::Down),
        _ => None,
    }
}

fn find_key(key: &str) -> Option<MapTouch> {
    let letter = key.chars().next()?;
    let is = |named: Key| letter == char::from(named);
    if is(Key::UpArrow) {
        Some(MapTouch::FindStep(-1))
    } else if is(Key::DownArrow) {
        Some(MapTouch::FindStep(1))
    } else if is(Key::Escape) {
        Some(MapTouch::Find(String::new()))
    } else {
        None
    }
}

/// A key on the map, when no field takes it.
pub fn of_key(key: &str, window: &DeskWindow) -> Option<MapTouch> {
    let map = window.global::<HallMap>();
    let letter = key.chars().next()?;
    let is = |named: Key| letter == char::from(named);
    let arrows = [
        (Key::LeftArrow, Way::Left),
        (Key::RightArrow, Way::Right),
        (Key::UpArrow, Way::Up),
        (Key::DownArrow, Way::Down),
    ];
    if let Some((_, way)) = arrows.into_iter().find(|(named, _)| is(*named)) {
        return Some(MapTouch::Step(way));
    }
    match letter {
        _ if is(Key::Escape) => Some(MapTouch::Back),
        _ if is(Key::Tab) => Some(MapTouch::NextParty),
        _ if is(Key::F4) => Some(MapTouch::NextRule),
        _ if is(Key::Return) && map.get_question() != ui::MapQuestion::None => Some(MapTouch::Yes),
        _ if is(Key::Return) => Some(MapTouch::Drop),
        '0'..='9' => Some(MapTouch::Find(letter.to_string())),
        'm' | 'M' => act("pick-up"),
        'l' | 'L' => act("lock"),
        's' | 'S' => act("swap"),
        'u' | 'U' => act("undo"),
        'r' | 'R' => act("replan"),
        'c' | 'C' => act("close"),
        'g' | 'G' => act("merge"),
        'n' | 'N' => act("renumber"),
        'a' | 'A' => act("add"),
        'p' | 'P' => act("print"),
        _ => None,
    }
}
