//! How fast the hub takes events: 16 nodes over HTTP on loopback, signed batches of 20, every answer
//! after a durable commit; on SQLite, and on PostgreSQL with one and two hubs and several meetings.
//! Prints the answers' percentiles beside criterion's rate.

#[expect(dead_code, reason = "the tests do more with it")]
#[path = "../tests/it/cluster.rs"]
mod cluster;

use std::hint::black_box;
use std::os::unix::fs::PermissionsExt;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use cluster::Cluster;
use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion, Throughput, criterion_group, criterion_main};
use ed25519_dalek::{Signer, SigningKey};
use hub::{Database, Hub, HubLog, HubOptions, HubSecrets, Hubs};
use sync::ids::{Key, Signature};
use sync::wire::{EnrolRequest, PATH_PUSH, Role};
use sync::{BootId, Draft, Event, EventId, Grant, Hash, Hlc, LogEpoch, MeetingId, PushReply, PushRequest};
use tokio::runtime::Runtime;

const NODES: u8 = 16;
const BATCH: u64 = 20;
/// A check-in with names and table is about as long.
const PAYLOAD_BYTES: usize = 300;

/// A server process as far as it can be one inside the bench: its own runtime, database connections and
/// writers.
struct Process {
    runtime: Runtime,
    hubs: Hubs,
    url: String,
}

impl Process {
    fn start(logs: impl IntoIterator<Item = HubLog>) -> Process {
        let runtime = Runtime::new().expect("a runtime");
        let hubs = Hubs::new();
        for log in logs {
            hubs.add(Hub::start(log));
        }
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        runtime.spawn(hub::serve(listener, hubs.clone(), std::future::pending()));
        Process { runtime, hubs, url }
    }

    fn on_database(url: &str, meetings: u8) -> Process {
        let database = Database::connect(url).expect("the server runs");
        Process::start((1..=meetings).map(|meeting| {
            let options = HubOptions { meeting: Some(MeetingId([meeting; 16])), ..options(meeting) };
            HubLog::open_in(&database, options).expect("the database is good")
        }))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.hubs.stop();
    }
}

fn options(meeting: u8) -> HubOptions {
    HubOptions::new(HubSecrets { phone_key: [1; 32], pin_pepper: [2; 32], signing_seed: [meeting; 32] })
}

struct Node {
    key: SigningKey,
    grant: Grant,
    last: Option<Event>,
    client: reqwest::blocking::Client,
    url: String,
}

impl Node {
    fn enrol(process: &Process, hub: &Hub, seed: u8) -> Node {
        let key = SigningKey::from_bytes(&[seed; 32]);
        let request = EnrolRequest {
            public_key: Key(key.verifying_key().to_bytes()),
            epoch: LogEpoch([seed; 16]),
            role: Role::Kiosk,
            name: format!("kiosk {seed}"),
        };
        let grant = process.runtime.block_on(hub.enrol(request)).expect("it is granted");
        let client = reqwest::blocking::Client::builder().no_proxy().build().expect("a client");
        Node { key, grant, last: None, client, url: format!("{}{PATH_PUSH}", process.url) }
    }

    fn batch(&mut self) -> Vec<u8> {
        let events: Vec<Event> = (0..BATCH).map(|_| self.write()).collect();
        let mut request = PushRequest::gather(self.grant.device_id, self.grant.epoch, events);
        request.signature = Some(Signature(self.key.sign(&request.signed_bytes()).to_bytes()));
        request.encode()
    }

    fn write(&mut self) -> Event {
        let seq = self.last.as_ref().map_or(0, |event| event.seq + 1);
        let draft = Draft {
            event_id: EventId((u128::from(seq) << 8 | u128::from(self.grant.epoch.0[0])).to_be_bytes()),
            meeting_id: self.grant.meeting_id,
            device_id: self.grant.device_id,
            log_epoch: self.grant.epoch,
            seq,
            hlc: Hlc::at(1_800_000_000_000 + seq),
            boot_id: BootId([5; 16]),
            clock_offset_ms: 0,
            actor: "guest".to_owned(),
            kind: "GuestCheckedIn".to_owned(),
            kind_version: 1,
            roster_rev: 1,
            payload: vec![b' '; PAYLOAD_BYTES],
            prev_hash: self.last.as_ref().map_or(Hash::ZERO, Event::hash),
        };
        let event = draft.seal().expect("a small draft seals");
        self.last = Some(event.clone());
        event
    }

