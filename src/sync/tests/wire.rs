//! Wire messages: what goes out comes in, damage and excess are refused.

use proptest::prelude::*;
use sync::wire::{
    EnrolRequest, MAX_JSON_BYTES, MAX_PUSH_BYTES, MAX_PUSH_EVENTS, MAX_WAIT_MS, NetFault, NodeStatus, Problem,
    ProblemCode, PullReply, PullRequest, PushReply, PushRequest, Role, Snapshot, Status, WireError,
};
use sync::{BootId, DeviceId, Draft, Event, EventId, Grant, Hash, Head, Hlc, Incarnation, LogEpoch, MeetingId};

const DEVICE: DeviceId = DeviceId([3; 16]);
const EPOCH: LogEpoch = LogEpoch([4; 16]);
const MEETING: MeetingId = MeetingId([2; 16]);
const INCARNATION: Incarnation = Incarnation([6; 16]);

fn chain(count: u64, payload_bytes: usize) -> Vec<Event> {
    let mut prev_hash = Hash::ZERO;
    let mut events = Vec::new();
    for seq in 0..count {
        let draft = Draft {
            event_id: EventId((u128::from(seq) + 1).to_be_bytes()),
            meeting_id: MEETING,
            device_id: DEVICE,
            log_epoch: EPOCH,
            seq,
            hlc: Hlc::at(1000 + seq),
            boot_id: BootId([5; 16]),
            clock_offset_ms: 0,
            actor: "guest".to_owned(),
            kind: "Test".to_owned(),
            kind_version: 1,
            roster_rev: 1,
            payload: vec![b' '; payload_bytes],
            prev_hash,
        };
        let event = draft.seal().expect("a small draft seals");
        prev_hash = event.hash();
        events.push(event);
    }
    events
}

fn numbered(events: Vec<Event>) -> Vec<(u64, Event)> {
    (11..).zip(events).collect()
}

fn pull_reply(count: u64) -> PullReply {
    PullReply {
        incarnation: INCARNATION,
        from: 10,
        cursor: 10 + count,
        hub_cursor: 99,
        now_ms: 5,
        events: numbered(chain(count, 10)),
    }
}

fn snapshot(count: u64) -> Snapshot {
    let cursor = if count == 0 { 0 } else { 10 + count };
    let events = numbered(chain(count, 10));
    Snapshot { meeting: MEETING, incarnation: INCARNATION, cursor, now_ms: 5, signature: None, events }
}

#[test]
fn every_message_reads_back() {
    for count in [0, 1, 7] {
        let push = PushRequest::gather(DEVICE, EPOCH, chain(count, 10));
        assert_eq!(PushRequest::decode(&push.encode()), Ok(push));
        assert_eq!(PullReply::decode(&pull_reply(count).encode()), Ok(pull_reply(count)));
        assert_eq!(Snapshot::decode(&snapshot(count).encode()), Ok(snapshot(count)));
    }
    let pull = PullRequest { cursor: 7, incarnation: INCARNATION, wait_ms: 25_000 };
    assert_eq!(PullRequest::decode(&pull.encode()), Ok(pull));
    let key = sync::ids::Key([1; 32]);
    let enrol = EnrolRequest { public_key: key, epoch: EPOCH, role: Role::Desk, name: "入口 1".to_owned() };
    assert_eq!(EnrolRequest::decode(&enrol.encode()), Ok(enrol));
    let grant = Grant {
        device_id: DEVICE,
        epoch: EPOCH,
        prefix: "K1B".to_owned(),
        meeting_id: MEETING,
        token: "t".to_owned(),
        incarnation: INCARNATION,
        phone_key: key,
        pin_pepper: key,
        hub_key: key,
    };
    assert_eq!(Grant::from_http(200, &grant.encode()), Ok(grant));
    let node = NodeStatus {
        name: "k".to_owned(),
        role: Role::Kiosk,
        prefix: "K1".to_owned(),
        device: DEVICE,
        epoch: EPOCH,
        acked_seq: Some(3),
        last_seen_ms: None,
        pull_cursor: None,
        lag: 4,
        fork_at: None,
    };
    let status = Status {
        meeting: MEETING,
        incarnation: INCARNATION,
        cursor: 9,
        now_ms: 1,
        hub_device: DEVICE,
        hub_events: 2,
        waiting_pulls: 1,
        nodes: vec![node],
    };
    assert_eq!(Status::from_http(200, &status.encode()), Ok(status));
}

#[test]
fn push_takes_what_the_limits_allow() {
    assert_eq!(PushRequest::gather(DEVICE, EPOCH, chain(300, 10)).events.len(), MAX_PUSH_EVENTS);
    let large = PushRequest::gather(DEVICE, EPOCH, chain(5, 100_000));
    assert_eq!(large.events.len(), 2);
    assert!(PushRequest::decode(&large.encode()).is_ok());
    let largest = sync::MAX_EVENT_BYTES - chain(1, 0)[0].bytes().len();
    assert_eq!(PushRequest::gather(DEVICE, EPOCH, chain(3, largest)).events.len(), 2, "overlap and one more fit");
}

