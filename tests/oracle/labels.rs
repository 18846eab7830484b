//! TSPL and ZPL, rendered by `labelize`.

use labelize::{Language, RenderOptions, render_png};
use print::model::Label;
use print::tspl::TsplOptions;
use print::zpl::ZplOptions;
use print::{Bitmap, tspl, zpl};

use crate::sight::{badge, check_code, compare, mistakes, read_png};

/// 100 × 80 mm at 8 dots per millimetre: as large as the golden label.
const LABEL: Label = Label { width_mm: 100, height_mm: 80, gap_mm: 2 };

fn render(bytes: &[u8], language: Language, picture: &Bitmap) -> Vec<u8> {
    let mm = |dots: u32| Some(f64::from(dots) / 8.0);
    // TSPL says its size by itself; ZPL's page is the paper's.
    let (width_mm, height_mm) = match language {
        Language::Zpl => (mm(picture.width_dots()), mm(picture.height_dots())),
        _ => (None, None),
    };
    let options = RenderOptions { language: Some(language), width_mm, height_mm, ..RenderOptions::default() };
    render_png(bytes, options).expect("our bytes are understood").bytes
}

fn check(language: Language, name: &str, picture: &Bitmap, bytes_of: impl Fn(&Bitmap) -> Vec<u8>) {
    let page = render(&bytes_of(picture), language, picture);
    compare(&read_png(&page), picture).unwrap_or_else(|difference| panic!("{language:?}, {name}: {difference}"));
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("page.png");
    std::fs::write(&path, page).expect("a page");
    check_code(&path);
    for (mistake, wrong) in mistakes(picture) {
        let page = read_png(&render(&bytes_of(&wrong), language, picture));
        compare(&page, &wrong).unwrap_or_else(|difference| panic!("{language:?}, {name}, {mistake}: {difference}"));
        let difference = compare(&page, picture).expect_err(mistake);
        println!("{language:?}, {name}, {mistake}: {difference}");
    }
}

#[test]
fn badge_in_tspl_comes_out_dot_for_dot() {
    for (name, label) in [("roll-zh.png", None), ("label-en.png", Some(LABEL)), ("guest-ko.png", None)] {
        let options = TsplOptions { label, ..TsplOptions::default() };
        let picture = badge(name, 800);
        check(Language::Tspl, name, &picture, |picture| {
            let job = tspl::encode(picture, &options);
            assert_eq!(job.flipped_dots(), 0, "no immediate command is in {name}");
            job.flatten().collect()
        });
    }
}

#[test]
fn badge_in_zpl_comes_out_dot_for_dot() {
    for (name, label) in [("roll-zh.png", None), ("label-en.png", Some(LABEL)), ("guest-ko.png", None)] {
        let options = ZplOptions { label, ..ZplOptions::default() };
        check(Language::Zpl, name, &badge(name, 800), |picture| zpl::encode(picture, &options).flatten().collect());
    }
}
