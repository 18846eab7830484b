//! What reads codes: scanners and cameras tell the core, and the camera's picture goes to the screen. What a code means
//! is decided by the screen's controller.

use crate::app::devices::{post, trouble};
use crate::app::inbox::{Inbox, Message};
use crate::screens::kiosk::ReaderHealth;
use anyhow::{Context, Result};
use domain::event::DevicePart;
use drivers::camera::{CameraEvent, Preview};
use drivers::{CameraSpec, ScannerEvent, ScannerSpec};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

/// A picture in which nothing moves any more makes room for the invitation again.
const PICTURE_STAYS: Duration = Duration::from_secs(4);

/// Where the camera's pictures go; `None`: nobody stands before it.
pub type Viewer = Box<dyn Fn(Option<Preview>) + Send>;

/// Starts the thread of the scanner that `spec` names; it waits for the scanner and reopens it by itself.
pub fn start_scanner(spec: &ScannerSpec, inbox: Inbox) -> Result<()> {
    let (events, heard) = channel();
    let scanner = drivers::scanner::start(spec.clone(), events).map_err(trouble)?;
    thread::Builder::new()
        .name("scans".into())
        .spawn(move || {
            let _scanner = scanner;
            heard.into_iter().for_each(|event| scanned(event, &inbox));
        })
        .context("the scanner's thread could not be started")?;
    Ok(())
}

fn scanned(event: ScannerEvent, inbox: &Inbox) {
    let reader = |health| Message::Reader { part: DevicePart::Scanner, health };
    let message = match event {
        ScannerEvent::Line(code) => Message::Scan { code, at: Instant::now() },
        ScannerEvent::Spoiled => Message::SpoiledScan,
        ScannerEvent::Ready | ScannerEvent::Unmuted => reader(ReaderHealth::Working),
        ScannerEvent::Muted { reason } => {
            tracing::warn!("the scanner is muted: {reason}");
            reader(ReaderHealth::Muted)
        }
        ScannerEvent::Fault(trouble) => {
            tracing::warn!("scanner: {trouble}");
            reader(ReaderHealth::Absent)
        }
    };
    post(inbox, message);
}

/// Starts the thread of the camera that `spec` names; its pictures go to `viewer`.
pub fn start_camera(spec: &CameraSpec, inbox: Inbox, viewer: Viewer) -> Result<()> {
    let (events, seen) = channel();
    let camera = drivers::camera::start(spec.clone(), events).map_err(trouble)?;
    thread::Builder::new()
        .name("sights".into())
        .spawn(move || {
            let _camera = camera;
            watch(&seen, &inbox, &viewer);
        })
        .context("the camera's thread could not be started")?;
    Ok(())
}

fn watch(seen: &Receiver<CameraEvent>, inbox: &Inbox, viewer: &Viewer) {
    let reader = |health| Message::Reader { part: DevicePart::Camera, health };
    loop {
        match seen.recv_timeout(PICTURE_STAYS) {
            Ok(CameraEvent::View(preview)) => viewer(Some(preview)),
            Ok(CameraEvent::Code(code)) => post(inbox, Message::Scan { code, at: Instant::now() }),
            Ok(CameraEvent::Spoiled) => post(inbox, Message::SpoiledScan),
            Ok(CameraEvent::Ready) => post(inbox, reader(ReaderHealth::Working)),
            Ok(CameraEvent::Fault(trouble)) => {
                tracing::warn!("camera: {trouble}");
                viewer(None);
                post(inbox, reader(ReaderHealth::Absent));
            }
            Err(RecvTimeoutError::Timeout) => viewer(None),
            Err(RecvTimeoutError::Disconnected) => return,
        }
    }
}
