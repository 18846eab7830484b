//! The fold is total and exact on any sequence of events, and order does not matter where the design says so.

use domain::config::Disclosure;
use domain::event::*;
use domain::ids::*;
use domain::roster::*;
use domain::{Event, Meeting};
use proptest::prelude::*;
use proptest::sample::select;

use crate::figures::recount;
use crate::venue::*;

fn guests() -> impl Strategy<Value = GuestId> {
    select(vec![11, 12, 21, 22, 31, 32, 41, 51, 81, 82, 99]).prop_map(guest)
}

fn households() -> impl Strategy<Value = HouseholdId> {
    (1_u8..8).prop_map(household)
}

fn tables() -> impl Strategy<Value = TableId> {
    select(vec!["T1", "T2", "T3", "T5", "T99"]).prop_map(TableId::from)
}

fn badge_ids() -> impl Strategy<Value = BadgeId> {
    (1_u64..12).prop_map(BadgeId::from_bits)
}

fn parties() -> impl Strategy<Value = Party> {
    prop_oneof![households().prop_map(Party::Household), guests().prop_map(Party::Guest)]
}

fn event_ids() -> impl Strategy<Value = EventId> {
    (0_u8..40).prop_map(|number| numbered(number).event_id)
}

fn numbered(number: u8) -> domain::Meta {
    let mut bytes = [9; 16];
    bytes[15] = number;
    domain::Meta {
        event_id: EventId::from_bytes(bytes),
        device: device(number % 3),
        at: domain::UnixMillis(NOON + u64::from(number) * 977 % 5000),
        actor: domain::Actor::Guest,
    }
}

/// Commuting facts: what happens at the doors, in whatever order it is told.
fn door_event() -> impl Strategy<Value = Event> {
    prop_oneof![
        4 => (guests(), proptest::option::of(tables())).prop_map(|(guest, table)| GuestCheckedIn {
            guest, household: None, table, via: Via::Scan, assurance: Assurance::Declared }.into()),
        1 => (guests(), proptest::collection::vec(event_ids(), 0..4)).prop_map(|(guest, check_ins)| CheckInUndone {
            guest, check_ins, reason: UndoReason::NotHere, note: String::new() }.into()),
        2 => (1_u64..12).prop_map(|bits| BadgeRequested {
            badge: BadgeId::from_bits(bits), guest: guest([11, 12, 21][bits as usize % 3]), copy: bits as u32 / 6 + 1,
            printer: None, table: None, reason: BadgeReason::First, ahead: false, number: format!("K1-B{bits}") }.into()),
        1 => badge_ids().prop_map(|badge| BadgePrinted { badge, copy: 1, by: PrintWord::Printer }.into()),
        1 => badge_ids().prop_map(|badge| BadgeDoubtful { badge, copy: 1, fault: String::new() }.into()),
        1 => badge_ids().prop_map(|badge| BadgeVoided { badge, reason: VoidReason::Other }.into()),
    ]
}

