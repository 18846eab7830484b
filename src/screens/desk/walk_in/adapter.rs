//! Copies the form into Slint's properties and hands touches and keys back. Decides nothing.

use super::form::{Choice, Fault, Field};
use super::view::{FirmMark, LooksMark, WalkInPage};
use super::{Said, Touch, WhyTable};
use crate::screens::rows::{changed, int, text};
use domain::event::NoSeatReason;
use domain::roster::{ClassCriterion, CustomerClass, GuestRole};
use slint::ComponentHandle;
use slint::platform::Key;
use ui::{DeskWindow, Party, PartySaid, PersonRole, WalkInClass, WalkInFaults, WalkInForm};

/// Shows the form.
pub fn show(window: &DeskWindow, page: &WalkInPage) {
    let walk_in = window.global::<ui::WalkIn>();
    let form = &page.form;
    let by = |criterion| form.criteria.contains(&criterion);
    walk_in.set_form(WalkInForm {
        of_firm: form.of_firm,
        phone: text(&form.phone),
        phone_again: text(&form.phone_again),
        name: text(&form.name),
        title: text(&form.title),
        firm: text(&form.firm_words),
        salesperson: text(&form.sales_words),
        role: role(form.role),
        decides: form.decides,
        adults: text(&form.adults),
        children: text(&form.children),
        class: match form.class {
            None => WalkInClass::Later,
            Some(CustomerClass::A) => WalkInClass::A,
            Some(CustomerClass::B) => WalkInClass::B,
            Some(CustomerClass::C) => WalkInClass::C,
        },
        market: by(ClassCriterion::Market),
        strength: by(ClassCriterion::Strength),
        willingness: by(ClassCriterion::Willingness),
        note: text(&form.note),
        firm_known: page.firm == FirmMark::Known,
        firm_new: page.firm == FirmMark::New,
        salesperson_known: page.looks == LooksMark::Known,
        nobody: page.looks == LooksMark::Nobody,
        new_firm: page.new_firm,
        wants_criterion: page.wants_criterion,
    });
    walk_in.set_faults(faults(page));
    let line =
        |line: &super::view::FitLine| ui::FitLine { kind: line.kind, name: text(&line.name), aside: text(&line.aside) };
    if let Some(fits) = changed(&walk_in.get_fits(), page.fits.iter().map(line).collect()) {
        walk_in.set_fits(fits);
    }
    walk_in.set_line(int(page.line));
    walk_in.set_step(page.step);
    walk_in.set_refused(page.refused);
    walk_in.set_busy(page.busy);
    walk_in.set_at(page.at);
    // Last: they move words and keys to where the rest is already.
    walk_in.set_fill(int(page.fill));
    walk_in.set_wanted(int(page.wanted));
}

fn faults(page: &WalkInPage) -> WalkInFaults {
    let of = |field| page.faults.iter().find(|(wrong, _)| *wrong == field).map_or(Fault::None, |(_, fault)| *fault);
    WalkInFaults {
        phone: of(Field::Phone),
        phone_again: of(Field::PhoneAgain),
        name: of(Field::Name),
        firm: of(Field::Firm),
        salesperson: of(Field::Salesperson),
        adults: of(Field::Adults),
        children: of(Field::Children),
        class: of(Field::Class),
        count: int(page.faults.len()),
    }
}

