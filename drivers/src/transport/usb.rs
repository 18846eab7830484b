//! Printers on USB: found by the printer class (7) in their descriptors, chosen by serial number or port path.
//! Printers that hide behind a vendor class are not found.

use std::time::Duration;

use nusb::descriptors::{InterfaceDescriptor, TransferType};
use nusb::transfer::{ControlIn, ControlType, Direction, Recipient, TransferError};
use nusb::{DeviceInfo, ErrorKind, Interface, MaybeFuture};
use print::Fault;

use super::{PortStatus, Transport};
use crate::Trouble;
use crate::spec::UsbChoice;
use crate::udev::PRINTERS;

mod find;
mod pipe;
mod watch;

pub(crate) use find::choose;
pub use find::{UsbPrinter, list_usb_printers};
pub use watch::{UsbWatch, watch_usb};

use find::{PRINTER_CLASS, devices};
use pipe::{InPipe, OutPipe};

/// Class request GET_PORT_STATUS to an interface (section 4.2.2 of the class definition).
const GET_PORT_STATUS: u8 = 1;
const CONTROL_WITHIN: Duration = Duration::from_millis(200);
/// What the printer wanted to tell whoever spoke with it before comes at once.
const STALE_WITHIN: Duration = Duration::from_millis(5);
const MOST_STALE_READS: usize = 16;

/// A printer on USB.
#[derive(Debug)]
pub struct Usb {
    choice: UsbChoice,
    open: Option<Open>,
    last_identity: Option<String>,
}

#[derive(Debug)]
struct Open {
    // In the order in which they must go: transfers before the interface that they use.
    out: OutPipe,
    answers: Option<InPipe>,
    interface: Interface,
    name: String,
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

/// Which interface of a device is the printer, and how to talk to it.
#[derive(Debug, PartialEq, Eq)]
struct Ends {
    interface: u8,
    setting: u8,
    out_endpoint: u8,
    in_endpoint: Option<u8>,
}

/// The best setting of the printer class (section 4.3 of its definition): one that can answer before one that cannot;
/// IEEE 1284.4 (3) and IPP over USB (4) want packets that nobody here makes.
fn ends<'a>(settings: impl Iterator<Item = InterfaceDescriptor<'a>>) -> Option<Ends> {
    let rank = |protocol: u8| match protocol {
        2 => 3,
        1 => 2,
        3 | 4 => 0,
        _ => 1,
    };
    let printers = settings.filter(|setting| setting.class() == PRINTER_CLASS);
    // Of equal ones the first.
    let setting = printers.min_by_key(|setting| std::cmp::Reverse(rank(setting.protocol())))?;
    let endpoint = |direction| {
        let mut endpoints = setting.endpoints();
        let found = endpoints.find(|end| end.direction() == direction && end.transfer_type() == TransferType::Bulk);
        found.map(|end| end.address())
    };
    Some(Ends {
        interface: setting.interface_number(),
        setting: setting.alternate_setting(),
        out_endpoint: endpoint(Direction::Out)?,
        in_endpoint: endpoint(Direction::In),
    })
}

fn connect(device: &DeviceInfo, printer: &UsbPrinter) -> Result<Open, Trouble> {
    let failed = |error: nusb::Error| explain(printer, &error);
    let device = device.open().wait().map_err(failed)?;
    let configuration = device.active_configuration();
    let configuration = configuration.map_err(|error| Trouble::new(Fault::Protocol, format!("{printer}: {error}")))?;
    let ends = ends(configuration.interface_alt_settings());
    let ends = ends.ok_or_else(|| Trouble::new(Fault::Protocol, format!("{printer}: it has no bulk endpoint")))?;
    // The kernel's usblp may hold it.
    let interface = device.detach_and_claim_interface(ends.interface).wait().map_err(failed)?;
    if ends.setting != 0 {
        interface.set_alt_setting(ends.setting).wait().map_err(failed)?;
    }
    let answers = ends.in_endpoint.map(|address| interface.endpoint(address).map(InPipe::new));
    Ok(Open {
        out: OutPipe::new(interface.endpoint(ends.out_endpoint).map_err(failed)?),
        answers: answers.transpose().map_err(failed)?,
        interface,
        name: printer.to_string(),
        control_hangs: false,
        postponed: None,
    })
}

/// Denied tells the rule that would let us in.
fn explain(printer: &UsbPrinter, error: &nusb::Error) -> Trouble {
    let fault = match error.kind() {
        ErrorKind::PermissionDenied => return denied(printer, error),
        ErrorKind::Busy => Fault::Busy,
        ErrorKind::Unsupported => Fault::Protocol,
        // And what nusb may come to know: the printer cannot be used, look at its cable.
        _ => Fault::Disconnected,
    };
    Trouble::new(fault, format!("{printer}: {error}"))
}

