//! From the controller's state and the meeting to the view.

use super::phone::whole;
use super::state::{State, Visit};
use super::view::{
    BadgeCount, BadgeStage, Banner, GroupLine, Health, HouseholdPage, KioskView, OrderCode, OutOfOrder, Page,
    PersonLine, PinPage, StaffPage, TablePage, Typed,
};
use super::{Devices, Kiosk, ReaderHealth, Venue, look};
use crate::screens::lock;
use crate::screens::tasks::{Look, TaskLine};
use domain::config::Language;
use domain::{BadgeId, GuestId};
use node::ClockGuard;

impl Kiosk {
    /// What is on the screen now.
    pub fn view(&self, venue: &Venue) -> KioskView {
        let config = venue.meeting.config();
        let language = self.language.unwrap_or_else(|| config.meeting.language());
        let languages = match config.meeting.languages.as_slice() {
            [] => Language::ALL.to_vec(),
            named => named.to_vec(),
        };
        KioskView {
            language,
            languages,
            banner: self.banner(language, venue),
            page: self.page(venue),
            waiting: venue.waiting,
            waiting_since: venue.waiting_since.map(|at| venue.time.clock(at)).unwrap_or_default(),
            wipe_in_s: self.wipe_in_s(venue.steady_ms),
        }
    }

    fn banner(&self, language: Language, venue: &Venue) -> Banner {
        let config = venue.meeting.config();
        let (next_at, next_what) = look::next_on_agenda(venue.meeting, &venue.time.minute(venue.now_ms), language);
        Banner {
            host: config.meeting.organiser.get(language).to_string(),
            meeting: config.meeting.name.get(language).to_string(),
            theme: config.meeting.theme.get(language).to_string(),
            opening: look::opening(venue.meeting, language),
            next_at,
            next_what,
            kiosk: self.settings.name.clone(),
        }
    }

    fn page(&self, venue: &Venue) -> Page {
        if let Some(out) = self.out_of_order(venue) {
            return Page::OutOfOrder(out);
        }
        match &self.state {
            State::Attract => Page::Attract,
            State::Waiting { .. } => Page::Looking,
            State::Refused(problem) => Page::Refused(*problem),
            State::PhoneEntry { figures } => Page::PhoneEntry(typed(figures, false)),
            State::PhoneNotFound => Page::PhoneNotFound,
            State::PhoneSeveral => Page::PhoneSeveral,
            State::PhoneCheck(visit) => Page::PhoneCheck { firm: firm(visit, venue), mask: mask(visit, venue) },
            State::PhoneType { visit, figures, mismatch } => {
                Page::PhoneType { firm: firm(visit, venue), mask: mask(visit, venue), typed: typed(figures, *mismatch) }
            }
            State::NewPhone { visit, figures, first, mismatch } => Page::NewPhone {
                firm: firm(visit, venue),
                mask: mask(visit, venue),
                typed: typed(figures, *mismatch),
                again: first.is_some(),
            },
            State::Household(visit) => Page::Household(household_page(visit, venue)),
            State::Already { guest, badges } => {
                let mut page = self.table_page(*guest, badges, venue);
                page.checked_in_at =
                    look::checked_in_at(venue.meeting, *guest).map(|at| venue.time.clock(at)).unwrap_or_default();
                page.still_to_come = look::still_to_come(venue.meeting, *guest);
                Page::Already(page)
            }
            State::GroupPin { salesperson, pin, wrong } => Page::GroupPin {
                salesperson: look::salesperson_name(venue.meeting, salesperson),
                pin: self.pin_page(pin, *wrong, venue),
            },
            State::GroupList { salesperson, people } => group_list(salesperson, people, venue),
            State::GroupProgress { salesperson, badges, .. } => Page::GroupProgress {
                salesperson: look::salesperson_name(venue.meeting, salesperson),
                badges: count(badges, venue),
            },
            State::Done { guest, badges, .. } => Page::Done(self.table_page(*guest, badges, venue)),
            State::Help => Page::Help,
            State::StaffPin { pin, wrong, to_shut_down, .. } => {
                Page::StaffPin { pin: self.pin_page(pin, *wrong, venue), to_shut_down: *to_shut_down }
            }
            State::StaffMenu { .. } => Page::StaffMenu(self.staff_page(venue)),
            State::StaffTasks { .. } => Page::StaffTasks(task_lines(venue)),
        }
    }

