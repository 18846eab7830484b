//! A picture as raster lines of the whole head, right pin first, optionally packed (TIFF "PackBits").
//! Lines are made in pieces; nothing may be asked until the printer has pushed "printing completed".

use crate::bitmap::Bitmap;
use crate::model::Label;

/// Most rows per piece.
pub const MAX_BAND_ROWS: u32 = 200;

/// Pins of the QL-800 series' head (section "Raster line").
pub const HEAD_DOTS: u32 = 720;

/// Feed before and after a picture on continuous tape: 3 mm, the least allowed (section "Feed amount").
pub const LEAST_FEED_DOTS: u16 = 35;

/// How a picture becomes a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BrotherOptions {
    /// Pins of the head, a multiple of 8 up to 2040.
    pub head_dots: u32,
    /// Dots of the print area: the picture's left edge is the print area's (section "Page size").
    pub width_dots: u32,
    /// Pins to the right of the print area that stay white (section "Raster line", right margin).
    pub right_margin_dots: u32,
    /// Width of the tape.
    pub tape_mm: u8,
    /// Die-cut labels; `None`: continuous tape.
    pub label: Option<Label>,
    /// Rows per piece, 1 to [`MAX_BAND_ROWS`]; other values are brought into the range.
    pub band_rows: u32,
    /// Whether the tape is cut after the picture.
    pub cut: bool,
    /// Whether lines are packed: not on a QL-800 (section "M").
    pub compress: bool,
}

impl Default for BrotherOptions {
    /// 62 mm continuous tape in a QL-820NWB.
    fn default() -> BrotherOptions {
        BrotherOptions {
            head_dots: HEAD_DOTS,
            width_dots: 696,
            right_margin_dots: 12,
            tape_mm: 62,
            label: None,
            band_rows: 80,
            cut: true,
            compress: true,
        }
    }
}

/// The bytes of one job, in pieces.
#[derive(Debug, Clone)]
pub struct Job {
    picture: Bitmap,
    options: BrotherOptions,
    next_row: u32,
    finished: bool,
    total_bytes: u64,
}

/// Starts a job. Nothing is scaled; dots beyond the head's last pin are lost.
pub fn encode(bitmap: &Bitmap, options: &BrotherOptions) -> Job {
    let head_dots = options.head_dots.clamp(8, 2_040).next_multiple_of(8);
    let band_rows = options.band_rows.clamp(1, MAX_BAND_ROWS);
    let options = BrotherOptions { head_dots, band_rows, ..*options };
    let mut job = Job { picture: bitmap.clone(), options, next_row: 0, finished: false, total_bytes: 0 };
    // Packed lines have no length that can be told without making them, and making them is quick.
    job.total_bytes = job.clone().map(|piece| piece.len() as u64).sum();
    job
}

impl Job {
    /// All bytes of the job, of the pieces already taken too.
    pub fn total_bytes(&self) -> u64 {
        self.total_bytes
    }

    fn band(&mut self) -> Vec<u8> {
        let first = self.next_row;
        let rows = self.options.band_rows.min(self.picture.height_dots() - first);
        let mut bytes = if first == 0 { head(&self.picture, &self.options) } else { Vec::new() };
        let mut line = vec![0; self.options.head_dots as usize / 8];
        for y in first..first + rows {
            to_pins(self.picture.row(y), left_dots(&self.options), &mut line);
            push_line(&line, self.options.compress, &mut bytes);
        }
        self.next_row += rows;
        bytes
    }
}

impl Iterator for Job {
    type Item = Vec<u8>;

    fn next(&mut self) -> Option<Vec<u8>> {
        if self.next_row < self.picture.height_dots() {
            return Some(self.band());
        }
        if self.finished {
            return None;
        }
        self.finished = true;
        Some(vec![PRINT_AND_FEED])
    }
}

/// Control-Z: print, feed and cut; the last page of a job ends so (section "Control-Z").
pub const PRINT_AND_FEED: u8 = 0x1A;

/// NULs that end whatever command an interrupted job left unfinished (section "NULL").
/// More than the longest line has; 400 as in Brother's own print data.
pub const INVALIDATE: [u8; 400] = [0; 400];

/// `ESC @`: clears all settings (section "ESC @").
pub const INITIALISE: [u8; 2] = [0x1B, 0x40];

/// What ends a job that was broken off: nothing of it is printed.
pub fn resynchronise() -> Vec<u8> {
    [&INVALIDATE[..], &INITIALISE].concat()
}

