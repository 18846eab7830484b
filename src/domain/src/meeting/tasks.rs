//! Tasks for staff, derived from the state: conflicts, doubts and whatever the program must not decide alone.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use super::seats::SeatBy;
use super::{Badge, BadgeStatus, Meeting, Stamp};
use crate::event::{HelpReason, NoSeatReason, Party};
use crate::ids::{BadgeId, DeviceId, EventId, GuestId, StaffId, TableId, TaskId};
use crate::time::UnixMillis;

/// Something that a person must look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Task {
    /// Hash of its kind, its subject and the events that raised it: equal at every node.
    pub id: TaskId,
    /// What it is about.
    pub kind: TaskKind,
    /// How soon.
    pub severity: Severity,
    /// When the last of its events happened.
    pub since: UnixMillis,
    /// The events that raised it.
    pub events: Vec<EventId>,
    /// What the program proposes.
    pub proposal: Proposal,
    /// Who takes care of it.
    pub taken_by: Option<StaffId>,
}

/// What a task is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TaskKind {
    /// One guest has two badges out: companion, mistake or impostor?
    TwoBadgesOut {
        /// Whose.
        guest: GuestId,
        /// The copies, by request time.
        badges: Vec<BadgeId>,
        /// Where each was asked for.
        devices: Vec<DeviceId>,
    },
    /// Did this badge come out?
    BadgeDoubtful {
        /// Which.
        badge: BadgeId,
        /// Whose.
        guest: GuestId,
    },
    /// Somebody is here who was cancelled in the list.
    InButCancelled {
        /// Who.
        guest: GuestId,
    },
    /// The plan has another table than the one that was told.
    PlanDiffers {
        /// Who.
        party: Party,
        /// As told.
        told: TableId,
        /// As planned.
        planned: TableId,
    },
    /// Badges show another table than the party has now.
    BadgeShowsOldTable {
        /// Who.
        party: Party,
        /// Whose badges.
        guests: Vec<GuestId>,
        /// The table now.
        table: TableId,
    },
    /// Somebody is here without a table.
    NoTable {
        /// Who.
        party: Party,
        /// How many people.
        heads: u16,
        /// Why, as far as known.
        reason: NoSeatReason,
    },
    /// The hotel took the table of somebody who is here.
    TableGone {
        /// Who.
        party: Party,
        /// Which.
        table: TableId,
    },
    /// More people are here for a table than it has places; this party came last.
    TableOverfull {
        /// Which.
        table: TableId,
        /// Who came last.
        party: Party,
        /// People here for it.
        heads: u16,
        /// Its places.
        places: u16,
    },
    /// A guest needs a person.
    HelpWanted {
        /// Why.
        reason: HelpReason,
        /// At which machine.
        device: DeviceId,
        /// Who, when known.
        party: Option<Party>,
    },
    /// Part of a machine fails.
    DeviceFault {
        /// Which machine.
        device: DeviceId,
        /// Code for staff.
        code: String,
    },
    /// Too many wrong PINs at a machine.
    LockedOut {
        /// Which machine.
        device: DeviceId,
    },
}

/// How soon a task wants somebody; the first comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// A guest stands and waits.
    Urgent,
    /// Soon.
    Attention,
    /// When there is time.
    Info,
}

/// What the program proposes for a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proposal {
    /// Ask the guest; void the badge that is not needed.
    VoidOneBadge,
    /// Look into the tray, answer yes or no.
    SettleDoubt,
    /// Welcome them; tell the salesperson.
    Welcome,
    /// Leave them at the told table.
    KeepToldTable,
    /// Reprint the badges.
    Reprint,
    /// Find a table.
    FindTable,
    /// Move the party that came last, or sign for chairs.
    MoveLastOrAddChairs,
    /// Go there.
    GoThere,
}

impl TaskKind {
    /// Stable code by which screens find their words.
    pub fn code(&self) -> &'static str {
        match self {
            TaskKind::TwoBadgesOut { .. } => "two_badges_out",
            TaskKind::BadgeDoubtful { .. } => "badge_doubtful",
            TaskKind::InButCancelled { .. } => "in_but_cancelled",
            TaskKind::PlanDiffers { .. } => "plan_differs",
            TaskKind::BadgeShowsOldTable { .. } => "badge_shows_old_table",
            TaskKind::NoTable { .. } => "no_table",
            TaskKind::TableGone { .. } => "table_gone",
            TaskKind::TableOverfull { .. } => "table_overfull",
            TaskKind::HelpWanted { .. } => "help_wanted",
            TaskKind::DeviceFault { .. } => "device_fault",
            TaskKind::LockedOut { .. } => "locked_out",
        }
    }

    fn severity(&self) -> Severity {
        match self {
            TaskKind::NoTable { .. } | TaskKind::HelpWanted { .. } | TaskKind::TableGone { .. } => Severity::Urgent,
            TaskKind::BadgeDoubtful { .. } | TaskKind::DeviceFault { .. } => Severity::Urgent,
            TaskKind::TwoBadgesOut { .. } | TaskKind::TableOverfull { .. } => Severity::Attention,
            TaskKind::InButCancelled { .. } | TaskKind::LockedOut { .. } => Severity::Attention,
            TaskKind::PlanDiffers { .. } | TaskKind::BadgeShowsOldTable { .. } => Severity::Info,
        }
    }

    fn proposal(&self) -> Proposal {
        match self {
            TaskKind::TwoBadgesOut { .. } => Proposal::VoidOneBadge,
            TaskKind::BadgeDoubtful { .. } => Proposal::SettleDoubt,
            TaskKind::InButCancelled { .. } => Proposal::Welcome,
            TaskKind::PlanDiffers { .. } => Proposal::KeepToldTable,
            TaskKind::BadgeShowsOldTable { .. } => Proposal::Reprint,
            TaskKind::NoTable { .. } | TaskKind::TableGone { .. } => Proposal::FindTable,
            TaskKind::TableOverfull { .. } => Proposal::MoveLastOrAddChairs,
            TaskKind::HelpWanted { .. } | TaskKind::DeviceFault { .. } | TaskKind::LockedOut { .. } => {
                Proposal::GoThere
            }
        }
    }
}

