//! The controller without a window: a small meeting, scans and touches in, pages and commands out.

use super::state::State;
use super::view::{BadgeStage, OrderCode, Page, Problem};
use super::{Action, Devices, Done, Input, Kiosk, Reader, ReaderHealth, Settings, Touch, Venue};
use crate::app::clock::VenueTime;
use crate::app::secrets::Secrets;
use crate::screens::fixture::{START_MS, WANG, config, id, roster};
use domain::config::Language;
use domain::event::{ContactKeyPublished, Event, InvitationKeyPublished, MeetingConfigured, SeatsPlanned};
use domain::invitation::Token;
use domain::{
    Actor, BadgeId, Command, Ctx, DeviceId, EventId, GuestNo, Meeting, MeetingConfig, Meta, PhoneCheck, UnixMillis,
};
use ed25519_dalek::SigningKey;
use std::cell::RefCell;
use std::collections::BTreeMap;

/// A kiosk in a meeting: commands that the controller wants are decided and folded at once.
struct Hall {
    meeting: Meeting,
    key: SigningKey,
    kiosk: Kiosk,
    devices: Devices,
    now_ms: u64,
    events: u128,
    stage: BadgeStage,
    commands: RefCell<Vec<Command>>,
}

impl Hall {
    fn open() -> Hall {
        Hall::with(config())
    }

    fn with(config: MeetingConfig) -> Hall {
        let key = SigningKey::from_bytes(&[3; 32]);
        let hex = data_encoding::HEXLOWER.encode(&key.verifying_key().to_bytes());
        let mut hall = Hall {
            meeting: Meeting::new(),
            key,
            kiosk: Kiosk::new(Settings { name: "K1".into(), session: None }),
            devices: Devices { printer_seen: true, scanner: reader(), hub_connected: true, ..Devices::default() },
            now_ms: START_MS,
            events: 0,
            stage: BadgeStage::Printing,
            commands: RefCell::default(),
        };
        let contact_key = data_encoding::HEXLOWER.encode(crypto_box::SecretKey::from([5; 32]).public_key().as_bytes());
        let seats = vec![(id(1).parse().expect("an id"), domain::TableId::new("t12"))];
        for event in [
            Event::from(MeetingConfigured { rev: 1, config: Box::new(config) }),
            InvitationKeyPublished { key: 1, public_hex: hex }.into(),
            ContactKeyPublished { public_hex: contact_key }.into(),
            roster().into(),
            SeatsPlanned { rev: 1, seats, unplanned: Vec::new() }.into(),
        ] {
            hall.apply(&event, Actor::Organiser);
        }
        hall
    }

    fn apply(&mut self, event: &Event, actor: Actor) {
        self.events += 1;
        let event_id = EventId(uuid::Uuid::from_u128(1_000_000 + self.events));
        let device = DeviceId::from_bytes([1; 16]);
        self.meeting.apply(&Meta { event_id, device, at: UnixMillis(self.now_ms), actor }, event);
    }

    fn code(&self, guest: u32) -> String {
        Token { key: 1, meeting: 7, guest: GuestNo(guest), serial: 0, expires_day: u16::MAX }.sign(&self.key)
    }

    fn venue<T>(&mut self, work: impl FnOnce(&mut Kiosk, &Venue) -> T) -> T {
        let stage = self.stage;
        let (secrets, time) = (Secrets::none(), VenueTime::of("Asia/Shanghai"));
        let venue = Venue {
            meeting: &self.meeting,
            tasks: &[],
            own: Some(DeviceId::from_bytes([1; 16])),
            secrets: &secrets,
            time: &time,
            devices: &self.devices,
            badge: &move |_| (stage, 0),
            waiting: 0,
            waiting_since: None,
            now_ms: self.now_ms,
            steady_ms: self.now_ms,
        };
        work(&mut self.kiosk, &venue)
    }

