//! CUPS itself, `cupsd`, with queues that end at `ippeveprinter`.

use crate::programs::{IppPrinter, PATIENCE, Running, document, free_port, is_there, missing, wait_for};
use drivers::queue::{JobSeen, Media, PageOrder, PageQueue, PageReport, PageThread, QueueError, QueueJob, QueueSpec};
use std::fs;
use std::process::Command;
use std::sync::mpsc::channel;

/// A server of the test's own, which everybody may tell everything.
struct Cups {
    port: u16,
    _folder: tempfile::TempDir,
    _server: Running,
}

impl Cups {
    fn start() -> Option<Cups> {
        if !is_there("cupsd") || !is_there("lpadmin") {
            missing("cupsd", "cups-daemon cups-client");
            return None;
        }
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path();
        let port = free_port();
        for name in ["conf", "spool", "spool/tmp", "cache", "state", "state/certs"] {
            fs::create_dir(root.join(name)).expect("a folder");
        }
        let at = root.display();
        let files = format!(
            "ServerRoot {at}/conf\nRequestRoot {at}/spool\nTempDir {at}/spool/tmp\nCacheDir {at}/cache\nStateDir {at}/state\n\
             AccessLog {at}/access\nErrorLog {at}/errors\nPageLog {at}/pages\nFileDevice Yes\n"
        );
        fs::write(root.join("conf/cups-files.conf"), files).expect("it is written");
        let everything = "Order allow,deny\nAllow all";
        let server = format!(
            "Listen 127.0.0.1:{port}\nBrowsing No\nDefaultAuthType None\nWebInterface No\nPreserveJobHistory Yes\n\
             <Location />\n{everything}\n</Location>\n<Location /admin>\n{everything}\n</Location>\n\
             <Policy default>\n<Limit All>\n{everything}\n</Limit>\n</Policy>\n"
        );
        fs::write(root.join("conf/cupsd.conf"), server).expect("it is written");
        let mut cupsd = Command::new("/usr/sbin/cupsd");
        cupsd.arg("-f").arg("-c").arg(root.join("conf/cupsd.conf")).arg("-s").arg(root.join("conf/cups-files.conf"));
        let server = Running::start(&mut cupsd)?;
        wait_for(port);
        Some(Cups { port, _folder: folder, _server: server })
    }

    fn tell(&self, program: &str, arguments: &[&str]) {
        let server = format!("127.0.0.1:{}", self.port);
        let done = Command::new(program).arg("-h").arg(server).args(arguments).output().expect("it starts");
        assert!(done.status.success(), "{program} {arguments:?}: {}", String::from_utf8_lossy(&done.stderr));
    }

    fn queue(&self, name: &str) -> QueueSpec {
        let name = if name.is_empty() { String::new() } else { format!(":{name}") };
        QueueSpec::parse(&format!("cups{name}@127.0.0.1:{}", self.port)).expect("a queue's name")
    }
}

#[test]
fn default_queue_of_cups_carries_a_page_to_the_printer_which_says_that_it_is_out() {
    let (Some(cups), Some(printer)) = (Cups::start(), IppPrinter::start("exit 0", "application/pdf")) else { return };
    let device = format!("ipp://localhost:{}/ipp/print", printer.port);
    cups.tell("lpadmin", &["-p", "office", "-E", "-v", &device]);
    cups.tell("lpadmin", &["-d", "office"]);
    let (tell, told) = channel();
    let pages = PageThread::start(Some(cups.queue("")), move |_, report| drop(tell.send(report))).expect("it starts");
    let pdf = document(120_000);
    let sent = pdf.clone();
    let order = PageOrder { tag: 1, title: "桌卡 12".into(), media: Media::A4, pdf: Box::new(|| Ok(sent)) };
    pages.order(order).expect("it is taken");
    let mut reports = Vec::new();
    while reports.last().is_none_or(|report: &PageReport| !report.is_last()) {
        reports.push(told.recv_timeout(PATIENCE).unwrap_or_else(|_| panic!("no end of {reports:?}")));
    }
    assert_eq!(reports.first(), Some(&PageReport::Taken { job: QueueJob(1) }));
    assert_eq!(reports.last(), Some(&PageReport::Completed { job: QueueJob(1), by_printer: true }), "{reports:?}");
    assert!(printer.received() == [pdf], "what came out is what was handed over");
}

#[test]
fn queue_that_only_takes_bytes_is_never_called_printed_by_its_printer() {
    let Some(cups) = Cups::start() else { return };
    cups.tell("lpadmin", &["-p", "matrix", "-E", "-v", "file:///dev/null"]);
    let queue = PageQueue::new(cups.queue("matrix"));
    let (queue, job) = queue.hand_over("page", Media::AsSet, &document(100)).expect("it is taken");
    let begun = std::time::Instant::now();
    let mut seen = queue.look(job);
    while !matches!(seen, Ok(JobSeen::Completed { .. })) && begun.elapsed() < PATIENCE {
        seen = queue.look(job);
    }
    assert_eq!(seen, Ok(JobSeen::Completed { by_printer: false }));
}

#[test]
fn queues_that_are_missing_stopped_or_closed_are_told_with_what_there_is() {
    let Some(cups) = Cups::start() else { return };
    let check = |name: &str, expected: fn(&QueueError) -> bool| {
        let error = PageQueue::new(cups.queue(name)).hand_over("page", Media::A4, &document(9)).expect_err(name);
        assert!(expected(&error), "{error:?}");
    };
    check("", |error| matches!(error, QueueError::NoDefault { known, .. } if known.is_empty()));
    cups.tell("lpadmin", &["-p", "office", "-E", "-v", "file:///dev/null"]);
    check("", |error| matches!(error, QueueError::NoDefault { known, .. } if known == &["office"]));
    check("offfice", |error| matches!(error, QueueError::Unknown { known, .. } if known == &["office"]));
    cups.tell("cupsreject", &["office"]);
    check("office", |error| matches!(error, QueueError::Refused { reason, .. } if reason.contains("accepts no jobs")));
    cups.tell("cupsaccept", &["office"]);
    cups.tell("cupsdisable", &["office"]);
    let queue = PageQueue::new(cups.queue("office"));
    let (queue, job) = queue.hand_over("page", Media::A4, &document(9)).expect("it is taken, and waits");
    let seen = queue.look(job).expect("CUPS answers");
    assert!(
        matches!(&seen, JobSeen::WantsPerson { reasons } if reasons.iter().any(|reason| reason == "paused")),
        "{seen:?}"
    );
    cups.tell("cancel", &["-a"]);
    assert!(matches!(queue.look(job), Ok(JobSeen::Ended { .. })));
}
