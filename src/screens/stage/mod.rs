//! The stage's controller: keys, touches, answers and time in; commands and questions to the hub out; `page` says what the
//! operator sees, `hall` what the audience sees. It draws nothing, commits nothing, and names no winner: a round's picks
//! are the meeting's.

pub mod adapter;
pub mod audience;
mod deeds;
mod given;
mod hall;
mod page;
#[cfg(test)]
mod tests;
pub mod view;

use crate::app::clock::VenueTime;
use crate::app::secrets::Secrets;
use crate::screens::Failed;
use crate::screens::lock::{self, PinLock};
use domain::config::Language;
use domain::event::{Crew, Scene, SignInPurpose};
use domain::meeting::{Draw, Round, RoundStep, RoundView};
use domain::stage::BulletinQueue;
use domain::{Actor, Command, DeviceId, DrawAsk, Meeting, RoundId, StaffId, UnixMillis};
use stage_ui::{LotteryStyle, SceneCode, StageAsk, StageDeed, StageSaid};
use std::collections::BTreeMap;

pub use hall::HallMessage;

/// Figures of a PIN.
const PIN_FIGURES: usize = 4;
/// Without a key for so long the operator is asked for the PIN again; the hall's screen stays as it is.
const LEAVE_AFTER_MS: u64 = 4 * 3_600_000;
/// A remote's button that bounces is pressed once.
const DEBOUNCE_MS: u64 = 350;
/// From "stop" until the winners' page: longer than the animation takes to come to rest.
const SETTLE_MS: u64 = 2_600;
/// Winners on a page.
pub const PAGE: usize = 10;
/// Before orders close nobody knows how long: five minutes.
const USUAL_COUNTDOWN: u32 = 300;

/// What the controller may look at while it decides.
pub struct Venue<'a> {
    pub meeting: &'a Meeting,
    /// How many events of the hub's order are stored here: what two machines have.
    pub durable: u64,
    /// Machines whose last acts may be missing.
    pub away: &'a [Away],
    /// This machine; none before the hub was met.
    pub own: Option<DeviceId>,
    pub secrets: &'a Secrets,
    pub time: &'a VenueTime,
    pub place: String,
    pub connected: bool,
    pub waiting: usize,
    pub waiting_since: Option<u64>,
    pub storage_failed: bool,
    /// The text of the printed rules.
    pub rules: Option<&'a str>,
    /// The first picture of the operator's folder, by its SHA-256.
    pub picture: Option<&'a str>,
    pub audience: AudienceState,
    /// The hub's time as far as it is known.
    pub now_ms: u64,
    /// Milliseconds that never jump, for everything that lasts.
    pub steady_ms: u64,
}

/// A machine that is not heard, or whose log the hub does not have whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Away {
    pub device: DeviceId,
    pub name: String,
    /// Since when, Unix milliseconds; none: never since the hub started.
    pub since_ms: Option<u64>,
}

/// How the audience's window is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AudienceState {
    InStep,
    Late,
    Gone,
}

/// What happened.
#[derive(Debug, Clone)]
pub enum Input {
    Touch(Touch),
    Answer {
        tag: u64,
        result: Result<(), Failed>,
    },
    /// What the hub made of a step that was asked for.
    Stepped {
        tag: u64,
        result: Result<(), StepFault>,
    },
    Tick,
}

/// Why a step was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StepFault {
    /// By the hub's word for programs.
    Refused(String),
    Unreachable,
}

/// What a person does.
#[derive(Debug, Clone, PartialEq)]
pub enum Touch {
    /// A key of the keyboard or of a remote.
    Key(Key),
    Scene(SceneCode),
    Do(StageDeed),
    ChooseRound(usize),
    ChoosePick(usize),
    Typed(String),
    Cancel,
    PinDigit(u8),
    PinErase,
    PinClear,
    NextLanguage,
}

/// Keys by what they are; the window knows their codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    Letter(char),
    Next,
    PageDown,
    PageUp,
    Up,
    Down,
    Backspace,
    Escape,
    Function(u8),
    Language,
}

