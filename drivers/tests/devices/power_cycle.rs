//! The printer is switched off and on while a badge is on its way.

use drivers::Completion;
use drivers::virtual_hw::Dialect;
use print::Fault;

use proptest::prelude::*;

use crate::bench::{as_printed, assert_fault, badge, bench, driver_over, nobody};
use crate::matrix::{Mishap, check_rows};

#[test]
fn power_cycle_during_badge_fails_with_bytes_accepted_and_nothing_comes_out_again() {
    // A mute printer is not among them: all that it shows is whether the connection still stands after the paper's time.
    for dialect in [Dialect::Full, Dialect::NoProcessId, Dialect::StatusOnly] {
        let bench = bench(|state| state.dialect = dialect);
        let mut driver = bench.driver("xprinter-xp80");
        driver.preflight().expect("clean");
        bench.printer.after_rows(300, |state| state.power_cycles += 1);
        let failed = driver.print(&badge(800), 1, &mut nobody).expect_err("the power was cut");
        assert_eq!(failed.fault, Fault::Disconnected, "{dialect:?}: {failed}");
        assert!(failed.bytes_accepted > 0, "{dialect:?}");
        let pages = bench.pages();
        assert_eq!((pages.len(), pages[0].0.as_str()), (1, "page-0001-torn.png"));
        assert_eq!(driver.epoch(), 1);
        driver.preflight().expect("it is on again");
        assert_eq!(driver.epoch(), 2);
        let next = badge(200);
        driver.print(&next, 2, &mut nobody).expect("prints again");
        assert!(bench.printer.last_page().expect("a page").bitmap == as_printed(&next));
        assert_eq!(bench.pages().len(), 2, "{dialect:?}: the broken badge came out again");
    }
}

#[test]
fn switched_off_printer_is_disconnected_until_it_is_on_again() {
    let bench = bench(|state| state.powered = false);
    let mut driver = driver_over(Box::new(bench.printer.transport()), "epson-tm-t20iii");
    assert_fault(driver.preflight(), Fault::Disconnected);
    bench.printer.change(|state| state.powered = true);
    driver.preflight().expect("it is on");
    assert_eq!(driver.print(&badge(50), 1, &mut nobody), Ok(Completion::Confirmed));
    bench.printer.change(|state| state.powered = false);
    assert_fault(driver.preflight(), Fault::Disconnected);
}

#[test]
fn connection_that_died_between_two_badges_is_made_anew() {
    let bench = bench(|_| {});
    let mut driver = bench.driver("generic-escpos-80");
    driver.preflight().expect("clean");
    bench.printer.power_cycle();
    driver.preflight().expect("one new attempt was enough");
    assert_eq!(driver.epoch(), 2);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]
    #[test]
    fn power_cut_at_any_byte_or_row_costs_no_badge(at in crate::matrix::any_place(), rows in 40u32..500) {
        check_rows(Mishap::PowerCut, at, rows)?;
    }
}
