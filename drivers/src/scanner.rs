//! Scanners: a thread per scanner reads, puts lines together and tells them over a channel. A scanner that is
//! missing, is unplugged or fails is retried until it works. What a code means, and that the same code within five
//! seconds is one scan, is not decided here.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Sender;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use print::Fault;

use crate::Trouble;
use crate::spec::ScannerSpec;

mod evdev_reader;
pub mod hid;
mod hid_reader;
pub mod keymap;
pub mod line;
mod mute;
mod serial_reader;

pub use hid_reader::{HidScanner, list_hid_scanners};
use mute::Mute;

/// What a scanner tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ScannerEvent {
    /// It is open and waits for codes.
    Ready,
    /// A code, ASCII, 1 to 512 characters, without suffix and AIM prefix.
    Line(String),
    /// Something was scanned that cannot be used: too long, not ASCII, or parts of it were lost. Ask to scan again.
    Spoiled,
    /// It repeats what cannot be read, or too much of anything: nothing of it is told until [`ScannerEvent::Unmuted`].
    /// Somebody should look at it.
    Muted { reason: String },
    /// It was quiet for a while, or plugged in anew, and is heard again.
    Unmuted,
    /// It cannot be opened, or it is gone. Told once until it is [`ScannerEvent::Ready`] again or the reason changes.
    Fault(Trouble),
}

/// A node is there some 100 ms before the system has set who may open it.
const SETTLED: Duration = Duration::from_millis(500);
/// How often a missing scanner is looked for, and how fast a stop is noticed.
const RETRY: Duration = Duration::from_millis(300);
const PATIENCE: Duration = Duration::from_millis(100);

/// A reading thread; dropping it stops the reading.
#[derive(Debug)]
pub struct ScannerThread {
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

/// Starts reading. The thread ends when this handle is dropped or nobody listens any more; a scanner that cannot be
/// opened is no error here but a [`ScannerEvent::Fault`].
pub fn start(spec: ScannerSpec, events: Sender<ScannerEvent>) -> Result<ScannerThread, Trouble> {
    let stop = Arc::new(AtomicBool::new(false));
    let outlet = Outlet { events, stop: Arc::clone(&stop), mute: Mute::default(), last_fault: None, denied: None };
    let name = format!("scanner {spec}");
    let thread = std::thread::Builder::new().name(name.clone()).spawn(move || outlet.serve(&spec));
    let thread = thread.map_err(|error| Trouble::from_io(&name, &error))?;
    Ok(ScannerThread { stop, thread: Some(thread) })
}

impl Drop for ScannerThread {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// The thread's side of the channel.
struct Outlet {
    events: Sender<ScannerEvent>,
    stop: Arc<AtomicBool>,
    mute: Mute,
    last_fault: Option<Trouble>,
    /// Since when it may not be opened.
    denied: Option<Instant>,
}

/// Why reading ended.
enum End {
    /// The handle was dropped or the listener is gone.
    Stopped,
    /// Try again.
    Failed(Trouble),
}

impl Outlet {
    fn serve(mut self, spec: &ScannerSpec) {
        loop {
            let end = match spec {
                ScannerSpec::Serial { path, baud } => serial_reader::read(path, *baud, &mut self),
                ScannerSpec::Evdev { path } => evdev_reader::read(path, &mut self),
                ScannerSpec::HidPos(choice) => hid_reader::read(choice, &mut self),
            };
            match end {
                End::Stopped => return,
                End::Failed(trouble) => {
                    if !self.fail(trouble) || !self.rest() {
                        return;
                    }
                }
            }
        }
    }

    fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// To be asked before each wait; false when it was stopped.
    fn goes_on(&mut self) -> bool {
        let heard_again = self.mute.tick(Instant::now());
        let is_heard = heard_again.is_none_or(|event| self.events.send(event).is_ok());
        is_heard && !self.is_stopped()
    }

    /// False when nobody listens.
    fn tell(&mut self, event: ScannerEvent) -> bool {
        self.mute.pass(event, Instant::now()).is_none_or(|event| self.events.send(event).is_ok())
    }

    fn ready(&mut self) -> bool {
        (self.last_fault, self.denied) = (None, None);
        self.tell(ScannerEvent::Ready)
    }

    /// The same fault again and again is told once.
    fn fail(&mut self, trouble: Trouble) -> bool {
        if self.last_fault.as_ref() == Some(&trouble) || self.may_settle(&trouble) {
            return !self.is_stopped();
        }
        self.last_fault = Some(trouble.clone());
        let heard_again = self.mute.unplugged();
        heard_again.is_none_or(|event| self.tell(event)) && self.tell(ScannerEvent::Fault(trouble))
    }

    fn may_settle(&mut self, trouble: &Trouble) -> bool {
        if trouble.fault != Fault::Denied {
            self.denied = None;
            return false;
        }
        self.denied.get_or_insert_with(Instant::now).elapsed() < SETTLED
    }

    /// Waits before the next attempt; false when it was stopped.
    fn rest(&self) -> bool {
        let until = Instant::now() + RETRY;
        while Instant::now() < until {
            if self.is_stopped() {
                return false;
            }
            std::thread::sleep(PATIENCE.min(RETRY));
        }
        true
    }
}
