//! The print jobs of one node: which copy is next at which printer, and what a report means for it. It commits nothing
//! and prints nothing itself: it hands out steps, and the I/O of a step may leave only after the step is durable.

mod printer;
mod reports;
mod step;

use std::collections::{BTreeMap, VecDeque};

use print::{Fault, JobId, JobInput, JobState, JournalRow};

use crate::effect::{JobView, PrinterView};
use crate::steady::Now;
use printer::Printer;
use step::Payload;
pub(crate) use step::{End, Io, LogWord, Outcome, Request, Step, Turn};

/// Open copies (not settled, doubtful ones included) that one node holds at most.
pub(crate) const MAX_OPEN_JOBS: usize = 2_000;
/// How long a printer may be silent after a preflight before its job is blocked.
const PREFLIGHT_TIMEOUT_MS: u64 = 15_000;
/// How long a printer may be silent while it prints before the copy is doubtful.
const PRINT_TIMEOUT_MS: u64 = 180_000;
/// How long a copy waits for word of whom it is for, once node and hub have all there is, before staff are asked.
const UNKNOWN_PERSON_MS: u64 = 60_000;
/// Printer's name when none is configured: its copies wait for the first printer that is.
pub(crate) const NO_PRINTER: &str = "";

#[derive(Debug)]
struct Job {
    /// As it is durable.
    row: JournalRow,
    /// As it will be when all steps handed out or waiting are durable.
    planned: JobState,
    /// The printing that reports must name; 0 while none was started by this process.
    attempt: u64,
    /// When its printer was last asked or heard of, steady.
    heard: u64,
}

/// The newest row of a copy.
#[derive(Debug, Clone, Copy)]
struct CopyHere {
    hop: u32,
    /// Another printer has it.
    moved: bool,
    /// It ended without paper.
    void: bool,
}

/// All open jobs of a node.
#[derive(Debug)]
pub(crate) struct Jobs {
    printers: BTreeMap<String, Printer>,
    names: Vec<String>,
    open: BTreeMap<JobId, Job>,
    copies: BTreeMap<(String, u32), CopyHere>,
    steps: VecDeque<Step>,
    next_job: u64,
    next_attempt: u64,
}

impl Jobs {
    /// Takes over a journal after a start. Copies that may have left bytes become doubtful; with `distrust` (the journal
    /// may be older than the paper) every open copy does.
    pub(crate) fn restore(
        names: &[String],
        journal: Vec<JournalRow>,
        distrust: bool,
        next_attempt: u64,
        now: Now,
    ) -> Jobs {
        let mut jobs = Jobs {
            printers: names.iter().map(|name| (name.clone(), Printer::default())).collect(),
            names: names.to_vec(),
            open: BTreeMap::new(),
            copies: BTreeMap::new(),
            steps: VecDeque::new(),
            next_job: 1,
            next_attempt: next_attempt.max(1),
        };
        for row in journal {
            jobs.next_job = jobs.next_job.max(row.job.0.saturating_add(1));
            jobs.note_copy(&row);
            if !row.state.is_terminal() {
                jobs.take_over(row, distrust, now);
            }
        }
        jobs
    }

    fn note_copy(&mut self, row: &JournalRow) {
        let (moved, void) = (row.state == JobState::Moved, row.state == JobState::Void);
        let here = CopyHere { hop: hop(row), moved, void };
        self.copies.insert((row.badge.clone(), row.copy), here);
    }

    fn take_over(&mut self, mut row: JournalRow, distrust: bool, now: Now) {
        let id = row.job;
        let was_doubtful = row.state == JobState::Doubtful;
        let Ok(state) = row.state.next(JobInput::Restarted) else { return };
        if state == JobState::Queued && !self.printers.contains_key(&row.printer) {
            row.printer = self.default_printer();
        }
        self.open.insert(id, Job { row, planned: state, attempt: 0, heard: now.steady });
        if state == JobState::Queued && distrust {
            self.doubt(id, now);
        } else if state == JobState::Doubtful && !was_doubtful {
            self.step(id, state, Some(End::Doubtful(None)), None, now);
        }
    }

