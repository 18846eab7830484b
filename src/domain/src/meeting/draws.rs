//! Draws of the lottery as folded: what was committed, frozen, locked, drawn, claimed and forfeited. A winner is never
//! read from an event: picks are drawn again from the secret and the list, and an event that says otherwise has no effect.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::draw_round::Round;
use super::{Meeting, Stamp};
use crate::config::Prize;
use crate::draw::{Hash256, PlainName};
use crate::event::*;
use crate::ids::RoundId;

/// A draw with its rounds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draw {
    /// Its id.
    pub name: PlainName,
    /// `S_0`.
    pub commitment: Hash256,
    /// Links of its chain.
    pub links: u32,
    /// Of the printed rules.
    pub rules_hash: Hash256,
    /// The rules as printed; empty when an older program wrote the commitment.
    pub rules: String,
    /// When, where, by whom it was committed to.
    pub committed: Stamp,
    /// An order was signed before the commitment: the dice alone make the rounds fair, and papers say so.
    pub after_orders: bool,
    /// Prizes that the host added.
    pub prizes_added: Vec<Prize>,
    /// Papers that came out, with the round of each.
    pub papers: BTreeSet<(Option<RoundId>, DrawPaper)>,
    /// When it ended.
    pub closed: Option<Stamp>,
    pub(super) rounds: Vec<Round>,
}

/// Why two facts of a draw cannot both stand; the first in the hub's order does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DrawDispute {
    /// A second commitment while a draw is open.
    CommittedTwice,
    /// A round, or its link of the chain, was frozen a second time, or while another round was open.
    FrozenTwice,
    /// Locked with another part of the audience.
    LockedTwice,
    /// What was written down as drawn does not follow from the secret and the list.
    NotTrue,
    /// A round that had been drawn was called void.
    VoidTooLate,
    /// A pick was both claimed and forfeited.
    ClaimedAndForfeited,
}

/// A fact that does not stand, and the one that does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Disputed {
    pub why: DrawDispute,
    pub draw: PlainName,
    pub round: Option<RoundId>,
    pub pick: Option<u32>,
    pub stands: Stamp,
    pub falls: Stamp,
}

/// Disputes that are kept: more than that is one broken machine, which the first ones show.
const MOST_DISPUTES: usize = 200;
/// Events that wait for an earlier step: a list of the greatest length, and what follows it.
const MOST_EARLY: usize = 1_000;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Draws {
    pub draws: BTreeMap<PlainName, Draw>,
    pub disputes: Vec<Disputed>,
    /// What came before the step that it needs, as when a standby is told again what its hub had: it waits for that.
    early: Vec<(Stamp, Event)>,
}

impl Draw {
    /// For practice: other colours, and nothing of it counts.
    pub fn is_rehearsal(&self) -> bool {
        self.name.is_rehearsal()
    }

    /// Its rounds in their order.
    pub fn rounds(&self) -> impl Iterator<Item = &Round> {
        self.rounds.iter()
    }

    /// A round; of several of one id, the one that counts.
    pub fn round(&self, id: &RoundId) -> Option<&Round> {
        let standing = self.rounds.iter().find(|round| round.id == *id && !round.is_void());
        standing.or_else(|| self.rounds.iter().rev().find(|round| round.id == *id))
    }

    /// The round that is neither drawn nor void.
    pub fn open_round(&self) -> Option<&Round> {
        self.rounds.iter().find(|round| round.is_open())
    }

    /// The link of the chain that the next round uses; none when the chain is used up. The link of a void round is gone too.
    pub fn next_link(&self) -> Option<u32> {
        let last = self.rounds.iter().map(|round| round.link).max().unwrap_or(0);
        Some(last + 1).filter(|next| *next <= self.links)
    }

    fn standing(&mut self, id: &RoundId) -> Option<&mut Round> {
        let at = self.rounds.iter().position(|round| round.id == *id && !round.is_void())?;
        self.rounds.get_mut(at)
    }
}

impl Draws {
    fn of(&self, name: &str) -> Option<&Draw> {
        self.draws.get(&name.parse::<PlainName>().ok()?)
    }

    pub fn apply(&mut self, stamp: &Stamp, event: &Event, orders_signed: bool) {
        if self.is_early(event) {
            if self.early.len() < MOST_EARLY {
                self.early.push((stamp.clone(), event.clone()));
            }
            return;
        }
        self.take(stamp, event, orders_signed);
        while let Some(at) = self.early.iter().position(|(_, event)| !self.is_early(event)) {
            let (stamp, event) = self.early.remove(at);
            self.take(&stamp, &event, false);
        }
    }

