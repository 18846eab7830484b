//! One full sample of every event kind, in the order of the list. Changing one here means a new version of its kind.

mod config;
mod hall;
mod money;

use domain::config::{Disclosure, Language};
use domain::event::*;
use domain::ids::*;
use domain::roster::*;
use domain::{Event, UnixMillis};

pub fn all() -> Vec<Event> {
    let mut all = from_the_hub();
    all.extend(arrival());
    all.extend(corrections());
    all.extend(crew_and_badges());
    all.extend(hall::samples());
    all.extend(money::samples());
    all
}

pub fn bytes(number: u8) -> [u8; 16] {
    let mut bytes = [0; 16];
    (bytes[0], bytes[6], bytes[8], bytes[15]) = (1, 0x70, 0x80, number);
    bytes
}

pub fn guest_id(number: u8) -> GuestId {
    GuestId::from_bytes(bytes(number))
}

pub fn dealer_id(number: u8) -> DealerId {
    DealerId::from_bytes(bytes(number))
}

pub fn household_id(number: u8) -> HouseholdId {
    HouseholdId::from_bytes(bytes(number))
}

pub fn badge_id() -> BadgeId {
    BadgeId::from_bits(0x0001_2345_6789_abcd)
}

pub fn contact() -> Contact {
    Contact { sealed: "c2VhbGVk".into(), phone_hash: "ab12".repeat(16), phone_mask: "138****1234".into() }
}

pub fn address() -> SealedText {
    SealedText { sealed: "YWRkcmVzcw==".into() }
}

fn household() -> Household {
    Household {
        id: household_id(1),
        name: "盛昌商贸有限公司".into(),
        lead: dealer_id(1),
        expected_heads: 3,
        draw_id: Some("0421".into()),
    }
}

fn dealer() -> Dealer {
    Dealer {
        id: dealer_id(1),
        household: household_id(1),
        firm: "盛昌商贸有限公司".into(),
        list_id: Some("D-0001".into()),
        region: Some("east".into()),
        county: "昆山".into(),
        salesperson: Some("S07".into()),
        class: Some(CustomerClass::A),
        criteria: vec![ClassCriterion::Market, ClassCriterion::Strength, ClassCriterion::Willingness],
        annual_sales_minor: Some(125_000_000),
        top_five: true,
        valid_customer: Some(true),
        address: Some(address()),
        prepaid_minor: 5_000_000,
        vip: Some(VipTier::Gold),
        conflicts: vec![Conflict { with: dealer_id(2), kind: ConflictKind::Never, severity: 3 }],
        conflict_groups: vec!["kunshan".into()],
        brands: vec!["甲".into(), "乙".into()],
        expected_heads: Some(3),
        rsvp: Rsvp::Yes,
        expected_order_minor: Some(30_000_000),
        expected_lines: vec![],
        stock_heard: "三个月".into(),
        funds_heard: "充足".into(),
        may_disclose: Disclosure { amounts: true, ranks: true, ribbon: true, bulletin: true, photo: true },
        supplied_by: Some(dealer_id(3)),
        paid_to: Some(dealer_id(4)),
        consents: [("photo".into(), true)].into(),
        columns: [("lodging".to_owned(), "2 rooms".to_owned())].into(),
    }
}

fn guest() -> Guest {
    Guest {
        id: guest_id(1),
        guest_no: Some(GuestNo(1001)),
        invitation_serial: 2,
        list_id: Some("G-0001".into()),
        household: Some(household_id(1)),
        dealer: Some(dealer_id(1)),
        organisation: "Dealer Weekly".into(),
        name: "王建国".into(),
        title: "王总".into(),
        role: GuestRole::Owner,
        decides: true,
        gender: Some(Gender::Male),
        phone: Some(contact()),
        language: Some(Language::Zh),
        needs: Needs { wheelchair: true, step_free: true, note: "素食".into() },
        vip: true,
        table: Some("T12".into()),
        columns: [("garment".to_owned(), "XL".to_owned())].into(),
    }
}

fn from_the_hub() -> Vec<Event> {
    let (device, epoch) = (DeviceId::from_bytes(bytes(21)), LogEpoch::from_bytes(bytes(22)));
    let key = "0f".repeat(32);
    vec![
        MeetingConfigured { rev: 3, config: Box::new(config::full()) }.into(),
        RosterChanged {
            rev: 2,
            part: 1,
            parts: 4,
            households: vec![household()],
            dealers: vec![dealer()],
            guests: vec![guest()],
            cancelled_guests: vec![guest_id(9)],
            cancelled_dealers: vec![dealer_id(9)],
            cancelled_households: vec![household_id(9)],
        }
        .into(),
        SeatsPlanned { rev: 1, seats: vec![(household_id(1), "T12".into())], unplanned: vec![household_id(2)] }.into(),
        InvitationKeyPublished { key: 1, public_hex: key.clone() }.into(),
        ContactKeyPublished { public_hex: key.clone() }.into(),
        DeviceEnrolled {
            device,
            role: DeviceRole::Kiosk,
            name: "K1".into(),
            epoch,
            prefix: "K1".into(),
            public_hex: key,
        }
        .into(),
        EpochOpened { device, epoch, prefix: "K1B".into() }.into(),
        DeviceRevoked { device, after_cursor: 812, reason: "stolen".into() }.into(),
        DeviceFaulted { part: DevicePart::Printer, name: "left".into(), code: "PA".into() }.into(),
        DeviceRecovered { part: DevicePart::Printer, name: "left".into() }.into(),
        DeviceForked { device, epoch, seq: 812, kept_hex: "0a".repeat(32), other_hex: "0b".repeat(32) }.into(),
        LastPaperReported { number: "K2-B0820".into() }.into(),
        NodeStarted { version: "0.1.0".into(), role: DeviceRole::Kiosk, clean: true, printers: Vec::new() }.into(),
        ClockSuspected { device, offset_ms: -120_000 }.into(),
        PurgeOrdered { not_before: UnixMillis(1_796_000_000_000), keep_draw: true }.into(),
        PurgeFinished { records: 10_000, report_hash: "0e".repeat(32) }.into(),
    ]
}

