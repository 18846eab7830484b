//! Machines and who is signed in at them, as folded; with the rules of lock-outs. Compares no PIN and mends nothing.

use std::collections::BTreeMap;

use super::authority::UNLOCKERS;
use super::{Meeting, Stamp};
use crate::actor::{Actor, Ctx};
use crate::config::TakeOver;
use crate::event::*;
use crate::ids::{DeviceId, EventId, GuestId, LogEpoch, PrinterId};
use crate::refusal::{Authority, Refusal};
use crate::time::UnixMillis;

/// A machine of the meeting.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Device {
    /// What people call it.
    pub name: String,
    /// Its role.
    pub role: Option<DeviceRole>,
    /// Its logs with their number prefixes, the newest last.
    pub epochs: Vec<(LogEpoch, String)>,
    /// Whether nothing of it is accepted any more.
    pub revoked: bool,
    /// What fails there now: part, its name, the code for staff, the event.
    pub faults: BTreeMap<(DevicePart, String), (String, Stamp)>,
    /// Who is signed in.
    pub signed_in: Option<(Crew, SignInPurpose)>,
    /// PINs refused since then; until when, when it ends by itself.
    pub locked: Option<(Stamp, Option<UnixMillis>)>,
    /// Its program's version; empty before its first start.
    pub version: String,
    /// Its printers as it names them, the one for badges first.
    pub printers: Vec<PrinterId>,
    /// How far its clock is off, in milliseconds ahead of the hub, while that is 2 s or more.
    pub clock: Option<(i64, Stamp)>,
    /// The first place at which another machine's log differed from the one that the hub has.
    pub forked: Option<(u64, Stamp)>,
    /// The last hub cursor that stands of it, and who revoked it when.
    pub revoked_after: Option<(u64, Stamp)>,
    /// When its newest log began.
    pub(super) began: Option<Stamp>,
    /// Number prefix of the log before the newest, and when the newest began.
    pub(super) reopened: Option<(String, Stamp)>,
}

/// A clock is amber when it is so far off, in milliseconds.
pub const CLOCK_AMBER_MS: u64 = 2_000;
/// And red.
pub const CLOCK_RED_MS: u64 = 120_000;
/// Wrong PINs in a row after which a device takes none.
pub const MOST_WRONG_PINS: u8 = 5;

impl Device {
    /// Number prefix of its first log: names the machine in addresses of printers, `K1.badge`.
    pub fn station(&self) -> &str {
        self.epochs.first().map_or("", |(_, prefix)| prefix)
    }

    fn is_well(&self) -> bool {
        let stops = |part: &DevicePart, code: &str| match part {
            DevicePart::Printer => code != PAPER_LOW,
            DevicePart::Storage => true,
            DevicePart::Scanner | DevicePart::Camera | DevicePart::Network => false,
        };
        !self.revoked && !self.faults.iter().any(|((part, _), (code, _))| stops(part, code))
    }

    /// Number prefix of its newest log.
    pub fn prefix(&self) -> &str {
        self.epochs.last().map_or("", |(_, prefix)| prefix)
    }

