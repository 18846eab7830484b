//! The disk fails: no false acknowledgement, a word of its own, a clean start afterwards.

use powercut::faults::{BROKEN_ONCE, FULL_ONCE, enumerate, strike_at};
use powercut::work::{Subject, Work};

use crate::program;

fn check(subject: Subject, every: u64) {
    let verdict = enumerate(program(), &Work { subject, commits: 45, is_weak: false }, every);
    assert!(verdict.faults > 20 && verdict.reported > 10, "{verdict:?}");
    assert!(verdict.violations.is_empty(), "{:#?}", verdict.violations);
}

#[test]
fn failing_disk_under_a_node_acknowledges_nothing_false_and_loses_nothing() {
    check(Subject::Node, 53);
}

#[test]
fn failing_disk_under_the_hub_acknowledges_nothing_false_and_loses_nothing() {
    check(Subject::Hub, 97);
}

/// SQLite answers that it has a write-ahead log before the change is committed: whoever believes it goes on with a
/// rollback journal, of which a power cut takes the last commit back.
fn check_first_writes(subject: Subject) {
    let work = Work { subject, commits: 12, is_weak: false };
    let verdict = strike_at(program(), &work, FULL_ONCE, 4..=8);
    assert!(verdict.cuts > 0 && verdict.violations.is_empty(), "{:#?}", verdict.violations);
}

#[test]
fn disk_full_while_a_node_makes_its_log_is_told_or_mended() {
    check_first_writes(Subject::Node);
}

#[test]
fn disk_full_while_the_hub_makes_its_log_is_told_or_mended() {
    check_first_writes(Subject::Hub);
}

/// SQLite makes the names of its new files durable itself, and goes on when that fails: whoever believes it has a log whose
/// write-ahead part a power cut takes away as a whole.
fn check_first_syncs(subject: Subject) {
    let work = Work { subject, commits: 12, is_weak: false };
    let verdict = strike_at(program(), &work, BROKEN_ONCE, 1..=12);
    assert!(verdict.cuts > 0 && verdict.violations.is_empty(), "{:#?}", verdict.violations);
}

#[test]
fn sync_fails_while_a_node_makes_its_log_is_told_or_mended() {
    check_first_syncs(Subject::Node);
}

#[test]
fn sync_fails_while_the_hub_makes_its_log_is_told_or_mended() {
    check_first_syncs(Subject::Hub);
}