    fn input(&mut self, input: Input) {
        let actions = self.venue(|kiosk, venue| kiosk.handle(input, venue));
        for action in actions {
            let Action::Act { tag, command, actor } = action else { continue };
            self.commands.borrow_mut().push((*command).clone());
            let mut ctx = Ctx::new(
                UnixMillis(self.now_ms),
                actor.clone(),
                DeviceId::from_bytes([1; 16]),
                "K1",
                [u8::try_from(self.events % 251).expect("below 251"); 32],
            );
            let result = match self.meeting.decide(&command, &mut ctx) {
                Ok(events) => {
                    events.iter().for_each(|event| self.apply(event, actor.clone()));
                    Ok(Done { badges: events.iter().filter_map(requested).collect() })
                }
                Err(refusal) => Err(crate::screens::Failed::Rule(refusal)),
            };
            self.input(Input::Answer { tag, result });
        }
    }

    fn scan(&mut self, code: &str) -> Page {
        self.input(Input::Scan(code.into()));
        self.page()
    }

    fn touch(&mut self, touch: Touch) -> Page {
        self.input(Input::Touch(touch));
        self.page()
    }

    fn type_figures(&mut self, figures: &str) -> Page {
        for figure in figures.bytes() {
            self.touch(Touch::Digit(figure - b'0'));
        }
        self.touch(Touch::PhoneConfirmed)
    }

    fn type_pin(&mut self, pin: &str) -> Page {
        pin.bytes().for_each(|figure| drop(self.touch(Touch::PinDigit(figure - b'0'))));
        self.page()
    }

    fn pass(&mut self, ms: u64) -> Page {
        self.now_ms += ms;
        self.input(Input::Tick);
        self.page()
    }

    fn page(&mut self) -> Page {
        self.venue(|kiosk, venue| kiosk.view(venue).page)
    }

    fn last_command(&self) -> Command {
        self.commands.borrow().last().cloned().expect("a command")
    }
}

fn requested(event: &Event) -> Option<BadgeId> {
    match event {
        Event::BadgeRequested(request) => Some(request.badge),
        _ => None,
    }
}

fn is_in(hall: &Hall, guest: u128) -> bool {
    hall.meeting.is_present(id(10 + guest).parse().expect("an id"))
}

fn reader() -> Reader {
    Reader { name: "serial:/dev/ttyACM0".into(), health: ReaderHealth::Working }
}

#[test]
fn scan_confirm_tick_leads_to_table_and_badge() {
    let mut hall = Hall::open();
    let code = hall.code(1);
    let Page::PhoneCheck { firm, mask } = hall.scan(&code) else { panic!("{:?}", hall.page()) };
    assert_eq!((firm.as_str(), mask.as_str()), ("青禾海棠家电", "139****1111"));
    let Page::Household(household) = hall.touch(Touch::StillMine) else { panic!("{:?}", hall.page()) };
    let ticked: Vec<_> = household.people.iter().map(|person| person.here).collect();
    assert_eq!(ticked, [true, false, false], "the own name is ticked, the others are not");
    hall.touch(Touch::Person(1));
    hall.touch(Touch::Children(1));
    let Page::Done(done) = hall.touch(Touch::HouseholdConfirmed) else { panic!("{:?}", hall.page()) };
    assert_eq!(done.guest, "王海棠先生");
    assert_eq!(done.salesperson, "林若溪");
    let table = done.table.expect("a table");
    assert_eq!((table.label.as_str(), table.zone.as_str(), table.row), ("12", "A", 2));
    assert_eq!(done.badges.all, 2);
    assert!(is_in(&hall, 1) && is_in(&hall, 2) && !is_in(&hall, 3));
    let Command::CheckIn { phone, children, .. } = hall.last_command() else { panic!("no check-in") };
    assert_eq!((phone, children), (PhoneCheck::Confirmed, 1));
}

#[test]
fn badge_that_is_out_clears_the_screen_after_three_seconds_and_not_before() {
    let mut hall = Hall::open();
    let code = hall.code(1);
    hall.scan(&code);
    hall.touch(Touch::StillMine);
    hall.touch(Touch::HouseholdConfirmed);
    assert!(matches!(hall.pass(6_000), Page::Done(_)), "still printing");
    hall.stage = BadgeStage::TakeIt;
    assert!(matches!(hall.pass(100), Page::Done(_)));
    assert!(matches!(hall.pass(2_800), Page::Done(_)));
    assert_eq!(hall.pass(200), Page::Attract);
}

