//! One printer: asked before a job, fed band by band, listened to until it says that the paper is out.
//! It blocks, so each printer has a thread of its own; it journals nothing and never sends a job twice.

use std::time::{Duration, Instant};

use print::escpos::encode::{EscposOptions, Fence, encode, resynchronise};
use print::escpos::{Answer, AnswerReader, Part, ProcessId, Question, Status, StatusReport};
use print::model::Answers;
use print::{Bitmap, Fault, Model};

use crate::Trouble;
use crate::spec::PrinterSpec;
use crate::transport::{Transport, serial::Serial, tcp::Tcp, usb::Usb};
use crate::virtual_hw::VirtualPrinter;

mod finish;
mod memory;
mod watch;

use memory::Session;
pub use memory::{Memories, UnitMemory};
use watch::Watch;

/// How a finished job is known to be finished.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Completion {
    /// The printer itself said so.
    Confirmed,
    /// It cannot say; its status stayed clean (or it has none) for as long as the paper needs.
    Unconfirmed,
}

/// What a job tells while it is on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// So many bytes of `total` were taken.
    Accepted { bytes: u64, total: u64 },
    /// All were taken; now the printer's word is awaited.
    AllSent,
}

/// A job that did not end well. With `bytes_accepted` above 0 nobody knows what is on the paper.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{fault} after {bytes_accepted} bytes: {detail}")]
pub struct PrintFailed {
    pub fault: Fault,
    pub detail: String,
    pub bytes_accepted: u64,
}

/// How long to wait for what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timing {
    /// For one answer to `DLE EOT`.
    pub answer: Duration,
    /// For the answer to the first `GS ( H` of a unit.
    pub probe: Duration,
    /// For the answer to the first `GS r` of a unit.
    pub fence_probe: Duration,
    /// Without a byte taken before the printer counts as stalled.
    pub stall: Duration,
    /// Between two status questions while printing.
    pub watch: Duration,
    /// Beyond the paper's own time before a missing word is a fault.
    pub settle: Duration,
}

impl Default for Timing {
    fn default() -> Timing {
        Timing {
            answer: Duration::from_millis(600),
            probe: Duration::from_secs(3),
            fence_probe: Duration::from_millis(600),
            stall: Duration::from_secs(10),
            watch: Duration::from_millis(60),
            settle: Duration::from_secs(4),
        }
    }
}

/// One attempt to write. Long enough for one transfer to a slow printer, short enough that a blocked printer's
/// reason is heard within the second.
const WRITE_STEP: Duration = Duration::from_millis(400);
/// Answers that wait to be looked at; more at once is noise.
const LARGEST_INBOX: usize = 64;
/// Answers that a unit may have waiting when it is opened.
const MOST_STALE_READS: usize = 64;

/// A printer and what is known about it.
pub struct Printer {
    transport: Box<dyn Transport>,
    model: Model,
    memories: Memories,
    timing: Timing,
    answers: AnswerReader,
    inbox: Vec<Answer>,
    session: Session,
    /// The status question that is on its way.
    unanswered: Option<Question>,
    /// Told by the printer itself since the connection was opened.
    automatic: Option<StatusReport>,
    epoch: u64,
    needs_resync: bool,
}

impl Printer {
    /// A printer at the end of any transport. `memories` is what earlier runs learnt (empty: nothing).
    pub fn new(transport: Box<dyn Transport>, model: Model, memories: Memories) -> Printer {
        Printer {
            transport,
            model,
            memories,
            timing: Timing::default(),
            answers: AnswerReader::new(),
            inbox: Vec::new(),
            session: Session::default(),
            unanswered: None,
            automatic: None,
            epoch: 0,
            needs_resync: false,
        }
    }

    /// The printer that a technician named. Nothing is opened yet; only a virtual printer's folder is made.
    pub fn from_spec(spec: &PrinterSpec, model: Model, memories: Memories) -> Result<Printer, Trouble> {
        let transport: Box<dyn Transport> = match spec {
            PrinterSpec::Tcp { host, port } => Box::new(Tcp::new(host.clone(), *port)),
            PrinterSpec::Serial(serial) => Box::new(Serial::new(serial.clone())),
            PrinterSpec::Usb(choice) => Box::new(Usb::new(choice.clone())),
            PrinterSpec::Virtual { folder } => {
                let printer = VirtualPrinter::in_folder(folder);
                let printer = printer.map_err(|error| Trouble::from_io(&folder.display().to_string(), &error))?;
                Box::new(printer.transport())
            }
        };
        Ok(Printer::new(transport, model, memories))
    }