fn any_event() -> impl Strategy<Value = Event> {
    let hall = prop_oneof![
        (parties(), tables()).prop_map(|(party, to)| SeatMoved { party, from: None, to, reason: "x".into() }.into()),
        (parties(), tables()).prop_map(|(party, table)| TableTold { party, table }.into()),
        (parties(), proptest::option::of(tables()), tables(), any::<bool>(), 0_u16..2).prop_map(
            |(party, from, to, told_too, part)| {
                let moves = vec![PartyMove { party, from, to }];
                PartiesMoved { moves, told_too, reason: String::new(), undoes: None, part }.into()
            }
        ),
        (parties(), tables(), any::<bool>()).prop_map(|(party, table, locked)| match locked {
            true => SeatLocked { party, table }.into(),
            false => SeatUnlocked { party }.into(),
        }),
        tables().prop_map(|table| TableReopened { table }.into()),
        (tables(), tables(), 1..30u16).prop_map(|(from, table, seats)| TablesParted {
            from,
            parted: vec![table],
            seats
        }
        .into()),
        (parties(), tables(), select(vec![ReleaseReason::NoShow, ReleaseReason::Staff]))
            .prop_map(|(party, table, reason)| SeatReleased { party, table, reason }.into()),
        (parties(), tables(), parties(), tables()).prop_map(|(party, table, other, to)| SeatAssigned {
            party,
            table,
            reason: SeatReason::Late,
            displaced: vec![(other, to)],
            leased: 1
        }
        .into()),
        tables().prop_map(|table| TableClosed { table, affected: vec![] }.into()),
        (tables(), tables()).prop_map(|(into, gone)| TablesMerged {
            into,
            merged: vec![gone],
            seats: 12,
            affected: vec![]
        }
        .into()),
        (households(), tables()).prop_map(|(household, table)| SeatsPlanned {
            rev: 2,
            seats: vec![(household, table)],
            unplanned: vec![]
        }
        .into()),
        (households(), households()).prop_map(|(into, joined)| HouseholdsJoined {
            into,
            joined,
            reason: String::new()
        }
        .into()),
    ];
    let people = prop_oneof![
        guests().prop_map(|guest| DeciderWitnessed { guest }.into()),
        guests().prop_map(|guest| DeciderDenied { guest, reason: String::new() }.into()),
        guests().prop_map(|guest| GuestLeftEarly { guest, reason: String::new() }.into()),
        guests().prop_map(|guest| GuestCameBack { guest }.into()),
        (guests(), any::<u8>()).prop_map(|(guest, number)| PhoneCorrected { guest, contact: contact(number) }.into()),
        (households(), any::<u8>(), any::<u8>()).prop_map(|(household, adults, children)| UnlistedCounted {
            household,
            adults,
            children
        }
        .into()),
        (1_u8..90, proptest::option::of(1_u8..7)).prop_map(|(number, household)| GuestAdded {
            guest: person(number, household, GuestRole::Owner),
            was_unlisted: true
        }
        .into()),
        guests().prop_map(
            |guest| RosterChanged { rev: 3, cancelled_guests: vec![guest], ..RosterChanged::default() }.into()
        ),
        (1_u8..90)
            .prop_map(|number| DisclosureSet { dealer: dealer(number), may_disclose: Disclosure::default() }.into()),
    ];
    prop_oneof![3 => door_event(), 2 => hall, 2 => people, 2 => money(), 2 => desks(), 1 => machines()]
}

/// Of any table at any time of the test.
fn most_places(venue: &Venue) -> u16 {
    venue.meeting.tables().map(|table| table.table.seats).max().unwrap_or(0).max(12)
}

fn money() -> impl Strategy<Value = Event> {
    let slips = || (1_u8..4).prop_map(|number| SlipId::from_bytes([number; 16]));
    let payments = || (1_u8..4).prop_map(|number| PaymentId::from_bytes([number; 16]));
    let receipt = (payments(), select(vec![11, 21]), 1_i64..3).prop_map(|(payment, number, amount_minor)| Receipt {
        payment,
        number: format!("K1-R{amount_minor}"),
        dealer: dealer(number),
        household: household(number / 10),
        currency: domain::Currency::CNY,
        tenders: vec![Tender {
            kind: TenderKind::Card,
            amount_minor,
            reference: if amount_minor == 1 { "A1".into() } else { String::new() },
            bag: String::new(),
            second_counter: None,
            due_on: None,
        }],
        slips: vec![],
        prepaid: false,
        note: String::new(),
    });
    prop_oneof![
        (slips(), 1_i64..4).prop_map(|(slip, total)| SlipDrafted {
            slip,
            number: format!("K1-{total}"),
            content: crate::slips::content(total)
        }
        .into()),
        (slips(), 0_u32..4, 1_i64..4, proptest::option::of(event_ids())).prop_map(|(slip, base_rev, total, base)| {
            SlipRevised { slip, base_rev, content: crate::slips::content(total), base }.into()
        }),
        (slips(), event_ids(), proptest::collection::vec(event_ids(), 0..3))
            .prop_map(|(slip, kept, dropped)| SlipBranchChosen { slip, kept, dropped }.into()),
        (slips(), 1_u32..4, 1_i64..4).prop_map(|(slip, revision, total)| SlipSigned {
            slip,
            revision,
            content: crate::slips::content(total),
            signer: String::new(),
            sealed: true
        }
        .into()),
        (slips(), slips()).prop_map(|(slip, by)| SlipSuperseded { slip, by, reason: String::new() }.into()),
        slips().prop_map(|slip| SlipVoided { slip, reason: String::new(), second: None }.into()),
        receipt.clone().prop_map(|receipt| PaymentClaimed { receipt }.into()),
        receipt.prop_map(|receipt| PaymentReceived { receipt }.into()),
        payments().prop_map(|payment| PaymentConfirmed { payment, green_threshold_minor: Some(2) }.into()),
        payments().prop_map(|payment| PaymentReversed { payment, reason: String::new(), second: None }.into()),
        payments().prop_map(|payment| PaymentReleased { payment, compared: vec![] }.into()),
    ]
}

