//! What a printer said of itself, whatever its language: each language's module reads the answers into this.

use crate::fault::Fault;

/// What is known about a printer right now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Status {
    Known(Report),
    /// This unit does not answer status questions; nothing is known, good or bad.
    Unknown,
}

/// One answer, read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// Faults and warnings, the one a person must mend first at the front.
    pub faults: Vec<Fault>,
    /// It prints, or holds something that it has still to print. False also where an answer cannot say it.
    pub works: bool,
}

impl Report {
    /// The faults whose condition holds, in the order given.
    pub fn of(checks: &[(bool, Fault)], works: bool) -> Report {
        let mut faults = Vec::new();
        for (_, fault) in checks.iter().filter(|(holds, _)| *holds) {
            if !faults.contains(fault) {
                faults.push(*fault);
            }
        }
        Report { faults, works }
    }

    /// The first thing to tell staff although printing goes on.
    pub fn warning(&self) -> Option<Fault> {
        self.faults.iter().copied().find(|fault| fault.is_warning())
    }

    /// The fault that stops printing, if any.
    pub fn blocking(&self) -> Option<Fault> {
        self.faults.iter().copied().find(|fault| !fault.is_warning())
    }
}

impl Status {
    /// Faults and warnings, the one to show first at the front; empty when nothing is known.
    pub fn faults(&self) -> &[Fault] {
        match self {
            Status::Known(report) => &report.faults,
            Status::Unknown => &[],
        }
    }

    /// The first thing to tell staff although printing goes on.
    pub fn warning(&self) -> Option<Fault> {
        self.faults().iter().copied().find(|fault| fault.is_warning())
    }

    /// The fault that stops printing, if any.
    pub fn blocking(&self) -> Option<Fault> {
        self.faults().iter().copied().find(|fault| !fault.is_warning())
    }
}
