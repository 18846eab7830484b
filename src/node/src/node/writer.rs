//! The one writer: what goes to disk next, one batch at a time, and what its commit sets free. Nothing is answered,
//! printed or shown before.

use domain::{Command, Ctx, PrinterId, Refusal, UnixMillis};
use print::JournalRow;
use sha2::{Digest, Sha256};
use sync::wire::Vouched;
use sync::{Event, Head, Incarnation, ReplicaInput, Snapshot};

use super::{Act, Carried, Node};
use crate::author::Words;
use crate::effect::{Answer, Denied, Effect};
use crate::fold::Fold;
use crate::follow;
use crate::jobs::{End, Io, Outcome};
use crate::loaded::{Foreign, Loaded};
use crate::steady::Now;
use crate::translate;

/// Orphaned acts that go into one batch.
const MAX_ORPHANS_A_BATCH: usize = 200;

/// Who wants to write; they take turns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lane {
    Orphans,
    Acts,
    Steps,
    Pulled,
}

impl Lane {
    fn next(self) -> Lane {
        match self {
            Lane::Orphans => Lane::Acts,
            Lane::Acts => Lane::Steps,
            Lane::Steps => Lane::Pulled,
            Lane::Pulled => Lane::Orphans,
        }
    }
}

/// What the hub gave and waits to be stored.
#[derive(Debug)]
pub(super) enum Pulled {
    Events { incarnation: Incarnation, cursor: u64, vouched: Option<Vouched>, events: Vec<(u64, Event)> },
    Snapshot(Box<Snapshot>),
}

/// The batch that is out.
#[derive(Debug)]
pub(super) struct Writing {
    batch: u64,
    rows: Vec<JournalRow>,
    what: What,
}

#[derive(Debug)]
enum What {
    Own { events: Vec<Event>, answer: Option<(u64, Answer)>, io: Vec<Io> },
    Events { cursor: u64, events: Vec<(u64, Event)> },
    Snapshot { snapshot: Box<Snapshot> },
}

impl Node {
    /// Starts the next batch, if none is out and somebody wants to write.
    pub(super) fn write_next(&mut self, now: Now, effects: &mut Vec<Effect>) {
        let mut idle = 0;
        while self.writing.is_none() && idle < 4 {
            self.last_lane = self.last_lane.next();
            let worked = match self.last_lane {
                Lane::Orphans => self.write_orphans(now, effects),
                Lane::Acts => self.write_act(now, effects),
                Lane::Steps => self.write_steps(now, effects),
                Lane::Pulled => self.write_pulled(now, effects),
            };
            idle = if worked { 0 } else { idle + 1 };
        }
    }

    fn write_act(&mut self, now: Now, effects: &mut Vec<Effect>) -> bool {
        let Some(act) = self.acts.pop_front() else { return false };
        let tag = act.tag;
        match self.decide(act, now) {
            Ok((words, events)) => self.write_decided(tag, words, events, now, effects),
            Err(denied) => effects.extend(tag.map(|tag| Effect::Answer { tag, result: Err(denied) })),
        }
        true
    }

    fn decide(&mut self, act: Act, now: Now) -> Result<(Vec<Words>, Vec<domain::Event>), Denied> {
        let identity = self.author.identity();
        let device = domain::DeviceId::from_bytes(identity.device.0);
        let at = UnixMillis(self.author.act_time(now));
        let connected = self.replica.state().connected;
        let ctx = Ctx::new(at, act.actor, device, &identity.prefix, act.entropy);
        let mut ctx = ctx.with_hub(self.fold.confirmed().folded(), connected);
        let events = self.fold.shown().decide(&act.command, &mut ctx).map_err(Denied::Rule)?;
        if let Command::MoveBadge { badge, .. } = &act.command
            && !events.is_empty()
            && self.jobs.movable(badge.as_str()).is_none()
        {
            // Only the node where it waits knows that no byte of it has left.
            return Err(Denied::Rule(Refusal::BadgeSettled));
        }
        let copies = events.iter().filter(|event| matches!(event, domain::Event::BadgeRequested(_))).count();
        if !self.jobs.has_room(copies) {
            return Err(Denied::Busy);
        }
        let actor = self.fold.shown().actor_text(&ctx.actor);
        let mut words = Vec::with_capacity(events.len());
        for event in &events {
            let event_id = *ctx.uuid().as_bytes();
            words.push(translate::words(event, event_id, &actor, at));
        }
        Ok((words, events))
    }

    fn write_decided(
        &mut self,
        tag: Option<u64>,
        words: Vec<Words>,
        decided: Vec<domain::Event>,
        now: Now,
        effects: &mut Vec<Effect>,
    ) {
        if words.is_empty() {
            effects.extend(tag.map(|tag| Effect::Answer { tag, result: Ok(Answer::default()) }));
            return;
        }
        let Ok(events) = self.author.seal(words, self.roster_rev(), now) else {
            effects.extend(tag.map(|tag| Effect::Answer { tag, result: Err(Denied::TooLarge) }));
            return;
        };
        let rows = follow::own(decided.iter(), self.author.identity(), &mut self.jobs, now);
        let answer = Answer {
            events: events.iter().filter_map(translate::known).collect(),
            jobs: rows.iter().map(|row| row.job).collect(),
        };
        self.commit(rows, What::Own { events, answer: tag.map(|tag| (tag, answer)), io: Vec::new() }, effects);
    }

