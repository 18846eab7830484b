//! Rules of the lottery: who takes which step when. Each step needs the one before it; none names a winner.

use super::draws::Draw;
use super::two_people::{STAGE, TwoPersonAct};
use super::{Meeting, Round, RoundStep, SUBSTITUTES};
use crate::actor::{Actor, Ctx};
use crate::config::Prize;
use crate::draw::{Audience, DrawFault, Entries, Hash256, PlainName, Secret, hash_of_rules, links_for, printed_form};
use crate::draw_command::DrawCommand;
use crate::event::*;
use crate::ids::{PrizeId, RoundId, StaffId};
use crate::refusal::Refusal;

/// A prize is forfeited after so many calls.
pub const FEWEST_CALLS: u8 = 3;
/// Text of one part of a list, in bytes: fits well into a push.
const PART_BYTES: usize = 16 * 1024;
/// Letters of the name of whoever takes a prize for the winner.
const MOST_NAME: usize = 60;

/// What is to be frozen.
struct Freeze<'a> {
    draw: &'a str,
    round: &'a RoundId,
    prize: &'a PrizeId,
    quantity: u32,
    positions: &'a [DevicePosition],
}

impl Meeting {
    pub(super) fn decide_draw(&self, step: &DrawCommand, ctx: &Ctx) -> Result<Vec<Event>, Refusal> {
        match step {
            DrawCommand::Commit { draw, commitment, links, rules } => {
                self.commit_draw(draw, *commitment, *links, rules, ctx)
            }
            DrawCommand::AddPrize { draw, prize } => self.add_prize(draw, prize, ctx),
            DrawCommand::Freeze { draw, round, prize, quantity, positions, without_those_behind } => {
                let behind = positions.iter().filter(|position| position.behind).count();
                if behind > 0 && !without_those_behind {
                    return Err(Refusal::MachinesBehind { machines: u32::try_from(behind).unwrap_or(u32::MAX) });
                }
                self.freeze_round(&Freeze { draw, round, prize, quantity: *quantity, positions }, ctx)
            }
            DrawCommand::EnterAudience { draw, round, audience } => self.enter_audience(draw, round, audience, ctx),
            DrawCommand::Lock { draw, round } => self.lock_round(draw, round, ctx),
            DrawCommand::Reveal { draw, round, secret } => self.reveal_round(draw, round, secret, ctx),
            DrawCommand::Claim { draw, round, pick, proxy, second } => {
                self.claim_prize((draw, round, *pick), proxy, second.as_ref(), ctx)
            }
            DrawCommand::Forfeit { draw, round, pick, calls, second } => {
                self.forfeit_prize((draw, round, *pick), *calls, second.as_ref(), ctx)
            }
            DrawCommand::Void { draw, round, secret, reason, second } => {
                self.void_round((draw, round), secret.as_ref(), reason, second.as_ref(), ctx)
            }
            DrawCommand::ReportPaper { draw, round, paper, by } => {
                let known = self.draw(draw).ok_or(Refusal::UnknownDraw)?;
                if round.as_ref().is_some_and(|round| known.round(round).is_none()) {
                    return Err(Refusal::UnknownRound);
                }
                let (draw, round) = (draw.clone(), round.clone());
                Ok(vec![DrawProofPrinted { draw, round, paper: *paper, by: *by }.into()])
            }
            DrawCommand::Close { draw } => self.close_draw(draw, ctx),
        }
    }

    fn commit_draw(
        &self,
        draw: &str,
        commitment: Hash256,
        links: u32,
        rules: &str,
        ctx: &Ctx,
    ) -> Result<Vec<Event>, Refusal> {
        self.at_the_hub(ctx)?;
        let name: PlainName = draw.parse()?;
        if let Some(known) = self.draw(draw) {
            return Err(Refusal::AlreadyDone { at: known.committed.at });
        }
        if self.live_draw().is_some() && !name.is_rehearsal() {
            return Err(Refusal::DrawNotOpen);
        }
        let rules = printed_form(rules);
        if rules.trim().is_empty() {
            return Err(Refusal::ReasonMissing);
        }
        if links != links_for(self.config.rules.draw.planned_rounds) {
            return Err(Refusal::RecordBroken);
        }
        let rules_hash_hex = hash_of_rules(&rules).to_string();
        let (draw, commitment_hex) = (draw.to_owned(), commitment.to_string());
        Ok(vec![DrawCommitted { draw, commitment_hex, links, rules_hash_hex, rules }.into()])
    }

