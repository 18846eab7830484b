//! Stored events: every kind has a golden payload that must read and write to the same bytes for ever.
//! `USHER_ADD_GOLDEN=1 cargo test -p domain --test golden` adds those of new kinds; existing ones are never edited.
#![expect(clippy::disallowed_methods, reason = "golden payloads are files")]

mod samples;

use std::collections::BTreeSet;
use std::path::PathBuf;

use domain::{Event, UnknownEvent};

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("golden")
}

fn file(kind: &str, version: u16) -> PathBuf {
    folder().join(format!("{kind}.{version}.json"))
}

#[test]
fn every_kind_has_one_sample() {
    let kinds: Vec<&str> = samples::all().iter().map(Event::kind).collect();
    let listed: Vec<&str> = Event::KINDS.iter().map(|(kind, _)| *kind).collect();
    assert_eq!(kinds, listed, "samples stand in the order of the list of kinds");
}

/// Asked for by the environment variable only; never touches a file that is there.
fn add_missing() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    if std::env::var_os("USHER_ADD_GOLDEN").is_none() {
        return;
    }
    ONCE.call_once(|| {
        for sample in samples::all() {
            let file = file(sample.kind(), sample.version());
            if !file.exists() {
                std::fs::write(&file, sample.to_payload()).expect("the golden folder can be written");
            }
        }
    });
}

#[test]
fn stored_payloads_read_and_write_to_the_same_bytes() {
    add_missing();
    for sample in samples::all() {
        let (kind, version) = (sample.kind(), sample.version());
        let file = file(kind, version);
        let stored = std::fs::read(&file).unwrap_or_else(|fault| {
            panic!("{}: {fault}; run the test with USHER_ADD_GOLDEN=1 after adding a kind", file.display())
        });
        let event = Event::from_payload(kind, version, &stored).expect(kind);
        assert_eq!(event, sample, "{kind}");
        assert_eq!(String::from_utf8_lossy(&event.to_payload()), String::from_utf8_lossy(&stored), "{kind}");
    }
}

#[test]
fn every_stored_payload_of_any_version_still_reads() {
    add_missing();
    let mut read = BTreeSet::new();
    for entry in std::fs::read_dir(folder()).expect("golden folder") {
        let path = entry.expect("entry").path();
        let name = path.file_name().and_then(|name| name.to_str()).expect("plain name").to_owned();
        let mut parts = name.split('.');
        let kind = parts.next().expect("kind");
        let version: u16 = parts.next().and_then(|version| version.parse().ok()).expect("version");
        let payload = std::fs::read(&path).expect("readable");
        assert!(!has_float(&serde_json::from_slice(&payload).expect("JSON")), "{name} holds a float");
        Event::from_payload(kind, version, &payload).unwrap_or_else(|fault| panic!("{name}: {fault}"));
        read.insert(name);
    }
    assert!(read.len() >= Event::KINDS.len());
}

fn has_float(value: &serde_json::Value) -> bool {
    match value {
        serde_json::Value::Number(number) => number.is_f64(),
        serde_json::Value::Array(values) => values.iter().any(has_float),
        serde_json::Value::Object(fields) => fields.values().any(has_float),
        _ => false,
    }
}

#[test]
fn fields_of_a_newer_program_are_ignored_at_every_depth() {
    for sample in samples::all() {
        let mut value: serde_json::Value = serde_json::from_slice(&sample.to_payload()).expect("JSON");
        let serde_json::Value::Object(fields) = &mut value else { panic!("{} is no object", sample.kind()) };
        fields.insert("from_the_future".into(), serde_json::json!({"deep": [1, 2, 3]}));
        let bytes = serde_json::to_vec(&value).expect("JSON");
        let read = Event::from_payload(sample.kind(), sample.version(), &bytes);
        assert_eq!(read, Ok(sample));
    }
}

#[test]
fn what_cannot_be_read_says_why() {
    let unknown = Event::from_payload("HologramShown", 1, b"{}");
    assert_eq!(unknown, Err(UnknownEvent::Kind { kind: "HologramShown".into() }));
    let newer = Event::from_payload("BadgePrinted", 7, b"{}");
    assert_eq!(newer, Err(UnknownEvent::Version { kind: "BadgePrinted", version: 7, known: 1 }));
    for payload in [&b"{}"[..], b"", b"null", b"\xff", b"{\"badge\":\"0123456789\",\"copy\":-1,\"by\":\"printer\"}"] {
        let broken = Event::from_payload("BadgePrinted", 1, payload);
        assert!(matches!(broken, Err(UnknownEvent::Payload { kind: "BadgePrinted", .. })), "{broken:?}");
    }
}
