//! Tasks about slips and payments: two versions of a slip, a payment that may be recorded twice.

use super::task_kinds::{Task, TaskKind};
use super::{Meeting, Payment, Slip, SlipStatus, Stamp};

impl Meeting {
    pub(super) fn money_tasks(&self) -> Vec<Task> {
        let slips = self.slips().filter_map(|slip| self.two_versions(slip));
        slips.chain(self.payments().filter_map(|payment| self.suspected(payment))).collect()
    }

    pub(super) fn two_versions(&self, slip: &Slip) -> Option<Task> {
        if !slip.wants_choice() {
            return None;
        }
        let stamps: Vec<&Stamp> = slip.versions().map(|version| &version.stamp).collect();
        let kind = TaskKind::SlipTwoVersions {
            slip: slip.id,
            number: slip.number.clone(),
            versions: stamps.iter().map(|stamp| stamp.event).collect(),
            devices: stamps.iter().map(|stamp| stamp.device).collect(),
            signed: slip.status() == SlipStatus::Signed,
        };
        Some(self.task_of(kind, &slip.id.to_string(), &stamps))
    }

    pub(super) fn suspected(&self, payment: &Payment) -> Option<Task> {
        if !payment.is_suspected() {
            return None;
        }
        let id = payment.receipt.payment;
        let others = payment.resembles.iter().filter_map(|other| self.payment(*other)).map(|other| &other.stamp);
        let stamps: Vec<&Stamp> = std::iter::once(&payment.stamp).chain(others).collect();
        let resembles = payment.resembles.clone();
        let kind = TaskKind::PaymentSuspected { payment: id, resembles, device: payment.stamp.device };
        Some(self.task_of(kind, &id.to_string(), &stamps))
    }
}