    #[must_use]
    pub fn with_timing(mut self, timing: Timing) -> Printer {
        self.timing = timing;
        self
    }

    pub fn model(&self) -> &Model {
        &self.model
    }

    /// How often the connection was opened; 0 before the first time. Answers of an earlier epoch are never heard.
    pub fn epoch(&self) -> u64 {
        self.epoch
    }

    /// What was learnt, to be kept for the next start.
    pub fn memories(&self) -> &Memories {
        &self.memories
    }

    /// The unit's name in [`Printer::memories`].
    pub fn unit(&self) -> String {
        self.transport.identity()
    }

    /// Call after a start that found a job in doubt: the printer may hold half a picture, which is cleared first.
    pub fn expect_leftovers(&mut self) {
        self.needs_resync = true;
    }

    /// Connects if needed and asks whether a job may begin; the first time for a unit also what it can answer.
    /// `Ok(Status::Unknown)` from a unit that answers no status question: nothing speaks against printing.
    pub fn preflight(&mut self) -> Result<Status, Trouble> {
        let was_open = self.transport.is_open();
        let first = self.try_preflight();
        let connection_died = matches!(&first, Err(trouble) if trouble.fault == Fault::Disconnected);
        // A connection that died while nobody looked deserves one new attempt.
        if was_open && connection_died { self.try_preflight() } else { first }
    }

    fn try_preflight(&mut self) -> Result<Status, Trouble> {
        self.ensure_open()?;
        let result = self.examine();
        self.close_if_gone(&result);
        result
    }

    fn examine(&mut self) -> Result<Status, Trouble> {
        let status = self.ask_status()?;
        self.refuse_if_blocked(&status)?;
        if self.needs_resync {
            let bytes = resynchronise(self.model.width_dots, self.model.cutter);
            self.write_all(&bytes, &mut |_| {}).map_err(|(trouble, _)| trouble)?;
            self.needs_resync = false;
        }
        self.probe_completion()?;
        Ok(status)
    }

    /// Prints one picture and waits for the end. `number` is the job's own: the printer repeats it in its
    /// confirmation. Call [`Printer::preflight`] first; between the two nothing is checked again.
    pub fn print(
        &mut self,
        picture: &Bitmap,
        number: u32,
        on_progress: &mut dyn FnMut(Progress),
    ) -> Result<Completion, PrintFailed> {
        let mut accepted = 0;
        let result = self.run_job(picture, number, &mut accepted, on_progress);
        self.close_if_gone(&result);
        result.map_err(|trouble| {
            self.needs_resync |= accepted > 0;
            PrintFailed { fault: trouble.fault, detail: trouble.detail, bytes_accepted: accepted }
        })
    }

    fn run_job(
        &mut self,
        picture: &Bitmap,
        number: u32,
        accepted: &mut u64,
        on_progress: &mut dyn FnMut(Progress),
    ) -> Result<Completion, Trouble> {
        if picture.width_dots() > self.model.width_dots {
            let (wide, head) = (picture.width_dots(), self.model.width_dots);
            let detail = format!("the picture is {wide} dots wide, the head of {} has {head}", self.model.title);
            return Err(Trouble::new(Fault::Protocol, detail));
        }
        if !self.transport.is_open() {
            return Err(Trouble::new(Fault::Disconnected, "the printer was not asked before the job"));
        }
        let fence = self.session.fence(number);
        self.discard_stale()?;
        let mut watch = Watch::new(self.timing.watch, self.session.real_time == Some(true));
        let job = encode(picture, &self.options(fence));
        let total = job.total_bytes();
        for piece in job {
            let (before, mut tell) = (*accepted, |bytes: u64| on_progress(Progress::Accepted { bytes, total }));
            let written = self.write_all(&piece, &mut |part| tell(before + part as u64));
            *accepted += written.as_ref().map_or_else(|(_, taken)| *taken, |()| piece.len()) as u64;
            written.map_err(|(trouble, _)| trouble)?;
            self.keep_watch(&mut watch)?;
        }
        on_progress(Progress::AllSent);
        self.await_completion(fence, picture.height_dots(), &mut watch)
    }

    fn options(&self, fence: Fence) -> EscposOptions {
        EscposOptions {
            band_rows: self.model.quirks.band_rows,
            cut: self.model.cutter,
            feed_dots: self.model.feed_dots,
            fence,
            auto_status: self.model.status.automatic,
        }
    }

