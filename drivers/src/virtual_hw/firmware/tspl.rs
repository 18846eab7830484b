//! A TSPL label printer: one status byte at any time, except inside of a `BITMAP`, where a question is pixels.
//! It prints a spoilt label once more unless it was told not to (`SET REPRINT OFF`).

use print::sheet::Sheet;
use print::tspl::parse::{Token, TokenReader};

use super::super::page::How;
use super::super::state::{Dialect, Paper, VirtualState};
use super::label::{Label, Labels};
use super::{Act, Firmware};

pub(super) struct TsplFirmware {
    reader: TokenReader,
    sheet: Sheet,
    labels: Labels,
    how: How,
    garbage: u64,
}

impl Default for TsplFirmware {
    fn default() -> TsplFirmware {
        let labels = Labels::that_reprint();
        TsplFirmware { reader: TokenReader::new(), sheet: Sheet::default(), labels, how: How::Label, garbage: 0 }
    }
}

impl TsplFirmware {
    fn obey(&mut self, token: Token, state: &VirtualState) -> Option<u8> {
        match token {
            Token::Row { x_bytes, y, row } => self.sheet.place(x_bytes as usize, y, &row),
            Token::Clear => self.sheet = Sheet::default(),
            Token::Cutter(cut) => self.how = How::Cut(cut),
            Token::Reprint(on) => self.labels.reprint = on,
            Token::Print => {
                let label = |picture| Label { picture, how: self.how, say_first: Vec::new(), say_last: Vec::new() };
                if let Some(label) = self.sheet.take().map(label) {
                    self.labels.print(label);
                }
            }
            Token::Immediate(b'?') if state.dialect != Dialect::Mute => return Some(self.status(state)),
            // Cancel, restart.
            Token::Immediate(b'.' | b'R' | b'C') => {
                self.labels.forget_waiting();
                self.sheet = Sheet::default();
            }
            Token::Size { .. }
            | Token::Gap { .. }
            | Token::Direction(_)
            | Token::Reference
            | Token::Bitmap { .. }
            | Token::Immediate(_)
            | Token::Nothing => {}
        }
        None
    }

    /// The byte of `<ESC>!?` (section "<ESC>!?").
    fn status(&self, state: &VirtualState) -> u8 {
        let conditions = [
            (state.cover_open, 0x01),
            (state.cutter_jammed, 0x02),
            (state.paper == Paper::Out, 0x04),
            (state.paused, 0x10),
            (self.labels.is_printing(), 0x20),
            (state.overheated, 0x80),
        ];
        conditions.iter().filter(|(holds, _)| *holds).map(|(_, bit)| bit).sum()
    }
}

impl Firmware for TsplFirmware {
    fn receive(&mut self, bytes: &[u8], state: &VirtualState) -> Vec<u8> {
        self.reader.push(bytes);
        let mut said = Vec::new();
        while let Some(token) = self.reader.next_token() {
            match token {
                Ok(token) => said.extend(self.obey(token, state)),
                Err(_) => self.garbage += 1,
            }
        }
        said
    }

    fn next_act(&mut self, _: &VirtualState) -> Option<Act> {
        self.labels.next_act()
    }

    fn buffered(&self) -> usize {
        self.reader.waiting()
    }

    fn state_changed(&mut self, _: &VirtualState, _: &VirtualState) -> Vec<u8> {
        Vec::new()
    }

    fn interrupted(&mut self, spoilt: bool) {
        self.labels.interrupted(spoilt);
    }

    fn garbage_bytes(&self) -> u64 {
        self.garbage
    }

    fn real_time_in_pixels(&self) -> u32 {
        self.reader.immediate_in_pixels()
    }
}
