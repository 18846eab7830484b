//! Rules 1 to 5: who is here, on whose word, and what a second scan does.

use domain::config::PhoneCheckRule;
use domain::event::*;
use domain::meeting::{PhoneQuestion, PhoneState};
use domain::{Command, PhoneCheck, Unlisted};

use crate::venue::*;

const IN_WITH_BADGE: &[&str] = &["GuestCheckedIn", "BadgeRequested", "PhoneConfirmed"];

fn with(command: Command, change: impl FnOnce(&mut Vec<domain::GuestId>, &mut u8, &mut u8)) -> Command {
    let Command::CheckIn { household, scanned, mut present, via, phone, assurance, printer, .. } = command else {
        panic!("only for check-ins")
    };
    let (mut unlisted_adults, mut children) = (0, 0);
    change(&mut present, &mut unlisted_adults, &mut children);
    Command::CheckIn { household, scanned, present, unlisted_adults, children, via, phone, assurance, printer }
}

fn at_the_desk(command: Command, as_what: Assurance) -> Command {
    let Command::CheckIn { household, scanned, present, unlisted_adults, children, phone, printer, .. } = command
    else {
        panic!("only for check-ins")
    };
    let (via, assurance) = (Via::Desk, as_what);
    Command::CheckIn { household, scanned, present, unlisted_adults, children, via, phone, assurance, printer }
}

#[test]
fn owner_scans_and_is_told_the_table() {
    let mut venue = Venue::new();
    let events = venue.check(guest_actor(), check_in(1, &[11]), IN_WITH_BADGE);
    let Event::GuestCheckedIn(checked_in) = &events[0] else { panic!("{events:?}") };
    assert_eq!(checked_in.table, Some("T1".into()));
    let view = venue.meeting.household_view(household(1)).expect("known");
    assert!(view.valid && !view.witnessed);
    assert_eq!(view.people.iter().map(|person| person.present).collect::<Vec<_>>(), [true, false]);
    assert_eq!(view.table.map(|spot| (spot.label, spot.told)), Some(("1".into(), true)));
    assert_eq!(view.salesperson_name, "Sales S07");
}

#[test]
fn second_scan_is_no_error_and_prints_nothing() {
    let mut venue = Venue::new();
    venue.check(guest_actor(), check_in(1, &[11]), IN_WITH_BADGE);
    let before = venue.meeting.clone();
    venue.check(guest_actor(), check_in(1, &[11]), &[]);
    assert_eq!(venue.meeting, before);
}

#[test]
fn later_member_continues_the_visit_and_only_they_get_a_badge() {
    let mut venue = Venue::new();
    venue.check(guest_actor(), check_in(1, &[12]), IN_WITH_BADGE);
    assert!(!venue.meeting.household_view(household(1)).expect("known").valid);
    let events = venue.check(guest_actor(), check_in(1, &[11, 12]), IN_WITH_BADGE);
    assert_eq!(badges(&events).iter().map(|(_, guest, copy)| (*guest, *copy)).collect::<Vec<_>>(), [(guest(11), 1)]);
    assert!(venue.meeting.household_view(household(1)).expect("known").valid, "the decider came later");
}

#[test]
fn what_is_ticked_must_fit_together() {
    let mut venue = Venue::new();
    let mut check = |command, code| venue.check_refused(guest_actor(), command, code);
    check(check_in(1, &[]), "nobody_ticked");
    check(check_in(1, &[21]), "not_of_household");
    check(check_in(1, &[11, 21]), "not_of_household");
    check(check_in(1, &[99]), "unknown_guest");
    check(check_in(9, &[11]), "unknown_household");
    check(check_in(5, &[51]), "cancelled");
    check(with(check_in(1, &[11]), |_, adults, _| *adults = 31), "too_many");
    check(with(check_in(1, &[11]), |_, _, children| *children = 31), "too_many");
    check(with(check_in(1, &[11]), |present, _, _| *present = vec![guest(11); 301]), "too_many");
}

#[test]
fn kiosk_can_neither_witness_nor_act_for_the_desk() {
    let mut venue = Venue::new();
    let witnessed = || at_the_desk(check_in(1, &[11]), Assurance::Witnessed);
    venue.check_refused(guest_actor(), witnessed(), "not_authorised");
    venue.check_refused(sales("S07"), witnessed(), "not_authorised");
    venue.check_refused(staff("o1"), witnessed(), "not_authorised");
    venue.check_refused(staff("nobody"), witnessed(), "not_authorised");
    venue.check(staff("o1"), at_the_desk(check_in(2, &[21]), Assurance::Declared), IN_WITH_BADGE);
    venue.check(staff("r1"), witnessed(), IN_WITH_BADGE);
    assert!(venue.meeting.household_view(household(1)).expect("known").witnessed);
}

