//! Copies the view into Slint's properties and hands touches back. Decides nothing, keeps nothing.

use super::touch::Touch;
use super::view::{
    BadgeCount, BadgeStage, GroupLine, Health, HouseholdPage, KioskView, OrderCode, OutOfOrder, Page, Patch,
    PersonLine, PinPage, Problem, RoomMap, Side, Spot, StaffPage, TablePage, Typed,
};
use crate::screens::rows::{changed, int, text};
use crate::screens::{pairing, tasks};
use domain::config::Language;
use slint::{ComponentHandle, SharedString};
use ui::{Kiosk, KioskScreen, KioskWindow, Lang};

/// Shows `view` in `window`. Call it on the window's thread.
pub fn show(window: &KioskWindow, view: &KioskView) {
    let kiosk = window.global::<Kiosk>();
    let lang = lang(view.language);
    ui::speak(lang);
    window.global::<ui::Language>().set_current(lang);
    if let Some(languages) = changed(&kiosk.get_languages(), view.languages.iter().map(|of| self::lang(*of)).collect())
    {
        kiosk.set_languages(languages);
    }
    show_banner(&kiosk, view);
    kiosk.set_idle_warning(view.wipe_in_s.is_some());
    if let Some(seconds) = view.wipe_in_s {
        kiosk.set_idle_seconds(int(seconds));
    }
    show_page(&kiosk, &view.page);
    if let Page::Pairing(page) = &view.page {
        pairing::show(window, page);
    }
    kiosk.set_screen(screen(&view.page));
}

/// Calls `touched` for every touch on the window.
pub fn listen(window: &KioskWindow, touched: impl Fn(Touch) + Clone + 'static) {
    let kiosk = window.global::<Kiosk>();
    macro_rules! plain {
        ($($callback:ident => $touch:expr),* $(,)?) => {$({
            let touched = touched.clone();
            kiosk.$callback(move || touched($touch));
        })*};
    }
    macro_rules! with {
        ($($callback:ident($value:ident) => $touch:expr),* $(,)?) => {$({
            let touched = touched.clone();
            kiosk.$callback(move |$value| {
                if let Some(touch) = $touch {
                    touched(touch);
                }
            });
        })*};
    }
    plain! {
        on_phone_path => Touch::PhonePath,
        on_erase => Touch::Erase,
        on_clear => Touch::Clear,
        on_phone_confirmed => Touch::PhoneConfirmed,
        on_still_mine => Touch::StillMine,
        on_changed => Touch::Changed,
        on_not_me => Touch::NotMe,
        on_skip_phone => Touch::SkipPhone,
        on_household_confirmed => Touch::HouseholdConfirmed,
        on_add_others => Touch::AddOthers,
        on_group_confirmed => Touch::GroupConfirmed,
        on_pin_erase => Touch::PinErase,
        on_back => Touch::Back,
        on_call_staff => Touch::CallStaff,
        on_stay => Touch::Stay,
        on_leave => Touch::Leave,
        on_staff_gesture => Touch::StaffGesture,
        on_reprint_last => Touch::ReprintLast,
        on_test_print => Touch::TestPrint,
        on_shut_down => Touch::ShutDown,
        on_open_tasks => Touch::OpenTasks,
    }
    with! {
        on_language_chosen(lang) => Some(Touch::Language(language(lang))),
        on_digit(figure) => figure.parse().ok().map(Touch::Digit),
        on_pin_digit(figure) => figure.parse().ok().map(Touch::PinDigit),
        on_person_toggled(index) => usize::try_from(index).ok().map(Touch::Person),
        on_group_toggled(index) => usize::try_from(index).ok().map(Touch::Group),
        on_adults_by(step) => Some(Touch::Adults(step.signum() as i8)),
        on_children_by(step) => Some(Touch::Children(step.signum() as i8)),
        on_group_all(all) => Some(Touch::GroupAll(all)),
        on_settle_doubtful(out) => Some(Touch::SettleDoubtful(out)),
    }
}

fn show_banner(kiosk: &Kiosk, view: &KioskView) {
    let banner = &view.banner;
    kiosk.set_host(text(&banner.host));
    kiosk.set_meeting(text(&banner.meeting));
    kiosk.set_theme_line(text(&banner.theme));
    kiosk.set_opening(text(&banner.opening));
    kiosk.set_next_at(text(&banner.next_at));
    kiosk.set_next_what(text(&banner.next_what));
    kiosk.set_kiosk_name(text(&banner.kiosk));
    kiosk.set_waiting(int(view.waiting));
    kiosk.set_waiting_since(text(&view.waiting_since));
}

