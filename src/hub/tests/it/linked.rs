//! Links between hubs that run until they are cut, and waiting for what comes over them.

use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use hub::client::Client;
use hub::{Hub, HubLog, HubOptions, relay_token};
use sync::wire::{PATH_PULL, PullRequest, Status};
use sync::{Event, MeetingId};
use tokio::sync::oneshot;

use crate::venue::{SECRETS, Venue, client, sent};

const PATIENCE: Duration = Duration::from_secs(60);

/// A running link; dropping it cuts it.
pub struct Link {
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Link {
    pub fn relay(from: &Venue, to: &Venue) -> Link {
        Link::start(from.hub().clone(), to.url(""), |hub, other, url| tokio::spawn(hub::relay::run(hub, other, url)))
    }

    pub fn standby(of: &Venue, by: &Venue) -> Link {
        Link::start(by.hub().clone(), of.url(""), |hub, other, url| tokio::spawn(hub::standby::run(hub, other, url)))
    }

    fn start(
        hub: Hub,
        url: String,
        run: impl FnOnce(Hub, Client, String) -> tokio::task::JoinHandle<()> + Send + 'static,
    ) -> Link {
        let (stop, stopped) = oneshot::channel::<()>();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Runtime::new().expect("a runtime");
            runtime.block_on(async {
                let other = Client::new(&url, None, Some(relay_token(&SECRETS))).expect("an address");
                let task = run(hub, other, url);
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
        sent(client().get(url).bearer_auth(relay_token(&SECRETS)));
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
    let stored = events_of(venue);
    for event in events {
        let times = stored.iter().filter(|stored| *stored == event).count();
        assert_eq!(times, 1, "{} {}", event.kind, event.position());
    }
}
