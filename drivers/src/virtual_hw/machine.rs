//! The inside of a virtual printer without files, sockets or clocks: bytes and elapsed time go in,
//! answers and pages come out. It prints row by row, so that a fault can strike anywhere.

use std::collections::VecDeque;
use std::time::Duration;

use print::escpos::parse::PageBuilder;
use print::escpos::{Token, TokenReader};

use super::page::{How, PrintedPage};
use super::state::{Dialect, Paper, VirtualState};

/// The receive buffer: about what small receipt printers have; four times a TM-T20's 4 kB.
pub const BUFFER_BYTES: usize = 16 * 1024;
/// At 203 dpi.
const ROWS_PER_MM: u64 = 8;
/// `ESC d` feeds lines of this many rows (the usual 1/6 inch).
const ROWS_PER_LINE: u32 = 34;

/// A change that happens by itself when so many more rows are on paper.
type Plan = (u32, Box<dyn FnOnce(&mut VirtualState) + Send>);

/// A printer's mechanics and firmware.
pub struct Machine {
    state: VirtualState,
    reader: TokenReader,
    buffered: usize,
    /// A token that waits for the head.
    waiting: Option<Token>,
    page: PageBuilder,
    pages: Vec<PrintedPage>,
    answers: VecDeque<u8>,
    last_bytes: [u8; 2],
    auto_status: bool,
    /// Thousandths of rows that the head may still print.
    head_budget: u64,
    plan: Option<Plan>,
    garbage_bytes: u64,
    /// Counts connections that a loss of power ended.
    generation: u64,
}

impl Machine {
    pub fn new(state: VirtualState) -> Machine {
        Machine {
            state,
            reader: TokenReader::new(),
            buffered: 0,
            waiting: None,
            page: PageBuilder::new(),
            pages: Vec::new(),
            answers: VecDeque::new(),
            last_bytes: [0; 2],
            auto_status: false,
            head_budget: 0,
            plan: None,
            garbage_bytes: 0,
            generation: 0,
        }
    }

    pub fn state(&self) -> &VirtualState {
        &self.state
    }

    /// Bytes that no command of ours begins with: a real printer would have printed them as letters.
    pub fn garbage_bytes(&self) -> u64 {
        self.garbage_bytes
    }

    /// Real-time codes found among pixels, which a real printer executes.
    pub fn real_time_in_pixels(&self) -> u32 {
        self.reader.real_time_in_pixels()
    }

    /// A connection made at another generation is dead.
    pub fn generation(&self) -> u64 {
        self.generation
    }

    /// After `rows` more rows on paper the state changes by itself.
    pub fn plan(&mut self, rows: u32, change: impl FnOnce(&mut VirtualState) + Send + 'static) {
        self.plan = Some((rows, Box::new(change)));
    }

    /// Puts the printer into a new state.
    pub fn set_state(&mut self, state: VirtualState) {
        let before = std::mem::replace(&mut self.state, state);
        if before == self.state {
            return;
        }
        if before.powered && (!self.state.powered || before.power_cycles != self.state.power_cycles) {
            self.lose_power();
        }
        if self.state.paper == Paper::Out && before.paper != Paper::Out {
            self.tear();
        }
        if before.automatic_status() != self.state.automatic_status() {
            self.tell_automatic_status();
        }
    }

    /// Bytes that the buffer still takes.
    pub fn free_bytes(&self) -> usize {
        if self.state.dead || !self.state.powered { 0 } else { BUFFER_BYTES.saturating_sub(self.buffered) }
    }

    /// Takes what fits; real-time commands are executed at once, wherever they stand.
    pub fn receive(&mut self, bytes: &[u8]) -> usize {
        let taken = bytes.len().min(self.free_bytes());
        for byte in &bytes[..taken] {
            self.watch_for_real_time(*byte);
        }
        self.reader.push(&bytes[..taken]);
        self.buffered += taken;
        taken
    }

    /// Prints for as long as `elapsed` at the state's speed.
    pub fn run(&mut self, elapsed: Duration) {
        self.head_budget = match self.state.speed_mm_per_s {
            None => u64::MAX,
            Some(speed) => {
                let earned = elapsed.as_micros() as u64 * u64::from(speed) * ROWS_PER_MM / 1_000;
                self.head_budget.saturating_add(earned)
            }
        };
        while self.state.prints() {
            let Some(token) = self.waiting.take().or_else(|| self.next_token()) else { break };
            if let Err(token) = self.execute(token) {
                self.waiting = Some(token);
                return;
            }
        }
        // A head that waits for data does not save time for later.
        self.head_budget = 0;
    }

