//! Who enters a round, and with how many tickets: signed orders that meet the printed conditions, or parties that are here.
//! Validity of a household plays no part, and nobody can be put in or left out otherwise.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{Draw, Meeting, PaymentStatus, Slip};
use crate::actor::Ctx;
use crate::config::{DrawCondition, Prize, PrizePool};
use crate::draw::{DrawId, Entries, Entry, tickets};
use crate::ids::{HouseholdId, PrizeId, SlipId};
use crate::refusal::Refusal;
use crate::roster::Household;

/// Money that finance saw, by what it was paid for.
#[derive(Default)]
struct Confirmed {
    for_slips: BTreeMap<SlipId, i64>,
    on_account: BTreeMap<HouseholdId, i64>,
}

impl Meeting {
    /// What an order of now gives: tickets of a party in a pool; 0 = it does not enter.
    pub fn tickets_of(&self, household: HouseholdId, pool: PrizePool) -> u32 {
        let household = self.roster.resolve(household);
        match pool {
            PrizePool::Orders => {
                let amount = self.counting_orders().get(&household).copied().unwrap_or(0);
                tickets(amount, &self.config.rules.draw)
            }
            PrizePool::CheckedIn => u32::from(self.people(household).any(|guest| self.is_present(guest.id))),
        }
    }

    /// The list of a round of this prize, as of now.
    ///
    /// # Errors
    /// Nobody enters, or a party that would has no id of its own.
    pub fn entries_of(&self, draw: &Draw, prize: &Prize) -> Result<Entries, Refusal> {
        let already =
            if self.config.rules.draw.win_again { BTreeSet::new() } else { self.winners_in(draw, prize.pool) };
        let orders = self.counting_orders();
        let mut entries = BTreeMap::new();
        for household in self.roster.standing_households() {
            let number = match prize.pool {
                PrizePool::Orders => tickets(orders.get(&household.id).copied().unwrap_or(0), &self.config.rules.draw),
                PrizePool::CheckedIn => self.tickets_of(household.id, PrizePool::CheckedIn),
            };
            if number == 0 || already.contains(&household.id) {
                continue;
            }
            let id = draw_id_of(household).ok_or(Refusal::NoDrawId { household: household.id })?;
            if entries.insert(id, number).is_some() {
                return Err(Refusal::NoDrawId { household: household.id });
            }
        }
        if entries.is_empty() {
            return Err(Refusal::NothingLeft);
        }
        Ok(Entries::of(entries.into_iter().map(|(id, tickets)| Entry { id, tickets }))?)
    }

    /// The prize of a draw: of the meeting file, or added by the host.
    pub fn prize_of<'a>(&'a self, draw: &'a Draw, prize: &PrizeId) -> Option<&'a Prize> {
        self.config.prizes.iter().chain(&draw.prizes_added).find(|known| known.id == *prize)
    }

    /// The party whose lottery id it is; one that went up in another is found as that one.
    pub fn household_of_draw_id(&self, id: &DrawId) -> Option<&Arc<Household>> {
        let known = self.roster.households.iter().find(|(_, it)| it.draw_id.as_deref() == Some(id.as_str()))?;
        self.household(*known.0)
    }

    /// Parties that won in earlier rounds of the pool and did not forfeit.
    fn winners_in(&self, draw: &Draw, pool: PrizePool) -> BTreeSet<HouseholdId> {
        let of_pool = |prize: &PrizeId| self.prize_of(draw, prize).is_some_and(|prize| prize.pool == pool);
        let rounds = draw.rounds().filter(|round| !round.is_void() && of_pool(&round.prize));
        let winners = rounds.flat_map(|round| round.winners());
        winners.filter_map(|winner| self.household_of_draw_id(winner.id)).map(|household| household.id).collect()
    }

