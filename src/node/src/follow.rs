//! Which events of the log ask this node's printers for a copy. It prints nothing; the rows it plans are committed with
//! the event. What later events say about a copy that has a row is the jobs' to reconcile.

use std::collections::{BTreeMap, BTreeSet};

use domain::meeting::BadgeStatus;
use domain::{BadgeId, Event as Word, Meeting, PrinterId};
use print::JournalRow;
use sync::Event;

use crate::Identity;
use crate::jobs::{Jobs, Request};
use crate::steady::Now;
use crate::translate;

/// Rows for events that this node is about to commit as its own.
pub(crate) fn own<'a>(
    words: impl Iterator<Item = &'a Word>,
    identity: &Identity,
    jobs: &mut Jobs,
    now: Now,
) -> Vec<JournalRow> {
    let mut rows = Vec::new();
    for word in words {
        if let Word::BadgePrinterChanged(change) = word {
            let waiting = jobs.movable(change.badge.as_str());
            rows.extend(waiting.and_then(|job| jobs.give_away(job, now)));
        }
        let request = request_of(word, identity, jobs, true);
        rows.extend(request.and_then(|request| jobs.request(request, now)));
    }
    rows
}

/// Rows for events that come from the hub. Without `is_news` they are history that a new disk reads, and an open request
/// in it may be on paper. Own events of this epoch below `own_known` were followed when they were made.
pub(crate) fn pulled(
    events: &[(u64, Event)],
    is_news: bool,
    own_known: u64,
    identity: &Identity,
    jobs: &mut Jobs,
    now: Now,
) -> Vec<JournalRow> {
    let mut wishes = Wishes::default();
    for event in events.iter().map(|(_, event)| event) {
        let own_epoch = event.device_id == identity.device && event.log_epoch == identity.epoch;
        if !(own_epoch && event.seq < own_known) {
            wishes.hear(event, identity, jobs);
        }
    }
    let rows = wishes.open().filter_map(|(request, own_device)| match is_news && !own_device {
        true => jobs.request(request, now),
        false => jobs.request_unknown(request, now),
    });
    rows.collect()
}

/// Requests to this node's printers that have neither an outcome nor a row: the journal was lost.
pub(crate) fn lost<'a>(events: impl Iterator<Item = &'a Event>, identity: &Identity, jobs: &Jobs) -> Vec<Request> {
    let mut wishes = Wishes::default();
    for event in events {
        wishes.hear(event, identity, jobs);
    }
    wishes.open().map(|(request, _)| request).filter(|request| jobs.wants_row(request)).collect()
}

/// What the events so far want of this node's printers, whatever their order.
#[derive(Default)]
struct Wishes {
    /// By badge: the highest hop, and the request if that hop led here; with it whether this device wrote the event.
    last: BTreeMap<BadgeId, (u32, Option<(Request, bool)>)>,
    over: BTreeSet<BadgeId>,
}

impl Wishes {
    fn hear(&mut self, event: &Event, identity: &Identity, jobs: &Jobs) {
        if !is_of_badges(event) {
            return;
        }
        let Some((_, word)) = translate::known(event) else { return };
        let own_device = event.device_id == identity.device;
        let (badge, hop) = match &word {
            Word::BadgeRequested(wanted) => (wanted.badge, 0),
            Word::BadgePrinterChanged(change) => (change.badge, change.hop),
            _ => {
                self.over.extend(ended(&word));
                return;
            }
        };
        let request = request_of(&word, identity, jobs, own_device).map(|request| (request, own_device));
        if self.last.get(&badge).is_none_or(|(known, _)| hop >= *known) {
            self.last.insert(badge, (hop, request));
        }
    }

    fn open(self) -> impl Iterator<Item = (Request, bool)> {
        let Wishes { last, over } = self;
        let open = last.into_iter().filter(move |(badge, _)| !over.contains(badge));
        open.filter_map(|(_, (_, request))| request)
    }
}

fn is_of_badges(event: &Event) -> bool {
    event.kind.starts_with("Badge") || event.kind == "DoubtSettled"
}

/// The copy that the event wants from a printer of this node. A request that names no printer is for its author's.
fn request_of(word: &Word, identity: &Identity, jobs: &Jobs, own_device: bool) -> Option<Request> {
    let (badge, copy, hop, printer) = match word {
        Word::BadgeRequested(wanted) => (wanted.badge, wanted.copy, 0, wanted.printer.as_ref()),
        Word::BadgePrinterChanged(change) if change.copy > 0 => {
            (change.badge, change.copy, change.hop, Some(&change.printer))
        }
        _ => return None,
    };
    let printer = printer_here(printer, own_device, identity, jobs)?;
    Some(Request { badge: badge.to_string(), copy, hop, printer })
}

/// The wish for this copy as the meeting holds it, while nobody knows its outcome.
pub(crate) fn wish(meeting: &Meeting, badge: &str, copy: u32, identity: &Identity, jobs: &Jobs) -> Option<Request> {
    let waiting = meeting.badge(badge.parse().ok()?).filter(|found| found.status == BadgeStatus::Waiting)?;
    let own_device = waiting.requested.device == domain::DeviceId::from_bytes(identity.device.0);
    let printer = printer_here(waiting.printer.as_ref(), own_device, identity, jobs)?;
    (waiting.copy == copy).then(|| Request { badge: badge.to_owned(), copy, hop: waiting.hop, printer })
}

fn printer_here(printer: Option<&PrinterId>, own_device: bool, identity: &Identity, jobs: &Jobs) -> Option<String> {
    match printer {
        None => own_device.then(|| jobs.default_printer()),
        Some(printer) if own_device && jobs.has_printer(printer.as_str()) => Some(printer.to_string()),
        Some(printer) => local_printer(printer.as_str(), identity, jobs),
    }
}

/// The node's own name of an address such as `K1.badge`.
fn local_printer(address: &str, identity: &Identity, jobs: &Jobs) -> Option<String> {
    let name = address.strip_prefix(identity.station())?.strip_prefix('.')?;
    jobs.has_printer(name).then(|| name.to_owned())
}

/// The badge whose copy needs no printing after this event.
fn ended(word: &Word) -> Option<BadgeId> {
    match word {
        Word::BadgePrinted(end) => Some(end.badge),
        Word::BadgeDoubtful(end) => Some(end.badge),
        Word::DoubtSettled(end) => Some(end.badge),
        Word::BadgeVoided(end) => Some(end.badge),
        _ => None,
    }
}
