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
    last: Instant,
    report: StatusReport,
}

impl Watch {
    pub(super) fn new(every: Duration, active: bool) -> Watch {
        Watch { every, active, next: 0, last: Instant::now(), report: StatusReport::default() }
    }

    /// The question that is due, if any.
    fn due(&mut self) -> Option<Question> {
        if !self.active || self.last.elapsed() < self.every {
            return None;
        }
        let question = Question::ALL[self.next % Question::ALL.len()];
        self.next += 1;
        self.last = Instant::now();
        Some(question)
    }
}

impl Printer {
    /// Asks what is due, hears what has come, and ends the job when a fault is told.
    pub(super) fn keep_watch(&mut self, watch: &mut Watch) -> Result<(), Trouble> {
        self.keep_watch_for(watch, Duration::ZERO)
    }

    /// The same, waiting up to `within` for the next word.
    pub(super) fn keep_watch_for(&mut self, watch: &mut Watch, within: Duration) -> Result<(), Trouble> {
        // An answer does not say which question it belongs to: never two at a time.
        if self.unanswered.is_none()
            && let Some(question) = watch.due()
        {
            self.send_question(question)?;
        }
        self.listen(within)?;
        if self.unanswered.is_some()
            && let Some(answer) = self.take_answer(real_time)
            && let Some(question) = self.unanswered.take()
        {
            watch.report.set(question, answer);
        }
        self.refuse_if_told()?;
        if Status::Known(watch.report).blocking() == Some(Fault::Offline) {
            return Err(self.cause_of_offline());
        }
        self.refuse_if_blocked(&Status::Known(watch.report))
    }

    /// "Off line" was heard before its cause: the whole status tells it, if the printer still hears us.
    fn cause_of_offline(&mut self) -> Trouble {
        let asked = self.ask_status().and_then(|status| self.refuse_if_blocked(&status));
        match asked {
            Err(trouble) if trouble.fault != Fault::Stalled => trouble,
            Ok(()) | Err(_) => Trouble::plain(Fault::Offline),
        }
    }
}

/// The answer to a `DLE EOT`.
pub(super) fn real_time(answer: &Answer) -> Option<u8> {
    match answer {
        Answer::RealTime(byte) => Some(*byte),
        _ => None,
    }
}
