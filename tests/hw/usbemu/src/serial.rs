//! A serial port of the class CDC-ACM, as scanners in serial mode have it.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use crate::bus::Bus;
use crate::descriptors;
use crate::device::{Device, Function, Reply, Setup};

const BULK_IN: u8 = 0x81;
/// 9600 baud, 8 data bits, no parity, 1 stop bit.
const USUAL_LINE_CODING: [u8; 7] = [0x80, 0x25, 0, 0, 0, 0, 8];

/// A plugged-in port.
pub struct SerialPort {
    pub device: Device,
    heard: Arc<Mutex<Vec<u8>>>,
}

impl SerialPort {
    pub fn plug(vendor: u16, product: u16, serial: &str) -> io::Result<SerialPort> {
        let heard = Arc::default();
        let function = Acm { line_coding: USUAL_LINE_CODING.to_vec(), heard: Arc::clone(&heard) };
        let device = Device::plug(descriptors::cdc_acm(vendor, product, serial), Box::new(function))?;
        Ok(SerialPort { device, heard })
    }

    pub fn say(&self, bytes: &[u8]) {
        self.device.say(BULK_IN, bytes);
    }

    /// What the host wrote.
    pub fn heard(&self) -> Vec<u8> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

struct Acm {
    line_coding: Vec<u8>,
    heard: Arc<Mutex<Vec<u8>>>,
}

impl Function for Acm {
    /// CDC PSTN subclass 1.2, section 6.3.
    fn control(&mut self, _bus: &mut Bus, setup: Setup, data: &[u8]) -> Reply {
        match (setup.kind, setup.request) {
            (0x21, 0x20) => {
                self.line_coding = data.to_vec();
                Reply::Done
            }
            (0xA1, 0x21) => Reply::Data(self.line_coding.clone()),
            // SET_CONTROL_LINE_STATE, SEND_BREAK.
            (0x21, 0x22 | 0x23) => Reply::Done,
            _ => Reply::Stall,
        }
    }

    fn take(&mut self, _bus: &mut Bus, _endpoint: u8, bytes: &[u8]) -> usize {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        bytes.len()
    }
}
