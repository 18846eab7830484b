//! A whole node without I/O: commands, folds, sync and print jobs as `handle(input, now) -> effects`. It reads no clock,
//! makes no randomness, touches no disk, network or printer: the runtime (`src/app`) and the simulator (`tests/sim`)
//! drive the very same code.

mod author;
mod badge;
mod clock_guard;
mod effect;
mod fold;
mod follow;
mod input;
mod jobs;
mod loaded;
mod node;
mod scan_gate;
mod steady;
mod translate;

pub use badge::BadgeFacts;
pub use clock_guard::{CLOCK_AMBER_MS, CLOCK_RED_MS, ClockGuard};
pub use effect::{Answer, Denied, Effect, JobView, PrinterView};
pub use input::{Completion, Input, PrinterReport};
pub use loaded::{Foreign, Identity, Loaded, SyncState};
pub use node::{MAX_WAITING_ACTS, Node};
pub use scan_gate::{SAME_SCAN_MS, ScanGate};
