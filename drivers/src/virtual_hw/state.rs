//! What a virtual printer is like right now, as a person would set it: in `state.json`, on a panel or in a test.

use print::model::Language;
use serde::{Deserialize, Serialize};

/// The roll.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Paper {
    #[default]
    Ok,
    /// Nearly out: still prints.
    Low,
    Out,
}

/// Which questions the printer answers. The names are those of ESC/POS printers; label printers have fewer ways to
/// differ, each language's file says which.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Dialect {
    /// Like a recent Epson: `DLE EOT`, `GS a`, `GS r`, `GS ( H`.
    #[default]
    Full,
    /// Like a good clone: everything but `GS ( H`.
    NoProcessId,
    /// `DLE EOT` only.
    StatusOnly,
    /// Never says a word.
    Mute,
}

/// The state of a virtual printer. A field that is left out of the file is as in a printer fresh from its box.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct VirtualState {
    pub paper: Paper,
    /// Rows until the roll is empty; `None`: it never is.
    pub paper_left_rows: Option<u32>,
    pub cover_open: bool,
    pub cutter_jammed: bool,
    pub overheated: bool,
    /// Somebody pressed PAUSE: label printers only.
    pub paused: bool,
    /// Takes no bytes and answers nothing, but stays connected.
    pub dead: bool,
    pub powered: bool,
    /// The cable is in, or the network reaches it; without it, it prints what it has.
    pub connected: bool,
    /// Counts switching off and on; a new number forgets everything that was in the printer.
    pub power_cycles: u32,
    /// `None`: paper comes out at once.
    pub speed_mm_per_s: Option<u32>,
    /// Another language is another printer: what the one before held is gone.
    pub language: Language,
    pub dialect: Dialect,
}

impl Default for VirtualState {
    fn default() -> VirtualState {
        VirtualState {
            paper: Paper::Ok,
            paper_left_rows: None,
            cover_open: false,
            cutter_jammed: false,
            overheated: false,
            paused: false,
            dead: false,
            powered: true,
            connected: true,
            power_cycles: 0,
            speed_mm_per_s: None,
            language: Language::Escpos,
            dialect: Dialect::Full,
        }
    }
}

impl VirtualState {
    /// Whether the head moves.
    pub fn prints(&self) -> bool {
        !self.is_offline() && !self.dead && self.powered
    }

    /// Stopped by something that a person must mend.
    pub fn is_offline(&self) -> bool {
        self.paper == Paper::Out || self.cover_open || self.cutter_jammed || self.overheated || self.paused
    }

    /// The answer to `DLE EOT n` (section "DLE EOT").
    pub(super) fn real_time_answer(&self, n: u8) -> u8 {
        let bit = |on: bool, mask: u8| if on { mask } else { 0 };
        let has_error = self.cutter_jammed || self.overheated;
        0x12 | match n {
            1 => bit(self.is_offline(), 0x08),
            2 => bit(self.cover_open, 0x04) | bit(self.paper == Paper::Out, 0x20) | bit(has_error, 0x40),
            3 => bit(self.cutter_jammed, 0x08) | bit(self.overheated, 0x40),
            _ => bit(self.paper != Paper::Ok, 0x0C) | bit(self.paper == Paper::Out, 0x60),
        }
    }

    /// The four bytes of the automatic status (section "GS a").
    pub(super) fn automatic_status(&self) -> [u8; 4] {
        let bit = |on: bool, mask: u8| if on { mask } else { 0 };
        let printer = 0x10 | bit(self.is_offline(), 0x08) | bit(self.cover_open, 0x20);
        let error = bit(self.cutter_jammed, 0x08) | bit(self.overheated, 0x40);
        [printer, error, self.paper_sensor(), 0]
    }

    /// The answer to `GS r 1`.
    pub(super) fn paper_sensor(&self) -> u8 {
        match self.paper {
            Paper::Ok => 0,
            Paper::Low => 0x03,
            Paper::Out => 0x0F,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use print::Fault;
    use print::escpos::{Question, StatusReport};

    fn check(change: impl Fn(&mut VirtualState), expected: &[Fault]) {
        let mut state = VirtualState::default();
        change(&mut state);
        let mut report = StatusReport::default();
        for (n, question) in (1..).zip(Question::ALL) {
            report.set(question, state.real_time_answer(n));
        }
        assert_eq!(report.faults(), expected, "{state:?}");
        assert_eq!(StatusReport::from_automatic(state.automatic_status()).faults(), expected, "{state:?}, automatic");
    }

    #[test]
    fn states_are_told_as_the_manual_says() {
        check(|_| {}, &[]);
        check(|state| state.paper = Paper::Out, &[Fault::PaperOut]);
        check(|state| state.paper = Paper::Low, &[Fault::PaperLow]);
        check(|state| state.cover_open = true, &[Fault::CoverOpen]);
        check(|state| state.cutter_jammed = true, &[Fault::CutterJam]);
        check(|state| state.overheated = true, &[Fault::Overheated]);
    }

    #[test]
    fn state_file_of_a_person_may_be_short() {
        let state: VirtualState = serde_json::from_str(r#"{"paper":"out","dialect":"no-process-id"}"#).expect("valid");
        assert_eq!((state.paper, state.dialect, state.powered), (Paper::Out, Dialect::NoProcessId, true));
        assert!(serde_json::from_str::<VirtualState>(r#"{"papier":"out"}"#).is_err());
    }
}
