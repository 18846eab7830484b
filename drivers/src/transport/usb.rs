//! Printers on USB: found by the printer class (7) in their descriptors, chosen by serial number or port path.
//! Printers that hide behind a vendor class are not found.
//!
//! rusb's `write_bulk` answers `Ok(short)` when a time-out hits a transfer that was partly taken (0.9.4): the count
//! is passed on, so that the caller goes on from there and a badge is never cut short silently.

use std::time::Duration;

use print::Fault;
use rusb::{Device, DeviceHandle, Direction, GlobalContext, TransferType};

use super::{PortStatus, Transport};
use crate::Trouble;
use crate::spec::UsbChoice;

/// The printer class, section 2 of "USB Device Class Definition for Printing Devices" 1.1.
const PRINTER_CLASS: u8 = 7;
/// Class request GET_PORT_STATUS (section 4.2.2 there) to an interface.
const GET_PORT_STATUS: u8 = 1;
const FROM_INTERFACE: u8 = 0xA1;
/// One transfer: many packets, yet so few that a slow printer (10 kB/s) takes them within one attempt. A transfer
/// that has to be cancelled half-way depends on the host controller's count of what was taken.
const LARGEST_TRANSFER: usize = 4 * 1024;
const CONTROL_WITHIN: Duration = Duration::from_millis(200);

/// A USB printer as its descriptors show it, whether it may be opened or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsbPrinter {
    pub vendor: u16,
    pub product: u16,
    /// Bus and ports as the kernel writes them: `1-1.2`.
    pub port: String,
    pub serial: Option<String>,
    /// Manufacturer and product name.
    pub title: Option<String>,
    interface: u8,
    setting: u8,
    out_endpoint: u8,
    in_endpoint: Option<u8>,
}

impl UsbPrinter {
    /// How to name it in the settings.
    pub fn spec(&self) -> String {
        match &self.serial {
            Some(serial) => format!("usb:{serial}"),
            None => format!("usb:{}", self.port),
        }
    }

    /// What lets the service's user open it; belongs into `/etc/udev/rules.d/60-usher.rules`.
    pub fn udev_rule(&self) -> String {
        format!(
            "SUBSYSTEM==\"usb\", ATTR{{idVendor}}==\"{:04x}\", ATTR{{idProduct}}==\"{:04x}\", MODE=\"0660\", GROUP=\"lp\"",
            self.vendor, self.product
        )
    }

