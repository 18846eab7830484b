//! The desk's counter, filled.

use super::guests::Words;
use slint::{ComponentHandle, ModelRc, VecModel};
use ui::{
    Counter, CounterAsk, CounterDeedCode as Code, CounterDeedLine, CounterFault, Desk, DeskScreen, DeskWindow,
    GiftLine, HandoverLine, MaterialLine, QueueCode, QueueLine, TicketLine, TicketMark,
};

fn model<T: Clone + 'static>(values: Vec<T>) -> ModelRc<T> {
    ModelRc::new(VecModel::from(values))
}

fn deeds(codes: &[(Code, &str, &str)]) -> ModelRc<CounterDeedLine> {
    let line = |(index, (code, value, key)): (usize, &(Code, &str, &str))| CounterDeedLine {
        code: *code,
        value: (*value).into(),
        queue: QueueCode::Gift,
        key: (*key).into(),
        primary: index == 0,
    };
    model(codes.iter().enumerate().map(line).collect())
}

fn queues(counter: &Counter, waiting: [i32; 4], chosen: QueueCode) {
    let codes = [QueueCode::Cashier, QueueCode::Gift, QueueCode::Order, QueueCode::Store];
    let line = |(code, waiting)| QueueLine { code, waiting, chosen: code == chosen };
    counter.set_queues(model(codes.into_iter().zip(waiting).map(line).collect()));
}

/// Nobody waits, nobody stands here.
pub fn empty(window: &DeskWindow, words: &Words) {
    window.global::<Desk>().set_screen(DeskScreen::Counter);
    window.global::<Desk>().set_person(words.salesperson.into());
    let counter = window.global::<Counter>();
    counter.set_name("D2".into());
    queues(&counter, [0; 4], QueueCode::Cashier);
    counter.set_deeds(deeds(&[(Code::TakeTicket, "", "F4")]));
}

/// Nobody stands there: the shelf may be counted.
pub fn shelf(window: &DeskWindow, words: &Words) {
    empty(window, words);
    let counter = window.global::<Counter>();
    let gift = |name: &str, stock| GiftLine { name: name.into(), earned: 0, given: 0, stock };
    counter.set_gifts(model(vec![gift(words.long_title, 17), gift(words.theme, 0)]));
}

/// What the store lent; the names are the longest.
pub fn store(window: &DeskWindow, words: &Words) {
    empty(window, words);
    let counter = window.global::<Counter>();
    counter.set_on_store(true);
    queues(&counter, [8, 2, 0, 3], QueueCode::Store);
    let thing = |item: &str, quantity, out, to: &str, chosen| MaterialLine {
        item: item.into(),
        quantity,
        out,
        to: to.into(),
        since: "09:12".into(),
        chosen,
    };
    counter.set_materials(model(vec![
        thing(words.theme, 4, 2, words.salesperson, true),
        thing(words.guest, 1, 1, words.long_salesperson, false),
        thing(words.zone, 12, 0, words.salesperson, false),
    ]));
    counter.set_deeds(deeds(&[(Code::AllBack, "2", "F10"), (Code::SomeBack, "", "F8"), (Code::Lend, "", "F9")]));
}

/// A full queue, somebody called, and gifts of every kind; the names are the longest.
pub fn busy(window: &DeskWindow, words: &Words) {
    empty(window, words);
    let counter = window.global::<Counter>();
    counter.set_called("D1-C0042".into());
    queues(&counter, [8, 2, 0, 3], QueueCode::Cashier);
    counter.set_called_firm(words.long_firm.into());
    counter.set_calls(2);
    let ticket = |at: usize| TicketLine {
        number: format!("D1-C{:04}", 42 + at).into(),
        firm: [words.long_firm, words.firm, ""][at % 3].into(),
        mark: match at {
            0 => TicketMark::Called,
            9 => TicketMark::NoShow,
            _ => TicketMark::Waiting,
        },
        counter: "D2".into(),
        green: at == 1,
        since: "15:38".into(),
        chosen: at == 0,
    };
    counter.set_tickets(model((0..10).map(ticket).collect()));
    counter.set_wait_from(12);
    counter.set_wait_to(25);
    counter.set_firm(words.long_firm.into());
    counter.set_scanned(true);
    let gift = |name: &str, earned, given, stock| GiftLine { name: name.into(), earned, given, stock };
    counter.set_gifts(model(vec![gift(words.long_title, 2, 1, 17), gift(words.guest, 1, 1, 0)]));
    let handover = |back, chosen| HandoverLine {
        name: words.long_title.into(),
        at: "15:12".into(),
        place: "D1".into(),
        back,
        chosen,
    };
    counter.set_handovers(model(vec![handover(false, false), handover(true, false)]));
    counter.set_deeds(deeds(&[
        (Code::Served, "D1-C0042", "F9"),
        (Code::CallAgain, "D1-C0042", "F8"),
        (Code::NoShow, "D1-C0042", "F7"),
        (Code::Transfer, "gift", "F6"),
        (Code::CallNext, "D1-C0043", "F10"),
        (Code::TakeTicket, words.firm, "F4"),
    ]));
}

pub fn wrong(window: &DeskWindow, words: &Words, fault: CounterFault) {
    busy(window, words);
    let counter = window.global::<Counter>();
    counter.set_fault(fault);
    counter.set_fault_value(if fault == CounterFault::HasTicket { "D1-C0042" } else { "15:12 · D1" }.into());
}

pub fn asking(window: &DeskWindow, words: &Words, ask: CounterAsk) {
    match ask {
        CounterAsk::WhyBack | CounterAsk::Nothing => busy(window, words),
        CounterAsk::Shelf => shelf(window, words),
        CounterAsk::What | CounterAsk::HowMany | CounterAsk::Whom | CounterAsk::SomeBack => store(window, words),
    }
    let counter = window.global::<Counter>();
    counter.set_deeds(deeds(&[]));
    counter.set_asked(words.long_title.into());
    counter.set_asking(ask);
}

pub const ASKS: [CounterAsk; 6] = [
    CounterAsk::WhyBack,
    CounterAsk::Shelf,
    CounterAsk::What,
    CounterAsk::HowMany,
    CounterAsk::Whom,
    CounterAsk::SomeBack,
];

pub const FAULTS: [CounterFault; 18] = [
    CounterFault::AlreadyGiven,
    CounterFault::NotEntitled,
    CounterFault::OutOfStock,
    CounterFault::OldBadge,
    CounterFault::UnknownBadge,
    CounterFault::ScanFirst,
    CounterFault::NobodyWaits,
    CounterFault::HasTicket,
    CounterFault::Meanwhile,
    CounterFault::QueueClosed,
    CounterFault::TooMany,
    CounterFault::NotANumber,
    CounterFault::Nobody,
    CounterFault::Name,
    CounterFault::Role,
    CounterFault::Storage,
    CounterFault::Busy,
    CounterFault::Other,
];
