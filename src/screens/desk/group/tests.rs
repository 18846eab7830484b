use super::view::GroupPage;
use super::*;
use crate::screens::desk::tests::Hall;
use crate::screens::desk::view::DeskPage;
use crate::screens::desk::{Input, Touch as DeskTouch};
use ui::{BadgeState, PersonMark};

fn open() -> Hall {
    let mut hall = Hall::open();
    hall.type_pin("4711");
    hall.touch(DeskTouch::OpenGroup);
    hall
}

#[track_caller]
fn page(hall: &mut Hall) -> GroupPage {
    match hall.page() {
        DeskPage::Group(page, _) => *page,
        other => panic!("{other:?}"),
    }
}

fn touch(hall: &mut Hall, touch: Touch) -> GroupPage {
    hall.touch(DeskTouch::Group(touch));
    page(hall)
}

#[test]
fn dealers_of_a_salesperson_are_ticked_and_their_badges_come_out_in_one_batch() {
    let mut hall = open();
    let shown = touch(&mut hall, Touch::Typed("lrx".into()));
    assert_eq!((shown.salespeople.len(), shown.salespeople[0].people), (1, 3));
    let shown = touch(&mut hall, Touch::Pick(None));
    assert_eq!((shown.salesperson.as_deref(), shown.people.len()), (Some("林若溪"), 3));
    assert_eq!(shown.people[0].table, "12");
    touch(&mut hall, Touch::Pick(Some(0)));
    let shown = touch(&mut hall, Touch::Pick(Some(2)));
    assert_eq!(shown.ticked, 2);
    let before = hall.commands.len();
    let shown = touch(&mut hall, Touch::CheckIn);
    assert_eq!(hall.commands.len(), before + 1, "one act for all of them");
    assert_eq!((shown.here, shown.ticked, shown.batch.all, shown.batch.out), (2, 0, 2, 0));
    assert_eq!(shown.people[0].badge, Some(BadgeState::Waiting));
    assert_eq!((shown.people[1].mark, shown.people[1].badge), (PersonMark::Absent, None));
}

#[test]
fn badges_of_the_batch_are_counted_as_they_come_out_and_those_that_did_not_are_named() {
    let mut hall = open();
    touch(&mut hall, Touch::Pick(Some(0)));
    touch(&mut hall, Touch::All(true));
    touch(&mut hall, Touch::CheckIn);
    let people: Vec<_> = hall.meeting().guests().map(|guest| guest.id).collect();
    let badges: Vec<_> = people.iter().filter_map(|guest| hall.meeting().standing_badge(*guest)).collect();
    assert_eq!(badges.len(), 3);
    hall.badge_came_out(badges[0].id);
    hall.badge_is_doubtful(badges[1].id);
    let shown = page(&mut hall);
    assert_eq!((shown.batch.all, shown.batch.out, shown.batch.failed.len()), (3, 1, 1));
    assert_eq!(shown.batch.failed[0].1, badges[1].number);
}

#[test]
fn whoever_is_here_already_is_shown_and_cannot_be_ticked() {
    let mut hall = open();
    touch(&mut hall, Touch::Pick(Some(0)));
    touch(&mut hall, Touch::Pick(Some(1)));
    touch(&mut hall, Touch::CheckIn);
    let shown = touch(&mut hall, Touch::Pick(Some(1)));
    assert_eq!((shown.ticked, shown.people[1].ticked), (0, false));
    let shown = touch(&mut hall, Touch::All(true));
    assert_eq!(shown.ticked, 2, "the two who are still to come");
}

#[test]
fn nothing_is_done_for_nobody_and_the_page_goes_back_step_by_step() {
    let mut hall = open();
    touch(&mut hall, Touch::Pick(Some(0)));
    let before = hall.commands.len();
    touch(&mut hall, Touch::CheckIn);
    assert_eq!(hall.commands.len(), before);
    assert_eq!(touch(&mut hall, Touch::Back).salesperson, None);
    hall.touch(DeskTouch::Group(Touch::Back));
    assert!(matches!(hall.page(), DeskPage::Tasks(_)));
}

#[test]
fn group_that_could_not_be_written_stays_ticked() {
    let mut hall = open();
    touch(&mut hall, Touch::Pick(Some(0)));
    touch(&mut hall, Touch::All(true));
    hall.fill_disk(true);
    let shown = touch(&mut hall, Touch::CheckIn);
    assert_eq!((shown.ticked, shown.batch.all, shown.refused), (3, 0, ui::RefusedWhy::Storage));
}

#[test]
fn code_of_a_salesperson_opens_their_group() {
    let mut hall = Hall::open();
    hall.type_pin("4711");
    hall.input(Input::Scan("USPS01".into()));
    assert_eq!(page(&mut hall).salesperson.as_deref(), Some("林若溪"));
}
