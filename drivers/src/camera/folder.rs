//! A camera that is none: it plays the pictures of a folder, for tests and demonstrations. Files are shown in the
//! order of their names, each once; those that are added while it runs follow. After the last one it goes on showing
//! that, as a camera does that nobody moves before.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use print::Fault;

use super::watch::Watch;
use super::{End, Outlet};
use crate::Trouble;
use crate::decode::{Luma, read_luma};

/// Five pictures a second.
const BETWEEN: Duration = Duration::from_millis(200);
/// No more than so many files of a folder are played.
const MOST_FILES: usize = 100_000;

pub(super) fn watch(folder: &Path, outlet: &mut Outlet) -> End {
    let mut player = Player { folder, played: BTreeSet::new(), shown: None };
    if let Err(error) = std::fs::read_dir(folder) {
        return End::Failed(Trouble::from_io(&folder.display().to_string(), &error));
    }
    if !outlet.ready() {
        return End::Stopped;
    }
    let mut watch = Watch::default();
    loop {
        match player.next() {
            Ok(Some(picture)) if !outlet.look(&mut watch, picture) => return End::Stopped,
            Ok(_) => {}
            Err(trouble) => return End::Failed(trouble),
        }
        if !outlet.rest(BETWEEN) {
            return End::Stopped;
        }
    }
}

struct Player<'a> {
    folder: &'a Path,
    played: BTreeSet<PathBuf>,
    shown: Option<Luma<'static>>,
}

impl Player<'_> {
    /// The next file's picture, or the last one again. Files that are no pictures are passed over.
    fn next(&mut self) -> Result<Option<&Luma<'static>>, Trouble> {
        while let Some(file) = self.next_file()? {
            self.played.insert(file.clone());
            match read_luma(&file) {
                Ok(picture) => {
                    self.shown = Some(picture);
                    break;
                }
                Err(error) => tracing::warn!("{}: {error}", file.display()),
            }
        }
        Ok(self.shown.as_ref())
    }

    fn next_file(&self) -> Result<Option<PathBuf>, Trouble> {
        let gone = |error| Trouble::new(Fault::Disconnected, format!("{}: {error}", self.folder.display()));
        let entries = std::fs::read_dir(self.folder).map_err(gone)?;
        let files = entries.take(MOST_FILES).filter_map(|entry| entry.ok()).map(|entry| entry.path());
        Ok(files.filter(|file| is_picture(file) && !self.played.contains(file)).min())
    }
}

/// A file that is still being written has another ending, so that half a picture is not played.
fn is_picture(file: &Path) -> bool {
    let ending = file.extension().and_then(|ending| ending.to_str()).unwrap_or_default().to_ascii_lowercase();
    ["png", "jpg", "jpeg", "webp", "bmp", "gif", "pgm", "ppm", "pnm"].contains(&ending.as_str())
}
