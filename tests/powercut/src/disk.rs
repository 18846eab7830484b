//! A disk with a cache, as pessimistic as POSIX allows: written bytes are on it after a sync of their file, names
//! after a sync of their folder. Folders keep the order of their changes (every journalled file system does), the
//! bytes of a file keep none.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use crate::chance::Chance;
use crate::tape::Step;

const SECTOR_BYTES: u64 = 512;
const PAGE_BYTES: u64 = 4096;

/// What of the changes that no sync covers reaches the disk when the power goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Survivors {
    None,
    All,
    /// A random half of them, some torn at a sector or a page, some as zeros. Repeated by its seed.
    Some(u64),
}

/// A disk while a tape runs.
#[derive(Debug, Default)]
pub struct Disk {
    files: Vec<File>,
    by_number: BTreeMap<u64, usize>,
    folders: BTreeMap<u64, PathBuf>,
    names: Names,
    durable_names: Names,
    /// Changes of names by their folder, oldest first.
    waiting_names: BTreeMap<PathBuf, Vec<NameChange>>,
}

type Names = BTreeMap<PathBuf, Entry>;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Entry {
    File(usize),
    Folder,
}

#[derive(Debug, Clone)]
enum NameChange {
    Add(PathBuf, Entry),
    Remove(PathBuf),
    Move(PathBuf, PathBuf),
}

#[derive(Debug, Default)]
struct File {
    /// As a reader of the running system sees it.
    cached: Vec<u8>,
    durable: Vec<u8>,
    waiting: Vec<Change>,
}

#[derive(Debug, Clone)]
enum Change {
    Write { at: u64, data: Vec<u8> },
    Resize { len: u64 },
}

/// What a power cut leaves: files and folders by their path.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Rest {
    pub files: BTreeMap<PathBuf, Vec<u8>>,
    pub folders: BTreeSet<PathBuf>,
}

impl Disk {
    /// Plays one step.
    pub fn play(&mut self, step: &Step) {
        match step {
            Step::Open { file, path, is_new: true } => {
                self.by_number.insert(*file, self.files.len());
                self.change_names(NameChange::Add(path.clone(), Entry::File(self.files.len())));
                self.files.push(File::default());
            }
            Step::Open { file, path, is_new: false } => {
                if !self.by_number.contains_key(file) {
                    self.folders.insert(*file, path.clone());
                }
            }
            Step::Write { file, at, data } => self.change(*file, Change::Write { at: *at, data: data.clone() }),
            Step::Resize { file, len } => self.change(*file, Change::Resize { len: *len }),
            Step::Synced { file } => self.sync(*file),
            Step::SyncFailed { file } => self.forget(*file),
            Step::Unlink { path } => self.change_names(NameChange::Remove(path.clone())),
            Step::Rename { from, to } => self.change_names(NameChange::Move(from.clone(), to.clone())),
            Step::NewFolder { file, path } => {
                // The kernel gives the number of something removed to something new.
                self.by_number.remove(file);
                self.folders.insert(*file, path.clone());
                self.change_names(NameChange::Add(path.clone(), Entry::Folder));
            }
            Step::Fault { .. } | Step::Told(_) => {}
        }
    }

    /// What a reader of the running system sees.
    pub fn seen(&self) -> Rest {
        rest_of(&self.names, |file| self.files[file].cached.clone())
    }

    /// What is there after the power was cut now.
    pub fn cut(&self, survivors: Survivors) -> Rest {
        let mut chance = match survivors {
            Survivors::None | Survivors::All => Chance::new(0),
            Survivors::Some(seed) => Chance::new(seed),
        };
        let mut names = self.durable_names.clone();
        for changes in self.waiting_names.values() {
            let kept = match survivors {
                Survivors::None => 0,
                Survivors::All => changes.len(),
                Survivors::Some(_) => chance.below(changes.len() as u64 + 1) as usize,
            };
            changes[..kept].iter().for_each(|change| apply_name(&mut names, change));
        }
        rest_of(&names, |file| {
            let file = &self.files[file];
            let mut bytes = file.durable.clone();
            for change in &file.waiting {
                match survivors {
                    Survivors::None => {}
                    Survivors::All => apply(&mut bytes, change),
                    Survivors::Some(_) => survive(&mut bytes, change, &mut chance),
                }
            }
            bytes
        })
    }

    fn change(&mut self, file: u64, change: Change) {
        let file = *self.by_number.get(&file).expect("a file is opened before it changes");
        let file = &mut self.files[file];
        apply(&mut file.cached, &change);
        file.waiting.push(change);
    }

