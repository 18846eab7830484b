//! The conversations by language under one set of words. What a printer's answers prove is each language's own
//! business; here is only who is spoken to.

use std::time::Duration;

use print::escpos::Status;
use print::model::Language;
use print::{Bitmap, Model};

use super::Completion;
use super::escpos::Escpos;
use super::line::Line;
use super::memory::UnitMemory;
use crate::Trouble;

/// One look at the printer while its word is awaited.
pub(super) const LOOK: Duration = Duration::from_millis(20);

/// A job's bytes, made while they are sent. Questions may be asked between two pieces, never inside one.
pub(super) struct Pieces {
    pub total_bytes: u64,
    pub pieces: Box<dyn Iterator<Item = Vec<u8>>>,
}

/// The conversation in the printer's language.
pub(super) enum Conversation {
    Escpos(Box<Escpos>),
    /// A language that nobody here speaks yet.
    Unspoken,
}

impl Conversation {
    pub fn new(model: &Model) -> Conversation {
        match model.language {
            Language::Escpos => Conversation::Escpos(Box::new(Escpos::new(model.clone()))),
            Language::Tspl | Language::Zpl | Language::BrotherQl => Conversation::Unspoken,
        }
    }

    /// A new connection; `known` is what was learnt about the unit before.
    pub fn opened(&mut self, line: &mut Line, known: Option<UnitMemory>) -> Result<(), Trouble> {
        match self {
            Conversation::Escpos(escpos) => escpos.opened(line, known),
            Conversation::Unspoken => Err(unspoken()),
        }
    }

    /// What is worth remembering about the unit.
    pub fn learnt(&self) -> Option<UnitMemory> {
        match self {
            Conversation::Escpos(escpos) => escpos.learnt(),
            Conversation::Unspoken => None,
        }
    }

    /// How the printer is; no job may be out.
    pub fn ask_status(&mut self, line: &mut Line) -> Result<Status, Trouble> {
        match self {
            Conversation::Escpos(escpos) => escpos.ask_status(line),
            Conversation::Unspoken => Err(unspoken()),
        }
    }

    /// Ends a command that was broken off, so that the next question is not taken for its rest.
    pub fn end_command(&mut self, line: &mut Line) -> Result<(), Trouble> {
        match self {
            Conversation::Escpos(escpos) => escpos.end_command(line),
            Conversation::Unspoken => Err(unspoken()),
        }
    }

    /// Clears what may be left of a job that was broken off.
    pub fn resynchronise(&mut self, line: &mut Line) -> Result<(), Trouble> {
        match self {
            Conversation::Escpos(escpos) => escpos.resynchronise(line),
            Conversation::Unspoken => Err(unspoken()),
        }
    }

    /// Learns once per unit how it can tell that a job is done.
    pub fn probe(&mut self, line: &mut Line) -> Result<(), Trouble> {
        match self {
            Conversation::Escpos(escpos) => escpos.probe(line),
            Conversation::Unspoken => Err(unspoken()),
        }
    }

    /// Prepares job `number`; no byte of it is sent.
    pub fn begin(&mut self, line: &mut Line, picture: &Bitmap, number: u32) -> Result<Pieces, Trouble> {
        match self {
            Conversation::Escpos(escpos) => escpos.begin(line, picture, number),
            Conversation::Unspoken => Err(unspoken()),
        }
    }

    /// Listens while the printer takes nothing; an error is a fault that it told.
    pub fn hear(&mut self, line: &mut Line) -> Result<(), Trouble> {
        match self {
            Conversation::Escpos(escpos) => escpos.hear(line),
            Conversation::Unspoken => Err(unspoken()),
        }
    }

    /// Between two pieces of the job: asks what may be asked, and ends the job when a fault is told.
    pub fn keep_watch(&mut self, line: &mut Line) -> Result<(), Trouble> {
        match self {
            Conversation::Escpos(escpos) => escpos.keep_watch(line),
            Conversation::Unspoken => Err(unspoken()),
        }
    }

    /// From the last byte to the printer's word; `paper_time` is what the paper needs at the model's speed.
    pub fn finish(&mut self, line: &mut Line, paper_time: Duration) -> Result<Completion, Trouble> {
        match self {
            Conversation::Escpos(escpos) => escpos.finish(line, paper_time),
            Conversation::Unspoken => Err(unspoken()),
        }
    }
}

pub(super) fn refuse_if_blocked(status: &Status) -> Result<(), Trouble> {
    match status.blocking() {
        Some(fault) => Err(Trouble::plain(fault)),
        None => Ok(()),
    }
}

fn unspoken() -> Trouble {
    Trouble::new(print::Fault::Protocol, "this printer's language is not spoken yet")
}
