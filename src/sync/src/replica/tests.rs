use super::*;
use crate::ids::Hash;
use crate::wire::{Problem, ProblemCode};

const NOW: u64 = 1_000_000;
const OLD: Incarnation = Incarnation([1; 16]);
const NEW: Incarnation = Incarnation([2; 16]);
const MEETING: MeetingId = MeetingId([9; 16]);

fn head(seq: u64) -> Head {
    Head { seq, hash: Hash([seq as u8; 32]) }
}

fn resume(own: Option<u64>, incarnation: Option<Incarnation>, cursor: u64) -> Resume {
    Resume {
        meeting: MEETING,
        device: DeviceId([7; 16]),
        epoch: LogEpoch([8; 16]),
        incarnation,
        cursor,
        own_head: own.map(head),
        confirmed_seq: None,
    }
}

fn started(own: Option<u64>) -> Replica {
    let mut replica = Replica::new(resume(own, Some(OLD), 5), NOW);
    replica.handle(ReplicaInput::Tick, NOW);
    replica
}

fn acked(incarnation: Incarnation, seq: Option<u64>) -> ReplicaInput {
    ReplicaInput::PushAnswered(Ok(PushReply {
        incarnation,
        acked: seq.map(head),
        fork_at: None,
        cursor: 5,
        now_ms: NOW,
    }))
}

fn event(seq: u64) -> Event {
    let draft = crate::envelope::Draft {
        event_id: crate::ids::EventId([seq as u8; 16]),
        meeting_id: MEETING,
        device_id: DeviceId([3; 16]),
        log_epoch: LogEpoch([4; 16]),
        seq,
        hlc: crate::hlc::Hlc::at(NOW),
        boot_id: crate::ids::BootId([5; 16]),
        clock_offset_ms: 0,
        actor: "guest".to_owned(),
        kind: "test".to_owned(),
        kind_version: 1,
        roster_rev: 1,
        payload: b"{}".to_vec(),
        prev_hash: Hash::ZERO,
    };
    draft.seal().unwrap()
}

fn pulled(incarnation: Incarnation, from: u64, count: u64) -> ReplicaInput {
    ReplicaInput::PullAnswered(Ok(PullReply {
        incarnation,
        from,
        cursor: from + count,
        hub_cursor: 100,
        now_ms: NOW,
        vouched: None,
        events: (0..count).map(|n| (from + 1 + n, event(n))).collect(),
    }))
}

fn snapshot(incarnation: Incarnation, cursor: u64) -> Snapshot {
    let events = (1..=cursor).map(|n| (n, event(n))).collect();
    Snapshot { meeting: MEETING, incarnation, cursor, now_ms: NOW, signature: None, vouched: None, events }
}

fn push(from: u64) -> SyncEffect {
    SyncEffect::Push { from, question: false }
}

fn question(from: u64) -> SyncEffect {
    SyncEffect::Push { from, question: true }
}

fn pull(cursor: u64, incarnation: Incarnation, wait_ms: u32) -> SyncEffect {
    SyncEffect::Pull(PullRequest { cursor, incarnation, wait_ms })
}

#[test]
fn start_asks_the_hub_instead_of_trusting_the_own_pointer() {
    let mut replica = Replica::new(resume(Some(9), Some(OLD), 5), NOW);
    assert_eq!(replica.handle(ReplicaInput::Tick, NOW), [question(10), pull(5, OLD, 0)]);
    assert_eq!(replica.handle(ReplicaInput::Tick, NOW), []);
}

#[test]
fn new_node_takes_a_snapshot_first() {
    let mut replica = Replica::new(resume(None, None, 0), NOW);
    assert_eq!(replica.handle(ReplicaInput::Tick, NOW), [question(0), SyncEffect::FetchSnapshot]);
    let taken = snapshot(OLD, 3);
    let effects = replica.handle(ReplicaInput::SnapshotAnswered(Ok(taken.clone())), NOW);
    assert_eq!(effects, [SyncEffect::InstallSnapshot(taken)]);
    let effects = replica.handle(ReplicaInput::Stored { cursor: 3 }, NOW);
    assert_eq!(effects, [pull(3, OLD, PULL_WAIT_MS)]);
    assert_eq!((replica.cursor(), replica.incarnation()), (3, Some(OLD)));
}

#[test]
fn push_starts_at_the_answer_and_overlaps_by_one() {
    for (answer, from) in [(None, 0), (Some(0), 0), (Some(4), 4)] {
        let mut replica = started(Some(9));
        assert_eq!(replica.handle(acked(OLD, answer), NOW), [push(from)]);
    }
}

