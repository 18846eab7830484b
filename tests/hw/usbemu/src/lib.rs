//! Software USB devices that the kernel's own USB stack enumerates, for tests without hardware.
//!
//! A device is served over a socket pair whose far end is handed to the kernel's `vhci_hcd` (the virtual host
//! controller of USB/IP) through its `attach` file in sysfs: no network, no other tool. The messages are those of
//! Documentation/usb/usbip_protocol.rst in the kernel's sources.
//!
//! Needs root, `modprobe vhci-hcd` and the class drivers that a test wants (usblp, cdc-acm, usbhid, uvcvideo).
//! It knows USB and device classes, no printer language: what is inside a printer's case is the test's own.

mod bus;
mod camera;
mod descriptors;
mod device;
mod printer;
mod scanner;
mod serial;
mod wire;

pub use bus::{Bus, Cancelled};
pub use camera::Camera;
pub use descriptors::Speed;
pub use device::{Device, Function, Identity, Reply, Setup};
pub use printer::{BULK_IN, BULK_OUT, Engine, Printer, Recorder};
pub use scanner::{HidPos, Wedge};
pub use serial::SerialPort;
