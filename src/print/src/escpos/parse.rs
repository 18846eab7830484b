//! A strict reader of ESC/POS: bytes become commands and, row by row, the picture on the paper.
//! The virtual printer prints with it and tests judge our encoder with it. It is not a renderer of text:
//! a byte that our encoder cannot have meant is an error.

use super::ProcessId;
use super::encode::Cut;
use super::guard::is_code;
use crate::bitmap::{Bitmap, MAX_WIDTH_DOTS};
use crate::reading::Buffer;
pub use crate::reading::ParseError;
pub use crate::sheet::Page;
use crate::sheet::Sheet;

/// One command, or one row of the raster that is being received.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Token {
    Initialise,
    /// `GS a n`.
    AutoStatus(u8),
    /// The header of `GS v 0`; its rows follow as [`Token::Row`].
    Raster {
        bytes_per_row: u32,
        rows: u32,
    },
    Row(Vec<u8>),
    /// `ESC J n`.
    FeedDots(u8),
    /// `ESC d n`, or LF as one line.
    FeedLines(u8),
    Cut {
        cut: Cut,
        feed_dots: u8,
    },
    /// `GS ( H` function 48.
    Process(ProcessId),
    /// `GS r n`.
    AskSensor(u8),
    /// `GS I n`.
    AskIdentity(u8),
    /// `DLE EOT n`; a printer answered it when it was received.
    RealTimeStatus(u8),
    /// `DLE ENQ n`.
    RealTimeRequest(u8),
    /// NUL outside of a raster: nothing.
    Nothing,
}

/// Takes bytes as they come and gives whole tokens. Holds at most one command or row beyond what was pushed.
#[derive(Debug, Default)]
pub struct TokenReader {
    buffer: Buffer,
    raster: Option<Raster>,
    last_pixel: Option<u8>,
    real_time_in_pixels: u32,
}

#[derive(Debug, Clone, Copy)]
struct Raster {
    bytes_per_row: usize,
    rows_left: u32,
}

enum Step {
    Take(Token, usize),
    More,
    Wrong(ParseError),
}

impl TokenReader {
    pub fn new() -> TokenReader {
        TokenReader::default()
    }

    pub fn push(&mut self, bytes: &[u8]) {
        self.buffer.push(bytes);
    }

    /// Bytes pushed and not yet part of a token.
    pub fn waiting(&self) -> usize {
        self.buffer.rest().len()
    }

    /// Rows of the current raster that are still missing.
    pub fn missing_rows(&self) -> u32 {
        self.raster.map_or(0, |raster| raster.rows_left)
    }

    /// How many real-time codes were seen among pixels (a printer executes them).
    pub fn real_time_in_pixels(&self) -> u32 {
        self.real_time_in_pixels
    }

    /// The next token; `None` when more bytes are needed. After an error one byte is skipped.
    pub fn next_token(&mut self) -> Option<Result<Token, ParseError>> {
        if let Some(raster) = self.raster {
            return self.next_row(raster).map(Ok);
        }
        match read_command(self.buffer.rest(), self.buffer.offset()) {
            Step::More => None,
            Step::Wrong(error) => {
                self.buffer.consume(1);
                Some(Err(error))
            }
            Step::Take(token, length) => {
                self.buffer.consume(length);
                if let Token::Raster { bytes_per_row, rows } = token {
                    self.raster = Some(Raster { bytes_per_row: bytes_per_row as usize, rows_left: rows });
                    self.last_pixel = None;
                }
                Some(Ok(token))
            }
        }
    }

    fn next_row(&mut self, raster: Raster) -> Option<Token> {
        let row = self.buffer.take(raster.bytes_per_row)?;
        for byte in &row {
            self.real_time_in_pixels += u32::from(self.last_pixel.is_some_and(|last| is_code(last, *byte)));
            self.last_pixel = Some(*byte);
        }
        let rows_left = raster.rows_left - 1;
        self.raster = (rows_left > 0).then_some(Raster { rows_left, ..raster });
        Some(Token::Row(row))
    }
}

