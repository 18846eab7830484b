//! The part of the check of a meeting file that is about products, gifts, prizes and tables.

use std::collections::BTreeSet;

use super::validate::Check;
use super::{MeetingConfig, Room, room_mistakes};
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
        for (at, table) in config.tables.iter().enumerate() {
            let path = format!("tables[{at}]");
            if table.label.trim().is_empty() || table.label.chars().count() > 12 {
                self.error(format!("{path}.label"), "is not 1 to 12 letters", "write what stands on the table");
            }
            if table.places() == 0 || table.seats > 60 {
                let reason = format!("{} seats leave {} places for guests", table.seats, table.places());
                self.error(format!("{path}.seats"), reason, "write 2 to 60, the host's seat among them");
            }
            if table.diameter_cm.is_some_and(|across| !(40..=1_000).contains(&across)) {
                let remedy = "write 40 to 1000 centimetres, or leave the line out";
                self.error(format!("{path}.diameter_cm"), "is no size of a table", remedy);
            }
        }
        for mistake in room_mistakes(&config.room, &config.tables) {
            let at = mistake.tables.first().copied().unwrap_or_default();
            self.note(mistake.gravity, format!("tables[{at}].{}", mistake.key), mistake.reason, mistake.remedy);
        }
        self.room(&config.room);
    }

    fn room(&mut self, room: &Room) {
        let (width, depth) = (room.width_cm, room.depth_cm);
        if width < 0 || depth < 0 || (width > 0) != (depth > 0) {
            let key = if width <= 0 { "room.width_cm" } else { "room.depth_cm" };
            self.error(key, "is no length", "write the room's width_cm and depth_cm, both above 0, or neither");
        }
        let stage = room.stage.iter().map(|area| ("room.stage".to_owned(), area));
        let aisles = room.aisles.iter().enumerate().map(|(at, area)| (format!("room.aisles[{at}]"), area));
        let obstacles = room.obstacles.iter().enumerate().map(|(at, area)| (format!("room.obstacles[{at}]"), area));
        for (path, area) in stage.chain(aisles).chain(obstacles) {
            if area.width_cm <= 0 || area.depth_cm <= 0 {
                self.error(path, "has no extent", "write x_cm, y_cm, width_cm and depth_cm, the last two above 0");
                continue;
            }
            let right = area.x_cm.saturating_add(area.width_cm);
            let back = area.y_cm.saturating_add(area.depth_cm);
            if width > 0 && (area.x_cm < 0 || area.y_cm < 0 || right > width || back > depth) {
                self.warn(path, "reaches beyond the walls", "measure from the left front corner");
            }
        }
        for (at, door) in room.entrances.iter().enumerate() {
            if width > 0 && !((0..=width).contains(&door.x_cm) && (0..=depth).contains(&door.y_cm)) {
                self.warn(
                    format!("room.entrances[{at}]"),
                    "is outside the room",
                    "a door is in a wall: x_cm 0 or the width, or y_cm 0 or the depth",
                );
            }
        }
        let mut names = BTreeSet::new();
        for (at, kiosk) in room.kiosks.iter().enumerate() {
            if !names.insert(&kiosk.name) {
                let reason = format!("{:?} stands twice", kiosk.name);
                self.error(format!("room.kiosks[{at}].name"), reason, "name each kiosk once");
            }
        }
    }
}
