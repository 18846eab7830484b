//! A venue's hub relays its order to the hub above it, which follows. It goes on from what the hub
//! above has, never from a pointer of its own, and takes back from there what it has lost itself.

use std::sync::Arc;
use std::time::Duration;

use sync::wire::{LinkTask, MAX_PUSH_BYTES, MAX_PUSH_EVENTS, Offer, OfferReply, Order};
use sync::{Event, Incarnation, MAX_EVENT_BYTES, PullReply};

use crate::client::Client;
use crate::link::{Comparison, Link, LinkFault, Stand, events_of};
use crate::service::Hub;

/// While there is nothing to send, the hub above is asked this often whether it still has all.
const QUIET: Duration = Duration::from_secs(15);

/// Relays until the hub stops. `upstream` is a `hub::link_client`; `url` is for the status. A hub that
/// another one relays to relays too: the order is then that of the hub it follows.
pub async fn run(hub: Hub, upstream: impl Into<Arc<Client>>, url: String) {
    let ended = hub.clone();
    let mut relay = Relay { link: Link::new(hub, upstream.into(), LinkTask::Relay, &url) };
    tokio::select! {
        () = relay.work() => {}
        () = ended.ended() => {}
    }
}

struct Relay {
    link: Link,
}

impl Relay {
    async fn work(&mut self) {
        loop {
            if let Err(fault) = self.round().await {
                self.link.failed(fault).await;
            }
        }
    }

    /// Finds out where the hub above is and feeds it until something changes.
    async fn round(&mut self) -> Result<(), LinkFault> {
        let own = self.link.hub.stand();
        let there = self.question(own.order_of()).await?;
        let mut after = there.cursor;
        if there.follows != Some(own.order_of()) {
            after = self.reconcile(&there).await?;
        } else if there.cursor > own.cursor {
            // This log lost its end. When nothing was written since, it can be had back as it was.
            let common = self.reconcile(&there).await?;
            if common < own.cursor || self.link.hub.stand().cursor < there.cursor {
                return Err(LinkFault::Ahead { own: own.cursor, theirs: there.cursor });
            }
        }
        if there.follows == Some(own.order_of()) {
            self.link.make_sure(there.incarnation, after.min(self.link.hub.stand().cursor)).await?;
        }
        while self.link.hub.stand().incarnation == own.incarnation {
            after = self.feed(own, after).await?;
        }
        Ok(())
    }

    /// Sends what comes after a cursor, or waits for it. Returns the cursor of the hub above.
    async fn feed(&mut self, own: Stand, after: u64) -> Result<u64, LinkFault> {
        let run = self.link.hub.read(after, MAX_PUSH_EVENTS, MAX_PUSH_BYTES - MAX_EVENT_BYTES).await?;
        if run.incarnation != own.incarnation {
            return Err(LinkFault::Changed);
        }
        if run.events.is_empty() && after > self.link.hub.stand().cursor {
            return Err(LinkFault::Changed);
        }
        if run.events.is_empty() {
            self.link.works(0);
            if !self.link.hub.wait_beyond(after, QUIET).await && self.question(own.order_of()).await?.cursor != after {
                return Err(LinkFault::Changed);
            }
            return Ok(after);
        }
        let reply = self.send(own.order_of(), after, events_of(run.events)).await?;
        if reply.follows != Some(own.order_of()) || reply.cursor < after {
            return Err(LinkFault::Changed);
        }
        if reply.cursor == after {
            return Err(LinkFault::Stuck { cursor: after });
        }
        self.link.works(self.link.hub.stand().cursor.saturating_sub(reply.cursor));
        Ok(reply.cursor)
    }

    /// The hub above has another life's order. Takes what is only there and tells up to where both are
    /// the same. What comes after there is replaced by this hub's order, which has all of it by then.
    async fn reconcile(&self, there: &OfferReply) -> Result<u64, LinkFault> {
        let hub = &self.link.hub;
        let mut comparison = Comparison::new(there.incarnation);
        while let Some(page) = comparison.next_other_page(&self.link).await? {
            if hub.stand().follows.is_some() {
                break;
            }
            let PullReply { vouched: Some(vouched), events, .. } = page else { continue };
            let offer = Offer { meeting: hub.meeting(), vouched, order: None, events: events_of(events) };
            hub.offer(offer).await.map_err(LinkFault::Refused)?;
        }
        Ok(comparison.common)
    }

    /// Where the hub above is. An order after the last possible cursor asks for nothing.
    async fn question(&self, order_of: Incarnation) -> Result<OfferReply, LinkFault> {
        self.send(order_of, u64::MAX, Vec::new()).await
    }

    async fn send(&self, order_of: Incarnation, after: u64, events: Vec<Event>) -> Result<OfferReply, LinkFault> {
        let hub = &self.link.hub;
        let order = Some(Order { incarnation: order_of, life: hub.stand().life, after });
        Ok(self.link.other.offer(&Offer { order, ..hub.vouched_offer(events) }).await?)
    }
}
