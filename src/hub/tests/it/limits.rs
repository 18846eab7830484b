//! What is too much or no message at all is refused with a problem, and the hub lives on.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use sync::MeetingId;
use sync::wire::{MAX_PUSH_BODY_BYTES, NetFault, PATH_ENROL, PATH_PUSH, PATH_SNAPSHOT, Problem, ProblemCode};

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

/// A hub whose log is some megabytes long, far more than sockets hold by themselves.
fn venue_with_a_long_log(events: usize) -> (Venue, Device) {
    let venue = Venue::start();
    let mut device = Device::enrolled(&venue, 1, 0);
    let large = format!("\"{}\"", "x".repeat(100_000));
    for _ in 0..events {
        let event = device.next(&large, device.grant().meeting_id);
        device.events.push(event);
    }
    device.push_by(&venue, &device.events, 2);
    (venue, device)
}

/// Asks for a snapshot and reads its first byte only; none when it does not come at once.
fn begin_snapshot(venue: &Venue, device: &Device) -> (TcpStream, bool) {
    let address = venue.url("").trim_start_matches("http://").to_owned();
    let mut line = TcpStream::connect(address).expect("the hub listens");
    let token = &device.grant().token;
    let head = format!("GET {PATH_SNAPSHOT} HTTP/1.1\r\nhost: hub\r\nauthorization: Bearer {token}\r\n\r\n");
    line.write_all(head.as_bytes()).expect("the hub reads");
    line.set_read_timeout(Some(Duration::from_secs(2))).expect("a timeout");
    let begun = line.read_exact(&mut [0]).is_ok();
    (line, begun)
}

#[test]
fn snapshot_of_many_pages_comes_whole() {
    let (venue, device) = venue_with_a_long_log(40);
    let snapshot = device.snapshot(&venue).unwrap();
    assert_eq!(snapshot.events, venue.hub().events_blocking().unwrap());
    assert!(snapshot.vouched.is_some());
    let signed = ed25519_dalek::Signature::from_bytes(&snapshot.signature.unwrap().0);
    let key = ed25519_dalek::VerifyingKey::from_bytes(&device.grant().hub_key.0).unwrap();
    assert!(key.verify_strict(&snapshot.signed_bytes(), &signed).is_ok());
}

#[test]
fn snapshots_that_are_read_slowly_do_not_pile_up() {
    let (venue, device) = venue_with_a_long_log(100);
    let readers: Vec<Device> = (2..=10).map(|seed| Device::enrolled(&venue, seed, 0)).collect();
    let (last, first) = readers.split_last().unwrap();
    let begun = first.iter().map(|reader| begin_snapshot(&venue, reader));
    let mut slow: Vec<TcpStream> = begun.filter_map(|(line, begun)| begun.then_some(line)).collect();
    assert_eq!(slow.len(), 8);
    let (mut late, begun) = begin_snapshot(&venue, last);
    assert!(!begun, "more than eight are sent at one time");
    assert_eq!(device.push(&venue, &[]).unwrap().acked.map(|head| head.seq), Some(99), "everything else goes on");
    slow.pop();
    late.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    assert!(late.read_exact(&mut [0]).is_ok(), "its turn comes");
}

#[test]
fn machine_that_sends_too_many_bytes_is_told_when_to_come_again() {
    let venue = Venue::start();
    let (greedy, other) = (Device::enrolled(&venue, 1, 1), Device::enrolled(&venue, 2, 1));
    let body = vec![0xff; MAX_PUSH_BODY_BYTES];
    let push = || {
        let request = client().post(venue.url(PATH_PUSH)).bearer_auth(&greedy.grant().token);
        request.body(body.clone()).send().unwrap()
    };
    let refused = (0..200).map(|_| push()).find(|answer| answer.status() != 400).expect("54 MB are too many");
    let wait = refused.headers().get("retry-after").and_then(|wait| wait.to_str().ok()?.parse::<u32>().ok());
    assert!(wait.is_some_and(|wait| (1..=60).contains(&wait)), "{wait:?}");
    check(&venue, (refused.status().as_u16(), refused.bytes().unwrap().to_vec()), 429, ProblemCode::Busy);
    assert!(other.push(&venue, &other.events).is_ok(), "the others do not notice");
}

#[test]
fn machine_that_asks_for_too_many_bytes_waits_too() {
    let (venue, device) = venue_with_a_long_log(100);
    let refused = (0..30).find_map(|_| device.snapshot(&venue).err());
    assert!(matches!(&refused, Some(NetFault::Refused(problem)) if problem.code == ProblemCode::Busy), "{refused:?}");
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
