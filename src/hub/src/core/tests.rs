mod offer;

use std::collections::BTreeMap;

use domain::event::{DeviceRole, NodeStarted};
use sync::ids::Key;
use sync::wire::{EnrolRequest, MAX_PULL_EVENTS, ProblemCode, PullRequest, PushRequest, Role};
use sync::{BootId, DeviceId, Draft, Event, EventId, Hash, Head, Hlc, Incarnation, LogEpoch, MeetingId, Position};

use super::*;

const NOW: u64 = 1_800_000_000_000;
const MEETING: MeetingId = MeetingId([1; 16]);
const INCARNATION: Incarnation = Incarnation([2; 16]);
const KEY: Key = Key([7; 32]);
const EPOCH: LogEpoch = LogEpoch([8; 16]);

fn identity() -> Identity {
    Identity {
        meeting: MEETING,
        incarnation: INCARNATION,
        device: DeviceId([3; 16]),
        epoch: LogEpoch([4; 16]),
        boot: BootId([5; 16]),
    }
}

fn event(seq: u64, prev_hash: Hash, payload: &str) -> Event {
    let draft = Draft {
        event_id: EventId(u128::from(seq).to_be_bytes()),
        meeting_id: MEETING,
        device_id: DeviceId::of_key(&KEY),
        log_epoch: EPOCH,
        seq,
        hlc: Hlc::at(NOW),
        boot_id: BootId([5; 16]),
        clock_offset_ms: 0,
        actor: "guest".to_owned(),
        kind: "UnknownToday".to_owned(),
        kind_version: 1,
        roster_rev: 0,
        payload: payload.as_bytes().to_vec(),
        prev_hash,
    };
    draft.seal().unwrap()
}

/// A chain whose events from `other_from` on say something else.
fn chain(count: u64, other_from: u64) -> Vec<Event> {
    let mut prev_hash = Hash::ZERO;
    let mut events = Vec::new();
    for seq in 0..count {
        let event = event(seq, prev_hash, if seq < other_from { "{}" } else { "[]" });
        prev_hash = event.hash();
        events.push(event);
    }
    events
}

struct Hub {
    ledger: Ledger,
    stored: BTreeMap<Position, Hash>,
    log: Numbered,
}

impl Hub {
    fn new() -> Hub {
        Hub { ledger: Ledger::new(identity()), stored: BTreeMap::new(), log: Vec::new() }
    }

    fn enrolled() -> Hub {
        let mut hub = Hub::new();
        let (enrolled, append) = hub.ledger.enrol(&enrol_request(EPOCH), &mut || [9; 16], NOW).unwrap();
        assert_eq!(enrolled.prefix, "K1");
        hub.keep(append);
        hub
    }

    fn with(events: &[Event]) -> Hub {
        let mut hub = Hub::enrolled();
        hub.push(events).unwrap();
        hub
    }

    fn push(&mut self, events: &[Event]) -> Result<Pushed, ProblemCode> {
        let request =
            PushRequest { device: DeviceId::of_key(&KEY), epoch: EPOCH, signature: None, events: events.to_vec() };
        let stored = |position| self.stored.get(&position).copied();
        let pushed = self.ledger.push(&request, stored, NOW).map_err(|problem| problem.code)?;
        self.keep(pushed.append.clone());
        Ok(pushed)
    }

    fn keep(&mut self, append: Numbered) {
        for (cursor, event) in append {
            self.stored.insert(event.position(), event.hash());
            self.log.push((cursor, event));
        }
    }
}

fn enrol_request(epoch: LogEpoch) -> EnrolRequest {
    EnrolRequest { public_key: KEY, epoch, role: Role::Kiosk, name: "entrance".to_owned() }
}

