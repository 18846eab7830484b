//! kill -9 of the hub under load.

use crate::program;

#[test]
fn hub_killed_at_random_moments_loses_and_doubles_nothing() {
    let kills = std::env::var("USHER_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(25);
    let verdict = powercut::kills::run(program(), kills, 1);
    assert!(verdict.violations.is_empty(), "{:#?}", verdict.violations);
    assert!(verdict.acknowledged > kills && verdict.pulled > 0, "too little happened between the kills: {verdict:?}");
}
