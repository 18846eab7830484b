//! Every touch, drag and key on the map of the hall reaches the controller as what it promises.

mod common;

use common::desk;
use common::elements::{Heard, calls, find};
use i_slint_backend_testing::{AccessibleRole, mock_elapsed_time};
use slint::platform::{Key, PointerEventButton, WindowEvent};
use slint::{ComponentHandle, LogicalPosition, Model, SharedString};
use std::time::Duration;
use ui::{Desk, DeskWindow, HallMap, Lang, TableCell};

/// Writes down every callback with its argument; tables are found as the desk finds them.
fn listen(window: &DeskWindow) -> Heard {
    let heard = Heard::default();
    let (map, desk) = (window.global::<HallMap>(), window.global::<Desk>());
    macro_rules! plain {
        ($($of:ident $on:ident $name:literal),* $(,)?) => {$(
            let log = heard.clone();
            $of.$on(move || log.borrow_mut().push($name.to_owned()));
        )*};
    }
    macro_rules! with_value {
        ($($of:ident $on:ident $name:literal),* $(,)?) => {$(
            let log = heard.clone();
            $of.$on(move |value| log.borrow_mut().push(format!("{} {value:?}", $name)));
        )*};
    }
    plain! {
        map on_show_plan "show-plan", map on_show_unseated "show-unseated", map on_drop "drop", map on_put_back "put-back",
        map on_yes "yes", map on_no "no", map on_find_done "find-done", desk on_switch_page "switch-page",
    }
    with_value! {
        map on_act "act", map on_show_party "show-party", map on_rule_chosen "rule", map on_tap "tap",
        map on_pick_up "pick-up", map on_aim_at "aim-at", map on_words "words", map on_preset_chosen "preset",
        map on_pick_found "pick-found", map on_seats_by "seats-by", map on_find "find", desk on_key "key",
    }
    let weak = window.as_weak();
    map.on_table_at(move |x, y| {
        let window = weak.upgrade().expect("the window is there");
        let near = |cell: &TableCell| (cell.x - x).hypot(cell.y - y) < 150.0;
        let tables = window.global::<HallMap>().get_tables();
        tables.iter().find(near).map(|cell| cell.id).unwrap_or_default()
    });
    heard
}

fn shown(name: &str) -> DeskWindow {
    let scene = desk::all().into_iter().find(|scene| scene.name == name).expect("a scene of that name");
    let window = desk::desk(Lang::En, 1920, 1080);
    scene.show(&window, Lang::En);
    mock_elapsed_time(Duration::from_millis(1));
    window
}

fn check(scene: &str, role: AccessibleRole, label: &str, wanted: &str) {
    let window = shown(scene);
    calls(&window, &listen(&window), role, label, wanted, scene);
}

#[test]
fn buttons_call_what_they_say() {
    for (scene, label, wanted) in [
        ("map-75", "Re-plan those not here yet", "act \"replan\""),
        ("map-75", "3 parties without a table", "show-unseated"),
        ("map-75", "Table 12 has no key customer", "tap \"t3\""),
        ("map-table", "Close", "act \"close\""),
        ("map-table", "Put together", "act \"merge\""),
        ("map-table", "Renumber", "act \"renumber\""),
        ("map-table", "Add a table", "act \"add\""),
        ("map-table", "Northwind Household", "show-party \"h1\""),
        ("map-why", "Move", "act \"pick-up\""),
        ("map-why", "Unlock", "act \"lock\""),
        ("map-why", "Swap with table 12: −72", "act \"swap\""),
        ("kind-map-blocked", "Put here all the same", "drop"),
        ("kind-map-blocked", "Back", "put-back"),
        ("map-reason", "They asked for it", "words \"They asked for it\""),
        ("kind-map-close", "Yes, close it", "yes"),
        ("kind-map-close", "No, leave it", "no"),
        ("map-merge", "+", "seats-by 1"),
        ("map-replan", "Yes, re-plan", "yes"),
        ("kind-map-replan-running", "No, leave it", "no"),
        ("map-found", "Table 7", "pick-found \"t7\""),
    ] {
        check(scene, AccessibleRole::Button, label, wanted);
    }
    check("map-75", AccessibleRole::RadioButton, "Rivals", "rule Rivals");
    check("map-75", AccessibleRole::RadioButton, "Rivals first", "preset RivalsFirst");
    check("map-75", AccessibleRole::Tab, "Tasks 7", "switch-page");
    check("tasks", AccessibleRole::Tab, "Hall", "switch-page");
}

fn middle(window: &DeskWindow, role: AccessibleRole, label: &str) -> LogicalPosition {
    let element = find(window, role, label);
    let (position, size) = (element.absolute_position(), element.size());
    LogicalPosition::new(position.x + size.width / 2.0, position.y + size.height / 2.0)
}

