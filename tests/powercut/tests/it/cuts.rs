//! The power goes: with FULL nothing that was acknowledged is lost, with NORMAL the suite notices.

use powercut::cuts::{Density, enumerate};
use powercut::work::{Subject, Work};

use crate::program;

fn check_full(subject: Subject) {
    let verdict = enumerate(program(), &Work { subject, commits: 160, is_weak: false }, Density::SHORT);
    assert_eq!(verdict.acknowledged, 160);
    assert!(verdict.cuts > 50, "{verdict:?}");
    assert!(verdict.violations.is_empty(), "{:#?}", verdict.violations);
}

#[test]
fn power_cut_under_a_node_loses_nothing_acknowledged() {
    check_full(Subject::Node);
}

#[test]
fn power_cut_under_the_hub_loses_nothing_acknowledged() {
    check_full(Subject::Hub);
}

/// A suite that cannot tell the two apart would prove nothing.
fn check_weak(subject: Subject) {
    let verdict = enumerate(program(), &Work { subject, commits: 60, is_weak: true }, Density::SHORT);
    assert!(!verdict.violations.is_empty(), "NORMAL lost nothing in {} cuts", verdict.cuts);
}

#[test]
fn power_cut_under_a_node_without_syncs_is_noticed() {
    check_weak(Subject::Node);
}

#[test]
fn power_cut_under_the_hub_without_syncs_is_noticed() {
    check_weak(Subject::Hub);
}
