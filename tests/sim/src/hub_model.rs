//! The hub: the real `hub::core` over a modelled disk, with group commit and long polls. Its HTTP server and SQLite are
//! left out.

use std::collections::{BTreeMap, BTreeSet};

use domain::Meeting;
use domain::draw::Root;
use domain::event::DevicePosition;
use hub::core::{Asked, Authored, DrawProblem, Hand, Identity, Ledger, Roots, Step, fold, page, take_step};
use sync::ids::Signature;
use sync::wire::{
    EnrolRequest, Grant, NetFault, Offer, OfferReply, PullReply, PullRequest, PushReply, PushRequest, Vouched,
};
use sync::{BootId, DeviceId, Event, Hash, Head, Incarnation, LogEpoch, MeetingId, Position, Snapshot};

use crate::plant::Plant;
use crate::rng::Rng;

/// Where an answer goes: which kiosk, which start of its process, which call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Caller {
    /// Index of the kiosk.
    pub kiosk: usize,
    /// Start of its process.
    pub life: u64,
    /// Number of the call.
    pub call: u64,
}

/// What a kiosk asks.
#[derive(Debug, Clone)]
pub enum Request {
    /// Take these.
    Push(PushRequest),
    /// What is new?
    Pull(PullRequest),
    /// Take back what you had of these.
    Offer(Offer),
    /// Everything, please.
    Snapshot,
}

/// What the hub says.
#[derive(Debug, Clone)]
pub enum Reply {
    /// To a push.
    Push(Result<PushReply, NetFault>),
    /// To a pull.
    Pull(Result<PullReply, NetFault>),
    /// To an offer.
    Offer(Result<OfferReply, NetFault>),
    /// To the wish for a snapshot.
    Snapshot(Result<Snapshot, NetFault>),
}

impl Reply {
    /// The fault as the answer to `request`.
    pub fn fault(request: &Request, fault: NetFault) -> Reply {
        match request {
            Request::Push(_) => Reply::Push(Err(fault)),
            Request::Pull(_) => Reply::Pull(Err(fault)),
            Request::Offer(_) => Reply::Offer(Err(fault)),
            Request::Snapshot => Reply::Snapshot(Err(fault)),
        }
    }
}

/// Events that become durable together, and the answer that leaves then.
#[derive(Debug)]
struct Transaction {
    events: Vec<(u64, Event)>,
    answer: Option<(Caller, Reply)>,
}

#[derive(Debug)]
struct Waiting {
    caller: Caller,
    request: PullRequest,
    until: u64,
}

/// The hub and its disk.
#[derive(Debug)]
pub struct HubModel {
    identity: Identity,
    ledger: Ledger,
    log: Vec<(u64, Event)>,
    stored: BTreeMap<Position, Hash>,
    /// In all its lives.
    ever_stored: BTreeSet<Hash>,
    /// In the ledger, not yet on the disk.
    open: Vec<Transaction>,
    waiting: Vec<Waiting>,
    backups: Vec<usize>,
    before_doors: usize,
    /// Roots of the lottery, each with the length of the log when the meeting was bound to it.
    roots: Vec<(usize, Root)>,
    plant: Option<Plant>,
    rng: Rng,
    /// False while the machine is off.
    pub up: bool,
    /// Counts its starts.
    pub life: u64,
}

impl HubModel {
    /// A new hub of a meeting.
    pub fn new(meeting: MeetingId, plant: Option<Plant>, mut rng: Rng) -> HubModel {
        let identity = Identity {
            meeting,
            incarnation: Incarnation(rng.bytes()),
            device: DeviceId(rng.bytes()),
            epoch: LogEpoch(rng.bytes()),
            boot: BootId(rng.bytes()),
        };
        HubModel {
            identity,
            ledger: Ledger::new(identity),
            log: Vec::new(),
            stored: BTreeMap::new(),
            ever_stored: BTreeSet::new(),
            open: Vec::new(),
            waiting: Vec::new(),
            backups: Vec::new(),
            before_doors: 0,
            roots: Vec::new(),
            plant,
            rng,
            up: true,
            life: 1,
        }
    }

    /// The durable log in its order.
    pub fn log(&self) -> &[(u64, Event)] {
        &self.log
    }

    /// Its life.
    pub fn incarnation(&self) -> Incarnation {
        self.identity.incarnation
    }

    /// How long the durable part of a chain is without a gap.
    pub fn durable_head(&self, device: DeviceId, epoch: LogEpoch) -> Option<Head> {
        let of_chain = |event: &&Event| event.device_id == device && event.log_epoch == epoch;
        let chain = self.log.iter().map(|(_, event)| event).filter(of_chain);
        let mut head: Option<Head> = None;
        for event in chain {
            if sync::chain::follows(head, event).is_err() {
                break;
            }
            head = Some(Head::of(event));
        }
        head
    }

