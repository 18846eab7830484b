//! Says what is wrong in a meeting file, with path and remedy. Repairs nothing.

use std::collections::BTreeSet;
use std::fmt;

use super::{Language, MeetingConfig, Text};

/// Something wrong in a meeting file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigFault {
    /// Where: `tables[3].seats`, counted from 0 in the order of the file.
    pub path: String,
    /// What is wrong.
    pub reason: String,
    /// What to write instead.
    pub remedy: String,
    /// Whether the file can be used all the same.
    pub gravity: Gravity,
}

impl fmt::Display for ConfigFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}; {}", self.path, self.reason, self.remedy)
    }
}

/// Whether a fault stops the import.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gravity {
    /// The file cannot be used.
    Error,
    /// Worth reading, then go on.
    Warning,
}

impl MeetingConfig {
    /// Everything wrong with these facts, in the order of the file; empty when all is well.
    pub fn validate(&self) -> Vec<ConfigFault> {
        let mut check = Check { languages: &self.meeting.languages, faults: Vec::new() };
        check.meeting(self);
        check.sessions(self);
        check.rules(self);
        check.people(self);
        check.goods(self);
        check.tables(self);
        check.faults
    }
}

pub(super) struct Check<'a> {
    languages: &'a [Language],
    faults: Vec<ConfigFault>,
}

