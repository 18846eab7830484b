//! Badges as folded: each copy's request and outcome, and which copy counts. Prints nothing and resends nothing.

use std::sync::Arc;

use super::sharded::Sharded;
use super::{Meeting, Stamp};
use crate::event::{BadgeReason, BadgeRequested, Event, PrintWord, VoidReason};
use crate::ids::{BadgeId, EventId, GuestId, PrinterId, TableId};
use crate::time::UnixMillis;

/// How far a copy is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BadgeStatus {
    /// Requested; no word of its outcome yet.
    Waiting,
    /// Came out, on somebody's word.
    Printed(PrintWord),
    /// Nobody knows: staff are asked.
    Doubtful,
    /// Staff said that it did not come out.
    NotOut,
    /// Counts no more.
    Voided(VoidReason),
}

/// What a scanned badge is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadgeWorth {
    /// It counts. Scanning it proves that it is out, whatever the printer said.
    Good,
    /// A newer copy is out: ask at the desk.
    Old {
        /// The newer copy.
        newest: BadgeId,
    },
    /// Voided: ask at the desk.
    Void,
}

/// One copy of a guest's badge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Badge {
    /// Its id.
    pub id: BadgeId,
    /// For whom.
    pub guest: GuestId,
    /// 1 for the first.
    pub copy: u32,
    /// Where it comes out, when chosen.
    pub printer: Option<PrinterId>,
    /// How many printers had it before.
    pub hop: u32,
    /// Table on the paper.
    pub table: Option<TableId>,
    /// Why it was printed.
    pub reason: BadgeReason,
    /// Printed before the guest arrived.
    pub ahead: bool,
    /// When and where it was requested.
    pub requested: Stamp,
    /// How far it is.
    pub status: BadgeStatus,
    /// When a badge printed beforehand was given to its guest.
    pub handed_over: Option<UnixMillis>,
    /// Running number printed small, `K2-B0820`; empty for copies of older programs.
    pub number: String,
    /// The event that made it doubtful.
    pub(super) doubt: Option<Stamp>,
}

/// Outcomes are kept apart from the request: in a total fold either may come first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct BadgeRecord {
    asked: Option<(Stamp, BadgeRequested)>,
    /// By the highest hop.
    moved_to: Option<(u32, PrinterId)>,
    printed: Option<PrintWord>,
    doubt: Option<Stamp>,
    came_out: Option<bool>,
    voided: Option<VoidReason>,
    pub handed_over: Option<Stamp>,
}

impl BadgeRecord {
    fn status(&self) -> BadgeStatus {
        match (self.voided, self.came_out, self.printed, &self.doubt) {
            (Some(reason), ..) => BadgeStatus::Voided(reason),
            (None, Some(true), ..) => BadgeStatus::Printed(PrintWord::Staff),
            (None, Some(false), ..) => BadgeStatus::NotOut,
            (None, None, Some(word), _) => BadgeStatus::Printed(word),
            (None, None, None, Some(_)) => BadgeStatus::Doubtful,
            (None, None, None, None) => BadgeStatus::Waiting,
        }
    }

    fn view(&self, id: BadgeId) -> Option<Badge> {
        let (stamp, asked) = self.asked.as_ref()?;
        Some(Badge {
            id,
            guest: asked.guest,
            copy: asked.copy,
            printer: self.moved_to.as_ref().map(|(_, printer)| printer.clone()).or_else(|| asked.printer.clone()),
            hop: self.moved_to.as_ref().map_or(0, |(hop, _)| *hop),
            table: asked.table.clone(),
            reason: asked.reason,
            ahead: asked.ahead,
            requested: stamp.clone(),
            status: self.status(),
            handed_over: self.handed_over.as_ref().map(|stamp| stamp.at),
            number: asked.number.clone(),
            doubt: self.doubt.clone(),
        })
    }
}

impl Badge {
    /// Whether it may be in somebody's hand: neither void nor known not to have come out.
    pub fn is_standing(&self) -> bool {
        !matches!(self.status, BadgeStatus::NotOut | BadgeStatus::Voided(_))
    }

