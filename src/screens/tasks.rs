//! Lines of the list of what needs staff, as desk and kiosk show them: codes, names and figures. Decides nothing.

use crate::app::clock::VenueTime;
use crate::screens::rows::{int, text};
use domain::event::{Decision, HelpReason, NoSeatReason, Party};
use domain::meeting::{SettledTask, Severity, Task, TaskKind};
use domain::{DeviceId, Meeting, StaffId, TableId, TaskId};

/// One line; everything that its words need.
#[derive(Debug, Clone, PartialEq)]
pub struct TaskLine {
    pub id: TaskId,
    pub code: ui::TaskCode,
    pub reason: ui::TaskReason,
    pub severity: Severity,
    pub who: String,
    pub device: String,
    pub table: String,
    pub other: String,
    pub count: u64,
    pub places: u64,
    pub fault: String,
    pub since: String,
    pub waited_minutes: u64,
    pub taken_by: String,
}

/// A line of what is done.
#[derive(Debug, Clone, PartialEq)]
pub struct SettledLine {
    pub task: TaskLine,
    pub outcome: ui::Outcome,
    pub by: String,
    pub at: String,
    pub note: String,
}

/// What lines are made with.
pub struct Look<'a> {
    pub meeting: &'a Meeting,
    /// The machine that shows them; none before the hub was met.
    pub own: Option<DeviceId>,
    pub time: &'a VenueTime,
    pub now_ms: u64,
}

