use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::mpsc::{Receiver, channel};

use rustix::fs::{CWD, Mode, mkfifoat};

use super::super::hid::tests::{NUMBERED, numbered};
use super::*;
use crate::scanner::mute::Mute;

/// The kernel's files of a scanner, and a pipe in the place of its node.
struct Bench {
    folder: tempfile::TempDir,
}

impl Bench {
    fn new() -> Bench {
        Bench { folder: tempfile::tempdir().expect("a temporary folder") }
    }

    fn plug(&self, name: &str, serial: &str, descriptor: &[u8]) {
        let device = self.folder.path().join("class").join(name).join("device");
        std::fs::create_dir_all(&device).expect("a folder");
        std::fs::write(device.join("report_descriptor"), descriptor).expect("written");
        let about = format!("HID_ID=0003:00001D6C:00000102\nHID_NAME=LAB HID POS Scanner\nHID_UNIQ={serial}\n");
        std::fs::write(device.join("uevent"), about).expect("written");
        mkfifoat(CWD, self.folder.path().join(name), Mode::from_raw_mode(0o600)).expect("a pipe");
    }

    fn list(&self) -> Vec<HidScanner> {
        list_below(&self.folder.path().join("class"), self.folder.path())
    }
}

fn listen(scanner: HidScanner) -> (Receiver<ScannerEvent>, std::thread::JoinHandle<End>) {
    let (events, received) = channel();
    let stop = Arc::new(AtomicBool::new(false));
    let mut outlet = Outlet { events, stop, mute: Mute::default(), last_fault: None, denied: None };
    (received, std::thread::spawn(move || read_from(&scanner, &mut outlet)))
}

#[track_caller]
fn expect(received: &Receiver<ScannerEvent>, expected: ScannerEvent) {
    assert_eq!(received.recv_timeout(Duration::from_secs(20)), Ok(expected));
}

#[test]
fn reports_become_codes_and_a_pulled_cable_ends_them() {
    let bench = Bench::new();
    bench.plug("hidraw0", "S0001", NUMBERED);
    // Open at both ends, so that the pipe is not at its end before the first report.
    let mut pipe = File::options().read(true).write(true).open(bench.folder.path().join("hidraw0")).expect("a pipe");
    let (received, thread) = listen(bench.list().remove(0));
    expect(&received, ScannerEvent::Ready);
    pipe.write_all(&numbered(8, b"]Q1K2-17", 0)).expect("sent");
    expect(&received, ScannerEvent::Line("K2-17".into()));
    let long = "MZXW6YTBOI".repeat(12);
    for (index, piece) in long.as_bytes().chunks(56).enumerate() {
        pipe.write_all(&numbered(piece.len() as u8, piece, u8::from(index < 2))).expect("sent");
    }
    expect(&received, ScannerEvent::Line(long));
    pipe.write_all(&numbered(56, &[b'A'; 56], 1)).expect("sent");
    expect(&received, ScannerEvent::Spoiled);
    for _ in 0..12 {
        pipe.write_all(&numbered(56, &[b'A'; 56], 1)).expect("sent");
    }
    pipe.write_all(&numbered(1, b"A", 0)).expect("sent");
    expect(&received, ScannerEvent::Spoiled);
    drop(pipe);
    match thread.join() {
        Ok(End::Failed(trouble)) => assert_eq!(trouble.fault, Fault::Disconnected, "{trouble}"),
        _ => panic!("a pulled cable is a fault"),
    }
}

fn check(choice: HidChoice, scanners: Vec<HidScanner>, expected: Result<&str, &str>) {
    match (choose(&choice, scanners), expected) {
        (Ok(scanner), Ok(name)) => assert!(scanner.path.ends_with(name), "{scanner:?}"),
        (Err(trouble), Err(text)) => assert!(trouble.detail.contains(text), "{trouble}"),
        (got, expected) => panic!("{choice:?}: {got:?}, expected {expected:?}"),
    }
}

#[test]
fn scanner_is_chosen_or_the_seen_ones_are_named() {
    let bench = Bench::new();
    check(HidChoice::Only, bench.list(), Err("no HID POS scanner is plugged in"));
    bench.plug("hidraw0", "K0001", b"\x05\x01\x09\x06");
    check(HidChoice::Only, bench.list(), Err("no HID POS scanner is plugged in"));
    bench.plug("hidraw10", "S0001", NUMBERED);
    check(HidChoice::Only, bench.list(), Ok("hidraw10"));
    bench.plug("hidraw2", "S0002", NUMBERED);
    check(HidChoice::Only, bench.list(), Err("hidpos:S0002); LAB HID POS Scanner (hidpos:S0001)"));
    check(HidChoice::Serial("S0001".into()), bench.list(), Ok("hidraw10"));
    check(HidChoice::Serial("S0009".into()), bench.list(), Err("no such HID POS scanner"));
    check(HidChoice::Node(bench.folder.path().join("hidraw2")), bench.list(), Ok("hidraw2"));
}

#[test]
fn denied_names_the_udev_rule() {
    let bench = Bench::new();
    bench.plug("hidraw0", "", NUMBERED);
    let scanner = bench.list().remove(0);
    assert_eq!(scanner.spec(), format!("hidpos:{}", scanner.path.display()));
    let trouble = scanner.explain(&ErrorKind::PermissionDenied.into());
    assert_eq!(trouble.fault, Fault::Denied);
    let rule = r#"KERNEL=="hidraw*", ATTRS{idVendor}=="1d6c", ATTRS{idProduct}=="0102", MODE="0660", GROUP="input""#;
    assert!(trouble.detail.contains(rule), "{trouble}");
}