#[test]
fn everything_acknowledged_pushes_nothing_until_the_next_act() {
    let mut replica = started(Some(9));
    assert_eq!(replica.handle(acked(OLD, Some(9)), NOW), []);
    assert_eq!(replica.state().waiting, 0);
    assert_eq!(replica.handle(ReplicaInput::OwnCommitted(head(10)), NOW), [push(9)]);
    assert_eq!(replica.state().waiting, 1);
    assert_eq!(replica.state().waiting_since_ms, Some(NOW));
}

#[test]
fn act_during_a_push_goes_with_the_next_one() {
    let mut replica = started(Some(9));
    replica.handle(acked(OLD, Some(8)), NOW);
    assert_eq!(replica.handle(ReplicaInput::OwnCommitted(head(11)), NOW), []);
    assert_eq!(replica.handle(acked(OLD, Some(9)), NOW), [push(9)]);
}

#[test]
fn answer_that_takes_nothing_pauses() {
    let mut replica = started(Some(9));
    assert_eq!(replica.handle(acked(OLD, Some(4)), NOW), [push(4)]);
    assert_eq!(replica.handle(acked(OLD, Some(4)), NOW), []);
    let wake = replica.poll_timeout().expect("a pause ends");
    assert_eq!(replica.handle(ReplicaInput::Tick, wake), [push(4)]);
}

#[test]
fn hub_that_contradicts_the_own_log_stops_everything() {
    let fork = PushReply { incarnation: OLD, acked: Some(head(6)), fork_at: Some(4), cursor: 9, now_ms: NOW };
    let other = Head { seq: 9, hash: Hash([0xee; 32]) };
    let same_place = PushReply { incarnation: OLD, acked: Some(other), fork_at: None, cursor: 9, now_ms: NOW };
    let ahead = PushReply { incarnation: OLD, acked: Some(head(12)), fork_at: None, cursor: 9, now_ms: NOW };
    for (reply, reason) in [
        (fork, StopReason::Fork { at: 4, hub_head: Some(head(6)) }),
        (same_place, StopReason::Fork { at: 9, hub_head: Some(other) }),
        (ahead, StopReason::BehindHub { own_next: 10, hub_head: head(12) }),
    ] {
        let mut replica = started(Some(9));
        let effects = replica.handle(ReplicaInput::PushAnswered(Ok(reply)), NOW);
        assert_eq!(effects, [SyncEffect::Stopped(reason.clone())]);
        assert_eq!(replica.state().stopped, Some(reason));
        assert_eq!(replica.handle(ReplicaInput::OwnCommitted(head(10)), NOW), []);
        assert_eq!(replica.poll_timeout(), None);
    }
}

#[test]
fn pulled_events_move_the_cursor_only_when_stored() {
    let mut replica = started(None);
    let effects = replica.handle(pulled(OLD, 5, 2), NOW);
    assert!(matches!(&effects[..], [SyncEffect::StorePulled { cursor: 7, events, .. }] if events.len() == 2));
    assert_eq!(replica.cursor(), 5);
    assert_eq!(replica.handle(pulled(OLD, 5, 2), NOW), [], "a repeated answer is ignored");
    let effects = replica.handle(ReplicaInput::Stored { cursor: 7 }, NOW);
    assert_eq!(effects, [pull(7, OLD, PULL_WAIT_MS)]);
}

#[test]
fn store_failure_asks_for_the_same_events_again() {
    let mut replica = started(None);
    replica.handle(pulled(OLD, 5, 2), NOW);
    assert_eq!(replica.handle(ReplicaInput::StoreFailed, NOW), []);
    let wake = replica.poll_timeout().expect("a pause ends");
    let effects = replica.handle(ReplicaInput::Tick, wake);
    assert_eq!(effects, [pull(5, OLD, 0)]);
}

#[test]
fn empty_answer_at_once_does_not_spin() {
    let mut replica = started(None);
    replica.handle(acked(OLD, None), NOW);
    assert_eq!(replica.handle(pulled(OLD, 5, 0), NOW), [pull(5, OLD, PULL_WAIT_MS)], "the first did not wait");
    assert_eq!(replica.handle(pulled(OLD, 5, 0), NOW + 1), []);
    let wake = replica.poll_timeout().expect("a pause ends");
    assert_eq!(replica.handle(ReplicaInput::Tick, wake), [pull(5, OLD, PULL_WAIT_MS)]);
    assert_eq!(replica.handle(pulled(OLD, 5, 0), wake + 25_000), [pull(5, OLD, PULL_WAIT_MS)]);
}

