//! What must always hold, and what must hold when all is calm again. The numbers are those of the design's invariants.
//! Mixed versions are told as a story in `tests/conflicts`. Money is judged in `trade_judge`, the lottery in `lottery_judge`.

use std::collections::{BTreeMap, BTreeSet};

use domain::meeting::BadgeStatus;
use domain::{Meeting, Meta, UnixMillis};
use node::{Answer, BadgeFacts, Node};
use print::{JobState, JournalRow};
use sync::wire::PushReply;
use sync::{BootId, DeviceId, Event, EventId, Hash, Head, Hlc, Incarnation, LogEpoch, Position};

use crate::disk::Image;
use crate::hub_model::HubModel;
use crate::kiosk::Kiosk;
use crate::lottery_judge;
use crate::rng::Rng;
use crate::trade_judge;
use crate::world::World;

/// Keeps what was seen and promised.
#[derive(Debug, Default)]
pub(crate) struct Judge {
    pub violations: Vec<String>,
    pub faults: u64,
    pub acts: u64,
    /// Every act that a person was told is done, and by which kiosk.
    confirmed: BTreeMap<EventId, usize>,
    /// Acts that were on no other disk than one that somebody replaced: gone with it.
    gone: BTreeSet<EventId>,
    /// Badges whose rows or requests a replaced disk took with it.
    gone_badges: BTreeSet<String>,
    /// Badges that a disk which went back had given away, and that had come to it again.
    came_back: BTreeSet<String>,
    went_back: BTreeSet<DeviceId>,
    /// Every event that was ever durable anywhere.
    seen: BTreeMap<Position, Hash>,
    /// Every place of an act.
    places: BTreeMap<EventId, BTreeSet<Position>>,
    /// The request of every badge.
    requests: BTreeMap<String, EventId>,
    /// From which seq on a disk that went back wrote its log a second time.
    rewritten: BTreeMap<(DeviceId, LogEpoch), u64>,
    /// The hub's order in each of its lives.
    order: BTreeMap<(Incarnation, u64), Hash>,
    /// The last seq and stamp of each chain.
    stamps: BTreeMap<(DeviceId, LogEpoch), (u64, Hlc)>,
    /// Reveals that another machine than the hub stored, by draw and round.
    reveals_shown: lottery_judge::Shown,
    /// Lives of the hub so far.
    lives: u32,
    kept: usize,
    life: Option<Incarnation>,
}

impl Judge {
    pub(crate) fn accuse(&mut self, violation: String) {
        self.violations.push(violation);
    }

    /// The hub's disk as it is now (I3).
    pub(crate) fn hub_log(&mut self, hub: &HubModel) {
        let same_life = self.life == Some(hub.incarnation()) && !hub.commits_in_any_order();
        if !same_life {
            self.gone_badges.append(&mut self.came_back);
        }
        self.lives += u32::from(self.life != Some(hub.incarnation()));
        let from = if same_life { self.kept.min(hub.log().len()) } else { 0 };
        for (cursor, event) in &hub.log()[from..] {
            let known = *self.order.entry((hub.incarnation(), *cursor)).or_insert(event.hash());
            if known != event.hash() {
                self.accuse(format!("I3 cursor {cursor} stands for two events"));
            }
            self.see(event);
        }
        (self.kept, self.life) = (hub.log().len(), Some(hub.incarnation()));
    }

    /// A kiosk's disk has new own events (I3, I13).
    pub(crate) fn disk_events(&mut self, name: &str, events: &[Event]) {
        for event in events {
            let last = self.stamps.insert((event.device_id, event.log_epoch), (event.seq, event.hlc));
            if last.is_some_and(|(seq, hlc)| event.seq > seq && event.hlc <= hlc) {
                self.accuse(format!("I13 clock of {name} does not rise at {}", event.position()));
            }
            self.see(event);
        }
    }

    fn see(&mut self, event: &Event) {
        let known = *self.seen.entry(event.position()).or_insert(event.hash());
        self.places.entry(event.event_id).or_default().insert(event.position());
        let words = domain::Event::from_payload(&event.kind, event.kind_version, &event.payload);
        if let Ok(domain::Event::BadgeRequested(asked)) = words {
            self.requests.insert(asked.badge.to_string(), event.event_id);
        }
        if known == event.hash() {
            return;
        }
        if !self.went_back.contains(&event.device_id) {
            self.accuse(format!("I3 position {} holds two events", event.position()));
        }
        let from = self.rewritten.entry((event.device_id, event.log_epoch)).or_insert(event.seq);
        *from = event.seq.min(*from);
    }