    /// A queued copy of which nobody knows whether it was printed: as if it had been sent.
    fn doubt(&mut self, id: JobId, now: Now) {
        let inputs = [JobInput::Restarted, JobInput::Start, JobInput::Ready { epoch: 0 }, JobInput::Restarted];
        self.walk(id, &inputs, Some(End::Doubtful(None)), now);
    }

    /// The printer that takes a request which names none.
    pub(crate) fn default_printer(&self) -> String {
        self.names.first().cloned().unwrap_or_else(|| NO_PRINTER.to_owned())
    }

    /// Whether `printer` is one of this node's.
    pub(crate) fn has_printer(&self, printer: &str) -> bool {
        self.printers.contains_key(printer)
    }

    /// Whether this wish is new here: a copy that left comes back as a new row, by a higher hop than it had.
    pub(crate) fn wants_row(&self, request: &Request) -> bool {
        let here = self.copies.get(&(request.badge.clone(), request.copy));
        here.is_none_or(|here| here.moved && request.hop > here.hop)
    }

    /// Whether `more` copies still fit.
    pub(crate) fn has_room(&self, more: usize) -> bool {
        self.open.len().saturating_add(more) <= MAX_OPEN_JOBS
    }

    /// The number that the next printing will carry.
    pub(crate) fn next_attempt(&self) -> u64 {
        self.next_attempt
    }

    /// Plans a copy; the row must be committed together with the request. `None`: this copy has a row already.
    pub(crate) fn request(&mut self, request: Request, now: Now) -> Option<JournalRow> {
        if !self.wants_row(&request) {
            return None;
        }
        let job = JobId(self.next_job);
        self.next_job = self.next_job.saturating_add(1);
        let payload = serde_json::to_vec(&Payload { hop: request.hop }).unwrap_or_default();
        let row = JournalRow {
            job,
            badge: request.badge,
            copy: request.copy,
            printer: request.printer,
            state: JobState::Queued,
            at_ms: now.wall,
            payload,
        };
        self.note_copy(&row);
        Some(row)
    }

    /// Plans a copy that was asked for but has no row although it should: it may be on paper, so its row begins where
    /// bytes may have left, and [`Jobs::install`] makes the doubt of it. `None` as above.
    pub(crate) fn request_unknown(&mut self, request: Request, now: Now) -> Option<JournalRow> {
        self.request(request, now).map(|row| JournalRow { state: JobState::Sent { id: 0 }, ..row })
    }

    /// Follows what the log says about the open copies: one that is out or void is not printed any more, and one in
    /// doubt that somebody settled is no longer open.
    pub(crate) fn reconcile(&mut self, word_on: &dyn Fn(&str) -> Option<LogWord>, now: Now) {
        let mut changes = Vec::new();
        for (id, job) in &self.open {
            let unprinted = job.planned.is_certainly_unprinted();
            let doubtful = job.planned == JobState::Doubtful;
            if !unprinted && !doubtful {
                continue;
            }
            let inputs: &[JobInput] = match word_on(&job.row.badge) {
                None => continue,
                Some(LogWord::Out) if doubtful => &[JobInput::StaffSaysPrinted],
                Some(LogWord::Void) if doubtful => &[JobInput::StaffSaysMissing],
                Some(LogWord::Doubtful) if doubtful => continue,
                // Back to the queue first, because a preflight may be out; its answer then finds no job.
                Some(LogWord::Out | LogWord::Void) => &[JobInput::Restarted, JobInput::Cancel],
                Some(LogWord::Doubtful) => {
                    &[JobInput::Restarted, JobInput::Start, JobInput::Ready { epoch: 0 }, JobInput::Restarted]
                }
            };
            changes.extend(walk_state(job.planned, inputs).map(|state| (*id, state)));
        }
        for (id, state) in changes {
            self.forget_steps(id);
            self.step(id, state, None, None, now);
        }
    }

