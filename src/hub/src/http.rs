//! The hub's HTTP API over plain TCP on loopback: routes, limits, tokens, status codes. What the
//! requests mean is the service's.

use std::future::Future;
use std::io;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::serve::ListenerExt;
use sync::wire::{
    CONTENT_TYPE_EVENTS, EnrolRequest, MAX_OFFER_BODY_BYTES, MAX_PUSH_BODY_BYTES, Offer, PATH_ENROL, PATH_HEALTH,
    PATH_METRICS, PATH_OFFER, PATH_PULL, PATH_PUSH, PATH_READY, PATH_SNAPSHOT, PATH_STATUS, Problem, ProblemCode,
    PullRequest, PushRequest, WireError,
};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::address::check_address;
use crate::core::problem;
use crate::hubs::Hubs;
use crate::metrics::CONTENT_TYPE as CONTENT_TYPE_METRICS;
use crate::secrets::Caller;
use crate::service::Hub;

const MAX_ENROL_BYTES: usize = 4 * 1024;
const JSON: &str = "application/json";
const TEXT: &str = "text/plain; charset=utf-8";

/// How long open requests may take to end once the hub stops.
const DRAIN: Duration = Duration::from_secs(5);

/// Serves until `shutdown` ends; then lets waiting pulls go, ends what is under way within 5 s and
/// returns when everything queued is durable.
///
/// # Errors
/// The address is not of this machine alone, or the listener failed.
pub async fn serve(
    listener: TcpListener,
    hubs: impl Into<Hubs>,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let hubs = hubs.into();
    check_address(&listener.local_addr()?).map_err(io::Error::other)?;
    // A reply is one small write: waiting for more to send would only delay it.
    let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
    let (stopping, stopped) = oneshot::channel();
    let releasing = hubs.clone();
    let signal = async move {
        shutdown.await;
        releasing.release();
        let _ = stopping.send(());
    };
    let server = axum::serve(listener, router(hubs.clone())).with_graceful_shutdown(signal);
    let overdue = async {
        let _ = stopped.await;
        tokio::time::sleep(DRAIN).await;
    };
    let ended = tokio::select! {
        ended = server => ended,
        () = overdue => Ok(()),
    };
    let _ = tokio::task::spawn_blocking(move || hubs.stop()).await;
    ended
}

/// All routes of the hub.
pub fn router(hubs: impl Into<Hubs>) -> Router {
    Router::new()
        .route(PATH_HEALTH, get(health))
        .route(PATH_READY, get(ready))
        .route(PATH_ENROL, post(enrol).layer(DefaultBodyLimit::max(MAX_ENROL_BYTES)))
        .route(PATH_PUSH, post(push).layer(DefaultBodyLimit::max(MAX_PUSH_BODY_BYTES)))
        .route(PATH_OFFER, post(offer).layer(DefaultBodyLimit::max(MAX_OFFER_BODY_BYTES)))
        .route(PATH_PULL, get(pull))
        .route(PATH_SNAPSHOT, get(snapshot))
        .route(PATH_STATUS, get(status))
        .route(PATH_METRICS, get(metrics))
        .fallback(unknown)
        .with_state(hubs.into())
}

async fn health(State(hubs): State<Hubs>) -> Response {
    match hubs.fault() {
        None => {
            let text = serde_json::json!({
                "program": "usher hub",
                "version": env!("CARGO_PKG_VERSION"),
                "meeting": hubs.only().map(|hub| hub.meeting()),
            });
            answer(StatusCode::OK, JSON, text.to_string())
        }
        Some(fault) => refuse(&fault.problem()),
    }
}

/// For load balancers, which have no token: one word, whether to send nodes here.
async fn ready(State(hubs): State<Hubs>) -> Response {
    match hubs.ready().await {
        true => answer(StatusCode::OK, TEXT, "ready\n"),
        false => answer(StatusCode::SERVICE_UNAVAILABLE, TEXT, "not ready\n"),
    }
}

async fn enrol(State(hubs): State<Hubs>, body: Result<Bytes, BytesRejection>) -> Result<Response, Refused> {
    let request = EnrolRequest::decode(&whole(body)?).map_err(malformed)?;
    let Some(hub) = hubs.only() else {
        let message = "This hub serves several meetings.";
        return Err(problem(ProblemCode::Denied, message, "Pair with the code of your meeting.").into());
    };
    let grant = hub.enrol(request).await?;
    Ok(answer(StatusCode::OK, JSON, grant.encode()))
}