    fn ensure_open(&mut self) -> Result<(), Trouble> {
        if self.transport.is_open() {
            return Ok(());
        }
        self.transport.open()?;
        self.epoch += 1;
        self.automatic = None;
        self.unanswered = None;
        self.session = Session { real_time: None, can: self.memories.get(&self.unit()).copied().unwrap_or_default() };
        self.discard_stale()
    }

    /// After silence and errors of the line a new connection is made, so that late answers find nobody.
    fn close_if_gone<T>(&mut self, result: &Result<T, Trouble>) {
        if let Err(trouble) = result
            && !is_told_by_the_printer(trouble.fault)
        {
            self.transport.close();
        }
    }

    /// Drops what was said to nobody: late answers to questions of before.
    fn discard_stale(&mut self) -> Result<(), Trouble> {
        for _ in 0..MOST_STALE_READS {
            if !self.listen(Duration::ZERO)? {
                break;
            }
        }
        self.inbox.clear();
        self.answers.reset();
        Ok(())
    }

    /// Puts what comes `within` the time into the inbox; false when the printer was silent.
    /// Automatic status is kept aside.
    fn listen(&mut self, within: Duration) -> Result<bool, Trouble> {
        let mut buffer = [0u8; 512];
        let count = self.transport.read(&mut buffer, within)?;
        for answer in self.answers.push(&buffer[..count]) {
            match answer {
                Answer::Automatic(bytes) => self.automatic = Some(StatusReport::from_automatic(bytes)),
                Answer::RealTime(_) | Answer::PaperSensor(_) | Answer::Process(_)
                    if self.inbox.len() < LARGEST_INBOX =>
                {
                    self.inbox.push(answer);
                }
                other => tracing::debug!(unit = self.unit(), ?other, "the printer said something that nobody asked"),
            }
        }
        Ok(count > 0)
    }

    /// Takes the first answer out of the inbox that `pick` wants.
    fn take_answer<T>(&mut self, pick: impl Fn(&Answer) -> Option<T>) -> Option<T> {
        let (at, found) = self.inbox.iter().enumerate().find_map(|(at, answer)| Some((at, pick(answer)?)))?;
        self.inbox.remove(at);
        Some(found)
    }

    /// Writes everything; on failure says how much was taken. Between attempts the printer is heard.
    fn write_all(&mut self, bytes: &[u8], on_part: &mut dyn FnMut(usize)) -> Result<(), (Trouble, usize)> {
        let mut offset = 0;
        let mut last_progress = Instant::now();
        while offset < bytes.len() {
            let taken = self.transport.write(&bytes[offset..], WRITE_STEP).map_err(|trouble| (trouble, offset))?;
            if taken > 0 {
                offset += taken;
                last_progress = Instant::now();
                on_part(offset);
                continue;
            }
            self.explain_stall(last_progress).map_err(|trouble| (trouble, offset))?;
        }
        Ok(())
    }

    /// The printer takes nothing: the reason, if it tells one, or a stall when it lasts too long.
    fn explain_stall(&mut self, since: Instant) -> Result<(), Trouble> {
        self.listen(Duration::ZERO)?;
        self.refuse_if_told()?;
        if let Some(port) = self.transport.port_status()? {
            if port.paper_empty {
                return Err(Trouble::new(Fault::PaperOut, "the USB port says that the paper is out"));
            }
            if port.error && since.elapsed() > self.timing.stall / 4 {
                return Err(Trouble::new(Fault::Offline, "the USB port says that there is an error"));
            }
        }
        if since.elapsed() < self.timing.stall {
            return Ok(());
        }
        Err(Trouble::new(Fault::Stalled, format!("no byte was taken for {:?}", self.timing.stall)))
    }

    /// A fault that the printer told by itself.
    fn refuse_if_told(&self) -> Result<(), Trouble> {
        self.automatic.map_or(Ok(()), |report| self.refuse_if_blocked(&Status::Known(report)))
    }

    fn refuse_if_blocked(&self, status: &Status) -> Result<(), Trouble> {
        match status.blocking() {
            Some(fault) => Err(Trouble::plain(fault)),
            None => Ok(()),
        }
    }

