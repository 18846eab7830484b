//! Paper as data: bitmaps, printer models, printer languages and the life of a print job.
//! Deliberately without I/O, clocks and threads (those are `drivers`), and without any word of the meeting:
//! what a badge says is decided elsewhere, here it is only dots and states.

pub mod bitmap;
pub mod escpos;
pub mod fault;
pub mod job;
pub mod journal;
pub mod model;

pub use bitmap::{Bitmap, BitmapError, Grey, Region};
pub use fault::Fault;
pub use job::{ConfirmedBy, JobId, JobInput, JobState, WrongTransition};
pub use journal::JournalRow;
pub use model::Model;
