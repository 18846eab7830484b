//! The door under attack: scans, stolen tokens, recorded requests, devices that were taken out.

use sync::wire::{NetFault, PATH_ENROL, PATH_PULL, PATH_PUSH, PATH_SNAPSHOT, PATH_STATUS, Problem, ProblemCode};

use crate::door_venue::{EVIL, TlsHub, run};
use crate::venue::authored;

const METHODS: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"];
const PATHS: [&str; 12] = [
    "/",
    "/health",
    "/ready",
    "/metrics",
    "/v1/enrol",
    "/v1/push",
    "/v1/pull",
    "/v1/offer",
    "/v1/snapshot",
    "/v1/status",
    "/v1/../health",
    "/v1/unheard-of",
];

fn code(answer: &(u16, Vec<u8>)) -> (u16, Option<ProblemCode>) {
    (answer.0, serde_json::from_slice::<Problem>(&answer.1).ok().map(|problem| problem.code))
}

#[test]
fn scan_without_credentials_finds_the_health_page_only() {
    let hub = TlsHub::start();
    let nothing = hub.ask(None, b"GET / HTTP/1.1\r\nhost: hub\r\n\r\n");
    assert_eq!(nothing.0, 404);
    for path in PATHS {
        for method in METHODS {
            let seed = (method == "PUT").then_some(77);
            let request = format!("{method} {path} HTTP/1.1\r\nhost: hub\r\ncontent-length: 0\r\n\r\n");
            let mut line = hub.connect(seed);
            std::io::Write::write_all(&mut line, request.as_bytes()).unwrap();
            if method == "HEAD" {
                continue;
            }
            let answer = crate::door_venue::answer(&mut line);
            match (method, path) {
                ("GET", "/health") => assert_eq!(answer, (200, b"usher hub\n".to_vec())),
                ("GET", "/ready") => assert_eq!(answer, (200, b"ready\n".to_vec())),
                _ => assert_eq!(answer, nothing, "{method} {path}"),
            }
        }
    }
}

#[test]
fn wrong_token_is_denied_on_every_path_alike() {
    let hub = TlsHub::start();
    for path in ["/v1/pull", "/v1/snapshot", "/v1/status", "/v1/unheard-of", "/metrics"] {
        for token in ["", "00", "operator.00", &"0".repeat(160), &hub::operator_token(&EVIL, hub.hub.meeting())] {
            let request = format!("GET {path} HTTP/1.1\r\nhost: hub\r\nauthorization: Bearer {token}\r\n\r\n");
            assert_eq!(code(&hub.ask(None, request.as_bytes())), (401, Some(ProblemCode::Denied)), "{path} {token}");
        }
    }
}

#[test]
fn token_is_good_with_its_owners_key_only() {
    let hub = TlsHub::start();
    let (node, other) = (hub.pair(1), hub.pair(2));
    let pull = node.raw("GET", &format!("{PATH_PULL}?{}", node.pull_request(0, 0).encode()), b"");
    assert_eq!(hub.ask(Some(1), &pull).0, 200);
    for seed in [None, Some(other.seed), Some(99)] {
        for request in [&pull, &node.raw("GET", PATH_SNAPSHOT, b""), &node.raw("GET", PATH_STATUS, b"")] {
            assert_eq!(code(&hub.ask(seed, request)), (401, Some(ProblemCode::Denied)), "{seed:?}");
        }
    }
    let token = hub::relay_token(&crate::venue::SECRETS, hub.hub.meeting());
    let status = format!("GET {PATH_STATUS} HTTP/1.1\r\nhost: hub\r\nauthorization: Bearer {token}\r\n\r\n");
    assert_eq!(hub.ask(Some(1), status.as_bytes()).0, 401, "another hub's too");
    assert_eq!(hub.ask(Some(crate::venue::SECRETS.signing_seed[0]), status.as_bytes()).0, 200);
}

#[test]
fn recorded_requests_change_and_tell_nothing_to_whoever_replays_them() {
    let hub = TlsHub::start();
    let mut node = hub.pair(1);
    node.write(2);
    node.push().unwrap();
    let mut push = node.push_request();
    push.signature = Some(signed(1, &push.signed_bytes()));
    let mut enrolment = sync::wire::Enrolment { request: node.request(), pairing: None, proof: None };
    enrolment.proof = Some(signed(1, &enrolment.signed_bytes()));
    let recorded = [
        node.raw("POST", PATH_PUSH, &push.encode()),
        node.raw("POST", PATH_ENROL, &enrolment.encode()),
        node.raw("GET", &format!("{PATH_PULL}?{}", node.pull_request(0, 0).encode()), b""),
        node.raw("GET", PATH_SNAPSHOT, b""),
    ];
    let before = hub.hub.status().cursor;
    for request in &recorded {
        assert_eq!(hub.ask(Some(1), request).0, 200, "the node itself may repeat it");
        for seed in [None, Some(2)] {
            let (status, body) = hub.ask(seed, request);
            assert!(matches!(status, 401 | 403), "{status}");
            assert!(!String::from_utf8_lossy(&body).contains(&node.grant().token), "a secret went out");
        }
    }
    assert_eq!(hub.hub.status().cursor, before);
}