#[test]
fn later_member_continues_the_visit_and_gets_only_the_own_badge() {
    let mut hall = Hall::open();
    let (first, later) = (hall.code(1), hall.code(3));
    hall.scan(&first);
    hall.touch(Touch::StillMine);
    hall.touch(Touch::HouseholdConfirmed);
    let Page::Household(household) = hall.scan(&later) else { panic!("{:?}", hall.page()) };
    assert!(household.people[0].done && household.people[0].here, "the owner is in already");
    assert!(household.people[2].here && !household.people[2].done);
    assert_eq!(household.heads, 1);
    hall.touch(Touch::Person(0));
    let Page::Done(done) = hall.touch(Touch::HouseholdConfirmed) else { panic!("{:?}", hall.page()) };
    assert_eq!(done.badges.all, 1);
    assert!(is_in(&hall, 1), "a guest cannot untick somebody who is in");
}

#[test]
fn member_scanning_on_the_open_household_page_is_one_more_tick() {
    let mut hall = Hall::open();
    let (first, second) = (hall.code(1), hall.code(2));
    hall.scan(&first);
    hall.touch(Touch::StillMine);
    let Page::Household(household) = hall.scan(&second) else { panic!("{:?}", hall.page()) };
    assert_eq!(household.heads, 2);
}

#[test]
fn second_scan_of_a_guest_who_is_in_shows_the_table_again() {
    let mut hall = Hall::open();
    let code = hall.code(1);
    hall.scan(&code);
    hall.touch(Touch::StillMine);
    hall.touch(Touch::HouseholdConfirmed);
    hall.now_ms += 60_000;
    let Page::Already(page) = hall.scan(&code) else { panic!("{:?}", hall.page()) };
    assert_eq!(page.table.map(|table| table.label), Some("12".into()));
    assert_eq!(page.still_to_come, 2);
    let Page::Household(household) = hall.touch(Touch::AddOthers) else { panic!("{:?}", hall.page()) };
    assert_eq!(household.heads, 0, "nobody new is ticked yet");
}

#[test]
fn same_code_within_five_seconds_is_one_scan() {
    let mut hall = Hall::open();
    let code = hall.code(1);
    hall.scan(&code);
    hall.touch(Touch::StillMine);
    hall.now_ms += 4_000;
    assert!(matches!(hall.scan(&code), Page::Household(_)), "the page stays");
}

#[test]
fn codes_of_every_bad_kind_name_their_problem_and_are_recorded() {
    let mut hall = Hall::open();
    let good = hall.code(1);
    let token = Token { key: 1, meeting: 7, guest: GuestNo(1), serial: 0, expires_day: u16::MAX };
    let stranger = SigningKey::from_bytes(&[4; 32]);
    let check = |hall: &mut Hall, code: &str, problem: Problem| {
        assert_eq!(hall.scan(code), Page::Refused(problem), "{code}");
        assert!(matches!(hall.last_command(), Command::RefuseScan { .. }));
    };
    check(&mut hall, &token.sign(&stranger), Problem::Forged);
    check(&mut hall, &Token { meeting: 8, ..token }.sign(&SigningKey::from_bytes(&[3; 32])), Problem::Foreign);
    check(&mut hall, &Token { expires_day: 3, ..token }.sign(&SigningKey::from_bytes(&[3; 32])), Problem::Expired);
    check(&mut hall, &good[..60], Problem::CutOff);
    check(&mut hall, "NOTHING OF OURS", Problem::Garbage);
    check(&mut hall, "ABCDE12345", Problem::BadgeUnknown);
    check(&mut hall, "USLD2-0042", Problem::Slip);
    check(
        &mut hall,
        &Token { guest: GuestNo(500), ..token }.sign(&SigningKey::from_bytes(&[3; 32])),
        Problem::NotOnList,
    );
    assert_eq!(hall.pass(8_000), Page::Attract);
}

#[test]
fn phone_path_finds_the_party_and_asks_the_number_no_second_time() {
    let mut hall = Hall::open();
    hall.touch(Touch::PhonePath);
    let Page::Household(household) = hall.type_figures(WANG) else { panic!("{:?}", hall.page()) };
    assert!(household.people[0].here);
    hall.touch(Touch::HouseholdConfirmed);
    let Command::CheckIn { phone, .. } = hall.last_command() else { panic!("no check-in") };
    assert_eq!(phone, PhoneCheck::Confirmed);
}

