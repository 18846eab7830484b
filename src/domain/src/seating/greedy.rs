//! A first plan: the hardest households first, each at the table that costs least then.

use std::cmp::Reverse;

use super::room::{NOWHERE, Room};
use super::state::State;

/// Sixteenths of points of a unit of hard breaks while the first plan is made: dear, yet everybody gets a table.
const PRICE: i64 = 16_000;

/// Everybody at a table, seated ones where they sit; hard rules may be broken where nothing else is left.
pub(super) fn greedy(room: &Room) -> State<'_> {
    let mut state = State::new(room);
    for (number, table) in room.seated.iter().enumerate().filter(|(_, table)| **table != NOWHERE) {
        if !state.is_full(usize::from(*table)) {
            state.join(number, usize::from(*table));
        }
    }
    completed(state)
}

/// The same plan with a table for everybody who has none and sits nowhere.
pub(super) fn completed(mut state: State<'_>) -> State<'_> {
    let room = state.room;
    let nowhere = |number: &usize| state.table_of[*number] == NOWHERE;
    let missing: Vec<usize> = order(room).into_iter().filter(nowhere).collect();
    for number in missing {
        let open = (0..room.tables()).filter(|table| !state.is_full(*table));
        if let Some(table) = open.min_by_key(|table| state.joining(number, *table).priced(PRICE)) {
            state.join(number, table);
        }
    }
    state
}

/// Wheelchairs first, then salespeople by the size of their group, large households first.
fn order(room: &Room) -> Vec<usize> {
    let free = |number: &usize| room.seated[*number] == NOWHERE;
    let mut order: Vec<usize> = (0..room.households()).filter(free).collect();
    order.sort_by_key(|number| {
        let household = &room.households[*number];
        let group = room.members.get(usize::from(household.group)).map_or(0, Vec::len);
        (Reverse(household.wheelchairs), Reverse(group), household.group, Reverse(household.heads), *number)
    });
    order
}
