//! Price requests as folded: who asked for which price of which line, who said yes or no. A yes is bound to the line as it
//! was written then; whether a line may be signed is asked of the newest version.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Meeting, Slip, SlipStatus, Stamp};
use crate::event::{DiscountApproved, DiscountRefused, DiscountRequested, Event, SlipLine};
use crate::ids::{DiscountId, SlipId, StaffId};

/// How far a price request is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DiscountState {
    /// A deputy commander is asked.
    Requested,
    /// Yes, by this person.
    Approved {
        /// Whose name is printed.
        by: StaffId,
    },
    /// No, by this person.
    Refused {
        /// Who.
        by: StaffId,
        /// Why.
        reason: String,
    },
}

impl DiscountState {
    /// The first word in the hub's order counts.
    #[must_use]
    pub fn approve(self, by: &StaffId) -> DiscountState {
        match self {
            DiscountState::Requested => DiscountState::Approved { by: by.clone() },
            settled @ (DiscountState::Approved { .. } | DiscountState::Refused { .. }) => settled,
        }
    }

    /// The first word in the hub's order counts.
    #[must_use]
    pub fn refuse(self, by: &StaffId, reason: &str) -> DiscountState {
        match self {
            DiscountState::Requested => DiscountState::Refused { by: by.clone(), reason: reason.to_owned() },
            settled @ (DiscountState::Approved { .. } | DiscountState::Refused { .. }) => settled,
        }
    }
}

/// A price request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Discount {
    /// What was asked.
    pub request: Arc<DiscountRequested>,
    /// When, where, by whom.
    pub requested: Stamp,
    /// How far it is.
    pub state: DiscountState,
    /// When it was answered.
    pub answered: Option<Stamp>,
}

/// Whether a line may be signed at its price.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LineAuthority {
    /// The salesperson may give this price.
    Own,
    /// Below that: nobody was asked yet.
    Unasked {
        /// The lowest price that a salesperson may give.
        lowest_minor: i64,
    },
    /// A deputy commander is asked.
    Waiting {
        /// The request.
        discount: DiscountId,
    },
    /// A deputy commander said yes to the line as it stands.
    Approved {
        /// The request.
        discount: DiscountId,
        /// Whose name is printed.
        by: StaffId,
    },
    /// A deputy commander said no to the line as it stands.
    Refused {
        /// The request.
        discount: DiscountId,
        /// Who.
        by: StaffId,
        /// Why.
        reason: String,
    },
    /// There was a yes, but the line was changed: it does not count, ask again.
    Outdated {
        /// The request that it answered.
        discount: DiscountId,
        /// The revision that it was for.
        revision: u32,
    },
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Discounts {
    discounts: BTreeMap<DiscountId, Arc<Discount>>,
    /// In the order of the fold.
    by_slip: BTreeMap<SlipId, Vec<DiscountId>>,
    /// A hub that began anew may hear the answers before the question.
    early: BTreeMap<DiscountId, Vec<(Stamp, Event)>>,
}

impl Discounts {
    pub fn apply(&mut self, stamp: &Stamp, event: &Event) {
        match event {
            Event::DiscountRequested(request) => {
                self.request(stamp, request);
                for (stamp, answer) in self.early.remove(&request.discount).unwrap_or_default() {
                    self.apply(&stamp, &answer);
                }
            }
            Event::DiscountApproved(DiscountApproved { discount, .. })
            | Event::DiscountRefused(DiscountRefused { discount, .. })
                if self.get(*discount).is_none() =>
            {
                self.early.entry(*discount).or_default().push((stamp.clone(), event.clone()));
            }
            Event::DiscountApproved(approved)
                if self.get(approved.discount).is_some_and(|known| is_for(approved, &known.request)) =>
            {
                self.answer(stamp, approved.discount, |state| state.approve(&approved.approver));
            }
            Event::DiscountRefused(DiscountRefused { discount, by, reason }) => {
                self.answer(stamp, *discount, |state| state.refuse(by, reason));
            }
            _ => {}
        }
    }

    pub fn get(&self, discount: DiscountId) -> Option<&Discount> {
        self.discounts.get(&discount).map(|discount| &**discount)
    }

    /// Every request, by id.
    pub fn iter(&self) -> impl Iterator<Item = &Discount> {
        self.discounts.values().map(|discount| &**discount)
    }

    /// Requests with free words in question or answer.
    pub fn noted(&self) -> usize {
        self.discounts.values().filter(|discount| has_words(discount)).count()
    }

    /// After the purge: prices and answers stay, the words about them go.
    pub fn forget_words(&mut self) {
        for (_, answer) in self.early.values_mut().flatten() {
            if let Event::DiscountRefused(refused) = answer {
                refused.reason.clear();
            }
        }
        for discount in self.discounts.values_mut().filter(|discount| has_words(discount)) {
            let discount = Arc::make_mut(discount);
            Arc::make_mut(&mut discount.request).reason.clear();
            if let DiscountState::Refused { reason, .. } = &mut discount.state {
                reason.clear();
            }
        }
    }

