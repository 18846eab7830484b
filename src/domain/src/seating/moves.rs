//! The moves of the search: who is tried where, biased towards the tables of the same salesperson. A move is counted
//! first and made only when it is worth it.

use super::exchange::{Band, Exchange};
use super::logarithm::Logarithms;
use super::random::Random;
use super::room::{NOWHERE, Room};
use super::state::{Delta, State};

/// Of 256 moves, so many look at a table of the same salesperson.
const TO_A_MATE: u64 = 220;
/// Of 256 moves, so many swap two households; the next figures count on from here.
const SWAP: u64 = 30;
/// Relocate one.
const RELOCATE: u64 = 55;
/// Exchange one or two for as many as take their places.
const SOME: u64 = 95;
/// Exchange all of a salesperson's at a table likewise; the rest swaps whole tables.
const MATES: u64 = 225;

/// A plan under way, and what moves it.
pub(super) struct Mover<'a> {
    pub state: State<'a>,
    /// What the plan costs now.
    pub total: Delta,
    /// In 1/65536 points.
    pub temperature: u64,
    /// Points of one unit of hard breaks.
    pub price: i64,
    movable: Vec<u16>,
    random: Random,
    logarithms: &'static Logarithms,
}

impl<'a> Mover<'a> {
    pub fn new(state: State<'a>, total: Delta, random: Random) -> Mover<'a> {
        let room: &Room = state.room;
        let movable =
            (0..room.households() as u16).filter(|number| room.seated[usize::from(*number)] == NOWHERE).collect();
        Mover { state, total, temperature: 0, price: 0, movable, random, logarithms: Logarithms::get() }
    }

    /// Whether there is anything to choose.
    pub fn can_move(&self) -> bool {
        !self.movable.is_empty() && self.state.room.tables() > 1
    }

    /// One move is tried; tells whether it was made.
    #[inline]
    pub fn step(&mut self) -> bool {
        let bits = self.random.next();
        let one = usize::from(self.movable[pick(bits >> 40, self.movable.len())]);
        let from = self.state.table_of[one];
        if from == NOWHERE {
            return false;
        }
        let from = usize::from(from);
        let to = self.other_table(one, bits >> 16, (bits >> 8) & 0xff);
        if to == from {
            return false;
        }
        let more = self.random.next();
        let most = self.logarithms.most(more, self.temperature);
        match bits & 0xff {
            ..SWAP => self.swap(one, to, more, most),
            SWAP..RELOCATE => self.relocate(one, to, most),
            RELOCATE..SOME => self.exchange(self.some(one, from, to, more), NOWHERE, more, most),
            SOME..MATES => self.exchange(self.mates(one, from, to), self.state.room.households[one].group, more, most),
            _ => self.swap_tables(from, to, most),
        }
    }

    /// The table of one of its salesperson's dealers, or any.
    #[inline]
    fn other_table(&mut self, one: usize, bits: u64, how: u64) -> usize {
        let group = self.state.room.households[one].group;
        if how < TO_A_MATE && group != NOWHERE {
            let members = &self.state.room.members[usize::from(group)];
            let table = self.state.table_of[usize::from(members[pick(bits, members.len())])];
            if table != self.state.table_of[one] && table != NOWHERE {
                return usize::from(table);
            }
            return pick(self.random.next(), self.state.room.tables());
        }
        pick(bits, self.state.room.tables())
    }

    #[inline]
    fn is_worth(&self, delta: Delta, most: i64) -> bool {
        delta.priced(self.price) <= most
    }

    #[inline]
    fn movable_at(&self, household: u16) -> bool {
        self.state.room.seated[usize::from(household)] == NOWHERE
    }

    #[inline]
    fn relocate(&mut self, one: usize, to: usize, most: i64) -> bool {
        if self.state.is_full(to) {
            return false;
        }
        let delta = self.state.relocating(one, to);
        let made = self.is_worth(delta, most);
        if made {
            self.state.relocate(one, to);
            self.total += delta;
        }
        made
    }

    #[inline]
    fn swap(&mut self, one: usize, to: usize, bits: u64, most: i64) -> bool {
        let there = self.state.at(to);
        if there.is_empty() {
            return self.relocate(one, to, most);
        }
        let two = there[pick(bits >> 40, there.len())];
        if !self.movable_at(two) {
            return false;
        }
        let delta = self.state.swapping(one, usize::from(two));
        let made = self.is_worth(delta, most);
        if made {
            self.state.swap(one, usize::from(two));
            self.total += delta;
        }
        made
    }

    /// A household, and half of the time another one of its table.
    #[inline]
    fn some(&self, one: usize, from: usize, to: usize, bits: u64) -> Exchange {
        let mut going = self.alone(one);
        let here = self.state.at(from);
        let other = here[pick(bits >> 28, here.len())];
        if bits & (1 << 12) == 0 && usize::from(other) != one && self.movable_at(other) {
            going.add(other, self.state.room.households[usize::from(other)].heads);
        }
        Exchange { from, to, going, coming: Band::default() }
    }

    /// All dealers of one salesperson at a table.
    #[inline]
    fn mates(&self, one: usize, from: usize, to: usize) -> Exchange {
        let group = self.state.room.households[one].group;
        let mut going = self.alone(one);
        for other in self.state.at(from) {
            let household = &self.state.room.households[usize::from(*other)];
            if household.group == group && usize::from(*other) != one && group != NOWHERE && self.movable_at(*other) {
                going.add(*other, household.heads);
            }
        }
        Exchange { from, to, going, coming: Band::default() }
    }

    #[inline]
    fn alone(&self, one: usize) -> Band {
        let mut band = Band::default();
        band.add(one as u16, self.state.room.households[one].heads);
        band
    }

    /// The band goes to a table; of others there, none of the group, so many come back as the places ask for.
    #[inline]
    fn exchange(&mut self, mut exchange: Exchange, group: u16, bits: u64, most: i64) -> bool {
        let room = self.state.room;
        let there = self.state.at(exchange.to);
        // Half of the time as many come back as went, else only as many as are too many there.
        let least = if bits & (1 << 13) == 0 { exchange.going.heads } else { 0 };
        let mut missing = (exchange.going.heads - self.state.free(exchange.to)).max(least);
        let start = pick(bits >> 40, there.len());
        for other in there[start..].iter().chain(&there[..start]) {
            if missing <= 0 || exchange.coming.is_full() {
                break;
            }
            let household = &room.households[usize::from(*other)];
            let same = household.group == group && group != NOWHERE;
            if !same && i32::from(household.heads) <= missing && self.movable_at(*other) {
                exchange.coming.add(*other, household.heads);
                missing -= i32::from(household.heads);
            }
        }
        if !self.state.fits(&exchange) {
            return false;
        }
        let delta = self.state.exchanging(&exchange);
        let made = self.is_worth(delta, most) && self.state.exchange(&exchange);
        if made {
            self.total += delta;
        }
        made
    }

    fn swap_tables(&mut self, from: usize, to: usize, most: i64) -> bool {
        let delta = self.state.exchanging_tables(from, to);
        if !self.is_worth(delta, most) {
            return false;
        }
        let stays = |household: &u16| !self.movable_at(*household);
        if self.state.at(from).iter().any(stays) || self.state.at(to).iter().any(stays) {
            return false;
        }
        self.state.exchange_tables(from, to);
        self.total += delta;
        true
    }
}

/// One of `number`, from the lowest 24 random bits.
#[inline]
fn pick(bits: u64, number: usize) -> usize {
    (((bits & 0xff_ffff) * number as u64) >> 24) as usize
}
