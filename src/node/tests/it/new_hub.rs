//! What a node does for and with a hub that lives anew, does not know it, or has another log than it.

use node::{ClockGuard, Denied, Effect, Foreign, Input, Node};
use sync::ids::Signature;
use sync::wire::{NetFault, Offer, OfferReply, PushReply, Vouched};
use sync::{ChainHead, Event, Head, Incarnation, Snapshot, StopReason};

use crate::desk::{Author, Desk, INCARNATION, MEETING, identity};

const NEW: Incarnation = Incarnation([3; 16]);

fn word_for(events: &[Event]) -> Vouched {
    Vouched { heads: Vouched::places(events), signature: Signature([0; 64]) }
}

impl Desk {
    fn last_call(&self, of: impl Fn(&Effect) -> Option<u64>) -> u64 {
        self.effects.iter().rev().find_map(of).expect("it asked")
    }

    fn push_is_answered(&mut self, incarnation: Incarnation, hub_now: u64) {
        let call = self.last_call(|effect| match effect {
            Effect::Push { call, .. } => Some(*call),
            _ => None,
        });
        let reply = PushReply { incarnation, acked: None, fork_at: None, cursor: 0, now_ms: hub_now };
        self.feed(Input::PushAnswered { call, result: Ok(reply) });
    }

    fn pull_fails(&mut self, fault: NetFault) {
        let call = self.last_call(|effect| match effect {
            Effect::Pull { call, .. } => Some(*call),
            _ => None,
        });
        self.feed(Input::PullAnswered { call, result: Err(fault) });
    }

    /// The offers so far.
    fn offers(&self) -> Vec<(u64, Offer)> {
        let offers = self.effects.iter().filter_map(|effect| match effect {
            Effect::Offer { call, offer } => Some((*call, (**offer).clone())),
            _ => None,
        });
        offers.collect()
    }

    fn times(&self, wanted: impl Fn(&Effect) -> bool) -> usize {
        self.effects.iter().filter(|effect| wanted(effect)).count()
    }
}

fn needs_enrolment(effect: &Effect) -> bool {
    matches!(effect, Effect::NeedsEnrolment)
}

/// A node whose hub lacks `events` of others, vouched for by `words`, after it has pulled everything.
fn desk_with(events: &[Event], words: Vec<Vouched>) -> Desk {
    let mut desk = Desk::new();
    desk.disk.foreign = Foreign { events: events.to_vec(), vouched: words };
    desk.restart();
    desk.push_is_answered(INCARNATION, desk.now);
    desk.pull(10);
    desk.wait(2_000);
    desk
}

fn heads(events: &[Event]) -> OfferReply {
    let heads = events.last().map(ChainHead::of).into_iter().collect();
    OfferReply { incarnation: INCARNATION, cursor: 9, now_ms: 0, heads, fork: None, follows: None }
}

#[test]
fn what_the_hub_lost_of_others_is_offered_with_its_word_until_it_has_it() {
    let events = run(&mut Author::new(40), 5);
    let words = vec![word_for(&events[..2]), word_for(&events[2..4])];
    let mut desk = desk_with(&events, words.clone());
    assert_eq!(desk.node.sync_state().lacking, 4, "nobody vouches for the fifth");
    let [(call, offer)] = &desk.offers()[..] else { panic!("{:?}", desk.effects) };
    assert_eq!((&offer.events[..], &offer.vouched), (&events[..4], &words[1]));
    // The hub took the first two only: the rest comes again, at once.
    desk.feed(Input::OfferAnswered { call: *call, result: Ok(heads(&events[..2])) });
    let offers = desk.offers();
    assert_eq!((offers.len(), &offers[1].1.events[..]), (2, &events[2..4]));
    desk.feed(Input::OfferAnswered { call: offers[1].0, result: Ok(heads(&events[..4])) });
    assert_eq!((desk.offers().len(), desk.node.sync_state().lacking), (2, 0));
}

fn run(author: &mut Author, count: usize) -> Vec<Event> {
    (0..count).map(|_| author.seal("FromTheFuture", b"{}".to_vec())).collect()
}

#[test]
fn what_comes_back_by_a_pull_is_not_offered() {
    let events = run(&mut Author::new(40), 3);
    let mut desk = Desk::new();
    desk.disk.foreign = Foreign { events: events.clone(), vouched: vec![word_for(&events)] };
    events.iter().for_each(|event| desk.hub_takes(event.clone()));
    desk.restart();
    desk.push_is_answered(INCARNATION, desk.now);
    desk.pull(10);
    desk.wait(2_000);
    assert_eq!((desk.offers().len(), desk.node.sync_state().lacking), (0, 0));
}

#[test]
fn beginning_of_a_chain_that_stands_behind_its_end_is_offered_first() {
    let (events, others) = (run(&mut Author::new(40), 4), run(&mut Author::new(41), 1));
    let disordered = [&others[..], &events[2..], &events[..2]].concat();
    let desk = desk_with(&disordered, vec![word_for(&others), word_for(&events)]);
    let offered: Vec<u64> = desk.offers().iter().flat_map(|(_, offer)| &offer.events).map(|event| event.seq).collect();
    assert_eq!(offered, [0], "the other chain, whose voucher is its own, comes first as it did");
    let desk = desk_with(&disordered[1..], vec![word_for(&events)]);
    assert_eq!(desk.offers()[0].1.events, events);
}

