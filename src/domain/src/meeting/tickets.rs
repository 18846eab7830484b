//! Queue tickets as folded, the machine of one ticket, and what follows: who is next, how long it takes, what the stage
//! shows. Prints nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::paper::Papers;
use super::{Meeting, Stamp};
use crate::event::Event;
use crate::ids::{HouseholdId, QueueId, TicketId};
use crate::time::UnixMillis;

/// Services of a queue from which the wait is estimated.
const LAST_SERVICES: usize = 12;
/// Fewer say nothing.
const LEAST_SERVICES: usize = 3;
/// A counter that called within this time is open.
const COUNTER_OPEN_MS: u64 = 15 * 60_000;

/// How far a ticket is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TicketState {
    /// In the queue.
    Waiting,
    /// Called to a counter.
    Called {
        /// Which.
        counter: String,
        /// 1 for the first call.
        calls: u8,
    },
    /// Done.
    Served,
    /// Called, and nobody came; they may still be called again.
    NoShow,
    /// They went.
    Left,
}

impl TicketState {
    /// Called, or called again.
    pub fn call(&self, to: &str) -> Option<TicketState> {
        let calls = match self {
            TicketState::Waiting | TicketState::NoShow => 1,
            TicketState::Called { calls, .. } => calls.saturating_add(1),
            TicketState::Served | TicketState::Left => return None,
        };
        Some(TicketState::Called { counter: to.to_owned(), calls })
    }

    /// Waits in another queue.
    pub fn transfer(&self) -> Option<TicketState> {
        match self {
            TicketState::Waiting | TicketState::Called { .. } | TicketState::NoShow => Some(TicketState::Waiting),
            TicketState::Served | TicketState::Left => None,
        }
    }

    /// Done, also for somebody who simply stepped up.
    pub fn serve(&self) -> Option<TicketState> {
        match self {
            TicketState::Waiting | TicketState::Called { .. } | TicketState::NoShow => Some(TicketState::Served),
            TicketState::Served | TicketState::Left => None,
        }
    }

    /// Nobody came when called.
    pub fn miss(&self) -> Option<TicketState> {
        match self {
            TicketState::Called { .. } => Some(TicketState::NoShow),
            TicketState::Waiting | TicketState::Served | TicketState::NoShow | TicketState::Left => None,
        }
    }

    /// They went.
    pub fn leave(&self) -> Option<TicketState> {
        match self {
            TicketState::Waiting | TicketState::Called { .. } | TicketState::NoShow => Some(TicketState::Left),
            TicketState::Served | TicketState::Left => None,
        }
    }
}

/// A queue ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ticket {
    /// Its id.
    pub id: TicketId,
    /// As printed.
    pub number: String,
    /// Where it waits now.
    pub queue: QueueId,
    /// Whose, when known.
    pub household: Option<HouseholdId>,
    /// Green channel when taken.
    pub green: bool,
    /// When it was taken.
    pub taken: Stamp,
    /// Revision of the meeting file when it was taken: a slip with this ticket keeps that policy.
    pub config_rev: u32,
    /// How far it is.
    pub state: TicketState,
    /// The first call in this queue.
    pub first_called: Option<Stamp>,
    /// The last call.
    pub called: Option<Stamp>,
    /// When it was served or dropped.
    pub settled: Option<Stamp>,
}

/// A called number as the stage and the counters show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CalledNumber {
    /// As printed.
    pub number: String,
    /// Which queue.
    pub queue: QueueId,
    /// Where to go.
    pub counter: String,
    /// 1 for the first call.
    pub calls: u8,
    /// When it was called last.
    pub at: UnixMillis,
}

/// How long it takes: from the quarter of fast services to the quarter of slow ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExpectedWait {
    /// Tickets that are called before.
    pub ahead: u32,
    /// At least about so long, milliseconds.
    pub from_ms: u64,
    /// At most about so long, milliseconds.
    pub to_ms: u64,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Tickets {
    tickets: BTreeMap<TicketId, Arc<Ticket>>,
    /// By queue: green tickets called since the last normal one.
    greens_in_a_row: BTreeMap<QueueId, u32>,
    counters: BTreeMap<QueueId, BTreeMap<String, UnixMillis>>,
    /// What became of tickets whose taking a restored hub has behind it, or never gets.
    early: BTreeMap<TicketId, Vec<(Stamp, Event)>>,
}

