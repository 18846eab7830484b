//! A database that cannot keep a hub's log is refused with a message of its own, and what was written
//! there stays or is found damaged.

use hub::{Database, HubError, HubLog, HubOptions, HubSecrets};
use postgres::{Client, NoTls};
use sync::MeetingId;

use crate::cluster::Cluster;
use crate::venue::{SECRETS, authored, options};

fn edit(url: &str, sql: &str) {
    Client::connect(url, NoTls).expect("the server runs").batch_execute(sql).expect("the edit is good SQL");
}

fn refused(error: HubError) -> HubError {
    assert!(error.remedy().len() > 10, "{error} has a remedy");
    error
}

fn not_connected(url: &str) -> HubError {
    refused(Database::connect(url).err().expect("the database is refused"))
}

fn not_opened(url: &str, options: HubOptions) -> HubError {
    let database = Database::connect(url).expect("the database is good");
    refused(HubLog::open_in(&database, options).err().expect("the log is refused"))
}

#[test]
fn empty_database_gets_its_tables_and_a_meeting_once() {
    let Some(cluster) = Cluster::shared() else { return };
    let url = cluster.database();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| HubLog::open_in(&Database::connect(&url).unwrap(), options()).unwrap());
        }
    });
    let database = Database::connect(&url).unwrap();
    let mut log = HubLog::open_in(&database, options()).unwrap();
    assert_eq!(database.meetings().unwrap(), [log.ledger().identity().meeting], "the keys find their meeting");
    let events = log.events().unwrap();
    assert_eq!((events.len(), events[0].1.kind.as_str()), (1, "DeviceEnrolled"));
    assert_eq!(log.author(vec![authored("1"), authored("2")]), Ok(3));
    let (log, events) = (HubLog::open_in(&database, options()).unwrap(), log.events().unwrap());
    assert_eq!((log.ledger().cursor(), log.events().unwrap()), (3, events));
}

#[test]
fn server_that_is_not_there_or_wants_another_password_is_named_without_the_password() {
    let Some(cluster) = Cluster::shared() else { return };
    let error = not_connected("postgres://usher:secret@%2Fnowhere/usher");
    assert!(matches!(error, HubError::Unreachable { .. }), "{error}");
    assert!(error.to_string().starts_with("postgres:///nowhere/usher cannot be reached"), "{error}");
    let error = not_connected(&cluster.database().replace("/usher", "/missing"));
    assert!(matches!(&error, HubError::Unreachable { what, .. } if what.contains("does not exist")), "{error}");
    assert!(matches!(not_connected("mysql://host/name"), HubError::NoDatabase { .. }));
}

#[test]
fn database_of_a_newer_usher_is_refused() {
    let Some(cluster) = Cluster::shared() else { return };
    let url = cluster.database();
    drop(Database::connect(&url).unwrap());
    edit(&url, "INSERT INTO usher.migrations VALUES (9, now())");
    assert!(matches!(not_connected(&url), HubError::NewerSchema { found: 9, known: 4, .. }));
}

#[test]
fn meeting_of_other_keys_is_refused_and_shared_keys_need_a_name() {
    let Some(cluster) = Cluster::shared() else { return };
    let url = cluster.database();
    let named = |meeting| HubOptions { meeting: Some(MeetingId([meeting; 16])), ..options() };
    for meeting in [1, 2] {
        HubLog::open_in(&Database::connect(&url).unwrap(), named(meeting)).unwrap();
    }
    let keys = HubSecrets { signing_seed: [9; 32], ..SECRETS };
    assert!(matches!(not_opened(&url, HubOptions { secrets: keys, ..named(1) }), HubError::OtherKeys { .. }));
    assert!(matches!(not_opened(&url, options()), HubError::OtherMeeting { .. }));
}

#[test]
fn flipped_byte_or_missing_event_is_found_and_named() {
    let Some(cluster) = Cluster::shared() else { return };
    for (damage, at) in [
        ("UPDATE usher.events SET event = set_byte(event, 99, 7) WHERE cursor = 2", 2),
        ("DELETE FROM usher.events WHERE cursor = 2", 3),
        ("DELETE FROM usher.events WHERE cursor = 3", 3),
    ] {
        let url = cluster.database();
        let mut log = HubLog::open_in(&Database::connect(&url).unwrap(), options()).unwrap();
        log.author(vec![authored("1"), authored("2")]).unwrap();
        edit(&url, damage);
        let error = not_opened(&url, options());
        assert!(matches!(error, HubError::Corrupt { cursor: Some(cursor), .. } if cursor == at), "{damage}: {error}");
    }
}

#[test]
fn server_that_may_lose_a_commit_is_refused() {
    let Some(cluster) = Cluster::start() else { return };
    let url = cluster.database();
    edit(&url, "ALTER SYSTEM SET synchronous_commit = off");
    edit(&url, "SELECT pg_reload_conf()");
    drop(Database::connect(&url).expect("a connection can ask for more"));
    edit(&url, "ALTER SYSTEM SET fsync = off");
    edit(&url, "SELECT pg_reload_conf()");
    let mut client = Client::connect(&url, NoTls).unwrap();
    while client.query_one("SHOW fsync", &[]).unwrap().get::<_, String>(0) == "on" {
        std::thread::yield_now();
    }
    let error = not_connected(&url);
    assert!(matches!(&error, HubError::NotDurable { what, .. } if what == "fsync is off, it has to be on"), "{error}");
}
