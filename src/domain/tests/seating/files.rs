//! Files with mistakes: every one is named with its remedy.

use domain::seating::Instance;
use proptest::prelude::*;

/// A small file that is right.
const RIGHT: &str = r#"{"format": "seating/1", "name": "small", "weights": {"soft_conflict": 60, "salesperson_table": 20,
    "vip_row": {"1": 4}, "no_anchor": 25, "underfill": 3, "moved_told": 40},
    "tables": [{"id": 1, "seats": 4, "host_seats": 1, "row": 1, "step_free": false, "wheelchair_spaces": 0},
               {"id": 2, "seats": 4, "host_seats": 1, "row": 2, "step_free": true, "wheelchair_spaces": 2}],
    "parties": [{"id": "P1", "size": 2, "salesperson": "S1", "class": "A", "vip": 1, "wheelchairs": 0},
                {"id": "P2", "size": 3, "salesperson": "S1", "class": "B", "vip": 0, "wheelchairs": 1}],
    "conflicts": [{"a": "P1", "b": "P2", "level": "hard", "severity": 0, "reason": "feud"}],
    "seated": {"P1": 1}, "told": {}}"#;

fn check(old: &str, new: &str, said: &str) {
    assert!(RIGHT.contains(old), "{old}");
    match Instance::parse(&RIGHT.replace(old, new)) {
        Ok(_) => panic!("{new} was read"),
        Err(fault) => assert!(fault.to_string().contains(said), "{new}: {fault}"),
    }
}

#[test]
fn right_file_is_read() {
    let instance = Instance::parse(RIGHT).unwrap();
    assert_eq!((instance.room.tables(), instance.room.households()), (2, 2));
    assert_eq!(instance.salespeople, ["S1"]);
    let named = instance.named(&[0, 1]);
    assert_eq!(instance.numbered(&named).unwrap(), [0, 1]);
}

#[test]
fn wrong_file_names_the_thing_and_the_remedy() {
    check("seating/1", "seating/2", "only \"seating/1\" is read; convert");
    check("\"size\": 2, ", "", "missing field `size`");
    check(
        "\"seats\": 4, \"host_seats\": 1, \"row\": 1",
        "\"seats\": -3, \"host_seats\": 1, \"row\": 1",
        "table \"1\": seats is -3; give 1 to 1000",
    );
    check(
        "\"host_seats\": 1, \"row\": 1",
        "\"host_seats\": 5, \"row\": 1",
        "table \"1\": host_seats is 5; give 0 to 4",
    );
    check("\"row\": 1", "\"row\": 0", "table \"1\": row is 0");
    check("\"id\": 2", "\"id\": 1", "table \"1\" is there twice");
    check("\"id\": \"P2\"", "\"id\": \"P1\"", "party \"P1\" is there twice");
    check("\"size\": 2", "\"size\": 0", "party \"P1\": size is 0; give 1 to 1000");
    check("\"size\": 2", "\"size\": 99999999999", "size is 99999999999");
    check("\"size\": 2", "\"size\": 99999999999999999999999", "invalid type: floating point");
    check("\"size\": 2", "\"size\": 2.5", "not a seating/1 file");
    check(
        "\"seated\": {\"P1\": 1}",
        "\"seated\": {\"P1\": 9}",
        "seated \"P1\" names table \"9\", which the file does not have",
    );
    check("\"seated\": {\"P1\": 1}", "\"seated\": {\"P7\": 1}", "seated names party \"P7\"");
    check("\"told\": {}", "\"told\": {\"P2\": \"x\"}", "told \"P2\" names table \"x\"");
    check("\"b\": \"P2\"", "\"b\": \"P3\"", "a conflict names party \"P3\"");
    check("\"b\": \"P2\"", "\"b\": \"P1\"", "cannot be in conflict with itself");
    check("\"level\": \"hard\"", "\"level\": \"warm\"", "level must be \"hard\" or \"soft\"");
    check("\"vip\": 1", "\"vip\": 4", "weights.vip_row has no such tier");
    check("\"underfill\": 3", "\"underfill\": -3", "weights: underfill is -3; give 0 to 10000");
    check("\"vip_row\": {\"1\": 4}", "\"vip_row\": {\"gold\": 4}", "a tier is a number");
    check("\"tables\": [", "\"tables\": 3, \"x\": [", "not a seating/1 file");
}

#[test]
fn room_without_a_place_is_refused() {
    let none = RIGHT.replace("\"seats\": 4, \"host_seats\": 1", "\"seats\": 1, \"host_seats\": 1");
    assert!(Instance::parse(&none).unwrap_err().to_string().contains("no table with a place"));
}

proptest! {
    #[test]
    fn file_with_any_damage_never_panics(at in 0..RIGHT.len(), with in any::<u8>(), cut in any::<bool>()) {
        let mut bytes = RIGHT.as_bytes().to_vec();
        bytes[at] = with & 0x7f;
        if cut { bytes.truncate(at); }
        if let Ok(text) = String::from_utf8(bytes) {
            let _ = Instance::parse(&text);
        }
    }
}
