//! Paper as data: bitmaps, printer models, printer languages and the life of a print job.
//! Deliberately without I/O, clocks and threads (those are `drivers`), and without any word of the meeting:
//! what a badge says is decided elsewhere, here it is only dots and states.

pub mod bitmap;
pub mod brother;
pub mod escpos;
pub mod fault;
mod guard;
pub mod job;
pub mod journal;
pub mod model;
pub mod reading;
pub mod sheet;
pub mod status;
pub mod tspl;
pub mod zpl;

pub use bitmap::{Bitmap, BitmapError, Grey, Region};
pub use fault::Fault;
pub use job::{ConfirmedBy, JobId, JobInput, JobState, WrongTransition};
pub use journal::JournalRow;
pub use model::{Label, Language, Model};
pub use reading::ParseError;
pub use sheet::{Page, Sheet};
pub use status::{Report, Status};