impl Look<'_> {
    pub fn line(&self, task: &Task) -> TaskLine {
        let mut line = TaskLine {
            id: task.id,
            code: code(&task.kind),
            reason: ui::TaskReason::None,
            severity: task.severity,
            who: String::new(),
            device: String::new(),
            table: String::new(),
            other: String::new(),
            count: 0,
            places: 0,
            fault: String::new(),
            since: self.time.clock(task.since.0),
            waited_minutes: self.now_ms.saturating_sub(task.since.0) / 60_000,
            taken_by: task.taken_by.as_ref().map(|id| self.staff(id)).unwrap_or_default(),
        };
        self.fill(&task.kind, &mut line);
        line
    }

    pub fn settled(&self, settled: &SettledTask) -> SettledLine {
        SettledLine {
            task: self.line(&settled.task),
            outcome: outcome(settled.decision),
            by: settled.by.name.clone(),
            at: self.time.clock(settled.stamp.at.0),
            note: settled.note.clone(),
        }
    }

    fn fill(&self, kind: &TaskKind, line: &mut TaskLine) {
        match kind {
            TaskKind::TwoBadgesOut { guest, devices, .. } => {
                line.who = self.guest(*guest);
                line.device = self.devices(devices);
            }
            TaskKind::BadgeDoubtful { badge, guest } => {
                line.who =
                    Some(self.guest(*guest)).filter(|name| !name.is_empty()).unwrap_or_else(|| badge.to_string());
                line.device =
                    self.meeting.badge(*badge).map(|badge| self.device(badge.requested.device)).unwrap_or_default();
            }
            TaskKind::InButCancelled { guest } => line.who = self.guest(*guest),
            TaskKind::PlanDiffers { party, told, planned } => {
                line.who = self.party(*party);
                line.table = self.table(told);
                line.other = self.table(planned);
            }
            TaskKind::BadgeShowsOldTable { party, table, .. } | TaskKind::TableGone { party, table } => {
                line.who = self.party(*party);
                line.table = self.table(table);
            }
            TaskKind::NoTable { party, heads, reason } => {
                line.who = self.party(*party);
                line.count = u64::from(*heads);
                line.reason = no_seat(*reason);
            }
            TaskKind::TableOverfull { table, party, heads, places } => {
                line.who = self.party(*party);
                line.table = self.table(table);
                (line.count, line.places) = (u64::from(*heads), u64::from(*places));
            }
            TaskKind::HelpWanted { reason, device, party } => {
                line.who = party.map(|party| self.party(party)).unwrap_or_default();
                line.device = self.device(*device);
                line.reason = help(*reason);
            }
            TaskKind::DeviceFault { device, code } => {
                line.device = self.device(*device);
                line.fault.clone_from(code);
            }
            TaskKind::LockedOut { device } | TaskKind::DeviceForked { device, .. } => {
                line.device = self.device(*device)
            }
            TaskKind::SlipTwoVersions { number, devices, .. } => {
                line.other.clone_from(number);
                line.device = self.devices(devices);
            }
            TaskKind::PaymentSuspected { payment, resembles, device } => {
                let first = resembles.first().and_then(|id| self.meeting.payment(*id));
                let both = [first.map(|payment| payment.stamp.device), Some(*device)];
                line.device = self.devices(&both.into_iter().flatten().collect::<Vec<_>>());
                line.who = self
                    .meeting
                    .payment(*payment)
                    .and_then(|payment| self.meeting.dealer(payment.receipt.dealer))
                    .map(|dealer| dealer.firm.clone())
                    .unwrap_or_default();
            }
            TaskKind::PriceWanted { discount, number, device, line: at, .. }
            | TaskKind::ApprovalOutdated { discount, number, device, line: at, .. } => {
                line.other.clone_from(number);
                line.count = u64::from(*at);
                line.device = self.device(*device);
                if let Some(discount) = self.meeting.discount(*discount) {
                    line.who = self.orderer(discount.request.slip);
                    line.fault = self.price(&discount.request);
                }
            }
            TaskKind::GiftTwice { household, gift, devices, .. } => {
                let gifts = &self.meeting.config().gifts;
                let known = gifts.iter().find(|known| known.id == *gift);
                let language = self.meeting.config().meeting.language();
                line.other = known.map_or_else(|| gift.to_string(), |gift| gift.name.get(language).to_owned());
                line.who = self.party(Party::Household(*household));
                line.device = self.devices(devices);
            }
            TaskKind::LogBegunAnew { device, before } => {
                line.device = self.device(*device);
                line.other.clone_from(before);
            }
            TaskKind::PaperGap { device, series, known_to, printed_to } => {
                line.device = device.map_or_else(|| series.clone(), |device| self.device(device));
                line.table = format!("{series}{known_to}");
                line.other = format!("{series}{printed_to}");
                line.count = u64::from(printed_to.saturating_sub(*known_to));
            }
            TaskKind::ClockWrong { device, offset_ms } => {
                line.device = self.device(*device);
                line.count = offset_ms.unsigned_abs() / 1_000;
            }
            TaskKind::NewerEvents { events, .. } => line.count = *events,
            TaskKind::RevokedActs { device, acts } => {
                line.device = self.device(*device);
                line.count = u64::from(*acts);
            }
            TaskKind::HubRestored { lives } => line.count = u64::from(*lives),
            TaskKind::DrawDisputed { draw, round, device, .. } => {
                let round = round.as_ref().map_or("", |round| round.as_str());
                line.device = format!("{draw} {round} {}", self.device(*device));
            }
        }
    }

    fn orderer(&self, slip: domain::SlipId) -> String {
        let dealer = self.meeting.slip(slip).and_then(|slip| self.meeting.dealer(slip.version().content.dealer));
        dealer.map(|dealer| dealer.firm.clone()).unwrap_or_default()
    }

    /// "Series 70 · 20 m² × 600.00 < 620.00 · the reason".
    fn price(&self, asked: &domain::event::DiscountRequested) -> String {
        let language = self.meeting.config().meeting.language();
        let currency = self.meeting.config().meeting.currency;
        let money = |minor| crate::screens::money::amount(minor, currency, language);
        let units = crate::screens::money::count(asked.quantity, language);
        let product = self.meeting.product(&asked.sku);
        let name = product.map_or(asked.sku.as_str(), |product| product.name.get(language));
        let unit = product.map_or("", |product| product.unit.get(language));
        let lowest = product.map(|product| product.lowest_price_minor.unwrap_or(product.list_price_minor));
        let lowest = lowest.map(|lowest| format!(" < {}", money(lowest))).unwrap_or_default();
        let said = format!("{name} · {units} {unit} × {}{lowest}", money(asked.unit_price_minor));
        if asked.reason.is_empty() { said } else { format!("{said} · {}", asked.reason) }
    }

    fn guest(&self, id: domain::GuestId) -> String {
        self.meeting.guest(id).map(|guest| guest.name.clone()).unwrap_or_default()
    }

    fn party(&self, party: Party) -> String {
        match party {
            Party::Guest(guest) => self.guest(guest),
            Party::Household(household) => {
                self.meeting.household(household).map(|of| of.name.clone()).unwrap_or_default()
            }
        }
    }

    fn table(&self, id: &TableId) -> String {
        self.meeting.table(id).map_or_else(|| id.to_string(), |now| now.table.label.clone())
    }

    fn device(&self, id: DeviceId) -> String {
        let Some(device) = self.meeting.device(id) else { return String::new() };
        if device.prefix().is_empty() { device.name.clone() } else { device.prefix().to_owned() }
    }

    fn devices(&self, ids: &[DeviceId]) -> String {
        let mut names: Vec<String> = ids.iter().map(|id| self.device(*id)).collect();
        names.dedup();
        names.join(", ")
    }

    fn staff(&self, id: &StaffId) -> String {
        self.meeting.staff(id).map_or_else(|| id.to_string(), |staff| staff.name.clone())
    }
}

