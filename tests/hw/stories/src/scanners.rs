//! Scanners of every kind: codes arrive whole, nobody else sees them, and a scanner that comes back goes on.

use std::path::Path;
use std::sync::mpsc::{self, Receiver};
use std::time::Duration;

use drivers::scanner::{ScannerEvent, ScannerThread, start};
use drivers::spec::ScannerSpec;
use print::Fault;
use usbemu::{HidPos, SerialPort, Wedge};

use crate::bench::{settle, wait_until};
use crate::harness::Story;

pub const STORIES: &[Story] = &[
    ("wedge_scan_arrives_and_no_other_program_sees_it", wedge_scan_arrives_and_no_other_program_sees_it),
    ("wedge_scans_in_a_row_arrive_whole", wedge_scans_in_a_row_arrive_whole),
    ("wedge_plugged_in_again_scans_again", wedge_plugged_in_again_scans_again),
    ("hid_pos_scan_in_up_to_three_reports_arrives_whole", hid_pos_scan_in_up_to_three_reports_arrives_whole),
    ("hid_pos_plugged_in_again_scans_again", hid_pos_plugged_in_again_scans_again),
    ("serial_scan_arrives_without_its_suffix_and_prefix", serial_scan_arrives_without_its_suffix_and_prefix),
    ("serial_scanner_unplugged_mid_scan_is_told_and_scans_again", serial_scanner_unplugged_mid_scan),
];

const CODE: &str = "DLR-2026:0042";
pub const WEDGE: &str = "/dev/input/by-id/usb-LAB_LAB_Wedge_Scanner_S0001-event-kbd";
pub const SERIAL: &str = "/dev/serial/by-id/usb-LAB_LAB_Serial_Scanner_SC1-if00";
const PATIENCE: Duration = Duration::from_secs(30);

/// A reading thread of ours, and what it tells.
struct Ears {
    events: Receiver<ScannerEvent>,
    _thread: ScannerThread,
}

impl Ears {
    fn on(spec: &str) -> Ears {
        let (sender, events) = mpsc::channel();
        let spec = ScannerSpec::parse(spec).expect("a scanner's name");
        Ears { events, _thread: start(spec, sender).expect("a thread") }
    }

    #[track_caller]
    fn next(&self) -> ScannerEvent {
        self.events.recv_timeout(PATIENCE).expect("the scanner tells something")
    }

    #[track_caller]
    fn hear(&self, expected: &str) {
        assert_eq!(self.next(), ScannerEvent::Line(expected.to_owned()));
    }

    /// Passes over faults of the time when it was missing or udev was not done with it.
    #[track_caller]
    fn wait_until_ready(&self) {
        while self.next() != ScannerEvent::Ready {}
    }

    #[track_caller]
    fn hear_that_it_is_gone(&self) {
        match self.next() {
            ScannerEvent::Fault(trouble) => assert_eq!(trouble.fault, Fault::Disconnected, "{trouble}"),
            other => panic!("expected a fault, got {other:?}"),
        }
    }
}

fn plug_wedge() -> Wedge {
    let scanner = Wedge::plug(0x05e0, 0x1200).expect("the kernel takes it");
    wait_until("the scanner's node", || Path::new(WEDGE).exists());
    wait_for_hid_driver();
    scanner
}

/// The kernel drops what a HID device says until its driver is through with probing, while the node is there already
/// (`hid_input_report` in drivers/hid/hid-core.c); the file `country` is the last that probing makes.
fn wait_for_hid_driver() {
    wait_until("the HID driver", || {
        let mut devices = std::fs::read_dir("/sys/bus/hid/devices").expect("HID is there").flatten().peekable();
        devices.peek().is_some() && devices.all(|device| device.path().join("country").exists())
    });
    settle();
}

fn plug_serial() -> SerialPort {
    let scanner = SerialPort::plug(0x1eab, 0x1a06, "SC1").expect("the kernel takes it");
    wait_until("the scanner's node", || Path::new(SERIAL).exists());
    scanner
}

fn wedge_scan_arrives_and_no_other_program_sees_it() {
    let scanner = plug_wedge();
    let mut other = evdev::Device::open(WEDGE).expect("root may open it");
    other.set_nonblocking(true).expect("it is a file");
    let ears = Ears::on(&format!("evdev:{WEDGE}"));
    ears.wait_until_ready();
    scanner.scan(CODE);
    ears.hear(CODE);
    let seen = other.fetch_events().map(Iterator::count);
    assert!(seen.is_err_and(|error| error.kind() == std::io::ErrorKind::WouldBlock), "another program saw the scan");
    drop(ears);
    scanner.scan("1");
    wait_until("the events of a free scanner", || other.fetch_events().is_ok());
}

fn wedge_scans_in_a_row_arrive_whole() {
    let scanner = plug_wedge();
    let ears = Ears::on(&format!("evdev:{WEDGE}"));
    ears.wait_until_ready();
    let codes: Vec<String> = (0..8).map(|number| format!("Dlr_2026/{number}?K=+{number}")).collect();
    codes.iter().for_each(|code| scanner.scan(code));
    codes.iter().for_each(|code| ears.hear(code));
}

fn wedge_plugged_in_again_scans_again() {
    let scanner = plug_wedge();
    let ears = Ears::on(&format!("evdev:{WEDGE}"));
    ears.wait_until_ready();
    drop(scanner);
    ears.hear_that_it_is_gone();
    wait_until("the node gone", || !Path::new(WEDGE).exists());
    let scanner = plug_wedge();
    ears.wait_until_ready();
    scanner.scan(CODE);
    ears.hear(CODE);
}

fn plug_hid_pos() -> HidPos {
    let scanner = HidPos::plug(0x0c2e, 0x0b61).expect("the kernel takes it");
    wait_for_hid_driver();
    scanner
}

fn hid_pos_scan_in_up_to_three_reports_arrives_whole() {
    let scanner = plug_hid_pos();
    let ears = Ears::on("hidpos");
    ears.wait_until_ready();
    for repeats in [20, 30, 65] {
        let long = format!("http://x.test/checkin?d={}", "A7".repeat(repeats));
        scanner.scan(&long);
        ears.hear(&long);
    }
    scanner.scan(CODE);
    ears.hear(CODE);
}

fn hid_pos_plugged_in_again_scans_again() {
    let scanner = plug_hid_pos();
    let ears = Ears::on("hidpos:S0001");
    ears.wait_until_ready();
    drop(scanner);
    ears.hear_that_it_is_gone();
    let scanner = plug_hid_pos();
    ears.wait_until_ready();
    scanner.scan(CODE);
    ears.hear(CODE);
}

fn serial_scan_arrives_without_its_suffix_and_prefix() {
    let scanner = plug_serial();
    let ears = Ears::on(&format!("serial:{SERIAL}"));
    ears.wait_until_ready();
    scanner.say(b"]Q1DLR-2026:0042\r\n");
    ears.hear(CODE);
    // In pieces, as the line delivers it.
    CODE.bytes().for_each(|letter| scanner.say(&[letter]));
    scanner.say(b"\r");
    ears.hear(CODE);
}

fn serial_scanner_unplugged_mid_scan() {
    let scanner = plug_serial();
    let ears = Ears::on(&format!("serial:{SERIAL}"));
    ears.wait_until_ready();
    scanner.say(b"DLR-20");
    drop(scanner);
    ears.hear_that_it_is_gone();
    wait_until("the node gone", || !Path::new(SERIAL).exists());
    let scanner = plug_serial();
    ears.wait_until_ready();
    scanner.say(b"DLR-2026:0042\r");
    ears.hear(CODE);
}