#[test]
fn chain_that_the_hub_has_otherwise_is_not_offered_again() {
    let (events, others) = (run(&mut Author::new(40), 3), run(&mut Author::new(41), 2));
    let mut desk = desk_with(&[&events[..], &others[..]].concat(), vec![word_for(&events), word_for(&others)]);
    let (call, _) = desk.offers()[0].clone();
    let fork = Some(events[1].position());
    desk.feed(Input::OfferAnswered { call, result: Ok(OfferReply { fork, ..heads(&events[..1]) }) });
    let offers = desk.offers();
    assert_eq!((offers.len(), &offers[1].1.events[..]), (2, &others[..]));
}

#[test]
fn snapshot_of_a_new_hub_tells_what_is_missing() {
    let mut desk = Desk::new();
    let events = run(&mut Author::new(40), 2);
    desk.push_is_answered(NEW, desk.now);
    desk.pull_fails(NetFault::TimedOut);
    desk.wait(1_000);
    let call = desk.last_call(|effect| match effect {
        Effect::FetchSnapshot { call } => Some(*call),
        _ => None,
    });
    let snapshot = Snapshot {
        meeting: MEETING,
        incarnation: NEW,
        cursor: 2,
        now_ms: desk.now,
        signature: None,
        vouched: None,
        events: desk.hub.clone(),
    };
    desk.feed(Input::SnapshotAnswered { call, result: Ok(snapshot) });
    let batch = desk.last_call(|effect| match effect {
        Effect::InstallSnapshot { batch, .. } => Some(*batch),
        _ => None,
    });
    let foreign = Foreign { events: events.clone(), vouched: vec![word_for(&events)] };
    desk.feed(Input::Installed { batch, foreign });
    assert_eq!(desk.node.sync_state().lacking, 2);
}

#[test]
fn hub_that_does_not_know_the_node_lets_it_ask_for_enrolment_twice_a_minute() {
    let mut desk = Desk::new();
    desk.pull_fails(NetFault::Denied);
    assert_eq!(desk.times(needs_enrolment), 1);
    for _ in 0..4 {
        desk.wait(9_000);
        desk.pull_fails(NetFault::Denied);
    }
    assert_eq!(desk.times(needs_enrolment), 2);
    desk.push_is_answered(INCARNATION, desk.now);
    desk.wait(9_000);
    desk.pull_fails(NetFault::Denied);
    assert_eq!(desk.times(needs_enrolment), 3, "it was known in between");
}

#[test]
fn log_that_the_hub_contradicts_asks_once_for_a_new_epoch_and_takes_no_act() {
    let mut desk = Desk::new();
    let call = desk.last_call(|effect| match effect {
        Effect::Push { call, .. } => Some(*call),
        _ => None,
    });
    let hub_head = Head::of(&run(&mut Author::new(40), 8)[7]);
    let acked = Some(hub_head);
    let reply = PushReply { incarnation: INCARNATION, acked, fork_at: None, cursor: 0, now_ms: desk.now };
    desk.feed(Input::PushAnswered { call, result: Ok(reply) });
    desk.wait(60_000);
    let behind = StopReason::BehindHub { own_next: 0, hub_head };
    let asks = |effect: &Effect| matches!(effect, Effect::NeedsNewEpoch { reason } if *reason == behind);
    assert_eq!(desk.times(asks), 1);
    let tag = desk.check_in(1);
    assert_eq!(desk.answer(tag), Some(Err(Denied::LogFrozen)));
}

#[test]
fn wrong_clock_is_known_after_one_answer_of_the_hub() {
    for (hub_ahead, guard) in [(1_000, ClockGuard::Good), (30_000, ClockGuard::Amber), (300_000, ClockGuard::Red)] {
        let mut desk = Desk::new();
        desk.push_is_answered(INCARNATION, desk.now + hub_ahead);
        assert_eq!(desk.node.sync_state().clock, guard);
    }
}

#[test]
fn wrong_clock_is_told_once_and_once_that_it_is_well_again() {
    let mut desk = Desk::new();
    for (hub_ahead, told) in [(300_000, 1), (300_100, 1), (0, 2), (100, 2)] {
        desk.push_is_answered(INCARNATION, desk.now + hub_ahead);
        desk.wait(61_000);
        let suspected = |event: &&Event| event.kind == "ClockSuspected";
        assert_eq!(desk.disk.pending.iter().filter(suspected).count(), told, "{hub_ahead} ms ahead");
    }
}

#[test]
fn revoked_machine_stops_for_good_and_keeps_its_log() {
    let mut desk = Desk::new();
    desk.check_in(0);
    let kept = desk.disk.pending.len();
    desk.pull_fails(NetFault::Revoked);
    assert_eq!(desk.node.sync_state().stopped, Some(StopReason::Revoked));
    desk.effects.clear();
    desk.wait(600_000);
    assert_eq!(desk.times(|effect| matches!(effect, Effect::Push { .. } | Effect::Pull { .. })), 0);
    assert_eq!(desk.times(|effect| matches!(effect, Effect::NeedsEnrolment | Effect::NeedsNewEpoch { .. })), 0);
    let tag = desk.check_in(1);
    assert_eq!(desk.answer(tag), Some(Err(Denied::LogFrozen)));
    assert_eq!(desk.disk.pending.len(), kept);
}

#[test]
fn events_of_others_that_wait_for_the_hub_are_not_shown() {
    let mut author = Author::new(40);
    let waiting = vec![author.say(domain::event::PhoneConfirmed { guest: crate::desk::guest(1) })];
    let mut desk = Desk::new();
    let before = desk.node.meeting().clone();
    desk.disk.foreign = Foreign { events: waiting.clone(), vouched: vec![word_for(&waiting)] };
    let node = Node::restore(desk.disk.clone(), identity(), desk.now);
    assert_eq!(*node.meeting(), before);
}
