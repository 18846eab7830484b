//! The inside of a virtual printer without files, sockets or clocks: bytes and elapsed time go in,
//! answers and pages come out. It prints row by row, so that a fault can strike anywhere.

use std::collections::VecDeque;
use std::time::Duration;

use print::escpos::parse::PageBuilder;

use super::firmware::{Act, Firmware, boot};
use super::page::{How, PrintedPage};
use super::state::{Paper, VirtualState};

/// The receive buffer: about what small receipt printers have; four times a TM-T20's 4 kB.
pub const BUFFER_BYTES: usize = 16 * 1024;
/// At 203 dpi.
const ROWS_PER_MM: u64 = 8;

/// Where in a printer's work something happens by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// When so many more bytes were taken.
    Bytes(u64),
    /// When so many more rows are on paper, fed ones included.
    Rows(u32),
    /// When everything of a page is on paper and it would now be cut.
    BeforeCut,
    /// When a page has just been finished and nobody was told.
    AfterCut,
}

type Change = Box<dyn FnOnce(&mut VirtualState) + Send>;

/// A printer's mechanics: head, paper and cutter, moved by its firmware.
pub struct Machine {
    state: VirtualState,
    firmware: Box<dyn Firmware>,
    /// What waits for the head.
    waiting: Option<Act>,
    page: PageBuilder,
    pages: Vec<PrintedPage>,
    answers: VecDeque<u8>,
    /// Thousandths of rows that the head may still print.
    head_budget: u64,
    plan: Option<(Moment, Change)>,
    /// Counts connections that a loss of power or a pulled cable ended.
    generation: u64,
}

impl Machine {
    pub fn new(state: VirtualState) -> Machine {
        Machine {
            firmware: boot(state.language, 0),
            state,
            waiting: None,
            page: PageBuilder::new(),
            pages: Vec::new(),
            answers: VecDeque::new(),
            head_budget: 0,
            plan: None,
            generation: 0,
        }
    }

    pub fn state(&self) -> &VirtualState {
        &self.state
    }

    /// Bytes that no command of ours begins with: a real printer would have printed them as letters.
    pub fn garbage_bytes(&self) -> u64 {
        self.firmware.garbage_bytes()
    }

    /// Immediate commands found among pixels, which a real printer executes.
    pub fn real_time_in_pixels(&self) -> u32 {
        self.firmware.real_time_in_pixels()
    }

    /// A connection made at another generation is dead.
    pub fn generation(&self) -> u64 {
        self.generation
    }

    /// At `moment` the state changes by itself; a new plan replaces one that waits.
    pub fn plan(&mut self, moment: Moment, change: impl FnOnce(&mut VirtualState) + Send + 'static) {
        self.plan = Some((moment, Box::new(change)));
    }

    /// Puts the printer into a new state.
    pub fn set_state(&mut self, state: VirtualState) {
        let before = std::mem::replace(&mut self.state, state);
        if before == self.state {
            return;
        }
        let power_lost = !self.state.powered || before.power_cycles != self.state.power_cycles;
        if (before.powered && power_lost) || before.language != self.state.language {
            self.lose_power();
        }
        if before.connected && !self.state.connected {
            self.generation += 1;
        }
        let spoilt = !self.page.is_empty();
        if self.state.paper == Paper::Out && before.paper != Paper::Out {
            self.tear();
        }
        let said = self.firmware.state_changed(&before, &self.state);
        self.answers.extend(said);
        if self.state.is_offline() && !before.is_offline() && self.firmware.drops_what_is_interrupted() {
            self.tear();
            self.waiting = None;
            self.firmware.interrupted(spoilt);
        }
    }

    /// Bytes that the buffer still takes.
    pub fn free_bytes(&self) -> usize {
        if self.state.dead || !self.state.powered { 0 } else { BUFFER_BYTES.saturating_sub(self.firmware.buffered()) }
    }

    /// Takes what fits; immediate commands are executed at once, wherever they stand.
    pub fn receive(&mut self, bytes: &[u8]) -> usize {
        let fits = bytes.len().min(self.free_bytes());
        let due = match &mut self.plan {
            Some((Moment::Bytes(left), _)) if *left <= fits as u64 => Some(*left as usize),
            Some((Moment::Bytes(left), _)) => {
                *left -= fits as u64;
                None
            }
            _ => None,
        };
        let taken = due.unwrap_or(fits);
        let said = self.firmware.receive(&bytes[..taken], &self.state);
        self.answers.extend(said);
        if due.is_some() {
            self.strike();
        }
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
            let Some(act) = self.waiting.take().or_else(|| self.firmware.next_act(&self.state)) else {
                // A head that waits for data does not save time for later.
                self.head_budget = 0;
                return;
            };
            if let Err(rest) = self.perform(act) {
                // What was interrupted is not taken up again by firmware that drops it.
                if !(self.state.is_offline() && self.firmware.drops_what_is_interrupted()) {
                    self.waiting = Some(rest);
                }
                return;
            }
        }
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

    /// Gives back what the head is not ready for.
    fn perform(&mut self, act: Act) -> Result<(), Act> {
        match act {
            Act::Row(row) => self.print_row(row).map_err(Act::Row),
            Act::Feed(rows) => self.feed(rows).map_err(Act::Feed),
            Act::Finish(how) => self.finish(how),
            Act::Say(bytes) => {
                self.answers.extend(bytes);
                Ok(())
            }
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
        if self.state.paper_left_rows.is_some() {
            let mut state = self.state.clone();
            state.paper_left_rows = state.paper_left_rows.map(|left| left.saturating_sub(1)).filter(|left| *left > 0);
            if state.paper_left_rows.is_none() {
                state.paper = Paper::Out;
            }
            self.set_state(state);
        }
        match &mut self.plan {
            Some((Moment::Rows(left), _)) if *left <= 1 => self.strike(),
            Some((Moment::Rows(left), _)) => *left -= 1,
            _ => {}
        }
        Ok(())
    }

    fn finish(&mut self, how: How) -> Result<(), Act> {
        if matches!(self.plan, Some((Moment::BeforeCut, _))) && !self.page.is_empty() {
            self.strike();
            if !self.state.prints() {
                return Err(Act::Finish(how));
            }
        }
        let printed = !self.page.is_empty();
        self.finish_page(how);
        if printed && matches!(self.plan, Some((Moment::AfterCut, _))) {
            self.strike();
        }
        Ok(())
    }

    /// The plan's moment has come.
    fn strike(&mut self) {
        let Some((_, change)) = self.plan.take() else { return };
        let mut state = self.state.clone();
        change(&mut state);
        self.set_state(state);
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
        self.firmware = boot(self.state.language, self.firmware.odometer());
        self.waiting = None;
        self.answers.clear();
        self.head_budget = 0;
        self.generation += 1;
    }
}
