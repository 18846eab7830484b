//! A plan in the search: who is where, what each table holds, and what a change would cost, counted from what changes only.

use super::cost::enough;
use super::room::{Household, NOWHERE, Rival, Room};

/// The price of a unit of hard breaks is in so many parts of a point.
pub(super) const PARTS: u32 = 4;

/// What a change costs: points of the soft rules, and units of broken hard rules.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Delta {
    pub soft: i64,
    pub hard: i64,
}

impl Delta {
    /// In points, at a price (in sixteenths) per unit of hard breaks.
    #[inline]
    pub fn priced(self, price: i64) -> i64 {
        self.soft + ((price * self.hard) >> PARTS)
    }
}

impl std::ops::Add for Delta {
    type Output = Delta;
    #[inline]
    fn add(self, other: Delta) -> Delta {
        Delta { soft: self.soft + other.soft, hard: self.hard + other.hard }
    }
}

impl std::ops::Sub for Delta {
    type Output = Delta;
    #[inline]
    fn sub(self, other: Delta) -> Delta {
        Delta { soft: self.soft - other.soft, hard: self.hard - other.hard }
    }
}

impl std::ops::AddAssign for Delta {
    #[inline]
    fn add_assign(&mut self, other: Delta) {
        *self = *self + other;
    }
}

/// A table's facts and what it holds now.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Table {
    places: u16,
    enough: u16,
    spaces: u16,
    key_customers: u16,
    used: u16,
    heads: u32,
    wheelchairs: u32,
}

impl Table {
    #[inline]
    pub fn with(&self, household: &Household) -> Table {
        Table {
            heads: self.heads + u32::from(household.heads),
            wheelchairs: self.wheelchairs + u32::from(household.wheelchairs),
            key_customers: self.key_customers + u16::from(household.key_customer),
            used: self.used + 1,
            ..*self
        }
    }

    #[inline]
    pub fn without(&self, household: &Household) -> Table {
        Table {
            heads: self.heads - u32::from(household.heads),
            wheelchairs: self.wheelchairs - u32::from(household.wheelchairs),
            key_customers: self.key_customers - u16::from(household.key_customer),
            used: self.used - 1,
            ..*self
        }
    }

    /// The same table with what another holds.
    #[inline]
    pub fn holding(&self, other: &Table) -> Table {
        let Table { places, enough, spaces, .. } = *self;
        Table { places, enough, spaces, ..*other }
    }
}

#[derive(Clone, Debug)]
pub(super) struct State<'a> {
    pub room: &'a Room,
    pub table_of: Vec<u16>,
    /// Index of a household in its table's list.
    place_of: Vec<u16>,
    pub tables: Vec<Table>,
    /// Households at each table, `stride` places per table.
    lists: Vec<u16>,
    stride: usize,
    /// Members at a table by group and table.
    counts: Vec<u16>,
    empty: i64,
    no_key: i64,
    pub spread: i64,
    told_again: i64,
}