/// Whether the machine is one that the task is about.
pub fn concerns(task: &Task, own: DeviceId, meeting: &Meeting) -> bool {
    match &task.kind {
        TaskKind::TwoBadgesOut { devices, .. }
        | TaskKind::SlipTwoVersions { devices, .. }
        | TaskKind::GiftTwice { devices, .. } => devices.contains(&own),
        TaskKind::BadgeDoubtful { badge, .. } => {
            meeting.badge(*badge).is_some_and(|badge| badge.requested.device == own)
        }
        TaskKind::HelpWanted { device, .. }
        | TaskKind::DeviceFault { device, .. }
        | TaskKind::LockedOut { device }
        | TaskKind::DeviceForked { device, .. }
        | TaskKind::LogBegunAnew { device, .. }
        | TaskKind::ClockWrong { device, .. }
        | TaskKind::PaymentSuspected { device, .. }
        | TaskKind::PriceWanted { device, .. }
        | TaskKind::ApprovalOutdated { device, .. }
        | TaskKind::RevokedActs { device, .. } => *device == own,
        TaskKind::PaperGap { device, .. } => *device == Some(own),
        // Whoever told it, or could not: the table's guests stand before that kiosk.
        TaskKind::NoTable { party, .. }
        | TaskKind::PlanDiffers { party, .. }
        | TaskKind::TableGone { party, .. }
        | TaskKind::TableOverfull { party, .. }
        | TaskKind::BadgeShowsOldTable { party, .. } => {
            let badges = meeting.guests_of(*party).into_iter().flat_map(|guest| meeting.badges_of(guest));
            badges.into_iter().any(|badge| badge.requested.device == own)
        }
        TaskKind::InButCancelled { guest } => {
            meeting.badges_of(*guest).iter().any(|badge| badge.requested.device == own)
        }
        TaskKind::NewerEvents { .. } => true,
        TaskKind::HubRestored { .. } => false,
        TaskKind::DrawDisputed { device, .. } => *device == own,
    }
}

/// As Slint takes it.
pub fn shown(line: &TaskLine) -> ui::TaskLine {
    ui::TaskLine {
        code: line.code,
        reason: line.reason,
        tone: tone(line.severity),
        who: text(&line.who),
        device: text(&line.device),
        table: text(&line.table),
        other: text(&line.other),
        count: int(line.count),
        places: int(line.places),
        fault: text(&line.fault),
        since: text(&line.since),
        waited_minutes: int(line.waited_minutes),
        taken_by: text(&line.taken_by),
    }
}

fn tone(severity: Severity) -> ui::Tone {
    match severity {
        Severity::Urgent => ui::Tone::Stop,
        Severity::Attention => ui::Tone::Attention,
        Severity::Info => ui::Tone::Neutral,
    }
}

