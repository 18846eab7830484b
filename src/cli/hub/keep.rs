//! `usher hub promote`, `backup` and `restore`: what is done when a hub's machine is gone, and before.

use super::{DataArgs, checked, told};
use crate::app::control::{self, ControlError};
use crate::keys::{KeyFault, MeetingKeys};
use crate::roster::hub_log::{check_place, check_there, hub_secrets};
use anyhow::{Context, Result, bail};
use clap::Args;
use hub::{HubLog, HubOptions};
use serde_json::json;
use std::path::PathBuf;

#[derive(Args)]
pub struct PromoteArgs {
    #[command(flatten)]
    data: DataArgs,
}

#[derive(Args)]
pub struct BackupArgs {
    /// A folder that does not exist yet
    #[arg(value_name = "TARGET")]
    target: PathBuf,
    #[command(flatten)]
    data: DataArgs,
}

#[derive(Args)]
pub struct RestoreArgs {
    /// The folder of a backup
    #[arg(value_name = "BACKUP")]
    backup: PathBuf,
    #[command(flatten)]
    data: DataArgs,
}

pub fn promote(args: &PromoteArgs) -> Result<()> {
    let folder = &args.data.data;
    let incarnation = match control::ask(folder, &json!({"do": "promote"})) {
        Ok(reply) => checked(reply)?["incarnation"].as_str().unwrap_or_default().to_owned(),
        Err(ControlError::NobodyListens { .. }) => {
            let secrets = hub_secrets(&MeetingKeys::load(folder)?);
            check_place(folder, false)?;
            check_there(folder)?;
            let mut log = HubLog::open(folder, HubOptions::new(secrets)).map_err(told)?;
            log.promote().map_err(told)?.to_string()
        }
        Err(error) => return Err(error.into()),
    };
    println!(
        "this is the meeting's hub now (incarnation {incarnation}); machines that know its address come by themselves,"
    );
    println!("the others scan a new code of `usher hub enroll`");
    Ok(())
}

pub fn backup(args: &BackupArgs) -> Result<()> {
    let folder = &args.data.data;
    if args.target.exists() {
        bail!("{} exists already; name a folder that does not", args.target.display());
    }
    let keys = MeetingKeys::load(folder)?;
    if check_place(folder, false).is_err() {
        bail!("this hub's log is on PostgreSQL: back that up with its own tools, and copy {}/keys", folder.display());
    }
    check_there(folder)?;
    keys.store_copy(&args.target)?;
    hub::backup(folder, &args.target.join("hub.db")).map_err(told)?;
    println!("{} holds the log and the keys; keep it as secret as the hub itself", args.target.display());
    Ok(())
}

pub fn restore(args: &RestoreArgs) -> Result<()> {
    let folder = &args.data.data;
    let keys = MeetingKeys::load(&args.backup).context("the backup has no keys")?;
    match MeetingKeys::load(folder) {
        Ok(present) if present.hub.to_bytes() != keys.hub.to_bytes() => {
            bail!("{} belongs to another meeting; give the restored hub its own --data folder", folder.display())
        }
        Ok(_) => {}
        Err(KeyFault::Missing(_)) => keys.store_copy(folder)?,
        Err(fault) => return Err(fault).context("the keys that are there cannot be read; nothing was restored"),
    }
    check_place(folder, false)?;
    let options = HubOptions::new(hub_secrets(&keys));
    let log = HubLog::restore(folder, &args.backup.join("hub.db"), options).map_err(told)?;
    println!("restored up to event {}; start the hub: machines send again what it lacks", log.ledger().cursor());
    Ok(())
}
