//! A printer on a serial line: the driver opens a real pseudo terminal, a virtual printer sits at its far end.

use std::fs::File;
use std::io::{Read, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use drivers::virtual_hw::{Dialect, VirtualPrinter, VirtualTransport};
use drivers::{Completion, Memories, Printer, PrinterSpec, Transport};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

use crate::bench::{as_printed, badge, find, nobody, timing};

/// Carries bytes between the line and the printer until told to stop.
fn carry(mut line: File, mut printer: VirtualTransport, stop: &AtomicBool) {
    printer.open().expect("the printer is on");
    let mut buffer = [0u8; 1024];
    while !stop.load(Ordering::Relaxed) {
        if let Ok(count) = line.read(&mut buffer) {
            let mut offset = 0;
            while offset < count {
                offset += printer.write(&buffer[offset..count], Duration::from_secs(1)).expect("the printer is on");
            }
        }
        let count = printer.read(&mut buffer, Duration::from_millis(1)).expect("the printer is on");
        line.write_all(&buffer[..count]).expect("the line is open");
    }
}

#[test]
fn badge_goes_over_a_serial_line_and_is_confirmed() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let printer = VirtualPrinter::in_folder(folder.path()).expect("a printer");
    let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("a pseudo terminal");
    grantpt(&master).and_then(|()| unlockpt(&master)).expect("usable");
    let name = ptsname(&master, Vec::new()).expect("a name").into_string().expect("ASCII");
    rustix::fs::fcntl_setfl(&master, rustix::fs::OFlags::NONBLOCK).expect("settable");
    let stop = Arc::new(AtomicBool::new(false));
    let spec = PrinterSpec::parse(&format!("serial:{name}@115200")).expect("a path");
    let driver = Printer::from_spec(&spec, find("epson-tm-t20iii"), Memories::new());
    let mut driver = driver.expect("nothing is opened yet").with_timing(timing(Dialect::Full));
    let carrier = {
        let (line, transport, stop) = (File::from(master), printer.transport(), Arc::clone(&stop));
        std::thread::spawn(move || carry(line, transport, &stop))
    };
    driver.preflight().expect("clean");
    let picture = badge(200);
    assert_eq!(driver.print(&picture, 1, &mut nobody), Ok(Completion::Confirmed));
    assert!(printer.last_page().expect("a page").bitmap == as_printed(&picture));
    stop.store(true, Ordering::Relaxed);
    carrier.join().expect("the carrier ends");
}
