//! Copies the view into Slint's properties and hands touches and keys back. Decides nothing, keeps nothing.

use super::deeds::Question;
use super::map;
use super::view::{DeskPage, DeskView, TasksPage};
use super::{Touch, cashier, counter, group, guest, slip, walk_in};
use crate::screens::kiosk::adapter::{lang, language};
use crate::screens::pairing;
use crate::screens::rows::{changed, int, text};
use crate::screens::tasks::{SettledLine, shown};
use slint::platform::Key;
use slint::{ComponentHandle, Model};
use ui::{DeedLine, Desk, DeskScreen, DeskWindow};

/// Shows `view` in `window`. Call it on the window's thread.
pub fn show(window: &DeskWindow, view: &DeskView) {
    let desk = window.global::<Desk>();
    let lang = lang(view.language);
    ui::speak(lang);
    window.global::<ui::Language>().set_current(lang);
    desk.set_place(text(&view.place));
    desk.set_person(text(&view.person));
    desk.set_meeting(text(&view.meeting));
    desk.set_clock(text(&view.clock));
    desk.set_connected(view.connected);
    desk.set_storage_failed(view.storage_failed);
    desk.set_waiting(int(view.waiting));
    desk.set_waiting_since(text(&view.waiting_since));
    desk.set_open_tasks(int(view.tasks));
    match &view.page {
        DeskPage::Pairing(page) => {
            pairing::show(window, page);
            desk.set_screen(DeskScreen::Pairing);
        }
        DeskPage::SignIn { typed, wrong, locked_minutes } => {
            desk.set_pin_typed(int(*typed));
            desk.set_pin_wrong(*wrong);
            desk.set_pin_locked_minutes(int(*locked_minutes));
            desk.set_screen(DeskScreen::SignIn);
        }
        DeskPage::Tasks(page) => {
            show_tasks(&desk, page);
            desk.set_screen(DeskScreen::Tasks);
        }
        DeskPage::Map(page) => {
            map::adapter::show(window, page);
            desk.set_screen(DeskScreen::Map);
        }
        DeskPage::Guest(page, tasks) => {
            show_tasks(&desk, tasks);
            guest::adapter::show(window, page);
            desk.set_screen(DeskScreen::Guest);
        }
        DeskPage::WalkIn(page, tasks) => {
            show_tasks(&desk, tasks);
            walk_in::adapter::show(window, page);
            desk.set_screen(DeskScreen::WalkIn);
        }
        DeskPage::Group(page, tasks) => {
            show_tasks(&desk, tasks);
            group::adapter::show(window, page);
            desk.set_screen(DeskScreen::Group);
        }
        DeskPage::Slip(page) => {
            slip::adapter::show(window, page);
            desk.set_screen(DeskScreen::Slip);
        }
        DeskPage::Cashier(page) => {
            cashier::adapter::show(window, page);
            desk.set_screen(DeskScreen::Payments);
        }
        DeskPage::Counter(page) => {
            counter::adapter::show(window, page);
            desk.set_screen(DeskScreen::Counter);
        }
    }
    guest::adapter::show_search(window, &view.search);
}

fn show_tasks(desk: &Desk, page: &TasksPage) {
    if let Some(tasks) = changed(&desk.get_tasks(), page.open.iter().map(shown).collect()) {
        desk.set_tasks(tasks);
    }
    if let Some(settled) = changed(&desk.get_settled(), page.settled.iter().map(settled).collect()) {
        desk.set_settled(settled);
    }
    desk.set_chosen_settled(page.is_settled);
    match page.chosen {
        Some(index) if page.is_settled => desk.set_past(settled(&page.settled[index])),
        Some(index) => desk.set_task(shown(&page.open[index])),
        None => {}
    }
    let deed = |(index, line): (usize, &super::view::DeedLine)| DeedLine {
        code: line.code,
        value: text(&line.value),
        key: text(&(index + 1).to_string()),
        primary: index == 0,
        enabled: true,
    };
    if let Some(deeds) = changed(&desk.get_deeds(), page.deeds.iter().enumerate().map(deed).collect()) {
        desk.set_deeds(deeds);
    }
    desk.set_chosen(page.chosen.map_or(-1, int));
    desk.set_refused(page.refused);
    desk.set_busy(page.busy);
    if let Some(question) = page.asking {
        desk.set_question(match question {
            Question::PricePin => ui::DeedCode::GivePrice,
            Question::WhyNotPrice => ui::DeedCode::RefusePrice,
            Question::HowBack => ui::DeedCode::TakeBack,
            Question::Note => ui::DeedCode::Otherwise,
            Question::LastPaper => ui::DeedCode::EnterNumber,
            Question::WhyAgain => ui::DeedCode::Reopen,
        });
    }
    desk.set_asking(page.asking.is_some());
}

fn settled(line: &SettledLine) -> ui::SettledLine {
    ui::SettledLine {
        task: shown(&line.task),
        outcome: line.outcome,
        by: text(&line.by),
        at: text(&line.at),
        note: text(&line.note),
    }
}

