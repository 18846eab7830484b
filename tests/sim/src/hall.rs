//! What staff do with seats and tables, walk-ins, the hub's new plan, and the time at which no-shows lose their seats.

use domain::config::SeatingPreset;
use domain::event::{PartiesMoved, Party, PartyMove, ReleaseReason, SeatsPlanned};
use domain::seating::Search;
use domain::{Actor, Command, HouseholdId, Meeting, TableId, UnixMillis, Unlisted};

use crate::judge::replay;
use crate::people::{Visit, Want};
use crate::plant::Plant;
use crate::venue::RECEPTION;
use crate::world::{Happening, OPENING, STORM_MS, World};

/// How long the search for a new plan goes: the rooms are tiny.
const SEARCH: Search = Search { iterations: 150, seed: 1 };

/// What somebody wants with seats and tables.
#[derive(Debug, Clone)]
pub(crate) enum HallWant {
    Swap { one: HouseholdId, two: HouseholdId, told_too: bool },
    Move { household: HouseholdId, to: TableId, told_too: bool },
    Replan,
    Undo,
    Lock { household: HouseholdId, locked: bool },
    Weights { preset: SeatingPreset },
    Close { table: TableId },
    Reopen { table: TableId },
    Merge { into: TableId, gone: TableId },
    Renumber { table: TableId, label: String },
    Chair { table: TableId },
    Count { household: HouseholdId, adults: u8 },
    WalkIn { number: usize },
    Leave { household: HouseholdId },
    Release { given_before: UnixMillis },
}

impl World {
    pub(crate) fn some_hall_want(&mut self) -> HallWant {
        let household = self.some_household();
        let told_too = self.rng.chance(300);
        match self.rng.between(0, 100) {
            0..25 => HallWant::Swap { one: household, two: self.some_household(), told_too },
            25..40 => HallWant::Move { household, to: self.some_table(), told_too },
            40..45 => HallWant::Replan,
            45..51 => HallWant::Undo,
            51..62 => HallWant::Lock { household, locked: self.rng.chance(700) },
            62..64 => HallWant::Weights { preset: SeatingPreset::ALL[self.rng.index(4)] },
            64..68 => HallWant::Close { table: self.some_table() },
            68..72 => HallWant::Reopen { table: self.some_table() },
            72..75 => HallWant::Merge { into: self.some_table(), gone: self.some_table() },
            75..78 => HallWant::Renumber { table: self.some_table(), label: format!("N{}", self.rng.between(1, 20)) },
            78..81 => HallWant::Chair { table: self.some_table() },
            81..87 => {
                let adults = self.rng.between(0, 5);
                HallWant::Count { household, adults: u8::try_from(adults).unwrap_or(0) }
            }
            87..97 => HallWant::WalkIn { number: self.rng.index(self.venue.walk_ins.len()) },
            _ => HallWant::Leave { household },
        }
    }

    fn some_household(&mut self) -> HouseholdId {
        let at = self.rng.index(self.venue.parties.len());
        self.venue.parties[at].household
    }

    fn some_table(&mut self) -> TableId {
        let at = self.rng.index(self.venue.tables.len());
        self.venue.tables[at].clone()
    }

    /// Every desk releases no-shows when it is time, each by itself; and the hub plans anew once more.
    pub(crate) fn plan_no_shows(&mut self) {
        if self.rng.chance(500) {
            let due = OPENING + self.rng.between(STORM_MS / 3, STORM_MS);
            for kiosk in 0..self.kiosks.len() {
                let at = due + self.rng.between(0, 4_000);
                let want = Want::Hall(HallWant::Release { given_before: UnixMillis(due) });
                self.come(at, Visit { want, kiosk, tries: 0 });
            }
        }
        let planted = self.options.plant == Some(Plant::MovesTheTold);
        if planted || self.rng.chance(300) {
            let at = OPENING + self.rng.between(STORM_MS / 4, STORM_MS);
            self.at(at, Happening::HubPlans);
        }
    }