/// What the controller wants done.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    Act { tag: u64, command: Box<Command>, actor: Actor },
    Ask { tag: u64, ask: DrawAsk, actor: Actor },
}

/// How the winners of the round in hand come onto the screen.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Phase {
    /// As stored: after a restart, and on every other machine.
    Stored,
    /// The hub was asked; the animation begins when the winners are stored.
    Asked(RoundId),
    Spinning(RoundId),
    Settling(RoundId, u64),
}

/// The controller of one stage.
pub struct Stage {
    language: Option<Language>,
    who: Option<StaffId>,
    entering: Option<(u64, StaffId)>,
    pin: String,
    wrong: bool,
    lock: PinLock,
    touched_ms: u64,
    stepped_ms: Option<u64>,
    waiting_for: Option<u64>,
    last_tag: u64,
    said: (StageSaid, String),
    asking: StageAsk,
    asked_pin: String,
    reason: String,
    practising: bool,
    prize_at: usize,
    quantity: Option<u32>,
    /// The host went on to another round.
    left: Option<RoundId>,
    /// Machines were behind at the last try to close a list.
    behind: bool,
    /// A list that is being closed: its scene follows.
    closing: Option<RoundId>,
    faces: Vec<u8>,
    phase: Phase,
    page: usize,
    chosen: Option<u32>,
    calls: BTreeMap<(RoundId, u32), u8>,
    style: Option<LotteryStyle>,
    unblank: Option<Scene>,
    bulletins: Option<BulletinQueue>,
}

impl Default for Stage {
    fn default() -> Stage {
        Stage {
            language: None,
            who: None,
            entering: None,
            pin: String::new(),
            wrong: false,
            lock: PinLock::default(),
            touched_ms: 0,
            stepped_ms: None,
            waiting_for: None,
            last_tag: 0,
            said: (StageSaid::Nothing, String::new()),
            asking: StageAsk::Nothing,
            asked_pin: String::new(),
            reason: String::new(),
            practising: false,
            prize_at: 0,
            quantity: None,
            left: None,
            behind: false,
            closing: None,
            faces: Vec::new(),
            phase: Phase::Stored,
            page: 0,
            chosen: None,
            calls: BTreeMap::new(),
            style: None,
            unblank: None,
            bulletins: None,
        }
    }
}

impl Stage {
    /// Takes one input.
    pub fn handle(&mut self, input: Input, venue: &Venue) -> Vec<Action> {
        match input {
            Input::Touch(touch) => {
                self.touched_ms = venue.steady_ms;
                self.touch(touch, venue)
            }
            Input::Answer { tag, result } => {
                self.answered(tag, &result);
                Vec::new()
            }
            Input::Stepped { tag, result } => {
                if self.waiting_for == Some(tag) {
                    self.stepped(&result);
                }
                Vec::new()
            }
            Input::Tick => self.tick(venue),
        }
    }

    fn answered(&mut self, tag: u64, result: &Result<(), Failed>) {
        self.lock.answered(tag, result.is_ok());
        if self.waiting_for == Some(tag) {
            self.waiting_for = None;
            self.said = given::of_answer(result);
        }
        if let Some((_, id)) = self.entering.take_if(|(entering, _)| *entering == tag) {
            match result {
                Ok(()) => self.who = Some(id),
                Err(_) => self.wrong = true,
            }
        }
    }

    fn stepped(&mut self, result: &Result<(), StepFault>) {
        self.waiting_for = None;
        self.said = given::of_step(result);
        self.behind = self.said.0 == StageSaid::Behind;
        if result.is_err() {
            self.closing = None;
            if matches!(self.phase, Phase::Asked(_)) {
                self.phase = Phase::Stored;
            }
        }
    }

