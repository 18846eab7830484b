//! `<ESC>!?` and its one-byte answer (section "<ESC>!?"). The question is answered at any time, in an error too.

use crate::fault::Fault;
use crate::status::Report;

/// `<ESC>!?`. Must never be sent inside a `BITMAP`.
pub const ASK_STATUS: [u8; 3] = [0x1B, 0x21, 0x3F];

/// The answer to [`ASK_STATUS`]: one bit per condition, 00 = ready.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ByteStatus(pub u8);

impl ByteStatus {
    pub fn is_printing(self) -> bool {
        self.0 & 0x20 != 0
    }

    pub fn is_paused(self) -> bool {
        self.0 & 0x10 != 0
    }

    /// Faults, the one a person must mend first at the front. Bits 0 to 5 as in TSC's manual; 80 is "other error" there
    /// and the temperature in Gprinter's, 40 Gprinter's open cover. A jam is mended like a jammed cutter.
    pub fn report(self) -> Report {
        let on = |mask: u8| self.0 & mask != 0;
        let mut report = Report::of(
            &[(on(0x41), Fault::CoverOpen), (on(0x02), Fault::CutterJam), (on(0x04) || on(0x08), Fault::PaperOut)],
            self.is_printing(),
        );
        if report.faults.is_empty() && (on(0x80) || self.is_paused()) {
            report.faults.push(Fault::Offline);
        }
        report
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(byte: u8, faults: &[Fault], works: bool) {
        assert_eq!(ByteStatus(byte).report(), Report { faults: faults.to_vec(), works }, "{byte:02X}");
    }

    #[test]
    fn answers_of_the_manual_name_their_faults() {
        check(0x00, &[], false);
        check(0x01, &[Fault::CoverOpen], false);
        check(0x02, &[Fault::CutterJam], false);
        check(0x03, &[Fault::CoverOpen, Fault::CutterJam], false);
        check(0x04, &[Fault::PaperOut], false);
        check(0x05, &[Fault::CoverOpen, Fault::PaperOut], false);
        check(0x08, &[Fault::PaperOut], false);
        check(0x0C, &[Fault::PaperOut], false);
        check(0x10, &[Fault::Offline], false);
        check(0x20, &[], true);
        check(0x24, &[Fault::PaperOut], true);
        check(0x80, &[Fault::Offline], false);
    }
}
