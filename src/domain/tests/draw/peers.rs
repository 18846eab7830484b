//! Three verifiers of one round: this one, the stand-alone one in Python, and the reference. They agree on every true
//! round; on changed ones the two of ours agree, and the reference never refuses what they take.

use std::io::Write;
use std::process::{Command, Stdio};

use data_encoding::HEXLOWER;
use domain::draw::*;

use crate::core::{chain_of, named};

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/draw/peers.py");
const ALONE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../assets/verify-draw.py");
const REFERENCE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures/draw/verify.py");

/// A round file and its list.
type Files = (Vec<u8>, Vec<u8>);

/// Any number below, from a seed that repeats.
struct Dice(u64);

impl Dice {
    fn below(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below
    }
}

fn random_round(dice: &mut Dice, households: u64, quantity: u32, absent: u64) -> (RoundProof, Entries) {
    let most = [1, 20, 4_294_967_295][usize::try_from(dice.below(3)).expect("small")];
    let entry = |number, dice: &mut Dice| Entry {
        id: named(&format!("{number:x}")),
        tickets: u32::try_from(1 + dice.below(most)).expect("at most 32 bits"),
    };
    let entries = Entries::of((0..households).map(|number| entry(number, dice))).expect("a list");
    let faces: Vec<u8> = (0..15).map(|_| u8::try_from(1 + dice.below(6)).expect("a face")).collect();
    let audience = if dice.below(3) == 0 { Audience::default() } else { Audience::of_dice(&faces).expect("fifteen") };
    let round = u32::try_from(1 + dice.below(64)).expect("small");
    let facts = RoundFacts {
        event: "RANDOM-2027".parse().expect("a name"),
        round,
        prize: format!("p{}", dice.below(9)).parse().expect("a name"),
        quantity,
        rules: hash_of_rules(&dice.below(9).to_string()),
        entries: entries.hash(),
        audience,
    };
    let secret = chain_of(Hash256::of(&dice.0.to_be_bytes()), 64).secret_of(round).expect("a link");
    let absent: Vec<u32> = (0..absent).map(|_| u32::try_from(dice.below(households)).expect("small")).collect();
    (RoundProof::draw(facts, secret, &entries, &absent), entries)
}

/// One byte of either file becomes another.
fn changed(dice: &mut Dice, (mut round, mut list): Files) -> Files {
    let file = if dice.below(4) == 0 { &mut list } else { &mut round };
    let at = usize::try_from(dice.below(file.len() as u64)).expect("small");
    let letters = b"0123456789abcdefABCDEF,!=\n\t; ";
    file[at] = letters[usize::try_from(dice.below(letters.len() as u64)).expect("small")];
    (round, list)
}

fn ours((round, list): &Files) -> String {
    let winners = RoundProof::parse(round).and_then(|proof| proof.verify(list));
    winners.map_or("no".into(), |ids| ids.iter().map(DrawId::to_string).collect::<Vec<_>>().join(","))
}

/// What the stand-alone verifier and the reference say to each; none without Python.
fn theirs(cases: &[Files]) -> Option<Vec<(String, String)>> {
    let python =
        Command::new("python3").args([SCRIPT, ALONE, REFERENCE]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let Ok(mut python) = python else {
        assert!(std::env::var_os("CI").is_none(), "the draw's verifiers need python3");
        println!("skipped: needs python3");
        return None;
    };
    let mut questions = python.stdin.take().expect("a pipe");
    let text: String =
        cases.iter().map(|(round, list)| format!("{}\t{}\n", HEXLOWER.encode(round), HEXLOWER.encode(list))).collect();
    let asking = std::thread::spawn(move || questions.write_all(text.as_bytes()));
    let output = python.wait_with_output().expect("Python ends");
    asking.join().expect("no panic").expect("Python reads");
    assert!(output.status.success());
    let answers = String::from_utf8(output.stdout).expect("plain text");
    let pair = |line: &str| line.split_once('\t').map(|(one, two)| (one.to_owned(), two.to_owned()));
    Some(answers.lines().map(|line| pair(line).expect("two answers")).collect())
}

fn files((proof, entries): (RoundProof, Entries)) -> Files {
    (proof.to_string().into_bytes(), entries.text().as_bytes().to_vec())
}

#[test]
fn three_verifiers_agree_on_a_thousand_random_rounds() {
    let mut dice = Dice(2_027);
    let mut cases: Vec<Files> = (0..1_000)
        .map(|_| {
            let households = 1 + dice.below(40);
            let (quantity, absent) = (u32::try_from(1 + dice.below(12)).expect("small"), dice.below(5));
            files(random_round(&mut dice, households, quantity, absent))
        })
        .collect();
    let large = random_round(&mut dice, 5_000, 100, 300);
    assert!(large.0.picks.iter().any(|pick| pick.forfeited), "with absentees");
    cases.push(files(large));
    let Some(answers) = theirs(&cases) else { return };
    assert_eq!(answers.len(), 1_001);
    for (case, (alone, reference)) in cases.iter().zip(answers) {
        let winners = ours(case);
        assert_ne!(winners, "no", "{}", String::from_utf8_lossy(&case.0));
        assert_eq!((&alone, &reference), (&winners, &winners), "{}", String::from_utf8_lossy(&case.0));
    }
}

#[test]
fn changed_rounds_are_refused_alike() {
    let mut dice = Dice(7);
    let cases: Vec<Files> = (0..1_000)
        .map(|_| {
            let round = random_round(&mut dice, 30, 6, 3);
            changed(&mut dice, files(round))
        })
        .collect();
    let Some(answers) = theirs(&cases) else { return };
    let mut refused = 0;
    for (case, (alone, reference)) in cases.iter().zip(answers) {
        let winners = ours(case);
        refused += usize::from(winners == "no");
        let shown = String::from_utf8_lossy(&case.0);
        assert_eq!(alone, winners, "{shown}");
        assert!(winners == "no" || reference == winners, "{shown}");
    }
    assert!(refused > 900, "only {refused} of 1,000 were refused");
}

#[test]
fn every_byte_of_a_proof_is_under_the_stand_alone_verifier_too() {
    let (round, list) = crate::vectors::V2;
    let at = |place: usize, change: u8| {
        let mut changed = round.to_vec();
        changed[place] ^= change;
        (changed, list.to_vec())
    };
    let cases: Vec<Files> = (0..round.len()).flat_map(|place| [at(place, 1), at(place, 0x20)]).collect();
    let Some(answers) = theirs(&cases) else { return };
    for (place, ((changed, _), (alone, _))) in cases.iter().zip(answers).enumerate() {
        assert_eq!(alone, "no", "byte {}: {}", place / 2, String::from_utf8_lossy(changed));
    }
}
