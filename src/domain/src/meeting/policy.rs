//! The order policy of the meeting file as data: what a quantity earns, what is missing to the next tier, a line as it is
//! priced. Judges nobody's authority and keeps no stock.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Meeting;
use crate::config::{MeetingConfig, PolicyTier, Product};
use crate::event::{SlipContent, SlipLine};
use crate::ids::Sku;
use crate::refusal::Refusal;

/// The largest amount of a line, a slip or a payment, in minor units: far beyond any meeting, far below 64 bits.
pub const MOST_AMOUNT_MINOR: i64 = 100_000_000_000_000;
const WHOLE_BASIS_POINTS: i128 = 10_000;

/// What the policy says to a quantity of a product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyWord {
    /// The highest tier reached.
    pub tier: Option<PolicyTier>,
    /// The next one: "10 t more reach 3 %".
    pub next: Option<NextTier>,
    /// Units that are missing in stock for this quantity after all signed slips; none = stock is not counted.
    pub short_of_stock: Option<u64>,
    /// Days until delivery, where the meeting file says so.
    pub lead_days: Option<u16>,
}

/// A tier that is not reached yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NextTier {
    /// What it gives.
    pub tier: PolicyTier,
    /// Units that are missing to it, at least 1.
    pub missing: u32,
}

/// Product lists of the meeting file by the revision that brought them: a slip keeps the policy under which it was written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Policies {
    by_rev: BTreeMap<u32, Arc<Vec<Product>>>,
}

impl Policies {
    pub fn configure(&mut self, rev: u32, config: &MeetingConfig) {
        let same = self.at(rev).is_some_and(|known| **known == config.products);
        if !same {
            self.by_rev.insert(rev, Arc::new(config.products.clone()));
        }
    }

    /// The list in force at a revision of the meeting file.
    fn at(&self, rev: u32) -> Option<&Arc<Vec<Product>>> {
        self.by_rev.range(..=rev).next_back().map(|(_, products)| products)
    }
}

/// Sum of a line, half a minor unit up; none beyond [`MOST_AMOUNT_MINOR`], for a negative price or more than 100 % off.
pub fn line_amount(quantity: u32, unit_price_minor: i64, off_basis_points: u16) -> Option<i64> {
    let paid = WHOLE_BASIS_POINTS.checked_sub(i128::from(off_basis_points)).filter(|paid| *paid >= 0)?;
    let whole = i128::from(quantity) * i128::from(unit_price_minor) * paid;
    let amount = i64::try_from((whole + WHOLE_BASIS_POINTS / 2) / WHOLE_BASIS_POINTS).ok()?;
    (unit_price_minor >= 0 && amount <= MOST_AMOUNT_MINOR).then_some(amount)
}

pub(super) fn tier_of(product: &Product, quantity: u32) -> Option<&PolicyTier> {
    product.tiers.iter().rev().find(|tier| tier.at_least_quantity <= quantity)
}

impl Meeting {
    /// A product of the meeting file as it is now.
    pub fn product(&self, sku: &Sku) -> Option<&Product> {
        self.config.products.iter().find(|product| product.sku == *sku)
    }

    /// A product as the meeting file had it at a revision; as it is now when that revision is not known here.
    pub(super) fn product_at(&self, rev: u32, sku: &Sku) -> Option<&Product> {
        let products = self.policies.at(rev).map_or(&self.config.products, |products| products);
        products.iter().find(|product| product.sku == *sku)
    }

    /// What the policy says to a quantity, as data for the screens.
    ///
    /// # Errors
    /// An unknown product.
    pub fn policy_word(&self, sku: &Sku, quantity: u32) -> Result<PolicyWord, Refusal> {
        let product = self.product(sku).ok_or_else(|| Refusal::UnknownProduct { sku: sku.clone() })?;
        let next = product.tiers.iter().find(|tier| tier.at_least_quantity > quantity);
        let wanted = self.signed_units(sku).saturating_add(u64::from(quantity));
        Ok(PolicyWord {
            tier: tier_of(product, quantity).cloned(),
            next: next.map(|tier| NextTier { tier: tier.clone(), missing: tier.at_least_quantity - quantity }),
            short_of_stock: product.stock.map(|stock| wanted.saturating_sub(u64::from(stock))),
            lead_days: product.lead_days,
        })
    }

