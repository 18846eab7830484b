//! The hub's own log seen from the import: read what it says of the list, write what changes. Directly while the hub is
//! stopped, else through its control socket. Judges no event.

use std::path::Path;

use anyhow::{Context, Result, anyhow, bail};
use data_encoding::BASE64;
use domain::draw::Root;
use domain::event::Event;
use hub::{Authored, HubOptions, HubSecrets};
use serde_json::{Value, json};

use crate::app::control::{self, ControlError};
use crate::keys::MeetingKeys;

/// Kinds that [`super::KnownList`] folds, and what a draw is bound to.
const KINDS: [&str; 7] = [
    "MeetingConfigured",
    "RosterChanged",
    "SeatsPlanned",
    "InvitationKeyPublished",
    "ContactKeyPublished",
    "WalkInRegistered",
    "DrawCommitted",
];

/// Most events of one request through the socket; a list of 10,000 guests has some hundred.
const MAX_EVENTS: usize = 10_000;

/// The secrets as the hub takes them.
pub fn hub_secrets(keys: &MeetingKeys) -> HubSecrets {
    HubSecrets { phone_key: keys.phone_key, pin_pepper: keys.pin_pepper, signing_seed: keys.hub.to_bytes() }
}

/// The meeting's log in a hub's folder.
pub enum HubLog {
    /// The hub runs: its socket is asked.
    Running(std::path::PathBuf),
    /// The hub is stopped: its store is ours until this is dropped.
    Stopped(Box<hub::HubLog>),
}

impl HubLog {
    /// Reaches the log; makes a new one in an empty folder.
    ///
    /// # Errors
    /// Another process holds the folder and does not answer, the log is on PostgreSQL and the hub is stopped, or the store
    /// cannot be opened.
    pub fn open(folder: &Path, keys: &MeetingKeys) -> Result<HubLog> {
        if is_running(folder)? {
            return Ok(HubLog::Running(folder.to_owned()));
        }
        check_place(folder, false)?;
        let store = hub::HubLog::open(folder, HubOptions::new(hub_secrets(keys)))
            .map_err(|fault| anyhow!("the hub's log in {}: {fault}; {}", folder.display(), fault.remedy()))?;
        Ok(HubLog::Stopped(Box::new(store)))
    }

    /// Reaches a log that is there already, where a new one would be a mistake.
    ///
    /// # Errors
    /// As [`HubLog::open`], and when there is none.
    pub fn open_existing(folder: &Path, keys: &MeetingKeys) -> Result<HubLog> {
        if !is_running(folder)? {
            check_place(folder, false)?;
            check_there(folder)?;
        }
        HubLog::open(folder, keys)
    }

    /// Every event of the list and the meeting file, in the hub's order.
    ///
    /// # Errors
    /// The hub does not answer, or the log is damaged.
    pub fn list_events(&self) -> Result<Vec<Event>> {
        let reply = match self {
            HubLog::Running(folder) => checked(control::ask(folder, &json!({ "do": "list_events" }))?)?,
            HubLog::Stopped(store) => to_json(store.events()?.iter().map(|(_, event)| event)),
        };
        from_json(&reply)
    }

    /// Every event as it is stored, in the hub's order.
    ///
    /// # Errors
    /// The hub does not answer, the log is damaged, or too long for the socket: then stop the hub first.
    pub fn all_events(&self) -> Result<Vec<sync::Event>> {
        match self {
            HubLog::Stopped(store) => Ok(store.events()?.into_iter().map(|(_, event)| event).collect()),
            HubLog::Running(folder) => {
                let reply = checked(control::ask(folder, &json!({ "do": "all_events" }))?)?;
                let records = reply["raw"].as_array().context("the reply of the hub has no events")?;
                let read = |record: &Value| {
                    let bytes = BASE64.decode(record.as_str().unwrap_or_default().as_bytes())?;
                    sync::Event::decode(&bytes).context("an event of the hub's log")
                };
                records.iter().map(read).collect()
            }
        }
    }

