//! The node's side of replication: gives the replica its events and turns its effects into calls with numbers, so that
//! an answer of before a reopened store is told apart.

use sync::wire::{NetFault, PullReply, PushReply, PushRequest, Snapshot};
use sync::{ReplicaInput, StopReason, SyncEffect};

use super::Node;
use super::writer::Pulled;
use crate::effect::Effect;
use crate::steady::Now;

/// While the hub does not know this node, enrolment is asked for again after this time.
const ENROL_AGAIN_MS: u64 = 30_000;

/// The calls under way.
#[derive(Debug)]
pub(super) struct Calls {
    next: u64,
    /// Number and steady time of its start, here and below.
    push: Option<(u64, u64)>,
    pull: Option<(u64, u64)>,
    pub(super) offer: Option<(u64, u64)>,
    /// When enrolment was last asked for, while the hub says that it does not know this node.
    denied_at: Option<u64>,
    /// The hub's newest cursor as it last said.
    pub(super) hub_cursor: u64,
}

impl Calls {
    pub(super) fn after(next: u64) -> Calls {
        Calls { next, push: None, pull: None, offer: None, denied_at: None, hub_cursor: u64::MAX }
    }

    pub(super) fn next(&self) -> u64 {
        self.next
    }

    pub(super) fn begin(&mut self) -> u64 {
        let call = self.next;
        self.next = self.next.saturating_add(1);
        call
    }

    fn may_complain(&mut self, now: Now) -> bool {
        let due = self.denied_at.is_none_or(|at| now.steady >= at.saturating_add(ENROL_AGAIN_MS));
        if due {
            self.denied_at = Some(now.steady);
        }
        due
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
        self.heard(result.as_ref().map(|reply| reply.now_ms), since, now, effects);
        self.sync_step(ReplicaInput::PushAnswered(result), now, effects);
    }

    pub(super) fn pull_answered(
        &mut self,
        call: u64,
        result: Result<PullReply, NetFault>,
        now: Now,
        effects: &mut Vec<Effect>,
    ) {
        let Some((_, since)) = self.calls.pull.take_if(|(under_way, _)| *under_way == call) else { return };
        self.heard(result.as_ref().map(|reply| reply.now_ms), since, now, effects);
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
        let Some((_, since)) = self.calls.pull.take_if(|(under_way, _)| *under_way == call) else { return };
        self.heard(result.as_ref().map(|reply| reply.now_ms), since, now, effects);
        self.sync_step(ReplicaInput::SnapshotAnswered(result), now, effects);
    }

    /// An answer that was asked for at `since`: the hub's clock, or that it does not know this node.
    pub(super) fn heard(&mut self, result: Result<u64, &NetFault>, since: u64, now: Now, effects: &mut Vec<Effect>) {
        match result {
            Ok(hub_now) => {
                self.author.hub_clock().hear(hub_now, now.steady.saturating_sub(since), now.wall);
                self.calls.denied_at = None;
            }
            Err(NetFault::Denied) if self.calls.may_complain(now) => effects.push(Effect::NeedsEnrolment),
            Err(_) => {}
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
                    self.calls.pull = Some((call, now.steady));
                    effects.push(Effect::Pull { call, request });
                }
                SyncEffect::FetchSnapshot => {
                    let call = self.calls.begin();
                    self.calls.pull = Some((call, now.steady));
                    effects.push(Effect::FetchSnapshot { call });
                }
                SyncEffect::StorePulled { incarnation, cursor, vouched, events } => {
                    self.pulled = Some(Pulled::Events { incarnation, cursor, vouched, events });
                }
                SyncEffect::InstallSnapshot(snapshot) => {
                    self.pulled = Some(Pulled::Snapshot(Box::new(snapshot)));
                }
                SyncEffect::Offer => self.make_offer(now, effects),
                SyncEffect::Stopped(reason) => {
                    self.changed = true;
                    if reason != StopReason::Revoked {
                        effects.push(Effect::NeedsNewEpoch { reason });
                    }
                }
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
