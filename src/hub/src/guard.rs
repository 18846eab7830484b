//! The door of the hub: what a request has to show before any route sees it.
//!
//! | who asks | gets |
//! |---|---|
//! | anybody, `GET /health`, `GET /ready` | one word |
//! | anybody, `POST /v1/enrol` with something else than an enrolment | 404, as below |
//! | no token, any other method and path | 404, always the same bytes: a scan learns nothing |
//! | a token that is not good here | 401 `denied`, on every path; 429 `busy` after too many |
//! | a good token on a connection of another key (TLS), but for the operator's on the hub's machine | 401 `denied` |
//! | a device that was taken out | 401 `revoked`, also in the middle of a long poll |
//! | too many requests of one device, or of one address of strangers | 429 `busy`, `Retry-After` |
//! | too many bytes of one device, or for it | 429 `busy`, `Retry-After` |
//! | a body over its limit | 413 `too_large`, announced or not, before it is read on |
//! | a body that does not arrive in 10 s | 408 `slow` |
//!
//! **Replay.** Over TLS a token is good only on a connection whose other end proved in its handshake
//! that it has the device's key. Whoever recorded a request, whole and in plain text, has the token but
//! not the key: on his own connection he is nobody. Nothing has to be remembered for that, no clock has
//! to be right and it holds across several processes on one database. Pushes are signed besides, so
//! that a chain's head is vouched for by its device wherever the push came along. On loopback without
//! TLS the token alone is enough, because whoever can read that traffic owns the machine.

use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http_body_util::BodyExt;
use hyper::body::Body as _;
use sync::DeviceId;
use sync::ids::Key;
use sync::pairing::KeyHash;
use sync::wire::{
    MAX_ENROL_BYTES, MAX_OFFER_BODY_BYTES, MAX_PUSH_BODY_BYTES, MAX_STEP_BYTES, PATH_DRAW, PATH_ENROL, PATH_HEALTH,
    PATH_OFFER, PATH_PUSH, PATH_READY, Problem, ProblemCode,
};

use crate::core::problem;
use crate::http::Refused;
use crate::hubs::Hubs;
use crate::limits::{self, Buckets, Seat};
use crate::secrets::Caller;
use crate::service::Hub;

/// The other end of a connection.
#[derive(Debug, Clone)]
pub(crate) struct Peer {
    /// As strangers are counted.
    pub(crate) address: IpAddr,
    /// Proved in the handshake.
    pub(crate) key: Option<Key>,
    /// The key that this hub showed; none without TLS.
    pub(crate) shown: Option<ShownKey>,
    pub(crate) seat: Arc<Seat>,
}

/// The key of this hub that one connection has seen.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ShownKey {
    pub(crate) pin: KeyHash,
    /// The other end asked for it: it wants a meeting with this key.
    pub(crate) named: bool,
}

/// Somebody who may ask, and the meeting that he belongs to.
#[derive(Clone)]
pub(crate) struct Inside {
    pub(crate) hub: Hub,
    pub(crate) caller: Caller,
}

pub(crate) struct Door {
    pub(crate) hubs: Hubs,
    /// Whether keys are proved at all.
    pub(crate) tls: bool,
    counts: Mutex<Counts>,
    started: Instant,
}

struct Counts {
    devices: Buckets<DeviceId>,
    strangers: Buckets<IpAddr>,
    wrong_tokens: Buckets<IpAddr>,
    bytes_in: Buckets<DeviceId>,
    bytes_out: Buckets<DeviceId>,
}

/// Lets a request through to its route, with its whole body and who sent it, or answers it.
pub(crate) async fn guard(State(door): State<Arc<Door>>, request: Request, next: Next) -> Response {
    let request = match door.pass(request).await {
        Ok(request) => request,
        Err(refused) => return refused.into_response(),
    };
    let offers = request.uri().path() == PATH_OFFER;
    let inside = request.extensions().get::<Inside>().cloned();
    let response = next.run(request).await;
    door.count_answer(inside.as_ref(), response.body().size_hint().lower());
    // A long poll may have outlasted its caller's welcome.
    match inside.map(|inside| inside.hub.admits(inside.caller, offers)) {
        Some(Err(code)) => Refused::from(unwelcome(code)).into_response(),
        _ => response,
    }
}

