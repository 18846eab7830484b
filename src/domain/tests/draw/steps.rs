//! Every step of a round from every state: what happens, or which rule says no; and that a machine that dies anywhere
//! comes back with the same winners.

use domain::Meeting;
use domain::meeting::RoundStep::{self, *};
use domain::{Command, DrawCommand, PrizeId, RoundId};

use crate::stage::*;
use crate::venue::*;

/// A step from each state: the kinds of events, or the refusal's code.
#[track_caller]
fn check(name: &str, command: impl Fn() -> DrawCommand, outcomes: [(RoundStep, &str); 6]) {
    for (state, outcome) in outcomes {
        let mut venue = at(state);
        let result = venue.act(staff("h1"), &Command::Draw(Box::new(command())));
        let said = match &result {
            Ok(events) if events.is_empty() => "nothing".to_owned(),
            Ok(events) => events.iter().map(domain::Event::kind).collect::<Vec<_>>().join(" "),
            Err(refusal) => refusal.code().to_owned(),
        };
        assert_eq!(said, outcome, "{name} at {state:?}");
    }
}

fn all(at: [&str; 6]) -> [(RoundStep, &str); 6] {
    let [frozen, audience, locked, drawn, finished, void] = at;
    [(Frozen, frozen), (Audience, audience), (Locked, locked), (Drawn, drawn), (Finished, finished), (Void, void)]
}

const WRONG: &str = "wrong_step";

#[test]
fn every_step_is_taken_from_its_state_only() {
    let frozen = "RoundFrozen RoundEntriesListed";
    check(
        "the next round",
        || freeze("r2", "third", 1),
        all(["round_open", "round_open", "round_open", "round_open", frozen, frozen]),
    );
    check(
        "the same round",
        || freeze("r1", "third", 1),
        all(["round_open", "round_open", "round_open", "already_done", "already_done", frozen]),
    );
    let other = "dice:6,6,6,6,6,6,6,6,6,6";
    check(
        "other dice",
        || audience("r1", other),
        all(["AudienceEntered", "AudienceEntered", WRONG, WRONG, WRONG, WRONG]),
    );
    check("the same dice", || audience("r1", &dice()), all(["AudienceEntered", "nothing", WRONG, WRONG, WRONG, WRONG]));
    check("lock", || lock("r1"), all([WRONG, "RoundLocked", WRONG, WRONG, WRONG, WRONG]));
    check("reveal", || reveal("r1", 1), all([WRONG, WRONG, "RoundRevealed", WRONG, WRONG, WRONG]));
    check("reveal by another link", || reveal("r1", 2), all([WRONG, WRONG, "draw_unfit", WRONG, WRONG, WRONG]));
    check("claim", || claim("r1", 0, Some("r1")), all([WRONG, WRONG, WRONG, "PrizeClaimed", "already_done", WRONG]));
    check(
        "claim of a substitute",
        || claim("r1", 2, Some("r1")),
        all([WRONG, WRONG, WRONG, "not_a_winner", "not_a_winner", WRONG]),
    );
    check(
        "forfeit",
        || forfeit("r1", 1, 3, Some("r1")),
        all([WRONG, WRONG, WRONG, "PrizeForfeited", "already_done", WRONG]),
    );
    let void_it = || void("r1", Some(secret(1)), Some("c1"));
    check("void", void_it, all(["RoundVoided", "RoundVoided", "RoundVoided", WRONG, WRONG, WRONG]));
    let hidden = || void("r1", None, Some("c1"));
    check("void without its secret", hidden, all(["RoundVoided", "RoundVoided", "draw_unfit", WRONG, WRONG, WRONG]));
    check("close", close, all(["round_open", "round_open", "round_open", "round_open", "DrawClosed", "DrawClosed"]));
}

