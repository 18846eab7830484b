//! USB printers as the kernel's files show them: nothing is opened, no permission is needed.

use std::path::PathBuf;

use nusb::{DeviceInfo, MaybeFuture};
use print::Fault;
use print::model::UsbId;

use crate::Trouble;
use crate::spec::UsbChoice;
use crate::udev::printer_rule;

/// The printer class, section 2 of "USB Device Class Definition for Printing Devices" 1.1.
pub(super) const PRINTER_CLASS: u8 = 7;

/// A USB printer that is plugged in, whether it may be opened or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsbPrinter {
    pub vendor: u16,
    pub product: u16,
    /// Bus and ports as the kernel writes them: `1-1.2`.
    pub port: String,
    pub serial: Option<String>,
    /// Manufacturer and product name.
    pub title: Option<String>,
    /// What must be opened to talk to it: `/dev/bus/usb/001/004`.
    pub node: PathBuf,
}

impl UsbPrinter {
    /// How to name it in the settings.
    pub fn spec(&self) -> String {
        match &self.serial {
            Some(serial) => format!("usb:{serial}"),
            None => format!("usb:{}", self.port),
        }
    }

    /// What lets the service's user open it, if the shipped rules (`systemd/60-usher-devices.rules`) do not.
    pub fn udev_rule(&self) -> String {
        printer_rule(UsbId { vendor: self.vendor, product: self.product })
    }

    pub(super) fn identity(&self) -> String {
        let unit = self.serial.as_deref().unwrap_or(&self.port);
        format!("usb:{:04x}:{:04x}:{unit}", self.vendor, self.product)
    }
}

impl std::fmt::Display for UsbPrinter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let title = self.title.as_deref().unwrap_or("printer without a name");
        write!(f, "{title} ({:04x}:{:04x}, port {}), name it {}", self.vendor, self.product, self.port, self.spec())
    }
}

/// All USB printers that are plugged in, by port. Needs no permission to open them.
pub fn list_usb_printers() -> Result<Vec<UsbPrinter>, Trouble> {
    Ok(devices()?.into_iter().map(|(_, printer)| printer).collect())
}

pub(super) fn devices() -> Result<Vec<(DeviceInfo, UsbPrinter)>, Trouble> {
    let list = nusb::list_devices().wait();
    let list = list.map_err(|error| Trouble::new(Fault::Disconnected, format!("the USB bus: {error}")))?;
    let is_printer = |device: &DeviceInfo| device.interfaces().any(|interface| interface.class() == PRINTER_CLASS);
    let mut found: Vec<_> = list.filter(is_printer).map(|device| (device.clone(), describe(&device))).collect();
    found.sort_by(|a, b| a.1.port.cmp(&b.1.port));
    Ok(found)
}

fn describe(device: &DeviceInfo) -> UsbPrinter {
    let words = [device.manufacturer_string(), device.product_string()].into_iter().filter_map(clean);
    let title = words.collect::<Vec<String>>().join(" ");
    let ports: Vec<String> = device.port_chain().iter().map(u8::to_string).collect();
    UsbPrinter {
        vendor: device.vendor_id(),
        product: device.product_id(),
        port: format!("{}-{}", device.busnum(), ports.join(".")),
        serial: clean(device.serial_number()),
        title: (!title.is_empty()).then_some(title),
        node: format!("/dev/bus/usb/{:03}/{:03}", device.busnum(), device.device_address()).into(),
    }
}

/// Texts of a device end up in logs and on screens.
fn clean(text: Option<&str>) -> Option<String> {
    let text: String = text?.trim().chars().filter(|c| !c.is_control()).take(126).collect();
    (!text.is_empty()).then_some(text)
}

/// Picks one of `printers`, or says what was seen and how to name it.
pub(crate) fn choose<'a>(choice: &UsbChoice, printers: &'a [UsbPrinter]) -> Result<&'a UsbPrinter, Trouble> {
    let fits = |printer: &&UsbPrinter| match choice {
        UsbChoice::Only => true,
        UsbChoice::Serial(serial) => printer.serial.as_ref() == Some(serial),
        UsbChoice::Port(port) => printer.port == *port,
    };
    let fitting: Vec<&UsbPrinter> = printers.iter().filter(fits).collect();
    let seen = printers.iter().map(UsbPrinter::to_string).collect::<Vec<_>>().join("; ");
    let problem = match (&fitting[..], choice) {
        ([printer], _) => return Ok(printer),
        ([], _) if printers.is_empty() => "no USB printer is plugged in and switched on".to_owned(),
        ([], UsbChoice::Serial(name) | UsbChoice::Port(name)) => format!("no USB printer is usb:{name}; seen: {seen}"),
        (_, UsbChoice::Serial(name)) => {
            format!(
                "several USB printers have the serial number {name}, name one by its port (usb:1-1.2); seen: {seen}"
            )
        }
        (_, UsbChoice::Only | UsbChoice::Port(_)) => {
            format!("several USB printers are plugged in, name one of: {seen}")
        }
    };
    Err(Trouble::new(Fault::Disconnected, problem))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub fn printer(port: &str, serial: Option<&str>) -> UsbPrinter {
        UsbPrinter {
            vendor: 0x04B8,
            product: 0x0E28,
            port: port.into(),
            serial: serial.map(Into::into),
            title: Some("EPSON TM".into()),
            node: "/dev/bus/usb/001/002".into(),
        }
    }

    fn check(choice: UsbChoice, printers: &[UsbPrinter], expected: Result<&str, &str>) {
        match (choose(&choice, printers), expected) {
            (Ok(printer), Ok(port)) => assert_eq!(printer.port, port),
            (Err(trouble), Err(text)) => assert!(trouble.detail.contains(text), "{}", trouble.detail),
            (got, expected) => panic!("{choice:?}: {got:?}, expected {expected:?}"),
        }
    }

    #[test]
    fn printer_is_chosen_or_the_seen_ones_are_named() {
        let (a, b) = (printer("1-1", Some("A1")), printer("1-2.3", Some("B2")));
        let (twin, nameless) = (printer("1-4", Some("A1")), printer("2-1", None));
        let serial = |name: &str| UsbChoice::Serial(name.into());
        check(UsbChoice::Only, std::slice::from_ref(&a), Ok("1-1"));
        check(UsbChoice::Only, &[], Err("no USB printer is plugged in"));
        check(UsbChoice::Only, &[a.clone(), b.clone()], Err("name it usb:B2"));
        check(serial("B2"), &[a.clone(), b.clone()], Ok("1-2.3"));
        check(serial("A1"), &[a.clone(), twin.clone()], Err("name one by its port"));
        check(UsbChoice::Port("1-4".into()), &[a.clone(), twin], Ok("1-4"));
        check(serial("C3"), &[a, nameless], Err("port 2-1), name it usb:2-1"));
    }

    #[test]
    fn words_of_a_device_are_made_harmless() {
        assert_eq!(clean(Some(" TM\u{1b}[2J \n")), Some("TM[2J".to_owned()));
        assert_eq!((clean(Some(" \u{7} ")), clean(None)), (None, None));
    }
}