#[test]
fn pulls_beside_failing_pushes_do_not_spin() {
    let mut replica = started(Some(9));
    replica.handle(ReplicaInput::PushAnswered(Err(NetFault::TimedOut)), NOW);
    assert_eq!(replica.handle(pulled(OLD, 5, 0), NOW), []);
    let wake = replica.poll_timeout().expect("a pause ends");
    assert!(wake > NOW);
    let effects = replica.handle(ReplicaInput::Tick, wake);
    assert!(effects.contains(&pull(5, OLD, 0)), "{effects:?}");
}

#[test]
fn other_incarnation_takes_a_snapshot_and_pushes_from_the_new_answer() {
    let mut replica = started(Some(9));
    assert_eq!(replica.handle(acked(OLD, Some(9)), NOW), []);
    assert_eq!(replica.handle(pulled(NEW, 5, 0), NOW), [SyncEffect::FetchSnapshot]);
    let effects = replica.handle(ReplicaInput::SnapshotAnswered(Ok(snapshot(NEW, 2))), NOW);
    assert!(matches!(&effects[..], [SyncEffect::InstallSnapshot(_)]));
    let effects = replica.handle(ReplicaInput::Stored { cursor: 2 }, NOW);
    assert_eq!(effects, [question(10), pull(2, NEW, PULL_WAIT_MS)]);
    assert_eq!(replica.handle(acked(NEW, Some(3)), NOW), [push(3)]);
}

#[test]
fn hub_that_knows_less_than_it_told_is_taken_anew() {
    let mut replica = started(None);
    let less = PullReply {
        incarnation: OLD,
        from: 5,
        cursor: 5,
        hub_cursor: 3,
        now_ms: NOW,
        vouched: None,
        events: Vec::new(),
    };
    assert_eq!(replica.handle(ReplicaInput::PullAnswered(Ok(less)), NOW), [SyncEffect::FetchSnapshot]);
}

#[test]
fn push_that_meets_another_incarnation_renews_after_the_pull_under_way() {
    let mut replica = started(Some(9));
    replica.handle(pulled(OLD, 5, 1), NOW);
    assert_eq!(replica.handle(acked(NEW, None), NOW), [push(0)]);
    let effects = replica.handle(ReplicaInput::Stored { cursor: 6 }, NOW);
    assert_eq!(effects, [SyncEffect::FetchSnapshot]);
}

#[test]
fn hub_away_pauses_grow_to_a_bound() {
    let mut replica = started(Some(0));
    let mut now = NOW;
    let mut pauses = Vec::new();
    replica.handle(ReplicaInput::PullAnswered(Err(NetFault::Unreachable)), now);
    for _ in 0..9 {
        replica.handle(ReplicaInput::PushAnswered(Err(NetFault::Unreachable)), now);
        let wake = replica.push.wake_at_ms().expect("a pause ends");
        pauses.push(wake - now);
        now = wake;
        assert!(replica.handle(ReplicaInput::Tick, now).contains(&question(1)));
    }
    assert!(pauses.is_sorted());
    assert!(pauses[0] >= channel::MIN_PAUSE_MS * 7 / 8);
    assert!(pauses.iter().all(|pause| *pause <= channel::MAX_PAUSE_MS * 9 / 8));
}

#[test]
fn hub_back_on_one_way_the_other_way_hurries() {
    let mut replica = started(Some(0));
    replica.handle(ReplicaInput::PushAnswered(Err(NetFault::Unreachable)), NOW);
    replica.handle(ReplicaInput::PullAnswered(Err(NetFault::Unreachable)), NOW);
    assert!(!replica.state().connected);
    let wake = replica.poll_timeout().expect("a pause ends");
    assert_eq!(replica.handle(ReplicaInput::Tick, wake).len(), 2);
    replica.handle(ReplicaInput::PushAnswered(Err(NetFault::TimedOut)), wake);
    let effects = replica.handle(pulled(OLD, 5, 0), wake);
    assert_eq!(effects, [question(1)]);
    assert_eq!(replica.handle(acked(OLD, Some(0)), wake), [pull(5, OLD, PULL_WAIT_MS)]);
    assert!(replica.state().connected);
    assert_eq!(replica.state().since_ms, wake);
}

#[test]
fn refusal_is_kept_for_the_technician() {
    let problem =
        Problem { code: ProblemCode::WrongMeeting, message: "Other meeting.".into(), remedy: "Enrol again.".into() };
    let mut replica = started(Some(0));
    replica.handle(ReplicaInput::PushAnswered(Err(NetFault::Refused(problem.clone()))), NOW);
    assert_eq!(replica.state().fault, Some(NetFault::Refused(problem)));
}

