//! Copies a party's page and the search into Slint's properties and hands touches and keys back. Decides nothing.

use super::Touch;
use super::deeds::Deed;
use super::view::{BadgeLine, GuestPage, NoteLine, PersonLine};
use crate::screens::desk::finder::{self, FinderView};
use crate::screens::desk::walk_in;
use crate::screens::rows::{changed, int, text};
use crate::screens::search::By;
use domain::roster::GuestRole;
use slint::platform::Key;
use slint::{ComponentHandle, Model};
use ui::{ConsentLine, DeskWindow, FoundBy, GuestAsk, GuestDeedLine, Party, PersonRole, Search};

/// Shows the search line and what fits.
pub fn show_search(window: &DeskWindow, view: &FinderView) {
    let search = window.global::<Search>();
    let line = |line: &finder::HitLine| ui::HitLine {
        title: text(&line.title),
        firm: text(&line.firm),
        table: text(&line.table),
        by: match line.by {
            By::Phone => FoundBy::Phone,
            By::Badge => FoundBy::Badge,
            By::Slip => FoundBy::Slip,
            By::Table => FoundBy::Table,
            By::NameBegins | By::Name => FoundBy::Name,
            By::FirmBegins | By::Firm => FoundBy::Firm,
        },
        here: line.here,
    };
    if let Some(found) = changed(&search.get_found(), view.found.iter().map(line).collect()) {
        search.set_found(found);
    }
    search.set_count(int(view.count));
    search.set_chosen(view.chosen.map_or(-1, int));
    search.set_typed(text(&view.typed));
}