#[test]
fn a_person_lets_a_cancelled_guest_in_and_a_task_says_so() {
    let mut venue = Venue::new();
    venue.check(staff("r1"), at_the_desk(check_in(5, &[51]), Assurance::Declared), IN_WITH_BADGE);
    assert_eq!(venue.task_kinds(), ["no_table", "in_but_cancelled"]);
}

#[test]
fn unlisted_people_are_whole_counts() {
    let mut venue = Venue::new();
    let two_more = with(check_in(1, &[11]), |_, adults, children| (*adults, *children) = (2, 1));
    let kinds = ["GuestCheckedIn", "BadgeRequested", "UnlistedCounted", "PhoneConfirmed"];
    venue.check(guest_actor(), two_more.clone(), &kinds);
    venue.check(guest_actor(), two_more, &[]);
    assert_eq!(venue.meeting.heads_of(Party::Household(household(1))), 4);
    venue.check(guest_actor(), with(check_in(1, &[11]), |_, adults, _| *adults = 1), &["UnlistedCounted"]);
    assert_eq!(venue.meeting.heads_of(Party::Household(household(1))), 2);
    let corrected = Command::CountUnlisted(Unlisted { household: household(1), adults: 0, children: 3 });
    venue.check_refused(guest_actor(), corrected.clone(), "not_authorised");
    venue.check(staff("r1"), corrected, &["UnlistedCounted"]);
    assert_eq!(venue.meeting.heads_of(Party::Household(household(1))), 4);
}

#[test]
fn phone_is_asked_corrected_or_skipped_and_never_blocks() {
    let check = |rule, number: u8, phone: PhoneCheck, question: PhoneQuestion, event: Option<&str>| {
        let mut venue = Venue::new();
        let mut facts = config();
        facts.rules.phone_check = rule;
        venue.happens(MeetingConfigured { rev: 2, config: Box::new(facts) });
        assert_eq!(venue.meeting.phone_question(guest(number)), question, "guest {number}");
        let Command::CheckIn { household, scanned, present, via, assurance, printer, .. } =
            check_in(number / 10, &[number])
        else {
            panic!("a check-in")
        };
        let (unlisted_adults, children) = (0, 0);
        let command =
            Command::CheckIn { household, scanned, present, unlisted_adults, children, via, phone, assurance, printer };
        let kinds: Vec<&str> = ["GuestCheckedIn", "BadgeRequested"].into_iter().chain(event).collect();
        venue.check(guest_actor(), command, &kinds);
        venue.meeting
    };
    let mask = || PhoneQuestion::Confirm { mask: "138****0011".into() };
    check(PhoneCheckRule::Confirm, 11, PhoneCheck::Confirmed, mask(), Some("PhoneConfirmed"));
    check(PhoneCheckRule::Type, 11, PhoneCheck::Confirmed, PhoneQuestion::Type, Some("PhoneConfirmed"));
    check(PhoneCheckRule::Off, 11, PhoneCheck::Skipped, PhoneQuestion::None, None);
    let declined = check(PhoneCheckRule::Confirm, 11, PhoneCheck::Skipped, mask(), Some("PhoneSkipped"));
    assert_eq!(declined.phone_state(guest(11)), PhoneState::Skipped(PhoneSkip::Declined));
    let vip = check(PhoneCheckRule::Confirm, 21, PhoneCheck::Skipped, PhoneQuestion::None, Some("PhoneSkipped"));
    assert_eq!(vip.phone_state(guest(21)), PhoneState::Skipped(PhoneSkip::Vip));
    let same = domain::Contact { sealed: "sealed anew".into(), ..contact(11) };
    let typed = PhoneCheck::Corrected { contact: same };
    check(PhoneCheckRule::Type, 11, typed, PhoneQuestion::Type, Some("PhoneConfirmed"));
    let new = PhoneCheck::Corrected { contact: contact(77) };
    let corrected = check(PhoneCheckRule::Confirm, 11, new, mask(), Some("PhoneCorrected"));
    assert_eq!(corrected.guest(guest(11)).and_then(|guest| guest.phone.clone()), Some(contact(77)));
}

#[test]
fn a_coach_arrives_by_its_salespersons_code_in_the_order_of_the_ticks() {
    let mut venue = Venue::new();
    let coach = |present: &[u8]| Command::CheckInGroup {
        salesperson: "S07".into(),
        present: present.iter().map(|number| guest(*number)).collect(),
        unlisted: vec![Unlisted { household: household(1), adults: 1, children: 0 }],
        printer: Some("K1".into()),
    };
    venue.check_refused(guest_actor(), coach(&[11]), "not_authorised");
    venue.check_refused(sales("S08"), coach(&[11]), "not_authorised");
    venue.check_refused(sales("S07"), coach(&[11, 51]), "not_of_salesperson");
    venue.check_refused(sales("S07"), coach(&[81]), "not_of_salesperson");
    let kinds = ["GuestCheckedIn", "BadgeRequested"].repeat(3);
    let kinds: Vec<&str> = kinds.into_iter().chain(["UnlistedCounted"]).collect();
    let events = venue.check(sales("S07"), coach(&[31, 11, 22, 11]), &kinds);
    let order: Vec<_> = badges(&events).iter().map(|(_, guest, _)| *guest).collect();
    assert_eq!(order, [guest(31), guest(11), guest(22)]);
    venue.check(sales("S07"), coach(&[31, 11, 22]), &[]);
}

