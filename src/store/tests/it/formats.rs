//! Stores of every released format, as SQL in `tests/fixtures`: each opens and has all that was in it.

use std::fmt::Write;
use std::path::PathBuf;

use print::JobState;
use rusqlite::Connection;
use store::Store;

use crate::support::{Author, HUB, OWN_EPOCH, at, grant, job, new_store, open, private_folder};

/// The format that the store writes today. A new one gets a fixture, by
/// `cargo test -p store -- --ignored writes_the_fixture_of_the_newest_format`.
const NEWEST: u32 = 2;

fn fixture(format: u32) -> PathBuf {
    PathBuf::from(format!("{}/tests/fixtures/format-{format}.sql", env!("CARGO_MANIFEST_DIR")))
}

fn check_contents(store: &Store) {
    let mut own = Author::own();
    let (own, foreign) = (own.run(2), Author::foreign(2).run(2));
    let loaded = store.load().unwrap();
    assert_eq!(loaded.epoch.epoch, OWN_EPOCH);
    assert_eq!(loaded.confirmed, at(1, &[foreign[0].clone(), own[0].clone()]));
    assert_eq!(loaded.pending, own[1..]);
    assert_eq!(loaded.progress.incarnation, Some(HUB));
    assert_eq!(loaded.journal, [job(1, JobState::Sent { id: 9 }), job(2, JobState::Doubtful)]);
    assert_eq!(loaded.grant, Some(grant(OWN_EPOCH)));
    assert_eq!(store.setting("printer").unwrap().as_deref(), Some("usb"));
    assert!(store.verify().unwrap().damages.is_empty());
}

fn fill(store: &mut Store) {
    let (own, foreign) = (Author::own().run(2), Author::foreign(2).run(2));
    store.append(&own, &[job(1, JobState::Sent { id: 9 }), job(2, JobState::Doubtful)]).unwrap();
    store.append_pulled(HUB, 2, &at(1, &[foreign[0].clone(), own[0].clone()]), &[]).unwrap();
    store.set_grant(&grant(OWN_EPOCH)).unwrap();
    store.set_setting("printer", "usb").unwrap();
}

#[test]
fn store_of_every_released_format_opens_with_everything_in_it() {
    for format in 1..=NEWEST {
        let folder = private_folder();
        let path = folder.path().join("usher.db");
        let sql = std::fs::read_to_string(fixture(format)).unwrap();
        Connection::open(&path).unwrap().execute_batch(&sql).unwrap();
        std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
        check_contents(&open(folder.path()));
        assert_eq!(format_of(&path), NEWEST);
    }
}

#[test]
fn newest_format_has_its_fixture() {
    let (folder, mut store) = new_store();
    fill(&mut store);
    check_contents(&store);
    assert_eq!(format_of(&folder.path().join("usher.db")), NEWEST);
    assert!(fixture(NEWEST).exists());
}

#[test]
#[ignore = "writes a file of the repository"]
fn writes_the_fixture_of_the_newest_format() {
    assert!(!fixture(NEWEST).exists(), "the fixture of a released format is never edited");
    let (folder, mut store) = new_store();
    fill(&mut store);
    drop(store);
    std::fs::write(fixture(NEWEST), dump(&folder.path().join("usher.db"))).unwrap();
}

fn format_of(path: &std::path::Path) -> u32 {
    Connection::open(path).unwrap().pragma_query_value(None, "user_version", |row| row.get(0)).unwrap()
}

fn dump(path: &std::path::Path) -> String {
    let connection = Connection::open(path).unwrap();
    let strings = |sql: &str| -> Vec<String> {
        let mut statement = connection.prepare(sql).unwrap();
        statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    };
    let mut sql = format!("PRAGMA application_id = 0x55534852;\nPRAGMA user_version = {};\n", format_of(path));
    for statement in strings("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY rowid") {
        writeln!(sql, "{statement};").unwrap();
    }
    for table in strings("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY rowid") {
        let columns = strings(&format!("SELECT 'quote(' || name || ')' FROM pragma_table_info('{table}')"));
        let row = columns.join(" || ', ' || ");
        for values in strings(&format!("SELECT {row} FROM {table}")) {
            writeln!(sql, "INSERT INTO {table} VALUES ({values});").unwrap();
        }
    }
    sql
}
