//! The code on a slip's paper: which slip, which revision, which part, and a hash of what it says. It tells an old or
//! foreign paper from the signed one; it is no signature, and ink that was changed by hand is for eyes.

use std::fmt;

use data_encoding::BASE32_NOPAD;
use sha2::{Digest, Sha256};

use crate::event::{SlipContent, SlipCopy};
use crate::ids::SlipId;
use crate::scan::Scan;

/// Bytes of the hash that are printed: sixteen letters.
const HASH_BYTES: usize = 10;

/// What stands in the code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SlipCode {
    /// Which slip.
    pub slip: SlipId,
    /// The revision on the paper.
    pub revision: u32,
    /// Which part; none on carbonless forms, which are printed once for all of them.
    pub copy: Option<SlipCopy>,
    hash: [u8; HASH_BYTES],
}

impl SlipCode {
    /// The code of a part of this slip. Where the goods go, who is called and free words are not in the hash: they are
    /// destroyed after the meeting, and the paper stays the slip's.
    pub fn of(slip: SlipId, revision: u32, content: &SlipContent, copy: Option<SlipCopy>) -> SlipCode {
        let kept = SlipContent { address: None, phone: None, note: String::new(), ..content.clone() };
        let words = serde_json::to_vec(&kept).expect("a slip is plain text and whole numbers");
        let mut hash = Sha256::new();
        hash.update(b"usher slip 1\0");
        hash.update(slip.0.as_bytes());
        hash.update(revision.to_be_bytes());
        hash.update(words);
        let mut short = [0; HASH_BYTES];
        short.copy_from_slice(&hash.finalize()[..HASH_BYTES]);
        SlipCode { slip, revision, copy, hash: short }
    }

    /// Reads a scanned text; none when it is no code of a slip's paper, such as a slip's number alone.
    pub fn read(text: &str) -> Option<SlipCode> {
        let Scan::Slip(rest) = Scan::of(text) else { return None };
        let mut parts = rest.split('.');
        let (slip, revision, copy, hash) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        let copy = match copy {
            "S" => Some(SlipCopy::Stub),
            "C" => Some(SlipCopy::Customer),
            "F" => Some(SlipCopy::Finance),
            "E" => None,
            _ => return None,
        };
        let hash = BASE32_NOPAD.decode(hash.as_bytes()).ok()?.try_into().ok()?;
        let code = SlipCode { slip: slip.parse().ok()?, revision: revision.parse().ok()?, copy, hash };
        parts.next().is_none().then_some(code)
    }

    /// Whether two codes are of the same words of the same slip, whichever part.
    pub fn says_the_same(&self, other: &SlipCode) -> bool {
        SlipCode { copy: None, ..*self } == SlipCode { copy: None, ..*other }
    }
}

/// Capital letters, figures, `-` and `.`: a code of the alphanumeric kind, 57 letters up to revision 9.
impl fmt::Display for SlipCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let copy = match self.copy {
            Some(SlipCopy::Stub) => 'S',
            Some(SlipCopy::Customer) => 'C',
            Some(SlipCopy::Finance) => 'F',
            None => 'E',
        };
        let slip = self.slip.to_string().to_uppercase();
        write!(f, "USL-{slip}.{}.{copy}.{}", self.revision, BASE32_NOPAD.encode(&self.hash))
    }
}
