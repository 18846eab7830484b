//! The conversation with a Brother QL. It is asked before a job only; while it prints it tells by itself what happens,
//! and a question then would spoil the label. "Printing completed", pushed after it told that it prints, is the
//! proof; a unit that pushes nothing (some network servers) leaves a job unconfirmed.

use std::time::Duration;

use print::brother::encode::resynchronise;
use print::brother::status::{Block, BlockReader, Phase, StatusType};
use print::brother::{ASK_STATUS, BrotherOptions, encode};
use print::model::Answers;
use print::{Bitmap, Fault, Model, Status};

use super::Completion;
use super::conversation::{Answering, Conversation, LOOK, Pieces, deadline, drain, refuse_if_blocked};
use super::line::Line;
use super::memory::UnitMemory;
use crate::Trouble;

const SILENT: &str = "the printer answers no status question; it hangs, or another computer is connected to it";
/// What the head may need to cool in the middle of a job.
const COOLING: Duration = Duration::from_secs(90);

pub(super) struct Brother {
    model: Model,
    blocks: BlockReader,
    answering: Answering,
    can: UnitMemory,
    job: JobWatch,
}

/// What the printer told of the job that is out.
#[derive(Debug, Default)]
struct JobWatch {
    has_begun: bool,
    is_completed: bool,
    is_cooling: bool,
}

impl Brother {
    pub fn new(model: Model) -> Brother {
        Brother {
            model,
            blocks: BlockReader::new(),
            answering: Answering::default(),
            can: UnitMemory::default(),
            job: JobWatch::default(),
        }
    }

    fn forget(&mut self, line: &mut Line) -> Result<(), Trouble> {
        drain(line)?;
        self.blocks.reset();
        Ok(())
    }

    /// Hears what the printer pushes; an error is a fault that ends the job.
    fn follow(&mut self, line: &mut Line, within: Duration) -> Result<(), Trouble> {
        let bytes = line.read(within)?;
        for block in self.blocks.push(&bytes) {
            self.note(&block)?;
        }
        Ok(())
    }

    fn note(&mut self, block: &Block) -> Result<(), Trouble> {
        match block.status_type() {
            StatusType::PhaseChange if block.phase() == Phase::Printing => self.job.has_begun = true,
            StatusType::PrintingCompleted => self.job.is_completed |= self.job.has_begun,
            // The job goes on by itself when the head is cool again.
            StatusType::Notification => self.job.is_cooling = block.cools(),
            StatusType::Error | StatusType::TurnedOff => {
                let fault = block.report().blocking().unwrap_or(Fault::Offline);
                return Err(Trouble::plain(fault));
            }
            StatusType::Reply | StatusType::PhaseChange | StatusType::Other(_) => {}
        }
        Ok(())
    }

    /// Asks and waits for the reply; `None` when there is none in time.
    fn ask_and_wait(&mut self, line: &mut Line) -> Result<Option<Block>, Trouble> {
        self.forget(line)?;
        line.say(&ASK_STATUS, &mut |_| Ok(()))?;
        let deadline = line.now() + line.timing.answer;
        loop {
            let left = deadline.saturating_duration_since(line.now());
            let bytes = line.read(left)?;
            let mut blocks = self.blocks.push(&bytes).into_iter();
            if let Some(reply) = blocks.find(|block| block.status_type() == StatusType::Reply) {
                return Ok(Some(reply));
            }
            if left.is_zero() {
                return Ok(None);
            }
        }
    }

    /// The paper's time is over and nothing was pushed: one question, now that nothing can be printing any more.
    fn ask_after_silence(&mut self, line: &mut Line) -> Result<Completion, Trouble> {
        if self.answering.now == Some(true) {
            self.can.pushes = Some(false);
            let status = self.ask_status(line)?;
            refuse_if_blocked(&status)?;
        }
        Ok(Completion::Unconfirmed)
    }
}

impl Conversation for Brother {
    fn opened(&mut self, line: &mut Line, known: bool) -> Result<(), Trouble> {
        self.answering.opened(known);
        self.forget(line)
    }

    fn recall(&mut self, known: UnitMemory) {
        self.can = known;
    }

    fn learnt(&self) -> Option<UnitMemory> {
        (self.answering.now == Some(true)).then_some(self.can)
    }

    /// NULs end the raster line that is being received, and everything before them is cleared.
    fn end_command(&mut self, line: &mut Line) -> Result<(), Trouble> {
        line.say(&resynchronise(), &mut |_| Ok(()))
    }

    fn ask_status(&mut self, line: &mut Line) -> Result<Status, Trouble> {
        if self.model.status.real_time == Answers::No || self.answering.now == Some(false) {
            self.forget(line)?;
            return line.ask_port().map(|()| Status::Unknown);
        }
        let Some(reply) = self.ask_and_wait(line)? else {
            self.answering.fell_silent(self.model.status.real_time == Answers::Yes, SILENT)?;
            return line.ask_port().map(|()| Status::Unknown);
        };
        self.answering.now = Some(true);
        if reply.report().works && reply.report().faults.is_empty() {
            return Err(Trouble::new(Fault::Busy, "the printer prints something that did not come from here"));
        }
        Ok(Status::Known(reply.report()))
    }

    fn resynchronise(&mut self, _: &mut Line) -> Result<(), Trouble> {
        Ok(())
    }

    fn probe(&mut self, _: &mut Line) -> Result<(), Trouble> {
        Ok(())
    }

    fn begin(&mut self, line: &mut Line, picture: &Bitmap, _: u32) -> Result<Pieces, Trouble> {
        self.forget(line)?;
        self.job = JobWatch::default();
        let defaults = BrotherOptions::default();
        let options = BrotherOptions {
            head_dots: self.model.quirks.head_dots.unwrap_or(defaults.head_dots),
            width_dots: self.model.width_dots,
            right_margin_dots: self.model.quirks.right_margin_dots,
            tape_mm: self.model.paper_mm.min(255) as u8,
            label: self.model.label,
            band_rows: self.model.quirks.band_rows,
            cut: self.model.cutter.is_some(),
            compress: self.model.quirks.compress,
        };
        let job = encode(picture, &options);
        Ok(Pieces { total_bytes: job.total_bytes(), pieces: Box::new(job) })
    }

    fn hear(&mut self, line: &mut Line) -> Result<(), Trouble> {
        self.follow(line, Duration::ZERO)
    }

    fn keep_watch(&mut self, line: &mut Line) -> Result<(), Trouble> {
        self.follow(line, Duration::ZERO)
    }

    fn finish(&mut self, line: &mut Line, paper_time: Duration) -> Result<Completion, Trouble> {
        let (mut deadline, clean_end) = (deadline(line, paper_time), line.now() + paper_time);
        loop {
            self.follow(line, LOOK)?;
            if self.job.is_completed {
                self.can.pushes = Some(true);
                return Ok(Completion::Confirmed);
            }
            if self.job.is_cooling {
                deadline = deadline.max(line.now() + COOLING);
                self.job.is_cooling = false;
            }
            let cannot_push = self.can.pushes == Some(false) || self.answering.now != Some(true);
            if !self.job.has_begun && cannot_push && line.now() > clean_end {
                return self.ask_after_silence(line);
            }
            if line.now() > deadline {
                return match (self.job.has_begun, self.can.pushes) {
                    (false, None) => self.ask_after_silence(line),
                    _ => Err(Trouble::new(Fault::Stalled, "the printer never completed the label")),
                };
            }
        }
    }
}
