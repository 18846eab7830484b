//! A small meeting for the tests: five parties, four tables, two guests without a dealer.

use domain::config::*;
use domain::event::*;
use domain::ids::*;
use domain::roster::*;
use domain::{Actor, Command, Ctx, Event, Meeting, Meta, PhoneCheck, Refusal, UnixMillis};

pub const NOON: u64 = 1_795_780_800_000;
pub const K1: u8 = 201;
pub const K2: u8 = 202;

/// One node with its view of the meeting.
#[derive(Clone)]
pub struct Venue {
    pub meeting: Meeting,
    pub log: Vec<(Meta, Event)>,
    device: u8,
    now: u64,
    /// Events that the hub had given back when this node lost it.
    cut_off_at: Option<u64>,
}

pub fn guest_actor() -> Actor {
    Actor::Guest
}

pub fn staff(id: &str) -> Actor {
    Actor::Staff { id: id.into() }
}

pub fn sales(id: &str) -> Actor {
    Actor::Salesperson { id: id.into() }
}

fn bytes(sort: u8, number: u8) -> [u8; 16] {
    let mut bytes = [0; 16];
    (bytes[0], bytes[6], bytes[8], bytes[15]) = (sort, 0x70, 0x80, number);
    bytes
}

pub fn household(number: u8) -> HouseholdId {
    HouseholdId::from_bytes(bytes(1, number))
}

pub fn dealer(number: u8) -> DealerId {
    DealerId::from_bytes(bytes(2, number))
}

pub fn guest(number: u8) -> GuestId {
    GuestId::from_bytes(bytes(3, number))
}

pub fn device(number: u8) -> DeviceId {
    DeviceId::from_bytes(bytes(4, number))
}

pub fn contact(number: u8) -> Contact {
    Contact {
        sealed: format!("box{number}"),
        phone_hash: format!("{number:02x}").repeat(32),
        phone_mask: format!("138****{number:04}"),
    }
}

pub fn firm(number: u8, household_number: u8, region: &str, salesperson: &str) -> Dealer {
    Dealer {
        id: dealer(number),
        household: household(household_number),
        firm: format!("Firm {number}"),
        list_id: None,
        region: Some(region.into()),
        county: String::new(),
        salesperson: Some(salesperson.into()),
        class: None,
        criteria: vec![],
        annual_sales_minor: Some(100),
        top_five: false,
        valid_customer: None,
        address: None,
        prepaid_minor: 0,
        vip: None,
        conflicts: vec![],
        conflict_groups: vec![],
        brands: vec![],
        expected_heads: None,
        rsvp: Rsvp::Yes,
        expected_order_minor: None,
        expected_lines: vec![],
        stock_heard: String::new(),
        funds_heard: String::new(),
        may_disclose: Disclosure::default(),
        supplied_by: None,
        paid_to: None,
        consents: Default::default(),
        columns: Default::default(),
    }
}

pub fn person(number: u8, household_number: Option<u8>, role: GuestRole) -> Guest {
    Guest {
        id: guest(number),
        guest_no: Some(GuestNo(u32::from(number))),
        invitation_serial: 1,
        list_id: None,
        household: household_number.map(household),
        dealer: None,
        organisation: String::new(),
        name: format!("Guest {number}"),
        title: String::new(),
        role,
        decides: role == GuestRole::Owner,
        gender: None,
        phone: Some(contact(number)),
        language: None,
        needs: Needs::default(),
        vip: false,
        table: None,
        columns: Default::default(),
    }
}

pub fn party(number: u8) -> Household {
    Household {
        id: household(number),
        name: format!("Party {number}"),
        lead: dealer(number * 10 + 1),
        expected_heads: 2,
        draw_id: None,
    }
}

pub fn table(label: &str, seats: u16) -> Table {
    Table {
        id: format!("T{label}").as_str().into(),
        label: label.into(),
        seats,
        host_seat: true,
        zone: "A".into(),
        row: 1,
        x_cm: 100,
        y_cm: 100,
        view: View::Clear,
        step_free: true,
        wheelchair_spaces: 0,
        diameter_cm: None,
    }
}

