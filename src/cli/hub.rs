//! `usher hub`: runs the hub, and asks a running one how it is.

use crate::app::control::{self, ControlServer};
use crate::keys::MeetingKeys;
use crate::roster::hub_log;
use anyhow::{Context, Result};
use clap::{Args, Subcommand};
use hub::{Hub, HubLog, HubOptions};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;
use sync::Status;

/// The file in the data folder that says where the hub listens.
const ADDRESS_FILE: &str = "address";

#[derive(Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct HubArgs {
    #[command(subcommand)]
    command: Option<HubCommand>,
    #[command(flatten)]
    run: RunArgs,
}

#[derive(Subcommand)]
enum HubCommand {
    /// Nodes, positions and lag of the running hub
    Status(StatusArgs),
}

#[derive(Args)]
struct RunArgs {
    /// Folder of the hub's log and keys
    #[arg(long, default_value = "usher-hub")]
    data: PathBuf,
    /// Where nodes reach the hub; port 0 takes a free one, named in DATA/address
    #[arg(long, default_value = "127.0.0.1:7400")]
    listen: SocketAddr,
}

#[derive(Args)]
struct StatusArgs {
    /// Folder of the hub's log and keys
    #[arg(long, default_value = "usher-hub")]
    data: PathBuf,
    /// For programs
    #[arg(long)]
    json: bool,
}

pub fn run(args: HubArgs) -> Result<()> {
    match args.command {
        Some(HubCommand::Status(args)) => status(&args),
        None => serve(&args.run),
    }
}

fn serve(args: &RunArgs) -> Result<()> {
    hub::check_address(&args.listen)?;
    let keys = MeetingKeys::load_or_create(&args.data)?;
    let store = HubLog::open(&args.data, HubOptions::new(hub_log::hub_secrets(&keys))).map_err(told)?;
    let hub = Hub::start(store);
    let _control = ControlServer::start(&args.data, handler(hub.clone()))?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().context("no threads for the hub")?;
    let served = runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind(args.listen).await.with_context(|| {
            format!("the hub cannot listen on {}: is another one running there? Choose another --listen", args.listen)
        })?;
        let address = listener.local_addr()?;
        write_address(&args.data, &address)?;
        tracing::info!("the hub listens on http://{address}");
        hub::serve(listener, hub.clone(), stopped()).await.context("the hub's server ended")
    });
    // Whatever was queued is durable when this returns.
    hub.stop();
    served
}

/// Written aside and renamed: whoever reads it finds a whole address.
fn write_address(folder: &Path, address: &SocketAddr) -> Result<()> {
    let (fresh, file) = (folder.join("address.new"), folder.join(ADDRESS_FILE));
    std::fs::write(&fresh, address.to_string())
        .and_then(|()| std::fs::rename(&fresh, &file))
        .with_context(|| format!("{} cannot be written", file.display()))
}

/// Resolves on Ctrl-C and on the signal that service managers send.
async fn stopped() {
    let interrupted = tokio::signal::ctrl_c();
    let Ok(mut terminated) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) else {
        let _ = interrupted.await;
        return;
    };
    tokio::select! {
        _ = interrupted => {}
        _ = terminated.recv() => {}
    }
}

/// Answers the control socket: the importer's questions, and the status.
fn handler(hub: Hub) -> impl Fn(Value) -> Value + Send + Sync + 'static {
    move |request| {
        if request["do"] == "status" {
            return serde_json::to_value(hub.status()).unwrap_or_else(|error| failure(&error.to_string()));
        }
        let read = || hub.events_blocking();
        let write = |events| hub.author_blocking(events);
        hub_log::answer(&request, read, write).unwrap_or_else(|| failure("known are: status, list_events, author"))
    }
}

fn failure(words: &str) -> Value {
    json!({"ok": false, "error": words})
}

fn status(args: &StatusArgs) -> Result<()> {
    let reply = control::ask(&args.data, &json!({"do": "status"}))?;
    if args.json {
        println!("{reply}");
        return Ok(());
    }
    let status: Status =
        serde_json::from_value(reply).context("the hub's answer cannot be read; is it another version?")?;
    print_status(&status);
    Ok(())
}

fn print_status(status: &Status) {
    println!("meeting      {}", status.meeting);
    println!("incarnation  {}", status.incarnation);
    println!("events       {} ({} of the hub's own)", status.cursor, status.hub_events);
    println!("{:<8} {:<8} {:<24} {:>10} {:>8} {:>12}", "number", "role", "name", "acked", "lag", "last seen");
    for node in &status.nodes {
        let acked = node.acked_seq.map_or_else(|| "-".into(), |seq| (seq + 1).to_string());
        let seen = node.last_seen_ms.map_or_else(|| "never".into(), |at| ago(status.now_ms.saturating_sub(at)));
        let role = format!("{:?}", node.role).to_lowercase();
        println!("{:<8} {:<8} {:<24} {:>10} {:>8} {:>12}", node.prefix, role, node.name, acked, node.lag, seen);
    }
    if status.nodes.is_empty() {
        println!("no node has enrolled yet");
    }
}

fn ago(ms: u64) -> String {
    match Duration::from_millis(ms).as_secs() {
        0..=1 => "now".into(),
        seconds @ 2..=119 => format!("{seconds} s ago"),
        seconds => format!("{} min ago", seconds / 60),
    }
}

/// The hub's fault with its remedy.
fn told(error: hub::HubError) -> anyhow::Error {
    let remedy = error.remedy();
    anyhow::Error::new(error).context(remedy)
}
