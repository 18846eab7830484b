//! Lines of a slip as they are typed: product, quantity, price. The price may be an amount or a percentage off the list price.

use super::details::priced_by_now;
use super::{Outcome, Pending, Problem, Slip, Venue};
use crate::screens::entry::{self, EntryFault};
use crate::screens::search::letters::{found_at, plain};
use domain::config::Product;
use domain::event::{SlipContent, SlipLine};
use domain::money::Money;
use domain::{Meeting, Sku};
use ui::{SlipFault, SlipField as Field};

/// Products that are proposed while one is typed.
pub const MOST_HINTS: usize = 6;

impl Slip {
    /// Products that fit what is typed, the nearest first.
    pub(super) fn hints<'a>(&self, meeting: &'a Meeting) -> Vec<&'a Product> {
        if self.product.is_some() {
            return Vec::new();
        }
        found(meeting, self.text(Field::Product).unwrap_or_default())
    }

    pub(super) fn enter_line(&mut self, venue: &Venue) -> Result<Outcome, Problem> {
        match self.field {
            Field::Product => self.take_product(venue),
            Field::Quantity => {
                self.quantity()?;
                self.field = Field::Price;
                Ok(Outcome::Nothing)
            }
            _ => self.write_line(venue),
        }
    }

    fn take_product(&mut self, venue: &Venue) -> Result<Outcome, Problem> {
        let typed = self.text(Field::Product).unwrap_or_default().trim().to_owned();
        if typed.is_empty() {
            if let (Some(line), false) = (self.line, self.changing) {
                self.change(line, venue.meeting);
            }
            return Ok(Outcome::Nothing);
        }
        let hints = found(venue.meeting, &typed);
        let chosen = hints.get(self.hint).or(hints.first());
        let product = chosen.ok_or_else(|| Problem::with(SlipFault::UnknownProduct, &typed))?;
        self.product = Some(product.sku.clone());
        self.field = Field::Quantity;
        self.turn += 1;
        Ok(Outcome::Nothing)
    }

    fn quantity(&self) -> Result<u32, Problem> {
        let typed = self.text(Field::Quantity).unwrap_or_default();
        if typed.trim().is_empty() {
            return Err(Problem::of(SlipFault::NoQuantity));
        }
        match entry::quantity(typed) {
            Ok(0) => Err(Problem::of(SlipFault::NoQuantity)),
            Ok(units) => Ok(units),
            Err(fault) => Err(fault.into()),
        }
    }

    /// What a unit costs; none = the list price.
    fn price(&self, product: &Product, meeting: &Meeting) -> Result<Option<i64>, Problem> {
        let typed = self.text(Field::Price).unwrap_or_default();
        if typed.trim().is_empty() {
            return Ok(None);
        }
        if let Some(off) = entry::percent(typed) {
            let paid = i128::from(product.list_price_minor) * (10_000 - i128::from(off?));
            return Ok(i64::try_from((paid + 5_000) / 10_000).ok());
        }
        Ok(Some(entry::amount(typed, meeting.config().meeting.currency)?))
    }

    fn write_line(&mut self, venue: &Venue) -> Result<Outcome, Problem> {
        let meeting = venue.meeting;
        let Some(sku) = self.product.clone() else {
            self.field = Field::Product;
            return Ok(Outcome::Nothing);
        };
        let product = meeting.product(&sku).ok_or_else(|| Problem::with(SlipFault::UnknownProduct, sku.as_str()))?;
        let (quantity, price) =
            (self.quantity().inspect_err(|_| self.field = Field::Quantity)?, self.price(product, meeting)?);
        let mut content = self.content(meeting);
        let changed = self.line.filter(|_| self.changing);
        let number = changed.unwrap_or_else(|| content.lines.iter().map(|line| line.line).max().unwrap_or(0) + 1);
        let line = meeting
            .priced_line(number, &sku, quantity, price)
            .map_err(|refusal| super::problem::refused(&refusal, venue))?;
        match content.lines.iter_mut().find(|known| known.line == number) {
            Some(known) => *known = line,
            None => content.lines.push(line),
        }
        self.write(content, venue)
    }

    /// Writes the lines down with everything that follows from them.
    pub(super) fn write(&mut self, content: SlipContent, venue: &Venue) -> Result<Outcome, Problem> {
        let content = summed(priced_by_now(content, venue)?)?;
        Ok(self.submit(content, Pending::Line, venue.meeting))
    }

    /// Without a line; what is owed for the rest must still cover the deposit.
    pub(super) fn without(&self, number: u16, meeting: &Meeting) -> Result<SlipContent, Problem> {
        let mut content = self.content(meeting);
        content.lines.retain(|line| line.line != number);
        summed(content)
    }

    /// A line at the lowest price that its salesperson may give.
    pub(super) fn at_lowest(&self, number: u16, venue: &Venue) -> Result<SlipContent, Problem> {
        let meeting = venue.meeting;
        let mut content = self.content(meeting);
        for line in content.lines.iter_mut().filter(|line| line.line == number) {
            let lowest = meeting.product(&line.sku).and_then(|product| product.lowest_price_minor);
            let priced = meeting.priced_line(number, &line.sku, line.quantity, lowest);
            *line = priced.map_err(|refusal| super::problem::refused(&refusal, venue))?;
        }
        summed(content)
    }

    pub(super) fn clear_entry(&mut self) {
        let of_line = |field: &Field| matches!(field, Field::Product | Field::Quantity | Field::Price);
        self.typed.retain(|(field, _)| !of_line(field));
        (self.product, self.changing, self.hint) = (None, false, 0);
        self.line = None;
        self.field = Field::Product;
    }

    pub(super) fn step(&mut self, by: i8, venue: &Venue) {
        let moved = |at: Option<usize>, len: usize| match at {
            Some(at) => at.saturating_add_signed(isize::from(by)).min(len.saturating_sub(1)),
            None if by < 0 => len.saturating_sub(1),
            None => 0,
        };
        let hints = self.hints(venue.meeting).len();
        if self.field == Field::Product && hints > 0 {
            self.hint = moved(Some(self.hint), hints);
            return;
        }
        if self.changing {
            return;
        }
        let lines = self.content(venue.meeting).lines;
        let at = self.line.and_then(|number| lines.iter().position(|line| line.line == number));
        self.line = lines.get(moved(at, lines.len())).map(|line| line.line);
    }

    /// A touched line is under the keys; touched again, the fields change it.
    pub(super) fn pick_line(&mut self, at: usize, meeting: &Meeting) {
        let Some(line) = self.content(meeting).lines.get(at).map(|line| line.line) else { return };
        if self.line == Some(line) && self.is_open(meeting) {
            self.change(line, meeting);
        } else if !self.changing {
            self.line = Some(line);
        }
    }

    fn change(&mut self, number: u16, meeting: &Meeting) {
        let content = self.content(meeting);
        let Some(line) = content.lines.into_iter().find(|line| line.line == number) else { return };
        self.clear_entry();
        (self.line, self.changing) = (Some(number), true);
        self.set(Field::Product, line.sku.as_str().to_owned());
        self.set(Field::Quantity, line.quantity.to_string());
        self.set(Field::Price, figures(line.unit_price_minor, meeting));
        self.product = Some(line.sku);
        self.field = Field::Quantity;
        self.turn += 1;
    }
}