fn press(window: &DeskWindow, position: LogicalPosition) {
    window.window().dispatch_event(WindowEvent::PointerMoved { position });
    window.window().dispatch_event(WindowEvent::PointerPressed { position, button: PointerEventButton::Left });
}

/// In steps, as a finger goes.
fn drag(window: &DeskWindow, from: LogicalPosition, to: LogicalPosition) {
    press(window, from);
    for step in 1..=10 {
        let part = step as f32 / 10.0;
        let position = LogicalPosition::new(from.x + (to.x - from.x) * part, from.y + (to.y - from.y) * part);
        window.window().dispatch_event(WindowEvent::PointerMoved { position });
        mock_elapsed_time(Duration::from_millis(20));
    }
    window.window().dispatch_event(WindowEvent::PointerReleased { position: to, button: PointerEventButton::Left });
    mock_elapsed_time(Duration::from_millis(20));
}

#[test]
fn touched_table_is_chosen_and_the_floor_beside_it_is_not() {
    let window = shown("map-16");
    let heard = listen(&window);
    let place = middle(&window, AccessibleRole::ListItem, "7");
    press(&window, place);
    window.window().dispatch_event(WindowEvent::PointerReleased { position: place, button: PointerEventButton::Left });
    assert_eq!(*heard.borrow(), ["tap \"t7\""]);
}

#[test]
fn party_dragged_onto_a_table_is_picked_up_aimed_and_dropped() {
    let window = shown("map-table");
    let heard = listen(&window);
    let from = middle(&window, AccessibleRole::Button, "Northwind Household");
    drag(&window, from, middle(&window, AccessibleRole::ListItem, "7"));
    let heard = heard.borrow();
    assert_eq!(heard.first().map(String::as_str), Some("pick-up \"h1\""), "{heard:?}");
    assert_eq!(heard[heard.len() - 2..], ["aim-at \"t7\"", "drop"], "{heard:?}");
    assert!(!window.global::<HallMap>().get_dragging());
}

#[test]
fn party_let_go_beside_every_table_is_put_back() {
    let window = shown("map-table");
    let heard = listen(&window);
    let from = middle(&window, AccessibleRole::Button, "Northwind Household");
    drag(&window, from, LogicalPosition::new(from.x, 20.0));
    let heard = heard.borrow();
    assert_eq!(heard.last().map(String::as_str), Some("put-back"), "{heard:?}");
    assert!(!heard.contains(&"drop".to_owned()), "{heard:?}");
}

#[test]
fn floor_is_moved_by_the_finger_only_when_it_is_larger_than_the_screen() {
    let window = shown("map-16");
    let heard = listen(&window);
    let map = window.global::<HallMap>();
    let place = middle(&window, AccessibleRole::ListItem, "7");
    let aside = LogicalPosition::new(place.x - 120.0, place.y - 80.0);
    drag(&window, place, aside);
    assert_eq!((map.get_look_x(), map.get_look_y()), (0.0, 0.0), "all of it is seen already");
    find(&window, AccessibleRole::Button, "Closer").mock_single_click(PointerEventButton::Left);
    assert!(map.get_zoom() > 1.3);
    drag(&window, place, aside);
    assert!(map.get_look_x() > 0.0 && map.get_look_y() > 0.0);
    assert!(heard.borrow().is_empty(), "moving the floor chooses no table");
    find(&window, AccessibleRole::Button, "The whole room").mock_single_click(PointerEventButton::Left);
    assert_eq!((map.get_zoom(), map.get_look_x()), (1.0, 0.0));
}

fn key(window: &DeskWindow, text: impl Into<SharedString>) {
    let text = text.into();
    window.window().dispatch_event(WindowEvent::KeyPressed { text: text.clone() });
    window.window().dispatch_event(WindowEvent::KeyReleased { text });
    mock_elapsed_time(Duration::from_millis(20));
}

#[test]
fn keys_zoom_search_and_reach_the_desk() {
    let window = shown("map-75");
    let heard = listen(&window);
    let map = window.global::<HallMap>();
    key(&window, "+");
    assert!(map.get_zoom() > 1.3);
    key(&window, Key::Home);
    assert_eq!(map.get_zoom(), 1.0);
    key(&window, "m");
    assert_eq!(*heard.borrow(), ["key \"m\""]);
    heard.borrow_mut().clear();
    key(&window, "1");
    key(&window, "2");
    assert_eq!(*heard.borrow(), ["find \"1\"", "find \"12\""]);
    heard.borrow_mut().clear();
    key(&window, Key::Return);
    assert_eq!(*heard.borrow(), ["find-done"]);
    heard.borrow_mut().clear();
    key(&window, "m");
    assert_eq!(*heard.borrow(), ["key \"m\""], "the keys are the desk's again");
}
