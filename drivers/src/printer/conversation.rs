//! What every conversation with a printer can do, whatever the language. What a printer's answers prove is each
//! language's own business.

use std::time::{Duration, Instant};

use print::model::Language;
use print::{Bitmap, Fault, Model, Status};

use super::Completion;
use super::brother::Brother;
use super::escpos::Escpos;
use super::line::Line;
use super::memory::UnitMemory;
use super::tspl::Tspl;
use super::zpl::Zpl;
use crate::Trouble;

/// One look at the printer while its word is awaited.
pub(super) const LOOK: Duration = Duration::from_millis(20);

/// A job's bytes, made while they are sent. Questions may be asked between two pieces, never inside one.
pub(super) struct Pieces {
    pub total_bytes: u64,
    pub pieces: Box<dyn Iterator<Item = Vec<u8>>>,
}

/// The conversation in one language.
pub(super) trait Conversation: Send {
    /// A new connection; `known` says whether the unit ever answered.
    fn opened(&mut self, line: &mut Line, known: bool) -> Result<(), Trouble>;

    /// What tells this firmware from another one of the same unit, where the language can ask. A key, no more: nothing
    /// is concluded from it.
    fn ask_firmware(&mut self, _: &mut Line) -> Result<String, Trouble> {
        Ok("not asked".to_owned())
    }

    /// What was learnt about the unit with this firmware before.
    fn recall(&mut self, known: UnitMemory);

    /// Whether the printer still says of itself that job `number` came out: asked first on a new connection, before
    /// anything that waits there is dropped. `None` where the language has no such word.
    fn ask_pending(&mut self, _: &mut Line, _number: u32) -> Result<Option<bool>, Trouble> {
        Ok(None)
    }

    /// What is worth remembering about the unit.
    fn learnt(&self) -> Option<UnitMemory>;

    /// Ends a command that was broken off, so that the next question is not taken for its rest.
    fn end_command(&mut self, line: &mut Line) -> Result<(), Trouble>;

    /// How the printer is; no job may be out.
    fn ask_status(&mut self, line: &mut Line) -> Result<Status, Trouble>;

    /// Clears what may be left of a job that was broken off, in a printer that is in order.
    fn resynchronise(&mut self, line: &mut Line) -> Result<(), Trouble>;

    /// Learns once per unit how it can tell that a job is done.
    fn probe(&mut self, line: &mut Line) -> Result<(), Trouble>;

    /// Prepares job `number`; no byte of it is sent.
    fn begin(&mut self, line: &mut Line, picture: &Bitmap, number: u32) -> Result<Pieces, Trouble>;

    /// Listens while the printer takes nothing; an error is a fault that it told.
    fn hear(&mut self, line: &mut Line) -> Result<(), Trouble>;

    /// Between two pieces of the job: asks what may be asked, and ends the job when a fault is told.
    fn keep_watch(&mut self, line: &mut Line) -> Result<(), Trouble>;

    /// From the last byte to the printer's word; `paper_time` is what the paper needs at the model's speed.
    fn finish(&mut self, line: &mut Line, paper_time: Duration) -> Result<Completion, Trouble>;
}

/// Somebody who speaks the model's language.
pub(super) fn speak(model: &Model) -> Box<dyn Conversation> {
    match model.language {
        Language::Escpos => Box::new(Escpos::new(model.clone())),
        Language::Tspl => Box::new(Tspl::new(model.clone())),
        Language::Zpl => Box::new(Zpl::new(model.clone())),
        Language::BrotherQl => Box::new(Brother::new(model.clone())),
    }
}

pub(super) fn refuse_if_blocked(status: &Status) -> Result<(), Trouble> {
    match status.blocking() {
        Some(fault) => Err(Trouble::plain(fault)),
        None => Ok(()),
    }
}

/// A unit that answers its language's status question, used to answer it, or never did.
#[derive(Debug, Default)]
pub(super) struct Answering {
    /// In this connection; `None`: not asked yet.
    pub now: Option<bool>,
    /// In an earlier connection or run.
    before: bool,
}

impl Answering {
    pub fn opened(&mut self, known: bool) {
        (self.now, self.before) = (None, known);
    }

    /// No answer: from a unit that answered before it is a fault, from an unknown one a fact about it.
    pub fn fell_silent(&mut self, must_answer: bool, detail: &str) -> Result<(), Trouble> {
        if self.now == Some(true) || self.before || must_answer {
            return Err(Trouble::new(Fault::Stalled, detail));
        }
        self.now = Some(false);
        Ok(())
    }
}

/// A status question that is repeated while a job is out: one at a time, and not too often.
#[derive(Debug, Default)]
pub(super) struct Pulse {
    last: Option<Instant>,
    /// Its answer has not come.
    open: bool,
}

impl Pulse {
    pub fn is_due(&self, line: &Line) -> bool {
        !self.open && self.last.is_none_or(|last| line.since(last) >= line.timing.watch)
    }

    pub fn asked(&mut self, line: &Line) {
        *self = Pulse { last: Some(line.now()), open: true };
    }

    pub fn answered(&mut self) {
        self.open = false;
    }

    pub fn is_overdue(&self, line: &Line) -> bool {
        self.open && self.last.is_some_and(|last| line.since(last) > line.timing.answer * 2)
    }
}

/// Drops what was said to nobody: late answers to questions of before.
pub(super) fn drain(line: &mut Line) -> Result<(), Trouble> {
    /// Answers that a unit may have waiting when it is opened.
    const MOST_STALE_READS: usize = 64;
    for _ in 0..MOST_STALE_READS {
        if line.read(Duration::ZERO)?.is_empty() {
            break;
        }
    }
    Ok(())
}

/// When a wait for the end of a job that begins now has lasted too long.
pub(super) fn deadline(line: &Line, paper_time: Duration) -> Instant {
    line.now() + paper_time * 2 + line.timing.settle
}
