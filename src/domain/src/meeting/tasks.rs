//! Tasks for staff, derived from the state: conflicts, doubts and whatever the program must not decide alone.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use super::seats::SeatBy;
use super::task_kinds::{Task, TaskKind};
use super::{Badge, BadgeStatus, Meeting, Stamp};
use crate::event::{NoSeatReason, Party};
use crate::ids::{BadgeId, EventId, GuestId, TableId, TaskId};

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

    /// A task of the present state by its id, also when it was closed.
    pub(super) fn derived_task(&self, id: TaskId) -> Option<Task> {
        self.derived_tasks().into_iter().find(|task| task.id == id)
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
        tasks.extend(self.money_tasks());
        tasks.extend(self.draw_tasks());
        tasks.extend(self.machine_tasks());
        self.propose_tables(&mut tasks);
        tasks
    }

    /// Everyone who may have a seat: households and guests without one.
    pub(super) fn parties(&self) -> impl Iterator<Item = Party> {
        let households = self.roster.standing_households().map(|household| Party::Household(household.id));
        households.chain(self.roster.alone.iter().map(|guest| Party::Guest(*guest)))
    }

    pub(super) fn task_of(&self, kind: TaskKind, subject: &str, stamps: &[&Stamp]) -> Task {
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
            proposed_table: None,
            taken_by: self.tasks.taken_by(id).cloned(),
            events,
            kind,
        }
    }

    /// First badges of two check-ins that both stand: reprints have staff's word and the higher number.
    pub(super) fn two_badges_out(&self, guest: GuestId) -> Option<Task> {
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

    pub(super) fn doubtful(&self, badge: BadgeId) -> Option<Task> {
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
        let seat = self.seats.get(party)?;
        let (planned, plan) = seat.planned.as_ref()?;
        let planned = self.tables.resolve(planned);
        // Moved by a person, or to make room, after the plan: that is the word in force, and they were told it.
        let given = seat.given.as_ref().filter(|(_, given)| given.order > plan.order);
        if planned == *table || given.is_some_and(|(given, _)| self.tables.resolve(given) == *table) {
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
            // Whom the plan put there stays before whoever came by, whichever of them the hub heard of first.
            let rank = (!self.is_planned_at(party, &table), by.stamp().order);
            let gathering = gatherings.entry(table).or_default();
            gathering.heads = gathering.heads.saturating_add(heads);
            if gathering.last.as_ref().is_none_or(|(last, ..)| *last < rank) {
                gathering.last = Some((rank, party, by.stamp().clone()));
            }
        }
        let overfull = |(table, gathering): (TableId, Gathering)| {
            let places = self.tables.get(&table).filter(|now| now.is_open())?.places();
            let (_, party, stamp) = gathering.last.filter(|_| gathering.heads > places)?;
            let subject = table.to_string();
            let kind = TaskKind::TableOverfull { table, party, heads: gathering.heads, places };
            Some(self.task_of(kind, &subject, &[&stamp]))
        };
        gatherings.into_iter().filter_map(overfull).collect()
    }
}

/// People here for one table, and the party with the weakest claim: not planned there before planned, then the last.
#[derive(Default)]
struct Gathering {
    heads: u16,
    last: Option<((bool, u64), Party, Stamp)>,
}

pub(super) fn party_text(party: Party) -> String {
    match party {
        Party::Household(id) => id.to_string(),
        Party::Guest(id) => id.to_string(),
    }
}