#[test]
fn unknown_number_is_said_and_can_be_typed_again() {
    let mut hall = Hall::open();
    hall.touch(Touch::PhonePath);
    assert_eq!(hall.type_figures("13999999999"), Page::PhoneNotFound);
    assert!(matches!(hall.touch(Touch::Back), Page::PhoneEntry(_)));
    let Page::PhoneEntry(typed) = hall.touch(Touch::Digit(1)) else { panic!() };
    assert_eq!((typed.figures.as_str(), typed.whole), ("1", false));
}

#[test]
fn new_number_is_typed_twice_and_must_match() {
    let mut hall = Hall::open();
    let code = hall.code(1);
    hall.scan(&code);
    hall.touch(Touch::Changed);
    assert!(matches!(hall.type_figures("13700007777"), Page::NewPhone { again: true, .. }));
    let Page::NewPhone { again, typed, .. } = hall.type_figures("13700007778") else { panic!("{:?}", hall.page()) };
    assert!(!again && typed.mismatch, "two numbers that differ begin anew");
    hall.type_figures("13700007777");
    assert!(matches!(hall.type_figures("13700007777"), Page::Household(_)));
    hall.touch(Touch::HouseholdConfirmed);
    let Command::CheckIn { phone: PhoneCheck::Corrected { contact }, .. } = hall.last_command() else {
        panic!("no corrected number")
    };
    assert_eq!(contact.phone_mask, "137****7777");
    assert!(!contact.sealed.is_empty() && !contact.sealed.contains("13700007777"));
}

#[test]
fn typed_check_takes_the_invited_number_only_and_never_blocks() {
    let mut config = config();
    config.rules.phone_check = domain::config::PhoneCheckRule::Type;
    let mut hall = Hall::with(config);
    let code = hall.code(1);
    assert!(matches!(hall.scan(&code), Page::PhoneType { .. }));
    let Page::PhoneType { typed, .. } = hall.type_figures("13999999999") else { panic!("{:?}", hall.page()) };
    assert!(typed.mismatch);
    assert!(matches!(hall.type_figures(WANG), Page::Household(_)));
}

#[test]
fn not_me_calls_the_desk_and_shows_nothing_of_the_household() {
    let mut hall = Hall::open();
    let code = hall.code(1);
    hall.scan(&code);
    assert_eq!(hall.touch(Touch::NotMe), Page::Help);
    assert!(matches!(hall.last_command(), Command::RequestHelp { .. }));
    assert!(!is_in(&hall, 1));
}

#[test]
fn guest_without_a_dealer_goes_from_scan_to_badge() {
    let mut hall = Hall::open();
    let code = hall.code(9);
    let Page::Done(done) = hall.scan(&code) else { panic!("{:?}", hall.page()) };
    assert_eq!(done.table, None, "no table yet is said, not invented");
    assert_eq!(done.badges.all, 1);
}

#[test]
fn idle_guest_is_warned_then_everything_of_the_guest_is_gone() {
    let mut hall = Hall::open();
    let code = hall.code(1);
    hall.scan(&code);
    hall.touch(Touch::Language(Language::En));
    hall.pass(29_000);
    assert_eq!(hall.venue(|kiosk, venue| kiosk.view(venue).wipe_in_s), None);
    hall.pass(2_000);
    assert_eq!(hall.venue(|kiosk, venue| kiosk.view(venue).wipe_in_s), Some(14));
    hall.touch(Touch::Stay);
    assert_eq!(hall.venue(|kiosk, venue| kiosk.view(venue).wipe_in_s), None);
    assert_eq!(hall.pass(45_000), Page::Attract);
    assert_eq!(hall.venue(|kiosk, venue| kiosk.view(venue).language), Language::Zh, "the next guest's own");
    assert_eq!(hall.kiosk.state, State::Attract);
}

