//! A hub that follows another one's order, in its own folder.

use ed25519_dalek::{Signer, SigningKey};
use hub::{Hub, HubError, HubLog, HubOptions, Life, operator_token, relay_token};
use sync::ids::Signature;
use sync::wire::{
    Offer, Order, PATH_OFFER, PATH_PULL, PATH_PUSH, PATH_SNAPSHOT, ProblemCode, PullRequest, Snapshot, Vouched,
};
use sync::{Event, Incarnation, MeetingId, OfferReply};

use crate::linked::following;
use crate::venue::{Device, SECRETS, Venue, authored, client, folder, sent};

/// Runs of a log as its hub relays them.
fn relayed(meeting: MeetingId, events: &[Event], order: Order) -> Offer {
    let heads = Vouched::places(events);
    let signature = SigningKey::from_bytes(&SECRETS.signing_seed).sign(&Vouched::bytes_to_sign(meeting, &heads));
    let vouched = Vouched { heads, signature: Signature(signature.to_bytes()) };
    Offer { meeting, vouched, order: Some(order), events: events.to_vec() }
}

/// A venue whose hub has authored and whose node has pushed, and its log.
fn venue() -> (Venue, Device, Vec<Event>) {
    let venue = Venue::start();
    let node = Device::enrolled(&venue, 1, 5);
    node.push(&venue, &node.events).expect("the hub works");
    venue.hub().author_blocking(vec![authored("1")]).expect("the hub works");
    let events = venue.hub().events_blocking().expect("the hub works").into_iter().map(|(_, event)| event).collect();
    (venue, node, events)
}

fn send(venue: &Venue, offer: &Offer) -> OfferReply {
    let request =
        client().post(venue.url(PATH_OFFER)).bearer_auth(relay_token(&SECRETS, offer.meeting)).body(offer.encode());
    let (status, body) = sent(request);
    OfferReply::from_http(status, &body).expect("the hub works")
}

fn log_of(hub: &Hub) -> Vec<Event> {
    hub.events_blocking().expect("the hub works").into_iter().map(|(_, event)| event).collect()
}

#[test]
fn follower_has_the_order_of_its_hub_and_refuses_everything_else() {
    let (venue, mut node, events) = venue();
    let meeting = node.grant().meeting_id;
    let life = node.grant().incarnation;
    let above = following(meeting);
    assert_eq!(log_of(above.hub()), [], "it writes nothing of its own");
    assert_eq!(node.get(&above, PATH_SNAPSHOT).0, 421, "also before it has heard of the node");
    let order = Order { incarnation: life, life: 1, after: 0 };
    let empty = send(&above, &relayed(meeting, &[], order));
    assert_eq!((empty.cursor, empty.follows), (0, Some(life)));
    for (after, upto, cursor) in [(0, 3, 3), (0, 3, 3), (5, 8, 3), (3, 8, 8), (8, 8, 8)] {
        let order = Order { incarnation: life, life: 1, after: after as u64 };
        assert_eq!(send(&above, &relayed(meeting, &events[after..upto], order)).cursor, cursor, "after {after}");
    }
    assert_eq!(above.hub().events_blocking().unwrap(), venue.hub().events_blocking().unwrap());

    node.write(1);
    let pull = PullRequest { cursor: 0, incarnation: life, wait_ms: 0 }.encode();
    for (status, body) in [
        above.enrol(&Device::new(2)),
        node.post(&above, PATH_PUSH, node.request(&node.events).encode()),
        node.get(&above, &format!("{PATH_PULL}?{pull}")),
        node.get(&above, PATH_SNAPSHOT),
        node.post(&above, PATH_OFFER, Offer { order: None, ..relayed(meeting, &[], order) }.encode()),
    ] {
        let problem: sync::wire::Problem = serde_json::from_slice(&body).unwrap();
        assert_eq!((status, problem.code), (421, ProblemCode::Follows), "{problem}");
        assert!(problem.message.contains(&life.to_string()), "{problem}");
    }
    assert_eq!(above.hub().author_blocking(vec![authored("2")]), Err(HubError::Follows));
    let reader = client().get(above.url(PATH_SNAPSHOT)).bearer_auth(operator_token(&SECRETS, above.hub().meeting()));
    let snapshot = Snapshot::from_http(200, &sent(reader).1).unwrap();
    assert_eq!(snapshot.events.len(), 8, "but operators read");
}

