//! One row of the list as facts of a guest and of a firm, or as faults. Compares no rows with each other.

use std::collections::BTreeMap;

use domain::config::{Disclosure, Language, MeetingConfig, NoticeKind};
use domain::ids::{NoticeId, RegionId, SalespersonId, TableId};
use domain::money::Currency;
use domain::roster::{ClassCriterion, CustomerClass, ExpectedLine, Gender, GuestRole, Needs, Rsvp, VipTier};

use super::columns::Column;
use super::fault::{Problem, RowFault};
use super::lookup::{Lookup, shown};
use super::phone::PhoneNumber;
use super::sheet::{Sheet, SheetRow};
use super::{text, words};

const MAX_NAME: usize = 60;
const MAX_FIRM: usize = 100;
const MAX_TEXT: usize = 300;
const MAX_CODE: usize = 40;
const MAX_HEADS: u16 = 200;

/// A row that can be used.
#[derive(Debug, Clone)]
pub struct Row {
    /// Row number as a spreadsheet counts.
    pub number: usize,
    /// The guest.
    pub guest: GuestFacts,
    /// The firm: merged over the rows of one firm.
    pub firm: FirmFacts,
}

/// What a row says of the guest.
#[derive(Debug, Clone, Default)]
pub struct GuestFacts {
    pub list_id: Option<String>,
    pub name: String,
    pub title: String,
    pub role: Option<GuestRole>,
    pub decides: Option<bool>,
    pub gender: Option<Gender>,
    pub phone: Option<PhoneNumber>,
    pub language: Option<Language>,
    pub needs: Needs,
    pub columns: BTreeMap<String, String>,
}

impl GuestFacts {
    /// Press, experts and the organiser's own people belong to no party.
    pub fn without_dealer(&self) -> bool {
        matches!(self.role, Some(GuestRole::Press | GuestRole::Expert | GuestRole::Company))
    }
}

