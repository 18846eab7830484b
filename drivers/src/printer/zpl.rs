//! The conversation with a ZPL label printer. `~HS` tells what waits in the printer, but not which label it was;
//! only the odometer of labels, where a unit has one, proves that one more came out.
//! Older firmware does not answer `~HS` at all while media are out or the head is open.

use std::time::Duration;

use print::model::Answers;
use print::zpl::encode::resynchronise;
use print::zpl::status::HostStatus;
use print::zpl::{ASK_ODOMETER, Answer, AnswerReader, HOST_STATUS, ZplOptions, encode};
use print::{Bitmap, Fault, Model, Status};

use super::Completion;
use super::conversation::{Answering, Conversation, LOOK, Pieces, Pulse, deadline, drain, refuse_if_blocked};
use super::line::Line;
use super::memory::UnitMemory;
use crate::Trouble;

const SILENT: &str = "the printer does not answer ~HS: look for media, ribbon, an open or hot head; \
                      else it hangs, or another computer is connected to it";

pub(super) struct Zpl {
    model: Model,
    answers: AnswerReader,
    answering: Answering,
    pulse: Pulse,
    can: UnitMemory,
    /// Labels counted before the job.
    counted_before: Option<u64>,
}

/// What was said in one look.
#[derive(Default)]
struct Heard {
    status: Option<HostStatus>,
    counted: Option<Option<u64>>,
}

impl Zpl {
    pub fn new(model: Model) -> Zpl {
        Zpl {
            model,
            answers: AnswerReader::new(),
            answering: Answering::default(),
            pulse: Pulse::default(),
            can: UnitMemory::default(),
            counted_before: None,
        }
    }

    fn listen(&mut self, line: &mut Line, within: Duration) -> Result<Heard, Trouble> {
        let (mut heard, bytes) = (Heard::default(), line.read(within)?);
        for answer in self.answers.push(&bytes) {
            match answer {
                Answer::Status(status) => {
                    self.pulse.answered();
                    heard.status = Some(status);
                }
                Answer::Value(text) => heard.counted = Some(text.trim().parse().ok()),
                Answer::Noise => tracing::debug!("the printer said something that nobody asked"),
            }
        }
        Ok(heard)
    }

    fn forget(&mut self, line: &mut Line) -> Result<(), Trouble> {
        drain(line)?;
        self.answers.reset();
        self.pulse = Pulse::default();
        Ok(())
    }

    /// Asks and waits for the answer that `pick` wants.
    fn ask_and_wait<T>(
        &mut self,
        line: &mut Line,
        question: &[u8],
        within: Duration,
        pick: impl Fn(Heard) -> Option<T>,
    ) -> Result<Option<T>, Trouble> {
        line.say(question, &mut |_| Ok(()))?;
        let deadline = line.now() + within;
        loop {
            let left = deadline.saturating_duration_since(line.now());
            if let Some(found) = pick(self.listen(line, left)?) {
                return Ok(Some(found));
            }
            if left.is_zero() {
                return Ok(None);
            }
        }
    }

    /// The number of labels ever printed, from a unit that counts them.
    fn count(&mut self, line: &mut Line, within: Duration) -> Result<Option<u64>, Trouble> {
        let counted = self.ask_and_wait(line, &ASK_ODOMETER, within, |heard| heard.counted)?;
        Ok(counted.flatten())
    }

    /// Asks when it is time to, waits up to `within` for an answer, and ends the job when it tells a fault or when the
    /// answer is overdue.
    fn look(&mut self, line: &mut Line, within: Duration) -> Result<Option<HostStatus>, Trouble> {
        if self.answering.now != Some(true) {
            line.read(within)?;
            return Ok(None);
        }
        if self.pulse.is_due(line) {
            line.say(&HOST_STATUS, &mut |_| Ok(()))?;
            self.pulse.asked(line);
        }
        let status = self.listen(line, within)?.status;
        if let Some(status) = &status {
            refuse_if_blocked(&Status::Known(status.report()))?;
        } else if self.pulse.is_overdue(line) {
            line.ask_port()?;
            return Err(Trouble::new(Fault::Stalled, SILENT));
        }
        Ok(status)
    }

