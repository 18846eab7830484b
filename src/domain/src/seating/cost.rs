//! What a plan costs, rule by rule, and which hard rules it breaks: counted from scratch, to the point as the referee.

use std::collections::BTreeSet;

use super::room::{Level, NOWHERE, Room};

/// Points by rule; lower is better.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cost {
    /// Rivals at one table.
    pub conflict: i64,
    /// Salespeople at more tables than needed.
    pub spread: i64,
    /// Guests of honour behind the first row.
    pub vip_row: i64,
    /// Guests of honour behind a pillar.
    pub vip_view: i64,
    /// Used tables without a key customer.
    pub no_key_customer: i64,
    /// Used tables that look empty.
    pub looks_empty: i64,
    /// Households that were told another table.
    pub told_again: i64,
}

impl Cost {
    /// All rules together.
    pub fn total(&self) -> i64 {
        self.by_rule().iter().map(|(_, points)| points).sum()
    }

    /// The rules by the names that plans are exchanged with.
    pub fn by_rule(&self) -> [(&'static str, i64); 7] {
        [
            ("soft_conflict", self.conflict),
            ("salesperson_table", self.spread),
            ("vip_row", self.vip_row),
            ("vip_view", self.vip_view),
            ("no_anchor", self.no_key_customer),
            ("underfill", self.looks_empty),
            ("moved_told", self.told_again),
        ]
    }
}

impl std::ops::Sub for Cost {
    type Output = Cost;

    fn sub(self, other: Cost) -> Cost {
        Cost {
            conflict: self.conflict - other.conflict,
            spread: self.spread - other.spread,
            vip_row: self.vip_row - other.vip_row,
            vip_view: self.vip_view - other.vip_view,
            no_key_customer: self.no_key_customer - other.no_key_customer,
            looks_empty: self.looks_empty - other.looks_empty,
            told_again: self.told_again - other.told_again,
        }
    }
}

/// A hard rule that a plan breaks; households and tables by number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Break {
    /// A household has no table.
    NoTable {
        /// Which.
        household: u16,
    },
    /// More people than places.
    Overfull {
        /// Which table.
        table: u16,
        /// People at it.
        heads: u32,
        /// Places for guests.
        places: u16,
    },
    /// Two at one table who never shall be.
    Together {
        /// One.
        a: u16,
        /// The other.
        b: u16,
        /// Where.
        table: u16,
    },
    /// More wheelchairs than spaces.
    Wheelchairs {
        /// Which table.
        table: u16,
        /// Wheelchairs at it.
        wheelchairs: u32,
        /// Spaces for them.
        spaces: u16,
    },
    /// A household that sits was moved.
    Moved {
        /// Which.
        household: u16,
        /// Where it sits.
        seated: u16,
    },
}

#[derive(Clone, Copy, Default)]
struct Sum {
    heads: u32,
    wheelchairs: u32,
    key_customers: u32,
    used: bool,
}

/// The cost of a plan by rule and the hard rules it breaks. Places beyond the plan's end count as `NOWHERE`.
pub fn check(room: &Room, plan: &[u16]) -> (Cost, Vec<Break>) {
    let at = |household: usize| plan.get(household).copied().filter(|table| usize::from(*table) < room.tables());
    let (mut cost, mut breaks) = (Cost::default(), Vec::new());
    let mut sums = vec![Sum::default(); room.tables()];
    for (number, household) in room.households.iter().enumerate() {
        let table = at(number);
        let seated = room.seated[number];
        if seated != NOWHERE && table != Some(seated) {
            breaks.push(Break::Moved { household: number as u16, seated });
        }
        if household.told != NOWHERE && table != Some(household.told) {
            cost.told_again += i64::from(room.weights.told_again);
        }
        let Some(table) = table else {
            breaks.push(Break::NoTable { household: number as u16 });
            continue;
        };
        let spec = &room.tables[usize::from(table)];
        if household.tier > 0 {
            cost.vip_row += i64::from(room.weights.vip_row[usize::from(household.tier) - 1]) * i64::from(spec.row - 1);
            cost.vip_view += if spec.blocked_view { i64::from(room.weights.vip_view) } else { 0 };
        }
        let sum = &mut sums[usize::from(table)];
        sum.used = true;
        sum.heads += u32::from(household.heads);
        sum.wheelchairs += u32::from(household.wheelchairs);
        sum.key_customers += u32::from(household.key_customer);
    }
    count_tables(room, &sums, &mut cost, &mut breaks);
    count_conflicts(room, at, &mut cost, &mut breaks);
    count_spread(room, at, &mut cost);
    breaks.sort_unstable();
    (cost, breaks)
}

fn count_tables(room: &Room, sums: &[Sum], cost: &mut Cost, breaks: &mut Vec<Break>) {
    let used = room.tables.iter().zip(sums).enumerate().filter(|(_, (_, sum))| sum.used);
    for (number, (spec, sum)) in used {
        let table = number as u16;
        if sum.heads > u32::from(spec.places) {
            breaks.push(Break::Overfull { table, heads: sum.heads, places: spec.places });
        }
        if sum.wheelchairs > u32::from(spec.wheelchair_spaces) {
            let spaces = spec.wheelchair_spaces;
            breaks.push(Break::Wheelchairs { table, wheelchairs: sum.wheelchairs, spaces });
        }
        let missing = u32::from(enough(spec.places)).saturating_sub(sum.heads);
        cost.looks_empty += i64::from(room.weights.looks_empty) * i64::from(missing);
        if sum.key_customers == 0 {
            cost.no_key_customer += i64::from(room.weights.no_key_customer);
        }
    }
}

/// From so many guests on a table does not look empty: 70 % of its places, rounded up.
pub(super) fn enough(places: u16) -> u16 {
    ((u32::from(places) * 7).div_ceil(10)) as u16
}

fn count_conflicts(room: &Room, at: impl Fn(usize) -> Option<u16>, cost: &mut Cost, breaks: &mut Vec<Break>) {
    for conflict in &room.conflicts {
        let Some(table) = at(usize::from(conflict.a)) else { continue };
        if at(usize::from(conflict.b)) != Some(table) {
            continue;
        }
        match conflict.level {
            Level::Never => breaks.push(Break::Together { a: conflict.a, b: conflict.b, table }),
            Level::Avoid { severity } => cost.conflict += i64::from(room.weights.conflict) * i64::from(severity),
        }
    }
}

fn count_spread(room: &Room, at: impl Fn(usize) -> Option<u16>, cost: &mut Cost) {
    for members in room.groups() {
        let placed = || members.iter().filter_map(|member| Some((*member, at(usize::from(*member))?)));
        let tables: BTreeSet<u16> = placed().map(|(_, table)| table).collect();
        let heads = placed().map(|(member, _)| u64::from(room.households[usize::from(member)].heads)).sum();
        cost.spread += i64::from(room.weights.spread) * (tables.len() as i64 - room.fewest_tables(heads));
    }
}