#[test]
fn steps_need_their_people() {
    let draw = |command| Command::Draw(Box::new(command));
    let mut venue = at(Drawn);
    venue.check_refused(staff("h1"), draw(claim("r1", 0, None)), "second_person");
    venue.check_refused(staff("h1"), draw(claim("r1", 0, Some("h1"))), "second_person");
    venue.check_refused(staff("t1"), draw(claim("r1", 0, Some("h1"))), "not_authorised");
    venue.check_refused(staff("r1"), draw(forfeit("r1", 0, 3, Some("h1"))), "not_authorised");
    venue.check_refused(staff("h1"), draw(forfeit("r1", 0, 3, None)), "second_person");
    venue.check_refused(staff("h1"), draw(forfeit("r1", 0, 2, Some("r1"))), "call_again");
    venue.check_refused(guest_actor(), draw(claim("r1", 0, Some("r1"))), "not_authorised");
    let mut venue = at(Frozen);
    venue.check_refused(staff("h1"), draw(void("r1", None, Some("r1"))), "second_person");
    for command in [freeze("r2", "third", 1), audience("r1", &dice()), lock("r1"), reveal("r1", 1), close()] {
        venue.check_refused(staff("r1"), draw(command), "not_authorised");
    }
}

#[test]
fn commitment_binds_rules_and_chain_once() {
    let mut venue = hall();
    refused(&mut venue, freeze("r1", "third", 1), "unknown_draw");
    let with = |links, rules: &str, name: &str| DrawCommand::Commit {
        draw: name.into(),
        commitment: root().commitment(),
        links,
        rules: rules.into(),
    };
    refused(&mut venue, with(63, "rules", DRAW), "record_broken");
    refused(&mut venue, with(64, " ", DRAW), "reason_missing");
    refused(&mut venue, with(64, "rules", "spring 2027"), "draw_unfit");
    step(&mut venue, commit(DRAW), &["DrawCommitted"]);
    refused(&mut venue, commit(DRAW), "already_done");
    refused(&mut venue, commit("OTHER"), "draw_not_open");
    step(&mut venue, commit("REHEARSAL-1"), &["DrawCommitted"]);
    let draw = venue.meeting.live_draw().expect("the live one");
    assert_eq!((draw.name.as_str(), draw.rules.as_str(), draw.after_orders), (DRAW, "1 ticket per order\n", false));
    let mut late = hall();
    signs(&mut late, 1, 1, 1_000, 0);
    step(&mut late, commit(DRAW), &["DrawCommitted"]);
    assert!(late.meeting.live_draw().expect("committed").after_orders, "papers say so");
}

#[test]
fn round_needs_a_prize_that_is_left_and_machines_that_are_not_behind() {
    let mut venue = open_draw();
    refused(&mut venue, freeze("r1", "none", 1), "nothing_left");
    refused(&mut venue, freeze("r1", "third", 0), "nothing_left");
    refused(&mut venue, freeze("r1", "third", 6), "nothing_left");
    refused(&mut venue, freeze("r 1", "third", 1), "record_broken");
    refused(&mut venue, freeze("r1", "quiz", 1), "nothing_left");
    let late = domain::event::DevicePosition {
        device: device(K2),
        epoch: domain::LogEpoch::from_bytes([7; 16]),
        seq: 812,
        behind: true,
    };
    let behind = |without_those_behind| DrawCommand::Freeze {
        draw: DRAW.into(),
        round: "r1".into(),
        prize: "third".into(),
        quantity: 3,
        positions: vec![late.clone()],
        without_those_behind,
    };
    refused(&mut venue, behind(false), "machines_behind");
    step(&mut venue, behind(true), &["RoundFrozen", "RoundEntriesListed"]);
    let shown = venue.meeting.round_shown(DRAW, &RoundId::new("r1"), u64::MAX).expect("frozen");
    assert_eq!(shown.behind, vec![device(K2)]);
}

