//! The one writer thread: drains its queue into one transaction after another and answers only after
//! COMMIT. One durable commit for many requests is ten times the throughput of one for each.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::thread::JoinHandle;

use domain::draw::Root;
use sync::wire::{EnrolRequest, Offer, OfferReply, Problem, PushReply, PushRequest};
use sync::{DeviceId, Incarnation, LogEpoch};
use tokio::sync::{mpsc, oneshot, watch};

use crate::core::{Asked, AuthorError, Authored, DrawProblem, Enrolled, Ledger, Roots};
use crate::error::HubError;
use crate::metrics::Metrics;
use crate::store::{Batch, HubLog};

/// Requests that may wait for the writer.
const QUEUE: usize = 256;
/// Most requests of one transaction.
const MAX_GROUP: usize = 64;

/// What is durable, as the readers see it.
#[derive(Debug)]
pub(crate) struct View {
    pub(crate) ledger: Ledger,
    /// What failed last, while it fails.
    pub(crate) fault: Option<HubError>,
}

pub(crate) enum Job {
    Push(PushRequest, Reply<PushReply>),
    Offer(Offer, Reply<OfferReply>),
    Enrol(EnrolRequest, Reply<Enrolled>),
    Revoke(DeviceId, String, Reply<u64>),
    Author(Vec<Authored>, oneshot::Sender<Result<u64, HubError>>),
    /// A step of the lottery, with the machines that are heard now.
    Draw(Box<Asked>, BTreeSet<(DeviceId, LogEpoch)>, oneshot::Sender<Result<Result<u64, DrawProblem>, HubError>>),
    Roots(oneshot::Sender<Result<Roots, HubError>>),
    KeepRoots(Vec<Root>, oneshot::Sender<Result<(), HubError>>),
    Promote(oneshot::Sender<Result<Incarnation, HubError>>),
    Follow(oneshot::Sender<Result<(), HubError>>),
    /// Another process may have written up to this cursor; the sender is told when it was looked at.
    Refresh(u64, Option<oneshot::Sender<()>>),
}

type Reply<T> = oneshot::Sender<Result<T, Problem>>;

/// A finished job that still has to be told.
type Answer = Box<dyn FnOnce(Option<&HubError>) + Send>;

/// Starts the thread; it ends when the last sender is dropped and everything queued is done.
pub(crate) fn start(
    log: HubLog,
    metrics: Arc<Metrics>,
) -> (mpsc::Sender<Job>, watch::Receiver<Arc<View>>, JoinHandle<HubLog>) {
    let (sender, jobs) = mpsc::channel(QUEUE);
    let (view, views) = watch::channel(Arc::new(View { ledger: log.ledger().clone(), fault: None }));
    // Weak: news from others must not keep the writer alive.
    let queue = sender.downgrade();
    let seen = views.clone();
    log.watch(Box::new(move |cursor| {
        let Some(queue) = queue.upgrade() else { return false };
        // Most news are this process's own. A full queue is as good: every group catches up.
        let view = seen.borrow().clone();
        if cursor > view.ledger.cursor() || view.fault.is_some() {
            let _ = queue.try_send(Job::Refresh(cursor, None));
        }
        true
    }));
    let published = log.version();
    let writer = Writer { log, jobs, later: None, view, published, metrics };
    let thread = std::thread::Builder::new()
        .name("hub-writer".to_owned())
        .spawn(move || writer.run())
        .expect("the system starts one more thread");
    (sender, views, thread)
}

struct Writer {
    log: HubLog,
    jobs: mpsc::Receiver<Job>,
    /// Taken from the queue too early.
    later: Option<Job>,
    view: watch::Sender<Arc<View>>,
    /// Version of the ledger that readers see.
    published: (u64, Incarnation, u64),
    metrics: Arc<Metrics>,
}

