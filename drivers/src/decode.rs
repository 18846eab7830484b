//! Finds and reads one QR code in a grey picture: of a camera, or of a file.
//!
//! No single reading is good at everything, so a cascade of them is tried until one succeeds or the time is over:
//! half the size rescues low light and the pattern of a phone's screen, inversion the dark mode. Which stages there
//! are and in which order is measured, see `benches/DECODERS.md`. What the code says is not judged here.

use std::borrow::Cow;
use std::time::{Duration, Instant};

mod file;
mod picture;
mod stage;

pub use file::{ReadError, read_luma};
pub use picture::Luma;
pub use stage::{Stage, Treatment};

/// A code that was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// What it says, never empty.
    pub text: String,
    /// Its corners in pixels of the picture, in the order in which a pen would draw the outline.
    pub corners: [(f32, f32); 4],
}

/// How much may be tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effort {
    /// One of a camera's pictures: the first stages and two of the others, which take turns. With the number of the
    /// picture as `turn`, every stage has its turn within a second.
    Frame { turn: usize },
    /// The whole cascade. No stage is begun after this time.
    Whole(Duration),
}

/// All stages, cheap and fruitful ones first.
pub const CASCADE: [Stage; 16] = [
    Stage::new(Treatment::Plain),
    Stage::new(Treatment::Plain).halved(1),
    Stage::new(Treatment::Plain).inverted(),
    Stage::new(Treatment::Plain).halved(1).inverted(),
    Stage::new(Treatment::Divided),
    Stage::new(Treatment::OneThreshold),
    Stage::new(Treatment::Sharpened),
    Stage::new(Treatment::Divided).inverted(),
    Stage::new(Treatment::Sharpened).inverted(),
    Stage::new(Treatment::Divided).halved(1),
    Stage::new(Treatment::Plain).halved(2),
    Stage::new(Treatment::Plain).halved(-1),
    Stage::new(Treatment::Divided).halved(-1),
    Stage::new(Treatment::Plain).halved(-1).inverted(),
    Stage::new(Treatment::Plain).halved(-2),
    Stage::new(Treatment::Sharpened).halved(1),
];

/// These are tried with every picture of a camera.
const ALWAYS: usize = 4;
/// And so many of the others.
const BY_TURNS: usize = 2;
/// A picture with more pixels is halved until it has not: codes are seldom so small in it.
const USUAL_PIXELS: u64 = 1_500_000;
/// Small pictures are doubled once, large ones looked at in full.
const LARGEST_DOUBLED: u64 = 1_000_000;

/// Reads the code in `picture`. A stage takes some milliseconds per megapixel. Whatever the picture shows, this does
/// not panic.
pub fn decode(picture: &Luma, effort: Effort) -> Option<Found> {
    let mut sizes = Sizes::of(picture);
    match effort {
        Effort::Whole(limit) => {
            let begin = Instant::now();
            CASCADE.iter().take_while(|_| begin.elapsed() < limit).find_map(|stage| sizes.run(stage))
        }
        Effort::Frame { turn } => {
            let (always, others) = CASCADE.split_at(ALWAYS);
            let turns = (0..BY_TURNS).map(|next| &others[(turn * BY_TURNS + next) % others.len()]);
            always.iter().chain(turns).find_map(|stage| sizes.run(stage))
        }
    }
}

/// One stage alone, for measuring.
pub fn run_stage(picture: &Luma, stage: &Stage) -> Option<Found> {
    Sizes::of(picture).run(stage)
}

/// The picture and its smaller versions, made when they are first asked for.
struct Sizes<'a> {
    halved: Vec<Luma<'a>>,
    doubled: Option<Luma<'a>>,
    /// So often halved is the usual size.
    usual: i8,
}

