//! Materials as folded: banners, samples, tablets issued to the crew and returned.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Meeting, Stamp};
use crate::event::{Event, MaterialIssued};
use crate::ids::HandoverId;

/// Something issued.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Material {
    /// What, how many, to whom.
    pub issued: MaterialIssued,
    /// When, where, by whom.
    pub stamp: Stamp,
    /// How many came back; no more than were issued.
    pub returned: u32,
}

impl Material {
    /// How many are still out.
    pub fn out(&self) -> u32 {
        self.issued.quantity.saturating_sub(self.returned)
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Materials {
    issued: BTreeMap<HandoverId, Arc<Material>>,
    /// What came back of issues that a restored hub has behind it.
    back_early: BTreeMap<HandoverId, u32>,
}

impl Materials {
    pub fn apply(&mut self, stamp: &Stamp, event: &Event) {
        match event {
            Event::MaterialIssued(issued) => {
                let returned = self.back_early.remove(&issued.issue).unwrap_or(0).min(issued.quantity);
                let material = || Material { issued: issued.clone(), stamp: stamp.clone(), returned };
                self.issued.entry(issued.issue).or_insert_with(|| Arc::new(material()));
            }
            Event::MaterialReturned(back) => {
                let Some(material) = self.issued.get_mut(&back.issue) else {
                    let early = self.back_early.entry(back.issue).or_default();
                    *early = early.saturating_add(back.quantity);
                    return;
                };
                let material = Arc::make_mut(material);
                material.returned = material.returned.saturating_add(back.quantity).min(material.issued.quantity);
            }
            _ => {}
        }
    }
}

impl Meeting {
    /// One issue.
    pub fn material(&self, issue: HandoverId) -> Option<&Material> {
        self.materials.issued.get(&issue).map(|material| &**material)
    }

    /// Everything issued, in the order of the fold; what is still out says so.
    pub fn materials(&self) -> Vec<&Material> {
        let mut all: Vec<&Material> = self.materials.issued.values().map(|material| &**material).collect();
        all.sort_by_key(|material| material.stamp.order);
        all
    }
}
