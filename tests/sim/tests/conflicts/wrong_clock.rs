//! A wrong clock: corrected times everywhere, the raw ones kept, and a task for the technician.

use domain::meeting::{Severity, TaskKind};
use domain::{Actor, Command};

use crate::facts::*;
use crate::hall::*;

const FIVE_MINUTES: i64 = 300_000;

#[test]
fn times_of_a_machine_whose_clock_is_wrong_are_corrected_everywhere() {
    let mut hall = Hall::new(KIOSKS);
    hall.set_clock(1, FIVE_MINUTES);
    // The node hears the hub's clock with the answer to a push.
    hall.act(1, "guest", check_in(2, &[0]));
    hall.quiet();
    hall.pass(40_000);
    let at = hall.now;
    hall.act(1, "guest", check_in(1, &[0]));
    hall.quiet();
    let since = |hall: &Hall, kiosk| hall.meeting(kiosk).household_view(household(1)).and_then(|view| view.arrived_at);
    let seen = since(&hall, 0).expect("arrived").0;
    assert!(seen.abs_diff(at) <= 2_000, "{seen} is the hub's time, not the kiosk's");
    assert_eq!(since(&hall, 0), since(&hall, 1));

    let offset_ms = hall.node(1).sync_state().clock_offset_ms;
    assert!((-FIVE_MINUTES - 2_000..=-FIVE_MINUTES + 2_000).contains(&offset_ms), "{offset_ms}");
    hall.try_act(1, Actor::System, Command::ReportClock { offset_ms }).expect("allowed");
    hall.quiet();
    let task = hall.only_task();
    let TaskKind::ClockWrong { device, offset_ms: ahead } = task.kind else { panic!("{task:?}") };
    assert_eq!((device, ahead, task.severity), (hall.device(1), -offset_ms, Severity::Urgent));
    hall.set_clock(1, 0);
    hall.act(1, "guest", check_in(3, &[0]));
    hall.quiet();
    let offset_ms = hall.node(1).sync_state().clock_offset_ms;
    hall.try_act(1, Actor::System, Command::ReportClock { offset_ms }).expect("allowed");
    hall.quiet();
    assert_eq!(hall.agreed(), [], "a clock that is right again is no task");
}
