//! A round of a draw as folded, step by step: frozen, audience, locked, drawn, its winners called one by one.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Stamp;
use super::draws::{DrawDispute, DrawFacts};
use super::two_people::are_two;
use crate::draw::{Audience, DrawId, Entries, Hash256, RoundFacts, RoundProof, Secret, picks};
use crate::event::*;
use crate::ids::{HouseholdId, PrizeId, RoundId, StaffId};

/// Picks after the winners that the proof slip names.
pub const SUBSTITUTES: usize = 3;
/// Parts of a list at most, and the text of one, in bytes.
const MOST_PARTS: u16 = 512;
const LONGEST_PART: usize = 64 * 1024;

/// How far a round is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RoundStep {
    /// Its list is closed: time for objections and the dice.
    Frozen,
    /// The audience's part was entered and may be entered again.
    Audience,
    /// Nothing of it changes any more.
    Locked,
    /// Drawn: winners are called.
    Drawn,
    /// Every prize was claimed, or nobody is left.
    Finished,
    /// Does not count.
    Void,
}

/// A round.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Round {
    /// Its id.
    pub id: RoundId,
    /// Link of the chain, from 1.
    pub link: u32,
    /// What is drawn.
    pub prize: PrizeId,
    /// How many.
    pub quantity: u32,
    /// Of the list.
    pub entries_hash: Hash256,
    /// Households in the list.
    pub count: u32,
    /// Tickets in the list.
    pub tickets: u64,
    /// How far each device's log was known.
    pub positions: Vec<DevicePosition>,
    /// When the list was closed.
    pub frozen: Stamp,
    parts: Vec<Option<String>>,
    entries: Option<Arc<Entries>>,
    pub(super) audience: Option<(Stamp, Audience)>,
    pub(super) locked: Option<(Stamp, Audience)>,
    pub(super) drawn: Option<Drawn>,
    pub(super) claims: BTreeMap<u32, Claim>,
    pub(super) forfeits: BTreeMap<u32, Forfeit>,
    pub(super) voided: Option<(Stamp, Option<Secret>, String)>,
}

/// The secret, and the picks that follow from it: as many as were needed so far, and the next substitutes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Drawn {
    pub stamp: Stamp,
    pub secret: Secret,
    pub picks: Arc<Vec<DrawId>>,
}

/// A prize that has its winner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// When, where, by whom.
    pub stamp: Stamp,
    /// The second person.
    pub second: StaffId,
    /// Whose household it was then.
    pub household: Option<HouseholdId>,
    /// Who took it in the winner's place; empty = the winner.
    pub proxy: String,
}

/// A prize that nobody claimed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Forfeit {
    /// When, where, by whom.
    pub stamp: Stamp,
    /// Calls made.
    pub calls: u8,
    /// The two who saw it.
    pub by: Vec<StaffId>,
}

/// A winner of now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Winner<'a> {
    /// Place among the picks, from 0.
    pub pick: u32,
    /// Who.
    pub id: &'a DrawId,
    /// None while the prize waits to be claimed.
    pub claim: Option<&'a Claim>,
}

type Judged = Result<(), (DrawDispute, Stamp)>;

impl Round {
    pub(super) fn frozen(stamp: &Stamp, event: &RoundFrozen) -> Option<Round> {
        Some(Round {
            id: event.round.clone(),
            link: event.link,
            prize: event.prize.clone(),
            quantity: event.quantity,
            entries_hash: event.entries_hash_hex.parse().ok()?,
            count: event.count,
            tickets: event.tickets,
            positions: event.positions.clone(),
            frozen: stamp.clone(),
            parts: Vec::new(),
            entries: None,
            audience: None,
            locked: None,
            drawn: None,
            claims: BTreeMap::new(),
            forfeits: BTreeMap::new(),
            voided: None,
        })
    }

    /// How far it is.
    pub fn step(&self) -> RoundStep {
        if self.is_void() {
            RoundStep::Void
        } else if self.drawn.is_some() {
            let waiting = self.winners().iter().any(|winner| winner.claim.is_none());
            if waiting { RoundStep::Drawn } else { RoundStep::Finished }
        } else if self.locked.is_some() {
            RoundStep::Locked
        } else if self.audience.is_some() {
            RoundStep::Audience
        } else {
            RoundStep::Frozen
        }
    }

    /// Neither drawn nor void.
    pub fn is_open(&self) -> bool {
        self.drawn.is_none() && !self.is_void()
    }

    pub(super) fn is_locked(&self) -> bool {
        self.locked.is_some()
    }

    pub(super) fn is_drawn(&self) -> bool {
        self.drawn.is_some()
    }

    /// Whether it does not count.
    pub fn is_void(&self) -> bool {
        self.voided.is_some()
    }

    /// Why it does not count.
    pub fn void_reason(&self) -> Option<&str> {
        self.voided.as_ref().map(|(_, _, reason)| reason.as_str())
    }

