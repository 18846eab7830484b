use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use domain::config::Language;
use domain::ids::GuestNo;
use domain::roster::{Dealer, Guest, GuestRole, Household};
use rust_xlsxwriter::Workbook;

use super::*;

const ROSTERS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/rosters");
const SAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/sample");

/// The hub's folder of a test: its keys, and the list as its log would tell it.
struct Hub {
    folder: tempfile::TempDir,
    keys: MeetingKeys,
    known: KnownList,
    ids: u128,
}

impl Hub {
    fn new() -> Hub {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let keys = MeetingKeys::load_or_create(folder.path()).expect("new keys");
        Hub { folder, keys, known: KnownList::default(), ids: 0 }
    }

    fn prepare(&mut self, guests: &Path, plan: Option<&Path>, skip_bad_rows: bool) -> Result<Import, ImportFault> {
        let meeting = self.folder.path().join("meeting.toml");
        if !meeting.exists() {
            std::fs::write(&meeting, without_pins()).expect("our own folder");
        }
        let sources = Sources { meeting: &meeting, guests, plan, encoding: None, skip_bad_rows };
        let ids = &mut self.ids;
        let mut new_id = || {
            *ids += 1;
            Uuid::from_u128(*ids)
        };
        Import::prepare(&sources, &self.keys, &self.known, &mut new_id)
    }

    /// Imports and applies.
    fn import(&mut self, guests: &Path) -> Import {
        let import = self
            .prepare(guests, None, false)
            .unwrap_or_else(|fault| panic!("{}", tell::fault(&fault, "meeting", Language::En)));
        self.apply(&import);
        import
    }

    fn apply(&mut self, import: &Import) {
        self.known.apply_all(&import.events);
    }

    fn import_text(&mut self, text: &str) -> Import {
        let file = self.file(text);
        self.import(&file)
    }

    fn file(&self, text: &str) -> PathBuf {
        let path = self.folder.path().join("list.csv");
        std::fs::write(&path, text).expect("our own folder");
        path
    }

    fn guest(&self, name: &str) -> &Guest {
        let mut found = self.known.guests.values().filter(|guest| guest.name == name);
        let guest = found.next().unwrap_or_else(|| panic!("{name} is not known"));
        assert!(found.next().is_none(), "{name} twice");
        guest
    }

    fn dealer_of(&self, name: &str) -> &Dealer {
        &self.known.dealers[&self.guest(name).dealer.expect("a firm")]
    }
}

/// The sample's meeting file; hashing its PINs would take most of the tests' time.
fn without_pins() -> String {
    let text = std::fs::read_to_string(format!("{SAMPLE}/meeting.toml")).expect("the sample");
    let lines = text.lines().filter(|line| !line.starts_with("pin = "));
    lines.flat_map(|line| [line, "\n"]).collect()
}

fn fixture(name: &str) -> PathBuf {
    Path::new(ROSTERS).join(name)
}

/// A guest without what differs from import to import: ids and sealed boxes.
fn facts(hub: &Hub) -> Vec<String> {
    let tell = |guest: &Guest| {
        let dealer = guest.dealer.map(|dealer| &hub.known.dealers[&dealer]);
        let household = guest.household.map(|household| &hub.known.households[&household]);
        let table = guest.household.and_then(|household| hub.known.seats.get(&household));
        format!(
            "{:?} {:?} {} {} {:?} {} {:?} {:?} firm {:?} {:?} {:?} household {:?} {:?} table {table:?} {:?}",
            guest.guest_no,
            guest.list_id,
            guest.name,
            guest.title,
            guest.role,
            guest.decides,
            guest.language,
            guest.phone.as_ref().map(|contact| contact.phone_mask.clone()),
            dealer.map(|dealer| &dealer.firm),
            dealer.map(|dealer| dealer.class),
            dealer.map(|dealer| &dealer.salesperson),
            household.map(|household| &household.name),
            household.map(|household| household.expected_heads),
            guest.columns.values().collect::<Vec<_>>(),
        )
    };
    let mut facts: Vec<String> = hub.known.guests.values().map(tell).collect();
    facts.sort();
    facts
}

#[test]
fn same_list_in_four_files_gives_the_same_guests() {
    let check = |name: &str| {
        let mut hub = Hub::new();
        hub.import(&fixture(name));
        assert_eq!(hub.known.guests.len(), 60, "{name}");
        facts(&hub)
    };
    let utf8 = check("common.utf8.csv");
    for name in ["common.gb18030.csv", "common.euckr.csv", "common.xlsx"] {
        assert_eq!(check(name), utf8, "{name}");
    }
}

