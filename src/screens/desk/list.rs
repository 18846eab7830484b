//! The desk's list of what needs staff: which line, what may be done about it, and its commands.

use super::deeds::{self, Act, Deed, Question};
use super::view::DeedLine;
use super::{Action, Chosen, Desk, MOST_SETTLED, MOST_TYPED, SETTLED_FOR_MS, Venue, slip};
use crate::screens::tasks::Look;
use domain::config::Role;
use domain::event::Party;
use domain::meeting::{SettledTask, Task, TaskKind};
use domain::{Actor, Command, TaskId, UnixMillis};
use ui::RefusedWhy;

impl Desk {
    pub(super) fn choose_first(&mut self, venue: &Venue) {
        self.chosen = self.tasks(venue).first().map_or(Chosen::Nothing, |task| Chosen::Open(task.id));
        (self.refused, self.asking) = (RefusedWhy::None, None);
    }

    pub(super) fn choose_open(&mut self, index: usize, venue: &Venue) {
        if let Some(task) = self.tasks(venue).get(index) {
            self.chosen = Chosen::Open(task.id);
            (self.refused, self.asking) = (RefusedWhy::None, None);
        }
    }

    pub(super) fn choose_settled(&mut self, index: usize, venue: &Venue) {
        if let Some(settled) = settled(venue).get(index) {
            self.chosen = Chosen::Settled(settled.task.id);
            (self.refused, self.asking) = (RefusedWhy::None, None);
        }
    }

    pub(super) fn step(&mut self, by: i8, venue: &Venue) {
        let moved = |at: Option<usize>, len: usize| {
            let at = at.map_or(0, |at| at.saturating_add_signed(isize::from(by)));
            at.min(len.saturating_sub(1))
        };
        match self.chosen {
            Chosen::Settled(id) => {
                let list = settled(venue);
                let at = list.iter().position(|settled| settled.task.id == id);
                self.choose_settled(moved(at, list.len()), venue);
            }
            Chosen::Nothing | Chosen::Open(_) => {
                let list = self.tasks(venue);
                let at = list.iter().position(|task| self.chosen == Chosen::Open(task.id));
                self.choose_open(moved(at, list.len()), venue);
            }
        }
    }

    pub(super) fn switch_list(&mut self, venue: &Venue) {
        match self.chosen {
            Chosen::Settled(_) => self.choose_first(venue),
            Chosen::Nothing | Chosen::Open(_) => self.choose_settled(0, venue),
        }
    }

    pub(super) fn act(&mut self, shown: &DeedLine, venue: &Venue) -> Vec<Action> {
        if self.waiting_for.is_some() || self.asking.is_some() {
            return Vec::new();
        }
        let deed = self.deeds(venue).into_iter().find(|deed| (deed.code, &deed.value) == (shown.code, &shown.value));
        let Some(deed) = deed else { return Vec::new() };
        match deed.act {
            Act::Do(command) => self.submit(command),
            Act::Open(slip) => {
                let household = venue.meeting.slip(slip).map(|slip| slip.version().content.household);
                household.into_iter().for_each(|household| self.open(Party::Household(household), None, venue));
                self.open_slip(slip, venue);
                Vec::new()
            }
            Act::Ask(question) => {
                self.asking = Some(question);
                Vec::new()
            }
        }
    }

    pub(super) fn typed(&mut self, words: &str, venue: &Venue) -> Vec<Action> {
        let words: String = words.trim().chars().filter(|letter| !letter.is_control()).take(MOST_TYPED).collect();
        let (Some(question), false) = (self.asking, words.is_empty()) else { return Vec::new() };
        let (Chosen::Open(task) | Chosen::Settled(task)) = self.chosen else { return Vec::new() };
        if let Some(special) = self.answer_money(question, task, &words, venue) {
            return special;
        }
        self.asking = None;
        if question == Question::WhyAgain {
            self.choose_first(venue);
        }
        self.submit(deeds::answered(question, task, words))
    }

    /// Prices and gifts: the person or the request comes from the task.
    pub(super) fn answer_money(
        &mut self,
        question: Question,
        task: TaskId,
        words: &str,
        venue: &Venue,
    ) -> Option<Vec<Action>> {
        let kind = &venue.tasks.iter().find(|known| known.id == task)?.kind;
        if question == Question::PricePin {
            if self.locked_ms(venue) > 0 {
                return Some(Vec::new());
            }
            if slip::deeds::deputy(words, venue).is_none() {
                self.refused = RefusedWhy::Pin;
                return Some(self.wrong_pin(venue));
            }
        }
        let command = deeds::answered_money(question, kind, words, self.who.as_ref()?, venue)?;
        self.asking = None;
        Some(self.submit(command))
    }

    /// What this person is asked for: a price is a deputy commander's to give.
    pub(super) fn tasks<'a>(&self, venue: &Venue<'a>) -> Vec<&'a Task> {
        let staff = self.who.as_ref().and_then(|who| venue.meeting.staff(who));
        let gives_prices = staff.is_some_and(|staff| staff.is(Role::DeputyCommander));
        let asked = |task: &&Task| gives_prices || !matches!(task.kind, TaskKind::PriceWanted { .. });
        venue.tasks.iter().filter(asked).collect()
    }

    pub(super) fn submit(&mut self, command: Command) -> Vec<Action> {
        let Some(id) = self.who.clone() else { return Vec::new() };
        let action = self.report(command, Actor::Staff { id });
        self.waiting_for = Some(action.tag);
        self.refused = RefusedWhy::None;
        vec![action]
    }

    pub(super) fn report(&mut self, command: Command, actor: Actor) -> Action {
        self.last_tag += 1;
        Action { tag: self.last_tag, command: Box::new(command), actor }
    }

    pub(super) fn deeds(&self, venue: &Venue) -> Vec<Deed> {
        let Some(who) = &self.who else { return Vec::new() };
        match self.chosen {
            Chosen::Nothing => Vec::new(),
            Chosen::Open(id) => {
                let task = venue.tasks.iter().find(|task| task.id == id);
                task.map(|task| deeds::of(task, who, &look(venue))).unwrap_or_default()
            }
            Chosen::Settled(id) => {
                let done = settled(venue).into_iter().find(|settled| settled.task.id == id);
                // What went away by itself comes back by itself.
                done.filter(|settled| settled.decision.is_some()).map(|_| deeds::of_settled()).unwrap_or_default()
            }
        }
    }
}

pub(super) fn look<'a>(venue: &Venue<'a>) -> Look<'a> {
    Look { meeting: venue.meeting, own: venue.own, time: venue.time, now_ms: venue.now_ms }
}

/// The newest first.
pub(super) fn settled<'a>(venue: &Venue<'a>) -> Vec<&'a SettledTask> {
    let since = UnixMillis(venue.now_ms.saturating_sub(SETTLED_FOR_MS));
    venue.meeting.settled_tasks(since).into_iter().take(MOST_SETTLED).collect()
}
