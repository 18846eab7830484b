//! The keys of the slip and of the payments go where the eye is: into the field under them, and what no field uses to the desk.

mod common;

use common::desk;
use slint::platform::{Key, WindowEvent};
use slint::{ComponentHandle, SharedString};
use std::cell::RefCell;
use std::rc::Rc;
use ui::{Cashier, Desk, DeskWindow, Lang, OrderSlip, Search};

type Heard = Rc<RefCell<Vec<String>>>;

fn listen(window: &DeskWindow) -> Heard {
    let heard = Heard::default();
    let tell = |heard: &Heard| {
        let heard = Rc::clone(heard);
        move |word: String| heard.borrow_mut().push(word)
    };
    let say = tell(&heard);
    window.global::<OrderSlip>().on_edited(move |field, words| say(format!("{field:?} {words}")));
    let say = tell(&heard);
    window.global::<OrderSlip>().on_enter(move || say("enter".into()));
    let say = tell(&heard);
    window.global::<OrderSlip>().on_answered(move |words| say(format!("answer {words}")));
    let say = tell(&heard);
    window.global::<OrderSlip>().on_pick_line(move |at| say(format!("line {at}")));
    let say = tell(&heard);
    window.global::<Cashier>().on_edited(move |field, words| say(format!("{field:?} {words}")));
    let say = tell(&heard);
    window.global::<Cashier>().on_enter(move || say("enter".into()));
    let say = tell(&heard);
    window.global::<Desk>().on_key(move |key| say(format!("key {:x}", key.chars().next().map_or(0, u32::from))));
    heard
}

fn shown(name: &str) -> (DeskWindow, Heard) {
    let window = desk::desk(Lang::En, 1280, 720);
    let scene = desk::all().into_iter().find(|scene| scene.name == name).expect("a scene of that name");
    scene.show(&window, Lang::En);
    let heard = listen(&window);
    settle();
    (window, heard)
}

/// Whatever follows from a change has followed.
fn settle() {
    i_slint_backend_testing::mock_elapsed_time(std::time::Duration::from_millis(50));
}

fn press(window: &DeskWindow, text: impl Into<SharedString>) {
    let text = text.into();
    window.window().dispatch_event(WindowEvent::KeyPressed { text: text.clone() });
    window.window().dispatch_event(WindowEvent::KeyReleased { text });
    settle();
}

fn key(named: Key) -> String {
    format!("key {:x}", u32::from(char::from(named)))
}

#[test]
fn letters_go_into_the_field_under_the_keys_and_function_keys_to_the_desk() {
    let (window, heard) = shown("slip-new");
    press(&window, "w");
    press(&window, Key::Return);
    press(&window, Key::F10);
    press(&window, Key::Tab);
    press(&window, Key::DownArrow);
    press(&window, Key::Escape);
    let wanted: Vec<String> = ["Product w".to_owned(), "enter".to_owned()]
        .into_iter()
        .chain([Key::F10, Key::Tab, Key::DownArrow, Key::Escape].map(key))
        .collect();
    assert_eq!(*heard.borrow(), wanted);
}

#[test]
fn slip_that_a_search_opened_has_its_keys_at_once() {
    let (window, heard) = shown("slip-new");
    window.global::<Search>().set_typed("d2-0042".into());
    settle();
    window.global::<Search>().set_typed("".into());
    settle();
    press(&window, "w");
    assert_eq!(*heard.borrow(), ["Product w"]);
}

#[test]
fn proposed_signer_is_taken_by_enter() {
    let (window, heard) = shown("slip-signer");
    press(&window, Key::Return);
    let proposed = window.global::<OrderSlip>().get_proposed();
    assert_eq!(*heard.borrow(), [format!("answer {proposed}")]);
}

#[test]
fn closed_slip_leaves_the_keys_to_the_desk() {
    let (window, heard) = shown("slip-signed");
    press(&window, Key::F4);
    assert_eq!(*heard.borrow(), [key(Key::F4)]);
}

#[test]
fn payments_begin_in_the_amount() {
    let (window, heard) = shown("payments-none");
    press(&window, "5");
    press(&window, Key::Return);
    press(&window, Key::F10);
    assert_eq!(*heard.borrow(), ["Amount 5".to_owned(), "enter".to_owned(), key(Key::F10)]);
}
