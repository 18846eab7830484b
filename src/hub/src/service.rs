//! The running hub: takes requests of known callers, lets pulls wait for what is new, and knows when
//! each node was last heard. HTTP is beside it, the disk behind its writer.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use domain::draw::Root;
use sync::ids::Key;
use sync::wire::{
    ChainHead, EnrolRequest, LinkStatus, LinkTask, MAX_PULL_BYTES, MAX_PULL_EVENTS, MAX_VOUCHED_HEADS, NodeStatus,
    Offer, OfferReply, Problem, ProblemCode, PullReply, PullRequest, PushReply, PushRequest, Role, StandbyStatus,
    Status, Vouched,
};
use sync::{DeviceId, Event, Grant, Incarnation, LogEpoch, MeetingId};
use tokio::sync::{Semaphore, mpsc, oneshot, watch};

use crate::core::{Asked, Authored, DrawProblem, Ledger, Numbered, Roots, page, problem};
use crate::error::HubError;
use crate::link::Stand;
use crate::metrics::Metrics;
use crate::now_ms;
use crate::pairing::Place;
use crate::secrets::{Caller, HubSecrets, verify};
use crate::store::{EventReader, HubLog, Run};
use crate::writer::{self, Job, View};

/// Pulls that may wait at one time; every node has one.
const MAX_WAITING_PULLS: usize = 512;
/// Snapshots sent at one time, of which some pages each are in memory.
const MAX_SNAPSHOTS: usize = 8;
/// A machine that was heard so long ago is in touch, although no pull of it waits.
const A_MOMENT_MS: u64 = 5_000;

/// The running hub; clones are handles to the same one. It ends with its last handle, when
/// everything queued is durable.
#[derive(Clone)]
pub struct Hub {
    inner: Arc<Inner>,
}

struct Inner {
    meeting: MeetingId,
    secrets: HubSecrets,
    metrics: Arc<Metrics>,
    /// None once stopped; dropping it ends the writer.
    jobs: Mutex<Option<mpsc::Sender<Job>>>,
    view: watch::Receiver<Arc<View>>,
    released: watch::Sender<bool>,
    reader: Arc<dyn EventReader>,
    waiting: Semaphore,
    snapshots: Arc<Semaphore>,
    heard: Mutex<BTreeMap<(DeviceId, LogEpoch), Heard>>,
    link: Mutex<Option<LinkStatus>>,
    standby: Mutex<Option<StandbyStatus>>,
    writer: Mutex<Option<JoinHandle<HubLog>>>,
    window: Place,
}

#[derive(Debug, Clone, Copy, Default)]
struct Heard {
    last_seen_ms: u64,
    pull_cursor: Option<u64>,
    /// Pulls of it that wait at this moment.
    waits: u32,
}

/// A machine whose pull waits here; dropped with the connection.
pub(crate) struct Waits {
    hub: Hub,
    of: (DeviceId, LogEpoch),
}

impl Drop for Waits {
    fn drop(&mut self) {
        let mut heard = self.hub.inner.heard.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(heard) = heard.get_mut(&self.of) {
            heard.waits = heard.waits.saturating_sub(1);
        }
    }
}

impl Hub {
    /// Starts the writer over an opened log.
    pub fn start(log: HubLog) -> Hub {
        let secrets = log.secrets().clone();
        let (reader, window) = (log.reader(), log.window());
        let meeting = log.ledger().identity().meeting;
        let metrics = Arc::new(Metrics::new(meeting));
        let (jobs, view, thread) = writer::start(log, metrics.clone());
        let inner = Inner {
            meeting,
            secrets,
            metrics,
            jobs: Mutex::new(Some(jobs)),
            view,
            released: watch::Sender::new(false),
            reader,
            waiting: Semaphore::new(MAX_WAITING_PULLS),
            snapshots: Arc::new(Semaphore::new(MAX_SNAPSHOTS)),
            heard: Mutex::new(BTreeMap::new()),
            link: Mutex::new(None),
            standby: Mutex::new(None),
            writer: Mutex::new(Some(thread)),
            window: Place::new(window),
        };
        Hub { inner: Arc::new(inner) }
    }

    /// The meeting that this hub serves.
    pub fn meeting(&self) -> MeetingId {
        self.inner.meeting
    }

    /// What the disk did last, when it failed.
    pub fn fault(&self) -> Option<HubError> {
        self.view().fault.clone()
    }

