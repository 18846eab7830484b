//! The facts of a meeting as the organiser writes them. Reads no file and hashes no PIN: the importer does.

mod goods;
mod people;
mod room;
mod room_check;
mod rules;
mod seating;
mod table_rows;
mod text;
mod validate;
mod validate_goods;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use goods::{FreeGoods, Gift, PolicyTier, Prize, PrizePool, Product};
pub use people::{Duty, Incentive, Region, Role, Salesperson, Staff, Targets};
pub use room::{Area, KioskSpot, Point, Room, Table, View};
pub use room_check::{RoomMistake, room_mistakes};
pub use rules::{
    DepositKind, Disclosure, DrawCondition, DrawRules, LeaseRule, PhoneCheckRule, PrintingRule, QueueRule, Rules,
    TakeOver, TicketBand,
};
pub use seating::{SeatingPreset, SeatingWeights};
pub use table_rows::TableRow;
pub use text::{FileSecret, Language, Text};
pub use validate::{ConfigFault, Gravity};

use crate::ids::{NoticeId, SessionId};
use crate::money::Currency;
use crate::time::LocalTime;

/// All facts of a meeting: the meeting file, and the payload of `MeetingConfigured`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct MeetingConfig {
    /// Name, time zone, currency, languages.
    pub meeting: MeetingFacts,
    /// Where it is.
    pub venue: Venue,
    /// What can be checked in to.
    pub sessions: Vec<Session>,
    /// What the stage shows as the programme.
    pub agenda: Vec<AgendaItem>,
    /// Settings of the rules.
    pub rules: Rules,
    /// Legal notices and consents.
    pub notices: Vec<Notice>,
    /// Logo and colours.
    pub look: Look,
    /// Sales areas.
    pub regions: Vec<Region>,
    /// Who looks after the dealers.
    pub salespeople: Vec<Salesperson>,
    /// Who works at the meeting.
    pub staff: Vec<Staff>,
    /// What can be ordered.
    pub products: Vec<Product>,
    /// What is given with orders.
    pub gifts: Vec<Gift>,
    /// What can be won.
    pub prizes: Vec<Prize>,
    /// Tables of the hall.
    pub tables: Vec<Table>,
    /// More of them, row by row; empty in facts (see [`MeetingConfig::place_rows`]).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub table_rows: Vec<TableRow>,
    /// The hall around the tables.
    pub room: Room,
}

/// What names a meeting.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct MeetingFacts {
    /// Code of the meeting, for folders and file names.
    pub id: String,
    /// Number inside invitation tokens; unique among the organiser's meetings, 1 to 65535.
    pub token_number: u16,
    /// Name per language.
    pub name: Text,
    /// Motto per language.
    pub theme: Text,
    /// The organiser's name per language.
    pub organiser: Text,
    /// IANA name, `Asia/Shanghai`.
    pub time_zone: String,
    /// Of every amount of the meeting.
    pub currency: Currency,
    /// Offered on screens, the first being the usual one.
    pub languages: Vec<Language>,
    /// Country code without `+` that phone numbers without one get, `86`.
    pub phone_country: String,
}

impl MeetingFacts {
    /// The language shown first.
    pub fn language(&self) -> Language {
        self.languages.first().copied().unwrap_or_default()
    }
}

/// Where the meeting is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Venue {
    /// Hotel.
    pub name: Text,
    /// Hall within it.
    pub hall: Text,
    /// Street address.
    pub address: Text,
    /// How to get there, on invitations.
    pub directions: Text,
}

/// One part of the meeting that is checked in to by badge scan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// Code.
    pub id: SessionId,
    /// Name per language.
    pub name: Text,
    /// What it is.
    pub kind: SessionKind,
    /// Beginning.
    pub starts: LocalTime,
    /// End.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends: Option<LocalTime>,
    /// Hall, bus or dining room.
    #[serde(default)]
    pub place: Text,
}

/// What a session is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SessionKind {
    /// Arrival registration.
    Arrival,
    /// The meeting in the hall.
    Meeting,
    /// Banquet.
    Dinner,
    /// Bus.
    Coach,
    /// Anything else.
    Other,
}

/// A line of the programme.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgendaItem {
    /// Beginning.
    pub starts: LocalTime,
    /// What happens.
    pub title: Text,
    /// Who speaks or leads.
    #[serde(default)]
    pub speaker: Text,
    /// The session it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<SessionId>,
}

/// A legal text, shown or asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// Code; events name it.
    pub id: NoticeId,
    /// Shown only, or asked.
    pub kind: NoticeKind,
    /// The text per language.
    pub text: Text,
    /// Raised by the organiser when the text changes its meaning.
    #[serde(default)]
    pub rev: u32,
}

/// What a notice is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoticeKind {
    /// Privacy notice: shown.
    Privacy,
    /// Consent to the name on screens.
    ScreenName,
    /// Consent to the contact directory.
    Directory,
    /// Consent to photos.
    Photo,
    /// Any other legal notice: shown.
    Legal,
}

/// How screens and paper look.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Look {
    /// The logo's picture, a blob named by its SHA-256 (the importer puts it there), or in the file a path.
    pub logo: Option<String>,
    /// Overrides of the theme's colours, `#rrggbb` by token name.
    pub colours: BTreeMap<String, String>,
}