    /// Only the first life of a log that was written twice had the act, and the hub forgot it before the second came: what
    /// others have of it is evidence.
    fn is_evidence(&self, event_id: EventId) -> bool {
        let rewritten =
            |place: &Position| self.rewritten.get(&(place.device, place.epoch)).is_some_and(|from| place.seq >= *from);
        self.places.get(&event_id).is_some_and(|places| places.iter().all(rewritten))
    }

    /// The same of the act that asked for a badge.
    fn is_evidence_of(&self, badge: &str) -> bool {
        self.requests.get(badge).is_some_and(|request| self.is_evidence(*request))
    }

    /// What a kiosk takes as confirmed must be the hub's durable order (I9).
    pub(crate) fn pulled(&mut self, name: &str, incarnation: Incarnation, events: &[(u64, Event)]) {
        for (cursor, event) in events {
            if self.order.get(&(incarnation, *cursor)) != Some(&event.hash()) {
                self.accuse(format!("I9 {name} takes {} as confirmed at {cursor}, the hub has not", event.kind));
            }
            if let Some(revealed) = lottery_judge::reveal(event) {
                let round = self.reveals_shown.entry((revealed.draw, revealed.round)).or_default();
                round.insert((revealed.secret_hex, revealed.picks));
            }
        }
    }

    /// A push is answered: everything up to the acknowledgement must be durable, and be what the kiosk has (I2).
    pub(crate) fn acknowledged(&mut self, name: &str, reply: &PushReply, durable: Option<Head>, hub: &HubModel) {
        let Some(acked) = reply.acked else { return };
        let is_there = hub.log().iter().any(|(_, event)| event.seq == acked.seq && event.hash() == acked.hash);
        if reply.acked.map(|head| head.seq) > durable.map(|head| head.seq) || !is_there {
            self.accuse(format!("I2 hub acknowledges {acked:?} of {name}, durable is {durable:?}"));
        }
    }

    /// A person is told "done": it must be on the disk.
    pub(crate) fn confirm(&mut self, index: usize, kiosk: &Kiosk, answer: &Answer) {
        self.acts += u64::from(!answer.events.is_empty());
        for (meta, _) in &answer.events {
            let event_id = EventId(meta.event_id.bytes());
            self.confirmed.insert(event_id, index);
            let shown_confirmed = kiosk.node.as_ref().is_some_and(|node| node.is_confirmed(event_id));
            if shown_confirmed && !self.order.values().any(|hash| self.is(*hash, event_id, kiosk)) {
                self.accuse(format!("I9 {} shows {event_id} as confirmed at once", kiosk.name));
            }
        }
    }

    fn is(&self, hash: Hash, event_id: EventId, kiosk: &Kiosk) -> bool {
        kiosk.disk.durable().events().any(|event| event.event_id == event_id && event.hash() == hash)
    }

    /// Bytes are about to leave: the intent must be durable (I10).
    pub(crate) fn print_begins(&mut self, name: &str, disk: &Image, badge: &BadgeFacts) {
        let row = disk.row(badge.badge.as_str(), badge.copy);
        if !row.is_some_and(|row| matches!(row.state, JobState::Sending { .. })) {
            self.accuse(format!("I10 {name} prints {} without a durable intent: {row:?}", badge.badge));
        }
    }

    /// A disk is replaced by an older copy: rows that only it had are gone.
    pub(crate) fn disk_lost(&mut self, disk: &Image, old: &Image, hub: &HubModel) {
        self.went_back.insert(disk.device);
        let rows = disk.rows().chain(old.rows().filter(|row| !row.state.is_terminal()));
        let lost = rows.filter(|row| old.row(&row.badge, row.copy).is_none_or(|old| !old.state.is_terminal()));
        self.gone_badges.extend(lost.map(|row| row.badge.clone()));
        // A copy that had left and came back. What the older disk did not have yet tells the machine that it went back, and
        // that its copies are in doubt: as long as the hub has some of it, and the word of the return.
        let left = |row: &&JournalRow| row.state == JobState::Moved;
        let came_back = old.rows().filter(left).filter(|old| disk.row(&old.badge, old.copy) != Some(*old));
        let reveals = shows_that_it_went_back(hub, old);
        let (told, forgotten): (Vec<&JournalRow>, Vec<_>) =
            came_back.partition(|old| reveals && tells_of_return(hub, old));
        self.came_back.extend(told.into_iter().map(|row| row.badge.clone()));
        self.gone_badges.extend(forgotten.into_iter().map(|row| row.badge.clone()));
    }