/// Pushes `events` to a hub that has `has` events of the same chain.
fn check(has: usize, events: &[Event], appended: &[u64], fork_at: Option<u64>) {
    let hub_chain = chain(has as u64, u64::MAX);
    let mut hub = Hub::with(&hub_chain);
    let before = hub.ledger.cursor();
    let pushed = hub.push(events).unwrap();
    let seqs: Vec<u64> = pushed.append.iter().map(|(_, event)| event.seq).collect();
    let cursors: Vec<u64> = pushed.append.iter().map(|(cursor, _)| *cursor).collect();
    let expected: Vec<u64> = (before + 1..).take(appended.len()).collect();
    assert_eq!(seqs, appended, "hub has {has}");
    assert_eq!(cursors, expected, "cursors go on without a gap");
    assert_eq!(pushed.reply.fork_at, fork_at, "hub has {has}");
    assert_eq!(pushed.evidence.is_some(), fork_at.is_some());
    let head = appended.last().map(|seq| Head::of(&events[(seq - events[0].seq) as usize]));
    assert_eq!(pushed.reply.acked, head.or(hub_chain.last().map(Head::of)));
}

#[test]
fn push_appends_what_is_new_and_only_that() {
    let same = chain(6, u64::MAX);
    check(0, &same[..3], &[0, 1, 2], None);
    check(3, &same[3..], &[3, 4, 5], None);
    check(3, &same[2..], &[3, 4, 5], None);
    check(3, &same, &[3, 4, 5], None);
    check(3, &[], &[], None);
    check(6, &same, &[], None);
    check(6, &same[1..3], &[], None);
}

#[test]
fn push_after_a_gap_is_answered_with_the_head() {
    let same = chain(6, u64::MAX);
    check(3, &same[4..], &[], None);
    check(0, &same[1..], &[], None);
}

#[test]
fn other_event_at_a_known_place_is_a_fork() {
    check(6, &chain(6, 5)[5..], &[], Some(5));
    check(6, &chain(9, 2), &[], Some(2));
    check(6, &chain(9, 2)[3..5], &[], Some(3));
    check(6, &chain(9, 2)[6..], &[], Some(5));
    check(1, &chain(3, 0), &[], Some(0));
}

#[test]
fn fork_is_remembered_and_the_chain_stays() {
    let mut hub = Hub::with(&chain(3, u64::MAX));
    hub.push(&chain(4, 2)).unwrap();
    let device = DeviceId::of_key(&KEY);
    assert_eq!(hub.ledger.fork_at(device, EPOCH), Some(2));
    assert_eq!(hub.ledger.chains().head(device, EPOCH), chain(3, u64::MAX).last().map(Head::of));
}

#[test]
fn push_that_is_no_run_changes_nothing() {
    let events = chain(4, u64::MAX);
    let other = chain(4, 1);
    let foreign = |change: fn(&mut Draft)| {
        let mut draft = events[0].draft().clone();
        change(&mut draft);
        draft.seal().unwrap()
    };
    for (events, code) in [
        (vec![events[0].clone(), events[2].clone()], ProblemCode::Malformed),
        (vec![events[1].clone(), events[0].clone()], ProblemCode::Malformed),
        (vec![events[1].clone(), other[2].clone()], ProblemCode::Malformed),
        (vec![foreign(|draft| draft.device_id = DeviceId([6; 16]))], ProblemCode::Malformed),
        (vec![foreign(|draft| draft.log_epoch = LogEpoch([6; 16]))], ProblemCode::Malformed),
        (vec![foreign(|draft| draft.prev_hash = Hash([6; 32]))], ProblemCode::Malformed),
        (vec![foreign(|draft| draft.meeting_id = MeetingId([6; 16]))], ProblemCode::WrongMeeting),
    ] {
        let mut hub = Hub::enrolled();
        let before = hub.ledger.cursor();
        assert_eq!(hub.push(&events), Err(code));
        assert_eq!(hub.ledger.cursor(), before);
    }
}

#[test]
fn stranger_cannot_push() {
    assert_eq!(Hub::new().push(&chain(1, u64::MAX)), Err(ProblemCode::Denied));
}

#[test]
fn enrolling_again_brings_the_same_prefix_and_no_event() {
    let mut hub = Hub::enrolled();
    let again = hub.ledger.enrol(&enrol_request(EPOCH), &mut || [9; 16], NOW).unwrap();
    assert_eq!((again.0.prefix.as_str(), again.1.len()), ("K1", 0));
    let (second, append) = hub.ledger.enrol(&enrol_request(LogEpoch([9; 16])), &mut || [9; 16], NOW).unwrap();
    assert_eq!((second.prefix.as_str(), append[0].1.kind.as_str()), ("K1B", "EpochOpened"));
}

