//! Pages to a print queue over IPP (RFC 8011): a queue of CUPS, or a printer that speaks IPP itself. A PDF is handed
//! over once and its job is followed; what comes out of a queue is only told as far as somebody knows it. Draws nothing.
//!
//! Every question is bounded in time and size, and no shell nor program is started.

mod ask;
mod spec;
mod thread;

use ask::{Fields, Request};
use ipp::model::{JobState, Operation, StatusCode};
use std::time::Duration;

pub use spec::QueueSpec;
pub use thread::{Draw, PageOrder, PageReport, PageThread};

/// How long a question may take, the connection included.
const QUESTION: Duration = Duration::from_secs(5);
/// How long the handing over of a document may take.
const HANDING: Duration = Duration::from_secs(20);
/// Bytes of the largest document: far above the longest slip.
const LARGEST_DOCUMENT: usize = 64 * 1024 * 1024;
/// Letters of a job's title at most (RFC 8011, name(255), with room for three bytes a letter).
const LONGEST_TITLE: usize = 80;
/// Queues that an error names.
const MOST_NAMED: usize = 8;

/// Why a document is not in the queue, or why nothing is known of it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum QueueError {
    /// Nothing listens there.
    #[error("nothing answers for print queues at {at} ({detail}); {remedy}")]
    NoServer { at: String, detail: String, remedy: &'static str },
    /// The server has no queue of this name.
    #[error("there is no print queue {queue:?} at {at}; {}", known_queues(.known))]
    Unknown { queue: String, at: String, known: Vec<String> },
    /// CUPS has no default queue.
    #[error("CUPS at {at} has no default queue: name one (cups:QUEUE) or set it with lpadmin -d QUEUE; {}", known_queues(.known))]
    NoDefault { at: String, known: Vec<String> },
    /// The queue is there and does not take the document.
    #[error("the print queue {queue:?} does not take the document: {reason}")]
    Refused { queue: String, reason: String },
    /// The document was on its way when the line failed: it may or may not be printed.
    #[error(
        "the print queue {queue:?} did not say whether it took the document ({detail}); look at the printer before you print it again"
    )]
    Doubtful { queue: String, detail: String },
    /// An answer that makes no sense.
    #[error("the print queue {queue:?} answered something that nobody understands: {detail}")]
    Protocol { queue: String, detail: String },
    /// Above the limit.
    #[error("a document of {bytes} bytes is too large to print: at most {LARGEST_DOCUMENT}")]
    TooLarge { bytes: usize },
}

fn known_queues(known: &[String]) -> String {
    match known {
        [] => "it has none at all, add one with lpadmin or the printer settings".into(),
        known => format!("it has {}", known.join(", ")),
    }
}

/// A job's number in its queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct QueueJob(pub i32);

/// The paper and how it is fed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Media {
    /// 210 × 297 mm.
    #[default]
    A4,
    /// 105 × 148 mm.
    A6,
    /// The document's own size, as of continuous forms: the queue's setting stands.
    AsSet,
}

/// How far a job is, as the queue tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JobSeen {
    /// Waits behind others, or is held.
    Waiting,
    Printing,
    /// The printer asks for a person, as a rule it stands still; the reasons are IPP's keywords, such as `media-empty-error`.
    WantsPerson {
        reasons: Vec<String>,
    },
    /// The job is through. `by_printer`: a printer that speaks IPP said that the paper is out; else only that it took all.
    Completed {
        by_printer: bool,
    },
    /// It ended without its paper, or with a part of it.
    Ended {
        reasons: Vec<String>,
    },
    /// The queue knows nothing of it any more.
    Forgotten,
}

/// Somewhere that takes documents.
#[derive(Debug, Clone)]
pub struct PageQueue {
    spec: QueueSpec,
}

impl PageQueue {
    pub fn new(spec: QueueSpec) -> PageQueue {
        PageQueue { spec }
    }

