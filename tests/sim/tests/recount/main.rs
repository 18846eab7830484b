//! The money of a meeting recounted: desks trade, cut off from each other, their logs are merged by a real hub into its real
//! file, and `assets/recount.py`, which knows the written rules and not the program, has to come to the same figures.

mod desk;

use std::path::{Path, PathBuf};
use std::process::Command;

use domain::Meeting;
use hub::{Authored, Hub, HubLog, HubOptions, HubSecrets};
use serde_json::Value;
use sim::rng::Rng;
use sim::venue::Venue;

use desk::{Desk, OPENING};

const SECRETS: HubSecrets = HubSecrets { phone_key: [1; 32], pin_pepper: [2; 32], signing_seed: [3; 32] };
const DESKS: u8 = 3;
const STEPS: u64 = 260;

/// A day's trade in a hub's folder; the folded meeting of the whole log.
fn money_day(folder: &Path, seed: u64) -> Meeting {
    let mut rng = Rng::new(seed);
    let venue = Venue::new(6, true, &mut rng);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let hub = Hub::start(HubLog::open(folder, HubOptions::new(SECRETS)).expect("a new folder"));
    let organised = venue.events.iter().cloned();
    let authored = organised.map(|event| Authored { actor: "organiser".into(), roster_rev: 1, event }).collect();
    hub.author_blocking(authored).expect("the hub's own log");
    let mut desks: Vec<Desk> = (1..=DESKS).map(|number| Desk::new(number, &runtime, &hub)).collect();
    desks.iter_mut().for_each(|desk| desk.heal(&runtime, &hub));
    desks[0].guests_come(&venue, &mut rng);
    desks.iter_mut().for_each(|desk| desk.heal(&runtime, &hub));
    let mut now = OPENING;
    for _ in 0..STEPS {
        now += rng.between(500, 60_000);
        let desk = rng.index(desks.len());
        desks[desk].trade(now, &mut rng);
        if rng.chance(90) {
            let healed = rng.index(desks.len());
            desks[healed].heal(&runtime, &hub);
        }
    }
    // All push before anybody pulls the last time.
    for _ in 0..2 {
        desks.iter_mut().for_each(|desk| desk.heal(&runtime, &hub));
    }
    let whole = folded(&hub);
    for desk in &desks {
        assert_eq!(desk.meeting().money_report(), whole.money_report(), "seed {seed}: I4 at the desks");
    }
    drop(hub.stop());
    whole
}

fn folded(hub: &Hub) -> Meeting {
    let mut meeting = Meeting::new();
    let events = hub.events_blocking().expect("the log");
    events.iter().for_each(|(_, event)| desk::fold(&mut meeting, event));
    meeting
}

fn script() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets/recount.py")
}

fn recounted(folder: &Path) -> Value {
    let told = Command::new("python3").arg(script()).arg(folder).output().expect("needs python3 in the path");
    assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
    serde_json::from_slice(&told.stdout).expect("figures as JSON")
}

/// Every figure that differs, by its path.
fn differences(path: &str, here: &Value, there: &Value, found: &mut Vec<String>) {
    match (here, there) {
        (Value::Object(one), Value::Object(other)) => {
            for key in one.keys().chain(other.keys().filter(|key| !one.contains_key(*key))) {
                let none = Value::Null;
                let (one, other) = (one.get(key).unwrap_or(&none), other.get(key).unwrap_or(&none));
                differences(&format!("{path}/{key}"), one, other, found);
            }
        }
        (Value::Array(one), Value::Array(other)) if one.len() == other.len() => {
            for (at, (one, other)) in one.iter().zip(other).enumerate() {
                differences(&format!("{path}/{at}"), one, other, found);
            }
        }
        _ if here == there => {}
        _ => found.push(format!("{path}: the program says {here}, the recount {there}")),
    }
}

fn check(report: &Value, recount: &Value, seed: u64) {
    let mut found = Vec::new();
    differences("", report, recount, &mut found);
    assert_eq!(found, Vec::<String>::new(), "seed {seed}");
}

fn folder() -> tempfile::TempDir {
    use std::os::unix::fs::PermissionsExt;
    let permissions = std::fs::Permissions::from_mode(0o700);
    tempfile::Builder::new().permissions(permissions).tempdir().expect("a folder for the test")
}

#[test]
fn money_days_of_thirty_seeds_recount_to_the_same_figures() {
    let mut seen: Vec<(&str, u64)> = Vec::new();
    for seed in 0..30 {
        let folder = folder();
        let meeting = money_day(folder.path(), seed);
        let report = serde_json::to_value(meeting.money_report()).expect("integers and words");
        check(&report, &recounted(folder.path()), seed);
        let violations = sim::trade_judge::broken_in(&meeting, &read(folder.path()));
        assert_eq!(violations, Vec::<String>::new(), "seed {seed}");
        count(&report, &mut seen);
    }
    // A day on which nothing happens recounts well: every kind of thing has to have happened.
    assert!(seen.iter().all(|(_, times)| *times > 0), "{seen:?}");
}

