//! A hub that stands by: it has the ordering hub's log event for event on its own disk, so that it can
//! be promoted in its place at once. The log is taken page by page: whatever cuts it off, it goes on
//! from what is durable.

use std::sync::Arc;
use std::time::{Duration, Instant};

use domain::draw::Root;
use sync::wire::{
    LinkTask, MAX_PUSH_BYTES, MAX_PUSH_EVENTS, MAX_WAIT_MS, NetFault, Offer, Order, PullRequest, Status, WireRoot,
};
use sync::{Incarnation, LogEpoch, MAX_EVENT_BYTES, PullReply};

use crate::client::Client;
use crate::link::{Comparison, Link, LinkFault, events_of};
use crate::service::Hub;

/// An answer to a long poll that comes sooner than this without news was not waited for.
const AT_ONCE: Duration = Duration::from_millis(200);
/// The event that binds the meeting to a root.
const COMMITS: &str = "DrawCommitted";
const LONGEST: Duration = Duration::from_millis(MAX_WAIT_MS as u64);

/// Stands by until the hub is promoted or stops. `leader` is a `hub::link_client`; `url` is
/// for the status.
pub async fn run(hub: Hub, leader: impl Into<Arc<Client>>, url: String) {
    let ended = hub.clone();
    let mut standby = Standby { link: Link::new(hub, leader.into(), LinkTask::Standby, &url), roots_due: true };
    tokio::select! {
        () = standby.work() => {}
        () = ended.ended() => {}
    }
}

/// How another hub that orders stands to this one that orders too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rival {
    /// It follows, or is this very life in another process.
    None,
    /// This hub was promoted after it had the other one's log.
    Earlier,
    /// The other one was promoted after it had this one's log.
    Later,
    /// Neither has seen the other's present life.
    Unknown,
}

/// Asks another hub of the meeting whether there are two that order.
///
/// # Errors
/// What the network or the other hub did; then nobody knows.
pub(crate) async fn rival(hub: &Hub, other: &Client) -> Result<Rival, NetFault> {
    let Status { follows, lives: theirs, .. } = other.status().await?;
    let own = hub.status().lives;
    let known = |lives: &[LogEpoch], of: &[LogEpoch]| of.first().is_some_and(|present| lives.contains(present));
    Ok(match (follows, known(&own, &theirs), known(&theirs, &own)) {
        (Some(_), ..) | (None, true, true) => Rival::None,
        (None, true, false) => Rival::Earlier,
        (None, false, true) => Rival::Later,
        (None, false, false) => Rival::Unknown,
    })
}

struct Standby {
    link: Link,
    /// The leader may have roots of the lottery that this hub lacks.
    roots_due: bool,
}

impl Standby {
    async fn work(&mut self) {
        while let Some(followed) = self.link.hub.stand().follows {
            if let Err(fault) = self.round(followed).await
                && self.link.hub.stand().follows.is_some()
            {
                self.link.failed(fault).await;
            }
        }
        self.link.hub.set_link(None);
    }

    /// Waits for the next page and makes it durable.
    async fn round(&mut self, followed: Incarnation) -> Result<(), LinkFault> {
        let cursor = self.link.hub.stand().cursor;
        self.link.make_sure(followed, cursor).await?;
        if self.roots_due {
            self.take_roots().await?;
        }
        let asked = Instant::now();
        let page = self.link.other.pull(PullRequest { cursor, incarnation: followed, wait_ms: MAX_WAIT_MS }).await?;
        if page.incarnation != followed {
            return self.change_over(page.incarnation).await;
        }
        if page.hub_cursor < cursor {
            return Err(LinkFault::Ahead { own: cursor, theirs: page.hub_cursor });
        }
        let lag = page.hub_cursor.saturating_sub(page.cursor);
        if page.events.is_empty() && asked.elapsed() < LONGEST {
            // A hub that is about to stop lets nobody wait.
            self.link.doubt();
            tokio::time::sleep(AT_ONCE.saturating_sub(asked.elapsed())).await;
        }
        let commits = page.events.iter().any(|(_, event)| event.kind == COMMITS);
        self.keep(page).await?;
        if commits {
            self.roots_due = true;
            self.take_roots().await?;
        }
        self.link.works(lag);
        Ok(())
    }

    /// What the leader is bound to, this hub has to be able to go on with.
    async fn take_roots(&mut self) -> Result<(), LinkFault> {
        let reply = self.link.other.roots().await?;
        let read = |root: &WireRoot| Some(Root::new(root.secret_hex.parse().ok()?, root.links));
        let roots: Vec<Root> = reply.roots.iter().filter_map(read).collect();
        self.link.hub.keep_roots(roots).await?;
        self.roots_due = false;
        Ok(())
    }

    async fn keep(&self, page: PullReply) -> Result<(), LinkFault> {
        let PullReply { incarnation, from, cursor, vouched, events, .. } = page;
        if events.is_empty() {
            return Ok(());
        }
        let events = events_of(events);
        let offer = match vouched {
            Some(vouched) => Offer { meeting: self.link.hub.meeting(), vouched, order: None, events },
            None => self.link.hub.vouched_offer(events),
        };
        let there = self.take(offer, incarnation, from).await?;
        if there == cursor { Ok(()) } else { Err(LinkFault::Stuck { cursor: there }) }
    }

    /// The ordering hub has begun a new life. Gives it what only this hub still has, then goes back to
    /// where both are the same.
    async fn change_over(&self, incarnation: Incarnation) -> Result<(), LinkFault> {
        let mut comparison = Comparison::new(incarnation);
        comparison.next_other_page(&self.link).await?;
        let common = comparison.common;
        self.give_back(common).await?;
        self.take(self.link.hub.vouched_offer(Vec::new()), incarnation, common).await.map(drop)
    }

    async fn give_back(&self, mut cursor: u64) -> Result<(), LinkFault> {
        let hub = &self.link.hub;
        loop {
            let run = hub.read(cursor, MAX_PUSH_EVENTS, MAX_PUSH_BYTES - MAX_EVENT_BYTES).await?;
            let Some((last, _)) = run.events.last() else { return Ok(()) };
            cursor = *last;
            self.link.other.offer(&hub.vouched_offer(events_of(run.events))).await?;
        }
    }

    async fn take(&self, offer: Offer, incarnation: Incarnation, after: u64) -> Result<u64, LinkFault> {
        // Whom to follow was decided by a person, so that any life of it counts as newer.
        let order = Some(Order { incarnation, life: self.link.hub.stand().life + 1, after });
        let taken = self.link.hub.offer(Offer { order, ..offer }).await;
        taken.map(|reply| reply.cursor).map_err(LinkFault::Refused)
    }
}
