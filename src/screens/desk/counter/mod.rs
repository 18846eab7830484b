//! A counter: who waits in a queue, who is called, the gifts of whoever stands there, and what the store lent to the crew.
//! Gifts leave against a scanned badge. Every rule is the meeting's.

pub mod adapter;
pub mod deeds;
mod store;
#[cfg(test)]
mod tests;
pub mod view;

pub use super::Outcome;
use super::Venue;
use crate::screens::Failed;
use deeds::{Ask, Deed, Step};
use domain::event::Party;
use domain::meeting::{GiftRight, Handover, Ticket, TicketState};
use domain::{BadgeId, Command, DeskCommand, GiftId, HandoverId, HouseholdId, Meeting, QueueId, Refusal, TicketId};
use ui::CounterFault;

/// Letters of a reason.
const MOST_TYPED: usize = 200;
/// Tickets of those who did not come that are still shown.
const MOST_MISSED: usize = 10;
/// Letters of a counter's name.
const MOST_NAME: usize = 20;

/// What a person does on the page.
#[derive(Debug, Clone, PartialEq)]
pub enum Touch {
    /// One of the queues; behind the last: the store.
    Queue(usize),
    /// A ticket of the list, or something that the store lent.
    Pick(usize),
    /// One line up or down.
    Step(i8),
    /// The next queue or the one before.
    Onward(i8),
    /// A gift leaves; with nobody there its shelf is counted.
    Give(usize),
    /// A gift that left.
    PickHandover(usize),
    Do(Deed),
    Typed(String),
    Back,
}

/// The page of a counter.
#[derive(Debug, Clone, PartialEq)]
pub struct Counter {
    queue: QueueId,
    /// What was lent is shown instead of a queue.
    on_store: bool,
    chosen: Option<TicketId>,
    /// Something that was lent.
    issue: Option<HandoverId>,
    /// Whose badge was scanned.
    badge: Option<BadgeId>,
    household: Option<HouseholdId>,
    handover: Option<HandoverId>,
    ask: Option<Ask>,
    fault: Option<(CounterFault, String)>,
    /// Something was sent and is not answered yet.
    sent: bool,
}

impl Counter {
    /// The first queue of the meeting; a party whose page was open stands there.
    pub fn open(meeting: &Meeting, household: Option<HouseholdId>) -> Option<Counter> {
        let queue = meeting.open_queues().into_iter().next()?;
        Some(Counter {
            queue,
            on_store: false,
            chosen: None,
            issue: None,
            badge: None,
            household,
            handover: None,
            ask: None,
            fault: None,
            sent: false,
        })
    }

    /// A badge: its party stands there.
    pub fn scanned(&mut self, badge: BadgeId, venue: &Venue) {
        self.fault = None;
        let known = venue.meeting.badge(badge).map(|badge| venue.meeting.party_of(badge.guest));
        match known {
            Some(Party::Household(household)) => {
                (self.on_store, self.ask) = (false, None);
                (self.badge, self.household, self.handover) = (Some(badge), Some(household), None);
                let own = |ticket: &&Ticket| {
                    ticket.household == Some(household)
                        && ticket.queue == self.queue
                        && matches!(ticket.state, TicketState::Waiting | TicketState::Called { .. })
                };
                self.chosen = venue.meeting.tickets().find(own).map(|ticket| ticket.id);
            }
            Some(Party::Guest(_)) => self.fault = Some((CounterFault::NotEntitled, String::new())),
            None => self.fault = Some((CounterFault::UnknownBadge, String::new())),
        }
    }

    pub fn touch(&mut self, touch: Touch, venue: &Venue) -> Outcome {
        self.fault = None;
        match touch {
            Touch::Queue(at) => self.choose_queue(at, venue.meeting),
            Touch::Onward(by) => {
                let (at, last) = self.queue_at(venue.meeting);
                let next = (at + if by < 0 { last } else { 1 }) % (last + 1);
                self.choose_queue(next, venue.meeting);
            }
            Touch::Step(by) => self.step(by, venue),
            Touch::Pick(at) => self.pick(at, venue),
            Touch::Give(at) => return self.give(at, venue),
            Touch::PickHandover(at) => {
                let picked = self.handovers(venue.meeting).get(at).map(|handover| handover.gift.handover);
                self.handover = if self.handover == picked { None } else { picked };
            }
            Touch::Do(deed) => return self.act(&deed, venue),
            Touch::Typed(words) => return self.answer(&words, venue),
            Touch::Back if self.ask.take().is_some() || self.handover.take().is_some() => {}
            Touch::Back if self.chosen.take().is_some() || self.issue.take().is_some() => {}
            Touch::Back if self.badge.take().is_some() || self.household.take().is_some() => self.household = None,
            Touch::Back => return Outcome::Leave,
        }
        Outcome::Nothing
    }