    /// The four questions, one after the other.
    fn ask_status(&mut self) -> Result<Status, Trouble> {
        if self.model.status.real_time == Answers::No || self.session.real_time == Some(false) {
            return self.status_of_port();
        }
        if self.unanswered.is_some() {
            // Its answer would be taken for the next question's.
            self.wait_for(self.timing.answer, watch::real_time)?;
            self.unanswered = None;
        }
        self.discard_stale()?;
        let mut report = StatusReport::default();
        for question in Question::ALL {
            match self.ask_one(question)? {
                Some(answer) => report.set(question, answer),
                None => return self.silent(),
            }
        }
        self.session.real_time = Some(true);
        // Fresher than anything told before, and a printer that was switched off tells nothing any more.
        self.automatic = None;
        Ok(Status::Known(report))
    }

    fn ask_one(&mut self, question: Question) -> Result<Option<u8>, Trouble> {
        self.send_question(question)?;
        let answer = self.wait_for(self.timing.answer, watch::real_time)?;
        self.unanswered = None;
        Ok(answer)
    }

    fn send_question(&mut self, question: Question) -> Result<(), Trouble> {
        self.write_all(&question.bytes(), &mut |_| {}).map_err(|(trouble, _)| trouble)?;
        self.unanswered = Some(question);
        Ok(())
    }

    /// No answer: from a unit that answered before it is a fault, from an unknown one a fact about it.
    fn silent(&mut self) -> Result<Status, Trouble> {
        // A full buffer keeps questions out, but not what the printer tells by itself.
        self.refuse_if_told()?;
        let answered_before = self.session.real_time == Some(true) || self.memories.contains_key(&self.unit());
        if answered_before || self.model.status.real_time == Answers::Yes {
            let detail = "the printer answers no status question; it hangs, or another computer is connected to it";
            return Err(Trouble::new(Fault::Stalled, detail));
        }
        self.session.real_time = Some(false);
        self.status_of_port()
    }

    fn status_of_port(&mut self) -> Result<Status, Trouble> {
        self.listen(Duration::ZERO)?;
        match self.transport.port_status()? {
            Some(port) if port.paper_empty => Err(Trouble::plain(Fault::PaperOut)),
            Some(_) | None => Ok(Status::Unknown),
        }
    }

    /// Waits for the first answer that `pick` wants.
    fn wait_for<T>(&mut self, within: Duration, pick: impl Fn(&Answer) -> Option<T>) -> Result<Option<T>, Trouble> {
        let deadline = Instant::now() + within;
        loop {
            if let Some(found) = self.take_answer(&pick) {
                return Ok(Some(found));
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if !self.listen(left)? && left.is_zero() {
                return Ok(None);
            }
        }
    }

    /// Learns once per unit how it can tell that a job is done; failed probes are remembered too.
    fn probe_completion(&mut self) -> Result<(), Trouble> {
        let dialect = self.model.status;
        if self.session.can.process_id.is_none() {
            let answers = dialect.process_id != Answers::No && self.probe_process_id()?;
            self.session.can.process_id = Some(answers);
        }
        if self.session.can.process_id == Some(false) && self.session.can.fence.is_none() {
            let answers = dialect.fence != Answers::No && self.probe_fence()?;
            self.session.can.fence = Some(answers);
        }
        if self.session.real_time == Some(true) {
            self.memories.insert(self.unit(), self.session.can);
        }
        Ok(())
    }

    fn probe_process_id(&mut self) -> Result<bool, Trouble> {
        let id = ProcessId::new(self.epoch as u32, Part::Probe);
        let question = print::escpos::encode::ask_process(id);
        self.write_all(&question, &mut |_| {}).map_err(|(trouble, _)| trouble)?;
        let answer = self.wait_for(self.timing.probe, |answer| (*answer == Answer::Process(id)).then_some(()))?;
        Ok(answer.is_some())
    }

    fn probe_fence(&mut self) -> Result<bool, Trouble> {
        self.discard_stale()?;
        let question = print::escpos::encode::ASK_PAPER_SENSOR;
        self.write_all(&question, &mut |_| {}).map_err(|(trouble, _)| trouble)?;
        let answer =
            self.wait_for(self.timing.fence_probe, |answer| matches!(answer, Answer::PaperSensor(_)).then_some(()))?;
        Ok(answer.is_some())
    }
}

/// The printer itself said it: the connection works.
fn is_told_by_the_printer(fault: Fault) -> bool {
    match fault {
        Fault::PaperOut
        | Fault::PaperLow
        | Fault::CoverOpen
        | Fault::CutterJam
        | Fault::Overheated
        | Fault::Offline => true,
        Fault::Busy | Fault::Disconnected | Fault::Stalled | Fault::Denied | Fault::Protocol => false,
    }
}
