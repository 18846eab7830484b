//! A picture as ESC/POS bytes: raster bands (`GS v 0`), feed, cut and the question that the printer answers when
//! it is done. Bands are made one by one, so that the first is on its way while the last is not yet packed.

use super::guard::disarm;
use super::{Part, ProcessId};
use crate::bitmap::Bitmap;

/// Longest band: many clones lose data in longer ones.
pub const MAX_BAND_ROWS: u32 = 200;

/// How the paper is separated (section "GS V", function B: feed to the cutter first).
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cut {
    Full,
    /// One point stays uncut, so that the paper does not fall.
    Partial,
}

/// What is asked at the end of a job, to learn that the paper is out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fence {
    /// Nothing: this printer cannot answer in order.
    None,
    /// `GS r 1`: answered when everything before it is processed.
    PaperSensor,
    /// `GS ( H` function 48, once after the picture and once after the cut; the number of the job.
    Process(u32),
}

/// How a picture becomes a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EscposOptions {
    /// Rows per band, 1 to [`MAX_BAND_ROWS`]; other values are brought into the range.
    pub band_rows: u32,
    /// `None`: the paper is only fed.
    pub cut: Option<Cut>,
    /// Vertical motion units (dots, unless the printer was told otherwise) after the picture.
    pub feed_dots: u8,
    pub fence: Fence,
    /// Whether the printer shall report changes by itself (`GS a`) from this job on.
    pub auto_status: bool,
}

impl Default for EscposOptions {
    fn default() -> EscposOptions {
        EscposOptions { band_rows: 120, cut: Some(Cut::Partial), feed_dots: 0, fence: Fence::None, auto_status: false }
    }
}

/// The bytes of one job, in pieces. Real-time questions may be sent between two pieces, never inside one.
#[derive(Debug, Clone)]
pub struct Job {
    picture: Bitmap,
    options: EscposOptions,
    next_row: u32,
    finished: bool,
    flipped_dots: u32,
}

/// Starts a job. The picture must not be wider than the head; nothing is scaled or cropped.
pub fn encode(bitmap: &Bitmap, options: &EscposOptions) -> Job {
    let (picture, flipped_dots) = disarm(bitmap);
    let band_rows = options.band_rows.clamp(1, MAX_BAND_ROWS);
    Job { picture, options: EscposOptions { band_rows, ..*options }, next_row: 0, finished: false, flipped_dots }
}

impl Job {
    /// All bytes of the job, of the pieces already taken too.
    pub fn total_bytes(&self) -> u64 {
        let bands = u64::from(self.picture.height_dots().div_ceil(self.options.band_rows));
        let head = head(&self.options).len() as u64;
        head + bands * 8 + self.picture.bytes().len() as u64 + tail(&self.options).len() as u64
    }

    /// Dots that were changed because they would have been a real-time code.
    pub fn flipped_dots(&self) -> u32 {
        self.flipped_dots
    }

    fn band(&mut self) -> Vec<u8> {
        let first = self.next_row;
        let rows = self.options.band_rows.min(self.picture.height_dots() - first);
        let stride = self.picture.stride_bytes();
        let pixels = &self.picture.bytes()[first as usize * stride..][..rows as usize * stride];
        let mut bytes = if first == 0 { head(&self.options) } else { Vec::new() };
        bytes.reserve(pixels.len() + 8);
        bytes.extend(raster_header(stride as u16, rows as u16));
        bytes.extend_from_slice(pixels);
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
        Some(tail(&self.options))
    }
}

/// `ESC @`: forget modes and the unfinished line (section "ESC @").
pub const INITIALISE: [u8; 2] = [0x1B, 0x40];

/// `GS r 1`: send the paper sensor's state in order (section "GS r").
pub const ASK_PAPER_SENSOR: [u8; 3] = [0x1D, 0x72, 0x01];

/// `GS I 3`: send the version of the firmware, one byte, in order (section "GS I").
pub const ASK_ROM_VERSION: [u8; 3] = [0x1D, 0x49, 0x03];

/// `GS a n` with line, error and paper on (section "GS a", bits 1 to 3).
pub const AUTO_STATUS: [u8; 3] = [0x1D, 0x61, 0x0E];

/// `GS ( H`, function 48: send `37 22 id 00` when everything before it is done.
pub fn ask_process(id: ProcessId) -> [u8; 11] {
    let [a, b, c, d] = id.bytes();
    [0x1D, 0x28, 0x48, 0x06, 0x00, 0x30, 0x30, a, b, c, d]
}

/// `GS V m n`, function B: feed to the cutter and `feed_dots` more, then cut (section "GS V", m = 65 and 66).
pub fn cut(cut: Cut, feed_dots: u8) -> [u8; 4] {
    let m = match cut {
        Cut::Full => 65,
        Cut::Partial => 66,
    };
    [0x1D, 0x56, m, feed_dots]
}

/// `ESC J n`: print and feed (section "ESC J").
pub fn feed(dots: u8) -> [u8; 3] {
    [0x1B, 0x4A, dots]
}

/// What ends a raster that was broken off: NULs for the missing pixels (ignored outside of a raster),
/// then a clean start and a cut, so that the next badge does not begin on the broken one.
pub fn resynchronise(width_dots: u32, cut_kind: Option<Cut>) -> Vec<u8> {
    let missing_at_most = width_dots.div_ceil(8) as usize * MAX_BAND_ROWS as usize + 8;
    let mut bytes = vec![0; missing_at_most];
    bytes.extend(INITIALISE);
    match cut_kind {
        Some(kind) => bytes.extend(cut(kind, 0)),
        None => bytes.extend(feed(255)),
    }
    bytes
}

