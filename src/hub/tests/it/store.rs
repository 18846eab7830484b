//! The hub's log on disk: what is wrong with a folder has its own message, what was written stays.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use hub::{HubError, HubLog, HubOptions, HubSecrets};
use sync::MeetingId;

use crate::venue::{SECRETS, authored, folder, open, options};

fn refused(folder: &Path, options: HubOptions) -> HubError {
    match HubLog::open(folder, options) {
        Ok(_) => panic!("the folder was taken"),
        Err(error) => {
            assert!(error.remedy().len() > 10, "{error} has a remedy");
            error
        }
    }
}

#[test]
fn new_folder_begins_with_the_hub_itself() {
    let folder = folder();
    let store = open(&folder.path().join("new/data"));
    let events = store.events().unwrap();
    assert_eq!(events.len(), 1);
    assert_eq!((events[0].0, events[0].1.kind.as_str()), (1, "DeviceEnrolled"));
    assert_eq!(events[0].1.device_id, SECRETS.device_id());
}

#[test]
fn reopened_log_goes_on_where_it_was() {
    let folder = folder();
    let mut store = open(folder.path());
    let identity = *store.ledger().identity();
    assert_eq!(store.author(vec![authored("1"), authored("2")]), Ok(3));
    drop(store);
    let mut store = open(folder.path());
    assert_eq!(store.ledger().cursor(), 3);
    assert_eq!(store.ledger().identity().incarnation, identity.incarnation);
    assert_eq!(store.ledger().identity().epoch, identity.epoch);
    assert_eq!(store.author(vec![authored("3")]), Ok(4));
    let seqs: Vec<u64> = store.events().unwrap().iter().map(|(_, event)| event.seq).collect();
    assert_eq!(seqs, [0, 1, 2, 3]);
}

#[test]
fn event_too_long_writes_nothing_of_its_batch() {
    let folder = folder();
    let mut store = open(folder.path());
    let error = store.author(vec![authored("1"), authored(&"x".repeat(200_000))]).unwrap_err();
    assert!(matches!(&error, HubError::Author(error) if error.index == 1), "{error}");
    assert_eq!(store.events().unwrap().len(), 1);
    assert_eq!(store.author(vec![authored("1")]), Ok(2));
}

#[test]
fn second_hub_on_the_folder_names_the_first() {
    let folder = folder();
    let _store = open(folder.path());
    let error = refused(folder.path(), options());
    assert!(matches!(error, HubError::Locked { pid: Some(pid), .. } if pid == std::process::id()), "{error}");
}

#[test]
fn folder_that_others_may_read_is_refused() {
    let folder = folder();
    fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
    let error = refused(folder.path(), options());
    assert!(error.to_string().contains("mode 755"), "{error}");
    assert!(error.remedy().starts_with("run: chmod 700"));
}

#[test]
fn log_that_others_may_read_is_refused() {
    let folder = folder();
    drop(open(folder.path()));
    fs::set_permissions(folder.path().join("hub.db"), Permissions::from_mode(0o644)).unwrap();
    assert!(refused(folder.path(), options()).remedy().starts_with("run: chmod 600"));
}

fn private(path: &Path, content: &[u8]) {
    fs::write(path, content).expect("the file is written");
    fs::set_permissions(path, Permissions::from_mode(0o600)).expect("the file is ours");
}

#[test]
fn file_of_something_else_is_refused() {
    let folder = folder();
    private(&folder.path().join("hub.db"), &b"a guest list, not a database. ".repeat(100));
    assert!(matches!(refused(folder.path(), options()), HubError::NotUsher { .. }));
    let folder = crate::venue::folder();
    let path = folder.path().join("hub.db");
    rusqlite::Connection::open(&path).unwrap().execute_batch("CREATE TABLE guests (name TEXT)").unwrap();
    fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
    assert!(matches!(refused(folder.path(), options()), HubError::NotUsher { .. }));
}