    /// Whether nothing failed and the log can be read now.
    pub async fn ready(&self) -> bool {
        let (hub, cursor) = (self.clone(), self.view().ledger.cursor());
        let readable = blocking(move || hub.inner.reader.read(cursor.saturating_sub(1), 1, 0));
        self.fault().is_none() && readable.await.is_ok()
    }

    /// Takes a push of an enrolled node; answers after COMMIT.
    ///
    /// # Errors
    /// A problem that names the remedy; then nothing was stored.
    pub async fn push(&self, request: PushRequest) -> Result<PushReply, Problem> {
        let begin = Instant::now();
        let answer = self.try_push(request).await;
        self.inner.metrics.pushed(begin.elapsed());
        self.counted(answer)
    }

    async fn try_push(&self, request: PushRequest) -> Result<PushReply, Problem> {
        self.refuse_as_follower()?;
        self.check_signature(&request)?;
        self.hear(request.device, request.epoch, None);
        self.ask(|reply| Job::Push(request, reply)).await?
    }

    fn counted<T>(&self, answer: Result<T, Problem>) -> Result<T, Problem> {
        answer.inspect_err(|problem| self.inner.metrics.refused(problem))
    }

    /// Takes what another life of the hub vouched for, or what the hub that is followed ordered; answers
    /// after COMMIT.
    ///
    /// # Errors
    /// A problem that names the remedy; then nothing was stored.
    pub async fn offer(&self, offer: Offer) -> Result<OfferReply, Problem> {
        let signed = offer.vouched.signed_bytes(self.inner.meeting);
        // An empty voucher vouches for nothing: it only asks.
        let asks = offer.vouched.heads.is_empty() && offer.events.is_empty();
        if !asks && !verify(&self.inner.secrets.public_key(), &signed, &offer.vouched.signature) {
            return Err(problem(
                ProblemCode::BadSignature,
                "The hub of this meeting did not vouch for what is offered.",
                "Offer what a hub of this meeting gave, as it gave it.",
            ));
        }
        self.ask(|reply| Job::Offer(offer, reply)).await?
    }

    /// Makes a hub that follows another the ordering hub, in a new life; returns its incarnation after
    /// COMMIT. Nodes then take a snapshot and push again what is missing.
    ///
    /// # Errors
    /// What the disk or the queue did; then it follows as before.
    pub async fn promote(&self) -> Result<Incarnation, HubError> {
        let (reply, answer) = oneshot::channel();
        self.submit(Job::Promote(reply))?;
        answer.await.map_err(|_| HubError::Stopping)?
    }

    /// Makes an ordering hub one that follows, after COMMIT: another one was promoted in its place. What it
    /// has of its own stays until it is fed. Nothing changes where it follows already.
    ///
    /// # Errors
    /// What the disk or the queue did; then it orders as before.
    pub async fn follow(&self) -> Result<(), HubError> {
        let (reply, answer) = oneshot::channel();
        self.submit(Job::Follow(reply))?;
        answer.await.map_err(|_| HubError::Stopping)?
    }

    /// As `promote`, for threads outside of the runtime (the control socket).
    ///
    /// # Errors
    /// As `promote`.
    pub fn promote_blocking(&self) -> Result<Incarnation, HubError> {
        let (reply, answer) = oneshot::channel();
        self.submit(Job::Promote(reply))?;
        answer.blocking_recv().map_err(|_| HubError::Stopping)?
    }

    /// Takes a device in, or tells a known one its grant again.
    ///
    /// # Errors
    /// A problem that names the remedy.
    pub async fn enrol(&self, request: EnrolRequest) -> Result<Grant, Problem> {
        self.refuse_as_follower()?;
        let enrolled = self.ask(|reply| Job::Enrol(request, reply)).await??;
        tracing::info!(prefix = enrolled.prefix, name = enrolled.name, "a node takes part");
        let secrets = &self.inner.secrets;
        Ok(Grant {
            device_id: enrolled.device,
            epoch: enrolled.epoch,
            prefix: enrolled.prefix,
            meeting_id: self.inner.meeting,
            token: secrets.token(self.inner.meeting, enrolled.device, enrolled.epoch),
            incarnation: self.view().ledger.identity().incarnation,
            phone_key: Key(secrets.phone_key),
            pin_pepper: Key(secrets.pin_pepper),
            hub_key: secrets.public_key(),
        })
    }

