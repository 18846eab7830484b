//! Every state of the kiosk, by name: the golden pictures and the layout tests walk this list.

use super::guests::{Words, coach, full_room, household, middle_of, person, tables, way, words};
use slint::{ComponentHandle, Image, Model, ModelRc, Rgb8Pixel, SharedPixelBuffer, SharedString, VecModel};
use std::rc::Rc;
use ui::{
    BadgeStage, DeviceHealth, FaultCode, FloorPatch, Kiosk, KioskScreen, KioskWindow, Lang, Pairing, PairingStep,
    ScanProblem, Side, TableSpot, TaskCode, TaskLine, TaskReason, Tone,
};

type Fill = Rc<dyn Fn(&Kiosk<'_>, &Words)>;

pub struct Scene {
    pub name: &'static str,
    pub screen: KioskScreen,
    /// Also pictured in landscape.
    pub main: bool,
    fill: Fill,
}

impl Scene {
    pub fn show(&self, window: &KioskWindow, lang: Lang) {
        let words = words(lang);
        let kiosk = window.global::<Kiosk>();
        kiosk.set_host(words.host.into());
        kiosk.set_meeting(words.band.into());
        kiosk.set_kiosk_name(words.kiosk.into());
        let pairing = window.global::<Pairing>();
        pairing.set_machine(words.kiosk.into());
        pairing.set_hub("192.168.1.20:7400".into());
        if self.name == "pairing-refused" {
            pairing.set_step(PairingStep::Refused);
        }
        (self.fill)(&kiosk, &words);
        kiosk.set_screen(self.screen);
    }
}

fn model<T: Clone + 'static>(values: Vec<T>) -> ModelRc<T> {
    ModelRc::new(VecModel::from(values))
}

fn scene(name: &'static str, screen: KioskScreen, fill: impl Fn(&Kiosk<'_>, &Words) + 'static) -> Scene {
    Scene { name, screen, main: false, fill: Rc::new(fill) }
}

fn main_scene(name: &'static str, screen: KioskScreen, fill: impl Fn(&Kiosk<'_>, &Words) + 'static) -> Scene {
    Scene { main: true, ..scene(name, screen, fill) }
}

pub fn all() -> Vec<Scene> {
    let mut scenes = arriving();
    scenes.extend(refusals());
    scenes.extend(phones());
    scenes.extend(households());
    scenes.extend(tables_and_badges());
    scenes.extend(groups());
    scenes.extend(troubles_and_staff());
    scenes
}

fn arriving() -> Vec<Scene> {
    vec![
        main_scene("attract", KioskScreen::Attract, |kiosk, words| {
            kiosk.set_meeting(words.meeting.into());
            kiosk.set_theme_line(words.theme.into());
            kiosk.set_opening(words.opening.into());
            kiosk.set_next_at("13:30".into());
            kiosk.set_next_what(words.next.into());
        }),
        scene("attract-waiting", KioskScreen::Attract, |kiosk, words| {
            kiosk.set_theme_line(words.theme.into());
            kiosk.set_opening(words.opening.into());
            kiosk.set_waiting(14);
            kiosk.set_waiting_since("12:58".into());
        }),
        scene("attract-camera", KioskScreen::Attract, |kiosk, words| {
            kiosk.set_theme_line(words.theme.into());
            kiosk.set_opening(words.opening.into());
            kiosk.set_camera_only(true);
            kiosk.set_camera_picture(camera_picture());
        }),
        main_scene("pairing", KioskScreen::Pairing, |_, _| {}),
        scene("pairing-refused", KioskScreen::Pairing, |_, _| {}),
        scene("looking", KioskScreen::Looking, |_, _| {}),
        scene("help", KioskScreen::Help, |_, _| {}),
        main_scene("idle", KioskScreen::PhoneCheck, |kiosk, words| {
            asked_for_phone(kiosk, words.firm, words);
            kiosk.set_idle_warning(true);
            kiosk.set_idle_seconds(11);
        }),
    ]
}

