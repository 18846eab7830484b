//! A strict reader of TSPL: bytes become commands and, row by row, the picture on the label.
//! The virtual printer prints with it and tests judge our encoder with it. What our encoder cannot have meant is an
//! error, also where a printer would shrug.

use super::encode::is_code;
use crate::bitmap::{MAX_HEIGHT_DOTS, MAX_WIDTH_DOTS};
use crate::escpos::Cut;
use crate::reading::{Buffer, ParseError};
use crate::sheet::{Page, Sheet};

/// One command, or one row of the `BITMAP` that is being received.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Token {
    /// `SIZE`, in thousandths of a millimetre.
    Size { width_um: u32, height_um: u32 },
    /// `GAP`, in thousandths of a millimetre.
    Gap { gap_um: u32 },
    /// `DIRECTION`: 1 = the top of the picture comes out last.
    Direction(u8),
    /// `REFERENCE 0,0`.
    Reference,
    /// `SET REPRINT`.
    Reprint(bool),
    /// `SET CUTTER 1`, `SET PARTIAL_CUTTER 1`.
    Cutter(Cut),
    /// `CLS`.
    Clear,
    /// The header of `BITMAP`; its rows follow as [`Token::Row`].
    Bitmap { x_bytes: u32, y: u32, bytes_per_row: u32, rows: u32 },
    /// One row, 1 = black.
    Row { x_bytes: u32, y: u32, row: Vec<u8> },
    /// `PRINT 1,1`.
    Print,
    /// `<ESC>!` and this byte; a printer obeyed it when it was received.
    Immediate(u8),
    /// An empty line, or NUL outside of a `BITMAP`.
    Nothing,
}

/// Takes bytes as they come and gives whole tokens. Holds at most one line or row beyond what was pushed.
#[derive(Debug, Default)]
pub struct TokenReader {
    buffer: Buffer,
    raster: Option<Raster>,
    last_pixel: Option<u8>,
    immediate_in_pixels: u32,
}

#[derive(Debug, Clone, Copy)]
struct Raster {
    x_bytes: u32,
    y: u32,
    bytes_per_row: usize,
    rows_left: u32,
}

enum Step {
    Take(Token, usize),
    More,
    Wrong(ParseError, usize),
}

/// Longest command line.
const LONGEST_LINE: usize = 128;

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

    /// Rows of the current `BITMAP` that are still missing.
    pub fn missing_rows(&self) -> u32 {
        self.raster.map_or(0, |raster| raster.rows_left)
    }

    /// How many beginnings of immediate commands were seen among pixels (a printer may obey them).
    pub fn immediate_in_pixels(&self) -> u32 {
        self.immediate_in_pixels
    }

    /// The next token; `None` when more bytes are needed. After an error the line is skipped.
    pub fn next_token(&mut self) -> Option<Result<Token, ParseError>> {
        if let Some(raster) = self.raster {
            return self.next_row(raster).map(Ok);
        }
        match read_command(self.buffer.rest(), self.buffer.offset()) {
            Step::More => None,
            Step::Wrong(error, length) => {
                self.buffer.consume(length);
                Some(Err(error))
            }
            Step::Take(token, length) => {
                self.buffer.consume(length);
                if let Token::Bitmap { x_bytes, y, bytes_per_row, rows } = token {
                    self.raster = Some(Raster { x_bytes, y, bytes_per_row: bytes_per_row as usize, rows_left: rows });
                    self.last_pixel = None;
                }
                Some(Ok(token))
            }
        }
    }

    fn next_row(&mut self, raster: Raster) -> Option<Token> {
        let mut row = self.buffer.take(raster.bytes_per_row)?;
        for byte in &mut row {
            *byte = !*byte;
            self.immediate_in_pixels += u32::from(self.last_pixel.is_some_and(|last| is_code(last, *byte)));
            self.last_pixel = Some(*byte);
        }
        let rows_left = raster.rows_left - 1;
        self.raster = (rows_left > 0).then_some(Raster { y: raster.y + 1, rows_left, ..raster });
        Some(Token::Row { x_bytes: raster.x_bytes, y: raster.y, row })
    }
}

const BITMAP: &[u8] = b"BITMAP ";

fn read_command(bytes: &[u8], offset: u64) -> Step {
    match bytes {
        [] | [0x1B] | [0x1B, 0x21] => return Step::More,
        [0x00 | b'\r' | b'\n', ..] => return Step::Take(Token::Nothing, 1),
        [0x1B, 0x21, command @ (b'?' | b'S' | b'R' | b'C' | b'P' | b'O' | b'.'), ..] => {
            return Step::Take(Token::Immediate(*command), 3);
        }
        [byte, ..] if !byte.is_ascii_uppercase() => return Step::Wrong(ParseError::Unknown { offset, byte: *byte }, 1),
        _ => {}
    }
    let line = &bytes[..bytes.len().min(LONGEST_LINE)];
    if line.starts_with(BITMAP) {
        return read_bitmap(line, offset);
    }
    match line.iter().position(|byte| matches!(byte, b'\r' | b'\n')) {
        Some(end) => match read_line(&line[..end]) {
            Some(token) => Step::Take(token, end),
            None => Step::Wrong(ParseError::Unknown { offset, byte: bytes[0] }, end),
        },
        None if line.len() == LONGEST_LINE => Step::Wrong(ParseError::OutOfRange { offset }, LONGEST_LINE),
        None => Step::More,
    }
}

