//! Paper of slips: every printing is wanted first, in the log, and told of afterwards; from the second on it is a
//! reprint and says so. Draws nothing.

use std::collections::BTreeMap;

use super::authority::ANY_STAFF;
use super::{Meeting, SlipStatus, Stamp};
use crate::actor::{Actor, Ctx};
use crate::event::{Event, PrintWord, SlipCopy, SlipPrintRequested, SlipPrinted};
use crate::ids::SlipId;
use crate::refusal::Refusal;

/// Parts of one printing at most: three, each once.
const MOST_PARTS: usize = 3;

/// One printing of a slip.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SlipPrint {
    /// When, at which desk, by whom it was wanted.
    pub wanted: Stamp,
    /// The revision on the paper.
    pub revision: u32,
    /// 1 for the first of the revision; the same number may come from two desks.
    pub print: u32,
    /// Which parts.
    pub copies: Vec<SlipCopy>,
    /// The parts that came out, and by whose word.
    pub printed: BTreeMap<SlipCopy, PrintWord>,
}

/// A slip's printings, in the order of the log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct SlipPrints(pub Vec<SlipPrint>);

impl SlipPrints {
    pub fn want(&mut self, stamp: &Stamp, wanted: &SlipPrintRequested) {
        self.0.push(SlipPrint {
            wanted: stamp.clone(),
            revision: wanted.revision,
            print: wanted.print,
            copies: wanted.copies.clone(),
            printed: BTreeMap::new(),
        });
    }

    /// The desk's own printing of that number, else anybody's; the first word stands.
    pub fn came_out(&mut self, stamp: &Stamp, told: &SlipPrinted) {
        let is_it = |print: &SlipPrint| (print.revision, print.print) == (told.revision, told.print);
        let own = self.0.iter().rposition(|print| is_it(print) && print.wanted.device == stamp.device);
        let Some(at) = own.or_else(|| self.0.iter().rposition(is_it)) else { return };
        self.0[at].printed.entry(told.copy).or_insert(told.by);
    }

    fn next(&self, revision: u32) -> u32 {
        let before = self.0.iter().filter(|print| print.revision == revision).map(|print| print.print).max();
        before.unwrap_or(0).saturating_add(1)
    }
}

impl Meeting {
    /// Paper is wanted; what comes out of it is told by [`Meeting::slip_printed`].
    pub(super) fn print_slip(&self, slip: SlipId, copies: &[SlipCopy], ctx: &Ctx) -> Result<Vec<Event>, Refusal> {
        self.need(ctx, ANY_STAFF)?;
        let known = self.slip(slip).ok_or(Refusal::UnknownSlip)?;
        if known.status() == SlipStatus::TwoVersions {
            return Err(Refusal::TwoVersions);
        }
        let twice = copies.iter().enumerate().any(|(at, copy)| copies[..at].contains(copy));
        if copies.is_empty() || copies.len() > MOST_PARTS || twice {
            return Err(Refusal::RecordBroken);
        }
        let revision = known.version().revision;
        let print = known.prints.next(revision);
        Ok(vec![SlipPrintRequested { slip, revision, copies: copies.to_vec(), print }.into()])
    }

    /// A part came out: the program's word or that of staff.
    pub(super) fn slip_printed(&self, told: &SlipPrinted, ctx: &Ctx) -> Result<Vec<Event>, Refusal> {
        if !matches!(ctx.actor, Actor::System) {
            self.need(ctx, ANY_STAFF)?;
        }
        let known = self.slip(told.slip).ok_or(Refusal::UnknownSlip)?;
        let is_it = |print: &&SlipPrint| (print.revision, print.print) == (told.revision, told.print);
        let print = known.prints().iter().rev().find(is_it).ok_or(Refusal::RecordBroken)?;
        if !print.copies.contains(&told.copy) {
            return Err(Refusal::RecordBroken);
        }
        Ok(if print.printed.contains_key(&told.copy) { Vec::new() } else { vec![told.clone().into()] })
    }
}