    fn add_prize(&self, draw: &str, prize: &Prize, ctx: &Ctx) -> Result<Vec<Event>, Refusal> {
        self.need(ctx, STAGE)?;
        let known = self.open_draw(draw)?;
        prize.id.as_str().parse::<PlainName>()?;
        if prize.quantity == 0 || prize.market_value_minor < 0 {
            return Err(Refusal::RecordBroken);
        }
        match self.prize_of(known, &prize.id) {
            Some(there) if there == prize => Ok(Vec::new()),
            Some(_) => Err(Refusal::AlreadyThere),
            None => Ok(vec![PrizeAdded { draw: draw.to_owned(), prize: prize.clone() }.into()]),
        }
    }

    /// Only over what the hub has ordered: nothing that is pending enters.
    fn freeze_round(&self, freeze: &Freeze<'_>, ctx: &Ctx) -> Result<Vec<Event>, Refusal> {
        self.at_the_hub(ctx)?;
        self.may_finalise()?;
        let draw = self.open_draw(freeze.draw)?;
        if let Some(open) = draw.open_round() {
            return Err(Refusal::RoundOpen { round: open.id.clone() });
        }
        if let Some(known) = draw.round(freeze.round).filter(|round| !round.is_void()) {
            return Err(Refusal::AlreadyDone { at: known.frozen.at });
        }
        if let Some(waiting) = self.prize_waits_beside(draw, freeze.prize) {
            return Err(Refusal::RoundOpen { round: waiting.id.clone() });
        }
        if ctx.hub.confirmed < self.folded() || !freeze.round.is_well_formed() {
            return Err(Refusal::RecordBroken);
        }
        let prize = self.prize_of(draw, freeze.prize).ok_or(Refusal::NothingLeft)?;
        prize.id.as_str().parse::<PlainName>()?;
        let drawn = draw.rounds().filter(|round| !round.is_void() && round.prize == prize.id);
        let left = drawn.fold(prize.quantity, |left, round| left.saturating_sub(round.quantity));
        if freeze.quantity == 0 || freeze.quantity > left {
            return Err(Refusal::NothingLeft);
        }
        let link = draw.next_link().ok_or(Refusal::NothingLeft)?;
        let entries = self.entries_of(draw, prize)?;
        Ok(frozen_list(freeze, link, &entries))
    }