/// Invalidate, initialise, raster mode, print information, cutting, margin and compression, in the order of section
/// "Print data overview".
fn head(picture: &Bitmap, options: &BrotherOptions) -> Vec<u8> {
    let mut bytes = resynchronise();
    // Raster mode (section "ESC i a").
    bytes.extend([0x1B, 0x69, 0x61, 0x01]);
    // Push status while printing (section "ESC i !", the default).
    bytes.extend([0x1B, 0x69, 0x21, 0x00]);
    bytes.extend(print_information(picture.height_dots(), options));
    // Automatic cut: bit 6 (section "ESC i M"), after each label (section "ESC i A"), at the end (section "ESC i K", bit 3).
    bytes.extend([0x1B, 0x69, 0x4D, u8::from(options.cut) << 6]);
    if options.cut {
        bytes.extend([0x1B, 0x69, 0x41, 1]);
    }
    bytes.extend([0x1B, 0x69, 0x4B, u8::from(options.cut) << 3]);
    let feed = if options.label.is_some() { 0 } else { LEAST_FEED_DOTS };
    let [low, high] = feed.to_le_bytes();
    bytes.extend([0x1B, 0x69, 0x64, low, high]);
    if options.compress {
        bytes.extend([0x4D, 0x02]);
    }
    bytes
}

/// `ESC i z` (section "ESC i z"): kind, width and length of the medium are checked by the printer, quality before
/// speed, recovery on; the number of lines; first page.
fn print_information(rows: u32, options: &BrotherOptions) -> [u8; 13] {
    let (kind, length) = match options.label {
        Some(label) => (DIE_CUT, label.height_mm.min(255) as u8),
        None => (CONTINUOUS, 0),
    };
    let [a, b, c, d] = rows.to_le_bytes();
    [0x1B, 0x69, 0x7A, 0x80 | 0x40 | 0x08 | 0x04 | 0x02, kind, options.tape_mm, length, a, b, c, d, 0, 0]
}

/// Media type of continuous tape, in `ESC i z` and in the status block.
pub const CONTINUOUS: u8 = 0x0A;
/// Media type of die-cut labels.
pub const DIE_CUT: u8 = 0x0B;

/// Unused pins to the left of the print area.
fn left_dots(options: &BrotherOptions) -> u32 {
    options.head_dots.saturating_sub(options.width_dots + options.right_margin_dots)
}

/// A row as the head takes it: moved right by `left` dots, and mirrored, since pin 0 is at the right.
fn to_pins(row: &[u8], left: u32, line: &mut [u8]) {
    line.fill(0);
    let (whole, shift) = (left as usize / 8, left % 8);
    let mut put = |at: usize, bits: u8| {
        if let Some(mirrored) = line.len().checked_sub(at + 1) {
            line[mirrored] |= bits.reverse_bits();
        }
    };
    for (at, byte) in row.iter().enumerate() {
        let spread = (u16::from(*byte) << 8) >> shift;
        let [left_bits, right_bits] = spread.to_be_bytes();
        put(whole + at, left_bits);
        if right_bits != 0 {
            put(whole + at + 1, right_bits);
        }
    }
}

/// `g 00 n data` (section "g").
fn push_line(line: &[u8], compress: bool, bytes: &mut Vec<u8>) {
    bytes.extend([0x67, 0x00]);
    let length_at = bytes.len();
    bytes.push(0);
    if compress {
        pack_bits(line, bytes);
    } else {
        bytes.extend_from_slice(line);
    }
    bytes[length_at] = (bytes.len() - length_at - 1) as u8;
}

/// TIFF PackBits (section "M", "Explanation of TIFF compression mode"): a run of 2 to 128 equal bytes is its length
/// minus 1, negated, and the byte; 1 to 128 different ones are their count minus 1 and the bytes.
fn pack_bits(line: &[u8], bytes: &mut Vec<u8>) {
    let mut at = 0;
    while at < line.len() {
        let run = run_length(&line[at..]);
        if run > 1 {
            bytes.extend([(257 - run) as u8, line[at]]);
            at += run;
            continue;
        }
        let end = (at + 1..line.len()).find(|next| run_length(&line[*next..]) > 1).unwrap_or(line.len());
        let end = end.min(at + 128);
        bytes.push((end - at - 1) as u8);
        bytes.extend_from_slice(&line[at..end]);
        at = end;
    }
}

fn run_length(bytes: &[u8]) -> usize {
    bytes.iter().take(128).take_while(|byte| **byte == bytes[0]).count()
}
