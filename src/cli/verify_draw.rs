//! `usher verify-draw`: rechecks a round of the order lottery from its two files, as anybody can. Asks no hub, needs no
//! folder and no network.

mod words;

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use domain::config::Language;
use domain::draw::{DrawFault, Entries, Hash256, MOST_BYTES, RoundProof, hash_of_rules};

use self::words::Compared;
use crate::cli::import::{Lang, of_locale};

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
    /// Language of the answer; the system's unless named
    #[arg(long, value_enum, visible_alias = "lang")]
    language: Option<Lang>,
}

/// Runs the command: exit code 0 when the round is true, 1 when it is not, 2 when a file cannot be read.
pub fn run(args: &VerifyDrawArgs) -> ExitCode {
    let language = args.language.map_or_else(of_locale, Language::from);
    let read = || -> Result<_, String> {
        let rules = args.rules.as_deref().map(|path| text(path, language)).transpose()?;
        Ok((bytes(&args.round)?, bytes(&args.entries)?, rules))
    };
    let (round, entries, rules) = match read() {
        Ok(files) => files,
        Err(fault) => {
            eprintln!("{}{fault}", words::unreadable(language));
            return ExitCode::from(UNREADABLE);
        }
    };
    match verdict(&round, &entries, (args.commitment.as_deref(), rules.as_deref()), language) {
        Ok(words) => {
            print!("{words}");
            ExitCode::SUCCESS
        }
        Err(fault) => {
            println!("{}{fault}", words::not_true(language));
            ExitCode::from(NOT_TRUE)
        }
    }
}

/// `papers` are the commitment and the rules that somebody has on paper.
fn verdict(
    round: &[u8],
    list: &[u8],
    (commitment, rules): (Option<&str>, Option<&str>),
    language: Language,
) -> Result<String, String> {
    let told = |fault: DrawFault| words::fault(&fault, language);
    let proof = RoundProof::parse(round).map_err(told)?;
    let winners = proof.verify(list).map_err(told)?;
    let entries = Entries::parse(list).map_err(told)?;
    if let Some(hex) = commitment {
        let commitment: Hash256 = hex.trim().to_lowercase().parse().map_err(told)?;
        if !proof.secret.leads_to(&commitment, proof.facts.round) {
            return Err(words::other_commitment(language));
        }
    }
    if rules.is_some_and(|rules| hash_of_rules(rules) != proof.facts.rules) {
        return Err(words::other_rules(language));
    }
    let links_to_commitment = commitment.map(|_| proof.facts.round);
    let compared = Compared { links_to_commitment, rules_given: rules.is_some() };
    Ok(words::report(&proof, &entries, &winners, &compared, language))
}

fn bytes(path: &Path) -> Result<Vec<u8>, String> {
    let named = |fault: std::io::Error| format!("{}: {fault}", path.display());
    let mut bytes = Vec::new();
    let limit = u64::try_from(MOST_BYTES).unwrap_or(u64::MAX).saturating_add(1);
    File::open(path).map_err(named)?.take(limit).read_to_end(&mut bytes).map_err(named)?;
    Ok(bytes)
}

fn text(path: &Path, language: Language) -> Result<String, String> {
    String::from_utf8(bytes(path)?).map_err(|_| format!("{}: {}", path.display(), words::rules_not_text(language)))
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
        said(Language::En, round, (commitment, rules), says);
    }

    #[track_caller]
    fn said(language: Language, round: &[u8], papers: (Option<&str>, Option<&str>), says: &str) {
        let refused = |fault| format!("{}{fault}", words::not_true(language));
        let words = verdict(round, LIST, papers, language).unwrap_or_else(refused);
        assert!(words.contains(says), "{words}");
    }

    #[test]
    fn verdict_is_told_in_the_language_of_whoever_asks() {
        let check = |language, says: [&str; 4]| {
            let [verdict, replaced, commitment, winner] = says;
            let papers = (Some(COMMITMENT), Some(RULES));
            [verdict, replaced, commitment, winner].iter().for_each(|says| said(language, ROUND, papers, says));
        };
        check(Language::Zh, ["属实：", "未领奖，由下一名替补：H256, H434", "经 2 步推到承诺", "    3  H033  （"]);
        check(Language::Ko, ["참:", "다음 순번이 대신함: H256, H434", "2단계 만에 약속값", "    3  H033  (응모권"]);
        let other = String::from_utf8_lossy(ROUND).replace("H244", "H245");
        said(Language::Zh, other.as_bytes(), (None, None), "不属实：中奖者不符：第 3 名应为 H244，文件写的是 H245");
        said(Language::Ko, other.as_bytes(), (None, None), "거짓: 당첨자가 다릅니다: 3번째는 H244");
        said(Language::Zh, b"nonsense", (None, None), "不属实：轮次文件：event：该行缺失或不在其位");
        said(Language::Ko, ROUND, (Some("0123"), None), "거짓: \"0123\": 소문자 16진수 64자리 해시이(가) 아닙니다");
        said(Language::Zh, ROUND, (None, Some("other")), "不属实：这不是本轮的规则");
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