fn show_page(kiosk: &Kiosk, page: &Page) {
    match page {
        Page::Attract | Page::Looking | Page::PhoneNotFound | Page::PhoneSeveral | Page::Help => {}
        Page::Refused(problem) => kiosk.set_problem(scan_problem(*problem)),
        Page::PhoneEntry(typed) => show_typed(kiosk, typed, false),
        Page::PhoneCheck { firm, mask } => show_phone(kiosk, firm, mask),
        Page::PhoneType { firm, mask, typed } => {
            show_phone(kiosk, firm, mask);
            show_typed(kiosk, typed, false);
        }
        Page::NewPhone { firm, mask, typed, again } => {
            show_phone(kiosk, firm, mask);
            show_typed(kiosk, typed, *again);
        }
        Page::Household(household) => show_household(kiosk, household),
        Page::Already(table) | Page::Done(table) => show_table(kiosk, table),
        Page::GroupPin { salesperson, pin } => {
            kiosk.set_salesperson(text(salesperson));
            show_pin(kiosk, *pin, false);
        }
        Page::GroupList { salesperson, people, heads } => show_group(kiosk, salesperson, people, *heads),
        Page::GroupProgress { salesperson, badges } => {
            kiosk.set_salesperson(text(salesperson));
            show_badges(kiosk, badges);
        }
        Page::OutOfOrder(out) => show_out_of_order(kiosk, out),
        Page::StaffPin { pin, to_shut_down } => show_pin(kiosk, *pin, *to_shut_down),
        Page::StaffMenu(staff) => show_staff(kiosk, staff),
        Page::StaffTasks(lines) => show_tasks(kiosk, lines),
        // Its words are not the kiosk's own.
        Page::Pairing(_) => {}
    }
}

fn show_typed(kiosk: &Kiosk, typed: &Typed, again: bool) {
    let figures = typed.figures.chars().map(|figure| SharedString::from(figure.to_string())).collect();
    if let Some(figures) = changed(&kiosk.get_typed(), figures) {
        kiosk.set_typed(figures);
    }
    kiosk.set_typed_whole(typed.whole);
    kiosk.set_typed_mismatch(typed.mismatch);
    kiosk.set_typed_again(again);
}

fn show_phone(kiosk: &Kiosk, firm: &str, mask: &str) {
    kiosk.set_firm(text(firm));
    kiosk.set_masked_phone(text(mask));
}

fn show_household(kiosk: &Kiosk, page: &HouseholdPage) {
    kiosk.set_firm(text(&page.firm));
    if let Some(people) = changed(&kiosk.get_people(), page.people.iter().map(person).collect()) {
        kiosk.set_people(people);
    }
    kiosk.set_adults(int(page.adults));
    kiosk.set_children(int(page.children));
    kiosk.set_heads(int(page.heads));
}

fn show_table(kiosk: &Kiosk, page: &TablePage) {
    kiosk.set_guest(text(&page.guest));
    kiosk.set_salesperson(text(&page.salesperson));
    // Nobody has told the salesperson yet: the notice is raised, its way to a phone is not built.
    kiosk.set_salesperson_told(false);
    kiosk.set_green_channel(page.green_channel);
    kiosk.set_vip(page.vip);
    kiosk.set_checked_in_at(text(&page.checked_in_at));
    kiosk.set_still_to_come(int(page.still_to_come));
    show_badges(kiosk, &page.badges);
    let Some(table) = &page.table else {
        kiosk.set_table(SharedString::default());
        return;
    };
    kiosk.set_table(text(&table.label));
    kiosk.set_zone(text(&table.zone));
    kiosk.set_table_row(int(table.row));
    kiosk.set_table_side(side(table.side));
    show_map(kiosk, &table.map);
}

fn show_map(kiosk: &Kiosk, map: &RoomMap) {
    if let Some(tables) = changed(&kiosk.get_tables(), map.tables.iter().map(spot).collect()) {
        kiosk.set_tables(tables);
    }
    if let Some(way) = changed(&kiosk.get_way(), map.way.windows(2).map(leg).collect()) {
        kiosk.set_way(way);
    }
    if let Some(pillars) = changed(&kiosk.get_pillars(), map.pillars.iter().map(patch).collect()) {
        kiosk.set_pillars(pillars);
    }
    kiosk.set_own(spot(&map.own));
    kiosk.set_entrance(spot(&map.here));
    kiosk.set_entrance_is_door(map.here_is_door);
    kiosk.set_walls(patch(&map.walls));
    kiosk.set_stage(map.stage.as_ref().map(patch).unwrap_or_default());
    kiosk.set_across(share(map.spacing.0));
    kiosk.set_along(share(map.spacing.1));
}

