//! Links between hubs that run until they are cut, and waiting for what comes over them.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use hub::client::Client;
use hub::{Hub, HubLog, HubOptions, Links, Partner, link_client, relay_token};
use sync::wire::{Offer, PATH_PULL, PullRequest, Status, Vouched};
use sync::{Event, Hash, Incarnation, MeetingId};
use tokio::sync::oneshot;

use crate::venue::{Device, SECRETS, Venue, client, open, sent};

const PATIENCE: Duration = Duration::from_secs(60);

/// A running link; dropping it cuts it.
pub struct Link {
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Link {
    pub fn relay(from: &Venue, to: &Venue) -> Link {
        Link::relay_to(from.hub(), to.url(""))
    }

    pub fn relay_to(hub: &Hub, url: String) -> Link {
        Link::start(hub.clone(), |hub| tokio::spawn(hub::relay::run(hub.clone(), link(&hub, &url), url)))
    }

    pub fn standby(of: &Venue, by: &Venue) -> Link {
        Link::standby_of(of.url(""), by.hub())
    }

    pub fn standby_of(url: String, hub: &Hub) -> Link {
        Link::start(hub.clone(), |hub| tokio::spawn(hub::standby::run(hub.clone(), link(&hub, &url), url)))
    }

    /// All links of a hub, as `usher hub` keeps them; the partner was asked once when this returns.
    pub fn keep(hub: &Hub, partner: Option<Partner>, above: Option<String>) -> Link {
        let (told, asked) = std::sync::mpsc::channel();
        let link = Link::start(hub.clone(), |hub| {
            let links = Links::new(&hub, partner, above).expect("addresses");
            tokio::spawn(async move {
                links.ask_first().await;
                told.send(()).expect("somebody waits");
                links.run().await;
            })
        });
        asked.recv().expect("it asked");
        link
    }

    fn start(hub: Hub, run: impl FnOnce(Hub) -> tokio::task::JoinHandle<()> + Send + 'static) -> Link {
        let (stop, stopped) = oneshot::channel::<()>();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Runtime::new().expect("a runtime");
            runtime.block_on(async {
                let task = run(hub);
                let cut = task.abort_handle();
                tokio::select! {
                    _ = task => {}
                    _ = stopped => cut.abort(),
                }
            });
        });
        Link { stop: Some(stop), thread: Some(thread) }
    }

    /// Waits until the link ends by itself.
    pub fn join(mut self) {
        self.thread.take().expect("it runs").join().expect("it ends");
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            thread.join().expect("it ends");
        }
    }
}

/// Puts an older file back in the place of a stopped hub's log, as people do without `usher restore`: the life
/// is the same, what came later is gone.
pub fn put_back(venue: &mut Venue, copy: &Path) -> SocketAddr {
    let address = venue.vanish();
    for rest in ["hub.db-wal", "hub.db-shm"] {
        let _ = std::fs::remove_file(venue.folder.path().join(rest));
    }
    std::fs::copy(copy, venue.folder.path().join("hub.db")).expect("it is ours");
    venue.restart_at(address, open(venue.folder.path()));
    address
}

fn link(hub: &Hub, url: &str) -> Client {
    link_client(url, &SECRETS, hub.meeting()).expect("an address")
}

/// A hub that follows, in a folder of its own.
pub fn following(meeting: MeetingId) -> Venue {
    Venue::start_with(|folder| HubLog::open(folder, HubOptions::following(meeting, SECRETS)).expect("the hub works"))
}

pub fn log_of(venue: &Venue) -> Vec<(u64, Event)> {
    venue.hub().events_blocking().expect("the hub works")
}

pub fn events_of(venue: &Venue) -> Vec<Event> {
    log_of(venue).into_iter().map(|(_, event)| event).collect()
}

/// Waits until the hub's status is as wanted.
pub fn settle(venue: &Venue, what: &str, wanted: impl Fn(&Status) -> bool) {
    let begin = Instant::now();
    loop {
        let status = venue.hub().status();
        if wanted(&status) {
            return;
        }
        assert!(begin.elapsed() < PATIENCE, "{what}: {status:?}");
        let request = PullRequest { cursor: status.cursor, incarnation: status.incarnation, wait_ms: 50 };
        let url = venue.url(&format!("{PATH_PULL}?{}", request.encode()));
        sent(client().get(url).bearer_auth(relay_token(&SECRETS, status.meeting)));
    }
}

/// Waits until `other` has the log of `venue`, event for event.
pub fn same_log(venue: &Venue, other: &Venue) {
    let order_of = |status: &Status| status.follows.unwrap_or(status.incarnation);
    let wanted = venue.hub().status();
    settle(other, "the other hub has the venue's log", |status| {
        status.cursor == wanted.cursor && order_of(status) == order_of(&wanted)
    });
    assert_eq!(log_of(other), log_of(venue));
}

/// Each of `events` is in the hub's log exactly once.
pub fn has_each_once(venue: &Venue, events: &[Event]) {
    let mut times: BTreeMap<Hash, u32> = BTreeMap::new();
    for event in events_of(venue) {
        *times.entry(event.hash()).or_default() += 1;
    }
    for event in events {
        assert_eq!(times.get(&event.hash()), Some(&1), "{} {}", event.kind, event.position());
    }
}

/// What a node has copied: pages of the hub's order, each with the hub's word.
#[derive(Default)]
pub struct Copy {
    cursor: u64,
    pub pages: Vec<(Vouched, Vec<Event>)>,
}

impl Copy {
    /// Takes what is new, as far as the hub answers.
    pub fn pull(&mut self, node: &Device, venue: &Venue, incarnation: Incarnation) {
        loop {
            let request = PullRequest { cursor: self.cursor, incarnation, wait_ms: 0 };
            let Ok(page) = node.pull_if_up(venue, request) else { return };
            let Some(vouched) = page.vouched else { return };
            self.cursor = page.cursor;
            self.pages.push((vouched, page.events.into_iter().map(|(_, event)| event).collect()));
        }
    }

    /// Offers what the hub lacks, as a node does when it meets another life of the hub.
    pub fn offer(&self, node: &Device, venue: &Venue) {
        let meeting = node.grant().meeting_id;
        for (vouched, events) in &self.pages {
            let mut rest = events.clone();
            while let Some(offer) = Offer::gather(meeting, vouched, rest.clone()) {
                node.offer(venue, &offer).expect("the hub takes it");
                rest.retain(|event| !offer.events.contains(event));
            }
        }
    }
}
