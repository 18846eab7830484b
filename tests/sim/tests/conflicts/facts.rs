//! The meeting of the stories: six households of two, four tables, staff of every kind.

use domain::config::DepositKind;
use domain::event::*;
use domain::{
    Command, Currency, Dealer, DealerId, Event, Guest, GuestId, HouseholdId, MeetingConfig, NewPayment, PhoneCheck,
    TableId,
};
use serde_json::json;

pub fn household(number: u8) -> HouseholdId {
    HouseholdId::from_bytes([10 + number; 16])
}

pub fn dealer(number: u8) -> DealerId {
    DealerId::from_bytes([50 + number; 16])
}

/// The first or second person of a household.
pub fn guest(number: u8, place: u8) -> GuestId {
    GuestId::from_bytes([100 + number * 2 + place; 16])
}

pub fn the(number: u8) -> Party {
    Party::Household(household(number))
}

/// Tables `t1` to `t4` with these places for guests; household n is planned at table n, up to the fourth.
pub const PLACES: [u16; 4] = [4, 4, 4, 8];

pub fn before_the_doors_open() -> Vec<Event> {
    let mut change = RosterChanged { rev: 1, part: 1, parts: 1, ..RosterChanged::default() };
    for number in 1..=6 {
        let (household, dealer) = (household(number), dealer(number));
        let record = json!({ "id": household, "name": format!("Firm {number}"), "lead": dealer });
        change.households.push(serde_json::from_value(record).expect("a household"));
        let record = json!({
            "id": dealer, "household": household, "firm": format!("Firm {number}"), "region": "east", "salesperson": "S07",
        });
        change.dealers.push(serde_json::from_value::<Dealer>(record).expect("a dealer"));
        change.guests.extend((0..2).map(|place| person(number, place)));
    }
    let seats = (1..=4).map(|number| (household(number), table(number))).collect();
    let plan = SeatsPlanned { rev: 1, seats, unplanned: vec![household(5), household(6)] };
    vec![MeetingConfigured { rev: 1, config: Box::new(config()) }.into(), change.into(), plan.into()]
}

pub fn person(number: u8, place: u8) -> Guest {
    let record = json!({
        "id": guest(number, place), "guest_no": u32::from(number) * 10 + u32::from(place), "household": household(number),
        "dealer": dealer(number), "name": format!("Guest {number}.{place}"),
        "role": if place == 0 { "owner" } else { "staff" }, "decides": place == 0,
    });
    serde_json::from_value(record).expect("a guest")
}

pub fn table(number: u8) -> TableId {
    TableId::new(&format!("t{number}"))
}

pub fn config() -> MeetingConfig {
    let staff = |id: &str, role: &str| json!({ "id": id, "name": format!("Staff {id}"), "roles": [role] });
    let tables: Vec<_> = (1..)
        .zip(PLACES)
        .map(|(number, places)| json!({ "id": format!("t{number}"), "label": number.to_string(), "seats": places + 1 }))
        .collect();
    let facts = json!({
        "meeting": { "id": "stories", "token_number": 1, "time_zone": "Asia/Shanghai", "languages": ["zh"] },
        "regions": [{ "id": "east", "name": "East" }],
        "salespeople": [{ "id": "S07", "name": "Sales", "region": "east" }],
        "staff": [
            staff("r1", "reception"), staff("o1", "order_desk"), staff("f1", "finance"), staff("f2", "finance"),
            staff("h1", "host"), staff("c1", "commander"), staff("t1", "technician"),
        ],
        "tables": tables,
        "rules": { "green_threshold_minor": 1000, "leases": { "tables": 1, "places": 2, "minutes": 120 } },
    });
    serde_json::from_value(facts).expect("the facts of a meeting")
}

pub fn check_in(number: u8, places: &[u8]) -> Command {
    Command::CheckIn {
        household: household(number),
        scanned: places.first().map(|place| guest(number, *place)),
        present: places.iter().map(|place| guest(number, *place)).collect(),
        unlisted_adults: 0,
        children: 0,
        via: Via::Scan,
        phone: PhoneCheck::Skipped,
        assurance: Assurance::Declared,
        printer: None,
    }
}

pub fn slip(number: u8, total_minor: i64) -> Box<SlipContent> {
    let line = SlipLine {
        line: 1,
        sku: "K7".into(),
        quantity: 1,
        unit_price_minor: total_minor,
        policy_basis_points: 0,
        amount_minor: total_minor,
        free_goods: vec![],
        gift: None,
        discount: None,
    };
    Box::new(SlipContent {
        dealer: dealer(number),
        household: household(number),
        salesperson: None,
        lines: vec![line],
        policy_rev: 1,
        total_minor,
        currency: Currency::CNY,
        deposit_kind: DepositKind::Refundable,
        deposit_minor: 0,
        due_on: None,
        address: None,
        phone: None,
        supplied_by: None,
        paid_to: None,
        ticket: None,
        note: String::new(),
    })
}

pub fn pay(number: u8, amount_minor: i64, reference: &str) -> Command {
    let tender = Tender {
        kind: TenderKind::Transfer,
        amount_minor,
        reference: reference.into(),
        bag: String::new(),
        second_counter: None,
        due_on: None,
    };
    let (dealer, tenders) = (dealer(number), vec![tender]);
    let new = NewPayment {
        dealer,
        tenders,
        slips: vec![],
        prepaid: false,
        claimed: false,
        note: String::new(),
        total_minor: None,
        large_is_right: false,
    };
    Command::ReceivePayment(Box::new(new))
}
