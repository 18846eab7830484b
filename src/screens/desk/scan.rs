//! What a scanned code does at the desk, whatever was on the screen: it shows its party or its slip, stays at the counter, or
//! marks a signed copy that came back.

use super::{Action, Desk, Venue};
use crate::screens::kiosk::look::crew;
use domain::event::{Crew, Party, SlipCopy};
use domain::meeting::SlipPaper;
use domain::scan::Scan;
use domain::{Command, DeskCommand, Meeting, SlipId};

impl Desk {
    pub(super) fn scanned(&mut self, code: &str, venue: &Venue) -> Vec<Action> {
        if self.who.is_none() {
            return Vec::new();
        }
        let meeting = venue.meeting;
        let scan = Scan::of(code);
        if let (Scan::Badge(badge), Some(counter), false) = (&scan, &mut self.counter, self.on_map) {
            counter.scanned(*badge, venue);
            return Vec::new();
        }
        let guest = match scan {
            Scan::Badge(badge) => meeting.badge(badge).map(|badge| badge.guest),
            Scan::Invitation(text) => {
                meeting.read_invitation(&text, venue.time.token_day(venue.now_ms)).ok().map(|guest| guest.id)
            }
            scan @ Scan::Slip(_) => return self.scanned_slip(&scan, code, venue),
            Scan::Crew(code) => {
                if let Some(Crew::Sales(id)) = crew(meeting, &code) {
                    self.open_group(Some(id));
                }
                return Vec::new();
            }
            Scan::CutOff | Scan::Garbage => None,
        };
        if let Some(guest) = guest {
            self.open(meeting.party_of(guest), Some(guest), venue);
        }
        Vec::new()
    }

    /// A slip's number shows it. Paper of one says what it is, and a copy that belongs to the organiser is marked as back.
    fn scanned_slip(&mut self, scan: &Scan, code: &str, venue: &Venue) -> Vec<Action> {
        let paper = venue.meeting.read_slip_paper(code);
        let known = scan.slip_id().or_else(|| of_number(scan, venue.meeting)).and_then(|slip| venue.meeting.slip(slip));
        let Some(slip) = known else { return Vec::new() };
        let id = slip.id;
        self.open(Party::Household(slip.version().content.household), None, venue);
        self.open_slip(id, venue);
        let (Some(page), Some(paper)) = (&mut self.slip, paper) else { return Vec::new() };
        let back = match paper {
            SlipPaper::Signed { copy: Some(copy), returned: false, .. }
            | SlipPaper::Closed { copy: Some(copy), returned: false, .. }
                if copy != SlipCopy::Customer && self.waiting_for.is_none() =>
            {
                Some(copy)
            }
            _ => None,
        };
        page.hold_paper(paper, back.is_some());
        let mark = |copy| self.submit(Command::Desk(DeskCommand::ReturnCopy { slip: id, copy }));
        back.map(mark).unwrap_or_default()
    }
}

/// Codes may hold the printed number instead of the id.
fn of_number(scan: &Scan, meeting: &Meeting) -> Option<SlipId> {
    let Scan::Slip(text) = scan else { return None };
    let named = |slip: &&domain::meeting::Slip| slip.number.eq_ignore_ascii_case(text);
    meeting.slips().find(named).map(|slip| slip.id)
}
