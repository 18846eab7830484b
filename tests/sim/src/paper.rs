//! What happens at the printers, and what the printer thread of a living process tells its node.

use domain::Command;
use domain::event::DevicePart;
use node::{Completion, Input, PrinterReport};
use print::{Fault, JobId};

use crate::kiosk::PRINTER;
use crate::plant::Plant;
use crate::printer::Printing;
use crate::world::{Happening, World};

#[derive(Debug, Clone)]
pub(crate) enum PrinterMoment {
    /// Is it in order?
    Asked { life: u64 },
    /// The first bytes leave the kiosk.
    Begins { life: u64, job: JobId, attempt: u64, badge: String, copy: u32 },
    /// The printer has the last byte.
    HasAll { number: u64 },
    /// The page is cut.
    Finishes { number: u64 },
    /// A printer that cannot say so stayed clean for long enough.
    StayedClean { life: u64, job: JobId, attempt: u64 },
}

impl World {
    pub(crate) fn printer_moment(&mut self, index: usize, moment: PrinterMoment) {
        match moment {
            PrinterMoment::Asked { life } => {
                let printer = &self.kiosks[index].printer;
                let report = match printer.trouble {
                    Some(fault) => PrinterReport::Unwell { fault },
                    None => PrinterReport::Ready { epoch: printer.epoch },
                };
                self.report(index, life, report);
            }
            PrinterMoment::Begins { life, job, attempt, badge, copy } => {
                self.begin_page(index, life, job, attempt, (badge, copy));
            }
            PrinterMoment::HasAll { number } => self.has_all(index, number),
            PrinterMoment::Finishes { number } => self.finish_page(index, number),
            PrinterMoment::StayedClean { life, job, attempt } => {
                let completion = Completion::Unconfirmed;
                self.report(index, life, PrinterReport::Done { job, attempt, completion });
            }
        }
    }

    fn begin_page(&mut self, index: usize, life: u64, job: JobId, attempt: u64, (badge, copy): (String, u32)) {
        let now = self.now;
        let kiosk = &mut self.kiosks[index];
        if kiosk.life != life {
            return;
        }
        let busy = kiosk.printer.printing.is_some().then_some(Fault::Busy);
        if let Some(fault) = kiosk.printer.trouble.or(busy) {
            self.report(index, life, PrinterReport::Failed { job, attempt, fault, bytes_accepted: 0 });
            return;
        }
        let number = kiosk.printer.start(life, job, attempt, &badge, copy, now);
        self.say(|| format!("{} page begins: {badge} copy {copy}", self.kiosks[index].name));
        let sent = self.rng.between(10, 200);
        self.after(sent, Happening::Printer { kiosk: index, moment: PrinterMoment::HasAll { number } });
        let done = sent + self.rng.between(100, 900);
        self.after(done, Happening::Printer { kiosk: index, moment: PrinterMoment::Finishes { number } });
    }

    fn has_all(&mut self, index: usize, number: u64) {
        let printing = self.kiosks[index].printer.printing.as_mut();
        let Some(printing) = printing.filter(|printing| printing.number == number) else { return };
        printing.all_bytes = true;
        let Printing { life, job, attempt, .. } = *printing;
        self.report(index, life, PrinterReport::Sent { job, attempt, id: 1 });
    }

    fn finish_page(&mut self, index: usize, number: u64) {
        let printer = &mut self.kiosks[index].printer;
        if printer.printing.as_ref().is_none_or(|printing| printing.number != number) {
            return;
        }
        let completion = printer.completion;
        let Some(Printing { life, job, attempt, .. }) = printer.finish() else { return };
        self.say(|| format!("{} page is out: job {job} of life {life}", self.kiosks[index].name));
        match completion {
            Completion::Printer => self.report(index, life, PrinterReport::Done { job, attempt, completion }),
            Completion::Unconfirmed => {
                let moment = PrinterMoment::StayedClean { life, job, attempt };
                self.after(500, Happening::Printer { kiosk: index, moment });
            }
        }
    }

    pub(crate) fn report(&mut self, index: usize, life: u64, report: PrinterReport) {
        if self.kiosks[index].life == life {
            self.say(|| format!("{} printer: {report:?}", self.kiosks[index].name));
            self.input(index, Input::Printer { printer: PRINTER.to_owned(), report });
            self.tell_of_printer(index, report);
        }
    }

    /// As the runtime does: what a printer says about itself is told to everybody.
    fn tell_of_printer(&mut self, index: usize, report: PrinterReport) {
        let (part, name) = (DevicePart::Printer, PRINTER.to_owned());
        let known = self.kiosks[index].printer_reported;
        let fault = match report {
            PrinterReport::Ready { .. } => None,
            PrinterReport::Unwell { fault } | PrinterReport::Failed { fault, .. } => Some(fault),
            PrinterReport::Progress { .. }
            | PrinterReport::Sent { .. }
            | PrinterReport::Done { .. }
            | PrinterReport::Remembered { .. } => return,
        };
        if known == fault || self.kiosks[index].node.is_none() {
            return;
        }
        self.kiosks[index].printer_reported = fault;
        let command = match fault {
            Some(_) => Command::ReportFault { part, name, code: "PR".into() },
            None => Command::ReportRecovery { part, name },
        };
        self.say_of_itself(index, command);
    }

    /// The process dies: a page whose bytes are not all there stays a piece.
    pub(crate) fn process_gone(&mut self, index: usize) {
        let printer = &mut self.kiosks[index].printer;
        if printer.printing.as_ref().is_some_and(|printing| !printing.all_bytes) {
            printer.printing = None;
        }
    }

    /// Paper out, cover open, power or cable gone.
    pub(crate) fn printer_stops(&mut self, index: usize, fault: Fault) {
        let kiosk = &mut self.kiosks[index];
        let life = kiosk.life;
        let had_all = kiosk.printer.printing.as_ref().is_some_and(|printing| printing.all_bytes);
        let printing = kiosk.printer.printing.clone();
        if fault == Fault::Disconnected && had_all {
            // Without its cable it still finishes what it has.
            kiosk.printer.trouble = Some(fault);
            if let Some(printing) = kiosk.printer.printing.as_mut() {
                printing.life = 0;
            }
        } else {
            kiosk.printer.stop(fault);
        }
        self.say(|| format!("{} printer in trouble: {fault:?}", self.kiosks[index].name));
        match printing {
            Some(printing) if printing.life == life => self.page_failed(index, printing, fault),
            Some(_) | None => self.report(index, life, PrinterReport::Unwell { fault }),
        }
    }

    fn page_failed(&mut self, index: usize, printing: Printing, fault: Fault) {
        let Printing { life, job, attempt, page, .. } = printing;
        if self.options.plant == Some(Plant::ResendsFailedPrint) {
            let page = self.kiosks[index].printer.pages[page].clone();
            let moment = PrinterMoment::Begins { life, job, attempt, badge: page.badge, copy: page.copy };
            self.after(20_000, Happening::Printer { kiosk: index, moment });
            return;
        }
        self.report(index, life, PrinterReport::Failed { job, attempt, fault, bytes_accepted: 1_000 });
    }

    pub(crate) fn printer_mended(&mut self, index: usize) {
        let kiosk = &mut self.kiosks[index];
        if kiosk.printer.trouble.take().is_none() {
            return;
        }
        kiosk.printer.epoch += 1;
        let (life, epoch) = (kiosk.life, kiosk.printer.epoch);
        self.say(|| format!("{} printer is well again", self.kiosks[index].name));
        if self.rng.chance(500) {
            self.report(index, life, PrinterReport::Ready { epoch });
        }
    }
}