impl Meeting {
    /// Every open task, the most urgent and the longest waiting first.
    pub fn tasks(&self) -> Vec<Task> {
        let mut tasks = self.derived_tasks();
        tasks.retain(|task| self.tasks.is_open(task.id));
        tasks.sort_by_key(|task| (task.severity, task.since, task.id));
        tasks
    }

    /// An open task by its id.
    pub fn task(&self, id: TaskId) -> Option<Task> {
        self.tasks().into_iter().find(|task| task.id == id)
    }

    fn derived_tasks(&self) -> Vec<Task> {
        let mut tasks = Vec::new();
        let several = self.badges.several.iter();
        tasks.extend(several.filter_map(|guest| self.two_badges_out(*guest)));
        tasks.extend(self.badges.doubted.iter().filter_map(|badge| self.doubtful(*badge)));
        tasks.extend(self.tasks.helps.values().map(|(stamp, request)| {
            let household = request.household.map(|id| Party::Household(self.roster.resolve(id)));
            let party = household.or_else(|| request.guest.map(|guest| self.party_of(guest)));
            let kind = TaskKind::HelpWanted { reason: request.reason, device: stamp.device, party };
            self.task_of(kind, "", &[stamp])
        }));
        tasks.extend(self.cancelled_but_in());
        for party in self.parties() {
            tasks.extend(self.seat_tasks(party));
        }
        tasks.extend(self.overfull_tables());
        tasks.extend(self.machine_tasks());
        tasks
    }

    /// Everyone who may have a seat: households and guests without one.
    pub(super) fn parties(&self) -> impl Iterator<Item = Party> {
        let households = self.roster.standing_households().map(|household| Party::Household(household.id));
        households.chain(self.roster.alone.iter().map(|guest| Party::Guest(*guest)))
    }

    fn task_of(&self, kind: TaskKind, subject: &str, stamps: &[&Stamp]) -> Task {
        let mut events: Vec<EventId> = stamps.iter().map(|stamp| stamp.event).collect();
        events.sort();
        let mut hash = Sha256::new();
        hash.update(format!("usher/task/1\n{}\n{subject}\n", kind.code()));
        for event in &events {
            hash.update(event.bytes());
        }
        let mut id = [0; 16];
        id.copy_from_slice(&hash.finalize()[..16]);
        let id = TaskId(id);
        Task {
            id,
            severity: kind.severity(),
            since: stamps.iter().map(|stamp| stamp.at).max().unwrap_or_default(),
            proposal: kind.proposal(),
            taken_by: self.tasks.taken_by(id).cloned(),
            events,
            kind,
        }
    }

    /// First badges of two check-ins that both stand: reprints have staff's word and the higher number.
    fn two_badges_out(&self, guest: GuestId) -> Option<Task> {
        let mut out: Vec<Badge> = self.badges.of(guest).filter(Badge::is_standing).collect();
        let newest = out.iter().map(|badge| badge.copy).max()?;
        out.retain(|badge| badge.copy == newest);
        out.sort_by_key(|badge| (badge.requested.at, badge.id));
        if out.len() < 2 {
            return None;
        }
        let kind = TaskKind::TwoBadgesOut {
            guest,
            badges: out.iter().map(|badge| badge.id).collect(),
            devices: out.iter().map(|badge| badge.requested.device).collect(),
        };
        let stamps: Vec<&Stamp> = out.iter().map(|badge| &badge.requested).collect();
        Some(self.task_of(kind, "", &stamps))
    }

    fn doubtful(&self, badge: BadgeId) -> Option<Task> {
        let badge = self.badges.get(badge).filter(|badge| badge.status == BadgeStatus::Doubtful)?;
        let doubt = badge.doubt.clone()?;
        Some(self.task_of(
            TaskKind::BadgeDoubtful { badge: badge.id, guest: badge.guest },
            badge.id.as_str(),
            &[&doubt],
        ))
    }

