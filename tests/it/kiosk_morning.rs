//! Stories 1 and 2: a dealer scans, confirms, sees the table and gets a badge; the same with the hub dead all morning.

use crate::venue::{Kiosk, NetworkPrinter, Venue, decoded, visit, wait_for};
use serde_json::json;

#[test]
fn dealer_scans_and_gets_a_badge_that_every_node_knows() {
    let venue = Venue::open();
    let printer = NetworkPrinter::switch_on(&venue, "K1");
    let other_printer = NetworkPrinter::switch_on(&venue, "K2");
    let mut kiosk = Kiosk::start(&venue, "K1", &printer.spec());
    let other = Kiosk::start(&venue, "K2", &other_printer.spec());
    let guest = venue.guest_of_a_party();

    visit(&mut kiosk, venue.code(guest));
    let done = kiosk.wait_state("a badge that is out", |state| state["badges"]["stage"] == "take_it");
    assert!(done["table"].as_str().is_some_and(|table| !table.is_empty()), "the table is shown: {done}");

    let pages = printer.pages();
    assert_eq!(pages.len(), 1, "one badge for the one person ticked");
    let badge = decoded(&pages[0]);
    assert_eq!(badge.len(), 10, "zbar reads the badge's id, not {badge:?}");
    assert_eq!(printer.printer.garbage_bytes(), 0);

    other.wait_state("the guest of K1", |state| state["guests_in"] == 1 && state["badges_out"] == 1);
    wait_for("the hub with all of K1's events", || {
        let status = venue.hub_status();
        let nodes = status["nodes"].as_array()?.clone();
        (nodes.len() == 2 && nodes.iter().all(|node| node["lag"] == 0)).then_some(())
    });

    // The badge, scanned at the other kiosk, is known there.
    let mut other = other;
    other.scan(&badge);
    let again = other.wait_page("already");
    assert_eq!(again["table"], done["table"]);
}

#[test]
fn hub_dead_all_morning_keeps_nobody_waiting_and_everything_is_there_once_afterwards() {
    let mut venue = Venue::open();
    let printer = NetworkPrinter::switch_on(&venue, "K1");
    let mut kiosk = Kiosk::start(&venue, "K1", &printer.spec());
    kiosk.wait_page("attract");
    venue.kill_hub();

    let guests = venue.guests_of_parties(4);
    for guest in &guests {
        visit(&mut kiosk, venue.code(*guest));
        kiosk.wait_state("a badge that is out", |state| state["badges"]["stage"] == "take_it");
        kiosk.tap("leave");
    }
    let state = kiosk.state();
    assert_eq!(state["guests_in"], 4);
    assert!(state["waiting"].as_u64() > Some(4), "the screen says what waits: {state}");
    assert_eq!(state["connected"], false);

    // Not even a restart of the kiosk loses what nobody else knows.
    kiosk.kill();
    kiosk.run();
    kiosk.wait_state("the same guests", |state| state["guests_in"] == 4);

    venue.start_hub();
    kiosk.wait_state("nothing waiting", |state| state["waiting"] == 0 && state["pending"] == 0);
    assert_eq!(printer.pages().len(), 4, "one badge each, none twice");

    // A machine that comes new knows all of it from the hub alone.
    let late_printer = NetworkPrinter::switch_on(&venue, "K2");
    let late = Kiosk::start(&venue, "K2", &late_printer.spec());
    late.wait_state("all four guests, once", |state| state["guests_in"] == 4 && state["badges_out"] == 4);
    assert_eq!(late.state()["badge_copies"], 0);
}

#[test]
fn kiosk_without_printer_or_scanner_says_so_and_recovers_by_itself() {
    let venue = Venue::open();
    let printer = NetworkPrinter::switch_on(&venue, "K1");
    printer.printer.change(|state| state.powered = false);
    let kiosk = Kiosk::start(&venue, "K1", &printer.spec());
    kiosk.wait_state("no printer", |state| state["page"] == "out_of_order" && state["code"] == "PR");
    printer.printer.change(|state| state.powered = true);
    kiosk.wait_page("attract");
    printer.printer.change(|state| state.cover_open = true);
    kiosk.wait_state("an open cover", |state| state["code"] == "CO");
    printer.printer.change(|state| state.cover_open = false);
    kiosk.wait_page("attract");
}

#[test]
fn codes_that_are_not_ours_get_their_own_screens() {
    let venue = Venue::open();
    let printer = NetworkPrinter::switch_on(&venue, "K1");
    let mut kiosk = Kiosk::start(&venue, "K1", &printer.spec());
    kiosk.wait_page("attract");
    let good = venue.code(venue.guest_of_a_party()).to_string();
    let mut forged = good.clone().into_bytes();
    forged[100] = if forged[100] == b'A' { b'B' } else { b'A' };
    let forged = String::from_utf8(forged).expect("Base32 is text");
    for (code, problem) in [
        (forged.as_str(), "forged"),
        (&good[..70], "cut_off"),
        ("HTTP://EXAMPLE.COM/MENU", "garbage"),
        ("ZZZZZ99999", "badge_unknown"),
        ("USLD2-0042", "slip"),
    ] {
        kiosk.scan(code);
        kiosk.wait_state(problem, |state| state["page"] == "refused" && state["problem"] == problem);
    }
    // A good one is taken at once, on whatever screen the kiosk stands.
    kiosk.scan(&good);
    kiosk.wait_state("a recognised guest", |state| state["page"] == "phone_check" || state["page"] == "household");
    assert_eq!(kiosk.ask(&json!({"do": "state"})).expect("the kiosk answers")["guests_in"], 0);
}
