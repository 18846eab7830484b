//! The organiser's meeting file: every fault with its line, PINs and phones replaced by hashes and sealed boxes. Stores nothing.

use std::path::Path;
use std::thread;

use domain::config::{ConfigFault, FileSecret, Gravity, MeetingConfig};
use domain::roster::Contact;
use toml::de::{DeTable, DeValue};

use super::phone::PhoneNumber;
use super::seal;
use crate::keys::{MeetingKeys, PinFault, hash_pin};

/// Largest meeting file, in bytes.
pub const MAX_BYTES: usize = 1024 * 1024;

/// Something wrong in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileFault {
    /// Line, from 1; 0 when the fault has no place.
    pub line: usize,
    /// Character within the line, from 1.
    pub column: usize,
    /// Where in the file's structure, `tables[3].seats`; may be empty.
    pub path: String,
    /// What is wrong.
    pub reason: String,
    /// What to write instead; may be empty.
    pub remedy: String,
    /// Whether the file can be used all the same.
    pub gravity: Gravity,
}

impl std::fmt::Display for FileFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.line > 0 {
            write!(f, "line {}, column {}: ", self.line, self.column)?;
        }
        if !self.path.is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        write!(f, "{}", self.reason)?;
        if self.remedy.is_empty() { Ok(()) } else { write!(f, "; {}", self.remedy) }
    }
}

/// A meeting file that was read, with its warnings.
#[derive(Debug)]
pub struct MeetingFile {
    /// Its facts; secrets are still inside as [`FileSecret`].
    pub config: MeetingConfig,
    /// Faults that do not stop the import.
    pub warnings: Vec<FileFault>,
    text: String,
}

/// Reads and checks the file.
///
/// # Errors
/// Every fault that can be told at once, in the order of lines.
pub fn read(path: &Path) -> Result<MeetingFile, Vec<FileFault>> {
    parse(text_of(path)?)
}

/// The same for whoever wants to see a file that cannot be used as it is: its facts as far as they can be read, with
/// every fault in them.
///
/// # Errors
/// No facts can be read at all.
pub fn examine(path: &Path) -> Result<(MeetingConfig, Vec<FileFault>), Vec<FileFault>> {
    facts_of(without_mark(&text_of(path)?))
}

fn text_of(path: &Path) -> Result<String, Vec<FileFault>> {
    let bytes = std::fs::read(path)
        .map_err(|fault| vec![whole(format!("{} cannot be read: {fault}", path.display()), String::new())])?;
    if bytes.len() > MAX_BYTES {
        return Err(vec![whole(
            format!("the file has {} bytes", bytes.len()),
            format!("at most {MAX_BYTES} are read"),
        )]);
    }
    String::from_utf8(bytes).map_err(|fault| {
        let line =
            fault.as_bytes()[..fault.utf8_error().valid_up_to()].iter().filter(|byte| **byte == b'\n').count() + 1;
        let remedy = "save it as UTF-8".to_owned();
        vec![FileFault { line, column: 1, ..whole("the file is not UTF-8".into(), remedy) }]
    })
}

/// The same from memory.
///
/// # Errors
/// As [`read`].
pub fn parse(text: String) -> Result<MeetingFile, Vec<FileFault>> {
    let text = without_mark(&text).to_owned();
    let (config, faults) = facts_of(&text)?;
    if faults.iter().any(|fault| fault.gravity == Gravity::Error) {
        return Err(faults);
    }
    Ok(MeetingFile { config, warnings: faults, text })
}

fn without_mark(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}

fn facts_of(text: &str) -> Result<(MeetingConfig, Vec<FileFault>), Vec<FileFault>> {
    let mut unknown = Vec::new();
    let reader = toml::de::Deserializer::parse(text).map_err(|fault| vec![toml_fault(text, &fault)])?;
    let mut note = |path: serde_ignored::Path<'_>| unknown.push(path.to_string());
    let mut config: MeetingConfig =
        serde_ignored::deserialize(reader, &mut note).map_err(|fault| vec![toml_fault(text, &fault)])?;
    if config.meeting.phone_country.is_empty() {
        config.meeting.phone_country = if config.meeting.currency.code() == "KRW" { "82" } else { "86" }.to_owned();
    }
    let (origins, row_faults) = config.place_rows();
    let places = Places::of(text);
    let misspelt = unknown.iter().map(|path| ConfigFault {
        path: bracketed(path),
        reason: "nothing of this name is known here".into(),
        remedy: "correct the spelling or remove the line".into(),
        gravity: Gravity::Error,
    });
    let rules = config.validate().into_iter().map(|fault| as_written(fault, &origins));
    let faults = misspelt.chain(row_faults).chain(rules).chain(phone_faults(&config));
    let mut faults: Vec<FileFault> = faults.map(|fault| places.locate(fault)).collect();
    faults.sort_by_key(|fault| fault.line);
    faults.dedup();
    Ok((config, faults))
}