impl Tickets {
    pub fn apply(&mut self, stamp: &Stamp, event: &Event, config_rev: u32, papers: &mut Papers) {
        if let Some(ticket) = step_of(event).filter(|ticket| !self.tickets.contains_key(ticket)) {
            let mut step = event.clone();
            if let Event::TicketDropped(dropped) = &mut step {
                dropped.reason.clear();
            }
            self.early.entry(ticket).or_default().push((stamp.clone(), step));
            return;
        }
        match event {
            Event::TicketTaken(taken) => {
                papers.see(&taken.number);
                self.tickets.entry(taken.ticket).or_insert_with(|| {
                    Arc::new(Ticket {
                        id: taken.ticket,
                        number: taken.number.clone(),
                        queue: taken.queue.clone(),
                        household: taken.household,
                        green: taken.green,
                        taken: stamp.clone(),
                        config_rev,
                        state: TicketState::Waiting,
                        first_called: None,
                        called: None,
                        settled: None,
                    })
                });
                for (stamp, event) in self.early.remove(&taken.ticket).unwrap_or_default() {
                    self.apply(&stamp, &event, config_rev, papers);
                }
            }
            Event::TicketCalled(called) => self.call(stamp, called),
            Event::TicketTransferred(moved) => self.step(moved.ticket, TicketState::transfer, |ticket| {
                ticket.queue = moved.to.clone();
                (ticket.first_called, ticket.called) = (None, None);
            }),
            Event::TicketServed(served) => {
                self.step(served.ticket, TicketState::serve, |ticket| ticket.settled = Some(stamp.clone()));
            }
            Event::TicketDropped(dropped) => {
                let to = if dropped.no_show { TicketState::miss } else { TicketState::leave };
                self.step(dropped.ticket, to, |ticket| ticket.settled = Some(stamp.clone()));
            }
            _ => {}
        }
    }

    fn call(&mut self, stamp: &Stamp, called: &crate::event::TicketCalled) {
        let Some(known) = self.tickets.get(&called.ticket) else { return };
        if known.state == TicketState::Waiting {
            let in_a_row = self.greens_in_a_row.entry(known.queue.clone()).or_default();
            *in_a_row = if called.green { in_a_row.saturating_add(1) } else { 0 };
        }
        self.counters.entry(known.queue.clone()).or_default().insert(called.counter.clone(), stamp.at);
        self.step(
            called.ticket,
            |state| state.call(&called.counter),
            |ticket| {
                ticket.first_called.get_or_insert_with(|| stamp.clone());
                ticket.called = Some(stamp.clone());
                ticket.settled = None;
            },
        );
    }

    /// What cannot follow has no effect.
    fn step(
        &mut self,
        ticket: TicketId,
        to: impl FnOnce(&TicketState) -> Option<TicketState>,
        note: impl FnOnce(&mut Ticket),
    ) {
        let Some(known) = self.tickets.get_mut(&ticket) else { return };
        let Some(state) = to(&known.state) else { return };
        let known = Arc::make_mut(known);
        known.state = state;
        note(known);
    }

    fn of<'a>(&'a self, queue: &QueueId) -> impl Iterator<Item = &'a Ticket> {
        self.tickets.values().map(|ticket| &**ticket).filter(move |ticket| ticket.queue == *queue)
    }
}

/// The ticket that an event goes on with.
fn step_of(event: &Event) -> Option<TicketId> {
    match event {
        Event::TicketCalled(called) => Some(called.ticket),
        Event::TicketTransferred(moved) => Some(moved.ticket),
        Event::TicketServed(served) => Some(served.ticket),
        Event::TicketDropped(dropped) => Some(dropped.ticket),
        _ => None,
    }
}

impl Meeting {
    /// A queue ticket.
    pub fn ticket(&self, id: TicketId) -> Option<&Ticket> {
        self.tickets.tickets.get(&id).map(|ticket| &**ticket)
    }

    /// Every queue ticket.
    pub fn tickets(&self) -> impl Iterator<Item = &Ticket> {
        self.tickets.tickets.values().map(|ticket| &**ticket)
    }

    /// Whether a ticket has priority: green when taken, or the channel opened since.
    pub fn is_green_ticket(&self, ticket: &Ticket) -> bool {
        ticket.green || ticket.household.is_some_and(|household| self.has_green_channel(household))
    }

    pub(super) fn is_ticket_of(&self, ticket: &Ticket, household: HouseholdId) -> bool {
        ticket.household.is_none_or(|own| self.roster.resolve(own) == self.roster.resolve(household))
    }

