//! Tasks about machines: faults, lock-outs, clocks, clones, new logs, revoked ones, and paper that no log knows.

use super::task_kinds::{Task, TaskKind};
use super::{Device, Meeting, Stamp};
use crate::event::DeviceRole;
use crate::ids::DeviceId;

impl Meeting {
    pub(super) fn machine_tasks(&self) -> Vec<Task> {
        let mut tasks = Vec::new();
        for (id, device) in self.devices() {
            for (code, stamp) in device.faults.values() {
                tasks.push(self.task_of(TaskKind::DeviceFault { device: id, code: code.clone() }, "", &[stamp]));
            }
            tasks.extend(self.locked_out(id, device));
            if let Some((offset_ms, stamp)) = &device.clock {
                tasks.push(self.task_of(TaskKind::ClockWrong { device: id, offset_ms: *offset_ms }, "", &[stamp]));
            }
            if let Some((seq, stamp)) = &device.forked {
                tasks.push(self.task_of(TaskKind::DeviceForked { device: id, seq: *seq }, &id.to_string(), &[stamp]));
            }
            tasks.extend(self.log_begun_anew(id, device));
            tasks.extend(self.revoked_acts(id, device));
        }
        tasks.extend(self.hub_restored());
        tasks.extend(self.paper_gap_tasks());
        tasks.extend(self.newer_events());
        tasks
    }

    pub(super) fn locked_out(&self, id: DeviceId, device: &Device) -> Option<Task> {
        let (stamp, _) = device.locked.as_ref()?;
        Some(self.task_of(TaskKind::LockedOut { device: id }, "", &[stamp]))
    }

    /// Closed by what staff read off its last paper, or by a word. The hub's own logs are another question.
    pub(super) fn log_begun_anew(&self, id: DeviceId, device: &Device) -> Option<Task> {
        let (before, stamp) = device.reopened.as_ref().filter(|_| device.role != Some(DeviceRole::Hub))?;
        if self.papers.is_found(before) {
            return None;
        }
        Some(self.task_of(TaskKind::LogBegunAnew { device: id, before: before.clone() }, &id.to_string(), &[stamp]))
    }

    fn paper_gap_tasks(&self) -> Vec<Task> {
        let task = |gap: super::PaperGap| {
            let (known_to, printed_to) = (gap.known_to, gap.printed_to);
            let kind = TaskKind::PaperGap { device: gap.device, series: gap.series.clone(), known_to, printed_to };
            self.task_of(kind, &gap.series, &[&gap.reported])
        };
        self.paper_gaps().into_iter().map(task).collect()
    }

    fn revoked_acts(&self, id: DeviceId, device: &Device) -> Option<Task> {
        let (after, stamp) = device.revoked_after.as_ref()?;
        let late = |stamp: &Stamp| stamp.device == id && stamp.order > *after;
        let check_ins = self.arrivals.guests.values().flat_map(|arrival| arrival.standing());
        let acts = check_ins.filter(|check_in| late(&check_in.stamp)).count()
            + self.badges.all().filter(|badge| badge.is_standing() && late(&badge.requested)).count()
            + self.slips().flat_map(|slip| slip.versions()).filter(|version| late(&version.stamp)).count()
            + self.payments().filter(|payment| late(&payment.stamp)).count();
        let acts = u32::try_from(acts).unwrap_or(u32::MAX);
        (acts > 0).then(|| self.task_of(TaskKind::RevokedActs { device: id, acts }, &id.to_string(), &[stamp]))
    }

    fn hub_restored(&self) -> Option<Task> {
        let hubs = || self.devices().map(|(_, device)| device).filter(|device| device.role == Some(DeviceRole::Hub));
        let lives = u32::try_from(hubs().map(|hub| hub.epochs.len()).sum::<usize>()).unwrap_or(u32::MAX);
        let began = hubs().filter_map(|hub| hub.began.as_ref()).max_by_key(|stamp| stamp.order)?;
        (lives > 1).then(|| self.task_of(TaskKind::HubRestored { lives }, "", &[began]))
    }

    fn newer_events(&self) -> Option<Task> {
        let first = self.unknown_first.as_ref()?;
        let kinds = self.unknown.keys().cloned().collect();
        Some(self.task_of(TaskKind::NewerEvents { events: self.unknown.values().sum(), kinds }, "", &[first]))
    }
}
