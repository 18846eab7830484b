//! `usher purge`: after the meeting, what is told of people goes and what the law wants stays, with a report.
//!
//! First it orders: every machine that takes part destroys its own data and says so. Then, with `--finish`, the hub's log and
//! keys go too, and a file with what has to stay is left.

use crate::keys::MeetingKeys;
use crate::roster::hub_log::{HubLog, hub_secrets};
use anyhow::{Context, Result, bail};
use clap::Args;
use data_encoding::HEXLOWER;
use domain::event::{DeviceRole, Event, PurgeOrdered};
use domain::meeting::{PurgeReport, purge_report};
use domain::{Meeting, UnixMillis};
use hub::{Database, HubOptions};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::fs;
use std::io::{BufRead, IsTerminal, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

/// Kinds whose events stay in the file, by the beginning of their names: bookkeeping and draws.
const KEPT: [&str; 12] = [
    "Slip",
    "Discount",
    "Payment",
    "Receipt",
    "Cash",
    "Incentive",
    "Consent",
    "Notice",
    "Draw",
    "Round",
    "Prize",
    "Audience",
];
/// What such events tell of people all the same: contacts, who signed or fetched something, free words.
const STRIPPED: [&str; 6] = ["phone", "address", "signer", "proxy", "note", "reason"];
/// A void round's reason is printed for everybody who was there.
const PRINTED_REASON: &str = "RoundVoided";
const DRAWS: [&str; 4] = ["Draw", "Round", "Prize", "Audience"];

#[derive(Args)]
pub struct PurgeArgs {
    /// Folder of the hub's log and keys
    #[arg(long, default_value = "usher-hub")]
    data: PathBuf,
    /// The draws' events go too, where the law does not want them
    #[arg(long)]
    drop_draws: bool,
    /// Destroy the hub's own log and keys, once every machine has reported; nothing of it comes back
    #[arg(long, value_name = "KEPT.json")]
    finish: Option<PathBuf>,
    /// Do not wait for machines that have not reported
    #[arg(long, requires = "finish")]
    without_the_missing: bool,
    /// Where the hub's log is, when it is on PostgreSQL and the hub is stopped: postgres://user:password@host/database
    #[arg(long, value_name = "URL", requires = "finish")]
    database: Option<String>,
    /// Do not ask
    #[arg(long, short)]
    yes: bool,
}

/// Runs the command.
///
/// # Errors
/// No such hub, a refused prompt, machines that have not reported, or a file that cannot be written.
pub fn run(args: &PurgeArgs) -> Result<()> {
    let keys = MeetingKeys::load(&args.data)?;
    let database = args.database.as_deref().map(Database::connect).transpose()?;
    let mut log = match &database {
        Some(database) => {
            let meeting = MeetingKeys::meeting(&args.data).context("the keys do not name their meeting")?;
            if !database.meetings()?.contains(&meeting) {
                bail!("the database has no such meeting");
            }
            HubLog::Stopped(Box::new(hub::HubLog::open_in(database, HubOptions::new(hub_secrets(&keys)))?))
        }
        None => HubLog::open_existing(&args.data, &keys)?,
    };
    let events = log.all_events()?;
    let meeting = fold(&events);
    let report = purge_report(&meeting);
    print!("{}", words(&report));
    match &args.finish {
        None => order(args, &meeting, &mut log),
        Some(kept) => finish(args, kept, &meeting, &report, &events, log, database.as_ref()),
    }
}

fn order(args: &PurgeArgs, meeting: &Meeting, log: &mut HubLog) -> Result<()> {
    if let Some((from, _)) = meeting.purge_ordered() {
        println!(
            "ordered already, for {} (Unix milliseconds); machines that were off do it when they come back",
            from.0
        );
        return Ok(());
    }
    if !args.yes && !asked("Destroy what every machine of this meeting holds of people?")? {
        bail!("nothing was ordered");
    }
    let ordered = PurgeOrdered { not_before: UnixMillis(now_ms()), keep_draw: !args.drop_draws };
    log.deliver(&[Event::PurgeOrdered(ordered)])?;
    println!("ordered; `usher purge --finish KEPT.json` destroys the hub's own log when all machines have reported");
    Ok(())
}

fn finish(
    args: &PurgeArgs,
    kept: &Path,
    meeting: &Meeting,
    report: &PurgeReport,
    events: &[sync::Event],
    log: HubLog,
    database: Option<&Database>,
) -> Result<()> {
    if matches!(log, HubLog::Running(_)) {
        bail!("the hub still runs: stop it first");
    }
    let Some((_, keep_draw)) = meeting.purge_ordered() else {
        bail!("nothing was ordered yet: run `usher purge` first, so that the machines do their part");
    };
    if is_inside(kept, &args.data)? {
        bail!("{} would be destroyed with the rest: name a file outside of {}", kept.display(), args.data.display());
    }
    let missing: Vec<String> = meeting
        .devices()
        .filter(|(id, device)| !device.revoked && device.role != Some(DeviceRole::Hub) && !report.finished.contains(id))
        .map(|(_, device)| device.prefix().to_owned())
        .collect();
    if !missing.is_empty() && !args.without_the_missing {
        bail!("{} have not reported: switch them on, or add --without-the-missing", missing.join(", "));
    }
    if !args.yes && !asked("Destroy the hub's log and keys? Phone numbers can never be read again.")? {
        bail!("nothing was destroyed");
    }
    write_kept(kept, report, &missing, events, keep_draw)?;
    drop(log);
    if let (Some(database), Some(meeting)) = (database, MeetingKeys::meeting(&args.data)) {
        database.forget(meeting)?;
    }
    destroy(&args.data)?;
    println!("the hub's log and keys are destroyed; {} holds what stays", kept.display());
    Ok(())
}

/// What stays, with the report and the hash of all that went, so that nobody can claim another log later.
fn write_kept(
    path: &Path,
    report: &PurgeReport,
    missing: &[String],
    events: &[sync::Event],
    keep_draw: bool,
) -> Result<()> {
    let stays = |event: &&sync::Event| {
        let is = |prefixes: &[&str]| prefixes.iter().any(|prefix| event.kind.starts_with(prefix));
        is(&KEPT) && (keep_draw || !is(&DRAWS))
    };
    let mut log_hash = Sha256::new();
    for event in events {
        log_hash.update(event.hash().0);
    }
    let event = |event: &sync::Event| -> Result<Value> {
        let mut payload: Value = serde_json::from_slice(&event.payload).context("an event is no JSON")?;
        strip(&mut payload, event.kind == PRINTED_REASON);
        Ok(
            json!({"id": event.event_id.to_string(), "kind": event.kind, "actor": event.actor, "at_ms": event.hlc.millis(),
            "hash": event.hash().to_string(), "payload": payload}),
        )
    };
    let kept: Vec<Value> = events.iter().filter(stays).map(event).collect::<Result<_>>()?;
    let file = json!({
        "purged_ms": now_ms(),
        "goes": report.goes,
        "stays": report.stays,
        "finished": report.finished.len(),
        "missing": missing,
        "events_in_all": events.len(),
        "sha256_of_all_hashes": HEXLOWER.encode(&log_hash.finalize()),
        "kept": kept,
    });
    let text = serde_json::to_string_pretty(&file).context("the report cannot be put into words")?;
    let mut out = fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .with_context(|| format!("{} cannot be written anew", path.display()))?;
    out.write_all(text.as_bytes()).and_then(|()| out.sync_all()).with_context(|| path.display().to_string())
}

/// Takes out what an event tells of people, but for a reason that was printed.
fn strip(value: &mut Value, keeps_reason: bool) {
    match value {
        Value::Object(fields) => {
            fields.retain(|name, _| !STRIPPED.contains(&name.as_str()) || (keeps_reason && name == "reason"));
            fields.values_mut().for_each(|value| strip(value, keeps_reason));
        }
        Value::Array(values) => values.iter_mut().for_each(|value| strip(value, keeps_reason)),
        _ => {}
    }
}

/// Whether a file that is not there yet would be in the folder.
fn is_inside(path: &Path, folder: &Path) -> Result<bool> {
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let parent = parent.canonicalize().with_context(|| format!("{} is not there", parent.display()))?;
    Ok(parent.starts_with(folder.canonicalize().with_context(|| folder.display().to_string())?))
}

/// Overwrites and removes everything in the hub's folder, the keys last: while they are there it can be run again.
fn destroy(folder: &Path) -> Result<()> {
    let entries: Vec<PathBuf> = fs::read_dir(folder)
        .and_then(|entries| entries.map(|entry| Ok(entry?.path())).collect())
        .with_context(|| folder.display().to_string())?;
    let (folders, files): (Vec<_>, Vec<_>) = entries.into_iter().partition(|path| path.is_dir() && !path.is_symlink());
    files.iter().try_for_each(|file| wipe(file))?;
    for inner in folders {
        destroy(&inner)?;
        fs::remove_dir(&inner).with_context(|| inner.display().to_string())?;
    }
    Ok(())
}

fn wipe(path: &Path) -> Result<()> {
    let told = || path.display().to_string();
    let what = fs::symlink_metadata(path).with_context(told)?;
    if what.is_file() {
        let mut file = fs::OpenOptions::new().write(true).open(path).with_context(told)?;
        std::io::copy(&mut std::io::Read::take(std::io::repeat(0), what.len()), &mut file).with_context(told)?;
        file.sync_all().with_context(told)?;
    }
    fs::remove_file(path).with_context(told)
}

/// The meeting as its whole log tells it.
pub(super) fn fold(events: &[sync::Event]) -> Meeting {
    let mut meeting = Meeting::new();
    events.iter().for_each(|event| hub::core::fold(&mut meeting, event));
    meeting
}

fn words(report: &PurgeReport) -> String {
    let line = |(code, count): (&&str, &u64)| format!("  {:<24} {count:>8}\n", code.replace('_', " "));
    let goes: String = report.goes.iter().map(line).collect();
    let stays: String = report.stays.iter().map(line).collect();
    format!("goes:\n{goes}stays:\n{stays}machines that are done: {}\n", report.finished.len())
}

fn asked(question: &str) -> Result<bool> {
    if !std::io::stdin().is_terminal() {
        bail!("nobody can be asked here: add --yes");
    }
    print!("{question} Type yes: ");
    std::io::stdout().flush()?;
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line)?;
    Ok(line.trim() == "yes")
}

