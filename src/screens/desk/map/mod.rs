//! The map of the hall: which table, which party, who is carried where, what is asked before something is done. Touches in, at
//! most one command out; draws nothing, commits nothing.

mod acts;
pub mod adapter;
mod carry;
mod colour;
mod find;
pub mod floor;
mod reasons;
mod replan;
mod seats;
mod show;
#[cfg(test)]
mod tests;
pub mod view;

use super::Venue;
use acts::chairs_together;
use domain::config::SeatingPreset;
use domain::event::Party;
use domain::seating::Explanation;
use domain::{Command, Meeting, StaffId, TableId};
use find::Finding;
use floor::Way;
use reasons::Names;
pub use reasons::party_of;
pub use replan::Job;
use seats::Seats;
use std::collections::BTreeSet;
use std::sync::Arc;
use ui::MapRule;

/// Letters of a reason or a label.
const MOST_TYPED: usize = 200;
/// Written down where nobody who knows a table is concerned.
const MOVED_ON_THE_MAP: &str = "moved on the map";
const TAKEN_BACK: &str = "taken back on the map";
/// Chairs that a table has at most.
const MOST_SEATS: u16 = 60;

/// What a person does on the map.
#[derive(Debug, Clone, PartialEq)]
pub enum MapTouch {
    Rule(MapRule),
    NextRule,
    /// Chooses a table; puts down there who is carried when it is touched twice.
    Tap(TableId),
    Step(Way),
    /// The next party of the table.
    NextParty,
    ShowPlan,
    ShowUnseated,
    ShowParty(Party),
    /// None: who is chosen.
    PickUp(Option<Party>),
    Aim(Option<TableId>),
    Drop,
    /// Away from whatever is open.
    Back,
    Find(String),
    FindStep(i8),
    /// None: the one that is marked.
    Found(Option<String>),
    Act(MapAct),
    SeatsBy(i8),
    Typed(String),
    Preset(SeatingPreset),
    Yes,
}

/// What may be done with what is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MapAct {
    /// The chosen party changes places with the one that costs least.
    Swap,
    /// Holds the chosen party at its table, or lets it go.
    Lock,
    Undo,
    Replan,
    Close,
    Merge,
    Renumber,
    Add,
    /// The card of the chosen table, on A4.
    Print,
}

impl MapAct {
    /// By the name that the screen and the control socket call it.
    pub fn of(name: &str) -> Option<MapAct> {
        match name {
            "swap" => Some(MapAct::Swap),
            "lock" => Some(MapAct::Lock),
            "undo" => Some(MapAct::Undo),
            "replan" => Some(MapAct::Replan),
            "close" => Some(MapAct::Close),
            "merge" => Some(MapAct::Merge),
            "renumber" => Some(MapAct::Renumber),
            "add" => Some(MapAct::Add),
            "print" => Some(MapAct::Print),
            _ => None,
        }
    }
}

/// What came of a touch.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    Nothing,
    Do(Box<Command>),
    /// The card of this table is wanted on paper.
    Print(TableId),
    /// Back to the list of tasks.
    Leave,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Side {
    Plan,
    Table(TableId),
    Unseated,
    Party(Party),
}

/// Who is on the way from one table to another.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Carry {
    party: Party,
    aim: Option<TableId>,
}

#[derive(Debug)]
enum Question {
    WhyMoved {
        party: Party,
        to: TableId,
        /// Who comes back from there.
        with: Option<Party>,
    },
    Close(TableId),
    Merge {
        into: TableId,
        with: BTreeSet<TableId>,
        seats: u16,
    },
    Renumber(TableId),
    /// Beside this one.
    Add(TableId),
    ReplanRunning(replan::Running),
    Replan(replan::Offer),
    ReplanFailed(ui::ReplanFault),
}

/// The last act on tables, so that it can be taken back; moves are remembered by the meeting.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Last {
    Move,
    Close(TableId),
    Renumber(TableId, String),
    Merge(TableId),
    Add(TableId),
}

/// The reasons of one party at one moment.
#[derive(Debug, Clone)]
struct Why {
    party: Party,
    answer: Option<Explanation>,
}

/// The controller of the map.
pub struct Map {
    rule: MapRule,
    side: Side,
    carry: Option<Carry>,
    question: Option<Question>,
    finding: Option<Finding>,
    reveal: i32,
    /// What is shown when the act that is being committed stands.
    then: Option<Side>,
    /// What can be taken back, and what can be when the act that is being committed stands.
    last: Option<Last>,
    next_last: Option<Last>,
    job: Option<Job>,
    jobs: u64,
    /// The hall as the meeting was after so many events.
    folded: Option<u64>,
    seats: Option<Seats>,
    why: Option<Why>,
    cells: Arc<Vec<ui::TableCell>>,
    areas: Arc<Vec<ui::FloorArea>>,
    lines: Arc<Vec<ui::PlanLine>>,
    card: Card,
}