    /// Whether PINs are refused at this time.
    pub fn is_locked(&self, now: UnixMillis) -> bool {
        self.locked.as_ref().is_some_and(|(_, until)| until.is_none_or(|until| now < until))
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Machines {
    pub devices: BTreeMap<DeviceId, Device>,
    /// By lock-out: whose PIN was tried last.
    tried: BTreeMap<EventId, Option<Crew>>,
}

impl Machines {
    pub fn apply(&mut self, stamp: &Stamp, event: &Event) {
        match event {
            Event::DeviceEnrolled(enrolled) => {
                let device = self.devices.entry(enrolled.device).or_default();
                device.name.clone_from(&enrolled.name);
                device.role = Some(enrolled.role);
                device.revoked = false;
                if device.open(enrolled.epoch, &enrolled.prefix) {
                    device.began = Some(stamp.clone());
                }
            }
            Event::EpochOpened(opened) => {
                let device = self.devices.entry(opened.device).or_default();
                let before = device.prefix().to_owned();
                if device.open(opened.epoch, &opened.prefix) {
                    device.began = Some(stamp.clone());
                    device.reopened = Some((before, stamp.clone())).filter(|(before, _)| !before.is_empty());
                }
            }
            Event::DeviceRevoked(revoked) => {
                let device = self.devices.entry(revoked.device).or_default();
                device.revoked = true;
                device.revoked_after.get_or_insert((revoked.after_cursor, stamp.clone()));
            }
            Event::DeviceForked(forked) => {
                let device = self.devices.entry(forked.device).or_default();
                device.forked.get_or_insert((forked.seq, stamp.clone()));
            }
            Event::ClockSuspected(clock) => {
                let wrong = clock.offset_ms.unsigned_abs() >= CLOCK_AMBER_MS;
                self.devices.entry(clock.device).or_default().clock = wrong.then(|| (clock.offset_ms, stamp.clone()));
            }
            Event::StaffUnlocked(unlocked) => {
                self.devices.entry(unlocked.device.unwrap_or(stamp.device)).or_default().locked = None;
            }
            _ => {
                if let Event::StaffLockedOut(locked) = event {
                    self.tried.insert(stamp.event, locked.who.clone());
                }
                self.devices.entry(stamp.device).or_default().apply(stamp, event);
            }
        }
    }
}

impl Device {
    /// Whether the log is new.
    fn open(&mut self, epoch: LogEpoch, prefix: &str) -> bool {
        let new = !self.epochs.iter().any(|(known, _)| *known == epoch);
        if new {
            self.epochs.push((epoch, prefix.to_owned()));
        }
        new
    }

    fn apply(&mut self, stamp: &Stamp, event: &Event) {
        match event {
            Event::DeviceFaulted(fault) => {
                let part = (fault.part, fault.name.clone());
                self.faults.insert(part, (fault.code.clone(), stamp.clone()));
            }
            Event::DeviceRecovered(recovered) => {
                self.faults.remove(&(recovered.part, recovered.name.clone()));
            }
            Event::NodeStarted(started) => {
                self.version.clone_from(&started.version);
                self.printers.clone_from(&started.printers);
                self.role = self.role.or(Some(started.role));
                self.signed_in = None;
            }
            Event::StaffSignedIn(signed) => self.signed_in = Some((signed.who.clone(), signed.purpose)),
            Event::StaffSignedOut(_) => self.signed_in = None,
            Event::StaffLockedOut(locked) => {
                let minutes = u64::from(locked.minutes);
                let until = (minutes > 0).then(|| UnixMillis(stamp.at.0.saturating_add(minutes * 60_000)));
                self.locked = Some((stamp.clone(), until));
                self.signed_in = None;
            }
            _ => {}
        }
    }
}

/// A badge printer somewhere in the venue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrinterAt {
    /// Its address, `K1.badge`.
    pub printer: PrinterId,
    /// The machine it hangs on, as people call it.
    pub place: String,
}

/// A machine that can print, as another one sees it.
struct Able<'a> {
    role: Option<DeviceRole>,
    /// Square centimetres; the most where one of the two has no spot.
    apart: i64,
    station: &'a str,
    printer: &'a PrinterId,
    name: &'a str,
}

impl Able<'_> {
    fn address(&self) -> PrinterId {
        PrinterId::new(&format!("{}.{}", self.station, self.printer))
    }
}

impl Meeting {
    /// A machine.
    pub fn device(&self, id: DeviceId) -> Option<&Device> {
        self.machines.devices.get(&id)
    }

    /// Every machine.
    pub fn devices(&self) -> impl Iterator<Item = (DeviceId, &Device)> {
        self.machines.devices.iter().map(|(id, device)| (*id, device))
    }

