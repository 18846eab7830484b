//! The state of a device's endpoints, open to tests that want a fault.

use std::collections::{HashMap, HashSet, VecDeque};
use std::time::{Duration, Instant};

/// A transfer that the host took back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cancelled {
    pub endpoint: u8,
    pub length: usize,
    /// What the device had taken of it. The host is told 0: USB/IP has no field for it.
    pub taken: usize,
}

/// Endpoints are named by their address, bit 7 set towards the host.
#[derive(Debug, Default)]
pub struct Bus {
    /// Packets that wait for the host.
    pub to_host: HashMap<u8, VecDeque<Vec<u8>>>,
    /// Stalled until the host clears the halt.
    pub halted: HashSet<u8>,
    /// Not ready: transfers stay pending.
    pub not_ready: HashSet<u8>,
    /// Bytes a second that the device drains, all endpoints together; `None`: at once.
    pub bytes_per_s: Option<f64>,
    /// Takes so many more bytes, then its buffer is full.
    pub room: Option<usize>,
    /// The firmware hangs: class and vendor requests get no answer.
    pub control_hangs: bool,
    /// Least time between two packets of an endpoint: the virtual controller does not pace interrupt endpoints.
    pub pace: HashMap<u8, Duration>,
    /// Every setup packet that was seen.
    pub setups: Vec<[u8; 8]>,
    pub cancelled: Vec<Cancelled>,
    sent: HashMap<u8, Instant>,
    drained: Option<Instant>,
    allowance: f64,
}

/// A slow device takes what it may in portions of at most so much time.
const LONGEST_PORTION_S: f64 = 0.02;
const SMALLEST_PORTION_BYTES: f64 = 64.0;

impl Bus {
    pub fn say(&mut self, endpoint: u8, packet: &[u8]) {
        self.to_host.entry(endpoint).or_default().push_back(packet.to_vec());
    }

    /// What waits for the host on an endpoint, taken away.
    pub fn forget(&mut self, endpoint: u8) {
        self.to_host.remove(&endpoint);
    }

    pub(crate) fn has_something_to_say(&self, endpoint: u8) -> bool {
        self.to_host.get(&endpoint).is_some_and(|queue| !queue.is_empty())
    }

    /// The next packet, at most `most` bytes of it.
    pub(crate) fn next_packet(&mut self, endpoint: u8, most: usize) -> Option<Vec<u8>> {
        let queue = self.to_host.get_mut(&endpoint)?;
        let mut packet = queue.pop_front()?;
        if packet.len() > most {
            queue.push_front(packet.split_off(most));
        }
        self.sent.insert(endpoint, Instant::now());
        Some(packet)
    }

    pub(crate) fn must_pause(&self, endpoint: u8) -> bool {
        match (self.pace.get(&endpoint), self.sent.get(&endpoint)) {
            (Some(pace), Some(sent)) => sent.elapsed() < *pace,
            _ => false,
        }
    }

    /// Lets time pass for a slow device.
    pub(crate) fn refill(&mut self) {
        let now = Instant::now();
        let elapsed = self.drained.map_or(Duration::ZERO, |before| now.duration_since(before));
        self.drained = Some(now);
        if let Some(rate) = self.bytes_per_s {
            let most = (rate * LONGEST_PORTION_S).max(SMALLEST_PORTION_BYTES);
            self.allowance = (self.allowance + rate * elapsed.as_secs_f64()).min(most);
        }
    }

    /// How many bytes the device may be offered now.
    pub(crate) fn room_now(&self) -> usize {
        let by_rate = self.bytes_per_s.map_or(usize::MAX, |_| self.allowance as usize);
        by_rate.min(self.room.unwrap_or(usize::MAX))
    }

    pub(crate) fn note_taken(&mut self, bytes: usize) {
        if self.bytes_per_s.is_some() {
            self.allowance -= bytes as f64;
        }
        if let Some(room) = &mut self.room {
            *room -= bytes;
        }
    }
}
