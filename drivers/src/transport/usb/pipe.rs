//! The two bulk endpoints of a printer. Outwards several transfers are in flight, so that the bus never waits for
//! us; inwards one always listens, so that no answer is lost between two questions.

use std::time::{Duration, Instant};

use nusb::transfer::{Buffer, Bulk, Completion, In, Out, TransferError};
use nusb::{Endpoint, MaybeFuture};

/// One transfer. A printer of 10 kB/s takes it within one attempt to write (0.4 s).
const TRANSFER_BYTES: usize = 4 * 1024;
/// Together 32 kB: more than a piece of a job.
const MOST_IN_FLIGHT: usize = 8;
/// What a printer says at once is a few bytes.
const ANSWER_BYTES: usize = 512;
/// For a cancelled transfer to come back: the host controller needs microseconds.
const CANCEL_WITHIN: Duration = Duration::from_secs(1);

/// How far a write got, and why it ended early.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Written {
    pub taken: usize,
    pub error: Option<TransferError>,
}

/// The way to the printer.
#[derive(Debug)]
pub(super) struct OutPipe {
    endpoint: Endpoint<Bulk, Out>,
    /// The bytes of the transfers in flight.
    on_the_way: Vec<u8>,
}

impl OutPipe {
    pub(super) fn new(endpoint: Endpoint<Bulk, Out>) -> OutPipe {
        OutPipe { endpoint, on_the_way: Vec::new() }
    }

    /// Returns when everything was taken or the time is over. A printer that took a part of it within the time keeps
    /// what is in flight: cancelling would make the count depend on the host controller. The next call must go on
    /// with the same bytes. Of a printer that took nothing everything is called back, to the last byte counted.
    pub(super) fn write(&mut self, bytes: &[u8], within: Duration) -> Written {
        if !bytes.starts_with(&self.on_the_way) {
            // Whoever asked for it has given it up.
            self.call_back();
        }
        let deadline = Instant::now() + within;
        let (mut submitted, mut taken) = (self.on_the_way.len(), 0);
        loop {
            while submitted < bytes.len() && self.endpoint.pending() < MOST_IN_FLIGHT {
                let transfer = &bytes[submitted..bytes.len().min(submitted + TRANSFER_BYTES)];
                self.endpoint.submit(transfer.into());
                self.on_the_way.extend_from_slice(transfer);
                submitted += transfer.len();
            }
            if self.endpoint.pending() == 0 {
                return Written { taken, error: None };
            }
            let left = deadline.saturating_duration_since(Instant::now());
            match self.endpoint.wait_next_complete(left) {
                Some(Completion { actual_len, status: Ok(()), .. }) => {
                    self.on_the_way.drain(..actual_len.min(self.on_the_way.len()));
                    taken += actual_len;
                }
                Some(Completion { actual_len, status: Err(error), .. }) => {
                    self.call_back();
                    self.clear(error);
                    return Written { taken: taken + actual_len, error: Some(error) };
                }
                None if taken > 0 => return Written { taken, error: None },
                None => return self.call_back(),
            }
        }
    }

    /// Cancels what is in flight, the last transfer first (nusb does), so that nothing overtakes a cancelled one.
    fn call_back(&mut self) -> Written {
        self.on_the_way.clear();
        let (mut taken, mut is_whole, mut error) = (0, true, None);
        self.endpoint.cancel_all();
        while self.endpoint.pending() > 0 {
            let Some(Completion { actual_len, status, .. }) = self.endpoint.wait_next_complete(CANCEL_WITHIN) else {
                return Written { taken, error: Some(TransferError::Fault) };
            };
            if is_whole {
                taken += actual_len;
                error = status.err().filter(|error| *error != TransferError::Cancelled);
            }
            is_whole &= status.is_ok();
        }
        Written { taken, error }
    }

    fn clear(&mut self, error: TransferError) {
        if error == TransferError::Stall {
            // The next attempt finds a working endpoint, or tells why not.
            let _ = self.endpoint.clear_halt().wait();
        }
    }
}

impl Drop for OutPipe {
    /// The interface is free for others only when every transfer is back.
    fn drop(&mut self) {
        self.call_back();
    }
}

/// The way from the printer.
#[derive(Debug)]
pub(super) struct InPipe {
    endpoint: Endpoint<Bulk, In>,
    heard: Vec<u8>,
}

impl InPipe {
    pub(super) fn new(endpoint: Endpoint<Bulk, In>) -> InPipe {
        let mut pipe = InPipe { endpoint, heard: Vec::new() };
        pipe.listen();
        pipe
    }

    /// What was said; 0 when it was nothing within the time.
    pub(super) fn read(&mut self, into: &mut [u8], within: Duration) -> Result<usize, TransferError> {
        let deadline = Instant::now() + within;
        while self.heard.is_empty() {
            let left = deadline.saturating_duration_since(Instant::now());
            let Some(completion) = self.endpoint.wait_next_complete(left) else { return Ok(0) };
            self.heard.extend_from_slice(&completion.buffer[..completion.actual_len]);
            if completion.status == Err(TransferError::Stall) {
                let _ = self.endpoint.clear_halt().wait();
                self.listen();
                break;
            }
            self.listen();
            completion.status?;
        }
        let count = self.heard.len().min(into.len());
        into[..count].copy_from_slice(&self.heard[..count]);
        self.heard.drain(..count);
        Ok(count)
    }

    fn listen(&mut self) {
        let packet = self.endpoint.max_packet_size().max(1);
        self.endpoint.submit(Buffer::new(ANSWER_BYTES.next_multiple_of(packet)));
    }
}

impl Drop for InPipe {
    fn drop(&mut self) {
        self.endpoint.cancel_all();
        while self.endpoint.pending() > 0 && self.endpoint.wait_next_complete(CANCEL_WITHIN).is_some() {}
    }
}
