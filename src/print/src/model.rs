//! What a printer model can do, as data. Facts come from files (`drivers/models/*.toml`);
//! a fact that nobody found is left out there and has a careful default here.

use serde::{Deserialize, Serialize};

use crate::escpos::{Cut, encode};

/// The printer's language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    Escpos,
    Tspl,
    Zpl,
    BrotherQl,
}

/// Die-cut labels on the roll, in whole millimetres.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Label {
    /// Across the roll.
    pub width_mm: u32,
    /// In the direction of the feed.
    pub height_mm: u32,
    /// Between two labels; 0 where the printer finds it by itself.
    #[serde(default)]
    pub gap_mm: u32,
}

/// Whether a model answers a kind of question.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answers {
    /// Its manual says so; still each unit is asked once.
    Yes,
    /// Never ask: it prints rubbish or hangs.
    No,
    /// Nobody knows: each unit is asked once.
    #[default]
    Ask,
}

impl Label {
    fn fits(&self, paper_mm: u32) -> bool {
        (5..=paper_mm).contains(&self.width_mm) && (5..=1_000).contains(&self.height_mm) && self.gap_mm <= 20
    }
}

/// Ids on the USB bus.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UsbId {
    pub vendor: u16,
    pub product: u16,
}

/// Which status questions a model understands. A fact of one language is left out in the others.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct StatusDialect {
    /// The question that is answered at once: ESC/POS `DLE EOT n`, TSPL `<ESC>!?`, ZPL `~HS`, Brother `ESC i S`
    /// (before a job only).
    pub real_time: Answers,
    /// ESC/POS only: `GS ( H` function 48.
    pub process_id: Answers,
    /// ESC/POS only: `GS r 1`.
    pub fence: Answers,
    /// ZPL only: `odometer.total_label_count` counts each label that came out.
    pub odometer: Answers,
    /// Tells changes by itself: ESC/POS `GS a`, only switched on where a manual says so; Brother while it prints.
    pub automatic: bool,
}

/// One model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Model {
    /// The name in settings, lower case with dashes.
    pub id: String,
    /// The name for people.
    pub title: String,
    pub language: Language,
    /// Dots of the head that print.
    pub width_dots: u32,
    pub dpi: u32,
    /// Width of the roll.
    pub paper_mm: u32,
    /// Length of a new roll, where a manual states it.
    #[serde(default)]
    pub roll_mm: Option<u32>,
    /// The labels on the roll; left out: continuous paper.
    #[serde(default)]
    pub label: Option<Label>,
    /// Fastest feed while printing, when known.
    #[serde(default)]
    pub speed_mm_per_s: Option<u32>,
    /// How it cuts; left out: it does not.
    #[serde(default)]
    pub cutter: Option<Cut>,
    /// Feed after the picture, beyond what the cutter needs.
    #[serde(default)]
    pub feed_dots: u8,
    #[serde(default)]
    pub usb: Vec<UsbId>,
    #[serde(default)]
    pub status: StatusDialect,
    #[serde(default)]
    pub quirks: Quirks,
    /// Where each fact was read.
    pub sources: Vec<String>,
}

/// What a model does differently from the manual.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Quirks {
    /// Rows per raster band or piece, 1 to 200.
    pub band_rows: u32,
    /// Brother only: pins of the head. The print area lies between the pins left of it and `right_margin_dots`.
    pub head_dots: Option<u32>,
    /// Brother only: pins to the right of the print area.
    pub right_margin_dots: u32,
    /// Brother only: understands packed lines.
    pub compress: bool,
}

impl Default for Quirks {
    fn default() -> Quirks {
        Quirks { band_rows: 120, head_dots: None, right_margin_dots: 0, compress: false }
    }
}

/// A model file that cannot be right.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("model {id:?}: {field} {problem}")]
pub struct ModelError {
    pub id: String,
    pub field: &'static str,
    pub problem: &'static str,
}

/// Assumed where a model does not say: slow, so that a wait is never too short.
const CAREFUL_SPEED_MM_PER_S: u32 = 100;

impl Model {
    /// Refuses impossible values.
    pub fn check(&self) -> Result<(), ModelError> {
        let id_ok = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        let rules = [
            (!self.id.is_empty() && self.id.chars().all(id_ok), "id", "has other than a-z, 0-9 and dashes"),
            (!self.title.trim().is_empty(), "title", "is empty"),
            ((8..=crate::bitmap::MAX_WIDTH_DOTS).contains(&self.width_dots), "width_dots", "is not 8 to 4096"),
            (self.width_dots.is_multiple_of(8), "width_dots", "is not a multiple of 8"),
            ((100..=600).contains(&self.dpi), "dpi", "is not 100 to 600"),
            ((20..=220).contains(&self.paper_mm), "paper_mm", "is not 20 to 220"),
            (self.picture_mm() <= self.paper_mm, "width_dots", "is wider than the paper"),
            (
                self.speed_mm_per_s.is_none_or(|speed| (10..=1_000).contains(&speed)),
                "speed_mm_per_s",
                "is not 10 to 1000",
            ),
            ((1..=encode::MAX_BAND_ROWS).contains(&self.quirks.band_rows), "quirks.band_rows", "is not 1 to 200"),
            (self.roll_mm.is_none_or(|roll| (1_000..=500_000).contains(&roll)), "roll_mm", "is not 1000 to 500000"),
            (self.label.is_none_or(|label| label.fits(self.paper_mm)), "label", "does not fit on the paper"),
            (self.head_ok(), "quirks.head_dots", "has no room for width_dots and the margin, or is not whole bytes"),
            (
                self.language == Language::Escpos || (self.status.process_id, self.status.fence) == Default::default(),
                "status",
                "has facts of ESC/POS, but the language is another",
            ),
            (!self.sources.is_empty(), "sources", "is empty: a fact without a source is a guess"),
        ];
        match rules.into_iter().find(|(ok, _, _)| !ok) {
            None => Ok(()),
            Some((_, field, problem)) => Err(ModelError { id: self.id.clone(), field, problem }),
        }
    }