    /// The roots of lotteries that the hub keeps.
    ///
    /// # Errors
    /// The hub does not answer, or one cannot be opened.
    pub fn roots(&mut self) -> Result<Vec<Root>> {
        match self {
            HubLog::Stopped(store) => {
                let roots = store.roots().map_err(|fault| anyhow!("{fault}; {}", fault.remedy()))?;
                Ok(roots.into_values().collect())
            }
            HubLog::Running(folder) => {
                let reply = checked(control::ask(folder, &json!({ "do": "draw_roots" }))?)?;
                roots_of(&reply).context("the reply of the hub has no roots")
            }
        }
    }

    /// Gives a root back to the hub.
    ///
    /// # Errors
    /// The hub does not answer, or the disk does not take it.
    pub fn keep_root(&mut self, root: &Root) -> Result<()> {
        match self {
            HubLog::Stopped(store) => {
                store.keep_roots(std::slice::from_ref(root)).map_err(|fault| anyhow!("{fault}; {}", fault.remedy()))
            }
            HubLog::Running(folder) => {
                let request = json!({ "do": "keep_draw_roots", "roots": [root_record(root)] });
                checked(control::ask(folder, &request)?).map(drop)
            }
        }
    }

    /// Puts events into the hub's own log: all or none.
    ///
    /// # Errors
    /// The hub does not answer or refuses, or the disk does.
    pub fn deliver(&mut self, events: &[Event]) -> Result<()> {
        match self {
            HubLog::Stopped(store) => {
                let told = |fault: hub::HubError| anyhow!("nothing was imported: {fault}; {}", fault.remedy());
                store.author(authored(events)).map(drop).map_err(told)
            }
            HubLog::Running(folder) => {
                let events: Vec<Value> =
                    events.iter().map(|event| record(event.kind(), event.version(), &event.to_payload())).collect();
                checked(control::ask(folder, &json!({ "do": "author", "events": events }))?).map(drop)
            }
        }
    }
}

/// A root as it goes over the control socket, which only the owner of the folder can open.
pub fn root_record(root: &Root) -> Value {
    json!({ "secret_hex": root.secret().reveal_hex(), "links": root.links() })
}

/// The roots of a message; none when it has no such field or one is not a root.
pub fn roots_of(message: &Value) -> Option<Vec<Root>> {
    let root = |record: &Value| {
        let links = u32::try_from(record["links"].as_u64()?).ok()?;
        Some(Root::new(record["secret_hex"].as_str()?.parse().ok()?, links))
    };
    message.get("roots")?.as_array()?.iter().map(root).collect()
}

fn is_running(folder: &Path) -> Result<bool> {
    match control::ask(folder, &json!({ "do": "list_events", "after": "end" })) {
        Ok(_) => Ok(true),
        Err(ControlError::NobodyListens { .. }) => Ok(false),
        Err(fault) => Err(fault.into()),
    }
}

/// The folder of a hub whose log is on PostgreSQL says so here, so that nobody begins a second log beside it.
const ELSEWHERE: &str = "database";

/// Notes in a hub's folder that its log is on PostgreSQL.
///
/// # Errors
/// The folder cannot be written.
pub fn note_elsewhere(folder: &Path) -> Result<()> {
    let path = folder.join(ELSEWHERE);
    let words = "The log of this hub is on PostgreSQL: it is started with --database.\n";
    std::fs::write(&path, words).with_context(|| format!("{} cannot be written", path.display()))
}

/// Whether the log is where whoever opens it believes it to be.
///
/// # Errors
/// The folder says that its log is on PostgreSQL, or has a log of its own although the database is named.
pub fn check_place(folder: &Path, database: bool) -> Result<()> {
    let (noted, own) = (folder.join(ELSEWHERE).exists(), folder.join(LOG).exists());
    let place = folder.display();
    if noted && !database {
        bail!("the log of the hub in {place} is on PostgreSQL: start the hub with its --database first");
    }
    if own && database && !noted {
        bail!("the hub in {place} has its log there ({LOG}); give the hub with --database a folder of its own");
    }
    Ok(())
}

