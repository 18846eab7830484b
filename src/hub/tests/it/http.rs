//! Push, pull, snapshot, enrolment and status over HTTP.

use std::sync::mpsc;

use ed25519_dalek::{Signature, Signer, Verifier, VerifyingKey};
use sync::ids;
use sync::wire::{NetFault, PATH_HEALTH, PATH_METRICS, PATH_READY, PATH_STATUS, PullRequest, Role, Status};
use sync::{Head, Incarnation, LogEpoch};

use crate::venue::{Device, SECRETS, Venue, authored, client, open, sent};

#[test]
fn health_is_open_and_everything_else_needs_a_token() {
    let venue = Venue::start();
    let (status, body) = sent(client().get(venue.url(PATH_HEALTH)));
    assert_eq!(status, 200);
    assert_eq!(body, b"usher hub\n");
    for path in ["/v1/pull", "/v1/snapshot", "/v1/status", "/v2/pull"] {
        assert_eq!(sent(client().get(venue.url(path))).0, 404, "{path}");
        assert_eq!(sent(client().get(venue.url(path)).bearer_auth("00")).0, 401, "{path}");
    }
}

#[test]
fn hub_whose_storage_works_is_ready() {
    let venue = Venue::start();
    assert_eq!(sent(client().get(venue.url(PATH_READY))), (200, b"ready\n".to_vec()));
}

#[test]
fn enrolling_again_brings_the_same_grant_and_a_new_log_a_new_prefix() {
    let mut venue = Venue::start();
    let mut first = Device::new(1);
    let grant = first.enrol(&venue);
    assert_eq!(grant.prefix, "K1");
    assert_eq!((grant.phone_key.0, grant.pin_pepper.0), (SECRETS.phone_key, SECRETS.pin_pepper));
    assert_eq!(first.enrol(&venue), grant);
    assert_eq!(Device::new(2).enrol(&venue).prefix, "K2");
    venue.restart();
    assert_eq!(first.enrol(&venue), grant);
    first.epoch = LogEpoch([9; 16]);
    let second = first.enrol(&venue);
    assert_eq!((second.prefix.as_str(), second.device_id), ("K1B", grant.device_id));
    assert_ne!(second.token, grant.token);
    first.role = Role::Desk;
    assert_eq!(venue.enrol(&first).0, 409);
}

#[test]
fn push_is_acknowledged_repeated_and_continued() {
    let venue = Venue::start();
    let device = Device::enrolled(&venue, 1, 5);
    let head = |at: usize| Some(Head::of(&device.events[at]));
    assert_eq!(device.push(&venue, &[]).unwrap().acked, None);
    assert_eq!(device.push(&venue, &device.events[..3]).unwrap().acked, head(2));
    assert_eq!(device.push(&venue, &device.events[..3]).unwrap().acked, head(2), "the answer was lost");
    assert_eq!(device.push(&venue, &device.events[4..]).unwrap().acked, head(2), "a gap takes nothing");
    let reply = device.push(&venue, &device.events[2..]).unwrap();
    assert_eq!(reply.acked, head(4));
    assert_eq!(reply.cursor, 2 + 5, "the hub, the enrolment and five events");
}

#[test]
fn clone_of_a_log_is_a_fork_and_stays_known() {
    let mut venue = Venue::start();
    let mut device = Device::enrolled(&venue, 1, 2);
    device.push(&venue, &device.events).unwrap();
    let cloned = device.next("[]", device.grant().meeting_id);
    device.write(2);
    device.push(&venue, &device.events).unwrap();
    let reply = device.push(&venue, &[device.events[1].clone(), cloned]).unwrap();
    assert_eq!((reply.fork_at, reply.acked), (Some(2), device.events.last().map(Head::of)));
    venue.restart();
    assert_eq!(venue.hub().status().nodes[0].fork_at, Some(2));
    let log = venue.hub().events_blocking().unwrap();
    let told = log.iter().filter(|(_, event)| event.kind == "DeviceForked");
    assert_eq!(told.count(), 1, "everybody is told, once");
    assert_eq!(device.push(&venue, &device.events).unwrap().fork_at, None, "the first machine goes on");
}

#[test]
fn pull_brings_everybodys_events_in_the_hubs_order() {
    let venue = Venue::start();
    let (first, second) = (Device::enrolled(&venue, 1, 2), Device::enrolled(&venue, 2, 2));
    first.push(&venue, &first.events[..1]).unwrap();
    second.push(&venue, &second.events).unwrap();
    first.push(&venue, &first.events).unwrap();
    let reply = first.pull(&venue, 3, 0).unwrap();
    let expected = [&first.events[0], &second.events[0], &second.events[1], &first.events[1]];
    assert!(reply.events.iter().map(|(_, event)| event).eq(expected));
    assert_eq!((reply.from, reply.cursor, reply.hub_cursor), (3, 7, 7));
    assert_eq!(first.pull(&venue, 5, 0).unwrap().events.len(), 2);
    assert_eq!(first.pull(&venue, 7, 0).unwrap().events.len(), 0);
}

