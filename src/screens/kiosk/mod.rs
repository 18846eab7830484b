//! The kiosk's controller: scans, touches, answers and time in; commands out; `view` says what is on the screen.
//!
//! It draws nothing, commits nothing and knows no device: all of that is in [`Venue`] and [`Action`].

pub mod adapter;
mod group;
pub mod look;
mod map;
mod phone;
mod scan;
mod show;
mod staff;
mod state;
mod touch;
pub mod view;
mod visit;
mod way;

#[cfg(test)]
mod tests;

pub use touch::Touch;

use crate::app::clock::VenueTime;
use crate::app::secrets::Secrets;
use crate::screens::Failed;
use crate::screens::lock::PinLock;
use domain::config::Language;
use domain::event::{Crew, DevicePart, HelpReason, PAPER_LOW};
use domain::meeting::Task;
use domain::{Actor, BadgeId, Command, DeviceId, GuestId, HouseholdId, Meeting, Refusal, SessionId};
use map::Maps;
use node::{ClockGuard, ScanGate};
use state::{State, Then, WARNING_MS};
use view::{BadgeStage, OrderCode};

/// How long a language chosen on the first page lasts without another touch.
const LANGUAGE_MS: u64 = 30_000;

/// What the controller may look at while it decides.
pub struct Venue<'a> {
    pub meeting: &'a Meeting,
    /// The open tasks that concern this kiosk, the most urgent first.
    pub tasks: &'a [Task],
    /// This machine; none before the hub was met.
    pub own: Option<DeviceId>,
    pub secrets: &'a Secrets,
    pub time: &'a VenueTime,
    pub devices: &'a Devices,
    /// How a badge of this kiosk fares, and how much of it the printer took, in per mille.
    pub badge: &'a dyn Fn(BadgeId) -> (BadgeStage, u16),
    pub waiting: usize,
    pub waiting_since: Option<u64>,
    /// The wall clock, for what is written down.
    pub now_ms: u64,
    /// Milliseconds that never jump, for everything that lasts.
    pub steady_ms: u64,
}

/// A scanner or a camera.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Reader {
    /// As a technician named it; empty: there is none.
    pub name: String,
    pub health: ReaderHealth,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ReaderHealth {
    /// Not there, not to be opened, or not heard yet.
    #[default]
    Absent,
    Working,
    /// Not listened to for a while, because it repeats garbage.
    Muted,
}

/// How the kiosk's devices are.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Devices {
    /// This machine in addresses of printers: `K1`.
    pub station: String,
    pub printer_name: String,
    pub printer_fault: Option<print::Fault>,
    /// False until the printer said how it is.
    pub printer_seen: bool,
    pub scanner: Reader,
    pub camera: Reader,
    pub hub_name: String,
    pub hub_connected: bool,
    pub clock: ClockGuard,
    /// Hub clock minus this machine's.
    pub clock_offset_ms: i64,
    /// The store failed; nothing can be recorded.
    pub storage_failed: bool,
    /// Unix milliseconds since when the kiosk serves nobody, and why.
    pub out_of_order: Option<(OrderCode, u64)>,
    pub badges_queued: usize,
    /// A badge of this kiosk that nobody knows the fate of.
    pub doubtful: Option<BadgeId>,
}

impl Devices {
    /// Why nobody can be served, worst first.
    pub fn trouble(&self) -> Option<OrderCode> {
        if self.storage_failed {
            return Some(OrderCode::Storage);
        }
        if !self.printer_seen {
            return Some(OrderCode::Printer);
        }
        if let Some(code) = self.printer_fault.and_then(OrderCode::of_fault) {
            return Some(code);
        }
        self.trouble_of_readers().then_some(OrderCode::Scanner)
    }

    /// No code can be read: neither scanner nor camera works.
    pub fn trouble_of_readers(&self) -> bool {
        [&self.scanner, &self.camera].iter().all(|reader| reader.health != ReaderHealth::Working)
    }

