//! What a virtual printer makes of the bytes it gets, by language: acts for the mechanics, and answers.
//! Firmware knows no paper and no time.

use print::model::Language;

use super::page::How;
use super::state::VirtualState;

mod brother;
mod escpos;
mod label;
mod tspl;
mod zpl;

use brother::BrotherFirmware;
use escpos::EscposFirmware;
use tspl::TsplFirmware;
use zpl::ZplFirmware;

/// One thing for the mechanics to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Act {
    Row(Vec<u8>),
    /// Paper without dots, only below something that is already printed.
    Feed(u32),
    /// The page leaves the printer.
    Finish(How),
    /// An answer whose turn has come.
    Say(Vec<u8>),
}

/// Firmware of one language. A box, since a reader and its labels may be large.
pub(super) trait Firmware: Send {
    /// Takes bytes; what is answered at once, wherever it stands among them, is given back.
    fn receive(&mut self, bytes: &[u8], state: &VirtualState) -> Vec<u8>;

    /// What comes next; `None` when more bytes are needed.
    fn next_act(&mut self, state: &VirtualState) -> Option<Act>;

    /// Bytes received and not yet acted upon.
    fn buffered(&self) -> usize;

    /// What the printer says by itself because its state changed.
    fn state_changed(&mut self, before: &VirtualState, now: &VirtualState) -> Vec<u8>;

    /// Whether a label that a fault interrupts is given up; a receipt goes on where it stopped.
    fn drops_what_is_interrupted(&self) -> bool {
        true
    }

    /// A fault struck; `spoilt` says whether a label was half on paper.
    fn interrupted(&mut self, spoilt: bool);

    /// Bytes or lines that nobody sent who knows the language.
    fn garbage_bytes(&self) -> u64;

    /// Immediate commands among pixels.
    fn real_time_in_pixels(&self) -> u32 {
        0
    }

    /// Labels counted since the printer was made.
    fn odometer(&self) -> u64 {
        0
    }
}

/// Fresh firmware, as after switching on; only the odometer survives.
pub(super) fn boot(language: Language, odometer: u64) -> Box<dyn Firmware> {
    match language {
        Language::Escpos => Box::new(EscposFirmware::default()),
        Language::Tspl => Box::new(TsplFirmware::default()),
        Language::Zpl => Box::new(ZplFirmware::new(odometer)),
        Language::BrotherQl => Box::new(BrotherFirmware::default()),
    }
}
