//! A Brother QL: replies before a job, tells by itself what happens while it prints. Asked while it prints, it would
//! spoil the label; that counts as garbage here. Only `Full` pushes, as over USB; the others reply only.

use print::brother::parse::{Token, TokenReader};
use print::brother::status::BLOCK_BYTES;
use print::escpos::Cut;
use print::sheet::Sheet;

use super::super::page::How;
use super::super::state::{Dialect, Paper, VirtualState};
use super::label::{Label, Labels};
use super::{Act, Firmware};

/// Status types (table "Status type").
const REPLY: u8 = 0x00;
const PRINTING_COMPLETED: u8 = 0x01;
const ERROR: u8 = 0x02;
const PHASE_CHANGE: u8 = 0x06;

#[derive(Default)]
pub(super) struct BrotherFirmware {
    reader: TokenReader,
    sheet: Sheet,
    labels: Labels,
    cuts: bool,
    garbage: u64,
}

impl BrotherFirmware {
    fn obey(&mut self, token: Token, state: &VirtualState) -> Vec<u8> {
        match token {
            Token::Initialise => self.sheet = Sheet::default(),
            Token::AutoCut(on) => self.cuts = on,
            Token::Row(row) => self.sheet.push(&row),
            Token::Print | Token::PrintAndFeed => return self.print(state),
            Token::AskStatus if self.labels.is_printing() => self.garbage += 1,
            Token::AskStatus if state.dialect != Dialect::Mute => return block(REPLY, false, state),
            Token::AskStatus
            | Token::Nothing
            | Token::RasterMode
            | Token::PushStatus(_)
            | Token::Information { .. }
            | Token::CutEvery(_)
            | Token::CutAtEnd(_)
            | Token::Feed(_)
            | Token::Packed(_) => {}
        }
        Vec::new()
    }

    fn print(&mut self, state: &VirtualState) -> Vec<u8> {
        let pushes = state.dialect == Dialect::Full;
        let Some(picture) = self.sheet.take() else { return Vec::new() };
        if state.is_offline() {
            return if pushes { block(ERROR, false, state) } else { Vec::new() };
        }
        let (mut say_first, mut say_last) = (Vec::new(), Vec::new());
        if pushes {
            say_first = block(PHASE_CHANGE, true, state);
            say_last = [block(PRINTING_COMPLETED, true, state), block(PHASE_CHANGE, false, state)].concat();
        }
        let how = if self.cuts { How::Cut(Cut::Full) } else { How::Label };
        self.labels.print(Label { picture, how, say_first, say_last });
        Vec::new()
    }
}

impl Firmware for BrotherFirmware {
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

    /// An error is told when it stops a label.
    fn state_changed(&mut self, before: &VirtualState, now: &VirtualState) -> Vec<u8> {
        let stopped = now.is_offline() && !before.is_offline() && self.labels.is_printing();
        if stopped && now.dialect == Dialect::Full { block(ERROR, false, now) } else { Vec::new() }
    }

    fn interrupted(&mut self, spoilt: bool) {
        self.labels.interrupted(spoilt);
    }

    fn garbage_bytes(&self) -> u64 {
        self.garbage
    }
}

/// The 32 bytes of a status (section "ESC i S").
fn block(status_type: u8, printing: bool, state: &VirtualState) -> Vec<u8> {
    let bit = |on: bool, mask: u8| if on { mask } else { 0 };
    let mut bytes = vec![0; BLOCK_BYTES];
    bytes[..3].copy_from_slice(&[0x80, 0x20, 0x42]);
    bytes[8] = bit(state.paper == Paper::Out, 0x01) | bit(state.cutter_jammed, 0x04);
    bytes[9] = bit(state.cover_open, 0x10) | bit(state.overheated || state.paused, 0x20);
    (bytes[10], bytes[11]) = (80, print::brother::encode::CONTINUOUS);
    (bytes[18], bytes[19]) = (status_type, u8::from(printing));
    bytes
}
