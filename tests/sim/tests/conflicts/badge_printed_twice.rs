//! A badge printed twice: each copy has a number, the last confirmed is valid, an older one says so.

use domain::Command;
use domain::event::BadgeReason;
use domain::meeting::BadgeWorth;

use crate::facts::*;
use crate::hall::*;

#[test]
fn badge_reprinted_at_two_offline_kiosks_has_copies_of_which_older_ones_are_told() {
    let mut hall = Hall::new(KIOSKS);
    hall.act(0, "guest", check_in(1, &[0]));
    hall.quiet();
    let first = hall.meeting(0).badges_of(guest(1, 0))[0].id;
    hall.cut(1);
    let reprint = |reason| Command::ReprintBadge { guest: guest(1, 0), reason, printer: None };
    hall.act(0, "r1", reprint(BadgeReason::Lost));
    hall.act(1, "r1", reprint(BadgeReason::Damaged));
    hall.pass(1_000);
    let newest = |hall: &Hall, kiosk| hall.meeting(kiosk).standing_badge(guest(1, 0)).map(|badge| badge.id);
    assert_ne!(newest(&hall, 0), newest(&hall, 1), "each kiosk shows its own");
    hall.heal();

    let copies: Vec<u32> = hall.meeting(0).badges_of(guest(1, 0)).iter().map(|badge| badge.copy).collect();
    assert_eq!(copies, [1, 2, 2]);
    let worth = hall.meeting(1).badge_worth(first);
    assert!(matches!(worth, Some(BadgeWorth::Old { .. })), "ask at the desk: {worth:?}");
    assert_eq!(hall.paper.len(), 3);
    let task = hall.only_task();
    let domain::meeting::TaskKind::TwoBadgesOut { badges, .. } = &task.kind else { panic!("{task:?}") };
    let reason = domain::event::VoidReason::TwoOut;
    hall.act(1, "r1", Command::VoidBadge { badge: badges[0], reason });
    hall.quiet();
    hall.settled_by("Staff r1");
    assert_eq!(newest(&hall, 0), Some(badges[1]));
    assert_eq!(hall.meeting(0).badge_worth(badges[0]), Some(BadgeWorth::Void));
}
