//! The thread that hands pages over and follows them, so that nobody waits for a queue: orders in, reports out.

use super::{JobSeen, Media, PageQueue, QueueError, QueueJob, QueueSpec};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

/// How often a job that is out is looked at.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How long a job is followed; after that nobody here knows what became of it.
const FOLLOW_FOR: Duration = Duration::from_secs(15 * 60);
/// Orders that may wait for the thread.
const MOST_WAITING: usize = 32;
/// Jobs that are followed at a time; beyond, the oldest are given up.
const MOST_FOLLOWED: usize = 64;

/// Makes the document, on the thread that hands it over.
pub type Draw = Box<dyn FnOnce() -> Result<Vec<u8>, String> + Send>;

/// Pages that are wanted.
pub struct PageOrder {
    /// Chosen by whoever asks; every report names it.
    pub tag: u64,
    /// Stands in the queue's list of jobs.
    pub title: String,
    pub media: Media,
    pub pdf: Draw,
}

/// What became of an order. The last word on it is every one but `Taken`, `Moved`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PageReport {
    /// This machine was given no queue.
    NoQueue,
    /// Too many orders wait already.
    Busy,
    /// The document could not be made.
    NotDrawn(String),
    /// No page will come out, but see [`QueueError::Doubtful`].
    NotTaken(QueueError),
    /// The queue has the whole document. That is not printed.
    Taken { job: QueueJob },
    /// The job moved: it waits, prints, or wants a person.
    Moved { job: QueueJob, seen: JobSeen },
    /// The job is through, as [`JobSeen::Completed`] says.
    Completed { job: QueueJob, by_printer: bool },
    /// It ended without its paper, or with a part of it.
    Ended { job: QueueJob, reasons: Vec<String> },
    /// The queue forgot it, or it took longer than anybody waits.
    Unknown { job: QueueJob },
}

impl PageReport {
    /// Whether no other report of this order follows.
    pub fn is_last(&self) -> bool {
        !matches!(self, PageReport::Taken { .. } | PageReport::Moved { .. })
    }

    /// What a technician reads.
    pub fn words(&self) -> String {
        match self {
            PageReport::NoQueue => "this machine was given no A4 printer: start it with --a4 cups:QUEUE".into(),
            PageReport::Busy => "too many pages wait already; try again in a minute".into(),
            PageReport::NotDrawn(reason) => format!("the page could not be made: {reason}"),
            PageReport::NotTaken(error) => error.to_string(),
            PageReport::Taken { job } => format!("handed to the print queue as job {}", job.0),
            PageReport::Moved { job, seen: JobSeen::WantsPerson { reasons } } => {
                format!("job {} waits for a person at the printer: {}", job.0, or_none(reasons))
            }
            PageReport::Moved { job, .. } => format!("job {} is on its way", job.0),
            PageReport::Completed { job, by_printer: true } => format!("job {}: the printer says it is printed", job.0),
            PageReport::Completed { job, by_printer: false } => {
                format!("job {}: the queue is through with it; this printer cannot say more", job.0)
            }
            PageReport::Ended { job, reasons } => {
                format!("job {} ended without being printed: {}", job.0, or_none(reasons))
            }
            PageReport::Unknown { job } => format!("what became of job {} is not known; look at the printer", job.0),
        }
    }
}

fn or_none(reasons: &[String]) -> String {
    if reasons.is_empty() { "no reason given".into() } else { reasons.join(", ") }
}

/// The pages of one machine.
#[derive(Clone)]
pub struct PageThread {
    /// None: no queue was named.
    orders: Option<SyncSender<PageOrder>>,
}

