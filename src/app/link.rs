//! A node's way to its hub: HTTP requests on a thread of its own, pushes and pulls beside each other, so that a long
//! poll never holds a push up. Decides nothing: what is asked when, and when again, is `sync::Replica`'s. Until TLS
//! exists it speaks to loopback only, because the token goes with every request.

use std::fmt;
use std::io;
use std::net::IpAddr;
use std::sync::{Arc, PoisonError, RwLock};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use reqwest::header::{AUTHORIZATION, CONTENT_TYPE};
use reqwest::{Client, RequestBuilder, Url};
use sync::wire::{self, WireError};
use sync::{EnrolRequest, Grant, NetFault, PullReply, PullRequest, PushReply, PushRequest, Snapshot};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::sync::watch;

/// Requests that wait in each of both queues; the replica has one of a kind out.
const MAX_WAITING: usize = 8;

/// A hub on the LAN accepts within milliseconds; a pulled cable never does.
const CONNECT_PATIENCE: Duration = Duration::from_secs(2);
const PUSH_PATIENCE: Duration = Duration::from_secs(10);
const SNAPSHOT_PATIENCE: Duration = Duration::from_secs(120);
/// Beyond the time that the hub may hold a pull.
const PULL_PATIENCE: Duration = Duration::from_secs(10);

/// What came of a request. Each one gets exactly one answer, unless the link is dropped meanwhile.
#[derive(Debug)]
pub enum LinkAnswer {
    Pushed {
        call: u64,
        result: Result<PushReply, NetFault>,
    },
    Pulled {
        call: u64,
        result: Result<PullReply, NetFault>,
    },
    Snapshot {
        call: u64,
        result: Result<Snapshot, NetFault>,
    },
    /// A grant's token is used from here on.
    Enrolled {
        result: Result<Grant, NetFault>,
    },
}

/// Why there is no link.
#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    #[error("{url} is no address of a hub: write it as http://127.0.0.1:7400")]
    BadUrl { url: String },
    #[error("{url} is not on this machine: without TLS a hub is reached on 127.0.0.1 or [::1] only, so run one here")]
    NotLoopback { url: String },
    #[error("no thread for the link to the hub")]
    Thread(#[source] io::Error),
    #[error("no HTTP client for the link to the hub")]
    Client(#[source] reqwest::Error),
}

/// Takes the network away and gives it back, as a hand at the cable would.
#[derive(Clone)]
pub struct Cut {
    state: Arc<watch::Sender<State>>,
}

/// A node's link; dropping it abandons what runs and ends its thread.
pub struct Link {
    pushes: Sender<Ask>,
    pulls: Sender<Ask>,
    line: Arc<Line>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Up,
    Cut,
    Ended,
}

enum Ask {
    Push { call: u64, request: PushRequest },
    Pull { call: u64, request: PullRequest },
    Snapshot { call: u64 },
    Enrol { request: EnrolRequest },
}

/// What both queues share.
struct Line {
    client: Client,
    base: Url,
    token: RwLock<Option<String>>,
    state: Arc<watch::Sender<State>>,
    on_answer: Box<dyn Fn(LinkAnswer) + Send + Sync>,
}

impl Link {
    /// A link to the hub at `hub_url` (`http://127.0.0.1:7400`), with the token of the node's grant if it has one.
    /// Nothing is sent yet. Answers are given to `on_answer` on the link's thread, which it must not hold up.
    ///
    /// # Errors
    /// A wrong or remote address, or no thread.
    pub fn start(
        hub_url: &str,
        token: Option<String>,
        on_answer: impl Fn(LinkAnswer) + Send + Sync + 'static,
    ) -> Result<Link, LinkError> {
        let line = Arc::new(Line {
            client: client().map_err(LinkError::Client)?,
            base: base(hub_url)?,
            token: RwLock::new(token),
            state: Arc::new(watch::Sender::new(State::Up)),
            on_answer: Box::new(on_answer),
        });
        let (pushes, push_asks) = channel(MAX_WAITING);
        let (pulls, pull_asks) = channel(MAX_WAITING);
        let runtime = Builder::new_current_thread().enable_all().build().map_err(LinkError::Thread)?;
        let thread = thread::Builder::new()
            .name("link".into())
            .spawn({
                let line = Arc::clone(&line);
                move || work(&runtime, &line, push_asks, pull_asks)
            })
            .map_err(LinkError::Thread)?;
        Ok(Link { pushes, pulls, line, thread: Some(thread) })
    }

    /// Pushes; answered by `Pushed` with the same `call`.
    pub fn push(&self, call: u64, request: PushRequest) {
        self.put(&self.pushes, Ask::Push { call, request });
    }

    /// Pulls, as long as the request may wait; answered by `Pulled` with the same `call`.
    pub fn pull(&self, call: u64, request: PullRequest) {
        self.put(&self.pulls, Ask::Pull { call, request });
    }

    /// Fetches everything; answered by `Snapshot` with the same `call`.
    pub fn snapshot(&self, call: u64) {
        self.put(&self.pulls, Ask::Snapshot { call });
    }

    /// Asks for a grant; answered by `Enrolled`.
    pub fn enrol(&self, request: EnrolRequest) {
        self.put(&self.pushes, Ask::Enrol { request });
    }

    /// The switch of this link's network.
    pub fn cut(&self) -> Cut {
        Cut { state: Arc::clone(&self.line.state) }
    }

    fn put(&self, queue: &Sender<Ask>, ask: Ask) {
        if let Err(TrySendError::Full(ask) | TrySendError::Closed(ask)) = queue.try_send(ask) {
            (self.line.on_answer)(ask.failed(NetFault::Unreachable));
        }
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.line.state.send_replace(State::Ended);
        let Some(thread) = self.thread.take() else {
            return;
        };
        // `on_answer` may own the link: the thread cannot wait for itself.
        if thread.thread().id() != thread::current().id() {
            let _ = thread.join();
        }
    }
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Link").field("hub", &self.line.base.as_str()).finish_non_exhaustive()
    }
}