    /// The machine that a printer's address names, `K1.badge`.
    pub fn device_of_printer(&self, printer: &PrinterId) -> Option<&Device> {
        let (station, _) = printer.as_str().split_once('.')?;
        self.machines.devices.values().find(|device| device.station() == station)
    }

    /// Where a guest's badge comes out when `own` asks for it and names no printer; none where `own` prints itself. A machine
    /// without a printer has it printed where the guest's last badge came from, else by the nearest that can.
    pub fn printer_for(&self, guest: GuestId, own: DeviceId) -> Option<PrinterId> {
        let started_without = |device: &Device| !device.version.is_empty() && device.printers.is_empty();
        self.device(own).filter(|device| started_without(device))?;
        let last = self.badges.of(guest).last().and_then(|badge| {
            let named = badge.printer.as_ref().and_then(|printer| self.device_of_printer(printer));
            named.or_else(|| self.device(badge.requested.device)).map(Device::station)
        });
        let mut able: Vec<Able> = self.able_to_print(own).collect();
        able.sort_by_key(|able| (able.role != Some(DeviceRole::Kiosk), able.apart, able.station));
        let same = able.iter().find(|able| Some(able.station) == last);
        same.or(able.first()).map(Able::address)
    }

    /// The badge printers that a machine may choose from: its own first, then those of others that report no fault, kiosks
    /// before desks and the nearest first.
    pub fn printers_from(&self, own: DeviceId) -> Vec<PrinterAt> {
        let here = self.device(own).filter(|device| device.is_well());
        let here = here.and_then(|device| Some((device, device.printers.first()?)));
        let at = |able: &Able| PrinterAt { printer: able.address(), place: able.name.to_owned() };
        let own_one = here.map(|(device, printer)| {
            let (role, station) = (device.role, device.station());
            at(&Able { role, apart: 0, station, printer, name: &device.name })
        });
        let mut others: Vec<Able> = self.able_to_print(own).collect();
        others.sort_by_key(|able| (able.role != Some(DeviceRole::Kiosk), able.apart, able.station));
        own_one.into_iter().chain(others.iter().map(at)).collect()
    }

    /// The printer that takes over the waiting badges of `own`, by the venue's rule: the nearest machine of the wanted
    /// role. Nobody knows from the log whether it is switched on.
    pub fn printer_that_takes_over(&self, own: DeviceId) -> Option<PrinterId> {
        let role = match self.config().rules.printing.take_over {
            TakeOver::Off => return None,
            TakeOver::Neighbour => DeviceRole::Kiosk,
            TakeOver::Desk => DeviceRole::Desk,
        };
        let of_role = self.able_to_print(own).filter(|able| able.role == Some(role));
        of_role.min_by_key(|able| (able.apart, able.station)).map(|able| able.address())
    }