fn denied(printer: &UsbPrinter, error: &nusb::Error) -> Trouble {
    let rule = printer.udev_rule();
    let detail = format!(
        "{printer}: {error}; install Usher's 60-usher-devices.rules or write into a file in /etc/udev/rules.d/: {rule} ; \
         then run udevadm control --reload, add the user to the group {PRINTERS} and plug the printer in again"
    );
    Trouble::new(Fault::Denied, detail)
}

fn trouble_of(name: &str, error: TransferError) -> Trouble {
    let fault = match error {
        TransferError::Stall | TransferError::Cancelled => Fault::Stalled,
        TransferError::Disconnected | TransferError::Fault | TransferError::Unknown(_) => Fault::Disconnected,
        TransferError::InvalidArgument => Fault::Protocol,
    };
    Trouble::new(fault, format!("{name}: {error}"))
}

impl Open {
    fn forget_stale_answers(&mut self) -> Result<(), Trouble> {
        let Some(answers) = &mut self.answers else { return Ok(()) };
        let mut nobodys = [0; 512];
        for _ in 0..MOST_STALE_READS {
            let count = answers.read(&mut nobodys, STALE_WITHIN);
            if count.map_err(|error| trouble_of(&self.name, error))? == 0 {
                break;
            }
        }
        Ok(())
    }
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
        let mut open = connect(device.expect("the choice is one of the found"), printer)?;
        open.forget_stale_answers()?;
        self.last_identity = Some(printer.identity());
        self.open = Some(open);
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
        let written = open.out.write(bytes, within);
        let trouble = written.error.map(|error| trouble_of(&open.name, error));
        match trouble {
            Some(trouble) if written.taken == 0 => Err(trouble),
            trouble => {
                open.postponed = trouble;
                Ok(written.taken)
            }
        }
    }

    fn read(&mut self, into: &mut [u8], within: Duration) -> Result<usize, Trouble> {
        let open = self.open_mut()?;
        let Some(answers) = &mut open.answers else {
            return Ok(0);
        };
        answers.read(into, within).map_err(|error| trouble_of(&open.name, error))
    }

    fn port_status(&mut self) -> Result<Option<PortStatus>, Trouble> {
        let open = self.open_mut()?;
        if open.control_hangs {
            return Ok(None);
        }
        let question = ControlIn {
            control_type: ControlType::Class,
            recipient: Recipient::Interface,
            request: GET_PORT_STATUS,
            value: 0,
            index: u16::from(open.interface.interface_number()),
            length: 1,
        };
        match open.interface.control_in(question, CONTROL_WITHIN).wait() {
            Ok(answer) => Ok(answer.first().map(|byte| port_status_of(*byte))),
            Err(TransferError::Stall) => Ok(None),
            Err(TransferError::Cancelled) => {
                open.control_hangs = true;
                Ok(None)
            }
            Err(error) => Err(trouble_of(&open.name, error)),
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

#[cfg(test)]
mod tests {
    use nusb::descriptors::ConfigurationDescriptor;

    use super::*;

    /// A configuration of interface settings, each with a bulk endpoint 1 and, if it `answers`, one 0x82.
    fn check(settings: &[(u8, u8, u8, bool)], expected: Option<Ends>) {
        let mut body = Vec::new();
        for (number, &(interface, class, protocol, answers)) in (0..).zip(settings) {
            body.extend([9, 4, interface, number, 1 + u8::from(answers), class, 1, protocol, 0]);
            body.extend([7, 5, 0x01, 2, 64, 0, 0]);
            body.extend(if answers { &[7, 5, 0x82, 2, 64, 0, 0][..] } else { &[] });
        }
        let mut bytes = vec![9, 2, 9 + body.len() as u8, 0, 1, 1, 0, 0xC0, 50];
        bytes.extend(body);
        let configuration = ConfigurationDescriptor::new(&bytes).expect("a configuration");
        assert_eq!(ends(configuration.interface_alt_settings()), expected, "{settings:?}");
    }

    #[test]
    fn setting_that_can_answer_is_preferred() {
        let at = |interface, setting, in_endpoint| Some(Ends { interface, setting, out_endpoint: 1, in_endpoint });
        check(&[(0, 7, 2, true)], at(0, 0, Some(0x82)));
        check(&[(0, 7, 1, false), (0, 7, 2, true), (0, 7, 4, true)], at(0, 1, Some(0x82)));
        check(&[(0, 3, 0, true), (1, 7, 1, false), (1, 7, 4, true)], at(1, 1, None));
        check(&[(0, 255, 0, true)], None);
        check(&[(2, 7, 2, true), (3, 7, 2, true)], at(2, 0, Some(0x82)));
    }

    #[test]
    fn port_status_bits_are_those_of_the_class() {
        assert_eq!(port_status_of(0x18), PortStatus { paper_empty: false, selected: true, error: false });
        assert_eq!(port_status_of(0x30), PortStatus { paper_empty: true, selected: true, error: true });
    }
}