    fn choose_queue(&mut self, at: usize, meeting: &Meeting) {
        let queues = meeting.open_queues();
        (self.chosen, self.issue, self.ask) = (None, None, None);
        self.on_store = at == queues.len();
        if let Some(queue) = queues.into_iter().nth(at) {
            self.queue = queue;
        }
    }

    /// Which of the queues is shown, and the place of the store behind them.
    fn queue_at(&self, meeting: &Meeting) -> (usize, usize) {
        let queues = meeting.open_queues();
        let own = queues.iter().position(|queue| *queue == self.queue).unwrap_or(0);
        (if self.on_store { queues.len() } else { own }, queues.len())
    }

    fn step(&mut self, by: i8, venue: &Venue) {
        let (at, lines) = if self.on_store {
            let lent = store::lent(venue.meeting);
            (lent.iter().position(|material| Some(material.issued.issue) == self.issue), lent.len())
        } else {
            let tickets = self.tickets(venue);
            (tickets.iter().position(|ticket| Some(ticket.id) == self.chosen), tickets.len())
        };
        let next = at.map_or(0, |at| at.saturating_add_signed(isize::from(by)));
        if next < lines && Some(next) != at {
            self.pick(next, venue);
        }
    }

    fn pick(&mut self, at: usize, venue: &Venue) {
        if self.on_store {
            let picked = store::lent(venue.meeting).get(at).map(|material| material.issued.issue);
            self.issue = if self.issue == picked { None } else { picked };
            return;
        }
        let Some((id, household)) = self.tickets(venue).get(at).map(|ticket| (ticket.id, ticket.household)) else {
            return;
        };
        self.chosen = if self.chosen == Some(id) { None } else { Some(id) };
        if household.is_some() && household != self.household {
            (self.household, self.badge) = (household, None);
        }
    }

    fn give(&mut self, at: usize, venue: &Venue) -> Outcome {
        let Some((gift, _)) = self.gift_rows(venue.meeting).into_iter().nth(at) else { return Outcome::Nothing };
        if self.household.is_none() {
            self.ask = Some(Ask::Shelf(gift));
            return Outcome::Nothing;
        }
        let Some(badge) = self.badge else {
            self.fault = Some((CounterFault::ScanFirst, String::new()));
            return Outcome::Nothing;
        };
        self.submit(DeskCommand::HandOverGift { badge, gift })
    }

    fn act(&mut self, shown: &Deed, venue: &Venue) -> Outcome {
        if !self.deeds(venue).contains(shown) {
            return Outcome::Nothing;
        }
        match self.step_of(shown, venue) {
            Some(Step::Ask(ask)) => {
                self.ask = Some(ask);
                Outcome::Nothing
            }
            Some(Step::Do(command)) => self.submit(command),
            None => Outcome::Nothing,
        }
    }

    fn answer(&mut self, words: &str, venue: &Venue) -> Outcome {
        let words: String = words.trim().chars().filter(|letter| !letter.is_control()).take(MOST_TYPED).collect();
        let Some(ask) = self.ask.clone().filter(|_| !words.is_empty()) else { return Outcome::Nothing };
        match deeds::answered(ask, words, venue) {
            Ok(Step::Ask(ask)) => {
                self.ask = Some(ask);
                Outcome::Nothing
            }
            Ok(Step::Do(command)) => self.submit(command),
            Err(fault) => {
                self.fault = Some(fault);
                Outcome::Nothing
            }
        }
    }

    fn submit(&mut self, command: DeskCommand) -> Outcome {
        self.sent = true;
        Outcome::Submit(Box::new(Command::Desk(command)))
    }

    /// What was wanted stands, or not.
    pub fn answered(&mut self, result: &Result<(), Failed>, venue: &Venue) {
        if !std::mem::take(&mut self.sent) {
            return;
        }
        if result.is_ok() {
            self.ask = None;
        }
        match result {
            Ok(()) => {
                (self.handover, self.issue) = (None, None);
                let settled = |ticket: &Ticket| matches!(ticket.state, TicketState::Served | TicketState::Left);
                let gone = self.chosen.and_then(|id| venue.meeting.ticket(id)).is_none_or(settled);
                if gone {
                    self.chosen = None;
                }
                if let Some(own) = self.called_here(venue).filter(|_| self.chosen.is_none()) {
                    let household = own.household;
                    if household != self.household {
                        (self.household, self.badge) = (household, None);
                    }
                }
            }
            Err(failed) => self.fault = Some(fault(failed, venue)),
        }
    }