#[test]
fn events_of_another_meeting_are_not_stored() {
    let mut replica = started(None);
    replica.meeting = MeetingId([8; 16]);
    assert_eq!(replica.handle(pulled(OLD, 5, 1), NOW), []);
    assert!(matches!(replica.state().fault, Some(NetFault::Garbled(_))));
}

#[test]
fn clock_difference_to_the_hub_is_known() {
    let mut replica = started(None);
    replica.handle(acked(OLD, None), NOW - 3_000);
    assert_eq!(replica.state().clock_offset_ms, Some(3_000));
}

#[test]
fn restarted_node_counts_only_what_was_not_pulled_back_as_waiting() {
    let mut known = resume(Some(9), Some(OLD), 5);
    known.confirmed_seq = Some(7);
    assert_eq!(Replica::new(known, NOW).state().waiting, 2);
}

/// Pulled everything up to cursor 5, and connected; the next thing is to offer.
fn lacking(count: u64) -> (Replica, u64) {
    let mut replica = started(None);
    replica.handle(acked(OLD, None), NOW);
    let mut nothing = pulled(OLD, 5, 0);
    if let ReplicaInput::PullAnswered(Ok(reply)) = &mut nothing {
        reply.hub_cursor = 5;
    }
    replica.handle(nothing, NOW);
    assert_eq!(replica.handle(ReplicaInput::Lacking(count), NOW), [], "it stands in line");
    let turn = replica.poll_timeout().expect("its turn comes");
    (replica, turn)
}

fn offered(incarnation: Incarnation, lacking: u64) -> ReplicaInput {
    ReplicaInput::OfferAnswered { result: Ok(incarnation), lacking }
}

#[test]
fn hub_that_lost_events_of_others_is_offered_them_one_offer_after_the_other() {
    let (mut replica, turn) = lacking(9);
    assert!(turn <= NOW + 2_000);
    assert_eq!(replica.handle(ReplicaInput::Tick, turn), [SyncEffect::Offer]);
    assert_eq!(replica.handle(ReplicaInput::Tick, turn), [], "one is under way");
    assert_eq!(replica.handle(offered(OLD, 4), turn), [SyncEffect::Offer]);
    assert_eq!(replica.state().lacking, 4);
    assert_eq!(replica.handle(offered(OLD, 0), turn), []);
    assert_eq!(replica.handle(offered(OLD, 0), turn), [], "nobody asked");
}

#[test]
fn offer_waits_until_everything_is_pulled_and_holds_nothing_up() {
    let (mut replica, turn) = lacking(9);
    let effects = replica.handle(pulled(OLD, 5, 2), turn);
    assert!(matches!(&effects[..], [SyncEffect::StorePulled { .. }]), "{effects:?}");
    assert_eq!(replica.handle(ReplicaInput::Stored { cursor: 7 }, turn), [pull(7, OLD, PULL_WAIT_MS)]);
    let mut last = pulled(OLD, 7, 1);
    if let ReplicaInput::PullAnswered(Ok(reply)) = &mut last {
        reply.hub_cursor = 8;
    }
    replica.handle(last, turn);
    let effects = replica.handle(ReplicaInput::Stored { cursor: 8 }, turn);
    assert_eq!(effects, [pull(8, OLD, PULL_WAIT_MS), SyncEffect::Offer]);
    assert_eq!(replica.handle(ReplicaInput::OwnCommitted(head(0)), turn), [push(0)]);
}

/// Answers the first offer with `answer`; the next one comes after a pause, and the node stays connected.
fn check_pause(answer: ReplicaInput) {
    let (mut replica, turn) = lacking(9);
    replica.handle(ReplicaInput::Tick, turn);
    assert_eq!(replica.handle(answer, turn), []);
    let wake = replica.poll_timeout().expect("a pause ends");
    assert!(wake > turn);
    assert_eq!(replica.handle(ReplicaInput::Tick, wake), [SyncEffect::Offer]);
    assert!(replica.state().connected);
}

#[test]
fn offer_that_brings_nothing_pauses() {
    check_pause(offered(OLD, 9));
    check_pause(offered(NEW, 4));
    check_pause(ReplicaInput::OfferAnswered { result: Err(NetFault::TimedOut), lacking: 9 });
}

#[test]
fn idle_node_asks_once_a_minute_how_far_the_hub_is() {
    let mut replica = started(Some(9));
    assert_eq!(replica.handle(acked(OLD, Some(9)), NOW), []);
    assert_eq!(replica.poll_timeout(), Some(NOW + ASK_MS));
    assert_eq!(replica.handle(ReplicaInput::Tick, NOW + ASK_MS - 1), []);
    assert_eq!(replica.handle(ReplicaInput::Tick, NOW + ASK_MS), [question(10)]);
    assert_eq!(replica.poll_timeout(), None);
}