/// An amount as somebody would type it.
fn figures(minor: i64, meeting: &Meeting) -> String {
    let written = Money { minor, currency: meeting.config().meeting.currency }.to_string();
    written.split(' ').next().unwrap_or_default().to_owned()
}

/// By sku or its beginning, then by name or its initials.
fn found<'a>(meeting: &'a Meeting, typed: &str) -> Vec<&'a Product> {
    let typed = plain(&entry::plain(typed));
    if typed.is_empty() {
        return Vec::new();
    }
    let rank = |product: &Product| {
        let sku = plain(product.sku.as_str());
        if sku == typed {
            return Some(0);
        }
        let code = product.erp_code.as_deref().map(plain).unwrap_or_default();
        let named = domain::config::Language::ALL.iter().filter_map(|language| {
            found_at(&plain(product.name.get(*language)), &typed).map(|at| if at == 0 { 2 } else { 4 })
        });
        let by_code = sku.starts_with(&typed).then_some(1).into_iter().chain(code.starts_with(&typed).then_some(3));
        named.chain(by_code).min()
    };
    let mut hits: Vec<(i32, &Product)> =
        meeting.config().products.iter().filter_map(|product| Some((rank(product)?, product))).collect();
    hits.sort_by(|(one, first), (other, second)| (one, &first.sku).cmp(&(other, &second.sku)));
    hits.into_iter().take(MOST_HINTS).map(|(_, product)| product).collect()
}

/// With its total; a deposit above it is no deposit.
pub(super) fn summed(mut content: SlipContent) -> Result<SlipContent, Problem> {
    let sum = content.lines.iter().try_fold(0_i64, |sum, line: &SlipLine| sum.checked_add(line.amount_minor));
    content.total_minor = sum.ok_or(Problem::from(EntryFault::TooLarge))?;
    if content.deposit_minor > content.total_minor {
        return Err(Problem::of(SlipFault::DepositAbove));
    }
    Ok(content)
}

/// The product by its code, for the rows of a slip.
pub(super) fn name_of(sku: &Sku, venue: &Venue, language: domain::config::Language) -> String {
    let name = venue.meeting.product(sku).map(|product| product.name.get(language).to_owned());
    name.filter(|name| !name.is_empty()).unwrap_or_else(|| sku.as_str().to_owned())
}
