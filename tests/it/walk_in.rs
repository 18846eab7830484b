//! Story 5: three people whom nobody invited come into a full room; their owner comes later; a rival is kept apart.

use crate::venue::{Desk, Kiosk, NetworkPrinter, Venue, wait_for};
use serde_json::{Value, json};

/// Tables of four: Alpha fills the first; Beta, not here yet, has two places at the second; Gamma two at the third; Delta two
/// at the last. Beta, and Epsilon which was planned nowhere, shall never meet Delta.
const GUESTS: &str = "\
firm,name,title,role,decides,phone,salesperson,region,language,table,expected heads,never with
Alpha,Ann Alpha,Ms Alpha,owner,yes,13900000001,S01,east,en,1,4,
Beta,Ben Beta,Mr Beta,owner,yes,13900000002,S01,east,en,2,2,Delta
Gamma,Gil Gamma,Mr Gamma,owner,yes,13900000003,S01,east,en,3,2,
Delta,Dee Delta,Ms Delta,owner,yes,13900000004,S01,east,en,5,2,
Epsilon,Eve Epsilon,Ms Epsilon,owner,yes,13900000005,S01,east,en,,1,Delta
";

/// The sample meeting in a room of four tables, without leases.
fn small_room(meeting: String) -> String {
    let mut file: toml::Table = meeting.parse().expect("the sample is TOML");
    let table = |number: i64| {
        let row = format!(
            "id = \"t{number}\"\nlabel = \"{number}\"\nseats = 4\nhost_seat = false\nzone = \"A\"\nrow = 1\nx_cm = {}\ny_cm = 700",
            number * 300
        );
        toml::Value::Table(row.parse().expect("a table"))
    };
    file.insert("tables".into(), toml::Value::Array([1, 2, 3, 5].map(table).to_vec()));
    let rules = file.get_mut("rules").and_then(toml::Value::as_table_mut).expect("rules");
    rules.insert("leases".into(), toml::Value::Table("places = 0".parse().expect("a table")));
    file.to_string()
}

/// Reception finds a party of the list and checks in all of it, with so many people beside the one on the list.
fn arrive(desk: &Desk, name: &str, more: u64) {
    desk.tap_words("find", name);
    desk.tap("find_open", 0);
    desk.wait_state("their page", |state| state["page"] == "guest" && state["busy"] == false);
    guest_do(desk, "CheckIn");
    for count in 1..=more {
        desk.tap_words("guest_adults", "1");
        desk.wait_state("one more", |state| state["here"] == 1 + count && state["busy"] == false);
    }
}

fn guest_do(desk: &Desk, deed: &str) {
    let at = |state: &Value| state["deeds"].as_array()?.iter().position(|code| code == deed);
    let state = desk.wait_state(deed, |state| at(state).is_some() && state["busy"] == false);
    desk.tap("guest_do", at(&state).expect("it is there") as u64);
    desk.wait_state("it done", |state| at(state).is_none() && state["busy"] == false);
}

/// Types the form of somebody of a firm, picks the first line that fits the firm, and registers them.
fn register(desk: &Desk, lines: &[(&str, &str)]) -> Value {
    desk.tap("walk_in", 0);
    desk.wait_state("the form", |state| state["page"] == "walk_in");
    for (field, words) in lines {
        desk.tap_words(field, words);
        if matches!(*field, "walk_in_firm" | "walk_in_salesperson") {
            desk.tap("walk_in_pick", 0);
        }
    }
    desk.tap("walk_in_register", 0);
    desk.wait_state("their page", |state| state["page"] == "guest" && state["said"].is_string())
}

/// The small room with its hub, a kiosk that prints, and nobody in it.
fn open_venue() -> (Venue, NetworkPrinter, Kiosk) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let guests = folder.path().join("guests.csv");
    std::fs::write(&guests, GUESTS).expect("our own folder");
    let mut venue = Venue::imported_with(&guests, small_room);
    venue.start_hub();
    let printer = NetworkPrinter::switch_on(&venue, "K1");
    let kiosk = Kiosk::start(&venue, "K1", &printer.spec());
    kiosk.wait_page("attract");
    (venue, printer, kiosk)
}