/// What became of the card that was asked for last.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Card {
    pub state: ui::CardState,
    /// The table's number.
    pub table: String,
    /// What the printer says, where that matters.
    pub words: String,
}

impl Default for Map {
    fn default() -> Map {
        Map {
            rule: MapRule::Occupancy,
            side: Side::Plan,
            carry: None,
            question: None,
            finding: None,
            reveal: 0,
            then: None,
            last: None,
            next_last: None,
            job: None,
            jobs: 0,
            folded: None,
            seats: None,
            why: None,
            cells: Arc::default(),
            areas: Arc::default(),
            lines: Arc::default(),
            card: Card::default(),
        }
    }
}

impl Map {
    /// Takes one touch; while an act is being committed nothing else is begun.
    pub fn touch(&mut self, touch: MapTouch, who: &StaffId, venue: &Venue, busy: bool) -> Outcome {
        self.prepare(venue.meeting);
        match touch {
            MapTouch::Rule(rule) => self.rule = rule,
            MapTouch::NextRule => self.rule = next_rule(self.rule),
            MapTouch::Tap(table) => return self.tap(table, venue, busy),
            MapTouch::Step(way) => self.step(way),
            MapTouch::NextParty => self.next_party(),
            MapTouch::ShowPlan => self.show(Side::Plan),
            MapTouch::ShowUnseated => self.show(Side::Unseated),
            MapTouch::ShowParty(party) => self.show_party(party),
            MapTouch::PickUp(party) => self.pick_up(party, busy),
            MapTouch::Aim(table) => self.aim(table),
            MapTouch::Drop => return self.put_down(venue, busy),
            MapTouch::Back => return self.back(),
            MapTouch::Find(words) => self.find(&words, venue),
            MapTouch::FindStep(by) => self.find_step(by),
            MapTouch::Found(id) => self.found(id.as_deref()),
            MapTouch::Act(act) if !busy => return self.act(act, who, venue),
            MapTouch::Preset(preset) if !busy => return self.weigh(preset),
            MapTouch::SeatsBy(by) => self.seats_by(by),
            MapTouch::Typed(words) if !busy => return self.typed(&words, venue),
            MapTouch::Yes if !busy => return self.yes(),
            MapTouch::Act(_) | MapTouch::Preset(_) | MapTouch::Typed(_) | MapTouch::Yes => {}
        }
        Outcome::Nothing
    }

    /// What became of the card.
    pub fn card_told(&mut self, card: Card) {
        self.card = card;
    }

    /// Whether the act that was submitted stands.
    pub fn answered(&mut self, stands: bool) {
        let (then, last) = (self.then.take(), self.next_last.take());
        if stands && let Some(side) = then {
            (self.carry, self.question, self.last) = (None, None, last);
            self.show(side);
        }
    }

    /// Nobody works here any more.
    pub fn leave(&mut self) {
        *self = Map { rule: self.rule, jobs: self.jobs, ..Map::default() };
    }

    /// Brings everything up to date with the meeting; cheap when it has not changed.
    pub fn look(&mut self, meeting: &Meeting) {
        if self.folded != Some(meeting.folded()) {
            let seats = Seats::of(meeting);
            self.areas = Arc::new(seats.floor.areas.clone());
            self.lines = Arc::new(reasons::of_plan(&Names { meeting, seats: &seats }));
            (self.seats, self.folded, self.why) = (Some(seats), Some(meeting.folded()), None);
            self.forget_what_is_gone(meeting);
            self.refresh_offer(meeting);
        }
    }

    fn forget_what_is_gone(&mut self, meeting: &Meeting) {
        let open = |table: &TableId| meeting.table(table).is_some_and(|now| now.is_open());
        let known = |party: &Party| self.seats.as_ref().is_some_and(|seats| seats.hall.number_of(*party).is_some());
        let gone = match &self.side {
            Side::Table(table) => !open(table),
            Side::Party(party) => !known(party),
            Side::Plan | Side::Unseated => false,
        };
        if self.carry.as_ref().is_some_and(|carry| !known(&carry.party)) {
            self.carry = None;
        }
        if gone {
            self.side = Side::Plan;
        }
        let void = match &self.question {
            Some(Question::WhyMoved { party, to, with }) => {
                !open(to) || !known(party) || with.as_ref().is_some_and(|with| !known(with))
            }
            Some(Question::Close(table) | Question::Renumber(table) | Question::Add(table)) => !open(table),
            Some(Question::Merge { into, with, .. }) => !open(into) || !with.iter().all(open),
            Some(Question::ReplanRunning(_) | Question::Replan(_) | Question::ReplanFailed(_)) | None => false,
        };
        if void {
            self.question = None;
        }
    }

