//! Too many, too slow, too long, without an end: each gets its answer, and a node that is enrolled
//! does not notice.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use sync::wire::{MAX_PUSH_BODY_BYTES, PATH_PUSH, Problem, ProblemCode, PushRequest};

use crate::door_venue::{Node, TlsHub, answer, connect_from, handshake, pin, run};

/// Connections of the flood, as far as the test's own open files allow.
const FLOOD: usize = 10_000;
/// What the hub holds for strangers, in all.
const MOST_STRANGERS: usize = 512;
/// A node's patience for a push; a person waits for it.
const SOON: Duration = Duration::from_secs(5);

fn code(answer: &(u16, Vec<u8>)) -> (u16, Option<ProblemCode>) {
    (answer.0, serde_json::from_slice::<Problem>(&answer.1).ok().map(|problem| problem.code))
}

fn head(node: &Node, rest: &str) -> String {
    format!("POST {PATH_PUSH} HTTP/1.1\r\nhost: hub\r\nauthorization: Bearer {}\r\n{rest}\r\n\r\n", node.grant().token)
}

/// Writes one event and has it acknowledged; the longest that this took.
fn push_one(node: &mut Node, longest: &mut Duration) {
    node.write(1);
    let begin = Instant::now();
    let newest = PushRequest { events: node.events.split_off(node.events.len() - 1), ..node.push_request() };
    let reply = run(node.client().push(&newest)).expect("an enrolled node is served");
    node.events.extend(newest.events);
    assert_eq!(reply.acked.map(|head| head.seq + 1), Some(node.events.len() as u64));
    *longest = begin.elapsed().max(*longest);
}

/// Waits for the hub to close it, without an answer.
fn is_closed(line: &mut impl Read) -> bool {
    use std::io::ErrorKind::{TimedOut, WouldBlock};
    match line.read(&mut [0]) {
        Ok(read) => read == 0,
        Err(error) => !matches!(error.kind(), TimedOut | WouldBlock),
    }
}

fn is_open(mut line: &TcpStream) -> bool {
    let _ = line.set_nonblocking(true);
    let mut bytes = [0; 4096];
    loop {
        match line.read(&mut bytes) {
            Ok(0) => return false,
            Ok(_) => {}
            Err(error) => return error.kind() == std::io::ErrorKind::WouldBlock,
        }
    }
}

#[test]
fn body_that_announces_too_much_or_never_ends_is_too_large() {
    let hub = TlsHub::start();
    let mut node = hub.pair(1);
    let announced = head(&node, &format!("content-length: {}", MAX_PUSH_BODY_BYTES + 1));
    let mut line = hub.connect(Some(1));
    line.write_all(announced.as_bytes()).unwrap();
    assert_eq!(code(&answer(&mut line)), (413, Some(ProblemCode::TooLarge)), "before a byte of it was sent");

    let mut line = hub.connect(Some(1));
    line.write_all(head(&node, "transfer-encoding: chunked").as_bytes()).unwrap();
    let chunk = [b"10000\r\n".as_slice(), &[b' '; 0x10000], b"\r\n"].concat();
    let sent = (0..100).take_while(|_| line.write_all(&chunk).is_ok()).count();
    assert!(sent < 100, "it was read to no end");
    node.write(1);
    assert!(node.push().is_ok());
}

#[test]
fn body_that_was_cut_off_changes_nothing() {
    let hub = TlsHub::start();
    let mut node = hub.pair(1);
    node.write(1);
    let mut push = node.push_request();
    push.signature = None;
    let whole = node.raw("POST", PATH_PUSH, &push.encode());
    for len in [10, whole.len() / 2, whole.len() - 1] {
        let mut line = hub.connect(Some(1));
        line.write_all(&whole[..len]).unwrap();
        drop(line);
    }
    assert_eq!(hub.hub.status().nodes[0].acked_seq, None);
    assert_eq!(node.push().unwrap().acked.map(|head| head.seq), Some(0));
}

#[test]
fn head_over_its_limits_is_refused() {
    let hub = TlsHub::start();
    let long = format!("GET /health HTTP/1.1\r\nhost: hub\r\nx: {}\r\n\r\n", "y".repeat(20_000));
    let many = format!("GET /health HTTP/1.1\r\nhost: hub\r\n{}\r\n", "x: y\r\n".repeat(40));
    for request in [long, many] {
        assert_eq!(hub.ask(None, request.as_bytes()).0, 431);
    }
    assert_eq!(hub.ask(None, b"\x16\x03\x01 no HTTP\r\n\r\n").0, 400);
}

