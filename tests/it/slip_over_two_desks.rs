//! Story 6: a slip below the salesperson's price waits for the deputy commander's PIN at another desk, is signed, and its
//! payment opens the green channel everywhere.

use crate::venue::{Desk, Kiosk, NetworkPrinter, Venue, visit};
use serde_json::{Value, json};

/// Fields of a slip and of a receipt by the number under which the desk's socket takes them.
const PRODUCT: u64 = 0;
const QUANTITY: u64 = 1;
const PRICE: u64 = 2;
const AMOUNT: u64 = 0;
const REFERENCE: u64 = 1;

fn field(desk: &Desk, part: &str, number: u64, words: &str) {
    let tap = json!({"do": "tap", "on": format!("{part}_type"), "number": number, "words": words});
    assert_eq!(desk.ask(&tap).expect("the desk answers")["ok"], true, "{tap}");
    desk.tap(&format!("{part}_enter"), 0);
}

fn words(desk: &Desk, part: &str, words: &str) {
    let tap = json!({"do": "tap", "on": part, "words": words});
    assert_eq!(desk.ask(&tap).expect("the desk answers")["ok"], true, "{tap}: {}", desk.state());
}

/// Opens the page of whoever is found first.
fn find(desk: &Desk, typed: &str) {
    words(desk, "find", typed);
    desk.wait_state("somebody", |state| state["found"].as_array().is_some_and(|found| !found.is_empty()));
    desk.tap("find_open", 0);
}

fn deed(desk: &Desk, part: &str, code: &str) {
    let deeds = |state: &Value| state["deeds"].as_array().and_then(|deeds| deeds.iter().position(|deed| deed == code));
    let state = desk.wait_state(code, |state| deeds(state).is_some());
    match part {
        "guest_do" => desk.tap(part, deeds(&state).expect("it is there") as u64),
        _ => words(desk, part, code),
    }
}

#[test]
fn price_is_given_at_another_desk_and_the_payment_opens_the_green_channel() {
    let venue = Venue::open();
    let printer = NetworkPrinter::switch_on(&venue, "K1");
    let mut kiosk = Kiosk::start(&venue, "K1", &printer.spec());
    let (orders, other) = (Desk::start(&venue, "D1"), Desk::start(&venue, "D2"));
    let guest = venue.guest_of_a_party();
    let firm = venue.firm_of(guest);

    orders.sign_in(&venue.pin_of("order_desk"));
    find(&orders, &firm);
    deed(&orders, "guest_do", "NewSlip");
    for (number, typed) in [(PRODUCT, "w70"), (QUANTITY, "400"), (PRICE, "600")] {
        field(&orders, "slip", number, typed);
    }
    let state = orders.wait_state("the line", |state| state["lines"][0]["mark"] == "Unasked");
    assert_eq!(state["total"], "232,800.00", "3 % by policy: {state}");
    assert!(state["deeds"].as_array().is_some_and(|deeds| deeds.iter().all(|deed| deed != "Sign")), "{state}");
    deed(&orders, "slip_do", "AskPrice");
    words(&orders, "slip_typed", "first order of a new region");

    other.sign_in(&venue.pin_of("deputy_commander"));
    other.settle_with("price_wanted", "GivePrice", &venue.pin_of("deputy_commander"));
    let state = orders.wait_state("the yes", |state| state["lines"][0]["mark"] == "Approved");
    assert!(state["lines"][0]["who"].as_str().is_some_and(|who| !who.is_empty()), "the approver's name: {state}");
    deed(&orders, "slip_do", "Sign");
    deed(&orders, "slip_do", "Sealed");
    let signed = orders.wait_state("the signature", |state| state["state"] == "Signed");

    other.tap("sign_out", 0);
    other.sign_in(&venue.pin_of("finance"));
    find(&other, signed["number"].as_str().expect("a number"));
    other.wait_state("the signed slip", |state| state["page"] == "slip" && state["state"] == "Signed");
    other.tap("payments", 0);
    field(&other, "pay", AMOUNT, "232800");
    field(&other, "pay", REFERENCE, "ICBC 0042");
    deed(&other, "pay_do", "Take");
    let state = other.wait_state("the receipt", |state| state["payments"][0]["state"] == "Received");
    assert_eq!(state["green"], false, "finance has not seen the money");
    deed(&other, "pay_do", "Confirm");
    other.wait_state("the green channel", |state| state["green"] == true);
    orders.wait_state("the green channel too", |state| state["green"] == true);
    kiosk.wait_state("all that happened", |state| state["pending"] == 0);
    visit(&mut kiosk, venue.code(guest));
    kiosk.wait_state("the green channel at the kiosk", |state| state["green_channel"] == true);
}
