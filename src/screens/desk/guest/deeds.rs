//! What staff may do about the people of a party: each deed is a code for its words; some want a reason, words or the PIN first.

use super::about;
use super::{Guest, Venue};
use crate::screens::desk::walk_in::assurance;
use domain::event::{BadgeReason, Crew, Party, UndoReason, Via};
use domain::meeting::SlipStatus;
use domain::roster::{ClassCriterion, CustomerClass};
use domain::{Command, GuestId, Meeting, PhoneCheck, StaffId};
use ui::GuestDeedCode as Code;

/// One thing that may be done.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Deed {
    pub code: Code,
    /// How many people it is about.
    pub count: usize,
}

/// What a deed still wants to know.
#[derive(Debug, Clone, PartialEq)]
pub enum Next {
    /// Why another copy.
    WhyAnotherBadge(GuestId),
    /// Why the check-in is taken back.
    WhyUndo(GuestId),
    /// Why, in words.
    Words(Worded),
    /// What is not done at every arrival.
    More,
    WhichClass,
    WhichCriterion(CustomerClass),
    /// What this person says to each of the meeting's questions.
    Consents(GuestId),
    /// Whoever is signed in says so with their PIN: the desk may be standing open.
    Pin {
        wrong: bool,
        command: Box<Command>,
    },
}

/// What the words are for.
#[derive(Debug, Clone, PartialEq)]
pub enum Worded {
    Undo(GuestId),
    LeaveEarly(Vec<GuestId>),
    NotTheDecider(GuestId),
    Class(CustomerClass, Vec<ClassCriterion>),
    Note,
}

/// What comes of a deed or an answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    Ask(Next),
    Do(Command),
    /// The page of a slip, or of a new one.
    Slip(Option<domain::SlipId>),
    /// The page of payments.
    Payments,
}

const WHY_ANOTHER: [(Code, BadgeReason); 4] = [
    (Code::BecauseLost, BadgeReason::Lost),
    (Code::BecauseDamaged, BadgeReason::Damaged),
    (Code::BecauseWrongText, BadgeReason::WrongText),
    (Code::BecauseNewTable, BadgeReason::NewTable),
];

const WHY_UNDO: [(Code, UndoReason); 4] = [
    (Code::BecauseWrongGuest, UndoReason::WrongGuest),
    (Code::BecauseNotHere, UndoReason::NotHere),
    (Code::BecauseImpostor, UndoReason::Impostor),
    (Code::BecauseOther, UndoReason::Other),
];

impl Guest {
    /// What may be done now, the proposal first.
    pub fn deeds(&self, venue: &Venue) -> Vec<Deed> {
        let about = self.about(venue.meeting);
        let one = |code| Deed { code, count: 1 };
        match &self.next {
            Some(Next::WhyAnotherBadge(_)) => WHY_ANOTHER.iter().map(|(code, _)| one(*code)).collect(),
            Some(Next::WhyUndo(_)) => WHY_UNDO.iter().map(|(code, _)| one(*code)).collect(),
            Some(Next::Words(_) | Next::Pin { .. }) => Vec::new(),
            Some(Next::More) => about::more(self.party, &about, venue.meeting).into_iter().map(one).collect(),
            Some(Next::WhichClass) => about::CLASSES.iter().map(|(code, _)| one(*code)).collect(),
            Some(Next::WhichCriterion(_)) => about::CRITERIA.iter().map(|(code, _)| one(*code)).collect(),
            Some(Next::Consents(guest)) => about::answers(*guest, venue.meeting).into_iter().map(one).collect(),
            None => self.open_deeds(venue.meeting, &about),
        }
    }

    fn open_deeds(&self, meeting: &Meeting, about: &[GuestId]) -> Vec<Deed> {
        let (here, absent): (Vec<GuestId>, Vec<GuestId>) = about
            .iter()
            .copied()
            .filter(|guest| !meeting.is_cancelled(*guest))
            .partition(|guest| meeting.is_present(*guest));
        let mut deeds = Vec::new();
        let mut offer = |code, count: usize| {
            if count > 0 {
                deeds.push(Deed { code, count });
            }
        };
        offer(Code::CheckIn, absent.len());
        offer(Code::TellTable, usize::from(self.wants_telling(meeting)));
        let draft = self.draft(meeting).is_some();
        offer(Code::OpenDraft, usize::from(draft));
        offer(Code::NewSlip, usize::from(!draft && self.orders(meeting)));
        offer(Code::Payments, usize::from(self.orders(meeting)));
        let [guest] = here[..] else {
            offer(Code::LeaveEarly, here.iter().filter(|guest| !has_left(meeting, **guest)).count());
            offer(Code::More, 1);
            return deeds;
        };
        let person = meeting.guest(guest).map(|guest| meeting.person(guest));
        let decides = person.as_ref().is_some_and(|person| person.guest.decides && !person.left);
        let witnessed = person.as_ref().is_some_and(|person| person.witnessed);
        offer(Code::Witness, usize::from(decides && !witnessed));
        offer(Code::NotTheDecider, usize::from(decides));
        offer(Code::Reprint, 1);
        offer(Code::ComeBack, usize::from(has_left(meeting, guest)));
        offer(Code::LeaveEarly, usize::from(!has_left(meeting, guest)));
        offer(Code::Undo, 1);
        offer(Code::More, 1);
        deeds
    }

    /// Parties with a firm order.
    fn orders(&self, meeting: &Meeting) -> bool {
        matches!(self.party, Party::Household(household) if meeting.dealers(household).next().is_some())
    }