#[test]
fn slow_clients_get_their_answer_and_a_node_does_not_notice() {
    let hub = TlsHub::start();
    let (mut node, slow) = (hub.pair(1), hub.pair(2));
    let mut body = hub.connect(Some(2));
    body.write_all(head(&slow, "content-length: 5000").as_bytes()).unwrap();
    let mut request = hub.connect(None);
    request.write_all(b"GET /health HTTP/1.1\r\n").unwrap();
    let mut silent = TcpStream::connect(hub.address).unwrap();
    silent.set_read_timeout(Some(Duration::from_secs(40))).unwrap();
    let over = AtomicBool::new(false);
    let longest = std::thread::scope(|scope| {
        let pushes = scope.spawn(|| {
            let mut longest = Duration::ZERO;
            while !over.load(Ordering::Acquire) {
                push_one(&mut node, &mut longest);
            }
            longest
        });
        // Drops that keep a connection busy do not make it faster.
        let dripping = scope.spawn(|| {
            while body.write_all(b" ").and_then(|()| body.flush()).is_ok() && !over.load(Ordering::Acquire) {
                let _ = body.sock.set_read_timeout(Some(Duration::from_millis(100)));
                let mut byte = [0];
                if body.read(&mut byte).is_ok_and(|read| read > 0) {
                    let _ = body.sock.set_read_timeout(Some(SOON));
                    return answer(&mut (&byte[..]).chain(&mut body));
                }
            }
            (0, Vec::new())
        });
        assert!(is_closed(&mut silent), "no handshake: closed without a word");
        assert!(is_closed(&mut request), "half a head: closed without a word");
        assert_eq!(code(&dripping.join().unwrap()), (408, Some(ProblemCode::Slow)));
        over.store(true, Ordering::Release);
        pushes.join().unwrap()
    });
    assert!(longest < SOON, "{longest:?}");
}

#[test]
fn ten_thousand_connections_do_not_keep_an_enrolled_node_out() {
    let hub = TlsHub::start();
    let mut node = hub.pair(1);
    let (opened, over) = (AtomicUsize::new(0), AtomicBool::new(false));
    let (longest, pushes) = std::thread::scope(|scope| {
        let flood: Vec<_> = (0..4_u8)
            .map(|part| {
                let (opened, address) = (&opened, hub.address);
                scope.spawn(move || {
                    let mut lines = Vec::new();
                    for number in 0..FLOOD / 4 {
                        // 250 machines; some say nothing, some begin a handshake or half a request.
                        let from = Ipv4Addr::new(127, 1, part, u8::try_from(number % 62).expect("small") + 1);
                        let Ok(mut stream) = connect_from(from, address) else { continue };
                        opened.fetch_add(1, Ordering::Relaxed);
                        let _ = stream.set_read_timeout(Some(Duration::from_secs(1)));
                        match number % 8 {
                            0 => drop(stream.write_all(&[0x16, 0x03, 0x01, 0x02])),
                            1 => {
                                let mut line = handshake(stream.try_clone().expect("one more file"), Some(pin()), None);
                                let _ = line.write_all(b"GET /health HTTP/1.1\r\nhost");
                            }
                            _ => {}
                        }
                        lines.push(stream);
                        // The files are the test's, not the hub's: what the hub closed long ago is let go.
                        if lines.len() > 3_000 {
                            lines.remove(0);
                        }
                    }
                    lines
                })
            })
            .collect();
        let pushing = scope.spawn(|| {
            let (mut longest, mut pushes) = (Duration::ZERO, 0);
            while !over.load(Ordering::Acquire) {
                push_one(&mut node, &mut longest);
                pushes += 1;
            }
            push_one(&mut node, &mut longest);
            (longest, pushes)
        });
        let lines: Vec<_> = flood.into_iter().map(|part| part.join().expect("the flood came")).collect();
        over.store(true, Ordering::Release);
        let pushed = pushing.join().expect("every push was answered");
        let open = lines.iter().flatten().filter(|line| is_open(line)).count();
        assert!(open <= MOST_STRANGERS, "the hub still holds {open} connections of strangers");
        pushed
    });
    let opened = opened.into_inner();
    println!("{opened} connections, {pushes} pushes meanwhile, the longest took {longest:?}");
    assert!(opened > FLOOD / 2, "{opened}");
    assert!(longest < SOON, "{longest:?}");
    assert_eq!(hub.ask(None, b"GET /health HTTP/1.1\r\nhost: hub\r\n\r\n").0, 200);
}
