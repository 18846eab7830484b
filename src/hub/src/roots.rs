//! The roots of the lottery at rest: sealed under the hub's keys, so that neither a copy of the log nor a database of
//! other people shows what will be drawn. Where the box is kept is the store's.

use crypto_secretbox::aead::{Aead, KeyInit};
use crypto_secretbox::{Key, Nonce, XSalsa20Poly1305};
use domain::draw::{Hash256, Root, Secret};
use sync::MeetingId;

use crate::secrets::HubSecrets;

const NONCE_BYTES: usize = 24;
const SECRET_BYTES: usize = 32;

/// A root in its box.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedRoot {
    /// The commitment, 64 hex digits: public.
    pub commitment: String,
    /// Nonce and box.
    pub sealed: Vec<u8>,
}

impl SealedRoot {
    /// Seals a root with fresh random bytes.
    pub(crate) fn seal(secrets: &HubSecrets, meeting: MeetingId, root: &Root, nonce: [u8; NONCE_BYTES]) -> SealedRoot {
        let commitment = root.commitment();
        let mut plain = root.secret().bytes().to_vec();
        plain.extend_from_slice(&root.links().to_be_bytes());
        let boxed = cipher(secrets, meeting, &commitment).encrypt(Nonce::from_slice(&nonce), &plain[..]);
        let mut sealed = nonce.to_vec();
        sealed.extend(boxed.expect("36 bytes can be sealed"));
        SealedRoot { commitment: commitment.to_string(), sealed }
    }

    /// The root; none when the box was changed, belongs to other keys, or leads to another commitment.
    pub(crate) fn open(&self, secrets: &HubSecrets, meeting: MeetingId) -> Option<Root> {
        let commitment: Hash256 = self.commitment.parse().ok()?;
        let (nonce, boxed) = self.sealed.split_at_checked(NONCE_BYTES)?;
        let plain = cipher(secrets, meeting, &commitment).decrypt(Nonce::from_slice(nonce), boxed).ok()?;
        let (secret, links) = plain.split_at_checked(SECRET_BYTES)?;
        let root = Root::new(Secret::new(secret.try_into().ok()?), u32::from_be_bytes(links.try_into().ok()?));
        (root.commitment() == commitment).then_some(root)
    }
}

fn cipher(secrets: &HubSecrets, meeting: MeetingId, commitment: &Hash256) -> XSalsa20Poly1305 {
    XSalsa20Poly1305::new(Key::from_slice(&secrets.root_key(meeting, &commitment.to_string())))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRETS: HubSecrets = HubSecrets { phone_key: [1; 32], pin_pepper: [2; 32], signing_seed: [3; 32] };
    const MEETING: MeetingId = MeetingId([7; 16]);

    fn root() -> Root {
        Root::new(Secret::new([0xa5; 32]), 64)
    }

    #[test]
    fn sealed_root_opens_with_its_keys_only_and_shows_nothing() {
        let sealed = SealedRoot::seal(&SECRETS, MEETING, &root(), [9; 24]);
        assert_eq!(sealed.open(&SECRETS, MEETING), Some(root()));
        assert!(!sealed.sealed.windows(4).any(|bytes| bytes == [0xa5; 4]));
        let other = HubSecrets { signing_seed: [4; 32], ..SECRETS };
        assert_eq!(sealed.open(&other, MEETING), None);
        assert_eq!(sealed.open(&SECRETS, MeetingId([8; 16])), None);
        let elsewhere = SealedRoot { commitment: Hash256::of(b"x").to_string(), ..sealed.clone() };
        assert_eq!(elsewhere.open(&SECRETS, MEETING), None);
        for at in 0..sealed.sealed.len() {
            let mut changed = sealed.clone();
            changed.sealed[at] ^= 1;
            assert_eq!(changed.open(&SECRETS, MEETING), None, "byte {at}");
            changed.sealed.truncate(at);
            assert_eq!(changed.open(&SECRETS, MEETING), None, "{at} bytes");
        }
    }
}