fn desks() -> impl Strategy<Value = Event> {
    let slips = || (1_u8..4).prop_map(|number| SlipId::from_bytes([number; 16]));
    let discounts = || (1_u8..4).prop_map(|number| DiscountId::from_bytes([number; 16]));
    let handovers = || (1_u8..5).prop_map(|number| HandoverId::from_bytes([number; 16]));
    let payments = || (1_u8..4).prop_map(|number| PaymentId::from_bytes([number; 16]));
    let prices = prop_oneof![
        (discounts(), slips(), 1_i64..4).prop_map(|(discount, slip, unit_price_minor)| DiscountRequested {
            discount,
            slip,
            revision: 1,
            line: 1,
            sku: "K7".into(),
            quantity: 1,
            unit_price_minor,
            reason: String::new(),
            written: None,
        }
        .into()),
        (discounts(), slips(), 1_i64..4).prop_map(|(discount, slip, unit_price_minor)| DiscountApproved {
            discount,
            slip,
            revision: 1,
            line: 1,
            unit_price_minor,
            approver: "d1".into()
        }
        .into()),
        discounts().prop_map(|discount| DiscountRefused { discount, by: "d1".into(), reason: String::new() }.into()),
        slips().prop_map(|slip| SlipCopyReturned { slip, copy: SlipCopy::Stub }.into()),
        Just(OrdersClosed { note: String::new() }.into()),
        Just(OrdersReopened { note: String::new() }.into()),
        Just(crate::policy::with_products(3).into()),
    ];
    let gifts = prop_oneof![
        (handovers(), households(), 0_u32..3).prop_map(|(handover, household, quantity)| GiftHandedOver {
            handover,
            gift: "kettle".into(),
            quantity,
            household,
            badge: None,
            slip: None,
            payment: None
        }
        .into()),
        handovers().prop_map(|handover| GiftReturned { handover, reason: String::new() }.into()),
        any::<u32>().prop_map(|stock| GiftStockCounted { gift: "kettle".into(), stock }.into()),
        (handovers(), any::<u32>()).prop_map(|(issue, quantity)| MaterialIssued {
            issue,
            item: "banner".into(),
            quantity,
            to: Crew::Sales("S07".into())
        }
        .into()),
        (handovers(), any::<u32>()).prop_map(|(issue, quantity)| MaterialReturned { issue, quantity }.into()),
        (handovers(), proptest::collection::vec(payments(), 0..3)).prop_map(|(handover, payments)| CashHandedOver {
            handover,
            number: "K1-H0001".into(),
            payments,
            expected_minor: 1,
            counted_minor: 1,
            bags: vec![],
            second: "f2".into(),
            note: String::new()
        }
        .into()),
    ];
    prop_oneof![prices, gifts, counters()]
}

