//! The cable: pulled out in the middle of things, and put back.

use std::sync::mpsc;
use std::time::{Duration, Instant};

use drivers::transport::usb::watch_usb;
use drivers::{Completion, Progress, Transport, list_usb_printers};
use print::Fault;
use usbemu::BULK_OUT;

use crate::bench::{
    as_printed, assert_fault, badge, driver, nobody, open_transport, plug_printer, plug_recorder, wait_until,
};
use crate::harness::{Story, note};

pub const STORIES: &[Story] = &[
    ("cable_pulled_mid_badge_is_doubtful_and_next_badge_is_whole", cable_pulled_mid_badge),
    ("cable_pulled_from_a_blocked_write_is_told_at_once", cable_pulled_from_a_blocked_write_is_told_at_once),
    ("cable_pulled_while_idle_is_told_by_the_next_question", cable_pulled_while_idle),
    ("printer_that_comes_back_is_open_within_a_second", printer_that_comes_back_is_open_within_a_second),
    ("plugging_and_pulling_is_told_to_whoever_watches", plugging_and_pulling_is_told_to_whoever_watches),
];

fn cable_pulled_mid_badge() {
    let mut printer = plug_printer("K2-0001", |state| state.speed_mm_per_s = Some(150));
    let mut driver = driver("usb:K2-0001");
    driver.preflight().expect("clean");
    let mut pulled = None;
    let failed = driver.print(&badge(800), 1, &mut |progress| {
        if matches!(progress, Progress::Accepted { bytes, .. } if bytes > 20_000) && pulled.is_none() {
            printer.cable.device.unplug();
            pulled = Some(Instant::now());
        }
    });
    let told = pulled.expect("the cable was pulled").elapsed();
    let failed = failed.expect_err("half a badge is no badge");
    assert_eq!(failed.fault, Fault::Disconnected, "{failed}");
    assert!(failed.bytes_accepted > 20_000, "{failed}");
    note(format!("told after {} ms", told.as_millis()));
    wait_until("an empty bus", || list_usb_printers() == Ok(Vec::new()));
    assert_fault(driver.preflight(), Fault::Disconnected);

    printer.plug_in_again();
    driver.preflight().expect("it is back");
    assert_eq!(driver.epoch(), 2, "what it says now belongs to no job of before");
    let next = badge(300);
    assert_eq!(driver.print(&next, 2, &mut nobody), Ok(Completion::Confirmed));
    assert!(printer.last_page() == as_printed(&next), "the next badge is broken");
}

fn cable_pulled_from_a_blocked_write_is_told_at_once() {
    let (cable, engine) = plug_recorder("K2-0001");
    let mut transport = open_transport("usb");
    cable.device.bus(|bus| bus.not_ready.insert(BULK_OUT));
    let hand = std::thread::spawn(move || {
        wait_until("the blocked write", || cable.device.pending(BULK_OUT) > 0);
        cable.device.unplug();
        Instant::now()
    });
    assert_fault(transport.write(&[7; 4_000], Duration::from_secs(20)), Fault::Disconnected);
    let told = hand.join().expect("the hand pulls").elapsed();
    note(format!("{} ms", told.as_millis()));
    assert!(told < Duration::from_secs(1), "told after {told:?}");
    assert_eq!(engine.len(), 0);
}

fn cable_pulled_while_idle() {
    let printer = plug_printer("K2-0001", |_| {});
    let mut driver = driver("usb");
    driver.preflight().expect("clean");
    printer.cable.device.unplug();
    wait_until("an empty bus", || list_usb_printers() == Ok(Vec::new()));
    assert_fault(driver.preflight(), Fault::Disconnected);
}

fn printer_that_comes_back_is_open_within_a_second() {
    let mut printer = plug_printer("K2-0001", |_| {});
    let mut transport = open_transport("usb:K2-0001");
    printer.cable.device.unplug();
    wait_until("an empty bus", || list_usb_printers() == Ok(Vec::new()));
    assert_fault(transport.write(b"badge", Duration::from_secs(1)), Fault::Disconnected);
    printer.plug_in();
    let begun = Instant::now();
    wait_until("the open printer", || transport.open().is_ok());
    note(format!("{} ms after the plug", begun.elapsed().as_millis()));
    assert!(begun.elapsed() < Duration::from_secs(1), "open after {:?}", begun.elapsed());
}

fn plugging_and_pulling_is_told_to_whoever_watches() {
    let (sender, changes) = mpsc::channel();
    let on_change = move || {
        let _ = sender.send(());
    };
    let watch = watch_usb(on_change).expect("the kernel tells");
    let (cable, _engine) = plug_recorder("K2-0001");
    let seen = Instant::now();
    changes.recv_timeout(Duration::from_secs(5)).expect("the plug is told");
    note(format!("{} ms after it was listed", seen.elapsed().as_millis()));
    open_transport("usb");
    while changes.try_recv().is_ok() {}
    cable.device.unplug();
    changes.recv_timeout(Duration::from_secs(5)).expect("the pull is told");
    drop(watch);
    assert!(changes.recv().is_err(), "nobody watches any more");
}
