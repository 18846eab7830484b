//! The hub's HTTP API: routes and status codes. Who may come here is `guard`'s, what the requests mean
//! the service's.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, Extension, RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use domain::draw::Root;
use sync::wire::{
    CONTENT_TYPE_EVENTS, Enrolment, Offer, PATH_DRAW, PATH_ENROL, PATH_HEALTH, PATH_METRICS, PATH_OFFER, PATH_PULL,
    PATH_PUSH, PATH_READY, PATH_ROOTS, PATH_SNAPSHOT, PATH_STATUS, Problem, ProblemCode, PullRequest, PushRequest,
    Role, RootsReply, StepReply, StepRequest, WireError, WireRoot,
};

use crate::core::{Asked, problem};
use crate::entrance::Shown;
use crate::guard::{Door, Inside, Peer, bearer, guard, unwelcome};
use crate::metrics::CONTENT_TYPE as CONTENT_TYPE_METRICS;
use crate::secrets::Caller;

const JSON: &str = "application/json";
const TEXT: &str = "text/plain; charset=utf-8";

/// All routes of the hub behind its door; the server puts a `Peer` into each request.
pub(crate) fn router(door: Arc<Door>) -> Router {
    Router::new()
        .route(PATH_HEALTH, get(health))
        .route(PATH_READY, get(ready))
        .route(PATH_ENROL, post(enrol))
        .route(PATH_PUSH, post(push))
        .route(PATH_OFFER, post(offer))
        .route(PATH_PULL, get(pull))
        .route(PATH_SNAPSHOT, get(snapshot))
        .route(PATH_DRAW, post(draw))
        .route(PATH_ROOTS, get(roots))
        .route(PATH_STATUS, get(status))
        .route(PATH_METRICS, get(metrics))
        .fallback(unknown)
        // The door has read the bodies, each up to its own limit.
        .layer(DefaultBodyLimit::disable())
        .layer(from_fn_with_state(door.clone(), guard))
        .with_state(door)
}

/// A word, whatever is wrong: details are for those inside.
async fn health(State(door): State<Arc<Door>>) -> Response {
    match door.hubs.fault() {
        None if door.hubs.standby_is_in_doubt() => {
            answer(StatusCode::OK, TEXT, "usher hub\nwhether its standby took over is not known\n")
        }
        None => answer(StatusCode::OK, TEXT, "usher hub\n"),
        Some(_) => answer(StatusCode::SERVICE_UNAVAILABLE, TEXT, "not well\n"),
    }
}

/// For load balancers, which have no token: one word, whether to send nodes here.
async fn ready(State(door): State<Arc<Door>>) -> Response {
    match door.hubs.ready().await {
        true => answer(StatusCode::OK, TEXT, "ready\n"),
        false => answer(StatusCode::SERVICE_UNAVAILABLE, TEXT, "not ready\n"),
    }
}

