//! Events of arrival: check-in, phone, witness, leaving, sessions, refused scans.

use serde::{Deserialize, Serialize};

use crate::ids::{BadgeId, EventId, GuestId, HouseholdId, SessionId, TableId};
use crate::invitation::InvitationFault;
use crate::roster::Contact;

/// A guest arrived. With a table this tells it: from now on the program moves the party no more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GuestCheckedIn {
    /// Who.
    pub guest: GuestId,
    /// The party; none for a guest without a dealer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub household: Option<HouseholdId>,
    /// The table told; none when there was none yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub table: Option<TableId>,
    /// How they were recognised.
    pub via: Via,
    /// Whether staff saw the person.
    pub assurance: Assurance,
}

/// How a guest was recognised.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Copy, PartialOrd, Ord)]
#[serde(rename_all = "snake_case")]
pub enum Via {
    /// Invitation scanned.
    Scan,
    /// Phone number typed.
    Phone,
    /// Ticked by the salesperson of a group.
    Group,
    /// By reception.
    Desk,
}

/// Who says that the person is here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Copy, PartialOrd, Ord)]
#[serde(rename_all = "snake_case")]
pub enum Assurance {
    /// Ticked at a kiosk.
    Declared,
    /// Seen by reception.
    Witnessed,
}

/// A check-in did not happen. Names the check-ins it undoes, so that one made elsewhere meanwhile stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckInUndone {
    /// Whose.
    pub guest: GuestId,
    /// The `GuestCheckedIn` events that are void.
    pub check_ins: Vec<EventId>,
    /// Why.
    pub reason: UndoReason,
    /// In words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

/// Why a check-in is undone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Copy, PartialOrd, Ord)]
#[serde(rename_all = "snake_case")]
pub enum UndoReason {
    /// The wrong name was ticked.
    WrongGuest,
    /// Someone used another's invitation.
    Impostor,
    /// Checked in and did not come in.
    NotHere,
    /// Made for practice.
    Rehearsal,
    /// As the note says.
    Other,
}

/// Adults and children of a party without names: the whole count, not what is added.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnlistedCounted {
    /// The party.
    pub household: HouseholdId,
    /// Adults not on the list.
    pub adults: u8,
    /// Children.
    pub children: u8,
}

/// "Still your number?" was answered with yes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhoneConfirmed {
    /// Whose number.
    pub guest: GuestId,
}

/// A new number, typed twice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhoneCorrected {
    /// Whose number.
    pub guest: GuestId,
    /// The number.
    pub contact: Contact,
}

/// The number was not checked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhoneSkipped {
    /// Whose number.
    pub guest: GuestId,
    /// Why not.
    pub reason: PhoneSkip,
}

/// Why a number was not checked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Copy, PartialOrd, Ord)]
#[serde(rename_all = "snake_case")]
pub enum PhoneSkip {
    /// A guest of honour is not asked.
    Vip,
    /// None is known.
    NoNumber,
    /// The guest did not want to.
    Declined,
}

/// Reception saw the decider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeciderWitnessed {
    /// Who.
    pub guest: GuestId,
}

/// Reception found that the person ticked as decider is somebody else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeciderDenied {
    /// Who was ticked.
    pub guest: GuestId,
    /// As seen.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
}

/// A person said that this guest left for good; the place is free.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GuestLeftEarly {
    /// Who.
    pub guest: GuestId,
    /// As told.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
}

/// A guest who had left is here again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GuestCameBack {
    /// Who.
    pub guest: GuestId,
}

/// Present at a session, by badge scan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionCheckedIn {
    /// Who.
    pub guest: GuestId,
    /// Where.
    pub session: SessionId,
    /// The badge scanned; none when reception chose the name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub badge: Option<BadgeId>,
}

/// Was not at the session after all.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionCheckInUndone {
    /// Who.
    pub guest: GuestId,
    /// Where.
    pub session: SessionId,
    /// The `SessionCheckedIn` events that are void.
    pub check_ins: Vec<EventId>,
    /// As told.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
}

/// People without names whom a party brought to a session: the whole count.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionUnlistedCounted {
    /// The party.
    pub household: HouseholdId,
    /// Where.
    pub session: SessionId,
    /// Adults not on the list.
    pub adults: u8,
    /// Children.
    pub children: u8,
}

/// A scan that could not be used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScanRefused {
    /// What was wrong.
    pub fault: ScanFault,
    /// First characters, for the technician; never a whole code.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub head: String,
    /// Characters scanned.
    pub length: u32,
    /// The guest, where the code was good enough to know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guest: Option<GuestId>,
}

/// What was wrong with a scan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Copy, PartialOrd, Ord)]
#[serde(rename_all = "snake_case")]
pub enum ScanFault {
    /// None of our codes.
    Garbage,
    /// Part of an invitation.
    CutOff,
    /// Signed by nobody we know.
    Forged,
    /// For another meeting.
    Foreign,
    /// Past its day, or replaced by a newer invitation.
    Expired,
    /// A true invitation for somebody who is not in the list here.
    UnknownGuest,
    /// A badge that this node does not know yet: ask at the desk.
    UnknownBadge,
    /// A badge that was replaced.
    OldBadge,
    /// A badge that was voided.
    VoidedBadge,
    /// A code of another kind than wanted here.
    WrongKind,
}

impl From<InvitationFault> for ScanFault {
    fn from(fault: InvitationFault) -> ScanFault {
        match fault {
            InvitationFault::Garbage => ScanFault::Garbage,
            InvitationFault::CutOff => ScanFault::CutOff,
            InvitationFault::Forged => ScanFault::Forged,
            InvitationFault::Foreign => ScanFault::Foreign,
            InvitationFault::Expired => ScanFault::Expired,
        }
    }
}