#[test]
fn top_prize_wants_dice_and_small_ones_may_do_without() {
    let mut venue = open_draw();
    step(&mut venue, freeze("r1", "first", 1), &["RoundFrozen", "RoundEntriesListed"]);
    refused(&mut venue, audience("r1", "dice:1,2,3"), "draw_unfit");
    step(&mut venue, audience("r1", ""), &["AudienceEntered"]);
    refused(&mut venue, lock("r1"), "draw_unfit");
    step(&mut venue, audience("r1", &dice()), &["AudienceEntered"]);
    step(&mut venue, lock("r1"), &["RoundLocked"]);
    let mut venue = open_draw();
    step(&mut venue, freeze("r1", "third", 1), &["RoundFrozen", "RoundEntriesListed"]);
    step(&mut venue, audience("r1", ""), &["AudienceEntered"]);
    step(&mut venue, lock("r1"), &["RoundLocked"]);
    step(&mut venue, reveal("r1", 1), &["RoundRevealed"]);
    let proof = round(&venue, "r1").proof(venue.meeting.draw(DRAW).expect("committed")).expect("drawn");
    assert!(proof.facts.audience.is_commitment_only(), "and the proof says so");
}

#[test]
fn forfeited_prize_goes_to_the_next_pick_and_the_proof_shows_it() {
    let mut venue = at(Drawn);
    let before = winners(&venue, "r1");
    let next = round(&venue, "r1").substitutes()[0].to_string();
    step(&mut venue, forfeit("r1", 0, 3, Some("r1")), &["PrizeForfeited"]);
    assert_eq!(winners(&venue, "r1"), [before[1].clone(), next]);
    refused(&mut venue, claim("r1", 0, Some("r1")), "not_a_winner");
    step(&mut venue, claim("r1", 1, Some("r1")), &["PrizeClaimed"]);
    for pick in [2, 3] {
        step(&mut venue, forfeit("r1", pick, 3, Some("r1")), &["PrizeForfeited"]);
    }
    assert_eq!(winners(&venue, "r1"), [before[1].clone()], "nobody is left");
    assert_eq!(round(&venue, "r1").step(), Finished);
    let draw = venue.meeting.draw(DRAW).expect("committed");
    let proof = round(&venue, "r1").proof(draw).expect("drawn");
    let list = round(&venue, "r1").entries().expect("whole").text().to_owned();
    let verified = proof.verify(list.as_bytes()).expect("true");
    assert_eq!(verified.iter().map(ToString::to_string).collect::<Vec<_>>(), [before[1].clone()]);
    assert!(proof.secret.leads_to(&draw.commitment, 1));
}

#[test]
fn added_prize_is_a_new_round_under_the_same_rules() {
    let mut venue = at(Finished);
    let gold = prize("gold", 2, 1, domain::config::PrizePool::CheckedIn);
    let add = |prize| DrawCommand::AddPrize { draw: DRAW.into(), prize: Box::new(prize) };
    refused(&mut venue, freeze("r2", "gold", 1), "nothing_left");
    step(&mut venue, add(gold.clone()), &["PrizeAdded"]);
    step(&mut venue, add(gold.clone()), &[]);
    refused(&mut venue, add(domain::config::Prize { quantity: 9, ..gold.clone() }), "already_there");
    refused(&mut venue, add(domain::config::Prize { id: PrizeId::new("金"), ..gold }), "draw_unfit");
    refused(&mut venue, freeze("r2", "gold", 1), "nothing_left");
    venue.check(guest_actor(), check_in(3, &[31]), &["GuestCheckedIn", "BadgeRequested", "PhoneConfirmed"]);
    step(&mut venue, freeze("r2", "gold", 1), &["RoundFrozen", "RoundEntriesListed"]);
    assert_eq!(round(&venue, "r2").entries().map(|list| list.text()), Some("OLP1-ENTRIES\t1\t1\n0003\t1\n"));
    assert_eq!(round(&venue, "r2").link, 2, "a secret of its own");
}

#[test]
fn void_round_uses_up_its_link_and_gives_its_prizes_back() {
    let mut venue = at(Locked);
    step(&mut venue, void("r1", Some(secret(1)), Some("c1")), &["RoundVoided"]);
    assert_eq!(round(&venue, "r1").void_reason(), Some("power cut"));
    step(&mut venue, freeze("r1", "third", 5), &["RoundFrozen", "RoundEntriesListed"]);
    assert_eq!(round(&venue, "r1").link, 2);
    step(&mut venue, audience("r1", &dice()), &["AudienceEntered"]);
    step(&mut venue, lock("r1"), &["RoundLocked"]);
    refused(&mut venue, reveal("r1", 1), "draw_unfit");
    step(&mut venue, reveal("r1", 2), &["RoundRevealed"]);
    assert_eq!(winners(&venue, "r1").len(), 4, "five prizes, four households");
}

