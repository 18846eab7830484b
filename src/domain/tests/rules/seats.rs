//! Seats of a living hall: the meeting as the seating sees it, and a table for whoever comes.

use domain::Command;
use domain::event::*;
use domain::roster::{Conflict, ConflictKind, CustomerClass, GuestRole, Needs, VipTier};
use domain::seating::{Level, Search, check, solve};

use crate::venue::*;

fn the(number: u8) -> Party {
    Party::Household(household(number))
}

fn seat(number: u8) -> Command {
    Command::SeatParty { party: the(number), table: None, reason: SeatReason::WalkIn }
}

fn conflict(with: u8, kind: ConflictKind, severity: u8) -> Conflict {
    Conflict { with: dealer(with), kind, severity }
}

/// Tables 1 and 2 take nine, table 3 three, table 5 nine; parties 1 to 3 are planned at the tables of their number.
fn venue() -> Venue {
    let mut venue = Venue::new();
    venue.happens(MeetingConfigured { rev: 2, config: Box::new(config()) });
    venue
}

fn with_rivals(venue: &mut Venue, of: u8, rivals: &[u8]) {
    for rival in rivals {
        let conflict = conflict(*rival, ConflictKind::Never, 1);
        venue.happens(ConflictDeclared { dealer: dealer(of), conflict, reason: String::new() });
    }
}

#[test]
fn hall_tells_the_seating_what_the_list_says() {
    let mut venue = venue();
    let (mut one, mut two) = (firm(11, 1, "east", "S07"), firm(21, 2, "east", "S07"));
    (one.class, one.vip) = (Some(CustomerClass::A), Some(VipTier::Silver));
    one.conflicts = vec![conflict(21, ConflictKind::Avoid, 2), conflict(31, ConflictKind::Never, 1)];
    one.conflict_groups = vec!["drinks".into()];
    two.conflicts = vec![conflict(11, ConflictKind::Avoid, 3)];
    two.conflict_groups = vec!["drinks".into()];
    let mut guest = person(21, Some(2), GuestRole::Owner);
    guest.needs = Needs { wheelchair: true, ..Needs::default() };
    venue.happens(RosterChanged { rev: 2, dealers: vec![one, two], guests: vec![guest], ..RosterChanged::default() });
    venue.act(guest_actor(), &check_in(3, &[31, 32])).expect("allowed");
    let hall = venue.meeting.hall();
    let at = |number: u8| usize::from(hall.number_of(the(number)).expect("a party"));
    let households = &hall.question.households;
    assert_eq!((households[at(1)].key_customer, households[at(1)].tier), (true, Some(1)));
    assert_eq!((households[at(2)].wheelchairs, households[at(2)].heads), (1, 2));
    assert_eq!(households[at(1)].group, households[at(2)].group);
    let told = (households[at(3)].seated, hall.known[at(3)], hall.known[at(1)]);
    assert_eq!(told, (hall.table_number(&"T3".into()), true, false));
    let found = |one: u8, two: u8| {
        let (one, two) = (at(one) as u16, at(two) as u16);
        let pair = |conflict: &&domain::seating::ConflictSpec| (conflict.a, conflict.b) == (one.min(two), one.max(two));
        hall.question.conflicts.iter().filter(pair).map(|conflict| conflict.level).collect::<Vec<_>>()
    };
    assert_eq!(found(1, 2), [Level::Avoid { severity: 3 }], "the strongest word of both, once");
    assert_eq!(found(1, 3), [Level::Never]);
}

#[test]
fn plan_of_the_hall_moves_nobody_who_was_told() {
    let mut venue = venue();
    venue.act(guest_actor(), &check_in(3, &[31, 32])).expect("allowed");
    let hall = venue.meeting.hall();
    let room = hall.room().expect("within the bounds");
    let found = solve(&room, &Search { iterations: 2_000, seed: 1 });
    assert_eq!(check(&room, &found.plan).1.iter().filter(|one| !is_wheelchair(one)).count(), 0);
    let seats: Vec<_> = hall.households(&found.plan).map(|(household, table)| (household, table.clone())).collect();
    assert!(seats.contains(&(household(3), "T3".into())), "{seats:?}");
    venue.happens(SeatsPlanned { rev: 2, seats: seats.clone(), unplanned: Vec::new() });
    let again = venue.meeting.hall();
    assert_eq!(again.households(&again.plan).map(|(one, table)| (one, table.clone())).collect::<Vec<_>>(), seats);
}

fn is_wheelchair(one: &domain::seating::Break) -> bool {
    matches!(one, domain::seating::Break::Wheelchairs { .. })
}

