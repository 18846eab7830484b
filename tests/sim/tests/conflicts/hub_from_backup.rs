//! The hub restored from a backup: nodes go on, and send again what it lacks.

use domain::Command;
use domain::event::{Decision, RoundRevealed};
use domain::meeting::TaskKind;

use crate::facts::*;
use crate::hall::*;

#[test]
fn acts_after_the_backup_come_back_from_the_nodes_and_staff_are_asked_to_wait_for_all() {
    let mut hall = Hall::new(KIOSKS);
    let revealed = RoundRevealed {
        draw: "D1".into(),
        round: "r1".into(),
        secret_hex: "0e".repeat(32),
        picks: vec!["0421".into()],
    };
    hall.act(0, "guest", check_in(1, &[0]));
    hall.quiet();
    hall.hub.back_up();
    hall.author(vec![revealed.clone().into()]);
    hall.act(0, "guest", check_in(2, &[0]));
    hall.quiet();
    hall.cut(1);
    hall.act(1, "guest", check_in(3, &[0]));
    let backup = hall.hub.backups() - 1;
    assert!(hall.hub.restore(backup) > 0, "the hub forgot something");
    hall.new_life_is_told();
    hall.heal();

    for number in 1..=3 {
        assert!(hall.meeting(1).is_present(guest(number, 0)), "household {number}");
    }
    assert_eq!(hall.meeting(0).counts().guests_present, 3, "the same set, each once");
    assert_eq!(hall.stored("RoundRevealed"), [revealed.into()], "a draw is restored, never drawn again");
    let task = hall.only_task();
    assert_eq!(task.kind, TaskKind::HubRestored { lives: 2 });
    let settle = Command::SettleTask { task: task.id, decision: Decision::Accepted, note: String::new(), with: vec![] };
    hall.act(1, "c1", settle);
    hall.quiet();
    hall.settled_by("Staff c1");
}
