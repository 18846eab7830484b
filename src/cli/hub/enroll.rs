//! `usher hub enroll`: opens the window for a new machine, shows its code, and tells when the machine is in.

use super::{DataArgs, checked};
use crate::app::control;
use anyhow::{Context, Result, bail};
use clap::Args;
use qrcode::render::unicode::Dense1x2;
use qrcode::{EcLevel, QrCode};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

/// A code has to be dark on light, whatever colours the terminal has (ECMA-48, SGR).
const BLACK_ON_WHITE: &str = "\u{1b}[30;107m";
const USUAL: &str = "\u{1b}[0m";
/// How often the hub is asked whether the machine came.
const LOOK_EVERY: Duration = Duration::from_millis(500);

#[derive(Args)]
pub struct EnrollArgs {
    #[command(flatten)]
    data: DataArgs,
    /// The address that the machine is told, instead of the hub's own
    #[arg(long, value_name = "URL")]
    url: Option<String>,
    /// So many machines, one after the other, each with a code of its own
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=200))]
    count: u16,
    /// Print the ticket as JSON and do not wait; for programs
    #[arg(long)]
    json: bool,
    /// Close the window that is open; its code is worth nothing any more
    #[arg(long)]
    close: bool,
}

pub fn run(args: &EnrollArgs) -> Result<()> {
    let folder = &args.data.data;
    if args.close {
        checked(control::ask(folder, &json!({"do": "close_pairing"}))?)?;
        println!("the window is closed");
        return Ok(());
    }
    if args.json {
        println!("{}", open(folder, args.url.as_deref())?);
        return Ok(());
    }
    for number in 1..=args.count {
        let before = devices(folder)?;
        let ticket = open(folder, args.url.as_deref())?;
        show(&ticket, number, args.count)?;
        let name = wait(folder, &before)?;
        println!("{name} takes part.\n");
    }
    Ok(())
}

fn open(folder: &Path, url: Option<&str>) -> Result<Value> {
    let mut request = json!({"do": "enroll"});
    if let Some(url) = url {
        request["url"] = url.into();
    }
    checked(control::ask(folder, &request)?)
}

fn show(ticket: &Value, number: u16, count: u16) -> Result<()> {
    let text = ticket["ticket"].as_str().context("the hub made no ticket; is it another version?")?;
    let code = QrCode::with_error_correction_level(text, EcLevel::M).context("the ticket fits into no code")?;
    for line in code.render::<Dense1x2>().dark_color(Dense1x2::Dark).light_color(Dense1x2::Light).build().lines() {
        println!("{BLACK_ON_WHITE}{line}{USUAL}");
    }
    if count > 1 {
        println!("machine {number} of {count}");
    }
    println!("Scan this with the new machine's scanner, within ten minutes. Without a scanner start it with:");
    let (url, code) = (ticket["url"].as_str().unwrap_or_default(), ticket["code"].as_str().unwrap_or_default());
    println!("  usher kiosk --hub {url} --pair {code}");
    Ok(())
}

/// The machine that came in.
fn wait(folder: &Path, before: &Devices) -> Result<String> {
    loop {
        let state = checked(control::ask(folder, &json!({"do": "pairing"}))?)?;
        let now = devices(folder)?;
        if let Some((_, words)) = now.iter().find(|(first, _)| !before.contains_key(*first)) {
            return Ok(words.clone());
        }
        if state["open"] == false {
            // A known machine that scanned the code only has another number now.
            if let Some((_, words)) = now.iter().find(|(first, words)| before.get(*first) != Some(words)) {
                return Ok(words.clone());
            }
            bail!(
                "the window is closed: ten minutes are over, or the code was mistyped five times; run the command again"
            );
        }
        std::thread::sleep(LOOK_EVERY);
    }
}

/// Machines by their first number; what each is called.
type Devices = BTreeMap<String, String>;

fn devices(folder: &Path) -> Result<Devices> {
    let reply = checked(control::ask(folder, &json!({"do": "devices"}))?)?;
    let devices = reply["devices"].as_array().cloned().unwrap_or_default();
    let named = |device: &Value| {
        let numbers = device["numbers"].as_array().cloned().unwrap_or_default();
        let numbers: Vec<&str> = numbers.iter().filter_map(Value::as_str).collect();
        let words = format!("{} ({})", numbers.join(", "), device["name"].as_str().unwrap_or_default());
        (numbers.first().copied().unwrap_or_default().to_owned(), words)
    };
    Ok(devices.iter().map(named).collect())
}
