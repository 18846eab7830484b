//! The lottery between a stage and the hub that has its root: a hub that dies between two steps, a standby in its place,
//! a reveal that comes too early. Whatever happens, the same winners stand.

use domain::draw::{Audience, Root};
use domain::event::{MeetingConfigured, RosterChanged};
use domain::meeting::RoundStep;
use domain::roster::Household;
use domain::{Command, DrawAsk, DrawCommand, Event, RoundId};
use serde_json::json;

use crate::facts::*;
use crate::hall::*;

const DRAW: &str = "SPRING-2027";
const ON_STAGE: usize = 0;
const AT_THE_DESK: usize = 1;

fn round() -> RoundId {
    RoundId::new("r1")
}

/// Six parties with numbers of the lottery, three prizes, and orders after the commitment.
fn committed() -> Hall {
    let mut hall = Hall::new(STAGE);
    let prize =
        json!([{ "id": "third", "tier": 3, "name": { "zh": "三等奖" }, "quantity": 3, "market_value_minor": 100 }]);
    let config = domain::MeetingConfig { prizes: serde_json::from_value(prize).expect("prizes"), ..config() };
    let numbered = |number: u8| {
        let record = json!({ "id": household(number), "name": format!("Firm {number}"), "lead": dealer(number) });
        let known: Household = serde_json::from_value(record).expect("a household");
        Household { draw_id: Some(format!("{number:04}")), ..known }
    };
    let change = RosterChanged {
        rev: 2,
        part: 1,
        parts: 1,
        households: (1..=6).map(numbered).collect(),
        ..RosterChanged::default()
    };
    hall.author(vec![MeetingConfigured { rev: 2, config: Box::new(config) }.into(), change.into()]);
    hall.hub.back_up();
    let commit = DrawAsk::Commit { draw: DRAW.into(), rules: "1 ticket per order\n".into() };
    hall.draw(ON_STAGE, "h1", commit).expect("a new draw");
    hall.quiet();
    for number in 1..=6 {
        let events = hall.act(AT_THE_DESK, "o1", Command::DraftSlip { content: slip(number, 1_000) });
        let Event::SlipDrafted(drafted) = &events[0] else { panic!("{events:?}") };
        hall.act(AT_THE_DESK, "o1", Command::SignSlip { slip: drafted.slip, signer: "x".into(), sealed: true });
    }
    hall.quiet();
    hall
}

fn freeze() -> DrawAsk {
    let (draw, round, prize) = (DRAW.to_owned(), round(), "third".into());
    DrawAsk::Freeze { draw, round, prize, quantity: 2, without_those_behind: false }
}

fn reveal() -> DrawAsk {
    DrawAsk::Reveal { draw: DRAW.into(), round: round() }
}

fn on_stage(hall: &mut Hall, command: DrawCommand) -> Vec<Event> {
    hall.act(ON_STAGE, "h1", Command::Draw(Box::new(command)))
}

fn throw(hall: &mut Hall) {
    let audience = Audience::of_dice(&[3; 15]).expect("fifteen dice").to_string();
    on_stage(hall, DrawCommand::EnterAudience { draw: DRAW.into(), round: round(), audience });
}

fn lock(hall: &mut Hall) {
    on_stage(hall, DrawCommand::Lock { draw: DRAW.into(), round: round() });
}

fn locked() -> Hall {
    let mut hall = committed();
    hall.draw(ON_STAGE, "h1", freeze()).expect("nobody is behind");
    hall.quiet();
    throw(&mut hall);
    lock(&mut hall);
    hall.quiet();
    hall
}

fn code(result: Result<Vec<Event>, hub::core::DrawProblem>) -> &'static str {
    result.expect_err("it is refused").code()
}

fn winners(hall: &Hall, index: usize) -> Vec<String> {
    let draw = hall.meeting(index).draw(DRAW).expect("committed");
    draw.round(&round()).expect("frozen").winners().iter().map(|winner| winner.id.to_string()).collect()
}

fn step(hall: &Hall, index: usize) -> RoundStep {
    hall.meeting(index).draw(DRAW).expect("committed").round(&round()).expect("frozen").step()
}

/// Who would win by a root, as anybody computes it from the list and the audience's part.
fn expected(hall: &Hall, root: &Root) -> Vec<String> {
    let mut alone = hall.meeting(ON_STAGE).clone();
    let draw = DRAW.to_owned();
    let secret = root.secret_of(1).expect("the first link");
    let command = Command::Draw(Box::new(DrawCommand::Reveal { draw, round: round(), secret }));
    let actor = domain::Actor::Staff { id: "h1".into() };
    let now = domain::UnixMillis(hall.now);
    let mut ctx = domain::Ctx::new(now, actor.clone(), hall.device(ON_STAGE), "X", [1; 32]);
    let events = alone.decide(&command, &mut ctx).expect("it may be revealed");
    let event_id = domain::EventId::from_bytes([77; 16]);
    alone.apply(&domain::Meta { event_id, device: hall.device(ON_STAGE), at: now, actor }, &events[0]);
    let round = alone.draw(DRAW).and_then(|draw| draw.round(&round())).expect("drawn");
    round.winners().iter().map(|winner| winner.id.to_string()).collect()
}

