//! What a node does without being asked: it sees to its leases of places and tells when its clock is wrong. Whether there
//! is anything to say is the meeting's rule.

use domain::{Actor, Command};

use super::{Act, MAX_WAITING_ACTS, Node};
use crate::clock_guard::ClockGuard;
use crate::steady::Now;

/// How often a node that reaches the hub looks at its leases.
const LEASES_EVERY_MS: u64 = 30_000;

/// When it did so last, and what it said.
#[derive(Debug, Default)]
pub(super) struct OwnActs {
    leases_at: Option<u64>,
    clock: Option<ClockGuard>,
}

impl Node {
    pub(super) fn see_to_own_acts(&mut self, now: Now) {
        let state = self.replica.state();
        if state.stopped.is_some() {
            return;
        }
        let heard = self.author.heard_clock().filter(|(guard, _)| self.own_acts.clock != Some(*guard));
        if let Some((guard, offset_ms)) = heard {
            self.own_acts.clock = Some(guard);
            self.act_alone(Command::ReportClock { offset_ms });
        }
        if state.connected && self.own_acts.leases_at.is_none_or(|at| at <= now.steady) {
            self.own_acts.leases_at = Some(now.steady.saturating_add(LEASES_EVERY_MS));
            self.act_alone(Command::KeepLeases);
        }
    }

    /// When to look again; only while the hub is reached.
    pub(super) fn own_acts_at(&self) -> Option<u64> {
        let state = self.replica.state();
        self.own_acts.leases_at.filter(|_| state.connected && state.stopped.is_none())
    }

    fn act_alone(&mut self, command: Command) {
        if self.acts.len() < MAX_WAITING_ACTS {
            let entropy = self.own_entropy();
            self.acts.push_back(Act { tag: None, command, actor: Actor::System, entropy });
        }
    }
}