/// `GS v 0 m=0 xL xH yL yH` (section "GS v 0").
fn raster_header(bytes_per_row: u16, rows: u16) -> [u8; 8] {
    let [x_low, x_high] = bytes_per_row.to_le_bytes();
    let [y_low, y_high] = rows.to_le_bytes();
    [0x1D, 0x76, 0x30, 0x00, x_low, x_high, y_low, y_high]
}

fn head(options: &EscposOptions) -> Vec<u8> {
    let mut bytes = INITIALISE.to_vec();
    if options.auto_status {
        bytes.extend(AUTO_STATUS);
    }
    bytes
}

fn tail(options: &EscposOptions) -> Vec<u8> {
    let mut bytes = Vec::new();
    if let Fence::Process(number) = options.fence {
        bytes.extend(ask_process(ProcessId::new(number, Part::Picture)));
    }
    match options.cut {
        Some(kind) => bytes.extend(cut(kind, options.feed_dots)),
        None => bytes.extend(feed(options.feed_dots)),
    }
    match options.fence {
        Fence::None => {}
        Fence::PaperSensor => bytes.extend(ASK_PAPER_SENSOR),
        Fence::Process(number) => bytes.extend(ask_process(ProcessId::new(number, Part::Cut))),
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::super::guard::{is_code, next_code};
    use super::super::parse::parse;
    use super::*;
    use proptest::prelude::*;

    const HOSTILE: [u8; 6] = [0x10, 0x04, 0x05, 0x14, 0x1D, 0xFF];

    fn picture(width_bytes: u32, rows: u32, dots: &[u8]) -> Bitmap {
        let bytes = dots.iter().cycle().take((width_bytes * rows) as usize).copied().collect();
        Bitmap::from_packed(width_bytes * 8, rows, bytes).expect("sizes of the tests fit")
    }

    fn bytes_of(bitmap: &Bitmap, options: &EscposOptions) -> Vec<u8> {
        encode(bitmap, options).flatten().collect()
    }

    #[test]
    fn badge_bytes_begin_with_initialise_and_end_with_cut_and_both_questions() {
        let options = EscposOptions { fence: Fence::Process(1), ..EscposOptions::default() };
        let bytes = bytes_of(&picture(72, 800, &[0xAA]), &options);
        assert_eq!(bytes[..10], [0x1B, 0x40, 0x1D, 0x76, 0x30, 0x00, 72, 0, 120, 0]);
        let mut expected = vec![0x1D, 0x28, 0x48, 6, 0, 48, 48, b'P', b'!', b'!', b'"', 0x1D, 0x56, 66, 0];
        expected.extend([0x1D, 0x28, 0x48, 6, 0, 48, 48, b'C', b'!', b'!', b'"']);
        assert_eq!(bytes[bytes.len() - expected.len()..], expected);
        assert_eq!(bytes.len(), 2 + 7 * 8 + 57_600 + expected.len());
    }

    #[test]
    fn band_rows_outside_of_the_range_are_brought_into_it() {
        for (wanted, pieces) in [(0, 401), (1, 401), (200, 3), (100_000, 3)] {
            let options = EscposOptions { band_rows: wanted, ..EscposOptions::default() };
            assert_eq!(encode(&picture(1, 400, &[0]), &options).count(), pieces, "{wanted}");
        }
    }

    #[test]
    fn leftovers_of_a_broken_raster_are_swallowed_before_the_clean_start() {
        let mut bytes = bytes_of(&picture(72, 300, &[0x55]), &EscposOptions::default());
        bytes.truncate(5_000);
        bytes.extend(resynchronise(576, Some(Cut::Partial)));
        let badge = picture(72, 90, &[0x33]);
        bytes.extend(bytes_of(&badge, &EscposOptions::default()));
        let document = parse(&bytes).expect("both jobs are well formed");
        assert_eq!(document.pages.len(), 2);
        assert_eq!(document.pages[1].bitmap, badge);
    }

    proptest! {
        #[test]
        fn any_picture_comes_back_without_codes(
            width_bytes in 1u32..90,
            rows in 1u32..420,
            dots in prop::collection::vec(prop::sample::select(HOSTILE.to_vec()), 1..97),
            band_rows in 1u32..=200,
            number: u32,
        ) {
            let bitmap = picture(width_bytes, rows, &dots);
            let options = EscposOptions {
                band_rows, cut: Some(Cut::Full), feed_dots: 0x10, fence: Fence::Process(number), auto_status: true,
            };
            let job = encode(&bitmap, &options);
            let (total, flipped) = (job.total_bytes(), job.flipped_dots());
            let bytes: Vec<u8> = job.flatten().collect();
            prop_assert_eq!(bytes.len() as u64, total);
            prop_assert_eq!(next_code(&bytes, 0), None);
            let document = parse(&bytes).expect("own bytes are well formed");
            prop_assert_eq!(document.pages.len(), 1);
            prop_assert_eq!(document.real_time_in_pixels, 0);
            let back = &document.pages[0].bitmap;
            let codes = bitmap.bytes().windows(2).filter(|pair| is_code(pair[0], pair[1])).count() as u32;
            let differing: u32 = bitmap.bytes().iter().zip(back.bytes()).map(|(a, b)| (a ^ b).count_ones()).sum();
            prop_assert!(differing <= flipped && flipped <= codes);
        }
    }
}