    fn tick(&mut self, venue: &Venue) -> Vec<Action> {
        self.follow(venue);
        if self.who.is_some() && venue.steady_ms.saturating_sub(self.touched_ms) >= LEAVE_AFTER_MS {
            return self.leave(true);
        }
        // The list is closed and known here: the hall sees it.
        let closed = self.closing.take_if(|round| venue.meeting.draw_of_round(round).is_some());
        match closed {
            Some(round) => self.show(Scene::Lottery(round)),
            None => Vec::new(),
        }
    }

    /// What follows from the round being further than it was.
    fn follow(&mut self, venue: &Venue) {
        let drawn = |round: &RoundId| {
            let view = shown_round(venue, round);
            view.is_some_and(|view| matches!(view.step, RoundStep::Drawn | RoundStep::Finished))
        };
        self.phase = match std::mem::replace(&mut self.phase, Phase::Stored) {
            Phase::Asked(round) if drawn(&round) => Phase::Spinning(round),
            Phase::Settling(_, until) if venue.steady_ms >= until => Phase::Stored,
            other => other,
        };
    }

    fn touch(&mut self, touch: Touch, venue: &Venue) -> Vec<Action> {
        match touch {
            Touch::NextLanguage | Touch::Key(Key::Language) => {
                self.language = Some(next_language(self.language_of(venue.meeting)));
            }
            Touch::PinDigit(digit) => return self.pin_digit(digit, venue),
            Touch::PinErase => drop(self.pin.pop()),
            Touch::PinClear => self.pin.clear(),
            Touch::Key(Key::Letter(letter)) if self.who.is_none() => {
                let digit = letter.to_digit(10).and_then(|digit| u8::try_from(digit).ok());
                return digit.map(|digit| self.pin_digit(digit, venue)).unwrap_or_default();
            }
            Touch::Key(Key::Backspace) if self.who.is_none() => drop(self.pin.pop()),
            _ if self.who.is_none() => {}
            Touch::Key(key) if self.asking != StageAsk::Nothing => return self.answer_key(key, venue),
            Touch::Key(key) => return self.key(key, venue),
            Touch::Typed(words) => return self.typed(&words),
            Touch::Cancel => self.ask(StageAsk::Nothing),
            _ if self.asking != StageAsk::Nothing => {}
            Touch::Scene(code) => return self.scene(code, venue),
            Touch::Do(deed) => return self.perform(deed, venue),
            Touch::ChooseRound(at) => (self.prize_at, self.quantity) = (at, None),
            Touch::ChoosePick(at) => self.choose_pick(at, venue),
        }
        Vec::new()
    }

    // ── Keys ──

    fn key(&mut self, key: Key, venue: &Venue) -> Vec<Action> {
        match key {
            Key::Next => return self.next(venue),
            Key::PageDown if self.has_next_page(venue) => return self.perform(StageDeed::NextPage, venue),
            Key::PageDown => return self.next(venue),
            Key::PageUp => return self.perform(StageDeed::LastPage, venue),
            Key::Function(number) => {
                return SCENES
                    .get(usize::from(number).wrapping_sub(1))
                    .map(|code| self.scene(*code, venue))
                    .unwrap_or_default();
            }
            Key::Escape => return self.leave(false),
            Key::Backspace => return self.perform(StageDeed::EraseDie, venue),
            Key::Up | Key::Down => self.step_choice(key == Key::Down, venue),
            Key::Letter('.') => return self.scene(SceneCode::Blank, venue),
            Key::Letter(face @ '1'..='6') if deeds::takes_dice(self, venue) => {
                self.face(u8::try_from(u32::from(face) - u32::from('0')).unwrap_or(0), venue);
            }
            Key::Letter(letter) => {
                let deed =
                    deeds::of(self, venue).into_iter().find(|deed| deed.key.eq_ignore_ascii_case(&letter.to_string()));
                return deed.map(|deed| self.perform(deed.code, venue)).unwrap_or_default();
            }
            Key::Language => {}
        }
        Vec::new()
    }

