//! The ways to a printer, under one contract. A transport moves bytes and says how far it got;
//! it knows no printer language and repeats nothing.

use std::time::{Duration, Instant};

use crate::Trouble;

mod backoff;
pub mod serial;
pub mod tcp;
pub mod usb;

/// What the USB printer class tells besides the printer's own language (GET_PORT_STATUS).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PortStatus {
    pub paper_empty: bool,
    pub selected: bool,
    pub error: bool,
}

/// A connection to one printer, real or virtual. After an error the caller closes and opens anew.
pub trait Transport: Send {
    /// Names the unit as precisely as it is known, the same after every start: the key of what was learnt about it.
    fn identity(&self) -> String;

    /// Connects. Bytes that were left over from before are dropped.
    fn open(&mut self) -> Result<(), Trouble>;

    fn is_open(&self) -> bool;

    /// Hands over a part of `bytes` and says how many were taken; 0 when the printer took none `within` the time, and
    /// then none is on its way either. After a count above 0 the rest may be on its way: go on with the same bytes.
    /// Bytes taken before an error are always reported first, the error with the next call.
    fn write(&mut self, bytes: &[u8], within: Duration) -> Result<usize, Trouble>;

    /// What the printer said; 0 when it said nothing `within` the time.
    fn read(&mut self, into: &mut [u8], within: Duration) -> Result<usize, Trouble>;

    /// The port's own status where there is one.
    fn port_status(&mut self) -> Result<Option<PortStatus>, Trouble>;

    fn close(&mut self);

    /// The time as this connection sees it: a simulated one need not wait for its own to pass.
    fn now(&self) -> Instant {
        Instant::now()
    }
}
