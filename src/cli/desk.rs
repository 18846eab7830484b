//! `usher desk`: puts the parts of a desk together and runs its window.

use crate::app::control::ControlServer;
use crate::app::core::Disk;
use crate::app::desk::{self, Inbox, Message, Parts, Runner, window};
use crate::app::pages::Pages;
use crate::app::window::quit;
use crate::cli::kiosk::size;
use crate::cli::way::WayArgs;
use anyhow::{Context, Result, anyhow};
use clap::{Args, ValueEnum};
use documents::SlipForm;
use serde_json::{Value, json};
use std::path::PathBuf;
use std::sync::mpsc::sync_channel;
use std::time::Duration;

/// How long a question over the control socket may take; a picture of a large window takes a second.
const CONTROL_PATIENCE: Duration = Duration::from_secs(10);

/// Orders of the second queue are numbered from here, so that a tag names one order of the desk.
const SECOND_QUEUE: u64 = 1 << 40;

#[derive(Args)]
pub struct DeskArgs {
    /// Name of this machine, as staff call it
    #[arg(long, default_value = "D1")]
    name: String,
    /// Folder of this machine's log
    #[arg(long, default_value = "usher-desk")]
    data: PathBuf,
    #[command(flatten)]
    way: WayArgs,
    /// The A4 printer: cups (its default queue), cups:QUEUE, cups:QUEUE@HOST or ipp://HOST/ipp/print
    #[arg(long, value_name = "QUEUE")]
    a4: Option<String>,
    /// The printer of order slips, where it is another than the A4 one; named the same way
    #[arg(long, value_name = "QUEUE")]
    slips: Option<String>,
    /// What order slips are printed on: a4, thirds or halves of a carbonless 241 mm form, or an 80 mm roll (receipts too)
    #[arg(long, value_name = "PAPER", default_value = "a4")]
    slip_paper: PaperArg,
    /// A window of this size instead of the whole screen, as 1280x720
    #[arg(long, value_name = "WIDTHxHEIGHT")]
    windowed: Option<String>,
}

#[derive(Clone, Copy, ValueEnum)]
enum PaperArg {
    A4,
    Thirds,
    Halves,
    Roll,
}

impl PaperArg {
    fn form(self) -> SlipForm {
        match self {
            PaperArg::A4 => SlipForm::A4,
            PaperArg::Thirds => SlipForm::CarbonlessThird,
            PaperArg::Halves => SlipForm::CarbonlessHalf,
            PaperArg::Roll => SlipForm::Roll,
        }
    }
}

pub fn run(args: DeskArgs) -> Result<()> {
    let windowed = args.windowed.as_deref().map(size).transpose()?;
    let disk = Disk::open(&args.data)?;
    let (inbox, messages) = desk::inbox();
    let (told, told_too) = (inbox.clone(), inbox.clone());
    // A desk that is gone needs no report.
    let pages = Pages::start(args.a4.as_deref(), move |tag, report| drop(told.send(Message::Page { tag, report })))?;
    let slips = args.slips.as_deref().map(|queue| {
        Pages::start_after(SECOND_QUEUE, Some(queue), move |tag, report| {
            drop(told_too.send(Message::Page { tag, report }));
        })
    });
    let slips = slips.transpose()?;
    let _control = control(&args, inbox.clone())?;
    let shown = window::open(windowed, &inbox)?;
    let runner = Runner::new(Parts {
        name: args.name,
        way: args.way.way(),
        disk,
        pages,
        slips,
        slip_form: args.slip_paper.form(),
        inbox: inbox.clone(),
        screen: window::screen(&shown),
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

/// Offers the control socket: questions go to the desk's thread and wait for its answer.
fn control(args: &DeskArgs, inbox: Inbox) -> Result<ControlServer> {
    let ask = move |request: Value| {
        let (reply, answer) = sync_channel(1);
        if inbox.send(Message::Control { request, reply }).is_err() {
            return json!({"ok": false, "error": "the desk is ending"});
        }
        answer.recv_timeout(CONTROL_PATIENCE).unwrap_or_else(|_| json!({"ok": false, "error": "the desk is busy"}))
    };
    ControlServer::start(&args.data, ask).context("the control socket could not be offered")
}
