//! The hub's log, through the running hub: two devices push at once, the hub writes words of its own, readers pull.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use domain::event::{DeviceRole, NodeStarted};
use hub::{Authored, Durability, Hub, HubError, HubLog, HubOptions, HubSecrets};
use sync::wire::{Problem, ProblemCode, PullRequest, PushReply};
use sync::{DeviceId, Event, Incarnation, MeetingId};
use tokio::runtime::Runtime;

use super::device::Device;
use super::{Tell, Told};

const MEETING: MeetingId = MeetingId([9; 16]);
const SECRETS: HubSecrets = HubSecrets { phone_key: [1; 32], pin_pepper: [2; 32], signing_seed: [0xa3; 32] };
/// Stops and starts the hub so often, in commits: checkpoints and new write-ahead logs.
const RESTART_EVERY: u64 = 37;
/// A disk that goes on failing is given up.
const MAX_TRIES: usize = 6;

/// The child's side.
#[derive(Debug)]
pub struct HubWork {
    data: PathBuf,
    durability: Durability,
}

/// The disk was given up: what was told so far has to hold.
struct GivenUp;

impl HubWork {
    pub(crate) fn new(data: &Path, is_weak: bool) -> HubWork {
        let durability = if is_weak { Durability::Normal } else { Durability::Full };
        HubWork { data: data.to_owned(), durability }
    }

    pub(crate) fn perform(&self, commits: u64, tell: &Tell) -> Result<(), String> {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let runtime = runtime.map_err(|error| error.to_string())?;
        let mut devices = [1, 2].map(|number| Device::new(number, MEETING));
        let Some(mut hub) = self.open(tell) else { return Ok(()) };
        for number in 1..=commits {
            if number.is_multiple_of(RESTART_EVERY) {
                drop(hub.stop());
                let Some(opened) = self.open(tell) else { return Ok(()) };
                hub = opened;
            }
            tell.say(&format!("try {number}"));
            if let Err(GivenUp) = one_round(&runtime, &hub, &mut devices, number, tell)? {
                return Ok(());
            }
            tell.say(&format!("ack {number}"));
        }
        drop(hub.stop());
        tell.say("done");
        Ok(())
    }

    fn open(&self, tell: &Tell) -> Option<Hub> {
        for _ in 0..MAX_TRIES {
            match HubLog::open(&self.data, HubOptions { durability: self.durability, ..options() }) {
                Ok(store) => return Some(Hub::start(store)),
                Err(error) => report(&error, tell),
            }
        }
        None
    }
}

fn one_round(
    runtime: &Runtime,
    hub: &Hub,
    devices: &mut [Device; 2],
    number: u64,
    tell: &Tell,
) -> Result<Result<(), GivenUp>, String> {
    if number == 1 && !devices.iter().all(|device| enrolled(runtime, hub, device, tell)) {
        return Ok(Err(GivenUp));
    }
    let [first, second] = devices;
    let count = 1 + (number % 4) as usize;
    let (first, second) =
        runtime.block_on(async { tokio::join!(push(hub, first, count, tell), push(hub, second, 1, tell)) });
    if let Err(GivenUp) = first? {
        return Ok(Err(GivenUp));
    }
    if let Err(GivenUp) = second? {
        return Ok(Err(GivenUp));
    }
    if number.is_multiple_of(5) {
        match runtime.block_on(hub.author(vec![word(number)])) {
            Ok(_) => tell.say(&format!("word {number}")),
            Err(error) => report(&error, tell),
        }
    }
    if number.is_multiple_of(3) {
        // Connections of readers stay open beside the writer's, as they do in a venue.
        let all = PullRequest { cursor: 0, incarnation: Incarnation([0; 16]), wait_ms: 0 };
        let _ = runtime.block_on(hub.pull(all));
    }
    Ok(Ok(()))
}

fn enrolled(runtime: &Runtime, hub: &Hub, device: &Device, tell: &Tell) -> bool {
    (0..MAX_TRIES).any(|_| match runtime.block_on(hub.enrol(device.enrol_request())) {
        Ok(_) => true,
        Err(problem) => {
            report_problem(&problem, tell);
            false
        }
    })
}

