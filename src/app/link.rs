//! A node's way to its hub: requests on a thread of its own, pushes, pulls and offers beside each other, so that a long
//! poll never holds a push up. Decides nothing: what is asked when, and when again, is `sync::Replica`'s. It only knows
//! where the hub may be: a meeting's hub and its standby are one hub at two addresses, with one key.

use std::fmt;
use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::thread::{self, JoinHandle};

use hub::client::{Client, ClientError};
use serde::{Deserialize, Serialize};
use sync::pairing::{KeyHash, PairingCode};
use sync::wire::{Offer, OfferReply, ProblemCode, Status, StepReply, StepRequest};
use sync::{EnrolRequest, Grant, NetFault, PullReply, PullRequest, PushReply, PushRequest, Snapshot};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::sync::watch;

/// Requests that wait in each queue; the replica has one of a kind out.
const MAX_WAITING: usize = 8;
/// Addresses that one hub may have.
pub const MAX_ADDRESSES: usize = 4;

/// Where the hub is and which key it has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Route {
    /// `https://192.168.1.20:7400`, the usual one first, at most [`MAX_ADDRESSES`].
    pub urls: Vec<String>,
    /// None only for a hub that was not paired with yet.
    pub pin: Option<KeyHash>,
}

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
    Offered {
        call: u64,
        result: Result<OfferReply, NetFault>,
    },
    /// A step of the lottery was taken, or not.
    Stepped {
        tag: u64,
        result: Result<StepReply, NetFault>,
    },
    /// How the hub sees every machine.
    Status {
        result: Result<Box<Status>, NetFault>,
    },
    /// A grant's token is used from here on. `route` is where it came from, with the key that is pinned now.
    Enrolled {
        result: Result<Grant, NetFault>,
        route: Option<Route>,
    },
}