    /// Takes over a copy that was asked for and whose row is lost: doubtful.
    pub(crate) fn doubt_lost(&mut self, request: Request, now: Now) {
        if let Some(row) = self.request_unknown(request, now) {
            self.insert(&row, now);
        }
    }

    /// Copies that ended without paper because the log said so, and for which `wish` finds that it says so no more and
    /// wants them here: what else was forgotten with that word nobody knows, so staff are asked.
    pub(crate) fn doubt_forgotten(&mut self, wish: &dyn Fn(&Jobs, &str, u32) -> Option<Request>, now: Now) {
        let void = self.copies.iter().filter(|(_, here)| here.void);
        let wishes = void.filter_map(|((badge, copy), here)| Some((here.hop, wish(self, badge, *copy)?)));
        let wanted: Vec<Request> = wishes.filter(|(hop, wish)| wish.hop >= *hop).map(|(_, wish)| wish).collect();
        for request in wanted {
            self.copies.remove(&(request.badge.clone(), request.copy));
            self.doubt_lost(request, now);
        }
    }

    /// Copies that have waited here for long for somebody of whom nobody knows any more, who would wait for ever.
    pub(crate) fn doubt_nameless(&mut self, is_nameless: &dyn Fn(&str) -> bool, now: Now) {
        let long = |job: &Job| now.steady >= job.heard.saturating_add(UNKNOWN_PERSON_MS);
        let waiting = self.open.iter().filter(|(_, job)| is_movable(job) && long(job) && is_nameless(&job.row.badge));
        for id in waiting.map(|(id, _)| *id).collect::<Vec<_>>() {
            self.doubt(id, now);
        }
    }

    /// Copies that wait for a printer which cannot print and could not for `ms` milliseconds.
    pub(crate) fn stranded(&self, ms: u64, now: Now) -> Vec<JobId> {
        let unwell = |job: &Job| self.printers.get(&job.row.printer).is_some_and(|of| of.is_unwell_for(ms, now));
        let waiting = self.open.iter().filter(|(_, job)| is_movable(job) && unwell(job));
        waiting.map(|(id, _)| *id).collect()
    }

    /// Gives a waiting copy to the printer at `address`; its row ends here in the commit that tells everybody.
    pub(crate) fn hand_over(&mut self, id: JobId, address: &str, now: Now) {
        let Some(hop) = self.open.get(&id).map(|job| hop(&job.row).saturating_add(1)) else { return };
        self.walk(id, &[JobInput::Move], Some(End::Moved { to: address.to_owned(), hop }), now);
    }

    /// The open row of a badge that may still be given away: no byte of it can have left.
    pub(crate) fn movable(&self, badge: &str) -> Option<JobId> {
        let mut open = self.open.iter();
        open.find(|(_, job)| job.row.badge == badge && is_movable(job)).map(|(id, _)| *id)
    }

    /// The last row of a copy that is given away, to be committed with the word of it.
    pub(crate) fn give_away(&mut self, id: JobId, now: Now) -> Option<JournalRow> {
        let job = self.open.get_mut(&id)?;
        job.planned = job.planned.next(JobInput::Move).ok()?;
        let row = JournalRow { state: job.planned, at_ms: now.wall, ..job.row.clone() };
        self.note_copy(&row);
        self.forget_steps(id);
        Some(row)
    }

    /// A step that waits must not start I/O for a copy that is settled.
    fn forget_steps(&mut self, id: JobId) {
        for step in &mut self.steps {
            step.rows.retain(|row| row.job != id);
        }
        self.steps.retain(|step| !(step.rows.is_empty() && step.outcomes.is_empty()));
    }

    /// The rows are durable now.
    pub(crate) fn install(&mut self, rows: &[JournalRow], now: Now) {
        for row in rows {
            match self.open.get_mut(&row.job) {
                Some(job) => job.row = row.clone(),
                None => self.insert(row, now),
            }
            if row.state.is_terminal() {
                self.note_copy(row);
                self.open.remove(&row.job);
            }
        }
    }

