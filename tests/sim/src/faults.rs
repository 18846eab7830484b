//! What strikes, when, and when it is mended. Everything is mended when the storm ends.

use print::Fault;

use crate::world::{Happening, OPENING, STORM_MS, World};

/// One blow, or its repair.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Trouble {
    Split { kiosk: usize },
    Joined { kiosk: usize },
    PowerCut { kiosk: usize },
    HubDown,
    HubUp,
    HubBackedUp,
    HubRestored,
    StandbyPromoted,
    ClockJump { kiosk: usize, by_ms: i64 },
    Printer { kiosk: usize, fault: Fault },
    PrinterMended { kiosk: usize },
    DiskFails { kiosk: usize, written: bool },
    DiskCopied { kiosk: usize },
    DiskGoesBack { kiosk: usize },
}

impl World {
    pub(crate) fn plan_faults(&mut self) {
        let blows = self.rng.between(4, 18);
        for _ in 0..blows {
            let at = OPENING + self.rng.between(2_000, STORM_MS);
            self.plan_blow(at);
        }
        if self.rng.chance(250) {
            self.plan_restore();
        }
        if self.rng.chance(200) {
            self.plan_old_disk();
        }
        if self.rng.chance(150) {
            let down = OPENING + self.rng.between(2_000, STORM_MS);
            let up = down + self.rng.between(500, 20_000);
            self.at(down, Happening::Trouble(Trouble::HubDown));
            self.at(up, Happening::Trouble(Trouble::StandbyPromoted));
        }
    }

    /// A disk goes back in time; while it is cut off its log grows in another way than the hub knows it.
    fn plan_old_disk(&mut self) {
        let kiosk = self.rng.index(self.kiosks.len());
        let copied = OPENING + self.rng.between(5_000, STORM_MS / 2);
        let back = copied + self.rng.between(1_000, STORM_MS / 2);
        self.at(copied, Happening::Trouble(Trouble::DiskCopied { kiosk }));
        self.at(back, Happening::Trouble(Trouble::DiskGoesBack { kiosk }));
        if self.rng.chance(700) {
            self.at(back, Happening::Trouble(Trouble::Split { kiosk }));
            let joined = back + self.rng.between(5_000, 25_000);
            self.at(joined, Happening::Trouble(Trouble::Joined { kiosk }));
        }
    }

    fn plan_restore(&mut self) {
        let copied = OPENING + self.rng.between(1_000, STORM_MS / 2);
        let down = copied + self.rng.between(1_000, STORM_MS / 2);
        let up = down + self.rng.between(500, 15_000);
        self.at(copied, Happening::Trouble(Trouble::HubBackedUp));
        self.at(down, Happening::Trouble(Trouble::HubDown));
        self.at(up, Happening::Trouble(Trouble::HubRestored));
    }

    fn plan_blow(&mut self, at: u64) {
        let kiosk = self.rng.index(self.kiosks.len());
        let later = at + self.rng.between(200, 25_000);
        match self.rng.between(0, 100) {
            0..25 => {
                self.at(at, Happening::Trouble(Trouble::Split { kiosk }));
                self.at(later, Happening::Trouble(Trouble::Joined { kiosk }));
            }
            25..40 => self.at(at, Happening::Trouble(Trouble::PowerCut { kiosk })),
            40..50 => {
                self.at(at, Happening::Trouble(Trouble::HubDown));
                self.at(later, Happening::Trouble(Trouble::HubUp));
            }
            50..62 => {
                let size = self.rng.between(500, 7_200_000);
                let size = i64::try_from(size).unwrap_or(0);
                let by_ms = if self.rng.chance(500) { size } else { -size };
                self.at(at, Happening::Trouble(Trouble::ClockJump { kiosk, by_ms }));
            }
            62..90 => {
                let faults = [Fault::PaperOut, Fault::CoverOpen, Fault::Disconnected, Fault::Offline];
                let fault = faults[self.rng.index(faults.len())];
                self.at(at, Happening::Trouble(Trouble::Printer { kiosk, fault }));
                self.at(later, Happening::Trouble(Trouble::PrinterMended { kiosk }));
            }
            _ => {
                let written = self.rng.chance(500);
                self.at(at, Happening::Trouble(Trouble::DiskFails { kiosk, written }));
            }
        }
    }

