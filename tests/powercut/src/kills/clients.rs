//! Devices that push as nodes do, from the hub's word on, and a reader; they notice at once when the hub takes an
//! acknowledgement back.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use hub::client::Client;
use sync::wire::{EnrolRequest, PullRequest, PushReply, PushRequest, Role};
use sync::{DeviceId, Event, Hash, Head, Incarnation, LogEpoch};
use tokio::task::JoinHandle;

use super::MEETING;
use crate::work::Chain;

/// Pause after a request that brought nothing.
const PAUSE: Duration = Duration::from_millis(3);
/// Events that a device is ahead of the hub at most.
const MAX_WAITING: usize = 60;
/// Tries of the last pushes, when the hub is not killed any more.
const LAST_TRIES: usize = 2_000;

pub(super) struct Load {
    url: String,
    ends: AtomicBool,
}

impl Load {
    pub(super) fn new(url: String) -> Load {
        Load { url, ends: AtomicBool::new(false) }
    }

    /// Nothing new is written from here on; what is waiting is pushed.
    pub(super) fn end(&self) {
        self.ends.store(true, Ordering::SeqCst);
    }

    fn ends(&self) -> bool {
        self.ends.load(Ordering::SeqCst)
    }

    fn client(&self, seed: u8) -> Client {
        Client::new(&self.url, None, None).expect("an address of this machine").with_key(&[seed; 32])
    }
}

/// What a device wrote, all of it acknowledged.
pub(super) struct Written {
    pub(super) id: DeviceId,
    pub(super) events: Vec<Event>,
}

#[derive(Default)]
pub(super) struct Outcome {
    pub(super) written: Vec<Written>,
    pub(super) pulled: BTreeMap<u64, Hash>,
    pub(super) violations: Vec<String>,
}

pub(super) fn start(load: &Arc<Load>, devices: u8) -> Vec<JoinHandle<Outcome>> {
    let pushers = (1..=devices).map(|seed| tokio::spawn(push_all(Arc::clone(load), seed)));
    let mut tasks: Vec<_> = pushers.collect();
    tasks.push(tokio::spawn(pull_all(Arc::clone(load), devices + 1)));
    tasks
}

pub(super) async fn outcome(tasks: Vec<JoinHandle<Outcome>>) -> Outcome {
    let mut all = Outcome::default();
    for task in tasks {
        let one = task.await.expect("a client does not panic");
        all.written.extend(one.written);
        all.pulled.extend(one.pulled);
        all.violations.extend(one.violations);
    }
    all
}

struct Pusher {
    chain: Chain,
    events: Vec<Event>,
    acknowledged: Option<Head>,
}

async fn push_all(load: Arc<Load>, seed: u8) -> Outcome {
    let client = load.client(seed);
    let mut outcome = Outcome::default();
    let chain = enrol(&load, &client, seed).await;
    let mut pusher = Pusher { chain, events: Vec::new(), acknowledged: None };
    let mut last_tries = 0;
    while last_tries < LAST_TRIES && outcome.violations.is_empty() {
        if load.ends() {
            last_tries += 1;
            if pusher.waiting() == 0 {
                break;
            }
        } else if pusher.waiting() < MAX_WAITING {
            pusher.write();
        }
        match client.push(&pusher.request()).await {
            Ok(reply) => outcome.violations.extend(pusher.hear(&reply)),
            Err(_) => tokio::time::sleep(PAUSE).await,
        }
    }
    if pusher.waiting() > 0 {
        outcome.violations.push(format!("device {seed}: {} events never reached the hub", pusher.waiting()));
    }
    outcome.written.push(Written { id: pusher.chain.device, events: pusher.events });
    outcome
}

async fn enrol(load: &Load, client: &Client, seed: u8) -> Chain {
    let public_key = hub::client::public_key(&[seed; 32]);
    let epoch = LogEpoch([seed; 16]);
    let request = EnrolRequest { public_key, epoch, role: Role::Kiosk, name: format!("kiosk {seed}") };
    while client.enrol(&request).await.is_err() && !load.ends() {
        tokio::time::sleep(PAUSE).await;
    }
    Chain { device: DeviceId::of_key(&public_key), epoch, meeting: MEETING, head: None }
}

impl Pusher {
    fn acknowledged_count(&self) -> usize {
        self.acknowledged.map_or(0, |head| usize::try_from(head.seq).expect("a short chain") + 1)
    }

    fn waiting(&self) -> usize {
        self.events.len() - self.acknowledged_count()
    }

    fn write(&mut self) {
        for _ in 0..1 + self.events.len() % 5 {
            self.events.push(self.chain.write());
        }
    }

    /// From the hub's word on, overlapping by one.
    fn request(&self) -> PushRequest {
        let first = self.acknowledged_count().saturating_sub(1);
        PushRequest::gather(self.chain.device, self.chain.epoch, self.events[first..].to_vec())
    }

    fn hear(&mut self, reply: &PushReply) -> Option<String> {
        let device = self.chain.device;
        if let Some(seq) = reply.fork_at {
            return Some(format!("device {device}: the hub has another event {seq}"));
        }
        let count = |head: Option<Head>| head.map_or(0, |head| head.seq + 1);
        if count(reply.acked) < count(self.acknowledged) {
            return Some(format!("device {device}: {:?} was acknowledged, now {:?}", self.acknowledged, reply.acked));
        }
        let own = reply.acked.and_then(|head| self.events.get(usize::try_from(head.seq).ok()?)).map(Head::of);
        if own != reply.acked {
            return Some(format!("device {device}: {:?} was never written", reply.acked));
        }
        self.acknowledged = reply.acked;
        None
    }
}

/// Follows the hub's order: what was seen at a cursor stays there.
async fn pull_all(load: Arc<Load>, seed: u8) -> Outcome {
    let client = load.client(seed);
    enrol(&load, &client, seed).await;
    let mut outcome = Outcome::default();
    let mut incarnation = Incarnation([0; 16]);
    let mut cursor = 0;
    while !load.ends() {
        let Ok(reply) = client.pull(PullRequest { cursor, incarnation, wait_ms: 50 }).await else {
            tokio::time::sleep(PAUSE).await;
            continue;
        };
        if reply.incarnation != incarnation {
            if cursor > 0 {
                outcome.violations.push("the hub began a new life by itself".to_owned());
                break;
            }
            incarnation = reply.incarnation;
            continue;
        }
        if reply.hub_cursor < cursor {
            outcome.violations.push(format!("cursor {cursor} was seen, the hub is at {}", reply.hub_cursor));
            break;
        }
        outcome.pulled.extend(reply.events.iter().map(|(cursor, event)| (*cursor, event.hash())));
        cursor = reply.cursor;
    }
    outcome
}