/// Pushes the device's next events until the hub has them, as a node does: from the hub's word on.
async fn push(hub: &Hub, device: &mut Device, count: usize, tell: &Tell) -> Result<Result<(), GivenUp>, String> {
    let before = device.chain.head;
    let events: Vec<Event> = (0..count).map(|_| device.chain.write()).collect();
    let wanted = device.chain.head;
    for _ in 0..MAX_TRIES {
        match hub.push(device.push_request(events.clone())).await {
            Ok(PushReply { acked, fork_at: None, .. }) if acked == wanted => {
                let head = wanted.expect("something was pushed");
                tell.say(&format!("head {} {}", device.number, head.seq));
                return Ok(Ok(()));
            }
            Ok(reply) => {
                return Err(format!("the hub had {before:?} of device {} and says {reply:?}", device.number));
            }
            Err(problem) => report_problem(&problem, tell),
        }
    }
    Ok(Err(GivenUp))
}

/// What a node hears: the same word in the hub's sentence.
fn report_problem(problem: &Problem, tell: &Tell) {
    let is_storage = problem.code == ProblemCode::Storage && !problem.remedy.is_empty();
    let is_full = problem.message.contains("the disk is full");
    tell.say(match (is_storage, is_full) {
        (true, true) => "fault DiskFull",
        (true, false) => "fault Io",
        (false, _) => "fault Unnamed",
    });
}

fn report(error: &HubError, tell: &Tell) {
    assert!(!error.remedy().is_empty());
    let text = format!("{error:?}");
    let name: String = text.chars().take_while(|letter| letter.is_alphanumeric()).collect();
    tell.say(&format!("fault {name}"));
}

fn options() -> HubOptions {
    HubOptions { meeting: Some(MEETING), ..HubOptions::new(SECRETS) }
}

fn word(number: u64) -> Authored {
    let version = format!("word {number}");
    let event = NodeStarted { version, role: DeviceRole::Hub, clean: true, printers: Vec::new() }.into();
    Authored { actor: "organiser".to_owned(), roster_rev: 0, event }
}

fn word_of(event: &Event) -> Option<u64> {
    match domain::Event::from_payload(&event.kind, event.kind_version, &event.payload).ok()? {
        domain::Event::NodeStarted(started) => started.version.strip_prefix("word ")?.parse().ok(),
        _ => None,
    }
}

/// All that was acknowledged, each once, byte for byte, in whole chains.
pub(super) fn judge(data: &Path, told: &Told) -> Result<(), String> {
    let opened = HubLog::open(data, options());
    if told.tried == 0 {
        return Ok(());
    }
    let log = opened.map_err(|error| format!("it does not open: {error}"))?;
    let events = log.events().map_err(|error| format!("it cannot be read: {error}"))?;
    let mut found: BTreeMap<DeviceId, Vec<&Event>> = BTreeMap::new();
    let mut words: BTreeMap<u64, usize> = BTreeMap::new();
    for (_, event) in &events {
        found.entry(event.device_id).or_default().push(event);
        word_of(event).into_iter().for_each(|word| *words.entry(word).or_default() += 1);
    }
    for number in [1, 2] {
        let mut device = Device::new(number, MEETING);
        let there = found.remove(&device.chain.device).unwrap_or_default();
        let wanted = told.heads.get(&number).map_or(0, |head| head + 1);
        if (there.len() as u64) < wanted {
            return Err(format!("device {number}: {wanted} events were acknowledged, {} are there", there.len()));
        }
        if there.iter().any(|event| event.hash() != device.chain.write().hash()) {
            return Err(format!("device {number}: an event is not the one that was pushed"));
        }
    }
    if let Some(word) = told.words.iter().find(|word| words.get(word) != Some(&1)) {
        return Err(format!("the hub's own word {word} was acknowledged and is there {:?} times", words.get(word)));
    }
    if let Some((word, times)) = words.iter().find(|(_, times)| **times > 1) {
        return Err(format!("the hub's own word {word} is there {times} times"));
    }
    Ok(())
}
