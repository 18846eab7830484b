use super::form::Fault;
use super::view::WalkInPage;
use super::*;
use crate::screens::desk::tests::Hall;
use crate::screens::desk::view::DeskPage;
use crate::screens::desk::{Touch as DeskTouch, finder};
use crate::screens::fixture::WANG;
use domain::event::{Assurance, Via};
use domain::roster::{ClassCriterion, CustomerClass, GuestRole};

const NEW: &str = "13911112222";

/// Reception at work with an empty form, or with what was searched for in vain.
fn form(searched: &str) -> Hall {
    let mut hall = Hall::open();
    hall.type_pin("4711");
    if !searched.is_empty() {
        hall.touch(DeskTouch::Search(finder::Touch::Typed(searched.into())));
    }
    hall.touch(DeskTouch::OpenWalkIn);
    hall
}

#[track_caller]
fn page(hall: &mut Hall) -> WalkInPage {
    match hall.page() {
        DeskPage::WalkIn(page, _) => *page,
        other => panic!("{other:?}"),
    }
}

fn touch(hall: &mut Hall, touch: Touch) -> DeskPage {
    hall.touch(DeskTouch::WalkIn(touch))
}

fn write(hall: &mut Hall, lines: &[(Field, &str)]) {
    for (field, words) in lines {
        touch(hall, Touch::Typed(*field, (*words).into()));
        touch(hall, Touch::Onward(*field));
    }
}

/// Everything that a new firm wants, typed as it is typed.
fn whole() -> Vec<(Field, &'static str)> {
    vec![
        (Field::Phone, NEW),
        (Field::PhoneAgain, NEW),
        (Field::Name, "钱多"),
        (Field::Firm, "永顺商行"),
        (Field::Salesperson, "lrx"),
        (Field::Adults, "2"),
        (Field::Children, "1"),
    ]
}

#[track_caller]
fn guest_page(hall: &mut Hall) -> crate::screens::desk::guest::view::GuestPage {
    match hall.page() {
        DeskPage::Guest(page, _) => *page,
        other => panic!("{other:?}"),
    }
}

fn faults(hall: &mut Hall) -> Vec<(Field, Fault)> {
    page(hall).faults
}

#[test]
fn new_firm_is_registered_seated_checked_in_and_its_page_says_the_table_and_why() {
    let mut hall = form("");
    write(&mut hall, &whole());
    touch(&mut hall, Touch::Choose(Choice::Class(Some(CustomerClass::B))));
    touch(&mut hall, Touch::Choose(Choice::Criterion(ClassCriterion::Willingness)));
    touch(&mut hall, Touch::Register);
    let shown = guest_page(&mut hall);
    assert_eq!((shown.name.as_str(), shown.salesperson.as_str(), shown.here), ("永顺商行", "林若溪", 3));
    let table = WhyTable::WithSalesperson("林若溪".into());
    assert_eq!(shown.said, Some(Said::Table { table: "12".into(), why: table }));
    assert_eq!(shown.badges.len(), 1, "one badge, for the one with a name");
    let last = hall.commands.last();
    assert!(
        matches!(
            last,
            Some(Command::CheckIn {
                via: Via::Desk,
                assurance: Assurance::Witnessed,
                unlisted_adults: 1,
                children: 1,
                ..
            })
        ),
        "{last:?}"
    );
    let Party::Household(household) = hall.meeting().party_of(shown.people[0].id) else { panic!("a party") };
    let dealer = hall.meeting().lead(household).expect("a firm");
    assert_eq!((dealer.class, dealer.region.is_some()), (Some(CustomerClass::B), true));
    assert_eq!(hall.meeting().household(household).map(|party| party.expected_heads), Some(3));
    hall.touch(DeskTouch::OpenWalkIn);
    assert_eq!(page(&mut hall).form.name, "", "the next one begins with an empty form");
}

#[test]
fn somebody_of_a_known_firm_joins_its_party_at_its_table() {
    let mut hall = form("");
    write(&mut hall, &[(Field::Phone, NEW), (Field::PhoneAgain, NEW), (Field::Name, "钱多")]);
    touch(&mut hall, Touch::Typed(Field::Firm, "qhht".into()));
    assert_eq!(page(&mut hall).fits[0].name, "青禾海棠家电", "by its initials");
    touch(&mut hall, Touch::Onward(Field::Firm));
    assert!(!page(&mut hall).new_firm, "its salesperson and class are known");
    touch(&mut hall, Touch::Choose(Choice::Role(GuestRole::Staff)));
    touch(&mut hall, Touch::Register);
    let shown = guest_page(&mut hall);
    assert_eq!((shown.name.as_str(), shown.people.len(), shown.here), ("青禾海棠家电", 4, 1));
    assert_eq!(shown.said, Some(Said::Table { table: "12".into(), why: WhyTable::Theirs }));
}

#[test]
fn guest_without_a_firm_gets_a_badge_and_a_seat_and_needs_no_number() {
    let mut hall = form("");
    touch(&mut hall, Touch::Choose(Choice::OfFirm(false)));
    write(&mut hall, &[(Field::Name, "何记者二"), (Field::Firm, "晚报")]);
    touch(&mut hall, Touch::Register);
    let shown = guest_page(&mut hall);
    assert_eq!((shown.name.as_str(), shown.firms.as_slice()), ("何记者二", ["晚报".to_owned()].as_slice()));
    assert_eq!((shown.here, shown.badges.len()), (1, 1));
    assert_eq!(shown.said, Some(Said::Table { table: "12".into(), why: WhyTable::HasRoom }));
}

