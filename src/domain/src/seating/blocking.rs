//! A room without a plan is admitted: what stands in the way, down to the few households that show it. Nothing here
//! makes a plan better, and no plan that breaks a hard rule leaves it.

use super::anneal::Found;
use super::cost::{Break, check};
use super::exact::{Verdict, fits};
use super::room::{Level, NOWHERE, Room};

/// Pairs of household and table that the proof looks at, at most: about a second.
const WORK: u64 = 100_000_000;
/// The same for each question while the blocking set is made smaller.
const WORK_EACH: u64 = 400_000;
/// Households of a proof that is made smaller, at most.
const MOST_IN_PROOF: usize = 400;

/// A reason why there cannot be a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// A household is larger than the largest table.
    TooLarge {
        /// Which.
        household: u16,
        /// Its people.
        heads: u16,
        /// Places at the largest table.
        largest: u16,
    },
    /// A household brings more wheelchairs than any table that is large enough has spaces for.
    NoStepFreeTable {
        /// Which.
        household: u16,
        /// Its wheelchairs.
        wheelchairs: u16,
        /// The most spaces at a table that is large enough.
        spaces: u16,
    },
    /// More people than places in the whole room.
    TooManyPeople {
        /// People.
        heads: u32,
        /// Places for guests.
        places: u32,
    },
    /// More wheelchairs than spaces in the whole room.
    TooManyWheelchairs {
        /// Wheelchairs.
        wheelchairs: u32,
        /// Spaces.
        spaces: u32,
    },
    /// These households cannot all sit; without any one of them the others could, as far as was proved.
    Together(Blocking),
}

/// Households that cannot all sit, with what a sentence about them needs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Blocking {
    /// The households.
    pub households: Vec<u16>,
    /// Pairs of them that shall never meet.
    pub never: Vec<(u16, u16)>,
    /// Whether each of them shall meet none of the others.
    pub all_apart: bool,
    /// Their people.
    pub heads: u32,
    /// Their wheelchairs.
    pub wheelchairs: u32,
    /// The tables that one of them at least could take alone.
    pub tables: Vec<u16>,
    /// Places at these.
    pub places: u32,
    /// Spaces for wheelchairs at these.
    pub spaces: u32,
}

/// What a search comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// A plan that keeps every hard rule.
    Plan(Found),
    /// There is none, and why.
    Impossible(Vec<Obstacle>),
    /// None was found and none was ruled out; what the closest one breaks.
    NotFound(Vec<Break>),
}

/// What rules a plan out at first sight; asked before any search.
pub fn obstacles(room: &Room) -> Vec<Obstacle> {
    let mut found = Vec::new();
    for (number, one) in room.households.iter().enumerate() {
        let household = number as u16;
        let large_enough = || room.tables.iter().filter(|table| table.places >= one.heads);
        let spaces = large_enough().map(|table| table.wheelchair_spaces).max();
        match spaces {
            None => found.push(Obstacle::TooLarge { household, heads: one.heads, largest: room.largest }),
            Some(spaces) if spaces < one.wheelchairs => {
                found.push(Obstacle::NoStepFreeTable { household, wheelchairs: one.wheelchairs, spaces });
            }
            Some(_) => {}
        }
    }
    let heads = room.households.iter().map(|household| u32::from(household.heads)).sum();
    let places = room.tables.iter().map(|table| u32::from(table.places)).sum();
    if heads > places {
        found.push(Obstacle::TooManyPeople { heads, places });
    }
    let wheelchairs = room.households.iter().map(|household| u32::from(household.wheelchairs)).sum();
    let spaces = room.tables.iter().map(|table| u32::from(table.wheelchair_spaces)).sum();
    if wheelchairs > spaces {
        found.push(Obstacle::TooManyWheelchairs { wheelchairs, spaces });
    }
    found
}

/// What the best of all chains comes to: where it breaks a hard rule, the complete search has the last word.
pub fn settle(room: &Room, found: Found) -> Outcome {
    if found.is_feasible() {
        return Outcome::Plan(found);
    }
    let plain = obstacles(room);
    if !plain.is_empty() {
        return Outcome::Impossible(plain);
    }
    if let Some(set) = crowd(room) {
        return Outcome::Impossible(vec![Obstacle::Together(told(room, smaller(room, set)))]);
    }
    let everybody: Vec<u16> = (0..room.households() as u16).collect();
    match fits(room, &everybody, WORK) {
        Verdict::Fits(plan) => {
            let cost = check(room, &plan).0.total();
            Outcome::Plan(Found { plan, cost, broken: 0 })
        }
        Verdict::Impossible(set) => Outcome::Impossible(vec![Obstacle::Together(told(room, smaller(room, set)))]),
        Verdict::Unknown => Outcome::NotFound(check(room, &found.plan).1),
    }
}