    fn write_steps(&mut self, now: Now, effects: &mut Vec<Effect>) -> bool {
        let Some(step) = self.jobs.take_steps() else { return false };
        let words = step.outcomes.iter().filter_map(|outcome| self.outcome(outcome, now)).collect();
        let events = self.author.seal(words, self.roster_rev(), now);
        let events = events.expect("the outcome of a copy is far below the size of an event");
        self.commit(step.rows, What::Own { events, answer: None, io: step.io }, effects);
        true
    }

    /// What everybody shall know about a copy. `None` for a row whose badge is no badge.
    fn outcome(&mut self, outcome: &Outcome, now: Now) -> Option<Words> {
        use domain::event::{BadgeDoubtful, BadgePrinted, BadgePrinterChanged, PrintWord};
        let badge = outcome.badge.parse().ok()?;
        let copy = outcome.copy;
        let event: domain::Event = match &outcome.end {
            End::Printed => BadgePrinted { badge, copy, by: PrintWord::Printer }.into(),
            End::PrintedUnconfirmed => BadgePrinted { badge, copy, by: PrintWord::Unconfirmed }.into(),
            End::Doubtful(fault) => {
                let fault = fault.map_or_else(|| "restart".to_owned(), |fault| format!("{fault:?}"));
                BadgeDoubtful { badge, copy, fault }.into()
            }
            End::Moved { to, hop } => {
                BadgePrinterChanged { badge, printer: PrinterId::new(to), copy, hop: *hop }.into()
            }
        };
        let at = UnixMillis(self.author.act_time(now));
        let device = domain::DeviceId::from_bytes(self.author.identity().device.0);
        let entropy = self.own_entropy();
        let mut ctx = Ctx::new(at, domain::Actor::System, device, &self.author.identity().prefix, entropy);
        let event_id = *ctx.uuid().as_bytes();
        Some(translate::words(&event, event_id, &ctx.actor.to_string(), at))
    }

    /// Entropy for what the program does by itself: never repeated, because the boot id is random per start.
    pub(super) fn own_entropy(&mut self) -> [u8; 32] {
        self.decided = self.decided.saturating_add(1);
        let identity = self.author.identity();
        let hash = Sha256::new()
            .chain_update(b"usher/node/1\n")
            .chain_update(identity.boot.0)
            .chain_update(identity.epoch.0)
            .chain_update(self.decided.to_be_bytes());
        hash.finalize().into()
    }

    fn write_orphans(&mut self, now: Now, effects: &mut Vec<Effect>) -> bool {
        if self.orphans.is_empty() || self.replica.state().stopped.is_some() {
            return false;
        }
        let count = self.orphans.len().min(MAX_ORPHANS_A_BATCH);
        let words = self.orphans.drain(..count).map(|event| translate::again(&event)).collect();
        if let Ok(events) = self.author.seal(words, self.roster_rev(), now) {
            self.commit(Vec::new(), What::Own { events, answer: None, io: Vec::new() }, effects);
        }
        true
    }

    fn write_pulled(&mut self, now: Now, effects: &mut Vec<Effect>) -> bool {
        let Some(pulled) = self.pulled.take() else { return false };
        let identity = self.author.identity();
        let is_news = !self.catching_up;
        let own_known = self.own.len() as u64;
        let batch = self.next_batch;
        match pulled {
            Pulled::Events { incarnation, cursor, vouched, events } => {
                let rows = follow::pulled(&events, is_news, own_known, identity, &mut self.jobs, now);
                let journal = rows.clone();
                let stored = events.clone();
                effects.push(Effect::StorePulled { batch, incarnation, cursor, vouched, events: stored, journal });
                self.catching_up &= cursor < self.calls.hub_cursor;
                self.begin(rows, What::Events { cursor, events });
            }
            Pulled::Snapshot(snapshot) => {
                let rows = follow::pulled(&snapshot.events, is_news, own_known, identity, &mut self.jobs, now);
                let journal = rows.clone();
                effects.push(Effect::InstallSnapshot { batch, snapshot: snapshot.clone(), journal });
                self.catching_up = false;
                self.begin(rows, What::Snapshot { snapshot });
            }
        }
        true
    }

    fn commit(&mut self, rows: Vec<JournalRow>, what: What, effects: &mut Vec<Effect>) {
        let events = match &what {
            What::Own { events, .. } => events.clone(),
            What::Events { .. } | What::Snapshot { .. } => Vec::new(),
        };
        effects.push(Effect::Commit { batch: self.next_batch, events, journal: rows.clone() });
        self.begin(rows, what);
    }

