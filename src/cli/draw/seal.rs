//! `usher draw seal` and `usher draw unseal`: the root of a lottery into a sealed file and back to a hub that lost it.
//! Reveals nothing, draws nothing.

use std::fs::OpenOptions;
use std::io::{IsTerminal, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::Args;
use domain::draw::{Hash256, PlainName};
use domain::event::{DrawCommitted, Event};

use super::envelope::{self, MOST_BYTES};
use crate::keys::MeetingKeys;
use crate::roster::hub_log::HubLog;

/// Longest passphrase, in bytes.
const MOST_PASSPHRASE: u64 = 1_024;

#[derive(Args)]
pub struct SealArgs {
    /// The file to write; one that exists is left alone
    #[arg(value_name = "FILE")]
    out: PathBuf,
    /// Which draw; the last one that was committed to unless named
    #[arg(long, value_name = "NAME")]
    draw: Option<String>,
    /// The passphrase, in a file; without it one is made and shown once
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
    /// Folder of the hub
    #[arg(long, value_name = "HUB_FOLDER", default_value = "usher-hub")]
    data: PathBuf,
}

#[derive(Args)]
pub struct UnsealArgs {
    /// The file that `usher draw seal` wrote
    #[arg(value_name = "FILE")]
    sealed: PathBuf,
    /// The passphrase, in a file; without it it is read from the standard input
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
    /// Folder of the hub
    #[arg(long, value_name = "HUB_FOLDER", default_value = "usher-hub")]
    data: PathBuf,
}

pub fn seal(args: &SealArgs) -> Result<()> {
    let mut log = HubLog::open_existing(&args.data, &MeetingKeys::load(&args.data)?)?;
    let committed = chosen(commitments(&log.list_events()?), args.draw.as_deref())?;
    let root = log.roots()?.into_iter().find(|root| root.commitment() == committed.1);
    let Some(root) = root else {
        bail!("this hub has no root for the draw {}: seal it where it was made", committed.0)
    };
    let given = args.passphrase_file.as_deref().map(passphrase).transpose()?;
    let made = given.is_none();
    let words = given.map_or_else(|| random().map(envelope::new_passphrase), Ok)?;
    write(&args.out, &envelope::seal(&committed.0, &root, words.trim(), random()?)?)?;
    println!("{}: the root of draw {}, commitment {}", args.out.display(), committed.0, committed.1);
    if made {
        println!("passphrase, shown once: {words}");
    }
    println!("keep file and passphrase apart; whoever has both knows every round before it is drawn");
    Ok(())
}

pub fn unseal(args: &UnsealArgs) -> Result<()> {
    let sealed = bytes(&args.sealed)?;
    let words = match &args.passphrase_file {
        Some(path) => passphrase(path)?,
        None => from_input()?,
    };
    let (draw, root) = envelope::open(&sealed, &words).with_context(|| args.sealed.display().to_string())?;
    let mut log = HubLog::open_existing(&args.data, &MeetingKeys::load(&args.data)?)?;
    let bound = commitments(&log.list_events()?);
    if !bound.contains(&(draw.clone(), root.commitment())) {
        bail!("no draw {draw} of this meeting is bound to this root: name the hub's folder with --data");
    }
    log.keep_root(&root)?;
    println!("the hub can go on with draw {draw}: its root is back");
    Ok(())
}

/// Draws that the meeting is bound to, in their order.
fn commitments(events: &[Event]) -> Vec<(PlainName, Hash256)> {
    let read = |committed: &DrawCommitted| Some((committed.draw.parse().ok()?, committed.commitment_hex.parse().ok()?));
    let of = |event: &Event| match event {
        Event::DrawCommitted(committed) => read(committed),
        _ => None,
    };
    events.iter().filter_map(of).collect()
}

/// Of several commitments of one name the first stands.
fn chosen(known: Vec<(PlainName, Hash256)>, name: Option<&str>) -> Result<(PlainName, Hash256)> {
    let names: Vec<String> = known.iter().map(|(name, _)| name.to_string()).collect();
    let found = match name {
        Some(wanted) => known.into_iter().find(|(name, _)| name.as_str() == wanted),
        None => known.into_iter().rfind(|(name, _)| !name.is_rehearsal()),
    };
    match found {
        Some(found) => Ok(found),
        None if names.is_empty() => bail!("nobody committed to a draw in this meeting yet"),
        None => bail!("no such draw: name one of {} by --draw", names.join(", ")),
    }
}

fn random<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).context("the operating system gives no random bytes")?;
    Ok(bytes)
}

fn passphrase(path: &Path) -> Result<String> {
    let mut text = String::new();
    let file = std::fs::File::open(path).with_context(|| format!("{} cannot be read", path.display()))?;
    file.take(MOST_PASSPHRASE).read_to_string(&mut text).with_context(|| format!("{} is no text", path.display()))?;
    Ok(text.trim().to_owned())
}

fn from_input() -> Result<String> {
    if std::io::stdin().is_terminal() {
        eprint!("passphrase: ");
    }
    let mut line = String::new();
    std::io::stdin().lock().take(MOST_PASSPHRASE).read_to_string(&mut line).context("the passphrase is no text")?;
    Ok(line.lines().next().unwrap_or_default().trim().to_owned())
}

