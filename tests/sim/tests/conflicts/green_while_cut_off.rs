//! The green channel while a desk is cut off: decided there, and it only grows.

use domain::{Command, UnixMillis};

use crate::facts::*;
use crate::hall::*;
use crate::payment_recorded_twice::received;

#[test]
fn green_channel_is_green_at_once_where_it_was_paid_and_no_suspicion_takes_it_away() {
    let mut hall = Hall::new(DESKS);
    hall.cut(0);
    hall.pass(60_000);
    let at = hall.now;
    let large = received(&mut hall, 0, pay(1, 1_000, "TX1"));
    assert!(hall.meeting(0).has_green_channel(household(1)), "the desk that confirmed it");
    assert!(!hall.meeting(1).has_green_channel(household(1)));
    hall.pass(60_000);
    let events = hall.act(1, "f1", pay(1, 1_000, "TX1"));
    assert_eq!(events.len(), 1);
    hall.heal();
    let green = |hall: &Hall, desk| hall.meeting(desk).green_since(household(1));
    for desk in [0, 1, 2] {
        assert_eq!(green(&hall, desk), Some(UnixMillis(at)), "from the receipt's time, though under review");
    }
    hall.only_task();
    let reverse = Command::ReversePayment { payment: large, reason: "bounced".into(), second: Some("f2".into()) };
    hall.act(1, "f1", reverse);
    hall.quiet();
    hall.settled_by("Staff f1");
    assert_eq!(green(&hall, 2), None, "only a reversal closes it");
}
