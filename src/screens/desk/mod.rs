//! The desk's controller: keys, touches, answers and time in; commands out; `view` says what is on the screen.
//!
//! The desk is its list of what needs staff, a search, the pages of parties and of order slips, and the map of the hall. It
//! draws nothing and commits nothing.

pub mod adapter;
pub mod cashier;
mod deeds;
pub mod finder;
pub mod group;
pub mod guest;
pub mod map;
pub mod slip;
#[cfg(test)]
mod tests;
pub mod view;
pub mod walk_in;

use crate::app::clock::VenueTime;
use crate::app::secrets::Secrets;
use crate::screens::Failed;
use crate::screens::kiosk::look::crew;
use crate::screens::lock::{self, PinLock};
use crate::screens::tasks::Look;
use cashier::Cashier;
use deeds::{Act, Deed, Question};
use domain::config::{Language, Role};
use domain::event::{Crew, NoSeatReason, Party, SignInPurpose};
use domain::meeting::TaskKind;
use domain::meeting::{Replanned, SettledTask, Task};
use domain::scan::Scan;
use domain::{
    Actor, Command, DeviceId, HouseholdId, Meeting, Refusal, SalespersonId, SlipId, StaffId, TableId, TaskId,
    UnixMillis,
};
use finder::Finder;
use group::Group;
use guest::{Guest, Outcome};
use map::{Map, MapTouch};
use slip::Slip;
use ui::RefusedWhy;
use view::{DeedLine, DeskPage, DeskView, TasksPage};
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
                self.scanned(&code, venue);
                Vec::new()
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

    fn answer(&mut self, tag: u64, result: &Result<(), Failed>, venue: &Venue) -> Vec<Action> {
        let stands = result.is_ok();
        self.lock.answered(tag, stands);
        let mut actions = Vec::new();
        if self.waiting_for == Some(tag) {
            self.waiting_for = None;
            self.refused = why(result);
            self.map.answered(stands);
            if let Some(slip) = &mut self.slip {
                self.refused = RefusedWhy::None;
                slip.answered(result, venue);
            }
            if let Some(cashier) = &mut self.cashier {
                self.refused = RefusedWhy::None;
                cashier.answered(result, venue);
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
                (self.slip, self.cashier) = (None, None);
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

    // ── The page of a party ──

    /// A badge, an invitation or a slip shows its party, whatever was on the screen.
    fn scanned(&mut self, code: &str, venue: &Venue) {
        if self.who.is_none() {
            return;
        }
        let meeting = venue.meeting;
        let guest = match Scan::of(code) {
            Scan::Badge(badge) => meeting.badge(badge).map(|badge| badge.guest),
            Scan::Invitation(text) => {
                meeting.read_invitation(&text, venue.time.token_day(venue.now_ms)).ok().map(|guest| guest.id)
            }
            scan @ Scan::Slip(_) => {
                let slip = scan.slip_id().and_then(|slip| meeting.slip(slip));
                if let Some(slip) = slip {
                    self.open(Party::Household(slip.version().content.household), None, venue);
                    self.open_slip(slip.id, venue);
                }
                return;
            }
            Scan::Crew(code) => {
                if let Some(Crew::Sales(id)) = crew(meeting, &code) {
                    self.open_group(Some(id));
                }
                return;
            }
            Scan::CutOff | Scan::Garbage => None,
        };
        if let Some(guest) = guest {
            self.open(meeting.party_of(guest), Some(guest), venue);
        }
    }

    fn open(&mut self, party: Party, guest: Option<domain::GuestId>, venue: &Venue) {
        self.finder.clear();
        (self.on_map, self.on_walk_in, self.group) = (false, false, None);
        (self.asking, self.refused) = (None, RefusedWhy::None);
        (self.slip, self.cashier) = (None, None);
        self.guest = Some(Guest::open(venue.meeting, party, guest));
    }

    fn touch_guest(&mut self, touch: guest::Touch, venue: &Venue) -> Vec<Action> {
        let (Some(guest), Some(who), None) = (&mut self.guest, &self.who, self.waiting_for) else { return Vec::new() };
        if matches!(touch, guest::Touch::Typed(_))
            && self.lock.left_ms(venue.meeting, venue.own, venue.now_ms, venue.steady_ms) > 0
        {
            return Vec::new();
        }
        self.refused = RefusedWhy::None;
        match guest.touch(touch, who, venue) {
            Outcome::Nothing => Vec::new(),
            Outcome::Submit(command) => self.submit(*command),
            Outcome::WrongPin => self.wrong_pin(venue),
            Outcome::Slip(slip) => {
                self.begin_slip(slip, venue);
                Vec::new()
            }
            Outcome::Payments => {
                self.open_payments(venue);
                Vec::new()
            }
            Outcome::Leave => {
                self.guest = None;
                Vec::new()
            }
        }
    }

    // ── Somebody who was not invited ──

    /// A new form, or the one that waits for whoever works here.
    fn open_walk_in(&mut self) {
        let Some(who) = self.who.clone() else { return };
        let searched = self.finder.typed().to_owned();
        self.finder.clear();
        match self.walk_in.as_mut().filter(|form| form.by == who) {
            Some(form) => form.begin_with(&searched),
            None => self.walk_in = Some(WalkIn::open(who, &searched)),
        }
        (self.guest, self.on_map, self.on_walk_in, self.group) = (None, false, true, None);
        (self.slip, self.cashier) = (None, None);
        (self.asking, self.refused) = (None, RefusedWhy::None);
    }

    fn touch_walk_in(&mut self, touch: walk_in::Touch, venue: &Venue) -> Vec<Action> {
        let (Some(form), true, None) = (&mut self.walk_in, self.on_walk_in, self.waiting_for) else {
            return Vec::new();
        };
        self.refused = RefusedWhy::None;
        let outcome = form.touch(touch, venue);
        self.follow_walk_in(outcome, venue)
    }

    fn walk_in_answered(&mut self, stands: bool, venue: &Venue) -> Vec<Action> {
        let Some(form) = &mut self.walk_in else { return Vec::new() };
        let Some(who) = &self.who else {
            // Whoever typed it is gone: what is on the list already is not registered twice.
            if form.left_alone(stands) {
                self.walk_in = None;
            }
            return Vec::new();
        };
        let registered = form.is_registered();
        let outcome = form.answered(stands, who, venue);
        if registered && matches!(outcome, walk_in::Outcome::Open(..)) {
            self.walk_in = None;
        }
        let refused = self.refused;
        let actions = self.follow_walk_in(outcome, venue);
        if actions.is_empty() {
            self.refused = refused;
        }
        actions
    }

    fn follow_walk_in(&mut self, outcome: walk_in::Outcome, venue: &Venue) -> Vec<Action> {
        match outcome {
            walk_in::Outcome::Nothing => {}
            walk_in::Outcome::Submit(command) => return self.submit(*command),
            walk_in::Outcome::Leave => self.on_walk_in = false,
            walk_in::Outcome::Open(party, guest, said) => {
                self.open(party, Some(guest), venue);
                if let Some(page) = &mut self.guest {
                    page.said = said;
                }
            }
        }
        Vec::new()
    }

    // ── A group ──

    fn open_group(&mut self, salesperson: Option<SalespersonId>) {
        self.finder.clear();
        (self.guest, self.on_map, self.on_walk_in) = (None, false, false);
        (self.slip, self.cashier) = (None, None);
        (self.asking, self.refused) = (None, RefusedWhy::None);
        self.group = Some(Group::open(salesperson));
    }

    fn touch_group(&mut self, touch: group::Touch, venue: &Venue) -> Vec<Action> {
        let (Some(group), None) = (&mut self.group, self.waiting_for) else { return Vec::new() };
        self.refused = RefusedWhy::None;
        match group.touch(touch, venue) {
            group::Outcome::Nothing => Vec::new(),
            group::Outcome::Submit(command) => self.submit(*command),
            group::Outcome::Leave => {
                self.group = None;
                Vec::new()
            }
        }
    }

    // ── The page of a slip ──

    fn begin_slip(&mut self, slip: Option<SlipId>, venue: &Venue) {
        match (slip, &self.guest) {
            (Some(slip), _) => self.open_slip(slip, venue),
            (None, Some(Guest { party: Party::Household(household), .. })) => {
                self.slip = Slip::begin(venue.meeting, *household);
            }
            (None, _) => {}
        }
    }

    fn open_slip(&mut self, slip: SlipId, venue: &Venue) {
        (self.on_map, self.asking, self.refused) = (false, None, RefusedWhy::None);
        self.cashier = None;
        self.slip = Slip::open(venue.meeting, slip);
    }

    fn open_slip_at(&mut self, at: usize, venue: &Venue) {
        let Some(Guest { party: Party::Household(household), .. }) = self.guest else { return };
        let slips = slip::view::of_party(household, venue.meeting, self.language_of(venue.meeting));
        if let Some(row) = slips.get(at) {
            self.open_slip(row.id, venue);
        }
    }

    fn touch_slip(&mut self, touch: slip::Touch, venue: &Venue) -> Vec<Action> {
        let (Some(slip), Some(who), None) = (&mut self.slip, &self.who, self.waiting_for) else { return Vec::new() };
        let locked = self.lock.left_ms(venue.meeting, venue.own, venue.now_ms, venue.steady_ms) > 0;
        if matches!(touch, slip::Touch::Typed(_)) && slip.asks_pin() && locked {
            return Vec::new();
        }
        match slip.touch(touch, who, venue) {
            slip::Outcome::Nothing => Vec::new(),
            slip::Outcome::Submit(command) => self.submit(*command),
            slip::Outcome::WrongPin => self.wrong_pin(venue),
            slip::Outcome::Pay => {
                self.open_payments(venue);
                Vec::new()
            }
            slip::Outcome::Leave => {
                let household = slip.household;
                self.leave_slip(household, venue);
                Vec::new()
            }
        }
    }

    // ── Payments ──

    fn open_payments(&mut self, venue: &Venue) {
        let of_guest = self.guest.as_ref().and_then(|guest| match guest.party {
            Party::Household(household) => Some(household),
            Party::Guest(_) => None,
        });
        let household = self.slip.as_ref().map(|slip| slip.household).or(of_guest);
        let slip = self.slip.as_ref().and_then(Slip::id);
        self.refused = RefusedWhy::None;
        self.cashier = household.and_then(|household| Cashier::open(venue.meeting, household, slip));
    }

    fn touch_cashier(&mut self, touch: cashier::Touch, venue: &Venue) -> Vec<Action> {
        let (Some(cashier), Some(who), None) = (&mut self.cashier, &self.who, self.waiting_for) else {
            return Vec::new();
        };
        let locked = self.lock.left_ms(venue.meeting, venue.own, venue.now_ms, venue.steady_ms) > 0;
        if matches!(touch, cashier::Touch::Typed(_)) && cashier.asks_pin() && locked {
            return Vec::new();
        }
        match cashier.touch(touch, who, venue) {
            cashier::Outcome::Nothing => Vec::new(),
            cashier::Outcome::Submit(command) => self.submit(*command),
            cashier::Outcome::WrongPin => self.wrong_pin(venue),
            cashier::Outcome::Leave => {
                self.cashier = None;
                Vec::new()
            }
        }
    }

    /// Back to the page of its party.
    fn leave_slip(&mut self, household: HouseholdId, venue: &Venue) {
        self.slip = None;
        let same = self.guest.as_ref().is_some_and(|guest| guest.party == Party::Household(household));
        if !same {
            self.open(Party::Household(household), None, venue);
        }
    }

    // ── Who works here ──

    fn pin_digit(&mut self, digit: u8, venue: &Venue) -> Vec<Action> {
        if self.who.is_some() || self.entering.is_some() || self.locked_ms(venue) > 0 {
            return Vec::new();
        }
        self.wrong = false;
        self.pin.push(char::from(b'0' + digit));
        if self.pin.len() < PIN_FIGURES {
            return Vec::new();
        }
        let pin = std::mem::take(&mut self.pin);
        let mut staff = venue.meeting.config().staff.iter().map(|person| Crew::Staff(person.id.clone()));
        match staff.find(|who| venue.secrets.is_pin_of(who, &pin, venue.meeting)) {
            Some(Crew::Staff(id)) => self.enter(id),
            Some(Crew::Sales(_)) | None => self.wrong_pin(venue),
        }
    }

    /// Nobody works here before the sign-in stands.
    fn enter(&mut self, id: StaffId) -> Vec<Action> {
        self.lock.right();
        let command = Command::SignIn { who: Crew::Staff(id.clone()), purpose: SignInPurpose::Desk };
        let action = self.report(command, Actor::Staff { id: id.clone() });
        self.entering = Some((action.tag, id));
        vec![action]
    }

    fn wrong_pin(&mut self, venue: &Venue) -> Vec<Action> {
        self.wrong = true;
        let Some(tries) = self.lock.wrong(venue.steady_ms) else { return Vec::new() };
        let command = Command::LockOut { who: None, tries, minutes: lock::LOCK_OUT_MINUTES };
        let action = self.report(command, Actor::System);
        self.lock.told(action.tag);
        vec![action]
    }

    fn locked_ms(&self, venue: &Venue) -> u64 {
        self.lock.left_ms(venue.meeting, venue.own, venue.now_ms, venue.steady_ms)
    }

    fn leave(&mut self, timed_out: bool) -> Vec<Action> {
        let Some(id) = self.who.take() else { return Vec::new() };
        (self.chosen, self.asking, self.refused) = (Chosen::Nothing, None, RefusedWhy::None);
        self.on_map = false;
        self.map.leave();
        self.finder.clear();
        (self.guest, self.on_walk_in, self.group) = (None, false, None);
        (self.slip, self.cashier) = (None, None);
        let who = Crew::Staff(id.clone());
        vec![self.report(Command::SignOut { who, timed_out }, Actor::Staff { id })]
    }

    // ── Which line ──

    fn choose_first(&mut self, venue: &Venue) {
        self.chosen = self.tasks(venue).first().map_or(Chosen::Nothing, |task| Chosen::Open(task.id));
        (self.refused, self.asking) = (RefusedWhy::None, None);
    }

    fn choose_open(&mut self, index: usize, venue: &Venue) {
        if let Some(task) = self.tasks(venue).get(index) {
            self.chosen = Chosen::Open(task.id);
            (self.refused, self.asking) = (RefusedWhy::None, None);
        }
    }

    fn choose_settled(&mut self, index: usize, venue: &Venue) {
        if let Some(settled) = settled(venue).get(index) {
            self.chosen = Chosen::Settled(settled.task.id);
            (self.refused, self.asking) = (RefusedWhy::None, None);
        }
    }

    fn step(&mut self, by: i8, venue: &Venue) {
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

    fn switch_list(&mut self, venue: &Venue) {
        match self.chosen {
            Chosen::Settled(_) => self.choose_first(venue),
            Chosen::Nothing | Chosen::Open(_) => self.choose_settled(0, venue),
        }
    }

    // ── What is done about it ──

    fn act(&mut self, shown: &DeedLine, venue: &Venue) -> Vec<Action> {
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

    fn typed(&mut self, words: &str, venue: &Venue) -> Vec<Action> {
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
    fn answer_money(&mut self, question: Question, task: TaskId, words: &str, venue: &Venue) -> Option<Vec<Action>> {
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
    fn tasks<'a>(&self, venue: &Venue<'a>) -> Vec<&'a Task> {
        let staff = self.who.as_ref().and_then(|who| venue.meeting.staff(who));
        let gives_prices = staff.is_some_and(|staff| staff.is(Role::DeputyCommander));
        let asked = |task: &&Task| gives_prices || !matches!(task.kind, TaskKind::PriceWanted { .. });
        venue.tasks.iter().filter(asked).collect()
    }

    fn submit(&mut self, command: Command) -> Vec<Action> {
        let Some(id) = self.who.clone() else { return Vec::new() };
        let action = self.report(command, Actor::Staff { id });
        self.waiting_for = Some(action.tag);
        self.refused = RefusedWhy::None;
        vec![action]
    }

    fn report(&mut self, command: Command, actor: Actor) -> Action {
        self.last_tag += 1;
        Action { tag: self.last_tag, command: Box::new(command), actor }
    }

    fn deeds(&self, venue: &Venue) -> Vec<Deed> {
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

    // ── What is on the screen ──

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

    fn work_page(&self, who: &StaffId, venue: &Venue) -> DeskPage {
        let busy = self.waiting_for.is_some();
        if self.on_map {
            return DeskPage::Map(Box::new(self.map.page(venue.meeting, who, self.refused, busy)));
        }
        let language = self.language_of(venue.meeting);
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

    fn tasks_page(&self, venue: &Venue) -> TasksPage {
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

    fn language_of(&self, meeting: &Meeting) -> Language {
        self.language.unwrap_or_else(|| meeting.config().meeting.language())
    }
}

fn look<'a>(venue: &Venue<'a>) -> Look<'a> {
    Look { meeting: venue.meeting, own: venue.own, time: venue.time, now_ms: venue.now_ms }
}

/// What whoever acts can do about it.
fn why(result: &Result<(), Failed>) -> RefusedWhy {
    match result {
        Ok(()) => RefusedWhy::None,
        Err(Failed::Busy) => RefusedWhy::Busy,
        Err(Failed::Storage) => RefusedWhy::Storage,
        Err(Failed::Rule(refusal)) => match refusal {
            Refusal::NotAuthorised { .. } => RefusedWhy::Role,
            Refusal::SecondPerson { .. } => RefusedWhy::SecondPerson,
            Refusal::NoRoom | Refusal::NoLease | Refusal::NoTable | Refusal::TableClosed { .. } => RefusedWhy::NoPlace,
            Refusal::UnknownNumber => RefusedWhy::Number,
            Refusal::AlreadyThere => RefusedWhy::Taken,
            Refusal::NameMissing => RefusedWhy::Label,
            Refusal::TooMany { .. } => RefusedWhy::TooMany,
            Refusal::ReasonMissing => RefusedWhy::Reason,
            Refusal::SeatLocked { .. } => RefusedWhy::Locked,
            Refusal::KnowsTable { .. } => RefusedWhy::Knows,
            Refusal::MoveBreaks { rule: NoSeatReason::Conflict, .. } => RefusedWhy::Rivals,
            Refusal::MoveBreaks { rule: NoSeatReason::Wheelchair, .. } => RefusedWhy::Wheelchair,
            Refusal::MoveBreaks { .. } => RefusedWhy::NoPlace,
            Refusal::MovedMeanwhile { .. } => RefusedWhy::Meanwhile,
            Refusal::BeyondAuthority { .. } => RefusedWhy::Beyond,
            Refusal::AlreadyDone { .. }
            | Refusal::BadgeSettled
            | Refusal::NotDoubtful
            | Refusal::UnknownTask
            | Refusal::VoidedBadge
            | Refusal::SlipChanged { .. }
            | Refusal::SlipSigned
            | Refusal::SlipVoid
            | Refusal::PaymentReversed => RefusedWhy::Meanwhile,
            _ => RefusedWhy::Other,
        },
    }
}

/// The newest first.
fn settled<'a>(venue: &Venue<'a>) -> Vec<&'a SettledTask> {
    let since = UnixMillis(venue.now_ms.saturating_sub(SETTLED_FOR_MS));
    venue.meeting.settled_tasks(since).into_iter().take(MOST_SETTLED).collect()
}

fn next_language(now: Language, meeting: &Meeting) -> Language {
    let spoken = match meeting.config().meeting.languages.as_slice() {
        [] => Language::ALL.to_vec(),
        spoken => spoken.to_vec(),
    };
    let at = spoken.iter().position(|language| *language == now).unwrap_or(0);
    spoken[(at + 1) % spoken.len()]
}