    pub(crate) fn trouble(&mut self, trouble: Trouble) {
        if self.calm {
            return;
        }
        self.say(|| format!("-- {trouble:?}"));
        match trouble {
            Trouble::Joined { .. } | Trouble::HubUp | Trouble::PrinterMended { .. } => {}
            Trouble::HubBackedUp | Trouble::DiskCopied { .. } => {}
            _ => self.judge.faults += 1,
        }
        self.strike(trouble);
    }

    fn strike(&mut self, trouble: Trouble) {
        match trouble {
            Trouble::Split { kiosk } => self.kiosks[kiosk].linked = false,
            Trouble::Joined { kiosk } => self.kiosks[kiosk].linked = true,
            Trouble::PowerCut { kiosk } => self.power_cut(kiosk),
            Trouble::HubDown => self.hub.crash(),
            Trouble::HubUp => self.hub_up(),
            Trouble::HubBackedUp => self.hub.back_up(),
            Trouble::HubRestored => self.hub_restored(),
            Trouble::StandbyPromoted => self.standby_promoted(),
            Trouble::ClockJump { kiosk, by_ms } => self.kiosks[kiosk].skew_ms += by_ms,
            Trouble::Printer { kiosk, fault } => self.printer_stops(kiosk, fault),
            Trouble::PrinterMended { kiosk } => self.printer_mended(kiosk),
            Trouble::DiskFails { kiosk, written } => self.kiosks[kiosk].next_commit_fails = Some(written),
            Trouble::DiskCopied { kiosk } => {
                self.kiosks[kiosk].old_copy = Some(self.kiosks[kiosk].disk.durable().clone());
            }
            Trouble::DiskGoesBack { kiosk } => self.disk_goes_back(kiosk),
        }
    }

    fn power_cut(&mut self, kiosk: usize) {
        if self.rng.chance(500) {
            self.printer_stops(kiosk, Fault::Offline);
            let mended = self.rng.between(500, 5_000);
            self.after(mended, Happening::Trouble(Trouble::PrinterMended { kiosk }));
        }
        self.crash_kiosk(kiosk);
        let down = self.rng.between(300, 15_000);
        self.after(down, Happening::Starts { kiosk });
    }

    fn hub_up(&mut self) {
        if !self.hub.up {
            self.hub.start();
        }
    }

    fn hub_restored(&mut self) {
        if self.hub.backups() == 0 {
            return;
        }
        let backup = self.rng.index(self.hub.backups());
        self.hub.crash();
        let lost = self.hub.restore(backup);
        self.judge.hub_log(&self.hub);
        self.judge.something_lost(&self.kiosks, &self.hub);
        self.say(|| format!("hub restored, {lost} events are not in the backup"));
    }

    /// The hub's machine is dead; a standby that had pulled up to a little while ago goes on in its place.
    fn standby_promoted(&mut self) {
        let behind = usize::try_from(self.rng.between(0, 40)).unwrap_or(0);
        self.hub.crash();
        let lost = self.hub.promote_standby(behind);
        self.judge.hub_log(&self.hub);
        self.judge.something_lost(&self.kiosks, &self.hub);
        self.say(|| format!("a standby is the hub now, {lost} events behind"));
    }

    /// Somebody puts an older copy of the disk in, unnoticed.
    fn disk_goes_back(&mut self, index: usize) {
        let Some(old) = self.kiosks[index].old_copy.take() else { return };
        if old.epoch != self.kiosks[index].disk.durable().epoch {
            return;
        }
        self.crash_kiosk(index);
        let kiosk = &mut self.kiosks[index];
        self.judge.disk_lost(kiosk.disk.durable(), &old, &self.hub);
        kiosk.went_back = true;
        *kiosk.disk.durable_mut() = old;
        self.judge.something_lost(&self.kiosks, &self.hub);
        let down = self.rng.between(300, 5_000);
        self.after(down, Happening::Starts { kiosk: index });
    }

    pub(crate) fn storm_ends(&mut self) {
        self.say(|| "-- the storm ends".to_owned());
        self.calm = true;
        self.hub_up();
        for index in 0..self.kiosks.len() {
            self.kiosks[index].linked = true;
            self.kiosks[index].next_commit_fails = None;
            self.printer_mended(index);
            self.after(50, Happening::Starts { kiosk: index });
        }
    }
}
