//! What events a draw can produce: in any sequence of steps, whoever is named as a winner is a pick of the frozen list by
//! the committed secret, and nothing else says who won.

use std::collections::BTreeSet;

use domain::draw::*;
use domain::meeting::RoundStep;
use domain::{Command, DrawCommand, Event, RoundId};
use proptest::prelude::*;

use crate::stage::*;
use crate::venue::*;

fn any_step() -> impl Strategy<Value = DrawCommand> {
    let round = || prop_oneof![Just("r1"), Just("r2"), Just("r3")];
    let second = || prop_oneof![Just(Some("r1")), Just(Some("c1")), Just(Some("h1")), Just(None)];
    prop_oneof![
        3 => (round(), prop_oneof![Just("first"), Just("third"), Just("quiz")], 0_u32..4)
            .prop_map(|(round, prize, quantity)| freeze(round, prize, quantity)),
        3 => (round(), prop_oneof![Just(dice()), Just(String::new()), Just("dice:1".to_owned())])
            .prop_map(|(round, heard)| audience(round, &heard)),
        3 => round().prop_map(lock),
        4 => (round(), 1_u32..4).prop_map(|(round, link)| reveal(round, link)),
        3 => (round(), 0_u32..5, second()).prop_map(|(round, pick, second)| claim(round, pick, second)),
        3 => (round(), 0_u32..5, 2_u8..4, second())
            .prop_map(|(round, pick, calls, second)| forfeit(round, pick, calls, second)),
        1 => (round(), proptest::option::of(1_u32..4), second())
            .prop_map(|(round, link, second)| void(round, link.map(secret), second)),
    ]
}

/// The picks of a round as anybody computes them from the log's public events.
fn picks_again(log: &[Event], round: &RoundId) -> Vec<String> {
    let of_round = |event: &Event| match event {
        Event::RoundFrozen(frozen) => frozen.round == *round,
        Event::RoundEntriesListed(listed) => listed.round == *round,
        Event::RoundLocked(locked) => locked.round == *round,
        Event::RoundRevealed(revealed) => revealed.round == *round,
        Event::RoundVoided(voided) => voided.round == *round,
        _ => false,
    };
    let mut events: Vec<&Event> = log.iter().filter(|event| of_round(event)).collect();
    if let Some(void) = events.iter().rposition(|event| matches!(event, Event::RoundVoided(_))) {
        events.drain(..=void);
    }
    let (mut facts, mut list, mut seed) = (None, String::new(), None);
    for event in events {
        match event {
            Event::RoundFrozen(frozen) => facts = Some(frozen.clone()),
            Event::RoundEntriesListed(listed) => list.push_str(&listed.text),
            Event::RoundRevealed(revealed) => seed = revealed.secret_hex.parse::<Secret>().ok(),
            _ => {}
        }
    }
    let (Some(frozen), Some(seed)) = (facts, seed) else { return Vec::new() };
    let heard = log.iter().rev().find_map(|event| match event {
        Event::RoundLocked(locked) if locked.round == *round => Some(locked.audience.clone()),
        _ => None,
    });
    assert!(seed.leads_to(&root().commitment(), frozen.link), "the committed secret");
    let facts = RoundFacts {
        event: DRAW.parse().expect("a name"),
        round: frozen.link,
        prize: frozen.prize.as_str().parse().expect("a name"),
        quantity: frozen.quantity,
        rules: hash_of_rules("1 ticket per order\n"),
        entries: frozen.entries_hash_hex.parse().expect("a hash"),
        audience: heard.unwrap_or_default().parse().expect("an audience"),
    };
    let entries = Entries::parse(list.as_bytes()).expect("the list");
    assert_eq!(entries.hash(), facts.entries);
    picks(&facts.key(&seed), &entries, usize::MAX).iter().map(ToString::to_string).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn winner_comes_from_nowhere_but_the_picks(steps in proptest::collection::vec(any_step(), 1..60)) {
        let mut venue = open_draw();
        let mut log: Vec<Event> = Vec::new();
        for step in steps {
            log.extend(venue.act(staff("h1"), &Command::Draw(Box::new(step))).unwrap_or_default());
        }
        let mut won = BTreeSet::new();
        for event in &log {
            match event {
                Event::RoundRevealed(revealed) => {
                    let again = picks_again(&log, &revealed.round);
                    prop_assert!(again.starts_with(&revealed.picks), "{again:?} {revealed:?}");
                }
                Event::PrizeClaimed(claimed) => {
                    let again = picks_again(&log, &claimed.round);
                    let winner = &again[usize::try_from(claimed.pick).expect("small")];
                    let household = venue.meeting.household_of_draw_id(&winner.parse().expect("an id"));
                    prop_assert_eq!(claimed.household, household.map(|known| known.id));
                }
                Event::RoundFrozen(_) | Event::RoundEntriesListed(_) | Event::AudienceEntered(_)
                | Event::RoundLocked(_) | Event::PrizeForfeited(_) | Event::RoundVoided(_) => {}
                other => prop_assert!(false, "a draw does not produce {}", other.kind()),
            }
            let payload = String::from_utf8(event.to_payload()).expect("JSON");
            let names_a_party = (1..=4).any(|number| payload.contains(&household(number).to_string()));
            prop_assert!(!names_a_party || matches!(event, Event::PrizeClaimed(_)), "{payload}");
        }
        let draw = venue.meeting.draw(DRAW).expect("committed");
        for round in draw.rounds().filter(|round| !round.is_void()) {
            for winner in round.winners() {
                prop_assert!(won.insert(winner.id.clone()), "{} won twice", winner.id);
                prop_assert!(round.forfeits().all(|(pick, _)| pick != winner.pick));
            }
            if let Some(proof) = round.proof(draw) {
                let list = round.entries().expect("whole").text();
                let verified = proof.verify(list.as_bytes());
                let mine: Vec<DrawId> = round.winners().iter().map(|winner| winner.id.clone()).collect();
                prop_assert_eq!(verified, Ok(mine));
                prop_assert!(round.step() >= RoundStep::Drawn);
            }
        }
        prop_assert!(venue.meeting.tasks().iter().all(|task| task.kind.code() != "draw_disputed"));
    }
}

#[test]
fn no_secret_is_in_an_event_before_its_reveal() {
    let venue = at(RoundStep::Locked);
    let shown: String =
        venue.log.iter().map(|(_, event)| String::from_utf8_lossy(&event.to_payload()).into_owned()).collect();
    assert!(shown.contains(&root().commitment().to_string()));
    for link in 1..=root().links() {
        assert!(!shown.contains(&secret(link).reveal_hex()), "link {link}");
    }
    let mut venue = venue;
    step(&mut venue, reveal("r1", 1), &["RoundRevealed"]);
    let shown: String =
        venue.log.iter().map(|(_, event)| String::from_utf8_lossy(&event.to_payload()).into_owned()).collect();
    assert!(shown.contains(&secret(1).reveal_hex()) && !shown.contains(&secret(2).reveal_hex()));
}
