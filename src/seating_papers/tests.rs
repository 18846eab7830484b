//! From a meeting to its papers.

use domain::config::{Language, room_mistakes};
use domain::event::{Event, MeetingConfigured, SeatsPlanned};
use domain::time::UnixMillis;
use domain::{Actor, DeviceId, EventId, Meeting, Meta, TableId};

use super::*;
use crate::screens::fixture::{START_MS, config, id, roster};

fn meeting() -> Meeting {
    let mut meeting = Meeting::new();
    let seats = vec![(id(1).parse().expect("an id"), TableId::new("t12"))];
    let events: [Event; 3] = [
        MeetingConfigured { rev: 1, config: Box::new(config()) }.into(),
        roster().into(),
        SeatsPlanned { rev: 1, seats, unplanned: Vec::new() }.into(),
    ];
    for (number, event) in (1..).zip(&events) {
        let event_id = EventId(uuid::Uuid::from_u128(number));
        let device = DeviceId::from_bytes([1; 16]);
        meeting.apply(&Meta { event_id, device, at: UnixMillis(START_MS), actor: Actor::Organiser }, event);
    }
    meeting
}

#[test]
fn planned_household_stands_on_every_list_with_its_table() {
    let listed = Listed::all(&meeting());
    let party = listed.iter().find(|party| party.firm == "青禾海棠家电").expect("it is expected");
    assert_eq!((party.table.as_str(), party.zone.as_str(), party.row, party.heads), ("12", "A", 2, 3));
    assert_eq!(party.salesperson, "林若溪");
    let names: Vec<&str> = party.people.iter().map(|one| one.full.as_str()).collect();
    assert_eq!(names, ["王海棠 王海棠先生", "陆景明 陆景明先生", "王知夏 王知夏先生"]);
}

#[test]
fn lists_hold_no_phone_number() {
    let listed = Listed::all(&meeting());
    for what in What::ALL {
        let csv = Sheet::of(&listed, what, Language::Zh).and_then(|sheet| sheet.csv()).expect("a list");
        let text = String::from_utf8(csv).expect("UTF-8");
        assert!(text.contains("王海棠") && !text.contains("1390") && !text.contains("1111"), "{text}");
    }
}

#[test]
fn card_of_one_table_and_picture_of_the_room_are_made_and_an_unknown_table_is_named() {
    let meeting = meeting();
    let card = table_cards(&meeting, &[TableId::new("t12")], Language::Ko).expect("fonts-noto-cjk is installed");
    assert!(card.starts_with(b"%PDF-"));
    let error = table_cards(&meeting, &[TableId::new("t99")], Language::Ko).expect_err("no such table");
    assert_eq!(error.to_string(), "there is no table t99 in this meeting");
    let tables: Vec<_> = meeting.tables().map(|now| now.table.clone()).collect();
    let mistakes = room_mistakes(meeting.room(), &tables);
    assert_eq!(mistakes, []);
    let picture = room_picture(RoomFacts::of(meeting.config()), meeting.room(), &tables, &mistakes);
    assert!(picture.expect("fonts-noto-cjk is installed").starts_with(b"\x89PNG"));
}
