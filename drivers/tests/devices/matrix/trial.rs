//! One badge on one printer with one mishap: the journal's arrows, the repair, the question to staff.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use drivers::virtual_hw::{How, PrintedPage, VirtualPrinter, VirtualState};
use drivers::{Completion, Memories, Printer, Progress};
use print::{Bitmap, ConfirmedBy, Fault, JobInput, JobState, Language};

use super::drive::{Drive, Mortal};
use super::story::{Kind, Strike, When};

/// As fast as good receipt printers; the model says the same.
pub const SPEED_MM_PER_S: u32 = 250;
/// Starts of jobs before a trial counts as never ending.
const MOST_ROUNDS: u32 = 12;
/// What a printer may go on printing by itself after a repair.
const REST: Duration = Duration::from_secs(3);

/// What became of the badge.
#[derive(Debug, Default)]
pub struct Sum {
    pub blocked: u32,
    pub asked: u32,
    pub unconfirmed: u32,
    pub copies: u32,
    /// "Printed" was said by printer or staff without a whole page.
    pub false_printed: u32,
    /// Whole pages beyond the one that is valid.
    pub doubled: u32,
    /// "Unconfirmed" was said, and no page came out.
    pub missing_unconfirmed: u32,
    /// The printer still knew of the job after our own process had died.
    pub answered_late: u32,
    /// There is no valid copy, and nobody was told so.
    pub lost: bool,
}

impl Sum {
    /// What is wrong with it, if anything.
    pub fn problem(&self, kind: &Kind) -> Option<&'static str> {
        let checks = [
            (self.false_printed > 0, "false printed"),
            (self.doubled > 0, "doubled"),
            (self.lost, "lost"),
            (self.missing_unconfirmed > 0 && !kind.is_mute(), "a printer that answers was not asked"),
            (self.copies > 2, "a second badge was spoilt by the first one's mishap"),
            (self.asked > 2, "staff were asked more than once for a copy"),
        ];
        checks.into_iter().find_map(|(holds, problem)| holds.then_some(problem))
    }
}

struct Copy {
    number: u32,
    picture: Bitmap,
    state: JobState,
}

/// A venue with one printer.
pub struct Trial<'a> {
    kind: &'a Kind,
    strike: Strike,
    rows: u32,
    make: &'a dyn Fn(Printer) -> Box<dyn Drive>,
    printer: VirtualPrinter,
    crashed: Arc<AtomicBool>,
    driver: Box<dyn Drive>,
    copies: Vec<Copy>,
    sum: Sum,
}

