//! Brother QL raster, the language of the QL label printers: bytes for a picture, the 32-byte status block, and a
//! strict reader. While a QL prints it pushes its status by itself and must not be asked.
//!
//! Sections are those of Brother's "Raster Command Reference QL-800/810W/820NWB" (version 1.01).

pub mod encode;
pub mod parse;
pub mod status;

pub use encode::{BrotherOptions, Job, encode};
pub use parse::{Document, Token, TokenReader, parse};
pub use status::{ASK_STATUS, Block, BlockReader, Phase, StatusType};
