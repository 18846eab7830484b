//! A receipt printer: rows come out as they are read, real-time questions are answered when they are received.

use print::escpos::{Token, TokenReader};

use super::super::page::How;
use super::super::state::{Dialect, VirtualState};
use super::{Act, Firmware};

/// `ESC d` feeds lines of this many rows (the usual 1/6 inch).
const ROWS_PER_LINE: u32 = 34;

#[derive(Default)]
pub(super) struct EscposFirmware {
    reader: TokenReader,
    last_bytes: [u8; 2],
    auto_status: bool,
    buffered: usize,
    garbage_bytes: u64,
}

impl EscposFirmware {
    fn act(&mut self, token: Token, state: &VirtualState) -> Option<Act> {
        let answers_in_order = matches!(state.dialect, Dialect::Full | Dialect::NoProcessId);
        match token {
            Token::Row(row) => Some(Act::Row(row)),
            Token::FeedDots(dots) => Some(Act::Feed(u32::from(dots))),
            Token::FeedLines(lines) => Some(Act::Feed(u32::from(lines) * ROWS_PER_LINE)),
            Token::Cut { cut, .. } => Some(Act::Finish(How::Cut(cut))),
            Token::Initialise => {
                self.auto_status = false;
                None
            }
            Token::AutoStatus(n) => {
                self.auto_status = n != 0;
                Some(Act::Say(self.automatic_status(state)))
            }
            Token::Process(id) if state.dialect == Dialect::Full => {
                let [a, b, c, d] = id.bytes();
                Some(Act::Say(vec![0x37, 0x22, a, b, c, d, 0]))
            }
            Token::AskSensor(_) if answers_in_order => Some(Act::Say(vec![state.paper_sensor()])),
            Token::AskIdentity(n) if answers_in_order => Some(Act::Say(vec![n])),
            Token::AskIdentity(_)
            | Token::Process(_)
            | Token::AskSensor(_)
            | Token::Raster { .. }
            | Token::RealTimeStatus(_)
            | Token::RealTimeRequest(_)
            | Token::Nothing => None,
        }
    }

    fn automatic_status(&self, state: &VirtualState) -> Vec<u8> {
        let speaks = matches!(state.dialect, Dialect::Full | Dialect::NoProcessId);
        let tells = self.auto_status && speaks && state.powered && !state.dead;
        if tells { state.automatic_status().to_vec() } else { Vec::new() }
    }
}

impl Firmware for EscposFirmware {
    fn receive(&mut self, bytes: &[u8], state: &VirtualState) -> Vec<u8> {
        let mut said = Vec::new();
        for byte in bytes {
            let asked = self.last_bytes == [0x10, 0x04] && (1..=4).contains(byte);
            if asked && state.dialect != Dialect::Mute {
                said.push(state.real_time_answer(*byte));
            }
            self.last_bytes = [self.last_bytes[1], *byte];
        }
        self.reader.push(bytes);
        self.buffered += bytes.len();
        said
    }

    fn next_act(&mut self, state: &VirtualState) -> Option<Act> {
        loop {
            let token = self.reader.next_token();
            self.buffered = self.reader.waiting();
            match token? {
                Ok(token) => {
                    if let Some(act) = self.act(token, state) {
                        return Some(act);
                    }
                }
                Err(_) => self.garbage_bytes += 1,
            }
        }
    }

    fn buffered(&self) -> usize {
        self.buffered
    }

    fn state_changed(&mut self, before: &VirtualState, now: &VirtualState) -> Vec<u8> {
        if before.automatic_status() == now.automatic_status() { Vec::new() } else { self.automatic_status(now) }
    }

    fn drops_what_is_interrupted(&self) -> bool {
        false
    }

    fn interrupted(&mut self, _: bool) {}

    fn garbage_bytes(&self) -> u64 {
        self.garbage_bytes
    }

    fn real_time_in_pixels(&self) -> u32 {
        self.reader.real_time_in_pixels()
    }
}
