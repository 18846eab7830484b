//! Devices end to end: real sockets, real pseudo terminals, virtual hardware at their far ends.
//! One file per story or fault.

#[path = "devices/bench.rs"]
mod bench;
#[path = "devices/completion.rs"]
mod completion;
#[path = "devices/corpus.rs"]
mod corpus;
#[path = "devices/cover_open.rs"]
mod cover_open;
#[path = "devices/crash.rs"]
mod crash;
#[path = "devices/cutter_jam.rs"]
mod cutter_jam;
#[path = "devices/dead.rs"]
mod dead;
#[path = "devices/disconnect.rs"]
mod disconnect;
#[path = "devices/evil_transport.rs"]
mod evil_transport;
#[path = "devices/faults.rs"]
mod faults;
#[path = "devices/matrix.rs"]
mod matrix;
#[path = "devices/overheated.rs"]
mod overheated;
#[path = "devices/paper_out.rs"]
mod paper_out;
#[path = "devices/power_cycle.rs"]
mod power_cycle;
#[path = "devices/recordings.rs"]
mod recordings;
#[path = "devices/serial_printer.rs"]
mod serial_printer;
#[path = "devices/serial_scanner.rs"]
mod serial_scanner;
#[path = "devices/slow.rs"]
mod slow;
#[path = "devices/state_file.rs"]
mod state_file;
#[path = "devices/virtual_camera.rs"]
mod virtual_camera;
