//! What the kiosk shows and what can be touched, as plain values: codes, names and figures, never sentences.

use crate::screens::pairing::PairingPage;
use crate::screens::tasks::TaskLine;
use domain::config::Language;
use print::Fault;
use std::sync::Arc;

/// Everything on the screen at one moment.
#[derive(Debug, Clone, PartialEq)]
pub struct KioskView {
    pub language: Language,
    pub languages: Vec<Language>,
    pub banner: Banner,
    pub page: Page,
    /// Own acts that the hub has not given back, and since when (`hh:mm`, empty when none waits).
    pub waiting: usize,
    pub waiting_since: String,
    /// Seconds until everything of the guest is wiped, once that is near.
    pub wipe_in_s: Option<u32>,
}

/// What names the meeting, in the language of the screen.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Banner {
    pub host: String,
    pub meeting: String,
    pub theme: String,
    pub opening: String,
    pub next_at: String,
    pub next_what: String,
    pub kiosk: String,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Page {
    Attract,
    /// An act is being committed.
    Looking,
    Refused(Problem),
    PhoneEntry(Typed),
    PhoneNotFound,
    PhoneSeveral,
    PhoneCheck {
        firm: String,
        mask: String,
    },
    /// The meeting wants the number typed.
    PhoneType {
        firm: String,
        mask: String,
        typed: Typed,
    },
    NewPhone {
        firm: String,
        mask: String,
        typed: Typed,
        again: bool,
    },
    Household(HouseholdPage),
    Already(TablePage),
    GroupPin {
        salesperson: String,
        pin: PinPage,
    },
    GroupList {
        salesperson: String,
        people: Vec<GroupLine>,
        heads: usize,
    },
    GroupProgress {
        salesperson: String,
        badges: BadgeCount,
    },
    Done(TablePage),
    Help,
    OutOfOrder(OutOfOrder),
    StaffPin {
        pin: PinPage,
        to_shut_down: bool,
    },
    StaffMenu(StaffPage),
    /// What needs staff at this kiosk.
    StaffTasks(Vec<TaskLine>),
    /// The machine takes no part in a meeting.
    Pairing(PairingPage),
}

impl Page {
    /// Name for logs, the control socket and tests.
    pub fn name(&self) -> &'static str {
        match self {
            Page::Attract => "attract",
            Page::Looking => "looking",
            Page::Refused(_) => "refused",
            Page::PhoneEntry(_) => "phone_entry",
            Page::PhoneNotFound => "phone_not_found",
            Page::PhoneSeveral => "phone_several",
            Page::PhoneCheck { .. } => "phone_check",
            Page::PhoneType { .. } => "phone_type",
            Page::NewPhone { .. } => "new_phone",
            Page::Household(_) => "household",
            Page::Already(_) => "already",
            Page::GroupPin { .. } => "group_pin",
            Page::GroupList { .. } => "group_list",
            Page::GroupProgress { .. } => "group_progress",
            Page::Done(_) => "done",
            Page::Help => "help",
            Page::OutOfOrder(_) => "out_of_order",
            Page::StaffPin { .. } => "staff_pin",
            Page::StaffMenu(_) => "staff_menu",
            Page::StaffTasks(_) => "staff_tasks",
            Page::Pairing(_) => "pairing",
        }
    }
}

/// Why a scan led nowhere; each has its own words and picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Problem {
    Forged,
    Foreign,
    Expired,
    CutOff,
    Garbage,
    /// A badge that this kiosk has not heard of yet: never "forged".
    BadgeUnknown,
    BadgeVoid,
    Slip,
    /// The reader lost a part of the code.
    Spoiled,
    /// Genuine, but the guest is not on this node's list, or was cancelled.
    NotOnList,
}

impl Problem {
    pub fn name(self) -> &'static str {
        match self {
            Problem::Forged => "forged",
            Problem::Foreign => "foreign",
            Problem::Expired => "expired",
            Problem::CutOff => "cut_off",
            Problem::Garbage => "garbage",
            Problem::BadgeUnknown => "badge_unknown",
            Problem::BadgeVoid => "badge_void",
            Problem::Slip => "slip",
            Problem::Spoiled => "spoiled",
            Problem::NotOnList => "not_on_list",
        }
    }
}

/// Figures of a phone number as they are typed.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Typed {
    pub figures: String,
    /// The figures make a whole number.
    pub whole: bool,
    /// The two numbers differed, or this is not the invited one.
    pub mismatch: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PinPage {
    pub typed: usize,
    pub wrong: bool,
    /// Above 0: tries are used up for so many minutes more.
    pub locked_minutes: u32,
}

