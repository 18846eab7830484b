//! Sending a snapshot page by page: whatever a meeting's length and however slowly it is read, a hub
//! holds some pages of it in memory and no more. Its permit is given back when the last byte left, or
//! when the connection ended.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use hyper::body::{Body, Bytes, Frame, SizeHint};
use sync::Incarnation;
use sync::wire::{MAX_PULL_BYTES, MAX_PULL_EVENTS, MAX_SNAPSHOT_BYTES, Problem, ProblemCode, SnapshotPlan};
use tokio::sync::{OwnedSemaphorePermit, mpsc};

use crate::core::problem;
use crate::error::HubError;
use crate::limits;
use crate::now_ms;
use crate::service::{Hub, blocking};

/// Pages that are ready before the reader takes them.
const PAGES_AHEAD: usize = 1;

/// The body of a snapshot, of a length that is known.
pub(crate) struct Paged {
    pages: mpsc::Receiver<Bytes>,
    left: u64,
    _permit: OwnedSemaphorePermit,
}

impl Hub {
    /// All raw events up to now, signed by the hub, as the body of an HTTP answer.
    ///
    /// # Errors
    /// It is over the limit, the hub is stopping, or the disk cannot be read.
    pub(crate) async fn snapshot(&self) -> Result<Paged, Problem> {
        let permit = self.snapshots().acquire_owned().await.map_err(|_| HubError::Stopping.problem())?;
        let hub = self.clone();
        let plan = blocking(move || hub.plan()).await.map_err(|error| error.problem())?;
        let (incarnation, plan) = plan;
        let (last, signature) = (plan.cursor(), self.secrets().sign(&plan.signed_bytes()));
        let vouched = self.vouch(plan.places());
        let (head, length) = plan.begin(Some(signature), vouched);
        if length > MAX_SNAPSHOT_BYTES as u64 {
            return Err(problem(
                ProblemCode::TooLarge,
                "The meeting's log is longer than a snapshot may be.",
                "Set the node up from a copy of another node's folder.",
            ));
        }
        let (sender, pages) = mpsc::channel(PAGES_AHEAD);
        let sending = self.clone().send_pages(sender, head, (incarnation, last));
        tokio::spawn(tokio::time::timeout(limits::SNAPSHOT_TIME, sending));
        Ok(Paged { pages, left: length, _permit: permit })
    }

    /// Walks through the whole log for the head of a snapshot.
    fn plan(&self) -> Result<(Incarnation, SnapshotPlan), HubError> {
        let mut run = self.reader().read(0, MAX_PULL_EVENTS, MAX_PULL_BYTES)?;
        let (incarnation, end) = (run.incarnation, run.cursor);
        let mut plan = SnapshotPlan::new(self.meeting(), incarnation, now_ms());
        loop {
            run.events.iter().filter(|(cursor, _)| *cursor <= end).for_each(|(cursor, event)| plan.add(*cursor, event));
            if plan.cursor() >= end || run.events.is_empty() {
                return Ok((incarnation, plan));
            }
            run = self.reader().read(plan.cursor(), MAX_PULL_EVENTS, MAX_PULL_BYTES)?;
            if run.incarnation != incarnation {
                return Err(HubError::Busy);
            }
        }
    }

    /// Ends early where the hub has begun another life meanwhile, or the disk fails: the reader then sees
    /// that bytes are missing.
    async fn send_pages(self, pages: mpsc::Sender<Bytes>, head: Vec<u8>, (incarnation, last): (Incarnation, u64)) {
        if pages.send(head.into()).await.is_err() {
            return;
        }
        let mut cursor = 0;
        while cursor < last {
            let Ok(run) = self.read(cursor, MAX_PULL_EVENTS, MAX_PULL_BYTES).await else { return };
            let mut page = Vec::new();
            for (at, event) in run.events.iter().filter(|(at, _)| *at <= last) {
                cursor = *at;
                SnapshotPlan::put_event(&mut page, event);
            }
            if run.incarnation != incarnation || page.is_empty() || pages.send(page.into()).await.is_err() {
                return;
            }
        }
    }
}

impl Body for Paged {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        if self.left == 0 {
            return Poll::Ready(None);
        }
        self.pages.poll_recv(context).map(|page| {
            let Some(page) = page else { return Some(Err(io::ErrorKind::UnexpectedEof.into())) };
            self.left = self.left.saturating_sub(page.len() as u64);
            Some(Ok(Frame::data(page)))
        })
    }

    fn is_end_stream(&self) -> bool {
        self.left == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}