    /// The organiser writes, and waits for the disk.
    pub fn author(&mut self, events: Vec<domain::Event>, now: u64) {
        let authored =
            events.into_iter().map(|event| Authored { actor: "organiser".to_owned(), roster_rev: 1, event }).collect();
        let mut entropy = self.rng.fork();
        let numbered = self.ledger.author(authored, draw(&mut entropy).as_mut(), now);
        self.keep(numbered.expect("the sample's events are small"));
    }

    /// A step of the lottery that a machine asks for; what it writes and its root are durable together. `behind` are the
    /// machines that the hub does not hear.
    ///
    /// # Errors
    /// Why it was not taken.
    pub fn draw(&mut self, asked: &Asked, behind: &[DeviceId], now: u64) -> Result<Vec<domain::Event>, DrawProblem> {
        self.keep(Vec::new());
        let mut meeting = Meeting::new();
        self.log.iter().for_each(|(_, event)| fold(&mut meeting, event));
        let roots: Roots = self.roots.iter().map(|(_, root)| (root.commitment(), root.clone())).collect();
        let hand = Hand {
            roots: &roots,
            positions: self.positions(behind),
            device: domain::DeviceId::from_bytes(self.identity.device.0),
            now: domain::UnixMillis(now),
            fresh: self.rng.bytes(),
            entropy: self.rng.bytes(),
        };
        let step = take_step(&meeting, asked, &hand)?;
        let step = if self.plant == Some(Plant::RigsTheDraw) { rigged(step) } else { step };
        self.roots.extend(step.root.map(|root| (self.log.len() + 1, root)));
        let events = step.events.iter().map(|authored| authored.event.clone()).collect();
        let mut entropy = self.rng.fork();
        let numbered = self.ledger.author(step.events, draw(&mut entropy).as_mut(), now);
        self.keep(numbered.expect("the sample's lists are small"));
        Ok(events)
    }

    fn positions(&self, behind: &[DeviceId]) -> Vec<DevicePosition> {
        let newest: BTreeMap<DeviceId, LogEpoch> =
            self.ledger.registry().epochs().iter().map(|known| (known.device, known.epoch)).collect();
        let position = |(device, epoch): (DeviceId, LogEpoch)| DevicePosition {
            device: domain::DeviceId::from_bytes(device.0),
            epoch: domain::LogEpoch::from_bytes(epoch.0),
            seq: self.durable_head(device, epoch).map_or(0, |head| head.seq),
            behind: behind.contains(&device),
        };
        newest.into_iter().map(position).collect()
    }

    /// The roots that the hub has now.
    pub fn roots(&self) -> Vec<Root> {
        self.roots.iter().map(|(_, root)| root.clone()).collect()
    }

    /// The sealed backup of a root is brought back.
    pub fn bring_back(&mut self, root: Root) {
        self.roots.push((0, root));
    }

    /// Takes a machine in, and waits for the disk.
    pub fn enrol(&mut self, request: &EnrolRequest, now: u64) -> Grant {
        let mut entropy = self.rng.fork();
        let (enrolled, append) =
            self.ledger.enrol(request, draw(&mut entropy).as_mut(), now).expect("the simulated machines may take part");
        self.keep(append);
        let key = sync::ids::Key([0; 32]);
        Grant {
            device_id: enrolled.device,
            epoch: enrolled.epoch,
            prefix: enrolled.prefix,
            meeting_id: self.identity.meeting,
            token: String::new(),
            incarnation: self.identity.incarnation,
            phone_key: key,
            pin_pepper: key,
            hub_key: key,
        }
    }

    /// A request arrives. Returns the answers that leave now; `true` when a commit is wanted.
    pub fn receive(&mut self, caller: Caller, request: &Request, now: u64) -> (Vec<(Caller, Reply)>, bool) {
        match request {
            Request::Push(push) => self.push(caller, push, now),
            Request::Pull(pull) => (self.pull(caller, pull, now), false),
            Request::Offer(offer) => self.offer(caller, offer, now),
            Request::Snapshot => {
                let snapshot = Snapshot {
                    meeting: self.identity.meeting,
                    incarnation: self.identity.incarnation,
                    cursor: self.cursor(),
                    now_ms: now,
                    signature: None,
                    vouched: self.vouch(&self.log),
                    events: self.log.clone(),
                };
                (vec![(caller, Reply::Snapshot(Ok(snapshot)))], false)
            }
        }
    }

