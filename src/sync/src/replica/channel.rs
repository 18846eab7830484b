//! One direction of replication: at most one request under way, pauses that grow while it fails.

use crate::ids::DeviceId;
use crate::wire::NetFault;

/// Shortest pause after a failure.
pub(super) const MIN_PAUSE_MS: u64 = 250;
/// The nodes of a venue do not all begin within this time to tell the hub the same.
const LINE_MS: u64 = 2_000;
/// Longest pause; a hub that came back is found within it.
pub(super) const MAX_PAUSE_MS: u64 = 8_000;

#[derive(Debug, Clone)]
pub(super) struct Channel {
    busy: bool,
    retry_at_ms: Option<u64>,
    failures: u32,
    fault: Option<NetFault>,
    /// Spreads the machines of a venue: 896 to 1151 of 1024.
    spread: u64,
    /// Which place in a line of all machines: 0 to 255.
    place: u64,
}

impl Channel {
    pub(super) fn new(device: DeviceId) -> Channel {
        Channel {
            busy: false,
            retry_at_ms: None,
            failures: 0,
            fault: None,
            spread: 896 + u64::from(device.0[15]),
            place: u64::from(device.0[14]),
        }
    }

    pub(super) fn ready(&self, now_ms: u64) -> bool {
        !self.busy && self.retry_at_ms.is_none_or(|at| at <= now_ms)
    }

    pub(super) fn busy(&self) -> bool {
        self.busy
    }

    pub(super) fn begin(&mut self) {
        self.busy = true;
        self.retry_at_ms = None;
    }

    /// The request was answered and the answer taken. True when it failed before.
    pub(super) fn succeed(&mut self) -> bool {
        let recovered = self.failures > 0;
        self.busy = false;
        self.retry_at_ms = None;
        self.failures = 0;
        self.fault = None;
        recovered
    }

    pub(super) fn fail(&mut self, fault: Option<NetFault>, now_ms: u64) {
        let pause = (MIN_PAUSE_MS << self.failures.min(16)).min(MAX_PAUSE_MS);
        self.busy = false;
        self.failures = self.failures.saturating_add(1);
        self.fault = fault;
        self.retry_at_ms = Some(now_ms.saturating_add(pause * self.spread / 1024));
    }

    /// A pause that is no failure.
    pub(super) fn rest(&mut self, now_ms: u64) {
        self.retry_at_ms = Some(now_ms.saturating_add(MIN_PAUSE_MS * self.spread / 1024));
    }

    /// Every machine has the same to say, one of them is enough: wait for this one's turn.
    pub(super) fn stand_in_line(&mut self, now_ms: u64) {
        self.retry_at_ms = Some(now_ms.saturating_add(LINE_MS * self.place / 256));
    }

    /// The other direction got through again: no need to wait out the pause.
    pub(super) fn hurry(&mut self, now_ms: u64) {
        self.retry_at_ms = self.retry_at_ms.map(|at| at.min(now_ms));
    }

    pub(super) fn failing(&self) -> bool {
        self.failures > 0
    }

    pub(super) fn fault(&self) -> Option<&NetFault> {
        self.fault.as_ref()
    }

    pub(super) fn wake_at_ms(&self) -> Option<u64> {
        if self.busy { None } else { self.retry_at_ms }
    }
}
