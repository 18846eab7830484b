//! Who is let in and who is put out: enrolment through the pairing window, revocation, the list of
//! devices. What a push or a pull of somebody inside means is the service's.

use sync::ids::Key;
use sync::pairing::{KeyHash, PairingCode, PairingTicket};
use sync::wire::{EnrolReply, EnrolRequest, Enrolment, Problem, ProblemCode, Role};
use sync::{DeviceId, Hash};
use tokio::sync::oneshot;

use crate::core::problem;
use crate::error::HubError;
use crate::guard::ShownKey;
use crate::hubs::Hubs;
use crate::pairing::{PairingKey, PairingState, Refusal, Try};
use crate::secrets::{Caller, verify};
use crate::service::Hub;
use crate::store::random;
use crate::tls::pin_of;
use crate::writer::Job;

/// Longest reason of a revocation, characters.
const MAX_REASON_CHARS: usize = 200;

/// A device as staff know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    pub device: DeviceId,
    pub role: Role,
    pub name: String,
    /// `K1`, `K1B`: one for each life of its log.
    pub prefixes: Vec<String>,
    /// The cursor after which nothing more of it is taken, when it was taken out.
    pub revoked_after: Option<u64>,
    /// Unix milliseconds; none since the hub started.
    pub last_seen_ms: Option<u64>,
}

/// What came along with an enrolment.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shown<'a> {
    /// The key that this hub showed in TLS; none without TLS.
    pub(crate) hub: Option<ShownKey>,
    /// The key that the other side showed in TLS.
    pub(crate) peer: Option<Key>,
    /// What a node that was enrolled before shows: a hub that was restored from a backup may have
    /// forgotten it, and its own token tells.
    pub(crate) token: Option<&'a str>,
}

impl Hub {
    /// Opens the window for one new device, for ten minutes and five tries; an earlier ticket is worth
    /// nothing any more. `url` is how nodes reach this hub, `pin` the key that it shows there
    /// (`tls::pin_of`).
    pub fn open_pairing(&self, url: &str, pin: KeyHash) -> PairingTicket {
        let code = PairingCode(random());
        self.window().open(code);
        tracing::info!("the pairing window is open for ten minutes");
        PairingTicket { url: url.to_owned(), pin, code }
    }

    /// Closes the window; the ticket is worth nothing any more.
    pub fn close_pairing(&self) {
        self.window().close();
    }

    /// Whether the window is open now; it closes when its code was used.
    pub fn pairing(&self) -> PairingState {
        self.window().state()
    }

    /// Takes a device out of the meeting: pushes of it and answers to it end, what it wrote stays.
    /// Answers the cursor after which nothing more of it is taken; again brings the same answer.
    ///
    /// # Errors
    /// There is no such device, the reason is too long, or the disk failed.
    pub async fn revoke(&self, device: DeviceId, reason: &str) -> Result<u64, Problem> {
        check_reason(reason)?;
        let reason = reason.to_owned();
        let after_cursor = self.ask(|reply| Job::Revoke(device, reason, reply)).await??;
        tracing::warn!(%device, after_cursor, "a device was taken out");
        Ok(after_cursor)
    }

    /// As `revoke`, for threads outside of the runtime (the control socket).
    ///
    /// # Errors
    /// As `revoke`.
    pub fn revoke_blocking(&self, device: DeviceId, reason: &str) -> Result<u64, Problem> {
        check_reason(reason)?;
        let (reply, answer) = oneshot::channel();
        self.submit(Job::Revoke(device, reason.to_owned(), reply)).map_err(|error| error.problem())?;
        answer.blocking_recv().map_err(|_| HubError::Stopping.problem())?
    }

    /// All devices in the order of their enrolment, those that were taken out too.
    pub fn devices(&self) -> Vec<Device> {
        let view = self.view();
        let registry = view.ledger.registry();
        let mut devices: Vec<Device> = Vec::new();
        for enrolled in registry.epochs() {
            let seen = self.last_seen_ms(enrolled.device, enrolled.epoch);
            if let Some(known) = devices.iter_mut().find(|known| known.device == enrolled.device) {
                known.prefixes.push(enrolled.prefix.clone());
                known.last_seen_ms = known.last_seen_ms.max(seen);
                continue;
            }
            devices.push(Device {
                device: enrolled.device,
                role: enrolled.role,
                name: enrolled.name.clone(),
                prefixes: vec![enrolled.prefix.clone()],
                revoked_after: registry.revoked_after(enrolled.device),
                last_seen_ms: seen,
            });
        }
        devices
    }

    /// Whether a key is that of a device that takes part now.
    pub(crate) fn has_inside(&self, key: &Key) -> Option<DeviceId> {
        let device = DeviceId::of_key(key);
        let view = self.view();
        let registry = view.ledger.registry();
        (registry.knows(device) && registry.revoked_after(device).is_none()).then_some(device)
    }

    fn knows(&self, device: DeviceId) -> bool {
        self.view().ledger.registry().knows(device)
    }
}

/// The windows that a code may be meant for, each with its code of now.
struct Tried {
    hub: Hub,
    window: Try,
}

impl Hubs {
    /// Lets a known device in with the proof of its key, and whoever brings the code of an open window.
    ///
    /// # Errors
    /// A problem with the remedy; nothing of it was stored.
    pub(crate) async fn admit(&self, enrolment: &Enrolment, shown: &Shown<'_>) -> Result<EnrolReply, Problem> {
        check_proof(enrolment, shown)?;
        if enrolment.pairing.is_none()
            && let Some(hub) = self.home_of(enrolment, shown)
        {
            return Ok(EnrolReply { grant: hub.enrol(enrolment.request.clone()).await?, confirm: None });
        }
        if let Some(hub) = self.only() {
            hub.refuse_as_follower()?;
        }
        let admitted = self.try_windows(enrolment, shown.hub).await;
        admitted.inspect_err(|refused| {
            tracing::warn!(name = enrolment.request.name, code = ?refused.code, "a new device was not let in");
        })
    }