    /// What staff have to look at, with the code on their list: what serves nobody, and what only warns.
    pub fn faults(&self) -> Vec<(DevicePart, &'static str)> {
        let printer = self.printer_fault.map(|fault| OrderCode::of_fault(fault).map_or(PAPER_LOW, OrderCode::letters));
        let reader = |reader: &Reader, gone| match reader.health {
            _ if reader.name.is_empty() => None,
            ReaderHealth::Working => None,
            ReaderHealth::Absent => Some(gone),
            ReaderHealth::Muted => Some("MU"),
        };
        let parts = [
            (DevicePart::Printer, printer.filter(|_| self.printer_seen)),
            (DevicePart::Scanner, reader(&self.scanner, OrderCode::Scanner.letters())),
            (DevicePart::Camera, reader(&self.camera, "CA")),
        ];
        parts.into_iter().filter_map(|(part, code)| Some((part, code?))).collect()
    }
}

/// Settings of one kiosk.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Name of the machine, `K1`; looked up among the room's kiosks.
    pub name: String,
    /// Badges scanned here check in to this session.
    pub session: Option<SessionId>,
}

/// What happened.
#[derive(Debug, Clone)]
pub enum Input {
    Scan(String),
    /// The reader lost a part of a code.
    SpoiledScan,
    Touch(Touch),
    Answer {
        tag: u64,
        result: Result<Done, Failed>,
    },
    Tick,
}

/// An act that stands.
#[derive(Debug, Clone, Default)]
pub struct Done {
    /// Badges that the act asked for.
    pub badges: Vec<BadgeId>,
}

/// What the controller wants done.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    Act { tag: u64, command: Box<Command>, actor: Actor },
    TestPrint,
    ShutDown,
}

/// The controller of one kiosk.
pub struct Kiosk {
    settings: Settings,
    state: State,
    /// Chosen by touch; lasts for one guest.
    language: Option<Language>,
    touched_ms: u64,
    last_tag: u64,
    gate: ScanGate,
    /// A code read while an act was being committed.
    held_scan: Option<String>,
    lock: PinLock,
    last_badge: Option<(BadgeId, GuestId)>,
    maps: Maps,
}

impl Kiosk {
    pub fn new(settings: Settings) -> Kiosk {
        Kiosk {
            settings,
            state: State::Attract,
            language: None,
            touched_ms: 0,
            last_tag: 0,
            gate: ScanGate::new(),
            held_scan: None,
            lock: PinLock::default(),
            last_badge: None,
            maps: Maps::default(),
        }
    }

    /// Takes one input.
    pub fn handle(&mut self, input: Input, venue: &Venue) -> Vec<Action> {
        match input {
            Input::Tick => self.tick(venue),
            Input::Answer { tag, result } => self.answer(tag, result, venue),
            Input::Scan(code) => {
                self.touched_ms = venue.steady_ms;
                self.scan(code, venue)
            }
            Input::SpoiledScan => {
                self.touched_ms = venue.steady_ms;
                self.spoiled()
            }
            Input::Touch(touch) => {
                self.touched_ms = venue.steady_ms;
                self.touch(touch, venue)
            }
        }
    }

    /// When to call with `Tick` at the latest, in milliseconds from now; `None` while nobody stands here.
    pub fn wake_in_ms(&self) -> Option<u64> {
        (self.state.patience_ms().is_some() || self.language.is_some()).then_some(250)
    }

    fn touch(&mut self, touch: Touch, venue: &Venue) -> Vec<Action> {
        match touch {
            Touch::Language(language) => {
                self.language = Some(language);
                Vec::new()
            }
            Touch::Stay => Vec::new(),
            Touch::Leave => {
                self.gate.forget();
                self.attract()
            }
            Touch::Back => self.back(),
            Touch::CallStaff => self.call_staff(HelpReason::Asked, venue),
            Touch::PhonePath
            | Touch::Digit(_)
            | Touch::Erase
            | Touch::Clear
            | Touch::PhoneConfirmed
            | Touch::StillMine
            | Touch::Changed
            | Touch::NotMe
            | Touch::SkipPhone => self.touch_phone(touch, venue),
            Touch::Person(_) | Touch::Adults(_) | Touch::Children(_) | Touch::HouseholdConfirmed | Touch::AddOthers => {
                self.touch_household(touch, venue)
            }
            Touch::Group(_) | Touch::GroupAll(_) | Touch::GroupConfirmed => self.touch_group(touch, venue),
            Touch::PinDigit(_)
            | Touch::PinErase
            | Touch::StaffGesture
            | Touch::ReprintLast
            | Touch::SettleDoubtful(_)
            | Touch::TestPrint
            | Touch::OpenTasks
            | Touch::ShutDown => self.touch_staff(touch, venue),
        }
    }