/// Why there is no link.
#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    #[error(transparent)]
    Address(#[from] ClientError),
    #[error("no thread for the link to the hub")]
    Thread(#[source] io::Error),
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
    offers: Sender<Ask>,
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
    Offer { call: u64, offer: Box<Offer> },
    Step { tag: u64, request: StepRequest },
    Status,
    Enrol { request: EnrolRequest, code: Option<PairingCode> },
}

/// What all queues share.
struct Line {
    /// The device's Ed25519 seed: shown in TLS, signs pushes.
    key: [u8; 32],
    token: RwLock<Option<String>>,
    hubs: RwLock<Hubs>,
    state: Arc<watch::Sender<State>>,
    on_answer: Box<dyn Fn(LinkAnswer) + Send + Sync>,
}

struct Hubs {
    route: Route,
    clients: Vec<Arc<Client>>,
    at: AtomicUsize,
}

impl Link {
    /// A link for the device with this key, to the hub of `route` (none yet for a machine that was never paired), with
    /// the token of the node's grant if it has one. Nothing is sent yet. Answers are given to `on_answer` on the link's
    /// thread, which it must not hold up.
    ///
    /// # Errors
    /// A wrong address, or no thread.
    pub fn start(
        key: [u8; 32],
        route: Option<Route>,
        token: Option<String>,
        on_answer: impl Fn(LinkAnswer) + Send + Sync + 'static,
    ) -> Result<Link, LinkError> {
        let route = route.unwrap_or(Route { urls: Vec::new(), pin: None });
        let hubs = Hubs::of(route, &key, token.as_deref())?;
        let line = Arc::new(Line {
            key,
            token: RwLock::new(token),
            hubs: RwLock::new(hubs),
            state: Arc::new(watch::Sender::new(State::Up)),
            on_answer: Box::new(on_answer),
        });
        let (pushes, push_asks) = channel(MAX_WAITING);
        let (pulls, pull_asks) = channel(MAX_WAITING);
        let (offers, offer_asks) = channel(MAX_WAITING);
        let runtime = Builder::new_current_thread().enable_all().build().map_err(LinkError::Thread)?;
        let thread = thread::Builder::new()
            .name("link".into())
            .spawn({
                let line = Arc::clone(&line);
                move || work(&runtime, &line, [push_asks, pull_asks, offer_asks])
            })
            .map_err(LinkError::Thread)?;
        Ok(Link { pushes, pulls, offers, line, thread: Some(thread) })
    }

    /// Asks there from here on.
    ///
    /// # Errors
    /// A wrong address; the old route stays.
    pub fn go_to(&self, route: Route) -> Result<(), LinkError> {
        let token = self.line.token.read().unwrap_or_else(PoisonError::into_inner).clone();
        let hubs = Hubs::of(route, &self.line.key, token.as_deref())?;
        *self.line.hubs.write().unwrap_or_else(PoisonError::into_inner) = hubs;
        Ok(())
    }

    /// Where it asks now.
    pub fn route(&self) -> Route {
        self.line.hubs.read().unwrap_or_else(PoisonError::into_inner).route.clone()
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

    /// Offers chains of others; answered by `Offered` with the same `call`.
    pub fn offer(&self, call: u64, offer: Box<Offer>) {
        self.put(&self.offers, Ask::Offer { call, offer });
    }

    /// Asks for a step of the lottery, after what was pushed before; answered by `Stepped` with the same `tag`.
    pub fn step(&self, tag: u64, request: StepRequest) {
        self.put(&self.pushes, Ask::Step { tag, request });
    }

    /// Asks how the hub sees every machine; answered by `Status`.
    pub fn status(&self) {
        self.put(&self.offers, Ask::Status);
    }

    /// Asks for a grant, a new device with the pairing's code; answered by `Enrolled`.
    pub fn enrol(&self, request: EnrolRequest, code: Option<PairingCode>) {
        self.put(&self.pushes, Ask::Enrol { request, code });
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
        f.debug_struct("Link").field("route", &self.route()).finish_non_exhaustive()
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
            Ask::Offer { call, .. } => LinkAnswer::Offered { call, result: Err(fault) },
            Ask::Step { tag, .. } => LinkAnswer::Stepped { tag, result: Err(fault) },
            Ask::Status => LinkAnswer::Status { result: Err(fault) },
            Ask::Enrol { .. } => LinkAnswer::Enrolled { result: Err(fault), route: None },
        }
    }
}

impl LinkAnswer {
    fn fault(&self) -> Option<&NetFault> {
        match self {
            LinkAnswer::Pushed { result, .. } => result.as_ref().err(),
            LinkAnswer::Pulled { result, .. } => result.as_ref().err(),
            LinkAnswer::Snapshot { result, .. } => result.as_ref().err(),
            LinkAnswer::Offered { result, .. } => result.as_ref().err(),
            LinkAnswer::Stepped { result, .. } => result.as_ref().err(),
            LinkAnswer::Status { result } => result.as_ref().err(),
            LinkAnswer::Enrolled { result, .. } => result.as_ref().err(),
        }
    }
}

impl Hubs {
    fn of(mut route: Route, key: &[u8; 32], token: Option<&str>) -> Result<Hubs, ClientError> {
        route.urls.truncate(MAX_ADDRESSES);
        let client = |url: &String| Client::new(url, route.pin, token.map(str::to_owned)).map(|of| of.with_key(key));
        let clients: Result<Vec<_>, _> = route.urls.iter().map(|url| client(url).map(Arc::new)).collect();
        Ok(Hubs { clients: clients?, route, at: AtomicUsize::new(0) })
    }
}

fn work(runtime: &Runtime, line: &Line, asks: [Receiver<Ask>; 3]) {
    let [pushes, pulls, offers] = asks;
    runtime.block_on(async { tokio::join!(line.work(pushes), line.work(pulls), line.work(offers)) });
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
        let Some((client, number)) = self.client() else {
            return ask.failed(NetFault::Unreachable);
        };
        let answer = match ask {
            Ask::Push { call, request } => {
                LinkAnswer::Pushed { call, result: self.unless_cut(client.push(&request)).await }
            }
            Ask::Pull { call, request } => {
                LinkAnswer::Pulled { call, result: self.unless_cut(client.pull(request)).await }
            }
            Ask::Snapshot { call } => LinkAnswer::Snapshot { call, result: self.unless_cut(client.snapshot()).await },
            Ask::Offer { call, offer } => {
                LinkAnswer::Offered { call, result: self.unless_cut(client.offer(&offer)).await }
            }
            Ask::Step { tag, request } => {
                LinkAnswer::Stepped { tag, result: self.unless_cut(client.draw(&request)).await }
            }
            Ask::Status => LinkAnswer::Status { result: self.unless_cut(client.status()).await.map(Box::new) },
            Ask::Enrol { request, code } => self.enrol(&client, &request, code).await,
        };
        if answer.fault().is_some_and(is_elsewhere) {
            self.try_next(number);
        }
        answer
    }

    async fn enrol(&self, client: &Client, request: &EnrolRequest, code: Option<PairingCode>) -> LinkAnswer {
        let Some(code) = code else {
            let result = self.unless_cut(client.enrol(request)).await;
            if let Ok(grant) = &result {
                self.use_token(&grant.token);
            }
            return LinkAnswer::Enrolled { result, route: None };
        };
        let paired = match self.unless_cut(client.pair(code, request)).await {
            Ok(paired) => paired,
            Err(fault) => return LinkAnswer::Enrolled { result: Err(fault), route: None },
        };
        self.use_token(&paired.grant.token);
        let mut route = self.hubs.read().unwrap_or_else(PoisonError::into_inner).route.clone();
        route.pin = paired.pin.or(route.pin);
        let hubs = Hubs::of(route.clone(), &self.key, Some(&paired.grant.token));
        if let Ok(hubs) = hubs {
            *self.hubs.write().unwrap_or_else(PoisonError::into_inner) = hubs;
        }
        LinkAnswer::Enrolled { result: Ok(paired.grant), route: Some(route) }
    }

    fn use_token(&self, token: &str) {
        *self.token.write().unwrap_or_else(PoisonError::into_inner) = Some(token.to_owned());
        for client in &self.hubs.read().unwrap_or_else(PoisonError::into_inner).clients {
            client.set_token(token);
        }
    }

    /// A cut drops the connection in the middle, whatever it is doing.
    async fn unless_cut<T>(&self, asked: impl Future<Output = Result<T, NetFault>>) -> Result<T, NetFault> {
        let mut state = self.state.subscribe();
        tokio::select! {
            biased;
            _ = state.wait_for(|state| *state != State::Up) => Err(NetFault::Unreachable),
            answer = asked => answer,
        }
    }

    fn client(&self) -> Option<(Arc<Client>, usize)> {
        let hubs = self.hubs.read().unwrap_or_else(PoisonError::into_inner);
        let number = hubs.at.load(Ordering::Relaxed);
        hubs.clients.get(number).map(|client| (Arc::clone(client), number))
    }

    /// The hub may be at its other address by now. Of several requests that failed there, one moves on.
    fn try_next(&self, failed: usize) {
        let hubs = self.hubs.read().unwrap_or_else(PoisonError::into_inner);
        let next = (failed + 1) % hubs.clients.len().max(1);
        let _ = hubs.at.compare_exchange(failed, next, Ordering::Relaxed, Ordering::Relaxed);
    }
}

/// Whoever is asked is not the hub at present.
fn is_elsewhere(fault: &NetFault) -> bool {
    match fault {
        NetFault::Unreachable | NetFault::TimedOut => true,
        NetFault::Refused(problem) => problem.code == ProblemCode::Follows,
        NetFault::Garbled(_)
        | NetFault::Denied
        | NetFault::Revoked
        | NetFault::ForeignHub
        | NetFault::HubFailed { .. } => false,
    }
}

#[cfg(test)]
#[path = "link/tests.rs"]
mod tests;
