//! What a virtual printer makes of the bytes it gets, by language: acts for the mechanics, and answers.
//! Firmware knows no paper and no time.

use print::model::Language;

use super::page::How;
use super::state::VirtualState;

mod escpos;

use escpos::EscposFirmware;

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

/// Firmware of one language.
pub(super) enum Firmware {
    Escpos(EscposFirmware),
}

impl Firmware {
    pub fn new(language: Language) -> Firmware {
        match language {
            Language::Escpos | Language::Tspl | Language::Zpl | Language::BrotherQl => {
                Firmware::Escpos(EscposFirmware::default())
            }
        }
    }

    /// Takes bytes; what is answered at once, wherever it stands among them, is given back.
    pub fn receive(&mut self, bytes: &[u8], state: &VirtualState) -> Vec<u8> {
        match self {
            Firmware::Escpos(escpos) => escpos.receive(bytes, state),
        }
    }

    /// What comes next; `None` when more bytes are needed.
    pub fn next_act(&mut self, state: &VirtualState) -> Option<Act> {
        match self {
            Firmware::Escpos(escpos) => escpos.next_act(state),
        }
    }

    /// Bytes received and not yet acted upon.
    pub fn buffered(&self) -> usize {
        match self {
            Firmware::Escpos(escpos) => escpos.buffered(),
        }
    }

    /// What the printer says by itself because its state changed.
    pub fn state_changed(&mut self, before: &VirtualState, now: &VirtualState) -> Vec<u8> {
        match self {
            Firmware::Escpos(escpos) => escpos.state_changed(before, now),
        }
    }

    /// Whether a label that a fault interrupts is given up; a receipt goes on where it stopped.
    pub fn drops_what_is_interrupted(&self) -> bool {
        match self {
            Firmware::Escpos(_) => false,
        }
    }

    /// A fault struck in the middle of a label.
    pub fn interrupted(&mut self) {
        match self {
            Firmware::Escpos(_) => {}
        }
    }

    pub fn garbage_bytes(&self) -> u64 {
        match self {
            Firmware::Escpos(escpos) => escpos.garbage_bytes(),
        }
    }

    pub fn real_time_in_pixels(&self) -> u32 {
        match self {
            Firmware::Escpos(escpos) => escpos.real_time_in_pixels(),
        }
    }
}
