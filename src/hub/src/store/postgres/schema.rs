//! The tables on PostgreSQL, all in the schema `usher`, and how they are brought up to date.

use std::path::Path;

use postgres::Client;

use super::session::told;
use crate::error::HubError;

/// Whoever changes tables or makes a meeting holds this lock ("UsHB").
pub(super) const LOCK: i64 = 0x5573_4842;

/// Each brings the tables to its version, which is its place from 1 on. One statement each for what a
/// distributed PostgreSQL shards by: every key starts with the meeting.
const MIGRATIONS: [&str; 4] = [
    "
CREATE TABLE usher.meetings (
    meeting     bytea PRIMARY KEY,
    incarnation bytea NOT NULL,
    device      bytea NOT NULL,
    epoch       bytea NOT NULL,
    follows     bytea,
    cursor      bigint NOT NULL DEFAULT 0,
    forks       bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 50);
CREATE TABLE usher.events (
    meeting bytea NOT NULL,
    cursor  bigint NOT NULL,
    device  bytea NOT NULL,
    epoch   bytea NOT NULL,
    seq     bigint NOT NULL,
    hash    bytea NOT NULL,
    event   bytea NOT NULL,
    PRIMARY KEY (meeting, cursor),
    UNIQUE (meeting, device, epoch, seq)
) PARTITION BY HASH (meeting);
DO $$ BEGIN
    FOR part IN 0..7 LOOP
        EXECUTE format(
            'CREATE TABLE usher.events_%s PARTITION OF usher.events FOR VALUES WITH (MODULUS 8, REMAINDER %s)',
            part, part);
    END LOOP;
END $$;
CREATE TABLE usher.forks (
    meeting bytea NOT NULL,
    device  bytea NOT NULL,
    epoch   bytea NOT NULL,
    seq     bigint NOT NULL,
    hash    bytea NOT NULL,
    event   bytea NOT NULL,
    seen_ms bigint NOT NULL,
    PRIMARY KEY (meeting, device, epoch, seq, hash)
);
CREATE TABLE usher.aside (
    meeting bytea NOT NULL,
    device  bytea NOT NULL,
    epoch   bytea NOT NULL,
    seq     bigint NOT NULL,
    hash    bytea NOT NULL,
    event   bytea NOT NULL,
    PRIMARY KEY (meeting, device, epoch, seq)
);
",
    "
CREATE TABLE usher.windows (
    meeting    bytea PRIMARY KEY,
    code       bytea NOT NULL,
    tries_left integer NOT NULL,
    ends       timestamptz NOT NULL,
    opening    bigint NOT NULL
);
",
    "
CREATE TABLE usher.durable (
    meeting     bytea NOT NULL,
    incarnation bytea NOT NULL,
    process     bytea NOT NULL,
    cursor      bigint NOT NULL,
    PRIMARY KEY (meeting, incarnation, process)
) WITH (fillfactor = 50);
INSERT INTO usher.durable SELECT meeting, incarnation, '', cursor FROM usher.meetings;
",
    "
CREATE TABLE usher.roots (
    meeting    bytea NOT NULL,
    commitment text NOT NULL,
    sealed     bytea NOT NULL,
    PRIMARY KEY (meeting, commitment)
);
",
];

/// Version of the tables.
const VERSION: i64 = MIGRATIONS.len() as i64;

/// Brings the tables up to date; processes that start together wait for the first.
pub(super) fn migrate(client: &mut Client, place: &Path) -> Result<(), HubError> {
    let database = |error| told(place, &error);
    let found = version(client).map_err(database)?;
    if found > VERSION {
        return Err(HubError::NewerSchema { path: place.to_owned(), found, known: VERSION });
    }
    if found == VERSION {
        return Ok(());
    }
    let mut transaction = client.transaction().map_err(database)?;
    transaction.execute("SELECT pg_advisory_xact_lock($1)", &[&LOCK]).map_err(database)?;
    transaction
        .batch_execute(
            "CREATE SCHEMA IF NOT EXISTS usher;
             CREATE TABLE IF NOT EXISTS usher.migrations (version bigint PRIMARY KEY, at timestamptz NOT NULL)",
        )
        .map_err(database)?;
    let row = transaction.query_one("SELECT coalesce(max(version), 0) FROM usher.migrations", &[]).map_err(database)?;
    let done = usize::try_from(row.get::<_, i64>(0)).unwrap_or(usize::MAX);
    for (place_in_list, migration) in MIGRATIONS.iter().enumerate().skip(done) {
        let version = place_in_list as i64 + 1;
        transaction.batch_execute(migration).map_err(database)?;
        transaction.execute("INSERT INTO usher.migrations VALUES ($1, now())", &[&version]).map_err(database)?;
    }
    transaction.commit().map_err(database)
}

fn version(client: &mut Client) -> Result<i64, postgres::Error> {
    let there: bool = client.query_one("SELECT to_regclass('usher.migrations') IS NOT NULL", &[])?.get(0);
    if !there {
        return Ok(0);
    }
    Ok(client.query_one("SELECT coalesce(max(version), 0) FROM usher.migrations", &[])?.get(0))
}
