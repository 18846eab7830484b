//! Pictures that the meeting file names become blobs under their SHA-256 in the hub's folder. Looks at no pixel.

use std::fs;
use std::path::{Path, PathBuf};

use data_encoding::HEXLOWER;
use domain::config::MeetingConfig;
use sha2::{Digest, Sha256};

/// Largest picture, in bytes.
const MAX_BYTES: u64 = 4 * 1024 * 1024;
/// Folder of the blobs within the hub's folder.
pub const FOLDER: &str = "blobs";

/// Why a picture cannot be taken over.
#[derive(Debug, thiserror::Error)]
#[error("{place}: the picture {path} {reason}", path = .path.display())]
pub struct PictureFault {
    place: String,
    path: PathBuf,
    reason: String,
}

/// A picture that was read and waits to be kept.
#[derive(Debug)]
pub struct Picture {
    name: String,
    bytes: Vec<u8>,
}

/// Reads every picture that `config` names relative to `folder` and puts its SHA-256 in place of the path.
///
/// # Errors
/// A picture that cannot be read, is too large, or is neither PNG nor JPEG nor SVG.
pub fn take_up(config: &mut MeetingConfig, folder: &Path) -> Result<Vec<Picture>, PictureFault> {
    let logo = config.look.logo.iter_mut().map(|logo| ("look.logo".to_owned(), logo));
    let prizes = config.prizes.iter_mut().enumerate();
    let prizes =
        prizes.filter_map(|(index, prize)| Some((format!("prizes[{index}].picture"), prize.picture.as_mut()?)));
    let mut pictures = Vec::new();
    for (place, named) in logo.chain(prizes) {
        if is_hash(named) {
            continue;
        }
        let path = folder.join(named.as_str());
        let bytes = read(&path).map_err(|reason| PictureFault { place, path, reason })?;
        let name = HEXLOWER.encode(&Sha256::digest(&bytes));
        named.clone_from(&name);
        pictures.push(Picture { name, bytes });
    }
    Ok(pictures)
}

/// Writes the pictures into the hub's folder.
///
/// # Errors
/// What the system said.
pub fn keep(pictures: &[Picture], hub_folder: &Path) -> std::io::Result<()> {
    if pictures.is_empty() {
        return Ok(());
    }
    let folder = hub_folder.join(FOLDER);
    fs::create_dir_all(&folder)?;
    for picture in pictures {
        let (aside, path) = (folder.join(format!(".{}", picture.name)), folder.join(&picture.name));
        fs::write(&aside, &picture.bytes)?;
        fs::rename(&aside, &path)?;
    }
    Ok(())
}

fn is_hash(named: &str) -> bool {
    named.len() == 64 && named.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    let size = fs::metadata(path).map_err(|fault| format!("cannot be read: {fault}"))?.len();
    if size > MAX_BYTES {
        return Err(format!("has {} KB; at most {} KB fit", size >> 10, MAX_BYTES >> 10));
    }
    let bytes = fs::read(path).map_err(|fault| format!("cannot be read: {fault}"))?;
    let head = String::from_utf8_lossy(bytes.get(..256.min(bytes.len())).unwrap_or_default()).into_owned();
    let known = bytes.starts_with(b"\x89PNG")
        || bytes.starts_with(b"\xff\xd8\xff")
        || head.contains("<svg")
        || head.contains("<?xml");
    if known { Ok(bytes) } else { Err("is neither PNG nor JPEG nor SVG".into()) }
}
