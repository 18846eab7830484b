//! Rule 6, several parties in one act: judged at the end, nobody told unless a person says so, locked ones never; the
//! way back; and what the desk chooses about weights and closed tables.

use domain::Command;
use domain::config::{SeatingPreset, SeatingWeights};
use domain::event::*;
use domain::meeting::SeatHow;
use domain::roster::{Conflict, ConflictKind, GuestRole, Needs};

use crate::venue::*;

fn the(number: u8) -> Party {
    Party::Household(household(number))
}

fn go(number: u8, from: &str, to: &str) -> PartyMove {
    PartyMove { party: the(number), from: (!from.is_empty()).then(|| from.into()), to: to.into() }
}

fn moves(moves: &[PartyMove]) -> Command {
    Command::MoveParties { moves: moves.to_vec(), told_too: false, reason: String::new(), undoes: None }
}

fn told_too(moves: &[PartyMove], reason: &str) -> Command {
    Command::MoveParties { moves: moves.to_vec(), told_too: true, reason: reason.into(), undoes: None }
}

fn lock(number: u8, locked: bool) -> Command {
    Command::LockSeat { party: the(number), locked }
}

/// Tables 1 and 2 take nine, table 3 three, table 5 nine beside its press guest; parties 1 and 2 fill theirs.
fn full() -> Venue {
    let mut venue = Venue::new();
    let nine = |number: u8| domain::Household { expected_heads: 9, ..party(number) };
    venue.happens(RosterChanged { rev: 2, households: vec![nine(1), nine(2)], ..RosterChanged::default() });
    venue.happens(ExtraChairSigned { table: "T5".into(), chairs: 1, by: "h1".into() });
    venue
}

fn tables_of(venue: &Venue, numbers: &[u8]) -> Vec<Option<String>> {
    numbers.iter().map(|number| venue.table_of(*number)).collect()
}

fn labels(labels: &[&str]) -> Vec<Option<String>> {
    labels.iter().map(|label| Some((*label).to_owned())).collect()
}

#[test]
fn swap_of_two_full_tables_is_one_act() {
    let mut venue = full();
    venue.check_refused(staff("h1"), moves(&[go(1, "T1", "T2")]), "move_breaks");
    venue.check(staff("h1"), moves(&[go(1, "T1", "T2"), go(2, "T2", "T1")]), &["PartiesMoved"]);
    assert_eq!(tables_of(&venue, &[1, 2]), labels(&["2", "1"]));
    venue.check(staff("h1"), moves(&[go(1, "T2", "T2"), go(4, "", "T5")]), &["PartiesMoved"]);
    assert_eq!(venue.table_of(4).as_deref(), Some("5"));
    venue.check(staff("h1"), moves(&[go(4, "T5", "T5")]), &[]);
}

#[test]
fn act_that_breaks_a_hard_rule_moves_nobody_and_names_the_first() {
    let mut venue = full();
    let never = |with| Conflict { with: dealer(with), kind: ConflictKind::Never, severity: 1 };
    venue.happens(ConflictDeclared { dealer: dealer(41), conflict: never(31), reason: String::new() });
    let mut guest = person(31, Some(3), GuestRole::Owner);
    guest.needs = Needs { wheelchair: true, ..Needs::default() };
    venue.happens(RosterChanged { rev: 3, guests: vec![guest], ..RosterChanged::default() });
    let refused = |moves: &[PartyMove], party: u8, table: &str, rule| {
        let refusal = venue.clone().act(staff("h1"), &self::moves(moves)).expect_err("a hard rule");
        let named = domain::Refusal::MoveBreaks { party: the(party), table: table.into(), rule };
        assert_eq!(refusal, named);
    };
    refused(&[go(2, "T2", "T5"), go(1, "T1", "T3")], 1, "T3", NoSeatReason::NoRoom);
    refused(&[go(4, "", "T3")], 4, "T3", NoSeatReason::Conflict);
    refused(&[go(3, "T3", "T5")], 3, "T5", NoSeatReason::Wheelchair);
    venue.check(staff("h1"), moves(&[go(2, "T2", "T5"), go(4, "", "T2")]), &["PartiesMoved"]);
}

