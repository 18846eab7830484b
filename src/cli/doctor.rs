//! `usher doctor`: what a technician asks when a device does not do what it should.

mod bundle;
mod page;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow};
use clap::{Args, Subcommand};
use drivers::decode::{Effort, decode, read_luma};

/// A picture may take so long: far longer than at a kiosk, where the next picture comes at once.
const PATIENCE: Duration = Duration::from_secs(3);

#[derive(Args)]
pub struct DoctorArgs {
    #[command(subcommand)]
    question: Question,
}

#[derive(Subcommand)]
enum Question {
    /// What is attached, how `usher kiosk` names it, and what to do when it may not be opened
    Devices,
    /// Hands a page to a print queue and tells what becomes of it, to the end
    Page {
        /// cups (the default queue), cups:QUEUE, cups:QUEUE@HOST or ipp://HOST/ipp/print
        #[arg(value_name = "QUEUE")]
        queue: String,
        /// A PDF instead of the test page
        #[arg(long, value_name = "PDF")]
        file: Option<PathBuf>,
    },
    /// Writes what helps from afar into one file: versions, machine, state of the node, check of its log. It names no
    /// person and holds no phone number
    Bundle {
        /// Folder of a kiosk's or a desk's log
        #[arg(long, value_name = "FOLDER")]
        data: PathBuf,
        /// The file to write
        #[arg(value_name = "FILE")]
        out: PathBuf,
    },
    /// Reads the QR codes in pictures; a line each: file, tab, text or -, tab, milliseconds of decoding
    Decode {
        /// PNG, JPEG, WebP, BMP, GIF or PNM
        #[arg(value_name = "IMAGE", required = true)]
        images: Vec<PathBuf>,
    },
}

pub fn run(args: &DoctorArgs) -> Result<ExitCode> {
    match &args.question {
        Question::Devices => devices(),
        Question::Page { queue, file } => page::print(queue, file.as_deref()),
        Question::Bundle { data, out } => bundle::write(data, out).map(|()| ExitCode::SUCCESS),
        Question::Decode { images } => decode_all(images),
    }
}

fn devices() -> Result<ExitCode> {
    let survey = drivers::survey::survey().map_err(|trouble| anyhow!("{trouble}"))?;
    print(&survey.to_string())?;
    Ok(ExitCode::SUCCESS)
}

fn decode_all(images: &[PathBuf]) -> Result<ExitCode> {
    let mut opened = false;
    for image in images {
        let (line, could_open) = decode_one(image);
        opened |= could_open;
        print(&line)?;
    }
    Ok(if opened { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The picture's line, and whether it could be opened.
fn decode_one(image: &Path) -> (String, bool) {
    let picture = read_luma(image);
    let begin = Instant::now();
    let found = picture.as_ref().ok().and_then(|picture| decode(picture, Effort::Whole(PATIENCE)));
    let ms = begin.elapsed().as_secs_f64() * 1000.0;
    if let Err(error) = &picture {
        let reason = std::error::Error::source(error).map_or(String::new(), |source| format!(": {source}"));
        eprintln!("usher: {}: {error}{reason}", image.display());
    }
    let text = found.map_or_else(|| "-".to_owned(), |found| one_line(&found.text));
    (format!("{}\t{text}\t{ms:.1}\n", one_line(&image.display().to_string())), picture.is_ok())
}

/// Control characters as in Rust's strings.
fn one_line(text: &str) -> String {
    let escaped = |c: char| -> String { if c.is_control() { c.escape_default().collect() } else { c.into() } };
    text.chars().map(escaped).collect()
}

/// A reader that went away early (`| head`) is no error.
fn print(text: &str) -> Result<()> {
    match std::io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => std::process::exit(0),
        written => Ok(written?),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_of_a_code_stays_on_its_line() {
        assert_eq!(one_line("K2-017"), "K2-017");
        assert_eq!(one_line("BEGIN:VCARD\r\nN:金\t\u{1b}"), r"BEGIN:VCARD\r\nN:金\t\u{1b}");
    }

    #[test]
    fn file_that_is_no_picture_has_a_line_too() {
        let (line, could_open) = decode_one(Path::new("/nowhere/at all.png"));
        assert!(line.starts_with("/nowhere/at all.png\t-\t") && line.ends_with('\n') && !could_open, "{line}");
    }
}
