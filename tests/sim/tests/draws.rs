//! Worlds whose lottery is drawn under all faults: the winners that were shown stand, none twice, none lost.

use sim::{DRAW_FROM, Options, Plant, Report, run, run_all};

/// Worlds that once failed, with what they found.
const ONCE_FAILED: &[(u64, &str)] = &[];

fn play(seed: u64, plant: Option<Plant>) -> Report {
    run(Options { seed, plant, trace: false })
}

#[test]
fn lots_are_drawn_through_storms_and_the_same_winners_stand() {
    let count = std::env::var("USHER_SIM_DRAWS").ok().and_then(|count| count.parse().ok()).unwrap_or(80);
    let tally = run_all(DRAW_FROM..DRAW_FROM + count, None, |seed, violation| {
        println!("cargo run -p sim -- --seed {seed} --trace    # {violation}")
    });
    println!("{}", tally.summary());
    assert!(tally.violations.is_empty(), "{} violations", tally.violations.len());
}

#[test]
fn draws_that_once_failed_pass() {
    for (seed, found) in ONCE_FAILED {
        assert_eq!(play(*seed, None).violations, Vec::<String>::new(), "seed {seed}: {found}");
    }
}

#[test]
fn hub_that_writes_another_winner_down_is_found() {
    let found = (0..100).find(|seed| !play(DRAW_FROM + seed, Some(Plant::RigsTheDraw)).violations.is_empty());
    assert!(found.is_some(), "it is not found within 100 seeds");
}

#[test]
fn same_seed_is_the_same_draw() {
    assert_eq!(play(DRAW_FROM + 7, None), play(DRAW_FROM + 7, None));
}