    /// Hands a PDF over. When this returns, the queue has the whole document; nothing is printed yet.
    ///
    /// # Errors
    /// Every case but [`QueueError::Doubtful`] means that no page will come out.
    pub fn hand_over(&self, title: &str, media: Media, pdf: &[u8]) -> Result<(PageQueue, QueueJob), QueueError> {
        if pdf.len() > LARGEST_DOCUMENT {
            return Err(QueueError::TooLarge { bytes: pdf.len() });
        }
        // A default queue that changes meanwhile must not take the job's number with it.
        let queue = PageQueue { spec: self.named()? };
        // An unknown queue answers a whole document with nothing but a closed line: it is asked first.
        queue.accepts()?;
        let title: String = title.chars().take(LONGEST_TITLE).collect();
        let mut request = Request::new(Operation::PrintJob, &queue.spec)
            .name("job-name", &title)
            .mime("document-format", "application/pdf")
            .job_keyword("sides", "one-sided")
            .job_keyword("print-scaling", "none");
        if let Some(media) = media.keyword() {
            request = request.job_keyword("media", media);
        }
        let answer = request.send(pdf, HANDING)?;
        let job = answer.jobs().first().and_then(|job| job.number("job-id"));
        let job = job.ok_or_else(|| queue.doubtful("it gave the job no number"))?;
        Ok((queue, QueueJob(job)))
    }

    /// How far the job is.
    ///
    /// # Errors
    /// Nothing answers, or not in IPP.
    pub fn look(&self, job: QueueJob) -> Result<JobSeen, QueueError> {
        let request = Request::new(Operation::GetJobAttributes, &self.spec)
            .number("job-id", job.0)
            .wanted(&["job-state", "job-state-reasons"]);
        let fields = match request.send(&[], QUESTION) {
            Ok(answer) => answer.jobs().into_iter().next().unwrap_or_default(),
            Err(QueueError::Unknown { .. }) => return Ok(JobSeen::Forgotten),
            Err(error) => return Err(error),
        };
        let state = fields.number("job-state").and_then(ask::job_state);
        let reasons = || real(fields.words("job-state-reasons"));
        Ok(match state.ok_or_else(|| self.odd("it gave the job no state"))? {
            JobState::Pending | JobState::PendingHeld => self.or_stopped(JobSeen::Waiting, Vec::new()),
            JobState::Processing => self.or_stopped(JobSeen::Printing, reasons()),
            JobState::ProcessingStopped => self.or_stopped(JobSeen::WantsPerson { reasons: reasons() }, reasons()),
            JobState::Canceled | JobState::Aborted => JobSeen::Ended { reasons: reasons() },
            JobState::Completed => JobSeen::Completed { by_printer: self.ends_at_ipp() },
        })
    }

    /// A job does not tell why its printer stands still; the printer does.
    fn or_stopped(&self, seen: JobSeen, of_job: Vec<String>) -> JobSeen {
        let Ok(fields) = self.printer(&["printer-state", "printer-state-reasons"]) else { return seen };
        let reasons = [of_job, real(fields.words("printer-state-reasons"))].concat();
        // RFC 8011, 5.4.12: a report is none of a person's business. A warning is: some printers stand still with one.
        let wants_person = |reason: &&String| !reason.ends_with("-report");
        let grave: Vec<String> =
            reasons.iter().filter(wants_person).filter(|reason| is_grave(reason)).cloned().collect();
        let stopped = fields.number("printer-state") == Some(PRINTER_STOPPED);
        if stopped || !grave.is_empty() { JobSeen::WantsPerson { reasons: grave } } else { seen }
    }

    /// The printer that speaks IPP says itself when a page is out; CUPS waits for it, but only for such a one.
    fn ends_at_ipp(&self) -> bool {
        if !self.spec.is_cups() {
            return true;
        }
        let device = self.printer(&["device-uri"]).ok().and_then(|fields| fields.word("device-uri"));
        device.is_some_and(|uri| uri.starts_with("ipp:") || uri.starts_with("ipps:"))
    }

    fn accepts(&self) -> Result<(), QueueError> {
        let wanted = ["printer-is-accepting-jobs", "document-format-supported"];
        let fields = self.printer(&wanted).map_err(|error| self.with_known(error))?;
        if fields.yes("printer-is-accepting-jobs") == Some(false) {
            return Err(self.refused("it accepts no jobs (cupsaccept lets it)"));
        }
        let formats = fields.words("document-format-supported");
        if formats.is_empty() || formats.iter().any(|format| format == "application/pdf") {
            return Ok(());
        }
        Err(self.refused("it takes no PDF; add the printer to CUPS, which turns PDF into what it takes"))
    }