#[test]
fn long_log_comes_in_pages() {
    let venue = Venue::start();
    let device = Device::enrolled(&venue, 1, 600);
    for events in device.events.chunks(200) {
        device.push(&venue, events).unwrap();
    }
    let (mut cursor, mut pages) = (0, Vec::new());
    while cursor < 602 {
        let reply = device.pull(&venue, cursor, 0).unwrap();
        cursor = reply.cursor;
        pages.push(reply.events.len());
    }
    assert_eq!(pages, [500, 102]);
}

#[test]
fn restarted_hub_has_everything_it_acknowledged() {
    let mut venue = Venue::start();
    let device = Device::enrolled(&venue, 1, 4);
    let acked = device.push(&venue, &device.events[..3]).unwrap();
    venue.restart();
    let again = device.push(&venue, &[]).unwrap();
    assert_eq!((again.acked, again.incarnation), (acked.acked, acked.incarnation));
    assert_eq!(device.pull(&venue, 2, 0).unwrap().events.len(), 3);
    assert_eq!(device.push(&venue, &device.events[2..]).unwrap().acked, device.events.last().map(Head::of));
}

/// Starts a pull that waits, and returns when the hub has it waiting.
pub fn waiting_pull(venue: &Venue, device: Device) -> mpsc::Receiver<usize> {
    let cursor = venue.hub().status().cursor;
    let (done, answer) = mpsc::channel();
    let url = venue.url("");
    std::thread::spawn(move || {
        let request = PullRequest { cursor, incarnation: device.grant().incarnation, wait_ms: 30_000 };
        let (_, body) =
            sent(client().get(format!("{url}/v1/pull?{}", request.encode())).bearer_auth(&device.grant().token));
        let reply = sync::PullReply::decode(&body).expect("a reply");
        done.send(reply.events.len()).expect("the test waits");
    });
    while venue.hub().status().waiting_pulls == 0 {
        std::thread::yield_now();
    }
    answer
}

#[test]
fn waiting_pull_wakes_with_the_commit() {
    let venue = Venue::start();
    let (kiosk, desk) = (Device::enrolled(&venue, 1, 3), Device::enrolled(&venue, 2, 0));
    let answer = waiting_pull(&venue, desk);
    kiosk.push(&venue, &kiosk.events).unwrap();
    assert_eq!(answer.recv_timeout(std::time::Duration::from_secs(10)), Ok(3));
    assert_eq!(venue.hub().status().waiting_pulls, 0);
}

#[test]
fn waiting_pull_wakes_with_the_hubs_own_events() {
    let venue = Venue::start();
    let answer = waiting_pull(&venue, Device::enrolled(&venue, 2, 0));
    venue.hub().author_blocking(vec![authored("1"), authored("2")]).unwrap();
    assert_eq!(answer.recv_timeout(std::time::Duration::from_secs(10)), Ok(2));
}

#[test]
fn stopping_hub_lets_waiting_pulls_go() {
    let mut venue = Venue::start();
    let answer = waiting_pull(&venue, Device::enrolled(&venue, 2, 0));
    venue.stop();
    assert_eq!(answer.recv_timeout(std::time::Duration::from_secs(10)), Ok(0));
}

#[test]
fn pull_that_waited_in_vain_is_empty() {
    let venue = Venue::start();
    let device = Device::enrolled(&venue, 1, 0);
    let reply = device.pull(&venue, 2, 30).unwrap();
    assert_eq!((reply.events.len(), reply.cursor, reply.hub_cursor), (0, 2, 2));
}

#[test]
fn cursor_of_another_life_gets_no_events_and_the_new_name() {
    let mut venue = Venue::start();
    let device = Device::enrolled(&venue, 1, 2);
    device.push(&venue, &device.events).unwrap();
    venue.stop();
    let mut store = open(venue.folder.path());
    let incarnation = store.begin_incarnation().unwrap();
    venue.restart_with(store);
    let reply = device.pull(&venue, 2, 30_000).unwrap();
    assert_eq!((reply.incarnation, reply.events.len()), (incarnation, 0));
    assert_eq!(device.push(&venue, &[]).unwrap().incarnation, incarnation);
    assert_eq!(device.snapshot(&venue).unwrap().incarnation, incarnation);
}

#[test]
fn snapshot_is_the_whole_log_signed_by_the_hub() {
    let venue = Venue::start();
    let device = Device::enrolled(&venue, 1, 30);
    device.push(&venue, &device.events).unwrap();
    let snapshot = device.snapshot(&venue).unwrap();
    assert_eq!((snapshot.cursor, snapshot.events.len()), (32, 32));
    assert_eq!(snapshot.events, venue.hub().events_blocking().unwrap());
    let key = VerifyingKey::from_bytes(&device.grant().hub_key.0).unwrap();
    let signature = Signature::from_bytes(&snapshot.signature.unwrap().0);
    assert!(key.verify(&snapshot.signed_bytes(), &signature).is_ok());
}

