use sync::ids::Signature;
use sync::wire::{Offer, Order, Vouched};

use super::*;

const LATER: Incarnation = Incarnation([12; 16]);

fn offer(events: &[Event]) -> Offer {
    offer_vouched(events, events)
}

/// An offer of `events` with the hub's word for `vouched`.
fn offer_vouched(vouched: &[Event], events: &[Event]) -> Offer {
    let vouched = Vouched { heads: Vouched::places(vouched), signature: Signature([0; 64]) };
    Offer { meeting: MEETING, vouched, order: None, events: events.to_vec() }
}

fn in_order(events: &[Event], incarnation: Incarnation, life: u64, after: u64) -> Offer {
    Offer { order: Some(Order { incarnation, life, after }), ..offer(events) }
}

/// The hub's state after its log was cut to `kept` events and a new life began.
fn restored(hub: &Hub, kept: usize, epoch: u8) -> Hub {
    let identity = Identity { incarnation: Incarnation([epoch; 16]), epoch: LogEpoch([epoch; 16]), ..identity() };
    let mut later = Hub { ledger: Ledger::new(identity), stored: BTreeMap::new(), log: Vec::new() };
    for (cursor, event) in &hub.log[..kept] {
        later.ledger.restore(*cursor, event).unwrap();
    }
    later.keep(hub.log[..kept].to_vec());
    let own = later.ledger.enrol_self(KEY, &mut || [1; 16], NOW).unwrap();
    later.keep(own);
    later
}

impl Hub {
    fn offer(&mut self, offer: &Offer) -> Result<Offered, ProblemCode> {
        let stored = |position| self.stored.get(&position).copied();
        let offered = self.ledger.offer(offer, stored, NOW).map_err(|problem| problem.code)?;
        self.keep(offered.append.clone());
        Ok(offered)
    }

    fn events(&self) -> Vec<Event> {
        self.log.iter().map(|(_, event)| event.clone()).collect()
    }
}

/// Offers `events` to a hub that has `has` events of the same chain.
fn check(has: usize, events: &[Event], appended: &[u64], fork: Option<u64>) {
    let mut hub = Hub::with(&chain(has as u64, u64::MAX));
    let before = hub.ledger.cursor();
    let offered = hub.offer(&offer(events)).unwrap();
    let taken: Vec<(u64, u64)> = offered.append.iter().map(|(cursor, event)| (*cursor, event.seq)).collect();
    let expected: Vec<(u64, u64)> = (before + 1..).zip(appended.iter().copied()).collect();
    assert_eq!(taken, expected, "hub has {has}");
    assert_eq!(offered.reply.fork.map(|position| position.seq), fork, "hub has {has}");
    assert_eq!(offered.evidence.len(), usize::from(fork.is_some()));
    assert_eq!(offered.reply.cursor, hub.ledger.cursor());
    let device = DeviceId::of_key(&KEY);
    assert_eq!(offered.reply.head(device, EPOCH), hub.ledger.chains().head(device, EPOCH));
    assert_eq!(hub.ledger.fork_at(device, EPOCH), fork);
}

#[test]
fn offer_appends_what_is_new_and_only_that() {
    let same = chain(6, u64::MAX);
    check(0, &same[..3], &[0, 1, 2], None);
    check(3, &same[3..], &[3, 4, 5], None);
    check(3, &same, &[3, 4, 5], None);
    check(6, &same[1..3], &[], None);
    check(3, &same[4..], &[], None);
    check(6, &chain(6, 5)[5..], &[], Some(5));
    check(6, &chain(9, 2), &[], Some(2));
    check(6, &chain(9, 2)[6..], &[], Some(5));
}