#[test]
fn walk_in_among_rivals_gets_the_table_of_one_who_was_told_nothing() {
    let mut venue = venue();
    with_rivals(&mut venue, 41, &[11, 21, 31]);
    venue.check(staff("h1"), Command::CloseTable { table: "T5".into() }, &["TableClosed"]);
    let mut cut = venue.clone().cut_off();
    cut.check(staff("r1"), seat(4), &["SeatRefused"]);
    let events = venue.check(staff("r1"), seat(4), &["SeatAssigned"]);
    let Event::SeatAssigned(assigned) = &events[0] else { panic!("{events:?}") };
    let [(moved, to)] = assigned.displaced.as_slice() else { panic!("{assigned:?}") };
    assert!(!venue.meeting.is_told(*moved) && *to != assigned.table);
    let Party::Household(moved) = moved else { panic!("{assigned:?}") };
    let number = (1..=3).find(|number| household(*number) == *moved).expect("a planned party");
    assert_eq!(venue.table_of(number), venue.meeting.table(to).map(|now| now.table.label.clone()));
}

#[test]
fn guest_in_a_wheelchair_is_seated_where_there_is_a_space_only() {
    let mut venue = venue();
    let mut guest = person(41, Some(4), GuestRole::Owner);
    guest.needs = Needs { wheelchair: true, ..Needs::default() };
    venue.happens(RosterChanged { rev: 2, guests: vec![guest], ..RosterChanged::default() });
    let events = venue.check(staff("r1"), seat(4), &["SeatRefused"]);
    assert!(matches!(&events[0], Event::SeatRefused(it) if it.reason == NoSeatReason::Wheelchair), "{events:?}");
    let mut config = config();
    config.tables.iter_mut().filter(|table| table.id == "T2".into()).for_each(|table| table.wheelchair_spaces = 1);
    venue.happens(MeetingConfigured { rev: 3, config: Box::new(config) });
    let events = venue.check(staff("r1"), seat(4), &["SeatAssigned"]);
    assert!(matches!(&events[0], Event::SeatAssigned(it) if it.table == "T2".into()), "{events:?}");
}

#[test]
fn household_sits_with_its_salesperson_not_just_at_the_first_table() {
    let mut venue = venue();
    let guest_firm = firm(41, 4, "north", "S08");
    let person = person(41, Some(4), GuestRole::Owner);
    let at_five = SeatsPlanned { rev: 2, seats: vec![(household(2), "T5".into())], unplanned: vec![] };
    let mate = firm(21, 2, "north", "S08");
    venue.happens(RosterChanged {
        rev: 2,
        dealers: vec![guest_firm, mate],
        guests: vec![person],
        ..RosterChanged::default()
    });
    venue.happens(at_five);
    let events = venue.check(staff("r1"), seat(4), &["SeatAssigned"]);
    assert!(matches!(&events[0], Event::SeatAssigned(it) if it.table == "T5".into()), "{events:?}");
}

#[test]
fn no_show_who_comes_late_gets_the_old_table_if_it_is_free() {
    let mut venue = venue();
    venue.act(guest_actor(), &check_in(3, &[31, 32])).expect("allowed");
    venue.check_refused(staff("o1"), Command::ReleaseNoShows { given_before: None }, "not_authorised");
    let events = venue.act(staff("h1"), &Command::ReleaseNoShows { given_before: None }).expect("allowed");
    assert!(events.iter().all(|event| !matches!(event, Event::SeatReleased(it) if it.party == the(3))), "{events:?}");
    assert_eq!((venue.table_of(1), venue.table_of(2), venue.table_of(3).as_deref()), (None, None, Some("3")));
    venue.check(staff("h1"), Command::ReleaseNoShows { given_before: None }, &[]);
    let mut full = venue.clone();
    let events = venue.act(guest_actor(), &check_in(2, &[21])).expect("allowed");
    assert!(matches!(&events[0], Event::SeatAssigned(it) if it.table == "T2".into() && it.reason == SeatReason::Late));
    assert!(matches!(&events[1], Event::GuestCheckedIn(it) if it.table == Some("T2".into())), "{events:?}");
    assert_eq!(venue.task_kinds(), Vec::<&str>::new());

    for table in ["T1", "T2", "T5"] {
        full.check(staff("h1"), Command::CloseTable { table: table.into() }, &["TableClosed"]);
    }
    let events = full.act(guest_actor(), &check_in(2, &[21])).expect("allowed");
    assert!(matches!(&events[0], Event::SeatRefused(it) if it.reason == NoSeatReason::NoRoom), "{events:?}");
    assert!(full.task_kinds().contains(&"no_table"));
}

