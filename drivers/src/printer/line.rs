//! The connection as a conversation uses it: bytes out, bytes in, and the time as the connection sees it.
//! It knows no printer language; what is heard between two attempts to write is the conversation's business.

use std::time::{Duration, Instant};

use print::Fault;

use super::Timing;
use crate::Trouble;
use crate::transport::Transport;

/// One attempt to write. Long enough for one transfer to a slow printer, short enough that a blocked printer's
/// reason is heard within the second.
const WRITE_STEP: Duration = Duration::from_millis(400);

/// A transport with its patience.
pub(super) struct Line {
    pub transport: Box<dyn Transport>,
    pub timing: Timing,
    /// How often the connection was opened.
    pub epoch: u64,
}

impl Line {
    pub fn new(transport: Box<dyn Transport>) -> Line {
        Line { transport, timing: Timing::default(), epoch: 0 }
    }

    pub fn now(&self) -> Instant {
        self.transport.now()
    }

    /// Time since `then`, as the connection sees it.
    pub fn since(&self, then: Instant) -> Duration {
        self.now().saturating_duration_since(then)
    }

    /// What came `within` the time; empty when the printer was silent.
    pub fn read(&mut self, within: Duration) -> Result<Vec<u8>, Trouble> {
        let mut buffer = [0u8; 512];
        let count = self.transport.read(&mut buffer, within)?;
        Ok(buffer[..count].to_vec())
    }

    /// Writes a short question or command of which nobody wants to know how far it came.
    pub fn say(&mut self, bytes: &[u8], hear: &mut dyn FnMut(&mut Line) -> Result<(), Trouble>) -> Result<(), Trouble> {
        self.write_all(bytes, &mut |_| {}, hear).map_err(|(trouble, _)| trouble)
    }

    /// Writes everything; on failure says how much was taken. `on_part` hears how far it got, and while nothing is
    /// taken `hear` listens to the printer and may end the attempt with the reason.
    pub fn write_all(
        &mut self,
        bytes: &[u8],
        on_part: &mut dyn FnMut(usize),
        hear: &mut dyn FnMut(&mut Line) -> Result<(), Trouble>,
    ) -> Result<(), (Trouble, usize)> {
        let mut offset = 0;
        let mut last_progress = self.now();
        while offset < bytes.len() {
            let taken = self.transport.write(&bytes[offset..], WRITE_STEP).map_err(|trouble| (trouble, offset))?;
            if taken > 0 {
                offset += taken;
                last_progress = self.now();
                on_part(offset);
                continue;
            }
            hear(self).and_then(|()| self.explain_stall(last_progress)).map_err(|trouble| (trouble, offset))?;
        }
        Ok(())
    }

    /// The printer takes nothing: what the port says about it, or a stall when it lasts too long.
    fn explain_stall(&mut self, since: Instant) -> Result<(), Trouble> {
        let (waited, limit) = (self.since(since), self.timing.stall);
        if let Some(port) = self.transport.port_status()? {
            if port.paper_empty {
                return Err(Trouble::new(Fault::PaperOut, "the USB port says that the paper is out"));
            }
            if port.error && waited > limit / 4 {
                return Err(Trouble::new(Fault::Offline, "the USB port says that there is an error"));
            }
        }
        if waited < limit {
            return Ok(());
        }
        Err(Trouble::new(Fault::Stalled, format!("no byte was taken for {limit:?}")))
    }

    /// Waits as long as between two status questions; what comes meanwhile is nobody's.
    pub fn rest(&mut self) {
        let end = self.now() + self.timing.watch;
        while let Some(left) = end.checked_duration_since(self.now()).filter(|left| !left.is_zero()) {
            let mut nobody = [0u8; 512];
            if self.transport.read(&mut nobody, left).is_err() {
                return;
            }
        }
    }

    /// Says that the paper is out if the port knows it; else that nothing is known.
    pub fn ask_port(&mut self) -> Result<(), Trouble> {
        match self.transport.port_status()? {
            Some(port) if port.paper_empty => Err(Trouble::plain(Fault::PaperOut)),
            Some(_) | None => Ok(()),
        }
    }
}