impl PageThread {
    /// Starts the thread, when there is a queue; `tell` hears of every order by its tag.
    ///
    /// # Errors
    /// The thread could not be started.
    pub fn start(
        queue: Option<QueueSpec>,
        tell: impl Fn(u64, PageReport) + Send + 'static,
    ) -> std::io::Result<PageThread> {
        let Some(spec) = queue else { return Ok(PageThread { orders: None }) };
        let (orders, work) = sync_channel(MOST_WAITING);
        let clerk = Clerk { queue: PageQueue::new(spec), tell, followed: Vec::new() };
        thread::Builder::new().name("pages".into()).spawn(move || clerk.run(&work))?;
        Ok(PageThread { orders: Some(orders) })
    }

    /// Whether orders go anywhere.
    pub fn has_queue(&self) -> bool {
        self.orders.is_some()
    }

    /// Never waits. An order that is not even begun is answered here.
    ///
    /// # Errors
    /// No queue, or too many orders.
    pub fn order(&self, order: PageOrder) -> Result<(), PageReport> {
        let orders = self.orders.as_ref().ok_or(PageReport::NoQueue)?;
        orders.try_send(order).map_err(|error| match error {
            TrySendError::Full(_) => PageReport::Busy,
            TrySendError::Disconnected(_) => PageReport::NotDrawn("the thread of the pages ended".into()),
        })
    }
}

struct Followed {
    tag: u64,
    job: QueueJob,
    queue: PageQueue,
    since: Instant,
    seen: Option<JobSeen>,
}

struct Clerk<T> {
    queue: PageQueue,
    tell: T,
    followed: Vec<Followed>,
}

impl<T: Fn(u64, PageReport)> Clerk<T> {
    /// Until nobody orders any more and every job has ended.
    fn run(mut self, work: &Receiver<PageOrder>) {
        let mut look_at = Instant::now();
        loop {
            let rest =
                if self.followed.is_empty() { FOLLOW_FOR } else { look_at.saturating_duration_since(Instant::now()) };
            match work.recv_timeout(rest) {
                Ok(order) => self.hand_over(order),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return,
            }
            if look_at <= Instant::now() {
                self.look();
                look_at = Instant::now() + LOOK_EVERY;
            }
        }
    }

    fn hand_over(&mut self, order: PageOrder) {
        let tag = order.tag;
        let pdf = match (order.pdf)() {
            Ok(pdf) => pdf,
            Err(reason) => return (self.tell)(tag, PageReport::NotDrawn(reason)),
        };
        match self.queue.hand_over(&order.title, order.media, &pdf) {
            Ok((queue, job)) => {
                (self.tell)(tag, PageReport::Taken { job });
                if self.followed.len() >= MOST_FOLLOWED {
                    let given_up = self.followed.remove(0);
                    (self.tell)(given_up.tag, PageReport::Unknown { job: given_up.job });
                }
                self.followed.push(Followed { tag, job, queue, since: Instant::now(), seen: None });
            }
            Err(error) => {
                tracing::warn!("{error}");
                (self.tell)(tag, PageReport::NotTaken(error));
            }
        }
    }

    fn look(&mut self) {
        let tell = &self.tell;
        self.followed.retain_mut(|followed| {
            let Some(report) = followed.look() else { return true };
            let last = report.is_last();
            tell(followed.tag, report);
            !last
        });
    }
}

impl Followed {
    /// What is new of it.
    fn look(&mut self) -> Option<PageReport> {
        let job = self.job;
        let late = self.since.elapsed() > FOLLOW_FOR;
        // A queue that does not answer now may do so later: the job is in it.
        let seen = self.queue.look(job).ok().filter(|seen| Some(seen) != self.seen.as_ref());
        self.seen = seen.clone().or(self.seen.take());
        match seen {
            Some(JobSeen::Completed { by_printer }) => Some(PageReport::Completed { job, by_printer }),
            Some(JobSeen::Ended { reasons }) => Some(PageReport::Ended { job, reasons }),
            Some(JobSeen::Forgotten) => Some(PageReport::Unknown { job }),
            _ if late => Some(PageReport::Unknown { job }),
            Some(seen) => Some(PageReport::Moved { job, seen }),
            None => None,
        }
    }
}
