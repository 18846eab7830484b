//! A serial scanner on a real pseudo terminal.

use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use drivers::spec::ScannerSpec;
use drivers::virtual_hw::VirtualScanner;
use drivers::{ScannerEvent, ScannerThread, scanner};
use print::Fault;

fn read_from(path: &std::path::Path) -> (ScannerThread, Receiver<ScannerEvent>) {
    let (events, received) = channel();
    let spec = ScannerSpec::parse(&format!("serial:{}", path.display())).expect("a path");
    (scanner::start(spec, events).expect("a thread"), received)
}

#[track_caller]
fn expect(received: &Receiver<ScannerEvent>, expected: ScannerEvent) {
    let event = received.recv_timeout(Duration::from_secs(10)).expect("an event within 10 s");
    assert_eq!(event, expected);
}

fn line(text: &str) -> ScannerEvent {
    ScannerEvent::Line(text.to_owned())
}

#[test]
fn codes_come_through_and_bad_ones_are_spoiled() {
    let mut scanner = VirtualScanner::plug().expect("a pseudo terminal");
    let (_thread, received) = read_from(scanner.path());
    expect(&received, ScannerEvent::Ready);
    let invitation = "MZXW6YTBOI".repeat(12) + "AB";
    scanner.scan(&format!("]Q1{invitation}")).expect("sent");
    expect(&received, line(&invitation));
    scanner.send("胸卡\r\n".as_bytes()).expect("sent");
    expect(&received, ScannerEvent::Spoiled);
    scanner.scan(&"A".repeat(600)).expect("sent");
    expect(&received, ScannerEvent::Spoiled);
    scanner.send(b"ONE\rTWO\r\nTHREE\n").expect("sent");
    for code in ["ONE", "TWO", "THREE"] {
        expect(&received, line(code));
    }
}

#[test]
fn code_without_its_end_is_spoiled_after_a_second() {
    let mut scanner = VirtualScanner::plug().expect("a pseudo terminal");
    let (_thread, received) = read_from(scanner.path());
    expect(&received, ScannerEvent::Ready);
    scanner.send(b"HALF A CO").expect("sent");
    expect(&received, ScannerEvent::Spoiled);
    scanner.scan("WHOLE").expect("sent");
    expect(&received, line("WHOLE"));
}

#[test]
fn missing_scanner_is_awaited_and_an_unplugged_one_found_again() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let name = folder.path().join("usb-scanner-if00");
    let (_thread, received) = read_from(&name);
    match received.recv_timeout(Duration::from_secs(10)) {
        Ok(ScannerEvent::Fault(trouble)) => assert_eq!(trouble.fault, Fault::Disconnected, "{trouble}"),
        other => panic!("expected a fault, got {other:?}"),
    }
    for code in ["FIRST", "SECOND"] {
        let mut scanner = VirtualScanner::plug_as(&name).expect("a pseudo terminal");
        expect(&received, ScannerEvent::Ready);
        scanner.scan(code).expect("sent");
        expect(&received, line(code));
        drop(scanner);
        match received.recv_timeout(Duration::from_secs(10)) {
            Ok(ScannerEvent::Fault(trouble)) => assert_eq!(trouble.fault, Fault::Disconnected, "{trouble}"),
            other => panic!("expected a fault, got {other:?}"),
        }
        // A second fault with another text may follow: the name is gone too.
        while let Ok(event) = received.recv_timeout(Duration::from_millis(700)) {
            assert!(matches!(event, ScannerEvent::Fault(_)), "{event:?}");
        }
    }
}
