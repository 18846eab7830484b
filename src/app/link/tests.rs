//! The link against a hub made of a bare TCP listener, which can also do what a good hub never does.

#![allow(clippy::unwrap_used)]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc;
use std::time::Instant;

use std::time::Duration;

use sync::wire::{self, Enrolment, Problem, ProblemCode, Role};
use sync::{BootId, DeviceId, Draft, Event, EventId, Hash, Hlc, Incarnation, LogEpoch, MeetingId, ids::Key};

use super::*;

const DEVICE: DeviceId = DeviceId([1; 16]);
const EPOCH: LogEpoch = LogEpoch([2; 16]);
const HUB: Incarnation = Incarnation([3; 16]);
/// Longest wait of a test for something that must come.
const SOON: Duration = Duration::from_secs(20);

/// What came over the wire: request line with headers, and body.
struct Heard {
    head: String,
    body: Vec<u8>,
}

/// A hub that answers each request by `answer`, on a thread per connection; none hangs up instead.
fn hub(answer: impl Fn(&Heard) -> Option<Vec<u8>> + Send + Sync + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    serve_on(listener, answer)
}

fn serve_on(listener: TcpListener, answer: impl Fn(&Heard) -> Option<Vec<u8>> + Send + Sync + 'static) -> String {
    let url = format!("http://{}", listener.local_addr().unwrap());
    let answer = Arc::new(answer);
    thread::spawn(move || {
        for stream in listener.incoming() {
            let answer = Arc::clone(&answer);
            thread::spawn(move || serve(&stream.unwrap(), answer.as_ref()));
        }
    });
    url
}

fn serve(mut stream: &TcpStream, answer: &impl Fn(&Heard) -> Option<Vec<u8>>) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    while let Some(heard) = hear(&mut reader) {
        let Some(bytes) = answer(&heard) else {
            return;
        };
        if stream.write_all(&bytes).is_err() {
            return;
        }
    }
}

fn hear(reader: &mut impl BufRead) -> Option<Heard> {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if reader.read_line(&mut head).ok()? == 0 {
            return None;
        }
    }
    let header = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    let mut body = vec![0; header.map_or(0, |len| len.parse().unwrap())];
    reader.read_exact(&mut body).ok()?;
    Some(Heard { head, body })
}

fn response(status: u16, body: &[u8]) -> Vec<u8> {
    let mut bytes = format!("HTTP/1.1 {status} x\r\ncontent-length: {}\r\n\r\n", body.len()).into_bytes();
    bytes.extend_from_slice(body);
    bytes
}

fn start(url: &str, token: Option<&str>) -> (Link, mpsc::Receiver<LinkAnswer>) {
    let (sender, answers) = mpsc::channel();
    let sender = std::sync::Mutex::new(sender);
    let link = Link::start([8; 32], Some(route(&[url])), token.map(str::to_owned), move |answer| {
        let _ = sender.lock().unwrap().send(answer);
    });
    (link.unwrap(), answers)
}

fn route(urls: &[&str]) -> Route {
    Route { urls: urls.iter().map(|url| (*url).to_owned()).collect(), pin: None }
}

fn event() -> Event {
    let draft = Draft {
        event_id: EventId([5; 16]),
        meeting_id: MeetingId([6; 16]),
        device_id: DEVICE,
        log_epoch: EPOCH,
        seq: 0,
        hlc: Hlc(0),
        boot_id: BootId([7; 16]),
        clock_offset_ms: 0,
        actor: "guest".into(),
        kind: "GuestCheckedIn".into(),
        kind_version: 1,
        roster_rev: 0,
        payload: b"{}".to_vec(),
        prev_hash: Hash::ZERO,
    };
    draft.seal().unwrap()
}

fn push_request() -> PushRequest {
    PushRequest::gather(DEVICE, EPOCH, [event()])
}

fn push_reply() -> PushReply {
    let head = sync::Head { seq: 0, hash: event().hash() };
    PushReply { incarnation: HUB, acked: Some(head), fork_at: None, cursor: 1, now_ms: 9 }
}

fn pull_request(wait_ms: u32) -> PullRequest {
    PullRequest { cursor: 0, incarnation: HUB, wait_ms }
}

fn pull_reply() -> PullReply {
    PullReply {
        incarnation: HUB,
        from: 0,
        cursor: 1,
        hub_cursor: 1,
        now_ms: 9,
        vouched: None,
        events: vec![(1, event())],
    }
}

fn grant() -> Grant {
    Grant {
        device_id: DEVICE,
        epoch: EPOCH,
        prefix: "K1".into(),
        meeting_id: MeetingId([6; 16]),
        token: "secret".into(),
        incarnation: HUB,
        phone_key: Key([1; 32]),
        pin_pepper: Key([2; 32]),
        hub_key: Key([3; 32]),
    }
}

