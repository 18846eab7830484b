//! The kiosk's states and how long each may last without a touch.

use super::view::Problem;
use domain::event::{Crew, Via};
use domain::{BadgeId, Contact, GuestId, HouseholdId, PhoneCheck, SalespersonId};

/// Seconds before the wipe at which the ring appears.
pub const WARNING_MS: u64 = 15_000;

#[derive(Debug, Clone, PartialEq)]
pub enum State {
    Attract,
    /// A command is being committed; what comes after depends on its answer.
    Waiting {
        tag: u64,
        then: Then,
    },
    Refused(Problem),
    PhoneEntry {
        figures: String,
    },
    PhoneNotFound,
    PhoneSeveral,
    PhoneCheck(Visit),
    PhoneType {
        visit: Visit,
        figures: String,
        mismatch: bool,
    },
    NewPhone {
        visit: Visit,
        figures: String,
        first: Option<String>,
        mismatch: bool,
    },
    Household(Visit),
    Already {
        guest: GuestId,
        badges: Vec<BadgeId>,
    },
    GroupPin {
        salesperson: SalespersonId,
        pin: String,
        wrong: bool,
    },
    GroupList {
        salesperson: SalespersonId,
        people: Vec<(GuestId, bool)>,
    },
    GroupProgress {
        salesperson: SalespersonId,
        badges: Vec<BadgeId>,
        settled_at: Option<u64>,
    },
    Done {
        guest: GuestId,
        badges: Vec<BadgeId>,
        settled_at: Option<u64>,
    },
    Help,
    StaffPin {
        who: Option<Crew>,
        pin: String,
        wrong: bool,
        to_shut_down: bool,
    },
    StaffMenu {
        who: Crew,
    },
    /// What needs staff here.
    StaffTasks {
        who: Crew,
    },
}

/// Somebody who stands here and has been recognised.
#[derive(Debug, Clone, PartialEq)]
pub struct Visit {
    pub guest: GuestId,
    /// None for a guest without a dealer.
    pub household: Option<HouseholdId>,
    pub via: Via,
    pub phone: PhoneCheck,
    /// The party's people and who is ticked; those checked in before stay ticked.
    pub people: Vec<(GuestId, bool)>,
    pub adults: u8,
    pub children: u8,
}

/// What follows a committed act.
#[derive(Debug, Clone, PartialEq)]
pub enum Then {
    Done {
        guest: GuestId,
    },
    Group {
        salesperson: SalespersonId,
    },
    /// Present at a session, by badge.
    Session {
        guest: GuestId,
    },
    /// The state that was there before the act.
    Back(Box<State>),
    /// What a sign-in opens.
    Enter(Box<State>),
}

impl State {
    /// Milliseconds without a touch after which everything of the guest is wiped; `None`: stays.
    pub fn patience_ms(&self) -> Option<u64> {
        match self {
            State::Attract => None,
            // A commit takes milliseconds; one that never answers must not hold the kiosk.
            State::Waiting { .. } => Some(10_000),
            State::Refused(_) | State::Help => Some(8_000),
            State::PhoneNotFound | State::PhoneSeveral => Some(15_000),
            State::PhoneEntry { .. }
            | State::PhoneCheck(_)
            | State::PhoneType { .. }
            | State::NewPhone { .. }
            | State::Household(_) => Some(45_000),
            State::Already { .. } => Some(12_000),
            State::GroupPin { .. } | State::StaffPin { .. } => Some(30_000),
            State::GroupList { .. } => Some(120_000),
            // A group waits for its pile, a guest for one badge; staff know of a badge that does not come.
            State::GroupProgress { .. } => Some(90_000),
            State::Done { .. } => Some(20_000),
            State::StaffMenu { .. } | State::StaffTasks { .. } => Some(60_000),
        }
    }

    /// Whether the guest is warned before the wipe: only where something typed or ticked would be lost.
    pub fn warns(&self) -> bool {
        match self {
            State::PhoneEntry { .. }
            | State::PhoneCheck(_)
            | State::PhoneType { .. }
            | State::NewPhone { .. }
            | State::Household(_)
            | State::GroupList { .. } => true,
            State::Attract
            | State::Waiting { .. }
            | State::Refused(_)
            | State::PhoneNotFound
            | State::PhoneSeveral
            | State::Already { .. }
            | State::GroupPin { .. }
            | State::GroupProgress { .. }
            | State::Done { .. }
            | State::Help
            | State::StaffPin { .. }
            | State::StaffMenu { .. }
            | State::StaffTasks { .. } => false,
        }
    }
}

impl Visit {
    /// Everybody ticked who is not in `already`, and the unlisted.
    pub fn heads(&self, already: impl Fn(GuestId) -> bool) -> usize {
        let ticked = self.people.iter().filter(|(guest, here)| *here && !already(*guest)).count();
        ticked + usize::from(self.adults) + usize::from(self.children)
    }

    /// The new number replaces the old one.
    pub fn correct_phone(&mut self, contact: Contact) {
        self.phone = PhoneCheck::Corrected { contact };
    }
}
