use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};

use super::super::listed::Listable;
use super::super::workbook;
use super::*;

fn party(table: &str, row: u16, firm: &str, people: &[&str], salesperson: &str) -> Listed {
    let listable = |name: &&str| Listable { name: (*name).into(), full: format!("{name} 总"), firm: firm.into() };
    Listed {
        table: table.into(),
        zone: if row == 0 { String::new() } else { "A".into() },
        row,
        firm: firm.into(),
        people: people.iter().map(listable).collect(),
        heads: u16::try_from(people.len()).unwrap_or(0) + 1,
        salesperson: salesperson.into(),
    }
}

fn list() -> Vec<Listed> {
    vec![
        party("10", 2, "云栖五金", &["周立", "单雄"], "陈晓梅"),
        party("2", 1, "晨光建材", &["王建国"], "周立群"),
        party("", 0, "=1+1", &["John Smith"], ""),
        party("2", 1, "宏达门窗", &["阿木"], "陈晓梅"),
    ]
}

/// First cells of every section, and the cells of `column` of every line.
fn check(what: What, language: Language, headings: &[&str], column: usize, cells: &[&str]) {
    let sheet = Sheet::of(&list(), what, language).expect("the data are built in");
    let found: Vec<&str> = sheet.sections.iter().map(|section| section.heading.as_str()).collect();
    assert_eq!(found, headings, "{what:?}");
    let lines = sheet.sections.iter().flat_map(|section| &section.rows);
    assert_eq!(lines.map(|row| row[column].as_str()).collect::<Vec<_>>(), cells, "{what:?}");
}

#[test]
fn lists_stand_in_the_order_in_which_they_are_read() {
    use Language::{En, Ko, Zh};
    check(What::Tables, Zh, &["桌号 2", "桌号 10", "未排桌"], 3, &["晨光建材", "宏达门窗", "云栖五金", "=1+1"]);
    check(What::Salespeople, En, &["周立群", "陈晓梅", "No salesperson"], 1, &["2", "2", "10", ""]);
    check(What::Salespeople, Zh, &["陈晓梅", "周立群", "无业务员"], 1, &["2", "10", "2", ""]);
    check(
        What::Door,
        Zh,
        &["A", "S", "W", "Z", "J"],
        1,
        &["阿木 总", "单雄 总", "王建国 总", "周立 总", "John Smith 总"],
    );
    check(What::Door, Ko, &["#", "J"], 3, &["2", "2", "10", "10", ""]);
}

#[test]
fn csv_opens_as_unicode_and_holds_no_formula() {
    let csv = Sheet::of(&list(), What::Tables, Language::En).and_then(|sheet| sheet.csv()).expect("a list");
    let text = String::from_utf8(csv).expect("UTF-8");
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], "\u{feff}Table,Zone,Row,Firm,Guests,People,Salesperson");
    assert_eq!(lines[1], "2,A,1,宏达门窗,阿木 总,2,陈晓梅");
    assert_eq!(lines[4], ",,,'=1+1,John Smith 总,2,");
    for (cell, kept) in [("=1+1", "'=1+1"), ("@x", "'@x"), ("-5", "'-5"), ("李记商行", "李记商行"), ("", "")] {
        assert_eq!(harmless(cell), kept);
    }
}

#[test]
fn workbook_has_a_sheet_per_list_that_prints_with_its_heads() {
    let sheets: Vec<Sheet> =
        What::ALL.iter().map(|what| Sheet::of(&list(), *what, Language::Ko).expect("a list")).collect();
    let bytes = workbook(&sheets).expect("a workbook");
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).expect("a workbook can be read");
    assert_eq!(book.sheet_names(), ["테이블별 명단", "영업사원별 명단", "입장 명단"]);
    let printed = book.defined_names().iter().filter(|(name, _)| name.contains("Print_Titles")).count();
    assert_eq!(printed, 3, "{:?}", book.defined_names());
    let range = book.worksheet_range("테이블별 명단").expect("the first sheet");
    assert_eq!(range.get_value((0, 3)), Some(&Data::String("업체".into())));
    assert_eq!(range.get_value((1, 0)), Some(&Data::Float(2.0)));
    assert_eq!(range.get_value((4, 3)), Some(&Data::String("=1+1".into())), "a text, no formula");
    assert_eq!(range.height(), 5);
}