fn read_command(bytes: &[u8], offset: u64) -> Step {
    match bytes {
        [] | [0x10 | 0x1B | 0x1D] => Step::More,
        [0x00, ..] => Step::Take(Token::Nothing, 1),
        [0x0A, ..] => Step::Take(Token::FeedLines(1), 1),
        [0x10, 0x04, rest @ ..] => one(rest, 3, |n| (1..=4).contains(&n).then_some(Token::RealTimeStatus(n)), offset),
        [0x10, 0x05, rest @ ..] => one(rest, 3, |n| (n <= 2).then_some(Token::RealTimeRequest(n)), offset),
        [0x1B, 0x40, ..] => Step::Take(Token::Initialise, 2),
        [0x1B, 0x4A, rest @ ..] => one(rest, 3, |n| Some(Token::FeedDots(n)), offset),
        [0x1B, 0x64, rest @ ..] => one(rest, 3, |n| Some(Token::FeedLines(n)), offset),
        [0x1D, 0x49, rest @ ..] => {
            one(rest, 3, |n| matches!(n, 1..=3 | 65..=69).then_some(Token::AskIdentity(n)), offset)
        }
        [0x1D, 0x61, rest @ ..] => one(rest, 3, |n| Some(Token::AutoStatus(n)), offset),
        [0x1D, 0x72, rest @ ..] => {
            one(rest, 3, |n| matches!(n, 1 | 2 | 49 | 50).then_some(Token::AskSensor(n)), offset)
        }
        [0x1D, 0x56, rest @ ..] => read_cut(rest, offset),
        [0x1D, 0x76, rest @ ..] => read_raster(rest, offset),
        [0x1D, 0x28, rest @ ..] => read_process(rest, offset),
        [byte, ..] => Step::Wrong(ParseError::Unknown { offset, byte: *byte }),
    }
}

/// A command with one parameter.
fn one(rest: &[u8], length: usize, token: impl Fn(u8) -> Option<Token>, offset: u64) -> Step {
    let Some(n) = rest.first() else { return Step::More };
    token(*n).map_or(Step::Wrong(ParseError::OutOfRange { offset }), |token| Step::Take(token, length))
}

fn read_cut(rest: &[u8], offset: u64) -> Step {
    match rest {
        [] | [65 | 66] => Step::More,
        [0 | 48, ..] => Step::Take(Token::Cut { cut: Cut::Full, feed_dots: 0 }, 3),
        [1 | 49, ..] => Step::Take(Token::Cut { cut: Cut::Partial, feed_dots: 0 }, 3),
        [65, n, ..] => Step::Take(Token::Cut { cut: Cut::Full, feed_dots: *n }, 4),
        [66, n, ..] => Step::Take(Token::Cut { cut: Cut::Partial, feed_dots: *n }, 4),
        _ => Step::Wrong(ParseError::OutOfRange { offset }),
    }
}

fn read_raster(rest: &[u8], offset: u64) -> Step {
    let [kind, mode, x_low, x_high, y_low, y_high, ..] = rest else { return Step::More };
    let bytes_per_row = u32::from(u16::from_le_bytes([*x_low, *x_high]));
    let rows = u32::from(u16::from_le_bytes([*y_low, *y_high]));
    let known = *kind == 0x30 && matches!(mode, 0 | 48);
    if !known || bytes_per_row == 0 || bytes_per_row * 8 > MAX_WIDTH_DOTS || rows == 0 {
        return Step::Wrong(ParseError::OutOfRange { offset });
    }
    Step::Take(Token::Raster { bytes_per_row, rows }, 8)
}

fn read_process(rest: &[u8], offset: u64) -> Step {
    let Some(rest) = rest.get(..9) else { return Step::More };
    let [0x48, 6, 0, 48, 48, a, b, c, d] = *rest else {
        return Step::Wrong(ParseError::OutOfRange { offset });
    };
    match ProcessId::from_bytes([a, b, c, d]) {
        Some(id) => Step::Take(Token::Process(id), 11),
        None => Step::Wrong(ParseError::OutOfRange { offset }),
    }
}