#[test]
fn group_opens_by_code_and_pin_and_prints_one_batch() {
    let mut hall = Hall::open();
    assert!(matches!(hall.scan("USPS01"), Page::GroupPin { .. }));
    let Page::GroupPin { pin, .. } = hall.type_pin("0000") else { panic!("{:?}", hall.page()) };
    assert!(pin.wrong);
    let Page::GroupList { people, heads, .. } = hall.type_pin("4711") else { panic!("{:?}", hall.page()) };
    assert_eq!((people.len(), heads), (3, 0));
    hall.touch(Touch::GroupAll(true));
    hall.touch(Touch::Group(2));
    let Page::GroupProgress { badges, .. } = hall.touch(Touch::GroupConfirmed) else { panic!("{:?}", hall.page()) };
    assert_eq!(badges.all, 2);
    assert!(is_in(&hall, 1) && is_in(&hall, 2) && !is_in(&hall, 3));
}

#[test]
fn five_wrong_pins_lock_the_pad_and_tell_the_desk() {
    let mut hall = Hall::open();
    hall.touch(Touch::StaffGesture);
    (0..5).for_each(|_| drop(hall.type_pin("0000")));
    assert!(matches!(hall.last_command(), Command::LockOut { tries: 5, .. }));
    let Page::StaffPin { pin, .. } = hall.type_pin("4711") else { panic!("{:?}", hall.page()) };
    assert_eq!(pin.locked_minutes, 5);
    hall.pass(40_000);
    hall.now_ms += 5 * 60_000;
    hall.touch(Touch::StaffGesture);
    assert!(matches!(hall.type_pin("4711"), Page::StaffMenu(_)));
}

#[test]
fn out_of_order_shows_its_letters_and_the_way_and_recovers() {
    let mut hall = Hall::open();
    hall.devices.printer_fault = Some(print::Fault::PaperOut);
    hall.devices.out_of_order = Some((OrderCode::Paper, START_MS));
    let Page::OutOfOrder(out) = hall.page() else { panic!("{:?}", hall.page()) };
    assert_eq!((out.code.letters(), out.next.as_str()), ("PA", "K2"));
    let code = hall.code(1);
    assert!(matches!(hall.scan(&code), Page::OutOfOrder(_)), "nobody is checked in where no badge can come");
    hall.devices.printer_fault = None;
    hall.devices.out_of_order = None;
    assert_eq!(hall.page(), Page::Attract);
}

#[test]
fn paper_that_ends_in_mid_visit_leaves_the_guest_on_an_honest_page() {
    let mut hall = Hall::open();
    let code = hall.code(1);
    hall.scan(&code);
    hall.touch(Touch::StillMine);
    hall.touch(Touch::HouseholdConfirmed);
    hall.stage = BadgeStage::Waiting;
    hall.devices.out_of_order = Some((OrderCode::Paper, hall.now_ms));
    let Page::Done(done) = hall.page() else { panic!("{:?}", hall.page()) };
    assert_eq!(done.badges.stage, BadgeStage::Waiting);
}

#[test]
fn letters_of_trouble_follow_the_device() {
    let check = |change: fn(&mut Devices), letters: Option<&str>| {
        let mut devices = Devices { printer_seen: true, scanner: reader(), ..Devices::default() };
        change(&mut devices);
        assert_eq!(devices.trouble().map(OrderCode::letters), letters);
    };
    check(|_| {}, None);
    check(|devices| devices.printer_fault = Some(print::Fault::PaperLow), None);
    check(|devices| devices.printer_fault = Some(print::Fault::PaperOut), Some("PA"));
    check(|devices| devices.printer_fault = Some(print::Fault::CoverOpen), Some("CO"));
    check(|devices| devices.printer_fault = Some(print::Fault::Disconnected), Some("PR"));
    check(|devices| devices.printer_seen = false, Some("PR"));
    check(|devices| devices.scanner.health = ReaderHealth::Absent, Some("SC"));
    check(|devices| devices.scanner.health = ReaderHealth::Muted, Some("SC"));
    let camera_reads = |devices: &mut Devices| {
        (devices.scanner.health, devices.camera) = (ReaderHealth::Absent, reader());
    };
    check(camera_reads, None);
    check(|devices| devices.storage_failed = true, Some("DB"));
}

