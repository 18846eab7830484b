//! Backup and restore of the hub's file. A backup is checked before it gets its name; a restore reaches
//! its end even when the power goes in the middle, and always begins a new life of the hub.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags, OptionalExtension, params};
use sync::{Chains, MeetingId};

use super::open::{self, DATABASE};
use super::reader;
use crate::error::HubError;
use crate::folder::{self, Folder};
use crate::store::random;

/// A complete restored file that waits to take the old one's place.
const RESTORED: &str = "restored.db";
const RESTORING: &str = "restoring.tmp";

/// Writes a copy of the hub's log in `folder` to `target`, which must not exist, and checks every
/// event of the copy. The hub may go on meanwhile, in this process or another.
///
/// # Errors
/// `Exists`, `Corrupt` when the copy is not whole, or a fault of either disk. Then there is no target.
pub fn backup(folder: &Path, target: &Path) -> Result<(), HubError> {
    if target.exists() {
        return Err(HubError::Exists { path: target.to_owned() });
    }
    let mut unfinished = target.as_os_str().to_owned();
    unfinished.push(".unfinished");
    let unfinished = PathBuf::from(unfinished);
    remove_if_there(&unfinished)?;
    match copy(&folder.join(DATABASE), &unfinished) {
        Ok(()) => rename(&unfinished, target),
        Err(error) => {
            remove_if_there(&unfinished)?;
            Err(error)
        }
    }
}

/// Puts a backup in the place of what is in the folder, in a new life of the hub. What was there is
/// kept beside it as `replaced-N.db`.
pub(super) fn restore(folder: &Folder, backup: &Path) -> Result<(), HubError> {
    finish_restore(folder)?;
    let restoring = folder.file(RESTORING);
    remove_if_there(&restoring)?;
    folder::private_file(&restoring)?;
    let copied = File::open(backup).and_then(|mut from| {
        let mut to = File::options().write(true).open(&restoring)?;
        std::io::copy(&mut from, &mut to)
    });
    copied.map_err(|error| HubError::from_io(backup, error))?;
    check_whole(&restoring)?;
    begin_life(&restoring)?;
    sync_file(&restoring)?;
    // From this rename on the restore happens, now or at the next start.
    rename(&restoring, &folder.file(RESTORED))?;
    finish_restore(folder)
}

/// Ends a restore that was cut off. Every step may have happened already.
pub(super) fn finish_restore(folder: &Folder) -> Result<(), HubError> {
    let restored = folder.file(RESTORED);
    if !restored.exists() {
        return Ok(());
    }
    let replaced = |number: u32, suffix: &str| folder.file(&format!("replaced-{number}.db{suffix}"));
    let number = (1..).find(|number| !replaced(*number, "").exists()).expect("a folder has fewer files than numbers");
    // The old write-ahead log goes first: SQLite would play it into the restored file.
    for suffix in ["-wal", "-shm", ""] {
        let old = folder.file(&format!("{DATABASE}{suffix}"));
        if old.exists() {
            rename(&old, &replaced(number, suffix))?;
        }
    }
    rename(&restored, &folder.file(DATABASE))
}

fn copy(database: &Path, target: &Path) -> Result<(), HubError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let source =
        Connection::open_with_flags(database, flags).map_err(|error| HubError::from_sqlite(database, &error))?;
    folder::private_file(target)?;
    let name = target.to_string_lossy();
    source.execute("VACUUM INTO ?1", [name.as_ref()]).map_err(|error| HubError::from_sqlite(target, &error))?;
    sync_file(target)?;
    check_whole(target)
}

/// Every page, every event, every chain.
fn check_whole(path: &Path) -> Result<(), HubError> {
    let sqlite = |error: rusqlite::Error| HubError::from_sqlite(path, &error);
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).map_err(sqlite)?;
    open::check_format(&connection, path)?;
    let verdict: String = connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0)).map_err(sqlite)?;
    if verdict != "ok" {
        return Err(HubError::corrupt(path, None, verdict));
    }
    let meeting = connection.query_row("SELECT meeting FROM meetings", [], |row| row.get(0)).optional();
    let meeting = meeting.map_err(|_| HubError::NotUsher { path: path.to_owned() })?;
    let meeting = meeting.map(MeetingId).ok_or_else(|| HubError::corrupt(path, None, "it names no meeting"))?;
    let (mut chains, mut last) = (Chains::new(), 0);
    reader::for_each(&connection, path, meeting, 0, &mut |cursor, event| {
        if cursor != last + 1 {
            return Err(HubError::corrupt(path, Some(cursor), "the cursor before is missing"));
        }
        last = cursor;
        chains.append(&event).map_err(|fault| HubError::corrupt(path, Some(cursor), fault))?;
        Ok(true)
    })
    .map(drop)
}

/// The copy must never speak for the life that it was taken from.
fn begin_life(path: &Path) -> Result<(), HubError> {
    let sqlite = |error: rusqlite::Error| HubError::from_sqlite(path, &error);
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE).map_err(sqlite)?;
    connection.pragma_update_and_check(None, "journal_mode", "DELETE", |_| Ok(())).map_err(sqlite)?;
    let life = params![random::<16>(), random::<16>()];
    connection.execute("UPDATE meetings SET incarnation = ?1, epoch = ?2", life).map(drop).map_err(sqlite)
}

fn sync_file(path: &Path) -> Result<(), HubError> {
    File::open(path).and_then(|file| file.sync_all()).map_err(|error| HubError::from_io(path, error))
}

fn rename(from: &Path, to: &Path) -> Result<(), HubError> {
    let folder = to.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::rename(from, to).and_then(|()| File::open(folder)?.sync_all()).map_err(|error| HubError::from_io(from, error))
}

fn remove_if_there(path: &Path) -> Result<(), HubError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(HubError::from_io(path, error)),
        _ => Ok(()),
    }
}