#[test]
fn every_mistake_is_told_at_its_field_and_nothing_typed_is_lost() {
    let check = |lines: &[(Field, &str)], told: &[(Field, Fault)]| {
        let mut hall = form("");
        let mut all = whole();
        for (field, words) in lines {
            all.iter_mut().filter(|(one, _)| one == field).for_each(|(_, typed)| *typed = words);
        }
        all.iter().for_each(|(field, words)| drop(touch(&mut hall, Touch::Typed(*field, (*words).into()))));
        touch(&mut hall, Touch::Register);
        let known = hall.meeting().guest_count();
        let shown = page(&mut hall);
        assert_eq!(shown.faults, told);
        assert_eq!(shown.at, told[0].0, "the keys go to the first mistake");
        for (field, words) in &all {
            assert_eq!(shown.form.words(*field), *words);
        }
        assert_eq!(hall.meeting().guest_count(), known);
    };
    let sales = (Field::Salesperson, Fault::SalespersonMissing);
    check(&[], &[sales]);
    check(&[(Field::PhoneAgain, "13911112223")], &[(Field::PhoneAgain, Fault::PhonesDiffer), sales]);
    check(&[(Field::PhoneAgain, "")], &[(Field::PhoneAgain, Fault::PhonesDiffer), sales]);
    check(&[(Field::Phone, "12"), (Field::PhoneAgain, "12")], &[(Field::Phone, Fault::NoPhone), sales]);
    check(&[(Field::Phone, ""), (Field::PhoneAgain, "")], &[(Field::Phone, Fault::PhoneMissing), sales]);
    check(&[(Field::Name, "  ")], &[(Field::Name, Fault::NameMissing), sales]);
    check(&[(Field::Firm, " ")], &[(Field::Firm, Fault::FirmMissing), sales]);
    check(&[(Field::Firm, "青禾")], &[(Field::Firm, Fault::FirmOpen), sales]);
    check(&[(Field::Adults, "0")], &[(Field::Adults, Fault::TooManyHeads), sales]);
    check(&[(Field::Adults, "32")], &[(Field::Adults, Fault::TooManyHeads), sales]);
    check(&[(Field::Children, "-1")], &[(Field::Children, Fault::TooManyHeads), sales]);
    check(&[(Field::Children, "31")], &[(Field::Children, Fault::TooManyHeads), sales]);
}

#[test]
fn class_above_the_rest_needs_a_criterion() {
    let mut hall = form("");
    write(&mut hall, &whole());
    touch(&mut hall, Touch::Choose(Choice::Class(Some(CustomerClass::A))));
    touch(&mut hall, Touch::Register);
    assert_eq!(faults(&mut hall), [(Field::Class, Fault::CriterionMissing)]);
    touch(&mut hall, Touch::Choose(Choice::Class(Some(CustomerClass::C))));
    assert_eq!(faults(&mut hall), []);
}

#[test]
fn known_number_opens_its_guest_and_the_form_waits() {
    let mut hall = form("");
    write(&mut hall, &[(Field::Phone, WANG), (Field::PhoneAgain, WANG)]);
    let shown = guest_page(&mut hall);
    assert_eq!((shown.name.as_str(), shown.said), ("青禾海棠家电", Some(Said::NumberIsTheirs)));
    hall.touch(DeskTouch::OpenWalkIn);
    assert_eq!(page(&mut hall).form.phone, WANG, "nothing typed is lost");
    touch(&mut hall, Touch::Clear);
    assert_eq!(page(&mut hall).form.phone, "");
}

#[test]
fn what_was_searched_for_in_vain_begins_the_form() {
    assert_eq!(page(&mut form("139 1111 2222")).form.phone, "139 1111 2222");
    assert_eq!(page(&mut form("钱多")).form.name, "钱多");
}

#[test]
fn form_waits_over_scans_and_sign_outs_for_whoever_typed_it() {
    let mut hall = form("钱多");
    hall.touch(DeskTouch::SignOut);
    hall.type_pin("4711");
    assert!(matches!(hall.page(), DeskPage::Tasks(_)));
    hall.touch(DeskTouch::OpenWalkIn);
    assert_eq!(page(&mut hall).form.name, "钱多");
}

#[test]
fn party_that_is_too_many_for_every_table_comes_in_and_becomes_a_task() {
    let mut hall = form("");
    let mut lines = whole();
    lines[5].1 = "11";
    write(&mut hall, &lines);
    touch(&mut hall, Touch::Register);
    let shown = guest_page(&mut hall);
    assert_eq!(shown.said, Some(Said::NoTable { heads: 12, reason: NoSeatReason::NoRoom }));
    assert_eq!((shown.here, shown.table), (12, None));
    assert!(hall.meeting().tasks().iter().any(|task| task.kind.code() == "no_table"));
}

#[test]
fn registration_that_could_not_be_written_leaves_the_form_as_it_is() {
    let mut hall = form("");
    write(&mut hall, &whole());
    hall.fill_disk(true);
    touch(&mut hall, Touch::Register);
    let shown = page(&mut hall);
    assert_eq!((shown.refused, shown.form.name.as_str()), (ui::RefusedWhy::Storage, "钱多"));
    hall.fill_disk(false);
    touch(&mut hall, Touch::Register);
    assert_eq!(guest_page(&mut hall).name, "永顺商行");
}