    /// The organiser imports another plan while guests arrive.
    pub(crate) fn hub_plans(&mut self) {
        if self.calm || !self.hub.up {
            return;
        }
        let mut plan = SeatsPlanned { rev: 2, ..SeatsPlanned::default() };
        for at in 0..self.venue.parties.len() - self.venue.walk_ins.len() {
            if self.rng.chance(400) {
                let table = self.some_table();
                plan.seats.push((self.venue.parties[at].household, table));
            }
        }
        let mut events = vec![plan.into()];
        if self.options.plant == Some(Plant::MovesTheTold) {
            let meeting = replay(self.hub.log().iter().map(|(_, event)| event));
            let told = meeting.seats_now().into_iter().filter(|seat| meeting.is_told(seat.party));
            let away = |from: &TableId| self.venue.tables.iter().find(|table| *table != from).cloned();
            let moves = told.filter_map(|seat| {
                Some(PartyMove { party: seat.party, to: away(&seat.table)?, from: Some(seat.table) })
            });
            let (moves, reason) = (moves.collect(), String::new());
            events.push(PartiesMoved { moves, told_too: true, reason, undoes: None, part: 0 }.into());
        }
        self.hub.author(events, self.now);
        self.judge.hub_log(&self.hub);
    }

    pub(crate) fn walk_in_registered(&mut self, number: usize, kiosk: usize) {
        let walk_in = &self.venue.walk_ins[number];
        let household = walk_in.household.id;
        let present = walk_in.guests.iter().map(|guest| guest.id).collect();
        let seat = self.now + self.rng.between(200, 3_000);
        let arrive = seat + self.rng.between(200, 3_000);
        self.come(seat, Visit { want: Want::Seat { household, table: None }, kiosk, tries: 0 });
        let want = Want::CheckIn { household, present, unlisted_adults: 0 };
        self.come(arrive, Visit { want, kiosk, tries: 0 });
    }

    pub(crate) fn hall_command(&self, index: usize, want: &HallWant) -> (Command, Actor) {
        let empty = Meeting::new();
        let meeting = self.kiosks[index].node.as_ref().map_or(&empty, |node| node.meeting());
        let staff = Actor::Staff { id: RECEPTION.into() };
        let command = match want.clone() {
            HallWant::Release { given_before } => {
                return (Command::ReleaseNoShows { given_before: Some(given_before) }, Actor::System);
            }
            HallWant::Swap { one, two, told_too } => {
                let (from, to) = (at(meeting, one), at(meeting, two));
                let go = |who, from: &Option<TableId>, to: Option<TableId>| {
                    Some(PartyMove { party: Party::Household(who), from: from.clone(), to: to? })
                };
                let moves = [go(one, &from, to.clone()), go(two, &to, from.clone())];
                moved(moves.into_iter().flatten().filter(|_| one != two).collect(), told_too)
            }
            HallWant::Move { household, to, told_too } => {
                let from = at(meeting, household);
                moved(vec![PartyMove { party: Party::Household(household), from, to }], told_too)
            }
            HallWant::Replan => {
                let replanned = meeting.replan(UnixMillis(self.now)).map(|replan| replan.solve(&SEARCH));
                moved(replanned.map_or_else(|_| Vec::new(), |replanned| replanned.moves), false)
            }
            HallWant::Undo => {
                let undo = meeting.undo_of_last_move(&RECEPTION.into(), "back again");
                undo.unwrap_or_else(|| moved(Vec::new(), false))
            }
            HallWant::Lock { household, locked } => Command::LockSeat { party: Party::Household(household), locked },
            HallWant::Weights { preset } => Command::ChooseWeights { preset },
            HallWant::Close { table } => Command::CloseTable { table },
            HallWant::Reopen { table } => Command::ReopenTable { table },
            HallWant::Merge { into, gone } => Command::MergeTables { into, merged: vec![gone], seats: 12 },
            HallWant::Renumber { table, label } => Command::RenumberTable { table, label },
            HallWant::Chair { table } => Command::SignChairs { table, chairs: 1 },
            HallWant::Count { household, adults } => {
                Command::CountUnlisted(Unlisted { household, adults, children: 0 })
            }
            HallWant::WalkIn { number } => {
                let walk_in = self.venue.walk_ins[number].clone();
                Command::RegisterWalkIn {
                    household: Some(walk_in.household),
                    dealers: vec![walk_in.dealer],
                    guests: walk_in.guests,
                    note: "a friend".to_owned(),
                }
            }
            HallWant::Leave { household } => {
                let party = Party::Household(household);
                Command::ReleaseSeat { party, reason: ReleaseReason::LeftEarly }
            }
        };
        (command, staff)
    }
}

fn at(meeting: &Meeting, household: HouseholdId) -> Option<TableId> {
    let party = Party::Household(household);
    meeting.seats_now().into_iter().find(|seat| seat.party == party).map(|seat| seat.table)
}

fn moved(moves: Vec<PartyMove>, told_too: bool) -> Command {
    Command::MoveParties { moves, told_too, reason: "they asked for it".to_owned(), undoes: None }
}
