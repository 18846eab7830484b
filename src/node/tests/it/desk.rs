//! A node on a bench: a disk in memory that commits when told, a hub that is a list, a printer that is the test.

use std::collections::BTreeMap;

use domain::event::{Assurance, MeetingConfigured, RosterChanged, Via};
use domain::{Actor, Command, GuestId, HouseholdId, PhoneCheck};
use node::{Answer, Denied, Effect, Identity, Input, Loaded, Node, PrinterReport};
use print::{JobId, JournalRow};
use serde_json::json;
use sync::wire::PullReply;
use sync::{BootId, DeviceId, Draft, Event, EventId, Hash, Hlc, Incarnation, LogEpoch, MeetingId};

pub const NOW: u64 = 1_795_000_000_000;
pub const MEETING: MeetingId = MeetingId([1; 16]);
pub const INCARNATION: Incarnation = Incarnation([2; 16]);
pub const PEOPLE: u8 = 12;
const HOUSEHOLD: HouseholdId = HouseholdId::from_bytes([3; 16]);

pub fn guest(number: u8) -> GuestId {
    GuestId::from_bytes([100 + number; 16])
}

pub fn identity() -> Identity {
    Identity {
        meeting: MEETING,
        device: DeviceId([4; 16]),
        epoch: LogEpoch([5; 16]),
        prefix: "K1".to_owned(),
        boot: BootId([6; 16]),
        printers: vec!["badge".to_owned()],
    }
}

/// A log of another author, sealed as it goes.
pub struct Author {
    device: DeviceId,
    seq: u64,
    head: Hash,
}

impl Author {
    pub fn new(device: u8) -> Author {
        Author { device: DeviceId([device; 16]), seq: 0, head: Hash::ZERO }
    }

    pub fn seal(&mut self, kind: &str, payload: Vec<u8>) -> Event {
        let mut event_id = [self.device.0[0]; 16];
        event_id[8..].copy_from_slice(&self.seq.to_be_bytes());
        let draft = Draft {
            event_id: EventId(event_id),
            meeting_id: MEETING,
            device_id: self.device,
            log_epoch: LogEpoch([9; 16]),
            seq: self.seq,
            hlc: Hlc::at(NOW + self.seq),
            boot_id: BootId([7; 16]),
            clock_offset_ms: 0,
            actor: "system".to_owned(),
            kind: kind.to_owned(),
            kind_version: 1,
            roster_rev: 1,
            payload,
            prev_hash: self.head,
        };
        let event = draft.seal().unwrap();
        (self.seq, self.head) = (self.seq + 1, event.hash());
        event
    }

    pub fn say(&mut self, event: impl Into<domain::Event>) -> Event {
        let event = event.into();
        self.seal(event.kind(), event.to_payload())
    }
}

fn roster() -> Vec<domain::Event> {
    let config = serde_json::from_value(json!({
        "staff": [{ "id": "r1", "name": "Reception", "roles": ["reception", "commander"] }],
        "tables": [{ "id": "t1", "label": "1", "seats": 10 }],
    }));
    let dealer = domain::DealerId::from_bytes([8; 16]);
    let mut change = RosterChanged { rev: 1, part: 1, parts: 1, ..RosterChanged::default() };
    let household = json!({ "id": HOUSEHOLD, "name": "Firm", "lead": dealer });
    change.households.push(serde_json::from_value(household).unwrap());
    change
        .dealers
        .push(serde_json::from_value(json!({ "id": dealer, "household": HOUSEHOLD, "firm": "Firm" })).unwrap());
    for number in 0..PEOPLE {
        let record = json!({
            "id": guest(number), "guest_no": u32::from(number) + 1, "household": HOUSEHOLD, "dealer": dealer,
            "name": format!("Guest {number}"), "role": "staff",
        });
        change.guests.push(serde_json::from_value(record).unwrap());
    }
    vec![MeetingConfigured { rev: 1, config: Box::new(config.unwrap()) }.into(), change.into()]
}

/// The bench.
pub struct Desk {
    pub node: Node,
    pub now: u64,
    /// What the disk holds.
    pub disk: Loaded,
    /// Whether batches are committed at once.
    pub commits: bool,
    /// Everything the node wanted so far.
    pub effects: Vec<Effect>,
    /// The hub's order; the node pulls from it when told.
    pub hub: Vec<(u64, Event)>,
    tags: u64,
}

impl Desk {
    pub fn new() -> Desk {
        let mut organiser = Author::new(20);
        let hub: Vec<(u64, Event)> = (1..).zip(roster().into_iter().map(|event| organiser.say(event))).collect();
        let disk = Loaded {
            incarnation: Some(INCARNATION),
            cursor: hub.len() as u64,
            confirmed: hub.clone(),
            ..Loaded::default()
        };
        let node = Node::restore(disk.clone(), identity(), NOW);
        let mut desk = Desk { node, now: NOW, disk, commits: true, effects: Vec::new(), hub, tags: 0 };
        desk.feed(Input::Tick);
        desk
    }