    fn cursor(&self) -> u64 {
        self.log.last().map_or(0, |(cursor, _)| *cursor)
    }

    fn push(&mut self, caller: Caller, request: &PushRequest, now: u64) -> (Vec<(Caller, Reply)>, bool) {
        let open = self.open.iter().flat_map(|transaction| &transaction.events);
        let open: BTreeMap<Position, Hash> = open.map(|(_, event)| (event.position(), event.hash())).collect();
        let stored = |position: Position| self.stored.get(&position).or_else(|| open.get(&position)).copied();
        let pushed = match self.ledger.push(request, stored, now) {
            Ok(pushed) => pushed,
            Err(_) => return (vec![(caller, Reply::Push(Err(NetFault::Denied)))], false),
        };
        let (mut reply, events) = (pushed.reply, pushed.append);
        match self.plant {
            Some(Plant::HubIgnoresHash) if reply.fork_at.is_some() => {
                reply.fork_at = None;
                reply.acked = request.head().max(reply.acked);
            }
            Some(Plant::HubAcksMaxSeq) => reply.acked = request.head().max(reply.acked),
            _ => {}
        }
        let answer = (caller, Reply::Push(Ok(reply)));
        if self.plant == Some(Plant::HubAcksEarly) {
            self.open.push(Transaction { events, answer: None });
            return (vec![answer], true);
        }
        self.open.push(Transaction { events, answer: Some(answer) });
        (Vec::new(), true)
    }

    fn pull(&mut self, caller: Caller, request: &PullRequest, now: u64) -> Vec<(Caller, Reply)> {
        let reply = self.page(request, now);
        let is_news = !reply.events.is_empty() || reply.incarnation != request.incarnation;
        if is_news || request.wait_ms == 0 {
            return vec![(caller, Reply::Pull(Ok(reply)))];
        }
        let until = now + u64::from(request.wait_ms);
        self.waiting.push(Waiting { caller, request: *request, until });
        Vec::new()
    }

    fn page(&self, request: &PullRequest, now: u64) -> PullReply {
        let after = self.log.iter().filter(|(cursor, _)| *cursor > request.cursor).cloned();
        let mut reply = page(request, self.identity.incarnation, self.cursor(), now, after);
        reply.vouched = self.vouch(&reply.events);
        reply
    }

    /// The hub's word: the model signs nothing, and knows its own word again by having given it.
    fn vouch(&self, events: &[(u64, Event)]) -> Option<Vouched> {
        let heads = Vouched::places(events.iter().map(|(_, event)| event));
        let signature = Signature([0; 64]);
        (!heads.is_empty()).then_some(Vouched { heads, signature })
    }

    fn offer(&mut self, caller: Caller, offer: &Offer, now: u64) -> (Vec<(Caller, Reply)>, bool) {
        let false_word = offer.vouched.heads.iter().any(|place| !self.ever_stored.contains(&place.head.hash));
        let open = self.open.iter().flat_map(|transaction| &transaction.events);
        let open: BTreeMap<Position, Hash> = open.map(|(_, event)| (event.position(), event.hash())).collect();
        let stored = |position: Position| self.stored.get(&position).or_else(|| open.get(&position)).copied();
        let offered = match self.ledger.offer(offer, stored, now) {
            Ok(offered) if !false_word => offered,
            Ok(_) => panic!("a node offers under a word that the hub never gave"),
            Err(problem) => return (vec![(caller, Reply::Offer(Err(NetFault::Refused(problem))))], false),
        };
        let answer = Some((caller, Reply::Offer(Ok(offered.reply))));
        self.open.push(Transaction { events: offered.append, answer });
        (Vec::new(), true)
    }

    /// The group commit is durable: what was held leaves, and who waited for news gets it.
    pub fn synced(&mut self, now: u64) -> Vec<(Caller, Reply)> {
        let mut answers = match self.plant {
            Some(Plant::HubBareSequence) => self.commit_some_transaction(),
            _ => self.commit_all(),
        };
        answers.extend(self.answer_waiting(now));
        answers
    }

    /// One commit for all that is open.
    fn commit_all(&mut self) -> Vec<(Caller, Reply)> {
        let open = std::mem::take(&mut self.open);
        open.into_iter().filter_map(|transaction| self.commit(transaction)).collect()
    }

