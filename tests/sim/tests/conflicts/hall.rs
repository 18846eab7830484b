//! The hall of the stories: a hub, machines, lines between them. Everything happens at once or when time passes; nothing by
//! chance.

use std::collections::{BTreeSet, VecDeque};

use domain::event::DeviceForked;
use domain::meeting::{Task, TaskKind};
use domain::{Actor, Command, DrawAsk, Event, Meeting};
use hub::core::{Asked, DrawProblem};
use node::{Completion, Denied, Effect, Identity, Input, Node, PrinterReport};
use sim::disk::{Disk, Image, Write};
use sim::hub_model::{Caller, HubModel, Reply, Request};
use sim::rng::Rng;
use sync::ids::Key;
use sync::wire::{EnrolRequest, NetFault, Role};
use sync::{BootId, DeviceId, LogEpoch, MeetingId};

use crate::facts;

/// Saturday noon.
pub const NOON: u64 = 1_795_780_800_000;
const STEP_MS: u64 = 200;
/// Time in which a whole hall becomes quiet after a cut.
const PATIENCE_MS: u64 = 120_000;

pub struct Machine {
    pub node: Node,
    pub disk: Disk,
    pub skew_ms: i64,
    key: Key,
    prefix: String,
    linked: bool,
    on: bool,
    calls: BTreeSet<u64>,
    answers: Vec<(u64, Result<Vec<Event>, Denied>)>,
}

pub struct Hall {
    pub hub: HubModel,
    pub now: u64,
    machines: Vec<Machine>,
    inbox: VecDeque<(usize, Input)>,
    acts: u64,
    /// Copies that came out, in order: machine and badge.
    pub paper: Vec<(usize, String)>,
}

impl Hall {
    /// A hall with these machines, in touch and quiet.
    pub fn new(roles: &[Role]) -> Hall {
        let mut hub = HubModel::new(MeetingId([1; 16]), None, Rng::new(1));
        hub.author(facts::before_the_doors_open(), NOON);
        let (machines, inbox, paper) = (Vec::new(), VecDeque::new(), Vec::new());
        let mut hall = Hall { hub, now: NOON, machines, inbox, acts: 0, paper };
        for role in roles {
            hall.add(*role);
        }
        hall.quiet();
        hall
    }

    /// Takes another machine in.
    pub fn add(&mut self, role: Role) -> usize {
        let index = self.machines.len();
        let tag = u8::try_from(index + 1).expect("few machines");
        let (key, epoch) = (Key([tag; 32]), LogEpoch([tag; 16]));
        let disk = Disk::new(Image::new(DeviceId::of_key(&key), epoch));
        let machine = self.machine(key, role, disk);
        self.machines.push(machine);
        self.feed(index, Input::Tick);
        index
    }

    fn machine(&mut self, key: Key, role: Role, disk: Disk) -> Machine {
        let epoch = disk.durable().epoch;
        let request = EnrolRequest { public_key: key, epoch, role, name: "machine".to_owned() };
        let grant = self.hub.enrol(&request, self.now);
        let identity = Identity::new(&grant, BootId(epoch.0), vec!["badge".to_owned()]);
        let node = Node::restore(disk.durable().load(), identity, self.now);
        let (calls, answers, prefix) = (BTreeSet::new(), Vec::new(), grant.prefix);
        Machine { node, disk, skew_ms: 0, key, prefix, linked: true, on: true, calls, answers }
    }

    /// A machine starts again from its disk, with a new log, as after a repair or with a copied disk.
    pub fn begin_anew(&mut self, index: usize, role: Role, epoch: u8) {
        let before = &self.machines[index];
        let (key, skew_ms) = (before.key, before.skew_ms);
        let mut image = before.disk.durable().clone();
        (image.epoch, image.reborn) = (LogEpoch([epoch; 16]), true);
        self.machines[index] = Machine { skew_ms, ..self.machine(key, role, Disk::new(image)) };
        self.feed(index, Input::Tick);
    }