    /// Writes events of the hub's own log, all or none; returns the newest cursor after COMMIT.
    ///
    /// # Errors
    /// `Author` names an event that is too long, `Follows` says that this hub writes nothing of its own;
    /// the others say what the disk or the queue did.
    pub async fn author(&self, events: Vec<Authored>) -> Result<u64, HubError> {
        self.check_orders()?;
        let (reply, answer) = oneshot::channel();
        self.submit(Job::Author(events, reply))?;
        answer.await.map_err(|_| HubError::Stopping)?
    }

    /// As `author`, for threads outside of the runtime (the control socket).
    ///
    /// # Errors
    /// As `author`.
    pub fn author_blocking(&self, events: Vec<Authored>) -> Result<u64, HubError> {
        self.check_orders()?;
        let (reply, answer) = oneshot::channel();
        self.submit(Job::Author(events, reply))?;
        answer.blocking_recv().map_err(|_| HubError::Stopping)?
    }

    /// Takes a step of the lottery that a machine asks for; the newest cursor after COMMIT.
    ///
    /// # Errors
    /// What the disk or the queue did, `Follows`; the inner one is why the step was not taken.
    pub async fn draw(&self, asked: Asked) -> Result<Result<u64, DrawProblem>, HubError> {
        self.check_orders()?;
        let (reply, answer) = oneshot::channel();
        self.submit(Job::Draw(Box::new(asked), self.in_touch(), reply))?;
        answer.await.map_err(|_| HubError::Stopping)?
    }

    /// The roots of the lottery, for another hub of the meeting.
    ///
    /// # Errors
    /// What the disk or the queue did.
    pub async fn roots(&self) -> Result<Roots, HubError> {
        let (reply, answer) = oneshot::channel();
        self.submit(Job::Roots(reply))?;
        answer.await.map_err(|_| HubError::Stopping)?
    }

    /// Keeps roots of the lottery that came from another hub.
    ///
    /// # Errors
    /// What the disk or the queue did.
    pub async fn keep_roots(&self, roots: Vec<Root>) -> Result<(), HubError> {
        let (reply, answer) = oneshot::channel();
        self.submit(Job::KeepRoots(roots, reply))?;
        answer.await.map_err(|_| HubError::Stopping)?
    }

    /// As `roots`, for threads outside of the runtime (the control socket).
    ///
    /// # Errors
    /// As `roots`.
    pub fn roots_blocking(&self) -> Result<Roots, HubError> {
        let (reply, answer) = oneshot::channel();
        self.submit(Job::Roots(reply))?;
        answer.blocking_recv().map_err(|_| HubError::Stopping)?
    }

    /// As `keep_roots`, for threads outside of the runtime (the control socket).
    ///
    /// # Errors
    /// As `keep_roots`.
    pub fn keep_roots_blocking(&self, roots: Vec<Root>) -> Result<(), HubError> {
        let (reply, answer) = oneshot::channel();
        self.submit(Job::KeepRoots(roots, reply))?;
        answer.blocking_recv().map_err(|_| HubError::Stopping)?
    }

    /// The life of the hub, and the role of a machine that takes part.
    pub(crate) fn life_and_role(&self, device: DeviceId, epoch: LogEpoch) -> (Incarnation, Option<Role>) {
        let view = self.view();
        let role = view.ledger.registry().find(device, epoch).map(|enrolled| enrolled.role);
        (view.ledger.identity().incarnation, role)
    }

    /// Notes that a pull of a machine waits, until this is dropped.
    pub(crate) fn waits(&self, device: DeviceId, epoch: LogEpoch) -> Waits {
        let mut heard = self.inner.heard.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(heard) = heard.get_mut(&(device, epoch)) {
            heard.waits = heard.waits.saturating_add(1);
        }
        Waits { hub: self.clone(), of: (device, epoch) }
    }

    /// Machines whose pull waits here, or that were heard a moment ago.
    fn in_touch(&self) -> BTreeSet<(DeviceId, LogEpoch)> {
        let heard = self.inner.heard.lock().unwrap_or_else(PoisonError::into_inner);
        let now = now_ms();
        let here = heard.iter().filter(|(_, heard)| heard.waits > 0 || heard.last_seen_ms + A_MOMENT_MS >= now);
        here.map(|(of, _)| *of).collect()
    }

    /// All events up to now in the hub's order; reads the disk, so not for async code.
    ///
    /// # Errors
    /// What the disk did, or where it is damaged.
    pub fn events_blocking(&self) -> Result<Numbered, HubError> {
        Ok(self.inner.reader.read(0, usize::MAX, usize::MAX)?.events)
    }

