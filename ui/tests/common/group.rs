//! A group that is looked for, ticked, and printed.

use super::guests::Words;
use slint::{ComponentHandle, ModelRc, VecModel};
use ui::{BadgeState, Desk, DeskScreen, DeskWindow, FailedLine, Group, GroupLine, PersonMark, RefusedWhy, SalesLine};

fn model<T: Clone + 'static>(values: Vec<T>) -> ModelRc<T> {
    ModelRc::new(VecModel::from(values))
}

fn open(window: &DeskWindow) -> Group<'_> {
    window.global::<Desk>().set_screen(DeskScreen::Group);
    window.global::<Group>()
}

pub fn whose(window: &DeskWindow, words: &Words) {
    let line = |name: &str, code: &str, here| SalesLine { name: name.into(), code: code.into(), here, people: 24 };
    open(window).set_salespeople(model(vec![
        line(words.salesperson, "S01", 0),
        line(words.long_salesperson, "S02", 11),
        line(words.people[0].0, "S03", 24),
    ]));
}

pub fn nobody(window: &DeskWindow) {
    open(window);
}

/// Two ticked, one here already; the longest of names.
pub fn ticked(window: &DeskWindow, words: &Words) {
    let line = |name: &str, firm: &str, mark, ticked| GroupLine {
        name: name.into(),
        firm: firm.into(),
        table: "18".into(),
        decides: ticked,
        ticked,
        mark,
        since: "13:26".into(),
        printed: false,
        badge: BadgeState::Waiting,
    };
    let group = open(window);
    group.set_chosen(true);
    group.set_salesperson(words.long_salesperson.into());
    group.set_people(model(vec![
        line(words.guest, words.firm, PersonMark::Absent, true),
        line(words.long_guest, words.long_firm, PersonMark::Absent, true),
        line(words.people[1].0, words.firm, PersonMark::Seen, false),
        line(words.people[2].0, words.firm, PersonMark::Cancelled, false),
        line(words.people[0].0, words.long_firm, PersonMark::Absent, false),
    ]));
    group.set_here(1);
    group.set_ticked(2);
    group.set_printer(words.kiosk.into());
    group.set_printers(2);
}

/// The batch is on its way, two copies failed.
pub fn printed(window: &DeskWindow, words: &Words) {
    ticked(window, words);
    let group = window.global::<Group>();
    let line = |name: &str, badge| GroupLine {
        name: name.into(),
        firm: words.firm.into(),
        table: "18".into(),
        decides: false,
        ticked: false,
        mark: PersonMark::Here,
        since: "13:26".into(),
        printed: true,
        badge,
    };
    group.set_people(model(vec![
        line(words.guest, BadgeState::Out),
        line(words.long_guest, BadgeState::Doubtful),
        line(words.people[1].0, BadgeState::NotOut),
        line(words.people[2].0, BadgeState::Waiting),
    ]));
    group.set_here(4);
    group.set_ticked(0);
    group.set_batch(4);
    group.set_out(1);
    let failed = |name: &str, number: &str| FailedLine { name: name.into(), number: number.into() };
    group.set_failed(model(vec![failed(words.long_guest, "K2-B0820"), failed(words.people[1].0, "K2-B0821")]));
    group.set_refused(RefusedWhy::None);
}

pub fn done(window: &DeskWindow, words: &Words) {
    ticked(window, words);
    let group = window.global::<Group>();
    group.set_batch(24);
    group.set_out(24);
    group.set_ticked(0);
}

pub fn without_printer(window: &DeskWindow, words: &Words) {
    ticked(window, words);
    let group = window.global::<Group>();
    group.set_printer("".into());
    group.set_printers(0);
    group.set_refused(RefusedWhy::Storage);
}
