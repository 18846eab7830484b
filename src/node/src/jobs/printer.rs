//! One printer as its jobs see it: its fault, its present job, when to ask again. It knows no bytes.

use print::{Fault, JobId};

use crate::steady::Now;

/// How often a printer with a fault is asked whether it is well again.
pub(crate) const PROBE_MS: u64 = 1_000;

/// How long a warning outlives the word that the printer is in order.
const WARNING_STAYS_MS: u64 = 500;

#[derive(Debug, Default)]
pub(crate) struct Printer {
    pub(crate) fault: Option<Fault>,
    pub(crate) seen: bool,
    /// The one job in flight.
    pub(crate) job: Option<JobId>,
    /// Openings of its connection, as it said last.
    pub(crate) epoch: u64,
    /// Steady time of the first word of the present fault.
    unwell_since: Option<u64>,
    next_probe: Option<u64>,
    warned_at: Option<u64>,
}

impl Printer {
    pub(crate) fn can_print(&self) -> bool {
        self.fault.is_none_or(Fault::is_warning)
    }

    /// In order. A warning of just before stays: some printers tell both at once.
    pub(crate) fn heard_well(&mut self, epoch: u64, now: Now) {
        let warned = self.warned_at.is_some_and(|at| now.steady < at.saturating_add(WARNING_STAYS_MS));
        self.seen = true;
        self.epoch = epoch;
        self.next_probe = None;
        self.unwell_since = None;
        self.fault = self.fault.filter(|fault| warned && fault.is_warning());
    }

    pub(crate) fn heard_unwell(&mut self, fault: Fault, now: Now) {
        self.seen = true;
        self.fault = Some(fault);
        let since = self.unwell_since.unwrap_or(now.steady);
        self.unwell_since = (!fault.is_warning()).then_some(since);
        self.warned_at = fault.is_warning().then_some(now.steady);
        self.next_probe = (!fault.is_warning()).then(|| now.steady.saturating_add(PROBE_MS));
    }

    /// Whether it cannot print, and could not for `ms` milliseconds.
    pub(crate) fn is_unwell_for(&self, ms: u64, now: Now) -> bool {
        self.unwell_since.is_some_and(|since| now.steady >= since.saturating_add(ms))
    }

    pub(crate) fn probe_due(&self, now: Now) -> bool {
        self.next_probe.is_some_and(|at| at <= now.steady)
    }

    pub(crate) fn probed(&mut self, now: Now) {
        self.next_probe = Some(now.steady.saturating_add(PROBE_MS));
    }

    pub(crate) fn next_probe(&self) -> Option<u64> {
        self.next_probe
    }
}
