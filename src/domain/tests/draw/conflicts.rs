//! Facts that contradict: the first in the hub's order stands, nothing already drawn changes, staff get one task each.

use domain::event::*;
use domain::meeting::{DrawDispute, RoundStep, TaskKind};
use domain::{Actor, Event, Meta, RoundId};

use crate::stage::*;
use crate::venue::*;

fn disputes(venue: &Venue) -> Vec<DrawDispute> {
    let why = |task: domain::meeting::Task| match task.kind {
        TaskKind::DrawDisputed { why, .. } => Some(why),
        _ => None,
    };
    venue.meeting.tasks().into_iter().filter_map(why).collect()
}

/// An event that contradicts a round at a step: nothing of the round changes, and one task says why.
#[track_caller]
fn check(state: RoundStep, actor: Actor, event: impl Into<Event>, why: DrawDispute) {
    let mut venue = at(state);
    let before = venue.meeting.draw(DRAW).cloned();
    assert!(disputes(&venue).is_empty());
    venue.happens_by(actor, event);
    assert_eq!(venue.meeting.draw(DRAW).cloned(), before);
    assert_eq!(disputes(&venue), [why]);
    let task = venue.meeting.tasks().into_iter().find(|task| task.kind.code() == "draw_disputed").expect("a task");
    let decide = domain::Command::DecideTask { task: task.id, decision: Decision::Accepted, note: String::new() };
    venue.check(staff("h1"), decide, &["TaskDecided"]);
    assert!(disputes(&venue).is_empty(), "a word closes it");
}

fn frozen_again(link: u32, hash: &str) -> RoundFrozen {
    RoundFrozen {
        draw: DRAW.into(),
        round: "r1".into(),
        link,
        prize: "third".into(),
        quantity: 2,
        entries_hash_hex: hash.repeat(32),
        count: 1,
        tickets: 1,
        positions: vec![],
    }
}

fn revealed(link: u32, picks: &[&str]) -> RoundRevealed {
    let picks = picks.iter().map(|id| (*id).to_owned()).collect();
    RoundRevealed { draw: DRAW.into(), round: "r1".into(), secret_hex: secret(link).reveal_hex(), picks }
}

#[test]
fn first_of_two_facts_stands_and_the_other_is_a_task() {
    use RoundStep::*;
    let (draw, round) = (|| DRAW.to_owned(), || RoundId::new("r1"));
    let (stage, second) = (|| staff("h1"), || Some("c1".into()));
    check(Frozen, stage(), frozen_again(1, "0d"), DrawDispute::FrozenTwice);
    check(Drawn, stage(), frozen_again(1, "0d"), DrawDispute::FrozenTwice);
    let elsewhere = RoundFrozen { round: "r9".into(), ..frozen_again(2, "0d") };
    check(Locked, stage(), elsewhere, DrawDispute::FrozenTwice);
    let lock = RoundLocked { draw: draw(), round: round(), audience: "dice:6,6,6,6,6,6,6,6,6,6".into() };
    check(Locked, stage(), lock.clone(), DrawDispute::LockedTwice);
    check(Drawn, stage(), lock, DrawDispute::LockedTwice);
    check(
        Audience,
        stage(),
        RoundLocked { draw: draw(), round: round(), audience: "dice:1".into() },
        DrawDispute::NotTrue,
    );
    check(Locked, stage(), revealed(1, &["0001", "0002", "0003", "0004"]), DrawDispute::NotTrue);
    check(Locked, stage(), revealed(1, &[]), DrawDispute::NotTrue);
    check(Locked, stage(), revealed(2, &["0001"]), DrawDispute::NotTrue);
    check(Drawn, stage(), revealed(1, &["0001", "0002", "0003", "0004"]), DrawDispute::NotTrue);
    let void = RoundVoided { draw: draw(), round: round(), secret_hex: None, reason: "x".into(), second: second() };
    check(Drawn, stage(), void, DrawDispute::VoidTooLate);
    let gone = PrizeForfeited { draw: draw(), round: round(), pick: 0, calls: 3, by: vec!["h1".into(), "r1".into()] };
    check(Finished, stage(), gone, DrawDispute::ClaimedAndForfeited);
    let other = DrawCommitted {
        draw: "OTHER".into(),
        commitment_hex: "0d".repeat(32),
        links: 64,
        rules_hash_hex: "0d".repeat(32),
        rules: String::new(),
    };
    check(Frozen, stage(), other.clone(), DrawDispute::CommittedTwice);
    check(Frozen, stage(), DrawCommitted { draw: draw(), ..other }, DrawDispute::CommittedTwice);
}

