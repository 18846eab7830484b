//! Why a household is at its table: what every other table would cost by rule, what blocks it, and the best swap. Data
//! only; the words are the screens'.

use super::cost::{Cost, check};
use super::exchange::Band;
use super::live::{Blocked, blocked};
use super::room::{NOWHERE, Room};
use super::state::State;

/// Another table for a household, alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Elsewhere {
    /// Which.
    pub table: u16,
    /// What the plan would cost more by rule; below 0 it would be better.
    pub change: Cost,
    /// What forbids it.
    pub blocked: Blocked,
    /// The household sits and is not moved.
    pub seated: bool,
}

impl Elsewhere {
    /// Whether it could go there.
    pub fn is_possible(&self) -> bool {
        self.blocked.is_free() && !self.seated
    }
}

/// Two households that could change places.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Swap {
    /// The other household.
    pub with: u16,
    /// Its table.
    pub table: u16,
    /// What the plan would cost more by rule.
    pub change: Cost,
}

/// The answer to "why here?".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// Its table; none: it has none.
    pub table: Option<u16>,
    /// What the plan costs.
    pub cost: Cost,
    /// Every other table: possible ones first, the cheapest first.
    pub elsewhere: Vec<Elsewhere>,
    /// The swap that costs least, if any keeps the hard rules.
    pub best_swap: Option<Swap>,
}

/// Why a household is where it is in a plan.
pub fn explain(room: &Room, plan: &[u16], who: u16) -> Explanation {
    let mut plan = plan.to_vec();
    plan.resize(room.households(), NOWHERE);
    let number = usize::from(who);
    let cost = check(room, &plan).0;
    let state = State::of(room, &plan);
    let at = Some(plan[number]).filter(|table| usize::from(*table) < room.tables());
    let seated = room.seated[number] != NOWHERE;
    let others = (0..room.tables() as u16).filter(|table| Some(*table) != at);
    let mut elsewhere: Vec<Elsewhere> = others
        .map(|table| Elsewhere {
            table,
            change: with(room, &mut plan, &[(number, table)]) - cost,
            blocked: blocked(&state, number, usize::from(table), &Band::default()),
            seated,
        })
        .collect();
    elsewhere.sort_by_key(|one| (!one.is_possible(), one.change.total(), one.table));
    let best_swap = if seated { None } else { at.and_then(|table| best_swap(&state, number, table)) };
    let best_swap = best_swap.map(|(other, to)| {
        let from = plan[number];
        let change = with(room, &mut plan, &[(number, to), (usize::from(other), from)]) - cost;
        Swap { with: other, table: to, change }
    });
    Explanation { table: at, cost, elsewhere, best_swap }
}

/// The cost with some households elsewhere; the plan is as before afterwards.
fn with(room: &Room, plan: &mut [u16], moved: &[(usize, u16)]) -> Cost {
    let before: Vec<u16> = moved.iter().map(|(household, _)| plan[*household]).collect();
    moved.iter().for_each(|(household, table)| plan[*household] = *table);
    let cost = check(room, plan).0;
    moved.iter().zip(before).for_each(|((household, _), table)| plan[*household] = table);
    cost
}

fn best_swap(state: &State, who: usize, at: u16) -> Option<(u16, u16)> {
    // A table that holds far more than its places has no list of all of them.
    if state.table_of[who] != at {
        return None;
    }
    let possible = |other: &usize| {
        let to = state.table_of[*other];
        to != NOWHERE && to != at && state.room.seated[*other] == NOWHERE && keeps_rules(state, who, *other)
    };
    let others = (0..state.room.households()).filter(possible);
    let best = others.min_by_key(|other| (state.swapping(who, *other).soft, *other))?;
    Some((best as u16, state.table_of[best]))
}

fn keeps_rules(state: &State, one: usize, two: usize) -> bool {
    let free = |who: usize, gone: usize| {
        let mut leaving = Band::default();
        leaving.add(gone as u16, 0);
        blocked(state, who, usize::from(state.table_of[gone]), &leaving).is_free()
    };
    free(one, two) && free(two, one)
}
