//! `usher import`: reads the meeting file and the guest list into the hub's log. Asks before it changes anything.

use std::io::{BufRead, IsTerminal, Write};
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use clap::{Args, ValueEnum};
use domain::config::Language;
use domain::time::UnixMillis;
use domain::{Actor, Ctx, DeviceId};

use crate::keys::MeetingKeys;
use crate::roster::hub_log::HubLog;
use crate::roster::{Import, KnownList, Sources, tell};

/// Reads the meeting file and the guest list into the hub's log.
#[derive(Debug, Args)]
pub struct ImportArgs {
    /// The meeting file
    #[arg(value_name = "MEETING.toml")]
    pub meeting: PathBuf,
    /// The guest list, XLSX or CSV (UTF-8, GB18030 or EUC-KR), headers in Chinese, Korean or English
    #[arg(value_name = "GUESTS.(xlsx|csv)")]
    pub guests: PathBuf,
    /// A seating plan (firm and table) that takes the place of the list's table column
    #[arg(long, value_name = "PLAN.csv")]
    pub plan: Option<PathBuf>,
    /// Folder of the hub; made when it does not exist
    #[arg(long, value_name = "HUB_FOLDER", default_value = "usher-hub")]
    pub data: PathBuf,
    /// Encoding of a CSV, when the guess is wrong: utf-8, gb18030 or euc-kr
    #[arg(long)]
    pub encoding: Option<String>,
    /// Leave faulty rows out instead of importing nothing
    #[arg(long)]
    pub skip_bad_rows: bool,
    /// Apply the changes without asking
    #[arg(long, short)]
    pub yes: bool,
    /// Show the changes and apply nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Language of the messages; the locale's unless named
    #[arg(long, value_enum)]
    pub lang: Option<Lang>,
}

/// A language on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Lang {
    /// Chinese
    Zh,
    /// Korean
    Ko,
    /// English
    En,
}

impl From<Lang> for Language {
    fn from(lang: Lang) -> Language {
        match lang {
            Lang::Zh => Language::Zh,
            Lang::Ko => Language::Ko,
            Lang::En => Language::En,
        }
    }
}

/// Runs the command.
///
/// # Errors
/// Broken files with every fault and its remedy, a refused prompt, or a hub that cannot be reached.
pub fn run(args: ImportArgs) -> Result<()> {
    let language = args.lang.map_or_else(of_locale, Language::from);
    let keys = MeetingKeys::load_or_create(&args.data)?;
    let mut log = HubLog::open(&args.data, &keys)?;
    let known = KnownList::fold(&log.list_events()?);
    let sources = Sources {
        meeting: &args.meeting,
        guests: &args.guests,
        plan: args.plan.as_deref(),
        encoding: args.encoding.as_deref(),
        skip_bad_rows: args.skip_bad_rows,
    };
    let mut ids = id_source()?;
    let import = match Import::prepare(&sources, &keys, &known, &mut || ids.uuid()) {
        Ok(import) => import,
        Err(fault) => {
            let meeting = args.meeting.display().to_string();
            bail!("{}", tell::fault(&fault, &meeting, language).trim_end());
        }
    };
    print!("{}", tell::summary(&import, &known, language));
    if import.events.is_empty() {
        println!(
            "{}",
            say(language, "the hub knows all this already", "中心节点已有全部内容", "허브가 이미 모두 알고 있습니다")
        );
        return Ok(());
    }
    if args.dry_run {
        println!(
            "{}",
            say(
                language,
                "dry run: nothing was imported",
                "试运行：未导入任何内容",
                "시험 실행: 아무것도 가져오지 않았습니다"
            )
        );
        return Ok(());
    }
    if !args.yes {
        agree(language)?;
    }
    import.keep_pictures(&args.data).context("the pictures of the meeting file")?;
    log.deliver(&import.events)?;
    println!("{}", say(language, "imported", "已导入", "가져왔습니다"));
    Ok(())
}

fn id_source() -> Result<Ctx> {
    let mut entropy = [0; 32];
    getrandom::fill(&mut entropy).context("the operating system gives no random bytes")?;
    let since =
        std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).context("the clock stands before 1970")?;
    let now = UnixMillis(u64::try_from(since.as_millis()).unwrap_or_default());
    Ok(Ctx::new(now, Actor::Organiser, DeviceId::from_bytes([0; 16]), "", entropy))
}

fn agree(language: Language) -> Result<()> {
    let mut input = std::io::stdin().lock();
    if !std::io::stdin().is_terminal() {
        bail!(
            "{}",
            say(
                language,
                "nothing was imported: say --yes to apply the changes",
                "未导入：请加 --yes 以应用更改",
                "가져오지 않았습니다: 적용하려면 --yes를 붙이세요"
            )
        );
    }
    print!("{} [y/N] ", say(language, "apply?", "应用？", "적용할까요?"));
    std::io::stdout().flush()?;
    let mut answer = String::new();
    input.read_line(&mut answer)?;
    if matches!(answer.trim().to_lowercase().as_str(), "y" | "yes" | "是" | "예" | "네") {
        return Ok(());
    }
    bail!("{}", say(language, "nothing was imported", "未导入", "가져오지 않았습니다"))
}

/// `LC_ALL`, `LC_MESSAGES`, `LANG`: the first that is set counts.
pub(super) fn of_locale() -> Language {
    let named = ["LC_ALL", "LC_MESSAGES", "LANG"]
        .into_iter()
        .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()));
    match named.as_deref().and_then(|name| name.get(..2)) {
        Some("zh") => Language::Zh,
        Some("ko") => Language::Ko,
        _ => Language::En,
    }
}

fn say<'a>(language: Language, en: &'a str, zh: &'a str, ko: &'a str) -> &'a str {
    match language {
        Language::En => en,
        Language::Zh => zh,
        Language::Ko => ko,
    }
}