    /// Tries the code that a request shows on the windows that it may be meant for. A wrong one counts once,
    /// against the window that was opened last, so that nobody closes those of other meetings with it.
    async fn try_windows(&self, enrolment: &Enrolment, shown: Option<ShownKey>) -> Result<EnrolReply, Problem> {
        let (hubs, asked, pin) = (self.clone(), enrolment.clone(), shown.map_or(KeyHash::ZERO, |shown| shown.pin));
        let judged = tokio::task::spawn_blocking(move || judge(hubs.windows(&asked, shown)?, &asked, &pin));
        let (hub, confirm) = judged.await.map_err(|_| HubError::Stopping.problem())??;
        let grant = hub.enrol(enrolment.request.clone()).await?;
        Ok(EnrolReply { grant, confirm: Some(confirm) })
    }

    /// The windows that are open for this request, the one that was opened last first: that one is paid for.
    fn windows(&self, enrolment: &Enrolment, shown: Option<ShownKey>) -> Result<Vec<Tried>, Problem> {
        let named = shown.filter(|shown| shown.named).map(|shown| shown.pin);
        let meant = |hub: &Hub| enrolment.pairing.is_some() && named.is_none_or(|pin| pin == pin_of(hub.secrets()));
        let look = |hub: Hub| {
            let window = hub.window().look().ok()?;
            Some(Tried { hub, window })
        };
        let mut tries: Vec<Tried> = self.all().into_iter().filter(meant).filter_map(look).collect();
        tries.sort_by_key(|tried| std::cmp::Reverse(tried.window.opening));
        let Some(Tried { hub, window }) = tries.first_mut() else { return Err(words(Refusal::Closed)) };
        *window = hub.window().begin().map_err(words)?;
        Ok(tries)
    }

    /// The meeting that knows the device, or gave it its token.
    fn home_of(&self, enrolment: &Enrolment, shown: &Shown<'_>) -> Option<Hub> {
        let device = DeviceId::of_key(&enrolment.request.public_key);
        let given = shown.token.and_then(|token| self.caller(token).ok());
        let own = given.filter(|(_, caller)| matches!(caller, Caller::Node { device: named, .. } if *named == device));
        own.map(|(hub, _)| hub).or_else(|| self.all().into_iter().find(|hub| hub.knows(device)))
    }

    /// As `admit` without any proof, for what runs on this machine and does not sign yet.
    pub(crate) async fn admit_local(&self, request: &EnrolRequest) -> Result<EnrolReply, Problem> {
        let Some(hub) = self.only() else { return Err(words(Refusal::Closed)) };
        Ok(EnrolReply { grant: hub.enrol(request.clone()).await?, confirm: None })
    }
}

/// Whose code it is, and the hub's answer to it. Takes some tens of milliseconds for each window.
fn judge(mut tries: Vec<Tried>, enrolment: &Enrolment, pin: &KeyHash) -> Result<(Hub, Hash), Problem> {
    let (said, request) = (enrolment.pairing, &enrolment.request);
    let newest = tries[0].window;
    let fits = |tried: &Tried| {
        let key = PairingKey::derive(&tried.window.code, request);
        said.is_some_and(|said| key.is_of_node(&said, pin, request)).then(|| key.of_hub(pin, request))
    };
    let right = tries.iter().enumerate().find_map(|(index, tried)| Some((index, fits(tried)?)));
    let Some((index, confirm)) = right else {
        tries[0].hub.window().end(newest, false).map_err(words)?;
        return Err(words(Refusal::Closed));
    };
    if index > 0 {
        tries[0].hub.window().give_back(newest);
    }
    let Tried { hub, window } = tries.swap_remove(index);
    hub.window().end(window, true).map_err(words)?;
    Ok((hub, confirm))
}

/// The request is signed by the device's key, and over TLS that very key is at the other end: a
/// recorded request brings nobody else a grant.
fn check_proof(enrolment: &Enrolment, shown: &Shown<'_>) -> Result<(), Problem> {
    let key = &enrolment.request.public_key;
    let signed = enrolment.proof.is_some_and(|proof| verify(key, &enrolment.signed_bytes(), &proof));
    if signed && (shown.hub.is_none() || shown.peer == Some(*key)) {
        return Ok(());
    }
    let message = "The enrolment is not signed by the device's key.";
    Err(problem(ProblemCode::BadSignature, message, "Use the Usher that belongs to this hub."))
}

fn check_reason(reason: &str) -> Result<(), Problem> {
    if reason.chars().count() <= MAX_REASON_CHARS && !reason.chars().any(char::is_control) {
        return Ok(());
    }
    let message = "The reason is longer than 200 characters or has control characters.";
    Err(problem(ProblemCode::Malformed, message, "Say it in a few words."))
}

fn words(refusal: Refusal) -> Problem {
    match refusal {
        Refusal::Closed => problem(
            ProblemCode::PairingClosed,
            "This machine is new to the hub and came without the code of an open window.",
            "Open the window on the hub: usher hub enroll.",
        ),
        Refusal::WrongCode { tries_left: 0 } => problem(
            ProblemCode::WrongCode,
            "The pairing code is wrong; that was the last try and the window is closed.",
            "Open it again on the hub: usher hub enroll.",
        ),
        Refusal::WrongCode { .. } => problem(
            ProblemCode::WrongCode,
            "The pairing code does not fit this hub.",
            "Type it as the hub shows it, or scan it; if it fails again, call the technician.",
        ),
    }
}
