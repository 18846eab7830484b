//! The desk's search and the page of a party, filled.

use super::guests::Words;
use slint::{ComponentHandle, ModelRc, VecModel};
use ui::{
    BadgeLine, BadgeState, ConsentKind, ConsentLine, ConsentState, Desk, DeskScreen, DeskWindow, FoundBy, GuestAsk,
    GuestDeedCode as Code, GuestDeedLine, HitLine, NoteLine, Party, PartyMark, PartySaid, PartySlip, PersonLine,
    PersonMark, PersonRole, Search, SlipState,
};

fn model<T: Clone + 'static>(values: Vec<T>) -> ModelRc<T> {
    ModelRc::new(VecModel::from(values))
}

fn person(name: &str, role: PersonRole, mark: PersonMark) -> PersonLine {
    PersonLine {
        name: name.into(),
        role,
        decides: role == PersonRole::Owner,
        phone: if role == PersonRole::Family { "" } else { "186****5520" }.into(),
        mark,
        since: "13:26".into(),
        ticked: false,
        chosen: role == PersonRole::Partner,
    }
}

fn badge(words: &Words, at: &str, state: BadgeState, again: bool) -> BadgeLine {
    let (number, place) = ("K2-B0820".into(), "K2".into());
    BadgeLine { at: at.into(), number, who: words.guest.into(), place, state, again }
}

fn deeds(codes: &[(Code, i32)]) -> ModelRc<GuestDeedLine> {
    let line = |(index, (code, count)): (usize, &(Code, i32))| GuestDeedLine {
        code: *code,
        count: *count,
        key: (index + 1).to_string().into(),
        primary: index == 0,
    };
    model(codes.iter().enumerate().map(line).collect())
}

/// A party with two of three here; `long` has the longest names there are.
pub fn open(window: &DeskWindow, words: &Words, long: bool) {
    window.global::<Desk>().set_screen(DeskScreen::Guest);
    let party = window.global::<Party>();
    party.set_name(if long { words.long_firm } else { words.firm }.into());
    party.set_about(words.firm.into());
    party.set_salesperson(if long { words.long_salesperson } else { words.salesperson }.into());
    party.set_marks(model(vec![PartyMark::Witnessed, PartyMark::GreenChannel, PartyMark::Vip, PartyMark::ClassA]));
    party.set_seated(true);
    party.set_table("18".into());
    party.set_zone("A".into());
    party.set_row(2);
    party.set_told(true);
    party.set_here(4);
    party.set_expected(6);
    party.set_adults(1);
    party.set_children(1);
    party.set_counts(true);
    party.set_people(model(vec![
        person(if long { words.long_guest } else { words.guest }, PersonRole::Owner, PersonMark::Seen),
        person(words.guest, PersonRole::Family, PersonMark::Here),
        PersonLine { ticked: true, ..person(words.long_guest, PersonRole::Partner, PersonMark::Absent) },
        person(words.guest, PersonRole::Staff, PersonMark::Left),
    ]));
    let slip =
        |number: &str, state, total: &str| PartySlip { number: number.into(), state, lines: 4, total: total.into() };
    party.set_slips(model(vec![
        slip("D2-0042", SlipState::Draft, "3,536,980.00"),
        slip("D2-0038", SlipState::Signed, "12,345,678,900.00"),
    ]));
    party.set_badges(model(vec![
        badge(words, "13:31", BadgeState::Waiting, true),
        badge(words, "13:26", BadgeState::Doubtful, false),
        badge(words, "13:26", BadgeState::Out, false),
    ]));
    about(&party, words);
    party.set_deeds(deeds(&[(Code::CheckIn, if long { 2 } else { 1 }), (Code::TellTable, 1), (Code::More, 1)]));
}

/// What one person said, and what was written down about the party.
fn about(party: &Party, words: &Words) {
    let line = |kind, state| ConsentLine { kind, state };
    party.set_consents_of(words.long_guest.into());
    party.set_consents(model(vec![
        line(ConsentKind::ScreenName, ConsentState::Given),
        line(ConsentKind::Directory, ConsentState::Open),
        line(ConsentKind::Photo, ConsentState::Refused),
    ]));
    let note = |at: &str, text: &str| NoteLine { at: at.into(), by: words.salesperson.into(), text: text.into() };
    let long = format!("{} {} {}", words.long_firm, words.theme, words.opening);
    party.set_notes(model(vec![note("13:31", &long), note("13:02", words.theme)]));
}

/// Nobody of it is here, and it has no table.
pub fn absent(window: &DeskWindow, words: &Words) {
    open(window, words, false);
    let party = window.global::<Party>();
    party.set_marks(model(vec![PartyMark::WalkIn]));
    party.set_seated(false);
    party.set_counts(false);
    party.set_badges(model(Vec::new()));
    party.set_consents(model(Vec::new()));
    party.set_notes(model(Vec::new()));
    party.set_slips(model(Vec::new()));
    party.set_people(model(vec![person(words.guest, PersonRole::Owner, PersonMark::Absent)]));
    party.set_here(0);
    party.set_expected(1);
}

/// Everything that may be done about one who is here.
pub fn deeds_of_one(window: &DeskWindow, words: &Words) {
    open(window, words, true);
    let codes =
        [Code::TellTable, Code::Witness, Code::NotTheDecider, Code::Reprint, Code::LeaveEarly, Code::Undo, Code::More];
    window.global::<Party>().set_deeds(deeds(&codes.map(|code| (code, 1))));
}

pub fn asked(window: &DeskWindow, words: &Words, ask: GuestAsk, codes: &[Code]) {
    open(window, words, false);
    let party = window.global::<Party>();
    party.set_deeds(deeds(&codes.iter().map(|code| (*code, 1)).collect::<Vec<_>>()));
    party.set_pin_wrong(ask == GuestAsk::Pin);
    party.set_asking(ask);
}

pub fn refused(window: &DeskWindow, words: &Words) {
    open(window, words, false);
    window.global::<Party>().set_refused(ui::RefusedWhy::Storage);
}

/// What fits while something is typed.
pub fn found(window: &DeskWindow, words: &Words) {
    let search = window.global::<Search>();
    search.set_typed("jgs 1111".into());
    let line = |title: &str, firm: &str, by, here| HitLine {
        title: title.into(),
        firm: firm.into(),
        table: "18".into(),
        by,
        here,
    };
    search.set_found(model(vec![
        line(words.guest, words.firm, FoundBy::Phone, true),
        line(words.long_guest, words.long_firm, FoundBy::Name, false),
        line(words.long_firm, "", FoundBy::Firm, false),
        line(words.firm, "", FoundBy::Slip, true),
    ]));
    search.set_count(62);
    search.set_chosen(1);
}

pub fn nobody_found(window: &DeskWindow) {
    window.global::<Search>().set_typed("zzzz".into());
}

/// What is told first: where they sit and why, or why not.
pub fn said(window: &DeskWindow, words: &Words, said: PartySaid) {
    let seated =
        [PartySaid::TableTheirs, PartySaid::TableWithSalesperson, PartySaid::TableHasRoom, PartySaid::TableMadeRoom];
    open(window, words, true);
    let party = window.global::<Party>();
    party.set_seated(seated.contains(&said) || said == PartySaid::NumberIsTheirs);
    party.set_said_table("18".into());
    let who = if said == PartySaid::TableWithSalesperson { words.long_salesperson } else { words.long_firm };
    party.set_said_who(who.into());
    party.set_said_to("24".into());
    party.set_said_count(12);
    party.set_said(said);
}