    fn push(&self, body: Vec<u8>) -> Duration {
        let begin = Instant::now();
        let request = self.client.post(&self.url).bearer_auth(&self.grant.token).body(body);
        let response = request.send().expect("the hub answers");
        let status = response.status().as_u16();
        let reply = PushReply::from_http(status, &response.bytes().expect("a body")).expect("it is taken");
        assert!(reply.acked.is_some() && reply.fork_at.is_none());
        begin.elapsed()
    }
}

fn ingest(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("hub: 16 nodes, batches of 20, HTTP, durable");
    group.throughput(Throughput::Elements(u64::from(NODES) * BATCH));
    let permissions = std::fs::Permissions::from_mode(0o700);
    let folder = tempfile::Builder::new().permissions(permissions).tempdir_in(env!("CARGO_TARGET_TMPDIR"));
    let folder = folder.expect("a folder on a real disk");
    let log = HubLog::open(folder.path(), options(1)).expect("the folder is good");
    measure(&mut group, "SQLite", &[Process::start([log])]);
    if let Some(cluster) = Cluster::start() {
        for (hubs, meetings) in [(1, 1), (2, 1), (1, 4), (2, 4), (1, 16), (2, 16)] {
            let url = cluster.database();
            let processes: Vec<Process> = (0..hubs).map(|_| Process::on_database(&url, meetings)).collect();
            measure(&mut group, &format!("PostgreSQL, {hubs} hub(s), {meetings} meeting(s)"), &processes);
        }
    }
    group.finish();
}

/// Nodes are spread over processes and meetings.
fn measure(group: &mut BenchmarkGroup<'_, WallTime>, name: &str, processes: &[Process]) {
    let mut nodes: Vec<Node> = (0..NODES)
        .map(|index| {
            let (index, seed) = (usize::from(index), index + 1);
            let process = &processes[index % processes.len()];
            let hubs = process.hubs.all();
            Node::enrol(process, &hubs[index / processes.len() % hubs.len()], seed)
        })
        .collect();
    let answers = Mutex::new(Vec::new());
    group.bench_function(name, |bencher| bencher.iter_custom(|rounds| push_all(&mut nodes, rounds, &answers)));
    let mut answers = answers.into_inner().expect("no thread panicked");
    if answers.is_empty() {
        // Not asked for on the command line.
        return;
    }
    answers.sort_unstable();
    let at = |percent: usize| answers[(answers.len() - 1) * percent / 100];
    let commits: u64 = processes.iter().flat_map(|process| process.hubs.all()).map(|hub| groups(&hub)).sum();
    println!("{name}: answers p50 {:?}, p99 {:?} of {} in {commits} groups", at(50), at(99), answers.len());
}

/// Transactions of one hub so far.
fn groups(hub: &Hub) -> u64 {
    let metrics = hub.metrics();
    let count = metrics.lines().find(|line| line.contains("group_size_count"));
    count.and_then(|line| line.rsplit(' ').next()?.parse().ok()).unwrap_or_default()
}

/// Every node pushes so many batches, one after another, at the same time as the others.
fn push_all(nodes: &mut [Node], rounds: u64, answers: &Mutex<Vec<Duration>>) -> Duration {
    let bodies: Vec<Vec<Vec<u8>>> = nodes.iter_mut().map(|node| (0..rounds).map(|_| node.batch()).collect()).collect();
    let begin = Instant::now();
    std::thread::scope(|scope| {
        for (node, bodies) in nodes.iter().zip(bodies) {
            scope.spawn(move || {
                let took: Vec<Duration> = bodies.into_iter().map(|body| black_box(node.push(body))).collect();
                answers.lock().expect("no thread panicked").extend(took);
            });
        }
    });
    begin.elapsed()
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(10).warm_up_time(Duration::from_secs(1)).measurement_time(Duration::from_secs(4));
    targets = ingest
}
criterion_main!(benches);
