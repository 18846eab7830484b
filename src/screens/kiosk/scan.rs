//! What a scanned code leads to.

use super::state::State;
use super::view::Problem;
use super::{Action, Kiosk, Venue, look};
use domain::event::{Crew, ScanFault, Via};
use domain::meeting::BadgeWorth;
use domain::scan::Scan;
use domain::{Actor, BadgeId, Command, GuestId};

impl Kiosk {
    pub(super) fn scan(&mut self, code: String, venue: &Venue) -> Vec<Action> {
        if matches!(self.state, State::Waiting { .. }) {
            self.held_scan = Some(code);
            return Vec::new();
        }
        // At a kiosk out of order only staff may scan themselves in.
        let scan = Scan::of(&code);
        let closed = venue.devices.out_of_order.is_some() || venue.devices.trouble().is_some();
        if closed && !matches!(scan, Scan::Crew(_)) {
            // The last guest's page gives way to the one that says where to go.
            let over = matches!(
                self.state,
                State::Done { .. } | State::Already { .. } | State::Help | State::GroupProgress { .. }
            );
            return if over { self.attract() } else { Vec::new() };
        }
        if !self.gate.admit(&code, venue.steady_ms) {
            return Vec::new();
        }
        match scan {
            Scan::Invitation(text) => self.invitation(&text, venue),
            Scan::Badge(badge) => self.badge(badge, &code, venue),
            Scan::Crew(crew) => self.crew(&crew, &code, venue),
            Scan::Slip(_) => self.refuse(Problem::Slip, ScanFault::WrongKind, &code, None),
            Scan::CutOff => self.refuse(Problem::CutOff, ScanFault::CutOff, &code, None),
            Scan::Garbage => self.refuse(Problem::Garbage, ScanFault::Garbage, &code, None),
        }
    }

    pub(super) fn spoiled(&mut self) -> Vec<Action> {
        // Somebody in the middle of a page is not thrown out of it by a bad read.
        if matches!(self.state, State::Attract | State::Refused(_)) {
            self.state = State::Refused(Problem::Spoiled);
        }
        Vec::new()
    }

    fn invitation(&mut self, text: &str, venue: &Venue) -> Vec<Action> {
        let today = venue.time.token_day(venue.now_ms);
        let guest = match venue.meeting.read_invitation(text, today) {
            Ok(guest) => guest.id,
            Err(fault) => return self.refuse(problem(fault), fault, text, None),
        };
        if venue.meeting.is_cancelled(guest) && !venue.meeting.is_present(guest) {
            return self.refuse(Problem::NotOnList, ScanFault::UnknownGuest, text, Some(guest));
        }
        self.recognised(guest, Via::Scan, venue)
    }

    fn badge(&mut self, badge: BadgeId, code: &str, venue: &Venue) -> Vec<Action> {
        let worth = venue.meeting.badge_worth(badge);
        let guest = venue.meeting.badge(badge).map(|badge| badge.guest);
        let (Some(worth), Some(guest)) = (worth, guest) else {
            return self.refuse(Problem::BadgeUnknown, ScanFault::UnknownBadge, code, None);
        };
        match worth {
            BadgeWorth::Good => {}
            BadgeWorth::Old { .. } => return self.refuse(Problem::BadgeVoid, ScanFault::OldBadge, code, Some(guest)),
            BadgeWorth::Void => return self.refuse(Problem::BadgeVoid, ScanFault::VoidedBadge, code, Some(guest)),
        }
        let Some(session) = self.settings.session.clone() else {
            self.welcome(guest, venue);
            self.state = State::Already { guest, badges: Vec::new() };
            return Vec::new();
        };
        self.welcome(guest, venue);
        self.act(Command::CheckInSession { badge, session }, Actor::Guest, super::Then::Session { guest })
    }

    fn crew(&mut self, crew: &str, code: &str, venue: &Venue) -> Vec<Action> {
        match look::crew(venue.meeting, crew) {
            Some(Crew::Sales(salesperson)) => {
                self.state = State::GroupPin { salesperson, pin: String::new(), wrong: false };
                Vec::new()
            }
            Some(who @ Crew::Staff(_)) => {
                self.state = State::StaffPin { who: Some(who), pin: String::new(), wrong: false, to_shut_down: false };
                Vec::new()
            }
            None => self.refuse(Problem::Garbage, ScanFault::WrongKind, code, None),
        }
    }

    /// Says why, and keeps a record of it.
    fn refuse(&mut self, problem: Problem, fault: ScanFault, code: &str, guest: Option<GuestId>) -> Vec<Action> {
        tracing::info!(problem = problem.name(), length = code.len(), "a code was refused");
        // Half a read must not throw anybody out of a page with ticks and figures.
        let misread = matches!(problem, Problem::CutOff | Problem::Garbage);
        if !(misread && self.state.warns()) {
            self.state = State::Refused(problem);
        }
        let command = Command::RefuseScan { fault, scanned: code.to_string(), guest };
        vec![self.report(command, Actor::Guest)]
    }
}

fn problem(fault: ScanFault) -> Problem {
    match fault {
        ScanFault::Garbage | ScanFault::WrongKind => Problem::Garbage,
        ScanFault::CutOff => Problem::CutOff,
        ScanFault::Forged => Problem::Forged,
        ScanFault::Foreign => Problem::Foreign,
        ScanFault::Expired => Problem::Expired,
        ScanFault::UnknownGuest => Problem::NotOnList,
        ScanFault::UnknownBadge => Problem::BadgeUnknown,
        ScanFault::OldBadge | ScanFault::VoidedBadge => Problem::BadgeVoid,
    }
}