#[test]
fn chinese_list_in_gb18030_gives_the_same_guests_as_in_utf8() {
    let check = |name: &str| {
        let mut hub = Hub::new();
        hub.import(&fixture(name));
        facts(&hub)
    };
    assert_eq!(check("chinese.gb18030.csv"), check("chinese.utf8.csv"));
}

#[test]
fn bad_rows_give_one_clear_line_each_and_import_nothing() {
    for language in Language::ALL {
        let mut hub = Hub::new();
        let fault = hub.prepare(&fixture("bad.csv"), None, false).expect_err("a list full of mistakes");
        let text = tell::fault(&fault, "meeting.toml", language);
        let golden = fixture(&format!("bad.{}.txt", language.code()));
        if std::env::var_os("USHER_RENEW").is_some() {
            std::fs::write(&golden, &text).expect("the fixtures can be written");
        }
        assert_eq!(text, std::fs::read_to_string(&golden).expect("a stored text"), "renew with USHER_RENEW=1");
        assert!(!text.contains("15400005"), "no phone number is shown");
    }
}

#[test]
fn skipping_bad_rows_imports_the_rest() {
    let mut hub = Hub::new();
    let import = hub.prepare(&fixture("bad.csv"), None, true).expect("the good rows");
    assert_eq!(import.changes.guests.added.len(), 1);
    assert!(import.skipped.len() >= 18, "{}", import.skipped.len());
}

#[test]
fn sample_meeting_has_its_promised_size_and_no_overfull_table() {
    let mut hub = Hub::new();
    let import = hub.import(&Path::new(SAMPLE).join("guests.csv"));
    assert_eq!(hub.known.guests.len(), 260);
    assert!(hub.known.dealers.len() >= 120);
    assert_eq!((import.config.tables.len(), import.config.regions.len()), (28, 3));
    assert!(import.config.salespeople.len() >= 10);
    assert_eq!((import.overfull.as_slice(), import.shared_phones), (&[][..], 0));
    assert!(hub.known.guests.values().all(|guest| guest.phone.is_some()));
    let without = hub.known.guests.values().filter(|guest| guest.household.is_none()).count();
    assert_eq!(without, 12, "press, experts and company people");
}

#[test]
fn plan_of_the_sample_breaks_no_hard_rule() {
    let mut hub = Hub::new();
    let import = hub.prepare(&Path::new(SAMPLE).join("guests.csv"), None, false).expect("the sample");
    let mut meeting = domain::Meeting::new();
    for (number, event) in (1_u128..).zip(&import.events) {
        let event_id = domain::EventId::from_bytes(number.to_be_bytes());
        let (device, actor) = (domain::DeviceId::from_bytes([1; 16]), domain::Actor::Organiser);
        meeting.apply(&domain::Meta { event_id, device, at: domain::UnixMillis(0), actor }, event);
    }
    let hall = meeting.hall();
    let room = hall.room().expect("within the bounds");
    let (cost, breaks) = domain::seating::check(&room, &hall.plan);
    assert!(room.households() > 120 && cost.total() > 0, "{} households: {cost:?}", room.households());
    assert_eq!(breaks, [], "usher seating check says which");
}

#[test]
fn second_import_of_the_same_files_changes_nothing() {
    let mut hub = Hub::new();
    let sample = Path::new(SAMPLE).join("guests.csv");
    hub.import(&sample);
    let again = hub.prepare(&sample, None, false).expect("the same list");
    assert!(again.events.is_empty(), "{}", tell::summary(&again, &hub.known, Language::En));
    assert_eq!(again.changes.guests.unchanged, 260);
}

#[test]
fn every_household_has_its_own_id_in_the_lottery_and_keeps_it() {
    let mut hub = Hub::new();
    hub.import_text(FIRST);
    let ids = |hub: &Hub| -> BTreeMap<String, String> {
        let of = |party: &Household| (party.name.clone(), party.draw_id.clone().expect("an id"));
        hub.known.households.values().map(of).collect()
    };
    let first = ids(&hub);
    assert!(first.values().all(|id| id.len() == 4 && id.bytes().all(|byte| byte.is_ascii_digit())), "{first:?}");
    hub.import_text(&format!("{FIRST}4,Gamma,Dan,owner,15400000004,2,\n"));
    let second = ids(&hub);
    assert!(first.iter().all(|(name, id)| second.get(name) == Some(id)), "{first:?} {second:?}");
    assert_eq!(second.values().collect::<BTreeSet<_>>().len(), 3, "{second:?}");
}

