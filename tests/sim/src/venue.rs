//! The sample meeting of the simulator: a handful of households, tables and staff. Only what the acts need.

use domain::event::{MeetingConfigured, RosterChanged, SeatsPlanned};
use domain::{Dealer, Guest, GuestId, Household, HouseholdId, MeetingConfig, TableId};
use serde_json::json;

use crate::rng::Rng;
use crate::trade;

/// Who may come.
#[derive(Debug, Clone)]
pub struct Party {
    /// The household.
    pub household: HouseholdId,
    /// Its people.
    pub guests: Vec<GuestId>,
}

/// A household that nobody invited.
#[derive(Debug, Clone)]
pub struct WalkIn {
    /// The household.
    pub household: Household,
    /// Its firm.
    pub dealer: Dealer,
    /// Its people.
    pub guests: Vec<Guest>,
}

/// The sample meeting.
#[derive(Debug)]
pub struct Venue {
    /// All households.
    pub parties: Vec<Party>,
    /// Its tables.
    pub tables: Vec<TableId>,
    /// Who comes without an invitation; they are the last of `parties`.
    pub walk_ins: Vec<WalkIn>,
    /// What the organiser writes before the doors open.
    pub events: Vec<domain::Event>,
}

/// So many households have no table in the plan: they are seated at the door.
const UNPLANNED: usize = 3;
/// So many come uninvited.
const WALK_INS: usize = 3;
/// The last of the parties, which the plan does not know.
pub const NOT_PLANNED: usize = UNPLANNED + WALK_INS;

/// The salesperson of all dealers.
pub const SALESPERSON: &str = "S07";
/// Staff who may do everything at the entrance.
pub const RECEPTION: &str = "r1";
/// Staff who may void and settle.
pub const TECHNICIAN: &str = "t1";

impl Venue {
    /// A meeting with `households` parties of one to four people; with `trade` it has what desks sell and give.
    pub fn new(households: usize, trade: bool, rng: &mut Rng) -> Venue {
        let mut parties = Vec::new();
        let mut change = RosterChanged { rev: 1, part: 1, parts: 1, ..RosterChanged::default() };
        let mut plan = SeatsPlanned { rev: 1, ..SeatsPlanned::default() };
        for number in 0..households {
            let household = HouseholdId::from_bytes(rng.bytes());
            let people = usize::try_from(rng.between(1, 5)).unwrap_or(1);
            let dealer = dealer(household, number, rng);
            let guests: Vec<Guest> = (0..people).map(|place| guest(household, &dealer, number, place, rng)).collect();
            parties.push(Party { household, guests: guests.iter().map(|guest| guest.id).collect() });
            change.households.push(Household {
                id: household,
                name: dealer.firm.clone(),
                lead: dealer.id,
                expected_heads: 0,
                draw_id: None,
            });
            change.dealers.push(dealer);
            change.guests.extend(guests);
            if number + UNPLANNED < households {
                plan.seats.push((household, TableId::new(&table(number))));
            }
        }
        let walk_ins: Vec<WalkIn> = (0..WALK_INS).map(|number| walk_in(households + number, rng)).collect();
        for walk_in in &walk_ins {
            let guests = walk_in.guests.iter().map(|guest| guest.id).collect();
            parties.push(Party { household: walk_in.household.id, guests });
        }
        let configured = MeetingConfigured { rev: 1, config: Box::new(config(households, trade)) };
        let tables = (0..households.div_ceil(2)).map(|number| TableId::new(&table(number * 2))).collect();
        Venue { parties, tables, walk_ins, events: vec![configured.into(), change.into(), plan.into()] }
    }
}

fn walk_in(number: usize, rng: &mut Rng) -> WalkIn {
    let id = HouseholdId::from_bytes(rng.bytes());
    let dealer = dealer(id, number, rng);
    let people = usize::try_from(rng.between(1, 4)).unwrap_or(1);
    let guests = (0..people).map(|place| Guest { guest_no: None, ..guest(id, &dealer, number, place, rng) }).collect();
    let household = Household { id, name: dealer.firm.clone(), lead: dealer.id, expected_heads: 0, draw_id: None };
    WalkIn { household, dealer, guests }
}

fn table(number: usize) -> String {
    format!("t{}", number / 2 + 1)
}

fn dealer(household: HouseholdId, number: usize, rng: &mut Rng) -> Dealer {
    let record = json!({
        "id": domain::DealerId::from_bytes(rng.bytes()),
        "household": household,
        "firm": format!("Firm {number}"),
        "region": "east",
        "salesperson": SALESPERSON,
    });
    serde_json::from_value(record).expect("the sample's dealer is a dealer")
}

fn guest(household: HouseholdId, dealer: &Dealer, number: usize, place: usize, rng: &mut Rng) -> Guest {
    let record = json!({
        "id": GuestId::from_bytes(rng.bytes()),
        "guest_no": number * 10 + place + 1,
        "household": household,
        "dealer": dealer.id,
        "name": format!("Guest {number}.{place}"),
        "role": if place == 0 { "owner" } else { "staff" },
        "decides": place == 0,
    });
    serde_json::from_value(record).expect("the sample's guest is a guest")
}

fn config(households: usize, trade: bool) -> MeetingConfig {
    let tables: Vec<_> = (0..households.div_ceil(2))
        .map(|number| json!({ "id": format!("t{}", number + 1), "label": format!("{}", number + 1), "seats": 7 }))
        .collect();
    let mut facts = json!({
        "meeting": { "id": "sim", "token_number": 1, "time_zone": "Asia/Shanghai", "languages": ["zh"] },
        "regions": [{ "id": "east", "name": "East" }],
        "salespeople": [{ "id": SALESPERSON, "name": "Sales", "region": "east" }],
        "staff": [
            { "id": RECEPTION, "name": "Reception", "roles": ["reception", "commander"] },
            { "id": TECHNICIAN, "name": "Technician", "roles": ["technician"] },
        ],
        "tables": tables,
        // So short that a take-over and the repair of the printer often cross.
        "rules": { "printing": { "take_over_after_s": 3 } },
    });
    if trade {
        trade::equip(&mut facts);
    }
    serde_json::from_value(facts).expect("the sample's facts are facts")
}