#[test]
fn table_that_is_overfull_already_may_be_made_less_so() {
    let mut venue = full();
    venue.happens(SeatMoved { party: the(4), from: None, to: "T1".into(), reason: "override".into() });
    venue.check_refused(staff("h1"), moves(&[go(3, "T3", "T1")]), "move_breaks");
    venue.check(staff("h1"), moves(&[go(3, "T3", "T1"), go(1, "T1", "T5")]), &["PartiesMoved"]);
    assert_eq!(tables_of(&venue, &[1, 3, 4]), labels(&["5", "1", "1"]));
}

#[test]
fn party_moved_before_it_came_is_no_question_when_it_comes() {
    let mut venue = full();
    venue.check(staff("h1"), moves(&[go(3, "T3", "T5")]), &["PartiesMoved"]);
    venue.act(guest_actor(), &check_in(3, &[31, 32])).expect("allowed");
    assert_eq!((venue.table_of(3).as_deref(), venue.task_kinds()), (Some("5"), vec![]));
    venue.happens(SeatsPlanned { rev: 2, seats: vec![(household(3), "T1".into())], unplanned: vec![] });
    assert_eq!(venue.task_kinds(), ["plan_differs"], "a plan after that is one");
}

#[test]
fn who_was_told_goes_only_on_a_persons_word_with_a_reason() {
    let mut venue = full();
    venue.act(guest_actor(), &check_in(1, &[11])).expect("allowed");
    let swap = [go(1, "T1", "T2"), go(2, "T2", "T1")];
    venue.check_refused(staff("h1"), moves(&swap), "knows_table");
    venue.check_refused(staff("h1"), told_too(&swap, " "), "reason_missing");
    venue.check(staff("h1"), told_too(&swap, "they asked for it"), &["PartiesMoved"]);
    assert_eq!(tables_of(&venue, &[1, 2]), labels(&["2", "1"]));
    assert_eq!(venue.task_kinds(), ["badge_shows_old_table"]);
}

#[test]
fn what_changed_since_the_screen_was_drawn_is_refused() {
    let mut venue = full();
    venue.happens(SeatMoved { party: the(2), from: None, to: "T5".into(), reason: "x".into() });
    let swap = moves(&[go(1, "T1", "T2"), go(2, "T2", "T1")]);
    venue.check_refused(staff("h1"), swap, "moved_meanwhile");
    venue.check_refused(staff("h1"), moves(&[go(4, "T1", "T2")]), "moved_meanwhile");
    venue.check_refused(staff("h1"), moves(&[go(4, "", "T2"), go(4, "", "T5")]), "record_broken");
    venue.check_refused(staff("h1"), moves(&[go(4, "", "T77")]), "unknown_table");
    let many = vec![go(4, "", "T2"); 5_001];
    venue.check_refused(staff("h1"), moves(&many), "too_many");
}

#[test]
fn move_that_meets_a_check_in_or_another_move_in_the_hubs_order_has_no_effect() {
    let mut hub = full();
    let mut kiosk = hub.clone().on(K2);
    let mut desk = hub.clone().on(210);
    let mut other = hub.clone().on(211);
    kiosk.act(guest_actor(), &check_in(1, &[11])).expect("allowed");
    desk.check(staff("h1"), moves(&[go(1, "T1", "T2"), go(2, "T2", "T1")]), &["PartiesMoved"]);
    other.check(staff("r1"), moves(&[go(2, "T2", "T5")]), &["PartiesMoved"]);
    hub.pull(&kiosk);
    hub.pull(&other);
    hub.pull(&desk);
    assert_eq!(tables_of(&hub, &[1, 2]), labels(&["1", "5"]), "told at the kiosk; moved by the first");
}

