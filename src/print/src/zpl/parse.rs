//! A strict reader of ZPL: bytes become commands and, row by row, the picture on the label.
//! The virtual printer prints with it and tests judge our encoder with it. What our encoder cannot have meant is an
//! error, also where a printer would shrug.

use super::status::ASK_ODOMETER;
use crate::bitmap::{MAX_HEIGHT_DOTS, MAX_WIDTH_DOTS};
use crate::escpos::Cut;
use crate::reading::{Buffer, ParseError};
use crate::sheet::{Page, Sheet};

/// One command, or one row of the graphic field that is being received.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Token {
    /// `^XA`.
    Begin,
    /// `^XZ`: the label is printed.
    End,
    /// `^MNN`: continuous paper; false with `^MNW`.
    Continuous(bool),
    /// `^MMC`; false with `^MMT`.
    Cutter(bool),
    /// `^JZN`: not again by itself after an error; true with `^JZY`.
    Reprint(bool),
    /// `^PW`.
    Width(u32),
    /// `^LL`.
    Length(u32),
    /// `^LH0,0`, `^LS0`, `^PON`, `^PMN`, `^LRN`, `^PQ1,0,0,N`: what an earlier format left is switched off.
    Plain,
    /// `^FO`.
    Origin { x_bytes: u32, y: u32 },
    /// The header of `^GFA`; its rows follow as [`Token::Row`].
    Graphic { bytes_per_row: u32, rows: u32 },
    /// One row, 1 = black.
    Row { x_bytes: u32, y: u32, row: Vec<u8> },
    /// `^FS`.
    FieldEnd,
    /// `~HS`.
    AskStatus,
    /// `~JA`.
    CancelAll,
    /// `~JX`.
    CancelFormat,
    /// `! U1 getvar "odometer.total_label_count"`.
    AskOdometer,
    /// A line end between commands.
    Nothing,
}

/// Takes bytes as they come and gives whole tokens. Holds at most one command or row beyond what was pushed.
#[derive(Debug, Default)]
pub struct TokenReader {
    buffer: Buffer,
    origin: (u32, u32),
    field: Option<Field>,
}

/// A graphic field that is being received.
#[derive(Debug)]
struct Field {
    x_bytes: u32,
    y: u32,
    rows_left: u32,
    digits_per_row: usize,
    digits: Vec<u8>,
    repeat: usize,
    above: Option<Vec<u8>>,
}

enum Step {
    Take(Token, usize),
    More,
    Wrong(ParseError, usize),
}

/// Longest command with its parameters.
const LONGEST_COMMAND: usize = 64;

impl TokenReader {
    pub fn new() -> TokenReader {
        TokenReader::default()
    }

    pub fn push(&mut self, bytes: &[u8]) {
        self.buffer.push(bytes);
    }

    /// Bytes pushed and not yet read.
    pub fn waiting(&self) -> usize {
        self.buffer.rest().len()
    }

    /// Rows of the current field that are still missing.
    pub fn missing_rows(&self) -> u32 {
        self.field.as_ref().map_or(0, |field| field.rows_left)
    }

    /// The next token; `None` when more bytes are needed. After an error the command is skipped, or the field ends.
    pub fn next_token(&mut self) -> Option<Result<Token, ParseError>> {
        if self.field.is_some() {
            return self.next_row();
        }
        match read_command(self.buffer.rest(), self.buffer.offset()) {
            Step::More => None,
            Step::Wrong(error, length) => {
                self.buffer.consume(length);
                Some(Err(error))
            }
            Step::Take(token, length) => {
                let offset = self.buffer.offset();
                self.buffer.consume(length);
                Some(self.begin(token, offset))
            }
        }
    }

    /// Remembers where a field lies, and that one has begun.
    fn begin(&mut self, token: Token, offset: u64) -> Result<Token, ParseError> {
        match token {
            Token::Origin { x_bytes, y } => self.origin = (x_bytes, y),
            Token::Graphic { bytes_per_row, rows } => {
                let (x_bytes, y) = self.origin;
                if (x_bytes + bytes_per_row) * 8 > MAX_WIDTH_DOTS || y + rows > MAX_HEIGHT_DOTS {
                    return Err(ParseError::OutOfRange { offset });
                }
                let digits_per_row = bytes_per_row as usize * 2;
                let digits = Vec::with_capacity(digits_per_row);
                self.field =
                    Some(Field { x_bytes, y, rows_left: rows, digits_per_row, digits, repeat: 0, above: None });
            }
            _ => {}
        }
        Ok(token)
    }

