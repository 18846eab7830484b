//! What is too much or no message at all is refused with a problem, and the hub lives on.

use sync::MeetingId;
use sync::wire::{MAX_PUSH_BODY_BYTES, NetFault, PATH_ENROL, PATH_PUSH, Problem, ProblemCode};

use crate::venue::{Device, Venue, client, folder, open, sent};

fn check(venue: &Venue, answer: (u16, Vec<u8>), status: u16, code: ProblemCode) {
    let problem: Problem = serde_json::from_slice(&answer.1).expect("a problem");
    assert_eq!((answer.0, problem.code), (status, code), "{problem}");
    assert!(!problem.remedy.is_empty());
    assert_eq!(sent(client().get(venue.url("/health"))).0, 200);
}

#[test]
fn bodies_over_their_limit_are_refused() {
    let venue = Venue::start();
    let device = Device::enrolled(&venue, 1, 201);
    let long = device.post(&venue, PATH_PUSH, vec![0; MAX_PUSH_BODY_BYTES + 1]);
    check(&venue, long, 413, ProblemCode::TooLarge);
    let mut many = device.request(&[]);
    many.events = device.events.clone();
    check(&venue, device.post(&venue, PATH_PUSH, many.encode()), 413, ProblemCode::TooLarge);
    let enrol = sent(client().post(venue.url(PATH_ENROL)).body(vec![b' '; 5_000]));
    assert_eq!(enrol.0, 404, "a stranger learns nothing");
}

#[test]
fn garbage_is_refused() {
    let venue = Venue::start();
    let device = Device::enrolled(&venue, 1, 2);
    for body in [vec![], b"{}".to_vec(), vec![0xff; 300], 9_u32.to_be_bytes().to_vec()] {
        check(&venue, device.post(&venue, PATH_PUSH, body.clone()), 400, ProblemCode::Malformed);
        assert_eq!(sent(client().post(venue.url(PATH_ENROL)).body(body)).0, 404);
    }
    for query in ["", "?cursor=1", "?cursor=-1&incarnation=0&wait_ms=0", "?x"] {
        check(&venue, device.get(&venue, &format!("/v1/pull{query}")), 400, ProblemCode::Malformed);
    }
    let mut damaged = device.request(&device.events).encode();
    *damaged.last_mut().unwrap() ^= 1;
    check(&venue, device.post(&venue, PATH_PUSH, damaged), 400, ProblemCode::Malformed);
    assert_eq!(device.push(&venue, &[]).unwrap().acked, None);
}

#[test]
fn events_of_another_meeting_are_refused() {
    let venue = Venue::start();
    let device = Device::enrolled(&venue, 1, 0);
    let foreign = device.next("{}", MeetingId([9; 16]));
    let answer = device.post(&venue, PATH_PUSH, device.request(&[foreign]).encode());
    check(&venue, answer, 422, ProblemCode::WrongMeeting);
}

#[test]
fn full_disk_is_never_acknowledged() {
    let mut venue = Venue::start();
    let mut device = Device::enrolled(&venue, 1, 0);
    venue.stop();
    let small = hub::HubOptions { max_bytes: 1 << 20, ..crate::venue::options() };
    venue.restart_with(hub::HubLog::open(venue.folder.path(), small).unwrap());
    let large = format!("\"{}\"", "x".repeat(100_000));
    let mut acked = None;
    let fault = loop {
        let event = device.next(&large, device.grant().meeting_id);
        device.events.push(event);
        match device.push(&venue, &device.events[device.events.len() - 1..]) {
            Ok(reply) => acked = reply.acked,
            Err(fault) => break fault,
        }
    };
    assert_eq!(fault, NetFault::HubFailed { status: 503 });
    assert_eq!(device.push(&venue, &[]).unwrap().acked, acked, "a question is still answered");
    assert_eq!(sent(client().get(venue.url("/health"))).0, 503);
    assert_eq!(sent(client().get(venue.url("/ready"))).0, 503);
    venue.stop();
    venue.restart_with(open(venue.folder.path()));
    let last = device.events.len() - 1;
    assert_eq!(device.push(&venue, &[]).unwrap().acked, acked);
    assert_eq!(device.push(&venue, &device.events[last..]).unwrap().acked.unwrap().seq, last as u64);
}

#[tokio::test]
async fn hub_does_not_listen_beyond_this_machine() {
    let folder = folder();
    let hub = hub::Hub::start(open(folder.path()));
    let listener = tokio::net::TcpListener::bind("0.0.0.0:0").await.unwrap();
    let error = hub::serve(listener, hub, std::future::pending()).await.unwrap_err();
    assert!(error.to_string().contains("use 127.0.0.1:"), "{error}");
}
