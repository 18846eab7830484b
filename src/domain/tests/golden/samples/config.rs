//! A meeting file in which every field holds something.

use domain::Currency;
use domain::config::*;

use super::contact;

pub fn full() -> MeetingConfig {
    MeetingConfig {
        meeting: MeetingFacts {
            id: "spring-2027".into(),
            token_number: 7,
            name: text("春季订货会", "Spring meeting"),
            theme: text("同心共赢", "Winning together"),
            organiser: text("恒源", "Hengyuan"),
            time_zone: "Asia/Shanghai".into(),
            currency: Currency::CNY,
            languages: vec![Language::Zh, Language::Ko, Language::En],
            phone_country: "86".into(),
        },
        venue: Venue {
            name: text("国际饭店", "Grand Hotel"),
            hall: text("宴会厅", "Ballroom"),
            address: Text::same("1 Lake Road"),
            directions: Text::same("Metro 2"),
        },
        sessions: vec![Session {
            id: "dinner".into(),
            name: text("晚宴", "Dinner"),
            kind: SessionKind::Dinner,
            starts: "2026-11-28T18:00".parse().expect("a time"),
            ends: "2026-11-28T21:00".parse().ok(),
            place: Text::same("Ballroom"),
        }],
        agenda: vec![AgendaItem {
            starts: "2026-11-28T14:00".parse().expect("a time"),
            title: text("开幕", "Opening"),
            speaker: Text::same("王总"),
            session: Some("dinner".into()),
        }],
        rules: rules(),
        notices: vec![Notice {
            id: "photo".into(),
            kind: NoticeKind::Photo,
            text: text("可以拍照吗", "May we take photos"),
            rev: 1,
        }],
        look: Look { logo: Some("aa".repeat(32)), colours: [("green".to_owned(), "#0E7A4B".to_owned())].into() },
        regions: vec![Region {
            id: "east".into(),
            name: text("华东", "East"),
            targets: targets(),
            reference_monthly_sales_minor: 90_000_000,
        }],
        salespeople: vec![salesperson()],
        staff: vec![staff()],
        products: vec![product()],
        gifts: vec![Gift {
            id: "kettle".into(),
            name: text("水壶", "Kettle"),
            stock: 40,
            deposit_minor: Some(5_000_000),
        }],
        prizes: vec![Prize {
            id: "p1".into(),
            tier: 1,
            name: text("电视", "TV"),
            quantity: 1,
            market_value_minor: 3_999_900,
            picture: Some("bb".repeat(32)),
            pool: PrizePool::CheckedIn,
        }],
        tables: vec![super::hall::table()],
        table_rows: vec![],
        room: room(),
    }
}

fn text(zh: &str, en: &str) -> Text {
    Text::default().with(Language::Zh, zh).with(Language::En, en)
}

fn targets() -> Targets {
    Targets { households: 80, sales_minor: 900_000_000, on_site_sales_minor: 300_000_000 }
}

fn rules() -> Rules {
    Rules {
        phone_check: PhoneCheckRule::Type,
        disclosure: Disclosure { amounts: true, ranks: true, ribbon: true, bulletin: true, photo: true },
        attendance_target_percent: 80,
        green_threshold_minor: Some(10_000_000),
        queue: QueueRule { greens_before_one_normal: 3, order_desk: true },
        deposit_kind: DepositKind::Forfeit,
        orders_close: "2026-11-28T17:30".parse().ok(),
        orders_reopen: "2026-11-29T08:00".parse().ok(),
        duplicate_payment_minutes: 10,
        large_payment_minor: 2_000_000_000,
        release_no_shows: "2026-11-28T14:30".parse().ok(),
        seating: SeatingWeights::default(),
        printing: PrintingRule::default(),
        leases: LeaseRule::default(),
        draw: DrawRules {
            rules: text("抽奖规则", "Rules"),
            ticket_unit_minor: Some(1_000_000),
            cap: 20,
            bands: vec![TicketBand { from_minor: 1_000_000, tickets: 1 }],
            planned_rounds: 10,
            dice: 15,
            dice_tiers: 1,
            legal_cap_minor: 5_000_000,
            ..DrawRules::default()
        },
    }
}

fn salesperson() -> Salesperson {
    Salesperson {
        id: "S07".into(),
        name: "李娜".into(),
        region: "east".into(),
        phone: None,
        contact: Some(contact()),
        pin: None,
        pin_hash: Some("$argon2id$v=19$…".into()),
        targets: targets(),
        incentives: vec![Incentive { text: "80 % attendance".into(), amount_minor: Some(50_000) }],
    }
}

fn staff() -> Staff {
    Staff {
        id: "dc1".into(),
        name: "陈明".into(),
        roles: vec![
            Role::Reception,
            Role::OrderDesk,
            Role::Finance,
            Role::Host,
            Role::DeputyCommander,
            Role::Commander,
            Role::Technician,
        ],
        pin: None,
        pin_hash: Some("$argon2id$v=19$…".into()),
        discount_basis_points: Some(1_500),
        duties: vec![Duty {
            text: "entrance".into(),
            starts: "2026-11-28T12:00".parse().ok(),
            ends: "2026-11-28T14:00".parse().ok(),
        }],
        language: Some(Language::Zh),
    }
}

fn product() -> Product {
    Product {
        sku: "K7".into(),
        erp_code: Some("100-7".into()),
        name: text("七号", "Number seven"),
        unit: text("箱", "case"),
        list_price_minor: 4_950,
        lowest_price_minor: Some(4_700),
        featured: true,
        stock: Some(20_000),
        lead_days: Some(7),
        tiers: vec![PolicyTier {
            at_least_quantity: 100,
            discount_basis_points: 500,
            free_goods: vec![FreeGoods { sku: "K7".into(), quantity: 5 }],
            gift: Some("kettle".into()),
        }],
    }
}

fn room() -> Room {
    let area = Area { x_cm: 100, y_cm: 200, width_cm: 300, depth_cm: 400 };
    Room {
        width_cm: 3_000,
        depth_cm: 2_400,
        stage: Some(area),
        entrances: vec![Point { x_cm: 1_500, y_cm: 2_400, label: "Door A".into() }],
        aisles: vec![area],
        obstacles: vec![area],
        kiosks: vec![KioskSpot { name: "K1".into(), x_cm: 1_400, y_cm: 2_500, facing_degrees: 90 }],
        zones: Vec::new(),
    }
}
