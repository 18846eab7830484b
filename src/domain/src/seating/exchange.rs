//! What it costs when several households of two tables change places at once, counted before anybody moves.

use super::room::NOWHERE;
use super::state::{Delta, State};

/// Most households that go one way in an exchange.
pub(super) const MOST: usize = 8;

/// Households that go one way.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Band {
    list: [u16; MOST],
    many: usize,
    /// Their heads.
    pub heads: i32,
}

impl Band {
    /// One more, if there is room for it.
    #[inline]
    pub fn add(&mut self, household: u16, heads: u16) {
        if let Some(free) = self.list.get_mut(self.many) {
            *free = household;
            self.many += 1;
            self.heads += i32::from(heads);
        }
    }

    #[inline]
    pub fn is_full(&self) -> bool {
        self.many == MOST
    }

    #[inline]
    pub fn all(&self) -> &[u16] {
        &self.list[..self.many]
    }

    #[inline]
    pub fn has(&self, household: u16) -> bool {
        self.all().contains(&household)
    }
}

/// Two bands that change tables: `going` away from `from`, `coming` from `to`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Exchange {
    pub from: usize,
    pub to: usize,
    pub going: Band,
    pub coming: Band,
}

impl State<'_> {
    /// Whether both tables hold what they would have then.
    #[inline]
    pub fn fits(&self, exchange: &Exchange) -> bool {
        let more = exchange.going.heads - exchange.coming.heads;
        self.free(exchange.to) >= more && self.free(exchange.from) >= -more
    }

    /// What an exchange would cost.
    pub fn exchanging(&self, exchange: &Exchange) -> Delta {
        let Exchange { from, to, going, coming } = exchange;
        let mut delta = self.trading(*from, going, coming) + self.trading(*to, coming, going);
        delta += self.rivals_of_band(going, coming, *from, *to);
        delta += self.rivals_of_band(coming, going, *to, *from);
        delta.soft += self.places_of_band(going, *from, *to) + self.places_of_band(coming, *to, *from);
        delta.soft += self.spread_of(exchange);
        delta
    }

    fn trading(&self, table: usize, out: &Band, into: &Band) -> Delta {
        let before = &self.tables[table];
        let mut after = *before;
        for household in out.all() {
            after = after.without(&self.room.households[usize::from(*household)]);
        }
        for household in into.all() {
            after = after.with(&self.room.households[usize::from(*household)]);
        }
        self.table_cost(&after) - self.table_cost(before)
    }

    #[inline]
    fn rivals_of_band(&self, band: &Band, against: &Band, from: usize, to: usize) -> Delta {
        let mut sum = Delta::default();
        for household in band.all() {
            let number = usize::from(*household);
            if self.room.asks_guests(number) {
                let meets =
                    |other: &u16| self.room.rival(number, *other).map_or(Delta::default(), |one| self.meeting(one));
                self.at(to).iter().filter(|other| !against.has(**other)).for_each(|other| sum += meets(other));
                self.at(from).iter().filter(|other| !band.has(**other)).for_each(|other| sum = sum - meets(other));
                continue;
            }
            for rival in self.room.rivals_of(number) {
                let table = usize::from(self.table_of[usize::from(rival.other)]);
                if table == to && !against.has(rival.other) {
                    sum += self.meeting(rival);
                } else if table == from && !band.has(rival.other) {
                    sum = sum - self.meeting(rival);
                }
            }
        }
        sum
    }

    #[inline]
    fn places_of_band(&self, band: &Band, from: usize, to: usize) -> i64 {
        let cost = |household: &u16| {
            let household = &self.room.households[usize::from(*household)];
            self.place_cost(household, to) - self.place_cost(household, from)
        };
        band.all().iter().map(cost).sum()
    }

    /// Each group of both bands once.
    fn spread_of(&self, exchange: &Exchange) -> i64 {
        let Exchange { from, to, going, coming } = exchange;
        let group = |household: &u16| self.room.households[usize::from(*household)].group;
        let many = |band: &Band, of: u16| band.all().iter().filter(|one| group(one) == of).count() as i32;
        let mut tables = 0;
        let both = || going.all().iter().chain(coming.all()).map(group);
        for (place, of) in both().enumerate() {
            if of == NOWHERE || both().take(place).any(|earlier| earlier == of) {
                continue;
            }
            let shift = many(going, of) - many(coming, of);
            let (here, there) = (i32::from(self.members_at(of, *from)), i32::from(self.members_at(of, *to)));
            tables +=
                i64::from(here > shift) - i64::from(here > 0) + i64::from(there + shift > 0) - i64::from(there > 0);
        }
        self.spread * tables
    }

    /// Makes an exchange; tells whether the lists of both tables could take it.
    pub fn exchange(&mut self, exchange: &Exchange) -> bool {
        let Exchange { from, to, going, coming } = exchange;
        if !self.takes(*to, going.many, coming.many) || !self.takes(*from, coming.many, going.many) {
            return false;
        }
        going.all().iter().chain(coming.all()).for_each(|household| self.leave(usize::from(*household)));
        going.all().iter().for_each(|household| self.join(usize::from(*household), *to));
        coming.all().iter().for_each(|household| self.join(usize::from(*household), *from));
        true
    }

    /// What it would cost if all of two tables changed places: rivals and salespeople are the same afterwards.
    pub fn exchanging_tables(&self, one: usize, two: usize) -> Delta {
        let (first, second) = (&self.tables[one], &self.tables[two]);
        let mut delta = self.table_cost(&first.holding(second)) + self.table_cost(&second.holding(first));
        delta = delta - self.table_cost(first) - self.table_cost(second);
        for (list, from, to) in [(self.at(one), one, two), (self.at(two), two, one)] {
            for household in list {
                let household = &self.room.households[usize::from(*household)];
                delta.soft += self.place_cost(household, to) - self.place_cost(household, from);
            }
        }
        delta
    }

    /// All of two tables change places.
    pub fn exchange_tables(&mut self, one: usize, two: usize) {
        let (first, second) = (self.at(one).to_vec(), self.at(two).to_vec());
        first.iter().chain(&second).for_each(|household| self.leave(usize::from(*household)));
        first.iter().for_each(|household| self.join(usize::from(*household), two));
        second.iter().for_each(|household| self.join(usize::from(*household), one));
    }
}
