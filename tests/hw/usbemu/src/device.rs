//! A plugged-in device: answers the standard requests, moves transfers as far as its endpoints allow.

use std::collections::{HashMap, HashSet};
use std::io::{self, Write};
use std::net::Shutdown;
use std::os::fd::AsRawFd;
use std::os::unix::net::UnixStream;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use crate::bus::{Bus, Cancelled};
use crate::descriptors::Speed;
use crate::wire::{self, Request, STALLED, TAKEN_BACK};

const CONTROLLER: &str = "/sys/devices/platform/vhci_hcd.0";
/// A free port of the controller (VDEV_ST_NULL in usbip_common.h).
const PORT_IS_FREE: &str = "004";
/// How often waiting transfers are looked at.
const PULSE: Duration = Duration::from_millis(2);

/// What a device says about itself.
#[derive(Debug, Clone)]
pub struct Identity {
    pub device: [u8; 18],
    pub configuration: Vec<u8>,
    /// String 1 and following.
    pub strings: Vec<String>,
    /// Other descriptors by type and interface, such as HID reports.
    pub others: HashMap<(u8, u8), Vec<u8>>,
    pub speed: Speed,
}

/// A setup packet (USB 2.0, section 9.3).
#[derive(Debug, Clone, Copy)]
pub struct Setup {
    pub kind: u8,
    pub request: u8,
    pub value: u16,
    pub index: u16,
    pub length: u16,
}

impl Setup {
    fn new(bytes: [u8; 8]) -> Setup {
        let word = |at: usize| u16::from_le_bytes([bytes[at], bytes[at + 1]]);
        Setup { kind: bytes[0], request: bytes[1], value: word(2), index: word(4), length: word(6) }
    }

    pub fn is_to_host(&self) -> bool {
        self.kind & 0x80 != 0
    }
}

/// The answer to a control request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    Data(Vec<u8>),
    Done,
    Stall,
}

/// What makes a device a printer or a scanner.
pub trait Function: Send {
    /// A request that is no standard one.
    fn control(&mut self, _bus: &mut Bus, _setup: Setup, _data: &[u8]) -> Reply {
        Reply::Stall
    }

    /// Takes what it has room for and says how much that was.
    fn take(&mut self, _bus: &mut Bus, _endpoint: u8, bytes: &[u8]) -> usize {
        bytes.len()
    }

    /// The host listens on an endpoint where nothing waits.
    fn speak(&mut self, _bus: &mut Bus, _endpoint: u8, _most: usize) {}
}

/// A plugged-in device; dropping it pulls the cable.
pub struct Device {
    inner: Arc<Mutex<Inner>>,
}

struct Inner {
    to_kernel: UnixStream,
    identity: Identity,
    function: Box<dyn Function>,
    bus: Bus,
    pending: Vec<Transfer>,
    is_gone: bool,
}

struct Transfer {
    sequence: u32,
    endpoint: u8,
    length: usize,
    data: Vec<u8>,
    done: usize,
}

/// How a transfer ends.
struct End {
    status: i32,
    moved: usize,
    data: Vec<u8>,
}

impl Device {
    /// Plugs a device into the first free port of the virtual controller.
    pub fn plug(identity: Identity, function: Box<dyn Function>) -> io::Result<Device> {
        let port = free_port()?;
        let speed = identity.speed as u32;
        let (ours, theirs) = UnixStream::pair()?;
        let inner = Inner {
            to_kernel: ours.try_clone()?,
            identity,
            function,
            bus: Bus::default(),
            pending: Vec::new(),
            is_gone: false,
        };
        let inner = Arc::new(Mutex::new(inner));
        let (served, pulsed) = (Arc::clone(&inner), Arc::downgrade(&inner));
        std::thread::spawn(move || serve(ours, &served));
        std::thread::spawn(move || keep_pulse(&pulsed));
        // Bus and device number on the far side: made up, but different for each port.
        let far_side = 1 << 16 | (port + 2);
        std::fs::write(format!("{CONTROLLER}/attach"), format!("{port} {} {far_side} {speed}", theirs.as_raw_fd()))?;
        Ok(Device { inner })
    }

