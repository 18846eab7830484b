//! kill -9 of the hub under load, on both of its databases.

use powercut::kills::{Place, Verdict, run, run_relay};
use powercut::recorder::quick_folder;

use crate::cluster::Cluster;
use crate::program;

/// `USHER_KILLS=1000` for a long one.
fn kills(short: u64) -> u64 {
    std::env::var("USHER_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(short)
}

fn check(database: &str, kills: u64, verdict: &Verdict) {
    assert!(verdict.violations.is_empty(), "{database}: {:#?}", verdict.violations);
    assert!(verdict.acknowledged > kills && verdict.pulled > 0, "too little happened between the kills: {verdict:?}");
    let (acknowledged, pulled) = (verdict.acknowledged, verdict.pulled);
    println!("hubkills: {database} kills={kills} acknowledged={acknowledged} pulled={pulled} violations=0");
}

#[test]
fn hub_killed_at_random_moments_loses_and_doubles_nothing() {
    let (kills, folder) = (kills(25), quick_folder());
    check("SQLite", kills, &run(program(), Place::Folder(folder.path().join("hub")), kills, 1));
}

#[test]
fn hub_on_postgresql_killed_at_random_moments_loses_and_doubles_nothing() {
    let Some(cluster) = Cluster::shared() else { return };
    let kills = kills(10);
    check("PostgreSQL", kills, &run(program(), Place::of(&cluster.database()), kills, 1));
}

#[test]
fn venue_hub_and_the_hub_above_killed_at_random_moments_end_with_one_and_the_same_order() {
    let kills = kills(20);
    let verdict = run_relay(program(), kills, 1);
    check("relay", kills, &verdict);
    assert!(verdict.above > 0, "{verdict:?}");
}
