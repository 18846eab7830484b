//! `usher hub devices` and `usher hub revoke`: which machines take part, and taking one out.

use super::status::ago;
use super::{DataArgs, checked};
use crate::app::control;
use anyhow::{Result, bail};
use clap::Args;
use serde_json::{Value, json};
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

#[derive(Args)]
pub struct DevicesArgs {
    #[command(flatten)]
    data: DataArgs,
    /// For programs
    #[arg(long)]
    json: bool,
}

#[derive(Args)]
pub struct RevokeArgs {
    /// The machine by its number (K3) or its id
    #[arg(value_name = "MACHINE")]
    machine: String,
    /// Why, for the log
    #[arg(long)]
    reason: String,
    #[command(flatten)]
    data: DataArgs,
}

pub fn list(args: &DevicesArgs) -> Result<()> {
    let devices = devices(&args.data.data)?;
    if args.json {
        println!("{}", Value::from(devices));
        return Ok(());
    }
    println!("{:<14} {:<8} {:<24} {:<12} id", "number", "role", "name", "last seen");
    for device in &devices {
        let numbers = numbers(device).join(", ");
        let (role, name) = (device["role"].as_str().unwrap_or("-"), device["name"].as_str().unwrap_or("-"));
        let seen = match (device["revoked_after"].is_u64(), device["last_seen_ms"].as_u64()) {
            (true, _) => "taken out".to_owned(),
            (false, Some(at)) => ago(now_ms().saturating_sub(at)),
            (false, None) => "never".to_owned(),
        };
        println!("{numbers:<14} {role:<8} {name:<24} {seen:<12} {}", device["device"].as_str().unwrap_or("-"));
    }
    if devices.is_empty() {
        println!("no machine takes part yet; `usher hub enroll` lets one in");
    }
    Ok(())
}

pub fn revoke(args: &RevokeArgs) -> Result<()> {
    let devices = devices(&args.data.data)?;
    let is_meant = |device: &&Value| {
        device["device"] == args.machine.as_str()
            || numbers(device).iter().any(|number| number.eq_ignore_ascii_case(&args.machine))
    };
    let Some(device) = devices.iter().find(is_meant) else {
        bail!("no machine is called {}; `usher hub devices` lists them", args.machine);
    };
    let request = json!({"do": "revoke", "device": device["device"], "reason": args.reason});
    let reply = checked(control::ask(&args.data.data, &request)?)?;
    println!("{} is taken out: nothing that it does after event {} counts", args.machine, reply["after_cursor"]);
    Ok(())
}

fn devices(folder: &Path) -> Result<Vec<Value>> {
    let reply = checked(control::ask(folder, &json!({"do": "devices"}))?)?;
    Ok(reply["devices"].as_array().cloned().unwrap_or_default())
}

fn numbers(device: &Value) -> Vec<String> {
    let numbers = device["numbers"].as_array().into_iter().flatten();
    numbers.filter_map(Value::as_str).map(str::to_owned).collect()
}

fn now_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