#[test]
fn locked_party_stays_whatever_the_program_or_a_plan_wants() {
    let mut venue = full();
    venue.check_refused(staff("h1"), lock(4, true), "no_table");
    venue.check(staff("h1"), lock(2, true), &["SeatLocked"]);
    venue.check(staff("h1"), lock(2, true), &[]);
    assert!(venue.meeting.is_seat_locked(the(2)));
    venue.happens(SeatsPlanned { rev: 2, seats: vec![(household(2), "T5".into())], unplanned: vec![] });
    assert_eq!(venue.table_of(2).as_deref(), Some("2"), "a new plan");
    venue.check_refused(staff("h1"), told_too(&[go(2, "T2", "T5")], "x"), "seat_locked");
    let single = Command::MoveSeat { party: the(2), to: "T5".into(), reason: "x".into() };
    venue.check_refused(staff("h1"), single.clone(), "seat_locked");
    let events = venue.act(staff("h1"), &Command::ReleaseNoShows { given_before: None }).expect("allowed");
    assert!(!events.is_empty());
    assert_eq!(venue.table_of(2).as_deref(), Some("2"), "the place of a no-show");
    let displaced = vec![(the(2), "T5".into())];
    let (party, table) = (the(4), "T2".into());
    venue.happens(SeatAssigned { party, table, reason: SeatReason::WalkIn, displaced, leased: 0 });
    assert_eq!(venue.table_of(2).as_deref(), Some("2"), "another node that did not know it yet");
    let seat = venue.meeting.seats_now().into_iter().find(|seat| seat.party == the(2)).expect("a seat");
    assert_eq!((seat.how, seat.locked, seat.heads), (SeatHow::Given, true, 9));
    venue.check(staff("h1"), lock(2, false), &["SeatUnlocked"]);
    venue.check(staff("h1"), single, &["SeatMoved"]);
}

#[test]
fn lock_that_comes_before_its_plan_holds_against_the_next() {
    let mut venue = Venue::new();
    venue.happens_by(staff("h1"), SeatLocked { party: the(9), table: "T2".into() });
    for (rev, table) in [(2, "T2"), (3, "T5")] {
        venue.happens(SeatsPlanned { rev, seats: vec![(household(9), table.into())], unplanned: vec![] });
    }
    assert_eq!(venue.table_of(9).as_deref(), Some("2"));
    venue.happens(SeatsPlanned { rev: 4, seats: vec![], unplanned: vec![household(9)] });
    assert_eq!(venue.table_of(9).as_deref(), Some("2"));
}

#[test]
fn locked_party_that_comes_with_more_people_stays_and_staff_are_told() {
    let mut venue = full();
    venue.check(staff("h1"), lock(3, true), &["SeatLocked"]);
    let seat = |table: Option<&str>| Command::SeatParty {
        party: the(3),
        table: table.map(Into::into),
        reason: SeatReason::Staff,
    };
    venue.check(staff("r1"), seat(None), &[]);
    venue.check(staff("r1"), seat(Some("T3")), &[]);
    venue.check_refused(staff("r1"), seat(Some("T5")), "seat_locked");
    let mut arrive = check_in(3, &[31]);
    if let Command::CheckIn { unlisted_adults, .. } = &mut arrive {
        *unlisted_adults = 3;
    }
    let events = venue.act(guest_actor(), &arrive).expect("allowed");
    assert!(events.iter().all(|event| event.kind() != "SeatAssigned"), "{events:?}");
    assert_eq!((venue.table_of(3).as_deref(), venue.task_kinds()), (Some("3"), vec!["table_overfull"]));
}

#[test]
fn plan_of_the_hub_leaves_whoever_was_given_a_table_on_site() {
    let mut venue = full();
    venue.happens(SeatMoved { party: the(3), from: None, to: "T5".into(), reason: "wish".into() });
    let seated = |hall: &domain::meeting::Hall| {
        let number = usize::from(hall.number_of(the(3)).expect("a party"));
        hall.question.households[number].seated.map(|table| hall.tables[usize::from(table)].clone())
    };
    assert_eq!(seated(&venue.meeting.hall()), None);
    assert_eq!(seated(&venue.meeting.hall_to_plan()), Some("T5".into()));
}

