//! The order slip on A4, on 241 mm carbonless forms and on 80 mm. It sets what it is given: prices, totals and rules are
//! the caller's.

use serde::Serialize;
use typst_layout::PagedDocument;

use crate::qr;
use crate::text::{breakable, known_language};
use crate::typesetter::{self, DocumentError, Fonts, GreyPage};

const PAGES: &str = concat!(
    include_str!("../../../assets/paper.typ"),
    include_str!("../../../assets/slip-words.typ"),
    include_str!("../../../assets/slip.typ")
);
const ROLL: &str = concat!(
    include_str!("../../../assets/paper.typ"),
    include_str!("../../../assets/slip-words.typ"),
    include_str!("../../../assets/slip-roll.typ")
);
/// Dots of an 80 mm printer's head, eight to the millimetre.
pub(crate) const ROLL_DOTS_PER_POINT: f64 = 203.2 / 72.0;

/// What the paper is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SlipForm {
    /// 210 × 297 mm, the chosen parts behind each other.
    #[default]
    A4,
    /// 241.3 × 93.1 mm (9.5 in, a third of 11 in) between the holes of a continuous form; printed once for all parts.
    CarbonlessThird,
    /// 241.3 × 139.7 mm (9.5 in × 5.5 in), the same.
    CarbonlessHalf,
    /// 72 mm of an 80 mm roll, 576 dots, as long as it takes; a page for each part, to be cut apart.
    Roll,
}

/// One part of the triplicate with the code that is on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SlipPart {
    /// Which one.
    pub copy: PartName,
    /// Capital letters, figures and `$%*+-./:`; up to [`crate::QR_MAX_CHARS`].
    #[serde(skip)]
    pub code: String,
}

/// The parts of the triplicate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PartName {
    /// 存根联, 재고, company.
    Stub,
    /// 客户联, 고객, customer.
    Customer,
    /// 财务联, 재무, finance.
    Finance,
    /// Carbonless paper: all of them at once.
    Every,
}

/// What a deposit means in law.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DepositWord {
    /// 订金: an advance.
    #[default]
    Refundable,
    /// 定金: lost by who breaks the order.
    Forfeit,
}

/// Whether the slip still counts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "is", content = "by")]
pub enum SlipStanding {
    /// It does.
    #[default]
    Valid,
    /// It does not.
    Void,
    /// The slip of this number stands in its place.
    Replaced(String),
}

/// One line. Amounts are in minor units.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct SlipRow {
    /// Its number within the slip.
    pub line: u16,
    pub sku: String,
    pub name: String,
    pub unit: String,
    pub quantity: u32,
    pub unit_price_minor: i64,
    /// Off by policy, hundredths of a percent.
    pub policy_basis_points: u16,
    pub amount_minor: i64,
    /// Goods added free: name with quantity and unit.
    pub free_goods: Vec<String>,
    /// Gift earned; may be empty.
    pub gift: String,
    /// Who allowed a price below the list, and when; empty where nobody had to.
    pub approved: String,
}

/// Everything that a slip says. Texts may be empty: then their place is left out, but for what is signed.
#[derive(Debug, Clone, Default, Serialize)]
pub struct SlipPaper {
    /// `zh`, `ko` or `en`.
    pub language: String,
    pub form: SlipForm,
    /// In this order.
    pub parts: Vec<SlipPart>,
    /// ISO 4217.
    pub currency: String,
    /// Digits of a minor unit behind the point.
    pub decimals: u8,
    pub organiser: String,
    pub meeting: String,
    pub number: String,
    pub revision: u32,
    /// Which print of this revision, from 1; more is marked.
    pub print: u32,
    pub standing: SlipStanding,
    /// When it was signed, in the venue's time.
    pub signed_at: String,
    /// Where.
    pub desk: String,
    pub firm: String,
    /// Who signs.
    pub signer: String,
    pub phone: String,
    pub address: String,
    pub salesperson: String,
    pub supplied_by: String,
    pub paid_to: String,
    pub lines: Vec<SlipRow>,
    /// Sum of the lines before the policy.
    pub goods_minor: i64,
    /// Sum of the lines.
    pub total_minor: i64,
    /// In words, with the currency; may be empty.
    pub total_words: String,
    pub deposit_kind: DepositWord,
    pub deposit_minor: i64,
    /// In words; may be empty.
    pub deposit_words: String,
    /// The part of a deposit that has no forfeit effect.
    pub beyond_forfeit_minor: i64,
    pub balance_minor: i64,
    pub due_on: String,
    pub note: String,
}

impl SlipPaper {
    /// One PDF with a page or more for each part.
    ///
    /// # Errors
    /// An unknown language, or a code that no card holds.
    pub fn pdf(&self, fonts: &Fonts) -> Result<Vec<u8>, DocumentError> {
        typesetter::pdf(&self.set(fonts)?)
    }

    /// One PNG per page at `pixels_per_point` (72 points are an inch).
    ///
    /// # Errors
    /// As [`SlipPaper::pdf`].
    pub fn pngs(&self, fonts: &Fonts, pixels_per_point: f64) -> Result<Vec<Vec<u8>>, DocumentError> {
        typesetter::pngs(&self.set(fonts)?, pixels_per_point)
    }

    /// The parts as grey pictures of 576 dots' width for an 80 mm printer, whatever the form.
    ///
    /// # Errors
    /// As [`SlipPaper::pdf`].
    pub fn rolls(&self, fonts: &Fonts) -> Result<Vec<GreyPage>, DocumentError> {
        let roll = SlipPaper { form: SlipForm::Roll, ..self.clone() };
        Ok(typesetter::greys(&roll.set(fonts)?, ROLL_DOTS_PER_POINT))
    }

    fn set(&self, fonts: &Fonts) -> Result<PagedDocument, DocumentError> {
        known_language(&self.language, "order slip")?;
        let data = SlipData {
            paper: self.with_breaks(),
            codes: self.parts.iter().map(|part| qr::svg(&part.code)).collect::<Result<_, _>>()?,
            sign: sign_of(&self.currency, &self.language),
        };
        let data = serde_json::to_vec(&data).map_err(|fault| DocumentError::Template(fault.to_string()))?;
        let template = if self.form == SlipForm::Roll { ROLL } else { PAGES };
        typesetter::set(fonts, template, data)
    }

    fn with_breaks(&self) -> SlipPaper {
        let mut paper = self.clone();
        for text in [&mut paper.firm, &mut paper.address, &mut paper.supplied_by, &mut paper.paid_to, &mut paper.note] {
            *text = breakable(text);
        }
        for row in &mut paper.lines {
            (row.sku, row.name, row.approved) = (breakable(&row.sku), breakable(&row.name), breakable(&row.approved));
        }
        paper
    }
}

/// What stands before the figures.
pub(crate) fn sign_of(currency: &str, language: &str) -> String {
    match (currency, language) {
        ("CNY", _) => "¥".into(),
        ("KRW", "zh" | "ko") => "₩".into(),
        (other, _) => format!("{other} "),
    }
}

#[derive(Serialize)]
struct SlipData {
    paper: SlipPaper,
    codes: Vec<String>,
    sign: String,
}

#[cfg(test)]
mod tests;
