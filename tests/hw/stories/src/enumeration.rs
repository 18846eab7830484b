//! Printers are found, described and told apart.

use drivers::{Transport, list_usb_printers};
use print::Fault;

use crate::bench::{STRANGER, assert_fault, driver, open_transport, plug_recorder, wait_until, write_all};
use crate::harness::Story;

pub const STORIES: &[Story] = &[
    ("printer_plugged_in_is_listed_with_its_names", printer_plugged_in_is_listed_with_its_names),
    ("scanner_is_not_listed_as_printer", scanner_is_not_listed_as_printer),
    ("two_equal_printers_are_chosen_by_serial_number", two_equal_printers_are_chosen_by_serial_number),
    ("two_equal_printers_are_chosen_by_port", two_equal_printers_are_chosen_by_port),
    ("two_printers_and_no_choice_names_both", two_printers_and_no_choice_names_both),
];

fn printer_plugged_in_is_listed_with_its_names() {
    let _printer = plug_recorder("K2-0001");
    let printers = list_usb_printers().expect("a USB bus");
    let [printer] = &printers[..] else { panic!("one printer, not {printers:?}") };
    assert_eq!((printer.vendor, printer.product), STRANGER);
    assert_eq!(printer.serial.as_deref(), Some("K2-0001"));
    assert_eq!(printer.title.as_deref(), Some("LAB TM-LAB80 Receipt Printer"));
    assert_eq!(printer.spec(), "usb:K2-0001");
    assert!(std::path::Path::new("/sys/bus/usb/devices").join(&printer.port).exists(), "{}", printer.port);
}

fn scanner_is_not_listed_as_printer() {
    let _scanner = usbemu::Wedge::plug(0x05e0, 0x1200).expect("the kernel takes it");
    wait_until("the scanner's driver", || {
        let names = std::fs::read_dir("/sys/class/hidraw").expect("HID is there");
        names.count() > 0
    });
    assert_eq!(list_usb_printers(), Ok(Vec::new()));
}

fn two_equal_printers_are_chosen_by_serial_number() {
    let (_first, at_first) = plug_recorder("DESK-1");
    let (_second, at_second) = plug_recorder("DESK-2");
    let mut second = open_transport("usb:DESK-2");
    let mut first = open_transport("usb:DESK-1");
    write_all(&mut first, b"one");
    write_all(&mut second, b"two");
    assert_eq!((at_first.bytes(), at_second.bytes()), (b"one".to_vec(), b"two".to_vec()));
    assert_ne!(first.identity(), second.identity());
}

fn two_equal_printers_are_chosen_by_port() {
    let (_first, at_first) = plug_recorder("TWIN");
    wait_until("the first twin", || list_usb_printers().expect("a USB bus").len() == 1);
    let (_second, at_second) = plug_recorder("TWIN");
    wait_until("both twins", || list_usb_printers().expect("a USB bus").len() == 2);
    let trouble = assert_fault(driver("usb:TWIN").preflight(), Fault::Disconnected);
    assert!(trouble.detail.contains("name one by its port"), "{trouble}");
    let ports: Vec<String> = list_usb_printers().expect("a USB bus").into_iter().map(|it| it.port).collect();
    for (port, engine) in ports.iter().zip([at_first, at_second]) {
        write_all(&mut open_transport(&format!("usb:{port}")), port.as_bytes());
        assert_eq!(engine.bytes(), port.as_bytes());
    }
}

fn two_printers_and_no_choice_names_both() {
    let _printers = (plug_recorder("DESK-1"), plug_recorder("DESK-2"));
    let trouble = assert_fault(driver("usb").preflight(), Fault::Disconnected);
    assert!(trouble.detail.contains("usb:DESK-1") && trouble.detail.contains("usb:DESK-2"), "{trouble}");
}
