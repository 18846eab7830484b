//! What the papers of slips, receipts and cash hand-overs say, read off the meeting. Decides nothing, sets nothing: that is `documents`.

use crate::app::clock::VenueTime;
use documents::{DepositWord, PartName, SlipForm, SlipPaper, SlipPart, SlipRow, SlipStanding};
use domain::config::{DepositKind, Language};
use domain::event::{SlipContent, SlipCopy, SlipLine};
use domain::meeting::{DiscountState, Slip, SlipStatus};
use domain::{DealerId, GiftId, Meeting, Money, SalespersonId, Sku, SlipId, in_words};

/// What is filled in by hand: it is in the slip, but sealed for everybody but the organiser.
const BY_HAND: &str = "____________________";

/// How a slip's paper is wanted.
#[derive(Debug, Clone)]
pub struct Wanted {
    pub language: Language,
    pub form: SlipForm,
    /// Carbonless forms take none: they are printed once for all parts.
    pub copies: Vec<SlipCopy>,
    /// Which print of this revision, from 1.
    pub print: u32,
    /// The desk, as staff call it.
    pub desk: String,
}

/// The papers of a slip as it stands; none when there is no such slip.
pub fn slip_paper(meeting: &Meeting, slip: SlipId, wanted: &Wanted, time: &VenueTime) -> Option<SlipPaper> {
    let slip = meeting.slip(slip)?;
    let (version, language) = (slip.version(), wanted.language);
    let content = &*version.content;
    let facts = &meeting.config().meeting;
    let words = |minor| in_words(Money { minor, currency: content.currency }, language).unwrap_or_default();
    let firm = |dealer: DealerId| meeting.dealer(dealer).map(|dealer| dealer.firm.clone()).unwrap_or_default();
    let day = |at_ms: u64| time.minute(at_ms).replace('T', " ");
    Some(SlipPaper {
        language: language.code().to_owned(),
        form: wanted.form,
        parts: parts(meeting, slip, wanted),
        currency: content.currency.code().to_owned(),
        decimals: content.currency.decimals(),
        organiser: facts.organiser.get(language).to_owned(),
        meeting: facts.name.get(language).to_owned(),
        number: slip.number.clone(),
        revision: version.revision,
        print: wanted.print,
        standing: standing(meeting, slip),
        signed_at: day(slip.signed().map_or(version.stamp.at, |stamp| stamp.at).0),
        desk: wanted.desk.clone(),
        firm: firm(content.dealer),
        phone: content.phone.as_ref().map(|phone| phone.phone_mask.clone()).unwrap_or_default(),
        address: content.address.as_ref().map(|_| BY_HAND.to_owned()).unwrap_or_default(),
        salesperson: content.salesperson.as_ref().map(|id| salesperson(meeting, id, language)).unwrap_or_default(),
        supplied_by: content.supplied_by.map(firm).unwrap_or_default(),
        paid_to: content.paid_to.map(firm).unwrap_or_default(),
        lines: content.lines.iter().map(|line| row(meeting, line, language, time)).collect(),
        goods_minor: goods_minor(content),
        total_minor: content.total_minor,
        total_words: words(content.total_minor),
        deposit_kind: match content.deposit_kind {
            DepositKind::Refundable => DepositWord::Refundable,
            DepositKind::Forfeit => DepositWord::Forfeit,
        },
        deposit_minor: content.deposit_minor,
        deposit_words: words(content.deposit_minor),
        beyond_forfeit_minor: content.beyond_forfeit_minor(),
        balance_minor: content.balance_minor(),
        due_on: content.due_on.as_ref().map(|due| due.as_str().to_owned()).unwrap_or_default(),
        note: content.note.clone(),
        ..SlipPaper::default()
    })
}

