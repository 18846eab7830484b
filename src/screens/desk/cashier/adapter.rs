//! Copies the page of payments into Slint's properties and hands touches and keys back. Decides nothing.

use super::Touch;
use super::deeds::Deed;
use super::view::{CashierPage, EntryRow, PaymentRow, TenderRow};
use crate::screens::desk::keys::{self, FormKey};
use crate::screens::rows::{changed, int, text};
use slint::{ComponentHandle, Model};
use ui::{
    Cashier, DeskWindow, PayDeedCode as Code, PayDeedLine, PayEntry, PayFault, PaymentLine, TenderCode, TenderLine,
};

/// Shows the page of a party's payments.
pub fn show(window: &DeskWindow, page: &CashierPage) {
    let cashier = window.global::<Cashier>();
    cashier.set_firm(text(&page.firm));
    cashier.set_currency(text(&page.currency));
    cashier.set_green(page.green);
    cashier.set_threshold(text(&page.threshold));
    cashier.set_kind(page.kind);
    if let Some(kinds) = changed(&cashier.get_kinds(), page.kinds.clone()) {
        cashier.set_kinds(kinds);
    }
    if let Some(entries) = changed(&cashier.get_entries(), page.entries.iter().map(entry).collect()) {
        cashier.set_entries(entries);
    }
    if let Some(tenders) = changed(&cashier.get_tenders(), page.tenders.iter().map(tender).collect()) {
        cashier.set_tenders(tenders);
    }
    cashier.set_sum(text(&page.sum));
    cashier.set_slip(text(&page.slip));
    cashier.set_owed(text(&page.owed));
    if let Some(payments) = changed(&cashier.get_payments(), page.payments.iter().map(payment).collect()) {
        cashier.set_payments(payments);
    }
    cashier.set_turn(page.turn);
    let deed = |(index, deed): (usize, &Deed)| PayDeedLine {
        code: deed.code,
        value: text(&deed.value),
        key: text(key_of(deed.code)),
        primary: index == 0,
    };
    if let Some(deeds) = changed(&cashier.get_deeds(), page.deeds.iter().enumerate().map(deed).collect()) {
        cashier.set_deeds(deeds);
    }
    cashier.set_asked(text(&page.asked));
    cashier.set_asking(page.asking);
    cashier.set_pin_wrong(page.pin_wrong);
    cashier.set_fault(page.problem.as_ref().map_or(PayFault::None, |problem| problem.fault));
    cashier.set_fault_value(text(page.problem.as_ref().map_or("", |problem| &problem.value)));
    cashier.set_busy(page.busy);
}

fn entry(row: &EntryRow) -> PayEntry {
    PayEntry { field: row.field, text: text(&row.text), current: row.current }
}

fn tender(row: &TenderRow) -> TenderLine {
    TenderLine { kind: row.kind, amount: text(&row.amount), about: text(&row.about) }
}

fn payment(row: &PaymentRow) -> PaymentLine {
    PaymentLine {
        number: text(&row.number),
        at: text(&row.at),
        state: row.state,
        amount: text(&row.amount),
        kind: row.kinds.first().copied().unwrap_or(TenderCode::Transfer),
        more: int(row.kinds.len().saturating_sub(1)),
        slips: text(&row.slips),
        resembles: text(&row.resembles),
        chosen: row.chosen,
    }
}

/// The key of a deed: always the same one.
fn key_of(code: Code) -> &'static str {
    match code {
        Code::Take | Code::Confirm | Code::LargeIsRight => "F10",
        Code::Claim | Code::Release | Code::Print => "F9",
        Code::ForSlip => "F6",
        Code::HandOver => "F7",
        Code::Reverse => "F8",
    }
}

/// Calls `touched` for every touch of the page.
pub fn listen(window: &DeskWindow, touched: impl Fn(Touch) + Clone + 'static) {
    let cashier = window.global::<Cashier>();
    macro_rules! with {
        ($($callback:ident($($value:ident),*) => $touch:expr),* $(,)?) => {$({
            let tell = touched.clone();
            cashier.$callback(move |$($value),*| {
                if let Some(touch) = $touch {
                    tell(touch);
                }
            });
        })*};
    }
    with! {
        on_edited(field, words) => Some(Touch::Edit(field, words.to_string())),
        on_focused(field) => Some(Touch::Focus(field)),
        on_enter() => Some(Touch::Enter),
        on_choose_kind(at) => usize::try_from(at).ok().map(Touch::Kind),
        on_drop_tender(at) => usize::try_from(at).ok().map(Touch::DropTender),
        on_pick(at) => usize::try_from(at).ok().map(Touch::Pick),
        on_answered(words) => Some(Touch::Typed(words.to_string())),
        on_leave() => Some(Touch::Back),
    }
    let (shown, told) = (window.as_weak(), touched);
    cashier.on_do(move |at| {
        let deed = shown.upgrade().and_then(|window| deed_at(&window, usize::try_from(at).ok()?));
        if let Some(deed) = deed {
            told(Touch::Do(deed));
        }
    });
}

/// The deed as it stands on the screen.
fn deed_at(window: &DeskWindow, index: usize) -> Option<Deed> {
    let line = window.global::<Cashier>().get_deeds().row_data(index)?;
    Some(Deed { code: line.code, value: line.value.to_string() })
}

/// What a key means outside of the fields, or in one that has no use for it.
pub fn of_key(key: &str, window: &DeskWindow) -> Option<Touch> {
    Some(match keys::of(key)? {
        FormKey::Function(name) => {
            let deeds = window.global::<Cashier>().get_deeds();
            Touch::Do(deed_at(window, keys::place(&deeds, |deed| deed.key == name)?)?)
        }
        FormKey::Step(by) => Touch::Step(by),
        FormKey::Enter => Touch::Enter,
        FormKey::Onward(by) => Touch::Onward(by),
        FormKey::Back => Touch::Back,
    })
}
