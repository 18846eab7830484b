//! `usher draw`: what auditors get of a lottery, and its root in a sealed file. `export` writes rules, commitment, lists,
//! proofs, void rounds and winners as one archive, for as long as the law wants it kept. Draws nothing and changes no log.

mod envelope;
mod seal;

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::{Args, Subcommand};
use domain::Meeting;
use domain::meeting::{Draw, DrawFile};

use crate::cli::purge::fold;
use crate::keys::MeetingKeys;
use crate::roster::hub_log::HubLog;

#[derive(Args)]
pub struct DrawArgs {
    #[command(subcommand)]
    act: Act,
}

#[derive(Subcommand)]
enum Act {
    /// Writes rules, commitment, lists, proofs, void rounds and winners as one archive (tar)
    Export {
        /// The file to write; one that exists is left alone
        #[arg(value_name = "FILE.tar")]
        out: PathBuf,
        /// Which draw; the live one unless named
        #[arg(long, value_name = "NAME")]
        draw: Option<String>,
        /// Folder of the hub
        #[arg(long, value_name = "HUB_FOLDER", default_value = "usher-hub")]
        data: PathBuf,
    },
    /// Seals the root of a draw into a file, for the envelope that is kept apart from the hub
    Seal(seal::SealArgs),
    /// Gives the root of a draw back to a hub that lost it
    Unseal(seal::UnsealArgs),
}

/// Runs the command.
///
/// # Errors
/// No such hub, no such draw, a file that exists or cannot be written, or a passphrase that is not the file's.
pub fn run(args: &DrawArgs) -> Result<()> {
    match &args.act {
        Act::Export { out, draw, data } => export(out, draw.as_deref(), data),
        Act::Seal(args) => seal::seal(args),
        Act::Unseal(args) => seal::unseal(args),
    }
}

fn export(out: &Path, draw: Option<&str>, data: &Path) -> Result<()> {
    let keys = MeetingKeys::load(data)?;
    let meeting = fold(&HubLog::open_existing(data, &keys)?.all_events()?);
    let draw = chosen(&meeting, draw)?;
    let files = meeting.draw_files(draw);
    let archive = archive(&files, draw.committed.at.0 / 1_000).context("the archive")?;
    write(out, &archive)?;
    let rounds = draw.rounds().count();
    println!("{}: draw {}, {rounds} round(s), {} files", out.display(), draw.name, files.len());
    Ok(())
}

fn chosen<'a>(meeting: &'a Meeting, name: Option<&str>) -> Result<&'a Draw> {
    let known: Vec<&str> = meeting.all_draws().map(|draw| draw.name.as_str()).collect();
    let found = match name {
        Some(name) => meeting.draw(name),
        None => meeting.live_draw().or_else(|| meeting.all_draws().filter(|draw| !draw.is_rehearsal()).last()),
    };
    match found {
        Some(draw) => Ok(draw),
        None if known.is_empty() => bail!("nobody committed to a draw in this meeting yet"),
        None => bail!("no such draw: name one of {} by --draw", known.join(", ")),
    }
}

/// The same bytes for the same draw: every file is as old as the commitment.
fn archive(files: &[DrawFile], modified_s: u64) -> std::io::Result<Vec<u8>> {
    let mut archive = tar::Builder::new(Vec::new());
    for file in files {
        let mut header = tar::Header::new_ustar();
        header.set_size(u64::try_from(file.bytes.len()).unwrap_or(u64::MAX));
        header.set_mode(0o644);
        header.set_mtime(modified_s);
        archive.append_data(&mut header, &file.name, &file.bytes[..])?;
    }
    archive.into_inner()
}

fn write(out: &Path, bytes: &[u8]) -> Result<()> {
    let named = || format!("{}: name a file that does not exist, in a folder that may be written", out.display());
    let mut file = File::create_new(out).with_context(named)?;
    file.write_all(bytes).and_then(|()| file.sync_all()).with_context(named)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn archive_holds_every_file_and_is_the_same_each_time() {
        let file = |name: &str, text: &str| DrawFile { name: name.into(), bytes: text.into() };
        let files = [file("rules.txt", "规则\n"), file("001-r1.entries.txt", "OLP1-ENTRIES\t1\t3\n0421\t3\n")];
        let bytes = archive(&files, 1_795_000_000).expect("written to memory");
        assert_eq!(bytes, archive(&files, 1_795_000_000).expect("written to memory"));
        let mut read = tar::Archive::new(&bytes[..]);
        let found: Vec<DrawFile> = read
            .entries()
            .expect("an archive")
            .map(|entry| {
                let mut entry = entry.expect("an entry");
                let name = entry.path().expect("a name").display().to_string();
                let mut bytes = Vec::new();
                std::io::Read::read_to_end(&mut entry, &mut bytes).expect("its bytes");
                DrawFile { name, bytes }
            })
            .collect();
        assert_eq!(found, files);
    }

    #[test]
    fn file_that_exists_is_left_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let out = folder.path().join("draw.tar");
        write(&out, b"first").expect("a new file");
        let refused = write(&out, b"second").expect_err("it is there");
        assert!(refused.to_string().contains("name a file that does not exist"));
        assert_eq!(std::fs::read(&out).expect("readable"), b"first");
    }

    #[test]
    fn meeting_without_a_draw_says_so() {
        let refused = chosen(&Meeting::new(), None).expect_err("there is none").to_string();
        assert_eq!(refused, "nobody committed to a draw in this meeting yet");
    }
}
