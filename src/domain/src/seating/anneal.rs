//! Simulated annealing over a budget of moves: four chains, each a pure function of room, seed and number of the chain.

use super::blocking::obstacles;
use super::cost::check;
use super::greedy::{completed, greedy};
use super::moves::Mover;
use super::random::Random;
use super::room::{NOWHERE, Plan, Room, Weights};
use super::state::{Delta, PARTS, State};

/// Chains of a search, however many threads there are.
pub const CHAINS: u64 = 4;
/// Steps of temperature and price.
const ROUNDS: u64 = 1024;
/// From this round on hard rules grow dearer as long as one is broken.
const INSIST: u64 = ROUNDS * 3 / 4;
/// Points of a unit of hard breaks at most.
const DEAREST: i64 = 1 << 24;
/// A plan that keeps the hard rules is made better from this round on.
const LUKEWARM: u64 = ROUNDS / 2;
/// Points of a pair that never shall meet, and the first temperature, in a room without wishes.
const BARE_PAIR: i64 = 60;
const BARE_HOT: u64 = 30;
/// Prices are in sixteenths of points.
const SIXTEENTHS: i64 = 1 << PARTS;

/// How long a search goes, and with which random numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Search {
    /// Moves tried by each chain.
    pub iterations: u64,
    /// Where the random numbers begin.
    pub seed: u64,
}

impl Search {
    /// The usual budget: what a room of that size gains from. 100 guests take half a second of one core, 600 three
    /// and 5,000 eight.
    pub fn usual(room: &Room) -> Search {
        let iterations = 1_500_000 + 10_000 * room.households() as u64;
        Search { iterations: iterations.min(10_000_000), seed: 1 }
    }
}

/// The best that a chain found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The plan.
    pub plan: Plan,
    /// Points of the soft rules.
    pub cost: i64,
    /// How far the plan is from keeping the hard rules: 0 when it can be used.
    pub broken: i64,
}

impl Found {
    /// Whether every hard rule is kept.
    pub fn is_feasible(&self) -> bool {
        self.broken == 0
    }
}

/// The best of all chains; of equals the first.
pub fn best_of(chains: impl IntoIterator<Item = Found>) -> Option<Found> {
    chains.into_iter().min_by_key(|found| (found.broken, found.cost))
}

/// All chains, one after the other.
pub fn solve(room: &Room, search: &Search) -> Found {
    best_of((0..CHAINS).map(|number| chain(room, search, number))).expect("there is more than no chain")
}

/// One chain of a search. Chains may run in any order and at the same time. Where the plan that costs least breaks a
/// hard rule, as many moves again look for one that keeps them all, and a third time makes that better.
pub fn chain(room: &Room, search: &Search, number: u64) -> Found {
    let mut random = Random::stream(search.seed, number);
    let found = anneal(greedy(room), search.iterations, &Cooling::of(&room.weights, room.pair), 0, &mut random);
    if found.is_feasible() || room.tables() < 2 || !obstacles(room).is_empty() {
        return found;
    }
    let bare = room.without_wishes();
    let state = State::of(&bare, &found.plan);
    if state.table_of.contains(&NOWHERE) {
        return found;
    }
    let kept = anneal(state, search.iterations, &Cooling::bare(room.pair), 0, &mut random);
    if !kept.is_feasible() {
        return found;
    }
    let state = State::of(room, &kept.plan);
    anneal(state, search.iterations, &Cooling::of(&room.weights, room.pair), LUKEWARM, &mut random)
}

/// A chain that begins at a plan and stays near it; who has no table there gets one first. Where that breaks a hard rule
/// in the end, a chain from the start.
pub fn improve(room: &Room, plan: &[u16], search: &Search, number: u64) -> Found {
    let mut random = Random::stream(search.seed, number);
    let state = completed(State::of(room, plan));
    let found = anneal(state, search.iterations, &Cooling::of(&room.weights, room.pair), LUKEWARM, &mut random);
    if found.is_feasible() { found } else { chain(room, search, number) }
}

/// The best plan seen on the way from one plan down to the cold, from a round of the cooling on.
fn anneal(state: State, iterations: u64, cooling: &Cooling, from: u64, random: &mut Random) -> Found {
    let room = state.room;
    let total = Delta { soft: check(room, &state.table_of).0.total(), hard: state.hard_units() };
    let mut mover = Mover::new(state, total, random.split());
    let mut best = Found { plan: mover.state.table_of.clone(), cost: total.soft, broken: total.hard };
    if !mover.can_move() {
        return best;
    }
    let share = |round: u64| u128::from(iterations) * u128::from(round - from) / u128::from(ROUNDS - from);
    for round in from..ROUNDS {
        mover.temperature = cooling.temperature(round);
        mover.price = cooling.price(round, &mover);
        for _ in share(round)..share(round + 1) {
            if mover.step() && (mover.total.hard, mover.total.soft) < (best.broken, best.cost) {
                (best.broken, best.cost) = (mover.total.hard, mover.total.soft);
                best.plan.copy_from_slice(&mover.state.table_of);
            }
        }
        if (best.broken, best.cost) == (0, 0) {
            break;
        }
    }
    best
}

/// Temperatures and prices, in the measure of the weights.
struct Cooling {
    /// In 1/65536 points.
    hot: u64,
    cold: u64,
    /// In sixteenths of points.
    cheap: i64,
    dear: i64,
}

impl Cooling {
    /// A usual break of each rule that counts; the search begins at their mean and ends far below the smallest.
    fn of(weights: &Weights, pair: i64) -> Cooling {
        let honour = weights.vip_row.iter().copied().max().unwrap_or(0);
        let usual = [
            weights.conflict / 3,
            weights.spread,
            weights.no_key_customer,
            weights.looks_empty * 7,
            honour,
            weights.told_again / 2,
        ];
        let counting = || usual.iter().map(|points| u64::from(*points)).filter(|points| *points > 0);
        let mean = (counting().sum::<u64>() / counting().count().max(1) as u64).max(1);
        let least = counting().min().unwrap_or(1).min(mean);
        let mean_points = mean as i64;
        Cooling {
            hot: mean << 16,
            cold: (least << 16) / 20,
            cheap: 6 * mean_points * SIXTEENTHS / pair,
            dear: 12 * mean_points.max(counting().max().unwrap_or(1) as i64) * SIXTEENTHS / pair,
        }
    }

    /// For a room without wishes.
    fn bare(pair: i64) -> Cooling {
        let price = (BARE_PAIR << PARTS) / pair;
        Cooling { hot: BARE_HOT << 16, cold: 1 << 16, cheap: price.max(1), dear: price.max(1) }
    }

    /// The cube of the time that is left, from hot to cold; nothing gets worse in the last rounds.
    fn temperature(&self, round: u64) -> u64 {
        let left = ROUNDS - round;
        if left <= ROUNDS / 64 {
            return 0;
        }
        self.cold + (self.hot - self.cold) * (left * left * left) / (ROUNDS * ROUNDS * ROUNDS)
    }

    fn price(&self, round: u64, mover: &Mover) -> i64 {
        if round >= INSIST && mover.total.hard > 0 {
            return (mover.price + mover.price / 8 + 1).min(DEAREST);
        }
        let usual = self.cheap + (self.dear - self.cheap) * round as i64 / ROUNDS as i64;
        usual.max(if round > INSIST { mover.price } else { 0 })
    }
}