    /// A disk or the hub went back: an act that no disk has any more is gone, as the screens had warned. Whatever one disk
    /// has must find its way back.
    pub(crate) fn something_lost(&mut self, kiosks: &[Kiosk], hub: &HubModel) {
        let disks = kiosks.iter().map(|kiosk| kiosk.disk.durable());
        let kept = disks.flat_map(|disk| disk.events().chain(&disk.aside));
        let kept: BTreeSet<EventId> =
            kept.chain(hub.log().iter().map(|(_, event)| event)).map(|event| event.event_id).collect();
        self.gone.extend(self.confirmed.keys().filter(|event_id| !kept.contains(event_id)));
    }
}

/// Whether the hub's order has an event of this disk's log that its older copy lacks.
fn shows_that_it_went_back(hub: &HubModel, old: &Image) -> bool {
    let of_disk = |event: &Event| (event.device_id, event.log_epoch) == (old.device, old.epoch);
    let newest = old.events().filter(|event| of_disk(event)).map(|event| event.seq).max();
    hub.log().iter().any(|(_, event)| of_disk(event) && newest.is_none_or(|newest| event.seq > newest))
}

/// Whether the hub's order has the word by which a copy came back to the printer that this row gave it away from.
fn tells_of_return(hub: &HubModel, left: &JournalRow) -> bool {
    let left_hop = serde_json::from_slice::<serde_json::Value>(&left.payload).ok().and_then(|row| row["hop"].as_u64());
    hub.log().iter().any(|(_, event)| {
        let words = domain::Event::from_payload(&event.kind, event.kind_version, &event.payload);
        matches!(words, Ok(domain::Event::BadgePrinterChanged(change))
            if change.badge.as_str() == left.badge && u64::from(change.hop) > left_hop.unwrap_or(0) + 1)
    })
}

/// What an event says, and who said it when; none where the author cannot be read.
pub(crate) fn words_of(event: &Event) -> Option<(Meta, Result<domain::Event, domain::UnknownEvent>)> {
    let meta = Meta {
        event_id: domain::EventId::from_bytes(event.event_id.0),
        device: domain::DeviceId::from_bytes(event.device_id.0),
        at: UnixMillis(event.hlc.millis().saturating_add_signed(event.clock_offset_ms)),
        actor: event.actor.parse().ok()?,
    };
    Some((meta, domain::Event::from_payload(&event.kind, event.kind_version, &event.payload)))
}

/// Folds events of the hub's log without any node.
pub(crate) fn replay<'a>(events: impl Iterator<Item = &'a Event>) -> Meeting {
    let mut meeting = Meeting::new();
    for event in events {
        match words_of(event) {
            Some((meta, Ok(words))) => meeting.apply(&meta, &words),
            Some((meta, Err(_))) => meeting.apply_unknown(&meta, &event.kind),
            None => {}
        }
    }
    meeting
}

impl World {
    /// Whether nothing waits for anything any more.
    pub(crate) fn is_settled(&self) -> bool {
        self.people.open == 0 && self.unsettled().is_empty()
    }

