//! The world: a clock, an agenda of what happens next, machines and people. One seed is one world; nothing in it comes
//! from outside, so a world can be played again.

use std::collections::BTreeMap;

use sync::MeetingId;
use sync::ids::Key;

use crate::faults::Trouble;
use crate::hub_model::{Caller, HubModel, Reply, Request};
use crate::judge::Judge;
use crate::kiosk::Kiosk;
use crate::lottery;
use crate::paper::PrinterMoment;
use crate::people::{People, Visit};
use crate::plant::Plant;
use crate::rng::Rng;
use crate::venue::Venue;

/// When the doors open, unix milliseconds.
pub const OPENING: u64 = 1_795_000_000_000;
/// Faults happen and guests come within this time after the opening.
pub const STORM_MS: u64 = 90_000;
/// Worlds from this seed on have desks that trade.
pub const TRADE_FROM: u64 = 1_000_000_000;
/// Worlds from this seed on trade and draw lots.
pub const DRAW_FROM: u64 = 2_000_000_000;
/// After the storm everything must be settled within this time.
pub const CALM_MS: u64 = 240_000;

/// What to play.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// Names the world.
    pub seed: u64,
    /// A mistake in its surroundings.
    pub plant: Option<Plant>,
    /// Tell everything that happens.
    pub trace: bool,
}

impl Options {
    /// Whether a lottery is drawn in this world.
    pub fn has_draw(&self) -> bool {
        self.seed >= DRAW_FROM
    }

    /// Whether desks trade in this world.
    pub fn has_trade(&self) -> bool {
        self.seed >= TRADE_FROM
    }
}

/// How it went.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// What must not be, each with its invariant; empty when all is well.
    pub violations: Vec<String>,
    /// Faults that struck.
    pub faults: u64,
    /// Acts that people were told are done.
    pub acts: u64,
    /// Pages that came out.
    pub pages: u64,
    /// Milliseconds from the end of the storm until all was settled.
    pub calm_ms: u64,
}

#[derive(Debug)]
pub(crate) enum Happening {
    Visit(Visit),
    StaffRound,
    DiskSynced { kiosk: usize, life: u64, batch: u64, answers: bool },
    DiskAnswersEarly { kiosk: usize, life: u64, batch: u64 },
    Reopened { kiosk: usize, life: u64 },
    Wake { kiosk: usize, life: u64, number: u64 },
    Starts { kiosk: usize },
    EnrolsAgain { kiosk: usize, life: u64 },
    EnrolsAnew { kiosk: usize, life: u64 },
    HubReceives { caller: Caller, request: Request },
    HubSynced { life: u64 },
    HubPolls,
    HubPlans,
    Answered { caller: Caller, reply: Reply },
    TimedOut { caller: Caller, request: Request },
    Printer { kiosk: usize, moment: PrinterMoment },
    Trouble(Trouble),
    StormEnds,
}

/// Everything there is.
pub struct World {
    pub(crate) options: Options,
    /// True time, unix milliseconds.
    pub(crate) now: u64,
    agenda: BTreeMap<(u64, u64), Happening>,
    numbered: u64,
    pub(crate) rng: Rng,
    pub(crate) venue: Venue,
    pub(crate) hub: HubModel,
    pub(crate) kiosks: Vec<Kiosk>,
    pub(crate) people: People,
    pub(crate) judge: Judge,
    pub(crate) calm: bool,
    /// Per mille of effects before which the process dies.
    pub(crate) crashes: u64,
    /// Per mille of messages lost.
    pub(crate) losses: u64,
}

/// Plays one world to its end.
pub fn run(options: Options) -> Report {
    let mut world = World::new(options);
    world.prepare();
    world.play()
}

impl World {
    fn new(options: Options) -> World {
        let mut rng = Rng::new(options.seed);
        let meeting = MeetingId(rng.bytes());
        let households = usize::try_from(rng.between(6, 14)).unwrap_or(6);
        let venue = Venue::new(households, options.has_trade(), &mut rng.fork());
        let venue = if options.has_draw() { lottery::equip(venue) } else { venue };
        let hub = HubModel::new(meeting, options.plant, rng.fork());
        let (crashes, losses) = (rng.between(0, 6), rng.between(0, 120));
        World {
            options,
            now: OPENING,
            agenda: BTreeMap::new(),
            numbered: 0,
            venue,
            hub,
            kiosks: Vec::new(),
            people: People::default(),
            judge: Judge::default(),
            calm: false,
            crashes,
            losses,
            rng,
        }
    }

