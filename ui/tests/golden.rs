//! Every state of the kiosk and every kind of badge looks as somebody once looked at and found good.
//! `UPDATE_GOLDEN=1 cargo test -p ui --test golden` renews the pictures; a failure writes what differs.

mod common;

use common::guests::words;
use common::pictures::{Picture, compare, left_over};
use common::{desk, kiosk, scenes, without_display};
use slint::{ComponentHandle, Image, Model, PhysicalSize, Rgb8Pixel, SharedPixelBuffer};
use ui::{
    BadgeKind, BadgeMark, BadgePaper, BadgeSize, DemoDock, Dock, DockBadge, DockKiosk, Lang, Language, TestPagePaper,
};

/// The pictures drawn, and what is wrong with them.
#[derive(Default)]
struct Album {
    drawn: Vec<String>,
    faults: Vec<String>,
}

impl Album {
    fn add(&mut self, kind: &str, name: String, picture: &Picture) {
        self.faults.extend(compare(kind, &name, picture).err());
        self.drawn.push(name);
    }

    fn check(self) {
        assert!(self.faults.is_empty(), "{}", self.faults.join("\n"));
    }
}

fn draw_kiosk(lang: Lang) {
    let mut album = Album::default();
    for scene in scenes::all() {
        let window = kiosk(lang, 540, 960);
        scene.show(&window, lang);
        let picture = Picture::of(&window);
        album.add("kiosk", format!("{}-{}", scene.name, lang.code()), &picture);
        if scene.main {
            let window = kiosk(lang, 960, 540);
            scene.show(&window, lang);
            let picture = Picture::of(&window);
            album.add("kiosk", format!("{}-{}-landscape", scene.name, lang.code()), &picture);
        }
    }
    album.check();
}

#[test]
fn kiosk_in_chinese_looks_as_approved() {
    draw_kiosk(Lang::Zh);
}

#[test]
fn kiosk_in_korean_looks_as_approved() {
    draw_kiosk(Lang::Ko);
}

#[test]
fn kiosk_in_english_looks_as_approved() {
    draw_kiosk(Lang::En);
}

/// Kinds of tasks and the lesser questions of the map have their words checked by the layout; pictured are the states.
#[test]
fn desk_looks_as_approved() {
    let mut album = Album::default();
    for lang in Lang::ALL {
        for scene in desk::all().iter().filter(|scene| !scene.name.starts_with("kind-")) {
            let window = desk::desk(lang, 1280, 720);
            scene.show(&window, lang);
            album.add("desk", format!("{}-{}", scene.name, lang.code()), &Picture::of(&window));
        }
    }
    let drawn = album.drawn.clone();
    album.check();
    let empty: Vec<String> = Vec::new();
    assert_eq!(left_over("desk", &drawn), empty);
}

#[test]
fn golden_kiosk_folder_holds_nothing_else() {
    let drawn: Vec<String> = scenes::all()
        .iter()
        .flat_map(|scene| Lang::ALL.map(|lang| (format!("{}-{}", scene.name, lang.code()), scene.main)))
        .flat_map(|(name, main)| {
            let landscape = main.then(|| format!("{name}-landscape"));
            [Some(name), landscape].into_iter().flatten()
        })
        .collect();
    let empty: Vec<String> = Vec::new();
    assert_eq!(left_over("kiosk", &drawn), empty);
}

/// A real code of a badge id, seven dots a module.
fn code(text: &str) -> Image {
    const MODULE: u32 = 7;
    let code = qrcode::QrCode::with_error_correction_level(text, qrcode::EcLevel::M).expect("a short text");
    let side = code.width() as u32 * MODULE;
    let mut buffer = SharedPixelBuffer::<Rgb8Pixel>::new(side, side);
    let modules = code.to_colors();
    for (place, pixel) in buffer.make_mut_slice().iter_mut().enumerate() {
        let (x, y) = (place as u32 % side / MODULE, place as u32 / side / MODULE);
        let dark = modules[(y * (side / MODULE) + x) as usize] == qrcode::Color::Dark;
        *pixel = if dark { Rgb8Pixel::new(0, 0, 0) } else { Rgb8Pixel::new(255, 255, 255) };
    }
    Image::from_rgb8(buffer)
}

/// A usual dealer's badge in the language.
fn badge(lang: Lang, size: BadgeSize, name: &str) -> BadgePaper {
    without_display();
    let words = words(lang);
    let paper = BadgePaper::new().expect("a paper in memory");
    ui::speak(lang);
    let (width, height) = size.dots();
    paper.window().set_size(PhysicalSize::new(width, height));
    paper.set_paper(size);
    paper.set_language(lang);
    paper.set_meeting(words.band.into());
    paper.set_name(name.into());
    paper.set_name_longest_word(ui::longest_word(name).into());
    paper.set_guest_title(words.people[0].1.into());
    paper.set_firm(words.firm.into());
    paper.set_table("12".into());
    paper.set_zone(words.zone.into());
    paper.set_table_row(2);
    paper.set_salesperson(words.salesperson.into());
    paper.set_qr(code("7K3M9QXDT2"));
    paper.set_badge_id("7K3M9 QXDT2".into());
    paper.show().expect("a paper in memory");
    paper
}

/// The longest of everything, a ribbon and a reprint at once.
fn worst(lang: Lang, size: BadgeSize) -> BadgePaper {
    let words = words(lang);
    let paper = badge(lang, size, words.names[2]);
    paper.set_firm(words.long_firm.into());
    paper.set_table("A108".into());
    paper.set_salesperson(words.long_salesperson.into());
    paper.set_mark(BadgeMark::GreenChannel);
    paper.set_copy(12);
    paper.set_badge_number("K12B-B0820".into());
    paper
}

