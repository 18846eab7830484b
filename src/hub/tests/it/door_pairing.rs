//! Letting new nodes in: the ticket's code once, five tries, nobody in the middle.

use std::io::{Read, Write};
use std::net::TcpListener;

use hub::{PairingState, tls};
use rustls::{ServerConnection, StreamOwned};
use sync::LogEpoch;
use sync::pairing::PairingCode;
use sync::wire::{NetFault, ProblemCode};

use crate::door_venue::{EVIL, Node, TlsHub, pin, run};

fn refused<T: std::fmt::Debug>(result: Result<T, NetFault>) -> ProblemCode {
    match result {
        Err(NetFault::Refused(problem)) => problem.code,
        other => panic!("{other:?}"),
    }
}

fn wrong(code: PairingCode) -> PairingCode {
    PairingCode(code.0.map(|byte| !byte))
}

#[test]
fn scanned_ticket_lets_one_node_in_once() {
    let hub = TlsHub::start();
    let mut node = Node::new(1);
    let paired = node.pair(&hub).unwrap();
    assert_eq!((paired.pin, paired.grant.prefix.as_str()), (Some(pin()), "K1"));
    assert_eq!(hub.hub.pairing(), PairingState::Closed, "its code was used");
    node.write(3);
    assert_eq!(node.push().unwrap().acked.map(|head| head.seq), Some(2));
    assert_eq!(run(node.client().snapshot()).unwrap().events.len(), 5);
}

#[test]
fn typed_code_brings_the_hubs_key_along() {
    let hub = TlsHub::start();
    let ticket = hub.ticket();
    let code = ticket.code.grouped().to_lowercase().parse().unwrap();
    let node = Node::new(1);
    let paired = run(node.client_at(&hub.url(), None).pair(code, &node.request())).unwrap();
    assert_eq!(paired.pin, Some(pin()));
}

#[test]
fn code_used_by_another_node_is_worth_nothing() {
    let hub = TlsHub::start();
    let ticket = hub.ticket();
    let (first, second) = (Node::new(1), Node::new(2));
    run(first.client_at(&hub.url(), Some(pin())).pair(ticket.code, &first.request())).unwrap();
    let late = run(second.client_at(&hub.url(), Some(pin())).pair(ticket.code, &second.request()));
    assert_eq!(refused(late), ProblemCode::PairingClosed);
    assert_eq!(hub.hub.devices().len(), 1);
}

#[test]
fn five_wrong_codes_close_the_window() {
    let hub = TlsHub::start();
    let ticket = hub.ticket();
    let node = Node::new(1);
    let client = node.client_at(&hub.url(), Some(pin()));
    for left in [4, 3, 2, 1] {
        assert_eq!(refused(run(client.pair(wrong(ticket.code), &node.request()))), ProblemCode::WrongCode);
        assert!(matches!(hub.hub.pairing(), PairingState::Open { tries_left, .. } if tries_left == left));
    }
    assert_eq!(refused(run(client.pair(wrong(ticket.code), &node.request()))), ProblemCode::WrongCode);
    assert_eq!(refused(run(client.pair(ticket.code, &node.request()))), ProblemCode::PairingClosed);
    assert!(hub.hub.devices().is_empty());
}

#[test]
fn new_node_is_told_to_have_the_window_opened() {
    let hub = TlsHub::start();
    hub.ticket();
    hub.hub.close_pairing();
    let node = Node::new(1);
    let client = node.client_at(&hub.url(), Some(pin()));
    let Err(NetFault::Refused(problem)) = run(client.enrol(&node.request())) else { panic!("it was let in") };
    assert_eq!(problem.code, ProblemCode::PairingClosed);
    assert!(problem.remedy.contains("usher hub enroll"), "{problem}");
    assert_eq!(hub.hub.status().cursor, 1, "nothing was written");
}

#[test]
fn known_device_needs_no_code_for_a_new_log() {
    let hub = TlsHub::start();
    let mut node = hub.pair(1);
    assert_eq!(run(node.client().enrol(&node.request())).unwrap().prefix, "K1");
    node.epoch = LogEpoch([9; 16]);
    assert_eq!(run(node.client().enrol(&node.request())).unwrap().prefix, "K1B");
    assert_eq!(hub.pair(2).grant().prefix, "K2");
    assert_eq!(hub.hub.devices()[0].prefixes, ["K1", "K1B"]);
}

#[test]
fn device_shown_by_somebody_without_its_key_is_not_known() {
    let hub = TlsHub::start();
    let node = hub.pair(1);
    let thief = Node::new(2);
    let result = run(thief.client_at(&hub.url(), Some(pin())).enrol(&node.request()));
    assert_eq!(result, Err(NetFault::Denied));
}

/// A machine in the middle with a key of its own: takes one connection and answers the node itself, or
/// hands what it said to the hub on a connection of its own.
fn middle(hub: &TlsHub, answers_itself: bool) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a line between node and hub");
    let url = format!("https://{}", listener.local_addr().expect("a line between node and hub"));
    let mut beyond = hub.connect(Some(6));
    let grant = hub.pair(5).grant().encode();
    std::thread::spawn(move || {
        let connection = ServerConnection::new(tls::server_config(&EVIL)).expect("a line between node and hub");
        let mut line = StreamOwned::new(connection, listener.accept().expect("a line between node and hub").0);
        let mut heard = vec![0; 4096];
        let mut len = 0;
        while !heard[..len].ends_with(b"}") {
            let Ok(more @ 1..) = line.read(&mut heard[len..]) else { return };
            len += more;
        }
        let mut said = vec![0; 4096];
        let len = if answers_itself {
            let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", grant.len());
            said = [head.as_bytes(), &grant].concat();
            said.len()
        } else {
            beyond.write_all(&heard[..len]).expect("a line between node and hub");
            beyond.read(&mut said).expect("a line between node and hub")
        };
        line.write_all(&said[..len]).expect("a line between node and hub");
        line.conn.send_close_notify();
        let _ = line.flush();
    });
    url
}

#[test]
fn man_in_the_middle_can_neither_pass_a_code_on_nor_make_a_grant_up() {
    let hub = TlsHub::start();
    let node = Node::new(1);
    let passed_on = middle(&hub, false);
    let made_up = middle(&hub, true);
    let ticket = hub.ticket();
    let result = run(node.client_at(&passed_on, None).pair(ticket.code, &node.request()));
    assert_eq!(result, Err(NetFault::Denied));
    let result = run(node.client_at(&made_up, None).pair(ticket.code, &node.request()));
    assert_eq!(result, Err(NetFault::ForeignHub));
    let result = run(node.client_at(&middle(&hub, true), Some(ticket.pin)).pair(ticket.code, &node.request()));
    assert_eq!(result, Err(NetFault::ForeignHub), "a scanned ticket has the hub's key");
    let device = sync::DeviceId::of_key(&node.request().public_key);
    assert!(hub.hub.devices().iter().all(|known| known.device != device));
}
