//! `usher verify-draw`: rechecks a round of the order lottery from its two files, as anybody can. Asks no hub, needs no
//! folder and no network.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use domain::draw::{DrawFault, DrawId, Entries, Hash256, MOST_BYTES, RoundProof, hash_of_rules};

/// Exit code of a round that is not as it should be.
const NOT_TRUE: u8 = 1;
/// Exit code of files that cannot be read at all.
const UNREADABLE: u8 = 2;

/// Rechecks a round of the order lottery from its two files.
#[derive(Args)]
pub struct VerifyDrawArgs {
    /// The round's file, as exported or typed off the proof slip
    #[arg(value_name = "ROUND.txt")]
    round: PathBuf,
    /// The frozen entry list of the round
    #[arg(value_name = "ENTRIES.txt")]
    entries: PathBuf,
    /// The commitment on the slip that was printed before anybody ordered: 64 hex digits
    #[arg(long, value_name = "HEX")]
    commitment: Option<String>,
    /// The rules as printed, to compare their hash
    #[arg(long, value_name = "RULES.txt")]
    rules: Option<PathBuf>,
}

/// Runs the command: exit code 0 when the round is true, 1 when it is not, 2 when a file cannot be read.
pub fn run(args: &VerifyDrawArgs) -> ExitCode {
    let read = || -> Result<_, String> {
        let rules = args.rules.as_deref().map(text).transpose()?;
        Ok((bytes(&args.round)?, bytes(&args.entries)?, rules))
    };
    let (round, entries, rules) = match read() {
        Ok(files) => files,
        Err(fault) => {
            eprintln!("Cannot be read: {fault}");
            return ExitCode::from(UNREADABLE);
        }
    };
    match verdict(&round, &entries, args.commitment.as_deref(), rules.as_deref()) {
        Ok(words) => {
            print!("{words}");
            ExitCode::SUCCESS
        }
        Err(fault) => {
            println!("NOT TRUE: {fault}");
            ExitCode::from(NOT_TRUE)
        }
    }
}

fn verdict(round: &[u8], list: &[u8], commitment: Option<&str>, rules: Option<&str>) -> Result<String, String> {
    let proof = RoundProof::parse(round).map_err(words_of)?;
    let winners = proof.verify(list).map_err(words_of)?;
    let entries = Entries::parse(list).map_err(words_of)?;
    let committed = match commitment {
        Some(hex) => leads_to(&proof, hex)?,
        None => "its hash is the link before; compare with the commit slip by --commitment".to_owned(),
    };
    let printed = match rules {
        Some(rules) if hash_of_rules(rules) != proof.facts.rules => {
            return Err("these are not the rules of this round: their hash differs".to_owned());
        }
        Some(_) => "as in the file given".to_owned(),
        None => format!("SHA-256 {}", proof.facts.rules),
    };
    Ok(report(&proof, &entries, &winners, &committed, &printed))
}

fn words_of(fault: DrawFault) -> String {
    fault.to_string()
}

fn leads_to(proof: &RoundProof, hex: &str) -> Result<String, String> {
    let commitment: Hash256 = hex.trim().to_lowercase().parse().map_err(words_of)?;
    let links = proof.facts.round;
    if proof.secret.leads_to(&commitment, links) {
        Ok(format!("it leads to the commitment in {links} step(s)"))
    } else {
        Err("the secret does not lead to this commitment: another draw, or a secret chosen afterwards".to_owned())
    }
}

fn report(proof: &RoundProof, entries: &Entries, winners: &[DrawId], committed: &str, printed: &str) -> String {
    let facts = &proof.facts;
    let audience = match facts.audience.faces().len() {
        0 if facts.audience.is_commitment_only() => "nothing: this round rests on the commitment alone".to_owned(),
        0 => facts.audience.to_string(),
        dice => format!("{dice} dice ({})", facts.audience),
    };
    let forfeited: Vec<&str> = proof.picks.iter().filter(|pick| pick.forfeited).map(|pick| pick.id.as_str()).collect();
    let mut words = format!(
        "TRUE: these winners follow from the secret, the list and the audience's part.\n  \
         draw      {}, round {}, prize {}, {} to draw\n  secret    {committed}\n  \
         list      {} households, {} tickets, unchanged since it was frozen\n  rules     {printed}\n  \
         audience  {audience}\n",
        facts.event,
        facts.round,
        facts.prize,
        facts.quantity,
        entries.count(),
        entries.tickets(),
    );
    if !forfeited.is_empty() {
        words.push_str(&format!("  not claimed, the next pick in their place: {}\n", forfeited.join(", ")));
    }
    words.push_str("Winners\n");
    for (place, winner) in winners.iter().enumerate() {
        let tickets = entries.tickets_of(winner).unwrap_or_default();
        words.push_str(&format!("{:>5}  {winner}  ({tickets} of {} tickets)\n", place + 1, entries.tickets()));
    }
    words
}

fn bytes(path: &Path) -> Result<Vec<u8>, String> {
    let named = |fault: std::io::Error| format!("{}: {fault}", path.display());
    let mut bytes = Vec::new();
    let limit = u64::try_from(MOST_BYTES).unwrap_or(u64::MAX).saturating_add(1);
    File::open(path).map_err(named)?.take(limit).read_to_end(&mut bytes).map_err(named)?;
    Ok(bytes)
}

fn text(path: &Path) -> Result<String, String> {
    String::from_utf8(bytes(path)?).map_err(|_| format!("{}: the rules are not in UTF-8", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROUND: &[u8] = include_bytes!("../../tests/fixtures/draw/v2.round.txt");
    const LIST: &[u8] = include_bytes!("../../tests/fixtures/draw/v2.entries.txt");
    const COMMITMENT: &str = "8c591bc5ab8a8629468b58b54ab6f3876b6dec4842e04a40a0b8fbcd3d9e9ebe";
    const RULES: &str = "1 ticket per full 10000.00 CNY ordered, at most 20 per household; one prize per household\r\n";

    #[track_caller]
    fn check(round: &[u8], commitment: Option<&str>, rules: Option<&str>, says: &str) {
        let words = verdict(round, LIST, commitment, rules).unwrap_or_else(|fault| format!("NOT TRUE: {fault}"));
        assert!(words.contains(says), "{words}");
    }

    #[test]
    fn true_round_is_told_in_words_and_a_false_one_says_why() {
        check(ROUND, None, None, "TRUE: these winners follow");
        check(ROUND, None, None, "    3  H033  (");
        check(ROUND, None, None, "in their place: H256, H434");
        check(ROUND, Some(&COMMITMENT.to_uppercase()), Some(RULES), "it leads to the commitment in 2 step(s)");
        check(ROUND, Some(&"0".repeat(64)), None, "NOT TRUE: the secret does not lead");
        check(ROUND, Some("0123"), None, "NOT TRUE: \"0123\" is not a hash");
        check(ROUND, None, Some("other rules"), "NOT TRUE: these are not the rules");
        let other = String::from_utf8_lossy(ROUND).replace("H244", "H245");
        check(other.as_bytes(), None, None, "NOT TRUE: other winners: pick 3 should be H244, the round file says H245");
        check(b"nonsense", None, None, "NOT TRUE: round file: event");
    }
}
