//! The conversation with a TSPL label printer. All that the language offers is one byte at any time (`<ESC>!?`): a
//! printer that was idle before the job, then said "printing", and then is idle without a fault has printed it.
//! Nothing is printed before the `PRINT` behind the last band.

use std::time::Duration;

use print::model::Answers;
use print::tspl::encode::resynchronise;
use print::tspl::{ASK_STATUS, ByteStatus, TsplOptions, encode};
use print::{Bitmap, Fault, Model, Status};

use super::Completion;
use super::conversation::{Answering, Conversation, LOOK, Pieces, Pulse, deadline, drain, refuse_if_blocked};
use super::line::Line;
use super::memory::UnitMemory;
use crate::Trouble;

const SILENT: &str = "the printer answers no status question; it hangs, or another computer is connected to it";

pub(super) struct Tspl {
    model: Model,
    answering: Answering,
    pulse: Pulse,
    /// "Printing" was heard since the job began.
    has_printed: bool,
}

impl Tspl {
    pub fn new(model: Model) -> Tspl {
        Tspl { model, answering: Answering::default(), pulse: Pulse::default(), has_printed: false }
    }

    /// The next answer; the byte that came last is the freshest.
    fn listen(&mut self, line: &mut Line, within: Duration) -> Result<Option<ByteStatus>, Trouble> {
        let status = line.read(within)?.last().copied().map(ByteStatus);
        if let Some(status) = status {
            self.pulse.answered();
            self.has_printed |= status.is_printing();
        }
        Ok(status)
    }

    fn ask(&mut self, line: &mut Line) -> Result<(), Trouble> {
        line.say(&ASK_STATUS, &mut |_| Ok(()))?;
        self.pulse.asked(line);
        Ok(())
    }

    /// One question and its answer; `None` when there is none in time.
    fn ask_and_wait(&mut self, line: &mut Line) -> Result<Option<ByteStatus>, Trouble> {
        self.ask(line)?;
        self.listen(line, line.timing.answer)
    }

    /// Asks when it is time to, waits up to `within` for an answer, and ends the job when it tells a fault or when the
    /// answer is overdue.
    fn look(&mut self, line: &mut Line, within: Duration) -> Result<Option<ByteStatus>, Trouble> {
        if self.answering.now != Some(true) {
            line.read(within)?;
            return Ok(None);
        }
        if self.pulse.is_due(line) {
            self.ask(line)?;
        }
        let status = self.listen(line, within)?;
        if let Some(status) = status {
            refuse_if_blocked(&Status::Known(status.report()))?;
        } else if self.pulse.is_overdue(line) {
            return Err(Trouble::new(Fault::Stalled, SILENT));
        }
        Ok(status)
    }
}

impl Conversation for Tspl {
    fn opened(&mut self, line: &mut Line, known: bool) -> Result<(), Trouble> {
        self.answering.opened(known);
        self.pulse = Pulse::default();
        drain(line)
    }

    fn recall(&mut self, _: UnitMemory) {}

    fn learnt(&self) -> Option<UnitMemory> {
        (self.answering.now == Some(true)).then(UnitMemory::default)
    }

    /// Inside of a `BITMAP` a question would become pixels: what is missing of it comes first.
    fn end_command(&mut self, line: &mut Line) -> Result<(), Trouble> {
        line.say(&resynchronise(self.model.width_dots), &mut |_| Ok(()))
    }

    fn ask_status(&mut self, line: &mut Line) -> Result<Status, Trouble> {
        if self.model.status.real_time == Answers::No || self.answering.now == Some(false) {
            drain(line)?;
            return line.ask_port().map(|()| Status::Unknown);
        }
        drain(line)?;
        // What somebody else prints ends by itself; our job is not to be mistaken for it.
        let patience = line.now() + line.timing.settle;
        loop {
            let Some(status) = self.ask_and_wait(line)? else {
                self.answering.fell_silent(self.model.status.real_time == Answers::Yes, SILENT)?;
                return line.ask_port().map(|()| Status::Unknown);
            };
            self.answering.now = Some(true);
            if !status.is_printing() || !status.report().faults.is_empty() {
                return Ok(Status::Known(status.report()));
            }
            if line.now() > patience {
                return Err(Trouble::new(Fault::Busy, "the printer prints something that did not come from here"));
            }
            line.rest();
        }
    }

    fn resynchronise(&mut self, _: &mut Line) -> Result<(), Trouble> {
        Ok(())
    }

    fn probe(&mut self, _: &mut Line) -> Result<(), Trouble> {
        Ok(())
    }

    fn begin(&mut self, line: &mut Line, picture: &Bitmap, _: u32) -> Result<Pieces, Trouble> {
        drain(line)?;
        (self.pulse, self.has_printed) = (Pulse::default(), false);
        let options = TsplOptions {
            dots_per_mm: self.model.dots_per_mm(),
            label: self.model.label,
            width_dots: self.model.width_dots,
            band_rows: self.model.quirks.band_rows,
            cut: self.model.cutter,
        };
        let job = encode(picture, &options);
        Ok(Pieces { total_bytes: job.total_bytes(), pieces: Box::new(job) })
    }

    /// No question may be asked inside of a band.
    fn hear(&mut self, line: &mut Line) -> Result<(), Trouble> {
        match self.listen(line, Duration::ZERO)? {
            Some(status) => refuse_if_blocked(&Status::Known(status.report())),
            None => Ok(()),
        }
    }

    fn keep_watch(&mut self, line: &mut Line) -> Result<(), Trouble> {
        self.look(line, Duration::ZERO).map(|_| ())
    }

    fn finish(&mut self, line: &mut Line, paper_time: Duration) -> Result<Completion, Trouble> {
        let (deadline, clean_end) = (deadline(line, paper_time), line.now() + paper_time);
        loop {
            let idle = self.look(line, LOOK)?.is_some_and(|status| !status.is_printing());
            if idle && self.has_printed {
                return Ok(Completion::Confirmed);
            }
            let never_printed = idle || self.answering.now != Some(true);
            if never_printed && line.now() > clean_end {
                return Ok(Completion::Unconfirmed);
            }
            if line.now() > deadline {
                return Err(Trouble::new(Fault::Stalled, "the printer never ended the label"));
            }
        }
    }
}
