//! How fast the hub takes events: 16 nodes over HTTP on loopback, batches of 20, every answer after a
//! durable commit. Prints the answers' 99th percentile beside criterion's rate.

use std::hint::black_box;
use std::os::unix::fs::PermissionsExt;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use hub::{Hub, HubLog, HubOptions, HubSecrets};
use sync::ids::Key;
use sync::wire::{EnrolRequest, PATH_ENROL, PATH_PUSH, Role};
use sync::{BootId, Draft, Event, EventId, Grant, Hash, Hlc, LogEpoch, PushReply, PushRequest};

const NODES: u8 = 16;
const BATCH: u64 = 20;
/// A check-in with names and table is about as long.
const PAYLOAD_BYTES: usize = 300;

struct Node {
    grant: Grant,
    last: Option<Event>,
    client: reqwest::blocking::Client,
}

impl Node {
    fn enrol(url: &str, seed: u8) -> Node {
        let client = reqwest::blocking::Client::builder().no_proxy().build().expect("a client");
        let request = EnrolRequest {
            public_key: Key([seed; 32]),
            epoch: LogEpoch([seed; 16]),
            role: Role::Kiosk,
            name: format!("kiosk {seed}"),
        };
        let response =
            client.post(format!("{url}{PATH_ENROL}")).body(request.encode()).send().expect("the hub answers");
        let status = response.status().as_u16();
        let grant = Grant::from_http(status, &response.bytes().expect("a body")).expect("it is granted");
        Node { grant, last: None, client }
    }

    fn batch(&mut self) -> Vec<u8> {
        let events: Vec<Event> = (0..BATCH).map(|_| self.write()).collect();
        PushRequest::gather(self.grant.device_id, self.grant.epoch, events).encode()
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

    fn push(&self, url: &str, body: Vec<u8>) -> Duration {
        let begin = Instant::now();
        let request = self.client.post(format!("{url}{PATH_PUSH}")).bearer_auth(&self.grant.token).body(body);
        let response = request.send().expect("the hub answers");
        let status = response.status().as_u16();
        let reply = PushReply::from_http(status, &response.bytes().expect("a body")).expect("it is taken");
        assert_eq!(reply.acked.map(|head| head.seq), self.last.as_ref().map(|event| event.seq));
        begin.elapsed()
    }
}

fn ingest(criterion: &mut Criterion) {
    let permissions = std::fs::Permissions::from_mode(0o700);
    let folder = tempfile::Builder::new().permissions(permissions).tempdir_in(env!("CARGO_TARGET_TMPDIR"));
    let folder = folder.expect("a folder on a real disk");
    let secrets = HubSecrets { phone_key: [1; 32], pin_pepper: [2; 32], signing_seed: [3; 32] };
    let store = HubLog::open(folder.path(), HubOptions::new(secrets)).expect("the folder is good");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    runtime.spawn(hub::serve(listener, Hub::start(store), std::future::pending()));
    let mut nodes: Vec<Node> = (1..=NODES).map(|seed| Node::enrol(&url, seed)).collect();
    let answers = Mutex::new(Vec::new());

    let mut group = criterion.benchmark_group("hub");
    group.throughput(Throughput::Elements(u64::from(NODES) * BATCH));
    group.bench_function("ingest, 16 nodes, batches of 20, HTTP, durable", |bencher| {
        bencher.iter_custom(|rounds| (0..rounds).map(|_| round(&url, &mut nodes, &answers)).sum());
    });
    group.finish();
    let mut answers = answers.into_inner().expect("no thread panicked");
    answers.sort_unstable();
    println!("answers: p50 {:?}, p99 {:?}", answers[answers.len() / 2], answers[answers.len() * 99 / 100]);
}

/// Every node pushes one batch at the same time.
fn round(url: &str, nodes: &mut [Node], answers: &Mutex<Vec<Duration>>) -> Duration {
    let bodies: Vec<Vec<u8>> = nodes.iter_mut().map(Node::batch).collect();
    let begin = Instant::now();
    std::thread::scope(|scope| {
        for (node, body) in nodes.iter().zip(bodies) {
            scope.spawn(move || {
                let took = black_box(node.push(url, body));
                answers.lock().expect("no thread panicked").push(took);
            });
        }
    });
    begin.elapsed()
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(10).measurement_time(Duration::from_secs(5));
    targets = ingest
}
criterion_main!(benches);
