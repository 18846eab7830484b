//! An ordinary user at the devices: denied with the rule that is missing.

use std::process::{Command, ExitCode};
use std::sync::mpsc;
use std::time::Duration;

use drivers::Trouble;
use drivers::scanner::{ScannerEvent, start};
use drivers::spec::ScannerSpec;
use print::Fault;
use usbemu::HidPos;

use crate::bench::{driver_of_mute, plug_recorder, wait_until};
use crate::harness::Story;

pub const STORIES: &[Story] = &[
    ("user_without_groups_is_denied_the_printer_and_told_the_rule", user_is_denied_the_printer),
    ("user_without_groups_is_denied_the_scanner_and_told_the_rule", user_is_denied_the_scanner),
];

/// Debian's `nobody` and `nogroup`.
const USER: &str = "65534";
const NO_GROUPS: &str = "--clear-groups";
/// In the guest's memory: the folder of the build may be closed to others.
const PROGRAM: &str = "/run/hw-stories";
/// Tells [`crate::main`] that this is the user's half of a story.
pub const OPEN: &str = "--open";
const OPENED: &str = "open";

fn as_user(groups: &str, device: &str) -> String {
    std::fs::copy("/proc/self/exe", PROGRAM).expect("the guest's memory has room");
    let mut command = Command::new("setpriv");
    command.args(["--reuid", USER, "--regid", USER, groups, PROGRAM, OPEN, device]);
    let output = command.output().expect("setpriv is there");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// The user's half: opens the device and says how that went.
pub fn open(device: &str) -> ExitCode {
    let opened = if device.starts_with("usb") { open_printer(device) } else { open_scanner(device) };
    match opened {
        Ok(()) => println!("{OPENED}"),
        Err(trouble) => println!("{trouble}"),
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

/// Udev has set the owners of everything that is plugged in.
fn settle() {
    let settled = Command::new("udevadm").args(["settle", "--timeout=10"]).status();
    assert!(settled.expect("udev is there").success());
}

fn assert_denied(answer: &str, parts: &[&str]) {
    assert!(answer.starts_with(&Fault::Denied.to_string()), "{answer:?}");
    assert!(parts.iter().all(|part| answer.contains(part)), "{answer:?} lacks one of {parts:?}");
}

fn user_is_denied_the_printer() {
    let _printer = plug_recorder("K2-0001");
    settle();
    let answer = as_user(NO_GROUPS, "usb");
    assert_denied(&answer, &["/etc/udev/rules.d/", "ATTR{idVendor}==\"0519\"", "ATTR{idProduct}==\"0003\""]);
}

fn user_is_denied_the_scanner() {
    let _scanner = plug_scanner();
    let answer = as_user(NO_GROUPS, "hidpos");
    assert_denied(&answer, &["udev", "0c2e"]);
}

fn plug_scanner() -> HidPos {
    let scanner = HidPos::plug(0x0c2e, 0x0b61).expect("the kernel takes it");
    wait_until("the scanner in the list", || !drivers::list_hid_scanners().is_empty());
    settle();
    scanner
}