fn code(kind: &TaskKind) -> ui::TaskCode {
    match kind {
        TaskKind::TwoBadgesOut { .. } => ui::TaskCode::TwoBadgesOut,
        TaskKind::BadgeDoubtful { .. } => ui::TaskCode::BadgeDoubtful,
        TaskKind::InButCancelled { .. } => ui::TaskCode::InButCancelled,
        TaskKind::PlanDiffers { .. } => ui::TaskCode::PlanDiffers,
        TaskKind::BadgeShowsOldTable { .. } => ui::TaskCode::BadgeShowsOldTable,
        TaskKind::NoTable { .. } => ui::TaskCode::NoTable,
        TaskKind::TableGone { .. } => ui::TaskCode::TableGone,
        TaskKind::TableOverfull { .. } => ui::TaskCode::TableOverfull,
        TaskKind::HelpWanted { .. } => ui::TaskCode::HelpWanted,
        TaskKind::DeviceFault { .. } => ui::TaskCode::DeviceFault,
        TaskKind::LockedOut { .. } => ui::TaskCode::LockedOut,
        TaskKind::SlipTwoVersions { .. } => ui::TaskCode::SlipVersions,
        TaskKind::PaymentSuspected { .. } => ui::TaskCode::PaymentSuspected,
        TaskKind::PriceWanted { .. } => ui::TaskCode::PriceWanted,
        TaskKind::ApprovalOutdated { .. } => ui::TaskCode::ApprovalOutdated,
        TaskKind::GiftTwice { .. } => ui::TaskCode::GiftTwice,
        TaskKind::DeviceForked { .. } => ui::TaskCode::DeviceForked,
        TaskKind::LogBegunAnew { .. } => ui::TaskCode::LogBegun,
        TaskKind::PaperGap { .. } => ui::TaskCode::PaperGap,
        TaskKind::ClockWrong { .. } => ui::TaskCode::ClockWrong,
        TaskKind::NewerEvents { .. } => ui::TaskCode::UnknownKinds,
        TaskKind::RevokedActs { .. } => ui::TaskCode::DeviceRevoked,
        TaskKind::HubRestored { .. } => ui::TaskCode::HubRestored,
        TaskKind::DrawDisputed { .. } => ui::TaskCode::DrawDisputed,
    }
}

fn outcome(decision: Option<Decision>) -> ui::Outcome {
    match decision {
        None => ui::Outcome::Vanished,
        Some(Decision::Accepted) => ui::Outcome::Accepted,
        Some(Decision::LeftAsIs) => ui::Outcome::LeftAsIs,
        Some(Decision::SolvedOtherwise) => ui::Outcome::Otherwise,
        Some(Decision::Companion) => ui::Outcome::Companion,
        Some(Decision::Mistake) => ui::Outcome::Mistake,
        Some(Decision::Impostor) => ui::Outcome::Impostor,
    }
}

fn help(reason: HelpReason) -> ui::TaskReason {
    match reason {
        HelpReason::NotMe => ui::TaskReason::NotMe,
        HelpReason::PhoneInSeveral => ui::TaskReason::PhoneInSeveral,
        HelpReason::PhoneUnknown => ui::TaskReason::PhoneUnknown,
        HelpReason::CodeRefused => ui::TaskReason::CodeRefused,
        HelpReason::AlreadyIn => ui::TaskReason::AlreadyIn,
        HelpReason::NoBadge => ui::TaskReason::NoBadge,
        HelpReason::Asked => ui::TaskReason::Asked,
    }
}

fn no_seat(reason: NoSeatReason) -> ui::TaskReason {
    match reason {
        NoSeatReason::NotPlanned => ui::TaskReason::NotPlanned,
        NoSeatReason::NoRoom => ui::TaskReason::NoRoom,
        NoSeatReason::Conflict => ui::TaskReason::Conflict,
        NoSeatReason::Wheelchair => ui::TaskReason::Wheelchair,
        NoSeatReason::NoLease => ui::TaskReason::NoLease,
    }
}
