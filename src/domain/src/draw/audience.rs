//! The audience's part of a round: dice as they lay, or nothing. Throws no dice.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use super::fault::DrawFault;

/// Fewer dice could be steered by an organiser who tries many secrets.
pub const FEWEST_DICE: usize = 10;
/// Five guests of different tables throw three each.
pub const RECOMMENDED_DICE: usize = 15;
/// More do not make it fairer.
pub const MOST_DICE: usize = 60;
const LONGEST: usize = 1_000;

/// What the audience gave: `dice:3,1,…`, parts joined by `;`; empty = commitment only.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Audience(Arc<str>);

impl Audience {
    /// Nothing: the round rests on the commitment alone, and its proof says so.
    pub fn commitment_only() -> Audience {
        Audience::default()
    }

    /// The faces in the order in which they were read aloud.
    ///
    /// # Errors
    /// Fewer than 10, more than 60, or a face that no die has.
    pub fn of_dice(faces: &[u8]) -> Result<Audience, DrawFault> {
        if faces.len() < FEWEST_DICE {
            return Err(DrawFault::Audience { reason: "fewer than 10 dice can be steered: throw 15" });
        }
        if faces.len() > MOST_DICE {
            return Err(DrawFault::Audience { reason: "more than 60 dice" });
        }
        if !faces.iter().all(|face| (1..=6).contains(face)) {
            return Err(DrawFault::Audience { reason: "a die shows 1 to 6" });
        }
        let faces: Vec<String> = faces.iter().map(u8::to_string).collect();
        Ok(Audience(Arc::from(format!("dice:{}", faces.join(",")))))
    }

    /// As it stands in the proof.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the round rests on the commitment alone.
    pub fn is_commitment_only(&self) -> bool {
        self.0.is_empty()
    }

    /// The faces of its dice; empty without any.
    pub fn faces(&self) -> Vec<u8> {
        let dice = self.0.split(';').find_map(|part| part.strip_prefix("dice:")).unwrap_or_default();
        dice.split(',').filter_map(|face| face.parse().ok()).collect()
    }

    /// Whether it may be locked: nothing at all, or enough dice. Other parts are added to dice, never in their place.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn check(&self) -> Result<(), DrawFault> {
        if self.is_commitment_only() {
            return Ok(());
        }
        let dice = self.0.split(';').next().and_then(|part| part.strip_prefix("dice:"));
        let faces = dice.map(|dice| dice.split(',').map(|face| face.parse().unwrap_or(0)).collect::<Vec<u8>>());
        let canonical = Audience::of_dice(&faces.unwrap_or_default())?;
        let named =
            |part: &str| part.split_once(':').is_some_and(|(name, value)| !name.is_empty() && !value.is_empty());
        let rest = self.0.strip_prefix(canonical.as_str()).ok_or(DrawFault::Audience { reason: "faces are 1 to 6" })?;
        let fits = rest.is_empty() || rest.starts_with(';') && rest[1..].split(';').all(named);
        if fits { Ok(()) } else { Err(DrawFault::Audience { reason: "parts are name:value, joined by ;" }) }
    }
}

impl FromStr for Audience {
    type Err = DrawFault;
    /// Takes every part that a proof may hold; whether it may be locked is [`Audience::check`].
    fn from_str(text: &str) -> Result<Audience, DrawFault> {
        if text.len() > LONGEST {
            return Err(DrawFault::Audience { reason: "longer than 1,000 characters" });
        }
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b",:;.-".contains(&byte);
        if text.bytes().all(plain) {
            Ok(Audience(Arc::from(text)))
        } else {
            Err(DrawFault::Audience { reason: "only 0-9, a-z and , : ; . - are in it" })
        }
    }
}

impl fmt::Display for Audience {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Audience {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Audience({})", self.0)
    }
}
