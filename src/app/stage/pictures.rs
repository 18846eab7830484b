//! Pictures of prizes and of the picture scene, found in a folder by the SHA-256 of their file. Keeps none in memory.

use sha2::{Digest, Sha256};
use slint::{Rgba8Pixel, SharedPixelBuffer};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Files that are looked at, and the largest one, in bytes.
const MOST_FILES: usize = 500;
const MOST_BYTES: u64 = 20 * 1024 * 1024;

/// Where each picture is.
#[derive(Default)]
pub struct Pictures {
    files: BTreeMap<String, PathBuf>,
    first: Option<String>,
}

impl Pictures {
    /// Everything in `folder` that may be a picture; none without a folder.
    pub fn of(folder: Option<&Path>) -> Pictures {
        let Some(folder) = folder else { return Pictures::default() };
        let mut paths: Vec<PathBuf> = match fs::read_dir(folder) {
            Ok(entries) => entries.filter_map(|entry| Some(entry.ok()?.path())).take(MOST_FILES).collect(),
            Err(error) => {
                tracing::warn!("no pictures: {}: {error}", folder.display());
                Vec::new()
            }
        };
        paths.sort();
        let mut pictures = Pictures::default();
        for path in paths {
            let small = fs::metadata(&path).is_ok_and(|about| about.is_file() && about.len() <= MOST_BYTES);
            let is_png = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("png"));
            let Some(bytes) = fs::read(&path).ok().filter(|_| small && is_png) else { continue };
            let hash = data_encoding::HEXLOWER.encode(&Sha256::digest(&bytes));
            pictures.first.get_or_insert_with(|| hash.clone());
            pictures.files.insert(hash, path);
        }
        pictures
    }

    /// The first one by file name.
    pub fn first(&self) -> Option<&str> {
        self.first.as_deref()
    }

    /// The pixels; none of a picture that is not here or is none.
    pub fn load(&self, hash: &str) -> Option<SharedPixelBuffer<Rgba8Pixel>> {
        let path = self.files.get(hash)?;
        slint::Image::load_from_path(path).ok()?.to_rgba8()
    }
}