/// What happens to a few tickets of two queues, in any order, even such as cannot be.
pub fn counters() -> impl Strategy<Value = Event> {
    let tickets = || (1_u8..5).prop_map(|number| TicketId::from_bytes([number; 16]));
    let queues = || select(vec!["cashier", "gift"]).prop_map(QueueId::from);
    prop_oneof![
        (tickets(), queues(), proptest::option::of(households()), any::<bool>()).prop_map(
            |(ticket, queue, household, green)| {
                TicketTaken { ticket, number: "K1-C0001".into(), queue, household, green }.into()
            }
        ),
        (tickets(), select(vec!["1", "2"]), any::<u8>(), any::<bool>()).prop_map(|(ticket, counter, call, green)| {
            TicketCalled { ticket, counter: counter.into(), call, green }.into()
        }),
        (tickets(), queues()).prop_map(|(ticket, to)| TicketTransferred { ticket, to }.into()),
        tickets().prop_map(|ticket| TicketServed { ticket }.into()),
        (tickets(), any::<bool>()).prop_map(|(ticket, no_show)| TicketDropped {
            ticket,
            reason: String::new(),
            no_show
        }
        .into()),
    ]
}

fn ask_the_desks(meeting: &Meeting) {
    let confirmed = meeting.tender_totals().values().map(|total| total.confirmed_minor).sum::<i64>();
    assert_eq!(confirmed, meeting.paid_minor(), "what desks took is what counts");
    for queue in meeting.queues() {
        let waiting = meeting.waiting(&queue);
        let ids: std::collections::BTreeSet<TicketId> = waiting.iter().map(|ticket| ticket.id).collect();
        assert_eq!(ids.len(), waiting.len(), "nobody waits twice");
        let now = domain::UnixMillis(NOON + 100_000);
        let waits = waiting.iter().filter_map(|ticket| meeting.expected_wait(&queue, Some(ticket.id), now));
        assert!(waits.into_iter().all(|wait| wait.from_ms <= wait.to_ms));
        assert_eq!(meeting.expected_wait(&queue, Some(TicketId::from_bytes([99; 16])), now), None);
    }
    for household in meeting.households() {
        let _ = (meeting.gift_rights(household.id), meeting.has_green_channel(household.id));
    }
    let _ = (meeting.missing_copies(), meeting.missing_proofs(), meeting.queue_history(), meeting.arrival_alerts());
    let _ = (meeting.called_numbers(None, 3), meeting.cash_at(device(1)), meeting.materials().len());
    let _ = (meeting.gift_stock(&"kettle".into()), meeting.reversals(domain::UnixMillis(0)).len());
}

fn machines() -> impl Strategy<Value = Event> {
    let devices = || (1_u8..4).prop_map(device);
    let epochs = || (1_u8..9).prop_map(|number| LogEpoch::from_bytes([number; 16]));
    prop_oneof![
        (devices(), epochs(), select(vec![DeviceRole::Hub, DeviceRole::Kiosk])).prop_map(|(device, epoch, role)| {
            let (name, prefix) = (String::new(), "K1".into());
            DeviceEnrolled { device, role, name, epoch, prefix, public_hex: String::new() }.into()
        }),
        (devices(), epochs()).prop_map(|(device, epoch)| EpochOpened { device, epoch, prefix: "K1B".into() }.into()),
        (devices(), 0_u64..40).prop_map(|(device, after_cursor)| DeviceRevoked {
            device,
            after_cursor,
            reason: String::new()
        }
        .into()),
        (devices(), epochs(), any::<u64>()).prop_map(|(device, epoch, seq)| {
            DeviceForked { device, epoch, seq, kept_hex: String::new(), other_hex: String::new() }.into()
        }),
        (devices(), any::<i64>()).prop_map(|(device, offset_ms)| ClockSuspected { device, offset_ms }.into()),
        "[K1B-]{0,4}[0-9]{0,12}".prop_map(|number| LastPaperReported { number }.into()),
        (devices(), tables(), any::<u16>(), proptest::option::of(any::<u64>())).prop_map(
            |(device, table, places, until)| {
                let until = until.map(domain::UnixMillis);
                PlacesLeased { device, table, places, until }.into()
            }
        ),
        any::<u64>().prop_map(|at| PurgeOrdered { not_before: domain::UnixMillis(at), keep_draw: true }.into()),
        Just(PurgeFinished { records: 1, report_hash: String::new() }.into()),
    ]
}