#[track_caller]
fn same_winners_everywhere(hall: &Hall, expected: &[String]) {
    for index in 0..STAGE.len() {
        assert_eq!(winners(hall, index), expected, "machine {index}");
    }
    assert_eq!(hall.stored("RoundRevealed").len(), 1, "drawn once");
    assert_eq!(hall.agreed(), []);
}

#[test]
fn hub_draws_by_the_root_that_nobody_else_has() {
    let mut hall = locked();
    let root = hall.hub.roots().remove(0);
    let secret = root.secret().reveal_hex();
    let expected = expected(&hall, &root);
    hall.draw(ON_STAGE, "h1", reveal()).expect("it is locked");
    hall.quiet();
    assert_eq!((expected.len(), step(&hall, AT_THE_DESK)), (2, RoundStep::Drawn));
    same_winners_everywhere(&hall, &expected);
    for (_, event) in hall.hub.log() {
        assert!(!String::from_utf8_lossy(&event.payload).contains(&secret), "{}", event.kind);
    }
}

#[test]
fn hub_refuses_a_reveal_that_comes_too_early_or_from_somebody_else() {
    let mut hall = committed();
    assert_eq!(code(hall.draw(ON_STAGE, "h1", reveal())), "unknown_round");
    hall.cut(AT_THE_DESK);
    assert_eq!(code(hall.draw(ON_STAGE, "h1", freeze())), "machines_behind");
    hall.heal();
    hall.draw(ON_STAGE, "h1", freeze()).expect("nobody is behind");
    hall.quiet();
    assert_eq!(code(hall.draw(ON_STAGE, "h1", reveal())), "wrong_step");
    throw(&mut hall);
    hall.quiet();
    assert_eq!(code(hall.draw(ON_STAGE, "h1", reveal())), "wrong_step");
    // A desk that was cut off does not have the lock: for all that it knows, the hub is the only one that does.
    hall.cut(AT_THE_DESK);
    lock(&mut hall);
    hall.pass(2_000);
    assert_eq!(code(hall.draw(AT_THE_DESK, "h1", reveal())), "on_one_machine");
    assert_eq!(code(hall.draw(ON_STAGE, "o1", reveal())), "not_authorised");
    assert_eq!(hall.stored("RoundRevealed"), []);
    hall.heal();
    hall.draw(AT_THE_DESK, "h1", reveal()).expect("it has the lock now");
    assert_eq!(code(hall.draw(ON_STAGE, "h1", reveal())), "wrong_step", "once");
}

#[test]
fn hub_that_dies_between_lock_and_reveal_leaves_the_same_winners_to_its_standby() {
    for behind in 0..5 {
        let mut hall = locked();
        let expected = expected(&hall, &hall.hub.roots()[0]);
        // The standby lacks the last events: the lock, the dice, part of the list.
        hall.hub.promote_standby(behind);
        hall.heal();
        assert_eq!(step(&hall, AT_THE_DESK), RoundStep::Locked, "{behind}");
        hall.draw(AT_THE_DESK, "h1", reveal()).expect("the standby has the root");
        hall.quiet();
        for index in 0..STAGE.len() {
            assert_eq!(winners(&hall, index), expected, "machine {index}, {behind} behind");
        }
    }
}

#[test]
fn reveal_that_only_the_dead_hub_had_is_drawn_again_and_one_that_was_seen_is_kept() {
    for (seen, behind) in [(false, 1), (true, 1), (true, 2), (true, 3), (true, 4), (true, 5)] {
        let mut hall = locked();
        let expected = expected(&hall, &hall.hub.roots()[0]);
        hall.draw(ON_STAGE, "h1", reveal()).expect("it is locked");
        if seen {
            hall.quiet();
        }
        hall.hub.promote_standby(behind);
        hall.heal();
        if seen {
            assert_eq!(code(hall.draw(AT_THE_DESK, "h1", reveal())), "wrong_step", "it came back");
        } else {
            assert_eq!(step(&hall, ON_STAGE), RoundStep::Locked);
            hall.draw(AT_THE_DESK, "h1", reveal()).expect("nobody saw it");
            hall.quiet();
        }
        for index in 0..STAGE.len() {
            assert_eq!(winners(&hall, index), expected, "machine {index}, {behind} behind");
        }
        assert_eq!(hall.stored("RoundRevealed").len(), 1);
    }
}

#[test]
fn hub_that_lost_its_root_says_so_until_the_sealed_backup_brings_it_back() {
    let mut hall = locked();
    let root = hall.hub.roots().remove(0);
    let expected = expected(&hall, &root);
    // Of before the commitment; the machines give the meeting back, but nobody has the root.
    assert!(hall.hub.restore(0) > 0);
    hall.heal();
    assert_eq!(hall.hub.roots(), []);
    assert_eq!(code(hall.draw(ON_STAGE, "h1", reveal())), "root_missing");
    hall.hub.bring_back(Root::new(domain::draw::Secret::new([1; 32]), 64));
    assert_eq!(code(hall.draw(ON_STAGE, "h1", reveal())), "root_missing", "another draw's");
    hall.hub.bring_back(root);
    hall.draw(ON_STAGE, "h1", reveal()).expect("it is back");
    hall.quiet();
    for index in 0..STAGE.len() {
        assert_eq!(winners(&hall, index), expected, "machine {index}");
    }
}
