//! A picture as ZPL: one format of `^GFA` fields, a band each, in compressed hexadecimal digits.
//! Bands are made one by one; everything is printable ASCII, so no pixel can be mistaken for a command.

use crate::bitmap::Bitmap;
use crate::model::Label;

/// Longest band. Nothing in the manual limits it; pieces stay small so that a fault is heard in between.
pub const MAX_BAND_ROWS: u32 = 200;

/// How a picture becomes a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ZplOptions {
    /// Dots per millimetre: 8 at 203 dpi, 12 at 300 dpi (section "Basic ZPL Exercises", print densities).
    pub dots_per_mm: u32,
    /// The labels on the roll; `None`: continuous paper, as long as the picture.
    pub label: Option<Label>,
    /// Width of the page on continuous paper, in dots. A wider picture makes it wider.
    pub width_dots: u32,
    /// Rows per band, 1 to [`MAX_BAND_ROWS`]; other values are brought into the range.
    pub band_rows: u32,
    /// Whether the printer has a cutter and shall use it after the label.
    pub cut: bool,
}

impl Default for ZplOptions {
    fn default() -> ZplOptions {
        ZplOptions { dots_per_mm: 8, label: None, width_dots: 576, band_rows: 100, cut: false }
    }
}

/// The bytes of one job, in pieces.
#[derive(Debug, Clone)]
pub struct Job {
    picture: Bitmap,
    options: ZplOptions,
    next_row: u32,
    finished: bool,
    total_bytes: u64,
}

/// Starts a job. The picture must not be wider than the head; nothing is scaled or cropped.
pub fn encode(bitmap: &Bitmap, options: &ZplOptions) -> Job {
    let band_rows = options.band_rows.clamp(1, MAX_BAND_ROWS);
    let options = ZplOptions { band_rows, dots_per_mm: options.dots_per_mm.max(1), ..*options };
    let mut job = Job { picture: bitmap.clone(), options, next_row: 0, finished: false, total_bytes: 0 };
    // Compressed bands have no length that can be told without making them, and making them is quick.
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
        let stride = self.picture.stride_bytes();
        let mut bytes = if first == 0 { head(&self.picture, &self.options) } else { Vec::new() };
        let count = stride * rows as usize;
        bytes.extend(format!("^FO0,{first}^GFA,{count},{count},{stride},").into_bytes());
        let mut above: Option<&[u8]> = None;
        for y in first..first + rows {
            let row = self.picture.row(y);
            push_row(row, above, &mut bytes);
            above = Some(row);
        }
        bytes.extend(b"^FS\r\n");
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
        Some(END.to_vec())
    }
}

/// `^PQ`: one label, no pause, no replicates; `^XZ` ends the format (sections "^PQ", "^XZ").
pub const END: [u8; 15] = *b"^PQ1,0,0,N^XZ\r\n";

/// What ends a format that was broken off: `~JX` cancels the format that is being received, `~JA` what waits behind it
/// (sections "~JX", "~JA"). A tilde aborts a graphic field (section "^GF").
pub fn resynchronise() -> Vec<u8> {
    b"~JX\r\n~JA\r\n".to_vec()
}

/// The page and everything that an earlier format may have left switched on (each in the section of its name):
/// `^MN` media tracking, `^MM` print mode, `^PW` width, `^LL` length, `^LH` home, `^LS` shift, `^PO` orientation,
/// `^PM` mirror, `^LR` reverse. `^JZN`: after an error the printer would print the label once more by itself, unasked.
fn head(picture: &Bitmap, options: &ZplOptions) -> Vec<u8> {
    let (width, height, tracking) = match options.label {
        Some(label) => (label.width_mm * options.dots_per_mm, label.height_mm * options.dots_per_mm, 'W'),
        None => (picture.width_dots().max(options.width_dots), picture.height_dots(), 'N'),
    };
    let mode = if options.cut { 'C' } else { 'T' };
    format!("^XA^MN{tracking}^MM{mode},N^JZN^PW{width}^LL{height}^LH0,0^LS0^PON^PMN^LRN\r\n").into_bytes()
}

/// One row in the alternative data compression scheme (section "Alternative Data Compression Scheme for ~DG and ~DB
/// Commands"): `:` repeats the row above, `,` fills with white, `G` to `Y` and `g` to `z` repeat the digit that follows.
/// `!` is not used: "fills the line with ones" is read as black dots by some and as the digit 1 by others.
fn push_row(row: &[u8], above: Option<&[u8]>, bytes: &mut Vec<u8>) {
    if above == Some(row) {
        bytes.push(b':');
        return;
    }
    let digit_count = row.len() * 2;
    let digit = |at: usize| if at.is_multiple_of(2) { row[at / 2] >> 4 } else { row[at / 2] & 0x0F };
    let mut at = 0;
    while at < digit_count {
        let value = digit(at);
        let run = (at..digit_count).take_while(|next| digit(*next) == value).count();
        if value == 0 && at + run == digit_count {
            bytes.push(b',');
        } else {
            push_run(run, HEX[usize::from(value)], bytes);
        }
        at += run;
    }
}

const HEX: [u8; 16] = *b"0123456789ABCDEF";

/// A run of one digit: counts of 400 (`z`), of 20 (`g` to `y`) and of 1 (`G` to `Y`) add up.
fn push_run(mut run: usize, digit: u8, bytes: &mut Vec<u8>) {
    while run >= 400 {
        bytes.push(b'z');
        run -= 400;
    }
    match run {
        // The counts so far stand for themselves.
        0 => {}
        1 if bytes.last() != Some(&b'z') => {}
        _ => {
            if run >= 20 {
                bytes.push(b'f' + (run / 20) as u8);
            }
            if !run.is_multiple_of(20) {
                bytes.push(b'F' + (run % 20) as u8);
            }
        }
    }
    bytes.push(digit);
}
