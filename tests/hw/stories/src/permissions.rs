//! An ordinary user at the devices: denied with the rule that is missing, let in by that very rule and by the file of
//! rules that Usher ships.

use std::path::Path;
use std::process::{Command, ExitCode};
use std::sync::mpsc;
use std::time::Duration;

use drivers::scanner::{ScannerEvent, start};
use drivers::spec::ScannerSpec;
use drivers::{Trouble, list_hid_scanners, udev};
use print::Fault;
use usbemu::{HidPos, Recorder, SerialPort, Wedge};

use crate::bench::{driver_of_mute, plug_recorder, settle, udevadm, wait_for_printer, wait_until};
use crate::harness::Story;
use crate::scanners::{SERIAL, WEDGE};
use crate::survey;

pub const STORIES: &[Story] = &[
    ("user_without_groups_is_denied_the_printer_and_told_the_rule", user_is_denied_the_printer),
    ("rules_of_usher_let_each_group_open_its_devices_only", rules_let_each_group_open_its_devices),
    ("denied_hid_pos_scanner_opens_with_the_rule_that_the_fault_tells", told_rule_opens_the_scanner),
];

/// Debian's `nobody` and `nogroup`.
const USER: &str = "65534";
/// In the guest's memory: the folder of the build may be closed to others.
const PROGRAM: &str = "/run/hw-stories";
const RULES_FOLDER: &str = "/etc/udev/rules.d";
const SHIPPED: &str = "60-usher-devices.rules";
/// Tells `main` that this is the user's half of a story.
pub const OPEN: &str = "--open";
const OPENED: &str = "open";

/// A printer that a model of ours has: the TM-T20III.
const EPSON: (u16, u16) = (0x04B8, 0x0E28);

/// Opens devices as an ordinary user who is in `group`, or in none; how that went, a line each.
pub fn as_user(group: Option<&str>, devices: &[&str]) -> Vec<String> {
    if !Path::new(PROGRAM).exists() {
        std::fs::copy("/proc/self/exe", PROGRAM).expect("the guest's memory has room");
    }
    let groups = group.map_or("--clear-groups".to_owned(), |group| format!("--groups={group}"));
    let mut command = Command::new("setpriv");
    command.args(["--reuid", USER, "--regid", USER, &groups, PROGRAM, OPEN]).args(devices);
    let output = command.output().expect("setpriv is there");
    String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect()
}

/// The user's half: opens the devices and says how that went.
pub fn open(devices: &[String]) -> ExitCode {
    for device in devices {
        if device == survey::SURVEY {
            survey::tell();
            continue;
        }
        let opened = if device.starts_with("usb") { open_printer(device) } else { open_scanner(device) };
        println!("{}", opened.map_or_else(|trouble| trouble.to_string(), |()| OPENED.to_owned()));
    }
    ExitCode::SUCCESS
}

fn open_printer(spec: &str) -> Result<(), Trouble> {
    driver_of_mute(spec).preflight().map(|_| ())
}

fn open_scanner(spec: &str) -> Result<(), Trouble> {
    let (sender, events) = mpsc::channel();
    let _thread = start(ScannerSpec::parse(spec).expect("a scanner's name"), sender)?;
    match events.recv_timeout(Duration::from_secs(10)).expect("it tells something") {
        ScannerEvent::Fault(trouble) => Err(trouble),
        _ => Ok(()),
    }
}

fn assert_denied(answer: &str, part: &str) {
    assert!(answer.starts_with(&Fault::Denied.to_string()) && answer.contains(part), "{answer:?} lacks {part:?}");
}

fn install(name: &str, rules: &str) {
    std::fs::create_dir_all(RULES_FOLDER).expect("the guest's own overlay");
    std::fs::write(Path::new(RULES_FOLDER).join(name), rules).expect("the guest's own overlay");
    udevadm(&["control", "--reload"]);
}

fn user_is_denied_the_printer() {
    let _printer = plug_recorder("K2-0001");
    settle();
    let answer = &as_user(None, &["usb"])[0];
    let rule = udev::printer_rule(print::model::UsbId { vendor: 0x0519, product: 0x0003 });
    assert_denied(answer, &rule);
    assert_denied(answer, SHIPPED);
}

fn rules_let_each_group_open_its_devices() {
    let shipped = std::fs::read_to_string("systemd/60-usher-devices.rules").expect("the rules that Usher ships");
    install(SHIPPED, &shipped);
    let (vendor, product) = EPSON;
    let _printer = usbemu::Printer::plug(vendor, product, "J8XF-0001", Recorder::default()).expect("it is taken");
    let _port = SerialPort::plug(0x1eab, 0x1a06, "SC1").expect("it is taken");
    let _wedge = Wedge::plug(0x05e0, 0x1200).expect("it is taken");
    let _hid_pos = HidPos::plug(0x0c2e, 0x0b61).expect("it is taken");
    wait_for_printer("J8XF-0001");
    wait_until("the scanners' nodes", || Path::new(SERIAL).exists() && Path::new(WEDGE).exists());
    wait_until("the HID POS scanner", || !list_hid_scanners().is_empty());
    settle();
    let (port, wedge) = (format!("serial:{SERIAL}"), format!("evdev:{WEDGE}"));
    let devices = [("usb", udev::PRINTERS), (&port, udev::SERIAL), (&wedge, udev::INPUT), ("hidpos", udev::INPUT)];
    for group in [udev::PRINTERS, udev::SERIAL, udev::INPUT] {
        let answers = as_user(Some(group), &devices.map(|(device, _)| device));
        assert_eq!(answers.len(), devices.len(), "{answers:?}");
        for ((device, owner), answer) in devices.iter().zip(&answers) {
            match *owner == group {
                true => assert_eq!(answer, OPENED, "{device} in group {group}"),
                // And told which group is missing.
                false => assert_denied(answer, owner),
            }
        }
    }
}

fn told_rule_opens_the_scanner() {
    // As on a machine where nobody installed them; the first story may have.
    install(SHIPPED, "");
    let plug = || {
        let scanner = HidPos::plug(0x0c2e, 0x0b61).expect("the kernel takes it");
        wait_until("the scanner in the list", || !list_hid_scanners().is_empty());
        settle();
        scanner
    };
    let scanner = plug();
    let answer = &as_user(Some(udev::INPUT), &["hidpos"])[0];
    let rule = list_hid_scanners()[0].udev_rule();
    assert_denied(answer, &rule);
    drop(scanner);
    wait_until("the scanner gone", || list_hid_scanners().is_empty());
    install("61-told.rules", &rule);
    let _scanner = plug();
    assert_eq!(as_user(Some(udev::INPUT), &["hidpos"]), [OPENED]);
}
