//! `usher invite`: writes the invitations of the imported list as PDF, PNG, or a table of codes for a mail merge. Sends
//! nothing.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::Args;
use documents::{Fonts, InvitationCard, InvitationSheet};

use crate::cli::import::Lang;
use crate::keys::MeetingKeys;
use crate::roster::KnownList;
use crate::roster::hub_log::HubLog;
use crate::roster::invitations::{Cards, Choices};

/// Pages of one PDF; a longer list makes several.
const PAGES: usize = 1_000;

/// Writes invitations with signed codes as PDF and PNG.
#[derive(Debug, Args)]
pub struct InviteArgs {
    /// Folder of the hub
    #[arg(long, value_name = "HUB_FOLDER", default_value = "usher-hub")]
    pub data: PathBuf,
    /// Where to write the cards [default: invitations, unless only --codes is wanted]
    #[arg(long, value_name = "FOLDER")]
    pub out: Option<PathBuf>,
    /// First language of every card; the guest's own unless named
    #[arg(long, value_enum)]
    pub lang: Option<Lang>,
    /// Only these guest numbers
    #[arg(long, value_name = "GUEST_NO", num_args = 1.., value_delimiter = ',')]
    pub only: Vec<u32>,
    /// One PNG per guest beside the PDF, for e-mail
    #[arg(long)]
    pub png: bool,
    /// Print the salesperson's phone number on the cards
    #[arg(long)]
    pub salesperson_phone: bool,
    /// Last day on which the codes are good [default: the day after the last session]
    #[arg(long, value_name = "DAY")]
    pub expires: Option<String>,
    /// A table of guest_no, firm, name and code for a mail merge
    #[arg(long, value_name = "FILE.csv")]
    pub codes: Option<PathBuf>,
}

/// Runs the command.
///
/// # Errors
/// No imported list, an unknown guest number, missing fonts, a text that fits no card, or a full disk.
pub fn run(args: InviteArgs) -> Result<()> {
    let keys = MeetingKeys::load(&args.data)?;
    let known = KnownList::fold(&HubLog::open(&args.data, &keys)?.list_events()?);
    let choices = Choices {
        language: args.lang.map(Into::into),
        only: args.only.iter().copied().collect(),
        salesperson_phone: args.salesperson_phone,
        expires: args.expires.as_deref(),
    };
    let cards = Cards::of(&known, &keys, &choices)?;
    if cards.list.is_empty() {
        bail!("no guest is on the imported list: run usher import first");
    }
    if let Some(file) = &args.codes {
        write_codes(file, &cards.list, &known)?;
        println!("{} codes: {}", cards.list.len(), file.display());
    }
    let wanted = args.out.is_some() || args.png || args.codes.is_none();
    if wanted {
        let out = args.out.unwrap_or_else(|| PathBuf::from("invitations"));
        write_cards(&cards, &out, args.png)?;
    }
    Ok(())
}

fn write_cards(cards: &Cards, out: &Path, png: bool) -> Result<()> {
    fs::create_dir_all(out).with_context(|| format!("{} cannot be made", out.display()))?;
    let fonts = Fonts::find()?;
    let several = cards.list.len() > PAGES;
    for (index, part) in cards.list.chunks(PAGES).enumerate() {
        let sheet = InvitationSheet { title: cards.title.clone(), colour: cards.colour.clone(), cards: part.to_vec() };
        let name = if several { format!("invitations-{:02}.pdf", index + 1) } else { "invitations.pdf".to_owned() };
        let path = out.join(name);
        write_private(&path, &sheet.pdf(&fonts)?)?;
        println!("{} cards: {}", part.len(), path.display());
        if png {
            sheet
                .pngs(&fonts, |card, png| write_private(&out.join(format!("invitation-{}.png", card.number)), &png))?;
            println!("{} pictures: {}", part.len(), out.display());
        }
    }
    Ok(())
}

fn write_codes(path: &Path, cards: &[InvitationCard], known: &KnownList) -> Result<()> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(["guest_no", "firm", "name", "household", "code"])?;
    for card in cards {
        let number = card.number.trim_start_matches('0');
        let guest = known.guests.values().find(|guest| guest.guest_no.is_some_and(|no| number == no.0.to_string()));
        let household = guest.and_then(|guest| guest.household).map(|household| household.to_string());
        writer.write_record([number, &card.firm, &card.name, &household.unwrap_or_default(), &card.token])?;
    }
    let bytes = writer.into_inner().map_err(|fault| fault.into_error())?;
    write_private(path, &bytes)
}

/// Invitations let people in, and lists name them: nobody else on this machine reads such a file.
pub(super) fn write_private(path: &Path, bytes: &[u8]) -> Result<()> {
    let write = || {
        let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)?;
        file.write_all(bytes)?;
        file.sync_all()
    };
    write().with_context(|| format!("{} cannot be written", path.display()))
}