    /// The printer holds nothing more: whether one more label was counted. `None`: not yet.
    fn judge(&mut self, line: &mut Line) -> Result<Option<Completion>, Trouble> {
        let Some(before) = self.counted_before else { return Ok(None) };
        Ok(match self.count(line, line.timing.answer)? {
            Some(now) if now == before + 1 => Some(Completion::Confirmed),
            // Somebody else's labels are among them: ours cannot be told from them.
            Some(now) if now > before + 1 => Some(Completion::Unconfirmed),
            Some(_) | None => None,
        })
    }
}

impl Conversation for Zpl {
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

    /// A tilde ends whatever field was being received.
    fn end_command(&mut self, line: &mut Line) -> Result<(), Trouble> {
        line.say(&resynchronise(), &mut |_| Ok(()))
    }

    fn ask_status(&mut self, line: &mut Line) -> Result<Status, Trouble> {
        self.forget(line)?;
        if self.model.status.real_time == Answers::No || self.answering.now == Some(false) {
            return line.ask_port().map(|()| Status::Unknown);
        }
        // What somebody else prints ends by itself; our job is not to be mistaken for it.
        let (patience, mut cancelled) = (line.now() + line.timing.settle, false);
        loop {
            let Some(status) = self.ask_and_wait(line, &HOST_STATUS, line.timing.answer, |heard| heard.status)? else {
                line.ask_port()?;
                self.answering.fell_silent(self.model.status.real_time == Answers::Yes, SILENT)?;
                return Ok(Status::Unknown);
            };
            self.answering.now = Some(true);
            let report = status.report();
            if !report.works || !report.faults.is_empty() {
                return Ok(Status::Known(report));
            }
            if status.partial_format && !cancelled {
                // Nobody is about to end it: it is what an earlier process of ours began.
                self.end_command(line)?;
                cancelled = true;
            }
            if line.now() > patience {
                return Err(Trouble::new(Fault::Busy, "the printer holds something that did not come from here"));
            }
            line.rest();
        }
    }

    fn resynchronise(&mut self, _: &mut Line) -> Result<(), Trouble> {
        Ok(())
    }

    fn probe(&mut self, line: &mut Line) -> Result<(), Trouble> {
        if self.can.odometer.is_none() && self.answering.now == Some(true) {
            let asks = self.model.status.odometer != Answers::No;
            self.can.odometer = Some(asks && self.count(line, line.timing.fence_probe)?.is_some());
        }
        Ok(())
    }

    fn begin(&mut self, line: &mut Line, picture: &Bitmap, _: u32) -> Result<Pieces, Trouble> {
        self.forget(line)?;
        let counts = self.answering.now == Some(true) && self.can.odometer == Some(true);
        self.counted_before = if counts { self.count(line, line.timing.answer)? } else { None };
        let options = ZplOptions {
            dots_per_mm: self.model.dots_per_mm(),
            label: self.model.label,
            width_dots: self.model.width_dots,
            band_rows: self.model.quirks.band_rows,
            cut: self.model.cutter.is_some(),
        };
        let job = encode(picture, &options);
        Ok(Pieces { total_bytes: job.total_bytes(), pieces: Box::new(job) })
    }

    fn hear(&mut self, line: &mut Line) -> Result<(), Trouble> {
        match self.listen(line, Duration::ZERO)?.status {
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
            let idle = self.look(line, LOOK)?.is_some_and(|status| !status.report().works);
            if idle && let Some(completion) = self.judge(line)? {
                return Ok(completion);
            }
            let cannot_say = self.counted_before.is_none() && (idle || self.answering.now != Some(true));
            if cannot_say && line.now() > clean_end {
                return Ok(Completion::Unconfirmed);
            }
            if line.now() > deadline {
                return Err(Trouble::new(Fault::Stalled, "the printer never counted the label"));
            }
        }
    }
}
