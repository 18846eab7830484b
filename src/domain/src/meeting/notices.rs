//! Arrival notices: which salesperson is to hear of whose arrival, and who has heard. Sends nothing.

use std::collections::BTreeMap;

use super::{Meeting, Stamp};
use crate::actor::Ctx;
use crate::event::{ArrivalNoticeSeen, ArrivalNoticeSent, Event, NoticeWay};
use crate::ids::{HouseholdId, SalespersonId};
use crate::refusal::Refusal;
use crate::time::UnixMillis;

/// An own dealer's arrival, as a salesperson hears of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArrivalNotice {
    /// Who arrived.
    pub household: HouseholdId,
    /// When the first of them did.
    pub at: UnixMillis,
    /// VIPs and pre-paid dealers are told loudly.
    pub loud: bool,
    /// When it was sent.
    pub sent: Option<UnixMillis>,
    /// When it was seen.
    pub seen: Option<UnixMillis>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Notices {
    heard: BTreeMap<(SalespersonId, HouseholdId), Heard>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Heard {
    sent: Option<UnixMillis>,
    seen: Option<UnixMillis>,
}

impl Notices {
    pub fn apply(&mut self, stamp: &Stamp, event: &Event) {
        match event {
            Event::ArrivalNoticeSent(sent) => {
                let heard = self.heard.entry((sent.salesperson.clone(), sent.household)).or_default();
                heard.sent.get_or_insert(stamp.at);
            }
            Event::ArrivalNoticeSeen(seen) => {
                let heard = self.heard.entry((seen.salesperson.clone(), seen.household)).or_default();
                heard.seen.get_or_insert(stamp.at);
            }
            _ => {}
        }
    }

    pub fn join(&mut self, into: HouseholdId, joined: HouseholdId) {
        let moved: Vec<_> = self.heard.keys().filter(|(_, household)| *household == joined).cloned().collect();
        for key in moved {
            let Some(gone) = self.heard.remove(&key) else { continue };
            let heard = self.heard.entry((key.0, into)).or_default();
            heard.sent = heard.sent.or(gone.sent);
            heard.seen = heard.seen.or(gone.seen);
        }
    }
}

impl Meeting {
    /// Arrivals of a salesperson's own dealers, the newest first.
    pub fn arrival_notices(&self, salesperson: &SalespersonId) -> Vec<ArrivalNotice> {
        let households = self.households_of(salesperson);
        let mut notices: Vec<_> =
            households.into_iter().filter_map(|id| self.arrival_notice(salesperson, id)).collect();
        notices.sort_by_key(|notice| (std::cmp::Reverse(notice.at), notice.household));
        notices
    }

    fn arrival_notice(&self, salesperson: &SalespersonId, household: HouseholdId) -> Option<ArrivalNotice> {
        let at = self.arrived_at(household)?;
        let heard = self.notices.heard.get(&(salesperson.clone(), household));
        Some(ArrivalNotice {
            household,
            at,
            loud: self.is_loud(household),
            sent: heard.and_then(|heard| heard.sent),
            seen: heard.and_then(|heard| heard.seen),
        })
    }

    fn is_loud(&self, household: HouseholdId) -> bool {
        self.dealers(household).any(|dealer| dealer.vip.is_some() || dealer.prepaid_minor > 0)
    }

    pub(super) fn send_notice(
        &self,
        salesperson: &SalespersonId,
        household: HouseholdId,
        by: NoticeWay,
    ) -> Result<Vec<Event>, Refusal> {
        let household = self.noticed(salesperson, household)?;
        let heard = self.notices.heard.get(&(salesperson.clone(), household));
        if heard.is_some_and(|heard| heard.sent.is_some()) {
            return Ok(Vec::new());
        }
        Ok(vec![ArrivalNoticeSent { salesperson: salesperson.clone(), household, by }.into()])
    }

    pub(super) fn see_notice(
        &self,
        salesperson: &SalespersonId,
        household: HouseholdId,
        ctx: &Ctx,
    ) -> Result<Vec<Event>, Refusal> {
        self.need_salesperson(ctx, salesperson)?;
        let household = self.noticed(salesperson, household)?;
        let heard = self.notices.heard.get(&(salesperson.clone(), household));
        if heard.is_some_and(|heard| heard.seen.is_some()) {
            return Ok(Vec::new());
        }
        Ok(vec![ArrivalNoticeSeen { salesperson: salesperson.clone(), household }.into()])
    }

    fn noticed(&self, salesperson: &SalespersonId, household: HouseholdId) -> Result<HouseholdId, Refusal> {
        if self.salesperson(salesperson).is_none() {
            return Err(Refusal::UnknownSalesperson);
        }
        let household = self.roster.resolve(household);
        if self.roster.households.contains(&household) { Ok(household) } else { Err(Refusal::UnknownHousehold) }
    }
}
