//! The links that a hub keeps with others, by what it is at the moment. While it follows the hub that
//! it stands by for, it takes that one's log and sends nothing up: that one does. While it orders, it
//! sends its log up, and asks again and again whether another one has taken its place: two hubs that
//! order one meeting are two orders.

use std::future::pending;
use std::sync::Arc;
use std::time::Duration;

use sync::wire::StandbyStatus;

use crate::client::{Client, ClientError};
use crate::error::HubError;
use crate::link::link_client;
use crate::now_ms;
use crate::relay;
use crate::service::Hub;
use crate::standby::{self, Rival};

/// A hub that answered is asked again after this time.
const ASK_EVERY: Duration = Duration::from_secs(3);
/// Pauses after faults in a row; the last one stays.
const PAUSES: [Duration; 3] = [Duration::from_secs(1), ASK_EVERY, Duration::from_secs(8)];

/// The other hub of the two that can take each other's place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Partner {
    /// This hub stands by for it (its address), and follows it until it is promoted.
    Leader(String),
    /// It stands by for this hub (its address): where it was promoted, this one follows it.
    Standby(String),
}

impl Partner {
    fn url(&self) -> &str {
        match self {
            Partner::Leader(url) | Partner::Standby(url) => url,
        }
    }
}

/// The links of one hub.
pub struct Links {
    hub: Hub,
    partner: Option<(Partner, Arc<Client>)>,
    above: Option<(String, Arc<Client>)>,
}

impl Links {
    /// With the hub's partner and the address of the hub above, as far as there are any. Nothing is
    /// sent yet.
    ///
    /// # Errors
    /// An address is none, or is plain HTTP to another machine.
    pub fn new(hub: &Hub, partner: Option<Partner>, above: Option<String>) -> Result<Links, ClientError> {
        let client = |url: &str| link_client(url, hub.secrets(), hub.meeting()).map(Arc::new);
        let partner = partner.map(|partner| client(partner.url()).map(|client| (partner, client))).transpose()?;
        let above = above.map(|url| client(&url).map(|client| (url, client))).transpose()?;
        Ok(Links { hub: hub.clone(), partner, above })
    }

    /// Asks the partner once whether it has taken this hub's place, and follows it where it has: to be
    /// done before anything is served. Without an answer the hub serves, because the venue must not
    /// stop; the status and the health page say so.
    pub async fn ask_first(&self) {
        if let Some((partner, client)) = &self.partner
            && self.hub.stand().follows.is_none()
        {
            self.ask(partner, client, &mut Asked::default()).await;
        }
    }

    /// Keeps the links until the hub stops.
    pub async fn run(self) {
        tokio::select! {
            () = self.work() => {}
            () = self.hub.ended() => {}
        }
    }

    async fn work(&self) {
        loop {
            let follows = self.hub.stand().follows.is_some();
            match &self.partner {
                Some((partner, client)) if follows => {
                    self.hub.set_standby(None);
                    standby::run(self.hub.clone(), client.clone(), partner.url().to_owned()).await;
                }
                _ => tokio::select! {
                    () = self.relay() => {}
                    () = self.watch() => {}
                    () = self.hub.wait_for_role(!follows) => {}
                },
            }
            self.hub.set_link(None);
        }
    }

    async fn relay(&self) {
        match &self.above {
            Some((url, client)) => relay::run(self.hub.clone(), client.clone(), url.clone()).await,
            None => pending().await,
        }
    }

    /// Asks the partner until it has taken this hub's place.
    async fn watch(&self) {
        let Some((partner, client)) = &self.partner else { return pending().await };
        let mut asked = Asked::default();
        while !self.ask(partner, client, &mut asked).await {
            let pause = asked.faults.checked_sub(1).map_or(ASK_EVERY, |fault| PAUSES[fault.min(PAUSES.len() - 1)]);
            tokio::time::sleep(pause).await;
        }
    }

    /// Whether this hub follows its partner from here on.
    async fn ask(&self, partner: &Partner, client: &Client, asked: &mut Asked) -> bool {
        let url = partner.url();
        match (partner, standby::rival(&self.hub, client).await) {
            (Partner::Standby(_), Ok(Rival::Unknown | Rival::Later)) | (Partner::Leader(_), Ok(Rival::Later)) => {
                match self.hub.follow().await {
                    Ok(()) => {
                        tracing::warn!(
                            url,
                            "the other hub took over: this one follows it; \"usher hub promote\" makes it the hub again"
                        );
                        return true;
                    }
                    Err(fault) => self.tell(partner, asked, Some(follows_in_vain(url, &fault))),
                }
            }
            (_, Ok(Rival::None)) => self.tell(partner, asked, None),
            (Partner::Standby(_), Ok(Rival::Earlier)) | (Partner::Leader(_), Ok(Rival::Unknown | Rival::Earlier)) => {
                self.tell(partner, asked, Some(orders_too(url)));
            }
            (Partner::Standby(_), Err(fault)) => self.tell(partner, asked, Some(fault.to_string())),
            // That it is dead is why this hub was promoted.
            (Partner::Leader(_), Err(_)) => asked.faults += 1,
        }
        false
    }

    fn tell(&self, partner: &Partner, asked: &mut Asked, fault: Option<String>) {
        let url = partner.url();
        match &fault {
            Some(fault) if asked.faults == 0 => {
                tracing::warn!(url, fault, "nobody knows whether the other hub took over: this hub serves");
            }
            None if asked.faults > 0 || asked.answered_ms.is_none() => tracing::info!(url, "the other hub stands by"),
            _ => {}
        }
        match fault {
            Some(_) => asked.faults += 1,
            None => *asked = Asked { faults: 0, answered_ms: Some(now_ms()) },
        }
        let told = matches!(partner, Partner::Standby(_)) || fault.is_some();
        let status = StandbyStatus { url: url.to_owned(), answered_ms: asked.answered_ms, fault };
        self.hub.set_standby(told.then_some(status));
    }
}

/// What came of asking so far.
#[derive(Debug, Default)]
struct Asked {
    faults: usize,
    answered_ms: Option<u64>,
}

fn orders_too(url: &str) -> String {
    format!("{url} orders the meeting too: stop it, or start it with --standby and the address of this one")
}

fn follows_in_vain(url: &str, fault: &HubError) -> String {
    format!("{url} took over, and this hub cannot follow it: {fault}; {}", fault.remedy())
}
