//! Label printers on USB, spoken to in their own languages.

use drivers::virtual_hw::Paper;
use drivers::{Completion, Printer};
use print::model::StatusDialect;
use print::{Bitmap, Fault, Language, Model};

use crate::bench::{UsbPrinter, assert_fault, badge, driver_of, model, nobody, plug_printer};
use crate::harness::Story;

pub const STORIES: &[Story] = &[
    ("tspl_label_is_printed_dot_for_dot_over_usb", || prints(Language::Tspl, Completion::Confirmed)),
    ("zpl_label_is_printed_dot_for_dot_over_usb", || prints(Language::Zpl, Completion::Confirmed)),
    ("brother_label_is_printed_dot_for_dot_over_usb", || prints(Language::BrotherQl, Completion::Confirmed)),
    ("tspl_paper_out_mid_label_over_usb", || loses_paper(Language::Tspl)),
    ("zpl_paper_out_mid_label_over_usb", || loses_paper(Language::Zpl)),
    ("brother_paper_out_mid_label_over_usb", || loses_paper(Language::BrotherQl)),
];

const ROWS: u32 = 400;

fn plug(language: Language) -> (UsbPrinter, Printer) {
    let printer = plug_printer("LABEL-1", |state| (state.language, state.speed_mm_per_s) = (language, Some(150)));
    let model = Model { language, speed_mm_per_s: Some(150), status: StatusDialect::default(), ..model() };
    (printer, driver_of("usb", model))
}

fn is_on_paper(printer: &UsbPrinter, picture: &Bitmap) -> bool {
    let page = printer.last_page();
    match printer.inside.state().language {
        Language::Escpos | Language::Tspl | Language::Zpl => page == *picture,
        // Its head is wider than its paper.
        Language::BrotherQl => {
            print::brother::parse::print_area(&page, picture.width_dots(), 0).is_ok_and(|area| area == *picture)
        }
    }
}

fn prints(language: Language, expected: Completion) {
    let (printer, mut driver) = plug(language);
    driver.preflight().expect("clean");
    let picture = badge(ROWS);
    assert_eq!(driver.print(&picture, 1, &mut nobody), Ok(expected));
    assert!(is_on_paper(&printer, &picture), "another picture");
    assert_eq!(printer.inside.garbage_bytes(), 0);
}

fn loses_paper(language: Language) {
    let (printer, mut driver) = plug(language);
    driver.preflight().expect("clean");
    printer.inside.after_rows(ROWS / 2, |state| state.paper = Paper::Out);
    let failed = driver.print(&badge(ROWS), 1, &mut nobody).expect_err("half a label is no label");
    assert_eq!(failed.fault, Fault::PaperOut, "{failed}");
    assert!(failed.bytes_accepted > 0, "{failed}");
    assert_fault(driver.preflight(), Fault::PaperOut);
    printer.inside.change(|state| state.paper = Paper::Ok);
    driver.preflight().expect("new roll");
    let next = badge(ROWS + 40);
    driver.print(&next, 2, &mut nobody).expect("prints again");
    assert!(is_on_paper(&printer, &next), "the next label is broken");
}
