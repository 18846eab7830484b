//! A scanner that speaks HID POS, read from its hidraw node: no keyboard layout can spoil it, and no driver is needed.
//!
//! The kernel's files say all: a node's descriptor in sysfs before it is opened, its reports by reading it. The crate
//! hidapi would add a library in C and hide the descriptor of a device that may not be opened.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use print::Fault;
use rustix::event::{PollFd, PollFlags, Timespec, poll};

use super::hid::{Piece, Reports};
use super::line::{Code, LONGEST_LINE, clean};
use super::{End, Outlet, PATIENCE, ScannerEvent};
use crate::Trouble;
use crate::spec::HidChoice;

/// A code whose next report does not come for so long was cut off.
const REST_WITHIN: Duration = Duration::from_secs(1);

/// A HID POS scanner as the kernel lists it, whether it may be opened or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HidScanner {
    /// `/dev/hidraw0`.
    pub path: PathBuf,
    pub title: String,
    pub serial: Option<String>,
    /// Vendor and product.
    pub ids: Option<(u16, u16)>,
    reports: Reports,
}

impl HidScanner {
    /// How to name it in the settings.
    pub fn spec(&self) -> String {
        match &self.serial {
            Some(serial) => format!("hidpos:{serial}"),
            None => format!("hidpos:{}", self.path.display()),
        }
    }

    /// What lets the service's user read it; belongs into `/etc/udev/rules.d/60-usher.rules`.
    pub fn udev_rule(&self) -> String {
        let ids = self.ids.map_or(String::new(), |(vendor, product)| {
            format!("ATTRS{{idVendor}}==\"{vendor:04x}\", ATTRS{{idProduct}}==\"{product:04x}\", ")
        });
        format!("KERNEL==\"hidraw*\", {ids}MODE=\"0660\", GROUP=\"input\"")
    }

    /// Whether this user may read it now.
    pub fn open(&self) -> Result<File, Trouble> {
        let nonblocking = rustix::fs::OFlags::NONBLOCK.bits() as i32;
        let opened = File::options().read(true).custom_flags(nonblocking).open(&self.path);
        opened.map_err(|error| self.explain(&error))
    }

    fn explain(&self, error: &std::io::Error) -> Trouble {
        let trouble = Trouble::from_io(&self.path.display().to_string(), error);
        if trouble.fault != Fault::Denied {
            return trouble;
        }
        let detail = format!(
            "{}; write into /etc/udev/rules.d/60-usher.rules: {} ; then run udevadm control --reload, add the user to \
             the group input and plug the scanner in again",
            trouble.detail,
            self.udev_rule()
        );
        Trouble::new(Fault::Denied, detail)
    }
}

/// All HID POS scanners that are plugged in, by node. Needs no permission to open them.
pub fn list_hid_scanners() -> Vec<HidScanner> {
    list_below(Path::new("/sys/class/hidraw"), Path::new("/dev"))
}

/// From the kernel's files below `class`, the nodes in `devices`.
fn list_below(class: &Path, devices: &Path) -> Vec<HidScanner> {
    let entries = std::fs::read_dir(class).into_iter().flatten();
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let mut found: Vec<HidScanner> =
        names.filter_map(|name| describe(&class.join(&name), &devices.join(name))).collect();
    found.sort_by(|a, b| (a.path.as_os_str().len(), &a.path).cmp(&(b.path.as_os_str().len(), &b.path)));
    found
}

fn describe(kernel: &Path, node: &Path) -> Option<HidScanner> {
    let reports = Reports::of(&std::fs::read(kernel.join("device/report_descriptor")).ok()?)?;
    let about = std::fs::read_to_string(kernel.join("device/uevent")).unwrap_or_default();
    let value = |key: &str| {
        let value = about.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix('='))?.trim();
        let value: String = value.chars().filter(|c| !c.is_control()).take(126).collect();
        (!value.is_empty()).then_some(value)
    };
    // "0003:000004B8:00000E28": bus, vendor, product.
    let ids = value("HID_ID").and_then(|id| {
        let mut parts = id.split(':').skip(1).map(|part| u16::from_str_radix(part.get(4..)?, 16).ok());
        Some((parts.next()??, parts.next()??))
    });
    let title = value("HID_NAME").unwrap_or_else(|| "scanner without a name".to_owned());
    Some(HidScanner { path: node.to_owned(), title, serial: value("HID_UNIQ"), ids, reports })
}

