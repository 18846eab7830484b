use domain::ids::StaffId;

use super::*;

const SAMPLE: &str = include_str!("../../../assets/sample/meeting.toml");

fn faults(text: &str) -> String {
    match parse(text.to_owned()) {
        Ok(_) => String::new(),
        Err(faults) => faults.iter().map(|fault| format!("{fault}\n")).collect(),
    }
}

/// Replaces one text of the sample and expects a fault with all `parts`.
fn check(from: &str, to: &str, parts: &[&str]) {
    assert!(SAMPLE.contains(from), "{from}");
    let text = faults(&SAMPLE.replacen(from, to, 1));
    for part in parts {
        assert!(text.contains(part), "{part}: {text}");
    }
}

fn line_of(text: &str) -> String {
    let at = SAMPLE.find(text).expect("it is in the sample");
    format!("line {}, ", SAMPLE[..at].matches('\n').count() + 1)
}

#[test]
fn broken_files_name_line_and_remedy() {
    check("currency = \"CNY\"", "currency = CNY", &[&line_of("currency = \"CNY\"")]);
    check("currency = \"CNY\"", "currency = \"yuan\"", &[&line_of("currency = \"CNY\""), "CNY"]);
    check("phone_check =", "phone_chek =", &[&line_of("phone_check ="), "rules.phone_chek", "spelling"]);
    check("phone_check = \"confirm\"", "phone_check = \"sometimes\"", &[&line_of("phone_check ="), "confirm"]);
    check("seats = 12", "seats = \"twelve\"", &[&line_of("seats = 12")]);
    check("phone = \"15400009000\"", "phone = \"12\"", &[&line_of("phone = \"15400009000\""), "salespeople[0].phone"]);
    check("region = \"east\"", "region = \"west\"", &[&line_of("region = \"east\""), "salespeople[0].region"]);
}

#[test]
fn bytes_in_another_encoding_name_the_line() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("meeting.toml");
    std::fs::write(&path, b"[meeting]\nid = \"x\"\nname = \"\xb6\xa9\"\n").expect("our own folder");
    let faults = read(&path).expect_err("GB18030");
    assert_eq!(faults[0].to_string(), "line 3, column 1: the file is not UTF-8; save it as UTF-8");
    let missing = read(&folder.path().join("nowhere.toml")).expect_err("no such file");
    assert!(missing[0].to_string().contains("nowhere.toml cannot be read"), "{}", missing[0]);
}

#[test]
fn pins_and_phones_leave_the_facts_and_can_be_checked() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let keys = MeetingKeys::load_or_create(folder.path()).expect("new keys");
    let file = parse(SAMPLE.to_owned()).expect("the sample");
    assert!(file.warnings.is_empty(), "{:?}", file.warnings);
    let config = file.without_secrets(&keys, None).expect("good PINs");
    let json = serde_json::to_string(&config).expect("facts serialise");
    assert!(!json.contains("4711") && !json.contains("15400009000"));
    let staff = config.staff.iter().find(|staff| staff.id == StaffId::new("r1")).expect("in the sample");
    let hash = staff.pin_hash.as_deref().unwrap_or_default();
    assert!(crate::keys::pin::verify_pin("4711", hash, &keys.pin_pepper));
    let again = file.without_secrets(&keys, Some(&config)).expect("good PINs");
    assert_eq!(again, config, "a second import changes nothing");
}

#[test]
fn pin_of_another_form_names_its_line() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let keys = MeetingKeys::load_or_create(folder.path()).expect("new keys");
    let Ok(file) = parse(SAMPLE.replacen("pin = \"4711\"", "pin = \"47a1\"", 1)) else {
        // The domain's own check may come first; its fault has the line too.
        return check("pin = \"4711\"", "pin = \"47a1\"", &[&line_of("pin = \"4711\"")]);
    };
    let faults = file.without_secrets(&keys, None).expect_err("a letter");
    let text = faults[0].to_string();
    assert!(text.starts_with(&line_of("pin = \"4711\"")) && text.contains("4 digits"), "{text}");
}

