//! Products with their order policy, gifts and prizes of the meeting file. Computes no price.

use serde::{Deserialize, Serialize};

use super::text::Text;
use crate::ids::{GiftId, PrizeId, Sku};

/// Something that can be ordered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Product {
    /// Code.
    pub sku: Sku,
    /// Code in the firm's ERP.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub erp_code: Option<String>,
    /// Name per language.
    pub name: Text,
    /// Unit per language.
    pub unit: Text,
    /// List price of one unit.
    pub list_price_minor: i64,
    /// Lowest price that a salesperson may give; the list price when missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lowest_price_minor: Option<i64>,
    /// One of the few featured products.
    #[serde(default)]
    pub featured: bool,
    /// Units in stock, when counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stock: Option<u32>,
    /// Days until delivery.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lead_days: Option<u16>,
    /// Order policy: the highest tier reached applies.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tiers: Vec<PolicyTier>,
}

/// What a quantity earns.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyTier {
    /// Units from which the tier applies.
    pub at_least_quantity: u32,
    /// Hundredths of a percent off the list price.
    #[serde(default)]
    pub discount_basis_points: u16,
    /// Goods added free.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub free_goods: Vec<FreeGoods>,
    /// A gift.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gift: Option<GiftId>,
}

/// Goods that come free with a tier.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FreeGoods {
    /// Which product.
    pub sku: Sku,
    /// How many units.
    pub quantity: u32,
}

/// A gift, handed over by tier or confirmed deposit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gift {
    /// Code.
    pub id: GiftId,
    /// Name per language.
    pub name: Text,
    /// How many there are.
    pub stock: u32,
    /// A confirmed deposit from which it is given, when not by tier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deposit_minor: Option<i64>,
}

/// A prize of the order lottery.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prize {
    /// Code.
    pub id: PrizeId,
    /// 1 is the top prize.
    pub tier: u8,
    /// Name per language.
    pub name: Text,
    /// How many are drawn.
    pub quantity: u32,
    /// Value of one; above the legal cap: a warning.
    pub market_value_minor: i64,
    /// Picture: a blob named by its SHA-256, in the file a path.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub picture: Option<String>,
    /// Among whom it is drawn.
    #[serde(default)]
    pub pool: PrizePool,
}

/// Among whom a prize is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PrizePool {
    /// Signed orders.
    #[default]
    Orders,
    /// Everyone checked in.
    CheckedIn,
}
