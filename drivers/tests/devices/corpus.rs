//! The committed corpus of the fuzzer, on the stable toolchain: whatever was found once stays found.

use std::path::Path;

#[path = "../../../fuzz/targets.rs"]
mod targets;

type Target = (&'static str, fn(&[u8]));

#[test]
fn corpus_of_every_target_is_read_without_a_panic() {
    let all: [Target; 5] = [
        ("status", targets::status),
        ("scanner", targets::scanner),
        ("recording", targets::recording),
        ("model", targets::model),
        ("language", targets::language),
    ];
    for (name, target) in all {
        let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../fuzz/corpus")).join(name);
        let files: Vec<_> = std::fs::read_dir(&folder).expect("the corpus is committed").collect();
        assert!(files.len() >= 3, "{name} has too few");
        for file in files {
            target(&std::fs::read(file.expect("readable").path()).expect("readable"));
        }
    }
}