/// What the page of a party says first.
pub fn say(party: &Party, said: Option<&Said>) {
    let mut who = String::new();
    let mut to = String::new();
    let code = match said {
        None => PartySaid::Nothing,
        Some(Said::NumberIsTheirs) => PartySaid::NumberIsTheirs,
        Some(Said::NoTable { heads, reason }) => {
            party.set_said_count(int(*heads));
            match reason {
                NoSeatReason::NotPlanned => PartySaid::NoPlan,
                NoSeatReason::NoRoom => PartySaid::NoRoom,
                NoSeatReason::Conflict => PartySaid::OnlyRivals,
                NoSeatReason::Wheelchair => PartySaid::NoWheelchairSpace,
                NoSeatReason::NoLease => PartySaid::NoPlacesHere,
            }
        }
        Some(Said::Table { table, why }) => {
            party.set_said_table(text(table));
            match why {
                WhyTable::Theirs => PartySaid::TableTheirs,
                WhyTable::HasRoom => PartySaid::TableHasRoom,
                WhyTable::WithSalesperson(name) => {
                    who.clone_from(name);
                    PartySaid::TableWithSalesperson
                }
                WhyTable::MadeRoom { who: gone, to: table } => {
                    (who, to) = (gone.clone(), table.clone());
                    PartySaid::TableMadeRoom
                }
            }
        }
    };
    party.set_said_who(text(&who));
    party.set_said_to(text(&to));
    party.set_said(code);
}

fn role(role: GuestRole) -> PersonRole {
    match role {
        GuestRole::Owner => PersonRole::Owner,
        GuestRole::Partner => PersonRole::Partner,
        GuestRole::Staff => PersonRole::Staff,
        GuestRole::Family => PersonRole::Family,
        GuestRole::Press => PersonRole::Press,
        GuestRole::Expert => PersonRole::Expert,
        GuestRole::Company => PersonRole::Company,
    }
}

fn of_role(role: PersonRole) -> GuestRole {
    match role {
        PersonRole::Owner => GuestRole::Owner,
        PersonRole::Partner => GuestRole::Partner,
        PersonRole::Staff => GuestRole::Staff,
        PersonRole::Family => GuestRole::Family,
        PersonRole::Press => GuestRole::Press,
        PersonRole::Expert => GuestRole::Expert,
        PersonRole::Company => GuestRole::Company,
    }
}

/// Calls `touched` for every touch of the form, `opened` when somebody wants one.
pub fn listen(window: &DeskWindow, touched: impl Fn(Touch) + Clone + 'static, opened: impl Fn() + 'static) {
    let walk_in = window.global::<ui::WalkIn>();
    walk_in.on_open(opened);
    macro_rules! with {
        ($($callback:ident($($value:ident),*) => $touch:expr),* $(,)?) => {$({
            let touched = touched.clone();
            walk_in.$callback(move |$($value),*| touched($touch));
        })*};
    }
    let step = |by: i32| i8::try_from(by).unwrap_or(0);
    with! {
        on_here(field) => Touch::At(field),
        on_edited(field, words) => Touch::Typed(field, words.to_string()),
        on_onward(field) => Touch::Onward(field),
        on_more(field, by) => Touch::Count(field, step(by)),
        on_step_by(by) => Touch::Step(step(by)),
        on_pick(line) => Touch::Pick(usize::try_from(line).unwrap_or(usize::MAX)),
        on_of_firm(of_firm) => Touch::Choose(Choice::OfFirm(of_firm)),
        on_role(role) => Touch::Choose(Choice::Role(of_role(role))),
        on_decides(decides) => Touch::Choose(Choice::Decides(decides)),
        on_class(class) => Touch::Choose(Choice::Class(match class {
            WalkInClass::Later => None,
            WalkInClass::A => Some(CustomerClass::A),
            WalkInClass::B => Some(CustomerClass::B),
            WalkInClass::C => Some(CustomerClass::C),
        })),
        on_market() => Touch::Choose(Choice::Criterion(ClassCriterion::Market)),
        on_strength() => Touch::Choose(Choice::Criterion(ClassCriterion::Strength)),
        on_willingness() => Touch::Choose(Choice::Criterion(ClassCriterion::Willingness)),
        on_register() => Touch::Register,
        on_clear() => Touch::Clear,
        on_leave() => Touch::Back,
    }
}

pub fn of_key(key: &str) -> Option<Touch> {
    let letter = key.chars().next()?;
    let is = |named: Key| letter == char::from(named);
    if is(Key::F9) {
        return Some(Touch::Register);
    }
    if is(Key::F4) {
        return Some(Touch::Clear);
    }
    is(Key::Escape).then_some(Touch::Back)
}
