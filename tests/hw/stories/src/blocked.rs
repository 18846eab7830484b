//! Printers that take nothing, or no more: what was taken is counted, and the wait is bounded.

use std::time::{Duration, Instant};

use drivers::{Completion, Progress, Transport};
use print::Fault;
use usbemu::{BULK_IN, BULK_OUT};

use crate::bench::{
    as_printed, assert_fault, badge, driver, driver_of_mute, driver_of_mute_over, nobody, open_transport, plug_printer,
    plug_recorder, silent, write_all,
};
use crate::harness::{Story, note};

pub const STORIES: &[Story] = &[
    ("stalled_endpoint_is_told_and_cleared", stalled_endpoint_is_told_and_cleared),
    ("stall_mid_badge_fails_and_next_badge_is_whole", stall_mid_badge_fails_and_next_badge_is_whole),
    ("stalled_answers_do_not_keep_badges_back", stalled_answers_do_not_keep_badges_back),
    ("printer_that_takes_nothing_is_stalled_without_a_byte", printer_that_takes_nothing_is_stalled_without_a_byte),
    ("printer_that_is_full_mid_badge_is_stalled_with_bytes", printer_that_is_full_mid_badge_is_stalled_with_bytes),
    ("printer_that_pauses_gets_every_byte_once", printer_that_pauses_gets_every_byte_once),
    ("hung_control_endpoint_costs_one_time_out", hung_control_endpoint_costs_one_time_out),
];

fn stalled_endpoint_is_told_and_cleared() {
    let (cable, engine) = plug_recorder("K2-0001");
    let mut transport = open_transport("usb");
    cable.device.bus(|bus| bus.halted.insert(BULK_OUT));
    assert_fault(transport.write(b"badge", Duration::from_secs(1)), Fault::Stalled);
    assert_eq!(engine.len(), 0);
    write_all(&mut transport, b"badge");
    assert_eq!(engine.bytes(), b"badge");
}

fn stall_mid_badge_fails_and_next_badge_is_whole() {
    let printer = plug_printer("K2-0001", |_| {});
    let mut driver = driver("usb");
    driver.preflight().expect("clean");
    let failed = driver.print(&badge(800), 1, &mut |progress| {
        if matches!(progress, Progress::Accepted { bytes, .. } if bytes > 20_000) {
            printer.cable.device.bus(|bus| bus.halted.insert(BULK_OUT));
        }
    });
    let failed = failed.expect_err("half a badge is no badge");
    assert_eq!(failed.fault, Fault::Stalled, "{failed}");
    assert!(failed.bytes_accepted > 20_000, "{failed}");
    driver.preflight().expect("the halt was cleared");
    let next = badge(300);
    assert_eq!(driver.print(&next, 2, &mut nobody), Ok(Completion::Confirmed));
    assert!(printer.last_page() == as_printed(&next), "the next badge is broken");
}

fn stalled_answers_do_not_keep_badges_back() {
    let printer = plug_printer("K2-0001", |_| {});
    printer.cable.device.bus(|bus| bus.halted.insert(BULK_IN));
    let mut driver = driver("usb");
    driver.preflight().expect("the halt is cleared and the question asked");
    assert_eq!(driver.print(&badge(100), 1, &mut nobody), Ok(Completion::Confirmed));
}

fn printer_that_takes_nothing_is_stalled_without_a_byte() {
    let printer = plug_printer("K2-0001", silent);
    let mut driver = driver_of_mute("usb");
    driver.preflight().expect("nothing speaks against it");
    printer.cable.device.bus(|bus| bus.not_ready.insert(BULK_OUT));
    let begun = Instant::now();
    let failed = driver.print(&badge(100), 1, &mut nobody).expect_err("no byte is taken");
    assert_eq!((failed.fault, failed.bytes_accepted), (Fault::Stalled, 0), "{failed}");
    assert!(begun.elapsed() < Duration::from_secs(4), "told after {:?}", begun.elapsed());
    printer.cable.device.bus(|bus| bus.not_ready.clear());
    driver.preflight().expect("it takes bytes again");
    let next = badge(100);
    driver.print(&next, 2, &mut nobody).expect("prints");
    assert!(printer.last_page() == as_printed(&next), "the next badge is broken");
}

fn printer_that_is_full_mid_badge_is_stalled_with_bytes() {
    let (cable, engine) = plug_recorder("K2-0001");
    let mut driver = driver_of_mute("usb");
    driver.preflight().expect("nothing speaks against it");
    let before = engine.len();
    cable.device.bus(|bus| bus.room = Some(30_000));
    let failed = driver.print(&badge(800), 1, &mut nobody).expect_err("it is full");
    assert_eq!(failed.fault, Fault::Stalled, "{failed}");
    let taken = (engine.len() - before) as u64;
    assert_eq!(taken, 30_000, "nothing was sent twice");
    // The virtual controller tells nothing of a transfer that was partly taken: one transfer may be missing.
    assert!(failed.bytes_accepted > 0 && failed.bytes_accepted <= taken, "{failed}");
}

/// Longer than one attempt to write, shorter than a stall. The room is one of whole transfers: of a transfer that is
/// called back the virtual controller cannot tell which part was taken.
fn printer_that_pauses_gets_every_byte_once() {
    let (cable, engine) = plug_recorder("K2-0001");
    let mut transport = open_transport("usb");
    let sent: Vec<u8> = (0..60_000u32).map(|i| (i / 5) as u8).collect();
    cable.device.bus(|bus| bus.room = Some(16 * 1024));
    let (mut offset, mut pauses) = (0, 0);
    while offset < sent.len() {
        let taken = transport.write(&sent[offset..], Duration::from_millis(200)).expect("it takes bytes");
        if taken == 0 {
            pauses += 1;
            cable.device.bus(|bus| bus.room = None);
        }
        offset += taken;
    }
    assert!(engine.bytes() == sent, "{} bytes were sent, {} others arrived", sent.len(), engine.len());
    assert_eq!(pauses, 1);
}

fn hung_control_endpoint_costs_one_time_out() {
    let printer = plug_printer("K2-0001", silent);
    let mut transport = open_transport("usb");
    printer.cable.device.bus(|bus| bus.control_hangs = true);
    let begun = Instant::now();
    assert_eq!(transport.port_status(), Ok(None));
    let first = begun.elapsed();
    assert_eq!(transport.port_status(), Ok(None));
    assert!(begun.elapsed() < first + Duration::from_millis(50), "it is not asked again");
    assert!(first < Duration::from_secs(1), "told after {first:?}");
    note(format!("{} ms", first.as_millis()));
    let mut driver = driver_of_mute_over(transport);
    driver.preflight().expect("nothing speaks against it");
    let picture = badge(200);
    assert_eq!(driver.print(&picture, 1, &mut nobody), Ok(Completion::Unconfirmed));
    assert!(printer.last_page() == as_printed(&picture), "another picture");
}