    fn insert(&mut self, row: &JournalRow, now: Now) {
        let job = Job { row: row.clone(), planned: row.state, attempt: 0, heard: now.steady };
        self.open.insert(row.job, job);
        if row.state.is_in_flight() {
            self.walk(row.job, &[JobInput::Restarted], Some(End::Doubtful(None)), now);
        }
    }

    /// The next changes to commit, several at once when several wait.
    pub(crate) fn take_steps(&mut self) -> Option<Step> {
        let mut all = self.steps.pop_front()?;
        while let Some(step) = self.steps.pop_front() {
            all.rows.extend(step.rows);
            all.outcomes.extend(step.outcomes);
            all.io.extend(step.io);
        }
        let mut last: BTreeMap<JobId, JournalRow> = BTreeMap::new();
        for row in all.rows.drain(..) {
            last.insert(row.job, row);
        }
        all.rows = last.into_values().collect();
        Some(all)
    }

    /// Starts what can start and gives up what is silent. Returns I/O that needs no commit. A badge without a
    /// `turn` (nobody knows what it says, or it is void) waits without holding up the others.
    pub(crate) fn advance(&mut self, now: Now, turn: &dyn Fn(&str) -> Option<Turn>) -> Vec<Io> {
        self.give_up_silent(now);
        let mut io = Vec::new();
        for name in self.names.clone() {
            let Some(printer) = self.printers.get_mut(&name) else { continue };
            if printer.job.is_some() {
                continue;
            }
            if printer.can_print() {
                self.start_next(&name, now, turn);
            } else if printer.probe_due(now) {
                printer.probed(now);
                io.push(Io::Preflight { printer: name });
            }
        }
        io
    }

    fn start_next(&mut self, name: &str, now: Now, turn: &dyn Fn(&str) -> Option<Turn>) {
        let waits = |job: &&Job| matches!(job.planned, JobState::Queued | JobState::Blocked { .. });
        let waiting = self.open.values().filter(|job| job.row.printer == name).filter(waits);
        let with_turn = waiting.filter_map(|job| Some((turn(&job.row.badge)?, job.row.job, job)));
        let Some((.., job)) = with_turn.min_by_key(|(turn, id, _)| (*turn, *id)) else { return };
        let id = job.row.job;
        let inputs: &[JobInput] = match job.planned {
            JobState::Blocked { .. } => &[JobInput::FaultGone, JobInput::Start],
            _ => &[JobInput::Start],
        };
        let Some(state) = walk_state(job.planned, inputs) else { return };
        if let Some(printer) = self.printers.get_mut(name) {
            printer.job = Some(id);
        }
        self.step(id, state, None, Some(Io::Preflight { printer: name.to_owned() }), now);
    }

    fn give_up_silent(&mut self, now: Now) {
        let silent: Vec<(JobId, String, u64)> = self.open.values().filter_map(|job| silent(job, now)).collect();
        for (id, name, bytes_accepted) in silent {
            self.failed(&name, id, Fault::Stalled, bytes_accepted, now);
        }
    }

    /// When [`Jobs::advance`] should run again at the latest, steady.
    pub(crate) fn deadline(&self) -> Option<u64> {
        let jobs = self.open.values().filter_map(|job| silence_limit(job).map(|limit| job.heard.saturating_add(limit)));
        let probes = self.printers.values().filter(|printer| printer.job.is_none()).filter_map(Printer::next_probe);
        jobs.chain(probes).min()
    }

    fn walk(&mut self, id: JobId, inputs: &[JobInput], end: Option<End>, now: Now) {
        let Some(job) = self.open.get(&id) else { return };
        if let Some(state) = walk_state(job.planned, inputs) {
            self.step(id, state, end, None, now);
        }
    }

