//! `usher seating export`: the plan in force as lists (per table, per salesperson, alphabetical for the door) and table cards.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use clap::{Args, ValueEnum};
use documents::Fonts;
use domain::config::Language;
use domain::{Meeting, TableId};

use super::subject::open;
use crate::cli::import::Lang;
use crate::cli::invite::write_private;
use crate::seating_papers::{Listed, Sheet, What, table_cards, workbook};

/// Writes the plan in force as lists (per table, per salesperson, alphabetical for the door) or as table cards.
#[derive(Debug, Args)]
pub struct ExportArgs {
    /// Folder of the hub
    #[arg(long, value_name = "HUB_FOLDER", default_value = "usher-hub")]
    pub data: PathBuf,
    /// FILE.xlsx (a sheet per list), FILE.pdf or FILE.csv (one list), or a folder for the three lists as CSV
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// Which paper; unless named, all three lists, in a PDF or CSV the one per table
    #[arg(long, value_enum)]
    pub what: Option<Paper>,
    /// Only these table cards, by the number on the table
    #[arg(long, value_name = "NUMBER", num_args = 1.., value_delimiter = ',')]
    pub table: Vec<String>,
    /// Language of the headings; the meeting's first unless named
    #[arg(long, visible_alias = "lang", value_enum)]
    pub language: Option<Lang>,
}

/// A paper on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Paper {
    /// Who sits at each table
    Tables,
    /// Where each salesperson's dealers sit
    Salespeople,
    /// Everybody by name
    Door,
    /// A tent card of A4 for each table, to print and fold
    Cards,
}

impl Paper {
    fn list(self) -> Option<What> {
        match self {
            Paper::Tables => Some(What::Tables),
            Paper::Salespeople => Some(What::Salespeople),
            Paper::Door => Some(What::Door),
            Paper::Cards => None,
        }
    }
}

/// Runs the command.
///
/// # Errors
/// No such hub or table, missing fonts, or a file that cannot be written.
pub fn run(args: &ExportArgs) -> Result<ExitCode> {
    let (meeting, _) = open(&args.data)?;
    let language = args.language.map_or_else(|| meeting.config().meeting.language(), Language::from);
    let ending = args.out.extension().map(|ending| ending.to_ascii_lowercase());
    let ending = ending.as_deref().and_then(|ending| ending.to_str());
    if args.what == Some(Paper::Cards) || !args.table.is_empty() {
        if ending != Some("pdf") || args.what.is_some_and(|what| what != Paper::Cards) {
            bail!("table cards are printed: give --what cards --out FILE.pdf");
        }
        return cards(args, &meeting, language);
    }
    let wanted = args.what.and_then(Paper::list);
    let listed = Listed::all(&meeting);
    let sheet = |what| Sheet::of(&listed, what, language);
    let several = wanted.map_or(What::ALL.to_vec(), |what| vec![what]);
    let one = wanted.unwrap_or(What::Tables);
    match ending {
        Some("csv") => save(&args.out, &sheet(one)?.csv()?)?,
        Some("pdf") => save(&args.out, &sheet(one)?.pdf(&meeting, &Fonts::find()?)?)?,
        Some("xlsx") => {
            let sheets = several.into_iter().map(sheet).collect::<Result<Vec<_>>>()?;
            save(&args.out, &workbook(&sheets)?)?;
        }
        None => {
            std::fs::create_dir_all(&args.out).with_context(|| format!("{} cannot be made", args.out.display()))?;
            for what in several {
                save(&args.out.join(what.file()).with_extension("csv"), &sheet(what)?.csv()?)?;
            }
        }
        Some(other) => bail!("a list is not written as .{other}; give --out FILE.xlsx, FILE.pdf, FILE.csv or a folder"),
    }
    println!("seating: {} parties", listed.len());
    Ok(ExitCode::SUCCESS)
}

fn cards(args: &ExportArgs, meeting: &Meeting, language: Language) -> Result<ExitCode> {
    let open: Vec<_> = meeting.tables().filter(|now| now.is_open()).collect();
    for label in &args.table {
        if !open.iter().any(|now| now.table.label == *label) {
            bail!("no open table has the number \"{label}\"; give it as it stands on the table");
        }
    }
    let wanted = open.into_iter().filter(|now| args.table.is_empty() || args.table.contains(&now.table.label));
    let tables: Vec<TableId> = wanted.map(|now| now.table.id.clone()).collect();
    if tables.is_empty() {
        bail!("the meeting has no tables; write [[tables]] in the meeting file and import it");
    }
    save(&args.out, &table_cards(meeting, &tables, language)?)?;
    println!("seating: {} table cards", tables.len());
    Ok(ExitCode::SUCCESS)
}

fn save(path: &Path, bytes: &[u8]) -> Result<()> {
    write_private(path, bytes)?;
    println!("  {}", path.display());
    Ok(())
}