    fn tick(&mut self, venue: &Venue) -> Vec<Action> {
        self.note_settled_badges(venue);
        let Some(patience) = self.state.patience_ms() else {
            // Somebody chose a language and walked away: the next guest finds the meeting's own.
            if self.language.is_some() && venue.steady_ms.saturating_sub(self.touched_ms) >= LANGUAGE_MS {
                self.language = None;
            }
            return Vec::new();
        };
        let idle = venue.steady_ms.saturating_sub(self.touched_ms);
        // A badge that is out needs no more than a glance: then the next guest.
        let finished = match &self.state {
            State::Done { settled_at: Some(at), .. } | State::GroupProgress { settled_at: Some(at), .. } => {
                venue.steady_ms.saturating_sub(*at) >= 3_000
            }
            _ => false,
        };
        if finished || idle >= patience { self.attract() } else { Vec::new() }
    }

    /// Wipes everything of the guest.
    fn attract(&mut self) -> Vec<Action> {
        self.state = State::Attract;
        self.language = None;
        self.held_scan = None;
        Vec::new()
    }

    /// One step back; from a first page to the start.
    fn back(&mut self) -> Vec<Action> {
        self.gate.forget();
        match std::mem::replace(&mut self.state, State::Attract) {
            State::PhoneType { visit, .. } | State::NewPhone { visit, .. } => {
                self.state = State::PhoneCheck(visit);
                Vec::new()
            }
            State::PhoneNotFound => {
                self.state = State::PhoneEntry { figures: String::new() };
                Vec::new()
            }
            State::StaffTasks { who } | State::StaffPin { who: Some(who), to_shut_down: true, .. } => {
                self.state = State::StaffMenu { who };
                Vec::new()
            }
            _ => self.attract(),
        }
    }

    /// Someone of the staff is asked to come; the desk has a task.
    fn call_staff(&mut self, reason: HelpReason, venue: &Venue) -> Vec<Action> {
        let (guest, household) = self.who_stands_here(venue);
        let command = Command::RequestHelp { reason, guest, household };
        self.act(command, Actor::Guest, Then::Back(Box::new(State::Help)))
    }

    fn who_stands_here(&self, venue: &Venue) -> (Option<GuestId>, Option<HouseholdId>) {
        match &self.state {
            State::PhoneCheck(visit)
            | State::PhoneType { visit, .. }
            | State::NewPhone { visit, .. }
            | State::Household(visit) => (Some(visit.guest), visit.household),
            State::Already { guest, .. } | State::Done { guest, .. } => {
                (Some(*guest), look::household_of(venue.meeting, *guest))
            }
            _ => (None, None),
        }
    }

    /// Sends a command and waits for its commit.
    fn act(&mut self, command: Command, actor: Actor, then: Then) -> Vec<Action> {
        let tag = self.next_tag();
        self.state = State::Waiting { tag, then };
        vec![Action::Act { tag, command: Box::new(command), actor }]
    }

    /// Sends a command whose answer changes nothing on the screen.
    fn report(&mut self, command: Command, actor: Actor) -> Action {
        Action::Act { tag: self.next_tag(), command: Box::new(command), actor }
    }

    fn next_tag(&mut self) -> u64 {
        self.last_tag += 1;
        self.last_tag
    }

