//! The paper runs out, before and in the middle of a badge.

use drivers::virtual_hw::{Dialect, Paper};
use drivers::{Completion, Progress};
use print::Fault;
use print::Status;

use proptest::prelude::*;

use crate::bench::{as_printed, assert_fault, badge, bench, nobody};
use crate::matrix::{Mishap, check_cause, check_rows};

#[test]
fn paper_out_before_the_job_blocks_without_a_byte() {
    let bench = bench(|state| state.paper = Paper::Out);
    let mut driver = bench.driver("generic-escpos-80");
    assert_fault(driver.preflight(), Fault::PaperOut);
    bench.printer.change(|state| state.paper = Paper::Low);
    let status = driver.preflight().expect("low paper still prints");
    assert_eq!(status.faults(), [Fault::PaperLow]);
    assert!(matches!(status, Status::Known(_)));
    assert_eq!(bench.pages().len(), 0);
}

#[test]
fn every_fault_that_a_person_mends_is_named_before_the_job() {
    let bench = bench(|_| {});
    let mut driver = bench.driver("epson-tm-t20iii");
    driver.preflight().expect("clean");
    bench.printer.change(|state| state.cover_open = true);
    assert_fault(driver.preflight(), Fault::CoverOpen);
    bench.printer.change(|state| (state.cover_open, state.cutter_jammed) = (false, true));
    assert_fault(driver.preflight(), Fault::CutterJam);
    bench.printer.change(|state| (state.cutter_jammed, state.overheated) = (false, true));
    assert_fault(driver.preflight(), Fault::Overheated);
    bench.printer.change(|state| state.overheated = false);
    driver.preflight().expect("mended");
}

/// Whatever the printer can say, a badge without the end of its paper is never called printed,
/// and the badge after it is whole.
fn check(model: &str, dialect: Dialect, rows_left: u32) {
    let bench = bench(|state| {
        state.dialect = dialect;
        state.paper_left_rows = Some(rows_left);
    });
    let mut driver = bench.driver(model);
    driver.preflight().expect("there is paper yet");
    let mut taken = 0;
    let failed = driver
        .print(&badge(800), 5, &mut |progress| {
            if let Progress::Accepted { bytes, .. } = progress {
                taken = bytes;
            }
        })
        .expect_err("the paper ends in the picture");
    assert_eq!(failed.fault, Fault::PaperOut, "{dialect:?}: {failed}");
    assert!(failed.bytes_accepted > 0 && failed.bytes_accepted >= taken, "{failed}");
    let pages = bench.pages();
    assert_eq!(pages[0].0, "page-0001-torn.png");
    assert_eq!(pages[0].1.height_dots(), rows_left);
    assert_fault(driver.preflight(), Fault::PaperOut);
    bench.printer.change(|state| state.paper = Paper::Ok);
    driver.preflight().expect("new roll");
    let next = badge(300);
    let completion = driver.print(&next, 6, &mut nobody).expect("prints again");
    assert_eq!(completion == Completion::Confirmed, dialect != Dialect::StatusOnly);
    let last = bench.printer.last_page().expect("a page");
    assert!(last.bitmap == as_printed(&next), "the badge after the fault is another picture: {:?}", last.bitmap);
}

#[test]
fn paper_out_during_badge_fails_with_bytes_accepted_and_the_next_badge_is_whole() {
    for rows_left in [1, 119, 400, 799] {
        check("epson-tm-t20iii", Dialect::Full, rows_left);
    }
    check("epson-tm-t20iii", Dialect::NoProcessId, 400);
    check("xprinter-xp80", Dialect::Full, 790);
    check("xprinter-xp80", Dialect::StatusOnly, 790);
}

#[test]
fn paper_out_while_the_buffer_holds_the_rest_is_found_after_the_last_byte() {
    let bench = bench(|_| {});
    let mut driver = bench.driver("xprinter-xp80");
    driver.preflight().expect("clean");
    // The short picture fits into the buffer whole; its paper ends two rows before the end.
    bench.printer.change(|state| state.paper_left_rows = Some(98));
    let failed = driver.print(&badge(100), 1, &mut nobody).expect_err("two rows are missing");
    assert_eq!(failed.fault, Fault::PaperOut);
    assert!(failed.bytes_accepted > 7_200, "{failed}");
}

#[test]
fn paper_out_in_mid_badge_is_named_by_every_printer_that_can() {
    check_cause(Mishap::PaperOut, &|_| Some(Fault::PaperOut));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]
    #[test]
    fn paper_out_at_any_byte_or_row_costs_no_badge(at in crate::matrix::any_place(), rows in 40u32..500) {
        check_rows(Mishap::PaperOut, at, rows)?;
    }
}
