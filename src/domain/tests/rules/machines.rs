//! Machines in trouble: clones, new logs, dead disks, clocks, revoked ones, a restored hub. Each is a task with a way out.

use domain::config::Role;
use domain::event::*;
use domain::meeting::{Severity, TaskKind};
use domain::roster::{Guest, GuestRole};
use domain::{Actor, Command, LogEpoch, UnixMillis};

use crate::venue::*;

const SYSTEM: Actor = Actor::System;

fn enrolled(venue: &mut Venue, number: u8, role: DeviceRole, prefix: &str) {
    venue.happens(DeviceEnrolled {
        device: device(number),
        role,
        name: prefix.into(),
        epoch: LogEpoch::from_bytes([number; 16]),
        prefix: prefix.into(),
        public_hex: String::new(),
    });
}

fn reopened(venue: &mut Venue, number: u8, prefix: &str) {
    let epoch = LogEpoch::from_bytes([number + 50; 16]);
    venue.happens(EpochOpened { device: device(number), epoch, prefix: prefix.into() });
}

fn venue() -> Venue {
    let mut venue = Venue::new();
    enrolled(&mut venue, 1, DeviceRole::Hub, "H1");
    enrolled(&mut venue, K1, DeviceRole::Kiosk, "K1");
    enrolled(&mut venue, K2, DeviceRole::Kiosk, "K2");
    assert!(venue.task_kinds().is_empty());
    venue
}

fn only_task(venue: &Venue) -> TaskKind {
    let mut tasks = venue.meeting.tasks();
    assert_eq!(tasks.len(), 1, "{tasks:?}");
    tasks.remove(0).kind
}

fn done(venue: &mut Venue) {
    let task = venue.meeting.tasks().remove(0).id;
    let settle = Command::SettleTask { task, decision: Decision::Accepted, note: String::new(), with: vec![] };
    venue.check(staff("t1"), settle, &["TaskDecided"]);
    assert!(venue.task_kinds().is_empty());
}

#[test]
fn two_machines_with_one_log_are_told_of_once() {
    let mut venue = venue();
    let epoch = LogEpoch::from_bytes([K2; 16]);
    for seq in [812, 815] {
        let (kept_hex, other_hex) = (String::new(), String::new());
        venue.happens(DeviceForked { device: device(K2), epoch, seq, kept_hex, other_hex });
    }
    assert_eq!(only_task(&venue), TaskKind::DeviceForked { device: device(K2), seq: 812 });
    assert_eq!(venue.meeting.tasks()[0].severity, Severity::Urgent);
    done(&mut venue);
}

#[test]
fn dead_disk_shows_how_many_papers_are_to_enter_again() {
    let mut venue = venue().on(K2);
    for guest in [11, 12] {
        venue.act(guest_actor(), &check_in(1, &[guest])).expect("allowed");
    }
    let numbers: Vec<String> = venue.meeting.badges_of(guest(12)).into_iter().map(|badge| badge.number).collect();
    assert_eq!(numbers, ["K2-B0002"]);
    let mut venue = venue.on(K1);
    reopened(&mut venue, K2, "K2B");
    assert_eq!(only_task(&venue), TaskKind::LogBegunAnew { device: device(K2), before: "K2".into() });
    let report = |number: &str| Command::ReportLastPaper { number: number.into() };
    venue.check_refused(guest_actor(), report("K2-B0010"), "not_authorised");
    for (wrong, why) in [("K2B0010", "no series"), ("K9-B0010", "nobody's"), ("K2-B", "no figure")] {
        venue.check_refused(staff("r1"), report(wrong), "unknown_number");
        assert_eq!(venue.task_kinds(), ["log_begun_anew"], "{why}");
    }
    let mut whole = venue.clone();
    whole.check(staff("r1"), report("K2-B0002"), &["LastPaperReported"]);
    assert!(whole.task_kinds().is_empty(), "nothing was lost");
    let settled = whole.meeting.settled_tasks(UnixMillis(0));
    assert_eq!(
        (settled.len(), settled[0].task.kind.code(), settled[0].by.roles.as_slice()),
        (1, "log_begun_anew", &[Role::Reception][..])
    );
    venue.check(staff("r1"), report(" k2-b0010 "), &["LastPaperReported"]);
    let gap = TaskKind::PaperGap { device: Some(device(K2)), series: "K2-B".into(), known_to: 2, printed_to: 10 };
    assert_eq!(only_task(&venue), gap);
    assert_eq!(venue.meeting.paper_gaps()[0].missing(), 8);
    let badge = domain::BadgeId::from_bits(77);
    let (reason, number) = (BadgeReason::First, "K2-B0001".to_owned());
    let (guest_id, copy, ahead) = (guest(51), 1, false);
    let old = BadgeRequested { badge, guest: guest_id, copy, printer: None, table: None, reason, ahead, number };
    venue.happens(old);
    assert_eq!(venue.meeting.known_number("K2-B"), 2, "a lower number that comes late lowers nothing");
    let mut late = venue.clone().on(K2);
    late.act(guest_actor(), &check_in(2, &[21])).expect("allowed");
    venue.pull(&late);
    assert_eq!(venue.meeting.paper_gaps()[0].missing(), 7, "one came after all");
    done(&mut venue);
}