    /// Only where nobody stands in the middle of something: a visit goes on to its own honest end.
    fn out_of_order(&self, venue: &Venue) -> Option<OutOfOrder> {
        let (code, since) = venue.devices.out_of_order?;
        let idle = matches!(self.state, State::Attract | State::Refused(_) | State::PhoneEntry { .. });
        let hopeless = code == OrderCode::Storage
            && !matches!(self.state, State::StaffPin { .. } | State::StaffMenu { .. } | State::StaffTasks { .. });
        if !idle && !hopeless {
            return None;
        }
        let (next, next_side) = look::next_kiosk(venue.meeting, &self.settings.name);
        Some(OutOfOrder { code, since: venue.time.clock(since), next, next_side })
    }

    fn table_page(&self, guest: GuestId, badges: &[BadgeId], venue: &Venue) -> TablePage {
        TablePage {
            guest: look::spoken_name(venue.meeting, guest),
            table: look::table(venue.meeting, guest, &self.settings.name, &self.maps),
            salesperson: look::salesperson_of(venue.meeting, guest),
            green_channel: look::green_channel(venue.meeting, guest),
            vip: look::is_vip(venue.meeting, guest),
            badges: count(badges, venue),
            checked_in_at: String::new(),
            still_to_come: 0,
        }
    }

    fn pin_page(&self, pin: &str, wrong: bool, venue: &Venue) -> PinPage {
        PinPage { typed: pin.len(), wrong, locked_minutes: lock::minutes(self.locked_ms(venue)) }
    }

    fn staff_page(&self, venue: &Venue) -> StaffPage {
        let devices = venue.devices;
        let printer_fault = devices.printer_fault.and_then(OrderCode::of_fault);
        let printer = match (devices.printer_seen, devices.printer_fault, printer_fault) {
            (false, _, _) => Health::Absent,
            (true, None, _) => Health::Good,
            (true, Some(_), None) => Health::Attention,
            (true, Some(_), Some(_)) => Health::Broken,
        };
        let doubtful = devices.doubtful.and_then(|badge| look::badge_of(venue.meeting, badge));
        let name = |guest: GuestId| look::name(venue.meeting, guest);
        StaffPage {
            printer,
            printer_fault,
            printer_name: devices.printer_name.clone(),
            scanner: reader_health(devices),
            scanner_name: reader_names(devices),
            hub: if devices.hub_connected { Health::Good } else { Health::Broken },
            hub_name: devices.hub_name.clone(),
            last_badge: self.last_badge(venue).map(|(_, guest)| name(guest)).unwrap_or_default(),
            doubtful_badge: doubtful.map(|(guest, _)| name(guest)).unwrap_or_default(),
            doubtful_at: doubtful.map(|(_, at)| venue.time.clock(at)).unwrap_or_default(),
            badges_queued: devices.badges_queued,
            guests_in: look::guests_in(venue.meeting),
            clock: match devices.clock {
                ClockGuard::Good => Health::Good,
                ClockGuard::Amber => Health::Attention,
                ClockGuard::Red => Health::Broken,
            },
            clock_off_s: devices.clock_offset_ms.unsigned_abs() / 1_000,
            tasks: task_lines(venue),
        }
    }
}

fn task_lines(venue: &Venue) -> Vec<TaskLine> {
    let look = Look { meeting: venue.meeting, own: venue.own, time: venue.time, now_ms: venue.now_ms };
    venue.tasks.iter().map(|task| look.line(task)).collect()
}