    fn identity(&self) -> String {
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

fn devices() -> Result<Vec<(Device<GlobalContext>, UsbPrinter)>, Trouble> {
    let list = rusb::devices().map_err(|error| trouble_of("the USB bus", error))?;
    let mut found: Vec<_> =
        list.iter().filter_map(|device| describe(&device).map(|printer| (device, printer))).collect();
    found.sort_by(|a, b| a.1.port.cmp(&b.1.port));
    Ok(found)
}

fn describe(device: &Device<GlobalContext>) -> Option<UsbPrinter> {
    let descriptor = device.device_descriptor().ok()?;
    let config = device.active_config_descriptor().ok()?;
    // Protocol 2 and 3 can answer, protocol 1 cannot: prefer the highest.
    let setting = config
        .interfaces()
        .flat_map(|interface| interface.descriptors())
        .filter(|setting| setting.class_code() == PRINTER_CLASS)
        .max_by_key(|setting| (setting.protocol_code() == 2, setting.protocol_code()))?;
    let endpoint = |direction| {
        let mut endpoints = setting.endpoint_descriptors();
        endpoints.find(|end| end.direction() == direction && end.transfer_type() == TransferType::Bulk)
    };
    let port = port_path(device);
    Some(UsbPrinter {
        vendor: descriptor.vendor_id(),
        product: descriptor.product_id(),
        serial: attribute(&port, "serial"),
        title: title(&port),
        interface: setting.interface_number(),
        setting: setting.setting_number(),
        out_endpoint: endpoint(Direction::Out)?.address(),
        in_endpoint: endpoint(Direction::In).map(|end| end.address()),
        port,
    })
}

fn port_path(device: &Device<GlobalContext>) -> String {
    let ports = device.port_numbers().unwrap_or_default();
    let ports: Vec<String> = ports.iter().map(u8::to_string).collect();
    format!("{}-{}", device.bus_number(), ports.join("."))
}

/// Strings come from the kernel's files: reading them from the device would need permission to open it.
fn attribute(port: &str, name: &str) -> Option<String> {
    let text = std::fs::read_to_string(format!("/sys/bus/usb/devices/{port}/{name}")).ok()?;
    let text: String = text.trim().chars().filter(|c| !c.is_control()).take(126).collect();
    (!text.is_empty()).then_some(text)
}

fn title(port: &str) -> Option<String> {
    let words: Vec<String> = ["manufacturer", "product"].iter().filter_map(|name| attribute(port, name)).collect();
    (!words.is_empty()).then(|| words.join(" "))
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

fn trouble_of(what: &str, error: rusb::Error) -> Trouble {
    let fault = match error {
        rusb::Error::Access => Fault::Denied,
        rusb::Error::Busy => Fault::Busy,
        rusb::Error::Timeout | rusb::Error::Pipe => Fault::Stalled,
        rusb::Error::Overflow | rusb::Error::InvalidParam | rusb::Error::NotSupported => Fault::Protocol,
        rusb::Error::Io
        | rusb::Error::NoDevice
        | rusb::Error::NotFound
        | rusb::Error::Interrupted
        | rusb::Error::NoMem
        | rusb::Error::BadDescriptor
        | rusb::Error::Other => Fault::Disconnected,
    };
    Trouble::new(fault, format!("{what}: {error}"))
}

/// A printer on USB.
#[derive(Debug)]
pub struct Usb {
    choice: UsbChoice,
    open: Option<Open>,
    last_identity: Option<String>,
}

#[derive(Debug)]
struct Open {
    handle: DeviceHandle<GlobalContext>,
    printer: UsbPrinter,
    /// A control endpoint that hung once is not asked again: every question would cost its time-out.
    control_hangs: bool,
    /// An error that the next call tells.
    postponed: Option<Trouble>,
}

impl Usb {
    pub fn new(choice: UsbChoice) -> Usb {
        Usb { choice, open: None, last_identity: None }
    }

    fn open_mut(&mut self) -> Result<&mut Open, Trouble> {
        self.open.as_mut().ok_or_else(|| Trouble::new(Fault::Disconnected, "the USB printer is closed"))
    }
}

fn claim(device: &Device<GlobalContext>, printer: &UsbPrinter) -> Result<DeviceHandle<GlobalContext>, rusb::Error> {
    let handle = device.open()?;
    // The kernel's usblp may hold it; not every platform can say so.
    let _ = handle.set_auto_detach_kernel_driver(true);
    handle.claim_interface(printer.interface)?;
    if printer.setting != 0 {
        handle.set_alternate_setting(printer.interface, printer.setting)?;
    }
    Ok(handle)
}

/// Denied tells the rule that would let us in.
fn explain(printer: &UsbPrinter, error: rusb::Error) -> Trouble {
    let trouble = trouble_of(&printer.to_string(), error);
    if trouble.fault != Fault::Denied {
        return trouble;
    }
    let rule = printer.udev_rule();
    let detail = format!(
        "{}; write into /etc/udev/rules.d/60-usher.rules: {rule} ; then run udevadm control --reload, \
         add the user to the group lp and plug the printer in again",
        trouble.detail
    );
    Trouble::new(Fault::Denied, detail)
}

impl Transport for Usb {
    fn identity(&self) -> String {
        self.last_identity.clone().unwrap_or_else(|| match &self.choice {
            UsbChoice::Only => "usb".to_owned(),
            UsbChoice::Serial(name) | UsbChoice::Port(name) => format!("usb:{name}"),
        })
    }

    fn open(&mut self) -> Result<(), Trouble> {
        self.open = None;
        let found = devices()?;
        let printers: Vec<UsbPrinter> = found.iter().map(|(_, printer)| printer.clone()).collect();
        let printer = choose(&self.choice, &printers)?;
        let device = found.iter().find(|(_, other)| other == printer).map(|(device, _)| device);
        let device = device.expect("the choice is one of the found");
        let handle = claim(device, printer).map_err(|error| explain(printer, error))?;
        self.last_identity = Some(printer.identity());
        self.open = Some(Open { handle, printer: printer.clone(), control_hangs: false, postponed: None });
        Ok(())
    }

    fn is_open(&self) -> bool {
        self.open.is_some()
    }

    fn write(&mut self, bytes: &[u8], within: Duration) -> Result<usize, Trouble> {
        let open = self.open_mut()?;
        if let Some(trouble) = open.postponed.take() {
            return Err(trouble);
        }
        let endpoint = open.printer.out_endpoint;
        let transfer = &bytes[..bytes.len().min(LARGEST_TRANSFER)];
        let error = match open.handle.write_bulk(endpoint, transfer, at_least_1_ms(within)) {
            Ok(taken) => return Ok(taken),
            Err(rusb::Error::Timeout) => return Ok(0),
            Err(error) => error,
        };
        if error == rusb::Error::Pipe {
            // The next attempt finds a working endpoint; this one may have lost its count.
            let _ = open.handle.clear_halt(endpoint);
        }
        // With an error rusb drops libusb's count of what was taken before it. Whoever asks must not believe
        // that nothing was, or a badge is sent twice: one byte is reported now and the error next.
        open.postponed = Some(trouble_of(&open.printer.to_string(), error));
        Ok(transfer.len().min(1))
    }

    fn read(&mut self, into: &mut [u8], within: Duration) -> Result<usize, Trouble> {
        let open = self.open_mut()?;
        let Some(endpoint) = open.printer.in_endpoint else { return Ok(0) };
        match open.handle.read_bulk(endpoint, into, at_least_1_ms(within)) {
            Ok(count) => Ok(count),
            Err(rusb::Error::Timeout) => Ok(0),
            Err(rusb::Error::Pipe) => {
                let cleared = open.handle.clear_halt(endpoint);
                cleared.map(|()| 0).map_err(|error| trouble_of("clearing a halted endpoint", error))
            }
            Err(error) => Err(trouble_of(&open.printer.to_string(), error)),
        }
    }

    fn port_status(&mut self) -> Result<Option<PortStatus>, Trouble> {
        let open = self.open_mut()?;
        if open.control_hangs {
            return Ok(None);
        }
        let (mut byte, index) = ([0u8], u16::from(open.printer.interface));
        match open.handle.read_control(FROM_INTERFACE, GET_PORT_STATUS, 0, index, &mut byte, CONTROL_WITHIN) {
            Ok(1) => Ok(Some(port_status_of(byte[0]))),
            Ok(_) | Err(rusb::Error::Pipe) => Ok(None),
            Err(rusb::Error::Timeout) => {
                open.control_hangs = true;
                Ok(None)
            }
            Err(error) => Err(trouble_of(&open.printer.to_string(), error)),
        }
    }

    fn close(&mut self) {
        self.open = None;
    }
}

/// Bit 5 paper empty, bit 4 selected, bit 3 no error (section 4.2.2 of the class definition).
fn port_status_of(byte: u8) -> PortStatus {
    PortStatus { paper_empty: byte & 0x20 != 0, selected: byte & 0x10 != 0, error: byte & 0x08 == 0 }
}

/// Zero means "for ever" to libusb.
fn at_least_1_ms(within: Duration) -> Duration {
    within.max(Duration::from_millis(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printer(port: &str, serial: Option<&str>) -> UsbPrinter {
        UsbPrinter {
            vendor: 0x04B8,
            product: 0x0E28,
            port: port.into(),
            serial: serial.map(Into::into),
            title: Some("EPSON TM".into()),
            interface: 0,
            setting: 0,
            out_endpoint: 1,
            in_endpoint: Some(0x82),
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
    fn denied_names_the_udev_rule() {
        let trouble = explain(&printer("1-1", None), rusb::Error::Access);
        assert_eq!(trouble.fault, Fault::Denied);
        assert!(
            trouble.detail.contains("ATTR{idVendor}==\"04b8\", ATTR{idProduct}==\"0e28\", MODE=\"0660\", GROUP=\"lp\"")
        );
    }

    #[test]
    fn port_status_bits_are_those_of_the_class() {
        assert_eq!(port_status_of(0x18), PortStatus { paper_empty: false, selected: true, error: false });
        assert_eq!(port_status_of(0x30), PortStatus { paper_empty: true, selected: true, error: true });
    }
}