#[test]
fn same_fact_twice_is_no_conflict_and_an_act_of_one_person_has_no_effect() {
    let mut venue = at(RoundStep::Drawn);
    let before = venue.meeting.draw(DRAW).cloned();
    let log = venue.log.clone();
    for (_, event) in log.into_iter().filter(|(_, event)| event.kind().starts_with("Round")) {
        venue.happens_by(staff("h1"), event);
    }
    let alone = PrizeClaimed {
        draw: DRAW.into(),
        round: "r1".into(),
        pick: 0,
        household: None,
        proxy: String::new(),
        second: None,
    };
    venue.happens_by(staff("h1"), alone.clone());
    venue.happens_by(staff("h1"), PrizeClaimed { second: Some("h1".into()), ..alone });
    let gone = PrizeForfeited { draw: DRAW.into(), round: "r1".into(), pick: 0, calls: 3, by: vec!["h1".into()] };
    venue.happens_by(staff("h1"), gone);
    assert_eq!(venue.meeting.draw(DRAW).cloned(), before);
    assert!(disputes(&venue).is_empty());
}

#[test]
fn claim_at_a_desk_that_was_cut_off_and_forfeit_on_stage_become_a_task() {
    let mut stage = at(RoundStep::Drawn);
    let mut desk = stage.clone().on(K2);
    let claimed = domain::Command::Draw(Box::new(claim("r1", 0, Some("o1"))));
    desk.check(staff("r1"), claimed, &["PrizeClaimed"]);
    step(&mut stage, forfeit("r1", 0, 3, Some("r1")), &["PrizeForfeited"]);
    let substitute = winners(&stage, "r1");
    stage.pull(&desk);
    assert_eq!(winners(&stage, "r1"), substitute, "the first in the hub's order stands");
    assert_eq!(disputes(&stage), [DrawDispute::ClaimedAndForfeited]);
}

#[test]
fn rehearsal_is_kept_apart_and_raises_no_task() {
    let mut venue = at(RoundStep::Drawn);
    step(&mut venue, commit("REHEARSAL-1"), &["DrawCommitted"]);
    let before = venue.meeting.draw(DRAW).cloned();
    let rehearsal = |command: domain::DrawCommand| match command {
        domain::DrawCommand::Freeze { round, prize, quantity, positions, without_those_behind, .. } => {
            let draw = "REHEARSAL-1".into();
            domain::DrawCommand::Freeze { draw, round, prize, quantity, positions, without_those_behind }
        }
        other => other,
    };
    step(&mut venue, rehearsal(freeze("r1", "third", 5)), &["RoundFrozen", "RoundEntriesListed"]);
    let entered = venue.meeting.draw("REHEARSAL-1").expect("committed").round(&"r1".into()).expect("frozen").count;
    assert_eq!(entered, 4, "winners of the live draw take part in practice");
    venue.happens_by(staff("h1"), RoundFrozen { draw: "REHEARSAL-1".into(), ..frozen_again(1, "0d") });
    assert!(disputes(&venue).is_empty());
    assert_eq!(venue.meeting.draw(DRAW).cloned(), before);
    assert_eq!(venue.meeting.live_draw().map(|draw| draw.name.to_string()), Some(DRAW.into()));
}

#[test]
fn machine_that_plays_the_hub_draws_nothing() {
    const HUB: u8 = 1;
    let mut venue = hall().on(HUB);
    for (number, role, prefix) in [(HUB, DeviceRole::Hub, "H1"), (K2, DeviceRole::Stage, "S1")] {
        venue.happens(DeviceEnrolled {
            device: device(number),
            epoch: domain::LogEpoch::from_bytes([number; 16]),
            prefix: prefix.into(),
            name: prefix.into(),
            role,
            public_hex: String::new(),
        });
    }
    refused(&mut venue.clone().on(K2), commit(DRAW), "only_at_the_hub");
    step(&mut venue, commit(DRAW), &["DrawCommitted"]);
    (1..=4).for_each(|number| signs(&mut venue, number, number, 1_000, 0));
    let mut stage = venue.clone().on(K2);
    for command in [freeze("r1", "third", 1), reveal("r1", 1), void("r1", None, Some("c1"))] {
        refused(&mut stage, command, "only_at_the_hub");
    }
    let before = stage.meeting.draw(DRAW).cloned();
    stage.happens_by(staff("h1"), frozen_again(1, "0d"));
    assert_eq!(stage.meeting.draw(DRAW).cloned(), before);
    step(&mut venue, freeze("r1", "third", 1), &["RoundFrozen", "RoundEntriesListed"]);
    let mut stage = venue.clone().on(K2);
    step(&mut stage, audience("r1", &dice()), &["AudienceEntered"]);
    step(&mut stage, lock("r1"), &["RoundLocked"]);
    venue.pull(&stage);
    step(&mut venue, reveal("r1", 1), &["RoundRevealed"]);
}

#[test]
fn draw_waits_while_a_newer_program_wrote_what_this_one_cannot_read() {
    let mut venue = at(RoundStep::Locked);
    let meta = Meta {
        event_id: domain::EventId::from_bytes([9; 16]),
        device: device(K2),
        at: venue.now(),
        actor: Actor::System,
    };
    venue.meeting.apply_unknown(&meta, "HologramShown");
    refused(&mut venue, reveal("r1", 1), "newer_events");
}
