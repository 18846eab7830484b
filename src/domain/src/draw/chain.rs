//! The chain of secrets: `S_(i-1) = SHA-256("OLP1/link\n" || S_i)`, the commitment being `S_0`. Round `i` uses `S_i`, so
//! that what it reveals shows nothing of the rounds after it.

use std::fmt;
use std::str::FromStr;

use sha2::{Digest, Sha256};

use super::fault::DrawFault;
use super::text::{hash_bytes, no_name};

/// Links of the shortest chain.
const FEWEST_LINKS: u32 = 64;
/// Links of the longest chain.
pub const MOST_LINKS: u32 = 999_999;

/// A public hash of a draw: the commitment, a link that was revealed, the list, the rules.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hash256([u8; 32]);

impl Hash256 {
    /// SHA-256 of bytes.
    pub fn of(bytes: &[u8]) -> Hash256 {
        Hash256(Sha256::digest(bytes).into())
    }
}

/// One link of the chain, secret until its round is revealed. Its debug form shows nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret([u8; 32]);

impl Secret {
    /// From 32 bytes.
    pub fn new(bytes: [u8; 32]) -> Secret {
        Secret(bytes)
    }

    /// The link before this one, which may be shown once this one's round is drawn.
    pub fn link_before(&self) -> Hash256 {
        Hash256(link(&self.0))
    }

    /// Whether so many links back from this one is `earlier`: 1 = the link before.
    pub fn leads_to(&self, earlier: &Hash256, links_back: u32) -> bool {
        links_back <= MOST_LINKS && walk(self.0, links_back) == earlier.0
    }

    /// 64 hex digits: only for the event and the papers of a revealed or void round.
    pub fn reveal_hex(&self) -> String {
        data_encoding::HEXLOWER.encode(&self.0)
    }

    /// The 32 bytes: only for keys of rounds and for sealing the backup.
    pub fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// The root `S_m` with its length: what the hub keeps beside its log, and what the sealed envelope holds.
#[derive(Clone, PartialEq, Eq)]
pub struct Root {
    secret: Secret,
    links: u32,
}

impl Root {
    /// Of 32 random bytes of the operating system; `links` from 1 to [`MOST_LINKS`].
    pub fn new(secret: Secret, links: u32) -> Root {
        Root { secret, links: links.clamp(1, MOST_LINKS) }
    }

    /// `m`: the last link that a round can use.
    pub fn links(&self) -> u32 {
        self.links
    }

    /// `S_m`, for the sealed backup.
    pub fn secret(&self) -> &Secret {
        &self.secret
    }

    /// `S_0`: printed before anybody orders.
    pub fn commitment(&self) -> Hash256 {
        Hash256(walk(self.secret.0, self.links))
    }

    /// `S_i` of round `i`, from 1; none beyond the chain.
    pub fn secret_of(&self, round: u32) -> Option<Secret> {
        let known = (1..=self.links).contains(&round);
        known.then(|| Secret(walk(self.secret.0, self.links - round)))
    }
}

/// Three links per planned round, at least 64.
pub fn links_for(planned_rounds: u16) -> u32 {
    (u32::from(planned_rounds) * 3).max(FEWEST_LINKS)
}

fn link(secret: &[u8; 32]) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(b"OLP1/link\n");
    hash.update(secret);
    hash.finalize().into()
}

fn walk(from: [u8; 32], links: u32) -> [u8; 32] {
    (0..links).fold(from, |at, _| link(&at))
}

impl FromStr for Hash256 {
    type Err = DrawFault;
    fn from_str(text: &str) -> Result<Hash256, DrawFault> {
        hash_bytes(text).map(Hash256).ok_or_else(|| no_name(text, "a hash of 64 small hex digits"))
    }
}

impl FromStr for Secret {
    type Err = DrawFault;
    fn from_str(text: &str) -> Result<Secret, DrawFault> {
        hash_bytes(text).map(Secret).ok_or_else(|| no_name("…", "a secret of 64 small hex digits"))
    }
}

impl fmt::Display for Hash256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&data_encoding::HEXLOWER.encode(&self.0))
    }
}

impl fmt::Debug for Hash256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Hash256({self})")
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl fmt::Debug for Root {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Root(…, {} links)", self.links)
    }
}
