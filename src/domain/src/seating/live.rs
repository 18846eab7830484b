//! A table for one household while others sit: the best one that is free, else one that somebody leaves who was told
//! nothing yet, else the reason why there is none. Moves at most one other household, and nobody who knows a table.

use super::exchange::Band;
use super::room::{NOWHERE, Room};
use super::state::State;

/// Where a household can go now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seating {
    /// To this table.
    Direct {
        /// Which.
        table: u16,
        /// Points that it costs.
        cost: i64,
    },
    /// To this table, when another household, told nothing yet, goes elsewhere.
    Displacing {
        /// Which.
        table: u16,
        /// Who makes room.
        household: u16,
        /// And goes there.
        to: u16,
        /// Points that both cost.
        cost: i64,
    },
    /// Nowhere.
    NoSeat(NoSeat),
}

/// Why there is no seat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoSeat {
    /// No table of the room is large enough, full or empty.
    TooLarge,
    /// No table has so many places left.
    NoRoom,
    /// Tables with room have no step-free space left.
    Wheelchair,
    /// Only beside somebody whom they shall never meet.
    Conflict,
}

/// What keeps a household from a table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Blocked {
    /// Places that are missing.
    pub missing: u32,
    /// Spaces for wheelchairs that are missing.
    pub missing_spaces: u32,
    /// Households there that they shall never meet.
    pub rivals: Vec<u16>,
}

impl Blocked {
    /// Nothing does.
    pub fn is_free(&self) -> bool {
        *self == Blocked::default()
    }
}

/// A table for one household. `plan` holds everybody's table and `known(h)` tells who was told it or sits there; `who`
/// itself goes to `prefer` when there is room. Of equally good tables the first is taken.
pub fn seat_one(room: &Room, plan: &[u16], who: u16, prefer: Option<u16>, known: impl Fn(u16) -> bool) -> Seating {
    let mut state = State::of(room, plan);
    let number = usize::from(who);
    if state.table_of[number] != NOWHERE {
        state.leave(number);
    }
    let direct = |table: usize| {
        let delta = state.joining(number, table);
        (delta.hard <= 0 && !state.is_full(table)).then_some((delta.soft, table))
    };
    let before = prefer.map(usize::from).filter(|table| *table < room.tables()).and_then(direct);
    if let Some((cost, table)) = before.or_else(|| (0..room.tables()).filter_map(direct).min()) {
        return Seating::Direct { table: table as u16, cost };
    }
    displacing(&mut state, number, known).unwrap_or_else(|| Seating::NoSeat(why(&state, number)))
}

fn displacing(state: &mut State, who: usize, known: impl Fn(u16) -> bool) -> Option<Seating> {
    let room = state.room;
    let mut best: Option<(i64, usize, usize, usize)> = None;
    for table in 0..room.tables() {
        if room.tables[table].places < room.households[who].heads {
            continue;
        }
        for other in state.at(table).to_vec() {
            let moves = usize::from(other);
            if known(other) || room.seated[moves] != NOWHERE {
                continue;
            }
            let out = state.leaving(moves).soft;
            state.leave(moves);
            let into = state.joining(who, table);
            if into.hard <= 0 && !state.is_full(table) {
                state.join(who, table);
                let elsewhere =
                    best_but(state, moves, table).map(|(soft, to)| (out + into.soft + soft, table, moves, to));
                best = best.into_iter().chain(elsewhere).min();
                state.leave(who);
            }
            state.join(moves, table);
        }
    }
    let (cost, table, household, to) = best?;
    Some(Seating::Displacing { table: table as u16, household: household as u16, to: to as u16, cost })
}

fn best_but(state: &State, who: usize, but: usize) -> Option<(i64, usize)> {
    let heads = i32::from(state.room.households[who].heads);
    let open = (0..state.room.tables()).filter(|table| *table != but && state.free(*table) >= heads);
    let priced = open.map(|table| (state.joining(who, table), table));
    priced
        .filter(|(delta, table)| delta.hard <= 0 && !state.is_full(*table))
        .map(|(delta, table)| (delta.soft, table))
        .min()
}

fn why(state: &State, who: usize) -> NoSeat {
    if state.room.households[who].heads > state.room.largest {
        return NoSeat::TooLarge;
    }
    let all: Vec<Blocked> =
        (0..state.room.tables()).map(|table| blocked(state, who, table, &Band::default())).collect();
    let only = |test: fn(&Blocked) -> bool| all.iter().any(test);
    if only(|one| one.missing == 0 && one.missing_spaces == 0) {
        return NoSeat::Conflict;
    }
    if only(|one| one.missing == 0) { NoSeat::Wheelchair } else { NoSeat::NoRoom }
}

/// What keeps a household from a table when some others have left it.
pub(super) fn blocked(state: &State, who: usize, table: usize, leaving: &Band) -> Blocked {
    let (room, household) = (state.room, &state.room.households[who]);
    let spec = &room.tables[table];
    let stays = || state.at(table).iter().filter(|one| usize::from(**one) != who && !leaving.has(**one));
    let heads: u32 = stays().map(|one| u32::from(room.households[usize::from(*one)].heads)).sum();
    let wheelchairs: u32 = stays().map(|one| u32::from(room.households[usize::from(*one)].wheelchairs)).sum();
    let never = |one: &&u16| room.rivals_of(who).iter().any(|rival| rival.other == **one && rival.never > 0);
    let spaces = wheelchairs + u32::from(household.wheelchairs);
    Blocked {
        missing: (heads + u32::from(household.heads)).saturating_sub(spec.places.into()),
        missing_spaces: if household.wheelchairs == 0 {
            0
        } else {
            spaces.saturating_sub(spec.wheelchair_spaces.into())
        },
        rivals: stays().filter(never).copied().collect(),
    }
}
