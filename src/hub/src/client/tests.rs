//! The client against a hub made of a bare TCP listener, which can also do what a good hub never does.

#![allow(clippy::unwrap_used)]

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, mpsc};
use std::thread;

use sync::wire::{Problem, ProblemCode, Role, WireError};
use sync::{DeviceId, Incarnation, LogEpoch};

use super::*;

const HUB: Incarnation = Incarnation([3; 16]);

/// What came over the wire: request line with headers, and body.
struct Heard {
    head: String,
    body: Vec<u8>,
}

/// A hub that answers each request by `answer`, on a thread per connection; none hangs up instead.
fn hub(answer: impl Fn(&Heard) -> Option<Vec<u8>> + Send + Sync + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
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
        let Some(bytes) = answer(&heard) else { return };
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

fn run<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
}

fn push_request() -> PushRequest {
    PushRequest { device: DeviceId([1; 16]), epoch: LogEpoch([2; 16]), signature: None, events: Vec::new() }
}

fn push_reply() -> PushReply {
    PushReply { incarnation: HUB, acked: None, fork_at: None, cursor: 1, now_ms: 9 }
}

fn check_push(bytes: Option<Vec<u8>>, expected: impl FnOnce(&Result<PushReply, NetFault>) -> bool) {
    let client = Client::new(&hub(move |_| bytes.clone()), None, None).unwrap();
    let result = run(client.push(&push_request()));
    assert!(expected(&result), "{result:?}");
}

#[test]
fn answers_of_the_hub_are_told_apart() {
    let problem = |code| Problem { code, message: "Other.".into(), remedy: "Enrol.".into() }.encode();
    let fork = PushReply { fork_at: Some(0), ..push_reply() };
    check_push(Some(response(200, &push_reply().encode())), |result| *result == Ok(push_reply()));
    check_push(Some(response(409, &fork.encode())), |result| *result == Ok(fork.clone()));
    check_push(Some(response(401, b"")), |result| *result == Err(NetFault::Denied));
    check_push(Some(response(401, &problem(ProblemCode::Denied))), |result| *result == Err(NetFault::Denied));
    check_push(Some(response(401, &problem(ProblemCode::Revoked))), |result| *result == Err(NetFault::Revoked));
    for code in [ProblemCode::WrongCode, ProblemCode::PairingClosed] {
        check_push(Some(response(403, &problem(code))), |result| matches!(result, Err(NetFault::Refused(_))));
    }
    check_push(Some(response(400, &problem(ProblemCode::WrongMeeting))), |result| {
        matches!(result, Err(NetFault::Refused(_)))
    });
    check_push(Some(response(503, b"")), |result| *result == Err(NetFault::HubFailed { status: 503 }));
    check_push(Some(response(302, b"")), |result| *result == Err(NetFault::HubFailed { status: 302 }));
    check_push(Some(response(200, b"hello")), |result| matches!(result, Err(NetFault::Garbled(_))));
    check_push(None, |result| *result == Err(NetFault::Unreachable));
    check_push(Some(b"SSH-2.0-OpenSSH\r\n\r\n".to_vec()), |result| *result == Err(NetFault::Unreachable));
}

#[test]
fn body_over_the_limit_is_not_read() {
    let too_long = |result: &Result<PushReply, NetFault>| {
        matches!(result, Err(NetFault::Garbled(WireError::TooLong { limit: wire::MAX_JSON_BYTES })))
    };
    check_push(Some(b"HTTP/1.1 200 x\r\ncontent-length: 99999999999\r\n\r\n".to_vec()), too_long);
    // Not announced: chunks without an end.
    let mut endless = b"HTTP/1.1 200 x\r\ntransfer-encoding: chunked\r\n\r\n".to_vec();
    for _ in 0..5 {
        endless.extend_from_slice(b"10000\r\n");
        endless.extend_from_slice(&[b' '; 0x10000]);
        endless.extend_from_slice(b"\r\n");
    }
    check_push(Some(endless), too_long);
}

#[test]
fn answer_that_was_cut_off_is_no_answer() {
    let mut cut = response(200, &push_reply().encode());
    cut.truncate(cut.len() - 5);
    let client = Client::new(
        &hub(move |heard| {
            assert!(heard.head.starts_with("POST /v1/push HTTP/1.1"));
            Some(cut.clone())
        }),
        None,
        None,
    )
    .unwrap();
    let asked = async { tokio::time::timeout(Duration::from_millis(300), client.push(&push_request())).await };
    assert!(run(asked).is_err(), "it waits for the rest");
}

#[test]
fn hub_that_is_not_there_is_unreachable() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    assert_eq!(run(Client::new(&url, None, None).unwrap().snapshot()), Err(NetFault::Unreachable));
}

#[test]
fn requests_carry_token_signature_and_wire_form() {
    let (said, heard) = mpsc::channel();
    let said = std::sync::Mutex::new(said);
    let url = hub(move |request| {
        said.lock().unwrap().send((request.head.clone(), request.body.clone())).unwrap();
        Some(response(200, &push_reply().encode()))
    });
    let client = Client::new(&url, None, Some("secret".to_owned())).unwrap().with_key(&[9; 32]);
    assert_eq!(run(client.push(&push_request())), Ok(push_reply()));
    let (head, body) = heard.recv().unwrap();
    assert!(head.contains("authorization: Bearer secret") && head.contains(wire::CONTENT_TYPE_EVENTS), "{head}");
    let sent = PushRequest::decode(&body).unwrap();
    assert!(verify(&public_key(&[9; 32]), &sent.signed_bytes(), &sent.signature.unwrap()));

    client.set_token("fresh");
    let request = EnrolRequest {
        public_key: public_key(&[9; 32]),
        epoch: LogEpoch([2; 16]),
        role: Role::Kiosk,
        name: "入口 1".into(),
    };
    assert!(matches!(run(client.enrol(&request)), Err(NetFault::Garbled(_))), "a push reply is no grant");
    let (head, body) = heard.recv().unwrap();
    assert!(head.contains("authorization: Bearer fresh"), "{head}");
    let sent = Enrolment::decode(&body).unwrap();
    assert_eq!((&sent.request, sent.pairing), (&request, None));
    assert!(verify(&request.public_key, &sent.signed_bytes(), &sent.proof.unwrap()));

    let pull = PullRequest { cursor: 4, incarnation: HUB, wait_ms: 0 };
    let _ = run(client.pull(pull));
    let (head, _) = heard.recv().unwrap();
    assert!(head.starts_with(&format!("GET /v1/pull?{} HTTP/1.1", pull.encode())), "{head}");
}

#[test]
fn secrets_never_go_to_a_hub_that_is_not_pinned() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    let client = Client::new(&url, None, Some("secret".to_owned())).unwrap();
    assert_eq!(run(client.push(&push_request())), Err(NetFault::ForeignHub));
    assert_eq!(run(client.snapshot()), Err(NetFault::ForeignHub));
    listener.set_nonblocking(true).unwrap();
    assert!(listener.accept().is_err(), "nothing was even connected");
}