fn now_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kept_events_tell_no_words_about_people() {
        let check = |kind: &str, payload: Value, stays: Value| {
            let mut stripped = payload;
            strip(&mut stripped, kind == PRINTED_REASON);
            assert_eq!(stripped, stays, "{kind}");
            assert!(KEPT.iter().any(|prefix| kind.starts_with(prefix)), "{kind} is in the file");
        };
        let line = json!({ "line": 1, "sku": "K7", "amount_minor": 40 });
        check(
            "SlipSigned",
            json!({ "content": { "lines": [line], "phone": { "sealed": "x" }, "address": { "sealed": "x" }, "note": "x" },
                "signer": "x", "sealed": true }),
            json!({ "content": { "lines": [line] }, "sealed": true }),
        );
        check(
            "SlipVoided",
            json!({ "slip": "1", "reason": "x", "second": "f2" }),
            json!({ "slip": "1", "second": "f2" }),
        );
        check("DiscountRequested", json!({ "unit_price_minor": 4, "reason": "x" }), json!({ "unit_price_minor": 4 }));
        check("DiscountRefused", json!({ "by": "d1", "reason": "x" }), json!({ "by": "d1" }));
        check("PaymentReversed", json!({ "payment": "1", "reason": "x" }), json!({ "payment": "1" }));
        check(
            "PaymentReceived",
            json!({ "receipt": { "number": "1", "note": "x" } }),
            json!({ "receipt": { "number": "1" } }),
        );
        check("CashHandedOver", json!({ "counted_minor": 5, "note": "x" }), json!({ "counted_minor": 5 }));
        check("PrizeClaimed", json!({ "pick": 1, "proxy": "x" }), json!({ "pick": 1 }));
        check("RoundVoided", json!({ "reason": "list was wrong" }), json!({ "reason": "list was wrong" }));
    }
}