/// Calls `touched` for every touch and every key on the window.
pub fn listen(window: &DeskWindow, touched: impl Fn(Touch) + Clone + 'static) {
    let desk = window.global::<Desk>();
    macro_rules! with {
        ($($callback:ident($($value:ident)?) => $touch:expr),* $(,)?) => {$({
            let touched = touched.clone();
            desk.$callback(move |$($value)?| {
                if let Some(touch) = $touch {
                    touched(touch);
                }
            });
        })*};
    }
    with! {
        on_language_chosen(lang) => Some(Touch::Language(language(lang))),
        on_pin_digit(figure) => figure.parse().ok().map(Touch::PinDigit),
        on_pin_erase() => Some(Touch::PinErase),
        on_pin_clear() => Some(Touch::PinClear),
        on_sign_out() => Some(Touch::SignOut),
        on_choose(index) => usize::try_from(index).ok().map(Touch::Choose),
        on_choose_settled(index) => usize::try_from(index).ok().map(Touch::ChooseSettled),
        on_type_confirmed(words) => Some(Touch::Typed(words.to_string())),
        on_type_cancelled() => Some(Touch::TypeCancelled),
        on_switch_page() => Some(Touch::SwitchPage),
        on_open_counter() => Some(Touch::Counter),
    }
    let map_touched = touched.clone();
    map::adapter::listen(window, move |touch| map_touched(Touch::Map(touch)));
    let slip_touched = touched.clone();
    slip::adapter::listen(window, move |touch| slip_touched(Touch::Slip(touch)));
    let money_touched = touched.clone();
    cashier::adapter::listen(window, move |touch| money_touched(Touch::Cashier(touch)));
    let counted = touched.clone();
    counter::adapter::listen(window, move |touch| counted(Touch::AtCounter(touch)));
    let opened = touched.clone();
    window.global::<ui::Party>().on_open_slip(move |at| {
        if let Ok(at) = usize::try_from(at) {
            opened(Touch::OpenSlip(at));
        }
    });
    let (found, known) = (touched.clone(), touched.clone());
    let (formed, opened) = (touched.clone(), touched.clone());
    walk_in::adapter::listen(window, move |touch| formed(Touch::WalkIn(touch)), move || opened(Touch::OpenWalkIn));
    guest::adapter::listen(window, move |touch| known(Touch::Guest(touch)), move |touch| found(Touch::Search(touch)));
    let (grouped, gathered) = (touched.clone(), touched.clone());
    group::adapter::listen(window, move |touch| grouped(Touch::Group(touch)), move || gathered(Touch::OpenGroup));
    let (shown, deeds, chosen) = (window.as_weak(), window.as_weak(), touched.clone());
    desk.on_do(move |index| {
        let deed = deeds.upgrade().and_then(|window| deed_at(&window, usize::try_from(index).ok()?));
        if let Some(deed) = deed {
            chosen(Touch::Do(deed));
        }
    });
    desk.on_key(move |key| {
        let Some(window) = shown.upgrade() else { return };
        if let Some(touch) = of_key(&key, &window) {
            touched(touch);
        }
    });
}

/// The deed as it stands on the screen.
fn deed_at(window: &DeskWindow, index: usize) -> Option<super::view::DeedLine> {
    let line = window.global::<Desk>().get_deeds().row_data(index)?;
    Some(super::view::DeedLine { code: line.code, value: line.value.to_string() })
}

fn of_key(key: &str, window: &DeskWindow) -> Option<Touch> {
    let letter = key.chars().next()?;
    let digit = letter.to_digit(10).and_then(|digit| u8::try_from(digit).ok());
    let is = |named: Key| letter == char::from(named);
    if is(Key::F2) {
        return Some(Touch::NextLanguage);
    }
    match window.global::<Desk>().get_screen() {
        DeskScreen::Pairing => None,
        DeskScreen::SignIn => match digit {
            Some(digit) => Some(Touch::PinDigit(digit)),
            None if is(Key::Backspace) => Some(Touch::PinErase),
            None => is(Key::Escape).then_some(Touch::PinClear),
        },
        DeskScreen::Tasks | DeskScreen::Guest if is(Key::F5) => Some(Touch::Counter),
        DeskScreen::Slip | DeskScreen::Guest if is(Key::F4) => Some(Touch::Payments),
        DeskScreen::Guest | DeskScreen::Tasks if is(Key::F6) => Some(Touch::OpenWalkIn),
        DeskScreen::Guest | DeskScreen::Tasks if is(Key::F8) => Some(Touch::OpenGroup),
        DeskScreen::Group if is(Key::F3) => Some(Touch::SwitchPage),
        DeskScreen::Group => group::adapter::of_key(key, window).map(Touch::Group),
        DeskScreen::WalkIn if is(Key::F3) => Some(Touch::SwitchPage),
        DeskScreen::WalkIn => walk_in::adapter::of_key(key).map(Touch::WalkIn),
        DeskScreen::Guest if is(Key::F3) => Some(Touch::SwitchPage),
        DeskScreen::Guest => guest::adapter::of_key(key, window).map(Touch::Guest),
        DeskScreen::Slip | DeskScreen::Payments | DeskScreen::Counter if is(Key::F3) => Some(Touch::SwitchPage),
        DeskScreen::Counter => counter::adapter::of_key(key, window).map(Touch::AtCounter),
        DeskScreen::Payments => cashier::adapter::of_key(key, window).map(Touch::Cashier),
        DeskScreen::Slip => slip::adapter::of_key(key, window).map(Touch::Slip),
        DeskScreen::Tasks => match digit {
            Some(digit) => deed_at(window, usize::from(digit.checked_sub(1)?)).map(Touch::Do),
            None if is(Key::UpArrow) => Some(Touch::Step(-1)),
            None if is(Key::DownArrow) => Some(Touch::Step(1)),
            None if is(Key::Tab) => Some(Touch::SwitchList),
            None if is(Key::F3) => Some(Touch::SwitchPage),
            None => is(Key::Escape).then_some(Touch::SignOut),
        },
        DeskScreen::Map if is(Key::F3) => Some(Touch::SwitchPage),
        DeskScreen::Map => map::adapter::of_key(key, window).map(Touch::Map),
    }
}
