//! The tables and their version.

/// Marks the file as a hub's log ("UsHB").
pub(super) const APPLICATION_ID: i64 = 0x5573_4842;

/// Version of the tables.
pub(super) const VERSION: i64 = 1;

pub(super) const TABLES: &str = "
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
";
