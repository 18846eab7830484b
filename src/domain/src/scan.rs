//! Tells scanned texts apart by their shape alone. Checks no signature and looks nobody up.

use crate::ids::{BadgeId, SlipId};
use crate::invitation::{TOKEN_LETTERS, is_part_of_a_token};

/// What a scanned text seems to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scan {
    /// 122 letters of Base32, upper case: check it with `Token::read`.
    Invitation(String),
    /// The beginning of an invitation.
    CutOff,
    /// Ten letters of Crockford's Base32.
    Badge(BadgeId),
    /// `USL` and what follows: a slip's number or id.
    Slip(String),
    /// `USP` and what follows: a salesperson's or staff code.
    Crew(String),
    /// None of ours.
    Garbage,
}

/// Longest text that is looked at.
const MOST: usize = 200;

impl Scan {
    /// Classifies a scanned text. Scanners may send spaces, line ends, an AIM prefix or small letters.
    pub fn of(text: &str) -> Scan {
        let text = text.trim();
        let text = text.strip_prefix("]Q").and_then(|rest| rest.get(1..)).unwrap_or(text);
        if text.is_empty() || text.len() > MOST || !text.is_ascii() {
            return Scan::Garbage;
        }
        let upper = text.to_ascii_uppercase();
        if let Some(rest) = upper.strip_prefix("USL") {
            return after_prefix(rest, Scan::Slip);
        }
        if let Some(rest) = upper.strip_prefix("USP") {
            return after_prefix(rest, Scan::Crew);
        }
        if let Ok(badge) = upper.parse() {
            return Scan::Badge(badge);
        }
        if !upper.bytes().all(|b| b.is_ascii_uppercase() || (b'2'..=b'7').contains(&b)) {
            return Scan::Garbage;
        }
        match upper.len() {
            TOKEN_LETTERS => Scan::Invitation(upper),
            _ if is_part_of_a_token(&upper) => Scan::CutOff,
            _ => Scan::Garbage,
        }
    }

    /// The slip's id, when the code holds one rather than a printed number.
    pub fn slip_id(&self) -> Option<SlipId> {
        let Scan::Slip(rest) = self else { return None };
        // A slip's paper names revision, part and hash behind the id.
        rest.split('.').next()?.parse().ok()
    }
}

fn after_prefix(rest: &str, make: impl Fn(String) -> Scan) -> Scan {
    let rest = rest.trim_start_matches([':', '-']);
    let usable = !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b));
    if usable { make(rest.to_owned()) } else { Scan::Garbage }
}
