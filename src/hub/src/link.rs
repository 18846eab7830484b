//! What a relay and a standby share: two hubs of one meeting, one of which has the other's order. Where
//! their logs part, how long to pause after a fault, and what the status tells.

use std::sync::Arc;
use std::time::Duration;

use sync::wire::{LinkStatus, LinkTask, NetFault, Problem, PullRequest};
use sync::{Event, Incarnation, MeetingId, PullReply};

use crate::client::{Client, ClientError};
use crate::error::HubError;
use crate::now_ms;
use crate::secrets::{HubSecrets, relay_token};
use crate::service::Hub;
use crate::tls;

/// Pauses after faults in a row; the last one stays.
const PAUSES_MS: [u64; 6] = [200, 500, 1_000, 2_000, 5_000, 10_000];

/// Events that are compared when a link begins to work. Nodes push again what a hub lost, but not in the
/// order of before, so that two orders of one life do not meet again.
const COMPARED_EVENTS: u64 = 100;

/// The client with which one hub of a meeting talks to another: all of them have the same keys, so each
/// knows what the other one has to show. For `relay` and `standby`.
///
/// # Errors
/// The address is none, or is plain HTTP to another machine.
pub fn link_client(url: &str, secrets: &HubSecrets, meeting: MeetingId) -> Result<Client, ClientError> {
    let token = relay_token(secrets, meeting);
    Ok(Client::new(url, Some(tls::pin_of(secrets)), Some(token))?.with_key(&secrets.signing_seed))
}

/// Why a link stands still for now. Each one is tried again after a pause.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LinkFault {
    #[error(transparent)]
    Net(#[from] NetFault),
    #[error("this hub: {0}")]
    Own(#[from] HubError),
    #[error("this hub refused what came: {0}")]
    Refused(Problem),
    #[error(
        "this hub has {own} events and the other one {theirs} of the same life: \
         was a data folder put back without `usher restore`?"
    )]
    Ahead { own: u64, theirs: u64 },
    #[error(
        "up to event {cursor} of the same life the other hub has another order than this one: \
         was a data folder put back without `usher restore`?"
    )]
    Parted { cursor: u64 },
    #[error("the other hub began a new life meanwhile")]
    Changed,
    #[error("the other hub stays at cursor {cursor} whatever it is sent")]
    Stuck { cursor: u64 },
}

/// Keeps the status and the pauses of one link.
pub(crate) struct Link {
    pub(crate) hub: Hub,
    pub(crate) other: Arc<Client>,
    task: LinkTask,
    url: String,
    faults: usize,
    lag: u64,
    worked_ms: Option<u64>,
    /// Both had the same order when it last began to work.
    sure: bool,
}

impl Link {
    pub(crate) fn new(hub: Hub, other: Arc<Client>, task: LinkTask, url: &str) -> Link {
        Link { hub, other, task, url: url.to_owned(), faults: 0, lag: 0, worked_ms: None, sure: false }
    }

    /// It works, and so many events are still to go over it.
    pub(crate) fn works(&mut self, lag: u64) {
        if self.faults > 0 || self.worked_ms.is_none() {
            tracing::info!(task = ?self.task, url = self.url, "the link to the other hub works");
        }
        (self.faults, self.lag, self.worked_ms) = (0, lag, Some(now_ms()));
        self.tell(None);
    }

    /// Tells the fault and pauses, longer each time in a row.
    pub(crate) async fn failed(&mut self, fault: LinkFault) {
        if self.faults == 0 {
            tracing::warn!(task = ?self.task, url = self.url, %fault, "the link to the other hub stands still");
        }
        self.tell(Some(fault.to_string()));
        self.sure = false;
        let pause = PAUSES_MS[self.faults.min(PAUSES_MS.len() - 1)];
        self.faults += 1;
        tokio::time::sleep(Duration::from_millis(pause)).await;
    }

    /// Makes sure, when the link begins to work, that both logs have the same events before a cursor that
    /// both have: a data folder that was put back goes on in the same life, with another order.
    ///
    /// # Errors
    /// `Parted`, or what either hub did. That the other one lives anew is no fault here.
    pub(crate) async fn make_sure(&mut self, theirs: Incarnation, cursor: u64) -> Result<(), LinkFault> {
        let mut at = cursor.saturating_sub(COMPARED_EVENTS);
        while !self.sure && at < cursor {
            let page = self.other.pull(PullRequest { cursor: at, incarnation: theirs, wait_ms: 0 }).await?;
            if page.incarnation != theirs {
                return Ok(());
            }
            if page.events.is_empty() {
                return Err(LinkFault::Ahead { own: cursor, theirs: page.hub_cursor });
            }
            let own = self.hub.read(at, page.events.len(), usize::MAX).await?;
            let common = page.events.iter().zip(&own.events).take_while(|((theirs, _), _)| *theirs <= cursor);
            if common.into_iter().any(|(theirs, own)| theirs != own) {
                return Err(LinkFault::Parted { cursor });
            }
            at = page.cursor;
        }
        self.sure = true;
        Ok(())
    }

    /// The other hub may have been started anew since: it is compared once more.
    pub(crate) fn doubt(&mut self) {
        self.sure = false;
    }

    fn tell(&self, fault: Option<String>) {
        self.hub.set_link(Some(LinkStatus {
            task: self.task,
            url: self.url.clone(),
            lag: self.lag,
            fault,
            worked_ms: self.worked_ms,
        }));
    }
}

/// Walks through the other hub's log to find where it parts from this one's.
pub(crate) struct Comparison {
    incarnation: Incarnation,
    cursor: u64,
    /// The last cursor up to which both logs are the same.
    pub(crate) common: u64,
    parted: bool,
}

impl Comparison {
    /// With that life of the other hub.
    pub(crate) fn new(incarnation: Incarnation) -> Comparison {
        Comparison { incarnation, cursor: 0, common: 0, parted: false }
    }

    /// The next page of the other hub that has something else than this one; none at its end.
    ///
    /// # Errors
    /// `Changed` when the other hub begins another life meanwhile, or what either hub did.
    pub(crate) async fn next_other_page(&mut self, link: &Link) -> Result<Option<PullReply>, LinkFault> {
        loop {
            let request = PullRequest { cursor: self.cursor, incarnation: self.incarnation, wait_ms: 0 };
            let page = link.other.pull(request).await?;
            if page.incarnation != self.incarnation {
                return Err(LinkFault::Changed);
            }
            if page.events.is_empty() {
                return Ok(None);
            }
            if !self.parted {
                let own = link.hub.read(self.cursor, page.events.len(), usize::MAX).await?;
                self.compare(&page, &own.events);
            }
            self.cursor = page.cursor;
            if self.parted {
                return Ok(Some(page));
            }
        }
    }

    fn compare(&mut self, page: &PullReply, own: &[(u64, Event)]) {
        let same = page.events.iter().zip(own).take_while(|(theirs, own)| theirs == own).count();
        self.parted = same < page.events.len();
        if let Some((cursor, _)) = own[..same].last() {
            self.common = *cursor;
        }
    }
}

/// Where a hub stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stand {
    pub(crate) incarnation: Incarnation,
    pub(crate) follows: Option<Incarnation>,
    pub(crate) life: u64,
    pub(crate) cursor: u64,
}

impl Stand {
    /// The life of the ordering hub whose order this is.
    pub(crate) fn order_of(&self) -> Incarnation {
        self.follows.unwrap_or(self.incarnation)
    }
}

/// The events of a run of cursors.
pub(crate) fn events_of(run: Vec<(u64, Event)>) -> Vec<Event> {
    run.into_iter().map(|(_, event)| event).collect()
}
