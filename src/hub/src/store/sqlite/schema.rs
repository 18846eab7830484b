//! The tables and their version.

/// Marks the file as a hub's log ("UsHB").
pub(super) const APPLICATION_ID: i64 = 0x5573_4842;

/// Each brings the tables to its version, which is its place from 1 on.
pub(super) const MIGRATIONS: [&str; 3] = [
    "
CREATE TABLE meetings (
    meeting     BLOB PRIMARY KEY,
    incarnation BLOB NOT NULL,
    device      BLOB NOT NULL,
    epoch       BLOB NOT NULL
) STRICT;
CREATE TABLE events (
    meeting BLOB NOT NULL,
    cursor  INTEGER NOT NULL,
    device  BLOB NOT NULL,
    epoch   BLOB NOT NULL,
    seq     INTEGER NOT NULL,
    hash    BLOB NOT NULL,
    event   BLOB NOT NULL,
    PRIMARY KEY (meeting, cursor),
    UNIQUE (meeting, device, epoch, seq)
) STRICT;
CREATE TABLE forks (
    meeting BLOB NOT NULL,
    device  BLOB NOT NULL,
    epoch   BLOB NOT NULL,
    seq     INTEGER NOT NULL,
    hash    BLOB NOT NULL,
    event   BLOB NOT NULL,
    seen_ms INTEGER NOT NULL,
    PRIMARY KEY (meeting, device, epoch, seq, hash)
) STRICT;
",
    "
ALTER TABLE meetings ADD COLUMN follows BLOB;
CREATE TABLE aside (
    meeting BLOB NOT NULL,
    device  BLOB NOT NULL,
    epoch   BLOB NOT NULL,
    seq     INTEGER NOT NULL,
    hash    BLOB NOT NULL,
    event   BLOB NOT NULL,
    PRIMARY KEY (meeting, device, epoch, seq)
) STRICT;
",
    "
CREATE TABLE roots (
    meeting    BLOB NOT NULL,
    commitment TEXT NOT NULL,
    sealed     BLOB NOT NULL,
    PRIMARY KEY (meeting, commitment)
) STRICT;
",
];

/// Version of the tables.
pub(super) const VERSION: i64 = MIGRATIONS.len() as i64;
