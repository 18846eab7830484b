//! The meeting's secret keys, in one file of the hub's folder that is made once and never overwritten. Sends none of them anywhere.

pub mod pin;

use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use crypto_box::SecretKey;
use data_encoding::HEXLOWER;
use ed25519_dalek::SigningKey;
use serde::{Deserialize, Serialize};
use sync::MeetingId;

pub use pin::{PinFault, hash_pin};

/// Folder of the keys within the hub's folder.
const FOLDER: &str = "keys";
const FILE: &str = "meeting.json";
/// Names the meeting, so that whoever has the keys knows it; no secret.
const MEETING: &str = "meeting.id";
/// Larger than any key file can be.
const MAX_BYTES: u64 = 16 * 1024;

/// Everything secret about a meeting. `Debug` shows nothing.
#[derive(Clone)]
pub struct MeetingKeys {
    /// Number of the invitation key inside tokens.
    pub invitation_key: u8,
    /// Signs invitations.
    pub invitation: SigningKey,
    /// Opens sealed phones and addresses; its public half seals them.
    pub contact: SecretKey,
    /// Key of phone hashes.
    pub phone_key: [u8; 32],
    /// Pepper of PIN hashes.
    pub pin_pepper: [u8; 32],
    /// The hub's own identity.
    pub hub: SigningKey,
}

impl std::fmt::Debug for MeetingKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MeetingKeys(…)")
    }
}

/// Why the keys cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyFault {
    /// There is no key file.
    #[error("there are no meeting keys in {0}; `usher import` makes them")]
    Missing(PathBuf),
    /// Others may read the secret file or folder.
    #[error("{path} can be read by others (mode {mode:o}); run: chmod {wanted:o} '{path}'", path = .path.display())]
    Permissions {
        /// File or folder.
        path: PathBuf,
        /// Its mode.
        mode: u32,
        /// The mode it should have.
        wanted: u32,
    },
    /// The file is not what was written once.
    #[error("{path} is damaged ({reason}); restore it from the backup of the hub's folder: without it no invitation and no phone number of this meeting can be read", path = .path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// The system refused.
    #[error("{path}: {source}", path = .path.display())]
    Io {
        /// File or folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The operating system gives no random bytes.
    #[error("the operating system gives no random bytes: {0}")]
    Random(getrandom::Error),
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    version: u8,
    invitation_key: u8,
    invitation: String,
    contact: String,
    phone_key: String,
    pin_pepper: String,
    hub: String,
}

impl MeetingKeys {
    /// The keys of the hub's folder; makes folder and keys when there are none.
    ///
    /// # Errors
    /// See [`KeyFault`]; an existing file is never written.
    pub fn load_or_create(hub_folder: &Path) -> Result<MeetingKeys, KeyFault> {
        match MeetingKeys::load(hub_folder) {
            Err(KeyFault::Missing(_)) => {}
            other => return other,
        }
        MeetingKeys::generate()?.store_copy(hub_folder)?;
        // Another process may have been first: what counts is the file.
        MeetingKeys::load(hub_folder)
    }

    /// Puts these keys into a folder of a hub or of a backup, made when it does not exist; keys that are there stay.
    ///
    /// # Errors
    /// `Permissions` or `Io`.
    pub fn store_copy(&self, hub_folder: &Path) -> Result<(), KeyFault> {
        let folder = hub_folder.join(FOLDER);
        fs::DirBuilder::new().recursive(true).mode(0o700).create(&folder).map_err(io(&folder))?;
        check_mode(&folder, 0o700)?;
        write_once(&folder, &self.to_json())
    }

    /// The keys of the hub's folder.
    ///
    /// # Errors
    /// [`KeyFault::Missing`] when there are none yet; else as named.
    pub fn load(hub_folder: &Path) -> Result<MeetingKeys, KeyFault> {
        let folder = hub_folder.join(FOLDER);
        let path = folder.join(FILE);
        if !path.exists() {
            return Err(KeyFault::Missing(folder));
        }
        check_mode(&folder, 0o700)?;
        check_mode(&path, 0o600)?;
        let size = fs::metadata(&path).map_err(io(&path))?.len();
        let damaged = |reason: String| KeyFault::Damaged { path: path.clone(), reason };
        if size > MAX_BYTES {
            return Err(damaged(format!("{size} bytes")));
        }
        let text = fs::read_to_string(&path).map_err(io(&path))?;
        let stored: Stored = serde_json::from_str(&text).map_err(|fault| damaged(format!("line {}", fault.line())))?;
        MeetingKeys::from_stored(&stored).ok_or_else(|| damaged("a key is not 64 hex digits".into()))
    }

