//! A badge over TCP: dot by dot on the page, and confirmed by whoever can confirm it.

use drivers::virtual_hw::Dialect;
use drivers::{Completion, Memories, Printer, Progress, UnitMemory};
use print::Status;

use crate::bench::{as_printed, badge, bench, find, nobody, timing};

fn check(model: &str, dialect: Dialect, expected: Completion, expected_memory: Option<UnitMemory>) {
    let bench = bench(|state| state.dialect = dialect);
    let mut driver = bench.driver(model);
    let status = driver.preflight().expect("nothing speaks against printing");
    assert_eq!(status == Status::Unknown, dialect == Dialect::Mute, "{dialect:?}");
    let picture = badge(800);
    let (mut last, mut all_sent) = (0, false);
    let completion = driver.print(&picture, 17, &mut |progress| match progress {
        Progress::Accepted { bytes, total } => {
            assert!(bytes > last && bytes <= total && !all_sent);
            last = bytes;
        }
        Progress::AllSent => all_sent = true,
    });
    assert_eq!(completion, Ok(expected), "{dialect:?}");
    assert!(all_sent && last > 57_600, "{last} bytes reported");
    let pages = bench.pages();
    assert_eq!(pages.len(), 1);
    assert_eq!(pages[0].0, "page-0001.png");
    assert!(pages[0].1 == as_printed(&picture), "the page is another picture");
    assert_eq!((bench.printer.garbage_bytes(), bench.printer.real_time_in_pixels()), (0, 0));
    assert_eq!(driver.unit_memory(), expected_memory, "{dialect:?}");
}

fn memory(process_id: bool, fence: Option<bool>) -> Option<UnitMemory> {
    Some(UnitMemory { process_id: Some(process_id), fence, ..UnitMemory::default() })
}

#[test]
fn printer_with_process_ids_confirms() {
    check("epson-tm-t20iii", Dialect::Full, Completion::Confirmed, memory(true, None));
    check("generic-escpos-80", Dialect::Full, Completion::Confirmed, memory(true, None));
}

#[test]
fn printer_without_process_ids_confirms_by_the_fence() {
    check("xprinter-xp80", Dialect::NoProcessId, Completion::Confirmed, memory(false, Some(true)));
    check("epson-tm-t20iii", Dialect::NoProcessId, Completion::Confirmed, memory(false, Some(true)));
}

#[test]
fn printer_with_status_only_stays_unconfirmed() {
    check("xprinter-xp80", Dialect::StatusOnly, Completion::Unconfirmed, memory(false, Some(false)));
}

#[test]
fn mute_printer_stays_unconfirmed_and_nothing_is_remembered_of_it() {
    check("xprinter-xp80", Dialect::Mute, Completion::Unconfirmed, None);
}

#[test]
fn remembered_unit_is_not_probed_again() {
    let bench = bench(|state| state.dialect = Dialect::StatusOnly);
    let mut first = bench.driver("generic-escpos-80");
    first.preflight().expect("clean");
    let kept = serde_json::to_string(first.memories()).expect("plain data");
    drop(first);
    let memories: Memories = serde_json::from_str(&kept).expect("own text");
    let transport = drivers::transport::tcp::Tcp::new("127.0.0.1", bench.address.port());
    let patient = drivers::Timing { probe: std::time::Duration::from_secs(3_600), ..timing(Dialect::StatusOnly) };
    let mut second = Printer::new(Box::new(transport), find("generic-escpos-80"), memories).with_timing(patient);
    second.preflight().expect("clean, and without the hour of a probe");
}

#[test]
fn ten_badges_come_out_as_ten_pages_in_order() {
    let bench = bench(|_| {});
    let mut driver = bench.driver("epson-tm-t20iii");
    let pictures: Vec<_> = (0..10).map(|i| badge(100 + i * 10)).collect();
    for (number, picture) in (1..).zip(&pictures) {
        driver.preflight().expect("clean");
        assert_eq!(driver.print(picture, number, &mut nobody), Ok(Completion::Confirmed));
    }
    assert_eq!(driver.epoch(), 1);
    let pages: Vec<_> = bench.pages().into_iter().map(|(_, page)| page).collect();
    assert!(pages == pictures.iter().map(as_printed).collect::<Vec<_>>());
}

#[test]
fn picture_wider_than_the_head_is_refused_before_the_first_byte() {
    let bench = bench(|_| {});
    let mut driver = bench.driver("generic-escpos-80");
    driver.preflight().expect("clean");
    let wide = print::Bitmap::white(640, 10).expect("a picture");
    let failed = driver.print(&wide, 1, &mut nobody).expect_err("640 dots do not fit on 576");
    assert_eq!((failed.fault, failed.bytes_accepted), (print::Fault::Protocol, 0));
}

#[test]
fn slow_printer_confirms_when_the_paper_is_out_not_when_the_bytes_are_in() {
    let bench = bench(|state| state.speed_mm_per_s = Some(500));
    let mut driver = bench.driver("epson-tm-t20iii");
    driver.preflight().expect("clean");
    let mut pages_when_sent = None;
    let completion = driver.print(&badge(400), 1, &mut |progress| {
        if progress == Progress::AllSent {
            pages_when_sent = Some(bench.printer.pages());
        }
    });
    assert_eq!(completion, Ok(Completion::Confirmed));
    assert_eq!(pages_when_sent, Some(0));
    assert_eq!(bench.printer.pages(), 1);
}

#[test]
fn firmware_is_part_of_the_key_and_its_silence_too() {
    for (dialect, firmware) in [(Dialect::Full, "rom 03"), (Dialect::StatusOnly, "not answered")] {
        let bench = bench(|state| state.dialect = dialect);
        let mut driver = bench.driver("generic-escpos-80");
        driver.preflight().expect("clean");
        assert!(driver.memories().unit(&driver.unit(), firmware).is_some(), "{dialect:?}: {:?}", driver.memories());
        assert_eq!(bench.printer.garbage_bytes(), 0);
    }
}

#[test]
fn paper_is_counted_until_the_roll_is_changed_and_survives_a_restart() {
    let bench = bench(|_| {});
    let mut driver = bench.driver("epson-tm-t20iii").with_roll_mm(1_000);
    driver.preflight().expect("clean");
    assert_eq!((driver.paper_used_mm(), driver.paper_left_percent()), (0, Some(100)));
    driver.print(&badge(560), 1, &mut nobody).expect("prints");
    // 560 rows and 240 to the cutter at 203 dpi.
    assert_eq!((driver.paper_used_mm(), driver.paper_left_percent()), (100, Some(90)));
    let kept = serde_json::to_string(driver.memories()).expect("plain data");
    drop(driver);
    let transport = drivers::transport::tcp::Tcp::new("127.0.0.1", bench.address.port());
    let memories = serde_json::from_str(&kept).expect("own text");
    let mut driver =
        Printer::new(Box::new(transport), find("epson-tm-t20iii"), memories).with_timing(timing(Dialect::Full));
    assert_eq!((driver.paper_used_mm(), driver.paper_left_percent()), (100, None));
    bench.printer.change(|state| state.cover_open = true);
    driver.preflight().expect_err("the cover is open");
    assert_eq!(driver.paper_used_mm(), 100);
    bench.printer.change(|state| state.cover_open = false);
    driver.preflight().expect("a new roll is in");
    assert_eq!(driver.paper_used_mm(), 0);
}
