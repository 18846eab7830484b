//! The desk's controller: keys, touches, answers and time in; commands out; `view` says what is on the screen.
//!
//! The desk is its list of what needs staff, a search, the pages of parties and of order slips, and the map of the hall. It
//! draws nothing and commits nothing.

pub mod adapter;
mod arrivals;
pub mod cashier;
pub mod counter;
mod deeds;
pub mod finder;
pub mod group;
pub mod guest;
mod keys;
mod list;
pub mod map;
mod money;
mod refused;
mod scan;
mod shown;
pub mod slip;
#[cfg(test)]
mod tests;
pub mod view;
pub mod walk_in;
mod who;

use crate::app::clock::VenueTime;
use crate::app::secrets::Secrets;
use crate::screens::Failed;
use crate::screens::lock::PinLock;
use cashier::Cashier;
use counter::Counter;
use deeds::Question;
use domain::config::Language;
use domain::meeting::{Replanned, Task};
use domain::{Actor, Command, DeviceId, Meeting, PaymentId, SlipId, StaffId, TableId, TaskId};
use finder::Finder;
use group::Group;
use guest::Guest;
use map::{Map, MapTouch};
pub use money::Outcome;
use slip::Slip;
use ui::RefusedWhy;
use view::DeedLine;
use walk_in::WalkIn;

/// Figures of a PIN.
const PIN_FIGURES: usize = 4;
/// Without a key or a touch for so long nobody works here any more.
const LEAVE_AFTER_MS: u64 = 300_000;
/// Lines of what is done.
const MOST_SETTLED: usize = 50;
/// How long what is done stays in the list.
const SETTLED_FOR_MS: u64 = 12 * 3_600_000;
/// Letters of a note.
const MOST_TYPED: usize = 200;

/// What the controller may look at while it decides.
pub struct Venue<'a> {
    pub meeting: &'a Meeting,
    /// Its open tasks, the most urgent first.
    pub tasks: &'a [Task],
    /// This machine; none before the hub was met.
    pub own: Option<DeviceId>,
    pub secrets: &'a Secrets,
    pub time: &'a VenueTime,
    /// `D1`, and the machine's name.
    pub place: String,
    pub connected: bool,
    pub waiting: usize,
    pub waiting_since: Option<u64>,
    /// Nothing can be recorded here.
    pub storage_failed: bool,
    /// The hub's time as far as it is known, for what is written down.
    pub now_ms: u64,
    /// Milliseconds that never jump, for everything that lasts.
    pub steady_ms: u64,
}

/// What happened.
#[derive(Debug, Clone)]
pub enum Input {
    Touch(Touch),
    /// A whole code from the scanner.
    Scan(String),
    Answer {
        tag: u64,
        result: Result<(), Failed>,
    },
    /// A search for a better plan ended; none: it was not wanted any more.
    Replanned {
        number: u64,
        answer: Option<Box<Replanned>>,
    },
    /// What became of a table's card.
    Card(map::Card),
    Tick,
}

/// What a person does.
#[derive(Debug, Clone, PartialEq)]
pub enum Touch {
    Language(Language),
    /// The next of the meeting's languages.
    NextLanguage,
    PinDigit(u8),
    PinErase,
    PinClear,
    SignOut,
    /// A place in the list of open tasks.
    Choose(usize),
    ChooseSettled(usize),
    /// One line up or down.
    Step(i8),
    /// From the open tasks to the done ones and back.
    SwitchList,
    /// The deed as it was shown: what the list has become meanwhile is not what was meant.
    Do(DeedLine),
    Typed(String),
    TypeCancelled,
    /// From the list of tasks to the map of the hall and back.
    SwitchPage,
    Map(MapTouch),
    Search(finder::Touch),
    /// On the page of a party.
    Guest(guest::Touch),
    /// Somebody came who was not invited.
    OpenWalkIn,
    /// On their form.
    WalkIn(walk_in::Touch),
    /// One salesperson's dealers come together.
    OpenGroup,
    Group(group::Touch),
    /// One of the slips on the page of a party.
    OpenSlip(usize),
    /// On the page of a slip.
    Slip(slip::Touch),
    /// The payments of the party whose page, or slip, is open.
    Payments,
    /// On the page of payments.
    Cashier(cashier::Touch),
    /// The counter, with the party whose page is open.
    Counter,
    /// On the page of the counter.
    AtCounter(counter::Touch),
}

