//! Backup, restore, and a restore that the power cuts off.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use print::{ConfirmedBy, JobState};
use store::{EpochReason, Options, Store};
use sync::LogEpoch;

use crate::support::{Author, HUB, OWN_EPOCH, at, grant, job, new_store, open, options, private_folder};

const NEXT_EPOCH: LogEpoch = LogEpoch([8; 16]);

fn next_options() -> Options {
    Options { new_epoch: NEXT_EPOCH, ..options() }
}

#[test]
fn backup_restored_elsewhere_has_everything_and_a_new_epoch() {
    let (folder, mut store) = new_store();
    let (own, foreign) = (Author::own().run(3), Author::foreign(2).run(2));
    store.append(&own, &[job(1, JobState::Sent { id: 5 }), job(2, JobState::Queued)]).unwrap();
    store.set_journal(&[job(3, JobState::Confirmed { by: ConfirmedBy::Printer })]).unwrap();
    store.append_pulled(HUB, 2, &at(1, &foreign), &[]).unwrap();
    store.set_grant(&grant(OWN_EPOCH)).unwrap();
    let target = folder.path().join("monday.backup");
    store.backup(&target).unwrap();
    assert_eq!(fs::metadata(&target).unwrap().permissions().mode() & 0o777, 0o600);

    let elsewhere = private_folder();
    let mut store = Store::restore(elsewhere.path(), &target, &next_options()).unwrap();
    assert_eq!((store.epoch().epoch, store.epoch().reason), (NEXT_EPOCH, EpochReason::Restored));
    let loaded = store.load().unwrap();
    assert_eq!(loaded.pending, own);
    assert_eq!(loaded.confirmed, at(1, &foreign));
    assert_eq!(loaded.grant, None, "every epoch needs its own grant");
    let states: Vec<_> = loaded.journal.iter().map(|row| row.state).collect();
    assert_eq!(states, [JobState::Doubtful, JobState::Doubtful, JobState::Confirmed { by: ConfirmedBy::Printer }]);
    store.append(&Author::new(1, NEXT_EPOCH).run(1), &[]).unwrap();
    drop(store);
    assert_eq!(Store::open(elsewhere.path(), &options()).unwrap().epoch().epoch, NEXT_EPOCH);
}

#[test]
fn restore_over_a_store_keeps_the_old_one_beside_it() {
    let (folder, mut store) = new_store();
    let mut author = Author::own();
    store.append(&author.run(1), &[]).unwrap();
    let backups = private_folder();
    let target = backups.path().join("backup");
    store.backup(&target).unwrap();
    store.append(&author.run(5), &[]).unwrap();
    drop(store);

    let store = Store::restore(folder.path(), &target, &next_options()).unwrap();
    assert_eq!(store.load().unwrap().pending.len(), 1);
    assert!(folder.path().join("replaced-1.db").exists());
    let mut names: Vec<_> =
        fs::read_dir(backups.path()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    assert_eq!(names, ["backup"], "nothing unfinished stays");
}

#[test]
fn restore_while_the_store_is_open_is_refused() {
    let (folder, store) = new_store();
    let target = folder.path().join("backup");
    store.backup(&target).unwrap();
    assert_eq!(Store::restore(folder.path(), &target, &next_options()).unwrap_err().code(), "Locked");
}

#[test]
fn backup_never_overwrites() {
    let (folder, store) = new_store();
    let target = folder.path().join("backup");
    fs::write(&target, "mine").unwrap();
    assert_eq!(store.backup(&target).unwrap_err().code(), "Rejected");
    assert_eq!(fs::read(&target).unwrap(), b"mine");
}

#[test]
fn damaged_backup_is_refused_and_the_store_stays() {
    let (folder, mut store) = new_store();
    store.append(&Author::own().run(2), &[]).unwrap();
    let target = folder.path().join("backup");
    store.backup(&target).unwrap();
    drop(store);
    let mut bytes = fs::read(&target).unwrap();
    let place = bytes.windows(5).rposition(|window| window == b"guest").unwrap();
    bytes[place] ^= 1;
    fs::write(&target, bytes).unwrap();

    let error = Store::restore(folder.path(), &target, &next_options()).unwrap_err();
    assert_eq!(error.code(), "Corrupt", "{error}");
    let store = open(folder.path());
    assert_eq!((store.epoch().epoch, store.load().unwrap().pending.len()), (OWN_EPOCH, 2));
}

#[test]
fn file_that_is_no_backup_is_refused() {
    let folder = private_folder();
    let target = folder.path().join("backup");
    fs::write(&target, "").unwrap();
    let data = folder.path().join("data");
    assert_eq!(Store::restore(&data, &target, &next_options()).unwrap_err().code(), "NotUsher");
    fs::write(
        &target,
        "no database, but a text that is long enough for a header of SQLite, which has 100 bytes at least",
    )
    .unwrap();
    assert_eq!(Store::restore(&data, &target, &next_options()).unwrap_err().code(), "NotUsher");
}

/// The power goes after each step in turn; the next start ends the restore.
#[test]
fn restore_that_was_cut_off_ends_at_the_next_start() {
    for steps_done in 0..3 {
        let (folder, mut store) = new_store();
        let mut author = Author::own();
        store.append(&author.run(1), &[]).unwrap();
        let backups = private_folder();
        let target = backups.path().join("backup");
        store.backup(&target).unwrap();
        store.append(&author.run(5), &[]).unwrap();
        drop(store);
        let elsewhere = private_folder();
        drop(Store::restore(elsewhere.path(), &target, &next_options()).unwrap());

        // As the power cut leaves it: the restored file complete, the old one (with its log) moved or not.
        fs::copy(elsewhere.path().join("usher.db"), folder.path().join("restored.db")).unwrap();
        fs::write(folder.path().join("usher.db-wal"), "old log").unwrap();
        if steps_done >= 1 {
            fs::rename(folder.path().join("usher.db-wal"), folder.path().join("replaced-1.db-wal")).unwrap();
        }
        if steps_done >= 2 {
            fs::rename(folder.path().join("usher.db"), folder.path().join("replaced-1.db")).unwrap();
        }
        let store = open(folder.path());
        assert_eq!((store.epoch().epoch, store.load().unwrap().pending.len()), (NEXT_EPOCH, 1), "{steps_done}");
        assert!(!folder.path().join("restored.db").exists());
    }
}
