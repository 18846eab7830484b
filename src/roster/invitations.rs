//! What stands on each invitation: taken from the imported list and meeting file, with a freshly signed token. Sets no type.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result, bail};
use documents::{InvitationCard, LocalTime, TwoTexts};
use domain::LocalDate;
use domain::config::{Language, MeetingConfig, NoticeKind, Salesperson, SessionKind, Text};
use domain::ids::SalespersonId;
use domain::invitation::Token;
use domain::roster::Guest;

use super::KnownList;
use super::phone::PhoneNumber;
use super::seal;
use crate::keys::MeetingKeys;

/// What the organiser chose on the command line.
#[derive(Debug, Default)]
pub struct Choices<'a> {
    /// First language of every card; the guest's own when none.
    pub language: Option<Language>,
    /// Only these guest numbers; everybody when empty.
    pub only: BTreeSet<u32>,
    /// Whether the salesperson's phone stands on the card.
    pub salesperson_phone: bool,
    /// Last day of the codes, `2027-03-08`.
    pub expires: Option<&'a str>,
}

/// The cards of a meeting.
#[derive(Debug)]
pub struct Cards {
    /// Title of the document.
    pub title: String,
    /// The meeting's own colour, `#rrggbb`.
    pub colour: Option<String>,
    /// By guest number.
    pub list: Vec<InvitationCard>,
}

impl Cards {
    /// Makes the cards of everybody who is invited.
    ///
    /// # Errors
    /// No meeting file was imported, it has no session, or a number of `only` is nobody's.
    pub fn of(known: &KnownList, keys: &MeetingKeys, choices: &Choices<'_>) -> Result<Cards> {
        let Some(config) = &known.config else { bail!("no meeting file was imported yet: run usher import first") };
        let maker = Maker::new(known, config, keys, choices)?;
        let mut guests: Vec<&Guest> = known.invited().collect();
        guests.sort_by_key(|guest| guest.guest_no);
        if !choices.only.is_empty() {
            guests.retain(|guest| guest.guest_no.is_some_and(|number| choices.only.contains(&number.0)));
            let found: BTreeSet<u32> =
                guests.iter().filter_map(|guest| guest.guest_no).map(|number| number.0).collect();
            let nobody: Vec<String> = choices.only.difference(&found).map(u32::to_string).collect();
            if !nobody.is_empty() {
                bail!("nobody on the imported list has the number {}", nobody.join(", "));
            }
        }
        let language = choices.language.unwrap_or(config.meeting.language());
        Ok(Cards {
            title: config.meeting.name.get(language).to_owned(),
            colour: config.look.colours.get("primary").cloned(),
            list: guests.into_iter().map(|guest| maker.card(guest)).collect(),
        })
    }
}

struct Maker<'a> {
    known: &'a KnownList,
    config: &'a MeetingConfig,
    keys: &'a MeetingKeys,
    choices: &'a Choices<'a>,
    salespeople: BTreeMap<&'a SalespersonId, &'a Salesperson>,
    phones: BTreeMap<&'a SalespersonId, String>,
    starts: LocalTime,
    expires_day: u16,
}

