//! The lottery while a desk is offline. The draw itself has its own room; here is what may be in the drum: what the hub has
//! given back, nothing that waits.

use domain::event::{DevicePosition, RoundFrozen};
use domain::{Command, Event};

use crate::facts::*;
use crate::hall::*;

#[test]
fn slip_signed_at_an_offline_desk_is_not_in_the_drum_and_enters_the_next() {
    let mut hall = Hall::new(DESKS);
    hall.cut(1);
    for (desk, number) in [(0, 1), (1, 2)] {
        let events = hall.act(desk, "o1", Command::DraftSlip { content: slip(number, 100) });
        let Event::SlipDrafted(drafted) = &events[0] else { panic!("{events:?}") };
        hall.act(desk, "o1", Command::SignSlip { slip: drafted.slip, signer: "x".into(), sealed: true });
    }
    hall.pass(2_000);
    let drum = |hall: &Hall, desk| hall.node(desk).confirmed().signed_slips().count();
    assert_eq!((drum(&hall, 0), drum(&hall, 1), drum(&hall, 2)), (1, 0, 1));
    assert_eq!(hall.meeting(1).signed_slips().count(), 1, "the slip says: waiting, not in the drum yet");
    assert!(hall.node(1).sync_state().waiting > 0);

    let positions = hall.positions();
    let behind = positions.iter().filter(|position| position.behind).map(|position| position.device);
    assert_eq!(behind.collect::<Vec<_>>(), [hall.device(1)], "the screen names who is behind");
    let frozen = frozen(positions);
    hall.author(vec![frozen.clone().into()]);
    hall.heal();
    assert_eq!((drum(&hall, 0), drum(&hall, 1), drum(&hall, 2)), (2, 2, 2), "it enters the next round");
    let stored: Vec<Event> = hall.frozen_rounds();
    assert_eq!(stored, [frozen.into()], "a frozen round never changes");
    assert_eq!(hall.agreed(), []);
}

fn frozen(positions: Vec<DevicePosition>) -> RoundFrozen {
    RoundFrozen {
        draw: "D1".into(),
        round: "r1".into(),
        link: 1,
        prize: "p1".into(),
        quantity: 1,
        entries_hash_hex: "0e".repeat(32),
        count: 1,
        tickets: 1,
        positions,
    }
}
