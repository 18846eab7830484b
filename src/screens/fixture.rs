//! A small meeting for the tests of controllers: one party, one reporter, one table, one receptionist with PIN 4711.

use crate::keys::pin::hash_pin;
use crate::roster::phone::PhoneNumber;
use domain::event::RosterChanged;
use domain::{Dealer, Guest, Household, MeetingConfig};
use serde_json::{Value, json};

pub const START_MS: u64 = 1_805_350_000_000;
pub const PHONE_KEY: [u8; 32] = [0; 32];
pub const WANG: &str = "13900001111";

pub fn id(number: u128) -> String {
    uuid::Uuid::from_u128(number).simple().to_string()
}

pub fn contact(figures: &str) -> Value {
    let number = PhoneNumber::read(figures, "86").expect("a number of China");
    json!({"sealed": "", "phone_hash": number.hash(&PHONE_KEY), "phone_mask": number.mask()})
}

pub fn config() -> MeetingConfig {
    let pin = |owner: &str| hash_pin("4711", owner, &PHONE_KEY).expect("a PIN");
    serde_json::from_value(json!({
        "meeting": {"id": "spring", "token_number": 7, "name": "春季订货会", "time_zone": "Asia/Shanghai",
            "languages": ["zh", "ko", "en"], "phone_country": "86"},
        "salespeople": [{"id": "S01", "name": "林若溪", "region": "east", "pin_hash": pin("sales:S01")}],
        "staff": [{"id": "r1", "name": "周雨", "roles": ["reception"], "pin_hash": pin("staff:r1")}],
        "tables": [{"id": "t12", "label": "12", "seats": 10, "zone": "A", "row": 2, "x_cm": 300, "y_cm": 400}],
        "room": {"width_cm": 2000, "depth_cm": 1500, "kiosks": [
            {"name": "K1", "x_cm": 900, "y_cm": 1450}, {"name": "K2", "x_cm": 1100, "y_cm": 1450}]},
    }))
    .expect("a small meeting")
}

pub const ORDERS_PIN: &str = "1111";
pub const DEPUTY_PIN: &str = "2222";
pub const FINANCE_PIN: &str = "3333";

/// The small meeting with goods, gifts and whoever sells, counts and gives prices.
pub fn trade() -> MeetingConfig {
    let mut config = config();
    let staff = |id: &str, name: &str, roles: &[&str], pin: &str| {
        let hash = hash_pin(pin, &format!("staff:{id}"), &PHONE_KEY).expect("a PIN");
        serde_json::from_value(json!({"id": id, "name": name, "roles": roles, "pin_hash": hash})).expect("staff")
    };
    config.staff.push(staff("o1", "陆景行", &["order_desk"], ORDERS_PIN));
    config.staff.push(staff("v1", "顾承远", &["deputy_commander"], DEPUTY_PIN));
    config.staff.push(staff("f1", "沈秋白", &["finance"], FINANCE_PIN));
    let goods = |sku: &str, name: &str, unit: &str, list: i64, lowest: i64, rest: Value| {
        let mut product = json!({"sku": sku, "name": name, "unit": unit, "list_price_minor": list,
            "lowest_price_minor": lowest});
        product.as_object_mut().expect("a product").extend(rest.as_object().expect("fields").clone());
        serde_json::from_value(product).expect("a product")
    };
    let tiers = json!({"stock": 12_000, "lead_days": 15, "tiers": [
        {"at_least_quantity": 200, "discount_basis_points": 300},
        {"at_least_quantity": 500, "discount_basis_points": 600, "free_goods": [{"sku": "HW1", "quantity": 20}]},
        {"at_least_quantity": 1_000, "discount_basis_points": 900, "free_goods": [{"sku": "HW1", "quantity": 60}],
            "gift": "tv"}]});
    config.products = vec![
        goods("W70", "70 系列断桥窗", "平方米", 68_000, 62_000, tiers),
        goods("W90", "90 系列被动窗", "平方米", 128_000, 118_000, json!({"stock": 4_000})),
        goods("D60", "60 系列入户门", "樘", 320_000, 295_000, json!({})),
        goods("S20", "阳光房系统", "平方米", 158_000, 150_000, json!({})),
        goods("HW1", "五金套装", "套", 16_800, 16_000, json!({})),
        goods("YC1", "遥控窗", "樘", 98_000, 90_000, json!({})),
        goods("R1", "入室门", "樘", 88_000, 80_000, json!({})),
    ];
    config.gifts = vec![serde_json::from_value(json!({"id": "tv", "name": "电视机", "stock": 20})).expect("a gift")];
    config.rules.green_threshold_minor = Some(20_000_000);
    config
}

/// 青禾 with owner, partner and son; the owner's number is [`WANG`].
pub fn roster() -> RosterChanged {
    let household: Household =
        serde_json::from_value(json!({"id": id(1), "name": "青禾海棠家电", "lead": id(2)})).expect("a household");
    let dealer: Dealer = serde_json::from_value(json!({
        "id": id(2), "household": id(1), "firm": "青禾海棠家电", "salesperson": "S01", "region": "east"}))
    .expect("a firm");
    let guest = |number: u128, name: &str, role: &str, decides: bool, phone: Option<&str>| -> Guest {
        let mut record = json!({"id": id(10 + number), "guest_no": number, "household": id(1), "dealer": id(2),
            "name": name, "title": format!("{name}先生"), "role": role, "decides": decides, "language": "zh"});
        if let Some(figures) = phone {
            record["phone"] = contact(figures);
        }
        serde_json::from_value(record).expect("a guest")
    };
    let reporter = json!({"id": id(99), "guest_no": 9, "organisation": "晨报", "name": "何记者", "role": "press"});
    RosterChanged {
        rev: 1,
        part: 1,
        parts: 1,
        households: vec![household],
        dealers: vec![dealer],
        guests: vec![
            guest(1, "王海棠", "owner", true, Some(WANG)),
            guest(2, "陆景明", "partner", false, None),
            guest(3, "王知夏", "family", false, None),
            serde_json::from_value(reporter).expect("a reporter"),
        ],
        ..RosterChanged::default()
    }
}