    /// A second machine starts from a copy of this one's disk, as if it were the same.
    pub fn clone_disk(&mut self, of: usize) -> usize {
        let (index, original) = (self.machines.len(), &self.machines[of]);
        let disk = Disk::new(original.disk.durable().clone());
        let identity = Identity { boot: BootId([99; 16]), ..original.node.identity().clone() };
        let node = Node::restore(disk.durable().load(), identity, self.now);
        let (calls, answers, prefix) = (BTreeSet::new(), Vec::new(), original.prefix.clone());
        let key = original.key;
        self.machines.push(Machine { node, disk, skew_ms: 0, key, prefix, linked: true, on: true, calls, answers });
        self.feed(index, Input::Tick);
        index
    }

    /// The line between a machine and the hub breaks.
    pub fn cut(&mut self, index: usize) {
        let machine = &mut self.machines[index];
        machine.linked = false;
        for call in std::mem::take(&mut machine.calls) {
            // Whichever call it was: the other two numbers are unknown to the node.
            self.inbox.push_back((index, Input::PushAnswered { call, result: Err(NetFault::Unreachable) }));
            self.inbox.push_back((index, Input::PullAnswered { call, result: Err(NetFault::Unreachable) }));
        }
        self.work();
    }

    /// Every line is whole again, and everything that was done reaches everybody.
    pub fn heal(&mut self) {
        self.machines.iter_mut().for_each(|machine| machine.linked = true);
        self.quiet();
    }

    /// The machine is switched off for good.
    pub fn dies(&mut self, index: usize) {
        self.cut(index);
        self.machines[index].on = false;
    }

    pub fn pass(&mut self, ms: u64) {
        let until = self.now + ms;
        while self.now < until {
            self.now += STEP_MS.min(until - self.now);
            self.tick();
        }
    }

    fn tick(&mut self) {
        let answers = self.hub.answer_waiting(self.now);
        self.hear(answers);
        for index in 0..self.machines.len() {
            self.feed(index, Input::Tick);
        }
    }

    /// Passes time until every machine in touch has told the hub everything and heard everything.
    pub fn quiet(&mut self) {
        let until = self.now + PATIENCE_MS;
        self.tick();
        while !self.is_quiet() {
            assert!(self.now < until, "the hall never becomes quiet");
            self.pass(STEP_MS);
        }
    }

    fn is_quiet(&self) -> bool {
        let cursor = self.hub.log().last().map_or(0, |(cursor, _)| *cursor);
        self.in_touch().all(|(_, machine)| {
            let state = machine.node.sync_state();
            state.waiting == 0
                && state.pending == 0
                && state.lacking == 0
                && state.cursor == cursor
                && machine.node.jobs().next().is_none()
        })
    }

    /// Machines that are on, linked and not frozen.
    fn in_touch(&self) -> impl Iterator<Item = (usize, &Machine)> {
        let machines = self.machines.iter().enumerate();
        machines.filter(|(_, it)| it.on && it.linked && it.node.sync_state().stopped.is_none())
    }

    pub fn node(&self, index: usize) -> &Node {
        &self.machines[index].node
    }

    pub fn meeting(&self, index: usize) -> &Meeting {
        self.machines[index].node.meeting()
    }

    pub fn device(&self, index: usize) -> domain::DeviceId {
        domain::DeviceId::from_bytes(self.machines[index].node.identity().device.0)
    }

    /// A machine's clock is wrong by so much from here on.
    pub fn set_clock(&mut self, index: usize, skew_ms: i64) {
        self.machines[index].skew_ms = skew_ms;
    }

    /// Somebody acts; the answer is there at once.
    pub fn try_act(&mut self, index: usize, actor: Actor, command: Command) -> Result<Vec<Event>, Denied> {
        self.acts += 1;
        let tag = self.acts;
        let mut entropy = [u8::try_from(index).expect("few machines"); 32];
        entropy[..8].copy_from_slice(&tag.to_be_bytes());
        self.feed(index, Input::Act { tag, command, actor, entropy });
        let answers = &mut self.machines[index].answers;
        let at = answers.iter().position(|(answered, _)| *answered == tag).expect("every act is answered");
        answers.swap_remove(at).1
    }

