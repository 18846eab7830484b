//! kill -9 of the real hub in a process of its own, at random moments under load: devices push signed chains, a
//! reader pulls, and the hub is killed while it starts, while it commits and while it answers.

mod clients;
mod process;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use hub::core::Numbered;
use sync::MeetingId;

use self::clients::{Load, Outcome};
use self::process::HubProcess;
use crate::chance::Chance;
use crate::recorder::quick_folder;

pub use self::process::{Place, Post, serve};

pub(crate) const MEETING: MeetingId = MeetingId([9; 16]);

/// Devices that push at once.
const DEVICES: u8 = 4;

/// How long the hub above may need for what is left, when nobody is killed any more.
const RELAY_PATIENCE: Duration = Duration::from_secs(60);

/// What a row of kills showed.
#[derive(Debug, Default)]
pub struct Verdict {
    pub kills: u64,
    /// Kills before the hub listened.
    pub while_starting: u64,
    /// Kills of the hub above.
    pub above: u64,
    pub acknowledged: u64,
    pub pulled: u64,
    pub violations: Vec<String>,
}

/// Kills a hub with this log so many times.
///
/// # Panics
/// When the hub does not start.
pub fn run(program: &Path, place: Place, kills: u64, seed: u64) -> Verdict {
    let mut venue = Killed::start(program, Post::alone(place));
    let mut verdict = Verdict { kills, ..Verdict::default() };
    under_load(&mut venue, &mut verdict, |venue, verdict| {
        let mut chance = Chance::new(seed);
        (0..kills).all(|_| venue.kill(&mut chance, verdict))
    });
    verdict
}

/// Kills a venue's hub and the hub above it, to which it relays.
///
/// # Panics
/// When a hub does not start.
pub fn run_relay(program: &Path, kills: u64, seed: u64) -> Verdict {
    let folder = quick_folder();
    let place = |name: &str| Place::Folder(folder.path().join(name));
    let mut above = Killed::start(program, Post { follows: true, ..Post::alone(place("above")) });
    let mut venue = Killed::start(program, Post { relay_to: Some(above.post.url()), ..Post::alone(place("venue")) });
    let mut verdict = Verdict { kills, ..Verdict::default() };
    under_load(&mut venue, &mut verdict, |venue, verdict| {
        let mut chance = Chance::new(seed);
        (0..kills).all(|_| {
            if chance.percent(60) {
                return venue.kill(&mut chance, verdict);
            }
            verdict.above += 1;
            above.kill(&mut chance, verdict)
        })
    });
    above.process.wait_until_listening();
    venue.revive();
    let (mut wanted, mut there) = (None, None);
    let begun = Instant::now();
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    while (wanted.is_none() || wanted != there) && begun.elapsed() < RELAY_PATIENCE {
        std::thread::sleep(Duration::from_millis(20));
        wanted = runtime.block_on(process::cursor_of(&venue.post.url()));
        there = runtime.block_on(process::cursor_of(&above.post.url()));
    }
    venue.process.kill();
    above.process.kill();
    let events = |post: &Post| post.open().and_then(|log| log.events()).map_err(|error| error.to_string());
    let (own, theirs) = (events(&venue.post), events(&above.post));
    if own.is_err() || own != theirs {
        let count = |events: &Result<Numbered, String>| events.as_ref().map(Vec::len).map_err(String::clone);
        let (own, theirs) = (count(&own), count(&theirs));
        verdict.violations.push(format!("the venue has {own:?}, the hub above {theirs:?}, or in another order"));
    }
    verdict
}

/// A hub that is killed and comes back where it was.
struct Killed {
    program: PathBuf,
    post: Post,
    process: HubProcess,
}

impl Killed {
    fn start(program: &Path, post: Post) -> Killed {
        let mut process = HubProcess::start(program, &post);
        let port = process.wait_until_listening();
        let port = port.unwrap_or_else(|| panic!("the hub does not start: {}", process.words()));
        Killed { program: program.to_owned(), post: Post { port, ..post }, process }
    }

    /// At a random moment; false when it had ended by itself.
    fn kill(&mut self, chance: &mut Chance, verdict: &mut Verdict) -> bool {
        if chance.percent(30) {
            verdict.while_starting += 1;
        } else if self.process.wait_until_listening().is_none() {
            verdict.violations.push(format!("a hub ended by itself: {}", self.process.words()));
            return false;
        }
        std::thread::sleep(Duration::from_millis(chance.below(90)));
        self.revive();
        true
    }

    fn revive(&mut self) {
        self.process.kill();
        self.process = HubProcess::start(&self.program, &self.post);
    }
}

/// Devices push and a reader pulls while `kills` works; then all that they know is compared with the log.
fn under_load(venue: &mut Killed, verdict: &mut Verdict, kills: impl FnOnce(&mut Killed, &mut Verdict) -> bool) {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let load = Arc::new(Load::new(venue.post.url()));
    let clients = runtime.block_on(async { clients::start(&load, DEVICES) });
    let went_on = kills(venue, verdict);
    if went_on && venue.process.wait_until_listening().is_none() {
        verdict.violations.push(format!("the hub did not come back: {}", venue.process.words()));
    }
    load.end();
    let outcome = runtime.block_on(clients::outcome(clients));
    venue.process.kill();
    judge(&venue.post, outcome, verdict);
}

/// Each device's chain is there as it was written, once; the reader saw what is there.
fn judge(post: &Post, outcome: Outcome, verdict: &mut Verdict) {
    verdict.violations.extend(outcome.violations);
    let log = match post.open() {
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