impl<'a> Sizes<'a> {
    fn of(picture: &'a Luma) -> Sizes<'a> {
        let whole = Luma { width: picture.width, height: picture.height, pixels: Cow::Borrowed(&*picture.pixels) };
        let (mut pixels, mut usual) = (whole.pixels.len() as u64, 0);
        while pixels > USUAL_PIXELS {
            (pixels, usual) = (pixels / 4, usual + 1);
        }
        Sizes { halved: vec![whole], doubled: None, usual }
    }

    fn run(&mut self, stage: &Stage) -> Option<Found> {
        let halvings = self.usual + stage.halvings;
        let mut found = stage.run(self.size(halvings)?)?;
        let factor = 2f32.powi(halvings.into());
        found.corners = found.corners.map(|(x, y)| (x * factor, y * factor));
        Some(found)
    }

    /// `None` where nothing would be gained.
    fn size(&mut self, halvings: i8) -> Option<&Luma<'a>> {
        let Ok(wanted) = usize::try_from(halvings) else {
            let whole =
                self.halved.first().filter(|whole| halvings == -1 && whole.pixels.len() as u64 <= LARGEST_DOUBLED)?;
            if self.doubled.is_none() {
                self.doubled = whole.double();
            }
            return self.doubled.as_ref();
        };
        while self.halved.len() <= wanted {
            let half = self.halved.last()?.half()?;
            self.halved.push(half);
        }
        self.halved.get(wanted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use qrcode::{Color, QrCode};

    const PATIENT: Effort = Effort::Whole(Duration::from_secs(60));

    /// A code with a quiet zone of four modules, `scale` pixels to a module.
    fn picture(text: &str, scale: usize, dark: u8, light: u8) -> Luma<'static> {
        let code = QrCode::new(text).expect("a short text");
        let (colors, modules) = (code.to_colors(), code.width());
        let side = (modules + 8) * scale;
        let is_dark = |x: usize, y: usize| {
            let (x, y) = ((x / scale).wrapping_sub(4), (y / scale).wrapping_sub(4));
            x < modules && y < modules && colors[y * modules + x] == Color::Dark
        };
        let pixels = (0..side * side).map(|i| if is_dark(i % side, i / side) { dark } else { light });
        Luma::new(side as u32, side as u32, pixels.collect::<Vec<u8>>()).expect("a square")
    }

    fn check(picture: &Luma, expected: Option<&str>) {
        assert_eq!(decode(picture, PATIENT).map(|found| found.text).as_deref(), expected);
    }

    #[test]
    fn codes_are_read_dark_light_faint_and_large() {
        check(&picture("DLR-2026:0042", 4, 0, 255), Some("DLR-2026:0042"));
        check(&picture("DLR-2026:0042", 4, 235, 15), Some("DLR-2026:0042"));
        check(&picture("DLR-2026:0042", 4, 120, 132), Some("DLR-2026:0042"));
        check(&picture(&"MZXW6YTBOI".repeat(12), 30, 20, 220), Some(&"MZXW6YTBOI".repeat(12)));
    }

    #[test]
    fn corners_are_those_of_the_code() {
        let found = decode(&picture("DLR-2026:0042", 10, 0, 255), PATIENT).expect("a plain code");
        // 21 modules of 10 pixels behind a quiet zone of 40.
        let expected = [(40.0, 40.0), (250.0, 40.0), (250.0, 250.0), (40.0, 250.0)];
        for ((x, y), (a, b)) in found.corners.into_iter().zip(expected) {
            assert!((x - a).abs() < 3.0 && (y - b).abs() < 3.0, "{:?}", found.corners);
        }
    }

    /// A table of 12 megapixels with a code on it whose modules have `scale` pixels.
    fn photo(scale: usize) -> Luma<'static> {
        let (code, mut pixels) = (picture("DLR-2026:0042", scale, 40, 210), vec![140u8; 4000 * 3000]);
        let side = code.width() as usize;
        for (y, row) in code.pixels().chunks_exact(side).enumerate() {
            pixels[(1000 + y) * 4000 + 1500..][..side].copy_from_slice(row);
        }
        Luma::new(4000, 3000, pixels).expect("3000 rows of 4000")
    }

    #[test]
    fn large_photos_are_read_whether_the_code_is_large_or_small() {
        for scale in [3, 10, 60] {
            let found = decode(&photo(scale), PATIENT).expect("a plain code");
            let ((x, y), corner) = (found.corners[0], (scale * 4) as f32);
            assert_eq!(found.text, "DLR-2026:0042");
            assert!((x - 1500.0 - corner).abs() < 9.0 && (y - 1000.0 - corner).abs() < 9.0, "{x} {y}");
        }
    }

    #[test]
    fn pictures_without_a_code_and_tiny_ones_give_nothing() {
        for (width, height) in [(1, 1), (2, 300), (20, 20), (300, 2), (640, 480)] {
            check(&Luma::new(width, height, vec![90; (width * height) as usize]).expect("a size"), None);
        }
        assert_eq!(Luma::new(2, 2, vec![0; 5]), None);
        assert_eq!(Luma::new(0, 0, vec![]), None);
    }

    #[test]
    fn every_stage_has_its_turn_in_a_second_of_pictures() {
        let faint = picture("DLR-2026:0042", 4, 120, 132);
        assert_eq!(decode(&faint, Effort::Frame { turn: 3 }), None);
        assert!((0..12).any(|turn| decode(&faint, Effort::Frame { turn }).is_some()));
    }

    #[test]
    fn no_time_means_no_attempt() {
        assert_eq!(decode(&picture("A", 4, 0, 255), Effort::Whole(Duration::ZERO)), None);
    }

    proptest! {
            #![proptest_config(ProptestConfig::with_cases(40))]
            #[test]
            fn any_picture_is_read_or_not(width in 1u32..90, height in 1u32..90, seed: u64, coarse in 1u64..9) {
                let mut state = seed | 1;
                let mut pixels = Vec::new();
                for index in 0..u64::from(width * height) {
                    if index % coarse == 0 {
                        state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
                    }
                    pixels.push(if state >> 60 > 7 { 255 } else { (state >> 52) as u8 / 8 });
                }
                let picture = Luma::new(width, height, pixels).expect("as many pixels");
                let _ = decode(&picture, PATIENT);
            }
        }
}