fn signed(seed: u8, bytes: &[u8]) -> sync::ids::Signature {
    use ed25519_dalek::Signer;
    sync::ids::Signature(ed25519_dalek::SigningKey::from_bytes(&[seed; 32]).sign(bytes).to_bytes())
}

#[test]
fn push_that_its_device_did_not_sign_is_refused() {
    let hub = TlsHub::start();
    let mut node = hub.pair(1);
    node.write(1);
    let mut push = node.push_request();
    for signature in [None, Some(signed(2, &push.signed_bytes())), Some(signed(1, b"something else"))] {
        push.signature = signature;
        let answer = hub.ask(Some(1), &node.raw("POST", PATH_PUSH, &push.encode()));
        assert_eq!(code(&answer), (403, Some(ProblemCode::BadSignature)));
    }
    assert_eq!(node.push().unwrap().acked.map(|head| head.seq), Some(0));
}

#[test]
fn device_that_was_taken_out_neither_writes_nor_reads_and_its_events_stay() {
    let hub = TlsHub::start();
    let (mut node, mut other) = (hub.pair(1), hub.pair(2));
    node.write(2);
    node.push().unwrap();
    let device = node.grant().device_id;
    let after = hub.hub.revoke_blocking(device, "stolen").unwrap();
    assert_eq!((after, hub.hub.revoke_blocking(device, "again")), (5, Ok(5)), "hub, two nodes, two events");
    node.write(1);
    assert_eq!(node.push(), Err(NetFault::Revoked));
    assert_eq!(run(node.client().pull(node.pull_request(0, 0))), Err(NetFault::Revoked));
    assert_eq!(run(node.client().snapshot()), Err(NetFault::Revoked));
    assert_eq!(run(node.client().enrol(&node.request())), Err(NetFault::Revoked));
    assert_eq!(hub.hub.devices()[0].revoked_after, Some(5));
    other.write(1);
    assert_eq!(other.push().unwrap().cursor, 7);
    assert_eq!(run(other.client().snapshot()).unwrap().events.len(), 7, "nothing is wiped");
    assert_eq!(hub.pair(3).grant().prefix, "K3", "the same machine with an empty disk is a new one");
}

#[test]
fn unknown_device_cannot_be_taken_out() {
    let hub = TlsHub::start();
    assert!(hub.hub.revoke_blocking(sync::DeviceId([9; 16]), "").is_err());
    let node = hub.pair(1);
    assert!(hub.hub.revoke_blocking(node.grant().device_id, &"x".repeat(201)).is_err());
    assert_eq!(hub.hub.status().cursor, 2);
}

#[test]
fn long_poll_of_a_device_ends_when_it_is_taken_out() {
    let hub = TlsHub::start();
    let (node, other) = (hub.pair(1), hub.pair(2));
    let cursor = hub.hub.status().cursor;
    let (revoked, stays) = std::thread::scope(|scope| {
        let first = scope.spawn(|| run(node.client().pull(node.pull_request(cursor, 30_000))));
        let second = scope.spawn(|| run(other.client().pull(other.pull_request(cursor, 30_000))));
        while hub.hub.status().waiting_pulls < 2 {
            std::thread::yield_now();
        }
        hub.hub.revoke_blocking(node.grant().device_id, "lost").unwrap();
        hub.hub.author_blocking(vec![authored("1")]).unwrap();
        (first.join().unwrap(), second.join().unwrap())
    });
    assert_eq!(revoked, Err(NetFault::Revoked));
    assert!(!stays.unwrap().events.is_empty(), "the revocation itself reaches the others");
}

#[test]
fn hub_with_another_key_gets_nothing_from_a_node() {
    let hub = TlsHub::start();
    let mut node = hub.pair(1);
    node.client = Some(
        hub::client::Client::new(&hub.url(), Some(hub::tls::pin_of(&EVIL)), Some(node.grant().token.clone()))
            .unwrap()
            .with_key(&[1; 32]),
    );
    node.write(1);
    let before = hub.hub.devices()[0].last_seen_ms;
    assert_eq!(node.push(), Err(NetFault::ForeignHub));
    assert_eq!(run(node.client().health()), Err(NetFault::ForeignHub));
    assert_eq!(hub.hub.devices()[0].last_seen_ms, before, "not even the token went over");
}

#[test]
fn node_takes_only_what_its_hub_signed() {
    let hub = TlsHub::start();
    let mut node = hub.pair(1);
    node.write(2);
    node.push().unwrap();
    let client = node.client();
    assert!(run(client.snapshot()).is_ok());
    assert!(run(client.pull(node.pull_request(0, 0))).unwrap().vouched.is_some());
    client.set_hub_key(EVIL.public_key());
    assert_eq!(run(client.snapshot()), Err(NetFault::ForeignHub));
    let reply = run(client.pull(node.pull_request(0, 0))).unwrap();
    assert_eq!((reply.events.len(), reply.vouched), (4, None));
}
