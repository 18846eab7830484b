//! Which machine this is, so that a disk that was moved or cloned is noticed. A clone that keeps the
//! machine's id is not noticed here: the hub reports its fork.

use std::fs;

use sha2::{Digest, Sha256};
use sync::Hash;

/// Hash of the machine's id; the id itself is a secret by its manual (machine-id(5)).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fingerprint(pub Hash);

impl Fingerprint {
    /// A machine without an id, as in some containers; fits every other.
    pub const UNKNOWN: Fingerprint = Fingerprint(Hash::ZERO);

    /// Of this machine, from `/etc/machine-id`.
    pub fn of_machine() -> Fingerprint {
        let text = fs::read_to_string("/etc/machine-id").unwrap_or_default();
        let id = text.trim();
        if id.is_empty() || id == "uninitialized" {
            return Fingerprint::UNKNOWN;
        }
        let digest = Sha256::new().chain_update(b"usher/machine/1\n").chain_update(id).finalize();
        Fingerprint(Hash(digest.into()))
    }

    pub(crate) fn fits(self, other: Fingerprint) -> bool {
        self == other || self == Fingerprint::UNKNOWN || other == Fingerprint::UNKNOWN
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_machine_fits_every_other() {
        let one = Fingerprint(Hash([1; 32]));
        let two = Fingerprint(Hash([2; 32]));
        assert!(one.fits(one) && one.fits(Fingerprint::UNKNOWN) && Fingerprint::UNKNOWN.fits(one));
        assert!(!one.fits(two));
        assert_eq!(Fingerprint::of_machine(), Fingerprint::of_machine());
    }
}