#[test]
fn follower_takes_the_order_of_a_newer_life_and_promotion_brings_back_what_is_missing() {
    let (_venue, node, events) = venue();
    let meeting = node.grant().meeting_id;
    let mut above = following(meeting);
    let order = Order { incarnation: node.grant().incarnation, life: 1, after: 0 };
    send(&above, &relayed(meeting, &events, order));
    let before = above.hub().status().incarnation;
    // The venue's hub was restored from a backup with three events and has ordered anew since.
    let newer = Order { incarnation: Incarnation([9; 16]), life: 2, after: 3 };
    let zombie = Order { life: 1, ..newer };
    for (events, order, status) in [(&[][..], zombie, 421), (&events[6..7], newer, 400), (&[], newer, 200)] {
        let request = client().post(above.url(PATH_OFFER)).bearer_auth(relay_token(&SECRETS, meeting));
        assert_eq!(sent(request.body(relayed(meeting, events, order).encode())).0, status);
    }
    let reply = send(&above, &relayed(meeting, &[events[3].clone()], newer));
    assert_eq!((reply.cursor, reply.follows), (4, Some(newer.incarnation)));
    assert_ne!(reply.incarnation, before, "whoever reads here has to begin again");

    above.stop();
    let mut log = HubLog::open(above.folder.path(), HubOptions::new(SECRETS)).unwrap();
    assert_eq!((log.life().follows, log.ledger().cursor()), (Some(newer.incarnation), 4));
    let incarnation = log.promote().unwrap();
    assert_ne!(incarnation, reply.incarnation);
    let promoted: Vec<Event> = log.events().unwrap().into_iter().map(|(_, event)| event).collect();
    assert_eq!(promoted.len(), events.len() + 1, "every event once, and that it is the hub now");
    assert!(events.iter().all(|event| promoted.contains(event)));
    above.restart_with(log);
    assert_eq!(node.push(&above, &node.events).unwrap().acked.map(|head| head.seq), Some(4));
}

#[test]
fn running_follower_is_promoted_without_a_restart() {
    let (_venue, mut node, events) = venue();
    let meeting = node.grant().meeting_id;
    let above = following(meeting);
    let order = Order { incarnation: node.grant().incarnation, life: 1, after: 0 };
    send(&above, &relayed(meeting, &events, order));
    let incarnation = above.hub().promote_blocking().unwrap();
    assert_eq!(above.hub().status().incarnation, incarnation);
    node.write(1);
    assert_eq!(node.push(&above, &node.events).unwrap().acked.map(|head| head.seq), Some(5));
    assert!(Device::enrolled(&above, 2, 0).grant().prefix.len() > 2, "a number of the new life's own range");
    let late = client().post(above.url(PATH_OFFER)).bearer_auth(relay_token(&SECRETS, meeting));
    assert_eq!(sent(late.body(relayed(meeting, &events, order).encode())).0, 421, "nobody's order any more");
}

#[test]
fn log_of_an_ordering_hub_does_not_become_a_followers_by_mistake() {
    let folder = folder();
    let meeting = HubLog::open(folder.path(), HubOptions::new(SECRETS)).unwrap().ledger().identity().meeting;
    let error = HubLog::open(folder.path(), HubOptions::following(meeting, SECRETS)).err().unwrap();
    assert!(matches!(error, HubError::Orders { .. }), "{error}");
    let mut log = HubLog::open(folder.path(), HubOptions::new(SECRETS)).unwrap();
    log.follow().unwrap();
    assert_eq!(log.life().follows, Some(Life::UNFED));
    drop(log);
    assert!(HubLog::open(folder.path(), HubOptions::following(meeting, SECRETS)).is_ok(), "when it was asked for");
}