#[test]
fn log_of_a_newer_usher_is_refused() {
    let folder = folder();
    drop(open(folder.path()));
    edit(folder.path(), "PRAGMA user_version = 9");
    assert!(matches!(refused(folder.path(), options()), HubError::NewerSchema { found: 9, known: 3, .. }));
}

#[test]
fn log_of_another_meeting_or_other_keys_is_refused() {
    let folder = folder();
    let meeting = open(folder.path()).ledger().identity().meeting;
    let same = HubOptions { meeting: Some(meeting), ..options() };
    assert!(HubLog::open(folder.path(), same).is_ok());
    let other = HubOptions { meeting: Some(MeetingId([9; 16])), ..options() };
    assert_eq!(
        refused(folder.path(), other),
        HubError::OtherMeeting { path: folder.path().join("hub.db"), found: meeting }
    );
    let keys = HubOptions::new(HubSecrets { signing_seed: [9; 32], ..SECRETS });
    assert!(matches!(refused(folder.path(), keys), HubError::OtherKeys { .. }));
}

#[test]
fn flipped_byte_of_a_stored_event_is_found_and_named() {
    let folder = folder();
    open(folder.path()).author(vec![authored("1"), authored("2")]).unwrap();
    edit(
        folder.path(),
        "UPDATE events SET event = CAST(substr(event, 1, 99) || char(7) || substr(event, 101) AS BLOB) WHERE cursor = 2",
    );
    let error = refused(folder.path(), options());
    assert!(matches!(error, HubError::Corrupt { cursor: Some(2), .. }), "{error}");
}

#[test]
fn missing_event_is_found() {
    let folder = folder();
    open(folder.path()).author(vec![authored("1"), authored("2")]).unwrap();
    edit(folder.path(), "DELETE FROM events WHERE cursor = 2");
    assert!(matches!(refused(folder.path(), options()), HubError::Corrupt { cursor: Some(3), .. }));
}

fn edit(folder: &Path, sql: &str) {
    let connection = rusqlite::Connection::open(folder.join("hub.db")).expect("the log is closed");
    connection.execute_batch(sql).expect("the edit is good SQL");
}

#[test]
fn full_disk_stores_nothing_of_the_batch_and_the_hub_goes_on_when_there_is_room() {
    let folder = folder();
    let mut store = HubLog::open(folder.path(), HubOptions { max_bytes: 1 << 20, ..options() }).unwrap();
    let large = || authored(&"x".repeat(100_000));
    let mut cursor = store.ledger().cursor();
    let error = loop {
        match store.author(vec![large(), large()]) {
            Ok(newest) => cursor = newest,
            Err(error) => break error,
        }
    };
    assert!(matches!(error, HubError::DiskFull { .. }), "{error}");
    assert_eq!(store.author(vec![authored("small")]), Ok(cursor + 1));
    assert_eq!(store.events().unwrap().len() as u64, cursor + 1);
    drop(store);
    assert_eq!(open(folder.path()).ledger().cursor(), cursor + 1);
}

#[test]
fn new_incarnation_keeps_the_log_and_begins_a_new_epoch() {
    let folder = folder();
    let mut store = open(folder.path());
    store.author(vec![authored("1")]).unwrap();
    let before = *store.ledger().identity();
    let incarnation = store.begin_incarnation().unwrap();
    assert_ne!(incarnation, before.incarnation);
    assert_eq!(store.author(vec![authored("2")]), Ok(4));
    let last = store.events().unwrap().pop().unwrap().1;
    assert_ne!(last.log_epoch, before.epoch);
    drop(store);
    assert_eq!(open(folder.path()).ledger().identity().incarnation, incarnation);
}

#[test]
fn log_of_the_first_format_is_brought_up_to_date() {
    let folder = folder();
    open(folder.path()).author(vec![authored("1")]).unwrap();
    edit(
        folder.path(),
        "ALTER TABLE meetings DROP COLUMN follows; DROP TABLE aside; DROP TABLE roots; PRAGMA user_version = 1",
    );
    let mut store = open(folder.path());
    assert_eq!(store.ledger().cursor(), 2);
    assert_eq!(store.author(vec![authored("2")]), Ok(3));
}