    /// Answers with what comes after the cursor; waits for it as long as the request says while there
    /// is nothing and the hub is not stopping.
    ///
    /// # Errors
    /// Too many wait already, or the disk cannot be read.
    pub async fn pull(&self, request: PullRequest) -> Result<PullReply, Problem> {
        self.wait_for_news(&request).await?;
        let hub = self.clone();
        let answer = blocking(move || {
            let run = hub.inner.reader.read(request.cursor, MAX_PULL_EVENTS, MAX_PULL_BYTES)?;
            let mut reply = page(&request, run.incarnation, run.cursor, now_ms(), run.events);
            reply.vouched = hub.vouch(Vouched::places(reply.events.iter().map(|(_, event)| event)));
            Ok(reply)
        });
        answer.await.map_err(|error| error.problem())
    }

    /// Nodes, positions and lag at this moment.
    pub fn status(&self) -> Status {
        let view = self.view();
        let ledger = &view.ledger;
        let heard = self.inner.heard.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let identity = ledger.identity();
        let hub_events: u64 = ledger
            .chains()
            .heads()
            .filter(|(device, _, _)| *device == identity.device)
            .map(|(_, _, head)| head.seq.saturating_add(1))
            .sum();
        Status {
            meeting: identity.meeting,
            incarnation: identity.incarnation,
            cursor: ledger.cursor(),
            now_ms: now_ms(),
            hub_device: identity.device,
            hub_events,
            waiting_pulls: u32::try_from(MAX_WAITING_PULLS - self.inner.waiting.available_permits())
                .unwrap_or(u32::MAX),
            nodes: node_statuses(ledger, &heard),
            follows: ledger.follows(),
            link: self.inner.link.lock().unwrap_or_else(PoisonError::into_inner).clone(),
            lives: ledger.lives(),
            standby: self.standby(),
        }
    }

    /// Where this hub stands, for a link to another one.
    pub(crate) fn stand(&self) -> Stand {
        let view = self.view();
        let ledger = &view.ledger;
        let incarnation = ledger.identity().incarnation;
        Stand { incarnation, follows: ledger.follows(), life: ledger.life(), cursor: ledger.cursor() }
    }

    /// A run of the log, read from the disk.
    pub(crate) async fn read(&self, after: u64, count: usize, bytes: usize) -> Result<Run, HubError> {
        let hub = self.clone();
        blocking(move || hub.inner.reader.read(after, count, bytes)).await
    }

    /// Waits until the newest cursor is another one; false when it took longer than `patience`.
    pub(crate) async fn wait_beyond(&self, cursor: u64, patience: Duration) -> bool {
        let mut view = self.inner.view.clone();
        let news = view.wait_for(|view| view.ledger.cursor() != cursor);
        tokio::time::timeout(patience, news).await.is_ok()
    }

    /// Waits until the hub follows another one, or orders.
    pub(crate) async fn wait_for_role(&self, follows: bool) {
        let mut view = self.inner.view.clone();
        let stops = view.wait_for(|view| view.ledger.follows().is_some() == follows).await.is_err();
        if stops {
            // The writer is gone: the hub stops.
            std::future::pending::<()>().await;
        }
    }

    /// Resolves when the hub is about to stop.
    pub(crate) async fn ended(&self) {
        let mut released = self.inner.released.subscribe();
        let _ = released.wait_for(|released| *released).await;
    }

    /// Events of this log with this hub's word for them. Without events it asks.
    pub(crate) fn vouched_offer(&self, events: Vec<Event>) -> Offer {
        let heads = Vouched::places(&events);
        let signature = self.inner.secrets.sign(&Vouched::bytes_to_sign(self.inner.meeting, &heads));
        Offer { meeting: self.inner.meeting, vouched: Vouched { heads, signature }, order: None, events }
    }

    /// What the status tells about the link to another hub; none when there is none any more.
    pub(crate) fn set_link(&self, link: Option<LinkStatus>) {
        *self.inner.link.lock().unwrap_or_else(PoisonError::into_inner) = link;
    }

