//! What people decided about tasks, and whose help was asked for, as folded. Which tasks there are is derived in `tasks`.

use std::collections::BTreeMap;

use super::authority::{ANY_STAFF, reason_given};
use super::{Meeting, Stamp};
use crate::actor::{Actor, Ctx};
use crate::event::*;
use crate::ids::{EventId, StaffId, TaskId};
use crate::refusal::Refusal;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct TaskList {
    records: BTreeMap<TaskId, TaskRecord>,
    pub helps: BTreeMap<EventId, (Stamp, HelpRequested)>,
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
            Event::HelpGiven(given) => {
                self.records.entry(given.task).or_default().decided = Some((Decision::Accepted, stamp.clone()));
            }
            Event::TaskDecided(decided) => {
                self.records.entry(decided.task).or_default().decided = Some((decided.decision, stamp.clone()));
            }
            Event::TaskTaken(taken) => self.records.entry(taken.task).or_default().taken = Some(taken.by.clone()),
            Event::TaskReopened(reopened) => {
                self.records.entry(reopened.task).or_default().decided = None;
            }
            _ => {}
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