    #[track_caller]
    pub fn act(&mut self, index: usize, who: &str, command: Command) -> Vec<Event> {
        let actor = if who == "guest" { Actor::Guest } else { Actor::Staff { id: who.into() } };
        self.try_act(index, actor, command.clone()).unwrap_or_else(|denied| panic!("{command:?}: {denied:?}"))
    }

    /// The code of the refusal that a member of staff gets.
    #[track_caller]
    pub fn refusal(&mut self, index: usize, who: &str, command: Command) -> &'static str {
        match self.try_act(index, Actor::Staff { id: who.into() }, command.clone()) {
            Err(Denied::Rule(refusal)) => refusal.code(),
            other => panic!("{command:?}: {other:?}"),
        }
    }

    /// Every machine in touch shows the same meeting and the same tasks; gives the kinds of these.
    #[track_caller]
    pub fn agreed(&self) -> Vec<TaskKind> {
        let shown: Vec<(usize, &Machine)> = self.in_touch().collect();
        let (first, of_first) = shown[0];
        for (index, machine) in &shown {
            assert!(machine.node.meeting() == of_first.node.meeting(), "machines {first} and {index} differ");
            assert!(machine.node.meeting() == machine.node.confirmed(), "machine {index} is not quiet");
        }
        of_first.node.meeting().tasks().into_iter().map(|task| task.kind).collect()
    }

    /// The only open task, the same everywhere.
    #[track_caller]
    pub fn only_task(&self) -> Task {
        let kinds = self.agreed();
        assert_eq!(kinds.len(), 1, "{kinds:?}");
        let (_, machine) = self.in_touch().next().expect("somebody is in touch");
        machine.node.meeting().tasks().remove(0)
    }

    /// All agree that nothing is left to do, and who did the last of it.
    #[track_caller]
    pub fn settled_by(&self, name: &str) {
        assert_eq!(self.agreed(), [], "something is left to do");
        let (_, machine) = self.in_touch().next().expect("somebody is in touch");
        let settled = machine.node.meeting().settled_tasks(domain::UnixMillis(0));
        assert_eq!(settled.first().map(|settled| settled.by.name.as_str()), Some(name));
    }

    fn feed(&mut self, index: usize, input: Input) {
        self.inbox.push_back((index, input));
        self.work();
    }

    fn work(&mut self) {
        while let Some((index, input)) = self.inbox.pop_front() {
            let machine = &mut self.machines[index];
            if !machine.on {
                continue;
            }
            let wall = self.now.saturating_add_signed(machine.skew_ms);
            for effect in machine.node.handle(input, wall) {
                self.perform(index, effect);
            }
        }
    }

    fn perform(&mut self, index: usize, effect: Effect) {
        match effect {
            Effect::Commit { batch, events, journal } => self.write(index, batch, Write::Own { events, journal }),
            Effect::StorePulled { batch, incarnation, cursor, vouched, events, journal } => {
                self.write(index, batch, Write::Pulled { incarnation, cursor, vouched, events, journal });
            }
            Effect::InstallSnapshot { batch, snapshot, journal } => {
                self.write(index, batch, Write::Snapshot { snapshot, journal });
            }
            Effect::Answer { tag, result } => {
                let events = result.map(|answer| answer.events.into_iter().map(|(_, event)| event).collect());
                self.machines[index].answers.push((tag, events));
            }
            Effect::Push { call, request } => self.ask(index, call, &Request::Push(request)),
            Effect::Offer { call, offer } => self.ask(index, call, &Request::Offer(*offer)),
            Effect::Pull { call, request } => self.ask(index, call, &Request::Pull(request)),
            Effect::FetchSnapshot { call } => self.ask(index, call, &Request::Snapshot),
            Effect::Preflight { printer } => {
                self.inbox.push_back((index, Input::Printer { printer, report: PrinterReport::Ready { epoch: 1 } }));
            }
            Effect::Print { printer, job, attempt, badge } => {
                self.paper.push((index, badge.badge.to_string()));
                let completion = Completion::Printer;
                let done = PrinterReport::Done { job, attempt, completion };
                for report in [PrinterReport::Sent { job, attempt, id: 1 }, done] {
                    self.inbox.push_back((index, Input::Printer { printer: printer.clone(), report }));
                }
            }
            // Time passes in steps, and what else a node may want is no part of these stories.
            _ => {}
        }
    }

    fn write(&mut self, index: usize, batch: u64, write: Write) {
        let disk = &mut self.machines[index].disk;
        let whole = matches!(write, Write::Snapshot { .. });
        disk.append(write);
        disk.sync().expect("a node never hands out a batch that the store refuses");
        let done = match whole {
            true => Input::Installed { batch, foreign: disk.durable().foreign() },
            false => Input::Committed { batch },
        };
        self.inbox.push_back((index, done));
    }

    fn ask(&mut self, index: usize, call: u64, request: &Request) {
        if !self.machines[index].linked {
            self.inbox.push_back((index, told(call, Reply::fault(request, NetFault::Unreachable))));
            return;
        }
        self.machines[index].calls.insert(call);
        let (answers, wants_commit) = self.hub.receive(Caller { kiosk: index, life: 1, call }, request, self.now);
        self.hear(answers);
        if wants_commit {
            let answers = self.hub.synced(self.now);
            self.note_forks(index, &answers);
            self.hear(answers);
        }
    }

    fn hear(&mut self, answers: Vec<(Caller, Reply)>) {
        for (caller, reply) in answers {
            if self.machines[caller.kiosk].calls.remove(&caller.call) {
                self.inbox.push_back((caller.kiosk, told(caller.call, reply)));
            }
        }
    }

    /// What the hub's service does in the transaction that keeps the evidence.
    fn note_forks(&mut self, index: usize, answers: &[(Caller, Reply)]) {
        let fork = answers.iter().find_map(|(_, reply)| match reply {
            Reply::Push(Ok(reply)) => reply.fork_at,
            _ => None,
        });
        let Some(seq) = fork else { return };
        let identity = self.machines[index].node.identity();
        let device = domain::DeviceId::from_bytes(identity.device.0);
        let epoch = domain::LogEpoch::from_bytes(identity.epoch.0);
        let (kept_hex, other_hex) = (String::new(), String::new());
        self.hub.author(vec![DeviceForked { device, epoch, seq, kept_hex, other_hex }.into()], self.now);
    }
}

