//! Copies the group into Slint's properties and hands touches and keys back. Decides nothing.

use super::Touch;
use super::view::{GroupLine, GroupPage, SalesLine};
use crate::screens::rows::{changed, int, text};
use slint::ComponentHandle;
use slint::platform::Key;
use ui::{BadgeState, DeskWindow, FailedLine};

/// Shows the page.
pub fn show(window: &DeskWindow, page: &GroupPage) {
    let group = window.global::<ui::Group>();
    group.set_typed(text(&page.typed));
    group.set_salesperson(text(page.salesperson.as_deref().unwrap_or_default()));
    if let Some(lines) = changed(&group.get_salespeople(), page.salespeople.iter().map(sales).collect()) {
        group.set_salespeople(lines);
    }
    if let Some(lines) = changed(&group.get_people(), page.people.iter().map(person).collect()) {
        group.set_people(lines);
    }
    group.set_at(int(page.at));
    group.set_here(int(page.here));
    group.set_ticked(int(page.ticked));
    group.set_printer(text(&page.printer));
    group.set_printers(int(page.printers));
    group.set_batch(int(page.batch.all));
    group.set_out(int(page.batch.out));
    let failed = |(name, number): &(String, String)| FailedLine { name: text(name), number: text(number) };
    if let Some(lines) = changed(&group.get_failed(), page.batch.failed.iter().map(failed).collect()) {
        group.set_failed(lines);
    }
    group.set_refused(page.refused);
    group.set_busy(page.busy);
    group.set_chosen(page.salesperson.is_some());
    group.set_wanted(int(page.wanted));
}

fn sales(line: &SalesLine) -> ui::SalesLine {
    let (name, code) = (text(&line.name), text(&line.code));
    ui::SalesLine { name, code, here: int(line.here), people: int(line.people) }
}

fn person(line: &GroupLine) -> ui::GroupLine {
    ui::GroupLine {
        name: text(&line.name),
        firm: text(&line.firm),
        table: text(&line.table),
        decides: line.decides,
        ticked: line.ticked,
        mark: line.mark,
        since: text(&line.since),
        printed: line.badge.is_some(),
        badge: line.badge.unwrap_or(BadgeState::Waiting),
    }
}

/// Calls `touched` for every touch of the page, `opened` when somebody wants it.
pub fn listen(window: &DeskWindow, touched: impl Fn(Touch) + Clone + 'static, opened: impl Fn() + 'static) {
    let group = window.global::<ui::Group>();
    group.on_open(opened);
    macro_rules! with {
        ($($callback:ident($($value:ident)?) => $touch:expr),* $(,)?) => {$({
            let touched = touched.clone();
            group.$callback(move |$($value)?| touched($touch));
        })*};
    }
    with! {
        on_edited(words) => Touch::Typed(words.to_string()),
        on_step(by) => Touch::Step(i8::try_from(by).unwrap_or(0)),
        on_pick(line) => Touch::Pick(usize::try_from(line).ok()),
        on_all(all) => Touch::All(all),
        on_next_printer() => Touch::NextPrinter,
        on_check_in() => Touch::CheckIn,
        on_leave() => Touch::Back,
    }
}

pub fn of_key(key: &str, window: &DeskWindow) -> Option<Touch> {
    let letter = key.chars().next()?;
    let is = |named: Key| letter == char::from(named);
    match letter {
        _ if is(Key::F9) => Some(Touch::CheckIn),
        _ if is(Key::Escape) => Some(Touch::Back),
        _ if is(Key::UpArrow) => Some(Touch::Step(-1)),
        _ if is(Key::DownArrow) => Some(Touch::Step(1)),
        _ if letter == ' ' || is(Key::Return) => Some(Touch::Pick(None)),
        'a' | 'A' => Some(Touch::All(window.global::<ui::Group>().get_ticked() == 0)),
        'p' | 'P' => Some(Touch::NextPrinter),
        _ => None,
    }
}