impl<'a> Trial<'a> {
    pub fn new(kind: &'a Kind, strike: Strike, rows: u32, make: &'a dyn Fn(Printer) -> Box<dyn Drive>) -> Trial<'a> {
        let state = VirtualState {
            language: kind.language,
            dialect: kind.dialect,
            speed_mm_per_s: Some(SPEED_MM_PER_S),
            ..VirtualState::default()
        };
        let printer = VirtualPrinter::simulated(state);
        let crashed = Arc::new(AtomicBool::new(false));
        let driver = make(connect(kind, &printer, &crashed, Memories::new()));
        Trial { kind, strike, rows, make, printer, crashed, driver, copies: Vec::new(), sum: Sum::default() }
    }

    /// Until there is a copy that ended well, and the printer has come to rest.
    pub fn run(mut self) -> Sum {
        self.driver.printer().preflight().expect("in order before anything happens");
        self.new_copy();
        if self.strike.when == When::BeforeAsking {
            self.strike.arm(&self.printer, &self.crashed);
        }
        for round in 0..MOST_ROUNDS {
            self.attempt(round == 0);
            match self.copy().state {
                JobState::Confirmed { .. } | JobState::PrintedUnconfirmed => return self.add_up(),
                JobState::Void => self.new_copy(),
                _ => {}
            }
        }
        self.sum.lost = true;
        self.add_up()
    }

    /// The fault that ended the first attempt, if one did, and how long after the mishap it was told.
    pub fn first_fault(mut self) -> (Option<Fault>, Duration) {
        self.driver.printer().preflight().expect("in order before anything happens");
        self.new_copy();
        self.strike.arm(&self.printer, &self.crashed);
        let picture = self.copy().picture.clone();
        let begun = self.printer.now();
        let result = self.driver.print(&picture, 1, &mut |_| {});
        (result.err().map(|failed| failed.fault), self.printer.now().saturating_duration_since(begun))
    }

    fn copy(&mut self) -> &mut Copy {
        self.copies.last_mut().expect("the first copy is there from the start")
    }

    /// The journal's arrow; one that does not exist is a mistake of the driver or of this test.
    fn step(&mut self, input: JobInput) {
        let copy = self.copy();
        copy.state = copy.state.next(input).expect("an arrow of the journal");
    }

    /// Every copy is another picture: its number is on it.
    fn new_copy(&mut self) {
        let number = self.copies.len() as u32 + 1;
        let picture = sheet(self.rows + number);
        self.copies.push(Copy { number, picture, state: JobState::Queued });
    }

    /// One turn of the printer to the copy that waits.
    fn attempt(&mut self, first: bool) {
        self.step(JobInput::Start);
        let ready = self.driver.printer().preflight();
        if self.died() {
            return self.start_anew();
        }
        if let Err(trouble) = ready {
            self.sum.blocked += 1;
            self.step(JobInput::Failed { fault: trouble.fault, bytes_accepted: 0 });
            self.repair();
            return self.step(JobInput::FaultGone);
        }
        let epoch = self.driver.printer().epoch();
        self.step(JobInput::Ready { epoch });
        if first && self.strike.when != When::BeforeAsking {
            self.strike.arm(&self.printer, &self.crashed);
        }
        self.print();
    }

    fn print(&mut self) {
        let copy = self.copies.last_mut().expect("it waits");
        let (number, state) = (copy.number, &mut copy.state);
        let result = self.driver.print(&copy.picture, number, &mut |progress| {
            let input = match progress {
                Progress::Accepted { bytes, .. } => JobInput::Progress { offset: bytes },
                Progress::AllSent => JobInput::AllSent { id: number },
            };
            *state = state.next(input).expect("an arrow of the journal");
        });
        if self.died() {
            return self.start_anew();
        }
        match result {
            Ok(Completion::Confirmed) => self.confirmed(),
            Ok(Completion::Unconfirmed) => {
                self.all_sent();
                self.step(JobInput::StatusStayedClean);
                self.look_at_the_unconfirmed();
            }
            Err(failed) => self.failed(failed.fault, failed.bytes_accepted),
        }
    }

    /// A driver that lies may not have told it.
    fn all_sent(&mut self) {
        let id = self.copy().number;
        if matches!(self.copy().state, JobState::Sending { .. }) {
            self.step(JobInput::AllSent { id });
        }
    }

    /// The printer's word: at this very moment a whole page is out.
    fn confirmed(&mut self) {
        self.all_sent();
        let number = self.copy().number;
        self.step(JobInput::PrinterConfirmed { id: number });
        self.sum.false_printed += u32::from(self.whole_pages(number) == 0);
    }

    fn failed(&mut self, fault: Fault, bytes_accepted: u64) {
        self.step(JobInput::Failed { fault, bytes_accepted });
        self.repair();
        match self.copy().state {
            JobState::Doubtful => self.ask_staff(),
            _ => {
                self.sum.blocked += 1;
                self.step(JobInput::FaultGone);
            }
        }
    }

    /// Where nothing can be known, the guest stands there without a badge and says so: a new copy, marked as such.
    fn look_at_the_unconfirmed(&mut self) {
        self.sum.unconfirmed += 1;
        self.repair();
        let number = self.copy().number;
        if self.whole_pages(number) == 0 {
            self.sum.missing_unconfirmed += 1;
            self.sum.lost |= !self.kind.is_mute();
            self.copy().state = JobState::Void;
        }
    }

    /// They look at what came out.
    fn ask_staff(&mut self) {
        self.sum.asked += 1;
        let number = self.copy().number;
        let is_out = self.whole_pages(number) > 0;
        self.step(if is_out { JobInput::StaffSaysPrinted } else { JobInput::StaffSaysMissing });
    }

    fn repair(&mut self) {
        self.strike.mend(&self.printer);
        self.printer.pass(REST);
    }

    fn died(&self) -> bool {
        self.crashed.load(Ordering::Relaxed)
    }

    /// Another process finds the journal. Our first one forgot everything but its memories.
    fn start_anew(&mut self) {
        let memories = self.driver.printer().memories().clone();
        self.crashed.store(false, Ordering::Relaxed);
        self.driver = (self.make)(connect(self.kind, &self.printer, &self.crashed, memories));
        self.step(JobInput::Restarted);
        self.printer.pass(REST);
        if self.copy().state != JobState::Doubtful {
            return;
        }
        let number = self.copy().number;
        if self.driver.printer().ask_pending(number) == Some(true) {
            self.sum.answered_late += 1;
            return self.confirmed();
        }
        self.driver.expect_leftovers();
        self.ask_staff();
    }

    fn whole_pages(&self, number: u32) -> u32 {
        let Some(copy) = self.copies.iter().find(|copy| copy.number == number) else { return 0 };
        let whole = |page: &&PrintedPage| page.how != How::Torn && is_picture(self.kind, &page.bitmap, &copy.picture);
        self.printer.kept_pages().iter().filter(whole).count() as u32
    }

    fn add_up(mut self) -> Sum {
        self.repair();
        self.sum.copies = self.copies.len() as u32;
        let mut valid = 0;
        for copy in &self.copies {
            let whole = self.whole_pages(copy.number);
            // One page of a copy that was declared void is waste paper with a void number; two are a mistake.
            self.sum.doubled += whole.saturating_sub(1);
            match copy.state {
                JobState::Confirmed { by: ConfirmedBy::Printer | ConfirmedBy::Staff } => {
                    self.sum.false_printed += u32::from(whole == 0);
                    valid += whole;
                }
                JobState::PrintedUnconfirmed => valid += whole,
                _ => {}
            }
        }
        self.sum.lost |= valid == 0;
        self.sum
    }
}

fn connect(kind: &Kind, printer: &VirtualPrinter, crashed: &Arc<AtomicBool>, memories: Memories) -> Printer {
    let inner = if kind.keeps_answers { printer.usb_like_transport() } else { printer.transport() };
    let transport = Mortal { inner, crashed: Arc::clone(crashed) };
    Printer::new(Box::new(transport), kind.model(), memories)
}

/// A picture that is different in every row, black at both ends, and without immediate commands among its dots, so
/// that every language prints it as it is.
fn sheet(rows: u32) -> Bitmap {
    let byte = |i: u32| match (i.wrapping_mul(2_654_435_761) >> 24) as u8 | 1 {
        0x1B => 0x1F,
        byte => byte,
    };
    Bitmap::from_packed(576, rows, (0..72 * rows).map(byte).collect()).expect("576 dots wide")
}

/// A Brother page is as wide as the head.
fn is_picture(kind: &Kind, page: &Bitmap, picture: &Bitmap) -> bool {
    match kind.language {
        Language::Escpos | Language::Tspl | Language::Zpl => page == picture,
        Language::BrotherQl => {
            print::brother::parse::print_area(page, picture.width_dots(), 0).is_ok_and(|area| area == *picture)
        }
    }
}