impl Door {
    pub(crate) fn new(hubs: Hubs, tls: bool) -> Arc<Door> {
        let counts = Counts {
            devices: Buckets::new(limits::DEVICE_RATE),
            strangers: Buckets::new(limits::STRANGER_RATE),
            wrong_tokens: Buckets::new(limits::WRONG_TOKEN_RATE),
            bytes_in: Buckets::new(limits::DEVICE_BYTES_IN),
            bytes_out: Buckets::new(limits::DEVICE_BYTES_OUT),
        };
        Arc::new(Door { hubs, tls, counts: Mutex::new(counts), started: Instant::now() })
    }

    async fn pass(&self, request: Request) -> Result<Request, Refused> {
        let peer = request.extensions().get::<Peer>().cloned().expect("the server names the peer of every request");
        let (mut parts, body) = request.into_parts();
        let enrols = parts.method == Method::POST && parts.uri.path() == PATH_ENROL;
        let open = enrols || parts.method == Method::GET && matches!(parts.uri.path(), PATH_HEALTH | PATH_READY);
        if !open {
            match self.identify(&parts.headers, parts.uri.path(), &peer).await {
                Ok(inside) => drop(parts.extensions.insert(inside)),
                Err(refused) => {
                    throw_away(body, 0).await;
                    return Err(refused);
                }
            }
        } else if !self.count(|counts, now| counts.strangers.take(peer.address, now)) {
            return Err(busy().into());
        }
        let limit = limit_of(parts.uri.path());
        let body = match whole(&parts.headers, body, limit).await {
            Ok(body) => body,
            Err(_) if enrols => return Err(Refused::Nothing),
            Err(problem) => return Err(problem.into()),
        };
        self.count_body(parts.extensions.get::<Inside>(), body.len())?;
        Ok(Request::from_parts(parts, Body::from(body)))
    }

    /// Whether a device may send so much, and ask at all while it owes for answers.
    fn count_body(&self, inside: Option<&Inside>, length: usize) -> Result<(), Refused> {
        let Some(Caller::Node { device, .. }) = inside.map(|inside| inside.caller) else { return Ok(()) };
        let length = u32::try_from(length).unwrap_or(u32::MAX);
        let counted = self.count(|counts, now| {
            counts.bytes_out.take_many(device, 0, now).and_then(|()| counts.bytes_in.take_many(device, length, now))
        });
        counted.map_err(|wait_ms| {
            let message = "This machine sent or asked for too many bytes in a short time.";
            Refused::Later(problem(ProblemCode::Busy, message, "Ask again in some seconds."), wait_ms.div_ceil(1_000))
        })
    }

    fn count_answer(&self, inside: Option<&Inside>, length: u64) {
        let Some(Caller::Node { device, .. }) = inside.map(|inside| inside.caller) else { return };
        self.count(|counts, now| counts.bytes_out.owe(device, length, now));
    }

    /// Who sent the request, when he may ask now.
    async fn identify(&self, headers: &HeaderMap, path: &str, peer: &Peer) -> Result<Inside, Refused> {
        let Some(token) = headers.get(header::AUTHORIZATION) else {
            let counted = self.count(|counts, now| counts.strangers.take(peer.address, now));
            return Err(if counted { Refused::Nothing } else { busy().into() });
        };
        let token = bearer(token).unwrap_or_default();
        let (inside, device) = self.owner(token, path == PATH_OFFER, peer).await.map_err(|code| {
            let counted = self.count(|counts, now| counts.wrong_tokens.take(peer.address, now));
            if counted { unwelcome(code) } else { busy() }
        })?;
        if !peer.seat.know(device) || !self.count(|counts, now| counts.devices.take(device, now)) {
            return Err(busy().into());
        }
        Ok(inside)
    }