#[test]
fn numbers_on_paper_never_repeat_within_one_act() {
    let mut venue = Venue::new();
    venue
        .act(staff("r1"), &Command::PrintAhead { guests: vec![guest(11), guest(12)], printer: None })
        .expect("allowed");
    venue.act(guest_actor(), &check_in(2, &[21, 22])).expect("allowed");
    let mut numbers: Vec<String> =
        [11, 12, 21, 22].iter().flat_map(|id| venue.meeting.badges_of(guest(*id))).map(|badge| badge.number).collect();
    numbers.sort();
    assert_eq!(numbers, ["K1-B0001", "K1-B0002", "K1-B0003", "K1-B0004"]);
}

#[test]
fn clock_is_a_task_while_it_is_wrong() {
    let mut venue = venue();
    let check = |venue: &mut Venue, offset_ms: i64, kinds: &[&str], severity: Option<Severity>| {
        venue.check(SYSTEM, Command::ReportClock { offset_ms }, kinds);
        assert_eq!(venue.meeting.tasks().first().map(|task| task.severity), severity, "{offset_ms}");
    };
    check(&mut venue, 1_999, &[], None);
    check(&mut venue, -2_000, &["ClockSuspected"], Some(Severity::Info));
    assert_eq!(only_task(&venue), TaskKind::ClockWrong { device: device(K1), offset_ms: 2_000 }, "ahead of the hub");
    check(&mut venue, 60_000, &[], Some(Severity::Info));
    check(&mut venue, 120_000, &["ClockSuspected"], Some(Severity::Urgent));
    check(&mut venue, i64::MIN, &[], Some(Severity::Urgent));
    check(&mut venue, 0, &["ClockSuspected"], None);
    check(&mut venue, 0, &[], None);
}

#[test]
fn revoked_machine_leaves_its_later_acts_to_be_looked_through() {
    let mut venue = venue().on(K2);
    venue.act(guest_actor(), &check_in(1, &[11])).expect("allowed");
    let stands = venue.meeting.folded();
    venue.act(guest_actor(), &check_in(2, &[21])).expect("allowed");
    let mut venue = venue.on(K1);
    let mut other = venue.clone();
    other.happens(DeviceRevoked { device: device(K2), after_cursor: other.meeting.folded(), reason: "broken".into() });
    assert!(other.task_kinds().is_empty(), "all of it stands");
    venue.happens(DeviceRevoked { device: device(K2), after_cursor: stands - 1, reason: "stolen".into() });
    assert_eq!(only_task(&venue), TaskKind::RevokedActs { device: device(K2), acts: 2 }, "a check-in and its badge");
    assert!(venue.meeting.is_present(guest(21)), "nothing stored is wiped");
    done(&mut venue);
}

#[test]
fn hub_that_lives_again_asks_whether_every_node_sent_what_it_lacks() {
    let mut venue = venue();
    reopened(&mut venue, 1, "H2");
    assert_eq!(only_task(&venue), TaskKind::HubRestored { lives: 2 });
    done(&mut venue);
    enrolled(&mut venue, 2, DeviceRole::Hub, "H3");
    assert_eq!(only_task(&venue), TaskKind::HubRestored { lives: 3 }, "another life is another question");
}

#[test]
fn machine_that_plays_the_hub_changes_nothing() {
    const HUB: u8 = 1;
    let mut venue = Venue::new().on(HUB);
    enrolled(&mut venue, HUB, DeviceRole::Hub, "H1");
    enrolled(&mut venue, K1, DeviceRole::Kiosk, "K1");
    let mut pretender = venue.clone().on(K2);
    enrolled(&mut pretender, K2, DeviceRole::Hub, "H2");
    let guests = vec![Guest { name: "Somebody".into(), ..person(11, Some(1), GuestRole::Owner) }];
    pretender.happens(RosterChanged { rev: 9, guests, ..RosterChanged::default() });
    pretender.happens(DeviceRevoked { device: device(K1), after_cursor: 0, reason: "mine now".into() });
    pretender.happens(PurgeOrdered { not_before: UnixMillis(0), keep_draw: false });
    assert!(pretender.task_kinds().is_empty());
    let name = |venue: &Venue| venue.meeting.guest(guest(11)).map(|guest| guest.name.clone());
    assert_eq!(name(&pretender), name(&venue));
    let order = || Command::OrderPurge { not_before: UnixMillis(0), keep_draw: false };
    pretender.check_refused(Actor::Organiser, order(), "only_at_the_hub");
    venue.check(Actor::Organiser, order(), &["PurgeOrdered"]);
}