    /// The frozen list, once all of it is here and its hash is right.
    pub fn entries(&self) -> Option<&Entries> {
        self.entries.as_deref()
    }

    /// The audience's part, as locked or as entered last.
    pub fn audience(&self) -> Option<&Audience> {
        self.locked.as_ref().or(self.audience.as_ref()).map(|(_, audience)| audience)
    }

    /// Whose prizes they are: the first picks that were not forfeited, as many as there are prizes. Empty before the draw.
    pub fn winners(&self) -> Vec<Winner<'_>> {
        let Some(drawn) = &self.drawn else { return Vec::new() };
        let kept = (0..).zip(drawn.picks.iter()).filter(|(pick, _)| !self.forfeits.contains_key(pick));
        kept.take(self.prizes()).map(|(pick, id)| Winner { pick, id, claim: self.claims.get(&pick) }).collect()
    }

    /// The next picks after the winners, three at most.
    pub fn substitutes(&self) -> Vec<&DrawId> {
        let Some(drawn) = &self.drawn else { return Vec::new() };
        let kept = (0..).zip(drawn.picks.iter()).filter(|(pick, _)| !self.forfeits.contains_key(pick));
        kept.skip(self.prizes()).take(SUBSTITUTES).map(|(_, id)| id).collect()
    }

    /// Picks whose prize was not claimed, by their place from 0.
    pub fn forfeits(&self) -> impl Iterator<Item = (u32, &Forfeit)> {
        self.forfeits.iter().map(|(pick, forfeit)| (*pick, forfeit))
    }

    /// The id of a pick.
    pub fn pick(&self, pick: u32) -> Option<&DrawId> {
        self.drawn.as_ref()?.picks.get(usize::try_from(pick).ok()?)
    }

    /// The proof as it stands: complete once every prize is claimed. None before the draw.
    pub fn proof(&self, draw: &super::Draw) -> Option<RoundProof> {
        let (drawn, entries) = (self.drawn.as_ref()?, self.entries()?);
        let gone: Vec<u32> = self.forfeits.keys().copied().collect();
        let facts = self.facts(&draw.name, draw.rules_hash)?;
        Some(RoundProof::draw(facts, drawn.secret.clone(), entries, &gone))
    }

    /// What the picks depend on, once locked.
    fn facts(&self, draw: &crate::draw::PlainName, rules: Hash256) -> Option<RoundFacts> {
        Some(RoundFacts {
            event: draw.clone(),
            round: self.link,
            prize: self.prize.as_str().parse().ok()?,
            quantity: self.quantity,
            rules,
            entries: self.entries_hash,
            audience: self.locked.as_ref().map(|(_, audience)| audience.clone())?,
        })
    }

    /// Picks by a secret: as many as there are prizes, and so many more. None before the lock.
    pub(super) fn drawn_by(&self, secret: &Secret, draw: &super::Draw, more: usize) -> Option<Vec<DrawId>> {
        let facts = self.facts(&draw.name, draw.rules_hash)?;
        Some(picks(&facts.key(secret), self.entries()?, self.prizes().saturating_add(more)))
    }

    fn prizes(&self) -> usize {
        usize::try_from(self.quantity).unwrap_or(usize::MAX)
    }

    pub(super) fn same_list(&self, other: &Round) -> bool {
        (&self.id, self.link, &self.prize, self.quantity, self.entries_hash)
            == (&other.id, other.link, &other.prize, other.quantity, other.entries_hash)
    }

    /// The first text of a part stands; the list counts once it is whole and true to its hash.
    pub(super) fn list(&mut self, event: &RoundEntriesListed) {
        let fits = (1..=event.parts.min(MOST_PARTS)).contains(&event.part) && event.text.len() <= LONGEST_PART;
        if self.entries.is_some() || !fits {
            return;
        }
        if self.parts.is_empty() {
            self.parts.resize(usize::from(event.parts), None);
        }
        if let Some(part) = self.parts.get_mut(usize::from(event.part - 1)) {
            part.get_or_insert_with(|| event.text.clone());
        }
        if self.parts.iter().all(Option::is_some) {
            let text: String = self.parts.iter().flatten().map(String::as_str).collect();
            let list = Entries::parse(text.as_bytes()).ok().filter(|list| list.hash() == self.entries_hash);
            self.entries = list.map(Arc::new);
            self.parts.clear();
        }
    }

    pub(super) fn hear(&mut self, stamp: &Stamp, audience: &str) {
        if self.locked.is_none()
            && let Ok(audience) = audience.parse()
        {
            self.audience = Some((stamp.clone(), audience));
        }
    }

    pub(super) fn lock(&mut self, stamp: &Stamp, audience: &str) -> Judged {
        let audience = audience.parse::<Audience>().ok().filter(|audience| audience.check().is_ok());
        match (&self.locked, audience) {
            (Some((_, locked)), Some(audience)) if *locked == audience => Ok(()),
            (Some((stands, _)), _) => Err((DrawDispute::LockedTwice, stands.clone())),
            (None, Some(audience)) if self.entries.is_some() => {
                self.locked = Some((stamp.clone(), audience));
                Ok(())
            }
            (None, _) => Err((DrawDispute::NotTrue, self.frozen.clone())),
        }
    }

    /// Draws again, and takes the event at its word only where it says the same.
    pub(super) fn reveal(&mut self, stamp: &Stamp, event: &RoundRevealed, draw: &DrawFacts) -> Judged {
        let untrue =
            Err((DrawDispute::NotTrue, self.drawn.as_ref().map_or(&self.frozen, |drawn| &drawn.stamp).clone()));
        let Some(secret) = self.true_secret(&event.secret_hex, draw) else { return untrue };
        let Some(again) = self.picks(&secret, draw, 0) else { return untrue };
        let enough = event.picks.len() >= again.len().min(self.prizes());
        let same = again.iter().zip(&event.picks).all(|(again, said)| again.as_str() == said);
        if !(enough && same && event.picks.len() <= again.len()) {
            return untrue;
        }
        if self.drawn.is_none() {
            self.drawn = Some(Drawn { stamp: stamp.clone(), secret, picks: Arc::new(again) });
        }
        Ok(())
    }

    /// The secret of this round's link, if it leads to the commitment.
    fn true_secret(&self, hex: &str, draw: &DrawFacts) -> Option<Secret> {
        let secret: Secret = hex.parse().ok()?;
        let known = (1..=draw.links).contains(&self.link);
        (known && secret.leads_to(&draw.commitment, self.link)).then_some(secret)
    }

    fn picks(&self, secret: &Secret, draw: &DrawFacts, forfeited: usize) -> Option<Vec<DrawId>> {
        let facts = self.facts(&draw.name, draw.rules_hash)?;
        let wanted = self.prizes().saturating_add(forfeited).saturating_add(SUBSTITUTES);
        Some(picks(&facts.key(secret), self.entries()?, wanted))
    }

    /// Two people take back what was not drawn; what was locked shows its secret.
    pub(super) fn void(&mut self, stamp: &Stamp, event: &RoundVoided, draw: &DrawFacts) -> Judged {
        if let Some(drawn) = &self.drawn {
            return Err((DrawDispute::VoidTooLate, drawn.stamp.clone()));
        }
        let secret = event.secret_hex.as_deref().and_then(|hex| self.true_secret(hex, draw));
        let shown = secret.is_some() || self.locked.is_none();
        if shown && are_two(&stamp.actor, event.second.as_ref()) {
            self.voided = Some((stamp.clone(), secret, event.reason.clone()));
        }
        Ok(())
    }

    pub(super) fn claim(&mut self, stamp: &Stamp, event: &PrizeClaimed) -> Judged {
        let Some(second) = event.second.clone().filter(|second| are_two(&stamp.actor, Some(second))) else {
            return Ok(());
        };
        if let Some(gone) = self.forfeits.get(&event.pick) {
            return Err((DrawDispute::ClaimedAndForfeited, gone.stamp.clone()));
        }
        if self.winners().iter().any(|winner| winner.pick == event.pick) {
            let (household, proxy) = (event.household, event.proxy.clone());
            self.claims.entry(event.pick).or_insert(Claim { stamp: stamp.clone(), second, household, proxy });
        }
        Ok(())
    }

    pub(super) fn forfeit(&mut self, stamp: &Stamp, event: &PrizeForfeited, draw: &DrawFacts) -> Judged {
        if !event.by.iter().any(|second| are_two(&stamp.actor, Some(second))) {
            return Ok(());
        }
        if let Some(claim) = self.claims.get(&event.pick) {
            return Err((DrawDispute::ClaimedAndForfeited, claim.stamp.clone()));
        }
        if self.winners().iter().any(|winner| winner.pick == event.pick) {
            let forfeit = Forfeit { stamp: stamp.clone(), calls: event.calls, by: event.by.clone() };
            self.forfeits.entry(event.pick).or_insert(forfeit);
            self.draw_on(draw);
        }
        Ok(())
    }

    /// The next pick of the same key comes into sight.
    fn draw_on(&mut self, draw: &DrawFacts) {
        let Some(secret) = self.drawn.as_ref().map(|drawn| drawn.secret.clone()) else { return };
        let more = self.picks(&secret, draw, self.forfeits.len());
        if let (Some(drawn), Some(more)) = (&mut self.drawn, more) {
            drawn.picks = Arc::new(more);
        }
    }

    pub(super) fn forget_proxies(&mut self) {
        self.claims.values_mut().for_each(|claim| claim.proxy.clear());
    }
}