    /// Whose token this is. It is good with the key of its owner only.
    async fn owner(&self, token: &str, offers: bool, peer: &Peer) -> Result<(Inside, DeviceId), ProblemCode> {
        let (hub, caller) = self.hubs.caller(token)?;
        let owner = match caller {
            Caller::Node { device, .. } => device,
            Caller::Operator | Caller::Relay => hub.secrets().device_id(),
        };
        // Whoever sits at the hub has its folder anyway; a collector of figures there has no keys.
        let at_home = caller == Caller::Operator && peer.address.is_loopback();
        let proved = at_home || peer.key.as_ref().map(DeviceId::of_key) == Some(owner);
        if self.tls && !proved {
            return Err(ProblemCode::Denied);
        }
        hub.look_for(caller).await;
        hub.admits(caller, offers)?;
        Ok((Inside { hub, caller }, owner))
    }

    fn count<R>(&self, take: impl FnOnce(&mut Counts, u64) -> R) -> R {
        let now_ms = u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX);
        take(&mut self.counts.lock().unwrap_or_else(PoisonError::into_inner), now_ms)
    }
}

/// The token in an `Authorization` header.
pub(crate) fn bearer(header: &HeaderValue) -> Option<&str> {
    header.to_str().ok()?.strip_prefix("Bearer ")
}

fn limit_of(path: &str) -> usize {
    match path {
        PATH_PUSH => MAX_PUSH_BODY_BYTES,
        PATH_OFFER => MAX_OFFER_BODY_BYTES,
        PATH_ENROL => MAX_ENROL_BYTES,
        PATH_DRAW => MAX_STEP_BYTES,
        _ => 0,
    }
}

async fn whole(headers: &HeaderMap, body: Body, limit: usize) -> Result<Bytes, Problem> {
    let announced = headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|announced| announced > limit as u64) {
        throw_away(body, limit).await;
        return Err(too_large());
    }
    match tokio::time::timeout(limits::BODY_TIME, read(body, limit)).await {
        Ok(read) => read,
        Err(_) => {
            let message = "The body did not arrive in time.";
            Err(problem(ProblemCode::Slow, message, "Check the network between this machine and the hub."))
        }
    }
}

/// Takes some of a body that nobody wants, because whoever is still sending when the connection is
/// closed does not see the answer.
async fn throw_away(body: Body, limit: usize) {
    let _ = tokio::time::timeout(limits::LINGER_TIME, read(body, limit)).await;
}

/// The body up to its limit; of more, some is thrown away.
async fn read(mut body: Body, limit: usize) -> Result<Bytes, Problem> {
    let (mut whole, mut seen) = (Vec::new(), 0);
    while let Some(frame) = body.frame().await {
        let cut_off = |_| problem(ProblemCode::Malformed, "The body was cut off.", "Send it again, whole.");
        let Ok(data) = frame.map_err(cut_off)?.into_data() else { continue };
        seen += data.len();
        if seen <= limit {
            whole.extend_from_slice(&data);
        } else if seen > limit + limits::THROWN_AWAY_BYTES {
            break;
        }
    }
    if seen > limit { Err(too_large()) } else { Ok(whole.into()) }
}

fn too_large() -> Problem {
    problem(ProblemCode::TooLarge, "The body is too long.", "Send less at once.")
}

fn busy() -> Problem {
    problem(ProblemCode::Busy, "Too many requests came from there.", "Ask again in a moment.")
}

pub(crate) fn unwelcome(code: ProblemCode) -> Problem {
    match code {
        ProblemCode::Revoked => {
            let message = "This device was taken out of the meeting.";
            problem(code, message, "Start it with an empty data folder to take part under another number.")
        }
        _ => problem(ProblemCode::Denied, "The token is not good here.", "Enrol the node again."),
    }
}
