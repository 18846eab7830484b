//! A connection that takes a few bytes at a time, and one that answers what was asked long ago.

use std::time::Duration;

use drivers::transport::PortStatus;
use drivers::virtual_hw::VirtualTransport;
use drivers::{Completion, Transport, Trouble};
use print::Fault;
use print::escpos::{Part, ProcessId};

use crate::bench::{as_printed, badge, bench, driver_over, nobody};

/// Takes `most` bytes at once and nothing at every third attempt; says `late` once before anything else.
struct Evil {
    inner: VirtualTransport,
    most: usize,
    attempts: usize,
    late: Vec<u8>,
    speaks_late_after: usize,
}

impl Transport for Evil {
    fn identity(&self) -> String {
        self.inner.identity()
    }

    fn open(&mut self) -> Result<(), Trouble> {
        self.inner.open()
    }

    fn is_open(&self) -> bool {
        self.inner.is_open()
    }

    fn write(&mut self, bytes: &[u8], within: Duration) -> Result<usize, Trouble> {
        self.attempts += 1;
        if self.attempts.is_multiple_of(3) {
            return Ok(0);
        }
        self.inner.write(&bytes[..bytes.len().min(self.most)], within)
    }

    fn read(&mut self, into: &mut [u8], within: Duration) -> Result<usize, Trouble> {
        if self.attempts >= self.speaks_late_after && !self.late.is_empty() {
            let late = std::mem::take(&mut self.late);
            into[..late.len()].copy_from_slice(&late);
            return Ok(late.len());
        }
        self.inner.read(into, within)
    }

    fn port_status(&mut self) -> Result<Option<PortStatus>, Trouble> {
        self.inner.port_status()
    }

    fn close(&mut self) {
        self.inner.close();
    }
}

#[test]
fn short_writes_go_on_from_their_offset() {
    for most in [1, 7, 4_096] {
        let bench = bench(|_| {});
        let inner = bench.printer.transport();
        let evil = Evil { inner, most, attempts: 0, late: Vec::new(), speaks_late_after: 0 };
        let mut driver = driver_over(Box::new(evil), "epson-tm-t20iii");
        driver.preflight().expect("clean");
        let picture = badge(150);
        assert_eq!(driver.print(&picture, 1, &mut nobody), Ok(Completion::Confirmed));
        assert!(bench.pages()[0].1 == as_printed(&picture), "{most} bytes at once");
        assert_eq!(bench.printer.garbage_bytes(), 0);
    }
}

#[test]
fn late_confirmation_of_another_job_confirms_nothing() {
    let bench = bench(|_| {});
    let mut late = Vec::new();
    for part in [Part::Picture, Part::Cut] {
        late.extend([0x37, 0x22]);
        late.extend(ProcessId::new(1, part).bytes());
        late.push(0);
    }
    let evil = Evil { inner: bench.printer.transport(), most: 4_096, attempts: 0, late, speaks_late_after: 20 };
    let mut driver = driver_over(Box::new(evil), "epson-tm-t20iii");
    driver.preflight().expect("clean");
    bench.printer.after_rows(390, |state| state.cover_open = true);
    let failed = driver.print(&badge(400), 2, &mut nobody).expect_err("ten rows are missing");
    assert_eq!(failed.fault, Fault::CoverOpen, "{failed}");
}
