//! Guests who check in, salespeople with a coach, and staff who undo, reprint and settle doubts by looking into the tray.
//! Whoever gets no answer tries again, often at another kiosk.

use std::collections::{BTreeMap, BTreeSet};

use domain::event::{Assurance, BadgeReason, HelpReason, Party, ScanFault, SeatReason, UndoReason, Via};
use domain::meeting::BadgeStatus;
use domain::{Actor, BadgeId, Command, GuestId, HouseholdId, PhoneCheck, PrinterId, TableId};
use node::{Answer, Denied, Input};

use crate::hall::HallWant;
use crate::kiosk::PRINTER;
use crate::rng::Rng;
use crate::trade;
use crate::venue::{NOT_PLANNED, RECEPTION, SALESPERSON};
use crate::world::{Happening, STORM_MS, World};

/// Staff look into the tray at the earliest this long after a doubt came up.
const LOOK_AFTER_MS: u64 = 4_000;
/// Nobody has to try more often than this.
const PATIENCE: u32 = 80;

/// What somebody wants at a kiosk.
#[derive(Debug, Clone)]
pub(crate) enum Want {
    CheckIn {
        household: HouseholdId,
        present: Vec<GuestId>,
        unlisted_adults: u8,
    },
    Group {
        present: Vec<GuestId>,
    },
    Undo {
        guest: GuestId,
    },
    Reprint {
        guest: GuestId,
        at: Option<usize>,
    },
    Settle {
        badge: BadgeId,
    },
    Seat {
        household: HouseholdId,
        table: Option<TableId>,
    },
    Hall(HallWant),
    BadScan,
    Help,
    /// At a desk: what it is follows from what the machine shows then.
    Trade {
        chance: u64,
    },
    /// On the stage: a step of the lottery, that follows likewise.
    Draw {
        chance: u64,
    },
}

/// One person at a kiosk.
#[derive(Debug, Clone)]
pub(crate) struct Visit {
    pub want: Want,
    pub kiosk: usize,
    pub tries: u32,
}

/// All people.
#[derive(Debug, Default)]
pub(crate) struct People {
    next_tag: u64,
    /// Visits that have no answer for good yet.
    pub open: usize,
    settling: BTreeSet<BadgeId>,
    doubted: BTreeMap<BadgeId, u64>,
}

impl World {
    pub(crate) fn plan_people(&mut self) {
        let acts = self.rng.between(35, 65);
        for _ in 0..acts {
            let want = if self.rng.chance(300) { Want::Hall(self.some_hall_want()) } else { self.some_want() };
            let kiosk = self.rng.index(self.kiosks.len());
            let at = self.now + self.rng.between(1_000, STORM_MS);
            let twice = matches!(want, Want::CheckIn { .. }) && self.rng.chance(200);
            self.come(at, Visit { want: want.clone(), kiosk, tries: 0 });
            if twice {
                let other = self.rng.index(self.kiosks.len());
                let later = at + self.rng.between(0, 3_000);
                self.come(later, Visit { want, kiosk: other, tries: 0 });
            }
        }
        if self.options.has_trade() {
            self.plan_trade();
        }
        if self.options.has_draw() {
            self.plan_draw();
        }
        self.after(3_000, Happening::StaffRound);
        self.plan_no_shows();
    }

    fn plan_trade(&mut self) {
        for _ in 0..self.rng.between(60, 160) {
            let want = Want::Trade { chance: self.rng.next() };
            let kiosk = self.rng.index(self.kiosks.len());
            let at = self.now + self.rng.between(1_000, STORM_MS);
            self.come(at, Visit { want, kiosk, tries: 0 });
        }
    }

    pub(crate) fn come(&mut self, at: u64, visit: Visit) {
        self.people.open += 1;
        self.at(at, Happening::Visit(visit));
    }