/// A grey ramp with a bright square: what a camera sees, as far as a layout cares.
fn camera_picture() -> Image {
    let mut picture = SharedPixelBuffer::<Rgb8Pixel>::new(640, 480);
    for (at, pixel) in picture.make_mut_slice().iter_mut().enumerate() {
        let (x, y) = (at % 640, at / 640);
        let phone = (220..420).contains(&x) && (140..340).contains(&y);
        let grey = if phone { 235 } else { u8::try_from(40 + x / 8).unwrap_or(255) };
        *pixel = Rgb8Pixel::new(grey, grey, grey);
    }
    Image::from_rgb8(picture)
}

fn refusals() -> Vec<Scene> {
    [
        ("refused-forged", ScanProblem::Forged),
        ("refused-foreign", ScanProblem::Foreign),
        ("refused-expired", ScanProblem::Expired),
        ("refused-cut-off", ScanProblem::CutOff),
        ("refused-garbage", ScanProblem::Garbage),
        ("refused-badge-unknown", ScanProblem::BadgeUnknown),
        ("refused-badge-void", ScanProblem::BadgeVoid),
        ("refused-slip", ScanProblem::Slip),
        ("refused-spoiled", ScanProblem::Spoiled),
        ("refused-not-on-list", ScanProblem::NotOnList),
    ]
    .into_iter()
    .map(|(name, problem)| Scene {
        main: problem == ScanProblem::Forged,
        ..scene(name, KioskScreen::Refused, move |kiosk, _| kiosk.set_problem(problem))
    })
    .collect()
}

fn typed(kiosk: &Kiosk<'_>, figures: &str) {
    let figures: Vec<SharedString> = figures.chars().map(|figure| figure.to_string().into()).collect();
    kiosk.set_typed_whole(figures.len() == 11);
    kiosk.set_typed(model(figures));
}

fn asked_for_phone(kiosk: &Kiosk<'_>, firm: &str, words: &Words) {
    kiosk.set_firm(firm.into());
    kiosk.set_masked_phone(words.phone.into());
}

fn phones() -> Vec<Scene> {
    vec![
        main_scene("phone-entry", KioskScreen::PhoneEntry, |kiosk, _| typed(kiosk, "0104827")),
        scene("phone-not-found", KioskScreen::PhoneNotFound, |_, _| {}),
        scene("phone-several", KioskScreen::PhoneSeveral, |_, _| {}),
        main_scene("phone-check", KioskScreen::PhoneCheck, |kiosk, words| {
            asked_for_phone(kiosk, words.firm, words);
        }),
        scene("phone-check-long", KioskScreen::PhoneCheck, |kiosk, words| {
            asked_for_phone(kiosk, words.long_firm, words);
        }),
        scene("phone-type", KioskScreen::PhoneType, |kiosk, words| {
            kiosk.set_firm(words.firm.into());
            typed(kiosk, "");
        }),
        scene("phone-type-mismatch", KioskScreen::PhoneType, |kiosk, words| {
            kiosk.set_firm(words.long_firm.into());
            kiosk.set_typed_mismatch(true);
            typed(kiosk, "01048271936");
        }),
        scene("new-phone", KioskScreen::NewPhone, |kiosk, _| typed(kiosk, "0104827")),
        scene("new-phone-mismatch", KioskScreen::NewPhone, |kiosk, _| {
            kiosk.set_typed_again(true);
            kiosk.set_typed_mismatch(true);
            typed(kiosk, "01048271936");
        }),
    ]
}