#[test]
fn walk_in_displaces_nobody_who_is_locked() {
    let mut venue = full();
    for table in ["T1", "T5"] {
        venue.check(staff("h1"), Command::CloseTable { table: table.into() }, &["TableClosed"]);
    }
    venue.check(staff("h1"), Command::SignChairs { table: "T2".into(), chairs: 2 }, &["ExtraChairSigned"]);
    let move_in = SeatMoved { party: the(3), from: None, to: "T2".into(), reason: "x".into() };
    venue.happens(move_in);
    // Table 3 takes three: party 3 can make room at table 2 for party 4 only by going there.
    let never = |with| Conflict { with: dealer(with), kind: ConflictKind::Never, severity: 1 };
    venue.happens(ConflictDeclared { dealer: dealer(41), conflict: never(31), reason: String::new() });
    let five = domain::Household { expected_heads: 5, ..party(4) };
    venue.happens(RosterChanged { rev: 4, households: vec![five], ..RosterChanged::default() });
    let nine = domain::Household { expected_heads: 4, ..party(2) };
    venue.happens(RosterChanged { rev: 5, households: vec![nine], ..RosterChanged::default() });
    let seat = Command::SeatParty { party: the(4), table: None, reason: SeatReason::WalkIn };
    let mut free = venue.clone();
    let events = free.check(staff("r1"), seat.clone(), &["SeatAssigned"]);
    assert!(matches!(&events[0], Event::SeatAssigned(it) if it.displaced == [(the(3), "T3".into())]), "{events:?}");
    venue.check(staff("h1"), lock(3, true), &["SeatLocked"]);
    venue.check(staff("r1"), seat, &["SeatRefused"]);
}

#[test]
fn lock_of_who_was_told_outlives_the_check_in() {
    let mut venue = full();
    venue.act(guest_actor(), &check_in(2, &[21])).expect("allowed");
    venue.check(staff("h1"), lock(2, true), &["SeatLocked"]);
    let undo = Command::UndoCheckIn { guest: guest(21), reason: UndoReason::NotHere, note: String::new() };
    venue.act(staff("r1"), &undo).expect("allowed");
    venue.happens(SeatsPlanned { rev: 2, seats: vec![(household(2), "T5".into())], unplanned: vec![] });
    assert_eq!((venue.meeting.is_seat_locked(the(2)), venue.table_of(2).as_deref()), (true, Some("2")));
}

#[test]
fn lock_ends_where_the_party_is_no_more() {
    let mut venue = full();
    venue.check(staff("h1"), lock(2, true), &["SeatLocked"]);
    venue.check(staff("h1"), Command::CloseTable { table: "T2".into() }, &["TableClosed"]);
    assert!(!venue.meeting.is_seat_locked(the(2)));
    venue.check(staff("h1"), moves(&[go(2, "T2", "T5")]), &["PartiesMoved"]);
    venue.check(staff("h1"), Command::ReopenTable { table: "T2".into() }, &["TableReopened"]);
    assert!(!venue.meeting.is_seat_locked(the(2)), "they sit elsewhere now");
}

#[test]
fn closed_table_comes_back_with_whoever_had_it() {
    let mut venue = full();
    let reopen = |table: &str| Command::ReopenTable { table: table.into() };
    venue.check(staff("h1"), reopen("T2"), &[]);
    venue.check(staff("h1"), Command::CloseTable { table: "T2".into() }, &["TableClosed"]);
    assert_eq!(venue.table_of(2), None);
    venue.check(staff("h1"), reopen("T2"), &["TableReopened"]);
    assert_eq!(venue.table_of(2).as_deref(), Some("2"));
    let merge = Command::MergeTables { into: "T1".into(), merged: vec!["T2".into()], seats: 20 };
    venue.check(staff("h1"), merge, &["TablesMerged"]);
    venue.check_refused(staff("h1"), reopen("T2"), "table_closed");
    venue.check_refused(staff("h1"), reopen("T77"), "unknown_table");
}

#[test]
fn tables_put_together_part_again_with_whoever_had_them() {
    let mut venue = full();
    let seats = |venue: &Venue| venue.meeting.table(&"T1".into()).map(|now| now.table.seats);
    let before = seats(&venue);
    let merge = |with: &str, seats| Command::MergeTables { into: "T1".into(), merged: vec![with.into()], seats };
    let part = || Command::PartTables { from: "T1".into() };
    venue.check(staff("h1"), part(), &[]);
    venue.check(staff("h1"), merge("T2", 20), &["TablesMerged"]);
    venue.check(staff("h1"), merge("T5", 30), &["TablesMerged"]);
    assert_eq!((venue.table_of(2).as_deref(), seats(&venue)), (Some("1"), Some(30)));
    venue.check(staff("h1"), part(), &["TablesParted"]);
    assert_eq!((venue.table_of(2).as_deref(), seats(&venue)), (Some("1"), Some(20)), "the last act first");
    let mut other = venue.clone();
    venue.check(staff("h1"), part(), &["TablesParted"]);
    assert_eq!((venue.table_of(2).as_deref(), seats(&venue)), (Some("2"), before));
    venue.check(staff("h1"), part(), &[]);
    other.check(staff("h1"), Command::CloseTable { table: "T1".into() }, &["TableClosed"]);
    other.check_refused(staff("h1"), part(), "table_closed");
}