/// A table that a row made has no line of its own: its label and its row have.
fn as_written(fault: ConfigFault, origins: &[String]) -> ConfigFault {
    let place = fault.path.strip_prefix("tables[").and_then(|rest| rest.split_once(']'));
    let Some((number, key)) = place else { return fault };
    let origin = number.parse::<usize>().ok().and_then(|number| origins.get(number));
    let path = match origin.map(|origin| (origin, origin.split_once(".labels"))) {
        Some((origin, Some(_))) if [".label", ".id"].contains(&key) => origin.clone(),
        Some((_, Some((row, _)))) => format!("{row}{key}"),
        _ => return fault,
    };
    ConfigFault { path, ..fault }
}

impl MeetingFile {
    /// The facts without secrets: PINs hashed with the meeting's pepper, phones sealed. What did not change against
    /// `known` keeps its hash and box.
    ///
    /// # Errors
    /// PINs of another form than 4 digits, with their lines.
    pub fn without_secrets(
        &self,
        keys: &MeetingKeys,
        known: Option<&MeetingConfig>,
    ) -> Result<MeetingConfig, Vec<FileFault>> {
        let mut config = self.config.clone();
        self.hash_pins(&mut config, keys)?;
        seal_phones(&mut config, keys, known);
        Ok(config)
    }

    fn hash_pins(&self, config: &mut MeetingConfig, keys: &MeetingKeys) -> Result<(), Vec<FileFault>> {
        let staff = config.staff.iter_mut().enumerate().map(|(index, person)| {
            (format!("staff[{index}].pin"), format!("staff:{}", person.id), person.pin.take(), &mut person.pin_hash)
        });
        let sales = config.salespeople.iter_mut().enumerate().map(|(index, person)| {
            (
                format!("salespeople[{index}].pin"),
                format!("sales:{}", person.id),
                person.pin.take(),
                &mut person.pin_hash,
            )
        });
        let mut jobs: Vec<_> =
            staff.chain(sales).filter_map(|(path, owner, pin, slot)| Some((path, owner, pin?, slot))).collect();
        let threads = thread::available_parallelism().map_or(1, usize::from).min(8);
        let share = jobs.len().div_ceil(threads).max(1);
        let faults: Vec<(String, PinFault)> = thread::scope(|scope| {
            let hash = |part: &mut [(String, String, FileSecret, &mut Option<String>)]| {
                let mut faults = Vec::new();
                for (path, owner, pin, slot) in part {
                    match hash_pin(pin.reveal(), owner, &keys.pin_pepper) {
                        Ok(hash) => **slot = Some(hash),
                        Err(fault) => faults.push((path.clone(), fault)),
                    }
                }
                faults
            };
            let handles: Vec<_> = jobs.chunks_mut(share).map(|part| scope.spawn(move || hash(part))).collect();
            handles.into_iter().flat_map(|handle| handle.join().expect("hashing does not panic")).collect()
        });
        let places = Places::of(&self.text);
        let located = faults.into_iter().map(|(path, fault)| {
            let remedy = "write it in quotes, such as pin = \"4711\"".to_owned();
            places.locate(ConfigFault { path, reason: fault.to_string(), remedy, gravity: Gravity::Error })
        });
        let faults: Vec<FileFault> = located.collect();
        if faults.is_empty() { Ok(()) } else { Err(faults) }
    }
}

