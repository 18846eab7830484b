//! Badges: one valid badge per guest, or one question to staff.

use domain::event::*;
use domain::meeting::{BadgeStatus, BadgeWorth};
use domain::{BadgeId, Command};

use crate::venue::*;

fn printed(badge: BadgeId, by: PrintWord) -> Command {
    Command::ReportPrinted { badge, by }
}

fn doubtful(badge: BadgeId) -> Command {
    Command::ReportDoubtful { badge, fault: "disconnected".into() }
}

fn settled(badge: BadgeId, came_out: bool) -> Command {
    Command::SettleDoubt { badge, came_out, printer: None }
}

fn reprint(reason: BadgeReason) -> Command {
    Command::ReprintBadge { guest: guest(11), reason, printer: None }
}

/// Guest 11 is in; gives the badge.
fn arrived() -> (Venue, BadgeId) {
    let mut venue = Venue::new();
    let events = venue.act(guest_actor(), &check_in(1, &[11])).expect("allowed");
    let badge = badges(&events)[0].0;
    (venue, badge)
}

#[test]
fn outcome_is_the_printers_word_and_told_once() {
    let (mut venue, badge) = arrived();
    let status = |venue: &Venue| venue.meeting.badge(badge).map(|badge| badge.status);
    assert_eq!(status(&venue), Some(BadgeStatus::Waiting));
    venue.check_refused(staff("r1"), settled(badge, true), "not_doubtful");
    venue.check(domain::Actor::System, printed(badge, PrintWord::Unconfirmed), &["BadgePrinted"]);
    venue.check(domain::Actor::System, printed(badge, PrintWord::Unconfirmed), &[]);
    venue.check(domain::Actor::System, printed(badge, PrintWord::Printer), &["BadgePrinted"]);
    assert_eq!(status(&venue), Some(BadgeStatus::Printed(PrintWord::Printer)));
    venue.check(domain::Actor::System, printed(badge, PrintWord::Unconfirmed), &[]);
    venue.check(domain::Actor::System, doubtful(badge), &[]);
    venue.check_refused(staff("r1"), settled(badge, false), "badge_settled");
    venue.check_refused(guest_actor(), printed(badge, PrintWord::Staff), "not_authorised");
    venue.check_refused(domain::Actor::System, printed(BadgeId::from_bits(7), PrintWord::Printer), "unknown_badge");
}

#[test]
fn doubtful_badge_asks_once_and_yes_keeps_it() {
    let (mut venue, badge) = arrived();
    venue.check(domain::Actor::System, doubtful(badge), &["BadgeDoubtful"]);
    venue.check(domain::Actor::System, doubtful(badge), &[]);
    assert_eq!(venue.task_kinds(), ["badge_doubtful"]);
    venue.check_refused(guest_actor(), settled(badge, true), "not_authorised");
    venue.check(staff("t1"), settled(badge, true), &["DoubtSettled"]);
    assert!(venue.task_kinds().is_empty());
    assert_eq!(venue.meeting.badge_worth(badge), Some(BadgeWorth::Good));
    venue.check_refused(staff("t1"), settled(badge, false), "badge_settled");
}

#[test]
fn doubtful_badge_that_did_not_come_out_is_void_and_the_next_copy_is_asked_for() {
    let (mut venue, badge) = arrived();
    venue.act(domain::Actor::System, &doubtful(badge)).expect("allowed");
    let events = venue.check(staff("r1"), settled(badge, false), &["DoubtSettled", "BadgeRequested"]);
    let (next, whose, copy) = badges(&events)[0];
    assert_eq!((whose, copy), (guest(11), 2));
    let Event::BadgeRequested(asked) = &events[1] else { panic!("{events:?}") };
    assert!(asked.reason.is_duplicate());
    assert_eq!(venue.meeting.standing_badge(guest(11)).map(|badge| badge.id), Some(next));
    assert!(venue.task_kinds().is_empty());
}