impl Writer {
    fn run(mut self) -> HubLog {
        while let Some(first) = self.later.take().or_else(|| self.jobs.blocking_recv()) {
            let mut group = vec![first];
            while group.len() < MAX_GROUP {
                let Ok(job) = self.jobs.try_recv() else { break };
                group.push(job);
            }
            self.work(group);
        }
        self.log
    }

    fn work(&mut self, mut group: Vec<Job>) {
        let news: Vec<Job> = group.extract_if(.., |job| matches!(job, Job::Refresh(..))).collect();
        let cursors =
            news.iter().filter_map(|job| if let Job::Refresh(cursor, _) = job { Some(*cursor) } else { None });
        let (alone, group): (Vec<Job>, Vec<Job>) = group.into_iter().partition(stands_alone);
        if !group.is_empty() {
            self.together(group);
        } else if alone.is_empty() {
            self.refresh(cursors.max().unwrap_or_default());
        }
        alone.into_iter().for_each(|job| self.alone(job));
        for job in news {
            if let Job::Refresh(_, Some(done)) = job {
                let _ = done.send(());
            }
        }
    }

    fn alone(&mut self, job: Job) {
        match job {
            Job::Draw(asked, in_touch, reply) => {
                let done = self.log.draw(&asked, &in_touch);
                self.publish(done.as_ref().err());
                let _ = reply.send(done);
            }
            Job::Roots(reply) => drop(reply.send(self.log.roots())),
            Job::KeepRoots(roots, reply) => drop(reply.send(self.log.keep_roots(&roots))),
            Job::Promote(reply) => {
                let done = self.log.promote();
                // That it orders already is no fault of the storage.
                self.publish(done.as_ref().err().filter(|error| !matches!(error, HubError::Orders { .. })));
                let _ = reply.send(done);
            }
            Job::Follow(reply) => {
                let done = self.log.follow();
                self.publish(done.as_ref().err());
                let _ = reply.send(done);
            }
            _ => {}
        }
    }

    fn together(&mut self, group: Vec<Job>) {
        for job in &group {
            if let Job::Offer(offer, _) = job {
                self.go_back_for(offer);
            }
        }
        let mut answers = Vec::with_capacity(group.len());
        let mut group = group.into_iter();
        let Writer { log, jobs, later, .. } = self;
        let done = log.group(|batch| {
            // What came while the other processes had the meeting joins in: their commit was waited for.
            while let Some(job) = group.next().or_else(|| next_of(jobs, later, answers.len())) {
                let (answer, result) = attempt(batch, job);
                answers.push(answer);
                result?;
            }
            Ok(())
        });
        answers.extend(group.map(unattempted));
        self.metrics.grouped(answers.len());
        let fault = match done {
            Ok(((), events)) => {
                self.metrics.events.inc_by(events);
                None
            }
            Err(fault) => Some(fault),
        };
        self.publish(fault.as_ref());
        for answer in answers {
            answer(fault.as_ref());
        }
    }

    /// Where it fails, the offer is answered with what is there.
    fn go_back_for(&mut self, offer: &Offer) {
        let (Ok(Some(to)), Some(order)) = (self.log.ledger().must_rewind(offer), offer.order) else { return };
        tracing::warn!(to, life = %order.incarnation, "the hub that is followed has begun a new life");
        let done = self.log.rewind(to, offer, order.incarnation);
        self.publish(done.as_ref().err());
    }

    fn refresh(&mut self, cursor: u64) {
        if cursor > self.log.ledger().cursor() || self.view.borrow().fault.is_some() {
            let fault = self.log.refresh().err();
            self.publish(fault.as_ref());
        }
    }

    /// Readers see it before anybody is told that it is done.
    fn publish(&mut self, fault: Option<&HubError>) {
        if fault.is_some() {
            self.metrics.faults.inc();
        }
        let version = self.log.version();
        let before = self.view.borrow().clone();
        let mended = before.fault.as_ref().is_some_and(HubError::ends_with_an_answer);
        let view = match fault {
            // In doubt: the ledger ran ahead of the disk.
            Some(fault) => View { ledger: before.ledger.clone(), fault: Some(fault.clone()) },
            None if version != self.published || mended => View { ledger: self.log.ledger().clone(), fault: None },
            // Only something written shows that a disk is good again; a question does not.
            None => return,
        };
        if fault.is_none() {
            self.published = version;
        }
        self.view.send_replace(Arc::new(view));
    }
}