/// One line for scanner and camera: the worst of those that are there.
fn reader_health(devices: &Devices) -> Health {
    let readers = [&devices.scanner, &devices.camera].into_iter().filter(|reader| !reader.name.is_empty());
    let health: Vec<_> = readers.map(|reader| reader.health).collect();
    let all_work = health.iter().all(|health| *health == ReaderHealth::Working);
    match devices.trouble_of_readers() {
        true => Health::Absent,
        false if all_work => Health::Good,
        false => Health::Attention,
    }
}

fn reader_names(devices: &Devices) -> String {
    let names = [&devices.scanner.name, &devices.camera.name].into_iter().filter(|name| !name.is_empty());
    names.map(String::as_str).collect::<Vec<_>>().join(", ")
}

fn typed(figures: &str, mismatch: bool) -> Typed {
    Typed { figures: figures.to_string(), whole: whole(figures), mismatch }
}

fn firm(visit: &Visit, venue: &Venue) -> String {
    look::firm(venue.meeting, visit.guest)
}

fn mask(visit: &Visit, venue: &Venue) -> String {
    look::phone_mask(venue.meeting, visit.guest)
}

fn person(guest: GuestId, here: bool, venue: &Venue) -> PersonLine {
    PersonLine {
        name: look::name(venue.meeting, guest),
        title: look::title(venue.meeting, guest),
        decides: look::decides(venue.meeting, guest),
        here,
        done: venue.meeting.is_present(guest),
    }
}

fn household_page(visit: &Visit, venue: &Venue) -> HouseholdPage {
    HouseholdPage {
        firm: firm(visit, venue),
        people: visit.people.iter().map(|(guest, here)| person(*guest, *here, venue)).collect(),
        adults: visit.adults,
        children: visit.children,
        heads: visit.heads(|guest| venue.meeting.is_present(guest)),
    }
}

fn group_list(salesperson: &domain::SalespersonId, people: &[(GuestId, bool)], venue: &Venue) -> Page {
    let line = |(guest, here): &(GuestId, bool)| GroupLine {
        firm: look::firm(venue.meeting, *guest),
        person: person(*guest, *here, venue),
    };
    let heads = people.iter().filter(|(guest, here)| *here && !venue.meeting.is_present(*guest)).count();
    Page::GroupList {
        salesperson: look::salesperson_name(venue.meeting, salesperson),
        people: people.iter().map(line).collect(),
        heads,
    }
}

/// The stage shown is that of the badge that needs most attention.
fn count(badges: &[BadgeId], venue: &Venue) -> BadgeCount {
    let places: Vec<_> =
        badges.iter().map(|badge| look::comes_at(venue.meeting, &venue.devices.station, *badge)).collect();
    let stage = |(badge, place): (&BadgeId, &String)| match place.is_empty() {
        true => (venue.badge)(*badge),
        // Whether it is out there is not this printer's word: the guest is sent there.
        false => (BadgeStage::Waiting, 0),
    };
    let stages: Vec<_> = badges.iter().zip(&places).map(stage).collect();
    let is_out = |stage: &BadgeStage| matches!(stage, BadgeStage::TakeIt | BadgeStage::Unconfirmed);
    let urgent = [
        BadgeStage::Doubtful,
        BadgeStage::Waiting,
        BadgeStage::Printing,
        BadgeStage::Queued,
        BadgeStage::Unconfirmed,
        BadgeStage::TakeIt,
    ];
    let stage = urgent.into_iter().find(|stage| stages.iter().any(|(of, _)| of == stage)).unwrap_or_default();
    let per_mille = stages.iter().find(|(of, _)| *of == stage).map_or(0, |(_, per_mille)| *per_mille);
    let out = stages.iter().filter(|(stage, _)| is_out(stage)).count();
    let at = places.into_iter().find(|place| !place.is_empty()).filter(|_| stage == BadgeStage::Waiting);
    BadgeCount { stage, out, all: badges.len(), per_mille, at: at.unwrap_or_default() }
}