const FIRST: &str = "id,firm,name,role,phone,table,address\n\
    1,Alpha,Ann,owner,15400000001,1,Street 1\n2,Alpha,Ben,staff,15400000002,1,\n3,Beta,Cid,owner,15400000003,2,\n";

#[test]
fn reimport_tells_added_changed_and_cancelled_and_never_reuses_a_number() {
    let mut hub = Hub::new();
    hub.import_text(FIRST);
    let (ann, cid) = (hub.guest("Ann").clone(), hub.guest("Cid").clone());
    let second = "id,firm,name,role,phone,table,address\n\
        1,Alpha,Ann,owner,15400000009,3,Street 1\n2,Alpha,Ben,staff,15400000002,3,\n4,Gamma,Dan,owner,15400000004,2,\n";
    let import = hub.import_text(second);
    let changes = &import.changes;
    assert_eq!(changes.guests.added.iter().map(|guest| &guest.name).collect::<Vec<_>>(), ["Dan"]);
    let (changed, fields) = &changes.guests.changed[0];
    assert_eq!((changed.id, fields.len(), fields[0].field.as_str()), (ann.id, 1, "phone"));
    assert_eq!((fields[0].before.as_str(), fields[0].after.as_str()), ("154****0001", "154****0009"));
    assert_eq!(changes.guests.unchanged, 1, "Ben");
    assert_eq!(changes.dealers.unchanged, 1, "the sealed address is not sealed again");
    assert_eq!(changes.cancelled_guests, [cid.id]);
    assert_eq!((changes.cancelled_dealers.len(), changes.cancelled_households.len()), (1, 1));
    assert_eq!(changes.seats.len(), 2);
    assert_eq!(hub.guest("Dan").guest_no, Some(GuestNo(4)), "3 was Cid's");
    // Cid comes back: the same person, the same number.
    hub.import_text(FIRST);
    assert_eq!((hub.guest("Cid").id, hub.guest("Cid").guest_no), (cid.id, cid.guest_no));
}

#[test]
fn guests_are_known_again_by_id_then_phone_then_firm_and_name() {
    let check = |row: &str, same: Option<&str>| {
        let mut hub = Hub::new();
        hub.import_text(FIRST);
        let before: Vec<GuestId> = hub.known.guests.keys().copied().collect();
        let expected = same.map(|name| hub.guest(name).id);
        let import = hub.import_text(&format!("id,firm,name,role,phone\n{row}\n"));
        let listed: Vec<GuestId> = import.changes.guests.upserts().iter().map(|guest| guest.id).collect();
        let kept = listed.first().copied().filter(|guest| before.contains(guest));
        assert_eq!(kept, expected, "{row}");
    };
    check("1,Omega,Other Name,owner,15400000077", Some("Ann"));
    check(",Alpha,Anna,owner,154 0000 0001", Some("Ann"));
    check(",ALPHA,ann,owner,15400000055", Some("Ann"));
    check(",Alpha,Ann,owner,", Some("Ann"));
    check("9,Alpha,Ann,owner,", None);
    check(",Alpha,Zoe,owner,15400000066", None);
}

#[test]
fn phone_of_one_and_name_of_another_is_a_fault() {
    let mut hub = Hub::new();
    hub.import_text(FIRST);
    let file = hub.file("firm,name,role,phone\nAlpha,Ann,owner,15400000002\n");
    let fault = hub.prepare(&file, None, false).expect_err("Ann's name, Ben's phone");
    let text = tell::fault(&fault, "", Language::En);
    assert!(text.contains("may be guest 2 or 1 of the earlier list"), "{text}");
}

#[test]
fn renamed_firm_stays_the_same_firm() {
    let mut hub = Hub::new();
    hub.import_text(FIRST);
    let before = hub.dealer_of("Ann").clone();
    let import = hub.import_text(&FIRST.replace("Alpha", "Alpha & Sons"));
    assert_eq!((hub.dealer_of("Ann").id, hub.dealer_of("Ann").household), (before.id, before.household));
    assert_eq!(import.changes.guests.added.len() + import.changes.cancelled_guests.len(), 0);
}

