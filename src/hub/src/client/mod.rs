//! Asking a hub: every request of the wire, with its patience and its limits, over TLS 1.3 with the
//! hub's pinned key. Nodes, relays and standbys use it. What is asked when, and when again, is not
//! decided here: a request is sent once.
//!
//! A client that knows its device's key shows it in TLS and signs pushes and enrolments with it. Each
//! request has a connection of its own: one kept open to a hub that was started anew would cost the
//! first push. Redirects are not followed, and no proxy is asked.

mod address;
mod line;
#[cfg(test)]
mod tests;

use std::sync::{PoisonError, RwLock};
use std::time::Duration;

use ed25519_dalek::{Signer, SigningKey};
use http_body_util::Full;
use hyper::Request;
use hyper::body::Bytes;
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HOST};
use sync::MeetingId;
use sync::ids::{Key, Signature};
use sync::pairing::{KeyHash, PairingCode};
use sync::wire::{
    self, EnrolReply, EnrolRequest, Enrolment, Grant, NetFault, Offer, OfferReply, PullReply, PullRequest, PushReply,
    PushRequest, RootsReply, Snapshot, Status, StepReply, StepRequest, Vouched,
};

pub use self::address::ClientError;
use self::address::HubAddress;
use self::line::{Answer, Line};
use crate::pairing::PairingKey;
use crate::secrets::verify;
use crate::tls;

const PUSH_PATIENCE: Duration = Duration::from_secs(10);
const SNAPSHOT_PATIENCE: Duration = Duration::from_secs(120);
/// Beyond the time that the hub may hold a pull.
const PULL_PATIENCE: Duration = Duration::from_secs(10);
const JSON: &str = "application/json";

/// A hub as its nodes reach it. Requests may run beside each other; dropping one drops its connection.
pub struct Client {
    address: HubAddress,
    pin: Option<KeyHash>,
    key: Option<SigningKey>,
    token: RwLock<Option<String>>,
    /// Checks what the hub signs.
    hub_key: RwLock<Option<Key>>,
}

/// What came of a pairing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paired {
    pub grant: Grant,
    /// The hub's key, to be kept and pinned from here on; none on loopback without TLS.
    pub pin: Option<KeyHash>,
}

impl Client {
    /// A client of the hub at `url`: `https://host:port`, or `http://` on this machine. `pin` is the
    /// hub's key as the ticket or the pairing told it; without one an `https` hub can only be asked for
    /// its health and be paired with. Nothing is sent yet.
    ///
    /// # Errors
    /// The address is none, or is plain HTTP to another machine.
    pub fn new(url: &str, pin: Option<KeyHash>, token: Option<String>) -> Result<Client, ClientError> {
        Ok(Client {
            address: HubAddress::parse(url)?,
            pin,
            key: None,
            token: RwLock::new(token),
            hub_key: RwLock::new(None),
        })
    }

    /// The same, showing this device's key (its Ed25519 seed) and signing with it.
    #[must_use]
    pub fn with_key(mut self, seed: &[u8; 32]) -> Client {
        self.key = Some(SigningKey::from_bytes(seed));
        self
    }

    /// Shows this token from here on.
    pub fn set_token(&self, token: &str) {
        *self.token.write().unwrap_or_else(PoisonError::into_inner) = Some(token.to_owned());
    }

    /// Takes only snapshots and vouchers that this key signed (`Grant::hub_key`) from here on. A
    /// grant that comes in sets it too.
    pub fn set_hub_key(&self, key: Key) {
        *self.hub_key.write().unwrap_or_else(PoisonError::into_inner) = Some(key);
    }

    /// Whether the hub is there and well.
    ///
    /// # Errors
    /// What the network or the hub did.
    pub async fn health(&self) -> Result<(), NetFault> {
        let request = self.get(wire::PATH_HEALTH);
        let Answer { status, .. } = self.ask(request, wire::MAX_JSON_BYTES, PUSH_PATIENCE).await?;
        if status == 200 { Ok(()) } else { Err(NetFault::HubFailed { status }) }
    }

    /// Enrols a new device with the code of a window that the hub has open, and uses the grant's token.
    /// Without a pin this takes whatever key is shown and then makes sure of it by the code.
    ///
    /// # Errors
    /// `ForeignHub` when whoever answered does not know the code, `Refused` with the hub's words when
    /// the code is wrong or no window open, else what the network did.
    pub async fn pair(&self, code: PairingCode, request: &EnrolRequest) -> Result<Paired, NetFault> {
        let work = async {
            let line = self.connect().await?;
            let pin = line.server_pin();
            let (key, bound) = self.stretched(code, request, pin).await?;
            let enrolment = self.enrolment(request, Some(key.of_node(&bound, request)));
            let asked = self.post(wire::PATH_ENROL, JSON, enrolment.encode());
            let answer = line.exchange(asked, wire::MAX_JSON_BYTES).await?;
            let reply = EnrolReply::from_http(answer.status, &answer.body)?;
            if !reply.confirm.is_some_and(|said| key.is_of_hub(&said, &bound, request)) {
                return Err(NetFault::ForeignHub);
            }
            // Who knows the code speaks for the meeting's own key; another meeting's may have been shown.
            let pin = pin.map(|_| tls::pin_of_key(&reply.grant.hub_key));
            Ok(Paired { grant: reply.grant, pin })
        };
        let paired = within(PUSH_PATIENCE, work).await?;
        self.use_grant(&paired.grant);
        Ok(paired)
    }

