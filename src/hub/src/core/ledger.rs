//! The hub's state of one meeting: heads of all chains, the cursor, the registry, the hub's own pen.
//! A ledger runs ahead of the disk inside one transaction; when that fails, throw the ledger away and
//! rebuild it from what is stored.

use std::collections::BTreeMap;

use sync::chain::{follows, next_seq};
use sync::wire::{ChainHead, EnrolRequest, Problem, ProblemCode, PushReply, PushRequest};
use sync::{
    BootId, ChainFault, Chains, DeviceId, Draft, EncodeError, Event, EventId, Hash, Head, Hlc, HlcClock, Incarnation,
    LogEpoch, MeetingId, Position,
};

use super::admit::{Admission, admit};
use super::facts::{Fact, fork_of};
use super::problem;
use super::registry::{Enrolled, NUMBERS_OF_A_LIFE, Registry};

/// Random bytes for one event of the hub's own.
pub type Entropy<'a> = &'a mut dyn FnMut() -> [u8; 16];

/// Events with the cursors they were given.
pub type Numbered = Vec<(u64, Event)>;

/// Who the hub is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Identity {
    pub meeting: MeetingId,
    pub incarnation: Incarnation,
    /// The hub as an author.
    pub device: DeviceId,
    pub epoch: LogEpoch,
    pub boot: BootId,
}

/// An event that the hub itself writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authored {
    /// "organiser" for what a person decided, "system" else.
    pub actor: String,
    /// Revision of the roster that its author saw.
    pub roster_rev: u32,
    pub event: domain::Event,
}

/// Why own events were not written; none of them was.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("event {index} ({kind}): {source}")]
pub struct AuthorError {
    pub index: usize,
    pub kind: &'static str,
    pub source: EncodeError,
}

/// What a push comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pushed {
    /// To be made durable before the reply leaves.
    pub append: Numbered,
    /// Evidence of a fork: the event that cannot stand beside the stored one.
    pub evidence: Option<Event>,
    pub reply: PushReply,
}

/// Ranges among which a later life draws, all numbers with eight digits.
const LIFE_RANGES: u64 = 100_000;

struct Stamp {
    event_id: EventId,
    hlc: Hlc,
    now_ms: u64,
}

impl Stamp {
    /// From the stamp to the act, which is now.
    fn offset_ms(&self) -> i64 {
        i64::try_from(i128::from(self.now_ms) - i128::from(self.hlc.millis())).unwrap_or(0)
    }
}

/// The hub's state of one meeting.
#[derive(Debug, Clone)]
pub struct Ledger {
    identity: Identity,
    cursor: u64,
    chains: Chains,
    registry: Registry,
    forks: BTreeMap<(DeviceId, LogEpoch), u64>,
    clock: HlcClock,
    /// Whose order this hub follows, none when it orders itself.
    pub(super) follows: Option<Incarnation>,
}

impl Ledger {
    /// An empty log. Feed it what is stored with `restore`.
    pub fn new(identity: Identity) -> Ledger {
        Ledger {
            identity,
            cursor: 0,
            chains: Chains::new(),
            registry: Registry::default(),
            forks: BTreeMap::new(),
            clock: HlcClock::default(),
            follows: None,
        }
    }

    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// The newest cursor.
    pub fn cursor(&self) -> u64 {
        self.cursor
    }

    pub fn chains(&self) -> &Chains {
        &self.chains
    }

    pub fn registry(&self) -> &Registry {
        &self.registry
    }

    /// The seq at which a chain forked.
    pub fn fork_at(&self, device: DeviceId, epoch: LogEpoch) -> Option<u64> {
        self.forks.get(&(device, epoch)).copied()
    }

    /// Takes over a stored event, in the order of cursors.
    ///
    /// # Errors
    /// When it does not continue its chain: the storage is damaged.
    pub fn restore(&mut self, cursor: u64, event: &Event) -> Result<(), ChainFault> {
        self.chains.append(event)?;
        self.cursor = cursor;
        if event.device_id == self.identity.device {
            // The own past is followed whatever the wall clock says now: own stamps never fall.
            self.clock.observe(event.hlc, event.hlc.millis());
        }
        self.fold(event);
        Ok(())
    }

    /// Takes over where an event stands that another process of this hub took: its bytes were checked there.
    /// Not for events of the hub's own, which say something to it.
    ///
    /// # Errors
    /// When its seq does not continue its chain: the storage is damaged.
    pub fn restore_place(&mut self, cursor: u64, place: ChainHead) -> Result<(), ChainFault> {
        let ChainHead { device, epoch, head } = place;
        let expected = next_seq(self.chains.head(device, epoch));
        if head.seq != expected {
            return Err(ChainFault::Gap { expected, found: head.seq });
        }
        self.chains.set(device, epoch, head);
        self.cursor = cursor;
        Ok(())
    }