fn arrival() -> Vec<Event> {
    let guest = guest_id(1);
    let household = household_id(1);
    let event = EventId::from_bytes(bytes(31));
    vec![
        GuestCheckedIn {
            guest,
            household: Some(household),
            table: Some("T12".into()),
            via: Via::Scan,
            assurance: Assurance::Declared,
        }
        .into(),
        CheckInUndone { guest, check_ins: vec![event], reason: UndoReason::WrongGuest, note: "son".into() }.into(),
        UnlistedCounted { household, adults: 1, children: 2 }.into(),
        PhoneConfirmed { guest }.into(),
        PhoneCorrected { guest, contact: contact() }.into(),
        PhoneSkipped { guest, reason: PhoneSkip::Vip }.into(),
        DeciderWitnessed { guest }.into(),
        DeciderDenied { guest, reason: "brother".into() }.into(),
        GuestLeftEarly { guest, reason: "train".into() }.into(),
        GuestCameBack { guest }.into(),
        SessionCheckedIn { guest, session: "dinner".into(), badge: Some(badge_id()) }.into(),
        SessionCheckInUndone { guest, session: "dinner".into(), check_ins: vec![event], reason: "mistake".into() }
            .into(),
        SessionUnlistedCounted { household, session: "dinner".into(), adults: 1, children: 2 }.into(),
        ScanRefused { fault: ScanFault::Expired, head: "AEAAAA".into(), length: 122, guest: Some(guest) }.into(),
        HelpRequested { reason: HelpReason::NotMe, guest: Some(guest), household: Some(household) }.into(),
        HelpGiven { task: TaskId(bytes(41)) }.into(),
        ArrivalNoticeSent { salesperson: "S07".into(), household, by: NoticeWay::Page }.into(),
        ArrivalNoticeSeen { salesperson: "S07".into(), household }.into(),
        NoticeShown { guest, notice: "privacy".into(), rev: 1 }.into(),
        ConsentRecorded { guest, notice: "photo".into(), rev: 1, given: true, by: ConsentBy::Kiosk }.into(),
        DisclosureSet { dealer: dealer_id(1), may_disclose: Disclosure { ribbon: true, ..Disclosure::default() } }
            .into(),
    ]
}

fn corrections() -> Vec<Event> {
    vec![
        WalkInRegistered {
            household: Some(household()),
            dealers: vec![dealer()],
            guests: vec![guest()],
            note: "brought by S07".into(),
        }
        .into(),
        GuestAdded { guest: guest(), was_unlisted: true }.into(),
        GuestCorrected {
            guest: guest_id(1),
            name: Some("王建華".into()),
            title: Some("王董".into()),
            role: Some(GuestRole::Partner),
            decides: Some(true),
            gender: Some(Gender::Female),
            language: Some(Language::Ko),
            needs: Some(Needs::default()),
            phone: Some(contact()),
            reason: "misspelt".into(),
        }
        .into(),
        DealerCorrected {
            dealer: dealer_id(1),
            firm: Some("盛昌实业有限公司".into()),
            county: Some("太仓".into()),
            salesperson: Some("S08".into()),
            address: Some(address()),
            reason: "renamed".into(),
        }
        .into(),
        HouseholdsJoined { into: household_id(1), joined: household_id(2), reason: "one owner".into() }.into(),
        DealerRegraded {
            dealer: dealer_id(1),
            class: CustomerClass::B,
            criteria: vec![ClassCriterion::Strength],
            vip: Some(VipTier::Silver),
            note: "new warehouse".into(),
        }
        .into(),
        ConflictDeclared {
            dealer: dealer_id(1),
            conflict: Conflict { with: dealer_id(2), kind: ConflictKind::Avoid, severity: 2 },
            reason: "same street".into(),
        }
        .into(),
        NoteWritten { party: Party::Household(household_id(1)), text: "asks for the new catalogue".into() }.into(),
    ]
}

fn crew_and_badges() -> Vec<Event> {
    let badge = badge_id();
    vec![
        StaffSignedIn { who: Crew::Staff("r1".into()), purpose: SignInPurpose::StaffMenu }.into(),
        StaffSignedOut { who: Crew::Sales("S07".into()), timed_out: true }.into(),
        StaffLockedOut { who: Some(Crew::Sales("S07".into())), tries: 5, minutes: 10 }.into(),
        StaffUnlocked { by: "r1".into(), device: None }.into(),
        BadgeRequested {
            badge,
            guest: guest_id(1),
            copy: 2,
            printer: Some("left".into()),
            table: Some("T12".into()),
            reason: BadgeReason::Lost,
            ahead: true,
            number: String::new(),
        }
        .into(),
        BadgePrinterChanged { badge, printer: "right".into(), copy: 0, hop: 0 }.into(),
        BadgePrinted { badge, copy: 2, by: PrintWord::Printer }.into(),
        BadgeDoubtful { badge, copy: 2, fault: "disconnected".into() }.into(),
        DoubtSettled { badge, copy: 2, came_out: true }.into(),
        BadgeVoided { badge, reason: VoidReason::Replaced }.into(),
        BadgeHandedOver { badge }.into(),
    ]
}