    /// Sum of the orders that count, by party, in minor units.
    fn counting_orders(&self) -> BTreeMap<HouseholdId, i64> {
        let mut by_household: BTreeMap<HouseholdId, Vec<&Slip>> = BTreeMap::new();
        for slip in self.signed_slips() {
            let household = self.roster.resolve(slip.version().content.household);
            by_household.entry(household).or_default().push(slip);
        }
        let confirmed = self.confirmed_money();
        let sum = |(household, mut slips): (HouseholdId, Vec<&Slip>)| {
            slips.sort_by_key(|slip| (slip.signed().map(|stamp| stamp.order), slip.id));
            let mut account = confirmed.on_account.get(&household).copied().unwrap_or(0);
            let counting = slips.into_iter().filter(|slip| match self.config.rules.draw.condition {
                DrawCondition::Signed => true,
                DrawCondition::Confirmed => is_covered(slip, &confirmed, &mut account),
            });
            let total = counting.fold(0_i64, |sum, slip| sum.saturating_add(slip.version().content.total_minor));
            (household, total)
        };
        by_household.into_iter().map(sum).collect()
    }

    /// Signed slips of a party whose deposits confirmed money covers, the first signed first.
    pub(super) fn slips_with_deposit(&self, household: HouseholdId) -> Vec<&Slip> {
        let of_party = |slip: &&Slip| self.roster.resolve(slip.version().content.household) == household;
        let mut slips: Vec<&Slip> = self.signed_slips().filter(of_party).collect();
        slips.sort_by_key(|slip| (slip.signed().map(|stamp| stamp.order), slip.id));
        let confirmed = self.confirmed_money();
        let mut account = confirmed.on_account.get(&household).copied().unwrap_or(0);
        slips.retain(|slip| is_covered(slip, &confirmed, &mut account));
        slips
    }

    fn confirmed_money(&self) -> Confirmed {
        let mut money = Confirmed::default();
        let mut on_account = |household: HouseholdId, amount: i64| {
            let sum = money.on_account.entry(household).or_default();
            *sum = sum.saturating_add(amount);
        };
        for dealer in self.roster.dealers.values() {
            on_account(self.roster.resolve(dealer.household), dealer.prepaid_minor.max(0));
        }
        for payment in self.payments().filter(|payment| payment.status() == PaymentStatus::Confirmed) {
            let receipt = &payment.receipt;
            let mut rest = receipt.total_minor();
            for (slip, amount) in &receipt.slips {
                let sum = money.for_slips.entry(*slip).or_default();
                *sum = sum.saturating_add(*amount);
                rest = rest.saturating_sub(*amount);
            }
            let sum = money.on_account.entry(self.roster.resolve(receipt.household)).or_default();
            *sum = sum.saturating_add(rest);
        }
        money
    }

    /// A walk-in's number in the lottery, unless it has one: the log's prefix and a counter.
    pub(super) fn with_draw_id(&self, mut household: Household, ctx: &Ctx) -> Household {
        if household.draw_id.is_none() {
            let prefix = format!("{}W", ctx.prefix);
            let number = |known: &Household| known.draw_id.as_deref()?.strip_prefix(&prefix)?.parse::<u32>().ok();
            let last = self.roster.households.values().filter_map(|known| number(known)).max().unwrap_or(0);
            household.draw_id = Some(format!("{prefix}{:03}", last.saturating_add(1)));
        }
        household
    }
}

/// Whether the deposit on the slip is there: paid for this slip, else from the party's account, which it uses up.
fn is_covered(slip: &Slip, confirmed: &Confirmed, account: &mut i64) -> bool {
    let paid = confirmed.for_slips.get(&slip.id).copied().unwrap_or(0);
    let missing = slip.version().content.deposit_minor.saturating_sub(paid).max(0);
    let covered = missing == 0 || *account >= missing;
    if covered {
        *account -= missing;
    }
    covered
}

fn draw_id_of(household: &Household) -> Option<DrawId> {
    household.draw_id.as_deref()?.parse().ok()
}