    fn prepare(&mut self) {
        let events = self.venue.events.clone();
        self.hub.author(events, self.now);
        let kiosks = self.rng.between(2, 5);
        for number in 0..kiosks {
            let key = Key(self.rng.bytes());
            let kiosk = Kiosk::new(number, key, &mut self.hub, self.now, &mut self.rng);
            self.kiosks.push(kiosk);
        }
        self.hub.doors_open();
        self.judge.hub_log(&self.hub);
        for kiosk in 0..self.kiosks.len() {
            let at = self.now + self.rng.between(0, 3_000);
            self.at(at + self.joins_late(kiosk), Happening::Starts { kiosk });
        }
        self.plan_faults();
        self.plan_people();
        self.at(OPENING + STORM_MS, Happening::StormEnds);
        self.after(1_000, Happening::HubPolls);
    }

    /// In some worlds the last kiosk joins a meeting that is well under way: snapshot and tail.
    fn joins_late(&self, kiosk: usize) -> u64 {
        let mut rng = Rng::new(self.options.seed ^ 0x1a7e);
        let is_last = kiosk + 1 == self.kiosks.len();
        if is_last && rng.chance(300) { rng.between(10_000, STORM_MS) } else { 0 }
    }

    fn play(mut self) -> Report {
        let end = OPENING + STORM_MS + CALM_MS;
        let mut calm_at = None;
        while let Some(((at, _), happening)) = self.agenda.pop_first() {
            if at > end {
                break;
            }
            self.now = at;
            self.happen(happening);
            if self.calm && self.is_settled() {
                calm_at = Some(self.now);
                break;
            }
            if !self.judge.violations.is_empty() {
                break;
            }
        }
        self.close(calm_at)
    }

    fn close(mut self, calm_at: Option<u64>) -> Report {
        if self.judge.violations.is_empty() {
            match calm_at {
                Some(_) => self.judge_the_end(),
                None => self.accuse_unsettled(),
            }
        }
        for violation in &self.judge.violations {
            if self.options.trace {
                println!("VIOLATION {violation}");
            }
        }
        Report {
            violations: self.judge.violations,
            faults: self.judge.faults,
            acts: self.judge.acts,
            pages: self.kiosks.iter().map(|kiosk| kiosk.printer.pages.len() as u64).sum(),
            calm_ms: calm_at.map_or(CALM_MS, |at| at.saturating_sub(OPENING + STORM_MS)),
        }
    }

    fn happen(&mut self, happening: Happening) {
        match happening {
            Happening::Visit(visit) => self.visit(visit),
            Happening::StaffRound => self.staff_round(),
            Happening::DiskSynced { kiosk, life, batch, answers } => self.disk_synced(kiosk, life, batch, answers),
            Happening::DiskAnswersEarly { kiosk, life, batch } => self.disk_answers(kiosk, life, batch),
            Happening::Reopened { kiosk, life } => self.reopened(kiosk, life),
            Happening::Wake { kiosk, life, number } => self.wake(kiosk, life, number),
            Happening::Starts { kiosk } => self.start_kiosk(kiosk),
            Happening::EnrolsAgain { kiosk, life } => self.enrol_again(kiosk, life),
            Happening::EnrolsAnew { kiosk, life } => self.enrol_anew(kiosk, life),
            Happening::HubReceives { caller, request } => self.hub_receives(caller, request),
            Happening::HubSynced { life } => self.hub_synced(life),
            Happening::HubPolls => self.hub_polls(),
            Happening::HubPlans => self.hub_plans(),
            Happening::Answered { caller, reply } => self.answered(caller, reply),
            Happening::TimedOut { caller, request } => self.timed_out(caller, &request),
            Happening::Printer { kiosk, moment } => self.printer_moment(kiosk, moment),
            Happening::Trouble(trouble) => self.trouble(trouble),
            Happening::StormEnds => self.storm_ends(),
        }
    }

    pub(crate) fn at(&mut self, at: u64, happening: Happening) {
        self.numbered += 1;
        self.agenda.insert((at, self.numbered), happening);
    }

    pub(crate) fn after(&mut self, delay_ms: u64, happening: Happening) {
        self.at(self.now + delay_ms, happening);
    }

    pub(crate) fn say(&self, words: impl FnOnce() -> String) {
        if self.options.trace {
            println!("[{:>8}] {}", self.now - OPENING, words());
        }
    }
}
