//! The end of a job: from the last byte taken to the printer's word, or to the honest "nobody knows".

use std::time::{Duration, Instant};

use print::Fault;
use print::escpos::{Answer, Fence, Part, ProcessId, Status};

use super::watch::Watch;
use super::{Completion, Printer};
use crate::Trouble;

/// One look at the printer while its word is awaited.
const LOOK: Duration = Duration::from_millis(20);
/// Feed to the cutter and the cut itself, in rows: about 30 mm (Epson TM-T88III specification 1.7: 26 mm).
const ROWS_TO_CUT: u32 = 240;

impl Printer {
    pub(super) fn await_completion(
        &mut self,
        fence: Fence,
        rows: u32,
        watch: &mut Watch,
    ) -> Result<Completion, Trouble> {
        let paper_time = Duration::from_millis(self.model.paper_time_ms(rows + ROWS_TO_CUT));
        match fence {
            Fence::Process(number) => self.await_process(number, paper_time, watch),
            Fence::PaperSensor => self.await_fence(paper_time, watch),
            Fence::None => self.await_silence(paper_time, watch),
        }
    }

    /// Both ids must come: the picture is on the paper, and the paper is cut.
    fn await_process(&mut self, number: u32, paper_time: Duration, watch: &mut Watch) -> Result<Completion, Trouble> {
        let mut missing = vec![ProcessId::new(number, Part::Picture), ProcessId::new(number, Part::Cut)];
        let deadline = self.deadline(paper_time);
        loop {
            self.keep_watch_for(watch, LOOK)?;
            missing.retain(|id| self.take_answer(|answer| (*answer == Answer::Process(*id)).then_some(())).is_none());
            if missing.is_empty() {
                return Ok(Completion::Confirmed);
            }
            if Instant::now() > deadline {
                return Err(Trouble::new(Fault::Stalled, "the printer never confirmed the job"));
            }
        }
    }

    /// `GS r` is processed after the cut; a printer without paper does not process it at all.
    fn await_fence(&mut self, paper_time: Duration, watch: &mut Watch) -> Result<Completion, Trouble> {
        let deadline = self.deadline(paper_time);
        loop {
            self.keep_watch_for(watch, LOOK)?;
            let sensor = self.take_answer(|answer| match answer {
                Answer::PaperSensor(byte) => Some(*byte),
                _ => None,
            });
            match sensor {
                Some(byte) if byte & 0x0C != 0 => return Err(Trouble::plain(Fault::PaperOut)),
                Some(_) => return self.clean_end(Completion::Confirmed),
                None if Instant::now() > deadline => {
                    return Err(Trouble::new(Fault::Stalled, "the printer never answered behind the job"));
                }
                None => {}
            }
        }
    }

    fn await_silence(&mut self, paper_time: Duration, watch: &mut Watch) -> Result<Completion, Trouble> {
        let deadline = Instant::now() + paper_time;
        while Instant::now() < deadline {
            self.keep_watch_for(watch, LOOK)?;
        }
        self.clean_end(Completion::Unconfirmed)
    }

    /// A last look at the whole status.
    fn clean_end(&mut self, completion: Completion) -> Result<Completion, Trouble> {
        let status: Status = self.ask_status()?;
        self.refuse_if_blocked(&status)?;
        Ok(completion)
    }

    fn deadline(&self, paper_time: Duration) -> Instant {
        Instant::now() + paper_time * 2 + self.timing.settle
    }
}
