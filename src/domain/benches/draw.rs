//! The order lottery: freezing 5,000 households and revealing 100 winners (at most 50 ms), rechecking the proof, and
//! that the picks are fair: chi-square over 200,000 draws, printed before the figures.

use std::collections::BTreeMap;
use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use domain::draw::*;

/// 95 % point of chi-square with five degrees of freedom; a fair draw is above it once in twenty keys.
const LIMIT: f64 = 11.07;
const DRAWS: u32 = 200_000;

fn households(count: u32) -> Vec<Entry> {
    let id = |number: u32| format!("{number:04}").parse().expect("an id");
    (0..count).map(|number| Entry { id: id(number), tickets: 1 + number * 7 % 20 }).collect()
}

fn secret(text: &str) -> Secret {
    Hash256::of(text.as_bytes()).to_string().parse().expect("a secret")
}

fn freeze_and_reveal(households: &[Entry]) -> (RoundProof, Entries) {
    let entries = Entries::of(households.iter().cloned()).expect("a list");
    let facts = RoundFacts {
        event: "SPRING-2027".parse().expect("a name"),
        round: 1,
        prize: "p1".parse().expect("a name"),
        quantity: 100,
        rules: hash_of_rules("rules"),
        entries: entries.hash(),
        audience: Audience::of_dice(&[3; RECOMMENDED_DICE]).expect("fifteen dice"),
    };
    (RoundProof::draw(facts, secret("bench"), &entries, &[]), entries)
}

/// First and second of A (6 tickets), B (3), C (2), against the exact odds.
fn chi_square() -> f64 {
    let tickets = [("A", 6_u32), ("B", 3), ("C", 2)];
    let entry = |(id, tickets): (&str, u32)| Entry { id: id.parse().expect("an id"), tickets };
    let list = Entries::of(tickets.map(entry)).expect("a list");
    let mut seen: BTreeMap<(String, String), u32> = BTreeMap::new();
    for number in 0..DRAWS {
        let key = RoundKey::of_bytes(secret(&number.to_string()).bytes());
        let pair = picks(&key, &list, 2);
        *seen.entry((pair[0].to_string(), pair[1].to_string())).or_default() += 1;
    }
    let pairs = tickets.iter().flat_map(|one| tickets.iter().map(move |two| (one, two)));
    pairs.filter(|(one, two)| one.0 != two.0).fold(0.0, |sum, (one, two)| {
        let odds = f64::from(one.1) / 11.0 * f64::from(two.1) / f64::from(11 - one.1);
        let expected = odds * f64::from(DRAWS);
        let found = f64::from(*seen.get(&(one.0.to_owned(), two.0.to_owned())).unwrap_or(&0));
        println!("{} then {}: odds {odds:.5}, seen {:.5}", one.0, two.0, found / f64::from(DRAWS));
        sum + (found - expected).powi(2) / expected
    })
}

fn draws(criterion: &mut Criterion) {
    let chi = chi_square();
    println!("chi-square {chi:.2} with 5 degrees of freedom over {DRAWS} draws (95 % point {LIMIT})");
    assert!(chi < LIMIT, "the picks are not fair");
    let households = households(5_000);
    criterion.bench_function("draw/freeze 5000, reveal 100", |bench| {
        bench.iter(|| freeze_and_reveal(black_box(&households)));
    });
    let (proof, entries) = freeze_and_reveal(&households);
    criterion.bench_function("draw/recheck 100 of 5000", |bench| {
        bench.iter(|| black_box(&proof).verify(entries.text().as_bytes()).expect("true"));
    });
}

criterion_group!(benches, draws);
criterion_main!(benches);
