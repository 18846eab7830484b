use std::sync::LazyLock;

use super::*;
use crate::golden;

static FONTS: LazyLock<Fonts> = LazyLock::new(|| Fonts::find().expect("fonts-noto-cjk is installed"));
/// An A4 page of about 536 × 758 pixels.
const SMALL: f64 = 0.9;

fn party(firm: &str, names: &[&str]) -> CardParty {
    CardParty { firm: firm.into(), names: names.iter().map(|name| (*name).to_owned()).collect() }
}

fn sheet(language: &str, cards: Vec<TableCard>) -> TableCards {
    let meeting = match language {
        "zh" => "晨星门窗集团 · 晨星门窗二〇二七春季订货会",
        "ko" => "모닝스타 창호 그룹 · 모닝스타 창호 2027 봄 오더 미팅",
        _ => "Morningstar Windows Group · Spring Order Meeting 2027",
    };
    TableCards { title: "Table cards".into(), meeting: meeting.into(), language: language.into(), cards }
}

fn card(number: &str, zone: &str, row: u16, parties: Vec<CardParty>) -> TableCard {
    TableCard { number: number.into(), zone: zone.into(), row, parties }
}

/// Four households, one of them with a long firm.
fn usual(language: &str) -> TableCard {
    let parties = match language {
        "zh" => vec![
            party("临江晨光建材有限公司", &["王建国 王总", "李秀英"]),
            party("宏达节能门窗幕墙工程有限责任公司", &["赵德柱 赵董"]),
            party(
                "新疆维吾尔自治区巴音郭楞蒙古自治州库尔勒经济技术开发区宏远门窗有限责任公司",
                &["欧阳慕容", "上官若曦", "司徒欧阳诸葛慕容上官皇甫尉迟 司徒董事长"],
            ),
            party("云栖五金", &["陈海棠", "周立"]),
        ],
        "ko" => vec![
            party("한빛창호 주식회사", &["김민수 대표님", "이서연"]),
            party("한마음종합건축자재유통 주식회사 제2사업부", &["남궁하늘빛나라"]),
            party("대성유리", &["박지훈", "최유진", "정하은"]),
            party("포항건재", &["황보영", "선우진"]),
        ],
        _ => vec![
            party("Harbour Glass Ltd", &["Ingrid Lindqvist", "Per Lindqvist"]),
            party(
                "Northern Building Materials and Windows Trading Partnership",
                &["Maximiliana Wolfeschlegelsteinhausen-Bergerdorff"],
            ),
            party("Lakeside Hardware", &["John Smith", "Mary Smith", "Ada Byron"]),
            party("", &["Grace Hopper (press)"]),
        ],
    };
    card("12", if language == "ko" { "가" } else { "B" }, 2, parties)
}

/// Sixteen people of eight firms, a long table number and a zone with a name of its own.
fn full(language: &str) -> TableCard {
    let (firm, names, zone): (&str, [&str; 4], &str) = match language {
        "zh" => {
            ("宏达节能门窗幕墙工程有限责任公司", ["王建国 王总", "欧阳慕容 欧阳董事长", "李秀英", "诸葛明"], "主宾区")
        }
        "ko" => (
            "한마음종합건축자재유통 주식회사",
            ["김민수 대표님", "남궁하늘빛나라 대표이사님", "이서연", "박지훈"],
            "귀빈석",
        ),
        _ => (
            "Northern Building Materials Partnership",
            ["John Smith", "Maximiliana Wolfeschlegelstein", "Ada Byron", "Per Lindqvist"],
            "Guests of honour",
        ),
    };
    let parties =
        (0..8).map(|number| party(&format!("{firm} {}", number + 1), &[names[number % 4], names[(number + 2) % 4]]));
    card("A108", zone, 12, parties.collect())
}

fn check(language: &str) {
    let cards = sheet(language, vec![usual(language), full(language)]);
    let pictures = cards.pngs(&FONTS, SMALL).expect("the cards can be set");
    for (name, png) in ["usual", "full"].iter().zip(&pictures) {
        golden::check(&format!("table-card-{name}-{language}"), png);
    }
}

#[test]
fn table_cards_in_three_languages_look_as_approved() {
    for language in ["zh", "ko", "en"] {
        check(language);
    }
}

#[test]
fn card_without_guests_and_a_table_of_sixty_are_set() {
    let many = (0..30)
        .map(|number| party(&format!("宏达节能门窗幕墙工程有限责任公司 {number}"), &["欧阳慕容 董事长", "诸葛明"]));
    let cards = sheet("zh", vec![card("7", "", 0, Vec::new()), card("60", "A", 1, many.collect())]);
    let pictures = cards.pngs(&FONTS, SMALL).expect("the cards can be set");
    golden::check("table-card-empty", &pictures[0]);
    golden::check("table-card-sixty", &pictures[1]);
    assert!(cards.pdf(&FONTS).expect("the cards can be set").starts_with(b"%PDF-"));
}

#[test]
fn names_that_fit_in_no_size_are_refused_with_their_table() {
    let names = vec!["Maximiliana Wolfeschlegelsteinhausen-Bergerdorff"; 400];
    let cards = sheet("en", vec![usual("en"), card("33", "A", 1, vec![party("Everybody", &names)])]);
    let error = cards.pdf(&FONTS).expect_err("four hundred names do not fit");
    assert_eq!(error.to_string(), "card of table 33: its names do not fit in the smallest size; shorten it");
    assert!(matches!(sheet("fr", Vec::new()).pdf(&FONTS), Err(DocumentError::Language { .. })));
}
