//! Rules of the queues: who takes a ticket where, who calls, transfers, serves and drops.

use super::authority::ANY_STAFF;
use super::{Meeting, Ticket, TicketState};
use crate::actor::{Actor, Ctx};
use crate::event::*;
use crate::ids::{HouseholdId, QueueId, TicketId};
use crate::refusal::Refusal;

/// Queue of the cashiers.
pub const CASHIER: &str = "cashier";
/// Queue of the gift desk.
pub const GIFT_DESK: &str = "gift";
/// Queue of the order desk, where the meeting file wants one.
pub const ORDER_DESK: &str = "order";
/// Letters of a counter's name at most.
const MOST_COUNTER: usize = 20;

impl Meeting {
    /// Queues that give tickets.
    pub fn open_queues(&self) -> Vec<QueueId> {
        let order = self.config.rules.queue.order_desk.then_some(ORDER_DESK);
        [CASHIER, GIFT_DESK].into_iter().chain(order).map(QueueId::from).collect()
    }

    /// One waiting ticket per party and queue: a second one is shown the first.
    pub(super) fn take_ticket(
        &self,
        queue: &QueueId,
        household: Option<HouseholdId>,
        ctx: &mut Ctx,
    ) -> Result<Vec<Event>, Refusal> {
        let letter = self.letter_of(queue)?;
        let household = household.map(|id| self.household(id).ok_or(Refusal::UnknownHousehold)).transpose()?;
        let household = household.map(|household| household.id);
        if household.is_none() && matches!(ctx.actor, Actor::Guest) {
            return Err(Refusal::UnknownHousehold);
        }
        let own = |ticket: &&Ticket| household.is_some() && ticket.household.is_some() && ticket.queue == *queue;
        let of_party = |ticket: &&Ticket| household.is_some_and(|household| self.is_ticket_of(ticket, household));
        let waits = |ticket: &&Ticket| matches!(ticket.state, TicketState::Waiting | TicketState::Called { .. });
        if let Some(known) = self.tickets().filter(own).filter(waits).find(of_party) {
            return Err(Refusal::HasTicket { ticket: known.id });
        }
        let green = household.is_some_and(|household| self.has_green_channel(household));
        let number = self.next_number(letter, ctx);
        let ticket = TicketId(ctx.uuid());
        Ok(vec![TicketTaken { ticket, number, queue: queue.clone(), household, green }.into()])
    }

    pub(super) fn call_next(&self, queue: &QueueId, counter: &str, ctx: &Ctx) -> Result<Vec<Event>, Refusal> {
        self.need(ctx, ANY_STAFF)?;
        self.letter_of(queue)?;
        let next = self.waiting(queue).first().map(|ticket| ticket.id).ok_or(Refusal::NobodyWaits)?;
        self.call_ticket(next, counter, ctx)
    }

    /// A first call, one more, or the call of somebody who had not come.
    pub(super) fn call_ticket(&self, ticket: TicketId, counter: &str, ctx: &Ctx) -> Result<Vec<Event>, Refusal> {
        self.need(ctx, ANY_STAFF)?;
        let known = self.ticket(ticket).ok_or(Refusal::UnknownTicket)?;
        let counter = counter.trim();
        if counter.is_empty() || counter.chars().count() > MOST_COUNTER {
            return Err(Refusal::NameMissing);
        }
        let Some(TicketState::Called { counter, calls: call }) = known.state.call(counter) else {
            return Err(Refusal::TicketSettled);
        };
        Ok(vec![TicketCalled { ticket, counter, call, green: self.is_green_ticket(known) }.into()])
    }

    pub(super) fn transfer_ticket(&self, ticket: TicketId, to: &QueueId, ctx: &Ctx) -> Result<Vec<Event>, Refusal> {
        self.need(ctx, ANY_STAFF)?;
        self.letter_of(to)?;
        let known = self.ticket(ticket).ok_or(Refusal::UnknownTicket)?;
        known.state.transfer().ok_or(Refusal::TicketSettled)?;
        let already = known.queue == *to && known.state == TicketState::Waiting;
        Ok(if already { Vec::new() } else { vec![TicketTransferred { ticket, to: to.clone() }.into()] })
    }

    pub(super) fn serve_ticket(&self, ticket: TicketId, ctx: &Ctx) -> Result<Vec<Event>, Refusal> {
        self.need(ctx, ANY_STAFF)?;
        let known = self.ticket(ticket).ok_or(Refusal::UnknownTicket)?;
        known.state.serve().ok_or(Refusal::TicketSettled)?;
        Ok(vec![TicketServed { ticket }.into()])
    }

    pub(super) fn drop_ticket(
        &self,
        ticket: TicketId,
        no_show: bool,
        reason: &str,
        ctx: &Ctx,
    ) -> Result<Vec<Event>, Refusal> {
        self.need(ctx, ANY_STAFF)?;
        let known = self.ticket(ticket).ok_or(Refusal::UnknownTicket)?;
        let next = if no_show { known.state.miss() } else { known.state.leave() };
        next.ok_or(Refusal::TicketSettled)?;
        Ok(vec![TicketDropped { ticket, reason: reason.to_owned(), no_show }.into()])
    }

    /// The letter of a queue's numbers.
    fn letter_of(&self, queue: &QueueId) -> Result<&'static str, Refusal> {
        match queue.as_str() {
            CASHIER => Ok("C"),
            GIFT_DESK => Ok("G"),
            ORDER_DESK if self.config.rules.queue.order_desk => Ok("O"),
            _ => Err(Refusal::QueueClosed),
        }
    }
}
