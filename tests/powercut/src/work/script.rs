//! What a node does in a morning, as a list that is the same in every run: own acts with their print jobs, what it
//! pulls, what the printers say, settings, and now and then the hub's whole log anew.

use print::{ConfirmedBy, JobId, JobState, JournalRow};
use store::{Store, StoreError};
use sync::{BootId, DeviceId, Draft, Event, EventId, Hash, Head, Hlc, Incarnation, LogEpoch, MeetingId, Snapshot};

pub const OWN_EPOCH: LogEpoch = LogEpoch([7; 16]);

/// One commit.
#[derive(Debug, Clone)]
pub enum Act {
    Own(Vec<Event>, Vec<JournalRow>),
    Pulled(Incarnation, u64, Vec<(u64, Event)>),
    Journal(JournalRow),
    Acked(Head),
    Setting(String),
    Key(Vec<u8>),
    Snapshot(Snapshot),
}

/// Makes the acts one after another.
#[derive(Debug, Clone)]
pub struct Script {
    own: Chain,
    foreign: Chain,
    pending: Vec<Event>,
    order: Vec<(u64, Event)>,
    incarnation: u8,
    jobs: u64,
}

/// One author's chain.
#[derive(Debug, Clone)]
pub struct Chain {
    pub device: DeviceId,
    pub epoch: LogEpoch,
    pub meeting: MeetingId,
    pub head: Option<Head>,
}

impl Chain {
    /// The next event; its payload has a length of its own.
    pub fn write(&mut self) -> Event {
        let seq = sync::chain::next_seq(self.head);
        let mut event_id = [self.device.0[0]; 16];
        event_id[..8].copy_from_slice(&seq.to_be_bytes());
        let padding = "x".repeat((seq * 131 % 1_700) as usize);
        let event = Draft {
            event_id: EventId(event_id),
            meeting_id: self.meeting,
            device_id: self.device,
            log_epoch: self.epoch,
            seq,
            hlc: Hlc((1_795_000_000_000 + seq) << 16),
            boot_id: BootId([4; 16]),
            clock_offset_ms: -12,
            actor: "guest".into(),
            kind: "FromTheSuite".into(),
            kind_version: 1,
            roster_rev: 1,
            payload: format!(r#"{{"padding":"{padding}"}}"#).into_bytes(),
            prev_hash: self.head.map_or(Hash::ZERO, |head| head.hash),
        };
        let event = event.seal().expect("a short event");
        self.head = Some(Head::of(&event));
        event
    }
}

impl Script {
    pub fn new() -> Script {
        let meeting = MeetingId([9; 16]);
        let foreign = LogEpoch([2; 16]);
        Script {
            own: Chain { device: DeviceId([1; 16]), epoch: OWN_EPOCH, meeting, head: None },
            foreign: Chain { device: DeviceId([2; 16]), epoch: foreign, meeting, head: None },
            pending: Vec::new(),
            order: Vec::new(),
            incarnation: 1,
            jobs: 0,
        }
    }

    /// The act with this number, from 1.
    pub fn act(&mut self, number: u64) -> Act {
        match number % 10 {
            6 => self.pull(),
            7 => Act::Journal(job(self.jobs, JobState::Confirmed { by: ConfirmedBy::Printer })),
            8 => self.own.head.map_or_else(|| self.write(1), Act::Acked),
            9 if number % 150 == 149 => self.snapshot(),
            9 if number % 20 == 9 => Act::Key(number.to_be_bytes().repeat(20)),
            9 => Act::Setting(format!("value {number}")),
            _ => self.write(1 + number as usize % 3),
        }
    }

    fn write(&mut self, count: usize) -> Act {
        let events: Vec<Event> = (0..count).map(|_| self.own.write()).collect();
        self.pending.extend(events.iter().cloned());
        self.jobs += 1;
        Act::Own(events, vec![job(self.jobs, JobState::Queued)])
    }

    fn pull(&mut self) -> Act {
        let mut events: Vec<Event> = self.pending.drain(..).collect();
        events.extend((0..2).map(|_| self.foreign.write()));
        let first = self.order.len() as u64 + 1;
        let events: Vec<(u64, Event)> = (first..).zip(events).collect();
        self.order.extend(events.iter().cloned());
        Act::Pulled(Incarnation([self.incarnation; 16]), self.order.len() as u64, events)
    }

    fn snapshot(&mut self) -> Act {
        self.incarnation += 1;
        Act::Snapshot(Snapshot {
            meeting: self.own.meeting,
            incarnation: Incarnation([self.incarnation; 16]),
            cursor: self.order.len() as u64,
            now_ms: 0,
            signature: None,
            vouched: None,
            events: self.order.clone(),
        })
    }
}

impl Act {
    /// Does it.
    pub fn commit(&self, store: &mut Store) -> Result<(), StoreError> {
        match self {
            Act::Own(events, jobs) => store.append(events, jobs),
            Act::Pulled(incarnation, cursor, events) => {
                store.append_pulled(*incarnation, *cursor, events, &[]).map(|_| ())
            }
            Act::Journal(row) => store.set_journal(std::slice::from_ref(row)),
            Act::Acked(head) => store.set_acked(*head),
            Act::Setting(value) => store.set_setting("printer", value),
            Act::Key(value) => store.set_key("device", value),
            Act::Snapshot(snapshot) => store.install_snapshot(snapshot, &[]).map(|_| ()),
        }
    }
}

fn job(number: u64, state: JobState) -> JournalRow {
    JournalRow {
        job: JobId(number),
        badge: format!("BADGE{number:05}"),
        copy: 1,
        printer: "badge".into(),
        state,
        at_ms: 1_795_000_000_000,
        payload: br#"{"name":"guest"}"#.to_vec(),
    }
}