    fn some_want(&mut self) -> Want {
        let party = self.rng.index(self.venue.parties.len());
        let party = self.venue.parties[party].clone();
        let guest = party.guests[self.rng.index(party.guests.len())];
        match self.rng.between(0, 100) {
            0..60 => {
                let mut present = vec![guest];
                for other in &party.guests {
                    if *other != guest && self.rng.chance(600) {
                        present.push(*other);
                    }
                }
                let unlisted_adults = if self.rng.chance(150) { self.rng.between(1, 4) } else { 0 };
                let unlisted_adults = u8::try_from(unlisted_adults).unwrap_or(0);
                Want::CheckIn { household: party.household, present, unlisted_adults }
            }
            60..66 => {
                let from = self.rng.index(self.venue.parties.len());
                let coach = self.venue.parties.iter().skip(from).take(3);
                Want::Group { present: coach.flat_map(|party| party.guests.clone()).collect() }
            }
            66..74 => Want::Undo { guest },
            74..82 => {
                let table = self.rng.index(self.venue.tables.len());
                let table = self.rng.chance(250).then(|| self.venue.tables[table].clone());
                let last = self.venue.parties.len().saturating_sub(NOT_PLANNED);
                let unplanned = last + self.rng.index(self.venue.parties.len() - last);
                Want::Seat { household: self.venue.parties[unplanned].household, table }
            }
            82..90 => {
                let at = self.rng.chance(500).then(|| self.rng.index(self.kiosks.len()));
                Want::Reprint { guest, at }
            }
            90..95 => Want::BadScan,
            _ => Want::Help,
        }
    }

    pub(crate) fn visit(&mut self, visit: Visit) {
        let index = visit.kiosk;
        if self.kiosks[index].node.is_none() {
            self.try_again(visit);
            return;
        }
        if let Want::Draw { chance } = visit.want
            && let Some(ask) = self.what_to_ask(index, chance)
        {
            self.ask_the_hub(index, ask);
            self.visit_ends(&visit);
            return;
        }
        let Some((command, actor)) = self.command(index, &visit.want) else {
            self.visit_ends(&visit);
            return;
        };
        self.people.next_tag += 1;
        let tag = self.people.next_tag;
        let entropy = self.rng.bytes();
        self.say(|| format!("{} act {tag} by {actor}: {:?}", self.kiosks[index].name, visit.want));
        self.kiosks[index].visits.insert(tag, visit);
        self.input(index, Input::Act { tag, command, actor, entropy });
    }

    fn command(&self, index: usize, want: &Want) -> Option<(Command, Actor)> {
        let staff = Actor::Staff { id: RECEPTION.into() };
        let wanted = match want.clone() {
            Want::Trade { chance } => {
                let kiosk = &self.kiosks[index];
                let here = domain::DeviceId::from_bytes(kiosk.disk.durable().device.0);
                let meeting = kiosk.node.as_ref()?.meeting();
                let (actor, command) = trade::act(meeting, here, &mut Rng::new(chance))?;
                (command, actor)
            }
            Want::Draw { chance } => self.stage_command(index, chance)?,
            Want::CheckIn { household, present, unlisted_adults } => {
                let command = Command::CheckIn {
                    household,
                    scanned: present.first().copied(),
                    present,
                    unlisted_adults,
                    children: 0,
                    via: Via::Scan,
                    phone: PhoneCheck::Skipped,
                    assurance: Assurance::Declared,
                    printer: None,
                };
                (command, Actor::Guest)
            }
            Want::Group { present } => {
                let salesperson = SALESPERSON.into();
                let command = Command::CheckInGroup { salesperson, present, unlisted: Vec::new(), printer: None };
                (command, Actor::Salesperson { id: SALESPERSON.into() })
            }
            Want::Undo { guest } => {
                (Command::UndoCheckIn { guest, reason: UndoReason::WrongGuest, note: String::new() }, staff)
            }
            Want::Reprint { guest, at } => {
                let address = |kiosk: usize| {
                    let identity = self.kiosks[kiosk].identity(sync::BootId([0; 16]));
                    PrinterId::new(&identity.printer_address(PRINTER))
                };
                let reason = BadgeReason::Damaged;
                (Command::ReprintBadge { guest, reason, printer: at.map(address) }, staff)
            }
            Want::Settle { badge } => {
                let came_out = self.kiosks.iter().any(|kiosk| kiosk.printer.came_out(badge.as_str()));
                (Command::SettleDoubt { badge, came_out, printer: None }, staff)
            }
            Want::Seat { household, table } => {
                let party = Party::Household(household);
                let seat = match table {
                    Some(to) => Command::MoveSeat { party, to, reason: "they asked for it".to_owned() },
                    None => Command::SeatParty { party, table: None, reason: SeatReason::WalkIn },
                };
                (seat, staff)
            }
            Want::Hall(want) => self.hall_command(index, &want),
            Want::BadScan => {
                let (fault, scanned) = (ScanFault::Garbage, "http://example.com".to_owned());
                (Command::RefuseScan { fault, scanned, guest: None }, Actor::Guest)
            }
            Want::Help => {
                (Command::RequestHelp { reason: HelpReason::Asked, guest: None, household: None }, Actor::Guest)
            }
        };
        Some(wanted)
    }

