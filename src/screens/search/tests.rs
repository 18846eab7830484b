use super::*;
use crate::roster::phone::PhoneNumber;
use crate::screens::fixture::{self, PHONE_KEY, WANG, id};
use domain::event::{Event, MeetingConfigured, SeatsPlanned};
use domain::{Actor, DeviceId, EventId, Meta, UnixMillis};
use serde_json::json;

/// The fixture's people, and one more firm whose owner 白杨 sits at table 12 and has slip D2-0042.
fn meeting() -> Meeting {
    let mut roster = fixture::roster();
    let other = json!({"id": id(3), "name": "云泽金谷穗供销社", "lead": id(4)});
    roster.households.push(serde_json::from_value(other).expect("a household"));
    let firm = json!({"id": id(4), "household": id(3), "firm": "云泽金谷穗供销社", "county": "白山县"});
    roster.dealers.push(serde_json::from_value(firm).expect("a firm"));
    let owner =
        json!({"id": id(50), "guest_no": 50, "household": id(3), "dealer": id(4), "name": "白杨", "role": "owner"});
    roster.guests.push(serde_json::from_value(owner).expect("an owner"));
    let content = json!({"dealer": id(4), "household": id(3), "lines": [], "policy_rev": 1, "total_minor": 0,
        "currency": "CNY", "deposit_kind": "refundable"});
    let slip = json!({"slip": id(70), "number": "D2-0042", "content": content});
    let seats = vec![(id(3).parse().expect("an id"), TableId::new("t12"))];
    let events: [Event; 4] = [
        MeetingConfigured { rev: 1, config: Box::new(fixture::config()) }.into(),
        roster.into(),
        SeatsPlanned { rev: 1, seats, unplanned: Vec::new() }.into(),
        Event::SlipDrafted(serde_json::from_value(slip).expect("a slip")),
    ];
    let mut meeting = Meeting::new();
    for (number, event) in (1_u128..).zip(&events) {
        let device = DeviceId::from_bytes([7; 16]);
        let event_id = EventId(uuid::Uuid::from_u128(number));
        meeting.apply(&Meta { event_id, device, at: UnixMillis(fixture::START_MS), actor: Actor::System }, event);
    }
    meeting
}

/// What is found, as "name: by".
#[track_caller]
fn check(typed: &str, wanted: &[(&str, By)]) {
    let meeting = meeting();
    let hash = |figures: &str| PhoneNumber::read(figures, "86").map(|number| number.hash(&PHONE_KEY));
    let hits = search(&meeting, typed, 10, hash);
    let name = |hit: &Hit| match (hit.guest, hit.party) {
        (Some(guest), _) | (None, Party::Guest(guest)) => meeting.guest(guest).expect("a guest").name.clone(),
        (None, Party::Household(household)) => meeting.household(household).expect("a party").name.clone(),
    };
    let found: Vec<(String, By)> = hits.best.iter().map(|hit| (name(hit), hit.by)).collect();
    let wanted: Vec<(String, By)> = wanted.iter().map(|(name, by)| ((*name).to_owned(), *by)).collect();
    assert_eq!(found, wanted, "{typed}");
    assert_eq!(hits.count, wanted.len(), "{typed}");
}

#[test]
fn people_are_found_by_whatever_is_at_hand() {
    check("王海棠", &[("王海棠", By::NameBegins)]);
    check("wht", &[("王海棠", By::NameBegins)]);
    check("haitang", &[("王海棠", By::Name)]);
    check("ljm", &[("陆景明", By::NameBegins)]);
    check("jgs", &[("云泽金谷穗供销社", By::Firm)]);
    check("云泽", &[("云泽金谷穗供销社", By::FirmBegins)]);
    check("白", &[("白杨", By::NameBegins)]);
    check("1111", &[("王海棠", By::Phone)]);
    check(WANG, &[("王海棠", By::Phone)]);
    check("139-0000-1111", &[("王海棠", By::Phone)]);
    check("d2-0042", &[("云泽金谷穗供销社", By::Slip)]);
    check("12", &[("云泽金谷穗供销社", By::Table)]);
    check("何", &[("何记者", By::NameBegins)]);
    check("晨报", &[("何记者", By::FirmBegins)]);
}

#[test]
fn every_word_has_to_fit_and_one_party_is_one_line() {
    check("jgs 白杨", &[("白杨", By::NameBegins)]);
    check("jgs 王", &[]);
    check("qhht wang", &[("王海棠", By::NameBegins)]);
    check("  ", &[]);
    check("!?", &[]);
}