#[test]
fn signed_push_has_to_be_signed_by_the_enrolled_key() {
    let venue = Venue::start();
    let (device, other) = (Device::enrolled(&venue, 1, 2), Device::enrolled(&venue, 2, 0));
    let mut request = device.request(&device.events);
    let signature = |key: &Device| Some(ids::Signature(key.key.sign(&request.signed_bytes()).to_bytes()));
    let (wrong, right) = (signature(&other), signature(&device));
    request.signature = wrong;
    assert_eq!(device.push_request(&venue, &request), Err(NetFault::Denied));
    request.signature = right;
    assert_eq!(device.push_request(&venue, &request).unwrap().acked, device.events.last().map(Head::of));
}

#[test]
fn token_of_another_device_cannot_push() {
    let venue = Venue::start();
    let (device, other) = (Device::enrolled(&venue, 1, 2), Device::enrolled(&venue, 2, 0));
    assert_eq!(other.push_request(&venue, &device.request(&device.events)), Err(NetFault::Denied));
    assert_eq!(device.push(&venue, &[]).unwrap().acked, None);
}

#[test]
fn status_names_nodes_positions_and_lag() {
    let venue = Venue::start();
    let device = Device::enrolled(&venue, 1, 3);
    Device::new(2).enrol(&venue);
    device.push(&venue, &device.events).unwrap();
    device.pull(&venue, 4, 0).unwrap();
    let token = hub::operator_token(&SECRETS, venue.hub().meeting());
    let (status, body) = sent(client().get(venue.url(PATH_STATUS)).bearer_auth(token));
    let told = Status::from_http(status, &body).unwrap();
    assert_eq!((told.cursor, told.hub_events, told.nodes.len()), (6, 3, 2));
    let (kiosk, silent) = (&told.nodes[0], &told.nodes[1]);
    assert_eq!((kiosk.prefix.as_str(), kiosk.name.as_str()), ("K1", "entrance"));
    assert_eq!((kiosk.acked_seq, kiosk.pull_cursor, kiosk.lag), (Some(2), Some(4), 2));
    assert!(kiosk.last_seen_ms.is_some());
    assert_eq!((silent.acked_seq, silent.pull_cursor, silent.lag), (None, None, 6));
    assert_eq!(silent.last_seen_ms, None);
}

#[test]
fn metrics_tell_the_operator_what_happened_and_nobody_else() {
    let venue = Venue::start();
    let device = Device::enrolled(&venue, 1, 3);
    device.push(&venue, &device.events).unwrap();
    device.pull(&venue, 2, 0).unwrap();
    let foreign = device.next("{}", sync::MeetingId([9; 16]));
    device.push(&venue, &[foreign]).unwrap_err();
    assert_eq!(sent(client().get(venue.url(PATH_METRICS))).0, 404);
    assert_eq!(device.get(&venue, PATH_METRICS).0, 401);
    let (status, body) =
        sent(client().get(venue.url(PATH_METRICS)).bearer_auth(hub::operator_token(&SECRETS, venue.hub().meeting())));
    let text = String::from_utf8(body).unwrap();
    assert_eq!(status, 200);
    let label = format!("meeting=\"{}\"", venue.hub().meeting());
    for line in [
        format!("usher_hub_events_total{{{label}}} 4"),
        format!("usher_hub_pushes_total{{{label}}} 2"),
        format!("usher_hub_push_duration_seconds_count{{{label}}} 2"),
        format!("usher_hub_group_size_count{{{label}}} 3"),
        format!("usher_hub_refusals_total{{{label},code=\"wrong_meeting\"}} 1"),
        format!("usher_hub_storage_failing{{{label}}} 0"),
        format!("usher_hub_cursor{{{label}}} 5"),
        format!("usher_hub_node_lag{{{label},node=\"K1\"}} 3"),
    ] {
        assert!(text.lines().any(|found| found == line), "{line} is not in\n{text}");
    }
}

#[test]
fn many_devices_push_at_once_and_cursors_have_no_gap() {
    let venue = Venue::start();
    let devices: Vec<Device> = (1..=16).map(|seed| Device::enrolled(&venue, seed, 60)).collect();
    std::thread::scope(|scope| {
        for device in &devices {
            scope.spawn(|| {
                for events in device.events.chunks(20) {
                    let acked = device.push(&venue, events).unwrap().acked;
                    assert_eq!(acked, events.last().map(Head::of));
                }
            });
        }
    });
    let events = venue.hub().events_blocking().unwrap();
    assert!(events.iter().map(|(cursor, _)| *cursor).eq(1..=1 + 16 + 16 * 60));
    for device in &devices {
        let own = events.iter().map(|(_, event)| event).filter(|event| event.log_epoch == device.epoch);
        assert!(own.eq(&device.events));
    }
}

#[test]
fn pull_of_an_unknown_life_does_not_wait() {
    let venue = Venue::start();
    let device = Device::enrolled(&venue, 1, 0);
    let request = PullRequest { cursor: 2, incarnation: Incarnation([7; 16]), wait_ms: 30_000 };
    assert_eq!(device.pull_request(&venue, request).unwrap().events.len(), 0);
}