    /// Asks for the grant of a device that the hub knows, for the log's epoch of the request, and uses
    /// its token.
    ///
    /// # Errors
    /// `Refused` when the device is new and has to be paired, else what the network or the hub did.
    pub async fn enrol(&self, request: &EnrolRequest) -> Result<Grant, NetFault> {
        let asked = self.post(wire::PATH_ENROL, JSON, self.enrolment(request, None).encode());
        let Answer { status, body } = self.ask_pinned(asked, wire::MAX_JSON_BYTES, PUSH_PATIENCE).await?;
        let grant = Grant::from_http(status, &body)?;
        self.use_grant(&grant);
        Ok(grant)
    }

    /// Pushes, signed when the device's key is known here.
    ///
    /// # Errors
    /// What the network or the hub did.
    pub async fn push(&self, request: &PushRequest) -> Result<PushReply, NetFault> {
        let signature = self.sign(&request.signed_bytes()).or(request.signature);
        let body = PushRequest { signature, ..request.clone() }.encode();
        let asked = self.post(wire::PATH_PUSH, wire::CONTENT_TYPE_EVENTS, body);
        let Answer { status, body } = self.ask_pinned(asked, wire::MAX_JSON_BYTES, PUSH_PATIENCE).await?;
        PushReply::from_http(status, &body)
    }

    /// Pulls, as long as the request may wait.
    ///
    /// # Errors
    /// What the network or the hub did.
    pub async fn pull(&self, pull: PullRequest) -> Result<PullReply, NetFault> {
        let asked = self.get(&format!("{}?{}", wire::PATH_PULL, pull.encode()));
        let patience = Duration::from_millis(u64::from(pull.wait_ms.min(wire::MAX_WAIT_MS))) + PULL_PATIENCE;
        let Answer { status, body } = self.ask_pinned(asked, wire::MAX_PULL_BODY_BYTES, patience).await?;
        let mut reply = PullReply::from_http(status, &body)?;
        let meeting = reply.events.first().map(|(_, event)| event.meeting_id);
        reply.vouched = meeting.and_then(|meeting| self.believed(meeting, reply.vouched.take()));
        Ok(reply)
    }

    /// Fetches all raw events.
    ///
    /// # Errors
    /// `ForeignHub` when the hub's key is known here and did not sign them, else what the network or
    /// the hub did.
    pub async fn snapshot(&self) -> Result<Snapshot, NetFault> {
        let asked = self.get(wire::PATH_SNAPSHOT);
        let Answer { status, body } = self.ask_pinned(asked, wire::MAX_SNAPSHOT_BYTES, SNAPSHOT_PATIENCE).await?;
        let mut snapshot = Snapshot::from_http(status, &body)?;
        let signed = snapshot.signature.is_some_and(|signature| self.trusts(&snapshot.signed_bytes(), &signature));
        if !signed && self.hub_key().is_some() {
            return Err(NetFault::ForeignHub);
        }
        snapshot.vouched = self.believed(snapshot.meeting, snapshot.vouched.take());
        Ok(snapshot)
    }

    /// Offers chains of others that the hub may lack.
    ///
    /// # Errors
    /// What the network or the hub did.
    pub async fn offer(&self, offer: &Offer) -> Result<OfferReply, NetFault> {
        let asked = self.post(wire::PATH_OFFER, wire::CONTENT_TYPE_EVENTS, offer.encode());
        let Answer { status, body } = self.ask_pinned(asked, wire::MAX_JSON_BYTES, PUSH_PATIENCE).await?;
        OfferReply::from_http(status, &body)
    }

    /// Has the hub take a step of the lottery.
    ///
    /// # Errors
    /// What the network or the hub did; a step that was not taken is an answer.
    pub async fn draw(&self, request: &StepRequest) -> Result<StepReply, NetFault> {
        let asked = self.post(wire::PATH_DRAW, JSON, request.encode());
        let Answer { status, body } = self.ask_pinned(asked, wire::MAX_JSON_BYTES, PUSH_PATIENCE).await?;
        StepReply::from_http(status, &body)
    }