pub(super) fn read(choice: &HidChoice, outlet: &mut Outlet) -> End {
    let scanner = match choose(choice, list_hid_scanners()) {
        Ok(scanner) => scanner,
        Err(trouble) => return End::Failed(trouble),
    };
    read_from(&scanner, outlet)
}

/// Picks one, or says what was seen and how to name it.
fn choose(choice: &HidChoice, scanners: Vec<HidScanner>) -> Result<HidScanner, Trouble> {
    let names = |scanner: &HidScanner| match choice {
        HidChoice::Only => true,
        HidChoice::Serial(serial) => scanner.serial.as_ref() == Some(serial),
        HidChoice::Node(path) => std::fs::canonicalize(path).is_ok_and(|path| path == scanner.path),
    };
    let seen: Vec<String> = scanners.iter().map(|scanner| format!("{} ({})", scanner.title, scanner.spec())).collect();
    let seen = seen.join("; ");
    let mut fitting: Vec<HidScanner> = scanners.into_iter().filter(names).collect();
    let problem = match (fitting.len(), seen.is_empty()) {
        (1, _) => return Ok(fitting.remove(0)),
        (0, true) => "no HID POS scanner is plugged in; set the scanner to that mode, see its manual".to_owned(),
        (0, false) => format!("no such HID POS scanner is plugged in; seen: {seen}"),
        (_, _) => format!("several HID POS scanners fit, name one by its node; seen: {seen}"),
    };
    Err(Trouble::new(Fault::Disconnected, problem))
}

fn read_from(scanner: &HidScanner, outlet: &mut Outlet) -> End {
    let mut node = match scanner.open() {
        Ok(node) => node,
        Err(trouble) => return End::Failed(trouble),
    };
    let gone = |problem: String| End::Failed(Trouble::new(Fault::Disconnected, problem));
    if !outlet.ready() {
        return End::Stopped;
    }
    let mut joiner = Joiner::default();
    let mut last_report = Instant::now();
    let mut report = vec![0; scanner.reports.longest_bytes()];
    while outlet.goes_on() {
        let event = match wait(&node).and_then(|waits| if waits { node.read(&mut report).map(Some) } else { Ok(None) })
        {
            Ok(Some(0)) => return gone(format!("{} is gone", scanner.path.display())),
            Ok(Some(count)) => {
                last_report = Instant::now();
                scanner.reports.read(&report[..count]).and_then(|piece| joiner.push(piece))
            }
            Ok(None) if last_report.elapsed() > REST_WITHIN => joiner.give_up(),
            Ok(None) => None,
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted) => None,
            Err(error) => return gone(format!("{}: {error}", scanner.path.display())),
        };
        if !event.into_iter().all(|event| outlet.tell(event)) {
            return End::Stopped;
        }
    }
    End::Stopped
}

fn wait(node: &File) -> std::io::Result<bool> {
    let mut files = [PollFd::new(node, PollFlags::IN)];
    let patience = Timespec { tv_sec: 0, tv_nsec: PATIENCE.subsec_nanos().into() };
    match poll(&mut files, Some(&patience)) {
        Ok(count) => Ok(count > 0),
        Err(rustix::io::Errno::INTR) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Puts the pieces of a code together.
#[derive(Debug, Default)]
struct Joiner {
    code: Vec<u8>,
    /// Between two reports of one code.
    is_open: bool,
    is_too_long: bool,
}

impl Joiner {
    fn push(&mut self, piece: Piece) -> Option<ScannerEvent> {
        // The AIM prefix and suffixes come on top of the longest code.
        self.is_too_long |= self.code.len() + piece.bytes.len() > LONGEST_LINE + 8;
        if !self.is_too_long {
            self.code.extend(piece.bytes);
        }
        self.is_open = piece.continued;
        if piece.continued {
            return None;
        }
        let code = std::mem::take(&mut self.code);
        if std::mem::take(&mut self.is_too_long) {
            return Some(ScannerEvent::Spoiled);
        }
        match clean(&code) {
            Code::Good(code) => Some(ScannerEvent::Line(code)),
            Code::Spoiled => Some(ScannerEvent::Spoiled),
            Code::Empty => None,
        }
    }

    fn give_up(&mut self) -> Option<ScannerEvent> {
        let was_open = std::mem::take(self).is_open;
        was_open.then_some(ScannerEvent::Spoiled)
    }
}

#[cfg(test)]
#[path = "hid_reader_tests.rs"]
mod tests;
