//! The roster changed while a kiosk was offline: physical facts stand, and staff are told of both.

use domain::Command;
use domain::event::{Decision, RosterChanged, SeatsPlanned};
use domain::meeting::TaskKind;

use crate::facts::*;
use crate::hall::*;

#[test]
fn guest_cancelled_and_table_changed_meanwhile_are_told_to_staff() {
    let mut hall = Hall::new(KIOSKS);
    hall.cut(1);
    let cancelled_guests = vec![guest(2, 0)];
    hall.author(vec![
        RosterChanged { rev: 2, part: 1, parts: 1, cancelled_guests, ..RosterChanged::default() }.into(),
        SeatsPlanned { rev: 2, seats: vec![(household(1), table(4))], unplanned: vec![] }.into(),
    ]);
    hall.act(1, "guest", check_in(1, &[0]));
    hall.act(1, "guest", check_in(2, &[0]));
    let spot = hall.meeting(1).table_spot(the(1)).map(|spot| spot.id);
    assert_eq!(spot, Some(table(1)), "old table, cancelled guest admitted");
    hall.heal();

    let kinds = hall.agreed();
    let differs = TaskKind::PlanDiffers { party: the(1), told: table(1), planned: table(4) };
    assert_eq!(kinds, [TaskKind::InButCancelled { guest: guest(2, 0) }, differs]);
    assert!(hall.meeting(0).is_present(guest(2, 0)), "who is in is in");
    assert_eq!(hall.meeting(0).table_spot(the(1)).map(|spot| spot.id), Some(table(1)), "nobody told is moved");
    for task in hall.meeting(0).tasks() {
        let (decision, note, with) = (Decision::Accepted, String::new(), vec![]);
        hall.act(0, "r1", Command::SettleTask { task: task.id, decision, note, with });
    }
    hall.quiet();
    hall.settled_by("Staff r1");
}
