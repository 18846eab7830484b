//! The meeting file: what the organiser writes is read, and every mistake has a path, a reason and a remedy.

use domain::MeetingConfig;
use domain::config::{Gravity, Language, PhoneCheckRule, Role};

const FILE: &str = r##"
[meeting]
id = "spring-2027"
token_number = 7
name = { zh = "春季订货会", ko = "봄 오더 미팅", en = "Spring order meeting" }
theme = "Winning together"
time_zone = "Asia/Shanghai"
currency = "CNY"
languages = ["zh", "ko", "en"]
phone_country = "86"

[venue]
name = "Grand Hotel"

[rules]
phone_check = "type"
green_threshold_minor = 10_000_000
large_payment_minor = 300_000_000
orders_close = 2026-11-28T17:30:00

[rules.draw]
bands = [{ from_minor = 1_000_000, tickets = 1 }, { from_minor = 5_000_000, tickets = 2 }]

[look]
colours = { green = "#0E7A4B" }

[[sessions]]
id = "dinner"
name = "Dinner"
kind = "dinner"
starts = "2026-11-28T18:00"
ends = 2026-11-28T21:00:00

[[regions]]
id = "east"
name = "East"
targets = { households = 40, on_site_sales_minor = 300_000_000 }

[[salespeople]]
id = "S07"
name = "李娜"
region = "east"
phone = "13800001234"
pin = "4711"

[[staff]]
id = "r1"
name = "陈明"
roles = ["reception", "technician"]
pin = "2468"

[[products]]
sku = "K7"
name = "Number seven"
unit = "case"
list_price_minor = 4950
tiers = [{ at_least_quantity = 100, discount_basis_points = 500, gift = "kettle" }]

[[gifts]]
id = "kettle"
name = "Kettle"
stock = 40

[[prizes]]
id = "tv"
tier = 1
name = "TV"
quantity = 1
market_value_minor = 399_900

[room]
width_cm = 3000
depth_cm = 2400
kiosks = [{ name = "K1", x_cm = 1400, y_cm = 2500, facing_degrees = 0 }]

[[tables]]
id = "T1"
label = "1"
seats = 10
x_cm = 500
y_cm = 600
"##;

fn read(text: &str) -> MeetingConfig {
    toml::from_str(text).unwrap_or_else(|fault| panic!("{fault}"))
}

#[test]
fn a_whole_file_reads_without_a_fault() {
    let config = read(FILE);
    assert_eq!(config.validate(), []);
    assert_eq!(config.meeting.name.get(Language::Ko), "봄 오더 미팅");
    assert_eq!(config.meeting.theme.get(Language::Ko), "Winning together", "one text for all languages");
    assert_eq!(config.rules.phone_check, PhoneCheckRule::Type);
    assert_eq!(config.rules.attendance_target_percent, 80);
    assert_eq!(config.rules.orders_close.as_ref().map(|time| time.as_str()), Some("2026-11-28T17:30"));
    assert_eq!(config.sessions[0].ends.as_ref().map(|time| time.clock()), Some("21:00"));
    assert!(config.staff[0].is(Role::Technician) && !config.staff[0].is(Role::Finance));
    assert_eq!(config.tables[0].places(), 9);
}

#[test]
fn secrets_of_the_file_never_leave_it() {
    let config = read(FILE);
    assert_eq!(config.staff[0].pin.as_ref().map(|pin| pin.reveal()), Some("2468"));
    let written = serde_json::to_string(&config).expect("JSON");
    let shown = format!("{config:?}");
    for secret in ["2468", "4711", "13800001234"] {
        assert!(!written.contains(secret) && !shown.contains(secret), "{secret}");
    }
}

#[test]
fn every_mistake_is_named_with_its_path() {
    let check = |from: &str, to: &str, path: &str, gravity| {
        assert!(FILE.contains(from), "{from}");
        let faults = read(&FILE.replacen(from, to, 1)).validate();
        let paths: Vec<_> = faults.iter().map(|fault| (fault.path.as_str(), fault.gravity)).collect();
        assert_eq!(paths, [(path, gravity)], "{to}");
        assert!(!faults[0].reason.is_empty() && !faults[0].remedy.is_empty());
    };
    let error = |from, to, path| check(from, to, path, Gravity::Error);
    error("id = \"spring-2027\"", "id = \"春季\"", "meeting.id");
    error("token_number = 7", "", "meeting.token_number");
    error("\"Asia/Shanghai\"", "\"Shanghai\"", "meeting.time_zone");
    error("phone_country = \"86\"", "phone_country = \"+86\"", "meeting.phone_country");
    error("name = { zh = \"春季订货会\", ko = \"봄 오더 미팅\", en = \"Spring order meeting\" }", "", "meeting.name");
    error("\"#0E7A4B\"", "\"green\"", "look.colours.green");
    error("= 10_000_000", "= 0", "rules.green_threshold_minor");
    error("300_000_000", "0", "rules.large_payment_minor");
    error("[rules.draw]", "[rules.draw]\ndice = 5", "rules.draw.dice");
    error("from_minor = 5_000_000", "from_minor = 1", "rules.draw.bands");
    error("tickets = 2", "tickets = 99", "rules.draw.bands[1].tickets");
    error("ends = 2026-11-28T21:00:00", "ends = 2026-11-28T17:00:00", "sessions[0].ends");
    error("region = \"east\"", "region = \"west\"", "salespeople[0].region");
    error("pin = \"4711\"", "pin = \"47a1\"", "salespeople[0].pin");
    error("[\"reception\", \"technician\"]", "[]", "staff[0].roles");
    error("name = \"陈明\"", "name = \" \"", "staff[0].name");
    error("gift = \"kettle\"", "gift = \"mug\"", "products[0].tiers[0].gift");
    error("4950", "-1", "products[0].list_price_minor");
    error("quantity = 1\n", "quantity = 0\n", "prizes[0].quantity");
    error("label = \"1\"", "label = \"\"", "tables[0].label");
    error("seats = 10", "seats = 1", "tables[0].seats");
    error("x_cm = 500", "x_cm = 5000", "tables[0].x_cm");
    error("id = \"T1\"", "id = \"T 1\"", "tables[0].id");
    let warning = |from, to, path| check(from, to, path, Gravity::Warning);
    warning("ko = \"봄 오더 미팅\", ", "", "meeting.name.ko");
    warning("market_value_minor = 399_900", "market_value_minor = 5_000_001", "prizes[0].market_value_minor");
    warning("pin = \"2468\"", "", "staff[0].pin");
    let month =
        "targets = { households = 40, on_site_sales_minor = 300_000_000 }\nreference_monthly_sales_minor = 200_000_000";
    let target = "targets = { households = 40, on_site_sales_minor = 300_000_000 }";
    warning(target, month, "regions[0].targets.on_site_sales_minor");
}

#[test]
fn what_stands_twice_is_named_twice() {
    let table = "\n[[tables]]\nid = \"T1\"\nlabel = \"1\"\nseats = 10\nx_cm = 900\ny_cm = 600\n";
    let faults = read(&format!("{FILE}{table}")).validate();
    let paths: Vec<_> = faults.iter().map(|fault| fault.path.as_str()).collect();
    assert_eq!(paths, ["tables[1].id", "tables[1].label"]);
    assert_eq!(faults[0].to_string(), "tables[1].id: \"T1\" stands twice; give every entry its own code");
}

#[test]
fn empty_file_names_what_is_missing_and_never_panics() {
    let faults = read("").validate();
    assert!(faults.iter().any(|fault| fault.path == "meeting.id"));
    assert!(faults.iter().all(|fault| !fault.remedy.is_empty()));
}
