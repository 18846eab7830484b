//! What is attached to this machine: printers, scanners and cameras, how each is named in settings, and whether this
//! user may open it. Nothing is changed; a camera is opened for a moment to ask what it can do.

use std::fmt;
use std::path::{Path, PathBuf};

use rustix::fs::{Access, access};

use crate::{Trouble, list_cameras, list_hid_scanners, list_usb_printers, models};

mod attached;

/// What a device is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Printer,
    /// Usage page 0x8C on hidraw.
    HidScanner,
    /// A serial line on USB: a scanner in serial mode, or something else.
    SerialLine,
    /// A keyboard, or a scanner that says it were one.
    Keyboard,
    Camera,
}

const KINDS: [Kind; 5] = [Kind::Printer, Kind::HidScanner, Kind::SerialLine, Kind::Keyboard, Kind::Camera];

/// Something that is attached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    pub kind: Kind,
    /// What it calls itself, and what we know of it.
    pub title: String,
    pub node: PathBuf,
    /// The option of `usher kiosk` that uses it.
    pub option: String,
    /// Why this user cannot open it, and what to do; `None` when he can.
    pub denied: Option<Denied>,
}

/// Who may open a device, and what would let this user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Denied {
    /// `root:lp 0660`, where it could be read.
    pub owner: String,
    pub remedy: String,
}

/// All that is attached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Survey {
    pub devices: Vec<Device>,
}

/// Where the kernel lists USB devices; a machine without USB has no such folder.
const USB: &str = "/sys/bus/usb/devices";

/// Looks around. Fails only when there is a USB bus that cannot be listed.
pub fn survey() -> Result<Survey, Trouble> {
    let mut devices = if Path::new(USB).exists() { printers()? } else { Vec::new() };
    devices.extend(hid_scanners());
    let root = Path::new("/");
    devices.extend(attached::serial_lines(root));
    devices.extend(attached::keyboards(root));
    devices.extend(cameras());
    Ok(Survey { devices })
}

fn printers() -> Result<Vec<Device>, Trouble> {
    let describe = |printer: crate::UsbPrinter| {
        let model = models::for_usb(printer.vendor, printer.product);
        let known = match model.id == models::GENERIC {
            true => "model not known, any ESC/POS printer unless --model names one".to_owned(),
            false => format!("model {}", model.id),
        };
        let title = printer.title.as_deref().unwrap_or("printer without a name");
        Device {
            kind: Kind::Printer,
            title: format!("{title} ({:04x}:{:04x}, {known})", printer.vendor, printer.product),
            option: option("--printer", &printer.spec()),
            denied: denied(&printer.node, || by_rule(&printer.udev_rule(), "lp")),
            node: printer.node,
        }
    };
    Ok(list_usb_printers()?.into_iter().map(describe).collect())
}

fn hid_scanners() -> Vec<Device> {
    let describe = |scanner: crate::HidScanner| Device {
        kind: Kind::HidScanner,
        title: scanner.title.clone(),
        option: option("--scanner", &scanner.spec()),
        denied: denied(&scanner.path, || by_rule(&scanner.udev_rule(), "input")),
        node: scanner.path,
    };
    list_hid_scanners().into_iter().map(describe).collect()
}

fn cameras() -> Vec<Device> {
    let lasting = attached::links(Path::new("/dev/v4l/by-id"));
    let describe = |camera: crate::CameraNode| {
        let name = lasting.iter().find(|(_, node)| *node == camera.path).map_or(&camera.path, |(link, _)| link);
        Device {
            kind: Kind::Camera,
            title: camera.title.clone(),
            option: option("--camera", &name.display().to_string()),
            denied: denied(&camera.path, || by_group("video")),
            node: camera.path,
        }
    };
    list_cameras().into_iter().map(describe).collect()
}

/// With quotes where a shell would part the value.
fn option(name: &str, value: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "/:._-+@,%".contains(c);
    match value.chars().all(is_plain) {
        true => format!("{name} {value}"),
        false => format!("{name} '{}'", value.replace('\'', r"'\''")),
    }
}

/// Asks the kernel whether this user may read and write `node`.
fn denied(node: &Path, remedy: impl FnOnce() -> String) -> Option<Denied> {
    let may = access(node, Access::READ_OK | Access::WRITE_OK).is_ok();
    (!may).then(|| Denied { owner: attached::owner(node), remedy: remedy() })
}

