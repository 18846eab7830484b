//! Every fault at many places of a badge: whatever the driver reports, it never calls a broken badge confirmed,
//! it sends nothing by itself, and the badge after the repair is whole.

use drivers::Completion;
use drivers::virtual_hw::{Dialect, How, Paper, VirtualState};

use crate::bench::{as_printed, badge, bench, driver_over, nobody, timing};

const ROWS: u32 = 260;

type Change = fn(&mut VirtualState);

/// What goes wrong, and how a person mends it.
const FAULTS: [(&str, Change, Change); 5] = [
    ("paper out", |state| state.paper = Paper::Out, |state| state.paper = Paper::Ok),
    ("cover open", |state| state.cover_open = true, |state| state.cover_open = false),
    ("cutter jammed", |state| state.cutter_jammed = true, |state| state.cutter_jammed = false),
    ("overheated", |state| state.overheated = true, |state| state.overheated = false),
    ("power lost", |state| state.powered = false, |state| state.powered = true),
];

fn check(dialect: Dialect) {
    for (name, break_it, mend_it) in FAULTS {
        // In the first row, at the border of two bands, and with the last row on the paper but not cut.
        for rows in [1, 120, ROWS] {
            let place = format!("{name} after {rows} rows, {dialect:?}");
            let bench = bench(|state| state.dialect = dialect);
            let mut driver = driver_over(Box::new(bench.printer.transport()), "xprinter-xp80");
            driver = driver.with_timing(timing(dialect));
            driver.preflight().expect("clean");
            bench.printer.after_rows(rows, break_it);
            let failed = driver.print(&badge(ROWS), 1, &mut nobody).expect_err(&place);
            assert!(failed.bytes_accepted > 0, "{place}: {failed}");
            assert!(driver.preflight().is_err(), "{place}: not mended yet");
            bench.printer.change(mend_it);
            driver.preflight().unwrap_or_else(|trouble| panic!("{place}: mended, but {trouble}"));
            let next = badge(ROWS + 40);
            let completion = driver.print(&next, 2, &mut nobody).unwrap_or_else(|failed| panic!("{place}: {failed}"));
            assert_eq!(completion == Completion::Confirmed, dialect != Dialect::StatusOnly, "{place}");
            let page = bench.printer.last_page().expect("a page");
            assert!(page.bitmap == as_printed(&next) && page.how != How::Torn, "{place}: the next badge is broken");
        }
    }
}

#[test]
fn faults_of_a_printer_with_process_ids_never_confirm() {
    check(Dialect::Full);
}

#[test]
fn faults_of_a_printer_with_a_fence_never_confirm() {
    check(Dialect::NoProcessId);
}

#[test]
fn faults_of_a_printer_with_status_only_never_confirm() {
    check(Dialect::StatusOnly);
}
