//! Copies the operator's view into Slint's properties and hands touches and keys back. Decides nothing, keeps nothing.

use super::audience::lang;
use super::view::{OperatorPage, OperatorView, PickRow, RoundRow, WorkPage};
use super::{Key, Touch};
use crate::screens::pairing;
use crate::screens::rows::{changed, int, text};
use slint::platform::Key as SlintKey;
use slint::{ComponentHandle, ModelRc, SharedString, VecModel};
use stage_ui::{
    Desk, DiceOfGuest, Operator, OperatorScreen, OperatorWindow, PickLine, RoundLine, SceneLine, StageDeedLine,
    StageDeviceLine, StepLine,
};
use std::rc::Rc;

/// Dice that one guest throws.
const DICE_A_GUEST: usize = 3;

/// Shows `view` in `window`. Call it on the window's thread.
pub fn show(window: &OperatorWindow, view: &OperatorView) {
    let operator = window.global::<Operator>();
    let lang = lang(view.language);
    stage_ui::speak(lang);
    window.global::<stage_ui::Language>().set_current(lang);
    operator.set_place(text(&view.place));
    operator.set_person(text(&view.person));
    operator.set_meeting(text(&view.meeting));
    operator.set_clock(text(&view.clock));
    operator.set_connected(view.connected);
    operator.set_storage_failed(view.storage_failed);
    operator.set_waiting(int(view.waiting));
    operator.set_waiting_since(text(&view.waiting_since));
    match &view.page {
        OperatorPage::Pairing(page) => {
            pairing::show_on_stage(window, page);
            operator.set_screen(OperatorScreen::Pairing);
        }
        OperatorPage::SignIn { typed, wrong, locked_minutes } => {
            let desk = window.global::<Desk>();
            desk.set_pin_typed(int(*typed));
            desk.set_pin_wrong(*wrong);
            desk.set_pin_locked_minutes(int(*locked_minutes));
            operator.set_screen(OperatorScreen::SignIn);
        }
        OperatorPage::Work(page) => {
            show_work(&operator, page);
            operator.set_screen(OperatorScreen::Work);
        }
    }
}

fn show_work(operator: &Operator, page: &WorkPage) {
    let scene = |(code, key, shown): &(_, String, bool)| SceneLine { code: *code, key: text(key), shown: *shown };
    if let Some(scenes) = changed(&operator.get_scenes(), page.scenes.iter().map(scene).collect()) {
        operator.set_scenes(scenes);
    }
    operator.set_panel(page.panel);
    operator.set_rehearsal(page.rehearsal);
    operator.set_draw(text(&page.draw));
    operator.set_round(int(page.round));
    operator.set_prize(text(&page.prize));
    operator.set_quantity(int(page.quantity));
    operator.set_checked_in(page.checked_in);
    operator.set_void_reason(text(&page.void_reason));
    let step = |(code, state, result): &(_, _, String)| StepLine { code: *code, state: *state, result: text(result) };
    if let Some(steps) = changed(&operator.get_steps(), page.steps.iter().map(step).collect()) {
        operator.set_steps(steps);
    }
    if let Some(rounds) = changed(&operator.get_rounds(), page.rounds.iter().map(round).collect()) {
        operator.set_rounds(rounds);
    }
    operator.set_dice(dice(page));
    operator.set_dice_typed(int(page.faces.len()));
    operator.set_dice_wanted(int(page.dice_wanted));
    operator.set_behind(text(&page.behind));
    operator.set_frozen(page.frozen);
    if let Some(picks) = changed(&operator.get_picks(), page.picks.iter().map(pick).collect()) {
        operator.set_picks(picks);
    }
    operator.set_commitment(text(&page.commitment));
    operator.set_entries(text(&page.entries));
    operator.set_rules(text(&page.rules));
    show_deeds(operator, page);
    operator.set_asking(page.asking);
    operator.set_asking_about(text(&page.asking_about));
    operator.set_typed_figures(int(page.typed_figures));
    operator.set_said(page.said.0);
    operator.set_said_value(text(&page.said.1));
    operator.set_busy(page.busy);
}

fn show_deeds(operator: &Operator, page: &WorkPage) {
    let deed = |deed: &super::deeds::Deed| StageDeedLine {
        code: deed.code,
        key: text(deed.key),
        value: text(&deed.value),
        primary: deed.primary,
        enabled: deed.enabled,
    };
    if let Some(deeds) = changed(&operator.get_deeds(), page.deeds.iter().map(deed).collect()) {
        operator.set_deeds(deeds);
    }
    let device = |(code, name, value, tone): &(_, String, String, _)| StageDeviceLine {
        code: *code,
        name: text(name),
        value: text(value),
        tone: *tone,
    };
    if let Some(devices) = changed(&operator.get_devices(), page.devices.iter().map(device).collect()) {
        operator.set_devices(devices);
    }
}

