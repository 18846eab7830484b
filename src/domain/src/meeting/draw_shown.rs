//! What of a round may be shown: only steps that two machines have stored. Also the tasks about facts that contradict.

use super::task_kinds::{Task, TaskKind};
use super::{Meeting, Round, RoundStep, SUBSTITUTES, Stamp};
use crate::draw::{Audience, DrawId, Hash256};
use crate::ids::{DeviceId, PrizeId, RoundId};

/// A round as far as it may be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoundView {
    /// The draw.
    pub draw: String,
    /// For practice: other colours.
    pub rehearsal: bool,
    /// The round.
    pub round: RoundId,
    /// Link of the chain, from 1.
    pub link: u32,
    /// What is drawn.
    pub prize: PrizeId,
    /// How many.
    pub quantity: u32,
    /// How far it is, as far as two machines know.
    pub step: RoundStep,
    /// Of the list.
    pub entries_hash: Hash256,
    /// Households in the list.
    pub count: u32,
    /// Tickets in the list.
    pub tickets: u64,
    /// Machines that were behind when the list was closed.
    pub behind: Vec<DeviceId>,
    /// What the audience gave.
    pub audience: Option<Audience>,
    /// Picks in their order: winners, those who forfeited among them, then three substitutes. Empty before the draw.
    pub picks: Vec<PickView>,
}

/// One pick.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PickView {
    /// Place among the picks, from 0.
    pub pick: u32,
    /// Who.
    pub id: DrawId,
    /// What became of it.
    pub state: PickState,
}

/// What became of a pick.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PickState {
    /// Won; to be called.
    Won,
    /// Won and claimed.
    Claimed,
    /// Not claimed.
    Forfeited,
    /// Next in line.
    Substitute,
}

impl Meeting {
    /// A round as it may be shown when the first `durable` events of the hub's order are on two machines: on every node
    /// that is what it pulled, because the hub has it too; on the hub the highest cursor from which another machine asked
    /// on. What is later stays unseen, so that no state can be shown that a dead machine takes with it. None while not even
    /// the freeze is so far.
    pub fn round_shown(&self, draw: &str, round: &RoundId, durable: u64) -> Option<RoundView> {
        let draw = self.draw(draw)?;
        let known = draw.rounds().filter(|known| known.id == *round && known.frozen.order <= durable).last()?;
        let seen = |stamp: &Stamp| stamp.order <= durable;
        let heard = known.locked.as_ref().filter(|(stamp, _)| seen(stamp)).or(known.audience.as_ref());
        let picks = picks_seen(known, durable);
        let (name, audience) = (draw.name.to_string(), heard.filter(|(stamp, _)| seen(stamp)));
        Some(RoundView {
            draw: name,
            rehearsal: draw.is_rehearsal(),
            round: known.id.clone(),
            link: known.link,
            prize: known.prize.clone(),
            quantity: known.quantity,
            step: step_seen(known, durable, audience.is_some(), &picks),
            entries_hash: known.entries_hash,
            count: known.count,
            tickets: known.tickets,
            behind: known.positions.iter().filter(|it| it.behind).map(|it| it.device).collect(),
            audience: audience.map(|(_, audience)| audience.clone()),
            picks,
        })
    }

    pub(super) fn draw_tasks(&self) -> Vec<Task> {
        let task = |disputed: &super::draws::Disputed| {
            let kind = TaskKind::DrawDisputed {
                draw: disputed.draw.to_string(),
                round: disputed.round.clone(),
                pick: disputed.pick,
                why: disputed.why,
                device: disputed.falls.device,
            };
            let subject = format!("{:?} {} {:?} {:?}", disputed.why, disputed.draw, disputed.round, disputed.pick);
            self.task_of(kind, &subject, &[&disputed.stands, &disputed.falls])
        };
        self.draws.disputes.iter().map(task).collect()
    }
}

fn step_seen(round: &Round, durable: u64, heard: bool, picks: &[PickView]) -> RoundStep {
    let seen = |stamp: &Stamp| stamp.order <= durable;
    if round.voided.as_ref().is_some_and(|(stamp, ..)| seen(stamp)) {
        RoundStep::Void
    } else if round.drawn.as_ref().is_some_and(|drawn| seen(&drawn.stamp)) {
        let waiting = picks.iter().any(|pick| pick.state == PickState::Won);
        if waiting { RoundStep::Drawn } else { RoundStep::Finished }
    } else if round.locked.as_ref().is_some_and(|(stamp, _)| seen(stamp)) {
        RoundStep::Locked
    } else if heard {
        RoundStep::Audience
    } else {
        RoundStep::Frozen
    }
}

fn picks_seen(round: &Round, durable: u64) -> Vec<PickView> {
    let Some(drawn) = round.drawn.as_ref().filter(|drawn| drawn.stamp.order <= durable) else { return Vec::new() };
    let (mut won, mut next) = (0, 0);
    let quantity = usize::try_from(round.quantity).unwrap_or(usize::MAX);
    let mut picks = Vec::new();
    for (pick, id) in (0..).zip(drawn.picks.iter()) {
        let gone = round.forfeits.get(&pick).is_some_and(|forfeit| forfeit.stamp.order <= durable);
        let claimed = round.claims.get(&pick).is_some_and(|claim| claim.stamp.order <= durable);
        let state = if gone {
            PickState::Forfeited
        } else if won < quantity {
            won += 1;
            if claimed { PickState::Claimed } else { PickState::Won }
        } else if next < SUBSTITUTES {
            next += 1;
            PickState::Substitute
        } else {
            break;
        };
        picks.push(PickView { pick, id: id.clone(), state });
    }
    picks
}
