//! TSPL (TSPL2), the language of label printers by TSC, Gprinter, Xprinter, Deli and others: bytes for a picture,
//! status questions and their answers, and a strict reader. Everything printed is one `BITMAP` after the other.
//!
//! Sections are those of TSC's "TSPL/TSPL2 Programming Language" manual (TSC Auto ID Technology, 2013); where Gprinter's
//! manual of the same language (GP-2120T series) is meant, it is named.

pub mod encode;
pub mod parse;
pub mod status;

pub use encode::{Job, TsplOptions, encode};
pub use parse::{Document, Token, TokenReader, parse};
pub use status::{ASK_STATUS, ByteStatus};