    /// The one thing to do next; a button that bounces does it once.
    fn next(&mut self, venue: &Venue) -> Vec<Action> {
        if self.stepped_ms.is_some_and(|at| venue.steady_ms.saturating_sub(at) < DEBOUNCE_MS) {
            return Vec::new();
        }
        self.stepped_ms = Some(venue.steady_ms);
        let first = deeds::of(self, venue).into_iter().find(|deed| deed.primary);
        first.map(|deed| self.perform(deed.code, venue)).unwrap_or_default()
    }

    fn step_choice(&mut self, down: bool, venue: &Venue) {
        let moved =
            |at: usize, len: usize| if down { (at + 1).min(len.saturating_sub(1)) } else { at.saturating_sub(1) };
        let picks = self.picks(venue);
        if picks.is_empty() {
            let prizes = self.prizes(venue).len();
            (self.prize_at, self.quantity) = (moved(self.prize_at, prizes), None);
            return;
        }
        let at = picks.iter().position(|pick| Some(pick.pick) == self.chosen_pick(venue)).unwrap_or(0);
        self.chosen = picks.get(moved(at, picks.len())).map(|pick| pick.pick);
    }

    // ── Scenes ──

    fn scene(&mut self, code: SceneCode, venue: &Venue) -> Vec<Action> {
        let shown = venue.meeting.scene_shown().map(|(_, scene)| scene.clone());
        let scene = match code {
            SceneCode::Blank if shown == Some(Scene::Blank) => self.unblank.take().unwrap_or(Scene::WelcomeWall),
            SceneCode::Blank => {
                self.unblank = shown;
                Scene::Blank
            }
            SceneCode::Welcome => Scene::WelcomeWall,
            SceneCode::Agenda => Scene::Agenda,
            SceneCode::Standings => Scene::Standings,
            SceneCode::Progress => Scene::Progress,
            SceneCode::Bulletin => Scene::Bulletin,
            SceneCode::Called => Scene::CalledNumbers,
            SceneCode::Countdown => Scene::Countdown { seconds: until_orders_close(venue) },
            SceneCode::Lottery => match self.round(venue) {
                Some(round) => Scene::Lottery(round.id.clone()),
                None => return self.tell(StageSaid::NothingLeft),
            },
            SceneCode::Picture => match venue.picture {
                Some(hash) => Scene::Picture(hash.to_owned()),
                None => return self.tell(StageSaid::Other),
            },
        };
        self.show(scene)
    }

    fn show(&mut self, scene: Scene) -> Vec<Action> {
        let Some(id) = self.who.clone() else { return Vec::new() };
        // Nobody waits for it: the hall's screen says whether it came.
        vec![self.report(Command::ShowScene { scene }, Actor::Staff { id })]
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
        let Some(id) = staff_of_pin(&pin, None, venue) else { return self.wrong_pin(venue) };
        self.lock.right();
        let command = Command::SignIn { who: Crew::Staff(id.clone()), purpose: SignInPurpose::Stage };
        let action = self.report(command, Actor::Staff { id: id.clone() });
        self.entering = Some((self.last_tag, id));
        vec![action]
    }

    fn wrong_pin(&mut self, venue: &Venue) -> Vec<Action> {
        self.wrong = true;
        self.said = (StageSaid::PinWrong, String::new());
        let Some(tries) = self.lock.wrong(venue.steady_ms) else { return Vec::new() };
        let command = Command::LockOut { who: None, tries, minutes: lock::LOCK_OUT_MINUTES };
        let action = self.report(command, Actor::System);
        self.lock.told(self.last_tag);
        vec![action]
    }

    fn locked_ms(&self, venue: &Venue) -> u64 {
        self.lock.left_ms(venue.meeting, venue.own, venue.now_ms, venue.steady_ms)
    }

    fn leave(&mut self, timed_out: bool) -> Vec<Action> {
        let Some(id) = self.who.take() else { return Vec::new() };
        self.ask(StageAsk::Nothing);
        let who = Crew::Staff(id.clone());
        vec![self.report(Command::SignOut { who, timed_out }, Actor::Staff { id })]
    }

    // ── The round in hand ──