fn households() -> Vec<Scene> {
    let of = |name, count: usize, main| Scene {
        main,
        ..scene(name, KioskScreen::Household, move |kiosk, words| {
            let people = household(words, count);
            kiosk.set_firm(words.firm.into());
            kiosk.set_heads(people.iter().filter(|person| person.here).count() as i32);
            kiosk.set_people(model(people));
        })
    };
    vec![
        of("household-1", 1, false),
        of("household-3", 3, true),
        of("household-12", 12, true),
        of("household-17", 17, false),
        scene("household-long", KioskScreen::Household, |kiosk, words| {
            let long = (words.long_name, words.long_title);
            let mut people = vec![person(long, true, true), person(long, false, true)];
            people.extend(words.people.iter().take(2).map(|who| person(*who, false, false)));
            people[3].done = true;
            kiosk.set_firm(words.long_firm.into());
            kiosk.set_adults(2);
            kiosk.set_children(1);
            kiosk.set_heads(5);
            kiosk.set_people(model(people));
        }),
        scene("household-nobody", KioskScreen::Household, |kiosk, words| {
            kiosk.set_firm(words.firm.into());
            kiosk.set_people(model(vec![person(words.people[0], true, false)]));
        }),
    ]
}

fn seated(kiosk: &Kiosk<'_>, words: &Words, badge: BadgeStage) {
    let tables = tables();
    let own = tables.iter().find(|table| table.label == "12").cloned().unwrap_or_default();
    kiosk.set_guest(words.guest.into());
    kiosk.set_table(own.label.clone());
    kiosk.set_way(model(way((0.5, 0.94), 0.5, 0.51, &own)));
    kiosk.set_own(own);
    kiosk.set_tables(model(tables));
    kiosk.set_across(0.11);
    kiosk.set_along(0.18);
    kiosk.set_stage(FloorPatch { x: 0.27, y: 0.0, width: 0.46, height: 0.08 });
    kiosk.set_zone(words.zone.into());
    kiosk.set_table_row(2);
    kiosk.set_table_side(Side::Left);
    kiosk.set_salesperson(words.salesperson.into());
    kiosk.set_badge(badge);
    kiosk.set_badge_progress(0.6);
    kiosk.set_checked_in_at("13:07".into());
}

fn seated_long(kiosk: &Kiosk<'_>, words: &Words) {
    seated(kiosk, words, BadgeStage::Printing);
    let mut tables: Vec<TableSpot> = kiosk.get_tables().iter().collect();
    tables[14].label = "A108".into();
    kiosk.set_own(tables[14].clone());
    kiosk.set_way(model(way((0.5, 0.94), 0.5, 0.51, &tables[14])));
    kiosk.set_tables(model(tables));
    kiosk.set_table("A108".into());
    kiosk.set_guest(words.long_guest.into());
    kiosk.set_salesperson(words.long_salesperson.into());
    kiosk.set_table_row(12);
    kiosk.set_table_side(Side::Right);
    kiosk.set_green_channel(true);
    kiosk.set_badges_all(4);
    kiosk.set_badges_out(1);
}

/// A hall whose kiosk stands outside: walls, pillars, and more tables than numbers.
fn seated_in(kiosk: &Kiosk<'_>, words: &Words, (columns, rows): (usize, usize)) {
    seated(kiosk, words, BadgeStage::Printing);
    let tables = full_room(columns, rows);
    let own = tables[middle_of(columns, rows)].clone();
    let (across, along) = (0.92 / (columns - 1) as f32, 0.62 / (rows - 1) as f32);
    kiosk.set_across(across);
    kiosk.set_along(along);
    kiosk.set_walls(FloorPatch { x: 0.0, y: 0.0, width: 1.0, height: 0.9 });
    kiosk.set_pillars(model(vec![FloorPatch { x: 0.49, y: 0.3, width: 0.012, height: 0.02 }]));
    kiosk.set_entrance(TableSpot { label: "".into(), x: 0.86, y: 0.95, near: false });
    kiosk.set_entrance_is_door(rows > 10);
    kiosk.set_way(model(way((0.86, 0.95), own.x + across * 2.5, own.y + along / 2.0, &own)));
    kiosk.set_table(own.label.clone());
    kiosk.set_own(own);
    kiosk.set_tables(model(tables));
}

