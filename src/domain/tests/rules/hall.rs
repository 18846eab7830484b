//! Rules 6 and 16: tables told and moved, the hotel's changes, sessions and leaving early.

use domain::event::*;
use domain::{BadgeId, Command};

use crate::venue::*;

fn the(number: u8) -> Party {
    Party::Household(household(number))
}

fn move_to(number: u8, to: &str, reason: &str) -> Command {
    Command::MoveSeat { party: the(number), to: to.into(), reason: reason.into() }
}

#[test]
fn a_new_plan_moves_only_those_not_told() {
    let mut venue = Venue::new();
    venue.act(guest_actor(), &check_in(1, &[11])).expect("allowed");
    let seats = vec![(household(1), "T5".into()), (household(2), "T5".into())];
    venue.happens(SeatsPlanned { rev: 2, seats, unplanned: vec![household(3)] });
    assert_eq!(venue.table_of(1).as_deref(), Some("1"), "was told");
    assert_eq!(venue.table_of(2).as_deref(), Some("5"));
    assert_eq!(venue.table_of(3), None);
    assert_eq!(venue.task_kinds(), ["plan_differs"]);
}

#[test]
fn undone_check_in_told_nobody_so_the_plan_counts_again() {
    let mut venue = Venue::new();
    venue.act(guest_actor(), &check_in(1, &[11])).expect("allowed");
    venue.happens(SeatsPlanned { rev: 2, seats: vec![(household(1), "T5".into())], unplanned: vec![] });
    let undo = Command::UndoCheckIn { guest: guest(11), reason: UndoReason::NotHere, note: String::new() };
    venue.act(staff("r1"), &undo).expect("allowed");
    assert_eq!(venue.table_of(1).as_deref(), Some("5"));
}

#[test]
fn household_without_a_plan_is_told_honestly_and_hears_later() {
    let mut venue = Venue::new();
    let events = venue.act(guest_actor(), &check_in(4, &[41])).expect("allowed");
    let Event::GuestCheckedIn(checked_in) = &events[0] else { panic!("{events:?}") };
    assert_eq!(checked_in.table, None);
    assert_eq!((venue.table_of(4), venue.task_kinds()), (None, vec!["no_table"]));
    venue.check(staff("h1"), move_to(4, "T5", "free places"), &["SeatMoved"]);
    assert_eq!(venue.table_of(4).as_deref(), Some("5"));
    assert_eq!(venue.task_kinds(), ["badge_shows_old_table"], "the paper shows none");
    venue.check(guest_actor(), check_in(4, &[41]), &["TableTold"]);
    venue.check(guest_actor(), check_in(4, &[41]), &[]);
}

#[test]
fn a_person_may_move_anybody_with_a_reason() {
    let mut venue = Venue::new();
    venue.act(guest_actor(), &check_in(1, &[11])).expect("allowed");
    venue.check_refused(guest_actor(), move_to(1, "T2", "wish"), "not_authorised");
    venue.check_refused(staff("o1"), move_to(1, "T2", "wish"), "not_authorised");
    venue.check_refused(staff("r1"), move_to(1, "T2", " "), "reason_missing");
    venue.check_refused(staff("r1"), move_to(1, "T99", "wish"), "unknown_table");
    venue.check_refused(staff("r1"), move_to(9, "T2", "wish"), "unknown_household");
    venue.check(staff("r1"), move_to(1, "T1", "wish"), &[]);
    venue.check(staff("r1"), move_to(1, "T2", "wish"), &["SeatMoved"]);
    assert_eq!(venue.table_of(1).as_deref(), Some("2"));
    let events = venue
        .act(staff("r1"), &Command::ReprintBadge { guest: guest(11), reason: BadgeReason::NewTable, printer: None });
    let events = events.expect("allowed");
    let Event::BadgeRequested(asked) = &events[0] else { panic!("{events:?}") };
    assert_eq!(asked.table, Some("T2".into()));
    venue.happens(BadgePrinted { badge: asked.badge, copy: 2, by: PrintWord::Printer });
    assert!(venue.task_kinds().is_empty(), "the new badge closes the question");
}

