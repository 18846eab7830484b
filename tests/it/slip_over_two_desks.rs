//! Story 6: a slip below the salesperson's price waits for the deputy commander's PIN at another desk, is signed, and its
//! payment opens the green channel everywhere: the next call is theirs, and their gift leaves once.

use crate::venue::{Desk, Kiosk, NetworkPrinter, Venue, decoded, visit, wait_for};

/// Fields of a slip and of a receipt by the number under which the desk's socket takes them.
const PRODUCT: u64 = 0;
const QUANTITY: u64 = 1;
const PRICE: u64 = 2;
const AMOUNT: u64 = 0;
const REFERENCE: u64 = 1;

/// What the page of a firm's payments says.
fn has_green_channel(desk: &Desk, firm: &str) -> bool {
    desk.find(firm);
    desk.wait_state("their page", |state| state["page"] == "guest");
    desk.tap("payments", 0);
    desk.wait_state("their payments", |state| state["page"] == "payments")["green"] == true
}

#[test]
fn price_is_given_at_another_desk_the_payment_opens_the_green_channel_and_the_gift_leaves_once() {
    let venue = Venue::open();
    let printer = NetworkPrinter::switch_on(&venue, "K1");
    let mut kiosk = Kiosk::start(&venue, "K1", &printer.spec());
    let (orders, other) = (Desk::start(&venue, "D1"), Desk::start(&venue, "D2"));
    orders.sign_in(&venue.pin_of("order_desk"));
    // Some of the list have paid before the meeting: theirs is green already.
    let mut unpaid = venue.guests_of_parties(12).into_iter();
    let mut unpaid = || unpaid.find(|guest| !has_green_channel(&orders, &venue.firm_of(*guest)));
    let (guest, before) = (unpaid().expect("a firm that paid nothing"), unpaid().expect("another one"));
    let (firm, before) = (venue.firm_of(guest), venue.firm_of(before));

    orders.find(&firm);
    orders.wait_state("their page", |state| state["page"] == "guest");
    orders.deed("guest_do", "NewSlip");
    for (number, typed) in [(PRODUCT, "w70"), (QUANTITY, "400"), (PRICE, "600")] {
        orders.field("slip", number, typed);
    }
    let state = orders.wait_state("the line", |state| state["lines"][0]["mark"] == "Unasked");
    assert_eq!(state["total"], "232,800.00", "3 % by policy: {state}");
    assert!(state["deeds"].as_array().is_some_and(|deeds| deeds.iter().all(|deed| deed != "Sign")), "{state}");
    orders.deed("slip_do", "AskPrice");
    orders.tap_words("slip_typed", "first order of a new region");

    other.sign_in(&venue.pin_of("deputy_commander"));
    other.settle_with("price_wanted", "GivePrice", &venue.pin_of("deputy_commander"));
    let state = orders.wait_state("the yes", |state| state["lines"][0]["mark"] == "Approved");
    assert!(state["lines"][0]["who"].as_str().is_some_and(|who| !who.is_empty()), "the approver's name: {state}");
    orders.deed("slip_do", "Sign");
    orders.deed("slip_do", "Sealed");
    let signed = orders.wait_state("the signature", |state| state["state"] == "Signed");

    // Somebody else takes a ticket before them.
    for (waiting, whose) in [(1, &before), (2, &firm)] {
        orders.find(whose);
        orders.wait_state("their page", |state| state["page"] == "guest");
        orders.tap("counter", 0);
        orders.deed("counter_do", "TakeTicket");
        orders.wait_state("the ticket", |state| state["tickets"].as_array().map(Vec::len) == Some(waiting));
    }
    assert_eq!(orders.state()["tickets"][0]["firm"], before.as_str(), "first come");

    other.tap("sign_out", 0);
    other.sign_in(&venue.pin_of("finance"));
    other.find(signed["number"].as_str().expect("a number"));
    other.wait_state("the signed slip", |state| state["page"] == "slip" && state["state"] == "Signed");
    other.tap("payments", 0);
    other.field("pay", AMOUNT, "232800");
    other.field("pay", REFERENCE, "ICBC 0042");
    other.deed("pay_do", "Take");
    let state = other.wait_state("the receipt", |state| state["payments"][0]["state"] == "Received");
    assert_eq!(state["green"], false, "finance has not seen the money");
    other.deed("pay_do", "Confirm");
    other.wait_state("the green channel", |state| state["green"] == true);
    orders.wait_state("the priority", |state| state["tickets"][0]["firm"] == firm.as_str());
    orders.deed("counter_do", "CallNext");
    orders.wait_state("the call", |state| state["called_firm"] == firm.as_str());
    orders.deed("counter_do", "Served");
    kiosk.wait_state("all that happened", |state| state["pending"] == 0);
    visit(&mut kiosk, venue.code(guest));
    kiosk.wait_state("the green channel at the kiosk", |state| state["green_channel"] == true);

    // Their badge comes out, and is good for one gift at one desk.
    let badge =
        wait_for("a badge", || printer.pages().first().map(|page| decoded(page)).filter(|code| !code.is_empty()));
    for desk in [&orders, &other] {
        desk.tap("counter", 0);
        wait_for("the badge known", || {
            desk.scan(&badge);
            (desk.state()["scanned"] == true).then_some(())
        });
    }
    let given = |state: &serde_json::Value, given: u64| state["gifts"][0]["given"] == given && state["busy"] == false;
    assert!(given(&orders.state(), 0));
    orders.tap("counter_give", 0);
    orders.wait_state("the gift gone", |state| given(state, 1));
    other.wait_state("the gift gone there too", |state| given(state, 1));
    other.tap("counter_give", 0);
    let state = other.wait_state("a no", |state| state["fault"] == "AlreadyGiven");
    let prefix = orders.state()["prefix"].as_str().expect("a prefix").to_owned();
    assert!(state["fault_value"].as_str().is_some_and(|place| place.contains(&prefix)), "where and when: {state}");
}