    /// Other machines that started, have a printer and report no fault of it.
    fn able_to_print(&self, own: DeviceId) -> impl Iterator<Item = Able<'_>> {
        let from = self.device(own).and_then(|device| self.spot_of(device));
        self.devices().filter(move |(id, device)| *id != own && device.is_well()).filter_map(move |(_, device)| {
            let apart = from.zip(self.spot_of(device)).map_or(i64::MAX, |(from, to)| distance_squared(from, to));
            let (role, station, printer) = (device.role, device.station(), device.printers.first()?);
            Some(Able { role, apart, station, printer, name: &device.name })
        })
    }

    fn spot_of(&self, device: &Device) -> Option<(i32, i32)> {
        let spots = &self.config().room.kiosks;
        let spot = spots.iter().find(|spot| spot.name == device.name || spot.name == device.station())?;
        Some((spot.x_cm, spot.y_cm))
    }

    pub(super) fn sign_in(&self, who: &Crew, purpose: SignInPurpose, ctx: &Ctx) -> Result<Vec<Event>, Refusal> {
        match who {
            Crew::Staff(id) if self.staff(id).is_none() => return Err(Refusal::UnknownStaff),
            Crew::Sales(id) if self.salesperson(id).is_none() => return Err(Refusal::UnknownSalesperson),
            Crew::Staff(_) | Crew::Sales(_) => {}
        }
        if let Some((_, until)) =
            self.device(ctx.device).filter(|device| device.is_locked(ctx.now)).and_then(|device| device.locked.as_ref())
        {
            return Err(Refusal::LockedOut { until: *until });
        }
        Ok(vec![StaffSignedIn { who: who.clone(), purpose }.into()])
    }

    pub(super) fn unlock(&self, device: DeviceId, ctx: &Ctx) -> Result<Vec<Event>, Refusal> {
        let needs = Authority::Roles(UNLOCKERS);
        self.need(ctx, UNLOCKERS)?;
        let Actor::Staff { id } = &ctx.actor else { return Err(Refusal::NotAuthorised { needs }) };
        let locked = self.device(device).and_then(|device| device.locked.as_ref());
        let Some((stamp, _)) = locked else { return Ok(Vec::new()) };
        // Whoever guessed at somebody's PIN is not let in by the one whose name they tried.
        if matches!(self.machines.tried.get(&stamp.event), Some(Some(Crew::Staff(tried))) if tried == id) {
            return Err(Refusal::SecondPerson { needs });
        }
        let device = Some(device).filter(|device| *device != ctx.device);
        Ok(vec![StaffUnlocked { by: id.clone(), device }.into()])
    }

    pub(super) fn lock_out(&self, who: Option<&Crew>, tries: u8, minutes: u16) -> Result<Vec<Event>, Refusal> {
        if tries < MOST_WRONG_PINS {
            return Err(Refusal::RecordBroken);
        }
        Ok(vec![StaffLockedOut { who: who.cloned(), tries, minutes }.into()])
    }

    pub(super) fn report_clock(&self, offset_ms: i64, ctx: &Ctx) -> Vec<Event> {
        let known = self.device(ctx.device).and_then(|device| device.clock.as_ref()).map_or(0, |(offset, _)| *offset);
        let same = clock_state(known) == clock_state(offset_ms);
        // Told from the machine: ahead of the hub is what the hub lacks of it.
        let ahead = offset_ms.saturating_neg();
        if same { Vec::new() } else { vec![ClockSuspected { device: ctx.device, offset_ms: ahead }.into()] }
    }

    pub(super) fn report_fault(&self, part: DevicePart, name: &str, code: &str, ctx: &Ctx) -> Vec<Event> {
        let known = self.device(ctx.device).and_then(|device| device.faults.get(&(part, name.to_owned())));
        if known.is_some_and(|(known, _)| known == code) {
            return Vec::new();
        }
        let code = code.chars().take(20).collect();
        vec![DeviceFaulted { part, name: name.to_owned(), code }.into()]
    }

    pub(super) fn report_recovery(&self, part: DevicePart, name: &str, ctx: &Ctx) -> Vec<Event> {
        let known = self.device(ctx.device).is_some_and(|device| device.faults.contains_key(&(part, name.to_owned())));
        if known { vec![DeviceRecovered { part, name: name.to_owned() }.into()] } else { Vec::new() }
    }
}

/// Well, amber or red.
pub(super) fn clock_state(offset_ms: i64) -> u8 {
    match offset_ms.unsigned_abs() {
        0..CLOCK_AMBER_MS => 0,
        CLOCK_AMBER_MS..CLOCK_RED_MS => 1,
        _ => 2,
    }
}

fn distance_squared((ax, ay): (i32, i32), (bx, by): (i32, i32)) -> i64 {
    let (x, y) = (i64::from(ax) - i64::from(bx), i64::from(ay) - i64::from(by));
    x.saturating_mul(x).saturating_add(y.saturating_mul(y))
}
