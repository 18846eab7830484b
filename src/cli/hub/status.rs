//! `usher hub status`: nodes, positions and lag of the running hub, once or again and again.

use super::DataArgs;
use crate::app::control;
use anyhow::{Context, Result};
use clap::Args;
use serde_json::json;
use std::io::IsTerminal;
use std::time::Duration;
use sync::Status;
use sync::wire::LinkTask;

/// Clears a terminal and goes to its first line (ECMA-48, ED and CUP).
const CLEAR: &str = "\u{1b}[2J\u{1b}[H";

#[derive(Args)]
pub struct StatusArgs {
    #[command(flatten)]
    data: DataArgs,
    /// For programs
    #[arg(long)]
    json: bool,
    /// Again every second, until Ctrl-C
    #[arg(long, conflicts_with = "json")]
    watch: bool,
}

pub fn run(args: &StatusArgs) -> Result<()> {
    loop {
        let reply = control::ask(&args.data.data, &json!({"do": "status"}));
        if args.json {
            println!("{}", reply?);
            return Ok(());
        }
        if args.watch && std::io::stdout().is_terminal() {
            print!("{CLEAR}");
        }
        match reply {
            Ok(reply) => {
                let status = serde_json::from_value(reply);
                print_status(&status.context("the hub's answer cannot be read; is it another version?")?);
            }
            // A hub that is started anew comes back into view.
            Err(error) if args.watch => println!("{error}"),
            Err(error) => return Err(error.into()),
        }
        if !args.watch {
            return Ok(());
        }
        std::thread::sleep(Duration::from_secs(1));
    }
}

fn print_status(status: &Status) {
    println!("meeting      {}", status.meeting);
    println!("incarnation  {}", status.incarnation);
    println!("events       {} ({} of the hub's own)", status.cursor, status.hub_events);
    if let Some(incarnation) = status.follows {
        println!("follows      {incarnation}: it takes nothing from machines until it is promoted");
    }
    if let Some(link) = &status.link {
        let task = match link.task {
            LinkTask::Relay => "relays to",
            LinkTask::Standby => "stands by",
        };
        let worked = link.worked_ms.map_or_else(|| "never".into(), |at| ago(status.now_ms.saturating_sub(at)));
        println!("{task:<12} {} (lag {}, worked {worked})", link.url, link.lag);
        if let Some(fault) = &link.fault {
            println!("             {fault}");
        }
    }
    if let Some(standby) = &status.standby {
        let answered = standby.answered_ms.map_or_else(|| "never".into(), |at| ago(status.now_ms.saturating_sub(at)));
        println!("standby      {} (followed {answered})", standby.url);
        if let Some(fault) = &standby.fault {
            println!("             {fault}: nobody knows whether it took over");
        }
    }
    println!("{:<8} {:<8} {:<24} {:>10} {:>8} {:>12}", "number", "role", "name", "acked", "lag", "last seen");
    for node in &status.nodes {
        let acked = node.acked_seq.map_or_else(|| "-".into(), |seq| (seq + 1).to_string());
        let seen = node.last_seen_ms.map_or_else(|| "never".into(), |at| ago(status.now_ms.saturating_sub(at)));
        let role = format!("{:?}", node.role).to_lowercase();
        let fork = node.fork_at.map_or_else(String::new, |seq| format!("  two machines write this log since {seq}"));
        println!("{:<8} {:<8} {:<24} {:>10} {:>8} {:>12}{fork}", node.prefix, role, node.name, acked, node.lag, seen);
    }
    if status.nodes.is_empty() {
        println!("no node has enrolled yet");
    }
}

/// How long ago, in words.
pub fn ago(ms: u64) -> String {
    match Duration::from_millis(ms).as_secs() {
        0..=1 => "now".into(),
        seconds @ 2..=119 => format!("{seconds} s ago"),
        seconds => format!("{} min ago", seconds / 60),
    }
}
