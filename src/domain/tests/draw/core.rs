//! What holds for every list: the sum of tickets, exclusion, independence of order; dice, tickets, chain, ids.

use std::collections::BTreeSet;

use domain::config::{DrawRules, TicketBand};
use domain::draw::*;
use proptest::prelude::*;

pub fn named(id: &str) -> DrawId {
    id.parse().expect("an id")
}

pub fn entries<'a>(of: impl IntoIterator<Item = (&'a str, u32)>) -> Entries {
    let entry = |(id, tickets): (&str, u32)| Entry { id: named(id), tickets };
    Entries::of(of.into_iter().map(entry)).expect("a list")
}

pub fn chain_of(root: Hash256, links: u32) -> Root {
    Root::new(root.to_string().parse().expect("a secret"), links)
}

/// A round of the list with a secret of its own.
pub fn facts(list: &Entries, quantity: u32, audience: &str) -> RoundFacts {
    RoundFacts {
        event: "SPRING-2027".parse().expect("a name"),
        round: 1,
        prize: "p1".parse().expect("a name"),
        quantity,
        rules: hash_of_rules("rules"),
        entries: list.hash(),
        audience: audience.parse().expect("an audience"),
    }
}

fn secret(number: u64) -> Secret {
    Hash256::of(&number.to_be_bytes()).to_string().parse().expect("a secret")
}

fn any_list() -> impl Strategy<Value = Vec<(String, u32)>> {
    let tickets = prop_oneof![1_u32..=20, Just(1), Just(u32::MAX)];
    proptest::collection::btree_map("[0-9A-Za-z]{1,6}", tickets, 1..60).prop_map(|list| list.into_iter().collect())
}

/// The same picks by walking the list, as the specification tells it.
fn walked(key: &RoundKey, list: &Entries, wanted: usize) -> Vec<DrawId> {
    let mut pool: Vec<Entry> = list.iter().cloned().collect();
    let mut drawn = Vec::new();
    for pick in 0..wanted.min(pool.len()) {
        let total = pool.iter().map(|entry| u64::from(entry.tickets)).sum();
        let (mut ticket, _) = key.uniform(pick, total);
        let mut at = 0;
        while ticket >= u64::from(pool[at].tickets) {
            ticket -= u64::from(pool[at].tickets);
            at += 1;
        }
        drawn.push(pool.remove(at).id);
    }
    drawn
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn list_in_any_order_sums_its_tickets_and_reads_back(list in any_list(), turn in 0_usize..60) {
        let made = entries(list.iter().map(|(id, tickets)| (id.as_str(), *tickets)));
        let mut turned = list.clone();
        let by = turn % turned.len();
        turned.rotate_left(by);
        prop_assert_eq!(&entries(turned.iter().map(|(id, tickets)| (id.as_str(), *tickets))), &made);
        prop_assert_eq!(made.tickets(), list.iter().map(|(_, tickets)| u64::from(*tickets)).sum::<u64>());
        prop_assert_eq!(made.count(), list.len());
        prop_assert_eq!(Entries::parse(made.text().as_bytes()), Ok(made));
    }

    #[test]
    fn picks_are_those_of_the_walk_each_once_and_earlier_ones_do_not_depend_on_how_many(list in any_list(), seed in any::<u64>()) {
        let list = entries(list.iter().map(|(id, tickets)| (id.as_str(), *tickets)));
        let key = facts(&list, 1, "").key(&secret(seed));
        let all = picks(&key, &list, usize::MAX);
        prop_assert_eq!(&all, &walked(&key, &list, list.count()));
        let each: BTreeSet<&DrawId> = all.iter().collect();
        prop_assert_eq!(each.len(), list.count(), "who is picked leaves with all tickets");
        let some = list.count() / 2;
        prop_assert_eq!(&picks(&key, &list, some)[..], &all[..some]);
    }

    #[test]
    fn proof_names_as_many_winners_as_there_are_prizes_or_households(list in any_list(), seed in any::<u64>(), quantity in 1_u32..70, absent in proptest::collection::vec(0_u32..70, 0..9)) {
        let list = entries(list.iter().map(|(id, tickets)| (id.as_str(), *tickets)));
        let proof = RoundProof::draw(facts(&list, quantity, "dice:1"), secret(seed), &list, &absent);
        let winners = proof.verify(list.text().as_bytes());
        let winners = winners.map_err(|fault| TestCaseError::fail(fault.to_string()))?;
        let gone = proof.picks.iter().filter(|pick| pick.forfeited).count();
        prop_assert_eq!(winners.len(), (quantity as usize).min(list.count() - gone));
        prop_assert_eq!(RoundProof::parse(proof.to_string().as_bytes()), Ok(proof));
    }

    #[test]
    fn any_bytes_give_an_error_or_what_was_written(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        if let Ok(list) = Entries::parse(&bytes) {
            prop_assert_eq!(list.text().as_bytes(), &bytes[..]);
        }
        if let Ok(proof) = RoundProof::parse(&bytes) {
            prop_assert_eq!(proof.to_string().into_bytes(), bytes);
        }
    }
}

