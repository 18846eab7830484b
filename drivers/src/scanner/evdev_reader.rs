//! A keyboard-wedge scanner, read from the kernel and grabbed, so that no window, layout or input method sees it.
//! Only the device that the technician named is opened: the staff's keyboard stays free.

use std::io::ErrorKind;
use std::path::Path;
use std::time::{Duration, Instant};

use evdev::raw_stream::RawDevice;
use evdev::{EventType, InputEvent, SynchronizationCode};
use print::Fault;
use rustix::event::{PollFd, PollFlags, Timespec, poll};

use super::keymap::{KeyEvent, Keymap};
use super::{End, Outlet, PATIENCE};
use crate::Trouble;

/// A scan whose Enter does not come for so long was cut off.
const LINE_TIMEOUT: Duration = Duration::from_secs(1);

pub(super) fn read(path: &Path, outlet: &mut Outlet) -> End {
    let mut device = match open(path) {
        Ok(device) => device,
        Err(trouble) => return End::Failed(trouble),
    };
    if !outlet.ready() {
        return End::Stopped;
    }
    let mut keymap = Keymap::new();
    let mut last_key = Instant::now();
    while outlet.goes_on() {
        let told = match wait(&device) {
            Ok(false) if keymap.is_in_line() && last_key.elapsed() > LINE_TIMEOUT => {
                keymap.give_up().into_iter().collect()
            }
            Ok(false) => Vec::new(),
            Ok(true) => {
                last_key = Instant::now();
                match device.fetch_events() {
                    Ok(events) => events.filter_map(key_event).filter_map(|key| keymap.handle(key)).collect(),
                    Err(error) => return End::Failed(gone(path, &error)),
                }
            }
            Err(error) => return End::Failed(gone(path, &error)),
        };
        if !told.into_iter().all(|event| outlet.tell(event)) {
            return End::Stopped;
        }
    }
    End::Stopped
}

fn open(path: &Path) -> Result<RawDevice, Trouble> {
    let mut device = RawDevice::open(path).map_err(|error| explain(path, &error))?;
    device.grab().map_err(|error| explain(path, &error))?;
    Ok(device)
}

/// Waits for events; false when none came within the patience. A hung-up device reads as an error afterwards.
fn wait(device: &RawDevice) -> std::io::Result<bool> {
    let mut files = [PollFd::new(device, PollFlags::IN)];
    let patience = Timespec { tv_sec: 0, tv_nsec: PATIENCE.subsec_nanos().into() };
    match poll(&mut files, Some(&patience)) {
        Ok(count) => Ok(count > 0),
        Err(rustix::io::Errno::INTR) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

fn key_event(event: InputEvent) -> Option<KeyEvent> {
    match event.event_type() {
        EventType::KEY => Some(KeyEvent::Key { code: event.code(), value: event.value() }),
        EventType::SYNCHRONIZATION if event.code() == SynchronizationCode::SYN_DROPPED.0 => Some(KeyEvent::Dropped),
        _ => None,
    }
}

fn explain(path: &Path, error: &std::io::Error) -> Trouble {
    let name = path.display();
    match error.kind() {
        ErrorKind::PermissionDenied => {
            let rule = "SUBSYSTEM==\"input\", KERNEL==\"event*\", ENV{ID_BUS}==\"usb\", MODE=\"0660\", GROUP=\"input\"";
            let detail = format!(
                "{name}: {error}; add the user to the group input, or write a rule like this one for the \
                 scanner's ids into /etc/udev/rules.d/60-usher.rules: {rule}"
            );
            Trouble::new(Fault::Denied, detail)
        }
        ErrorKind::ResourceBusy => Trouble::new(Fault::Busy, format!("{name} is grabbed by another program")),
        _ => gone(path, error),
    }
}

fn gone(path: &Path, error: &std::io::Error) -> Trouble {
    Trouble::new(Fault::Disconnected, format!("{}: {error}", path.display()))
}