    /// Up to `limit` bytes that the printer says.
    pub fn take_answers(&mut self, limit: usize) -> Vec<u8> {
        let count = limit.min(self.answers.len());
        self.answers.drain(..count).collect()
    }

    /// Pages that were finished since the last call.
    pub fn take_pages(&mut self) -> Vec<PrintedPage> {
        std::mem::take(&mut self.pages)
    }

    fn next_token(&mut self) -> Option<Token> {
        loop {
            let token = self.reader.next_token();
            self.buffered = self.reader.waiting();
            match token? {
                Ok(token) => return Some(token),
                Err(_) => self.garbage_bytes += 1,
            }
        }
    }

    /// Gives the token back when the head is not ready for it.
    fn execute(&mut self, token: Token) -> Result<(), Token> {
        match token {
            Token::Row(row) => self.print_row(row).map_err(Token::Row),
            Token::FeedDots(dots) => self.feed(u32::from(dots)).map_err(|rest| Token::FeedDots(rest as u8)),
            Token::FeedLines(lines) => {
                let rest = self.feed(u32::from(lines) * ROWS_PER_LINE);
                rest.map_err(|rows| Token::FeedLines(rows.div_ceil(ROWS_PER_LINE) as u8))
            }
            Token::Cut { cut, .. } => {
                self.finish_page(How::Cut(cut));
                Ok(())
            }
            Token::Initialise => {
                self.auto_status = false;
                Ok(())
            }
            Token::AutoStatus(n) => {
                self.auto_status = n != 0;
                self.tell_automatic_status();
                Ok(())
            }
            Token::Process(id) => {
                if self.state.dialect == Dialect::Full {
                    self.answers.extend([0x37, 0x22]);
                    self.answers.extend(id.bytes());
                    self.answers.push_back(0);
                }
                Ok(())
            }
            Token::AskSensor(_) => {
                if matches!(self.state.dialect, Dialect::Full | Dialect::NoProcessId) {
                    self.answers.push_back(self.state.paper_sensor());
                }
                Ok(())
            }
            Token::Raster { .. } | Token::RealTimeStatus(_) | Token::RealTimeRequest(_) | Token::Nothing => Ok(()),
        }
    }

    fn feed(&mut self, rows: u32) -> Result<(), u32> {
        for done in 0..rows {
            if self.page.is_empty() {
                return Ok(());
            }
            self.print_row(Vec::new()).map_err(|_| rows - done)?;
        }
        Ok(())
    }

    /// One row, and whatever happens by itself because of it.
    fn print_row(&mut self, row: Vec<u8>) -> Result<(), Vec<u8>> {
        if self.head_budget < 1_000 || !self.state.prints() {
            return Err(row);
        }
        self.head_budget -= 1_000;
        self.page.push(row);
        let mut state = self.state.clone();
        if let Some(left) = state.paper_left_rows.as_mut() {
            *left = left.saturating_sub(1);
            if *left == 0 {
                state.paper = Paper::Out;
                state.paper_left_rows = None;
            }
        }
        if let Some((rows, change)) = self.plan.take() {
            match rows.saturating_sub(1) {
                0 => change(&mut state),
                rows => self.plan = Some((rows, change)),
            }
        }
        self.set_state(state);
        Ok(())
    }

    /// What is on the roll so far comes out as it is.
    fn tear(&mut self) {
        self.finish_page(How::Torn);
    }

    fn finish_page(&mut self, how: How) {
        self.pages.extend(self.page.take().map(|bitmap| PrintedPage { bitmap, how }));
    }

    fn lose_power(&mut self) {
        self.tear();
        self.reader = TokenReader::new();
        self.buffered = 0;
        self.waiting = None;
        self.answers.clear();
        self.last_bytes = [0; 2];
        self.auto_status = false;
        self.head_budget = 0;
        self.generation += 1;
    }

    fn watch_for_real_time(&mut self, byte: u8) {
        if self.last_bytes == [0x10, 0x04] && (1..=4).contains(&byte) && self.state.dialect != Dialect::Mute {
            self.answers.push_back(self.state.real_time_answer(byte));
        }
        self.last_bytes = [self.last_bytes[1], byte];
    }

    fn tell_automatic_status(&mut self) {
        let speaks = matches!(self.state.dialect, Dialect::Full | Dialect::NoProcessId);
        if self.auto_status && speaks && self.state.powered && !self.state.dead {
            self.answers.extend(self.state.automatic_status());
        }
    }
}
