//! Confirmed and pending: whatever comes back in whatever batches, the state is that of a rebuild.

use proptest::prelude::*;
use sync::EventId;

use crate::desk::{Author, Desk, PEOPLE, identity};
use node::Node;

#[test]
fn own_act_is_pending_until_the_hub_gives_it_back() {
    let mut desk = Desk::new();
    let tag = desk.check_in(0);
    let Some(Ok(answer)) = desk.answer(tag) else { panic!("{:?}", desk.answer(tag)) };
    let event_id = EventId(answer.events[0].0.event_id.bytes());
    assert!(!desk.node.is_confirmed(event_id));
    assert_ne!(desk.node.meeting(), desk.node.confirmed());
    let own = desk.disk.pending.len();
    (0..own).for_each(|_| desk.hub_takes_own());
    desk.pull(100);
    assert!(desk.node.is_confirmed(event_id));
    assert_eq!(desk.node.sync_state().pending, 0);
    assert_eq!(desk.node.meeting(), desk.node.confirmed());
}

#[test]
fn unknown_kind_is_kept_and_counted_and_never_fails() {
    let mut desk = Desk::new();
    let mut author = Author::new(40);
    desk.hub_takes(author.seal("FromTheFuture", b"{}".to_vec()));
    desk.hub_takes(author.seal("GuestCheckedIn", b"not json".to_vec()));
    desk.pull(10);
    assert_eq!(desk.node.unknown_events(), 2);
    assert_eq!(desk.disk.confirmed.len(), 4);
    assert!(matches!(desk.check_in(0), tag if desk.answer(tag).is_some_and(|answer| answer.is_ok())));
}

#[derive(Debug, Clone, Copy)]
enum Step {
    CheckIn(u8),
    HubTakesOwn,
    HubHearsAnother(u8),
    Pull(usize),
    Restart,
}

fn steps() -> impl Strategy<Value = Step> {
    prop_oneof![
        (0..PEOPLE).prop_map(Step::CheckIn),
        Just(Step::HubTakesOwn),
        Just(Step::HubTakesOwn),
        (0..PEOPLE).prop_map(Step::HubHearsAnother),
        (1_usize..8).prop_map(Step::Pull),
        Just(Step::Restart),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_order_of_acts_and_batches_equals_a_rebuild(script in proptest::collection::vec(steps(), 1..50)) {
        let mut desk = Desk::new();
        let mut other = Author::new(50);
        for step in script {
            match step {
                Step::CheckIn(number) => {
                    desk.check_in(number);
                }
                Step::HubTakesOwn => desk.hub_takes_own(),
                Step::HubHearsAnother(number) => {
                    let confirmed = domain::event::PhoneConfirmed { guest: crate::desk::guest(number) };
                    let event = other.say(confirmed);
                    desk.hub_takes(event);
                }
                Step::Pull(count) => desk.pull(count),
                Step::Restart => desk.restart(),
            }
            let rebuilt = Node::restore(desk.disk.clone(), identity(), desk.now);
            prop_assert_eq!(rebuilt.confirmed(), desk.node.confirmed());
            prop_assert_eq!(rebuilt.meeting(), desk.node.meeting());
            prop_assert_eq!(rebuilt.sync_state().pending, desk.node.sync_state().pending);
        }
    }
}