#[test]
fn firms_of_one_owner_are_one_household_with_one_table() {
    let mut hub = Hub::new();
    let list = "firm,name,role,same owner,table\nAlpha,Ann,owner,,5\nBeta,Ben,staff,Alpha,\nGamma,Cid,staff,beta,\nDelta,Dan,owner,,6\n";
    hub.import_text(list);
    let household = |name: &str| hub.guest(name).household.expect("a party");
    assert_eq!((household("Ann"), household("Ann")), (household("Ben"), household("Cid")));
    assert_ne!(household("Ann"), household("Dan"));
    assert_eq!(hub.known.households[&household("Cid")].expected_heads, 3);
    assert_eq!(hub.known.seats[&household("Cid")].as_str(), "t05");
    let file = hub.file(&list.replace("Beta,Ben,staff,Alpha,", "Beta,Ben,staff,Alpha,6"));
    let fault = hub.prepare(&file, None, false).expect_err("two tables for one household");
    assert!(tell::fault(&fault, "", Language::En).contains("row 2 of the same owner has another table"));
}

#[test]
fn without_role_columns_the_first_of_a_firm_decides() {
    let mut hub = Hub::new();
    hub.import_text("公司,姓名\n晨光,王伟\n晨光,李娜\n");
    assert_eq!((hub.guest("王伟").role, hub.guest("王伟").decides), (GuestRole::Owner, true));
    assert_eq!((hub.guest("李娜").role, hub.guest("李娜").decides), (GuestRole::Staff, false));
}

#[test]
fn expected_lines_name_products_by_code_or_name_and_a_wrong_one_is_told() {
    let mut hub = Hub::new();
    hub.import_text("firm,name,phone,expected lines\nOak,Ann,13900000001,W70 400; Series 60 entrance door × 12\n");
    let lines = &hub.dealer_of("Ann").expected_lines;
    let read: Vec<_> = lines.iter().map(|line| (line.sku.as_str(), line.quantity)).collect();
    assert_eq!(read, [("W70", 400), ("D60", 12)]);
    for wrong in ["W71 4", "W70", "W70 0", "W70 -4", "W70 4.5"] {
        let file = hub.file(&format!("firm,name,phone,expected lines\nOak,Ann,13900000001,{wrong}\n"));
        let fault = hub.prepare(&file, None, false).expect_err(wrong);
        let told = tell::fault(&fault, "meeting", Language::En);
        assert!(told.contains("expected lines"), "{told}");
    }
}

#[test]
fn press_belongs_to_no_party_and_keeps_its_paper_for_the_badge() {
    let mut hub = Hub::new();
    hub.import_text("firm,name,role,table,vip\nThe Daily Window,Ida,press,7,yes\n,Ole,company,,\n");
    let ida = hub.guest("Ida");
    assert_eq!((ida.household, ida.dealer, ida.organisation.as_str(), ida.vip), (None, None, "The Daily Window", true));
    assert_eq!(ida.table.as_ref().map(|table| table.as_str()), Some("t07"));
    assert!(hub.known.dealers.is_empty() && hub.known.households.is_empty());
}

#[test]
fn skipped_row_of_a_known_guest_does_not_cancel_the_guest() {
    let mut hub = Hub::new();
    hub.import_text(FIRST);
    let file = hub.file(&FIRST.replace("15400000003,2", "nonsense,2"));
    let import = hub.prepare(&file, None, true).expect("two good rows");
    assert_eq!((import.skipped.len(), import.changes.cancelled_guests.len()), (1, 0));
    assert!(import.changes.cancelled_dealers.is_empty() && import.changes.cancelled_households.is_empty());
}

#[test]
fn plan_takes_the_place_of_the_table_column() {
    let mut hub = Hub::new();
    let list = hub.file(FIRST);
    let plan = hub.folder.path().join("plan.csv");
    std::fs::write(&plan, "公司,桌号\nAlpha,20号桌\nbeta,21\n").expect("our own folder");
    let import = hub.prepare(&list, Some(&plan), false).expect("list and plan");
    let tables: Vec<&str> = import.changes.seats.iter().map(|(_, table)| table.as_str()).collect();
    assert_eq!(tables, ["t20", "t21"]);
    std::fs::write(&plan, "firm,table\nOmega,20\nAlpha,4\n").expect("our own folder");
    let fault = hub.prepare(&list, Some(&plan), false).expect_err("unknown firm and table");
    let text = tell::fault(&fault, "", Language::En);
    assert!(text.contains("plan.csv, row 2") && text.contains("plan.csv, row 3") && text.contains("\"4\""), "{text}");
}