    /// A line as the policy prices it; without a price of its own it has the list price.
    ///
    /// # Errors
    /// An unknown product, no quantity, an amount out of range.
    pub fn priced_line(
        &self,
        line: u16,
        sku: &Sku,
        quantity: u32,
        unit_price_minor: Option<i64>,
    ) -> Result<SlipLine, Refusal> {
        let product = self.product(sku).ok_or_else(|| Refusal::UnknownProduct { sku: sku.clone() })?;
        if quantity == 0 {
            return Err(Refusal::NoQuantity { line });
        }
        let unit_price_minor = unit_price_minor.unwrap_or(product.list_price_minor);
        let tier = tier_of(product, quantity);
        let policy_basis_points = tier.map_or(0, |tier| tier.discount_basis_points);
        let amount_minor = line_amount(quantity, unit_price_minor, policy_basis_points).ok_or(AMOUNT_OUT_OF_RANGE)?;
        Ok(SlipLine {
            line,
            sku: sku.clone(),
            quantity,
            unit_price_minor,
            policy_basis_points,
            amount_minor,
            free_goods: tier.map(free_goods).unwrap_or_default(),
            gift: tier.and_then(|tier| tier.gift.clone()),
            discount: None,
        })
    }

    /// Units of a product on signed slips, free goods among them.
    pub fn signed_units(&self, sku: &Sku) -> u64 {
        let lines = self.signed_slips().flat_map(|slip| &slip.version().content.lines);
        let units = |line: &SlipLine| {
            let bought = if line.sku == *sku { u64::from(line.quantity) } else { 0 };
            let free = line.free_goods.iter().filter(|(free, _)| free == sku);
            free.fold(bought, |sum, (_, quantity)| sum.saturating_add(u64::from(*quantity)))
        };
        lines.map(units).fold(0, u64::saturating_add)
    }

    /// The line is arithmetic, its product is known, and it gets exactly what the policy of its slip gives.
    pub(super) fn line_fits(&self, content: &SlipContent, line: &SlipLine) -> Result<(), Refusal> {
        if line.quantity == 0 {
            return Err(Refusal::NoQuantity { line: line.line });
        }
        if i128::from(line.policy_basis_points) > WHOLE_BASIS_POINTS {
            return Err(Refusal::DiscountAboveWhole { line: line.line });
        }
        let amount = line_amount(line.quantity, line.unit_price_minor, line.policy_basis_points);
        if amount.ok_or(AMOUNT_OUT_OF_RANGE)? != line.amount_minor {
            return Err(Refusal::RecordBroken);
        }
        // A meeting without a product list takes any line.
        if self.config.products.is_empty() {
            return Ok(());
        }
        let product = self.product_at(content.policy_rev, &line.sku);
        let product = product.ok_or_else(|| Refusal::UnknownProduct { sku: line.sku.clone() })?;
        let tier = tier_of(product, line.quantity);
        let fits = line.policy_basis_points == tier.map_or(0, |tier| tier.discount_basis_points)
            && line.free_goods == tier.map(free_goods).unwrap_or_default()
            && line.gift == tier.and_then(|tier| tier.gift.clone());
        if fits { Ok(()) } else { Err(Refusal::PolicyDiffers { line: line.line }) }
    }

    /// Whether the products of a slip had at that revision the policy under which it is written.
    pub(super) fn is_policy_of(&self, rev: u32, content: &SlipContent) -> bool {
        let same = |line: &SlipLine| self.product_at(content.policy_rev, &line.sku) == self.product_at(rev, &line.sku);
        content.lines.iter().all(same)
    }
}

pub(super) const AMOUNT_OUT_OF_RANGE: Refusal = Refusal::AmountOutOfRange { most_minor: MOST_AMOUNT_MINOR };

fn free_goods(tier: &PolicyTier) -> Vec<(Sku, u32)> {
    tier.free_goods.iter().map(|free| (free.sku.clone(), free.quantity)).collect()
}