    /// Takes over that a chain was seen to fork at `seq`.
    pub fn restore_fork(&mut self, position: Position) {
        let at = self.forks.entry((position.device, position.epoch)).or_insert(position.seq);
        *at = position.seq.min(*at);
    }

    /// Judges a push and takes what is new of it. `stored` tells the hash of a position.
    ///
    /// # Errors
    /// When the push is no run of one chain of this meeting by an enrolled device. Then nothing changed.
    pub fn push(
        &mut self,
        request: &PushRequest,
        stored: impl Fn(Position) -> Option<Hash>,
        now_ms: u64,
    ) -> Result<Pushed, Problem> {
        if let Some(refused) = self.refuse_as_follower() {
            return Err(refused);
        }
        let (device, epoch) = (request.device, request.epoch);
        if self.registry.revoked_after(device).is_some() {
            return Err(problem(
                ProblemCode::Revoked,
                "This device was taken out of the meeting.",
                "Ask the operator.",
            ));
        }
        if self.registry.find(device, epoch).is_none() {
            return Err(problem(ProblemCode::Denied, "The device or its epoch is not enrolled.", "Enrol it again."));
        }
        self.check_run(request)?;
        let head = self.chains.head(device, epoch);
        let admission = admit(head, &request.events, |seq| stored(Position { device, epoch, seq }));
        let mut pushed = Pushed { append: Vec::new(), evidence: None, reply: self.reply(head, now_ms) };
        match admission {
            Admission::Append { first } => {
                let new = &request.events[first..];
                pushed.append = new.iter().map(|event| (self.number(event, now_ms), event.clone())).collect();
                pushed.reply = self.reply(new.last().map(Head::of), now_ms);
            }
            Admission::Duplicate | Admission::Gap => {}
            Admission::Fork { at } => {
                pushed.evidence = request.events.iter().find(|event| event.seq >= at).cloned();
                self.restore_fork(Position { device, epoch, seq: at });
                pushed.reply.fork_at = Some(at);
            }
        }
        Ok(pushed)
    }

    /// Seals own events, all or none, and takes them.
    ///
    /// # Errors
    /// Names the event that is too long. Then nothing changed.
    pub fn author(
        &mut self,
        events: Vec<Authored>,
        entropy: Entropy<'_>,
        now_ms: u64,
    ) -> Result<Numbered, AuthorError> {
        let mut head = self.own_head();
        let mut clock = self.clock.clone();
        let mut sealed = Vec::with_capacity(events.len());
        for (index, authored) in events.into_iter().enumerate() {
            let kind = authored.event.kind();
            let stamp = Stamp { hlc: clock.tick(now_ms), now_ms, event_id: event_id(now_ms, entropy()) };
            let draft = self.draft(authored, head, stamp);
            let event = draft.seal().map_err(|source| AuthorError { index, kind, source })?;
            head = Some(Head::of(&event));
            sealed.push(event);
        }
        let numbered = sealed.into_iter().map(|event| (self.number(&event, now_ms), event)).collect();
        self.clock = clock;
        Ok(numbered)
    }

    /// Takes a device and its epoch in; asking again brings the same answer and no event.
    ///
    /// # Errors
    /// When it was revoked, has another role, or the meeting is full. Then nothing changed.
    pub fn enrol(
        &mut self,
        request: &EnrolRequest,
        entropy: Entropy<'_>,
        now_ms: u64,
    ) -> Result<(Enrolled, Numbered), Problem> {
        if let Some(refused) = self.refuse_as_follower() {
            return Err(refused);
        }
        let append = match self.registry.decide(request, self.first_number())? {
            None => Vec::new(),
            Some(fact) => self.author_facts([fact], entropy, now_ms)?,
        };
        let enrolled = self.registry.find(DeviceId::of_key(&request.public_key), request.epoch).cloned();
        Ok((enrolled.expect("what was decided was folded"), append))
    }

    /// Takes a device out: nothing more of it is accepted after the cursor that this answers, what is
    /// stored stays. Doing it again brings the same answer and no event.
    ///
    /// # Errors
    /// When there is no such device or the reason is longer than an event takes. Then nothing changed.
    pub fn revoke(
        &mut self,
        device: DeviceId,
        reason: &str,
        entropy: Entropy<'_>,
        now_ms: u64,
    ) -> Result<(u64, Numbered), Problem> {
        if !self.registry.knows(device) {
            return Err(problem(ProblemCode::Other, "There is no such device.", "List them: usher hub devices."));
        }
        if let Some(after_cursor) = self.registry.revoked_after(device) {
            return Ok((after_cursor, Numbered::new()));
        }
        let after_cursor = self.cursor;
        let fact = Fact::Revoked { device, after_cursor, reason: reason.to_owned() };
        Ok((after_cursor, self.author_facts([fact], entropy, now_ms)?))
    }