fn show_badges(kiosk: &Kiosk, badges: &BadgeCount) {
    kiosk.set_badge(stage(badges.stage));
    kiosk.set_badge_progress(f32::from(badges.per_mille) / 1000.0);
    kiosk.set_badges_out(int(badges.out));
    kiosk.set_badges_all(int(badges.all));
    kiosk.set_badge_at(text(&badges.at));
}

fn show_group(kiosk: &Kiosk, salesperson: &str, people: &[GroupLine], heads: usize) {
    kiosk.set_salesperson(text(salesperson));
    kiosk.set_group_heads(int(heads));
    let guest = |line: &GroupLine| ui::GroupGuest {
        name: text(&line.person.name),
        title: text(&line.person.title),
        firm: text(&line.firm),
        decides: line.person.decides,
        here: line.person.here,
        done: line.person.done,
    };
    if let Some(group) = changed(&kiosk.get_group(), people.iter().map(guest).collect()) {
        kiosk.set_group(group);
    }
}

fn show_pin(kiosk: &Kiosk, pin: PinPage, to_shut_down: bool) {
    kiosk.set_pin_typed(int(pin.typed));
    kiosk.set_pin_wrong(pin.wrong);
    kiosk.set_pin_locked_minutes(int(pin.locked_minutes));
    kiosk.set_pin_for_shut_down(to_shut_down);
}

fn show_out_of_order(kiosk: &Kiosk, out: &OutOfOrder) {
    kiosk.set_fault(fault(Some(out.code)));
    kiosk.set_fault_since(text(&out.since));
    kiosk.set_next_kiosk(text(&out.next));
    kiosk.set_next_side(side(out.next_side));
}

fn show_staff(kiosk: &Kiosk, page: &StaffPage) {
    kiosk.set_printer_health(health(page.printer));
    kiosk.set_printer_fault(fault(page.printer_fault));
    kiosk.set_printer_name(text(&page.printer_name));
    kiosk.set_scanner_health(health(page.scanner));
    kiosk.set_scanner_name(text(&page.scanner_name));
    kiosk.set_hub_health(health(page.hub));
    kiosk.set_hub_name(text(&page.hub_name));
    kiosk.set_last_badge(text(&page.last_badge));
    kiosk.set_doubtful_badge(text(&page.doubtful_badge));
    kiosk.set_doubtful_at(text(&page.doubtful_at));
    kiosk.set_badges_queued(int(page.badges_queued));
    kiosk.set_guests_in(int(page.guests_in));
    kiosk.set_version(text(env!("CARGO_PKG_VERSION")));
    kiosk.set_clock_health(health(page.clock));
    kiosk.set_clock_off_seconds(int(page.clock_off_s));
    show_tasks(kiosk, &page.tasks);
}

fn show_tasks(kiosk: &Kiosk, lines: &[tasks::TaskLine]) {
    if let Some(lines) = changed(&kiosk.get_tasks(), lines.iter().map(tasks::shown).collect()) {
        kiosk.set_tasks(lines);
    }
}

fn screen(page: &Page) -> KioskScreen {
    match page {
        Page::Attract => KioskScreen::Attract,
        Page::Looking => KioskScreen::Looking,
        Page::Refused(_) => KioskScreen::Refused,
        Page::PhoneEntry(_) => KioskScreen::PhoneEntry,
        Page::PhoneNotFound => KioskScreen::PhoneNotFound,
        Page::PhoneSeveral => KioskScreen::PhoneSeveral,
        Page::PhoneCheck { .. } => KioskScreen::PhoneCheck,
        Page::PhoneType { .. } => KioskScreen::PhoneType,
        Page::NewPhone { .. } => KioskScreen::NewPhone,
        Page::Household(_) => KioskScreen::Household,
        Page::Already(_) => KioskScreen::Already,
        Page::GroupPin { .. } => KioskScreen::GroupPin,
        Page::GroupList { .. } => KioskScreen::GroupList,
        Page::GroupProgress { .. } => KioskScreen::GroupProgress,
        Page::Done(_) => KioskScreen::Done,
        Page::Help => KioskScreen::Help,
        Page::OutOfOrder(_) => KioskScreen::OutOfOrder,
        Page::StaffPin { .. } => KioskScreen::StaffPin,
        Page::StaffMenu(_) => KioskScreen::StaffMenu,
        Page::StaffTasks(_) => KioskScreen::Tasks,
        Page::Pairing(_) => KioskScreen::Pairing,
    }
}