/// `BITMAP X,Y,width,height,0,`: five numbers and five commas, then the pixels.
fn read_bitmap(line: &[u8], offset: u64) -> Step {
    let numbers = &line[BITMAP.len()..];
    let header_end = numbers.iter().enumerate().filter(|(_, byte)| **byte == b',').nth(4).map(|(at, _)| at);
    let is_header = |byte: &u8| byte.is_ascii_digit() || *byte == b',';
    let wrong_at = numbers[..header_end.unwrap_or(numbers.len())].iter().position(|byte| !is_header(byte));
    if let Some(at) = wrong_at {
        return Step::Wrong(ParseError::OutOfRange { offset }, BITMAP.len() + at);
    }
    let Some(end) = header_end else {
        let too_long = line.len() == LONGEST_LINE;
        return if too_long { Step::Wrong(ParseError::OutOfRange { offset }, LONGEST_LINE) } else { Step::More };
    };
    let token = numbers_in(&numbers[..end]).and_then(|numbers| match numbers[..] {
        [x, y, bytes_per_row, rows, 0] if x.is_multiple_of(8) => bitmap_token(x / 8, y, bytes_per_row, rows),
        _ => None,
    });
    match token {
        Some(token) => Step::Take(token, BITMAP.len() + end + 1),
        None => Step::Wrong(ParseError::OutOfRange { offset }, BITMAP.len() + end + 1),
    }
}

fn bitmap_token(x_bytes: u32, y: u32, bytes_per_row: u32, rows: u32) -> Option<Token> {
    let wide_enough = bytes_per_row > 0 && x_bytes.checked_add(bytes_per_row)?.checked_mul(8)? <= MAX_WIDTH_DOTS;
    let high_enough = rows > 0 && y.checked_add(rows)? <= MAX_HEIGHT_DOTS;
    (wide_enough && high_enough).then_some(Token::Bitmap { x_bytes, y, bytes_per_row, rows })
}

fn numbers_in(text: &[u8]) -> Option<Vec<u32>> {
    std::str::from_utf8(text).ok()?.split(',').map(|number| number.parse().ok()).collect()
}

fn read_line(line: &[u8]) -> Option<Token> {
    let line = std::str::from_utf8(line).ok()?;
    let token = match line {
        "CLS" => Token::Clear,
        "PRINT 1,1" => Token::Print,
        "REFERENCE 0,0" => Token::Reference,
        "DIRECTION 0,0" => Token::Direction(0),
        "DIRECTION 1,0" => Token::Direction(1),
        "SET REPRINT ON" => Token::Reprint(true),
        "SET REPRINT OFF" => Token::Reprint(false),
        "SET CUTTER 1" => Token::Cutter(Cut::Full),
        "SET PARTIAL_CUTTER 1" => Token::Cutter(Cut::Partial),
        _ => return read_size(line),
    };
    Some(token)
}

fn read_size(line: &str) -> Option<Token> {
    let (command, values) = line.split_once(' ')?;
    let (first, second) = values.split_once(',')?;
    let (first, second) = (micrometres(first)?, micrometres(second)?);
    match command {
        "SIZE" if first > 0 && second > 0 => Some(Token::Size { width_um: first, height_um: second }),
        "GAP" if second == 0 => Some(Token::Gap { gap_um: first }),
        _ => None,
    }
}

/// `72.125 mm`.
fn micrometres(text: &str) -> Option<u32> {
    let number = text.strip_suffix(" mm")?;
    let (whole, decimals) = number.split_once('.').unwrap_or((number, "0"));
    let all_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !all_digits(whole) || !all_digits(decimals) || whole.len() > 5 || decimals.len() > 3 {
        return None;
    }
    Some(whole.parse::<u32>().ok()? * 1_000 + format!("{decimals:0<3}").parse::<u32>().ok()?)
}

/// Everything that some bytes print.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Document {
    pub pages: Vec<Page>,
    /// All commands in order, without the rows.
    pub commands: Vec<Token>,
    /// Beginnings of immediate commands among pixels; must be 0.
    pub immediate_in_pixels: u32,
}

/// Reads whole jobs; the first byte that fits nowhere, an unfinished command, or a page that was not printed is an error.
pub fn parse(bytes: &[u8]) -> Result<Document, ParseError> {
    let mut reader = TokenReader::new();
    reader.push(bytes);
    let mut document = Document::default();
    let mut sheet = Sheet::new();
    let mut cutter = None;
    while let Some(token) = reader.next_token() {
        let token = token?;
        match &token {
            Token::Nothing => continue,
            Token::Row { x_bytes, y, row } => {
                sheet.place(*x_bytes as usize, *y, row);
                continue;
            }
            Token::Clear => sheet.clear(),
            Token::Cutter(cut) => cutter = Some(*cut),
            Token::Print => document.pages.extend(sheet.take().map(|bitmap| Page { bitmap, cut: cutter })),
            _ => {}
        }
        document.commands.push(token);
    }
    if reader.waiting() > 0 || reader.missing_rows() > 0 || !sheet.is_empty() {
        return Err(ParseError::CutOff { offset: reader.buffer.offset() });
    }
    document.immediate_in_pixels = reader.immediate_in_pixels();
    Ok(document)
}

#[cfg(test)]
mod tests;