impl<'a> State<'a> {
    /// Nobody has a table.
    pub fn new(room: &'a Room) -> State<'a> {
        let table = |spec: &super::room::TableSpec| Table {
            places: spec.places,
            enough: enough(spec.places),
            spaces: spec.wheelchair_spaces,
            ..Table::default()
        };
        // Beyond its places a table may hold a few in the search; a list that is full takes nobody.
        let stride = (usize::from(room.largest) + 8).min(room.households() + 1);
        let seats_told = if room.households.iter().any(|household| household.told != NOWHERE) { 1 } else { 0 };
        State {
            room,
            table_of: vec![NOWHERE; room.households()],
            place_of: vec![0; room.households()],
            tables: room.tables.iter().map(table).collect(),
            lists: vec![0; stride * room.tables()],
            stride,
            counts: vec![0; room.members.len() * room.tables()],
            empty: room.weights.looks_empty.into(),
            no_key: room.weights.no_key_customer.into(),
            spread: room.weights.spread.into(),
            told_again: i64::from(room.weights.told_again) * seats_told,
        }
    }

    /// A plan taken over; whom a full list cannot take stays `NOWHERE`.
    pub fn of(room: &'a Room, plan: &[u16]) -> State<'a> {
        let mut state = State::new(room);
        for (household, table) in plan.iter().enumerate().take(room.households()) {
            if usize::from(*table) < room.tables() && !state.is_full(usize::from(*table)) {
                state.join(household, usize::from(*table));
            }
        }
        state
    }

    /// The households at a table.
    #[inline]
    pub fn at(&self, table: usize) -> &[u16] {
        let from = table * self.stride;
        &self.lists[from..from + usize::from(self.tables[table].used)]
    }

    /// Whether the list of a table takes nobody more.
    #[inline]
    pub fn is_full(&self, table: usize) -> bool {
        !self.takes(table, 1, 0)
    }

    /// Whether the list of a table takes some when others go.
    #[inline]
    pub fn takes(&self, table: usize, more: usize, fewer: usize) -> bool {
        usize::from(self.tables[table].used) + more < self.stride + fewer
    }

    /// Places that are left; below 0 when it is overfull.
    #[inline]
    pub fn free(&self, table: usize) -> i32 {
        i32::from(self.tables[table].places) - self.tables[table].heads as i32
    }

    /// Members of a group at a table.
    #[inline]
    pub fn members_at(&self, group: u16, table: usize) -> u16 {
        self.counts[usize::from(group) * self.tables.len() + table]
    }

    /// What a household costs at a table by itself: row and view of a guest of honour, and being told again.
    #[inline]
    pub fn place_cost(&self, household: &Household, table: usize) -> i64 {
        let honour = if household.tier == 0 {
            0
        } else {
            self.room.honour[usize::from(household.tier) * self.tables.len() + table]
        };
        if self.told_again == 0 || household.told == NOWHERE || usize::from(household.told) == table {
            return honour.into();
        }
        i64::from(honour) + self.told_again
    }

    #[inline]
    pub fn table_cost(&self, table: &Table) -> Delta {
        let missing = i64::from(table.enough) - i64::from(table.heads);
        let (heads, used) = (i64::from(table.heads), table.used > 0);
        let soft =
            if used { missing.max(0) * self.empty + if table.key_customers == 0 { self.no_key } else { 0 } } else { 0 };
        let wheelchairs = (i64::from(table.wheelchairs) - i64::from(table.spaces)).max(0);
        Delta { soft, hard: (heads - i64::from(table.places)).max(0) + self.room.pair * wheelchairs }
    }

    /// What one meeting with a rival costs.
    #[inline]
    pub fn meeting(&self, rival: &Rival) -> Delta {
        Delta { soft: rival.soft.into(), hard: self.room.pair * i64::from(rival.never) }
    }

    /// Meetings of a household with its rivals at a table, one of them left out. Who has more rivals than the table
    /// has guests asks the guests instead.
    #[inline]
    pub fn rivals_at(&self, household: usize, table: usize, but: usize) -> Delta {
        let mut sum = Delta::default();
        if self.room.asks_guests(household) {
            for other in self.at(table) {
                if let Some(rival) = self.room.rival(household, *other).filter(|_| usize::from(*other) != but) {
                    sum += self.meeting(rival);
                }
            }
            return sum;
        }
        for rival in self.room.rivals_of(household) {
            let other = usize::from(rival.other);
            if usize::from(self.table_of[other]) == table && other != but {
                sum += self.meeting(rival);
            }
        }
        sum
    }

    /// What a household without a table would cost at one.
    #[inline]
    pub fn joining(&self, number: usize, table: usize) -> Delta {
        let household = &self.room.households[number];
        let before = &self.tables[table];
        let after = before.with(household);
        let mut delta = self.table_cost(&after) - self.table_cost(before) + self.rivals_at(number, table, number);
        if household.group != NOWHERE && self.members_at(household.group, table) == 0 {
            delta.soft += self.spread;
        }
        delta.soft += self.place_cost(household, table);
        delta
    }

    /// What a household saves its table by leaving, with the sign of a cost.
    #[inline]
    pub fn leaving(&self, number: usize) -> Delta {
        let household = &self.room.households[number];
        let table = usize::from(self.table_of[number]);
        let before = &self.tables[table];
        let after = before.without(household);
        let mut delta = self.table_cost(&after) - self.table_cost(before) - self.rivals_at(number, table, number);
        if household.group != NOWHERE && self.members_at(household.group, table) == 1 {
            delta.soft -= self.spread;
        }
        delta.soft -= self.place_cost(household, table);
        delta
    }

    /// What it costs when two households of different tables change places.
    #[inline]
    pub fn swapping(&self, one: usize, two: usize) -> Delta {
        let (first, second) = (&self.room.households[one], &self.room.households[two]);
        let (a, b) = (usize::from(self.table_of[one]), usize::from(self.table_of[two]));
        let mut delta = Delta::default();
        if first.heads != second.heads
            || first.key_customer != second.key_customer
            || first.wheelchairs != second.wheelchairs
        {
            let (at_a, at_b) = (&self.tables[a], &self.tables[b]);
            delta += self.table_cost(&at_a.without(first).with(second)) - self.table_cost(at_a);
            delta += self.table_cost(&at_b.without(second).with(first)) - self.table_cost(at_b);
        }
        if first.rivals > 0 {
            delta += self.rivals_at(one, b, two) - self.rivals_at(one, a, two);
        }
        if second.rivals > 0 {
            delta += self.rivals_at(two, a, one) - self.rivals_at(two, b, one);
        }
        if first.group != second.group {
            delta.soft += self.spread * (self.crossing(first.group, a, b) + self.crossing(second.group, b, a));
        }
        delta.soft += self.place_cost(first, b) - self.place_cost(first, a);
        delta.soft += self.place_cost(second, a) - self.place_cost(second, b);
        delta
    }

    /// Tables that a group gains when one of its members goes from one table to another.
    #[inline]
    fn crossing(&self, group: u16, from: usize, to: usize) -> i64 {
        if group == NOWHERE {
            return 0;
        }
        i64::from(self.members_at(group, to) == 0) - i64::from(self.members_at(group, from) == 1)
    }

    /// Units of all hard breaks, counted from scratch.
    pub fn hard_units(&self) -> i64 {
        let tables: i64 = self.tables.iter().map(|table| self.table_cost(table).hard).sum();
        let together = |number: usize| match usize::from(self.table_of[number]) {
            table if table < self.tables.len() => self.rivals_at(number, table, number).hard,
            _ => 0,
        };
        tables + (0..self.room.households()).map(together).sum::<i64>() / 2
    }

    /// A household takes a place; the list of the table must not be full.
    #[inline]
    pub fn join(&mut self, number: usize, table: usize) {
        let household = &self.room.households[number];
        let now = &mut self.tables[table];
        self.lists[table * self.stride + usize::from(now.used)] = number as u16;
        self.place_of[number] = now.used;
        *now = now.with(household);
        self.table_of[number] = table as u16;
        if household.group != NOWHERE {
            self.counts[usize::from(household.group) * self.tables.len() + table] += 1;
        }
    }

    /// A household gives up its place.
    #[inline]
    pub fn leave(&mut self, number: usize) {
        let household = &self.room.households[number];
        let table = usize::from(self.table_of[number]);
        let now = &mut self.tables[table];
        *now = now.without(household);
        let (from, place) = (table * self.stride, self.place_of[number]);
        let last = self.lists[from + usize::from(now.used)];
        self.lists[from + usize::from(place)] = last;
        self.place_of[usize::from(last)] = place;
        self.table_of[number] = NOWHERE;
        if household.group != NOWHERE {
            self.counts[usize::from(household.group) * self.tables.len() + table] -= 1;
        }
    }

    /// A household goes to another table.
    #[inline]
    pub fn relocate(&mut self, number: usize, to: usize) {
        self.leave(number);
        self.join(number, to);
    }

    /// What it would cost if a household went to another table.
    #[inline]
    pub fn relocating(&self, number: usize, to: usize) -> Delta {
        self.leaving(number) + self.joining(number, to)
    }

    /// Two households of different tables change places.
    #[inline]
    pub fn swap(&mut self, one: usize, two: usize) {
        let (a, b) = (usize::from(self.table_of[one]), usize::from(self.table_of[two]));
        self.leave(one);
        self.leave(two);
        self.join(one, b);
        self.join(two, a);
    }
}
