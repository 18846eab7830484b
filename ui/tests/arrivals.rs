//! Every touch and key on the form of a walk-in and on the page of a group reaches the controller as what it promises.

mod common;

use common::desk;
use common::elements::find;
use i_slint_backend_testing::{AccessibleRole, mock_elapsed_time};
use slint::platform::{Key, WindowEvent};
use slint::{ComponentHandle, SharedString};
use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;
use ui::{Desk, DeskWindow, Group, Lang, WalkIn, WalkInField};

type Heard = Rc<RefCell<Vec<String>>>;

fn listen(window: &DeskWindow) -> Heard {
    let heard = Heard::default();
    let (walk_in, group, desk) = (window.global::<WalkIn>(), window.global::<Group>(), window.global::<Desk>());
    macro_rules! told {
        ($($of:ident $on:ident($($value:ident),*) $name:literal),* $(,)?) => {$(
            let log = heard.clone();
            $of.$on(move |$($value),*| log.borrow_mut().push([$name.to_owned(), $(format!("{:?}", $value)),*].join(" ")));
        )*};
    }
    told! {
        walk_in on_open() "open", walk_in on_edited(field, words) "edited", walk_in on_onward(field) "onward",
        walk_in on_more(field, by) "more", walk_in on_pick(line) "pick", walk_in on_of_firm(of_firm) "of-firm",
        walk_in on_role(role) "role", walk_in on_class(class) "class", walk_in on_strength() "strength",
        walk_in on_register() "register", walk_in on_clear() "clear", walk_in on_leave() "leave",
        group on_open() "group", group on_edited(words) "find", group on_pick(line) "tick", group on_all(all) "all",
        group on_next_printer() "printer", group on_check_in() "check-in", group on_leave() "leave-group",
        desk on_key(key) "key",
    }
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
    let heard = listen(&window);
    find(&window, role, label).invoke_accessible_default_action();
    assert!(heard.borrow().iter().any(|line| line == wanted), "{label}: {:?}", heard.borrow());
}

fn press(window: &DeskWindow, key: impl Into<SharedString>) {
    let text: SharedString = key.into();
    window.window().dispatch_event(WindowEvent::KeyPressed { text: text.clone() });
    window.window().dispatch_event(WindowEvent::KeyReleased { text });
    mock_elapsed_time(Duration::from_millis(1));
}

#[test]
fn every_touch_of_the_form_says_what_is_chosen() {
    use AccessibleRole::{Button, Checkbox, RadioButton};
    check("walk-in", RadioButton, "Without a firm: press, expert, organiser", "of-firm false");
    check("walk-in", RadioButton, "family", "role Family");
    check("walk-in", RadioButton, "A", "class A");
    check("walk-in", Checkbox, "strength", "strength");
    check("walk-in", Button, "Children: one more", "more Children 1");
    check("walk-in", Button, "Register and check in", "register");
    check("walk-in", Button, "Empty the form", "clear");
    check("walk-in-which-firm", Button, "New firm: Northwind Household", "pick 3");
    check("found-nobody", Button, "Not invited: register zzzz", "open");
}

#[test]
fn form_is_filled_by_keys_alone() {
    let window = shown("walk-in-empty");
    let heard = listen(&window);
    press(&window, "1");
    press(&window, Key::Return);
    press(&window, Key::F9);
    press(&window, Key::Escape);
    assert_eq!(
        *heard.borrow(),
        ["edited Phone \"1\"", "onward Phone", &format!("key {:?}", SharedString::from(Key::F9)), "leave"]
    );
}

#[test]
fn tab_goes_through_the_fields_and_arrows_choose() {
    let window = shown("walk-in-empty");
    let heard = listen(&window);
    for _ in 0..4 {
        press(&window, Key::Tab);
    }
    press(&window, Key::RightArrow);
    assert_eq!(heard.borrow().last().map(String::as_str), Some("role Partner"), "{:?}", heard.borrow());
}

#[test]
fn keys_go_where_the_controller_wants_them_and_words_it_wrote_are_shown() {
    let window = shown("walk-in-empty");
    let heard = listen(&window);
    let walk_in = window.global::<WalkIn>();
    let mut form = walk_in.get_form();
    form.name = "Ann".into();
    walk_in.set_form(form);
    walk_in.set_fill(walk_in.get_fill() + 1);
    walk_in.set_at(WalkInField::Name);
    walk_in.set_wanted(walk_in.get_wanted() + 1);
    mock_elapsed_time(Duration::from_millis(1));
    press(&window, "a");
    let last = heard.borrow().last().cloned().unwrap_or_default();
    assert!(last.starts_with("edited Name") && last.contains("Ann"), "{last}");
}

#[test]
fn every_touch_of_a_group_says_what_is_wanted() {
    use AccessibleRole::{Button, Checkbox};
    check("group-whose", Button, "Astrid Bergström", "tick 0");
    check("group-ticked", Checkbox, "Ms Lindqvist", "tick 0");
    check("group-ticked", Button, "Check in 2 people, print the badges", "check-in");
    check("group-ticked", Button, "Tick nobody", "all false");
    check("group-ticked", Button, "Back", "leave-group");
    check("tasks", Button, "Group", "group");
    check("tasks", Button, "Not invited", "open");
}

#[test]
fn group_is_searched_by_typing_at_once_and_ticked_by_the_desks_keys() {
    let window = shown("group-whose");
    let heard = listen(&window);
    press(&window, "l");
    press(&window, Key::Return);
    assert_eq!(*heard.borrow(), ["find \"l\"", "tick -1"]);
    let window = shown("group-ticked");
    let heard = listen(&window);
    press(&window, " ");
    assert_eq!(*heard.borrow(), ["key \" \""]);
}
