//! Every touch reaches the controller as the callback that its words promise.

mod common;

use common::elements::{Heard, calls, find};
use common::{kiosk, scenes};
use i_slint_backend_testing::{AccessibleRole, ElementHandle, mock_elapsed_time};
use slint::platform::{PointerEventButton, WindowEvent};
use slint::{ComponentHandle, LogicalPosition};
use std::time::Duration;
use ui::{Kiosk, KioskWindow, Lang};

/// Writes down every callback with its argument.
fn listen(window: &KioskWindow) -> Heard {
    let heard = Heard::default();
    let kiosk = window.global::<Kiosk>();
    macro_rules! plain {
        ($($on:ident $name:literal),* $(,)?) => {$(
            let log = heard.clone();
            kiosk.$on(move || log.borrow_mut().push($name.to_owned()));
        )*};
    }
    macro_rules! with_value {
        ($($on:ident $name:literal),* $(,)?) => {$(
            let log = heard.clone();
            kiosk.$on(move |value| log.borrow_mut().push(format!("{} {value:?}", $name)));
        )*};
    }
    plain! {
        on_stay "stay", on_leave "leave", on_back "back", on_call_staff "call-staff", on_staff_gesture "staff-gesture",
        on_phone_path "phone-path", on_erase "erase", on_clear "clear", on_phone_confirmed "phone-confirmed",
        on_still_mine "still-mine", on_changed "changed", on_not_me "not-me", on_skip_phone "skip-phone",
        on_household_confirmed "household-confirmed", on_add_others "add-others", on_group_confirmed "group-confirmed",
        on_pin_erase "pin-erase", on_reprint_last "reprint-last", on_test_print "test-print", on_shut_down "shut-down",
    }
    with_value! {
        on_language_chosen "language-chosen", on_digit "digit", on_person_toggled "person-toggled",
        on_adults_by "adults-by", on_children_by "children-by", on_group_toggled "group-toggled",
        on_group_all "group-all", on_pin_digit "pin-digit", on_settle_doubtful "settle-doubtful",
    }
    heard
}

fn shown(name: &str, width: u32, height: u32) -> KioskWindow {
    let scene = scenes::all().into_iter().find(|scene| scene.name == name).expect("a scene of that name");
    let window = kiosk(Lang::En, width, height);
    scene.show(&window, Lang::En);
    mock_elapsed_time(Duration::from_millis(1));
    window
}

/// Touching what is called `label` on the screen calls exactly `wanted`, in portrait and in landscape.
fn check(scene: &str, role: AccessibleRole, label: &str, wanted: &str) {
    for (width, height) in [(1080, 1920), (1920, 1080)] {
        let window = shown(scene, width, height);
        calls(&window, &listen(&window), role, label, wanted, &format!("{scene} at {width}×{height}"));
    }
}

#[test]
fn buttons_call_what_they_say() {
    for (scene, label, wanted) in [
        ("attract", "No invitation? Use your phone number", "phone-path"),
        ("idle", "Yes, I need more time", "stay"),
        ("idle", "No, end here", "leave"),
        ("refused-forged", "Call staff", "call-staff"),
        ("refused-forged", "Back to start", "back"),
        ("refused-cut-off", "Scan again", "back"),
        ("refused-cut-off", "Use your phone number", "phone-path"),
        ("phone-entry", "7", "digit \"7\""),
        ("phone-entry", "Erase", "erase"),
        ("phone-entry", "Clear", "clear"),
        ("phone-entry", "Back", "back"),
        ("phone-type-mismatch", "Confirm", "phone-confirmed"),
        ("phone-type", "Not me", "not-me"),
        ("phone-type", "It changed", "changed"),
        ("phone-check", "Yes", "still-mine"),
        ("phone-check", "It changed", "changed"),
        ("phone-check", "Not me", "not-me"),
        ("phone-check", "Call staff", "call-staff"),
        ("phone-not-found", "Type it again", "phone-path"),
        ("phone-several", "Call staff", "call-staff"),
        ("new-phone", "Not now, go on without", "skip-phone"),
        ("household-3", "+ Adults not listed", "adults-by 1"),
        ("household-long", "− Children", "children-by -1"),
        ("household-3", "Confirm, 3 people", "household-confirmed"),
        ("done-printing", "Finished", "leave"),
        ("done-printing", "Call staff", "call-staff"),
        ("already", "Others of us have come too", "add-others"),
        ("help", "Thank you, solved", "back"),
        ("group-pin", "5", "pin-digit \"5\""),
        ("group-pin", "Erase", "pin-erase"),
        ("group-list", "Tick all", "group-all true"),
        ("group-list", "Untick all", "group-all false"),
        ("group-list", "Print 8 badges", "group-confirmed"),
        ("group-progress", "Finished", "leave"),
        ("staff-menu", "Print again: Ingrid Lindqvist", "reprint-last"),
        ("staff-menu", "Print a test page", "test-print"),
        ("staff-menu", "Shut down this kiosk", "shut-down"),
        ("staff-menu", "Back to the guests", "back"),
        ("staff-menu-trouble", "Yes, it is here", "settle-doubtful true"),
        ("staff-menu-trouble", "No, print it again", "settle-doubtful false"),
    ] {
        check(scene, AccessibleRole::Button, label, wanted);
    }
}