pub fn config() -> MeetingConfig {
    let region = |id: &str| Region {
        id: id.into(),
        name: Text::same(id),
        targets: Targets::default(),
        reference_monthly_sales_minor: 0,
    };
    let salesperson = |id: &str, region: &str| Salesperson {
        id: id.into(),
        name: format!("Sales {id}"),
        region: region.into(),
        phone: None,
        contact: None,
        pin: None,
        pin_hash: Some("$argon2id$".into()),
        targets: Targets::default(),
        incentives: vec![],
    };
    let staff = |id: &str, role| Staff {
        id: id.into(),
        name: format!("Staff {id}"),
        roles: vec![role],
        pin: None,
        pin_hash: Some("$argon2id$".into()),
        discount_basis_points: None,
        duties: vec![],
        language: None,
    };
    let session = |id: &str, kind| Session {
        id: id.into(),
        name: Text::same(id),
        kind,
        starts: "2026-11-28T18:00".parse().expect("a time"),
        ends: None,
        place: Text::default(),
    };
    MeetingConfig {
        meeting: MeetingFacts {
            id: "spring-2027".into(),
            token_number: 7,
            name: Text::same("Spring"),
            time_zone: "Asia/Shanghai".into(),
            languages: vec![Language::Zh, Language::Ko, Language::En],
            phone_country: "86".into(),
            ..MeetingFacts::default()
        },
        regions: vec![region("east"), region("north")],
        salespeople: vec![salesperson("S07", "east"), salesperson("S08", "north")],
        staff: vec![
            staff("r1", Role::Reception),
            staff("o1", Role::OrderDesk),
            staff("h1", Role::Host),
            staff("t1", Role::Technician),
            staff("f1", Role::Finance),
            staff("f2", Role::Finance),
            staff("d1", Role::DeputyCommander),
            staff("c1", Role::Commander),
        ],
        sessions: vec![session("dinner", SessionKind::Dinner), session("coach", SessionKind::Coach)],
        notices: vec![Notice { id: "photo".into(), kind: NoticeKind::Photo, text: Text::same("Photos?"), rev: 1 }],
        tables: vec![table("1", 10), table("2", 10), table("3", 4), table("5", 10)],
        ..MeetingConfig::default()
    }
}

/// 1: owner and partner, table 1. 2: a gold VIP and family, table 2. 3: two firms of one owner, table 3.
/// 4: no planned table. 5: cancelled. Guests 81 (press, table 5) and 82 (company) have no dealer.
pub fn roster() -> RosterChanged {
    let vip = Dealer {
        vip: Some(VipTier::Gold),
        prepaid_minor: 1,
        annual_sales_minor: Some(300),
        ..firm(21, 2, "east", "S07")
    };
    RosterChanged {
        rev: 1,
        part: 1,
        parts: 1,
        households: (1..=5).map(party).collect(),
        dealers: vec![
            firm(11, 1, "east", "S07"),
            vip,
            Dealer { valid_customer: Some(true), ..firm(31, 3, "north", "S08") },
            firm(32, 3, "north", "S07"),
            firm(41, 4, "east", "S07"),
            firm(51, 5, "north", "S08"),
        ],
        guests: vec![
            person(11, Some(1), GuestRole::Owner),
            person(12, Some(1), GuestRole::Partner),
            person(21, Some(2), GuestRole::Owner),
            person(22, Some(2), GuestRole::Family),
            person(31, Some(3), GuestRole::Owner),
            person(32, Some(3), GuestRole::Staff),
            person(41, Some(4), GuestRole::Owner),
            person(51, Some(5), GuestRole::Owner),
            Guest { table: Some("T5".into()), ..person(81, None, GuestRole::Press) },
            person(82, None, GuestRole::Company),
        ],
        cancelled_guests: vec![],
        cancelled_dealers: vec![],
        cancelled_households: vec![household(5)],
    }
}

pub fn plan() -> SeatsPlanned {
    let seat = |number: u8| (household(number), TableId::new(&format!("T{number}")));
    SeatsPlanned { rev: 1, seats: vec![seat(1), seat(2), seat(3)], unplanned: vec![] }
}

impl Venue {
    pub fn new() -> Venue {
        let mut venue = Venue { meeting: Meeting::new(), log: Vec::new(), device: 0, now: NOON, cut_off_at: None };
        venue.happens(MeetingConfigured { rev: 1, config: Box::new(config()) });
        venue.happens(roster());
        venue.happens(plan());
        venue.on(K1)
    }