/// Sets that a count rules out: households of some size or more against the tables' room for such, and households that
/// all keep apart against the tables.
fn crowd(room: &Room) -> Option<Vec<u16>> {
    let sizes = 1..=room.households.iter().map(|household| household.heads).max().unwrap_or(0);
    let large =
        |least: u16| (0..room.households() as u16).filter(move |one| room.households[usize::from(*one)].heads >= least);
    let room_for = |least: u16| room.tables.iter().map(|table| usize::from(table.places / least)).sum::<usize>();
    for least in sizes.rev() {
        if large(least).count() > room_for(least) {
            return Some(large(least).take(room_for(least) + 1).collect());
        }
    }
    let anywhere = room.tables.iter().filter(|table| table.places > 0).count();
    let step_free = room.tables.iter().filter(|table| table.wheelchair_spaces > 0).count();
    let wheelchair = |one: u16| room.households[usize::from(one)].wheelchairs > 0;
    apart(room, step_free, wheelchair).or_else(|| apart(room, anywhere, |_| true))
}

/// More than `tables` households of a kind that all keep apart from one another, if a greedy look finds them.
fn apart(room: &Room, tables: usize, kind: impl Fn(u16) -> bool) -> Option<Vec<u16>> {
    let never = |a: u16, b: u16| room.rivals_of(usize::from(a)).iter().any(|rival| rival.other == b && rival.never > 0);
    for first in (0..room.households() as u16).filter(|one| kind(*one)) {
        let mut together = vec![first];
        for rival in room.rivals_of(usize::from(first)).iter().filter(|rival| rival.never > 0 && kind(rival.other)) {
            if together.len() > tables {
                break;
            }
            if together.iter().all(|other| never(*other, rival.other)) {
                together.push(rival.other);
            }
        }
        if together.len() > tables {
            return Some(together);
        }
    }
    None
}

/// The same proof with fewer households: one after the other is left out as long as the rest still cannot sit.
fn smaller(room: &Room, set: Vec<u16>) -> Vec<u16> {
    if set.len() > MOST_IN_PROOF {
        return set;
    }
    let forwards = without_idle(room, set.clone(), set.clone());
    let backwards = without_idle(room, set.clone(), set.into_iter().rev().collect());
    if backwards.len() < forwards.len() { backwards } else { forwards }
}

fn without_idle(room: &Room, mut set: Vec<u16>, order: Vec<u16>) -> Vec<u16> {
    for household in order {
        if !set.contains(&household) {
            continue;
        }
        let rest: Vec<u16> = set.iter().copied().filter(|one| *one != household).collect();
        if let Verdict::Impossible(shown_by) = fits(room, &rest, WORK_EACH) {
            set = shown_by;
        }
    }
    set
}

fn told(room: &Room, households: Vec<u16>) -> Blocking {
    let both = |conflict: &&super::room::ConflictSpec| {
        conflict.level == Level::Never && households.contains(&conflict.a) && households.contains(&conflict.b)
    };
    let mut never: Vec<(u16, u16)> =
        room.conflicts.iter().filter(both).map(|one| (one.a.min(one.b), one.a.max(one.b))).collect();
    never.sort_unstable();
    never.dedup();
    let takes = |table: usize, one: u16| {
        let (spec, household) = (&room.tables[table], &room.households[usize::from(one)]);
        let seated = room.seated[usize::from(one)];
        spec.places >= household.heads
            && spec.wheelchair_spaces >= household.wheelchairs
            && (seated == NOWHERE || usize::from(seated) == table)
    };
    let open = (0..room.tables()).filter(|table| households.iter().any(|one| takes(*table, *one)));
    let tables: Vec<u16> = open.map(|table| table as u16).collect();
    let of_tables = |figure: fn(&super::room::TableSpec) -> u16| {
        tables.iter().map(|table| u32::from(figure(&room.tables[usize::from(*table)]))).sum()
    };
    let of_households = |figure: fn(&super::room::Household) -> u16| {
        households.iter().map(|one| u32::from(figure(&room.households[usize::from(*one)]))).sum()
    };
    Blocking {
        all_apart: never.len() == households.len() * households.len().saturating_sub(1) / 2,
        never,
        heads: of_households(|household| household.heads),
        wheelchairs: of_households(|household| household.wheelchairs),
        places: of_tables(|table| table.places),
        spaces: of_tables(|table| table.wheelchair_spaces),
        households,
        tables,
    }
}
