//! The hub's data folder: its permissions, its lock and a try whether its disk takes data.

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::error::HubError;

/// Room that must be left at the start, in bytes.
const LEAST_FREE_BYTES: usize = 4 * 1024 * 1024;
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
    /// Makes the folder when it is missing, checks it and locks it. A node's store uses the same
    /// lock, so that two roles never share a folder.
    pub(crate) fn hold(path: &Path) -> Result<Folder, HubError> {
        create(path)?;
        check_mode(path, FOLDER_MODE)?;
        let lock = lock(&path.join("usher.lock"))?;
        try_disk(path)?;
        Ok(Folder { path: path.to_owned(), _lock: lock })
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }
}

/// Makes an empty file that only its owner reads, or checks that an existing one is such.
pub(crate) fn private_file(path: &Path) -> Result<(), HubError> {
    match OpenOptions::new().write(true).create_new(true).mode(FILE_MODE).open(path) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => check_mode(path, FILE_MODE),
        Err(error) => Err(HubError::from_io(path, error)),
    }
}

fn create(path: &Path) -> Result<(), HubError> {
    let missing: Vec<&Path> = path.ancestors().take_while(|folder| !folder.exists()).collect();
    DirBuilder::new().recursive(true).mode(FOLDER_MODE).create(path).map_err(|error| HubError::from_io(path, error))?;
    sync_names(path, &missing)
}

/// Makes the names of files in the folder of this one durable. SQLite does so for its own, and does not say when it fails.
pub(crate) fn sync_entries_beside(file: &Path) -> Result<(), HubError> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(|error| HubError::from_io(folder, error))
}

/// Makes the names of new folders durable, and that of the last one also when an earlier start made it and died.
fn sync_names(path: &Path, missing: &[&Path]) -> Result<(), HubError> {
    for folder in missing.iter().copied().chain([path]) {
        let above = match folder.parent() {
            Some(above) if above.as_os_str().is_empty() => Path::new("."),
            Some(above) => above,
            None => continue,
        };
        match File::open(above).and_then(|folder| folder.sync_all()) {
            // Somebody else made it long ago and lets nobody read what is beside it.
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {}
            done => done.map_err(|error| HubError::from_io(above, error))?,
        }
    }
    Ok(())
}

fn check_mode(path: &Path, wanted: u32) -> Result<(), HubError> {
    let metadata = fs::metadata(path).map_err(|error| HubError::from_io(path, error))?;
    let mode = metadata.mode() & 0o777;
    if mode & !wanted == 0 {
        return Ok(());
    }
    Err(HubError::Permissions {
        path: path.to_owned(),
        what: format!("mode {mode:o} lets other users in, at most {wanted:o} is safe"),
        command: format!("chmod {wanted:o} '{}'", path.display()),
    })
}

fn lock(path: &Path) -> Result<File, HubError> {
    let io = |error| HubError::from_io(path, error);
    private_file(path)?;
    let mut file = OpenOptions::new().read(true).write(true).open(path).map_err(io)?;
    let mut tries = 0;
    while let Err(held) = file.try_lock() {
        let TryLockError::WouldBlock = held else { return Err(io(held.into())) };
        let pid = read_pid(&mut file);
        if pid != Some(std::process::id()) || tries == OWN_LOCK_TRIES {
            return Err(HubError::Locked { path: path.with_file_name(""), pid });
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
pub(crate) fn try_disk_of(file: &Path) -> Result<(), HubError> {
    try_disk(file.parent().unwrap_or(file))
}

/// Only writing tells full, read-only and failing disks apart from good ones.
fn try_disk(folder: &Path) -> Result<(), HubError> {
    let path = folder.join("hub.probe");
    let written = write_probe(&path);
    let removed = fs::remove_file(&path);
    written.and(removed).map_err(|error| HubError::from_io(folder, error))
}

fn write_probe(path: &Path) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(FILE_MODE).open(path)?;
    file.write_all(&vec![0x55; LEAST_FREE_BYTES])?;
    file.sync_all()
}
