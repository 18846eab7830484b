//! Finds regions, salespeople and tables of the meeting file by the code or name that a list writes. Changes none.

use std::collections::BTreeMap;

use domain::config::{Language, MeetingConfig};
use domain::ids::{RegionId, SalespersonId, Sku, TableId};
use domain::roster::ExpectedLine;

use super::fault::Problem;
use super::text;

/// What the lists of a meeting may refer to.
pub struct Lookup {
    regions: Names<RegionId>,
    salespeople: Names<SalespersonId>,
    tables: Names<TableId>,
    products: Names<Sku>,
    regions_of_salespeople: BTreeMap<SalespersonId, RegionId>,
}

/// Codes win over names: a name that is also another's code means the code.
struct Names<T> {
    codes: BTreeMap<String, T>,
    names: BTreeMap<String, Vec<T>>,
}

impl Lookup {
    /// Everything in `config` that rows name.
    pub fn new(config: &MeetingConfig) -> Lookup {
        let mut regions = Names::new();
        for region in &config.regions {
            let names = Language::ALL.map(|language| region.name.get(language));
            regions.add(region.id.as_str(), &names, &region.id);
        }
        let mut salespeople = Names::new();
        for person in &config.salespeople {
            salespeople.add(person.id.as_str(), &[&person.name], &person.id);
        }
        let mut tables = Names::new();
        for table in &config.tables {
            tables.add(table.id.as_str(), &[&table.label], &table.id);
        }
        let mut products = Names::new();
        for product in &config.products {
            let names = Language::ALL.map(|language| product.name.get(language));
            products.add(product.sku.as_str(), &names, &product.sku);
        }
        let regions_of_salespeople =
            config.salespeople.iter().map(|person| (person.id.clone(), person.region.clone())).collect();
        Lookup { regions, salespeople, tables, products, regions_of_salespeople }
    }

    /// The region that `written` names.
    pub fn region(&self, written: &str) -> Result<RegionId, Problem> {
        self.regions.find(written, &["区", "区域", "大区", "region", "지역", "권역"])
    }

    /// The salesperson that `written` names.
    pub fn salesperson(&self, written: &str) -> Result<SalespersonId, Problem> {
        self.salespeople.find(written, &[])
    }

    /// The table that `written` names: `12`, `12号桌`, `Table 12`, `12번`.
    pub fn table(&self, written: &str) -> Result<TableId, Problem> {
        self.tables.find(written, &["号桌", "桌", "号", "번테이블", "번", "테이블", "table", "tableno"])
    }

    /// A product with its units: `W70 400`, `70 系列断桥窗×400`.
    pub fn expected_line(&self, written: &str) -> Result<ExpectedLine, Problem> {
        let number = || Problem::Number { written: shown(written), most: u16::MAX };
        let parts = |letter: char| letter.is_whitespace() || "×*:：".contains(letter);
        let (product, units) = written.trim().rsplit_once(parts).ok_or_else(number)?;
        let quantity = units.parse::<u16>().ok().filter(|units| *units > 0).ok_or_else(number)?;
        let sku = self.products.find(product.trim_end_matches(parts), &[])?;
        Ok(ExpectedLine { sku, quantity: u32::from(quantity) })
    }

    /// The region of a salesperson.
    pub fn region_of(&self, salesperson: &SalespersonId) -> Option<RegionId> {
        self.regions_of_salespeople.get(salesperson).cloned()
    }
}

impl<T: Clone + PartialEq> Names<T> {
    fn new() -> Names<T> {
        Names { codes: BTreeMap::new(), names: BTreeMap::new() }
    }

    fn add(&mut self, code: &str, names: &[&str], value: &T) {
        self.codes.insert(text::key(code), value.clone());
        for name in names.iter().map(|name| text::key(name)).filter(|name| !name.is_empty()) {
            let same = self.names.entry(name).or_default();
            if !same.contains(value) {
                same.push(value.clone());
            }
        }
    }

    /// Tries the text whole, then without one of the words that people put around a number.
    fn find(&self, written: &str, around: &[&str]) -> Result<T, Problem> {
        let whole = text::key(written);
        let bare = around.iter().filter_map(|word| {
            whole.strip_suffix(word).or_else(|| whole.strip_prefix(word)).filter(|rest| !rest.is_empty())
        });
        let mut spellings: Vec<&str> = vec![&whole];
        spellings.extend(bare);
        for spelling in spellings {
            if let Some(value) = self.codes.get(spelling) {
                return Ok(value.clone());
            }
            match self.names.get(spelling).map(Vec::as_slice) {
                Some([value]) => return Ok(value.clone()),
                Some(_) => return Err(Problem::SeveralInMeeting(shown(written))),
                None => {}
            }
        }
        Err(Problem::NotInMeeting(shown(written)))
    }
}

/// As much of a cell as a fault shows.
pub fn shown(cell: &str) -> String {
    let clean = text::clean(cell);
    if clean.chars().count() <= 40 { clean } else { clean.chars().take(39).chain(['…']).collect() }
}
