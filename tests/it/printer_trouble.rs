//! Story 3: paper runs out in the middle of a badge, the cable is pulled, the power is cut, the process is killed: exactly
//! one valid badge for each guest, or one question to staff. And a neighbour prints what waits.

use crate::venue::{Kiosk, NetworkPrinter, Venue, decoded, sample, settle_doubt, visit, wait_for};
use drivers::virtual_hw::{Paper, VirtualState};
use std::collections::BTreeSet;
use std::path::Path;

/// So slow that a fault strikes in the middle of a badge on any machine.
const SLOW_MM_PER_S: u32 = 60;
/// Rows of a badge on paper when it strikes; a badge has 760.
const MIDDLE: u32 = 350;

/// Rows of a whole badge, name and all; the second half of a spoilt one may carry a code that reads.
const WHOLE: u32 = 760;

/// Badges of which all is on one page, by their codes as an independent decoder reads them.
fn valid_badges(printer: &NetworkPrinter) -> Vec<String> {
    let pages = printer.pages().into_iter().filter(|page| rows(page) >= WHOLE);
    pages.map(|page| decoded(&page)).filter(|code| code.len() == 10).collect()
}

/// The height in a PNG's first chunk.
fn rows(page: &Path) -> u32 {
    let bytes = std::fs::read(page).expect("a page");
    u32::from_be_bytes(bytes[20..24].try_into().expect("a PNG begins with its size"))
}

/// A guest checks in, the fault strikes in mid badge, staff mend it and answer the one question by looking at the paper.
fn check(what: &str, strike: fn(&mut VirtualState), mend: fn(&mut VirtualState)) {
    let venue = Venue::open();
    let printer = NetworkPrinter::switch_on(&venue, "K1");
    printer.printer.change(|state| state.speed_mm_per_s = Some(SLOW_MM_PER_S));
    let mut kiosk = Kiosk::start(&venue, "K1", &printer.spec());
    kiosk.wait_page("attract");
    printer.printer.after_rows(MIDDLE, strike);
    visit(&mut kiosk, venue.code(venue.guest_of_a_party()));
    let doubt = kiosk.wait_state(what, |state| state["doubtful"] == 1);
    assert_eq!(doubt["badges"]["stage"], "doubtful", "{what}: the guest is told the truth: {doubt}");
    printer.printer.change(mend);
    printer.printer.change(|state| state.speed_mm_per_s = None);

    let came_out = !valid_badges(&printer).is_empty();
    assert!(!came_out, "{what}: half a badge is no badge");
    kiosk.tap("leave");
    kiosk.wait_page("attract");
    settle_doubt(&kiosk, &venue.reception_pin(), came_out);
    kiosk.wait_state("a badge that is out", |state| state["badges_out"] == 1);
    let badges = valid_badges(&printer);
    assert_eq!(badges.len(), 1, "{what}: one valid badge");
    assert_eq!(kiosk.state()["badge_copies"], 1, "{what}: one copy was made anew, marked as such");
    assert_eq!(kiosk.state()["doubtful"], 0);
}

#[test]
fn paper_runs_out_in_the_middle_of_a_badge_and_one_question_leads_to_one_badge() {
    check("paper out", |state| state.paper = Paper::Out, |state| state.paper = Paper::Ok);
}

#[test]
fn cable_is_pulled_in_the_middle_of_a_badge_and_one_question_leads_to_one_badge() {
    check("cable pulled", |state| state.connected = false, |state| state.connected = true);
}

#[test]
fn power_of_the_printer_is_cut_in_the_middle_of_a_badge_and_one_question_leads_to_one_badge() {
    check("power cut", |state| state.powered = false, |state| state.powered = true);
}

#[test]
fn process_is_killed_while_the_badge_prints_and_the_printers_own_word_or_one_question_settles_it() {
    let venue = Venue::open();
    let printer = NetworkPrinter::switch_on(&venue, "K1");
    printer.printer.change(|state| state.speed_mm_per_s = Some(SLOW_MM_PER_S));
    let mut kiosk = Kiosk::start(&venue, "K1", &printer.spec());
    visit(&mut kiosk, venue.code(venue.guest_of_a_party()));
    kiosk.wait_state("a badge on its way", |state| state["badges"]["stage"] == "printing");
    kiosk.kill();
    kiosk.run();
    let state = kiosk
        .wait_state("a question, or the printer's word", |state| state["doubtful"] == 1 || state["badges_out"] == 1);
    if state["badges_out"] == 0 {
        wait_for("the rest of the paper", || (printer.printer.state().prints()).then_some(()));
        printer.printer.change(|state| state.speed_mm_per_s = None);
        kiosk.wait_page("attract");
        let state = kiosk.state();
        if state["doubtful"] == 1 {
            settle_doubt(&kiosk, &venue.reception_pin(), !valid_badges(&printer).is_empty());
        }
    }
    kiosk.wait_state("a badge that is out", |state| state["guests_in"] == 1 && state["doubtful"] == 0);
    wait_for("one valid badge on paper", || (valid_badges(&printer).len() == 1).then_some(()));
    let codes: BTreeSet<String> = valid_badges(&printer).into_iter().collect();
    assert_eq!(codes.len(), 1);
}

#[test]
fn badge_that_waits_for_paper_comes_out_at_the_neighbour_and_the_guest_is_told_where() {
    let soon = |meeting: String| meeting.replace("take_over_after_s = 15", "take_over_after_s = 2");
    let mut venue = Venue::imported_with(&sample("guests.csv"), soon);
    venue.start_hub();
    let printer = NetworkPrinter::switch_on(&venue, "K1");
    let neighbour = NetworkPrinter::switch_on(&venue, "K2");
    let mut kiosk = Kiosk::start(&venue, "K1", &printer.spec());
    let other = Kiosk::start(&venue, "K2", &neighbour.spec());
    other.wait_page("attract");
    kiosk.wait_page("attract");
    kiosk.scan(venue.code(venue.guest_of_a_party()));
    let state = kiosk.wait_state("a guest", |state| state["page"] == "phone_check" || state["page"] == "household");
    printer.printer.change(|state| state.paper = Paper::Out);
    kiosk.wait_state("the fault, on the staff's list", |state| state["printer_fault"] == "paper out");
    if state["page"] == "phone_check" {
        kiosk.tap("still_mine");
    }
    kiosk.wait_page("household");
    kiosk.tap("household_confirmed");
    let done = kiosk.wait_state("where the badge is", |state| state["badges"]["at"] == "K2");
    assert_eq!(done["page"], "done");
    wait_for("the badge at the neighbour", || (valid_badges(&neighbour).len() == 1).then_some(()));
    printer.printer.change(|state| state.paper = Paper::Ok);
    kiosk.wait_state("everybody's word", |state| state["badges_out"] == 1 && state["printer_fault"].is_null());
    assert_eq!(valid_badges(&printer).len(), 0, "it does not come out here as well");
}
