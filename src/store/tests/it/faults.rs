//! Disks and folders that do not do what they should: each has its own code, nothing is acknowledged
//! falsely, and what was acknowledged is there afterwards. Small and read-only disks are real ones,
//! mounted in a namespace of the child; where the kernel forbids that the test says so and passes.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use rusqlite::Connection;
use store::{Options, Store};

use crate::support::{Author, child, child_folder, job, new_store, open, open_error, options, private_folder};

/// Appends until the store refuses; returns the acknowledged events and the code.
fn fill(store: &mut Store) -> (u64, &'static str) {
    let mut author = Author::own();
    author.head = store.progress().unwrap().own_head;
    loop {
        if let Err(error) = store.append(&[author.next(&vec![b' '; 50_000])], &[]) {
            return (sync::chain::next_seq(store.progress().unwrap().own_head), error.code());
        }
    }
}

fn check_nothing_more_is_taken(store: &mut Store, first: &'static str) {
    assert_eq!(store.poisoned(), Some(first));
    let mut author = Author::own();
    author.head = store.progress().unwrap().own_head;
    assert_eq!(store.append(&author.run(1), &[]).unwrap_err().code(), "Poisoned");
    assert_eq!(store.set_journal(&[job(1, print::JobState::Queued)]).unwrap_err().code(), "Poisoned");
    assert_eq!(store.set_setting("a", "b").unwrap_err().code(), "Poisoned");
}

#[test]
fn full_database_acknowledges_nothing_more_until_reopened() {
    let folder = private_folder();
    let small = Options { max_bytes: 1 << 20, ..options() };
    let mut store = Store::open(folder.path(), &small).unwrap();
    let (acknowledged, code) = fill(&mut store);
    assert_eq!(code, "DiskFull");
    check_nothing_more_is_taken(&mut store, "DiskFull");
    drop(store);

    let mut store = open(folder.path());
    assert_eq!(store.load().unwrap().pending.len() as u64, acknowledged);
    let mut author = Author::own();
    author.head = store.progress().unwrap().own_head;
    store.append(&author.run(1), &[]).unwrap();
}

#[test]
fn full_disk_acknowledges_nothing_more_until_there_is_room() {
    let Some(output) = in_namespace("size=16m", "faults::fills_its_disk", None) else {
        return;
    };
    assert_passed(&output);
}

#[test]
#[ignore = "child of full_disk_acknowledges_nothing_more_until_there_is_room"]
fn fills_its_disk() {
    let Some(folder) = child_folder() else {
        return;
    };
    let ballast = folder.join("ballast");
    fs::write(&ballast, vec![0; 8 << 20]).unwrap();
    let data = folder.join("data");
    let mut store = open(&data);
    let (acknowledged, code) = fill(&mut store);
    assert_eq!(code, "DiskFull");
    check_nothing_more_is_taken(&mut store, "DiskFull");
    drop(store);
    let error = open_error(&data);
    assert_eq!(error.code(), "DiskFull", "{error}");
    fs::remove_file(ballast).unwrap();
    let store = open(&data);
    assert_eq!(store.load().unwrap().pending.len() as u64, acknowledged);
    assert!(store.verify().unwrap().damages.is_empty());
}

#[test]
fn read_only_disk_is_refused_by_name() {
    let Some(output) = in_namespace("size=6m", "faults::makes_a_store", Some("faults::finds_its_disk_read_only"))
    else {
        return;
    };
    assert_passed(&output);
}

#[test]
#[ignore = "child of read_only_disk_is_refused_by_name"]
fn makes_a_store() {
    let Some(folder) = child_folder() else {
        return;
    };
    open(&folder.join("data")).append(&Author::own().run(1), &[]).unwrap();
}

#[test]
#[ignore = "child of read_only_disk_is_refused_by_name"]
fn finds_its_disk_read_only() {
    let Some(folder) = child_folder() else {
        return;
    };
    let error = open_error(&folder.join("data"));
    assert_eq!(error.code(), "ReadOnly", "{error}");
    let error = open_error(&folder.join("new"));
    assert_eq!(error.code(), "ReadOnly", "{error}");
}

/// A limit on the size of files makes writes fail in the middle, with another error than a full disk.
#[test]
fn failing_writes_acknowledge_nothing_more_until_reopened() {
    let folder = private_folder();
    let test = child("faults::meets_a_file_limit", folder.path());
    // dash counts blocks of 512 bytes; the signal must be ignored or it kills.
    let output = shell("trap '' XFSZ; ulimit -f 8192; exec \"$@\"", &test).output().unwrap();
    assert_passed(&output);
    let acknowledged = fs::read_to_string(folder.path().join("acknowledged")).unwrap();
    let store = open(&folder.path().join("data"));
    assert_eq!(store.load().unwrap().pending.len().to_string(), acknowledged);
    assert!(store.verify().unwrap().damages.is_empty());
}

#[test]
#[ignore = "child of failing_writes_acknowledge_nothing_more_until_reopened"]
fn meets_a_file_limit() {
    let Some(folder) = child_folder() else {
        return;
    };
    let mut store = open(&folder.join("data"));
    let (acknowledged, code) = fill(&mut store);
    assert_eq!(code, "Io");
    check_nothing_more_is_taken(&mut store, code);
    fs::write(folder.join("acknowledged"), acknowledged.to_string()).unwrap();
}