    /// Looks at the endpoints or changes them; waiting transfers move on at once.
    pub fn bus<T>(&self, change: impl FnOnce(&mut Bus) -> T) -> T {
        let mut inner = lock(&self.inner);
        let result = change(&mut inner.bus);
        inner.pump();
        result
    }

    /// Transfers of an endpoint that wait.
    pub fn pending(&self, endpoint: u8) -> usize {
        lock(&self.inner).pending.iter().filter(|transfer| transfer.endpoint == endpoint).count()
    }

    pub fn say(&self, endpoint: u8, packet: &[u8]) {
        self.bus(|bus| bus.say(endpoint, packet));
    }

    /// Pulls the cable: the kernel sees the link go down at once.
    pub fn unplug(&self) {
        let mut inner = lock(&self.inner);
        inner.is_gone = true;
        let _ = inner.to_kernel.shutdown(Shutdown::Both);
    }
}

impl Drop for Device {
    fn drop(&mut self) {
        self.unplug();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn free_port() -> io::Result<u32> {
    let status = std::fs::read_to_string(format!("{CONTROLLER}/status"))?;
    let port = status.lines().find_map(|line| {
        let mut columns = line.split_whitespace();
        let (hub, port, state) = (columns.next()?, columns.next()?, columns.next()?);
        (hub == "hs" && state == PORT_IS_FREE).then(|| port.parse().ok())?
    });
    port.ok_or_else(|| io::Error::other("the virtual controller has no free port"))
}

fn keep_pulse(inner: &Weak<Mutex<Inner>>) {
    while let Some(inner) = inner.upgrade() {
        let mut device = lock(&inner);
        if device.is_gone {
            return;
        }
        device.pump();
        drop(device);
        drop(inner);
        std::thread::sleep(PULSE);
    }
}

fn serve(mut from_kernel: UnixStream, inner: &Mutex<Inner>) {
    while let Ok(request) = wire::read_request(&mut from_kernel) {
        let mut device = lock(inner);
        match request {
            Request::Submit { sequence, endpoint, length, setup, data } => {
                let transfer = Transfer { sequence, endpoint, length, data, done: 0 };
                device.submit(transfer, setup);
            }
            Request::Unlink { sequence, victim } => device.unlink(sequence, victim),
        }
        device.pump();
    }
    lock(inner).is_gone = true;
}

impl Inner {
    fn submit(&mut self, transfer: Transfer, setup: [u8; 8]) {
        if transfer.endpoint != 0 {
            self.pending.push(transfer);
            return;
        }
        self.bus.setups.push(setup);
        let setup = Setup::new(setup);
        let reply = match self.standard(setup) {
            Some(reply) => reply,
            None if self.bus.control_hangs => {
                self.pending.push(transfer);
                return;
            }
            None => self.function.control(&mut self.bus, setup, &transfer.data),
        };
        let end = match reply {
            Reply::Data(mut data) => {
                data.truncate(setup.length.into());
                End { status: 0, moved: data.len(), data }
            }
            Reply::Done => End { status: 0, moved: transfer.data.len(), data: Vec::new() },
            Reply::Stall => End { status: STALLED, moved: 0, data: Vec::new() },
        };
        self.finish(&transfer, end);
    }

    fn unlink(&mut self, sequence: u32, victim: u32) {
        let at = self.pending.iter().position(|transfer| transfer.sequence == victim);
        let status = match at {
            Some(at) => {
                let Transfer { endpoint, length, done, .. } = self.pending.remove(at);
                self.bus.cancelled.push(Cancelled { endpoint, length, taken: done });
                TAKEN_BACK
            }
            None => 0,
        };
        self.send(&wire::unlinked(sequence, status));
    }

    fn finish(&mut self, transfer: &Transfer, end: End) {
        self.send(&wire::submitted(transfer.sequence, end.status, end.moved, &end.data));
    }

    fn send(&mut self, message: &[u8]) {
        self.is_gone |= self.to_kernel.write_all(message).is_err();
    }

    /// The standard requests (USB 2.0, section 9.4); `None` for those of a class or a vendor.
    fn standard(&mut self, setup: Setup) -> Option<Reply> {
        let endpoint = setup.index as u8;
        Some(match (setup.kind, setup.request) {
            // GET_DESCRIPTOR, of the device or an interface.
            (0x80 | 0x81, 6) => self.descriptor((setup.value >> 8) as u8, setup.value as u8, setup.index as u8),
            // GET_STATUS: self-powered; an interface has none; halted or not.
            (0x80, 0) => Reply::Data(vec![1, 0]),
            (0x81, 0) => Reply::Data(vec![0, 0]),
            (0x82, 0) => Reply::Data(vec![u8::from(self.bus.halted.contains(&endpoint)), 0]),
            // GET_CONFIGURATION, GET_INTERFACE.
            (0x80, 8) => Reply::Data(vec![1]),
            (0x81, 10) => Reply::Data(vec![0]),
            // SET_CONFIGURATION, SET_INTERFACE, features of the device.
            (0x00, 9) | (0x01, 11) | (0x00, 1 | 3) => Reply::Done,
            // CLEAR_FEATURE and SET_FEATURE of an endpoint: its halt.
            (0x02, 1) => {
                self.bus.halted.remove(&endpoint);
                Reply::Done
            }
            (0x02, 3) => {
                self.bus.halted.insert(endpoint);
                Reply::Done
            }
            _ => return None,
        })
    }

    fn descriptor(&self, kind: u8, number: u8, interface: u8) -> Reply {
        let identity = &self.identity;
        let found = match (kind, number) {
            (1, _) => Some(identity.device.to_vec()),
            (2, _) => Some(identity.configuration.clone()),
            // The languages: US English.
            (3, 0) => Some(vec![4, 3, 9, 4]),
            (3, number) => identity.strings.get(usize::from(number) - 1).map(|text| string_descriptor(text)),
            (kind, _) => identity.others.get(&(kind, interface)).cloned(),
        };
        found.map_or(Reply::Stall, Reply::Data)
    }

    /// Moves every pending transfer as far as the device's state allows; order is kept within an endpoint.
    fn pump(&mut self) {
        self.bus.refill();
        let mut blocked = HashSet::from([0]);
        let mut at = 0;
        while at < self.pending.len() {
            let endpoint = self.pending[at].endpoint;
            let end = if blocked.contains(&endpoint) { None } else { self.advance(at) };
            match end {
                Some(end) => {
                    let transfer = self.pending.remove(at);
                    self.finish(&transfer, end);
                }
                None => {
                    blocked.insert(endpoint);
                    at += 1;
                }
            }
        }
    }

    fn advance(&mut self, at: usize) -> Option<End> {
        let endpoint = self.pending[at].endpoint;
        if self.bus.halted.contains(&endpoint) {
            return Some(End { status: STALLED, moved: self.pending[at].done, data: Vec::new() });
        }
        if self.bus.not_ready.contains(&endpoint) || self.bus.must_pause(endpoint) {
            return None;
        }
        if endpoint & 0x80 == 0 { self.advance_to_device(at) } else { self.advance_to_host(at) }
    }

    fn advance_to_device(&mut self, at: usize) -> Option<End> {
        let transfer = &mut self.pending[at];
        let rest = &transfer.data[transfer.done..];
        let offered = &rest[..rest.len().min(self.bus.room_now())];
        if !offered.is_empty() {
            let taken = self.function.take(&mut self.bus, transfer.endpoint, offered);
            self.bus.note_taken(taken);
            transfer.done += taken;
        }
        let is_over = transfer.done == transfer.length;
        is_over.then_some(End { status: 0, moved: transfer.done, data: Vec::new() })
    }

    fn advance_to_host(&mut self, at: usize) -> Option<End> {
        let Transfer { endpoint, length, .. } = self.pending[at];
        if !self.bus.has_something_to_say(endpoint) {
            self.function.speak(&mut self.bus, endpoint, length);
        }
        let data = self.bus.next_packet(endpoint, length)?;
        Some(End { status: 0, moved: data.len(), data })
    }
}

fn string_descriptor(text: &str) -> Vec<u8> {
    let letters = text.encode_utf16().flat_map(u16::to_le_bytes);
    let mut descriptor = vec![0, 3];
    descriptor.extend(letters);
    descriptor[0] = descriptor.len() as u8;
    descriptor
}