fn told(call: u64, reply: Reply) -> Input {
    match reply {
        Reply::Push(result) => Input::PushAnswered { call, result },
        Reply::Pull(result) => Input::PullAnswered { call, result },
        Reply::Offer(result) => Input::OfferAnswered { call, result },
        Reply::Snapshot(result) => Input::SnapshotAnswered { call, result },
    }
}

/// Two machines at the door.
pub const KIOSKS: &[Role] = &[Role::Kiosk, Role::Kiosk];
/// Two order or cash desks, and a kiosk that only looks on.
pub const DESKS: &[Role] = &[Role::Desk, Role::Desk, Role::Kiosk];

/// The stage, the desk that may take its place, and a kiosk.
pub const STAGE: &[Role] = &[Role::Stage, Role::Desk, Role::Kiosk];

/// What single stories need.
impl Hall {
    /// The line of one machine is whole again.
    pub fn link(&mut self, index: usize) {
        self.machines[index].linked = true;
    }

    /// A machine asks the hub for a step of the lottery.
    pub fn draw(&mut self, index: usize, who: &str, ask: DrawAsk) -> Result<Vec<Event>, DrawProblem> {
        let stored = self.node(index).confirmed().folded();
        let asked = Asked { actor: Actor::Staff { id: who.into() }, ask, stored };
        let away = self.machines.iter().filter(|it| !it.linked);
        let behind: Vec<DeviceId> = away.map(|it| it.node.identity().device).collect();
        self.hub.draw(&asked, &behind, self.now)
    }

    pub fn author(&mut self, events: Vec<Event>) {
        self.hub.author(events, self.now);
    }

