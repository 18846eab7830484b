//! What another life of the hub forgot comes back by offers of those who copied it.

use ed25519_dalek::{Signature, VerifyingKey};
use hub::{HubLog, operator_token};
use sync::wire::{MAX_OFFER_BODY_BYTES, Offer, OfferReply, Order, PATH_OFFER, ProblemCode, Vouched};
use sync::{Event, Incarnation, MeetingId, NetFault};

use crate::venue::{Device, SECRETS, Venue, authored, client, sent};

impl Device {
    pub fn offer(&self, venue: &Venue, offer: &Offer) -> Result<OfferReply, NetFault> {
        let (status, body) = self.post(venue, PATH_OFFER, offer.encode());
        OfferReply::from_http(status, &body)
    }
}

fn check_signature(vouched: &Vouched, meeting: MeetingId) {
    let key = VerifyingKey::from_bytes(&SECRETS.public_key().0).expect("the hub works");
    let signature = Signature::from_bytes(&vouched.signature.0);
    assert!(key.verify_strict(&vouched.signed_bytes(meeting), &signature).is_ok());
}

/// A copy of the hub's log as a node keeps it: the events and the hub's word for them.
fn copied(node: &Device, venue: &Venue) -> (Vouched, Vec<Event>) {
    let snapshot = node.snapshot(venue).expect("the hub works");
    let events = snapshot.events.into_iter().map(|(_, event)| event).collect();
    (snapshot.vouched.expect("the hub works"), events)
}

#[test]
fn pages_and_snapshots_carry_the_hubs_word_for_every_chain() {
    let venue = Venue::start();
    let node = Device::enrolled(&venue, 1, 60);
    node.push(&venue, &node.events).unwrap();
    let page = node.pull(&venue, 2, 0).unwrap();
    let vouched = page.vouched.unwrap();
    assert_eq!(vouched.head(node.grant().device_id, node.epoch).map(|head| head.seq), Some(59));
    check_signature(&vouched, node.grant().meeting_id);
    let (vouched, events) = copied(&node, &venue);
    assert_eq!(vouched.chains().count(), 2, "the hub's own chain too");
    assert!(vouched.names(events.last().unwrap()));
    check_signature(&vouched, node.grant().meeting_id);
    assert_eq!(node.pull(&venue, 62, 0).unwrap().vouched, None, "no events, no word");
}

#[test]
fn restored_hub_gets_back_what_it_forgot_and_lets_the_forgotten_in_again() {
    let mut venue = Venue::start();
    let early = Device::enrolled(&venue, 1, 3);
    early.push(&venue, &early.events).unwrap();
    let backup = venue.folder.path().join("backup.db");
    hub::backup(venue.folder.path(), &backup).unwrap();
    let late = Device::enrolled(&venue, 2, 4);
    late.push(&venue, &late.events).unwrap();
    venue.hub().author_blocking(vec![authored("the organiser's word")]).unwrap();
    let (vouched, events) = copied(&late, &venue);
    venue.stop();

    venue.restart_with(HubLog::restore(venue.folder.path(), &backup, crate::venue::options()).unwrap());
    assert_eq!(late.push(&venue, &late.events), Err(NetFault::Denied), "its enrolment is forgotten");

    let meeting = late.grant().meeting_id;
    let question = Offer { meeting, vouched: vouched.clone(), order: None, events: Vec::new() };
    let heads = late.offer(&venue, &question).unwrap();
    assert_eq!(heads.head(late.grant().device_id, late.epoch), None);
    let missing: Vec<Event> = events
        .into_iter()
        .filter(|event| heads.head(event.device_id, event.log_epoch).is_none_or(|head| event.seq > head.seq))
        .collect();
    assert_eq!(missing.len(), 6, "its enrolment, its four events and the organiser's");
    let offer = Offer::gather(meeting, &vouched, missing.clone()).unwrap();
    let reply = late.offer(&venue, &offer).unwrap();
    assert_eq!(late.offer(&venue, &offer).unwrap().cursor, reply.cursor, "twice is once");

    let stored: Vec<Event> = venue.hub().events_blocking().unwrap().into_iter().map(|(_, event)| event).collect();
    for event in &missing {
        assert_eq!(stored.iter().filter(|stored| *stored == event).count(), 1, "{}", event.position());
    }
    assert_eq!(late.push(&venue, &late.events).unwrap().acked.map(|head| head.seq), Some(3));
}

/// Offers of a known node that the hub answers with a problem.
fn check_refused(change: impl FnOnce(&mut Offer), code: ProblemCode) {
    let venue = Venue::start();
    let node = Device::enrolled(&venue, 1, 3);
    node.push(&venue, &node.events).expect("the hub works");
    let (vouched, events) = copied(&node, &venue);
    let mut offer = Offer { meeting: node.grant().meeting_id, vouched, order: None, events };
    assert!(node.offer(&venue, &offer).is_ok());
    change(&mut offer);
    let (_, body) = node.post(&venue, PATH_OFFER, offer.encode());
    let problem: sync::wire::Problem = serde_json::from_slice(&body).expect("the hub works");
    assert_eq!(problem.code, code, "{problem}");
}

#[test]
fn offer_that_the_hub_did_not_vouch_for_is_refused() {
    check_refused(|offer| offer.vouched.signature.0[9] ^= 1, ProblemCode::BadSignature);
    check_refused(|offer| offer.vouched.heads.truncate(1), ProblemCode::BadSignature);
    check_refused(|offer| offer.vouched.heads.clear(), ProblemCode::BadSignature);
    check_refused(|offer| drop(offer.events.pop()), ProblemCode::Malformed);
    check_refused(|offer| offer.meeting = MeetingId([9; 16]), ProblemCode::WrongMeeting);
    let order = Order { incarnation: Incarnation([9; 16]), life: 9, after: 0 };
    check_refused(|offer| offer.order = Some(order), ProblemCode::WrongDevice);
}

#[test]
fn offer_of_a_stranger_or_of_too_much_is_refused() {
    let venue = Venue::start();
    let node = Device::enrolled(&venue, 1, 1);
    node.push(&venue, &node.events).unwrap();
    let (vouched, events) = copied(&node, &venue);
    let offer = Offer { meeting: node.grant().meeting_id, vouched, order: None, events }.encode();
    for token in ["", "relay.00", &operator_token(&SECRETS, venue.hub().meeting())] {
        let request = client().post(venue.url(PATH_OFFER)).bearer_auth(token).body(offer.clone());
        assert_eq!(sent(request).0, 401, "{token}");
    }
    assert_eq!(node.post(&venue, PATH_OFFER, vec![0; MAX_OFFER_BODY_BYTES + 1]).0, 413);
    assert_eq!(node.post(&venue, PATH_OFFER, offer[..offer.len() - 1].to_vec()).0, 400);
}