const ROWS: &str = "[[table_rows]]\nlabels = [\"61\", \"62\", \"63\"]\nrow = 5\nzone = \"A\"\nseats = 10\nx_cm = 320\ny_cm = 2350\nstep_cm = 300\n";

#[test]
fn row_of_tables_becomes_single_tables() {
    let file = parse(format!("{SAMPLE}\n{ROWS}")).expect("the sample and a row");
    assert!(file.warnings.is_empty(), "{:?}", file.warnings);
    let last: Vec<_> = file.config.tables.iter().rev().take(3).map(|table| (table.id.as_str(), table.x_cm)).collect();
    assert_eq!(last, [("t63", 920), ("t62", 620), ("t61", 320)]);
    assert!(file.config.table_rows.is_empty());
}

/// The sample with this row, wrong in one place: the fault names its line, where it is, and what to do.
fn check_row(from: &str, to: &str, parts: &[&str]) {
    let row = ROWS.replacen(from, to, 1);
    assert_ne!(row, ROWS, "{from}");
    let line = SAMPLE.matches('\n').count() + 2 + row[..row.find(to).expect("just written")].matches('\n').count();
    let text = match parse(format!("{SAMPLE}\n{row}")) {
        Ok(file) => file.warnings.iter().map(|fault| format!("{fault}\n")).collect::<String>(),
        Err(faults) => faults.iter().map(|fault| format!("{fault}\n")).collect(),
    };
    for part in parts.iter().chain([&format!("line {line}, ").as_str()]) {
        assert!(text.contains(part), "{part}: {text}");
    }
}

#[test]
fn wrong_room_names_line_and_remedy() {
    let spot = "x_cm = 320\ny_cm = 2350\nstep_cm = 300";
    let twice = "stands twice: on t12 and on t12";
    check_row("\"62\"", "\"12\"", &["table_rows[0].labels[1]", twice, "give each table its own"]);
    check_row("\"62\"", "\"6 2\"", &["table_rows[0].labels[1]", "is no code"]);
    check_row("row = 5", "row = 0", &["table_rows[0].row", "the row of table 61 is 0", "from 1"]);
    check_row("step_cm = 300", "step_cm = 0", &["table_rows[0].step_cm", "on one spot", "step_cm = 360"]);
    check_row(spot, "x_cm = 320\ny_cm = 2350\nstep_cm = 100", &["tables 61 and 62 overlap by 70 cm", "move one"]);
    let outside = ["table_rows[0].x_cm", "outside the room: table 63 at x 3700 cm", "3600 × 2600 cm"];
    check_row("x_cm = 320", "x_cm = 3100", &outside);
    let in_the_way = ["table 61 stands in an aisle", "table 63 stands in a pillar"];
    check_row(spot, "x_cm = 320\ny_cm = 1270\nstep_cm = 300", &in_the_way);
    check_row("seats = 10", "seats = 100", &["table_rows[0].seats", "2 to 60"]);
    check_row("row = 5", "diameter_cm = 3\nrow = 5", &["table_rows[0].diameter_cm", "no size of a table"]);
    check_row("labels = [\"61\", \"62\", \"63\"]", "labels = []", &["table_rows[0].labels", "1 to 200 tables"]);
    let zones = "[room]\nzones = [\"A\", \"B\"]\n";
    check("[room]\n", zones, &["in zone \"C\"", "use one of room.zones: A, B"]);
    check("depth_cm = 2600", "depth_cm = 0", &["room.depth_cm", "both above 0"]);
    check("x_cm = 880\ny_cm = 640", "x_cm = 420\ny_cm = 640", &["tables 1 and 2 stand on one spot", "its own x_cm"]);
    check("label = \"2\"", "label = \"1\"", &["stands twice: on t01 and on t02"]);
    check("name = \"K2\"", "name = \"K1\"", &["room.kiosks[1].name", "stands twice"]);
}