#[test]
fn push_over_a_limit_is_refused() {
    let many = PushRequest { device: DEVICE, epoch: EPOCH, signature: None, events: chain(201, 10) };
    assert_eq!(PushRequest::decode(&many.encode()), Err(WireError::TooMany { limit: MAX_PUSH_EVENTS }));
    let long = PushRequest { device: DEVICE, epoch: EPOCH, signature: None, events: chain(3, 100_000) };
    assert!(matches!(PushRequest::decode(&long.encode()), Err(WireError::TooLong { limit }) if limit > MAX_PUSH_BYTES));
}

#[test]
fn head_that_lies_about_the_events_is_refused() {
    let push = PushRequest::gather(DEVICE, EPOCH, chain(2, 10));
    let mut body = push.encode();
    let cut = push.events[1].bytes().len() + 4;
    body.truncate(body.len() - cut);
    assert!(matches!(PushRequest::decode(&body), Err(WireError::Head { .. })));
    let wrong = PullReply { cursor: 12, ..pull_reply(1) };
    assert!(matches!(PullReply::decode(&wrong.encode()), Err(WireError::Head { .. })));
    let mut falling = pull_reply(2);
    falling.events.swap(0, 1);
    assert!(matches!(PullReply::decode(&falling.encode()), Err(WireError::Head { .. })));
}

#[test]
fn query_with_a_wrong_part_is_refused() {
    let good = PullRequest { cursor: 7, incarnation: INCARNATION, wait_ms: 0 }.encode();
    assert!(PullRequest::decode(&good).is_ok());
    for query in ["", "cursor=7", "cursor=-1&incarnation=00", &format!("{good}&x=1"), &format!("{good}&wait_ms=x")] {
        assert!(PullRequest::decode(query).is_err(), "{query}");
    }
    let long = PullRequest { cursor: 7, incarnation: INCARNATION, wait_ms: u32::MAX };
    assert_eq!(PullRequest::decode(&long.encode()).unwrap().wait_ms, MAX_WAIT_MS);
}

#[test]
fn name_of_a_node_has_bounds() {
    let key = sync::ids::Key([1; 32]);
    let named = |name: &str| {
        let request = EnrolRequest { public_key: key, epoch: EPOCH, role: Role::Kiosk, name: name.to_owned() };
        EnrolRequest::decode(&request.encode()).is_ok()
    };
    for (name, good) in
        [("K", true), (&"王".repeat(64)[..], true), (&"王".repeat(65)[..], false), ("", false), ("a\nb", false)]
    {
        assert_eq!(named(name), good, "{name:?}");
    }
}

#[test]
fn http_status_tells_the_fault() {
    let problem = Problem { code: ProblemCode::Busy, message: "m".to_owned(), remedy: "r".to_owned() };
    for (status, body, fault) in [
        (401, problem.encode(), NetFault::Denied),
        (503, problem.encode(), NetFault::HubFailed { status: 503 }),
        (429, problem.encode(), NetFault::Refused(problem.clone())),
        (404, b"no".to_vec(), NetFault::HubFailed { status: 404 }),
    ] {
        assert_eq!(PushReply::from_http(status, &body), Err(fault));
    }
    assert!(matches!(PushReply::from_http(200, &vec![b' '; MAX_JSON_BYTES + 1]), Err(NetFault::Garbled(_))));
}

#[test]
fn fork_is_an_answer_with_the_hubs_head() {
    let head = Head { seq: 4, hash: Hash([1; 32]) };
    let fork = PushReply { incarnation: INCARNATION, acked: Some(head), fork_at: Some(3), cursor: 1, now_ms: 1 };
    assert_eq!(fork.http_status(), 409);
    assert_eq!(PushReply::from_http(409, &fork.encode()), Ok(fork));
}

#[test]
fn code_of_a_newer_hub_is_still_a_problem() {
    let body = br#"{"code":"invented_later","message":"m","remedy":"r"}"#;
    assert!(
        matches!(PushReply::from_http(400, body), Err(NetFault::Refused(problem)) if problem.code == ProblemCode::Other)
    );
}

proptest! {
    #[test]
    fn damaged_body_is_refused_or_says_the_same_events(at in any::<prop::sample::Index>(), flip in 1..=255u8) {
        let push = PushRequest::gather(DEVICE, EPOCH, chain(3, 10));
        let mut body = push.encode();
        let at = at.index(body.len());
        body[at] ^= flip;
        if let Ok(read) = PushRequest::decode(&body) {
            prop_assert_eq!(read.events, push.events);
        }
    }
}
