//! A printer of the USB printer class, full speed: the class requests, two bulk endpoints, and inside an engine.

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::bus::Bus;
use crate::descriptors;
use crate::device::{Device, Function, Reply, Setup};

pub const BULK_OUT: u8 = 0x01;
pub const BULK_IN: u8 = 0x82;

/// Bits of GET_PORT_STATUS (USB Device Class Definition for Printing Devices 1.1, section 4.2.2).
const PAPER_EMPTY: u8 = 0x20;
const SELECTED: u8 = 0x10;
const NOT_ERROR: u8 = 0x08;

/// What is inside the printer's case.
pub trait Engine: Send {
    /// Takes what it has room for and says how much that was.
    fn take(&mut self, bytes: &[u8]) -> usize;

    /// What it has to say, nothing most of the time.
    fn answer(&mut self) -> Vec<u8>;

    fn is_paper_out(&mut self) -> bool {
        false
    }

    fn has_error(&mut self) -> bool {
        false
    }

    /// SOFT_RESET was asked for.
    fn reset(&mut self) {}
}

/// An engine that keeps what it gets and says nothing; clones are the same engine.
#[derive(Debug, Clone, Default)]
pub struct Recorder {
    bytes: Arc<Mutex<Vec<u8>>>,
}

impl Recorder {
    pub fn bytes(&self) -> Vec<u8> {
        self.lock().clone()
    }

    pub fn len(&self) -> usize {
        self.lock().len()
    }

    pub fn is_empty(&self) -> bool {
        self.lock().is_empty()
    }

    pub fn clear(&self) {
        self.lock().clear();
    }

    fn lock(&self) -> MutexGuard<'_, Vec<u8>> {
        self.bytes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Engine for Recorder {
    fn take(&mut self, bytes: &[u8]) -> usize {
        self.lock().extend_from_slice(bytes);
        bytes.len()
    }

    fn answer(&mut self) -> Vec<u8> {
        Vec::new()
    }
}

/// A plugged-in printer.
pub struct Printer {
    pub device: Device,
}

impl Printer {
    pub fn plug(vendor: u16, product: u16, serial: &str, engine: impl Engine + 'static) -> io::Result<Printer> {
        let identity = descriptors::printer(vendor, product, serial);
        let function = PrinterClass { engine: Box::new(engine) };
        Ok(Printer { device: Device::plug(identity, Box::new(function))? })
    }
}

struct PrinterClass {
    engine: Box<dyn Engine>,
}

impl PrinterClass {
    fn port_status(&mut self) -> u8 {
        let paper = if self.engine.is_paper_out() { PAPER_EMPTY } else { 0 };
        let error = if paper != 0 || self.engine.has_error() { 0 } else { NOT_ERROR };
        SELECTED | paper | error
    }
}

impl Function for PrinterClass {
    /// Section 4.2 of the class definition.
    fn control(&mut self, bus: &mut Bus, setup: Setup, _data: &[u8]) -> Reply {
        match (setup.kind, setup.request) {
            (0xA1, 0) => Reply::Data(device_id("MFG:LAB;MDL:TM-LAB80;CMD:ESC/POS;CLS:PRINTER;")),
            (0xA1, 1) => Reply::Data(vec![self.port_status()]),
            (0x21 | 0x23, 2) => {
                bus.forget(BULK_IN);
                self.engine.reset();
                Reply::Done
            }
            _ => Reply::Stall,
        }
    }

    fn take(&mut self, _bus: &mut Bus, _endpoint: u8, bytes: &[u8]) -> usize {
        self.engine.take(bytes)
    }

    fn speak(&mut self, bus: &mut Bus, endpoint: u8, _most: usize) {
        let answer = self.engine.answer();
        if !answer.is_empty() {
            bus.say(endpoint, &answer);
        }
    }
}

/// With its own length in front, as IEEE 1284 wants it.
fn device_id(text: &str) -> Vec<u8> {
    let mut answer = ((text.len() + 2) as u16).to_be_bytes().to_vec();
    answer.extend_from_slice(text.as_bytes());
    answer
}
