//! The ordering hub runs in a process of its own and is killed under load; the standby takes its place.

use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use hub::Hub;
use sync::Event;

use crate::linked::{Copy, Link, following, has_each_once};
use crate::venue::{Device, Venue, authored, folder, open};

const FOLDER: &str = "USHER_TEST_HUB_FOLDER";
const ADDRESS: &str = "address";
const PATIENCE: Duration = Duration::from_secs(60);

/// The other process; does nothing as an ordinary test.
#[test]
fn hub_of_its_own_process() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    let hub = Hub::start(open(Path::new(&folder)));
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
    let fresh = Path::new(&folder).join("address.new");
    std::fs::write(&fresh, listener.local_addr().unwrap().to_string()).unwrap();
    std::fs::rename(&fresh, Path::new(&folder).join(ADDRESS)).unwrap();
    let organiser = hub.clone();
    std::thread::spawn(move || {
        for number in 0.. {
            organiser.author_blocking(vec![authored(&format!("the organiser's act {number}"))]).unwrap();
        }
    });
    runtime.block_on(hub::serve(listener, hub, std::future::pending())).unwrap();
}

/// Killed at the latest with the test.
struct Process(Child);

impl Process {
    fn kill(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

fn start() -> (Process, Venue) {
    let folder = folder();
    let child = Command::new(std::env::current_exe().expect("a path"))
        .args(["--exact", "killed::hub_of_its_own_process"])
        .env(FOLDER, folder.path())
        .spawn()
        .expect("the process starts");
    let (process, begin) = (Process(child), Instant::now());
    let address: SocketAddr = loop {
        if let Ok(text) = std::fs::read_to_string(folder.path().join(ADDRESS)) {
            break text.parse().expect("an address");
        }
        assert!(begin.elapsed() < PATIENCE, "the hub's process does not listen");
        std::thread::yield_now();
    };
    (process, Venue::elsewhere(folder, address))
}

/// Pushes in small batches until the hub is gone; returns how many events were acknowledged.
fn push_until_it_dies(node: &Device, leader: &Venue, acknowledged: &AtomicU64) -> usize {
    let mut taken = 0;
    for some in node.events.chunks(5) {
        let Ok(reply) = node.push_if_up(leader, some) else { return taken };
        taken = reply.acked.map_or(0, |head| head.seq as usize + 1);
        acknowledged.fetch_add(some.len() as u64, Ordering::Relaxed);
    }
    taken
}

#[test]
fn hub_killed_under_load_is_replaced_by_its_standby_with_nothing_acknowledged_lost() {
    let (mut process, leader) = start();
    let nodes: Vec<Device> = (1..=3).map(|seed| Device::enrolled(&leader, seed, 5_000)).collect();
    let reader = Device::enrolled(&leader, 9, 0);
    let standby = following(reader.grant().meeting_id);
    let link = Link::standby(&leader, &standby);
    let acknowledged = AtomicU64::new(0);
    let mut copy = Copy::default();
    let taken: Vec<usize> = std::thread::scope(|scope| {
        let pushing: Vec<_> =
            nodes.iter().map(|node| scope.spawn(|| push_until_it_dies(node, &leader, &acknowledged))).collect();
        let mut link = Some(link);
        loop {
            copy.pull(&reader, &leader, reader.grant().incarnation);
            let count = acknowledged.load(Ordering::Relaxed);
            if count > 300 {
                // The standby misses the end; a node has read it.
                drop(link.take());
            }
            if count > 600 {
                break;
            }
        }
        process.kill();
        pushing.into_iter().map(|pusher| pusher.join().unwrap()).collect()
    });
    assert!(taken.iter().all(|taken| *taken < 5_000), "it died in the middle: {taken:?}");

    let begin = Instant::now();
    standby.hub().promote_blocking().unwrap();
    copy.offer(&reader, &standby);
    for node in &nodes {
        node.push_by(&standby, &node.events, 200);
    }
    println!("promoted, offered and pushed again in {:?}; {taken:?} acknowledged", begin.elapsed());
    assert!(begin.elapsed() < Duration::from_secs(300));
    for (node, taken) in nodes.iter().zip(taken) {
        has_each_once(&standby, &node.events[..taken]);
    }
    let read: Vec<Event> = copy.pages.into_iter().flat_map(|(_, events)| events).collect();
    assert!(read.iter().any(|event| event.device_id == standby.hub().status().hub_device && event.seq > 5));
    has_each_once(&standby, &read);
}
