//! The network between kiosks and hub: delays, losses, partitions, and requests that arrive twice, the second time late.
//! A kiosk gets exactly one answer per call, as from an HTTP client: the reply or a fault.

use sync::wire::NetFault;

use crate::hub_model::{Caller, Reply, Request};
use crate::plant::Plant;
use crate::world::{Happening, World};

/// How long a kiosk's HTTP client waits beyond what it asked the hub to wait.
const TIMEOUT_MS: u64 = 8_000;

impl World {
    pub(crate) fn send(&mut self, caller: Caller, request: Request) {
        let request = self.as_sent(caller, request);
        self.kiosks[caller.kiosk].calls.insert(caller.call);
        let wait = match &request {
            Request::Pull(pull) => u64::from(pull.wait_ms),
            Request::Push(_) | Request::Offer(_) | Request::Snapshot => 0,
        };
        self.after(wait + TIMEOUT_MS, Happening::TimedOut { caller, request: request.clone() });
        if !self.kiosks[caller.kiosk].linked {
            if self.rng.chance(500) {
                let reply = Reply::fault(&request, NetFault::Unreachable);
                self.after(20, Happening::Answered { caller, reply });
            }
            return;
        }
        if self.is_lost() {
            return;
        }
        let delay = self.delay();
        if !self.calm && self.rng.chance(30) {
            self.judge.faults += 1;
            let late = delay + self.rng.between(1, 15_000);
            self.after(late, Happening::HubReceives { caller, request: request.clone() });
        }
        self.after(delay, Happening::HubReceives { caller, request });
    }

    /// A planted mistake: every event leaves once.
    fn as_sent(&mut self, caller: Caller, request: Request) -> Request {
        let kiosk = &mut self.kiosks[caller.kiosk];
        match request {
            Request::Push(mut push) if self.options.plant == Some(Plant::TrustsSentPointer) => {
                push.events.retain(|event| event.seq >= kiosk.sent);
                kiosk.sent = push.events.last().map_or(kiosk.sent, |event| event.seq + 1);
                Request::Push(push)
            }
            request => request,
        }
    }

    fn is_lost(&mut self) -> bool {
        let losses = self.losses;
        let lost = !self.calm && self.rng.chance(losses);
        if lost {
            self.judge.faults += 1;
        }
        lost
    }

    fn delay(&mut self) -> u64 {
        let most = if !self.calm && self.rng.chance(50) { 4_000 } else { 50 };
        self.rng.between(1, most)
    }

    pub(crate) fn hub_receives(&mut self, caller: Caller, request: Request) {
        if !self.kiosks[caller.kiosk].linked {
            return;
        }
        if !self.hub.up {
            self.answer(caller, Reply::fault(&request, NetFault::Unreachable));
            return;
        }
        let (replies, commit) = self.hub.receive(caller, &request, self.now);
        for (caller, reply) in replies {
            self.answer(caller, reply);
        }
        if commit {
            let slow = if self.hub.commits_in_any_order() { 600 } else { 25 };
            let delay = self.rng.between(1, slow);
            let life = self.hub.life;
            self.after(delay, Happening::HubSynced { life });
        }
    }

    pub(crate) fn hub_synced(&mut self, life: u64) {
        if !self.hub.up || self.hub.life != life {
            return;
        }
        let replies = self.hub.synced(self.now);
        self.judge.hub_log(&self.hub);
        for (caller, reply) in replies {
            self.answer(caller, reply);
        }
    }

    pub(crate) fn hub_polls(&mut self) {
        self.after(1_000, Happening::HubPolls);
        if self.hub.up {
            for (caller, reply) in self.hub.answer_waiting(self.now) {
                self.answer(caller, reply);
            }
        }
    }

    fn answer(&mut self, caller: Caller, reply: Reply) {
        if let Reply::Push(Ok(push)) = &reply {
            let grant = &self.kiosks[caller.kiosk].grant;
            if self.kiosks[caller.kiosk].life == caller.life {
                let durable = self.hub.durable_head(grant.device_id, grant.epoch);
                self.judge.acknowledged(&self.kiosks[caller.kiosk].name, push, durable, &self.hub);
            }
        }
        if self.kiosks[caller.kiosk].linked && !self.is_lost() {
            let delay = self.delay();
            self.after(delay, Happening::Answered { caller, reply });
        }
    }

    pub(crate) fn answered(&mut self, caller: Caller, reply: Reply) {
        let kiosk = &mut self.kiosks[caller.kiosk];
        if kiosk.life != caller.life || !kiosk.calls.remove(&caller.call) {
            return;
        }
        let call = caller.call;
        self.say(|| format!("{} hears {}", self.kiosks[caller.kiosk].name, brief(&reply)));
        let input = match reply {
            Reply::Push(result) => node::Input::PushAnswered { call, result },
            Reply::Pull(result) => node::Input::PullAnswered { call, result },
            Reply::Offer(result) => node::Input::OfferAnswered { call, result },
            Reply::Snapshot(result) => node::Input::SnapshotAnswered { call, result },
        };
        self.input(caller.kiosk, input);
    }

    pub(crate) fn timed_out(&mut self, caller: Caller, request: &Request) {
        self.answered(caller, Reply::fault(request, NetFault::TimedOut));
    }
}

fn brief(reply: &Reply) -> String {
    match reply {
        Reply::Push(Ok(push)) => format!("push acked {:?} fork {:?}", push.acked.map(|head| head.seq), push.fork_at),
        Reply::Pull(Ok(pull)) => format!("pull {} to {}", pull.events.len(), pull.cursor),
        Reply::Snapshot(Ok(snapshot)) => format!("snapshot to {}", snapshot.cursor),
        Reply::Offer(Ok(reply)) => format!("offer heads {:?} fork {:?}", reply.heads, reply.fork),
        Reply::Push(Err(fault)) | Reply::Pull(Err(fault)) | Reply::Offer(Err(fault)) | Reply::Snapshot(Err(fault)) => {
            format!("{fault:?}")
        }
    }
}
