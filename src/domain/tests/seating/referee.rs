//! What we count is what the referee counts, rule by rule, to the point.

use std::collections::BTreeMap;

use domain::seating::{NOWHERE, TableName, check};
use serde::Deserialize;

use crate::support::{instance, text};

/// What the referee said of an assignment (made by `make_scores.py`).
#[derive(Deserialize)]
struct Score {
    instance: String,
    /// The table of each household in the order of the file; 0: none.
    tables: Vec<i64>,
    hard: usize,
    cost: i64,
    terms: BTreeMap<String, i64>,
}

#[test]
fn any_assignment_costs_what_the_referee_says() {
    let scores: Vec<Score> = serde_json::from_str(&text("scores")).unwrap();
    assert_eq!(scores.len(), 32);
    for score in scores {
        let instance = instance(&score.instance);
        let number = |table: &i64| {
            let known = instance.tables.iter().position(|name| *name == TableName::Number(*table));
            known.map_or(NOWHERE, |number| number as u16)
        };
        let plan: Vec<u16> = score.tables.iter().map(number).collect();
        let (cost, breaks) = check(&instance.room, &plan);
        assert_eq!(cost.total(), score.cost, "{}", score.instance);
        for (rule, points) in cost.by_rule() {
            assert_eq!(points, score.terms.get(rule).copied().unwrap_or(0), "{} {rule}", score.instance);
        }
        // A household that sits and has no table breaks two rules, for the referee too.
        assert_eq!(breaks.len(), score.hard, "{}: {breaks:?}", score.instance);
    }
}