    /// Computes what the screen needs; call it after every input, before `page`.
    pub fn prepare(&mut self, meeting: &Meeting) {
        self.look(meeting);
        let wanted = match (&self.carry, &self.side) {
            (Some(carry), _) => Some(carry.party),
            (None, Side::Party(party)) => Some(*party),
            (None, _) => None,
        };
        let Some(seats) = &self.seats else { return };
        if self.why.as_ref().map(|why| why.party) != wanted {
            let explain = |party| seats.hall.number_of(party).and_then(|number| seats.explain(number));
            self.why = wanted.map(|party| Why { party, answer: explain(party) });
        }
        let carried =
            self.carry.as_ref().map(|_| colour::Carried { why: self.why.as_ref().and_then(|why| why.answer.as_ref()) });
        let none = BTreeSet::new();
        let marked = match &self.question {
            Some(Question::Merge { with, .. }) => with,
            _ => &none,
        };
        let names = Names { meeting, seats };
        let cells = colour::cells(&names, self.rule, carried.as_ref(), marked);
        if *self.cells != cells {
            self.cells = Arc::new(cells);
        }
    }

    fn seats(&self) -> Option<&Seats> {
        self.seats.as_ref()
    }

    fn show(&mut self, side: Side) {
        if self.side != side {
            self.side = side;
            self.reveal += 1;
        }
    }

    fn table_of(&self, party: Party) -> Option<TableId> {
        let seats = self.seats()?;
        seats.table_of(seats.hall.number_of(party)?).cloned()
    }

    /// The table that is lit.
    fn chosen(&self) -> Option<TableId> {
        match &self.side {
            Side::Table(table) => Some(table.clone()),
            Side::Party(party) => self.table_of(*party),
            Side::Plan | Side::Unseated => None,
        }
    }

    // ── Which table, which party ──

    fn tap(&mut self, table: TableId, venue: &Venue, busy: bool) -> Outcome {
        if self.seats().is_none_or(|seats| seats.floor.place(&table).is_none()) {
            return Outcome::Nothing;
        }
        match (&mut self.question, &self.carry) {
            (Some(Question::Merge { into, with, seats }), _) => {
                if table != *into {
                    if !with.remove(&table) {
                        with.insert(table);
                    }
                    *seats = chairs_together(into, with, venue.meeting);
                }
            }
            (Some(_), _) => {}
            (None, Some(carry)) if carry.aim.as_ref() == Some(&table) => return self.put_down(venue, busy),
            (None, Some(_)) => self.aim(Some(table)),
            (None, None) => self.show(Side::Table(table)),
        }
        Outcome::Nothing
    }

    fn step(&mut self, way: Way) {
        let from = match &self.carry {
            Some(carry) => carry.aim.clone().or_else(|| self.table_of(carry.party)),
            None => self.chosen(),
        };
        let Some(next) = self.seats().and_then(|seats| seats.floor.next(from.as_ref(), way)) else { return };
        match &self.carry {
            Some(_) => self.aim(Some(next)),
            None if self.question.is_none() => self.show(Side::Table(next)),
            None => {}
        }
        self.reveal += 1;
    }

    fn next_party(&mut self) {
        if self.carry.is_some() || self.question.is_some() {
            return;
        }
        let Some(seats) = self.seats() else { return };
        let here: Vec<Party> = match self.chosen() {
            Some(table) => {
                let parties = seats.table(&table).map(|sum| sum.parties.as_slice()).unwrap_or_default();
                parties.iter().filter_map(|party| seats.party(*party)).collect()
            }
            None => seats.unseated().filter_map(|party| seats.party(party)).collect(),
        };
        let after = match &self.side {
            Side::Party(party) => here.iter().position(|one| one == party).map_or(0, |at| at + 1),
            Side::Plan | Side::Table(_) | Side::Unseated => 0,
        };
        if !here.is_empty() {
            self.show(Side::Party(here[after % here.len()]));
        }
    }

    fn show_party(&mut self, party: Party) {
        if self.seats().is_some_and(|seats| seats.hall.number_of(party).is_some()) {
            self.show(Side::Party(party));
        }
    }

    fn back(&mut self) -> Outcome {
        if self.question.take().is_some() || self.finding.take().is_some() || self.carry.take().is_some() {
            return Outcome::Nothing;
        }
        match &self.side {
            Side::Party(party) => {
                let table = self.table_of(*party);
                self.show(table.map_or(Side::Unseated, Side::Table));
            }
            Side::Table(_) | Side::Unseated => self.show(Side::Plan),
            Side::Plan => return Outcome::Leave,
        }
        Outcome::Nothing
    }
}

/// The rules in the order of their buttons.
pub const RULES: [MapRule; 6] = [
    MapRule::Occupancy,
    MapRule::Rivals,
    MapRule::Salespeople,
    MapRule::Honour,
    MapRule::KeyCustomer,
    MapRule::LooksEmpty,
];

fn next_rule(rule: MapRule) -> MapRule {
    let at = RULES.iter().position(|one| *one == rule).unwrap_or(0);
    RULES[(at + 1) % RULES.len()]
}
