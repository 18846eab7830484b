//! What staff may do about a task: each deed is a code for its words and the command behind it. The first is the proposal.

use super::Venue;
use crate::screens::tasks::Look;
use domain::event::{BadgeReason, Decision, Party, SeatReason, VoidReason};
use domain::meeting::{Badge, Task, TaskKind};
use domain::{BadgeId, Command, DeskCommand, GuestId, Meeting, SlipId, StaffId};

/// One deed of the chosen task.
#[derive(Debug, Clone, PartialEq)]
pub struct Deed {
    pub code: ui::DeedCode,
    /// What its words name: a table, a machine with a time.
    pub value: String,
    pub act: Act,
}

/// What happens when it is chosen.
#[derive(Debug, Clone, PartialEq)]
pub enum Act {
    Do(Command),
    /// The page of a slip.
    Open(SlipId),
    /// Something has to be typed first.
    Ask(Question),
}

/// What is typed before the act.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Question {
    /// How it was solved, in words.
    Note,
    /// The number on a machine's last paper.
    LastPaper,
    /// Why the task is opened again.
    WhyAgain,
    /// A deputy commander gives a price.
    PricePin,
    WhyNotPrice,
    /// How a gift came back.
    HowBack,
}

/// Everything that may be done about an open task by this person.
pub fn of(task: &Task, who: &StaffId, look: &Look) -> Vec<Deed> {
    let mut deeds = special(task, look);
    if deeds.is_empty() {
        deeds.push(settle(ui::DeedCode::Accept, "", task, Decision::Accepted, Vec::new()));
    }
    deeds.push(settle(ui::DeedCode::LeaveAsIs, "", task, Decision::LeftAsIs, Vec::new()));
    deeds.push(Deed { code: ui::DeedCode::Otherwise, value: String::new(), act: Act::Ask(Question::Note) });
    if task.taken_by.as_ref() != Some(who) {
        let act = Act::Do(Command::TakeTask { task: task.id });
        deeds.push(Deed { code: ui::DeedCode::TakeIt, value: String::new(), act });
    }
    deeds
}

/// What may be done about a closed one.
pub fn of_settled() -> Vec<Deed> {
    vec![Deed { code: ui::DeedCode::Reopen, value: String::new(), act: Act::Ask(Question::WhyAgain) }]
}

fn settle(code: ui::DeedCode, value: &str, task: &Task, decision: Decision, with: Vec<Command>) -> Deed {
    let command = Command::SettleTask { task: task.id, decision, note: String::new(), with };
    Deed { code, value: value.to_owned(), act: Act::Do(command) }
}

