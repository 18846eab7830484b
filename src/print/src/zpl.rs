//! ZPL II, the language of Zebra's label printers: bytes for a picture, the host status and its answer, and a strict
//! reader. Everything printed is one `^GFA` after the other.
//!
//! Sections are those of Zebra's "ZPL II Programming Guide" (docs.zebra.com, "zpl-pg").

pub mod encode;
pub mod parse;
pub mod status;

pub use encode::{Job, ZplOptions, encode};
pub use parse::{Document, Token, TokenReader, parse};
pub use status::{ASK_ODOMETER, Answer, AnswerReader, CANCEL_ALL, HOST_STATUS, HostStatus};
