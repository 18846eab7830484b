//! Backup and restore of the hub's folder.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use hub::{HubError, HubLog, backup};

use crate::venue::{Device, Venue, authored, folder, open, options};

fn files(folder: &Path, start: &str) -> usize {
    let names = fs::read_dir(folder)
        .expect("the hub works")
        .map(|entry| entry.expect("the hub works").file_name().into_string().expect("as it was made"));
    names.filter(|name| name.starts_with(start)).count()
}

#[test]
fn backup_of_a_running_hub_is_restored_in_a_new_life() {
    let mut venue = Venue::start();
    let node = Device::enrolled(&venue, 1, 3);
    node.push(&venue, &node.events).unwrap();
    let copy = venue.folder.path().join("backup.db");
    backup(venue.folder.path(), &copy).unwrap();
    assert_eq!(fs::metadata(&copy).unwrap().permissions().mode() & 0o777, 0o600);
    let kept = venue.hub().events_blocking().unwrap();
    venue.hub().author_blocking(vec![authored("after the backup")]).unwrap();
    assert!(matches!(backup(venue.folder.path(), &copy), Err(HubError::Exists { .. })));
    venue.stop();

    let log = HubLog::restore(venue.folder.path(), &copy, options()).unwrap();
    let events = log.events().unwrap();
    assert_eq!(events[..kept.len()], kept);
    assert_eq!(events.len(), kept.len() + 1, "the hub's new life, and nothing of the old one's end");
    assert_ne!(log.life().incarnation, node.grant().incarnation);
    assert_eq!(files(venue.folder.path(), "replaced-1.db"), 3, "with its write-ahead log");
    drop(log);
    assert_eq!(open(venue.folder.path()).events().unwrap(), events, "once");
}

#[test]
fn restore_that_was_cut_off_ends_at_the_next_start() {
    let (from, to) = (folder(), folder());
    let first = open(from.path()).life().incarnation;
    backup(from.path(), &from.path().join("backup.db")).unwrap();
    drop(open(to.path()));
    fs::copy(from.path().join("backup.db"), to.path().join("restored.db")).unwrap();
    assert_eq!(open(to.path()).life().incarnation, first);
    assert_eq!((files(to.path(), "restored"), files(to.path(), "replaced-1.db")), (0, 1));
}

#[test]
fn damaged_backup_changes_nothing() {
    let folder = folder();
    let copy = folder.path().join("backup.db");
    let mut log = open(folder.path());
    for number in 0..200 {
        log.author(vec![authored(&format!("entry {number}"))]).unwrap();
    }
    let events = log.events().unwrap();
    backup(folder.path(), &copy).unwrap();
    drop(log);
    let mut bytes = fs::read(&copy).unwrap();
    let at = bytes.windows(9).position(|window| window == b"entry 100").unwrap();
    bytes[at] ^= 1;
    fs::write(&copy, bytes).unwrap();
    let error = HubLog::restore(folder.path(), &copy, options()).err().unwrap();
    assert!(matches!(error, HubError::Corrupt { cursor: Some(_), .. }), "{error}");
    fs::write(&copy, "no log at all").unwrap();
    let error = HubLog::restore(folder.path(), &copy, options()).err().unwrap();
    assert!(matches!(error, HubError::NotUsher { .. }), "{error}");
    assert_eq!(open(folder.path()).events().unwrap(), events);
}
