//! What is on the desk's screen, put together from its pages.

use super::list::{look, settled};
use super::view::{DeedLine, DeskPage, DeskView, TasksPage};
use super::{Chosen, Desk, Venue, slip};
use crate::screens::lock;
use domain::config::Language;
use domain::event::Party;
use domain::{Meeting, StaffId};

impl Desk {
    /// What is on the screen now.
    pub fn view(&self, venue: &Venue) -> DeskView {
        let config = venue.meeting.config();
        let language = self.language_of(venue.meeting);
        let person = self.who.as_ref().and_then(|id| venue.meeting.staff(id)).map(|staff| staff.name.clone());
        DeskView {
            language,
            place: venue.place.clone(),
            person: person.unwrap_or_default(),
            meeting: config.meeting.name.get(language).to_owned(),
            clock: venue.time.clock(venue.now_ms),
            connected: venue.connected,
            storage_failed: venue.storage_failed,
            waiting: venue.waiting,
            waiting_since: venue.waiting_since.map(|at| venue.time.clock(at)).unwrap_or_default(),
            tasks: self.tasks(venue).len(),
            search: self.finder.view(venue),
            page: match &self.who {
                Some(who) => self.work_page(who, venue),
                None => DeskPage::SignIn {
                    typed: self.pin.len(),
                    wrong: self.wrong,
                    locked_minutes: lock::minutes(self.locked_ms(venue)),
                },
            },
        }
    }

    pub(super) fn work_page(&self, who: &StaffId, venue: &Venue) -> DeskPage {
        let busy = self.waiting_for.is_some();
        if self.on_map {
            return DeskPage::Map(Box::new(self.map.page(venue.meeting, who, self.refused, busy)));
        }
        let language = self.language_of(venue.meeting);
        if let Some(counter) = &self.counter {
            return DeskPage::Counter(Box::new(counter.page(venue, language, busy)));
        }
        if let Some(page) = self.cashier.as_ref().and_then(|cashier| cashier.page(venue, language, busy)) {
            return DeskPage::Cashier(Box::new(page));
        }
        if let Some(page) = self.slip.as_ref().and_then(|slip| slip.page(venue, language, busy)) {
            return DeskPage::Slip(Box::new(page));
        }
        if let Some(form) = self.walk_in.as_ref().filter(|_| self.on_walk_in) {
            let page = form.page(venue, self.refused, busy);
            return DeskPage::WalkIn(Box::new(page), Box::new(self.tasks_page(venue)));
        }
        if let Some(group) = &self.group {
            let page = group.page(venue, self.refused, busy);
            return DeskPage::Group(Box::new(page), Box::new(self.tasks_page(venue)));
        }
        let guest = self.guest.as_ref().and_then(|guest| guest.page(venue, self.refused, busy));
        match guest {
            Some(mut page) => {
                if let Some(Party::Household(household)) = self.guest.as_ref().map(|guest| guest.party) {
                    page.slips = slip::view::of_party(household, venue.meeting, language);
                }
                DeskPage::Guest(Box::new(page), Box::new(self.tasks_page(venue)))
            }
            None => DeskPage::Tasks(Box::new(self.tasks_page(venue))),
        }
    }

    pub(super) fn tasks_page(&self, venue: &Venue) -> TasksPage {
        let look = look(venue);
        let open = self.tasks(venue);
        let done = settled(venue);
        let (chosen, is_settled) = match self.chosen {
            Chosen::Nothing => (None, false),
            Chosen::Open(id) => (open.iter().position(|task| task.id == id), false),
            Chosen::Settled(id) => (done.iter().position(|settled| settled.task.id == id), true),
        };
        let deeds = if chosen.is_some() { self.deeds(venue) } else { Vec::new() };
        TasksPage {
            open: open.iter().map(|task| look.line(task)).collect(),
            settled: done.iter().map(|settled| look.settled(settled)).collect(),
            chosen,
            is_settled,
            deeds: deeds.into_iter().map(|deed| DeedLine { code: deed.code, value: deed.value }).collect(),
            asking: self.asking,
            refused: self.refused,
            busy: self.waiting_for.is_some(),
        }
    }

    pub(super) fn language_of(&self, meeting: &Meeting) -> Language {
        self.language.unwrap_or_else(|| meeting.config().meeting.language())
    }
}