impl Check<'_> {
    pub(super) fn error(&mut self, path: impl Into<String>, reason: impl Into<String>, remedy: impl Into<String>) {
        self.note(Gravity::Error, path, reason, remedy);
    }

    pub(super) fn warn(&mut self, path: impl Into<String>, reason: impl Into<String>, remedy: impl Into<String>) {
        self.note(Gravity::Warning, path, reason, remedy);
    }

    pub(super) fn note(
        &mut self,
        gravity: Gravity,
        path: impl Into<String>,
        reason: impl Into<String>,
        remedy: impl Into<String>,
    ) {
        self.faults.push(ConfigFault { path: path.into(), reason: reason.into(), remedy: remedy.into(), gravity });
    }

    pub(super) fn text(&mut self, path: String, text: &Text) {
        if text.is_empty() {
            return self.error(path, "is missing", "write a text, or one per language: { zh = \"…\", en = \"…\" }");
        }
        for language in self.languages.iter().filter(|language| !text.has(**language)) {
            let remedy = format!("add {} = \"…\"", language.code());
            self.faults.push(ConfigFault {
                path: format!("{path}.{}", language.code()),
                reason: "is missing, another language will be shown".into(),
                remedy,
                gravity: Gravity::Warning,
            });
        }
    }

    pub(super) fn amount(&mut self, path: String, minor: i64) {
        if minor < 0 {
            self.error(path, format!("{minor} is negative"), "write 0 or more, in the currency's smallest unit");
        }
    }

    /// Codes must be well formed and different.
    pub(super) fn codes<'c>(&mut self, list: &str, codes: impl Iterator<Item = &'c str>) {
        let mut seen = BTreeSet::new();
        for (at, code) in codes.enumerate() {
            let path = format!("{list}[{at}].id");
            let plain = code.chars().all(|letter| letter.is_alphanumeric() || "-_.".contains(letter));
            if code.is_empty() || code.len() > 40 || !plain {
                self.error(&path, format!("{code:?} is no code"), "use 1 to 40 letters, digits, - _ or .");
            }
            if !seen.insert(code) {
                self.error(path, format!("{code:?} stands twice"), "give every entry its own code");
            }
        }
    }

    pub(super) fn known(&mut self, path: String, code: &str, known: &BTreeSet<&str>, list: &str) {
        if !known.contains(code) {
            let remedy = match known.iter().next() {
                Some(example) => format!("use one of [[{list}]], such as {example:?}"),
                None => format!("add it to [[{list}]]"),
            };
            self.error(path, format!("{code:?} is not in [[{list}]]"), remedy);
        }
    }

    fn meeting(&mut self, config: &MeetingConfig) {
        let meeting = &config.meeting;
        if meeting.id.is_empty() || meeting.id.len() > 40 || !meeting.id.chars().all(file_name_letter) {
            self.error("meeting.id", "is no usable code", "use 1 to 40 of a-z, 0-9 and -, such as \"spring-2027\"");
        }
        if meeting.token_number == 0 {
            self.error(
                "meeting.token_number",
                "is missing",
                "write a number from 1 to 65535, another for each meeting",
            );
        }
        if meeting.languages.is_empty() {
            self.error("meeting.languages", "is empty", "write the usual language first: [\"zh\", \"ko\", \"en\"]");
        }
        self.text("meeting.name".into(), &meeting.name);
        let zone = &meeting.time_zone;
        if zone != "UTC" && !zone.contains('/') {
            self.error(
                "meeting.time_zone",
                format!("{zone:?} is no time zone"),
                "write \"Asia/Shanghai\" or \"Asia/Seoul\"",
            );
        }
        let country = &meeting.phone_country;
        if !(1..=3).contains(&country.len()) || !country.bytes().all(|letter| letter.is_ascii_digit()) {
            self.error("meeting.phone_country", format!("{country:?} is no country code"), "write \"86\" or \"82\"");
        }
        for (token, colour) in &config.look.colours {
            let hex = colour.strip_prefix('#').unwrap_or("");
            if hex.len() != 6 || !hex.bytes().all(|letter| letter.is_ascii_hexdigit()) {
                let path = format!("look.colours.{token}");
                self.error(path, format!("{colour:?} is no colour"), "write it like \"#0E7A4B\"");
            }
        }
    }

    fn sessions(&mut self, config: &MeetingConfig) {
        self.codes("sessions", config.sessions.iter().map(|session| session.id.as_str()));
        if config.sessions.is_empty() {
            self.warn("sessions", "there is none", "add [[sessions]] with id, name, kind and starts");
        }
        for (at, session) in config.sessions.iter().enumerate() {
            self.text(format!("sessions[{at}].name"), &session.name);
            if session.ends.as_ref().is_some_and(|ends| *ends <= session.starts) {
                self.error(format!("sessions[{at}].ends"), "is not after starts", "write a later time");
            }
        }
        let known: BTreeSet<&str> = config.sessions.iter().map(|session| session.id.as_str()).collect();
        for (at, item) in config.agenda.iter().enumerate() {
            self.text(format!("agenda[{at}].title"), &item.title);
            if let Some(session) = &item.session {
                self.known(format!("agenda[{at}].session"), session.as_str(), &known, "sessions");
            }
        }
        self.codes("notices", config.notices.iter().map(|notice| notice.id.as_str()));
        for (at, notice) in config.notices.iter().enumerate() {
            self.text(format!("notices[{at}].text"), &notice.text);
        }
    }

    fn rules(&mut self, config: &MeetingConfig) {
        let rules = &config.rules;
        if !(1..=100).contains(&rules.attendance_target_percent) {
            self.error("rules.attendance_target_percent", "is no percentage", "write 1 to 100, usually 80");
        }
        if rules.green_threshold_minor.is_some_and(|threshold| threshold <= 0) {
            let remedy = "write an amount above 0, or leave the line out: no green channel";
            self.error("rules.green_threshold_minor", "is not above 0", remedy);
        }
        if rules.large_payment_minor <= 0 {
            let remedy = "write the largest usual receipt, or leave the line out";
            self.error("rules.large_payment_minor", "is not above 0", remedy);
        }
        if rules.draw.dice < 10 {
            self.error("rules.draw.dice", "fewer than 10 dice can be steered", "write 15, at least 10");
        }
        let bands = &rules.draw.bands;
        if bands.windows(2).any(|pair| pair[0].from_minor >= pair[1].from_minor) {
            self.error("rules.draw.bands", "are not in rising order", "sort them by from_minor");
        }
        for (at, band) in bands.iter().enumerate() {
            if band.tickets == 0 || band.tickets > rules.draw.cap {
                let reason = format!("{} tickets are not within 1 and the cap {}", band.tickets, rules.draw.cap);
                self.error(format!("rules.draw.bands[{at}].tickets"), reason, "change the band or rules.draw.cap");
            }
        }
    }

    fn people(&mut self, config: &MeetingConfig) {
        self.codes("regions", config.regions.iter().map(|region| region.id.as_str()));
        let regions: BTreeSet<&str> = config.regions.iter().map(|region| region.id.as_str()).collect();
        for (at, region) in config.regions.iter().enumerate() {
            self.text(format!("regions[{at}].name"), &region.name);
            self.amount(format!("regions[{at}].targets.sales_minor"), region.targets.sales_minor);
            let (target, month) = (region.targets.on_site_sales_minor, region.reference_monthly_sales_minor);
            if target > 0 && month > 0 && target < month.saturating_mul(2) {
                let path = format!("regions[{at}].targets.on_site_sales_minor");
                self.warn(path, "is below two months of usual sales", "two to three months are usual");
            }
        }
        self.codes("salespeople", config.salespeople.iter().map(|person| person.id.as_str()));
        for (at, person) in config.salespeople.iter().enumerate() {
            self.name(format!("salespeople[{at}].name"), &person.name);
            self.known(format!("salespeople[{at}].region"), person.region.as_str(), &regions, "regions");
            self.pin(format!("salespeople[{at}].pin"), person.pin.as_ref(), person.pin_hash.as_ref());
        }
        self.codes("staff", config.staff.iter().map(|person| person.id.as_str()));
        for (at, person) in config.staff.iter().enumerate() {
            self.name(format!("staff[{at}].name"), &person.name);
            self.pin(format!("staff[{at}].pin"), person.pin.as_ref(), person.pin_hash.as_ref());
            if person.roles.is_empty() {
                self.error(format!("staff[{at}].roles"), "is empty", "write [\"reception\"] or other roles");
            }
            if person.discount_basis_points.is_some_and(|points| points > 10_000) {
                let path = format!("staff[{at}].discount_basis_points");
                self.error(path, "is more than the whole price", "write hundredths of a percent: 500 is 5 %");
            }
        }
    }

    fn name(&mut self, path: String, name: &str) {
        if name.trim().is_empty() {
            self.error(path, "is empty", "write the name as it is printed");
        }
    }

    fn pin(&mut self, path: String, pin: Option<&super::FileSecret>, hash: Option<&String>) {
        let Some(pin) = pin else {
            if hash.is_none() {
                self.warn(path, "is missing: this person cannot sign in", "write pin = \"4 digits\"");
            }
            return;
        };
        let digits = pin.reveal();
        if digits.len() != 4 || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
            self.error(path, "is no PIN", "write 4 digits in quotes");
        }
    }
}

fn file_name_letter(letter: char) -> bool {
    letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-'
}