#[test]
fn no_shows_lose_their_seat_but_nobody_told_does() {
    let mut venue = Venue::new();
    let release = |number| Command::ReleaseSeat { party: the(number), reason: ReleaseReason::NoShow };
    venue.act(guest_actor(), &check_in(1, &[11])).expect("allowed");
    venue.check(staff("h1"), release(1), &[]);
    venue.check(staff("h1"), release(2), &["SeatReleased"]);
    venue.check_refused(staff("h1"), release(4), "no_table");
    assert_eq!((venue.table_of(1).as_deref(), venue.table_of(2)), (Some("1"), None));

    let mut hub = Venue::new();
    let mut kiosk = hub.clone().on(K2);
    kiosk.act(guest_actor(), &check_in(2, &[21])).expect("allowed");
    hub.pull(&kiosk);
    hub.happens(SeatReleased { party: the(2), table: "T2".into(), reason: ReleaseReason::NoShow });
    assert_eq!(hub.table_of(2).as_deref(), Some("2"), "an old list of no-shows moves nobody who was told");
}

#[test]
fn hotel_closes_merges_and_renumbers_tables() {
    let mut venue = Venue::new();
    venue.act(guest_actor(), &check_in(1, &[11])).expect("allowed");
    let close = Command::CloseTable { table: "T1".into() };
    venue.check_refused(staff("o1"), close.clone(), "not_authorised");
    let events = venue.check(staff("h1"), close.clone(), &["TableClosed"]);
    assert_eq!(events, [TableClosed { table: "T1".into(), affected: vec![the(1)] }.into()]);
    venue.check_refused(staff("h1"), close, "table_closed");
    assert_eq!((venue.table_of(1), venue.task_kinds()), (None, vec!["table_gone"]));

    let merge =
        Command::MergeTables { into: "T5".into(), merged: vec!["T2".into(), "T2".into(), "T5".into()], seats: 18 };
    venue.check(staff("h1"), merge, &["TablesMerged"]);
    assert_eq!(venue.table_of(2).as_deref(), Some("5"));
    assert_eq!(venue.meeting.table(&"T5".into()).map(|now| now.places()), Some(17));

    let renumber = |label: &str| Command::RenumberTable { table: "T3".into(), label: label.into() };
    venue.check_refused(staff("h1"), renumber("5"), "already_there");
    venue.check_refused(staff("h1"), renumber(""), "name_missing");
    venue.check(staff("h1"), renumber("13A"), &["TableRenumbered"]);
    assert_eq!(venue.table_of(3).as_deref(), Some("13A"));

    let add = Command::AddTable { table: table("28", 10) };
    venue.check(staff("h1"), add.clone(), &["TableAdded"]);
    venue.check_refused(staff("h1"), add, "already_there");
    venue.happens(MeetingConfigured { rev: 2, config: Box::new(config()) });
    assert_eq!(venue.table_of(3).as_deref(), Some("13A"), "a new meeting file undoes nothing of the hotel's");
    assert!(venue.meeting.table(&"T28".into()).is_some());
    assert_eq!(venue.table_of(1), None);
}

#[test]
fn tables_merged_in_a_circle_go_up_in_the_first() {
    let mut venue = Venue::new();
    let merged = |into: &str, gone: &str| TablesMerged {
        into: into.into(),
        merged: vec![gone.into()],
        seats: 20,
        affected: vec![],
    };
    venue.happens(merged("T1", "T2"));
    venue.happens(merged("T2", "T1"));
    let tables = [1, 2].map(|number| venue.table_of(number));
    assert_eq!(tables, [Some("1".to_owned()), Some("1".to_owned())]);
    venue.act(guest_actor(), &check_in(1, &[11])).expect("allowed");
    let mut venue = Venue::new();
    for (into, gone) in [("T2", "T3"), ("T1", "T2"), ("T3", "T2")] {
        venue.happens(merged(into, gone));
    }
    for number in 1..=3 {
        assert_eq!(venue.table_of(number).as_deref(), Some("1"), "a circle that begins behind the first");
    }
}