    // ── What is at hand ──

    /// The name under which people are called here.
    fn name(&self, venue: &Venue) -> String {
        let prefix = venue.own.and_then(|own| venue.meeting.device(own)).map(|device| device.prefix().to_owned());
        let name = prefix.filter(|prefix| !prefix.is_empty()).unwrap_or_else(|| venue.place.clone());
        name.chars().take(MOST_NAME).collect()
    }

    /// Whoever was called last to this counter.
    fn called_here<'a>(&self, venue: &Venue<'a>) -> Option<&'a Ticket> {
        let name = self.name(venue);
        let here = |ticket: &&Ticket| {
            ticket.queue == self.queue
                && matches!(&ticket.state, TicketState::Called { counter, .. } if *counter == name)
        };
        venue.meeting.tickets().filter(here).max_by_key(|ticket| ticket.called.as_ref().map(|stamp| stamp.order))
    }

    /// Called ones, those who wait in their order, and the last who did not come.
    fn tickets<'a>(&self, venue: &Venue<'a>) -> Vec<&'a Ticket> {
        let meeting = venue.meeting;
        let of_queue = || meeting.tickets().filter(|ticket| ticket.queue == self.queue);
        let order = |stamp: &Option<domain::meeting::Stamp>| stamp.as_ref().map(|stamp| stamp.order);
        let mut called: Vec<&Ticket> =
            of_queue().filter(|ticket| matches!(ticket.state, TicketState::Called { .. })).collect();
        called.sort_by_key(|ticket| std::cmp::Reverse(order(&ticket.called)));
        let mut missed: Vec<&Ticket> = of_queue().filter(|ticket| ticket.state == TicketState::NoShow).collect();
        missed.sort_by_key(|ticket| std::cmp::Reverse(order(&ticket.settled)));
        missed.truncate(MOST_MISSED);
        called.into_iter().chain(meeting.waiting(&self.queue)).chain(missed).collect()
    }

    /// What the party has earned or got; with nobody there every gift, for its shelf.
    fn gift_rows(&self, meeting: &Meeting) -> Vec<(GiftId, GiftRight)> {
        match self.household {
            Some(household) => meeting.gift_rights(household).into_iter().collect(),
            None => meeting.config().gifts.iter().map(|gift| (gift.id.clone(), GiftRight::default())).collect(),
        }
    }

    /// What the party got, the newest first.
    fn handovers<'a>(&self, meeting: &'a Meeting) -> Vec<&'a Handover> {
        let Some(household) = self.household else { return Vec::new() };
        let own = |handover: &&Handover| {
            let of = handover.gift.household;
            meeting.household(of).map_or(of, |known| known.id) == household
        };
        meeting.handovers().into_iter().rev().filter(own).collect()
    }
}

fn fault(failed: &Failed, venue: &Venue) -> (CounterFault, String) {
    let plain = |fault| (fault, String::new());
    match failed {
        Failed::Busy => plain(CounterFault::Busy),
        Failed::Storage => plain(CounterFault::Storage),
        Failed::Rule(refusal) => match refusal {
            Refusal::AlreadyHandedOver { at, device } => {
                let place = venue.meeting.device(*device).map(|device| device.prefix().to_owned()).unwrap_or_default();
                (CounterFault::AlreadyGiven, format!("{} · {place}", venue.time.clock(at.0)))
            }
            Refusal::NotEntitled => plain(CounterFault::NotEntitled),
            Refusal::OutOfStock => plain(CounterFault::OutOfStock),
            Refusal::OldBadge { .. } | Refusal::VoidedBadge => plain(CounterFault::OldBadge),
            Refusal::UnknownBadge => plain(CounterFault::UnknownBadge),
            Refusal::NobodyWaits => plain(CounterFault::NobodyWaits),
            Refusal::HasTicket { ticket } => {
                let number = venue.meeting.ticket(*ticket).map(|ticket| ticket.number.clone()).unwrap_or_default();
                (CounterFault::HasTicket, number)
            }
            Refusal::TicketSettled | Refusal::UnknownTicket | Refusal::AlreadyDone { .. } => {
                plain(CounterFault::Meanwhile)
            }
            Refusal::QueueClosed => plain(CounterFault::QueueClosed),
            Refusal::TooMany { most } => (CounterFault::TooMany, most.to_string()),
            Refusal::NoQuantity { .. } => plain(CounterFault::NotANumber),
            Refusal::NameMissing => plain(CounterFault::Name),
            Refusal::NotAuthorised { .. } => plain(CounterFault::Role),
            _ => plain(CounterFault::Other),
        },
    }
}
