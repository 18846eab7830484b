//! Tells when something is plugged in or pulled out, so that nobody has to ask again and again.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{JoinHandle, Thread};

use futures_core::Stream;
use print::Fault;

use crate::Trouble;

/// Watches until it is dropped.
#[derive(Debug)]
pub struct UsbWatch {
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

/// Calls `on_change` for every USB device that comes (udev has set its permissions by then) or goes, in a thread of
/// its own. What it is must be seen by looking: [`super::list_usb_printers`].
pub fn watch_usb(mut on_change: impl FnMut() + Send + 'static) -> Result<UsbWatch, Trouble> {
    let failed =
        |problem: String| Trouble::new(Fault::Disconnected, format!("USB devices cannot be watched: {problem}"));
    let mut changes = nusb::watch_devices().map_err(|error| failed(error.to_string()))?;
    let stop = Arc::new(AtomicBool::new(false));
    let stopped = Arc::clone(&stop);
    let thread = std::thread::Builder::new().name("usb watch".to_owned()).spawn(move || {
        let waker = Waker::from(Arc::new(Unpark(std::thread::current())));
        let mut context = Context::from_waker(&waker);
        while !stopped.load(Ordering::Relaxed) {
            match Pin::new(&mut changes).poll_next(&mut context) {
                Poll::Ready(Some(_)) => on_change(),
                Poll::Ready(None) => return,
                Poll::Pending => std::thread::park(),
            }
        }
    });
    let thread = thread.map_err(|error| failed(error.to_string()))?;
    Ok(UsbWatch { stop, thread: Some(thread) })
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

impl Drop for UsbWatch {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            thread.thread().unpark();
            let _ = thread.join();
        }
    }
}