    /// Writes down that the hub itself exists, once per epoch of its own log.
    ///
    /// # Errors
    /// Never, unless the program is wrong about sizes.
    pub fn enrol_self(&mut self, key: sync::ids::Key, entropy: Entropy<'_>, now_ms: u64) -> Result<Numbered, Problem> {
        let Identity { device, epoch, .. } = self.identity;
        let fact = match self.first_number() {
            0 => Fact::Enrolled { device, epoch, role: None, name: "hub".to_owned(), prefix: "H1".to_owned(), key },
            first => Fact::Opened { device, epoch, prefix: format!("H{first}") },
        };
        self.author_facts([fact], entropy, now_ms)
    }

    /// Head of the hub's own log.
    pub fn own_head(&self) -> Option<Head> {
        self.chains.head(self.identity.device, self.identity.epoch)
    }

    /// Where this life of the hub begins to count devices and epochs: 0 in the first life. A later life
    /// may have forgotten numbers that are on paper, those of a life that it knows nothing of too,
    /// so each counts in a range of its own, which its epoch, being random, tells.
    fn first_number(&self) -> u64 {
        let Identity { device, epoch, .. } = self.identity;
        if !self.chains.heads().any(|(author, other, _)| author == device && other != epoch) {
            return 0;
        }
        let drawn = epoch.0.iter().fold(0, |drawn, byte| (drawn * 256 + u64::from(*byte)) % LIFE_RANGES);
        (LIFE_RANGES / 10 + drawn * 9 / 10) * NUMBERS_OF_A_LIFE
    }

    fn author_facts(
        &mut self,
        facts: impl IntoIterator<Item = Fact>,
        entropy: Entropy<'_>,
        now_ms: u64,
    ) -> Result<Numbered, Problem> {
        let system = |fact: Fact| Authored { actor: "system".to_owned(), roster_rev: 0, event: fact.event() };
        let authored = facts.into_iter().map(system).collect();
        self.author(authored, entropy, now_ms).map_err(|error| Problem {
            code: ProblemCode::Malformed,
            message: format!("The enrolment cannot be written: {error}."),
            remedy: "Give the machine a shorter name.".to_owned(),
        })
    }

    fn check_run(&self, request: &PushRequest) -> Result<(), Problem> {
        let mut before: Option<Head> = None;
        for event in &request.events {
            if event.meeting_id != self.identity.meeting {
                return Err(problem(
                    ProblemCode::WrongMeeting,
                    "The events belong to another meeting.",
                    "Give the node a data folder of this meeting.",
                ));
            }
            let author = (event.device_id, event.log_epoch);
            let follows = before.is_none() || follows(before, event).is_ok();
            let rooted = event.seq > 0 || event.prev_hash == Hash::ZERO;
            if author != (request.device, request.epoch) || !follows || !rooted {
                return Err(problem(
                    ProblemCode::Malformed,
                    "The events are not a run of the pushing device's chain.",
                    "Check the node's log with `usher doctor`.",
                ));
            }
            before = Some(Head::of(event));
        }
        Ok(())
    }

    pub(super) fn number(&mut self, event: &Event, now_ms: u64) -> u64 {
        self.chains.append(event).expect("admission and authoring made sure that it follows");
        self.cursor += 1;
        self.clock.observe(event.hlc, now_ms);
        self.fold(event);
        self.cursor
    }

    fn fold(&mut self, event: &Event) {
        if event.device_id != self.identity.device {
            return;
        }
        if let Some(fact) = Fact::of(event) {
            self.registry.apply(fact);
        } else if let Some(position) = fork_of(event) {
            self.restore_fork(position);
        }
    }

    fn reply(&self, acked: Option<Head>, now_ms: u64) -> PushReply {
        let incarnation = self.identity.incarnation;
        PushReply { incarnation, acked, fork_at: None, cursor: self.cursor, now_ms }
    }

    fn draft(&self, authored: Authored, head: Option<Head>, stamp: Stamp) -> Draft {
        Draft {
            event_id: stamp.event_id,
            meeting_id: self.identity.meeting,
            device_id: self.identity.device,
            log_epoch: self.identity.epoch,
            seq: next_seq(head),
            hlc: stamp.hlc,
            boot_id: self.identity.boot,
            clock_offset_ms: stamp.offset_ms(),
            actor: authored.actor,
            kind: authored.event.kind().to_owned(),
            kind_version: authored.event.version(),
            roster_rev: authored.roster_rev,
            payload: authored.event.to_payload(),
            prev_hash: head.map_or(Hash::ZERO, |head| head.hash),
        }
    }
}

/// A UUIDv7 (RFC 9562, 5.7): 48 bits of milliseconds, version and variant, the rest random.
fn event_id(now_ms: u64, entropy: [u8; 16]) -> EventId {
    let mut id = entropy;
    id[..6].copy_from_slice(&now_ms.to_be_bytes()[2..]);
    id[6] = id[6] & 0x0f | 0x70;
    id[8] = id[8] & 0x3f | 0x80;
    EventId(id)
}