    fn sync(&mut self, number: u64) {
        if let Some(file) = self.by_number.get(&number) {
            let file = &mut self.files[*file];
            file.waiting.drain(..).for_each(|change| apply(&mut file.durable, &change));
        } else if let Some(folder) = self.folders.get(&number) {
            let changes = self.waiting_names.remove(folder).unwrap_or_default();
            changes.iter().for_each(|change| apply_name(&mut self.durable_names, change));
        }
    }

    /// Linux marks the pages of a failed sync as clean: no later sync writes them. Lengths are in the journal.
    fn forget(&mut self, number: u64) {
        if let Some(file) = self.by_number.get(&number) {
            self.files[*file].waiting.retain(|change| matches!(change, Change::Resize { .. }));
        }
    }

    fn change_names(&mut self, change: NameChange) {
        apply_name(&mut self.names, &change);
        let path = match &change {
            NameChange::Add(path, _) | NameChange::Remove(path) | NameChange::Move(_, path) => path,
        };
        let folder = path.parent().expect("what is watched lies in a folder").to_owned();
        self.waiting_names.entry(folder).or_default().push(change);
    }
}

impl Rest {
    /// Writes it below `folder`, where `root` was.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub fn put_down(&self, root: &Path, folder: &Path) -> io::Result<()> {
        let place = |path: &Path| folder.join(path.strip_prefix(root).expect("only the root is watched"));
        for path in &self.folders {
            fs::create_dir_all(place(path))?;
            fs::set_permissions(place(path), fs::Permissions::from_mode(0o700))?;
        }
        for (path, bytes) in &self.files {
            fs::write(place(path), bytes)?;
            fs::set_permissions(place(path), fs::Permissions::from_mode(0o600))?;
        }
        Ok(())
    }
}

fn apply_name(names: &mut Names, change: &NameChange) {
    match change {
        NameChange::Add(path, entry) => {
            names.insert(path.clone(), *entry);
        }
        NameChange::Remove(path) => {
            names.remove(path);
        }
        NameChange::Move(from, to) => {
            if let Some(entry) = names.remove(from) {
                names.insert(to.clone(), entry);
            }
        }
    }
}

/// A file is there when its folder is. The shared memory of SQLite is memory: it is gone.
fn rest_of(names: &Names, mut content: impl FnMut(usize) -> Vec<u8>) -> Rest {
    let folders = names.iter().filter(|(_, entry)| is_folder(entry)).map(|(path, _)| path.clone());
    let mut rest = Rest { folders: folders.collect(), files: BTreeMap::new() };
    for (path, entry) in names {
        let Entry::File(file) = entry else { continue };
        let is_memory = path.to_string_lossy().ends_with("-shm");
        if !is_memory && path.parent().is_some_and(|folder| rest.folders.contains(folder)) {
            rest.files.insert(path.clone(), content(*file));
        }
    }
    rest
}

fn is_folder(entry: &Entry) -> bool {
    *entry == Entry::Folder
}

fn apply(bytes: &mut Vec<u8>, change: &Change) {
    match change {
        Change::Write { at, data } => put(bytes, *at, data),
        Change::Resize { len } => bytes.resize(*len as usize, 0),
    }
}

fn put(bytes: &mut Vec<u8>, at: u64, data: &[u8]) {
    let at = at as usize;
    if bytes.len() < at + data.len() {
        bytes.resize(at + data.len(), 0);
    }
    bytes[at..at + data.len()].copy_from_slice(data);
}

/// One change meets its fate: lost, whole, torn, or only its length.
fn survive(bytes: &mut Vec<u8>, change: &Change, chance: &mut Chance) {
    let fate = chance.below(100);
    match change {
        _ if fate < 45 => {}
        Change::Write { at, data } if fate < 65 => tear(bytes, *at, data, chance),
        Change::Write { at, data } if fate < 70 => {
            let end = *at as usize + data.len();
            bytes.resize(bytes.len().max(end), 0);
        }
        Change::Write { .. } | Change::Resize { .. } => apply(bytes, change),
    }
}

/// A random choice of the sectors or pages of one write.
fn tear(bytes: &mut Vec<u8>, at: u64, data: &[u8], chance: &mut Chance) {
    let unit = if chance.percent(50) { SECTOR_BYTES } else { PAGE_BYTES };
    let mut begin = at;
    while begin < at + data.len() as u64 {
        let end = ((begin / unit + 1) * unit).min(at + data.len() as u64);
        if chance.percent(50) {
            put(bytes, begin, &data[(begin - at) as usize..(end - at) as usize]);
        }
        begin = end;
    }
}
