//! A cloned disk: two machines called K2.

use domain::Command;
use domain::event::Decision;
use domain::meeting::TaskKind;
use node::Denied;
use sync::wire::Role;

use crate::facts::*;
use crate::hall::*;

#[test]
fn two_machines_with_one_log_are_told_apart_and_each_act_counts_once() {
    let mut hall = Hall::new(KIOSKS);
    hall.act(1, "guest", check_in(1, &[0]));
    hall.quiet();
    let twin = hall.clone_disk(1);
    hall.cut(1);
    hall.cut(twin);
    hall.act(1, "guest", check_in(2, &[0]));
    hall.act(twin, "guest", check_in(3, &[0]));
    hall.link(1);
    hall.quiet();
    hall.link(twin);
    hall.pass(30_000);
    assert!(hall.node(twin).sync_state().stopped.is_some(), "its log is evidence now");
    let again = hall.try_act(twin, domain::Actor::Guest, check_in(4, &[0]));
    assert_eq!(again, Err(Denied::LogFrozen));
    let task = hall.only_task();
    assert_eq!(task.kind, TaskKind::DeviceForked { device: hall.device(1), seq: hall.forked_at(twin) });

    hall.begin_anew(twin, Role::Kiosk, 77);
    hall.heal();
    for number in 1..=3 {
        assert!(hall.meeting(0).is_present(guest(number, 0)), "household {number}");
    }
    assert_eq!(hall.meeting(0).counts().guests_present, 3, "each act exactly once");
    let settle = |task| Command::SettleTask { task, decision: Decision::Accepted, note: String::new(), with: vec![] };
    for task in hall.meeting(0).tasks() {
        hall.act(0, "t1", settle(task.id));
    }
    hall.quiet();
    hall.settled_by("Staff t1");
}