#[test]
fn sessions_take_a_good_badge_and_explain_the_others() {
    let mut venue = Venue::new();
    let events = venue.act(guest_actor(), &check_in(1, &[11])).expect("allowed");
    let badge = badges(&events)[0].0;
    let enter = |badge, session: &str| Command::CheckInSession { badge, session: session.into() };
    venue.check_refused(guest_actor(), enter(badge, "brunch"), "unknown_session");
    venue.check_refused(guest_actor(), enter(BadgeId::from_bits(5), "dinner"), "unknown_badge");
    venue.check(guest_actor(), enter(badge, "dinner"), &["SessionCheckedIn"]);
    venue.check(guest_actor(), enter(badge, "dinner"), &[]);
    venue.check(guest_actor(), enter(badge, "coach"), &["SessionCheckedIn"]);

    let events =
        venue.act(staff("r1"), &Command::ReprintBadge { guest: guest(11), reason: BadgeReason::Lost, printer: None });
    let newer = badges(&events.expect("allowed"))[0].0;
    venue.happens(BadgePrinted { badge: newer, copy: 2, by: PrintWord::Printer });
    venue.check_refused(guest_actor(), enter(badge, "coach"), "old_badge");
    venue.happens(BadgeVoided { badge, reason: VoidReason::Replaced });
    venue.check_refused(guest_actor(), enter(badge, "coach"), "voided_badge");

    let undo =
        |reason: &str| Command::UndoSession { guest: guest(11), session: "dinner".into(), reason: reason.into() };
    venue.check_refused(staff("o1"), undo(""), "reason_missing");
    venue.check(staff("o1"), undo("wrong door"), &["SessionCheckInUndone"]);
    venue.check_refused(staff("o1"), undo("wrong door"), "not_checked_in");
    let by_name = Command::CheckInSessionByName { guest: guest(11), session: "dinner".into() };
    venue.check_refused(guest_actor(), by_name.clone(), "not_authorised");
    venue.check(staff("o1"), by_name, &["SessionCheckedIn"]);
    assert!(venue.meeting.is_present(guest(11)), "undoing a session undoes no arrival");
}

#[test]
fn scan_at_a_session_proves_that_a_badge_was_handed_over() {
    let mut venue = Venue::new();
    let ahead = Command::PrintAhead { guests: vec![guest(11)], printer: None };
    let badge = badges(&venue.act(staff("r1"), &ahead).expect("allowed"))[0].0;
    let enter = Command::CheckInSession { badge, session: "coach".into() };
    venue.check(guest_actor(), enter, &["BadgeHandedOver", "SessionCheckedIn"]);
    assert!(venue.meeting.is_told(the(1)));
}

#[test]
fn leaving_early_frees_the_place_when_a_person_says_so() {
    let mut venue = Venue::new();
    let leave = |numbers: &[u8]| Command::LeaveEarly {
        guests: numbers.iter().map(|number| guest(*number)).collect(),
        reason: "train".into(),
    };
    venue.check_refused(staff("r1"), leave(&[11]), "not_checked_in");
    venue.act(guest_actor(), &check_in(1, &[11, 12])).expect("allowed");
    venue.check_refused(guest_actor(), leave(&[11]), "not_authorised");
    venue.check(staff("r1"), leave(&[11, 11]), &["GuestLeftEarly"]);
    venue.check(staff("r1"), leave(&[11]), &[]);
    assert_eq!(venue.meeting.heads_of(the(1)), 1);
    assert_eq!(venue.meeting.counts().households_valid, 1, "attendance stands");
    venue.check(guest_actor(), check_in(1, &[11]), &["GuestCameBack"]);
    assert_eq!(venue.meeting.heads_of(the(1)), 2);
    venue.check(staff("r1"), Command::ComeBack { guest: guest(11) }, &[]);
}
