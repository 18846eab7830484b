//! Our own process dies while a badge is on its way, and another one finds the journal.

use drivers::virtual_hw::{Moment, VirtualPrinter, VirtualState};
use drivers::{Completion, Memories, Printer};
use print::Fault;

use crate::bench::{as_printed, badge, find, nobody};
use crate::matrix::{Mishap, check_rows};
use proptest::prelude::*;

fn usb_like(printer: &VirtualPrinter) -> Printer {
    Printer::new(Box::new(printer.usb_like_transport()), find("epson-tm-t20iii"), Memories::new())
}

#[test]
fn printer_that_still_says_the_pending_id_settles_the_doubt() {
    let printer = VirtualPrinter::simulated(VirtualState::default());
    let mut before = usb_like(&printer);
    before.preflight().expect("clean");
    // Everything is sent, then the process dies without hearing a word: its connection does.
    printer.plan(Moment::BeforeCut, |state| state.speed_mm_per_s = Some(250));
    before.print(&badge(300), 41, &mut nobody).expect("it heard the words, the next process will not");
    drop(before);

    let mut after = usb_like(&printer);
    assert_eq!(after.ask_pending(41), Some(false), "those words were heard already");
    assert_eq!(after.ask_pending(42), Some(false));
    after.preflight().expect("clean");
    assert_eq!(after.print(&badge(90), 43, &mut nobody), Ok(Completion::Confirmed));
    assert_eq!(after.ask_pending(43), None, "not in the middle of a connection");
}

#[test]
fn switched_off_printer_answers_no_pending_id() {
    let printer = VirtualPrinter::simulated(VirtualState::default());
    let mut before = usb_like(&printer);
    before.preflight().expect("clean");
    printer.plan(Moment::AfterCut, |state| state.power_cycles += 1);
    let failed = before.print(&badge(300), 41, &mut nobody).expect_err("the power was cut");
    assert_eq!(failed.fault, Fault::Disconnected);
    assert_eq!(usb_like(&printer).ask_pending(41), Some(false));
    printer.change(|state| state.powered = false);
    assert_eq!(usb_like(&printer).ask_pending(41), None, "nobody is there");
}

#[test]
fn half_a_badge_of_a_dead_process_does_not_spoil_the_next() {
    let printer = VirtualPrinter::simulated(VirtualState::default());
    let mut before = usb_like(&printer);
    before.preflight().expect("clean");
    printer.plan(Moment::Bytes(10_000), |state| state.connected = false);
    before.print(&badge(400), 1, &mut nobody).expect_err("it died");
    printer.change(|state| state.connected = true);
    let mut after = usb_like(&printer);
    assert_eq!(after.ask_pending(1), Some(false));
    after.expect_leftovers();
    after.preflight().expect("clean");
    let next = badge(120);
    assert_eq!(after.print(&next, 2, &mut nobody), Ok(Completion::Confirmed));
    assert!(printer.last_page().expect("a page").bitmap == as_printed(&next));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]
    #[test]
    fn crash_at_any_byte_or_row_costs_no_badge(at in crate::matrix::any_place(), rows in 40u32..500) {
        check_rows(Mishap::Crash, at, rows)?;
    }
}
