//! `usher stage`: the operator's window with its log, and the audience's window, a process of its own without any.

use crate::app::control::ControlServer;
use crate::app::core::Disk;
use crate::app::stage::audience::{self, AudienceStart};
use crate::app::stage::hall::{Hall, WindowStart};
use crate::app::stage::{self, Inbox, Message, Parts, Pictures, Preview, Runner, window};
use crate::app::window::quit;
use crate::cli::kiosk::size;
use crate::cli::way::WayArgs;
use anyhow::{Context, Result, anyhow, ensure};
use clap::Args;
use serde_json::{Value, json};
use slint::ComponentHandle;
use std::path::{Path, PathBuf};
use std::sync::mpsc::sync_channel;
use std::time::Duration;

/// How long a question over the control socket may take; a picture of a large window takes a second.
const CONTROL_PATIENCE: Duration = Duration::from_secs(10);
/// Longest text of rules, in bytes: as much as the hub takes.
const MOST_RULES: u64 = 64 * 1024;

#[derive(Args)]
pub struct StageArgs {
    /// Name of this machine, as staff call it
    #[arg(long, default_value = "S1")]
    name: String,
    /// Folder of this machine's log
    #[arg(long, default_value = "usher-stage")]
    data: PathBuf,
    #[command(flatten)]
    way: WayArgs,
    /// The rules of the lottery as they are printed, a text file in UTF-8
    #[arg(long, value_name = "FILE")]
    rules: Option<PathBuf>,
    /// Folder with the pictures (PNG) of prizes and of the picture scene
    #[arg(long, value_name = "FOLDER")]
    pictures: Option<PathBuf>,
    /// The operator's window in this size instead of the whole screen, as 1280x720
    #[arg(long, value_name = "WIDTHxHEIGHT")]
    windowed: Option<String>,
    /// The hall's window in this size instead of the whole screen
    #[arg(long, value_name = "WIDTHxHEIGHT")]
    hall: Option<String>,
    /// Where the hall's window stands, in pixels from the left and the top: its output, where two share a desktop
    #[arg(long, value_name = "X,Y")]
    hall_at: Option<String>,
    /// No window for the hall: the operator's screen alone
    #[arg(long)]
    no_hall: bool,
    /// Only the hall's window of the stage that runs on this data folder; it is started by that stage
    #[arg(long)]
    audience: bool,
}

pub fn run(args: StageArgs) -> Result<()> {
    if args.audience {
        return audience::run(&AudienceStart {
            folder: args.data,
            pictures: args.pictures,
            windowed: args.hall.as_deref().map(size).transpose()?,
            position: args.hall_at.as_deref().map(position).transpose()?,
        });
    }
    let windowed = args.windowed.as_deref().map(size).transpose()?;
    args.hall.as_deref().map(size).transpose()?;
    args.hall_at.as_deref().map(position).transpose()?;
    let rules = args.rules.as_deref().map(read_rules).transpose()?;
    let disk = Disk::open(&args.data)?;
    let (inbox, messages) = stage::inbox();
    let _control = control(&args, inbox.clone())?;
    let shown = window::open(windowed, &inbox)?;
    let hall = Hall::start(&args.data, (!args.no_hall).then(|| hall_window(&args)))?;
    let runner = Runner::new(Parts {
        name: args.name,
        way: args.way.way(),
        disk,
        inbox: inbox.clone(),
        screen: window::screen(&shown),
        preview: Preview::start(shown.as_weak())?,
        hall,
        pictures: Pictures::of(args.pictures.as_deref()),
        rules,
        snapshot: window::snapshot(&shown),
        quit: quit(),
    })?;
    let core = std::thread::Builder::new()
        .name("core".into())
        .spawn(move || runner.run(&messages))
        .context("the core's thread could not be started")?;
    window::run(&shown)?;
    // The core ends by itself when the queue says so; a window that was closed by hand tells it here.
    let _ = inbox.send(Message::Quit);
    core.join().map_err(|_| anyhow!("the core ended with a bug; its words are above"))
}

/// How the stage starts the hall's window.
fn hall_window(args: &StageArgs) -> WindowStart {
    let folder = args.data.display().to_string();
    let mut arguments = vec!["stage".to_owned(), "--audience".to_owned(), "--data".to_owned(), folder];
    let pictures = args.pictures.as_ref().map(|folder| folder.display().to_string());
    let told = [("--hall", &args.hall), ("--hall-at", &args.hall_at), ("--pictures", &pictures)];
    for (name, value) in told {
        if let Some(value) = value {
            arguments.extend([name.to_owned(), value.clone()]);
        }
    }
    WindowStart { arguments }
}

fn read_rules(file: &Path) -> Result<String> {
    let long = std::fs::metadata(file).with_context(|| format!("the rules in {}", file.display()))?.len();
    ensure!(long <= MOST_RULES, "{} has more than {MOST_RULES} bytes: rules are a page or two", file.display());
    let bytes = std::fs::read(file).with_context(|| format!("the rules in {}", file.display()))?;
    String::from_utf8(bytes).map_err(|_| anyhow!("{} is not UTF-8: save it as UTF-8 text", file.display()))
}

/// `1920,0`.
fn position(text: &str) -> Result<(i32, i32)> {
    let read = || {
        let (x, y) = text.split_once(',')?;
        Some((x.trim().parse().ok()?, y.trim().parse().ok()?))
    };
    read().with_context(|| format!("{text:?} is no place of a window: write it as 1920,0"))
}

/// Offers the control socket: questions go to the stage's thread and wait for its answer.
fn control(args: &StageArgs, inbox: Inbox) -> Result<ControlServer> {
    let ask = move |request: Value| {
        let (reply, answer) = sync_channel(1);
        if inbox.send(Message::Control { request, reply }).is_err() {
            return json!({"ok": false, "error": "the stage is ending"});
        }
        answer.recv_timeout(CONTROL_PATIENCE).unwrap_or_else(|_| json!({"ok": false, "error": "the stage is busy"}))
    };
    ControlServer::start(&args.data, ask).context("the control socket could not be offered")
}