async fn enrol(
    State(door): State<Arc<Door>>,
    Extension(peer): Extension<Peer>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Refused> {
    let Ok(enrolment) = Enrolment::decode(&body) else { return Err(Refused::Nothing) };
    let token = headers.get(header::AUTHORIZATION).and_then(bearer);
    let shown = Shown { hub: peer.shown, peer: peer.key, token };
    let reply = match enrolment.pairing {
        None if shown.hub.is_none() => door.hubs.admit_local(&enrolment.request).await?,
        _ => door.hubs.admit(&enrolment, &shown).await?,
    };
    Ok(answer(StatusCode::OK, JSON, reply.encode()))
}

async fn push(
    State(door): State<Arc<Door>>,
    Extension(Inside { hub, caller }): Extension<Inside>,
    body: Bytes,
) -> Result<Response, Refused> {
    let request = PushRequest::decode(&body).map_err(malformed)?;
    if caller != (Caller::Node { device: request.device, epoch: request.epoch }) {
        let message = "The token belongs to another device or epoch.";
        return Err(problem(ProblemCode::WrongDevice, message, "Enrol the node again.").into());
    }
    if request.signature.is_none() && door.tls {
        let message = "The push is not signed.";
        return Err(problem(ProblemCode::BadSignature, message, "Use the Usher that belongs to this hub.").into());
    }
    let reply = hub.push(request).await?;
    let status = StatusCode::from_u16(reply.http_status()).expect("200 and 409 are statuses");
    Ok(answer(status, JSON, reply.encode()))
}

async fn offer(Extension(Inside { hub, caller, .. }): Extension<Inside>, body: Bytes) -> Result<Response, Refused> {
    let offer = Offer::decode(&body).map_err(malformed)?;
    if offer.order.is_some() && caller != Caller::Relay {
        let message = "Only another hub of the meeting may say in which order events are to be taken.";
        return Err(problem(ProblemCode::WrongDevice, message, "Offer them without an order.").into());
    }
    if offer.order.is_none() {
        hub.refuse_as_follower()?;
    }
    Ok(answer(StatusCode::OK, JSON, hub.offer(offer).await?.encode()))
}

async fn pull(
    Extension(Inside { hub, caller }): Extension<Inside>,
    RawQuery(query): RawQuery,
) -> Result<Response, Refused> {
    let request = PullRequest::decode(&query.unwrap_or_default()).map_err(malformed)?;
    if let Caller::Node { device, epoch } = caller {
        hub.refuse_as_follower()?;
        hub.hear(device, epoch, Some(request.cursor));
    }
    let _waits = match caller {
        Caller::Node { device, epoch } => Some(hub.waits(device, epoch)),
        Caller::Operator | Caller::Relay => None,
    };
    let reply = hub.pull(request).await?;
    Ok(answer(StatusCode::OK, CONTENT_TYPE_EVENTS, reply.encode()))
}

async fn snapshot(Extension(Inside { hub, caller }): Extension<Inside>) -> Result<Response, Refused> {
    if let Caller::Node { device, epoch } = caller {
        hub.refuse_as_follower()?;
        hub.hear(device, epoch, None);
    }
    Ok(answer(StatusCode::OK, CONTENT_TYPE_EVENTS, Body::new(hub.snapshot().await?)))
}

/// A step of the lottery: a stage asks, or a desk that took its place.
async fn draw(Extension(Inside { hub, caller }): Extension<Inside>, body: Bytes) -> Result<Response, Refused> {
    let Caller::Node { device, epoch } = caller else { return Err(unwelcome(ProblemCode::Denied).into()) };
    hub.refuse_as_follower()?;
    hub.hear(device, epoch, None);
    let request = StepRequest::decode(&body).map_err(malformed)?;
    let (life, role) = hub.life_and_role(device, epoch);
    if !matches!(role, Some(Role::Stage | Role::Desk)) {
        let message = "Steps of the lottery are taken on the stage or at a desk.";
        return Err(problem(ProblemCode::WrongRole, message, "Ask from there.").into());
    }
    let asked = asked(&request, if request.incarnation == life { request.stored } else { 0 })?;
    let reply = match hub.draw(asked).await.map_err(|error| error.problem())? {
        Ok(cursor) => StepReply::Done { cursor },
        Err(why) => StepReply::Refused { code: why.code().to_owned(), message: why.to_string() },
    };
    Ok(answer(StatusCode::OK, JSON, reply.encode()))
}

fn asked(request: &StepRequest, stored: u64) -> Result<Asked, Refused> {
    let unknown = |what: &str| {
        let message = format!("The {what} cannot be read.");
        problem(ProblemCode::Malformed, &message, "Use the Usher that belongs to this hub.")
    };
    let actor = request.actor.parse().map_err(|_| unknown("actor of the step"))?;
    let ask = serde_json::from_str(&request.step).map_err(|_| unknown("step of the lottery"))?;
    Ok(Asked { actor, ask, stored })
}

/// For the other hubs of the meeting, which have its keys: one of them may have to go on with the draw.
async fn roots(Extension(Inside { hub, caller }): Extension<Inside>) -> Result<Response, Refused> {
    match caller {
        Caller::Relay => {}
        Caller::Node { .. } | Caller::Operator => return Err(unwelcome(ProblemCode::Denied).into()),
    }
    let roots = hub.roots().await.map_err(|error| error.problem())?;
    let wire = |root: &Root| WireRoot { secret_hex: root.secret().reveal_hex(), links: root.links() };
    let reply = RootsReply { roots: roots.values().map(wire).collect() };
    Ok(answer(StatusCode::OK, JSON, reply.encode()))
}

async fn status(Extension(Inside { hub, .. }): Extension<Inside>) -> Response {
    answer(StatusCode::OK, JSON, hub.status().encode())
}

/// For the operator alone: figures of the meeting whose keys the operator has.
async fn metrics(Extension(Inside { hub, caller }): Extension<Inside>) -> Result<Response, Refused> {
    match caller {
        Caller::Operator => Ok(answer(StatusCode::OK, CONTENT_TYPE_METRICS, hub.metrics())),
        Caller::Node { .. } | Caller::Relay => Err(unwelcome(ProblemCode::Denied).into()),
    }
}

/// The same for a path that is not there and for whoever may not see it.
async fn unknown() -> Refused {
    Refused::Nothing
}

/// What goes out instead of an answer.
#[derive(Debug)]
pub(crate) enum Refused {
    /// There is nothing here.
    Nothing,
    Problem(Problem),
    /// For now; after so many seconds it may be asked again.
    Later(Problem, u64),
}

impl From<Problem> for Refused {
    fn from(problem: Problem) -> Self {
        Refused::Problem(problem)
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        match self {
            Refused::Nothing => answer(StatusCode::NOT_FOUND, TEXT, "There is nothing here.\n"),
            Refused::Problem(problem) if problem.code == ProblemCode::Busy => later(&problem, 1),
            Refused::Problem(problem) => refuse(&problem),
            Refused::Later(problem, seconds) => later(&problem, seconds),
        }
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

fn later(problem: &Problem, seconds: u64) -> Response {
    let mut response = refuse(problem);
    response.headers_mut().insert(header::RETRY_AFTER, seconds.max(1).into());
    response
}

fn answer(status: StatusCode, content_type: &'static str, body: impl Into<Body>) -> Response {
    (status, [(header::CONTENT_TYPE, content_type)], body.into()).into_response()
}

fn malformed(error: WireError) -> Refused {
    let code = match error {
        WireError::TooLong { .. } | WireError::TooMany { .. } => ProblemCode::TooLarge,
        WireError::Truncated | WireError::Head { .. } | WireError::Event { .. } => ProblemCode::Malformed,
    };
    let remedy = "Use the Usher that belongs to this hub.".to_owned();
    Refused::Problem(Problem { code, message: format!("The request cannot be read: {error}."), remedy })
}