    pub(crate) fn visit_answered(&mut self, index: usize, tag: u64, result: Result<Answer, Denied>) {
        let Some(visit) = self.kiosks[index].visits.remove(&tag) else {
            self.judge.accuse(format!("{} answers act {tag} twice or unasked", self.kiosks[index].name));
            return;
        };
        match result {
            Ok(answer) => {
                self.judge.confirm(index, &self.kiosks[index], &answer);
                if let Want::Hall(HallWant::WalkIn { number }) = visit.want {
                    self.walk_in_registered(number, index);
                }
                self.visit_ends(&visit);
            }
            Err(Denied::Rule(refusal)) => {
                self.say(|| format!("refused: {refusal}"));
                self.visit_ends(&visit);
            }
            Err(Denied::TooLarge) => self.judge.accuse("an act is too large".to_owned()),
            Err(Denied::Busy | Denied::Storage | Denied::LogFrozen) => self.try_again(visit),
        }
    }

    fn visit_ends(&mut self, visit: &Visit) {
        self.people.open -= 1;
        if let Want::Settle { badge } = visit.want {
            self.people.settling.remove(&badge);
        }
    }

    /// Nobody answered: after a while the person tries again, perhaps elsewhere.
    pub(crate) fn try_again(&mut self, mut visit: Visit) {
        visit.tries += 1;
        if visit.tries > PATIENCE {
            self.judge.accuse(format!("I11 nobody serves {:?}", visit.want));
            return;
        }
        if self.rng.chance(600) {
            visit.kiosk = self.rng.index(self.kiosks.len());
        }
        let delay = self.rng.between(500, 4_000);
        self.after(delay, Happening::Visit(visit));
    }

    /// Staff go around: whatever is in doubt for a while is looked up in the tray and settled.
    pub(crate) fn staff_round(&mut self) {
        let delay = self.rng.between(3_000, 8_000);
        self.after(delay, Happening::StaffRound);
        for index in 0..self.kiosks.len() {
            for badge in self.doubts(index) {
                let since = *self.people.doubted.entry(badge).or_insert(self.now);
                let printing = self.kiosks.iter().any(|kiosk| kiosk.printer.printing.is_some());
                let early = self.now < since + LOOK_AFTER_MS || printing;
                if !early && self.people.settling.insert(badge) {
                    self.people.open += 1;
                    self.visit(Visit { want: Want::Settle { badge }, kiosk: index, tries: 0 });
                }
            }
        }
    }

    /// What a kiosk shows as doubtful.
    pub(crate) fn doubts(&self, index: usize) -> Vec<BadgeId> {
        let Some(node) = &self.kiosks[index].node else { return Vec::new() };
        if node.meeting().events_of("BadgeDoubtful") == 0 {
            return Vec::new();
        }
        let guests = self.venue.parties.iter().flat_map(|party| &party.guests);
        let badges = guests.flat_map(|guest| node.meeting().badges_of(*guest));
        badges.filter(|badge| badge.status == BadgeStatus::Doubtful).map(|badge| badge.id).collect()
    }
}