fn bytes(path: &Path) -> Result<Vec<u8>> {
    let named = || format!("{} cannot be read", path.display());
    let mut bytes = Vec::new();
    let limit = u64::try_from(MOST_BYTES).unwrap_or(u64::MAX).saturating_add(1);
    std::fs::File::open(path).with_context(named)?.take(limit).read_to_end(&mut bytes).with_context(named)?;
    Ok(bytes)
}

/// For its owner only.
fn write(out: &Path, text: &str) -> Result<()> {
    let named = || format!("{}: name a file that does not exist, in a folder that may be written", out.display());
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(out).with_context(named)?;
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).with_context(named)
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::draw::{Root, Secret};
    use hub::{Authored, HubOptions};
    use std::os::unix::fs::PermissionsExt;

    fn hub_folder(place: &Path, draw: &str, root: &Root) -> PathBuf {
        let folder = place.join("hub");
        let keys = MeetingKeys::load_or_create(&folder).expect("keys");
        std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o700)).expect("its mode");
        let options = HubOptions::new(crate::roster::hub_log::hub_secrets(&keys));
        let mut log = hub::HubLog::open(&folder, options).expect("a new log");
        let committed = DrawCommitted {
            draw: draw.into(),
            commitment_hex: root.commitment().to_string(),
            links: root.links(),
            rules_hash_hex: "0d".repeat(32),
            rules: String::new(),
        };
        let authored = Authored { actor: "organiser".into(), roster_rev: 0, event: committed.into() };
        log.author(vec![authored]).expect("written");
        folder
    }

    fn unseal_args(place: &Path, data: &Path, words: &str) -> UnsealArgs {
        let file = place.join("words");
        std::fs::write(&file, words).expect("written");
        UnsealArgs { sealed: place.join("sealed"), passphrase_file: Some(file), data: data.to_owned() }
    }

    fn said(result: Result<()>) -> String {
        format!("{:#}", result.expect_err("it is refused"))
    }

    #[test]
    fn root_goes_into_the_sealed_file_and_back_into_a_hub_that_lost_it() {
        let place = tempfile::tempdir().expect("a folder");
        let root = Root::new(Secret::new([3; 32]), 64);
        let data = hub_folder(place.path(), "SPRING-2027", &root);
        let args = SealArgs { out: place.path().join("sealed"), draw: None, passphrase_file: None, data: data.clone() };
        assert_eq!(said(seal(&args)), "this hub has no root for the draw SPRING-2027: seal it where it was made");
        let words = "ABCD-EFGH-JKMN";
        let sealed = envelope::seal(&"SPRING-2027".parse().expect("a name"), &root, words, [1; 40]).expect("sealed");
        std::fs::write(&args.out, sealed).expect("written");
        let file = args.out.display();
        let refused = said(unseal(&unseal_args(place.path(), &data, "ABCD-EFGH-JKMP")));
        assert_eq!(refused, format!("{file}: this is not the passphrase of this sealed root"));
        unseal(&unseal_args(place.path(), &data, &format!("{words}\n"))).expect("it opens");
        assert!(said(seal(&args)).contains("name a file that does not exist"));
        let again = SealArgs { out: place.path().join("again"), ..args };
        seal(&again).expect("the root is there now");
        let mode = std::fs::metadata(&again.out).expect("written").permissions().mode() & 0o777;
        assert_eq!(mode, 0o600);
    }

    #[test]
    fn root_of_another_meeting_is_refused() {
        let place = tempfile::tempdir().expect("a folder");
        let root = Root::new(Secret::new([3; 32]), 64);
        let data = hub_folder(place.path(), "SPRING-2027", &root);
        let other = Root::new(Secret::new([4; 32]), 64);
        let words = "ABCD-EFGH-JKMN";
        let sealed = envelope::seal(&"SPRING-2027".parse().expect("a name"), &other, words, [1; 40]).expect("sealed");
        std::fs::write(place.path().join("sealed"), sealed).expect("written");
        let refused = said(unseal(&unseal_args(place.path(), &data, words)));
        assert_eq!(
            refused,
            "no draw SPRING-2027 of this meeting is bound to this root: name the hub's folder with --data"
        );
    }

    #[test]
    fn draw_is_chosen_by_name_or_is_the_last_that_counts() {
        let of = |name: &str, byte: u8| (name.parse::<PlainName>().expect("a name"), Hash256::of(&[byte]));
        let known = || vec![of("A", 1), of("B", 2), of("B", 3), of("REHEARSAL-1", 4)];
        assert_eq!(chosen(known(), None).expect("the last").0.as_str(), "B");
        assert_eq!(chosen(known(), Some("B")).expect("known").1, Hash256::of(&[2]), "the first stands");
        let refused = chosen(known(), Some("C")).expect_err("unknown").to_string();
        assert_eq!(refused, "no such draw: name one of A, B, B, REHEARSAL-1 by --draw");
        let none = chosen(vec![], None).expect_err("none").to_string();
        assert_eq!(none, "nobody committed to a draw in this meeting yet");
    }
}
