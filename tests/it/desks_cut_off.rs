//! Two desks that cannot hear each other: one slip is changed at both, one payment is taken twice, a price is given for what a
//! line said before. Once they hear each other again nothing is lost, and staff have one task about each.

use crate::venue::{Desk, Venue};
use serde_json::{Value, json};

/// Fields of a slip and of a receipt by the number under which the desk's socket takes them.
const PRODUCT: u64 = 0;
const QUANTITY: u64 = 1;
const PRICE: u64 = 2;
const AMOUNT: u64 = 0;
const REFERENCE: u64 = 1;

/// Two desks, a party, and whoever works at both.
fn two_desks(role: &str) -> (Venue, Desk, Desk, String) {
    let venue = Venue::open();
    let (one, two) = (Desk::start(&venue, "D1"), Desk::start(&venue, "D2"));
    for desk in [&one, &two] {
        desk.sign_in(&venue.pin_of(role));
    }
    let firm = venue.firm_of(venue.guest_of_a_party());
    (venue, one, two, firm)
}

fn cut(desks: [&Desk; 2], cut: bool) {
    desks.into_iter().for_each(|desk| desk.cut_network(cut));
}

fn add_line(desk: &Desk, product: &str, quantity: &str, price: &str) {
    let before = desk.state()["lines"].as_array().map_or(0, Vec::len);
    for (number, typed) in [(PRODUCT, product), (QUANTITY, quantity), (PRICE, price)] {
        desk.field("slip", number, typed);
    }
    let more = |state: &Value| state["lines"].as_array().is_some_and(|lines| lines.len() > before);
    desk.wait_state("the line", |state| more(state) && state["busy"] == false);
}

/// A draft of the party with one line; its number.
fn drafted(desk: &Desk, firm: &str, price: &str) -> String {
    desk.find(firm);
    desk.deed("guest_do", "NewSlip");
    add_line(desk, "w70", "100", price);
    desk.state()["number"].as_str().expect("a number").to_owned()
}

fn open_tasks(desk: &Desk, kind: &str) {
    desk.wait_state(kind, |state| state["open"].as_array().is_some_and(|open| open.contains(&json!(kind))));
}

#[test]
fn slip_changed_at_two_desks_has_both_versions_until_staff_pick_one() {
    let (_venue, one, two, firm) = two_desks("order_desk");
    let number = drafted(&one, &firm, "");
    two.find(&number);
    two.wait_state("the draft", |state| state["page"] == "slip" && state["lines"].as_array().map(Vec::len) == Some(1));
    cut([&one, &two], true);
    add_line(&one, "w90", "10", "");
    add_line(&two, "d60", "5", "");
    cut([&one, &two], false);
    for desk in [&one, &two] {
        desk.wait_state("both versions", |state| state["state"] == "TwoVersions");
        open_tasks(desk, "slip_versions");
    }
    one.settle("slip_versions", "KeepVersion");
    one.find(&number);
    let kept = one.wait_state("the version that stands", |state| state["page"] == "slip" && state["state"] == "Draft");
    two.wait_state("the same there", |state| state["state"] == "Draft" && state["lines"] == kept["lines"]);
    assert_eq!(kept["lines"].as_array().map(Vec::len), Some(2), "{kept}");
}

#[test]
fn payment_taken_at_two_desks_counts_once_until_somebody_compared() {
    let (_venue, one, two, firm) = two_desks("finance");
    for desk in [&one, &two] {
        desk.find(&firm);
        desk.wait_state("their page", |state| state["page"] == "guest");
        desk.tap("payments", 0);
        desk.wait_state("their payments", |state| state["page"] == "payments");
    }
    cut([&one, &two], true);
    for desk in [&one, &two] {
        desk.field("pay", AMOUNT, "250000");
        desk.field("pay", REFERENCE, "ICBC 0042");
        desk.deed("pay_do", "Take");
        desk.wait_state("the receipt", |state| state["payments"][0]["state"] == "Received");
    }
    cut([&one, &two], false);
    let states = |state: &Value| -> Vec<(String, String)> {
        let rows = state["payments"].as_array().cloned().unwrap_or_default();
        let word = |row: &Value, name: &str| row[name].as_str().unwrap_or_default().to_owned();
        let mut states: Vec<_> = rows.iter().map(|row| (word(row, "number"), word(row, "state"))).collect();
        states.sort();
        states
    };
    let doubted = |state: &Value| states(state).iter().filter(|(_, state)| state == "UnderReview").count() == 1;
    let seen = one.wait_state("one under review", |state| states(state).len() == 2 && doubted(state));
    two.wait_state("the same there", |state| states(state) == states(&seen));
    for desk in [&one, &two] {
        open_tasks(desk, "payment_suspected");
    }
}

#[test]
fn price_given_for_what_a_line_said_before_does_not_count() {
    let (venue, one, two, firm) = two_desks("order_desk");
    drafted(&one, &firm, "600");
    one.deed("slip_do", "AskPrice");
    one.tap_words("slip_typed", "");
    one.wait_state("the question", |state| state["lines"][0]["mark"] == "Waiting");
    two.tap("sign_out", 0);
    two.sign_in(&venue.pin_of("deputy_commander"));
    open_tasks(&two, "price_wanted");
    cut([&one, &two], true);
    two.settle_with("price_wanted", "GivePrice", &venue.pin_of("deputy_commander"));
    one.tap("slip_line", 0);
    one.tap("slip_enter", 0);
    one.field("slip", PRICE, "590");
    one.wait_state("the lower price", |state| state["lines"][0]["price"] == "590.00" && state["busy"] == false);
    cut([&one, &two], false);
    for desk in [&one, &two] {
        open_tasks(desk, "approval_outdated");
    }
    let state = one.wait_state("the price to be asked anew", |state| state["lines"][0]["mark"] == "Outdated");
    assert!(state["deeds"].as_array().is_some_and(|deeds| !deeds.contains(&json!("Sign"))), "{state}");
}