    /// The meeting that the keys of this folder belong to; none before its hub ran for the first time.
    pub fn meeting(hub_folder: &Path) -> Option<MeetingId> {
        fs::read_to_string(hub_folder.join(FOLDER).join(MEETING)).ok()?.trim().parse().ok()
    }

    /// Notes the meeting beside its keys.
    ///
    /// # Errors
    /// `Io`.
    pub fn note_meeting(hub_folder: &Path, meeting: MeetingId) -> Result<(), KeyFault> {
        let path = hub_folder.join(FOLDER).join(MEETING);
        fs::write(&path, format!("{meeting}\n")).map_err(io(&path))
    }

    /// Public half of the invitation key, 64 hex digits.
    pub fn invitation_public_hex(&self) -> String {
        HEXLOWER.encode(self.invitation.verifying_key().as_bytes())
    }

    /// Public half of the contact key, 64 hex digits.
    pub fn contact_public_hex(&self) -> String {
        HEXLOWER.encode(self.contact.public_key().as_bytes())
    }

    fn generate() -> Result<MeetingKeys, KeyFault> {
        let mut bytes = [[0; 32]; 5];
        for part in &mut bytes {
            getrandom::fill(part).map_err(KeyFault::Random)?;
        }
        let [invitation, contact, phone_key, pin_pepper, hub] = bytes;
        Ok(MeetingKeys {
            invitation_key: 1,
            invitation: SigningKey::from_bytes(&invitation),
            contact: SecretKey::from_bytes(contact),
            phone_key,
            pin_pepper,
            hub: SigningKey::from_bytes(&hub),
        })
    }

    fn to_json(&self) -> String {
        let stored = Stored {
            version: 1,
            invitation_key: self.invitation_key,
            invitation: HEXLOWER.encode(self.invitation.as_bytes()),
            contact: HEXLOWER.encode(&self.contact.to_bytes()),
            phone_key: HEXLOWER.encode(&self.phone_key),
            pin_pepper: HEXLOWER.encode(&self.pin_pepper),
            hub: HEXLOWER.encode(self.hub.as_bytes()),
        };
        serde_json::to_string_pretty(&stored).expect("text fields always serialise")
    }

    fn from_stored(stored: &Stored) -> Option<MeetingKeys> {
        let key = |text: &str| HEXLOWER.decode(text.as_bytes()).ok().and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
        Some(MeetingKeys {
            invitation_key: stored.invitation_key,
            invitation: SigningKey::from_bytes(&key(&stored.invitation)?),
            contact: SecretKey::from_bytes(key(&stored.contact)?),
            phone_key: key(&stored.phone_key)?,
            pin_pepper: key(&stored.pin_pepper)?,
            hub: SigningKey::from_bytes(&key(&stored.hub)?),
        })
    }
}

/// Complete or not there at all: written aside, synced, then linked to its name, which fails if the name is taken.
fn write_once(folder: &Path, text: &str) -> Result<(), KeyFault> {
    let aside = folder.join(format!(".{FILE}.{}", std::process::id()));
    let path = folder.join(FILE);
    let _ = fs::remove_file(&aside);
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&aside).map_err(io(&aside))?;
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(io(&aside))?;
    let linked = fs::hard_link(&aside, &path);
    let _ = fs::remove_file(&aside);
    match linked {
        Err(fault) if fault.kind() != std::io::ErrorKind::AlreadyExists => return Err(io(&path)(fault)),
        Err(_) | Ok(()) => {}
    }
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(io(folder))
}

fn check_mode(path: &Path, wanted: u32) -> Result<(), KeyFault> {
    let mode = fs::metadata(path).map_err(io(path))?.permissions().mode() & 0o777;
    if mode & 0o077 != 0 {
        return Err(KeyFault::Permissions { path: path.to_owned(), mode, wanted });
    }
    Ok(())
}

fn io(path: &Path) -> impl Fn(std::io::Error) -> KeyFault {
    let path = path.to_owned();
    move |source| KeyFault::Io { path: path.clone(), source }
}

#[cfg(test)]
mod tests;
