//! One durable commit as a kiosk makes it (a check-in of two people: five events, two print jobs), and the
//! start of a node with 10,000 events. Percentiles first: what a guest waits for is the slow one.

use std::path::Path;
use std::time::{Duration, Instant};

use criterion::{BatchSize, Criterion};
use print::{JobId, JobState, JournalRow};
use store::{Options, Store};
use sync::{BootId, DeviceId, Draft, Event, EventId, Hash, Head, Hlc, Incarnation, LogEpoch, MeetingId, Snapshot};

const EPOCH: LogEpoch = LogEpoch([7; 16]);

struct Author {
    epoch: LogEpoch,
    head: Option<Head>,
}

impl Author {
    fn next(&mut self) -> Event {
        let seq = sync::chain::next_seq(self.head);
        let mut event_id = [0; 16];
        event_id[..8].copy_from_slice(&seq.to_be_bytes());
        let event = Draft {
            event_id: EventId(event_id),
            meeting_id: MeetingId([9; 16]),
            device_id: DeviceId([1; 16]),
            log_epoch: self.epoch,
            seq,
            hlc: Hlc(seq << 16),
            boot_id: BootId([4; 16]),
            clock_offset_ms: 0,
            actor: "guest".into(),
            kind: "GuestCheckedIn".into(),
            kind_version: 1,
            roster_rev: 1,
            payload: vec![b' '; 240],
            prev_hash: self.head.map_or(Hash::ZERO, |head| head.hash),
        }
        .seal()
        .expect("short");
        self.head = Some(Head::of(&event));
        event
    }

    fn check_in(&mut self) -> (Vec<Event>, Vec<JournalRow>) {
        let events: Vec<Event> = (0..5).map(|_| self.next()).collect();
        let jobs = events[3..]
            .iter()
            .map(|event| JournalRow {
                job: JobId(event.seq),
                badge: "0123456789".into(),
                copy: 1,
                printer: "badge".into(),
                state: JobState::Queued,
                at_ms: 0,
                payload: vec![b' '; 300],
            })
            .collect();
        (events, jobs)
    }
}

/// Beside the build, not in /tmp: that may be memory.
fn folder(name: &str) -> tempfile::TempDir {
    use std::os::unix::fs::PermissionsExt;
    tempfile::Builder::new()
        .prefix(name)
        .permissions(std::fs::Permissions::from_mode(0o700))
        .tempdir_in(env!("CARGO_TARGET_TMPDIR"))
        .expect("a folder for the bench")
}

fn open(folder: &Path) -> Store {
    Store::open(folder, &Options::new(EPOCH)).expect("the bench's own folder")
}

fn filled(folder: &Path, events: u64) {
    let mut author = Author { epoch: LogEpoch([2; 16]), head: None };
    let events: Vec<_> = (1..=events).map(|cursor| (cursor, author.next())).collect();
    let snapshot = Snapshot {
        meeting: MeetingId([9; 16]),
        incarnation: Incarnation([1; 16]),
        cursor: events.len() as u64,
        now_ms: 0,
        signature: None,
        vouched: None,
        events,
    };
    let begin = Instant::now();
    open(folder).install_snapshot(&snapshot, &[]).expect("room");
    println!("snapshot of {} events installed in {:?}", snapshot.events.len(), begin.elapsed());
}

fn percentiles(store: &mut Store, author: &mut Author) {
    let mut times: Vec<Duration> = (0..3000)
        .map(|_| {
            let (events, jobs) = author.check_in();
            let begin = Instant::now();
            store.append(&events, &jobs).expect("room");
            begin.elapsed()
        })
        .collect();
    times.sort();
    let at = |share: usize| times[times.len() * share / 1000];
    println!("durable commit of a check-in: p50 {:?} p95 {:?} p99 {:?} max {:?}", at(500), at(950), at(990), at(999));
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    let data = folder("commit");
    filled(data.path(), 10_000);
    let mut author = Author { epoch: EPOCH, head: None };
    let mut store = open(data.path());
    percentiles(&mut store, &mut author);
    criterion.bench_function("durable commit of a check-in", |bench| {
        bench.iter_batched(
            || author.check_in(),
            |(events, jobs)| store.append(&events, &jobs).expect("room"),
            BatchSize::PerIteration,
        );
    });
    drop(store);

    let data = folder("load");
    filled(data.path(), 10_000);
    criterion.bench_function("open and load 10,000 events", |bench| {
        bench.iter(|| open(data.path()).load().expect("whole").confirmed.len());
    });
    criterion.final_summary();
}