#[test]
fn hub_that_is_not_there_is_unreachable() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let (link, answers) = start(&url, None);
    link.snapshot(3);
    let answer = answers.recv_timeout(SOON).unwrap();
    assert!(matches!(answer, LinkAnswer::Snapshot { call: 3, result: Err(NetFault::Unreachable) }), "{answer:?}");
}

#[test]
fn requests_carry_the_token_and_the_wire_form() {
    let (said, heard) = mpsc::channel();
    let said = std::sync::Mutex::new(said);
    let url = hub(move |request| {
        said.lock().unwrap().send((request.head.clone(), request.body.clone())).unwrap();
        let path = request.head.split([' ', '?']).nth(1).unwrap();
        Some(match path {
            wire::PATH_ENROL => response(200, &grant().encode()),
            wire::PATH_PUSH => response(200, &push_reply().encode()),
            wire::PATH_PULL => response(200, &pull_reply().encode()),
            other => panic!("{other}"),
        })
    });
    let (link, answers) = start(&url, None);
    let request = EnrolRequest { public_key: Key([9; 32]), epoch: EPOCH, role: Role::Kiosk, name: "入口 1".into() };
    link.enrol(request.clone(), None);
    let LinkAnswer::Enrolled { result: Ok(granted), .. } = answers.recv_timeout(SOON).unwrap() else {
        panic!("no grant");
    };
    assert_eq!(granted, grant());
    let (head, body) = heard.recv().unwrap();
    assert_eq!(Enrolment::decode(&body).unwrap().request, request);
    assert!(!head.contains("authorization"), "{head}");

    link.push(1, push_request());
    assert!(matches!(answers.recv_timeout(SOON).unwrap(), LinkAnswer::Pushed { call: 1, result: Ok(_) }));
    let (head, body) = heard.recv().unwrap();
    assert_eq!(PushRequest::decode(&body).unwrap().events, push_request().events);
    assert!(head.contains("authorization: Bearer secret") && head.contains(wire::CONTENT_TYPE_EVENTS), "{head}");

    link.pull(2, pull_request(0));
    let LinkAnswer::Pulled { call: 2, result } = answers.recv_timeout(SOON).unwrap() else {
        panic!("no pull");
    };
    assert_eq!(result, Ok(pull_reply()));
    let (head, _) = heard.recv().unwrap();
    assert!(head.starts_with(&format!("GET /v1/pull?{} HTTP/1.1", pull_request(0).encode())), "{head}");
}

/// A hub that never answers a pull, answers every push, and tells when a pull came and when its caller hung up.
fn holding_hub() -> (String, mpsc::Receiver<&'static str>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (said, heard) = mpsc::channel();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let (mut stream, said) = (stream.unwrap(), said.clone());
            thread::spawn(move || {
                let mut reader = BufReader::new(stream.try_clone().unwrap());
                while let Some(request) = hear(&mut reader) {
                    if request.head.starts_with("GET") {
                        let _ = said.send("pull");
                        let _ = reader.read(&mut [0]);
                        let _ = said.send("hung up");
                        return;
                    }
                    let _ = stream.write_all(&response(200, &push_reply().encode()));
                }
            });
        }
    });
    (url, heard)
}

#[test]
fn long_poll_does_not_hold_a_push_up() {
    let (url, heard) = holding_hub();
    let (link, answers) = start(&url, None);
    link.pull(1, pull_request(30_000));
    assert_eq!(heard.recv_timeout(SOON).unwrap(), "pull");
    for call in 2..20 {
        link.push(call, push_request());
        let LinkAnswer::Pushed { call: answered, result: Ok(_) } = answers.recv_timeout(SOON).unwrap() else {
            panic!("the pull was answered");
        };
        assert_eq!(answered, call);
    }
}

#[test]
fn cut_drops_the_long_poll_and_refuses_until_it_is_mended() {
    let (url, heard) = holding_hub();
    let (link, answers) = start(&url, None);
    let cut = link.cut();
    link.pull(1, pull_request(30_000));
    assert_eq!(heard.recv_timeout(SOON).unwrap(), "pull");
    cut.set(true);
    assert!(cut.is_cut());
    let answer = answers.recv_timeout(SOON).unwrap();
    assert!(matches!(answer, LinkAnswer::Pulled { call: 1, result: Err(NetFault::Unreachable) }), "{answer:?}");
    assert_eq!(heard.recv_timeout(SOON).unwrap(), "hung up", "the hub's end is closed too");
    link.push(2, push_request());
    let answer = answers.recv_timeout(SOON).unwrap();
    assert!(matches!(answer, LinkAnswer::Pushed { call: 2, result: Err(NetFault::Unreachable) }), "{answer:?}");

    cut.set(false);
    link.push(3, push_request());
    assert!(matches!(answers.recv_timeout(SOON).unwrap(), LinkAnswer::Pushed { call: 3, result: Ok(_) }));
    link.pull(4, pull_request(30_000));
    assert_eq!(heard.recv_timeout(SOON).unwrap(), "pull");
}

