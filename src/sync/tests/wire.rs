//! Wire messages: what goes out comes in, damage and excess are refused.

use proptest::prelude::*;
use sync::ids::{Position, Signature};
use sync::wire::{
    ChainHead, EnrolRequest, LinkStatus, LinkTask, MAX_JSON_BYTES, MAX_OFFER_BODY_BYTES, MAX_PUSH_BYTES,
    MAX_PUSH_EVENTS, MAX_VOUCHED_HEADS, MAX_WAIT_MS, NetFault, NodeStatus, Offer, OfferReply, Order, Problem,
    ProblemCode, PullReply, PullRequest, PushReply, PushRequest, Role, Snapshot, SnapshotPlan, StandbyStatus, Status,
    Vouched, WireError,
};
use sync::{BootId, DeviceId, Draft, Event, EventId, Grant, Hash, Head, Hlc, Incarnation, LogEpoch, MeetingId};

const DEVICE: DeviceId = DeviceId([3; 16]);
const EPOCH: LogEpoch = LogEpoch([4; 16]);
const MEETING: MeetingId = MeetingId([2; 16]);
const INCARNATION: Incarnation = Incarnation([6; 16]);

fn chain(count: u64, payload_bytes: usize) -> Vec<Event> {
    chain_of(DEVICE, count, payload_bytes)
}

