//! One printer as its jobs see it: its fault, its present job, when to ask again. It knows no bytes.

use print::{Fault, JobId};

use crate::steady::Now;

/// How often a printer with a fault is asked whether it is well again.
pub(crate) const PROBE_MS: u64 = 1_000;

#[derive(Debug, Default)]
pub(crate) struct Printer {
    pub(crate) fault: Option<Fault>,
    pub(crate) seen: bool,
    /// The one job in flight.
    pub(crate) job: Option<JobId>,
    next_probe: Option<u64>,
}

impl Printer {
    pub(crate) fn can_print(&self) -> bool {
        self.fault.is_none_or(Fault::is_warning)
    }

    pub(crate) fn heard_well(&mut self, _now: Now) {
        self.seen = true;
        self.next_probe = None;
        self.fault = None;
    }

    pub(crate) fn heard_unwell(&mut self, fault: Fault, now: Now) {
        self.seen = true;
        self.fault = Some(fault);
        self.next_probe = (!fault.is_warning()).then(|| now.steady.saturating_add(PROBE_MS));
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
