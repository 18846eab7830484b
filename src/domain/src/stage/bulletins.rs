//! Signed orders that are celebrated, one after the other, each long enough to be read. Keeps no order of the past: what
//! was signed before it began was shown, or came too late.

use std::collections::{BTreeSet, VecDeque};

use super::{BulletinLine, region_name};
use crate::config::Language;
use crate::ids::SlipId;
use crate::meeting::Meeting;
use crate::time::UnixMillis;

/// A bulletin stays at least so long, milliseconds.
pub const BULLETIN_MS: u64 = 8_000;
/// Bulletins that wait; of more, the oldest are left out.
const MOST_WAITING: usize = 100;

/// The queue of one stage.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BulletinQueue {
    seen: BTreeSet<SlipId>,
    waiting: VecDeque<SlipId>,
    shown: Option<(SlipId, UnixMillis)>,
}

impl BulletinQueue {
    /// Begins with what is signed after now.
    pub fn begin(meeting: &Meeting) -> BulletinQueue {
        let seen = meeting.signed_slips().map(|slip| slip.id).collect();
        BulletinQueue { seen, ..BulletinQueue::default() }
    }

    /// Takes in what was signed since, in the hub's order, and turns to the next one when this one was shown for long
    /// enough. An order that may not be celebrated, or does not stand any more, is passed over.
    pub fn turn(&mut self, meeting: &Meeting, language: Language, now: UnixMillis) -> Option<BulletinLine> {
        let mut fresh: Vec<_> = meeting.signed_slips().filter(|slip| !self.seen.contains(&slip.id)).collect();
        fresh.sort_by_key(|slip| slip.signed().map(|stamp| stamp.order));
        for slip in fresh {
            self.seen.insert(slip.id);
            self.waiting.push_back(slip.id);
        }
        while self.waiting.len() > MOST_WAITING {
            self.waiting.pop_front();
        }
        let is_due = self.shown.is_none_or(|(_, since)| now.since(since) >= BULLETIN_MS);
        let stands = self.shown.and_then(|(slip, _)| line(meeting, slip, language));
        if stands.is_some() && (!is_due || self.waiting.is_empty()) {
            return stands;
        }
        while let Some(next) = self.waiting.pop_front() {
            if let Some(line) = line(meeting, next, language) {
                self.shown = Some((next, now));
                return Some(line);
            }
        }
        if stands.is_none() {
            self.shown = None;
        }
        stands
    }

    /// How many wait.
    pub fn waiting(&self) -> usize {
        self.waiting.len()
    }
}

fn line(meeting: &Meeting, slip: SlipId, language: Language) -> Option<BulletinLine> {
    let bulletin = meeting.stage_bulletin(slip)?;
    Some(BulletinLine {
        firm: bulletin.firm,
        county: bulletin.county,
        region: region_name(meeting, bulletin.region.as_ref(), language),
        amount_minor: bulletin.amount_minor,
    })
}
