//! Bytes and devices: how a picture reaches a printer and how a code comes from a scanner.
//! It knows transports and models, never dealers or badges; every failure is a closed [`print::Fault`] with a
//! sentence for the technician. Virtual hardware for demos and tests ships here too.
//!
//! Everything blocks: a printer, a scanner and a camera each have a thread of their own, which the caller starts
//! (printers) or this crate does (scanners, cameras, pages).

pub mod camera;
pub mod decode;
pub mod models;
pub mod printer;
pub mod queue;
pub mod record;
pub mod scanner;
pub mod spec;
pub mod survey;
pub mod transport;
pub mod trouble;
pub mod udev;
pub mod virtual_hw;

pub use camera::{CameraEvent, CameraNode, CameraThread, Preview, list_cameras};
pub use printer::{Completion, Memories, PrintFailed, Printer, Progress, Timing, UnitMemory};
pub use queue::{PageOrder, PageQueue, PageReport, PageThread, QueueError, QueueSpec};
pub use scanner::{HidScanner, ScannerEvent, ScannerThread, list_hid_scanners};
pub use spec::{CameraSpec, PrinterSpec, ScannerSpec, SpecError};
pub use transport::Transport;
pub use transport::usb::{UsbPrinter, list_usb_printers};
pub use trouble::Trouble;