fn draw_badges(lang: Lang) -> Vec<String> {
    let mut album = Album::default();
    let words = words(lang);
    let name = words.people[0].0;
    let mut add = |what: &str, paper: BadgePaper| {
        let picture = Picture::of(&paper).threshold();
        album.add("badge", format!("{what}-{}", lang.code()), &picture);
    };
    let upright = |name| badge(lang, BadgeSize::LabelUpright, name);
    add("usual", upright(name));
    add("name-2", upright(words.names[0]));
    add("name-12", upright(words.names[1]));
    add("name-40", upright(words.names[2]));
    add("roll", badge(lang, BadgeSize::Roll, name));
    add("label", badge(lang, BadgeSize::Label, name));
    add("worst-upright", worst(lang, BadgeSize::LabelUpright));
    add("worst-roll", worst(lang, BadgeSize::Roll));
    add("worst-label", worst(lang, BadgeSize::Label));
    let changed = |change: &dyn Fn(&BadgePaper)| {
        let paper = upright(name);
        change(&paper);
        paper
    };
    add("duplicate", changed(&|paper| paper.set_copy(2)));
    add("numbered", changed(&|paper| paper.set_badge_number("K2-B0017".into())));
    add("vip", changed(&|paper| paper.set_mark(BadgeMark::Vip)));
    add("no-table", changed(&|paper| paper.set_table("".into())));
    for (what, kind) in [
        ("press", BadgeKind::Press),
        ("expert", BadgeKind::Expert),
        ("crew", BadgeKind::Staff),
        ("guest", BadgeKind::Guest),
    ] {
        add(
            what,
            changed(&|paper| {
                paper.set_kind(kind);
                paper.set_guest_title("".into());
                paper.set_salesperson("".into());
            }),
        );
    }
    let page = test_page(lang);
    album.add("badge", format!("test-page-{}", lang.code()), &Picture::of(&page).threshold());
    let drawn = album.drawn.clone();
    album.check();
    drawn
}

fn test_page(lang: Lang) -> TestPagePaper {
    without_display();
    let page = TestPagePaper::new().expect("a paper in memory");
    ui::speak(lang);
    page.window().set_size(PhysicalSize::new(576, 640));
    page.set_language(lang);
    page.set_kiosk(words(lang).kiosk.into());
    page.set_printer("Epson TM-T88VII · tcp:10.0.0.21:9100".into());
    page.set_at("2027-03-18 12:40".into());
    page.set_version("0.1.0".into());
    page.set_qr(code("usher test page"));
    page.show().expect("a paper in memory");
    page
}

#[test]
fn badges_and_test_page_look_as_approved() {
    let drawn: Vec<String> = Lang::ALL.into_iter().flat_map(draw_badges).collect();
    let empty: Vec<String> = Vec::new();
    assert_eq!(left_over("badge", &drawn), empty);
}

#[test]
fn code_on_a_badge_keeps_whole_modules() {
    let paper = badge(Lang::Zh, BadgeSize::LabelUpright, "王海棠");
    let picture = Picture::of(&paper).threshold();
    let wanted = code("7K3M9QXDT2").to_rgb8().expect("pixels of ours");
    let (side, width) = (wanted.width() as usize, picture.width as usize);
    let rows: Vec<Vec<[u8; 3]>> = wanted
        .as_slice()
        .chunks_exact(side)
        .map(|row| row.iter().map(|pixel| [pixel.r, pixel.g, pixel.b]).collect())
        .collect();
    let found = (0..picture.height as usize - side).any(|top| {
        (0..width - side).any(|left| {
            rows.iter().enumerate().all(|(row, pixels)| {
                let start = (top + row) * width + left;
                picture.pixels[start..start + side] == pixels[..]
            })
        })
    });
    assert!(found, "the code is scaled or shifted by a part of a dot");
}

#[test]
fn dock_looks_as_approved() {
    let mut album = Album::default();
    for lang in Lang::ALL {
        without_display();
        let dock = DemoDock::new().expect("a window in memory");
        ui::speak(lang);
        dock.global::<Language>().set_current(lang);
        dock.window().set_size(PhysicalSize::new(540, 960));
        let data = dock.global::<Dock>();
        data.set_guests_in(119);
        data.set_guests_all(260);
        data.set_badges_out(118);
        data.set_next_guest(words(lang).long_guest.into());
        data.set_kiosks([dock_kiosk("K1", true), dock_kiosk("K2", false)].into());
        let pictures: Vec<DockBadge> = Lang::ALL
            .map(|lang| DockBadge { picture: picture_of_badge(lang), kiosk: "K1".into(), at: "13:07".into() })
            .into();
        data.set_badges(pictures.as_slice().into());
        ui::speak(lang);
        dock.show().expect("a window in memory");
        album.add("dock", format!("dock-{}", lang.code()), &Picture::of(&dock));
        assert_eq!(data.get_badges().row_count(), 3);
    }
    album.check();
}

fn dock_kiosk(name: &str, well: bool) -> DockKiosk {
    DockKiosk {
        name: name.into(),
        printer_fault: if well { "" } else { "PA" }.into(),
        paper_in: well,
        cable_in: well,
        cover_closed: well,
        connected: well,
        guests: 61,
        badges: 57,
        waiting: if well { 0 } else { 12 },
    }
}

fn picture_of_badge(lang: Lang) -> Image {
    let paper = badge(lang, BadgeSize::LabelUpright, words(lang).people[0].0);
    Image::from_rgba8(paper.window().take_snapshot().expect("the software renderer draws"))
}