    fn unsettled(&self) -> Vec<String> {
        let mut waits = Vec::new();
        let hub_cursor = self.hub.log().last().map_or(0, |(cursor, _)| *cursor);
        for (index, kiosk) in self.kiosks.iter().enumerate() {
            let Some(node) = &kiosk.node else {
                waits.push(format!("{} is down", kiosk.name));
                continue;
            };
            let state = node.sync_state();
            let waits_for_hub = state.waiting > 0 || state.pending > 0 || state.lacking > 0;
            if waits_for_hub || state.cursor != hub_cursor || state.stopped.is_some() {
                waits.push(format!("{}: {state:?}, hub at {hub_cursor}", kiosk.name));
            } else if kiosk.disk.durable().incarnation() != Some(self.hub.incarnation()) {
                // Two lives of the hub may have the same number of events.
                waits.push(format!("{} knows another life of the hub", kiosk.name));
            } else if let Some(fault) = node.storage_fault() {
                waits.push(format!("{}: store {fault}", kiosk.name));
            } else if let Some(job) = node.jobs().find(|job| !self.is_orphaned(node, job.badge)) {
                waits.push(format!("{}: {job:?}, printers {:?}", kiosk.name, node.printers()));
            } else if !kiosk.disk.is_synced() {
                waits.push(format!("{}: disk not synced", kiosk.name));
            } else if let Some(badge) = self.doubts(index).first() {
                waits.push(format!("{}: {badge} is in doubt", kiosk.name));
            }
        }
        waits
    }

    /// Who asked for this copy lost his disk, and nobody else had heard of it: staff take the waiting copy away.
    fn is_orphaned(&self, node: &Node, badge: &str) -> bool {
        let unknown = badge.parse().is_ok_and(|badge| node.meeting().badge(badge).is_none());
        unknown && (self.judge.gone_badges.contains(badge) || self.judge.is_evidence_of(badge))
    }

    /// Time is up (I11).
    pub(crate) fn accuse_unsettled(&mut self) {
        let waits = self.unsettled();
        self.judge.accuse(format!("I11 not settled: {} visits open, {waits:?}", self.people.open));
    }

    /// All is calm.
    pub(crate) fn judge_the_end(&mut self) {
        let meeting = self.replay_watching_seats();
        self.every_promise_is_kept();
        self.all_nodes_agree(&meeting);
        self.paper_is_as_told(&meeting);
        self.nobody_lacks_a_chair_unseen(&meeting);
        self.money_is_right(&meeting);
        self.lots_are_drawn_right(&meeting);
        self.nobody_is_forgotten(&meeting);
        self.stamps_rise();
        self.flipped_byte_is_found();
    }

    /// I1: what a person was told is in the hub's log exactly once.
    fn every_promise_is_kept(&mut self) {
        let mut times: BTreeMap<EventId, Vec<Position>> = BTreeMap::new();
        for (_, event) in self.hub.log() {
            times.entry(event.event_id).or_default().push(event.position());
        }
        for (event_id, author) in self.judge.confirmed.clone() {
            let excused = self.judge.gone.contains(&event_id) || self.judge.is_evidence(event_id);
            let places = times.get(&event_id).map_or(&[][..], Vec::as_slice);
            if places.is_empty() && !excused {
                self.judge.accuse(format!("I1 {} said yes to {event_id}, the hub lost it", self.kiosks[author].name));
            }
        }
        for (event_id, places) in times {
            // The same act again under another epoch of its device is one act.
            let epochs: BTreeSet<_> = places.iter().map(|place| (place.device, place.epoch)).collect();
            if epochs.len() != places.len() {
                self.judge.accuse(format!("I1 {event_id} is in the hub's log at {places:?}"));
            }
        }
        self.no_act_counts_twice();
    }

    /// I1: one act of one moment under two ids would count twice. Only what carries ids of its own tells two acts apart.
    fn no_act_counts_twice(&mut self) {
        let mut acts: BTreeMap<_, EventId> = BTreeMap::new();
        for (_, event) in self.hub.log().iter().filter(|(_, event)| event.kind.starts_with("Badge")) {
            let at = event.hlc.millis().saturating_add_signed(event.clock_offset_ms);
            let act = (event.device_id, event.kind.clone(), at, event.payload.clone());
            let first = *acts.entry(act).or_insert(event.event_id);
            if first != event.event_id {
                self.judge.violations.push(format!("I1 {first} counts again as {}", event.event_id));
            }
        }
    }

