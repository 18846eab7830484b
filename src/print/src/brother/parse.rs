//! A strict reader of Brother's raster: bytes become commands and lines of the whole head.
//! The virtual printer prints with it and tests judge our encoder with it. What our encoder cannot have meant is an
//! error, also where a printer would shrug.

use super::encode::{CONTINUOUS, DIE_CUT, HEAD_DOTS};
use crate::bitmap::{Bitmap, BitmapError};
use crate::escpos::Cut;
use crate::reading::{Buffer, ParseError};
use crate::sheet::{Page, Sheet};

/// One command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Token {
    /// NUL: nothing (`Invalidate`).
    Nothing,
    /// `ESC @`.
    Initialise,
    /// `ESC i a 01`.
    RasterMode,
    /// `ESC i ! n`: whether status is pushed while printing.
    PushStatus(bool),
    /// `ESC i z`.
    Information { die_cut: bool, width_mm: u8, length_mm: u8, rows: u32 },
    /// `ESC i M`: cut by itself.
    AutoCut(bool),
    /// `ESC i A`.
    CutEvery(u8),
    /// `ESC i K`: cut at the end.
    CutAtEnd(bool),
    /// `ESC i d`.
    Feed(u16),
    /// `M`.
    Packed(bool),
    /// `g` or `Z`: one line of the head, from left to right, 1 = black.
    Row(Vec<u8>),
    /// `FF`: print, more pages follow.
    Print,
    /// Control-Z: print, feed, cut.
    PrintAndFeed,
    /// `ESC i S`.
    AskStatus,
}

/// Takes bytes as they come and gives whole tokens. Holds at most one command beyond what was pushed.
#[derive(Debug)]
pub struct TokenReader {
    buffer: Buffer,
    line_bytes: usize,
    packed: bool,
}

enum Step {
    Take(Token, usize),
    More,
    Wrong(ParseError),
}

impl Default for TokenReader {
    fn default() -> TokenReader {
        TokenReader::with_head(HEAD_DOTS)
    }
}

impl TokenReader {
    /// A reader for the head of the QL-800 series.
    pub fn new() -> TokenReader {
        TokenReader::default()
    }

    /// A reader for a head of so many pins, 8 to 2040.
    pub fn with_head(head_dots: u32) -> TokenReader {
        let line_bytes = head_dots.clamp(8, 2_040) as usize / 8;
        TokenReader { buffer: Buffer::default(), line_bytes, packed: false }
    }

    pub fn push(&mut self, bytes: &[u8]) {
        self.buffer.push(bytes);
    }

    /// Bytes pushed and not yet part of a token.
    pub fn waiting(&self) -> usize {
        self.buffer.rest().len()
    }

    /// The next token; `None` when more bytes are needed. After an error one byte is skipped.
    pub fn next_token(&mut self) -> Option<Result<Token, ParseError>> {
        match self.read_command() {
            Step::More => None,
            Step::Wrong(error) => {
                self.buffer.consume(1);
                Some(Err(error))
            }
            Step::Take(token, length) => {
                self.buffer.consume(length);
                match token {
                    Token::Packed(on) => self.packed = on,
                    Token::Initialise => self.packed = false,
                    _ => {}
                }
                Some(Ok(token))
            }
        }
    }

    fn read_command(&self) -> Step {
        let offset = self.buffer.offset();
        match self.buffer.rest() {
            [] | [0x1B] | [0x1B, 0x69] | [0x4D] | [0x67] | [0x67, 0x00] => Step::More,
            [0x00, ..] => Step::Take(Token::Nothing, 1),
            [0x0C, ..] => Step::Take(Token::Print, 1),
            [0x1A, ..] => Step::Take(Token::PrintAndFeed, 1),
            [0x5A, ..] => Step::Take(Token::Row(vec![0; self.line_bytes]), 1),
            [0x1B, 0x40, ..] => Step::Take(Token::Initialise, 2),
            [0x4D, mode @ (0x00 | 0x02), ..] => Step::Take(Token::Packed(*mode == 0x02), 2),
            [0x67, 0x00, length, rest @ ..] => self.read_line(usize::from(*length), rest, offset),
            [0x1B, 0x69, command, rest @ ..] => read_dynamic(*command, rest, offset),
            [byte, ..] => Step::Wrong(ParseError::Unknown { offset, byte: *byte }),
        }
    }

    fn read_line(&self, length: usize, rest: &[u8], offset: u64) -> Step {
        let Some(data) = rest.get(..length) else { return Step::More };
        let line = if self.packed { unpack(data, self.line_bytes) } else { Some(data.to_vec()) };
        match line.filter(|line| line.len() == self.line_bytes) {
            Some(mut line) => {
                line.reverse();
                line.iter_mut().for_each(|byte| *byte = byte.reverse_bits());
                Step::Take(Token::Row(line), 3 + length)
            }
            None => Step::Wrong(ParseError::OutOfRange { offset }),
        }
    }
}

