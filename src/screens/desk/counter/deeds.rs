//! What may be done at a counter: about a ticket, about a gift that left, about what the store lends.

use super::{Counter, Venue, store};
use crate::screens::entry;
use domain::meeting::{GiftState, Ticket, TicketState};
use domain::{DeskCommand, GiftId, HandoverId, QueueId};
use ui::{CounterDeedCode as Code, CounterFault};

/// One thing that may be done.
#[derive(Debug, Clone, PartialEq)]
pub struct Deed {
    pub code: Code,
    /// A number, a queue's code, a firm.
    pub value: String,
}

/// What a deed still wants to know.
#[derive(Debug, Clone, PartialEq)]
pub enum Ask {
    WhyBack(HandoverId),
    /// How many of a gift lie on the shelf.
    Shelf(GiftId),
    /// What leaves the store, then how many, then who answers for it.
    What,
    HowMany(String),
    Whom(String, u32),
    /// How many of it came back.
    SomeBack(HandoverId),
}

#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    Ask(Ask),
    Do(DeskCommand),
}

impl Counter {
    /// The ticket that deeds are about: the chosen one, else whoever was called here.
    pub(super) fn about<'a>(&self, venue: &Venue<'a>) -> Option<&'a Ticket> {
        self.chosen.and_then(|chosen| venue.meeting.ticket(chosen)).or_else(|| self.called_here(venue))
    }

    /// What may be done now, the proposal first.
    pub fn deeds(&self, venue: &Venue) -> Vec<Deed> {
        if self.ask.is_some() {
            return Vec::new();
        }
        let deed = |code, value: &str| Deed { code, value: value.to_owned() };
        if self.on_store {
            return self.of_store(venue);
        }
        let out = self.handover.and_then(|id| venue.meeting.handover(id));
        if out.is_some_and(|handover| handover.state == GiftState::Out) {
            return vec![deed(Code::ComesBack, "")];
        }
        let waiting = venue.meeting.waiting(&self.queue);
        let next = waiting.first().map(|ticket| deed(Code::CallNext, &ticket.number));
        let mut deeds = Vec::new();
        if let Some(ticket) = self.about(venue) {
            let number = ticket.number.as_str();
            match ticket.state {
                TicketState::Called { .. } => {
                    deeds.extend([Code::Served, Code::CallAgain, Code::NoShow].map(|code| deed(code, number)));
                }
                TicketState::Waiting | TicketState::NoShow => {
                    deeds.extend([Code::CallThis, Code::Gone].map(|code| deed(code, number)));
                }
                TicketState::Served | TicketState::Left => {}
            }
            deeds.extend(self.other_queue(venue).map(|queue| deed(Code::Transfer, queue.as_str())));
        }
        deeds.extend(next);
        let household = self.household.and_then(|id| venue.meeting.household(id));
        deeds.push(deed(Code::TakeTicket, household.map_or("", |household| &household.name)));
        deeds
    }

    fn of_store(&self, venue: &Venue) -> Vec<Deed> {
        let deed = |code, value: String| Deed { code, value };
        let Some(thing) = self.lent_thing(venue.meeting) else { return vec![deed(Code::Lend, String::new())] };
        let mut deeds = vec![deed(Code::AllBack, thing.out().to_string())];
        if thing.out() > 1 {
            deeds.push(deed(Code::SomeBack, String::new()));
        }
        deeds.push(deed(Code::Lend, String::new()));
        deeds
    }

    /// Where a ticket may go on from here.
    fn other_queue(&self, venue: &Venue) -> Option<QueueId> {
        let queues = venue.meeting.open_queues();
        let at = queues.iter().position(|queue| *queue == self.queue)?;
        queues.get((at + 1) % queues.len()).filter(|queue| **queue != self.queue).cloned()
    }

    pub(super) fn step_of(&self, deed: &Deed, venue: &Venue) -> Option<Step> {
        let ticket = self.about(venue).map(|ticket| ticket.id);
        let (queue, counter) = (self.queue.clone(), self.name(venue));
        Some(Step::Do(match deed.code {
            Code::CallNext => DeskCommand::CallNext { queue, counter },
            Code::CallThis | Code::CallAgain => DeskCommand::CallTicket { ticket: ticket?, counter },
            Code::Served => DeskCommand::ServeTicket { ticket: ticket? },
            Code::NoShow => DeskCommand::DropTicket { ticket: ticket?, no_show: true, reason: String::new() },
            Code::Gone => DeskCommand::DropTicket { ticket: ticket?, no_show: false, reason: String::new() },
            Code::Transfer => DeskCommand::TransferTicket { ticket: ticket?, to: self.other_queue(venue)? },
            Code::TakeTicket => DeskCommand::TakeTicket { queue, household: self.household },
            Code::Lend => return Some(Step::Ask(Ask::What)),
            Code::SomeBack => return Some(Step::Ask(Ask::SomeBack(self.lent_thing(venue.meeting)?.issued.issue))),
            Code::AllBack => {
                let thing = self.lent_thing(venue.meeting)?;
                DeskCommand::ReturnMaterial { issue: thing.issued.issue, quantity: thing.out() }
            }
            Code::ComesBack => return Some(Step::Ask(Ask::WhyBack(self.handover?))),
        }))
    }
}

/// What comes of words that are not empty.
pub(super) fn answered(ask: Ask, words: String, venue: &Venue) -> Result<Step, (CounterFault, String)> {
    let number = || entry::quantity(&words).map_err(|_| (CounterFault::NotANumber, String::new()));
    Ok(match ask {
        Ask::WhyBack(handover) => Step::Do(DeskCommand::ReturnGift { handover, reason: words }),
        Ask::Shelf(gift) => Step::Do(DeskCommand::CountGifts { gift, stock: number()? }),
        Ask::What => Step::Ask(Ask::HowMany(words)),
        Ask::HowMany(item) => match number()? {
            0 => return Err((CounterFault::NotANumber, String::new())),
            quantity => Step::Ask(Ask::Whom(item, quantity)),
        },
        Ask::Whom(item, quantity) => {
            let to = store::person(&words, venue.meeting).ok_or((CounterFault::Nobody, words))?;
            Step::Do(DeskCommand::IssueMaterial { item, quantity, to })
        }
        Ask::SomeBack(issue) => Step::Do(DeskCommand::ReturnMaterial { issue, quantity: number()? }),
    })
}
