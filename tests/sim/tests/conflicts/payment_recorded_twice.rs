//! A payment recorded twice.

use domain::event::Decision;
use domain::meeting::{PaymentStatus, TaskKind};
use domain::{Command, Event, PaymentId};

use crate::facts::*;
use crate::hall::*;

pub fn received(hall: &mut Hall, desk: usize, command: Command) -> PaymentId {
    let events = hall.act(desk, "f1", command);
    let Event::PaymentReceived(received) = &events[0] else { panic!("{events:?}") };
    let payment = received.receipt.payment;
    hall.act(desk, "f1", Command::ConfirmPayment { payment });
    payment
}

fn told_at_two_desks() -> (Hall, PaymentId, PaymentId) {
    let mut hall = Hall::new(DESKS);
    hall.cut(0);
    let here = received(&mut hall, 0, pay(1, 500, "TX 77"));
    let there = received(&mut hall, 1, pay(1, 500, "tx77"));
    assert_eq!((hall.meeting(0).paid_minor(), hall.meeting(1).paid_minor()), (500, 500), "each desk shows received");
    hall.heal();
    (hall, there, here)
}

#[test]
fn payment_told_at_two_desks_counts_once_until_somebody_compared() {
    let (mut hall, first, later) = told_at_two_desks();
    assert_eq!(hall.meeting(2).paid_minor(), 500);
    let status = |hall: &Hall, payment| hall.meeting(2).payment(payment).map(|payment| payment.status());
    assert_eq!(status(&hall, first), Some(PaymentStatus::Confirmed), "the first in the hub's order keeps counting");
    assert_eq!(status(&hall, later), Some(PaymentStatus::UnderReview));
    let task = hall.only_task();
    let kind = TaskKind::PaymentSuspected { payment: later, resembles: vec![first], device: hall.device(0) };
    assert_eq!(task.kind, kind);
    let reverse = |second: &str| Command::ReversePayment {
        payment: later,
        reason: "told twice".into(),
        second: Some(second.into()),
    };
    assert_eq!(hall.refusal(1, "f1", reverse("f1")), "second_person");
    let with = vec![reverse("f2")];
    let settle = Command::SettleTask { task: task.id, decision: Decision::Accepted, note: String::new(), with };
    hall.act(1, "f1", settle);
    hall.quiet();
    hall.settled_by("Staff f1");
    assert_eq!(hall.meeting(0).paid_minor(), 500);
}

#[test]
fn two_real_payments_that_looked_alike_both_count_once_released() {
    let (mut hall, _, later) = told_at_two_desks();
    hall.act(0, "f2", Command::ReleasePayment { payment: later });
    hall.quiet();
    hall.settled_by("Staff f2");
    assert_eq!(hall.meeting(2).paid_minor(), 1_000);
}
