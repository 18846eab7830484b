//! A ZPL label printer. Dialects: `Full` answers `~HS` and counts labels, `NoProcessId` does not count, `StatusOnly` is
//! old firmware that also answers nothing while a fault holds. A spoilt label is printed once more by itself unless it
//! was told not to (`^JZN`).

use print::sheet::Sheet;
use print::zpl::parse::{Token, TokenReader};

use super::super::page::How;
use super::super::state::{Dialect, Paper, VirtualState};
use super::label::{Label, Labels};
use super::{Act, Firmware};

pub(super) struct ZplFirmware {
    reader: TokenReader,
    sheet: Sheet,
    labels: Labels,
    /// Between `^XA` and `^XZ`.
    in_format: bool,
    how: How,
    garbage: u64,
    /// Labels of before it was switched on.
    counted_before: u64,
}

impl ZplFirmware {
    pub fn new(counted_before: u64) -> ZplFirmware {
        let labels = Labels::that_reprint();
        ZplFirmware {
            reader: TokenReader::new(),
            sheet: Sheet::default(),
            labels,
            in_format: false,
            how: How::Label,
            garbage: 0,
            counted_before,
        }
    }

    fn obey(&mut self, token: Token, state: &VirtualState) -> Vec<u8> {
        match token {
            Token::Begin => {
                self.in_format = true;
                self.sheet = Sheet::default();
            }
            Token::Row { x_bytes, y, row } => self.sheet.place(x_bytes as usize, y, &row),
            Token::Cutter(on) => self.how = if on { How::Cut(print::escpos::Cut::Full) } else { How::Label },
            Token::Reprint(on) => self.labels.reprint = on,
            Token::End => self.end(),
            Token::CancelFormat => self.in_format = false,
            Token::CancelAll => {
                self.in_format = false;
                self.labels.forget_waiting();
            }
            Token::AskStatus => return self.status(state),
            Token::AskOdometer => return self.count(state),
            Token::Continuous(_)
            | Token::Width(_)
            | Token::Length(_)
            | Token::Plain
            | Token::Origin { .. }
            | Token::Graphic { .. }
            | Token::FieldEnd
            | Token::Nothing => {}
        }
        Vec::new()
    }

    fn end(&mut self) {
        if !std::mem::take(&mut self.in_format) {
            return;
        }
        let label = |picture| Label { picture, how: self.how, say_first: Vec::new(), say_last: Vec::new() };
        if let Some(label) = self.sheet.take().map(label) {
            self.labels.print(label);
        }
    }

    /// The three lines of `~HS` (section "~HS").
    fn status(&self, state: &VirtualState) -> Vec<u8> {
        let silent = state.dialect == Dialect::StatusOnly && state.is_offline();
        if state.dialect == Dialect::Mute || silent {
            return Vec::new();
        }
        let (paper_out, head_open) = (u8::from(state.paper == Paper::Out), u8::from(state.cover_open));
        let paused = u8::from(state.paused || state.cutter_jammed);
        let (formats, partial) = (self.labels.waiting(), u8::from(self.in_format));
        let (hot, remaining) = (u8::from(state.overheated), u8::from(self.labels.is_printing()));
        let lines = [
            format!("030,{paper_out},{paused},0800,{formats:03},0,0,{partial},000,0,0,{hot}"),
            format!("000,0,{head_open},0,0,2,4,0,{remaining:08},1,000"),
            "1234,0".to_owned(),
        ];
        lines.iter().flat_map(|line| [b"\x02", line.as_bytes(), b"\x03\r\n"].concat()).collect()
    }

    /// Answered between quotes (SGD "odometer.total_label_count").
    fn count(&self, state: &VirtualState) -> Vec<u8> {
        match state.dialect {
            Dialect::Full => format!("\"{}\"\r\n", self.odometer()).into_bytes(),
            Dialect::NoProcessId => b"\"?\"\r\n".to_vec(),
            Dialect::StatusOnly | Dialect::Mute => Vec::new(),
        }
    }
}

impl Firmware for ZplFirmware {
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

    fn odometer(&self) -> u64 {
        self.counted_before + self.labels.printed()
    }
}
