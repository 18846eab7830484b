//! One way to read a picture: how it is prepared, and rxing's reader for it.

use std::panic::{AssertUnwindSafe, catch_unwind};

use rxing::common::{GlobalHistogramBinarizer, HybridBinarizer};
use rxing::qrcode::cpp_port::QrReader;
use rxing::{BarcodeFormat, BinaryBitmap, DecodeHints, Luma8Source, Point, RXingResult, Reader};

use super::{Found, Luma};

/// What is done to a picture before it is read, and what is black in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Treatment {
    /// As it is; black is darker than its surroundings of 40 pixels.
    Plain,
    /// As it is; black is darker than one threshold for all.
    OneThreshold,
    /// Smoothed; black is darker than the mean nearby, however little: noise, low light and low contrast.
    Divided,
    /// Sharpened: out of focus, or moving.
    Sharpened,
}

/// One attempt of the cascade.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stage {
    /// How often the picture is halved before, compared with its usual size; -1 is twice as large as that.
    pub halvings: i8,
    pub treatment: Treatment,
    /// Light on dark.
    pub inverted: bool,
}

/// Square around a pixel that is its surroundings, to each side.
const NEARBY: usize = 15;

impl Stage {
    pub const fn new(treatment: Treatment) -> Stage {
        Stage { halvings: 0, treatment, inverted: false }
    }

    pub const fn halved(self, times: i8) -> Stage {
        Stage { halvings: times, ..self }
    }

    pub const fn inverted(self) -> Stage {
        Stage { inverted: true, ..self }
    }

    /// Reads `picture`, which has the stage's size already.
    pub(super) fn run(&self, picture: &Luma) -> Option<Found> {
        // rxing says of some of its functions that they may panic, and pictures come from outside.
        catch_unwind(AssertUnwindSafe(|| self.read(picture))).ok().flatten()
    }

    fn read(&self, picture: &Luma) -> Option<Found> {
        match self.treatment {
            Treatment::Plain | Treatment::OneThreshold if !self.inverted => self.detect(picture),
            Treatment::Plain | Treatment::OneThreshold => self.detect(&picture.inverted()),
            Treatment::Divided if !self.inverted => self.detect(&picture.smoothed().divided(NEARBY)),
            Treatment::Divided => self.detect(&picture.smoothed().inverted().divided(NEARBY)),
            Treatment::Sharpened if !self.inverted => self.detect(&picture.sharpened()),
            Treatment::Sharpened => self.detect(&picture.sharpened().inverted()),
        }
    }

    fn detect(&self, picture: &Luma) -> Option<Found> {
        let source = Luma8Source::new_with_slice(picture.pixels(), picture.width, picture.height).ok()?;
        let result = match self.treatment {
            Treatment::Plain | Treatment::Sharpened => decode(BinaryBitmap::new(HybridBinarizer::new(source))),
            Treatment::OneThreshold | Treatment::Divided => {
                decode(BinaryBitmap::new(GlobalHistogramBinarizer::new(source)))
            }
        };
        found(&result?)
    }
}

/// By the reader that was taken over from ZXing-C++, which finds three times as many codes as the one from ZXing.
fn decode<B: rxing::Binarizer>(mut bitmap: BinaryBitmap<B>) -> Option<RXingResult> {
    // Without the harder way only every eighth row of a large picture is looked at, and small codes are missed; in
    // 640 × 480 pixels both ways are the same.
    let hints = DecodeHints {
        PossibleFormats: Some([BarcodeFormat::QR_CODE].into()),
        TryHarder: Some(true),
        ..DecodeHints::default()
    };
    QrReader.decode_with_hints(&mut bitmap, &hints).ok()
}

fn found(result: &RXingResult) -> Option<Found> {
    let corners = corners(result.getPoints())?;
    let text = result.getText();
    (!text.is_empty()).then(|| Found { text: text.to_owned(), corners })
}

/// rxing gives both upper corners, then both lower ones; an outline goes round.
fn corners(points: &[Point]) -> Option<[(f32, f32); 4]> {
    let [a, b, c, d] = points else { return None };
    Some([a, b, d, c].map(|point| (point.x, point.y)))
}