    pub fn feed(&mut self, input: Input) {
        let mut inputs = vec![input];
        while let Some(input) = inputs.pop() {
            for effect in self.node.handle(input, self.now) {
                if self.commits {
                    inputs.extend(self.store(&effect));
                }
                self.effects.push(effect);
            }
        }
    }

    /// Makes a batch durable.
    pub fn store(&mut self, effect: &Effect) -> Option<Input> {
        let batch = match effect {
            Effect::Commit { batch, events, journal } => {
                self.disk.pending.extend(events.iter().cloned());
                self.put(journal);
                batch
            }
            Effect::StorePulled { batch, cursor, events, journal, .. } => {
                self.disk.pending.retain(|own| !events.iter().any(|(_, event)| event.event_id == own.event_id));
                self.disk.confirmed.extend(events.iter().cloned());
                self.disk.cursor = *cursor;
                self.put(journal);
                batch
            }
            _ => return None,
        };
        Some(Input::Committed { batch: *batch })
    }

    fn put(&mut self, journal: &[JournalRow]) {
        let mut rows: BTreeMap<JobId, JournalRow> = self.disk.journal.drain(..).map(|row| (row.job, row)).collect();
        rows.extend(journal.iter().map(|row| (row.job, row.clone())));
        self.disk.journal = rows.into_values().collect();
    }

    /// The process starts again from its disk.
    pub fn restart(&mut self) {
        self.node = Node::restore(self.disk.clone(), identity(), self.now);
        self.feed(Input::Tick);
    }

    pub fn wait(&mut self, ms: u64) {
        self.now += ms;
        self.feed(Input::Tick);
    }

    pub fn act(&mut self, command: Command, actor: Actor) -> u64 {
        self.tags += 1;
        let mut entropy = [0; 32];
        entropy[..8].copy_from_slice(&self.tags.to_be_bytes());
        self.feed(Input::Act { tag: self.tags, command, actor, entropy });
        self.tags
    }

    pub fn check_in(&mut self, number: u8) -> u64 {
        self.check_in_of(HOUSEHOLD, guest(number))
    }

    pub fn check_in_of(&mut self, household: HouseholdId, guest: GuestId) -> u64 {
        let command = Command::CheckIn {
            household,
            scanned: Some(guest),
            present: vec![guest],
            unlisted_adults: 0,
            children: 0,
            via: Via::Scan,
            phone: PhoneCheck::Skipped,
            assurance: Assurance::Declared,
            printer: None,
        };
        self.act(command, Actor::Guest)
    }

    pub fn staff() -> Actor {
        Actor::Staff { id: "r1".into() }
    }

    pub fn answer(&self, tag: u64) -> Option<Result<Answer, Denied>> {
        self.effects.iter().find_map(|effect| match effect {
            Effect::Answer { tag: answered, result } if *answered == tag => Some(result.clone()),
            _ => None,
        })
    }

    pub fn report(&mut self, report: PrinterReport) {
        self.feed(Input::Printer { printer: "badge".to_owned(), report });
    }

    /// Job and attempt of every print so far.
    pub fn prints(&self) -> Vec<(JobId, u64)> {
        let prints = self.effects.iter().filter_map(|effect| match effect {
            Effect::Print { job, attempt, .. } => Some((*job, *attempt)),
            _ => None,
        });
        prints.collect()
    }

    /// Kinds of all own events so far that tell of badges' outcomes.
    pub fn outcomes(&self) -> Vec<String> {
        let kinds = self.effects.iter().flat_map(|effect| match effect {
            Effect::Commit { events, .. } => events.iter().map(|event| event.kind.clone()).collect(),
            _ => Vec::new(),
        });
        kinds.filter(|kind| ["BadgePrinted", "BadgeDoubtful"].contains(&kind.as_str())).collect()
    }

    /// Answers the pull under way with up to `count` events of the hub.
    pub fn pull(&mut self, count: usize) {
        let asked = self.effects.iter().rev().find_map(|effect| match effect {
            Effect::Pull { call, request } => Some((*call, request.cursor)),
            _ => None,
        });
        let Some((call, from)) = asked else { return };
        let events: Vec<_> = self.hub.iter().filter(|(cursor, _)| *cursor > from).take(count).cloned().collect();
        let reply = PullReply {
            incarnation: INCARNATION,
            from,
            cursor: events.last().map_or(from, |(cursor, _)| *cursor),
            hub_cursor: self.hub.len() as u64,
            now_ms: self.now,
            vouched: None,
            events,
        };
        self.feed(Input::PullAnswered { call, result: Ok(reply) });
    }

    /// The hub takes the first own event that it has not.
    pub fn hub_takes_own(&mut self) {
        let known = |own: &&Event| !self.hub.iter().any(|(_, event)| event.event_id == own.event_id);
        let next = self.disk.pending.iter().find(known).cloned();
        if let Some(event) = next {
            self.hub_takes(event);
        }
    }

    pub fn hub_takes(&mut self, event: Event) {
        let cursor = self.hub.len() as u64 + 1;
        self.hub.push((cursor, event));
    }
}