    /// How long `rows` need on paper at the model's speed, in milliseconds, rounded up.
    pub fn paper_time_ms(&self, rows: u32) -> u64 {
        let speed = u64::from(self.speed_mm_per_s.unwrap_or(CAREFUL_SPEED_MM_PER_S));
        let tenths_of_mm = u64::from(rows) * 254 / u64::from(self.dpi.max(1));
        (tenths_of_mm * 100).div_ceil(speed.max(1))
    }

    /// Dots per millimetre as label languages count them: 8 at 203 dpi, 12 at 300, 24 at 600.
    pub fn dots_per_mm(&self) -> u32 {
        (self.dpi * 10 + 127) / 254
    }

    /// Brother's head must hold the print area, and its lines are whole bytes.
    fn head_ok(&self) -> bool {
        let Some(head_dots) = self.quirks.head_dots else { return self.language != Language::BrotherQl };
        let needed = u64::from(self.width_dots) + u64::from(self.quirks.right_margin_dots);
        self.language == Language::BrotherQl
            && head_dots.is_multiple_of(8)
            && head_dots <= 2_040
            && needed <= u64::from(head_dots)
    }

    fn picture_mm(&self) -> u32 {
        (u64::from(self.width_dots) * 254 / (u64::from(self.dpi.max(1)) * 10)) as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn model() -> Model {
        Model {
            id: "test-80".into(),
            title: "Test 80".into(),
            language: Language::Escpos,
            width_dots: 576,
            dpi: 203,
            paper_mm: 80,
            roll_mm: None,
            label: None,
            speed_mm_per_s: Some(250),
            cutter: Some(Cut::Partial),
            feed_dots: 0,
            usb: Vec::new(),
            status: StatusDialect::default(),
            quirks: Quirks::default(),
            sources: vec!["made up".into()],
        }
    }

    fn check(change: impl Fn(&mut Model), wrong_field: Option<&str>) {
        let mut changed = model();
        change(&mut changed);
        assert_eq!(changed.check().err().map(|error| error.field), wrong_field);
    }

    #[test]
    fn impossible_models_name_the_field() {
        check(|_| {}, None);
        check(|model| model.id = "Epson TM".into(), Some("id"));
        check(|model| model.width_dots = 577, Some("width_dots"));
        check(|model| model.width_dots = 832, Some("width_dots"));
        check(|model| model.dpi = 0, Some("dpi"));
        check(|model| model.speed_mm_per_s = Some(0), Some("speed_mm_per_s"));
        check(|model| model.quirks.band_rows = 201, Some("quirks.band_rows"));
        check(|model| model.sources.clear(), Some("sources"));
        check(|model| model.roll_mm = Some(999), Some("roll_mm"));
    }

    #[test]
    fn facts_of_another_language_are_refused() {
        check(|model| model.language = Language::Tspl, None);
        check(|model| model.status.fence = Answers::Yes, None);
        let fence_in_tspl = |model: &mut Model| (model.language, model.status.fence) = (Language::Tspl, Answers::Yes);
        check(fence_in_tspl, Some("status"));
        check(|model| model.quirks.head_dots = Some(720), Some("quirks.head_dots"));
        check(|model| model.language = Language::BrotherQl, Some("quirks.head_dots"));
        let brother = |head_dots, margin| {
            move |model: &mut Model| {
                model.language = Language::BrotherQl;
                model.quirks.head_dots = Some(head_dots);
                model.quirks.right_margin_dots = margin;
            }
        };
        check(brother(720, 12), None);
        check(brother(580, 12), Some("quirks.head_dots"));
        check(brother(724, 12), Some("quirks.head_dots"));
        check(brother(720, u32::MAX), Some("quirks.head_dots"));
    }

    #[test]
    fn label_must_fit_on_the_paper() {
        let label = |width_mm, height_mm, gap_mm| {
            move |model: &mut Model| model.label = Some(Label { width_mm, height_mm, gap_mm })
        };
        check(label(80, 100, 3), None);
        check(label(81, 100, 3), Some("label"));
        check(label(80, 4, 3), Some("label"));
        check(label(80, 100, 21), Some("label"));
    }

    #[test]
    fn label_languages_count_8_12_and_24_dots_per_millimetre() {
        for (dpi, dots) in [(203, 8), (300, 12), (600, 24)] {
            assert_eq!(Model { dpi, ..model() }.dots_per_mm(), dots, "{dpi}");
        }
    }

    #[test]
    fn badge_of_100_mm_at_250_mm_per_s_takes_400_ms() {
        assert_eq!(model().paper_time_ms(800), 400);
    }
}