#[test]
fn doubtful_badge_of_somebody_whom_nobody_knows_asks_for_no_other_copy() {
    let (mut venue, _) = arrived();
    let badge = BadgeId::from_bits(4_711);
    let request = BadgeRequested {
        badge,
        guest: guest(250),
        copy: 1,
        printer: None,
        table: None,
        reason: BadgeReason::First,
        ahead: false,
        number: String::new(),
    };
    venue.happens(request);
    venue.act(domain::Actor::System, &doubtful(badge)).expect("allowed");
    venue.check(staff("r1"), settled(badge, false), &["DoubtSettled"]);
}

#[test]
fn only_staff_reprint_with_a_reason_and_the_older_copy_is_old_once_the_newer_is_out() {
    let (mut venue, first) = arrived();
    venue.act(domain::Actor::System, &printed(first, PrintWord::Printer)).expect("allowed");
    venue.check_refused(guest_actor(), reprint(BadgeReason::Lost), "not_authorised");
    venue.check_refused(sales("S07"), reprint(BadgeReason::Lost), "not_authorised");
    venue.check_refused(staff("r1"), reprint(BadgeReason::First), "reason_missing");
    let events = venue.check(staff("r1"), reprint(BadgeReason::Lost), &["BadgeRequested"]);
    let (second, _, copy) = badges(&events)[0];
    assert_eq!(copy, 2);
    assert_eq!(venue.meeting.badge_worth(first), Some(BadgeWorth::Good), "the new one is not out yet");
    venue.act(domain::Actor::System, &printed(second, PrintWord::Printer)).expect("allowed");
    assert_eq!(venue.meeting.badge_worth(first), Some(BadgeWorth::Old { newest: second }));
    assert_eq!(venue.meeting.badge_worth(second), Some(BadgeWorth::Good));
    assert!(venue.task_kinds().is_empty(), "a reprint is no conflict");
    let nobody = Command::ReprintBadge { guest: guest(12), reason: BadgeReason::Lost, printer: None };
    venue.check_refused(staff("r1"), nobody, "not_checked_in");
}

#[test]
fn badges_printed_beforehand_tell_nobody_anything_until_handed_over() {
    let mut venue = Venue::new();
    let ahead = Command::PrintAhead { guests: vec![guest(12), guest(11), guest(12), guest(51)], printer: None };
    venue.check_refused(guest_actor(), ahead.clone(), "not_authorised");
    let events = venue.check(staff("r1"), ahead.clone(), &["BadgeRequested", "BadgeRequested"]);
    assert_eq!(badges(&events).iter().map(|(_, guest, _)| *guest).collect::<Vec<_>>(), [guest(12), guest(11)]);
    venue.check(staff("r1"), ahead, &[]);
    assert!(!venue.meeting.is_told(Party::Household(household(1))));
    venue.check(guest_actor(), check_in(1, &[11]), &["GuestCheckedIn", "PhoneConfirmed"]);

    let mut other = Venue::new();
    let ahead = Command::PrintAhead { guests: vec![guest(21)], printer: None };
    let events = other.act(staff("r1"), &ahead).expect("allowed");
    let badge = badges(&events)[0].0;
    other.check_refused(sales("S08"), Command::HandOverBadge { badge }, "not_authorised");
    other.check(sales("S07"), Command::HandOverBadge { badge }, &["BadgeHandedOver"]);
    other.check(sales("S07"), Command::HandOverBadge { badge }, &[]);
    assert!(other.meeting.is_told(Party::Household(household(2))));
    assert_eq!(other.meeting.counts().households_present, 0, "a badge is no check-in");
}