/// The log's file in a hub's folder.
const LOG: &str = "hub.db";

/// # Errors
/// There is no log in the folder.
pub fn check_there(folder: &Path) -> Result<()> {
    if folder.join(LOG).exists() {
        return Ok(());
    }
    bail!("there is no log of a hub in {}: name its folder with --data", folder.display())
}

/// The running hub's side: answers the requests of this module, `None` for any other. `stored` gives every event in
/// the hub's order, `author` writes events of the hub's own.
pub fn answer<E: std::fmt::Display>(
    request: &Value,
    stored: impl FnOnce() -> Result<Vec<(u64, sync::Event)>, E>,
    author: impl FnOnce(Vec<Authored>) -> Result<u64, E>,
) -> Option<Value> {
    let told = |fault: E| json!({ "error": fault.to_string() });
    match request.get("do").and_then(Value::as_str)? {
        "list_events" if request.get("after").is_some() => Some(json!({ "events": [] })),
        "list_events" => Some(stored().map_or_else(told, |events| to_json(events.iter().map(|(_, event)| event)))),
        "all_events" => {
            let raw = |events: Vec<(u64, sync::Event)>| {
                let bytes = events.iter().map(|(_, event)| Value::from(BASE64.encode(event.bytes())));
                json!({ "raw": bytes.collect::<Vec<_>>() })
            };
            Some(stored().map_or_else(told, raw))
        }
        "author" => Some(match from_json(request) {
            Ok(events) if events.len() <= MAX_EVENTS => {
                author(authored(&events)).map_or_else(told, |cursor| json!({ "cursor": cursor }))
            }
            Ok(events) => json!({ "error": format!("{} events are too many at once", events.len()) }),
            Err(fault) => json!({ "error": format!("{fault:#}") }),
        }),
        _ => None,
    }
}

fn authored(events: &[Event]) -> Vec<Authored> {
    let mut roster_rev = 0;
    let mut author = |event: &Event| {
        if let Event::RosterChanged(changed) = event {
            roster_rev = changed.rev;
        }
        Authored { actor: domain::Actor::Organiser.to_string(), roster_rev, event: event.clone() }
    };
    events.iter().map(&mut author).collect()
}

fn to_json<'a>(events: impl Iterator<Item = &'a sync::Event>) -> Value {
    let of_list = events.filter(|event| KINDS.contains(&event.kind.as_str()));
    let records: Vec<Value> = of_list.map(|event| record(&event.kind, event.kind_version, &event.payload)).collect();
    json!({ "events": records })
}

fn record(kind: &str, version: u16, payload: &[u8]) -> Value {
    let payload: Value = serde_json::from_slice(payload).unwrap_or(Value::Null);
    json!({ "kind": kind, "version": version, "payload": payload })
}

fn from_json(reply: &Value) -> Result<Vec<Event>> {
    let Some(records) = reply.get("events").and_then(Value::as_array) else {
        bail!("the reply of the hub has no events")
    };
    let read = |record: &Value| {
        let kind = record.get("kind").and_then(Value::as_str).unwrap_or_default();
        let version = record.get("version").and_then(Value::as_u64).and_then(|version| u16::try_from(version).ok());
        let payload = record.get("payload").unwrap_or(&Value::Null).to_string();
        Event::from_payload(kind, version.unwrap_or_default(), payload.as_bytes())
    };
    records.iter().map(|record| read(record).context("an event of the hub's log")).collect()
}

fn checked(reply: Value) -> Result<Value> {
    match reply.get("error") {
        Some(fault) => {
            bail!("the running hub says: {}", fault.as_str().unwrap_or("something went wrong; look at its log"))
        }
        None => Ok(reply),
    }
}
