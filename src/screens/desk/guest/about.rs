//! What is not done at every arrival: the class judged anew, consents asked for, a note written.

use super::deeds::{Next, Step, Worded};
use crate::screens::desk::walk_in::form::wants_criterion;
use domain::config::NoticeKind;
use domain::event::{ConsentBy, Party};
use domain::roster::{ClassCriterion, CustomerClass};
use domain::{Command, GuestId, Meeting};
use ui::{ConsentKind, ConsentState, GuestDeedCode as Code};

pub(super) const CLASSES: [(Code, CustomerClass); 3] =
    [(Code::ClassA, CustomerClass::A), (Code::ClassB, CustomerClass::B), (Code::ClassC, CustomerClass::C)];

pub(super) const CRITERIA: [(Code, ClassCriterion); 3] = [
    (Code::ByMarket, ClassCriterion::Market),
    (Code::ByStrength, ClassCriterion::Strength),
    (Code::ByWillingness, ClassCriterion::Willingness),
];

/// Each question with its yes and its no.
const ASKED: [(NoticeKind, ConsentKind, Code, Code); 3] = [
    (NoticeKind::ScreenName, ConsentKind::ScreenName, Code::ScreenNameYes, Code::ScreenNameNo),
    (NoticeKind::Directory, ConsentKind::Directory, Code::DirectoryYes, Code::DirectoryNo),
    (NoticeKind::Photo, ConsentKind::Photo, Code::PhotoYes, Code::PhotoNo),
];

/// What may be done: the class is a firm's, consents are one person's.
pub(super) fn more(party: Party, about: &[GuestId], meeting: &Meeting) -> Vec<Code> {
    let firm = matches!(party, Party::Household(household) if meeting.lead(household).is_some());
    let asks = matches!(about, [guest] if !consents(*guest, meeting).is_empty());
    let all = [(Code::WriteNote, true), (Code::Regrade, firm), (Code::AskConsents, asks)];
    all.into_iter().filter(|(_, may)| *may).map(|(code, _)| code).collect()
}

/// What this meeting asks, and what the person said to its present text.
pub(super) fn consents(guest: GuestId, meeting: &Meeting) -> Vec<(ConsentKind, ConsentState)> {
    let asked = |kind: NoticeKind| meeting.config().notices.iter().any(|notice| notice.kind == kind);
    let state = |kind| match meeting.consent(guest, kind) {
        None => ConsentState::Open,
        Some(true) => ConsentState::Given,
        Some(false) => ConsentState::Refused,
    };
    ASKED.iter().filter(|(kind, ..)| asked(*kind)).map(|(kind, shown, ..)| (*shown, state(*kind))).collect()
}

/// The answers that are not theirs already.
pub(super) fn answers(guest: GuestId, meeting: &Meeting) -> Vec<Code> {
    let said = consents(guest, meeting);
    let of = |kind: ConsentKind| said.iter().find(|(one, _)| *one == kind).map(|(_, state)| *state);
    let open = |(_, kind, yes, no): &(NoticeKind, ConsentKind, Code, Code)| match of(*kind) {
        None => vec![],
        Some(ConsentState::Open) => vec![*yes, *no],
        Some(ConsentState::Given) => vec![*no],
        Some(ConsentState::Refused) => vec![*yes],
    };
    ASKED.iter().flat_map(open).collect()
}

/// What a deed of these lists comes to.
pub(super) fn step(code: Code, next: &Next, about: &[GuestId], meeting: &Meeting) -> Option<Step> {
    Some(match (next, code) {
        (Next::More, Code::WriteNote) => Step::Ask(Next::Words(Worded::Note)),
        (Next::More, Code::Regrade) => Step::Ask(Next::WhichClass),
        (Next::More, Code::AskConsents) => Step::Ask(Next::Consents(*about.first()?)),
        (Next::WhichClass, _) => {
            let class = CLASSES.iter().find(|(one, _)| *one == code)?.1;
            match wants_criterion(Some(class)) {
                true => Step::Ask(Next::WhichCriterion(class)),
                false => Step::Ask(Next::Words(Worded::Class(class, Vec::new()))),
            }
        }
        (Next::WhichCriterion(class), _) => {
            let criterion = CRITERIA.iter().find(|(one, _)| *one == code)?.1;
            Step::Ask(Next::Words(Worded::Class(*class, vec![criterion])))
        }
        (Next::Consents(guest), _) => {
            let (kind, given) = ASKED.iter().find_map(|(kind, _, yes, no)| match code {
                code if code == *yes => Some((*kind, true)),
                code if code == *no => Some((*kind, false)),
                _ => None,
            })?;
            let notice = meeting.config().notices.iter().find(|notice| notice.kind == kind)?.id.clone();
            let (guest, by) = (*guest, ConsentBy::Desk);
            Step::Do(Command::RecordConsent { guest, notice, given, by })
        }
        _ => return None,
    })
}

/// The class is that of the firm whose salesperson counts.
pub(super) fn regrade(
    party: Party,
    class: CustomerClass,
    criteria: Vec<ClassCriterion>,
    note: String,
    meeting: &Meeting,
) -> Option<Command> {
    let Party::Household(household) = party else { return None };
    let dealer = meeting.lead(household)?.id;
    Some(Command::RegradeDealer { dealer, class, criteria, note })
}
