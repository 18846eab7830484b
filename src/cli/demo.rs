//! `usher demo`: a venue to try, on one machine.

use crate::app::demo::{self, Options};
use clap::Args;
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Args)]
pub struct DemoArgs {
    /// Folder for the pictures of screens and badges; a new temporary one unless named
    #[arg(long)]
    out: Option<PathBuf>,
    /// Run unattended under Xvfb even where there is a display
    #[arg(long)]
    headless: bool,
}

pub fn run(args: DemoArgs) -> ExitCode {
    demo::run(Options { out: args.out, headless: args.headless })
}
