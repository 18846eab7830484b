//! The green channel of pre-paid dealers and the alerts when guests of honour and pre-paid dealers arrive. A receipt at the
//! meeting opens it in `payments`.

use std::collections::BTreeMap;

use super::Meeting;
use crate::ids::{DealerId, HouseholdId, SalespersonId};
use crate::roster::VipTier;
use crate::time::UnixMillis;

/// Somebody whom the desk greets at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArrivalAlert {
    /// Who.
    pub household: HouseholdId,
    /// When the first of them came.
    pub at: UnixMillis,
    /// The highest tier among its firms.
    pub vip: Option<VipTier>,
    /// Paid before the meeting by its firms, in minor units.
    pub prepaid_minor: i64,
    /// Has priority at every counter.
    pub green: bool,
    /// Who looks after them, and comes.
    pub salesperson: Option<SalespersonId>,
    /// That person's name.
    pub salesperson_name: String,
}

/// The lowest threshold that was in force while a dealer's pre-payment was known: a later, higher one closes nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Prepaid(BTreeMap<DealerId, i64>);

impl Meeting {
    /// Whether the party has the green channel: one confirmed receipt at the threshold that was in force then, or pre-paid
    /// above it by one dealer in one sum.
    pub fn has_green_channel(&self, household: HouseholdId) -> bool {
        let reaches = |dealer: &DealerId, prepaid_minor| {
            self.prepaid.0.get(dealer).is_some_and(|threshold| prepaid_minor >= *threshold)
        };
        self.green_since(household).is_some()
            || self.dealers(household).any(|dealer| reaches(&dealer.id, dealer.prepaid_minor))
    }

    /// Guests of honour and pre-paid dealers who are here, the newest first.
    pub fn arrival_alerts(&self) -> Vec<ArrivalAlert> {
        self.arrivals().into_iter().filter_map(|(at, household)| self.arrival_alert(at, household)).collect()
    }

    fn arrival_alert(&self, at: UnixMillis, household: HouseholdId) -> Option<ArrivalAlert> {
        let vip = self.dealers(household).filter_map(|dealer| dealer.vip).min();
        let prepaid = self.dealers(household).map(|dealer| dealer.prepaid_minor);
        let prepaid_minor = prepaid.fold(0, i64::saturating_add);
        let green = self.has_green_channel(household);
        if vip.is_none() && prepaid_minor <= 0 && !green {
            return None;
        }
        let salesperson = self.salesperson_of(household);
        let known = salesperson.as_ref().and_then(|id| self.salesperson(id));
        let salesperson_name = known.map(|person| person.name.clone()).unwrap_or_default();
        Some(ArrivalAlert { household, at, vip, prepaid_minor, green, salesperson, salesperson_name })
    }

    /// After a change of the list or of the meeting file.
    pub(super) fn note_prepaid(&mut self) {
        let Some(threshold) = self.config.rules.green_threshold_minor else { return };
        let of_list = self.roster.dealers.values().filter(|dealer| dealer.prepaid_minor > 0);
        let changed: Vec<DealerId> = of_list
            .filter(|dealer| self.prepaid.0.get(&dealer.id).is_none_or(|known| *known > threshold))
            .map(|dealer| dealer.id)
            .collect();
        if !changed.is_empty() {
            let prepaid = std::sync::Arc::make_mut(&mut self.prepaid);
            prepaid.0.extend(changed.into_iter().map(|dealer| (dealer, threshold)));
        }
    }
}
