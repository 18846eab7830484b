//! Backup and restore of the whole file. A backup is checked before it gets its name; a restore reaches
//! its end even when the power goes in the middle, and always begins a new life of the log.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags};

use crate::error::{Rejection, StoreError};
use crate::folder::{self, Folder};
use crate::open::{DATABASE, Epoch, EpochReason, Options, Store, insert_epoch};
use crate::{journal, schema, verify};

/// A complete restored database that waits to take the old one's place.
const RESTORED: &str = "restored.db";
const RESTORING: &str = "restoring.tmp";

impl Store {
    /// Writes a copy of the store to `target`, which must not exist; readable by the owner only where
    /// the disk knows permissions. Writing goes on meanwhile.
    ///
    /// # Errors
    /// `Rejected(Exists)`, `Corrupt` when the copy is not whole, or a fault of the target's disk. The
    /// store itself stays usable.
    pub fn backup(&self, target: &Path) -> Result<(), StoreError> {
        if target.exists() {
            let path = target.to_owned();
            return Err(Rejection::Exists { path }.into());
        }
        let mut unfinished = target.as_os_str().to_owned();
        unfinished.push(".unfinished");
        let unfinished = PathBuf::from(unfinished);
        remove_if_there(&unfinished)?;
        let done = self.copy_to(&unfinished);
        if done.is_err() {
            remove_if_there(&unfinished)?;
            return done;
        }
        rename(&unfinished, target)
    }

    /// Puts a backup in the place of what is in `folder` and opens it. What was there is kept beside it
    /// as `replaced-N.db`. The log begins a new epoch (`options.new_epoch`), and print jobs that were
    /// not settled become doubtful: they may have been printed since.
    ///
    /// # Errors
    /// As [`Store::open`]; the old store is untouched when the backup is not whole.
    pub fn restore(folder: &Path, backup: &Path, options: &Options) -> Result<Store, StoreError> {
        let folder = Folder::hold(folder)?;
        finish_restore(&folder)?;
        let restoring = folder.file(RESTORING);
        remove_if_there(&restoring)?;
        folder::private_file(&restoring)?;
        fs::copy(backup, &restoring)
            .and_then(|_| private(&restoring))
            .map_err(|error| StoreError::from_io(backup, error))?;
        renew(&restoring, options)?;
        sync_file(&restoring)?;
        // From this rename on the restore happens, now or at the next start.
        rename(&restoring, &folder.file(RESTORED))?;
        Store::open_held(folder, options)
    }

    fn copy_to(&self, target: &Path) -> Result<(), StoreError> {
        folder::private_file(target)?;
        let name = target.to_string_lossy();
        self.connection
            .execute("VACUUM INTO ?1", [name.as_ref()])
            .map_err(|error| StoreError::from_sqlite(target, error))?;
        sync_file(target)?;
        check_whole(target)
    }
}

/// Ends a restore that was cut off. Every step may have happened already.
pub(crate) fn finish_restore(folder: &Folder) -> Result<(), StoreError> {
    let restored = folder.file(RESTORED);
    if !restored.exists() {
        return Ok(());
    }
    let number = (1..)
        .find(|number| !folder.file(&replaced(*number, "")).exists())
        .expect("a folder has fewer files than numbers");
    // The old write-ahead log goes first: SQLite would play it into the restored database.
    for suffix in ["-wal", "-shm", ""] {
        let old = folder.file(&format!("{DATABASE}{suffix}"));
        if old.exists() {
            rename(&old, &folder.file(&replaced(number, suffix)))?;
        }
    }
    rename(&restored, &folder.file(DATABASE))
}

fn replaced(number: u32, suffix: &str) -> String {
    format!("replaced-{number}.db{suffix}")
}

/// Checks the copy and begins its new life.
fn renew(path: &Path, options: &Options) -> Result<(), StoreError> {
    let sqlite = |error| StoreError::from_sqlite(path, error);
    check_whole(path)?;
    let mut connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE).map_err(sqlite)?;
    connection.pragma_update_and_check(None, "journal_mode", "DELETE", |_| Ok(())).map_err(sqlite)?;
    schema::migrate(&mut connection, path, schema::STEPS)?;
    let transaction = connection.transaction().map_err(sqlite)?;
    let epoch = Epoch { epoch: options.new_epoch, reason: EpochReason::Restored };
    insert_epoch(&transaction, epoch, options.fingerprint).map_err(sqlite)?;
    journal::doubt_unsettled(&transaction).map_err(sqlite)?;
    transaction.commit().map_err(sqlite)
}

fn check_whole(path: &Path) -> Result<(), StoreError> {
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)
        .map_err(|error| StoreError::from_sqlite(path, error))?;
    if schema::check(&connection, path)? == 0 {
        let path = path.to_owned();
        return Err(StoreError::NotUsher { path });
    }
    verify::demand_whole(&connection, path)
}

fn private(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(0o600))
}

fn sync_file(path: &Path) -> Result<(), StoreError> {
    File::open(path).and_then(|file| file.sync_all()).map_err(|error| StoreError::from_io(path, error))
}

fn rename(from: &Path, to: &Path) -> Result<(), StoreError> {
    fs::rename(from, to).map_err(|error| StoreError::from_io(from, error))?;
    folder::sync_folder(to.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new(".")))
}

fn remove_if_there(path: &Path) -> Result<(), StoreError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(StoreError::from_io(path, error)),
        _ => Ok(()),
    }
}
