//! Guests arrive: nobody who knows a table moves, and whoever stays without one had none to go to.

use domain::seating::{Arrivals, Break, Door, NOWHERE, NoSeat, Room, Search, Seating, check, seat_one, solve};

use crate::support::{instance, text};

fn replay(name: &str, iterations: u64) -> (usize, usize) {
    let instance = instance(name);
    let plan = solve(&instance.room, &Search { iterations, seed: 1 }).plan;
    let arrivals = Arrivals::parse(&text(&format!("{name}.live"))).unwrap();
    let mut door = Door::new(instance, plan);
    let (mut displaced, mut known): (usize, Vec<(u16, u16)>) = (0, Vec::new());
    for number in 0..arrivals.len() {
        let arrived = door.admit(&arrivals, number).unwrap().unwrap();
        displaced += usize::from(matches!(arrived.seating, Seating::Displacing { .. }));
        let moved = known.iter().find(|(household, table)| door.plan[usize::from(*household)] != *table);
        assert_eq!(moved, None, "{name}, arrival {number}");
        known = (0..door.plan.len() as u16)
            .filter(|one| door.is_told(*one))
            .map(|one| (one, door.plan[usize::from(one)]))
            .collect();
        let breaks = check(&door.instance.room, &door.plan).1;
        let waiting = |one: &Break| matches!(one, Break::NoTable { household } if door.waiting.iter().any(|(waits, _)| waits == household));
        assert!(breaks.iter().all(waiting), "{name}, arrival {number}: {breaks:?}");
    }
    for (household, why) in &door.waiting {
        nowhere_to_go(&door, *household);
        assert_ne!(*why, NoSeat::TooLarge, "{name}");
    }
    (displaced, door.waiting.len())
}

/// By the full count, table by table: each would break a rule, and so would each after one who was not told left it.
fn nowhere_to_go(door: &Door, household: u16) {
    let room = &door.instance.room;
    let mut plan = door.plan.clone();
    let waiting = check(room, &plan).1.len();
    let others = (0..plan.len() as u16).filter(|other| !door.is_told(*other) && plan[usize::from(*other)] != NOWHERE);
    let others: Vec<u16> = others.collect();
    for table in 0..room.tables() as u16 {
        plan[usize::from(household)] = table;
        assert!(check(room, &plan).1.len() >= waiting, "household {household} could sit at {table}");
        for other in others.iter().filter(|other| door.plan[usize::from(**other)] == table) {
            for to in (0..room.tables() as u16).filter(|to| *to != table) {
                plan[usize::from(*other)] = to;
                assert!(check(room, &plan).1.len() >= waiting, "{other} could make room for {household} at {table}");
            }
            plan[usize::from(*other)] = table;
        }
        plan[usize::from(household)] = NOWHERE;
    }
}

#[test]
fn arrivals_of_every_instance_move_nobody_who_was_told() {
    let check = |name: &str, most_waiting: usize| {
        let (displaced, waiting) = replay(name, 20_000);
        assert!(waiting <= most_waiting, "{name}: {waiting} wait, {displaced} made room");
    };
    // Where one guest in eight is extra and three in a hundred places are free, some cannot be seated.
    check("om100-s1", 1);
    check("om300-s1", 1);
    check("om600-s1", 2);
    check("om300t-s1", 5);
    check("om600t-s1", 15);
    check("om5000-s1", 1);
}

#[test]
fn full_room_displaces_one_who_was_not_told_else_says_why() {
    let mut instance = instance("om100-s1");
    // Two tables of three; one household of two at each, and a third of two comes.
    let question = &mut instance.question;
    question.tables.truncate(3);
    question.tables.iter_mut().zip([3, 3, 1]).for_each(|(table, places)| table.places = places);
    question.households.truncate(4);
    question.households.iter_mut().zip([2, 1, 2, 1]).for_each(|(one, heads)| (one.heads, one.wheelchairs) = (heads, 0));
    question.conflicts.clear();
    let room = Room::new(question).unwrap();
    let plan = [0, 0, NOWHERE, 1];
    // Beside the one who sits alone at the second table.
    assert!(matches!(seat_one(&room, &plan, 2, None, |_| false), Seating::Direct { table: 1, .. }));
    question.households[3].heads = 2;
    let room = Room::new(question).unwrap();
    let displacing = seat_one(&room, &plan, 2, None, |_| false);
    assert!(matches!(displacing, Seating::NoSeat(NoSeat::NoRoom)), "{displacing:?}");
    question.households[1].heads = 1;
    question.tables[0].places = 4;
    question.tables[1].places = 2;
    let room = Room::new(question).unwrap();
    let displacing = seat_one(&room, &plan, 2, None, |_| false);
    assert!(matches!(displacing, Seating::Displacing { table: 0, household: 1, to: 2, .. }), "{displacing:?}");
    assert_eq!(seat_one(&room, &plan, 2, None, |_| true), Seating::NoSeat(NoSeat::NoRoom));
}

#[test]
fn late_household_gets_its_old_table_when_there_is_room() {
    let instance = instance("om100-s1");
    let plan = solve(&instance.room, &Search { iterations: 5_000, seed: 1 }).plan;
    for household in 0..plan.len() as u16 {
        let before = plan[usize::from(household)];
        let seating = seat_one(&instance.room, &plan, household, Some(before), |_| true);
        assert!(matches!(seating, Seating::Direct { table, .. } if table == before));
    }
}

#[test]
fn wrong_arrivals_are_named() {
    let check = |json: &str, said: &str| {
        let mut door = Door::new(instance("om100-s1"), vec![0; 57]);
        let said_so = match Arrivals::parse(json) {
            Ok(arrivals) => door.admit(&arrivals, 0).unwrap_err().to_string(),
            Err(fault) => fault.to_string(),
        };
        assert!(said_so.contains(said), "{said_so}");
    };
    check(r#"{"format": "x", "events": []}"#, "format is \"x\"");
    check(r#"{"format": "seating-live/1", "events": [{"type": "checkin", "party": "P9", "size": 1}]}"#, "party \"P9\"");
    check(
        r#"{"format": "seating-live/1", "events": [{"type": "checkin", "party": "P00001", "size": -1}]}"#,
        "size is -1",
    );
    let walk_in = r#"{"format": "seating-live/1", "events": [{"type": "walkin", "party": {"id": "P00001", "size": 1,
        "salesperson": "S001", "class": "B", "vip": 0, "wheelchairs": 0}}]}"#;
    check(walk_in, "party \"P00001\" is there twice");
}
