//! A new plan for those who are not here yet: better, and nobody moved who knows a table or is held there.

use domain::Command;
use domain::event::*;
use domain::roster::{Conflict, ConflictKind};
use domain::seating::Search;

use crate::venue::*;

const SEARCH: Search = Search { iterations: 3_000, seed: 1 };

fn the(number: u8) -> Party {
    Party::Household(household(number))
}

/// Rivals 1 and 3 share table 5, party 4 has no table, party 2 is well where it is.
fn clumsy() -> Venue {
    let mut venue = Venue::new();
    let seats = vec![(household(1), "T5".into()), (household(3), "T5".into())];
    venue.happens(SeatsPlanned { rev: 2, seats, unplanned: vec![] });
    let conflict = Conflict { with: dealer(31), kind: ConflictKind::Avoid, severity: 3 };
    venue.happens(ConflictDeclared { dealer: dealer(11), conflict, reason: String::new() });
    venue
}

fn adopt(venue: &mut Venue, moves: Vec<PartyMove>) {
    let command = Command::MoveParties { moves, told_too: false, reason: String::new(), undoes: None };
    venue.check(staff("h1"), command, &["PartiesMoved"]);
}

#[test]
fn better_plan_is_offered_as_few_moves_that_a_person_adopts() {
    let mut venue = clumsy();
    let replanned = venue.meeting.replan(venue.now()).expect("a hall").solve(&SEARCH);
    assert_eq!((replanned.broken_before, replanned.broken_after), (1, 0), "party 4 had no table");
    assert!(replanned.after.conflict == 0 && replanned.before.conflict == 180, "{replanned:?}");
    assert_eq!((replanned.before.told_again, replanned.after.told_again), (0, 0));
    assert!((2..=3).contains(&replanned.moves.len()), "{replanned:?}");
    adopt(&mut venue, replanned.moves);
    assert_ne!(venue.table_of(1), venue.table_of(3));
    assert!(venue.table_of(4).is_some());
    let again = venue.meeting.replan(venue.now()).expect("a hall").solve(&SEARCH);
    assert_eq!(again.moves, [], "nobody is moved for nothing");
}

#[test]
fn who_knows_a_table_or_is_held_there_stays() {
    let mut venue = clumsy();
    venue.act(guest_actor(), &check_in(3, &[31])).expect("allowed");
    venue.check(staff("h1"), Command::LockSeat { party: the(1), locked: true }, &["SeatLocked"]);
    let replanned = venue.meeting.replan(venue.now()).expect("a hall").solve(&SEARCH);
    assert!(replanned.moves.iter().all(|one| one.party != the(1) && one.party != the(3)), "{replanned:?}");
    adopt(&mut venue, replanned.moves);
    assert_eq!((venue.table_of(1).as_deref(), venue.table_of(3).as_deref()), (Some("5"), Some("5")));
}

#[test]
fn closed_table_is_left_and_leased_places_are_left_alone() {
    let mut venue = clumsy();
    venue.check(staff("h1"), Command::CloseTable { table: "T5".into() }, &["TableClosed"]);
    venue.happens(PlacesLeased { device: device(K2), table: "T1".into(), places: 9, until: None });
    let replanned = venue.meeting.replan(venue.now()).expect("a hall").solve(&SEARCH);
    assert!(replanned.moves.iter().all(|one| one.to != "T1".into()), "{replanned:?}");
    adopt(&mut venue, replanned.moves);
    assert!([1, 2, 3, 4].iter().all(|number| venue.table_of(*number).is_some()));
}
