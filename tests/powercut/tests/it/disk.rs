//! The disk of the suite itself: what a cut leaves.

use std::path::{Path, PathBuf};

use powercut::disk::{Disk, Survivors};
use powercut::tape::Step;

const FOLDER: u64 = 1;
const FILE: u64 = 2;

fn path(name: &str) -> PathBuf {
    Path::new("/root/data").join(name)
}

fn write(at: u64, text: &str) -> Step {
    Step::Write { file: FILE, at, data: text.as_bytes().to_vec() }
}

/// A durable folder with a file whose name and first four bytes are durable.
fn begun() -> Vec<Step> {
    vec![
        Step::Open { file: 9, path: "/root".into(), is_new: false },
        Step::NewFolder { file: FOLDER, path: "/root/data".into() },
        Step::Synced { file: 9 },
        Step::Open { file: FILE, path: path("a"), is_new: true },
        write(0, "kept"),
        Step::Synced { file: FILE },
        Step::Synced { file: FOLDER },
    ]
}

/// What is left of `a` (and of `b` behind it) after the steps and a cut.
fn check(more: &[Step], survivors: Survivors, left: &[(&str, &str)]) {
    let mut disk = Disk::default();
    begun().iter().chain(more).for_each(|step| disk.play(step));
    let files = disk.cut(survivors).files;
    let files: Vec<_> = files.iter().map(|(path, bytes)| (path.clone(), String::from_utf8_lossy(bytes))).collect();
    let wanted: Vec<_> = left.iter().map(|(name, text)| (path(name), (*text).into())).collect();
    assert_eq!(files, wanted, "{more:?}");
}

#[test]
fn what_no_sync_covers_may_be_lost_or_there() {
    let added = [write(4, " and more")];
    check(&added, Survivors::None, &[("a", "kept")]);
    check(&added, Survivors::All, &[("a", "kept and more")]);
    let cut = [Step::Resize { file: FILE, len: 2 }];
    check(&cut, Survivors::None, &[("a", "kept")]);
    check(&cut, Survivors::All, &[("a", "ke")]);
}

#[test]
fn names_are_durable_with_their_folder() {
    let moved = Step::Rename { from: path("a"), to: path("b") };
    check(std::slice::from_ref(&moved), Survivors::None, &[("a", "kept")]);
    check(&[moved.clone(), Step::Synced { file: FILE }], Survivors::None, &[("a", "kept")]);
    check(&[moved, Step::Synced { file: FOLDER }], Survivors::None, &[("b", "kept")]);
    let gone = Step::Unlink { path: path("a") };
    check(std::slice::from_ref(&gone), Survivors::None, &[("a", "kept")]);
    check(&[gone, Step::Synced { file: FOLDER }], Survivors::None, &[]);
}

#[test]
fn failed_sync_is_not_made_good_by_a_later_one() {
    let lied = [write(4, "gone"), Step::SyncFailed { file: FILE }, Step::Synced { file: FILE }];
    check(&lied, Survivors::All, &[("a", "kept")]);
    let again = [lied.as_slice(), &[write(4, "back"), Step::Synced { file: FILE }]].concat();
    check(&again, Survivors::None, &[("a", "keptback")]);
}

#[test]
fn random_half_is_the_same_for_the_same_seed() {
    let mut disk = Disk::default();
    begun().iter().for_each(|step| disk.play(step));
    (0..40).for_each(|number| disk.play(&write(number * 4_096, &"x".repeat(4_096))));
    let cuts: Vec<_> = (0..8).map(|seed| disk.cut(Survivors::Some(seed))).collect();
    assert_eq!(cuts[3], disk.cut(Survivors::Some(3)));
    let first = &cuts[0];
    assert!(cuts.iter().any(|cut| cut != first), "eight seeds make one and the same");
}