fn read(folder: &Path) -> Vec<sync::Event> {
    let log = HubLog::open(folder, HubOptions::new(SECRETS)).expect("the hub's folder");
    log.events().expect("the log").into_iter().map(|(_, event)| event).collect()
}

fn count(report: &Value, seen: &mut Vec<(&'static str, u64)>) {
    let number = |path: &str| report.pointer(path).and_then(Value::as_u64).unwrap_or(0);
    let lines = |path: &str| report.pointer(path).and_then(Value::as_array).map_or(0, |rows| rows.len() as u64);
    let state = |rows: &str, state: &str| {
        let rows = report.pointer(rows).and_then(Value::as_array).into_iter().flatten();
        rows.filter(|row| row["state"] == *state).count() as u64
    };
    let figures = [
        ("claimed", number("/payments/by_status/claimed/receipts")),
        ("received", number("/payments/by_status/received/receipts")),
        ("confirmed", number("/payments/by_status/confirmed/receipts")),
        ("under review", number("/payments/by_status/under_review/receipts")),
        ("reversed", number("/payments/by_status/reversed/receipts")),
        ("drafts", number("/slip_totals/draft/slips")),
        ("two versions", number("/slip_totals/two_versions/slips")),
        ("signed", number("/slip_totals/signed/slips")),
        ("superseded", number("/slip_totals/superseded/slips")),
        ("void", number("/slip_totals/void/slips")),
        ("approved", state("/prices", "approved")),
        ("refused", state("/prices", "refused")),
        ("served", state("/queues", "served")),
        ("no-shows", state("/queues", "no_show")),
        ("gifts", lines("/gifts")),
        ("materials", lines("/materials")),
        ("cash", lines("/cash_handovers")),
        ("copies", lines("/missing_copies")),
        ("proofs", lines("/missing_proof")),
    ];
    if seen.is_empty() {
        seen.extend(figures.map(|(name, _)| (name, 0)));
    }
    seen.iter_mut().zip(figures).for_each(|((_, sum), (_, times))| *sum += times);
}

#[test]
fn figure_that_is_wrong_by_one_is_found() {
    let folder = folder();
    let mut report = serde_json::to_value(money_day(folder.path(), 1).money_report()).expect("integers and words");
    let recount = recounted(folder.path());
    for path in ["/payments/paid_minor", "/slip_totals/signed/total_minor", "/gift_stock/watch"] {
        let figure = report.pointer_mut(path).expect("there");
        let before = figure.take();
        *figure = (before.as_i64().expect("a figure") + 1).into();
        let mut found = Vec::new();
        differences("", &report, &recount, &mut found);
        assert_eq!(found.len(), 1, "{found:?}");
        *report.pointer_mut(path).expect("there") = before;
    }
}

#[test]
fn fold_that_misses_something_is_accused() {
    let days: Vec<_> = (1..5)
        .map(|seed| {
            let folder = folder();
            let meeting = money_day(folder.path(), seed);
            (meeting, read(folder.path()), recounted(folder.path()))
        })
        .collect();
    let without = |log: &[sync::Event], kind: &str| -> Vec<sync::Event> {
        log.iter().filter(|event| event.kind != kind).cloned().collect()
    };
    let fold_of = |events: &[sync::Event]| {
        let mut meeting = Meeting::new();
        events.iter().for_each(|event| desk::fold(&mut meeting, event));
        meeting
    };
    let check = |kind: &str, says: &str| {
        let accused = |log: &[sync::Event]| sim::trade_judge::broken_in(&fold_of(&without(log, kind)), log);
        let found = days.iter().flat_map(|(_, log, _)| accused(log)).any(|violation| violation.contains(says));
        assert!(found, "a fold without {kind} is not accused of {says}");
    };
    check("PaymentConfirmed", "I6");
    check("PaymentConfirmed", "I8");
    check("PaymentReversed", "I6");
    let no_yes = |(whole, log, _): &(Meeting, Vec<sync::Event>, Value)| {
        sim::trade_judge::broken_in(whole, &without(log, "DiscountApproved"))
    };
    assert!(days.iter().flat_map(no_yes).any(|violation| violation.contains("unasked")), "a price without a yes");
    let mut found = Vec::new();
    for (_, log, recount) in &days {
        let report = serde_json::to_value(fold_of(&without(log, "TicketServed")).money_report());
        differences("", &report.expect("integers and words"), recount, &mut found);
    }
    assert!(found.iter().all(|it| it.starts_with("/queues/")) && !found.is_empty(), "{found:?}");
}
