//! Status questions beside a running job: one at a time, never waited for, only between two pieces of the job,
//! because a real-time command inside a raster would become pixels.

use std::time::{Duration, Instant};

use print::Fault;
use print::escpos::{Answer, Question, StatusReport};

use super::super::conversation::{Conversation, refuse_if_blocked};
use super::super::line::Line;
use super::{Escpos, known};
use crate::Trouble;

/// Where the round of questions stands.
pub(super) struct Watch {
    every: Duration,
    /// `None`: this unit answers none.
    last: Option<Instant>,
    next: usize,
    report: StatusReport,
}

impl Watch {
    pub(super) fn new(every: Duration, active: bool, now: Instant) -> Watch {
        Watch { every, last: active.then_some(now), next: 0, report: StatusReport::default() }
    }

    pub(super) fn idle() -> Watch {
        Watch { every: Duration::ZERO, last: None, next: 0, report: StatusReport::default() }
    }

    /// The question that is due, if any.
    fn due(&mut self, now: Instant) -> Option<Question> {
        if now.saturating_duration_since(self.last?) < self.every {
            return None;
        }
        let question = Question::ALL[self.next % Question::ALL.len()];
        self.next += 1;
        self.last = Some(now);
        Some(question)
    }
}

impl Escpos {
    /// Asks what is due, waits up to `within` for the next word, and ends the job when a fault is told.
    pub(super) fn keep_watch_for(&mut self, line: &mut Line, within: Duration) -> Result<(), Trouble> {
        // An answer does not say which question it belongs to: never two at a time.
        if self.unanswered.is_none()
            && let Some(question) = self.watch.due(line.now())
        {
            self.send_question(line, question)?;
        }
        self.listen(line, within)?;
        if self.unanswered.is_some()
            && let Some(answer) = self.take_answer(real_time)
            && let Some(question) = self.unanswered.take()
        {
            self.watch.report.set(question, answer);
        }
        self.refuse_if_told()?;
        let seen = known(&self.watch.report);
        if seen.blocking() == Some(Fault::Offline) {
            return Err(self.cause_of_offline(line));
        }
        refuse_if_blocked(&seen)
    }

    /// "Off line" was heard before its cause: the whole status tells it, if the printer still hears us.
    fn cause_of_offline(&mut self, line: &mut Line) -> Trouble {
        match self.ask_status(line).and_then(|status| refuse_if_blocked(&status)) {
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
