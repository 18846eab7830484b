//! Whatever answers at the port of a queue: it ends in an error that says what is known, and never in a panic.

use drivers::queue::{Media, PageQueue, QueueError, QueueSpec};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};

const HTTP_OK: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Type: application/ipp\r\nConnection: close\r\n\r\n";
/// Version 1.1, status 0, request 1, a printer that accepts jobs, the end.
const ACCEPTING: &[u8] = b"\x01\x01\x00\x00\x00\x00\x00\x01\x04\x22\x00\x19printer-is-accepting-jobs\x00\x01\x01\x03";

/// A server that reads each request and sends one answer after the other; after the last it only closes the line.
fn server(answers: Vec<Vec<u8>>) -> PageQueue {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let port = listener.local_addr().expect("it has a number").port();
    std::thread::spawn(move || {
        for (line, answer) in
            listener.incoming().flatten().zip(answers.into_iter().chain(std::iter::repeat(Vec::new())))
        {
            serve(line, &answer);
        }
    });
    PageQueue::new(QueueSpec::parse(&format!("ipp://127.0.0.1:{port}/ipp/print")).expect("a queue's name"))
}

/// Reads the head and the announced body, then answers.
fn serve(mut line: TcpStream, answer: &[u8]) {
    let (mut seen, mut buffer) = (Vec::new(), [0; 65_536]);
    while let Ok(read @ 1..) = line.read(&mut buffer) {
        seen.extend_from_slice(&buffer[..read]);
        let head = String::from_utf8_lossy(&seen).to_lowercase();
        let Some(end) = head.find("\r\n\r\n") else { continue };
        let length = head.split("content-length:").nth(1).and_then(|rest| rest.lines().next()?.trim().parse().ok());
        if seen.len() >= end + 4 + length.unwrap_or(0) {
            break;
        }
    }
    // Whoever asked may have gone.
    let _ = line.write_all(answer);
}

fn ok(body: &[u8]) -> Vec<u8> {
    [HTTP_OK, body].concat()
}

fn check(answers: Vec<Vec<u8>>, expected: fn(&QueueError) -> bool) {
    let error = server(answers).hand_over("page", Media::A4, b"%PDF-1.7").expect_err("no page is taken");
    assert!(expected(&error), "{error:?}");
}

#[test]
fn nonsense_before_the_document_is_named_as_such() {
    let odd = |error: &QueueError| matches!(error, QueueError::Protocol { .. });
    check(vec![ok(b"")], odd);
    check(vec![ok(b"hello, I am a web server")], odd);
    check(vec![ok(&[0xff; 4_096])], odd);
    check(vec![ok(&ACCEPTING[..20])], odd);
    check(vec![ok(&vec![0x22; 2 * 1024 * 1024])], odd);
    check(vec![b"HTTP/1.1 500 Sorry\r\nContent-Length: 0\r\n\r\n".to_vec()], odd);
    check(vec![b"HTTP/1.1 302 Away\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n".to_vec()], odd);
}

#[test]
fn passwords_and_missing_pages_are_told_apart() {
    let answer = |status: &str| format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n").into_bytes();
    check(vec![answer("401 Unauthorized")], |error| matches!(error, QueueError::Refused { .. }));
    check(vec![answer("426 Upgrade Required")], |error| matches!(error, QueueError::Refused { .. }));
    check(vec![answer("404 Not Found")], |error| matches!(error, QueueError::Unknown { .. }));
}

#[test]
fn line_that_breaks_after_the_document_leaves_a_doubt() {
    let doubtful = |error: &QueueError| matches!(error, QueueError::Doubtful { .. });
    check(vec![ok(ACCEPTING)], doubtful);
    check(vec![ok(ACCEPTING), ok(b"\x01\x01\x00\x00")], doubtful);
    check(vec![ok(ACCEPTING), ok(&vec![0; 2 * 1024 * 1024])], doubtful);
}

#[test]
fn refusals_of_the_queue_keep_its_words() {
    let no = b"\x01\x01\x05\x06\x00\x00\x00\x01\x01\x41\x00\x0estatus-message\x00\x06paused\x03";
    check(
        vec![ok(ACCEPTING), ok(no)],
        |error| matches!(error, QueueError::Refused { reason, .. } if reason.contains("paused")),
    );
    // Taken, but without a number nobody can follow it.
    check(vec![ok(ACCEPTING), ok(b"\x01\x01\x00\x00\x00\x00\x00\x01\x03")], |error| {
        matches!(error, QueueError::Doubtful { .. })
    });
}