    /// The same meeting as another device knows it, from here on apart.
    pub fn on(mut self, device: u8) -> Venue {
        self.device = device;
        self
    }

    /// From here on the hub does not answer: own acts are only this node's word.
    pub fn cut_off(mut self) -> Venue {
        self.cut_off_at = Some(self.meeting.folded());
        self
    }

    pub fn here(&self) -> DeviceId {
        device(self.device)
    }

    pub fn now(&self) -> UnixMillis {
        UnixMillis(self.now)
    }

    pub fn later(&mut self, milliseconds: u64) {
        self.now += milliseconds;
    }

    /// Folds an event as if its author had made it now; gives its id.
    pub fn happens(&mut self, event: impl Into<Event>) -> EventId {
        self.happens_by(Actor::System, event)
    }

    pub fn happens_by(&mut self, actor: Actor, event: impl Into<Event>) -> EventId {
        let mut id = bytes(5, self.device);
        id[9..13].copy_from_slice(&u32::try_from(self.log.len()).expect("short logs").to_be_bytes());
        self.now += 1;
        let event_id = EventId::from_bytes(id);
        let meta = Meta { event_id, device: device(self.device), at: UnixMillis(self.now), actor };
        let event = event.into();
        self.meeting.apply(&meta, &event);
        self.log.push((meta, event));
        event_id
    }

    pub fn act(&mut self, actor: Actor, command: &Command) -> Result<Vec<Event>, Refusal> {
        let mut entropy = [self.device; 32];
        entropy[..8].copy_from_slice(&self.now.to_be_bytes());
        let prefix = if self.device == K2 { "K2" } else { "K1" };
        let mut ctx = Ctx::new(UnixMillis(self.now), actor.clone(), device(self.device), prefix, entropy);
        if let Some(confirmed) = self.cut_off_at {
            ctx = ctx.with_hub(confirmed, false);
        }
        let events = self.meeting.decide(command, &mut ctx)?;
        for event in &events {
            self.happens_by(actor.clone(), event.clone());
        }
        Ok(events)
    }

    /// Acts and wants exactly these kinds of events.
    #[track_caller]
    pub fn check(&mut self, actor: Actor, command: Command, kinds: &[&str]) -> Vec<Event> {
        let events = self.act(actor, &command).unwrap_or_else(|refusal| panic!("{command:?} was refused: {refusal}"));
        assert_eq!(events.iter().map(Event::kind).collect::<Vec<_>>(), kinds, "{command:?}");
        events
    }

    /// Acts and wants this refusal.
    #[track_caller]
    pub fn check_refused(&mut self, actor: Actor, command: Command, code: &str) {
        match self.act(actor, &command) {
            Ok(events) => panic!("{command:?} was allowed: {events:?}"),
            Err(refusal) => assert_eq!(refusal.code(), code, "{command:?}"),
        }
    }

    /// What another device did since the two parted, as the hub orders it after this one's log.
    pub fn pull(&mut self, other: &Venue) {
        for (meta, event) in &other.log {
            if !self.log.iter().any(|(known, _)| known.event_id == meta.event_id) {
                self.meeting.apply(meta, event);
                self.log.push((meta.clone(), event.clone()));
            }
        }
    }

    pub fn task_kinds(&self) -> Vec<&'static str> {
        self.meeting.tasks().iter().map(|task| task.kind.code()).collect()
    }

    pub fn table_of(&self, number: u8) -> Option<String> {
        self.meeting.table_spot(Party::Household(household(number))).map(|spot| spot.label)
    }
}

/// A kiosk check-in of guests of one party by the first of them, phone confirmed.
pub fn check_in(household_number: u8, present: &[u8]) -> Command {
    Command::CheckIn {
        household: household(household_number),
        scanned: present.first().map(|number| guest(*number)),
        present: present.iter().map(|number| guest(*number)).collect(),
        unlisted_adults: 0,
        children: 0,
        via: Via::Scan,
        phone: PhoneCheck::Confirmed,
        assurance: Assurance::Declared,
        printer: None,
    }
}

/// The badges asked for, with guest and copy.
pub fn badges(events: &[Event]) -> Vec<(BadgeId, GuestId, u32)> {
    let asked = |event: &Event| match event {
        Event::BadgeRequested(asked) => Some((asked.badge, asked.guest, asked.copy)),
        _ => None,
    };
    events.iter().filter_map(asked).collect()
}
