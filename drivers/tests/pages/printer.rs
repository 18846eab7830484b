//! A printer that speaks IPP itself: `ippeveprinter`.

use crate::programs::{IppPrinter, PATIENCE, document, free_port};
use drivers::queue::{JobSeen, Media, PageOrder, PageQueue, PageReport, PageThread, QueueError, QueueJob, QueueSpec};
use std::sync::mpsc::{Receiver, channel};

fn spec(text: &str) -> QueueSpec {
    QueueSpec::parse(text).expect("a queue's name")
}

fn queue_of(printer: &IppPrinter) -> QueueSpec {
    spec(&format!("ipp://localhost:{}/ipp/print", printer.port))
}

fn start(queue: Option<QueueSpec>) -> (PageThread, Receiver<(u64, PageReport)>) {
    let (tell, told) = channel();
    let tell = move |tag, report| drop(tell.send((tag, report)));
    (PageThread::start(queue, tell).expect("the thread starts"), told)
}

fn order(tag: u64, pdf: Vec<u8>) -> PageOrder {
    PageOrder { tag, title: "订货单 D2-0042".into(), media: Media::A4, pdf: Box::new(|| Ok(pdf)) }
}

fn next(told: &Receiver<(u64, PageReport)>) -> (u64, PageReport) {
    told.recv_timeout(PATIENCE).expect("a report comes")
}

/// Reports up to the last of an order.
fn until_last(told: &Receiver<(u64, PageReport)>) -> Vec<PageReport> {
    let mut reports = Vec::new();
    while reports.last().is_none_or(|report: &PageReport| !report.is_last()) {
        reports.push(next(told).1);
    }
    reports
}

#[test]
fn pages_handed_to_a_printer_arrive_whole_and_are_printed_when_it_says_so() {
    let Some(printer) = IppPrinter::start("exit 0", "application/pdf") else { return };
    let (pages, told) = start(Some(queue_of(&printer)));
    let documents = [document(90), document(300_000), document(2_000_000)];
    for (tag, pdf) in (1..).zip(&documents) {
        pages.order(order(tag, pdf.clone())).expect("it is taken");
        let reports = until_last(&told);
        let job = QueueJob(i32::try_from(tag).expect("small"));
        assert_eq!(reports.first(), Some(&PageReport::Taken { job }));
        assert_eq!(reports.last(), Some(&PageReport::Completed { job, by_printer: true }), "{reports:?}");
    }
    assert!(printer.received() == documents, "what came out is what was handed over");
}

#[test]
fn printer_without_paper_is_told_and_the_job_goes_on_after_it_was_filled() {
    let engine = "echo 'STATE: +media-needed' >&2; for round in $(seq 600); do [ -e filled ] && break; sleep 0.05; done; echo 'STATE: -media-needed' >&2";
    let Some(printer) = IppPrinter::start(engine, "application/pdf") else { return };
    let (pages, told) = start(Some(queue_of(&printer)));
    pages.order(order(7, document(1_000))).expect("it is taken");
    loop {
        match next(&told) {
            (7, PageReport::Moved { seen: JobSeen::WantsPerson { reasons }, .. }) => {
                assert_eq!(reasons, ["media-needed-warning"]);
                break;
            }
            (7, report) => assert!(!report.is_last(), "{report:?}"),
            other => panic!("{other:?}"),
        }
    }
    std::fs::write(printer.file("filled"), "").expect("the paper is put in");
    assert_eq!(until_last(&told).last(), Some(&PageReport::Completed { job: QueueJob(1), by_printer: true }));
}

#[test]
fn job_that_the_printer_gives_up_is_not_called_printed() {
    let Some(printer) = IppPrinter::start("exit 1", "application/pdf") else { return };
    let (pages, told) = start(Some(queue_of(&printer)));
    pages.order(order(1, document(1_000))).expect("it is taken");
    let reports = until_last(&told);
    assert!(matches!(reports.last(), Some(PageReport::Ended { .. })), "{reports:?}");
}

#[test]
fn machine_without_a_queue_names_the_setting() {
    let (pages, _told) = start(None);
    let report = pages.order(order(1, document(10))).expect_err("there is no queue");
    assert!(report.words().contains("--a4 cups:QUEUE"), "{}", report.words());
}

#[test]
fn nothing_there_and_a_queue_that_is_not_there_say_what_to_do() {
    let nobody = PageQueue::new(spec(&format!("cups:office@localhost:{}", free_port())));
    let error = nobody.hand_over("page", Media::A4, &document(10)).expect_err("nobody listens");
    assert!(matches!(error, QueueError::NoServer { .. }), "{error}");
    assert!(error.to_string().contains("apt install cups"), "{error}");

    let Some(printer) = IppPrinter::start("exit 0", "application/pdf") else { return };
    let elsewhere = PageQueue::new(spec(&format!("ipp://localhost:{}/ipp/other", printer.port)));
    let error = elsewhere.hand_over("page", Media::A4, &document(10)).expect_err("there is no such queue");
    assert!(matches!(error, QueueError::Unknown { .. }), "{error}");
    assert_eq!(PageQueue::new(queue_of(&printer)).look(QueueJob(99)), Ok(JobSeen::Forgotten));
}

#[test]
fn printer_that_takes_no_pdf_is_told_before_anything_is_sent() {
    let Some(printer) = IppPrinter::start("exit 0", "image/pwg-raster") else { return };
    let error = PageQueue::new(queue_of(&printer)).hand_over("page", Media::A4, &document(10)).expect_err("no PDF");
    assert!(matches!(&error, QueueError::Refused { reason, .. } if reason.contains("PDF")), "{error}");
    assert!(printer.received().is_empty());
}

#[test]
fn page_that_cannot_be_made_and_one_that_is_too_large_end_at_once() {
    let (pages, told) = start(Some(spec("cups:office")));
    let pdf = Box::new(|| Err("the font is missing".to_owned()));
    pages.order(PageOrder { tag: 3, title: String::new(), media: Media::A6, pdf }).expect("it waits");
    assert_eq!(next(&told), (3, PageReport::NotDrawn("the font is missing".into())));
    let huge = PageQueue::new(spec("cups:office")).hand_over("", Media::AsSet, &vec![0; 65 * 1024 * 1024]);
    assert!(matches!(huge, Err(QueueError::TooLarge { .. })));
}
