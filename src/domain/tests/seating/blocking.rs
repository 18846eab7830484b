//! Impossible rooms: what stands in the way is named, down to those whom it concerns.

use domain::seating::{
    ConflictSpec, HouseholdSpec, Level, Obstacle, Outcome, Question, Room, Search, TableSpec, obstacles, settle, solve,
};

use crate::support::instance;

fn table(places: u16, wheelchair_spaces: u16) -> TableSpec {
    TableSpec { places, row: 1, wheelchair_spaces, blocked_view: false }
}

fn household(heads: u16, wheelchairs: u16) -> HouseholdSpec {
    HouseholdSpec { heads, wheelchairs, ..HouseholdSpec::default() }
}

fn outcome(question: &Question) -> Outcome {
    let room = Room::new(question).unwrap();
    settle(&room, solve(&room, &Search { iterations: 2_000, seed: 1 }))
}

fn blocking(outcome: Outcome) -> domain::seating::Blocking {
    match outcome {
        Outcome::Impossible(obstacles) => match obstacles.as_slice() {
            [Obstacle::Together(blocking)] => blocking.clone(),
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    }
}

#[test]
fn household_larger_than_every_table_is_named_before_planning() {
    let question = Question {
        tables: vec![table(8, 0), table(9, 0)],
        households: vec![household(2, 0), household(12, 0)],
        ..Question::default()
    };
    let named = [Obstacle::TooLarge { household: 1, heads: 12, largest: 9 }];
    assert_eq!(obstacles(&Room::new(&question).unwrap()), named);
    assert_eq!(outcome(&question), Outcome::Impossible(named.to_vec()));
}

#[test]
fn more_people_or_wheelchairs_than_the_room_has_are_counted() {
    let question = Question {
        tables: vec![table(3, 1), table(3, 0)],
        households: vec![household(3, 1), household(2, 1), household(2, 0)],
        ..Question::default()
    };
    let said =
        [Obstacle::TooManyPeople { heads: 7, places: 6 }, Obstacle::TooManyWheelchairs { wheelchairs: 2, spaces: 1 }];
    assert_eq!(obstacles(&Room::new(&question).unwrap()), said);
}

#[test]
fn wheelchairs_too_many_for_any_table_are_named() {
    let question = Question { tables: vec![table(9, 1)], households: vec![household(3, 2)], ..Question::default() };
    let said = Obstacle::NoStepFreeTable { household: 0, wheelchairs: 2, spaces: 1 };
    assert_eq!(obstacles(&Room::new(&question).unwrap())[0], said);
}

#[test]
fn four_who_never_meet_and_three_step_free_tables_are_the_whole_set() {
    let mut instance = instance("om300-s1");
    let question = &mut instance.question;
    let mut left = 3;
    for table in &mut question.tables {
        table.wheelchair_spaces = if left > 0 { 2 } else { 0 };
        left -= i32::from(left > 0);
    }
    question.households.iter_mut().for_each(|one| one.wheelchairs = 0);
    let four = [10, 20, 30, 40];
    for (at, a) in four.iter().enumerate() {
        question.households[usize::from(*a)].wheelchairs = 1;
        question.conflicts.extend(four[..at].iter().map(|b| ConflictSpec { a: *a, b: *b, level: Level::Never }));
    }
    let set = blocking(outcome(question));
    assert_eq!(set.households, four);
    assert!(set.all_apart && set.never.len() == 6);
    assert_eq!((set.tables.len(), set.wheelchairs, set.spaces), (3, 4, 6));
}

#[test]
fn five_of_six_heads_and_tables_of_nine_are_counted_by_size() {
    let question =
        Question { tables: vec![table(9, 0); 4], households: vec![household(6, 0); 5], ..Question::default() };
    let set = blocking(outcome(&question));
    assert_eq!((set.households.len(), set.heads, set.places), (5, 30, 36));
}

#[test]
fn two_who_sit_and_never_meet_are_named() {
    let mut households = vec![household(2, 0), household(2, 0), household(1, 0)];
    households[0].seated = Some(1);
    households[1].seated = Some(1);
    let conflicts = vec![ConflictSpec { a: 0, b: 1, level: Level::Never }];
    let question = Question { tables: vec![table(9, 0); 3], households, conflicts, ..Question::default() };
    let set = blocking(outcome(&question));
    assert_eq!((set.households, set.tables), (vec![0, 1], vec![1]));
}