    /// What is known of the hub that stands by for this one, while this one orders.
    pub(crate) fn standby(&self) -> Option<StandbyStatus> {
        self.inner.standby.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn set_standby(&self, standby: Option<StandbyStatus>) {
        *self.inner.standby.lock().unwrap_or_else(PoisonError::into_inner) = standby;
    }

    /// What this process counted for the meeting, as text for Prometheus.
    pub fn metrics(&self) -> String {
        self.inner.metrics.text(&self.status(), self.fault().is_some())
    }

    /// Lets every waiting pull go at once, and none wait any more: the hub is about to stop.
    pub fn release(&self) {
        self.inner.released.send_replace(true);
    }

    /// Ends the writer when everything queued is durable, and gives the log back. None when it was
    /// stopped before.
    pub fn stop(&self) -> Option<HubLog> {
        self.release();
        self.inner.stop()
    }

    /// Who shows this token, whether he may take part now or not.
    ///
    /// # Errors
    /// `Denied`.
    pub(crate) fn caller(&self, token: &str) -> Result<Caller, ProblemCode> {
        self.inner.secrets.caller(self.inner.meeting, token).ok_or(ProblemCode::Denied)
    }

    /// Looks into the storage when the caller is a node that another process may have taken in.
    pub(crate) async fn look_for(&self, caller: Caller) {
        let unknown = matches!(self.admits(caller, false), Err(ProblemCode::Denied));
        if unknown && matches!(caller, Caller::Node { .. }) {
            let (done, waiting) = oneshot::channel();
            if self.submit(Job::Refresh(u64::MAX, Some(done))).is_ok() {
                let _ = waiting.await;
            }
        }
    }

    /// Whether somebody who showed a good token may take part now. Whoever only offers may do so while
    /// this life of the hub has forgotten its enrolment: what it offers may bring that back.
    ///
    /// # Errors
    /// `Denied` or `Revoked`.
    pub(crate) fn admits(&self, caller: Caller, offers: bool) -> Result<(), ProblemCode> {
        let (device, epoch) = match caller {
            Caller::Node { device, epoch } => (device, epoch),
            Caller::Operator if offers => return Err(ProblemCode::Denied),
            Caller::Operator | Caller::Relay => return Ok(()),
        };
        let view = self.view();
        let registry = view.ledger.registry();
        match registry.find(device, epoch) {
            Some(_) => Ok(()),
            None if registry.is_revoked(device) => Err(ProblemCode::Revoked),
            None if offers => Ok(()),
            // A hub that follows may not have heard of the node yet; it refuses it in its own words.
            None if view.ledger.follows().is_some() => Ok(()),
            None => Err(ProblemCode::Denied),
        }
    }

    pub(crate) fn secrets(&self) -> &HubSecrets {
        &self.inner.secrets
    }

    /// The pairing window; asking it may block.
    pub(crate) fn window(&self) -> &Place {
        &self.inner.window
    }

    /// When an epoch was last heard, Unix milliseconds; none since the hub started.
    pub(crate) fn last_seen_ms(&self, device: DeviceId, epoch: LogEpoch) -> Option<u64> {
        let heard = self.inner.heard.lock().unwrap_or_else(PoisonError::into_inner);
        heard.get(&(device, epoch)).map(|heard| heard.last_seen_ms)
    }

    /// Notes that a node is there; only for callers that are enrolled, so that the notes stay bounded.
    pub(crate) fn hear(&self, device: DeviceId, epoch: LogEpoch, pull_cursor: Option<u64>) {
        if self.view().ledger.registry().find(device, epoch).is_none() {
            return;
        }
        let mut heard = self.inner.heard.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = heard.entry((device, epoch)).or_default();
        entry.last_seen_ms = now_ms();
        entry.pull_cursor = pull_cursor.or(entry.pull_cursor);
    }

    /// The hub's word for these places, as far as one voucher can name them.
    pub(crate) fn vouch(&self, heads: Vec<ChainHead>) -> Option<Vouched> {
        if heads.is_empty() || heads.len() > MAX_VOUCHED_HEADS {
            return None;
        }
        let signature = self.inner.secrets.sign(&Vouched::bytes_to_sign(self.inner.meeting, &heads));
        Some(Vouched { heads, signature })
    }

    pub(crate) fn snapshots(&self) -> Arc<Semaphore> {
        self.inner.snapshots.clone()
    }

    pub(crate) fn reader(&self) -> &dyn EventReader {
        &*self.inner.reader
    }

    pub(crate) fn view(&self) -> Arc<View> {
        self.inner.view.borrow().clone()
    }

    async fn wait_for_news(&self, request: &PullRequest) -> Result<(), Problem> {
        let mut view = self.inner.view.clone();
        let nothing_new = |view: &Arc<View>| {
            let ledger = &view.ledger;
            // Another process may have shown the node more than this one knows yet.
            ledger.cursor() <= request.cursor && ledger.identity().incarnation == request.incarnation
        };
        if request.wait_ms == 0 || !nothing_new(&view.borrow_and_update()) {
            return Ok(());
        }
        let Ok(_permit) = self.inner.waiting.try_acquire() else {
            return Err(problem(ProblemCode::Busy, "Too many nodes wait already.", "Ask again in a moment."));
        };
        let mut released = self.inner.released.subscribe();
        let wait = Duration::from_millis(u64::from(request.wait_ms));
        tokio::select! {
            _ = view.wait_for(|view| !nothing_new(view)) => {}
            _ = released.wait_for(|released| *released) => {}
            () = tokio::time::sleep(wait) => {}
        }
        Ok(())
    }

    /// What a node is told by a hub that only follows another one: a node that read here would take a
    /// standby that is some events behind for the hub. Only hubs of the meeting and operators read here.
    pub(crate) fn refuse_as_follower(&self) -> Result<(), Problem> {
        let Some(problem) = self.view().ledger.refuse_as_follower() else { return Ok(()) };
        let link = self.inner.link.lock().unwrap_or_else(PoisonError::into_inner);
        let leader = link.as_ref().filter(|link| link.task == LinkTask::Standby);
        let remedy =
            leader.map(|link| format!("Use the venue's hub at {}, or promote this one in its place.", link.url));
        Err(Problem { remedy: remedy.unwrap_or(problem.remedy), ..problem })
    }

    fn check_orders(&self) -> Result<(), HubError> {
        if self.view().ledger.follows().is_some() { Err(HubError::Follows) } else { Ok(()) }
    }

    fn check_signature(&self, request: &PushRequest) -> Result<(), Problem> {
        let Some(signature) = &request.signature else { return Ok(()) };
        let view = self.view();
        let enrolled = view.ledger.registry().find(request.device, request.epoch);
        if enrolled.is_some_and(|enrolled| verify(&enrolled.key, &request.signed_bytes(), signature)) {
            return Ok(());
        }
        Err(problem(
            ProblemCode::BadSignature,
            "The push is not signed by the key that was enrolled.",
            "Enrol the node again.",
        ))
    }

    pub(crate) async fn ask<T>(&self, job: impl FnOnce(oneshot::Sender<T>) -> Job) -> Result<T, Problem> {
        let (reply, answer) = oneshot::channel();
        self.submit(job(reply)).map_err(|error| error.problem())?;
        answer.await.map_err(|_| HubError::Stopping.problem())
    }

    pub(crate) fn submit(&self, job: Job) -> Result<(), HubError> {
        let jobs = self.inner.jobs.lock().unwrap_or_else(PoisonError::into_inner);
        let sender = jobs.as_ref().ok_or(HubError::Stopping)?;
        sender.try_send(job).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => HubError::Busy,
            mpsc::error::TrySendError::Closed(_) => HubError::Stopping,
        })
    }
}

