//! A picture as TSPL: the stock, a cleared page, bands as `BITMAP`, and `PRINT`.
//! Bands are made one by one; a status question may be sent between two pieces, never inside one.

use crate::bitmap::Bitmap;
use crate::escpos::Cut;
use crate::guard::disarm;
use crate::model::Label;

/// Longest band. Nothing in the manual limits it; pieces stay small so that a fault is heard in between.
pub const MAX_BAND_ROWS: u32 = 200;

/// How a picture becomes a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TsplOptions {
    /// Dots of the head per millimetre: 8 at 203 dpi, 12 at 300 dpi (section "Document Conventions").
    pub dots_per_mm: u32,
    /// The labels on the roll; `None`: continuous paper, as long as the picture.
    pub label: Option<Label>,
    /// Width of the page on continuous paper, in dots: the head's. A wider picture makes it wider.
    pub width_dots: u32,
    /// Rows per band, 1 to [`MAX_BAND_ROWS`]; other values are brought into the range.
    pub band_rows: u32,
    /// `None`: this printer has no cutter, and none of the cutter's commands are sent.
    pub cut: Option<Cut>,
}

impl Default for TsplOptions {
    fn default() -> TsplOptions {
        TsplOptions { dots_per_mm: 8, label: None, width_dots: 576, band_rows: 100, cut: None }
    }
}

/// The bytes of one job, in pieces.
#[derive(Debug, Clone)]
pub struct Job {
    picture: Bitmap,
    options: TsplOptions,
    next_row: u32,
    finished: bool,
    flipped_dots: u32,
}

/// Starts a job. The picture must not be wider than the head; nothing is scaled or cropped.
pub fn encode(bitmap: &Bitmap, options: &TsplOptions) -> Job {
    let (picture, flipped_dots) = disarm(bitmap, is_code);
    let band_rows = options.band_rows.clamp(1, MAX_BAND_ROWS);
    let options = TsplOptions { band_rows, dots_per_mm: options.dots_per_mm.max(1), ..*options };
    Job { picture, options, next_row: 0, finished: false, flipped_dots }
}

impl Job {
    /// All bytes of the job, of the pieces already taken too.
    pub fn total_bytes(&self) -> u64 {
        let height = self.picture.height_dots();
        let frames = (0..height).step_by(self.options.band_rows as usize).map(|first| {
            let rows = self.options.band_rows.min(height - first);
            (bitmap_header(first, self.picture.stride_bytes(), rows).len() + LINE_END.len()) as u64
        });
        let head = head(&self.picture, &self.options).len() as u64;
        head + frames.sum::<u64>() + self.picture.bytes().len() as u64 + PRINT.len() as u64
    }

    /// Dots that were changed because they would have been an immediate command.
    pub fn flipped_dots(&self) -> u32 {
        self.flipped_dots
    }

    fn band(&mut self) -> Vec<u8> {
        let first = self.next_row;
        let rows = self.options.band_rows.min(self.picture.height_dots() - first);
        let stride = self.picture.stride_bytes();
        let pixels = &self.picture.bytes()[first as usize * stride..][..rows as usize * stride];
        let mut bytes = if first == 0 { head(&self.picture, &self.options) } else { Vec::new() };
        let header = bitmap_header(first, stride, rows);
        bytes.reserve(header.len() + pixels.len() + LINE_END.len());
        bytes.extend(header);
        // A set bit is white here, the padding on the right too.
        bytes.extend(pixels.iter().map(|byte| !byte));
        bytes.extend(LINE_END);
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
        Some(PRINT.to_vec())
    }
}

/// CR LF ends a command line (section "Document Conventions").
const LINE_END: [u8; 2] = *b"\r\n";

/// `PRINT m,n`: one set, one copy (section "PRINT").
pub const PRINT: [u8; 11] = *b"PRINT 1,1\r\n";

/// What ends a `BITMAP` that was broken off: NULs for the missing pixels, then an emptied page, so that nothing of
/// the broken label is printed.
pub fn resynchronise(width_dots: u32) -> Vec<u8> {
    let missing_at_most = width_dots.div_ceil(8) as usize * MAX_BAND_ROWS as usize;
    let mut bytes = vec![0; missing_at_most];
    bytes.extend(b"\r\nCLS\r\n");
    bytes
}

/// `BITMAP X,Y,width,height,mode,`: width in bytes, height in dots, mode 0 overwrites (section "BITMAP").
fn bitmap_header(first_row: u32, stride: usize, rows: u32) -> Vec<u8> {
    format!("BITMAP 0,{first_row},{stride},{rows},0,").into_bytes()
}

/// `SIZE`, `GAP`, `DIRECTION`, `REFERENCE`, the cutter and `CLS`, each in the section of its name.
/// A first CR LF ends whatever line an interrupted job left behind. `SET REPRINT OFF` (section "SET REPRINT"): after
/// a fault the printer would print the label once more by itself, unasked.
fn head(picture: &Bitmap, options: &TsplOptions) -> Vec<u8> {
    let page = match options.label {
        Some(label) => format!("SIZE {} mm,{} mm\r\nGAP {} mm,0 mm\r\n", label.width_mm, label.height_mm, label.gap_mm),
        None => {
            let width = picture.width_dots().max(options.width_dots);
            let millimetres = |dots: u32| in_mm(dots, options.dots_per_mm);
            format!("SIZE {} mm,{} mm\r\nGAP 0 mm,0 mm\r\n", millimetres(width), millimetres(picture.height_dots()))
        }
    };
    let cutter = match options.cut {
        Some(Cut::Full) => "SET CUTTER 1\r\n",
        Some(Cut::Partial) => "SET PARTIAL_CUTTER 1\r\n",
        None => "",
    };
    format!("\r\n{page}DIRECTION 1,0\r\nREFERENCE 0,0\r\nSET REPRINT OFF\r\n{cutter}CLS\r\n").into_bytes()
}

/// Whether two bytes of our pixels are sent as `<ESC>!`: it begins the immediate commands, which are obeyed "at any
/// time" (section "Status Polling and Immediate Commands"); `<ESC>!R` among pixels would reset the printer.
pub(super) fn is_code(first: u8, second: u8) -> bool {
    (!first, !second) == (0x1B, 0x21)
}

/// Millimetres with as many decimals as are needed, at most three, rounded up.
fn in_mm(dots: u32, dots_per_mm: u32) -> String {
    let thousandths = (u64::from(dots) * 1_000).div_ceil(u64::from(dots_per_mm));
    let text = format!("{}.{:03}", thousandths / 1_000, thousandths % 1_000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