fn ask_everything(venue: &Venue) {
    let meeting = &venue.meeting;
    ask_the_desks(meeting);
    assert_eq!(meeting.counts(), recount(venue));
    let mut by_region = meeting.counts_by_region().into_values().map(|counts| counts.households_present).sum::<u32>();
    assert_eq!(by_region, meeting.counts().households_present);
    by_region = meeting.counts_by_salesperson().into_values().map(|counts| counts.guests_present).sum::<u32>();
    assert_eq!(by_region, meeting.counts().guests_present);
    for task in meeting.tasks() {
        assert_eq!(meeting.task(task.id).as_ref(), Some(&task));
    }
    for guest in meeting.guests() {
        let party = meeting.party_of(guest.id);
        assert!(meeting.guests_of(party).contains(&guest.id), "{guest:?} is not in {party:?}");
        let _ = (meeting.table_spot(party), meeting.phone_question(guest.id), meeting.standing_badge(guest.id));
    }
    for table in meeting.tables() {
        let _ = meeting.parties_at(&table.table.id);
        let leased: u16 = meeting.leases().filter(|it| it.table == table.table.id).map(|it| it.places).sum();
        assert!(leased <= most_places(venue), "leases of one table are disjoint");
    }
    let green: Vec<_> = meeting.households().map(|household| meeting.green_since(household.id)).collect();
    let _ = (meeting.paid_minor(), meeting.signed_slips().count(), meeting.paper_gaps(), green);
    let _ = (domain::meeting::purge_report(meeting), meeting.settled_tasks(domain::UnixMillis(0)));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn fold_is_total_and_counts_equal_a_recount(events in proptest::collection::vec(any_event(), 0..60)) {
        let mut venue = Venue::new();
        for event in events {
            venue.happens(event);
        }
        ask_everything(&venue);
    }

    #[test]
    fn fold_in_steps_equals_fold_at_once_and_repeats_change_nothing(events in proptest::collection::vec(any_event(), 0..60), cut in 0_usize..60) {
        let mut venue = Venue::new();
        for event in events {
            venue.happens(event);
        }
        let mut whole = Meeting::new();
        venue.log.iter().for_each(|(meta, event)| whole.apply(meta, event));
        prop_assert_eq!(&whole, &venue.meeting);
        let cut = cut.min(venue.log.len());
        let mut stepped = Meeting::new();
        venue.log[..cut].iter().for_each(|(meta, event)| stepped.apply(meta, event));
        let kept = stepped.clone();
        let snapshot = format!("{kept:?}");
        venue.log.iter().for_each(|(meta, event)| stepped.apply(meta, event));
        prop_assert_eq!(&stepped, &venue.meeting);
        prop_assert_eq!(snapshot, format!("{:?}", kept), "a clone never changes");
    }

    #[test]
    fn order_of_what_happens_at_the_doors_does_not_matter(events in proptest::collection::vec(door_event(), 0..40), seed in any::<u64>()) {
        let stamped: Vec<_> = (0..).map(numbered).zip(events).collect();
        let mut shuffled = stamped.clone();
        let mut state = seed;
        for at in (1..shuffled.len()).rev() {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            shuffled.swap(at, (state >> 33) as usize % (at + 1));
        }
        let fold = |events: &[(domain::Meta, Event)]| {
            let mut venue = Venue::new();
            events.iter().for_each(|(meta, event)| venue.meeting.apply(meta, event));
            venue.meeting
        };
        let (one, other) = (fold(&stamped), fold(&shuffled));
        prop_assert_eq!(one.counts(), other.counts());
        for guest in one.guests() {
            prop_assert_eq!(one.is_present(guest.id), other.is_present(guest.id));
            let since = |meeting: &Meeting| meeting.person(guest).since;
            prop_assert_eq!(since(&one), since(&other));
        }
        for bits in 1..12 {
            let worth = |meeting: &Meeting| meeting.badge(BadgeId::from_bits(bits)).map(|badge| badge.status);
            prop_assert_eq!(worth(&one), worth(&other));
        }
        let questions = |meeting: &Meeting| {
            let about_badges = |task: &domain::meeting::Task| task.kind.code().contains("badges_out") || task.kind.code() == "badge_doubtful";
            meeting.tasks().into_iter().filter(about_badges).map(|task| task.id).collect::<Vec<_>>()
        };
        prop_assert_eq!(questions(&one), questions(&other));
    }
}
