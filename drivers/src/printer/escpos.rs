//! The conversation with an ESC/POS printer: questions before a job, beside it and behind it.
//! What a unit answers is learnt by asking; nothing is believed because of a model's name.

use std::time::Duration;

use print::escpos::encode::{
    ASK_PAPER_SENSOR, ASK_ROM_VERSION, EscposOptions, Fence, ask_process, encode, resynchronise,
};
use print::escpos::{Answer, AnswerReader, Part, ProcessId, Question, StatusReport};
use print::model::Answers;
use print::{Bitmap, Model, Report, Status};

use super::Completion;
use super::conversation::{Answering, Conversation, LOOK, Pieces, refuse_if_blocked};
use super::line::Line;
use super::memory::UnitMemory;
use crate::Trouble;

mod finish;
mod watch;

use watch::Watch;

const SILENT: &str = "the printer answers no status question; it hangs, or another computer is connected to it";
/// Answers that wait to be looked at; more at once is noise.
const LARGEST_INBOX: usize = 64;
/// More than any command of ours is long, without pixels. NULs outside of a command mean nothing.
const LONGEST_COMMAND: usize = 16;
/// Answers that a unit may have waiting when it is opened.
const MOST_STALE_READS: usize = 64;

pub(super) struct Escpos {
    model: Model,
    answers: AnswerReader,
    inbox: Vec<Answer>,
    /// `DLE EOT`.
    real_time: Answering,
    can: UnitMemory,
    /// The status question that is on its way.
    unanswered: Option<Question>,
    /// Told by the printer itself since the connection was opened.
    automatic: Option<StatusReport>,
    watch: Watch,
    fence: Fence,
}

impl Escpos {
    pub fn new(model: Model) -> Escpos {
        Escpos {
            model,
            answers: AnswerReader::new(),
            inbox: Vec::new(),
            real_time: Answering::default(),
            can: UnitMemory::default(),
            unanswered: None,
            automatic: None,
            watch: Watch::idle(),
            fence: Fence::None,
        }
    }

    fn say(&mut self, line: &mut Line, bytes: &[u8]) -> Result<(), Trouble> {
        line.say(bytes, &mut |line| self.hear(line))
    }

    /// Drops what was said to nobody: late answers to questions of before.
    fn discard_stale(&mut self, line: &mut Line) -> Result<(), Trouble> {
        for _ in 0..MOST_STALE_READS {
            if !self.listen(line, Duration::ZERO)? {
                break;
            }
        }
        self.inbox.clear();
        self.answers.reset();
        Ok(())
    }

    /// Puts what comes `within` the time into the inbox; false when the printer was silent.
    /// Automatic status is kept aside.
    fn listen(&mut self, line: &mut Line, within: Duration) -> Result<bool, Trouble> {
        let heard = line.read(within)?;
        for answer in self.answers.push(&heard) {
            match answer {
                Answer::Automatic(bytes) => self.automatic = Some(StatusReport::from_automatic(bytes)),
                Answer::RealTime(_) | Answer::PaperSensor(_) | Answer::Process(_)
                    if self.inbox.len() < LARGEST_INBOX =>
                {
                    self.inbox.push(answer);
                }
                other => tracing::debug!(?other, "the printer said something that nobody asked"),
            }
        }
        Ok(!heard.is_empty())
    }

    /// Takes the first answer out of the inbox that `pick` wants.
    fn take_answer<T>(&mut self, pick: impl Fn(&Answer) -> Option<T>) -> Option<T> {
        let (at, found) = self.inbox.iter().enumerate().find_map(|(at, answer)| Some((at, pick(answer)?)))?;
        self.inbox.remove(at);
        Some(found)
    }

    /// A fault that the printer told by itself.
    fn refuse_if_told(&self) -> Result<(), Trouble> {
        self.automatic.map_or(Ok(()), |report| refuse_if_blocked(&known(&report)))
    }