    /// The newest slip that may still change.
    fn draft(&self, meeting: &Meeting) -> Option<domain::SlipId> {
        let Party::Household(household) = self.party else { return None };
        let slips = crate::screens::desk::slip::slips_of(meeting, household);
        let drafts = slips.filter(|slip| slip.status() == SlipStatus::Draft);
        drafts.max_by_key(|slip| slip.version().stamp.at).map(|slip| slip.id)
    }

    fn wants_telling(&self, meeting: &Meeting) -> bool {
        let here = meeting.guests_of(self.party).into_iter().any(|guest| meeting.is_present(guest));
        here && meeting.table_spot(self.party).is_some_and(|spot| !spot.told)
    }
}

fn has_left(meeting: &Meeting, guest: GuestId) -> bool {
    meeting.guest(guest).is_some_and(|guest| meeting.person(guest).left)
}

/// What a deed comes to for these people; none when it is about nobody.
pub(super) fn step(code: Code, page: &Guest, who: &StaffId, venue: &Venue) -> Option<Step> {
    let meeting = venue.meeting;
    let about = page.about(meeting);
    let here: Vec<GuestId> = about.iter().copied().filter(|guest| meeting.is_present(*guest)).collect();
    let guest = here.first().copied();
    let why = |known: &[(Code, BadgeReason)]| known.iter().find(|(one, _)| *one == code).map(|(_, reason)| *reason);
    let undo = |known: &[(Code, UndoReason)]| known.iter().find(|(one, _)| *one == code).map(|(_, reason)| *reason);
    Some(match (&page.next, code) {
        (Some(Next::WhyAnotherBadge(guest)), _) => {
            let command = Command::ReprintBadge { guest: *guest, reason: why(&WHY_ANOTHER)?, printer: None };
            Step::Ask(Next::Pin { wrong: false, command: Box::new(command) })
        }
        (Some(Next::WhyUndo(guest)), _) => match undo(&WHY_UNDO)? {
            UndoReason::Other => Step::Ask(Next::Words(Worded::Undo(*guest))),
            reason => Step::Do(Command::UndoCheckIn { guest: *guest, reason, note: String::new() }),
        },
        (Some(next @ (Next::More | Next::WhichClass | Next::WhichCriterion(_) | Next::Consents(_))), _) => {
            return about::step(code, next, &about, meeting);
        }
        (_, Code::More) => Step::Ask(Next::More),
        (_, Code::CheckIn) => Step::Do(check_in(page.party, about, who, venue)?),
        (_, Code::OpenDraft) => Step::Slip(Some(page.draft(meeting)?)),
        (_, Code::NewSlip) => Step::Slip(None),
        (_, Code::Payments) => Step::Payments,
        (_, Code::TellTable) => Step::Do(Command::TellTable { party: page.party }),
        (_, Code::Witness) => Step::Do(Command::WitnessDecider { guest: guest? }),
        (_, Code::NotTheDecider) => Step::Ask(Next::Words(Worded::NotTheDecider(guest?))),
        (_, Code::Reprint) => Step::Ask(Next::WhyAnotherBadge(guest?)),
        (_, Code::Undo) => Step::Ask(Next::WhyUndo(guest?)),
        (_, Code::ComeBack) => Step::Do(Command::ComeBack { guest: guest? }),
        (_, Code::LeaveEarly) => Step::Ask(Next::Words(Worded::LeaveEarly(here))),
        _ => return None,
    })
}

fn check_in(party: Party, about: Vec<GuestId>, who: &StaffId, venue: &Venue) -> Option<Command> {
    let meeting = venue.meeting;
    let absent = |guest: &GuestId| !meeting.is_present(*guest) && !meeting.is_cancelled(*guest);
    let present: Vec<GuestId> = about.into_iter().filter(absent).collect();
    let (via, phone, assurance) = (Via::Desk, PhoneCheck::Skipped, assurance(who, venue));
    match party {
        Party::Household(household) => {
            let view = meeting.household_view(household)?;
            let (unlisted_adults, children) = (view.unlisted_adults, view.children);
            let scanned = None;
            Some(Command::CheckIn {
                household,
                scanned,
                present,
                unlisted_adults,
                children,
                via,
                phone,
                assurance,
                printer: None,
            })
        }
        Party::Guest(guest) => Some(Command::CheckInAlone { guest, via, phone, assurance, printer: None }),
    }
}

/// What comes of words or a PIN.
pub(super) fn answered(next: &Next, words: String, party: Party, who: &StaffId, venue: &Venue) -> Option<Step> {
    Some(match next {
        Next::WhyAnotherBadge(_)
        | Next::WhyUndo(_)
        | Next::More
        | Next::WhichClass
        | Next::WhichCriterion(_)
        | Next::Consents(_) => return None,
        Next::Words(Worded::Class(class, criteria)) => {
            Step::Do(about::regrade(party, *class, criteria.clone(), words, venue.meeting)?)
        }
        Next::Words(Worded::Note) => Step::Do(Command::WriteNote { party, text: words }),
        Next::Words(Worded::Undo(guest)) => {
            Step::Do(Command::UndoCheckIn { guest: *guest, reason: UndoReason::Other, note: words })
        }
        Next::Words(Worded::LeaveEarly(guests)) => {
            Step::Do(Command::LeaveEarly { guests: guests.clone(), reason: words })
        }
        Next::Words(Worded::NotTheDecider(guest)) => Step::Do(Command::DenyDecider { guest: *guest, reason: words }),
        Next::Pin { command, .. } if venue.secrets.is_pin_of(&Crew::Staff(who.clone()), &words, venue.meeting) => {
            Step::Do((**command).clone())
        }
        Next::Pin { command, .. } => Step::Ask(Next::Pin { wrong: true, command: command.clone() }),
    })
}
