//! `hub::core` stays what the simulator may drive: no clock, no randomness, no I/O, ordered maps.
//! (clippy's list of banned names counts for a whole crate, and the rest of the hub needs them.)

use std::fs;
use std::path::Path;

const BANNED: [&str; 9] =
    ["SystemTime", "Instant", "HashMap", "HashSet", "std::net", "std::fs", "std::thread", "getrandom", "rusqlite"];

#[test]
fn core_uses_nothing_impure() {
    let core = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/core");
    let mut files = 0;
    for entry in fs::read_dir(core).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        for word in BANNED {
            assert!(!text.contains(word), "{} uses {word}", path.display());
        }
        files += 1;
    }
    assert!(files > 5);
}