#[test]
fn second_process_is_told_who_holds_the_store() {
    let folder = private_folder();
    let mut first =
        child("faults::holds_a_store", folder.path()).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let lines = BufReader::new(first.stdout.take().unwrap()).lines();
    assert!(lines.map_while(Result::ok).any(|line| line == "held"));

    let error = open_error(folder.path());
    assert_eq!(error.code(), "Locked");
    assert!(error.to_string().contains(&format!("process {}", first.id())), "{error}");
    assert!(error.remedy().contains(&first.id().to_string()));
    first.kill().unwrap();
    first.wait().unwrap();
    open(folder.path());
}

#[test]
#[ignore = "child of second_process_is_told_who_holds_the_store"]
fn holds_a_store() {
    let Some(folder) = child_folder() else {
        return;
    };
    let _store = open(&folder);
    println!("\nheld");
    let _ = std::io::stdin().read(&mut [0]);
}

#[test]
fn second_store_of_one_process_is_refused() {
    let (folder, _store) = new_store();
    assert_eq!(open_error(folder.path()).code(), "Locked");
}

fn check_mode(file: &str, mode: u32, remedy: &str) {
    let (folder, store) = new_store();
    drop(store);
    let path = if file.is_empty() { folder.path().to_owned() } else { folder.path().join(file) };
    fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
    let error = open_error(folder.path());
    assert_eq!(error.code(), "Permissions", "{error}");
    assert_eq!(error.remedy(), format!("run: {remedy} '{}'", path.display()));
    fs::set_permissions(&path, fs::Permissions::from_mode(mode & 0o700)).unwrap();
    open(folder.path());
}

#[test]
fn folder_or_file_open_to_others_is_refused_with_the_command() {
    check_mode("", 0o755, "chmod 700");
    check_mode("", 0o770, "chmod 700");
    check_mode("usher.db", 0o644, "chmod 600");
    check_mode("usher.db", 0o660, "chmod 600");
    check_mode("usher.lock", 0o604, "chmod 600");
}

#[test]
fn new_folder_and_files_are_private() {
    let folder = private_folder();
    let data = folder.path().join("a/b");
    let mut store = open(&data);
    store.append(&Author::own().run(1), &[]).unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&data), 0o700);
    for name in ["usher.db", "usher.db-wal", "usher.lock"] {
        assert_eq!(mode(&data.join(name)), 0o600, "{name}");
    }
}

#[test]
fn folder_of_another_user_is_refused() {
    let folder = private_folder();
    let path = match std::os::unix::fs::chown(folder.path(), Some(65_534), None) {
        Ok(()) => folder.path(),
        // Not root: then root's own folders belong to another.
        Err(_) => Path::new("/usr"),
    };
    let error = open_error(path);
    assert_eq!(error.code(), "Permissions");
    assert!(error.to_string().contains("belongs to user"), "{error}");
}

#[test]
fn file_of_a_newer_usher_or_of_another_program_is_refused() {
    let (folder, store) = new_store();
    drop(store);
    let run = |sql: &str| Connection::open(folder.path().join("usher.db")).unwrap().execute_batch(sql).unwrap();
    run("PRAGMA user_version = 999");
    let error = open_error(folder.path());
    assert_eq!(error.code(), "NewerSchema");
    assert!(error.to_string().contains("999"), "{error}");
    run("PRAGMA user_version = 1; PRAGMA application_id = 1");
    assert_eq!(open_error(folder.path()).code(), "NotUsher");
}

/// Runs `first`, then with the disk read-only `second`, on a disk of their own. None: not allowed here.
fn in_namespace(disk: &str, first: &str, second: Option<&str>) -> Option<Output> {
    let folder = private_folder();
    let test = child(first, folder.path());
    let mount = format!("mount -t tmpfs -o {disk},mode=0700 usher-test '{}'", folder.path().display());
    let probe = shell(&mount, &Command::new("true"));
    if !in_own_mounts(&probe).output().is_ok_and(|output| output.status.success()) {
        eprintln!("NOT TESTED: this kernel lets nobody mount a disk in a namespace ({first})");
        return None;
    }
    let then = second.map_or_else(String::new, |second| {
        format!(
            " && mount -o remount,ro '{}' && exec \"$0\" --exact {second} --ignored --nocapture",
            folder.path().display()
        )
    });
    let exe = std::env::current_exe().unwrap();
    let script = format!("{mount} && \"$@\"{then}");
    let mut command = Command::new("sh");
    command.args(["-c", &script]).arg(exe).arg(test.get_program()).args(test.get_args());
    command.envs(test.get_envs().filter_map(|(name, value)| Some((name, value?))));
    Some(in_own_mounts(&command).output().unwrap())
}

fn in_own_mounts(inner: &Command) -> Command {
    let mut command = Command::new("unshare");
    command.args(["--user", "--map-root-user", "--mount"]).arg(inner.get_program()).args(inner.get_args());
    command.envs(inner.get_envs().filter_map(|(name, value)| Some((name, value?))));
    command
}

fn shell(script: &str, inner: &Command) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", script, "sh"]).arg(inner.get_program()).args(inner.get_args());
    command.envs(inner.get_envs().filter_map(|(name, value)| Some((name, value?))));
    command
}

fn assert_passed(output: &Output) {
    let text = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && text.contains("1 passed"), "{text}\n{errors}");
}
