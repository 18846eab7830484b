//! Settings, keys and the hub's grant. What they mean is the caller's; the file is readable by its
//! owner only, which is why keys may lie beside the rest.

use rusqlite::{OptionalExtension, params};
use sync::{Grant, LogEpoch};

use crate::error::{Rejection, StoreError};
use crate::open::Store;

/// Longest setting or key in bytes.
const MAX_VALUE_BYTES: usize = 256 * 1024;

impl Store {
    /// A setting by its name.
    ///
    /// # Errors
    /// A fault of the disk.
    pub fn setting(&self, name: &str) -> Result<Option<String>, StoreError> {
        self.connection
            .query_row("SELECT value FROM setting WHERE name = ?1", [name], |row| row.get(0))
            .optional()
            .map_err(|error| StoreError::from_sqlite(&self.path, error))
    }

    /// Commits a setting, ≤ 256 KiB.
    ///
    /// # Errors
    /// `Rejected(TooMuch)`, or a fault of the disk.
    pub fn set_setting(&mut self, name: &str, value: &str) -> Result<(), StoreError> {
        let sql = "INSERT INTO setting (name, value) VALUES (?1, ?2)
                   ON CONFLICT (name) DO UPDATE SET value = excluded.value";
        check_len(value.len())?;
        self.write(|transaction, path| {
            transaction
                .execute(sql, params![name, value])
                .map(|_| ())
                .map_err(|error| StoreError::from_sqlite(path, error))
        })
    }

    /// A key by its name.
    ///
    /// # Errors
    /// A fault of the disk.
    pub fn key(&self, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.connection
            .query_row("SELECT value FROM secret_key WHERE name = ?1", [name], |row| row.get(0))
            .optional()
            .map_err(|error| StoreError::from_sqlite(&self.path, error))
    }

    /// Commits a key, ≤ 256 KiB.
    ///
    /// # Errors
    /// `Rejected(TooMuch)`, or a fault of the disk.
    pub fn set_key(&mut self, name: &str, value: &[u8]) -> Result<(), StoreError> {
        let sql = "INSERT INTO secret_key (name, value) VALUES (?1, ?2)
                   ON CONFLICT (name) DO UPDATE SET value = excluded.value";
        check_len(value.len())?;
        self.write(|transaction, path| {
            transaction
                .execute(sql, params![name, value])
                .map(|_| ())
                .map_err(|error| StoreError::from_sqlite(path, error))
        })
    }

    /// The hub's grant for the current epoch, none before enrolment.
    ///
    /// # Errors
    /// `Corrupt`, or a fault of the disk.
    pub fn grant(&self) -> Result<Option<Grant>, StoreError> {
        let Some(bytes) = self.key(&grant_name(self.epoch().epoch))? else {
            return Ok(None);
        };
        Grant::decode(&bytes)
            .map(Some)
            .map_err(|error| StoreError::corrupt(&self.path, None, format!("grant: {error}")))
    }

    /// Commits the hub's grant, which has to be for the current epoch.
    ///
    /// # Errors
    /// `Rejected(WrongGrant)`, or a fault of the disk.
    pub fn set_grant(&mut self, grant: &Grant) -> Result<(), StoreError> {
        if grant.epoch != self.epoch().epoch {
            return Err(Rejection::WrongGrant.into());
        }
        self.set_key(&grant_name(grant.epoch), &grant.encode())
    }
}

fn grant_name(epoch: LogEpoch) -> String {
    format!("grant/{epoch}")
}

fn check_len(len: usize) -> Result<(), Rejection> {
    if len <= MAX_VALUE_BYTES {
        return Ok(());
    }
    Err(Rejection::TooMuch { what: "value", found: len as u64, limit: MAX_VALUE_BYTES as u64 })
}
