//! One story per fault that a printer on USB can have: it is named, nothing is called printed, and after the repair
//! the next badge is whole.

use drivers::virtual_hw::{How, Paper, VirtualState};
use drivers::{Completion, Transport};
use print::{Bitmap, Fault};

use crate::bench::{
    UsbPrinter, as_printed, assert_fault, badge, driver, driver_of_mute, nobody, open_transport, plug_printer,
    plug_recorder, silent,
};
use crate::harness::Story;

pub const STORIES: &[Story] = &[
    ("paper_out_before_badge_blocks_without_a_byte", paper_out_before_badge_blocks_without_a_byte),
    ("paper_out_mid_badge_over_usb", paper_out_mid_badge_over_usb),
    ("paper_low_is_told_and_prints", paper_low_is_told_and_prints),
    ("cover_open_mid_badge_over_usb", cover_open_mid_badge_over_usb),
    ("cutter_jam_mid_badge_over_usb", cutter_jam_mid_badge_over_usb),
    ("overheated_mid_badge_over_usb", overheated_mid_badge_over_usb),
    ("dead_mid_badge_over_usb", dead_mid_badge_over_usb),
    ("paper_out_of_mute_printer_is_told_by_the_port", paper_out_of_mute_printer_is_told_by_the_port),
    ("error_of_mute_printer_that_takes_nothing_is_offline", error_of_mute_printer_that_takes_nothing_is_offline),
    ("printer_held_by_another_program_is_busy", printer_held_by_another_program_is_busy),
    ("picture_wider_than_the_head_is_refused_unsent", picture_wider_than_the_head_is_refused_unsent),
];

const ROWS: u32 = 400;

type Change = fn(&mut VirtualState);

fn check_mid_badge(fault: Fault, break_it: Change, mend_it: Change) {
    let printer = plug_printer("K2-0001", |_| {});
    let mut driver = driver("usb");
    driver.preflight().expect("clean");
    printer.inside.after_rows(ROWS / 2, break_it);
    let failed = driver.print(&badge(ROWS), 1, &mut nobody).expect_err("half a badge is no badge");
    assert_eq!(failed.fault, fault, "{failed}");
    assert!(failed.bytes_accepted > 0, "{failed}");
    printer.inside.change(mend_it);
    driver.preflight().expect("mended");
    print_next(&printer, &mut driver);
}

fn print_next(printer: &UsbPrinter, driver: &mut drivers::Printer) {
    let next = badge(ROWS + 40);
    assert_eq!(driver.print(&next, 2, &mut nobody), Ok(Completion::Confirmed));
    let page = printer.inside.last_page().expect("a page came out");
    assert!(page.bitmap == as_printed(&next) && page.how != How::Torn, "the next badge is broken");
}

fn paper_out_before_badge_blocks_without_a_byte() {
    let printer = plug_printer("K2-0001", |state| state.paper = Paper::Out);
    let mut driver = driver("usb");
    assert_fault(driver.preflight(), Fault::PaperOut);
    printer.inside.change(|state| state.paper = Paper::Ok);
    driver.preflight().expect("new roll");
    assert_eq!(printer.inside.pages(), 0);
    print_next(&printer, &mut driver);
}

fn paper_out_mid_badge_over_usb() {
    check_mid_badge(Fault::PaperOut, |state| state.paper = Paper::Out, |state| state.paper = Paper::Ok);
}

fn paper_low_is_told_and_prints() {
    let printer = plug_printer("K2-0001", |state| state.paper = Paper::Low);
    let mut driver = driver("usb");
    let status = driver.preflight().expect("low paper still prints");
    assert_eq!(status.faults(), [Fault::PaperLow]);
    print_next(&printer, &mut driver);
}

fn cover_open_mid_badge_over_usb() {
    check_mid_badge(Fault::CoverOpen, |state| state.cover_open = true, |state| state.cover_open = false);
}

fn cutter_jam_mid_badge_over_usb() {
    check_mid_badge(Fault::CutterJam, |state| state.cutter_jammed = true, |state| state.cutter_jammed = false);
}

fn overheated_mid_badge_over_usb() {
    check_mid_badge(Fault::Overheated, |state| state.overheated = true, |state| state.overheated = false);
}

/// Its firmware hangs: it stays on the bus and takes nothing.
fn dead_mid_badge_over_usb() {
    check_mid_badge(Fault::Stalled, |state| state.dead = true, |state| state.dead = false);
}

fn paper_out_of_mute_printer_is_told_by_the_port() {
    let printer = plug_printer("K2-0001", |state| {
        silent(state);
        state.paper = Paper::Out;
    });
    let mut driver = driver_of_mute("usb");
    assert_fault(driver.preflight(), Fault::PaperOut);
    printer.inside.change(|state| state.paper = Paper::Ok);
    driver.preflight().expect("new roll");
    drop(driver);
    let status = open_transport("usb").port_status().expect("it answers").expect("printers on USB have one");
    assert_eq!((status.paper_empty, status.selected, status.error), (false, true, false));
}

fn error_of_mute_printer_that_takes_nothing_is_offline() {
    let printer = plug_printer("K2-0001", silent);
    let mut driver = driver_of_mute("usb");
    driver.preflight().expect("nothing speaks against it");
    printer.inside.after_rows(ROWS / 2, |state| (state.cover_open, state.paper_left_rows) = (true, None));
    let failed = driver.print(&badge(800), 1, &mut nobody).expect_err("half a badge is no badge");
    assert_eq!(failed.fault, Fault::Offline, "{failed}");
    assert!(failed.bytes_accepted > 0, "{failed}");
}

fn printer_held_by_another_program_is_busy() {
    let (_cable, engine) = plug_recorder("K2-0001");
    let holder = open_transport("usb");
    assert_fault(driver_of_mute("usb").preflight(), Fault::Busy);
    assert_eq!(engine.len(), 0);
    drop(holder);
    driver_of_mute("usb").preflight().expect("it is free");
}

fn picture_wider_than_the_head_is_refused_unsent() {
    let printer = plug_printer("K2-0001", |_| {});
    let mut driver = driver("usb");
    driver.preflight().expect("clean");
    let wide = Bitmap::from_packed(832, 8, vec![0xFF; 104 * 8]).expect("832 dots wide");
    let failed = driver.print(&wide, 1, &mut nobody).expect_err("the head is narrower");
    assert_eq!((failed.fault, failed.bytes_accepted), (Fault::Protocol, 0), "{failed}");
    driver.preflight().expect("nothing happened");
    print_next(&printer, &mut driver);
}
