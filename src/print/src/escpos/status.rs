//! `DLE EOT n` questions and what their answers say. One byte per answer; which question it belongs to
//! cannot be seen from it, so a caller asks one question at a time.

use crate::fault::Fault;

/// `DLE EOT n`, n = 1 to 4 (section "DLE EOT").
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Question {
    Printer,
    OfflineCause,
    ErrorCause,
    Paper,
}

impl Question {
    pub const ALL: [Question; 4] = [Question::Printer, Question::OfflineCause, Question::ErrorCause, Question::Paper];

    /// The bytes to send. Must never be sent inside another command.
    pub fn bytes(self) -> [u8; 3] {
        let n = match self {
            Question::Printer => 1,
            Question::OfflineCause => 2,
            Question::ErrorCause => 3,
            Question::Paper => 4,
        };
        [0x10, 0x04, n]
    }
}

/// Bits 0, 1, 4 and 7 of every `DLE EOT` answer are fixed: 0xx1xx10.
pub fn is_real_time_answer(byte: u8) -> bool {
    byte & 0b1001_0011 == 0b0001_0010
}

/// The answers to the four questions; a question that was not asked reads as "in order".
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct StatusReport {
    pub printer: u8,
    pub offline_cause: u8,
    pub error_cause: u8,
    pub paper: u8,
}

impl StatusReport {
    /// Stores one answer.
    pub fn set(&mut self, question: Question, answer: u8) {
        match question {
            Question::Printer => self.printer = answer,
            Question::OfflineCause => self.offline_cause = answer,
            Question::ErrorCause => self.error_cause = answer,
            Question::Paper => self.paper = answer,
        }
    }

    /// From the four bytes of the automatic status (section "GS a", "Automatic status").
    pub fn from_automatic(bytes: [u8; 4]) -> StatusReport {
        let [printer, error, paper, _] = bytes;
        let bit = |from: u8, mask: u8, to: u8| if from & mask != 0 { to } else { 0 };
        let paper_out = paper & 0x0C != 0;
        StatusReport {
            printer: bit(printer, 0x08, 0x08),
            offline_cause: bit(printer, 0x20, 0x04) | if paper_out { 0x20 } else { 0 },
            error_cause: error & 0x68,
            paper: bit(paper, 0x03, 0x0C) | if paper_out { 0x60 } else { 0 },
        }
    }

    /// Faults and warnings, the one a person must mend first at the front.
    /// "Off line" is only named when no cause is.
    pub fn faults(&self) -> Vec<Fault> {
        let checks = [
            (self.offline_cause & 0x04 != 0, Fault::CoverOpen),
            (self.paper & 0x60 != 0 || self.offline_cause & 0x20 != 0, Fault::PaperOut),
            (self.error_cause & 0x08 != 0, Fault::CutterJam),
            (self.error_cause & 0x40 != 0, Fault::Overheated),
        ];
        let mut faults: Vec<Fault> = checks.into_iter().filter_map(|(on, fault)| on.then_some(fault)).collect();
        if faults.is_empty() && (self.printer & 0x08 != 0 || self.error_cause & 0x20 != 0) {
            faults.push(Fault::Offline);
        }
        if self.paper & 0x0C != 0 && !faults.contains(&Fault::PaperOut) {
            faults.push(Fault::PaperLow);
        }
        faults
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(report: StatusReport, expected: &[Fault]) {
        assert_eq!(report.faults(), expected, "{report:?}");
    }

    #[test]
    fn answers_of_the_manual_name_their_faults() {
        let clean = StatusReport { printer: 0x12, offline_cause: 0x12, error_cause: 0x12, paper: 0x12 };
        check(clean, &[]);
        check(StatusReport { printer: 0x1A, offline_cause: 0x16, ..clean }, &[Fault::CoverOpen]);
        check(StatusReport { printer: 0x1A, offline_cause: 0x32, paper: 0x7E, ..clean }, &[Fault::PaperOut]);
        check(StatusReport { paper: 0x1E, ..clean }, &[Fault::PaperLow]);
        check(StatusReport { printer: 0x1A, offline_cause: 0x52, error_cause: 0x1A, ..clean }, &[Fault::CutterJam]);
        check(StatusReport { printer: 0x1A, error_cause: 0x52, ..clean }, &[Fault::Overheated]);
        check(StatusReport { printer: 0x1A, ..clean }, &[Fault::Offline]);
        check(StatusReport { printer: 0x1A, error_cause: 0x32, ..clean }, &[Fault::Offline]);
    }

    #[test]
    fn automatic_status_names_the_same_faults() {
        check(StatusReport::from_automatic([0x10, 0, 0, 0]), &[]);
        check(StatusReport::from_automatic([0x18, 0, 0x0C, 0]), &[Fault::PaperOut]);
        check(StatusReport::from_automatic([0x38, 0, 0, 0]), &[Fault::CoverOpen]);
        check(StatusReport::from_automatic([0x18, 0x08, 0, 0]), &[Fault::CutterJam]);
        check(StatusReport::from_automatic([0x10, 0, 0x03, 0]), &[Fault::PaperLow]);
        check(StatusReport::from_automatic([0x18, 0, 0, 0]), &[Fault::Offline]);
    }

    #[test]
    fn only_the_fixed_bits_make_a_real_time_answer() {
        assert!(is_real_time_answer(0x12) && is_real_time_answer(0x7E));
        assert!(!is_real_time_answer(0x10) && !is_real_time_answer(0x92) && !is_real_time_answer(0x11));
    }
}
