//! Copies the page of a slip into Slint's properties and hands touches and keys back. Decides nothing.

use super::Touch;
use super::deeds::Deed;
use super::view::{EntryRow, LineRow, PolicyLine, SlipPage};
use crate::screens::desk::keys::{self, FormKey};
use crate::screens::rows::{changed, int, text};
use slint::{ComponentHandle, Model};
use ui::{
    DeskWindow, OrderSlip, PolicyRow, ProductHint, SlipDeedCode as Code, SlipDeedLine, SlipEntry, SlipFault,
    SlipLineRow,
};

/// The rest stands in a row of its own.
const DETAILS_IN_A_ROW: usize = 4;

/// Shows the page of a slip.
pub fn show(window: &DeskWindow, page: &SlipPage) {
    let slip = window.global::<OrderSlip>();
    slip.set_number(text(&page.number));
    slip.set_state(page.state);
    slip.set_revision(int(page.revision));
    slip.set_firm(text(&page.firm));
    slip.set_about(text(&page.about.join(" · ")));
    slip.set_salesperson(text(&page.salesperson));
    slip.set_green(page.green);
    slip.set_currency(text(&page.currency));
    slip.set_notice_line(int(page.notice.line));
    slip.set_notice_price(text(&page.notice.price));
    slip.set_notice_other(text(&page.notice.other));
    slip.set_notice_since(text(&page.notice.since));
    slip.set_notice(page.notice.code);
    let (stub, finance) = page.back.unwrap_or_default();
    slip.set_copies_told(page.back.is_some());
    slip.set_stub_back(stub);
    slip.set_finance_back(finance);
    if let Some(lines) = changed(&slip.get_lines(), page.lines.iter().map(line).collect()) {
        slip.set_lines(lines);
    }
    slip.set_chosen(page.lines.iter().position(|line| line.chosen).map_or(-1, int));
    slip.set_changing(text(&page.changing));
    let entries = page.entries.iter().map(entry).collect();
    if let Some(entries) = changed(&slip.get_entries(), entries) {
        slip.set_entries(entries);
    }
    let (details, places) = page.details.split_at(page.details.len().min(DETAILS_IN_A_ROW));
    if let Some(details) = changed(&slip.get_details(), details.iter().map(entry).collect()) {
        slip.set_details(details);
    }
    if let Some(places) = changed(&slip.get_places(), places.iter().map(entry).collect()) {
        slip.set_places(places);
    }
    let hint =
        |hint: &super::view::HintRow| ProductHint { sku: text(&hint.sku), name: text(&hint.name), chosen: hint.chosen };
    if let Some(hints) = changed(&slip.get_hints(), page.hints.iter().map(hint).collect()) {
        slip.set_hints(hints);
    }
    slip.set_open(page.open);
    slip.set_turn(page.turn);
    if let Some(policy) = changed(&slip.get_policy(), page.policy.iter().map(policy).collect()) {
        slip.set_policy(policy);
    }
    show_totals(&slip, page);
    let deed = |(index, deed): (usize, &Deed)| SlipDeedLine {
        code: deed.code,
        value: text(&deed.value),
        key: text(key_of(deed.code)),
        primary: index == 0,
        enabled: deed.enabled && !page.busy,
    };
    if let Some(deeds) = changed(&slip.get_deeds(), page.deeds.iter().enumerate().map(deed).collect()) {
        slip.set_deeds(deeds);
    }
    slip.set_proposed(text(&page.proposed));
    slip.set_asking(page.asking);
    slip.set_pin_wrong(page.pin_wrong);
    slip.set_fault(page.problem.as_ref().map_or(SlipFault::None, |problem| problem.fault));
    slip.set_fault_value(text(page.problem.as_ref().map_or("", |problem| &problem.value)));
    slip.set_busy(page.busy);
}

fn show_totals(slip: &OrderSlip, page: &SlipPage) {
    let totals = &page.totals;
    slip.set_list_total(text(&totals.list));
    slip.set_policy_off(text(&totals.policy_off));
    slip.set_special_off(text(&totals.special_off));
    slip.set_total(text(&totals.total));
    slip.set_deposit(text(&totals.deposit));
    slip.set_forfeit(totals.forfeit);
    slip.set_beyond(text(&totals.beyond));
    slip.set_balance(text(&totals.balance));
    slip.set_due(text(&totals.due));
}

