//! The command line: one file per subcommand.

#[cfg(feature = "gui")]
mod demo;
#[cfg(feature = "gui")]
mod desk;
#[cfg(feature = "gui")]
mod doctor;
mod draw;
mod hub;
mod import;
mod invite;
#[cfg(feature = "gui")]
mod kiosk;
mod purge;
mod report;
mod seating;
#[cfg(feature = "gui")]
mod stage;
mod verify_draw;
#[cfg(feature = "gui")]
mod way;

use anyhow::Result;
use clap::{Parser, Subcommand};
use std::process::ExitCode;
use tracing_subscriber::EnvFilter;

/// The on-site system for dealer order meetings.
#[derive(Parser)]
#[command(name = "usher", version, about, long_about = None)]
struct Arguments {
    #[command(subcommand)]
    role: Role,
}

#[derive(Subcommand)]
enum Role {
    /// A whole venue on this machine: a hub, two kiosks with virtual printers, and a crowd of guests
    #[cfg(feature = "gui")]
    Demo(demo::DemoArgs),
    /// The entrance kiosk: dealers check themselves in
    #[cfg(feature = "gui")]
    Kiosk(kiosk::KioskArgs),
    /// The desk: the list of what needs staff
    #[cfg(feature = "gui")]
    Desk(desk::DeskArgs),
    /// The stage: the operator's window, and the hall's screen that it leads
    #[cfg(feature = "gui")]
    Stage(stage::StageArgs),
    /// Looks at devices: what is attached, and what a picture's code says
    #[cfg(feature = "gui")]
    Doctor(doctor::DoctorArgs),
    /// The hub: receives every log and gives the total order
    Hub(hub::HubArgs),
    /// Reads the meeting file and the guest list into the hub's log
    Import(import::ImportArgs),
    /// Writes invitations with signed codes as PDF and PNG
    Invite(invite::InviteArgs),
    /// After the meeting: destroys what is told of people, with a report of what goes and what stays
    Purge(purge::PurgeArgs),
    /// Money, slips, queues, gifts, materials and cash of the meeting, in figures
    Report(report::ReportArgs),
    /// The order lottery's papers for those who audit it
    Draw(draw::DrawArgs),
    /// Rechecks a round of the order lottery from its two files, as anybody can
    VerifyDraw(verify_draw::VerifyDrawArgs),
    /// Plans of who sits where
    Seating(seating::SeatingArgs),
}

/// Parses the arguments and plays the role.
pub fn run() -> Result<ExitCode> {
    match Arguments::parse().role {
        #[cfg(feature = "gui")]
        Role::Demo(args) => Ok(demo::run(args)),
        #[cfg(feature = "gui")]
        Role::Kiosk(args) => kiosk::run(args).map(|()| ExitCode::SUCCESS),
        #[cfg(feature = "gui")]
        Role::Desk(args) => desk::run(args).map(|()| ExitCode::SUCCESS),
        #[cfg(feature = "gui")]
        Role::Stage(args) => stage::run(args).map(|()| ExitCode::SUCCESS),
        #[cfg(feature = "gui")]
        Role::Doctor(args) => doctor::run(&args),
        Role::Hub(args) => hub::run(args).map(|()| ExitCode::SUCCESS),
        Role::Import(args) => import::run(args).map(|()| ExitCode::SUCCESS),
        Role::Invite(args) => invite::run(args).map(|()| ExitCode::SUCCESS),
        Role::Purge(args) => purge::run(&args).map(|()| ExitCode::SUCCESS),
        Role::Report(args) => report::run(&args).map(|()| ExitCode::SUCCESS),
        Role::Draw(args) => draw::run(&args).map(|()| ExitCode::SUCCESS),
        Role::VerifyDraw(args) => Ok(verify_draw::run(&args)),
        Role::Seating(args) => seating::run(&args),
    }
}

/// Logs go to standard error; `USHER_LOG` filters them (`info` unless set), as in `USHER_LOG=usher=debug`;
/// `USHER_LOG_FORMAT=json` writes a JSON object per line. Nothing above debug names a person.
pub fn start_log() {
    let filter = EnvFilter::try_from_env("USHER_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    if std::env::var("USHER_LOG_FORMAT").is_ok_and(|format| format == "json") {
        log.json().flatten_event(true).init();
    } else {
        log.with_target(false).init();
    }
}
