//! Whether some households can sit at all: a complete search over the hard rules, hardest household first, with a
//! bound on its work. Knows no wishes.

use std::collections::BTreeSet;

use super::room::{NOWHERE, Plan, Room};

/// Of the unplaced households, so many are looked at for the one with the fewest tables.
const WINDOW: usize = 64;

/// What the search says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It works like this; others are `NOWHERE`.
    Fits(Plan),
    /// It cannot work, and these households alone show it.
    Impossible(Vec<u16>),
    /// The bound was reached.
    Unknown,
}

struct Exact<'a> {
    room: &'a Room,
    order: Vec<u16>,
    plan: Plan,
    heads: Vec<u32>,
    wheelchairs: Vec<u32>,
    touched: Vec<bool>,
    /// Tables where somebody sits are never equal to others.
    taken: Vec<bool>,
    /// Tables that may still be looked at.
    work: u64,
}

/// Whether these households can sit, looking at no more than `work` pairs of household and table.
pub(super) fn fits(room: &Room, households: &[u16], work: u64) -> Verdict {
    let seated: BTreeSet<u16> = room.seated.iter().copied().collect();
    let mut exact = Exact {
        room,
        order: Vec::new(),
        plan: vec![NOWHERE; room.households()],
        heads: vec![0; room.tables()],
        wheelchairs: vec![0; room.tables()],
        touched: vec![false; room.households()],
        taken: (0..room.tables()).map(|table| seated.contains(&(table as u16))).collect(),
        work,
    };
    let mut keyed: Vec<_> = households.iter().map(|household| (exact.choices(*household), *household)).collect();
    keyed.sort_by_key(|(choices, household)| {
        let household_is = &room.households[usize::from(*household)];
        (*choices, u16::MAX - household_is.rivals, u16::MAX - household_is.heads, *household)
    });
    exact.order = keyed.into_iter().map(|(_, household)| household).collect();
    match exact.place() {
        Some(true) => Verdict::Fits(exact.plan),
        Some(false) => {
            let touched = |household: &u16| exact.touched[usize::from(*household)];
            Verdict::Impossible(households.iter().copied().filter(touched).collect())
        }
        None => Verdict::Unknown,
    }
}

impl Exact<'_> {
    /// Places everybody that is left: whether it worked, none when the work is used up. Its own stack, not the machine's.
    fn place(&mut self) -> Option<bool> {
        let mut path: Vec<(u16, Vec<u16>)> = Vec::new();
        loop {
            let Some(next) = self.hardest()? else { return Some(true) };
            self.touched[usize::from(next)] = true;
            let mut tables = self.tables_for(next)?;
            tables.reverse();
            path.push((next, tables));
            loop {
                let Some((household, tables)) = path.last_mut() else { return Some(false) };
                let household = *household;
                if self.plan[usize::from(household)] != NOWHERE {
                    self.take_back(household);
                }
                if let Some(table) = tables.pop() {
                    self.put(household, table);
                    break;
                }
                path.pop();
            }
        }
    }

    /// The household with the fewest tables; none when everybody is placed.
    fn hardest(&mut self) -> Option<Option<u16>> {
        let order = std::mem::take(&mut self.order);
        let open = order.iter().filter(|household| self.plan[usize::from(**household)] == NOWHERE).take(WINDOW);
        let mut best: Option<(usize, u16)> = None;
        for household in open.copied().collect::<Vec<_>>() {
            let choices = self.choices(household);
            if best.is_none_or(|(fewest, _)| choices < fewest) {
                best = Some((choices, household));
            }
            if choices == 0 {
                break;
            }
        }
        self.order = order;
        (self.work > 0).then_some(best.map(|(_, household)| household))
    }

    fn choices(&mut self, household: u16) -> usize {
        self.work = self.work.saturating_sub(self.room.tables() as u64);
        (0..self.room.tables()).filter(|table| self.allows(household, *table)).count()
    }

    fn allows(&self, number: u16, table: usize) -> bool {
        let household = &self.room.households[usize::from(number)];
        let spec = &self.room.tables[table];
        let seated = self.room.seated[usize::from(number)];
        let free = self.heads[table] + u32::from(household.heads) <= u32::from(spec.places);
        let spaces = household.wheelchairs == 0
            || self.wheelchairs[table] + u32::from(household.wheelchairs) <= u32::from(spec.wheelchair_spaces);
        let meets = || {
            let rivals = self.room.rivals_of(usize::from(number)).iter();
            rivals
                .filter(|rival| rival.never > 0)
                .any(|rival| usize::from(self.plan[usize::from(rival.other)]) == table)
        };
        (seated == NOWHERE || usize::from(seated) == table) && free && spaces && !meets()
    }

    /// Tables that it may take, of equal empty ones the first only, the fullest first.
    fn tables_for(&mut self, household: u16) -> Option<Vec<u16>> {
        self.work = self.work.checked_sub(self.room.tables() as u64)?;
        let mut tables: Vec<usize> = Vec::new();
        let mut empty: Vec<(u16, u16)> = Vec::new();
        for table in (0..self.room.tables()).filter(|table| self.allows(household, *table)) {
            let spec = &self.room.tables[table];
            let facts = (spec.places, spec.wheelchair_spaces);
            if self.heads[table] == 0 && !self.taken[table] {
                if empty.contains(&facts) {
                    continue;
                }
                empty.push(facts);
            }
            tables.push(table);
        }
        let free = |table: &usize| u32::from(self.room.tables[*table].places) - self.heads[*table];
        tables.sort_by_key(|table| (free(table), *table));
        Some(tables.into_iter().map(|table| table as u16).collect())
    }

    fn put(&mut self, household: u16, table: u16) {
        let spec = &self.room.households[usize::from(household)];
        self.plan[usize::from(household)] = table;
        self.heads[usize::from(table)] += u32::from(spec.heads);
        self.wheelchairs[usize::from(table)] += u32::from(spec.wheelchairs);
    }

    fn take_back(&mut self, household: u16) {
        let spec = &self.room.households[usize::from(household)];
        let table = std::mem::replace(&mut self.plan[usize::from(household)], NOWHERE);
        self.heads[usize::from(table)] -= u32::from(spec.heads);
        self.wheelchairs[usize::from(table)] -= u32::from(spec.wheelchairs);
    }
}
