//! The published vectors V0 to V2, to the last digit.

use domain::draw::*;

use crate::core::{chain_of, entries, named};

/// Round and list as published.
pub const V1: (&[u8], &[u8]) = (
    include_bytes!("../../../../tests/fixtures/draw/v1.round.txt"),
    include_bytes!("../../../../tests/fixtures/draw/v1.entries.txt"),
);
/// Round and list as published.
pub const V2: (&[u8], &[u8]) = (
    include_bytes!("../../../../tests/fixtures/draw/v2.round.txt"),
    include_bytes!("../../../../tests/fixtures/draw/v2.entries.txt"),
);
const RULES: &str = "1 ticket per full 10000.00 CNY ordered, at most 20 per household; one prize per household\n";

#[test]
fn v0_uniform_numbers_are_those_of_the_vector() {
    let key = Hash256::of(b"OLP1 test key").to_string();
    assert_eq!(key, "1d7f30f588de274b39626d078cc03e89e04195439a0a3610e84f21576d1e14ac");
    let key = key.parse::<Secret>().expect("a key");
    let key = RoundKey::of_bytes(key.bytes());
    for (pick, below, number, rejected) in [
        (0, 1, 0, 0),
        (0, 6, 1, 0),
        (1, 6, 3, 0),
        (0, 1_000_003, 756_605, 0),
        (0, (1 << 32) + 1, 1_209_470_622, 0),
        (0, (1 << 62) + 1, 1_306_080_329_550_343_230, 2),
        (1, (1 << 62) + 1, 4_075_008_375_033_956_023, 1),
        (0, 1 << 63, 7_478_871_083_549_022_269, 0),
    ] {
        assert_eq!(key.uniform(pick, below), (number, rejected), "pick {pick} below {below}");
    }
}

#[track_caller]
fn check(name: &str, (round, list): (&[u8], &[u8]), made: &Entries, forfeited: &[u32], winners: &[&str]) {
    assert_eq!(made.text().as_bytes(), list, "{name}: the canonical list");
    let proof = RoundProof::parse(round).expect("the vector reads");
    assert_eq!(proof.to_string().as_bytes(), round, "{name}: written as read");
    let chain = chain_of(Hash256::of(name.as_bytes()), 3);
    let link = proof.facts.round;
    assert_eq!(chain.secret_of(link), Some(proof.secret.clone()), "{name}: the secret of its round");
    assert!(proof.secret.leads_to(&chain.commitment(), link), "{name}: the commitment");
    assert_eq!(proof.facts.rules, hash_of_rules(RULES));
    let drawn = RoundProof::draw(proof.facts.clone(), proof.secret.clone(), made, forfeited);
    assert_eq!(drawn, proof, "{name}: drawn again");
    assert_eq!(proof.verify(list), Ok(winners.iter().map(|id| named(id)).collect()));
}

#[test]
fn v1_and_v2_are_reproduced_to_the_byte() {
    let small = entries([("H001", 1), ("H002", 5), ("H003", 20), ("H004", 3), ("H005", 1)]);
    check("OLP1 vector 1", V1, &small, &[], &["H003", "H004"]);
    let names: Vec<(String, u32)> = (1..=600).map(|n| (format!("H{n:03}"), 1 + n * n % 20)).collect();
    let large = entries(names.iter().map(|(id, tickets)| (id.as_str(), *tickets)));
    check("OLP1 vector 2", V2, &large, &[1, 3], &["H254", "H244", "H033", "H284", "H077"]);
    let commitments = [("1", "896e021ebcf8d68e"), ("2", "8c591bc5ab8a8629")];
    for (vector, head) in commitments {
        let chain = chain_of(Hash256::of(format!("OLP1 vector {vector}").as_bytes()), 3);
        assert!(chain.commitment().to_string().starts_with(head));
    }
}
