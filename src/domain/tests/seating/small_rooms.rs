//! Ten thousand small rooms: we say that there is a plan when there is one, and none of ours breaks a hard rule.

use domain::seating::{
    Break, ConflictSpec, HouseholdSpec, Level, Outcome, Question, Room, Search, TableSpec, Weights, check, settle,
    solve,
};

use crate::support::Lots;

/// A room of up to four tables and six households, tight often enough to be impossible.
fn small_room(lots: &mut Lots) -> Question {
    let tables: Vec<TableSpec> = (0..lots.between(1, 4))
        .map(|_| TableSpec {
            places: lots.between(1, 5),
            row: lots.between(1, 3),
            wheelchair_spaces: lots.between(0, 3).saturating_sub(1),
            blocked_view: lots.between(0, 1) == 1,
        })
        .collect();
    let many = lots.between(1, 6);
    let households = (0..many).map(|_| household(lots, tables.len() as u16)).collect();
    let mut conflicts = Vec::new();
    for a in 0..many {
        for b in 0..a {
            match lots.between(0, 7) {
                0 | 1 => conflicts.push(ConflictSpec { a, b, level: Level::Never }),
                2 => conflicts.push(ConflictSpec { a, b, level: Level::Avoid { severity: lots.between(1, 3) } }),
                _ => {}
            }
        }
    }
    Question { tables, households, conflicts, weights: weights() }
}

fn household(lots: &mut Lots, tables: u16) -> HouseholdSpec {
    HouseholdSpec {
        heads: lots.between(1, 3),
        wheelchairs: u16::from(lots.between(0, 5) == 0),
        group: Some(lots.between(0, 2)).filter(|group| *group < 2),
        tier: Some(0).filter(|_| lots.between(0, 4) == 0),
        key_customer: lots.between(0, 3) == 0,
        seated: Some(lots.between(0, tables - 1)).filter(|_| lots.between(0, 9) == 0),
        told: Some(lots.between(0, tables - 1)).filter(|_| lots.between(0, 9) == 0),
    }
}

fn weights() -> Weights {
    Weights {
        conflict: 60,
        spread: 20,
        vip_row: vec![4],
        vip_view: 8,
        no_key_customer: 25,
        looks_empty: 3,
        told_again: 40,
    }
}

/// Whether any plan at all keeps the hard rules.
fn brute(room: &Room, plan: &mut Vec<u16>) -> bool {
    if plan.len() == room.households() {
        return check(room, plan).1.is_empty();
    }
    (0..room.tables() as u16).any(|table| {
        plan.push(table);
        let breaks = check(room, plan).1;
        let hopeless = breaks.iter().any(|one| match one {
            Break::NoTable { .. } => false,
            Break::Moved { household, .. } => usize::from(*household) < plan.len(),
            Break::Overfull { .. } | Break::Together { .. } | Break::Wheelchairs { .. } => true,
        });
        let found = !hopeless && brute(room, plan);
        plan.pop();
        found
    })
}

#[test]
fn small_rooms_agree_with_brute_force() {
    let (mut lots, mut impossible) = (Lots(1), 0);
    for number in 0..10_000 {
        let question = small_room(&mut lots);
        let room = Room::new(&question).unwrap();
        let there_is_one = brute(&room, &mut Vec::new());
        match settle(&room, solve(&room, &Search { iterations: 100, seed: number })) {
            Outcome::Plan(found) => {
                let (cost, breaks) = check(&room, &found.plan);
                assert_eq!((breaks, cost.total()), (Vec::new(), found.cost), "room {number}: {question:?}");
                assert!(there_is_one, "room {number}: {question:?}");
            }
            Outcome::Impossible(obstacles) => {
                impossible += 1;
                assert!(!there_is_one && !obstacles.is_empty(), "room {number}: {obstacles:?} {question:?}");
            }
            Outcome::NotFound(breaks) => panic!("room {number}: {breaks:?} {question:?}"),
        }
    }
    assert!(
        (1_000..9_000).contains(&impossible),
        "{impossible} of 10,000 rooms are impossible: too few to show anything"
    );
}

#[test]
fn blocking_set_loses_its_force_with_any_one_household() {
    let (mut lots, mut seen) = (Lots(9), 0);
    for number in 0..1_500 {
        let question = small_room(&mut lots);
        let room = Room::new(&question).unwrap();
        let found = solve(&room, &Search { iterations: 100, seed: number });
        let Outcome::Impossible(obstacles) = settle(&room, found) else { continue };
        for obstacle in obstacles {
            let domain::seating::Obstacle::Together(blocking) = obstacle else { continue };
            seen += 1;
            assert!(!can_sit(&question, &blocking.households), "room {number}: {blocking:?} {question:?}");
            for left_out in &blocking.households {
                let rest: Vec<u16> = blocking.households.iter().copied().filter(|one| one != left_out).collect();
                assert!(can_sit(&question, &rest), "room {number}: {left_out} is idle in {blocking:?} {question:?}");
            }
        }
    }
    assert!(seen > 50, "{seen} sets are too few to show anything");
}

/// Whether some households alone could sit.
fn can_sit(question: &Question, some: &[u16]) -> bool {
    let number = |household: u16| some.iter().position(|one| *one == household).map(|at| at as u16);
    let conflicts = question.conflicts.iter().filter_map(|conflict| {
        Some(ConflictSpec { a: number(conflict.a)?, b: number(conflict.b)?, level: conflict.level })
    });
    let part = Question {
        households: some.iter().map(|one| question.households[usize::from(*one)].clone()).collect(),
        conflicts: conflicts.collect(),
        ..question.clone()
    };
    brute(&Room::new(&part).unwrap(), &mut Vec::new())
}