    /// I4: equal cursor, equal state, however it was reached.
    fn all_nodes_agree(&mut self, expected: &Meeting) {
        for kiosk in &self.kiosks {
            let Some(node) = &kiosk.node else { continue };
            if node.confirmed() != expected {
                self.judge.violations.push(format!("I4 {} differs from a replay of the hub's log", kiosk.name));
            }
            if node.meeting() != node.confirmed() {
                self.judge.violations.push(format!("I4 {} shows more than is confirmed", kiosk.name));
            }
            let rebuilt =
                Node::restore(kiosk.disk.durable().load(), kiosk.identity(BootId([0; 16])), kiosk.wall(self.now));
            if rebuilt.meeting() != node.meeting() {
                self.judge.violations.push(format!("I4 {} differs after a restart", kiosk.name));
            }
        }
    }

    /// I10: one page per copy at most, and the log knows how it ended.
    fn paper_is_as_told(&mut self, meeting: &Meeting) {
        let mut pages: BTreeMap<(String, u32), (u32, bool)> = BTreeMap::new();
        for page in self.kiosks.iter().flat_map(|kiosk| &kiosk.printer.pages) {
            let entry = pages.entry((page.badge.clone(), page.copy)).or_default();
            entry.0 += 1;
            entry.1 |= page.complete;
        }
        for ((badge, copy), (times, complete)) in &pages {
            let known = badge.parse().ok().and_then(|badge| meeting.badge(badge));
            let status = known.map(|known| known.status);
            let is_evidence = status.is_none() && self.judge.is_evidence_of(badge);
            if is_evidence || self.judge.gone_badges.contains(badge) {
                continue;
            }
            if *times > 1 {
                self.judge.accuse(format!("I10 {badge} copy {copy} was printed {times} times by itself"));
            }
            if *complete && (status.is_none() || matches!(status, Some(BadgeStatus::Waiting | BadgeStatus::NotOut))) {
                self.judge.accuse(format!("I10 {badge} is out, the log says {status:?}"));
            }
            if !complete && matches!(status, Some(BadgeStatus::Printed(_))) {
                self.judge.accuse(format!("I10 {badge} is a piece of paper, the log says {status:?}"));
            }
        }
        let guests: Vec<_> = self.venue.parties.iter().flat_map(|party| party.guests.clone()).collect();
        for badge in guests.into_iter().flat_map(|guest| meeting.badges_of(guest)) {
            let page = pages.get(&(badge.id.to_string(), badge.copy));
            let told_out = matches!(badge.status, BadgeStatus::Printed(_));
            if told_out && page.is_none() {
                self.judge.accuse(format!("I10 {} is printed, says the log, but no paper came", badge.id));
            }
            if matches!(badge.status, BadgeStatus::Waiting | BadgeStatus::Doubtful) {
                self.judge.accuse(format!("I10 the outcome of {} is not settled: {:?}", badge.id, badge.status));
            }
        }
    }

    /// I6, I8 and what else must hold at the desks.
    fn money_is_right(&mut self, meeting: &Meeting) {
        let went_back = self.judge.went_back.iter().map(|device| domain::DeviceId::from_bytes(device.0)).collect();
        let log = self.hub.log().iter().map(|(_, event)| event);
        self.judge.violations.extend(trade_judge::broken(log, meeting, &went_back));
    }

    /// I7: who won.
    fn lots_are_drawn_right(&mut self, meeting: &Meeting) {
        let log = self.hub.log().iter().map(|(_, event)| event);
        let broken = lottery_judge::broken(log, meeting, &self.judge.reveals_shown, self.judge.lives > 1);
        self.judge.violations.extend(broken);
    }

    /// I13 over the hub's log.
    fn stamps_rise(&mut self) {
        let mut last: BTreeMap<_, Hlc> = BTreeMap::new();
        for (_, event) in self.hub.log() {
            let before = last.insert((event.device_id, event.log_epoch), event.hlc);
            if before >= Some(event.hlc) {
                self.judge.violations.push(format!("I13 clock does not rise at {}", event.position()));
            }
        }
    }

    /// I12.
    fn flipped_byte_is_found(&mut self) {
        let mut rng = Rng::new(self.options.seed ^ 0x12);
        let log = self.hub.log();
        for _ in 0..20 {
            let mut bytes = log[rng.index(log.len())].1.bytes().to_vec();
            let at = rng.index(bytes.len());
            bytes[at] ^= 1 << rng.between(0, 8);
            if Event::decode(&bytes).is_ok() {
                self.judge.violations.push(format!("I12 a flipped byte at {at} goes unnoticed"));
            }
        }
    }
}