    fn of(&self, slip: SlipId) -> impl DoubleEndedIterator<Item = &Discount> {
        self.by_slip.get(&slip).into_iter().flatten().filter_map(|id| self.get(*id))
    }

    fn request(&mut self, stamp: &Stamp, request: &DiscountRequested) {
        if self.discounts.contains_key(&request.discount) {
            return;
        }
        let discount = Discount {
            request: Arc::new(request.clone()),
            requested: stamp.clone(),
            state: DiscountState::Requested,
            answered: None,
        };
        self.discounts.insert(request.discount, Arc::new(discount));
        self.by_slip.entry(request.slip).or_default().push(request.discount);
    }

    fn answer(&mut self, stamp: &Stamp, discount: DiscountId, next: impl FnOnce(DiscountState) -> DiscountState) {
        let Some(known) = self.discounts.get_mut(&discount) else { return };
        let known = Arc::make_mut(known);
        known.state = next(known.state.clone());
        known.answered.get_or_insert_with(|| stamp.clone());
    }
}

fn has_words(discount: &Discount) -> bool {
    let refused = matches!(&discount.state, DiscountState::Refused { reason, .. } if !reason.is_empty());
    refused || !discount.request.reason.is_empty()
}

/// The words of the yes are those of the question.
fn is_for(approved: &DiscountApproved, request: &DiscountRequested) -> bool {
    (approved.slip, approved.revision, approved.line, approved.unit_price_minor)
        == (request.slip, request.revision, request.line, request.unit_price_minor)
}

impl Meeting {
    /// A price request.
    pub fn discount(&self, id: DiscountId) -> Option<&Discount> {
        self.discounts.get(id)
    }

    /// Requests that wait for a deputy commander, the longest waiting first; those of a changed line wait no more.
    pub fn open_discounts(&self) -> Vec<&Discount> {
        let mut open: Vec<&Discount> = self.discounts.discounts.values().map(|discount| &**discount).collect();
        let draft = |slip: SlipId| self.slip(slip).is_some_and(|slip| slip.status() == SlipStatus::Draft);
        open.retain(|discount| discount.state == DiscountState::Requested && draft(discount.request.slip));
        open.retain(|discount| self.is_of_the_line(discount));
        open.sort_by_key(|discount| (discount.requested.at, discount.request.discount));
        open
    }

    /// Whether a line of the version that stands may be signed at its price.
    pub fn line_authority(&self, slip: &Slip, line: &SlipLine) -> LineAuthority {
        let Some(lowest_minor) = self.lowest_price(slip, line).filter(|lowest| line.unit_price_minor < *lowest) else {
            return LineAuthority::Own;
        };
        let of_line = || self.discounts.of(slip.id).rev().filter(|it| it.request.line == line.line);
        let Some(newest) = of_line().find(|discount| self.is_of_the_line(discount)) else {
            let outdated = of_line().find(|discount| matches!(discount.state, DiscountState::Approved { .. }));
            return outdated.map_or(LineAuthority::Unasked { lowest_minor }, |outdated| LineAuthority::Outdated {
                discount: outdated.request.discount,
                revision: outdated.request.revision,
            });
        };
        let discount = newest.request.discount;
        match newest.state.clone() {
            DiscountState::Requested => LineAuthority::Waiting { discount },
            DiscountState::Approved { by } => LineAuthority::Approved { discount, by },
            DiscountState::Refused { by, reason } => LineAuthority::Refused { discount, by, reason },
        }
    }

    /// Answers that came too late or were overtaken: a yes to a line that was changed since and is still too cheap.
    pub fn outdated_approvals(&self) -> Vec<&Discount> {
        let outdated = |discount: &&Discount| {
            let Some(slip) = self.slip(discount.request.slip).filter(|slip| slip.status() == SlipStatus::Draft) else {
                return false;
            };
            let line = slip.version().content.lines.iter().find(|line| line.line == discount.request.line);
            let authority = line.map(|line| self.line_authority(slip, line));
            matches!(authority, Some(LineAuthority::Outdated { discount: id, .. }) if id == discount.request.discount)
        };
        self.discounts.discounts.values().map(|discount| &**discount).filter(outdated).collect()
    }

    /// The lowest price of a line that a salesperson may give: under the policy of its slip.
    pub(super) fn lowest_price(&self, slip: &Slip, line: &SlipLine) -> Option<i64> {
        let product = self.product_at(slip.version().content.policy_rev, &line.sku)?;
        Some(product.lowest_price_minor.unwrap_or(product.list_price_minor))
    }

    /// Whether the line stands as it was when the price was asked for: same words, written by the same event.
    fn is_of_the_line(&self, discount: &Discount) -> bool {
        let request = &discount.request;
        let Some(slip) = self.slip(request.slip) else { return false };
        let head = slip.version();
        let Some(line) = head.content.lines.iter().find(|line| line.line == request.line) else { return false };
        let same = (&line.sku, line.quantity, line.unit_price_minor)
            == (&request.sku, request.quantity, request.unit_price_minor);
        same && match request.written {
            Some(written) => head.written_by(request.line) == Some(written),
            None => head.revision == request.revision,
        }
    }
}