macro_rules! firm_facts {
    ($($(#[$doc:meta])* $name:ident: $of:ty = $column:ident),* $(,)?) => {
        /// What a row says of the firm; `None` where the cell is empty.
        #[derive(Debug, Clone, Default, PartialEq, Eq)]
        pub struct FirmFacts {
            /// Name; empty for guests without a firm.
            pub name: String,
            $($(#[$doc])* pub $name: Option<$of>,)*
        }

        impl FirmFacts {
            /// Takes over what `other`, a later row of the same firm, adds; returns the columns that contradict.
            pub fn merge(&mut self, other: &FirmFacts) -> Vec<Column> {
                let mut contradicting = Vec::new();
                $(match (&self.$name, &other.$name) {
                    (None, Some(value)) => self.$name = Some(value.clone()),
                    (Some(mine), Some(theirs)) if mine != theirs => contradicting.push(Column::$column),
                    _ => {}
                })*
                contradicting
            }
        }
    };
}

firm_facts! {
    dealer_id: String = DealerId,
    region: RegionId = Region,
    county: String = County,
    salesperson: SalespersonId = Salesperson,
    class: CustomerClass = Class,
    criteria: Vec<ClassCriterion> = Criteria,
    table: TableId = Table,
    /// The inner option: a tier, or explicitly none.
    vip: Option<VipTier> = Vip,
    prepaid_minor: i64 = Prepaid,
    expected_heads: u16 = ExpectedHeads,
    rsvp: Rsvp = Rsvp,
    expected_order_minor: i64 = ExpectedOrder,
    expected_lines: Vec<ExpectedLine> = ExpectedLines,
    annual_sales_minor: i64 = AnnualSales,
    top_five: bool = TopFive,
    valid_customer: bool = ValidCustomer,
    address: String = Address,
    never: Vec<String> = Never,
    avoid: Vec<String> = Avoid,
    groups: Vec<String> = ConflictGroups,
    brands: Vec<String> = Brands,
    stock: String = Stock,
    funds: String = Funds,
    supplied_by: String = SuppliedBy,
    paid_to: String = PaidTo,
    same_owner: Vec<String> = SameOwner,
    screen_name: bool = ConsentScreenName,
    directory: bool = ConsentDirectory,
    photo: bool = ConsentPhoto,
    may_disclose: Disclosure = MayDisclose,
}

impl FirmFacts {
    /// The consents under the codes that the meeting file gives them.
    pub fn consents(&self, config: &MeetingConfig) -> BTreeMap<NoticeId, bool> {
        let given = |kind| match kind {
            NoticeKind::ScreenName => self.screen_name,
            NoticeKind::Directory => self.directory,
            NoticeKind::Photo => self.photo,
            NoticeKind::Privacy | NoticeKind::Legal => None,
        };
        config.notices.iter().filter_map(|notice| given(notice.kind).map(|yes| (notice.id.clone(), yes))).collect()
    }
}

/// Reads rows of one sheet.
pub struct RowReader<'a> {
    sheet: &'a Sheet,
    places: BTreeMap<Column, usize>,
    free: Vec<(usize, String)>,
    lookup: &'a Lookup,
    country: &'a str,
    currency: Currency,
}

impl<'a> RowReader<'a> {
    /// For the rows of `sheet`; of two columns with the same meaning the first counts, the other is a free column.
    pub fn new(sheet: &'a Sheet, config: &'a MeetingConfig, lookup: &'a Lookup) -> RowReader<'a> {
        let mut places = BTreeMap::new();
        let mut free = Vec::new();
        for (index, header) in sheet.headers.iter().enumerate() {
            match Column::of(header) {
                Some(column) if !places.contains_key(&column) => {
                    places.insert(column, index);
                }
                _ => {
                    let name: String = text::clean(header).chars().take(MAX_CODE).collect();
                    if !name.is_empty() {
                        free.push((index, name));
                    }
                }
            }
        }
        let (country, currency) = (config.meeting.phone_country.as_str(), config.meeting.currency);
        RowReader { sheet, places, free, lookup, country, currency }
    }

    /// Headers that became free columns.
    pub fn free_columns(&self) -> impl Iterator<Item = &str> {
        self.free.iter().map(|(_, name)| name.as_str())
    }

    /// Whether the list has this column at all.
    pub fn has(&self, column: Column) -> bool {
        self.places.contains_key(&column)
    }

    /// The row's facts, and everything wrong with it; the facts of faulty cells are left out.
    pub fn read(&self, row: &SheetRow) -> (Row, Vec<RowFault>) {
        let mut cells = Cells { reader: self, row, faults: Vec::new() };
        let extra = row.cells.iter().skip(self.sheet.headers.len()).filter(|cell| !cell.trim().is_empty()).count();
        if extra > 0 {
            cells.fault(Column::Firm, Problem::TooManyCells { extra });
        }
        let guest = cells.guest();
        let mut firm = cells.firm();
        if firm.name.is_empty() && !guest.without_dealer() {
            cells.fault(Column::Firm, Problem::Empty);
        }
        if firm.region.is_none() {
            firm.region = firm.salesperson.as_ref().and_then(|person| self.lookup.region_of(person));
        }
        let mut faults = cells.faults;
        faults.dedup_by_key(|fault| fault.column);
        (Row { number: row.number, guest, firm }, faults)
    }
}

struct Cells<'a> {
    reader: &'a RowReader<'a>,
    row: &'a SheetRow,
    faults: Vec<RowFault>,
}

impl Cells<'_> {
    fn guest(&mut self) -> GuestFacts {
        let name = text::clean_name(&self.text(Column::Name, MAX_NAME).unwrap_or_default());
        if name.is_empty() {
            self.fault(Column::Name, Problem::Empty);
        }
        let language = self.word(Column::Language, &words::LANGUAGE);
        GuestFacts {
            list_id: self.text(Column::Id, MAX_CODE),
            name,
            title: self.text(Column::Title, MAX_NAME).unwrap_or_default(),
            role: self.word(Column::Role, &words::ROLE),
            decides: self.word(Column::Decides, &words::YES_NO),
            gender: self.word(Column::Gender, &words::GENDER),
            phone: self.phone(language),
            language,
            needs: Needs {
                wheelchair: self.word(Column::Wheelchair, &words::YES_NO).unwrap_or_default(),
                step_free: self.word(Column::StepFree, &words::YES_NO).unwrap_or_default(),
                note: self.text(Column::Needs, MAX_TEXT).unwrap_or_default(),
            },
            columns: self.free_columns(),
        }
    }

    fn firm(&mut self) -> FirmFacts {
        let lookup = self.reader.lookup;
        FirmFacts {
            name: self.text(Column::Firm, MAX_FIRM).unwrap_or_default(),
            dealer_id: self.text(Column::DealerId, MAX_CODE),
            region: self.named(Column::Region, |written| lookup.region(written)),
            county: self.text(Column::County, MAX_CODE),
            salesperson: self.named(Column::Salesperson, |written| lookup.salesperson(written)),
            class: self.word(Column::Class, &words::CLASS),
            criteria: self.each_word(Column::Criteria, &words::CRITERION),
            table: self.named(Column::Table, |written| lookup.table(written)),
            vip: self.word(Column::Vip, &words::VIP),
            prepaid_minor: self.amount(Column::Prepaid),
            expected_heads: self.number(Column::ExpectedHeads),
            rsvp: self.word(Column::Rsvp, &words::RSVP),
            expected_order_minor: self.amount(Column::ExpectedOrder),
            expected_lines: self.expected_lines(),
            annual_sales_minor: self.amount(Column::AnnualSales),
            top_five: self.word(Column::TopFive, &words::YES_NO),
            valid_customer: self.word(Column::ValidCustomer, &words::YES_NO),
            address: self.text(Column::Address, MAX_TEXT),
            never: self.list(Column::Never),
            avoid: self.list(Column::Avoid),
            groups: self.list(Column::ConflictGroups),
            brands: self.list(Column::Brands),
            stock: self.text(Column::Stock, MAX_TEXT),
            funds: self.text(Column::Funds, MAX_TEXT),
            supplied_by: self.text(Column::SuppliedBy, MAX_FIRM),
            paid_to: self.text(Column::PaidTo, MAX_FIRM),
            same_owner: self.list(Column::SameOwner),
            screen_name: self.word(Column::ConsentScreenName, &words::YES_NO),
            directory: self.word(Column::ConsentDirectory, &words::YES_NO),
            photo: self.word(Column::ConsentPhoto, &words::YES_NO),
            may_disclose: self.disclosure(),
        }
    }

    fn fault(&mut self, column: Column, problem: Problem) {
        self.faults.push(RowFault { sheet: self.reader.sheet.name.clone(), row: self.row.number, column, problem });
    }

    /// The cell as it stands; `None` when the column is missing, empty, an error of a formula, or garbled.
    fn raw(&mut self, column: Column) -> Option<String> {
        let cell = self.reader.places.get(&column).and_then(|index| self.row.cells.get(*index))?;
        let cell = cell.trim();
        if cell.is_empty() {
            return None;
        }
        if text::is_garbled(cell) {
            self.fault(column, Problem::Garbled);
            return None;
        }
        if FORMULA_ERRORS.iter().any(|error| cell.starts_with(error)) {
            self.fault(column, Problem::Formula(shown(cell)));
            return None;
        }
        Some(cell.to_owned())
    }

    fn text(&mut self, column: Column, most: usize) -> Option<String> {
        let clean = text::clean(&self.raw(column)?);
        if clean.chars().count() > most {
            self.fault(column, Problem::TooLong { most });
            return None;
        }
        (!clean.is_empty()).then_some(clean)
    }

    fn phone(&mut self, language: Option<Language>) -> Option<PhoneNumber> {
        let cell = self.raw(Column::Phone)?;
        let country = self.reader.country;
        // 010… is a mobile number in Korea and a landline of Beijing: the guest's language decides.
        let country = if language == Some(Language::Ko) { "82" } else { country };
        let number = PhoneNumber::read(&cell, country).or_else(|| PhoneNumber::read(&cell, self.reader.country));
        if number.is_none() {
            let rounded = text::plain(&cell).to_uppercase().contains("E+");
            let digits = text::plain(&cell).chars().filter(char::is_ascii_digit).count();
            self.fault(Column::Phone, if rounded { Problem::PhoneRounded } else { Problem::Phone { digits } });
        }
        number
    }

    fn word<T: Copy>(&mut self, column: Column, known: &words::Words<T>) -> Option<T> {
        let cell = self.raw(column)?;
        let value = known.read(&cell);
        if value.is_none() {
            self.fault(column, Problem::Word { written: shown(&cell), choices: known.choices });
        }
        value
    }

    fn each_word<T: Copy>(&mut self, column: Column, known: &words::Words<T>) -> Option<Vec<T>> {
        let cell = self.raw(column)?;
        let mut values = Vec::new();
        for part in words::several(&cell) {
            match known.read(&part) {
                Some(value) => values.push(value),
                None => {
                    self.fault(column, Problem::Word { written: shown(&part), choices: known.choices });
                    return None;
                }
            }
        }
        (!values.is_empty()).then_some(values)
    }

    fn disclosure(&mut self) -> Option<Disclosure> {
        let parts = self.each_word(Column::MayDisclose, &words::DISCLOSE)?;
        let or = |a: Disclosure, b: Disclosure| Disclosure {
            amounts: a.amounts || b.amounts,
            ranks: a.ranks || b.ranks,
            ribbon: a.ribbon || b.ribbon,
            bulletin: a.bulletin || b.bulletin,
            photo: a.photo || b.photo,
        };
        Some(parts.into_iter().fold(Disclosure::default(), or))
    }

    fn named<T>(&mut self, column: Column, find: impl Fn(&str) -> Result<T, Problem>) -> Option<T> {
        let cell = self.raw(column)?;
        find(&cell).map_err(|problem| self.fault(column, problem)).ok()
    }

    fn amount(&mut self, column: Column) -> Option<i64> {
        let cell = self.raw(column)?;
        let amount = words::amount(&cell, self.reader.currency);
        if amount.is_none() {
            self.fault(column, Problem::Amount(shown(&cell)));
        }
        amount
    }

    fn number(&mut self, column: Column) -> Option<u16> {
        let cell = self.raw(column)?;
        let number = words::number(&cell, MAX_HEADS);
        if number.is_none() {
            self.fault(column, Problem::Number { written: shown(&cell), most: MAX_HEADS });
        }
        number
    }

    fn list(&mut self, column: Column) -> Option<Vec<String>> {
        let cell = self.text(column, MAX_TEXT)?;
        let parts: Vec<String> = words::several(&cell).collect();
        (!parts.is_empty()).then_some(parts)
    }

    /// `W70 400; D60 × 12`: products by code or name, each with its units.
    fn expected_lines(&mut self) -> Option<Vec<ExpectedLine>> {
        let parts = self.list(Column::ExpectedLines)?;
        let read: Result<Vec<_>, Problem> = parts.iter().map(|part| self.reader.lookup.expected_line(part)).collect();
        match read {
            Ok(lines) => Some(lines),
            Err(problem) => {
                self.fault(Column::ExpectedLines, problem);
                None
            }
        }
    }

    fn free_columns(&mut self) -> BTreeMap<String, String> {
        let cell = |index: usize| self.row.cells.get(index).map(|cell| text::clean(cell)).unwrap_or_default();
        let filled = self.reader.free.iter().map(|(index, name)| (name.clone(), cell(*index)));
        filled
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| (name, value.chars().take(MAX_TEXT).collect()))
            .collect()
    }
}

const FORMULA_ERRORS: [&str; 8] = ["#N/A", "#REF!", "#NAME?", "#VALUE!", "#DIV/0!", "#NULL!", "#NUM!", "#DATA!"];