/// Shows a party's page.
pub fn show(window: &DeskWindow, page: &GuestPage) {
    let party = window.global::<Party>();
    party.set_name(text(&page.name));
    let about: Vec<&str> = page.firms.iter().chain(Some(&page.county)).map(String::as_str).collect();
    party.set_about(text(&about.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")));
    party.set_salesperson(text(&page.salesperson));
    if let Some(marks) = changed(&party.get_marks(), page.marks.clone()) {
        party.set_marks(marks);
    }
    party.set_seated(page.table.is_some());
    if let Some(table) = &page.table {
        party.set_table(text(&table.label));
        party.set_zone(text(&table.zone));
        party.set_row(int(table.row));
        party.set_told(table.told);
    }
    party.set_here(int(page.here));
    party.set_expected(int(page.expected));
    party.set_adults(int(page.unlisted_adults));
    party.set_children(int(page.children));
    party.set_counts(page.counts_unlisted);
    if let Some(people) = changed(&party.get_people(), page.people.iter().map(person).collect()) {
        party.set_people(people);
    }
    if let Some(badges) = changed(&party.get_badges(), page.badges.iter().map(badge).collect()) {
        party.set_badges(badges);
    }
    let slip = |slip: &crate::screens::desk::slip::view::PartySlip| ui::PartySlip {
        number: text(&slip.number),
        state: slip.state,
        lines: int(slip.lines),
        total: text(&slip.total),
    };
    if let Some(slips) = changed(&party.get_slips(), page.slips.iter().map(slip).collect()) {
        party.set_slips(slips);
    }
    let deed = |(index, deed): (usize, &Deed)| GuestDeedLine {
        code: deed.code,
        count: int(deed.count),
        key: text(&(index + 1).to_string()),
        primary: index == 0 && page.asking == GuestAsk::Nothing,
    };
    if let Some(deeds) = changed(&party.get_deeds(), page.deeds.iter().enumerate().map(deed).collect()) {
        party.set_deeds(deeds);
    }
    party.set_consents_of(text(&page.consents_of));
    let consent = |(kind, state): &(ui::ConsentKind, ui::ConsentState)| ConsentLine { kind: *kind, state: *state };
    if let Some(consents) = changed(&party.get_consents(), page.consents.iter().map(consent).collect()) {
        party.set_consents(consents);
    }
    let note = |line: &NoteLine| ui::NoteLine { at: text(&line.at), by: text(&line.by), text: text(&line.text) };
    if let Some(notes) = changed(&party.get_notes(), page.notes.iter().map(note).collect()) {
        party.set_notes(notes);
    }
    walk_in::adapter::say(&party, page.said.as_ref());
    party.set_pin_wrong(page.pin_wrong);
    party.set_refused(page.refused);
    party.set_busy(page.busy);
    party.set_asking(page.asking);
}

fn person(line: &PersonLine) -> ui::PersonLine {
    ui::PersonLine {
        name: text(&line.name),
        role: match line.role {
            GuestRole::Owner => PersonRole::Owner,
            GuestRole::Partner => PersonRole::Partner,
            GuestRole::Staff => PersonRole::Staff,
            GuestRole::Family => PersonRole::Family,
            GuestRole::Press => PersonRole::Press,
            GuestRole::Expert => PersonRole::Expert,
            GuestRole::Company => PersonRole::Company,
        },
        decides: line.decides,
        phone: text(&line.phone),
        mark: line.mark,
        since: text(&line.since),
        ticked: line.ticked,
        chosen: line.chosen,
    }
}

fn badge(line: &BadgeLine) -> ui::BadgeLine {
    ui::BadgeLine {
        at: text(&line.at),
        number: text(&line.number),
        who: text(&line.who),
        place: text(&line.place),
        state: line.state,
        again: line.again,
    }
}

/// Calls `touched` for every touch of a party's page, `searched` for every one of the search.
pub fn listen(
    window: &DeskWindow,
    touched: impl Fn(Touch) + Clone + 'static,
    searched: impl Fn(finder::Touch) + Clone + 'static,
) {
    let party = window.global::<Party>();
    macro_rules! with {
        ($on:ident, $tell:ident: $($callback:ident($($value:ident)?) => $touch:expr),* $(,)?) => {$({
            let tell = $tell.clone();
            $on.$callback(move |$($value)?| {
                if let Some(touch) = $touch {
                    tell(touch);
                }
            });
        })*};
    }
    with! { party, touched:
        on_tick(index) => usize::try_from(index).ok().map(Touch::Tick),
        on_more_adults(by) => i8::try_from(by).ok().map(Touch::Adults),
        on_more_children(by) => i8::try_from(by).ok().map(Touch::Children),
        on_answered(words) => Some(Touch::Typed(words.to_string())),
        on_leave() => Some(Touch::Back),
    }
    let (shown, told) = (window.as_weak(), touched);
    party.on_do(move |index| {
        let deed = shown.upgrade().and_then(|window| deed_at(&window, usize::try_from(index).ok()?));
        if let Some(deed) = deed {
            told(Touch::Do(deed));
        }
    });
    let search = window.global::<Search>();
    with! { search, searched:
        on_edited(words) => Some(finder::Touch::Typed(words.to_string())),
        on_step(by) => i8::try_from(by).ok().map(finder::Touch::Step),
        on_open(index) => Some(finder::Touch::Open(usize::try_from(index).unwrap_or(0))),
        on_leave() => Some(finder::Touch::Leave),
    }
}

/// The deed as it stands on the screen.
fn deed_at(window: &DeskWindow, index: usize) -> Option<Deed> {
    let line = window.global::<Party>().get_deeds().row_data(index)?;
    Some(Deed { code: line.code, count: usize::try_from(line.count).unwrap_or(0) })
}

pub fn of_key(key: &str, window: &DeskWindow) -> Option<Touch> {
    let letter = key.chars().next()?;
    let is = |named: Key| letter == char::from(named);
    if let Some(figure) = letter.to_digit(10) {
        return deed_at(window, usize::try_from(figure).ok()?.checked_sub(1)?).map(Touch::Do);
    }
    if letter == ' ' {
        return Some(Touch::TickHere);
    }
    if is(Key::Return) {
        return deed_at(window, 0).map(Touch::Do);
    }
    if is(Key::UpArrow) {
        return Some(Touch::Step(-1));
    }
    if is(Key::DownArrow) {
        return Some(Touch::Step(1));
    }
    is(Key::Escape).then_some(Touch::Back)
}