fn parts(meeting: &Meeting, slip: &Slip, wanted: &Wanted) -> Vec<SlipPart> {
    let part = |copy: Option<SlipCopy>| {
        let name = match copy {
            Some(SlipCopy::Stub) => PartName::Stub,
            Some(SlipCopy::Customer) => PartName::Customer,
            Some(SlipCopy::Finance) => PartName::Finance,
            None => PartName::Every,
        };
        SlipPart { copy: name, code: meeting.slip_code(slip, copy).to_string() }
    };
    match wanted.form {
        SlipForm::CarbonlessThird | SlipForm::CarbonlessHalf => vec![part(None)],
        SlipForm::A4 | SlipForm::Roll => wanted.copies.iter().map(|copy| part(Some(*copy))).collect(),
    }
}

fn standing(meeting: &Meeting, slip: &Slip) -> SlipStanding {
    match slip.status() {
        SlipStatus::Draft | SlipStatus::TwoVersions | SlipStatus::Signed => SlipStanding::Valid,
        SlipStatus::Void => SlipStanding::Void,
        SlipStatus::Superseded { by } => {
            SlipStanding::Replaced(meeting.slip(by).map(|by| by.number.clone()).unwrap_or_default())
        }
    }
}

fn row(meeting: &Meeting, line: &SlipLine, language: Language, time: &VenueTime) -> SlipRow {
    let (name, unit) = goods(meeting, &line.sku, language);
    let free = |(sku, quantity): &(Sku, u32)| {
        let (name, unit) = goods(meeting, sku, language);
        format!("{name} {quantity} {unit}").trim_end().to_owned()
    };
    let gift = |id: &GiftId| meeting.config().gifts.iter().find(|gift| gift.id == *id);
    SlipRow {
        line: line.line,
        sku: line.sku.as_str().to_owned(),
        name,
        unit,
        quantity: line.quantity,
        unit_price_minor: line.unit_price_minor,
        policy_basis_points: line.policy_basis_points,
        amount_minor: line.amount_minor,
        free_goods: line.free_goods.iter().map(free).collect(),
        gift: line.gift.as_ref().and_then(gift).map(|gift| gift.name.get(language).to_owned()).unwrap_or_default(),
        approved: approved(meeting, line, time),
    }
}

/// A product that the meeting knows no more keeps its code.
fn goods(meeting: &Meeting, sku: &Sku, language: Language) -> (String, String) {
    match meeting.product(sku) {
        Some(product) => (product.name.get(language).to_owned(), product.unit.get(language).to_owned()),
        None => (sku.as_str().to_owned(), String::new()),
    }
}

/// Who allowed the price, and when.
fn approved(meeting: &Meeting, line: &SlipLine, time: &VenueTime) -> String {
    let Some(discount) = line.discount.and_then(|id| meeting.discount(id)) else { return String::new() };
    let DiscountState::Approved { by } = &discount.state else { return String::new() };
    let name = meeting.staff(by).map_or_else(|| by.as_str().to_owned(), |staff| staff.name.clone());
    match &discount.answered {
        Some(stamp) => format!("{name} {}", time.clock(stamp.at.0)),
        None => name,
    }
}

fn salesperson(meeting: &Meeting, id: &SalespersonId, language: Language) -> String {
    let Some(known) = meeting.salesperson(id) else { return id.as_str().to_owned() };
    let region = meeting.config().regions.iter().find(|region| region.id == known.region);
    match region.map(|region| region.name.get(language)).filter(|name| !name.is_empty()) {
        Some(region) => format!("{} · {region}", known.name),
        None => known.name.clone(),
    }
}

fn goods_minor(content: &SlipContent) -> i64 {
    let full = |line: &SlipLine| line.unit_price_minor.saturating_mul(i64::from(line.quantity));
    content.lines.iter().fold(0, |sum: i64, line| sum.saturating_add(full(line)))
}

mod vouchers;
pub use vouchers::{VoucherWanted, handover_paper, receipt_paper};

#[cfg(test)]
mod tests;