#[test]
fn last_act_of_a_person_can_be_taken_back_until_somebody_was_told_or_moved() {
    let mut venue = full();
    let undo = |venue: &Venue, who: &str| venue.meeting.undo_of_last_move(&who.into(), "back");
    assert_eq!(undo(&venue, "h1"), None);
    venue.check(staff("h1"), moves(&[go(1, "T1", "T2"), go(2, "T2", "T1")]), &["PartiesMoved"]);
    let move_three = Command::MoveSeat { party: the(3), to: "T5".into(), reason: "wish".into() };
    venue.check(staff("h1"), move_three, &["SeatMoved"]);
    assert_eq!(undo(&venue, "r1"), None, "somebody else's");
    let back = undo(&venue, "h1").expect("the last");
    let mut told = venue.clone();
    venue.check(staff("h1"), back, &["PartiesMoved"]);
    assert_eq!(venue.table_of(3).as_deref(), Some("3"));
    let back = undo(&venue, "h1").expect("the one before");
    venue.check(staff("h1"), back, &["PartiesMoved"]);
    assert_eq!(tables_of(&venue, &[1, 2]), labels(&["1", "2"]));
    assert_eq!(undo(&venue, "h1"), None);

    told.act(guest_actor(), &check_in(3, &[31])).expect("allowed");
    assert_eq!(undo(&told, "h1"), None, "they know table 5 now");
}

#[test]
fn act_of_many_parts_is_taken_back_as_one() {
    let mut venue = full();
    let part = |number: u8, to: &str, part| PartiesMoved {
        moves: vec![go(number, &format!("T{number}"), to)],
        told_too: false,
        reason: String::new(),
        undoes: None,
        part,
    };
    venue.happens_by(staff("h1"), part(1, "T5", 0));
    venue.happens_by(staff("h1"), part(3, "T1", 1));
    let back = venue.meeting.undo_of_last_move(&"h1".into(), "back").expect("both");
    venue.check(staff("h1"), back, &["PartiesMoved"]);
    assert_eq!(tables_of(&venue, &[1, 3]), labels(&["1", "3"]));
    assert_eq!(venue.meeting.undo_of_last_move(&"h1".into(), "back"), None);
}

#[test]
fn weights_are_chosen_by_name_until_the_file_changes_them() {
    let mut venue = Venue::new();
    let choose = |preset| Command::ChooseWeights { preset };
    let weights = |venue: &Venue| venue.meeting.hall().question.weights;
    assert_eq!((venue.meeting.seating_preset(), weights(&venue).conflict), (SeatingPreset::AsInFile, 60));
    venue.check(staff("h1"), choose(SeatingPreset::AsInFile), &[]);
    venue.check(staff("h1"), choose(SeatingPreset::RivalsFirst), &["WeightsChosen"]);
    venue.check(staff("h1"), choose(SeatingPreset::RivalsFirst), &[]);
    assert_eq!((weights(&venue).conflict, weights(&venue).vip_row), (180, vec![16, 8, 4]));
    venue.check(staff("h1"), choose(SeatingPreset::HonourFirst), &["WeightsChosen"]);
    assert_eq!((weights(&venue).conflict, weights(&venue).vip_row), (60, vec![64, 32, 16]));
    venue.happens(MeetingConfigured { rev: 2, config: Box::new(config()) });
    assert_eq!(venue.meeting.seating_preset(), SeatingPreset::HonourFirst, "the file says nothing new of it");
    let mut changed = config();
    changed.rules.seating.conflict = 77;
    venue.happens(MeetingConfigured { rev: 3, config: Box::new(changed) });
    assert_eq!((venue.meeting.seating_preset(), weights(&venue).conflict), (SeatingPreset::AsInFile, 77));
    venue.check(staff("h1"), choose(SeatingPreset::SalespeopleFirst), &["WeightsChosen"]);
    venue.check(staff("h1"), choose(SeatingPreset::AsInFile), &["WeightsChosen"]);
    assert_eq!(venue.meeting.seating_weights(), SeatingWeights { conflict: 77, ..SeatingWeights::default() });
}