#[derive(Debug, Clone, PartialEq)]
pub struct PersonLine {
    pub name: String,
    pub title: String,
    pub decides: bool,
    pub here: bool,
    /// Checked in before; stays ticked.
    pub done: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub struct GroupLine {
    pub firm: String,
    pub person: PersonLine,
}

#[derive(Debug, Clone, PartialEq)]
pub struct HouseholdPage {
    pub firm: String,
    pub people: Vec<PersonLine>,
    pub adults: u8,
    pub children: u8,
    /// Everybody ticked or counted who is not done yet.
    pub heads: usize,
}

/// The table, and how the badges fare.
#[derive(Debug, Clone, PartialEq)]
pub struct TablePage {
    pub guest: String,
    pub table: Option<TableFacts>,
    pub salesperson: String,
    pub green_channel: bool,
    pub vip: bool,
    pub badges: BadgeCount,
    /// `hh:mm` of the first check-in; empty on a fresh one.
    pub checked_in_at: String,
    pub still_to_come: usize,
}

#[derive(Debug, Clone, PartialEq)]
pub struct TableFacts {
    pub label: String,
    pub zone: String,
    pub row: u16,
    pub side: Side,
    pub map: Arc<RoomMap>,
}

/// The room in per mille of what is drawn of it, the stage at the top. Nothing to draw: no tables.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RoomMap {
    pub tables: Vec<Spot>,
    pub own: Spot,
    /// Where the reader stands.
    pub here: Spot,
    /// The room does not have this kiosk: the way begins at a door.
    pub here_is_door: bool,
    /// Corners of the way, each leg along a wall.
    pub way: Vec<(i32, i32)>,
    pub walls: Patch,
    pub stage: Option<Patch>,
    pub pillars: Vec<Patch>,
    /// The least distance of two tables side by side, and behind each other.
    pub spacing: (i32, i32),
}

/// A rectangle of the map.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Patch {
    pub x: i32,
    pub y: i32,
    pub width: i32,
    pub depth: i32,
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct Spot {
    pub label: String,
    pub x: i32,
    pub y: i32,
    /// Carries its number in the fullest room.
    pub near: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Side {
    #[default]
    None,
    Left,
    Centre,
    Right,
}

/// How the badges of this visit fare.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BadgeCount {
    pub stage: BadgeStage,
    pub out: usize,
    pub all: usize,
    /// How much of the badge the printer took.
    pub per_mille: u16,
    /// The machine where it comes out instead; empty: here.
    pub at: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum BadgeStage {
    #[default]
    None,
    Queued,
    Printing,
    /// The printer said that they are out.
    TakeIt,
    /// The printer cannot say.
    Unconfirmed,
    /// Waits for paper or a hand.
    Waiting,
    /// Nobody knows whether it came out; staff are asked.
    Doubtful,
}

impl BadgeStage {
    pub fn name(self) -> &'static str {
        match self {
            BadgeStage::None => "none",
            BadgeStage::Queued => "queued",
            BadgeStage::Printing => "printing",
            BadgeStage::TakeIt => "take_it",
            BadgeStage::Unconfirmed => "unconfirmed",
            BadgeStage::Waiting => "waiting",
            BadgeStage::Doubtful => "doubtful",
        }
    }
}

/// Why the kiosk serves nobody, and where to go instead.
#[derive(Debug, Clone, PartialEq)]
pub struct OutOfOrder {
    pub code: OrderCode,
    /// `hh:mm`.
    pub since: String,
    /// The nearest other kiosk of the meeting; empty: the reception desk.
    pub next: String,
    pub next_side: Side,
}

/// The two letters for staff.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OrderCode {
    Paper,
    Cover,
    Printer,
    Cutter,
    Hot,
    Scanner,
    Storage,
    Hub,
}

impl OrderCode {
    pub fn letters(self) -> &'static str {
        match self {
            OrderCode::Paper => "PA",
            OrderCode::Cover => "CO",
            OrderCode::Printer => "PR",
            OrderCode::Cutter => "CU",
            OrderCode::Hot => "HO",
            OrderCode::Scanner => "SC",
            OrderCode::Storage => "DB",
            OrderCode::Hub => "HB",
        }
    }

    /// The code of a printer's fault; none for a mere warning.
    pub fn of_fault(fault: Fault) -> Option<OrderCode> {
        match fault {
            Fault::PaperLow => None,
            Fault::PaperOut => Some(OrderCode::Paper),
            Fault::CoverOpen => Some(OrderCode::Cover),
            Fault::CutterJam => Some(OrderCode::Cutter),
            Fault::Overheated => Some(OrderCode::Hot),
            Fault::Offline | Fault::Busy | Fault::Disconnected | Fault::Stalled | Fault::Denied | Fault::Protocol => {
                Some(OrderCode::Printer)
            }
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Health {
    #[default]
    Unknown,
    Good,
    Attention,
    Broken,
    Absent,
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct StaffPage {
    pub printer: Health,
    pub printer_fault: Option<OrderCode>,
    pub printer_name: String,
    pub scanner: Health,
    pub scanner_name: String,
    pub hub: Health,
    pub hub_name: String,
    /// Name on the badge that "reprint" would copy; empty: none.
    pub last_badge: String,
    /// Name on a badge that nobody knows the fate of; empty: none.
    pub doubtful_badge: String,
    pub doubtful_at: String,
    pub badges_queued: usize,
    pub guests_in: usize,
    /// The clock against the hub's.
    pub clock: Health,
    pub clock_off_s: u64,
    /// What needs staff at this kiosk.
    pub tasks: Vec<TaskLine>,
}
