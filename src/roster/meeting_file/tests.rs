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
