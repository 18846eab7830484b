//! One printer: asked before a job, fed band by band, listened to until it says that the paper is out.
//! What is said in which language is each language's own file below; here is what they have in common.
//! It blocks, so each printer has a thread of its own; it journals nothing and never sends a job twice.

use std::time::Duration;

use print::{Bitmap, Fault, Model, Status};

use crate::Trouble;
use crate::spec::PrinterSpec;
use crate::transport::{Transport, serial::Serial, tcp::Tcp, usb::Usb};
use crate::virtual_hw::VirtualPrinter;

mod brother;
mod conversation;
mod escpos;
mod line;
mod memory;
mod tspl;
mod zpl;

use conversation::{Conversation, refuse_if_blocked, speak};
use line::Line;
pub use memory::{Memories, UnitMemory};

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

/// Feed to the cutter and the cut itself, in rows: about 30 mm (Epson TM-T88III specification 1.7: 26 mm).
const ROWS_TO_CUT: u32 = 240;

/// A printer and what is known about it.
pub struct Printer {
    line: Line,
    conversation: Box<dyn Conversation>,
    model: Model,
    memories: Memories,
    /// The firmware of the connected unit, as a key.
    firmware: Option<String>,
    roll_mm: Option<u32>,
    /// The cover was open or the paper out: the next time all is well there is a new roll.
    roll_changes: bool,
    leftovers: Leftovers,
}

/// What an unfinished job may have left in the printer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Leftovers {
    Nothing,
    /// Half a picture.
    Picture,
    /// Half a picture, and half a command that the next byte would complete.
    Command,
}

impl Printer {
    /// A printer at the end of any transport. `memories` is what earlier runs learnt (empty: nothing).
    pub fn new(transport: Box<dyn Transport>, model: Model, memories: Memories) -> Printer {
        Printer {
            line: Line::new(transport),
            conversation: speak(&model),
            roll_mm: model.roll_mm,
            model,
            memories,
            firmware: None,
            roll_changes: false,
            leftovers: Leftovers::Nothing,
        }
    }

    /// The printer that a technician named. Nothing is opened yet; only a virtual printer's folder is made.
    pub fn from_spec(spec: &PrinterSpec, model: Model, memories: Memories) -> Result<Printer, Trouble> {
        Ok(Printer::new(Printer::transport(spec)?, model, memories))
    }

    /// The way to that printer, closed yet: for [`Printer::new`], perhaps with a [`crate::record::Recorder`] around it.
    pub fn transport(spec: &PrinterSpec) -> Result<Box<dyn Transport>, Trouble> {
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
        Ok(transport)
    }

    #[must_use]
    pub fn with_timing(mut self, timing: Timing) -> Printer {
        self.line.timing = timing;
        self
    }

    /// The length of a new roll, where it is not the model's own or that is unknown.
    #[must_use]
    pub fn with_roll_mm(mut self, roll_mm: u32) -> Printer {
        self.roll_mm = Some(roll_mm);
        self
    }

    pub fn model(&self) -> &Model {
        &self.model
    }

    /// How often the connection was opened; 0 before the first time. Answers of an earlier epoch are never heard.
    pub fn epoch(&self) -> u64 {
        self.line.epoch
    }

    /// What was learnt, to be kept for the next start.
    pub fn memories(&self) -> &Memories {
        &self.memories
    }

    /// The unit's name in [`Printer::memories`].
    pub fn unit(&self) -> String {
        self.line.transport.identity()
    }

    /// What was learnt about the connected unit.
    pub fn unit_memory(&self) -> Option<UnitMemory> {
        self.memories.unit(&self.unit(), self.firmware.as_deref()?)
    }

    /// Paper fed since the roll was changed, in millimetres: an estimate from dots printed, kept in
    /// [`Printer::memories`]. A roll counts as changed when the paper was out or the cover open and all is well again.
    pub fn paper_used_mm(&self) -> u32 {
        let tenths = self.memories.roll_dots(&self.unit()) * 254 / u64::from(self.model.dpi.max(1));
        u32::try_from(tenths / 10).unwrap_or(u32::MAX)
    }

    /// What is left of the roll in percent; `None` where nobody knows how long a new one is.
    pub fn paper_left_percent(&self) -> Option<u32> {
        let roll = self.roll_mm.filter(|roll| *roll > 0)?;
        Some((u64::from(roll.saturating_sub(self.paper_used_mm())) * 100 / u64::from(roll)) as u32)
    }

    /// After a start that found job `number` sent or being sent, before anything else: whether the printer still says
    /// of itself that it came out. `Some(true)`: it is on paper and cut, the printer's own word. `Some(false)`: the
    /// printer is there and did not say so. `None`: it cannot be asked. Takes up to [`Timing::settle`]; only
    /// connections that keep what was said while nobody listened (USB) can answer yes.
    pub fn ask_pending(&mut self, number: u32) -> Option<bool> {
        if self.line.transport.is_open() {
            return None;
        }
        self.line.transport.open().ok()?;
        self.line.epoch += 1;
        let answer = self.conversation.ask_pending(&mut self.line, number);
        // The next preflight begins a connection of its own.
        self.line.transport.close();
        answer.unwrap_or(None)
    }

