//! The state that a node shows: confirmed events in hub order, and its own events that the hub has not given back yet on
//! top. Unknown kinds are skipped, never refused; an event id counts once. It stores nothing.

use std::collections::{BTreeSet, VecDeque};

use domain::Meeting;
use sync::{Event, EventId};

use crate::translate::{self, Folded};

#[derive(Debug, Clone)]
struct Pending {
    event_id: EventId,
    folded: Folded,
}

/// Confirmed state, shown state and what lies between.
#[derive(Debug, Clone)]
pub(crate) struct Fold {
    confirmed: Meeting,
    shown: Meeting,
    /// Event ids that `confirmed` holds.
    counted: BTreeSet<EventId>,
    /// Own events on top, each id once.
    pending: VecDeque<Pending>,
    awaited: BTreeSet<EventId>,
    unknown: u64,
}

impl Fold {
    /// Folds from nothing. What of `own` is confirmed, or there twice, counts once.
    pub(crate) fn of<'a>(confirmed: impl Iterator<Item = &'a Event>, own: impl Iterator<Item = &'a Event>) -> Fold {
        let mut fold = Fold {
            confirmed: Meeting::new(),
            shown: Meeting::new(),
            counted: BTreeSet::new(),
            pending: VecDeque::new(),
            awaited: BTreeSet::new(),
            unknown: 0,
        };
        for event in confirmed {
            fold.count(event);
        }
        fold.shown = fold.confirmed.clone();
        fold.append_own(own);
        fold
    }

    /// What people see.
    pub(crate) fn shown(&self) -> &Meeting {
        &self.shown
    }

    /// What the hub has given back.
    pub(crate) fn confirmed(&self) -> &Meeting {
        &self.confirmed
    }

    /// Whether the hub has given this event back.
    pub(crate) fn is_confirmed(&self, event_id: EventId) -> bool {
        self.counted.contains(&event_id)
    }

    pub(crate) fn pending(&self) -> usize {
        self.pending.len()
    }

    /// Events of kinds that this version does not know.
    pub(crate) fn unknown(&self) -> u64 {
        self.unknown
    }

    /// Own events became durable here.
    pub(crate) fn append_own<'a>(&mut self, events: impl Iterator<Item = &'a Event>) {
        for event in events {
            if self.counted.contains(&event.event_id) || !self.awaited.insert(event.event_id) {
                continue;
            }
            let pending = Pending::of(event);
            apply(&mut self.shown, &pending.folded);
            self.pending.push_back(pending);
        }
    }

    /// A batch came back from the hub, in its order. The overlay is rebuilt at most once, and not at all while only own
    /// events come back in their order or nothing is pending.
    pub(crate) fn confirm<'a>(&mut self, events: impl Iterator<Item = &'a Event>) {
        let mut disturbed = false;
        for event in events {
            if self.counted.contains(&event.event_id) {
                continue;
            }
            let own_next = self.pending.front().is_some_and(|pending| pending.event_id == event.event_id);
            let folded = self.count(event);
            if own_next {
                self.pending.pop_front();
                self.awaited.remove(&event.event_id);
            } else if self.pending.is_empty() && !disturbed {
                apply(&mut self.shown, &folded);
            } else {
                disturbed = true;
            }
        }
        if disturbed {
            let counted = &self.counted;
            self.pending.retain(|pending| !counted.contains(&pending.event_id));
            self.awaited = self.pending.iter().map(|pending| pending.event_id).collect();
            self.overlay();
        }
    }

    fn count(&mut self, event: &Event) -> Folded {
        let folded = translate::fold(event);
        if self.counted.insert(event.event_id) {
            self.unknown += u64::from(matches!(folded, Folded::Unknown(..)));
            apply(&mut self.confirmed, &folded);
        }
        folded
    }

    fn overlay(&mut self) {
        self.shown = self.confirmed.clone();
        for pending in &self.pending {
            apply(&mut self.shown, &pending.folded);
        }
    }
}

impl Pending {
    fn of(event: &Event) -> Pending {
        Pending { event_id: event.event_id, folded: translate::fold(event) }
    }
}

fn apply(meeting: &mut Meeting, folded: &Folded) {
    match folded {
        Folded::Known(meta, event) => meeting.apply(meta, event),
        Folded::Unknown(meta, kind) => meeting.apply_unknown(meta, kind),
    }
}