    fn answer(&mut self, tag: u64, result: Result<Done, Failed>, venue: &Venue) -> Vec<Action> {
        self.lock.answered(tag, result.is_ok());
        let State::Waiting { tag: awaited, then } = &self.state else { return Vec::new() };
        if *awaited != tag {
            return Vec::new();
        }
        let then = then.clone();
        self.touched_ms = venue.steady_ms;
        self.state = match result {
            Ok(done) => self.after(then, done),
            Err(failed) => return self.failed(failed, then, venue),
        };
        match self.held_scan.take() {
            Some(code) => self.scan(code, venue),
            None => Vec::new(),
        }
    }

    fn after(&mut self, then: Then, done: Done) -> State {
        match then {
            Then::Done { guest } => {
                if let Some(badge) = done.badges.last() {
                    self.last_badge = Some((*badge, guest));
                }
                State::Done { guest, badges: done.badges, settled_at: None }
            }
            Then::Group { salesperson } => State::GroupProgress { salesperson, badges: done.badges, settled_at: None },
            Then::Session { guest } => State::Already { guest, badges: Vec::new() },
            Then::Back(state) | Then::Enter(state) => *state,
        }
    }

    /// Nothing was recorded: a code is refused by its name, else the desk is asked to come.
    fn failed(&mut self, failed: Failed, then: Then, venue: &Venue) -> Vec<Action> {
        let problem = match &failed {
            Failed::Rule(Refusal::OldBadge { .. } | Refusal::VoidedBadge) => Some(view::Problem::BadgeVoid),
            Failed::Rule(Refusal::UnknownBadge) => Some(view::Problem::BadgeUnknown),
            Failed::Rule(Refusal::Cancelled { .. }) => Some(view::Problem::NotOnList),
            Failed::Rule(_) | Failed::Busy | Failed::Storage => None,
        };
        match (problem, then) {
            (Some(problem), _) => self.state = State::Refused(problem),
            (None, Then::Enter(_)) if matches!(failed, Failed::Rule(_)) => {
                self.state = State::StaffPin { who: None, pin: String::new(), wrong: true, to_shut_down: false };
            }
            // Who cannot be written down may still look, test and shut the kiosk down.
            (None, Then::Enter(state)) => self.state = *state,
            // Not even the call for help could be written down; the page names the kiosk to go with.
            (None, Then::Back(state)) => self.state = *state,
            (None, Then::Done { guest } | Then::Session { guest }) => {
                let household = look::household_of(venue.meeting, guest);
                let command = Command::RequestHelp { reason: HelpReason::Asked, guest: Some(guest), household };
                return self.act(command, Actor::Guest, Then::Back(Box::new(State::Help)));
            }
            (None, Then::Group { .. }) => return self.call_staff(HelpReason::Asked, venue),
        }
        Vec::new()
    }

    /// Remembers when the last badge of the visit was out, so that the screen clears soon after.
    fn note_settled_badges(&mut self, venue: &Venue) {
        let (State::Done { badges, settled_at, .. } | State::GroupProgress { badges, settled_at, .. }) =
            &mut self.state
        else {
            return;
        };
        let settled =
            badges.iter().all(|badge| matches!((venue.badge)(*badge).0, BadgeStage::TakeIt | BadgeStage::Unconfirmed));
        match (settled && !badges.is_empty(), *settled_at) {
            (true, None) => *settled_at = Some(venue.steady_ms),
            (false, Some(_)) => *settled_at = None,
            (true, Some(_)) | (false, None) => {}
        }
    }

    /// Seconds until the wipe, once it is near.
    fn wipe_in_s(&self, steady_ms: u64) -> Option<u32> {
        let patience = self.state.patience_ms().filter(|_| self.state.warns())?;
        let left = patience.saturating_sub(steady_ms.saturating_sub(self.touched_ms));
        (left <= WARNING_MS).then(|| u32::try_from(left.div_ceil(1_000)).unwrap_or(0))
    }

    /// The actor of someone with a PIN.
    fn actor(who: &Crew) -> Actor {
        match who {
            Crew::Staff(id) => Actor::Staff { id: id.clone() },
            Crew::Sales(id) => Actor::Salesperson { id: id.clone() },
        }
    }
}