    fn printer(&self, wanted: &[&str]) -> Result<Fields, QueueError> {
        let answer = Request::new(Operation::GetPrinterAttributes, &self.spec).wanted(wanted).send(&[], QUESTION)?;
        answer.printers().into_iter().next().ok_or_else(|| self.odd("it says nothing of the printer"))
    }

    /// With the default queue's name where none is named.
    fn named(&self) -> Result<QueueSpec, QueueError> {
        if !self.spec.is_default() {
            return Ok(self.spec.clone());
        }
        let default = Request::new(Operation::CupsGetDefault, &self.spec).wanted(&["printer-name"]).send(&[], QUESTION);
        let name = match default {
            Ok(answer) => answer.printers().first().and_then(|fields| fields.word("printer-name")),
            Err(QueueError::Unknown { .. }) => None,
            Err(error) => return Err(error),
        };
        let none = || QueueError::NoDefault { at: self.spec.server(), known: self.known() };
        name.map(|name| self.spec.with_queue(&name)).ok_or_else(none)
    }

    fn with_known(&self, error: QueueError) -> QueueError {
        match error {
            QueueError::Unknown { queue, at, .. } => QueueError::Unknown { queue, at, known: self.known() },
            other => other,
        }
    }

    /// The queues of the server, a few of them; empty when it cannot say.
    fn known(&self) -> Vec<String> {
        let request = Request::new(Operation::CupsGetPrinters, &self.spec).wanted(&["printer-name"]);
        let fields = request.send(&[], QUESTION).map(|answer| answer.printers()).unwrap_or_default();
        fields.iter().filter_map(|printer| printer.word("printer-name")).take(MOST_NAMED).collect()
    }

    fn refused(&self, reason: &str) -> QueueError {
        QueueError::Refused { queue: self.spec.queue().to_owned(), reason: reason.to_owned() }
    }

    fn doubtful(&self, detail: &str) -> QueueError {
        QueueError::Doubtful { queue: self.spec.queue().to_owned(), detail: detail.to_owned() }
    }

    fn odd(&self, detail: &str) -> QueueError {
        QueueError::Protocol { queue: self.spec.queue().to_owned(), detail: detail.to_owned() }
    }
}

/// `printer-state`, RFC 8011, 5.4.11.
const PRINTER_STOPPED: i32 = 5;

/// Without `none`, which stands for no reason.
fn real(reasons: Vec<String>) -> Vec<String> {
    reasons.into_iter().filter(|reason| reason != "none").collect()
}

/// Why a printer stands still (RFC 8011, 5.4.12, and PWG 5100.9), with whatever is appended to it.
fn is_grave(reason: &str) -> bool {
    const GRAVE: [&str; 14] = [
        "connecting-to-device",
        "cover-open",
        "door-open",
        "input-tray-missing",
        "interlock-open",
        "marker-supply-empty",
        "media-empty",
        "media-jam",
        "media-needed",
        "offline",
        "output-area-full",
        "paused",
        "shutdown",
        "toner-empty",
    ];
    GRAVE.iter().any(|grave| reason.starts_with(grave))
}

impl Media {
    /// PWG 5101.1.
    fn keyword(self) -> Option<&'static str> {
        match self {
            Media::A4 => Some("iso_a4_210x297mm"),
            Media::A6 => Some("iso_a6_105x148mm"),
            Media::AsSet => None,
        }
    }
}

/// What a status other than success means.
fn refusal(status: StatusCode, spec: &QueueSpec, words: Option<String>) -> QueueError {
    let queue = spec.queue().to_owned();
    match status {
        StatusCode::ClientErrorNotFound | StatusCode::ClientErrorGone => {
            QueueError::Unknown { queue, at: spec.server(), known: Vec::new() }
        }
        other => {
            QueueError::Refused { queue, reason: words.map_or(other.to_string(), |words| format!("{other}: {words}")) }
        }
    }
}
