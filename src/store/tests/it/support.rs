//! Authors of events, stores in temporary folders, and child processes of this same test binary.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use print::{JobId, JobState, JournalRow};
use store::{Fingerprint, Options, Store, StoreError};
use sync::wire::Grant;
use sync::{BootId, DeviceId, Draft, Event, EventId, Hash, Head, Hlc, Incarnation, LogEpoch, MeetingId, Snapshot};
use tempfile::TempDir;

pub const OWN_EPOCH: LogEpoch = LogEpoch([7; 16]);
pub const HUB: Incarnation = Incarnation([1; 16]);
pub const NEW_HUB: Incarnation = Incarnation([2; 16]);
/// Names the folder that a child process works in.
pub const CHILD_FOLDER: &str = "USHER_TEST_FOLDER";

/// Makes the events of one chain.
#[derive(Clone)]
pub struct Author {
    pub device: DeviceId,
    pub epoch: LogEpoch,
    pub head: Option<Head>,
}

impl Author {
    pub fn own() -> Author {
        Author::new(1, OWN_EPOCH)
    }

    pub fn foreign(number: u8) -> Author {
        Author::new(number, LogEpoch([number; 16]))
    }

    pub fn new(device: u8, epoch: LogEpoch) -> Author {
        Author { device: DeviceId([device; 16]), epoch, head: None }
    }

    pub fn next(&mut self, payload: &[u8]) -> Event {
        let seq = sync::chain::next_seq(self.head);
        let mut event_id = [0; 16];
        event_id[..8].copy_from_slice(&seq.to_be_bytes());
        event_id[8] = self.device.0[0];
        let event = Draft {
            event_id: EventId(event_id),
            meeting_id: MeetingId([9; 16]),
            device_id: self.device,
            log_epoch: self.epoch,
            seq,
            hlc: Hlc((1_795_000_000_000 + seq) << 16),
            boot_id: BootId([4; 16]),
            clock_offset_ms: -12,
            actor: "guest".into(),
            kind: "GuestCheckedIn".into(),
            kind_version: 1,
            roster_rev: 1,
            payload: payload.to_vec(),
            prev_hash: self.head.map_or(Hash::ZERO, |head| head.hash),
        }
        .seal()
        .unwrap();
        self.head = Some(Head::of(&event));
        event
    }

    pub fn run(&mut self, count: usize) -> Vec<Event> {
        (0..count).map(|_| self.next(br#"{"guest":"0190f6a0-0000-7000-8000-000000000001"}"#)).collect()
    }
}

pub fn options() -> Options {
    Options { fingerprint: Fingerprint(Hash([5; 32])), ..Options::new(OWN_EPOCH) }
}

pub fn open(folder: &Path) -> Store {
    Store::open(folder, &options()).unwrap()
}

pub fn open_error(folder: &Path) -> StoreError {
    Store::open(folder, &options()).unwrap_err()
}

/// A new store in a folder that is gone with the first value.
pub fn new_store() -> (TempDir, Store) {
    let folder = private_folder();
    let store = open(folder.path());
    (folder, store)
}

pub fn private_folder() -> TempDir {
    tempfile::Builder::new().prefix("usher-store-").permissions(Permissions::from_mode(0o700)).tempdir().unwrap()
}

/// Events with cursors from `first` on.
pub fn at(first: u64, events: &[Event]) -> Vec<(u64, Event)> {
    (first..).zip(events.iter().cloned()).collect()
}

pub fn snapshot(incarnation: Incarnation, events: Vec<(u64, Event)>) -> Snapshot {
    Snapshot {
        meeting: MeetingId([9; 16]),
        incarnation,
        cursor: events.last().map_or(0, |(cursor, _)| *cursor),
        now_ms: 0,
        signature: None,
        vouched: None,
        events,
    }
}

pub fn job(number: u64, state: JobState) -> JournalRow {
    JournalRow {
        job: JobId(number),
        badge: format!("BADGE{number:05}"),
        copy: 1,
        printer: "badge".into(),
        state,
        at_ms: 1_795_000_000_000,
        payload: br#"{"name":"\u738b\u603b"}"#.to_vec(),
    }
}

pub fn grant(epoch: LogEpoch) -> Grant {
    Grant {
        device_id: DeviceId([1; 16]),
        epoch,
        prefix: "K1".into(),
        meeting_id: MeetingId([9; 16]),
        token: "token".into(),
        incarnation: HUB,
        phone_key: sync::ids::Key([1; 32]),
        pin_pepper: sync::ids::Key([2; 32]),
        hub_key: sync::ids::Key([3; 32]),
    }
}

/// This binary again, running one ignored test that works in `folder`.
pub fn child(test: &str, folder: &Path) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", test, "--ignored", "--nocapture", "--test-threads=1"]);
    command.env(CHILD_FOLDER, folder);
    command
}

/// The folder of a child, none when somebody ran all ignored tests by hand.
pub fn child_folder() -> Option<std::path::PathBuf> {
    std::env::var_os(CHILD_FOLDER).map(Into::into)
}
