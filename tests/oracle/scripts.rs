//! ESC/POS, rendered by `emupos`, and Brother's raster, rendered by `brother_ql`.

use std::path::Path;

use print::brother::BrotherOptions;
use print::escpos::EscposOptions;
use print::{Bitmap, brother, escpos};

use crate::python::{Packages, run};
use crate::sight::{badge, check_code, compare, mistakes, read_png};

/// An emulator of receipt printers. It asks for a newer Python than its printing needs, and for a web server.
const EMUPOS: Packages = Packages {
    folder: "emupos-0.4.0",
    runs: &[
        &["--no-deps", "--ignore-requires-python", "emupos==0.4.0"],
        &["pillow==12.3.0", "python-barcode==0.16.1", "segno==1.6.6"],
    ],
};

/// The driver that most users of QL printers without Brother's own have.
const BROTHER_QL: Packages =
    Packages { folder: "brother_ql-0.9.4", runs: &[&["brother_ql==0.9.4", "pillow==12.3.0", "setuptools"]] };

/// The page that the script makes of the bytes, as PNG; `None` when Python is missing.
fn render(script: &str, packages: &Packages, bytes: &[u8], words: &[&str], folder: &Path) -> Option<Bitmap> {
    let (job, page) = (folder.join("job.bin"), folder.join("page.png"));
    std::fs::write(&job, bytes).expect("a job");
    let arguments: Vec<&str> = words.iter().copied().chain([page.to_str().expect("a path")]).collect();
    let output = run(script, packages, &[&job], &arguments)?;
    assert!(output.status.success(), "{script}: {}", String::from_utf8_lossy(&output.stderr));
    Some(read_png(&std::fs::read(&page).expect("a page")))
}

fn check(
    picture: &Bitmap,
    render: impl Fn(&Bitmap, &Path) -> Option<Bitmap>,
    part_of_page: impl Fn(&Bitmap) -> Bitmap,
    what: &str,
) {
    let folder = tempfile::tempdir().expect("a folder");
    let Some(page) = render(picture, folder.path()) else { return };
    compare(&part_of_page(&page), picture).unwrap_or_else(|difference| panic!("{what}: {difference}"));
    assert_eq!(page.black_dots(), picture.black_dots(), "{what}: nothing is printed beside the picture");
    check_code(&folder.path().join("page.png"));
    for (mistake, wrong) in mistakes(picture) {
        let page = part_of_page(&render(&wrong, folder.path()).expect("it was there a moment ago"));
        compare(&page, &wrong).unwrap_or_else(|difference| panic!("{what}, {mistake}: {difference}"));
        let difference = compare(&page, picture).expect_err(mistake);
        println!("{what}, {mistake}: {difference}");
    }
}

#[test]
fn badge_in_escpos_comes_out_dot_for_dot() {
    let picture = escpos::guard::disarm(&badge("roll-zh.png", 576)).0;
    let draw = |picture: &Bitmap, folder: &Path| {
        let bytes: Vec<u8> = escpos::encode(picture, &EscposOptions::default()).flatten().collect();
        render("escpos.py", &EMUPOS, &bytes, &["576"], folder)
    };
    check(&picture, draw, Bitmap::clone, "ESC/POS");
}

#[test]
fn badge_in_brothers_raster_comes_out_dot_for_dot() {
    for (name, compress) in [("guest-zh.png", true), ("guest-ko.png", false)] {
        let options = BrotherOptions { compress, ..BrotherOptions::default() };
        let picture = badge(name, options.width_dots);
        let draw = |picture: &Bitmap, folder: &Path| {
            let bytes: Vec<u8> = brother::encode(picture, &options).flatten().collect();
            render("brother.py", &BROTHER_QL, &bytes, &[], folder)
        };
        // The print area begins 12 pins from the left of the head's 720; the picture lies at its left edge.
        let area = |page: &Bitmap| {
            let mut area = Bitmap::white(picture.width_dots(), page.height_dots()).expect("a part of the page");
            for y in 0..page.height_dots() {
                (0..picture.width_dots()).for_each(|x| area.set(x, y, page.is_black(x + 12, y)));
            }
            area
        };
        check(&picture, draw, area, &format!("Brother QL, {name}, packed: {compress}"));
    }
}
