//! Tasks: conflicts of offline nodes and whatever else a person must look at.

use domain::event::*;
use domain::meeting::{Proposal, Severity, TaskKind};
use domain::{Command, TaskId};

use crate::venue::*;

fn decide(task: TaskId, decision: Decision, note: &str) -> Command {
    Command::DecideTask { task, decision, note: note.into() }
}

/// One guest at two kiosks that do not know of each other; each view pulls the other.
fn two_kiosks() -> (Venue, Venue) {
    let mut first = Venue::new();
    let mut second = first.clone().on(K2);
    second.later(60_000);
    first.check(guest_actor(), check_in(1, &[11]), &["GuestCheckedIn", "BadgeRequested", "PhoneConfirmed"]);
    second.check(guest_actor(), check_in(1, &[11]), &["GuestCheckedIn", "BadgeRequested", "PhoneConfirmed"]);
    let before = first.clone();
    first.pull(&second);
    second.pull(&before);
    (first, second)
}

#[test]
fn one_guest_at_two_offline_kiosks_counts_once_and_raises_one_task() {
    let (first, second) = two_kiosks();
    assert_eq!(first.meeting.counts(), second.meeting.counts());
    assert_eq!(first.meeting.counts().guests_present, 1);
    let since = first.meeting.household_view(household(1)).and_then(|view| view.people[0].since);
    assert_eq!(since, second.meeting.household_view(household(1)).and_then(|view| view.people[0].since));
    assert!(since.is_some_and(|since| since.0 < NOON + 60_000), "the earlier time wins");
    let task = first.meeting.tasks().remove(0);
    let TaskKind::TwoBadgesOut { guest: whose, badges, devices } = &task.kind else { panic!("{task:?}") };
    assert_eq!((*whose, badges.len()), (guest(11), 2));
    assert_eq!(*devices, [device(K1), device(K2)], "by time");
    assert_eq!((task.severity, task.proposal), (Severity::Attention, Proposal::VoidOneBadge));
    assert_eq!(first.meeting.tasks(), second.meeting.tasks(), "in either order of the logs");
    assert_eq!(first.task_kinds(), ["two_badges_out"]);
}

#[test]
fn two_badges_are_settled_by_a_word_or_by_voiding_one() {
    let (mut venue, _) = two_kiosks();
    let task = venue.meeting.tasks().remove(0).id;
    let mut other = venue.clone();
    venue.check_refused(guest_actor(), decide(task, Decision::Companion, ""), "not_authorised");
    venue.check_refused(staff("r1"), decide(task, Decision::SolvedOtherwise, ""), "reason_missing");
    venue.check_refused(staff("r1"), decide(TaskId([0; 16]), Decision::Accepted, ""), "unknown_task");
    venue.check(staff("r1"), Command::TakeTask { task }, &["TaskTaken"]);
    assert_eq!(venue.meeting.tasks()[0].taken_by, Some("r1".into()));
    venue.check(staff("r1"), decide(task, Decision::Companion, "his brother"), &["TaskDecided"]);
    venue.check_refused(staff("r1"), decide(task, Decision::Companion, ""), "already_done");
    assert!(venue.task_kinds().is_empty());
    venue.check(staff("r1"), Command::ReopenTask { task, reason: "no brother".into() }, &["TaskReopened"]);
    assert_eq!(venue.task_kinds(), ["two_badges_out"]);

    let TaskKind::TwoBadgesOut { badges, .. } = &other.meeting.tasks()[0].kind else { panic!("another task") };
    let void = Command::VoidBadge { badge: badges[1], reason: VoidReason::TwoOut };
    other.check(staff("r1"), void, &["BadgeVoided"]);
    assert!(other.task_kinds().is_empty());
    assert!(other.meeting.is_present(guest(11)));
}

#[test]
fn badge_with_an_old_table_after_an_import_raises_one_task() {
    let mut hub = Venue::new();
    let mut kiosk = hub.clone().on(K2);
    hub.happens(SeatsPlanned { rev: 2, seats: vec![(household(1), "T5".into())], unplanned: vec![] });
    kiosk.act(guest_actor(), &check_in(1, &[11])).expect("allowed");
    hub.pull(&kiosk);
    let tasks = hub.meeting.tasks();
    let TaskKind::PlanDiffers { party, told, planned } = &tasks[0].kind else { panic!("{tasks:?}") };
    assert_eq!((*party, told.as_str(), planned.as_str()), (Party::Household(household(1)), "T1", "T5"));
    assert_eq!(tasks.len(), 1);
    hub.check(staff("r1"), decide(tasks[0].id, Decision::LeftAsIs, ""), &["TaskDecided"]);
    assert!(hub.task_kinds().is_empty());
    hub.happens(SeatsPlanned { rev: 3, seats: vec![(household(1), "T2".into())], unplanned: vec![] });
    assert_eq!(hub.task_kinds(), ["plan_differs"], "another plan is another question");
}

