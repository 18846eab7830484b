//! Receipts and the hand-over of a desk's cash, on A4 and on 80 mm. Adds nothing up: sums are the caller's.

use serde::Serialize;
use typst_layout::PagedDocument;

use crate::slip::{ROLL_DOTS_PER_POINT, sign_of};
use crate::text::{breakable, known_language};
use crate::typesetter::{self, DocumentError, Fonts, GreyPage};

const TEMPLATE: &str = concat!(include_str!("../../../assets/paper.typ"), include_str!("../../../assets/voucher.typ"));

/// What the paper proves.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum VoucherKind {
    /// Money taken in one visit, by any number of means.
    #[default]
    Receipt,
    /// Cash counted by two that leaves a desk.
    CashHandover,
}

/// One means of payment.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct TenderRow {
    /// `cash`, `transfer`, `card`, `wechat_pay`, `alipay`, `acceptance_bill`, `rebate` or `credit`.
    pub means: String,
    pub amount_minor: i64,
    /// Bank, wallet or bill reference; may be empty.
    pub reference: String,
    /// Number of the sealed bag; may be empty.
    pub bag: String,
    /// Who counted a second time; may be empty.
    pub second_counter: String,
    /// When a bill falls due; may be empty.
    pub due_on: String,
}

/// A part of the sum, by the number of its paper.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct NumberedAmount {
    pub number: String,
    pub amount_minor: i64,
}

/// Everything that a voucher says. Amounts are in minor units.
#[derive(Debug, Clone, Default, Serialize)]
pub struct VoucherPaper {
    pub kind: VoucherKind,
    /// `zh`, `ko` or `en`.
    pub language: String,
    /// ISO 4217.
    pub currency: String,
    /// Digits of a minor unit behind the point.
    pub decimals: u8,
    pub organiser: String,
    pub meeting: String,
    pub number: String,
    /// From 1; more is marked.
    pub print: u32,
    /// Reversed.
    pub void: bool,
    /// Shown, and not received yet.
    pub claimed: bool,
    /// In the venue's time.
    pub at: String,
    pub desk: String,
    pub firm: String,
    pub tenders: Vec<TenderRow>,
    /// For which slips.
    pub slips: Vec<NumberedAmount>,
    /// What is for no slip.
    pub account_minor: i64,
    /// Whose cash is handed over.
    pub receipts: Vec<NumberedAmount>,
    pub bags: Vec<String>,
    /// What should be there.
    pub expected_minor: i64,
    /// What was taken, or counted.
    pub total_minor: i64,
    /// In words, with the currency; may be empty.
    pub total_words: String,
    pub note: String,
}

impl VoucherPaper {
    /// One PDF on A4.
    ///
    /// # Errors
    /// An unknown language or means of payment.
    pub fn pdf(&self, fonts: &Fonts) -> Result<Vec<u8>, DocumentError> {
        typesetter::pdf(&self.set(fonts, false)?)
    }

    /// One PDF on 72 mm of an 80 mm roll, as long as it takes, for a queue that prints there.
    ///
    /// # Errors
    /// As [`VoucherPaper::pdf`].
    pub fn roll_pdf(&self, fonts: &Fonts) -> Result<Vec<u8>, DocumentError> {
        typesetter::pdf(&self.set(fonts, true)?)
    }

    /// One PNG per page at `pixels_per_point` (72 points are an inch).
    ///
    /// # Errors
    /// As [`VoucherPaper::pdf`].
    pub fn pngs(&self, fonts: &Fonts, pixels_per_point: f64) -> Result<Vec<Vec<u8>>, DocumentError> {
        typesetter::pngs(&self.set(fonts, false)?, pixels_per_point)
    }

    /// A grey picture of 576 dots' width for an 80 mm printer.
    ///
    /// # Errors
    /// As [`VoucherPaper::pdf`].
    pub fn roll(&self, fonts: &Fonts) -> Result<GreyPage, DocumentError> {
        let pages = typesetter::greys(&self.set(fonts, true)?, ROLL_DOTS_PER_POINT);
        pages.into_iter().next().ok_or_else(|| DocumentError::Picture("the paper has no page".into()))
    }

    fn set(&self, fonts: &Fonts, roll: bool) -> Result<PagedDocument, DocumentError> {
        known_language(&self.language, "voucher")?;
        let mut paper = self.clone();
        for text in [&mut paper.firm, &mut paper.note] {
            *text = breakable(text);
        }
        for row in &mut paper.tenders {
            row.reference = breakable(&row.reference);
        }
        let sign = sign_of(&self.currency, &self.language);
        let data = VoucherData { paper: Rolled { voucher: paper, roll }, sign };
        let data = serde_json::to_vec(&data).map_err(|fault| DocumentError::Template(fault.to_string()))?;
        typesetter::set(fonts, TEMPLATE, data)
    }
}

#[derive(Serialize)]
struct VoucherData {
    paper: Rolled,
    sign: String,
}

#[derive(Serialize)]
struct Rolled {
    #[serde(flatten)]
    voucher: VoucherPaper,
    roll: bool,
}

#[cfg(test)]
mod tests;