#[test]
fn fork_of_one_chain_does_not_stop_the_others() {
    let mut first = Hub::enrolled();
    let own = first.ledger.author(vec![authored("1")], &mut || [1; 16], NOW).unwrap();
    first.keep(own);
    let mut other = Hub::with(&chain(3, u64::MAX));
    let enrolled = first.log[0].1.clone();
    let mixed = [chain(4, 1), vec![enrolled, first.log[1].1.clone()]].concat();
    let offered = other.offer(&offer(&mixed)).unwrap();
    assert_eq!(offered.reply.fork.map(|position| position.seq), Some(1));
    assert_eq!(offered.append.iter().map(|(_, event)| event.position()).collect::<Vec<_>>(), [mixed[5].position()]);
}

#[test]
fn offer_without_the_hubs_word_for_it_changes_nothing() {
    let events = chain(5, u64::MAX);
    let forged = chain(5, 3);
    let other_meeting = Offer { meeting: MeetingId([6; 16]), ..offer(&events) };
    for (offer, code) in [
        (offer_vouched(&events, &events[..4]), ProblemCode::Malformed),
        (offer_vouched(&events[..4], &events), ProblemCode::Malformed),
        (offer_vouched(&events, &forged), ProblemCode::Malformed),
        (offer_vouched(&events, &[events[0].clone(), events[4].clone()]), ProblemCode::Malformed),
        (offer_vouched(&events, &[forged[3].clone(), events[4].clone()]), ProblemCode::Malformed),
        (in_order(&events, LATER, 1, 0), ProblemCode::Follows),
        (other_meeting, ProblemCode::WrongMeeting),
    ] {
        let mut hub = Hub::new();
        assert_eq!(hub.offer(&offer).map(|offered| offered.append.len()), Err(code));
        assert_eq!((hub.ledger.cursor(), hub.ledger.chains().heads().count()), (0, 0));
    }
}

#[test]
fn offer_without_events_tells_the_hubs_heads() {
    let events = chain(5, u64::MAX);
    let mut hub = Hub::with(&events[..3]);
    let offered = hub.offer(&offer_vouched(&events, &[])).unwrap();
    assert_eq!(offered.reply.head(events[0].device_id, EPOCH), Some(Head::of(&events[2])));
    assert_eq!((offered.append.len(), offered.reply.follows), (0, None));
}

#[test]
fn enrolment_that_a_restored_hub_forgot_comes_back_by_an_offer() {
    let mut first = Hub::new();
    let own = first.ledger.enrol_self(KEY, &mut || [1; 16], NOW).unwrap();
    first.keep(own);
    let (enrolled, append) = first.ledger.enrol(&enrol_request(EPOCH), &mut || [9; 16], NOW).unwrap();
    first.keep(append);
    let mut later = restored(&first, 1, 20);
    assert_eq!(later.ledger.registry().find(enrolled.device, EPOCH), None);
    assert_eq!(later.push(&chain(1, u64::MAX)), Err(ProblemCode::Denied));
    let offered = later.offer(&offer(&first.events())).unwrap();
    assert_eq!(offered.append.len(), 1);
    assert_eq!(later.ledger.registry().find(enrolled.device, EPOCH), Some(&enrolled));
    assert!(later.push(&chain(1, u64::MAX)).is_ok());
    let own = later.ledger.author(vec![authored("1")], &mut || [1; 16], NOW).unwrap();
    assert_eq!((own[0].1.log_epoch, own[0].1.seq), (LogEpoch([20; 16]), 1), "the own epoch goes on beside");
}