#[test]
fn secrets_of_a_chain_lead_to_the_commitment_and_never_onwards() {
    let chain = chain_of(Hash256::of(b"root"), 64);
    for round in 1..=64 {
        let secret = chain.secret_of(round).expect("within the chain");
        assert!(secret.leads_to(&chain.commitment(), round));
        assert!(!secret.leads_to(&chain.commitment(), round - 1));
        let before = chain.secret_of(round - 1).map_or(chain.commitment().to_string(), |secret| secret.reveal_hex());
        assert_eq!(secret.link_before().to_string(), before);
    }
    assert_eq!((chain.secret_of(0), chain.secret_of(65)), (None, None));
    assert_eq!([0, 10, 21, 22, 100].map(links_for), [64, 64, 64, 66, 300]);
}

#[test]
fn secret_in_a_log_line_shows_nothing() {
    let chain = chain_of(Hash256::of(b"root"), 64);
    let shown = format!("{chain:?} {:?} {:?}", chain.secret(), facts(&entries([("A", 1)]), 1, "").key(chain.secret()));
    assert_eq!(shown, "Root(…, 64 links) Secret(…) RoundKey(…)");
}

#[test]
fn dice_are_enough_and_have_six_faces() {
    let check = |text: &str, fits: bool| {
        let audience: Result<Audience, _> = text.parse();
        assert_eq!(audience.is_ok_and(|audience| audience.check().is_ok()), fits, "{text}");
    };
    check("", true);
    check("dice:6,6,1,3,2,5,4,4,1,2", true);
    check("dice:6,6,1,3,2,5,4,4,1,2;call:king-7;beacon:99", true);
    check("dice:6,6,1,3,2,5,4,4,1", false);
    check("dice:6,6,1,3,2,5,4,4,1,7", false);
    check("dice:6,6,1,3,2,5,4,4,1,02", false);
    check("dice:6,6,1,3,2,5,4,4,1,2;", false);
    check("dice:6,6,1,3,2,5,4,4,1,2;call", false);
    check("call:king", false);
    check("DICE:6,6,1,3,2,5,4,4,1,2", false);
    check("dice:6 6", false);
    check(&format!("dice:{}", ["1"; 61].join(",")), false);
    check(&"a".repeat(1_001), false);
    let dice = Audience::of_dice(&[6; RECOMMENDED_DICE]).expect("fifteen");
    assert_eq!((dice.faces(), dice.check()), (vec![6; 15], Ok(())));
    assert!(Audience::commitment_only().faces().is_empty());
}

#[test]
fn tickets_go_by_bands_by_unit_or_one_each_up_to_the_cap() {
    let check = |rules: &DrawRules, amount: i64, expected: u32| {
        assert_eq!(tickets(amount, rules), expected, "{amount} by {rules:?}");
    };
    let band = |from_minor, tickets| TicketBand { from_minor, tickets };
    let banded = DrawRules { bands: vec![band(100, 1), band(500, 3), band(900, 50)], ..DrawRules::default() };
    for (amount, expected) in [(-1, 0), (0, 0), (99, 0), (100, 1), (499, 1), (500, 3), (900, 20), (i64::MAX, 20)] {
        check(&banded, amount, expected);
    }
    let unit = DrawRules { ticket_unit_minor: Some(100), ..DrawRules::default() };
    for (amount, expected) in [(-500, 0), (99, 0), (100, 1), (450, 3), (799, 5), (1_999, 12), (i64::MAX, 20)] {
        check(&unit, amount, expected);
    }
    let exact = DrawRules { exact_tickets: true, cap: 9, ..unit };
    for (amount, expected) in [(450, 4), (799, 7), (i64::MAX, 9)] {
        check(&exact, amount, expected);
    }
    for (amount, expected) in [(0, 0), (1, 1), (i64::MAX, 1)] {
        check(&DrawRules::default(), amount, expected);
    }
    check(&DrawRules { ticket_unit_minor: Some(0), ..DrawRules::default() }, 5, 1);
}

#[test]
fn draw_ids_of_a_list_are_four_digits_shuffled_and_never_taken_twice() {
    let taken = BTreeSet::from([named("0001"), named("7777")]);
    let ids = shuffled_numbers(&[7; 32], 600, &taken);
    let each: BTreeSet<&DrawId> = ids.iter().collect();
    assert_eq!((ids.len(), each.len()), (600, 600));
    assert!(ids.iter().all(|id| id.as_str().len() == 4 && !taken.contains(id)));
    assert_ne!(ids.iter().collect::<Vec<_>>(), each.into_iter().collect::<Vec<_>>(), "not in order");
    assert_ne!(ids, shuffled_numbers(&[8; 32], 600, &taken));
    let many = shuffled_numbers(&[7; 32], 10_001, &taken);
    assert_eq!(many.iter().collect::<BTreeSet<_>>().len(), 10_001);
}

#[test]
fn rules_hash_alike_however_they_were_typed() {
    let composed = hash_of_rules("caf\u{e9}: 1 ticket\nper order\n");
    assert_eq!(composed, hash_of_rules("cafe\u{301}: 1 ticket\r\nper order\r\n"));
    assert_ne!(composed, hash_of_rules("caf\u{e9}: 2 tickets\nper order\n"));
}