#[test]
fn two_kiosks_that_told_two_tables_leave_a_badge_to_reprint() {
    let mut hub = Venue::new();
    let mut old = hub.clone().on(K2);
    hub.happens(SeatsPlanned { rev: 2, seats: vec![(household(1), "T5".into())], unplanned: vec![] });
    hub.act(guest_actor(), &check_in(1, &[11])).expect("allowed");
    old.act(guest_actor(), &check_in(1, &[12])).expect("allowed");
    hub.pull(&old);
    assert_eq!(hub.task_kinds(), ["plan_differs", "badge_shows_old_table"]);
}

#[test]
fn last_party_at_an_overfull_table_has_the_task() {
    let mut venue = Venue::new();
    venue.happens(SeatsPlanned { rev: 2, seats: vec![(household(1), "T3".into())], unplanned: vec![] });
    venue.act(guest_actor(), &check_in(3, &[31, 32])).expect("allowed");
    assert!(venue.task_kinds().is_empty());
    venue.act(guest_actor(), &check_in(1, &[11, 12])).expect("allowed");
    let tasks = venue.meeting.tasks();
    let last = Party::Household(household(1));
    let expected = TaskKind::TableOverfull { table: "T3".into(), party: last, heads: 4, places: 3 };
    assert_eq!(tasks.iter().map(|task| &task.kind).collect::<Vec<_>>(), [&expected]);
    venue.happens(ExtraChairSigned { table: "T3".into(), chairs: 1, by: "h1".into() });
    assert!(venue.task_kinds().is_empty());
}

#[test]
fn help_is_wanted_until_given() {
    let mut venue = Venue::new();
    let ask = Command::RequestHelp { reason: HelpReason::NotMe, guest: Some(guest(11)), household: None };
    venue.check(guest_actor(), ask, &["HelpRequested"]);
    let task = venue.meeting.tasks().remove(0);
    let party = Some(Party::Household(household(1)));
    assert_eq!(task.kind, TaskKind::HelpWanted { reason: HelpReason::NotMe, device: device(K1), party });
    assert_eq!(task.severity, Severity::Urgent);
    venue.check_refused(guest_actor(), Command::GiveHelp { task: task.id }, "not_authorised");
    venue.check(staff("o1"), Command::GiveHelp { task: task.id }, &["HelpGiven"]);
    assert!(venue.task_kinds().is_empty());
}

#[test]
fn machine_faults_and_lock_outs_are_tasks_while_they_last() {
    let mut venue = Venue::new();
    let fault = |code: &str| Command::ReportFault { part: DevicePart::Printer, name: String::new(), code: code.into() };
    let system = || domain::Actor::System;
    venue.check(system(), fault("PA"), &["DeviceFaulted"]);
    venue.check(system(), fault("PA"), &[]);
    venue.check(system(), fault("CO"), &["DeviceFaulted"]);
    assert_eq!(venue.task_kinds(), ["device_fault"]);
    let recovery = || Command::ReportRecovery { part: DevicePart::Printer, name: String::new() };
    venue.check(system(), recovery(), &["DeviceRecovered"]);
    venue.check(system(), recovery(), &[]);
    venue.check(system(), Command::LockOut { who: None, tries: 5, minutes: 10 }, &["StaffLockedOut"]);
    assert_eq!(venue.task_kinds(), ["locked_out"]);
    let locked =
        |now: u64| venue.meeting.device(device(K1)).is_some_and(|device| device.is_locked(domain::UnixMillis(now)));
    assert!(locked(NOON + 1000) && !locked(NOON + 20 * 60_000));
    venue.check_refused(guest_actor(), Command::Unlock, "not_authorised");
    venue.check(staff("t1"), Command::Unlock, &["StaffUnlocked"]);
    assert!(venue.task_kinds().is_empty());
    let sign_in = |who| Command::SignIn { who, purpose: SignInPurpose::StaffMenu };
    venue.check(staff("t1"), sign_in(Crew::Staff("t1".into())), &["StaffSignedIn"]);
    venue.check_refused(system(), sign_in(Crew::Staff("x".into())), "unknown_staff");
    venue.check_refused(system(), sign_in(Crew::Sales("x".into())), "unknown_salesperson");
}
