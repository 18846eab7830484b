//! The data folder: its permissions, its lock and a try whether its disk takes data.
//! Knows nothing of what the database in it holds.

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::error::StoreError;

/// Room that must be left at the start, in bytes: some thousand check-ins.
const LEAST_FREE_BYTES: usize = 1024 * 1024;

const FOLDER_MODE: u32 = 0o700;
const FILE_MODE: u32 = 0o600;

/// A lock that this process gave back a moment ago is still held by a child that it just starts, until that runs its
/// program.
const OWN_LOCK_TRIES: usize = 20;
const OWN_LOCK_PAUSE: Duration = Duration::from_millis(5);

/// A data folder held by this process. Dropping it, or dying, lets the next process in.
#[derive(Debug)]
pub(crate) struct Folder {
    path: PathBuf,
    /// The kernel releases the lock with the file, also after a kill -9.
    _lock: File,
}

impl Folder {
    /// Makes the folder when it is missing, checks it and locks it.
    pub(crate) fn hold(path: &Path) -> Result<Folder, StoreError> {
        create(path)?;
        check_owner(path)?;
        check_mode(path, FOLDER_MODE)?;
        let lock = lock(&path.join("usher.lock"))?;
        try_disk(&path.join("usher.probe"))?;
        Ok(Folder { path: path.to_owned(), _lock: lock })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }
}

/// Makes an empty file that only its owner reads, or checks that an existing one is such.
pub(crate) fn private_file(path: &Path) -> Result<(), StoreError> {
    let created = OpenOptions::new().write(true).create_new(true).mode(FILE_MODE).open(path);
    match created {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => check_mode(path, FILE_MODE),
        Err(error) => Err(StoreError::from_io(path, error)),
    }
}

/// Refuses a file or folder that others than its owner may use.
pub(crate) fn check_mode(path: &Path, wanted: u32) -> Result<(), StoreError> {
    let metadata = fs::metadata(path).map_err(|error| StoreError::from_io(path, error))?;
    let mode = metadata.mode() & 0o777;
    if mode & !wanted == 0 {
        return Ok(());
    }
    Err(StoreError::Permissions {
        path: path.to_owned(),
        what: format!("mode {mode:o} lets other users in, at most {wanted:o} is safe"),
        command: format!("chmod {wanted:o} '{}'", path.display()),
    })
}

/// Makes the entries of a folder (new, renamed and removed files) durable.
pub(crate) fn sync_folder(path: &Path) -> Result<(), StoreError> {
    File::open(path).and_then(|folder| folder.sync_all()).map_err(|error| StoreError::from_io(path, error))
}

fn create(path: &Path) -> Result<(), StoreError> {
    let missing: Vec<&Path> = path.ancestors().take_while(|folder| !folder.exists()).collect();
    DirBuilder::new()
        .recursive(true)
        .mode(FOLDER_MODE)
        .create(path)
        .map_err(|error| StoreError::from_io(path, error))?;
    sync_names(path, &missing)
}

/// Makes the names of new folders durable, and that of the last one also when an earlier start made it and died.
fn sync_names(path: &Path, missing: &[&Path]) -> Result<(), StoreError> {
    for folder in missing.iter().copied().chain([path]) {
        let above = match folder.parent() {
            Some(above) if above.as_os_str().is_empty() => Path::new("."),
            Some(above) => above,
            None => continue,
        };
        match sync_folder(above) {
            // Somebody else made it long ago and lets nobody read what is beside it.
            Err(StoreError::Permissions { .. }) => {}
            done => done?,
        }
    }
    Ok(())
}

/// A store that root opened once would hold files that its own user can never open again.
fn check_owner(path: &Path) -> Result<(), StoreError> {
    let owner = fs::metadata(path).map_err(|error| StoreError::from_io(path, error))?.uid();
    let Ok(process) = fs::metadata("/proc/self") else {
        return Ok(());
    };
    if process.uid() == owner {
        return Ok(());
    }
    Err(StoreError::Permissions {
        path: path.to_owned(),
        what: format!("it belongs to user {owner}, this process runs as user {}", process.uid()),
        command: format!("sudo -u '#{owner}' usher …"),
    })
}

fn lock(path: &Path) -> Result<File, StoreError> {
    let io = |error| StoreError::from_io(path, error);
    private_file(path)?;
    let mut file = OpenOptions::new().read(true).write(true).open(path).map_err(io)?;
    let mut tries = 0;
    while let Err(held) = file.try_lock() {
        let TryLockError::WouldBlock = held else { return Err(io(held.into())) };
        let pid = read_pid(&mut file);
        if pid != Some(std::process::id()) || tries == OWN_LOCK_TRIES {
            return Err(StoreError::Locked { path: path.with_file_name(""), pid });
        }
        tries += 1;
        std::thread::sleep(OWN_LOCK_PAUSE);
    }
    file.set_len(0).map_err(io)?;
    file.rewind().map_err(io)?;
    writeln!(file, "{}", std::process::id()).map_err(io)?;
    Ok(file)
}

/// The holder may be between its lock and its pid: then there is none to name.
fn read_pid(file: &mut File) -> Option<u32> {
    let mut text = String::new();
    file.rewind().ok()?;
    file.take(16).read_to_string(&mut text).ok()?;
    text.trim().parse().ok()
}

/// Whether the disk of this file takes data now.
pub(crate) fn try_disk_of(file: &Path) -> Result<(), StoreError> {
    try_disk(&file.with_file_name("usher.probe"))
}

/// Only writing tells full, read-only and failing disks apart from good ones.
fn try_disk(path: &Path) -> Result<(), StoreError> {
    let written = write_probe(path);
    let removed = fs::remove_file(path);
    written.and(removed).map_err(|error| StoreError::from_io(path.parent().unwrap_or(path), error))
}

fn write_probe(path: &Path) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(FILE_MODE).open(path)?;
    file.write_all(&vec![0x55; LEAST_FREE_BYTES])?;
    file.sync_all()
}