    fn cancelled_but_in(&self) -> Vec<Task> {
        let households = self.roster.cancelled_households.iter().map(|(id, _)| *id);
        let of_households = households.flat_map(|id| self.people(id)).map(|guest| guest.id);
        let mut guests: Vec<GuestId> = self.roster.cancelled_guests.iter().map(|(id, _)| *id).collect();
        guests.extend(of_households);
        guests.sort();
        guests.dedup();
        let task = |guest: &GuestId| {
            let record = self.roster.guests.get(guest)?;
            let cancelled = self.roster.cancellation(record)?;
            let check_in = self.arrival(*guest)?.first()?;
            Some(self.task_of(TaskKind::InButCancelled { guest: *guest }, "", &[&check_in.stamp, cancelled]))
        };
        guests.iter().filter_map(task).collect()
    }

    fn seat_tasks(&self, party: Party) -> Vec<Task> {
        let Some(arrived) = self.first_in_the_hall(party) else { return Vec::new() };
        let subject = party_text(party);
        let Some((table, by)) = self.seat_of(party) else {
            return vec![self.no_table(party, arrived)];
        };
        let now = self.tables.get(&table);
        if let Some(closed) = now.and_then(|now| now.closed.as_ref()) {
            return vec![self.task_of(TaskKind::TableGone { party, table }, &subject, &[closed, by.stamp()])];
        }
        if now.is_none() {
            return vec![self.no_table(party, arrived)];
        }
        let mut tasks = Vec::new();
        tasks.extend(self.plan_differs(party, &table, &by));
        tasks.extend(self.badges_with_old_table(party, &table, &by));
        tasks
    }

    fn no_table(&self, party: Party, arrived: &Stamp) -> Task {
        let refused = self.seats.get(party).and_then(|seat| seat.refused.as_ref());
        let reason = refused.map_or(NoSeatReason::NotPlanned, |(reason, _)| *reason);
        let kind = TaskKind::NoTable { party, heads: self.heads_of(party), reason };
        self.task_of(kind, &party_text(party), &[arrived])
    }

    fn plan_differs(&self, party: Party, table: &TableId, by: &SeatBy) -> Option<Task> {
        let SeatBy::Told(told) = by else { return None };
        let (planned, plan) = self.seats.get(party)?.planned.as_ref()?;
        let planned = self.tables.resolve(planned);
        if planned == *table {
            return None;
        }
        let kind = TaskKind::PlanDiffers { party, told: table.clone(), planned };
        Some(self.task_of(kind, &party_text(party), &[told, plan]))
    }

    fn badges_with_old_table(&self, party: Party, table: &TableId, by: &SeatBy) -> Option<Task> {
        let old = |guest: &GuestId| {
            self.is_in_the_hall(*guest)
                && self.standing_badge(*guest).is_some_and(|badge| {
                    badge.table.as_ref().map(|on_badge| self.tables.resolve(on_badge)).as_ref() != Some(table)
                })
        };
        let guests: Vec<GuestId> = self.guests_of(party).into_iter().filter(old).collect();
        if guests.is_empty() {
            return None;
        }
        let kind = TaskKind::BadgeShowsOldTable { party, guests, table: table.clone() };
        Some(self.task_of(kind, &party_text(party), &[by.stamp()]))
    }

    fn overfull_tables(&self) -> Vec<Task> {
        let mut gatherings: BTreeMap<TableId, Gathering> = BTreeMap::new();
        for party in self.parties() {
            let heads = self.heads_of(party);
            let Some((table, by)) = self.seat_of(party).filter(|_| heads > 0) else { continue };
            let gathering = gatherings.entry(table).or_default();
            gathering.heads = gathering.heads.saturating_add(heads);
            if gathering.last.as_ref().is_none_or(|(_, last)| last.order < by.stamp().order) {
                gathering.last = Some((party, by.stamp().clone()));
            }
        }
        let overfull = |(table, gathering): (TableId, Gathering)| {
            let places = self.tables.get(&table).filter(|now| now.is_open())?.places();
            let (party, stamp) = gathering.last.filter(|_| gathering.heads > places)?;
            let subject = table.to_string();
            let kind = TaskKind::TableOverfull { table, party, heads: gathering.heads, places };
            Some(self.task_of(kind, &subject, &[&stamp]))
        };
        gatherings.into_iter().filter_map(overfull).collect()
    }

    fn machine_tasks(&self) -> Vec<Task> {
        let mut tasks = Vec::new();
        for (device, machine) in self.devices() {
            for (code, stamp) in machine.faults.values() {
                tasks.push(self.task_of(TaskKind::DeviceFault { device, code: code.clone() }, "", &[stamp]));
            }
            if let Some((stamp, _)) = &machine.locked {
                tasks.push(self.task_of(TaskKind::LockedOut { device }, "", &[stamp]));
            }
        }
        tasks
    }
}

/// People here for one table, and the party whose seat was settled last.
#[derive(Default)]
struct Gathering {
    heads: u16,
    last: Option<(Party, Stamp)>,
}

fn party_text(party: Party) -> String {
    match party {
        Party::Household(id) => id.to_string(),
        Party::Guest(id) => id.to_string(),
    }
}