impl<'a> Maker<'a> {
    fn new(
        known: &'a KnownList,
        config: &'a MeetingConfig,
        keys: &'a MeetingKeys,
        choices: &'a Choices<'a>,
    ) -> Result<Maker<'a>> {
        let salespeople: BTreeMap<_, _> = config.salespeople.iter().map(|person| (&person.id, person)).collect();
        let phone = |person: &'a Salesperson| {
            let digits = person.contact.as_ref().and_then(|contact| seal::open(&keys.contact, &contact.sealed))?;
            Some((&person.id, PhoneNumber::read(&format!("+{digits}"), "")?.international()))
        };
        let phones = if choices.salesperson_phone {
            config.salespeople.iter().filter_map(phone).collect()
        } else {
            BTreeMap::new()
        };
        let (starts, expires_day) = (starts(config)?, expires_day(config, choices.expires)?);
        Ok(Maker { known, config, keys, choices, salespeople, phones, starts, expires_day })
    }

    fn card(&self, guest: &Guest) -> InvitationCard {
        let first = self.choices.language.or(guest.language).unwrap_or(self.config.meeting.language());
        let second = match first {
            Language::En => self.config.meeting.languages.iter().copied().find(|language| *language != Language::En),
            Language::Zh | Language::Ko => Some(Language::En),
        };
        let both = |text: &Text| TwoTexts {
            first: text.get(first).to_owned(),
            second: second
                .filter(|second| text.has(*second))
                .map(|second| text.get(second).to_owned())
                .unwrap_or_default(),
        };
        let dealer = guest.dealer.and_then(|dealer| self.known.dealers.get(&dealer));
        let salesperson = dealer.and_then(|dealer| dealer.salesperson.as_ref());
        let privacy = self.config.notices.iter().find(|notice| notice.kind == NoticeKind::Privacy);
        let number = guest.guest_no.unwrap_or(domain::GuestNo(0));
        let token = Token {
            key: self.keys.invitation_key,
            meeting: self.config.meeting.token_number,
            guest: number,
            serial: guest.invitation_serial,
            expires_day: self.expires_day,
        };
        InvitationCard {
            language: first.code().to_owned(),
            second: second.map(|second| second.code().to_owned()),
            name: guest.name.clone(),
            title: if guest.name_with_title() == guest.name { String::new() } else { guest.title.clone() },
            firm: dealer.map_or_else(|| guest.organisation.clone(), |dealer| dealer.firm.clone()),
            meeting: both(&self.config.meeting.name),
            theme: both(&self.config.meeting.theme),
            starts: self.starts,
            place: self.place(first, second),
            salesperson: salesperson
                .and_then(|id| self.salespeople.get(id))
                .map(|person| person.name.clone())
                .unwrap_or_default(),
            orders: guest.household.is_some(),
            salesperson_phone: salesperson.and_then(|id| self.phones.get(id)).cloned(),
            privacy: privacy.map(|notice| both(&notice.text)).unwrap_or_default(),
            token: token.sign(&self.keys.invitation),
            number: format!("{:04}", number.0),
        }
    }

    fn place(&self, first: Language, second: Option<Language>) -> TwoTexts {
        let venue = &self.config.venue;
        let parts = [&venue.name, &venue.hall, &venue.address];
        let place = |language: Language| {
            let words = parts.iter().map(|part| part.get(language)).filter(|words| !words.is_empty());
            words.collect::<Vec<_>>().join(if language == Language::Zh { "，" } else { ", " })
        };
        let translated = |language: &Language| parts.iter().all(|part| part.is_empty() || part.has(*language));
        TwoTexts { first: place(first), second: second.filter(translated).map(place).unwrap_or_default() }
    }
}

/// When guests are expected: the arrival, else the meeting, else whatever is first.
fn starts(config: &MeetingConfig) -> Result<LocalTime> {
    let of_kind =
        |kind| config.sessions.iter().filter(move |session| session.kind == kind).map(|session| &session.starts).min();
    let first = of_kind(SessionKind::Arrival).or_else(|| of_kind(SessionKind::Meeting));
    let first = first.or_else(|| config.sessions.iter().map(|session| &session.starts).min());
    let text = first.context("the meeting file has no session: an invitation must say when to come")?.as_str();
    let time: jiff::civil::DateTime = text.parse().with_context(|| format!("the time {text} of a session"))?;
    let part = |number: i8| u8::try_from(number).unwrap_or_default();
    Ok(LocalTime {
        year: time.year(),
        month: part(time.month()),
        day: part(time.day()),
        weekday: part(time.weekday().to_monday_one_offset()),
        hour: part(time.hour()),
        minute: part(time.minute()),
    })
}

fn expires_day(config: &MeetingConfig, named: Option<&str>) -> Result<u16> {
    if let Some(text) = named {
        let day: LocalDate = text.parse().with_context(|| format!("--expires {text}"))?;
        return day.token_day().with_context(|| format!("--expires {text}: a day from 2020 to 2199 is needed"));
    }
    let days = config.sessions.iter().filter_map(|session| {
        let last = session.ends.as_ref().unwrap_or(&session.starts);
        last.as_str().get(..10)?.parse::<LocalDate>().ok()?.token_day()
    });
    days.max()
        .map(|day| day.saturating_add(1))
        .context("the meeting file has no session from which to tell when the codes end: say --expires")
}
