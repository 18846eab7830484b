//! The part of the check of a meeting file that is about products, gifts, prizes and tables.

use std::collections::BTreeSet;

use super::MeetingConfig;
use super::validate::Check;
use crate::money::Money;

impl Check<'_> {
    pub(super) fn goods(&mut self, config: &MeetingConfig) {
        self.codes("products", config.products.iter().map(|product| product.sku.as_str()));
        self.codes("gifts", config.gifts.iter().map(|gift| gift.id.as_str()));
        self.codes("prizes", config.prizes.iter().map(|prize| prize.id.as_str()));
        let skus: BTreeSet<&str> = config.products.iter().map(|product| product.sku.as_str()).collect();
        let gifts: BTreeSet<&str> = config.gifts.iter().map(|gift| gift.id.as_str()).collect();
        for (at, product) in config.products.iter().enumerate() {
            let path = format!("products[{at}]");
            self.text(format!("{path}.name"), &product.name);
            self.amount(format!("{path}.list_price_minor"), product.list_price_minor);
            if product.lowest_price_minor.is_some_and(|lowest| lowest > product.list_price_minor) {
                self.error(
                    format!("{path}.lowest_price_minor"),
                    "is above the list price",
                    "write at most the list price",
                );
            }
            if product.tiers.windows(2).any(|pair| pair[0].at_least_quantity >= pair[1].at_least_quantity) {
                self.error(format!("{path}.tiers"), "are not in rising order", "sort them by at_least_quantity");
            }
            for (tier_at, tier) in product.tiers.iter().enumerate() {
                let path = format!("{path}.tiers[{tier_at}]");
                if tier.discount_basis_points > 10_000 {
                    let remedy = "write hundredths of a percent: 500 is 5 %";
                    self.error(format!("{path}.discount_basis_points"), "is more than the whole price", remedy);
                }
                for free in &tier.free_goods {
                    self.known(format!("{path}.free_goods"), free.sku.as_str(), &skus, "products");
                }
                if let Some(gift) = &tier.gift {
                    self.known(format!("{path}.gift"), gift.as_str(), &gifts, "gifts");
                }
            }
        }
        self.prizes(config);
    }

    fn prizes(&mut self, config: &MeetingConfig) {
        let cap = Money { minor: config.rules.draw.legal_cap_minor, currency: config.meeting.currency };
        for (at, prize) in config.prizes.iter().enumerate() {
            self.text(format!("prizes[{at}].name"), &prize.name);
            self.amount(format!("prizes[{at}].market_value_minor"), prize.market_value_minor);
            if prize.quantity == 0 {
                self.error(format!("prizes[{at}].quantity"), "is 0", "write how many are drawn");
            }
            if prize.market_value_minor > cap.minor {
                let path = format!("prizes[{at}].market_value_minor");
                self.warn(path, format!("is above the legal cap of {cap}"), "ask your lawyer, or choose another prize");
            }
        }
    }

    pub(super) fn tables(&mut self, config: &MeetingConfig) {
        self.codes("tables", config.tables.iter().map(|table| table.id.as_str()));
        let mut labels = BTreeSet::new();
        for (at, table) in config.tables.iter().enumerate() {
            let path = format!("tables[{at}]");
            if table.label.trim().is_empty() || table.label.chars().count() > 12 {
                self.error(format!("{path}.label"), "is not 1 to 12 letters", "write what stands on the table");
            }
            if !labels.insert(table.label.trim()) {
                self.error(
                    format!("{path}.label"),
                    format!("{:?} stands twice", table.label),
                    "give each table its own",
                );
            }
            if table.places() == 0 || table.seats > 60 {
                let reason = format!("{} seats leave {} places for guests", table.seats, table.places());
                self.error(format!("{path}.seats"), reason, "write 2 to 60, the host's seat among them");
            }
            if table.row == 0 {
                self.error(format!("{path}.row"), "is 0", "count rows from the stage, from 1");
            }
            let room = &config.room;
            let outside = table.x_cm < 0 || table.y_cm < 0 || table.x_cm > room.width_cm || table.y_cm > room.depth_cm;
            if room.width_cm > 0 && outside {
                self.error(
                    format!("{path}.x_cm"),
                    "the table stands outside the room",
                    "measure from the left front corner",
                );
            }
        }
    }
}
