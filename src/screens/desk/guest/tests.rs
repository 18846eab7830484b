use super::deeds::Deed;
use super::view::GuestPage;
use super::*;
use crate::screens::desk::finder;
use crate::screens::desk::tests::Hall;
use crate::screens::desk::view::DeskPage;
use crate::screens::desk::{Input, Touch as DeskTouch};
use domain::event::{BadgeReason, UndoReason};
use ui::{BadgeState, GuestAsk, GuestDeedCode as Code, PersonMark};

/// Reception at work, with a party's page as it was found by its typed name.
fn found(typed: &str) -> Hall {
    let mut hall = Hall::open();
    hall.type_pin("4711");
    hall.touch(DeskTouch::Search(finder::Touch::Typed(typed.into())));
    hall.touch(DeskTouch::Search(finder::Touch::Open(0)));
    hall
}

#[track_caller]
fn page(hall: &mut Hall) -> GuestPage {
    match hall.page() {
        DeskPage::Guest(page, _) => *page,
        other => panic!("{other:?}"),
    }
}

fn touch(hall: &mut Hall, touch: Touch) -> GuestPage {
    hall.touch(DeskTouch::Guest(touch));
    page(hall)
}

#[track_caller]
fn deed(hall: &mut Hall, code: Code) -> GuestPage {
    let shown = page(hall);
    let deed: Deed =
        *shown.deeds.iter().find(|deed| deed.code == code).unwrap_or_else(|| panic!("{code:?} in {shown:?}"));
    touch(hall, Touch::Do(deed))
}

fn marks(page: &GuestPage) -> Vec<PersonMark> {
    page.people.iter().map(|person| person.mark).collect()
}

#[test]
fn party_is_found_and_whoever_is_ticked_checks_in_with_a_badge() {
    let mut hall = found("wht");
    let shown = page(&mut hall);
    assert_eq!((shown.name.as_str(), shown.salesperson.as_str()), ("青禾海棠家电", "林若溪"));
    assert_eq!(marks(&shown), [PersonMark::Absent; 3]);
    assert!(!shown.counts_unlisted, "nobody is here yet");
    touch(&mut hall, Touch::Tick(0));
    touch(&mut hall, Touch::Tick(2));
    let shown = deed(&mut hall, Code::CheckIn);
    assert_eq!(marks(&shown), [PersonMark::Seen, PersonMark::Absent, PersonMark::Seen]);
    assert_eq!(shown.badges.len(), 2);
    assert!(shown.badges.iter().all(|badge| badge.state == BadgeState::Waiting));
    assert_eq!((shown.here, shown.expected), (2, 3));
    assert!(shown.people.iter().all(|person| !person.ticked), "what was done stands");
}

#[test]
fn people_without_a_name_are_counted_up_and_down_and_never_below_none() {
    let mut hall = found("wht");
    deed(&mut hall, Code::CheckIn);
    touch(&mut hall, Touch::Adults(1));
    touch(&mut hall, Touch::Children(1));
    let shown = touch(&mut hall, Touch::Children(1));
    assert_eq!((shown.unlisted_adults, shown.children, shown.here), (1, 2, 4));
    touch(&mut hall, Touch::Adults(-1));
    let shown = touch(&mut hall, Touch::Adults(-1));
    assert_eq!((shown.unlisted_adults, shown.children), (0, 2));
}

#[test]
fn another_badge_wants_a_reason_and_the_pin_of_whoever_is_signed_in() {
    let mut hall = found("wht");
    deed(&mut hall, Code::CheckIn);
    assert_eq!(deed(&mut hall, Code::Reprint).asking, GuestAsk::WhyBadge);
    assert_eq!(deed(&mut hall, Code::BecauseLost).asking, GuestAsk::Pin);
    let shown = touch(&mut hall, Touch::Typed("0000".into()));
    assert!(shown.pin_wrong);
    assert_eq!(shown.badges.len(), 1, "a wrong PIN prints nothing");
    let shown = touch(&mut hall, Touch::Typed("4711".into()));
    assert_eq!((shown.badges.len(), shown.asking), (2, GuestAsk::Nothing));
    let asked =
        hall.commands.iter().any(|command| matches!(command, Command::ReprintBadge { reason: BadgeReason::Lost, .. }));
    assert!(asked);
}

#[test]
fn wrong_pins_for_another_badge_lock_the_desk_like_any_others() {
    let mut hall = found("wht");
    deed(&mut hall, Code::CheckIn);
    deed(&mut hall, Code::Reprint);
    deed(&mut hall, Code::BecauseDamaged);
    for _ in 0..6 {
        hall.touch(DeskTouch::Guest(Touch::Typed("0000".into())));
    }
    assert!(hall.commands.iter().any(|command| matches!(command, Command::LockOut { .. })), "{:?}", hall.commands);
    hall.touch(DeskTouch::Guest(Touch::Typed("4711".into())));
    let printed = hall.commands.iter().any(|command| matches!(command, Command::ReprintBadge { .. }));
    assert!(!printed, "also the right one is not taken now");
}