fn by_rule(rule: &str, group: &str) -> String {
    format!(
        "write into /etc/udev/rules.d/60-usher.rules: {rule} ; then run udevadm control --reload, {} and plug it in again",
        by_group(group)
    )
}

fn by_group(group: &str) -> String {
    format!("add the user to the group {group}: usermod -aG {group} USER")
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Kind::Printer => "printer",
            Kind::HidScanner => "HID POS scanner",
            Kind::SerialLine => "serial line",
            Kind::Keyboard => "keyboard or scanner",
            Kind::Camera => "camera",
        })
    }
}

impl fmt::Display for Survey {
    /// A table for a technician, then what to do about devices that may not be opened, then what was not found.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.devices.is_empty() {
            return f.write_str("Nothing is attached: no printer, no scanner, no camera. Plug it in and switch it on, then ask again.\n");
        }
        let rows: Vec<[String; 4]> = self.devices.iter().map(row).collect();
        let header = ["WHAT", "NAME", "OPTION OF usher kiosk", "OPENS"].map(str::to_owned);
        let table: Vec<&[String; 4]> = std::iter::once(&header).chain(&rows).collect();
        let width = |column: usize| table.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
        let widths = [width(0), width(1), width(2)];
        for [what, name, option, opens] in table {
            writeln!(f, "{what:0$}  {name:1$}  {option:2$}  {opens}", widths[0], widths[1], widths[2])?;
        }
        if self.devices.iter().any(|device| device.kind == Kind::Keyboard) {
            f.write_str("\nWhat --scanner evdev:… names is taken from the desktop: name a scanner, not a keyboard.\n")?;
        }
        self.remedies(f)?;
        self.missing(f)
    }
}

fn row(device: &Device) -> [String; 4] {
    let opens = match &device.denied {
        None => "yes".to_owned(),
        Some(denied) => format!("no ({})", denied.owner),
    };
    [device.kind.to_string(), device.title.clone(), device.option.clone(), opens]
}

impl Survey {
    fn remedies(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for device in &self.devices {
            let Some(denied) = &device.denied else { continue };
            write!(f, "\n{} may not be opened by this user:\n  {}\n", device.node.display(), denied.remedy)?;
        }
        Ok(())
    }

    fn missing(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_missing = |kind: &Kind| self.devices.iter().all(|device| device.kind != *kind);
        let missing: Vec<String> = KINDS.into_iter().filter(is_missing).map(|kind| kind.to_string()).collect();
        if missing.is_empty() {
            return Ok(());
        }
        writeln!(f, "\nNot found: {}.", missing.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn device(kind: Kind, title: &str, option: &str, denied: Option<Denied>) -> Device {
        Device { kind, title: title.into(), node: "/dev/x0".into(), option: option.into(), denied }
    }

    fn check(devices: Vec<Device>, expected: &str) {
        assert_eq!(Survey { devices }.to_string(), expected);
    }

    #[test]
    fn nothing_attached_says_so() {
        check(
            vec![],
            "Nothing is attached: no printer, no scanner, no camera. Plug it in and switch it on, then ask again.\n",
        );
    }

    #[test]
    fn table_is_aligned_and_tells_what_to_do() {
        let closed = Denied { owner: "root:root 0600".into(), remedy: "write a rule".into() };
        check(
            vec![
                device(Kind::Printer, "TM-T20III (04b8:0e28, model epson-tm-t20iii)", "--printer usb:J8X", None),
                device(Kind::HidScanner, "识读器", "--scanner hidpos:S1", Some(closed)),
            ],
            "\
WHAT             NAME                                          OPTION OF usher kiosk  OPENS
printer          TM-T20III (04b8:0e28, model epson-tm-t20iii)  --printer usb:J8X      yes
HID POS scanner  识读器                                           --scanner hidpos:S1    no (root:root 0600)

/dev/x0 may not be opened by this user:
  write a rule

Not found: serial line, keyboard or scanner, camera.
",
        );
    }

    #[test]
    fn option_is_quoted_where_a_shell_would_part_it() {
        assert_eq!(option("--printer", "usb:J8X-01"), "--printer usb:J8X-01");
        assert_eq!(option("--printer", "usb:A B'C"), r"--printer 'usb:A B'\''C'");
    }

    #[test]
    fn this_machine_can_be_surveyed() {
        let survey = survey().expect("nothing that is attached is an error");
        assert!(survey.to_string().ends_with('\n'));
    }
}
