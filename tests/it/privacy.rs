//! No phone number of the list is on a kiosk: not in its database, its log or its support bundle; and after the purge nothing
//! is left at all.

use crate::venue::{Kiosk, NetworkPrinter, Venue, sample, text, usher_fails, usher_ok, visit, wait_for};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

/// Every phone number of the sample's list: runs of at least eight figures, as written and without separators.
fn phone_numbers() -> Vec<String> {
    let list = fs::read_to_string(sample("guests.csv")).expect("the sample");
    let mut numbers: Vec<String> = list
        .split([',', '\n', ';'])
        .map(|cell| cell.chars().filter(char::is_ascii_digit).collect::<String>())
        .filter(|figures| (10..=13).contains(&figures.len()) && !figures.starts_with("20"))
        .collect();
    numbers.sort();
    numbers.dedup();
    assert!(numbers.len() > 100, "the sample's numbers were found: {}", numbers.len());
    numbers
}

fn assert_none(what: &str, bytes: &[u8], numbers: &[String]) {
    for number in numbers {
        // Without the country's code the figures are the same.
        let needle = &number.as_bytes()[number.len() - 10..];
        let found = bytes.windows(needle.len()).any(|window| window == needle);
        assert!(!found, "{what} holds the phone number {number}");
    }
}

fn assert_folder_clean(folder: &Path, numbers: &[String]) {
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            assert_folder_clean(&path, numbers);
        } else if let Ok(bytes) = fs::read(&path) {
            assert_none(&path.display().to_string(), &bytes, numbers);
        }
    }
}

#[test]
fn kiosk_holds_no_phone_number_and_after_the_purge_nothing_is_left() {
    let venue = Venue::open();
    let printer = NetworkPrinter::switch_on(&venue, "K1");
    let mut kiosk = Kiosk::start(&venue, "K1", &printer.spec());
    for guest in venue.guests_of_parties(2) {
        visit(&mut kiosk, venue.code(guest));
        kiosk.wait_state("a badge that is out", |state| state["badges"]["stage"] == "take_it");
        kiosk.tap("leave");
    }
    let numbers = phone_numbers();
    let bundle = venue.folder().join("bundle.json");
    usher_ok(&["doctor", "bundle", "--data", text(kiosk.folder()), text(&bundle)]);
    let running = fs::read(&bundle).expect("a bundle");
    assert!(String::from_utf8_lossy(&running).contains("\"cursor\""), "the bundle says how the node is");
    assert_none("the running kiosk's bundle", &running, &numbers);
    assert_none("the kiosk's log", &kiosk.log(), &numbers);
    kiosk.kill();
    usher_ok(&["doctor", "bundle", "--data", text(kiosk.folder()), text(&bundle)]);
    assert_none("the stopped kiosk's bundle", &fs::read(&bundle).expect("a bundle"), &numbers);
    assert_folder_clean(kiosk.folder(), &numbers);

    // The organiser orders the purge while this kiosk is off; it does its part when it comes back.
    let hub = venue.hub_folder();
    usher_ok(&["purge", "--data", text(&hub), "--yes"]);
    kiosk.run_to_its_end();
    wait_for("the kiosk's data gone", || (!kiosk.folder().join("usher.db").exists()).then_some(()));

    let kept = venue.folder().join("kept.json");
    let refused = usher_fails(&["purge", "--data", text(&hub), "--finish", text(&kept), "--yes"]);
    assert!(refused.contains("stop it first"), "{refused}");
    let mut venue = venue;
    wait_for("the kiosk's word at the hub", || {
        let told = usher_ok(&["purge", "--data", text(&venue.hub_folder()), "--yes"]);
        String::from_utf8_lossy(&told.stdout).contains("machines that are done: 1").then_some(())
    });
    venue.stop_hub();
    let inside = hub.join("kept.json");
    let refused = usher_fails(&["purge", "--data", text(&hub), "--finish", text(&inside), "--yes"]);
    assert!(refused.contains("would be destroyed with the rest"), "{refused}");
    usher_ok(&["purge", "--data", text(&hub), "--finish", text(&kept), "--yes"]);
    assert_eq!(fs::metadata(&kept).expect("what stays").permissions().mode() & 0o777, 0o600);
    assert!(fs::read_dir(&hub).expect("the folder").next().is_none(), "log and keys are gone");
    let kept = fs::read_to_string(&kept).expect("what stays");
    assert!(kept.contains("sha256_of_all_hashes"));
    assert_none("what stays", kept.as_bytes(), &numbers);
}

#[test]
fn commands_about_a_log_that_is_not_there_make_none() {
    let folder = tempfile::tempdir().expect("a folder");
    let (hub, kiosk) = (folder.path().join("hub"), folder.path().join("kiosk"));
    fs::create_dir(&kiosk).expect("a folder");
    let venue = Venue::open();
    copy_of_keys(&venue.hub_folder(), &hub);
    let bundle = folder.path().join("bundle.json");
    let check = |args: &[&str], words: &str| {
        let told = usher_fails(args);
        assert!(told.contains(words), "{args:?}: {told}");
    };
    check(&["purge", "--data", text(&hub), "--yes"], "no log of a hub");
    check(&["hub", "promote", "--data", text(&hub)], "no log of a hub");
    check(&["doctor", "bundle", "--data", text(&kiosk), text(&bundle)], "no log of a machine");
    fs::write(hub.join("database"), "").expect("a note");
    for args in [&["purge", "--yes"][..], &["hub", "promote"], &["hub", "backup", text(&bundle)], &["hub"]] {
        check(&[args, &["--data", text(&hub)]].concat(), "on PostgreSQL");
    }
    assert!(!hub.join("hub.db").exists() && !kiosk.join("usher.db").exists());
}

fn copy_of_keys(from: &Path, to: &Path) {
    fs::create_dir_all(to.join("keys")).expect("a folder");
    fs::set_permissions(to.join("keys"), fs::Permissions::from_mode(0o700)).expect("a mode");
    for entry in fs::read_dir(from.join("keys")).expect("keys") {
        let path = entry.expect("an entry").path();
        fs::copy(&path, to.join("keys").join(path.file_name().expect("a name"))).expect("copied");
    }
}
