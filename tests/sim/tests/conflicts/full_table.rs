//! A table filled beyond its places: by leases it is not; where staff overrode, the last household has a task.

use domain::event::{BadgeReason, Decision, SeatReason};
use domain::meeting::TaskKind;
use domain::{Actor, Command};

use crate::facts::*;
use crate::hall::*;

fn walk_in(number: u8) -> Command {
    Command::SeatParty { party: the(number), table: None, reason: SeatReason::WalkIn }
}

#[test]
fn walk_ins_at_two_cut_off_kiosks_take_leased_places_and_never_collide() {
    let mut hall = Hall::new(KIOSKS);
    for kiosk in [0, 1] {
        hall.try_act(kiosk, Actor::System, Command::KeepLeases).expect("allowed");
        hall.quiet();
    }
    assert_eq!(hall.meeting(0).leases().map(|lease| lease.places).sum::<u16>(), 3, "one beside t1's planned two");
    hall.cut(0);
    hall.cut(1);
    let mut refused = 0;
    for (kiosk, number) in [(0, 5), (1, 6)] {
        let events = hall.act(kiosk, "r1", walk_in(number));
        refused += usize::from(matches!(events[0], domain::Event::SeatRefused(_)));
        hall.act(kiosk, "guest", check_in(number, &[0, 1]));
    }
    assert_eq!(refused, 1, "no two places are left for the second household: it is told so");
    hall.heal();
    for number in 1..=4 {
        assert!(hall.meeting(0).free_places(&table(number), domain::UnixMillis(hall.now)) >= 0);
    }
    let task = hall.only_task();
    assert!(matches!(task.kind, TaskKind::NoTable { .. }), "{task:?}");
    let to = task.proposed_table.expect("t4 has room");
    let with = vec![Command::SeatParty { party: the(6), table: Some(to), reason: SeatReason::WalkIn }];
    let settle = Command::SettleTask { task: task.id, decision: Decision::Accepted, note: String::new(), with };
    hall.act(1, "h1", settle);
    hall.quiet();
    let badges_differ = hall.only_task();
    assert!(matches!(badges_differ.kind, TaskKind::BadgeShowsOldTable { .. }), "the paper shows no table");
    let reprint = |place| {
        let guest = guest(6, place);
        Command::ReprintBadge { guest, reason: BadgeReason::NewTable, printer: None }
    };
    let with = vec![reprint(0), reprint(1)];
    let settle =
        Command::SettleTask { task: badges_differ.id, decision: Decision::Accepted, note: String::new(), with };
    hall.act(1, "r1", settle);
    hall.quiet();
    hall.settled_by("Staff r1");
}

#[test]
fn places_overridden_at_two_kiosks_leave_the_last_household_a_task_with_a_table() {
    let mut hall = Hall::new(KIOSKS);
    hall.cut(0);
    hall.cut(1);
    for (kiosk, number) in [(0, 5), (1, 6)] {
        let reason = "the hall is empty there".to_owned();
        hall.act(kiosk, "h1", Command::MoveSeat { party: the(number), to: table(1), reason });
        hall.act(kiosk, "guest", check_in(number, &[0, 1]));
        assert_eq!(
            hall.meeting(kiosk).table_spot(the(number)).map(|spot| spot.id),
            Some(table(1)),
            "both badges say 1"
        );
    }
    hall.heal();
    assert_eq!(hall.agreed(), [], "four at four places: who is planned there is not here yet");
    hall.act(0, "guest", check_in(1, &[0, 1]));
    hall.quiet();

    let task = hall.only_task();
    let TaskKind::TableOverfull { table: full, party, heads, places } = &task.kind else { panic!("{task:?}") };
    assert_eq!((full, heads, places), (&table(1), &6, &4));
    let last = if hall.hub_order(the(5)) > hall.hub_order(the(6)) { the(5) } else { the(6) };
    assert_eq!(*party, last, "planned places come first, then the hub's order");
    let to = task.proposed_table.clone().expect("t4 has room");
    let reprint = |place| {
        let guest = if last == the(5) { guest(5, place) } else { guest(6, place) };
        Command::ReprintBadge { guest, reason: BadgeReason::NewTable, printer: None }
    };
    let with = vec![Command::MoveSeat { party: last, to: to.clone(), reason: "full".into() }, reprint(0), reprint(1)];
    let settle = Command::SettleTask { task: task.id, decision: Decision::Accepted, note: String::new(), with };
    hall.act(0, "h1", settle);
    hall.quiet();
    hall.settled_by("Staff h1");
    assert_eq!(hall.meeting(1).table_spot(last).map(|spot| spot.id), Some(to));
}
