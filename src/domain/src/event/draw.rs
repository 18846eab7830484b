//! Events of the order lottery (OLP1). Draws nothing: every figure here was computed and printed before.

use serde::{Deserialize, Serialize};

use crate::config::Prize;
use crate::ids::{DeviceId, HouseholdId, LogEpoch, PrizeId, RoundId, StaffId};
use crate::roster::is_false;

/// The chain was committed to, before order taking.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DrawCommitted {
    /// The draw's own id, `REHEARSAL-…` for practice.
    pub draw: String,
    /// `S_0`, 64 hex digits.
    pub commitment_hex: String,
    /// Links of the chain.
    pub links: u32,
    /// SHA-256 of the printed rules, 64 hex digits.
    pub rules_hash_hex: String,
    /// The rules as printed, whose hash that is.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub rules: String,
}

/// The host added a prize after the commitment; it is drawn in a round of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrizeAdded {
    /// The draw.
    pub draw: String,
    /// The prize.
    pub prize: Prize,
}

/// The entries of a round were frozen by the hub.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoundFrozen {
    /// The draw.
    pub draw: String,
    /// The round.
    pub round: RoundId,
    /// Link of the chain, from 1.
    pub link: u32,
    /// What is drawn.
    pub prize: PrizeId,
    /// How many.
    pub quantity: u32,
    /// SHA-256 of the list, 64 hex digits.
    pub entries_hash_hex: String,
    /// Households in the list.
    pub count: u32,
    /// Tickets in the list.
    pub tickets: u64,
    /// How far each device's log was known.
    pub positions: Vec<DevicePosition>,
}

/// How far a device's log was known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DevicePosition {
    /// Which device.
    pub device: DeviceId,
    /// Which log.
    pub epoch: LogEpoch,
    /// Last event known.
    pub seq: u64,
    /// Known to have more.
    #[serde(default, skip_serializing_if = "is_false")]
    pub behind: bool,
}

/// Part of the frozen list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoundEntriesListed {
    /// The draw.
    pub draw: String,
    /// The round.
    pub round: RoundId,
    /// This part, from 1.
    pub part: u16,
    /// Parts of the list.
    pub parts: u16,
    /// Its text, `OLP1-ENTRIES` and on.
    pub text: String,
}

/// The audience's part was entered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AudienceEntered {
    /// The draw.
    pub draw: String,
    /// The round.
    pub round: RoundId,
    /// `dice:3,1,…`, `[0-9a-z,:;.-]` only; empty = commitment only.
    pub audience: String,
}

/// Nothing of the round can change any more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoundLocked {
    /// The draw.
    pub draw: String,
    /// The round.
    pub round: RoundId,
    /// The audience's part as locked.
    pub audience: String,
}

/// The secret and all picks, stored before the show begins.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoundRevealed {
    /// The draw.
    pub draw: String,
    /// The round.
    pub round: RoundId,
    /// `S_i`, 64 hex digits.
    pub secret_hex: String,
    /// Draw ids in order, substitutes after the winners.
    pub picks: Vec<String>,
}

/// A winner came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrizeClaimed {
    /// The draw.
    pub draw: String,
    /// The round.
    pub round: RoundId,
    /// Place among the picks, from 0.
    pub pick: u32,
    /// Who, when still known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub household: Option<HouseholdId>,
    /// Taken by somebody in their place.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub proxy: String,
    /// The second person who saw it; a claim that one person saw alone has no effect.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub second: Option<StaffId>,
}

/// A winner did not come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrizeForfeited {
    /// The draw.
    pub draw: String,
    /// The round.
    pub round: RoundId,
    /// Place among the picks, from 0.
    pub pick: u32,
    /// Calls made.
    pub calls: u8,
    /// The two who saw it.
    pub by: Vec<StaffId>,
}

/// A round does not count; the slip shows its secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoundVoided {
    /// The draw.
    pub draw: String,
    /// The round.
    pub round: RoundId,
    /// `S_i`, 64 hex digits, when the round was locked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret_hex: Option<String>,
    /// Why.
    pub reason: String,
    /// The second person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub second: Option<StaffId>,
}

/// A slip of the draw came out of the printer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DrawProofPrinted {
    /// The draw.
    pub draw: String,
    /// The round; none for the commit slip.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub round: Option<RoundId>,
    /// Which slip.
    pub paper: DrawPaper,
    /// Who says so.
    pub by: super::PrintWord,
}

/// Papers of the draw.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Copy, PartialOrd, Ord)]
#[serde(rename_all = "snake_case")]
pub enum DrawPaper {
    /// The rules sheet.
    Rules,
    /// The commitment.
    Commit,
    /// The frozen list.
    Entries,
    /// The proof.
    Proof,
    /// A void round.
    Void,
    /// The winners of all rounds.
    Winners,
}

/// The lottery is over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DrawClosed {
    /// The draw.
    pub draw: String,
}