fn tables_and_badges() -> Vec<Scene> {
    let done = |name, badge| scene(name, KioskScreen::Done, move |kiosk, words| seated(kiosk, words, badge));
    vec![
        main_scene("done-printing", KioskScreen::Done, |kiosk, words| seated(kiosk, words, BadgeStage::Printing)),
        scene("done-take-it", KioskScreen::Done, |kiosk, words| {
            seated(kiosk, words, BadgeStage::TakeIt);
            kiosk.set_badges_all(3);
            kiosk.set_badges_out(3);
            kiosk.set_green_channel(true);
        }),
        scene("done-vip", KioskScreen::Done, |kiosk, words| {
            seated(kiosk, words, BadgeStage::TakeIt);
            kiosk.set_vip(true);
        }),
        done("done-queued", BadgeStage::Queued),
        done("done-unconfirmed", BadgeStage::Unconfirmed),
        done("done-waiting", BadgeStage::Waiting),
        scene("done-waiting-elsewhere", KioskScreen::Done, |kiosk, words| {
            seated(kiosk, words, BadgeStage::Waiting);
            kiosk.set_badge_at("K3".into());
        }),
        done("done-doubtful", BadgeStage::Doubtful),
        done("done-no-badge", BadgeStage::None),
        main_scene("done-no-table", KioskScreen::Done, |kiosk, words| {
            seated(kiosk, words, BadgeStage::Printing);
            kiosk.set_table("".into());
        }),
        scene("done-long", KioskScreen::Done, seated_long),
        main_scene("done-75-tables", KioskScreen::Done, |kiosk, words| seated_in(kiosk, words, (15, 5))),
        main_scene("done-600-tables", KioskScreen::Done, |kiosk, words| seated_in(kiosk, words, (30, 20))),
        main_scene("already", KioskScreen::Already, |kiosk, words| {
            seated(kiosk, words, BadgeStage::None);
            kiosk.set_still_to_come(2);
        }),
        scene("already-long", KioskScreen::Already, seated_long),
    ]
}

fn groups() -> Vec<Scene> {
    vec![
        scene("group-pin", KioskScreen::GroupPin, |kiosk, words| {
            kiosk.set_salesperson(words.salesperson.into());
            kiosk.set_pin_typed(2);
        }),
        main_scene("group-list", KioskScreen::GroupList, |kiosk, words| {
            kiosk.set_salesperson(words.salesperson.into());
            kiosk.set_group(model(coach(words, 26)));
            kiosk.set_group_heads(8);
        }),
        scene("group-list-few", KioskScreen::GroupList, |kiosk, words| {
            kiosk.set_salesperson(words.long_salesperson.into());
            kiosk.set_group(model(coach(words, 3)));
        }),
        scene("group-progress", KioskScreen::GroupProgress, |kiosk, _| {
            kiosk.set_badge(BadgeStage::Printing);
            kiosk.set_badges_out(5);
            kiosk.set_badges_all(12);
        }),
        scene("group-progress-waiting", KioskScreen::GroupProgress, |kiosk, _| {
            kiosk.set_badge(BadgeStage::Waiting);
            kiosk.set_badges_out(5);
            kiosk.set_badges_all(12);
        }),
        scene("group-progress-whole", KioskScreen::GroupProgress, |kiosk, _| {
            kiosk.set_badge(BadgeStage::TakeIt);
            kiosk.set_badges_out(12);
            kiosk.set_badges_all(12);
        }),
    ]
}