fn line(line: &LineRow) -> SlipLineRow {
    SlipLineRow {
        number: text(&line.line.map(|line| line.to_string()).unwrap_or_default()),
        sku: text(line.sku.as_str()),
        product: text(&line.product),
        quantity: text(&line.quantity),
        unit: text(&line.unit),
        list_price: text(&line.list_price),
        price: text(&line.price),
        amount: text(&line.amount),
        mark: line.mark,
        who: text(&line.who),
        off: text(&line.off),
        short: text(&line.short),
        lead_days: line.lead_days.map_or(-1, int),
        chosen: line.chosen,
    }
}

fn entry(row: &EntryRow) -> SlipEntry {
    SlipEntry { field: row.field, text: text(&row.text), hint: text(&row.hint), open: row.open, current: row.current }
}

fn policy(line: &PolicyLine) -> PolicyRow {
    PolicyRow {
        reached: line.reached,
        product: text(&line.product),
        quantity: text(&line.quantity),
        unit: text(&line.unit),
        percent: text(&line.percent),
        free: text(&line.free),
        gift: text(&line.gift),
    }
}

/// The key of a deed: always the same one.
pub fn key_of(code: Code) -> &'static str {
    match code {
        Code::Sign | Code::Sealed | Code::Expected => "F10",
        Code::NotSealed => "F9",
        Code::Pay => "F4",
        Code::AskPrice => "F5",
        Code::LowestPrice => "F6",
        Code::Approve => "F7",
        Code::RemoveLine => "F8",
        Code::UseTicket | Code::PriceAnew => "F9",
        Code::StubBack => "F7",
        Code::FinanceBack => "F8",
        Code::Refuse | Code::OtherFirm | Code::Void | Code::WriteAgain | Code::Replaces => "",
    }
}

/// Calls `touched` for every touch of the page.
pub fn listen(window: &DeskWindow, touched: impl Fn(Touch) + Clone + 'static) {
    let slip = window.global::<OrderSlip>();
    macro_rules! with {
        ($($callback:ident($($value:ident),*) => $touch:expr),* $(,)?) => {$({
            let tell = touched.clone();
            slip.$callback(move |$($value),*| {
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
        on_onward(by) => i8::try_from(by).ok().map(Touch::Onward),
        on_step(by) => i8::try_from(by).ok().map(Touch::Step),
        on_pick_hint(at) => usize::try_from(at).ok().map(Touch::PickHint),
        on_typing(words) => Some(Touch::Words(words.to_string())),
        on_answered(words) => Some(Touch::Typed(words.to_string())),
        on_leave() => Some(Touch::Back),
    }
    let (rows, told) = (window.as_weak(), touched.clone());
    slip.on_pick_line(move |at| {
        let line = rows.upgrade().and_then(|window| bought(&window, usize::try_from(at).ok()?));
        if let Some(line) = line {
            told(Touch::PickLine(line));
        }
    });
    let (shown, told) = (window.as_weak(), touched);
    slip.on_do(move |at| {
        let deed = shown.upgrade().and_then(|window| deed_at(&window, usize::try_from(at).ok()?));
        if let Some(deed) = deed {
            told(Touch::Do(deed));
        }
    });
}

/// Which of the lines that are bought a row is.
fn bought(window: &DeskWindow, row: usize) -> Option<usize> {
    let lines = window.global::<OrderSlip>().get_lines();
    if lines.row_data(row)?.number.is_empty() {
        return None;
    }
    Some((0..row).filter(|at| lines.row_data(*at).is_some_and(|line| !line.number.is_empty())).count())
}

/// The deed as it stands on the screen.
fn deed_at(window: &DeskWindow, index: usize) -> Option<Deed> {
    let line = window.global::<OrderSlip>().get_deeds().row_data(index)?;
    Some(Deed { code: line.code, value: line.value.to_string(), enabled: line.enabled })
}

/// What a key means outside of the fields, or in one that has no use for it.
pub fn of_key(key: &str, window: &DeskWindow) -> Option<Touch> {
    Some(match keys::of(key)? {
        FormKey::Function(name) => {
            let deeds = window.global::<OrderSlip>().get_deeds();
            Touch::Do(deed_at(window, keys::place(&deeds, |deed| deed.key == name)?)?)
        }
        FormKey::Step(by) => Touch::Step(by),
        FormKey::Enter => Touch::Enter,
        FormKey::Onward(by) => Touch::Onward(by),
        FormKey::Back => Touch::Back,
    })
}
