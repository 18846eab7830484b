//! What people decided about tasks, and whose help was asked for, as folded. Which tasks there are is derived in `tasks`.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::authority::{ANY_STAFF, reason_given};
use super::{Meeting, SettledTask, Stamp};
use crate::actor::{Actor, Ctx, Meta};
use crate::command::Command;
use crate::event::*;
use crate::ids::{EventId, StaffId, TaskId};
use crate::refusal::Refusal;

/// Commands of one settlement at most.
const MOST_ACTS: u16 = 40;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct TaskList {
    records: BTreeMap<TaskId, TaskRecord>,
    pub helps: BTreeMap<EventId, (Stamp, HelpRequested)>,
    /// In the order of the fold.
    pub settled: Vec<Arc<SettledTask>>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct TaskRecord {
    decided: Option<(Decision, Stamp)>,
    taken: Option<StaffId>,
}

impl TaskList {
    pub fn apply(&mut self, stamp: &Stamp, event: &Event) {
        match event {
            Event::HelpRequested(request) => {
                self.helps.insert(stamp.event, (stamp.clone(), request.clone()));
            }
            Event::HelpGiven(given) => self.decide(given.task, Decision::Accepted, stamp),
            Event::TaskDecided(decided) => self.decide(decided.task, decided.decision, stamp),
            Event::TaskTaken(taken) => self.records.entry(taken.task).or_default().taken = Some(taken.by.clone()),
            Event::TaskReopened(reopened) => {
                self.records.entry(reopened.task).or_default().decided = None;
                self.settled.retain(|settled| settled.task.id != reopened.task);
            }
            _ => {}
        }
    }

    /// Of two people who decided without knowing of each other, the first in the hub's order did.
    fn decide(&mut self, task: TaskId, decision: Decision, stamp: &Stamp) {
        self.records.entry(task).or_default().decided.get_or_insert_with(|| (decision, stamp.clone()));
    }

    /// After the purge: who did what stays, what was said about people goes.
    pub fn forget_notes(&mut self) {
        for settled in self.settled.iter_mut().filter(|settled| !settled.note.is_empty()) {
            Arc::make_mut(settled).note.clear();
        }
    }

    pub fn is_open(&self, task: TaskId) -> bool {
        self.records.get(&task).is_none_or(|record| record.decided.is_none())
    }

    pub fn taken_by(&self, task: TaskId) -> Option<&StaffId> {
        self.records.get(&task)?.taken.as_ref()
    }
}

impl Meeting {
    /// How a task was closed and when, if it was.
    pub fn task_decision(&self, task: TaskId) -> Option<(Decision, &Stamp)> {
        let record = self.tasks.records.get(&task)?;
        record.decided.as_ref().map(|(decision, stamp)| (*decision, stamp))
    }

    pub(super) fn decide_task(
        &self,
        task: TaskId,
        decision: Decision,
        note: &str,
        ctx: &Ctx,
    ) -> Result<Vec<Event>, Refusal> {
        self.need(ctx, ANY_STAFF)?;
        if let Some((_, stamp)) = self.task_decision(task) {
            return Err(Refusal::AlreadyDone { at: stamp.at });
        }
        self.task(task).ok_or(Refusal::UnknownTask)?;
        if decision == Decision::SolvedOtherwise {
            reason_given(note)?;
        }
        Ok(vec![TaskDecided { task, decision, note: note.to_owned() }.into()])
    }

    /// The word comes first, so that the list says who closed the task before the acts make it go away.
    pub(super) fn settle_task(
        &self,
        task: TaskId,
        (decision, note): (Decision, &str),
        with: &[Command],
        ctx: &mut Ctx,
    ) -> Result<Vec<Event>, Refusal> {
        if with.len() > usize::from(MOST_ACTS) {
            return Err(Refusal::TooMany { most: MOST_ACTS });
        }
        let mut events = self.decide_task(task, decision, note, ctx)?;
        let mut then = self.clone();
        then.imagine(&events, ctx);
        for command in with {
            if matches!(command, Command::SettleTask { .. } | Command::DecideTask { .. }) {
                return Err(Refusal::RecordBroken);
            }
            let more = then.decide(command, ctx)?;
            then.imagine(&more, ctx);
            events.extend(more);
        }
        Ok(events)
    }

    /// Folds events that are about to be written, so that the next command of the same act sees them.
    pub(super) fn imagine(&mut self, events: &[Event], ctx: &mut Ctx) {
        for event in events {
            let event_id = EventId(ctx.uuid());
            self.apply(&Meta { event_id, device: ctx.device, at: ctx.now, actor: ctx.actor.clone() }, event);
        }
    }

    pub(super) fn give_help(&self, task: TaskId, ctx: &Ctx) -> Result<Vec<Event>, Refusal> {
        self.need(ctx, ANY_STAFF)?;
        self.task(task).ok_or(Refusal::UnknownTask)?;
        Ok(vec![HelpGiven { task }.into()])
    }

    pub(super) fn take_task(&self, task: TaskId, ctx: &Ctx) -> Result<Vec<Event>, Refusal> {
        self.need(ctx, ANY_STAFF)?;
        self.task(task).ok_or(Refusal::UnknownTask)?;
        let Actor::Staff { id } = &ctx.actor else { return Ok(Vec::new()) };
        Ok(vec![TaskTaken { task, by: id.clone() }.into()])
    }

    pub(super) fn reopen_task(&self, task: TaskId, reason: &str, ctx: &Ctx) -> Result<Vec<Event>, Refusal> {
        self.need(ctx, ANY_STAFF)?;
        reason_given(reason)?;
        self.task_decision(task).ok_or(Refusal::UnknownTask)?;
        Ok(vec![TaskReopened { task, reason: reason.to_owned() }.into()])
    }
}