    /// Who waits in a queue, in the order in which they will be called: the green channel first, but after so many greens
    /// (setting) one without; among their like by the time of the ticket. A setting of 0 gives no priority at all.
    pub fn waiting(&self, queue: &QueueId) -> Vec<&Ticket> {
        let mut waiting: Vec<&Ticket> =
            self.tickets.of(queue).filter(|ticket| ticket.state == TicketState::Waiting).collect();
        waiting.sort_by_key(|ticket| (ticket.taken.at, ticket.id));
        let most = u32::from(self.config.rules.queue.greens_before_one_normal);
        if most == 0 {
            return waiting;
        }
        let (greens, normals): (Vec<_>, Vec<_>) = waiting.into_iter().partition(|ticket| self.is_green_ticket(ticket));
        let (mut greens, mut normals) = (greens.into_iter().peekable(), normals.into_iter().peekable());
        let mut in_a_row = self.tickets.greens_in_a_row.get(queue).copied().unwrap_or(0);
        let mut order = Vec::new();
        loop {
            let green = greens.peek().is_some() && (in_a_row < most || normals.peek().is_none());
            let Some(next) = (if green { greens.next() } else { normals.next() }) else { return order };
            in_a_row = if green { in_a_row.saturating_add(1) } else { 0 };
            order.push(next);
        }
    }

    /// The last called numbers, the newest first; of all queues, or of one.
    pub fn called_numbers(&self, queue: Option<&QueueId>, most: usize) -> Vec<CalledNumber> {
        let of_queue = |ticket: &&Ticket| queue.is_none_or(|queue| ticket.queue == *queue);
        let shown = |ticket: &Ticket| match (&ticket.state, &ticket.called) {
            (TicketState::Called { counter, calls }, Some(called)) => {
                let number = CalledNumber {
                    number: ticket.number.clone(),
                    queue: ticket.queue.clone(),
                    counter: counter.clone(),
                    calls: *calls,
                    at: called.at,
                };
                Some((called.order, number))
            }
            _ => None,
        };
        let mut called: Vec<(u64, CalledNumber)> = self.tickets().filter(of_queue).filter_map(shown).collect();
        called.sort_by_key(|(order, _)| std::cmp::Reverse(*order));
        called.into_iter().take(most).map(|(_, number)| number).collect()
    }

    /// How long a waiting ticket still waits, or with none a new one without priority. None while too few were served.
    pub fn expected_wait(&self, queue: &QueueId, ticket: Option<TicketId>, now: UnixMillis) -> Option<ExpectedWait> {
        let waiting = self.waiting(queue);
        let ahead = match ticket {
            Some(ticket) => waiting.iter().position(|other| other.id == ticket)?,
            None => waiting.len(),
        };
        let times = self.last_services(queue);
        if times.len() < LEAST_SERVICES {
            return None;
        }
        let counters = self.tickets.counters.get(queue).into_iter().flatten();
        let open = counters.filter(|(_, last)| now.since(**last) <= COUNTER_OPEN_MS).count().max(1) as u64;
        let (fast, slow) = (times[times.len() / 4], times[times.len() * 3 / 4]);
        let ahead = ahead as u64;
        Some(ExpectedWait {
            ahead: u32::try_from(ahead).unwrap_or(u32::MAX),
            from_ms: ahead.saturating_mul(fast) / open,
            to_ms: (ahead + 1).saturating_mul(slow).div_ceil(open),
        })
    }

    /// Milliseconds from call to served of the last services, the fastest first.
    fn last_services(&self, queue: &QueueId) -> Vec<u64> {
        let served = self.tickets.of(queue).filter(|ticket| ticket.state == TicketState::Served);
        let mut times: Vec<(u64, u64)> = served
            .filter_map(|ticket| {
                let (called, settled) = (ticket.called.as_ref()?, ticket.settled.as_ref()?);
                Some((settled.order, settled.at.since(called.at)))
            })
            .collect();
        times.sort_by_key(|(order, _)| std::cmp::Reverse(*order));
        let mut times: Vec<u64> = times.into_iter().take(LAST_SERVICES).map(|(_, time)| time).collect();
        times.sort_unstable();
        times
    }

    /// Queues that a ticket was ever taken for, those of the meeting file among them.
    pub fn queues(&self) -> BTreeSet<QueueId> {
        self.tickets().map(|ticket| ticket.queue.clone()).chain(self.open_queues()).collect()
    }
}