#[test]
fn waiting_badge_moves_to_another_printer_until_it_is_settled() {
    let (mut venue, badge) = arrived();
    let moved = || Command::MoveBadge { badge, printer: "desk".into() };
    venue.check(domain::Actor::System, moved(), &["BadgePrinterChanged"]);
    venue.check(domain::Actor::System, moved(), &[]);
    assert_eq!(venue.meeting.badge(badge).and_then(|badge| badge.printer), Some("desk".into()));
    venue.act(domain::Actor::System, &printed(badge, PrintWord::Printer)).expect("allowed");
    venue.check_refused(domain::Actor::System, moved(), "badge_settled");
}

#[test]
fn outcome_that_arrives_before_its_request_is_not_lost() {
    let mut venue = Venue::new();
    let badge = BadgeId::from_bits(77);
    venue.happens(BadgePrinted { badge, copy: 1, by: PrintWord::Printer });
    assert_eq!(venue.meeting.badge(badge), None);
    venue.happens(BadgeRequested {
        badge,
        guest: guest(11),
        copy: 1,
        printer: None,
        table: None,
        reason: BadgeReason::First,
        ahead: false,
        number: String::new(),
    });
    assert_eq!(venue.meeting.badge(badge).map(|badge| badge.status), Some(BadgeStatus::Printed(PrintWord::Printer)));
}

#[test]
fn void_needs_reception() {
    let (mut venue, badge) = arrived();
    let void = Command::VoidBadge { badge, reason: VoidReason::Other };
    venue.check_refused(staff("o1"), void.clone(), "not_authorised");
    venue.check(staff("r1"), void.clone(), &["BadgeVoided"]);
    venue.check(staff("r1"), void, &[]);
    venue.check_refused(staff("r1"), Command::HandOverBadge { badge }, "voided_badge");
}

#[test]
fn desk_without_a_printer_has_the_badge_printed_where_the_last_one_came_from() {
    const D1: u8 = 203;
    let start = |venue: Venue, number: u8, role: DeviceRole, prefix: &str, printers: &[&str]| {
        let mut venue = venue.on(number);
        let printers = printers.iter().map(|name| domain::PrinterId::new(name)).collect();
        let epoch = domain::LogEpoch::from_bytes([number; 16]);
        let (name, prefix, public_hex) = (prefix.into(), prefix.into(), String::new());
        venue.happens(DeviceEnrolled { device: device(number), role, name, epoch, prefix, public_hex });
        venue.happens(NodeStarted { version: "1".into(), role, clean: true, printers });
        venue
    };
    let venue = start(Venue::new(), D1, DeviceRole::Desk, "D1", &[]);
    let at = |venue: &Venue| {
        let printer = venue.meeting.printer_for(guest(11), device(D1));
        printer.map(|printer| printer.as_str().to_owned())
    };
    assert_eq!(at(&venue), None, "nobody can print");
    let venue = start(venue, K1, DeviceRole::Kiosk, "K1", &["badge"]);
    let mut venue = start(venue, K2, DeviceRole::Kiosk, "K2", &["badge"]);
    assert_eq!(at(&venue).as_deref(), Some("K1.badge"), "the first of those that are equally near");
    venue.act(guest_actor(), &check_in(1, &[11])).expect("allowed");
    assert_eq!(at(&venue).as_deref(), Some("K2.badge"));
    let mut desk = venue.clone().on(D1);
    let events = desk.check(staff("r1"), reprint(BadgeReason::Damaged), &["BadgeRequested"]);
    let Event::BadgeRequested(asked) = &events[0] else { panic!("{events:?}") };
    assert_eq!(asked.printer.as_ref().map(|printer| printer.as_str()), Some("K2.badge"));
    let events = venue.check(staff("r1"), reprint(BadgeReason::Damaged), &["BadgeRequested"]);
    let Event::BadgeRequested(asked) = &events[0] else { panic!("{events:?}") };
    assert_eq!(asked.printer, None, "a kiosk prints itself");
    venue.happens(DeviceFaulted { part: DevicePart::Printer, name: "badge".into(), code: "PA".into() });
    assert_eq!(at(&venue).as_deref(), Some("K1.badge"), "not where no paper is");
}