    fn ask_one(&mut self, line: &mut Line, question: Question) -> Result<Option<u8>, Trouble> {
        self.send_question(line, question)?;
        let answer = self.wait_for(line, line.timing.answer, watch::real_time)?;
        self.unanswered = None;
        Ok(answer)
    }

    fn send_question(&mut self, line: &mut Line, question: Question) -> Result<(), Trouble> {
        self.say(line, &question.bytes())?;
        self.unanswered = Some(question);
        Ok(())
    }

    fn silent(&mut self, line: &mut Line) -> Result<Status, Trouble> {
        // A full buffer keeps questions out, but not what the printer tells by itself.
        self.refuse_if_told()?;
        self.real_time.fell_silent(self.model.status.real_time == Answers::Yes, SILENT)?;
        self.status_of_port(line)
    }

    fn status_of_port(&mut self, line: &mut Line) -> Result<Status, Trouble> {
        self.listen(line, Duration::ZERO)?;
        line.ask_port()?;
        Ok(Status::Unknown)
    }

    /// Waits for the first answer that `pick` wants.
    fn wait_for<T>(
        &mut self,
        line: &mut Line,
        within: Duration,
        pick: impl Fn(&Answer) -> Option<T>,
    ) -> Result<Option<T>, Trouble> {
        let deadline = line.now() + within;
        loop {
            if let Some(found) = self.take_answer(&pick) {
                return Ok(Some(found));
            }
            let left = deadline.saturating_duration_since(line.now());
            if !self.listen(line, left)? && left.is_zero() {
                return Ok(None);
            }
        }
    }

    fn probe_process_id(&mut self, line: &mut Line) -> Result<bool, Trouble> {
        let id = ProcessId::new(line.epoch as u32, Part::Probe);
        self.say(line, &ask_process(id))?;
        let answer = self.wait_for(line, line.timing.probe, |answer| is_process(answer, id))?;
        Ok(answer.is_some())
    }

    fn probe_fence(&mut self, line: &mut Line) -> Result<bool, Trouble> {
        self.discard_stale(line)?;
        self.say(line, &ASK_PAPER_SENSOR)?;
        let answer = self
            .wait_for(line, line.timing.fence_probe, |answer| matches!(answer, Answer::PaperSensor(_)).then_some(()))?;
        Ok(answer.is_some())
    }
}

impl Conversation for Escpos {
    fn opened(&mut self, line: &mut Line, known: bool) -> Result<(), Trouble> {
        (self.automatic, self.unanswered) = (None, None);
        self.real_time.opened(known);
        self.can = UnitMemory::default();
        self.discard_stale(line)
    }

    /// One byte to `GS I 3`; where it is not answered the key says so.
    fn ask_firmware(&mut self, line: &mut Line) -> Result<String, Trouble> {
        if self.real_time.now != Some(true) {
            return Ok("not asked".to_owned());
        }
        self.discard_stale(line)?;
        self.say(line, &ASK_ROM_VERSION)?;
        // The byte looks like any other answer: whatever comes first is taken.
        let answer = line.read(line.timing.fence_probe)?;
        self.discard_stale(line)?;
        Ok(answer.first().map_or_else(|| "not answered".to_owned(), |rom| format!("rom {rom:02X}")))
    }

    fn recall(&mut self, known: UnitMemory) {
        self.can = known;
    }

    /// Its two words may wait in the printer's endpoint, or come while it prints the rest.
    fn ask_pending(&mut self, line: &mut Line, number: u32) -> Result<Option<bool>, Trouble> {
        if self.model.status.process_id == Answers::No {
            return Ok(None);
        }
        let mut missing = vec![ProcessId::new(number, Part::Picture), ProcessId::new(number, Part::Cut)];
        let deadline = line.now() + line.timing.settle;
        while line.now() < deadline {
            self.listen(line, LOOK)?;
            missing.retain(|id| self.take_answer(|answer| is_process(answer, *id)).is_none());
            if missing.is_empty() {
                return Ok(Some(true));
            }
        }
        Ok(Some(false))
    }