fn chain_of(device: DeviceId, count: u64, payload_bytes: usize) -> Vec<Event> {
    let mut prev_hash = Hash::ZERO;
    let mut events = Vec::new();
    for seq in 0..count {
        let draft = Draft {
            event_id: EventId((u128::from(seq) + 1).to_be_bytes()),
            meeting_id: MEETING,
            device_id: device,
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
        vouched: None,
        events: numbered(chain(count, 10)),
    }
}

fn snapshot(count: u64) -> Snapshot {
    let cursor = if count == 0 { 0 } else { 10 + count };
    let events = numbered(chain(count, 10));
    Snapshot { meeting: MEETING, incarnation: INCARNATION, cursor, now_ms: 5, signature: None, vouched: None, events }
}

fn voucher(events: &[Event]) -> Vouched {
    Vouched { heads: Vouched::places(events), signature: Signature([7; 64]) }
}

fn place(seq: u64) -> ChainHead {
    ChainHead { device: DEVICE, epoch: EPOCH, head: Head { seq, hash: Hash([1; 32]) } }
}

fn offer(events: Vec<Event>) -> Offer {
    Offer { meeting: MEETING, vouched: voucher(&events), order: None, events }
}

#[test]
fn every_message_reads_back() {
    for count in [0, 1, 7] {
        let order = Some(Order { incarnation: INCARNATION, life: 2, after: 7 });
        let offer = Offer { order, ..offer(chain(count, 10)) };
        assert_eq!(Offer::decode(&offer.encode()), Ok(offer));
        let vouched = Some(voucher(&chain(count, 10)));
        let pull = PullReply { vouched: vouched.clone(), ..pull_reply(count) };
        assert_eq!(PullReply::decode(&pull.encode()), Ok(pull));
        let whole = Snapshot { vouched, ..snapshot(count) };
        assert_eq!(Snapshot::decode(&whole.encode()), Ok(whole));
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
    let link = LinkStatus {
        task: LinkTask::Relay,
        url: "https://10.0.0.9:7400".to_owned(),
        lag: 3,
        fault: Some("the hub cannot be reached".to_owned()),
        worked_ms: None,
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
        follows: Some(INCARNATION),
        link: Some(link),
        lives: vec![EPOCH],
        standby: Some(StandbyStatus { url: "https://10.0.0.8:7400".to_owned(), answered_ms: Some(1), fault: None }),
    };
    assert_eq!(Status::from_http(200, &status.encode()), Ok(status));
    let fork = Some(Position { device: DEVICE, epoch: EPOCH, seq: 3 });
    for (fork, follows) in [(None, None), (fork, Some(INCARNATION))] {
        let reply = OfferReply { incarnation: INCARNATION, cursor: 9, now_ms: 1, heads: vec![place(4)], fork, follows };
        assert_eq!(OfferReply::from_http(200, &reply.encode()), Ok(reply));
    }
}

#[test]
fn snapshot_that_is_sent_event_by_event_has_the_same_bytes() {
    for count in [0, 1, 120] {
        let whole = snapshot(count);
        let mut plan = SnapshotPlan::new(whole.meeting, whole.incarnation, whole.now_ms);
        whole.events.iter().for_each(|(cursor, event)| plan.add(*cursor, event));
        assert_eq!((plan.cursor(), plan.signed_bytes()), (whole.cursor, whole.signed_bytes()));
        assert_eq!(plan.places(), Vouched::places(whole.events.iter().map(|(_, event)| event)));
        let (mut body, length) = plan.begin(whole.signature, whole.vouched.clone());
        whole.events.iter().for_each(|(_, event)| SnapshotPlan::put_event(&mut body, event));
        assert_eq!((body.len() as u64, &body), (length, &whole.encode()), "{count} events");
    }
}

#[test]
fn answers_of_a_hub_that_does_not_vouch_still_read() {
    for body in [pull_reply(2).encode(), snapshot(2).encode()] {
        assert!(!String::from_utf8_lossy(&body).contains("vouched"), "the bytes are those of before");
    }
}

/// Seqs of the places in a chain of `count` events with payloads of `bytes`.
fn check_places(count: u64, bytes: usize, expected: &[u64]) {
    let places = Vouched::places(&chain(count, bytes));
    let seqs: Vec<u64> = places.iter().map(|place| place.head.seq).collect();
    assert_eq!(seqs, expected, "{count} events of {bytes} bytes");
}

#[test]
fn long_chains_are_vouched_for_at_places_between() {
    check_places(0, 10, &[]);
    check_places(1, 10, &[0]);
    check_places(50, 10, &[49]);
    check_places(51, 10, &[49, 50]);
    check_places(120, 10, &[49, 99, 119]);
    check_places(5, 60_000, &[1, 3, 4]);
    check_places(3, 120_000, &[0, 1, 2]);
}

#[test]
fn voucher_tells_the_head_of_each_chain() {
    let other = DeviceId([9; 16]);
    let (events, others) = (chain(60, 10), chain_of(other, 3, 10));
    let vouched = voucher(&[events.clone(), others.clone()].concat());
    assert_eq!(vouched.head(DEVICE, EPOCH), events.last().map(Head::of));
    assert_eq!(vouched.head(other, EPOCH), others.last().map(Head::of));
    assert_eq!(vouched.head(DeviceId([1; 16]), EPOCH), None);
    assert_eq!(vouched.head(other, LogEpoch([9; 16])), None);
    assert_eq!(vouched.chains().collect::<Vec<_>>(), [(DEVICE, EPOCH), (other, EPOCH)]);
    assert!(vouched.names(&events[49]) && !vouched.names(&events[48]));
    assert_ne!(vouched.signed_bytes(MEETING), vouched.signed_bytes(MeetingId([1; 16])));
}

#[test]
fn offer_takes_whole_runs_up_to_a_vouched_place() {
    let seqs = |offer: &Option<Offer>| offer.as_ref().map(|offer| offer.events.iter().map(|event| event.seq).collect());
    let gather = |vouched: &[Event], events: Vec<Event>| Offer::gather(MEETING, &voucher(vouched), events);
    let events = chain(130, 10);
    let all: Vec<u64> = (0..130).collect();
    assert_eq!(seqs(&gather(&events, events.clone())), Some(all.clone()));
    assert_eq!(seqs(&gather(&events, events[60..].to_vec())), Some(all[60..].to_vec()), "from within a run");
    assert_eq!(seqs(&gather(&events, events[..120].to_vec())), Some(all[..100].to_vec()), "no end, no word");
    assert_eq!(seqs(&gather(&events[..70], events.clone())), Some(all[..70].to_vec()), "nothing after the voucher");
    assert_eq!(gather(&events[..70], chain_of(DeviceId([9; 16]), 3, 10)), None);
    assert_eq!(gather(&[], Vec::new()), None);
}

#[test]
fn offer_keeps_to_its_limits_and_leaves_no_gap() {
    let events = chain(300, 10);
    let first = Offer::gather(MEETING, &voucher(&events), events.clone()).unwrap();
    assert_eq!(first.events.len(), MAX_PUSH_EVENTS);
    assert_eq!(Offer::decode(&first.encode()), Ok(first));
    let other = chain_of(DeviceId([9; 16]), 2, 10);
    let large = [chain(1, 100_000), other.clone(), chain(3, 100_000)[1..].to_vec()].concat();
    let gathered = Offer::gather(MEETING, &voucher(&large), large).unwrap();
    let places: Vec<_> = gathered.events.iter().map(|event| (event.device_id, event.seq)).collect();
    assert_eq!(places, [(DEVICE, 0), (other[0].device_id, 0), (other[0].device_id, 1), (DEVICE, 1)]);
    assert!(Offer::decode(&gathered.encode()).is_ok());
}

#[test]
fn offer_over_a_limit_is_refused() {
    let many = offer(chain(201, 10));
    assert_eq!(Offer::decode(&many.encode()), Err(WireError::TooMany { limit: MAX_PUSH_EVENTS }));
    let heads: Vec<ChainHead> = (0..=MAX_VOUCHED_HEADS as u64).map(place).collect();
    let vouched = Vouched { heads, signature: Signature([7; 64]) };
    let wide = Offer { vouched: vouched.clone(), ..offer(Vec::new()) };
    assert!(wide.encode().len() < MAX_OFFER_BODY_BYTES, "the largest voucher fits into the body");
    assert_eq!(Offer::decode(&wide.encode()), Err(WireError::TooMany { limit: MAX_VOUCHED_HEADS }));
    let long = vec![0; MAX_OFFER_BODY_BYTES + 1];
    assert_eq!(Offer::decode(&long), Err(WireError::TooLong { limit: MAX_OFFER_BODY_BYTES }));
    let whole = Snapshot { vouched: Some(vouched), ..snapshot(1) };
    assert_eq!(Snapshot::decode(&whole.encode()), Err(WireError::TooMany { limit: MAX_VOUCHED_HEADS }));
}

#[test]
fn voucher_whose_places_do_not_rise_is_refused() {
    for seqs in [[4, 4], [4, 3]] {
        let vouched = Vouched { heads: seqs.map(place).to_vec(), signature: Signature([7; 64]) };
        let offer = Offer { vouched, ..offer(Vec::new()) };
        assert!(matches!(Offer::decode(&offer.encode()), Err(WireError::Head { .. })), "{seqs:?}");
    }
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
