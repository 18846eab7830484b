//! What must hold of the lottery once all is calm, recounted from the hub's log alone (I7): the same winners as were shown,
//! none twice, none lost, none from anywhere but the picks.

use std::collections::{BTreeMap, BTreeSet};

use domain::draw::{DrawId, RoundProof};
use domain::event::RoundRevealed;
use domain::meeting::{Draw, DrawDispute, Round, TaskKind};
use domain::{Meeting, RoundId};
use sync::Event;

/// What machines beside the hub stored as drawn: by draw and round, each secret with its picks.
pub(crate) type Shown = BTreeMap<(String, RoundId), BTreeSet<(String, Vec<String>)>>;

/// The reveal that an event is, if it is one.
pub(crate) fn reveal(event: &Event) -> Option<RoundRevealed> {
    if event.kind != "RoundRevealed" {
        return None;
    }
    match domain::Event::from_payload(&event.kind, event.kind_version, &event.payload).ok()? {
        domain::Event::RoundRevealed(revealed) => Some(revealed),
        _ => None,
    }
}

/// What is wrong with the lottery of a meeting. A hub that began another life may have lost what it had alone, and a
/// machine whose disk went back with it what two had: then only what can be proved is asked for, and contradictions that
/// came of it are told to staff. In one life all that was shown stands, and only what two cut-off stages did contradicts.
pub(crate) fn broken<'a>(
    log: impl Iterator<Item = &'a Event>,
    meeting: &Meeting,
    shown: &Shown,
    several_lives: bool,
) -> Vec<String> {
    let mut broken = Vec::new();
    let mut disputed = false;
    for task in meeting.tasks() {
        let TaskKind::DrawDisputed { why, round, .. } = task.kind else { continue };
        disputed = true;
        let by_two_stages = matches!(why, DrawDispute::LockedTwice | DrawDispute::ClaimedAndForfeited);
        if !several_lives && !by_two_stages {
            broken.push(format!("I7 {why:?} in one life of the hub, round {round:?}"));
        }
    }
    for revealed in log.filter_map(reveal) {
        let stands = meeting.draw(&revealed.draw).and_then(|draw| draw.round(&revealed.round));
        let lost = several_lives && (disputed || stands.is_none_or(|round| round.pick(0).is_none()));
        if !stands.is_some_and(|round| begins_with(round, &revealed.picks)) && !lost {
            broken.push(format!("I7 round {} was revealed with other picks than it has", revealed.round));
        }
    }
    for ((draw, round), reveals) in shown {
        let stands = meeting.draw(draw).and_then(|draw| draw.round(round));
        let kept = stands.is_some_and(|it| reveals.iter().all(|(_, picks)| begins_with(it, picks)));
        if !kept && !several_lives {
            broken.push(format!("I7 round {round} was shown with other winners than stand, or is lost"));
        }
    }
    broken.extend(meeting.all_draws().flat_map(proofs_hold));
    if !several_lives {
        broken.extend(meeting.all_draws().flat_map(|draw| winners_hold(meeting, draw)));
    }
    broken
}

fn begins_with(round: &Round, picks: &[String]) -> bool {
    (0..).zip(picks).all(|(place, id)| round.pick(place).is_some_and(|pick| pick.as_str() == id))
}

/// One prize of a pool for each, taken by whoever it belongs to.
fn winners_hold(meeting: &Meeting, draw: &Draw) -> Vec<String> {
    let mut broken = Vec::new();
    let mut won: BTreeMap<String, BTreeSet<DrawId>> = BTreeMap::new();
    for round in draw.rounds().filter(|round| !round.is_void()) {
        let winners: Vec<DrawId> = round.winners().iter().map(|winner| winner.id.clone()).collect();
        let pool = meeting.prize_of(draw, &round.prize).map(|prize| format!("{:?}", prize.pool)).unwrap_or_default();
        let of_pool = won.entry(pool).or_default();
        if winners.iter().any(|winner| !of_pool.insert(winner.clone())) {
            broken.push(format!("I7 somebody won twice, the second time in round {}", round.id));
        }
        for winner in round.winners() {
            let household = meeting.household_of_draw_id(winner.id).map(|household| household.id);
            let claimed = winner.claim.map(|claim| claim.household);
            if claimed.is_some_and(|claimed| claimed != household) {
                broken.push(format!("I7 pick {} of round {} was claimed by somebody else", winner.pick, round.id));
            }
        }
    }
    broken
}

/// Anybody finds the same winners again.
fn proofs_hold(draw: &Draw) -> Vec<String> {
    let mut broken = Vec::new();
    for round in draw.rounds().filter(|round| !round.is_void()) {
        let winners: Vec<DrawId> = round.winners().iter().map(|winner| winner.id.clone()).collect();
        let (Some(proof), Some(entries)) = (round.proof(draw), round.entries()) else { continue };
        let list = entries.text().as_bytes();
        let again = RoundProof::parse(proof.to_string().as_bytes()).and_then(|proof| proof.verify(list));
        if again.as_ref() != Ok(&winners) {
            broken.push(format!("I7 the proof of round {} says {again:?}, shown are {winners:?}", round.id));
        }
        if !proof.secret.leads_to(&draw.commitment, round.link) {
            broken.push(format!("I7 round {} was drawn by another secret than the committed one", round.id));
        }
    }
    broken
}