fn special(task: &Task, look: &Look) -> Vec<Deed> {
    let accept = |code, value: &str, with| settle(code, value, task, Decision::Accepted, with);
    let meeting = look.meeting;
    match &task.kind {
        TaskKind::TwoBadgesOut { badges, .. } => two_badges(task, badges, look),
        TaskKind::BadgeDoubtful { badge, .. } => {
            let say = |came_out| Command::SettleDoubt { badge: *badge, came_out, printer: None };
            let at = meeting.badge(*badge).map(|badge| comes_out_at(badge.guest, look)).unwrap_or_default();
            vec![plain(ui::DeedCode::CameOut, say(true)), plain_for(ui::DeedCode::PrintAgain, &at, say(false))]
        }
        TaskKind::BadgeShowsOldTable { guests, .. } => {
            let at = guests.first().map(|guest| comes_out_at(*guest, look)).unwrap_or_default();
            vec![accept(ui::DeedCode::Reprint, &at, guests.iter().copied().map(reprint).collect())]
        }
        TaskKind::NoTable { party, .. } | TaskKind::TableGone { party, .. } => {
            let Some(table) = &task.proposed_table else { return Vec::new() };
            let reason = match task.kind {
                TaskKind::TableGone { .. } => SeatReason::TableGone,
                _ => SeatReason::Staff,
            };
            let seat = if meeting.is_told(*party) {
                Command::MoveSeat { party: *party, to: table.clone(), reason: "table gone".into() }
            } else {
                Command::SeatParty { party: *party, table: Some(table.clone()), reason }
            };
            vec![accept(ui::DeedCode::SeatAt, &label(meeting, table), and_reprint(seat, *party, meeting))]
        }
        TaskKind::TableOverfull { table, party, heads, places } => {
            let chairs = heads.saturating_sub(*places);
            let sign = Command::SignChairs { table: table.clone(), chairs };
            let mut deeds = Vec::new();
            if let Some(to) = &task.proposed_table {
                let reason = "table overfull".to_owned();
                let go = Command::MoveSeat { party: *party, to: to.clone(), reason };
                deeds.push(accept(ui::DeedCode::MoveTo, &label(meeting, to), and_reprint(go, *party, meeting)));
            }
            deeds.push(settle(ui::DeedCode::AddChairs, &chairs.to_string(), task, Decision::Accepted, vec![sign]));
            deeds
        }
        TaskKind::HelpWanted { .. } => vec![plain(ui::DeedCode::Helped, Command::GiveHelp { task: task.id })],
        TaskKind::DeviceFault { .. } => vec![accept(ui::DeedCode::GoThere, "", Vec::new())],
        TaskKind::LockedOut { device } => {
            vec![plain(ui::DeedCode::Unlock, Command::UnlockDevice { device: *device })]
        }
        TaskKind::SlipTwoVersions { slip, versions, devices, signed, .. } => {
            // A version that was signed stays.
            let choice = if *signed { 1 } else { versions.len() };
            let keep = |(version, device): (&domain::EventId, &domain::DeviceId)| {
                let choose = Command::ChooseSlipVersion { slip: *slip, kept: *version };
                plain_for(ui::DeedCode::KeepVersion, &station(meeting, *device), choose)
            };
            let mut deeds: Vec<Deed> = versions.iter().zip(devices).take(choice).map(keep).collect();
            deeds.push(look_at(*slip, meeting));
            deeds
        }
        TaskKind::PriceWanted { slip, .. } => vec![
            ask(ui::DeedCode::GivePrice, Question::PricePin),
            ask(ui::DeedCode::RefusePrice, Question::WhyNotPrice),
            look_at(*slip, meeting),
        ],
        TaskKind::ApprovalOutdated { slip, line, .. } => {
            let again = DeskCommand::RequestDiscount { slip: *slip, line: *line, reason: String::new() };
            vec![plain(ui::DeedCode::AskAgain, Command::Desk(again)), look_at(*slip, meeting)]
        }
        TaskKind::GiftTwice { .. } => vec![ask(ui::DeedCode::TakeBack, Question::HowBack)],
        TaskKind::PaymentSuspected { payment, .. } => {
            vec![plain(ui::DeedCode::NotADuplicate, Command::ReleasePayment { payment: *payment })]
        }
        TaskKind::LogBegunAnew { .. } => vec![
            accept(ui::DeedCode::NothingMissing, "", Vec::new()),
            Deed { code: ui::DeedCode::EnterNumber, value: String::new(), act: Act::Ask(Question::LastPaper) },
        ],
        TaskKind::InButCancelled { .. }
        | TaskKind::PlanDiffers { .. }
        | TaskKind::DeviceForked { .. }
        | TaskKind::PaperGap { .. }
        | TaskKind::ClockWrong { .. }
        | TaskKind::NewerEvents { .. }
        | TaskKind::RevokedActs { .. }
        | TaskKind::HubRestored { .. }
        | TaskKind::DrawDisputed { .. } => Vec::new(),
    }
}

/// The other machine that prints a guest's badge; empty where this one does.
fn comes_out_at(guest: GuestId, look: &Look) -> String {
    let printer = look.own.and_then(|own| look.meeting.printer_for(guest, own));
    let station = printer.and_then(|printer| Some(look.meeting.device_of_printer(&printer)?.station().to_owned()));
    station.unwrap_or_default()
}