fn read_dynamic(command: u8, rest: &[u8], offset: u64) -> Step {
    let wrong = Step::Wrong(ParseError::OutOfRange { offset });
    match (command, rest) {
        (b'S', _) => Step::Take(Token::AskStatus, 3),
        (b'a' | b'!' | b'M' | b'A' | b'K', []) => Step::More,
        (b'a', [0x01, ..]) => Step::Take(Token::RasterMode, 4),
        (b'!', [n @ (0 | 1), ..]) => Step::Take(Token::PushStatus(*n == 0), 4),
        (b'M', [n @ (0 | 0x40), ..]) => Step::Take(Token::AutoCut(*n != 0), 4),
        (b'A', [n @ 1..=255, ..]) => Step::Take(Token::CutEvery(*n), 4),
        (b'K', [n @ (0 | 0x08), ..]) => Step::Take(Token::CutAtEnd(*n != 0), 4),
        (b'd', [low, high, ..]) => Step::Take(Token::Feed(u16::from_le_bytes([*low, *high])), 5),
        (b'd', _) => Step::More,
        (b'z', _) => match rest.get(..10) {
            None => Step::More,
            Some(values) => read_information(values).map_or(wrong, |token| Step::Take(token, 13)),
        },
        _ => wrong,
    }
}

fn read_information(values: &[u8]) -> Option<Token> {
    let [0xCE, kind @ (CONTINUOUS | DIE_CUT), width_mm, length_mm, a, b, c, d, 0, 0] = *values else { return None };
    let rows = u32::from_le_bytes([a, b, c, d]);
    let die_cut = kind == DIE_CUT;
    (rows > 0 && die_cut == (length_mm > 0)).then_some(Token::Information { die_cut, width_mm, length_mm, rows })
}

/// PackBits; `None` when it is longer than a line or ends in the middle.
fn unpack(mut data: &[u8], line_bytes: usize) -> Option<Vec<u8>> {
    let mut line = Vec::with_capacity(line_bytes);
    while let [header, rest @ ..] = data {
        let taken = match header {
            0x80 => return None,
            0x81.. => {
                line.resize(line.len() + 257 - usize::from(*header), *rest.first()?);
                1
            }
            _ => {
                line.extend_from_slice(rest.get(..usize::from(*header) + 1)?);
                usize::from(*header) + 1
            }
        };
        if line.len() > line_bytes {
            return None;
        }
        data = &rest[taken..];
    }
    Some(line)
}

/// Everything that some bytes print. Pages are as wide as the head.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Document {
    pub pages: Vec<Page>,
    /// All commands in order, without the lines.
    pub commands: Vec<Token>,
}

/// Reads whole jobs for the head of the QL-800 series; the first byte that fits nowhere, an unfinished command, and
/// another number of lines than was announced are errors.
pub fn parse(bytes: &[u8]) -> Result<Document, ParseError> {
    let mut reader = TokenReader::new();
    reader.push(bytes);
    let mut document = Document::default();
    let mut sheet = Sheet::new();
    let (mut announced, mut cut) = (None, None);
    while let Some(token) = reader.next_token() {
        let token = token?;
        match &token {
            Token::Nothing => continue,
            Token::Row(line) => {
                sheet.push(line);
                continue;
            }
            Token::Initialise => sheet.clear(),
            Token::Information { rows, .. } => announced = Some(*rows as usize),
            Token::AutoCut(on) => cut = on.then_some(Cut::Full),
            Token::Print | Token::PrintAndFeed => {
                if announced != Some(sheet.rows()) {
                    return Err(ParseError::OutOfRange { offset: reader.buffer.offset() });
                }
                document.pages.extend(sheet.take().map(|bitmap| Page { bitmap, cut }));
            }
            _ => {}
        }
        document.commands.push(token);
    }
    if reader.waiting() > 0 || !sheet.is_empty() {
        return Err(ParseError::CutOff { offset: reader.buffer.offset() });
    }
    Ok(document)
}

/// The print area of a page that is as wide as the head: without the pins left of it and `right_margin_dots`.
pub fn print_area(page: &Bitmap, width_dots: u32, right_margin_dots: u32) -> Result<Bitmap, BitmapError> {
    let left = page.width_dots().saturating_sub(width_dots + right_margin_dots);
    let mut area = Bitmap::white(width_dots, page.height_dots())?;
    for y in 0..page.height_dots() {
        for x in 0..width_dots {
            if page.is_black(left + x, y) {
                area.set(x, y, true);
            }
        }
    }
    Ok(area)
}

#[cfg(test)]
mod tests;