fn troubles_and_staff() -> Vec<Scene> {
    let mut scenes: Vec<Scene> = [
        ("out-of-order-pa", FaultCode::Pa),
        ("out-of-order-co", FaultCode::Co),
        ("out-of-order-pr", FaultCode::Pr),
        ("out-of-order-cu", FaultCode::Cu),
        ("out-of-order-ho", FaultCode::Ho),
        ("out-of-order-sc", FaultCode::Sc),
        ("out-of-order-db", FaultCode::Db),
        ("out-of-order-hb", FaultCode::Hb),
    ]
    .into_iter()
    .map(|(name, fault)| Scene {
        main: fault == FaultCode::Pa,
        ..scene(name, KioskScreen::OutOfOrder, move |kiosk, _| {
            kiosk.set_fault(fault);
            kiosk.set_fault_since("13:07".into());
            if fault == FaultCode::Pa || fault == FaultCode::Co {
                kiosk.set_next_kiosk("K3".into());
                kiosk.set_next_side(if fault == FaultCode::Pa { Side::Right } else { Side::Left });
            }
        })
    })
    .collect();
    scenes.extend([
        scene("staff-pin-wrong", KioskScreen::StaffPin, |kiosk, _| kiosk.set_pin_wrong(true)),
        scene("staff-pin-locked", KioskScreen::StaffPin, |kiosk, _| {
            kiosk.set_pin_locked_minutes(5);
            kiosk.set_pin_for_shut_down(true);
        }),
        scene("staff-menu", KioskScreen::StaffMenu, |kiosk, words| staff_menu(kiosk, words, DeviceHealth::Good)),
        main_scene("staff-menu-trouble", KioskScreen::StaffMenu, |kiosk, words| {
            staff_menu(kiosk, words, DeviceHealth::Broken);
            kiosk.set_printer_fault(FaultCode::Pa);
            kiosk.set_scanner_health(DeviceHealth::Absent);
            kiosk.set_hub_health(DeviceHealth::Attention);
            kiosk.set_doubtful_badge(words.long_name.into());
            kiosk.set_doubtful_at("13:05".into());
            kiosk.set_badges_queued(3);
            kiosk.set_waiting(14);
            kiosk.set_waiting_since("12:58".into());
            kiosk.set_clock_health(DeviceHealth::Attention);
            kiosk.set_clock_off_seconds(7);
            kiosk.set_tasks(model(tasks(words)));
        }),
        main_scene("staff-tasks", KioskScreen::Tasks, |kiosk, words| kiosk.set_tasks(model(tasks(words)))),
    ]);
    scenes
}

/// What needs staff at this kiosk, one line with a very long name.
fn tasks(words: &Words) -> Vec<TaskLine> {
    let line = |code, tone, who: &str, minutes| TaskLine {
        code,
        reason: TaskReason::PhoneUnknown,
        tone,
        who: who.into(),
        device: "K1, K2".into(),
        table: "12".into(),
        other: "14".into(),
        count: 8,
        places: 6,
        fault: "PA".into(),
        since: "12:58".into(),
        waited_minutes: minutes,
        taken_by: "".into(),
    };
    vec![
        line(TaskCode::HelpWanted, Tone::Stop, words.guest, 3),
        line(TaskCode::DeviceFault, Tone::Stop, "", 0),
        line(TaskCode::TwoBadgesOut, Tone::Attention, words.long_guest, 75),
        TaskLine {
            taken_by: words.salesperson.into(),
            ..line(TaskCode::TableOverfull, Tone::Attention, words.long_firm, 12)
        },
    ]
}

fn staff_menu(kiosk: &Kiosk<'_>, words: &Words, health: DeviceHealth) {
    kiosk.set_printer_health(health);
    kiosk.set_printer_name("Epson TM-T88VII · tcp:10.0.0.21:9100".into());
    kiosk.set_scanner_health(DeviceHealth::Good);
    kiosk.set_scanner_name("serial:/dev/ttyACM0".into());
    kiosk.set_hub_health(DeviceHealth::Good);
    kiosk.set_hub_name("10.0.0.10".into());
    kiosk.set_last_badge(words.people[0].0.into());
    kiosk.set_guests_in(128);
    kiosk.set_version("0.1.0".into());
}