/// Rows on paper since the last cut.
#[derive(Debug, Default)]
pub struct PageBuilder {
    sheet: Sheet,
}

impl PageBuilder {
    pub fn new() -> PageBuilder {
        PageBuilder::default()
    }

    pub fn is_empty(&self) -> bool {
        self.sheet.is_empty()
    }

    pub fn rows(&self) -> usize {
        self.sheet.rows()
    }

    /// Adds a row; beyond the longest possible picture rows are lost.
    pub fn push(&mut self, row: Vec<u8>) {
        self.sheet.push(&row);
    }

    /// The paper as one picture, as wide as its widest row; empties the builder. `None` when nothing was printed.
    pub fn take(&mut self) -> Option<Bitmap> {
        self.sheet.take()
    }
}

/// Everything that some bytes print.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Document {
    pub pages: Vec<Page>,
    /// All commands in order, without the rows.
    pub commands: Vec<Token>,
    /// Codes among pixels that a printer would execute; must be 0.
    pub real_time_in_pixels: u32,
}

/// Reads whole jobs; the first byte that fits nowhere, or an unfinished command, is an error.
pub fn parse(bytes: &[u8]) -> Result<Document, ParseError> {
    let mut reader = TokenReader::new();
    reader.push(bytes);
    let mut document = Document::default();
    let mut page = PageBuilder::new();
    while let Some(token) = reader.next_token() {
        match token? {
            Token::Row(row) => page.push(row),
            Token::FeedDots(dots) if !page.is_empty() => {
                (0..dots).for_each(|_| page.push(Vec::new()));
                document.commands.push(Token::FeedDots(dots));
            }
            Token::Cut { cut, feed_dots } => {
                document.pages.extend(page.take().map(|bitmap| Page { bitmap, cut: Some(cut) }));
                document.commands.push(Token::Cut { cut, feed_dots });
            }
            token => document.commands.push(token),
        }
    }
    if reader.waiting() > 0 || reader.missing_rows() > 0 {
        return Err(ParseError::CutOff { offset: reader.buffer.offset() });
    }
    document.pages.extend(page.take().map(|bitmap| Page { bitmap, cut: None }));
    document.real_time_in_pixels = reader.real_time_in_pixels();
    Ok(document)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(bytes: &[u8], expected: Result<Vec<Token>, ParseError>) {
        assert_eq!(parse(bytes).map(|document| document.commands), expected, "{bytes:02X?}");
    }

    #[test]
    fn commands_are_read_and_strangers_refused() {
        check(b"\x1b@", Ok(vec![Token::Initialise]));
        check(&[0x10, 0x04, 2, 0x1D, 0x72, 1], Ok(vec![Token::RealTimeStatus(2), Token::AskSensor(1)]));
        check(&[0x1D, 0x56, 0], Ok(vec![Token::Cut { cut: Cut::Full, feed_dots: 0 }]));
        check(b"hello", Err(ParseError::Unknown { offset: 0, byte: b'h' }));
        check(&[0x1B, 0x40, 0x10, 0x04, 9], Err(ParseError::OutOfRange { offset: 2 }));
        check(&[0x1D, 0x76, 0x30, 0, 1, 0, 2, 0, 0xFF], Err(ParseError::CutOff { offset: 9 }));
        check(&[0x1D, 0x76, 0x30, 0, 0, 0, 2, 0], Err(ParseError::OutOfRange { offset: 0 }));
        check(&[0x1D, 0x28, 0x48], Err(ParseError::CutOff { offset: 0 }));
    }

    #[test]
    fn real_time_code_in_pixels_is_counted() {
        let document = parse(&[0x1D, 0x76, 0x30, 0, 1, 0, 2, 0, 0x10, 0x04]).expect("well formed");
        assert_eq!(document.real_time_in_pixels, 1);
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused_without_panic(bytes: Vec<u8>) {
            let _ = parse(&bytes);
            let mut reader = TokenReader::new();
            for piece in bytes.chunks(3) {
                reader.push(piece);
                while reader.next_token().is_some() {}
            }
            prop_assert!(reader.waiting() <= bytes.len());
        }
    }
}