fn dice(page: &WorkPage) -> ModelRc<DiceOfGuest> {
    let places = page.dice_wanted.max(page.faces.len());
    let guest = |from: usize| {
        let face = |at: usize| page.faces.get(at).map_or_else(SharedString::new, |face| text(&face.to_string()));
        let faces: Vec<SharedString> = (from..(from + DICE_A_GUEST).min(places)).map(face).collect();
        let current = (from..from + DICE_A_GUEST).contains(&page.faces.len());
        DiceOfGuest { faces: ModelRc::new(VecModel::from(faces)), current }
    };
    let guests: Vec<DiceOfGuest> = (0..places).step_by(DICE_A_GUEST).map(guest).collect();
    ModelRc::new(VecModel::from(guests))
}

fn round(row: &RoundRow) -> RoundLine {
    RoundLine {
        prize: text(&row.prize),
        quantity: int(row.quantity),
        left: int(row.left),
        checked_in: row.checked_in,
        state: row.state,
        chosen: row.chosen,
    }
}

fn pick(row: &PickRow) -> PickLine {
    PickLine {
        place: text(&(row.pick + 1).to_string()),
        id: text(&row.id),
        person: text(&row.person),
        firm: text(&row.firm),
        county: text(&row.county),
        phone: text(&row.phone),
        state: row.state,
        calls: int(row.calls),
        chosen: row.chosen,
    }
}

/// Hands what people do in the window to `post`.
pub fn listen(window: &OperatorWindow, post: impl Fn(Touch) + 'static) {
    let post = Rc::new(post);
    let operator = window.global::<Operator>();
    let on = post.clone();
    operator.on_key(move |words, control| key_of(&words, control).into_iter().for_each(|key| on(Touch::Key(key))));
    let on = post.clone();
    operator.on_show_scene(move |code| on(Touch::Scene(code)));
    let on = post.clone();
    operator.on_do(move |deed| on(Touch::Do(deed)));
    let on = post.clone();
    operator.on_choose_round(move |at| usize::try_from(at).into_iter().for_each(|at| on(Touch::ChooseRound(at))));
    let on = post.clone();
    operator.on_choose_pick(move |at| usize::try_from(at).into_iter().for_each(|at| on(Touch::ChoosePick(at))));
    let on = post.clone();
    operator.on_typed(move |words| on(Touch::Typed(words.to_string())));
    let on = post.clone();
    operator.on_cancel(move || on(Touch::Cancel));
    let desk = window.global::<Desk>();
    let on = post.clone();
    desk.on_pin_digit(move |figure| figure.parse().into_iter().for_each(|digit| on(Touch::PinDigit(digit))));
    let on = post.clone();
    desk.on_pin_erase(move || on(Touch::PinErase));
    let on = post.clone();
    desk.on_pin_clear(move || on(Touch::PinClear));
    operator.on_next_language(move || post(Touch::NextLanguage));
}

/// Keyboards and presentation remotes: those send the page keys, F5, Escape and the full stop.
fn key_of(words: &str, control: bool) -> Option<Key> {
    let is = |key: SlintKey| SharedString::from(key) == words;
    let function = [
        SlintKey::F1,
        SlintKey::F2,
        SlintKey::F3,
        SlintKey::F4,
        SlintKey::F5,
        SlintKey::F6,
        SlintKey::F7,
        SlintKey::F8,
        SlintKey::F9,
    ];
    if let Some(at) = function.into_iter().position(is) {
        return u8::try_from(at + 1).ok().map(Key::Function);
    }
    let named = [
        (SlintKey::PageDown, Key::PageDown),
        (SlintKey::PageUp, Key::PageUp),
        (SlintKey::UpArrow, Key::Up),
        (SlintKey::DownArrow, Key::Down),
        (SlintKey::Backspace, Key::Backspace),
        (SlintKey::Escape, Key::Escape),
        (SlintKey::Return, Key::Next),
        (SlintKey::Space, Key::Next),
    ];
    if let Some((_, key)) = named.into_iter().find(|(key, _)| is(*key)) {
        return Some(key);
    }
    let mut letters = words.chars();
    let (letter, None) = (letters.next()?, letters.next()) else { return None };
    match letter {
        'l' | 'L' | '\u{c}' if control => Some(Key::Language),
        letter if !control && letter.is_ascii_graphic() => Some(Key::Letter(letter)),
        _ => None,
    }
}
