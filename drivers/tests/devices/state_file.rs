//! A person edits `state.json` while the printer prints.

use drivers::spec::PrinterSpec;
use drivers::virtual_hw::{Dialect, Paper, VirtualPrinter};
use drivers::{Completion, Memories, Printer, Progress};
use print::Fault;

use crate::bench::{assert_fault, badge, find, nobody, timing};

#[test]
fn state_file_is_obeyed_before_and_while_printing() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let spec = PrinterSpec::parse(&format!("virtual:{}", folder.path().display())).expect("a folder's name");
    let driver = Printer::from_spec(&spec, find("epson-tm-t20iii"), Memories::new());
    let mut driver = driver.expect("the folder can be used").with_timing(timing(Dialect::Full));
    let state = folder.path().join("state.json");
    assert!(std::fs::read_to_string(&state).is_ok_and(|text| text.contains("\"paper\": \"ok\"")));

    std::fs::write(&state, r#"{"cover_open": true}"#).expect("writable");
    assert_fault(driver.preflight(), Fault::CoverOpen);
    std::fs::write(&state, "{ half a fi").expect("writable");
    assert_fault(driver.preflight(), Fault::CoverOpen);
    std::fs::write(&state, r#"{"speed_mm_per_s": 100}"#).expect("writable");
    driver.preflight().expect("closed again");

    let failed = driver
        .print(&badge(800), 1, &mut |progress| {
            if matches!(progress, Progress::Accepted { bytes, .. } if bytes > 20_000) {
                std::fs::write(&state, r#"{"paper": "out", "speed_mm_per_s": 100}"#).expect("writable");
            }
        })
        .expect_err("the paper was taken out");
    assert_eq!(failed.fault, Fault::PaperOut, "{failed}");
    assert!(failed.bytes_accepted > 0);
}

#[test]
fn printer_that_runs_out_by_itself_writes_it_down_and_numbers_go_on() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let first = VirtualPrinter::in_folder(folder.path()).expect("a printer");
    first.change(|state| state.paper_left_rows = Some(50));
    let mut driver = crate::bench::driver_over(Box::new(first.transport()), "epson-tm-t20iii");
    driver.preflight().expect("some paper");
    assert_eq!(driver.print(&badge(40), 1, &mut nobody), Ok(Completion::Confirmed));
    driver.print(&badge(40), 2, &mut nobody).expect_err("out in row 10");
    drop((driver, first));

    let second = VirtualPrinter::in_folder(folder.path()).expect("the same printer after a restart");
    assert_eq!((second.state().paper, second.pages()), (Paper::Out, 2));
    second.change(|state| state.paper = Paper::Ok);
    let mut driver = crate::bench::driver_over(Box::new(second.transport()), "epson-tm-t20iii");
    driver.preflight().expect("new roll");
    assert_eq!(driver.print(&badge(40), 3, &mut nobody), Ok(Completion::Confirmed));
    assert!(folder.path().join("page-0003.png").exists());
}