    /// A planted mistake: cursors were drawn from a sequence, and transactions of different nodes commit in any order, so
    /// that a cursor becomes visible after a higher one.
    fn commit_some_transaction(&mut self) -> Vec<(Caller, Reply)> {
        let some = self.rng.index(self.open.len());
        let author = |transaction: &Transaction| transaction.answer.as_ref().map(|(caller, _)| caller.kiosk);
        let Some(of) = self.open.get(some).map(author) else { return Vec::new() };
        let first = self.open.iter().position(|transaction| author(transaction) == of).unwrap_or(some);
        let transaction = self.open.remove(first);
        let answer = self.commit(transaction);
        self.log.sort_by_key(|(cursor, _)| *cursor);
        answer.into_iter().collect()
    }

    fn commit(&mut self, transaction: Transaction) -> Option<(Caller, Reply)> {
        for (cursor, event) in transaction.events {
            self.store(cursor, event);
        }
        transaction.answer
    }

    /// Whether what is new in the log may stand before what was there.
    pub fn commits_in_any_order(&self) -> bool {
        self.plant == Some(Plant::HubBareSequence)
    }

    /// Answers pulls that have waited for long enough or have news.
    pub fn answer_waiting(&mut self, now: u64) -> Vec<(Caller, Reply)> {
        let waiting = std::mem::take(&mut self.waiting);
        let mut answers = Vec::new();
        for wait in waiting {
            let reply = self.page(&wait.request, now);
            if reply.events.is_empty() && now < wait.until && reply.incarnation == wait.request.incarnation {
                self.waiting.push(wait);
            } else {
                answers.push((wait.caller, Reply::Pull(Ok(reply))));
            }
        }
        answers
    }

    /// What the hub writes itself waits for the disk; whoever is answered by that commit hears it with the next.
    fn keep(&mut self, events: Vec<(u64, Event)>) {
        let open: Vec<_> = self.open.iter_mut().flat_map(|transaction| transaction.events.drain(..)).collect();
        for (cursor, event) in open {
            self.store(cursor, event);
        }
        self.commit(Transaction { events, answer: None });
    }

    fn store(&mut self, cursor: u64, event: Event) {
        self.stored.insert(event.position(), event.hash());
        self.ever_stored.insert(event.hash());
        self.log.push((cursor, event));
    }

    /// Remembers how the log is now, as a nightly copy does.
    pub fn back_up(&mut self) {
        self.backups.push(self.log.len());
    }

    /// The machine stops: the cache and the callers are gone.
    pub fn crash(&mut self) {
        self.up = false;
        self.life += 1;
        self.open.clear();
        self.waiting.clear();
    }

    /// The machine starts from its disk.
    pub fn start(&mut self) {
        self.up = true;
        self.rebuild();
    }

    /// The disk is gone: another machine starts from the backup of index `backup`, as a new incarnation.
    pub fn restore(&mut self, backup: usize) -> usize {
        let kept = self.backups.get(backup).copied().unwrap_or(0);
        self.begin_life(kept)
    }

    /// The machine is gone: a standby that lacks the last `behind` events goes on, as a new incarnation.
    pub fn promote_standby(&mut self, behind: usize) -> usize {
        // It was there before the doors opened: whoever is enrolled then is known to it.
        let kept = self.log.len().saturating_sub(behind).max(self.before_doors);
        self.begin_life(kept)
    }

    /// The machines of the venue are all known.
    pub fn doors_open(&mut self) {
        self.before_doors = self.log.len();
    }

    fn begin_life(&mut self, kept: usize) -> usize {
        let lost = self.log.len().saturating_sub(kept);
        self.log.truncate(kept);
        self.backups.retain(|len| *len <= kept);
        self.roots.retain(|(len, _)| *len <= kept);
        self.identity.epoch = LogEpoch(self.rng.bytes());
        if self.plant != Some(Plant::HubKeepsIncarnation) {
            self.identity.incarnation = Incarnation(self.rng.bytes());
        }
        self.start();
        lost
    }

    /// How many backups there are.
    pub fn backups(&self) -> usize {
        self.backups.len()
    }

    fn rebuild(&mut self) {
        self.identity.boot = BootId(self.rng.bytes());
        self.ledger = Ledger::new(self.identity);
        self.stored.clear();
        for (cursor, event) in &self.log {
            self.stored.insert(event.position(), event.hash());
            self.ledger.restore(*cursor, event).expect("the hub's log is a log");
        }
    }
}

/// A planted mistake: the first substitute takes the first winner's place.
fn rigged(mut step: Step) -> Step {
    for authored in &mut step.events {
        if let domain::Event::RoundRevealed(revealed) = &mut authored.event
            && let Some(last) = revealed.picks.len().checked_sub(1)
        {
            revealed.picks.swap(0, last);
        }
    }
    step
}

fn draw(rng: &mut Rng) -> Box<dyn FnMut() -> [u8; 16] + '_> {
    Box::new(|| rng.bytes())
}
