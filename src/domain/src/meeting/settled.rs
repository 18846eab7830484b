//! Tasks that people closed: by a word or by the act that solved them; who, in which role, when and where. Changes nothing.

use std::sync::Arc;

use super::task_kinds::Task;
use super::{Meeting, Stamp};
use crate::actor::Actor;
use crate::config::Role;
use crate::event::{Decision, Event};
use crate::ids::DeviceId;
use crate::time::UnixMillis;

/// Letters of a name that are copied into the log.
const MOST_NAME: usize = 60;

/// A task that somebody closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettledTask {
    /// As it was then.
    pub task: Task,
    /// How, in a word; none when the act itself solved it.
    pub decision: Option<Decision>,
    /// In words.
    pub note: String,
    /// Who.
    pub by: Who,
    /// When and where.
    pub stamp: Stamp,
}

/// Who did something, with the name and roles that they had then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Who {
    /// The actor.
    pub actor: Actor,
    /// Name; empty for the program, a guest or the organiser.
    pub name: String,
    /// Roles; none for anybody but staff.
    pub roles: Vec<Role>,
}

impl Meeting {
    /// Tasks that people closed since then, the newest first.
    pub fn settled_tasks(&self, since: UnixMillis) -> Vec<&SettledTask> {
        let settled = self.tasks.settled.iter().rev().map(|settled| &**settled);
        settled.filter(|settled| settled.stamp.at >= since).collect()
    }

    /// An actor with the name and roles of now.
    pub fn who(&self, actor: &Actor) -> Who {
        let (name, roles) = match actor {
            Actor::Staff { id } => self.staff(id).map(|staff| (staff.name.clone(), staff.roles.clone())),
            Actor::Salesperson { id } => self.salesperson(id).map(|person| (person.name.clone(), Vec::new())),
            Actor::Guest | Actor::System | Actor::Organiser => None,
        }
        .unwrap_or_default();
        Who { actor: actor.clone(), name, roles }
    }

    /// How an actor stands in the log: with role and name copied in, as they are now.
    pub fn actor_text(&self, actor: &Actor) -> String {
        let who = self.who(actor);
        if who.name.is_empty() {
            return actor.to_string();
        }
        let roles = match actor {
            Actor::Salesperson { .. } => "salesperson".to_owned(),
            _ => who.roles.iter().map(|role| role.code()).collect::<Vec<_>>().join("+"),
        };
        let plain = |letter: char| if letter.is_control() { ' ' } else { letter };
        let name: String = who.name.chars().take(MOST_NAME).map(plain).collect();
        format!("{actor} {roles} {name}")
    }

    /// The open task that an event is about to close, if it is of the kinds that do.
    pub(super) fn task_closed_by(&self, event: &Event, author: DeviceId) -> Option<Task> {
        let task = match event {
            Event::TaskDecided(decided) => self.open_task(decided.task),
            Event::HelpGiven(given) => self.open_task(given.task),
            Event::DoubtSettled(settled) => self.doubtful(settled.badge),
            Event::BadgeVoided(voided) => self.two_badges_out(self.badges.get(voided.badge)?.guest),
            Event::SlipBranchChosen(chosen) => self.two_versions(self.slip(chosen.slip)?),
            Event::DiscountApproved(approved) => self.price_wanted(approved.discount),
            Event::DiscountRefused(refused) => self.price_wanted(refused.discount),
            Event::GiftReturned(back) => self.gift_twice(back.handover),
            Event::PaymentReleased(released) => self.suspected(self.payment(released.payment)?),
            Event::PaymentReversed(reversed) => self.suspected(self.payment(reversed.payment)?),
            Event::StaffUnlocked(unlocked) => {
                let device = unlocked.device.unwrap_or(author);
                self.locked_out(device, self.device(device)?)
            }
            Event::LastPaperReported(found) => self.begun_anew_of(&found.number),
            _ => None,
        };
        task.filter(|task| self.tasks.is_open(task.id))
    }

    fn open_task(&self, id: crate::ids::TaskId) -> Option<Task> {
        self.tasks.is_open(id).then(|| self.derived_task(id)).flatten()
    }

    fn begun_anew_of(&self, number: &str) -> Option<Task> {
        let tasks = self.devices().filter_map(|(id, device)| Some((device, self.log_begun_anew(id, device)?)));
        let of_number = |device: &super::Device| {
            let before = device.reopened.as_ref().map(|(before, _)| before.as_str());
            before.is_some_and(|before| number.strip_prefix(before).is_some_and(|rest| rest.starts_with('-')))
        };
        tasks.filter(|(device, _)| of_number(device)).map(|(_, task)| task).next()
    }

    /// Keeps the task if the event did close it.
    pub(super) fn note_settled(&mut self, task: Task, stamp: &Stamp, event: &Event) {
        let (decision, note) = match event {
            Event::TaskDecided(decided) => (Some(decided.decision), decided.note.clone()),
            Event::HelpGiven(_) => (Some(Decision::Accepted), String::new()),
            _ if self.task_closed_by(event, stamp.device).is_some_and(|still| still.id == task.id) => return,
            _ => (None, String::new()),
        };
        let settled = SettledTask { task, decision, note, by: self.who(&stamp.actor), stamp: stamp.clone() };
        Arc::make_mut(&mut self.tasks).settled.push(Arc::new(settled));
    }
}
