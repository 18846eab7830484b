//! Mixed versions: what this program cannot read is kept, shown as missing, and money waits.

use domain::Command;
use domain::event::Decision;
use domain::meeting::TaskKind;

use crate::facts::*;
use crate::hall::*;
use crate::payment_recorded_twice::received;

#[test]
fn machine_that_cannot_read_all_says_so_and_settles_no_money() {
    let mut hall = Hall::new(DESKS);
    let earlier = received(&mut hall, 0, pay(1, 500, ""));
    hall.quiet();
    hall.newer_program_writes("HologramShown");
    hall.quiet();
    let task = hall.only_task();
    assert_eq!(task.kind, TaskKind::NewerEvents { events: 1, kinds: vec!["HologramShown".into()] });
    let events = hall.act(0, "f1", pay(2, 700, ""));
    let domain::Event::PaymentReceived(taken) = &events[0] else { panic!("{events:?}") };
    let payment = taken.receipt.payment;
    assert_eq!(hall.refusal(0, "f1", Command::ConfirmPayment { payment }), "newer_events");
    let reverse = Command::ReversePayment { payment: earlier, reason: "x".into(), second: Some("f2".into()) };
    assert_eq!(hall.refusal(0, "f1", reverse), "newer_events");
    hall.act(1, "guest", check_in(1, &[0]));
    hall.quiet();
    assert!(hall.meeting(2).is_present(guest(1, 0)), "guests never wait for an update");
    for machine in [0, 1, 2] {
        let stored = hall.disk_events(machine);
        assert_eq!(stored.iter().filter(|kind| *kind == "HologramShown").count(), 1, "kept raw for the upgrade");
    }
    let settle = Command::SettleTask { task: task.id, decision: Decision::Accepted, note: String::new(), with: vec![] };
    hall.act(0, "t1", settle);
    hall.quiet();
    hall.settled_by("Staff t1");
    assert_eq!(hall.refusal(0, "f1", Command::ConfirmPayment { payment }), "newer_events", "a word is no update");
}
