//! What the page of a counter shows, as plain values.

use super::deeds::{Ask, Deed};
use super::store::MaterialRow;
use super::{Counter, Venue};
use domain::UnixMillis;
use domain::config::Language;
use domain::meeting::{CASHIER, GIFT_DESK, GiftState, Ticket, TicketState};
use ui::{CounterAsk, CounterFault, QueueCode, TicketMark};

#[derive(Debug, Clone, PartialEq)]
pub struct CounterPage {
    pub counter: String,
    pub queues: Vec<QueueRow>,
    /// Whoever was called here; empty: nobody.
    pub called: String,
    pub called_firm: String,
    pub calls: u8,
    pub tickets: Vec<TicketRow>,
    /// What was lent, where the store is shown.
    pub materials: Vec<MaterialRow>,
    pub on_store: bool,
    /// Minutes that a new ticket waits, from and to; none: too few were served to say.
    pub wait: Option<(u64, u64)>,
    /// The party that stands here; empty: nobody.
    pub firm: String,
    pub green: bool,
    /// Its badge was scanned.
    pub scanned: bool,
    pub gifts: Vec<GiftRow>,
    pub handovers: Vec<HandoverRow>,
    pub deeds: Vec<Deed>,
    pub asking: CounterAsk,
    /// What the question names: a gift, a thing.
    pub asked: String,
    pub fault: CounterFault,
    pub fault_value: String,
    pub busy: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub struct QueueRow {
    pub code: QueueCode,
    pub waiting: usize,
    pub chosen: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub struct TicketRow {
    pub number: String,
    pub firm: String,
    pub mark: TicketMark,
    /// Where it was called to.
    pub counter: String,
    pub green: bool,
    pub since: String,
    pub chosen: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub struct GiftRow {
    pub name: String,
    pub earned: u32,
    pub given: u32,
    pub stock: i64,
}

#[derive(Debug, Clone, PartialEq)]
pub struct HandoverRow {
    pub name: String,
    pub at: String,
    pub place: String,
    pub back: bool,
    pub chosen: bool,
}

impl Counter {
    /// The page as it is now.
    pub fn page(&self, venue: &Venue, language: Language, busy: bool) -> CounterPage {
        let meeting = venue.meeting;
        let here = self.called_here(venue);
        let wait = meeting.expected_wait(&self.queue, None, UnixMillis(venue.now_ms));
        let firm = |id: Option<domain::HouseholdId>| {
            id.and_then(|id| meeting.household(id)).map(|household| household.name.clone()).unwrap_or_default()
        };
        let (fault, fault_value) = self.fault.clone().unwrap_or((CounterFault::None, String::new()));
        CounterPage {
            counter: self.name(venue),
            queues: self.queues(venue),
            called: here.map(|ticket| ticket.number.clone()).unwrap_or_default(),
            called_firm: firm(here.and_then(|ticket| ticket.household)),
            calls: here.map_or(0, calls),
            materials: self.material_rows(venue),
            on_store: self.on_store,
            tickets: self.tickets(venue).into_iter().map(|ticket| self.ticket(ticket, venue)).collect(),
            wait: wait.map(|wait| (wait.from_ms / 60_000, wait.to_ms.div_ceil(60_000))),
            firm: firm(self.household),
            green: self.household.is_some_and(|household| meeting.has_green_channel(household)),
            scanned: self.badge.is_some(),
            gifts: self.gifts(venue, language),
            handovers: self.handover_rows(venue, language),
            deeds: self.deeds(venue),
            asking: self.asking(),
            asked: self.asked(venue, language),
            fault,
            fault_value,
            busy,
        }
    }

    fn queues(&self, venue: &Venue) -> Vec<QueueRow> {
        let row = |queue: domain::QueueId| QueueRow {
            code: code(queue.as_str()),
            waiting: venue.meeting.waiting(&queue).len(),
            chosen: queue == self.queue && !self.on_store,
        };
        let out = venue.meeting.materials().into_iter().filter(|material| material.out() > 0).count();
        let store = QueueRow { code: QueueCode::Store, waiting: out, chosen: self.on_store };
        venue.meeting.open_queues().into_iter().map(row).chain([store]).collect()
    }

    fn ticket(&self, ticket: &Ticket, venue: &Venue) -> TicketRow {
        let household = ticket.household.and_then(|id| venue.meeting.household(id));
        let (mark, counter) = match &ticket.state {
            TicketState::Called { counter, .. } => (TicketMark::Called, counter.clone()),
            TicketState::NoShow => (TicketMark::NoShow, String::new()),
            TicketState::Waiting | TicketState::Served | TicketState::Left => (TicketMark::Waiting, String::new()),
        };
        TicketRow {
            number: ticket.number.clone(),
            firm: household.map(|household| household.name.clone()).unwrap_or_default(),
            mark,
            counter,
            green: venue.meeting.is_green_ticket(ticket),
            since: venue.time.clock(ticket.taken.at.0),
            chosen: self.chosen == Some(ticket.id),
        }
    }

    fn asking(&self) -> CounterAsk {
        match &self.ask {
            None => CounterAsk::Nothing,
            Some(Ask::WhyBack(_)) => CounterAsk::WhyBack,
            Some(Ask::Shelf(_)) => CounterAsk::Shelf,
            Some(Ask::What) => CounterAsk::What,
            Some(Ask::HowMany(_)) => CounterAsk::HowMany,
            Some(Ask::Whom(..)) => CounterAsk::Whom,
            Some(Ask::SomeBack(_)) => CounterAsk::SomeBack,
        }
    }

    fn asked(&self, venue: &Venue, language: Language) -> String {
        match &self.ask {
            Some(Ask::Shelf(gift)) => gift_name(gift, venue, language),
            Some(Ask::HowMany(item)) => item.clone(),
            Some(Ask::Whom(item, quantity)) => format!("{item} × {quantity}"),
            Some(Ask::SomeBack(issue)) => {
                venue.meeting.material(*issue).map(|lent| lent.issued.item.clone()).unwrap_or_default()
            }
            Some(Ask::WhyBack(_) | Ask::What) | None => String::new(),
        }
    }

    fn gifts(&self, venue: &Venue, language: Language) -> Vec<GiftRow> {
        let row = |(gift, right): (domain::GiftId, domain::meeting::GiftRight)| GiftRow {
            name: gift_name(&gift, venue, language),
            earned: right.earned,
            given: right.handed_over,
            stock: venue.meeting.gift_stock(&gift).unwrap_or(0),
        };
        self.gift_rows(venue.meeting).into_iter().map(row).collect()
    }

    fn handover_rows(&self, venue: &Venue, language: Language) -> Vec<HandoverRow> {
        let place = |device| venue.meeting.device(device).map(|device| device.prefix().to_owned()).unwrap_or_default();
        let handovers = self.handovers(venue.meeting);
        let row = |handover: &&domain::meeting::Handover| HandoverRow {
            name: gift_name(&handover.gift.gift, venue, language),
            at: venue.time.clock(handover.stamp.at.0),
            place: place(handover.stamp.device),
            back: handover.state == GiftState::Returned,
            chosen: self.handover == Some(handover.gift.handover),
        };
        handovers.iter().map(row).collect()
    }
}

fn calls(ticket: &Ticket) -> u8 {
    match ticket.state {
        TicketState::Called { calls, .. } => calls,
        TicketState::Waiting | TicketState::Served | TicketState::NoShow | TicketState::Left => 0,
    }
}

fn gift_name(id: &domain::GiftId, venue: &Venue, language: Language) -> String {
    let gifts = &venue.meeting.config().gifts;
    let gift = gifts.iter().find(|gift| gift.id == *id);
    gift.map_or_else(|| id.to_string(), |gift| gift.name.get(language).to_owned())
}

pub fn code(queue: &str) -> QueueCode {
    match queue {
        CASHIER => QueueCode::Cashier,
        GIFT_DESK => QueueCode::Gift,
        _ => QueueCode::Order,
    }
}
