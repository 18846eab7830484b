//! The search: reaches its gates, keeps the hard rules, and gives the same bytes however it is scheduled.

use domain::seating::{
    CHAINS, ConflictSpec, Found, HouseholdSpec, Level, Question, Room, Search, TableSpec, Weights, best_of, chain,
    check, solve,
};

use crate::support::{Lots, instance};

fn check_gate(name: &str, iterations: u64, gate: i64) {
    let instance = instance(name);
    let found = solve(&instance.room, &Search { iterations, seed: 1 });
    let (cost, breaks) = check(&instance.room, &found.plan);
    assert_eq!((breaks, cost.total()), (Vec::new(), found.cost), "{name}");
    assert!(found.is_feasible() && found.cost <= gate, "{name}: {} points, the gate is {gate}", found.cost);
}

#[test]
fn small_budget_reaches_every_gate() {
    check_gate("om100-s1", 100_000, 100);
    check_gate("om300-s1", 150_000, 300);
    check_gate("om300t-s1", 150_000, 330);
    check_gate("om600-s1", 400_000, 650);
    check_gate("om600t-s1", 400_000, 655);
    check_gate("om5000-s1", 400_000, 9_400);
}

#[test]
fn chains_in_any_order_and_on_threads_give_the_same_plan() {
    let instance = instance("om300-s1");
    let search = Search { iterations: 20_000, seed: 7 };
    let in_order = solve(&instance.room, &search);
    let mut parts: Vec<(u64, Found)> = std::thread::scope(|scope| {
        let start = |number| {
            let (room, search) = (&instance.room, &search);
            scope.spawn(move || (number, chain(room, search, number)))
        };
        let started: Vec<_> = (0..CHAINS).rev().map(start).collect();
        started.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    parts.sort_by_key(|(number, _)| *number);
    assert_eq!(best_of(parts.into_iter().map(|(_, found)| found)), Some(in_order));
}

#[test]
fn equal_chains_leave_the_word_to_the_first() {
    let found = |table, cost| Found { plan: vec![table], cost, broken: 0 };
    assert_eq!(best_of([found(0, 5), found(1, 4), found(2, 4)]), Some(found(1, 4)));
    let broken = Found { plan: vec![3], cost: 0, broken: 1 };
    assert_eq!(best_of([broken, found(0, 5)]), Some(found(0, 5)));
}

#[test]
fn stored_plan_comes_out_again_on_every_machine() {
    // The sum of every figure of the plan; change it only together with the search itself.
    let instance = instance("om100-s1");
    let found = solve(&instance.room, &Search { iterations: 10_000, seed: 1 });
    let sum = found.plan.iter().fold(0_u64, |sum, table| sum.wrapping_mul(31).wrapping_add(u64::from(*table)));
    assert_eq!((found.cost, sum), (100, 1_370_862_086_291_730_610));
}

#[test]
fn seated_households_stay_where_they_sit() {
    let instance = instance("om100-live-s1");
    let found = solve(&instance.room, &Search { iterations: 5_000, seed: 1 });
    let (_, breaks) = check(&instance.room, &found.plan);
    assert!(!breaks.iter().any(|one| matches!(one, domain::seating::Break::Moved { .. })), "{breaks:?}");
}

/// Thirty tables that somebody filled nearly to the last place, with so many rivals that few other ways are left.
fn packed(lots: &mut Lots) -> Question {
    let (mut households, mut tables_of) = (Vec::new(), Vec::new());
    for table in 0..30 {
        let first = lots.between(30, 60);
        let second = lots.between(30, 60);
        for heads in [first, second, 145 - first - second] {
            tables_of.push(table);
            households.push(HouseholdSpec { heads, group: Some(lots.between(0, 7)), ..HouseholdSpec::default() });
        }
    }
    let mut conflicts = Vec::new();
    for a in 0..90_u16 {
        for b in (0..a).filter(|b| tables_of[usize::from(a)] != tables_of[usize::from(*b)]) {
            match lots.between(0, 9) {
                0..=2 => conflicts.push(ConflictSpec { a, b, level: Level::Never }),
                3 => conflicts.push(ConflictSpec { a, b, level: Level::Avoid { severity: 1 } }),
                _ => {}
            }
        }
    }
    let tables = vec![TableSpec { places: 150, row: 1, wheelchair_spaces: 0, blocked_view: false }; 30];
    Question { tables, households, conflicts, weights: Weights { conflict: 60, spread: 20, ..Weights::default() } }
}

#[test]
fn packed_room_of_many_rivals_keeps_every_rule() {
    let mut lots = Lots(3);
    for number in 0..2 {
        let room = Room::new(&packed(&mut lots)).unwrap();
        let found = solve(&room, &Search { iterations: 60_000, seed: number });
        let (cost, breaks) = check(&room, &found.plan);
        assert_eq!((breaks, cost.total()), (Vec::new(), found.cost), "room {number}");
    }
}