    /// The draw that is led here.
    fn draw<'a>(&self, venue: &Venue<'a>) -> Option<&'a Draw> {
        if !self.practising {
            return venue.meeting.live_draw();
        }
        let open = |draw: &&Draw| draw.is_rehearsal() && draw.closed.is_none();
        venue.meeting.all_draws().filter(open).max_by_key(|draw| draw.committed.order)
    }

    /// Its last round, unless the host went on.
    fn round<'a>(&self, venue: &Venue<'a>) -> Option<&'a Round> {
        self.draw(venue)?.rounds().last().filter(|round| self.left.as_ref() != Some(&round.id) || round.is_open())
    }

    /// The same as far as two machines know it.
    fn seen(&self, venue: &Venue) -> Option<RoundView> {
        let round = self.round(venue)?;
        venue.meeting.round_shown(self.draw(venue)?.name.as_str(), &round.id, venue.durable)
    }

    fn language_of(&self, meeting: &Meeting) -> Language {
        self.language.unwrap_or_else(|| meeting.config().meeting.language())
    }

    fn tell(&mut self, said: StageSaid) -> Vec<Action> {
        self.said = (said, String::new());
        Vec::new()
    }

    fn ask(&mut self, asking: StageAsk) {
        self.asking = asking;
        self.asked_pin.clear();
        self.said = (StageSaid::Nothing, String::new());
    }

    fn submit(&mut self, command: Command) -> Vec<Action> {
        let Some(id) = self.who.clone() else { return Vec::new() };
        let action = self.report(command, Actor::Staff { id });
        self.waiting_for = Some(self.last_tag);
        self.said = (StageSaid::Nothing, String::new());
        vec![action]
    }

    fn ask_hub(&mut self, ask: DrawAsk) -> Vec<Action> {
        let Some(id) = self.who.clone() else { return Vec::new() };
        self.last_tag += 1;
        self.waiting_for = Some(self.last_tag);
        self.said = (StageSaid::Nothing, String::new());
        vec![Action::Ask { tag: self.last_tag, ask, actor: Actor::Staff { id } }]
    }

    fn report(&mut self, command: Command, actor: Actor) -> Action {
        self.last_tag += 1;
        Action::Act { tag: self.last_tag, command: Box::new(command), actor }
    }
}

/// Scenes by their function keys, from F1; blank has its own key.
pub(super) const SCENES: [SceneCode; 9] = [
    SceneCode::Welcome,
    SceneCode::Agenda,
    SceneCode::Standings,
    SceneCode::Progress,
    SceneCode::Bulletin,
    SceneCode::Countdown,
    SceneCode::Lottery,
    SceneCode::Called,
    SceneCode::Picture,
];

fn shown_round(venue: &Venue, round: &RoundId) -> Option<RoundView> {
    let draw = venue.meeting.draw_of_round(round)?;
    venue.meeting.round_shown(draw.name.as_str(), round, venue.durable)
}

/// Whose PIN it is, but for `not`.
fn staff_of_pin(pin: &str, not: Option<&StaffId>, venue: &Venue) -> Option<StaffId> {
    let mut staff = venue.meeting.config().staff.iter().map(|person| person.id.clone());
    staff.find(|id| Some(id) != not && venue.secrets.is_pin_of(&Crew::Staff(id.clone()), pin, venue.meeting))
}

fn until_orders_close(venue: &Venue) -> u32 {
    let closes = venue.meeting.config().rules.orders_close.as_ref().and_then(|at| venue.time.unix_ms(at));
    let left = closes.map(|at| UnixMillis(at).since(UnixMillis(venue.now_ms)) / 1_000);
    let left = left.and_then(|left| u32::try_from(left).ok()).filter(|left| (1..24 * 3_600).contains(left));
    left.unwrap_or(USUAL_COUNTDOWN)
}

fn next_language(now: Language) -> Language {
    let at = Language::ALL.iter().position(|language| *language == now).unwrap_or(0);
    Language::ALL[(at + 1) % Language::ALL.len()]
}
