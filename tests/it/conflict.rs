//! Story 4: two cut-off kiosks check one guest in; the task appears, staff settle it, all screens agree.

use crate::venue::{Desk, Kiosk, NetworkPrinter, Venue, visit};
use serde_json::json;

#[test]
fn guest_checked_in_at_two_cut_off_kiosks_is_one_guest_and_one_question() {
    let venue = Venue::open();
    let (printer, other_printer) = (NetworkPrinter::switch_on(&venue, "K1"), NetworkPrinter::switch_on(&venue, "K2"));
    let mut kiosk = Kiosk::start(&venue, "K1", &printer.spec());
    let mut other = Kiosk::start(&venue, "K2", &other_printer.spec());
    let desk = Desk::start(&venue, "D1");
    let guest = venue.guest_of_a_party();
    for cut_off in [&kiosk, &other] {
        cut_off.wait_page("attract");
        cut_off.ask(&json!({"do": "network", "cut": true})).expect("the kiosk answers");
    }

    visit(&mut kiosk, venue.code(guest));
    visit(&mut other, venue.code(guest));
    for cut_off in [&kiosk, &other] {
        cut_off.wait_state("a badge that is out", |state| state["badges"]["stage"] == "take_it");
        assert_eq!(cut_off.state()["guests_in"], 1, "each kiosk knows its own guest only");
        cut_off.tap("leave");
    }
    desk.sign_in(&venue.reception_pin());
    assert!(desk.state()["tasks"].as_array().is_some_and(Vec::is_empty), "nobody can know yet: {}", desk.state());

    for cut_off in [&kiosk, &other] {
        cut_off.ask(&json!({"do": "network", "cut": false})).expect("the kiosk answers");
    }
    let state = desk.wait_state("the question", |state| state["open"] == json!(["two_badges_out"]));
    assert_eq!(state["tasks"][0]["device"], "K1, K2");
    for at_work in [&kiosk, &other] {
        let state = at_work.wait_state("the merged guest", |state| state["waiting"] == 0 && state["pending"] == 0);
        assert_eq!(state["guests_in"], 1, "counted once");
        at_work.wait_state("the question too", |state| state["tasks_here"] == 1);
    }

    desk.settle("two_badges_out", "Mistake");
    let state = desk.state();
    assert_eq!(state["settled"].as_array().map(Vec::len), Some(1), "{state}");
    assert!(state["settled"][0]["by"].as_str().is_some_and(|by| !by.is_empty()), "the list says who did it");
    for at_work in [&kiosk, &other] {
        at_work.wait_state("nothing left to do", |state| state["tasks_here"] == 0 && state["guests_in"] == 1);
    }
    assert_eq!(printer.pages().len() + other_printer.pages().len(), 2, "nothing was printed again");
}