#[test]
fn no_shows_are_released_by_the_clock_once_however_many_desks_do_it() {
    let mut venue = venue();
    let due = domain::UnixMillis(venue.now().0 + 60_000);
    let release = Command::ReleaseNoShows { given_before: Some(due) };
    venue.later(120_000);
    // Who is given a place after the time is expected still.
    let wish = Command::MoveSeat { party: the(3), to: "T5".into(), reason: "on the motorway".into() };
    venue.check(staff("h1"), wish, &["SeatMoved"]);
    venue.check(staff("h1"), Command::LockSeat { party: the(1), locked: true }, &["SeatLocked"]);
    let mut other = venue.clone().on(K2);
    venue.check(domain::Actor::System, release.clone(), &["SeatReleased", "SeatReleased"]);
    other.check(domain::Actor::System, release.clone(), &["SeatReleased", "SeatReleased"]);
    let (one, two) = (venue.table_of(1), venue.table_of(2));
    assert_eq!((one.as_deref(), two, venue.table_of(3).as_deref()), (Some("1"), None, Some("5")));
    venue.check(staff("h1"), Command::MoveSeat { party: the(2), to: "T5".into(), reason: "x".into() }, &["SeatMoved"]);
    venue.pull(&other);
    assert_eq!(venue.table_of(2).as_deref(), Some("5"), "the other desk's list is older than the new place");
    venue.check(domain::Actor::System, release, &[]);
}

fn coach(present: &[u8], unlisted: &[(u8, u8)]) -> Command {
    let count =
        |(number, adults): &(u8, u8)| domain::Unlisted { household: household(*number), adults: *adults, children: 0 };
    Command::CheckInGroup {
        salesperson: "S07".into(),
        present: present.iter().map(|number| guest(*number)).collect(),
        unlisted: unlisted.iter().map(count).collect(),
        printer: None,
    }
}

#[test]
fn coach_that_comes_late_is_told_tables_like_anybody_who_does() {
    let mut venue = venue();
    venue.act(staff("h1"), &Command::ReleaseNoShows { given_before: None }).expect("allowed");
    let kinds = [
        "SeatAssigned",
        "SeatAssigned",
        "GuestCheckedIn",
        "BadgeRequested",
        "GuestCheckedIn",
        "BadgeRequested",
        "GuestCheckedIn",
        "BadgeRequested",
    ];
    let events = venue.check(sales("S07"), coach(&[21, 11, 12], &[]), &kinds);
    let tables: Vec<_> = events
        .iter()
        .filter_map(|event| match event {
            Event::GuestCheckedIn(it) => it.table.clone(),
            Event::BadgeRequested(it) => it.table.clone(),
            _ => None,
        })
        .collect();
    let expected: Vec<domain::TableId> = ["T2", "T2", "T1", "T1", "T1", "T1"].map(|table| table.into()).into();
    assert_eq!(tables, expected, "the tables of before");
    assert_eq!(venue.task_kinds(), Vec::<&str>::new());
}

#[test]
fn two_parties_of_a_coach_share_what_is_free_at_their_table() {
    let mut venue = venue();
    let at_one = vec![(household(2), "T1".into())];
    venue.happens(SeatsPlanned { rev: 2, seats: at_one, unplanned: vec![] });
    // Five of nine places are free; four more of one party fit, not four more of both.
    let events = venue.act(sales("S07"), &coach(&[11, 12, 21, 22], &[(1, 4), (2, 4)])).expect("allowed");
    let assigned: Vec<_> = events.iter().filter(|event| event.kind() == "SeatAssigned").collect();
    let [Event::SeatAssigned(assigned)] = assigned.as_slice() else { panic!("{events:?}") };
    assert_eq!((assigned.party, assigned.reason), (the(2), SeatReason::HeadsChanged));
    assert_eq!(venue.table_of(1).as_deref(), Some("1"));
    assert!(!venue.task_kinds().contains(&"table_overfull"), "{:?}", venue.task_kinds());
}

#[test]
fn party_larger_than_planned_is_told_a_table_that_holds_it() {
    let mut venue = venue();
    let with = |number: u8, person: u8, adults: u8| match check_in(number, &[person]) {
        Command::CheckIn { household, scanned, present, via, phone, assurance, printer, .. } => Command::CheckIn {
            household,
            scanned,
            present,
            unlisted_adults: adults,
            children: 0,
            via,
            phone,
            assurance,
            printer,
        },
        other => panic!("{other:?}"),
    };
    let mut fits = venue.clone();
    let events = fits.act(guest_actor(), &with(2, 21, 4)).expect("allowed");
    assert!(!events.iter().any(|event| matches!(event, Event::SeatAssigned(_))), "table 2 holds five: {events:?}");
    let events = venue.act(guest_actor(), &with(3, 31, 3)).expect("allowed");
    let Event::SeatAssigned(assigned) = &events[0] else { panic!("{events:?}") };
    assert!(assigned.table != "T3".into() && assigned.reason == SeatReason::HeadsChanged);
    assert!(
        matches!(&events[1], Event::GuestCheckedIn(it) if it.table.as_ref() == Some(&assigned.table)),
        "{events:?}"
    );
    assert!(!venue.task_kinds().contains(&"table_overfull"));
    venue.check(guest_actor(), with(3, 31, 3), &[]);
}