/// What the controller wants done.
#[derive(Debug, Clone, PartialEq)]
pub struct Action {
    pub tag: u64,
    pub command: Box<Command>,
    pub actor: Actor,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Chosen {
    Nothing,
    Open(TaskId),
    Settled(TaskId),
}

/// The controller of one desk.
pub struct Desk {
    language: Option<Language>,
    who: Option<StaffId>,
    /// Whose sign-in is being committed.
    entering: Option<(u64, StaffId)>,
    pin: String,
    wrong: bool,
    lock: PinLock,
    touched_ms: u64,
    chosen: Chosen,
    asking: Option<Question>,
    /// The map is open instead of the tasks.
    on_map: bool,
    map: Map,
    finder: Finder,
    /// The party whose page is open.
    guest: Option<Guest>,
    /// The form for somebody who was not invited, and whether it is open; a closed one waits.
    walk_in: Option<WalkIn>,
    on_walk_in: bool,
    group: Option<Group>,
    card_wanted: Option<TableId>,
    /// The slip whose page is open.
    slip: Option<Slip>,
    /// The party whose payments are open.
    cashier: Option<Cashier>,
    /// The counter, while it is open.
    counter: Option<Counter>,
    refused: RefusedWhy,
    waiting_for: Option<u64>,
    last_tag: u64,
}

impl Default for Desk {
    fn default() -> Desk {
        Desk::new()
    }
}

impl Desk {
    pub fn new() -> Desk {
        Desk {
            language: None,
            who: None,
            entering: None,
            pin: String::new(),
            wrong: false,
            lock: PinLock::default(),
            touched_ms: 0,
            chosen: Chosen::Nothing,
            asking: None,
            on_map: false,
            map: Map::default(),
            finder: Finder::default(),
            guest: None,
            walk_in: None,
            on_walk_in: false,
            group: None,
            card_wanted: None,
            slip: None,
            cashier: None,
            counter: None,
            refused: RefusedWhy::None,
            waiting_for: None,
            last_tag: 0,
        }
    }

    /// Takes one input.
    pub fn handle(&mut self, input: Input, venue: &Venue) -> Vec<Action> {
        let actions = self.take(input, venue);
        if self.on_map && self.who.is_some() {
            self.map.prepare(venue.meeting);
        }
        actions
    }

    fn take(&mut self, input: Input, venue: &Venue) -> Vec<Action> {
        match input {
            Input::Touch(touch) => {
                self.touched_ms = venue.steady_ms;
                self.touch(touch, venue)
            }
            Input::Scan(code) => {
                self.touched_ms = venue.steady_ms;
                self.scanned(&code, venue)
            }
            Input::Answer { tag, result } => {
                let actions = self.answer(tag, &result, venue);
                self.finder.look(venue);
                actions
            }
            Input::Replanned { number, answer } => {
                self.map.replanned(number, answer.map(|answer| *answer), venue.meeting);
                Vec::new()
            }
            Input::Card(card) => {
                self.map.card_told(card);
                Vec::new()
            }
            Input::Tick => self.tick(venue),
        }
    }

    /// A search for a better plan that shall begin, once; its answer comes back as an input.
    pub fn take_job(&mut self) -> Option<map::Job> {
        self.map.take_job()
    }

    /// The table whose card shall be printed, once; what becomes of it comes back as an input.
    pub fn take_card(&mut self) -> Option<TableId> {
        self.card_wanted.take()
    }

    /// The slip that was signed here, once: its papers are wanted.
    pub fn take_signed(&mut self) -> Option<SlipId> {
        self.slip.as_mut().and_then(Slip::take_signed)
    }

    /// The receipt that is wanted on paper once more.
    pub fn take_receipt(&mut self) -> Option<PaymentId> {
        self.cashier.as_mut().and_then(Cashier::take_receipt)
    }