    fn next_row(&mut self) -> Option<Result<Token, ParseError>> {
        while let (Some(field), Some(byte)) = (self.field.as_mut(), self.buffer.rest().first().copied()) {
            match field.push(byte) {
                Ok(None) => self.buffer.consume(1),
                Ok(Some(row)) => {
                    let token = Token::Row { x_bytes: field.x_bytes, y: field.y, row };
                    field.y += 1;
                    field.rows_left -= 1;
                    if field.rows_left == 0 {
                        self.field = None;
                    }
                    self.buffer.consume(1);
                    return Some(Ok(token));
                }
                Err(()) => {
                    let offset = self.buffer.offset();
                    self.field = None;
                    // A caret or a tilde may begin the command that ends this field.
                    self.buffer.consume(usize::from(!matches!(byte, b'^' | b'~')));
                    return Some(Err(ParseError::Unknown { offset, byte }));
                }
            }
        }
        None
    }
}

impl Field {
    /// One character of the compressed data; a whole row when it completes one.
    fn push(&mut self, byte: u8) -> Result<Option<Vec<u8>>, ()> {
        let room = self.digits_per_row - self.digits.len();
        match byte {
            b'\r' | b'\n' => return Ok(None),
            b'G'..=b'Y' => self.repeat += usize::from(byte - b'F'),
            b'g'..=b'z' => self.repeat += usize::from(byte - b'f') * 20,
            b'0'..=b'9' | b'A'..=b'F' => {
                let value = if byte <= b'9' { byte - b'0' } else { byte - b'A' + 10 };
                let count = std::mem::take(&mut self.repeat).max(1);
                self.fill(count, value)?;
            }
            b',' if self.repeat == 0 => self.fill(room, 0x0)?,
            b':' if self.repeat == 0 && self.digits.is_empty() => return self.above.clone().ok_or(()).map(Some),
            _ => return Err(()),
        }
        if self.repeat > room {
            return Err(());
        }
        Ok((self.digits.len() == self.digits_per_row).then(|| self.end_row()))
    }

    fn fill(&mut self, count: usize, value: u8) -> Result<(), ()> {
        let length = self.digits.len() + count;
        if length > self.digits_per_row {
            return Err(());
        }
        self.digits.resize(length, value);
        Ok(())
    }

    fn end_row(&mut self) -> Vec<u8> {
        let row: Vec<u8> = self.digits.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect();
        self.digits.clear();
        self.above = Some(row.clone());
        row
    }
}

fn read_command(bytes: &[u8], offset: u64) -> Step {
    let take = |token, length| Step::Take(token, length);
    match bytes {
        [] => return Step::More,
        [b'\r' | b'\n', ..] => return take(Token::Nothing, 1),
        [b'!', ..] => return read_odometer(bytes, offset),
        [b'^' | b'~'] => return Step::More,
        // A printer obeys these two anywhere: whatever was begun ends here.
        [b'^' | b'~', b'^' | b'~', ..] => return Step::Wrong(ParseError::OutOfRange { offset }, 1),
        [b'^' | b'~', _] => return Step::More,
        [b'^', b'X', b'A', ..] => return take(Token::Begin, 3),
        [b'^', b'X', b'Z', ..] => return take(Token::End, 3),
        [b'^', b'F', b'S', ..] => return take(Token::FieldEnd, 3),
        [b'~', b'H', b'S', ..] => return take(Token::AskStatus, 3),
        [b'~', b'J', b'A', ..] => return take(Token::CancelAll, 3),
        [b'~', b'J', b'X', ..] => return take(Token::CancelFormat, 3),
        [b'^', b'G', b'F', rest @ ..] => return read_graphic(rest, offset),
        [b'^', ..] => {}
        [byte, ..] => return Step::Wrong(ParseError::Unknown { offset, byte: *byte }, 1),
    }
    let command = &bytes[..bytes.len().min(LONGEST_COMMAND)];
    let end = command.iter().skip(1).position(|byte| matches!(byte, b'^' | b'~' | b'\r' | b'\n')).map(|at| at + 1);
    match end {
        Some(end) => match read_setting(&command[1..end]) {
            Some(token) => take(token, end),
            None => Step::Wrong(ParseError::OutOfRange { offset }, end),
        },
        None if command.len() == LONGEST_COMMAND => Step::Wrong(ParseError::OutOfRange { offset }, LONGEST_COMMAND),
        None => Step::More,
    }
}

fn read_odometer(bytes: &[u8], offset: u64) -> Step {
    let seen = bytes.len().min(ASK_ODOMETER.len());
    if bytes[..seen] != ASK_ODOMETER[..seen] {
        return Step::Wrong(ParseError::Unknown { offset, byte: b'!' }, 1);
    }
    if seen < ASK_ODOMETER.len() { Step::More } else { Step::Take(Token::AskOdometer, seen) }
}

