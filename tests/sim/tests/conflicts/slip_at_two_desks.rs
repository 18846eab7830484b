//! One slip edited at two desks.

use domain::event::Decision;
use domain::meeting::{SlipStatus, TaskKind};
use domain::{Command, Event, SlipId};

use crate::facts::*;
use crate::hall::*;

fn revise(hall: &Hall, desk: usize, id: SlipId, total: i64) -> Command {
    let base = hall.meeting(desk).slip(id).expect("known").version().stamp.event;
    Command::ReviseSlip { slip: id, base, content: slip(1, total) }
}

#[test]
fn slip_edited_at_two_desks_waits_until_a_person_picks() {
    let mut hall = Hall::new(DESKS);
    let events = hall.act(0, "o1", Command::DraftSlip { content: slip(1, 100) });
    let Event::SlipDrafted(drafted) = &events[0] else { panic!("{events:?}") };
    let id = drafted.slip;
    hall.quiet();
    hall.cut(0);
    hall.cut(1);
    hall.act(0, "o1", revise(&hall, 0, id, 200));
    hall.act(1, "o1", revise(&hall, 1, id, 300));
    hall.act(1, "o1", revise(&hall, 1, id, 350));
    let total = |hall: &Hall, desk| hall.meeting(desk).slip(id).expect("known").version().content.total_minor;
    assert_eq!((total(&hall, 0), total(&hall, 1), total(&hall, 2)), (200, 350, 100), "each desk: its own draft");
    hall.heal();

    let task = hall.only_task();
    let TaskKind::SlipTwoVersions { versions, number, .. } = &task.kind else { panic!("{task:?}") };
    assert_eq!((versions.len(), number.as_str()), (2, "D1-0001"));
    let sign = || Command::SignSlip { slip: id, signer: "Guest 1.0".into(), sealed: true };
    assert_eq!(hall.refusal(0, "o1", sign()), "two_versions");
    assert_eq!(hall.node(2).confirmed().signed_slips().count(), 0, "not in the drum");
    let kept = hall.meeting(0).slip(id).expect("known").versions().find(|it| it.content.total_minor == 350);
    let kept = kept.expect("the second desk's").stamp.event;
    let with = vec![Command::ChooseSlipVersion { slip: id, kept }];
    let settle = Command::SettleTask { task: task.id, decision: Decision::Accepted, note: String::new(), with };
    hall.act(0, "o1", settle);
    hall.quiet();
    hall.settled_by("Staff o1");
    assert_eq!((total(&hall, 0), total(&hall, 2)), (350, 350));
    hall.act(1, "o1", sign());
    hall.quiet();
    assert_eq!(hall.node(2).confirmed().slip(id).map(|slip| slip.status()), Some(SlipStatus::Signed));
}