    /// Call after a start that found a job in doubt: the printer may hold half a picture, which is cleared first.
    pub fn expect_leftovers(&mut self) {
        self.leftovers = Leftovers::Command;
    }

    /// Connects if needed and asks whether a job may begin; the first time for a unit also what it can answer.
    /// `Ok(Status::Unknown)` from a unit that answers no status question: nothing speaks against printing.
    pub fn preflight(&mut self) -> Result<Status, Trouble> {
        let was_open = self.line.transport.is_open();
        let first = self.try_preflight();
        let connection_died = matches!(&first, Err(trouble) if trouble.fault == Fault::Disconnected);
        // A connection that died while nobody looked deserves one new attempt.
        if was_open && connection_died { self.try_preflight() } else { first }
    }

    fn try_preflight(&mut self) -> Result<Status, Trouble> {
        self.ensure_open()?;
        let result = self.examine();
        self.close_if_gone(&result);
        self.watch_roll(result.as_ref().err().map(|trouble| trouble.fault));
        result
    }

    fn examine(&mut self) -> Result<Status, Trouble> {
        if self.leftovers == Leftovers::Command {
            self.conversation.end_command(&mut self.line)?;
            self.leftovers = Leftovers::Picture;
        }
        let status = self.conversation.ask_status(&mut self.line)?;
        refuse_if_blocked(&status)?;
        if self.leftovers == Leftovers::Picture {
            self.conversation.resynchronise(&mut self.line)?;
            self.leftovers = Leftovers::Nothing;
        }
        self.learn()?;
        Ok(status)
    }

    /// What the unit can answer: remembered, or asked once.
    fn learn(&mut self) -> Result<(), Trouble> {
        if self.firmware.is_none() {
            let firmware = self.conversation.ask_firmware(&mut self.line)?;
            if let Some(known) = self.memories.unit(&self.unit(), &firmware) {
                self.conversation.recall(known);
            }
            self.firmware = Some(firmware);
        }
        self.conversation.probe(&mut self.line)?;
        if let (Some(learnt), Some(firmware)) = (self.conversation.learnt(), &self.firmware) {
            self.memories.learn(&self.line.transport.identity(), firmware, learnt);
        }
        Ok(())
    }

    fn watch_roll(&mut self, fault: Option<Fault>) {
        match fault {
            Some(Fault::PaperOut | Fault::CoverOpen) => self.roll_changes = true,
            Some(_) => {}
            None if self.roll_changes => {
                self.roll_changes = false;
                self.memories.new_roll(&self.line.transport.identity());
            }
            None => {}
        }
    }

    /// Prints one picture and waits for the end. `number` is the job's own: the printer repeats it in its
    /// confirmation. Call [`Printer::preflight`] first; between the two nothing is checked again.
    pub fn print(
        &mut self,
        picture: &Bitmap,
        number: u32,
        on_progress: &mut dyn FnMut(Progress),
    ) -> Result<Completion, PrintFailed> {
        let (mut accepted, mut total) = (0, 0);
        let result = self.run_job(picture, number, &mut accepted, &mut |progress| {
            if let Progress::Accepted { total: all, .. } = progress {
                total = all;
            }
            on_progress(progress);
        });
        self.close_if_gone(&result);
        let rows = u64::from(picture.height_dots() + ROWS_TO_CUT);
        if let Some(fed) = (rows * accepted).checked_div(total) {
            self.memories.fed(&self.line.transport.identity(), fed);
        }
        result.map_err(|trouble| {
            self.watch_roll(Some(trouble.fault));
            if accepted > 0 {
                self.leftovers = Leftovers::Command;
            }
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
        if !self.line.transport.is_open() {
            return Err(Trouble::new(Fault::Disconnected, "the printer was not asked before the job"));
        }
        let job = self.conversation.begin(&mut self.line, picture, number)?;
        let total = job.total_bytes;
        for piece in job.pieces {
            let before = *accepted;
            let mut tell = |part: usize| on_progress(Progress::Accepted { bytes: before + part as u64, total });
            let mut hear = |line: &mut Line| self.conversation.hear(line);
            let written = self.line.write_all(&piece, &mut tell, &mut hear);
            *accepted += written.as_ref().map_or_else(|(_, taken)| *taken, |()| piece.len()) as u64;
            written.map_err(|(trouble, _)| trouble)?;
            self.conversation.keep_watch(&mut self.line)?;
        }
        on_progress(Progress::AllSent);
        let rows = picture.height_dots() + ROWS_TO_CUT;
        self.conversation.finish(&mut self.line, Duration::from_millis(self.model.paper_time_ms(rows)))
    }

    fn ensure_open(&mut self) -> Result<(), Trouble> {
        if self.line.transport.is_open() {
            return Ok(());
        }
        self.line.transport.open()?;
        self.line.epoch += 1;
        self.firmware = None;
        let known = self.memories.knows(&self.unit());
        self.conversation.opened(&mut self.line, known)
    }

    /// After silence and errors of the line a new connection is made, so that late answers find nobody.
    fn close_if_gone<T>(&mut self, result: &Result<T, Trouble>) {
        if let Err(trouble) = result
            && !is_told_by_the_printer(trouble.fault)
        {
            self.line.transport.close();
        }
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