fn read_setting(command: &[u8]) -> Option<Token> {
    let command = std::str::from_utf8(command).ok()?;
    let number = |text: &str| text.parse::<u32>().ok().filter(|number| (1..=MAX_HEIGHT_DOTS).contains(number));
    let token = match command {
        "MNN" => Token::Continuous(true),
        "MNW" => Token::Continuous(false),
        "MMC,N" => Token::Cutter(true),
        "MMT,N" => Token::Cutter(false),
        "JZY" => Token::Reprint(true),
        "JZN" => Token::Reprint(false),
        "LH0,0" | "LS0" | "PON" | "PMN" | "LRN" | "PQ1,0,0,N" => Token::Plain,
        _ => match command.split_at_checked(2)? {
            ("PW", width) => Token::Width(number(width)?),
            ("LL", length) => Token::Length(number(length)?),
            ("FO", origin) => read_origin(origin)?,
            _ => return None,
        },
    };
    Some(token)
}

fn read_origin(text: &str) -> Option<Token> {
    let (x, y) = text.split_once(',')?;
    let (x, y) = (x.parse::<u32>().ok()?, y.parse::<u32>().ok()?);
    let fits = x.is_multiple_of(8) && x < MAX_WIDTH_DOTS && y < MAX_HEIGHT_DOTS;
    fits.then_some(Token::Origin { x_bytes: x / 8, y })
}

/// `^GFA,b,c,d,`: bytes sent, bytes in all (the same, the counts are those of the picture), bytes per row.
fn read_graphic(rest: &[u8], offset: u64) -> Step {
    let seen = &rest[..rest.len().min(LONGEST_COMMAND)];
    let is_header = |byte: &u8| byte.is_ascii_digit() || matches!(byte, b',' | b'A');
    let end = seen.iter().enumerate().filter(|(_, byte)| **byte == b',').nth(4 - 1).map(|(at, _)| at);
    let header = &seen[..end.unwrap_or(seen.len())];
    if let Some(at) = header.iter().position(|byte| !is_header(byte)) {
        return Step::Wrong(ParseError::OutOfRange { offset }, 3 + at);
    }
    let Some(end) = end else {
        let too_long = seen.len() == LONGEST_COMMAND;
        return if too_long { Step::Wrong(ParseError::OutOfRange { offset }, 3 + LONGEST_COMMAND) } else { Step::More };
    };
    match graphic_token(header) {
        Some(token) => Step::Take(token, 3 + end + 1),
        None => Step::Wrong(ParseError::OutOfRange { offset }, 3 + end + 1),
    }
}

fn graphic_token(header: &[u8]) -> Option<Token> {
    let numbers = std::str::from_utf8(header).ok()?.strip_prefix("A,")?;
    let numbers: Vec<u32> = numbers.split(',').map(|number| number.parse().ok()).collect::<Option<_>>()?;
    let [sent, all, bytes_per_row] = numbers[..] else { return None };
    let fits = sent == all && (1..=MAX_WIDTH_DOTS / 8).contains(&bytes_per_row) && all.is_multiple_of(bytes_per_row);
    let rows = if fits { all / bytes_per_row } else { 0 };
    (1..=MAX_HEIGHT_DOTS).contains(&rows).then_some(Token::Graphic { bytes_per_row, rows })
}

/// Everything that some bytes print.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Document {
    pub pages: Vec<Page>,
    /// All commands in order, without the rows.
    pub commands: Vec<Token>,
}

/// Reads whole jobs; the first byte that fits nowhere, an unfinished command or format is an error.
pub fn parse(bytes: &[u8]) -> Result<Document, ParseError> {
    let mut reader = TokenReader::new();
    reader.push(bytes);
    let mut document = Document::default();
    let mut sheet = Sheet::new();
    let mut cut = None;
    while let Some(token) = reader.next_token() {
        let token = token?;
        match &token {
            Token::Nothing => continue,
            Token::Row { x_bytes, y, row } => {
                sheet.place(*x_bytes as usize, *y, row);
                continue;
            }
            Token::Begin | Token::CancelAll | Token::CancelFormat => sheet.clear(),
            Token::Cutter(on) => cut = on.then_some(Cut::Full),
            Token::End => document.pages.extend(sheet.take().map(|bitmap| Page { bitmap, cut })),
            _ => {}
        }
        document.commands.push(token);
    }
    if reader.waiting() > 0 || reader.missing_rows() > 0 || !sheet.is_empty() {
        return Err(ParseError::CutOff { offset: reader.buffer.offset() });
    }
    Ok(document)
}

#[cfg(test)]
mod tests;