    fn step(&mut self, id: JobId, state: JobState, end: Option<End>, io: Option<Io>, now: Now) {
        let Some(job) = self.open.get_mut(&id) else { return };
        job.planned = state;
        job.heard = now.steady;
        let row = JournalRow { state, at_ms: now.wall, ..job.row.clone() };
        let outcome = end.map(|end| Outcome { badge: row.badge.clone(), copy: row.copy, end });
        self.steps.push_back(Step {
            rows: vec![row],
            outcomes: outcome.into_iter().collect(),
            io: io.into_iter().collect(),
        });
        self.leave_printer(id);
    }

    /// A job that is no longer in flight frees its printer.
    fn leave_printer(&mut self, id: JobId) {
        let in_flight = self.open.get(&id).is_some_and(|job| job.planned.is_in_flight());
        if in_flight {
            return;
        }
        for printer in self.printers.values_mut() {
            if printer.job == Some(id) {
                printer.job = None;
            }
        }
    }

    /// The printers, in the order of the settings.
    pub(crate) fn printer_views(&self) -> Vec<PrinterView> {
        let waiting = |name: &str| {
            let of_printer = self.open.values().filter(|job| job.row.printer == name);
            of_printer.filter(|job| job.row.state != JobState::Doubtful).count()
        };
        let view = |name: &String| {
            let printer = self.printers.get(name)?;
            Some(PrinterView { name: name.clone(), fault: printer.fault, seen: printer.seen, waiting: waiting(name) })
        };
        self.names.iter().filter_map(view).collect()
    }

    /// The open copies as they are durable, in order of job.
    pub(crate) fn views(&self) -> impl Iterator<Item = JobView<'_>> {
        self.open.values().map(|job| JobView {
            job: job.row.job,
            badge: &job.row.badge,
            copy: job.row.copy,
            printer: &job.row.printer,
            state: job.row.state,
        })
    }

    /// Whether the I/O of a durable step is still wanted.
    pub(crate) fn wants(&self, io: &Io) -> bool {
        match io {
            Io::Preflight { .. } => true,
            Io::Print { job, attempt, .. } => self.open.get(job).is_some_and(|found| {
                found.attempt == *attempt
                    && matches!(found.row.state, JobState::Sending { offset: 0, .. })
                    && found.planned == found.row.state
            }),
        }
    }

    /// Badge of an open job.
    pub(crate) fn badge_of(&self, id: JobId) -> Option<&str> {
        self.open.get(&id).map(|job| job.row.badge.as_str())
    }
}

/// What is not durable yet, or is just being asked about, stays where it is.
fn is_movable(job: &Job) -> bool {
    let waits = |state: JobState| matches!(state, JobState::Queued | JobState::Blocked { .. });
    waits(job.planned) && waits(job.row.state)
}

fn hop(row: &JournalRow) -> u32 {
    serde_json::from_slice::<Payload>(&row.payload).unwrap_or_default().hop
}

fn walk_state(state: JobState, inputs: &[JobInput]) -> Option<JobState> {
    inputs.iter().try_fold(state, |state, input| state.next(*input)).ok()
}

/// How long this job's printer may be silent. A state that is not durable yet waits for the disk, not for a printer.
fn silence_limit(job: &Job) -> Option<u64> {
    if !job.planned.is_in_flight() || !job.row.state.is_in_flight() {
        return None;
    }
    match job.planned {
        JobState::Preflight => Some(PREFLIGHT_TIMEOUT_MS),
        JobState::Sending { .. } | JobState::Sent { .. } => Some(PRINT_TIMEOUT_MS),
        JobState::Queued
        | JobState::Confirmed { .. }
        | JobState::PrintedUnconfirmed
        | JobState::Blocked { .. }
        | JobState::Doubtful
        | JobState::Void
        | JobState::Moved => None,
    }
}

/// The job, its printer and the bytes that must be assumed taken, when the printer was silent for too long.
fn silent(job: &Job, now: Now) -> Option<(JobId, String, u64)> {
    let limit = silence_limit(job)?;
    let bytes_accepted = u64::from(job.planned != JobState::Preflight);
    (now.steady >= job.heard.saturating_add(limit)).then(|| (job.row.job, job.row.printer.clone(), bytes_accepted))
}