async fn push(
    State(hubs): State<Hubs>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Refused> {
    let (hub, caller) = caller(&hubs, &headers).await?;
    let request = PushRequest::decode(&whole(body)?).map_err(malformed)?;
    if caller != (Caller::Node { device: request.device, epoch: request.epoch }) {
        let message = "The token belongs to another device or epoch.";
        return Err(problem(ProblemCode::WrongDevice, message, "Enrol the node again.").into());
    }
    let reply = hub.push(request).await?;
    let status = StatusCode::from_u16(reply.http_status()).expect("200 and 409 are statuses");
    Ok(answer(status, JSON, reply.encode()))
}

async fn offer(
    State(hubs): State<Hubs>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Refused> {
    let (hub, caller) = token(&headers).and_then(|token| hubs.offerer(token)).ok_or_else(denied)?;
    let offer = Offer::decode(&whole(body)?).map_err(malformed)?;
    if offer.order.is_some() && caller != Caller::Relay {
        let message = "Only another hub of the meeting may say in which order events are to be taken.";
        return Err(problem(ProblemCode::WrongDevice, message, "Offer them without an order.").into());
    }
    if offer.order.is_none() {
        hub.refuse_as_follower()?;
    }
    Ok(answer(StatusCode::OK, JSON, hub.offer(offer).await?.encode()))
}

async fn pull(State(hubs): State<Hubs>, headers: HeaderMap, RawQuery(query): RawQuery) -> Result<Response, Refused> {
    let (hub, caller) = caller(&hubs, &headers).await?;
    let request = PullRequest::decode(&query.unwrap_or_default()).map_err(malformed)?;
    if let Caller::Node { device, epoch } = caller {
        hub.refuse_as_follower()?;
        hub.hear(device, epoch, Some(request.cursor));
    }
    let reply = hub.pull(request).await?;
    Ok(answer(StatusCode::OK, CONTENT_TYPE_EVENTS, reply.encode()))
}

async fn snapshot(State(hubs): State<Hubs>, headers: HeaderMap) -> Result<Response, Refused> {
    let (hub, caller) = caller(&hubs, &headers).await?;
    if let Caller::Node { device, epoch } = caller {
        hub.refuse_as_follower()?;
        hub.hear(device, epoch, None);
    }
    Ok(answer(StatusCode::OK, CONTENT_TYPE_EVENTS, hub.snapshot().await?))
}

async fn status(State(hubs): State<Hubs>, headers: HeaderMap) -> Result<Response, Refused> {
    let (hub, _) = caller(&hubs, &headers).await?;
    Ok(answer(StatusCode::OK, JSON, hub.status().encode()))
}

/// For the operator alone: figures of the meeting whose keys the operator has.
async fn metrics(State(hubs): State<Hubs>, headers: HeaderMap) -> Result<Response, Refused> {
    match caller(&hubs, &headers).await? {
        (hub, Caller::Operator) => Ok(answer(StatusCode::OK, CONTENT_TYPE_METRICS, hub.metrics())),
        (_, Caller::Node { .. } | Caller::Relay) => Err(denied()),
    }
}

async fn unknown() -> Response {
    let unknown = problem(ProblemCode::Other, "There is nothing here.", "Use the Usher that belongs to this hub.");
    answer(StatusCode::NOT_FOUND, JSON, unknown.encode())
}

/// A problem on its way out.
struct Refused(Problem);

impl From<Problem> for Refused {
    fn from(problem: Problem) -> Self {
        Refused(problem)
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        refuse(&self.0)
    }
}

fn refuse(problem: &Problem) -> Response {
    let status = match problem.code {
        ProblemCode::Denied | ProblemCode::Revoked => StatusCode::UNAUTHORIZED,
        ProblemCode::WrongDevice | ProblemCode::BadSignature | ProblemCode::PairingClosed | ProblemCode::WrongCode => {
            StatusCode::FORBIDDEN
        }
        ProblemCode::Slow => StatusCode::REQUEST_TIMEOUT,
        ProblemCode::WrongRole => StatusCode::CONFLICT,
        ProblemCode::Follows => StatusCode::MISDIRECTED_REQUEST,
        ProblemCode::Malformed | ProblemCode::Other => StatusCode::BAD_REQUEST,
        ProblemCode::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        ProblemCode::WrongMeeting => StatusCode::UNPROCESSABLE_ENTITY,
        ProblemCode::Busy => StatusCode::TOO_MANY_REQUESTS,
        ProblemCode::Storage => StatusCode::SERVICE_UNAVAILABLE,
    };
    answer(status, JSON, problem.encode())
}

fn answer(status: StatusCode, content_type: &'static str, body: impl Into<Body>) -> Response {
    (status, [(header::CONTENT_TYPE, content_type)], body.into()).into_response()
}

async fn caller(hubs: &Hubs, headers: &HeaderMap) -> Result<(Hub, Caller), Refused> {
    let token = token(headers).ok_or_else(denied)?;
    hubs.caller(token).await.ok_or_else(denied)
}

fn token(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "))
}

fn denied() -> Refused {
    problem(ProblemCode::Denied, "No token of this hub was shown.", "Enrol the node again.").into()
}

fn whole(body: Result<Bytes, BytesRejection>) -> Result<Bytes, Refused> {
    body.map_err(|rejection| {
        let too_large = rejection.status() == StatusCode::PAYLOAD_TOO_LARGE;
        let code = if too_large { ProblemCode::TooLarge } else { ProblemCode::Malformed };
        problem(code, "The body is too long or was cut off.", "Send less at once.").into()
    })
}

fn malformed(error: WireError) -> Refused {
    let code = match error {
        WireError::TooLong { .. } | WireError::TooMany { .. } => ProblemCode::TooLarge,
        WireError::Truncated | WireError::Head { .. } | WireError::Event { .. } => ProblemCode::Malformed,
    };
    let remedy = "Use the Usher that belongs to this hub.".to_owned();
    Refused(Problem { code, message: format!("The request cannot be read: {error}."), remedy })
}