#[test]
fn guests_without_a_dealer_get_a_badge_and_are_never_counted() {
    let mut venue = Venue::new();
    let alone = |number| Command::CheckInAlone {
        guest: guest(number),
        via: Via::Scan,
        phone: PhoneCheck::Confirmed,
        assurance: Assurance::Declared,
        printer: None,
    };
    venue.check_refused(guest_actor(), alone(11), "has_household");
    let events = venue.check(guest_actor(), alone(81), IN_WITH_BADGE);
    let Event::GuestCheckedIn(checked_in) = &events[0] else { panic!("{events:?}") };
    assert_eq!((&checked_in.table, checked_in.household), (&Some("T5".into()), None));
    venue.check(guest_actor(), alone(81), &[]);
    venue.check(guest_actor(), alone(82), IN_WITH_BADGE);
    let counts = venue.meeting.counts();
    assert_eq!((counts.alone_present, counts.guests_present, counts.households_present), (2, 0, 0));
    assert_eq!(venue.task_kinds(), ["no_table"], "company staff without a table are not forgotten");
}

#[test]
fn undo_needs_reception_and_a_reason_and_voids_the_badge() {
    let mut venue = Venue::new();
    let undo = |reason, note: &str| Command::UndoCheckIn { guest: guest(11), reason, note: note.into() };
    venue.check_refused(staff("r1"), undo(UndoReason::WrongGuest, ""), "not_checked_in");
    let arrived = with(check_in(1, &[11]), |_, adults, _| *adults = 1);
    let events = venue.act(guest_actor(), &arrived).expect("allowed");
    let (badge, ..) = badges(&events)[0];
    venue.check_refused(guest_actor(), undo(UndoReason::WrongGuest, ""), "not_authorised");
    venue.check_refused(staff("o1"), undo(UndoReason::WrongGuest, ""), "not_authorised");
    venue.check_refused(staff("r1"), undo(UndoReason::Other, " "), "reason_missing");
    let kinds = ["CheckInUndone", "BadgeVoided", "UnlistedCounted"];
    venue.check(staff("r1"), undo(UndoReason::WrongGuest, ""), &kinds);
    assert_eq!(venue.meeting.counts().households_present, 0);
    assert_eq!(venue.meeting.badge_worth(badge), Some(domain::meeting::BadgeWorth::Void));
    assert!(!venue.meeting.is_told(Party::Household(household(1))));
    let again = venue.check(guest_actor(), check_in(1, &[11]), &["GuestCheckedIn", "BadgeRequested"]);
    assert_eq!(badges(&again)[0].2, 2, "copy numbers never repeat");
}

#[test]
fn undo_at_one_node_leaves_a_check_in_made_meanwhile_at_another() {
    let mut first = Venue::new();
    let mut second = first.clone().on(K2);
    first.act(guest_actor(), &check_in(1, &[11])).expect("allowed");
    first
        .act(
            staff("r1"),
            &Command::UndoCheckIn { guest: guest(11), reason: UndoReason::WrongGuest, note: String::new() },
        )
        .expect("allowed");
    second.act(guest_actor(), &check_in(1, &[11])).expect("allowed");
    first.pull(&second);
    assert!(first.meeting.is_present(guest(11)));
}

#[test]
fn reception_witnesses_or_denies_a_decider() {
    let mut venue = Venue::new();
    let witness = |number| Command::WitnessDecider { guest: guest(number) };
    venue.check_refused(staff("r1"), witness(11), "not_checked_in");
    venue.act(guest_actor(), &check_in(1, &[11, 12])).expect("allowed");
    venue.check_refused(staff("r1"), witness(12), "not_decider");
    venue.check_refused(sales("S07"), witness(11), "not_authorised");
    venue.check(staff("r1"), witness(11), &["DeciderWitnessed"]);
    venue.check(staff("r1"), witness(11), &[]);
    let valid = |venue: &Venue| {
        let view = venue.meeting.household_view(household(1)).expect("known");
        (view.valid, view.witnessed)
    };
    assert_eq!(valid(&venue), (true, true));
    let deny = |reason: &str| Command::DenyDecider { guest: guest(11), reason: reason.into() };
    venue.check_refused(staff("r1"), deny(""), "reason_missing");
    venue.check(staff("r1"), deny("his brother"), &["DeciderDenied"]);
    assert_eq!(valid(&venue), (false, false));
}
