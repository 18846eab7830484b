//! The one writer thread: drains its queue into one transaction after another and answers only after
//! COMMIT. One durable commit for many requests is ten times the throughput of one for each.

use std::sync::Arc;
use std::thread::JoinHandle;

use sync::wire::{EnrolRequest, Problem, PushReply, PushRequest};
use tokio::sync::{mpsc, oneshot, watch};

use crate::core::{AuthorError, Authored, Enrolled, Ledger};
use crate::error::HubError;
use crate::store::{Batch, HubStore};

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
    Enrol(EnrolRequest, Reply<Enrolled>),
    Author(Vec<Authored>, oneshot::Sender<Result<u64, HubError>>),
}

type Reply<T> = oneshot::Sender<Result<T, Problem>>;

/// A finished job that still has to be told.
type Answer = Box<dyn FnOnce(Option<&HubError>) + Send>;

/// Starts the thread; it ends when the last sender is dropped and everything queued is done.
pub(crate) fn start(store: HubStore) -> (mpsc::Sender<Job>, watch::Receiver<Arc<View>>, JoinHandle<HubStore>) {
    let (sender, jobs) = mpsc::channel(QUEUE);
    let (view, views) = watch::channel(Arc::new(View { ledger: store.ledger().clone(), fault: None }));
    let thread = std::thread::Builder::new()
        .name("hub-writer".to_owned())
        .spawn(move || run(store, jobs, &view))
        .expect("the system starts one more thread");
    (sender, views, thread)
}

fn run(mut store: HubStore, mut jobs: mpsc::Receiver<Job>, view: &watch::Sender<Arc<View>>) -> HubStore {
    while let Some(first) = jobs.blocking_recv() {
        let mut group = vec![first];
        while group.len() < MAX_GROUP {
            let Ok(job) = jobs.try_recv() else { break };
            group.push(job);
        }
        work(&mut store, group, view);
    }
    store
}

fn work(store: &mut HubStore, group: Vec<Job>, view: &watch::Sender<Arc<View>>) {
    let before = view.borrow().ledger.cursor();
    let mut answers = Vec::with_capacity(group.len());
    let mut group = group.into_iter();
    let done = store.group(|batch| {
        for job in group.by_ref() {
            let (answer, result) = attempt(batch, job);
            answers.push(answer);
            result?;
        }
        Ok(())
    });
    answers.extend(group.map(unattempted));
    let fault = done.err();
    // Only something written shows that the disk is good again; a question is not.
    if fault.is_some() || store.ledger().cursor() != before {
        publish(store, fault.clone(), view);
    }
    for answer in answers {
        answer(fault.as_ref());
    }
}

/// Readers see it before anybody is told that it is done.
fn publish(store: &HubStore, fault: Option<HubError>, view: &watch::Sender<Arc<View>>) {
    view.send_modify(|view| {
        let ledger = match fault {
            // In doubt: the ledger ran ahead of the disk.
            Some(_) => view.ledger.clone(),
            None => store.ledger().clone(),
        };
        *view = Arc::new(View { ledger, fault });
    });
}

fn attempt(batch: &mut Batch<'_>, job: Job) -> (Answer, Result<(), rusqlite::Error>) {
    match job {
        Job::Push(request, reply) => told(reply, batch.push(&request)),
        Job::Enrol(request, reply) => told(reply, batch.enrol(&request)),
        Job::Author(events, reply) => {
            let written = batch.author(events);
            let cursor = batch.cursor();
            told_author(reply, written.map(|written| written.map(|()| cursor)))
        }
    }
}

fn told<T: Send + 'static>(
    reply: Reply<T>,
    result: Result<Result<T, Problem>, rusqlite::Error>,
) -> (Answer, Result<(), rusqlite::Error>) {
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
    result: Result<Result<u64, AuthorError>, rusqlite::Error>,
) -> (Answer, Result<(), rusqlite::Error>) {
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
        Job::Enrol(_, reply) => refused(reply),
        Job::Author(_, reply) => told_author(reply, Ok(Ok(0))).0,
    }
}
