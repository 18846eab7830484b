//! The kernel's own USB printer behind its dummy controller, which counts what was taken of a transfer that is
//! called back, as real controllers do and the virtual one cannot.

use std::fs::{File, OpenOptions};
use std::io::Read;
use std::os::unix::fs::OpenOptionsExt;
use std::process::Command;
use std::time::Duration;

use drivers::Transport;
use print::Fault;
use rustix::event::{PollFd, PollFlags, Timespec, poll};

use crate::bench::{badge, driver_of_mute, nobody, open_transport, wait_for_printer, wait_until, write_all};
use crate::harness::{Story, note};

pub const STORIES: &[Story] = &[
    ("full_buffer_of_the_kernels_printer_is_counted_to_the_byte", full_buffer_is_counted_to_the_byte),
    ("badge_to_the_kernels_printer_continues_after_short_writes", badge_continues_after_short_writes),
    ("full_kernels_printer_stalls_badge_with_the_true_count", full_printer_stalls_badge_with_the_true_count),
];

/// The printer's inside.
struct Gadget {
    inside: File,
}

impl Gadget {
    fn plug() -> Gadget {
        move_cable("plug");
        wait_for_printer("GADGET");
        let mut options = OpenOptions::new();
        let inside = options.read(true).write(true).custom_flags(rustix::fs::OFlags::NONBLOCK.bits() as i32);
        let gadget = Gadget { inside: inside.open("/dev/g_printer0").expect("the printer's inside") };
        gadget.is_waiting(Duration::ZERO);
        gadget
    }

    /// Looking also makes it lay out its receive buffers, 10 of 8 kB; what is beyond them is not taken.
    fn is_waiting(&self, within: Duration) -> bool {
        let mut files = [PollFd::new(&self.inside, PollFlags::IN)];
        let within = Timespec { tv_sec: 0, tv_nsec: within.subsec_nanos().into() };
        poll(&mut files, Some(&within)).is_ok_and(|count| count > 0)
    }

    /// Takes everything that has come.
    fn take(&mut self) -> Vec<u8> {
        let (mut taken, mut buffer) = (Vec::new(), vec![0; 64 * 1024]);
        while self.is_waiting(Duration::from_millis(100)) {
            match self.inside.read(&mut buffer) {
                Ok(0) | Err(_) => break,
                Ok(count) => taken.extend_from_slice(&buffer[..count]),
            }
        }
        taken
    }
}

impl Drop for Gadget {
    fn drop(&mut self) {
        move_cable("unplug");
    }
}

fn move_cable(how: &str) {
    let moved = Command::new("tests/hw/lab/printer-gadget").arg(how).status();
    assert!(moved.expect("the script is there").success(), "{how}");
}

fn sample(length: usize) -> Vec<u8> {
    (0..length).map(|at| (at / 64 + at / 8192) as u8).collect()
}

/// Writes until the printer takes nothing more; how much it took.
fn fill(transport: &mut dyn Transport, bytes: &[u8]) -> usize {
    let mut offset = 0;
    while offset < bytes.len() {
        match transport.write(&bytes[offset..], Duration::from_millis(300)).expect("it stays connected") {
            0 => break,
            taken => offset += taken,
        }
    }
    offset
}

fn full_buffer_is_counted_to_the_byte() {
    let mut gadget = Gadget::plug();
    let mut transport = open_transport("usb:GADGET");
    let bytes = sample(200_000);
    // So the last transfer that finds room finds it for a part of itself.
    write_all(&mut transport, &bytes[..1_536]);
    let counted = 1_536 + fill(&mut transport, &bytes[1_536..]);
    assert!(counted > 0 && counted < bytes.len(), "nobody reads, yet {counted} bytes were taken");
    let held = gadget.take();
    note(format!("{counted} of {} bytes", bytes.len()));
    assert_eq!(held.len(), counted);
    assert!(held == bytes[..counted], "other bytes arrived");
}

fn badge_continues_after_short_writes() {
    let mut gadget = Gadget::plug();
    let mut transport = open_transport("usb:GADGET");
    // A length that is no multiple of a packet makes the last transfers short.
    let bytes = sample(200_003);
    let (mut offset, mut arrived) = (0, Vec::new());
    let mut pauses = 0;
    while offset < bytes.len() {
        let taken = fill(&mut transport, &bytes[offset..]);
        offset += taken;
        pauses += 1;
        arrived.extend(gadget.take());
        assert!(pauses < 50, "it takes nothing more after {offset} bytes");
    }
    wait_until("the last bytes", || {
        arrived.extend(gadget.take());
        arrived.len() >= bytes.len()
    });
    note(format!("{pauses} pauses"));
    assert!(pauses > 1, "it was full at least once");
    assert!(arrived == bytes, "{} bytes were sent, {} others arrived", bytes.len(), arrived.len());
}

fn full_printer_stalls_badge_with_the_true_count() {
    let mut gadget = Gadget::plug();
    let mut driver = driver_of_mute("usb:GADGET");
    driver.preflight().expect("nothing speaks against it");
    let before = gadget.take().len();
    assert_eq!(before, 0);
    let failed = driver.print(&badge(1_600), 1, &mut nobody).expect_err("nobody reads");
    assert_eq!(failed.fault, Fault::Stalled, "{failed}");
    assert_eq!(gadget.take().len() as u64, failed.bytes_accepted, "{failed}");
}
