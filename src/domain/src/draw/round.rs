//! The facts of a round, bound into its key: event, round, prize, quantity, rules, entries, audience.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use unicode_normalization::UnicodeNormalization;

use super::audience::Audience;
use super::chain::{Hash256, Secret};
use super::fault::DrawFault;
use super::pick::RoundKey;
use super::text::no_name;

const LONGEST_NAME: usize = 40;
/// Beginning of the ids of draws for practice.
const REHEARSAL: &str = "REHEARSAL-";

/// A draw's or a prize's name in the proof: 1 to 40 of `0-9A-Za-z._-`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct PlainName(Arc<str>);

impl PlainName {
    /// The name itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether a draw of this name is for practice.
    pub fn is_rehearsal(&self) -> bool {
        self.0.starts_with(REHEARSAL)
    }
}

/// All that a round's picks depend on, besides its secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoundFacts {
    /// The draw.
    pub event: PlainName,
    /// Link of the chain, from 1.
    pub round: u32,
    /// What is drawn.
    pub prize: PlainName,
    /// How many, from 1.
    pub quantity: u32,
    /// Of the printed rules.
    pub rules: Hash256,
    /// Of the frozen list.
    pub entries: Hash256,
    /// What the audience gave.
    pub audience: Audience,
}

impl RoundFacts {
    /// `K`, by which every pick is made.
    pub fn key(&self, secret: &Secret) -> RoundKey {
        let RoundFacts { event, round, prize, quantity, rules, entries, audience } = self;
        let message = format!(
            "OLP1/round\nevent={event}\nround={round}\nprize={prize}\nqty={quantity}\nrules={rules}\nentries={entries}\n\
             audience={audience}\n"
        );
        RoundKey::new(secret.bytes(), message.as_bytes())
    }
}

/// Rules as they are printed and hashed: Unicode NFC, lines ended by LF alone.
pub fn printed_form(rules: &str) -> String {
    rules.replace("\r\n", "\n").replace('\r', "\n").nfc().collect()
}

/// The hash of printed rules.
pub fn hash_of_rules(rules: &str) -> Hash256 {
    Hash256::of(printed_form(rules).as_bytes())
}

impl FromStr for PlainName {
    type Err = DrawFault;
    fn from_str(text: &str) -> Result<PlainName, DrawFault> {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
        if (1..=LONGEST_NAME).contains(&text.len()) && text.bytes().all(plain) {
            Ok(PlainName(Arc::from(text)))
        } else {
            Err(no_name(text, "a name of 1 to 40 of 0-9, A-Z, a-z, dot, dash and underscore"))
        }
    }
}

impl fmt::Display for PlainName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for PlainName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PlainName({})", self.0)
    }
}