    /// Whether the step before this one is still to come. No hub writes them in such an order; they come so from machines
    /// that give back what a hub lost.
    fn is_early(&self, event: &Event) -> bool {
        let unknown = |draw: &str, round: &RoundId| {
            !self.of(draw).is_some_and(|draw| draw.rounds.iter().any(|known| known.id == *round))
        };
        let needs = |draw: &str, round: &RoundId, has: fn(&Round) -> bool| {
            let standing =
                self.of(draw).and_then(|draw| draw.rounds.iter().find(|it| it.id == *round && !it.is_void()));
            unknown(draw, round) || standing.is_some_and(|round| !has(round))
        };
        match event {
            Event::RoundFrozen(frozen) => self.of(&frozen.draw).is_none(),
            Event::RoundEntriesListed(listed) => unknown(&listed.draw, &listed.round),
            Event::AudienceEntered(entered) => unknown(&entered.draw, &entered.round),
            Event::RoundVoided(voided) => unknown(&voided.draw, &voided.round),
            Event::RoundLocked(locked) => needs(&locked.draw, &locked.round, |round| round.entries().is_some()),
            Event::RoundRevealed(revealed) => needs(&revealed.draw, &revealed.round, Round::is_locked),
            Event::PrizeClaimed(claimed) => needs(&claimed.draw, &claimed.round, Round::is_drawn),
            Event::PrizeForfeited(gone) => needs(&gone.draw, &gone.round, Round::is_drawn),
            _ => false,
        }
    }

    fn take(&mut self, stamp: &Stamp, event: &Event, orders_signed: bool) {
        match event {
            Event::DrawCommitted(committed) => self.commit(stamp, committed, orders_signed),
            Event::PrizeAdded(added) => self.edit(&added.draw, |draw| {
                if !draw.prizes_added.iter().any(|known| known.id == added.prize.id) {
                    draw.prizes_added.push(added.prize.clone());
                }
            }),
            Event::RoundFrozen(frozen) => self.freeze(stamp, frozen),
            Event::RoundEntriesListed(listed) => {
                self.at(&listed.draw, &listed.round, |round, _| round.list(listed));
            }
            Event::AudienceEntered(entered) => {
                self.at(&entered.draw, &entered.round, |round, _| round.hear(stamp, &entered.audience));
            }
            Event::RoundLocked(locked) => {
                self.judge(stamp, &locked.draw, &locked.round, None, |round, _| round.lock(stamp, &locked.audience));
            }
            Event::RoundRevealed(revealed) => {
                self.judge(stamp, &revealed.draw, &revealed.round, None, |round, draw| {
                    round.reveal(stamp, revealed, draw)
                });
            }
            Event::RoundVoided(voided) => {
                self.judge(stamp, &voided.draw, &voided.round, None, |round, draw| round.void(stamp, voided, draw));
            }
            Event::PrizeClaimed(claimed) => {
                let pick = Some(claimed.pick);
                self.judge(stamp, &claimed.draw, &claimed.round, pick, |round, _| round.claim(stamp, claimed));
            }
            Event::PrizeForfeited(gone) => {
                let pick = Some(gone.pick);
                self.judge(stamp, &gone.draw, &gone.round, pick, |round, draw| round.forfeit(stamp, gone, draw));
            }
            Event::DrawProofPrinted(printed) => self.edit(&printed.draw, |draw| {
                draw.papers.insert((printed.round.clone(), printed.paper));
            }),
            Event::DrawClosed(closed) => self.edit(&closed.draw, |draw| {
                draw.closed.get_or_insert_with(|| stamp.clone());
            }),
            _ => {}
        }
    }

    /// After the purge: who won stays as the law wants it, who stood in for them goes.
    pub fn forget_proxies(&mut self) {
        let rounds = self.draws.values_mut().flat_map(|draw| draw.rounds.iter_mut());
        rounds.for_each(Round::forget_proxies);
        for (_, event) in &mut self.early {
            if let Event::PrizeClaimed(claimed) = event {
                claimed.proxy.clear();
            }
        }
    }

