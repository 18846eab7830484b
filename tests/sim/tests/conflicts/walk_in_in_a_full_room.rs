//! A walk-in with three people in a full room: somebody who was told nothing makes room, a rival is kept apart, and the
//! owner who comes later makes the household valid. Told at one machine, seen at the other.

use domain::event::{MeetingConfigured, NoSeatReason, Party, RosterChanged, SeatReason, SeatsPlanned};
use domain::meeting::TaskKind;
use domain::{Command, Event, Guest, Household, HouseholdId};
use serde_json::json;

use crate::facts::*;
use crate::hall::*;

const WALK_IN: u8 = 8;
const SECOND_WALK_IN: u8 = 9;

/// Tables 1 to 4 hold 4, 4, 5 and 8. Who is planned: 1 (four) alone, 2 and 6, 3 (three) and 5, 4 (five) alone. Three
/// places are free, all of them beside household 4.
fn nearly_full() -> Hall {
    let mut hall = Hall::new(KIOSKS);
    let mut config = config();
    config.tables[2].seats = 6;
    config.rules.leases.places = 0;
    let expected = |number: u8, expected_heads: u16| {
        let record = json!({ "id": household(number), "name": format!("Firm {number}"), "lead": dealer(number) });
        Household { expected_heads, ..serde_json::from_value(record).expect("a household") }
    };
    let households = vec![expected(1, 4), expected(3, 3), expected(4, 5)];
    let seats = vec![(household(5), table(3)), (household(6), table(2))];
    hall.author(vec![
        MeetingConfigured { rev: 2, config: Box::new(config) }.into(),
        RosterChanged { rev: 2, part: 1, parts: 1, households, ..RosterChanged::default() }.into(),
        SeatsPlanned { rev: 2, seats, unplanned: vec![] }.into(),
    ]);
    hall.quiet();
    hall
}

/// Three people of a firm that shall never meet household 4.
fn register(number: u8) -> Command {
    let id: HouseholdId = household(number);
    let record = json!({ "id": id, "name": "Walk-in", "lead": dealer(number), "expected_heads": 3 });
    let firm = json!({
        "id": dealer(number), "household": id, "firm": "Walk-in", "region": "east", "salesperson": "S07",
        "conflicts": [{ "with": dealer(4), "kind": "never" }],
    });
    let people = (0..3).map(|place| Guest { guest_no: None, id: person_of(number, place), ..person(number, place) });
    Command::RegisterWalkIn {
        household: Some(serde_json::from_value(record).expect("a household")),
        dealers: vec![serde_json::from_value(firm).expect("a firm")],
        guests: people.collect(),
        note: "a friend of the house".to_owned(),
    }
}

fn person_of(number: u8, place: u8) -> domain::GuestId {
    domain::GuestId::from_bytes([200 + number * 3 + place - 24; 16])
}

fn seat(number: u8) -> Command {
    Command::SeatParty { party: the(number), table: None, reason: SeatReason::WalkIn }
}

fn arrive(number: u8, places: &[u8]) -> Command {
    let present: Vec<_> = places.iter().map(|place| person_of(number, *place)).collect();
    match check_in(number, &[0]) {
        Command::CheckIn { household, unlisted_adults, children, via, phone, assurance, printer, .. } => {
            let scanned = present.first().copied();
            Command::CheckIn { household, scanned, present, unlisted_adults, children, via, phone, assurance, printer }
        }
        other => other,
    }
}

fn table_of(hall: &Hall, machine: usize, party: Party) -> Option<domain::TableId> {
    hall.meeting(machine).table_spot(party).map(|spot| spot.id)
}

#[test]
fn walk_in_of_three_gets_a_table_away_from_its_rival_and_is_valid_with_its_owner() {
    let mut hall = nearly_full();
    for (number, places) in [(1, &[0, 1]), (4, &[0, 1]), (5, &[0, 1])] {
        hall.act(0, "guest", check_in(number, places));
    }
    hall.act(0, "r1", register(WALK_IN));
    let events = hall.act(0, "r1", seat(WALK_IN));
    let [Event::SeatAssigned(assigned)] = events.as_slice() else { panic!("{events:?}") };
    assert_eq!(assigned.displaced, [(the(3), table(4))], "the only one who makes enough room and was told nothing");
    hall.act(0, "guest", arrive(WALK_IN, &[1, 2]));
    hall.quiet();
    for machine in [0, 1] {
        let at = [WALK_IN, 3, 4, 1, 5].map(|number| table_of(&hall, machine, the(number)));
        assert_eq!(at, [3, 4, 4, 1, 3].map(|number| Some(table(number))), "the rival of 4 is not at its table");
        let counts = hall.meeting(machine).counts();
        assert_eq!((counts.households_present, counts.households_valid), (4, 3), "their owner is not here yet");
    }

    hall.act(1, "guest", arrive(WALK_IN, &[0]));
    hall.act(1, "guest", check_in(3, &[0, 1]));
    hall.quiet();
    assert_eq!(hall.agreed(), [], "nobody has anything to do");
    let counts = hall.meeting(0).counts();
    assert_eq!((counts.households_present, counts.households_valid), (5, 5), "a late owner makes it valid");
    assert_eq!(table_of(&hall, 0, the(WALK_IN)), Some(table(3)), "the same table for the owner");

    // Two parties are still to come and would make room, but no table is left for them to go to.
    hall.act(0, "r1", register(SECOND_WALK_IN));
    let events = hall.act(0, "r1", seat(SECOND_WALK_IN));
    assert!(matches!(&events[..], [Event::SeatRefused(refused)] if refused.heads == 3), "{events:?}");
    hall.act(0, "guest", arrive(SECOND_WALK_IN, &[0, 1, 2]));
    hall.quiet();
    let task = hall.only_task();
    assert!(
        matches!(task.kind, TaskKind::NoTable { heads: 3, reason: NoSeatReason::NoRoom, .. }),
        "staff are told why: {task:?}"
    );
}
