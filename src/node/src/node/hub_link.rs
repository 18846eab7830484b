//! The node's side of replication: gives the replica its events and turns its effects into calls with numbers, so that
//! an answer of before a reopened store is told apart.

use sync::wire::{NetFault, PullReply, PushReply, PushRequest, Snapshot};
use sync::{ReplicaInput, SyncEffect};

use super::Node;
use super::writer::Pulled;
use crate::effect::Effect;
use crate::steady::Now;

/// The calls under way.
#[derive(Debug)]
pub(super) struct Calls {
    next: u64,
    /// Number and steady time of its start.
    push: Option<(u64, u64)>,
    pull: Option<u64>,
    /// The hub's newest cursor as it last said.
    pub(super) hub_cursor: u64,
}

impl Calls {
    pub(super) fn after(next: u64) -> Calls {
        Calls { next, push: None, pull: None, hub_cursor: u64::MAX }
    }

    pub(super) fn next(&self) -> u64 {
        self.next
    }

    fn begin(&mut self) -> u64 {
        let call = self.next;
        self.next = self.next.saturating_add(1);
        call
    }
}

impl Node {
    pub(super) fn push_answered(
        &mut self,
        call: u64,
        result: Result<PushReply, NetFault>,
        now: Now,
        effects: &mut Vec<Effect>,
    ) {
        let Some((_, since)) = self.calls.push.take_if(|(under_way, _)| *under_way == call) else { return };
        if let Ok(reply) = &result {
            self.author.hear_hub_clock(reply.now_ms, now.steady.saturating_sub(since), now);
        }
        self.sync_step(ReplicaInput::PushAnswered(result), now, effects);
    }

    pub(super) fn pull_answered(
        &mut self,
        call: u64,
        result: Result<PullReply, NetFault>,
        now: Now,
        effects: &mut Vec<Effect>,
    ) {
        if self.calls.pull.take_if(|under_way| *under_way == call).is_none() {
            return;
        }
        if let Ok(reply) = &result {
            self.calls.hub_cursor = reply.hub_cursor;
            self.catching_up &= reply.from < reply.hub_cursor;
        }
        self.sync_step(ReplicaInput::PullAnswered(result), now, effects);
    }

    pub(super) fn snapshot_answered(
        &mut self,
        call: u64,
        result: Result<Snapshot, NetFault>,
        now: Now,
        effects: &mut Vec<Effect>,
    ) {
        if self.calls.pull.take_if(|under_way| *under_way == call).is_some() {
            self.sync_step(ReplicaInput::SnapshotAnswered(result), now, effects);
        }
    }

    /// One input for the replica and what it wants done.
    pub(super) fn sync_step(&mut self, input: ReplicaInput, now: Now, effects: &mut Vec<Effect>) {
        for effect in self.replica.handle(input, now.steady) {
            match effect {
                SyncEffect::Push { from, question } => {
                    let call = self.calls.begin();
                    self.calls.push = Some((call, now.steady));
                    effects.push(Effect::Push { call, request: self.push_request(from, question) });
                }
                SyncEffect::Pull(request) => {
                    let call = self.calls.begin();
                    self.calls.pull = Some(call);
                    effects.push(Effect::Pull { call, request });
                }
                SyncEffect::FetchSnapshot => {
                    let call = self.calls.begin();
                    self.calls.pull = Some(call);
                    effects.push(Effect::FetchSnapshot { call });
                }
                SyncEffect::StorePulled { incarnation, cursor, events } => {
                    self.pulled = Some(Pulled::Events { incarnation, cursor, events });
                }
                SyncEffect::InstallSnapshot(snapshot) => {
                    self.pulled = Some(Pulled::Snapshot(Box::new(snapshot)));
                }
                SyncEffect::Stopped(_) => self.changed = true,
            }
        }
    }

    fn push_request(&self, from: u64, question: bool) -> PushRequest {
        let identity = self.author.identity();
        let from = usize::try_from(from).unwrap_or(usize::MAX);
        let events = self.own.get(from..).unwrap_or_default().iter().filter(|_| !question).cloned();
        PushRequest::gather(identity.device, identity.epoch, events)
    }
}
