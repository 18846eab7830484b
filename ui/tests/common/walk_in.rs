//! The form for somebody who was not invited, empty, filled, wrong and under way.

use super::guests::Words;
use slint::{ComponentHandle, ModelRc, VecModel};
use ui::{
    Desk, DeskScreen, DeskWindow, FitKind, FitLine, PersonRole, RefusedWhy, WalkIn, WalkInClass, WalkInFault,
    WalkInFaults, WalkInField, WalkInForm, WalkInStep,
};

fn fits(lines: Vec<FitLine>) -> ModelRc<FitLine> {
    ModelRc::new(VecModel::from(lines))
}

fn form(words: &Words, long: bool) -> WalkInForm {
    WalkInForm {
        of_firm: true,
        phone: "186 0000 5520".into(),
        phone_again: "186 0000 5520".into(),
        name: if long { words.long_guest } else { words.guest }.into(),
        title: words.people[0].1.into(),
        firm: if long { words.long_firm } else { words.firm }.into(),
        salesperson: if long { words.long_salesperson } else { words.salesperson }.into(),
        role: PersonRole::Owner,
        decides: true,
        adults: "3".into(),
        children: "1".into(),
        class: WalkInClass::B,
        market: false,
        strength: true,
        willingness: false,
        note: words.theme.into(),
        firm_known: false,
        firm_new: true,
        salesperson_known: true,
        nobody: false,
        new_firm: true,
        wants_criterion: true,
    }
}

fn fill(window: &DeskWindow, form: WalkInForm) -> WalkIn<'_> {
    window.global::<Desk>().set_screen(DeskScreen::WalkIn);
    let walk_in = window.global::<WalkIn>();
    walk_in.set_form(form);
    walk_in.set_at(WalkInField::Note);
    walk_in.set_fill(walk_in.get_fill() + 1);
    walk_in
}

pub fn empty(window: &DeskWindow) {
    let form = WalkInForm {
        of_firm: true,
        decides: true,
        adults: "1".into(),
        children: "0".into(),
        new_firm: true,
        ..WalkInForm::default()
    };
    fill(window, form).set_at(WalkInField::Phone);
}

pub fn filled(window: &DeskWindow, words: &Words, long: bool) {
    fill(window, form(words, long));
}

/// Every mistake at once, the longest first.
pub fn wrong(window: &DeskWindow, words: &Words) {
    let walk_in = fill(window, form(words, true));
    walk_in.set_faults(WalkInFaults {
        phone: WalkInFault::PhoneInSeveral,
        phone_again: WalkInFault::PhonesDiffer,
        name: WalkInFault::NameMissing,
        firm: WalkInFault::FirmOpen,
        salesperson: WalkInFault::SalespersonMissing,
        adults: WalkInFault::TooManyHeads,
        children: WalkInFault::TooManyHeads,
        class: WalkInFault::CriterionMissing,
        count: 8,
    });
}

/// The mistakes that do not stand beside those.
pub fn wrong_otherwise(window: &DeskWindow, words: &Words) {
    let walk_in = fill(window, WalkInForm { phone: "12".into(), ..form(words, false) });
    let (phone, firm) = (WalkInFault::NoPhone, WalkInFault::FirmMissing);
    walk_in.set_faults(WalkInFaults { phone, firm, count: 2, ..WalkInFaults::default() });
}

pub fn without_firm(window: &DeskWindow, words: &Words) {
    let form = WalkInForm { of_firm: false, new_firm: false, role: PersonRole::Expert, ..form(words, true) };
    let walk_in = fill(window, form);
    let phone = WalkInFault::PhoneMissing;
    walk_in.set_faults(WalkInFaults { phone, count: 1, ..WalkInFaults::default() });
}

pub fn which_firm(window: &DeskWindow, words: &Words) {
    let form = WalkInForm { firm_new: false, salesperson: "".into(), salesperson_known: false, ..form(words, false) };
    let walk_in = fill(window, form);
    let line = |kind, name: &str, aside: &str| FitLine { kind, name: name.into(), aside: aside.into() };
    walk_in.set_at(WalkInField::Firm);
    walk_in.set_fits(fits(vec![
        line(FitKind::Firm, words.firm, words.salesperson),
        line(FitKind::Firm, words.long_firm, words.long_salesperson),
        line(FitKind::Firm, words.firm, ""),
        line(FitKind::NewFirm, words.firm, ""),
    ]));
}

pub fn which_salesperson(window: &DeskWindow, words: &Words) {
    let walk_in = fill(window, WalkInForm { salesperson_known: false, nobody: true, ..form(words, false) });
    let line = |kind, name: &str, aside: &str| FitLine { kind, name: name.into(), aside: aside.into() };
    walk_in.set_at(WalkInField::Salesperson);
    walk_in.set_line(1);
    walk_in.set_fits(fits(vec![
        line(FitKind::Salesperson, words.salesperson, "S01"),
        line(FitKind::Salesperson, words.long_salesperson, "S02"),
        line(FitKind::Nobody, "", ""),
    ]));
}

pub fn under_way(window: &DeskWindow, words: &Words, step: WalkInStep) {
    let walk_in = fill(window, form(words, false));
    walk_in.set_step(step);
    walk_in.set_busy(true);
}

pub fn refused(window: &DeskWindow, words: &Words) {
    fill(window, form(words, false)).set_refused(RefusedWhy::Storage);
}