    /// A round of the same pool whose prizes still wait: whoever stands in for a winner there must not win in the next too.
    fn prize_waits_beside<'a>(&self, draw: &'a Draw, prize: &PrizeId) -> Option<&'a Round> {
        let pool = |prize: &PrizeId| self.prize_of(draw, prize).map(|prize| prize.pool);
        let same_pool = |round: &&Round| round.step() == RoundStep::Drawn && pool(&round.prize) == pool(prize);
        draw.rounds().find(same_pool).filter(|_| !self.config.rules.draw.win_again)
    }

    fn enter_audience(&self, draw: &str, round: &RoundId, audience: &str, ctx: &Ctx) -> Result<Vec<Event>, Refusal> {
        self.need(ctx, STAGE)?;
        let known = self.round_at(draw, round, &[RoundStep::Frozen, RoundStep::Audience])?;
        let heard: Audience = audience.parse()?;
        heard.check()?;
        if known.audience() == Some(&heard) {
            return Ok(Vec::new());
        }
        let (draw, round, audience) = (draw.to_owned(), round.clone(), audience.to_owned());
        Ok(vec![AudienceEntered { draw, round, audience }.into()])
    }

    fn lock_round(&self, draw: &str, round: &RoundId, ctx: &Ctx) -> Result<Vec<Event>, Refusal> {
        self.need(ctx, STAGE)?;
        self.may_finalise()?;
        let known = self.round_at(draw, round, &[RoundStep::Audience])?;
        let audience = known.audience().cloned().unwrap_or_default();
        audience.check()?;
        let prize = self.draw(draw).and_then(|draw| self.prize_of(draw, &known.prize));
        let wants_dice = prize.is_some_and(|prize| prize.tier <= self.config.rules.draw.dice_tiers);
        if wants_dice && audience.is_commitment_only() {
            return Err(DrawFault::Audience { reason: "the rules want dice for this prize: throw 15" }.into());
        }
        known.entries().ok_or(Refusal::RecordBroken)?;
        let (draw, round) = (draw.to_owned(), round.clone());
        Ok(vec![RoundLocked { draw, round, audience: audience.to_string() }.into()])
    }

    fn reveal_round(&self, name: &str, round: &RoundId, secret: &Secret, ctx: &Ctx) -> Result<Vec<Event>, Refusal> {
        self.at_the_hub(ctx)?;
        self.may_finalise()?;
        let known = self.round_at(name, round, &[RoundStep::Locked])?;
        let draw = self.draw(name).ok_or(Refusal::UnknownDraw)?;
        if !secret.leads_to(&draw.commitment, known.link) {
            return Err(DrawFault::NotTheCommittedSecret.into());
        }
        let picks = known.drawn_by(secret, draw, SUBSTITUTES).ok_or(Refusal::RecordBroken)?;
        let picks = picks.iter().map(ToString::to_string).collect();
        let (draw, round, secret_hex) = (name.to_owned(), round.clone(), secret.reveal_hex());
        Ok(vec![RoundRevealed { draw, round, secret_hex, picks }.into()])
    }

    fn claim_prize(
        &self,
        (draw, round, pick): (&str, &RoundId, u32),
        proxy: &str,
        second: Option<&StaffId>,
        ctx: &Ctx,
    ) -> Result<Vec<Event>, Refusal> {
        self.need_second(TwoPersonAct::ClaimPrize, second, ctx)?;
        let known = self.open_pick(draw, round, pick)?;
        let proxy: String = proxy.trim().chars().take(MOST_NAME).collect();
        if self.config.rules.draw.no_proxies && !proxy.is_empty() {
            return Err(Refusal::NoProxies);
        }
        let household = known.pick(pick).and_then(|id| self.household_of_draw_id(id)).map(|household| household.id);
        let (draw, round, second) = (draw.to_owned(), round.clone(), second.cloned());
        Ok(vec![PrizeClaimed { draw, round, pick, household, proxy, second }.into()])
    }

    fn forfeit_prize(
        &self,
        (draw, round, pick): (&str, &RoundId, u32),
        calls: u8,
        second: Option<&StaffId>,
        ctx: &Ctx,
    ) -> Result<Vec<Event>, Refusal> {
        self.need_second(TwoPersonAct::ForfeitPrize, second, ctx)?;
        self.open_pick(draw, round, pick)?;
        if calls < FEWEST_CALLS {
            return Err(Refusal::CallAgain { calls: FEWEST_CALLS });
        }
        let own = match &ctx.actor {
            Actor::Staff { id } => Some(id.clone()),
            Actor::Guest | Actor::Salesperson { .. } | Actor::System | Actor::Organiser => None,
        };
        let by = own.into_iter().chain(second.cloned()).collect();
        Ok(vec![PrizeForfeited { draw: draw.to_owned(), round: round.clone(), pick, calls, by }.into()])
    }

    fn void_round(
        &self,
        (name, round): (&str, &RoundId),
        secret: Option<&Secret>,
        reason: &str,
        second: Option<&StaffId>,
        ctx: &Ctx,
    ) -> Result<Vec<Event>, Refusal> {
        self.at_the_hub(ctx)?;
        self.need_second(TwoPersonAct::VoidRound, second, ctx)?;
        super::authority::reason_given(reason)?;
        let draw = self.draw(name).ok_or(Refusal::UnknownDraw)?;
        let known = self.round_at(name, round, &[RoundStep::Frozen, RoundStep::Audience, RoundStep::Locked])?;
        // What was locked shows its secret: nobody can say that it was taken back because of who would have won.
        let shown = secret.filter(|_| known.step() == RoundStep::Locked);
        let fits = shown.is_some_and(|secret| secret.leads_to(&draw.commitment, known.link));
        if known.step() == RoundStep::Locked && !fits {
            return Err(DrawFault::NotTheCommittedSecret.into());
        }
        let (draw, round, reason) = (name.to_owned(), round.clone(), reason.to_owned());
        let secret_hex = shown.map(Secret::reveal_hex);
        Ok(vec![RoundVoided { draw, round, secret_hex, reason, second: second.cloned() }.into()])
    }

    fn close_draw(&self, draw: &str, ctx: &Ctx) -> Result<Vec<Event>, Refusal> {
        self.need(ctx, STAGE)?;
        let known = self.open_draw(draw)?;
        let unfinished = known.rounds().find(|round| round.is_open() || round.step() == RoundStep::Drawn);
        if let Some(round) = unfinished {
            return Err(Refusal::RoundOpen { round: round.id.clone() });
        }
        Ok(vec![DrawClosed { draw: draw.to_owned() }.into()])
    }

    /// The secrets are at the hub, and so are the steps that need them; the host asks from the stage.
    fn at_the_hub(&self, ctx: &Ctx) -> Result<(), Refusal> {
        self.need(ctx, STAGE)?;
        if self.hub.is_some_and(|hub| hub != ctx.device) { Err(Refusal::OnlyAtTheHub) } else { Ok(()) }
    }

    fn open_draw(&self, draw: &str) -> Result<&Draw, Refusal> {
        let known = self.draw(draw).ok_or(Refusal::UnknownDraw)?;
        if known.closed.is_some() { Err(Refusal::DrawNotOpen) } else { Ok(known) }
    }

    fn round_at(&self, draw: &str, round: &RoundId, steps: &[RoundStep]) -> Result<&Round, Refusal> {
        let round = self.open_draw(draw)?.round(round).ok_or(Refusal::UnknownRound)?;
        let at = round.step();
        if steps.contains(&at) { Ok(round) } else { Err(Refusal::WrongStep { at }) }
    }

    /// A round whose pick waits for its winner.
    fn open_pick(&self, draw: &str, round: &RoundId, pick: u32) -> Result<&Round, Refusal> {
        let round = self.round_at(draw, round, &[RoundStep::Drawn, RoundStep::Finished])?;
        let winners = round.winners();
        let winner = winners.iter().find(|winner| winner.pick == pick).ok_or(Refusal::NotAWinner)?;
        match winner.claim {
            Some(claim) => Err(Refusal::AlreadyDone { at: claim.stamp.at }),
            None => Ok(round),
        }
    }
}

/// The freeze and its list, in parts of whole lines: one commit.
fn frozen_list(freeze: &Freeze<'_>, link: u32, entries: &Entries) -> Vec<Event> {
    let (draw, round) = (freeze.draw.to_owned(), freeze.round.clone());
    let frozen = RoundFrozen {
        draw: draw.clone(),
        round: round.clone(),
        link,
        prize: freeze.prize.clone(),
        quantity: freeze.quantity,
        entries_hash_hex: entries.hash().to_string(),
        count: u32::try_from(entries.count()).unwrap_or(u32::MAX),
        tickets: entries.tickets(),
        positions: freeze.positions.to_vec(),
    };
    let mut texts = vec![String::new()];
    for line in entries.text().split_inclusive('\n') {
        if texts.last().is_some_and(|part| part.len() + line.len() > PART_BYTES) {
            texts.push(String::new());
        }
        texts.iter_mut().next_back().expect("there is one").push_str(line);
    }
    let parts = u16::try_from(texts.len()).unwrap_or(u16::MAX);
    let listed = (1..)
        .zip(texts)
        .map(|(part, text)| RoundEntriesListed { draw: draw.clone(), round: round.clone(), part, parts, text }.into());
    std::iter::once(frozen.into()).chain(listed).collect()
}