#[test]
fn check_in_is_taken_back_with_a_reason_or_with_words() {
    let mut hall = found("wht");
    deed(&mut hall, Code::CheckIn);
    deed(&mut hall, Code::Undo);
    let shown = deed(&mut hall, Code::BecauseNotHere);
    assert_eq!(marks(&shown), [PersonMark::Absent; 3]);
    deed(&mut hall, Code::CheckIn);
    deed(&mut hall, Code::Undo);
    assert_eq!(deed(&mut hall, Code::BecauseOther).asking, GuestAsk::UndoWords);
    assert_eq!(touch(&mut hall, Touch::Typed("  ".into())).asking, GuestAsk::UndoWords, "words are needed");
    let shown = touch(&mut hall, Touch::Typed("went to the wrong hall".into()));
    assert_eq!(marks(&shown), [PersonMark::Absent; 3]);
    let wanted = |command: &Command| matches!(command, Command::UndoCheckIn { reason: UndoReason::Other, note, .. } if note == "went to the wrong hall");
    assert!(hall.commands.iter().any(wanted));
}

#[test]
fn deed_that_was_not_on_the_screen_does_nothing() {
    let mut hall = found("wht");
    let before = hall.commands.len();
    touch(&mut hall, Touch::Do(Deed { code: Code::Undo, count: 1 }));
    assert_eq!(hall.commands.len(), before, "nobody is here whose check-in could be taken back");
}

#[test]
fn scan_of_a_badge_opens_its_party_and_of_nobodys_says_so() {
    let mut hall = found("wht");
    let badge = deed(&mut hall, Code::CheckIn).badges.len();
    assert_eq!(badge, 1);
    hall.touch(DeskTouch::Guest(Touch::Back));
    assert!(matches!(hall.page(), DeskPage::Tasks(_)));
    let code = hall.meeting().guests().find_map(|guest| hall.meeting().standing_badge(guest.id)).expect("a badge").id;
    hall.input(Input::Scan(code.to_string()));
    assert_eq!(page(&mut hall).name, "青禾海棠家电");
    hall.touch(DeskTouch::Guest(Touch::Back));
    hall.input(Input::Scan("no code of ours".into()));
    assert!(matches!(hall.page(), DeskPage::Tasks(_)));
}

#[test]
fn guest_without_a_dealer_has_a_page_too() {
    let mut hall = found("晨报");
    let shown = page(&mut hall);
    assert_eq!((shown.name.as_str(), shown.firms), ("何记者", vec!["晨报".to_owned()]));
    let shown = deed(&mut hall, Code::CheckIn);
    assert_eq!(shown.here, 1);
}

#[test]
fn class_is_judged_anew_by_a_criterion_and_in_words() {
    let mut hall = found("wht");
    deed(&mut hall, Code::More);
    assert_eq!(deed(&mut hall, Code::Regrade).asking, GuestAsk::WhichClass);
    assert_eq!(deed(&mut hall, Code::ClassA).asking, GuestAsk::WhichCriterion);
    assert_eq!(deed(&mut hall, Code::ByStrength).asking, GuestAsk::ClassWords);
    let shown = touch(&mut hall, Touch::Typed("a second shop".into()));
    assert!(shown.marks.contains(&ui::PartyMark::ClassA), "{shown:?}");
    let wanted = |command: &Command| {
        matches!(command, Command::RegradeDealer { criteria, note, .. }
            if criteria[..] == [domain::roster::ClassCriterion::Strength] && note == "a second shop")
    };
    assert!(hall.commands.iter().any(wanted), "{:?}", hall.commands);
    deed(&mut hall, Code::More);
    deed(&mut hall, Code::Regrade);
    assert_eq!(deed(&mut hall, Code::ClassC).asking, GuestAsk::ClassWords, "the rest needs no criterion");
}

#[test]
fn consent_is_asked_of_the_person_under_the_keys_and_can_be_taken_back() {
    let mut hall = found("wht");
    deed(&mut hall, Code::More);
    let offered = |shown: &GuestPage| shown.deeds.iter().any(|deed| deed.code == Code::AskConsents);
    assert!(!offered(&page(&mut hall)), "this meeting asks nothing");
    hall.ask_about_photos();
    assert!(offered(&page(&mut hall)));
    let shown = deed(&mut hall, Code::AskConsents);
    assert_eq!(shown.consents, [(ui::ConsentKind::Photo, ui::ConsentState::Open)]);
    let shown = deed(&mut hall, Code::PhotoYes);
    assert_eq!(shown.consents, [(ui::ConsentKind::Photo, ui::ConsentState::Given)]);
    deed(&mut hall, Code::More);
    deed(&mut hall, Code::AskConsents);
    let shown = deed(&mut hall, Code::PhotoNo);
    assert_eq!(shown.consents, [(ui::ConsentKind::Photo, ui::ConsentState::Refused)]);
}

#[test]
fn note_stands_on_the_page_with_its_writer() {
    let mut hall = found("晨报");
    deed(&mut hall, Code::More);
    assert_eq!(deed(&mut hall, Code::WriteNote).asking, GuestAsk::NoteWords);
    let shown = touch(&mut hall, Touch::Typed("wants a word with the founder".into()));
    assert_eq!((shown.notes.len(), shown.asking), (1, GuestAsk::Nothing));
    assert_eq!((shown.notes[0].by.as_str(), shown.notes[0].text.as_str()), ("周雨", "wants a word with the founder"));
}
