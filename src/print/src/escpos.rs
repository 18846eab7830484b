//! ESC/POS, the language of receipt printers: bytes for a picture, questions, answers, and a strict parser
//! that turns bytes back into the picture. It knows nothing of connections and never sends text:
//! everything printed is a raster, so that fonts and code pages of the firmware do not matter.
//!
//! Sections are those of Epson's "ESC/POS Command Reference"
//! (<https://download4.epson.biz/sec_pubs/pos/reference_en/escpos/>).

pub mod answer;
pub mod encode;
pub mod guard;
pub mod parse;
pub mod status;

pub use answer::{Answer, AnswerReader};
pub use encode::{Cut, EscposOptions, Fence, Job, encode};
pub use parse::{Document, ParseError, Token, TokenReader, parse};
pub use status::{Question, StatusReport};

/// A process id of `GS ( H` function 48: four characters from space to tilde.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ProcessId([u8; 4]);

/// Which part of a job a process id stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// The raster is on paper.
    Picture,
    /// The paper is cut.
    Cut,
    /// Nothing was printed: the question whether the unit answers process ids at all.
    Probe,
}

impl ProcessId {
    /// Job numbers repeat after this many.
    pub const CYCLE: u32 = 94 * 94 * 94;

    /// The id of a part of job `number` (taken modulo [`ProcessId::CYCLE`]).
    pub fn new(number: u32, part: Part) -> ProcessId {
        let digit = |value: u32| b'!' + (value % 94) as u8;
        let part = match part {
            Part::Picture => b'P',
            Part::Cut => b'C',
            Part::Probe => b'?',
        };
        ProcessId([part, digit(number / (94 * 94)), digit(number / 94), digit(number)])
    }

    /// `None` unless all four characters are in the allowed range.
    pub fn from_bytes(bytes: [u8; 4]) -> Option<ProcessId> {
        bytes.iter().all(|byte| (0x20..=0x7E).contains(byte)).then_some(ProcessId(bytes))
    }

    pub fn bytes(self) -> [u8; 4] {
        self.0
    }
}
