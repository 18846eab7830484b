//! kill -9 of the real hub in a process of its own, at random moments under load: devices push signed chains, a
//! reader pulls, and the hub is killed while it starts, while it commits and while it answers.

mod clients;
mod process;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use hub::HubLog;
use sync::MeetingId;

use self::clients::{Load, Outcome};
use self::process::HubProcess;
use crate::chance::Chance;
use crate::recorder::quick_folder;

pub use self::process::serve;

pub(crate) const MEETING: MeetingId = MeetingId([9; 16]);

/// Devices that push at once.
const DEVICES: u8 = 4;

/// What a row of kills showed.
#[derive(Debug, Default)]
pub struct Verdict {
    pub kills: u64,
    /// Kills before the hub listened.
    pub while_starting: u64,
    pub acknowledged: u64,
    pub pulled: u64,
    pub violations: Vec<String>,
}

/// Kills the hub so many times.
///
/// # Panics
/// When the hub does not start, or does not come back for its last questions.
pub fn run(program: &Path, kills: u64, seed: u64) -> Verdict {
    let folder = quick_folder();
    let data = folder.path().join("hub");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let mut chance = Chance::new(seed);
    let mut verdict = Verdict { kills, ..Verdict::default() };
    let mut hub = HubProcess::start(program, &data, 0);
    let port = hub.wait_until_listening().expect("the hub starts");
    let load = Arc::new(Load::new(format!("http://127.0.0.1:{port}")));
    let clients = runtime.block_on(async { clients::start(&load, DEVICES) });
    for _ in 0..kills {
        if chance.percent(30) {
            verdict.while_starting += 1;
        } else if hub.wait_until_listening().is_none() {
            verdict.violations.push(format!("the hub ended by itself: {}", hub.words()));
            break;
        }
        std::thread::sleep(Duration::from_millis(chance.below(90)));
        hub.kill();
        hub = HubProcess::start(program, &data, port);
    }
    if hub.wait_until_listening().is_none() {
        verdict.violations.push(format!("the hub did not come back: {}", hub.words()));
    }
    load.end();
    let outcome = runtime.block_on(clients::outcome(clients));
    hub.kill();
    judge(&data, outcome, &mut verdict);
    verdict
}

/// Each device's chain is there as it was written, once; the reader saw what is there.
fn judge(data: &Path, outcome: Outcome, verdict: &mut Verdict) {
    verdict.violations.extend(outcome.violations);
    let log = match HubLog::open(data, process::options()) {
        Ok(log) => log,
        Err(error) => return verdict.violations.push(format!("the log does not open: {error}")),
    };
    let events = match log.events() {
        Ok(events) => events,
        Err(error) => return verdict.violations.push(format!("the log cannot be read: {error}")),
    };
    for device in &outcome.written {
        verdict.acknowledged += device.events.len() as u64;
        let there: Vec<_> = events.iter().filter(|(_, event)| event.device_id == device.id).collect();
        let hashes = there.iter().map(|(_, event)| event.hash());
        if !hashes.eq(device.events.iter().map(sync::Event::hash)) {
            let (there, acknowledged) = (there.len(), device.events.len());
            verdict.violations.push(format!("device {}: {acknowledged} acknowledged, {there} there", device.id));
        }
    }
    verdict.pulled = outcome.pulled.len() as u64;
    for (cursor, hash) in outcome.pulled {
        let place = usize::try_from(cursor).unwrap_or(usize::MAX).saturating_sub(1);
        if events.get(place).is_none_or(|(found, event)| *found != cursor || event.hash() != hash) {
            verdict.violations.push(format!("what was pulled at cursor {cursor} is not there"));
        }
    }
}
