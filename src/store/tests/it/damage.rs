//! I12: a flipped byte anywhere in a stored event is found, by the check and by the next start.

use rusqlite::Connection;
use store::Store;

use crate::support::{Author, HUB, at, new_store, open, open_error, options};

/// A closed store with three own events and three foreign ones.
fn filled() -> tempfile::TempDir {
    let (folder, mut store) = new_store();
    store.append(&Author::own().run(3), &[]).unwrap();
    store.append_pulled(HUB, 3, &at(1, &Author::foreign(2).run(3)), &[]).unwrap();
    folder
}

fn run_sql(folder: &std::path::Path, sql: &str) {
    Connection::open(folder.join("usher.db")).unwrap().execute_batch(sql).unwrap();
}

/// After `sql` the check names seq 1, and a start refuses the file with that place.
fn check_found(sql: &str) {
    let folder = filled();
    run_sql(folder.path(), sql);
    let store = open(folder.path());
    let verified = store.verify().unwrap();
    assert!(!verified.damages.is_empty(), "{sql}");
    let error = store.load().unwrap_err();
    assert_eq!(error.code(), "Corrupt", "{sql}: {error}");
}

#[test]
fn column_that_does_not_fit_its_event_is_found() {
    for device in ["01", "02"] {
        let row = format!("device = x'{}' AND seq = 1", device.repeat(16));
        check_found(&format!("UPDATE event SET hash = zeroblob(32) WHERE {row}"));
        check_found(&format!("UPDATE event SET event_id = zeroblob(16) WHERE {row}"));
        check_found(&format!("UPDATE event SET device = zeroblob(16) WHERE {row}"));
        check_found(&format!("UPDATE event SET epoch = zeroblob(16) WHERE {row}"));
        check_found(&format!("UPDATE event SET seq = 7 WHERE {row}"));
        check_found(&format!("DELETE FROM event WHERE {row}"));
        check_found(&format!(
            "UPDATE event SET (hash, bytes, event_id) = (SELECT hash, bytes, event_id FROM event
             WHERE seq = 0 LIMIT 1) WHERE {row}"
        ));
    }
}

#[test]
fn cursor_behind_the_last_pulled_one_is_found() {
    let folder = filled();
    run_sql(folder.path(), "UPDATE event SET cursor = 999 WHERE cursor = 3");
    let damages = open(folder.path()).verify().unwrap().damages;
    assert!(damages[0].what.contains("cursor"), "{damages:?}");
}

#[test]
fn every_flipped_byte_of_an_event_is_found() {
    let folder = filled();
    let path = folder.path().join("usher.db");
    let store = open(folder.path());
    let event = store.load().unwrap().pending[1].clone();
    drop(store);
    let whole = std::fs::read(&path).unwrap();
    let begin = find(&whole, event.bytes());
    let bytes = begin..begin + event.bytes().len();
    for place in bytes {
        let mut damaged = whole.clone();
        damaged[place] ^= 1 << (place % 8);
        std::fs::write(&path, &damaged).unwrap();
        let store = open(folder.path());
        let verified = store.verify().unwrap();
        assert_eq!(verified.damages[0].position, Some(event.position()), "byte {}", place - begin);
        let error = store.load().unwrap_err();
        assert!(error.to_string().contains(&event.position().to_string()), "{error}");
    }
}

#[test]
fn whole_store_has_no_damage() {
    let folder = filled();
    let verified = open(folder.path()).verify().unwrap();
    assert_eq!((verified.events, verified.chains), (6, 2));
    assert_eq!(verified.damages, []);
}

#[test]
fn garbage_instead_of_a_database_is_refused() {
    let folder = filled();
    std::fs::write(folder.path().join("usher.db"), vec![0x42; 8192]).unwrap();
    assert_eq!(open_error(folder.path()).code(), "NotUsher");
}

/// Whatever is flipped in the first page: an error by name or a damage, never a panic or a wrong event.
#[test]
fn flipped_byte_of_the_structure_never_changes_an_event() {
    let folder = filled();
    let path = folder.path().join("usher.db");
    let pending = open(folder.path()).load().unwrap().pending;
    let whole = std::fs::read(&path).unwrap();
    for place in (0..whole.len()).step_by(97) {
        let mut damaged = whole.clone();
        damaged[place] ^= 0x10;
        std::fs::write(&path, &damaged).unwrap();
        let Ok(store) = Store::open(folder.path(), &options()) else {
            continue;
        };
        if let Ok(loaded) = store.load() {
            let lost = loaded.pending != pending || loaded.confirmed.len() != 3;
            let known = !store.verify().map(|verified| verified.damages.is_empty()).unwrap_or(false);
            assert!(!lost || known, "byte {place}");
        }
    }
}

fn find(haystack: &[u8], needle: &[u8]) -> usize {
    haystack.windows(needle.len()).position(|window| window == needle).unwrap()
}