#[test]
fn languages_are_chosen_by_their_own_names() {
    for (label, wanted) in
        [("中文", "language-chosen Zh"), ("한국어", "language-chosen Ko"), ("English", "language-chosen En")]
    {
        check("attract", AccessibleRole::RadioButton, label, wanted);
        check("out-of-order-pa", AccessibleRole::RadioButton, label, wanted);
    }
}

#[test]
fn ticking_a_person_tells_the_place_in_the_list() {
    check("household-3", AccessibleRole::Checkbox, "Noor Haddad", "person-toggled 2");
    check("group-list-few", AccessibleRole::Checkbox, "Tomás Okonkwo", "group-toggled 1");
}

#[test]
fn somebody_already_checked_in_cannot_be_unticked() {
    let window = shown("household-long", 1080, 1920);
    let heard = listen(&window);
    let done = find(&window, AccessibleRole::Checkbox, "Tomás Okonkwo");
    done.mock_single_click(PointerEventButton::Left);
    done.invoke_accessible_default_action();
    assert!(heard.borrow().is_empty());
    assert_eq!(done.accessible_enabled(), Some(false));
}

#[test]
fn half_a_number_cannot_be_confirmed() {
    let window = shown("phone-entry", 1080, 1920);
    let heard = listen(&window);
    let confirm = find(&window, AccessibleRole::Button, "Confirm");
    confirm.mock_single_click(PointerEventButton::Left);
    confirm.invoke_accessible_default_action();
    assert!(heard.borrow().is_empty());
}

#[test]
fn second_page_shows_and_ticks_the_rest_of_a_large_household() {
    let window = shown("household-17", 1080, 1920);
    let heard = listen(&window);
    let boxes = |window: &KioskWindow| -> usize {
        ElementHandle::query_descendants(&i_slint_backend_testing::ElementRoot::root_element(window))
            .match_accessible_role(AccessibleRole::Checkbox)
            .find_all()
            .len()
    };
    assert_eq!(boxes(&window), 10);
    find(&window, AccessibleRole::Button, "More").mock_single_click(PointerEventButton::Left);
    assert_eq!(boxes(&window), 7);
    let long = common::guests::words(Lang::En).long_name;
    find(&window, AccessibleRole::Checkbox, long).mock_single_click(PointerEventButton::Left);
    assert_eq!(*heard.borrow(), ["person-toggled 11"]);
}

/// Presses the top right corner for so long.
fn press_corner(window: &KioskWindow, held_ms: u64) {
    let size = window.window().size();
    let position = LogicalPosition::new(size.width as f32 - 20.0, 20.0);
    let button = PointerEventButton::Left;
    window.window().dispatch_event(WindowEvent::PointerMoved { position });
    window.window().dispatch_event(WindowEvent::PointerPressed { position, button });
    for _ in 0..held_ms / 100 {
        mock_elapsed_time(Duration::from_millis(100));
    }
    window.window().dispatch_event(WindowEvent::PointerReleased { position, button });
}

#[test]
fn corner_held_for_two_seconds_opens_the_staff_menu_and_a_tap_does_not() {
    for (held_ms, calls) in [(300, 0), (1_800, 0), (2_300, 1)] {
        let window = shown("phone-check", 1080, 1920);
        let heard = listen(&window);
        press_corner(&window, held_ms);
        assert_eq!(heard.borrow().len(), calls, "{held_ms} ms");
        assert!(heard.borrow().iter().all(|call| call == "staff-gesture"));
    }
}

#[test]
fn waiting_kiosk_rests_between_two_passes_of_the_light() {
    let window = shown("attract", 1080, 1920);
    let beam_moves = |window: &KioskWindow| {
        let before = common::pictures::Picture::of(window);
        mock_elapsed_time(Duration::from_millis(100));
        before != common::pictures::Picture::of(window)
    };
    assert!(!beam_moves(&window), "rests at first");
    mock_elapsed_time(Duration::from_millis(5_000));
    assert!(beam_moves(&window), "passes after five seconds");
    mock_elapsed_time(Duration::from_millis(1_600));
    assert!(!beam_moves(&window), "rests again");
}
