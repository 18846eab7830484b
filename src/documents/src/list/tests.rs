use std::sync::LazyLock;

use super::*;
use crate::golden;

static FONTS: LazyLock<Fonts> = LazyLock::new(|| Fonts::find().expect("fonts-noto-cjk is installed"));

fn list(sections: Vec<Section>) -> ListDocument {
    let column = |title: &str, share, strong| Column { title: title.into(), share, strong };
    ListDocument {
        title: "入场名单".into(),
        subtitle: "晨星门窗二〇二七春季订货会".into(),
        language: "zh".into(),
        columns: vec![
            column("姓名", 3, true),
            column("单位", 6, false),
            column("桌号", 2, true),
            column("业务员", 2, false),
        ],
        sections,
    }
}

fn section(letter: &str, rows: usize) -> Section {
    let row = |number: usize| {
        let firm = if number.is_multiple_of(3) {
            "新疆维吾尔自治区巴音郭楞蒙古自治州宏达节能门窗幕墙工程有限责任公司"
        } else {
            "晨光建材"
        };
        ["王建国 王总", firm, &number.to_string(), "陈晓梅"].map(str::to_owned).to_vec()
    };
    Section { heading: letter.into(), note: format!("{rows} 人"), rows: (0..rows).map(row).collect() }
}

#[test]
fn list_over_two_pages_repeats_its_heads_and_headings() {
    let list = list(vec![section("L", 4), section("W", 44)]);
    let pages = list.pngs(&FONTS, 0.9).expect("the list can be set");
    assert_eq!(pages.len(), 2);
    for (number, page) in pages.iter().enumerate() {
        golden::check(&format!("list-page-{}", number + 1), page);
    }
    assert!(list.pdf(&FONTS).expect("the list can be set").starts_with(b"%PDF-"));
}

#[test]
fn list_without_lines_is_a_page() {
    assert_eq!(list(Vec::new()).pngs(&FONTS, 0.2).expect("the list can be set").len(), 1);
}