    fn commit(&mut self, stamp: &Stamp, event: &DrawCommitted, after_orders: bool) {
        let read = || {
            let name: PlainName = event.draw.parse().ok()?;
            Some((name, event.commitment_hex.parse().ok()?, event.rules_hash_hex.parse().ok()?))
        };
        let Some((name, commitment, rules_hash)) = read() else { return };
        let live = || self.draws.values().find(|draw| draw.closed.is_none() && !draw.is_rehearsal());
        let open = self.draws.get(&name).or_else(|| live().filter(|_| !name.is_rehearsal()));
        if let Some(open) = open {
            if (&open.name, open.commitment) != (&name, commitment) {
                let stands = open.committed.clone();
                self.dispute(DrawDispute::CommittedTwice, &name, (None, None), stands, stamp);
            }
            return;
        }
        let (links, rules) = (event.links, event.rules.clone());
        let draw = Draw {
            name: name.clone(),
            commitment,
            links,
            rules_hash,
            rules,
            committed: stamp.clone(),
            after_orders,
            prizes_added: Vec::new(),
            papers: BTreeSet::new(),
            closed: None,
            rounds: Vec::new(),
        };
        self.draws.insert(name, draw);
    }

    fn freeze(&mut self, stamp: &Stamp, frozen: &RoundFrozen) {
        let Some(draw) = self.of(&frozen.draw) else { return };
        let Some(round) = Round::frozen(stamp, frozen) else { return };
        let taken = |known: &&Round| known.link == round.link || known.id == round.id && !known.is_void();
        let before = draw.rounds.iter().find(taken).or_else(|| draw.open_round());
        match before.map(|known| (known.same_list(&round), known.frozen.clone())) {
            Some((true, _)) => {}
            Some((false, stands)) => {
                let name = draw.name.clone();
                self.dispute(DrawDispute::FrozenTwice, &name, (Some(&frozen.round), None), stands, stamp);
            }
            None => self.edit(&frozen.draw, |draw| draw.rounds.push(round)),
        }
    }

    fn edit(&mut self, draw: &str, edit: impl FnOnce(&mut Draw)) {
        let Ok(name) = draw.parse::<PlainName>() else { return };
        if let Some(draw) = self.draws.get_mut(&name) {
            edit(draw);
        }
    }

    /// Changes a round; the draw's facts beside it.
    fn at<T>(&mut self, draw: &str, round: &RoundId, change: impl FnOnce(&mut Round, &DrawFacts) -> T) -> Option<T> {
        let draw = self.draws.get_mut(&draw.parse::<PlainName>().ok()?)?;
        let facts = DrawFacts {
            name: draw.name.clone(),
            commitment: draw.commitment,
            links: draw.links,
            rules_hash: draw.rules_hash,
        };
        draw.standing(round).map(|round| change(round, &facts))
    }

    /// Changes a round, and keeps the dispute when it cannot be.
    fn judge(
        &mut self,
        stamp: &Stamp,
        draw: &str,
        round: &RoundId,
        pick: Option<u32>,
        change: impl FnOnce(&mut Round, &DrawFacts) -> Result<(), (DrawDispute, Stamp)>,
    ) {
        if let Some(Err((why, stands))) = self.at(draw, round, change)
            && let Ok(name) = draw.parse()
        {
            self.dispute(why, &name, (Some(round), pick), stands, stamp);
        }
    }

    fn dispute(
        &mut self,
        why: DrawDispute,
        draw: &PlainName,
        (round, pick): (Option<&RoundId>, Option<u32>),
        stands: Stamp,
        falls: &Stamp,
    ) {
        if self.disputes.len() < MOST_DISPUTES && !draw.is_rehearsal() {
            let (draw, round) = (draw.clone(), round.cloned());
            self.disputes.push(Disputed { why, draw, round, pick, stands, falls: falls.clone() });
        }
    }
}

/// What of a draw its rounds depend on.
pub(super) struct DrawFacts {
    pub name: PlainName,
    pub commitment: Hash256,
    pub links: u32,
    pub rules_hash: Hash256,
}

impl Meeting {
    /// A draw.
    pub fn draw(&self, name: &str) -> Option<&Draw> {
        self.draws.of(name)
    }

    /// Every draw, rehearsals among them.
    pub fn all_draws(&self) -> impl Iterator<Item = &Draw> {
        self.draws.draws.values()
    }

    /// The draw that is going on, rehearsals left out.
    pub fn live_draw(&self) -> Option<&Draw> {
        self.all_draws().find(|draw| draw.closed.is_none() && !draw.is_rehearsal())
    }

    pub(super) fn fold_draw(&mut self, stamp: &Stamp, event: &Event) {
        let orders_signed = matches!(event, Event::DrawCommitted(_)) && self.signed_slips().next().is_some();
        Arc::make_mut(&mut self.draws).apply(stamp, event, orders_signed);
        self.forget_people();
    }
}
