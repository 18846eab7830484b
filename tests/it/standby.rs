//! The venue hub dies for good: its standby takes its place, and nothing that anybody was told is lost.

use crate::venue::{Kiosk, NetworkPrinter, Venue, visit};

#[test]
fn standby_takes_the_dead_hubs_place_and_nothing_is_lost() {
    let venue = Venue::open();
    let standby = venue.start_standby();
    let printer = NetworkPrinter::switch_on(&venue, "K1");
    let other_printer = NetworkPrinter::switch_on(&venue, "K2");
    let mut kiosk = Kiosk::start_knowing(&venue, "K1", &printer.spec(), &[&venue.hub_url(), &standby.url()]);
    let other = Kiosk::start_knowing(&venue, "K2", &other_printer.spec(), &[&venue.hub_url(), &standby.url()]);
    let guests = venue.guests_of_parties(3);
    let check_in = |kiosk: &mut Kiosk, guest: u32| {
        visit(kiosk, venue.code(guest));
        kiosk.wait_state("a badge that is out", |state| state["badges"]["stage"] == "take_it");
        kiosk.tap("leave");
    };
    check_in(&mut kiosk, guests[0]);
    other.wait_state("the first guest", |state| state["guests_in"] == 1);
    standby.wait_lag(0);

    // What is recorded while no hub is there waits at the kiosk.
    venue.stop_answering();
    for guest in &guests[1..] {
        check_in(&mut kiosk, *guest);
    }
    assert!(kiosk.state()["waiting"].as_u64() > Some(0));

    standby.promote();
    kiosk.wait_state("nothing waiting", |state| state["waiting"] == 0 && state["pending"] == 0);
    other.wait_state("all three guests", |state| state["guests_in"] == 3 && state["connected"] == true);
    let status = standby.status();
    assert!(status["follows"].is_null(), "it orders by itself now: {status}");
    let late_printer = NetworkPrinter::switch_on(&venue, "K3");
    let late = Kiosk::start_with_ticket(&venue, "K3", &late_printer.spec(), &standby.ticket());
    late.wait_state("all of it from the new hub", |state| state["guests_in"] == 3 && state["badges_out"] == 3);
    assert_eq!(printer.pages().len(), 3, "one badge each, none twice");
}
