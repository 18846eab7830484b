//! A dead disk: what the hub never had is on paper.

use domain::Command;
use domain::event::Decision;
use domain::meeting::TaskKind;
use sync::wire::Role;

use crate::facts::*;
use crate::hall::*;

#[test]
fn papers_of_a_dead_disk_show_how_many_acts_are_to_enter_again() {
    let mut hall = Hall::new(KIOSKS);
    hall.act(1, "guest", check_in(1, &[0, 1]));
    hall.quiet();
    hall.cut(1);
    hall.act(1, "guest", check_in(2, &[0, 1]));
    hall.pass(2_000);
    assert!(hall.node(1).sync_state().waiting > 0, "the screen shows that they wait");
    let on_paper = hall.meeting(1).badges_of(guest(2, 1)).remove(0).number;
    assert_eq!(on_paper, "K2-B0004");
    hall.dies(1);
    let spare = hall.add(Role::Kiosk);
    hall.quiet();
    assert_eq!(hall.meeting(spare).known_number("K2-B"), 2, "the hub has it up to the last acknowledgement");

    hall.act(spare, "t1", Command::ReportLastPaper { number: on_paper });
    hall.quiet();
    let task = hall.only_task();
    let device = Some(hall.device(1));
    let gap = TaskKind::PaperGap { device, series: "K2-B".into(), known_to: 2, printed_to: 4 };
    assert_eq!(task.kind, gap, "2 to enter again");
    hall.act(spare, "guest", check_in(2, &[0, 1]));
    let settle = Command::SettleTask {
        task: task.id,
        decision: Decision::Accepted,
        note: "2.0 and 2.1 entered".into(),
        with: vec![],
    };
    hall.act(0, "r1", settle);
    hall.quiet();
    hall.settled_by("Staff r1");
    assert_eq!(hall.meeting(0).counts().guests_present, 4);
}
