//! The disk of a kiosk: what was appended, what is synced, what a power cut leaves. It models the store's promises
//! (one atomic batch at a time, in order), not SQLite: that is the power-cut suite's.

use std::collections::{BTreeMap, VecDeque};

use node::{Foreign, Loaded};
use print::{JobId, JobState, JournalRow};
use sync::wire::Vouched;
use sync::{DeviceId, Event, Incarnation, LogEpoch, Position, Snapshot};

use crate::rng::Rng;

/// One batch.
#[derive(Debug, Clone)]
pub enum Write {
    /// Own events and rows.
    Own { events: Vec<Event>, journal: Vec<JournalRow> },
    /// Pulled events, their cursor and rows.
    Pulled {
        incarnation: Incarnation,
        cursor: u64,
        vouched: Option<Vouched>,
        events: Vec<(u64, Event)>,
        journal: Vec<JournalRow>,
    },
    /// The whole of the hub's log.
    Snapshot { snapshot: Box<Snapshot>, journal: Vec<JournalRow> },
}

/// What a disk holds.
#[derive(Debug, Clone)]
pub struct Image {
    /// Whose disk it is.
    pub device: DeviceId,
    /// The present life of the log.
    pub epoch: LogEpoch,
    /// Whether that life is not the first.
    pub reborn: bool,
    incarnation: Option<Incarnation>,
    cursor: u64,
    events: BTreeMap<Position, (Option<u64>, Event)>,
    /// Where in an earlier life of the hub an event stood that the present one lacks.
    earlier: BTreeMap<Position, u64>,
    vouched: Vec<Vouched>,
    journal: BTreeMap<JobId, JournalRow>,
    /// Events that the hub's order contradicted: evidence, not part of the log.
    pub aside: Vec<Event>,
}

/// The store would refuse this batch: a node must never hand one out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejected(pub String);

impl Image {
    /// An empty disk.
    pub fn new(device: DeviceId, epoch: LogEpoch) -> Image {
        Image {
            device,
            epoch,
            reborn: false,
            incarnation: None,
            cursor: 0,
            events: BTreeMap::new(),
            earlier: BTreeMap::new(),
            vouched: Vec::new(),
            journal: BTreeMap::new(),
            aside: Vec::new(),
        }
    }

    /// What a node starts from.
    pub fn load(&self) -> Loaded {
        let mut confirmed: Vec<(u64, Event)> = Vec::new();
        let mut pending = Vec::new();
        for (cursor, event) in self.events.values() {
            match cursor {
                Some(cursor) => confirmed.push((*cursor, event.clone())),
                None if event.device_id == self.device => pending.push(event.clone()),
                None => {}
            }
        }
        confirmed.sort_by_key(|(cursor, _)| *cursor);
        pending.sort_by_key(|event: &Event| (event.log_epoch, event.seq));
        pending.extend(self.aside.iter().cloned());
        Loaded {
            incarnation: self.incarnation,
            cursor: self.cursor,
            confirmed,
            pending,
            foreign: self.foreign(),
            journal: self.journal.values().cloned().collect(),
            reborn: self.reborn,
        }
    }

    /// What the hub lost of others.
    pub fn foreign(&self) -> Foreign {
        let lost = self.events.iter().filter(|(place, (cursor, _))| cursor.is_none() && place.device != self.device);
        let mut lost: Vec<(u64, &Event)> =
            lost.map(|(place, (_, event))| (self.earlier.get(place).copied().unwrap_or(0), event)).collect();
        lost.sort_by_key(|(earlier, event)| (*earlier, event.position()));
        Foreign { events: lost.into_iter().map(|(_, event)| event.clone()).collect(), vouched: self.vouched.clone() }
    }

    /// The row of a copy.
    pub fn row(&self, badge: &str, copy: u32) -> Option<&JournalRow> {
        self.journal.values().rfind(|row| row.badge == badge && row.copy == copy)
    }

    /// The hub's life that the confirmed part belongs to.
    pub fn incarnation(&self) -> Option<Incarnation> {
        self.incarnation
    }

    /// All rows.
    pub fn rows(&self) -> impl Iterator<Item = &JournalRow> {
        self.journal.values()
    }

    /// All events.
    pub fn events(&self) -> impl Iterator<Item = &Event> {
        self.events.values().map(|(_, event)| event)
    }

    /// A planted mistake: rows that were being sent are read as waiting.
    pub fn forget_sending(&mut self) {
        for row in self.journal.values_mut() {
            if matches!(row.state, JobState::Sending { .. } | JobState::Sent { .. }) {
                row.state = JobState::Queued;
            }
        }
    }