#[test]
fn ledger_restored_from_the_log_is_the_same() {
    let mut hub = Hub::enrolled();
    hub.push(&chain(5, u64::MAX)).unwrap();
    let mut restored = Ledger::new(identity());
    for (cursor, event) in &hub.log {
        restored.restore(*cursor, event).unwrap();
    }
    assert_eq!(restored.cursor(), hub.ledger.cursor());
    assert_eq!(restored.chains(), hub.ledger.chains());
    assert_eq!(restored.registry(), hub.ledger.registry());
}

fn authored(words: &str) -> Authored {
    let event =
        NodeStarted { version: words.to_owned(), role: DeviceRole::Hub, clean: true, printers: Vec::new() }.into();
    Authored { actor: "system".to_owned(), roster_rev: 3, event }
}

#[test]
fn own_events_are_written_all_or_none() {
    let mut hub = Hub::enrolled();
    let before = (hub.ledger.cursor(), hub.ledger.own_head());
    let long = "x".repeat(sync::MAX_EVENT_BYTES);
    let error = hub.ledger.author(vec![authored("1"), authored(&long)], &mut || [0; 16], NOW).unwrap_err();
    assert_eq!(error.index, 1);
    assert_eq!((hub.ledger.cursor(), hub.ledger.own_head()), before);
    let written = hub.ledger.author(vec![authored("1"), authored("2")], &mut || [0; 16], NOW).unwrap();
    assert_eq!(written.len(), 2);
    assert_eq!(hub.ledger.own_head(), written.last().map(|(_, event)| Head::of(event)));
}

#[test]
fn own_stamps_rise_when_the_wall_clock_steps_back_for_hours() {
    let mut hub = Hub::enrolled();
    let mut last = Hlc(0);
    for now in [NOW, NOW - 7_200_000, NOW - 7_200_000, NOW - 3_600_000] {
        let written = hub.ledger.author(vec![authored("1")], &mut || [0; 16], now).unwrap();
        let event = &written[0].1;
        assert!(event.hlc > last);
        assert_eq!(event.hlc.millis().checked_add_signed(event.clock_offset_ms), Some(now));
        last = event.hlc;
    }
}

#[test]
fn own_ids_are_version_7() {
    let mut hub = Hub::new();
    let written = hub.ledger.author(vec![authored("1")], &mut || [0xff; 16], NOW).unwrap();
    let id = written[0].1.event_id.0;
    assert_eq!(id[..6], NOW.to_be_bytes()[2..]);
    assert_eq!((id[6] >> 4, id[8] >> 6), (7, 2));
}

#[test]
fn hub_enrols_itself_once_per_epoch() {
    let mut ledger = Ledger::new(identity());
    let first = ledger.enrol_self(KEY, &mut || [0; 16], NOW).unwrap();
    assert_eq!(first[0].1.kind, "DeviceEnrolled");
    assert_eq!(ledger.registry().epochs(), [], "the hub is no node");
}

#[test]
fn page_keeps_to_the_limits_and_to_its_incarnation() {
    let log = (1..).zip(chain(600, u64::MAX)).collect::<Numbered>();
    let request = PullRequest { cursor: 0, incarnation: INCARNATION, wait_ms: 0 };
    let reply = page(&request, INCARNATION, 600, NOW, log.clone());
    assert_eq!((reply.events.len(), reply.cursor), (MAX_PULL_EVENTS, MAX_PULL_EVENTS as u64));
    let reply = page(&request, Incarnation([6; 16]), 600, NOW, log);
    assert_eq!((reply.events.len(), reply.cursor, reply.incarnation), (0, 0, Incarnation([6; 16])));
    let large = format!("\"{}\"", "x".repeat(120_000));
    let log: Numbered = (1..=10).map(|seq| (seq, event(seq, Hash::ZERO, &large))).collect();
    let reply = page(&request, INCARNATION, 10, NOW, log);
    assert_eq!((reply.events.len(), reply.cursor), (8, 8));
}
