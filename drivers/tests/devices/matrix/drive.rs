//! The driver as the matrix uses it, and drivers with a mistake in them, which the matrix must find.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use drivers::transport::PortStatus;
use drivers::{Completion, PrintFailed, Printer, Progress, Transport, Trouble};
use print::{Bitmap, Fault};

pub type OnProgress<'a> = &'a mut dyn FnMut(Progress);

/// What the application does with a driver.
pub trait Drive {
    fn printer(&mut self) -> &mut Printer;

    fn print(&mut self, picture: &Bitmap, number: u32, on_progress: OnProgress) -> Result<Completion, PrintFailed> {
        self.printer().print(picture, number, on_progress)
    }

    /// After an earlier process died.
    fn expect_leftovers(&mut self) {
        self.printer().expect_leftovers();
    }
}

/// The driver as it is.
pub struct Honest(pub Printer);

impl Drive for Honest {
    fn printer(&mut self) -> &mut Printer {
        &mut self.0
    }
}

pub fn honest(printer: Printer) -> Box<dyn Drive> {
    Box::new(Honest(printer))
}

/// Mistake: bytes that left are a badge that is out.
pub struct ClaimsPrinted(pub Printer);

impl Drive for ClaimsPrinted {
    fn printer(&mut self) -> &mut Printer {
        &mut self.0
    }

    fn print(&mut self, picture: &Bitmap, number: u32, on_progress: OnProgress) -> Result<Completion, PrintFailed> {
        match self.0.print(picture, number, on_progress) {
            Err(failed) if failed.bytes_accepted > 10_000 => Ok(Completion::Confirmed),
            other => other,
        }
    }
}

/// Mistake: a broken badge is sent again from its start, as if nothing had left.
pub struct ForgetsWhatWasSent(pub Printer);

impl Drive for ForgetsWhatWasSent {
    fn printer(&mut self) -> &mut Printer {
        &mut self.0
    }

    fn print(&mut self, picture: &Bitmap, number: u32, _: OnProgress) -> Result<Completion, PrintFailed> {
        let result = self.0.print(picture, number, &mut |_| {});
        result.map_err(|failed| PrintFailed { bytes_accepted: 0, ..failed })
    }
}

/// Mistake: whatever happened, it will be printed somehow.
pub struct Shrugs(pub Printer);

impl Drive for Shrugs {
    fn printer(&mut self) -> &mut Printer {
        &mut self.0
    }

    fn print(&mut self, picture: &Bitmap, number: u32, on_progress: OnProgress) -> Result<Completion, PrintFailed> {
        match self.0.print(picture, number, on_progress) {
            Err(failed) if failed.bytes_accepted > 0 => Ok(Completion::Unconfirmed),
            other => other,
        }
    }
}

/// Mistake: half a picture in the printer is no reason to clear it.
pub struct BelievesLeftovers(pub Printer);

impl Drive for BelievesLeftovers {
    fn printer(&mut self) -> &mut Printer {
        &mut self.0
    }

    fn expect_leftovers(&mut self) {}
}

/// Our own process dies: nothing passes any more, in neither direction.
pub struct Mortal<T> {
    pub inner: T,
    pub crashed: Arc<AtomicBool>,
}

impl<T: Transport> Mortal<T> {
    fn if_alive<R>(&mut self, act: impl FnOnce(&mut T) -> Result<R, Trouble>) -> Result<R, Trouble> {
        let dead = || Trouble::new(Fault::Disconnected, "this process is dead");
        if self.crashed.load(Ordering::Relaxed) {
            return Err(dead());
        }
        act(&mut self.inner)
    }
}

impl<T: Transport> Transport for Mortal<T> {
    fn identity(&self) -> String {
        self.inner.identity()
    }

    fn open(&mut self) -> Result<(), Trouble> {
        self.if_alive(T::open)
    }

    fn is_open(&self) -> bool {
        self.inner.is_open()
    }

    fn write(&mut self, bytes: &[u8], within: Duration) -> Result<usize, Trouble> {
        self.if_alive(|inner| inner.write(bytes, within))
    }

    fn read(&mut self, into: &mut [u8], within: Duration) -> Result<usize, Trouble> {
        self.if_alive(|inner| inner.read(into, within))
    }

    fn port_status(&mut self) -> Result<Option<PortStatus>, Trouble> {
        self.if_alive(T::port_status)
    }

    fn close(&mut self) {
        self.inner.close();
    }

    fn now(&self) -> Instant {
        self.inner.now()
    }
}