impl Inner {
    fn stop(&self) -> Option<HubLog> {
        self.jobs.lock().unwrap_or_else(PoisonError::into_inner).take();
        let thread = self.writer.lock().unwrap_or_else(PoisonError::into_inner).take()?;
        thread.join().ok()
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.stop();
    }
}

fn node_statuses(ledger: &Ledger, heard: &BTreeMap<(DeviceId, LogEpoch), Heard>) -> Vec<NodeStatus> {
    let epochs = ledger.registry().epochs().iter();
    epochs
        .map(|enrolled| {
            let (device, epoch) = (enrolled.device, enrolled.epoch);
            let heard = heard.get(&(device, epoch));
            let pull_cursor = heard.and_then(|heard| heard.pull_cursor);
            NodeStatus {
                name: enrolled.name.clone(),
                role: enrolled.role,
                prefix: enrolled.prefix.clone(),
                device,
                epoch,
                acked_seq: ledger.chains().head(device, epoch).map(|head| head.seq),
                last_seen_ms: heard.map(|heard| heard.last_seen_ms),
                pull_cursor,
                lag: ledger.cursor().saturating_sub(pull_cursor.unwrap_or(0)),
                fork_at: ledger.fork_at(device, epoch),
            }
        })
        .collect()
}

pub(crate) async fn blocking<R: Send + 'static>(
    work: impl FnOnce() -> Result<R, HubError> + Send + 'static,
) -> Result<R, HubError> {
    tokio::task::spawn_blocking(work).await.map_err(|_| HubError::Stopping)?
}
