//! Bytes and devices: how a picture reaches a printer and how a code comes from a scanner.
//! It knows transports and models, never dealers or badges; every failure is a closed [`print::Fault`] with a
//! sentence for the technician. Virtual hardware for demos and tests ships here too.
//!
//! Everything blocks: a printer, a scanner and a camera each have a thread of their own, which the caller starts
//! (printers) or this crate does (scanners, cameras).

pub mod camera;
pub mod decode;
pub mod models;
pub mod printer;
pub mod scanner;
pub mod spec;
pub mod transport;
pub mod trouble;
pub mod virtual_hw;

pub use camera::{CameraEvent, CameraThread, Preview};
pub use printer::{Completion, Memories, PrintFailed, Printer, Progress, Timing, UnitMemory};
pub use scanner::{ScannerEvent, ScannerThread};
pub use spec::{CameraSpec, PrinterSpec, ScannerSpec, SpecError};
pub use transport::Transport;
pub use transport::usb::{UsbPrinter, list_usb_printers};
pub use trouble::Trouble;
