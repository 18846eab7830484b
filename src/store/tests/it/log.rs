//! Own events, print jobs, settings, keys and the grant.

use print::{ConfirmedBy, JobState};
use store::{EpochReason, Fingerprint, Hardware, Options, Store};
use sync::{Hash, LogEpoch};

use crate::support::{Author, OWN_EPOCH, grant, job, new_store, open, options};

#[test]
fn appended_events_and_jobs_are_there_after_reopening() {
    let (folder, mut store) = new_store();
    let mut author = Author::own();
    let events = author.run(3);
    store.append(&events[..2], &[job(1, JobState::Queued)]).unwrap();
    store.append(&events[2..], &[]).unwrap();
    drop(store);

    let loaded = open(folder.path()).load().unwrap();
    assert_eq!(loaded.pending, events);
    assert!(loaded.confirmed.is_empty() && loaded.foreign.events.is_empty());
    assert_eq!(loaded.journal, [job(1, JobState::Queued)]);
    assert_eq!(loaded.progress.own_head, author.head);
    assert_eq!(loaded.progress.confirmed_seq, None);
}

#[test]
fn gap_in_own_events_is_refused_and_the_store_goes_on() {
    let (_folder, mut store) = new_store();
    let events = Author::own().run(3);
    let error = store.append(&[events[0].clone(), events[2].clone()], &[job(1, JobState::Queued)]).unwrap_err();
    assert_eq!(error.code(), "Rejected");
    assert!(error.to_string().contains("seq 2 follows where 1 should"), "{error}");
    assert!(store.load().unwrap().journal.is_empty());
    store.append(&events, &[]).unwrap();
}

#[test]
fn same_event_twice_is_refused() {
    let (_folder, mut store) = new_store();
    let events = Author::own().run(1);
    store.append(&events, &[]).unwrap();
    assert_eq!(store.append(&events, &[]).unwrap_err().code(), "Rejected");
}

#[test]
fn event_of_another_epoch_is_refused() {
    let (_folder, mut store) = new_store();
    let error = store.append(&Author::foreign(2).run(1), &[]).unwrap_err();
    assert!(error.to_string().contains("not of the current log epoch"), "{error}");
}

#[test]
fn journal_row_changes_in_place() {
    let (folder, mut store) = new_store();
    store.set_journal(&[job(1, JobState::Queued), job(2, JobState::Queued)]).unwrap();
    let states = [
        JobState::Sending { epoch: 3, offset: 4096 },
        JobState::Sent { id: 77 },
        JobState::Blocked { fault: print::Fault::PaperOut },
        JobState::Confirmed { by: ConfirmedBy::Printer },
    ];
    for state in states {
        store.set_journal(&[job(1, state)]).unwrap();
        assert_eq!(store.load().unwrap().journal, [job(1, state), job(2, JobState::Queued)]);
    }
    drop(store);
    let journal = open(folder.path()).load().unwrap().journal;
    assert_eq!(journal[0].state, JobState::Confirmed { by: ConfirmedBy::Printer });
}

#[test]
fn settings_keys_and_grant_are_there_after_reopening() {
    let (folder, mut store) = new_store();
    assert_eq!(store.setting("printer").unwrap(), None);
    store.set_setting("printer", "usb").unwrap();
    store.set_setting("printer", "tcp:10.0.0.9:9100").unwrap();
    store.set_key("device", &[1, 2, 3]).unwrap();
    store.set_grant(&grant(OWN_EPOCH)).unwrap();
    drop(store);

    let store = open(folder.path());
    assert_eq!(store.setting("printer").unwrap().as_deref(), Some("tcp:10.0.0.9:9100"));
    assert_eq!(store.key("device").unwrap(), Some(vec![1, 2, 3]));
    assert_eq!(store.grant().unwrap(), Some(grant(OWN_EPOCH)));
    let resume = store.load().unwrap().resume().unwrap();
    assert_eq!((resume.epoch, resume.cursor, resume.incarnation), (OWN_EPOCH, 0, None));
}

#[test]
fn grant_of_another_epoch_is_refused() {
    let (_folder, mut store) = new_store();
    assert_eq!(store.set_grant(&grant(LogEpoch([8; 16]))).unwrap_err().code(), "Rejected");
}

#[test]
fn too_long_value_is_refused() {
    let (_folder, mut store) = new_store();
    let long = "x".repeat(256 * 1024 + 1);
    assert_eq!(store.set_setting("a", &long).unwrap_err().code(), "Rejected");
    assert_eq!(store.set_key("a", long.as_bytes()).unwrap_err().code(), "Rejected");
}

#[test]
fn file_keeps_its_epoch_whatever_the_next_start_offers() {
    let (folder, store) = new_store();
    assert_eq!(store.epoch().reason, EpochReason::Created);
    drop(store);
    let other = Options { new_epoch: LogEpoch([8; 16]), ..options() };
    assert_eq!(Store::open(folder.path(), &other).unwrap().epoch().epoch, OWN_EPOCH);
}

#[test]
fn other_machine_writes_nothing_until_its_own_epoch() {
    let (folder, mut store) = new_store();
    store.append(&Author::own().run(2), &[]).unwrap();
    drop(store);
    let elsewhere = Options { fingerprint: Fingerprint(Hash([6; 32])), ..options() };

    let mut store = Store::open(folder.path(), &elsewhere).unwrap();
    assert_eq!(store.hardware(), Hardware::Other);
    let mut author = Author::own();
    author.run(2);
    assert_eq!(store.append(&author.run(1), &[]).unwrap_err().code(), "OtherHardware");

    let epoch = LogEpoch([8; 16]);
    assert_eq!(store.begin_epoch(OWN_EPOCH, EpochReason::OtherHardware).unwrap_err().code(), "Rejected");
    store.begin_epoch(epoch, EpochReason::OtherHardware).unwrap();
    store.append(&Author::new(1, epoch).run(1), &[]).unwrap();
    assert_eq!(store.grant().unwrap(), None);
    drop(store);

    let store = Store::open(folder.path(), &elsewhere).unwrap();
    assert_eq!((store.hardware(), store.epoch().epoch), (Hardware::Same, epoch));
    assert_eq!(store.load().unwrap().pending.len(), 3);
}
