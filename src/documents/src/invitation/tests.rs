use std::process::Command;
use std::sync::LazyLock;

use super::*;

static FONTS: LazyLock<Fonts> = LazyLock::new(|| Fonts::find().expect("fonts-noto-cjk is installed"));

fn token() -> String {
    "A7K2".chars().cycle().take(122).collect()
}

fn texts(first: &str, second: &str) -> TwoTexts {
    TwoTexts { first: first.into(), second: second.into() }
}

fn card(language: &str, name: &str, title: &str, firm: &str) -> InvitationCard {
    InvitationCard {
        language: language.into(),
        second: Some(if language == "en" { "zh" } else { "en" }.into()),
        name: name.into(),
        title: title.into(),
        firm: firm.into(),
        meeting: match language {
            "zh" => texts("晨星门窗二〇二七春季订货会", "Morningstar Windows Spring Order Meeting 2027"),
            "ko" => texts("모닝스타 창호 2027 봄 시즌 오더 미팅", "Morningstar Windows Spring Order Meeting 2027"),
            _ => texts("Morningstar Windows Spring Order Meeting 2027", "晨星门窗二〇二七春季订货会"),
        },
        theme: texts("同心聚力 · 共赢新春", "Together into a new spring"),
        starts: LocalTime { year: 2027, month: 3, day: 6, weekday: 6, hour: 9, minute: 0 },
        place: texts(
            "云栖湖国际酒店 三楼 宴会厅，临江市滨湖大道 88 号",
            "Grand Ballroom, 3rd floor, Yunqi Lake Hotel, 88 Lakeside Avenue",
        ),
        salesperson: "陈晓梅".into(),
        orders: true,
        salesperson_phone: Some("+86 199 0000 0107".into()),
        privacy: TwoTexts::default(),
        token: token(),
        number: "0042".into(),
    }
}

fn sheet(cards: Vec<InvitationCard>) -> InvitationSheet {
    InvitationSheet { title: "Invitations".into(), colour: None, cards }
}

fn pngs(sheet: &InvitationSheet) -> Vec<Vec<u8>> {
    let mut pictures = Vec::new();
    sheet
        .pngs(&FONTS, |_, png| {
            pictures.push(png);
            Ok::<(), DocumentError>(())
        })
        .expect("the cards can be set");
    pictures
}

fn long_cards() -> Vec<InvitationCard> {
    vec![
        card("zh", "王建国", "王总", "晨光建材（苏州）有限公司"),
        card(
            "zh",
            "欧阳司徒诸葛夏侯慕容上官皇甫尉迟公孙赫连澹台公冶宗政濮阳淳于单于太叔申屠仲孙轩",
            "欧阳董事长",
            "新疆维吾尔自治区巴音郭楞蒙古自治州库尔勒经济技术开发区宏达节能门窗幕墙工程有限责任公司",
        ),
        card("ko", "김민수", "대표님", "한빛창호 주식회사"),
        card(
            "ko",
            "남궁황보제갈선우독고사공서문동방가나다라마바사아자차카타파하거너더러머버서어저",
            "대표이사님",
            "경상북도 포항시 남구 오천읍 영일만산업단지 한마음종합건축자재유통 주식회사 제2사업부",
        ),
        card(
            "en",
            "Maximiliana Wolfeschlegelsteinhausen-Bergerdorff",
            "Managing Director",
            "Pneumonoultramicroscopicsilicovolcanoconiosis Building Materials and Windows International Trading Partnership",
        ),
    ]
}

#[test]
fn long_names_in_three_languages_give_a_pdf_page_and_a_readable_code_each() {
    let sheet = sheet(long_cards());
    let pdf = sheet.pdf(&FONTS).expect("the cards can be set");
    assert!(pdf.starts_with(b"%PDF-"));
    let folder = std::env::temp_dir().join(format!("usher-cards-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a temporary folder");
    for (index, png) in pngs(&sheet).iter().enumerate() {
        let file = folder.join(format!("{index}.png"));
        std::fs::write(&file, png).expect("a file in it");
        let output =
            Command::new("zbarimg").args(["--quiet", "--raw"]).arg(&file).output().expect("zbar-tools is installed");
        assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), token(), "card {index}");
    }
    if std::env::var_os("USHER_KEEP_PICTURES").is_none() {
        std::fs::remove_dir_all(&folder).expect("the folder is ours");
    }
}

#[test]
fn text_that_fits_in_no_size_is_refused_with_its_card() {
    let mut cards = long_cards();
    cards[3].number = "0317".into();
    cards[3].place.first = "아주 긴 주소 ".repeat(60);
    let error = sheet(cards).pdf(&FONTS).expect_err("sixty addresses do not fit");
    assert_eq!(error.to_string(), "card 0317: the place does not fit in the smallest size; shorten it");
}

#[test]
fn card_in_an_unknown_language_or_colour_is_refused() {
    let french = sheet(vec![card("fr", "Jeanne", "", "Maison")]);
    assert!(matches!(french.pdf(&FONTS), Err(DocumentError::Language { .. })));
    let mut red = sheet(long_cards());
    red.colour = Some("red\"); panic(\"".into());
    assert!(matches!(red.pdf(&FONTS), Err(DocumentError::Colour(_))));
}