#[test]
fn random_input_never_panics() {
    let codes = ["", "\u{0}", "USP", "USPS01", "USLX", "AAAA", "ABCDE12345", "王海棠", &"A".repeat(600)];
    let touches: Vec<Touch> = [
        "phone_path",
        "digit",
        "erase",
        "clear",
        "phone_confirmed",
        "still_mine",
        "changed",
        "not_me",
        "skip_phone",
        "person",
        "adults",
        "children",
        "household_confirmed",
        "add_others",
        "group",
        "group_all",
        "group_confirmed",
        "pin_digit",
        "pin_erase",
        "back",
        "call_staff",
        "stay",
        "leave",
        "staff_gesture",
        "reprint_last",
        "settle_doubtful",
        "test_print",
        "shut_down",
    ]
    .iter()
    .filter_map(|name| Touch::named(name, 1))
    .collect();
    let mut hall = Hall::open();
    let good: BTreeMap<u32, String> = [1, 2, 3, 9].into_iter().map(|guest| (guest, hall.code(guest))).collect();
    // A small generator with a fixed seed: the same walk in every run.
    let mut seed: u64 = 42;
    for _ in 0..3_000 {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let pick = usize::try_from(seed >> 33).expect("31 bits");
        match pick % 8 {
            0 => drop(hall.scan(codes[pick % codes.len()])),
            1 => drop(hall.scan(good.values().nth(pick % good.len()).expect("in range"))),
            2 => drop(hall.pass((pick % 9_000) as u64)),
            _ => drop(hall.touch(touches[pick % touches.len()])),
        }
    }
}

#[test]
fn language_chosen_on_the_first_page_stays_through_the_scan_and_ends_with_the_guest() {
    let mut hall = Hall::open();
    let (code, other) = (hall.code(1), hall.code(9));
    let language = |hall: &mut Hall| hall.venue(|kiosk, venue| kiosk.view(venue).language);
    hall.touch(Touch::Language(Language::Ko));
    hall.scan(&code);
    assert_eq!(language(&mut hall), Language::Ko);
    hall.touch(Touch::StillMine);
    hall.touch(Touch::HouseholdConfirmed);
    hall.scan(&other);
    assert_eq!(language(&mut hall), Language::Zh, "the next guest has not chosen");
    hall.touch(Touch::Leave);
    hall.touch(Touch::Language(Language::En));
    hall.pass(29_000);
    assert_eq!(language(&mut hall), Language::En);
    hall.pass(2_000);
    assert_eq!(language(&mut hall), Language::Zh, "whoever chose has walked away");
}

#[test]
fn half_a_read_keeps_the_ticks_of_the_page() {
    let mut hall = Hall::open();
    let code = hall.code(1);
    hall.scan(&code);
    hall.touch(Touch::StillMine);
    hall.touch(Touch::Person(1));
    let Page::Household(household) = hall.scan(&code[..50]) else { panic!("{:?}", hall.page()) };
    assert_eq!(household.heads, 2);
    hall.input(Input::SpoiledScan);
    assert!(matches!(hall.page(), Page::Household(_)));
    assert!(matches!(hall.last_command(), Command::RefuseScan { .. }), "it is recorded all the same");
}

#[test]
fn clock_put_back_an_hour_prolongs_nothing() {
    let mut hall = Hall::open();
    let code = hall.code(1);
    hall.scan(&code);
    // What lasts follows the steady clock; only what is written down follows the wall.
    let wiped = {
        let (secrets, time) = (Secrets::none(), VenueTime::of("UTC"));
        let venue = Venue {
            meeting: &hall.meeting,
            tasks: &[],
            own: Some(DeviceId::from_bytes([1; 16])),
            secrets: &secrets,
            time: &time,
            devices: &hall.devices,
            badge: &|_| (BadgeStage::None, 0),
            waiting: 0,
            waiting_since: None,
            now_ms: START_MS - 3_600_000,
            steady_ms: START_MS + 45_000,
        };
        hall.kiosk.handle(Input::Tick, &venue);
        hall.kiosk.state == State::Attract
    };
    assert!(wiped);
}

#[test]
fn scan_at_a_kiosk_that_just_failed_shows_the_way_and_not_the_last_guest() {
    let mut hall = Hall::open();
    let (first, next) = (hall.code(1), hall.code(9));
    hall.scan(&first);
    hall.touch(Touch::StillMine);
    hall.touch(Touch::HouseholdConfirmed);
    hall.devices.printer_fault = Some(print::Fault::PaperOut);
    hall.devices.out_of_order = Some((OrderCode::Paper, START_MS));
    assert!(matches!(hall.scan(&next), Page::OutOfOrder(_)));
}