fn scan_problem(problem: Problem) -> ui::ScanProblem {
    match problem {
        Problem::Forged => ui::ScanProblem::Forged,
        Problem::Foreign => ui::ScanProblem::Foreign,
        Problem::Expired => ui::ScanProblem::Expired,
        Problem::CutOff => ui::ScanProblem::CutOff,
        Problem::Garbage => ui::ScanProblem::Garbage,
        Problem::BadgeUnknown => ui::ScanProblem::BadgeUnknown,
        Problem::BadgeVoid => ui::ScanProblem::BadgeVoid,
        Problem::Slip => ui::ScanProblem::Slip,
        Problem::Spoiled => ui::ScanProblem::Spoiled,
        Problem::NotOnList => ui::ScanProblem::NotOnList,
    }
}

fn stage(stage: BadgeStage) -> ui::BadgeStage {
    match stage {
        BadgeStage::None => ui::BadgeStage::None,
        BadgeStage::Queued => ui::BadgeStage::Queued,
        BadgeStage::Printing => ui::BadgeStage::Printing,
        BadgeStage::TakeIt => ui::BadgeStage::TakeIt,
        BadgeStage::Unconfirmed => ui::BadgeStage::Unconfirmed,
        BadgeStage::Waiting => ui::BadgeStage::Waiting,
        BadgeStage::Doubtful => ui::BadgeStage::Doubtful,
    }
}

fn fault(code: Option<OrderCode>) -> ui::FaultCode {
    match code {
        None => ui::FaultCode::None,
        Some(OrderCode::Paper) => ui::FaultCode::Pa,
        Some(OrderCode::Cover) => ui::FaultCode::Co,
        Some(OrderCode::Printer) => ui::FaultCode::Pr,
        Some(OrderCode::Cutter) => ui::FaultCode::Cu,
        Some(OrderCode::Hot) => ui::FaultCode::Ho,
        Some(OrderCode::Scanner) => ui::FaultCode::Sc,
        Some(OrderCode::Storage) => ui::FaultCode::Db,
        Some(OrderCode::Hub) => ui::FaultCode::Hb,
    }
}

fn health(health: Health) -> ui::DeviceHealth {
    match health {
        Health::Unknown => ui::DeviceHealth::Unknown,
        Health::Good => ui::DeviceHealth::Good,
        Health::Attention => ui::DeviceHealth::Attention,
        Health::Broken => ui::DeviceHealth::Broken,
        Health::Absent => ui::DeviceHealth::Absent,
    }
}

fn side(side: Side) -> ui::Side {
    match side {
        Side::None => ui::Side::None,
        Side::Left => ui::Side::Left,
        Side::Centre => ui::Side::Centre,
        Side::Right => ui::Side::Right,
    }
}

/// Slint's language of ours.
pub fn lang(language: Language) -> Lang {
    match language {
        Language::Zh => Lang::Zh,
        Language::Ko => Lang::Ko,
        Language::En => Lang::En,
    }
}

/// Ours of Slint's language.
pub fn language(lang: Lang) -> Language {
    match lang {
        Lang::Zh => Language::Zh,
        Lang::Ko => Language::Ko,
        Lang::En => Language::En,
    }
}

fn person(line: &PersonLine) -> ui::Person {
    ui::Person {
        name: text(&line.name),
        title: text(&line.title),
        decides: line.decides,
        here: line.here,
        done: line.done,
    }
}

fn spot(spot: &Spot) -> ui::TableSpot {
    ui::TableSpot { label: text(&spot.label), x: share(spot.x), y: share(spot.y), near: spot.near }
}

fn leg(ends: &[(i32, i32)]) -> ui::WayLeg {
    let ((x1, y1), (x2, y2)) = (ends[0], ends[1]);
    ui::WayLeg { x1: share(x1), y1: share(y1), x2: share(x2), y2: share(y2) }
}

fn patch(patch: &Patch) -> ui::FloorPatch {
    let Patch { x, y, width, depth } = *patch;
    ui::FloorPatch { x: share(x), y: share(y), width: share(width), height: share(depth) }
}

/// Per mille as Slint's share of the whole.
fn share(per_mille: i32) -> f32 {
    per_mille as f32 / 1000.0
}