#[test]
fn substitute_of_one_round_never_wins_in_the_next_too() {
    let mut venue = at(Drawn);
    // Whoever stands in later would be in the next list already.
    refused(&mut venue, freeze("r2", "third", 1), "round_open");
    // Another pool is another matter: here nobody is in it.
    refused(&mut venue, freeze("r2", "quiz", 1), "nothing_left");
    step(&mut venue, claim("r1", 0, Some("r1")), &["PrizeClaimed"]);
    step(&mut venue, forfeit("r1", 1, 3, Some("r1")), &["PrizeForfeited"]);
    refused(&mut venue, freeze("r2", "third", 1), "round_open");
    step(&mut venue, claim("r1", 2, Some("r1")), &["PrizeClaimed"]);
    step(&mut venue, freeze("r2", "third", 1), &["RoundFrozen", "RoundEntriesListed"]);
    let list = round(&venue, "r2").entries().expect("whole").text().to_owned();
    assert!(winners(&venue, "r1").iter().all(|winner| !list.contains(winner)), "{list}");
}

#[test]
fn round_that_machines_give_back_in_any_order_has_the_same_winners() {
    let venue = at(Finished);
    let is_of_round =
        |event: &domain::Event| ["Round", "Audience", "Prize"].iter().any(|of| event.kind().starts_with(of));
    let (round_events, others): (Vec<_>, Vec<_>) = venue.log.iter().cloned().partition(|(_, event)| is_of_round(event));
    assert_eq!(round_events.len(), 7);
    let expected = winners(&venue, "r1");
    for turned in 0..round_events.len() {
        let mut order = round_events.clone();
        order.rotate_left(turned);
        for backwards in [false, true] {
            if backwards {
                order.reverse();
            }
            let mut meeting = Meeting::new();
            others.iter().chain(&order).for_each(|(meta, event)| meeting.apply(meta, event));
            let again = meeting.draw(DRAW).expect("committed").round(&RoundId::new("r1")).expect("frozen");
            let ids: Vec<String> = again.winners().iter().map(|winner| winner.id.to_string()).collect();
            assert_eq!((again.step(), ids), (Finished, expected.clone()), "turned by {turned}, {backwards}");
            assert!(meeting.tasks().iter().all(|task| task.kind.code() != "draw_disputed"));
        }
    }
}

#[test]
fn machine_that_dies_at_any_step_comes_back_with_the_same_winners() {
    let mut venue = at(Finished);
    step(&mut venue, freeze("r2", "third", 2), &["RoundFrozen", "RoundEntriesListed"]);
    step(&mut venue, audience("r2", &dice()), &["AudienceEntered"]);
    step(&mut venue, lock("r2"), &["RoundLocked"]);
    step(&mut venue, reveal("r2", 2), &["RoundRevealed"]);
    step(&mut venue, forfeit("r2", 0, 3, Some("r1")), &["PrizeForfeited"]);
    let ids = [RoundId::new("r1"), RoundId::new("r2")];
    for cut in 0..=venue.log.len() {
        let fold = |events: &[(domain::Meta, domain::Event)]| {
            let mut meeting = Meeting::new();
            events.iter().for_each(|(meta, event)| meeting.apply(meta, event));
            meeting
        };
        let (before, mut after) = (fold(&venue.log[..cut]), fold(&venue.log[..cut]));
        venue.log.iter().for_each(|(meta, event)| after.apply(meta, event));
        assert_eq!(after, venue.meeting, "goes on from event {cut} as if nothing had been");
        for id in &ids {
            // What may be shown of all of it is what was there when that much was durable.
            let durable = u64::try_from(cut).expect("short");
            let shown = |meeting: &Meeting, upto| meeting.round_shown(DRAW, id, upto);
            assert_eq!(shown(&before, u64::MAX), shown(&venue.meeting, durable), "round {id} at event {cut}");
        }
    }
}
