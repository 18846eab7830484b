//! A desk that decides by the meeting as it knows it: what the hub gave it and, on top, its own log. Its chain, keys and
//! pushes are real, its disk is memory.

use domain::event::{Assurance, Via};
use domain::{Actor, Command, Ctx, DeviceId, Meeting, Meta, PhoneCheck, UnixMillis};
use ed25519_dalek::{Signer, SigningKey};
use hub::Hub;
use sim::rng::Rng;
use sim::trade;
use sim::venue::Venue;
use sync::hlc::HlcClock;
use sync::ids::{Key, Signature};
use sync::wire::{EnrolRequest, PushRequest, Role};
use sync::{BootId, Draft, Event, EventId, Hash, LogEpoch, MeetingId};
use tokio::runtime::Runtime;

/// Saturday noon, unix milliseconds.
pub const OPENING: u64 = 1_795_780_800_000;

pub struct Desk {
    key: SigningKey,
    epoch: LogEpoch,
    meeting_id: MeetingId,
    prefix: String,
    /// Its wall clock minus true time: what it knows of that, it writes into the envelope.
    skew_ms: i64,
    clock: HlcClock,
    chain: (u64, Hash),
    /// Folded in the hub's order.
    confirmed: Meeting,
    cursor: u64,
    /// Confirmed, and its own on top.
    view: Meeting,
    unsent: Vec<Event>,
}

pub fn fold(meeting: &mut Meeting, event: &Event) {
    let meta = Meta {
        event_id: domain::EventId::from_bytes(event.event_id.0),
        device: DeviceId::from_bytes(event.device_id.0),
        at: UnixMillis(event.hlc.millis().saturating_add_signed(event.clock_offset_ms)),
        actor: event.actor.parse().expect("an actor"),
    };
    let words = domain::Event::from_payload(&event.kind, event.kind_version, &event.payload);
    meeting.apply(&meta, &words.expect("every kind is known"));
}

impl Desk {
    pub fn new(number: u8, runtime: &Runtime, hub: &Hub) -> Desk {
        let key = SigningKey::from_bytes(&[number; 32]);
        let epoch = LogEpoch([number; 16]);
        let public_key = Key(key.verifying_key().to_bytes());
        let request = EnrolRequest { public_key, epoch, role: Role::Desk, name: format!("desk {number}") };
        let grant = runtime.block_on(hub.enrol(request)).expect("it may take part");
        Desk {
            key,
            epoch,
            meeting_id: grant.meeting_id,
            prefix: grant.prefix,
            skew_ms: i64::from(number - 1) * 47_000,
            clock: HlcClock::default(),
            chain: (0, Hash([0; 32])),
            confirmed: Meeting::new(),
            cursor: 0,
            view: Meeting::new(),
            unsent: Vec::new(),
        }
    }

    pub fn meeting(&self) -> &Meeting {
        &self.view
    }

    fn device(&self) -> sync::DeviceId {
        sync::DeviceId::of_key(&Key(self.key.verifying_key().to_bytes()))
    }

    /// The line is whole for a moment: what is new goes to the hub, what the hub has comes back.
    pub fn heal(&mut self, runtime: &Runtime, hub: &Hub) {
        let events = std::mem::take(&mut self.unsent);
        for events in events.chunks(100) {
            let mut request =
                PushRequest { device: self.device(), epoch: self.epoch, signature: None, events: events.to_vec() };
            request.signature = Some(Signature(self.key.sign(&request.signed_bytes()).to_bytes()));
            let reply = runtime.block_on(hub.push(request)).expect("the hub takes it");
            assert_eq!(reply.acked.map(|head| head.seq), events.last().map(|event| event.seq));
        }
        for (cursor, event) in hub.events_blocking().expect("the log") {
            if cursor > self.cursor {
                self.cursor = cursor;
                fold(&mut self.confirmed, &event);
            }
        }
        self.view = self.confirmed.clone();
    }

    pub fn guests_come(&mut self, venue: &Venue, rng: &mut Rng) {
        for party in &venue.parties {
            let check_in = Command::CheckIn {
                household: party.household,
                scanned: party.guests.first().copied(),
                present: party.guests.clone(),
                unlisted_adults: 0,
                children: 0,
                via: Via::Scan,
                phone: PhoneCheck::Skipped,
                assurance: Assurance::Declared,
                printer: Some(domain::PrinterId::new("badge")),
            };
            self.act(OPENING, Actor::Guest, &check_in, rng);
        }
    }

    /// Somebody does something here; what a rule refuses is refused.
    pub fn trade(&mut self, now: u64, rng: &mut Rng) {
        let here = DeviceId::from_bytes(self.device().0);
        if let Some((actor, command)) = trade::act(&self.view, here, rng) {
            self.act(now, actor, &command, rng);
        }
    }

    fn act(&mut self, now: u64, actor: Actor, command: &Command, rng: &mut Rng) {
        let here = DeviceId::from_bytes(self.device().0);
        let mut ctx = Ctx::new(UnixMillis(now), actor.clone(), here, &self.prefix, rng.bytes());
        let Ok(events) = self.view.decide(command, &mut ctx) else { return };
        for event in events {
            let event = self.seal(now, &actor, &event, rng);
            fold(&mut self.view, &event);
            self.unsent.push(event);
        }
    }

    fn seal(&mut self, now: u64, actor: &Actor, event: &domain::Event, rng: &mut Rng) -> Event {
        let hlc = self.clock.tick(now.saturating_add_signed(self.skew_ms));
        let (seq, prev_hash) = self.chain;
        let draft = Draft {
            event_id: EventId(rng.bytes()),
            meeting_id: self.meeting_id,
            device_id: self.device(),
            log_epoch: self.epoch,
            seq,
            hlc,
            boot_id: BootId([7; 16]),
            clock_offset_ms: -self.skew_ms,
            actor: self.view.actor_text(actor),
            kind: event.kind().to_owned(),
            kind_version: event.version(),
            roster_rev: 1,
            payload: event.to_payload(),
            prev_hash,
        };
        let event = draft.seal().expect("a small event");
        self.chain = (seq + 1, event.hash());
        event
    }
}
