//! A meeting as large as a room of the fixtures, so that the whole way of a command can be timed.

use domain::event::{MeetingConfigured, RosterChanged, SeatsPlanned};
use domain::seating::Instance;
use domain::{
    Actor, Ctx, Dealer, DealerId, DeviceId, Event, EventId, Guest, GuestId, Household, HouseholdId, Meeting,
    MeetingConfig, Meta, TableId, UnixMillis,
};
use serde_json::json;

/// The first instant of the meeting.
pub const OPEN: u64 = 1_795_000_000_000;

/// An id of a sort by number.
fn bytes(sort: u8, number: usize) -> [u8; 16] {
    let mut bytes = [sort; 16];
    bytes[8..].copy_from_slice(&(number as u64).to_be_bytes());
    bytes
}

pub fn household(number: usize) -> HouseholdId {
    HouseholdId::from_bytes(bytes(1, number))
}

pub fn guest(number: usize) -> GuestId {
    GuestId::from_bytes(bytes(3, number))
}

/// The room's tables, households and conflicts as a meeting with this plan.
pub fn meeting_of(instance: &Instance, plan: &[u16]) -> Meeting {
    let question = &instance.question;
    let table = |number: usize| TableId::new(&format!("T{number}"));
    let tables = question.tables.iter().enumerate().map(|(number, spec)| {
        json!({ "id": table(number), "label": number.to_string(), "seats": spec.places + 1, "row": spec.row,
            "step_free": spec.wheelchair_spaces > 0, "wheelchair_spaces": spec.wheelchair_spaces })
    });
    let tables: Vec<_> = tables.collect();
    let salespeople: Vec<_> =
        instance.salespeople.iter().map(|id| json!({ "id": id, "name": id, "region": "east" })).collect();
    let config = json!({
        "meeting": { "id": "bench", "token_number": 1, "time_zone": "Asia/Shanghai", "languages": ["zh"] },
        "regions": [{ "id": "east", "name": "East" }], "salespeople": salespeople, "tables": tables,
        "staff": [{ "id": "r1", "name": "Reception", "roles": ["reception"] }],
    });
    let config: MeetingConfig = serde_json::from_value(config).expect("the facts of a meeting");
    let mut change = RosterChanged { rev: 1, part: 1, parts: 1, ..RosterChanged::default() };
    let mut seats = Vec::new();
    for (number, spec) in question.households.iter().enumerate() {
        let (id, firm) = (household(number), DealerId::from_bytes(bytes(2, number)));
        let record = json!({ "id": id, "name": format!("Firm {number}"), "lead": firm, "expected_heads": spec.heads });
        change.households.push(serde_json::from_value::<Household>(record).expect("a household"));
        let rivals = question.conflicts.iter().filter(|conflict| usize::from(conflict.a) == number).map(|conflict| {
            let with = DealerId::from_bytes(bytes(2, conflict.b.into()));
            match conflict.level {
                domain::seating::Level::Never => json!({ "with": with, "kind": "never" }),
                domain::seating::Level::Avoid { severity } => {
                    json!({ "with": with, "kind": "avoid", "severity": severity })
                }
            }
        });
        let rivals: Vec<_> = rivals.collect();
        let group = spec.group.and_then(|group| instance.salespeople.get(usize::from(group)));
        let record = json!({ "id": firm, "household": id, "firm": format!("Firm {number}"), "region": "east",
            "salesperson": group, "conflicts": rivals });
        change.dealers.push(serde_json::from_value::<Dealer>(record).expect("a dealer"));
        let record = json!({ "id": guest(number), "guest_no": number + 1, "household": id, "dealer": firm,
            "name": format!("Guest {number}"), "role": "owner", "decides": true });
        change.guests.push(serde_json::from_value::<Guest>(record).expect("a guest"));
        if let Some(at) = plan.get(number).filter(|at| usize::from(**at) < question.tables.len()) {
            seats.push((id, table(usize::from(*at))));
        }
    }
    let planned = SeatsPlanned { rev: 1, seats, unplanned: Vec::new() };
    let mut meeting = Meeting::new();
    let events: [Event; 3] =
        [MeetingConfigured { rev: 1, config: Box::new(config) }.into(), change.into(), planned.into()];
    for (number, event) in events.iter().enumerate() {
        apply(&mut meeting, number, Actor::Organiser, event);
    }
    meeting
}

/// Folds an event in as if it had just happened.
pub fn apply(meeting: &mut Meeting, number: usize, actor: Actor, event: &Event) {
    let meta = Meta {
        event_id: EventId::from_bytes(bytes(5, number)),
        device: DeviceId::from_bytes([9; 16]),
        at: UnixMillis(OPEN + number as u64),
        actor,
    };
    meeting.apply(&meta, event);
}

/// Somebody at the reception, in touch with the hub.
pub fn reception(number: usize) -> Ctx {
    let mut entropy = [7; 32];
    entropy[..8].copy_from_slice(&(number as u64).to_be_bytes());
    let actor = Actor::Staff { id: "r1".into() };
    Ctx::new(UnixMillis(OPEN + number as u64), actor, DeviceId::from_bytes([9; 16]), "D1", entropy)
}
