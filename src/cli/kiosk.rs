//! `usher kiosk`: puts the parts of a kiosk together and runs its window.

use crate::app::control::ControlServer;
use crate::app::core::Disk;
use crate::app::devices::{self, PrinterSetup};
use crate::app::inbox::{Inbox, Message, inbox};
use crate::app::kiosk::{PRINTER, Parts, Runner};
use crate::app::paper::{PaperSize, Press};
use crate::app::readers;
use crate::app::window::{self, Appearance};
use crate::cli::way::WayArgs;
use crate::screens::kiosk::{ReaderHealth, Settings};
use anyhow::{Context, Result, anyhow};
use clap::{Args, ValueEnum};
use domain::event::DevicePart;
use drivers::{CameraSpec, PrinterSpec, ScannerSpec};
use serde_json::{Value, json};
use std::path::PathBuf;
use std::sync::mpsc::sync_channel;
use std::time::Duration;

/// How long a question over the control socket may take; a picture of a large window takes a second.
const CONTROL_PATIENCE: Duration = Duration::from_secs(10);

#[derive(Args)]
pub struct KioskArgs {
    /// Name of this machine, as in the meeting file's room
    #[arg(long, default_value = "K1")]
    name: String,
    /// Folder of this machine's log
    #[arg(long, default_value = "usher-kiosk")]
    data: PathBuf,
    #[command(flatten)]
    way: WayArgs,
    /// The badge printer: usb, usb:SERIAL, usb:BUS-PORT, tcp:HOST:PORT, serial:/dev/…@BAUD or virtual:FOLDER
    #[arg(long)]
    printer: Option<String>,
    /// The printer's model; by its USB ids, else any 80 mm ESC/POS printer, unless named
    #[arg(long)]
    model: Option<String>,
    /// The paper in the printer; labels for a label printer, else a roll, unless named
    #[arg(long, value_enum)]
    paper: Option<Paper>,
    /// Metres of a new roll, for the warning of its end; the model's unless named
    #[arg(long, value_name = "METRES", value_parser = clap::value_parser!(u32).range(1..=1000))]
    roll: Option<u32>,
    /// Write what crosses the printer's line into this file (pictures of badges too)
    #[arg(long, value_name = "FILE")]
    record: Option<PathBuf>,
    /// The scanner: serial:/dev/…, hidpos, hidpos:SERIAL or evdev:/dev/input/…; `usher doctor devices` names it
    #[arg(long)]
    scanner: Option<String>,
    /// A camera that reads codes too: auto, /dev/video0 or virtual:FOLDER
    #[arg(long)]
    camera: Option<String>,
    /// Badges scanned here check in to this session of the meeting (dinner, coach …)
    #[arg(long)]
    session: Option<String>,
    /// A window of this size instead of the whole screen, as 540x960
    #[arg(long, value_name = "WIDTHxHEIGHT")]
    windowed: Option<String>,
    /// The organiser's logo for the first screen and the badges, PNG or SVG
    #[arg(long, value_name = "FILE")]
    logo: Option<PathBuf>,
    /// Take codes typed on the keyboard and ended by Enter; for demos only, real scanners need --scanner
    #[arg(long)]
    typed_scans: bool,
    /// Show the mouse pointer
    #[arg(long)]
    cursor: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum Paper {
    /// A roll as wide as the printer takes
    Roll,
    /// 100 × 80 mm label
    Label,
}

impl From<Paper> for PaperSize {
    fn from(paper: Paper) -> PaperSize {
        match paper {
            Paper::Roll => PaperSize::Roll,
            Paper::Label => PaperSize::Label,
        }
    }
}

pub fn run(args: KioskArgs) -> Result<()> {
    let printer = args.printer.as_deref().map(PrinterSpec::parse).transpose()?;
    let scanner = args.scanner.as_deref().map(ScannerSpec::parse).transpose()?;
    let camera = args.camera.as_deref().map(CameraSpec::parse).transpose()?;
    let windowed = args.windowed.as_deref().map(size).transpose()?;
    let disk = Disk::open(&args.data)?;
    let (inbox, messages) = inbox();
    let press = Press::start(args.logo.clone())?;
    let mut paper = args.paper.map_or(PaperSize::Roll, PaperSize::from);
    let orders = match &printer {
        Some(spec) => {
            let model = devices::model_of(spec, args.model.as_deref())?;
            paper = args.paper.map_or_else(|| PaperSize::usual(model), PaperSize::from);
            let (folder, roll_mm) = (args.data.as_path(), args.roll.map(|metres| metres * 1_000));
            let (unsettled, record) = (disk.unsettled()?, args.record.as_deref());
            let setup = PrinterSetup { name: PRINTER, spec, model, folder, paper, roll_mm, record, unsettled };
            Some(devices::start_printer(&setup, press, inbox.clone())?)
        }
        None => None,
    };
    if let Some(spec) = &scanner {
        readers::start_scanner(spec, inbox.clone())?;
    }
    if args.typed_scans && scanner.is_none() {
        // The keyboard is the scanner, and it is there.
        let _ = inbox.send(Message::Reader { part: DevicePart::Scanner, health: ReaderHealth::Working });
    }
    let _control = control(&args, inbox.clone())?;
    let window =
        window::open(Appearance { windowed, hide_cursor: !args.cursor, typed_scans: args.typed_scans }, &inbox)?;
    if let Some(spec) = &camera {
        let alone = scanner.is_none() && !args.typed_scans;
        readers::start_camera(spec, inbox.clone(), window::viewer(&window, alone))?;
    }
    if let Some(file) = &args.logo {
        window::set_logo(&window, file)?;
    }
    let parts = Parts {
        settings: Settings { name: args.name, session: args.session.as_deref().map(domain::SessionId::new) },
        way: args.way.way(),
        printer_name: args.printer.unwrap_or_default(),
        scanner_name: args.scanner.unwrap_or_default(),
        camera_name: args.camera.unwrap_or_default(),
        paper,
        disk,
        inbox: inbox.clone(),
        orders,
        screen: window::screen(&window, &inbox),
        snapshot: window::snapshot(&window),
        quit: window::quit(),
    };
    let runner = Runner::new(parts)?;
    let core = std::thread::Builder::new()
        .name("core".into())
        .spawn(move || runner.run(&messages))
        .context("the core's thread could not be started")?;
    window::run(&window)?;
    // The core ends by itself when the queue says so; a window that was closed by hand tells it here.
    let _ = inbox.send(Message::Quit);
    core.join().map_err(|_| anyhow!("the core ended with a bug; its words are above"))
}

/// Offers the control socket: questions go to the core and wait for its answer.
fn control(args: &KioskArgs, inbox: Inbox) -> Result<ControlServer> {
    let ask = move |request: Value| {
        let (reply, answer) = sync_channel(1);
        if inbox.send(Message::Control { request, reply }).is_err() {
            return json!({"ok": false, "error": "the kiosk is ending"});
        }
        answer.recv_timeout(CONTROL_PATIENCE).unwrap_or_else(|_| json!({"ok": false, "error": "the kiosk is busy"}))
    };
    ControlServer::start(&args.data, ask).context("the control socket could not be offered")
}

/// Width and height of a window in pixels.
///
/// # Errors
/// Anything else than `540x960`.
pub fn size(text: &str) -> Result<(u32, u32)> {
    let read = || {
        let (width, height) = text.split_once('x')?;
        Some((width.parse().ok()?, height.parse().ok()?))
    };
    read()
        .filter(|(width, height)| (320..=8192).contains(width) && (320..=8192).contains(height))
        .with_context(|| format!("'{text}' is no window size: write it as 540x960, each side 320 to 8192"))
}
