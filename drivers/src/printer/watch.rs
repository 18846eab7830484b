//! Status questions beside a running job: one at a time, never waited for, only between two pieces of the job,
//! because a real-time command inside a raster would become pixels.

use std::time::{Duration, Instant};

use print::Fault;
use print::escpos::{Answer, Question, Status, StatusReport};

use super::Printer;
use crate::Trouble;

/// Where the round of questions stands.
pub(super) struct Watch {
    every: Duration,
    /// Whether this unit answers at all.
    active: bool,
    next: usize,
    asked: Option<(Question, Instant)>,
    last: Instant,
    report: StatusReport,
}

/// A question that stays unanswered for so long is forgotten.
const FORGET: Duration = Duration::from_secs(2);

impl Watch {
    pub(super) fn new(every: Duration, active: bool) -> Watch {
        Watch { every, active, next: 0, asked: None, last: Instant::now(), report: StatusReport::default() }
    }

    /// The question that is due, if any.
    fn due(&mut self) -> Option<Question> {
        if self.asked.is_some_and(|(_, since)| since.elapsed() > FORGET) {
            self.asked = None;
        }
        if !self.active || self.asked.is_some() || self.last.elapsed() < self.every {
            return None;
        }
        let question = Question::ALL[self.next % Question::ALL.len()];
        self.next += 1;
        self.last = Instant::now();
        self.asked = Some((question, self.last));
        Some(question)
    }

    fn hear(&mut self, answer: u8) {
        if let Some((question, _)) = self.asked.take() {
            self.report.set(question, answer);
        }
    }
}

impl Printer {
    /// Asks what is due, hears what has come, and ends the job when a fault is told.
    pub(super) fn keep_watch(&mut self, watch: &mut Watch) -> Result<(), Trouble> {
        self.keep_watch_for(watch, Duration::ZERO)
    }

    /// The same, waiting up to `within` for the next word.
    pub(super) fn keep_watch_for(&mut self, watch: &mut Watch, within: Duration) -> Result<(), Trouble> {
        if let Some(question) = watch.due() {
            self.write_all(&question.bytes(), &mut |_| {}).map_err(|(trouble, _)| trouble)?;
        }
        self.listen(within)?;
        while let Some(answer) = self.take_answer(real_time) {
            watch.hear(answer);
        }
        if Status::Known(watch.report).blocking() == Some(Fault::Offline) {
            return Err(self.cause_of_offline());
        }
        self.refuse_if_blocked(&Status::Known(watch.report))?;
        if let Some(report) = self.automatic {
            self.refuse_if_blocked(&Status::Known(report))?;
        }
        Ok(())
    }

    /// "Off line" was heard before its cause: the whole status tells it.
    fn cause_of_offline(&mut self) -> Trouble {
        let asked = self.ask_status().and_then(|status| self.refuse_if_blocked(&status));
        asked.err().unwrap_or_else(|| Trouble::plain(Fault::Offline))
    }
}

/// The answer to a `DLE EOT`.
pub(super) fn real_time(answer: &Answer) -> Option<u8> {
    match answer {
        Answer::RealTime(byte) => Some(*byte),
        _ => None,
    }
}
