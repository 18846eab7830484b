//! Several meetings served by one process: which hub a request belongs to. Nothing is shared between
//! two meetings but the sockets.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use sync::MeetingId;
use sync::wire::ProblemCode;

use crate::error::HubError;
use crate::secrets::{Caller, meeting_of};
use crate::service::Hub;

/// The meetings that a process serves; clones are handles to the same ones.
#[derive(Clone, Default)]
pub struct Hubs {
    meetings: Arc<RwLock<BTreeMap<MeetingId, Hub>>>,
}

impl Hubs {
    pub fn new() -> Hubs {
        Hubs::default()
    }

    /// Serves one more meeting from now on; gives back what served it before.
    pub fn add(&self, hub: Hub) -> Option<Hub> {
        self.meetings.write().unwrap_or_else(PoisonError::into_inner).insert(hub.meeting(), hub)
    }

    pub fn get(&self, meeting: MeetingId) -> Option<Hub> {
        self.meetings.read().unwrap_or_else(PoisonError::into_inner).get(&meeting).cloned()
    }

    /// In the order of their meetings' ids.
    pub fn all(&self) -> Vec<Hub> {
        self.meetings.read().unwrap_or_else(PoisonError::into_inner).values().cloned().collect()
    }

    /// The hub of a process that serves one meeting.
    pub fn only(&self) -> Option<Hub> {
        let meetings = self.meetings.read().unwrap_or_else(PoisonError::into_inner);
        let mut hubs = meetings.values();
        hubs.next().filter(|_| hubs.next().is_none()).cloned()
    }

    /// Lets every waiting pull of every meeting go, and none wait any more.
    pub fn release(&self) {
        self.all().iter().for_each(Hub::release);
    }

    /// Ends every writer when everything queued is durable; blocks until then.
    pub fn stop(&self) {
        for hub in self.all() {
            drop(hub.stop());
        }
    }

    /// Whether the storage of every meeting works at this moment.
    pub(crate) async fn ready(&self) -> bool {
        let hubs = self.all();
        let mut ready = !hubs.is_empty();
        for hub in hubs {
            ready = ready && hub.ready().await;
        }
        ready
    }

    /// What the first failing disk did.
    pub(crate) fn fault(&self) -> Option<HubError> {
        self.all().iter().find_map(Hub::fault)
    }

    /// Whether of some meeting nobody knows if another hub orders it too.
    pub(crate) fn standby_is_in_doubt(&self) -> bool {
        self.all().iter().filter_map(Hub::standby).any(|standby| standby.fault.is_some())
    }

    /// Whose token this is, and of which meeting.
    ///
    /// # Errors
    /// `Denied` when it is nobody's.
    pub(crate) fn caller(&self, token: &str) -> Result<(Hub, Caller), ProblemCode> {
        let hub = meeting_of(token).and_then(|meeting| self.get(meeting)).ok_or(ProblemCode::Denied)?;
        let caller = hub.caller(token)?;
        Ok((hub, caller))
    }
}

impl From<Hub> for Hubs {
    fn from(hub: Hub) -> Self {
        let hubs = Hubs::new();
        hubs.add(hub);
        hubs
    }
}
