//! Copies the page of a counter into Slint's properties and hands touches and keys back. Decides nothing.

use super::Touch;
use super::deeds::Deed;
use super::store::MaterialRow;
use super::view::{CounterPage, GiftRow, HandoverRow, QueueRow, TicketRow};
use crate::screens::desk::keys::{self, FormKey};
use crate::screens::rows::{changed, int, text};
use slint::{ComponentHandle, Model};
use ui::{
    Counter, CounterDeedCode as Code, CounterDeedLine, DeskWindow, GiftLine, HandoverLine, MaterialLine, QueueLine,
    TicketLine,
};

/// Shows the page of a counter.
pub fn show(window: &DeskWindow, page: &CounterPage) {
    let counter = window.global::<Counter>();
    counter.set_name(text(&page.counter));
    if let Some(queues) = changed(&counter.get_queues(), page.queues.iter().map(queue).collect()) {
        counter.set_queues(queues);
    }
    counter.set_called(text(&page.called));
    counter.set_called_firm(text(&page.called_firm));
    counter.set_calls(int(page.calls));
    if let Some(tickets) = changed(&counter.get_tickets(), page.tickets.iter().map(ticket).collect()) {
        counter.set_tickets(tickets);
    }
    if let Some(materials) = changed(&counter.get_materials(), page.materials.iter().map(material).collect()) {
        counter.set_materials(materials);
    }
    counter.set_on_store(page.on_store);
    counter.set_wait_from(page.wait.map_or(-1, |(from, _)| int(from)));
    counter.set_wait_to(page.wait.map_or(-1, |(_, to)| int(to)));
    counter.set_firm(text(&page.firm));
    counter.set_green(page.green);
    counter.set_scanned(page.scanned);
    if let Some(gifts) = changed(&counter.get_gifts(), page.gifts.iter().map(gift).collect()) {
        counter.set_gifts(gifts);
    }
    if let Some(handovers) = changed(&counter.get_handovers(), page.handovers.iter().map(handover).collect()) {
        counter.set_handovers(handovers);
    }
    let deed = |(index, deed): (usize, &Deed)| CounterDeedLine {
        code: deed.code,
        value: text(&deed.value),
        queue: super::view::code(&deed.value),
        key: text(key_of(deed.code)),
        primary: index == 0,
    };
    if let Some(deeds) = changed(&counter.get_deeds(), page.deeds.iter().enumerate().map(deed).collect()) {
        counter.set_deeds(deeds);
    }
    counter.set_asked(text(&page.asked));
    counter.set_asking(page.asking);
    counter.set_fault(page.fault);
    counter.set_fault_value(text(&page.fault_value));
    counter.set_busy(page.busy);
}

fn queue(row: &QueueRow) -> QueueLine {
    QueueLine { code: row.code, waiting: int(row.waiting), chosen: row.chosen }
}

fn ticket(row: &TicketRow) -> TicketLine {
    TicketLine {
        number: text(&row.number),
        firm: text(&row.firm),
        mark: row.mark,
        counter: text(&row.counter),
        green: row.green,
        since: text(&row.since),
        chosen: row.chosen,
    }
}

fn material(row: &MaterialRow) -> MaterialLine {
    MaterialLine {
        item: text(&row.item),
        quantity: int(row.quantity),
        out: int(row.out),
        to: text(&row.to),
        since: text(&row.since),
        chosen: row.chosen,
    }
}

fn gift(row: &GiftRow) -> GiftLine {
    GiftLine { name: text(&row.name), earned: int(row.earned), given: int(row.given), stock: int(row.stock) }
}

fn handover(row: &HandoverRow) -> HandoverLine {
    HandoverLine {
        name: text(&row.name),
        at: text(&row.at),
        place: text(&row.place),
        back: row.back,
        chosen: row.chosen,
    }
}

/// The key of a deed: always the same one.
fn key_of(code: Code) -> &'static str {
    match code {
        Code::CallNext => "F10",
        Code::Served => "F9",
        Code::CallAgain | Code::CallThis => "F8",
        Code::NoShow | Code::Gone => "F7",
        Code::Transfer => "F6",
        Code::TakeTicket | Code::ComesBack => "F4",
        Code::Lend => "F9",
        Code::AllBack => "F10",
        Code::SomeBack => "F8",
    }
}

/// Calls `touched` for every touch of the page.
pub fn listen(window: &DeskWindow, touched: impl Fn(Touch) + Clone + 'static) {
    let counter = window.global::<Counter>();
    macro_rules! with {
        ($($callback:ident($($value:ident),*) => $touch:expr),* $(,)?) => {$({
            let tell = touched.clone();
            counter.$callback(move |$($value),*| {
                if let Some(touch) = $touch {
                    tell(touch);
                }
            });
        })*};
    }
    with! {
        on_choose_queue(at) => usize::try_from(at).ok().map(Touch::Queue),
        on_step(by) => i8::try_from(by).ok().map(Touch::Step),
        on_pick(at) => usize::try_from(at).ok().map(Touch::Pick),
        on_give(at) => usize::try_from(at).ok().map(Touch::Give),
        on_pick_handover(at) => usize::try_from(at).ok().map(Touch::PickHandover),
        on_answered(words) => Some(Touch::Typed(words.to_string())),
        on_leave() => Some(Touch::Back),
    }
    let (shown, told) = (window.as_weak(), touched);
    counter.on_do(move |at| {
        let deed = shown.upgrade().and_then(|window| deed_at(&window, usize::try_from(at).ok()?));
        if let Some(deed) = deed {
            told(Touch::Do(deed));
        }
    });
}

/// The deed as it stands on the screen.
fn deed_at(window: &DeskWindow, index: usize) -> Option<Deed> {
    let line = window.global::<Counter>().get_deeds().row_data(index)?;
    Some(Deed { code: line.code, value: line.value.to_string() })
}

/// Figures give a gift, Enter picks the one that left last, function keys do what stands beside them.
pub fn of_key(key: &str, window: &DeskWindow) -> Option<Touch> {
    let figure = key.chars().next()?.to_digit(10).and_then(|figure| usize::try_from(figure).ok());
    if let Some(figure) = figure {
        return figure.checked_sub(1).map(Touch::Give);
    }
    Some(match keys::of(key)? {
        FormKey::Function(name) => {
            let deeds = window.global::<Counter>().get_deeds();
            Touch::Do(deed_at(window, keys::place(&deeds, |deed| deed.key == name)?)?)
        }
        FormKey::Step(by) => Touch::Step(by),
        FormKey::Onward(by) => Touch::Onward(by),
        FormKey::Enter => Touch::PickHandover(0),
        FormKey::Back => Touch::Back,
    })
}
