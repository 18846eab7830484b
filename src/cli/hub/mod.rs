//! `usher hub`: runs the hub, lets machines in and out, and asks a running one how it is.

mod answers;
mod devices;
mod enroll;
mod keep;
mod serve;
mod status;

use anyhow::Result;
use clap::{Args, Subcommand};
use serde_json::{Value, json};
use std::path::PathBuf;

#[derive(Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct HubArgs {
    #[command(subcommand)]
    command: Option<HubCommand>,
    #[command(flatten)]
    run: serve::ServeArgs,
}

#[derive(Subcommand)]
enum HubCommand {
    /// Lets a new machine in: shows a code to scan or to type, good for ten minutes and one machine
    Enroll(enroll::EnrollArgs),
    /// Takes a machine out of the meeting; what it recorded before stands
    Revoke(devices::RevokeArgs),
    /// The machines that take part
    Devices(devices::DevicesArgs),
    /// Nodes, positions and lag of the running hub
    Status(status::StatusArgs),
    /// Makes a standby the meeting's hub, when the other one is dead
    Promote(keep::PromoteArgs),
    /// Copies the hub's log and keys, while it runs or not
    Backup(keep::BackupArgs),
    /// Begins again from a backup
    Restore(keep::RestoreArgs),
}

/// The folder that every command of a hub names.
#[derive(Args)]
pub struct DataArgs {
    /// Folder of the hub's log and keys
    #[arg(long, default_value = "usher-hub")]
    data: PathBuf,
}

pub fn run(args: HubArgs) -> Result<()> {
    match args.command {
        None => serve::run(&args.run),
        Some(HubCommand::Enroll(args)) => enroll::run(&args),
        Some(HubCommand::Revoke(args)) => devices::revoke(&args),
        Some(HubCommand::Devices(args)) => devices::list(&args),
        Some(HubCommand::Status(args)) => status::run(&args),
        Some(HubCommand::Promote(args)) => keep::promote(&args),
        Some(HubCommand::Backup(args)) => keep::backup(&args),
        Some(HubCommand::Restore(args)) => keep::restore(&args),
    }
}

fn failure(words: &str) -> Value {
    json!({"ok": false, "error": words})
}

/// A reply of the running hub that is not a failure.
fn checked(reply: Value) -> Result<Value> {
    if reply["ok"] == false {
        anyhow::bail!("{}", reply["error"].as_str().unwrap_or("the hub refused without a word"));
    }
    Ok(reply)
}

/// The hub's fault with its remedy.
fn told(error: hub::HubError) -> anyhow::Error {
    let remedy = error.remedy();
    anyhow::Error::new(error).context(remedy)
}
