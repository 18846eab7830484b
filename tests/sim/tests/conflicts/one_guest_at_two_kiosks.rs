//! One guest at two offline kiosks.

use domain::Command;
use domain::event::{Decision, VoidReason};
use domain::meeting::{Proposal, TaskKind};

use crate::facts::*;
use crate::hall::*;

#[test]
fn both_check_ins_stand_count_once_and_ask_who_that_was() {
    let mut hall = Hall::new(KIOSKS);
    hall.cut(0);
    hall.cut(1);
    hall.act(0, "guest", check_in(1, &[0]));
    hall.pass(60_000);
    hall.act(1, "guest", check_in(1, &[0]));
    for kiosk in [0, 1] {
        assert!(hall.meeting(kiosk).is_present(guest(1, 0)), "both green");
        assert!(hall.meeting(kiosk).tasks().is_empty());
    }
    hall.heal();

    assert_eq!(hall.meeting(0).counts().guests_present, 1);
    let since = hall.meeting(1).household_view(household(1)).and_then(|view| view.people[0].since);
    assert!(since.is_some_and(|since| since.0 < NOON + 60_000), "the earlier time counts");
    let task = hall.only_task();
    let TaskKind::TwoBadgesOut { guest: whose, badges, devices } = &task.kind else { panic!("{task:?}") };
    assert_eq!((*whose, devices.as_slice()), (guest(1, 0), &[hall.device(0), hall.device(1)][..]));
    assert_eq!((task.proposal, hall.paper.len()), (Proposal::VoidOneBadge, 2));

    let with = vec![Command::VoidBadge { badge: badges[1], reason: VoidReason::TwoOut }];
    let settle = Command::SettleTask { task: task.id, decision: Decision::Mistake, note: String::new(), with };
    hall.act(1, "r1", settle);
    hall.quiet();
    hall.settled_by("Staff r1");
    let word = hall.hub.log().iter().find(|(_, event)| event.kind == "TaskDecided").map(|(_, event)| &event.actor);
    assert_eq!(word.map(String::as_str), Some("staff:r1 reception Staff r1"), "name and role are in the log");
    assert!(hall.meeting(0).is_present(guest(1, 0)));
}
