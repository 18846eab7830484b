//! Scanners of the HID class: one that types like a keyboard, one of usage page 0x8C (Bar Code Scanner).

use std::io;
use std::time::Duration;

use crate::bus::Bus;
use crate::descriptors::{self, POS_DATA_BYTES, POS_REPORT_BYTES, POS_REPORT_ID};
use crate::device::{Device, Function, Reply, Setup};

const INTERRUPT_IN: u8 = 0x81;
/// Between two reports of a wedge, as fast scanners have it.
const KEY_PACE: Duration = Duration::from_millis(4);

/// A HID device without requests of its own: SET_IDLE and SET_REPORT change nothing.
struct Quiet;

impl Function for Quiet {
    fn control(&mut self, _bus: &mut Bus, setup: Setup, _data: &[u8]) -> Reply {
        if setup.is_to_host() { Reply::Stall } else { Reply::Done }
    }
}

/// A scanner that types the code and Enter on a US keyboard.
pub struct Wedge {
    pub device: Device,
}

impl Wedge {
    pub fn plug(vendor: u16, product: u16) -> io::Result<Wedge> {
        let device = Device::plug(descriptors::hid_keyboard(vendor, product), Box::new(Quiet))?;
        device.bus(|bus| bus.pace.insert(INTERRUPT_IN, KEY_PACE));
        Ok(Wedge { device })
    }

    pub fn scan(&self, code: &str) {
        for letter in code.bytes().chain([b'\n']) {
            let (modifier, usage) = descriptors::key(letter);
            self.device.say(INTERRUPT_IN, &[modifier, 0, usage, 0, 0, 0, 0, 0]);
            self.device.say(INTERRUPT_IN, &[0; 8]);
        }
    }
}

/// A scanner of the point-of-sale kind (HID Point of Sale Usage Tables 1.02, section 4).
pub struct HidPos {
    pub device: Device,
}

impl HidPos {
    pub fn plug(vendor: u16, product: u16) -> io::Result<HidPos> {
        Ok(HidPos { device: Device::plug(descriptors::hid_pos(vendor, product), Box::new(Quiet))? })
    }

    /// Long codes come in several reports, all but the last marked as continued.
    pub fn scan(&self, code: &str) {
        let parts: Vec<&[u8]> = code.as_bytes().chunks(POS_DATA_BYTES).collect();
        for (number, part) in parts.iter().enumerate() {
            let mut report = [0u8; POS_REPORT_BYTES];
            report[0] = POS_REPORT_ID;
            report[1] = part.len() as u8;
            report[2..5].copy_from_slice(b"]Q1");
            report[5..5 + part.len()].copy_from_slice(part);
            report[POS_REPORT_BYTES - 1] = u8::from(number + 1 < parts.len());
            self.device.say(INTERRUPT_IN, &report);
        }
    }
}