    /// The roots of the lottery, as one hub of the meeting asks another.
    ///
    /// # Errors
    /// What the network or the hub did.
    pub(crate) async fn roots(&self) -> Result<RootsReply, NetFault> {
        let asked = self.get(wire::PATH_ROOTS);
        let Answer { status, body } = self.ask_pinned(asked, wire::MAX_JSON_BYTES, PUSH_PATIENCE).await?;
        RootsReply::from_http(status, &body)
    }

    /// Nodes, positions and lag.
    ///
    /// # Errors
    /// What the network or the hub did.
    pub async fn status(&self) -> Result<Status, NetFault> {
        let asked = self.get(wire::PATH_STATUS);
        let Answer { status, body } = self.ask_pinned(asked, wire::MAX_JSON_BYTES, PUSH_PATIENCE).await?;
        Status::from_http(status, &body)
    }

    fn use_grant(&self, grant: &Grant) {
        self.set_token(&grant.token);
        self.set_hub_key(grant.hub_key);
    }

    fn hub_key(&self) -> Option<Key> {
        *self.hub_key.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the hub signed these bytes; without its key nothing can be said against it.
    fn trusts(&self, bytes: &[u8], signature: &Signature) -> bool {
        self.hub_key().is_none_or(|key| verify(&key, bytes, signature))
    }

    /// A voucher that is not the hub's is dropped: the events beside it stand for themselves.
    fn believed(&self, meeting: MeetingId, vouched: Option<Vouched>) -> Option<Vouched> {
        vouched.filter(|vouched| self.trusts(&vouched.signed_bytes(meeting), &vouched.signature))
    }

    fn enrolment(&self, request: &EnrolRequest, pairing: Option<sync::Hash>) -> Enrolment {
        let mut enrolment = Enrolment { request: request.clone(), pairing, proof: None };
        enrolment.proof = self.sign(&enrolment.signed_bytes());
        enrolment
    }

    fn sign(&self, bytes: &[u8]) -> Option<Signature> {
        self.key.as_ref().map(|key| Signature(key.sign(bytes).to_bytes()))
    }

    /// The stretched code, and the hub's key that it is bound to.
    async fn stretched(
        &self,
        code: PairingCode,
        request: &EnrolRequest,
        pin: Option<KeyHash>,
    ) -> Result<(PairingKey, KeyHash), NetFault> {
        let request = request.clone();
        let key = tokio::task::spawn_blocking(move || PairingKey::derive(&code, &request)).await;
        Ok((key.map_err(|_| NetFault::Unreachable)?, pin.unwrap_or(KeyHash::ZERO)))
    }

    fn get(&self, path: &str) -> Request<Full<Bytes>> {
        self.request("GET", path, Bytes::new())
    }

    fn post(&self, path: &str, content_type: &'static str, body: Vec<u8>) -> Request<Full<Bytes>> {
        let mut request = self.request("POST", path, body.into());
        request.headers_mut().insert(CONTENT_TYPE, hyper::header::HeaderValue::from_static(content_type));
        request
    }

    fn request(&self, method: &str, path: &str, body: Bytes) -> Request<Full<Bytes>> {
        let builder = Request::builder().method(method).uri(path).header(HOST, self.address.authority());
        builder.body(Full::new(body)).expect("paths, queries and addresses of ours are valid")
    }

    /// With the token; only to a hub whose key is pinned, because the token is a secret.
    async fn ask_pinned(
        &self,
        mut request: Request<Full<Bytes>>,
        limit: usize,
        patience: Duration,
    ) -> Result<Answer, NetFault> {
        if self.address.is_tls() && self.pin.is_none() {
            return Err(NetFault::ForeignHub);
        }
        if let Some(token) = &*self.token.read().unwrap_or_else(PoisonError::into_inner) {
            let value = format!("Bearer {token}").parse().map_err(|_| NetFault::Denied)?;
            request.headers_mut().insert(AUTHORIZATION, value);
        }
        self.ask(request, limit, patience).await
    }

    async fn ask(&self, request: Request<Full<Bytes>>, limit: usize, patience: Duration) -> Result<Answer, NetFault> {
        within(patience, async { self.connect().await?.exchange(request, limit).await }).await
    }

    async fn connect(&self) -> Result<Line, NetFault> {
        if !self.address.is_tls() {
            return Line::plain(&self.address).await;
        }
        let seed = self.key.as_ref().map(SigningKey::to_bytes);
        let (config, pinned) = tls::client_config(self.pin, seed.as_ref());
        Line::tls(&self.address, config, &pinned).await
    }
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client").field("hub", &self.address.authority()).field("pin", &self.pin).finish_non_exhaustive()
    }
}

/// The public key of a device's seed.
pub fn public_key(seed: &[u8; 32]) -> Key {
    Key(SigningKey::from_bytes(seed).verifying_key().to_bytes())
}

async fn within<T>(patience: Duration, work: impl Future<Output = Result<T, NetFault>>) -> Result<T, NetFault> {
    tokio::time::timeout(patience, work).await.unwrap_or(Err(NetFault::TimedOut))
}