#[test]
fn list_without_table_column_leaves_planned_tables_alone() {
    let mut hub = Hub::new();
    hub.import_text(FIRST);
    let import = hub.import_text("id,firm,name,role\n1,Alpha,Ann,owner\n2,Alpha,Ben,staff\n3,Beta,Cid,owner\n");
    assert!(import.changes.seats_are_unchanged());
    assert_eq!(hub.known.seats.len(), 2);
}

#[test]
fn events_fit_their_envelope_and_hold_no_phone() {
    let mut hub = Hub::new();
    let rows: String = (0..2_000).map(|n| format!("{n},Firm {},Guest {n},owner,1540001{n:04},\n", n / 2)).collect();
    let import = hub.import_text(&format!("id,firm,name,role,phone,address\n{rows}"));
    assert_eq!(hub.known.guests.len(), 2_000);
    for event in &import.events {
        let payload = event.to_payload();
        assert!(payload.len() < 120 * 1024, "{} has {} bytes", event.kind(), payload.len());
        assert!(!String::from_utf8_lossy(&payload).contains("1540001"), "{}", event.kind());
    }
    let number = hub.guest("Guest 7").phone.as_ref().and_then(|phone| seal::open(&hub.keys.contact, &phone.sealed));
    assert_eq!(number.as_deref(), Some("8615400010007"));
}

#[test]
fn stray_cell_at_the_end_of_a_worksheet_is_refused_without_filling_the_memory() {
    let hub = Hub::new();
    let path = hub.folder.path().join("stray.xlsx");
    let mut workbook = Workbook::new();
    let page = workbook.add_worksheet();
    for (place, text) in [(0, 0, "firm"), (0, 1, "name"), (1, 0, "Alpha"), (1, 1, "Ann"), (1_048_575, 16_383, "x")]
        .map(|(row, column, text)| ((row, column), text))
    {
        page.write_string(place.0, place.1, text).expect("room");
    }
    workbook.save(&path).expect("our own folder");
    let fault = sheet::read(&path, None, columns::GUEST_LIST).expect_err("a million rows");
    assert!(fault.to_string().contains("more than 50000 rows"), "{fault}");
}

#[test]
fn lists_with_flipped_bytes_are_read_or_refused_and_never_panic() {
    let config = meeting_file::parse(without_pins()).expect("the sample").config;
    let lookup = Lookup::new(&config);
    let mut state = 1_u64;
    let mut next = move |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    for name in ["bad.csv", "common.gb18030.csv", "common.euckr.csv", "common.xlsx"] {
        let whole = std::fs::read(fixture(name)).expect("a fixture");
        for _ in 0..40 {
            let mut bytes = whole.clone();
            for _ in 0..=next(8) {
                let at = next(bytes.len());
                bytes[at] = next(256) as u8;
            }
            bytes.truncate(whole.len() - next(2) * next(whole.len()));
            if let Ok(sheet) = sheet::read_bytes(name, bytes, None, columns::GUEST_LIST) {
                List::read(&sheet, None, &config, &lookup);
            }
        }
    }
}

/// Writes the XLSX fixture: numbers as numbers, a title above the header, a second worksheet. Run with `--ignored`.
#[test]
#[ignore = "writes a fixture"]
fn renew_common_xlsx() {
    let sheet = sheet::read(&fixture("common.gb18030.csv"), None, columns::GUEST_LIST).expect("the CSV fixture");
    let mut workbook = Workbook::new();
    let page = workbook.add_worksheet().set_name("来宾名单").expect("a short name");
    page.write_string(0, 0, "二〇二七春季订货会 来宾名单").expect("room");
    for (column, header) in sheet.headers.iter().enumerate() {
        page.write_string(2, column as u16, header).expect("room");
    }
    for (row, cells) in sheet.rows.iter().enumerate() {
        for (column, cell) in cells.cells.iter().enumerate() {
            let (row, column) = (row as u32 + 3, column as u16);
            match cell.parse::<f64>() {
                Ok(number) if !cell.starts_with('+') => page.write_number(row, column, number).expect("room"),
                _ => page.write_string(row, column, cell).expect("room"),
            };
        }
    }
    workbook.add_worksheet().set_name("说明").expect("a short name").write_string(0, 0, "备注").expect("room");
    workbook.save(fixture("common.xlsx")).expect("the fixtures can be written");
}
