//! Who gets in: a machine that nobody let in, one that staff pair with its own scanner, one that was taken out.

use crate::venue::{Kiosk, NetworkPrinter, Venue, text, usher_fails, usher_ok, visit};

#[test]
fn new_kiosk_is_paired_with_its_own_scanner_and_taken_out_again() {
    let venue = Venue::open();
    let printer = NetworkPrinter::switch_on(&venue, "K1");
    let mut kiosk = Kiosk::unpaired(&venue, "K1", &printer.spec());
    kiosk.wait_state("the way in", |state| state["page"] == "pairing" && state["pairing"] == "wanted");

    kiosk.scan(venue.code(1));
    kiosk.wait_state("no ticket", |state| state["pairing"] == "no_ticket");
    let stale = venue.ticket();
    let ticket = venue.ticket();
    kiosk.scan(&stale);
    kiosk.wait_state("a code that counts no more", |state| state["pairing"] == "refused");
    kiosk.scan(&ticket);
    kiosk.wait_page("attract");

    visit(&mut kiosk, venue.code(venue.guest_of_a_party()));
    kiosk.wait_state("a badge that is out", |state| state["badges"]["stage"] == "take_it");
    kiosk.tap("leave");

    // The same ticket lets nobody else in.
    let thief = NetworkPrinter::switch_on(&venue, "K9");
    let mut other = Kiosk::unpaired(&venue, "K9", &thief.spec());
    other.wait_state("the way in", |state| state["pairing"] == "wanted");
    other.scan(&ticket);
    other.wait_state("a used code", |state| state["pairing"] == "refused");

    let hub = venue.hub_folder();
    usher_ok(&["hub", "revoke", "K1", "--reason", "stolen", "--data", text(&hub)]);
    kiosk.wait_state("taken out", |state| state["page"] == "pairing" && state["pairing"] == "revoked");
    kiosk.kill();
    kiosk.run();
    kiosk.wait_state("still taken out", |state| state["pairing"] == "revoked");
    let listed = usher_ok(&["hub", "devices", "--data", text(&hub)]);
    assert!(String::from_utf8_lossy(&listed.stdout).contains("taken out"));
    let unknown = usher_fails(&["hub", "revoke", "K7", "--reason", "lost", "--data", text(&hub)]);
    assert!(unknown.contains("no machine is called K7"), "{unknown}");
}
