//! The lottery's steps at the hub: makes a root, finds the secret of a round, and lets the meeting's own rules decide. The
//! one part of the hub that folds a meeting; it names no winner and shows no secret but in a reveal that the rules allow.

use std::collections::BTreeMap;

use domain::draw::{Hash256, Root, Secret, links_for};
use domain::event::DevicePosition;
use domain::meeting::RoundStep;
use domain::{Actor, Command, Ctx, DrawAsk, DrawCommand, Meeting, Meta, Refusal, RoundId, UnixMillis};
use sync::Event;

use super::Authored;

/// Roots that the hub keeps, by their commitment.
pub type Roots = BTreeMap<Hash256, Root>;

/// What a stage asks, and how far its own log is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Who asks.
    pub actor: Actor,
    /// For what.
    pub ask: DrawAsk,
    /// Events of the hub's present order that the asking machine has stored, each once (`Meeting::folded`); 0 when its
    /// order is that of another life.
    pub stored: u64,
}

/// What the hub brings to a step.
#[derive(Clone, Debug)]
pub struct Hand<'a> {
    /// Every root that is kept.
    pub roots: &'a Roots,
    /// How far the hub knows each machine.
    pub positions: Vec<DevicePosition>,
    /// The hub as an author.
    pub device: domain::DeviceId,
    /// Now, Unix milliseconds.
    pub now: UnixMillis,
    /// 32 fresh bytes of the operating system for a root.
    pub fresh: [u8; 32],
    /// 32 other fresh bytes, for ids.
    pub entropy: [u8; 32],
}

/// What a step comes to: one commit of both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What the hub writes.
    pub events: Vec<Authored>,
    /// The root that it binds the meeting to.
    pub root: Option<Root>,
}

/// Why a step was not taken; nothing changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DrawProblem {
    /// A rule said no.
    #[error(transparent)]
    Rule(#[from] Refusal),
    /// The root was lost with another hub.
    #[error(
        "this hub has no root for the draw {draw}: bring it back from its sealed backup with `usher draw unseal`, or void the round"
    )]
    RootMissing {
        /// The draw.
        draw: String,
    },
    /// What is revealed must not be on the hub alone.
    #[error("the lock of this round is on one machine only: reveal again once the stage has it too")]
    OnOneMachine,
}

impl DrawProblem {
    /// A word for programs.
    pub fn code(&self) -> &'static str {
        match self {
            DrawProblem::Rule(refusal) => refusal.code(),
            DrawProblem::RootMissing { .. } => "root_missing",
            DrawProblem::OnOneMachine => "on_one_machine",
        }
    }
}

/// The next event of the hub's order, as the meeting takes it; what cannot be read counts as unknown.
pub fn fold(meeting: &mut Meeting, event: &Event) {
    let actor = event.actor.parse();
    let words = domain::Event::from_payload(&event.kind, event.kind_version, &event.payload);
    let known = actor.is_ok();
    let meta = Meta {
        event_id: domain::EventId::from_bytes(event.event_id.0),
        device: domain::DeviceId::from_bytes(event.device_id.0),
        at: UnixMillis(event.hlc.millis().saturating_add_signed(event.clock_offset_ms)),
        actor: actor.unwrap_or(Actor::System),
    };
    match words {
        Ok(words) if known => meeting.apply(&meta, &words),
        Ok(_) | Err(_) => meeting.apply_unknown(&meta, &event.kind),
    }
}

/// Takes a step over everything that the hub has ordered.
///
/// # Errors
/// See [`DrawProblem`].
pub fn take_step(meeting: &Meeting, asked: &Asked, hand: &Hand<'_>) -> Result<Step, DrawProblem> {
    let (command, root) = command(meeting, asked, hand)?;
    let mut ctx = Ctx::new(hand.now, asked.actor.clone(), hand.device, "H", hand.entropy);
    let events = meeting.decide(&Command::Draw(Box::new(command)), &mut ctx)?;
    let actor = meeting.actor_text(&asked.actor);
    let authored = |event| Authored { actor: actor.clone(), roster_rev: meeting.roster_rev(), event };
    Ok(Step { events: events.into_iter().map(authored).collect(), root })
}

fn command(meeting: &Meeting, asked: &Asked, hand: &Hand<'_>) -> Result<(DrawCommand, Option<Root>), DrawProblem> {
    let without_root = match asked.ask.clone() {
        DrawAsk::Commit { draw, rules } => {
            let links = links_for(meeting.config().rules.draw.planned_rounds);
            let root = Root::new(Secret::new(hand.fresh), links);
            let command = DrawCommand::Commit { draw, commitment: root.commitment(), links, rules };
            return Ok((command, Some(root)));
        }
        DrawAsk::Freeze { draw, round, prize, quantity, without_those_behind } => {
            let positions = hand.positions.clone();
            DrawCommand::Freeze { draw, round, prize, quantity, positions, without_those_behind }
        }
        DrawAsk::Reveal { draw, round } => {
            check_durable(meeting, &draw, &round, asked.stored)?;
            let secret = secret(meeting, &draw, &round, hand.roots)?;
            DrawCommand::Reveal { draw, round, secret }
        }
        DrawAsk::Void { draw, round, reason, second } => {
            let locked = step_of(meeting, &draw, &round) == Some(RoundStep::Locked);
            let secret = locked.then(|| secret(meeting, &draw, &round, hand.roots)).transpose()?;
            DrawCommand::Void { draw, round, secret, reason, second }
        }
    };
    Ok((without_root, None))
}

fn step_of(meeting: &Meeting, draw: &str, round: &RoundId) -> Option<RoundStep> {
    Some(meeting.draw(draw)?.round(round)?.step())
}

/// Only what the asking machine has stored as locked may be revealed: then two have it. Other steps are the rules'.
fn check_durable(meeting: &Meeting, draw: &str, round: &RoundId, stored: u64) -> Result<(), DrawProblem> {
    if step_of(meeting, draw, round) != Some(RoundStep::Locked) {
        return Ok(());
    }
    let seen = meeting.round_shown(draw, round, stored).map(|view| view.step);
    if seen == Some(RoundStep::Locked) { Ok(()) } else { Err(DrawProblem::OnOneMachine) }
}

fn secret(meeting: &Meeting, draw: &str, round: &RoundId, roots: &Roots) -> Result<Secret, DrawProblem> {
    let known = meeting.draw(draw).ok_or(Refusal::UnknownDraw)?;
    let link = known.round(round).ok_or(Refusal::UnknownRound)?.link;
    let missing = || DrawProblem::RootMissing { draw: draw.to_owned() };
    roots.get(&known.commitment).and_then(|root| root.secret_of(link)).ok_or_else(missing)
}
