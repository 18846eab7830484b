//! What a word of a printer means for its job. It commits nothing: every change is a step.

use print::{Fault, JobId, JobInput, JobState};

use super::step::{End, Io};
use super::{Jobs, walk_state};
use crate::input::{Completion, PrinterReport};
use crate::steady::Now;

impl Jobs {
    /// A printer's thread reports.
    pub(crate) fn report(&mut self, name: &str, report: PrinterReport, now: Now) {
        match report {
            PrinterReport::Ready { epoch } => self.ready(name, epoch, now),
            PrinterReport::Unwell { fault } => self.unwell(name, fault, now),
            PrinterReport::Progress { job, attempt, bytes_accepted } => {
                self.progress(job, attempt, bytes_accepted, now);
            }
            PrinterReport::Sent { job, attempt, id } => {
                if self.is_current(job, attempt, now) {
                    self.walk(job, &[JobInput::AllSent { id }], None, now);
                }
            }
            PrinterReport::Done { job, attempt, completion } => self.done(job, attempt, completion, now),
            PrinterReport::Remembered { job } => self.remembered(job, now),
            PrinterReport::Failed { job, attempt, fault, bytes_accepted } => {
                if self.is_current(job, attempt, now) {
                    self.failed(name, job, fault, bytes_accepted, now);
                }
            }
        }
    }

    fn ready(&mut self, name: &str, epoch: u64, now: Now) {
        let Some(printer) = self.printers.get_mut(name) else { return };
        printer.heard_well(epoch, now);
        self.begin_printing(name, epoch, now);
    }

    /// The printer of a job in preflight is in order: bytes may leave once that is durable.
    fn begin_printing(&mut self, name: &str, epoch: u64, now: Now) {
        let Some(printer) = self.printers.get(name) else { return };
        let Some(id) = printer.job else { return };
        let Some(job) = self.open.get(&id) else { return };
        if job.planned != JobState::Preflight || job.row.state != JobState::Preflight {
            return;
        }
        let Some(state) = walk_state(job.planned, &[JobInput::Ready { epoch }]) else { return };
        let attempt = self.next_attempt;
        self.next_attempt = attempt.saturating_add(1);
        if let Some(job) = self.open.get_mut(&id) {
            job.attempt = attempt;
        }
        let io = Io::Print { printer: name.to_owned(), job: id, attempt };
        self.step(id, state, None, Some(io), now);
    }

    fn unwell(&mut self, name: &str, fault: Fault, now: Now) {
        let Some(printer) = self.printers.get_mut(name) else { return };
        printer.heard_unwell(fault, now);
        if fault.is_warning() {
            let epoch = printer.epoch;
            return self.begin_printing(name, epoch, now);
        }
        let Some(id) = printer.job else { return };
        if self.open.get(&id).is_some_and(|job| job.planned == JobState::Preflight) {
            self.walk(id, &[JobInput::Failed { fault, bytes_accepted: 0 }], None, now);
        }
    }

    fn progress(&mut self, id: JobId, attempt: u64, bytes_accepted: u64, now: Now) {
        if !self.is_current(id, attempt, now) {
            return;
        }
        if let Some(job) = self.open.get_mut(&id)
            && let Ok(state) = job.planned.next(JobInput::Progress { offset: bytes_accepted })
        {
            job.planned = state;
        }
    }

    fn done(&mut self, id: JobId, attempt: u64, completion: Completion, now: Now) {
        if !self.is_current(id, attempt, now) {
            return;
        }
        let Some(job) = self.open.get(&id) else { return };
        let pending = match job.planned {
            JobState::Sent { id } => id,
            _ => 0,
        };
        let (end, last) = match completion {
            Completion::Printer => (End::Printed, JobInput::PrinterConfirmed { id: pending }),
            Completion::Unconfirmed => (End::PrintedUnconfirmed, JobInput::StatusStayedClean),
        };
        let inputs = match job.planned {
            JobState::Sending { .. } => vec![JobInput::AllSent { id: pending }, last],
            _ => vec![last],
        };
        self.walk(id, &inputs, Some(end), now);
    }

    fn remembered(&mut self, id: JobId, now: Now) {
        if self.open.get(&id).is_some_and(|job| job.planned == JobState::Doubtful) {
            self.walk(id, &[JobInput::PrinterConfirmed { id: 0 }], Some(End::Printed), now);
        }
    }

    pub(super) fn failed(&mut self, name: &str, id: JobId, fault: Fault, bytes_accepted: u64, now: Now) {
        if let Some(printer) = self.printers.get_mut(name) {
            printer.heard_unwell(fault, now);
        }
        let Some(job) = self.open.get_mut(&id) else { return };
        let Some(state) = walk_state(job.planned, &[JobInput::Failed { fault, bytes_accepted }]) else { return };
        let is_doubtful = state == JobState::Doubtful;
        if !is_doubtful {
            // That printing is over; what is still said about it is late. Of a doubtful one a late word is welcome.
            job.attempt = 0;
        }
        if state != job.planned {
            let end = is_doubtful.then_some(End::Doubtful(Some(fault)));
            self.step(id, state, end, None, now);
        }
    }

    /// A job whose paper cannot be made after all goes back; nothing was sent.
    pub(crate) fn withdraw(&mut self, id: JobId, now: Now) {
        self.walk(id, &[JobInput::Failed { fault: Fault::Protocol, bytes_accepted: 0 }], None, now);
    }

    /// A report of another attempt is late; a current one proves that the printer's thread lives.
    fn is_current(&mut self, id: JobId, attempt: u64, now: Now) -> bool {
        let Some(job) = self.open.get_mut(&id) else { return false };
        let current = job.attempt == attempt && attempt != 0;
        if current {
            job.heard = now.steady;
        }
        current
    }
}