    fn answer(&mut self, tag: u64, result: &Result<(), Failed>, venue: &Venue) -> Vec<Action> {
        let stands = result.is_ok();
        self.lock.answered(tag, stands);
        let mut actions = Vec::new();
        if self.waiting_for == Some(tag) {
            self.waiting_for = None;
            self.refused = refused::why(result);
            self.map.answered(stands);
            if let Some(slip) = &mut self.slip {
                self.refused = RefusedWhy::None;
                slip.answered(result, venue);
            }
            if let Some(cashier) = &mut self.cashier {
                self.refused = RefusedWhy::None;
                cashier.answered(result, venue);
            }
            if let Some(counter) = &mut self.counter {
                self.refused = RefusedWhy::None;
                counter.answered(result, venue);
            }
            if let Some(guest) = self.guest.as_mut().filter(|_| stands) {
                guest.done();
            }
            if let Some(group) = &mut self.group {
                group.answered(stands);
            }
            actions = self.walk_in_answered(stands, venue);
        }
        if let Some((_, id)) = self.entering.take_if(|(entering, _)| *entering == tag) {
            if stands {
                self.who = Some(id);
                self.choose_first(venue);
            } else {
                self.wrong = true;
            }
        }
        actions
    }

    fn tick(&mut self, venue: &Venue) -> Vec<Action> {
        self.finder.look(venue);
        let idle = venue.steady_ms.saturating_sub(self.touched_ms) >= LEAVE_AFTER_MS;
        if idle && self.who.is_some() { self.leave(true) } else { Vec::new() }
    }

    fn touch(&mut self, touch: Touch, venue: &Venue) -> Vec<Action> {
        match touch {
            Touch::Language(language) => self.language = Some(language),
            Touch::NextLanguage => self.language = Some(next_language(self.language_of(venue.meeting), venue.meeting)),
            Touch::PinDigit(digit) => return self.pin_digit(digit, venue),
            Touch::PinErase => drop(self.pin.pop()),
            Touch::PinClear => self.pin.clear(),
            Touch::SignOut if self.asking.is_some() => self.asking = None,
            Touch::SignOut => return self.leave(false),
            _ if self.who.is_none() => {}
            Touch::Choose(index) => {
                (self.guest, self.on_walk_in, self.group) = (None, false, None);
                self.close_money();
                self.choose_open(index, venue);
            }
            Touch::ChooseSettled(index) => self.choose_settled(index, venue),
            Touch::Step(by) => self.step(by, venue),
            Touch::SwitchList => self.switch_list(venue),
            Touch::Do(deed) => return self.act(&deed, venue),
            Touch::Typed(words) => return self.typed(&words, venue),
            Touch::TypeCancelled => self.asking = None,
            Touch::OpenWalkIn => self.open_walk_in(),
            Touch::WalkIn(touch) => return self.touch_walk_in(touch, venue),
            Touch::OpenGroup => self.open_group(None),
            Touch::Group(touch) => return self.touch_group(touch, venue),
            Touch::SwitchPage => (self.on_map, self.refused) = (!self.on_map, RefusedWhy::None),
            Touch::Map(touch) => return self.touch_map(touch, venue),
            Touch::Search(touch) => {
                if let Some(hit) = self.finder.touch(touch, venue) {
                    self.open(hit.party, hit.guest, venue);
                    hit.slip.into_iter().for_each(|slip| self.open_slip(slip, venue));
                }
            }
            Touch::Guest(touch) => return self.touch_guest(touch, venue),
            Touch::OpenSlip(at) => self.open_slip_at(at, venue),
            Touch::Slip(touch) => return self.touch_slip(touch, venue),
            Touch::Payments => self.open_payments(venue),
            Touch::Cashier(touch) => return self.touch_cashier(touch, venue),
            Touch::Counter => self.open_counter(venue),
            Touch::AtCounter(touch) => return self.touch_counter(touch, venue),
        }
        Vec::new()
    }

    fn touch_map(&mut self, touch: MapTouch, venue: &Venue) -> Vec<Action> {
        let (Some(who), true) = (self.who.clone(), self.on_map) else { return Vec::new() };
        self.refused = RefusedWhy::None;
        match self.map.touch(touch, &who, venue, self.waiting_for.is_some()) {
            map::Outcome::Nothing => {}
            map::Outcome::Do(command) => return self.submit(*command),
            map::Outcome::Print(table) => self.card_wanted = Some(table),
            map::Outcome::Leave => self.on_map = false,
        }
        Vec::new()
    }
}

fn next_language(now: Language, meeting: &Meeting) -> Language {
    let spoken = match meeting.config().meeting.languages.as_slice() {
        [] => Language::ALL.to_vec(),
        spoken => spoken.to_vec(),
    };
    let at = spoken.iter().position(|language| *language == now).unwrap_or(0);
    spoken[(at + 1) % spoken.len()]
}