#[test]
fn dealers_of_one_salesperson_check_in_together_and_every_badge_comes_out() {
    let (venue, printer, _kiosk) = open_venue();
    let desk = Desk::start(&venue, "D1");
    desk.sign_in(&venue.reception_pin());
    arrive(&desk, "Ann", 0);
    desk.tap("group", 0);
    desk.wait_state("the search", |state| state["page"] == "group");
    desk.tap_words("group_find", "S01");
    desk.wait_state("the salesperson", |state| state["salespeople"].as_array().map(Vec::len) == Some(1));
    desk.tap("group_pick", 0);
    let state = desk.wait_state("the list", |state| state["people"].as_array().map(Vec::len) == Some(5));
    assert_eq!((state["here"].as_u64(), state["printer"].as_str()), (Some(1), Some("K1")), "{state}");
    desk.tap("group_all", 1);
    desk.wait_state("the ticks", |state| state["ticked"] == 4);
    desk.tap("group_check_in", 0);
    let state = desk.wait_state("all badges", |state| state["batch"] == 4 && state["out"] == 4);
    assert_eq!((state["here"].as_u64(), state["failed"].as_array().map(Vec::len)), (Some(5), Some(0)), "{state}");
    assert_eq!(printer.pages().len(), 5, "one for each, and none twice");
}

#[test]
fn walk_in_of_three_in_a_full_room_gets_a_table_its_late_owner_makes_it_count_and_a_rival_is_kept_apart() {
    let (venue, printer, _kiosk) = open_venue();
    let (desk, other) = (Desk::start(&venue, "D1"), Desk::start(&venue, "D2"));
    for reception in [&desk, &other] {
        reception.sign_in(&venue.reception_pin());
    }
    for (name, more) in [("Ann", 3), ("Gil", 1), ("Dee", 1)] {
        arrive(&desk, name, more);
    }

    // Two numbers that differ are told, and nothing is lost.
    desk.tap("walk_in", 0);
    desk.tap_words("walk_in_phone", "13911110001");
    desk.tap_words("walk_in_phone_again", "13911110002");
    desk.tap("walk_in_register", 0);
    let state = desk.wait_state("the mistake", |state| state["faults"][0] == json!(["PhoneAgain", "PhonesDiffer"]));
    assert_eq!(state["page"], "walk_in");
    let state = register(
        &desk,
        &[
            ("walk_in_phone_again", "13911110001"),
            ("walk_in_name", "Wim Walker"),
            ("walk_in_role", "staff"),
            ("walk_in_firm", "Walker & Sons"),
            ("walk_in_salesperson", "S01"),
            ("walk_in_adults", "3"),
        ],
    );
    assert_eq!((state["table"].as_str(), state["here"].as_u64()), (Some("2"), Some(3)), "{state}");
    let said = state["said"].as_str().unwrap_or_default();
    assert!(said.contains("MadeRoom") && said.contains("Beta"), "whoever was told nothing makes room: {said}");
    assert!(!marks(&state).contains(&"Witnessed".to_owned()), "no decider of theirs is here: {state}");

    // Their owner comes later, at the other desk, which knows them by then.
    other.tap_words("find", "Walker");
    other.wait_state("the walk-in known there too", |state| {
        state["found"].as_array().is_some_and(|found| !found.is_empty())
    });
    let state = register(
        &other,
        &[
            ("walk_in_phone", "13911110009"),
            ("walk_in_phone_again", "13911110009"),
            ("walk_in_name", "Wanda Walker"),
            ("walk_in_firm", "Walker"),
        ],
    );
    assert_eq!((state["table"].as_str(), state["here"].as_u64()), (Some("2"), Some(4)), "the same table: {state}");
    assert!(marks(&state).contains(&"Witnessed".to_owned()), "a late owner makes them count: {state}");

    // Two places are free, beside a rival.
    let state = register(
        &desk,
        &[
            ("walk_in_phone", "13911110005"),
            ("walk_in_phone_again", "13911110005"),
            ("walk_in_name", "Ed Epsilon"),
            ("walk_in_firm", "Epsilon"),
        ],
    );
    assert!(state["table"].is_null(), "not beside a rival: {state}");
    assert!(state["said"].as_str().is_some_and(|said| said.contains("Conflict")), "{state}");
    for reception in [&desk, &other] {
        reception.wait_state("the task", |state| {
            state["open"].as_array().is_some_and(|open| open.contains(&json!("no_table")))
        });
    }
    desk.tap_words("find", "Beta");
    desk.tap("find_open", 0);
    let state = desk.wait_state("who made room", |state| state["name"] == "Beta");
    assert_eq!(state["table"], "3");
    wait_for("a badge for each who has a name", || (printer.pages().len() == 6).then_some(()));
}

fn marks(state: &Value) -> Vec<String> {
    let marks = state["marks"].as_array().cloned().unwrap_or_default();
    marks.iter().filter_map(|mark| Some(mark.as_str()?.to_owned())).collect()
}