impl Cut {
    /// True: requests fail, running ones are dropped, the long poll too. False: the network is back.
    pub fn set(&self, cut: bool) {
        self.state.send_if_modified(|state| {
            let wanted = if cut { State::Cut } else { State::Up };
            let changes = *state != State::Ended && *state != wanted;
            if changes {
                *state = wanted;
            }
            changes
        });
    }

    #[cfg(test)]
    /// Whether the network is taken away.
    pub fn is_cut(&self) -> bool {
        *self.state.borrow() == State::Cut
    }
}

impl Ask {
    fn failed(self, fault: NetFault) -> LinkAnswer {
        match self {
            Ask::Push { call, .. } => LinkAnswer::Pushed { call, result: Err(fault) },
            Ask::Pull { call, .. } => LinkAnswer::Pulled { call, result: Err(fault) },
            Ask::Snapshot { call } => LinkAnswer::Snapshot { call, result: Err(fault) },
            Ask::Enrol { .. } => LinkAnswer::Enrolled { result: Err(fault) },
        }
    }
}

fn base(hub_url: &str) -> Result<Url, LinkError> {
    let url = hub_url.to_owned();
    let Ok(base) = Url::parse(hub_url) else {
        return Err(LinkError::BadUrl { url });
    };
    if base.scheme() != "http" || base.path() != "/" || base.query().is_some() {
        return Err(LinkError::BadUrl { url });
    }
    let host = base.host_str().unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    if host != "localhost" && !address.is_ok_and(|address| address.is_loopback()) {
        return Err(LinkError::NotLoopback { url });
    }
    Ok(base)
}

fn client() -> reqwest::Result<Client> {
    Client::builder()
        .connect_timeout(CONNECT_PATIENCE)
        // The hub is on this machine or in this room: no proxy of the hotel's, no detour.
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        // A kept connection to a hub that was started anew costs the first push; a new one costs 0.1 ms.
        .pool_max_idle_per_host(0)
        .tcp_nodelay(true)
        .build()
}

fn work(runtime: &Runtime, line: &Line, pushes: Receiver<Ask>, pulls: Receiver<Ask>) {
    runtime.block_on(async { tokio::join!(line.work(pushes), line.work(pulls)) });
}

impl Line {
    /// Answers one request after the other, until the link is dropped.
    async fn work(&self, mut asks: Receiver<Ask>) {
        let mut state = self.state.subscribe();
        loop {
            let ask = tokio::select! {
                biased;
                _ = state.wait_for(|state| *state == State::Ended) => return,
                ask = asks.recv() => ask,
            };
            let Some(ask) = ask else {
                return;
            };
            let answer = self.answer(ask).await;
            if *self.state.borrow() == State::Ended {
                return;
            }
            (self.on_answer)(answer);
        }
    }