    /// Whether paper is out on somebody's word.
    pub fn is_out(&self) -> bool {
        matches!(self.status, BadgeStatus::Printed(_)) || (self.is_standing() && self.handed_over.is_some())
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Badges {
    records: Sharded<BadgeId, Arc<BadgeRecord>>,
    of_guest: Sharded<GuestId, Arc<Vec<BadgeId>>>,
    /// Copies that were ever in doubt: few, so that tasks need not look at all.
    pub doubted: Arc<Vec<BadgeId>>,
    /// Guests with more than one copy, for the same reason.
    pub several: Arc<Vec<GuestId>>,
}

impl Badges {
    pub fn apply(&mut self, stamp: Stamp, event: &Event) {
        match event {
            Event::BadgeRequested(asked) => self.request(stamp, asked),
            Event::BadgePrinterChanged(change) => {
                let moved_to = &mut self.records.edit(change.badge).moved_to;
                if moved_to.as_ref().is_none_or(|(hop, _)| change.hop >= *hop) {
                    *moved_to = Some((change.hop, change.printer.clone()));
                }
            }
            Event::BadgePrinted(printed) => {
                let record = self.records.edit(printed.badge);
                record.printed = Some(record.printed.map_or(printed.by, |word| word.min(printed.by)));
            }
            Event::BadgeDoubtful(doubtful) => {
                Arc::make_mut(&mut self.doubted).push(doubtful.badge);
                let record = self.records.edit(doubtful.badge);
                let known = record.doubt.take().into_iter();
                record.doubt = known.chain([stamp]).min_by_key(|stamp| (stamp.at, stamp.event));
            }
            Event::DoubtSettled(settled) => {
                self.records.edit(settled.badge).came_out = Some(settled.came_out);
            }
            Event::BadgeVoided(voided) => {
                self.records.edit(voided.badge).voided.get_or_insert(voided.reason);
            }
            Event::BadgeHandedOver(handed) => {
                self.records.edit(handed.badge).handed_over.get_or_insert(stamp);
            }
            _ => {}
        }
    }

    fn request(&mut self, stamp: Stamp, asked: &BadgeRequested) {
        let record = self.records.edit(asked.badge);
        if let Some((known, first)) = &mut record.asked {
            if first.guest == asked.guest && (stamp.at, stamp.event) < (known.at, known.event) {
                (*known, *first) = (stamp, asked.clone());
            }
            return;
        }
        record.asked = Some((stamp, asked.clone()));
        let copies = self.of_guest.edit(asked.guest);
        copies.push(asked.badge);
        if copies.len() == 2 {
            Arc::make_mut(&mut self.several).push(asked.guest);
        }
    }

    pub fn get(&self, id: BadgeId) -> Option<Badge> {
        self.records.get(&id)?.view(id)
    }

    pub fn all(&self) -> impl Iterator<Item = Badge> {
        self.records.iter().filter_map(|(id, record)| record.view(*id))
    }

    pub fn of(&self, guest: GuestId) -> impl Iterator<Item = Badge> {
        let ids = self.of_guest.get(&guest);
        ids.into_iter().flat_map(|ids| ids.iter()).filter_map(|id| self.get(*id))
    }
}

impl Meeting {
    /// A copy by the id on its code.
    pub fn badge(&self, id: BadgeId) -> Option<Badge> {
        self.badges.get(id)
    }

    /// Every copy of a guest's badge, in the order of their requests.
    pub fn badges_of(&self, guest: GuestId) -> Vec<Badge> {
        self.badges.of(guest).collect()
    }

    /// The copy that counts, or will when it comes out: the newest that stands.
    pub fn standing_badge(&self, guest: GuestId) -> Option<Badge> {
        let rank = |badge: &Badge| (badge.is_out(), badge.copy, std::cmp::Reverse(badge.id));
        self.badges.of(guest).filter(Badge::is_standing).max_by_key(rank)
    }

    /// What a badge is worth when somebody shows it; `None` when it is not known here (yet).
    pub fn badge_worth(&self, id: BadgeId) -> Option<BadgeWorth> {
        let badge = self.badges.get(id)?;
        if matches!(badge.status, BadgeStatus::Voided(_)) {
            return Some(BadgeWorth::Void);
        }
        let newer = self.badges.of(badge.guest).filter(|other| other.is_out() && other.copy > badge.copy);
        let newest = newer.max_by_key(|other| other.copy);
        Some(newest.map_or(BadgeWorth::Good, |newest| BadgeWorth::Old { newest: newest.id }))
    }

    /// The event that requested a copy, for whoever prints it.
    pub fn badge_request(&self, id: BadgeId) -> Option<EventId> {
        self.badges.get(id).map(|badge| badge.requested.event)
    }

    pub(super) fn next_copy(&self, guest: GuestId) -> u32 {
        self.badges.of(guest).map(|badge| badge.copy).max().unwrap_or(0).saturating_add(1)
    }
}
