use super::*;

fn mode(path: &Path) -> u32 {
    fs::metadata(path).expect("it is there").permissions().mode() & 0o777
}

#[test]
fn keys_are_made_once_and_found_again() {
    let hub = tempfile::tempdir().expect("a temporary folder");
    let made = MeetingKeys::load_or_create(hub.path()).expect("new keys");
    let found = MeetingKeys::load_or_create(hub.path()).expect("the same keys");
    assert_eq!(made.to_json(), found.to_json());
    assert_eq!(mode(&hub.path().join("keys")), 0o700);
    assert_eq!(mode(&hub.path().join("keys/meeting.json")), 0o600);
    let files = fs::read_dir(hub.path().join("keys")).expect("the folder").count();
    assert_eq!(files, 1, "nothing is left aside");
}

#[test]
fn keys_that_others_can_read_are_refused_with_the_remedy() {
    let hub = tempfile::tempdir().expect("a temporary folder");
    MeetingKeys::load_or_create(hub.path()).expect("new keys");
    let check = |path: PathBuf, wide: u32, remedy: &str| {
        let before = mode(&path);
        fs::set_permissions(&path, fs::Permissions::from_mode(wide)).expect("our own file");
        let fault = MeetingKeys::load_or_create(hub.path()).expect_err("too wide").to_string();
        assert!(fault.contains(remedy), "{fault}");
        fs::set_permissions(&path, fs::Permissions::from_mode(before)).expect("our own file");
    };
    check(hub.path().join("keys/meeting.json"), 0o644, "chmod 600");
    check(hub.path().join("keys"), 0o755, "chmod 700");
    assert!(MeetingKeys::load(hub.path()).is_ok());
}

#[test]
fn damaged_key_file_is_named_and_left_alone() {
    let hub = tempfile::tempdir().expect("a temporary folder");
    MeetingKeys::load_or_create(hub.path()).expect("new keys");
    let path = hub.path().join("keys/meeting.json");
    fs::write(&path, "{}").expect("our own file");
    let fault = MeetingKeys::load_or_create(hub.path()).expect_err("damaged").to_string();
    assert!(fault.contains("is damaged") && fault.contains("backup"), "{fault}");
    assert_eq!(fs::read_to_string(&path).expect("still there"), "{}");
}

#[test]
fn loading_without_keys_says_what_makes_them() {
    let hub = tempfile::tempdir().expect("a temporary folder");
    let fault = MeetingKeys::load(hub.path()).expect_err("nothing there").to_string();
    assert!(fault.contains("usher import"), "{fault}");
}