fn seal_phones(config: &mut MeetingConfig, keys: &MeetingKeys, known: Option<&MeetingConfig>) {
    let country = config.meeting.phone_country.clone();
    for person in &mut config.salespeople {
        let number = person.phone.take().and_then(|phone| PhoneNumber::read(phone.reveal(), &country));
        let Some(number) = number else { continue };
        let phone_hash = number.hash(&keys.phone_key);
        let former = known.and_then(|known| known.salespeople.iter().find(|former| former.id == person.id));
        let kept = former.and_then(|former| former.contact.clone()).filter(|contact| contact.phone_hash == phone_hash);
        person.contact = kept.or_else(|| {
            let sealed = seal::seal_all(&keys.contact.public_key(), &[number.digits().to_owned()]).pop()?;
            Some(Contact { sealed, phone_hash, phone_mask: number.mask() })
        });
    }
}

fn phone_faults(config: &MeetingConfig) -> Vec<ConfigFault> {
    let country = &config.meeting.phone_country;
    let unreadable = |phone: &FileSecret| PhoneNumber::read(phone.reveal(), country).is_none();
    let wrong =
        config.salespeople.iter().enumerate().filter(|(_, person)| person.phone.as_ref().is_some_and(unreadable));
    let tell = |(index, _): (usize, _)| ConfigFault {
        path: format!("salespeople[{index}].phone"),
        reason: "this is not a phone number".into(),
        remedy: "write it as in 138 0000 1234 or with the country as in +82 10 1234 5678".into(),
        gravity: Gravity::Error,
    };
    wrong.map(tell).collect()
}

fn whole(reason: String, remedy: String) -> FileFault {
    FileFault { line: 0, column: 0, path: String::new(), reason, remedy, gravity: Gravity::Error }
}

fn toml_fault(text: &str, fault: &toml::de::Error) -> FileFault {
    let (line, column) = fault.span().map_or((0, 0), |span| place(text, span.start));
    let remedy = "see assets/sample/meeting.toml for how it is written".to_owned();
    FileFault { line, column, ..whole(fault.message().trim().replace('\n', ", "), remedy) }
}

fn place(text: &str, at: usize) -> (usize, usize) {
    let before = text.get(..at).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    (line, column)
}

/// `tables.3.seats` as `tables[3].seats`.
fn bracketed(path: &str) -> String {
    let mut out = String::new();
    for part in path.split('.') {
        if !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()) {
            out.push_str(&format!("[{part}]"));
        } else {
            if !out.is_empty() {
                out.push('.');
            }
            out.push_str(part);
        }
    }
    out
}

/// Where things stand in the text.
struct Places<'a> {
    text: &'a str,
    root: Option<toml::Spanned<DeTable<'a>>>,
}

impl<'a> Places<'a> {
    fn of(text: &'a str) -> Places<'a> {
        Places { text, root: DeTable::parse(text).ok() }
    }

    fn locate(&self, fault: ConfigFault) -> FileFault {
        let (line, column) = self.start(&fault.path).map_or((0, 0), |at| place(self.text, at));
        let ConfigFault { path, reason, remedy, gravity } = fault;
        FileFault { line, column, path, reason, remedy, gravity }
    }

    /// Byte where the thing at `path` begins, or the innermost thing around it that the text has.
    fn start(&self, path: &str) -> Option<usize> {
        let mut table: Option<&DeTable<'a>> = Some(self.root.as_ref()?.get_ref());
        let mut array: Option<&toml::de::DeArray<'a>> = None;
        let mut at = None;
        let parts = path.split(['.', '[']).map(|part| part.trim_end_matches(']')).filter(|part| !part.is_empty());
        for part in parts {
            let value = match (table, array) {
                (Some(table), _) => {
                    let Some((key, value)) = table.iter().find(|(key, _)| key.get_ref().as_ref() == part) else {
                        break;
                    };
                    at = Some(key.span().start);
                    value
                }
                (None, Some(array)) => {
                    let Some(value) = part.parse::<usize>().ok().and_then(|index| array.get(index)) else {
                        break;
                    };
                    at = Some(value.span().start);
                    value
                }
                (None, None) => break,
            };
            (table, array) = match value.get_ref() {
                DeValue::Table(inner) => (Some(inner), None),
                DeValue::Array(inner) => (None, Some(inner)),
                _ => (None, None),
            };
        }
        at
    }
}

#[cfg(test)]
mod tests;