#[test]
fn lives_of_the_hub_that_know_nothing_of_each_other_give_different_numbers() {
    let mut first = Hub::new();
    let own = first.ledger.enrol_self(KEY, &mut || [1; 16], NOW).unwrap();
    first.keep(own);
    let prefixes = |hub: &mut Hub, devices: [u8; 2]| {
        devices.map(|device| {
            let request = EnrolRequest { public_key: Key([device; 32]), ..enrol_request(LogEpoch([device; 16])) };
            let (enrolled, append) = hub.ledger.enrol(&request, &mut || [9; 16], NOW).unwrap();
            hub.keep(append);
            enrolled.prefix
        })
    };
    let mut given: Vec<String> = prefixes(&mut first, [1, 2]).into();
    assert_eq!(given, ["K1", "K2"]);
    for (life, devices) in [(20, [3, 4]), (21, [5, 6]), (22, [1, 2])] {
        let mut later = restored(&first, 1, life);
        given.extend(prefixes(&mut later, devices));
        // What was forgotten comes back too late: both stand, and no number is there twice.
        later.offer(&offer(&first.events())).unwrap();
    }
    let count = given.len();
    given.sort();
    given.dedup();
    assert_eq!(given.len(), count, "{given:?}");
}

fn follower() -> Hub {
    let mut hub = Hub::new();
    hub.ledger.set_follows(Some(LATER));
    hub
}

#[test]
fn follower_takes_the_order_of_its_hub_and_nothing_else() {
    let mut venue = Hub::with(&chain(4, u64::MAX));
    let own = venue.ledger.author(vec![authored("1")], &mut || [1; 16], NOW).unwrap();
    venue.keep(own);
    let events = venue.events();
    let mut hub = follower();
    assert_eq!(hub.offer(&offer(&events)).map(|_| ()), Err(ProblemCode::Follows));
    assert_eq!(hub.push(&events[1..]).map(|_| ()), Err(ProblemCode::Follows));
    let enrolled = hub.ledger.enrol(&enrol_request(EPOCH), &mut || [9; 16], NOW);
    assert_eq!(enrolled.unwrap_err().code, ProblemCode::Follows);
    for (order, taken) in [(0..3, 3), (0..3, 0), (4..6, 0), (3..6, 3), (6..6, 0)] {
        let offer = in_order(&events[order.clone()], LATER, 1, order.start as u64);
        let offered = hub.offer(&offer).unwrap();
        assert_eq!(offered.append.len(), taken, "{order:?}");
        assert_eq!((offered.reply.cursor, offered.reply.follows), (hub.ledger.cursor(), Some(LATER)));
    }
    assert_eq!(hub.log, venue.log, "the same events with the same cursors");
}

#[test]
fn follower_refuses_an_order_that_does_not_continue_what_it_has() {
    let events = chain(6, u64::MAX);
    for wrong in [&events[2..4], &events[4..6], &chain(6, 2)[3..5]] {
        let mut hub = follower();
        hub.offer(&in_order(&events[..3], LATER, 1, 0)).unwrap();
        assert_eq!(hub.offer(&in_order(wrong, LATER, 1, 3)).map(|_| ()), Err(ProblemCode::Malformed));
        assert_eq!(hub.ledger.cursor(), 3);
    }
}

/// A follower that has the log of the hub's first life is offered the order of another life.
fn check_rewind(life: u64, after: u64, expected: Result<Option<u64>, ProblemCode>) {
    let mut venue = Hub::new();
    let own = venue.ledger.enrol_self(KEY, &mut || [1; 16], NOW).unwrap();
    venue.keep(own);
    let mut hub = follower();
    hub.offer(&in_order(&venue.events(), LATER, 1, 0)).unwrap();
    let judged = hub.ledger.must_rewind(&in_order(&[], Incarnation([30; 16]), life, after));
    assert_eq!(judged.map_err(|problem| problem.code), expected, "life {life}, after {after}");
    assert_eq!(hub.ledger.must_rewind(&in_order(&[], LATER, life, after)), Ok(None), "the life it follows");
}

#[test]
fn follower_goes_back_for_a_newer_life_only() {
    check_rewind(2, 0, Ok(Some(0)));
    check_rewind(2, 1, Ok(Some(1)));
    check_rewind(2, 9, Ok(None));
    check_rewind(1, 0, Err(ProblemCode::Follows));
    check_rewind(0, 1, Err(ProblemCode::Follows));
}
