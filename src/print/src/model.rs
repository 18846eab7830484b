//! What a printer model can do, as data. Facts come from files (`drivers/models/*.toml`);
//! a fact that nobody found is left out there and has a careful default here.

use serde::{Deserialize, Serialize};

use crate::escpos::{Cut, encode};

/// The printer's language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    Escpos,
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

/// Ids on the USB bus.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UsbId {
    pub vendor: u16,
    pub product: u16,
}

/// Which status questions a model understands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct StatusDialect {
    /// `DLE EOT n`.
    pub real_time: Answers,
    /// `GS ( H` function 48.
    pub process_id: Answers,
    /// `GS r 1`.
    pub fence: Answers,
    /// `GS a`: tells changes by itself. Only switched on where a manual says so.
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
    /// Rows per raster band, 1 to 200.
    pub band_rows: u32,
}

impl Default for Quirks {
    fn default() -> Quirks {
        Quirks { band_rows: 120 }
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
    }

    #[test]
    fn badge_of_100_mm_at_250_mm_per_s_takes_400_ms() {
        assert_eq!(model().paper_time_ms(800), 400);
    }
}