    /// How the hub knows itself: its log begins with its own enrolment, and every later life with a new epoch.
    pub fn new_life_is_told(&mut self) {
        let device = domain::DeviceId::from_bytes([200; 16]);
        let lives = |life: u8| domain::LogEpoch::from_bytes([200 + life; 16]);
        let (name, public_hex) = ("hub".to_owned(), String::new());
        let (role, prefix) = (domain::event::DeviceRole::Hub, "H1".to_owned());
        let first = domain::event::DeviceEnrolled { device, role, name, epoch: lives(1), prefix, public_hex };
        let second = domain::event::EpochOpened { device, epoch: lives(2), prefix: "H2".to_owned() };
        self.author(vec![first.into(), second.into()]);
    }

    /// Place in the hub's order of the check-in of a household.
    pub fn hub_order(&self, party: domain::event::Party) -> u64 {
        let checked_in = |event: &sync::Event| {
            let read = Event::from_payload(&event.kind, event.kind_version, &event.payload);
            matches!(read, Ok(Event::GuestCheckedIn(it)) if it.household.map(domain::event::Party::Household) == Some(party))
        };
        let at = self.hub.log().iter().rfind(|(_, event)| checked_in(event));
        at.map_or(0, |(cursor, _)| *cursor)
    }

    /// How far the hub knows each machine, and who is behind.
    pub fn positions(&self) -> Vec<domain::event::DevicePosition> {
        let position = |machine: &Machine| {
            let identity = machine.node.identity();
            let head = self.hub.durable_head(identity.device, identity.epoch);
            domain::event::DevicePosition {
                device: domain::DeviceId::from_bytes(identity.device.0),
                epoch: domain::LogEpoch::from_bytes(identity.epoch.0),
                seq: head.map_or(0, |head| head.seq),
                behind: !machine.linked,
            }
        };
        self.machines.iter().map(position).collect()
    }

    /// Events of a kind in the hub's log.
    pub fn stored(&self, kind: &str) -> Vec<Event> {
        let of_kind = self.hub.log().iter().filter(|(_, event)| event.kind == kind);
        let read = |event: &sync::Event| Event::from_payload(&event.kind, event.kind_version, &event.payload);
        of_kind.filter_map(|(_, event)| read(event).ok()).collect()
    }

    pub fn frozen_rounds(&self) -> Vec<Event> {
        self.stored("RoundFrozen")
    }

    /// Kinds of all events on a machine's disk.
    pub fn disk_events(&self, index: usize) -> Vec<String> {
        self.machines[index].disk.durable().events().map(|event| event.kind.clone()).collect()
    }

    /// Where a frozen machine's log parts from the hub's.
    pub fn forked_at(&self, index: usize) -> u64 {
        match self.machines[index].node.sync_state().stopped {
            Some(sync::StopReason::Fork { at, .. }) => at,
            other => panic!("{other:?}"),
        }
    }

    /// A desk with a newer program pushes one event that nobody here knows.
    pub fn newer_program_writes(&mut self, kind: &str) {
        let (public_key, epoch) = (Key([90; 32]), LogEpoch([90; 16]));
        let device = DeviceId::of_key(&public_key);
        let name = "newer".to_owned();
        self.hub.enrol(&EnrolRequest { public_key, epoch, role: Role::Desk, name }, self.now);
        let draft = sync::Draft {
            event_id: sync::EventId([91; 16]),
            meeting_id: MeetingId([1; 16]),
            device_id: device,
            log_epoch: epoch,
            seq: 0,
            hlc: sync::Hlc::at(self.now),
            boot_id: BootId([90; 16]),
            clock_offset_ms: 0,
            actor: "system".to_owned(),
            kind: kind.to_owned(),
            kind_version: 1,
            roster_rev: 0,
            payload: b"{}".to_vec(),
            prev_hash: sync::Hash::ZERO,
        };
        let events = [draft.seal().expect("a small event")];
        let request = sync::wire::PushRequest::gather(device, epoch, events);
        let caller = Caller { kiosk: 0, life: 0, call: u64::MAX };
        self.hub.receive(caller, &Request::Push(request), self.now);
        let answers = self.hub.synced(self.now);
        self.hear(answers);
        self.work();
    }
}