fn reprint(guest: GuestId) -> Command {
    Command::ReprintBadge { guest, reason: BadgeReason::NewTable, printer: None }
}

/// Badges that are out show the old table.
fn and_reprint(seat: Command, party: Party, meeting: &Meeting) -> Vec<Command> {
    let guests = meeting.guests_of(party).into_iter();
    let standing = guests.filter(|guest| meeting.standing_badge(*guest).is_some());
    std::iter::once(seat).chain(standing.map(reprint)).collect()
}

/// A companion keeps both; else the later badge goes.
fn two_badges(task: &Task, badges: &[BadgeId], look: &Look) -> Vec<Deed> {
    let later = badges.last().and_then(|badge| look.meeting.badge(*badge));
    let void = |badge: &Badge| Command::VoidBadge { badge: badge.id, reason: VoidReason::TwoOut };
    let value = later.as_ref().map(|badge| {
        let at = look.time.clock(badge.requested.at.0);
        format!("{} {at}", station(look.meeting, badge.requested.device))
    });
    let value = value.unwrap_or_default();
    let with: Vec<Command> = later.iter().map(void).collect();
    vec![
        settle(ui::DeedCode::Companion, "", task, Decision::Companion, Vec::new()),
        settle(ui::DeedCode::Mistake, &value, task, Decision::Mistake, with.clone()),
        settle(ui::DeedCode::Impostor, &value, task, Decision::Impostor, with),
    ]
}

fn ask(code: ui::DeedCode, question: Question) -> Deed {
    Deed { code, value: String::new(), act: Act::Ask(question) }
}

fn look_at(slip: SlipId, meeting: &Meeting) -> Deed {
    let value = meeting.slip(slip).map(|slip| slip.number.clone()).unwrap_or_default();
    Deed { code: ui::DeedCode::OpenSlip, value, act: Act::Open(slip) }
}

fn plain(code: ui::DeedCode, command: Command) -> Deed {
    plain_for(code, "", command)
}

fn plain_for(code: ui::DeedCode, value: &str, command: Command) -> Deed {
    Deed { code, value: value.to_owned(), act: Act::Do(command) }
}

fn label(meeting: &Meeting, table: &domain::TableId) -> String {
    meeting.table(table).map_or_else(|| table.to_string(), |now| now.table.label.clone())
}

fn station(meeting: &Meeting, device: domain::DeviceId) -> String {
    meeting.device(device).map(|device| device.prefix().to_owned()).unwrap_or_default()
}

/// The command of an answer about a price or a gift; none for other questions.
pub fn answered_money(
    question: Question,
    kind: &TaskKind,
    words: &str,
    who: &StaffId,
    venue: &Venue,
) -> Option<Command> {
    let command = match (question, kind) {
        (Question::PricePin, TaskKind::PriceWanted { discount, .. }) => {
            let approver = super::slip::deeds::deputy(words, venue)?;
            DeskCommand::ApproveDiscount { discount: *discount, approver }
        }
        (Question::WhyNotPrice, TaskKind::PriceWanted { discount, .. }) => {
            DeskCommand::RefuseDiscount { discount: *discount, by: who.clone(), reason: words.to_owned() }
        }
        (Question::HowBack, TaskKind::GiftTwice { handovers, .. }) => {
            DeskCommand::ReturnGift { handover: *handovers.last()?, reason: words.to_owned() }
        }
        _ => return None,
    };
    Some(Command::Desk(command))
}

/// The command of a question's answer.
pub fn answered(question: Question, task: domain::TaskId, words: String) -> Command {
    match question {
        Question::Note | Question::PricePin | Question::WhyNotPrice | Question::HowBack => {
            Command::SettleTask { task, decision: Decision::SolvedOtherwise, note: words, with: Vec::new() }
        }
        Question::LastPaper => Command::SettleTask {
            task,
            decision: Decision::Accepted,
            note: words.clone(),
            with: vec![Command::ReportLastPaper { number: words }],
        },
        Question::WhyAgain => Command::ReopenTask { task, reason: words },
    }
}