/// Whether a job has the log to itself.
fn stands_alone(job: &Job) -> bool {
    matches!(job, Job::Promote(_) | Job::Follow(_) | Job::Draw(..) | Job::Roots(_) | Job::KeepRoots(..))
}

/// The next job that may join a transaction that has begun, while there is room in it.
fn next_of(jobs: &mut mpsc::Receiver<Job>, later: &mut Option<Job>, taken: usize) -> Option<Job> {
    if taken >= MAX_GROUP || later.is_some() {
        return None;
    }
    match jobs.try_recv().ok()? {
        // For these something has to be done before.
        job @ (Job::Offer(..) | Job::Refresh(_, Some(_))) => {
            *later = Some(job);
            None
        }
        job if stands_alone(&job) => {
            *later = Some(job);
            None
        }
        // It has been caught up with.
        Job::Refresh(_, None) => next_of(jobs, later, taken),
        job => Some(job),
    }
}

fn attempt(batch: &mut Batch<'_>, job: Job) -> (Answer, Result<(), HubError>) {
    match job {
        Job::Push(request, reply) => told(reply, batch.push(&request)),
        Job::Offer(offer, reply) => told(reply, batch.offer(&offer)),
        Job::Enrol(request, reply) => told(reply, batch.enrol(&request)),
        Job::Revoke(device, reason, reply) => told(reply, batch.revoke(device, &reason)),
        Job::Author(events, reply) => {
            let written = batch.author(events);
            let cursor = batch.cursor();
            told_author(reply, written.map(|written| written.map(|()| cursor)))
        }
        Job::Refresh(..) | Job::Promote(_) | Job::Follow(_) | Job::Draw(..) | Job::Roots(_) | Job::KeepRoots(..) => {
            (Box::new(|_| ()), Ok(()))
        }
    }
}

fn told<T: Send + 'static>(
    reply: Reply<T>,
    result: Result<Result<T, Problem>, HubError>,
) -> (Answer, Result<(), HubError>) {
    match result {
        Ok(done) => (
            Box::new(move |fault| {
                let _ = reply.send(match fault {
                    Some(fault) => Err(fault.problem()),
                    None => done,
                });
            }),
            Ok(()),
        ),
        Err(error) => (refused(reply), Err(error)),
    }
}

fn told_author(
    reply: oneshot::Sender<Result<u64, HubError>>,
    result: Result<Result<u64, AuthorError>, HubError>,
) -> (Answer, Result<(), HubError>) {
    let (done, result) = match result {
        Ok(done) => (done.map_err(HubError::from), Ok(())),
        Err(error) => (Err(HubError::Busy), Err(error)),
    };
    let answer = move |fault: Option<&HubError>| {
        let _ = reply.send(fault.map_or(done, |fault| Err(fault.clone())));
    };
    (Box::new(answer), result)
}

fn refused<T: Send + 'static>(reply: Reply<T>) -> Answer {
    Box::new(move |fault| {
        let _ = reply.send(Err(fault.unwrap_or(&HubError::Busy).problem()));
    })
}

fn unattempted(job: Job) -> Answer {
    match job {
        Job::Push(_, reply) => refused(reply),
        Job::Offer(_, reply) => refused(reply),
        Job::Enrol(_, reply) => refused(reply),
        Job::Revoke(_, _, reply) => refused(reply),
        Job::Author(_, reply) => told_author(reply, Ok(Ok(0))).0,
        Job::Refresh(..) | Job::Promote(_) | Job::Follow(_) | Job::Draw(..) | Job::Roots(_) | Job::KeepRoots(..) => {
            Box::new(|_| ())
        }
    }
}