    async fn answer(&self, ask: Ask) -> LinkAnswer {
        match ask {
            Ask::Push { call, request } => LinkAnswer::Pushed { call, result: self.push(&request).await },
            Ask::Pull { call, request } => LinkAnswer::Pulled { call, result: self.pull(request).await },
            Ask::Snapshot { call } => LinkAnswer::Snapshot { call, result: self.snapshot().await },
            Ask::Enrol { request } => LinkAnswer::Enrolled { result: self.enrol(&request).await },
        }
    }

    async fn push(&self, request: &PushRequest) -> Result<PushReply, NetFault> {
        let request = self
            .client
            .post(self.url(wire::PATH_PUSH))
            .header(CONTENT_TYPE, wire::CONTENT_TYPE_EVENTS)
            .body(request.encode())
            .timeout(PUSH_PATIENCE);
        let (status, body) = self.exchange(request, wire::MAX_JSON_BYTES).await?;
        PushReply::from_http(status, &body)
    }

    async fn pull(&self, pull: PullRequest) -> Result<PullReply, NetFault> {
        let mut url = self.url(wire::PATH_PULL);
        url.set_query(Some(&pull.encode()));
        let patience = Duration::from_millis(u64::from(pull.wait_ms.min(wire::MAX_WAIT_MS))) + PULL_PATIENCE;
        let (status, body) = self.exchange(self.client.get(url).timeout(patience), wire::MAX_PULL_BODY_BYTES).await?;
        PullReply::from_http(status, &body)
    }

    async fn snapshot(&self) -> Result<Snapshot, NetFault> {
        let request = self.client.get(self.url(wire::PATH_SNAPSHOT)).timeout(SNAPSHOT_PATIENCE);
        let (status, body) = self.exchange(request, wire::MAX_SNAPSHOT_BYTES).await?;
        Snapshot::from_http(status, &body)
    }

    async fn enrol(&self, request: &EnrolRequest) -> Result<Grant, NetFault> {
        let request = self
            .client
            .post(self.url(wire::PATH_ENROL))
            .header(CONTENT_TYPE, "application/json")
            .body(request.encode())
            .timeout(PUSH_PATIENCE);
        let (status, body) = self.exchange(request, wire::MAX_JSON_BYTES).await?;
        let grant = Grant::from_http(status, &body)?;
        *self.token.write().unwrap_or_else(PoisonError::into_inner) = Some(grant.token.clone());
        Ok(grant)
    }

    /// Status and body of the answer. A cut drops the connection in the middle, whatever it is doing.
    async fn exchange(&self, request: RequestBuilder, limit: usize) -> Result<(u16, Vec<u8>), NetFault> {
        let request = match &*self.token.read().unwrap_or_else(PoisonError::into_inner) {
            Some(token) => request.header(AUTHORIZATION, format!("Bearer {token}")),
            None => request,
        };
        let mut state = self.state.subscribe();
        tokio::select! {
            biased;
            _ = state.wait_for(|state| *state != State::Up) => Err(NetFault::Unreachable),
            answer = fetch(request, limit) => answer,
        }
    }

    fn url(&self, path: &str) -> Url {
        let mut url = self.base.clone();
        url.set_path(path);
        url
    }
}

async fn fetch(request: RequestBuilder, limit: usize) -> Result<(u16, Vec<u8>), NetFault> {
    let mut response = request.send().await.map_err(|error| fault(&error))?;
    let too_long = || NetFault::Garbled(WireError::TooLong { limit });
    let announced = usize::try_from(response.content_length().unwrap_or(0)).map_err(|_| too_long())?;
    if announced > limit {
        return Err(too_long());
    }
    let mut body = Vec::with_capacity(announced);
    while let Some(chunk) = response.chunk().await.map_err(|error| fault(&error))? {
        if body.len() + chunk.len() > limit {
            return Err(too_long());
        }
        body.extend_from_slice(&chunk);
    }
    Ok((response.status().as_u16(), body))
}

fn fault(error: &reqwest::Error) -> NetFault {
    tracing::debug!(%error, "the hub gave no answer");
    // A connection that is not made in time is a missing hub, one that brings nothing is a slow one.
    if error.is_timeout() && !error.is_connect() { NetFault::TimedOut } else { NetFault::Unreachable }
}

#[cfg(test)]
#[path = "link/tests.rs"]
mod tests;
