//! Paper of slips that this desk wants: it follows from the event that wants it, once, and what came out is told in the
//! log. What was wanted before this start is not printed again by itself: nobody knows how far it came.

use super::Runner;
use crate::app::clock;
use crate::app::pages::{Page, Pages};
use crate::order_papers::{Wanted, slip_paper};
use domain::event::{PrintWord, SlipCopy, SlipPrinted};
use domain::meeting::{Slip, SlipPrint};
use domain::{Command, DeskCommand, EventId, SlipId};
use drivers::PageReport;
use std::collections::{BTreeMap, BTreeSet};

/// The tag of acts that no page of the desk waits for.
const PAPER_TAG: u64 = 1 << 61;
/// Printings whose last word is kept.
const MOST_KEPT: usize = 256;

/// The slips' paper of this desk.
pub(super) struct SlipPapers {
    /// When this desk started, by its clock: what was wanted before is left alone.
    since_ms: u64,
    /// Wanted by these events, and dealt with.
    seen: BTreeSet<EventId>,
    /// By the order's tag.
    out: BTreeMap<u64, Printing>,
    /// The last word by slip.
    told: BTreeMap<SlipId, PageReport>,
}

impl SlipPapers {
    pub fn since_now() -> SlipPapers {
        let (seen, out, told) = (BTreeSet::new(), BTreeMap::new(), BTreeMap::new());
        SlipPapers { since_ms: clock::now_ms(), seen, out, told }
    }
}

struct Printing {
    slip: SlipId,
    revision: u32,
    print: u32,
    copies: Vec<SlipCopy>,
}

impl Runner {
    /// What is known of the slip's newest paper; none while nothing was wanted since this start.
    #[allow(dead_code, reason = "the slip's page asks for it")]
    pub(super) fn slip_paper_told(&self, slip: SlipId) -> Option<&PageReport> {
        self.slip_papers.told.get(&slip)
    }

    /// A slip stands signed here: whoever signed it wants its three parts, where this desk has a printer for them.
    pub(super) fn signed(&mut self, slip: SlipId) {
        let stamp = self.station.meeting().slip(slip).and_then(Slip::signed);
        let Some(actor) = stamp.map(|stamp| stamp.actor.clone()).filter(|_| self.has_slip_queue()) else { return };
        let copies = vec![SlipCopy::Stub, SlipCopy::Customer, SlipCopy::Finance];
        let command = Command::Desk(DeskCommand::PrintSlip { slip, copies });
        let told = self.station.act(PAPER_TAG, command, actor);
        self.told(told);
    }

    /// Orders what this desk's own events want since the last look.
    pub(super) fn order_wanted_slips(&mut self) {
        let Some(own) = self.own_device() else { return };
        let (since_ms, seen) = (self.slip_papers.since_ms, &mut self.slip_papers.seen);
        let mut fresh = Vec::new();
        for slip in self.station.meeting().slips() {
            for print in slip.prints() {
                let is_own = print.wanted.device == own && print.wanted.at.0 >= since_ms;
                if is_own && seen.insert(print.wanted.event) {
                    fresh.push((slip.id, print.clone()));
                }
            }
        }
        for (slip, print) in fresh {
            self.order_slip(slip, &print);
        }
    }

    /// Where order slips are printed.
    pub(super) fn slip_pages(&mut self) -> &mut Pages {
        self.slips.as_mut().unwrap_or(&mut self.pages)
    }

    pub(super) fn has_slip_queue(&self) -> bool {
        self.slips.as_ref().unwrap_or(&self.pages).has_queue()
    }

    fn order_slip(&mut self, slip: SlipId, print: &SlipPrint) {
        let meeting = self.station.meeting();
        let wanted = Wanted {
            language: meeting.config().meeting.language(),
            form: self.slip_form,
            copies: print.copies.clone(),
            print: print.print,
            desk: self.station.name().to_owned(),
        };
        let Some(paper) = slip_paper(meeting, slip, &wanted, &self.time) else { return };
        match self.slip_pages().order(&paper.number.clone(), Page::Slip(Box::new(paper))) {
            Ok(tag) => {
                let (revision, copies) = (print.revision, print.copies.clone());
                self.slip_papers.out.insert(tag, Printing { slip, revision, print: print.print, copies });
            }
            Err(report) => {
                tracing::warn!("{}", report.words());
                self.keep_slip_word(slip, report);
            }
        }
    }

    /// The end of an order goes into the log: by the printer's word, or by nobody's.
    pub(super) fn slip_page_told(&mut self, tag: u64, report: &PageReport) {
        let Some(printing) = self.slip_papers.out.get(&tag) else { return };
        let (slip, revision, print) = (printing.slip, printing.revision, printing.print);
        self.keep_slip_word(slip, report.clone());
        if !report.is_last() {
            return;
        }
        let Some(printing) = self.slip_papers.out.remove(&tag) else { return };
        let PageReport::Completed { by_printer, .. } = report else { return };
        let by = if *by_printer { PrintWord::Printer } else { PrintWord::Unconfirmed };
        for copy in printing.copies {
            let printed = SlipPrinted { slip, revision, copy, print, by };
            let told = self.station.report(Command::Desk(DeskCommand::ReportSlipPrinted(printed)));
            self.told(told);
        }
    }

    fn keep_slip_word(&mut self, slip: SlipId, report: PageReport) {
        let told = &mut self.slip_papers.told;
        told.insert(slip, report);
        while told.len() > MOST_KEPT {
            told.pop_first();
        }
    }

    pub(super) fn own_device(&self) -> Option<domain::DeviceId> {
        self.station.node().map(|node| domain::DeviceId::from_bytes(node.identity().device.0))
    }
}
