//! The support bundle: one JSON file for whoever helps from afar. Kinds and counts of what is in the log, never its content.

use crate::app::clock;
use crate::app::control::{self, ControlError};
use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use store::{Options, Store};
use sync::LogEpoch;

/// Files of the system that say what machine this is.
const MACHINE: [&str; 4] = ["/etc/os-release", "/proc/version", "/proc/meminfo", "/proc/loadavg"];

/// Writes the bundle of the node in `data` to `out`.
///
/// # Errors
/// The folder holds no log, or the file cannot be written.
pub fn write(data: &Path, out: &Path) -> Result<()> {
    let node = match control::ask(data, &json!({"do": "health"})) {
        Ok(health) => json!({"running": health}),
        Err(ControlError::NobodyListens { .. }) => json!({"stopped": log(data)?}),
        Err(error) => json!({"silent": error.to_string()}),
    };
    let bundle = json!({
        "usher": env!("CARGO_PKG_VERSION"),
        "made_ms": clock::now_ms(),
        "machine": machine(),
        "files": files(data)?,
        "node": node,
    });
    let text = serde_json::to_string_pretty(&bundle).context("the bundle cannot be put into words")?;
    fs::write(out, text).with_context(|| format!("{} cannot be written", out.display()))?;
    println!("{} holds no name and no phone number; it may be sent", out.display());
    Ok(())
}

fn machine() -> Value {
    let read = |path: &&str| ((*path).to_owned(), fs::read_to_string(path).unwrap_or_default());
    json!(MACHINE.iter().map(read).collect::<BTreeMap<_, _>>())
}

fn files(data: &Path) -> Result<Value> {
    let mut sizes = BTreeMap::new();
    for entry in fs::read_dir(data).with_context(|| format!("{} is no data folder", data.display()))? {
        let entry = entry?;
        sizes.insert(entry.file_name().to_string_lossy().into_owned(), entry.metadata()?.len());
    }
    Ok(json!(sizes))
}

/// A stopped node's log: checked in every byte, counted by kind.
fn log(data: &Path) -> Result<Value> {
    // Opening would make a new one.
    ensure!(
        data.join("usher.db").exists(),
        "{} holds no log of a machine: name its folder with --data",
        data.display()
    );
    let store = Store::open(data, &Options::new(LogEpoch(clock::entropy()?)))?;
    let verified = store.verify()?;
    let loaded = store.load()?;
    let mut kinds: BTreeMap<String, u64> = BTreeMap::new();
    for (_, event) in &loaded.confirmed {
        *kinds.entry(event.kind.clone()).or_default() += 1;
    }
    let mut jobs: BTreeMap<String, u64> = BTreeMap::new();
    for row in &loaded.journal {
        let state = format!("{:?}", row.state);
        *jobs.entry(state.split([' ', '{', '(']).next().unwrap_or_default().to_owned()).or_default() += 1;
    }
    Ok(json!({
        "events": verified.events,
        "chains": verified.chains,
        "damages": verified.damages.iter().map(|damage| damage.what.clone()).collect::<Vec<_>>(),
        "cursor": loaded.progress.cursor,
        "waiting": loaded.pending.len(),
        "set_aside": loaded.set_aside.len(),
        "kinds": kinds,
        "jobs": jobs,
    }))
}
