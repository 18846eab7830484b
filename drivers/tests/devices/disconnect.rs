//! The network goes away, or the printer takes no more bytes.

use std::time::Duration;

use drivers::transport::tcp::Tcp;
use drivers::virtual_hw::{Dialect, Moment};
use drivers::{Completion, Printer, Progress, Timing};
use print::Fault;

use proptest::prelude::*;

use crate::bench::{as_printed, assert_fault, badge, bench, driver_over, find, nobody, timing};
use crate::matrix::{Mishap, check_rows};

#[test]
fn cable_pulled_during_badge_fails_with_bytes_accepted() {
    let mut bench = bench(|state| state.speed_mm_per_s = Some(200));
    let mut driver = bench.driver("generic-escpos-80");
    driver.preflight().expect("clean");
    let server = &mut bench.server;
    let failed = driver
        .print(&badge(800), 1, &mut |progress| {
            if matches!(progress, Progress::Accepted { bytes, .. } if bytes > 10_000) {
                *server = None;
            }
        })
        .expect_err("the cable is out");
    assert_eq!(failed.fault, Fault::Disconnected, "{failed}");
    assert!(failed.bytes_accepted > 10_000);
    assert_fault(driver.preflight(), Fault::Disconnected);
}

#[test]
fn nobody_at_the_address_names_it_and_the_remedy() {
    let mut bench = bench(|_| {});
    bench.server = None;
    let trouble = bench.driver("generic-escpos-80").preflight().expect_err("nobody listens");
    assert_eq!(trouble.fault, Fault::Disconnected);
    assert!(trouble.detail.contains(&bench.address.to_string()) && trouble.detail.contains("check"), "{trouble}");
}

#[test]
fn dead_printer_is_stalled_not_printed() {
    let bench = bench(|_| {});
    let mut driver = bench.driver("epson-tm-t20iii");
    driver.preflight().expect("clean");
    bench.printer.after_rows(100, |state| state.dead = true);
    let failed = driver.print(&badge(800), 1, &mut nobody).expect_err("it died");
    assert_eq!(failed.fault, Fault::Stalled, "{failed}");
    assert!(failed.bytes_accepted > 0);
    bench.printer.change(|state| state.dead = false);
    driver.preflight().expect("it lives again");
}

#[test]
fn printer_held_by_another_computer_blocks_without_a_byte() {
    let bench = bench(|_| {});
    let mut holder = bench.driver("generic-escpos-80");
    holder.preflight().expect("clean");
    let short = Timing { answer: Duration::from_millis(200), ..timing(Dialect::Full) };
    let transport = Tcp::new("127.0.0.1", bench.address.port());
    let second = Printer::new(Box::new(transport), find("generic-escpos-80"), holder.memories().clone());
    let mut second = second.with_timing(short);
    assert_fault(second.preflight(), Fault::Stalled);
    drop(holder);
    second.with_timing(timing(Dialect::Full)).preflight().expect("it is free");
}

#[test]
fn question_after_a_cable_pull_is_not_taken_for_the_height_of_a_broken_raster() {
    // Six to nine bytes: the raster's header lacks its height, and the next question is the first that comes.
    for bytes in 6..10 {
        let bench = bench(|_| {});
        let mut driver = driver_over(Box::new(bench.printer.transport()), "epson-tm-t20iii");
        driver.preflight().expect("clean");
        bench.printer.plan(Moment::Bytes(bytes), |state| state.connected = false);
        let failed = driver.print(&badge(200), 1, &mut nobody).expect_err("the cable is out");
        assert_eq!((failed.fault, failed.bytes_accepted), (Fault::Disconnected, bytes));
        bench.printer.change(|state| state.connected = true);
        driver.preflight().expect("it is in again");
        let next = badge(90);
        assert_eq!(driver.print(&next, 2, &mut nobody), Ok(Completion::Confirmed), "after {bytes} bytes");
        assert!(bench.printer.last_page().expect("a page").bitmap == as_printed(&next), "after {bytes} bytes");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]
    #[test]
    fn cable_pulled_at_any_byte_or_row_costs_no_badge(at in crate::matrix::any_place(), rows in 40u32..500) {
        check_rows(Mishap::CablePulled, at, rows)?;
    }
}
