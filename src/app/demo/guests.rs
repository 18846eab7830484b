//! The sample meeting's people as the crowd knows them: their codes, and some broken ones.

use crate::keys::MeetingKeys;
use anyhow::{Context, Result};
use domain::GuestNo;
use domain::invitation::Token;
use ed25519_dalek::SigningKey;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

const SAMPLE_MEETING: &str = include_str!("../../../assets/sample/meeting.toml");
pub const SAMPLE_GUESTS: &str = include_str!("../../../assets/sample/guests.csv");
/// The day that the sample's times name.
const SAMPLE_DAY: &str = "2027-03-06";

/// The sample meeting, held today, so that its invitations are good.
pub fn todays_meeting() -> String {
    let today = jiff::Zoned::now();
    SAMPLE_MEETING.replace(SAMPLE_DAY, &today.strftime("%Y-%m-%d").to_string())
}

/// One invited guest.
#[derive(Debug, Clone)]
pub struct Invited {
    pub firm: String,
    pub name: String,
    pub code: String,
    /// As the guest would type it.
    pub phone: Option<String>,
}

/// Who is invited, party by party.
#[derive(Debug, Clone)]
pub struct GuestBook {
    /// People of one firm together, in the order of the list; guests without a dealer alone.
    pub parties: Vec<Vec<Invited>>,
    pub forged: String,
    pub foreign: String,
    pub expired: String,
    /// Somebody with the staff menu's PIN.
    pub staff_pin: String,
    /// Who brings a coach: code and PIN.
    pub salesperson: (String, String),
    /// Firm and name of everybody whom that salesperson looks after.
    of_salesperson: BTreeSet<(String, String)>,
}

impl GuestBook {
    /// Reads what `usher invite --codes` wrote, and the phones of the list.
    pub fn read(codes: &Path, list: &str, hub_folder: &Path) -> Result<GuestBook> {
        let phones = phones(list)?;
        let mut parties: Vec<Vec<Invited>> = Vec::new();
        let mut reader = csv::Reader::from_path(codes)?;
        let headers = reader.headers()?.clone();
        let column = |name: &str| {
            headers.iter().position(|header| header == name).with_context(|| format!("the codes have no column {name}"))
        };
        let (firm, name, code, party) = (column("firm")?, column("name")?, column("code")?, column("household")?);
        let mut place = BTreeMap::new();
        for record in reader.records() {
            let record = record?;
            let guest = Invited {
                firm: record[firm].to_string(),
                name: record[name].to_string(),
                code: record[code].to_string(),
                phone: phones.get(&(record[firm].to_string(), record[name].to_string())).cloned(),
            };
            match &record[party] {
                "" => parties.push(vec![guest]),
                id => {
                    let at = *place.entry(id.to_string()).or_insert_with(|| {
                        parties.push(Vec::new());
                        parties.len() - 1
                    });
                    parties[at].push(guest);
                }
            }
        }
        let keys = MeetingKeys::load(hub_folder)?;
        let sample = parties.first().and_then(|party| party.first()).context("the sample has no guests")?;
        let broken = Broken::of(&sample.code, &keys)?;
        let crew = Crew::of_sample()?;
        Ok(GuestBook {
            parties,
            forged: broken.forged,
            foreign: broken.foreign,
            expired: broken.expired,
            staff_pin: crew.staff_pin,
            of_salesperson: column_pairs(list, &crew.salesperson.0)?,
            salesperson: crew.salesperson,
        })
    }

    pub fn is_of_salesperson(&self, guest: &Invited) -> bool {
        self.of_salesperson.contains(&(guest.firm.clone(), guest.name.clone()))
    }

    pub fn guests(&self) -> usize {
        self.parties.iter().map(Vec::len).sum()
    }
}

struct Broken {
    forged: String,
    foreign: String,
    expired: String,
}

impl Broken {
    /// Codes that are wrong in one way each.
    fn of(code: &str, keys: &MeetingKeys) -> Result<Broken> {
        let public = BTreeMap::from([(keys.invitation_key, keys.invitation.verifying_key())]);
        let bytes = data_encoding::BASE32_NOPAD.decode(code.as_bytes())?;
        let meeting = u16::from_be_bytes([bytes[2], bytes[3]]);
        let token = Token::read(code, &public, meeting, 0)?;
        let stranger = SigningKey::from_bytes(&crate::app::clock::entropy()?);
        Ok(Broken {
            forged: token.sign(&stranger),
            foreign: Token { meeting: meeting.wrapping_add(1), guest: GuestNo(1), ..token }.sign(&keys.invitation),
            expired: Token { expires_day: 1, ..token }.sign(&keys.invitation),
        })
    }
}

/// PINs of the sample's crew, as its meeting file has them.
struct Crew {
    staff_pin: String,
    salesperson: (String, String),
}

impl Crew {
    fn of_sample() -> Result<Crew> {
        let file: toml::Table = SAMPLE_MEETING.parse().context("the sample meeting is no TOML")?;
        let people = |of: &str| file.get(of).and_then(toml::Value::as_array).cloned().unwrap_or_default();
        let words = |person: &toml::Value, of: &str| Some(person.get(of)?.as_str()?.to_string());
        let is_reception = |person: &toml::Value| {
            person
                .get("roles")
                .and_then(toml::Value::as_array)
                .is_some_and(|roles| roles.iter().any(|role| role.as_str() == Some("reception")))
        };
        let staff_pin =
            people("staff").iter().find(|person| is_reception(person)).and_then(|person| words(person, "pin"));
        let salesperson =
            people("salespeople").iter().find_map(|person| Some((words(person, "id")?, words(person, "pin")?)));
        Ok(Crew {
            staff_pin: staff_pin.context("the sample has no reception with a PIN")?,
            salesperson: salesperson.context("the sample has no salesperson with a PIN")?,
        })
    }
}

/// The columns of the sample list that the crowd needs.
struct Columns {
    firm: usize,
    name: usize,
    phone: usize,
    salesperson: usize,
}

fn read_list(list: &str) -> Result<(Columns, Vec<csv::StringRecord>)> {
    let mut reader = csv::Reader::from_reader(list.trim_start_matches('\u{feff}').as_bytes());
    let headers = reader.headers()?.clone();
    let column = |name: &str| {
        headers
            .iter()
            .position(|header| header.trim() == name)
            .with_context(|| format!("the sample list has no column {name}"))
    };
    let columns = Columns {
        firm: column("公司")?,
        name: column("姓名")?,
        phone: column("手机")?,
        salesperson: column("业务员")?,
    };
    Ok((columns, reader.records().collect::<Result<_, _>>()?))
}

/// Phone by firm and name, where it has eleven figures as the kiosk's keypad takes them.
fn phones(list: &str) -> Result<BTreeMap<(String, String), String>> {
    let (columns, records) = read_list(list)?;
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let of = |record: &csv::StringRecord| {
        ((record[columns.firm].to_string(), record[columns.name].to_string()), digits(&record[columns.phone]))
    };
    Ok(records.iter().map(of).filter(|(_, phone)| phone.len() == 11).collect())
}

/// Firm and name of a salesperson's guests.
fn column_pairs(list: &str, salesperson: &str) -> Result<BTreeSet<(String, String)>> {
    let (columns, records) = read_list(list)?;
    let own = records.iter().filter(|record| record[columns.salesperson].trim() == salesperson);
    Ok(own.map(|record| (record[columns.firm].to_string(), record[columns.name].to_string())).collect())
}