    /// What is worth remembering. Only of units that answer `DLE EOT`: silence may also mean that another computer
    /// holds the connection, and that must not be remembered as a fact about the unit.
    fn learnt(&self) -> Option<UnitMemory> {
        (self.real_time.now == Some(true)).then_some(self.can)
    }

    /// A raster header that lacks its last bytes would take a question for its height, and swallow whole badges.
    fn end_command(&mut self, line: &mut Line) -> Result<(), Trouble> {
        self.say(line, &[0; LONGEST_COMMAND])
    }

    /// The four questions, one after the other.
    fn ask_status(&mut self, line: &mut Line) -> Result<Status, Trouble> {
        if self.model.status.real_time == Answers::No || self.real_time.now == Some(false) {
            return self.status_of_port(line);
        }
        if self.unanswered.is_some() {
            // Its answer would be taken for the next question's.
            self.wait_for(line, line.timing.answer, watch::real_time)?;
            self.unanswered = None;
        }
        self.discard_stale(line)?;
        let mut report = StatusReport::default();
        for question in Question::ALL {
            match self.ask_one(line, question)? {
                Some(answer) => report.set(question, answer),
                None => return self.silent(line),
            }
        }
        self.real_time.now = Some(true);
        // Fresher than anything told before, and a printer that was switched off tells nothing any more.
        self.automatic = None;
        Ok(known(&report))
    }

    /// Swallows what may be left of a broken raster.
    fn resynchronise(&mut self, line: &mut Line) -> Result<(), Trouble> {
        let bytes = resynchronise(self.model.width_dots, self.model.cutter);
        self.say(line, &bytes)
    }

    /// Learns once per unit how it can tell that a job is done; failed probes are remembered too.
    fn probe(&mut self, line: &mut Line) -> Result<(), Trouble> {
        let dialect = self.model.status;
        if self.can.process_id.is_none() {
            let answers = dialect.process_id != Answers::No && self.probe_process_id(line)?;
            self.can.process_id = Some(answers);
        }
        if self.can.process_id == Some(false) && self.can.fence.is_none() {
            let answers = dialect.fence != Answers::No && self.probe_fence(line)?;
            self.can.fence = Some(answers);
        }
        Ok(())
    }

    /// The job's bytes, with the best question behind it that this unit answers.
    fn begin(&mut self, line: &mut Line, picture: &Bitmap, number: u32) -> Result<Pieces, Trouble> {
        self.fence = match (self.can.process_id, self.can.fence) {
            (Some(true), _) => Fence::Process(number),
            (_, Some(true)) => Fence::PaperSensor,
            _ => Fence::None,
        };
        self.discard_stale(line)?;
        self.watch = Watch::new(line.timing.watch, self.real_time.now == Some(true), line.now());
        let options = EscposOptions {
            band_rows: self.model.quirks.band_rows,
            cut: self.model.cutter,
            feed_dots: self.model.feed_dots,
            fence: self.fence,
            auto_status: self.model.status.automatic,
        };
        let job = encode(picture, &options);
        Ok(Pieces { total_bytes: job.total_bytes(), pieces: Box::new(job) })
    }

    fn hear(&mut self, line: &mut Line) -> Result<(), Trouble> {
        self.listen(line, Duration::ZERO)?;
        self.refuse_if_told()
    }

    fn keep_watch(&mut self, line: &mut Line) -> Result<(), Trouble> {
        self.keep_watch_for(line, Duration::ZERO)
    }

    fn finish(&mut self, line: &mut Line, paper_time: Duration) -> Result<Completion, Trouble> {
        self.await_end(line, paper_time)
    }
}

fn is_process(answer: &Answer, id: ProcessId) -> Option<()> {
    (*answer == Answer::Process(id)).then_some(())
}

fn known(report: &StatusReport) -> Status {
    Status::Known(Report { faults: report.faults(), works: false })
}
