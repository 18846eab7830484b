//! The frozen envelope: stored bytes stay readable for ever, every flipped byte is found, garbage
//! never panics.

use proptest::prelude::*;
use sync::wire::{PullReply, PullRequest, PushReply, PushRequest, Snapshot};
use sync::{
    BootId, Chains, DecodeError, DeviceId, Draft, EncodeError, Event, EventId, Hash, Hlc, LogEpoch, MAX_EVENT_BYTES,
    MeetingId,
};

fn first() -> Draft {
    Draft {
        event_id: EventId([0x01; 16]),
        meeting_id: MeetingId([0x02; 16]),
        device_id: DeviceId([0x03; 16]),
        log_epoch: LogEpoch([0x04; 16]),
        seq: 0,
        hlc: Hlc(0x0192_3456_789a_0007),
        boot_id: BootId([0x05; 16]),
        clock_offset_ms: -1500,
        actor: "sales:S07".to_owned(),
        kind: "GuestCheckedIn".to_owned(),
        kind_version: 1,
        roster_rev: 42,
        payload: r#"{"table":"A3","title":"王总 대표님"}"#.as_bytes().to_vec(),
        prev_hash: Hash::ZERO,
    }
}

fn second(after: &Event) -> Draft {
    Draft {
        event_id: EventId([0x11; 16]),
        seq: 1,
        hlc: Hlc(0x0192_3456_789a_0008),
        clock_offset_ms: i64::MAX,
        actor: String::new(),
        kind: "UnknownToday".to_owned(),
        kind_version: u16::MAX,
        roster_rev: u32::MAX,
        payload: Vec::new(),
        prev_hash: after.hash(),
        ..first()
    }
}

/// These files are never edited: they are what meetings on disk look like.
const GOLDEN: [(&[u8], &str); 2] = [
    (include_bytes!("../golden/first.event"), include_str!("../golden/first.sha256")),
    (include_bytes!("../golden/second.event"), include_str!("../golden/second.sha256")),
];

#[test]
fn golden_events_have_the_same_bytes_for_ever() {
    let first = first().seal().unwrap();
    let second = second(&first).seal().unwrap();
    for (event, (bytes, hash)) in [first, second].iter().zip(GOLDEN) {
        assert_eq!(event.bytes(), bytes);
        assert_eq!(event.hash().to_string(), hash.trim());
        assert_eq!(&Event::decode(bytes).unwrap(), event);
    }
}

#[test]
fn golden_chain_follows() {
    let mut chains = Chains::new();
    for (bytes, _) in GOLDEN {
        chains.append(&Event::decode(bytes).unwrap()).unwrap();
    }
}

#[test]
fn every_flipped_bit_of_a_golden_event_is_found() {
    for (bytes, _) in GOLDEN {
        for bit in 0..bytes.len() * 8 {
            let mut damaged = bytes.to_vec();
            damaged[bit / 8] ^= 1 << (bit % 8);
            assert!(Event::decode(&damaged).is_err(), "bit {bit}");
        }
    }
}

#[test]
fn every_cut_of_a_golden_event_is_found() {
    for (bytes, _) in GOLDEN {
        for len in 0..bytes.len() {
            assert!(Event::decode(&bytes[..len]).is_err(), "{len} bytes");
        }
        let longer = [bytes, b"x"].concat();
        assert_eq!(Event::decode(&longer), Err(DecodeError::Trailing { bytes: 1 }));
    }
}

#[test]
fn longest_event_seals_and_one_byte_more_does_not() {
    let overhead = Draft { payload: Vec::new(), ..first() }.seal().unwrap().bytes().len();
    let of = |payload: usize| Draft { payload: vec![b' '; payload], ..first() }.seal();
    assert_eq!(of(MAX_EVENT_BYTES - overhead).unwrap().bytes().len(), MAX_EVENT_BYTES);
    assert_eq!(of(MAX_EVENT_BYTES - overhead + 1), Err(EncodeError::TooLong { bytes: MAX_EVENT_BYTES + 1 }));
    let long_actor = Draft { actor: "a".repeat(65_536), ..first() };
    assert_eq!(long_actor.seal(), Err(EncodeError::TextTooLong { field: "actor" }));
}

prop_compose! {
    fn drafts()(
        ids in any::<[[u8; 16]; 5]>(),
        seq in any::<u64>(), hlc in any::<u64>(), clock_offset_ms in any::<i64>(),
        actor in ".{0,40}", kind in ".{0,40}",
        kind_version in any::<u16>(), roster_rev in any::<u32>(),
        payload in proptest::collection::vec(any::<u8>(), 0..300),
        prev_hash in any::<[u8; 32]>(),
    ) -> Draft {
        let [event_id, meeting_id, device_id, log_epoch, boot_id] = ids;
        Draft {
            event_id: EventId(event_id), meeting_id: MeetingId(meeting_id), device_id: DeviceId(device_id),
            log_epoch: LogEpoch(log_epoch), seq, hlc: Hlc(hlc), boot_id: BootId(boot_id), clock_offset_ms,
            actor, kind, kind_version, roster_rev, payload, prev_hash: Hash(prev_hash),
        }
    }
}

proptest! {
    #[test]
    fn any_event_reads_back(draft in drafts()) {
        let event = draft.clone().seal().unwrap();
        let read = Event::decode(event.bytes()).unwrap();
        prop_assert_eq!(read.draft(), &draft);
        prop_assert_eq!(read.hash(), event.hash());
    }

    #[test]
    fn any_flipped_byte_is_found(draft in drafts(), at in any::<prop::sample::Index>(), flip in 1..=255u8) {
        let mut bytes = draft.seal().unwrap().bytes().to_vec();
        let at = at.index(bytes.len());
        bytes[at] ^= flip;
        prop_assert!(Event::decode(&bytes).is_err());
    }

    #[test]
    fn garbage_never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..600), query in ".{0,80}") {
        let _ = Event::decode(&bytes);
        let _ = PushRequest::decode(&bytes);
        let _ = PushReply::decode(&bytes);
        let _ = PullReply::decode(&bytes);
        let _ = Snapshot::decode(&bytes);
        let _ = PullRequest::decode(&query);
    }
}
