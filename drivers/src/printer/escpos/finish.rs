//! The end of a job: from the last byte taken to the printer's word, or to the honest "nobody knows".

use std::time::Duration;

use print::Fault;
use print::escpos::{Answer, Fence, Part, ProcessId};

use super::super::Completion;
use super::super::conversation::{Conversation, LOOK, deadline, refuse_if_blocked};
use super::super::line::Line;
use super::{Escpos, is_process};
use crate::Trouble;

impl Escpos {
    /// Waits until the paper is out; `paper_time` is what the model needs for it.
    pub(super) fn await_end(&mut self, line: &mut Line, paper_time: Duration) -> Result<Completion, Trouble> {
        match self.fence {
            Fence::Process(number) => self.await_process(line, number, paper_time),
            Fence::PaperSensor => self.await_fence(line, paper_time),
            Fence::None => self.await_silence(line, paper_time),
        }
    }

    /// Both ids must come: the picture is on the paper, and the paper is cut.
    fn await_process(&mut self, line: &mut Line, number: u32, paper_time: Duration) -> Result<Completion, Trouble> {
        let mut missing = vec![ProcessId::new(number, Part::Picture), ProcessId::new(number, Part::Cut)];
        let deadline = deadline(line, paper_time);
        loop {
            self.keep_watch_for(line, LOOK)?;
            missing.retain(|id| self.take_answer(|answer| is_process(answer, *id)).is_none());
            if missing.is_empty() {
                return Ok(Completion::Confirmed);
            }
            if line.now() > deadline {
                return Err(Trouble::new(Fault::Stalled, "the printer never confirmed the job"));
            }
        }
    }

    /// `GS r` is processed after the cut; a printer without paper does not process it at all.
    fn await_fence(&mut self, line: &mut Line, paper_time: Duration) -> Result<Completion, Trouble> {
        let deadline = deadline(line, paper_time);
        loop {
            self.keep_watch_for(line, LOOK)?;
            let sensor = self.take_answer(|answer| match answer {
                Answer::PaperSensor(byte) => Some(*byte),
                _ => None,
            });
            match sensor {
                Some(byte) if byte & 0x0C != 0 => return Err(Trouble::plain(Fault::PaperOut)),
                Some(_) => return self.clean_end(line, Completion::Confirmed),
                None if line.now() > deadline => {
                    return Err(Trouble::new(Fault::Stalled, "the printer never answered behind the job"));
                }
                None => {}
            }
        }
    }

    fn await_silence(&mut self, line: &mut Line, paper_time: Duration) -> Result<Completion, Trouble> {
        let deadline = line.now() + paper_time;
        while line.now() < deadline {
            self.keep_watch_for(line, LOOK)?;
        }
        self.clean_end(line, Completion::Unconfirmed)
    }

    /// A last look at the whole status.
    fn clean_end(&mut self, line: &mut Line, completion: Completion) -> Result<Completion, Trouble> {
        let status = self.ask_status(line)?;
        refuse_if_blocked(&status)?;
        Ok(completion)
    }
}