#[test]
fn dropping_the_link_ends_a_long_poll_at_once() {
    let (url, heard) = holding_hub();
    let (link, answers) = start(&url, None);
    link.pull(1, pull_request(30_000));
    assert_eq!(heard.recv_timeout(SOON).unwrap(), "pull");
    let begin = Instant::now();
    drop(link);
    assert!(begin.elapsed() < Duration::from_secs(5));
    assert!(answers.recv_timeout(SOON).is_err(), "nobody is there to answer");
    assert_eq!(heard.recv_timeout(SOON).unwrap(), "hung up");
}

#[test]
fn hub_that_started_anew_answers_the_first_push() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (link, answers) = start(&url, None);
    // Each life of the hub serves one connection and one request, then it is gone with its connection.
    for call in 0..20 {
        link.push(call, push_request());
        let (stream, _) = listener.accept().unwrap();
        let mut reader = BufReader::new(stream.try_clone().unwrap());
        hear(&mut reader).unwrap();
        (&stream).write_all(&response(200, &push_reply().encode())).unwrap();
        let answer = answers.recv_timeout(SOON).unwrap();
        assert!(matches!(answer, LinkAnswer::Pushed { result: Ok(_), .. }), "{call}: {answer:?}");
    }
}

#[test]
fn more_requests_than_the_queue_takes_are_answered_too() {
    let (url, heard) = holding_hub();
    let (link, answers) = start(&url, None);
    let cut = link.cut();
    link.pull(0, pull_request(30_000));
    assert_eq!(heard.recv_timeout(SOON).unwrap(), "pull");
    let more = MAX_WAITING as u64 + 3;
    for call in 1..=more {
        link.pull(call, pull_request(30_000));
    }
    cut.set(true);
    let mut calls: Vec<u64> = (0..=more)
        .map(|_| match answers.recv_timeout(SOON).unwrap() {
            LinkAnswer::Pulled { call, result: Err(NetFault::Unreachable) } => call,
            other => panic!("{other:?}"),
        })
        .collect();
    calls.sort_unstable();
    assert_eq!(calls, (0..=more).collect::<Vec<_>>());
}

fn check_url(url: &str, accepted: bool) {
    let link = Link::start([8; 32], Some(route(&[url])), None, |_| {});
    assert_eq!(link.is_ok(), accepted, "{url}: {:?}", link.err());
}

#[test]
fn address_that_is_none_or_plain_and_remote_is_refused() {
    check_url("https://192.168.1.20:7400", true);
    check_url("http://127.0.0.1:7400", true);
    for url in ["", "192.168.1.20", "http://192.168.1.20:7400", "https://hub/path"] {
        check_url(url, false);
    }
}

#[test]
fn machine_that_was_never_paired_reaches_nobody() {
    let (sender, answers) = mpsc::channel();
    let sender = std::sync::Mutex::new(sender);
    let link = Link::start([8; 32], None, None, move |answer| sender.lock().unwrap().send(answer).unwrap()).unwrap();
    link.push(1, push_request());
    let answer = answers.recv_timeout(SOON).unwrap();
    assert!(matches!(answer, LinkAnswer::Pushed { call: 1, result: Err(NetFault::Unreachable) }), "{answer:?}");
    let url = hub(|_| Some(response(200, &push_reply().encode())));
    link.go_to(route(&[&url])).unwrap();
    link.push(2, push_request());
    assert!(matches!(answers.recv_timeout(SOON).unwrap(), LinkAnswer::Pushed { call: 2, result: Ok(_) }));
}

#[test]
fn hub_at_its_other_address_is_found_and_stayed_with() {
    let gone = TcpListener::bind("127.0.0.1:0").unwrap();
    let first = format!("http://{}", gone.local_addr().unwrap());
    drop(gone);
    let problem = Problem { code: ProblemCode::Follows, message: "Follows.".into(), remedy: "Ask it.".into() };
    let follower = hub(move |_| Some(response(421, &problem.encode())));
    let promoted = hub(|_| Some(response(200, &push_reply().encode())));
    let (link, answers) = start(&first, None);
    link.go_to(route(&[&first, &follower, &promoted])).unwrap();
    let outcomes: Vec<bool> = (0..4)
        .map(|call| {
            link.push(call, push_request());
            let LinkAnswer::Pushed { result, .. } = answers.recv_timeout(SOON).unwrap() else {
                panic!("another answer");
            };
            result.is_ok()
        })
        .collect();
    assert_eq!(outcomes, [false, false, true, true]);
}
