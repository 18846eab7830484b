//! The table on which the stories put their devices.

use std::time::{Duration, Instant};

use drivers::spec::PrinterSpec;
use drivers::transport::usb::Usb;
use drivers::virtual_hw::{Dialect, Paper, VirtualPrinter, VirtualState, VirtualTransport};
use drivers::{Memories, Printer, Progress, Timing, Transport, Trouble, list_usb_printers, models};
use print::model::{Answers, StatusDialect};
use print::{Bitmap, Fault, Model};
use tempfile::TempDir;
use usbemu::Engine;

/// A stranger's ids: no model of ours has them.
pub const STRANGER: (u16, u16) = (0x0519, 0x0003);
/// Five devices at once take an emulated processor ten seconds.
const PATIENCE: Duration = Duration::from_secs(30);

/// A printer on USB with a virtual printer's mechanics and firmware inside.
pub struct UsbPrinter {
    pub cable: usbemu::Printer,
    pub inside: VirtualPrinter,
    serial: String,
    _folder: TempDir,
}

pub fn plug_printer(serial: &str, change: impl FnOnce(&mut VirtualState)) -> UsbPrinter {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let inside = VirtualPrinter::in_folder(folder.path()).expect("a printer in it");
    inside.change(change);
    let cable = plug_into_kernel(serial, &inside);
    wait_for_printer(serial);
    UsbPrinter { serial: serial.to_owned(), cable, inside, _folder: folder }
}

fn plug_into_kernel(serial: &str, inside: &VirtualPrinter) -> usbemu::Printer {
    let firmware = Firmware { transport: inside.transport(), printer: inside.clone() };
    usbemu::Printer::plug(STRANGER.0, STRANGER.1, serial, firmware).expect("the kernel takes it")
}

/// A printer that keeps every byte and never says one.
pub fn plug_recorder(serial: &str) -> (usbemu::Printer, usbemu::Recorder) {
    let recorder = usbemu::Recorder::default();
    let cable = usbemu::Printer::plug(STRANGER.0, STRANGER.1, serial, recorder.clone()).expect("the kernel takes it");
    wait_for_printer(serial);
    (cable, recorder)
}

impl UsbPrinter {
    /// The cable that was pulled goes back in: the printer, which it had powered, starts anew.
    pub fn plug_in(&mut self) {
        self.inside.power_cycle();
        self.cable = plug_into_kernel(&self.serial, &self.inside);
    }

    pub fn plug_in_again(&mut self) {
        self.plug_in();
        wait_for_printer(&self.serial);
    }

    /// What came out last.
    pub fn last_page(&self) -> Bitmap {
        self.inside.last_page().expect("a page came out").bitmap
    }
}

struct Firmware {
    transport: VirtualTransport,
    printer: VirtualPrinter,
}

impl Firmware {
    /// After a loss of power its connection is dead, the cable is not.
    fn revive<T: Default>(&mut self, result: Result<T, Trouble>) -> T {
        result.unwrap_or_else(|_| {
            let _ = self.transport.open();
            T::default()
        })
    }
}

impl Engine for Firmware {
    fn take(&mut self, bytes: &[u8]) -> usize {
        let taken = self.transport.write(bytes, Duration::ZERO);
        self.revive(taken)
    }

    fn answer(&mut self) -> Vec<u8> {
        let mut said = [0u8; 64];
        let count = self.transport.read(&mut said, Duration::ZERO);
        said[..self.revive(count)].to_vec()
    }

    fn is_paper_out(&mut self) -> bool {
        self.printer.state().paper == Paper::Out
    }

    fn has_error(&mut self) -> bool {
        self.printer.state().is_offline()
    }
}

pub fn wait_for_printer(serial: &str) {
    wait_until("the printer in the list", || {
        let printers = list_usb_printers().expect("a USB bus");
        printers.iter().any(|printer| printer.serial.as_deref() == Some(serial))
    });
}

pub fn udevadm(words: &[&str]) {
    let done = std::process::Command::new("udevadm").args(words).status();
    assert!(done.expect("udev is there").success(), "udevadm {words:?}");
}

/// Udev has set the owners of everything that is plugged in.
pub fn settle() {
    udevadm(&["settle", "--timeout=10"]);
}

/// Our driver for a printer that `spec` names, as the product opens it.
pub fn driver(spec: &str) -> Printer {
    driver_of(spec, model())
}

/// The same, told by the model that this printer says nothing: no question is waited for.
pub fn driver_of_mute(spec: &str) -> Printer {
    driver_of(spec, mute())
}

/// The same over a transport that is open already.
pub fn driver_of_mute_over(transport: Usb) -> Printer {
    Printer::new(Box::new(transport), mute(), Memories::new()).with_timing(timing())
}

/// A printer of this model.
pub fn driver_of(spec: &str, model: Model) -> Printer {
    let spec = PrinterSpec::parse(spec).expect("a printer's name");
    Printer::from_spec(&spec, model, Memories::new()).expect("nothing is opened yet").with_timing(timing())
}

fn mute() -> Model {
    let never = StatusDialect { real_time: Answers::No, process_id: Answers::No, fence: Answers::No, ..model().status };
    Model { status: never, ..model() }
}

/// The transport alone, open.
pub fn open_transport(spec: &str) -> Usb {
    let PrinterSpec::Usb(choice) = PrinterSpec::parse(spec).expect("a printer's name") else {
        panic!("{spec} is not on USB");
    };
    let mut transport = Usb::new(choice);
    transport.open().expect("it opens");
    transport
}

/// Any receipt printer, with a speed that keeps the wait for silent ones short.
pub fn model() -> Model {
    Model { speed_mm_per_s: Some(1_000), ..models::generic().clone() }
}

/// The product's own, but a stall is told sooner, and answers may be late on an emulated processor.
pub fn timing() -> Timing {
    Timing { answer: Duration::from_secs(2), stall: Duration::from_secs(2), ..Timing::default() }
}

/// Writes in attempts as long as the product's.
pub fn write_all(transport: &mut dyn Transport, mut bytes: &[u8]) {
    while !bytes.is_empty() {
        let taken = transport.write(bytes, Duration::from_millis(400)).expect("it takes bytes");
        assert!(taken > 0, "it takes bytes in time");
        bytes = &bytes[taken..];
    }
}

pub fn silent(state: &mut VirtualState) {
    state.dialect = Dialect::Mute;
}

pub fn nobody(_: Progress) {}

/// A badge that looks different in every row, codes of the printer's language included.
pub fn badge(rows: u32) -> Bitmap {
    let hostile = [0x10, 0x04, 0x1D, 0x56, 0x00, 0x10, 0x14, 0x1B, 0x40, 0xFF];
    let bytes = (0..72 * rows).map(|i| hostile[(i as usize + i as usize / 72 * 3) % hostile.len()] ^ (i / 720) as u8);
    Bitmap::from_packed(576, rows, bytes.collect()).expect("576 dots wide")
}

/// What of the picture survives the guard against real-time codes.
pub fn as_printed(picture: &Bitmap) -> Bitmap {
    print::escpos::guard::disarm(picture).0
}

#[track_caller]
pub fn assert_fault<T: std::fmt::Debug>(result: Result<T, Trouble>, fault: Fault) -> Trouble {
    match result {
        Err(trouble) if trouble.fault == fault => trouble,
        other => panic!("expected {fault:?}, got {other:?}"),
    }
}

#[track_caller]
pub fn wait_until(what: &str, mut is_true: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_true() {
        assert!(begun.elapsed() < PATIENCE, "waited in vain for {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}