    fn begin(&mut self, rows: Vec<JournalRow>, what: What) {
        self.writing = Some(Writing { batch: self.next_batch, rows, what });
        self.next_batch = self.next_batch.saturating_add(1);
    }

    pub(super) fn installed(&mut self, batch: u64, foreign: Foreign, now: Now, effects: &mut Vec<Effect>) {
        let is_out = self.writing.as_ref().is_some_and(|writing| writing.batch == batch);
        if is_out {
            self.take_foreign(foreign);
            self.committed(batch, now, effects);
        }
    }

    pub(super) fn committed(&mut self, batch: u64, now: Now, effects: &mut Vec<Effect>) {
        let Some(done) = self.writing.take_if(|writing| writing.batch == batch) else { return };
        (self.changed, self.folded) = (true, true);
        match done.what {
            What::Own { events, answer, io } => {
                self.fold.append_own(events.iter());
                self.jobs.install(&done.rows, now);
                self.own.extend(events);
                if let Some(event) = self.own.last() {
                    self.sync_step(ReplicaInput::OwnCommitted(Head::of(event)), now, effects);
                }
                effects.extend(answer.map(|(tag, answer)| Effect::Answer { tag, result: Ok(answer) }));
                for io in io {
                    self.printer_io(io, now, effects);
                }
            }
            What::Events { cursor, events } => {
                self.jobs.install(&done.rows, now);
                self.fold.confirm(events.iter().map(|(_, event)| event));
                self.pulled_stored(cursor, &events, now, effects);
            }
            What::Snapshot { snapshot } => {
                self.jobs.install(&done.rows, now);
                let own = self.others.events().chain(&self.own);
                self.fold = Fold::of(snapshot.events.iter().map(|(_, event)| event), own);
                self.find_orphans();
                self.pulled_stored(snapshot.cursor, &snapshot.events, now, effects);
            }
        }
    }

    fn pulled_stored(&mut self, cursor: u64, events: &[(u64, Event)], now: Now, effects: &mut Vec<Effect>) {
        self.offers.came_back(events);
        for (_, event) in events {
            self.author.observe(event, now);
            self.take_back(event, now, effects);
        }
        self.sync_step(ReplicaInput::Stored { cursor }, now, effects);
    }

    /// An own event comes back. One that this disk does not have, or has otherwise, shows that the disk went back in
    /// time: the store follows the hub's order, so the node reads it again.
    fn take_back(&mut self, event: &Event, now: Now, effects: &mut Vec<Effect>) {
        let identity = self.author.identity();
        if event.device_id != identity.device {
            return;
        }
        if event.log_epoch != identity.epoch {
            self.others.add(event);
            return;
        }
        let known = usize::try_from(event.seq).ok().and_then(|seq| self.own.get(seq));
        match known {
            Some(known) if known.hash() == event.hash() => {}
            None if event.seq == self.own.len() as u64 => {
                self.own.push(event.clone());
                self.author.adopt(event);
                self.sync_step(ReplicaInput::OwnCommitted(Head::of(event)), now, effects);
            }
            _ => self.give_up("the hub's order contradicts this log".to_owned(), effects),
        }
    }

    pub(super) fn commit_failed(&mut self, batch: u64, reason: String, effects: &mut Vec<Effect>) {
        if self.writing.as_ref().is_some_and(|writing| writing.batch == batch) {
            self.give_up(reason, effects);
        }
    }

    /// Nothing is known about the disk any more: nobody is told yes, and the store is opened again.
    fn give_up(&mut self, reason: String, effects: &mut Vec<Effect>) {
        if self.fault.is_some() {
            return;
        }
        let out = self.writing.take().and_then(|writing| match writing.what {
            What::Own { answer, .. } => answer.map(|(tag, _)| tag),
            What::Events { .. } | What::Snapshot { .. } => None,
        });
        let waiting = self.acts.drain(..).filter_map(|act| act.tag);
        for tag in out.into_iter().chain(waiting) {
            effects.push(Effect::Answer { tag, result: Err(Denied::Storage) });
        }
        self.changed = true;
        self.fault = Some(reason.clone());
        effects.push(Effect::Reopen { reason });
    }

    pub(super) fn reopened(&mut self, loaded: Loaded, _now: Now, effects: &mut Vec<Effect>) {
        // Whoever still waits was not answered; an unasked reopening is possible too.
        self.give_up("reopened".to_owned(), effects);
        effects.retain(|effect| !matches!(effect, Effect::Reopen { .. }));
        let carried = Carried {
            batch: self.next_batch,
            call: self.calls.next(),
            attempt: self.jobs.next_attempt(),
            decided: self.decided,
            offset_ms: self.author.offset_ms(),
        };
        *self = Node::assemble(loaded, self.author.identity().clone(), self.clock.clone(), carried);
    }

    fn roster_rev(&self) -> u32 {
        self.fold.shown().roster_rev()
    }
}