    fn apply(&mut self, write: &Write) -> Result<(), Rejected> {
        match write {
            Write::Own { events, journal } => {
                for event in events {
                    self.append(event)?;
                }
                self.put(journal);
            }
            Write::Pulled { incarnation, cursor, vouched, events, journal } => {
                if self.incarnation.is_some_and(|known| known != *incarnation) {
                    return Err(Rejected("pulled events of another incarnation".to_owned()));
                }
                self.confirm(events)?;
                (self.incarnation, self.cursor) = (Some(*incarnation), *cursor);
                self.vouched.extend(vouched.clone());
                self.put(journal);
            }
            Write::Snapshot { snapshot, journal } => {
                self.begin_life();
                self.confirm(&snapshot.events)?;
                (self.incarnation, self.cursor) = (Some(snapshot.incarnation), snapshot.cursor);
                self.vouched.extend(snapshot.vouched.clone());
                self.put(journal);
            }
        }
        Ok(())
    }

    fn begin_life(&mut self) {
        let lacked = self.events.iter().filter(|(_, (cursor, _))| cursor.is_none());
        let before = lacked.filter_map(|(place, _)| self.earlier.get(place)).max().copied().unwrap_or(0);
        for (place, (cursor, _)) in &mut self.events {
            if let Some(cursor) = cursor.take() {
                self.earlier.insert(*place, cursor + before);
            }
        }
        self.cursor = 0;
    }

    fn put(&mut self, journal: &[JournalRow]) {
        for row in journal {
            self.journal.insert(row.job, row.clone());
        }
    }

    fn append(&mut self, event: &Event) -> Result<(), Rejected> {
        let position = event.position();
        let last = self.head(position);
        let follows = match last {
            None => event.seq == 0,
            Some(last) => event.seq == last.seq + 1 && event.prev_hash == last.hash(),
        };
        if !follows || position.epoch != self.epoch {
            return Err(Rejected(format!("own event {position} does not follow {last:?}")));
        }
        self.events.insert(position, (None, event.clone()));
        Ok(())
    }

    fn head(&self, position: Position) -> Option<&Event> {
        let first = Position { seq: 0, ..position };
        let last = Position { seq: u64::MAX, ..position };
        self.events.range(first..=last).next_back().map(|(_, (_, event))| event)
    }

    fn confirm(&mut self, events: &[(u64, Event)]) -> Result<(), Rejected> {
        for (cursor, event) in events {
            if *cursor <= self.cursor {
                return Err(Rejected(format!("cursor {cursor} does not come after {}", self.cursor)));
            }
            self.cursor = *cursor;
            let position = event.position();
            let here = self.events.get(&position).map(|(_, here)| here.hash());
            if here.is_some_and(|hash| hash != event.hash()) {
                self.set_aside(position);
            }
            self.events.insert(position, (Some(*cursor), event.clone()));
        }
        Ok(())
    }

    fn set_aside(&mut self, from: Position) {
        let to = Position { seq: u64::MAX, ..from };
        let gone: Vec<Position> = self.events.range(from..=to).map(|(position, _)| *position).collect();
        for position in gone {
            self.aside.extend(self.events.remove(&position).map(|(_, event)| event));
        }
    }
}

/// A disk with a cache that a power cut empties.
#[derive(Debug)]
pub struct Disk {
    durable: Image,
    cached: VecDeque<Write>,
}

impl Disk {
    /// A disk that holds `image`.
    pub fn new(image: Image) -> Disk {
        Disk { durable: image, cached: VecDeque::new() }
    }

    /// What survives a power cut for sure.
    pub fn durable(&self) -> &Image {
        &self.durable
    }

    /// Changes what is durable, as a person at the machine does.
    pub fn durable_mut(&mut self) -> &mut Image {
        &mut self.durable
    }

    /// Appends a batch; it is durable only after [`Disk::sync`].
    pub fn append(&mut self, write: Write) {
        self.cached.push_back(write);
    }

    /// Whether the whole of the hub's log waits to be made durable.
    pub fn holds_snapshot(&self) -> bool {
        self.cached.iter().any(|write| matches!(write, Write::Snapshot { .. }))
    }

    /// Makes everything appended durable. Returns the own events that are new.
    pub fn sync(&mut self) -> Result<Vec<Event>, Rejected> {
        let mut own = Vec::new();
        while let Some(write) = self.cached.pop_front() {
            self.durable.apply(&write)?;
            if let Write::Own { events, .. } = write {
                own.extend(events);
            }
        }
        Ok(own)
    }

    /// What was appended never reaches the disk.
    pub fn forget_cached(&mut self) {
        self.cached.clear();
    }

    /// Whether all is durable.
    pub fn is_synced(&self) -> bool {
        self.cached.is_empty()
    }

    /// The power goes: of what was not synced, some first batches survive or none.
    pub fn power_cut(&mut self, rng: &mut Rng) -> Result<(usize, Vec<Event>), Rejected> {
        let survive = rng.index(self.cached.len() + 1);
        let lost = self.cached.len() - survive;
        self.cached.truncate(survive);
        Ok((lost, self.sync()?))
    }
}
